/* SPDX-License-Identifier: MIT */
/* Pages of an index: a bounded number of ids from a range of keys, and the key to go on behind. */
#include "base/error.h"
#include "base/utf8.h"
#include "index/directory.h"
#include <string.h>

static void set_until(crmi_page *page) {
    page->until = page->from;
    crmi_key_after(&page->until);
}

int crmi_index_value_range(crmi_page *page, const crmi_field *field, const char *value, size_t size) {
    crmi_buffer folded = {0};
    int rc = CRM_OK;
    crmi_key_begin(&page->from);
    crmi_key_int(&page->from, field->field);
    if (field->flags & CRM_FIELD_FOLDED) {
        rc = crmi_utf8_fold(value, size, &folded);
        crmi_key_text(&page->from, folded.data ? (const char *)folded.data : "", folded.size);
    } else {
        crmi_key_text(&page->from, value, size);
    }
    crmi_buffer_free(&folded);
    set_until(page);
    return rc == CRM_OK ? rc : crmi_error_nomem();
}

void crmi_index_scope_range(crmi_page *page, const crmi_field *field, const char *scope, size_t scope_size) {
    crmi_key_begin(&page->from);
    crmi_key_int(&page->from, field->field);
    crmi_key_text(&page->from, scope, scope_size);
    set_until(page);
}

static int take_page_row(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read;
    crmi_page *page = data;
    if (page->count == page->limit) {
        page->more = true;
        return CRM_OK;
    }
    crmi_packed id = value.size ? crmi_index_unique_id(value) : crmi_index_key_id(key);
    if (!id || key.size > CRMI_KEY_MAX) return crmi_error_set(CRM_E_CORRUPT, 0, "an index entry is damaged");
    page->ids[page->count++] = id;
    page->after_size = key.size;
    memcpy(page->after, key.data, key.size);
    return CRM_OK;
}

int crmi_index_page(crmi_txn *txn, crmi_page *page) {
    crmi_read read = {
        CRMI_TABLE_INDEX, CRMI_READ_RANGE, {page->from.bytes, page->from.size}, {page->until.bytes, page->until.size}, page->limit + 1};
    crmi_key start;
    if (page->after_size) { /* the first key behind: one more byte, the lowest */
        memcpy(start.bytes, page->after, page->after_size);
        start.bytes[page->after_size] = 0;
        read.from = (crmi_slice){start.bytes, page->after_size + 1};
    }
    page->count = 0;
    page->more = false;
    return crmi_engine_range(crmi_txn_engine(txn), &read, take_page_row, page);
}

int crmi_index_list(crmi_txn *txn, const crmi_field *field, const char *value, size_t size, size_t limit, crmi_packed *out, size_t *count) {
    if (field->field == CRM_PARTY_NAME) return crmi_directory_list(txn, value, size, limit, out, count);
    crmi_page page = {.ids = out, .limit = limit};
    int rc = crmi_index_value_range(&page, field, value, size);
    if (rc == CRM_OK) rc = crmi_index_page(txn, &page);
    *count = page.count;
    return rc;
}

int crmi_index_list_id(crmi_txn *txn, const crmi_field *field, crmi_packed value, size_t limit, crmi_packed *out, size_t *count) {
    crmi_page page = {.ids = out, .limit = limit};
    crmi_key_begin(&page.from);
    crmi_key_int(&page.from, field->field);
    crmi_key_int(&page.from, (int64_t)value);
    set_until(&page);
    int rc = crmi_index_page(txn, &page);
    *count = page.count;
    return rc;
}
