/* SPDX-License-Identifier: MIT */
/* Customer sheets out of a store and into an empty one, which is the same then; lists and tables; writes that fail leave nothing. */
#include "support/actors.h"
#include "support/store.h"
#include <dirent.h>
#include <libcrm/io.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static char *folder; /* of what is exported */

static void begin(void) {
    test_begin();
    folder = test_folder_new();
}

static void end(void) {
    test_folder_remove(folder);
    free(folder);
    test_end();
}

static char *path_in(const char *name) {
    static char path[600];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static char *read_whole(const char *path) {
    FILE *file = fopen(path, "rb");
    cr_assert(file, "%s", path);
    char *bytes = calloc(1, 1 << 20);
    cr_assert(fread(bytes, 1, (1 << 20) - 1, file) < (1 << 20) - 1);
    fclose(file);
    return bytes;
}

static size_t entries(const char *path) {
    size_t count = 0;
    DIR *dir = opendir(path);
    cr_assert(dir, "%s", path);
    for (const struct dirent *entry; (entry = readdir(dir));) count += entry->d_name[0] != '.' || entry->d_name[1] > '.';
    closedir(dir);
    return count;
}

static crm_export_options options_of(uint32_t format, const char *language) {
    return (crm_export_options){.size = sizeof(crm_export_options), .format = format, .language = language};
}

static crm_export *begin_export(const char *path, crm_export_options options) {
    crm_export *made;
    cr_assert_eq(crm_export_new(path, &options, &made), CRM_OK, "%s", crm_error_text());
    return made;
}

TestSuite(export, .init = begin, .fini = end);

/* --- texts of every kind --- */

static const char *const texts[] = {
    "=1+1",
    "+49 89 1",
    "-5",
    "@x",
    "'=x",
    "''@",
    "'plain",
    "'",
    "01067",
    "00042",
    "1e5",
    "TRUE",
    "2024-01-02",
    "a;b,c",
    "say \"hi\"",
    "\"",
    "a\nb",
    "a\r\nb",
    "a\rb",
    "a\tb",
    "\xef\xbc\x9dx",
    "\xef\xbc\x8b\xef\xbc\x8d",
    "\xcc\x81",
    "e\xcc\x81",
    "\xf0\x9f\x98\x80",
    "_x0041_",
    "_x005F_x0041_",
    "a\x01z",
    "\xef\xbf\xbez",
    "\xef\xbf\xbf.",
    "x\x7f",
    "<&>]]>",
    "#N/A",
    "ja",
    "1.234",
    "\xd9\x85\xd8\xb1\xd8\xad\xd8\xa8\xd8\xa7",
    "\xe2\x80\x8f\xd7\xa9",
    "\xf3\xa0\x80\x81x",
    "' =1",
    "'\xc2\xa0+1",
    "a=1",
    "'\xef\xbc\xa0",
    "\xed\x9f\xbf\xee\x80\x80",
    "%s%n",
    "sep=;",
};
enum { TEXTS = sizeof texts / sizeof *texts };

static uint64_t seed;
static uint32_t draw(uint32_t below) {
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(seed >> 33) % below;
}

/* A text of the list, or of any characters; nothing around it that is blank: an import takes that off. */
static const char *any_text(void) {
    static char text[200];
    if (draw(3)) return texts[draw(TEXTS)];
    size_t size = 0;
    text[size++] = 'x';
    for (uint32_t left = draw(12); left > 0; left--) {
        uint32_t code = draw(4) ? draw(0x800) + 1 : draw(0x10ffff) + 1;
        if (code >= 0xd800 && code < 0xe000) code = 0x301;
        if (code < 0x80)
            text[size++] = (char)code;
        else if (code < 0x800)
            size += (size_t)snprintf(text + size, 8, "%c%c", (int)(0xc0 | code >> 6), (int)(0x80 | (code & 63)));
        else if (code < 0x10000)
            size += (size_t)snprintf(text + size, 8, "%c%c%c", (int)(0xe0 | code >> 12), (int)(0x80 | (code >> 6 & 63)),
                                     (int)(0x80 | (code & 63)));
        else
            size += (size_t)snprintf(text + size, 8, "%c%c%c%c", (int)(0xf0 | code >> 18), (int)(0x80 | (code >> 12 & 63)),
                                     (int)(0x80 | (code >> 6 & 63)), (int)(0x80 | (code & 63)));
    }
    text[size++] = '.';
    text[size] = '\0';
    return text;
}

/* --- a store by chance, of what the sheets carry --- */

static void maybe_text(crm_record *rec, crm_field field) {
    if (draw(2)) cr_assert_eq(crm_record_set_text(rec, field, any_text(), CRM_NTS), CRM_OK, "%s", crm_error_text());
}

static void maybe_usage(crm_txn *txn, crm_id party, crm_id target, const char *purpose) {
    if (draw(2)) return;
    crm_record *rec = test_record(CRM_KIND_USAGE, party, CRM_USAGE_PURPOSE, purpose, 0);
    crm_record_set_id(rec, CRM_USAGE_TARGET, target);
    if (draw(3) == 0 && strcmp(purpose, "own purpose") != 0) crm_record_set_bool(rec, CRM_USAGE_IS_DEFAULT, 1);
    int rc = test_try(txn, rec);
    cr_assert(rc == CRM_OK || rc == CRM_E_EXISTS, "%s", crm_error_text());
}

static crm_id last_site, last_contact; /* of the customer; 0: none */

static void put_any(crm_txn *txn, crm_record *rec) {
    int rc = test_try(txn, rec);
    cr_assert(rc == CRM_OK || rc == CRM_E_EXISTS, "%s", crm_error_text());
}

/* What is about the customer, or about a site or contact of his (0: none). */
static void fill_about(crm_txn *txn, crm_id party, crm_id target) {
    static unsigned serial;
    char text[300];
    for (uint32_t i = draw(3); i > 0; i--) {
        snprintf(text, sizeof text, "%u %s", ++serial, any_text());
        crm_record *rec = test_record(CRM_KIND_CHANNEL, party, CRM_CHANNEL_TYPE, CRM_CHANNEL_OTHER, CRM_CHANNEL_VALUE, text, 0);
        if (target) crm_record_set_id(rec, CRM_CHANNEL_TARGET, target);
        if (draw(3) == 0) crm_record_set_bool(rec, CRM_CHANNEL_OPT_OUT, 1);
        put_any(txn, rec);
    }
    if (draw(2)) {
        snprintf(text, sizeof text, "=%u", ++serial);
        crm_record *rec = test_record(CRM_KIND_IDENTIFIER, party, CRM_IDENTIFIER_SCHEME, "erp", CRM_IDENTIFIER_VALUE, text, 0);
        if (target) crm_record_set_id(rec, CRM_IDENTIFIER_TARGET, target);
        put_any(txn, rec);
    }
    if (draw(2)) {
        crm_record *rec = test_record(CRM_KIND_QUOTE_DEFAULTS, party, CRM_QUOTE_DEFAULTS_CURRENCY, "EUR", 0);
        maybe_text(rec, CRM_QUOTE_DEFAULTS_DELIVERY_TIMES);
        if (draw(2)) crm_record_set_text(rec, CRM_QUOTE_DEFAULTS_SALES_AREA, "north", CRM_NTS);
        if (target) crm_record_set_id(rec, CRM_QUOTE_DEFAULTS_SCOPE, target);
        if (!target && last_site) crm_record_set_id(rec, CRM_QUOTE_DEFAULTS_PREFERRED_SITE, last_site);
        if (!target && last_contact) crm_record_set_id(rec, CRM_QUOTE_DEFAULTS_PREFERRED_CONTACT, last_contact);
        put_any(txn, rec);
    }
}

static void fill_site(crm_txn *txn, crm_id party, unsigned number, crm_field custom) {
    char text[40];
    snprintf(text, sizeof text, "%04u", number);
    crm_record *rec = test_record(CRM_KIND_ADDRESS, party, CRM_ADDRESS_SITE_NUMBER, text, 0);
    static const crm_field fields[] = {CRM_ADDRESS_SITE_NAME, CRM_ADDRESS_STREET,   CRM_ADDRESS_POSTAL_CODE,
                                       CRM_ADDRESS_TOWN,      CRM_ADDRESS_ADDITION, CRM_ADDRESS_PO_BOX};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) maybe_text(rec, fields[i]);
    if (draw(2)) crm_record_set_text(rec, CRM_ADDRESS_COUNTRY, "DE", CRM_NTS);
    for (uint32_t i = draw(4); i > 0; i--) crm_record_add_item(rec, CRM_ADDRESS_RECIPIENT, any_text(), CRM_NTS);
    if (draw(2)) crm_record_set_int(rec, CRM_ADDRESS_LATITUDE, -(int64_t)draw(900000000));
    if (draw(3) == 0) crm_record_set_date(rec, CRM_ADDRESS_VALID_UNTIL, TEST_DAY + draw(4000));
    if (draw(4) == 0) crm_record_set_amount(rec, custom, (int64_t)draw(100000000) - 50000000);
    crm_id id = test_put(txn, rec);
    maybe_usage(txn, party, id, CRM_PURPOSE_MAIN);
    maybe_usage(txn, party, id, CRM_PURPOSE_DELIVERY);
    maybe_usage(txn, party, id, "own purpose");
    fill_about(txn, party, id);
    last_site = id;
}

