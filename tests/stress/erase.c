/* SPDX-License-Identifier: MIT */
/* Half of a store's customers are deleted, imported ones and others, whose values had changed, were tracked and were searched by. Nothing
 * tells of them any more: no list, search, feed, history, receipt or dump. What import runs wrote over has some of it until they are
 * forgotten; then not a byte is in a copy, nor in the store when it was made smaller. Those who stay are all there. */
#include "stress/operations.h"
#include <dirent.h>
#include <libcrm/maintain.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { PEOPLE = 50, STAYING = 500, ROOM = 1 << 24 };
enum { ERASED, VALUES, IN_FILE, IN_RUNS, BYTES };

static char store[STRESS_PATH], copy[STRESS_PATH];
static crm_id ids[2][PEOPLE]; /* 0: who goes, 1: who stays */

/* --- values: two signs, and ten digits: 7713, the person from 0 or from STAYING on, which value, which time it was written --- */

static int person(int stays, int i) { return (stays ? STAYING : 0) + i; }

static const char *digits(int who, int value, int version) {
    static char out[4][32];
    static int next;
    char *at = out[next++ % 4];
    snprintf(at, 32, "%s7713%03d%d%02d", value ? "qx" : "78", who, value, version);
    return at;
}

/* An account at the bank 12345678: its check digits make the remainder by 97 one. */
static const char *iban(int who, int version) {
    static char out[32];
    char digit[48];
    int rest = 0;
    snprintf(digit, sizeof digit, "123456%s131400", digits(who, 0, version));
    for (const char *c = digit; *c; c++) rest = (rest * 10 + *c - '0') % 97;
    snprintf(out, sizeof out, "DE%02d123456%s", 98 - rest, digits(who, 0, version));
    return out;
}

/* Whose values are among these bytes. */
static size_t count_people(const char *bytes, size_t size, bool found[2][PEOPLE]) {
    size_t count = 0;
    memset(found, 0, 2 * PEOPLE * sizeof(bool));
    for (const char *at = bytes, *end = bytes + size; (at = memmem(at, (size_t)(end - at), "7713", 4)) && end - at >= 7; at++) {
        bool ours = at - bytes >= 6 && (memcmp(at - 4, "5678", 4) == 0 || (at[-2] | 32) == 'q');
        int who = (at[4] - '0') * 100 + (at[5] - '0') * 10 + at[6] - '0', stays = who >= STAYING;
        who -= stays * STAYING;
        if (!ours || who < 0 || who >= PEOPLE) continue;
        count += !stays;
        found[stays][who] = true;
    }
    return count;
}

/* In all files of a folder. */
static void scan(const char *folder, size_t *erased, size_t *staying) {
    static char bytes[ROOM];
    size_t size = 0;
    bool found[2][PEOPLE];
    DIR *all = opendir(folder);
    stress_need(all != NULL, folder);
    for (const struct dirent *entry; (entry = readdir(all));) {
        char path[2 * STRESS_PATH + 100];
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        FILE *in = entry->d_name[0] == '.' ? NULL : fopen(path, "rb");
        if (!in) continue;
        size += fread(bytes + size, 1, ROOM - size, in);
        fclose(in);
    }
    closedir(all);
    stress_need(size < ROOM, "room for the files");
    *erased = count_people(bytes, size, found);
    *staying = 0;
    for (int i = 0; i < PEOPLE; i++) *staying += found[1][i];
}

/* --- the store --- */

static int fill_person(crm_txn *txn, int who, crm_id *out) {
    char number[16];
    snprintf(number, sizeof number, "C%d", who);
    int rc = stress_put(txn, CRM_KIND_PARTY, 0, out, CRM_PARTY_TYPE, CRM_PARTY_TYPE_PERSON, CRM_PARTY_NAME, digits(who, 1, 0),
                        CRM_PARTY_NOTE, digits(who, 2, 0), 0);
    if (rc == CRM_OK) rc = stress_put(txn, CRM_KIND_ROLE, *out, NULL, CRM_ROLE_ROLE, CRM_ROLE_CUSTOMER, CRM_ROLE_NUMBER, number, 0);
    if (rc == CRM_OK)
        rc = stress_put(txn, CRM_KIND_ADDRESS, *out, NULL, CRM_ADDRESS_TOWN, digits(who, 3, 0), CRM_ADDRESS_STREET, digits(who, 4, 0), 0);
    if (rc == CRM_OK) rc = stress_put(txn, CRM_KIND_BANK, *out, NULL, CRM_BANK_IBAN, iban(who, 0), CRM_BANK_HOLDER, digits(who, 5, 0), 0);
    if (rc == CRM_OK)
        rc = stress_put(txn, CRM_KIND_CHANNEL, *out, NULL, CRM_CHANNEL_TYPE, CRM_CHANNEL_PHONE, CRM_CHANNEL_VALUE, digits(who, 6, 0), 0);
    if (rc == CRM_OK)
        rc = stress_put(txn, CRM_KIND_IDENTIFIER, *out, NULL, CRM_IDENTIFIER_SCHEME, "erp", CRM_IDENTIFIER_VALUE, digits(who, 7, 0), 0);
    if (rc == CRM_OK) rc = stress_put(txn, CRM_KIND_CONTACT, *out, NULL, CRM_CONTACT_LAST_NAME, digits(who, 8, 0), 0);
    return rc;
}

