/* SPDX-License-Identifier: MIT */
/* The hash map of imports: chained, SipHash, items and keys in one growing array each. */
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

static void link_item(crmi_sync_map *map, size_t index) {
    uint32_t *bucket = &map->buckets[map->items[index].hash & (map->bucket_count - 1)];
    map->items[index].next = *bucket;
    *bucket = (uint32_t)index + 1;
}

static int make_buckets(crmi_sync_map *map, size_t count) {
    uint32_t *buckets = realloc(map->buckets, count * sizeof *buckets);
    if (!buckets) return crmi_error_nomem();
    memset(buckets, 0, count * sizeof *buckets);
    map->buckets = buckets;
    map->bucket_count = count;
    for (size_t i = 0; i < map->count; i++) link_item(map, i);
    return CRM_OK;
}

/* Keeps twice as many buckets as items, and more. */
static int rehash(crmi_sync_map *map) {
    if (map->count < map->bucket_count / 2) return CRM_OK;
    return make_buckets(map, map->bucket_count ? map->bucket_count * 2 : 64);
}

int crmi_sync_map_expect(crmi_sync_map *map, size_t count) {
    size_t buckets = 64;
    while (buckets / 2 <= count) buckets *= 2;
    return buckets > map->bucket_count ? make_buckets(map, buckets) : CRM_OK;
}

int crmi_sync_map_add(crmi_sync_map *map, const void *key, size_t size, uint32_t value) {
    int rc = rehash(map);
    if (rc == CRM_OK) rc = crmi_sync_grow((void **)&map->items, map->count, &map->capacity, sizeof *map->items);
    if (rc < 0) return rc;
    size_t at = map->keys.size;
    crmi_buffer_append(&map->keys, key, size);
    if (map->keys.failed) return crmi_error_nomem();
    map->items[map->count] =
        (crmi_sync_map_item){.hash = crmi_sync_map_hash(map, key, size), .key = at, .size = (uint32_t)size, .value = value};
    link_item(map, map->count++);
    return CRM_OK;
}

static bool is_key(const crmi_sync_map *map, const crmi_sync_map_item *item, uint64_t hash, const void *key, size_t size) {
    return item->hash == hash && item->size == size && (size == 0 || memcmp(map->keys.data + item->key, key, size) == 0);
}

bool crmi_sync_map_next(const crmi_sync_map *map, const void *key, size_t size, uint32_t *cursor, uint32_t *value) {
    if (map->count == 0) return false;
    uint64_t hash = crmi_sync_map_hash(map, key, size);
    uint32_t at = *cursor ? map->items[*cursor - 1].next : map->buckets[hash & (map->bucket_count - 1)];
    while (at && !is_key(map, &map->items[at - 1], hash, key, size)) at = map->items[at - 1].next;
    if (!at) return false;
    *cursor = at;
    *value = map->items[at - 1].value;
    return true;
}

void crmi_sync_map_clear(crmi_sync_map *map) {
    for (size_t i = 0; i < map->count; i++) map->buckets[map->items[i].hash & (map->bucket_count - 1)] = 0; /* not all of a great map */
    map->count = 0;
    crmi_buffer_clear(&map->keys);
}

void crmi_sync_map_free(crmi_sync_map *map) {
    free(map->buckets);
    free(map->items);
    crmi_buffer_free(&map->keys);
    *map = (crmi_sync_map){.secret = map->secret};
}
