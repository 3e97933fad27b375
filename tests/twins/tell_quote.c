/* SPDX-License-Identifier: MIT */
/* A proposal, through every function that tells of it, and as the bytes that it is saved as. */
#include "twins.h"

static void tell_losers(twins_call *call, crm_quote *quote, crm_field field) {
    size_t count = crm_quote_loser_count(quote, field);
    fprintf(call->out, "\nlosers %zu\n", count);
    for (size_t i = 0; i < count; i++) twins_tell_const(call, crm_quote_loser(quote, field, i));
}

static void tell_field(twins_call *call, crm_quote *quote, crm_field field) {
    fprintf(call->out, "%u %u %u %llu %llu %u %llu %u", field, crm_quote_level(quote, field), crm_quote_reason(quote, field),
            (unsigned long long)crm_quote_source(quote, field), (unsigned long long)crm_quote_source_revision(quote, field),
            crm_quote_source_field(quote, field), (unsigned long long)crm_quote_rule(quote, field), crm_quote_flags(quote, field));
    for (size_t i = 0; i < crm_quote_candidate_count(quote, field); i++)
        fprintf(call->out, " %llu", (unsigned long long)crm_quote_candidate(quote, field, i));
    tell_losers(call, quote, field);
}

static void tell_address(twins_call *call, const crm_quote *quote, crm_field field) {
    const char *text = crm_quote_address_text(quote, field);
    fprintf(call->out, "%s\n", text ? text : "no address");
    twins_tell_const(call, crm_quote_address(quote, field));
}

static void tell_saved(twins_call *call, crm_quote *quote) {
    size_t size = 0;
    const void *bytes = crm_quote_save(quote, &size);
    fprintf(call->out, "saved %zu\n", size);
    if (bytes) fwrite(bytes, 1, size, call->out);
}

void twins_tell_quote(twins_call *call, int rc, crm_quote *quote) {
    crm_record *given;
    twins_tell(call, rc);
    if (!quote) return;
    call->found = true;
    const char *reason = crm_quote_block_reason(quote);
    fprintf(call->out, "%lld %u %s\n", (long long)crm_quote_date(quote), crm_quote_flags(quote, 0), reason ? reason : "not blocked");
    twins_tell_const(call, crm_quote_record(quote));
    for (crm_field field = 0; (field = crm_field_next(CRM_KIND_QUOTE, field)) != 0;) tell_field(call, quote, field);
    tell_address(call, quote, CRM_QUOTE_SHIP_TO);
    tell_address(call, quote, CRM_QUOTE_BILL_TO);
    for (size_t i = 0; i < crm_quote_change_count(quote); i++) twins_tell_const(call, crm_quote_change(quote, i));
    rc = crm_quote_given(quote, &given);
    twins_tell_record(call, rc, given);
    fprintf(call->out, "%s\n", crm_quote_json(quote, NULL));
    fprintf(call->out, "%s\n", crm_quote_explain(quote, CRM_QUOTE_FORMAT_TEXT, NULL));
    fprintf(call->out, "%s\n", crm_quote_explain(quote, CRM_QUOTE_FORMAT_JSON, NULL));
    tell_saved(call, quote);
    crm_quote_free(quote);
}
