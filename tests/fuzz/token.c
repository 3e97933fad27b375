/* SPDX-License-Identifier: MIT */
/* Continuation tokens: a text as it is, or behind a byte 0 edits of one that is good. A list takes its own token only. */
#include "fuzz/fuzz.h"
#include <stdlib.h>
#include <string.h>

enum { LISTS = 6 };

static crm_txn *txn;
static crm_id customer;
static char *good;

static int begin(int list, const char *token, crm_iter **out) {
    switch (list) {
    case 0: return crm_party_list(txn, NULL, NULL, 0, 0, 3, token, out);
    case 1: return crm_party_list(txn, "customer", NULL, 0, 0, 3, token, out);
    case 2: return crm_record_list(txn, customer, CRM_KIND_ADDRESS, 1, token, out);
    case 3: return crm_record_search(txn, CRM_ADDRESS_TOWN, "Ulm", 3, 1, token, out);
    case 4: return crm_access_list(txn, CRM_RIGHT_READ, 3, token, out);
    default: return crm_code_list(txn, "plant", 1, token, out);
    }
}

static void prepare(void) {
    crm_iter *iter;
    fuzz_expect(crm_txn_begin(fuzz_scene(), 0, CRM_ACTOR_SYSTEM, &txn) == CRM_OK, "reading");
    customer = fuzz_customer(txn);
    fuzz_expect(begin(0, NULL, &iter) == CRM_OK && crm_iter_token(iter), "a page with a token");
    good = strdup(crm_iter_token(iter));
    crm_iter_free(iter);
}

static size_t make(const uint8_t *data, size_t size, char *out, size_t room) {
    size_t count = size && data[0] == 0 ? strlen(good) : size < room ? size : room;
    memcpy(out, size && data[0] == 0 ? (const uint8_t *)good : data, count);
    if (size && data[0] == 0) count = fuzz_edit((uint8_t *)out, count, room, data + 1, size - 1);
    out[count] = '\0';
    return strlen(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char token[1001];
    if (!good) prepare();
    size_t length = make(data, size, token, sizeof token - 1);
    for (int i = 0; i < LISTS; i++) {
        crm_iter *iter;
        int rc = begin(i, token, &iter);
        int taken = length == 0 || (i == 0 && strcmp(token, good) == 0);
        fuzz_expect(taken ? rc == CRM_OK : rc == CRM_E_INVALID || rc == CRM_E_UTF8, "a token of the list");
        crm_iter_free(iter);
    }
    return 0;
}
