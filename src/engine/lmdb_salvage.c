/* SPDX-License-Identifier: MIT */
/* Reading what is left of a damaged file: see salvage.h. Every page is taken for damaged until its number, kind and bounds are right. */
#include "base/error.h"
#include "codec/key.h"
#include "engine/lmdb_walk.h"
#include "engine/lock.h"
#include "engine/salvage.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { VALUE_MAX = 1 << 17, ID_SIZE = 8 };

typedef struct range {
    uint64_t from, until; /* ids; until is out */
} range;

typedef struct range_list {
    range *list;
    size_t count, capacity;
} range_list;

struct crmi_salvage {
    int fd;
    uint32_t page_size;
    uint64_t pages;
    uint8_t *seen, *freed, *value; /* a bit a page; memory for one value */
    bool free_known, meta_lost;
    uint64_t leaves;  /* of table file, that were found */
    range_list lost;  /* ids whose pages are damaged, or the way to them */
    range_list holes; /* those on leaves that were found */
    range_list spans; /* ids from first to last of pages that nobody names, and that are not free: what is not on them was deleted */
    crmi_salvage_fn fn;
    void *data;
};

/* A commit's trees. */
typedef struct commit {
    crmi_lmdb_tree file, meta;
    bool file_there, meta_there;
} commit;

static bool bit(const uint8_t *bits, uint64_t at) { return bits[at >> 3] >> (at & 7) & 1; }
static void set_bit(uint8_t *bits, uint64_t at) { bits[at >> 3] |= (uint8_t)(1U << (at & 7)); }

int crmi_salvage_value(crmi_salvage *s, uint64_t at, void *out, size_t size) {
    int rc = crmi_lmdb_read_at(s->fd, at, out, size);
    return rc == CRM_ROW ? crmi_error_set(CRM_E_IO, 0, "the store's file ends before") : rc;
}

static int add_range(range_list *ranges, uint64_t from, uint64_t until) {
    if (ranges->count == ranges->capacity) {
        size_t capacity = ranges->capacity ? ranges->capacity * 2 : 64;
        range *list = realloc(ranges->list, capacity * sizeof *list);
        if (!list) return crmi_error_nomem();
        ranges->list = list;
        ranges->capacity = capacity;
    }
    ranges->list[ranges->count++] = (range){from, until};
    return CRM_OK;
}

static int by_from(const void *a, const void *b) {
    const range *x = a, *y = b;
    return (x->from > y->from) - (x->from < y->from);
}

/* In order, and none in another. */
static void unite(range_list *ranges) {
    size_t kept = 0;
    if (ranges->count) qsort(ranges->list, ranges->count, sizeof *ranges->list, by_from);
    for (size_t i = 0; i < ranges->count; i++) {
        range *last = kept ? &ranges->list[kept - 1] : NULL;
        if (!last || ranges->list[i].from > last->until)
            ranges->list[kept++] = ranges->list[i];
        else if (ranges->list[i].until > last->until)
            last->until = ranges->list[i].until;
    }
    ranges->count = kept;
}

static bool lies_in(const range_list *ranges, uint64_t id) {
    size_t low = 0, high = ranges->count; /* the first that begins behind it */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ranges->list[middle].from <= id)
            low = middle + 1;
        else
            high = middle;
    }
    return low && id < ranges->list[low - 1].until;
}

/* --- pages --- */

/* A page into memory of the caller's; false where it is none. */
static bool read_page(crmi_salvage *s, uint64_t number, bool leaf, uint8_t *out) {
    return number >= 2 && number < s->pages && crmi_salvage_value(s, number * s->page_size, out, s->page_size) == CRM_OK &&
           !crmi_page_fault(out, number, leaf, s->page_size);
}

static bool read_node(const crmi_salvage *s, const uint8_t *page, uint32_t at, bool leaf, crmi_lmdb_node *out) {
    return !crmi_page_node(page, s->page_size, at, leaf, out);
}

