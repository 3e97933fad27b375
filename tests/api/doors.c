/* SPDX-License-Identifier: MIT */
/* Bad input at every door: each public function that takes a handle, a text or a pointer is called with what it must refuse. It answers
 * with a documented error, and the store stays as it is. Functions that a new version brings have to be added here. */
#include "support/store.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GOOD "customer" /* a text that every door takes */

static crm_db *db;
static crm_txn *txn;
static crm_iter *iter;
static crm_record *party;
static crm_sync *sync_rows;
static crm_field custom; /* of parties, a whole number that is indexed */
static crm_quote *proposal;

static crm_iter *list(void) {
    crm_iter *out;
    cr_assert_eq(crm_party_list(txn, NULL, NULL, 0, 0, 1, NULL, &out), CRM_OK);
    return out;
}

static void begin(void) {
    test_begin();
    db = test_open();
    txn = test_write(db);
    crm_id id = test_party(txn, "x");
    test_party(txn, "y");
    test_role(txn, id, CRM_ROLE_CUSTOMER, GOOD);
    crm_record *number = test_record(CRM_KIND_CUSTOM_FIELD, 0, CRM_CUSTOM_FIELD_RECORD_KIND, "party", CRM_CUSTOM_FIELD_NAME, "number",
                                     CRM_CUSTOM_FIELD_TYPE, "int", 0);
    cr_assert_eq(crm_record_set_bool(number, CRM_CUSTOM_FIELD_INDEXED, 1), CRM_OK);
    test_put(txn, number);
    cr_assert_eq(crm_custom_field_find(txn, "party.number", &custom), CRM_OK);
    test_commit(txn);
    txn = test_write(db);
    party = test_get(txn, id);
    cr_assert(crm_quote_resolve(txn, id, CRM_TODAY, NULL, &proposal) >= 0);
    iter = list();
    cr_assert_eq(crm_sync_new("erp", CRM_ROWS_CUSTOMER, &sync_rows), CRM_OK);
}

static void end(void) {
    crm_record_free(party);
    crm_quote_free(proposal);
    crm_sync_free(sync_rows);
    crm_iter_free(iter);
    crm_txn_free(txn);
    crm_db_close(db);
    test_end();
}

TestSuite(doors, .init = begin, .fini = end);

/* One call: its handle, the text that the door is about, and whether the place for the result is missing. */
typedef struct knock {
    void *handle;
    const char *text;
    size_t len;
    bool no_out;
} knock;

#define ANY ((void *)&db) /* what an output held before */

/* A handle output is NULL on failure. */
static int with_out(const knock *k, int rc, const void *out) {
    if (rc < 0 && !k->no_out) cr_expect_null(out, "an output that is not NULL after %d", rc);
    return rc;
}
/* Other outputs are untouched. */
static int with_id(const knock *k, int rc, crm_id out) {
    if (rc < 0 && !k->no_out) cr_expect_eq(out, 7, "an output that changed after %d", rc);
    return rc;
}

static int commit_nothing(crm_txn *in, void *data) {
    (void)in, (void)data;
    return CRM_E_LOCKED;
}

/* --- the doors; P is the output or NULL --- */

#define P(out) (k->no_out ? NULL : &(out))
#define RETURNS_RECORD(name, call)                                                                                                         \
    static int name(const knock *k) {                                                                                                      \
        crm_record *out = ANY;                                                                                                             \
        int rc = call;                                                                                                                     \
        if (rc == CRM_OK) crm_record_free(out);                                                                                            \
        return with_out(k, rc, out);                                                                                                       \
    }
#define RETURNS_ITER(name, call)                                                                                                           \
    static int name(const knock *k) {                                                                                                      \
        crm_iter *out = ANY;                                                                                                               \
        int rc = call;                                                                                                                     \
        if (rc == CRM_OK) crm_iter_free(out);                                                                                              \
        return with_out(k, rc, out);                                                                                                       \
    }
#define RETURNS_ID(name, call)                                                                                                             \
    static int name(const knock *k) {                                                                                                      \
        crm_id out = 7;                                                                                                                    \
        int rc = call;                                                                                                                     \
        return with_id(k, rc, out);                                                                                                        \
    }
#define RETURNS_STATUS(name, call)                                                                                                         \
    static int name(const knock *k) { return call; }

