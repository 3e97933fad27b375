/* SPDX-License-Identifier: MIT */
/* JSON Lines into rows: what each type of value says, columns that come later, what is refused; exports that come back. */
#include "support/rows.h"
#include <libcrm/io.h>

static crm_sync *flat(void) {
    crm_sync *sync;
    cr_assert_eq(crm_sync_new("erp", CRM_ROWS_CUSTOMER, &sync), CRM_OK);
    return sync;
}

static int read_text(crm_sync *sync, const char *text) { return crm_jsonl_read(sync, text, strlen(text)); }

static void expect_stored(const char *text, const char *wanted) {
    crm_db *db = rows_open();
    crm_sync *sync = flat();
    cr_assert_eq(read_text(sync, text), CRM_OK, "%s: %s", text, crm_error_text());
    cr_assert_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "%s: %s", text, crm_error_text());
    crm_sync_free(sync);
    cr_expect_str_eq(rows_store(db), wanted);
    rows_close(db);
}

Test(jsonl, values) {
    expect_stored("{\"Kundennummer\":\"00042\",\"Firma\":\"=1\"}\n", "party name==1; role number=00042");
    expect_stored("\xef\xbb\xbf{\"Firma\":\"A\",\"Kundennummer\":7}\r\n\n{\"Suchbegriff\":\"B\",\"Kundennummer\":7,\"Import error\":\"x\"}",
                  "party name=A short_name=B; role number=7");
    expect_stored("{\"Kundennummer\":\"1\",\"Firma\":\"A\",\"Inaktiv\":true,\"party.loyalty_discount\":1.234,\"Ort\":null}",
                  "party name=A inactive=yes loyalty_discount=12340; role number=1");
    expect_stored("{\"Kundennummer\":\"1\",\"Firma\":\"\\u00c4\\ud83d\\ude00\",\"party.tax_exempt\":false}",
                  "party name=\xc3\x84\xf0\x9f\x98\x80 tax_exempt=no; role number=1");
}

/* As an export of none has written it. */
Test(jsonl, nothing) {
    static const char *const texts[] = {"", "\n\n"};
    crm_db *db = rows_open();
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        crm_sync *sync = flat();
        cr_expect_eq(read_text(sync, texts[i]), CRM_OK, "%zu: %s", i, crm_error_text());
        cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "%zu: %s", i, crm_error_text());
        crm_sync_free(sync);
    }
    crm_db_close(db);
}

