/* SPDX-License-Identifier: MIT */
/* Deleting: of a party its whole file; of an address or contact what is only about it (usages, channels, identifiers, its own quote
 * defaults). A record that another one names otherwise is kept: CRM_E_IN_USE. */
#include "base/error.h"
#include "codec/key.h"
#include "model/record.h"
#include <stdlib.h>
#include <string.h>

/* The records of a party's file, as far as they matter for a deletion. */
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
    if (rc == CRM_OK) rc = crmi_object_decode(crmi_db_key(crmi_txn_db(file->txn)), stored->id, stored->body, &file->records[file->count]);
    if (rc == CRM_OK) file->ids[file->count++] = stored->id;
    return rc;
}

static int read_file(file_copy *file, uint32_t root) {
    crmi_want want = {crmi_id_pack(root, 0, 0), crmi_id_pack(root + 1, 0, 0), 0};
    return crmi_store_read_many(file->txn, &want, 1, take_record, file);
}

static void free_file(file_copy *file) {
    for (size_t i = 0; i < file->count; i++) crm_record_free(file->records[i]);
    free(file->records);
    free(file->ids);
}

static int remove_record(crmi_txn *txn, crmi_packed id, const crm_record *rec) {
    int rc = crmi_index_update(txn, id, rec, NULL);
    if (rc == CRM_OK) rc = crmi_store_delete(txn, id);
    if (rc < 0) crmi_txn_fail(txn, rc);
    return rc;
}

/* Fields that make a record be about another one: it goes with that. */
static bool about(const crmi_field *field) {
    switch (field->field) {
    case CRM_USAGE_TARGET:
    case CRM_CHANNEL_TARGET:
    case CRM_IDENTIFIER_TARGET:
    case CRM_QUOTE_DEFAULTS_SCOPE: return true;
    default: return false;
    }
}

/* The first field of rec that names id, or NULL. */
static const crmi_field *names(const crm_record *rec, crm_id id) {
    for (uint32_t i = 0; i < rec->count; i++)
        if (rec->entries[i].type == CRM_TYPE_ID && (crm_id)rec->entries[i].integer == id)
            return crmi_schema_number(rec->kind, rec->entries[i].number);
    return NULL;
}

static int check_child(const file_copy *file, crm_id id) {
    for (size_t i = 0; i < file->count; i++) {
        const crmi_field *field = names(file->records[i], id);
        if (field && !about(field))
            return crmi_error_set(CRM_E_IN_USE, field->field, "%s.%s names the record", crm_kind_name(field->kind), field->name);
    }
    return CRM_OK;
}

static int delete_child(crmi_txn *txn, crmi_packed id, const crm_record *rec) {
    file_copy file = {.txn = txn};
    int rc = CRM_OK;
    if (rec->kind == CRM_KIND_ADDRESS || rec->kind == CRM_KIND_CONTACT) {
        rc = read_file(&file, crmi_id_root(id));
        if (rc == CRM_OK) rc = check_child(&file, rec->id);
    }
    for (size_t i = 0; rc == CRM_OK && i < file.count; i++)
        if (names(file.records[i], rec->id)) rc = remove_record(txn, file.ids[i], file.records[i]);
    if (rc == CRM_OK) rc = remove_record(txn, id, rec);
    free_file(&file);
    return rc;
}

/* Other parties' records that name this one: found through the indexes of the fields that name parties. */
static int check_party(crmi_txn *txn, crmi_packed id) {
    static const crm_field fields[] = {CRM_PARTY_REFERRER, CRM_CONTACT_PERSON};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        bool named;
        int rc = crmi_index_named_elsewhere(txn, crmi_schema_field(fields[i]), id, crmi_id_root(id), &named);
        if (rc < 0) return rc;
        if (named) return crmi_error_set(CRM_E_IN_USE, fields[i], "%s of another party names the party", crm_field_name(fields[i]));
    }
    return CRM_OK;
}

static int delete_party(crmi_txn *txn, crmi_packed id) {
    file_copy file = {.txn = txn};
    uint8_t from[8], until[8];
    uint32_t root = crmi_id_root(id);
    int rc = check_party(txn, id);
    if (rc == CRM_OK) rc = read_file(&file, root);
    for (size_t i = file.count; rc == CRM_OK && i-- > 0;) rc = remove_record(txn, file.ids[i], file.records[i]); /* the party last */
    crmi_key_put64(from, crmi_id_pack(root, 0, 0));
    crmi_key_put64(until, crmi_id_pack(root + 1, 0, 0));
    if (rc == CRM_OK)
        rc = crmi_engine_del_range(crmi_txn_engine(txn), CRMI_TABLE_FILE, (crmi_slice){from, 8}, (crmi_slice){until, 8}); /* its stubs */
    if (rc < 0 && file.count) crmi_txn_fail(txn, rc);
    free_file(&file);
    return rc;
}

int crmi_model_delete(crmi_txn *txn, crmi_packed id, uint64_t revision) {
    crm_record *rec;
    int rc = crmi_txn_check(txn, true);
    if (rc == CRM_OK) rc = crmi_store_get(txn, id, &rec);
    if (rc < 0) return rc;
    if (crmi_store_packed(txn, rec->id) != id)
        rc = crmi_error_set(CRM_E_NOTFOUND, 0, "no such record");
    else if (revision && revision != rec->revision)
        rc = crmi_error_set(CRM_E_STALE, 0, "the record is at revision %llu, not %llu", (unsigned long long)rec->revision,
                            (unsigned long long)revision);
    else
        rc = rec->kind == CRM_KIND_PARTY ? delete_party(txn, id) : delete_child(txn, id, rec);
    crm_record_free(rec);
    return rc;
}
