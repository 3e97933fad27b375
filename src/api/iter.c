/* SPDX-License-Identifier: MIT */
/* crm_iter_*: one page of ids, read at once, and the token that goes on behind it. The token is the last key's part behind what the list's
 * keys share, sealed for this list with the store's key, as base64url text. */
#include "api/api.h"
#include "model/access.h"
#include <libcrm/iter.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define VARIANT sodium_base64_VARIANT_URLSAFE_NO_PADDING
#define LIST_BYTES (33 + 4 * (2 + CRMI_KEY_MAX + 1))

typedef struct page_iter {
    crm_txn *txn;
    size_t count, next;
    char *token; /* NULL: the list ends here */
    crm_id ids[];
} page_iter;

static void destroy(void *object) {
    page_iter *iter = object;
    free(iter->token);
    free(iter);
}

/* How much of a key the list's keys share. */
static size_t shared(const crmi_page *page) {
    size_t size = page->from.size;
    for (size_t i = 0; page->also.size && i < size; i++)
        if (i == page->also.size || page->from.bytes[i] != page->also.bytes[i]) return i;
    return size;
}

static void add_key(uint8_t *out, size_t *size, const crmi_key *key) {
    out[(*size)++] = (uint8_t)(key->size >> 8);
    out[(*size)++] = (uint8_t)key->size;
    memcpy(out + *size, key->bytes, key->size);
    *size += key->size;
}

/* What tells a list from every other, those of other actors too: a place between the keys of what he does not see would tell of them. */
static crmi_slice identify(const crmi_txn *txn, const crmi_page *page, uint8_t out[LIST_BYTES]) {
    size_t size = 33;
    out[0] = (uint8_t)(page->dated | page->right << 1);
    crmi_key_put64(out + 1, (uint64_t)page->day);
    crmi_key_put64(out + 9, crmi_access_actor(txn));
    memcpy(out + 17, page->asked, sizeof page->asked);
    add_key(out, &size, &page->from);
    add_key(out, &size, &page->until);
    add_key(out, &size, &page->also);
    add_key(out, &size, &page->also_until);
    return (crmi_slice){out, size};
}

char *crmi_api_token_make(const crmi_txn *txn, crmi_slice list, crmi_slice place) {
    uint8_t bytes[CRMI_TOKEN_MAX];
    size_t size = crmi_token_seal(crmi_db_token_key(crmi_txn_db(txn)), list, place, bytes);
    size_t cap = sodium_base64_ENCODED_LEN(size, VARIANT);
    char *text = malloc(cap);
    return text ? sodium_bin2base64(text, cap, bytes, size, VARIANT) : NULL;
}

static char *make_token(const crmi_txn *txn, const crmi_page *page) {
    uint8_t list[LIST_BYTES];
    size_t skip = shared(page);
    return crmi_api_token_make(txn, identify(txn, page, list), (crmi_slice){page->after + skip, page->after_size - skip});
}

/* libsodium takes bytes outside of ASCII for letters: they are refused before. */
static bool decode(const char *text, uint8_t out[CRMI_TOKEN_MAX], size_t *size) {
    size_t length = 0;
    while (text[length] && !(text[length] & 0x80)) length++;
    return !text[length] && sodium_base642bin(out, CRMI_TOKEN_MAX, text, length, NULL, size, NULL, VARIANT) == 0;
}

int crmi_api_token_open(const crmi_txn *txn, crmi_slice list, const char *token, uint8_t place[CRMI_TOKEN_MAX], size_t *size) {
    uint8_t bytes[CRMI_TOKEN_MAX];
    if (decode(token, bytes, size) && crmi_token_open(crmi_db_token_key(crmi_txn_db(txn)), list, (crmi_slice){bytes, *size}, place, size))
        return CRM_OK;
    return crmi_error_set(CRM_E_INVALID, 0, "token is none of this list");
}

static int take_token(const crmi_txn *txn, crmi_page *page, const char *token) {
    uint8_t list[LIST_BYTES], place[CRMI_TOKEN_MAX];
    size_t size, common = shared(page);
    page->after_size = 0;
    if (!token || !*token) return CRM_OK;
    int rc = crmi_api_token_open(txn, identify(txn, page, list), token, place, &size);
    if (rc < 0) return rc;
    memcpy(page->after, page->from.bytes, common);
    memcpy(page->after + common, place, size);
    page->after_size = common + size;
    return CRM_OK;
}

