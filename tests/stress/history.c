/* SPDX-License-Identifier: MIT */
/* See history.h. Each transaction stores or deletes up to four customers and counts itself in a setting. */
#include "stress/history.h"
#include "stress/operations.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t pick(uint64_t *state, uint64_t below) {
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (*state >> 33) % below;
}

void history_next(history *h, int party[4], bool remove[4]) {
    uint64_t state = (h->seed * 1000003 + ++h->done) * UINT64_C(0x9E3779B97F4A7C15);
    (void)pick(&state, 2);
    for (int i = 0; i < 4; i++) {
        party[i] = (int)pick(&state, HISTORY_PARTIES);
        remove[i] = h->version[party[i]] && pick(&state, 3) == 0;
        h->version[party[i]] = remove[i] ? 0 : h->done;
    }
}

static void names_of(int party, uint64_t version, char number[20], char name[200]) {
    snprintf(number, 20, "H%d", party);
    snprintf(name, 200, "P%d %llu %.*s", party, (unsigned long long)version, (int)(version % 90),
             "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
}

static int store_party(crm_txn *txn, int party, uint64_t version) {
    char number[20], name[200];
    crm_record *rec;
    names_of(party, version, number, name);
    int rc = crm_party_get(txn, CRM_ROLE_CUSTOMER, number, CRM_NTS, &rec);
    if (rc == CRM_E_NOTFOUND) return stress_add_party(txn, name, number);
    if (rc == CRM_OK) rc = crm_record_set_text(rec, CRM_PARTY_NAME, name, CRM_NTS);
    if (rc == CRM_OK) rc = crm_record_put(txn, rec, NULL, NULL);
    crm_record_free(rec);
    return rc;
}

static int remove_party(crm_txn *txn, int party) {
    char number[20], name[200];
    crm_id id;
    names_of(party, 0, number, name);
    int rc = stress_customer(txn, number, &id);
    return rc == CRM_OK ? crm_record_delete(txn, id, 0) : rc;
}

static int transact(crm_txn *txn, void *data) {
    history h = *(const history *)data;
    int party[4], rc = CRM_OK;
    bool remove[4];
    char count[32];
    history_next(&h, party, remove);
    for (int i = 0; rc == CRM_OK && i < 4; i++) rc = remove[i] ? remove_party(txn, party[i]) : store_party(txn, party[i], h.done);
    snprintf(count, sizeof count, "%llu", (unsigned long long)h.done);
    if (rc == CRM_OK) rc = crm_setting_set(txn, "stress.count", count, CRM_NTS);
    return rc == CRM_OK ? CRM_COMMIT : rc;
}

int history_commit(crm_db *db, history *h) {
    int party[4], rc = crm_transact(db, CRM_ACTOR_SYSTEM, transact, h);
    bool remove[4];
    if (rc == CRM_OK) history_next(h, party, remove);
    return rc;
}

static bool is_version(crm_txn *txn, int party, uint64_t version) {
    char number[20], name[200];
    crm_record *rec = NULL;
    names_of(party, version, number, name);
    int rc = crm_party_get(txn, CRM_ROLE_CUSTOMER, number, CRM_NTS, &rec);
    bool good = version ? rc == CRM_OK && strcmp(crm_record_text(rec, CRM_PARTY_NAME), name) == 0 : rc == CRM_E_NOTFOUND;
    crm_record_free(rec);
    return good;
}

/* The customers that the directory lists. */
static int64_t count_listed(crm_txn *txn) {
    crm_iter *iter;
    crm_id id;
    int64_t count = 0;
    if (crm_party_list(txn, CRM_ROLE_CUSTOMER, "", 0, 0, 1000, NULL, &iter) < 0) return -1;
    while (crm_iter_next(iter, &id) == CRM_ROW) count++;
    crm_iter_free(iter);
    return count;
}

static int64_t check_in(crm_txn *txn, uint64_t seed) {
    history h = {.seed = seed};
    crm_record *setting = NULL;
    int party[4];
    bool remove[4];
    int rc = crm_setting_get(txn, "stress.count", &setting);
    uint64_t count = rc == CRM_OK ? strtoull(crm_record_text(setting, CRM_SETTING_VALUE), NULL, 10) : 0;
    crm_record_free(setting);
    if (rc != CRM_OK && rc != CRM_E_NOTFOUND) return -1;
    while (h.done < count) history_next(&h, party, remove);
    int64_t there = 0;
    for (int i = 0; i < HISTORY_PARTIES; i++) {
        if (!is_version(txn, i, h.version[i])) return -1;
        there += h.version[i] != 0;
    }
    return count_listed(txn) == there ? (int64_t)count : -1;
}

int64_t history_check(crm_db *db, uint64_t seed) {
    crm_txn *txn;
    if (crm_txn_begin(db, 0, CRM_ACTOR_SYSTEM, &txn) < 0) return -1;
    int64_t count = check_in(txn, seed);
    crm_txn_free(txn);
    return stress_state(db) ? count : -1;
}
