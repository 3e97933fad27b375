/* SPDX-License-Identifier: MIT */
/* Definitions: which records they are, reading them, sharing them. The table of the host's own fields is made in definitions_fields.c. */
#include "store/definitions.h"
#include "base/error.h"
#include "codec/key.h"
#include "store/changes.h"
#include "store/db.h"
#include "store/definitions_fields.h"
#include "store/gate.h"
#include <stdlib.h>
#include <string.h>

static const uint32_t kinds[] = {CRM_KIND_QUOTE_DEFAULTS, CRM_KIND_CUSTOM_FIELD, CRM_KIND_POLICY, CRM_KIND_RULE};

#define KINDS (sizeof kinds / sizeof *kinds)

bool crmi_is_definition(crmi_packed id) {
    for (size_t i = 0; i < KINDS; i++)
        if (crmi_id_kind(id) == kinds[i]) return !crmi_id_root(id);
    return false;
}

/* --- making --- */

typedef struct loading {
    crmi_stored *records;
    size_t count, capacity, bytes;
} loading;

static int take_record(void *data, size_t read, const crmi_stored *stored) {
    (void)read;
    loading *load = data;
    if (stored->kind == CRM_KIND_SETTING && !crmi_changes_is_setting(stored)) return CRM_OK;
    if (load->count == load->capacity) {
        size_t capacity = load->capacity ? load->capacity * 2 : 64;
        crmi_stored *records = realloc(load->records, capacity * sizeof *records);
        if (!records) return crmi_error_nomem();
        load->records = records;
        load->capacity = capacity;
    }
    uint8_t *copy = malloc(stored->body.size);
    if (!copy) return crmi_error_nomem();
    memcpy(copy, stored->body.data, stored->body.size);
    load->records[load->count++] = (crmi_stored){stored->id, stored->kind, {copy, stored->body.size}};
    load->bytes += stored->body.size;
    return CRM_OK;
}

static void free_records(const crmi_stored *records, size_t count) {
    for (size_t i = 0; i < count; i++) free((void *)(uintptr_t)records[i].body.data);
    free((void *)(uintptr_t)records);
}

static int read_records(crmi_txn *txn, loading *load) {
    crmi_want wants[KINDS + 1];
    for (size_t i = 0; i <= KINDS; i++) {
        uint32_t kind = i < KINDS ? kinds[i] : CRM_KIND_SETTING;
        wants[i] = (crmi_want){crmi_id_pack(0, kind, 0), crmi_id_pack(0, kind + 1, 0), 0};
    }
    crmi_gate_lift(txn); /* what the store defines holds for every actor */
    int rc = crmi_store_read_many(txn, wants, KINDS + 1, take_record, load);
    crmi_gate_drop(txn);
    return rc;
}

crmi_definitions *crmi_definitions_new(void) {
    crmi_definitions *made = calloc(1, sizeof *made);
    if (!made) return NULL;
    atomic_init(&made->references, 1);
    pthread_mutex_init(&made->lock, NULL);
    return made;
}

static int make(crmi_txn *txn, uint64_t sequence, crmi_definitions **out) {
    loading load = {0};
    crmi_definitions *made = crmi_definitions_new();
    int rc = made ? read_records(txn, &load) : crmi_error_nomem();
    if (!made) return rc;
    made->sequence = sequence;
    made->records = load.records;
    made->record_count = load.count;
    if (rc == CRM_OK) rc = crmi_definitions_read_fields(made, load.bytes);
    if (rc == CRM_OK) rc = crmi_changes_read_tracking(made);
    if (rc == CRM_OK)
        *out = made;
    else
        crmi_definitions_release(made);
    return rc;
}

void crmi_definitions_retain(crmi_definitions *definitions) { atomic_fetch_add(&definitions->references, 1); }

void crmi_definitions_release(crmi_definitions *definitions) {
    if (!definitions || atomic_fetch_sub(&definitions->references, 1) != 1) return;
    if (definitions->compiled) definitions->free_compiled(definitions->compiled);
    free_records(definitions->records, definitions->record_count);
    free((void *)(uintptr_t)definitions->fields);
    free((void *)(uintptr_t)definitions->tracking.fields);
    pthread_mutex_destroy(&definitions->lock);
    free(definitions);
}

int crmi_definitions_compile(crmi_txn *txn, crmi_definitions *definitions,
                             int (*build)(crmi_txn *txn, const crmi_definitions *definitions, void **out), void (*destroy)(void *compiled),
                             void **out) {
    void *made = NULL;
    pthread_mutex_lock(&definitions->lock);
    crmi_gate_lift(txn); /* it is made once for all actors */
    int rc = definitions->compiled ? CRM_OK : build(txn, definitions, &made);
    crmi_gate_drop(txn);
    if (rc == CRM_OK && made) {
        definitions->compiled = made;
        definitions->free_compiled = destroy;
    }
    *out = definitions->compiled;
    pthread_mutex_unlock(&definitions->lock);
    return rc;
}

/* --- sharing --- */

static const crmi_slice counter_key = {"definitions", 11};

#define COUNTER_SIZE 12 /* sequence 8, checksum 4 */