static int db_open(const knock *k) {
    crm_db *out = ANY;
    int rc = crm_db_open(k->text, NULL, P(out));
    return with_out(k, rc, out);
}
RETURNS_STATUS(db_uuid, crm_db_uuid(k->handle) ? CRM_OK : crm_error_status())
/* A good text would leave a copy behind. */
RETURNS_STATUS(db_backup, crm_db_backup(k->handle, k->text &&strcmp(k->text, GOOD) == 0 ? "/no/such" : k->text))
RETURNS_STATUS(db_compact, crm_db_compact(k->text, NULL))
RETURNS_STATUS(db_today, crm_db_today(k->handle) ? CRM_OK : crm_error_status())
static int txn_begin(const knock *k) {
    crm_txn *out = ANY;
    int rc = crm_txn_begin(k->handle, 0, CRM_ACTOR_SYSTEM, P(out));
    if (rc == CRM_OK) crm_txn_free(out);
    return with_out(k, rc, out);
}
RETURNS_STATUS(transact, crm_transact(k->handle, CRM_ACTOR_SYSTEM, k->no_out ? NULL : commit_nothing, NULL))
RETURNS_STATUS(txn_commit, crm_txn_commit(k->handle))
RETURNS_STATUS(txn_sequence, crm_txn_sequence(k->handle) ? CRM_OK : crm_error_status())
RETURNS_STATUS(txn_actor, crm_txn_actor(k->handle) ? CRM_OK : crm_error_status())
RETURNS_RECORD(record_get, crm_record_get(k->handle, crm_record_key(party), P(out)))
RETURNS_STATUS(record_put, crm_record_put(k->handle, k->no_out ? NULL : party, NULL, NULL))
RETURNS_STATUS(record_delete, crm_record_delete(k->handle, 0, 0))
RETURNS_ID(record_find, crm_record_find(k->handle, CRM_ROLE_NUMBER, "customer", CRM_NTS, k->text, k->len, P(out)))
RETURNS_ID(record_find_scope, crm_record_find(k->handle, CRM_ROLE_NUMBER, k->text, k->len, "1", 1, P(out)))
RETURNS_ITER(record_search_id, crm_record_search_id(k->handle, CRM_PARTY_REFERRER, crm_record_key(party), 0, NULL, P(out)))
RETURNS_ITER(record_search, crm_record_search(k->handle, CRM_PARTY_NAME, k->text, k->len, 0, NULL, P(out)))
RETURNS_ITER(record_list, crm_record_list(k->handle, crm_record_key(party), CRM_KIND_ROLE, 0, NULL, P(out)))
RETURNS_ID(party_find, crm_party_find(k->handle, "customer", k->text, k->len, P(out)))
RETURNS_ID(party_find_role, crm_party_find(k->handle, k->text, "1", 1, P(out)))
RETURNS_RECORD(party_get, crm_party_get(k->handle, "customer", k->text, k->len, P(out)))
RETURNS_RECORD(party_get_role, crm_party_get(k->handle, k->text, "1", 1, P(out)))
RETURNS_ITER(party_list, crm_party_list(k->handle, NULL, k->text, k->len, 0, 0, NULL, P(out)))
RETURNS_ITER(party_list_role, crm_party_list(k->handle, k->text, NULL, 0, 0, 0, NULL, P(out)))
RETURNS_ITER(directory_list, crm_directory_list(k->handle, NULL, 0, NULL, P(out)))
static int directory_count(const knock *k) {
    uint64_t out = 7;
    int rc = crm_directory_count(k->handle, NULL, P(out), NULL);
    if (rc < 0 && !k->no_out) cr_expect_eq(out, 7, "an output that changed after %d", rc);
    return rc;
}
static int file_get(const knock *k) {
    crm_file *out = ANY;
    int rc = crm_file_get(k->handle, crm_record_key(party), P(out));
    if (rc == CRM_OK) crm_file_free(out);
    return with_out(k, rc, out);
}
RETURNS_ID(identifier_find, crm_identifier_find(k->handle, "gln", k->text, k->len, P(out)))
RETURNS_ID(identifier_find_scheme, crm_identifier_find(k->handle, k->text, "1", 1, P(out)))
RETURNS_STATUS(identifier_check, crm_identifier_check("duns", k->text, k->len, NULL, 0))
RETURNS_STATUS(identifier_check_scheme, crm_identifier_check(k->text, "1", 1, NULL, 0))
RETURNS_ID(code_find, crm_code_find(k->handle, "plant", k->text, k->len, P(out)))
RETURNS_ID(code_find_domain, crm_code_find(k->handle, k->text, "1", 1, P(out)))
RETURNS_ITER(code_list, crm_code_list(k->handle, k->text, 0, NULL, P(out)))
RETURNS_RECORD(setting_get, crm_setting_get(k->handle, k->text, P(out)))
RETURNS_STATUS(setting_set, crm_setting_set(k->handle, GOOD, k->text, k->len))
RETURNS_STATUS(setting_clear, crm_setting_clear(k->handle, k->text))
RETURNS_STATUS(setting_set_name, crm_setting_set(k->handle, k->text, "x", 1))
RETURNS_RECORD(policy_get, crm_policy_get(k->handle, CRM_QUOTE_PLANT, P(out)))
RETURNS_STATUS(policy_set, crm_policy_set(k->handle, CRM_QUOTE_PLANT, (const uint32_t[]){CRM_LEVEL_EXPLICIT}, 1))
RETURNS_STATUS(policy_clear, crm_policy_clear(k->handle, CRM_QUOTE_PLANT))
static int quote_resolve(const knock *k) {
    crm_quote *out = ANY;
    int rc = crm_quote_resolve(k->handle, crm_record_key(party), CRM_TODAY, NULL, P(out));
    if (rc >= 0) crm_quote_free(out);
    return with_out(k, rc, out);
}
static int quote_reresolve(const knock *k) {
    crm_quote *out = ANY;
    int rc = crm_quote_reresolve(k->handle, proposal, 0, CRM_TODAY, NULL, NULL, 0, P(out));
    if (rc >= 0) crm_quote_free(out);
    return with_out(k, rc, out);
}
static int quote_load(const knock *k) {
    crm_quote *out = ANY;
    size_t size;
    const void *bytes = crm_quote_save(proposal, &size);
    int rc = crm_quote_load(k->handle, bytes, size, P(out));
    if (rc >= 0) crm_quote_free(out);
    return with_out(k, rc, out);
}
RETURNS_STATUS(sync_apply, crm_sync_apply(k->no_out ? NULL : sync_rows, k->handle, CRM_ACTOR_SYSTEM))
static int sync_plan(const knock *k) {
    crm_plan *out = ANY;
    int rc = crm_sync_plan(sync_rows, k->handle, CRM_ACTOR_SYSTEM, P(out));
    if (rc >= 0) crm_plan_free(out);
    return with_out(k, rc, out);
}
static int plan_load(const knock *k) {
    crm_plan *out = ANY;
    int rc = crm_plan_load(k->handle, "CRMP", 4, P(out));
    if (rc >= 0) crm_plan_free(out);
    return with_out(k, rc, out);
}
static int verify(const knock *k) {
    crm_damages *out = ANY;
    int rc = crm_verify(k->handle, 0, 0, NULL, NULL, P(out));
    if (rc >= 0) crm_damages_free(out);
    return with_out(k, rc, out);
}
RETURNS_STATUS(plan_apply, crm_plan_apply(NULL, k->handle, CRM_ACTOR_SYSTEM, NULL))
RETURNS_STATUS(run_revert, crm_run_revert(k->handle, CRM_ACTOR_SYSTEM, crm_record_key(party)))
RETURNS_STATUS(run_forget, crm_run_forget(k->handle, crm_record_key(party)))
RETURNS_ITER(run_blockers, crm_run_blockers(k->handle, crm_record_key(party), 0, NULL, P(out)))
RETURNS_STATUS(sync_job, crm_sync_job(k->no_out ? NULL : sync_rows, k->handle, CRM_ACTOR_SYSTEM, "", 0))
RETURNS_ID(iter_next, crm_iter_next(k->handle, P(out)))
static int iter_next_many(const knock *k) {
    crm_id out = 7;
    size_t count = 7;
    int rc = crm_iter_next_many(k->handle, P(out), 1, &count);
    if (rc < 0) cr_expect_eq(count, 7);
    return with_id(k, rc, out);
}
RETURNS_STATUS(iter_token, crm_iter_token(k->handle) ? CRM_OK : crm_error_status())
RETURNS_RECORD(record_new, crm_record_new(k->no_out ? CRM_KIND_PARTY : 63, P(out)))
RETURNS_RECORD(record_new_in, crm_record_new_in(k->handle, CRM_KIND_PARTY, P(out)))
RETURNS_ITER(record_search_int, crm_record_search_int(k->handle, custom, 1, 0, NULL, P(out)))
static int custom_field_find(const knock *k) {
    crm_field out = 0;
    return crm_custom_field_find(k->handle, k->text, P(out));
}
RETURNS_RECORD(custom_field_get, crm_custom_field_get(k->handle, custom, P(out)))
static int custom_field_next(const knock *k) {
    crm_field out = 0;
    return crm_custom_field_next(k->handle, CRM_KIND_PARTY, 0, P(out));
}
RETURNS_RECORD(record_copy, crm_record_copy(k->handle, P(out)))
RETURNS_STATUS(record_set_text, crm_record_set_text(party, CRM_PARTY_NOTE, k->text, k->len))
static int sync_new_in(const knock *k) {
    crm_sync *out = ANY;
    int rc = crm_sync_new_in(k->handle, k->text, CRM_ROWS_FLAT, P(out));
    if (rc == CRM_OK) crm_sync_free(out);
    return with_out(k, rc, out);
}
static int sync_new(const knock *k) {
    crm_sync *out = ANY;
    int rc = crm_sync_new(k->text, CRM_ROWS_FLAT, P(out));
    if (rc == CRM_OK) crm_sync_free(out);
    return with_out(k, rc, out);
}
RETURNS_ITER(address_list, crm_address_list(k->handle, crm_record_key(party), k->text, CRM_TODAY, 0, NULL, P(out)))
RETURNS_ID(address_choose, crm_address_choose(k->handle, crm_record_key(party), k->text, CRM_TODAY, P(out)))
RETURNS_ITER(contact_list, crm_contact_list(k->handle, crm_record_key(party), k->text, CRM_TODAY, 0, NULL, P(out)))
RETURNS_ID(contact_choose, crm_contact_choose(k->handle, crm_record_key(party), k->text, CRM_TODAY, P(out)))
static int address_move(const knock *k) {
    crm_id out = 7;
    crm_record *to = test_record(CRM_KIND_ADDRESS, 0, 0);
    int rc = crm_address_move(k->handle, crm_record_key(party), CRM_TODAY, k->no_out ? NULL : to, &out);
    crm_record_free(to);
    return with_id(k, rc, out);
}
static int address_format(const knock *k) {
    char out[80];
    crm_record *address = test_record(CRM_KIND_ADDRESS, 0, CRM_ADDRESS_TOWN, "Ulm", 0);
    int rc = crm_address_format(address, party, k->text, 0, k->no_out ? NULL : out, sizeof out, NULL);
    crm_record_free(address);
    return rc;
}
RETURNS_ID(group_find, crm_group_find(k->handle, k->text, k->len, P(out)))
RETURNS_ITER(group_list, crm_group_list(k->handle, 0, NULL, P(out)))
RETURNS_STATUS(group_add, crm_group_add(k->handle, crm_record_key(party), crm_record_key(party), CRM_NO_DATE, CRM_NO_DATE, NULL))
RETURNS_STATUS(group_remove, crm_group_remove(k->handle, crm_record_key(party), crm_record_key(party), CRM_TODAY))
RETURNS_ITER(group_members, crm_group_members(k->handle, crm_record_key(party), CRM_TODAY, 0, NULL, P(out)))
RETURNS_ITER(party_groups, crm_party_groups(k->handle, crm_record_key(party), CRM_TODAY, P(out)))
RETURNS_ID(party_opt_out, crm_party_opt_out(k->handle, crm_record_key(party), CRM_TODAY, P(out)))
static int option_allowed(const knock *k) {
    int out = 7;
    int rc = crm_option_allowed(k->handle, crm_record_key(party), CRM_TODAY, k->text, k->len, P(out));
    if (rc < 0 && !k->no_out) cr_expect_eq(out, 7, "an output that changed after %d", rc);
    return rc;
}
static int option_check(const knock *k) {
    uint8_t out = 7;
    int rc = crm_option_check(k->handle, crm_record_key(party), CRM_TODAY, &k->text, 1, P(out), NULL);
    if (rc < 0 && !k->no_out) cr_expect_eq(out, 7, "an output that changed after %d", rc);
    return rc;
}
RETURNS_STATUS(party_convert, crm_party_convert(k->handle, crm_record_key(party), NULL, 0, NULL))
RETURNS_STATUS(record_archive, crm_record_archive(k->handle, 0, 0))
RETURNS_STATUS(record_restore, crm_record_restore(k->handle, 0, 0))
static int record_blockers(const knock *k) {
    crm_blockers *out = ANY;
    int rc = crm_record_blockers(k->handle, crm_record_key(party), P(out));
    if (rc == CRM_OK) crm_blockers_free(out);
    return with_out(k, rc, out);
}
#define RETURNS_CHANGES(name, call)                                                                                                        \
    static int name(const knock *k) {                                                                                                      \
        crm_changes *out = ANY;                                                                                                            \
        int rc = call;                                                                                                                     \
        if (rc == CRM_OK) crm_changes_free(out);                                                                                           \
        return with_out(k, rc, out);                                                                                                       \
    }
