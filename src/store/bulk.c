/* SPDX-License-Identifier: MIT */
/* A first load: a second view of the store, over an engine that keeps the index outside of it. Each commit notes that the store has no
 * index; the one that publishes notes its format again. Where that fails, for want of room say, the view stays, and whoever begins a
 * transaction tries again. */
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
    if (rc != CRM_OK) {
        crmi_db_release(load);
        return rc;
    }
    pthread_mutex_lock(&db->load_lock);
    *out = db->load = load;
    pthread_mutex_unlock(&db->load_lock);
    return CRM_OK;
}

static int publish(const crmi_db *load) {
    uint8_t value[CRMI_INDEX_SIZE];
    crmi_index_write(CRMI_INDEX_FORMAT, value);
    return crmi_engine_bulk_end(load->engine, crmi_index_key, (crmi_slice){value, sizeof value});
}

/* With the lock. */
static int end(crmi_db *db) {
    int rc = db->load ? publish(db->load) : CRM_OK;
    atomic_store(&db->load_left, rc != CRM_OK);
    if (rc != CRM_OK) {
        const crmi_error why = *crmi_error_last();
        return crmi_error_set(rc, 0, "what the first import stored has no index yet: %s", why.text);
    }
    crmi_db *load = db->load;
    db->load = NULL;
    crmi_db_release(load);
    return CRM_OK;
}

int crmi_db_bulk_end(crmi_db *db) {
    pthread_mutex_lock(&db->load_lock);
    int rc = end(db);
    pthread_mutex_unlock(&db->load_lock);
    return rc;
}

int crmi_db_settle(crmi_db *db) {
    if (!atomic_load_explicit(&db->load_left, memory_order_relaxed)) return CRM_OK;
    pthread_mutex_lock(&db->load_lock);
    int rc = atomic_load(&db->load_left) ? end(db) : CRM_OK;
    pthread_mutex_unlock(&db->load_lock);
    return rc;
}

void crmi_db_bulk_close(crmi_db *db) {
    if (!db->load) return;
    (void)publish(db->load);
    crmi_db_release(db->load);
}
