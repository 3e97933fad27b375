/* SPDX-License-Identifier: MIT */
/* CSV into rows, and the rows into a plan. The first byte is the encoding that is told, as a digit; all others: it is found. */
#include "fuzz/fuzz.h"

static void plan(crm_sync *sync) {
    crm_plan *made;
    if (crm_sync_plan(sync, fuzz_store(), CRM_ACTOR_SYSTEM, &made) != CRM_OK) return;
    size_t size;
    const void *bytes = crm_plan_save(made, &size);
    fuzz_expect(bytes && crm_plan_json(made, NULL), "a plan that is told");
    crm_plan_free(made);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    crm_csv_options options = {.size = sizeof options};
    crm_sync *sync;
    if (size == 0) return 0;
    if (data[0] >= '1' && data[0] <= '5') options.encoding = data[0] - '0';
    fuzz_expect(crm_sync_new("fuzz", CRM_ROWS_FLAT, &sync) == CRM_OK, "rows");
    crm_sync_set_flags(sync, CRM_SYNC_IGNORE_UNKNOWN | CRM_SYNC_SKIP_BAD_ROWS);
    if (crm_csv_read(sync, data + 1, size - 1, &options) == CRM_OK) plan(sync);
    crm_sync_free(sync);
    return 0;
}
