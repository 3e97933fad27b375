/* SPDX-License-Identifier: MIT */
/* One pile: see pile.h. Up to a megabyte is kept in memory, more in a file. */
#include "engine/pile.h"
#include "base/error.h"
#include "codec/crc32c.h"
#include "engine/order.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#define UNIT 8
#define BUFFER ((size_t)1 << 20)
#define BEHIND 3 /* bytes of a key before its first stem may end */
#define ZEROS 2
#define START 12 /* bytes of a stem that needs no end */
#define FEW 32   /* entries that are found as fast without a filter */

/* --- finding --- */

size_t crmi_pile_find(const crmi_pile *pile, crmi_slice key) {
    size_t from = 0, until = pile->count;
    while (from < until) {
        size_t middle = from + (until - from) / 2;
        if (crmi_key_order(crmi_kept_key(crmi_pile_at(pile, middle)), key) < 0)
            from = middle + 1;
        else
            until = middle;
    }
    return from;
}

/* The end of the stem that ends behind from; 0: there is none. */
static size_t stem_end(crmi_slice key, size_t from) {
    const uint8_t *bytes = key.data, *zero = from < key.size ? memchr(bytes + from, 0, key.size - from) : NULL;
    return zero ? (size_t)(zero - bytes) + 1 : 0;
}

bool crmi_pile_stem(crmi_slice key, uint32_t *out) {
    size_t end = stem_end(key, BEHIND);
    for (int i = 1; i < ZEROS && end && end < key.size; i++) end = stem_end(key, end);
    *out = crmi_crc32c(0, key.data, key.size);
    return key.size == START || (end && end == key.size);
}

void crmi_pile_free(crmi_pile *pile) {
    if (!pile) return;
    if (pile->mapped)
        munmap(pile->bytes, pile->size);
    else
        free(pile->bytes);
    crmi_filter_free(&pile->filter);
    free(pile);
}

/* --- the file --- */

static int failed(int error) {
    if (error == ENOSPC || error == EDQUOT || error == EFBIG)
        return crmi_error_set(CRM_E_FULL, 0, "there is no room for a temporary file in the store's folder");
    return crmi_error_set(CRM_E_IO, 0, "a temporary file in the store's folder can't be used (error %d)", error);
}

static int open_file(crmi_pile_maker *maker) {
    char path[4096];
    maker->fd = open(maker->folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (maker->fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == ENOENT)) { /* the volume has no files without a name */
        if (snprintf(path, sizeof path, "%s/.crm-index-XXXXXX", maker->folder) >= (int)sizeof path) return failed(ENAMETOOLONG);
        maker->fd = mkostemp(path, O_CLOEXEC);
        if (maker->fd >= 0) (void)unlink(path);
    }
    maker->filed = maker->fd >= 0;
    return maker->filed ? CRM_OK : failed(errno);
}

/* What the process may not write past would kill it. */
static bool is_past_limit(size_t end) {
    struct rlimit files;
    return getrlimit(RLIMIT_FSIZE, &files) == 0 && files.rlim_cur != RLIM_INFINITY && end > files.rlim_cur;
}

static int write_out(crmi_pile_maker *maker, const void *bytes, size_t size) {
    const uint8_t *at = bytes;
    if (is_past_limit(maker->written + size)) return failed(EFBIG);
    for (size_t done = 0; done < size;) {
        ssize_t put = write(maker->fd, at + done, size - done);
        if (put < 0 && errno != EINTR) return failed(errno);
        if (put > 0) done += (size_t)put;
    }
    maker->written += size;
    return CRM_OK;
}

static int spill(crmi_pile_maker *maker) {
    int rc = maker->filed ? CRM_OK : open_file(maker);
    if (rc == CRM_OK) rc = write_out(maker, maker->buffer, maker->filled);
    maker->filled = 0;
    return rc;
}

/* --- making --- */

static int grow(void **items, size_t needed, size_t *capacity, size_t size) {
    size_t more = *capacity ? *capacity : 64;
    if (needed <= *capacity) return CRM_OK;
    while (more < needed) more *= 2;
    void *grown = realloc(*items, more * size);
    if (!grown) return crmi_error_nomem();
    *items = grown;
    *capacity = more;
    return CRM_OK;
}

/* Those that the key before had too are there. */
static void add_stem(crmi_pile_maker *maker, int which, uint32_t stem) {
    if (stem != maker->latest[which] || maker->count == 0) maker->stems[maker->stem_count++] = stem;
    maker->latest[which] = stem;
}