/* The value that lies in overflow pages; false where they are damaged. */
static bool read_big(crmi_salvage *s, crmi_lmdb_node *n, uint64_t *at) {
    uint64_t first = crmi_get64(n->value);
    uint8_t head[CRMI_PAGE_HEAD];
    if (first < 2 || first >= s->pages || n->size > VALUE_MAX || crmi_salvage_value(s, first * s->page_size, head, sizeof head) < 0)
        return false;
    *at = first * s->page_size + CRMI_PAGE_HEAD;
    if (crmi_get64(head) != first || crmi_get16(head + CRMI_PAGE_KIND) != CRMI_PAGE_OVERFLOW ||
        crmi_salvage_value(s, *at, s->value, n->size) < 0)
        return false;
    n->value = s->value;
    return true;
}

/* Hands a leaf's entry on; CRM_ROW where it was a record. */
static int tell(crmi_salvage *s, int standing, uint64_t number, const uint8_t *page, crmi_lmdb_node *n) {
    uint64_t at = number * s->page_size + (uint64_t)(n->value - page);
    if (n->flags & CRMI_NODE_TREE || (n->flags & CRMI_NODE_BIG && !read_big(s, n, &at))) return CRM_OK;
    return s->fn(s->data, standing, at, n->key, (crmi_slice){n->value, n->size});
}

/* --- the tables --- */

static uint64_t id_of(crmi_slice key) { return crmi_key_get64(key.data); }

/* Whether the keys of a page ascend, in a range. */
static bool is_orderly(const crmi_salvage *s, const uint8_t *page, bool leaf, uint64_t from, uint64_t until) {
    uint64_t last = from;
    for (uint32_t i = 0; i < crmi_page_nodes(page); i++) {
        crmi_lmdb_node n;
        if (!read_node(s, page, i, leaf, &n)) return false;
        if (!leaf && i == 0) continue;
        if (n.key.size != ID_SIZE || id_of(n.key) < last || id_of(n.key) >= until) return false;
        last = id_of(n.key);
    }
    return true;
}

static int add_hole(crmi_salvage *s, uint64_t from, uint64_t until) {
    int rc = add_range(&s->holes, from, until);
    return rc == CRM_OK ? add_range(&s->lost, from, until) : rc;
}

static int walk_leaf(crmi_salvage *s, uint64_t number, const uint8_t *page, uint64_t from, uint64_t until) {
    int rc = is_orderly(s, page, true, from, until) ? CRM_OK : add_hole(s, from, until);
    s->leaves++;
    for (uint32_t i = 0; rc >= 0 && i < crmi_page_nodes(page); i++) {
        crmi_lmdb_node n;
        if (!read_node(s, page, i, true, &n) || n.key.size != ID_SIZE) continue;
        rc = tell(s, CRMI_SALVAGE_NAMED, number, page, &n);
        if (rc == CRM_OK) rc = add_hole(s, id_of(n.key), id_of(n.key) + 1);
    }
    return rc < 0 ? rc : CRM_OK;
}

static int walk(crmi_salvage *s, uint64_t number, uint32_t level, uint64_t from, uint64_t until) {
    bool leaf = level == 1;
    uint8_t *page = malloc(s->page_size);
    if (!page) return crmi_error_nomem();
    int rc = CRM_OK;
    bool sound = read_page(s, number, leaf, page) && !bit(s->seen, number);
    if (!sound || (!leaf && !is_orderly(s, page, false, from, until))) {
        rc = add_range(&s->lost, from, until);
        free(page);
        return rc;
    }
    set_bit(s->seen, number);
    if (leaf) rc = walk_leaf(s, number, page, from, until);
    for (uint32_t i = 0; !leaf && rc == CRM_OK && i < crmi_page_nodes(page); i++) {
        crmi_lmdb_node n, next;
        (void)read_node(s, page, i, false, &n);
        bool last = i + 1 == crmi_page_nodes(page) || !read_node(s, page, i + 1, false, &next);
        rc = walk(s, n.child, level - 1, i ? id_of(n.key) : from, last ? until : id_of(next.key));
    }
    free(page);
    return rc;
}

