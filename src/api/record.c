/* SPDX-License-Identifier: MIT */
/* crm_record_*: records into and out of the store. What needs no store is in record_fields.c. */
#include "model/record.h"
#include "api/api.h"
#include "codec/key.h"
#include "model/access.h"
#include "store/definitions.h"
#include "store/gate.h"
#include <libcrm/record.h>
#include <stdlib.h>
#include <string.h>

int crmi_api_text(const char *name, const char *text, size_t len, size_t *size) {
    if (!text) return crmi_error_set(CRM_E_INVALID, 0, "%s is NULL", name);
    *size = len == CRM_NTS ? strnlen(text, CRMI_LIMIT_TEXT_BYTES + 1) : len;
    if (*size > CRMI_LIMIT_TEXT_BYTES)
        return crmi_error_set(CRM_E_TOO_BIG, 0, "%s is longer than any text: %d bytes", name, (int)CRMI_LIMIT_TEXT_BYTES);
    return crmi_utf8_check(text, *size) ? CRM_OK : crmi_error_set(CRM_E_UTF8, 0, "%s is not UTF-8 without U+0000", name);
}

int crm_record_get(crm_txn *txn, crm_id id, crm_record **out) {
    int status;
    if (!out) return crmi_error_set(CRM_E_INVALID, 0, "out is NULL");
    *out = NULL;
    crmi_txn *open = crmi_api_enter(txn, 0, &status);
    if (!open) return status;
    status = crmi_store_get(open, crmi_gate_asked(open, id), out);
    crmi_api_leave(txn);
    return status;
}

static int check_writable(uint32_t kind) {
    if (kind != CRM_KIND_CREDENTIAL) return CRM_OK;
    return crmi_error_set(CRM_E_TYPE, 0, "credentials are written by crm_user_password_set() and crm_user_verifier_set() only");
}

int crm_record_put(crm_txn *txn, const crm_record *rec, crm_id *out_id, uint64_t *out_revision) {
    int status;
    crmi_packed id;
    if (!rec) return crmi_error_set(CRM_E_INVALID, 0, "rec is NULL");
    crmi_txn *open = crmi_api_enter(txn, CRMI_WRITES, &status);
    if (!open) return status;
    status = check_writable(rec->kind);
    if (status == CRM_OK) status = crmi_access_put(open, rec, &id, out_revision);
    if (status == CRM_OK && out_id) *out_id = crmi_store_public(open, id);
    crmi_api_leave(txn);
    return status;
}

/* An id of a credential that is none is no credential. */
static int check_deletable(crmi_txn *txn, crmi_packed id) {
    if (crmi_id_kind(id) == CRM_KIND_CREDENTIAL && crmi_store_resolve(txn, &id) == CRM_E_NOTFOUND)
        return crmi_error_set(CRM_E_NOTFOUND, 0, "no such record");
    return check_writable(crmi_id_kind(id));
}

int crm_record_delete(crm_txn *txn, crm_id id, uint64_t revision) {
    int status;
    crmi_txn *open = crmi_api_enter(txn, CRMI_WRITES, &status);
    if (!open) return status;
    crmi_packed packed = crmi_store_packed(open, id);
    status = crmi_access_change(open, packed);
    if (status == CRM_OK) status = check_deletable(open, packed);
    if (status == CRM_OK) status = crmi_model_delete(open, packed, revision);
    crmi_api_leave(txn);
    return status;
}

static int set_archived(crm_txn *txn, crm_id id, uint64_t revision, bool archived) {
    int status;
    crmi_txn *open = crmi_api_enter(txn, CRMI_WRITES, &status);
    if (!open) return status;
    crmi_packed packed = crmi_store_packed(open, id);
    status = crmi_access_change(open, packed);
    if (status == CRM_OK) status = crmi_model_archive(open, packed, revision, archived);
    crmi_api_leave(txn);
    return status;
}

int crm_record_archive(crm_txn *txn, crm_id id, uint64_t revision) { return set_archived(txn, id, revision, true); }
int crm_record_restore(crm_txn *txn, crm_id id, uint64_t revision) { return set_archived(txn, id, revision, false); }

