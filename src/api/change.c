/* SPDX-License-Identifier: MIT */
/* crm_change_*, crm_changes_*: what changed, as records of plain memory. */
#include "api/api.h"
#include "codec/key.h"
#include "model/access.h"
#include "store/changes.h"
#include "store/gate.h"
#include <libcrm/change.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct crm_changes {
    size_t count, capacity;
    char *token;
    bool more;
    crm_record *list[]; /* embedded: crm_record_free() leaves them alone */
};

static crm_changes *new_list(size_t capacity) {
    crm_changes *list = calloc(1, sizeof *list + capacity * sizeof *list->list);
    if (list)
        list->capacity = capacity;
    else
        crmi_error_nomem();
    return list;
}

void crm_changes_free(crm_changes *changes) {
    if (!changes) return;
    for (size_t i = 0; i < changes->count; i++) {
        changes->list[i]->embedded = false;
        crmi_object_free(changes->list[i]);
    }
    free(changes->token);
    free(changes);
}

size_t crm_changes_count(const crm_changes *changes) { return changes ? changes->count : 0; }

const crm_record *crm_changes_record(const crm_changes *changes, size_t index) {
    return index < crm_changes_count(changes) ? changes->list[index] : NULL;
}

const char *crm_changes_token(const crm_changes *changes) { return changes ? changes->token : NULL; }
uint32_t crm_changes_more(const crm_changes *changes) { return changes && changes->more; }

/* --- records --- */

static int set_text(crm_record *rec, crm_field field, const char *text) {
    return crmi_object_set_text(rec, CRMI_FIELD_NUMBER(field), text, strlen(text));
}

static int set_number(crm_record *rec, crm_field field, int64_t value) {
    return value ? crmi_object_set_integer(rec, CRMI_FIELD_NUMBER(field), value) : CRM_OK;
}

static int fill(const crmi_txn *txn, const crmi_change *change, crm_record *rec) {
    static const char *const actions[] = {CRM_CHANGE_CREATED, CRM_CHANGE_UPDATED, CRM_CHANGE_DELETED, CRM_CHANGE_MOVED};
    int rc = set_number(rec, CRM_CHANGE_RECORD, (int64_t)crmi_store_public(txn, change->id));
    if (rc == CRM_OK) rc = set_text(rec, CRM_CHANGE_KIND, crm_kind_name(crmi_id_kind(change->id)));
    if (rc == CRM_OK) rc = set_text(rec, CRM_CHANGE_ACTION, actions[change->action]);
    if (rc == CRM_OK) rc = set_number(rec, CRM_CHANGE_COMMIT, (int64_t)change->commit);
    if (rc == CRM_OK) rc = crmi_object_set_integer(rec, CRMI_FIELD_NUMBER(CRM_CHANGE_AT), change->at);
    return rc == CRM_OK ? set_number(rec, CRM_CHANGE_BY, (int64_t)crmi_store_public(txn, change->by)) : rc;
}

static int add(const crmi_txn *txn, crm_changes *list, const crmi_change *change, crm_record **out) {
    crm_record *rec = crm_kind_name(crmi_id_kind(change->id)) ? crmi_object_new(CRM_KIND_CHANGE) : NULL;
    if (!rec && crm_kind_name(crmi_id_kind(change->id))) return CRM_E_NOMEM;
    if (!rec) return crmi_error_set(CRM_E_CORRUPT, 0, "the record of changes is damaged");
    rec->embedded = true;
    list->list[list->count++] = rec;
    *out = rec;
    return fill(txn, change, rec);
}

/* --- the feed --- */

#define PLACE_SIZE 20
#define LIST_SIZE 25 /* what, actor, record, field */

static crmi_slice identify(const crmi_txn *txn, uint8_t what, crm_id record, crm_field field, uint8_t out[LIST_SIZE]) {
    out[0] = what;
    crmi_key_put64(out + 1, crmi_access_actor(txn));
    crmi_key_put64(out + 9, record);
    crmi_key_put64(out + 17, field);
    return (crmi_slice){out, LIST_SIZE};
}

static int make_token(const crmi_txn *txn, const crmi_changes_place *place, crm_changes *list) {
    uint8_t bytes[LIST_SIZE], at[PLACE_SIZE];
    crmi_key_put64(at, (uint64_t)place->rights << 32 | place->chunk);
    crmi_key_put64(at + 8, place->commit);
    for (int i = 0; i < 4; i++) at[16 + i] = (uint8_t)(place->entry >> (24 - 8 * i));
    list->token = crmi_api_token_make(txn, identify(txn, 'F', 0, 0, bytes), (crmi_slice){at, sizeof at});
    return list->token ? CRM_OK : crmi_error_nomem();
}

