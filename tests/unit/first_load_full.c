/* SPDX-License-Identifier: MIT */
/* The volume gets full in a first load, at each write of LMDB in turn: the job is told, others are too, nothing asks for the store to be
 * closed, and with room again it goes on, whatever comes first: the call made again, the job made anew, another transaction, the closing.
 */
#include "support/loading.h"
#include <errno.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

TestSuite(first_load_full, .init = test_begin, .fini = test_end);

static long left = -1; /* writes of pages until there is no room; 0: there is none; below 0: there is */

static bool is_full(void) {
    if (left > 0) left--;
    if (left == 0) errno = ENOSPC;
    return left == 0;
}

/* LMDB's library is to find them. */
#pragma GCC visibility push(default)
ssize_t pwrite(int fd, const void *bytes, size_t size, off_t offset) {
    return size >= 4096 && is_full() ? -1 : syscall(SYS_pwrite64, fd, bytes, size, offset);
}
ssize_t pwrite64(int fd, const void *bytes, size_t size, off_t offset) { return pwrite(fd, bytes, size, offset); }
ssize_t writev(int fd, const struct iovec *parts, int count) { return is_full() ? -1 : syscall(SYS_writev, fd, parts, count); }
#pragma GCC visibility pop

enum { ROWS = 3 * BATCH - 5 };
enum way { AGAIN, ANEW, ANOTHER, CLOSED, WAYS };

static void expect_full(int rc, const char *when, long writes) {
    cr_assert(rc == CRM_E_FULL && crm_error_status() == rc && *crm_error_text(), "%s, full after %ld writes: %d %s", when, writes, rc,
              crm_error_text());
}

/* Whether somebody else is told, where the records are there and the index is not. */
static bool begin_another(crm_db *db, long writes) {
    crm_txn *txn;
    int rc = crm_txn_begin(db, 0, CRM_ACTOR_SYSTEM, &txn);
    if (rc == CRM_OK)
        crm_txn_free(txn);
    else
        expect_full(rc, "a snapshot", writes);
    return rc == CRM_OK;
}

/* The end of a job that was told of the full volume, with room again. */
static int go_on(crm_db *db, crm_sync *sync, enum way way, bool applying) {
    if (way == AGAIN && applying) {
        int rc = crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM);
        cr_expect_eq(crm_sync_count(sync, CRM_SYNC_UNCHANGED), 0, "the last batch is counted twice");
        crm_sync_free(sync);
        return rc;
    }
    if (way == ANOTHER) crm_txn_free(test_read(db));
    crm_sync_free(sync);
    return load(db, ROWS, BATCH);
}

/* False: there were fewer writes. unpublished: how often the index alone was missing. */
static bool fill_up(long writes, enum way way, int *unpublished) {
    crm_db *db = test_open();
    put_before(db);
    crm_sync *sync = rows(db, BATCH);
    left = writes;
    int rc = add(sync, 0, ROWS);
    bool applying = rc == CRM_OK;
    if (applying) rc = crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM);
    if (left != 0) {
        cr_expect_eq(rc, CRM_OK, "%s", crm_error_text());
        crm_sync_free(sync);
        crm_db_close(db);
        left = -1;
        return false;
    }
    expect_full(rc, applying ? "apply" : "a row", writes);
    *unpublished += !begin_another(db, writes);
    if (applying) expect_full(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), "apply again", writes);
    left = -1;
    if (way == CLOSED) {
        crm_db_close(db);
        crm_db_options reading = test_options();
        reading.flags = CRM_DB_READ_ONLY;
        cr_assert_eq(crm_db_open(test_folder, &reading, &db), CRM_OK, "closing publishes: %s", crm_error_text());
        crm_db_close(db);
        crm_sync_free(sync);
        db = test_open();
        sync = NULL;
    }
    cr_expect_eq(go_on(db, sync, way, applying), CRM_OK, "%ld, way %d: %s", writes, (int)way, crm_error_text());
    expect_store(db, ROWS, BATCH);
    return true;
}

Test(first_load_full, at_each_write) {
    for (int i = 0; i < 2; i++) {
        int unpublished = 0;
        bool struck = true;
        threads = i;
        for (long writes = 1; struck; writes++) {
            struck = fill_up(writes, (enum way)(writes % WAYS), &unpublished);
            test_end();
            test_begin();
        }
        cr_expect(unpublished >= WAYS, "the index alone was missing %d times", unpublished);
    }
}

/* Without room to the end, whoever opens the store next makes the index. */
Test(first_load_full, closed_without_room) {
    crm_db *db = test_open();
    put_before(db);
    crm_sync *sync = rows(db, BATCH);
    cr_assert_eq(add(sync, 0, ROWS), CRM_OK, "%s", crm_error_text());
    left = 0;
    crm_sync_free(sync);
    cr_expect_not(begin_another(db, 0));
    crm_db_close(db);
    left = -1;
    db = test_open();
    expect_store(db, 2 * BATCH, BATCH);
}
