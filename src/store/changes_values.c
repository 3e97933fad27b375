/* SPDX-License-Identifier: MIT */
/* Tracked fields: which they are, and their old and new values. */
#include "store/changes_values.h"
#include "base/clock.h"
#include "base/error.h"
#include "codec/key.h"
#include "codec/pack.h"
#include "codec/walk.h"
#include "store/changes_table.h"
#include "store/db.h"
#include "store/definitions_fields.h"
#include "store/gate.h"
#include <stdlib.h>
#include <string.h>

#define DAYS_DIGITS 5

/* --- settings --- */

enum { KEEP_DAYS, VALUES_DAYS, FIELDS, SETTINGS };
static const char *const names[SETTINGS] = {"changes.keep_days", "changes.values_days", "changes.fields"};

static int setting_of(const char *name, size_t size) {
    for (int i = 0; i < SETTINGS; i++)
        if (size == strlen(names[i]) && memcmp(name, names[i], size) == 0) return i;
    return SETTINGS;
}

static int setting_stored(const crmi_stored *stored) {
    crmi_value name;
    int rc = crmi_walk_find(stored->body.data, stored->body.size, CRMI_FIELD_NUMBER(CRM_SETTING_NAME), &name);
    return rc == CRM_ROW && name.type == CRMI_VALUE_TEXT ? setting_of((const char *)name.bytes, name.size) : SETTINGS;
}

bool crmi_changes_is_setting(const crmi_stored *stored) { return setting_stored(stored) < SETTINGS; }

/* By its name, or the one that it had: what was tracked is known since it was noted. */
static bool is_ours(const crmi_tracking *tracking, crmi_packed id, const crm_record *rec) {
    const crmi_entry *name = rec ? crmi_object_find(rec, CRMI_FIELD_NUMBER(CRM_SETTING_NAME)) : NULL;
    if (crmi_id_kind(id) == CRM_KIND_CUSTOM_FIELD || (name && name->text && setting_of(name->text, name->size) < SETTINGS)) return true;
    for (int i = 0; i < SETTINGS; i++)
        if (tracking->settings[i] == id) return true;
    return false;
}

void crmi_changes_touch(crmi_txn *txn, crmi_packed id, const crm_record *rec) {
    uint32_t kind = crmi_id_kind(id);
    const crmi_tracking *tracking = crmi_changes_known(txn);
    if ((kind != CRM_KIND_SETTING && kind != CRM_KIND_CUSTOM_FIELD) || (tracking && !is_ours(tracking, id, rec))) return;
    crmi_changes_forget_tracking(txn);
    crmi_definitions_touch(txn);
}

/* --- which fields --- */

int crmi_changes_next_field(const crmi_definitions *definitions, const char **at, const char *end, crm_field *out) {
    char path[128];
    size_t size = 0;
    while (*at < end && (**at == ' ' || **at == ',')) ++*at;
    if (*at == end) return CRM_OK;
    for (; *at < end && **at != ' ' && **at != ','; ++*at) {
        if (size == sizeof path - 1) return CRM_E_NOTFOUND;
        path[size++] = **at;
    }
    path[size] = 0;
    const char *dot = strchr(path, '.');
    const crmi_kind *kind = dot ? crmi_schema_kind(crmi_schema_kind_find(path, (size_t)(dot - path))) : NULL;
    if (!kind || kind->placement == CRMI_COMPUTED || kind->number == CRM_KIND_CREDENTIAL) return CRM_E_NOTFOUND;
    const crmi_field *field = definitions ? crmi_definitions_path(definitions, path) : NULL;
    for (uint32_t i = 0; i < kind->fields && !field; i++)
        if (strcmp(kind->first[i].name, dot + 1) == 0 && !(kind->first[i].flags & CRM_FIELD_KEY)) field = &kind->first[i];
    *out = field ? field->field : 0;
    return field ? CRM_ROW : CRM_E_NOTFOUND;
}

/* Where a list has the numbers of fields of one kind together. */
static uint64_t place_of(crm_field field) { return (uint64_t)crmi_field_kind_of(field) << 32 | crmi_field_number_of(field); }

static int by_place(const void *a, const void *b) {
    uint64_t x = place_of(*(const crm_field *)a), y = place_of(*(const crm_field *)b);
    return x < y ? -1 : x > y;
}