static void fill_contact(crm_txn *txn, crm_id party, unsigned number) {
    char name[240];
    snprintf(name, sizeof name, "%u %s", number, any_text());
    crm_record *rec = test_record(CRM_KIND_CONTACT, party, CRM_CONTACT_NAME, name, 0);
    maybe_text(rec, CRM_CONTACT_FUNCTION);
    maybe_text(rec, CRM_CONTACT_NOTE);
    maybe_text(rec, CRM_CONTACT_FIRST_NAME);
    crm_id id = test_put(txn, rec);
    maybe_usage(txn, party, id, CRM_PURPOSE_PURCHASE);
    fill_about(txn, party, id);
    last_contact = id;
}

static void fill_more(crm_txn *txn, crm_id party) {
    crm_id group;
    fill_about(txn, party, 0);
    if (draw(2)) {
        cr_assert_eq(crm_group_find(txn, draw(2) ? "=G" : "H", CRM_NTS, &group), CRM_OK);
        crm_record *rec = test_record(CRM_KIND_MEMBERSHIP, party, 0);
        crm_record_set_id(rec, CRM_MEMBERSHIP_GROUP, group);
        if (draw(2)) crm_record_set_date(rec, CRM_MEMBERSHIP_VALID_FROM, TEST_DAY - draw(50));
        if (draw(2)) crm_record_set_date(rec, CRM_MEMBERSHIP_VALID_UNTIL, TEST_DAY + 1 + draw(50));
        put_any(txn, rec);
    }
    if (draw(2)) {
        crm_record *rec = test_record(CRM_KIND_BANK, party, CRM_BANK_IBAN, "DE02120300000000202051", 0);
        maybe_text(rec, CRM_BANK_HOLDER);
        maybe_text(rec, CRM_BANK_NOTE);
        put_any(txn, rec);
    }
}

