/* SPDX-License-Identifier: MIT */
/* crm_record_blockers(), crm_blockers_*: what stands against a deletion, as records of plain memory. */
#include "model/blockers.h"
#include "api/api.h"
#include "base/json.h"
#include "model/record.h"
#include "store/gate.h"
#include <libcrm/blockers.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct one_blocker {
    crm_record *record;
    crm_id samples[CRMI_BLOCKER_SAMPLES];
} one_blocker;

struct crm_blockers {
    crmi_buffer json;
    size_t count;
    one_blocker list[];
};

static int fill_record(crm_record *rec, const crmi_blocker *blocker) {
    char path[128];
    int size = snprintf(path, sizeof path, "%s.%s", crm_kind_name(blocker->field->kind), blocker->field->name);
    int rc = crmi_object_set_text(rec, CRMI_FIELD_NUMBER(CRM_BLOCKER_FIELD), path, (size_t)size);
    if (rc == CRM_OK) rc = crmi_object_set_integer(rec, CRMI_FIELD_NUMBER(CRM_BLOCKER_COUNT), (int64_t)blocker->count);
    return rc == CRM_OK ? crmi_object_set_integer(rec, CRMI_FIELD_NUMBER(CRM_BLOCKER_MORE), blocker->more) : rc;
}

static int fill(const crmi_txn *txn, const crmi_blockers *found, crm_blockers *out) {
    for (size_t i = 0; i < found->count; i++) {
        one_blocker *one = &out->list[i];
        one->record = crmi_object_new(CRM_KIND_BLOCKER);
        if (!one->record) return CRM_E_NOMEM;
        out->count++;
        one->record->embedded = true;
        int rc = fill_record(one->record, &found->list[i]);
        if (rc < 0) return rc;
        for (size_t j = 0; j < CRMI_BLOCKER_SAMPLES; j++) one->samples[j] = crmi_store_public(txn, found->list[i].samples[j]);
    }
    return CRM_OK;
}

static int find(crmi_txn *txn, crmi_packed id, crm_blockers **out) {
    crm_record *rec;
    crmi_blockers found;
    int rc = crmi_model_open(txn, id, 0, &rec);
    if (rc < 0) return rc;
    crm_record_free(rec);
    rc = crmi_blockers_find(txn, id, CRMI_BLOCKER_MOST, &found);
    if (rc == CRM_OK) *out = calloc(1, sizeof **out + found.count * sizeof(*out)->list[0]);
    if (rc == CRM_OK) rc = *out ? fill(txn, &found, *out) : crmi_error_nomem();
    crmi_blockers_free(&found);
    return rc;
}

int crm_record_blockers(crm_txn *txn, crm_id id, crm_blockers **out) {
    int status;
    if (!out) return crmi_error_set(CRM_E_INVALID, 0, "out is NULL");
    *out = NULL;
    crmi_txn *open = crmi_api_enter(txn, 0, &status);
    if (!open) return status;
    status = find(open, crmi_gate_asked(open, id), out);
    crmi_api_leave(txn);
    if (status == CRM_OK) return status;
    crm_blockers_free(*out);
    *out = NULL;
    return status;
}

size_t crm_blockers_count(const crm_blockers *blockers) { return blockers ? blockers->count : 0; }

const crm_record *crm_blockers_record(const crm_blockers *blockers, size_t index) {
    return index < crm_blockers_count(blockers) ? blockers->list[index].record : NULL;
}

crm_id crm_blockers_sample(const crm_blockers *blockers, size_t index, size_t sample) {
    return index < crm_blockers_count(blockers) && sample < CRMI_BLOCKER_SAMPLES ? blockers->list[index].samples[sample] : 0;
}

static void write_json(const one_blocker *one, crmi_buffer *out) {
    const crmi_entry *field = crmi_object_find(one->record, CRMI_FIELD_NUMBER(CRM_BLOCKER_FIELD));
    crmi_json_open(out, '{');
    crmi_json_key(out, "field");
    crmi_json_text(out, field->text, field->size);
    crmi_json_key(out, "count");
    crmi_json_int(out, crmi_object_find(one->record, CRMI_FIELD_NUMBER(CRM_BLOCKER_COUNT))->integer);
    crmi_json_key(out, "more");
    crmi_json_bool(out, crmi_object_find(one->record, CRMI_FIELD_NUMBER(CRM_BLOCKER_MORE))->integer);
    crmi_json_key(out, "samples");
    crmi_json_open(out, '[');
    for (size_t i = 0; i < CRMI_BLOCKER_SAMPLES && one->samples[i]; i++) crmi_json_int(out, (int64_t)one->samples[i]);
    crmi_json_close(out, ']');
    crmi_json_close(out, '}');
}

const char *crm_blockers_json(crm_blockers *blockers, size_t *out_len) {
    if (!blockers) {
        crmi_error_set(CRM_E_INVALID, 0, "blockers is NULL");
        return NULL;
    }
    crmi_buffer_clear(&blockers->json);
    crmi_json_open(&blockers->json, '[');
    for (size_t i = 0; i < blockers->count; i++) write_json(&blockers->list[i], &blockers->json);
    crmi_json_close(&blockers->json, ']');
    const char *text = crmi_buffer_string(&blockers->json);
    if (!text) crmi_error_nomem();
    if (text && out_len) *out_len = blockers->json.size;
    return text;
}

void crm_blockers_free(crm_blockers *blockers) {
    if (!blockers) return;
    for (size_t i = 0; i < blockers->count; i++) {
        blockers->list[i].record->embedded = false;
        crm_record_free(blockers->list[i].record);
    }
    crmi_buffer_free(&blockers->json);
    free(blockers);
}
