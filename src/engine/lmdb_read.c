/* SPDX-License-Identifier: MIT */
/* Reading without LMDB: see lmdb_read.h. */
#include "engine/lmdb_read.h"
#include "base/error.h"

#define STRIDE 128 /* a search in a page would wait for one cache line after the other: every second one is asked for at once */
#define COLD 2     /* levels at the bottom whose pages the processor's cache does not have anyway */
#define LIKELY(x) __builtin_expect(!!(x), 1)

const char *const crmi_lmdb_table_names[CRMI_TABLES] = {"meta", "file", "index", "undo", "changes"};

static int damaged(uint64_t page, const char *what) {
    return crmi_error_set(CRM_E_CORRUPT, 0, "the store is damaged: page %llu: %s", (unsigned long long)page, what);
}

static int bad_node(const crmi_lmdb_reading *r, const uint8_t *page, const char *what) {
    return damaged((uint64_t)(page - r->from->map) / r->from->page_size, what);
}

static int enter(crmi_lmdb_reading *r, uint32_t level, uint64_t number) {
    const crmi_lmdb_snapshot *from = r->from;
    if (number < 2 || number >= from->pages) return damaged(number, "it is named, but outside of the store");
    const uint8_t *page = from->map + number * from->page_size;
    if (level + COLD >= r->depth)
        for (uint32_t at = 0; at < from->page_size; at += STRIDE) __builtin_prefetch(page + at);
    const char *fault = crmi_page_fault(page, number, level + 1 == r->depth, from->page_size);
    if (fault) return damaged(number, fault);
    r->way[level] = (crmi_lmdb_place){page, 0, crmi_page_nodes(page)};
    return CRM_OK;
}

/* The first node of a page whose key is not below; the first one of a branch has no key of its own. CRM_ROW: it is the key's own. */
static inline int search(const crmi_lmdb_reading *r, const crmi_lmdb_place *in, bool leaf, crmi_slice key, uint32_t *at) {
    uint32_t low = !leaf, high = in->nodes;
    while (low < high) {
        crmi_lmdb_node node;
        uint32_t middle = (low + high) / 2;
        const char *fault = crmi_page_node(in->page, r->from->page_size, middle, leaf, &node);
        if (fault) return bad_node(r, in->page, fault);
        int order = crmi_key_order(key, node.key);
        if (order == 0) {
            *at = middle;
            return CRM_ROW;
        }
        if (order > 0)
            low = middle + 1;
        else
            high = middle;
    }
    *at = low;
    return CRM_OK;
}

static int child(const crmi_lmdb_reading *r, const crmi_lmdb_place *of, uint64_t *out) {
    crmi_lmdb_node node;
    const char *fault = crmi_page_node(of->page, r->from->page_size, of->at, false, &node);
    *out = node.child;
    return fault ? bad_node(r, of->page, fault) : CRM_OK;
}

static int start(crmi_lmdb_reading *r, uint32_t table) {
    r->table = table;
    r->depth = r->from->tables[table].depth;
    return r->depth ? enter(r, 0, r->from->tables[table].root) : CRM_E_NOTFOUND;
}

/* Whether the leaf that it stands in is the one where the key belongs. */
static bool is_near(const crmi_lmdb_reading *r, uint32_t table, crmi_slice key) {
    if (r->depth == 0 || r->table != table) return false;
    crmi_lmdb_node first, last;
    const crmi_lmdb_place *in = &r->way[r->depth - 1];
    return !crmi_page_node(in->page, r->from->page_size, 0, true, &first) && crmi_key_order(first.key, key) <= 0 &&
           !crmi_page_node(in->page, r->from->page_size, in->nodes - 1, true, &last) && crmi_key_order(key, last.key) <= 0;
}

/* To the first entry of the key's leaf that is not below it, if there is one there. CRM_ROW: it is the key's own. */
static int descend(crmi_lmdb_reading *r, uint32_t table, crmi_slice key) {
    uint64_t number;
    int rc = CRM_OK;
    if (!is_near(r, table, key)) {
        rc = start(r, table);
        for (uint32_t level = 0; rc == CRM_OK && level + 1 < r->depth; level++) {
            crmi_lmdb_place *in = &r->way[level];
            rc = search(r, in, false, key, &in->at);
            if (rc < 0) break;
            in->at -= rc == CRM_OK;
            rc = child(r, in, &number);
            if (rc == CRM_OK) rc = enter(r, level + 1, number);
        }
    }
    if (rc == CRM_OK) rc = search(r, &r->way[r->depth - 1], true, key, &r->way[r->depth - 1].at);
    if (rc < 0) r->depth = 0;
    return rc;
}

