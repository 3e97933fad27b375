/* SPDX-License-Identifier: MIT */
/* The two stores of a seed. The second is a copy of the first one's folder, made when only that is there what both have: so they have one
 * identity, one key of ids and one secret of tokens. Then each is filled by itself. */
#include "support/store.h"
#include "twins.h"
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void twins_need(bool holds, const char *what) {
    if (holds) return;
    fprintf(stderr, "twins: %s: %d %s\n", what, crm_error_status(), crm_error_text());
    exit(2);
}

int twins_begin(crm_db *db, uint32_t flags, crm_id user, crm_txn **out) { return crm_txn_begin(db, flags, user, out); }

/* The library's random bytes (see cmake/tests.cmake): those of the pair, so that its seed says all, the ids too. */
static uint64_t secret;
int __wrap_crmi_random_bytes(void *out, size_t size);

int __wrap_crmi_random_bytes(void *out, size_t size) {
    for (uint8_t *at = out; size > 0; size--) *at++ = (uint8_t)twins_draw(&secret, 256);
    return CRM_OK;
}

/* --- folders --- */

static int remove_entry(const char *path, const struct stat *info, int type, struct FTW *at) {
    (void)info, (void)type, (void)at;
    return remove(path);
}

static void folder_of(const twins_pair *pair, int world, char *path) { snprintf(path, 300, "%s/%d", pair->folder, world); }

/* The file is mostly holes: what is zero is left out. */
static void copy_file(const char *from, const char *to) {
    static char block[65536];
    static const char zero[sizeof block];
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
    twins_need(in && out, from);
    long size = 0;
    for (size_t got; (got = fread(block, 1, sizeof block, in)) > 0; size += (long)got) {
        if (memcmp(block, zero, got) == 0) continue;
        twins_need(fseek(out, size, SEEK_SET) == 0 && fwrite(block, 1, got, out) == got, to);
    }
    fclose(in);
    twins_need(fflush(out) == 0 && ftruncate(fileno(out), size) == 0 && fclose(out) == 0, to);
}

static int copy_entry(const char *path, const struct stat *info, int type, struct FTW *at) {
    (void)info;
    char target[400];
    if (type != FTW_F) return 0;
    size_t length = (size_t)at->base - 2; /* ".../0/file" */
    snprintf(target, sizeof target, "%.*s1/%s", (int)length, path, path + at->base);
    copy_file(path, target);
    return 0;
}

static void copy_store(const twins_pair *pair) {
    char paths[2][300];
    for (int i = 0; i < 2; i++) folder_of(pair, i, paths[i]);
    twins_need(mkdir(paths[1], 0700) == 0 && nftw(paths[0], copy_entry, 8, FTW_PHYS) == 0, "copy");
}

static crm_db *open_store(const twins_pair *pair, int world) {
    char path[300];
    crm_db *db;
    crm_db_options options = test_options();
    options.max_bytes = 64 << 20;
    folder_of(pair, world, path);
    twins_need(crm_db_open(path, &options, &db) == CRM_OK, path);
    return db;
}

/* --- proposals that were made before --- */

/* The first two are the user's own; the others are the system's, for customers of others and for his. */
static void keep_quotes(twins_pair *pair) {
    crm_txn *txn;
    for (size_t i = 0; i < TWINS_QUOTES; i++) {
        crm_id customer = i != 3 && pair->foreign_count && i > 1 ? pair->foreign_parties[0] : pair->parties[i % pair->party_count];
        crm_quote *quote = NULL;
        twins_need(crm_txn_begin(pair->db[0], 0, i < 2 ? pair->user : CRM_ACTOR_SYSTEM, &txn) == CRM_OK, "begin");
        if (crm_quote_resolve(txn, customer, CRM_TODAY, NULL, &quote) >= 0) pair->quotes[pair->quote_count++] = quote;
        crm_txn_free(txn);
    }
}

/* Tokens of the system's lists: their keys are those of records that he does not see. */
static void keep_tokens(twins_pair *pair, int world) {
    crm_txn *txn;
    crm_iter *iters[3] = {NULL};
    twins_need(crm_txn_begin(pair->db[world], 0, CRM_ACTOR_SYSTEM, &txn) == CRM_OK, "begin");
    crm_party_list(txn, NULL, NULL, 0, 0, 2, NULL, &iters[0]);
    crm_record_search(txn, CRM_PARTY_NAME, "Mill 0", CRM_NTS, 1, NULL, &iters[1]);
    crm_user_list(txn, 1, NULL, &iters[2]);
    for (int i = 0; i < 3; i++) {
        const char *token = iters[i] ? crm_iter_token(iters[i]) : NULL;
        pair->strange[world][i] = strdup(token ? token : "none");
        crm_iter_free(iters[i]);
    }
    crm_txn_free(txn);
}