RETURNS_CHANGES(change_now, crm_change_now(k->handle, P(out)))
RETURNS_CHANGES(change_list, crm_change_list(k->handle, 0, NULL, 0, P(out)))
RETURNS_CHANGES(change_values, crm_change_values(k->handle, crm_record_key(party), 0, 0, NULL, P(out)))
static int dump_begin(const knock *k) {
    crm_dump *out = ANY;
    int rc = crm_dump_begin(k->handle, P(out));
    if (rc == CRM_OK) crm_dump_free(out);
    return with_out(k, rc, out);
}
RETURNS_ID(user_find, crm_user_find(k->handle, k->text, k->len, P(out)))
RETURNS_ITER(user_list, crm_user_list(k->handle, 0, NULL, P(out)))
RETURNS_STATUS(user_bind, crm_user_bind(k->handle, crm_record_key(party), crm_record_key(party), CRM_NO_DATE, CRM_NO_DATE, NULL))
RETURNS_STATUS(user_unbind, crm_user_unbind(k->handle, crm_record_key(party), crm_record_key(party), CRM_TODAY))
RETURNS_STATUS(user_password_set, crm_user_password_set(k->handle, crm_record_key(party), GOOD, CRM_NTS, 0))
RETURNS_STATUS(user_password_check, crm_user_password_check(k->handle, crm_record_key(party), GOOD, CRM_NTS))
RETURNS_STATUS(user_verifier_set, crm_user_verifier_set(k->handle, crm_record_key(party), GOOD, 3))
static int user_verifier_get(const knock *k) {
    size_t size = 7;
    int rc = crm_user_verifier_get(k->handle, crm_record_key(party), NULL, 0, P(size));
    return with_id(k, rc, size);
}
RETURNS_STATUS(access_check, crm_access_check(k->handle, crm_record_key(party), CRM_RIGHT_READ))
RETURNS_ITER(access_list, crm_access_list(k->handle, CRM_RIGHT_READ, 0, NULL, P(out)))
RETURNS_RECORD(access_explain, crm_access_explain(k->handle, 0, crm_record_key(party), CRM_RIGHT_READ, P(out)))

