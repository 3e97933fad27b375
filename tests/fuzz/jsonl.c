/* SPDX-License-Identifier: MIT */
/* JSON Lines into rows, and the rows into a plan. The first byte tells the shape of the rows. */
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    crm_sync *sync;
    crm_plan *plan;
    if (size == 0) return 0;
    fuzz_expect(crm_sync_new("fuzz", CRM_ROWS_FLAT + data[0] % CRM_ROWS_ROLE, &sync) == CRM_OK, "rows");
    crm_sync_set_flags(sync, CRM_SYNC_IGNORE_UNKNOWN | CRM_SYNC_SKIP_BAD_ROWS);
    if (crm_jsonl_read(sync, data + 1, size - 1) == CRM_OK && crm_sync_plan(sync, fuzz_scene(), CRM_ACTOR_SYSTEM, &plan) == CRM_OK) {
        fuzz_expect(crm_plan_json(plan, NULL) && crm_plan_save(plan, NULL), "a plan that is told");
        crm_plan_free(plan);
    }
    crm_sync_free(sync);
    return 0;
}
