/* SPDX-License-Identifier: MIT */
/* What staff sees by its access roles: kinds of records, fields of personal data and price terms. */
#include "support/actors.h"
#include <stdio.h>

TestSuite(access_staff, .init = test_begin, .fini = test_end, .timeout = 120);

#define EVERYTHING (ACTOR_PERSONAL | ACTOR_PRICES | ACTOR_ADMINISTERS)
#define ADMINISTRATION ",user,binding,access_role,user_role,setting,policy,rule,option_rule,"

/* One record of each kind, and the store's own terms, which are administration though their kind is not. */
enum { KINDS = 18 };
typedef struct scene {
    crm_db *db;
    crm_id party, group, ids[KINDS];
    size_t count, own_terms; /* where those are */
} scene;

static crm_id naming(crm_txn *txn, crm_record *rec, crm_field field, crm_id id) {
    cr_assert_eq(crm_record_set_id(rec, field, id), CRM_OK, "%s", crm_error_text());
    return test_put(txn, rec);
}

static void add_store(scene *s, crm_txn *txn) {
    crm_id user = actor_bound(txn, "customer", s->party, "party.note"), binding;
    crm_iter *iter;
    test_ids given = {.count = 0};
    s->ids[s->count++] = user;
    cr_assert_eq(crm_record_search_id(txn, CRM_BINDING_USER, user, 0, NULL, &iter), CRM_OK);
    cr_assert_eq(crm_iter_next(iter, &binding), CRM_ROW);
    crm_iter_free(iter);
    s->ids[s->count++] = binding;
    cr_assert_eq(crm_record_search_id(txn, CRM_USER_ROLE_USER, user, 0, NULL, &iter), CRM_OK);
    free(test_page(iter, &given));
    s->ids[s->count++] = given.id[0];
    crm_record *rec = test_get(txn, given.id[0]);
    s->ids[s->count++] = crm_record_id(rec, CRM_USER_ROLE_ROLE);
    crm_record_free(rec);
    s->ids[s->count++] = test_put(txn, test_record(CRM_KIND_SETTING, 0, CRM_SETTING_NAME, "a.b", CRM_SETTING_VALUE, "1", 0));
    s->ids[s->count++] = test_put(txn, test_record(CRM_KIND_CODE, 0, CRM_CODE_DOMAIN, "plant", CRM_CODE_CODE, "7", 0));
    s->ids[s->count++] =
        test_put(txn, test_record(CRM_KIND_RULE, 0, CRM_RULE_CODE, "R", CRM_RULE_TARGET, "quote.plant", CRM_RULE_VALUE, "7", 0));
    s->ids[s->count++] = test_put(txn, test_record(CRM_KIND_CUSTOM_FIELD, 0, CRM_CUSTOM_FIELD_RECORD_KIND, "party", CRM_CUSTOM_FIELD_NAME,
                                                   "colour", CRM_CUSTOM_FIELD_TYPE, "text", 0));
    s->own_terms = s->count;
    s->ids[s->count++] = test_child(txn, CRM_KIND_QUOTE_DEFAULTS, 0, CRM_QUOTE_DEFAULTS_PLANT, "7");
}

static scene make_scene(void) {
    scene s = {.db = test_open()};
    crm_txn *txn = test_write(s.db);
    s.ids[s.count++] = s.party = test_party(txn, "P");
    s.ids[s.count++] = test_role(txn, s.party, CRM_ROLE_CUSTOMER, "1");
    crm_id contact = s.ids[s.count++] = test_child(txn, CRM_KIND_CONTACT, s.party, CRM_CONTACT_NAME, "C");
    s.ids[s.count++] = test_child(txn, CRM_KIND_ADDRESS, s.party, CRM_ADDRESS_TOWN, "Ulm");
    s.ids[s.count++] = test_child(txn, CRM_KIND_QUOTE_DEFAULTS, s.party, CRM_QUOTE_DEFAULTS_PRICE_LIST, "L");
    s.ids[s.count++] = s.group = test_group(txn, "G", 0);
    cr_assert_eq(crm_group_add(txn, s.group, s.party, CRM_NO_DATE, CRM_NO_DATE, &s.ids[s.count]), CRM_OK);
    s.count++;
    s.ids[s.count++] = naming(txn, test_record(CRM_KIND_USAGE, s.party, CRM_USAGE_PURPOSE, "quote", 0), CRM_USAGE_TARGET, contact);
    s.ids[s.count++] = test_child(txn, CRM_KIND_OPTION_RULE, s.party, CRM_OPTION_RULE_CODE, "V8");
    add_store(&s, txn);
    cr_assert_eq(s.count, KINDS);
    test_commit(txn);
    return s;
}