static int fill(crm_txn *txn, void *data) {
    (void)data;
    int rc = crm_setting_set(txn, "changes.fields", "party.name, bank.iban, channel.value, address.street", CRM_NTS);
    for (int i = 0; rc == CRM_OK && i < 2 * PEOPLE; i++)
        if (i % 3) rc = fill_person(txn, person(i & 1, i / 2), &ids[i & 1][i / 2]);
    return rc == CRM_OK ? CRM_COMMIT : rc;
}

/* Everybody's name, street and account anew; who is not there yet comes with it. */
static void import(crm_db *db, int version) {
    static char rows[1 << 16];
    size_t size = (size_t)snprintf(rows, sizeof rows, "role.number;party.name;address.town;address.street;bank.iban\n");
    for (int i = 0; i < 2 * PEOPLE; i++) {
        int who = person(i & 1, i / 2);
        size += (size_t)snprintf(rows + size, sizeof rows - size, "C%d;%s;%s;%s;%s\n", who, digits(who, 1, version),
                                 digits(who, 3, version), digits(who, 4, version), iban(who, version));
    }
    stress_need(stress_import(db, rows, 0) == CRM_OK, "an import");
}

static int change(crm_txn *txn, void *data) {
    int rc = CRM_OK;
    for (int i = 0; rc == CRM_OK && i < 2 * PEOPLE; i++) {
        char number[16];
        crm_record *rec = NULL;
        int who = person(i & 1, i / 2);
        snprintf(number, sizeof number, "C%d", who);
        rc = crm_party_get(txn, CRM_ROLE_CUSTOMER, number, CRM_NTS, &rec);
        if (rc == CRM_OK) ids[i & 1][i / 2] = crm_record_key(rec);
        if (rc == CRM_OK) rc = crm_record_set_text(rec, CRM_PARTY_NAME, digits(who, 1, *(int *)data), CRM_NTS);
        if (rc == CRM_OK) rc = crm_record_put(txn, rec, NULL, NULL);
        crm_record_free(rec);
    }
    return rc == CRM_OK ? CRM_COMMIT : rc;
}

static crm_db *make(void) {
    crm_db *db;
    int imports = 1 + (int)stress_draw(3), version = 0;
    stress_drop(store);
    stress_need(stress_open(store, CRM_DB_CREATE, &db) == CRM_OK, "a store");
    stress_need(crm_transact(db, CRM_ACTOR_SYSTEM, fill, NULL) == CRM_OK, "people");
    for (int i = 0; i < imports; i++) import(db, ++version);
    version++;
    stress_need(crm_transact(db, CRM_ACTOR_SYSTEM, change, &version) == CRM_OK, "changes");
    return db;
}

static int erase(crm_txn *txn, void *data) {
    (void)data;
    int rc = CRM_OK;
    for (int i = 0; rc == CRM_OK && i < PEOPLE; i++) rc = crm_record_delete(txn, ids[0][i], 0);
    return rc == CRM_OK ? CRM_COMMIT : rc;
}

static int forget(crm_txn *txn, void *data) {
    crm_iter *iter;
    crm_id id;
    (void)data;
    int rc = crm_record_list(txn, 0, CRM_KIND_IMPORT_RUN, 0, NULL, &iter);
    if (rc < 0) return rc;
    while ((rc = crm_iter_next(iter, &id)) == CRM_ROW)
        if ((rc = crm_run_forget(txn, id)) < 0) break;
    crm_iter_free(iter);
    return rc < 0 ? rc : CRM_COMMIT;
}

/* --- what the library tells --- */

static size_t count_ids(int rc, crm_iter *iter) {
    crm_id id;
    size_t count = 0;
    stress_need(rc == CRM_OK, "a list");
    while (crm_iter_next(iter, &id) == CRM_ROW) count++;
    crm_iter_free(iter);
    return count;
}

/* Whoever is deleted is found by nothing; who stays by everything. */
static void find(crm_txn *txn, int stays, int i) {
    int who = person(stays, i), wanted = stays ? CRM_OK : CRM_E_NOTFOUND;
    char number[16];
    crm_id found;
    crm_record *rec = NULL;
    crm_iter *iter = NULL;
    crm_changes *values = NULL;
    snprintf(number, sizeof number, "C%d", who);
    CHECK(crm_record_get(txn, ids[stays][i], &rec) == wanted, "%d: by its id", who);
    crm_record_free(rec);
    CHECK(crm_party_find(txn, CRM_ROLE_CUSTOMER, number, CRM_NTS, &found) == wanted, "%d: by its number", who);
    int rc = crm_party_list(txn, CRM_ROLE_CUSTOMER, "qx", CRM_NTS, 0, 1000, NULL, &iter);
    CHECK(count_ids(rc, iter) == PEOPLE, "the directory");
    rc = crm_change_values(txn, ids[stays][i], 0, 0, NULL, &values);
    CHECK(stays ? rc == CRM_OK && crm_changes_count(values) > 0 : rc == CRM_E_NOTFOUND || crm_changes_count(values) == 0, "%d: history: %d",
          who, rc);
    crm_changes_free(values);
}

