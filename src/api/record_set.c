/* SPDX-License-Identifier: MIT */
/* Records in plain memory: setting and clearing their fields. Everything is checked before the record is touched. */
#include "api/record_fields.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/utf8.h"
#include <string.h>

/* The descriptor of a field that callers may set; NULL with the thread's error and *status. */
static const crmi_field *settable(const crm_record *rec, crm_field field, crmi_field *space, int *status) {
    const crmi_field *found = crmi_api_field(rec, field, space, status);
    if (!found || rec->restored || !(found->flags & CRM_FIELD_SYSTEM)) return found;
    *status = crmi_error_set(CRM_E_TYPE, field, "field %u (%s) is set by the library only", (unsigned)field, found->name);
    return NULL;
}

/* The same for a field of a type. */
static const crmi_field *settable_as(const crm_record *rec, crm_field field, uint32_t type, crmi_field *space, int *status) {
    const crmi_field *found = settable(rec, field, space, status);
    if (!found || found->type == type) return found;
    *status = crmi_api_wrong_type(found);
    return NULL;
}

/* Checks a text of the caller's and gives its size. */
static int check_text(crm_field field, const char *text, size_t len, size_t *size) {
    if (!text) return crmi_error_set(CRM_E_INVALID, field, "the text is NULL");
    *size = len == CRM_NTS ? strnlen(text, CRMI_LIMIT_TEXT_BYTES + 1) : len;
    if (*size > CRMI_LIMIT_TEXT_BYTES) return crmi_error_set(CRM_E_TOO_BIG, field, "a text has at most %d bytes", CRMI_LIMIT_TEXT_BYTES);
    if (!crmi_utf8_check(text, *size)) return crmi_error_set(CRM_E_UTF8, field, "the text is not UTF-8 without U+0000");
    return CRM_OK;
}

int crm_record_set_text(crm_record *rec, crm_field field, const char *text, size_t len) {
    int status;
    crmi_field space;
    size_t size;
    const crmi_field *found = settable_as(rec, field, CRM_TYPE_TEXT, &space, &status);
    if (!found) return status;
    status = check_text(field, text, len, &size);
    return status == CRM_OK ? crmi_object_set_text(rec, found->number, text, size) : status;
}

static int set_integer(crm_record *rec, crm_field field, uint32_t type, int64_t value) {
    int status;
    crmi_field space;
    const crmi_field *found = settable_as(rec, field, type, &space, &status);
    if (!found) return status;
    bool custom = found->number >= CRMI_CUSTOM_FIRST;
    return custom ? crmi_object_set_typed(rec, found->number, type, value) : crmi_object_set_integer(rec, found->number, value);
}

int crm_record_set_int(crm_record *rec, crm_field field, int64_t value) { return set_integer(rec, field, CRM_TYPE_INT, value); }

int crm_record_set_bool(crm_record *rec, crm_field field, int value) { return set_integer(rec, field, CRM_TYPE_BOOL, value != 0); }

/* Sets a date or time that falls on a day. */
static int set_day(crm_record *rec, crm_field field, uint32_t type, int64_t value, int64_t day) {
    int status;
    crmi_field space;
    if (!settable_as(rec, field, type, &space, &status)) return status;
    if (day < CRMI_DAY_MIN || day > CRMI_DAY_MAX) return crmi_error_set(CRM_E_RANGE, field, "the day is not in the years 1 to 9999");
    return set_integer(rec, field, type, value);
}

int crm_record_set_date(crm_record *rec, crm_field field, int64_t days) { return set_day(rec, field, CRM_TYPE_DATE, days, days); }

int crm_record_set_time(crm_record *rec, crm_field field, int64_t microseconds) {
    return set_day(rec, field, CRM_TYPE_TIME, microseconds, crmi_clock_day_of(microseconds));
}

int crm_record_set_amount(crm_record *rec, crm_field field, int64_t amount) { return set_integer(rec, field, CRM_TYPE_AMOUNT, amount); }

int crm_record_set_id(crm_record *rec, crm_field field, crm_id id) { return set_integer(rec, field, CRM_TYPE_ID, (int64_t)id); }

int crm_record_set_bytes(crm_record *rec, crm_field field, const void *bytes, size_t size) {
    int status;
    crmi_field space;
    const crmi_field *found = settable_as(rec, field, CRM_TYPE_BYTES, &space, &status);
    if (!found) return status;
    if (!bytes && size > 0) return crmi_error_set(CRM_E_INVALID, field, "the bytes are NULL");
    if (size > CRMI_LIMIT_BYTES_BYTES) return crmi_error_set(CRM_E_TOO_BIG, field, "a value has at most %d bytes", CRMI_LIMIT_BYTES_BYTES);
    return crmi_object_set_bytes(rec, found->number, CRM_TYPE_BYTES, 0, bytes, size);
}

