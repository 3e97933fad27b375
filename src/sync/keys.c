/* SPDX-License-Identifier: MIT */
/* The keys by which the records of a company are found while rows are merged: a letter, and what is compared, normalised. */
#include "base/error.h"
#include "base/utf8.h"
#include "model/channel.h"
#include "sync/file.h"
#include <string.h>

static void begin(crmi_sync_file *file, char letter) {
    crmi_buffer_clear(&file->key);
    crmi_buffer_byte(&file->key, (uint8_t)letter);
}
static int end(const crmi_sync_file *file) { return file->key.failed ? crmi_error_nomem() : CRM_OK; }

void crmi_sync_place_of(const crm_record *address, crmi_sync_place *out) {
    *out = (crmi_sync_place){
        .number = crmi_sync_text_of(address, CRM_ADDRESS_SITE_NUMBER),
        .name = crmi_sync_text_of(address, CRM_ADDRESS_SITE_NAME),
        .street = crmi_sync_text_of(address, CRM_ADDRESS_STREET),
        .house = crmi_sync_text_of(address, CRM_ADDRESS_HOUSE_NUMBER),
        .box = crmi_sync_text_of(address, CRM_ADDRESS_PO_BOX),
        .code = crmi_sync_text_of(address, CRM_ADDRESS_POSTAL_CODE),
        .town = crmi_sync_text_of(address, CRM_ADDRESS_TOWN),
        .country = crmi_sync_text_of(address, CRM_ADDRESS_COUNTRY),
    };
}

int crmi_sync_key_id(crmi_sync_file *file, crm_id id) {
    begin(file, CRMI_KEY_ID);
    crmi_buffer_append(&file->key, &id, sizeof id);
    return end(file);
}

bool crmi_sync_place_bare(const crmi_sync_place *place) {
    return !*place->street && !*place->house && !*place->box && !*place->code && !*place->town;
}

/* Street and house number as one, however they are spread over the two fields. An address of nothing but a name is known by it. */
int crmi_sync_key_place(crmi_sync_file *file, const crmi_sync_place *place, size_t *without) {
    uint8_t room[CRMI_BUFFER_ROOM];
    crmi_buffer street = crmi_buffer_in(room, sizeof room);
    crmi_buffer_text(&street, place->street);
    crmi_buffer_byte(&street, ' ');
    crmi_buffer_text(&street, place->house);
    begin(file, CRMI_KEY_PLACE);
    int rc = street.failed ? crmi_error_nomem() : crmi_sync_normal_street((const char *)street.data, street.size, &file->key);
    crmi_buffer_free(&street);
    crmi_buffer_byte(&file->key, 0);
    if (rc == CRM_OK) rc = crmi_sync_normal_street(place->box, strlen(place->box), &file->key);
    crmi_buffer_byte(&file->key, 0);
    if (rc == CRM_OK && crmi_sync_place_bare(place)) rc = crmi_sync_normal_street(place->name, strlen(place->name), &file->key);
    *without = file->key.size;
    if (rc == CRM_OK) rc = crmi_sync_normal_street(place->code, strlen(place->code), &file->key);
    return rc == CRM_OK ? end(file) : rc;
}

int crmi_sync_key_text(crmi_sync_file *file, char letter, uint32_t target, const char *first, const char *second) {
    begin(file, letter);
    crmi_buffer_append(&file->key, &target, sizeof target);
    crmi_buffer_append(&file->key, first, strlen(first) + 1);
    crmi_buffer_text(&file->key, second);
    return end(file);
}

int crmi_sync_key_channel(crmi_sync_file *file, uint32_t target, const char *type, const char *value, size_t size) {
    uint8_t room[CRMI_BUFFER_ROOM];
    crmi_buffer normal = crmi_buffer_in(room, sizeof room);
    int rc = crmi_channel_normalise(type, value, size, &normal);
    const char *text = rc == CRM_OK ? crmi_buffer_string(&normal) : NULL;
    rc = text ? crmi_sync_key_text(file, CRMI_KEY_CHANNEL, target, type, text) : crmi_error_nomem();
    crmi_buffer_free(&normal);
    return rc;
}

