/* SPDX-License-Identifier: MIT */
/* What the files of this layer share: from a token to the object behind it, arguments, lists. */
#ifndef CRMI_API_API_H
#define CRMI_API_API_H
#include "base/error.h"
#include "base/handle.h"
#include "base/utf8.h"
#include "index/index.h"
#include "store/store.h"
#include <libcrm/types.h>

/* The transaction behind a token, pinned. writes: 0 for a call that reads, else the kind of records that it writes, or CRMI_WRITES where
 * the call tells that by crmi_access_put() or crmi_access_change() (model/access.h). NULL and the status where there is none, it is over,
 * reads only, or its actor may not. End with crmi_api_leave(). */
crmi_txn *crmi_api_enter(crm_txn *txn, uint32_t writes, int *status);
void crmi_api_leave(crm_txn *txn);

/* A token for a transaction; takes it over also on failure. */
int crmi_api_txn_token(crmi_txn *txn, crm_txn **out);

/* Checks a text argument: not NULL, UTF-8; its size to *size. */
int crmi_api_text(const char *name, const char *text, size_t len, size_t *size);

/* A day that was asked for: CRM_TODAY becomes the store's; CRM_E_RANGE outside of the years 1 to 9999. */
int crmi_api_day(const crmi_txn *txn, int64_t *day);

/* A list: limit and token into page (ids allocated), the page run, an iterator made of it. What page's range is made of is already set.
 * Frees page->ids in any case. */
int crmi_api_list(crm_txn *token, crmi_txn *txn, crmi_page *page, uint32_t limit, const char *continuation, crm_iter **out);
/* All records by a unique field, of one scope where it has one: enters and leaves the transaction. */
int crmi_api_list_unique(crm_txn *txn, crm_field field, const char *scope, size_t scope_size, uint32_t limit, const char *continuation,
                         crm_iter **out);
/* The parts of it, for lists that are no index range. */
int crmi_api_page_begin(const crmi_txn *txn, crmi_page *page, uint32_t limit, const char *continuation);
int crmi_api_page_end(crm_txn *token, crmi_txn *txn, crmi_page *page, crm_iter **out);

/* A continuation token as text, an allocation, or NULL without memory (no error is set); and back: CRM_E_INVALID. */
char *crmi_api_token_make(const crmi_txn *txn, crmi_slice list, crmi_slice place);
int crmi_api_token_open(const crmi_txn *txn, crmi_slice list, const char *token, uint8_t place[CRMI_TOKEN_MAX], size_t *size);
#endif
