/* SPDX-License-Identifier: MIT */
/* A hash map from bytes to numbers; a key may have several. Keyed with a secret, so that no input can make it slow. */
#ifndef CRMI_SYNC_MAP_H
#define CRMI_SYNC_MAP_H
#include "base/buffer.h"

#define CRMI_SYNC_MAP_SECRET 16

typedef struct crmi_sync_map_item {
    uint64_t hash;
    size_t key;
    uint32_t size, value, next; /* next: item plus 1 */
} crmi_sync_map_item;

typedef struct crmi_sync_map {
    const uint8_t *secret; /* CRMI_SYNC_MAP_SECRET bytes; set it, all else is zero */
    uint32_t *buckets;     /* item plus 1 */
    size_t bucket_count;
    crmi_sync_map_item *items;
    size_t count, capacity;
    crmi_buffer keys;
} crmi_sync_map;

uint64_t crmi_sync_map_hash(const crmi_sync_map *map, const void *key, size_t size);
int crmi_sync_map_expect(crmi_sync_map *map, size_t count);                              /* so many items; CRM_OK, CRM_E_NOMEM */
int crmi_sync_map_add(crmi_sync_map *map, const void *key, size_t size, uint32_t value); /* CRM_OK, CRM_E_NOMEM */
/* The values of a key, latest first: begin with *cursor 0; false behind the last. */
bool crmi_sync_map_next(const crmi_sync_map *map, const void *key, size_t size, uint32_t *cursor, uint32_t *value);
void crmi_sync_map_clear(crmi_sync_map *map); /* memory is kept */
void crmi_sync_map_free(crmi_sync_map *map);
#endif
