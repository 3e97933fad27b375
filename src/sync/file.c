/* SPDX-License-Identifier: MIT */
/* The company that a group of rows is about, in memory: every record of its file, found by keys, and what the rows change in it. */
#include "sync/file.h"
#include "base/error.h"
#include "base/utf8.h"
#include <stdlib.h>
#include <string.h>

/* Its custom fields are known, whichever it gets. */
static int append(crmi_sync_file *file, const crmi_sync_entry *entry) {
    int rc = crmi_sync_grow((void **)&file->entries, file->count, &file->capacity, sizeof *file->entries);
    if (rc < 0) return rc;
    file->entries[file->count++] = *entry;
    file->kinds |= UINT64_C(1) << entry->rec->kind;
    if (!file->sync->definitions || entry->rec->definitions) return CRM_OK;
    entry->rec->definitions = file->sync->definitions;
    crmi_definitions_retain(entry->rec->definitions);
    return CRM_OK;
}

static int take_stored(void *data, size_t read, const crmi_stored *stored) {
    (void)read;
    crmi_sync_file *file = data;
    crmi_sync_entry entry = {0};
    int rc = crmi_object_decode(file->txn, stored->id, stored->body, &entry.rec);
    if (rc < 0) return rc;
    rc = append(file, &entry);
    if (rc < 0) crm_record_free(entry.rec);
    return rc;
}

/* --- keys --- */

crm_field crmi_sync_target_field(uint32_t kind) {
    switch (kind) {
    case CRM_KIND_USAGE: return CRM_USAGE_TARGET;
    case CRM_KIND_IDENTIFIER: return CRM_IDENTIFIER_TARGET;
    case CRM_KIND_CHANNEL: return CRM_CHANNEL_TARGET;
    case CRM_KIND_QUOTE_DEFAULTS: return CRM_QUOTE_DEFAULTS_SCOPE;
    default: return 0;
    }
}

/* Which entry a loaded record's reference names. */
static int find_own_target(crmi_sync_file *file, crmi_sync_entry *entry) {
    crm_field field = crmi_sync_target_field(entry->rec->kind);
    const crmi_entry *value = field ? crmi_object_find(entry->rec, CRMI_FIELD_NUMBER(field)) : NULL;
    uint32_t cursor = 0;
    if (!value) return CRM_OK;
    int rc = crmi_sync_key_id(file, (crm_id)value->integer);
    if (rc == CRM_OK && !crmi_sync_key_next(file, &cursor, &entry->target)) entry->target = UINT32_MAX; /* of none of these records */
    return rc;
}

static int add_folded(crmi_sync_file *file, char letter, const char *text, uint32_t entry) {
    int rc = *text ? crmi_sync_key_folded(file, letter, text) : CRM_OK;
    return rc == CRM_OK && *text ? crmi_sync_key_add(file, entry) : rc;
}

static int index_place(crmi_sync_file *file, uint32_t entry, char letter, size_t size) {
    file->key.data[0] = (uint8_t)letter;
    file->key.size = size;
    return crmi_sync_key_add(file, entry);
}

static int index_address(crmi_sync_file *file, uint32_t entry, const crm_record *rec) {
    crmi_sync_place place;
    crmi_sync_place_of(rec, &place);
    int rc = add_folded(file, CRMI_KEY_SITE, place.number, entry);
    if (rc == CRM_OK) rc = add_folded(file, CRMI_KEY_GLN, crmi_sync_text_of(rec, CRM_ADDRESS_GLN), entry);
    size_t without;
    if (rc == CRM_OK) rc = crmi_sync_key_place(file, &place, &without);
    const size_t with = file->key.size;
    if (rc == CRM_OK) rc = index_place(file, entry, CRMI_KEY_PLACE, with);
    if (rc == CRM_OK) rc = index_place(file, entry, CRMI_KEY_STREET, without);
    if (rc < 0 || *place.number) return rc;
    rc = index_place(file, entry, CRMI_KEY_FREE_PLACE, with);
    return rc == CRM_OK ? index_place(file, entry, CRMI_KEY_FREE_STREET, without) : rc;
}

