/* SPDX-License-Identifier: MIT */
/* The quote proposal from end to end: check what is given, read, choose, take the values, finish. */
#include "model/quote.h"
#include "base/clock.h"
#include "base/error.h"
#include <stdlib.h>

/* What is read for a usual customer fits here: no allocation. */
#define SCRATCH_BYTES 8192

static int resolve(crmi_quote_work *work) {
    int rc = crmi_quote_check_given(work);
    if (rc == CRM_OK) rc = crmi_quote_read_head(work);
    if (rc < 0) return rc;
    if (crmi_quote_integer_of(work->party, CRM_PARTY_ARCHIVED, 0))
        return crmi_error_set(CRM_E_ARCHIVED, CRM_QUOTE_CUSTOMER, "the customer is archived");
    rc = crmi_quote_price_list(work);
    if (rc == CRM_OK) rc = crmi_quote_choose(work);
    while (rc == CRM_OK && crmi_quote_asks(work)) {
        rc = crmi_quote_read_round(work);
        if (rc == CRM_OK) rc = crmi_quote_choose(work);
    }
    if (rc == CRM_OK) rc = crmi_quote_check_given_codes(work);
    if (rc == CRM_OK) rc = crmi_quote_values(work);
    return rc == CRM_OK ? crmi_quote_finish(work) : rc;
}

int crmi_quote_resolve(crmi_txn *txn, crmi_packed customer, int64_t date, const crm_record *given, crm_quote **out) {
    uint8_t space[SCRATCH_BYTES] __attribute__((aligned(8)));
    *out = NULL;
    if (date < CRMI_DAY_MIN || date > CRMI_DAY_MAX) return crmi_error_set(CRM_E_RANGE, 0, "the day is not in the years 1 to 9999");
    crmi_quote_memory memory = {0};
    crm_quote *quote = crmi_quote_take_cleared(&memory, sizeof *quote);
    if (!quote) return CRM_E_NOMEM;
    quote->memory = memory;
    quote->date = date;
    crmi_quote_work work = {.txn = txn, .quote = quote, .given = given, .date = date, .asked = customer};
    work.scratch = (crmi_quote_memory){space, sizeof space, NULL};
    int rc = resolve(&work);
    crmi_quote_release(&work.scratch);
    if (rc < 0)
        crmi_quote_free(quote);
    else
        *out = quote;
    return rc;
}

static void free_json(crm_record *record) {
    if (record) crmi_buffer_free(&record->json);
}

/* The quote lies in its own memory. */
void crmi_quote_free(crm_quote *quote) {
    if (!quote) return;
    crmi_quote_memory memory = quote->memory;
    free_json(quote->values);
    for (uint32_t i = 0; i < CRMI_QUOTE_ADDRESSES; i++) free_json(quote->addresses[i]);
    crmi_buffer_free(&quote->json);
    crmi_quote_release(&memory);
}
