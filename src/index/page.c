/* SPDX-License-Identifier: MIT */
/* Pages of an index: a bounded number of ids from a range of keys, and the key to go on behind. */
#include "base/error.h"
#include "index/directory.h"
#include "index/own.h"
#include "store/gate.h"
#include <string.h>

static bool begins_with(const uint8_t *key, size_t size, const crmi_key *start) {
    return size >= start->size && memcmp(key, start->bytes, start->size) == 0;
}

static void set_until(crmi_page *page) {
    page->until = page->from;
    crmi_key_after(&page->until);
}

int crmi_index_value_range(crmi_txn *txn, crmi_page *page, const crmi_field *field, const char *value, size_t size) {
    if (field->field == CRM_PARTY_NAME) return crmi_directory_name(txn, page, value, size);
    crmi_index_key_begin(&page->from, field->field);
    int rc = crmi_index_add_text(txn, &page->from, field, value, size);
    set_until(page);
    return rc;
}

void crmi_index_scope_range(crmi_page *page, const crmi_field *field, const char *scope, size_t scope_size) {
    crmi_index_scope_key(field, scope, scope_size, &page->from);
    set_until(page);
}

typedef struct page_read {
    crmi_txn *txn;
    crmi_page *page;
    size_t rows;
} page_read;

static int take_page_row(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read;
    page_read *reading = data;
    crmi_page *page = reading->page;
    reading->rows++;
    if (page->count == page->limit) {
        page->more = true;
        return CRM_OK;
    }
    crmi_packed id = value.size ? crmi_index_unique_id(key, value) : crmi_index_key_id(key);
    if (!id || key.size > CRMI_KEY_MAX) return crmi_error_set(CRM_E_CORRUPT, 0, "an index entry is damaged");
    /* All but the store's own terms. They come before all others of a value, so that neither the end of a page nor more tells of them. */
    if (crmi_gate_sees(reading->txn, id)) page->ids[page->count++] = id;
    page->after_size = key.size;
    memcpy(page->after, key.data, key.size);
    return CRM_OK;
}

/* Reads as much as the page has room for, and one more; CRM_ROW where that was there, and yet the page is not full. */
static int read_once(page_read *reading, const crmi_key *from, const crmi_key *until) {
    crmi_page *page = reading->page;
    size_t limit = page->limit - page->count + 1;
    crmi_read read = {CRMI_TABLE_INDEX, CRMI_READ_RANGE, {from->bytes, from->size}, {until->bytes, until->size}, limit};
    crmi_key start;
    if (page->after_size && begins_with(page->after, page->after_size, from)) { /* the first key behind: one more byte, the lowest */
        memcpy(start.bytes, page->after, page->after_size);
        start.bytes[page->after_size] = 0;
        read.from = (crmi_slice){start.bytes, page->after_size + 1};
    }
    reading->rows = 0;
    int rc = crmi_engine_range(crmi_txn_engine(reading->txn), &read, take_page_row, reading);
    return rc == CRM_OK && reading->rows == limit && !page->more ? CRM_ROW : rc;
}

static int read_range(crmi_txn *txn, crmi_page *page, const crmi_key *from, const crmi_key *until) {
    page_read reading = {txn, page, 0};
    int rc;
    do rc = read_once(&reading, from, until);
    while (rc == CRM_ROW);
    return rc;
}

int crmi_index_page(crmi_txn *txn, crmi_page *page) {
    bool shared;
    int rc = crmi_own_shared(txn, &page->from, &shared);
    if (rc < 0) return rc;
    if (!shared) return crmi_own_page(txn, page);
    bool second = page->also.size && page->after_size && begins_with(page->after, page->after_size, &page->also);
    page->count = 0;
    page->more = false;
    rc = second ? CRM_OK : read_range(txn, page, &page->from, &page->until);
    if (rc == CRM_OK && page->also.size && !page->more) rc = read_range(txn, page, &page->also, &page->also_until);
    return rc;
}

/* Without clearing its keys, which takes longer than the search for a value that is not there. */
static void begin(crmi_page *page, crmi_packed *ids, size_t limit) {
    page->also.size = page->after_size = page->count = 0;
    page->dated = false;
    page->limit = limit;
    page->ids = ids;
}

int crmi_index_list(crmi_txn *txn, const crmi_field *field, const char *value, size_t size, size_t limit, crmi_packed *out, size_t *count) {
    crmi_page page;
    begin(&page, out, limit);
    int rc = crmi_index_value_range(txn, &page, field, value, size);
    if (rc == CRM_OK) rc = crmi_index_page(txn, &page);
    *count = page.count;
    return rc;
}

void crmi_index_integer_range(crmi_page *page, const crmi_field *field, int64_t value) {
    crmi_index_key_begin(&page->from, field->field);
    crmi_key_int(&page->from, value);
    set_until(page);
}

void crmi_index_id_range(crmi_page *page, const crmi_field *field, crmi_packed value) {
    crmi_index_integer_range(page, field, (int64_t)value);
}

void crmi_index_named_range(crmi_page *page, const crmi_field *field, crmi_packed value, uint32_t root) {
    crmi_index_id_range(page, field, value);
    page->also = page->from;
    page->also_until = page->until;
    page->until = page->from;
    crmi_key_target(&page->until, root, 0);
    crmi_key_target(&page->also, root + 1, 0);
}
