/* SPDX-License-Identifier: MIT */
/* Dumps of whole stores: what is loaded is a store that opens and can be dumped; what is refused leaves nothing behind. */
#include "fuzz/fuzz.h"
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static void dump(const char *store, const char *path) {
    crm_db *db;
    crm_txn *txn;
    crm_db_options options = {.size = sizeof options};
    fuzz_expect(crm_db_open(store, &options, &db) == CRM_OK, "opening what was loaded");
    fuzz_expect(crm_txn_begin(db, 0, CRM_ACTOR_SYSTEM, &txn) == CRM_OK, "reading it");
    fuzz_expect(crm_export_dump(txn, path) == CRM_OK, "dumping it");
    crm_txn_free(txn);
    crm_db_close(db);
}

static void remove_store(const char *store) {
    static const char *const files[] = {"data.mdb", "lock.mdb", "crm.lock"};
    char path[160];
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(path, sizeof path, "%s/%s", store, files[i]);
        unlink(path);
    }
    fuzz_expect(rmdir(store) == 0, "an empty folder");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char store[80], path[80];
    struct stat info;
    snprintf(store, sizeof store, "%s/loaded", fuzz_folder());
    snprintf(path, sizeof path, "%s/dump.jsonl", fuzz_folder());
    if (crm_import_dump(fuzz_file(data, size), store) != CRM_OK) {
        fuzz_expect(stat(store, &info) != 0, "nothing that was left");
        return 0;
    }
    dump(store, path);
    remove_store(store);
    return 0;
}