/* For calls that take a record: a host may have got it in the name of another. */
static void keep_strangers(twins_pair *pair) {
    crm_txn *txn;
    twins_need(crm_txn_begin(pair->db[0], 0, CRM_ACTOR_SYSTEM, &txn) == CRM_OK, "begin");
    for (size_t i = 0; i < TWINS_STRANGERS && pair->foreign.count; i++) {
        crm_id id = pair->foreign.id[twins_draw(&pair->random, pair->foreign.count)];
        if (crm_record_get(txn, id, &pair->strangers[pair->stranger_count]) == CRM_OK) pair->stranger_count++;
    }
    crm_txn_free(txn);
}

/* --- what changed --- */

static void keep_feed(twins_pair *pair) {
    crm_txn *txn;
    crm_changes *now;
    twins_need(twins_begin(pair->db[0], 0, pair->user, &txn) == CRM_OK && crm_change_now(txn, &now) == CRM_OK, "feed");
    pair->feed = strdup(crm_changes_token(now));
    crm_changes_free(now);
    crm_txn_free(txn);
}

static void change_own(const twins_pair *pair) {
    crm_txn *txn;
    crm_record *rec;
    for (size_t i = 0; i < pair->party_count * 2; i++) {
        twins_need(twins_begin(pair->db[0], CRM_TXN_WRITE, CRM_ACTOR_SYSTEM, &txn) == CRM_OK, "begin");
        twins_need(crm_record_get(txn, pair->parties[i / 2], &rec) == CRM_OK, "party");
        twins_need(crm_record_set_text(rec, CRM_PARTY_NOTE, i % 2 ? "seen" : "called", CRM_NTS) == CRM_OK, "note");
        twins_put(txn, rec, "note");
        twins_need(crm_txn_commit(txn) == CRM_OK, "commit");
        crm_txn_free(txn);
    }
}

/* --- together --- */

void twins_open(twins_pair *pair, uint64_t seed, const char *folder) {
    crm_txn *txn;
    memset(pair, 0, sizeof *pair);
    pair->seed = seed;
    pair->random = seed * 4;
    secret = seed;
    snprintf(pair->folder, sizeof pair->folder, "%s/%llu", folder, (unsigned long long)seed);
    twins_need(mkdir(pair->folder, 0700) == 0, pair->folder);
    pair->db[0] = open_store(pair, 0);
    twins_need(crm_txn_begin(pair->db[0], CRM_TXN_WRITE, CRM_ACTOR_SYSTEM, &txn) == CRM_OK, "begin");
    twins_fill_own(pair, txn);
    twins_need(crm_txn_commit(txn) == CRM_OK, "commit");
    crm_txn_free(txn);
    keep_feed(pair);
    change_own(pair);
    crm_db_close(pair->db[0]);
    copy_store(pair);
    for (int i = 0; i < 2; i++) {
        pair->db[i] = open_store(pair, i);
        twins_fill_foreign(pair, pair->db[i], i);
        twins_need(twins_begin(pair->db[i], 0, pair->user, &pair->txn[i]) == CRM_OK, "his snapshot");
    }
    keep_quotes(pair);
    for (int i = 0; i < 2; i++) keep_tokens(pair, i);
    keep_strangers(pair);
}

void twins_close(twins_pair *pair) {
    for (int i = 0; i < 2; i++) {
        crm_txn_free(pair->txn[i]);
        crm_db_close(pair->db[i]);
    }
    free(pair->feed);
    for (size_t i = 0; i < pair->token_count; i++) free(pair->tokens[i]);
    for (int i = 0; i < 6; i++) free(pair->strange[i / 3][i % 3]);
    for (size_t i = 0; i < pair->quote_count; i++) crm_quote_free(pair->quotes[i]);
    for (size_t i = 0; i < pair->stranger_count; i++) crm_record_free(pair->strangers[i]);
    nftw(pair->folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}
