/* SPDX-License-Identifier: MIT */
/* A record of the JSON that it was written as: what crm_record_json() writes, and nothing else. */
#include "exchange/base64.h"
#include "exchange/dump.h"
#include "exchange/refuse.h"
#include "exchange/value.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int refuse(int status, crm_field field, const char *text) { return crm_error_report(status, field, 0, text); }
bool crmi_dump_number(const json_t *object, const char *name, uint64_t *out) {
    const json_t *value = json_object_get(object, name);
    if (!json_is_integer(value) || json_integer_value(value) < 0) return false;
    *out = (uint64_t)json_integer_value(value);
    return true;
}

/* --- the host's own fields --- */

int crmi_custom_learn(crmi_custom_names *custom, const crm_record *rec) {
    const char *name = crm_record_text(rec, CRM_CUSTOM_FIELD_NAME);
    int64_t field = crm_record_int(rec, CRM_CUSTOM_FIELD_FIELD, 0);
    if (!name || strlen(name) >= sizeof custom->names->name || field <= 0 || field > UINT32_MAX) return CRM_OK; /* refused elsewhere */
    crmi_custom_name *grown = realloc(custom->names, (custom->count + 1) * sizeof *grown);
    if (!grown) return crmi_exchange_nomem();
    custom->names = grown;
    grown[custom->count].field = (crm_field)field;
    strcpy(grown[custom->count++].name, name);
    return CRM_OK;
}

/* A name of the kind, built in or the host's, or a number; 0: none. */
static crm_field find_field(const crmi_custom_names *custom, uint32_t kind, const char *name) {
    char path[160], *end;
    int size = snprintf(path, sizeof path, "%s.%s", crm_kind_name(kind), name);
    crm_field found = size < (int)sizeof path ? crm_field_find(path) : 0;
    for (size_t i = 0; !found && i < custom->count; i++)
        if (crm_field_kind(custom->names[i].field) == kind && strcmp(custom->names[i].name, name) == 0) found = custom->names[i].field;
    if (found || *name < '1' || *name > '9') return found;
    unsigned long number = strtoul(name, &end, 10);
    return !*end && number <= UINT32_MAX && crm_field_kind((crm_field)number) == kind ? (crm_field)number : 0;
}

/* --- values --- */

static bool is_end(const char *name) { return strcmp(name, "valid_until") == 0; }

/* Digits in the places of a form's zeros, all else as it is there. */
static bool has_form(const char *text, const char *form) {
    for (; *form; text++, form++)
        if (*form == '0' ? *text < '0' || *text > '9' : *text != *form) return false;
    return *text == '\0';
}

static int digits(const char *text, int count) {
    int value = 0;
    while (count--) value = value * 10 + (*text++ - '0');
    return value;
}

static bool read_day(const char *text, int64_t *out) {
    return crmi_value_days(digits(text, 4), digits(text + 5, 2), digits(text + 8, 2), out);
}

static int set_date(crm_record *rec, crm_field field, const char *name, const json_t *value) {
    int64_t days = json_integer_value(value);
    const char *text = json_string_value(value);
    if (text ? !has_form(text, "0000-00-00") || !read_day(text, &days) : !json_is_integer(value))
        return refuse(CRM_E_FORMAT, field, "not a date");
    if (is_end(name) && days < INT64_MAX) days++;
    return crm_record_set_date(rec, field, days);
}

static int set_time(crm_record *rec, crm_field field, const json_t *value) {
    int64_t time = json_integer_value(value), days;
    const char *text = json_string_value(value);
    if (!text && !json_is_integer(value)) return refuse(CRM_E_FORMAT, field, "not a time");
    if (text) {
        if (!has_form(text, "0000-00-00T00:00:00.000000Z") || !read_day(text, &days)) return refuse(CRM_E_FORMAT, field, "not a time");
        int hour = digits(text + 11, 2), minute = digits(text + 14, 2), second = digits(text + 17, 2);
        if (hour > 23 || minute > 59 || second > 59) return refuse(CRM_E_FORMAT, field, "not a time");
        time = ((days * 24 + hour) * 60 + minute) * INT64_C(60000000) + second * INT64_C(1000000) + digits(text + 20, 6);
    }
    return crm_record_set_time(rec, field, time);
}

/* Sums up below zero, where there is one more number. */
static bool read_amount(const char *text, int64_t *out) {
    bool negative = *text == '-';
    int64_t value = 0;
    int decimals = -1;
    if (negative) text++;
    if (*text < '0' || *text > '9') return false;
    for (; *text; text++) {
        if (*text == '.' && decimals < 0 && text[1]) {
            decimals = 0;
            continue;
        }
        if (*text < '0' || *text > '9' || decimals == 4) return false;
        if (decimals >= 0) decimals++;
        if (__builtin_mul_overflow(value, 10, &value) || __builtin_sub_overflow(value, *text - '0', &value)) return false;
    }
    for (int i = decimals < 0 ? 0 : decimals; i < 4; i++)
        if (__builtin_mul_overflow(value, 10, &value)) return false;
    if (!negative && value == INT64_MIN) return false;
    *out = negative ? value : -value;
    return true;
}

