/* SPDX-License-Identifier: MIT */
/* Stores made by chance, of all that customer sheets carry, records that nothing tells apart too, out to a workbook, CSV or JSON Lines and
 * into an empty store: it is the same but for ids and revisions, exports the same bytes again, and an import into the store itself changes
 * nothing. CRM_TEST_STORES tells how many stores,
 * CRM_TEST_SEED the first seed. */
#include "support/chance.h"
#include "support/store.h"
#include <criterion/criterion.h>
#include <libcrm/io.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static char *folder; /* of what is exported */

static void begin(void) {
    chance_in_memory();
    test_begin();
    folder = test_folder_new();
}

static void end(void) {
    test_folder_remove(folder);
    free(folder);
    test_end();
}

TestSuite(export_identity, .init = begin, .fini = end);

/* What is chosen with care, since the model judges it or the rows are found by it. */
static bool is_judged(crm_field field) {
    static const crm_field fields[] = {CRM_PARTY_TYPE,
                                       CRM_PARTY_ARCHIVED,
                                       CRM_ROLE_ROLE,
                                       CRM_ROLE_NUMBER,
                                       CRM_ADDRESS_SITE_NUMBER,
                                       CRM_ADDRESS_GLN,
                                       CRM_ADDRESS_ARCHIVED,
                                       CRM_ADDRESS_LATITUDE,
                                       CRM_ADDRESS_LONGITUDE,
                                       CRM_CONTACT_NAME,
                                       CRM_CONTACT_ARCHIVED,
                                       CRM_CHANNEL_TYPE,
                                       CRM_CHANNEL_VALUE,
                                       CRM_IDENTIFIER_SCHEME,
                                       CRM_IDENTIFIER_VALUE,
                                       CRM_BANK_IBAN,
                                       CRM_BANK_BIC,
                                       CRM_BANK_BANK_CODE,
                                       CRM_BANK_BRANCH_CODE,
                                       CRM_BANK_ACCOUNT_NUMBER,
                                       CRM_BANK_RIB_KEY,
                                       CRM_BANK_COUNTRY,
                                       CRM_BANK_SEPA,
                                       CRM_BANK_MANDATE_REFERENCE,
                                       CRM_BANK_MANDATE_AT,
                                       CRM_BANK_FIRST_DEBIT_AT,
                                       CRM_USAGE_PURPOSE,
                                       CRM_USAGE_IS_DEFAULT,
                                       CRM_QUOTE_DEFAULTS_SALES_AREA,
                                       CRM_QUOTE_DEFAULTS_COUNTRY,
                                       CRM_QUOTE_DEFAULTS_REGION,
                                       CRM_QUOTE_DEFAULTS_SENDER_COUNTRY};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (fields[i] == field) return true;
    return strncmp(crm_field_name(field) ? crm_field_name(field) : "", "valid_", 6) == 0;
}

/* Some of the fields that are settable, custom ones too; one in `of` has none. */
static void set_some(crm_txn *txn, crm_record *rec) {
    uint32_t kind = crm_record_kind(rec), of = 2 + chance(5);
    for (crm_field field = 0; (field = crm_field_next(kind, field));)
        if (!(crm_field_flags(field) & (CRM_FIELD_SYSTEM | CRM_FIELD_KEY)) && crm_field_type(field) != CRM_TYPE_ID && !is_judged(field) &&
            !chance(of))
            chance_set(rec, field);
    for (crm_field field = 0; crm_custom_field_next(txn, kind, field, &field) == CRM_OK && field;)
        if (!chance(of)) chance_set(rec, field);
}

static void set_validity(crm_record *rec, crm_field from, crm_field until) {
    int64_t day = TEST_DAY - 400 + chance(800);
    if (chance(3) == 0) crm_record_set_date(rec, from, day);
    if (chance(3) == 0) crm_record_set_date(rec, until, day + 1 + chance(400));
}