static void fill_party(crm_txn *txn, unsigned number, crm_field custom) {
    char text[240];
    snprintf(text, sizeof text, "%u %s", number, any_text());
    crm_record *rec = test_record(CRM_KIND_PARTY, 0, CRM_PARTY_TYPE, CRM_PARTY_TYPE_ORGANISATION, CRM_PARTY_NAME, text, 0);
    maybe_text(rec, CRM_PARTY_NOTE);
    maybe_text(rec, CRM_PARTY_TAX_NUMBER);
    maybe_text(rec, CRM_PARTY_SPECIAL_WISHES);
    if (draw(2)) crm_record_set_amount(rec, CRM_PARTY_CREDIT_BALANCE, (int64_t)draw(2000000000) * 7919 - 5000000);
    if (draw(2)) crm_record_set_bool(rec, CRM_PARTY_DELIVERY_LOCK, (int)draw(2));
    crm_id party = test_put(txn, rec);
    snprintf(text, sizeof text, draw(2) ? "%05u" : "=%u", number);
    test_role(txn, party, CRM_ROLE_CUSTOMER, text);
    unsigned sites = draw(4), contacts = draw(4);
    last_site = last_contact = 0;
    for (unsigned i = 0; i < sites; i++) fill_site(txn, party, i, custom);
    for (unsigned i = 0; i < contacts; i++) fill_contact(txn, party, i);
    fill_more(txn, party);
}

static crm_field define(crm_txn *txn) {
    crm_record *rec = test_record(CRM_KIND_CUSTOM_FIELD, 0, CRM_CUSTOM_FIELD_RECORD_KIND, "address", CRM_CUSTOM_FIELD_NAME, "area",
                                  CRM_CUSTOM_FIELD_TYPE, "amount", 0);
    crm_record_set_label(rec, CRM_CUSTOM_FIELD_LABEL, "de", "=Fläche", CRM_NTS);
    test_group(txn, "=G", 0);
    test_group(txn, "H", 0);
    test_put(txn, rec);
    crm_field field;
    cr_assert_eq(crm_custom_field_find(txn, "address.area", &field), CRM_OK);
    return field;
}

static void fill(crm_db *db, unsigned parties) {
    crm_txn *txn = test_write(db);
    crm_field custom = define(txn);
    for (unsigned i = 0; i < parties; i++) fill_party(txn, i, custom);
    test_commit(txn);
}

/* --- there and back --- */

static void export_all(crm_db *db, const char *path, uint32_t format, const char *language) {
    crm_txn *txn = test_read(db);
    crm_export *made = begin_export(path, options_of(format, language));
    cr_assert_eq(crm_export_customers(made, txn), CRM_OK, "%s", crm_error_text());
    cr_assert_eq(crm_export_finish(made), CRM_OK, "%s", crm_error_text());
    crm_export_free(made);
    crm_txn_free(txn);
}

static const struct {
    const char *english, *german;
    uint32_t rows;
} sheets[] = {{"Customers", "Kunden", CRM_ROWS_CUSTOMER},        {"Sites", "Standorte", CRM_ROWS_SITE},
              {"Contacts", "Ansprechpartner", CRM_ROWS_CONTACT}, {"Channels", "Kontaktwege", CRM_ROWS_CHANNEL},
              {"Identifiers", "Kennungen", CRM_ROWS_IDENTIFIER}, {"Memberships", "Gruppen", CRM_ROWS_MEMBERSHIP},
              {"Bank", "Bankverbindungen", CRM_ROWS_BANK},       {"Quote defaults", "Angebotsvorgaben", CRM_ROWS_QUOTE_DEFAULTS}};

