/* SPDX-License-Identifier: MIT */
/* A quote's proposal: for a customer of the sample register, what a quote starts from, and for every value where it comes from. Then a
 * customer with two delivery sites: the proposal does not guess, it lists both, and is asked again with the choice.
 *
 *   cc quote_proposal.c $(pkg-config --cflags --libs libcrm libcrm-io)
 *
 * The register is customers.csv in the folder that CRM_EXAMPLE_DATA names, else in examples/data. */
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

/* The store's own quote defaults, of no party: with the sender's country, addresses in it are printed without the country. */
static int put_sender(crm_txn *txn, void *data) {
    crm_quote_defaults *defaults;
    (void)data;
    int status = crm_record_new(CRM_KIND_QUOTE_DEFAULTS, &defaults);
    if (status < 0) return status;
    status = crm_record_set_text(defaults, CRM_QUOTE_DEFAULTS_SENDER_COUNTRY, "DE", CRM_NTS);
    if (status == CRM_OK) status = crm_record_put(txn, defaults, NULL, NULL);
    crm_record_free(defaults);
    return status == CRM_OK ? CRM_COMMIT : status;
}

static void import(crm_db *db) {
    const char *data = getenv("CRM_EXAMPLE_DATA");
    char path[4096];
    crm_sync *sync;
    snprintf(path, sizeof path, "%s/customers.csv", data ? data : CRM_EXAMPLE_DATA);
    check(crm_sync_new("customers.csv", CRM_ROWS_FLAT, &sync));
    check(crm_csv_read_file(sync, path, NULL));
    check(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM));
    crm_sync_free(sync);
}

/* A value, and its history in short: the level that it comes from, and record and revision for whoever wants to look. What is not known
 * stays unset: a proposal never invents. */
static void print_value(const crm_quote *quote, crm_field field) {
    const crm_record *values = crm_quote_record(quote);
    printf("  %-22s", crm_field_label(field, "en"));
    if (!crm_record_has(values, field))
        printf("-");
    else if (crm_field_type(field) == CRM_TYPE_TEXT)
        printf("%s", crm_record_text(values, field));
    else
        printf("%llu", (unsigned long long)crm_record_id(values, field));
    printf("  [%s", crm_quote_level_name(crm_quote_level(quote, field)));
    if (crm_quote_reason(quote, field) != CRM_REASON_NONE) printf(", %s", crm_quote_reason_name(crm_quote_reason(quote, field)));
    if (crm_quote_source(quote, field))
        printf(", record %llu revision %llu", (unsigned long long)crm_quote_source(quote, field),
               (unsigned long long)crm_quote_source_revision(quote, field));
    printf("]%s\n", crm_quote_flags(quote, field) & CRM_QUOTE_FLAG_AMBIGUOUS ? " ambiguous" : "");
}

static void print_proposal(const crm_quote *quote) {
    crm_field field = 0;
    while ((field = crm_field_next(CRM_KIND_QUOTE, field))) print_value(quote, field);
    const char *address = crm_quote_address_text(quote, CRM_QUOTE_SHIP_TO);
    printf("deliver to:\n%s\n\n", address ? address : "(open)");
}

static crm_id customer(crm_txn *txn, const char *number) {
    crm_id id;
    check(crm_party_find(txn, CRM_ROLE_CUSTOMER, number, CRM_NTS, &id));
    return id;
}

/* Everything follows from the customer. The address is a copy: later changes in the store do not reach it. */
static void plain_quote(crm_txn *txn) {
    crm_quote *quote;
    check(crm_quote_resolve(txn, customer(txn, "10001"), CRM_TODAY, NULL, &quote));
    printf("customer 10001\n");
    print_proposal(quote);
    crm_quote_free(quote);
}

/* Several delivery sites of equal standing: CRM_CHOOSE, and the candidates. The host lets its user choose and asks again. */
static void chosen_quote(crm_txn *txn) {
    crm_quote *quote;
    crm_record *given;
    crm_id id = customer(txn, "10003"), choice = 0;
    int status = crm_quote_resolve(txn, id, CRM_TODAY, NULL, &quote);
    check(status);
    printf("customer 10003\n");
    if (status == CRM_CHOOSE) printf("  %zu sites to choose from\n", crm_quote_candidate_count(quote, CRM_QUOTE_SHIP_TO));
    choice = crm_quote_candidate(quote, CRM_QUOTE_SHIP_TO, 0);
    crm_quote_free(quote);

    check(crm_record_new(CRM_KIND_QUOTE, &given));
    check(crm_record_set_id(given, CRM_QUOTE_SHIP_TO, choice));
    check(crm_record_set_text(given, CRM_QUOTE_CUSTOMER_REFERENCE, "Anfrage 4711", CRM_NTS));
    check(crm_quote_resolve(txn, id, CRM_TODAY, given, &quote));
    crm_record_free(given);
    print_proposal(quote);
    crm_quote_free(quote);
}

int main(void) {
    crm_db_options options = {.size = sizeof options, .flags = CRM_DB_CREATE};
    crm_db *db;
    crm_txn *txn;
    if (!mkdtemp(folder)) return EXIT_FAILURE;
    atexit(remove_folder);
    check(crm_db_open(folder, &options, &db));
    check(crm_transact(db, CRM_ACTOR_SYSTEM, put_sender, NULL));
    import(db);
    check(crm_txn_begin(db, 0, CRM_ACTOR_SYSTEM, &txn));
    plain_quote(txn);
    chosen_quote(txn);
    crm_txn_free(txn);
    crm_db_close(db);
    return EXIT_SUCCESS;
}
