/* SPDX-License-Identifier: MIT */
/* What LMDB itself says and does, without libcrm: two lookups by the keys that libcrm makes, and the pages of a store's file. */
#include "bench.h"
#include "index/index.h"
#include "store/id.h"
#include <libcrm/crm.h>
#include <lmdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static void raw_check(int rc, const char *what) {
    if (rc) bench_fail(what, mdb_strerror(rc));
}

static uint64_t raw_lookup(MDB_txn *txn, MDB_dbi index, MDB_dbi file, const char *number) {
    crmi_key key;
    uint8_t id[8];
    uint32_t root, local;
    MDB_val k, v;
    crmi_index_unique_key(crmi_schema_field(CRM_ROLE_NUMBER), CRM_ROLE_CUSTOMER, strlen(CRM_ROLE_CUSTOMER), number, strlen(number), &key);
    k = (MDB_val){key.size, key.bytes};
    raw_check(mdb_get(txn, index, &k, &v), "raw index");
    const uint8_t *at = v.mv_data;
    if (crmi_key_read_target(&at, at + v.mv_size, &root, &local) < 0) bench_fail("raw", "no target");
    crmi_key_put64(id, crmi_id_pack(root, CRM_KIND_PARTY, 0));
    k = (MDB_val){8, id};
    raw_check(mdb_get(txn, file, &k, &v), "raw record");
    return v.mv_size;
}

static MDB_env *raw_open(const char *folder, MDB_txn **txn) {
    MDB_env *env;
    raw_check(mdb_env_create(&env), "raw env");
    raw_check(mdb_env_set_maxdbs(env, 8), "raw env");
    raw_check(mdb_env_set_mapsize(env, (size_t)64 << 30), "raw env");
    raw_check(mdb_env_open(env, folder, MDB_RDONLY | MDB_NOTLS, 0600), "raw open");
    raw_check(mdb_txn_begin(env, NULL, MDB_RDONLY, txn), "raw begin");
    return env;
}

static void raw_close(MDB_env *env, MDB_txn *txn) {
    mdb_txn_abort(txn);
    mdb_env_close(env);
}

/* --- lookups --- */

typedef struct lookups {
    const char *folder, *const *numbers;
    size_t count;
} lookups;

static void look_up(void *data, outcome *out) {
    const lookups *all = data;
    MDB_txn *txn;
    MDB_dbi index, file;
    volatile uint64_t total = 0;
    MDB_env *env = raw_open(all->folder, &txn);
    raw_check(mdb_dbi_open(txn, "index", 0, &index), "raw table");
    raw_check(mdb_dbi_open(txn, "file", 0, &file), "raw table");
    for (size_t i = 0; i < all->count; i++) total += raw_lookup(txn, index, file, all->numbers[i]); /* the new process maps the pages */
    bench_step_begin(out, 0);
    for (size_t i = 0; i < all->count; i++) total += raw_lookup(txn, index, file, all->numbers[i]);
    bench_step_end(out, 0);
    raw_close(env, txn);
}

/* In a process of its own: the same file opened twice in one process would take this one's locks away. */
double bench_raw_get(const char *folder, const char *const *numbers, size_t count) {
    lookups all = {folder, numbers, count};
    return bench_run(look_up, &all, "raw").cpu[0] * 1e9 / (double)count;
}

/* --- pages --- */

static double pages_of(MDB_txn *txn, MDB_dbi table) {
    MDB_stat stat;
    raw_check(mdb_stat(txn, table, &stat), "raw stat");
    return (double)(stat.ms_branch_pages + stat.ms_leaf_pages + stat.ms_overflow_pages) * stat.ms_psize;
}

/* The list of free pages is a tree of its own: each value begins with how many pages it names. */
static double free_pages(MDB_txn *txn) {
    MDB_cursor *cursor;
    MDB_val k, v;
    size_t count, total = 0;
    raw_check(mdb_cursor_open(txn, 0, &cursor), "raw free");
    while (mdb_cursor_get(cursor, &k, &v, MDB_NEXT) == MDB_SUCCESS) {
        memcpy(&count, v.mv_data, sizeof count);
        total += count;
    }
    mdb_cursor_close(cursor);
    return (double)total;
}

file_size bench_crm_size(const char *folder) {
    static const char *const tables[] = {"file", "index", "undo", "changes"};
    char path[600];
    struct stat file;
    MDB_envinfo all;
    MDB_stat main_table;
    MDB_txn *txn;
    MDB_dbi table;
    snprintf(path, sizeof path, "%s/data.mdb", folder);
    if (stat(path, &file) != 0) bench_fail("size", path);
    file_size out = {.file = (double)file.st_size};
    MDB_env *env = raw_open(folder, &txn);
    raw_check(mdb_env_info(env, &all), "raw info");
    raw_check(mdb_env_stat(env, &main_table), "raw stat");
    out.free = free_pages(txn) * main_table.ms_psize;
    out.used = (double)(all.me_last_pgno + 1) * main_table.ms_psize - out.free;
    for (int i = 0; i < 4; i++) {
        int rc = mdb_dbi_open(txn, tables[i], 0, &table);
        if (rc != MDB_NOTFOUND) raw_check(rc, "raw table");
        out.table[i] = rc == MDB_SUCCESS ? pages_of(txn, table) : 0;
    }
    raw_close(env, txn);
    return out;
}

void bench_size(const char *what, const file_size *crm, const file_size *sqlite) {
    const double mb = 1e-6;
    printf("BENCH size_%s libcrm=%.1fMB sqlite=%.1fMB ratio=%.2f\n", what, crm->file * mb, sqlite->file * mb, crm->file / sqlite->file);
    printf("SIZE %s libcrm used=%.1fMB free=%.1fMB file=%.1fMB index=%.1fMB undo=%.1fMB changes=%.1fMB sqlite used=%.1fMB free=%.1fMB\n",
           what, crm->used * mb, crm->free * mb, crm->table[0] * mb, crm->table[1] * mb, crm->table[2] * mb, crm->table[3] * mb,
           sqlite->used * mb, sqlite->free * mb);
    fflush(stdout);
}
