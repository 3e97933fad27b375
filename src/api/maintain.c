/* SPDX-License-Identifier: MIT */
/* crm_verify(), crm_damages_*, crm_reindex(): looking after a store. */
#include "api/api.h"
#include "model/reindex.h"
#include "model/salvage.h"
#include "model/verify.h"
#include <stdlib.h>

enum { LISTED = 1000 };

static int verify(crm_db *db, uint32_t flags, crm_maintain_progress_fn fn, void *data, crm_damages *damages) {
    int status;
    crmi_db *open = crmi_handle_pin(db, CRMI_HANDLE_DB, 0, &status);
    if (!open) return status;
    status = crmi_verify_store(open, flags, fn, data, damages);
    crmi_handle_unpin(db);
    return status;
}

int crm_verify(crm_db *db, uint32_t flags, size_t limit, crm_maintain_progress_fn fn, void *data, crm_damages **out) {
    if (!out) return crmi_error_set(CRM_E_INVALID, 0, "out is NULL");
    *out = NULL;
    crm_damages *damages = calloc(1, sizeof *damages);
    if (!damages) return crmi_error_nomem();
    damages->limit = limit ? limit : LISTED;
    const crmi_error before = *crmi_error_last();
    int rc = verify(db, flags, fn, data, damages);
    const crmi_error last = rc < 0 ? *crmi_error_last() : before; /* what is found is no failure of the call */
    if (rc == CRM_OK)
        *out = damages;
    else
        crm_damages_free(damages);
    crmi_error_restore(&last);
    return rc;
}

int crm_reindex(const char *path, const crm_db_options *options) { return crmi_reindex(path, options); }

static int check_path(const char *name, const char *path) {
    size_t length;
    int rc = crmi_api_text(name, path, CRM_NTS, &length);
    return rc == CRM_OK && !length ? crmi_error_set(CRM_E_INVALID, 0, "%s is empty", name) : rc;
}

int crm_salvage(const char *from, const char *to, crm_maintain_progress_fn fn, void *data, uint64_t *out_records, uint64_t *out_old,
                uint64_t *out_left) {
    crmi_salvaged all = {0};
    const crmi_error before = *crmi_error_last();
    int rc = check_path("from", from);
    if (rc == CRM_OK) rc = check_path("to", to);
    if (rc == CRM_OK) rc = crmi_salvage_store(from, to, fn, data, &all);
    if (rc == CRM_OK) crmi_error_restore(&before); /* what is damaged is no failure of the call */
    if (out_records) *out_records = all.records;
    if (out_old) *out_old = all.old;
    if (out_left) *out_left = all.left;
    return rc;
}

uint64_t crm_damages_count(const crm_damages *damages) { return damages ? damages->found : 0; }

const crm_record *crm_damages_record(const crm_damages *damages, size_t index) {
    return damages && index < damages->count ? damages->list[index] : NULL;
}

void crm_damages_free(crm_damages *damages) {
    if (!damages) return;
    for (size_t i = 0; i < damages->count; i++) {
        damages->list[i]->embedded = false;
        crmi_object_free(damages->list[i]);
    }
    free(damages->list);
    free(damages);
}
