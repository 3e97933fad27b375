/* SPDX-License-Identifier: MIT */
/* The volume fills up: before a store is made or opened, in the middle of a transaction, of a copy. Where the program may mount, on a real
 * file system of 8 MiB in memory, in a namespace of its own; each failure is CRM_E_FULL, nothing ends by a signal, what was stored stays,
 * records can be deleted without any room, and with room again all goes on. */
#include "stress/history.h"
#include "stress/operations.h"
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FULL, DELETED };

static char volume[STRESS_PATH], store[STRESS_PATH + 8], filler[STRESS_PATH + 8];

static bool mount_volume(void) {
    char map[64];
    uid_t uid = getuid();
    if (unshare(CLONE_NEWNS | (uid ? CLONE_NEWUSER : 0)) != 0) return false;
    int fd = uid ? open("/proc/self/uid_map", O_WRONLY | O_CLOEXEC) : -1;
    if (fd >= 0) {
        int size = snprintf(map, sizeof map, "0 %u 1", (unsigned)uid);
        if (write(fd, map, (size_t)size) != size) return false;
        close(fd);
    }
    (void)mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
    return mkdir(volume, 0700) == 0 && mount("tmpfs", volume, "tmpfs", 0, "size=8m") == 0;
}

static void fill_up(void) {
    static char bytes[65536];
    int fd = open(filler, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    stress_need(fd >= 0, filler);
    for (size_t size = sizeof bytes; size >= 512;)
        if (write(fd, bytes, size) <= 0) size /= 2;
    close(fd);
}

/* Room that can be made again. */
static void hold_room(int megabytes) {
    static char bytes[1 << 20];
    int fd = open(filler, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    for (int i = 0; i < megabytes; i++) stress_need(fd >= 0 && write(fd, bytes, sizeof bytes) == (ssize_t)sizeof bytes, filler);
    close(fd);
}

static int add_large(crm_txn *txn, void *data) {
    int rc = CRM_OK;
    for (int i = 0; rc == CRM_OK && i < 40; i++) {
        char name[40], number[40];
        snprintf(name, sizeof name, "F %d %d", *(int *)data, i);
        snprintf(number, sizeof number, "F%d.%d", *(int *)data, i);
        rc = stress_add_party(txn, name, number);
    }
    return rc == CRM_OK ? CRM_COMMIT : rc;
}

static int remove_one(crm_txn *txn, void *data) {
    crm_id id;
    char number[40];
    snprintf(number, sizeof number, "F%d.%d", *(int *)data / 40, *(int *)data % 40);
    int rc = stress_customer(txn, number, &id);
    if (rc == CRM_OK) rc = crm_record_delete(txn, id, 0);
    return rc == CRM_OK ? CRM_COMMIT : rc;
}

static void expect_full(int rc, const char *what) {
    CHECK(rc == CRM_E_FULL && stress_clean_error(rc), "%s: %d %s", what, rc, crm_error_text());
    stress_count[FULL]++;
}

static void make_and_open(void) {
    crm_db *db = NULL;
    fill_up();
    expect_full(stress_open(store, CRM_DB_CREATE, &db), "making a store");
    stress_need(unlink(filler) == 0, filler);
    stress_need(stress_open(store, CRM_DB_CREATE, &db) == CRM_OK, "a store, with room");
    crm_db_close(db);
    fill_up();
    int rc = stress_open(store, 0, &db); /* what it needs is there already, or it says so */
    if (rc == CRM_OK) {
        CHECK(stress_state(db) != 0, "reading: %s", crm_error_text());
        crm_db_close(db);
    } else
        expect_full(rc, "opening a store");
    stress_need(unlink(filler) == 0, filler);
}

static void write_until_full(void) {
    crm_db *db;
    int batch = 0, rc;
    hold_room(1);
    stress_need(stress_open(store, 0, &db) == CRM_OK, "open");
    while ((rc = crm_transact(db, CRM_ACTOR_SYSTEM, add_large, &batch)) == CRM_OK) batch++;
    expect_full(rc, "a transaction");
    CHECK(batch > 1, "full after %d transactions", batch);
    uint64_t state = stress_state(db);
    CHECK(state != 0, "reading: %s", crm_error_text());
    crm_db_close(db);
    stress_need(stress_open(store, 0, &db) == CRM_OK, "open a full store");
    CHECK(stress_state(db) == state, "another store after opening it again");
    fill_up();
    for (int first = 0; first < batch; first++) { /* what is deleted makes room for more, until the volume is full again */
        for (int i = 40 * first; i < 40 * first + 40; i++) {
            rc = crm_transact(db, CRM_ACTOR_SYSTEM, remove_one, &i);
            CHECK(rc == CRM_OK, "delete %d: %d %s", i, rc, crm_error_text());
            stress_count[DELETED] += rc == CRM_OK;
        }
        for (int more = 1000 + first; (rc = crm_transact(db, CRM_ACTOR_SYSTEM, add_large, &more)) == CRM_OK;) more += 1000;
        expect_full(rc, "more than was deleted");
    }
    crm_db_close(db);
    stress_need(unlink(filler) == 0, filler);
    stress_need(stress_open(store, 0, &db) == CRM_OK, "open with room");
    rc = crm_transact(db, CRM_ACTOR_SYSTEM, add_large, &batch);
    CHECK(rc == CRM_OK, "with room again: %d %s", rc, crm_error_text());
    crm_db_close(db);
}

static void export_when_full(void) {
    char path[STRESS_PATH + 32];
    crm_db *db;
    crm_txn *txn;
    fill_up();
    snprintf(path, sizeof path, "%s/dump.jsonl", volume);
    stress_need(stress_open(store, 0, &db) == CRM_OK && crm_txn_begin(db, 0, CRM_ACTOR_SYSTEM, &txn) == CRM_OK, "a snapshot");
    int rc = crm_export_dump(txn, path);
    CHECK(rc == CRM_E_FULL || rc == CRM_E_IO, "an export: %d %s", rc, crm_error_text());
    CHECK(access(path, F_OK) != 0, "a half export is left");
    crm_txn_free(txn);
    crm_db_close(db);
    stress_need(unlink(filler) == 0, filler);
}

static int add_row(crm_sync *sync, int row) {
    char number[12], name[24];
    const char *cells[] = {number, name};
    snprintf(number, sizeof number, "%d", row);
    snprintf(name, sizeof name, "Firma %llu", (unsigned long long)stress_draw(1 << 30));
    return crm_sync_add_row(sync, 0, cells, NULL, 2);
}

static crm_sync *begin_load(crm_db *db) {
    crm_sync *sync;
    stress_need(crm_sync_new("test", CRM_ROWS_FLAT, &sync) == CRM_OK && crm_sync_add_column(sync, "role.number", CRM_NTS) == CRM_OK &&
                    crm_sync_add_column(sync, "party.name", CRM_NTS) == CRM_OK &&
                    crm_sync_job(sync, db, CRM_ACTOR_SYSTEM, "all", 200) == CRM_OK,
                "a job");
    return sync;
}

/* Who was told that the first load does not go on, or that its index is missing, makes room; then both are there. */
static void first_load_until_full(void) {
    crm_db *db;
    crm_txn *txn;
    int row = 1, rc;
    stress_drop(store);
    hold_room(5);
    stress_need(stress_open(store, CRM_DB_CREATE, &db) == CRM_OK, "a store");
    crm_sync *sync = begin_load(db);
    while ((rc = add_row(sync, row)) == CRM_OK && row < 100000) row++;
    expect_full(rc, "a first load");
    rc = crm_txn_begin(db, 0, CRM_ACTOR_SYSTEM, &txn);
    if (rc == CRM_OK)
        crm_txn_free(txn);
    else
        expect_full(rc, "a snapshot behind it");
    stress_need(unlink(filler) == 0, filler);
    for (int more = 0; more < 201; more++) {
        rc = add_row(sync, row++);
        if (!CHECK(rc == CRM_OK, "a row, with room: %d %s", rc, crm_error_text())) break;
    }
    rc = crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM);
    CHECK(rc == CRM_OK, "the end of the load, with room: %d %s", rc, crm_error_text());
    CHECK(crm_sync_count(sync, CRM_SYNC_CREATED) == (uint64_t)row - 1, "%llu of %d rows",
          (unsigned long long)crm_sync_count(sync, CRM_SYNC_CREATED), row - 1);
    crm_sync_free(sync);
    crm_db_close(db);
    CHECK(stress_names(store) != 0, "the store is damaged");
    stress_drop(store);
}

int main(int argc, char **argv) {
    uint64_t round;
    stress_begin(argc, argv, "full_disk", 3, 100);
    stress_place("volume", volume);
    snprintf(store, sizeof store, "%s/store", volume);
    snprintf(filler, sizeof filler, "%s/filler", volume);
    if (!mount_volume()) {
        printf("skipped: full_disk may not mount a volume: %s\n", strerror(errno));
        return stress_end();
    }
    while (stress_round(&round)) {
        stress_drop(store);
        make_and_open();
        write_until_full();
        export_when_full();
        first_load_until_full();
    }
    (void)umount2(volume, MNT_DETACH);
    printf("full_disk: %llu rounds: %llu calls told of the full volume, %llu records deleted on it\n", (unsigned long long)round,
           (unsigned long long)stress_count[FULL], (unsigned long long)stress_count[DELETED]);
    return stress_end();
}