static int walk_file(crmi_salvage *s, const commit *from) {
    const crmi_lmdb_tree *tree = &from->file;
    if (from->file_there && tree->root == CRMI_NO_PAGE) return CRM_OK;
    if (!from->file_there || tree->depth < 1 || tree->depth > CRMI_TREE_DEPTH_MAX) return add_range(&s->lost, 0, UINT64_MAX);
    return walk(s, tree->root, tree->depth, 0, UINT64_MAX);
}

/* The few records of table meta lie on one page. */
static int walk_meta(crmi_salvage *s, const commit *from, uint8_t *page) {
    int rc = CRM_OK;
    s->meta_lost = !from->meta_there || from->meta.depth != 1 || !read_page(s, from->meta.root, true, page);
    for (uint32_t i = 0; !s->meta_lost && rc >= 0 && i < crmi_page_nodes(page); i++) {
        crmi_lmdb_node n;
        if (!read_node(s, page, i, true, &n))
            s->meta_lost = true;
        else
            rc = tell(s, CRMI_SALVAGE_NAMED, from->meta.root, page, &n);
    }
    return rc < 0 ? rc : CRM_OK;
}

/* --- free pages --- */

static void free_pages(crmi_salvage *s, const uint8_t *value, uint32_t size) {
    uint64_t count = size >= sizeof count ? crmi_get64(value) : 0;
    for (uint64_t i = 1; i <= count && (i + 1) * sizeof count <= size; i++) {
        uint64_t number = crmi_get64(value + i * sizeof count);
        if (number < s->pages) set_bit(s->freed, number);
    }
}

/* The list of free pages has entries as large as need be. */
static void free_node(crmi_salvage *s, const crmi_lmdb_node *n) {
    if (!(n->flags & CRMI_NODE_BIG)) {
        free_pages(s, n->value, n->size);
        return;
    }
    uint64_t first = crmi_get64(n->value);
    uint8_t *bytes = first >= 2 && first < s->pages ? malloc(n->size) : NULL;
    if (bytes && crmi_salvage_value(s, first * s->page_size + CRMI_PAGE_HEAD, bytes, n->size) == CRM_OK)
        free_pages(s, bytes, n->size);
    else
        s->free_known = false;
    free(bytes);
}

static void walk_free(crmi_salvage *s, uint64_t number, uint32_t level) {
    uint8_t *page = malloc(s->page_size);
    if (!page || !read_page(s, number, level == 1, page) || bit(s->seen, number)) {
        s->free_known = false;
        free(page);
        return;
    }
    set_bit(s->seen, number);
    for (uint32_t i = 0; i < crmi_page_nodes(page); i++) {
        crmi_lmdb_node n;
        if (!read_node(s, page, i, level == 1, &n))
            s->free_known = false;
        else if (level == 1)
            free_node(s, &n);
        else
            walk_free(s, n.child, level - 1);
    }
    free(page);
}

/* --- which commit --- */

/* The page that tells where the tables are. */
static bool read_commit(crmi_salvage *s, uint64_t number, uint8_t *page, commit *out) {
    *out = (commit){.file_there = false};
    if (!read_page(s, number, true, page)) return false;
    for (uint32_t i = 0; i < crmi_page_nodes(page); i++) {
        crmi_lmdb_node n;
        if (!read_node(s, page, i, true, &n) || n.flags != CRMI_NODE_TREE || n.size != CRMI_TREE_SIZE) return false;
        bool file = n.key.size == 4 && memcmp(n.key.data, "file", 4) == 0, meta = n.key.size == 4 && memcmp(n.key.data, "meta", 4) == 0;
        if (file) out->file = crmi_lmdb_tree_at(n.value);
        if (meta) out->meta = crmi_lmdb_tree_at(n.value);
        out->file_there |= file;
        out->meta_there |= meta;
    }
    return out->file_there && out->meta_there;
}

