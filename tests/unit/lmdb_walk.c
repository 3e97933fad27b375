/* SPDX-License-Identifier: MIT */
/* The walk over a store's pages: sound stores of all kinds pass, each damage of their structure is told. */
#include "engine/lmdb_walk.h"
#include "engine_support.h"

enum { PAGE = 4096 };

static uint32_t state;

static uint32_t draw(uint32_t below) {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state % below;
}

static int data_open(const folder *at, int flags) {
    char path[160];
    snprintf(path, sizeof path, "%s/data.mdb", at->path);
    int fd = open(path, flags);
    cr_assert(fd >= 0);
    return fd;
}

static void put_one(crmi_etxn *txn, uint32_t keys, uint32_t longest) {
    static uint8_t bytes[20000];
    char key[64];
    snprintf(key, sizeof key, "%0*u", (int)(4 + draw(40)), draw(keys));
    int rc = draw(3) ? crmi_engine_put(txn, 1 + draw(3), text(key), (crmi_slice){bytes, draw(longest)})
                     : crmi_engine_del(txn, 1 + draw(3), text(key));
    cr_assert(rc == CRM_OK || rc == CRM_E_NOTFOUND, "%d %s", rc, crm_error_text());
}

/* Random commits, some given up, some beside a reader; the same for the same seed. */
static void fill(const folder *at, uint32_t seed, int commits) {
    crmi_engine *engine = store_open(at, 0, 2000);
    crmi_etxn *reader = NULL;
    state = seed * 2654435761U + 1;
    uint32_t keys = 1 + draw(3000), longest = draw(4) ? 300 : 20000;
    for (int i = 0; i < commits; i++) {
        if (draw(5) == 0) {
            if (reader) crmi_engine_abort(reader);
            reader = draw(2) ? txn_begin(engine, false) : NULL;
        }
        crmi_etxn *txn = txn_begin(engine, true);
        for (uint32_t n = draw(200); n; n--) put_one(txn, keys, longest);
        if (draw(20) == 0) (void)crmi_engine_del_range(txn, 1 + draw(3), text("0"), text("00009"));
        if (draw(10))
            cr_assert_eq(crmi_engine_commit(txn), CRM_OK);
        else
            crmi_engine_abort(txn);
    }
    if (reader) crmi_engine_abort(reader);
    crmi_engine_close(engine);
}

Test(lmdb_walk, sound) {
    for (uint32_t seed = 1; seed <= 60; seed++) {
        folder at = folder_new();
        fill(&at, seed, (int)(seed % 40));
        int fd = data_open(&at, O_RDONLY);
        for (int full = 0; full < 2; full++) cr_expect_eq(crmi_lmdb_check(fd, full, false), CRM_OK, "seed %u: %s", seed, crm_error_text());
        crmi_lmdb_meta metas[2];
        for (int i = 0; i < 2; i++) { /* the commit before is whole too */
            cr_assert_eq(crmi_lmdb_meta_read(fd, i, &metas[i]), CRM_OK);
            cr_expect_eq(crmi_lmdb_walk(fd, &metas[i], true), CRM_OK, "seed %u, meta %d: %s", seed, i, crm_error_text());
        }
        close(fd);
        folder_remove(&at);
    }
}

/* --- damage --- */

typedef struct image {
    folder at;
    int fd;
    uint32_t pages;
} image;

static image image_new(uint32_t seed, int commits) {
    image made = {.at = folder_new()};
    fill(&made.at, seed, commits);
    made.fd = data_open(&made.at, O_RDWR);
    crmi_lmdb_meta metas[2];
    for (int i = 0; i < 2; i++) cr_assert_eq(crmi_lmdb_meta_read(made.fd, i, &metas[i]), CRM_OK);
    made.pages = 1 + (uint32_t)(metas[0].last_page > metas[1].last_page ? metas[0].last_page : metas[1].last_page);
    cr_assert(made.pages > 10 && lseek(made.fd, 0, SEEK_END) >= (off_t)made.pages * PAGE);
    return made;
}

