/* SPDX-License-Identifier: MIT */
/* Roles: their number ranges and validity. A customer or supplier that is stored without a number gets the next free one of the role's own
 * range: the settings "number.ROLE.next" (a whole number), ".prefix" and ".width" (digits, filled with zeros). Without settings customers
 * begin at 10000 and suppliers at 70000, as German account charts do; other roles have numbers only where their setting is there. Numbers
 * that are taken are passed over; a range may have gaps. */
#include "base/error.h"
#include "model/rules.h"
#include <inttypes.h>
#include <libcrm/codes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_SIZE 96
#define VALUE_SIZE 64
#define TRIES 100000                             /* taken numbers that are passed over before giving up */
#define LAST_NUMBER UINT64_C(999999999999999998) /* the setting behind it has 18 digits */

static void setting_name(char out[NAME_SIZE], const char *role, const char *part) {
    snprintf(out, NAME_SIZE, "number.%.64s.%s", role, part);
}

static const char *first_number(const char *role) {
    if (strcmp(role, CRM_ROLE_CUSTOMER) == 0) return "10000";
    return strcmp(role, CRM_ROLE_SUPPLIER) == 0 ? "70000" : "";
}

typedef struct number_range {
    char next_name[NAME_SIZE], prefix[VALUE_SIZE], role[CRMI_LIMIT_CODE_BYTES + 1];
    uint64_t next;
    int width;
} number_range;

/* CRM_ROW where the role has a range, CRM_OK where not. */
static int read_range(crmi_txn *txn, const crmi_entry *role, number_range *out) {
    char name[NAME_SIZE], value[VALUE_SIZE];
    if (role->size >= sizeof out->role) return CRM_OK;
    strcpy(out->role, role->text);
    setting_name(out->next_name, role->text, "next");
    int rc = crmi_setting_read(txn, out->next_name, value, sizeof value);
    if (rc < 0) return rc;
    if (!*value) strcpy(value, first_number(role->text));
    if (!*value) return CRM_OK;
    out->next = strtoull(value, NULL, 10);
    setting_name(name, role->text, "prefix");
    rc = crmi_setting_read(txn, name, out->prefix, sizeof out->prefix);
    setting_name(name, role->text, "width");
    if (rc == CRM_OK) rc = crmi_setting_read(txn, name, value, sizeof value);
    out->width = atoi(value);
    return rc < 0 ? rc : CRM_ROW;
}

int crmi_role_has_range(crmi_txn *txn, const char *role, bool *out) {
    number_range range;
    const crmi_entry entry = {.text = role, .size = (uint32_t)strlen(role)};
    int rc = read_range(txn, &entry, &range);
    *out = rc == CRM_ROW;
    return rc < 0 ? rc : CRM_OK;
}

static int next_free(crmi_txn *txn, number_range *range, char *number, size_t cap) {
    for (int tries = 0; tries < TRIES && range->next <= LAST_NUMBER; tries++) {
        crmi_packed taken;
        int size = snprintf(number, cap, "%s%0*" PRIu64, range->prefix, range->width, range->next++);
        int rc = crmi_index_find(txn, crmi_schema_field(CRM_ROLE_NUMBER), range->role, strlen(range->role), number, (size_t)size, &taken);
        if (rc == CRM_E_NOTFOUND) return CRM_OK;
        if (rc < 0) return rc;
    }
    return crmi_error_set(CRM_E_EXISTS, CRM_ROLE_NUMBER, "the number range of role %s has no free number in the next %d; set %s",
                          range->role, TRIES, range->next_name);
}

int crmi_role_prepare(crmi_putting *put) {
    const crmi_entry *role = crmi_object_find(put->rec, CRMI_FIELD_NUMBER(CRM_ROLE_ROLE));
    number_range range;
    char number[VALUE_SIZE * 2 + 32];
    if (put->old || !role || crmi_object_find(put->rec, CRMI_FIELD_NUMBER(CRM_ROLE_NUMBER))) return CRM_OK;
    int rc = read_range(put->txn, role, &range);
    if (rc != CRM_ROW) return rc;
    rc = next_free(put->txn, &range, number, sizeof number);
    if (rc == CRM_OK) rc = crmi_object_set_text(put->rec, CRMI_FIELD_NUMBER(CRM_ROLE_NUMBER), number, strlen(number));
    put->next_number = range.next;
    return rc;
}

int crmi_role_after(const crmi_putting *put) {
    char name[NAME_SIZE], next[32];
    if (!put->next_number) return CRM_OK;
    setting_name(name, crmi_object_find(put->rec, CRMI_FIELD_NUMBER(CRM_ROLE_ROLE))->text, "next");
    snprintf(next, sizeof next, "%" PRIu64, put->next_number);
    return crmi_setting_write(put->txn, name, next, strlen(next));
}

int crmi_role_check(const crmi_putting *put) { return crmi_period_check(put, CRM_ROLE_ROLE, CRM_ROLE_VALID_FROM, CRM_ROLE_VALID_UNTIL); }
