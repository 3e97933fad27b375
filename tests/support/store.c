/* SPDX-License-Identifier: MIT */
/* Stores for tests. */
#include "support/store.h"
#include <criterion/criterion.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *test_folder;

char *test_folder_new(void) {
    const char *base = getenv("TMPDIR");
    char *path = NULL;
    cr_assert(asprintf(&path, "%s/libcrm-test-XXXXXX", base && *base ? base : "/tmp") > 0 && mkdtemp(path), "no temporary folder");
    return path;
}

static int remove_entry(const char *path, const struct stat *info, int type, struct FTW *at) {
    (void)info, (void)type, (void)at;
    return remove(path);
}

void test_folder_remove(const char *path) { nftw(path, remove_entry, 8, FTW_DEPTH | FTW_PHYS); }

void test_begin(void) { test_folder = test_folder_new(); }

void test_end(void) {
    test_folder_remove(test_folder);
    free(test_folder);
}

crm_db_options test_options(void) {
    return (crm_db_options){.size = sizeof(crm_db_options), .fixed_time = TEST_NOW, .flags = CRM_DB_CREATE, .wait_ms = 200};
}

crm_db *test_open(void) {
    crm_db *db;
    crm_db_options options = test_options();
    int rc = crm_db_open(test_folder, &options, &db);
    cr_assert_eq(rc, CRM_OK, "open: %d %s", rc, crm_error_text());
    return db;
}

static crm_txn *begin(crm_db *db, uint32_t flags) {
    crm_txn *txn;
    int rc = crm_txn_begin(db, flags, CRM_ACTOR_SYSTEM, &txn);
    cr_assert_eq(rc, CRM_OK, "begin: %d %s", rc, crm_error_text());
    return txn;
}

crm_txn *test_read(crm_db *db) { return begin(db, 0); }
crm_txn *test_write(crm_db *db) { return begin(db, CRM_TXN_WRITE); }

crm_txn *test_as(crm_db *db, crm_id actor) {
    crm_txn *txn;
    int rc = crm_txn_begin(db, 0, actor, &txn);
    cr_assert_eq(rc, CRM_OK, "begin: %d %s", rc, crm_error_text());
    return txn;
}

void test_commit(crm_txn *txn) {
    int rc = crm_txn_commit(txn);
    cr_assert_eq(rc, CRM_OK, "commit: %d %s", rc, crm_error_text());
    crm_txn_free(txn);
}

/* The owner's field is the first of every kind that has one. */
static void set_owner(crm_record *rec, crm_id party) {
    if (party) cr_assert_eq(crm_record_set_id(rec, crm_record_kind(rec) * 1000 + 1, party), CRM_OK, "%s", crm_error_text());
}

crm_record *test_record(uint32_t kind, crm_id party, ...) {
    crm_record *rec;
    cr_assert_eq(crm_record_new(kind, &rec), CRM_OK);
    set_owner(rec, party);
    va_list arguments;
    va_start(arguments, party);
    for (int field; (field = va_arg(arguments, int)) != 0;) {
        const char *text = va_arg(arguments, const char *);
        cr_assert_eq(crm_record_set_text(rec, (crm_field)field, text, CRM_NTS), CRM_OK, "%d: %s", field, crm_error_text());
    }
    va_end(arguments);
    return rec;
}

int test_try(crm_txn *txn, crm_record *rec) {
    int rc = crm_record_put(txn, rec, NULL, NULL);
    crm_record_free(rec);
    return rc;
}

crm_id test_put(crm_txn *txn, crm_record *rec) {
    crm_id id = 0;
    int rc = crm_record_put(txn, rec, &id, NULL);
    cr_assert_eq(rc, CRM_OK, "put of kind %u: %d %s", crm_record_kind(rec), rc, crm_error_text());
    crm_record_free(rec);
    return id;
}

crm_id test_party(crm_txn *txn, const char *name) {
    return test_put(txn, test_record(CRM_KIND_PARTY, 0, CRM_PARTY_TYPE, CRM_PARTY_TYPE_ORGANISATION, CRM_PARTY_NAME, name, 0));
}

crm_id test_group(crm_txn *txn, const char *code, crm_id parent) {
    crm_record *rec = test_record(CRM_KIND_GROUP, 0, CRM_GROUP_CODE, code, CRM_GROUP_NAME, code, 0);
    cr_assert_eq(crm_record_set_id(rec, CRM_GROUP_PARENT, parent), CRM_OK);
    return test_put(txn, rec);
}

crm_id test_role(crm_txn *txn, crm_id party, const char *role, const char *number) {
    return test_put(txn, test_record(CRM_KIND_ROLE, party, CRM_ROLE_ROLE, role, number ? CRM_ROLE_NUMBER : 0, number, 0));
}

