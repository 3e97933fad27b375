/* SPDX-License-Identifier: MIT */
/* Properties of imports, with random stores, rows of all shapes and policies: a plan and its apply agree on every row and field; the same
 * rows again write nothing; what is taken back was never there; of a plan that is applied late exactly the rows whose outcome would be
 * another are stale; a job stores what one transaction does. */
#include "support/imports.h"
#include "support/json.h"
#include "support/store.h"

TestSuite(import_property, .init = test_begin, .fini = test_end, .timeout = 300);

enum { SEEDS = 60, MOST = 8000 };

/* --- stores --- */

static int put_groups(crm_txn *txn, void *data) {
    (void)data;
    test_group(txn, "G", 0);
    test_group(txn, "H", 0);
    return CRM_COMMIT;
}

static crm_sync *sync_of(const char *text, bool policies) {
    crm_sync *sync = rows_make(0, text);
    crm_sync_set_flags(sync, CRM_SYNC_SKIP_BAD_ROWS);
    if (policies) imports_policies(sync);
    return sync;
}

static void store_rows(crm_db *db, const char *text) {
    crm_sync *sync = sync_of(text, false);
    cr_assert_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "%s: %s", text, crm_error_text());
    crm_sync_free(sync);
}

/* Customers 1 to 6 and what else the seed brings. */
static crm_db *store_of(unsigned seed) {
    static char text[ROWS_TEXT];
    crm_db *db = rows_open();
    imports_state = seed;
    text[0] = '\0';
    imports_say_sheet(text, &imports_shapes[0], 8);
    cr_assert_eq(crm_transact(db, CRM_ACTOR_SYSTEM, put_groups, NULL), CRM_OK, "%s", crm_error_text());
    store_rows(db, text);
    imports_rows(text);
    store_rows(db, text);
    return db;
}

/* The store as one text, without revisions: what was put back has a new one. */
static char *state(crm_db *db) {
    char *text = test_dump(db), *to = text;
    for (const char *at = text; *at;) {
        if (strncmp(at, "\"revision\":", 11) == 0) at += 11 + strspn(at + 11, "0123456789");
        *to++ = *at++;
    }
    *to = '\0';
    return text;
}

/* --- all values of a store, by record and field --- */

typedef struct value {
    crm_id record;
    uint64_t revision;
    crm_field field;
    char *text;
} value;
typedef struct snapshot {
    value list[MOST];
    size_t count;
} snapshot;

static char *value_of(const crm_record *rec, crm_field field) {
    char *out = NULL;
    size_t size;
    FILE *to = open_memstream(&out, &size);
    const char *json = crm_record_json((crm_record *)(uintptr_t)rec, NULL);
    if (crm_field_type(field) == CRM_TYPE_TEXTS) {
        for (size_t i = 0; i < crm_record_item_count(rec, field); i++) fprintf(to, "%s%s", i ? ", " : "", crm_record_item(rec, field, i));
    } else {
        char *text = test_json_get(json, crm_field_name(field));
        fputs(text ? text : "", to);
        free(text);
    }
    fclose(to);
    return out;
}

/* Each record has one value more, of field 0: a record may be empty. */
static void take_record(snapshot *out, const crm_record *rec) {
    cr_assert(out->count + crm_record_count(rec) < MOST);
    out->list[out->count++] = (value){.record = crm_record_key(rec), .revision = crm_record_revision(rec), .text = strdup("")};
    for (size_t i = 0; i < crm_record_count(rec); i++) {
        crm_field field = crm_record_field(rec, i);
        if (crm_field_flags(field) & (CRM_FIELD_SYSTEM | CRM_FIELD_KEY)) continue;
        out->list[out->count++] = (value){.record = crm_record_key(rec), .field = field, .text = value_of(rec, field)};
    }
}

static snapshot *take_store(crm_db *db) {
    static const uint32_t flags[] = {0, CRM_PARTY_LIST_ARCHIVED};
    snapshot *out = calloc(1, sizeof *out);
    crm_txn *txn = test_read(db);
    for (size_t i = 0; i < 2; i++) {
        crm_iter *iter;
        crm_id id;
        cr_assert_eq(crm_party_list(txn, NULL, NULL, 0, flags[i], 1000, NULL, &iter), CRM_OK, "%s", crm_error_text());
        while (crm_iter_next(iter, &id) == CRM_ROW) {
            crm_file *file;
            cr_assert_eq(crm_file_get(txn, id, &file), CRM_OK, "%s", crm_error_text());
            for (size_t j = 0; j < crm_file_count(file); j++) take_record(out, crm_file_record(file, j));
            crm_file_free(file);
        }
        crm_iter_free(iter);
    }
    crm_txn_free(txn);
    return out;
}

