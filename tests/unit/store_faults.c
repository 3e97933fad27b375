/* SPDX-License-Identifier: MIT */
/* Over the counting engine: round trips, transactions that run again, and a failure at each single call of a long transaction: nothing is
 * ever half done, and no failure is swallowed. */
#include "api/api.h"
#include "store/db.h"
#include "support/store.h"
#include <criterion/criterion.h>
#include <libcrm/maintain.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void begin(void) {
    test_begin();
    crmi_counting_enable(true);
}

TestSuite(store_faults, .init = begin, .fini = test_end);

static crmi_txn *inside(crm_txn *txn) {
    int status;
    crmi_txn *open = crmi_api_enter(txn, false, &status);
    cr_assert(open, "%s", crm_error_text());
    crmi_api_leave(txn);
    return open;
}

/* --- round trips --- */

static uint64_t trips(void) {
    uint64_t count = crmi_counting_trips();
    crmi_counting_reset();
    return count;
}

Test(store_faults, round_trips) {
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    crm_id party = test_party(txn, "x"), id;
    test_role(txn, party, CRM_ROLE_CUSTOMER, "1");
    for (int i = 0; i < 50; i++) test_child(txn, CRM_KIND_ADDRESS, party, CRM_ADDRESS_TOWN, "Ulm");
    test_commit(txn);
    crm_record *rec;
    crm_file *file;
    crm_iter *iter;
    trips();
    txn = test_read(db);
    cr_expect_eq(trips(), 0, "a snapshot is free");
    cr_assert_eq(crm_file_get(txn, party, &file), CRM_OK);
    cr_expect_eq(trips(), 1, "a file of 52 records");
    cr_assert_eq(crm_party_find(txn, CRM_ROLE_CUSTOMER, "1", CRM_NTS, &id), CRM_OK);
    cr_assert_eq(crm_record_get(txn, id, &rec), CRM_OK);
    cr_expect_eq(trips(), 2, "a record by its number");
    crm_record_free(rec);
    cr_assert_eq(crm_party_get(txn, CRM_ROLE_CUSTOMER, "1", CRM_NTS, &rec), CRM_OK);
    cr_expect_eq(trips(), 2, "the same in one call");
    cr_assert_eq(crm_party_list(txn, NULL, "X", CRM_NTS, 0, 0, NULL, &iter), CRM_OK);
    cr_expect_eq(trips(), 2, "a page of the directory, and once in a transaction its order");
    crm_iter_free(iter);
    cr_assert_eq(crm_record_search(txn, CRM_ADDRESS_TOWN, "ulm", CRM_NTS, 10, NULL, &iter), CRM_OK);
    cr_expect_eq(trips(), 1, "a page of an index");
    crm_txn_sequence(txn);
    cr_expect_eq(trips(), 1);
    crm_iter_free(iter);
    crm_record_free(rec);
    crm_file_free(file);
    crm_txn_free(txn);
    crm_db_close(db);
}

/* --- run again --- */

/* Behind the sequence and what the feed reads and writes comes the commit. */
#define COMMIT_CALL 7

typedef struct again {
    int runs, status, until; /* fails so in this many runs */
    bool at_commit;
} again;

static int add_party(crm_txn *txn, void *data) {
    again *what = data;
    bool fail = what->runs++ < what->until;
    if (fail && !what->at_commit) crmi_counting_fail(1, what->status);
    crm_record *rec = test_record(CRM_KIND_PARTY, 0, CRM_PARTY_TYPE, "person", CRM_PARTY_NAME, "x", 0);
    int rc = test_try(txn, rec);
    if (fail && what->at_commit) crmi_counting_fail(COMMIT_CALL, what->status);
    return rc == CRM_OK ? CRM_COMMIT : rc;
}