static void add_csv(crm_sync *sync, const char *name, uint32_t rows) {
    char file[80];
    snprintf(file, sizeof file, "out/%s.csv", name);
    if (access(path_in(file), F_OK) != 0) return;
    cr_assert_eq(crm_sync_add_sheet(sync, name, rows), CRM_OK, "%s", crm_error_text());
    cr_assert_eq(crm_csv_read_file(sync, path_in(file), NULL), CRM_OK, "%s: %s", file, crm_error_text());
}

static void import_all(crm_db *db, uint32_t format, const char *language) {
    crm_txn *txn = test_read(db);
    crm_sync *sync;
    bool german = strcmp(language, "de") == 0;
    cr_assert_eq(crm_sync_new_in(txn, "export", CRM_ROWS_CUSTOMER, &sync), CRM_OK);
    crm_txn_free(txn);
    if (format == CRM_EXPORT_XLSX) cr_assert_eq(crm_xlsx_read_file(sync, path_in("out.xlsx"), NULL), CRM_OK, "%s", crm_error_text());
    for (size_t i = 0; format == CRM_EXPORT_CSV && i < sizeof sheets / sizeof *sheets; i++)
        add_csv(sync, german ? sheets[i].german : sheets[i].english, sheets[i].rows);
    cr_assert_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "row %lu: %s", (unsigned long)crm_error_row(), crm_error_text());
    crm_sync_free(sync);
}

