/* SPDX-License-Identifier: MIT */
/* The form of index entries, here alone; a change of it raises CRMI_INDEX_FORMAT.
 *
 *   plain      field | value | target                              -> nothing
 *   unique     field | scope, where it has one | value             -> target, CRC-32C of key, target and body 4, a carried record's body
 *   directory  1 | archived | role | name: both parts | target     -> nothing
 *
 * Field, archived and numbers are integers, values and scopes texts. A number must never lead to another customer: hence the checksum.
 * What is only ever looked for as a whole need not lie there as a whole: a plain text of more than HASH_SIZE bytes is a hash of it, which
 * nobody can foretell without the store's secret. Roles that are built in have one byte. */
#include "base/ascii.h"
#include "base/error.h"
#include "base/utf8.h"
#include "codec/crc32c.h"
#include "index/directory.h"
#include <sodium.h>
#include <string.h>

enum { SUM_SIZE = 4, HASH = 0x01, HASH_SIZE = crypto_shorthash_BYTES };
enum { ROLE_ALL = 0x01, ROLE_TEXT, ROLE_BUILT_IN };

void crmi_index_key_begin(crmi_key *key, crm_field field) {
    crmi_key_begin(key);
    crmi_key_int(key, field);
}

/* --- targets --- */

void crmi_index_add_id(crmi_key *key, crmi_packed id) { crmi_key_target(key, crmi_id_root(id), crmi_id_local(id)); }

/* The target at *at, of the kind that the key's field is of; 0 where there is none. */
static crmi_packed read_id(crmi_slice key, const uint8_t **at, const uint8_t *end) {
    const uint8_t *start = key.data;
    int64_t field;
    uint32_t root, local;
    if (crmi_key_read_int(&start, start + key.size, &field) < 0 || crmi_key_read_target(at, end, &root, &local) < 0) return 0;
    return crmi_id_pack(root, field == CRMI_DIRECTORY ? CRM_KIND_PARTY : crmi_field_kind_of((crm_field)field), local);
}

crmi_packed crmi_index_key_id(crmi_slice key) {
    const uint8_t *end = (const uint8_t *)key.data + key.size;
    size_t size = crmi_key_target_size(key.data, key.size);
    if (size > key.size) return 0;
    const uint8_t *at = end - size;
    crmi_packed id = read_id(key, &at, end);
    return at == end ? id : 0;
}

/* --- values --- */

void crmi_index_add_role(crmi_key *key, const char *role, size_t size) {
    static const char *const built_in[] = {CRM_ROLE_CUSTOMER, CRM_ROLE_SUPPLIER, CRM_ROLE_PROSPECT, CRM_ROLE_EMPLOYEE, CRM_ROLE_AGENT};
    const uint8_t count = sizeof built_in / sizeof *built_in;
    uint8_t at = 0;
    while (at < count && (strlen(built_in[at]) != size || memcmp(built_in[at], role, size) != 0)) at++;
    uint8_t code = size == 0 ? ROLE_ALL : at < count ? (uint8_t)(ROLE_BUILT_IN + at) : ROLE_TEXT;
    crmi_key_bytes(key, &code, 1);
    if (code == ROLE_TEXT) crmi_key_text(key, role, size);
}

int crmi_index_read_role(const uint8_t **at, const uint8_t *end, bool *any) {
    if (*at == end) return CRM_E_CORRUPT;
    uint8_t code = *(*at)++;
    *any = code != ROLE_ALL;
    const uint8_t *closed = code == ROLE_TEXT ? memchr(*at, 0, (size_t)(end - *at)) : *at - 1;
    if (closed) *at = closed + 1;
    return closed ? CRM_OK : CRM_E_CORRUPT;
}

static void add_scope(crmi_key *key, const crmi_field *field, const char *scope, size_t size) {
    if (field->field == CRM_ROLE_NUMBER)
        crmi_index_add_role(key, scope, size);
    else
        crmi_key_text(key, scope, size);
}

void crmi_index_scope_key(const crmi_field *field, const char *scope, size_t size, crmi_key *out) {
    crmi_index_key_begin(out, field->field);
    if (scope) add_scope(out, field, scope, size);
}