Test(store_faults, again) {
    static const struct again_case {
        again what;
        int status, runs, stored;
    } cases[] = {
        {{0, CRM_E_CONFLICT, 1, true}, CRM_OK, 2, 1},
        {{0, CRM_E_CONFLICT, 3, false}, CRM_OK, 4, 1},
        {{0, CRM_E_CONFLICT, 999, true}, CRM_E_CONFLICT, CRMI_LIMIT_TRANSACT_TRIES, 0},
        {{0, CRM_E_IO, 1, true}, CRM_E_IO, 1, 0},
        {{0, CRM_E_NOMEM, 1, false}, CRM_E_NOMEM, 1, 0},
        {{0, CRM_E_FULL, 1, true}, CRM_E_FULL, 1, 0}, /* the map can't grow */
        {{0, CRM_E_COMMIT_UNKNOWN, 1, true}, CRM_E_COMMIT_UNKNOWN, 1, 1},
    };
    crm_db *db = test_open();
    cr_assert(crm_transact(db, CRM_ACTOR_SYSTEM, add_party, &(again){0}) == CRM_OK); /* the first commit begins the feed */
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        again what = cases[i].what;
        uint64_t before = test_sequence(db);
        int rc = crm_transact(db, CRM_ACTOR_SYSTEM, add_party, &what);
        cr_expect_eq(rc, cases[i].status, "%zu: %d", i, rc);
        cr_expect(rc == CRM_OK || crm_error_status() == rc, "%zu: its error", i);
        cr_expect_eq(what.runs, cases[i].runs, "%zu: %d runs", i, what.runs);
        cr_expect_eq(test_sequence(db) - before, (uint64_t)cases[i].stored, "%zu", i);
    }
    crm_db_close(db);
}

/* --- a failure at each call --- */

typedef struct script {
    crm_id party, other, address, contact, role, code;
    crm_id top, group, below, prospect, site;
    crm_id added;
    bool stop;                       /* at the first failure */
    int failed;                      /* status of the first failure */
    int step;                        /* that comes next */
    enum { LEAVE, WRITE, LOOK } how; /* what to do with steps */
    char **steps;                    /* what the store is like before each step, where none fails */
} script;

#define STEPS 32

/* A step that failed has done nothing, or nobody can go on. */
static void check_step(const script *s, crm_txn *txn) {
    if (crmi_txn_check(inside(txn), true) < 0) return;
    char *now = test_dump_txn(txn);
    cr_expect_str_eq(now, s->steps[s->step], "step %d failed, and left something", s->step);
    free(now);
}

/* Notes how a step ended; true where the script goes on. */
static bool done(script *s, crm_txn *txn, int rc) {
    bool first = rc < 0 && !s->failed;
    if (first) s->failed = rc;
    if (first && s->how == LOOK) check_step(s, txn);
    if (s->how == WRITE) s->steps[s->step + 1] = test_dump_txn(txn);
    s->step++;
    return rc >= 0 || !s->stop;
}

static int put_text(crm_txn *txn, crm_id id, crm_field field, const char *text) {
    crm_record *rec;
    int rc = crm_record_get(txn, id, &rec);
    if (rc < 0) return rc;
    rc = crm_record_set_text(rec, field, text, CRM_NTS);
    return rc == CRM_OK ? test_try(txn, rec) : rc;
}

static int put_id(crm_txn *txn, crm_record *rec, crm_field field, crm_id id) {
    cr_assert_eq(crm_record_set_id(rec, field, id), CRM_OK);
    return test_try(txn, rec);
}

static int archive(crm_txn *txn, crm_id id) {
    crm_record *rec;
    int rc = crm_record_get(txn, id, &rec);
    if (rc < 0) return rc;
    cr_assert_eq(crm_record_set_bool(rec, CRM_PARTY_ARCHIVED, 1), CRM_OK);
    return test_try(txn, rec);
}

static int add_person(crm_txn *txn, crm_id *out) {
    crm_record *rec = test_record(CRM_KIND_PARTY, 0, CRM_PARTY_TYPE, "person", CRM_PARTY_NAME, "Nöw", CRM_PARTY_VAT_ID, "DE1", 0);
    int rc = crm_record_put(txn, rec, out, NULL);
    crm_record_free(rec);
    return rc;
}