static int set_amount(crm_record *rec, crm_field field, const json_t *value) {
    int64_t amount;
    const char *text = json_string_value(value);
    if (!text || !read_amount(text, &amount)) return refuse(CRM_E_FORMAT, field, "not an amount");
    return crm_record_set_amount(rec, field, amount);
}

static int set_text(crm_record *rec, crm_field field, const json_t *value) {
    if (!json_is_string(value)) return refuse(CRM_E_FORMAT, field, "not a text");
    return crm_record_set_text(rec, field, json_string_value(value), json_string_length(value));
}

static int set_bytes(crm_record *rec, crm_field field, const json_t *value) {
    size_t size = json_string_length(value), got = 0;
    if (!json_is_string(value)) return refuse(CRM_E_FORMAT, field, "not bytes");
    uint8_t *bytes = malloc(size / 4 * 3 + 1);
    if (!bytes) return crmi_exchange_nomem();
    int rc = crmi_base64_read(json_string_value(value), size, bytes, &got) ? crm_record_set_bytes(rec, field, bytes, got)
                                                                           : refuse(CRM_E_FORMAT, field, "not base64");
    free(bytes);
    return rc;
}

static int set_texts(crm_record *rec, crm_field field, const json_t *value) {
    size_t index;
    json_t *item;
    int rc = json_is_array(value) ? CRM_OK : refuse(CRM_E_FORMAT, field, "not a list of texts");
    if (rc < 0) return rc;
    json_array_foreach(value, index, item) {
        rc = json_is_string(item) ? crm_record_add_item(rec, field, json_string_value(item), json_string_length(item))
                                  : refuse(CRM_E_FORMAT, field, "not a list of texts");
        if (rc < 0) break;
    }
    return rc;
}

static int set_label(crm_record *rec, crm_field field, json_t *value) {
    const char *language;
    json_t *text;
    int rc = json_is_object(value) ? CRM_OK : refuse(CRM_E_FORMAT, field, "not labels");
    if (rc < 0) return rc;
    json_object_foreach(value, language, text) {
        rc = json_is_string(text) ? crm_record_set_label(rec, field, language, json_string_value(text), json_string_length(text))
                                  : refuse(CRM_E_FORMAT, field, "not labels");
        if (rc < 0) break;
    }
    return rc;
}

static int set_number(crm_record *rec, crm_field field, const json_t *value) {
    bool is_id = crm_field_type(field) == CRM_TYPE_ID;
    if (!json_is_integer(value) || (is_id && json_integer_value(value) <= 0)) return refuse(CRM_E_FORMAT, field, "not a whole number");
    return is_id ? crm_record_set_id(rec, field, (crm_id)json_integer_value(value))
                 : crm_record_set_int(rec, field, json_integer_value(value));
}

static int set_value(crm_record *rec, crm_field field, const char *name, json_t *value) {
    switch (crm_field_type(field)) {
    case CRM_TYPE_TEXT: return set_text(rec, field, value);
    case CRM_TYPE_BOOL:
        return json_is_boolean(value) ? crm_record_set_bool(rec, field, json_is_true(value))
                                      : refuse(CRM_E_FORMAT, field, "not true or false");
    case CRM_TYPE_DATE: return set_date(rec, field, name, value);
    case CRM_TYPE_TIME: return set_time(rec, field, value);
    case CRM_TYPE_AMOUNT: return set_amount(rec, field, value);
    case CRM_TYPE_BYTES: return set_bytes(rec, field, value);
    case CRM_TYPE_TEXTS: return set_texts(rec, field, value);
    case CRM_TYPE_LABEL: return set_label(rec, field, value);
    default: return set_number(rec, field, value);
    }
}

static bool is_head(const char *name) { return strcmp(name, "kind") == 0 || strcmp(name, "id") == 0 || strcmp(name, "revision") == 0; }

int crmi_dump_fill(const crmi_custom_names *custom, const json_t *object, crm_record *rec) {
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)object, name, value) {
        if (is_head(name)) continue;
        crm_field field = find_field(custom, crm_record_kind(rec), name);
        int rc = field ? set_value(rec, field, name, value) : refuse(CRM_E_FORMAT, 0, "a member that is no field of such a record");
        if (rc < 0) return rc;
    }
    return CRM_OK;
}
