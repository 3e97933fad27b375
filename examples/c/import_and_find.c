/* SPDX-License-Identifier: MIT */
/* Import and find: reads a register from a CSV file, finds customers by number and by name, and reads the file again to show that it
 * changes nothing.
 *
 *   cc import_and_find.c $(pkg-config --cflags --libs libcrm libcrm-io)
 *
 * The file is customers.csv in the folder that CRM_EXAMPLE_DATA names, else in examples/data. */
#include <dirent.h>
#include <libcrm/crm.h>
#include <libcrm/io.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#ifndef CRM_EXAMPLE_DATA
#define CRM_EXAMPLE_DATA "examples/data"
#endif

static char folder[] = "/tmp/crm-example-XXXXXX";

static void remove_folder(void) {
    DIR *list = opendir(folder);
    struct dirent *file;
    while (list && (file = readdir(list))) unlinkat(dirfd(list), file->d_name, 0);
    if (list) closedir(list);
    rmdir(folder);
}

static void check(int status) {
    if (status >= 0) return;
    fprintf(stderr, "%s: %s\n", crm_status_name(status), crm_error_text());
    exit(EXIT_FAILURE);
}

/* Bad rows are listed with their place in the file. Without CRM_SYNC_SKIP_BAD_ROWS a single one means that nothing is stored. */
static void print_bad_rows(const crm_sync *sync) {
    for (size_t i = 0; i < crm_sync_error_count(sync); i++)
        fprintf(stderr, "row %llu, column %zu: %s\n", (unsigned long long)crm_sync_error_row(sync, i), crm_sync_error_column(sync, i),
                crm_sync_error_text(sync, i));
}

/* Flat rows: company, site and contact on one line. The columns are recognised by their German or English headings; others would be
 * named with crm_sync_map(). */
static void import(crm_db *db, const char *path) {
    crm_sync *sync;
    check(crm_sync_new("customers.csv", CRM_ROWS_FLAT, &sync));
    check(crm_csv_read_file(sync, path, NULL));
    int status = crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM);
    print_bad_rows(sync);
    check(status);
    printf("rows: %llu created, %llu updated, %llu unchanged\n", (unsigned long long)crm_sync_count(sync, CRM_SYNC_CREATED),
           (unsigned long long)crm_sync_count(sync, CRM_SYNC_UPDATED), (unsigned long long)crm_sync_count(sync, CRM_SYNC_UNCHANGED));
    crm_sync_free(sync);
}

static void print_name(crm_txn *txn, crm_id id) {
    crm_party *party;
    check(crm_record_get(txn, id, &party));
    printf("  %s\n", crm_record_text(party, CRM_PARTY_NAME));
    crm_record_free(party);
}

static void find_number(crm_txn *txn, const char *number) {
    crm_id id;
    printf("customer %s:\n", number);
    int status = crm_party_find(txn, CRM_ROLE_CUSTOMER, number, CRM_NTS, &id);
    if (status == CRM_E_NOTFOUND) {
        printf("  nobody\n"); /* an answer, not a failure */
        return;
    }
    check(status);
    print_name(txn, id);
}

/* The directory in pages of two: a page that is not the last has a token that continues it, even in a later transaction. Neither case
 * nor accents matter, and the sharp s is ss: "ross" finds the Roßbachs. */
static void find_name(crm_txn *txn, const char *prefix) {
    char token[512] = "";
    const char *next;
    int page = 0;
    do {
        crm_iter *iter;
        crm_id id;
        int status;
        check(crm_party_list(txn, CRM_ROLE_CUSTOMER, prefix, CRM_NTS, 0, 2, token, &iter));
        printf("names with %s..., page %d:\n", prefix, ++page);
        while ((status = crm_iter_next(iter, &id)) == CRM_ROW) print_name(txn, id);
        check(status);
        next = crm_iter_token(iter);
        snprintf(token, sizeof token, "%s", next ? next : "");
        crm_iter_free(iter);
    } while (next);
}

int main(void) {
    crm_db_options options = {.size = sizeof options, .flags = CRM_DB_CREATE};
    const char *data = getenv("CRM_EXAMPLE_DATA");
    char path[4096];
    crm_db *db;
    crm_txn *txn;
    snprintf(path, sizeof path, "%s/customers.csv", data ? data : CRM_EXAMPLE_DATA);
    if (!mkdtemp(folder)) return EXIT_FAILURE;
    atexit(remove_folder);
    check(crm_db_open(folder, &options, &db));

    import(db, path);
    import(db, path); /* a second time: every row is unchanged */

    check(crm_txn_begin(db, 0, CRM_ACTOR_SYSTEM, &txn));
    find_number(txn, "10001");
    find_number(txn, "99999");
    find_name(txn, "ross");
    crm_txn_free(txn);
    crm_db_close(db);
    return EXIT_SUCCESS;
}
