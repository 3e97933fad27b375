/* SPDX-License-Identifier: MIT */
/* Which stored record a row means, inside of its company. Sites: id, site number, identifier, GLN, then the normalised address.
 * Contacts: id, identifier, mail address, then name. A row that fits several of equal standing is ambiguous; nothing is guessed. */
#include "base/error.h"
#include "base/utf8.h"
#include "sync/file.h"
#include <string.h>

/* The first entry that the key in file->key names; 0 none. */
static uint32_t first(crmi_sync_file *file) {
    uint32_t cursor = 0, entry = 0;
    crmi_sync_key_next(file, &cursor, &entry);
    return entry;
}

/* The only one. */
static int only(crmi_sync_file *file, crm_field field, const char *what, uint32_t *out) {
    uint32_t cursor = 0, entry;
    *out = 0;
    while (crmi_sync_key_next(file, &cursor, &entry)) {
        if (*out && *out != entry) return crmi_error_set(CRM_E_AMBIGUOUS, field, "several %s match", what);
        *out = entry;
    }
    return CRM_OK;
}

/* --- what has one key --- */

/* The role that the rows are about: the one of this number (NULL: they don't say), one that has not ended, else the latest. */
uint32_t crmi_sync_find_role(const crmi_sync_file *file, const char *number) {
    uint32_t found = 0;
    bool current = false;
    for (uint32_t i = 1; i <= file->count; i++) {
        const crm_record *rec = file->entries[i - 1].rec;
        if (rec->kind != CRM_KIND_ROLE || strcmp(crmi_sync_text_of(rec, CRM_ROLE_ROLE), file->sync->role) != 0) continue;
        const crmi_entry *until = crmi_object_find(rec, CRMI_FIELD_NUMBER(CRM_ROLE_VALID_UNTIL));
        if (number && strcmp(crmi_sync_text_of(rec, CRM_ROLE_NUMBER), number) == 0) return i;
        if (!current) found = i;
        current |= !until || until->integer > file->today;
    }
    return found;
}

int crmi_sync_find_defaults(crmi_sync_file *file, uint32_t scope, const char *area, uint32_t *out) {
    int rc = crmi_sync_key_text(file, CRMI_KEY_DEFAULTS, scope, area, "");
    *out = rc == CRM_OK ? first(file) : 0;
    return rc;
}

int crmi_sync_find_channel(crmi_sync_file *file, uint32_t target, const char *type, const char *value, uint32_t *out) {
    *out = 0;
    if (!crmi_sync_file_has(file, CRM_KIND_CHANNEL)) return CRM_OK;
    int rc = crmi_sync_file_look(file, CRMI_WAY_CHANNEL);
    if (rc == CRM_OK) rc = crmi_sync_key_channel(file, target, type, value, strlen(value));
    if (rc == CRM_OK) *out = first(file);
    return rc;
}

int crmi_sync_find_identifier(crmi_sync_file *file, const char *scheme, const char *value, uint32_t *out) {
    int rc = crmi_sync_key_text(file, CRMI_KEY_IDENTIFIER, 0, scheme, value);
    *out = rc == CRM_OK ? first(file) : 0;
    return rc;
}

int crmi_sync_find_usage(crmi_sync_file *file, uint32_t target, const char *purpose, uint32_t *out) {
    uint32_t cursor = 0, entry;
    *out = 0;
    if (!crmi_sync_file_has(file, CRM_KIND_USAGE)) return CRM_OK;
    int rc = crmi_sync_file_look(file, CRMI_WAY_USAGE);
    if (rc == CRM_OK) rc = crmi_sync_key_text(file, CRMI_KEY_USAGE, target, purpose, "");
    while (rc == CRM_OK && crmi_sync_key_next(file, &cursor, &entry))
        if (!crmi_sync_file_entry(file, entry)->removed) *out = entry;
    return rc;
}

static bool is_default(const crmi_sync_entry *usage) {
    const crmi_entry *mark = crmi_object_find(usage->rec, CRMI_FIELD_NUMBER(CRM_USAGE_IS_DEFAULT));
    return mark && mark->integer;
}

