/* SPDX-License-Identifier: MIT */
/* What is in exported files: customer sheets, lists and tables; writes that fail leave nothing. That sheets come back: export_identity.c.
 */
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
    static const char *const cells[] = {"a \"b\"",
                                        "\n1",
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
    static const char *const wanted[] = {"\"a \"\"b\"\"\"",
                                         "\"'\n1\"",
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
    crm_id ids[2];
    cr_assert_eq(crm_party_find(txn, CRM_ROLE_CUSTOMER, "7", CRM_NTS, &ids[0]), CRM_OK);
    cr_assert_eq(crm_party_find(txn, CRM_ROLE_CUSTOMER, "00042", CRM_NTS, &ids[1]), CRM_OK);
    char *text = read_whole(path_in("k.csv")), expected[300];
    snprintf(expected, sizeof expected,
             "\xef\xbb\xbfKundennummer;Partnerart;Firma;Guthaben;Bemerkung;ID\r\n"
             "7;organisation;'=B;;;%llu\r\n"
             "00042;organisation;A;'-1.2340;#TEXT: =1;%llu\r\n",
             (unsigned long long)ids[0], (unsigned long long)ids[1]);
    cr_expect_str_eq(text, expected);
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
}

/* With a row in it or none, nothing of it stays: no file, and none that is open. */
Test(export, given_up) {
    size_t open = entries("/proc/self/fd");
    crm_db *db = test_open();
    crm_txn *txn = test_read(db);
    for (int rows = 0; rows < 2; rows++) {
        crm_export *made = begin_export(path_in("x.xlsx"), options_of(CRM_EXPORT_XLSX, NULL));
        if (rows) cr_expect_eq(crm_export_customers(made, txn), CRM_OK, "%s", crm_error_text());
        crm_export_free(made);
        cr_expect_eq(entries(folder), 0);
    }
    crm_txn_free(txn);
    crm_db_close(db);
    cr_expect_eq(entries("/proc/self/fd"), open, "%zu files more are open", entries("/proc/self/fd") - open);
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

/* A sheet of customers alone would be taken for flat rows, which have no ids. */
Test(export, customers_alone_come_back) {
    crm_db *db = test_open();
    for (int customers = 0; customers < 2; customers++) {
        crm_txn *txn = test_write(db);
        if (customers) test_role(txn, test_party(txn, "Ott"), CRM_ROLE_CUSTOMER, "7");
        crm_export *out = begin_export(path_in("alone.xlsx"), options_of(CRM_EXPORT_XLSX, "de"));
        cr_assert_eq(crm_export_customers(out, txn), CRM_OK, "%s", crm_error_text());
        cr_assert_eq(crm_export_finish(out), CRM_OK, "%s", crm_error_text());
        crm_export_free(out);
        test_commit(txn);
        crm_sync *sync;
        cr_assert_eq(crm_sync_new("x", CRM_ROWS_FLAT, &sync), CRM_OK);
        cr_assert_eq(crm_xlsx_read_file(sync, path_in("alone.xlsx"), NULL), CRM_OK, "%s", crm_error_text());
        cr_assert_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "%s", crm_error_text());
        cr_expect_eq(crm_sync_count(sync, CRM_SYNC_UNCHANGED), (uint64_t)customers);
        crm_sync_free(sync);
    }
    crm_db_close(db);
}

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