static int add_stems(crmi_pile_maker *maker, crmi_slice key) {
    size_t from = 0, end = stem_end(key, BEHIND);
    uint32_t stem = 0;
    int rc = grow((void **)&maker->stems, maker->stem_count + ZEROS + 1, &maker->stem_capacity, sizeof *maker->stems);
    if (rc < 0) return rc;
    if (key.size >= START) add_stem(maker, ZEROS, crmi_crc32c(0, key.data, START));
    for (int i = 0; i < ZEROS && end; i++) {
        stem = crmi_crc32c(stem, (const uint8_t *)key.data + from, end - from);
        add_stem(maker, i, stem);
        from = end;
        end = stem_end(key, from);
    }
    return CRM_OK;
}

bool crmi_pile_is_behind(const crmi_pile_maker *maker, crmi_slice key) {
    return maker->count == 0 || crmi_key_order((crmi_slice){maker->key, maker->key_size}, key) < 0;
}

int crmi_pile_add(crmi_pile_maker *maker, crmi_slice key, crmi_slice value, bool dropped) {
    size_t size = (offsetof(crmi_kept, bytes) + key.size + value.size + UNIT - 1) / UNIT * UNIT;
    int rc = maker->filled && maker->filled + size > BUFFER ? spill(maker) : CRM_OK;
    if (rc == CRM_OK) rc = grow((void **)&maker->buffer, maker->filled + size, &maker->capacity, 1);
    if (rc == CRM_OK) rc = grow((void **)&maker->places, maker->count + 1, &maker->place_capacity, sizeof *maker->places);
    if (rc == CRM_OK) rc = add_stems(maker, key);
    if (rc < 0) return rc;
    if ((maker->written + maker->filled) / UNIT > UINT32_MAX) return crmi_error_set(CRM_E_TOO_BIG, 0, "an index has too many entries");
    crmi_kept *kept = (crmi_kept *)(void *)(maker->buffer + maker->filled);
    memset(kept, 0, size);
    *kept = (crmi_kept){.value_size = (uint32_t)value.size, .key_size = (uint16_t)key.size, .dropped = dropped};
    memcpy(kept->bytes, key.data, key.size);
    if (value.size) memcpy(kept->bytes + key.size, value.data, value.size);
    memcpy(maker->key, key.data, key.size);
    maker->key_size = key.size;
    maker->places[maker->count++] = (uint32_t)((maker->written + maker->filled) / UNIT);
    maker->filled += size;
    return CRM_OK;
}

static int make_filter(const crmi_pile_maker *maker, crmi_pile *pile) {
    int rc = maker->count < FEW ? CRM_OK : crmi_filter_widen(&pile->filter, maker->stem_count);
    if (pile->filter.words) crmi_filter_add(&pile->filter, maker->stems, maker->stem_count);
    return rc;
}

/* The places come behind the entries. */
static int finish(crmi_pile_maker *maker, crmi_pile *pile) {
    size_t places = maker->count * sizeof *maker->places, at = maker->written + maker->filled;
    int rc = maker->filed ? spill(maker) : grow((void **)&maker->buffer, at + places, &maker->capacity, 1);
    if (rc == CRM_OK && maker->filed) rc = write_out(maker, maker->places, places);
    if (rc < 0) return rc;
    pile->size = at + places;
    pile->mapped = maker->filed;
    if (maker->filed) {
        pile->bytes = mmap(NULL, pile->size, PROT_READ, MAP_SHARED | MAP_POPULATE, maker->fd, 0);
        if (pile->bytes == MAP_FAILED) return crmi_error_nomem();
    } else {
        memcpy(maker->buffer + at, maker->places, places);
        pile->bytes = maker->buffer;
        maker->buffer = NULL;
    }
    pile->count = maker->count;
    pile->stems = maker->stem_count;
    pile->places = (const uint32_t *)(const void *)(pile->bytes + at);
    return CRM_OK;
}

int crmi_pile_make(crmi_pile_maker *maker, crmi_pile **out) {
    crmi_pile *pile = calloc(1, sizeof *pile);
    if (!pile) return crmi_error_nomem();
    int rc = make_filter(maker, pile);
    if (rc == CRM_OK) rc = finish(maker, pile);
    if (rc == CRM_OK) {
        *out = pile;
        crmi_pile_clear(maker);
        return rc;
    }
    crmi_filter_free(&pile->filter);
    free(pile);
    return rc;
}

void crmi_pile_clear(crmi_pile_maker *maker) {
    if (maker->filed) close(maker->fd);
    free(maker->buffer);
    free(maker->places);
    free(maker->stems);
    *maker = (crmi_pile_maker){.folder = maker->folder};
}
