/* SPDX-License-Identifier: MIT */
/* The parts of looking at a store one after the other, and the list of what is found. */
#include "model/verify.h"
#include "base/error.h"
#include "codec/key.h"
#include "store/changes.h"
#include "store/definitions.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SNAPSHOTS = 100, STEP = 4096 };

/* --- the list --- */

static int set_text(crm_record *rec, crm_field field, const char *text) {
    return crmi_object_set_text(rec, CRMI_FIELD_NUMBER(field), text, strlen(text));
}

static int fill(const crmi_verify *v, crm_record *rec, const char *where, crmi_packed id, crm_field field, const char *reason) {
    char path[192];
    int status = CRM_OK, rc = set_text(rec, CRM_DAMAGE_WHERE, where);
    const crmi_field *known = field ? crmi_txn_field(v->txn, field, &status) : NULL;
    const crmi_kind *kind = id ? crmi_schema_kind(crmi_id_kind(id)) : NULL;
    if (rc == CRM_OK && kind) rc = set_text(rec, CRM_DAMAGE_KIND, kind->name);
    if (rc == CRM_OK && id) rc = crmi_object_set_integer(rec, CRMI_FIELD_NUMBER(CRM_DAMAGE_RECORD), (int64_t)crmi_store_public(v->txn, id));
    if (rc == CRM_OK && known) {
        snprintf(path, sizeof path, "%s.%s", crm_kind_name(known->kind), known->name);
        rc = set_text(rec, CRM_DAMAGE_FIELD, path);
    }
    return rc == CRM_OK ? set_text(rec, CRM_DAMAGE_REASON, reason) : rc;
}

int crmi_verify_add(crmi_verify *v, const char *where, crmi_packed id, crm_field field, const char *reason) {
    crm_damages *out = v->out;
    out->found++;
    if (out->count == out->limit) return CRM_OK;
    if (out->count % 64 == 0) {
        crm_record **list = realloc(out->list, (out->count + 64) * sizeof(crm_record *));
        if (!list) return crmi_error_nomem();
        out->list = list;
    }
    crm_record *rec = crmi_object_new(CRM_KIND_DAMAGE);
    if (!rec) return CRM_E_NOMEM;
    out->list[out->count++] = rec;
    int rc = fill(v, rec, where, id, field, reason);
    rec->embedded = true;
    return rc;
}

int crmi_verify_take(crmi_verify *v, int rc, const char *where, crmi_packed id) {
    const crmi_error last = *crmi_error_last();
    if (rc == CRM_E_NOMEM || rc == CRM_E_IO || rc == CRM_E_ABORTED) return rc;
    return crmi_verify_add(v, where, id, last.field, last.text);
}

int crmi_verify_step(crmi_verify *v) {
    if (++v->done % STEP || !v->fn || v->fn(v->data, v->done) == 0) return CRM_OK;
    return crmi_error_set(CRM_E_ABORTED, 0, "the caller ended it");
}

static int take_there(void *data, size_t read, const crmi_stored *stored) {
    (void)data, (void)read, (void)stored;
    return CRM_OK;
}

int crmi_verify_there(crmi_verify *v, crmi_packed id) { return crmi_store_read(v->txn, id, take_there, NULL); }

/* --- meta --- */

static int take_meta(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read;
    crmi_verify *v = data;
    char reason[128];
    if (value.size > 4 && crmi_meta_sound(key, value, value.size - 4)) return CRM_OK;
    snprintf(reason, sizeof reason, "the checksum of the store's record \"%.*s\" is wrong", (int)(key.size < 64 ? key.size : 64),
             (const char *)key.data);
    return crmi_verify_add(v, "meta", 0, 0, reason);
}

static int check_counters(crmi_verify *v) {
    uint64_t sequence;
    crmi_definitions *definitions;
    int rc = crmi_txn_state(v->txn, &sequence, &v->next_root);
    if (rc < 0) {
        v->next_root = 0;
        return crmi_verify_take(v, rc, "meta", 0);
    }
    if (!v->next_root) rc = crmi_verify_add(v, "meta", 0, 0, "the number of the next party is 0");
    if (rc < 0) return rc;
    rc = crmi_txn_definitions(v->txn, &definitions);
    if (rc < 0) {
        v->undefined = true;
        return crmi_verify_take(v, rc, "meta", 0);
    }
    if (definitions->sequence <= sequence && (definitions->sequence || !definitions->record_count)) return CRM_OK;
    return crmi_verify_add(v, "meta", 0, 0, "the counter of the store's definitions is wrong");
}

