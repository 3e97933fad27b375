/* SPDX-License-Identifier: MIT */
/* "field=value" of the command line into a record: one way for every command that sets something, custom fields included. */
#include "cli/cli.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* As in a cell of an import: takes the value away. */
static const char clear_word[] = "#CLEAR";

static bool read_whole(const char *text, int64_t *out) {
    bool negative = *text == '-';
    uint64_t value;
    if (!cli_number(text + negative, INT64_MAX, &value)) return false;
    *out = negative ? -(int64_t)value : (int64_t)value;
    return true;
}

/* "1000.50" in ten-thousandths; at most four decimals. */
static bool read_amount(const char *text, int64_t *out) {
    const char *dot = strchr(text, '.');
    char digits[32];
    size_t whole = dot ? (size_t)(dot - text) : strlen(text), decimals = dot ? strlen(dot + 1) : 0;
    if (whole > 20 || decimals > 4 || (dot && !decimals)) return false;
    memcpy(digits, text, whole);
    memset(digits + whole, '0', 4);
    if (dot) memcpy(digits + whole, dot + 1, decimals);
    digits[whole + 4] = '\0';
    return whole > (text[0] == '-') && read_whole(digits, out);
}

/* "2026-01-31", "2026-01-31T10:30" or "2026-01-31T10:30:00", with or without a "Z": always UTC. */
static bool read_time(const char *text, int64_t *out) {
    char copy[20] = "0000-00-00T00:00:00";
    uint64_t hours, minutes, seconds;
    int64_t days;
    size_t size = strlen(text);
    if (size && text[size - 1] == 'Z') size--;
    if ((size != 10 && size != 16 && size != 19) || (size > 10 && text[10] != 'T')) return false;
    memcpy(copy, text, size);
    bool divided = copy[13] == ':' && copy[16] == ':';
    copy[10] = copy[13] = copy[16] = '\0';
    if (!divided || !cli_date(copy, &days)) return false;
    if (!cli_number(copy + 11, 23, &hours) || !cli_number(copy + 14, 59, &minutes) || !cli_number(copy + 17, 59, &seconds)) return false;
    *out = (days * 86400 + (int64_t)(hours * 3600 + minutes * 60 + seconds)) * 1000000;
    return true;
}

/* 1, 0, or -1 for a word that is neither. */
static int read_bool(const char *text) {
    static const char *const words[] = {"no", "yes", "false", "true", "nein", "ja", "0", "1"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(text, words[i]) == 0) return (int)(i & 1);
    return -1;
}

/* What is being set, and where. */
typedef struct assignment {
    cli_run *cli;
    crm_record *rec;
    const char *pair, *value;
    crm_field field;
} assignment;

static int refuse(const assignment *set, const char *wanted) {
    return cli_error(set->cli, CLI_USAGE, "%s: the field needs %s", set->pair, wanted);
}

static int done(const assignment *set, int status) { return status == CRM_OK ? CLI_OK : cli_failure(set->cli, set->pair); }

/* A group above is named by its code, any other record by its id. */
static int set_reference(const assignment *set) {
    uint64_t id = 0;
    if (set->field != CRM_GROUP_PARENT) {
        if (!cli_number(set->value, (UINT64_C(1) << 52) - 1, &id) || !id) return refuse(set, "an id");
    } else {
        int code = cli_record_find(set->cli, CRM_GROUP_CODE, set->value, &id);
        if (code != CLI_OK) return code;
    }
    return done(set, crm_record_set_id(set->rec, set->field, id));
}

static int set_date(const assignment *set) {
    int64_t days;
    if (!cli_date(set->value, &days)) return refuse(set, "a day as 2026-01-31");
    return done(set, crm_record_set_date(set->rec, set->field, days + cli_value_is_until(set->field)));
}

static int set_typed(const assignment *set) {
    int64_t number;
    int yes;
    switch (crm_field_type(set->field)) {
    case CRM_TYPE_TEXT: return done(set, crm_record_set_text(set->rec, set->field, set->value, CRM_NTS));
    case CRM_TYPE_TEXTS: return done(set, crm_record_add_item(set->rec, set->field, set->value, CRM_NTS));
    case CRM_TYPE_INT:
        if (!read_whole(set->value, &number)) return refuse(set, "a whole number");
        return done(set, crm_record_set_int(set->rec, set->field, number));
    case CRM_TYPE_AMOUNT:
        if (!read_amount(set->value, &number)) return refuse(set, "an amount as 1000.50");
        return done(set, crm_record_set_amount(set->rec, set->field, number));
    case CRM_TYPE_BOOL:
        yes = read_bool(set->value);
        return yes < 0 ? refuse(set, "yes or no") : done(set, crm_record_set_bool(set->rec, set->field, yes));
    case CRM_TYPE_TIME:
        if (!read_time(set->value, &number)) return refuse(set, "a time as 2026-01-31T10:30:00Z");
        return done(set, crm_record_set_time(set->rec, set->field, number));
    case CRM_TYPE_DATE: return set_date(set);
    case CRM_TYPE_ID: return set_reference(set);
    default: return refuse(set, "bytes, which only a program can set");
    }
}

/* Empty text is a value of a text field alone; anywhere else it says that there is none, as #CLEAR does everywhere. */
static int set_field(const assignment *set) {
    bool clears = strcmp(set->value, clear_word) == 0 || (!*set->value && crm_field_type(set->field) != CRM_TYPE_TEXT);
    return clears ? done(set, crm_record_clear(set->rec, set->field)) : set_typed(set);
}

static int set_label(const assignment *set, const char *language) {
    const char *text = strcmp(set->value, clear_word) != 0 ? set->value : NULL;
    return done(set, crm_record_set_label(set->rec, set->field, language, text, CRM_NTS));
}

/* Whether one of the pairs before this one sets the same field: then a list is continued, else begun anew. */
static bool continues(const char *const *pairs, size_t at) {
    size_t size = strcspn(pairs[at], "=") + 1;
    for (size_t i = 0; i < at; i++)
        if (strncmp(pairs[i], pairs[at], size) == 0) return true;
    return false;
}

/* name: of a field, or of a label with its language behind a dot. */
static int assign_name(assignment *set, char *name, bool continued) {
    char *dot = strchr(name, '.');
    if (dot) *dot = '\0';
    set->field = crm_record_field_find(set->rec, name);
    bool label = set->field && crm_field_type(set->field) == CRM_TYPE_LABEL;
    if (!set->field || (dot && !label)) {
        const char *kind = crm_kind_name(crm_record_kind(set->rec));
        return cli_error(set->cli, CLI_USAGE, "%s: no such field; crmdb fields %s lists them", set->pair, kind);
    }
    if (label) return set_label(set, dot ? dot + 1 : cli_language(set->cli));
    if (crm_field_type(set->field) == CRM_TYPE_TEXTS && !continued && crm_record_clear(set->rec, set->field) != CRM_OK)
        return done(set, crm_error_status());
    return set_field(set);
}

int cli_assign(cli_run *cli, crm_record *rec, const char *const *pairs, size_t count) {
    int code = CLI_OK;
    for (size_t i = 0; i < count && code == CLI_OK; i++) {
        assignment set = {.cli = cli, .rec = rec, .pair = pairs[i]};
        char *name;
        if (!cli_pair(pairs[i], false, &name, &set.value)) return cli_error(cli, CLI_USAGE, "\"%s\" is not FIELD=VALUE", pairs[i]);
        code = assign_name(&set, name, continues(pairs, i));
        free(name);
    }
    return code;
}
