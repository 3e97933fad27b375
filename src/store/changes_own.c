/* SPDX-License-Identifier: MIT */
/* Logs of the parties that users are bound to, and of what all bound users see. A log has a place for each commit that changed something in
 * it; where a party is deleted, its places stay counted and are empty, so that nobody goes on from before. */
#include "base/error.h"
#include "codec/key.h"
#include "store/changes_table.h"
#include "store/changes_values.h"
#include "store/db.h"

#define DROPPED 8 /* places that a commit drops at most for each that it adds, and once more */

typedef struct own_log {
    crmi_txn *txn;
    uint32_t root;
    uint64_t places;
    crmi_buffer row;
} own_log;

bool crmi_changes_own_has(uint32_t root, crmi_packed id) {
    uint32_t kind = crmi_id_kind(id);
    return root ? kind != CRM_KIND_BINDING : kind == CRM_KIND_CODE || kind == CRM_KIND_CUSTOM_FIELD;
}

/* --- heads --- */

typedef struct own_head {
    uint64_t places;
    bool found;
} own_head;

static int take_head(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read;
    if (value.size != CRMI_CHANGES_SUM + 8 || !crmi_changes_sound(key, value, value.size)) return crmi_changes_damaged();
    *(own_head *)data = (own_head){crmi_key_get64((const uint8_t *)value.data + CRMI_CHANGES_SUM), true};
    return CRM_OK;
}

int crmi_changes_own_head(crmi_txn *txn, uint32_t root, uint64_t *places, bool *found) {
    crmi_changes_key key;
    own_head head = {0};
    int rc = crmi_engine_get(txn->engine, CRMI_TABLE_CHANGES, crmi_changes_key_make(&key, CRMI_CHANGES_LOG, root, 0), take_head, &head);
    *places = head.places;
    *found = head.found;
    return rc == CRM_E_NOTFOUND ? CRM_OK : rc;
}

static int write_head(own_log *log) {
    crmi_changes_begin(&log->row);
    crmi_changes_add64(&log->row, log->places);
    return crmi_changes_put(log->txn, CRMI_CHANGES_LOG, log->root, 0, &log->row);
}

/* --- places --- */

static int put_place(own_log *log) { return crmi_changes_put(log->txn, CRMI_CHANGES_OWN, log->root, ++log->places, &log->row); }

static int add_places(own_log *log, const uint64_t *entries, size_t count) {
    uint32_t root = log->root;
    int rc = CRM_OK;
    log->row.size = 0;
    for (size_t i = 0; rc == CRM_OK && i < count; i++) {
        if (!crmi_changes_own_has(log->root, entries[i] >> 2)) continue;
        if (log->row.size > CRMI_CHANGES_CHUNK - CRMI_ID_LIST_ENTRY) {
            rc = put_place(log);
            log->row.size = 0;
        }
        if (!log->row.size) {
            crmi_changes_begin(&log->row);
            crmi_changes_add64(&log->row, log->txn->state.sequence);
            crmi_changes_add64(&log->row, (uint64_t)crmi_db_now(log->txn->db));
        }
        crmi_id_list_add(&log->row, &root, entries[i] >> 2, entries[i] & 3);
    }
    return rc == CRM_OK && (log->row.size || log->row.failed) ? put_place(log) : rc;
}

typedef struct own_old {
    int64_t before;
    uint64_t most; /* the latest place that is one too many */
    uint64_t until;
} own_old;

static int take_old(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read;
    own_old *old = data;
    if (!crmi_changes_sound(key, value, CRMI_CHANGES_HEAD)) return crmi_changes_damaged();
    uint64_t place = crmi_changes_key_second(key);
    if (place > old->most && (int64_t)crmi_key_get64((const uint8_t *)value.data + CRMI_CHANGES_SUM + 8) >= old->before) return CRM_ROW;
    old->until = place + 1;
    return CRM_OK;
}

