/* SPDX-License-Identifier: MIT */
/* The walk over the pages of one commit: see lmdb_walk.h. */
#include "engine/lmdb_walk.h"
#include "base/error.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct walk {
    int fd;
    bool full;
    const crmi_lmdb_meta *meta;
    uint64_t pages; /* that the file has */
    uint8_t *seen;  /* a bit a page */
    uint8_t *buffers[2 * CRMI_TREE_DEPTH_MAX];
} walk;

enum kind { TREE_MAIN, TREE_FREE, TREE_TABLE };

/* A tree as it is found, beside what is written of it. */
typedef struct tree {
    enum kind kind;
    crmi_lmdb_tree said, found;
    uint32_t base; /* first of its buffers */
} tree;

typedef struct view {
    uint64_t number;
    const uint8_t *bytes;
    uint32_t nodes;
    bool leaf;
} view;

static int walk_tree(walk *w, enum kind kind, const crmi_lmdb_tree *said, uint32_t base);

static int damaged(uint64_t page, const char *what) {
    return crmi_error_set(CRM_E_CORRUPT, 0, "the store is damaged: page %llu: %s", (unsigned long long)page, what);
}

static int read_at(const walk *w, uint64_t number, uint8_t *out, size_t size) {
    int rc = crmi_lmdb_read_at(w->fd, number * w->meta->page_size, out, size);
    return rc == CRM_ROW ? damaged(number, "the file ends before its end") : rc;
}

/* A page that something names: there once, and nowhere else. */
static int take(walk *w, uint64_t number) {
    if (number < 2 || number > w->meta->last_page) return damaged(number, "it is named, but outside of the store");
    if (number >= w->pages) return damaged(number, "the file ends before it");
    uint8_t bit = (uint8_t)(1U << (number & 7));
    if (w->seen[number >> 3] & bit) return damaged(number, "it is used twice");
    w->seen[number >> 3] |= bit;
    return CRM_OK;
}

static int open_page(walk *w, uint64_t number, uint32_t buffer, bool leaf, view *out) {
    if (!w->buffers[buffer]) w->buffers[buffer] = malloc(w->meta->page_size);
    uint8_t *bytes = w->buffers[buffer];
    if (!bytes) return crmi_error_nomem();
    int rc = read_at(w, number, bytes, w->meta->page_size);
    if (rc < 0) return rc;
    const char *fault = crmi_page_fault(bytes, number, leaf, w->meta->page_size);
    if (fault) return damaged(number, fault);
    *out = (view){number, bytes, crmi_page_nodes(bytes), leaf};
    return CRM_OK;
}

/* Node at a position, within its page. */
static int open_node(const walk *w, const view *p, uint32_t at, crmi_lmdb_node *out) {
    const char *fault = crmi_page_node(p->bytes, w->meta->page_size, at, p->leaf, out);
    return fault ? damaged(p->number, fault) : CRM_OK;
}

/* What it takes of its page. */
static uint64_t node_bytes(const view *p, const crmi_lmdb_node *n) {
    uint64_t value = !p->leaf ? 0 : n->flags & CRMI_NODE_BIG ? sizeof(uint64_t) : n->size;
    return CRMI_NODE_HEAD + n->key.size + value;
}

/* The order of a tree's keys: the list of free pages has numbers, in the machine's order. */
static int compare(const tree *t, crmi_slice a, crmi_slice b) {
    if (t->kind == TREE_FREE) {
        uint64_t x = crmi_get64(a.data), y = crmi_get64(b.data);
        return (x > y) - (x < y);
    }
    return crmi_key_order(a, b);
}

static bool key_fits(const tree *t, crmi_slice key) { return t->kind == TREE_FREE ? key.size == sizeof(uint64_t) : key.size > 0; }

/* All nodes: they fill their part of the page to the byte, and their keys ascend, from low on and below high. The first of a branch has no
 * key of its own. */