static crm_record *defaults(crm_id party, const char *area) {
    return test_record(CRM_KIND_QUOTE_DEFAULTS, party, CRM_QUOTE_DEFAULTS_SALES_AREA, area, CRM_QUOTE_DEFAULTS_PRICE_LIST, "A", 0);
}

static crm_record *group(const char *code, crm_id parent) {
    crm_record *rec = test_record(CRM_KIND_GROUP, 0, CRM_GROUP_CODE, code, CRM_GROUP_NAME, "x", 0);
    cr_assert_eq(crm_record_set_id(rec, CRM_GROUP_PARENT, parent), CRM_OK);
    return rec;
}

static int move(crm_txn *txn, crm_id id, crm_id parent) {
    crm_record *rec;
    int rc = crm_record_get(txn, id, &rec);
    return rc == CRM_OK ? put_id(txn, rec, CRM_GROUP_PARENT, parent) : rc;
}

/* Calls that change several records each. */
static bool run_groups(crm_txn *txn, script *s) {
    return done(s, txn, test_try(txn, group("new", s->group))) && done(s, txn, move(txn, s->group, s->top)) &&
           done(s, txn, crm_group_add(txn, s->below, s->other, TEST_DAY, CRM_NO_DATE, NULL)) &&
           done(s, txn, crm_group_remove(txn, s->group, s->party, TEST_DAY)) && done(s, txn, crm_record_archive(txn, s->site, 0)) &&
           done(s, txn, crm_record_restore(txn, s->site, 0)) && done(s, txn, crm_party_convert(txn, s->prospect, NULL, 0, NULL)) &&
           done(s, txn, crm_record_delete(txn, s->top, 0) == CRM_E_IN_USE ? CRM_OK : crm_error_status()) &&
           done(s, txn, move(txn, s->group, 0)) && done(s, txn, crm_record_delete(txn, s->top, 0));
}

static int run(crm_txn *txn, void *data) {
    script *s = data;
    bool ok =
        run_groups(txn, s) && done(s, txn, add_person(txn, &s->added)) &&
        done(s, txn, test_try(txn, test_record(CRM_KIND_ROLE, s->added, CRM_ROLE_ROLE, CRM_ROLE_CUSTOMER, 0))) &&
        done(s, txn, test_try(txn, test_record(CRM_KIND_ADDRESS, s->party, CRM_ADDRESS_TOWN, "Bonn", CRM_ADDRESS_GLN, "4", 0))) &&
        done(s, txn, put_id(txn, test_record(CRM_KIND_USAGE, s->party, CRM_USAGE_PURPOSE, "billing", 0), CRM_USAGE_TARGET, s->address)) &&
        done(s, txn, put_text(txn, s->party, CRM_PARTY_NAME, "Renamed")) &&
        done(s, txn, put_text(txn, s->party, CRM_PARTY_NAME, "Renamed")) && done(s, txn, put_text(txn, s->role, CRM_ROLE_NUMBER, "77")) &&
        done(s, txn, archive(txn, s->other)) &&
        done(s, txn, put_id(txn, defaults(s->party, "west"), CRM_QUOTE_DEFAULTS_SCOPE, s->contact)) &&
        done(s, txn, test_try(txn, test_record(CRM_KIND_CHANNEL, s->party, CRM_CHANNEL_TYPE, "mail", CRM_CHANNEL_VALUE, "A@b", 0))) &&
        done(s, txn, crm_setting_set(txn, "code.closed.plant", "0", CRM_NTS)) && done(s, txn, crm_setting_set(txn, "x", "y", CRM_NTS)) &&
        done(s, txn, crm_record_delete(txn, s->code, 0)) && done(s, txn, crm_record_delete(txn, s->address, 0)) &&
        done(s, txn, crm_record_delete(txn, s->other, 0));
    return ok ? CRM_COMMIT : s->failed;
}