enum { DB = 1, TXN = 2, ITER = 4, TEXT = 8, NTS = 16, OPTIONAL = 32, OUT = 64, HANDLES = DB | TXN | ITER };

static const struct door {
    const char *name;
    int (*knock)(const knock *k);
    int takes; /* OPTIONAL: a NULL text is none */
    int good;  /* what it says to a caller who does it right, with the text GOOD */
} doors[] = {
    {"crm_db_open", db_open, NTS | OUT, CRM_E_NOTFOUND},
    {"crm_db_uuid", db_uuid, DB, CRM_OK},
    {"crm_db_today", db_today, DB, CRM_OK},
    {"crm_db_backup", db_backup, DB | NTS, CRM_E_NOTFOUND},
    {"crm_db_compact", db_compact, NTS, CRM_E_NOTFOUND},
    {"crm_txn_begin", txn_begin, DB | OUT, CRM_OK},
    {"crm_transact", transact, DB | OUT, CRM_E_INVALID},
    {"crm_txn_commit", txn_commit, TXN, CRM_OK},
    {"crm_txn_sequence", txn_sequence, TXN, CRM_OK},
    {"crm_txn_actor", txn_actor, TXN, CRM_OK},
    {"crm_record_get", record_get, TXN | OUT, CRM_OK},
    {"crm_record_put", record_put, TXN | OUT, CRM_OK},
    {"crm_record_delete", record_delete, TXN, CRM_E_NOTFOUND},
    {"crm_record_find", record_find, TXN | TEXT | OUT, CRM_OK},
    {"crm_record_find", record_find_scope, TXN | TEXT | OUT, CRM_E_NOTFOUND},
    {"crm_record_search", record_search, TXN | TEXT | OUT, CRM_OK},
    {"crm_record_search_id", record_search_id, TXN | OUT, CRM_OK},
    {"crm_record_list", record_list, TXN | OUT, CRM_OK},
    {"crm_party_find", party_find, TXN | TEXT | OUT, CRM_OK},
    {"crm_party_find", party_find_role, TXN | NTS | OUT, CRM_E_NOTFOUND},
    {"crm_party_get", party_get, TXN | TEXT | OUT, CRM_OK},
    {"crm_party_get", party_get_role, TXN | NTS | OUT, CRM_E_NOTFOUND},
    {"crm_party_list", party_list, TXN | TEXT | OPTIONAL | OUT, CRM_OK},
    {"crm_party_list", party_list_role, TXN | NTS | OPTIONAL | OUT, CRM_OK},
    {"crm_directory_list", directory_list, TXN | OUT, CRM_OK},
    {"crm_directory_count", directory_count, TXN | OUT, CRM_OK},
    {"crm_file_get", file_get, TXN | OUT, CRM_OK},
    {"crm_identifier_find", identifier_find, TXN | TEXT | OUT, CRM_E_NOTFOUND},
    {"crm_identifier_find", identifier_find_scheme, TXN | NTS | OUT, CRM_E_NOTFOUND},
    {"crm_identifier_check", identifier_check, TEXT, CRM_E_FORMAT},
    {"crm_identifier_check", identifier_check_scheme, NTS, CRM_E_NOTFOUND},
    {"crm_code_find", code_find, TXN | TEXT | OUT, CRM_E_NOTFOUND},
    {"crm_code_find", code_find_domain, TXN | NTS | OUT, CRM_E_NOTFOUND},
    {"crm_code_list", code_list, TXN | NTS | OUT, CRM_OK},
    {"crm_setting_get", setting_get, TXN | NTS | OUT, CRM_E_NOTFOUND},
    {"crm_setting_set", setting_set, TXN | TEXT, CRM_OK},
    {"crm_setting_set", setting_set_name, TXN | NTS, CRM_OK},
    {"crm_policy_get", policy_get, TXN | OUT, CRM_OK},
    {"crm_policy_set", policy_set, TXN, CRM_OK},
    {"crm_policy_clear", policy_clear, TXN, CRM_OK},
    {"crm_quote_resolve", quote_resolve, TXN | OUT, CRM_OK},
    {"crm_quote_reresolve", quote_reresolve, TXN | OUT, CRM_OK},
    {"crm_quote_load", quote_load, TXN | OUT, CRM_OK},
    {"crm_setting_clear", setting_clear, TXN | NTS, CRM_OK},
    {"crm_sync_apply", sync_apply, DB | OUT, CRM_E_INVALID},
    {"crm_sync_job", sync_job, DB | OUT, CRM_E_INVALID},
    {"crm_sync_plan", sync_plan, DB | OUT, CRM_E_INVALID},
    {"crm_plan_load", plan_load, TXN | OUT, CRM_E_FORMAT},
    {"crm_verify", verify, DB | OUT, CRM_OK},
    {"crm_plan_apply", plan_apply, DB, CRM_E_INVALID},
    {"crm_run_revert", run_revert, DB, CRM_E_INVALID},
    {"crm_run_forget", run_forget, TXN, CRM_E_NOTFOUND},
    {"crm_run_blockers", run_blockers, TXN | OUT, CRM_E_NOTFOUND},
    {"crm_iter_next", iter_next, ITER | OUT, CRM_ROW},
    {"crm_iter_next_many", iter_next_many, ITER | OUT, CRM_OK},
    {"crm_iter_token", iter_token, ITER, CRM_OK},
    {"crm_record_new", record_new, OUT, CRM_E_INVALID},
    {"crm_record_new_in", record_new_in, TXN | OUT, CRM_OK},
    {"crm_record_search_int", record_search_int, TXN | OUT, CRM_OK},
    {"crm_custom_field_find", custom_field_find, TXN | NTS | OUT, CRM_E_NOTFOUND},
    {"crm_custom_field_get", custom_field_get, TXN | OUT, CRM_OK},
    {"crm_custom_field_next", custom_field_next, TXN | OUT, CRM_OK},
    {"crm_sync_new_in", sync_new_in, TXN | NTS | OUT, CRM_OK},
    {"crm_record_copy", record_copy, OUT, CRM_E_INVALID},
    {"crm_record_set_text", record_set_text, TEXT, CRM_OK},
    {"crm_sync_new", sync_new, NTS | OUT, CRM_OK},
    {"crm_address_list", address_list, TXN | NTS | OUT, CRM_OK},
    {"crm_address_choose", address_choose, TXN | NTS | OUT, CRM_E_NOTFOUND},
    {"crm_contact_list", contact_list, TXN | NTS | OUT, CRM_OK},
    {"crm_contact_choose", contact_choose, TXN | NTS | OUT, CRM_E_NOTFOUND},
    {"crm_address_move", address_move, TXN | OUT, CRM_E_NOTFOUND},
    {"crm_address_format", address_format, NTS | OPTIONAL | OUT, CRM_OK},
    {"crm_group_find", group_find, TXN | TEXT | OUT, CRM_E_NOTFOUND},
    {"crm_group_list", group_list, TXN | OUT, CRM_OK},
    {"crm_group_add", group_add, TXN, CRM_E_NOTFOUND},
    {"crm_group_remove", group_remove, TXN, CRM_E_NOTFOUND},
    {"crm_group_members", group_members, TXN | OUT, CRM_E_NOTFOUND},
    {"crm_party_groups", party_groups, TXN | OUT, CRM_OK},
    {"crm_party_opt_out", party_opt_out, TXN | OUT, CRM_OK},
    {"crm_option_allowed", option_allowed, TXN | TEXT | OUT, CRM_OK},
    {"crm_option_check", option_check, TXN | NTS | OUT, CRM_OK},
    {"crm_party_convert", party_convert, TXN, CRM_OK},
    {"crm_record_archive", record_archive, TXN, CRM_E_NOTFOUND},
    {"crm_record_restore", record_restore, TXN, CRM_E_NOTFOUND},
    {"crm_record_blockers", record_blockers, TXN | OUT, CRM_OK},
    {"crm_change_now", change_now, TXN | OUT, CRM_OK},
    {"crm_change_list", change_list, TXN | OUT, CRM_OK},
    {"crm_change_values", change_values, TXN | OUT, CRM_OK},
    {"crm_dump_begin", dump_begin, TXN | OUT, CRM_OK},
    {"crm_user_find", user_find, TXN | TEXT | OUT, CRM_E_NOTFOUND},
    {"crm_user_list", user_list, TXN | OUT, CRM_OK},
    {"crm_user_bind", user_bind, TXN, CRM_E_NOTFOUND},
    {"crm_user_unbind", user_unbind, TXN, CRM_E_NOTFOUND},
    {"crm_user_password_set", user_password_set, TXN, CRM_E_NOTFOUND},
    {"crm_user_password_check", user_password_check, TXN, CRM_E_DENIED},
    {"crm_user_verifier_set", user_verifier_set, TXN, CRM_E_NOTFOUND},
    {"crm_user_verifier_get", user_verifier_get, TXN | OUT, CRM_E_NOTFOUND},
    {"crm_access_check", access_check, TXN, CRM_OK},
    {"crm_access_list", access_list, TXN | OUT, CRM_OK},
    {"crm_access_explain", access_explain, TXN | OUT, CRM_OK},
};
#define DOORS (sizeof doors / sizeof *doors)

