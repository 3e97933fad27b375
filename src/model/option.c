/* SPDX-License-Identifier: MIT */
/* Option rules. The codes of all rules are sorted by their bytes, each once; every one knows the next shorter one that it begins with. The
 * longest beginning of a code is then the greatest that is not behind it, or lies above that one.
 *
 * An archived group gives nothing and leads to nothing. Terms that block inheritance do not matter here: they are about terms. */
#include "model/option.h"
#include "base/error.h"
#include "codec/walk.h"
#include "model/group.h"
#include "model/rules.h"
#include "store/gate.h"
#include <stdlib.h>
#include <string.h>

#define NONE UINT32_MAX

typedef struct option_rule {
    crmi_packed id;
    uint32_t rank; /* whose: 0 the customer's own, then his groups in their order */
    uint8_t size;
    bool whole, deny; /* not whole: all codes that begin so */
    char code[CRMI_LIMIT_CODE_BYTES];
} option_rule;

typedef struct option_entry {
    const option_rule *whole, *begins; /* the rules that decide for this text; one of them may be NULL */
    uint32_t above;                    /* the longest shorter entry that this one begins with and that has begins, or NONE */
} option_entry;

struct crmi_options {
    crmi_txn *txn;
    int64_t day;
    option_rule *rules;
    option_entry *entries;
    size_t rule_count, room, entry_count;
    bool default_known, default_allows;
};

/* --- storing --- */

static int refuse(const char *reason) { return crmi_error_set(CRM_E_INVALID, CRM_OPTION_RULE_CODE, "option_rule.code: %s", reason); }

int crmi_option_rule_check(const crmi_putting *put) {
    const crmi_entry *code = crmi_object_find(put->rec, CRMI_FIELD_NUMBER(CRM_OPTION_RULE_CODE));
    if (code->size > CRMI_LIMIT_CODE_BYTES)
        return crmi_error_set(CRM_E_TOO_BIG, CRM_OPTION_RULE_CODE, "code has %u bytes, over the limit of %d", code->size,
                              (int)CRMI_LIMIT_CODE_BYTES);
    const char *star = strchr(code->text, '*');
    if (star && star[1]) return refuse("\"*\" stands at the end only");
    return crmi_period_check(put, CRM_OPTION_RULE_CODE, CRM_OPTION_RULE_VALID_FROM, CRM_OPTION_RULE_VALID_UNTIL);
}

/* --- reading --- */

static int grow(crmi_options *options) {
    size_t room = options->room ? options->room * 2 : 64;
    option_rule *rules = realloc(options->rules, room * sizeof *rules);
    if (!rules) return crmi_error_nomem();
    options->rules = rules;
    options->room = room;
    return CRM_OK;
}

/* False where it is none of a rule's. */
static bool take_code(const crmi_value *value, option_rule *rule) {
    if (value->type != CRMI_VALUE_TEXT || !value->size || value->size > sizeof rule->code) return false;
    rule->whole = value->bytes[value->size - 1] != '*';
    rule->size = (uint8_t)(value->size - !rule->whole);
    memcpy(rule->code, value->bytes, value->size);
    return true;
}

/* valid: on the day. What is of another type than its field's is no answer: a rule that denies must not come to allow by it. */
static int open_rule(const crmi_stored *stored, int64_t day, option_rule *rule, bool *valid) {
    crmi_walk walk;
    crmi_value value;
    bool known = false, sound = true;
    *valid = true;
    *rule = (option_rule){.id = stored->id};
    int rc = crmi_walk_begin(&walk, stored->body.data, stored->body.size);
    if (rc == CRM_OK) rc = crmi_walk_next(&walk, &value);
    for (; rc == CRM_ROW; rc = crmi_walk_next(&walk, &value)) switch (value.number) {
        case CRMI_FIELD_NUMBER(CRM_OPTION_RULE_CODE): known = take_code(&value, rule); break;
        case CRMI_FIELD_NUMBER(CRM_OPTION_RULE_DENY):
            sound &= value.type == CRMI_VALUE_BOOL;
            rule->deny = value.integer != 0;
            break;
        case CRMI_FIELD_NUMBER(CRM_OPTION_RULE_VALID_FROM):
            sound &= value.type == CRMI_VALUE_INT;
            *valid &= day >= value.integer;
            break;
        case CRMI_FIELD_NUMBER(CRM_OPTION_RULE_VALID_UNTIL):
            sound &= value.type == CRMI_VALUE_INT;
            *valid &= day < value.integer;
            break;
        }
    return rc < 0 || !known || !sound ? crmi_error_set(CRM_E_CORRUPT, 0, "a stored option rule is damaged") : CRM_OK;
}

static int take_rule(void *data, size_t read, const crmi_stored *stored) {
    (void)read;
    crmi_options *options = data;
    bool valid = false;
    int rc = options->rule_count == options->room ? grow(options) : CRM_OK;
    if (rc == CRM_OK) rc = open_rule(stored, options->day, &options->rules[options->rule_count], &valid);
    options->rule_count += valid;
    return rc;
}

/* --- order --- */

static uint32_t rank_of(crmi_packed id, uint32_t party, const crmi_group *groups, size_t count) {
    if (crmi_id_root(id) == party) return 0;
    for (size_t i = 0; i < count; i++)
        if (crmi_id_root(groups[i].id) == crmi_id_root(id)) return (uint32_t)i + 1;
    return NONE;
}

