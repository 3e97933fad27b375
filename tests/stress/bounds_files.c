/* SPDX-License-Identifier: MIT */
/* Limits of imports and of what they read. */
#include "stress/bounds.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static crm_sync *begin(size_t columns) {
    crm_sync *sync;
    stress_need(crm_sync_new("test", CRM_ROWS_FLAT, &sync) == CRM_OK, "an import");
    stress_need(crm_sync_add_column(sync, "party.name", CRM_NTS) == CRM_OK, "a column");
    for (size_t i = 1; i < columns; i++) stress_need(crm_sync_add_column(sync, "ignore", CRM_NTS) == CRM_OK, "columns");
    return sync;
}

static int free_sync(crm_sync *sync, int rc) {
    crm_sync_free(sync);
    return rc;
}

static int sync_rows(crm_txn *none, size_t count) {
    const char *cells[] = {"x"};
    crm_sync *sync = begin(1);
    int rc = CRM_OK;
    (void)none;
    for (size_t i = 0; rc == CRM_OK && i < count; i++) rc = crm_sync_add_row(sync, 0, cells, NULL, 1);
    return free_sync(sync, rc);
}

/* The same company in each: a row that changes nothing. */
static int sync_job_rows(crm_txn *none, size_t count) {
    const char *cells[] = {"1"};
    crm_sync *sync;
    (void)none;
    stress_need(crm_sync_new("test", CRM_ROWS_FLAT, &sync) == CRM_OK, "an import");
    int rc = crm_sync_job(sync, bounds_db, CRM_ACTOR_SYSTEM, "bounds", 0);
    if (rc == CRM_OK) rc = crm_sync_add_column(sync, "role.number", CRM_NTS);
    for (size_t i = 0; rc == CRM_OK && i < count; i++) rc = crm_sync_add_row(sync, 0, cells, NULL, 1);
    return free_sync(sync, rc);
}

/* Rows without a name, of companies that are not there; they are listed up to the limit, whatever follows. */
static int sync_errors(crm_txn *none, size_t count) {
    crm_sync *sync;
    (void)none;
    stress_need(crm_sync_new("test", CRM_ROWS_FLAT, &sync) == CRM_OK, "an import");
    int rc = crm_sync_job(sync, bounds_db, CRM_ACTOR_SYSTEM, "bounds", 10000);
    if (rc == CRM_OK) rc = crm_sync_set_flags(sync, CRM_SYNC_SKIP_BAD_ROWS);
    if (rc == CRM_OK) rc = crm_sync_add_column(sync, "role.number", CRM_NTS);
    if (rc == CRM_OK) rc = crm_sync_add_column(sync, "party.name", CRM_NTS);
    for (size_t i = 0; rc == CRM_OK && i < count + 20; i++) {
        char number[24];
        const char *cells[] = {number, ""};
        snprintf(number, sizeof number, "n%zu", i);
        rc = crm_sync_add_row(sync, 0, cells, NULL, 2);
    }
    if (rc == CRM_OK) rc = crm_sync_apply(sync, bounds_db, CRM_ACTOR_SYSTEM);
    size_t listed = crm_sync_error_count(sync);
    return free_sync(sync, listed == count ? CRM_OK : rc < 0 ? rc : CRM_E_FORMAT);
}

static int sync_columns(crm_txn *none, size_t count) {
    crm_sync *sync = begin(1);
    int rc = CRM_OK;
    (void)none;
    for (size_t i = 1; rc == CRM_OK && i < count; i++) rc = crm_sync_add_column(sync, "ignore", CRM_NTS);
    return free_sync(sync, rc);
}

static int sync_sheets(crm_txn *none, size_t count) {
    crm_sync *sync;
    (void)none;
    int rc = crm_sync_new("test", CRM_ROWS_CUSTOMER, &sync);
    for (size_t i = 0; rc == CRM_OK && i < count; i++) {
        char name[24];
        snprintf(name, sizeof name, "s%zu", i);
        rc = crm_sync_add_sheet(sync, name, CRM_ROWS_SITE);
        if (rc == CRM_OK) rc = crm_sync_add_column(sync, "address.town", CRM_NTS);
    }
    return free_sync(sync, rc);
}

