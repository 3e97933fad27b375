/* SPDX-License-Identifier: MIT */
/* A store made of the records of another: in a folder beside its place, in batches, and renamed into its place when all is there. Records
 * are checked by themselves and written as they are told; what the library derives of them is not derived again, but for the indexes. */
#include "base/error.h"
#include "codec/key.h"
#include "model/custom_field.h"
#include "model/dump.h"
#include "model/place.h"
#include "model/rules.h"
#include "model/transact.h"
#include <stdlib.h>
#include <string.h>

enum { BATCH = 1000 }; /* records of one transaction */

typedef struct load_item {
    crm_record *rec; /* NULL: a stub */
    crmi_packed id, to;
} load_item;

struct crm_load {
    crmi_db *db;
    crmi_store_place place;
    uint64_t sequence, next_root;
    crmi_packed last; /* in the order of a dump; 0: nothing yet */
    uint32_t root;    /* of the last record */
    bool owned;       /* what owns the records at that root was there */
    bool deserted;    /* it is a stub */
    bool records;     /* there are records at that root */
    bool failed, finished;
    uint64_t written; /* records before those that wait */
    size_t count;     /* of those that wait */
    load_item items[BATCH];
};

static int refuse(crm_load *load, int status, crm_field field, const char *reason) {
    load->failed = true;
    return crmi_error_set_row(status, field, load->written + load->count + 1, "%s", reason);
}

/* The thread's error, with the place of a record. */
static int refuse_last(crm_load *load, uint64_t row) {
    const crmi_error last = *crmi_error_last();
    load->failed = true;
    return crmi_error_set_row(last.status, last.field, row, "%s", last.text);
}

/* --- beginning --- */

int crmi_load_begin(const char *path, const uint8_t identity[CRMI_DUMP_IDENTITY], crm_load **out) {
    crm_load *load = calloc(1, sizeof *load);
    if (!load) return crmi_error_nomem();
    load->sequence = crmi_key_get64(identity);
    load->next_root = crmi_key_get64(identity + 8);
    bool good = load->sequence < INT64_MAX && load->next_root && load->next_root <= (uint64_t)CRMI_LIMIT_ROOTS + 1;
    int rc = crmi_store_place_begin(&load->place, path);
    if (rc == CRM_OK && !good) rc = crmi_error_set(CRM_E_FORMAT, 0, "the identity is none of a store");
    if (rc == CRM_OK) rc = crmi_db_make(load->place.work, identity + 16, &load->db);
    if (rc < 0) {
        crmi_load_free(load);
        return rc;
    }
    *out = load;
    return CRM_OK;
}

static void forget_batch(crm_load *load) {
    for (size_t i = 0; i < load->count; i++) crmi_object_free(load->items[i].rec);
    load->written += load->count;
    load->count = 0;
}

void crmi_load_free(crm_load *load) {
    if (!load) return;
    const crmi_error before = *crmi_error_last();
    forget_batch(load);
    crmi_db_release(load->db);
    crmi_store_place_end(&load->place);
    crmi_error_restore(&before);
    free(load);
}

/* --- one record --- */

static int check_begun(const crm_load *load) {
    if (load->finished) return crmi_error_set(CRM_E_ENDED, 0, "the store is finished");
    return load->failed ? crmi_error_set(CRM_E_FORMAT, 0, "a record was refused before") : CRM_OK;
}

static crmi_packed packed_of(const crm_load *load, crm_id id) { return crmi_id_internal(crmi_db_key(load->db), id); }

int crmi_load_record(crm_load *load, uint32_t kind, crm_id id, uint64_t revision, crm_record **out) {
    int rc = check_begun(load);
    if (rc < 0) return rc;
    const crmi_kind *known = crmi_schema_kind(kind);
    crmi_packed packed = packed_of(load, id);
    if (!known || known->placement == CRMI_COMPUTED) return refuse(load, CRM_E_FORMAT, 0, "no kind of record that is stored");
    if (!crmi_model_is_place(kind, packed)) return refuse(load, CRM_E_FORMAT, 0, "the id is none of this kind in this store");
    if (!revision || revision > INT64_MAX) return refuse(load, CRM_E_FORMAT, 0, "no such revision");
    crm_record *rec = crmi_object_new(kind);
    if (!rec) return CRM_E_NOMEM;
    rec->id = id;
    rec->revision = revision;
    rec->restored = true;
    *out = rec;
    return CRM_OK;
}

/* Definitions of custom fields first, then by id. */
static int check_order(crm_load *load, crmi_packed id) {
    bool first = !crmi_id_root(id) && crmi_id_kind(id) == CRM_KIND_CUSTOM_FIELD;
    crmi_packed place = first ? id : id | (crmi_packed)1 << 52;
    if (place <= load->last) return refuse(load, CRM_E_FORMAT, 0, "the records are not in the order of a dump, or one comes twice");
    load->last = place;
    return CRM_OK;
}

