/* SPDX-License-Identifier: MIT */
/* A proposal that is saved and loaded must tell what it told before. */
#ifndef CRM_TESTS_SUPPORT_SAVED_H
#define CRM_TESTS_SUPPORT_SAVED_H
#include <criterion/criterion.h>
#include <libcrm/crm.h>
#include <stdlib.h>
#include <string.h>

/* Puts the checksum right: the last 4 of the 12 bytes at the beginning, over the 4 before it and what follows. */
static inline void saved_seal(unsigned char *bytes, size_t size) {
    uint32_t crc = UINT32_MAX;
    for (size_t i = 4; i < size; i++) {
        if (i >= 8 && i < 12) continue;
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? UINT32_C(0x82f63b78) : 0);
    }
    for (int i = 0; i < 4; i++) bytes[8 + i] = (unsigned char)(~crc >> (24 - 8 * i));
}

static inline crm_quote *saved_again(crm_txn *snapshot, crm_quote *quote, const char *what) {
    crm_quote *loaded = NULL;
    size_t size;
    const void *bytes = crm_quote_save(quote, &size);
    cr_assert(bytes, "%s: %s", what, crm_error_text());
    cr_assert(crm_quote_load(snapshot, bytes, size, &loaded) == CRM_OK, "%s: %s", what, crm_error_text());
    return loaded;
}

static inline void saved_same_text(const char *a, const char *b, const char *what) {
    cr_assert((a != NULL) == (b != NULL), "%s: %s -> %s", what, a ? a : "NULL", b ? b : "NULL");
    if (a) cr_assert(strcmp(a, b) == 0, "%s:\n%s\n%s", what, a, b);
}

static inline void saved_same_record(const crm_record *a, const crm_record *b, const char *what) {
    cr_assert((a != NULL) == (b != NULL), "%s: a record", what);
    if (!a) return;
    saved_same_text(crm_record_json((crm_record *)(uintptr_t)a, NULL), crm_record_json((crm_record *)(uintptr_t)b, NULL), what);
}

static inline void saved_same_field(crm_quote *a, crm_quote *b, crm_field field, const char *what) {
    cr_assert(crm_quote_level(a, field) == crm_quote_level(b, field) && crm_quote_reason(a, field) == crm_quote_reason(b, field), "%s",
              what);
    cr_assert(crm_quote_flags(a, field) == crm_quote_flags(b, field) && crm_quote_rule(a, field) == crm_quote_rule(b, field), "%s", what);
    cr_assert(crm_quote_source(a, field) == crm_quote_source(b, field), "%s: source", what);
    cr_assert(crm_quote_source_revision(a, field) == crm_quote_source_revision(b, field), "%s: revision", what);
    cr_assert(crm_quote_source_field(a, field) == crm_quote_source_field(b, field), "%s: source field", what);
    cr_assert(crm_quote_candidate_count(a, field) == crm_quote_candidate_count(b, field), "%s: candidates", what);
    for (size_t i = 0; i < crm_quote_candidate_count(a, field); i++)
        cr_assert(crm_quote_candidate(a, field, i) == crm_quote_candidate(b, field, i), "%s: candidate %zu", what, i);
    cr_assert(crm_quote_loser_count(a, field) == crm_quote_loser_count(b, field), "%s: losers", what);
    for (size_t i = 0; i <= crm_quote_loser_count(a, field); i++)
        saved_same_record(crm_quote_loser(a, field, i), crm_quote_loser(b, field, i), what);
}

static inline void saved_same_given(const crm_quote *a, const crm_quote *b, const char *what) {
    crm_record *given_a, *given_b;
    cr_assert(crm_quote_given(a, &given_a) == CRM_OK && crm_quote_given(b, &given_b) == CRM_OK);
    saved_same_record(given_a, given_b, what);
    crm_record_free(given_a);
    crm_record_free(given_b);
}

/* All that can be asked of both. */
static inline void saved_same(crm_quote *a, crm_quote *b, const char *what) {
    static const crm_field addresses[] = {CRM_QUOTE_SHIP_TO, CRM_QUOTE_BILL_TO};
    cr_assert(crm_quote_date(a) == crm_quote_date(b) && crm_quote_flags(a, 0) == crm_quote_flags(b, 0), "%s", what);
    saved_same_text(crm_quote_block_reason(a), crm_quote_block_reason(b), what);
    saved_same_record(crm_quote_record(a), crm_quote_record(b), what);
    for (crm_field field = 0; (field = crm_field_next(CRM_KIND_QUOTE, field));) saved_same_field(a, b, field, what);
    for (size_t i = 0; i < 2; i++) {
        saved_same_record(crm_quote_address(a, addresses[i]), crm_quote_address(b, addresses[i]), what);
        saved_same_text(crm_quote_address_text(a, addresses[i]), crm_quote_address_text(b, addresses[i]), what);
    }
    saved_same_given(a, b, what);
    cr_assert(crm_quote_change_count(a) == crm_quote_change_count(b), "%s: changes", what);
    for (size_t i = 0; i <= crm_quote_change_count(a); i++) saved_same_record(crm_quote_change(a, i), crm_quote_change(b, i), what);
    saved_same_text(crm_quote_json(a, NULL), crm_quote_json(b, NULL), what);
    for (uint32_t format = CRM_QUOTE_FORMAT_TEXT; format <= CRM_QUOTE_FORMAT_JSON; format++)
        saved_same_text(crm_quote_explain(a, format, NULL), crm_quote_explain(b, format, NULL), what);
}

static inline void saved_check(crm_txn *snapshot, crm_quote *quote, const char *what) {
    size_t size, size_again;
    crm_quote *loaded = saved_again(snapshot, quote, what);
    saved_same(quote, loaded, what);
    const void *bytes = crm_quote_save(quote, &size), *again = crm_quote_save(loaded, &size_again);
    cr_assert(bytes && again && size == size_again && !memcmp(bytes, again, size), "%s: other bytes", what);
    crm_quote_free(loaded);
}
#endif
