/* SPDX-License-Identifier: MIT */
/* A register that is not ours: the Northwind customers and suppliers as flat rows through a mapping, each value compared with the source,
 * which is read here by a parser of its own. */
#include "support/data.h"
#include "support/rows.h"
#include <libcrm/io.h>

#define COLUMNS 12

/* One line of the source, cut into cells in place: commas, and quotes around cells that have some. */
static size_t cut(char *line, char *cells[COLUMNS]) {
    size_t count = 0;
    while (count < COLUMNS) {
        bool quoted = *line == '"';
        char *end = quoted ? strchr(++line, '"') : line + strcspn(line, ",");
        cells[count++] = line;
        char *next = quoted ? end + 1 : end;
        bool last = *next == '\0';
        *end = '\0';
        if (last) break;
        line = next + 1;
    }
    return count;
}

static const struct source {
    const char *path, *role;
    size_t rows;
    const char *targets[COLUMNS + 1];
} sources[] = {
    {"northwind/csv/customers.csv",
     CRM_ROLE_CUSTOMER,
     91,
     {"role.number", "party.name", "contact.name", "contact.function", "address.street", "address.town", "address.region",
      "address.postal_code", "address.country", "channel.phone", "channel.fax"}},
    {"northwind/csv/suppliers.csv",
     CRM_ROLE_SUPPLIER,
     29,
     {"role.number", "party.name", "contact.name", "contact.function", "address.street", "address.town", "address.region",
      "address.postal_code", "address.country", "channel.phone", "channel.fax", "channel.web"}},
};

static crm_sync *make_sync(const struct source *source, const char *text) {
    static char line[400];
    char *headings[COLUMNS];
    crm_sync *sync;
    snprintf(line, sizeof line, "%.*s", (int)strcspn(text, "\r\n"), text);
    size_t count = cut(line, headings);
    cr_assert(crm_sync_new(source->path, CRM_ROWS_FLAT, &sync) == CRM_OK && crm_sync_set_role(sync, source->role) == CRM_OK);
    for (size_t i = 0; i < count; i++) cr_assert(crm_sync_map(sync, headings[i], source->targets[i]) == CRM_OK, "%s", crm_error_text());
    cr_assert(crm_csv_read(sync, text, strlen(text), NULL) == CRM_OK, "%s", crm_error_text());
    return sync;
}

/* --- what is stored, against the source --- */

static const crm_record *only_record(const crm_file *file, uint32_t kind) {
    const crm_record *found = NULL;
    for (size_t i = 0; i < crm_file_count(file); i++) {
        if (crm_record_kind(crm_file_record(file, i)) != kind) continue;
        cr_expect(!found, "two records of kind %s", crm_kind_name(kind));
        found = crm_file_record(file, i);
    }
    cr_assert(found, "no %s", crm_kind_name(kind));
    return found;
}

/* The value of the company's only channel of a kind, or "". */
static const char *channel(const crm_file *file, const char *kind) {
    const char *value = "";
    for (size_t i = 0; i < crm_file_count(file); i++) {
        const crm_record *rec = crm_file_record(file, i);
        if (crm_record_kind(rec) != CRM_KIND_CHANNEL || strcmp(crm_record_text(rec, CRM_CHANNEL_TYPE), kind) != 0) continue;
        cr_expect(!*value && crm_record_id(rec, CRM_CHANNEL_TARGET) == 0, "two of them, or of somebody else: %s", kind);
        value = crm_record_text(rec, CRM_CHANNEL_VALUE);
    }
    return value;
}

/* The source writes the names of countries. */
static const char *country_name(const char *code) {
    if (!strcmp(code, "GB")) return "UK";
    if (!strcmp(code, "US")) return "USA";
    return crm_domain_label("country", code, "en");
}

static const char *stored(const crm_file *file, const char *target) {
    if (!strncmp(target, "channel.", 8)) return channel(file, target + 8);
    crm_field field = crm_field_find(target);
    const crm_record *rec = only_record(file, crm_field_kind(field));
    const char *text = crm_record_text(rec, field);
    return !text ? "" : field == CRM_ADDRESS_COUNTRY ? country_name(text) : text;
}

