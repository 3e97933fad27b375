/* SPDX-License-Identifier: MIT */
/* Stores made by chance of every kind of record that the model takes, with what is archived, deleted, moved and converted: a dump of what a
 * dump makes is the same, byte for byte. CRM_TEST_STORES tells how many, CRM_TEST_SEED the first seed. */
#include "support/chance.h"
#include "support/store.h"
#include <criterion/criterion.h>
#include <libcrm/io.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { KINDS = 64, KNOWN = 40 }; /* ids of a kind that are remembered */

static struct {
    crm_id ids[KNOWN];
    uint32_t count;
} known[KINDS];

static void begin(void) {
    chance_in_memory();
    test_begin();
    memset(known, 0, sizeof known);
}

TestSuite(dump_identity, .init = begin, .fini = test_end);

static crm_id any_of(uint32_t kind) { return known[kind].count ? known[kind].ids[chance(known[kind].count)] : 0; }

static void remember(uint32_t kind, crm_id id) {
    if (known[kind].count < KNOWN)
        known[kind].ids[known[kind].count++] = id;
    else
        known[kind].ids[chance(KNOWN)] = id;
}

/* What the model would hardly take by chance. */
static const struct {
    crm_field field;
    const char *texts[5];
} likely[] = {
    {CRM_CUSTOM_FIELD_RECORD_KIND, {"party", "code", "group", "contact", "quote_defaults"}},
    {CRM_CUSTOM_FIELD_NAME, {"a", "b", "valid_until", "name", "c_1"}},
    {CRM_CUSTOM_FIELD_DOMAIN, {"plant", "own_domain", "plant", "tax_zone", "plant"}},
    {CRM_CODE_DOMAIN, {"plant", "price_list", "own_domain", "sales_area", "tax_zone"}},
    {CRM_SETTING_NAME, {"host.a", "host.b", "number.customer.next", "identifier.check", "code.closed.plant"}},
    {CRM_SETTING_VALUE, {"1", "20000", "refuse", "x", "accept"}},
    {CRM_POLICY_FIELD, {"price_list", "currency", "plant", "language", "quote.price_list"}},
    {CRM_RULE_TARGET, {"plant", "customer_reference", "price_list", "language", "quote.plant"}},
    {CRM_RULE_SOURCE, {"party.note", "site.country", "customer.category", "quote_defaults.plant", ""}},
    {CRM_BANK_IBAN, {"DE02120300000000202051", "GB29NWBK60161331926819", "FR1420041010050500013M02606", "x", ""}},
    {CRM_OPTION_RULE_CODE, {"A", "A*", "AB", "B-1", "*"}},
};
enum { LIKELY = sizeof likely / sizeof *likely };
static const struct {
    crm_field field;
    const char *texts[4];
} lists[] = {{CRM_POLICY_LEVELS, {"customer", "group", "site", "store"}},
             {CRM_ACCESS_ROLE_READ, {"party", "contact", "*", "quote"}},
             {CRM_ACCESS_ROLE_WRITE, {"party", "contact", "*", "address"}},
             {CRM_ACCESS_ROLE_FIELDS, {"party.note", "contact.name", "address.street", "channel.value"}},
             {CRM_RULE_WHEN, {"site.country = DE", "customer.category in A|B", "contact.function set", "site.country = AT"}}};

static void set_reference(crm_record *rec, crm_field field) {
    static const uint32_t kinds[] = {CRM_KIND_PARTY,   CRM_KIND_GROUP, CRM_KIND_ADDRESS,
                                     CRM_KIND_CONTACT, CRM_KIND_USER,  CRM_KIND_ACCESS_ROLE};
    crm_id id = any_of(kinds[chance(sizeof kinds / sizeof *kinds)]);
    if (id) crm_record_set_id(rec, field, id);
}

static void set_field(crm_record *rec, crm_field field) {
    if (crm_field_type(field) == CRM_TYPE_ID) {
        set_reference(rec, field);
        return;
    }
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        for (uint32_t k = 0; lists[i].field == field && k < 4; k++)
            if (chance(2)) crm_record_add_item(rec, field, lists[i].texts[k], CRM_NTS);
    for (size_t i = 0; i < LIKELY; i++)
        if (likely[i].field == field && chance(20)) {
            crm_record_set_text(rec, field, likely[i].texts[chance(5)], CRM_NTS);
            return;
        }
    if (!crm_record_has(rec, field)) chance_set(rec, field);
}

/* Required fields always; what the library sets is left to it. */
static crm_record *any_record(crm_txn *txn, uint32_t kind) {
    crm_record *rec;
    uint32_t of = 1 + chance(8);
    if (crm_record_new_in(txn, kind, &rec) < 0) return NULL;
    for (crm_field field = 0; (field = crm_field_next(kind, field));) {
        uint32_t flags = crm_field_flags(field);
        bool owner = flags & CRM_FIELD_KEY, wanted = flags & CRM_FIELD_REQUIRED || (owner ? chance(4) : !chance(of));
        if (flags & CRM_FIELD_SYSTEM || !wanted) continue;
        if (owner)
            crm_record_set_id(rec, field, any_of(chance(4) ? CRM_KIND_PARTY : CRM_KIND_GROUP));
        else
            set_field(rec, field);
    }
    for (crm_field field = 0; crm_custom_field_next(txn, kind, field, &field) == CRM_OK && field;)
        if (!chance(of)) chance_set(rec, field);
    return rec;
}