static uint64_t age_of(crmi_salvage *s, const commit *of, uint8_t *page, uint64_t (*age)(crmi_slice key, crmi_slice value)) {
    uint64_t most = 0;
    if (!of->meta_there || of->meta.depth != 1 || !read_page(s, of->meta.root, true, page)) return 0;
    for (uint32_t i = 0; i < crmi_page_nodes(page); i++) {
        crmi_lmdb_node n;
        uint64_t told = read_node(s, page, i, true, &n) && !n.flags ? age(n.key, (crmi_slice){n.value, n.size}) : 0;
        if (told > most) most = told;
    }
    return most;
}

/* The newest of all commits that any page tells of, newer than least. */
static void find_commit(crmi_salvage *s, uint64_t least, uint8_t *page, uint64_t (*age)(crmi_slice key, crmi_slice value), commit *out,
                        bool *found) {
    for (uint64_t number = 2; number < s->pages; number++) {
        commit one;
        if (!read_commit(s, number, page, &one)) continue;
        uint64_t told = age_of(s, &one, page, age);
        if (told <= least) continue;
        least = told;
        *out = one;
        *found = true;
    }
}

/* The later one of two sound beginnings of the file. Where one is damaged it may have been the later one: then what other pages tell counts
 * too, and where that is newer, which pages are free is not known. */
static void choose(crmi_salvage *s, uint8_t *page, uint64_t (*age)(crmi_slice key, crmi_slice value), commit *out) {
    crmi_lmdb_meta metas[2];
    bool sound[2], found = false;
    *out = (commit){.file_there = false};
    for (int i = 0; i < 2; i++) sound[i] = crmi_lmdb_meta_read(s->fd, i, &metas[i]) == CRM_OK;
    const crmi_lmdb_meta *meta = sound[0] && (!sound[1] || metas[0].txn >= metas[1].txn) ? &metas[0] : sound[1] ? &metas[1] : NULL;
    if (meta && meta->main.depth == 1) (void)read_commit(s, meta->main.root, page, out);
    if (!(sound[0] && sound[1])) find_commit(s, meta ? age_of(s, out, page, age) : 0, page, age, out, &found);
    if (!meta || found) return;
    for (uint64_t number = meta->last_page + 1; number < s->pages; number++) set_bit(s->freed, number); /* of no commit, if that is right */
    s->free_known = true;
    if (meta->free.root == CRMI_NO_PAGE) return;
    if (meta->free.depth >= 1 && meta->free.depth <= CRMI_TREE_DEPTH_MAX)
        walk_free(s, meta->free.root, meta->free.depth);
    else
        s->free_known = false;
}

/* --- pages that nobody names --- */

static bool is_wanted(const crmi_salvage *s, const crmi_lmdb_node *n, int standing) {
    if (n->key.size != ID_SIZE) return s->meta_lost;
    return lies_in(&s->lost, id_of(n->key)) && (standing == CRMI_SALVAGE_LOST || !lies_in(&s->spans, id_of(n->key)));
}

static int read_unnamed(crmi_salvage *s, uint64_t number, const uint8_t *page, int standing) {
    uint64_t first = UINT64_MAX, last = 0;
    int rc = CRM_OK;
    for (uint32_t i = 0; rc >= 0 && i < crmi_page_nodes(page); i++) {
        crmi_lmdb_node n;
        if (!read_node(s, page, i, true, &n) || !is_wanted(s, &n, standing)) continue;
        rc = tell(s, standing, number, page, &n);
        if (rc != CRM_ROW) continue;
        if (id_of(n.key) < first) first = id_of(n.key);
        last = id_of(n.key);
    }
    if (rc < 0) return rc;
    s->leaves += first <= last;
    return standing == CRMI_SALVAGE_LOST && first <= last ? add_range(&s->spans, first, last + 1) : CRM_OK;
}