void crmi_index_unique_key(const crmi_field *field, const char *scope, size_t scope_size, const char *value, size_t size, crmi_key *out) {
    crmi_index_key_begin(out, field->field);
    if (field->scope) add_scope(out, field, scope, scope_size);
    crmi_key_text(out, value, size);
}

void crmi_index_compact(const char *text, size_t size, crmi_buffer *out) {
    size_t start = out->size;
    for (size_t i = 0; i < size; i++) {
        char c = text[i];
        if (c >= 'a' && c <= 'z') c = (char)(c - ('a' - 'A'));
        if ((c >= 'A' && c <= 'Z') || crmi_is_digit(c)) crmi_buffer_byte(out, (uint8_t)c);
    }
    if (out->size == start) crmi_buffer_append(out, text, size);
}

static void add_plain(const crmi_txn *txn, crmi_key *key, const crmi_field *field, const char *text, size_t size) {
    uint8_t hash[1 + HASH_SIZE] = {HASH};
    bool whole = field->flags & CRMI_FIELD_ORDERED || (size <= HASH_SIZE && (!size || (uint8_t)*text > HASH));
    if (whole) {
        crmi_key_text(key, text, size);
        return;
    }
    crypto_shorthash(hash + 1, (const unsigned char *)text, size, crmi_db_index_secret(crmi_txn_db(txn)));
    crmi_key_bytes(key, hash, sizeof hash);
}

int crmi_index_add_text(const crmi_txn *txn, crmi_key *key, const crmi_field *field, const char *text, size_t size) {
    if (!(field->flags & (CRM_FIELD_FOLDED | CRM_FIELD_COMPACT))) {
        add_plain(txn, key, field, text, size);
        return CRM_OK;
    }
    uint8_t room[CRMI_BUFFER_ROOM];
    crmi_buffer made = crmi_buffer_in(room, sizeof room);
    int rc = CRM_OK;
    if (field->flags & CRM_FIELD_COMPACT)
        crmi_index_compact(text, size, &made);
    else
        rc = crmi_utf8_fold(text, size, &made);
    if (rc < 0 || made.failed)
        rc = crmi_error_nomem();
    else
        add_plain(txn, key, field, (const char *)made.data, made.size);
    crmi_buffer_free(&made);
    return rc;
}

/* --- entries of unique values --- */

static uint32_t unique_sum(crmi_slice key, const uint8_t *target, size_t size, crmi_slice body) {
    uint32_t sum = crmi_crc32c(crmi_crc32c(0, key.data, key.size), target, size);
    return crmi_crc32c(sum, body.data, body.size);
}

int crmi_index_unique_value(crmi_slice key, crmi_packed id, crmi_slice body, crmi_buffer *out) {
    crmi_key target;
    uint8_t sum[SUM_SIZE];
    crmi_key_begin(&target);
    crmi_index_add_id(&target, id);
    crmi_key_put32(sum, unique_sum(key, target.bytes, target.size, body));
    crmi_buffer_append(out, target.bytes, target.size);
    crmi_buffer_append(out, sum, sizeof sum);
    crmi_buffer_append(out, body.data, body.size);
    return out->failed ? crmi_error_nomem() : CRM_OK;
}

int crmi_index_unique_open(crmi_slice key, crmi_slice value, crmi_stored *out) {
    const uint8_t *start = value.data, *end = start + value.size, *at = start;
    crmi_packed id = read_id(key, &at, end);
    bool whole = id && end - at >= SUM_SIZE;
    crmi_slice body = {at + (whole ? SUM_SIZE : 0), whole ? (size_t)(end - at) - SUM_SIZE : 0};
    if (!whole || crmi_key_get32(at) != unique_sum(key, start, (size_t)(at - start), body))
        return crmi_error_set(CRM_E_CORRUPT, 0, "a unique index entry is damaged");
    *out = (crmi_stored){id, crmi_id_kind(id), body};
    return CRM_OK;
}

crmi_packed crmi_index_unique_id(crmi_slice key, crmi_slice value) {
    crmi_stored stored;
    return crmi_index_unique_open(key, value, &stored) == CRM_OK ? stored.id : 0;
}