static void image_end(image *at) {
    close(at->fd);
    folder_remove(&at->at);
}

static void page_read(const image *at, uint32_t page, uint8_t *out) { cr_assert_eq(pread(at->fd, out, PAGE, (off_t)page * PAGE), PAGE); }

static void page_write(const image *at, uint32_t page, const uint8_t *bytes) {
    cr_assert_eq(pwrite(at->fd, bytes, PAGE, (off_t)page * PAGE), PAGE);
}

static uint16_t get16(const uint8_t *at) { return (uint16_t)(at[0] | at[1] << 8); }

static void put16(uint8_t *at, uint32_t value) {
    at[0] = (uint8_t)value;
    at[1] = (uint8_t)(value >> 8);
}

enum damage { NUMBER, KIND, LOWER, UPPER, PLACE, ORDER, SIZE, DAMAGES };

/* false: the page has no such thing. Only its structure is changed, never a value: that is for the records' checksums. */
static bool spoil(enum damage what, uint8_t *page) {
    uint32_t kind = get16(page + 10), nodes = kind < 3 ? (get16(page + 12) - 16U) / 2 : 0, first = kind == 1;
    if (what >= LOWER && nodes < 2 + first) return false;
    uint8_t *places = page + 16 + 2 * first;
    switch (what) {
    case NUMBER: page[1]++; break;
    case KIND: page[10] ^= 3; break;
    case LOWER: put16(page + 12, get16(page + 12) - 2U); break;
    case UPPER: put16(page + 14, get16(page + 14) + 2U); break;
    case PLACE: put16(places, get16(places) + 2U); break;
    case SIZE: put16(page + get16(places) + 6, 600); break;
    default: {
        uint16_t other = get16(places);
        put16(places, get16(places + 2));
        put16(places + 2, other);
    }
    }
    return true;
}

Test(lmdb_walk, damage) {
    image at = image_new(5, 2);
    uint8_t good[PAGE], bad[PAGE];
    uint32_t used = 0, kinds[5] = {0};
    for (uint32_t page = 2; page < at.pages; page++) {
        page_read(&at, page, good);
        bool named = false;
        for (enum damage what = NUMBER; what < DAMAGES; what++) {
            char text[64];
            memcpy(bad, good, PAGE);
            if (!spoil(what, bad)) continue;
            page_write(&at, page, bad);
            int rc = crmi_lmdb_check(at.fd, true, false);
            if (what == NUMBER) named = rc == CRM_E_CORRUPT; /* else nothing names the page: it is free, or inside of a run */
            cr_expect_eq(rc, named ? CRM_E_CORRUPT : CRM_OK, "page %u, damage %d", page, (int)what);
            snprintf(text, sizeof text, "the store is damaged: page %u: ", page);
            if (rc < 0) cr_expect(strncmp(crm_error_text(), text, strlen(text)) == 0, "page %u: %s", page, crm_error_text());
        }
        page_write(&at, page, good);
        used += named;
        if (named) kinds[get16(good + 10)]++;
    }
    cr_expect(kinds[1] && kinds[2] && kinds[4], "branches, leaves and runs");
    cr_expect(used > at.pages / 10, "%u of %u", used, at.pages);
    cr_expect_eq(crmi_lmdb_check(at.fd, true, false), CRM_OK, "as it was");
    image_end(&at);
}

/* A file that is cut: every length of it is told, or harmless. */
Test(lmdb_walk, cut) {
    image at = image_new(11, 12);
    char path[160];
    snprintf(path, sizeof path, "%s/data.mdb", at.at.path);
    uint32_t told = 0;
    for (uint32_t pages = at.pages; pages-- > 0;) {
        cr_assert_eq(truncate(path, (off_t)pages * PAGE), 0);
        told += crmi_lmdb_check(at.fd, false, false) == CRM_E_CORRUPT;
    }
    cr_expect(told > at.pages / 2, "%u of %u", told, at.pages);
    cr_expect_eq(crmi_lmdb_check(at.fd, false, false), CRM_E_CORRUPT, "nothing is left");
    image_end(&at);
}

