/* SPDX-License-Identifier: MIT */
/* The addresses and contacts of a party that are offered for a purpose on a day; see address.h and contact.h among the public headers. */
#ifndef CRMI_MODEL_USAGE_H
#define CRMI_MODEL_USAGE_H
#include "index/index.h"

typedef struct crmi_usage_query {
    uint32_t root;       /* of the party */
    uint32_t kind;       /* address or contact */
    const char *purpose; /* purpose_size bytes */
    size_t purpose_size;
    int64_t date;
} crmi_usage_query;

/* A page of the list. It is no index range: page->from is what its tokens have in common, and page->after is made here, of that and the
 * place in the list. */
int crmi_usage_list(crmi_txn *txn, const crmi_usage_query *query, crmi_page *page);
/* The only default, else the only one, else the only main one. CRM_OK; CRM_CHOOSE where several are of equal standing, CRM_E_NOTFOUND
 * without an error text where there is none. */
int crmi_usage_choose(crmi_txn *txn, const crmi_usage_query *query, crmi_packed *out);
#endif
