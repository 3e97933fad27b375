/* SPDX-License-Identifier: MIT */
/* Deleting: of a party or group its whole file; of an address or contact what is only about it (usages, channels, identifiers, its own
 * quote defaults). A record that another one names otherwise is kept: CRM_E_IN_USE. */
#include "base/error.h"
#include "codec/key.h"
#include "model/blockers.h"
#include "model/record.h"
#include "store/undo.h"
#include <stdlib.h>
#include <string.h>

/* The records that a deletion takes. */
typedef struct file_copy {
    crmi_txn *txn;
    crm_record **records;
    crmi_packed *ids;
    size_t count, capacity;
} file_copy;

static int grow(file_copy *file) {
    size_t capacity = file->capacity ? file->capacity * 2 : 16;
    crm_record **records = realloc(file->records, capacity * sizeof *records);
    if (!records) return crmi_error_nomem();
    file->records = records;
    crmi_packed *ids = realloc(file->ids, capacity * sizeof *ids);
    if (!ids) return crmi_error_nomem();
    file->ids = ids;
    file->capacity = capacity;
    return CRM_OK;
}

static int take_record(void *data, size_t read, const crmi_stored *stored) {
    (void)read;
    file_copy *file = data;
    int rc = file->count == file->capacity ? grow(file) : CRM_OK;
    if (rc == CRM_OK) rc = crmi_object_decode(file->txn, stored->id, stored->body, &file->records[file->count]);
    if (rc == CRM_OK) file->ids[file->count++] = stored->id;
    return rc;
}

static void free_file(file_copy *file) {
    for (size_t i = 0; i < file->count; i++) crm_record_free(file->records[i]);
    free(file->records);
    free(file->ids);
}

/* First the record, then its entries: where they are all made anew they are those of what is stored. */
static int remove_record(crmi_txn *txn, crmi_packed id, const crm_record *rec) {
    int rc = crmi_store_delete(txn, id);
    if (rc == CRM_OK) rc = crmi_index_update(txn, id, rec, NULL);
    if (rc == CRM_OK && rec->kind == CRM_KIND_IMPORT_RUN) rc = crmi_undo_drop(txn, id);
    if (rc < 0) crmi_txn_fail(txn, rc);
    return rc;
}

static int check_blockers(const crmi_blockers *blockers) {
    if (!blockers->count) return CRM_OK;
    const crmi_field *field = blockers->list[0].field;
    return crmi_error_set(CRM_E_IN_USE, field->field, "%s.%s of another record names it", crm_kind_name(field->kind), field->name);
}

static int read_going(file_copy *file, const crmi_blockers *blockers) {
    crmi_want *wants = calloc(blockers->going_count + 1, sizeof *wants);
    if (!wants) return crmi_error_nomem();
    for (size_t i = 0; i < blockers->going_count; i++) wants[i].from = blockers->going[i];
    int rc = blockers->going_count ? crmi_store_read_many(file->txn, wants, blockers->going_count, take_record, file) : CRM_OK;
    free(wants);
    return rc;
}

static int delete_one(file_copy *file, crmi_packed id, const crm_record *rec, const crmi_blockers *blockers) {
    int rc = read_going(file, blockers);
    for (size_t i = 0; rc == CRM_OK && i < file->count; i++) rc = remove_record(file->txn, file->ids[i], file->records[i]);
    return rc == CRM_OK ? remove_record(file->txn, id, rec) : rc;
}

static int delete_file(file_copy *file, crmi_packed id) {
    uint8_t from[8], until[8];
    crmi_want want = {crmi_id_pack(crmi_id_root(id), 0, 0), crmi_id_pack(crmi_id_root(id) + 1, 0, 0), 0};
    int rc = crmi_store_read_many(file->txn, &want, 1, take_record, file);
    for (size_t i = file->count; rc == CRM_OK && i-- > 0;)
        rc = remove_record(file->txn, file->ids[i], file->records[i]); /* the root last */
    crmi_key_put64(from, want.from);
    crmi_key_put64(until, want.until);
    if (rc == CRM_OK) /* its stubs */
        rc = crmi_engine_del_range(crmi_txn_engine(file->txn), CRMI_TABLE_FILE, (crmi_slice){from, 8}, (crmi_slice){until, 8});
    if (rc < 0 && file->count) crmi_txn_fail(file->txn, rc);
    return rc;
}

int crmi_model_remove(crmi_txn *txn, crmi_packed id) {
    crm_record *rec;
    file_copy file = {.txn = txn};
    int rc = crmi_model_open(txn, id, 0, &rec);
    if (rc < 0) return rc;
    rc = crmi_schema_kind(rec->kind)->placement == CRMI_ROOT ? delete_file(&file, id) : remove_record(txn, id, rec);
    free_file(&file);
    crm_record_free(rec);
    return rc;
}

int crmi_model_open(crmi_txn *txn, crmi_packed id, uint64_t revision, crm_record **out) {
    int rc = crmi_store_get(txn, id, out);
    if (rc < 0) return rc;
    if (crmi_store_packed(txn, (*out)->id) != id)
        rc = crmi_error_set(CRM_E_NOTFOUND, 0, "no such record");
    else if (revision && revision != (*out)->revision)
        rc = crmi_error_set(CRM_E_STALE, 0, "the record is at revision %llu, not %llu", (unsigned long long)(*out)->revision,
                            (unsigned long long)revision);
    if (rc == CRM_OK) return rc;
    crm_record_free(*out);
    *out = NULL;
    return rc;
}

int crmi_model_delete(crmi_txn *txn, crmi_packed id, uint64_t revision) {
    crm_record *rec;
    crmi_blockers blockers;
    file_copy file = {.txn = txn};
    int rc = crmi_txn_check(txn, true);
    if (rc == CRM_OK) rc = crmi_model_open(txn, id, revision, &rec);
    if (rc < 0) return rc;
    rc = crmi_blockers_find(txn, id, 1, &blockers);
    if (rc == CRM_OK) rc = check_blockers(&blockers);
    if (rc == CRM_OK)
        rc = crmi_schema_kind(rec->kind)->placement == CRMI_ROOT ? delete_file(&file, id) : delete_one(&file, id, rec, &blockers);
    free_file(&file);
    crmi_blockers_free(&blockers);
    crm_record_free(rec);
    return rc;
}