static void tell_records(crm_txn *txn, FILE *out) {
    crm_dump *dump;
    crm_record *rec;
    crm_id id, to;
    stress_need(crm_dump_begin(txn, &dump) == CRM_OK, "a dump");
    while (crm_dump_next(dump, &rec, &id, &to) == CRM_ROW) {
        if (rec) fputs(crm_record_json(rec, NULL), out);
        crm_record_free(rec);
    }
    crm_dump_free(dump);
}

static void tell_changes(crm_txn *txn, FILE *out) {
    crm_changes *changes;
    char token[400] = "";
    do {
        stress_need(crm_change_list(txn, 0, *token ? token : NULL, 10000, &changes) == CRM_OK, "changes");
        for (size_t i = 0; i < crm_changes_count(changes); i++)
            fputs(crm_record_json((crm_record *)(uintptr_t)crm_changes_record(changes, i), NULL), out);
        snprintf(token, sizeof token, "%s", crm_changes_token(changes));
        uint32_t more = crm_changes_more(changes);
        crm_changes_free(changes);
        if (!more) break;
    } while (true);
}

static void look(crm_db *db) {
    char *text;
    size_t size;
    bool found[2][PEOPLE];
    crm_txn *txn;
    FILE *out = open_memstream(&text, &size);
    stress_need(out && crm_txn_begin(db, 0, CRM_ACTOR_SYSTEM, &txn) == CRM_OK, "a snapshot");
    for (int i = 0; i < PEOPLE; i++) {
        find(txn, 0, i);
        find(txn, 1, i);
    }
    tell_records(txn, out);
    tell_changes(txn, out);
    fclose(out);
    size_t erased = count_people(text, size, found);
    CHECK(erased == 0, "%zu values are told", erased);
    for (int i = 0; i < PEOPLE; i++) CHECK(found[1][i], "%d is not told of", person(1, i));
    free(text);
    crm_txn_free(txn);
}

/* --- a round --- */

static size_t scan_copy(crm_db *db) {
    size_t erased, staying;
    stress_drop(copy);
    stress_need(crm_db_backup(db, copy) == CRM_OK, "a copy");
    scan(copy, &erased, &staying);
    CHECK(staying == PEOPLE, "%zu of those who stay are in the copy", staying);
    return erased;
}

static void check_sound(const char *path) {
    crm_db *db;
    crm_damages *damages = NULL;
    stress_need(stress_open(path, 0, &db) == CRM_OK && crm_verify(db, 0, 1, NULL, NULL, &damages) == CRM_OK, path);
    CHECK(crm_damages_count(damages) == 0, "it is not sound: %s", crm_record_text(crm_damages_record(damages, 0), CRM_DAMAGE_REASON));
    crm_damages_free(damages);
    crm_db_close(db);
}

static void run(void) {
    crm_db *db = make();
    size_t erased, staying;
    stress_count[VALUES] += scan_copy(db);
    stress_need(crm_transact(db, CRM_ACTOR_SYSTEM, erase, NULL) == CRM_OK, "deleting");
    look(db);
    scan(store, &erased, &staying);
    stress_count[IN_FILE] += erased;
    stress_count[IN_RUNS] += scan_copy(db);
    stress_need(crm_transact(db, CRM_ACTOR_SYSTEM, forget, NULL) == CRM_OK, "forgetting");
    look(db);
    erased = scan_copy(db);
    CHECK(erased == 0, "%zu values are in a copy", erased);
    crm_db_close(db);
    stress_need(crm_db_compact(store, NULL) == CRM_OK, "making the store smaller");
    scan(store, &erased, &staying);
    CHECK(erased == 0 && staying == PEOPLE, "%zu values are in the store, %zu stay", erased, staying);
    stress_count[BYTES] += erased;
    stress_count[ERASED] += PEOPLE;
    check_sound(store);
    check_sound(copy);
}

int main(int argc, char **argv) {
    uint64_t round;
    stress_begin(argc, argv, "erase", 10, 200);
    stress_place("store", store);
    stress_place("copy", copy);
    while (stress_round(&round)) run();
    printf(
        "erase: %llu people with %llu values; right after the deletion %llu are in the file, %llu of them in what runs wrote over; after "
        "forgetting these and making it smaller %llu\n",
        (unsigned long long)stress_count[ERASED], (unsigned long long)stress_count[VALUES], (unsigned long long)stress_count[IN_FILE],
        (unsigned long long)stress_count[IN_RUNS], (unsigned long long)stress_count[BYTES]);
    return stress_end();
}
