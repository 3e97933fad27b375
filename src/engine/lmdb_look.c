/* SPDX-License-Identifier: MIT */
/* The walk over the pages of the commit that a read transaction keeps, beside whoever writes. */
#include "base/error.h"
#include "engine/lmdb_types.h"
#include "engine/lmdb_walk.h"

/* The commit's meta page, as long as no second commit since has written over it: CRM_E_CONFLICT then. */
static int find_meta(const crmi_lmdb_txn *txn, int fd, crmi_lmdb_meta *out) {
    uint64_t commit = mdb_txn_id(txn->txn);
    int rc = crmi_lmdb_meta_read(fd, (int)(commit & 1), out);
    if (rc == CRM_OK && out->txn != commit) rc = crmi_error_set(CRM_E_CONFLICT, 0, "later commits have taken the place of the snapshot's");
    return rc;
}

int crmi_lmdb_look(crmi_etxn *base) {
    const crmi_lmdb_txn *txn = (const crmi_lmdb_txn *)base;
    crmi_lmdb_meta meta;
    int fd;
    if (txn->forks != crmi_registry_forks) return crmi_lmdb_forked();
    if (txn->write) return crmi_error_set(CRM_E_INVALID, 0, "a writer's pages are not all in the file yet");
    if (mdb_env_get_fd(txn->engine->env, &fd) != MDB_SUCCESS) return crmi_error_set(CRM_E_IO, 0, "the store's file is not open");
    int rc = find_meta(txn, fd, &meta);
    if (rc == CRM_OK) rc = crmi_lmdb_walk(fd, &meta, true);
    if (rc != CRM_E_CORRUPT) return rc;
    const crmi_error reason = *crmi_error_last();
    rc = find_meta(txn, fd, &meta); /* it may have been half written over when it was read */
    if (rc == CRM_OK) crmi_error_restore(&reason);
    return rc == CRM_OK ? CRM_E_CORRUPT : rc;
}
