/* SPDX-License-Identifier: MIT */
/* The file of a store, damaged: salvaged, opened, verified, read to its end and written to. The first byte tells the flags of opening, each
 * four more an edit: its page, its place, what. Records that can be read are those that were stored; a commit leaves pages that are sound;
 * what is salvaged is a sound store. */
#include "fuzz/fuzz.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PAGE = 4096, RECORDS = 200 };

static uint8_t *good, *image;
static size_t image_size;
static char folder[100];
static struct {
    crm_id id;
    char *json;
} known[RECORDS];
static size_t known_count;

static void learn(void) {
    crm_txn *txn;
    crm_iter *iter;
    crm_id id;
    fuzz_expect(crm_txn_begin(fuzz_scene(), 0, CRM_ACTOR_SYSTEM, &txn) == CRM_OK, "reading");
    fuzz_expect(crm_party_list(txn, NULL, NULL, 0, 0, RECORDS, NULL, &iter) == CRM_OK, "parties");
    while (crm_iter_next(iter, &id) == CRM_ROW) {
        crm_record *rec;
        fuzz_expect(crm_record_get(txn, id, &rec) == CRM_OK, "a party");
        known[known_count].id = id;
        known[known_count++].json = strdup(crm_record_json(rec, NULL));
        crm_record_free(rec);
    }
    crm_iter_free(iter);
    crm_txn_free(txn);
}

static void take_image(void) {
    char path[120];
    struct stat info;
    if (good) return;
    learn();
    snprintf(path, sizeof path, "%s/data.mdb", fuzz_scene_folder());
    int file = open(path, O_RDONLY | O_CLOEXEC);
    fuzz_expect(file >= 0 && fstat(file, &info) == 0, path);
    image_size = (size_t)info.st_size;
    good = malloc(image_size);
    image = malloc(image_size);
    fuzz_expect(good && image && read(file, good, image_size) == info.st_size, "the image");
    close(file);
    snprintf(folder, sizeof folder, "%s/damaged", fuzz_folder());
    fuzz_expect(mkdir(folder, 0700) == 0, folder);
}

/* Returns the file's size. */
static size_t damage(const uint8_t *edits, size_t count) {
    size_t size = image_size, pages = image_size / PAGE;
    memcpy(image, good, image_size);
    for (; count >= 4; edits += 4, count -= 4) {
        const size_t at = (edits[1] & 15u) << 8 | edits[2];
        uint8_t *page = image + edits[0] % pages * PAGE;
        switch (edits[1] >> 4 & 7) {
        case 0: page[at] = edits[3]; break;
        case 1: page[at] = (uint8_t)(page[at] + edits[3]); break;
        case 2: page[at] ^= (uint8_t)(1u << (edits[3] & 7)); break;
        case 3: memset(page + at, 0, edits[3] < PAGE - at ? edits[3] : PAGE - at); break;
        case 4: memcpy(page, image + edits[3] % pages * PAGE, PAGE); break;
        case 5: size = (size_t)(page - image) + at; break;
        default: /* a number of 16 bits, in the unit that sizes and offsets of nodes have */ page[at & ~1u] = edits[3]; page[at | 1u] = 0;
        }
    }
    return size;
}

static void write_image(size_t size) {
    static const char *const locks[] = {"lock.mdb", "crm.lock"};
    char path[120];
    for (int i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, locks[i]);
        unlink(path);
    }
    snprintf(path, sizeof path, "%s/data.mdb", folder);
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    fuzz_expect(file >= 0 && write(file, image, size) == (ssize_t)size, path);
    close(file);
}

static void list(crm_txn *txn, int rc, crm_iter *const *page) {
    crm_id id;
    if (rc < 0) return;
    crm_iter *iter = *page;
    while (crm_iter_next(iter, &id) == CRM_ROW) {
        crm_file *file;
        if (crm_file_get(txn, id, &file) < 0) continue;
        fuzz_expect(crm_file_json(file, NULL) != NULL, "a file");
        crm_file_free(file);
    }
    crm_iter_free(iter);
}