/* Puts what was built in place of the field's list. */
static int set_list(crm_record *rec, const crmi_field *field, size_t items, crmi_buffer *list) {
    int status = CRM_OK;
    if (list->failed)
        status = crmi_error_nomem();
    else if (items == 0)
        crmi_object_clear(rec, field->number);
    else
        status = crmi_object_set_bytes(rec, field->number, (uint8_t)field->type, (uint16_t)items, list->data, list->size);
    crmi_buffer_free(list);
    return status;
}

/* The field's entry where it is a list; NULL without one. */
static const crmi_entry *list_of(const crm_record *rec, const crmi_field *field) {
    const crmi_entry *entry = crmi_object_find(rec, field->number);
    return entry && entry->type == field->type ? entry : NULL;
}

static void append_text(crmi_buffer *list, const char *text, size_t size) {
    crmi_buffer_append(list, text, size);
    crmi_buffer_byte(list, '\0');
}

int crm_record_add_item(crm_record *rec, crm_field field, const char *text, size_t len) {
    int status;
    crmi_field space;
    size_t size;
    const crmi_field *found = settable_as(rec, field, CRM_TYPE_TEXTS, &space, &status);
    if (!found) return status;
    status = check_text(field, text, len, &size);
    if (status != CRM_OK) return status;
    const crmi_entry *entry = list_of(rec, found);
    size_t items = entry ? entry->items : 0u;
    if (items >= CRMI_LIMIT_TEXTS_ITEMS) return crmi_error_set(CRM_E_TOO_BIG, field, "a list has at most %d texts", CRMI_LIMIT_TEXTS_ITEMS);
    crmi_buffer list = {0};
    if (entry) crmi_buffer_append(&list, entry->text, entry->size);
    append_text(&list, text, size);
    return set_list(rec, found, items + 1, &list);
}

static int check_language(crm_field field, const char *language) {
    size_t size = language ? strnlen(language, 4) : 0;
    bool good = size == 2 || size == 3;
    for (size_t i = 0; good && i < size; i++) good = language[i] >= 'a' && language[i] <= 'z';
    if (good) return CRM_OK;
    return crmi_error_set(CRM_E_INVALID, field, "a language is two or three lower-case letters (ISO 639)");
}

/* Writes a label's texts with one language set, or left out where text is NULL; gives how many languages it has then. */
static size_t merge_label(const crmi_entry *entry, const char *language, const char *text, size_t size, crmi_buffer *list) {
    uint32_t left = entry ? entry->items : 0;
    const char *at = left > 0 ? entry->text : NULL;
    size_t items = 0;
    for (int passed = 0; left > 0 || !passed;) {
        int order = left > 0 ? strcmp(at, language) : 1;
        if (order >= 0 && !passed) {
            passed = 1;
            items += text != NULL;
            if (text) append_text(list, language, strlen(language));
            if (text) append_text(list, text, size);
        }
        if (left == 0) break;
        const char *label = at + strlen(at) + 1, *next = label + strlen(label) + 1;
        items += order != 0;
        if (order != 0) crmi_buffer_append(list, at, (size_t)(next - at));
        at = next;
        left--;
    }
    return items;
}

int crm_record_set_label(crm_record *rec, crm_field field, const char *language, const char *text, size_t len) {
    int status;
    crmi_field space;
    size_t size = 0;
    const crmi_field *found = settable_as(rec, field, CRM_TYPE_LABEL, &space, &status);
    if (!found) return status;
    status = check_language(field, language);
    if (status == CRM_OK && text) status = check_text(field, text, len, &size);
    if (status != CRM_OK) return status;
    crmi_buffer list = {0};
    size_t items = merge_label(list_of(rec, found), language, text, size, &list);
    if (items <= CRMI_LIMIT_LABEL_LANGUAGES) return set_list(rec, found, items, &list);
    crmi_buffer_free(&list);
    return crmi_error_set(CRM_E_TOO_BIG, field, "a label has at most %d languages", CRMI_LIMIT_LABEL_LANGUAGES);
}

int crm_record_clear(crm_record *rec, crm_field field) {
    int status;
    crmi_field space;
    const crmi_field *found = settable(rec, field, &space, &status);
    if (!found) return status;
    const crmi_entry *entry = crmi_object_find(rec, found->number);
    if (crmi_api_is_owner(found))
        rec->owner = 0;
    else if (entry && (entry->type == found->type || entry->type == 0))
        crmi_object_clear(rec, found->number);
    return CRM_OK;
}