static void free_snapshot(snapshot *out) {
    for (size_t i = 0; i < out->count; i++) free(out->list[i].text);
    free(out);
}

static const value *find_value(const snapshot *in, crm_id record, crm_field field) {
    for (size_t i = 0; i < in->count; i++)
        if (in->list[i].record == record && in->list[i].field == field) return &in->list[i];
    return NULL;
}

/* --- what a plan says --- */

static void path_of(crm_field field, char out[80]) {
    snprintf(out, 80, "%s.%s", crm_kind_name(crm_field_kind(field)), crm_field_name(field));
}

typedef struct change {
    crm_id record;
    char path[80];
    char *old, *now;
    bool seen;
} change;

static change change_of(const crm_plan *plan, size_t i) {
    crm_record *rec;
    change out = {0};
    cr_assert_eq(crm_plan_change(plan, i, &rec), CRM_OK, "%s", crm_error_text());
    const char *old = crm_record_text(rec, CRM_PLAN_CHANGE_OLD_VALUE), *now = crm_record_text(rec, CRM_PLAN_CHANGE_NEW_VALUE);
    out.record = crm_record_id(rec, CRM_PLAN_CHANGE_RECORD);
    snprintf(out.path, sizeof out.path, "%s", crm_record_text(rec, CRM_PLAN_CHANGE_FIELD));
    out.old = old ? strdup(old) : NULL;
    out.now = now ? strdup(now) : NULL;
    crm_record_free(rec);
    return out;
}

static bool same(const char *a, const char *b) { return a && b ? !strcmp(a, b) : a == b; }

/* The planned change of a value; of a new record, any that says the same. */
static change *find_change(change *list, size_t count, crm_id record, crm_field field, const char *now) {
    char path[80];
    path_of(field, path);
    for (size_t i = 0; i < count; i++)
        if (!list[i].seen && list[i].record == record && !strcmp(list[i].path, path) && (record || same(list[i].now, now))) return &list[i];
    return NULL;
}

static void expect_change(change *list, size_t count, crm_id record, crm_field field, const char *old, const char *now, const char *what) {
    char path[80];
    bool refers = crm_field_type(field) == CRM_TYPE_ID;
    change *found = find_change(list, count, record, field, now);
    path_of(field, path);
    if (!found && !record && (refers || field == CRM_ROLE_NUMBER)) return; /* known only when it is written */
    cr_expect(found, "%s\n%s of record %llu: %s -> %s was not planned", what, path, (unsigned long long)record, old, now);
    if (!found) return;
    found->seen = true;
    cr_expect(same(found->old, old) && (same(found->now, now) || (refers && same(found->now, "new"))),
              "%s\n%s: planned %s -> %s, done %s -> %s", what, path, found->old, found->now, old, now);
}

/* All that differs was planned, and all that was planned differs. */
static void check_changes(const snapshot *before, const snapshot *after, const crm_plan *plan, const char *what) {
    size_t count = crm_plan_change_count(plan);
    change *list = calloc(count + 1, sizeof *list);
    for (size_t i = 0; i < count; i++) list[i] = change_of(plan, i);
    for (size_t i = 0; i < before->count; i++) {
        const value *old = &before->list[i], *now = find_value(after, old->record, old->field);
        if (!old->field) continue;
        if (!now || strcmp(now->text, old->text) != 0)
            expect_change(list, count, old->record, old->field, old->text, now ? now->text : NULL, what);
    }
    for (size_t i = 0; i < after->count; i++) {
        const value *now = &after->list[i];
        if (!now->field || find_value(before, now->record, now->field)) continue;
        expect_change(list, count, find_value(before, now->record, 0) ? now->record : 0, now->field, NULL, now->text, what);
    }
    for (size_t i = 0; i < count; i++) {
        cr_expect(list[i].seen || same(list[i].now, "new"), "%s\n%s of record %llu: %s -> %s was planned, and not done", what, list[i].path,
                  (unsigned long long)list[i].record, list[i].old, list[i].now);
        free(list[i].old);
        free(list[i].now);
    }
    free(list);
}