crm_id test_child(crm_txn *txn, uint32_t kind, crm_id party, crm_field field, const char *text) {
    return test_put(txn, test_record(kind, party, field, text, 0));
}

crm_record *test_get(crm_txn *txn, crm_id id) {
    crm_record *rec;
    int rc = crm_record_get(txn, id, &rec);
    cr_assert_eq(rc, CRM_OK, "get: %d %s", rc, crm_error_text());
    return rec;
}

char *test_page(crm_iter *iter, test_ids *out) {
    int rc;
    while ((rc = crm_iter_next(iter, &out->id[out->count])) == CRM_ROW) cr_assert(++out->count < sizeof out->id / sizeof *out->id);
    cr_assert_eq(rc, CRM_OK, "%s", crm_error_text());
    const char *token = crm_iter_token(iter);
    char *copy = token ? strdup(token) : NULL;
    crm_iter_free(iter);
    return copy;
}

/* --- dumps --- */

static void dump_file(crm_txn *txn, crm_id party, FILE *out) {
    crm_file *file;
    int rc = crm_file_get(txn, party, &file);
    cr_assert_eq(rc, CRM_OK, "file: %d %s", rc, crm_error_text());
    fprintf(out, "%s\n", crm_file_json(file, NULL));
    crm_file_free(file);
}

static void dump_record(crm_txn *txn, crm_id id, FILE *out) {
    crm_record *rec = test_get(txn, id);
    fprintf(out, "%s\n", crm_record_json(rec, NULL));
    crm_record_free(rec);
}

static void dump_parties(crm_txn *txn, uint32_t flags, FILE *out) {
    char *token = NULL;
    do {
        crm_iter *iter;
        test_ids *ids = calloc(1, sizeof *ids);
        cr_assert_eq(crm_party_list(txn, NULL, NULL, 0, flags, 1000, token, &iter), CRM_OK, "%s", crm_error_text());
        free(token);
        token = test_page(iter, ids);
        for (size_t i = 0; i < ids->count; i++) dump_file(txn, ids->id[i], out);
        free(ids);
    } while (token);
}

/* An owner's records of a kind; 0: the store's own. */
static void dump_kind(crm_txn *txn, crm_id owner, uint32_t kind, FILE *out) {
    char *token = NULL;
    do {
        crm_iter *iter;
        test_ids *ids = calloc(1, sizeof *ids);
        cr_assert_eq(crm_record_list(txn, owner, kind, 1000, token, &iter), CRM_OK, "%s", crm_error_text());
        free(token);
        token = test_page(iter, ids);
        for (size_t i = 0; i < ids->count; i++) dump_record(txn, ids->id[i], out);
        free(ids);
    } while (token);
}

static void dump_groups(crm_txn *txn, FILE *out) {
    char *token = NULL;
    do {
        crm_iter *iter;
        test_ids *ids = calloc(1, sizeof *ids);
        cr_assert_eq(crm_group_list(txn, 1000, token, &iter), CRM_OK, "%s", crm_error_text());
        free(token);
        token = test_page(iter, ids);
        for (size_t i = 0; i < ids->count; i++) {
            dump_record(txn, ids->id[i], out);
            dump_kind(txn, ids->id[i], CRM_KIND_QUOTE_DEFAULTS, out);
        }
        free(ids);
    } while (token);
}

char *test_dump_txn(crm_txn *txn) {
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    dump_parties(txn, 0, out);
    fputs("archived\n", out);
    dump_parties(txn, CRM_PARTY_LIST_ARCHIVED, out);
    dump_groups(txn, out);
    dump_kind(txn, 0, CRM_KIND_CODE, out);
    dump_kind(txn, 0, CRM_KIND_SETTING, out);
    dump_kind(txn, 0, CRM_KIND_QUOTE_DEFAULTS, out);
    fclose(out);
    return text;
}

char *test_dump(crm_db *db) {
    crm_txn *txn = test_read(db);
    char *text = test_dump_txn(txn);
    crm_txn_free(txn);
    return text;
}

uint64_t test_sequence(crm_db *db) {
    crm_txn *txn = test_read(db);
    uint64_t sequence = crm_txn_sequence(txn);
    crm_txn_free(txn);
    return sequence;
}

void test_sound(crm_db *db, uint64_t seed) {
    crm_damages *damages;
    cr_assert_eq(crm_verify(db, 0, 0, NULL, NULL, &damages), CRM_OK, "verify: %s", crm_error_text());
    for (size_t i = 0; i < 8; i++) {
        const crm_record *damage = crm_damages_record(damages, i);
        cr_expect(!damage, "seed %lu: %s", (unsigned long)seed, crm_record_json((crm_record *)(uintptr_t)damage, NULL));
    }
    cr_assert_eq(crm_damages_count(damages), 0, "seed %lu", (unsigned long)seed);
    crm_damages_free(damages);
}
