/* SPDX-License-Identifier: MIT */
/* Rights when things go wrong: each call of the engine fails, each allocation fails, each record that decides is damaged. Whoever asks is
 * told so, or what he is told else; nobody is let in, or told anything else. */
#include "api/api.h"
#include "codec/crc32c.h"
#include "model/access.h"
#include "support/actors.h"
#include "support/allocations.h"
#include <stdio.h>

static void begin(void) {
    test_begin();
    crmi_counting_enable(true);
}

TestSuite(access_faults, .init = begin, .fini = test_end, .timeout = 60);

/* --- the scene --- */

enum { MINE, THEIRS, OLD, PARTIES };                                  /* bound to the users; to nobody; archived, and bound to BOUND */
enum { BOUND, CLERK, LIMITED, WRITER, BOSS, NOBODY, SYSTEM, ACTORS }; /* NOBODY: staff without a role, who can't begin */

static crm_db *db;
static crm_id party[PARTIES], contact[PARTIES], identifier, actor[ACTORS], role, given, binding, of_store, code;
static crm_field colour, secret;

static crm_field define(crm_txn *txn, const char *name, crm_field flag) {
    crm_field field;
    char path[40];
    crm_record *rec = test_record(CRM_KIND_CUSTOM_FIELD, 0, CRM_CUSTOM_FIELD_RECORD_KIND, "contact", CRM_CUSTOM_FIELD_NAME, name,
                                  CRM_CUSTOM_FIELD_TYPE, "text", 0);
    cr_assert_eq(crm_record_set_bool(rec, flag, 1), CRM_OK);
    test_put(txn, rec);
    snprintf(path, sizeof path, "contact.%s", name);
    cr_assert_eq(crm_custom_field_find(txn, path, &field), CRM_OK, "%s", crm_error_text());
    return field;
}

static void add_parties(crm_txn *txn) {
    for (int i = 0; i < PARTIES; i++) {
        party[i] = test_party(txn, "party");
        crm_record *rec = test_record(CRM_KIND_CONTACT, party[i], CRM_CONTACT_NAME, "name", colour, "red", secret, "hidden", 0);
        contact[i] = test_put(txn, rec);
        test_role(txn, party[i], CRM_ROLE_CUSTOMER, NULL);
    }
    identifier = test_put(txn, test_record(CRM_KIND_IDENTIFIER, party[MINE], CRM_IDENTIFIER_SCHEME, "erp", CRM_IDENTIFIER_VALUE, "7", 0));
    of_store = test_child(txn, CRM_KIND_QUOTE_DEFAULTS, 0, CRM_QUOTE_DEFAULTS_PLANT, "1");
    code = test_put(txn, test_record(CRM_KIND_CODE, 0, CRM_CODE_DOMAIN, "plant", CRM_CODE_CODE, "1", 0));
}

static void bind_to(crm_txn *txn, int who, int which, crm_id *out) {
    cr_assert_eq(crm_user_bind(txn, actor[who], party[which], CRM_NO_DATE, CRM_NO_DATE, out), CRM_OK, "%s", crm_error_text());
}

static void add_actors(crm_txn *txn) {
    actor[SYSTEM] = CRM_ACTOR_SYSTEM;
    actor[BOUND] = actor_user(txn, "bound", CRM_USER_TYPE_BOUND);
    role = test_put(txn, actor_role_record("own", NULL, NULL, "contact.colour,contact.note,party.note", 0));
    given = actor_give(txn, actor[BOUND], role);
    bind_to(txn, BOUND, MINE, &binding);
    actor[CLERK] = actor_staff(txn, "clerk", "party,role,contact", NULL, 0);
    actor[WRITER] = actor_staff(txn, "writer", "quote", "party,contact", 0);
    actor[LIMITED] = actor_staff(txn, "limited", "*", "*", ACTOR_PERSONAL | ACTOR_PRICES);
    crm_record *rec = test_get(txn, actor[LIMITED]);
    cr_assert_eq(crm_record_set_bool(rec, CRM_USER_RESTRICTED, 1), CRM_OK);
    cr_assert_eq(test_try(txn, rec), CRM_OK, "%s", crm_error_text());
    bind_to(txn, LIMITED, MINE, NULL);
    actor[BOSS] = actor_staff(txn, "boss", "*", "*", ACTOR_PERSONAL | ACTOR_PRICES | ACTOR_ADMINISTERS);
    actor[NOBODY] = actor_user(txn, "nobody", CRM_USER_TYPE_STAFF);
}