/* What the model refuses is left out: it is not a store that there can be. */
static crm_id put_any(crm_txn *txn, crm_record *rec) {
    crm_id id = 0;
    int rc = crm_record_put(txn, rec, &id, NULL);
    cr_assert(rc == CRM_OK || crm_status_class_of(rc) == CRM_CLASS_DATA, "%s", crm_error_text());
    crm_record_free(rec);
    return rc == CRM_OK ? id : 0;
}

static crm_record *child_of(crm_txn *txn, uint32_t kind, crm_id party) {
    crm_record *rec;
    cr_assert_eq(crm_record_new_in(txn, kind, &rec), CRM_OK);
    crm_field owner = crm_field_next(kind, 0);
    if (party) cr_assert_eq(crm_record_set_id(rec, owner, party), CRM_OK);
    set_some(txn, rec);
    return rec;
}

static void set_text(crm_record *rec, crm_field field, const char *text) {
    cr_assert_eq(crm_record_set_text(rec, field, text, CRM_NTS), CRM_OK, "%s", crm_error_text());
}

/* --- a customer by chance --- */

static unsigned serial;  /* of what is unique */
static const char *role; /* of the parties: prospects need no number */

static const char *unique(void) {
    static char text[80];
    static const char *const forms[] = {"%05u", "=%u", " %u", "%u\xc2\xa0", "'%u", "#TEXT:%u", "A-%u\n", "\xf0\x9f\x98\x80%u"};
    snprintf(text, sizeof text, forms[chance(sizeof forms / sizeof *forms)], ++serial); /* NOLINT */
    return text;
}

static void fill_usages(crm_txn *txn, crm_id party, crm_id target) {
    static const char *const own[] = {"own purpose", "=x", " y", "a;b"};
    for (uint32_t i = chance(4); i > 0; i--) {
        crm_record *rec = child_of(txn, CRM_KIND_USAGE, party);
        const char *built_in = crm_domain_code("purpose", chance(4));
        set_text(rec, CRM_USAGE_PURPOSE, chance(2) ? own[chance(4)] : built_in);
        crm_record_set_id(rec, CRM_USAGE_TARGET, target);
        if (chance(2)) crm_record_set_bool(rec, CRM_USAGE_IS_DEFAULT, (int)chance(2));
        set_validity(rec, CRM_USAGE_VALID_FROM, CRM_USAGE_VALID_UNTIL);
        put_any(txn, rec);
    }
}

/* What is about the customer, or about a site or contact of his (0: none). */
static void fill_about(crm_txn *txn, crm_id party, crm_id target, crm_id site, crm_id contact) {
    char text[CHANCE_MOST + 1];
    for (uint32_t i = chance(3); i > 0; i--) {
        crm_record *rec = child_of(txn, CRM_KIND_CHANNEL, party);
        snprintf(text, sizeof text, "%.90s%u.", chance(3) ? chance_text() : "", chance(3)); /* now and then the same, as it is normalised */
        while (crm_record_set_text(rec, CRM_CHANNEL_VALUE, text, CRM_NTS) == CRM_E_UTF8) memmove(text, text + 1, strlen(text));
        set_text(rec, CRM_CHANNEL_TYPE, CRM_CHANNEL_OTHER);
        if (target) crm_record_set_id(rec, CRM_CHANNEL_TARGET, target);
        put_any(txn, rec);
    }
    for (uint32_t i = chance(2); i > 0; i--) {
        crm_record *rec = child_of(txn, CRM_KIND_IDENTIFIER, party);
        set_text(rec, CRM_IDENTIFIER_SCHEME, chance(2) ? "erp" : "=own");
        set_text(rec, CRM_IDENTIFIER_VALUE, unique());
        if (target) crm_record_set_id(rec, CRM_IDENTIFIER_TARGET, target);
        put_any(txn, rec);
    }
    for (uint32_t i = chance(3); i > 0; i--) {
        crm_record *rec = child_of(txn, CRM_KIND_QUOTE_DEFAULTS, party);
        if (chance(2)) set_text(rec, CRM_QUOTE_DEFAULTS_SALES_AREA, chance(2) ? "north" : "=south");
        if (target) crm_record_set_id(rec, CRM_QUOTE_DEFAULTS_SCOPE, target);
        if (site && chance(2)) crm_record_set_id(rec, CRM_QUOTE_DEFAULTS_PREFERRED_SITE, site);
        if (contact && chance(2)) crm_record_set_id(rec, CRM_QUOTE_DEFAULTS_PREFERRED_CONTACT, contact);
        put_any(txn, rec);
    }
}

