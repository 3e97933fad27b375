/* SPDX-License-Identifier: MIT */
/* Rows into a store of their own, and what the store holds then as one text. Header only: it calls the library, with which each program is
 * linked in its own way.
 *
 * Rows are a text: a line of headings, then lines of cells, divided by '|'. A store is "party name=A; role number=1; address town=Ulm" for
 * each party, divided by " + ": fields in order, references as address1 (the first of the file), without what is the same everywhere (the
 * party's type organisation, the role customer, times, normalised values). */
#ifndef CRM_TESTS_SUPPORT_ROWS_H
#define CRM_TESTS_SUPPORT_ROWS_H
#include <criterion/criterion.h>
#include <ftw.h>
#include <libcrm/crm.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ROWS_TODAY 20000 /* 2024-10-04 */
#define ROWS_TEXT 16000

static char rows_folder[200];

static inline crm_db *rows_open(void) {
    crm_db_options options = {.size = sizeof options, .flags = CRM_DB_CREATE, .fixed_time = ROWS_TODAY * INT64_C(86400000000)};
    crm_db *db;
    const char *base = getenv("TMPDIR");
    snprintf(rows_folder, sizeof rows_folder, "%.150s/crm-rows-XXXXXX", base && *base ? base : "/tmp");
    cr_assert(mkdtemp(rows_folder));
    cr_assert(crm_db_open(rows_folder, &options, &db) == CRM_OK, "open: %s", crm_error_text());
    return db;
}

static inline int rows_remove_one(const char *path, const struct stat *status, int type, struct FTW *walk) {
    (void)status, (void)type, (void)walk;
    return remove(path);
}

