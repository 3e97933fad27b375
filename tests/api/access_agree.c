/* SPDX-License-Identifier: MIT */
/* What an actor may do: that questions, lists and explanations agree with each other and with what the calls say, whoever asks. */
#include "support/actors.h"
#include <stdio.h>

TestSuite(access_agree, .init = test_begin, .fini = test_end, .timeout = 120);

#define MANY 40
#define USERS 24
#define QUESTIONS 6000

typedef struct world {
    crm_db *db;
    crm_id users[USERS], ids[400], parties[MANY];
    size_t count;
    uint64_t seed;
} world;

static uint64_t draw(world *w, uint64_t below) {
    w->seed ^= w->seed << 13;
    w->seed ^= w->seed >> 7;
    w->seed ^= w->seed << 17;
    return w->seed % below;
}

static crm_id keep(world *w, crm_id id) { return w->ids[w->count++] = id; }

static void add_roles(world *w, crm_txn *txn, crm_id user, int number, bool staff) {
    static const char *const kinds[] = {"*", "party", "contact", "quote", "group", "address", NULL};
    static const char *const fields[] = {"party.note", "contact.department", NULL};
    static const unsigned flags[] = {0, ACTOR_PERSONAL, ACTOR_PRICES, ACTOR_PERSONAL | ACTOR_PRICES,
                                     ACTOR_PERSONAL | ACTOR_PRICES | ACTOR_ADMINISTERS};
    for (uint64_t i = 0; i < 1 + draw(w, 3); i++) {
        char code[20];
        const char *write = kinds[draw(w, 7)];
        snprintf(code, sizeof code, "%d.%d", number, (int)i);
        if (write && strcmp(write, "quote") == 0) write = NULL;
        unsigned given = flags[draw(w, 5)];
        const char *field = staff ? NULL : fields[draw(w, 3)], *read = kinds[draw(w, 7)];
        actor_give(txn, user, test_put(txn, actor_role_record(code, read, write, field, given)));
    }
}

static void set_flag(crm_txn *txn, crm_id id, crm_field field) {
    crm_record *rec = test_get(txn, id);
    cr_assert_eq(crm_record_set_bool(rec, field, 1), CRM_OK);
    cr_assert_eq(test_try(txn, rec), CRM_OK, "%s", crm_error_text());
}

static void add_users(world *w, crm_txn *txn) {
    w->users[0] = CRM_ACTOR_SYSTEM;
    for (int i = 1; i < USERS; i++) {
        char name[10];
        bool staff = i % 3 != 0;
        snprintf(name, sizeof name, "u%d", i);
        crm_id user = w->users[i] = keep(w, actor_user(txn, name, staff ? CRM_USER_TYPE_STAFF : CRM_USER_TYPE_BOUND));
        if (staff && draw(w, 3) == 0) set_flag(txn, user, CRM_USER_RESTRICTED);
        if (staff && draw(w, 3) == 0) set_flag(txn, user, CRM_USER_NO_FOREIGN_QUOTES);
        if (staff || draw(w, 2)) add_roles(w, txn, user, i, staff);
        for (uint64_t k = 0; k < 4; k++) {
            crm_id binding;
            if (crm_user_bind(txn, user, w->parties[draw(w, MANY / 2) * 2], CRM_NO_DATE, CRM_NO_DATE, &binding) == CRM_OK) keep(w, binding);
        }
    }
}

static world make_world(void) {
    world w = {.db = test_open(), .seed = 88172645463325252u};
    crm_txn *txn = test_write(w.db);
    for (int i = 0; i < MANY; i++) {
        char name[20];
        snprintf(name, sizeof name, "%c party %d", 'a' + i * 7 % 26, i);
        w.parties[i] = keep(&w, test_party(txn, name));
        keep(&w, test_child(txn, CRM_KIND_CONTACT, w.parties[i], CRM_CONTACT_NAME, name));
        if (i % 4 == 0) keep(&w, test_child(txn, CRM_KIND_QUOTE_DEFAULTS, w.parties[i], CRM_QUOTE_DEFAULTS_PLANT, "7"));
    }
    keep(&w, test_put(txn, test_record(CRM_KIND_CODE, 0, CRM_CODE_DOMAIN, "price_list", CRM_CODE_CODE, "A", 0)));
    keep(&w, test_group(txn, "G", 0));
    keep(&w, test_child(txn, CRM_KIND_QUOTE_DEFAULTS, 0, CRM_QUOTE_DEFAULTS_PLANT, "9"));
    add_users(&w, txn);
    for (int i = 1; i < MANY; i += 10) cr_assert_eq(crm_record_archive(txn, w.parties[i], 0), CRM_OK, "%s", crm_error_text());
    for (uint64_t i = 0; i < 12; i++) keep(&w, w.ids[i * 5] ^ (i + 1) << 20);
    keep(&w, 0);
    test_commit(txn);
    return w;
}

