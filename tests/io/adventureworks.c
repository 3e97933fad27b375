/* SPDX-License-Identifier: MIT */
/* A whole register that is not ours: 19,614 addresses, each with a type, and 909 contacts. adventureworks.py makes sheets of its tables,
 * which are imported here; then the candidates for every purpose of every party are compared with the tables themselves. */
#include "support/data.h"
#include "support/rows.h"
#include <libcrm/io.h>
#include <time.h>

#define TABLES "adventureworks/samples/databases/adventure-works/oltp-install-script"

typedef struct entry {
    long party, target; /* number of the address, or of the person */
    int type;
} entry;

/* What the types of the tables are for. */
static const struct purpose {
    int type;
    const char *code;
} address_purposes[] = {{1, "billing"}, {2, "home"}, {3, "main"}, {4, "primary"}, {5, "delivery"}, {6, "archive"}};
static const char *const contact_purposes[] = {"signatory", "purchase", "sales"};
#define ADDRESS_PURPOSES (sizeof address_purposes / sizeof *address_purposes)

static const char *contact_purpose(int type) { return type == 11 ? "signatory" : type == 14 || type == 15 ? "purchase" : "sales"; }

/* --- the tables --- */

static int by_party(const void *a, const void *b) {
    const entry *left = a, *right = b;
    if (left->party != right->party) return left->party < right->party ? -1 : 1;
    return left->target < right->target ? -1 : left->target > right->target;
}

/* Lines of "party+|target+|type+|..."; NULL without the collection. */
static entry *read_entries(const char *name, size_t *count) {
    char path[200];
    size_t size;
    snprintf(path, sizeof path, TABLES "/%s.csv", name);
    char *text = test_data_read(path, &size), *save = NULL;
    entry *entries = text ? calloc(size / 16, sizeof *entries) : NULL;
    *count = 0;
    for (char *line = text ? strtok_r(text, "\r\n", &save) : NULL; line; line = strtok_r(NULL, "\r\n", &save)) {
        entry *added = &entries[(*count)++];
        cr_assert(sscanf(line, "%ld+|%ld+|%d+|", &added->party, &added->target, &added->type) == 3, "%s", line);
    }
    free(text);
    if (entries) qsort(entries, *count, sizeof *entries, by_party);
    return entries;
}

/* --- the sheets --- */

static char *read_sheet(const char *name, size_t *size) {
    char path[600];
    snprintf(path, sizeof path, "%.500s/%.90s", rows_folder, name);
    FILE *file = fopen(path, "rb");
    cr_assert(file, "no %s", path);
    char *text = NULL;
    size_t capacity = 0;
    FILE *out = open_memstream(&text, &capacity);
    for (int c; (c = getc(file)) != EOF;) putc(c, out);
    fclose(out);
    fclose(file);
    *size = capacity;
    return text;
}

static void import(crm_db *db, const char *name, uint32_t shape, size_t rows) {
    size_t size;
    char *text = read_sheet(name, &size);
    crm_sync *sync;
    cr_assert(crm_sync_new("adventureworks", shape, &sync) == CRM_OK);
    cr_assert(crm_csv_read(sync, text, size, NULL) == CRM_OK, "%s: %s", name, crm_error_text());
    cr_assert(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM) == CRM_OK, "%s: %s", name, crm_error_text());
    cr_expect_eq(crm_sync_count(sync, CRM_SYNC_CREATED), rows, "%s: %s", name, rows_counts(sync));
    crm_sync_free(sync);
    free(text);
}

/* With Python 3; the sheets lie in the store's folder. */
static void make_sheets(void) {
    const char *source = getenv("CRM_SOURCE");
    char command[4096];
    snprintf(command, sizeof command, "python3 '%s/tests/io/adventureworks.py' '%s/" TABLES "' '%s'", source ? source : ".",
             getenv("CRM_TEST_DATA"), rows_folder);
    cr_assert(system(command) == 0, "%s", command);
}

static size_t count_parties(const entry *entries, size_t count) {
    size_t parties = 0;
    for (size_t i = 0; i < count; i++) parties += i == 0 || entries[i].party != entries[i - 1].party;
    return parties;
}

/* --- candidates against the tables --- */

static crm_id party_of(crm_txn *txn, long number) {
    char text[24];
    crm_id id;
    snprintf(text, sizeof text, "%ld", number);
    cr_assert(crm_party_find(txn, CRM_ROLE_CUSTOMER, text, CRM_NTS, &id) == CRM_OK, "%s: %s", text, crm_error_text());
    return id;
}

/* The number by which the tables know an address or a contact. */
static long number_of(crm_txn *txn, crm_id id) {
    crm_record *rec;
    cr_assert(crm_record_get(txn, id, &rec) == CRM_OK);
    bool address = crm_record_kind(rec) == CRM_KIND_ADDRESS;
    const char *text = crm_record_text(rec, address ? CRM_ADDRESS_SITE_NUMBER : CRM_CONTACT_NAME);
    long number = atol(address ? text : text + strlen("Person "));
    crm_record_free(rec);
    return number;
}

static int by_number(const void *a, const void *b) {
    long left = *(const long *)a, right = *(const long *)b;
    return left < right ? -1 : left > right;
}

/* Sorted numbers of a list; how many. */
static size_t take_numbers(crm_txn *txn, crm_iter *iter, long out[100]) {
    size_t count = 0;
    for (crm_id id; crm_iter_next(iter, &id) == CRM_ROW; count++) out[count] = number_of(txn, id);
    cr_expect(!crm_iter_token(iter), "all on one page");
    crm_iter_free(iter);
    qsort(out, count, sizeof *out, by_number);
    return count;
}