static int open_token(const crmi_txn *txn, const char *token, crmi_changes_place *place) {
    uint8_t bytes[LIST_SIZE], at[CRMI_TOKEN_MAX];
    size_t size;
    int rc = crmi_api_token_open(txn, identify(txn, 'F', 0, 0, bytes), token, at, &size);
    if (rc < 0) return rc;
    if (size != PLACE_SIZE) return crmi_error_set(CRM_E_INVALID, 0, "token is none of this list");
    uint64_t first = crmi_key_get64(at);
    *place = (crmi_changes_place){(uint32_t)(first >> 32), crmi_key_get64(at + 8), (uint32_t)first, 0};
    for (int i = 0; i < 4; i++) place->entry = place->entry << 8 | at[16 + i];
    return CRM_OK;
}

static int check_limit(uint32_t *limit) {
    if (*limit > CRMI_LIMIT_LIST_MAX) return crmi_error_set(CRM_E_TOO_BIG, 0, "limit is over %d", (int)CRMI_LIMIT_LIST_MAX);
    if (!*limit) *limit = CRMI_LIMIT_LIST_DEFAULT;
    return CRM_OK;
}

static int list_page(crmi_txn *txn, crmi_changes_place *place, uint32_t kind, uint32_t limit, crm_changes **out) {
    size_t count;
    bool more;
    crm_record *rec;
    crmi_change *changes = calloc(limit, sizeof *changes);
    int rc = changes ? crmi_changes_page(txn, place, kind, limit, changes, &count, &more) : crmi_error_nomem();
    if (rc == CRM_OK) *out = new_list(count);
    if (rc == CRM_OK && !*out) rc = CRM_E_NOMEM;
    for (size_t i = 0; rc == CRM_OK && i < count; i++) rc = add(txn, *out, &changes[i], &rec);
    if (rc == CRM_OK) rc = make_token(txn, place, *out);
    if (rc == CRM_OK) (*out)->more = more;
    free(changes);
    return rc;
}

static int finish(int status, crm_changes **out) {
    if (status == CRM_OK) return status;
    crm_changes_free(*out);
    *out = NULL;
    return status;
}

int crm_change_list(crm_txn *txn, uint32_t kind, const char *since, uint32_t limit, crm_changes **out) {
    int status;
    crmi_changes_place place;
    const crmi_kind *known = crmi_schema_kind(kind);
    if (!out) return crmi_error_set(CRM_E_INVALID, 0, "out is NULL");
    *out = NULL;
    if (kind && (!known || known->placement == CRMI_COMPUTED)) return crmi_error_set(CRM_E_INVALID, 0, "no kind of stored records");
    crmi_txn *open = crmi_api_enter(txn, 0, &status);
    if (!open) return status;
    status = check_limit(&limit);
    if (status == CRM_OK) status = since && *since ? open_token(open, since, &place) : crmi_changes_first(open, &place);
    if (status == CRM_OK) status = list_page(open, &place, kind, limit, out);
    crmi_api_leave(txn);
    return finish(status, out);
}

int crm_change_now(crm_txn *txn, crm_changes **out) {
    int status;
    crmi_changes_place place;
    if (!out) return crmi_error_set(CRM_E_INVALID, 0, "out is NULL");
    *out = NULL;
    crmi_txn *open = crmi_api_enter(txn, 0, &status);
    if (!open) return status;
    status = crmi_changes_now(open, &place);
    if (status == CRM_OK) *out = new_list(0);
    if (status == CRM_OK) status = *out ? make_token(open, &place, *out) : CRM_E_NOMEM;
    crmi_api_leave(txn);
    return finish(status, out);
}

/* --- values --- */

typedef struct value_page {
    crmi_txn *txn;
    const crmi_field *field; /* NULL: all */
    crm_changes *list;
    uint64_t last; /* place of the latest that is in */
} value_page;

/* All but text goes through JSON, without the quotes: nothing in a date, a time or an amount is escaped. */
static int set_value(crm_record *rec, crm_field to, const crmi_field *field, const crmi_entry *entry) {
    if (entry->type == CRM_TYPE_TEXT) return crmi_object_set_text(rec, CRMI_FIELD_NUMBER(to), entry->text, entry->size);
    crmi_buffer json = {0};
    crmi_object_json_value(field, entry, &json);
    size_t quote = json.size > 1 && json.data[0] == '"' ? 1 : 0;
    int rc = json.failed ? crmi_error_nomem()
                         : crmi_object_set_text(rec, CRMI_FIELD_NUMBER(to), (const char *)json.data + quote, json.size - 2 * quote);
    crmi_buffer_free(&json);
    return rc;
}