/* Fields are looked up inside the transaction: custom ones are known there only. */
static int check_find(const crmi_field *field, const char *scope, size_t scope_len, size_t *scope_size) {
    *scope_size = 0;
    if (!field || !(field->flags & CRM_FIELD_UNIQUE))
        return crmi_error_set(CRM_E_TYPE, field ? field->field : 0, "the field is not unique");
    if (!field->scope) return scope ? crmi_error_set(CRM_E_INVALID, field->field, "%s is unique without a scope", field->name) : CRM_OK;
    int rc = crmi_api_text("scope", scope, scope_len, scope_size);
    if (rc == CRM_OK && *scope_size > CRMI_LIMIT_CODE_BYTES)
        rc = crmi_error_set(CRM_E_NOTFOUND, field->field, "no record has this %s", field->name);
    return rc;
}

static int find(crmi_txn *txn, const crmi_field *field, const char *scope, size_t scope_len, const char *value, size_t len, crm_id *out) {
    size_t scope_size, size;
    crmi_packed id;
    int rc = check_find(field, scope, scope_len, &scope_size);
    if (rc == CRM_OK) rc = crmi_api_text("value", value, len, &size);
    if (rc == CRM_OK) rc = crmi_index_find(txn, field, scope, scope_size, value, size, &id);
    if (rc == CRM_OK) *out = crmi_store_public(txn, id);
    return rc == CRM_E_NOTFOUND ? crmi_error_set(rc, field->field, "no record has this %s", field->name) : rc;
}

int crm_record_find(crm_txn *txn, crm_field field, const char *scope, size_t scope_len, const char *value, size_t len, crm_id *out) {
    int status;
    if (!out) return crmi_error_set(CRM_E_INVALID, 0, "out is NULL");
    crmi_txn *open = crmi_api_enter(txn, 0, &status);
    if (!open) return status;
    const crmi_field *known = crmi_txn_field(open, field, &status);
    if (status == CRM_OK) status = find(open, known, scope, scope_len, value, len, out);
    crmi_api_leave(txn);
    return status;
}

/* --- lists of what an index has --- */

/* What is looked for: a text, a number as the field's type has it, or the id of another record. */
typedef struct wanted {
    const char *text;
    size_t size;
    int64_t integer;
    bool is_text, is_id;
} wanted;

static int check_indexed(const crmi_field *field, const wanted *want) {
    bool text = field && field->type == CRM_TYPE_TEXT, id = field && field->type == CRM_TYPE_ID;
    bool fits = want->is_text ? text : want->is_id ? id : !text && !id;
    if (field && field->flags & CRM_FIELD_INDEXED && fits) return CRM_OK;
    return crmi_error_set(CRM_E_TYPE, field ? field->field : 0, "the field is no indexed %s",
                          want->is_text ? "text"
                          : want->is_id ? "reference"
                                        : "number, date, time, amount, or yes or no");
}

static int set_range(crmi_txn *txn, const crmi_field *field, const wanted *want, crmi_page *page) {
    if (want->is_text) return crmi_index_value_range(txn, page, field, want->text, want->size);
    crmi_packed target = want->is_id ? crmi_gate_asked(txn, (crm_id)want->integer) : 0;
    int rc = want->is_id ? crmi_store_resolve(txn, &target) : CRM_OK;
    if (rc == CRM_E_NOTFOUND) return crmi_error_set(rc, 0, "no such record");
    if (rc == CRM_OK) crmi_index_integer_range(page, field, want->is_id ? (int64_t)target : want->integer);
    return rc;
}

static int search(crm_txn *txn, crm_field field, const wanted *want, uint32_t limit, const char *token, crm_iter **out) {
    int status;
    crmi_page page = {0};
    crmi_txn *open = crmi_api_enter(txn, 0, &status);
    if (!open) return status;
    const crmi_field *known = crmi_txn_field(open, field, &status);
    if (status == CRM_OK) status = check_indexed(known, want);
    if (status == CRM_OK) status = set_range(open, known, want, &page);
    if (status == CRM_OK) status = crmi_api_list(txn, open, &page, limit, token, out);
    crmi_api_leave(txn);
    return status;
}

int crm_record_search(crm_txn *txn, crm_field field, const char *value, size_t len, uint32_t limit, const char *token, crm_iter **out) {
    wanted want = {.text = value, .is_text = true};
    if (!out) return crmi_error_set(CRM_E_INVALID, 0, "out is NULL");
    *out = NULL;
    int rc = crmi_api_text("value", value, len, &want.size);
    return rc == CRM_OK ? search(txn, field, &want, limit, token, out) : rc;
}