static char *filled(size_t count) {
    char *text = malloc(count + 1);
    stress_need(text != NULL, "memory");
    memset(text, 'x', count);
    text[count] = '\0';
    return text;
}

static int sync_cell_bytes(crm_txn *none, size_t count) {
    char *text = filled(count);
    const char *cells[] = {text};
    crm_sync *sync = begin(1);
    (void)none;
    int rc = crm_sync_add_row(sync, 0, cells, NULL, 1);
    free(text);
    return free_sync(sync, rc);
}

static int read_csv(const char *text, size_t size) {
    crm_sync *sync;
    stress_need(crm_sync_new("test", CRM_ROWS_FLAT, &sync) == CRM_OK, "an import");
    crm_csv_options options = {.size = sizeof options, .delimiter = ';'};
    return free_sync(sync, crm_csv_read(sync, text, size, &options));
}

/* One row of cells of 30,000 bytes; all but the first are left out. */
static int csv_row_bytes(crm_txn *none, size_t count) {
    char *text = malloc(count + 4096);
    size_t size, columns = count / 30001 + 1;
    (void)none;
    stress_need(text != NULL, "memory");
    size = (size_t)sprintf(text, "party.name");
    for (size_t i = 1; i < columns; i++) size += (size_t)sprintf(text + size, ";ignore");
    text[size++] = '\n';
    for (size_t i = 0; i < count; i++) text[size++] = i % 30001 == 30000 ? ';' : 'x';
    int rc = read_csv(text, size);
    free(text);
    return rc;
}