static int index_channel(crmi_sync_file *file, uint32_t number, const crmi_sync_entry *entry) {
    const char *value = crmi_sync_text_of(entry->rec, CRM_CHANNEL_VALUE);
    int rc = crmi_sync_key_channel(file, entry->target, crmi_sync_text_of(entry->rec, CRM_CHANNEL_TYPE), value, strlen(value));
    return rc == CRM_OK ? crmi_sync_key_add(file, number) : rc;
}

/* A contact's mail address finds the contact. */
static int index_mail(crmi_sync_file *file, const crmi_sync_entry *entry) {
    const char *value = crmi_sync_text_of(entry->rec, CRM_CHANNEL_VALUE);
    uint32_t contact = entry->target;
    bool is = contact && contact <= file->count && crmi_sync_file_entry(file, contact)->rec->kind == CRM_KIND_CONTACT;
    if (!is || strcmp(crmi_sync_text_of(entry->rec, CRM_CHANNEL_TYPE), CRM_CHANNEL_MAIL) != 0) return CRM_OK;
    const char *name = crmi_sync_text_of(crmi_sync_file_entry(file, contact)->rec, CRM_CONTACT_NAME);
    int rc = crmi_sync_key_mail(file, value, strlen(value), NULL);
    if (rc == CRM_OK) rc = crmi_sync_key_add(file, contact);
    if (rc == CRM_OK) rc = crmi_sync_key_mail(file, value, strlen(value), name);
    return rc == CRM_OK ? crmi_sync_key_add(file, contact) : rc;
}

static int index_usage(crmi_sync_file *file, uint32_t number, const crmi_sync_entry *entry) {
    const crmi_entry *until = crmi_object_find(entry->rec, CRMI_FIELD_NUMBER(CRM_USAGE_VALID_UNTIL));
    const char *purpose = crmi_sync_text_of(entry->rec, CRM_USAGE_PURPOSE);
    if (until && until->integer <= file->today) return CRM_OK;
    int rc = crmi_sync_key_text(file, CRMI_KEY_USAGE, entry->target, purpose, "");
    if (rc == CRM_OK) rc = crmi_sync_key_add(file, number);
    if (rc < 0 || strcmp(purpose, CRM_PURPOSE_MAIN) != 0) return rc;
    rc = crmi_sync_key_text(file, CRMI_KEY_MAIN, 0, "", "");
    return rc == CRM_OK ? crmi_sync_key_add(file, number) : rc;
}

static int index_text(crmi_sync_file *file, uint32_t number, char letter, uint32_t target, const char *first, const char *second) {
    int rc = crmi_sync_key_text(file, letter, target, first, second);
    return rc == CRM_OK ? crmi_sync_key_add(file, number) : rc;
}

static int index_bank(crmi_sync_file *file, uint32_t number, const crm_record *rec) {
    const char *iban = crmi_sync_text_of(rec, CRM_BANK_IBAN), *account = crmi_sync_text_of(rec, CRM_BANK_ACCOUNT_NUMBER);
    int rc = *iban ? crmi_sync_key_compact(file, CRMI_KEY_IBAN, iban, "") : CRM_OK;
    bool german = false;
    if (rc == CRM_OK && *iban) rc = crmi_sync_key_add(file, number);
    if (rc == CRM_OK && *iban) rc = crmi_sync_key_german(file, CRMI_KEY_GERMAN, iban, &german);
    if (rc == CRM_OK && german) rc = crmi_sync_key_add(file, number);
    if (rc < 0 || !*account) return rc;
    rc = crmi_sync_key_account(file, CRMI_KEY_ACCOUNT, account, crmi_sync_text_of(rec, CRM_BANK_BANK_CODE));
    return rc == CRM_OK ? crmi_sync_key_add(file, number) : rc;
}

/* What is always looked for. */
static int index_other(crmi_sync_file *file, uint32_t number) {
    const crmi_sync_entry *entry = crmi_sync_file_entry(file, number);
    const crm_record *rec = entry->rec;
    switch (rec->kind) {
    case CRM_KIND_IDENTIFIER:
        return index_text(file, number, CRMI_KEY_IDENTIFIER, 0, crmi_sync_text_of(rec, CRM_IDENTIFIER_SCHEME),
                          crmi_sync_text_of(rec, CRM_IDENTIFIER_VALUE));
    case CRM_KIND_QUOTE_DEFAULTS:
        return index_text(file, number, CRMI_KEY_DEFAULTS, entry->target, crmi_sync_text_of(rec, CRM_QUOTE_DEFAULTS_SALES_AREA), "");
    case CRM_KIND_BANK: return index_bank(file, number, rec);
    default: return CRM_OK;
    }
}