static void *handle_for(const struct door *door) {
    return door->takes & DB ? (void *)db : door->takes & TXN ? (void *)txn : door->takes & ITER ? (void *)iter : NULL;
}

/* Calls a door; the thread's error is the same as the status. */
static void check(const struct door *door, knock k, int status, const char *what) {
    int rc = door->knock(&k);
    cr_expect_eq(rc, status, "%s, %s: %d %s", door->name, what, rc, crm_error_text());
    cr_expect(rc >= 0 || crm_error_status() == rc, "%s, %s: %d, but its error is %d", door->name, what, rc, crm_error_status());
    crm_record *error = test_record(CRM_KIND_SETTING, 0, CRM_SETTING_VALUE, crm_error_text(), 0); /* asserts that it is UTF-8 */
    crm_record_free(error);
}

/* First of all: that each of them opens. */
Test(doors, good) {
    for (size_t i = 0; i < DOORS; i++) {
        check(&doors[i], (knock){handle_for(&doors[i]), GOOD, CRM_NTS, false}, doors[i].good, "good");
        if (doors[i].knock != txn_commit) continue;
        crm_iter_free(iter);
        crm_txn_free(txn);
        txn = test_write(db);
        iter = list();
    }
}

static void check_handles(const struct door *door, crm_db *closed, crm_txn *over, crm_iter *freed) {
    void *heap = malloc(4096);
    memset(heap, 0xff, 4096);
    struct bad_handle {
        const char *what;
        void *handle;
    } bad[] = {
        {"a db", door->takes & DB ? closed : db},
        {"a transaction", door->takes & TXN ? over : txn},
        {"an iterator", door->takes & ITER ? freed : iter},
        {"a closed db", closed},
        {"a transaction that is over", over},
        {"a freed iterator", freed},
        {"a record", party},
        {"1", (void *)1},
        {"-1", (void *)UINTPTR_MAX},
        {"the stack", &bad},
        {"the heap", heap},
        {"inside the heap", (char *)heap + 1},
    };
    check(door, (knock){NULL, GOOD, CRM_NTS, false}, CRM_E_INVALID, "NULL");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        check(door, (knock){bad[i].handle, GOOD, CRM_NTS, false}, CRM_E_ENDED, bad[i].what);
    free(heap);
}