/* Keeps the rules of the party and of the groups that give something. */
static void rank_rules(crmi_options *options, uint32_t party, const crmi_group *groups, size_t count) {
    size_t kept = 0;
    uint32_t rank = NONE;
    for (size_t i = 0; i < options->rule_count; i++) {
        bool same = i && crmi_id_root(options->rules[i].id) == crmi_id_root(options->rules[i - 1].id);
        if (!same) rank = rank_of(options->rules[i].id, party, groups, count);
        if (rank == NONE) continue;
        options->rules[kept] = options->rules[i];
        options->rules[kept++].rank = rank;
    }
    options->rule_count = kept;
}

static int compare_bytes(const char *a, size_t a_size, const char *b, size_t b_size) {
    int order = memcmp(a, b, a_size < b_size ? a_size : b_size);
    return order ? order : (a_size > b_size) - (a_size < b_size);
}

/* By code; of those that say something about the same, the one that decides first. */
static int by_code(const void *a, const void *b) {
    const option_rule *x = a, *y = b;
    int order = compare_bytes(x->code, x->size, y->code, y->size);
    if (order) return order;
    if (x->whole != y->whole) return x->whole ? -1 : 1;
    if (x->deny != y->deny) return x->deny ? -1 : 1;
    if (x->rank != y->rank) return x->rank < y->rank ? -1 : 1;
    return (x->id > y->id) - (x->id < y->id);
}

static const option_rule *text_of(const option_entry *entry) { return entry->whole ? entry->whole : entry->begins; }

/* The nearest entry before another that it begins with and that has begins. */
static uint32_t find_above(const crmi_options *options, uint32_t at) {
    const option_rule *text = text_of(&options->entries[at]);
    for (uint32_t above = at ? at - 1 : NONE; above != NONE; above = options->entries[above].above) {
        const option_rule *begins = options->entries[above].begins;
        if (begins && begins->size < text->size && !memcmp(begins->code, text->code, begins->size)) return above;
    }
    return NONE;
}

static int make_entries(crmi_options *options) {
    options->entries = calloc(options->rule_count + 1, sizeof *options->entries);
    if (!options->entries) return crmi_error_nomem();
    if (options->rule_count) qsort(options->rules, options->rule_count, sizeof *options->rules, by_code);
    for (size_t i = 0; i < options->rule_count; i++) {
        const option_rule *rule = &options->rules[i];
        if (!i || compare_bytes(rule[-1].code, rule[-1].size, rule->code, rule->size) != 0) options->entry_count++;
        option_entry *entry = &options->entries[options->entry_count - 1];
        const option_rule **place = rule->whole ? &entry->whole : &entry->begins;
        if (!*place) *place = rule;
    }
    for (uint32_t at = 0; at < options->entry_count; at++) options->entries[at].above = find_above(options, at);
    return CRM_OK;
}

int crmi_options_read(crmi_txn *txn, crmi_packed party, int64_t day, crmi_options **out) {
    crmi_group *groups = NULL;
    size_t count = 0;
    crmi_options *options = *out = calloc(1, sizeof *options);
    if (!options) return crmi_error_nomem();
    options->txn = txn;
    options->day = day;
    crmi_group_also also = {CRM_KIND_OPTION_RULE, take_rule, options};
    crmi_gate_lift(txn); /* the caller sees the party; groups decide for every actor */
    int rc = crmi_group_of_party(txn, party, day, false, &also, &groups, &count);
    crmi_gate_drop(txn);
    if (rc == CRM_OK) rank_rules(options, crmi_id_root(party), groups, count);
    if (rc == CRM_OK) rc = make_entries(options);
    free(groups);
    return rc;
}

void crmi_options_free(crmi_options *options) {
    if (!options) return;
    free(options->rules);
    free(options->entries);
    free(options);
}

/* --- answering --- */

/* The greatest entry that is not behind a code; NONE: all are. */
static uint32_t find_place(const crmi_options *options, const char *code, size_t size) {
    size_t low = 0, high = options->entry_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const option_rule *text = text_of(&options->entries[middle]);
        if (compare_bytes(text->code, text->size, code, size) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? (uint32_t)low - 1 : NONE;
}

static const option_rule *decide(const crmi_options *options, const char *code, size_t size) {
    uint32_t at = find_place(options, code, size);
    if (at == NONE) return NULL;
    const option_entry *entry = &options->entries[at];
    const option_rule *text = text_of(entry);
    size_t common = 0;
    while (common < size && common < text->size && text->code[common] == code[common]) common++;
    if (entry->whole && common == size && text->size == size) return entry->whole;
    if (!entry->begins) at = entry->above;
    while (at != NONE && options->entries[at].begins->size > common) at = options->entries[at].above;
    return at == NONE ? NULL : options->entries[at].begins;
}

static int read_default(crmi_options *options) {
    char value[8];
    crmi_gate_lift(options->txn); /* holds for every actor */
    int rc = crmi_setting_read(options->txn, "option.default", value, sizeof value);
    crmi_gate_drop(options->txn);
    options->default_known = rc == CRM_OK;
    options->default_allows = strcmp(value, "deny") != 0;
    return rc;
}

int crmi_options_answer(crmi_options *options, const char *code, size_t size, bool *allowed, crm_id *rule) {
    const option_rule *found = decide(options, code, size);
    int rc = found || options->default_known ? CRM_OK : read_default(options);
    if (rc < 0) return rc;
    *allowed = found ? !found->deny : options->default_allows;
    *rule = found && crmi_gate_sees(options->txn, found->id) ? crmi_store_public(options->txn, found->id) : 0;
    return CRM_OK;
}