/* The address of a usage; 0 where it is of none. */
static uint32_t address_of(const crmi_sync_file *file, const crmi_sync_entry *usage) {
    if (usage->removed || !usage->target || usage->target > file->count) return 0;
    return crmi_sync_file_entry(file, usage->target)->rec->kind == CRM_KIND_ADDRESS ? usage->target : 0;
}

/* Where several are marked as the main one, the default among them. */
int crmi_sync_find_main(crmi_sync_file *file, uint32_t *address) {
    uint32_t cursor = 0, entry;
    bool many = false, best_default = false;
    *address = 0;
    if (!crmi_sync_file_has(file, CRM_KIND_USAGE)) return CRM_OK;
    int rc = crmi_sync_file_look(file, CRMI_WAY_USAGE);
    if (rc == CRM_OK) rc = crmi_sync_key_text(file, CRMI_KEY_MAIN, 0, "", "");
    while (rc == CRM_OK && crmi_sync_key_next(file, &cursor, &entry)) {
        const crmi_sync_entry *usage = crmi_sync_file_entry(file, entry);
        uint32_t found = address_of(file, usage);
        if (!found || found == *address) continue;
        if (*address && is_default(usage) == best_default) many = true;
        if (*address && is_default(usage) <= best_default) continue;
        *address = found;
        best_default = is_default(usage);
        many = false;
    }
    return many ? crmi_error_set(CRM_E_AMBIGUOUS, CRM_USAGE_PURPOSE, "several addresses are the main one") : rc;
}

/* The record of a kind that one of the row's identifiers belongs to; 0 none. */
static int by_identifier(crmi_sync_file *file, const crmi_sync_row *row, uint32_t kind, uint32_t *out) {
    *out = 0;
    if (!crmi_sync_may_have(file->sync, row, CRMI_USE_IDENTIFIER)) return CRM_OK;
    for (uint32_t i = 0; i < row->count && !*out; i++) {
        const crmi_sync_cell *cell = &file->sync->cells[row->first + i];
        const crmi_sync_target *target = crmi_sync_target_of(file->sync, cell);
        uint32_t entry;
        if (target->use != CRMI_USE_IDENTIFIER || target->object != kind) continue;
        int rc = crmi_sync_find_identifier(file, target->code, cell->text, &entry);
        if (rc < 0) return rc;
        uint32_t named = entry ? crmi_sync_file_entry(file, entry)->target : 0;
        if (named && named <= file->count && crmi_sync_file_entry(file, named)->rec->kind == kind) *out = named;
    }
    return CRM_OK;
}

/* --- addresses --- */

/* One part of two addresses: what is missing on one side says nothing, what differs tells them apart. */
static int compare_part(const char *a, const char *b, int *score) {
    bool same = false;
    if (!*a || !*b) return CRM_OK;
    int rc = crmi_sync_equal(crmi_utf8_fold, a, b, &same);
    *score += same ? 2 : -100;
    return rc;
}

/* How well a row's address fits a stored one with the same street and PO box; below 0: not at all. A row with a site number was looked for
 * by it before: here it may only find an address that nobody gave a number. */
static int compare_places(const crmi_sync_place *row, uint32_t part, const crmi_sync_entry *entry, int *score) {
    crmi_sync_place stored;
    crmi_sync_place_of(entry->rec, &stored);
    *score = !*row->number && !*stored.number;
    if (*row->number && (*stored.number || entry->claimed == part + 1)) *score = -100;
    if (crmi_sync_place_bare(row) != crmi_sync_place_bare(&stored)) *score = -100;
    int rc = compare_part(row->code, stored.code, score);
    if (rc == CRM_OK) rc = compare_part(row->town, stored.town, score);
    return rc == CRM_OK ? compare_part(row->country, stored.country, score) : rc;
}

typedef struct fit {
    uint32_t entry;
    int score;
    bool tied;
} fit;

enum { CANDIDATES = 1000 }; /* addresses of one key that are looked at; above it, which one is meant is not clear */