Test(doors, handles) {
    crm_db *closed = test_open();
    crm_txn *over = test_read(closed), *ended = test_read(closed);
    crm_iter *freed, *outlived;
    cr_assert_eq(crm_party_list(over, NULL, NULL, 0, 0, 0, NULL, &freed), CRM_OK);
    cr_assert_eq(crm_party_list(ended, NULL, NULL, 0, 0, 0, NULL, &outlived), CRM_OK);
    crm_iter_free(freed);
    crm_txn_free(over);
    crm_txn_abort(ended);
    crm_db_close(closed);
    char *before = test_dump_txn(txn);
    for (size_t i = 0; i < DOORS; i++) {
        if (!(doors[i].takes & HANDLES)) continue;
        check_handles(&doors[i], closed, over, freed);
        knock late = {doors[i].takes & TXN ? (void *)ended : outlived, GOOD, CRM_NTS, false};
        if (doors[i].takes & (TXN | ITER) && doors[i].knock != iter_token) check(&doors[i], late, CRM_E_ENDED, "ended, not freed");
    }
    void *strange[] = {NULL, (void *)1, (void *)UINTPTR_MAX, &strange, closed, over, freed, party};
    for (size_t i = 0; i < sizeof strange / sizeof *strange; i++) { /* what has no result does nothing */
        crm_db_close(strange[i]);
        crm_txn_abort(strange[i]);
        crm_txn_free(strange[i]);
        crm_iter_free(strange[i]);
    }
    crm_db_close((crm_db *)txn);
    crm_db_close((crm_db *)iter);
    crm_txn_free((crm_txn *)db);
    crm_txn_abort((crm_txn *)iter);
    crm_iter_free((crm_iter *)txn);
    crm_iter_free(outlived);
    crm_txn_free(ended);
    char *after = test_dump_txn(txn);
    cr_expect_str_eq(after, before);
    free(before);
    free(after);
    test_commit(txn);
    cr_expect_eq(test_sequence(db), 1, "nothing changed");
}

