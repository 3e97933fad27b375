/* SPDX-License-Identifier: MIT */
/* Fields that the host defines, in the store of writing.h. */
#ifndef CRM_TESTS_SUPPORT_CUSTOM_H
#define CRM_TESTS_SUPPORT_CUSTOM_H
#include "support/writing.h"
#include <criterion/criterion.h>
#include <stdlib.h>

enum { INDEXED = 1, UNIQUE = 2, FOLDED = 4, SEARCHABLE = 8, PERSONAL = 16 };
static const crm_field flag_fields[] = {CRM_CUSTOM_FIELD_INDEXED, CRM_CUSTOM_FIELD_UNIQUE, CRM_CUSTOM_FIELD_FOLDED,
                                        CRM_CUSTOM_FIELD_SEARCHABLE, CRM_CUSTOM_FIELD_PERSONAL};

static inline crm_record *definition(const char *kind, const char *name, const char *type, int flags) {
    crm_record *rec = test_record(CRM_KIND_CUSTOM_FIELD, 0, CRM_CUSTOM_FIELD_RECORD_KIND, kind, CRM_CUSTOM_FIELD_NAME, name,
                                  CRM_CUSTOM_FIELD_TYPE, type, 0);
    for (size_t i = 0; i < sizeof flag_fields / sizeof *flag_fields; i++)
        if (flags >> i & 1) cr_assert_eq(crm_record_set_bool(rec, flag_fields[i], 1), CRM_OK);
    return rec;
}

/* Defines a field; its number. */
static inline crm_field define(const char *kind, const char *name, const char *type, int flags) {
    crm_record *rec = test_get(txn, test_put(txn, definition(kind, name, type, flags)));
    crm_field field = (crm_field)crm_record_int(rec, CRM_CUSTOM_FIELD_FIELD, 0);
    crm_record_free(rec);
    cr_assert(field);
    return field;
}

/* Commits and begins again. */
static inline void go_on(void) {
    test_commit(txn);
    txn = test_write(db);
}

static inline crm_id definition_of(crm_field field) {
    crm_record *rec;
    cr_assert_eq(crm_custom_field_get(txn, field, &rec), CRM_OK, "%s", crm_error_text());
    crm_id id = crm_record_key(rec);
    crm_record_free(rec);
    return id;
}

static inline crm_id party_with(const char *name, crm_field field, const char *text) {
    crm_record *rec = test_record(CRM_KIND_PARTY, 0, CRM_PARTY_TYPE, CRM_PARTY_TYPE_ORGANISATION, CRM_PARTY_NAME, name, 0);
    if (text) cr_assert_eq(crm_record_set_text(rec, field, text, CRM_NTS), CRM_OK, "%s", crm_error_text());
    return test_put(txn, rec);
}

static inline int change_text(crm_id id, crm_field field, const char *text) {
    crm_record *rec = test_get(txn, id);
    int rc = text ? crm_record_set_text(rec, field, text, CRM_NTS) : crm_record_clear(rec, field);
    cr_assert_eq(rc, CRM_OK, "%s", crm_error_text());
    return test_try(txn, rec);
}

static inline size_t found_int(crm_field field, int64_t value) {
    static test_ids ids;
    crm_iter *iter;
    ids.count = 0;
    cr_assert_eq(crm_record_search_int(txn, field, value, 0, NULL, &iter), CRM_OK, "%s", crm_error_text());
    free(test_page(iter, &ids));
    return ids.count;
}
#endif