static bool lists(const char *list, const char *kind) {
    char wanted[40], text[400];
    snprintf(wanted, sizeof wanted, ",%s,", kind);
    snprintf(text, sizeof text, ",%s,", list ? list : "");
    return strstr(text, wanted) != NULL;
}

/* The rule of the documentation, told once more. */
static bool reads(const char *list, unsigned flags, const char *kind, bool own_terms) {
    if (lists("code,custom_field", kind)) return true;
    if (own_terms && !(flags & ACTOR_ADMINISTERS)) return false;
    if (own_terms) return true;
    if (strstr(ADMINISTRATION, kind) && lists(ADMINISTRATION, kind)) return flags & ACTOR_ADMINISTERS || lists(list, kind);
    return lists(list, kind) || (list && strcmp(list, "*") == 0);
}

static const struct who {
    const char *name, *read, *write;
    unsigned flags;
} whos[] = {{"nothing", NULL, NULL, 0},
            {"party", "party", NULL, 0},
            {"writes", NULL, "contact,group", 0},
            {"children", "role,address,quote_defaults,usage", NULL, ACTOR_PRICES},
            {"options", "option_rule,membership", NULL, ACTOR_PERSONAL},
            {"all", "*", NULL, 0},
            {"all but administration", "*", "*", ACTOR_PERSONAL | ACTOR_PRICES},
            {"administration", NULL, NULL, ACTOR_ADMINISTERS},
            {"everything", "*", "*", EVERYTHING}};
#define WHOS (sizeof whos / sizeof *whos)

static bool seen_by(const struct who *who, const char *kind, bool own_terms) {
    return reads(who->read, who->flags, kind, own_terms) || (who->write && reads(who->write, who->flags, kind, own_terms));
}

static size_t count_list(crm_txn *txn, int rc, crm_iter *iter) {
    test_ids ids = {.count = 0};
    (void)txn;
    cr_assert_eq(rc, CRM_OK, "%s", crm_error_text());
    free(test_page(iter, &ids));
    return ids.count;
}

