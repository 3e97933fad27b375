/* SPDX-License-Identifier: MIT */
/* What proposals take from the definitions, compiled once and shared by all threads: the policies, the store's own quote defaults and the
 * mapping rules. Nothing in a book changes once it is made. */
#include "base/error.h"
#include "model/policy.h"
#include "model/rule.h"
#include "store/store.h"
#include <string.h>

/* --- policies --- */

static const crmi_stored *stored_policy(const crmi_definitions *definitions, uint32_t number) {
    for (size_t i = 0; i < definitions->record_count; i++)
        if (definitions->records[i].kind == CRM_KIND_POLICY && crmi_policy_number(&definitions->records[i]) == number)
            return &definitions->records[i];
    return NULL;
}

static int check_policies(const crmi_definitions *definitions) {
    for (size_t i = 0; i < definitions->record_count; i++)
        if (definitions->records[i].kind == CRM_KIND_POLICY && !crmi_policy_number(&definitions->records[i]))
            return crmi_quote_damaged("a quote policy");
    return CRM_OK;
}

static int read_policies(const crmi_definitions *definitions, crmi_quote_book *book) {
    book->lines = crmi_quote_take(&book->memory, (CRMI_QUOTE_LAST + 1) * CRMI_POLICY_LINES * sizeof *book->lines);
    int rc = book->lines ? check_policies(definitions) : CRM_E_NOMEM;
    for (uint32_t number = 0; rc == CRM_OK && number <= CRMI_QUOTE_LAST; number++) {
        size_t count;
        book->first[number] = (uint16_t)book->line_count;
        rc = crmi_policy_lines(number, stored_policy(definitions, number), book->lines + book->line_count, &count);
        book->line_count += count;
    }
    book->first[CRMI_QUOTE_LAST + 1] = (uint16_t)book->line_count;
    return rc;
}

/* --- the store's own quote defaults --- */

static bool same_text(const crmi_quote_source *a, const crmi_quote_source *b, crm_field field) {
    const crmi_quote_slot *x = crmi_quote_text_of(a, field), *y = crmi_quote_text_of(b, field);
    uint32_t size = x ? x->size : 0;
    return size == (y ? y->size : 0) && (size == 0 || memcmp(x->bytes, y->bytes, size) == 0);
}

static void add_source(crmi_quote_book *book, crmi_quote_source *source) {
    for (size_t i = 0; i < book->own_count; i++) {
        const crmi_quote_source *first = book->own[i];
        if (same_text(first, source, CRM_QUOTE_DEFAULTS_SALES_AREA) && same_text(first, source, CRM_QUOTE_DEFAULTS_COUNTRY) &&
            same_text(first, source, CRM_QUOTE_DEFAULTS_REGION)) {
            source->next = book->own[i];
            book->own[i] = source;
            return;
        }
    }
    book->own[book->own_count++] = source;
}

/* Terms with a scope would be a damaged record: the store has no sites and contacts. */
static int read_own(crmi_txn *txn, const crmi_definitions *definitions, crmi_quote_book *book) {
    size_t count = 0;
    for (size_t i = 0; i < definitions->record_count; i++) count += definitions->records[i].kind == CRM_KIND_QUOTE_DEFAULTS;
    book->own = crmi_quote_take(&book->memory, count * sizeof(crmi_quote_source *));
    if (!book->own) return CRM_E_NOMEM;
    for (size_t i = 0; i < definitions->record_count; i++) {
        crmi_quote_source *source;
        if (definitions->records[i].kind != CRM_KIND_QUOTE_DEFAULTS) continue;
        int rc = crmi_quote_open(&book->memory, &definitions->records[i], &source);
        if (rc < 0) return rc;
        source->public_id = crmi_store_public(txn, source->id);
        if (!crmi_quote_slot_of(source, CRM_QUOTE_DEFAULTS_SCOPE)) add_source(book, source);
    }
    return CRM_OK;
}

/* --- the whole --- */

/* The book lies in its own memory. */
static void free_book(void *compiled) {
    crmi_quote_book *book = compiled;
    crmi_quote_memory memory = book->memory;
    crmi_rules_free(book->rules, book->rule_count);
    crmi_quote_release(&memory);
}

static int make_book(crmi_txn *txn, const crmi_definitions *definitions, void **out) {
    crmi_quote_memory memory = {0};
    crmi_quote_book *book = crmi_quote_take_cleared(&memory, sizeof *book);
    if (!book) return CRM_E_NOMEM;
    book->memory = memory;
    int rc = read_policies(definitions, book);
    if (rc == CRM_OK) rc = read_own(txn, definitions, book);
    if (rc == CRM_OK) rc = crmi_rule_compile_all(definitions, &book->rules, &book->rule_count);
    if (rc == CRM_OK)
        *out = book;
    else
        free_book(book);
    return rc;
}

int crmi_quote_book_of(crmi_txn *txn, crmi_definitions *definitions, const crmi_quote_book **out) {
    void *book = NULL;
    int rc = crmi_definitions_compile(txn, definitions, make_book, free_book, &book);
    *out = book;
    return rc;
}
