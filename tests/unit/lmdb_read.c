/* SPDX-License-Identifier: MIT */
/* Reading without LMDB: what it reads of a sound file is what LMDB reads; of a damaged one it reads nothing outside, and comes to an end.
 */
#include "engine/lmdb_read.h"
#include "engine/lmdb_walk.h"
#include "engine_support.h"
#include <sys/mman.h>
#include <sys/stat.h>

enum { PAGE = 4096, SEEDS = 150 };

static uint32_t state = 1;

static uint32_t draw(uint32_t below) {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state % below;
}

/* --- against LMDB, which reads for write transactions what they changed --- */

typedef struct rows {
    uint64_t sum;
    size_t count;
} rows;

static int add_row(void *data, size_t read, crmi_slice key, crmi_slice value) {
    rows *to = data;
    const uint8_t *bytes[] = {key.data, value.data};
    const size_t sizes[] = {key.size, value.size};
    for (int i = 0; i < 2; i++)
        for (size_t at = 0; at < sizes[i]; at++) to->sum = to->sum * 31 + bytes[i][at] + 1 + read;
    to->count++;
    return CRM_OK;
}

static void put_some(crmi_engine *engine, uint32_t count, uint32_t longest) {
    static uint8_t bytes[20000];
    crmi_etxn *txn = txn_begin(engine, true);
    for (uint32_t i = 0; i < count; i++) {
        char key[80];
        uint32_t table = 1 + draw(2), number = draw(4000);
        if (table == 1) /* keys of eight bytes */
            snprintf(key, sizeof key, "%08u", number);
        else
            snprintf(key, sizeof key, "%0*u", (int)(4 + draw(60)), number);
        for (int j = 0; j < 20; j++) bytes[draw(sizeof bytes)] = (uint8_t)draw(256);
        int rc = draw(3) ? crmi_engine_put(txn, table, text(key), (crmi_slice){bytes, draw(20) ? draw(200) : draw(longest)})
                         : crmi_engine_del(txn, table, text(key));
        cr_assert(rc == CRM_OK || rc == CRM_E_NOTFOUND, "%d %s", rc, crm_error_text());
    }
    cr_assert_eq(crmi_engine_commit(txn), CRM_OK);
}

/* Keys, ranges of both directions and several of them at once. */
static rows ask(crmi_etxn *txn, uint32_t seed) {
    rows found = {0, 0};
    char keys[8][2][24];
    crmi_read reads[8];
    state = seed;
    for (int i = 0; i < 8; i++) {
        uint32_t digits = draw(2) ? 8 : 4 + draw(15);
        for (int j = 0; j < 2; j++) snprintf(keys[i][j], sizeof keys[i][j], "%0*u", (int)digits, draw(4000));
        reads[i] = (crmi_read){1 + draw(3), draw(8), text(keys[i][0]), text(keys[i][1]), draw(3) ? draw(40) : 0};
        if (reads[i].flags & CRMI_READ_RANGE && draw(4) == 0) reads[i].from.size = 0;
        if (reads[i].flags & CRMI_READ_RANGE && draw(4) == 0) reads[i].until.size = 0;
    }
    int rc = crmi_engine_get_many(txn, reads, 8, add_row, &found);
    cr_assert_eq(rc, CRM_OK, "%d %s", rc, crm_error_text());
    rc = crmi_engine_get(txn, 1, text(keys[0][0]), add_row, &found);
    cr_assert(rc == CRM_OK || rc == CRM_E_NOTFOUND, "%d %s", rc, crm_error_text());
    found.sum = found.sum * 31 + (uint64_t)-rc;
    return found;
}

/* All tables that are asked, and yet they are as they were. */
static void change(crmi_etxn *txn) {
    for (uint32_t table = 1; table <= 3; table++) {
        cr_assert_eq(crmi_engine_put(txn, table, text("~"), text("")), CRM_OK);
        cr_assert_eq(crmi_engine_del(txn, table, text("~")), CRM_OK);
    }
}

Test(lmdb_read, as_lmdb) {
    folder at = folder_new();
    crmi_engine *engine = store_open(&at, 0, 2000);
    size_t count = 0;
    for (uint32_t round = 0; round < 8; round++) {
        put_some(engine, 3000, round % 2 ? 20000 : 900);
        crmi_etxn *reader = txn_begin(engine, false), *writer = txn_begin(engine, true);
        rows before[SEEDS];
        for (uint32_t seed = 0; seed < SEEDS; seed++) before[seed] = ask(writer, round * 1000 + seed + 1);
        change(writer);
        for (uint32_t seed = 0; seed < SEEDS; seed++) {
            rows own = ask(reader, round * 1000 + seed + 1), other = ask(writer, round * 1000 + seed + 1);
            cr_assert(before[seed].sum == other.sum && before[seed].count == other.count, "a writer, round %u, seed %u", round, seed);
            cr_assert(own.sum == other.sum && own.count == other.count, "round %u, seed %u: %zu rows instead of %zu", round, seed,
                      own.count, other.count);
            count += own.count;
        }
        crmi_engine_abort(writer);
        crmi_engine_abort(reader);
    }
    cr_assert(count > 50000, "%zu rows", count);
    crmi_engine_close(engine);
    folder_remove(&at);
}