static void make_scene(void) {
    db = test_open();
    crm_txn *txn = test_write(db);
    colour = define(txn, "colour", CRM_CUSTOM_FIELD_INDEXED);
    secret = define(txn, "secret", CRM_CUSTOM_FIELD_PERSONAL);
    test_commit(txn);
    txn = test_write(db);
    add_parties(txn);
    add_actors(txn);
    bind_to(txn, BOUND, OLD, NULL);
    bind_to(txn, BOUND, THEIRS, NULL);
    cr_assert_eq(crm_user_unbind(txn, actor[BOUND], party[THEIRS], TEST_DAY), CRM_OK, "%s", crm_error_text());
    cr_assert_eq(crm_user_unbind(txn, actor[BOUND], party[OLD], TEST_DAY + 1), CRM_OK, "%s", crm_error_text());
    test_commit(txn);
}

/* --- what actors do, and what they are told --- */

typedef struct told {
    crm_txn *txn;
    FILE *out;
    int failed; /* the first status that says that something went wrong */
} told;

/* Notes a status; whether it is CRM_OK. */
static bool tell(told *t, int rc) {
    if (rc == CRM_E_IO || rc == CRM_E_NOMEM || rc == CRM_E_CORRUPT) {
        if (!t->failed) t->failed = rc;
        cr_expect_eq(crm_error_status(), rc);
    } else
        fprintf(t->out, "%d %u %s\n", rc, rc < 0 ? crm_error_field() : 0, rc < 0 ? crm_error_text() : "");
    return rc == CRM_OK;
}

static void tell_record(told *t, int rc, crm_record *rec) {
    const char *json = tell(t, rc) ? crm_record_json(rec, NULL) : NULL;
    if (json)
        fprintf(t->out, "%s\n", json);
    else if (rc == CRM_OK)
        tell(t, crm_error_status());
    crm_record_free(rec);
}

static void tell_list(told *t, int rc, crm_iter *iter) {
    crm_id id;
    if (tell(t, rc))
        while (crm_iter_next(iter, &id) == CRM_ROW) fprintf(t->out, "%llu\n", (unsigned long long)id);
    crm_iter_free(rc == CRM_OK ? iter : NULL);
}

static void op_check(told *t) {
    const crm_id ids[] = {party[MINE], contact[THEIRS], of_store, code, actor[BOUND], UINT64_MAX};
    for (size_t i = 0; i < sizeof ids / sizeof *ids && !t->failed; i++)
        for (uint32_t right = CRM_RIGHT_READ; right <= CRM_RIGHT_SEE_QUOTES && !t->failed; right++)
            tell(t, crm_access_check(t->txn, ids[i], right));
}

static void op_list(told *t) {
    for (uint32_t right = CRM_RIGHT_READ; right <= CRM_RIGHT_SEE_QUOTES && !t->failed; right++) {
        crm_iter *iter;
        int rc = crm_access_list(t->txn, right, 0, NULL, &iter);
        tell_list(t, rc, iter);
    }
}

static void explain(told *t, crm_id user, crm_id id, uint32_t right) {
    crm_record *rec;
    if (t->failed) return;
    int rc = crm_access_explain(t->txn, user, id, right, &rec);
    tell_record(t, rc, rec);
}

static void op_explain_bound(told *t) {
    explain(t, actor[BOUND], contact[MINE], CRM_RIGHT_READ);
    explain(t, actor[BOUND], contact[MINE], CRM_RIGHT_WRITE);
    explain(t, actor[BOUND], party[OLD], CRM_RIGHT_QUOTE);
    explain(t, actor[BOUND], party[THEIRS], CRM_RIGHT_READ);
}