/* --- a plan, its apply, the same again, and back --- */

static crm_plan *plan_of(crm_sync *sync, crm_db *db) {
    crm_plan *plan;
    cr_assert_eq(crm_sync_plan(sync, db, CRM_ACTOR_SYSTEM, &plan), CRM_OK, "%s", crm_error_text());
    return plan;
}

static void check_counts(const crm_plan *plan, const crm_sync *sync, const char *what) {
    for (uint32_t action = CRM_SYNC_CREATED; action <= CRM_SYNC_CONFLICT; action++)
        cr_expect_eq(crm_plan_count(plan, NULL, action), crm_sync_count(sync, action), "%s\naction %u", what, (unsigned)action);
}

static void again(crm_sync *sync, crm_db *db, const char *what) {
    uint64_t sequence = rows_sequence(db), refused = crm_sync_count(sync, CRM_SYNC_FAILED) + crm_sync_count(sync, CRM_SYNC_CONFLICT);
    cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "%s", crm_error_text());
    if (refused) return; /* a row may have waited for what another one brought */
    cr_expect_eq(rows_sequence(db), sequence, "%s\nthe second run wrote: %s", what, rows_counts(sync));
    cr_expect_eq(crm_sync_run(sync), 0u);
}

Test(import_property, plan_apply_again_back) {
    static char text[ROWS_TEXT];
    unsigned done = 0;
    for (unsigned seed = 1; seed <= SEEDS; seed++) {
        crm_db *db = store_of(seed);
        imports_rows(text);
        crm_sync *sync = sync_of(text, true);
        char what[ROWS_TEXT + 40], *before = state(db);
        snprintf(what, sizeof what, "seed %u\n%s", seed, text);
        snapshot *old = take_store(db);
        uint64_t sequence = rows_sequence(db);
        crm_plan *plan = plan_of(sync, db);
        cr_expect_eq(rows_sequence(db), sequence);
        cr_assert_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "%s: %s", what, crm_error_text());
        crm_id run = crm_sync_run(sync);
        snapshot *now = take_store(db);
        check_counts(plan, sync, what);
        check_changes(old, now, plan, what);
        again(sync, db, what);
        if (crm_sync_run(sync))
            cr_expect_eq(crm_run_revert(db, CRM_ACTOR_SYSTEM, crm_sync_run(sync)), CRM_OK, "%s\n%s", what, crm_error_text());
        cr_expect_eq(run != 0, crm_plan_change_count(plan) > 0, "%s", what);
        if (run) cr_expect_eq(crm_run_revert(db, CRM_ACTOR_SYSTEM, run), CRM_OK, "%s\n%s", what, crm_error_text());
        char *after = state(db);
        cr_expect_str_eq(after, before, "%s\ntaken back, got\n%s\nwanted\n%s", what, after, before);
        done += run != 0;
        free(before);
        free(after);
        free_snapshot(old);
        free_snapshot(now);
        crm_plan_free(plan);
        crm_sync_free(sync);
        rows_close(db);
    }
    cr_expect(done > SEEDS / 2, "%u", done);
}

/* --- a plan that is applied late --- */

static void change_by_hand(crm_txn *txn, crm_id id) {
    crm_record *rec = test_get(txn, id);
    switch (crm_record_kind(rec)) {
    case CRM_KIND_PARTY: cr_assert_eq(crm_record_set_text(rec, CRM_PARTY_TAX_NUMBER, "by hand", CRM_NTS), CRM_OK); break;
    case CRM_KIND_ADDRESS: cr_assert_eq(crm_record_set_text(rec, CRM_ADDRESS_DISTRICT, "by hand", CRM_NTS), CRM_OK); break;
    case CRM_KIND_CONTACT: cr_assert_eq(crm_record_set_text(rec, CRM_CONTACT_NOTE, "by hand", CRM_NTS), CRM_OK); break;
    case CRM_KIND_CHANNEL: cr_assert_eq(crm_record_set_bool(rec, CRM_CHANNEL_OPT_OUT, 1), CRM_OK); break;
    default: break;
    }
    test_put(txn, rec);
}