static size_t stored[KINDS]; /* how many were stored of a kind */

/* References of records that belong together: of the same party, by looking for one among all that are known. */
static int put_any(crm_txn *txn, uint32_t kind) {
    crm_id id;
    int rc = CRM_E_INVALID;
    for (int tries = 0; tries < 6 && rc < 0; tries++) {
        crm_record *rec = any_record(txn, kind);
        if (!rec) return CRM_OK;
        rc = crm_record_put(txn, rec, &id, NULL);
        crm_record_free(rec);
        cr_assert(rc == CRM_OK || crm_status_class_of(rc) != CRM_CLASS_STORAGE, "kind %u: %s", kind, crm_error_text());
    }
    if (rc < 0) return CRM_OK;
    stored[kind]++;
    remember(kind, id);
    return CRM_OK;
}

static void change_any(crm_txn *txn) {
    static const uint32_t kinds[] = {CRM_KIND_PARTY,   CRM_KIND_ADDRESS, CRM_KIND_CONTACT,      CRM_KIND_GROUP,
                                     CRM_KIND_CHANNEL, CRM_KIND_CODE,    CRM_KIND_CUSTOM_FIELD, CRM_KIND_USER};
    uint32_t kind = kinds[chance(sizeof kinds / sizeof *kinds)];
    crm_id id = any_of(kind), to;
    crm_record *rec;
    if (!id) return;
    switch (chance(6)) {
    case 0: crm_record_delete(txn, id, 0); return;
    case 1: crm_record_archive(txn, id, 0); return;
    case 2: crm_record_restore(txn, id, 0); return;
    case 3:
        if (kind == CRM_KIND_USER) crm_user_verifier_set(txn, id, "verifier\xff", 1 + chance(9));
        return;
    case 4:
        if (kind != CRM_KIND_ADDRESS || !(rec = any_record(txn, kind))) return;
        if (crm_address_move(txn, id, TEST_DAY + chance(9), rec, &to) == CRM_OK) remember(kind, to);
        crm_record_free(rec);
        return;
    default:
        if (crm_record_get(txn, id, &rec) < 0) return;
        for (crm_field field = 0; (field = crm_field_next(kind, field));)
            if (!(crm_field_flags(field) & (CRM_FIELD_SYSTEM | CRM_FIELD_KEY)) && !chance(4)) {
                crm_record_clear(rec, field);
                set_field(rec, field);
            }
        crm_record_put(txn, rec, NULL, NULL);
        crm_record_free(rec);
    }
}

static char *path_of(const char *name) {
    static char path[600];
    snprintf(path, sizeof path, "%s.%s", test_folder, name);
    return path;
}

static void dump_to(crm_db *db, const char *name) {
    crm_txn *txn = test_read(db);
    cr_assert_eq(crm_export_dump(txn, path_of(name)), CRM_OK, "%s", crm_error_text());
    crm_txn_free(txn);
}

static char *read_whole(const char *name, size_t *size) {
    FILE *file = fopen(path_of(name), "rb");
    char *bytes = calloc(1, 1 << 22);
    cr_assert(file && bytes);
    *size = fread(bytes, 1, (1 << 22) - 1, file);
    fclose(file);
    unlink(path_of(name));
    return bytes;
}

static void fill(crm_db *db) {
    crm_txn *txn = test_write(db);
    for (uint32_t i = 20 + chance(100); i > 0; i--) {
        if (chance(5) == 0)
            change_any(txn);
        else
            put_any(txn, chance(3) ? CRM_KIND_PARTY + chance(46) : CRM_KIND_PARTY);
        if (chance(30)) continue;
        test_commit(txn);
        txn = test_write(db);
    }
    test_commit(txn);
}

static void there_and_back(uint64_t first) {
    size_t a, b;
    crm_db_options options = test_options();
    crm_db *db = test_open(), *copy;
    chance_begin(first);
    fill(db);
    dump_to(db, "first");
    crm_db_close(db);
    char *store = strdup(path_of("copy"));
    cr_assert_eq(crm_import_dump(path_of("first"), store), CRM_OK, "seed %lu: line %lu: %s %s", (unsigned long)first,
                 (unsigned long)crm_error_row(), crm_field_name(crm_error_field()), crm_error_text());
    options.flags = 0;
    cr_assert_eq(crm_db_open(store, &options, &copy), CRM_OK, "%s", crm_error_text());
    dump_to(copy, "second");
    crm_db_close(copy);
    char *before = read_whole("first", &a), *after = read_whole("second", &b);
    cr_expect(a == b && memcmp(before, after, a) == 0, "seed %lu: %zu bytes, %zu again", (unsigned long)first, a, b);
    free(before);
    free(after);
    test_folder_remove(store);
    free(store);
}

Test(dump_identity, all_kinds) {
    uint64_t count = chance_number("CRM_TEST_STORES", 150), from = chance_number("CRM_TEST_SEED", 1);
    for (uint64_t i = 0; i < count; i++) {
        there_and_back(from + i);
        test_end();
        begin();
    }
    size_t kinds = 0;
    for (uint32_t kind = 1; kind < KINDS; kind++) kinds += stored[kind] != 0;
    cr_expect(kinds >= 20 || count < 100, "only %zu kinds were stored", kinds);
}