static inline void rows_close(crm_db *db) {
    crm_db_close(db);
    nftw(rows_folder, rows_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* --- rows from text --- */

/* Cells of a line in place; how many. */
static inline size_t rows_split(char *line, const char *cells[], size_t max) {
    size_t count = 0;
    for (char *at = line; at && count < max;) {
        cells[count++] = at;
        at = strchr(at, '|');
        if (at) *at++ = '\0';
    }
    return count;
}

/* Begins a sheet at a line "# Sites site". */
static inline int rows_begin_sheet(crm_sync *sync, const char *line) {
    static const char *const shapes[] = {"",           "flat",       "customer", "site",           "contact", "channel",
                                         "identifier", "membership", "bank",     "quote_defaults", "usage",   "role"};
    char name[40], shape[20];
    cr_assert_eq(sscanf(line, "# %39s %19s", name, shape), 2, "%s", line);
    for (uint32_t i = 1; i < sizeof shapes / sizeof *shapes; i++)
        if (!strcmp(shapes[i], shape)) return crm_sync_add_sheet(sync, name, i);
    cr_assert_fail("%s", line);
    return CRM_OK;
}

static inline int rows_add(crm_sync *sync, const char *text) {
    static char copy[ROWS_TEXT];
    const char *cells[64];
    char *save = NULL;
    int rc = CRM_OK;
    bool headings = true;
    snprintf(copy, sizeof copy, "%s", text);
    for (char *line = strtok_r(copy, "\n", &save); rc == CRM_OK && line; line = strtok_r(NULL, "\n", &save)) {
        if (*line == '#' && line[1] == ' ') {
            rc = rows_begin_sheet(sync, line);
            headings = true;
            continue;
        }
        size_t count = rows_split(line, cells, 64);
        if (!headings) rc = crm_sync_add_row(sync, 0, cells, NULL, count);
        for (size_t i = 0; headings && rc == CRM_OK && i < count; i++) rc = crm_sync_add_column(sync, cells[i], CRM_NTS);
        headings = false;
    }
    return rc;
}

/* shape 0: the text has sheets. */
static inline crm_sync *rows_make(uint32_t shape, const char *text) {
    crm_sync *sync;
    cr_assert(crm_sync_new("test", shape ? shape : CRM_ROWS_FLAT, &sync) == CRM_OK, "%s", crm_error_text());
    cr_assert(rows_add(sync, text) == CRM_OK, "%s: %s", text, crm_error_text());
    return sync;
}

/* --- a store as text --- */

static inline void rows_say(char *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
static inline void rows_say(char *out, const char *format, ...) {
    size_t size = strlen(out);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(out + size, ROWS_TEXT - size, format, arguments);
    va_end(arguments);
}

/* "address2" for the second address of the file. */
static inline void rows_say_reference(char *out, const crm_file *file, crm_id id) {
    unsigned position = 1;
    for (size_t i = 0; i < crm_file_count(file); i++) {
        const crm_record *rec = crm_file_record(file, i);
        if (crm_record_key(rec) != id) continue;
        for (size_t j = 0; j < i; j++) position += crm_record_kind(crm_file_record(file, j)) == crm_record_kind(rec);
        rows_say(out, "%s%u", crm_kind_name(crm_record_kind(rec)), position);
    }
}

static inline void rows_say_value(char *out, const crm_file *file, const crm_record *rec, crm_field field) {
    rows_say(out, " %s=", crm_field_name(field));
    switch (crm_field_type(field)) {
    case CRM_TYPE_TEXT: rows_say(out, "%s", crm_record_text(rec, field)); break;
    case CRM_TYPE_BOOL: rows_say(out, "%s", crm_record_bool(rec, field, 0) ? "yes" : "no"); break;
    case CRM_TYPE_DATE: rows_say(out, "%lld", (long long)crm_record_date(rec, field, 0)); break;
    case CRM_TYPE_INT: rows_say(out, "%lld", (long long)crm_record_int(rec, field, 0)); break;
    case CRM_TYPE_AMOUNT: rows_say(out, "%lld", (long long)crm_record_amount(rec, field, 0)); break;
    case CRM_TYPE_ID: rows_say_reference(out, file, crm_record_id(rec, field)); break;
    case CRM_TYPE_TEXTS:
        for (size_t i = 0; i < crm_record_item_count(rec, field); i++) rows_say(out, "%s%s", i ? "/" : "", crm_record_item(rec, field, i));
        break;
    default: rows_say(out, "?");
    }
}

static inline bool rows_is_usual(const crm_record *rec, crm_field field) {
    if (crm_field_flags(field) & (CRM_FIELD_KEY | CRM_FIELD_SYSTEM)) return true;
    if (field == CRM_PARTY_TYPE) return !strcmp(crm_record_text(rec, field), CRM_PARTY_TYPE_ORGANISATION);
    return field == CRM_ROLE_ROLE && !strcmp(crm_record_text(rec, field), CRM_ROLE_CUSTOMER);
}

static inline void rows_say_file(char *out, const crm_file *file) {
    for (size_t i = 0; i < crm_file_count(file); i++) {
        const crm_record *rec = crm_file_record(file, i);
        rows_say(out, "%s%s", i ? "; " : "", crm_kind_name(crm_record_kind(rec)));
        for (size_t j = 0; j < crm_record_count(rec); j++) {
            crm_field field = crm_record_field(rec, j);
            if (!rows_is_usual(rec, field)) rows_say_value(out, file, rec, field);
        }
    }
}

/* Everything in the store, in order of the names. */
static inline void rows_show(crm_txn *txn, char out[ROWS_TEXT]) {
    crm_iter *iter;
    crm_id id;
    out[0] = '\0';
    cr_assert(crm_party_list(txn, NULL, NULL, 0, 0, 10000, NULL, &iter) == CRM_OK, "%s", crm_error_text());
    while (crm_iter_next(iter, &id) == CRM_ROW) {
        crm_file *file;
        cr_assert(crm_file_get(txn, id, &file) == CRM_OK, "%s", crm_error_text());
        if (*out) rows_say(out, " + ");
        rows_say_file(out, file);
        crm_file_free(file);
    }
    crm_iter_free(iter);
}

static inline const char *rows_store(crm_db *db) {
    static char out[ROWS_TEXT];
    crm_txn *txn;
    cr_assert(crm_txn_begin(db, 0, CRM_ACTOR_SYSTEM, &txn) == CRM_OK);
    rows_show(txn, out);
    crm_txn_free(txn);
    return out;
}

static inline uint64_t rows_sequence(crm_db *db) {
    crm_txn *txn;
    cr_assert(crm_txn_begin(db, 0, CRM_ACTOR_SYSTEM, &txn) == CRM_OK);
    uint64_t sequence = crm_txn_sequence(txn);
    crm_txn_free(txn);
    return sequence;
}

/* Takes all parties away. */
static inline int rows_delete_all(crm_txn *txn, void *data) {
    crm_iter *iter;
    crm_id ids[1000];
    size_t count = 0;
    (void)data;
    cr_assert(crm_party_list(txn, NULL, NULL, 0, 0, 1000, NULL, &iter) == CRM_OK);
    crm_iter_next_many(iter, ids, 1000, &count);
    crm_iter_free(iter);
    for (size_t i = 0; i < count; i++) cr_assert(crm_record_delete(txn, ids[i], 0) == CRM_OK, "%s", crm_error_text());
    return CRM_COMMIT;
}
static inline void rows_empty(crm_db *db) { cr_assert(crm_transact(db, CRM_ACTOR_SYSTEM, rows_delete_all, NULL) == CRM_OK); }

/* --- tables --- */

/* The outcomes as "2 created, 1 updated". */
static inline const char *rows_counts(const crm_sync *sync) {
    static const char *const names[] = {"", "created", "updated", "unchanged", "failed", "in conflict"};
    static char out[ROWS_TEXT];
    out[0] = '\0';
    for (uint32_t action = CRM_SYNC_CREATED; action <= CRM_SYNC_CONFLICT; action++)
        if (crm_sync_count(sync, action))
            rows_say(out, "%s%llu %s", *out ? ", " : "", (unsigned long long)crm_sync_count(sync, action), names[action]);
    return out;
}

/* The errors as "2.1 CODE address.country", row and column, divided by "; "; of a sheet as "Sites 2.1 CODE address.country". */
static inline const char *rows_errors(const crm_sync *sync) {
    static char out[ROWS_TEXT];
    out[0] = '\0';
    for (size_t i = 0; i < crm_sync_error_count(sync); i++) {
        crm_field field = crm_sync_error_field(sync, i);
        const char *sheet = crm_sync_sheet_name(sync, crm_sync_error_sheet(sync, i));
        rows_say(out, "%s%s%s%llu.%zu %s", i ? "; " : "", sheet, *sheet ? " " : "", (unsigned long long)crm_sync_error_row(sync, i),
                 crm_sync_error_column(sync, i), crm_status_name(crm_sync_error_status(sync, i)) + 6);
        if (field) rows_say(out, " %s.%s", crm_kind_name(crm_field_kind(field)), crm_field_name(field));
        cr_expect(crm_sync_error_text(sync, i) && *crm_sync_error_text(sync, i), "every error has a reason");
    }
    return out;
}

/* Rows that are good: the outcome, the store, and that the same again changes nothing. */
static inline void rows_apply(crm_db *db, const char *what, uint32_t shape, const char *text, const char *counts, const char *wanted) {
    crm_sync *sync = rows_make(shape, text);
    cr_expect(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM) == CRM_OK, "%s: %s", what, crm_error_text());
    if (counts) cr_expect_str_eq(rows_counts(sync), counts, "%s: got %s", what, rows_counts(sync));
    const char *got = rows_store(db);
    if (wanted) cr_expect_str_eq(got, wanted, "%s: got\n%s\nwanted\n%s", what, got, wanted);
    uint64_t sequence = rows_sequence(db), rows = 0;
    for (uint32_t action = CRM_SYNC_CREATED; action <= CRM_SYNC_CONFLICT; action++) rows += crm_sync_count(sync, action);
    cr_expect(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM) == CRM_OK, "%s: %s", what, crm_error_text());
    cr_expect(crm_sync_count(sync, CRM_SYNC_UNCHANGED) == rows, "%s: the second run: %s", what, rows_counts(sync));
    cr_expect(rows_sequence(db) == sequence, "%s: the second run wrote", what);
    crm_sync_free(sync);
}

/* Rows of which some are refused: nothing is stored. */
static inline void rows_refuse(crm_db *db, const char *what, uint32_t shape, const char *text, const char *errors) {
    crm_sync *sync = rows_make(shape, text);
    uint64_t sequence = rows_sequence(db);
    int rc = crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM);
    cr_expect_str_eq(rows_errors(sync), errors, "%s: got %s", what, rows_errors(sync));
    cr_expect(rc == crm_sync_error_status(sync, 0) && rc < 0, "%s: status %d", what, rc);
    cr_expect(crm_error_row() == crm_sync_error_row(sync, 0) && crm_error_field() == crm_sync_error_field(sync, 0), "%s", what);
    cr_expect(rows_sequence(db) == sequence, "%s: something was stored", what);
    cr_expect(crm_sync_count(sync, CRM_SYNC_CREATED) + crm_sync_count(sync, CRM_SYNC_UPDATED) + crm_sync_count(sync, CRM_SYNC_UNCHANGED) ==
                  0,
              "%s", what);
    cr_expect(crm_sync_count(sync, CRM_SYNC_FAILED) + crm_sync_count(sync, CRM_SYNC_CONFLICT) > 0, "%s", what);
    crm_sync_free(sync);
}
#endif