static int take_counter(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read;
    crmi_txn *txn = data;
    if (!crmi_meta_sound(key, value, COUNTER_SIZE - 4))
        return crmi_error_set(CRM_E_CORRUPT, 0, "the counter of the store's definitions is damaged");
    txn->definitions_sequence = crmi_key_get64(value.data);
    return CRM_OK;
}

int crmi_definitions_write_counter(crmi_txn *txn) {
    uint8_t value[COUNTER_SIZE];
    if (!txn->definitions_written) return CRM_OK;
    crmi_key_put64(value, txn->state.sequence);
    crmi_meta_seal(counter_key, value, COUNTER_SIZE - 4);
    return crmi_engine_put(txn->engine, CRMI_TABLE_META, counter_key, (crmi_slice){value, sizeof value});
}

void crmi_definitions_touch(crmi_txn *txn) {
    txn->definitions_written = true;
    crmi_definitions_release(txn->definitions);
    txn->definitions = NULL;
}

/* The shared ones where they are of the transaction's snapshot. */
static crmi_definitions *take_shared(crmi_txn *txn) {
    crmi_db *db = txn->db;
    pthread_mutex_lock(&db->definitions_lock);
    crmi_definitions *shared = db->definitions;
    if (shared && shared->sequence == txn->definitions_sequence)
        crmi_definitions_retain(shared);
    else
        shared = NULL;
    pthread_mutex_unlock(&db->definitions_lock);
    return shared;
}

/* Not what a transaction has written itself: that is of the sequence which it asked for before it wrote, and shared it then. */
static void share(crmi_db *db, crmi_definitions *made) {
    pthread_mutex_lock(&db->definitions_lock);
    crmi_definitions *before = db->definitions;
    if (!before || before->sequence < made->sequence) {
        crmi_definitions_retain(made);
        db->definitions = made;
    } else
        before = NULL;
    pthread_mutex_unlock(&db->definitions_lock);
    crmi_definitions_release(before);
}

static int read_counter(crmi_txn *txn) {
    if (txn->definitions_asked) return CRM_OK;
    txn->definitions_sequence = 0;
    int rc = crmi_engine_get(txn->engine, CRMI_TABLE_META, counter_key, take_counter, txn);
    if (rc == CRM_E_NOTFOUND) rc = CRM_OK;
    txn->definitions_asked = rc == CRM_OK;
    return rc;
}

int crmi_txn_definitions(crmi_txn *txn, crmi_definitions **out) {
    int rc = CRM_OK;
    if (!txn->definitions && !txn->definitions_written) {
        rc = read_counter(txn);
        if (rc == CRM_OK) txn->definitions = take_shared(txn);
    }
    if (rc == CRM_OK && !txn->definitions) {
        rc = make(txn, txn->definitions_sequence, &txn->definitions);
        if (rc == CRM_OK) share(txn->db, txn->definitions);
    }
    *out = txn->definitions;
    return rc;
}

void crmi_definitions_counter_read(crmi_txn *txn, crmi_read *read) {
    txn->definitions_sequence = 0;
    *read = (crmi_read){.table = CRMI_TABLE_META, .from = counter_key};
}

int crmi_definitions_take_counter(crmi_txn *txn, crmi_slice key, crmi_slice value) { return take_counter(txn, 0, key, value); }

/* --- looking up --- */

const crmi_field *crmi_definitions_of_kind(const crmi_definitions *definitions, uint32_t kind, size_t *count) {
    size_t first = 0, end;
    while (first < definitions->field_count && definitions->fields[first].kind < kind) first++;
    for (end = first; end < definitions->field_count && definitions->fields[end].kind == kind;) end++;
    *count = end - first;
    return definitions->fields ? definitions->fields + first : NULL;
}

const crmi_field *crmi_definitions_number(const crmi_definitions *definitions, uint32_t kind, uint32_t number) {
    size_t low = 0, high = definitions->field_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const crmi_field *field = &definitions->fields[middle];
        if (field->kind == kind && field->number == number) return field;
        if (field->kind < kind || (field->kind == kind && field->number < number))
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

const crmi_field *crmi_definitions_path(const crmi_definitions *definitions, const char *path) {
    for (size_t i = 0; i < definitions->field_count; i++) {
        const char *kind = crmi_schema_kind(definitions->fields[i].kind)->name;
        size_t size = strlen(kind);
        if (strncmp(path, kind, size) == 0 && path[size] == '.' && strcmp(path + size + 1, definitions->fields[i].name) == 0)
            return &definitions->fields[i];
    }
    return NULL;
}

const crmi_field *crmi_definitions_field(const crmi_definitions *definitions, crm_field field) {
    if (!crmi_field_is_custom(field)) return NULL;
    const crmi_field *found = crmi_definitions_number(definitions, crmi_field_kind_of(field), crmi_field_number_of(field));
    return found && found->field == field ? found : NULL;
}

const crmi_field *crmi_txn_field(crmi_txn *txn, crm_field field, int *status) {
    crmi_definitions *definitions;
    *status = CRM_OK;
    if (!crmi_field_is_custom(field)) return crmi_schema_field(field);
    *status = crmi_txn_definitions(txn, &definitions);
    return *status == CRM_OK ? crmi_definitions_field(definitions, field) : NULL;
}
