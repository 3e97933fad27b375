/* SPDX-License-Identifier: MIT */
/* A store read whole: definitions of custom fields first, since what follows needs them, then everything in the order of its ids. */
#include "model/dump.h"
#include "base/error.h"
#include "codec/key.h"
#include "model/access.h"
#include <string.h>

static const crmi_packed custom_first = (crmi_packed)CRM_KIND_CUSTOM_FIELD << 18, custom_end = (crmi_packed)(CRM_KIND_CUSTOM_FIELD + 1)
                                                                                               << 18;

int crmi_dump_begin(crmi_txn *txn, crmi_dump_place *place, uint8_t identity[CRMI_DUMP_IDENTITY]) {
    uint64_t sequence, next_root;
    *place = (crmi_dump_place){.next = custom_first};
    int rc = crmi_access_import(txn);
    if (rc == CRM_OK) rc = crmi_txn_state(txn, &sequence, &next_root);
    if (rc < 0) return rc;
    crmi_key_put64(identity, sequence);
    crmi_key_put64(identity + 8, next_root);
    return crmi_txn_identity(txn, identity + 16);
}

typedef struct reading {
    crmi_txn *txn;
    crmi_dump_place *place;
} reading;

/* A field that this library does not know would be lost. Values of custom fields that are no longer defined are: nothing can read them. */
static int check_known(const crm_record *rec) {
    for (uint32_t i = 0; i < rec->count; i++)
        if (rec->entries[i].type == 0 && rec->entries[i].number < CRMI_CUSTOM_FIRST)
            return crmi_error_set(CRM_E_VERSION, 0, "a record has a field %u that this version does not know",
                                  (unsigned)rec->entries[i].number);
    return CRM_OK;
}

static int take(void *data, size_t read, const crmi_stored *stored) {
    (void)read;
    reading *to = data;
    crmi_dump_item *item = &to->place->items[to->place->count];
    *item = (crmi_dump_item){.id = stored->id};
    if (stored->kind == CRMI_KIND_STUB) {
        item->to = crmi_stored_target(stored);
    } else {
        int rc = crmi_object_decode(to->txn, stored->id, stored->body, &item->rec);
        if (rc == CRM_OK) rc = check_known(item->rec);
        if (rc < 0) {
            crmi_object_free(item->rec);
            return rc;
        }
    }
    to->place->count++;
    return CRM_OK;
}

/* From next, over the definitions that came first. */
static int read_some(crmi_txn *txn, crmi_dump_place *place) {
    crmi_packed until = !place->first_over || place->next < custom_first ? (place->first_over ? custom_first : custom_end) : 0;
    int rc = crmi_store_scan(txn, place->next, until, CRMI_DUMP_ITEMS, take, &(reading){txn, place});
    if (place->count) place->next = place->items[place->count - 1].id + 1;
    return rc;
}

int crmi_dump_read(crmi_txn *txn, crmi_dump_place *place) {
    place->count = 0;
    int rc = read_some(txn, place);
    if (rc == CRM_OK && place->count == 0 && !place->first_over) {
        place->first_over = true;
        place->next = 0;
        rc = read_some(txn, place);
    }
    if (rc == CRM_OK && place->count == 0 && place->next < custom_end) {
        place->next = custom_end;
        rc = read_some(txn, place);
    }
    return rc;
}