/* What a row's address is looked for by. */
typedef struct search {
    const crmi_sync_place *row;
    uint32_t part;
    crmi_buffer key; /* of the place, see crmi_sync_key_place() */
    size_t without;
    fit best;
} search;

/* An address may have moved since its keys were noted. */
static int is_there_still(crmi_sync_file *file, const search *find, const crmi_sync_entry *entry, bool *still) {
    crmi_sync_place stored;
    size_t without;
    crmi_sync_place_of(entry->rec, &stored);
    int rc = crmi_sync_key_place(file, &stored, &without);
    *still = rc == CRM_OK && without == find->without && memcmp(file->key.data, find->key.data, without) == 0;
    return rc;
}

static int try_place(crmi_sync_file *file, search *find, uint32_t number) {
    const crmi_sync_entry *entry = crmi_sync_file_entry(file, number);
    fit *best = &find->best;
    bool still = false;
    int score;
    if (number == best->entry || crmi_sync_is_other(file, number)) return CRM_OK;
    int rc = compare_places(find->row, find->part, entry, &score);
    if (rc == CRM_OK && score >= 0) rc = is_there_still(file, find, entry, &still);
    if (rc < 0 || score < 0 || !still) return rc;
    if (best->entry && score == best->score) best->tied = true;
    if (!best->entry || score > best->score) *best = (fit){number, score, false};
    return CRM_OK;
}

/* Tries the addresses under a key of the place. */
static int try_places(crmi_sync_file *file, search *find, char letter, size_t size) {
    uint32_t cursor = 0, entry;
    int count = 0, rc = CRM_OK;
    uint8_t room[CRMI_BUFFER_ROOM];
    crmi_buffer key = crmi_buffer_in(room, sizeof room);
    crmi_buffer_append(&key, find->key.data, size);
    if (key.failed) return crmi_error_nomem();
    key.data[0] = (uint8_t)letter;
    while (rc == CRM_OK && count <= CANDIDATES && crmi_sync_map_next(&file->map, key.data, key.size, &cursor, &entry)) {
        rc = try_place(file, find, entry);
        count++;
    }
    if (count > CANDIDATES) find->best.tied = true;
    crmi_buffer_free(&key);
    return rc;
}

/* A row with a site number can only mean an address without one. */
static int by_place(crmi_sync_file *file, const crmi_sync_place *place, uint32_t part, uint32_t *out) {
    uint8_t room[CRMI_BUFFER_ROOM];
    search find = {.row = place, .part = part, .key = crmi_buffer_in(room, sizeof room)};
    bool numbered = *place->number != 0;
    char with_code = numbered ? CRMI_KEY_FREE_PLACE : CRMI_KEY_PLACE, street = numbered ? CRMI_KEY_FREE_STREET : CRMI_KEY_STREET;
    crmi_sync_place rest = *place;
    rest.code = "";
    bool named = *place->name && crmi_sync_place_bare(&rest); /* without its code it is known by its name, which is no place */
    int rc = crmi_sync_key_place(file, place, &find.without);
    crmi_buffer_append(&find.key, file->key.data, file->key.size);
    if (rc == CRM_OK && find.key.failed) rc = crmi_error_nomem();
    if (rc == CRM_OK && !*place->code) rc = try_places(file, &find, street, find.without);
    if (rc == CRM_OK && *place->code) rc = try_places(file, &find, with_code, find.key.size);
    if (rc == CRM_OK && *place->code && !named) rc = try_places(file, &find, with_code, find.without);
    crmi_buffer_free(&find.key);
    if (rc == CRM_OK && find.best.tied)
        return crmi_error_set(CRM_E_AMBIGUOUS, CRM_ADDRESS_STREET, "several addresses of the company match");
    *out = find.best.entry;
    return rc;
}

static int by_number(crmi_sync_file *file, char letter, const char *text, crm_field field, uint32_t *out) {
    *out = 0;
    int rc = *text ? crmi_sync_key_folded(file, letter, text) : CRM_OK;
    return rc == CRM_OK && *text ? only(file, field, "addresses of the company", out) : rc;
}