static void fill_groups(crm_txn *txn, script *s) {
    s->top = test_group(txn, "top", 0);
    s->group = test_group(txn, "group", 0);
    s->below = test_group(txn, "below", s->group);
    test_put(txn, group("lowest", s->below));
    test_put(txn, defaults(s->top, "west"));
    cr_assert_eq(crm_group_add(txn, s->group, s->party, CRM_NO_DATE, TEST_DAY + 9, NULL), CRM_OK);
    cr_assert_eq(crm_group_add(txn, s->group, s->party, TEST_DAY + 9, CRM_NO_DATE, NULL), CRM_OK);
    s->prospect = test_party(txn, "Prospect");
    for (int64_t day = 0; day < 2; day++) {
        crm_record *rec = test_record(CRM_KIND_ROLE, s->prospect, CRM_ROLE_ROLE, CRM_ROLE_PROSPECT, 0);
        cr_assert_eq(crm_record_set_date(rec, day ? CRM_ROLE_VALID_FROM : CRM_ROLE_VALID_UNTIL, TEST_DAY), CRM_OK);
        test_put(txn, rec);
    }
    s->site = test_child(txn, CRM_KIND_ADDRESS, s->prospect, CRM_ADDRESS_TOWN, "Hof");
    cr_assert_eq(put_id(txn, defaults(s->prospect, "west"), CRM_QUOTE_DEFAULTS_PREFERRED_SITE, s->site), CRM_OK);
    crm_record *rec = test_record(CRM_KIND_USAGE, s->prospect, CRM_USAGE_PURPOSE, "delivery", 0);
    cr_assert_eq(crm_record_set_bool(rec, CRM_USAGE_IS_DEFAULT, 1), CRM_OK);
    cr_assert_eq(put_id(txn, rec, CRM_USAGE_TARGET, s->site), CRM_OK);
}

static script fill(crm_db *db) {
    script s = {0};
    crm_txn *txn = test_write(db);
    s.party = test_party(txn, "Old");
    s.other = test_party(txn, "Other");
    s.role = test_role(txn, s.party, CRM_ROLE_CUSTOMER, NULL);
    test_role(txn, s.other, CRM_ROLE_SUPPLIER, NULL);
    s.address = test_child(txn, CRM_KIND_ADDRESS, s.party, CRM_ADDRESS_TOWN, "Ulm");
    s.contact = test_child(txn, CRM_KIND_CONTACT, s.party, CRM_CONTACT_NAME, "Ada");
    test_child(txn, CRM_KIND_CONTACT, s.other, CRM_CONTACT_NAME, "Bob");
    s.code = test_put(txn, test_record(CRM_KIND_CODE, 0, CRM_CODE_DOMAIN, "plant", CRM_CODE_CODE, "P1", 0));
    crm_record *rec = test_record(CRM_KIND_USAGE, s.party, CRM_USAGE_PURPOSE, "delivery", 0);
    cr_assert_eq(put_id(txn, rec, CRM_USAGE_TARGET, s.address), CRM_OK);
    rec = test_record(CRM_KIND_IDENTIFIER, s.party, CRM_IDENTIFIER_SCHEME, "gln", CRM_IDENTIFIER_VALUE, "1", 0);
    cr_assert_eq(put_id(txn, rec, CRM_IDENTIFIER_TARGET, s.address), CRM_OK);
    cr_assert_eq(crm_setting_set(txn, "code.closed.plant", "1", CRM_NTS), CRM_OK);
    test_put(txn, defaults(0, "west"));
    fill_groups(txn, &s);
    test_commit(txn);
    return s;
}

/* --- what is stored, byte by byte --- */

static int add_row(void *data, size_t read, crmi_slice key, crmi_slice value) {
    crmi_buffer *out = data;
    crmi_buffer_byte(out, (uint8_t)read);
    crmi_buffer_append(out, &key.size, sizeof key.size);
    crmi_buffer_append(out, key.data, key.size);
    crmi_buffer_append(out, &value.size, sizeof value.size);
    crmi_buffer_append(out, value.data, value.size);
    return CRM_OK;
}

