/* SPDX-License-Identifier: MIT */
/* Where the tables of the commit are that a transaction keeps, or goes out from: in LMDB's map, whose place it tells nobody. */
#include "engine/lmdb_types.h"
#include "engine/lmdb_walk.h"
#include <sys/stat.h>

enum { PAGE_SIZE_MAX = 32768 };

static bool is_key(const crmi_lmdb_node *node, const char *name) {
    return node->key.size == strlen(name) && memcmp(node->key.data, name, node->key.size) == 0;
}

/* The entry of a table in the page that has those of all. */
static bool find_table(const uint8_t *page, uint64_t number, uint32_t page_size, int table, crmi_lmdb_node *out) {
    if (crmi_page_fault(page, number, true, page_size)) return false;
    for (uint32_t i = 0; i < crmi_page_nodes(page); i++)
        if (!crmi_page_node(page, page_size, i, true, out) && is_key(out, crmi_lmdb_table_names[table]) && out->flags == CRMI_NODE_TREE)
            return out->size == CRMI_TREE_SIZE;
    return false;
}

/* LMDB tells where a value lies in its map, and the file in which place of which page that is. */
static bool find_map(crmi_lmdb_snapshot *s, MDB_txn *txn, uint64_t commit, int fd) {
    uint8_t page[PAGE_SIZE_MAX];
    crmi_lmdb_meta meta;
    crmi_lmdb_node node;
    MDB_dbi all;
    MDB_val key = {strlen(crmi_lmdb_table_names[0]), (void *)(uintptr_t)crmi_lmdb_table_names[0]}, value;
    if (crmi_lmdb_meta_read(fd, (int)(commit & 1), &meta) != CRM_OK || meta.txn != commit) return false;
    uint64_t at = meta.main.root * meta.page_size;
    if (crmi_lmdb_read_at(fd, at, page, meta.page_size) != CRM_OK || !find_table(page, meta.main.root, meta.page_size, 0, &node))
        return false;
    if (mdb_dbi_open(txn, NULL, 0, &all) != MDB_SUCCESS || mdb_get(txn, all, &key, &value) != MDB_SUCCESS) return false;
    s->map = (const uint8_t *)value.mv_data - (at + (uint64_t)(node.value - page));
    s->page_size = meta.page_size;
    return true;
}

static bool find_tables(crmi_lmdb_snapshot *s, const crmi_lmdb_meta *meta) {
    const uint8_t *page = s->map + meta->main.root * s->page_size;
    crmi_lmdb_node node;
    if (meta->main.depth != 1 || meta->main.root < 2 || meta->main.root >= s->pages) return false;
    for (int i = 0; i < CRMI_TABLES; i++) {
        if (!find_table(page, meta->main.root, s->page_size, i, &node)) return false;
        crmi_lmdb_tree tree = crmi_lmdb_tree_at(node.value);
        if (tree.root == CRMI_NO_PAGE) tree.depth = 0;
        if (tree.depth > CRMI_TREE_DEPTH_MAX || (tree.root != CRMI_NO_PAGE && tree.depth == 0)) return false;
        s->tables[i].root = tree.root;
        s->tables[i].depth = tree.depth;
    }
    return true;
}

/* No page behind the end of the file may be touched. */
static bool find_end(crmi_lmdb_snapshot *s, int fd, uint64_t last_page) {
    struct stat info;
    if (last_page >= s->file_pages) {
        if (fstat(fd, &info) != 0) return false;
        s->file_pages = (uint64_t)info.st_size / s->page_size;
    }
    s->pages = last_page < s->file_pages ? last_page + 1 : s->file_pages;
    return true;
}

bool crmi_lmdb_snapshot_load(crmi_lmdb_snapshot *s, MDB_txn *txn, uint64_t commit, uint32_t maps) {
    int fd;
    if (s->map && s->maps == maps && s->commit == commit) return true;
    s->commit = 0;
    if (mdb_env_get_fd(mdb_txn_env(txn), &fd) != MDB_SUCCESS) return false;
    if ((!s->map || s->maps != maps) && !find_map(s, txn, commit, fd)) return false;
    s->maps = maps;
    crmi_lmdb_meta meta = crmi_lmdb_meta_at(s->map + (commit & 1) * s->page_size);
    if (meta.txn != commit || !find_end(s, fd, meta.last_page) || !find_tables(s, &meta)) return false;
    s->commit = commit;
    return true;
}
