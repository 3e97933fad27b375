/* SPDX-License-Identifier: MIT */
/* crm_file_*: the whole file of a party by one range read, its records side by side in a few blocks of memory. */
#include "api/api.h"
#include "base/json.h"
#include "store/gate.h"
#include <libcrm/party.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_RECORDS 16
#define BLOCK 4096

typedef struct file_block {
    struct file_block *next;
    size_t used, size;
    uint64_t bytes[];
} file_block;

struct crm_file {
    crm_record **records;
    size_t count, capacity;
    file_block *blocks;
    crmi_buffer json;
    crmi_txn *txn; /* while it is read */
};

static void *take_space(crm_file *file, size_t size) {
    file_block *block = file->blocks;
    size = (size + 7) & ~(size_t)7;
    if (!block || block->size - block->used < size) {
        size_t room = size > BLOCK ? size : BLOCK;
        block = malloc(sizeof *block + room);
        if (!block) return NULL;
        *block = (file_block){.next = file->blocks, .size = room};
        file->blocks = block;
    }
    void *out = (char *)block->bytes + block->used;
    block->used += size;
    return out;
}

static int grow(crm_file *file) {
    size_t capacity = file->capacity ? file->capacity * 2 : FIRST_RECORDS;
    crm_record **records = realloc(file->records, capacity * sizeof *records);
    if (!records) return crmi_error_nomem();
    file->records = records;
    file->capacity = capacity;
    return CRM_OK;
}

static int take_record(void *data, size_t read, const crmi_stored *stored) {
    (void)read;
    crm_file *file = data;
    size_t entries;
    if (file->count >= CRMI_LIMIT_FILE_RECORDS)
        return crmi_error_set(CRM_E_TOO_BIG, 0, "the file has over %d records; list them by kind", (int)CRMI_LIMIT_FILE_RECORDS);
    if (file->count == file->capacity && grow(file) < 0) return CRM_E_NOMEM;
    size_t space = crmi_object_space(stored->body, &entries);
    void *at = space ? take_space(file, space) : NULL;
    if (!at) return space ? crmi_error_nomem() : crmi_error_set(CRM_E_CORRUPT, 0, "a stored record is damaged: its body");
    int rc = crmi_object_decode_at(file->txn, stored->id, stored->body, at, space, &file->records[file->count]);
    if (rc == CRM_OK) file->count++;
    return rc;
}

/* Around the bindings where the actor does not see them: how many there are is not told by the time that it takes. */
static int read_root(crmi_txn *txn, crmi_packed party, crm_file *file) {
    uint32_t root = crmi_id_root(party);
    crmi_packed bindings = crmi_id_pack(root, CRM_KIND_BINDING, 0), end = crmi_id_pack(root + 1, 0, 0);
    bool whole = crmi_gate_sees(txn, bindings);
    const crmi_want wants[] = {{crmi_id_pack(root, 0, 0), whole ? end : bindings, 0},
                               {crmi_id_pack(root, CRM_KIND_BINDING + 1, 0), end, 0}};
    return crmi_store_read_many(txn, wants, whole ? 1 : 2, take_record, file);
}

/* Records with custom fields hold on to the store's definitions. */
static void drop_records(crm_file *file) {
    for (size_t i = 0; i < file->count; i++) crm_record_free(file->records[i]);
    file->count = 0;
}

/* A party that was moved leaves a stub: its file is empty, and the stub tells where it is. */
static int read_file(crmi_txn *txn, crmi_packed party, crm_file *file) {
    if (crmi_id_kind(party) != CRM_KIND_PARTY || crmi_id_local(party)) return crmi_error_set(CRM_E_NOTFOUND, 0, "no such party");
    int rc = read_root(txn, party, file);
    if (rc < 0 || (file->count && file->records[0]->kind == CRM_KIND_PARTY)) return rc;
    drop_records(file);
    rc = crmi_store_resolve(txn, &party);
    if (rc == CRM_E_NOTFOUND) return crmi_error_set(rc, 0, "no such party");
    return rc == CRM_OK ? read_root(txn, party, file) : rc;
}

int crm_file_get(crm_txn *txn, crm_id party, crm_file **out) {
    int status;
    if (!out) return crmi_error_set(CRM_E_INVALID, 0, "out is NULL");
    *out = NULL;
    crmi_txn *open = crmi_api_enter(txn, 0, &status);
    if (!open) return status;
    crm_file *file = calloc(1, sizeof *file);
    if (!file) status = crmi_error_nomem();
    if (file) {
        file->txn = open;
        status = read_file(open, crmi_gate_asked(open, party), file);
    }
    crmi_api_leave(txn);
    if (status == CRM_OK)
        *out = file;
    else
        crm_file_free(file);
    return status;
}

size_t crm_file_count(const crm_file *file) { return file ? file->count : 0; }

const crm_record *crm_file_record(const crm_file *file, size_t index) { return file && index < file->count ? file->records[index] : NULL; }

/* "addresses" of "address", "roles" of "role"; "quote_defaults" is a plural already. */
static void plural(crmi_buffer *out, const char *name) {
    size_t size = strlen(name);
    char text[64];
    bool hiss = size > 1 && name[size - 1] == 's';
    snprintf(text, sizeof text, "%s%s", name, !hiss ? "s" : name[size - 2] == 's' ? "es" : "");
    crmi_json_key(out, text);
}

/* The file's records of a kind as an array; they lie together, from *at on. */
static void write_kind(const crm_file *file, const crmi_kind *kind, size_t *at, crmi_buffer *out) {
    plural(out, kind->name);
    crmi_json_open(out, '[');
    for (; *at < file->count && file->records[*at]->kind == kind->number; ++*at) {
        crmi_json_open(out, '{');
        crmi_object_json(file->records[*at], out);
        crmi_json_close(out, '}');
    }
    crmi_json_close(out, ']');
}

static void write_json(const crm_file *file, crmi_buffer *out) {
    size_t at = 1;
    crmi_json_open(out, '{');
    crmi_json_key(out, "party");
    crmi_json_open(out, '{');
    crmi_object_json(file->records[0], out);
    crmi_json_close(out, '}');
    for (uint32_t kind = crm_kind_next(CRM_KIND_PARTY); kind; kind = crm_kind_next(kind)) {
        const crmi_kind *known = crmi_schema_kind(kind);
        if (known->placement == CRMI_CHILD) write_kind(file, known, &at, out);
    }
    crmi_json_close(out, '}');
}

const char *crm_file_json(crm_file *file, size_t *out_len) {
    if (!file) {
        crmi_error_set(CRM_E_INVALID, 0, "file is NULL");
        return NULL;
    }
    crmi_buffer_clear(&file->json);
    write_json(file, &file->json);
    const char *text = crmi_buffer_string(&file->json);
    if (!text) crmi_error_nomem();
    if (text && out_len) *out_len = file->json.size;
    return text;
}

void crm_file_free(crm_file *file) {
    if (!file) return;
    drop_records(file);
    while (file->blocks) {
        file_block *next = file->blocks->next;
        free(file->blocks);
        file->blocks = next;
    }
    free(file->records);
    crmi_buffer_free(&file->json);
    free(file);
}