/* Some records are changed or deleted, or other rows come first. */
static void meddle(crm_db *db) {
    static char text[ROWS_TEXT];
    snapshot *all = take_store(db);
    if (imports_draw(2) || all->count == 0) {
        imports_rows(text);
        store_rows(db, text);
    } else {
        for (unsigned i = 1 + imports_draw(3); i > 0; i--) {
            crm_txn *txn = test_write(db);
            crm_id id = all->list[imports_draw((unsigned)all->count)].record;
            crm_record *there;
            bool found = crm_record_get(txn, id, &there) == CRM_OK;
            crm_record_free(there);
            if (found && imports_draw(2))
                change_by_hand(txn, id);
            else if (found)
                (void)crm_record_delete(txn, id, 0); /* what is in use stays */
            test_commit(txn);
        }
    }
    free_snapshot(all);
}

typedef struct outcome {
    char *action, *changes, *errors;
} outcome;

static outcome *rows_of(crm_plan *plan) {
    outcome *list = calloc(crm_plan_row_count(plan) + 1, sizeof *list);
    char *json = strdup(crm_plan_json(plan, NULL));
    for (size_t i = 0; i < crm_plan_row_count(plan); i++) {
        char path[40];
        snprintf(path, sizeof path, "rows.%zu", i);
        char *one = test_json_get(json, path);
        list[i] = (outcome){test_json_get(one, "action"), test_json_get(one, "changes"), test_json_get(one, "errors")};
        cr_assert(list[i].action && list[i].changes && list[i].errors, "%s", one);
        free(one);
    }
    free(json);
    return list;
}

static void free_rows(outcome *list, size_t count) {
    for (size_t i = 0; i < count; i++) {
        free(list[i].action);
        free(list[i].changes);
        free(list[i].errors);
    }
    free(list);
}

static bool is_refused(const outcome *row) { return !strcmp(row->action, "failed") || !strcmp(row->action, "conflict"); }
static bool is_stale(const outcome *row) { return strstr(row->errors, "CRM_E_STALE") != NULL; }

/* Whether a record that the changes are about has another revision than it had. */
static bool has_moved(const char *changes, const snapshot *then, const snapshot *now) {
    for (const char *at = changes; (at = strstr(at, "\"record\":")); at++) {
        crm_id id = strtoull(at + 9, NULL, 10);
        const value *a = id ? find_value(then, id, 0) : NULL, *b = id ? find_value(now, id, 0) : NULL;
        if (id && (!a || !b || a->revision != b->revision)) return true;
    }
    return false;
}

/* Whether another row is refused that the fresh plan does not refuse: that may make this one do something else. */
static bool lost_others(const outcome *fresh, const outcome *done, size_t count, size_t row) {
    for (size_t i = 0; i < count; i++)
        if (i != row && is_refused(&done[i]) && !is_refused(&fresh[i])) return true;
    return false;
}

/* planned: then; fresh: what a plan made now says; done: what became of them. */
static void check_late(const outcome *planned, const outcome *fresh, const outcome *done, size_t count, const snapshot *then,
                       const snapshot *now, const char *what) {
    for (size_t i = 0; i < count; i++) {
        bool others = lost_others(fresh, done, count, i);
        bool as_planned = !strcmp(planned[i].changes, fresh[i].changes) && !has_moved(fresh[i].changes, then, now);
        if (is_stale(&done[i]))
            cr_expect(!as_planned || others, "%s\nrow %zu is stale, and would do what was planned: %s", what, i, fresh[i].changes);
        else if (is_refused(&done[i]))
            cr_expect(is_refused(&planned[i]) || is_refused(&fresh[i]) || others, "%s\nrow %zu is refused: %s", what, i, done[i].errors);
        else if (strcmp(done[i].action, "unchanged") != 0)
            cr_expect(!strcmp(done[i].changes, planned[i].changes) && !has_moved(done[i].changes, then, now),
                      "%s\nrow %zu did\n%s\nplanned\n%s", what, i, done[i].changes, planned[i].changes);
    }
}

