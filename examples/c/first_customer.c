/* SPDX-License-Identifier: MIT */
/* The first customer: makes a store, puts a company with an address and a contact into it, finds it again and prints its file.
 *
 *   cc first_customer.c $(pkg-config --cflags --libs libcrm) */
#include <dirent.h>
#include <libcrm/crm.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The store is a folder of a few files. This one is an example's, and goes with it. */
static char folder[] = "/tmp/crm-example-XXXXXX";

static void remove_folder(void) {
    DIR *list = opendir(folder);
    struct dirent *file;
    while (list && (file = readdir(list))) unlinkat(dirfd(list), file->d_name, 0);
    if (list) closedir(list);
    rmdir(folder);
}

/* Every call that can fail says so by a negative status; the text belongs to this thread's latest failure. */
static void check(int status) {
    if (status >= 0) return;
    fprintf(stderr, "%s: %s\n", crm_status_name(status), crm_error_text());
    exit(EXIT_FAILURE);
}

static crm_record *record(uint32_t kind) {
    crm_record *rec;
    check(crm_record_new(kind, &rec));
    return rec;
}

static void set(crm_record *rec, crm_field field, const char *text) { check(crm_record_set_text(rec, field, text, CRM_NTS)); }

/* Stores a record and lets go of it; the id names it from now on. */
static crm_id put(crm_txn *txn, crm_record *rec) {
    crm_id id;
    check(crm_record_put(txn, rec, &id, NULL));
    crm_record_free(rec);
    return id;
}

/* What belongs to the company are records of their own, which name their owner. */
static void put_main_address(crm_txn *txn, crm_id company) {
    crm_address *address = record(CRM_KIND_ADDRESS);
    check(crm_record_set_id(address, CRM_ADDRESS_PARTY, company));
    set(address, CRM_ADDRESS_STREET, "Prager Straße");
    set(address, CRM_ADDRESS_HOUSE_NUMBER, "10");
    set(address, CRM_ADDRESS_POSTAL_CODE, "01069");
    set(address, CRM_ADDRESS_TOWN, "Dresden");
    set(address, CRM_ADDRESS_COUNTRY, "DE");
    crm_id id = put(txn, address);

    crm_usage *usage = record(CRM_KIND_USAGE); /* an address may be for several things; this one is the main address */
    check(crm_record_set_id(usage, CRM_USAGE_PARTY, company));
    check(crm_record_set_id(usage, CRM_USAGE_TARGET, id));
    set(usage, CRM_USAGE_PURPOSE, CRM_PURPOSE_MAIN);
    put(txn, usage);
}

static void put_contact(crm_txn *txn, crm_id company) {
    crm_contact *contact = record(CRM_KIND_CONTACT);
    check(crm_record_set_id(contact, CRM_CONTACT_PARTY, company));
    set(contact, CRM_CONTACT_NAME, "Käthe Grünwald");
    set(contact, CRM_CONTACT_FUNCTION, "Einkauf");
    crm_id id = put(txn, contact);

    crm_channel *phone = record(CRM_KIND_CHANNEL);
    check(crm_record_set_id(phone, CRM_CHANNEL_PARTY, company));
    check(crm_record_set_id(phone, CRM_CHANNEL_TARGET, id));
    set(phone, CRM_CHANNEL_TYPE, CRM_CHANNEL_PHONE);
    set(phone, CRM_CHANNEL_VALUE, "+49 30 23125 017");
    put(txn, phone);
}

/* All of a customer in one transaction: stored whole or not at all, as fn returns CRM_COMMIT or not. */
static int put_customer(crm_txn *txn, void *data) {
    crm_party *company = record(CRM_KIND_PARTY);
    set(company, CRM_PARTY_TYPE, CRM_PARTY_TYPE_ORGANISATION);
    set(company, CRM_PARTY_NAME, "Brennbach Maschinenbau GmbH");
    crm_id id = put(txn, company);

    crm_role *role = record(CRM_KIND_ROLE); /* without a number it gets the next free customer number */
    check(crm_record_set_id(role, CRM_ROLE_PARTY, id));
    set(role, CRM_ROLE_ROLE, CRM_ROLE_CUSTOMER);
    put(txn, role);

    put_main_address(txn, id);
    put_contact(txn, id);
    *(crm_id *)data = id;
    return CRM_COMMIT;
}

/* A snapshot sees the store as it is now; what it hands out are copies that outlive it. */
static void print_customer(crm_db *db, const char *number) {
    crm_txn *txn;
    crm_file *file;
    crm_id id;
    check(crm_txn_begin(db, 0, CRM_ACTOR_SYSTEM, &txn));
    check(crm_party_find(txn, CRM_ROLE_CUSTOMER, number, CRM_NTS, &id));
    check(crm_file_get(txn, id, &file));
    crm_txn_free(txn);

    printf("customer %s: %s\n", number, crm_record_text(crm_file_record(file, 0), CRM_PARTY_NAME));
    for (size_t i = 0; i < crm_file_count(file); i++) {
        const crm_record *rec = crm_file_record(file, i);
        printf("  %-9s", crm_kind_name(crm_record_kind(rec)));
        for (size_t k = 0; k < crm_record_count(rec); k++) {
            crm_field field = crm_record_field(rec, k);
            if (crm_field_type(field) == CRM_TYPE_TEXT) printf(" %s=%s", crm_field_name(field), crm_record_text(rec, field));
        }
        putchar('\n');
    }
    crm_file_free(file);
}

int main(void) {
    crm_db_options options = {.size = sizeof options, .flags = CRM_DB_CREATE};
    crm_db *db;
    crm_id id = 0;
    if (!mkdtemp(folder)) return EXIT_FAILURE;
    atexit(remove_folder);
    check(crm_db_open(folder, &options, &db));
    check(crm_transact(db, CRM_ACTOR_SYSTEM, put_customer, &id));
    printf("stored as %llu\n", (unsigned long long)id);
    print_customer(db, "10000");
    crm_db_close(db);
    return EXIT_SUCCESS;
}
