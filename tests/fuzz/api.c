/* SPDX-License-Identifier: MIT */
/* Calls in any order against a model: two bytes a call, which one and of what. Parties with customer numbers and addresses, and codes, are
 * stored, changed, deleted, found, listed, committed or not; the store is closed and opened again. It answers as the model does. */
#include "fuzz/fuzz.h"
#include "support/store.h"
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { PARTIES = 8, ADDRESSES = 4, CODES = 8, CALLS = 200 };

typedef struct site {
    crm_id id; /* 0: there is none */
    uint8_t town;
} site;
typedef struct world {
    struct {
        crm_id id;
        uint8_t name;
        bool archived;
        uint64_t revision;
        site sites[ADDRESSES];
    } parties[PARTIES];
    crm_id codes[CODES];
} world;

static crm_db *db;
static crm_txn *txn;
static world now, stored; /* as the transaction sees it; as the latest commit left it */

static void expect(int rc, int wanted, const char *what) {
    if (rc != wanted) fprintf(stderr, "%d, not %d\n", rc, wanted);
    fuzz_expect(rc == wanted, what);
}

static void begin(void) {
    expect(crm_txn_begin(db, CRM_TXN_WRITE, CRM_ACTOR_SYSTEM, &txn), CRM_OK, "writing");
    now = stored;
}

static const char *text_of(const char *prefix, unsigned number) {
    static char text[24];
    snprintf(text, sizeof text, "%s%u", prefix, number);
    return text;
}

/* --- writing --- */

static void put_party(unsigned slot, uint8_t name) {
    crm_record *rec;
    if (now.parties[slot].id) {
        expect(crm_record_get(txn, now.parties[slot].id, &rec), CRM_OK, "a party");
    } else {
        rec = test_record(CRM_KIND_PARTY, 0, CRM_PARTY_TYPE, CRM_PARTY_TYPE_ORGANISATION, 0);
    }
    const bool is_new = !now.parties[slot].id, same = !is_new && now.parties[slot].name == name, archived = now.parties[slot].archived;
    expect(crm_record_set_text(rec, CRM_PARTY_NAME, text_of("Name ", name), CRM_NTS), CRM_OK, "a name");
    uint64_t revision;
    crm_id id;
    int rc = crm_record_put(txn, rec, &id, &revision);
    crm_record_free(rec);
    if (archived && rc < 0) {
        expect(rc, CRM_E_ARCHIVED, "an archived party");
        return;
    }
    expect(rc, CRM_OK, "storing a party");
    fuzz_expect(is_new ? revision == 1 : same || revision == now.parties[slot].revision + 1, "its revision");
    if (is_new) memset(&now.parties[slot], 0, sizeof now.parties[slot]);
    now.parties[slot].id = id;
    now.parties[slot].name = name;
    now.parties[slot].revision = revision;
    if (is_new) test_role(txn, id, CRM_ROLE_CUSTOMER, text_of("N", slot));
}

static void delete_party(unsigned slot) {
    crm_id id = now.parties[slot].id;
    if (!id) return;
    expect(crm_record_delete(txn, id, now.parties[slot].revision + 1), CRM_E_STALE, "another revision");
    expect(crm_record_delete(txn, id, 0), CRM_OK, "deleting a party");
    expect(crm_record_delete(txn, id, 0), CRM_E_NOTFOUND, "deleting it again");
    memset(&now.parties[slot], 0, sizeof now.parties[slot]);
}

static void archive(unsigned slot) {
    crm_id id = now.parties[slot].id;
    crm_record *rec;
    if (!id) return;
    expect(now.parties[slot].archived ? crm_record_restore(txn, id, 0) : crm_record_archive(txn, id, 0), CRM_OK, "archiving");
    now.parties[slot].archived = !now.parties[slot].archived;
    expect(crm_record_get(txn, id, &rec), CRM_OK, "a party");
    now.parties[slot].revision = crm_record_revision(rec);
    crm_record_free(rec);
}

static void put_address(unsigned slot, unsigned which, uint8_t town) {
    site *at = &now.parties[slot].sites[which];
    if (!now.parties[slot].id || now.parties[slot].archived) return;
    crm_record *rec = at->id ? test_get(txn, at->id) : test_record(CRM_KIND_ADDRESS, now.parties[slot].id, 0);
    expect(crm_record_set_text(rec, CRM_ADDRESS_TOWN, text_of("Town ", town), CRM_NTS), CRM_OK, "a town");
    at->id = test_put(txn, rec);
    at->town = town;
}

static void delete_address(unsigned slot, unsigned which) {
    site *at = &now.parties[slot].sites[which];
    if (!at->id || now.parties[slot].archived) return;
    expect(crm_record_delete(txn, at->id, 0), CRM_OK, "deleting an address");
    at->id = 0;
}

static void put_code(unsigned which) {
    crm_record *rec = test_record(CRM_KIND_CODE, 0, CRM_CODE_DOMAIN, "plant", CRM_CODE_CODE, text_of("C", which), 0);
    crm_id id = 0;
    int rc = crm_record_put(txn, rec, &id, NULL);
    crm_record_free(rec);
    expect(rc, now.codes[which] ? CRM_E_EXISTS : CRM_OK, "a code");
    if (rc == CRM_OK) now.codes[which] = id;
}

static void delete_code(unsigned which) {
    if (now.codes[which]) expect(crm_record_delete(txn, now.codes[which], 0), CRM_OK, "deleting a code");
    now.codes[which] = 0;
}