static uint32_t read_days(const crmi_value *value) {
    uint32_t days = 0;
    for (uint32_t i = 0; i < value->size && i < DAYS_DIGITS; i++) days = days * 10 + (value->bytes[i] - (uint32_t)'0');
    return days > CRMI_CHANGES_MAX_DAYS ? CRMI_CHANGES_MAX_DAYS : days;
}

static int add_field(crmi_tracking *tracking, crm_field **fields, crm_field field) {
    crm_field *grown = realloc(*fields, (tracking->count + 1) * sizeof *grown);
    if (!grown) return crmi_error_nomem();
    grown[tracking->count++] = field;
    tracking->fields = *fields = grown;
    tracking->kinds |= UINT64_C(1) << crmi_field_kind_of(field);
    return CRM_OK;
}

/* A field that is not there any more is none. */
static int add_named(crmi_definitions *definitions, crm_field **fields, const crmi_value *value) {
    const char *at = (const char *)value->bytes, *end = at + value->size;
    crm_field field;
    for (int rc; (rc = crmi_changes_next_field(definitions, &at, end, &field)) != CRM_OK;) {
        if (rc == CRM_ROW) rc = add_field(&definitions->tracking, fields, field);
        if (rc == CRM_E_NOMEM) return rc;
    }
    return CRM_OK;
}

static int read_setting(crmi_definitions *definitions, crm_field **fields, const crmi_stored *stored) {
    crmi_tracking *tracking = &definitions->tracking;
    crmi_value value;
    int setting = setting_stored(stored), rc = CRM_OK;
    tracking->settings[setting] = stored->id;
    if (crmi_walk_find(stored->body.data, stored->body.size, CRMI_FIELD_NUMBER(CRM_SETTING_VALUE), &value) != CRM_ROW) return CRM_OK;
    if (value.type != CRMI_VALUE_TEXT) return CRM_OK;
    if (setting == KEEP_DAYS) tracking->keep_days = read_days(&value);
    if (setting == VALUES_DAYS) tracking->values_days = read_days(&value);
    if (setting == FIELDS) rc = add_named(definitions, fields, &value);
    return rc;
}

int crmi_changes_read_tracking(crmi_definitions *definitions) {
    crmi_tracking *tracking = &definitions->tracking;
    crm_field *fields = NULL;
    int rc = CRM_OK;
    *tracking = (crmi_tracking){.keep_days = CRMI_CHANGES_DAYS, .values_days = CRMI_CHANGES_VALUES_DAYS};
    for (size_t i = 0; rc == CRM_OK && i < definitions->record_count; i++)
        if (definitions->records[i].kind == CRM_KIND_SETTING) rc = read_setting(definitions, &fields, &definitions->records[i]);
    for (size_t i = 0; rc == CRM_OK && i < definitions->field_count; i++)
        if (definitions->fields[i].flags & CRMI_FIELD_TRACKED) rc = add_field(tracking, &fields, definitions->fields[i].field);
    if (tracking->count > 1) qsort(fields, tracking->count, sizeof *fields, by_place);
    if (!tracking->values_days) tracking->kinds = 0;
    return rc;
}

/* --- writing --- */

typedef struct writing {
    crmi_txn *txn;
    crmi_packed id;
    uint64_t revision, place;
    bool placed, wrote;
    crmi_buffer row, before;
} writing;

static int take_place(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read, (void)value;
    if (key.size != CRMI_CHANGES_KEY) return crmi_changes_damaged();
    *(uint64_t *)data = crmi_changes_key_second(key);
    return CRM_OK;
}

static int find_place(writing *w) {
    crmi_changes_span span = {w->id, 0, w->id + 1, 0};
    int rc = w->placed ? CRM_OK
                       : crmi_changes_range(w->txn, CRMI_CHANGES_VALUE, span, CRMI_READ_REVERSE | CRMI_READ_KEYS, 1, take_place, &w->place);
    w->placed = true;
    w->place++;
    return rc;
}

/* A body of one field; raw of size 0: without it. */
static void add_body(crmi_buffer *row, uint32_t number, uint64_t revision, const crmi_value *value) {
    crmi_pack_map(row, value->raw_size ? 2 : 1);
    crmi_pack_number(row, 0);
    crmi_pack_int(row, (int64_t)revision);
    if (!value->raw_size) return;
    crmi_pack_number(row, number);
    crmi_pack_raw(row, value->raw, value->raw_size);
}

