/* SPDX-License-Identifier: MIT */
/* Saved plans that are changed as the input says, with a checksum that is right: no plan, or one that tells what it would do and is applied
 * or refused. */
#include "codec/crc32c.h"
#include "fuzz/fuzz.h"
#include <stdlib.h>
#include <string.h>

enum { AT_VERSION = 4, AT_CHECKSUM = 8, HEAD = 12 };

static uint8_t *good, *bytes;
static size_t good_size;

static void save_one(void) {
    static const char rows[] = "Kundennummer;Firma;Ort;E-Mail\n1;Muster AG;Ulm;x@y.de\n77;Neu GmbH;Bonn;\n2;;;kaputt\n";
    crm_csv_options options = {.size = sizeof options};
    crm_sync *sync;
    crm_plan *plan;
    fuzz_expect(crm_sync_new("fuzz", CRM_ROWS_FLAT, &sync) == CRM_OK, "rows");
    crm_sync_set_flags(sync, CRM_SYNC_SKIP_BAD_ROWS);
    fuzz_expect(crm_csv_read(sync, rows, sizeof rows - 1, &options) == CRM_OK, "reading them");
    fuzz_expect(crm_sync_plan(sync, fuzz_scene(), CRM_ACTOR_SYSTEM, &plan) == CRM_OK, "a plan");
    const void *saved = crm_plan_save(plan, &good_size);
    good = malloc(good_size);
    bytes = malloc(2 * good_size);
    fuzz_expect(saved && good && bytes, "saving it");
    memcpy(good, saved, good_size);
    crm_plan_free(plan);
    crm_sync_free(sync);
}

static void ask(crm_plan *plan) {
    crm_record *rec;
    fuzz_expect(crm_plan_json(plan, NULL) && crm_plan_explain(plan, NULL) && crm_plan_save(plan, NULL), "a plan that is told");
    for (size_t row = 0; row < crm_plan_row_count(plan); row++) {
        if (crm_plan_row(plan, row, &rec) == CRM_OK) crm_record_free(rec);
        for (size_t i = 0; i < crm_plan_cell_count(plan, row); i++) {
            crm_plan_heading(plan, row, i);
            crm_plan_cell(plan, row, i);
        }
    }
    for (size_t i = 0; i < crm_plan_change_count(plan); i++)
        if (crm_plan_change(plan, i, &rec) == CRM_OK) crm_record_free(rec);
}

static int load(const uint8_t *saved, size_t size, crm_plan **out) {
    crm_txn *txn;
    fuzz_expect(crm_txn_begin(fuzz_scene(), 0, CRM_ACTOR_SYSTEM, &txn) == CRM_OK, "reading");
    int rc = crm_plan_load(txn, saved, size, out);
    crm_txn_free(txn);
    return rc;
}

/* Nothing is stored: the next input finds the store as it was. */
static int stop_at_end(void *data, uint64_t done, uint64_t total) {
    (void)data;
    return done >= total;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    crm_plan *plan;
    if (!good) save_one();
    memcpy(bytes, good, good_size);
    size_t count = fuzz_edit(bytes, good_size, 2 * good_size, data, size);
    uint32_t sum = count > HEAD ? crmi_crc32c(crmi_crc32c(0, bytes + AT_VERSION, 4), bytes + HEAD, count - HEAD) : 0;
    for (unsigned i = 0; i < 4 && sum; i++) bytes[AT_CHECKSUM + i] = (uint8_t)(sum >> (24 - 8 * i));
    uint8_t *exact = malloc(count ? count : 1); /* of its size, so that reading behind it is seen */
    fuzz_expect(exact != NULL, "memory");
    memcpy(exact, bytes, count);
    if (load(exact, count, &plan) == CRM_OK) {
        ask(plan);
        fuzz_expect(crm_plan_apply(plan, fuzz_store(), CRM_ACTOR_SYSTEM, NULL) < 0, "a plan of another store that is refused");
        crm_plan_set_progress(plan, stop_at_end, NULL);
        crm_plan_apply(plan, fuzz_scene(), CRM_ACTOR_SYSTEM, NULL);
        crm_plan_free(plan);
    }
    free(exact);
    return 0;
}