static int check_meta(crmi_verify *v) {
    crmi_read read = {.table = CRMI_TABLE_META, .flags = CRMI_READ_RANGE};
    int rc = crmi_engine_range(crmi_txn_engine(v->txn), &read, take_meta, v);
    return rc == CRM_OK ? check_counters(v) : rc;
}

/* --- records --- */

static int take_row(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read;
    crmi_verify *v = data;
    crmi_stored stored;
    int rc = crmi_verify_step(v);
    if (rc < 0) return rc;
    rc = crmi_stored_open(key, value, &stored);
    if (rc < 0) return crmi_verify_take(v, rc, "file", key.size == 8 ? crmi_key_get64(key.data) : 0);
    rc = crmi_verify_file_row(v, &stored);
    return rc == CRM_OK && stored.kind != CRMI_KIND_STUB ? crmi_verify_record(v, &stored) : rc;
}

static int check_file(crmi_verify *v) {
    crmi_read read = {.table = CRMI_TABLE_FILE, .flags = CRMI_READ_RANGE};
    int rc = crmi_engine_range(crmi_txn_engine(v->txn), &read, take_row, v);
    if (rc == CRM_OK) rc = crmi_verify_file_end(v);
    crmi_buffer_free(&v->file.ids);
    crmi_buffer_free(&v->file.names);
    crmi_buffer_free(&v->file.spans);
    return rc;
}

/* --- what changed --- */

static int take_damage(void *data, crmi_packed id, const char *reason) {
    char text[96];
    snprintf(text, sizeof text, "a row of what changed is damaged: %s", reason);
    return crmi_verify_add(data, "changes", id, 0, text);
}

static int check_changes(crmi_verify *v) {
    uint64_t rows = 0;
    int rc = crmi_changes_check(v->txn, take_damage, v, &rows);
    return rc < 0 ? crmi_verify_take(v, rc, "changes", 0) : CRM_OK;
}

/* --- all --- */

/* A snapshot whose pages can be read: that of a commit which two others have followed by the time they are is not in the file by itself any
 * more. */
static int begin(crmi_verify *v, crmi_db *db, bool *sound) {
    int rc = CRM_E_CONFLICT;
    *sound = true;
    for (int i = 0; i < SNAPSHOTS && rc == CRM_E_CONFLICT; i++) {
        crmi_txn *before = v->txn;
        v->txn = NULL;
        if (before) crmi_txn_free(before);
        rc = crmi_txn_begin(db, 0, &v->txn);
        if (rc < 0 && rc != CRM_E_CORRUPT) return rc; /* a page that beginning reads */
        if (rc == CRM_OK) rc = crmi_engine_walk(crmi_txn_engine(v->txn));
    }
    if (rc == CRM_E_CONFLICT) return crmi_error_set(CRM_E_BUSY, 0, "the store changes too fast to look at one commit of it");
    *sound = rc == CRM_OK;
    return rc < 0 ? crmi_verify_take(v, rc, "pages", 0) : CRM_OK;
}

int crmi_verify_store(crmi_db *db, uint32_t flags, crm_maintain_progress_fn fn, void *data, crm_damages *out) {
    crmi_verify v = {.out = out, .fn = fn, .data = data};
    bool sound;
    if (flags & ~(uint32_t)CRM_VERIFY_PAGES) return crmi_error_set(CRM_E_INVALID, 0, "flags has an unknown bit");
    int rc = begin(&v, db, &sound);
    if (rc == CRM_OK && sound && !(flags & CRM_VERIFY_PAGES)) {
        rc = check_meta(&v);
        if (rc == CRM_OK) rc = check_file(&v);
        if (rc == CRM_OK) rc = crmi_verify_index(&v);
        if (rc == CRM_OK) rc = crmi_verify_undo(&v);
        if (rc == CRM_OK) rc = check_changes(&v);
    }
    if (v.txn) crmi_txn_free(v.txn);
    return rc;
}