int crmi_api_page_begin(const crmi_txn *txn, crmi_page *page, uint32_t limit, const char *continuation) {
    if (limit > CRMI_LIMIT_LIST_MAX) return crmi_error_set(CRM_E_TOO_BIG, 0, "limit is over %d", (int)CRMI_LIMIT_LIST_MAX);
    page->limit = limit ? limit : CRMI_LIMIT_LIST_DEFAULT;
    page->ids = malloc(page->limit * sizeof *page->ids);
    return page->ids ? take_token(txn, page, continuation) : crmi_error_nomem();
}

int crmi_api_page_end(crm_txn *token, crmi_txn *txn, crmi_page *page, crm_iter **out) {
    page_iter *iter = calloc(1, sizeof *iter + page->count * sizeof iter->ids[0]);
    if (!iter) return crmi_error_nomem();
    iter->txn = token;
    iter->count = page->count;
    for (size_t i = 0; i < page->count; i++) iter->ids[i] = crmi_store_public(txn, page->ids[i]);
    if (page->more) iter->token = make_token(txn, page);
    if (!page->more || iter->token) *out = crmi_handle_new(CRMI_HANDLE_ITER, iter, destroy);
    if (*out) return CRM_OK;
    destroy(iter);
    return crmi_error_nomem();
}

int crmi_api_list(crm_txn *token, crmi_txn *txn, crmi_page *page, uint32_t limit, const char *continuation, crm_iter **out) {
    int rc = crmi_api_page_begin(txn, page, limit, continuation);
    if (rc == CRM_OK) rc = crmi_index_page(txn, page);
    if (rc == CRM_OK) rc = crmi_api_page_end(token, txn, page, out);
    free(page->ids);
    return rc;
}

int crmi_api_list_unique(crm_txn *txn, crm_field field, const char *scope, size_t scope_size, uint32_t limit, const char *continuation,
                         crm_iter **out) {
    int status;
    crmi_page page = {0};
    if (!out) return crmi_error_set(CRM_E_INVALID, 0, "out is NULL");
    *out = NULL;
    crmi_txn *open = crmi_api_enter(txn, 0, &status);
    if (!open) return status;
    crmi_index_scope_range(&page, crmi_schema_field(field), scope, scope_size);
    status = crmi_api_list(txn, open, &page, limit, continuation, out);
    crmi_api_leave(txn);
    return status;
}

/* The iterator behind a token, pinned, where its transaction still runs. */
static page_iter *enter(crm_iter *token, int *status) {
    page_iter *iter = crmi_handle_pin(token, CRMI_HANDLE_ITER, 1, status);
    if (!iter) return NULL;
    if (crmi_api_enter(iter->txn, 0, status)) {
        crmi_api_leave(iter->txn);
        return iter;
    }
    crmi_handle_unpin(token);
    return NULL;
}

int crm_iter_next_many(crm_iter *token, crm_id *out, size_t count, size_t *out_count) {
    int status;
    if (!out || !out_count || !count) return crmi_error_set(CRM_E_INVALID, 0, "out is NULL or count is 0");
    page_iter *iter = enter(token, &status);
    if (!iter) return status;
    size_t left = iter->count - iter->next;
    *out_count = left < count ? left : count;
    memcpy(out, iter->ids + iter->next, *out_count * sizeof *out);
    iter->next += *out_count;
    crmi_handle_unpin(token);
    return left ? CRM_ROW : CRM_OK;
}

int crm_iter_next(crm_iter *token, crm_id *out) {
    size_t count;
    crm_id id;
    int rc = out ? crm_iter_next_many(token, &id, 1, &count) : crmi_error_set(CRM_E_INVALID, 0, "out is NULL");
    if (rc == CRM_ROW) *out = id;
    return rc;
}

const char *crm_iter_token(crm_iter *token) {
    int status;
    page_iter *iter = crmi_handle_pin(token, CRMI_HANDLE_ITER, 1, &status);
    if (!iter) return NULL;
    const char *text = iter->token;
    crmi_handle_unpin(token);
    return text;
}

void crm_iter_free(crm_iter *token) {
    if (token) crmi_handle_free(token, CRMI_HANDLE_ITER);
}