static crm_id fill_site(crm_txn *txn, crm_id party) {
    crm_record *rec = child_of(txn, CRM_KIND_ADDRESS, party);
    if (chance(2)) {
        set_text(rec, CRM_ADDRESS_SITE_NUMBER, unique());
    } else if (chance(2)) { /* a place that others have */
        crm_record_free(rec);
        rec = test_record(CRM_KIND_ADDRESS, party, CRM_ADDRESS_STREET, "Weg", 0);
    }
    set_validity(rec, CRM_ADDRESS_VALID_FROM, CRM_ADDRESS_VALID_UNTIL);
    if (chance(3) == 0) set_text(rec, CRM_ADDRESS_GLN, chance(2) ? unique() : "same");
    if (chance(3) == 0) crm_record_set_int(rec, CRM_ADDRESS_LATITUDE, (int64_t)chance(1800000000) - 900000000);
    if (chance(5) == 0) crm_record_set_bool(rec, CRM_ADDRESS_ARCHIVED, (int)chance(2));
    crm_id id = put_any(txn, rec);
    if (id) fill_usages(txn, party, id);
    return id;
}

static crm_id fill_contact(crm_txn *txn, crm_id party) {
    char name[CHANCE_MOST + 1];
    crm_record *rec = child_of(txn, CRM_KIND_CONTACT, party);
    snprintf(name, sizeof name, "%u %.90s", chance(2), chance(2) ? chance_text() : "");
    while (crm_record_set_text(rec, CRM_CONTACT_NAME, name, CRM_NTS) == CRM_E_UTF8) name[strlen(name) - 1] = '\0';
    set_validity(rec, CRM_CONTACT_VALID_FROM, CRM_CONTACT_VALID_UNTIL);
    if (chance(5) == 0) crm_record_set_bool(rec, CRM_CONTACT_ARCHIVED, (int)chance(2));
    crm_id id = put_any(txn, rec);
    if (id) fill_usages(txn, party, id);
    return id;
}

static void fill_banks(crm_txn *txn, crm_id party) {
    static const char *const ibans[] = {"DE02120300000000202051", "GB29 NWBK 6016 1331 9268 19", "FR1420041010050500013M02606"};
    for (uint32_t i = chance(3); i > 0; i--) {
        crm_record *rec = child_of(txn, CRM_KIND_BANK, party);
        set_text(rec, CRM_BANK_IBAN, ibans[chance(3)]);
        set_validity(rec, CRM_BANK_VALID_FROM, CRM_BANK_VALID_UNTIL);
        put_any(txn, rec);
    }
}

static void fill_roles(crm_txn *txn, crm_id party, bool numbered) {
    static const char *const roles[] = {CRM_ROLE_SUPPLIER, CRM_ROLE_EMPLOYEE, CRM_ROLE_AGENT};
    crm_record *rec = child_of(txn, CRM_KIND_ROLE, party);
    set_text(rec, CRM_ROLE_ROLE, role);
    if (numbered) set_text(rec, CRM_ROLE_NUMBER, unique());
    set_validity(rec, CRM_ROLE_VALID_FROM, CRM_ROLE_VALID_UNTIL);
    cr_assert(put_any(txn, rec), "%s", crm_error_text());
    for (uint32_t i = chance(4); i > 0; i--) {
        bool again = numbered && chance(4) == 0;
        rec = child_of(txn, CRM_KIND_ROLE, party);
        set_text(rec, CRM_ROLE_ROLE, again ? role : roles[chance(3)]);
        if (again || chance(2)) set_text(rec, CRM_ROLE_NUMBER, unique());
        set_validity(rec, CRM_ROLE_VALID_FROM, CRM_ROLE_VALID_UNTIL);
        put_any(txn, rec);
    }
}