static void expect_lists(const scene *s, crm_txn *txn, const struct who *who) {
    crm_iter *iter;
    crm_id id;
    crm_file *file;
    bool party = seen_by(who, "party", false), role = seen_by(who, "role", false), group = seen_by(who, "group", false);
    int rc = crm_party_list(txn, NULL, NULL, 0, 0, 0, NULL, &iter);
    cr_expect_eq(count_list(txn, rc, iter), party, "%s", who->name);
    rc = crm_party_list(txn, CRM_ROLE_CUSTOMER, NULL, 0, 0, 0, NULL, &iter);
    cr_expect_eq(count_list(txn, rc, iter), party && role, "%s", who->name);
    rc = crm_group_list(txn, 0, NULL, &iter);
    cr_expect_eq(count_list(txn, rc, iter), group, "%s", who->name);
    rc = crm_code_list(txn, "plant", 0, NULL, &iter);
    cr_expect_eq(count_list(txn, rc, iter), 1, "%s", who->name);
    rc = crm_user_list(txn, 0, NULL, &iter);
    cr_expect_eq(count_list(txn, rc, iter), who->flags & ACTOR_ADMINISTERS ? WHOS + 1 : 1, "%s: himself", who->name);
    cr_expect_eq(crm_party_find(txn, CRM_ROLE_CUSTOMER, "1", CRM_NTS, &id), party && role ? CRM_OK : CRM_E_NOTFOUND, "%s", who->name);
    cr_expect_eq(crm_record_find(txn, CRM_SETTING_NAME, NULL, 0, "a.b", CRM_NTS, &id),
                 who->flags & ACTOR_ADMINISTERS ? CRM_OK : CRM_E_NOTFOUND, "%s", who->name);
    rc = crm_file_get(txn, s->party, &file);
    cr_expect_eq(rc, party ? CRM_OK : CRM_E_NOTFOUND, "%s", who->name);
    for (size_t i = 0; i < crm_file_count(file); i++)
        cr_expect(seen_by(who, crm_kind_name(crm_record_kind(crm_file_record(file, i))), false), "%s, %zu", who->name, i);
    crm_file_free(file);
    rc = crm_party_groups(txn, s->party, CRM_TODAY, &iter);
    cr_expect_eq(rc, party ? CRM_OK : CRM_E_NOTFOUND, "%s", who->name);
    if (rc == CRM_OK) cr_expect_eq(count_list(txn, rc, iter), group && seen_by(who, "membership", false), "%s", who->name);
    rc = crm_record_search_id(txn, CRM_MEMBERSHIP_GROUP, s->group, 0, NULL, &iter);
    cr_expect_eq(rc, group ? CRM_OK : CRM_E_NOTFOUND, "%s", who->name);
    if (rc == CRM_OK) cr_expect_eq(count_list(txn, rc, iter), seen_by(who, "membership", false), "%s", who->name);
}

Test(access_staff, kinds) {
    scene s = make_scene();
    crm_id users[WHOS];
    crm_txn *txn = test_write(s.db), *system;
    for (size_t i = 0; i < WHOS; i++) users[i] = actor_staff(txn, whos[i].name, whos[i].read, whos[i].write, whos[i].flags);
    test_commit(txn);
    system = test_read(s.db);
    for (size_t i = 0; i < WHOS; i++) {
        txn = test_as(s.db, users[i]);
        cr_expect(crm_txn_sequence(txn) > 0 && crm_txn_actor(txn) == users[i]);
        for (size_t k = 0; k < s.count; k++) {
            crm_record *rec = test_get(system, s.ids[k]);
            const char *kind = crm_kind_name(crm_record_kind(rec));
            bool seen = seen_by(&whos[i], kind, k == s.own_terms);
            crm_record_free(rec);
            int rc = crm_record_get(txn, s.ids[k], &rec);
            cr_expect_eq(rc, seen ? CRM_OK : CRM_E_NOTFOUND, "%s, %s", whos[i].name, kind);
            if (rc < 0) cr_expect_str_eq(crm_error_text(), "no such record");
            crm_record_free(rec);
        }
        crm_record *self = test_get(txn, users[i]);
        cr_expect_eq(crm_record_text(self, CRM_USER_NAME) != NULL, (whos[i].flags & ACTOR_PERSONAL) != 0, "%s", whos[i].name);
        crm_record_free(self);
        expect_lists(&s, txn, &whos[i]);
        crm_txn_free(txn);
    }
    crm_txn_free(system);
    crm_db_close(s.db);
}

/* --- fields --- */

static crm_field add_field(crm_txn *txn, const char *kind, const char *name, crm_field flag) {
    crm_field field;
    char path[60];
    crm_record *rec = test_record(CRM_KIND_CUSTOM_FIELD, 0, CRM_CUSTOM_FIELD_RECORD_KIND, kind, CRM_CUSTOM_FIELD_NAME, name,
                                  CRM_CUSTOM_FIELD_TYPE, "text", 0);
    cr_assert_eq(crm_record_set_bool(rec, CRM_CUSTOM_FIELD_INDEXED, 1), CRM_OK);
    if (flag) cr_assert_eq(crm_record_set_bool(rec, flag, 1), CRM_OK);
    test_put(txn, rec);
    snprintf(path, sizeof path, "%s.%s", kind, name);
    cr_assert_eq(crm_custom_field_find(txn, path, &field), CRM_OK);
    return field;
}

