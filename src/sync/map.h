/* SPDX-License-Identifier: MIT */
/* A hash map from bytes to numbers; a key may have several. Keyed with a secret, so that no input can make it slow. */
#ifndef CRMI_SYNC_MAP_H
#define CRMI_SYNC_MAP_H
#include "base/buffer.h"

#define CRMI_SYNC_MAP_SECRET 16

typedef struct crmi_sync_map_item {
    uint64_t hash;
    size_t key;
    uint32_t size, value;
    uint32_t next; /* earlier one of the same key, plus 1 */
    uint32_t slot;
} crmi_sync_map_item;

typedef struct crmi_sync_map_slot {
    uint32_t tag;  /* of the key's hash */
    uint32_t item; /* the key's latest, plus 1; 0: free */
} crmi_sync_map_slot;

typedef struct crmi_sync_map {
    const uint8_t *secret; /* CRMI_SYNC_MAP_SECRET bytes; set it, all else is zero */
    crmi_sync_map_slot *slots;
    size_t slot_count; /* a power of two */
    crmi_sync_map_item *items;
    size_t count, capacity;
    crmi_buffer keys;
} crmi_sync_map;

uint64_t crmi_sync_map_hash(const crmi_sync_map *map, const void *key, size_t size);
int crmi_sync_map_expect(crmi_sync_map *map, size_t count);                              /* room for so many items; CRM_OK, CRM_E_NOMEM */
int crmi_sync_map_add(crmi_sync_map *map, const void *key, size_t size, uint32_t value); /* CRM_OK, CRM_E_NOMEM */
/* The values of a key, latest first: begin with *cursor 0; false behind the last. */
bool crmi_sync_map_next(const crmi_sync_map *map, const void *key, size_t size, uint32_t *cursor, uint32_t *value);
/* Both for who looks for a key and adds it then: its hash is made once. */
int crmi_sync_map_add_hashed(crmi_sync_map *map, uint64_t hash, const void *key, size_t size, uint32_t value);
bool crmi_sync_map_next_hashed(const crmi_sync_map *map, uint64_t hash, const void *key, size_t size, uint32_t *cursor, uint32_t *value);
void crmi_sync_map_clear(crmi_sync_map *map); /* memory is kept */
void crmi_sync_map_free(crmi_sync_map *map);
#endif