/* --- the commit before --- */

static int value_of(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read;
    (void)key;
    *(uint8_t *)data = *(const uint8_t *)value.data;
    return CRM_OK;
}

static uint8_t value_in(const folder *at) {
    uint8_t value = 0;
    crmi_engine *engine = store_open(at, 0, 2000);
    crmi_etxn *txn = txn_begin(engine, false);
    cr_assert_eq(crmi_engine_get(txn, CRMI_TABLE_FILE, text("key"), value_of, &value), CRM_OK);
    crmi_engine_abort(txn);
    crmi_engine_close(engine);
    return value;
}

/* The latest commit's table, or its meta page: the one before is offered, and taken when it is asked for. */
Test(lmdb_walk, previous) {
    for (int meta_page = 0; meta_page < 2; meta_page++) {
        image at = image_new(3, 10);
        crmi_engine *engine = store_open(&at.at, 0, 2000);
        for (const char *value = "12"; *value; value++) cr_assert_eq(store_put(engine, "key", (crmi_slice){value, 1}), CRM_OK);
        crmi_engine_close(engine);
        crmi_lmdb_meta metas[2];
        for (int i = 0; i < 2; i++) cr_assert_eq(crmi_lmdb_meta_read(at.fd, i, &metas[i]), CRM_OK);
        int latest = metas[1].txn > metas[0].txn;
        uint32_t victim = meta_page ? (uint32_t)latest : (uint32_t)metas[latest].main.root;
        uint8_t page[PAGE];
        page_read(&at, victim, page);
        page[10] ^= 0x10;
        page_write(&at, victim, page);
        cr_expect_eq(crmi_lmdb_check(at.fd, false, false), CRM_E_CORRUPT);
        cr_expect(strstr(crm_error_text(), "the commit before is sound"), "%s", crm_error_text());
        cr_expect_eq(crmi_lmdb_check(at.fd, false, true), CRM_OK, "%s", crm_error_text());
        cr_expect_eq(crmi_lmdb_check(at.fd, true, false), CRM_OK, "%s", crm_error_text());
        cr_expect_eq(value_in(&at.at), '1');
        image_end(&at);
    }
}

/* The list of free pages names one that is used: the next commit would write over it. */
Test(lmdb_walk, free_list) {
    image at = image_new(9, 20);
    crmi_lmdb_meta metas[2];
    for (int i = 0; i < 2; i++) cr_assert_eq(crmi_lmdb_meta_read(at.fd, i, &metas[i]), CRM_OK);
    const crmi_lmdb_meta *meta = &metas[metas[1].txn > metas[0].txn];
    uint8_t page[PAGE];
    cr_assert_eq(meta->free.depth, 1, "its root is its only page");
    page_read(&at, (uint32_t)meta->free.root, page);
    uint8_t *list = NULL; /* count, then the pages, descending */
    for (uint32_t i = 0; i < (get16(page + 12) - 16U) / 2 && !list; i++) {
        uint8_t *node = page + get16(page + 16 + 2 * i);
        if (node[16]) list = node + 16;
    }
    cr_assert(list);
    uint64_t root = meta->main.root, number;
    uint32_t victim = 1;
    do memcpy(&number, list + 8 * victim, 8);
    while (number > root && ++victim < list[0]);
    memcpy(list + 8 * victim, &root, 8); /* it goes on descending */
    page_write(&at, (uint32_t)meta->free.root, page);
    cr_expect_eq(crmi_lmdb_check(at.fd, false, false), CRM_E_CORRUPT);
    cr_expect(strstr(crm_error_text(), "it is used twice"), "%s", crm_error_text());
    image_end(&at);
}
