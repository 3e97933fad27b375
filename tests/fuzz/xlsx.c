/* SPDX-License-Identifier: MIT */
/* Workbooks: a zip archive as it is, or texts of its parts with ` between them: rows, shared texts, styles, properties of the workbook.
 * Read cell by cell, and into rows. */
#include "fuzz/fuzz.h"
#include "support/workbook.h"
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static void read_cells(const void *bytes, size_t size) {
    crm_xlsx *book;
    if (crm_xlsx_open_bytes(bytes, size, &book) != CRM_OK) return;
    for (size_t sheet = 0; sheet < crm_xlsx_sheet_count(book); sheet++) {
        int rc = crm_xlsx_choose(book, sheet);
        while (rc == CRM_OK && (rc = crm_xlsx_next(book)) == CRM_ROW) {
            for (size_t i = 0; i < crm_xlsx_cell_count(book); i++) {
                size_t text_size, value_size;
                const char *text = crm_xlsx_cell_text(book, i, &text_size), *value = crm_xlsx_cell_value(book, i, &value_size);
                fuzz_expect(text && value && crm_xlsx_cell_name(book, i) && crm_xlsx_cell_type(book, i), "a cell");
                fuzz_expect(!text[text_size] && !value[value_size], "a text that ends");
            }
            rc = CRM_OK;
        }
    }
    crm_xlsx_close(book);
}

static void read_rows(const void *bytes, size_t size) {
    crm_xlsx_options options = {.size = sizeof options, .flags = CRM_XLSX_SKIP_UNKNOWN_SHEETS | CRM_XLSX_HIDDEN_SHEETS};
    crm_sync *sync;
    fuzz_expect(crm_sync_new("fuzz", CRM_ROWS_FLAT, &sync) == CRM_OK, "rows");
    crm_sync_set_flags(sync, CRM_SYNC_IGNORE_UNKNOWN);
    crm_xlsx_read_bytes(sync, bytes, size, &options);
    crm_sync_free(sync);
}

static workbook make(const uint8_t *data, size_t size) {
    char *text = malloc(size + 1), *part[4] = {text};
    fuzz_expect(text != NULL, "memory");
    memcpy(text, data, size);
    text[size] = '\0';
    for (int i = 1; i < 4 && part[i - 1]; i++) {
        part[i] = strchr(part[i - 1], '`');
        if (part[i]) *part[i]++ = '\0';
    }
    workbook book = workbook_make(&(workbook_text){.rows = part[0], .strings = part[1], .styles = part[2], .properties = part[3]});
    free(text);
    return book;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    bool packed = size > 2 && memcmp(data, "PK", 2) == 0;
    workbook book = packed ? (workbook){0} : make(data, size);
    const void *bytes = packed ? (const void *)data : book.bytes;
    size_t count = packed ? size : book.size;
    read_cells(bytes, count);
    read_rows(bytes, count);
    workbook_free(&book);
    return 0;
}