static int write_value(writing *w, uint32_t number, const crmi_value *before, const crmi_value *after) {
    const crmi_actor *actor = crmi_gate_bound(w->txn);
    int rc = find_place(w);
    if (rc < 0) return rc;
    crmi_changes_begin(&w->row);
    crmi_changes_add64(&w->row, w->txn->state.sequence + 1);
    crmi_changes_add64(&w->row, (uint64_t)crmi_db_now(w->txn->db));
    crmi_changes_add64(&w->row, actor ? actor->user : 0);
    crmi_changes_add32(&w->row, number);
    size_t bytes = w->row.size;
    crmi_changes_add32(&w->row, 0);
    add_body(&w->row, number, 0, before);
    if (w->row.failed) return crmi_error_nomem();
    crmi_key_put32(w->row.data + bytes, (uint32_t)(w->row.size - bytes - 4));
    add_body(&w->row, number, w->revision, after);
    rc = crmi_changes_note_valued(w->txn, w->id);
    if (rc == CRM_OK) rc = crmi_changes_put(w->txn, CRMI_CHANGES_VALUE, w->id, w->place, &w->row);
    w->wrote |= rc == CRM_OK;
    return rc;
}

static int find_value(crmi_slice body, uint32_t number, crmi_value *out) {
    *out = (crmi_value){0};
    int rc = body.size ? crmi_walk_find(body.data, body.size, number, out) : CRM_OK;
    if (rc == CRM_OK) *out = (crmi_value){0};
    return rc < 0 ? crmi_error_set(CRM_E_CORRUPT, 0, "a stored record is damaged") : CRM_OK;
}

static int write_values(writing *w, const crmi_tracking *tracking, crmi_slice body) {
    crmi_slice old = {w->before.data, w->before.size};
    int rc = CRM_OK;
    for (size_t i = 0; rc == CRM_OK && i < tracking->count; i++) {
        crmi_value before, after;
        uint32_t number = crmi_field_number_of(tracking->fields[i]);
        if (crmi_field_kind_of(tracking->fields[i]) != crmi_id_kind(w->id)) continue;
        if (i && place_of(tracking->fields[i]) == place_of(tracking->fields[i - 1])) continue; /* named twice */
        rc = find_value(old, number, &before);
        if (rc == CRM_OK) rc = find_value(body, number, &after);
        if (rc == CRM_OK && before.raw_size == after.raw_size && (!before.raw_size || !memcmp(before.raw, after.raw, after.raw_size)))
            continue;
        if (rc == CRM_OK) rc = write_value(w, number, &before, &after);
    }
    return rc;
}

int crmi_changes_values(crmi_txn *txn, crmi_packed id, uint64_t revision, crmi_slice body) {
    const crmi_tracking *tracking;
    int rc = crmi_changes_tracking(txn, &tracking);
    if (rc < 0 || !(tracking->kinds >> crmi_id_kind(id) & 1)) return rc;
    writing w = {.txn = txn, .id = id, .revision = revision, .placed = revision == 1};
    if (revision != 1) rc = crmi_store_body(txn, id, &w.before);
    if (rc == CRM_OK) rc = write_values(&w, tracking, body);
    if (rc < 0 && w.wrote) crmi_txn_fail(txn, rc);
    crmi_buffer_free(&w.row);
    crmi_buffer_free(&w.before);
    return rc;
}

/* --- erasing --- */

int crmi_changes_erase(crmi_txn *txn, uint32_t root) {
    crmi_packed first = crmi_id_pack(root, 0, 0);
    return crmi_changes_delete_range(txn, CRMI_CHANGES_VALUE, (crmi_changes_span){first, 0, first + (UINT64_C(1) << 24), 0});
}

typedef struct old_values {
    int64_t before;
    uint64_t until; /* the first place that stays */
} old_values;

static int take_old(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read;
    old_values *old = data;
    crmi_changed_value opened;
    int rc = crmi_changes_open_value(key, value, &opened);
    if (rc < 0) return rc;
    if (opened.change.at >= old->before) return CRM_ROW;
    old->until = opened.place + 1;
    return CRM_OK;
}