static void fill_memberships(crm_txn *txn, crm_id party) {
    static const char *const groups[] = {"=G", "H "};
    for (uint32_t i = chance(4); i > 0; i--) {
        crm_id group;
        cr_assert_eq(crm_group_find(txn, groups[chance(2)], CRM_NTS, &group), CRM_OK);
        crm_record *rec = child_of(txn, CRM_KIND_MEMBERSHIP, party);
        crm_record_set_id(rec, CRM_MEMBERSHIP_GROUP, group);
        set_validity(rec, CRM_MEMBERSHIP_VALID_FROM, CRM_MEMBERSHIP_VALID_UNTIL);
        put_any(txn, rec);
    }
}

static void fill_party(crm_txn *txn) {
    crm_record *rec = child_of(txn, CRM_KIND_PARTY, 0);
    crm_id site = 0, contact = 0;
    set_text(rec, CRM_PARTY_TYPE, chance(2) ? CRM_PARTY_TYPE_ORGANISATION : CRM_PARTY_TYPE_PERSON);
    bool numbered = strcmp(role, CRM_ROLE_CUSTOMER) == 0 || chance(2);
    if (!crm_record_text(rec, CRM_PARTY_NAME)) set_text(rec, CRM_PARTY_NAME, chance_text());
    if (!numbered && chance(2)) set_text(rec, CRM_PARTY_NAME, "Twins");
    crm_id party = put_any(txn, rec);
    if (!party) return;
    fill_roles(txn, party, numbered);
    for (uint32_t i = chance(3); i > 0; i--) fill_about(txn, party, site = fill_site(txn, party), 0, 0);
    for (uint32_t i = chance(3); i > 0; i--) fill_about(txn, party, contact = fill_contact(txn, party), 0, 0);
    fill_about(txn, party, 0, site, contact);
    fill_banks(txn, party);
    fill_memberships(txn, party);
    if (chance(5) == 0) cr_assert_eq(crm_record_archive(txn, party, 0), CRM_OK, "%s", crm_error_text());
}

/* --- what the sheets do not carry: custom fields, groups --- */

