/* SPDX-License-Identifier: MIT */
/* crm_dump_*, crm_load_*: a whole store out of one and into a new one. */
#include "model/dump.h"
#include "api/api.h"
#include <libcrm/record.h>
#include <stdlib.h>

struct crm_dump {
    crm_txn *txn;
    uint8_t identity[CRMI_DUMP_IDENTITY];
    crmi_dump_place place;
    size_t at; /* in place */
};

static int is_null(const char *name) { return crmi_error_set(CRM_E_INVALID, 0, "%s is NULL", name); }

int crm_dump_begin(crm_txn *txn, crm_dump **out) {
    int status;
    if (!out) return is_null("out");
    *out = NULL;
    crmi_txn *open = crmi_api_enter(txn, 0, &status);
    if (!open) return status;
    crm_dump *dump = calloc(1, sizeof *dump);
    status = dump ? crmi_dump_begin(open, &dump->place, dump->identity) : crmi_error_nomem();
    crmi_api_leave(txn);
    if (status < 0) {
        free(dump);
        return status;
    }
    dump->txn = txn;
    *out = dump;
    return CRM_OK;
}

const void *crm_dump_identity(const crm_dump *dump, size_t *out_size) {
    if (out_size) *out_size = dump ? sizeof dump->identity : 0;
    return dump ? dump->identity : NULL;
}

/* Frees what was read and not handed out. */
static void drop(crm_dump *dump) {
    for (; dump->at < dump->place.count; dump->at++) crmi_object_free(dump->place.items[dump->at].rec);
}

int crm_dump_next(crm_dump *dump, crm_record **out, crm_id *out_id, crm_id *out_to) {
    int status;
    if (out) *out = NULL;
    if (!dump || !out || !out_id || !out_to) return is_null(!dump ? "dump" : "an out");
    crmi_txn *open = crmi_api_enter(dump->txn, 0, &status);
    if (!open) return status;
    if (dump->at == dump->place.count) {
        dump->at = 0;
        status = crmi_dump_read(open, &dump->place);
        if (status < 0) drop(dump);
    }
    if (status == CRM_OK && dump->at < dump->place.count) {
        const crmi_dump_item *item = &dump->place.items[dump->at++];
        *out = item->rec;
        *out_id = crmi_store_public(open, item->id);
        *out_to = crmi_store_public(open, item->to);
        status = CRM_ROW;
    }
    crmi_api_leave(dump->txn);
    return status;
}

void crm_dump_free(crm_dump *dump) {
    if (!dump) return;
    drop(dump);
    free(dump);
}

int crm_load_begin(const char *path, const void *identity, size_t size, crm_load **out) {
    size_t length;
    if (!out) return is_null("out");
    *out = NULL;
    if (!identity) return is_null("identity");
    int rc = crmi_api_text("path", path, CRM_NTS, &length);
    if (rc < 0) return rc;
    if (!length) return crmi_error_set(CRM_E_INVALID, 0, "path is empty");
    if (size != CRMI_DUMP_IDENTITY) return crmi_error_set(CRM_E_FORMAT, 0, "the identity of a store has %d bytes", CRMI_DUMP_IDENTITY);
    return crmi_load_begin(path, identity, out);
}

int crm_load_record(crm_load *load, uint32_t kind, crm_id id, uint64_t revision, crm_record **out) {
    if (!out) return is_null("out");
    *out = NULL;
    return load ? crmi_load_record(load, kind, id, revision, out) : is_null("load");
}

int crm_load_put(crm_load *load, const crm_record *rec) { return load && rec ? crmi_load_put(load, rec) : is_null(load ? "rec" : "load"); }
int crm_load_stub(crm_load *load, crm_id id, crm_id to) { return load ? crmi_load_stub(load, id, to) : is_null("load"); }
int crm_load_finish(crm_load *load) { return load ? crmi_load_finish(load) : is_null("load"); }
void crm_load_free(crm_load *load) { crmi_load_free(load); }