static int drop_old(crmi_txn *txn, crmi_packed id, int64_t before) {
    old_values old = {before, 0};
    int rc = crmi_changes_range(txn, CRMI_CHANGES_VALUE, (crmi_changes_span){id, 0, id + 1, 0}, 0, 0, take_old, &old);
    if (rc < 0 || !old.until) return rc < 0 ? rc : CRM_OK;
    return crmi_changes_delete_range(txn, CRMI_CHANGES_VALUE, (crmi_changes_span){id, 0, id, old.until});
}

static int take_chunk(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read;
    crmi_buffer_clear(data);
    if (!crmi_changes_sound(key, value, CRMI_CHANGES_HEAD)) return crmi_changes_damaged();
    crmi_buffer_append(data, (const uint8_t *)value.data + CRMI_CHANGES_HEAD, value.size - CRMI_CHANGES_HEAD);
    return CRM_OK;
}

int crmi_changes_drop_values(crmi_txn *txn, uint64_t commit, uint64_t chunk, int64_t before) {
    crmi_buffer entries = {0};
    crmi_change change;
    uint32_t root = 0;
    int rc =
        crmi_changes_range(txn, CRMI_CHANGES_VALUED, (crmi_changes_span){commit, chunk, commit, chunk + 1}, 0, 1, take_chunk, &entries);
    const uint8_t *at = entries.data, *end = at + entries.size;
    if (entries.failed) rc = crmi_error_nomem();
    while (rc == CRM_OK && (rc = crmi_changes_next_entry(&at, end, &root, &change)) == CRM_ROW) rc = drop_old(txn, change.id, before);
    crmi_buffer_free(&entries);
    return rc;
}

/* --- reading --- */

int crmi_changes_open_value(crmi_slice key, crmi_slice value, crmi_changed_value *out) {
    const uint8_t *at = (const uint8_t *)value.data + CRMI_CHANGES_SUM;
    if (!crmi_changes_sound(key, value, CRMI_CHANGES_VALUE_HEAD)) return crmi_changes_damaged();
    uint32_t size = crmi_key_get32(at + 28);
    size_t left = value.size - CRMI_CHANGES_VALUE_HEAD;
    if (size > left) return crmi_changes_damaged();
    *out = (crmi_changed_value){.change = {.id = crmi_changes_key_number(key),
                                           .action = CRMI_CHANGE_UPDATED,
                                           .commit = crmi_key_get64(at),
                                           .at = (int64_t)crmi_key_get64(at + 8),
                                           .by = crmi_key_get64(at + 16)},
                                .place = crmi_changes_key_second(key),
                                .number = crmi_key_get32(at + 24),
                                .before = {at + 32, size},
                                .after = {at + 32 + size, left - size}};
    return CRM_OK;
}

typedef struct history {
    crmi_changed_value_fn fn;
    void *data;
    const crmi_actor *actor;
    int64_t before;
} history;

static int take_value(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read;
    history *reading = data;
    crmi_changed_value opened;
    int rc = crmi_changes_open_value(key, value, &opened);
    if (rc < 0) return rc;
    if (opened.change.at < reading->before) return CRM_ROW; /* they wait to be dropped */
    if (reading->actor && !reading->actor->staff) crmi_changes_blur(&opened.change);
    return reading->fn(reading->data, &opened);
}

int crmi_changes_history(crmi_txn *txn, crmi_packed id, uint64_t place, crmi_changed_value_fn fn, void *data) {
    crmi_definitions *definitions;
    if (!id || !crmi_gate_sees(txn, id)) return CRM_OK;
    int rc = crmi_txn_definitions(txn, &definitions);
    if (rc < 0) return rc;
    history reading = {fn, data, crmi_gate_actor(txn), crmi_changes_before(txn, definitions->tracking.values_days)};
    crmi_changes_span span = {id, 0, id + !place, place};
    rc = crmi_changes_range(txn, CRMI_CHANGES_VALUE, span, CRMI_READ_REVERSE, 0, take_value, &reading);
    return rc == CRM_ROW ? CRM_OK : rc;
}

void crmi_changes_blur(crmi_change *change) {
    change->commit = 0;
    change->by = 0;
    change->at = crmi_clock_day_of(change->at) * CRMI_US_A_DAY;
}