static int check_nodes(const walk *w, const tree *t, const view *p, crmi_slice low, crmi_slice high) {
    uint64_t bytes = 0;
    crmi_slice last = low;
    for (uint32_t i = 0; i < p->nodes; i++) {
        crmi_lmdb_node n;
        int rc = open_node(w, p, i, &n);
        if (rc < 0) return rc;
        bytes += (node_bytes(p, &n) + 1) & ~UINT64_C(1);
        if (!p->leaf && i == 0) continue;
        if (!key_fits(t, n.key)) return damaged(p->number, "a key has the wrong size");
        int order = last.data ? compare(t, last, n.key) : -1;
        if (order > 0 || (order == 0 && (i > 0 || !p->leaf))) return damaged(p->number, "its keys are not in order");
        if (high.data && compare(t, n.key, high) >= 0) return damaged(p->number, "its keys belong to another page");
        last = n.key;
    }
    if (bytes != w->meta->page_size - crmi_get16(p->bytes + CRMI_PAGE_UPPER)) return damaged(p->number, "its entries lie over each other");
    return CRM_OK;
}

/* A run of overflow pages for a value of so many bytes. A run may be longer than it need be. */
static int check_run(walk *w, tree *t, uint64_t first, uint64_t size) {
    uint8_t head[CRMI_PAGE_HEAD];
    uint32_t pages;
    int rc = take(w, first);
    if (rc == CRM_OK) rc = read_at(w, first, head, sizeof head);
    if (rc < 0) return rc;
    memcpy(&pages, head + CRMI_PAGE_LOWER, sizeof pages);
    if (crmi_get64(head) != first || crmi_get16(head + CRMI_PAGE_KIND) != CRMI_PAGE_OVERFLOW)
        return damaged(first, "it is no overflow page");
    uint64_t needed = (CRMI_PAGE_HEAD + size + w->meta->page_size - 1) / w->meta->page_size;
    if (pages < needed) return damaged(first, "its run is too short for its value");
    if (first + pages - 1 > w->meta->last_page) return damaged(first, "its run leaves the store");
    uint64_t there = w->pages - first < pages ? w->pages - first : pages; /* what it has too many may never have been written */
    for (uint64_t i = 1; rc == CRM_OK && i < (there > needed ? there : needed); i++) rc = take(w, first + i);
    t->found.overflows += pages;
    return rc;
}

/* Pages that a record of the free list names: descending, and used by nothing. */
static int check_free(walk *w, uint64_t page, const uint8_t *bytes, uint64_t size) {
    uint64_t count = size >= 8 ? crmi_get64(bytes) : 0, above = w->meta->last_page + 1;
    if (size % 8 || size < 8 || count > size / 8 - 1) return damaged(page, "its list of free pages has a wrong length");
    for (uint64_t i = 1; i <= count; i++) {
        uint64_t number = crmi_get64(bytes + 8 * i);
        if (number >= above || number < 2) return damaged(page, "its list of free pages is wrong");
        above = number;
        int rc = number < w->pages ? take(w, number) : CRM_OK; /* free ones may never have been written */
        if (rc < 0) return rc;
    }
    return CRM_OK;
}

static int check_free_node(walk *w, tree *t, const view *p, const crmi_lmdb_node *n) {
    const uint8_t *value = n->value;
    if (!(n->flags & CRMI_NODE_BIG)) return check_free(w, p->number, value, n->size);
    uint64_t first = crmi_get64(value);
    int rc = check_run(w, t, first, n->size);
    if (rc < 0) return rc;
    uint8_t *bytes = malloc((size_t)n->size + CRMI_PAGE_HEAD);
    if (!bytes) return crmi_error_nomem();
    rc = read_at(w, first, bytes, (size_t)n->size + CRMI_PAGE_HEAD);
    if (rc == CRM_OK) rc = check_free(w, first, bytes + CRMI_PAGE_HEAD, n->size);
    free(bytes);
    return rc;
}

static int check_table_node(walk *w, const tree *t, const view *p, const crmi_lmdb_node *n) {
    if (n->flags != CRMI_NODE_TREE || n->size != CRMI_TREE_SIZE) return damaged(p->number, "a table's entry is wrong");
    crmi_lmdb_tree said = crmi_lmdb_tree_at(n->value);
    if (said.flags != 0) return damaged(p->number, "a table is of the wrong kind");
    return walk_tree(w, TREE_TABLE, &said, t->base + CRMI_TREE_DEPTH_MAX);
}