/* The entry of a body that has one at most, NULL where the actor does not see it, or nobody knows what it is. */
static int decode_one(const value_page *page, const crmi_changed_value *value, crmi_slice body, crm_record **rec,
                      const crmi_field **field) {
    int rc = crmi_object_decode(page->txn, value->change.id, body, rec);
    if (rc == CRM_OK && (*rec)->count && (*rec)->entries[0].type) *field = crmi_object_field(*rec, value->number);
    return rc;
}

static int set_path(crm_record *rec, const crmi_field *field) {
    char path[128];
    snprintf(path, sizeof path, "%s.%s", crm_kind_name(field->kind), field->name);
    return set_text(rec, CRM_CHANGE_FIELD, path);
}

static int add_value(value_page *page, const crmi_changed_value *value, const crmi_field *field, const crm_record *before,
                     const crm_record *after) {
    crm_record *rec;
    crmi_change change = value->change;
    if (!after->count) change.action = CRMI_CHANGE_DELETED;
    if (!before->count) change.action = CRMI_CHANGE_CREATED;
    int rc = add(page->txn, page->list, &change, &rec);
    if (rc == CRM_OK) rc = set_path(rec, field);
    if (rc == CRM_OK && before->count) rc = set_value(rec, CRM_CHANGE_OLD_VALUE, field, &before->entries[0]);
    if (rc == CRM_OK && after->count) rc = set_value(rec, CRM_CHANGE_NEW_VALUE, field, &after->entries[0]);
    page->last = value->place;
    return rc;
}

static int take_value(void *data, const crmi_changed_value *value) {
    value_page *page = data;
    crm_record *before = NULL, *after = NULL;
    const crmi_field *field = NULL;
    if (page->field && page->field->number != value->number) return CRM_OK;
    int rc = decode_one(page, value, value->before, &before, &field);
    if (rc == CRM_OK) rc = decode_one(page, value, value->after, &after, &field);
    if (rc == CRM_OK && field) {
        page->list->more = page->list->count == page->list->capacity;
        rc = page->list->more ? CRM_ROW : add_value(page, value, field, before, after);
    }
    crmi_object_free(before);
    crmi_object_free(after);
    return rc;
}

static int check_field(crmi_txn *txn, crmi_packed id, crm_field field, const crmi_field **out) {
    int status = CRM_OK;
    *out = field ? crmi_txn_field(txn, field, &status) : NULL;
    if (status < 0 || !field) return status;
    if (*out && (*out)->kind == crmi_id_kind(id)) return CRM_OK;
    return crmi_error_set(CRM_E_TYPE, field, "the field is none of the record's kind");
}

static int list_values(crmi_txn *txn, crm_id record, crm_field field, uint32_t limit, const char *token, crm_changes **out) {
    uint8_t bytes[LIST_SIZE], at[CRMI_TOKEN_MAX] = {0};
    size_t size = 8;
    crmi_packed id = crmi_gate_asked(txn, record);
    value_page page = {.txn = txn};
    crmi_slice list = identify(txn, 'V', record, field, bytes);
    int rc = id && crmi_schema_kind(crmi_id_kind(id)) ? CRM_OK : crmi_error_set(CRM_E_NOTFOUND, 0, "no such record");
    if (rc == CRM_OK) rc = check_field(txn, id, field, &page.field);
    if (rc == CRM_OK && token && *token) rc = crmi_api_token_open(txn, list, token, at, &size);
    if (rc == CRM_OK && size != 8) rc = crmi_error_set(CRM_E_INVALID, 0, "token is none of this list");
    if (rc == CRM_OK) rc = (page.list = *out = new_list(limit)) ? CRM_OK : CRM_E_NOMEM;
    if (rc == CRM_OK) rc = crmi_changes_history(txn, id, crmi_key_get64(at), take_value, &page);
    if (rc < 0 || !(*out)->more) return rc;
    crmi_key_put64(at, page.last);
    (*out)->token = crmi_api_token_make(txn, list, (crmi_slice){at, 8});
    return (*out)->token ? CRM_OK : crmi_error_nomem();
}

int crm_change_values(crm_txn *txn, crm_id record, crm_field field, uint32_t limit, const char *token, crm_changes **out) {
    int status;
    if (!out) return crmi_error_set(CRM_E_INVALID, 0, "out is NULL");
    *out = NULL;
    crmi_txn *open = crmi_api_enter(txn, 0, &status);
    if (!open) return status;
    status = check_limit(&limit);
    if (status == CRM_OK) status = list_values(open, record, field, limit, token, out);
    crmi_api_leave(txn);
    return finish(status, out);
}
