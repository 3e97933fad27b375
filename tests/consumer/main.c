/* SPDX-License-Identifier: MIT */
/*
 * A user's program against an installed tree: a store, a record and a CSV file through both libraries.
 * Says nothing and returns 0 where all is well.
 */
#include <libcrm/crm.h>
#include <libcrm/io.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One step: counts as failed where it returns an error. */
static int step(const char *what, int status) {
    if (status < 0) fprintf(stderr, "%s: %s: %s\n", what, crm_status_name(status), crm_error_text());
    return status < 0;
}

static int put_party(crm_txn *txn, void *data) {
    crm_record *party = NULL;
    int bad = step("new", crm_record_new(CRM_KIND_PARTY, &party));
    bad = bad || step("set", crm_record_set_text(party, CRM_PARTY_TYPE, CRM_PARTY_TYPE_ORGANISATION, CRM_NTS));
    bad = bad || step("set", crm_record_set_text(party, CRM_PARTY_NAME, "Muster GmbH", CRM_NTS));
    bad = bad || step("put", crm_record_put(txn, party, data, NULL));
    crm_record_free(party);
    return bad ? CRM_E_INVALID : CRM_COMMIT;
}

/* The name comes back as it was stored. */
static int read_party(crm_db *db, crm_id id) {
    crm_txn *txn = NULL;
    crm_record *party = NULL;
    int bad = step("begin", crm_txn_begin(db, 0, CRM_ACTOR_SYSTEM, &txn));
    bad = bad || step("get", crm_record_get(txn, id, &party));
    if (!bad && strcmp(crm_record_text(party, CRM_PARTY_NAME), "Muster GmbH") != 0) bad = 1;
    crm_record_free(party);
    crm_txn_free(txn);
    return bad;
}

static int import(crm_db *db) {
    static const char csv[] = "name;town\nBeispiel AG;Hamburg\n";
    crm_sync *sync = NULL;
    int bad = step("sync", crm_sync_new("consumer", CRM_ROWS_FLAT, &sync));
    bad = bad || step("map", crm_sync_map(sync, "name", "party.name"));
    bad = bad || step("map", crm_sync_map(sync, "town", "address.town"));
    bad = bad || step("csv", crm_csv_read(sync, csv, sizeof csv - 1, NULL));
    bad = bad || step("apply", crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM));
    if (!bad && crm_sync_count(sync, CRM_SYNC_CREATED) != 1) bad = 1;
    crm_sync_free(sync);
    return bad;
}

int main(int argc, char **argv) {
    crm_db_options options = {.size = sizeof options, .flags = CRM_DB_CREATE};
    crm_db *db = NULL;
    crm_id id = 0;
    if (argc != 2 || strcmp(crm_version_text(), CRM_VERSION_TEXT) != 0) return EXIT_FAILURE;
    int bad = step("open", crm_db_open(argv[1], &options, &db));
    bad = bad || step("transact", crm_transact(db, CRM_ACTOR_SYSTEM, put_party, &id));
    bad = bad || read_party(db, id) || import(db);
    crm_db_close(db);
    return bad ? EXIT_FAILURE : EXIT_SUCCESS;
}