/* --- damage --- */

/* A file in memory, with nothing before it and behind it. */
typedef struct image {
    uint8_t *bytes, *good;
    size_t size;
    crmi_lmdb_snapshot of;
} image;

static void find_tables(image *at) {
    crmi_lmdb_meta metas[2] = {crmi_lmdb_meta_at(at->bytes), crmi_lmdb_meta_at(at->bytes + PAGE)};
    const crmi_lmdb_meta *meta = &metas[metas[1].txn > metas[0].txn];
    const uint8_t *page = at->bytes + meta->main.root * PAGE;
    at->of = (crmi_lmdb_snapshot){.map = at->bytes, .page_size = PAGE, .pages = meta->last_page + 1};
    for (uint32_t i = 0; i < crmi_page_nodes(page); i++) {
        crmi_lmdb_node node;
        cr_assert_null(crmi_page_node(page, PAGE, i, true, &node));
        for (int table = 0; table < CRMI_TABLES; table++) {
            if (node.key.size != strlen(crmi_lmdb_table_names[table]) ||
                memcmp(node.key.data, crmi_lmdb_table_names[table], node.key.size) != 0)
                continue;
            crmi_lmdb_tree tree = crmi_lmdb_tree_at(node.value);
            at->of.tables[table].root = tree.root;
            at->of.tables[table].depth = tree.root == CRMI_NO_PAGE ? 0 : tree.depth;
        }
    }
    cr_assert_geq(at->of.tables[1].depth, 2);
}

