/* SPDX-License-Identifier: MIT */
/* Quote policies: the built-in ones (quote_policy.def), stored ones that take their place, and what a policy may be. */
#include "model/policy.h"
#include "base/error.h"
#include "codec/walk.h"
#include "model/rules.h"
#include <string.h>

/* The levels by the short names of quote_policy.def. */
enum {
    LOCK = CRM_LEVEL_LOCK,
    EXPLICIT = CRM_LEVEL_EXPLICIT,
    PRICE_LIST = CRM_LEVEL_PRICE_LIST,
    SITE = CRM_LEVEL_SITE,
    CONTACT = CRM_LEVEL_CONTACT,
    CUSTOMER = CRM_LEVEL_CUSTOMER,
    PAYER = CRM_LEVEL_PAYER,
    GROUP = CRM_LEVEL_GROUP,
    HIERARCHY = CRM_LEVEL_HIERARCHY,
    COUNTRY = CRM_LEVEL_COUNTRY,
    GLOBAL = CRM_LEVEL_GLOBAL
};
#define LEVELS_MAX 16 /* more than there are */

static const crmi_quote_line sources[] = {
#define CRM_SOURCE(field, level, from) {CRM_QUOTE_##field, from, level},
#define CRM_DEFAULTS(field, level) CRM_SOURCE(field, level, CRM_QUOTE_DEFAULTS_##field)
#define CRM_TERMS(field)                                                                                                                   \
    CRM_SOURCE(field, EXPLICIT, CRM_QUOTE_##field)                                                                                         \
    CRM_DEFAULTS(field, SITE)                                                                                                              \
    CRM_DEFAULTS(field, CONTACT)                                                                                                           \
    CRM_DEFAULTS(field, CUSTOMER)                                                                                                          \
    CRM_DEFAULTS(field, PAYER)                                                                                                             \
    CRM_DEFAULTS(field, GROUP) CRM_DEFAULTS(field, HIERARCHY) CRM_DEFAULTS(field, COUNTRY) CRM_DEFAULTS(field, GLOBAL)
#define CRM_POLICY(field, ...)
#include "model/quote_policy.def"
#undef CRM_SOURCE
#undef CRM_DEFAULTS
#undef CRM_TERMS
#undef CRM_POLICY
};
#define SOURCES (sizeof sources / sizeof *sources)

typedef struct levels {
    size_t count;
    uint32_t of[LEVELS_MAX];
} levels;

static const levels *built_in(uint32_t number) {
    static const levels policies[CRMI_QUOTE_LAST + 1] = {
#define CRM_SOURCE(field, level, from)
#define CRM_TERMS(field)
#define CRM_POLICY(field, ...)                                                                                                             \
    [CRMI_FIELD_NUMBER(CRM_QUOTE_##field)] = {sizeof((const uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t), {__VA_ARGS__}},
#include "model/quote_policy.def"
#undef CRM_SOURCE
#undef CRM_TERMS
#undef CRM_POLICY
    };
    return number <= CRMI_QUOTE_LAST && policies[number].count ? &policies[number] : NULL;
}

/* --- names --- */

uint32_t crmi_quote_level_find(const char *name, size_t size) {
    for (uint32_t level = 1; level <= CRM_LEVEL_GLOBAL; level++) {
        const char *known = crmi_quote_level_name(level);
        if (known && strlen(known) == size && !memcmp(known, name, size)) return level;
    }
    return CRM_LEVEL_UNSET;
}

/* Number of the quote field that has this name and levels; 0: none. */
static uint32_t number_of(const void *name, size_t size) {
    for (uint32_t number = 1; number <= CRMI_QUOTE_LAST; number++) {
        const char *known = crmi_schema_number(CRM_KIND_QUOTE, number)->name;
        if (built_in(number) && strlen(known) == size && !memcmp(known, name, size)) return number;
    }
    return 0;
}

/* The same of a public field number; 0 and the error. */
static uint32_t number_with_levels(crm_field field) {
    if (field / 1000 == CRM_KIND_QUOTE && built_in(CRMI_FIELD_NUMBER(field))) return CRMI_FIELD_NUMBER(field);
    crmi_error_set(CRM_E_TYPE, field, "field %u is not looked for at levels", field);
    return 0;
}

/* --- what a policy may be --- */

static bool has_level(uint32_t number, uint32_t level) {
    for (size_t i = 0; i < SOURCES; i++)
        if (CRMI_FIELD_NUMBER(sources[i].field) == number && sources[i].level == level) return true;
    return false;
}

static bool is_twice(const levels *policy, size_t place) {
    for (size_t i = 0; i < place; i++)
        if (policy->of[i] == policy->of[place]) return true;
    return false;
}

/* Why a level can't stand at its place; NULL where it can. */
static const char *refused(uint32_t number, const levels *policy, size_t place) {
    uint32_t level = policy->of[place];
    bool locked = policy->of[0] == LOCK;
    if (!has_level(number, level)) return "is none of the field's levels";
    if (is_twice(policy, place)) return "stands there twice";
    if (level == LOCK && place > 0) return "can only be the first level";
    if (level == EXPLICIT && place != locked) return "has to be the first level, or the second behind lock";
    return NULL;
}

static int check_levels(uint32_t number, const levels *policy) {
    for (size_t i = 0; i < policy->count; i++) {
        const char *reason = refused(number, policy, i), *name = crmi_quote_level_name(policy->of[i]);
        if (reason && name) return crmi_error_set(CRM_E_RANGE, CRM_POLICY_LEVELS, "level %s %s", name, reason);
        if (reason) return crmi_error_set(CRM_E_RANGE, CRM_POLICY_LEVELS, "there is no level %u", policy->of[i]);
    }
    for (size_t i = 0; i < policy->count; i++)
        if (policy->of[i] == EXPLICIT) return CRM_OK;
    return crmi_error_set(CRM_E_RANGE, CRM_POLICY_LEVELS, "level explicit is missing");
}

/* Adds a level by its name. */
static int add_level(levels *policy, const char *name, size_t size) {
    uint32_t level = crmi_quote_level_find(name, size);
    if (!level) return crmi_error_set(CRM_E_RANGE, CRM_POLICY_LEVELS, "there is no level \"%.*s\"", size <= 64 ? (int)size : 0, name);
    if (policy->count == LEVELS_MAX) return crmi_error_set(CRM_E_RANGE, CRM_POLICY_LEVELS, "there are more levels than a field can have");
    policy->of[policy->count++] = level;
    return CRM_OK;
}

int crmi_policy_check(const crmi_putting *put) {
    const crmi_entry *field = crmi_object_find(put->rec, CRMI_FIELD_NUMBER(CRM_POLICY_FIELD)),
                     *list = crmi_object_find(put->rec, CRMI_FIELD_NUMBER(CRM_POLICY_LEVELS));
    levels policy = {0};
    uint32_t number = number_of(field->text, field->size);
    if (!number) return crmi_error_set(CRM_E_RANGE, CRM_POLICY_FIELD, "field names no quote field that is looked for at levels");
    const char *at = list->text;
    for (uint32_t i = 0; i < list->items; i++) {
        size_t size = strlen(at);
        int rc = add_level(&policy, at, size);
        if (rc < 0) return rc;
        at += size + 1;
    }
    return check_levels(number, &policy);
}

/* --- lines --- */

static int damaged(void) { return crmi_error_set(CRM_E_CORRUPT, 0, "a stored quote policy is damaged"); }

uint32_t crmi_policy_number(const crmi_stored *policy) {
    crmi_value name;
    if (crmi_walk_find(policy->body.data, policy->body.size, CRMI_FIELD_NUMBER(CRM_POLICY_FIELD), &name) != CRM_ROW) return 0;
    return name.type == CRMI_VALUE_TEXT ? number_of(name.bytes, name.size) : 0;
}

static int read_stored(uint32_t number, const crmi_stored *stored, levels *policy) {
    crmi_value list;
    const char *name;
    uint32_t size;
    policy->count = 0;
    int rc = crmi_walk_find(stored->body.data, stored->body.size, CRMI_FIELD_NUMBER(CRM_POLICY_LEVELS), &list);
    if (rc != CRM_ROW || list.type != CRMI_VALUE_ARRAY) return damaged();
    const uint8_t *at = list.bytes, *end = at + list.size;
    while ((rc = crmi_walk_item(&at, end, &name, &size)) == CRM_ROW)
        if (add_level(policy, name, size) < 0) return damaged();
    return rc < 0 || check_levels(number, policy) < 0 ? damaged() : CRM_OK;
}

static size_t add_lines(uint32_t number, uint32_t level, crmi_quote_line *lines) {
    size_t count = 0;
    for (size_t i = 0; i < SOURCES; i++)
        if (CRMI_FIELD_NUMBER(sources[i].field) == number && sources[i].level == level) lines[count++] = sources[i];
    return count;
}

int crmi_policy_lines(uint32_t number, const crmi_stored *stored, crmi_quote_line *lines, size_t *count) {
    const levels *policy = built_in(number);
    levels read;
    *count = 0;
    if (stored) {
        int rc = read_stored(number, stored, &read);
        if (rc < 0) return rc;
        policy = &read;
    }
    if (!policy) return CRM_OK;
    if (policy->of[0] != LOCK) *count += add_lines(number, LOCK, lines); /* no policy unlocks anything */
    for (size_t place = 0; place < policy->count; place++) *count += add_lines(number, policy->of[place], lines + *count);
    return CRM_OK;
}

/* --- stored policies --- */

static int find(crmi_txn *txn, uint32_t number, crmi_packed *out) {
    const char *name = crmi_schema_number(CRM_KIND_QUOTE, number)->name;
    return crmi_index_find(txn, crmi_schema_field(CRM_POLICY_FIELD), NULL, 0, name, strlen(name), out);
}

static int set_levels(crm_record *record, const uint32_t *of, size_t count) {
    crmi_buffer texts = {0};
    for (size_t i = 0; i < count; i++) {
        const char *name = crmi_quote_level_name(of[i]);
        crmi_buffer_append(&texts, name, strlen(name) + 1);
    }
    int rc = texts.failed ? crmi_error_nomem()
                          : crmi_object_set_bytes(record, CRMI_FIELD_NUMBER(CRM_POLICY_LEVELS), CRM_TYPE_TEXTS, (uint16_t)count, texts.data,
                                                  texts.size);
    crmi_buffer_free(&texts);
    return rc;
}

static int new_record(uint32_t number, const uint32_t *of, size_t count, crm_record **out) {
    const char *name = crmi_schema_number(CRM_KIND_QUOTE, number)->name;
    crm_record *record = crmi_object_new(CRM_KIND_POLICY);
    if (!record) return CRM_E_NOMEM;
    int rc = crmi_object_set_text(record, CRMI_FIELD_NUMBER(CRM_POLICY_FIELD), name, strlen(name));
    if (rc == CRM_OK) rc = set_levels(record, of, count);
    if (rc == CRM_OK)
        *out = record;
    else
        crmi_object_free(record);
    return rc;
}

int crmi_policy_get(crmi_txn *txn, crm_field field, crm_record **out) {
    crmi_packed id;
    uint32_t number = number_with_levels(field);
    *out = NULL;
    if (!number) return CRM_E_TYPE;
    int rc = find(txn, number, &id);
    if (rc == CRM_E_NOTFOUND) return new_record(number, built_in(number)->of, built_in(number)->count, out);
    return rc == CRM_OK ? crmi_store_get(txn, id, out) : rc;
}

int crmi_policy_set(crmi_txn *txn, crm_field field, const uint32_t *of, size_t count) {
    crmi_packed id;
    crm_record *record = NULL;
    levels policy = {.count = count};
    uint32_t number = number_with_levels(field);
    if (!number) return CRM_E_TYPE;
    if (count > LEVELS_MAX) return crmi_error_set(CRM_E_RANGE, CRM_POLICY_LEVELS, "there are more levels than a field can have");
    memcpy(policy.of, of, count * sizeof *of);
    int rc = check_levels(number, &policy);
    if (rc < 0) return rc;
    rc = find(txn, number, &id);
    if (rc == CRM_E_NOTFOUND)
        rc = new_record(number, of, count, &record);
    else if (rc == CRM_OK) {
        rc = crmi_store_get(txn, id, &record);
        if (rc == CRM_OK) rc = set_levels(record, of, count);
    }
    if (rc == CRM_OK) rc = crmi_model_put(txn, record, NULL, NULL);
    crmi_object_free(record);
    return rc;
}

int crmi_policy_clear(crmi_txn *txn, crm_field field) {
    crmi_packed id;
    uint32_t number = number_with_levels(field);
    if (!number) return CRM_E_TYPE;
    int rc = find(txn, number, &id);
    if (rc == CRM_E_NOTFOUND) return CRM_OK;
    return rc == CRM_OK ? crmi_model_delete(txn, id, 0) : rc;
}
