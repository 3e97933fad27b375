/* SPDX-License-Identifier: MIT */
/* Room kept for deletions, behind the last page that is used and in free pages: on a full volume a commit, which writes copies of pages,
 * would fail, and what takes the room could not be deleted. Where there is no more room than this, transactions are stored only if they
 * leave fewer records and index entries than there were. */
#include "engine/lmdb_types.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

/* A part of what is used, within bounds: the deeper the trees, the more pages a commit copies. */
enum { RESERVE_PART = 8, RESERVE_MIN = 128 << 10, RESERVE_MAX = 512 << 10 };
enum { STEP_PART = 32, STEP_MAX = 4 << 20 }; /* at once, so that not every commit makes the file longer */

static uint64_t within(uint64_t value, uint64_t least, uint64_t most) { return value < least ? least : value > most ? most : value; }

static int extend(int fd, uint64_t from, uint64_t until) {
    int error;
    do error = fallocate(fd, 0, (off_t)from, (off_t)(until - from)) == 0 ? 0 : errno;
    while (error == EINTR);
    return error;
}

static uint64_t entries(const crmi_lmdb_txn *txn) {
    static const int counted[] = {CRMI_TABLE_FILE, CRMI_TABLE_INDEX};
    uint64_t count = 0;
    for (int i = 0; i < 2; i++) {
        MDB_stat stat;
        if (mdb_stat(txn->txn, txn->engine->tables[counted[i]], &stat) == MDB_SUCCESS) count += stat.ms_entries;
    }
    return count;
}

/* Whether the volume has no room for it. Other failures are no matter: there is no reserve then. */
static bool is_full(int error) { return error == ENOSPC || error == EDQUOT; }

/* Pages inside of the file that are free: LMDB lists them by the commits that freed them, each list with its length in front; readers
 * may read it. */
static uint64_t free_pages(MDB_env *env) {
    const MDB_dbi list = 0;
    MDB_txn *txn;
    MDB_cursor *cursor;
    MDB_val key, value;
    uint64_t count = 0;
    if (mdb_txn_begin(env, NULL, MDB_RDONLY, &txn) != MDB_SUCCESS) return 0;
    if (mdb_cursor_open(txn, list, &cursor) == MDB_SUCCESS) {
        while (mdb_cursor_get(cursor, &key, &value, MDB_NEXT) == MDB_SUCCESS)
            if (value.mv_size >= sizeof count) count += crmi_get64(value.mv_data);
        mdb_cursor_close(cursor);
    }
    mdb_txn_abort(txn);
    return count;
}

void crmi_lmdb_reserve(crmi_lmdb_txn *txn) {
    const crmi_lmdb *engine = txn->engine;
    MDB_envinfo info;
    MDB_stat stat;
    struct stat file;
    int fd;
    if (mdb_env_get_fd(engine->env, &fd) != MDB_SUCCESS || mdb_env_info(engine->env, &info) != MDB_SUCCESS ||
        mdb_env_stat(engine->env, &stat) != MDB_SUCCESS || fstat(fd, &file) != 0)
        return;
    uint64_t used = (info.me_last_pgno + 1) * (uint64_t)stat.ms_psize, size = (uint64_t)file.st_size, limit = crmi_lmdb_map_limit(engine);
    uint64_t reserve = within(used / RESERVE_PART, RESERVE_MIN, RESERVE_MAX), needed = used + reserve;
    if (size >= needed || needed > limit) return;
    int error = extend(fd, size, within(needed + within(used / STEP_PART, reserve, STEP_MAX), needed, limit));
    if (is_full(error)) error = extend(fd, size, needed);
    if (!is_full(error) || (size > used ? size - used : 0) + free_pages(engine->env) * stat.ms_psize >= reserve) return;
    txn->tight = true;
    txn->entries = entries(txn);
}

bool crmi_lmdb_has_room(const crmi_lmdb_txn *txn) { return !txn->tight || !txn->wrote || entries(txn) < txn->entries; }
