/* SPDX-License-Identifier: MIT */
/* A first load: a second view of the store, over an engine that keeps the index outside of it. Each commit notes that the store has no
 * index; the one that publishes notes its format again. */
#include "base/error.h"
#include "codec/key.h"
#include "store/db.h"
#include <string.h>

static int see(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)data, (void)read, (void)key, (void)value;
    return CRM_ROW;
}

/* CRM_ROW where there is a party or a group. */
static int look(crmi_db *db) {
    crmi_etxn *txn;
    uint8_t first[8];
    int rc = crmi_engine_begin(db->engine, false, db->options.wait_ms, &txn);
    if (rc < 0) return rc;
    crmi_key_put64(first, crmi_id_pack(1, 0, 0));
    rc = crmi_engine_range(txn, &(crmi_read){CRMI_TABLE_FILE, CRMI_READ_KEYS, {first, sizeof first}, {NULL, 0}, 1}, see, NULL);
    crmi_engine_abort(txn);
    return rc;
}

static crmi_db *view_of(const crmi_db *db) {
    crmi_db *view = crmi_db_new();
    if (!view) return NULL;
    view->options = db->options;
    view->key = db->key;
    view->token_key = db->token_key;
    memcpy(view->index_secret, db->index_secret, sizeof view->index_secret);
    memcpy(view->uuid, db->uuid, sizeof view->uuid);
    view->bulk = true;
    return view;
}

int crmi_db_bulk(crmi_db *db, crmi_db **out) {
    int rc = look(db);
    if (rc != CRM_OK) return rc;
    crmi_db *load = view_of(db);
    rc = load ? crmi_engine_bulk(db->engine, &load->engine) : crmi_error_nomem();
    if (rc == CRM_OK) rc = look(load); /* nobody else writes any more */
    if (rc == CRM_OK)
        *out = load;
    else
        crmi_db_release(load);
    return rc;
}

int crmi_db_bulk_end(crmi_db *load) {
    uint8_t value[CRMI_INDEX_SIZE];
    crmi_index_write(CRMI_INDEX_FORMAT, value);
    return crmi_engine_bulk_end(load->engine, crmi_index_key, (crmi_slice){value, sizeof value});
}