int crmi_sync_key_mail(crmi_sync_file *file, const char *value, size_t size, const char *name) {
    begin(file, name ? CRMI_KEY_PERSON : CRMI_KEY_MAIL);
    uint8_t room[CRMI_BUFFER_ROOM];
    crmi_buffer normal = crmi_buffer_in(room, sizeof room);
    int rc = crmi_channel_normalise(CRM_CHANNEL_MAIL, value, size, &normal);
    crmi_buffer_append(&file->key, normal.data, normal.size);
    crmi_buffer_free(&normal);
    if (rc < 0 || !name) return rc < 0 ? rc : end(file);
    crmi_buffer_byte(&file->key, 0);
    return crmi_utf8_fold(name, strlen(name), &file->key) < 0 ? crmi_error_nomem() : end(file);
}

static int add_compact(crmi_sync_file *file, const char *text) {
    uint8_t room[CRMI_BUFFER_ROOM];
    crmi_buffer compact = crmi_buffer_in(room, sizeof room);
    int rc = crmi_sync_compact(text, strlen(text), &compact);
    bool iban = compact.size > 4 && memcmp(compact.data, "IBAN", 4) == 0; /* people write it before the number */
    if (compact.size) crmi_buffer_append(&file->key, compact.data + (iban ? 4 : 0), compact.size - (iban ? 4 : 0));
    crmi_buffer_free(&compact);
    return rc < 0 ? crmi_error_nomem() : CRM_OK;
}

int crmi_sync_key_compact(crmi_sync_file *file, char letter, const char *first, const char *second) {
    begin(file, letter);
    int rc = add_compact(file, first);
    crmi_buffer_byte(&file->key, 0);
    if (rc == CRM_OK) rc = add_compact(file, second);
    return rc == CRM_OK ? end(file) : rc;
}

int crmi_sync_key_account(crmi_sync_file *file, char letter, const char *account, const char *bank_code) {
    crmi_buffer compact = {0};
    crmi_sync_compact(bank_code, strlen(bank_code), &compact);
    if (!compact.failed && compact.size == 8)
        while (*account == '0' || *account == ' ') account++; /* a German one may be filled up to ten digits */
    crmi_buffer_free(&compact);
    return crmi_sync_key_compact(file, letter, account, bank_code);
}

/* DE, two check digits, eight of the bank code, ten of the account. */
int crmi_sync_key_german(crmi_sync_file *file, char letter, const char *iban, bool *is) {
    char bank_code[9] = "", account[11] = "";
    int rc = crmi_sync_key_compact(file, letter, iban, "");
    const char *text = (const char *)file->key.data + 1;
    *is = rc == CRM_OK && file->key.size == 1 + 22 + 1 && memcmp(text, "DE", 2) == 0;
    if (!*is) return rc;
    memcpy(bank_code, text + 4, 8);
    memcpy(account, text + 12, 10);
    return crmi_sync_key_account(file, letter, account, bank_code);
}

int crmi_sync_key_folded(crmi_sync_file *file, char letter, const char *text) {
    begin(file, letter);
    crmi_sync_folder fold = letter == CRMI_KEY_GLN ? crmi_sync_compact : crmi_utf8_fold;
    return fold(text, strlen(text), &file->key) < 0 ? crmi_error_nomem() : end(file);
}

int crmi_sync_key_add(crmi_sync_file *file, uint32_t entry) { return crmi_sync_map_add(&file->map, file->key.data, file->key.size, entry); }

bool crmi_sync_key_next(crmi_sync_file *file, uint32_t *cursor, uint32_t *entry) {
    uint32_t found;
    while (crmi_sync_map_next(&file->map, file->key.data, file->key.size, cursor, &found)) {
        if (crmi_sync_is_other(file, found)) continue;
        *entry = found;
        return true;
    }
    return false;
}