static void op_explain_staff(told *t) {
    explain(t, 0, party[MINE], CRM_RIGHT_QUOTE);
    explain(t, actor[LIMITED], party[MINE], CRM_RIGHT_QUOTE);
    explain(t, actor[LIMITED], contact[MINE], CRM_RIGHT_WRITE);
    explain(t, actor[CLERK], of_store, CRM_RIGHT_READ);
    explain(t, actor[NOBODY], party[MINE], CRM_RIGHT_READ);
    explain(t, CRM_ACTOR_SYSTEM, party[MINE], CRM_RIGHT_WRITE);
    explain(t, party[MINE], party[MINE], CRM_RIGHT_READ);
}

static void op_read(told *t) {
    const crm_id ids[] = {party[MINE], contact[MINE], contact[THEIRS], of_store, code, actor[BOUND]};
    for (size_t i = 0; i < sizeof ids / sizeof *ids && !t->failed; i++) {
        crm_record *rec;
        int rc = crm_record_get(t->txn, ids[i], &rec);
        tell_record(t, rc, rec);
    }
}

static void op_find(told *t) {
    crm_iter *iter;
    crm_id id;
    int rc = crm_party_list(t->txn, NULL, NULL, 0, 0, 0, NULL, &iter);
    tell_list(t, rc, iter);
    rc = t->failed ? CRM_OK : crm_party_list(t->txn, CRM_ROLE_CUSTOMER, "p", CRM_NTS, 0, 0, NULL, &iter);
    if (!t->failed) tell_list(t, rc, iter);
    rc = t->failed ? CRM_OK : crm_record_search(t->txn, colour, "red", CRM_NTS, 0, NULL, &iter);
    if (!t->failed) tell_list(t, rc, iter);
    rc = t->failed ? CRM_OK : crm_user_list(t->txn, 0, NULL, &iter);
    if (!t->failed) tell_list(t, rc, iter);
    if (!t->failed) tell(t, crm_record_find(t->txn, CRM_IDENTIFIER_VALUE, "erp", CRM_NTS, "7", CRM_NTS, &id));
    if (!t->failed) tell(t, crm_record_find(t->txn, CRM_USER_NAME, NULL, 0, "bound", CRM_NTS, &id));
}

/* --- and change --- */

static void change(told *t, crm_id id, crm_field field, const char *text) {
    crm_record *rec;
    if (t->failed) return;
    int rc = crm_record_get(t->txn, id, &rec);
    if (rc == CRM_OK) rc = crm_record_set_text(rec, field, text, CRM_NTS);
    if (rc == CRM_OK) rc = crm_record_put(t->txn, rec, NULL, NULL);
    tell(t, rc);
    crm_record_free(rec);
}

static void op_change(told *t) {
    change(t, contact[MINE], colour, "blue");
    change(t, contact[MINE], CRM_CONTACT_NOTE, "new");
    change(t, party[MINE], CRM_PARTY_NOTE, "new");
    change(t, party[MINE], CRM_PARTY_CATEGORY, "A");
    change(t, contact[THEIRS], CRM_CONTACT_NOTE, "new");
    change(t, of_store, CRM_QUOTE_DEFAULTS_PLANT, "");
}

static void op_add(told *t) {
    crm_record *rec;
    int rc = crm_record_new_in(t->txn, CRM_KIND_CONTACT, &rec);
    if (rc == CRM_OK) rc = crm_record_set_id(rec, CRM_CONTACT_PARTY, party[MINE]);
    if (rc == CRM_OK) rc = crm_record_set_text(rec, CRM_CONTACT_NOTE, "new", CRM_NTS);
    if (rc == CRM_OK) rc = crm_record_set_text(rec, colour, "blue", CRM_NTS);
    if (rc == CRM_OK) rc = crm_record_put(t->txn, rec, NULL, NULL);
    tell(t, rc);
    crm_record_free(rec);
}