static bool is_lost(const crm_load *load) { return load->root && (!load->owned || (load->deserted && load->records)); }

/* Whatever lies at a root has its owner there too, before it or behind; a record one that was not deleted. */
static int check_root(crm_load *load, crmi_packed id, bool stub) {
    uint32_t root = crmi_id_root(id), kind = crmi_id_kind(id);
    if (root != load->root) {
        if (is_lost(load)) return refuse(load, CRM_E_FORMAT, 0, "the records before have no party or group");
        load->root = root;
        load->owned = load->deserted = load->records = false;
    }
    bool owner = kind == CRM_KIND_PARTY || kind == CRM_KIND_GROUP;
    load->owned |= owner;
    load->deserted |= owner && stub;
    load->records |= !stub;
    if ((root & ~CRMI_ROOT_GROUP) >= load->next_root) return refuse(load, CRM_E_FORMAT, 0, "the store has not given out this number yet");
    return CRM_OK;
}

static int check_place_of(crm_load *load, crmi_packed id, bool stub) {
    int rc = check_order(load, id);
    return rc == CRM_OK ? check_root(load, id, stub) : rc;
}

static int check_owner(crm_load *load, const crm_record *rec, crmi_packed id) {
    const crmi_kind *kind = crmi_schema_kind(rec->kind);
    uint32_t root = crmi_id_root(id);
    crmi_packed owner = crmi_id_pack(root, root & CRMI_ROOT_GROUP ? CRM_KIND_GROUP : CRM_KIND_PARTY, 0);
    if (!kind->owner || rec->owner == (root ? crmi_id_public(crmi_db_key(load->db), owner) : 0)) return CRM_OK;
    return refuse(load, CRM_E_FORMAT, crmi_schema_number(kind->number, kind->owner)->field, "another owner than the id tells");
}

/* Whether what it names is there is known in the end. */
static int check_named(crm_load *load, const crmi_field *field, crmi_packed id, crmi_packed target) {
    uint32_t kind = crmi_id_kind(target);
    if (!target || !(field->targets >> kind & 1)) return refuse(load, CRM_E_NOTFOUND, field->field, "no record of a fitting kind is named");
    if (crmi_schema_kind(kind)->placement != CRMI_CHILD || crmi_id_root(target) == crmi_id_root(id)) return CRM_OK;
    return refuse(load, CRM_E_NOT_RELATED, field->field, "a record of another party is named");
}

static int check_entry(crm_load *load, const crm_record *rec, crmi_packed id, const crmi_entry *entry) {
    const crmi_field *field = crmi_object_field(rec, entry->number);
    if (!field) return CRM_OK;
    if (field->type == CRM_TYPE_ID) return check_named(load, field, id, packed_of(load, (crm_id)entry->integer));
    int rc = entry->type == CRM_TYPE_TEXT ? crmi_model_code_look(field, entry->text, entry->size) : CRM_OK;
    return rc < 0 ? refuse_last(load, load->written + load->count + 1) : CRM_OK;
}

static int check_custom(crm_load *load, crm_record *rec, crmi_packed id) {
    crmi_putting put = {.rec = rec, .id = id};
    int rc = crmi_custom_field_check(&put);
    if (rc == CRM_OK) rc = crmi_custom_field_number(&put);
    return rc < 0 ? refuse_last(load, load->written + load->count + 1) : CRM_OK;
}

static int check_record(crm_load *load, crm_record *rec, crmi_packed id) {
    int rc = check_place_of(load, id, false);
    if (rc == CRM_OK) rc = check_owner(load, rec, id);
    if (rc == CRM_OK && crmi_model_check_alone(rec) < 0) rc = refuse_last(load, load->written + load->count + 1);
    for (uint32_t i = 0; rc == CRM_OK && i < rec->count; i++) rc = check_entry(load, rec, id, &rec->entries[i]);
    return rc == CRM_OK && rec->kind == CRM_KIND_CUSTOM_FIELD ? check_custom(load, rec, id) : rc;
}

/* --- writing --- */

/* Index entries that carry a record have its revision, which is one more than the record's own while it is written. */
static int write_record(crmi_txn *txn, const load_item *item) {
    uint64_t revision = item->rec->revision;
    int rc = crmi_index_check(txn, item->id, item->rec);
    if (rc == CRM_OK) rc = crmi_store_put(txn, item->id, item->rec, revision);
    item->rec->revision = revision - 1;
    if (rc == CRM_OK) rc = crmi_index_update(txn, item->id, NULL, item->rec);
    item->rec->revision = revision;
    return rc;
}

