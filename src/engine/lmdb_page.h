/* SPDX-License-Identifier: MIT */
/* The layout of pages of LMDB 0.9, for those who read them without it; and which of them are not what they must be. */
#ifndef CRMI_ENGINE_LMDB_PAGE_H
#define CRMI_ENGINE_LMDB_PAGE_H
#include "engine/order.h"

/* A page: number 8, pad 2, kind 2, end of the list of nodes 2, begin of the nodes 2 (of a run of overflow pages: its length 4), then the
 * place of each node, 2. A node: low half 2, high half 2, flags 2, size of the key 2, key; of a leaf the halves are the value's size, of a
 * branch they and the flags are the child's page. */
enum { CRMI_PAGE_HEAD = 16, CRMI_PAGE_KIND = 10, CRMI_PAGE_LOWER = 12, CRMI_PAGE_UPPER = 14 };
enum { CRMI_PAGE_BRANCH = 1, CRMI_PAGE_LEAF = 2, CRMI_PAGE_OVERFLOW = 4, CRMI_PAGE_META = 8 };
enum { CRMI_NODE_HEAD = 8, CRMI_NODE_BIG = 1, CRMI_NODE_TREE = 2 };
enum { CRMI_TREE_SIZE = 48, CRMI_TREE_DEPTH_MAX = 32, CRMI_LMDB_KEY_MAX = 511 };
#define CRMI_NO_PAGE UINT64_MAX

/* page size 4, flags 2, depth 2, branches 8, leaves 8, overflow pages 8, entries 8, root 8 */
typedef struct crmi_lmdb_tree {
    uint16_t flags, depth;
    uint64_t branches, leaves, overflows, entries, root;
} crmi_lmdb_tree;

typedef struct crmi_lmdb_node {
    crmi_slice key;
    const uint8_t *value; /* of a leaf; where it is big, the number of its first page */
    uint64_t child;       /* of a branch */
    uint32_t size;        /* of a leaf's value */
    uint16_t flags;
} crmi_lmdb_node;

static inline uint16_t crmi_get16(const uint8_t *at) {
    uint16_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

static inline uint32_t crmi_get32(const uint8_t *at) {
    uint32_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

static inline uint64_t crmi_get64(const uint8_t *at) {
    uint64_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

static inline uint32_t crmi_page_nodes(const uint8_t *page) { return (uint32_t)(crmi_get16(page + CRMI_PAGE_LOWER) - CRMI_PAGE_HEAD) / 2; }

/* What is wrong with a page's head, or NULL. */
static inline const char *crmi_page_fault(const uint8_t *page, uint64_t number, bool leaf, uint32_t page_size) {
    uint32_t lower = crmi_get16(page + CRMI_PAGE_LOWER), upper = crmi_get16(page + CRMI_PAGE_UPPER);
    if (crmi_get64(page) != number) return "it has the number of another one";
    if (crmi_get16(page + CRMI_PAGE_KIND) != (leaf ? CRMI_PAGE_LEAF : CRMI_PAGE_BRANCH)) return "it is of the wrong kind";
    if (lower < CRMI_PAGE_HEAD || lower % 2 || lower > upper || upper > page_size) return "its bounds are wrong";
    return lower >= (leaf ? CRMI_PAGE_HEAD + 2 : CRMI_PAGE_HEAD + 4) ? NULL : "it has too few entries";
}

/* The node at a position of a page whose head is sound. What is wrong with it, or NULL. */
static inline const char *crmi_page_node(const uint8_t *page, uint32_t page_size, uint32_t at, bool leaf, crmi_lmdb_node *out) {
    uint32_t place = crmi_get16(page + CRMI_PAGE_HEAD + 2 * at);
    if (place < crmi_get16(page + CRMI_PAGE_UPPER) || place % 2 || place + CRMI_NODE_HEAD > page_size) return "an entry lies outside";
    const uint8_t *node = page + place;
    uint32_t first = crmi_get16(node), second = crmi_get16(node + 2); /* the halves are in the machine's order */
    uint32_t halves = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? first | second << 16 : second | first << 16;
    out->flags = crmi_get16(node + 4);
    out->key = (crmi_slice){node + CRMI_NODE_HEAD, crmi_get16(node + 6)};
    out->value = node + CRMI_NODE_HEAD + out->key.size;
    out->size = halves;
    out->child = halves | (uint64_t)out->flags << 32;
    if (out->key.size > CRMI_LMDB_KEY_MAX || out->value > page + page_size) return "a key lies outside";
    uint64_t held = !leaf ? 0 : out->flags & CRMI_NODE_BIG ? sizeof(uint64_t) : out->size;
    return held <= (uint64_t)(page + page_size - out->value) ? NULL : "a value lies outside";
}

crmi_lmdb_tree crmi_lmdb_tree_at(const uint8_t *bytes);
/* Bytes of a file. CRM_ROW where it ends before; CRM_E_IO. */
int crmi_lmdb_read_at(int fd, uint64_t at, void *out, size_t size);
#endif