static crmi_buffer everything(crm_db *db) {
    crmi_buffer out = {0};
    crmi_read reads[CRMI_TABLES];
    for (uint32_t i = 0; i < CRMI_TABLES; i++) reads[i] = (crmi_read){.table = i, .flags = CRMI_READ_RANGE};
    crm_txn *txn = test_read(db);
    cr_assert_eq(crmi_engine_get_many(crmi_txn_engine(inside(txn)), reads, CRMI_TABLES, add_row, &out), CRM_OK);
    crm_txn_free(txn);
    return out;
}

/* Whether the failure asked for has not come yet. */
static bool pending(crm_db *db) {
    crm_txn *txn;
    for (int i = 0; i < 3; i++) { /* no more than these calls lie behind the script's end */
        if (crm_txn_begin(db, 0, CRM_ACTOR_SYSTEM, &txn) < 0) return true;
        crm_txn_free(txn);
    }
    return false;
}

Test(store_faults, all_or_nothing, .timeout = 60) {
    static const int statuses[] = {CRM_E_IO, CRM_E_NOMEM, CRM_E_FULL};
    crm_db *db = test_open();
    script s = fill(db);
    crmi_buffer before = everything(db);
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        uint64_t nth = 0;
        for (bool reached = true; reached;) {
            script copy = s;
            copy.stop = true;
            crmi_counting_fail(++nth, statuses[i]);
            crm_txn *txn;
            int rc = crm_txn_begin(db, CRM_TXN_WRITE, CRM_ACTOR_SYSTEM, &txn);
            if (rc == CRM_OK) rc = run(txn, &copy);
            reached = rc != CRM_COMMIT;
            if (reached) {
                cr_expect(rc == statuses[i] && crm_error_status() == rc, "call %llu: %d", (unsigned long long)nth, rc);
            } else {
                cr_assert(pending(db), "call %llu failed, and nobody said so", (unsigned long long)nth);
            }
            crmi_counting_fail(0, CRM_OK);
            crm_txn_free(txn);
            crmi_buffer after = everything(db);
            cr_expect(after.size == before.size && memcmp(after.data, before.data, after.size) == 0, "call %llu", (unsigned long long)nth);
            crmi_buffer_free(&after);
        }
        cr_expect(nth > 100, "%llu calls", (unsigned long long)nth);
    }
    crmi_buffer_free(&before);
    crm_db_close(db);
}

/* --- failures that the caller does not care about --- */

static int count_row(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read, (void)key, (void)value;
    ++*(size_t *)data;
    return CRM_OK;
}

static int delete_list(crm_txn *txn, crm_iter *iter, size_t *kept) {
    static test_ids ids;
    ids.count = 0;
    free(test_page(iter, &ids));
    for (size_t i = 0; i < ids.count; i++) {
        int rc = crm_record_delete(txn, ids.id[i], 0);
        if (rc == CRM_E_IN_USE) ++*kept;
        if (rc < 0 && rc != CRM_E_IN_USE) return rc;
    }
    return CRM_OK;
}

static int delete_all(crm_txn *txn) {
    static const uint32_t kinds[] = {CRM_KIND_CODE, CRM_KIND_SETTING, CRM_KIND_QUOTE_DEFAULTS};
    crm_iter *iter;
    int rc = CRM_OK;
    for (size_t kept = 1; rc == CRM_OK && kept;) {
        kept = 0;
        for (uint32_t flags = 0; rc == CRM_OK && flags < 2; flags++) {
            rc = crm_party_list(txn, NULL, NULL, 0, flags, 0, NULL, &iter);
            if (rc == CRM_OK) rc = delete_list(txn, iter, &kept);
        }
    }
    for (size_t kept = 1; rc == CRM_OK && kept;) {
        kept = 0;
        rc = crm_group_list(txn, 0, NULL, &iter);
        if (rc == CRM_OK) rc = delete_list(txn, iter, &kept);
    }
    for (size_t i = 0, kept; rc == CRM_OK && i < 3; i++) {
        rc = crm_record_list(txn, 0, kinds[i], 0, NULL, &iter);
        if (rc == CRM_OK) rc = delete_list(txn, iter, &kept);
    }
    return rc;
}