static int scan(crmi_salvage *s, uint8_t *page, int standing) {
    int rc = CRM_OK;
    for (uint64_t number = 2; rc == CRM_OK && number < s->pages; number++) {
        bool old = !s->free_known || bit(s->freed, number);
        if (bit(s->seen, number) || old != (standing == CRMI_SALVAGE_OLD) || !read_page(s, number, true, page)) continue;
        rc = read_unnamed(s, number, page, standing);
    }
    return rc;
}

int crmi_salvage_rows(crmi_salvage *s, uint64_t (*age)(crmi_slice key, crmi_slice value), crmi_salvage_fn fn, void *data) {
    commit latest;
    uint8_t *page = malloc(s->page_size);
    if (!page) return crmi_error_nomem();
    s->fn = fn;
    s->data = data;
    choose(s, page, age, &latest);
    int rc = walk_meta(s, &latest, page);
    s->meta_lost |= age_of(s, &latest, page, age) == 0; /* what was named is another page */
    if (rc == CRM_OK) rc = walk_file(s, &latest);
    unite(&s->lost);
    if (rc == CRM_OK && (s->lost.count || s->meta_lost)) rc = scan(s, page, CRMI_SALVAGE_LOST);
    if (latest.file_there && s->leaves >= latest.file.leaves) { /* none of them is missing */
        range_list all = s->lost;
        s->lost = s->holes;
        s->holes = all;
        unite(&s->lost);
    }
    unite(&s->spans);
    if (rc == CRM_OK && (s->lost.count || s->meta_lost)) rc = scan(s, page, CRMI_SALVAGE_OLD);
    free(page);
    return rc;
}

/* --- the file --- */

static int check_unused(int folder) {
    bool others = false;
    int lock = openat(folder, "crm.lock", O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (lock < 0) return CRM_OK;
    int rc = crmi_lock_others(lock, CRMI_LOCK_PID, &others);
    close(lock);
    return rc == CRM_OK && others ? crmi_error_set(CRM_E_BUSY, 0, "the store is open: all processes have to close it") : rc;
}

static int open_file(crmi_salvage *s, const char *path) {
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc = CRM_OK;
    if (folder >= 0) s->fd = openat(folder, "data.mdb", O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (folder < 0 || s->fd < 0) rc = crmi_error_set(errno == ENOENT ? CRM_E_NOTFOUND : CRM_E_IO, 0, "there is no such folder or store");
    if (rc == CRM_OK) rc = check_unused(folder);
    if (folder >= 0) close(folder);
    return rc;
}

int crmi_salvage_open(const char *path, crmi_salvage **out) {
    crmi_lmdb_meta meta;
    struct stat info;
    crmi_salvage *s = calloc(1, sizeof *s);
    if (!s) return crmi_error_nomem();
    s->fd = -1;
    int rc = open_file(s, path);
    if (rc == CRM_OK && fstat(s->fd, &info) != 0) rc = crmi_error_set(CRM_E_IO, 0, "the store's file can't be read (error %d)", errno);
    if (rc == CRM_OK) {
        bool known = crmi_lmdb_meta_read(s->fd, 0, &meta) == CRM_OK || crmi_lmdb_meta_read(s->fd, 1, &meta) == CRM_OK;
        s->page_size = known ? meta.page_size : (uint32_t)sysconf(_SC_PAGESIZE);
        s->pages = (uint64_t)info.st_size / s->page_size;
        s->seen = calloc(1, (size_t)(s->pages / 8 + 1));
        s->freed = calloc(1, (size_t)(s->pages / 8 + 1));
        s->value = malloc(VALUE_MAX);
        if (!s->seen || !s->freed || !s->value) rc = crmi_error_nomem();
    }
    if (rc == CRM_OK)
        *out = s;
    else
        crmi_salvage_close(s);
    return rc;
}

void crmi_salvage_close(crmi_salvage *s) {
    if (!s) return;
    if (s->fd >= 0) close(s->fd);
    free(s->seen);
    free(s->freed);
    free(s->value);
    free(s->lost.list);
    free(s->holes.list);
    free(s->spans.list);
    free(s);
}