/* --- reading --- */

static void check_text(crm_txn *in, crm_id id, crm_field field, const char *wanted) {
    crm_record *rec;
    expect(crm_record_get(in, id, &rec), CRM_OK, "a record");
    const char *text = crm_record_text(rec, field);
    fuzz_expect(text && strcmp(text, wanted) == 0, wanted);
    crm_record_free(rec);
}

static void check_party(crm_txn *in, const world *seen, unsigned slot) {
    crm_id id = 0;
    int rc = crm_party_find(in, CRM_ROLE_CUSTOMER, text_of("N", slot), CRM_NTS, &id);
    expect(rc, seen->parties[slot].id ? CRM_OK : CRM_E_NOTFOUND, "a customer by his number");
    if (!seen->parties[slot].id) return;
    fuzz_expect(id == seen->parties[slot].id, "the customer");
    check_text(in, id, CRM_PARTY_NAME, text_of("Name ", seen->parties[slot].name));
    for (unsigned i = 0; i < ADDRESSES; i++)
        if (seen->parties[slot].sites[i].id)
            check_text(in, seen->parties[slot].sites[i].id, CRM_ADDRESS_TOWN, text_of("Town ", seen->parties[slot].sites[i].town));
}

static size_t count_list(int rc, crm_iter *const *list) {
    crm_id id;
    size_t count = 0;
    expect(rc, CRM_OK, "a list");
    crm_iter *iter = *list;
    while ((rc = crm_iter_next(iter, &id)) == CRM_ROW) count++;
    expect(rc, CRM_OK, "its end");
    crm_iter_free(iter);
    return count;
}

static void check_lists(crm_txn *in, const world *seen) {
    size_t parties[2] = {0}, codes = 0;
    crm_iter *iter;
    for (unsigned i = 0; i < PARTIES; i++) {
        size_t sites = 0;
        if (!seen->parties[i].id) continue;
        parties[seen->parties[i].archived]++;
        for (unsigned k = 0; k < ADDRESSES; k++) sites += seen->parties[i].sites[k].id != 0;
        fuzz_expect(count_list(crm_record_list(in, seen->parties[i].id, CRM_KIND_ADDRESS, 0, NULL, &iter), &iter) == sites, "addresses");
    }
    for (unsigned i = 0; i < CODES; i++) codes += seen->codes[i] != 0;
    fuzz_expect(count_list(crm_party_list(in, NULL, NULL, 0, 0, 0, NULL, &iter), &iter) == parties[0], "parties");
    fuzz_expect(count_list(crm_party_list(in, NULL, NULL, 0, CRM_PARTY_LIST_ARCHIVED, 0, NULL, &iter), &iter) == parties[1], "archived");
    fuzz_expect(count_list(crm_code_list(in, "plant", 0, NULL, &iter), &iter) == codes, "codes");
}

static void check_all(crm_txn *in, const world *seen) {
    for (unsigned i = 0; i < PARTIES; i++) check_party(in, seen, i);
    for (unsigned i = 0; i < CODES; i++) {
        crm_id id = 0;
        int rc = crm_code_find(in, "plant", text_of("C", i), CRM_NTS, &id);
        expect(rc, seen->codes[i] ? CRM_OK : CRM_E_NOTFOUND, "a code");
        fuzz_expect(id == seen->codes[i], "its id");
    }
    check_lists(in, seen);
}

/* What a reader sees beside the writer: the latest commit. */
static void check_stored(void) {
    crm_txn *reading;
    expect(crm_txn_begin(db, 0, CRM_ACTOR_SYSTEM, &reading), CRM_OK, "reading");
    check_all(reading, &stored);
    crm_txn_free(reading);
}

/* --- the calls --- */

static void commit(bool keep) {
    if (keep) {
        expect(crm_txn_commit(txn), CRM_OK, "commit");
        stored = now;
    }
    crm_txn_free(txn);
    begin();
}

static void reopen(void) {
    crm_txn_free(txn);
    crm_db_close(db);
    db = test_open();
    begin();
}

static void call(uint8_t what, uint8_t of) {
    unsigned slot = of % PARTIES, which = of / PARTIES % ADDRESSES;
    switch (what & 15) {
    case 0:
    case 1: put_party(slot, of / PARTIES); break;
    case 2: delete_party(slot); break;
    case 3: archive(slot); break;
    case 4:
    case 5: put_address(slot, which, what >> 4); break;
    case 6: delete_address(slot, which); break;
    case 7: put_code(slot); break;
    case 8: delete_code(slot); break;
    case 9: check_party(txn, &now, slot); break;
    case 10: check_all(txn, &now); break;
    case 11: check_stored(); break;
    case 12: commit(false); break;
    case 13: reopen(); break;
    default: commit(true);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char folder[80];
    snprintf(folder, sizeof folder, "%s/model", fuzz_folder());
    fuzz_expect(mkdir(folder, 0700) == 0, folder);
    test_folder = folder;
    memset(&stored, 0, sizeof stored);
    db = test_open();
    begin();
    for (size_t i = 0; i + 2 <= size && i < 2 * CALLS; i += 2) call(data[i], data[i + 1]);
    check_all(txn, &now);
    check_stored();
    crm_txn_free(txn);
    crm_db_close(db);
    test_folder_remove(folder);
    return 0;
}
