/* SPDX-License-Identifier: MIT */
/* The sample register in examples/data: all its headings are recognised, the flat file and the three others say the same. */
#include "support/rows.h"
#include <libcrm/io.h>

static crm_db *open_at(char folder[sizeof rows_folder]) {
    crm_db *db = rows_open();
    memcpy(folder, rows_folder, sizeof rows_folder);
    return db;
}

static void import(crm_db *db, const char *name, uint32_t shape, uint64_t *rows) {
    char path[1000];
    crm_sync *sync;
    const char *source = getenv("CRM_SOURCE");
    snprintf(path, sizeof path, "%s/examples/data/%s", source ? source : ".", name);
    for (int run = 0; run < 2; run++) {
        uint64_t sequence = rows_sequence(db);
        cr_assert(crm_sync_new(name, shape, &sync) == CRM_OK);
        cr_assert(crm_csv_read_file(sync, path, NULL) == CRM_OK, "%s", crm_error_text());
        cr_expect(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM) == CRM_OK, "%s: %s", name, crm_error_text());
        if (run == 0) *rows = crm_sync_count(sync, CRM_SYNC_CREATED);
        cr_expect(run == 0 || crm_sync_count(sync, CRM_SYNC_UNCHANGED) == *rows, "%s: the second run: %s", name, rows_counts(sync));
        cr_expect(run == 0 || rows_sequence(db) == sequence, "%s: the second run wrote", name);
        crm_sync_free(sync);
    }
    cr_expect(*rows > 150, "%s: %llu rows", name, (unsigned long long)*rows);
}

/* How many records of each kind there are; the words of all texts, in an order that does not hang on the order of rows. */
struct census {
    size_t kinds[64];
    uint64_t texts;
};

static uint64_t hash(const char *text) {
    uint64_t value = 14695981039346656037u;
    while (*text) value = (value ^ (unsigned char)*text++) * 1099511628211u;
    return value;
}

static void take_record(struct census *census, const crm_record *rec) {
    census->kinds[crm_record_kind(rec)]++;
    for (size_t i = 0; i < crm_record_count(rec); i++) {
        crm_field field = crm_record_field(rec, i);
        if (crm_field_type(field) == CRM_TYPE_TEXT) census->texts += hash(crm_record_text(rec, field)) ^ field;
    }
}

static struct census take_census(crm_db *db) {
    struct census census = {0};
    crm_txn *txn;
    crm_iter *iter;
    crm_id id;
    cr_assert(crm_txn_begin(db, 0, CRM_ACTOR_SYSTEM, &txn) == CRM_OK);
    cr_assert(crm_party_list(txn, CRM_ROLE_CUSTOMER, NULL, 0, 0, 1000, NULL, &iter) == CRM_OK);
    while (crm_iter_next(iter, &id) == CRM_ROW) {
        crm_file *file;
        cr_assert(crm_file_get(txn, id, &file) == CRM_OK);
        for (size_t i = 0; i < crm_file_count(file); i++) take_record(&census, crm_file_record(file, i));
        crm_file_free(file);
    }
    crm_iter_free(iter);
    crm_txn_free(txn);
    return census;
}

Test(sample, headings_and_shapes) {
    char folder[sizeof rows_folder], other_folder[sizeof rows_folder];
    uint64_t flat, customers, sites, contacts;
    crm_db *db = open_at(folder), *other = open_at(other_folder);
    import(db, "customers.csv", CRM_ROWS_FLAT, &flat);
    import(other, "customer.csv", CRM_ROWS_CUSTOMER, &customers);
    import(other, "site.csv", CRM_ROWS_SITE, &sites);
    import(other, "contact.csv", CRM_ROWS_CONTACT, &contacts);
    struct census one = take_census(db), two = take_census(other);
    cr_expect_eq(two.kinds[CRM_KIND_PARTY], customers);
    cr_expect_eq(two.kinds[CRM_KIND_ADDRESS], sites);
    cr_expect_eq(two.kinds[CRM_KIND_CONTACT], contacts);
    for (uint32_t kind = crm_kind_next(0); kind; kind = crm_kind_next(kind))
        cr_expect(one.kinds[kind] == two.kinds[kind], "%s: %zu and %zu", crm_kind_name(kind), one.kinds[kind], two.kinds[kind]);
    cr_expect_eq(one.texts, two.texts, "the same texts in the same fields");
    rows_close(other);
    memcpy(rows_folder, folder, sizeof rows_folder);
    rows_close(db);
}