Test(doors, texts) {
    static const struct bad_text {
        const char *what, *text;
        size_t len;
    } bad[] = {
        {"no UTF-8", "a\xff", CRM_NTS},
        {"a stray byte", "\x80", CRM_NTS},
        {"an overlong NUL", "\xc0\x80", CRM_NTS},
        {"a surrogate", "\xed\xa0\x80", CRM_NTS},
        {"above U+10FFFF", "\xf4\x90\x80\x80", CRM_NTS},
        {"cut", "a\xc3", CRM_NTS},
        {"cut by its length", "\xc3\xa4", 1},
        {"U+0000", "a\0b", 3},
        {"nothing but U+0000", "", 1},
    };
    char *huge = malloc(70001), *before = test_dump_txn(txn);
    memset(huge, 'x', 70000);
    huge[70000] = 0;
    for (size_t i = 0; i < DOORS; i++) {
        const struct door *door = &doors[i];
        void *handle = handle_for(door);
        if (!(door->takes & (TEXT | NTS))) continue;
        if (!(door->takes & OPTIONAL)) check(door, (knock){handle, NULL, CRM_NTS, false}, CRM_E_INVALID, "NULL");
        for (size_t j = 0; j < sizeof bad / sizeof *bad; j++)
            if (bad[j].len == CRM_NTS || door->takes & TEXT)
                check(door, (knock){handle, bad[j].text, bad[j].len, false}, CRM_E_UTF8, bad[j].what);
        if (door->takes & TEXT) {
            check(door, (knock){handle, "x", SIZE_MAX - 1, false}, CRM_E_TOO_BIG, "a length that is none");
            check(door, (knock){handle, "x", SIZE_MAX / 2, false}, CRM_E_TOO_BIG, "half of everything");
            check(door, (knock){handle, huge, 4097, false}, CRM_E_TOO_BIG, "4,097 bytes");
        }
        if (door->takes & TXN) check(door, (knock){handle, huge, CRM_NTS, false}, CRM_E_TOO_BIG, "70,000 bytes");
        if (!(door->takes & TXN)) { /* another limit, or the system's */
            knock long_name = {handle, huge, CRM_NTS, false};
            cr_expect(door->knock(&long_name) < 0, "%s", door->name);
        }
    }
    char *after = test_dump_txn(txn);
    cr_expect_str_eq(after, before);
    free(before);
    free(after);
    free(huge);
    test_commit(txn);
    cr_expect_eq(test_sequence(db), 1, "nothing changed");
}