static void place_of_row(const crmi_sync_file *file, const crmi_sync_row *row, crmi_sync_place *out) {
    *out = (crmi_sync_place){
        .number = crmi_sync_cell_text(file->sync, row, CRM_ADDRESS_SITE_NUMBER),
        .name = crmi_sync_cell_text(file->sync, row, CRM_ADDRESS_SITE_NAME),
        .street = crmi_sync_cell_text(file->sync, row, CRM_ADDRESS_STREET),
        .house = crmi_sync_cell_text(file->sync, row, CRM_ADDRESS_HOUSE_NUMBER),
        .box = crmi_sync_cell_text(file->sync, row, CRM_ADDRESS_PO_BOX),
        .code = crmi_sync_cell_text(file->sync, row, CRM_ADDRESS_POSTAL_CODE),
        .town = crmi_sync_cell_text(file->sync, row, CRM_ADDRESS_TOWN),
        .country = crmi_sync_cell_text(file->sync, row, CRM_ADDRESS_COUNTRY),
    };
}

static int find_address(crmi_sync_file *file, const crmi_sync_row *row, uint32_t *out) {
    crmi_sync_place place;
    place_of_row(file, row, &place);
    int rc = crmi_sync_file_look(file, CRMI_WAY_PLACE);
    if (rc == CRM_OK) rc = by_number(file, CRMI_KEY_SITE, place.number, CRM_ADDRESS_SITE_NUMBER, out);
    if (rc == CRM_OK && !*out) rc = by_identifier(file, row, CRM_KIND_ADDRESS, out);
    if (rc == CRM_OK && !*out)
        rc = by_number(file, CRMI_KEY_GLN, crmi_sync_cell_text(file->sync, row, CRM_ADDRESS_GLN), CRM_ADDRESS_GLN, out);
    if (rc == CRM_OK && !*out && crmi_sync_shape_of(file->sync, row) == CRM_ROWS_CUSTOMER) rc = crmi_sync_find_main(file, out);
    return rc == CRM_OK && !*out ? by_place(file, &place, row->part, out) : rc;
}

int crmi_sync_find_address(crmi_sync_file *file, const crmi_sync_row *row, uint32_t *out) {
    int rc = crmi_sync_id_begin(file, row, CRM_KIND_ADDRESS, out);
    if (rc == CRM_OK && !*out && crmi_sync_file_has(file, CRM_KIND_ADDRESS)) rc = find_address(file, row, out);
    crmi_sync_id_end(file);
    return rc;
}

/* --- contacts --- */

static int several(void) { return crmi_error_set(CRM_E_AMBIGUOUS, CRM_CONTACT_NAME, "several contacts of the company match"); }

static bool is_mail(const crmi_sync_target *target) {
    return target->use == CRMI_USE_CHANNEL && target->object == CRM_KIND_CONTACT && strcmp(target->code, CRM_CHANNEL_MAIL) == 0;
}

/* The contact that has one of the row's mail addresses; with a name: that one and this name. */
static int by_mail(crmi_sync_file *file, const crmi_sync_row *row, const char *name, uint32_t *out, bool *many) {
    *out = 0;
    *many = false;
    for (uint32_t i = 0; i < row->count; i++) {
        const crmi_sync_cell *cell = &file->sync->cells[row->first + i];
        uint32_t cursor = 0, entry;
        if (!is_mail(crmi_sync_target_of(file->sync, cell))) continue;
        int rc = crmi_sync_key_mail(file, cell->text, strlen(cell->text), name);
        if (rc < 0) return rc;
        while (!*many && crmi_sync_key_next(file, &cursor, &entry)) {
            *many = *out && *out != entry;
            *out = entry;
        }
    }
    return CRM_OK;
}

static bool has_mail(const crmi_sync_file *file, const crmi_sync_row *row) {
    for (uint32_t i = 0; i < row->count; i++)
        if (is_mail(crmi_sync_target_of(file->sync, &file->sync->cells[row->first + i]))) return true;
    return false;
}