static int csv_file_bytes(crm_txn *none, size_t count) {
    (void)none;
    void *zeros = mmap(NULL, count, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    stress_need(zeros != MAP_FAILED, "address space");
    int rc = read_csv(zeros, count);
    munmap(zeros, count);
    return rc;
}

/* An object of one line: its cells of 30,000 bytes are left out. */
static int line_bytes(crm_txn *none, size_t count) {
    char *text = malloc(count + 4096), key[16];
    size_t size = 0, number = 0;
    crm_sync *sync;
    (void)none;
    stress_need(text && crm_sync_new("test", CRM_ROWS_FLAT, &sync) == CRM_OK, "an import");
    stress_need(crm_sync_set_flags(sync, CRM_SYNC_IGNORE_UNKNOWN) == CRM_OK, "a flag");
    size = (size_t)sprintf(text, "{\"party.name\": \"x\"");
    while (size + 1 < count) {
        size_t head = (size_t)snprintf(key, sizeof key, ", \"k%03zu\": \"", number++), left = count - size - 1;
        if (left < head + 2) break;
        size_t cell = left - head - 1 < 30000 ? left - head - 1 : 30000;
        memcpy(text + size, key, head);
        memset(text + size + head, 'x', cell);
        size += head + cell;
        text[size++] = '"';
    }
    while (size + 1 < count) text[size++] = ' ';
    text[size++] = '}';
    int rc = crm_jsonl_read(sync, text, size);
    free(text);
    return free_sync(sync, rc);
}

static int mapping_bytes(crm_txn *none, size_t count) {
    char path[STRESS_PATH];
    crm_sync *sync, *read = NULL;
    (void)none;
    stress_need(crm_sync_new("test", CRM_ROWS_FLAT, &sync) == CRM_OK && crm_sync_map(sync, "Name", "party.name") == CRM_OK &&
                    crm_sync_add_column(sync, "Name", CRM_NTS) == CRM_OK,
                "an import");
    stress_drop(stress_place("mapping", path));
    stress_need(crm_mapping_save_file(sync, NULL, path) == CRM_OK, "a mapping");
    FILE *out = fopen(path, "ab");
    stress_need(out != NULL, path);
    for (size_t i = (size_t)ftell(out); i < count; i++) putc(' ', out);
    fclose(out);
    crm_sync_free(sync);
    int rc = crm_sync_new("test", CRM_ROWS_FLAT, &read);
    return free_sync(read, rc == CRM_OK ? crm_mapping_load_file(read, path) : rc);
}

#define HOSTILE(name, says)                                                                                                                \
    { name, NULL, 0, 0, says, "tests/io/xlsx_hostile.c" }
const bound bounds_of_files[] = {
    {"SYNC_ROWS", sync_rows, 0, BOUND_OWN | BOUND_READS, NULL, NULL},
    {"SYNC_JOB_ROWS", sync_job_rows, 0, BOUND_OWN | BOUND_READS | BOUND_BEYOND, NULL, NULL},
    {"SYNC_ERRORS", sync_errors, 0, BOUND_OWN | BOUND_EXACT, NULL, NULL},
    {"SYNC_COLUMNS", sync_columns, 0, BOUND_OWN | BOUND_READS, NULL, NULL},
    {"SYNC_SHEETS", sync_sheets, 0, BOUND_OWN | BOUND_READS, NULL, NULL},
    {"SYNC_CELL_BYTES", sync_cell_bytes, CRM_PARTY_NAME, BOUND_OWN | BOUND_READS, NULL, NULL},
    {"CSV_ROW_BYTES", csv_row_bytes, 0, BOUND_OWN | BOUND_READS | BOUND_LARGEST, NULL, NULL},
    {"CSV_FILE_BYTES", csv_file_bytes, 0, BOUND_OWN | BOUND_READS | BOUND_BEYOND, "1 GiB", NULL},
    {"DUMP_LINE_BYTES", line_bytes, 0, BOUND_OWN | BOUND_READS | BOUND_LARGEST, NULL, NULL},
    {"DUMP_LINE_BYTES", mapping_bytes, 0, BOUND_OWN | BOUND_READS, "1 MiB", NULL},
    {"SYNC_BYTES", NULL, 0, 0, "the cells have over 512 MiB", "tests/io/workbook_hostile.c"},
    HOSTILE("XLSX_ROWS", "Excel has 1,048,576 rows"),
    HOSTILE("XLSX_COLUMNS", "Excel has 16,384 columns"),
    HOSTILE("XLSX_CELL_CHARS", "a text of over 32,767"),
    HOSTILE("XLSX_ROW_BYTES", "over 8 MiB"),
    HOSTILE("XLSX_SHEET_BYTES", "over the limit of 1073741824 bytes"),
    HOSTILE("XLSX_STRINGS_BYTES", "\"strings_bomb\""),
    HOSTILE("XLSX_PART_BYTES", "\"deep_book\""),
    HOSTILE("XLSX_TOTAL_BYTES", "over 2 GiB in all"),
    HOSTILE("XLSX_TEXT_BYTES", "the sheet's texts have over 1 GiB"),
    HOSTILE("XLSX_PARTS", "10,000 parts"),
    HOSTILE("XLSX_RATIO", "packed to less than a two-hundredth"),
    HOSTILE("XLSX_RATIO_FREE_BYTES", "\"small_bombs\""),
    HOSTILE("XLSX_SHEETS", "10,000 sheets"),
    HOSTILE("XLSX_NAME_BYTES", "255 bytes"),
    HOSTILE("XLSX_STYLES", "65,536 formats"),
    HOSTILE("XLSX_FORMATS", "4,096 number formats"),
    HOSTILE("XLSX_FORMAT_BYTES", "1,024 bytes"),
    HOSTILE("XML_DEPTH", "64 levels"),
    HOSTILE("XML_ATTRIBUTES", "64 attributes"),
    HOSTILE("XML_NAME_BYTES", "a name of over 256 bytes"),
    HOSTILE("XML_TOKEN_BYTES", "a tag of over 1 MiB"),
    {0},
};
