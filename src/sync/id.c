/* SPDX-License-Identifier: MIT */
/* Ids in rows. One that the store has is that record; any other tells the records of a file apart, and by it other rows name them. It is
 * never stored. */
#include "base/ascii.h"
#include "base/error.h"
#include "sync/file.h"
#include <string.h>

/* A decimal number; 0: it is none. */
static crm_id parse(const char *text) {
    crm_id id = 0;
    for (; crmi_is_digit(*text); text++)
        if (__builtin_mul_overflow(id, 10, &id) || __builtin_add_overflow(id, (crm_id)(*text - '0'), &id)) return 0;
    return *text ? 0 : id;
}

int crmi_sync_stored_id(crmi_txn *txn, uint32_t kind, const char *text, crmi_packed *out) {
    crmi_packed id = crmi_store_packed(txn, parse(text));
    *out = 0;
    int rc = id ? crmi_store_resolve(txn, &id) : CRM_E_NOTFOUND;
    if (rc < 0) return rc == CRM_E_NOTFOUND ? CRM_OK : rc;
    if (crmi_id_kind(id) != kind)
        return crmi_error_set(CRM_E_EXISTS, 0, "it is the id of another record: %s, not %s", crmi_schema_kind(crmi_id_kind(id))->name,
                              crmi_schema_kind(kind)->name);
    *out = id;
    return CRM_OK;
}

static int key_row_id(crmi_sync_file *file, uint32_t kind, const char *text) {
    return crmi_sync_key_text(file, CRMI_KEY_ROW_ID, kind, text, "");
}

/* The first entry that the key in file->key names; 0 none. */
static uint32_t named(const crmi_sync_file *file) {
    uint32_t cursor = 0, entry;
    return crmi_sync_map_next(&file->map, file->key.data, file->key.size, &cursor, &entry) ? entry : 0;
}

int crmi_sync_find_id(crmi_sync_file *file, uint32_t kind, const char *text, uint32_t *out) {
    crmi_packed id;
    int rc = key_row_id(file, kind, text);
    *out = rc == CRM_OK ? named(file) : 0;
    if (rc < 0 || *out) return rc;
    rc = crmi_sync_store(file);
    if (rc == CRM_OK) rc = crmi_sync_stored_id(file->txn, kind, text, &id);
    if (rc < 0 || !id) return rc;
    if (crmi_id_root(id) != file->root) return crmi_error_set(CRM_E_EXISTS, 0, "it is the id of another customer's record");
    rc = crmi_sync_key_id(file, crmi_store_public(file->txn, id));
    *out = rc == CRM_OK ? named(file) : 0;
    return rc;
}

int crmi_sync_id_begin(crmi_sync_file *file, const crmi_sync_row *row, uint32_t kind, uint32_t *out) {
    const crmi_sync_cell *cell = crmi_sync_id_cell(file->sync, row, kind);
    *out = 0;
    crmi_sync_id_end(file);
    if (!cell) return CRM_OK;
    int rc = crmi_sync_find_id(file, kind, cell->text, out);
    if (rc == CRM_E_EXISTS) return crmi_sync_refuse_last(file->sync, (size_t)(row - file->sync->rows), cell);
    if (rc == CRM_OK && *out && crmi_sync_file_entry(file, *out)->id && strcmp(crmi_sync_file_entry(file, *out)->id, cell->text) != 0)
        return crmi_sync_refuse(file->sync, (size_t)(row - file->sync->rows), cell, CRM_E_AMBIGUOUS, 0,
                                "another row with the id \"%s\" means this record", crmi_sync_file_entry(file, *out)->id);
    file->id = cell->text;
    file->id_kind = kind;
    file->only = *out;
    return rc;
}

void crmi_sync_id_end(crmi_sync_file *file) {
    file->id = NULL;
    file->only = 0;
}

bool crmi_sync_is_other(const crmi_sync_file *file, uint32_t number) {
    const crmi_sync_entry *entry = number && number <= file->count ? crmi_sync_file_entry(file, number) : NULL;
    if (!file->id || !entry || entry->rec->kind != file->id_kind) return false;
    return file->only ? number != file->only : entry->id != NULL;
}

int crmi_sync_id_note(crmi_sync_file *file, const crmi_sync_row *row, uint32_t kind, uint32_t number) {
    const crmi_sync_cell *cell = number ? crmi_sync_id_cell(file->sync, row, kind) : NULL;
    crmi_sync_entry *entry = crmi_sync_file_entry(file, number);
    if (!cell || entry->id) return CRM_OK;
    entry->id = cell->text;
    int rc = key_row_id(file, kind, cell->text);
    return rc == CRM_OK ? crmi_sync_key_add(file, number) : rc;
}