int crm_record_search_int(crm_txn *txn, crm_field field, int64_t value, uint32_t limit, const char *token, crm_iter **out) {
    if (!out) return crmi_error_set(CRM_E_INVALID, 0, "out is NULL");
    *out = NULL;
    return search(txn, field, &(wanted){.integer = value}, limit, token, out);
}

int crm_record_search_id(crm_txn *txn, crm_field field, crm_id value, uint32_t limit, const char *token, crm_iter **out) {
    if (!out) return crmi_error_set(CRM_E_INVALID, 0, "out is NULL");
    *out = NULL;
    return search(txn, field, &(wanted){.integer = (int64_t)value, .is_id = true}, limit, token, out);
}

/* --- a party's or group's records of a kind: a page of table file --- */

static int take_child(void *data, size_t read, const crmi_stored *stored) {
    (void)read;
    crmi_page *page = data;
    if (page->count == page->limit) {
        page->more = true;
        return CRM_ROW; /* enough */
    }
    page->ids[page->count++] = stored->id;
    memcpy(page->after, page->from.bytes, page->from.size);
    crmi_key_put64(page->after + page->from.size, stored->id);
    page->after_size = page->from.size + 8;
    return CRM_OK;
}

static int page_children(crmi_txn *txn, crmi_page *page, uint32_t root, uint32_t kind) {
    crmi_want want = {crmi_id_pack(root, kind, 0), crmi_id_pack(root, kind, 0) + CRMI_LOCAL_MAX + 1, 0};
    if (page->after_size) want.from = crmi_key_get64(page->after + page->from.size) + 1;
    int rc = want.from < want.until ? crmi_store_read_many(txn, &want, 1, take_child, page) : CRM_OK;
    return rc == CRM_ROW ? CRM_OK : rc;
}

/* The root of the file that is listed; 0 for the store's own. */
static int find_root(crmi_txn *txn, crm_id owner, const crmi_kind *kind, uint32_t *root) {
    crmi_packed id = crmi_gate_asked(txn, owner);
    *root = 0;
    if (!owner) return CRM_OK;
    bool can_own = crmi_schema_number(kind->number, kind->owner)->targets >> crmi_id_kind(id) & 1;
    int rc = can_own ? crmi_store_resolve(txn, &id) : CRM_E_NOTFOUND;
    *root = crmi_id_root(id);
    return rc == CRM_E_NOTFOUND ? crmi_error_set(rc, 0, "no such party or group with records of this kind") : rc;
}

static int list_children(crm_txn *token, crmi_txn *txn, crm_id owner, const crmi_kind *kind, uint32_t limit, const char *continuation,
                         crm_iter **out) {
    crmi_page page = {0};
    uint32_t root;
    int rc = find_root(txn, owner, kind, &root);
    if (rc < 0) return rc;
    crmi_key_put64(page.from.bytes, crmi_id_pack(root, kind->number, 0)); /* not a key: what the list's tokens have in common */
    page.from.size = 8;
    rc = crmi_api_page_begin(txn, &page, limit, continuation);
    if (rc == CRM_OK) rc = page_children(txn, &page, root, kind->number);
    if (rc == CRM_OK) rc = crmi_api_page_end(token, txn, &page, out);
    free(page.ids);
    return rc;
}

int crm_record_list(crm_txn *txn, crm_id party, uint32_t kind, uint32_t limit, const char *token, crm_iter **out) {
    int status;
    const crmi_kind *known = crmi_schema_kind(kind);
    if (!out) return crmi_error_set(CRM_E_INVALID, 0, "out is NULL");
    *out = NULL;
    if (!known || known->placement == CRMI_COMPUTED || known->placement == CRMI_ROOT)
        return crmi_error_set(CRM_E_INVALID, 0, "records of this kind are not listed by party");
    bool of_store = known->placement == CRMI_STORE || (kind == CRM_KIND_QUOTE_DEFAULTS && !party);
    if (of_store != !party) return crmi_error_set(CRM_E_INVALID, 0, of_store ? "party must be 0 for the store's own kinds" : "party is 0");
    crmi_txn *open = crmi_api_enter(txn, 0, &status);
    if (!open) return status;
    status = list_children(txn, open, party, known, limit, token, out);
    crmi_api_leave(txn);
    return status;
}