/* Takes the store apart: every entry that an index should have is missed when it is not there, and what is left over is seen. */
static void check_whole(crm_txn *txn, uint64_t nth) {
    size_t entries = 0, records = 0;
    crmi_read read = {.table = CRMI_TABLE_INDEX, .flags = CRMI_READ_RANGE};
    int rc = delete_all(txn);
    cr_expect_eq(rc, CRM_OK, "call %llu: %d %s", (unsigned long long)nth, rc, crm_error_text());
    cr_assert_eq(crmi_engine_range(crmi_txn_engine(inside(txn)), &read, count_row, &entries), CRM_OK);
    cr_expect_eq(entries, 0, "call %llu: %zu entries of nothing", (unsigned long long)nth, entries);
    uint8_t from[8] = {0, 0, 0, 0, 1}; /* the parties' files: stubs of the store's own records may stay */
    read = (crmi_read){.table = CRMI_TABLE_FILE, .flags = CRMI_READ_RANGE, .from = {from, 8}};
    cr_assert_eq(crmi_engine_range(crmi_txn_engine(inside(txn)), &read, count_row, &records), CRM_OK);
    cr_expect_eq(records, 0, "call %llu: %zu records are left", (unsigned long long)nth, records);
}

/* Runs the script without a failure. */
static void write_steps(crm_db *db, script *s) {
    crm_txn *txn = test_write(db);
    script copy = *s;
    copy.how = WRITE;
    copy.steps[0] = test_dump_txn(txn);
    cr_assert_eq(run(txn, &copy), CRM_COMMIT, "%d", copy.failed);
    cr_assert(copy.failed == 0 && copy.step < STEPS);
    crm_txn_free(txn);
    s->how = LOOK;
}

Test(store_faults, nothing_half_done, .timeout = 60) {
    char *steps[STEPS] = {0};
    crm_db *db = test_open();
    script s = fill(db);
    s.steps = steps;
    write_steps(db, &s);
    int usable = 0, refused = 0;
    for (uint64_t nth = 1;; nth++) {
        script copy = s;
        crm_txn *txn = test_write(db);
        crmi_counting_fail(nth, CRM_E_IO);
        run(txn, &copy);
        bool reached = copy.failed != 0;
        crmi_counting_fail(0, CRM_OK);
        if (crmi_txn_check(inside(txn), true) == CRM_OK) {
            usable++;
            check_whole(txn, nth);
        } else { /* something is half written: nobody can store that */
            refused++;
            cr_expect_eq(crm_txn_commit(txn), CRM_E_IO);
        }
        crm_txn_free(txn);
        if (!reached) break;
    }
    cr_expect(usable > 20 && refused > 20, "%d and %d", usable, refused);
    crm_txn *txn = test_read(db);
    cr_expect_eq(crm_txn_sequence(txn), 1, "nothing of it was stored");
    crm_txn_free(txn);
    for (int i = 0; i < STEPS; i++) free(steps[i]);
    crm_db_close(db);
}