static void read_all(crm_db *db, int same) {
    crm_txn *txn;
    crm_iter *iter;
    crm_quote *quote;
    char path[120];
    if (crm_txn_begin(db, 0, CRM_ACTOR_SYSTEM, &txn) < 0) return;
    for (size_t i = 0; i < known_count; i++) {
        crm_record *rec;
        if (crm_record_get(txn, known[i].id, &rec) < 0) continue;
        fuzz_expect(!same || strcmp(crm_record_json(rec, NULL), known[i].json) == 0, "a record that nobody stored");
        crm_record_free(rec);
    }
    list(txn, crm_party_list(txn, NULL, NULL, 0, 0, 0, NULL, &iter), &iter);
    list(txn, crm_group_list(txn, 0, NULL, &iter), &iter);
    list(txn, crm_code_list(txn, "plant", 0, NULL, &iter), &iter);
    if (crm_quote_resolve(txn, known[known_count - 2].id, CRM_TODAY, NULL, &quote) >= 0) crm_quote_free(quote);
    snprintf(path, sizeof path, "%s/dump.jsonl", fuzz_folder());
    if (crm_export_dump(txn, path) == CRM_OK) unlink(path);
    crm_txn_free(txn);
}

/* Whether something was committed. */
static int write_some(crm_db *db) {
    crm_txn *txn;
    crm_record *rec;
    int rc = crm_txn_begin(db, CRM_TXN_WRITE, CRM_ACTOR_SYSTEM, &txn);
    if (rc < 0) return 0;
    for (size_t i = 0; i < known_count && rc >= 0; i += 5) {
        if (crm_record_get(txn, known[i].id, &rec) < 0) continue;
        crm_record_set_text(rec, CRM_PARTY_NAME, "another name", CRM_NTS);
        rc = crm_record_put(txn, rec, NULL, NULL);
        crm_record_free(rec);
        if (rc == CRM_OK && i % 10 == 0) rc = crm_record_delete(txn, known[i].id, 0);
    }
    rc = crm_txn_commit(txn);
    crm_txn_free(txn);
    return rc == CRM_OK;
}

static uint64_t damages_of(crm_db *db) {
    crm_damages *damages;
    if (crm_verify(db, 0, 10, NULL, NULL, &damages) < 0) return UINT64_MAX;
    uint64_t count = crm_damages_count(damages);
    for (size_t i = 0; i < 10 && i < count; i++) fuzz_expect(crm_record_json(crm_damages_record(damages, i), NULL) != NULL, "a damage");
    crm_damages_free(damages);
    return count;
}

static void remove_salvaged(const char *path) {
    static const char *const files[] = {"data.mdb", "lock.mdb", "crm.lock"};
    char name[160];
    for (int i = 0; i < 3; i++) {
        snprintf(name, sizeof name, "%s/%s", path, files[i]);
        unlink(name);
    }
    rmdir(path);
}

static void salvage(void) {
    crm_db_options options = {.size = sizeof options, .max_bytes = 1 << 24, .flags = CRM_DB_CHECK};
    crm_db *db;
    char path[120];
    snprintf(path, sizeof path, "%s/salvaged", fuzz_folder());
    if (crm_salvage(folder, path, NULL, NULL, NULL, NULL, NULL) < 0) return;
    fuzz_expect(crm_db_open(path, &options, &db) == CRM_OK, "a salvaged store");
    fuzz_expect(damages_of(db) == 0, "a salvaged store that is sound");
    read_all(db, 0);
    crm_db_close(db);
    remove_salvaged(path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    crm_db_options options = {.size = sizeof options, .max_bytes = 1 << 24};
    crm_db *db;
    if (size == 0) return 0;
    take_image();
    write_image(damage(data + 1, size - 1));
    salvage();
    options.flags = data[0] & 1 ? CRM_DB_PREVIOUS : data[0] & 2 ? CRM_DB_READ_ONLY : 0;
    if (crm_db_open(folder, &options, &db) < 0) return 0;
    damages_of(db);
    read_all(db, 1);
    int committed = write_some(db);
    read_all(db, 0);
    crm_db_close(db);
    options.flags = CRM_DB_CHECK;
    if (!committed) return 0;
    fuzz_expect(crm_db_open(folder, &options, &db) == CRM_OK, "a store that was written to");
    crm_db_close(db);
    return 0;
}