static int check_leaf_node(walk *w, tree *t, const view *p, const crmi_lmdb_node *n) {
    if (t->kind == TREE_MAIN) return check_table_node(w, t, p, n);
    if (n->flags & ~CRMI_NODE_BIG) return damaged(p->number, "an entry is of the wrong kind");
    if (t->kind == TREE_FREE) return check_free_node(w, t, p, n);
    return n->flags & CRMI_NODE_BIG ? check_run(w, t, crmi_get64(n->value), n->size) : CRM_OK;
}

static int walk_leaf(walk *w, tree *t, const view *p) {
    int rc = CRM_OK;
    for (uint32_t i = 0; rc == CRM_OK && i < p->nodes; i++) {
        crmi_lmdb_node n;
        rc = open_node(w, p, i, &n);
        if (rc == CRM_OK) rc = check_leaf_node(w, t, p, &n);
    }
    t->found.entries += p->nodes;
    return rc;
}

/* Pages at a level from 1, the root's; the keys of all below lie from low on and below high (none: open). */
static int walk_page(walk *w, tree *t, uint64_t number, uint32_t level, crmi_slice low, crmi_slice high) {
    bool leaf = level == t->said.depth;
    view p;
    int rc = take(w, number);
    if (rc < 0) return rc;
    *(leaf ? &t->found.leaves : &t->found.branches) += 1;
    if (leaf && t->kind == TREE_TABLE && !w->full) return CRM_OK;
    rc = open_page(w, number, t->base + level - 1, leaf, &p);
    if (rc == CRM_OK) rc = check_nodes(w, t, &p, low, high);
    if (rc < 0) return rc;
    if (leaf) return walk_leaf(w, t, &p);
    for (uint32_t i = 0; rc == CRM_OK && i < p.nodes; i++) {
        crmi_lmdb_node n, next = {.key = high};
        rc = open_node(w, &p, i, &n);
        if (rc == CRM_OK && i + 1 < p.nodes) rc = open_node(w, &p, i + 1, &next);
        if (rc == CRM_OK) rc = walk_page(w, t, n.child, level + 1, i ? n.key : low, next.key);
    }
    return rc;
}

static int check_counts(const walk *w, const tree *t) {
    const crmi_lmdb_tree *said = &t->said, *found = &t->found;
    bool leaves_read = w->full || t->kind != TREE_TABLE;
    if (said->branches != found->branches || said->leaves != found->leaves)
        return damaged(said->root, "its tree has another number of pages");
    if (leaves_read && (said->entries != found->entries || said->overflows != found->overflows))
        return damaged(said->root, "its tree has another number of entries");
    return CRM_OK;
}

/* The free list's own pages are free in no list, but what it lists may be looked at last only. */
static int walk_tree(walk *w, enum kind kind, const crmi_lmdb_tree *said, uint32_t base) {
    tree t = {.kind = kind, .said = *said, .base = base};
    if (said->root == CRMI_NO_PAGE)
        return said->depth || said->entries || said->branches || said->leaves || said->overflows ? damaged(0, "an empty tree has entries")
                                                                                                 : CRM_OK;
    if (said->depth < 1 || said->depth > CRMI_TREE_DEPTH_MAX) return damaged(said->root, "its tree has a wrong depth");
    int rc = walk_page(w, &t, said->root, 1, (crmi_slice){NULL, 0}, (crmi_slice){NULL, 0});
    return rc == CRM_OK ? check_counts(w, &t) : rc;
}

int crmi_lmdb_walk(int fd, const crmi_lmdb_meta *meta, bool full) {
    walk w = {.fd = fd, .full = full, .meta = meta};
    struct stat info;
    if (fstat(fd, &info) != 0) return crmi_error_set(CRM_E_IO, 0, "the store's file can't be read (error %d)", errno);
    w.pages = (uint64_t)info.st_size / meta->page_size;
    w.seen = calloc(1, (size_t)(w.pages / 8 + 1));
    if (!w.seen) return crmi_error_nomem();
    int rc = walk_tree(&w, TREE_MAIN, &meta->main, 0);
    if (rc == CRM_OK) rc = walk_tree(&w, TREE_FREE, &meta->free, 0);
    for (size_t i = 0; i < sizeof w.buffers / sizeof *w.buffers; i++) free(w.buffers[i]);
    free(w.seen);
    return rc;
}