Test(doors, outputs) {
    for (size_t i = 0; i < DOORS; i++)
        if (doors[i].takes & OUT) check(&doors[i], (knock){handle_for(&doors[i]), GOOD, CRM_NTS, true}, CRM_E_INVALID, "no output");
}

/* --- nobody is forgotten --- */

/* Functions that nulls.c has, those that end a handle, and those that take neither a handle nor a pointer that they read. */
static const char *const others =
    " crm_db_close crm_txn_abort crm_txn_free crm_iter_free crm_record_free crm_file_free crm_quote_free crm_sync_free"
    " crm_record_kind crm_record_key crm_record_revision crm_record_has crm_record_count crm_record_field crm_record_text crm_record_int"
    " crm_record_bool crm_record_date crm_record_time crm_record_amount crm_record_id crm_record_bytes crm_record_item_count "
    "crm_record_item"
    " crm_record_label crm_record_label_language crm_record_set_text crm_record_set_int crm_record_set_bool crm_record_set_date"
    " crm_record_set_time crm_record_set_amount crm_record_set_id crm_record_set_bytes crm_record_add_item crm_record_set_label"
    " crm_record_clear crm_record_json crm_record_field_find crm_record_field_name crm_file_count crm_file_record crm_file_json"
    " crm_quote_record crm_quote_date crm_quote_level crm_quote_reason crm_quote_source crm_quote_source_revision crm_quote_source_field"
    " crm_quote_flags crm_quote_candidate_count crm_quote_candidate crm_quote_block_reason crm_quote_address crm_quote_address_text"
    " crm_quote_json crm_quote_level_name crm_quote_reason_name crm_quote_loser_count crm_quote_loser crm_quote_change_count"
    " crm_quote_change crm_quote_given crm_quote_explain crm_quote_rule crm_quote_level_find crm_quote_save"
    " crm_sync_set_policy crm_sync_set_role crm_sync_set_flags crm_sync_map crm_sync_add_column crm_sync_target crm_sync_add_row"
    " crm_sync_warning_count crm_sync_warning_sheet crm_sync_warning_row crm_sync_warning_column crm_sync_warning_text"
    " crm_sync_add_sheet crm_sync_sheet_count crm_sync_sheet_name crm_sync_sheet_shape crm_sync_sheet_target crm_sync_sheet_heading"
    " crm_sync_role crm_sync_source crm_sync_if_exists crm_sync_if_not_exists crm_dump_identity crm_dump_next crm_dump_free"
    " crm_load_begin crm_load_record crm_load_put crm_load_stub crm_load_finish crm_load_free"
    " crm_sync_error_sheet crm_sync_heading crm_sync_has_heading crm_sync_flags crm_sync_ignore crm_sync_ignored crm_sync_ignored_count"
    " crm_sync_set_progress crm_sync_run crm_sync_count crm_sync_error_count crm_sync_error_row crm_sync_error_column crm_sync_error_field "
    "crm_sync_error_status"
    " crm_plan_free crm_plan_count crm_plan_row_count crm_plan_row crm_plan_cell_count crm_plan_heading crm_plan_cell"
    " crm_plan_set_progress crm_plan_change_count crm_plan_change crm_plan_json crm_plan_explain crm_plan_save"
    " crm_sync_error_text"
    " crm_changes_count crm_changes_record crm_changes_token crm_changes_more crm_changes_free"
    " crm_blockers_count crm_blockers_record crm_blockers_sample crm_blockers_json crm_blockers_free"
    " crm_damages_count crm_damages_record crm_damages_free crm_reindex crm_salvage"
    " crm_error_status crm_error_text crm_error_field crm_error_row crm_error_report crm_status_name crm_status_text crm_status_class_of"
    " crm_version crm_version_text crm_feature_supported "
    /* schema.c asks all of these */
    " crm_kind_next crm_kind_find crm_kind_name crm_kind_label crm_field_next crm_field_find crm_field_name crm_field_kind crm_field_type"
    " crm_field_flags crm_field_label crm_field_domain crm_field_since crm_domain_count crm_domain_name crm_domain_closed crm_domain_code"
    " crm_domain_label ";

static bool is_known(const char *name) {
    char word[80];
    snprintf(word, sizeof word, " %s ", name);
    if (strstr(others, word)) return true;
    for (size_t i = 0; i < DOORS; i++)
        if (strcmp(doors[i].name, name) == 0) return true;
    return false;
}

Test(doors, all_of_them) {
    char path[4096], line[256], name[64];
    const char *source = getenv("CRM_SOURCE");
    int count = 0;
    snprintf(path, sizeof path, "%s/src/libcrm.map", source ? source : ".");
    FILE *map = fopen(path, "r");
    if (!map) {
        fprintf(stderr, "skipped: no CRM_SOURCE\n");
        return;
    }
    while (fgets(line, sizeof line, map))
        if (sscanf(line, " %63[a-z0-9_];", name) == 1 && strncmp(name, "crm_", 4) == 0) {
            count++;
            cr_expect(is_known(name), "%s is exported, and nobody here knocks at it", name);
        }
    fclose(map);
    cr_expect(count > 120, "%d functions", count);
}