static void image_new(image *at) {
    folder made = folder_new();
    char path[160];
    struct stat info;
    crmi_engine *engine = store_open(&made, 0, 2000);
    state = 9;
    put_some(engine, 500, 9000);
    crmi_engine_close(engine);
    snprintf(path, sizeof path, "%s/data.mdb", made.path);
    int fd = open(path, O_RDONLY);
    cr_assert(fd >= 0 && fstat(fd, &info) == 0);
    at->size = (size_t)info.st_size;
    uint8_t *all = mmap(NULL, at->size + 2 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    cr_assert(all != MAP_FAILED);
    at->bytes = all + PAGE;
    at->good = malloc(at->size);
    cr_assert(at->good && mprotect(at->bytes, at->size, PROT_READ | PROT_WRITE) == 0);
    cr_assert_eq(pread(fd, at->bytes, at->size, 0), (ssize_t)at->size);
    memcpy(at->good, at->bytes, at->size);
    close(fd);
    folder_remove(&made);
    find_tables(at);
}

static volatile uint8_t seen;

static int touch(crmi_slice slice) {
    for (size_t i = 0; i < slice.size; i++) seen ^= ((const uint8_t *)slice.data)[i];
    return CRM_OK;
}

/* Reads all, both ways, and each key by itself. CRM_OK, CRM_E_CORRUPT, or CRM_ROW: there is no end. */
static int read_all(const image *at, uint32_t table, bool back, size_t bound) {
    crmi_lmdb_reading r = {.from = &at->of}, other = {.from = &at->of};
    crmi_slice none = {NULL, 0}, key, value;
    int rc = back ? crmi_lmdb_read_below(&r, table, none) : crmi_lmdb_read_from(&r, table, none);
    for (size_t count = 0; rc == CRM_OK; count++) {
        if (count > bound) return CRM_ROW;
        rc = crmi_lmdb_read_here(&r, &key, &value);
        if (rc != CRM_OK) break;
        touch(key);
        touch(value);
        int found = crmi_lmdb_read_key(&other, table, key, &value);
        if (found == CRM_OK) touch(value);
        if (found == CRM_E_CORRUPT) return found;
        rc = back ? crmi_lmdb_read_previous(&r) : crmi_lmdb_read_next(&r);
    }
    return rc == CRM_E_NOTFOUND ? CRM_OK : rc;
}

static void spoil(uint8_t *page, uint32_t kind) {
    uint32_t nodes = crmi_page_nodes(page); /* of a value's page: anything */
    if (nodes < 1 || nodes > 2000) nodes = 1;
    switch (kind) {
    case 0: page[draw(PAGE)] ^= (uint8_t)(1U << draw(8)); break;
    case 1: page[draw(16)] = (uint8_t)draw(256); break;
    case 2:
        for (uint32_t i = 0; i < PAGE; i++) page[i] = (uint8_t)draw(256);
        break;
    case 3: /* the place of an entry */ page[16 + draw(2 * nodes)] = (uint8_t)draw(256); break;
    case 4: { /* an entry's head */
        uint32_t place = crmi_get16(page + 16 + 2 * draw(nodes));
        if (place + 8 <= PAGE) page[place + draw(8)] = (uint8_t)draw(256);
        break;
    }
    default: /* many of them, under a head that is sound */
        for (uint32_t i = 16; i < 16 + 2 * nodes; i++) page[i] = (uint8_t)draw(256);
    }
}

Test(lmdb_read, damage) {
    image at;
    uint32_t told = 0, endless = 0;
    image_new(&at);
    for (uint32_t round = 0; round < 2400; round++) {
        uint32_t number = 2 + draw((uint32_t)at.of.pages - 2);
        spoil(at.bytes + number * PAGE, round % 6);
        for (uint32_t table = 1; table < 3; table++) {
            int rc = read_all(&at, table, round & 1, 3 * 4000);
            told += rc == CRM_E_CORRUPT;
            endless += rc == CRM_ROW;
        }
        memcpy(at.bytes + number * PAGE, at.good + number * PAGE, PAGE);
    }
    cr_expect_eq(endless, 0, "%u have no end", endless);
    cr_expect(told > 500, "%u were told of", told);
    munmap(at.bytes - PAGE, at.size + 2 * PAGE);
    free(at.good);
}

/* Each kind of damage in the page of a leaf is told, in the words that name the page. */
Test(lmdb_read, told) {
    image at;
    char expected[64];
    image_new(&at);
    crmi_lmdb_reading r = {.from = &at.of};
    crmi_slice none = {NULL, 0}, key, value;
    cr_assert_eq(crmi_lmdb_read_from(&r, 1, none), CRM_OK);
    uint8_t *page = at.bytes + (r.way[r.depth - 1].page - at.bytes), kept[PAGE];
    uint32_t place = crmi_get16(page + 16);
    const struct {
        uint32_t at;
        uint8_t value;
    } damages[] = {{0, (uint8_t)(page[0] ^ 1)},
                   {10, 1},
                   {10, 4},
                   {12, 0},
                   {12, 16},
                   {13, 255},
                   {15, 255},
                   {17, 255},
                   {16, 255},
                   {place + 7, 255},
                   {place + 1, 255},
                   {place + 4, 2}};
    memcpy(kept, page, PAGE);
    snprintf(expected, sizeof expected, "the store is damaged: page %u: ", (unsigned)((size_t)(page - at.bytes) / PAGE));
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        page[damages[i].at] = damages[i].value;
        r.depth = 0;
        int rc = crmi_lmdb_read_from(&r, 1, none);
        if (rc == CRM_OK) rc = crmi_lmdb_read_here(&r, &key, &value);
        cr_expect_eq(rc, CRM_E_CORRUPT, "damage %zu: %d", i, rc);
        cr_expect(strncmp(crm_error_text(), expected, strlen(expected)) == 0, "damage %zu: %s", i, crm_error_text());
        memcpy(page, kept, PAGE);
    }
    munmap(at.bytes - PAGE, at.size + 2 * PAGE);
    free(at.good);
}

/* Where entries of a page may lie, whatever there is behind it. */
Test(lmdb_read, places) {
    enum { UPPER = 4000 };
    static const struct {
        uint16_t place;
        const char *fault;
    } cases[] = {{UPPER, NULL},
                 {UPPER - 2, "an entry lies outside"},
                 {UPPER + 1, "an entry lies outside"},
                 {PAGE - CRMI_NODE_HEAD, NULL},
                 {PAGE - CRMI_NODE_HEAD + 2, "an entry lies outside"},
                 {UINT16_MAX - 1, "an entry lies outside"}};
    static uint8_t pages[PAGE + UINT16_MAX + 1]; /* what follows is sound, too */
    uint16_t upper = UPPER;
    memcpy(pages + CRMI_PAGE_UPPER, &upper, sizeof upper);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        crmi_lmdb_node node;
        memcpy(pages + CRMI_PAGE_HEAD, &cases[i].place, sizeof cases[i].place);
        const char *fault = crmi_page_node(pages, PAGE, 0, true, &node);
        cr_expect(cases[i].fault ? fault && strcmp(fault, cases[i].fault) == 0 : !fault, "%u: %s", cases[i].place, fault ? fault : "none");
    }
}
