/* SPDX-License-Identifier: MIT */
/* What the fuzz targets share. */
#include "fuzz/fuzz.h"
#include "store/store.h"
#include "support/store.h"
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64], scene_folder[80];
static crm_db *store, *scene;

void fuzz_expect(int holds, const char *what) {
    if (holds) return;
    fprintf(stderr, "%s: %d %s\n", what, crm_error_status(), crm_error_text());
    abort();
}

const char *fuzz_file(const uint8_t *data, size_t size) {
    static char path[40];
    static int file = -1;
    if (file >= 0) close(file);
    file = memfd_create("fuzz", MFD_CLOEXEC);
    fuzz_expect(file >= 0 && (size == 0 || write(file, data, size) == (ssize_t)size), "a file in memory");
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    return path;
}

static int remove_entry(const char *path, const struct stat *info, int type, struct FTW *at) {
    (void)info, (void)type, (void)at;
    return remove(path);
}

static void clean_up(void) {
    crm_db_close(store);
    crm_db_close(scene);
    nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

const char *fuzz_folder(void) {
    if (*folder) return folder;
    snprintf(folder, sizeof folder, "%s/libcrm-fuzz-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    fuzz_expect(mkdtemp(folder) != NULL, "a temporary folder");
    atexit(clean_up);
    return folder;
}

crm_db *fuzz_store(void) {
    crm_db_options options = {.size = sizeof options, .flags = CRM_DB_CREATE};
    char path[80];
    if (store) return store;
    snprintf(path, sizeof path, "%s/store", fuzz_folder());
    fuzz_expect(crm_db_open(path, &options, &store) == CRM_OK, "a store");
    return store;
}

/* --- the scene --- */

static void put_list(crm_txn *txn, crm_record *rec, crm_field field, const char *const *items) {
    for (; *items; items++) fuzz_expect(crm_record_add_item(rec, field, *items, CRM_NTS) == CRM_OK, *items);
    fuzz_expect(test_try(txn, rec) == CRM_OK, "a record with a list");
}

static void put_sites(crm_txn *txn, crm_id party) {
    static const char *const towns[] = {"Ulm", "Dresden"}, *const purposes[] = {"delivery", "billing"};
    for (int i = 0; i < 2; i++) {
        crm_id site = test_put(txn, test_record(CRM_KIND_ADDRESS, party, CRM_ADDRESS_TOWN, towns[i], CRM_ADDRESS_COUNTRY, "DE", 0));
        crm_record *usage = test_record(CRM_KIND_USAGE, party, CRM_USAGE_PURPOSE, purposes[i], 0);
        fuzz_expect(crm_record_set_id(usage, CRM_USAGE_TARGET, site) == CRM_OK, "a usage");
        test_put(txn, usage);
    }
    test_child(txn, CRM_KIND_CONTACT, party, CRM_CONTACT_NAME, "Eva Ott");
    test_put(txn, test_record(CRM_KIND_CHANNEL, party, CRM_CHANNEL_TYPE, "mail", CRM_CHANNEL_VALUE, "a@b.de", 0));
    test_put(txn, test_record(CRM_KIND_QUOTE_DEFAULTS, party, CRM_QUOTE_DEFAULTS_PRICE_LIST, "A", CRM_QUOTE_DEFAULTS_CURRENCY, "EUR", 0));
}

static void put_definitions(crm_txn *txn) {
    static const char *const levels[] = {"explicit", "customer", "group", "global", NULL};
    static const char *const conditions[] = {"customer.machine_count >= 10", "site.country = DE", NULL};
    test_put(txn, test_record(CRM_KIND_CUSTOM_FIELD, 0, CRM_CUSTOM_FIELD_RECORD_KIND, "party", CRM_CUSTOM_FIELD_NAME, "machine_count",
                              CRM_CUSTOM_FIELD_TYPE, "int", 0));
    test_put(txn, test_record(CRM_KIND_CUSTOM_FIELD, 0, CRM_CUSTOM_FIELD_RECORD_KIND, "quote", CRM_CUSTOM_FIELD_NAME, "words",
                              CRM_CUSTOM_FIELD_TYPE, "texts", 0));
    test_put(txn, test_record(CRM_KIND_CODE, 0, CRM_CODE_DOMAIN, "plant", CRM_CODE_CODE, "W1", 0));
    test_put(txn, test_record(CRM_KIND_QUOTE_DEFAULTS, 0, CRM_QUOTE_DEFAULTS_PLANT, "W1", CRM_QUOTE_DEFAULTS_COUNTRY, "DE", 0));
    put_list(txn, test_record(CRM_KIND_POLICY, 0, CRM_POLICY_FIELD, "plant", 0), CRM_POLICY_LEVELS, levels);
    put_list(txn, test_record(CRM_KIND_RULE, 0, CRM_RULE_CODE, "BIG", CRM_RULE_TARGET, "quote.plant", CRM_RULE_VALUE, "W2", 0),
             CRM_RULE_WHEN, conditions);
}

static void fill_scene(crm_txn *txn) {
    crm_id party = test_party(txn, "Muster GmbH"), group = test_group(txn, "GOLD", 0);
    test_role(txn, party, CRM_ROLE_CUSTOMER, "1");
    put_sites(txn, party);
    put_definitions(txn);
    fuzz_expect(crm_group_add(txn, group, party, CRM_NO_DATE, CRM_NO_DATE, NULL) == CRM_OK, "a membership");
    for (int i = 2; i < 40; i++) {
        char text[24];
        snprintf(text, sizeof text, "%d", i);
        test_role(txn, test_party(txn, text), CRM_ROLE_CUSTOMER, text);
    }
}

const char *fuzz_scene_folder(void) {
    static const uint8_t identity[CRMI_IDENTITY_SIZE] = "one store, the same in each run";
    crmi_db *made = NULL;
    if (*scene_folder) return scene_folder;
    snprintf(scene_folder, sizeof scene_folder, "%s/scene", fuzz_folder());
    fuzz_expect(mkdir(scene_folder, 0700) == 0 && crmi_db_make(scene_folder, identity, &made) == CRM_OK, "a store");
    crmi_db_release(made);
    test_folder = scene_folder;
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    fill_scene(txn);
    test_commit(txn);
    txn = test_write(db);
    test_party(txn, "the latest commit");
    test_commit(txn);
    crm_db_close(db);
    return scene_folder;
}

crm_db *fuzz_scene(void) {
    if (scene) return scene;
    fuzz_scene_folder();
    test_folder = scene_folder;
    return scene = test_open();
}

crm_id fuzz_customer(crm_txn *txn) {
    crm_id id;
    fuzz_expect(crm_party_find(txn, CRM_ROLE_CUSTOMER, "1", 1, &id) == CRM_OK, "the customer");
    return id;
}

/* --- edits --- */

static size_t insert_byte(uint8_t *bytes, size_t size, size_t room, size_t at, uint8_t value) {
    if (size == room) return size;
    memmove(bytes + at + 1, bytes + at, size - at);
    bytes[at] = value;
    return size + 1;
}

static size_t delete_bytes(uint8_t *bytes, size_t size, size_t at, size_t count) {
    if (count > size - at) count = size - at;
    memmove(bytes + at, bytes + at + count, size - at - count);
    return size - count;
}

size_t fuzz_edit(uint8_t *bytes, size_t size, size_t room, const uint8_t *edits, size_t count) {
    for (; count >= 4 && size > 0; edits += 4, count -= 4) {
        const uint8_t value = edits[3];
        const size_t at = (size_t)(edits[1] << 8 | edits[2]) % size;
        switch (edits[0] % 5) {
        case 0: bytes[at] = value; break;
        case 1: bytes[at] = (uint8_t)(bytes[at] + value); break;
        case 2: size = insert_byte(bytes, size, room, at, value); break;
        case 3: size = delete_bytes(bytes, size, at, value); break;
        default: /* what lies elsewhere */
            if (at + 16 <= size) memmove(bytes + at, bytes + (size - 16) * value / 255, 16);
        }
    }
    return size;
}