static bool lists(crm_txn *txn, uint32_t right, crm_id id) {
    test_ids ids = {.count = 0};
    crm_iter *iter;
    cr_assert_eq(crm_access_list(txn, right, 0, NULL, &iter), CRM_OK, "%s", crm_error_text());
    cr_assert_null(test_page(iter, &ids));
    for (size_t i = 0; i < ids.count; i++)
        if (ids.id[i] == id) return true;
    return false;
}

/* What the call itself says, where there is one that changes nothing: a read, and a proposal of a party that may be proposed for. */
static int call(crm_txn *txn, crm_id id, uint32_t right) {
    crm_record *rec = NULL;
    crm_quote *quote = NULL;
    int rc = right == CRM_RIGHT_READ ? crm_record_get(txn, id, &rec) : crm_quote_resolve(txn, id, CRM_TODAY, NULL, &quote);
    crm_record_free(rec);
    if (rc >= 0 && right == CRM_RIGHT_QUOTE) crm_quote_free(quote);
    return rc < 0 ? rc : CRM_OK;
}

static bool is_party(const world *w, crm_id id, bool *archived) {
    for (int i = 0; i < MANY; i++) {
        *archived = i % 10 == 1;
        if (w->parties[i] == id) return true;
    }
    return false;
}

static void expect_agreement(world *w, crm_txn *system, crm_txn *txn, crm_id user, crm_id id, uint32_t right) {
    crm_record *rec;
    bool archived, party = is_party(w, id, &archived);
    int rc = crm_access_check(txn, id, right);
    crm_txn *asked[] = {system, txn};
    for (int i = 0; i < 2; i++) {
        cr_assert_eq(crm_access_explain(asked[i], i ? 0 : user, id, right, &rec), CRM_OK, "%s", crm_error_text());
        cr_expect_eq(crm_record_bool(rec, CRM_ACCESS_ALLOWED, -1), rc == CRM_OK, "%d: %d %s", i, rc, crm_record_json(rec, NULL));
        crm_record_free(rec);
    }
    if (right == CRM_RIGHT_READ) cr_expect_eq(call(txn, id, right), rc);
    if (right == CRM_RIGHT_QUOTE && party && !archived) {
        int said = call(txn, id, right);
        cr_expect_eq(said, rc, "%d, the call %d: %s", rc, said, crm_error_text());
    }
    if (party && !archived) cr_expect_eq(lists(txn, right, id), rc == CRM_OK, "%d, right %u", rc, right);
    if (archived || !party) cr_expect_not(lists(txn, right, id));
}

Test(access_agree, all_agree) {
    static const int statuses[] = {CRM_OK, CRM_E_NOTFOUND, CRM_E_DENIED, CRM_E_LOCKED, CRM_E_TYPE};
    world w = make_world();
    crm_txn *system = test_read(w.db);
    size_t seen[5] = {0}, entered = 0;
    for (size_t i = 0; i < USERS; i++) {
        crm_txn *txn;
        if (crm_txn_begin(w.db, 0, w.users[i], &txn) != CRM_OK) continue;
        entered++;
        for (int k = 0; k < QUESTIONS / USERS; k++) {
            crm_id id = draw(&w, 3) ? w.ids[draw(&w, w.count)] : w.parties[draw(&w, MANY)];
            uint32_t right = (uint32_t)(1 + draw(&w, 4));
            expect_agreement(&w, system, txn, w.users[i], id, right);
            for (size_t n = 0; n < 5; n++) seen[n] += crm_access_check(txn, id, right) == statuses[n];
        }
        crm_txn_free(txn);
    }
    for (size_t n = 0; n < 5; n++) cr_expect(seen[n] > 20, "status %d came up %zu times", statuses[n], seen[n]);
    cr_expect(entered > USERS * 2 / 3, "%zu", entered);
    crm_txn_free(system);
    crm_db_close(w.db);
}