/* All that a store says, without what says when and in which order it was made. */
static int compare(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

/* What a record names, by what that is called; the ids are taken out of the copy. */
static void name_references(crm_txn *txn, crm_file *file, const crm_record *rec, crm_record *copy, FILE *to) {
    for (size_t i = 0; i < crm_record_count(rec); i++) {
        crm_field field = crm_record_field(rec, i);
        crm_record *group = NULL;
        if (crm_field_type(field) != CRM_TYPE_ID || crm_field_flags(field) & CRM_FIELD_KEY) continue;
        for (size_t k = 0; k < crm_file_count(file); k++) {
            const crm_record *about = crm_file_record(file, k);
            bool site = crm_record_kind(about) == CRM_KIND_ADDRESS;
            if (crm_record_key(about) == crm_record_id(rec, field))
                fprintf(to, "%s=%s|", crm_field_name(field), crm_record_text(about, site ? CRM_ADDRESS_SITE_NUMBER : CRM_CONTACT_NAME));
        }
        if (field == CRM_MEMBERSHIP_GROUP) {
            cr_assert_eq(crm_record_get(txn, crm_record_id(rec, field), &group), CRM_OK);
            fprintf(to, "group=%s|", crm_record_text(group, CRM_GROUP_CODE));
            crm_record_free(group);
        }
        crm_record_clear(copy, field);
    }
}

static char *said(crm_db *db) {
    crm_txn *txn = test_read(db);
    crm_iter *list;
    crm_id id;
    size_t count = 0, size;
    char *lines[4096], *out = NULL;
    FILE *all = open_memstream(&out, &size);
    cr_assert_eq(crm_party_list(txn, NULL, NULL, 0, 0, 10000, NULL, &list), CRM_OK);
    while (crm_iter_next(list, &id) == CRM_ROW) {
        crm_file *file;
        cr_assert_eq(crm_file_get(txn, id, &file), CRM_OK);
        for (size_t i = 0; i < crm_file_count(file); i++) {
            const crm_record *rec = crm_file_record(file, i);
            char *line = NULL;
            FILE *to = open_memstream(&line, &size);
            crm_record *copy;
            cr_assert_eq(crm_record_copy(rec, &copy), CRM_OK);
            fprintf(to, "%s|", crm_record_text(crm_file_record(file, 0), CRM_PARTY_NAME));
            name_references(txn, file, rec, copy, to);
            const char *json = strstr(crm_record_json(copy, NULL), "\"revision\"");
            for (const char *at = json; *at; at++) {
                const char *skip =
                    strncmp(at, "\"party\":", 8) == 0 || strncmp(at, "\"created_at\":", 13) == 0 || strncmp(at, "\"owner\":", 8) == 0
                        ? strpbrk(at, ",}")
                        : NULL;
                if (strncmp(at, "\"revision\":", 11) == 0) skip = strpbrk(at, ",}");
                if (skip) at = skip;
                putc(*at, to);
            }
            fclose(to);
            cr_assert_lt(count, sizeof lines / sizeof *lines);
            lines[count++] = line;
            crm_record_free(copy);
        }
        crm_file_free(file);
    }
    crm_iter_free(list);
    crm_txn_free(txn);
    qsort(lines, count, sizeof *lines, compare);
    for (size_t i = 0; i < count; i++) {
        fprintf(all, "%s\n", lines[i]);
        free(lines[i]);
    }
    fclose(all);
    return out;
}

/* How many stores are tried; more by CRM_TEST_STORES. */
static uint64_t stores(void) {
    const char *wanted = getenv("CRM_TEST_STORES");
    return wanted ? strtoull(wanted, NULL, 10) : 6;
}

static void there_and_back(uint32_t format, const char *language) {
    crm_db *db = test_open();
    fill(db, 12);
    export_all(db, path_in(format == CRM_EXPORT_XLSX ? "out.xlsx" : "out/"), format, language);
    char *before = said(db);
    crm_db_close(db);
    test_end();
    test_begin();
    db = test_open();
    crm_txn *txn = test_write(db);
    define(txn);
    test_commit(txn);
    import_all(db, format, language);
    char *after = said(db);
    cr_expect_str_eq(after, before, "seed %lu", (unsigned long)seed);
    free(before);
    free(after);
    crm_db_close(db);
}

Test(export, customers_come_back_from_csv) {
    for (uint64_t i = 0; i < stores(); i++) {
        seed = 100 + i;
        there_and_back(CRM_EXPORT_CSV, i & 1 ? "de" : "en");
        end();
        begin();
    }
}

Test(export, customers_come_back_from_a_workbook) {
    for (uint64_t i = 0; i < stores(); i++) {
        seed = 200 + i;
        there_and_back(CRM_EXPORT_XLSX, i & 1 ? "de" : "en");
        end();
        begin();
    }
}

/* --- what is in the files --- */

static crm_id fill_one(crm_db *db) {
    crm_txn *txn = test_write(db);
    crm_record *rec =
        test_record(CRM_KIND_PARTY, 0, CRM_PARTY_TYPE, CRM_PARTY_TYPE_ORGANISATION, CRM_PARTY_NAME, "A", CRM_PARTY_NOTE, " =1", 0);
    crm_record_set_amount(rec, CRM_PARTY_CREDIT_BALANCE, -12340);
    crm_id party = test_put(txn, rec);
    test_role(txn, party, CRM_ROLE_CUSTOMER, "00042");
    crm_id other = test_party(txn, "=B");
    test_put(txn, test_record(CRM_KIND_ROLE, other, CRM_ROLE_ROLE, CRM_ROLE_CUSTOMER, CRM_ROLE_NUMBER, "7", 0));
    test_commit(txn);
    return party;
}

Test(export, what_spreadsheets_take_for_formulas) {
    static const char *const cells[] = {"\n1",
                                        "\xc2\x85=1",
                                        "\xe2\x80\x80=1",
                                        "\xe2\x80\x8a=1",
                                        "\xe2\x80\x90=1",
                                        "\xe2\x81\xa0 \xe2\x80\xa8\x0b=1",
                                        "\xef\xbc\x8b"
                                        "1",
                                        "\xef\xbc\x8d"
                                        "1",
                                        "\xef\xbc\xa0"
                                        "1",
                                        "\xef\xbc\x90",
                                        "\x7f=1",
                                        "''",
                                        "'  @",
                                        "  1",
                                        "=1",
                                        "+1",
                                        "-1",
                                        "@1",
                                        "\t1",
                                        "\r1",
                                        "  =1",
                                        "\xc2\xa0=1",
                                        "'=1",
                                        "''=1",
                                        "\xef\xbc\x9d"
                                        "1",
                                        "'a",
                                        "a=1",
                                        "",
                                        "1",
                                        "'",
                                        "\xe2\x80\x8b@1"};
    static const char *const wanted[] = {"\"'\n1\"",
                                         "'\xc2\x85=1",
                                         "'\xe2\x80\x80=1",
                                         "'\xe2\x80\x8a=1",
                                         "\xe2\x80\x90=1",
                                         "'\xe2\x81\xa0 \xe2\x80\xa8\x0b=1",
                                         "'\xef\xbc\x8b"
                                         "1",
                                         "'\xef\xbc\x8d"
                                         "1",
                                         "'\xef\xbc\xa0"
                                         "1",
                                         "\xef\xbc\x90",
                                         "\x7f=1",
                                         "''",
                                         "''  @",
                                         "\"  1\"",
                                         "'=1",
                                         "'+1",
                                         "'-1",
                                         "'@1",
                                         "\"'\t1\"",
                                         "\"'\r1\"",
                                         "\"'  =1\"",
                                         "'\xc2\xa0=1",
                                         "''=1",
                                         "'''=1",
                                         "'\xef\xbc\x9d"
                                         "1",
                                         "'a",
                                         "a=1",
                                         "\"\"",
                                         "1",
                                         "'",
                                         "'\xe2\x80\x8b@1"};
    static const char heading[] = "=h";
    const char *headings[] = {heading};
    crm_export *made = begin_export(path_in("a.csv"), options_of(CRM_EXPORT_CSV, NULL));
    cr_assert_eq(crm_export_table(made, "a", headings, 1), CRM_OK);
    char *text, expected[2000] = "\xef\xbb\xbf'=h\r\n";
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        cr_assert_eq(crm_export_row(made, &cells[i], NULL, 1), CRM_OK);
        strcat(strcat(expected, wanted[i]), "\r\n");
    }
    cr_assert_eq(crm_export_finish(made), CRM_OK);
    crm_export_free(made);
    text = read_whole(path_in("a.csv"));
    cr_expect_str_eq(text, expected);
    free(text);
}

