/* SPDX-License-Identifier: MIT */
/* A scene whose addresses are changed. Header only, as scene.h is. */
#ifndef CRM_TESTS_SUPPORT_ADDRESSES_H
#define CRM_TESTS_SUPPORT_ADDRESSES_H
#include "support/scene.h"

/* From reading to writing. */
static inline void addresses_write(struct scene *scene) {
    crm_txn_free(scene->data.txn);
    cr_assert(crm_txn_begin(scene->db, CRM_TXN_WRITE, CRM_ACTOR_SYSTEM, &scene->data.txn) == CRM_OK);
}

static inline crm_record *addresses_get(const struct scene *scene, const char *label) {
    crm_record *rec;
    cr_assert(crm_record_get(scene->data.txn, scene_id(&scene->data, label), &rec) == CRM_OK, "%s", crm_error_text());
    return rec;
}

static inline int addresses_put(const struct scene *scene, crm_record *rec) {
    int rc = crm_record_put(scene->data.txn, rec, NULL, NULL);
    crm_record_free(rec);
    return rc;
}

static inline crm_record *addresses_new(const char *street) {
    crm_record *rec;
    cr_assert(crm_record_new(CRM_KIND_ADDRESS, &rec) == CRM_OK);
    crm_record_set_text(rec, CRM_ADDRESS_STREET, street, CRM_NTS);
    return rec;
}
#endif
