/* SPDX-License-Identifier: MIT */
/* Whether table changes is what it should be, row by row. */
#include "base/error.h"
#include "codec/key.h"
#include "codec/walk.h"
#include "store/changes_table.h"
#include "store/changes_values.h"
#include "store/db.h"

typedef struct checking {
    crmi_changes_damage_fn fn;
    void *data;
    uint64_t rows, sequence;
} checking;

static bool sound_entries(crmi_slice value, uint32_t root) {
    const uint8_t *at = (const uint8_t *)value.data + CRMI_CHANGES_HEAD, *end = (const uint8_t *)value.data + value.size;
    crmi_change change;
    crmi_packed last = 0;
    int rc;
    if (at == end) return false;
    while ((rc = crmi_changes_next_entry(&at, end, &root, &change)) == CRM_ROW) {
        if (change.id <= last || !crmi_schema_kind(crmi_id_kind(change.id))) return false;
        last = change.id;
    }
    return rc == CRM_OK;
}

static bool sound_value(crmi_slice key, crmi_slice value) {
    crmi_changed_value opened;
    return crmi_changes_open_value(key, value, &opened) == CRM_OK && crmi_walk_check(opened.before.data, opened.before.size) == CRM_OK &&
           crmi_walk_check(opened.after.data, opened.after.size) == CRM_OK;
}

/* NULL: nothing is wrong. */
static const char *judge(const checking *check, crmi_slice key, crmi_slice value) {
    if (key.size != CRMI_CHANGES_KEY) return "its key";
    uint32_t what = *(const uint8_t *)key.data;
    uint64_t number = crmi_changes_key_number(key);
    size_t least = what == CRMI_CHANGES_STATE ? CRMI_CHANGES_STATE_SIZE : what == CRMI_CHANGES_LOG ? 12 : CRMI_CHANGES_HEAD;
    if (!crmi_changes_sound(key, value, least)) return "its checksum";
    switch (what) {
    case CRMI_CHANGES_FEED:
    case CRMI_CHANGES_VALUED: return number > check->sequence ? "its commit" : sound_entries(value, 0) ? NULL : "its entries";
    case CRMI_CHANGES_OWN: return sound_entries(value, (uint32_t)number) ? NULL : "its entries";
    case CRMI_CHANGES_VALUE: return sound_value(key, value) ? NULL : "its values";
    case CRMI_CHANGES_LOG:
    case CRMI_CHANGES_STATE: return NULL;
    default: return "its key";
    }
}

static int take_row(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read;
    checking *check = data;
    const char *wrong = judge(check, key, value);
    bool value_row = key.size == CRMI_CHANGES_KEY && *(const uint8_t *)key.data == CRMI_CHANGES_VALUE;
    check->rows++;
    return wrong ? check->fn(check->data, value_row ? crmi_changes_key_number(key) : 0, wrong) : CRM_OK;
}

int crmi_changes_check(crmi_txn *txn, crmi_changes_damage_fn fn, void *data, uint64_t *rows) {
    checking check = {.fn = fn, .data = data};
    uint64_t next_root;
    crmi_read all = {.table = CRMI_TABLE_CHANGES, .flags = CRMI_READ_RANGE};
    int rc = crmi_txn_state(txn, &check.sequence, &next_root);
    if (rc == CRM_OK) rc = crmi_engine_range(txn->engine, &all, take_row, &check);
    *rows = check.rows;
    return rc;
}
