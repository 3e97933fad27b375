/* SPDX-License-Identifier: MIT */
/* A store on a volume that is mounted read-only: it can be read, by CRM_DB_READ_ONLY, and nothing is made there. */
#include "support/store.h"
#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <libcrm/maintain.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

TestSuite(media, .init = test_begin, .fini = test_end);

static const char *at; /* where the store is mounted read-only */

/* The folder of the test over itself, read-only; false, loudly, where that may not be done. It ends with this process. */
static bool mount_read_only(void) {
    at = test_folder;
    if (unshare(CLONE_NEWNS) == 0 && mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 && mount(at, at, NULL, MS_BIND, NULL) == 0 &&
        mount(NULL, at, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL) == 0)
        return true;
    fprintf(stderr, "skipped: nothing can be mounted read-only here (%s)\n", strerror(errno));
    return false;
}

static crm_id fill(void) {
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    crm_id party = test_party(txn, "Muster");
    test_role(txn, party, CRM_ROLE_CUSTOMER, "1");
    for (int i = 0; i < 300; i++) test_child(txn, CRM_KIND_ADDRESS, party, CRM_ADDRESS_TOWN, "Ulm");
    test_commit(txn);
    crm_db_close(db);
    return party;
}

static int open_with(uint32_t flags, crm_db **out) {
    crm_db_options options = test_options();
    options.flags = flags;
    return crm_db_open(at, &options, out);
}

static int files(void) {
    int count = 0;
    DIR *folder = opendir(at);
    while (folder && readdir(folder)) count++;
    closedir(folder);
    return count;
}

static void read_all(crm_id party, const char *expected) {
    crm_db *db;
    crm_file *file;
    crm_damages *damages;
    cr_assert_eq(open_with(CRM_DB_READ_ONLY, &db), CRM_OK, "%s", crm_error_text());
    char *all = test_dump(db), *aside = test_folder_new();
    cr_expect_str_eq(all, expected);
    free(all);
    crm_txn *txn = test_read(db), *other;
    cr_assert_eq(crm_file_get(txn, party, &file), CRM_OK, "%s", crm_error_text());
    cr_expect_eq(crm_file_count(file), 302);
    crm_file_free(file);
    cr_expect_eq(crm_txn_begin(db, CRM_TXN_WRITE, CRM_ACTOR_SYSTEM, &other), CRM_E_READ_ONLY);
    crm_txn_free(txn);
    cr_assert_eq(crm_verify(db, 0, 10, NULL, NULL, &damages), CRM_OK, "%s", crm_error_text());
    cr_expect_eq(crm_damages_count(damages), 0);
    crm_damages_free(damages);
    cr_expect_eq(crm_db_backup(db, aside), CRM_OK, "%s", crm_error_text());
    test_folder_remove(aside);
    free(aside);
    crm_db_close(db);
}

static void refused(uint32_t flags) {
    crm_db *db;
    cr_expect_eq(open_with(flags, &db), CRM_E_IO, "flags %u", flags);
    cr_expect_not_null(strstr(crm_error_text(), "for reading only"), "%s", crm_error_text());
}

Test(media, read_only_volume) {
    crm_id party = fill();
    crm_db *db = test_open();
    char *expected = test_dump(db), path[4200];
    crm_db_close(db);
    if (!mount_read_only()) return;
    for (int bare = 0; bare < 2; bare++) { /* with the lock files that were there, and without any */
        int before = files();
        read_all(party, expected);
        read_all(party, expected);
        refused(0);
        refused(CRM_DB_CREATE);
        cr_expect_eq(files(), before, "something was made");
        if (bare) break;
        cr_assert_eq(umount(at), 0, "a file is still open: %s", strerror(errno));
        static const char *const locks[] = {"lock.mdb", "crm.lock"};
        for (int i = 0; i < 2; i++) {
            snprintf(path, sizeof path, "%s/%s", at, locks[i]);
            cr_assert_eq(unlink(path), 0);
        }
        cr_assert(mount_read_only());
    }
    cr_assert_eq(umount(at), 0, "a file is still open: %s", strerror(errno));
    free(expected);
}

/* Who writes through another mount of the volume would write over what is read. */
Test(media, open_elsewhere) {
    fill();
    crm_db *db = test_open();
    pid_t child = fork();
    if (child == 0) {
        crm_db *other;
        if (!mount_read_only()) _exit(0);
        int rc = open_with(CRM_DB_READ_ONLY, &other);
        _exit(rc == CRM_E_BUSY && strstr(crm_error_text(), "elsewhere") ? 0 : 1);
    }
    int status;
    cr_assert(child > 0 && waitpid(child, &status, 0) == child);
    cr_expect_eq(status, 0);
    crm_db_close(db);
}
