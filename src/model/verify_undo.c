/* SPDX-License-Identifier: MIT */
/* What import runs wrote over: chunks without a gap, each of a run that is there. */
#include "base/error.h"
#include "codec/key.h"
#include "codec/walk.h"
#include "model/verify.h"
#include "store/undo.h"

typedef struct undo_look {
    crmi_verify *v;
    crmi_undo_place last;
} undo_look;

static int check_entries(crmi_verify *v, crmi_packed run, const crmi_buffer *chunk) {
    crmi_undo_reading reading = crmi_undo_read(chunk);
    crmi_undo_entry entry;
    int rc;
    while ((rc = crmi_undo_next(&reading, &entry)) == CRM_ROW) {
        bool known = crmi_schema_kind(crmi_id_kind(entry.id)) != NULL;
        if (!known || (entry.body.size && crmi_walk_check(entry.body.data, entry.body.size) != CRM_OK))
            return crmi_verify_add(v, "undo", run, 0, "a record that the run wrote over is damaged");
    }
    return rc < 0 ? crmi_verify_take(v, rc, "undo", run) : CRM_OK;
}

static int check_chunk(crmi_verify *v, const crmi_undo_place *at) {
    crmi_buffer chunk = {0};
    int rc = crmi_undo_chunk(v->txn, at->run, at->batch, at->sequence, &chunk);
    rc = rc < 0 ? crmi_verify_take(v, rc, "undo", at->run) : check_entries(v, at->run, &chunk);
    crmi_buffer_free(&chunk);
    return rc;
}

static bool follows(const crmi_undo_place *last, const crmi_undo_place *at) {
    if (at->run != last->run) return at->batch == 0 && at->sequence == 0;
    if (at->batch != last->batch) return at->batch == last->batch + 1 && at->sequence == 0;
    return at->sequence == last->sequence + 1;
}

static int take_chunk(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read;
    undo_look *look = data;
    crmi_undo_place at;
    int rc = crmi_verify_step(look->v);
    if (rc < 0) return rc;
    rc = crmi_undo_open(key, value, &at);
    if (rc < 0) return crmi_verify_take(look->v, rc, "undo", at.run);
    if (!at.run) return CRM_OK; /* what a revision means */
    if (!follows(&look->last, &at)) rc = crmi_verify_add(look->v, "undo", at.run, 0, "a part of what the run wrote over is missing");
    bool first = at.run != look->last.run;
    look->last = at;
    if (rc == CRM_OK && first && (crmi_id_kind(at.run) != CRM_KIND_IMPORT_RUN || crmi_verify_there(look->v, at.run) == CRM_E_NOTFOUND))
        rc = crmi_verify_add(look->v, "undo", at.run, 0, "the run is not there");
    return rc == CRM_OK ? check_chunk(look->v, &at) : rc;
}

int crmi_verify_undo(crmi_verify *v) {
    crmi_read read = {.table = CRMI_TABLE_UNDO, .flags = CRMI_READ_RANGE};
    return crmi_engine_range(crmi_txn_engine(v->txn), &read, take_chunk, &(undo_look){.v = v});
}