Test(jsonl, refused) {
    static const struct {
        const char *text;
        int status;
        uint64_t row;
    } cases[] = {
        {"{}\n{}", CRM_E_FORMAT, 0},
        {"{\"Firma\":\"A\"}\n[1]", CRM_E_FORMAT, 2},
        {"{\"Firma\":\"A\"}\n\n{\"Firma\":", CRM_E_FORMAT, 3},
        {"{\"Firma\":\"A\",\"Firma\":\"B\"}", CRM_E_FORMAT, 1},
        {"{\"Firma\":\"a\\u0000b\"}", CRM_E_FORMAT, 1},
        {"{\"Firma\":\"\xff\"}", CRM_E_FORMAT, 1},
        {"{\"Firma\":[\"A\"]}", CRM_E_FORMAT, 1},
        {"{\"Firma\":{\"de\":\"A\"}}", CRM_E_FORMAT, 1},
        {"{\"Firma\":99999999999999999999}", CRM_E_FORMAT, 1},
        {"{\"party\":1,\"sites\":2}", CRM_E_NOTFOUND, 0},
        {"{\"Firma\":\"A\",\"\":null}\n{\"Firma\":\"B\",\"\":\"aside\"}", CRM_E_FORMAT, 2},
        {"{\"Firma\":\"A\",\" \":[]}", CRM_E_FORMAT, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        crm_sync *sync = flat();
        cr_expect_eq(read_text(sync, cases[i].text), cases[i].status, "%s: %s", cases[i].text, crm_error_text());
        cr_expect_eq(crm_error_row(), cases[i].row, "%s: row %llu", cases[i].text, (unsigned long long)crm_error_row());
        crm_sync_free(sync);
    }
    crm_sync *sync = flat();
    cr_assert_eq(crm_sync_map(sync, "tags", "ignore"), CRM_OK);
    cr_expect_eq(read_text(sync, "{\"Firma\":\"A\",\"tags\":[1,{}]}"), CRM_OK, "what is left out may be a list: %s", crm_error_text());
    crm_sync_free(sync);
    sync = flat();
    cr_assert_eq(crm_sync_set_flags(sync, CRM_SYNC_IGNORE_UNKNOWN), CRM_OK);
    cr_expect_eq(read_text(sync, "{\"Firma\":\"A\",\"\":\"aside\"}"), CRM_OK, "a member without a name: %s", crm_error_text());
    crm_sync_free(sync);
}

/* More columns, and a longer line, than there may be: refused at once. */
Test(jsonl, limits) {
    char *text = malloc(3 << 20), *at = text;
    crm_sync *sync = flat();
    for (int i = 0; i < 600; i++) at += sprintf(at, "{\"c%d\":1}\n", i);
    cr_expect(read_text(sync, text) == CRM_E_TOO_BIG && crm_error_row() == 513, "%s", crm_error_text());
    crm_sync_free(sync);
    sync = flat();
    at = text + sprintf(text, "{\"Firma\":\"");
    memset(at, 'x', 2 << 20);
    strcpy(at + (2 << 20), "\"}\n");
    cr_expect(read_text(sync, text) == CRM_E_TOO_BIG && crm_error_row() == 1, "%s", crm_error_text());
    crm_sync_free(sync);
    sync = flat();
    memset(text, '[', 1000000);
    cr_expect_eq(crm_jsonl_read(sync, text, 1000000), CRM_E_FORMAT, "%s", crm_error_text());
    crm_sync_free(sync);
    free(text);
}

static void export_sheet(crm_db *db, uint32_t sheet, const char *path) {
    const crm_export_options options = {.size = sizeof options, .format = CRM_EXPORT_JSON_LINES, .sheets = sheet};
    crm_export *out;
    crm_txn *txn;
    cr_assert_eq(crm_txn_begin(db, 0, CRM_ACTOR_SYSTEM, &txn), CRM_OK);
    cr_assert_eq(crm_export_new(path, &options, &out), CRM_OK, "%s", crm_error_text());
    cr_assert_eq(crm_export_customers(out, txn), CRM_OK, "%s", crm_error_text());
    cr_assert_eq(crm_export_finish(out), CRM_OK, "%s", crm_error_text());
    crm_export_free(out);
    crm_txn_free(txn);
}

Test(jsonl, exports_come_back) {
    static const char lines[] =
        "{\"Kundennummer\":\"007\",\"Firma\":\"-A \\\"B\\\"\\nC\",\"Treuerabatt\":\"1.5\",\"Bemerkung\":\"K\\u00f6ln\"}\n"
        "{\"Kundennummer\":\"8\",\"Firma\":\"'=1\",\"Suchbegriff\":\" ;,\\t\"}\n";
    char before[ROWS_TEXT], path[600];
    crm_db *db = rows_open();
    crm_sync *sync = flat();
    cr_assert_eq(read_text(sync, lines), CRM_OK, "%s", crm_error_text());
    cr_assert_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "%s", crm_error_text());
    crm_sync_free(sync);
    snprintf(before, sizeof before, "%s", rows_store(db));
    snprintf(path, sizeof path, "%s/customers.jsonl", rows_folder);
    export_sheet(db, CRM_EXPORT_CUSTOMERS, path);
    sync = flat();
    cr_assert_eq(crm_jsonl_read_file(sync, path), CRM_OK, "%s", crm_error_text());
    cr_assert_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "%s", crm_error_text());
    cr_expect_str_eq(rows_counts(sync), "2 unchanged");
    crm_sync_free(sync);
    FILE *file = fopen(path, "rb");
    char content[4000];
    size_t size = fread(content, 1, sizeof content, file);
    fclose(file);
    rows_close(db);
    db = rows_open();
    sync = flat();
    cr_assert_eq(crm_jsonl_read(sync, content, size), CRM_OK, "%s", crm_error_text());
    cr_assert_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "%s", crm_error_text());
    crm_sync_free(sync);
    cr_expect_str_eq(rows_store(db), before);
    rows_close(db);
}