/* Drops what is too old or too much. Nobody else's commit does that: it could be seen. */
static int drop_places(own_log *log, uint64_t added, uint32_t days) {
    own_old old = {crmi_changes_before(log->txn, days), log->places > CRMI_CHANGES_OWN_MOST ? log->places - CRMI_CHANGES_OWN_MOST : 0, 0};
    crmi_changes_span span = {log->root, 0, log->root + 1, 0};
    int rc = crmi_changes_range(log->txn, CRMI_CHANGES_OWN, span, 0, (size_t)(added + 1) * DROPPED, take_old, &old);
    if (rc < 0 || !old.until) return rc < 0 ? rc : CRM_OK;
    return crmi_changes_delete_range(log->txn, CRMI_CHANGES_OWN, (crmi_changes_span){log->root, 0, log->root, old.until});
}

/* --- a commit --- */

/* A binding that is there now. */
static bool has_binding(const uint64_t *entries, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (crmi_id_kind(entries[i] >> 2) == CRM_KIND_BINDING && (entries[i] & 3) != CRMI_CHANGE_DELETED) return true;
    return false;
}

/* The party itself comes first. */
static bool is_party(uint32_t root, uint64_t entry, uint32_t action) {
    return entry == (crmi_id_pack(root, CRM_KIND_PARTY, 0) << 2 | action);
}

static int empty_log(own_log *log) {
    int rc = crmi_changes_delete_range(log->txn, CRMI_CHANGES_OWN, (crmi_changes_span){log->root, 0, log->root + 1, 0});
    log->places++;
    return rc;
}

static int write_places(own_log *log, const uint64_t *entries, size_t count) {
    const crmi_tracking *tracking;
    uint64_t before = log->places;
    int rc = crmi_changes_tracking(log->txn, &tracking);
    if (rc == CRM_OK) rc = add_places(log, entries, count);
    return rc == CRM_OK ? drop_places(log, log->places - before, tracking->keep_days) : rc;
}

/* Entries of one root. Its log begins with a binding; what all bound users see has one always. */
static int write_root(own_log *log, const uint64_t *entries, size_t count, bool on) {
    bool found;
    int rc = crmi_changes_own_head(log->txn, log->root, &log->places, &found);
    if (rc < 0 || (!found && log->root && !has_binding(entries, count))) return rc;
    uint64_t before = log->places;
    if (on) rc = is_party(log->root, entries[0], CRMI_CHANGE_DELETED) ? empty_log(log) : write_places(log, entries, count);
    return rc == CRM_OK && (!found || log->places != before) ? write_head(log) : rc;
}

static int take_any(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read, (void)key, (void)value;
    *(bool *)data = true;
    return CRM_OK;
}

/* Whether there is any party's log. */
static int find_any(crmi_txn *txn, bool *out) {
    crmi_changes_span parties = {1, 0, CRMI_CHANGES_ALL, 0};
    *out = false;
    return crmi_changes_range(txn, CRMI_CHANGES_LOG, parties, CRMI_READ_KEYS, 1, take_any, out);
}

static bool has_own(const uint64_t *entries, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (crmi_changes_own_has(0, entries[i] >> 2)) return true;
    return false;
}

/* Most commits of many records make new parties, which nobody is bound to yet. */
static bool may_have_log(const uint64_t *entries, size_t count, bool any) {
    uint32_t root = crmi_id_root(entries[0] >> 2);
    if (root & CRMI_ROOT_GROUP) return false;
    if (!root) return has_own(entries, count);
    return (any && !is_party(root, entries[0], CRMI_CHANGE_CREATED)) || has_binding(entries, count);
}

int crmi_changes_write_own(crmi_txn *txn, const uint64_t *entries, size_t count, bool on) {
    own_log log = {.txn = txn};
    bool any;
    int rc = count ? find_any(txn, &any) : CRM_OK;
    for (size_t i = 0, next; rc == CRM_OK && i < count; i = next) {
        log.root = crmi_id_root(entries[i] >> 2);
        for (next = i; next < count && crmi_id_root(entries[next] >> 2) == log.root;) next++;
        if (may_have_log(entries + i, next - i, any)) rc = write_root(&log, entries + i, next - i, on);
    }
    crmi_buffer_free(&log.row);
    return rc;
}