static void compare_line(crm_txn *txn, const struct source *source, char *cells[], size_t count) {
    crm_id id;
    crm_file *file;
    size_t channels = 0;
    cr_assert(crm_party_find(txn, source->role, cells[0], CRM_NTS, &id) == CRM_OK, "%s: %s", cells[0], crm_error_text());
    cr_assert(crm_file_get(txn, id, &file) == CRM_OK);
    for (size_t i = 0; i < count; i++) {
        const char *got = stored(file, source->targets[i]);
        cr_expect_str_eq(got, cells[i], "%s %s: \"%s\", in the source \"%s\"", cells[0], source->targets[i], got, cells[i]);
        channels += !strncmp(source->targets[i], "channel.", 8) && *cells[i];
    }
    cr_expect_str_eq(crm_record_text(only_record(file, CRM_KIND_ROLE), CRM_ROLE_ROLE), source->role);
    const crm_record *usage = only_record(file, CRM_KIND_USAGE);
    cr_expect_str_eq(crm_record_text(usage, CRM_USAGE_PURPOSE), CRM_PURPOSE_MAIN);
    cr_expect_eq(crm_record_id(usage, CRM_USAGE_TARGET), crm_record_key(only_record(file, CRM_KIND_ADDRESS)));
    cr_expect_eq(crm_file_count(file), 5 + channels, "%s: %zu records", cells[0], crm_file_count(file));
    crm_file_free(file);
}

static void compare(crm_db *db, const struct source *source, char *text) {
    crm_txn *txn;
    char *save = NULL, *cells[COLUMNS];
    size_t rows = 0;
    strtok_r(text, "\r\n", &save);
    cr_assert(crm_txn_begin(db, 0, CRM_ACTOR_SYSTEM, &txn) == CRM_OK);
    for (char *line; (line = strtok_r(NULL, "\r\n", &save)); rows++) compare_line(txn, source, cells, cut(line, cells));
    cr_expect_eq(rows, source->rows);
    crm_txn_free(txn);
}

static size_t count_parties(crm_db *db) {
    crm_txn *txn;
    crm_iter *iter;
    crm_id ids[200];
    size_t count = 0;
    cr_assert(crm_txn_begin(db, 0, CRM_ACTOR_SYSTEM, &txn) == CRM_OK);
    cr_assert(crm_party_list(txn, NULL, NULL, 0, 0, 200, NULL, &iter) == CRM_OK);
    crm_iter_next_many(iter, ids, 200, &count);
    crm_iter_free(iter);
    crm_txn_free(txn);
    return count;
}

Test(northwind, without_loss) {
    crm_db *db = rows_open();
    size_t all = 0, size;
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        char *text = test_data_read(sources[i].path, &size);
        if (!text) continue;
        crm_sync *sync = make_sync(&sources[i], text);
        cr_expect(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM) == CRM_OK, "%s", crm_error_text());
        cr_expect_eq(crm_sync_count(sync, CRM_SYNC_CREATED), sources[i].rows);
        crm_sync_free(sync);
        all += sources[i].rows;
        cr_expect_eq(count_parties(db), all);
        uint64_t sequence = rows_sequence(db);
        sync = make_sync(&sources[i], text);
        cr_expect(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM) == CRM_OK, "%s", crm_error_text());
        cr_expect_eq(crm_sync_count(sync, CRM_SYNC_UNCHANGED), sources[i].rows, "the second run");
        cr_expect_eq(rows_sequence(db), sequence, "the second run wrote");
        crm_sync_free(sync);
        compare(db, &sources[i], text);
        free(text);
    }
    rows_close(db);
}

/* The headings say enough by themselves. */
Test(northwind, headings) {
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        size_t size;
        char *text = test_data_read(sources[i].path, &size);
        crm_sync *sync;
        if (!text) continue;
        cr_assert(crm_sync_new("test", CRM_ROWS_FLAT, &sync) == CRM_OK);
        cr_expect(crm_csv_read(sync, text, size, NULL) == CRM_OK, "%s", crm_error_text());
        for (size_t j = 0; sources[i].targets[j]; j++) cr_expect_str_eq(crm_sync_target(sync, j), sources[i].targets[j]);
        crm_sync_free(sync);
        free(text);
    }
}

Test(northwind, a_bad_row_stores_nothing) {
    size_t size;
    char *text = test_data_read(sources[0].path, &size);
    if (!text) return;
    crm_db *db = rows_open();
    char *at = strstr(text, "Sweden"); /* in line 6 */
    cr_assert(at);
    memcpy(at, "Narnia", 6);
    crm_sync *sync = make_sync(&sources[0], text);
    uint64_t sequence = rows_sequence(db);
    cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_E_CODE);
    cr_expect(crm_error_row() == 6 && crm_error_field() == CRM_ADDRESS_COUNTRY, "row %llu", (unsigned long long)crm_error_row());
    cr_expect_str_eq(crm_error_text(), "column 9 \"country\": no such country: \"Narnia\"");
    cr_expect_str_eq(rows_errors(sync), "6.9 CODE address.country");
    cr_expect_eq(rows_sequence(db), sequence);
    cr_expect_eq(count_parties(db), 0u);
    crm_sync_free(sync);
    free(text);
    rows_close(db);
}