/* Down from a level on: to the first entries, or to the last ones. */
static int descend_side(crmi_lmdb_reading *r, uint32_t level, bool last) {
    uint64_t number;
    int rc = CRM_OK;
    for (;; level++) {
        if (last) r->way[level].at = r->way[level].nodes - 1;
        if (level + 1 == r->depth) return CRM_OK;
        rc = child(r, &r->way[level], &number);
        if (rc == CRM_OK) rc = enter(r, level + 1, number);
        if (rc != CRM_OK) return rc;
    }
}

/* To the leaf beside. */
static int step_leaf(crmi_lmdb_reading *r, bool back) {
    uint64_t number;
    uint32_t level = r->depth - 1;
    do {
        if (level-- == 0) return CRM_E_NOTFOUND;
    } while (back ? r->way[level].at == 0 : r->way[level].at + 1 >= r->way[level].nodes);
    r->way[level].at += back ? UINT32_MAX : 1;
    int rc = child(r, &r->way[level], &number);
    if (rc == CRM_OK) rc = enter(r, level + 1, number);
    return rc == CRM_OK ? descend_side(r, level + 1, back) : rc;
}

static int ended(crmi_lmdb_reading *r, int rc) {
    if (rc < 0) r->depth = 0;
    return rc;
}

int crmi_lmdb_read_next(crmi_lmdb_reading *r) {
    crmi_lmdb_place *in = &r->way[r->depth - 1];
    if (LIKELY(in->at + 1 < in->nodes)) {
        in->at++;
        return CRM_OK;
    }
    return ended(r, step_leaf(r, false));
}

int crmi_lmdb_read_previous(crmi_lmdb_reading *r) {
    crmi_lmdb_place *in = &r->way[r->depth - 1];
    if (LIKELY(in->at > 0)) {
        in->at--;
        return CRM_OK;
    }
    return ended(r, step_leaf(r, true));
}

int crmi_lmdb_read_from(crmi_lmdb_reading *r, uint32_t table, crmi_slice key) {
    int rc = key.size ? descend(r, table, key) : start(r, table);
    if (rc < 0) return ended(r, rc);
    if (key.size == 0) return ended(r, descend_side(r, 0, false));
    const crmi_lmdb_place *in = &r->way[r->depth - 1];
    return in->at < in->nodes ? CRM_OK : ended(r, step_leaf(r, false));
}

int crmi_lmdb_read_below(crmi_lmdb_reading *r, uint32_t table, crmi_slice key) {
    int rc = key.size ? descend(r, table, key) : start(r, table);
    if (rc < 0) return ended(r, rc);
    return key.size ? crmi_lmdb_read_previous(r) : ended(r, descend_side(r, 0, true));
}

/* The value that lies in pages of its own. */
static int big_value(const crmi_lmdb_reading *r, const uint8_t *page, const crmi_lmdb_node *node, crmi_slice *out) {
    uint64_t first = crmi_get64(node->value), size = CRMI_PAGE_HEAD + (uint64_t)node->size, left = r->from->pages - first;
    if (first < 2 || first >= r->from->pages || (size + r->from->page_size - 1) / r->from->page_size > left)
        return bad_node(r, page, "a value lies outside of the store");
    const uint8_t *head = r->from->map + first * r->from->page_size;
    if (crmi_get64(head) != first || crmi_get16(head + CRMI_PAGE_KIND) != CRMI_PAGE_OVERFLOW)
        return damaged(first, "it is no overflow page");
    *out = (crmi_slice){head + CRMI_PAGE_HEAD, node->size};
    return CRM_OK;
}

int crmi_lmdb_read_here(const crmi_lmdb_reading *r, crmi_slice *key, crmi_slice *value) {
    crmi_lmdb_node node;
    const crmi_lmdb_place *in = &r->way[r->depth - 1];
    const char *fault = crmi_page_node(in->page, r->from->page_size, in->at, true, &node);
    if (!fault && node.flags & ~CRMI_NODE_BIG) fault = "an entry is of the wrong kind";
    if (fault) return bad_node(r, in->page, fault);
    *key = node.key;
    if (value && node.flags & CRMI_NODE_BIG) return big_value(r, in->page, &node, value);
    if (value) *value = (crmi_slice){node.value, node.size};
    return CRM_OK;
}

int crmi_lmdb_read_key(crmi_lmdb_reading *r, uint32_t table, crmi_slice key, crmi_slice *value) {
    crmi_slice found;
    int rc = descend(r, table, key);
    if (rc < 0) return rc;
    return rc == CRM_ROW ? crmi_lmdb_read_here(r, &found, value) : CRM_E_NOTFOUND;
}
