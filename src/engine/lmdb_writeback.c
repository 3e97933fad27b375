/* SPDX-License-Identifier: MIT */
/* LMDB gives all pages of a commit to the system, then waits for the disk. Where they are many, a thread has the disk begin while the rest
 * is given: that changes nothing of when a commit is done, or of what a lost power leaves. sync_file_range(2) that does not wait tells of
 * no failure of the disk, so the wait at the commit's end still does. */
#include "base/thread.h"
#include "engine/lmdb_types.h"
#include <fcntl.h>
#include <time.h>

#define MANY 65536 /* entries that were put in the order of their keys */

static void *push(void *data) {
    static const struct timespec pause = {0, 5000000};
    crmi_lmdb_writeback *back = data;
    while (!atomic_load(&back->over)) {
        nanosleep(&pause, NULL);
        (void)sync_file_range(back->fd, 0, 0, SYNC_FILE_RANGE_WRITE);
    }
    return NULL;
}

void crmi_lmdb_writeback_begin(const crmi_lmdb_txn *txn, crmi_lmdb_writeback *out) {
    out->begun = false;
    atomic_init(&out->over, false);
    if (txn->sorted < MANY || mdb_env_get_fd(txn->engine->env, &out->fd) != MDB_SUCCESS) return;
    out->begun = crmi_thread_begin(&out->thread, push, out);
}

void crmi_lmdb_writeback_end(crmi_lmdb_writeback *back) {
    atomic_store(&back->over, true);
    if (back->begun) pthread_join(back->thread, NULL);
}