static int search(crm_txn *txn, crm_field field, const char *value) {
    crm_iter *iter;
    int rc = crm_record_search(txn, field, value, CRM_NTS, 0, NULL, &iter);
    if (rc == CRM_OK) rc = (int)count_list(txn, rc, iter);
    return rc;
}

static int list_names(crm_txn *txn, const char *prefix) {
    crm_iter *iter;
    int rc = crm_party_list(txn, NULL, prefix, CRM_NTS, 0, 0, NULL, &iter);
    return rc == CRM_OK ? (int)count_list(txn, rc, iter) : rc;
}

Test(access_staff, hidden_fields) {
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    crm_field personal = add_field(txn, "party", "hobby", CRM_CUSTOM_FIELD_PERSONAL),
              price = add_field(txn, "party", "bonus", CRM_CUSTOM_FIELD_PRICE), open = add_field(txn, "party", "shape", 0);
    crm_record *rec =
        test_record(CRM_KIND_PARTY, 0, CRM_PARTY_TYPE, CRM_PARTY_TYPE_ORGANISATION, CRM_PARTY_NAME, "Alfa", CRM_PARTY_VAT_ID, "DE1",
                    CRM_PARTY_CREDIT_CURRENCY, "EUR", CRM_PARTY_CATEGORY, "A", personal, "chess", price, "7", open, "round", 0);
    crm_id party = test_put(txn, rec), users[4];
    static const char *const names[] = {"none", "personal", "prices", "both"};
    for (unsigned i = 0; i < 4; i++) users[i] = actor_staff(txn, names[i], "*", NULL, i);
    test_commit(txn);
    for (unsigned i = 0; i < 4; i++) {
        bool sees_personal = i & ACTOR_PERSONAL, sees_prices = i & ACTOR_PRICES;
        crm_file *file;
        txn = test_as(db, users[i]);
        cr_assert_eq(crm_file_get(txn, party, &file), CRM_OK);
        for (int whole = 0; whole < 2; whole++) {
            crm_record *got = whole ? NULL : test_get(txn, party);
            const crm_record *seen = whole ? crm_file_record(file, 0) : got;
            cr_expect_eq(crm_record_has(seen, CRM_PARTY_NAME), sees_personal, "%u", i);
            cr_expect_eq(crm_record_has(seen, CRM_PARTY_VAT_ID), sees_personal, "%u", i);
            cr_expect_eq(crm_record_has(seen, personal), sees_personal, "%u", i);
            cr_expect_eq(crm_record_has(seen, CRM_PARTY_CREDIT_CURRENCY), sees_prices, "%u", i);
            cr_expect_eq(crm_record_has(seen, price), sees_prices, "%u", i);
            cr_expect(crm_record_has(seen, CRM_PARTY_TYPE) && crm_record_has(seen, CRM_PARTY_CATEGORY) && crm_record_has(seen, open), "%u",
                      i);
            crm_record_free(got);
        }
        cr_expect_eq(strstr(crm_file_json(file, NULL), "chess") != NULL, sees_personal, "%u", i);
        crm_file_free(file);
        const struct {
            crm_field field;
            const char *value;
            bool allowed;
        } searches[] = {{CRM_PARTY_NAME, "alfa", sees_personal},
                        {CRM_PARTY_VAT_ID, "DE 1", sees_personal},
                        {personal, "chess", sees_personal},
                        {price, "7", sees_prices},
                        {open, "round", true}};
        for (size_t k = 0; k < sizeof searches / sizeof *searches; k++) {
            int found = search(txn, searches[k].field, searches[k].value);
            cr_expect_eq(found, searches[k].allowed ? 1 : CRM_E_DENIED, "%u, %zu: %d %s", i, k, found, crm_error_text());
            if (found < 0) cr_expect_eq(crm_error_field(), searches[k].field, "%u, %zu", i, k);
        }
        cr_expect_eq(list_names(txn, ""), 1, "%u", i);
        cr_expect_eq(list_names(txn, "a"), sees_personal ? 1 : CRM_E_DENIED, "%u", i);
        crm_id id;
        cr_expect_eq(crm_user_find(txn, "none", CRM_NTS, &id), !sees_personal ? CRM_E_DENIED : CRM_E_NOTFOUND, "%u", i);
        crm_txn_free(txn);
    }
    crm_db_close(db);
}