static bool contact_has_mail(const crmi_sync_file *file, uint32_t contact) {
    for (size_t i = 0; i < file->count; i++) {
        const crmi_sync_entry *entry = &file->entries[i];
        if (entry->rec->kind == CRM_KIND_CHANNEL && !entry->removed && entry->target == contact &&
            strcmp(crmi_sync_text_of(entry->rec, CRM_CHANNEL_TYPE), CRM_CHANNEL_MAIL) == 0)
            return true;
    }
    return false;
}

/* Contacts that have the row's name but for accents too; those that have it but for case and white space go first, and of the others one
 * with mail addresses is not meant by a row with another: Müller and Muller. */
static int by_name(crmi_sync_file *file, const crmi_sync_row *row, const char *name, uint32_t *out) {
    uint32_t cursor = 0, entry, found[2] = {0};
    bool same, many[2] = {false}, mail = has_mail(file, row);
    int rc = crmi_sync_key_folded(file, CRMI_KEY_NAME, name);
    *out = 0;
    while (rc == CRM_OK && !many[1] && crmi_sync_key_next(file, &cursor, &entry)) {
        rc = crmi_sync_equal(crmi_utf8_fold_case, name, crmi_sync_text_of(crmi_sync_file_entry(file, entry)->rec, CRM_CONTACT_NAME), &same);
        if (rc < 0 || (!same && (many[0] || (mail && contact_has_mail(file, entry))))) continue;
        many[same] |= found[same] && found[same] != entry;
        found[same] = entry;
    }
    bool best = found[1] != 0;
    *out = found[best];
    return rc == CRM_OK && many[best] ? several() : rc;
}

/* Whether another row of the company names this contact: then a row with its mail address and a new name is somebody else. */
static int is_named(crmi_sync_file *file, uint32_t contact, bool *out) {
    return crmi_sync_file_names(file, crmi_sync_text_of(crmi_sync_file_entry(file, contact)->rec, CRM_CONTACT_NAME), out);
}

static int by_mail_and_name(crmi_sync_file *file, const crmi_sync_row *row, const char *name, uint32_t *out) {
    uint32_t other;
    bool many = false, many_others, named = false;
    int rc = by_mail(file, row, NULL, &other, &many_others); /* under whatever name: if nobody has it, nobody of this name has */
    if (rc == CRM_OK && other) rc = by_mail(file, row, name, out, &many);
    if (rc == CRM_OK && many) return several();
    if (rc == CRM_OK && !*out) rc = by_name(file, row, name, out);
    if (rc < 0 || *out || !other || many_others) return rc;
    rc = is_named(file, other, &named); /* the same person under a new name? */
    *out = named ? 0 : other;
    return rc;
}

static int find_contact(crmi_sync_file *file, const crmi_sync_row *row, uint32_t *out) {
    uint8_t room[CRMI_BUFFER_ROOM];
    crmi_buffer name = crmi_buffer_in(room, sizeof room);
    bool many = false;
    int rc = crmi_sync_file_look(file, CRMI_WAY_PERSON);
    if (rc == CRM_OK) rc = by_identifier(file, row, CRM_KIND_CONTACT, out);
    if (rc == CRM_OK && !*out) rc = crmi_sync_row_name(file->sync, row, CRM_KIND_CONTACT, &name);
    if (rc == CRM_OK && !*out && name.size) rc = by_mail_and_name(file, row, (const char *)name.data, out);
    if (rc == CRM_OK && !*out && !name.size) rc = by_mail(file, row, NULL, out, &many);
    crmi_buffer_free(&name);
    return many ? several() : rc;
}

int crmi_sync_find_contact(crmi_sync_file *file, const crmi_sync_row *row, uint32_t *out) {
    int rc = crmi_sync_id_begin(file, row, CRM_KIND_CONTACT, out);
    if (rc == CRM_OK && !*out && crmi_sync_file_has(file, CRM_KIND_CONTACT)) rc = find_contact(file, row, out);
    crmi_sync_id_end(file);
    return rc;
}