/* An index that lost an entry is found out by whoever has to change it, and nothing more is stored. */
Test(store_faults, lost_entry) {
    crm_db *db = test_open();
    script s = fill(db);
    crm_txn *txn = test_write(db);
    crmi_key key;
    crmi_index_unique_key(crmi_schema_field(CRM_ROLE_NUMBER), CRM_ROLE_CUSTOMER, 8, "10000", 5, &key);
    crmi_slice bytes = {key.bytes, key.size};
    cr_assert_eq(crmi_engine_put(crmi_txn_engine(inside(txn)), CRMI_TABLE_INDEX, bytes, (crmi_slice){"abc", 3}), CRM_OK);
    crm_id id;
    cr_expect_eq(crm_party_find(txn, CRM_ROLE_CUSTOMER, "10000", CRM_NTS, &id), CRM_E_CORRUPT, "no id in it");
    cr_assert_eq(crmi_engine_del(crmi_txn_engine(inside(txn)), CRMI_TABLE_INDEX, bytes), CRM_OK);
    cr_expect_eq(crm_record_delete(txn, s.party, 0), CRM_E_CORRUPT);
    cr_expect_eq(crm_record_delete(txn, s.other, 0), CRM_E_CORRUPT, "the transaction can only be ended");
    cr_expect_eq(crm_txn_commit(txn), CRM_E_CORRUPT);
    crm_txn_free(txn);
    cr_expect_eq(test_sequence(db), 1);
    crm_db_close(db);
}

/* The process that makes a store is killed when its file is in its place, and nothing is in it. */
static void killed_while_making(bool something) {
    pid_t child = fork();
    if (child == 0) {
        crmi_engine *engine;
        crmi_etxn *txn;
        crmi_counting_enable(false);
        if (crmi_engine_open(test_folder, &(crmi_engine_options){.create = true}, &engine) != CRM_OK) _exit(1);
        if (something && (crmi_engine_begin(engine, true, 0, &txn) != CRM_OK ||
                          crmi_engine_put(txn, CRMI_TABLE_CHANGES, (crmi_slice){"k", 1}, (crmi_slice){"v", 1}) != CRM_OK ||
                          crmi_engine_commit(txn) != CRM_OK))
            _exit(1);
        raise(SIGKILL);
    }
    int status;
    cr_assert(child > 0 && waitpid(child, &status, 0) == child && WIFSIGNALED(status));
}

static int status_of_open(uint32_t flags) {
    crm_db_options options = test_options();
    crm_db *db;
    options.flags = flags;
    int rc = crm_db_open(test_folder, &options, &db);
    if (rc == CRM_OK) crm_db_close(db);
    return rc;
}

Test(store_faults, killed_before_the_first_commit) {
    killed_while_making(false);
    cr_expect_eq(status_of_open(0), CRM_E_NOTFOUND, "%s", crm_error_text());
    cr_expect_eq(status_of_open(CRM_DB_READ_ONLY), CRM_E_NOTFOUND, "%s", crm_error_text());
    cr_expect_eq(status_of_open(CRM_DB_CREATE), CRM_OK, "%s", crm_error_text());
    cr_expect_eq(status_of_open(0), CRM_OK, "%s", crm_error_text());
}

/* A store whose identity is lost is not made a new one of. */
Test(store_faults, lost_identity) {
    killed_while_making(true);
    cr_expect_eq(status_of_open(0), CRM_E_CORRUPT);
    cr_expect_eq(status_of_open(CRM_DB_CREATE), CRM_E_CORRUPT);
}

/* Commits that follow each other closely: another snapshot is taken, a hundred times. */
Test(store_faults, verify_beside_commits) {
    crm_db *db = test_open();
    crm_damages *damages;
    crm_txn *txn = test_write(db);
    test_party(txn, "x");
    test_commit(txn);
    crmi_counting_conflicts(99);
    cr_assert_eq(crm_verify(db, 0, 10, NULL, NULL, &damages), CRM_OK, "%s", crm_error_text());
    cr_expect_eq(crm_damages_count(damages), 0);
    crm_damages_free(damages);
    crmi_counting_conflicts(100);
    cr_expect_eq(crm_verify(db, 0, 10, NULL, NULL, &damages), CRM_E_BUSY);
    cr_expect_null(damages);
    cr_expect_eq(crm_error_status(), CRM_E_BUSY);
    crmi_counting_conflicts(0);
    crm_db_close(db);
}
