/* SPDX-License-Identifier: MIT */
/* What records are to each other: who owns them, whom they name, what there is once at a time, what is above a group. A party's records lie
 * together: what they name of each other is looked up when the last of them has come. */
#include "base/error.h"
#include "codec/walk.h"
#include "model/group.h"
#include "model/verify.h"
#include "store/definitions.h"
#include <stdlib.h>
#include <string.h>

#define STUB (UINT64_C(1) << 63) /* beside an id */

typedef struct name {
    crmi_packed id, named;
    crm_field field;
} name;

typedef struct span {
    uint64_t same;
    int64_t from, until;
    crmi_packed id;
    crm_field field;
} span;

static int append(crmi_buffer *buffer, const void *bytes, size_t size) {
    crmi_buffer_append(buffer, bytes, size);
    return buffer->failed ? crmi_error_nomem() : CRM_OK;
}

int crmi_verify_file_name(crmi_verify *v, crmi_packed id, crm_field field, crmi_packed named) {
    name one = {id, named, field};
    return append(&v->file.names, &one, sizeof one);
}

int crmi_verify_file_span(crmi_verify *v, crmi_packed id, crm_field field, uint64_t same, int64_t from, int64_t until) {
    span one = {same, from, until, id, field};
    return append(&v->file.spans, &one, sizeof one);
}

/* --- a root begins --- */

static int begin(crmi_verify *v, uint32_t root, crmi_packed id) {
    crmi_verify_file *file = &v->file;
    file->root = root;
    file->owned = file->deserted = false;
    file->first = 0;
    crmi_buffer_clear(&file->ids);
    crmi_buffer_clear(&file->names);
    crmi_buffer_clear(&file->spans);
    if (!v->next_root || (root & ~CRMI_ROOT_GROUP) < v->next_root) return CRM_OK;
    return crmi_verify_add(v, "meta", id, 0, "the store has not given out its number yet");
}

static int check_stub(crmi_verify *v, const crmi_stored *stored) {
    crmi_packed target = crmi_stored_target(stored);
    if (crmi_walk_check(stored->body.data, stored->body.size) != CRM_OK)
        return crmi_verify_add(v, "file", stored->id, 0, "a stored record is damaged: its body");
    if (!target) return CRM_OK;
    if (crmi_id_kind(target) != crmi_id_kind(stored->id))
        return crmi_verify_add(v, "file", stored->id, 0, "it leads to a record of another kind");
    if (crmi_verify_there(v, target) != CRM_E_NOTFOUND) return CRM_OK;
    return crmi_verify_add(v, "file", stored->id, 0, "it leads to a record that is not there");
}

int crmi_verify_file_row(crmi_verify *v, const crmi_stored *stored) {
    crmi_verify_file *file = &v->file;
    bool stub = stored->kind == CRMI_KIND_STUB;
    uint32_t kind = crmi_id_kind(stored->id), root = crmi_id_root(stored->id);
    int rc = CRM_OK;
    if (root != file->root) {
        rc = crmi_verify_file_end(v);
        if (rc == CRM_OK) rc = begin(v, root, stored->id);
    }
    bool owner = kind == CRM_KIND_PARTY || kind == CRM_KIND_GROUP;
    file->owned |= owner;
    file->deserted |= owner && stub;
    if (!stub && !file->first) file->first = stored->id;
    uint64_t id = stored->id | (stub ? STUB : 0);
    if (rc == CRM_OK) rc = append(&file->ids, &id, sizeof id);
    return rc == CRM_OK && stub ? check_stub(v, stored) : rc;
}

/* --- a root ends --- */

