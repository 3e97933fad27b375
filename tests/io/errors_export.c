/* SPDX-License-Identifier: MIT */
/* Each status that the headers of exports and mapping files name. */
#include "support/actors.h"
#include "support/errors.h"
#include "support/store.h"
#include <libcrm/io.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

TestSuite(errors_export, .init = test_begin, .fini = test_end);

static char *folder;

static char *in(const char *name) {
    static char path[600];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static const char *file(const char *name, const char *text) {
    FILE *to = fopen(in(name), "wb");
    cr_assert(to && fputs(text, to) >= 0 && fclose(to) == 0);
    return in(name);
}

static int new_of(const char *path, uint32_t format, crm_export **out) {
    return crm_export_new(path, &(crm_export_options){.size = sizeof(crm_export_options), .format = format}, out);
}

static crm_export *csv(const char *name) {
    crm_export *made;
    cr_assert_eq(new_of(in(name), CRM_EXPORT_CSV, &made), CRM_OK, "%s", crm_error_text());
    return made;
}

/* One call on an export of its own. */
static int customers_of(crm_txn *txn, const char *name, const char *role) {
    crm_export *made;
    crm_export_options options = {.size = sizeof options, .format = CRM_EXPORT_CSV, .role = role};
    cr_assert_eq(crm_export_new(in(name), &options, &made), CRM_OK);
    int rc = crm_export_customers(made, txn);
    crm_export_free(made);
    return rc;
}

static int list_of(crm_txn *txn, const char *name, crm_field field, size_t count) {
    crm_export *made = csv("list.csv");
    crm_iter *list;
    cr_assert_eq(crm_party_list(txn, NULL, NULL, 0, 0, 0, NULL, &list), CRM_OK);
    test_mark();
    int rc = crm_export_list(made, txn, name, &field, count, list);
    crm_iter_free(list);
    crm_export_free(made);
    return rc;
}

Test(errors_export, exports) {
    folder = test_folder_new();
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    crm_id party = test_party(txn, "A");
    test_role(txn, party, CRM_ROLE_CUSTOMER, "1");
    test_put(txn, test_record(CRM_KIND_ADDRESS, party, CRM_ADDRESS_TOWN, "Ulm", 0));
    crm_id clerk = actor_staff(txn, "clerk", "address", NULL, 0);
    test_commit(txn);
    txn = test_read(db);
    crm_export *made;
    static const char *const headings[] = {"a", "b"}, *const bad[] = {"\xff", "b"};
    static char long_text[40000];
    memset(long_text, 'x', sizeof long_text - 1);
    const char *const too_long[] = {long_text};

    REFUSES(CRM_E_INVALID, crm_export_new, new_of(in("x"), 9, &made));
    REFUSES(CRM_E_NOTFOUND, crm_export_new, new_of(in("none/x.csv/y.xlsx"), CRM_EXPORT_XLSX, &made));
    REFUSES(CRM_E_INVALID, crm_export_new, new_of(folder, CRM_EXPORT_XLSX, &made));
    REFUSES(CRM_E_INVALID, crm_export_new, new_of("/dev/null", CRM_EXPORT_XLSX, &made));
    REFUSES(CRM_E_CODE, crm_export_customers, customers_of(txn, "out/", "nobody"));
    REFUSES(CRM_E_INVALID, crm_export_customers, customers_of(txn, "out.csv", "customer"));
    KEEPS(crm_export_new, new_of(in("all/"), CRM_EXPORT_CSV, &made));
    KEEPS(crm_export_customers, crm_export_customers(made, txn));
    REFUSES(CRM_E_EXISTS, crm_export_customers, crm_export_customers(made, txn));
    REFUSES(CRM_E_EXISTS, crm_export_table, crm_export_table(made, "customers", headings, 2));
    REFUSES(CRM_E_INVALID, crm_export_table, crm_export_table(made, "a/b", headings, 2));
    REFUSES(CRM_E_INVALID, crm_export_table, crm_export_table(made, "x", headings, 0));
    REFUSES(CRM_E_UTF8, crm_export_table, crm_export_table(made, "x", bad, 2));
    KEEPS(crm_export_table, crm_export_table(made, "x", headings, 2));
    REFUSES(CRM_E_INVALID, crm_export_row, crm_export_row(made, headings, NULL, 3));
    REFUSES(CRM_E_UTF8, crm_export_row, crm_export_row(made, bad, NULL, 2));
    KEEPS(crm_export_row, crm_export_row(made, headings, NULL, 2));
    KEEPS(crm_export_finish, crm_export_finish(made));
    REFUSES(CRM_E_ENDED, crm_export_finish, crm_export_finish(made));
    crm_export_free(made);
    crm_txn *other = test_as(db, clerk);
    REFUSES(CRM_E_DENIED, crm_export_dump, crm_export_dump(other, in("dump")));
    crm_txn_free(other);

    REFUSES(CRM_E_INVALID, crm_export_list, list_of(txn, "a:b", CRM_PARTY_NAME, 1));
    REFUSES(CRM_E_INVALID, crm_export_list, list_of(txn, "a", CRM_PARTY_NAME, 0));
    REFUSES(CRM_E_NOTFOUND, crm_export_list, list_of(txn, "a", 4711, 1));
    KEEPS(crm_export_list, list_of(txn, "a", CRM_PARTY_NAME, 1));
    made = csv("tables/");
    crm_iter *list;
    cr_assert_eq(crm_party_list(txn, NULL, NULL, 0, 0, 0, NULL, &list), CRM_OK);
    crm_export_table(made, "a", headings, 2);
    REFUSES(CRM_E_EXISTS, crm_export_list, crm_export_list(made, txn, "A", &(crm_field){CRM_PARTY_NAME}, 1, list));
    crm_iter_free(list);
    crm_export_free(made);
    cr_assert_eq(new_of(in("x.xlsx"), CRM_EXPORT_XLSX, &made), CRM_OK);
    REFUSES(CRM_E_INVALID, crm_export_finish, crm_export_finish(made));
    crm_export_table(made, "a", headings, 2);
    REFUSES(CRM_E_TOO_BIG, crm_export_row, crm_export_row(made, too_long, NULL, 1));
    REFUSES(CRM_E_INVALID, crm_export_finish, crm_export_finish(made));
    crm_export_free(made);

    REFUSES(CRM_E_NOTFOUND, crm_export_dump, crm_export_dump(txn, in("none/dump")));
    KEEPS(crm_export_dump, crm_export_dump(txn, in("dump")));
    char *dump = strdup(in("dump"));
    REFUSES(CRM_E_NOTFOUND, crm_import_dump, crm_import_dump("/none", in("store")));
    REFUSES(CRM_E_EXISTS, crm_import_dump, crm_import_dump(dump, folder));
    KEEPS(crm_import_dump, crm_import_dump(dump, in("store")));
    char *store = strdup(in("second"));
    REFUSES(CRM_E_FORMAT, crm_import_dump, crm_import_dump(file("bad", "{}\n"), store));
    REFUSES(CRM_E_VERSION, crm_import_dump, crm_import_dump(file("bad", "{\"format\":\"libcrm dump\",\"version\":2}\n"), store));
    char *line = malloc(1100000);
    memset(line, ' ', 1099999);
    line[1099999] = '\0';
    REFUSES(CRM_E_TOO_BIG, crm_import_dump, crm_import_dump(file("bad", line), store));
    free(line);
    free(store);
    free(dump);
    crm_txn_free(txn);
    crm_db_close(db);
    test_folder_remove(folder);
    free(folder);
}

static int load_of(const char *text) {
    crm_sync *sync;
    cr_assert_eq(crm_sync_new("erp", CRM_ROWS_CUSTOMER, &sync), CRM_OK);
    const char *path = file("map.json", text);
    test_mark();
    int rc = crm_mapping_load_file(sync, path);
    crm_sync_free(sync);
    return rc;
}

#define HEAD "{\"format\":\"libcrm mapping\",\"version\":1,"
#define SHEET(columns) HEAD "\"sheets\":[{\"name\":\"\",\"rows\":\"customer\",\"columns\":" columns "}]}"

Test(errors_export, mappings) {
    folder = test_folder_new();
    crm_sync *sync;
    cr_assert_eq(crm_sync_new("erp", CRM_ROWS_CUSTOMER, &sync), CRM_OK);
    REFUSES(CRM_E_NOTFOUND, crm_mapping_load_file, crm_mapping_load_file(sync, "/none"));
    REFUSES(CRM_E_FORMAT, crm_mapping_load_file, load_of("{\n\"a\":\n]"));
    cr_expect_eq(crm_error_row(), 3);
    REFUSES(CRM_E_FORMAT, crm_mapping_load_file, load_of("[]"));
    REFUSES(CRM_E_FORMAT, crm_mapping_load_file, load_of(HEAD "\"colour\":1}"));
    REFUSES(CRM_E_FORMAT, crm_mapping_load_file, load_of(SHEET("{\"a\":1}")));
    REFUSES(CRM_E_FORMAT, crm_mapping_load_file, load_of(SHEET("{\"a\":\"ignore\",\"a\":\"ignore\"}")));
    REFUSES(CRM_E_FORMAT, crm_mapping_load_file, load_of(SHEET("7")));
    REFUSES(CRM_E_VERSION, crm_mapping_load_file, load_of("{\"format\":\"libcrm mapping\",\"version\":2}"));
    REFUSES(CRM_E_INVALID, crm_mapping_load_file, load_of(HEAD "\"sheets\":[{\"rows\":\"site\",\"columns\":{}}]}"));
    REFUSES(CRM_E_NOTFOUND, crm_mapping_load_file, load_of(HEAD "\"sheets\":[]}"));
    REFUSES(CRM_E_NOTFOUND, crm_mapping_load_file, load_of(SHEET("{\"a\":\"party.colour\"}")));
    REFUSES(CRM_E_TYPE, crm_mapping_load_file, load_of(SHEET("{\"a\":\"contact.name\"}")));
    REFUSES(CRM_E_EXISTS, crm_mapping_load_file, load_of(SHEET("{\"a\":\"ignore\",\" A \":\"ignore\"}")));
    REFUSES(CRM_E_CODE, crm_mapping_load_file, load_of(HEAD "\"role\":\"king\",\"sheets\":[{\"rows\":\"customer\",\"columns\":{}}]}"));
    REFUSES(CRM_E_FORMAT, crm_mapping_load_file,
            load_of(HEAD "\"policy\":{\"king\":{}},\"sheets\":[{\"rows\":\"customer\",\"columns\":{}}]}"));
    REFUSES(CRM_E_INVALID, crm_mapping_load_file,
            load_of(HEAD "\"policy\":{\"party\":{\"if_exists\":\"burn\"}},\"sheets\":[{\"rows\":\"customer\",\"columns\":{}}]}"));
    KEEPS(crm_mapping_load_file, load_of(SHEET("{\"a\":\"ignore\"}")));
    uint32_t rows;
    KEEPS(crm_mapping_rows, crm_mapping_rows(in("map.json"), "", &rows));
    REFUSES(CRM_E_INVALID, crm_mapping_rows, crm_mapping_rows(NULL, NULL, &rows));
    REFUSES(CRM_E_INVALID, crm_mapping_rows, crm_mapping_rows(in("map.json"), NULL, NULL));
    REFUSES(CRM_E_FORMAT, crm_mapping_rows, crm_mapping_rows(file("map.json", "[]"), NULL, &rows));
    char source[8];
#define MAPPING "{\"format\":\"libcrm mapping\",\"version\":1"
    KEEPS(crm_mapping_source, crm_mapping_source(file("map.json", MAPPING ",\"source\":\"old erp\"}"), source, sizeof source));
    cr_expect_str_eq(source, "old erp");
    KEEPS(crm_mapping_source, crm_mapping_source(file("map.json", MAPPING "}"), source, 1));
    cr_expect_str_eq(source, "");
    REFUSES(CRM_E_INVALID, crm_mapping_source, crm_mapping_source(NULL, source, sizeof source));
    REFUSES(CRM_E_INVALID, crm_mapping_source, crm_mapping_source(in("map.json"), NULL, sizeof source));
    REFUSES(CRM_E_INVALID, crm_mapping_source, crm_mapping_source(in("map.json"), source, 0));
    REFUSES(CRM_E_TOO_BIG, crm_mapping_source, crm_mapping_source(file("map.json", MAPPING ",\"source\":\"old erp\"}"), source, 7));
    REFUSES(CRM_E_FORMAT, crm_mapping_source, crm_mapping_source(file("map.json", MAPPING ",\"source\":1}"), source, sizeof source));
    cr_expect_str_eq(source, "");
#undef MAPPING
    char *big = malloc(1100000);
    memset(big, ' ', 1099999);
    big[1099999] = '\0';
    REFUSES(CRM_E_TOO_BIG, crm_mapping_load_file, load_of(big));
    free(big);
    REFUSES(CRM_E_INVALID, crm_mapping_save_file, crm_mapping_save_file(sync, NULL, in("x.json")));
    cr_assert_eq(crm_sync_add_column(sync, "Firma", CRM_NTS), CRM_OK);
    REFUSES(CRM_E_NOTFOUND, crm_mapping_save_file, crm_mapping_save_file(sync, NULL, in("none/x.json")));
    KEEPS(crm_mapping_save_file, crm_mapping_save_file(sync, NULL, in("x.json")));
    crm_csv_options csv = {.size = sizeof csv};
    KEEPS(crm_mapping_csv, crm_mapping_csv(in("x.json"), &csv));
    cr_expect(!csv.delimiter && !csv.encoding, "it says nothing of them");
    REFUSES(CRM_E_NOTFOUND, crm_mapping_csv, crm_mapping_csv("/none", &csv));
    REFUSES(CRM_E_FORMAT, crm_mapping_csv, crm_mapping_csv(file("y.json", HEAD "\"delimiter\":\"x\"}"), &csv));
    REFUSES(CRM_E_FORMAT, crm_mapping_csv, crm_mapping_csv(file("y.json", HEAD "\"delimiter\":\"\"}"), &csv));
    REFUSES(CRM_E_FORMAT, crm_mapping_csv, crm_mapping_csv(file("y.json", HEAD "\"encoding\":\"ebcdic\"}"), &csv));
    REFUSES(CRM_E_FORMAT, crm_mapping_csv, crm_mapping_csv(file("y.json", HEAD "\"encoding\":1}"), &csv));
    REFUSES(CRM_E_VERSION, crm_mapping_csv, crm_mapping_csv(file("y.json", "{\"format\":\"libcrm mapping\",\"version\":2}"), &csv));
    big = calloc(1, 1100000);
    memset(big, ' ', 1099999);
    REFUSES(CRM_E_TOO_BIG, crm_mapping_csv, crm_mapping_csv(file("y.json", big), &csv));
    free(big);
    REFUSES(CRM_E_INVALID, crm_mapping_csv, crm_mapping_csv(in("x.json"), NULL));
    REFUSES(CRM_E_INVALID, crm_mapping_csv, crm_mapping_csv(NULL, &csv));
    REFUSES(CRM_E_INVALID, crm_mapping_csv, crm_mapping_csv(in("x.json"), &(crm_csv_options){.size = 4}));
    crm_sync_free(sync);
    test_folder_remove(folder);
    free(folder);
}

/* More columns than Excel has. */
static int wide_table(void) {
    crm_export *made;
    const char **headings = calloc(16385, sizeof *headings);
    for (size_t i = 0; i < 16385; i++) headings[i] = "x";
    cr_assert_eq(new_of(in("wide.xlsx"), CRM_EXPORT_XLSX, &made), CRM_OK);
    int rc = crm_export_table(made, "a", headings, 16385);
    crm_export_free(made);
    free(headings);
    return rc;
}

static int wide_list(void) {
    crm_export *made;
    crm_iter *list;
    crm_db *db = test_open();
    crm_txn *txn = test_read(db);
    crm_field *fields = calloc(16385, sizeof *fields);
    for (size_t i = 0; i < 16385; i++) fields[i] = CRM_PARTY_NAME;
    cr_assert_eq(crm_party_list(txn, NULL, NULL, 0, 0, 0, NULL, &list), CRM_OK);
    cr_assert_eq(new_of(in("wide.xlsx"), CRM_EXPORT_XLSX, &made), CRM_OK);
    int rc = crm_export_list(made, txn, "a", fields, 16385, list);
    crm_iter_free(list);
    crm_export_free(made);
    free(fields);
    crm_txn_free(txn);
    crm_db_close(db);
    return rc;
}

Test(errors_export, wide) {
    folder = test_folder_new();
    REFUSES(CRM_E_TOO_BIG, crm_export_table, wide_table());
    REFUSES(CRM_E_TOO_BIG, crm_export_list, wide_list());
    test_folder_remove(folder);
    free(folder);
}

/* What is missing. */
Test(errors_export, without) {
    crm_export *made = NULL;
    crm_export_options options = {.size = sizeof options, .format = CRM_EXPORT_CSV};
    REFUSES(CRM_E_INVALID, crm_export_new, crm_export_new(NULL, &options, &made));
    REFUSES(CRM_E_INVALID, crm_export_new, crm_export_new("x", NULL, &made));
    REFUSES(CRM_E_INVALID, crm_export_new, crm_export_new("x", &options, NULL));
    REFUSES(CRM_E_INVALID, crm_export_customers, crm_export_customers(NULL, NULL));
    REFUSES(CRM_E_INVALID, crm_export_list, crm_export_list(NULL, NULL, "a", NULL, 0, NULL));
    REFUSES(CRM_E_INVALID, crm_export_table, crm_export_table(NULL, "a", NULL, 0));
    REFUSES(CRM_E_INVALID, crm_export_row, crm_export_row(NULL, NULL, NULL, 0));
    REFUSES(CRM_E_INVALID, crm_export_finish, crm_export_finish(NULL));
    crm_export_free(NULL);
    REFUSES(CRM_E_INVALID, crm_export_dump, crm_export_dump(NULL, "x"));
    REFUSES(CRM_E_INVALID, crm_import_dump, crm_import_dump(NULL, "x"));
    REFUSES(CRM_E_INVALID, crm_import_dump, crm_import_dump("x", NULL));
    REFUSES(CRM_E_INVALID, crm_mapping_load_file, crm_mapping_load_file(NULL, "x"));
    REFUSES(CRM_E_INVALID, crm_mapping_save_file, crm_mapping_save_file(NULL, NULL, "x"));
}