/* A role that is looked at again, and given twice. */
static void op_roles(told *t) {
    change(t, role, CRM_ACCESS_ROLE_NOTE, "new");
    for (int i = 0; i < 2 && !t->failed; i++) {
        crm_record *rec;
        int rc = crm_record_new(CRM_KIND_USER_ROLE, &rec);
        if (rc == CRM_OK) rc = crm_record_set_id(rec, CRM_USER_ROLE_USER, actor[i ? BOUND : NOBODY]);
        if (rc == CRM_OK) rc = crm_record_set_id(rec, CRM_USER_ROLE_ROLE, role);
        if (rc == CRM_OK) rc = crm_record_put(t->txn, rec, NULL, NULL);
        tell(t, rc);
        crm_record_free(rec);
    }
}

static const struct operation {
    const char *name;
    void (*run)(told *t);
    uint32_t flags;
} operations[] = {{"check", op_check, 0},
                  {"list", op_list, 0},
                  {"explain bound", op_explain_bound, 0},
                  {"explain staff", op_explain_staff, 0},
                  {"read", op_read, 0},
                  {"find", op_find, 0},
                  {"change", op_change, CRM_TXN_WRITE},
                  {"add", op_add, CRM_TXN_WRITE},
                  {"roles", op_roles, CRM_TXN_WRITE}};

#define OPERATIONS (sizeof operations / sizeof *operations)

/* What an actor is told, to be freed; nothing is stored. */
static char *run(const struct operation *op, int who, int *status) {
    char *text;
    size_t size;
    told t = {.out = open_memstream(&text, &size)};
    cr_assert(t.out);
    if (tell(&t, crm_txn_begin(db, op->flags, actor[who], &t.txn))) op->run(&t);
    crm_txn_free(t.txn);
    fclose(t.out);
    *status = t.failed;
    return text;
}

static void expect_same(const char *plain, const char *text, int status, int wanted, const char *what, int who, long nth) {
    if (status)
        cr_expect_eq(status, wanted, "%s of %d, %ld", what, who, nth);
    else
        cr_expect_str_eq(text, plain, "%s of %d, %ld", what, who, nth);
}

/* Whether the failure that was asked for has not come yet. */
static bool pending(void) {
    crm_txn *txn;
    int rc = crm_txn_begin(db, 0, CRM_ACTOR_SYSTEM, &txn);
    crm_txn_free(txn);
    return rc == CRM_E_IO;
}

static void fail_each_call(const struct operation *op, int who) {
    int status;
    char *plain = run(op, who, &status);
    cr_expect_eq(status, 0, "%s of %d: %d", op->name, who, status);
    bool reached = true;
    for (uint64_t nth = 1; reached && nth < 1000; nth++) {
        crmi_counting_fail(nth, CRM_E_IO);
        char *text = run(op, who, &status);
        reached = !pending();
        crmi_counting_fail(0, CRM_OK);
        cr_expect(!reached || status, "%s of %d: call %llu failed, and nobody said so", op->name, who, (unsigned long long)nth);
        expect_same(plain, text, status, CRM_E_IO, op->name, who, (long)nth);
        free(text);
    }
    cr_expect_not(reached, "%s of %d: no end", op->name, who);
    free(plain);
}

Test(access_faults, each_call) {
    make_scene();
    for (size_t i = 0; i < OPERATIONS; i++)
        for (int who = 0; who < ACTORS; who++) fail_each_call(&operations[i], who);
    crm_db_close(db);
}

static void fail_each_allocation(const struct operation *op, int who) {
    int status;
    char *plain = run(op, who, &status);
    failed = true;
    for (long nth = 1; failed && nth < 5000; nth++) {
        failed = false;
        left = nth;
        armed = true;
        char *text = run(op, who, &status);
        armed = false;
        expect_same(plain, text, status, CRM_E_NOMEM, op->name, who, nth);
        free(text);
    }
    cr_expect_not(failed, "%s of %d: no end", op->name, who);
    free(plain);
}

Test(access_faults, each_allocation) {
    make_scene();
    for (size_t i = 0; i < OPERATIONS; i++)
        for (int who = 0; who < ACTORS; who++) fail_each_allocation(&operations[i], who);
    crm_db_close(db);
}