Test(export, cells_are_utf8) {
    static const struct {
        const char *text;
        size_t size;
        bool good;
    } cases[] = {
        {"\x7f", 1, true},
        {"\xc2\x80", 2, true},
        {"\xdf\xbf", 2, true},
        {"\xe0\xa0\x80", 3, true},
        {"\xed\x9f\xbf", 3, true},
        {"\xee\x80\x80", 3, true},
        {"\xef\xbf\xbf", 3, true},
        {"\xf0\x90\x80\x80", 4, true},
        {"\xf4\x8f\xbf\xbf", 4, true},
        {"a\0b", 3, false},
        {"\x80", 1, false},
        {"\xc0\x80", 2, false},
        {"\xc1\xbf", 2, false},
        {"\xc2", 1, false},
        {"\xc2x", 2, false},
        {"\xe0\x9f\xbf", 3, false},
        {"\xe2\x82", 2, false},
        {"\xe2\x82x", 3, false},
        {"\xed\xa0\x80", 3, false},
        {"\xed\xbf\xbf", 3, false},
        {"\xf0\x8f\xbf\xbf", 4, false},
        {"\xf4\x90\x80\x80", 4, false},
        {"\xf8\x88\x80\x80\x80", 5, false},
        {"\xff", 1, false},
    };
    const char *headings[] = {"h"};
    crm_export *made = begin_export(path_in("u.csv"), options_of(CRM_EXPORT_CSV, NULL));
    cr_assert_eq(crm_export_table(made, "a", headings, 1), CRM_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_expect_eq(crm_export_row(made, &cases[i].text, &cases[i].size, 1), cases[i].good ? CRM_OK : CRM_E_UTF8, "%zu", i);
    crm_export_free(made);
}

Test(export, columns_and_rows) {
    crm_db *db = test_open();
    fill_one(db);
    crm_txn *txn = test_read(db);
    crm_export_options options = options_of(CRM_EXPORT_CSV, "de");
    options.sheets = CRM_EXPORT_CUSTOMERS;
    crm_export *made = begin_export(path_in("k.csv"), options);
    cr_assert_eq(crm_export_customers(made, txn), CRM_OK, "%s", crm_error_text());
    cr_expect_eq(access(path_in("k.csv"), F_OK), -1, "not before it is finished");
    cr_assert_eq(crm_export_finish(made), CRM_OK);
    crm_export_free(made);
    char *text = read_whole(path_in("k.csv"));
    cr_expect_str_eq(text, "\xef\xbb\xbfKundennummer;Partnerart;Firma;Guthaben;Bemerkung\r\n"
                           "7;organisation;'=B;;\r\n"
                           "00042;organisation;A;'-1.2340;\"' =1\"\r\n");
    free(text);
    options.flags = CRM_EXPORT_RAW | CRM_EXPORT_ALL_COLUMNS;
    options.delimiter = '\t';
    made = begin_export(path_in("k.csv"), options);
    cr_assert_eq(crm_export_customers(made, txn), CRM_OK, "%s", crm_error_text());
    cr_assert_eq(crm_export_finish(made), CRM_OK);
    crm_export_free(made);
    text = read_whole(path_in("k.csv"));
    cr_expect(strstr(text, "\t=B\t") && strstr(text, "Sonderwünsche\t") && strstr(text, "\tRolle gültig bis"), "%s", text);
    free(text);
    cr_expect_eq(entries(folder), 1);
    crm_txn_free(txn);
    crm_db_close(db);
}

Test(export, lists) {
    static const crm_field fields[] = {CRM_PARTY_NAME, CRM_PARTY_CREDIT_BALANCE, CRM_ROLE_NUMBER};
    static const struct {
        uint32_t format;
        const char *wanted;
    } cases[] = {{CRM_EXPORT_CSV, "\xef\xbb\xbf"
                                  "Company,Credit balance,Customer number\r\n'=B,,\r\nA,'-1.2340,\r\n"},
                 {CRM_EXPORT_JSON_LINES, NULL}};
    crm_db *db = test_open();
    crm_id party = fill_one(db);
    crm_txn *txn = test_read(db);
    for (size_t i = 0; i < 2; i++) {
        crm_export *made = begin_export(path_in("list"), options_of(cases[i].format, NULL));
        char *token = NULL;
        for (bool more = true; more;) { /* a page a record */
            crm_iter *list;
            cr_assert_eq(crm_party_list(txn, CRM_ROLE_CUSTOMER, NULL, 0, 0, 1, token, &list), CRM_OK);
            cr_assert_eq(crm_export_list(made, txn, "Parties", fields, 3, list), CRM_OK, "%s", crm_error_text());
            free(token);
            more = crm_iter_token(list) != NULL;
            token = more ? strdup(crm_iter_token(list)) : NULL;
            crm_iter_free(list);
        }
        cr_assert_eq(crm_export_finish(made), CRM_OK);
        crm_export_free(made);
        char *text = read_whole(path_in("list")), line[300];
        snprintf(line, sizeof line, "{\"kind\":\"party\",\"id\":%lu,\"revision\":1,\"name\":\"A\",\"credit_balance\":\"-1.234\"}\n",
                 (unsigned long)party);
        if (cases[i].wanted)
            cr_expect_str_eq(text, cases[i].wanted);
        else
            cr_expect(strlen(text) > strlen(line) && strcmp(text + strlen(text) - strlen(line), line) == 0, "%s", text);
        free(text);
    }
    crm_txn_free(txn);
    crm_db_close(db);
}

/* A bound user's export has his own customer alone. */
Test(export, a_bound_user_sees_his_own) {
    crm_db *db = test_open();
    crm_id party = fill_one(db);
    crm_txn *txn = test_write(db);
    crm_id user = actor_bound(txn, "u", party, NULL);
    test_commit(txn);
    txn = test_as(db, user);
    crm_export *made = begin_export(path_in("out/"), options_of(CRM_EXPORT_CSV, NULL));
    cr_assert_eq(crm_export_customers(made, txn), CRM_OK, "%s", crm_error_text());
    cr_assert_eq(crm_export_finish(made), CRM_OK);
    crm_export_free(made);
    char *text = read_whole(path_in("out/Customers.csv"));
    cr_expect(strstr(text, "00042") && !strstr(text, "=B"), "%s", text);
    free(text);
    made = begin_export(path_in("all.jsonl"), options_of(CRM_EXPORT_JSON_LINES, NULL));
    cr_assert_eq(crm_export_customers(made, txn), CRM_OK, "%s", crm_error_text());
    cr_assert_eq(crm_export_finish(made), CRM_OK);
    crm_export_free(made);
    text = read_whole(path_in("all.jsonl"));
    cr_expect(strncmp(text, "{\"party\":{", 10) == 0 && strchr(text, '\n') == text + strlen(text) - 1, "%s", text);
    free(text);
    cr_expect_eq(crm_export_dump(txn, path_in("dump")), CRM_E_DENIED);
    cr_expect_eq(access(path_in("dump"), F_OK), -1);
    crm_txn_free(txn);
    crm_db_close(db);
}

/* --- writes that fail --- */

static int write_much(uint32_t format, const char *path) {
    static const char *const headings[] = {"a"};
    char cell[1001];
    memset(cell, 'x', 1000);
    cell[1000] = '\0';
    const char *cells[] = {cell};
    crm_export_options options = options_of(format, NULL);
    crm_export *made;
    int rc = crm_export_new(path, &options, &made);
    if (rc < 0) return rc;
    rc = crm_export_table(made, "a", headings, 1);
    for (int i = 0; rc == CRM_OK && i < 200; i++) {
        cell[i] = (char)('A' + i % 26); /* so that it does not pack well */
        rc = crm_export_row(made, cells, NULL, 1);
    }
    if (rc == CRM_OK) rc = crm_export_finish(made);
    crm_export_free(made);
    return rc;
}

/* With at most so many bytes a file. */
static int write_small(uint32_t format, const char *path, rlim_t bytes) {
    struct rlimit limit, small = {bytes, RLIM_INFINITY};
    signal(SIGXFSZ, SIG_IGN);
    cr_assert(getrlimit(RLIMIT_FSIZE, &limit) == 0);
    small.rlim_max = limit.rlim_max;
    cr_assert(setrlimit(RLIMIT_FSIZE, &small) == 0);
    int rc = write_much(format, path);
    setrlimit(RLIMIT_FSIZE, &limit);
    return rc;
}

Test(export, no_room) {
    static const uint32_t formats[] = {CRM_EXPORT_CSV, CRM_EXPORT_JSON_LINES, CRM_EXPORT_XLSX};
    static const rlim_t sizes[] = {0, 100, 4096, 100000};
    for (size_t i = 0; i < 3; i++) {
        char *path = strdup(path_in("file"));
        cr_assert_eq(write_much(formats[i], path), CRM_OK, "%s", crm_error_text());
        struct stat before, after;
        cr_assert_eq(stat(path, &before), 0);
        for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
            cr_expect_eq(write_small(formats[i], path, sizes[k]), CRM_E_IO, "format %u, %lu bytes: %s", formats[i], (unsigned long)sizes[k],
                         crm_error_text());
            cr_expect(stat(path, &after) == 0 && after.st_ino == before.st_ino && after.st_size == before.st_size, "what was there stays");
            cr_expect_eq(entries(folder), 1, "nothing else is there");
        }
        cr_expect_eq(write_much(formats[i], path_in("none/file")), CRM_E_NOTFOUND);
        unlink(path);
        free(path);
    }
    cr_expect_eq(write_much(CRM_EXPORT_CSV, "/dev/full"), CRM_E_IO, "%s", crm_error_text());
    cr_expect_eq(write_much(CRM_EXPORT_CSV, "/dev/null"), CRM_OK, "%s", crm_error_text());
    /* given up */
    crm_export *made = begin_export(path_in("x.xlsx"), options_of(CRM_EXPORT_XLSX, NULL));
    crm_export_free(made);
    cr_expect_eq(entries(folder), 0);
}