/* CRM_ROW where the id is not among those of this root as a record. */
static int look_near(const crmi_verify_file *file, crmi_packed id) {
    const uint64_t *ids = (const void *)file->ids.data;
    size_t low = 0, high = file->ids.size / sizeof *ids;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if ((ids[middle] & ~STUB) < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < file->ids.size / sizeof *ids && ids[low] == id ? CRM_OK : CRM_ROW;
}

static int check_name(crmi_verify *v, const name *one) {
    const crmi_kind *kind = crmi_schema_kind(crmi_id_kind(one->named));
    int status;
    const crmi_field *field = crmi_txn_field(v->txn, one->field, &status);
    if (!kind || !field || !(field->targets >> kind->number & 1))
        return crmi_verify_add(v, "file", one->id, one->field, "it names no record of a fitting kind");
    if (kind->placement == CRMI_CHILD && crmi_id_root(one->named) != crmi_id_root(one->id))
        return crmi_verify_add(v, "file", one->id, one->field, "it names a record of another party");
    if (crmi_id_root(one->named) == v->file.root && look_near(&v->file, one->named) == CRM_OK) return CRM_OK;
    if (crmi_verify_there(v, one->named) != CRM_E_NOTFOUND) return CRM_OK; /* one that is damaged is told of by itself */
    return crmi_verify_add(v, "file", one->id, one->field, "it names a record that is not there");
}

static int by_time(const void *a, const void *b) {
    const span *x = a, *y = b;
    if (x->same != y->same) return x->same < y->same ? -1 : 1;
    if (x->from != y->from) return x->from < y->from ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

static int check_spans(crmi_verify *v) {
    span *spans = (void *)v->file.spans.data;
    size_t count = v->file.spans.size / sizeof *spans, last = 0; /* last: the one that lasts longest so far */
    int rc = CRM_OK;
    if (count) qsort(spans, count, sizeof *spans, by_time);
    for (size_t i = 1; rc == CRM_OK && i < count; i++) {
        bool same = spans[i].same == spans[last].same;
        if (same && spans[i].from < spans[last].until)
            rc = crmi_verify_add(v, "file", spans[i].id, spans[i].field, "another record says the same of that time");
        if (!same || spans[i].until > spans[last].until) last = i;
    }
    return rc;
}

int crmi_verify_file_end(crmi_verify *v) {
    const crmi_verify_file *file = &v->file;
    const name *names = (const void *)file->names.data;
    int rc = CRM_OK;
    if (file->root && file->first && (!file->owned || file->deserted))
        rc = crmi_verify_add(v, "file", file->first, 0, "the party or group that it belongs to is not there");
    for (size_t i = 0; rc == CRM_OK && i < file->names.size / sizeof *names; i++) rc = check_name(v, &names[i]);
    return rc == CRM_OK ? check_spans(v) : rc;
}

/* --- groups --- */

static int take_parent(void *data, size_t read, const crmi_stored *stored) {
    (void)read;
    crmi_value value;
    int rc = crmi_walk_find(stored->body.data, stored->body.size, CRMI_FIELD_NUMBER(CRM_GROUP_PARENT), &value);
    *(crmi_packed *)data = rc == CRM_ROW && value.type == CRMI_VALUE_INT ? (crmi_packed)value.integer : 0;
    return rc < 0 ? CRM_E_CORRUPT : CRM_OK;
}

/* The parents, one after the other: whether they come back to where they began. */
static bool is_circle(crmi_verify *v, crmi_packed id) {
    crmi_packed at = id;
    for (int i = 0; i <= CRMI_LIMIT_GROUP_DEPTH; i++) {
        crmi_packed next = 0;
        if (crmi_store_read(v->txn, at, take_parent, &next) != CRM_OK || !next) return false;
        if (next == id) return true;
        at = next;
    }
    return false;
}

/* What is above it is its parent and what is above that. */
int crmi_verify_group(crmi_verify *v, const crmi_stored *stored) {
    crmi_group group, parent = {0};
    crmi_packed above = 0;
    int rc = crmi_group_open(v->txn, stored, &group);
    if (rc < 0) return crmi_verify_take(v, rc, "file", stored->id);
    if (take_parent(&above, 0, stored) < 0) return CRM_OK;
    if (above && is_circle(v, stored->id)) return crmi_verify_add(v, "file", stored->id, CRM_GROUP_PARENT, "the group lies above itself");
    if (above && crmi_group_read(v->txn, above, &parent) != CRM_OK) return CRM_OK; /* what it names is looked at anyway */
    bool same = above ? group.above_count == parent.above_count + 1 && group.above[0] == parent.id &&
                            memcmp(group.above + 1, parent.above, parent.above_count * sizeof *parent.above) == 0
                      : group.above_count == 0;
    return same ? CRM_OK : crmi_verify_add(v, "file", stored->id, CRM_GROUP_ANCESTORS, "it is not what is above the group");
}
