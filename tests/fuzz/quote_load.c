/* SPDX-License-Identifier: MIT */
/* Saved proposals that are changed as the input says, with a checksum that is right: no proposal, or one that can be asked and computed
 * again. */
#include "fuzz/fuzz.h"
#include "model/quote_saved.h"
#include <stdlib.h>
#include <string.h>

static crm_txn *txn;
static uint8_t *good, *bytes;
static size_t good_size;

/* One that was computed again: with losers, changes and what was given. */
static void save_one(void) {
    crm_quote *first, *second;
    crm_record *given;
    fuzz_expect(crm_txn_begin(fuzz_scene(), 0, CRM_ACTOR_SYSTEM, &txn) == CRM_OK, "reading");
    fuzz_expect(crm_quote_resolve(txn, fuzz_customer(txn), CRM_TODAY, NULL, &first) >= 0, "a proposal");
    fuzz_expect(crm_record_new(CRM_KIND_QUOTE, &given) == CRM_OK, "what is given");
    crm_record_set_text(given, CRM_QUOTE_PRICE_LIST, "B", 1);
    fuzz_expect(crm_quote_reresolve(txn, first, 0, CRM_TODAY, given, NULL, 0, &second) >= 0, "another one");
    const void *saved = crm_quote_save(second, &good_size);
    good = malloc(good_size);
    bytes = malloc(2 * good_size);
    fuzz_expect(saved && good && bytes, "saving it");
    memcpy(good, saved, good_size);
    crm_record_free(given);
    crm_quote_free(first);
    crm_quote_free(second);
}

static void ask(crm_quote *quote) {
    crm_quote *again;
    size_t size;
    const void *saved = crm_quote_save(quote, &size);
    fuzz_expect(saved && crm_quote_json(quote, NULL), "a proposal that is told");
    for (uint32_t format = CRM_QUOTE_FORMAT_TEXT; format <= CRM_QUOTE_FORMAT_JSON; format++)
        fuzz_expect(crm_quote_explain(quote, format, NULL) != NULL, "its explanation");
    if (crm_quote_reresolve(txn, quote, 0, CRM_TODAY, NULL, NULL, 0, &again) >= 0) crm_quote_free(again);
    fuzz_expect(crm_quote_load(txn, saved, size, &again) >= 0, "what it saved");
    crm_quote_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    crm_quote *quote;
    if (!good) save_one();
    memcpy(bytes, good, good_size);
    size_t count = fuzz_edit(bytes, good_size, 2 * good_size, data, size);
    uint32_t sum = count > CRMI_SAVED_HEAD ? crmi_saved_checksum(bytes, count) : 0;
    for (unsigned i = 0; i < 4 && sum; i++) bytes[CRMI_SAVED_AT_CHECKSUM + i] = (uint8_t)(sum >> (24 - 8 * i));
    uint8_t *exact = malloc(count ? count : 1); /* of its size, so that reading behind it is seen */
    fuzz_expect(exact != NULL, "memory");
    memcpy(exact, bytes, count);
    if (crm_quote_load(txn, exact, count, &quote) >= 0) {
        ask(quote);
        crm_quote_free(quote);
    }
    free(exact);
    return 0;
}