Test(import_property, late) {
    static char text[ROWS_TEXT];
    unsigned stale = 0, applied = 0;
    for (unsigned seed = 1; seed <= SEEDS; seed++) {
        crm_db *db = store_of(seed);
        imports_rows(text);
        crm_sync *sync = sync_of(text, true);
        char what[ROWS_TEXT + 40];
        snprintf(what, sizeof what, "seed %u\n%s", seed, text);
        snapshot *then = take_store(db);
        crm_plan *plan = plan_of(sync, db);
        outcome *planned = rows_of(plan);
        if (seed % 4) meddle(db);
        snapshot *now = take_store(db);
        crm_plan *other = plan_of(sync, db);
        outcome *fresh = rows_of(other);
        cr_expect_eq(crm_plan_apply(plan, db, CRM_ACTOR_SYSTEM, NULL), CRM_OK, "%s\n%s", what, crm_error_text());
        outcome *done = rows_of(plan);
        size_t count = crm_plan_row_count(plan);
        check_late(planned, fresh, done, count, then, now, what);
        snapshot *after = take_store(db);
        check_changes(now, after, plan, what);
        for (size_t i = 0; i < count; i++) {
            stale += is_stale(&done[i]);
            applied += !is_refused(&done[i]) && strcmp(done[i].action, "unchanged") != 0;
            if (seed % 4 == 0)
                cr_expect(!strcmp(done[i].action, planned[i].action) && !strcmp(done[i].errors, planned[i].errors), "%s\n%zu: %s", what, i,
                          done[i].action);
        }
        free_rows(planned, count);
        free_rows(fresh, count);
        free_rows(done, count);
        free_snapshot(then);
        free_snapshot(now);
        free_snapshot(after);
        crm_plan_free(plan);
        crm_plan_free(other);
        crm_sync_free(sync);
        rows_close(db);
    }
    cr_expect(stale > 2 && applied > SEEDS, "%u stale, %u applied", stale, applied);
}

/* --- jobs --- */

/* The sheets with some of their rows, which are counted from 0 through all sheets; how many there are in all. */
static size_t part_of(const char *text, size_t from, size_t until, char *out) {
    static char copy[ROWS_TEXT];
    char *save = NULL;
    size_t row = 0;
    bool heading = false;
    strcpy(copy, text);
    out[0] = '\0';
    for (char *line = strtok_r(copy, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
        bool head = *line == '#' || heading;
        if (head || (row >= from && row < until)) rows_say(out, "%s\n", line);
        row += !head;
        heading = *line == '#';
    }
    return row;
}

/* As a job, where batch is not 0. REPLACE wants all rows at once. */
static void store_as(crm_db *db, const char *text, unsigned seed, uint32_t batch) {
    crm_sync *sync;
    cr_assert_eq(crm_sync_new("test", CRM_ROWS_FLAT, &sync), CRM_OK);
    imports_state = seed;
    imports_policies(sync);
    for (uint32_t kind = 1; kind <= CRM_KIND_BANK; kind++)
        if (crm_sync_if_exists(sync, kind) == CRM_SYNC_REPLACE)
            cr_assert_eq(crm_sync_set_policy(sync, kind, CRM_SYNC_MERGE, crm_sync_if_not_exists(sync, kind)), CRM_OK);
    crm_sync_set_flags(sync, CRM_SYNC_SKIP_BAD_ROWS);
    if (batch) cr_assert_eq(crm_sync_job(sync, db, CRM_ACTOR_SYSTEM, "sum", batch), CRM_OK, "%s", crm_error_text());
    cr_assert_eq(rows_add(sync, text), CRM_OK, "%s", crm_error_text());
    cr_assert_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "%s", crm_error_text());
    crm_sync_free(sync);
}

/* A job is its batches, one import after the other. */
Test(import_property, jobs) {
    static char text[ROWS_TEXT], part[ROWS_TEXT];
    for (unsigned seed = 1; seed <= SEEDS; seed++) {
        crm_db *db = store_of(seed);
        imports_rows(text);
        uint32_t batch = 1 + imports_draw(8);
        for (size_t from = 0; from < part_of(text, from, from + batch, part); from += batch) store_as(db, part, seed, 0);
        char *wanted = strdup(rows_store(db));
        rows_close(db);
        db = store_of(seed);
        store_as(db, text, seed, batch);
        cr_expect_str_eq(rows_store(db), wanted, "seed %u, batches of %u\n%s\ngot\n%s\nwanted\n%s", seed, (unsigned)batch, text,
                         rows_store(db), wanted);
        free(wanted);
        rows_close(db);
    }
}