static int index_so(crmi_sync_file *file, uint32_t number, enum crmi_sync_way way) {
    const crmi_sync_entry *entry = crmi_sync_file_entry(file, number);
    const crm_record *rec = entry->rec;
    switch (rec->kind) {
    case CRM_KIND_ADDRESS: return way == CRMI_WAY_PLACE ? index_address(file, number, rec) : CRM_OK;
    case CRM_KIND_CONTACT:
        return way == CRMI_WAY_PERSON ? add_folded(file, CRMI_KEY_NAME, crmi_sync_text_of(rec, CRM_CONTACT_NAME), number) : CRM_OK;
    case CRM_KIND_CHANNEL:
        if (way == CRMI_WAY_PERSON) return index_mail(file, entry);
        return way == CRMI_WAY_CHANNEL ? index_channel(file, number, entry) : CRM_OK;
    case CRM_KIND_USAGE: return way == CRMI_WAY_USAGE ? index_usage(file, number, entry) : CRM_OK;
    default: return CRM_OK;
    }
}

int crmi_sync_file_look(crmi_sync_file *file, enum crmi_sync_way way) {
    int rc = CRM_OK;
    while (rc == CRM_OK && file->indexed[way] < file->count) rc = index_so(file, (uint32_t)++file->indexed[way], way);
    return rc;
}

int crmi_sync_file_look_all(crmi_sync_file *file) {
    int rc = CRM_OK;
    for (int way = 0; rc == CRM_OK && way < CRMI_WAYS; way++) rc = crmi_sync_file_look(file, way);
    return rc;
}

/* One that nobody looked for yet waits. */
int crmi_sync_file_index(crmi_sync_file *file, uint32_t number) {
    int rc = index_other(file, number);
    for (int way = 0; rc == CRM_OK && way < CRMI_WAYS; way++)
        if (number <= file->indexed[way]) rc = index_so(file, number, way);
    return rc;
}

/* --- loading --- */

static int index_all(crmi_sync_file *file) {
    int rc = CRM_OK;
    for (uint32_t i = 1; rc == CRM_OK && i <= file->count; i++) {
        rc = crmi_sync_key_id(file, file->entries[i - 1].rec->id);
        if (rc == CRM_OK) rc = crmi_sync_map_add(&file->map, file->key.data, file->key.size, i);
        if (file->entries[i - 1].rec->kind == CRM_KIND_PARTY) file->party = i;
    }
    for (size_t i = 0; rc == CRM_OK && i < file->count; i++) rc = find_own_target(file, &file->entries[i]);
    for (uint32_t i = 1; rc == CRM_OK && i <= file->count; i++) rc = index_other(file, i);
    return rc;
}

/* The names of contacts in the group's rows: whoever is named by one of them is nobody else in another. */
static int take_names(crmi_sync_file *file) {
    uint8_t room[CRMI_BUFFER_ROOM];
    crmi_buffer name = crmi_buffer_in(room, sizeof room);
    int rc = CRM_OK;
    file->named = true;
    for (uint32_t i = file->first; rc == CRM_OK && i; i = file->sync->rows[i - 1].next) {
        rc = crmi_sync_row_name(file->sync, &file->sync->rows[i - 1], CRM_KIND_CONTACT, &name);
        if (rc < 0 || name.size == 0) continue;
        rc = crmi_sync_key_folded(file, CRMI_KEY_NAME, (const char *)name.data);
        uint32_t cursor = 0, known;
        if (rc == CRM_OK && !crmi_sync_map_next(&file->names, file->key.data, file->key.size, &cursor, &known))
            rc = crmi_sync_map_add(&file->names, file->key.data, file->key.size, i);
    }
    crmi_buffer_free(&name);
    return rc;
}

int crmi_sync_file_names(crmi_sync_file *file, const char *name, bool *out) {
    uint32_t cursor = 0, row;
    int rc = file->named ? CRM_OK : take_names(file);
    if (rc == CRM_OK) rc = crmi_sync_key_folded(file, CRMI_KEY_NAME, name);
    *out = rc == CRM_OK && crmi_sync_map_next(&file->names, file->key.data, file->key.size, &cursor, &row);
    return rc;
}