/* The table's entries that are for a purpose, against the list. How many there are. */
static size_t compare(const entry *entries, size_t count, const char *purpose, const char *(*purpose_of)(int), const long *got,
                      size_t got_count) {
    size_t wanted = 0;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(purpose_of(entries[i].type), purpose) != 0) continue;
        cr_expect(wanted < got_count && got[wanted] == entries[i].target, "%ld for %s: %ld is not listed", entries[i].party, purpose,
                  entries[i].target);
        wanted++;
    }
    cr_expect_eq(got_count, wanted, "%ld for %s: %zu, not %zu", entries->party, purpose, got_count, wanted);
    return wanted;
}

static const char *address_purpose(int type) {
    for (size_t i = 0; i < ADDRESS_PURPOSES; i++)
        if (address_purposes[i].type == type) return address_purposes[i].code;
    return "";
}

/* Nobody has two addresses for one purpose here: that one is chosen, else the main office. */
static void check_choice(crm_txn *txn, crm_id party, const entry *entries, size_t count, const char *purpose) {
    long wanted = 0, office = 0;
    crm_id id = 0;
    for (size_t i = 0; i < count; i++) {
        if (!strcmp(address_purpose(entries[i].type), purpose)) wanted = entries[i].target;
        if (entries[i].type == 3) office = entries[i].target;
    }
    if (!wanted) wanted = office;
    int rc = crm_address_choose(txn, party, purpose, CRM_TODAY, &id);
    cr_expect_eq(rc, wanted ? CRM_OK : CRM_E_NOTFOUND, "%ld for %s: %d", entries->party, purpose, rc);
    if (rc == CRM_OK) cr_expect_eq(number_of(txn, id), wanted, "%ld for %s", entries->party, purpose);
}

/* One party's; found counts by purpose. */
static void compare_addresses(crm_txn *txn, const entry *entries, size_t count, size_t found[ADDRESS_PURPOSES]) {
    crm_id party = party_of(txn, entries->party);
    for (size_t i = 0; i < ADDRESS_PURPOSES; i++) {
        long numbers[100];
        crm_iter *iter;
        const char *purpose = address_purposes[i].code;
        cr_assert(crm_address_list(txn, party, purpose, CRM_TODAY, 100, NULL, &iter) == CRM_OK, "%s", crm_error_text());
        size_t got = take_numbers(txn, iter, numbers);
        found[i] += compare(entries, count, purpose, address_purpose, numbers, got);
        check_choice(txn, party, entries, count, purpose);
    }
}

static void compare_contacts(crm_txn *txn, const entry *entries, size_t count, size_t found[3]) {
    crm_id party = party_of(txn, entries->party);
    for (size_t i = 0; i < 3; i++) {
        long numbers[100];
        crm_iter *iter;
        cr_assert(crm_contact_list(txn, party, contact_purposes[i], CRM_TODAY, 100, NULL, &iter) == CRM_OK, "%s", crm_error_text());
        size_t got = take_numbers(txn, iter, numbers);
        found[i] += compare(entries, count, contact_purposes[i], contact_purpose, numbers, got);
    }
}

static void compare_all(crm_txn *txn, const entry *entries, size_t count, void (*one)(crm_txn *, const entry *, size_t, size_t *),
                        size_t *found) {
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && entries[end].party == entries[i].party;) end++;
        one(txn, entries + i, end - i, found);
    }
}

Test(adventureworks, candidates) {
    size_t addresses, contacts, of_address[ADDRESS_PURPOSES] = {0}, of_contact[3] = {0};
    clock_t begun = clock();
    entry *sites = read_entries("BusinessEntityAddress", &addresses), *people = read_entries("BusinessEntityContact", &contacts);
    if (!sites || !people) return;
    cr_expect(addresses == 19614 && contacts == 909, "%zu addresses, %zu contacts", addresses, contacts);
    crm_db *db = rows_open();
    make_sheets();
    import(db, "customers.csv", CRM_ROWS_CUSTOMER, count_parties(sites, addresses));
    import(db, "sites.csv", CRM_ROWS_SITE, addresses);
    import(db, "contacts.csv", CRM_ROWS_CONTACT, contacts);
    crm_txn *txn;
    cr_assert(crm_txn_begin(db, 0, CRM_ACTOR_SYSTEM, &txn) == CRM_OK);
    compare_all(txn, sites, addresses, compare_addresses, of_address);
    compare_all(txn, people, contacts, compare_contacts, of_contact);
    crm_txn_free(txn);
    rows_close(db);
    size_t all = 0;
    for (size_t i = 0; i < ADDRESS_PURPOSES; all += of_address[i++])
        fprintf(stderr, "%s %zu%s", address_purposes[i].code, of_address[i], i + 1 < ADDRESS_PURPOSES ? ", " : "");
    fprintf(stderr, "; %zu addresses and %zu contacts of %zu parties, %.1f s\n", all, of_contact[0] + of_contact[1] + of_contact[2],
            count_parties(sites, addresses), (double)(clock() - begun) / CLOCKS_PER_SEC);
    cr_expect_eq(all, addresses, "every address is a candidate once");
    cr_expect_eq(of_contact[0] + of_contact[1] + of_contact[2], contacts, "every contact is a candidate once");
    free(sites);
    free(people);
}
