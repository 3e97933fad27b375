/* SPDX-License-Identifier: MIT */
/* Mapping files: what one says of columns is what is saved of them. */
#include "fuzz/fuzz.h"
#include <stdio.h>

static crm_sync *new_rows(void) {
    crm_sync *sync;
    fuzz_expect(crm_sync_new("fuzz", CRM_ROWS_FLAT, &sync) == CRM_OK, "rows");
    return sync;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char saved[80];
    crm_sync *sync = new_rows(), *again = new_rows();
    if (crm_mapping_load_file(sync, fuzz_file(data, size)) == CRM_OK && crm_sync_add_column(sync, "Firma", CRM_NTS) == CRM_OK) {
        snprintf(saved, sizeof saved, "%s/mapping.json", fuzz_folder());
        fuzz_expect(crm_mapping_save_file(sync, NULL, saved) == CRM_OK, "saving");
        fuzz_expect(crm_mapping_load_file(again, saved) == CRM_OK, "loading what was saved");
    }
    crm_sync_free(sync);
    crm_sync_free(again);
    return 0;
}