static int write_batch(crmi_txn *txn, void *data) {
    crm_load *load = data;
    for (size_t i = 0; i < load->count; i++) {
        const load_item *item = &load->items[i];
        int rc = item->rec ? write_record(txn, item) : crmi_store_forward(txn, item->id, item->to);
        if (rc == CRM_E_FULL || rc == CRM_E_CONFLICT) return rc; /* run again */
        if (rc < 0) return refuse_last(load, load->written + i + 1);
    }
    return CRM_OK;
}

static int flush(crm_load *load) {
    if (load->count == 0) return CRM_OK;
    int rc = crmi_model_transact(load->db, CRM_ACTOR_SYSTEM, write_batch, load);
    if (rc < 0)
        load->failed = true;
    else
        forget_batch(load);
    return rc;
}

static int add(crm_load *load, crm_record *rec, crmi_packed id, crmi_packed to) {
    load->items[load->count++] = (load_item){rec, id, to};
    return load->count == BATCH ? flush(load) : CRM_OK;
}

int crmi_load_put(crm_load *load, const crm_record *rec) {
    int rc = check_begun(load);
    if (rc < 0) return rc;
    if (!rec->restored) return refuse(load, CRM_E_FORMAT, 0, "the record was not made for this store");
    crmi_packed id = packed_of(load, rec->id);
    if (!id || crmi_id_kind(id) != rec->kind) return refuse(load, CRM_E_FORMAT, 0, "the record was not made for this store");
    crm_record *copy = crmi_object_copy(rec);
    if (!copy) return CRM_E_NOMEM;
    rc = check_record(load, copy, id);
    if (rc == CRM_OK) return add(load, copy, id, 0);
    crmi_object_free(copy);
    return rc;
}

int crmi_load_stub(crm_load *load, crm_id id, crm_id to) {
    int rc = check_begun(load);
    if (rc < 0) return rc;
    crmi_packed packed = packed_of(load, id), target = packed_of(load, to);
    if (!crmi_model_is_place(crmi_id_kind(packed), packed) || (to && crmi_id_kind(target) != crmi_id_kind(packed)))
        return refuse(load, CRM_E_FORMAT, 0, "the id is none of this store");
    rc = check_place_of(load, packed, true);
    return rc == CRM_OK ? add(load, NULL, packed, target) : rc;
}

/* --- the end --- */

static int check_there(crmi_txn *txn, crmi_packed named, crm_field field, uint64_t row) {
    int rc = crmi_store_resolve(txn, &named);
    return rc == CRM_E_NOTFOUND ? crmi_error_set_row(rc, field, row, "a record is named that is not there") : rc;
}

/* What a record names, or a stub leads to, may come behind it: only now all are there. */
static int check_all_there(crmi_txn *txn, const crmi_dump_item *item, uint64_t row) {
    const crm_record *rec = item->rec;
    int rc = item->to ? check_there(txn, item->to, 0, row) : CRM_OK;
    for (uint32_t i = 0; rc == CRM_OK && rec && i < rec->count; i++) {
        const crmi_field *field = crmi_object_field(rec, rec->entries[i].number);
        if (field && field->type == CRM_TYPE_ID)
            rc = check_there(txn, crmi_store_packed(txn, (crm_id)rec->entries[i].integer), field->field, row);
    }
    return rc;
}

/* All records once more, in the order in which they came. */
static int write_end(crmi_txn *txn, void *data) {
    const crm_load *load = data;
    uint8_t identity[CRMI_DUMP_IDENTITY];
    crmi_dump_place place;
    uint64_t row = 0;
    int rc = crmi_dump_begin(txn, &place, identity);
    do {
        if (rc == CRM_OK) rc = crmi_dump_read(txn, &place);
        for (size_t i = 0; i < place.count; i++) {
            const crmi_dump_item *item = &place.items[i];
            row++;
            if (rc == CRM_OK) rc = check_all_there(txn, item, row);
            crmi_object_free(item->rec);
        }
    } while (rc == CRM_OK && place.count);
    if (rc == CRM_OK) rc = crmi_txn_restore(txn, load->sequence, load->next_root);
    return rc;
}

int crmi_load_finish(crm_load *load) {
    int rc = check_begun(load);
    if (rc == CRM_OK && is_lost(load)) rc = refuse(load, CRM_E_FORMAT, 0, "the last records have no party or group");
    if (rc == CRM_OK && load->last && !load->sequence) rc = refuse(load, CRM_E_FORMAT, 0, "a store that never changed has no records");
    if (rc == CRM_OK) rc = flush(load);
    if (rc == CRM_OK && load->sequence) rc = crmi_model_transact(load->db, CRM_ACTOR_SYSTEM, write_end, load);
    if (rc < 0) return rc;
    load->failed = true; /* until it is in its place */
    crmi_db_release(load->db);
    load->db = NULL;
    rc = crmi_store_place_move(&load->place);
    load->finished = rc == CRM_OK;
    return rc;
}