int crmi_sync_file_named(crmi_sync_file *file, bool *out) {
    uint8_t room[CRMI_BUFFER_ROOM];
    crmi_buffer name = crmi_buffer_in(room, sizeof room);
    int rc = CRM_OK;
    *out = false;
    while (file->head && rc == CRM_OK) {
        const crmi_sync_row *row = &file->sync->rows[file->head - 1];
        if (!row->failed) rc = crmi_sync_row_name(file->sync, row, CRM_KIND_PARTY, &name);
        *out = !row->failed && name.size > 0;
        if (*out) break;
        file->head = row->next;
    }
    crmi_buffer_free(&name);
    return rc;
}

/* A new one is kept for the next company. */
static void forget_record(crmi_sync_file *file, const crmi_sync_entry *entry) {
    if (!entry->fresh || file->spare_count == CRMI_SYNC_SPARE) {
        crm_record_free(entry->rec);
        return;
    }
    crmi_object_renew(entry->rec);
    file->spare[file->spare_count++] = entry->rec;
}

static void forget_entries(crmi_sync_file *file) {
    for (size_t i = 0; i < file->count; i++) {
        forget_record(file, &file->entries[i]);
        crm_record_free(file->entries[i].before);
        free(file->entries[i].said);
    }
    file->count = 0;
}

int crmi_sync_file_load(crmi_sync_file *file, const crmi_sync_group *group) {
    forget_entries(file);
    crmi_sync_map_clear(&file->map);
    crmi_sync_map_clear(&file->names);
    crmi_sync_map_clear(&file->said);
    file->blank_count = file->sites = file->contacts = 0;
    file->several = group->first != group->last;
    file->first = file->head = group->first;
    file->named = false;
    file->kinds = 0;
    memset(file->indexed, 0, sizeof file->indexed);
    file->party = file->role = 0;
    file->root = group->root;
    crmi_want want = {crmi_id_pack(group->root, 0, 0), (crmi_packed)(group->root + 1) << 24, 0};
    int rc = group->root ? crmi_store_read_many(file->txn, &want, 1, take_stored, file) : CRM_OK;
    if (rc == CRM_OK) rc = index_all(file);
    file->role = crmi_sync_find_role(file, group->number);
    if (rc == CRM_OK && group->root && !file->party) rc = crmi_error_set(CRM_E_CORRUPT, 0, "an index names a party that is not there");
    return rc;
}

void crmi_sync_file_free(crmi_sync_file *file) {
    forget_entries(file);
    while (file->spare_count) crm_record_free(file->spare[--file->spare_count]);
    free(file->entries);
    free(file->blanks);
    crmi_sync_map_free(&file->map);
    crmi_sync_map_free(&file->names);
    crmi_sync_map_free(&file->said);
    crmi_buffer_free(&file->key);
}

/* --- changing --- */

static int new_record(crmi_sync_file *file, uint32_t kind, crm_record **out) {
    if (!file->spare_count) return crm_record_new(kind, out);
    *out = file->spare[--file->spare_count];
    (*out)->kind = kind;
    return CRM_OK;
}

int crmi_sync_file_add(crmi_sync_file *file, uint32_t kind, uint32_t row, uint32_t target, uint32_t *out) {
    crmi_sync_entry entry = {.row = row, .target = target, .fresh = true};
    int rc = new_record(file, kind, &entry.rec);
    if (rc < 0) return rc;
    rc = append(file, &entry);
    if (rc < 0)
        crm_record_free(entry.rec);
    else
        *out = (uint32_t)file->count;
    return rc;
}

int crmi_sync_file_touch(crmi_sync_entry *entry, uint32_t row) {
    entry->row = row;
    return entry->fresh || entry->before ? CRM_OK : crm_record_copy(entry->rec, &entry->before);
}

bool crmi_sync_same(const crm_record *a, const crm_record *b) {
    if (a->count != b->count) return false;
    for (uint32_t i = 0; i < a->count; i++) {
        const crmi_entry *x = &a->entries[i], *y = &b->entries[i];
        if (x->number != y->number || x->type != y->type || x->integer != y->integer || x->size != y->size) return false;
        if (x->size && memcmp(x->text, y->text, x->size) != 0) return false;
    }
    return true;
}
