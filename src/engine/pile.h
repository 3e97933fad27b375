/* SPDX-License-Identifier: MIT */
/* Piles: entries in the order of their keys that no table has yet. A large one lies in a temporary file without a name, which goes with the
 * process. Of several piles the newest says what a key has, which may be that it is gone. */
#ifndef CRMI_ENGINE_PILE_H
#define CRMI_ENGINE_PILE_H
#include "engine/filter.h"
#include "engine/ops.h"
#include "engine/sorted.h"

/* Entries, then the places of each, in units of eight bytes. An entry that is dropped says that its key is gone. */
typedef struct crmi_pile {
    uint8_t *bytes;
    size_t size, count;
    const uint32_t *places;
    crmi_filter filter; /* of what keys begin with; none where there are few */
    size_t stems;       /* that it has, or would have */
    bool mapped;
} crmi_pile;

static inline crmi_kept *crmi_pile_at(const crmi_pile *pile, size_t place) {
    return (crmi_kept *)(void *)(pile->bytes + (size_t)pile->places[place] * 8);
}
size_t crmi_pile_find(const crmi_pile *pile, crmi_slice key); /* the place of the first entry that is not before key */
void crmi_pile_free(crmi_pile *pile);

/* What filters know of a key: its first twelve bytes, a field and a hash, and its beginnings up to the first two zero bytes behind the
 * third byte, which end texts. False: they don't know of this one. */
bool crmi_pile_stem(crmi_slice key, uint32_t *out);

/* Making one. All zero, but for the folder: nothing is in it. */
typedef struct crmi_pile_maker {
    const char *folder; /* for the temporary file */
    bool filed;         /* there is one */
    int fd;
    uint8_t *buffer; /* what comes into the file next; without one, all */
    size_t filled, capacity, written;
    uint32_t *places, *stems;
    size_t count, place_capacity, stem_count, stem_capacity;
    uint32_t latest[3]; /* stems of the latest key */
    uint8_t key[CRMI_KEY_MAX];
    size_t key_size; /* of the latest key */
} crmi_pile_maker;

bool crmi_pile_is_behind(const crmi_pile_maker *maker, crmi_slice key); /* the key comes behind all that are in it */
/* CRM_OK, CRM_E_NOMEM, CRM_E_FULL, CRM_E_IO: then it can only be cleared. */
int crmi_pile_add(crmi_pile_maker *maker, crmi_slice key, crmi_slice value, bool dropped);
int crmi_pile_make(crmi_pile_maker *maker, crmi_pile **out); /* the maker is empty then */
void crmi_pile_clear(crmi_pile_maker *maker);
#endif
