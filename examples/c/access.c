/* SPDX-License-Identifier: MIT */
/* A customer who sees only himself: two companies, a user who is bound to one of them, and what a transaction in his name tells. The host
 * keeps quotes in a table of its own, keyed by party: it asks whose it may show.
 *
 *   cc access.c $(pkg-config --cflags --libs libcrm) */
#include <dirent.h>
#include <libcrm/crm.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char folder[] = "/tmp/crm-example-XXXXXX";
static crm_id parties[2], user; /* the host's quotes are Q1 of the first and Q2 of the second */

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

static int put(crm_txn *txn, uint32_t kind, crm_field type, const char *type_code, crm_field name, const char *text, crm_id *out) {
    crm_record *rec;
    int status = crm_record_new(kind, &rec);
    if (status < 0) return status;
    status = crm_record_set_text(rec, type, type_code, CRM_NTS);
    if (status == CRM_OK) status = crm_record_set_text(rec, name, text, CRM_NTS);
    if (status == CRM_OK) status = crm_record_put(txn, rec, out, NULL);
    crm_record_free(rec);
    return status;
}

/* Two customers; the user works for the first. */
static int fill(crm_txn *txn, void *data) {
    static const char *const names[] = {"Brennbach Maschinenbau GmbH", "Nordkamp AG"};
    int status = CRM_OK;
    (void)data;
    for (int i = 0; i < 2 && status == CRM_OK; i++)
        status = put(txn, CRM_KIND_PARTY, CRM_PARTY_TYPE, CRM_PARTY_TYPE_ORGANISATION, CRM_PARTY_NAME, names[i], &parties[i]);
    if (status == CRM_OK) status = put(txn, CRM_KIND_USER, CRM_USER_TYPE, CRM_USER_TYPE_BOUND, CRM_USER_NAME, "anna", &user);
    if (status == CRM_OK) status = crm_user_bind(txn, user, parties[0], CRM_NO_DATE, CRM_NO_DATE, NULL);
    return status == CRM_OK ? CRM_COMMIT : status;
}

static void print_name(crm_txn *txn, crm_id party) {
    crm_record *rec;
    check(crm_record_get(txn, party, &rec));
    printf(" %s", crm_record_text(rec, CRM_PARTY_NAME));
    crm_record_free(rec);
}

static void print_parties(crm_txn *txn) {
    crm_iter *iter;
    crm_id party;
    printf("parties:");
    check(crm_party_list(txn, NULL, NULL, 0, 0, 0, NULL, &iter));
    while (crm_iter_next(iter, &party) == CRM_ROW) print_name(txn, party);
    crm_iter_free(iter);
    printf("\nquotes:");
    check(crm_access_list(txn, CRM_RIGHT_SEE_QUOTES, 0, NULL, &iter));
    while (crm_iter_next(iter, &party) == CRM_ROW) printf(" Q%d", party == parties[0] ? 1 : 2);
    crm_iter_free(iter);
    putchar('\n');
}

/* Why the one in whose name it runs may see a party's quotes, or may not. */
static void tell(crm_txn *txn, crm_id party) {
    crm_record *answer;
    check(crm_access_explain(txn, 0, party, CRM_RIGHT_SEE_QUOTES, &answer));
    printf("  %-3s %s\n", crm_record_bool(answer, CRM_ACCESS_ALLOWED, 0) ? "yes" : "no", crm_record_text(answer, CRM_ACCESS_REASON));
    crm_record_free(answer);
}

int main(void) {
    crm_db *db;
    crm_txn *txn;
    crm_db_options options = {.size = sizeof options, .flags = CRM_DB_CREATE};
    if (!mkdtemp(folder)) return EXIT_FAILURE;
    atexit(remove_folder);
    check(crm_db_open(folder, &options, &db));
    check(crm_transact(db, CRM_ACTOR_SYSTEM, fill, NULL));
    check(crm_txn_begin(db, 0, user, &txn));
    print_parties(txn);
    for (int i = 0; i < 2; i++) tell(txn, parties[i]);
    tell(txn, 4711); /* one that is not there: as another's */
    crm_txn_free(txn);
    crm_db_close(db);
    return EXIT_SUCCESS;
}