/* The writer of workbooks keeps its errors to itself at some places: at every size that a file may have, it is whole or not there. */
Test(export, whole_or_not_there) {
    size_t whole = 0, refused = 0;
    for (rlim_t bytes = 195000; bytes < 225000; bytes += 1009) {
        crm_xlsx *book;
        size_t rows = 0;
        int rc = write_small(CRM_EXPORT_XLSX, path_in("x.xlsx"), bytes);
        refused += rc < 0;
        cr_expect_eq(entries(folder), rc == CRM_OK);
        if (rc < 0) continue;
        whole++;
        cr_assert_eq(crm_xlsx_open(path_in("x.xlsx"), &book), CRM_OK, "%lu: %s", (unsigned long)bytes, crm_error_text());
        cr_assert_eq(crm_xlsx_choose(book, 0), CRM_OK);
        while ((rc = crm_xlsx_next(book)) == CRM_ROW) rows++;
        cr_expect(rc == CRM_OK && rows == 201, "%lu: %d %zu", (unsigned long)bytes, rc, rows);
        crm_xlsx_close(book);
        unlink(path_in("x.xlsx"));
    }
    cr_expect(whole && refused, "%zu whole, %zu refused", whole, refused);
}

/* --- mapping files --- */

Test(export, mappings) {
    static const char *const headings[] = {"Kdnr", "Name der Firma", "Betreuer", "Telefon", "Telefon 2", "\"=1\" \xe2\x82\xac"};
    static const char *const targets[] = {"role.number", "party.name", "ignore", "channel.phone", "channel.phone", "party.note"};
    crm_sync *sync, *again;
    cr_assert_eq(crm_sync_new("erp", CRM_ROWS_CUSTOMER, &sync), CRM_OK);
    cr_assert_eq(crm_sync_add_sheet(sync, "Kunden", CRM_ROWS_CUSTOMER), CRM_OK);
    cr_assert_eq(crm_sync_set_role(sync, CRM_ROLE_SUPPLIER), CRM_OK);
    cr_assert_eq(crm_sync_set_policy(sync, CRM_KIND_ADDRESS, CRM_SYNC_REPLACE, CRM_SYNC_FAIL), CRM_OK);
    for (size_t i = 0; i < 6; i++) {
        cr_assert_eq(crm_sync_map(sync, headings[i], targets[i]), CRM_OK, "%s", crm_error_text());
        cr_assert_eq(crm_sync_add_column(sync, headings[i], CRM_NTS), CRM_OK, "%s", crm_error_text());
    }
    cr_assert_eq(crm_sync_add_sheet(sync, "Standorte", CRM_ROWS_SITE), CRM_OK);
    cr_assert_eq(crm_sync_add_column(sync, "Kundennummer", CRM_NTS), CRM_OK);
    cr_assert_eq(crm_mapping_save_file(sync, NULL, path_in("map.json")), CRM_OK, "%s", crm_error_text());
    cr_assert_eq(crm_sync_new("erp", CRM_ROWS_SITE, &again), CRM_OK);
    cr_expect_eq(crm_mapping_load_file(again, path_in("map.json")), CRM_E_NOTFOUND, "two sheets, and none of this name");
    cr_assert_eq(crm_sync_add_sheet(again, "Kunden", CRM_ROWS_CUSTOMER), CRM_OK);
    cr_assert_eq(crm_mapping_load_file(again, path_in("map.json")), CRM_OK, "%s", crm_error_text());
    cr_expect_str_eq(crm_sync_role(again), CRM_ROLE_SUPPLIER);
    cr_expect(crm_sync_if_exists(again, CRM_KIND_ADDRESS) == CRM_SYNC_REPLACE &&
              crm_sync_if_not_exists(again, CRM_KIND_ADDRESS) == CRM_SYNC_FAIL);
    cr_expect(crm_sync_if_exists(again, CRM_KIND_PARTY) == CRM_SYNC_MERGE && crm_sync_if_exists(again, 99) == 0);
    for (size_t i = 0; i < 6; i++) {
        cr_assert_eq(crm_sync_add_column(again, headings[i], CRM_NTS), CRM_OK, "%s", crm_error_text());
        cr_expect_str_eq(crm_sync_target(again, i), targets[i]);
    }
    crm_csv *csv;
    crm_csv_options read = {.size = sizeof read}, told = {.size = sizeof told, .delimiter = '|'};
    cr_assert_eq(crm_csv_open_bytes("Kdnr\tOrt\n1\tK\xf6ln\n", 15, NULL, &csv), CRM_OK, "%s", crm_error_text());
    cr_assert_eq(crm_mapping_save_file(sync, csv, path_in("csv.json")), CRM_OK, "%s", crm_error_text());
    crm_csv_close(csv);
    cr_assert(crm_mapping_csv(path_in("csv.json"), &read) == CRM_OK && crm_mapping_csv(path_in("csv.json"), &told) == CRM_OK);
    cr_expect(read.delimiter == '\t' && read.encoding == CRM_CSV_WINDOWS_1252 && !read.quote && !read.header_row);
    cr_expect(told.delimiter == '|', "what is told stays");
    crm_sync_free(again);
    crm_sync_free(sync);
}