/* The store's own terms among those of parties, found by a field: for who does not administer they are not there, whatever a page holds. */
Test(access_staff, own_terms_in_an_index) {
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    crm_field field = add_field(txn, "quote_defaults", "lane", 0);
    crm_id seller = actor_staff(txn, "seller", "*", NULL, 0), chief = actor_staff(txn, "chief", "*", NULL, ACTOR_ADMINISTERS);
    for (int i = 0; i < 9; i++) {
        char area[8];
        snprintf(area, sizeof area, "A%d", i);
        crm_id owner = i % 2 ? test_party(txn, "p") : 0;
        test_put(txn, test_record(CRM_KIND_QUOTE_DEFAULTS, owner, CRM_QUOTE_DEFAULTS_SALES_AREA, area, field, "x", 0));
    }
    test_commit(txn);
    for (uint32_t limit = 1; limit < 6; limit++)
        for (int i = 0; i < 2; i++) {
            test_ids ids = {.count = 0};
            char *token = NULL;
            size_t pages = 0;
            txn = test_as(db, i ? chief : seller);
            do {
                crm_iter *iter;
                pages++;
                cr_assert_eq(crm_record_search(txn, field, "x", CRM_NTS, limit, token, &iter), CRM_OK, "%s", crm_error_text());
                free(token);
                token = test_page(iter, &ids);
            } while (token);
            cr_expect_eq(ids.count, i ? 9 : 4, "%u, %d", limit, i);
            cr_expect_eq(pages, (ids.count + limit - 1) / limit, "%u, %d: they make no page longer, nor one more", limit, i);
            for (size_t k = 0; k < ids.count; k++) crm_record_free(test_get(txn, ids.id[k]));
            crm_txn_free(txn);
        }
    crm_db_close(db);
}

/* --- who may begin --- */

Test(access_staff, begins) {
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    crm_id party = test_party(txn, "P"), other = test_party(txn, "Q"), user = actor_user(txn, "s", CRM_USER_TYPE_STAFF), id;
    crm_id reads_party = test_put(txn, actor_role_record("a", "party", NULL, NULL, 0));
    crm_id shows = test_put(txn, actor_role_record("b", "contact", NULL, NULL, ACTOR_PERSONAL));
    test_commit(txn);
    cr_expect_eq(crm_txn_begin(db, 0, user, &txn), CRM_E_NO_BINDING, "no role");
    txn = test_write(db);
    actor_give(txn, user, reads_party);
    id = actor_give(txn, user, shows);
    test_commit(txn);
    txn = test_as(db, user); /* his roles together */
    crm_record *rec = test_get(txn, party);
    cr_expect_str_eq(crm_record_text(rec, CRM_PARTY_NAME), "P");
    crm_record_free(rec);
    crm_txn_free(txn);
    txn = test_write(db);
    cr_assert_eq(crm_record_delete(txn, id, 0), CRM_OK, "%s", crm_error_text());
    rec = test_get(txn, user);
    cr_assert_eq(crm_record_set_bool(rec, CRM_USER_RESTRICTED, 1), CRM_OK);
    cr_assert_eq(test_try(txn, rec), CRM_OK);
    test_commit(txn);
    cr_expect_eq(crm_txn_begin(db, 0, user, &txn), CRM_E_NO_BINDING, "restricted to nobody");
    txn = test_write(db);
    cr_assert_eq(crm_user_bind(txn, user, party, CRM_NO_DATE, CRM_NO_DATE, NULL), CRM_OK);
    test_commit(txn);
    txn = test_as(db, user);
    rec = test_get(txn, other); /* he sees all parties, and proposes for one */
    cr_expect_not(crm_record_has(rec, CRM_PARTY_NAME), "the role was taken from him");
    crm_record_free(rec);
    crm_txn_free(txn);
    crm_db_close(db);
}