static void define(crm_txn *txn) {
    static const char *const kinds[] = {"party",      "role",  "address", "contact",    "channel",
                                        "identifier", "usage", "bank",    "membership", "quote_defaults"};
    static const char *const types[] = {"text", "int", "bool", "date", "time", "amount", "texts"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        for (size_t k = 0; k < sizeof types / sizeof *types; k++) {
            if ((i + k) % 3) continue;
            char name[40], label[80];
            snprintf(name, sizeof name, "own_%s", types[k]);
            snprintf(label, sizeof label, "=%s \xc3\xa4 %s", kinds[i], types[k]);
            crm_record *rec = test_record(CRM_KIND_CUSTOM_FIELD, 0, CRM_CUSTOM_FIELD_RECORD_KIND, kinds[i], CRM_CUSTOM_FIELD_NAME, name,
                                          CRM_CUSTOM_FIELD_TYPE, types[k], 0);
            if (k & 1) crm_record_set_label(rec, CRM_CUSTOM_FIELD_LABEL, "de", label, CRM_NTS);
            test_put(txn, rec);
        }
    test_group(txn, "=G", 0);
    test_group(txn, "H ", 0);
}

static crm_db *open_defined(void) {
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    define(txn);
    test_commit(txn);
    return db;
}

/* --- there and back --- */

static const struct {
    const char *english, *german;
    uint32_t rows;
} sheets[] = {{"Customers", "Kunden", CRM_ROWS_CUSTOMER},        {"Sites", "Standorte", CRM_ROWS_SITE},
              {"Contacts", "Ansprechpartner", CRM_ROWS_CONTACT}, {"Channels", "Kontaktwege", CRM_ROWS_CHANNEL},
              {"Identifiers", "Kennungen", CRM_ROWS_IDENTIFIER}, {"Memberships", "Gruppen", CRM_ROWS_MEMBERSHIP},
              {"Bank", "Bankverbindungen", CRM_ROWS_BANK},       {"Quote defaults", "Angebotsvorgaben", CRM_ROWS_QUOTE_DEFAULTS},
              {"Usages", "Verwendungen", CRM_ROWS_USAGE},        {"Roles", "Rollen", CRM_ROWS_ROLE}};
enum { SHEETS = sizeof sheets / sizeof *sheets };

static char *path_in(const char *name) {
    static char path[600];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void export_to(crm_db *db, const char *name, uint32_t format, bool german) {
    crm_export_options options = {.size = sizeof options,
                                  .format = format,
                                  .flags = CRM_EXPORT_ARCHIVED,
                                  .sheets = (CRM_EXPORT_ROLES << 1) - 1,
                                  .language = german ? "de" : "en",
                                  .role = role};
    crm_txn *txn = test_read(db);
    crm_export *made;
    cr_assert_eq(crm_export_new(path_in(name), &options, &made), CRM_OK, "%s", crm_error_text());
    cr_assert_eq(crm_export_customers(made, txn), CRM_OK, "%s", crm_error_text());
    cr_assert_eq(crm_export_finish(made), CRM_OK, "%s", crm_error_text());
    crm_export_free(made);
    crm_txn_free(txn);
}

static char *sheet_path(const char *name, size_t sheet, uint32_t format, bool german) {
    char file[80];
    const char *ending = format == CRM_EXPORT_CSV ? "csv" : "jsonl";
    snprintf(file, sizeof file, "%s%s.%s", name, german ? sheets[sheet].german : sheets[sheet].english, ending);
    return path_in(file);
}

static crm_sync *read_sheets(crm_db *db, uint32_t format, bool german) {
    crm_txn *txn = test_read(db);
    crm_sync *sync;
    cr_assert_eq(crm_sync_new_in(txn, "export", CRM_ROWS_CUSTOMER, &sync), CRM_OK);
    crm_txn_free(txn);
    cr_assert_eq(crm_sync_set_role(sync, role), CRM_OK);
    if (format == CRM_EXPORT_XLSX) cr_assert_eq(crm_xlsx_read_file(sync, path_in("out.xlsx"), NULL), CRM_OK, "%s", crm_error_text());
    for (size_t i = 0; format != CRM_EXPORT_XLSX && i < SHEETS; i++) {
        const char *path = sheet_path("out/", i, format, german);
        struct stat file;
        if (stat(path, &file) != 0 || file.st_size == 0) continue; /* JSON Lines of nobody have no columns */
        cr_assert_eq(crm_sync_add_sheet(sync, german ? sheets[i].german : sheets[i].english, sheets[i].rows), CRM_OK);
        int rc = format == CRM_EXPORT_CSV ? crm_csv_read_file(sync, path, NULL) : crm_jsonl_read_file(sync, path);
        cr_assert_eq(rc, CRM_OK, "%s: %s", path, crm_error_text());
    }
    return sync;
}

/* Ids in the order in which the sheets have them: an export of the copy has others in their places. */
typedef struct ids {
    char text[4096][24];
    size_t count;
} ids;

static size_t id_place(const ids *of, const char *cell) {
    size_t place = 0;
    while (place < of->count && strcmp(of->text[place], cell) != 0) place++;
    return place;
}

/* One cell, its quotes on. Its divider is read, too, and returned. */
static int read_cell(FILE *from, char *cell, size_t size, char delimiter) {
    size_t used = 0;
    bool quoted = false;
    int c;
    while ((c = getc(from)) != EOF && (quoted || (c != delimiter && c != '\n'))) {
        quoted ^= c == '"';
        cr_assert_lt(used, size - 1);
        cell[used++] = (char)c;
    }
    cell[used] = '\0';
    return c;
}

/* A sheet with ids by their places. NULL: it is not there. */
static char *read_sheet(const char *path, ids *known, bool german) {
    static char cell[1 << 16], heading[512];
    FILE *file = fopen(path, "rb");
    bool is_id[512] = {0};
    char *text;
    size_t size, column = 0, row = 0;
    if (!file) return NULL;
    FILE *to = open_memstream(&text, &size);
    for (int end = 0; end != EOF;) {
        end = read_cell(file, cell, sizeof cell, german ? ';' : ',');
        cell[strcspn(cell, "\r")] = cell[0] == '"' ? cell[strcspn(cell, "\r")] : '\0';
        snprintf(heading, sizeof heading, "%.500s", cell);
        size_t length = strlen(heading);
        if (!row) is_id[column] = strcmp(heading, "ID") == 0 || (length > 3 && strcmp(heading + length - 3, ".id") == 0);
        bool fresh = row && is_id[column] && *cell && id_place(known, cell) == known->count;
        if (fresh) snprintf(known->text[known->count++], sizeof *known->text, "%.23s", cell);
        size_t place = id_place(known, cell);
        if (place < known->count)
            fprintf(to, "#%zu|", place);
        else
            fprintf(to, "%s|", cell);
        column = end == '\n' ? 0 : column + 1;
        row += end == '\n';
    }
    fclose(file);
    fclose(to);
    return text;
}

/* --- all that a store says of its parties, without ids, revisions and when and in which order it was made --- */

static int compare(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

/* The record as JSON without what is the store's own; named: what it refers to is written out too. */
static void write_record(crm_txn *txn, const crm_record *rec, bool named, FILE *to) {
    crm_record *copy;
    cr_assert_eq(crm_record_copy(rec, &copy), CRM_OK);
    fprintf(to, "%s|", crm_kind_name(crm_record_kind(rec)));
    for (size_t i = 0; i < crm_record_count(rec); i++) {
        crm_field field = crm_record_field(rec, i);
        crm_record *other;
        if (field == CRM_PARTY_CREATED_AT) crm_record_clear(copy, field);
        if (crm_field_type(field) != CRM_TYPE_ID) continue;
        crm_record_clear(copy, field);
        if (!named) continue;
        cr_assert_eq(crm_record_get(txn, crm_record_id(rec, field), &other), CRM_OK, "%s", crm_error_text());
        fprintf(to, "%s=", crm_field_name(field));
        write_record(txn, other, false, to);
        crm_record_free(other);
    }
    /* kind, id and revision stand in front */
    const char *json = strstr(crm_record_json(copy, NULL), "\"revision\":");
    json += strcspn(json, ",}");
    fprintf(to, "%s", json);
    crm_record_free(copy);
}

typedef struct lines {
    char *line[4096];
    size_t count;
} lines;

static void write_files(crm_txn *txn, uint32_t flags, lines *out) {
    crm_iter *list;
    crm_id id;
    size_t size;
    cr_assert_eq(crm_party_list(txn, NULL, NULL, 0, flags, 10000, NULL, &list), CRM_OK);
    while (crm_iter_next(list, &id) == CRM_ROW) {
        crm_file *file;
        cr_assert_eq(crm_file_get(txn, id, &file), CRM_OK);
        for (size_t i = 0; i < crm_file_count(file); i++) {
            cr_assert_lt(out->count, 4096);
            FILE *to = open_memstream(&out->line[out->count], &size);
            write_record(txn, crm_file_record(file, i), true, to);
            fclose(to);
            out->count++;
        }
        crm_file_free(file);
    }
    crm_iter_free(list);
}

static lines *said(crm_db *db) {
    lines *out = calloc(1, sizeof *out);
    crm_txn *txn = test_read(db);
    write_files(txn, 0, out);
    write_files(txn, CRM_PARTY_LIST_ARCHIVED, out);
    crm_txn_free(txn);
    qsort(out->line, out->count, sizeof *out->line, compare);
    return out;
}

static void expect_same(lines *before, lines *after, uint64_t first) {
    size_t a = 0, b = 0, shown = 0;
    while ((a < before->count || b < after->count) && shown < 6) {
        int way = a == before->count ? 1 : b == after->count ? -1 : strcmp(before->line[a], after->line[b]);
        if (way && ++shown)
            cr_expect(false, "seed %lu: %s %s", (unsigned long)first, way < 0 ? "lost" : "new", way < 0 ? before->line[a] : after->line[b]);
        a += way <= 0;
        b += way >= 0;
    }
    for (size_t i = 0; i < before->count; i++) free(before->line[i]);
    for (size_t i = 0; i < after->count; i++) free(after->line[i]);
    free(before);
    free(after);
}

static void import_again(crm_db *db, uint32_t format, bool german, uint64_t first) {
    crm_sync *sync = read_sheets(db, format, german);
    cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "seed %lu: again: %s row %lu: %s", (unsigned long)first,
                 crm_sync_sheet_name(sync, crm_sync_error_sheet(sync, 0)), (unsigned long)crm_error_row(), crm_error_text());
    cr_expect(crm_sync_count(sync, CRM_SYNC_CREATED) == 0 && crm_sync_count(sync, CRM_SYNC_UPDATED) == 0,
              "seed %lu: %lu created, %lu updated again", (unsigned long)first, (unsigned long)crm_sync_count(sync, CRM_SYNC_CREATED),
              (unsigned long)crm_sync_count(sync, CRM_SYNC_UPDATED));
    crm_sync_free(sync);
}

static void expect_same_bytes(bool german, uint64_t first) {
    ids *first_ids = calloc(1, sizeof *first_ids), *second_ids = calloc(1, sizeof *second_ids);
    for (size_t i = 0; i < SHEETS; i++) {
        char *before = read_sheet(sheet_path("out/", i, CRM_EXPORT_CSV, german), first_ids, german);
        char *after = read_sheet(sheet_path("again/", i, CRM_EXPORT_CSV, german), second_ids, german);
        cr_expect(!before == !after && (!before || strcmp(before, after) == 0), "seed %lu: %s differs:\n%s\n%s", (unsigned long)first,
                  sheets[i].english, before, after);
        free(before);
        free(after);
    }
    free(first_ids);
    free(second_ids);
}

static void there_and_back(uint64_t first, uint32_t format) {
    bool german = first & 1;
    chance_begin(first);
    serial = 0;
    role = first % 3 ? CRM_ROLE_CUSTOMER : CRM_ROLE_PROSPECT;
    crm_db *db = open_defined();
    crm_txn *txn = test_write(db);
    for (uint32_t i = 1 + chance(4); i > 0; i--) fill_party(txn);
    test_commit(txn);
    export_to(db, format == CRM_EXPORT_XLSX ? "out.xlsx" : "out/", format, german);
    lines *before = said(db);
    import_again(db, format, german, first);
    crm_db_close(db);
    test_end();
    test_begin();
    db = open_defined();
    crm_sync *sync = read_sheets(db, format, german);
    cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "seed %lu: %s row %lu: %s", (unsigned long)first,
                 crm_sync_sheet_name(sync, crm_sync_error_sheet(sync, 0)), (unsigned long)crm_error_row(), crm_error_text());
    crm_sync_free(sync);
    expect_same(before, said(db), first);
    export_to(db, format == CRM_EXPORT_XLSX ? "again.xlsx" : "again/", format, german);
    if (format == CRM_EXPORT_CSV) expect_same_bytes(german, first);
    crm_db_close(db);
}

static void many(uint32_t format, uint64_t count, uint64_t from) {
    count = chance_number("CRM_TEST_STORES", count);
    from = chance_number("CRM_TEST_SEED", from);
    for (uint64_t i = 0; i < count; i++) {
        there_and_back(from + i, format);
        end();
        begin();
    }
}

Test(export_identity, csv) { many(CRM_EXPORT_CSV, 40, 1000); }
Test(export_identity, workbook) { many(CRM_EXPORT_XLSX, 25, 5000); }
Test(export_identity, json_lines) { many(CRM_EXPORT_JSON_LINES, 25, 7000); }
