/* SPDX-License-Identifier: MIT */
/* Quote rules and policies from texts, parts of them divided by `: of a rule "target`source`value`condition`condition", of a policy
 * "!field`level`level". What is stored takes part in proposals. */
#include "fuzz/fuzz.h"
#include <stdlib.h>
#include <string.h>

static char *next_part(char **rest) {
    char *part = *rest, *end = part ? strchr(part, '`') : NULL;
    if (end) *end = '\0';
    *rest = end ? end + 1 : NULL;
    return part;
}

static void set(crm_record *rec, crm_field field, const char *text) {
    if (text && *text) crm_record_set_text(rec, field, text, CRM_NTS);
}

static void set_list(crm_record *rec, crm_field field, char *rest) {
    for (char *part; (part = next_part(&rest));) crm_record_add_item(rec, field, part, CRM_NTS);
}

static crm_record *parse(char *rest) {
    crm_record *rec;
    const int policy = *rest == '!';
    fuzz_expect(crm_record_new(policy ? CRM_KIND_POLICY : CRM_KIND_RULE, &rec) == CRM_OK, "a record");
    if (policy) {
        rest++;
        set(rec, CRM_POLICY_FIELD, next_part(&rest));
        set_list(rec, CRM_POLICY_LEVELS, rest);
        return rec;
    }
    set(rec, CRM_RULE_CODE, "FUZZ");
    set(rec, CRM_RULE_TARGET, next_part(&rest));
    set(rec, CRM_RULE_SOURCE, next_part(&rest));
    set(rec, CRM_RULE_VALUE, next_part(&rest));
    set_list(rec, CRM_RULE_WHEN, rest);
    return rec;
}

static void propose(crm_txn *txn) {
    crm_quote *quote;
    int rc = crm_quote_resolve(txn, fuzz_customer(txn), CRM_TODAY, NULL, &quote);
    fuzz_expect(rc >= 0, "a proposal");
    fuzz_expect(crm_quote_explain(quote, CRM_QUOTE_FORMAT_TEXT, NULL) && crm_quote_explain(quote, CRM_QUOTE_FORMAT_JSON, NULL),
                "its explanation");
    crm_quote_free(quote);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    crm_txn *txn;
    char *text = malloc(size + 1);
    fuzz_expect(text != NULL, "memory");
    memcpy(text, data, size);
    text[size] = '\0';
    crm_record *rec = parse(text);
    fuzz_expect(crm_txn_begin(fuzz_scene(), CRM_TXN_WRITE, CRM_ACTOR_SYSTEM, &txn) == CRM_OK, "writing");
    if (crm_record_put(txn, rec, NULL, NULL) == CRM_OK) propose(txn);
    crm_txn_free(txn);
    crm_record_free(rec);
    free(text);
    return 0;
}
