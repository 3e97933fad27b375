/* SPDX-License-Identifier: MIT */
/* The hash map of imports: SipHash, open addressing; items and keys in one growing array each. A slot has half of the hash beside the
 * item's number, so that looking for a key that is not there reads one place of memory. */
#include "sync/map.h"
#include "base/error.h"
#include "sync/sync.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(CRMI_SYNC_MAP_SECRET == crypto_shorthash_KEYBYTES, "the secret is SipHash's key");

uint64_t crmi_sync_map_hash(const crmi_sync_map *map, const void *key, size_t size) {
    uint8_t out[crypto_shorthash_BYTES];
    uint64_t hash;
    crypto_shorthash(out, key, size, map->secret);
    memcpy(&hash, out, sizeof hash);
    return hash;
}

static bool is_key(const crmi_sync_map *map, const crmi_sync_map_item *item, uint64_t hash, const void *key, size_t size) {
    return item->hash == hash && item->size == size && (size == 0 || memcmp(map->keys.data + item->key, key, size) == 0);
}

/* The slot of a key: that of its latest item, or the free one where it would be. There is always one that is free. */
static size_t find_slot(const crmi_sync_map *map, uint64_t hash, const void *key, size_t size) {
    size_t at = hash & (map->slot_count - 1);
    for (;; at = (at + 1) & (map->slot_count - 1)) {
        crmi_sync_map_slot slot = map->slots[at];
        if (!slot.item || (slot.tag == hash >> 32 && is_key(map, &map->items[slot.item - 1], hash, key, size))) return at;
    }
}

static void put_item(crmi_sync_map *map, size_t index) {
    crmi_sync_map_item *item = &map->items[index];
    size_t at = find_slot(map, item->hash, map->keys.data + item->key, item->size);
    item->next = map->slots[at].item;
    item->slot = (uint32_t)at;
    map->slots[at] = (crmi_sync_map_slot){(uint32_t)(item->hash >> 32), (uint32_t)index + 1};
}

static int make_slots(crmi_sync_map *map, size_t count) {
    crmi_sync_map_slot *slots = realloc(map->slots, count * sizeof *slots);
    if (!slots) return crmi_error_nomem();
    memset(slots, 0, count * sizeof *slots);
    map->slots = slots;
    map->slot_count = count;
    for (size_t i = 0; i < map->count; i++) put_item(map, i);
    return CRM_OK;
}

/* At least half of the slots are free. */
int crmi_sync_map_expect(crmi_sync_map *map, size_t count) {
    size_t slots = map->slot_count ? map->slot_count : 64;
    while (slots / 2 < count) slots *= 2;
    return slots > map->slot_count ? make_slots(map, slots) : CRM_OK;
}

int crmi_sync_map_add_hashed(crmi_sync_map *map, uint64_t hash, const void *key, size_t size, uint32_t value) {
    int rc = crmi_sync_map_expect(map, map->count + 1);
    if (rc == CRM_OK) rc = crmi_sync_grow((void **)&map->items, map->count, &map->capacity, sizeof *map->items);
    if (rc < 0) return rc;
    size_t at = map->keys.size;
    crmi_buffer_append(&map->keys, key, size);
    if (map->keys.failed) return crmi_error_nomem();
    map->items[map->count] = (crmi_sync_map_item){.hash = hash, .key = at, .size = (uint32_t)size, .value = value};
    put_item(map, map->count++);
    return CRM_OK;
}

int crmi_sync_map_add(crmi_sync_map *map, const void *key, size_t size, uint32_t value) {
    return crmi_sync_map_add_hashed(map, crmi_sync_map_hash(map, key, size), key, size, value);
}

bool crmi_sync_map_next_hashed(const crmi_sync_map *map, uint64_t hash, const void *key, size_t size, uint32_t *cursor, uint32_t *value) {
    if (map->count == 0) return false;
    uint32_t at = *cursor ? map->items[*cursor - 1].next : map->slots[find_slot(map, hash, key, size)].item;
    if (!at) return false;
    *cursor = at;
    *value = map->items[at - 1].value;
    return true;
}

bool crmi_sync_map_next(const crmi_sync_map *map, const void *key, size_t size, uint32_t *cursor, uint32_t *value) {
    uint64_t hash = *cursor || map->count == 0 ? 0 : crmi_sync_map_hash(map, key, size);
    return crmi_sync_map_next_hashed(map, hash, key, size, cursor, value);
}

void crmi_sync_map_clear(crmi_sync_map *map) {
    for (size_t i = 0; i < map->count; i++) map->slots[map->items[i].slot].item = 0; /* not all of a great map */
    map->count = 0;
    crmi_buffer_clear(&map->keys);
}

void crmi_sync_map_free(crmi_sync_map *map) {
    free(map->slots);
    free(map->items);
    crmi_buffer_free(&map->keys);
    *map = (crmi_sync_map){.secret = map->secret};
}
