/* SPDX-License-Identifier: MIT */
/* Codes of LMDB and of the system as statuses. No code of LMDB gets past this file. */
#include "base/error.h"
#include "engine/lmdb_types.h"
#include <errno.h>

typedef struct meaning {
    int code;
    int status;
    const char *text;
} meaning;

static const meaning meanings[] = {
    {MDB_NOTFOUND, CRM_E_NOTFOUND, "no such key"},
    {MDB_KEYEXIST, CRM_E_EXISTS, "the key exists"},
    {MDB_MAP_FULL, CRM_E_FULL, "the store has reached its size limit"},
    {ENOSPC, CRM_E_FULL, "the volume is full"},
    {EDQUOT, CRM_E_FULL, "the volume's quota is used up"},
    {EFBIG, CRM_E_FULL, "the process's file size limit is reached"},
    {MDB_TXN_FULL, CRM_E_TOO_BIG, "the transaction changes too much"},
    {MDB_BAD_VALSIZE, CRM_E_TOO_BIG, "a key or value is too long"},
    {MDB_READERS_FULL, CRM_E_BUSY, "too many read transactions are open"},
    {MDB_MAP_RESIZED, CRM_E_BUSY, "another process enlarged the store"},
    {EAGAIN, CRM_E_BUSY, "the store is in use"},
    {EBUSY, CRM_E_BUSY, "the store is in use"},
    {EINTR, CRM_E_CONFLICT, "a signal interrupted the work"},
    {ENOMEM, CRM_E_NOMEM, "out of memory"},
    {MDB_PAGE_NOTFOUND, CRM_E_CORRUPT, "the store is damaged: a page is missing"},
    {MDB_CORRUPTED, CRM_E_CORRUPT, "the store is damaged: a page is of the wrong kind"},
    {MDB_INVALID, CRM_E_CORRUPT, "the file is not a store, or its head is damaged"},
    {MDB_CURSOR_FULL, CRM_E_CORRUPT, "the store is damaged: its tree is too deep"},
    {MDB_INCOMPATIBLE, CRM_E_CORRUPT, "the store is damaged: a table is of the wrong kind"},
    {MDB_BAD_DBI, CRM_E_CORRUPT, "the store is damaged: a table has changed"},
    {MDB_VERSION_MISMATCH, CRM_E_VERSION, "the store was written by another version of LMDB"},
    {MDB_PANIC, CRM_E_IO, "an earlier failure ended the work with the store: close all its handles and open it again"},
    {MDB_BAD_TXN, CRM_E_IO, "an earlier failure ended the transaction"},
    {MDB_BAD_RSLOT, CRM_E_IO, "the process's locks on the store were lost: was its file lock.mdb opened or removed?"},
    {ENOENT, CRM_E_NOTFOUND, "there is no such folder or store"},
    {ENOTDIR, CRM_E_INVALID, "the path is not a folder"},
    {ENAMETOOLONG, CRM_E_INVALID, "the path is too long"},
    {EACCES, CRM_E_IO, "permission denied"},
    {EPERM, CRM_E_IO, "permission denied"},
    {EROFS, CRM_E_IO, "the volume is read-only: a store on it can be opened for reading only"},
    {EMFILE, CRM_E_IO, "the process has too many open files"},
    {ENFILE, CRM_E_IO, "the system has too many open files"},
};

int crmi_lmdb_status(int code) {
    if (code == MDB_SUCCESS) return CRM_OK;
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
        if (meanings[i].code == code) return crmi_error_set(meanings[i].status, 0, "%s", meanings[i].text);
    if (code > 0) return crmi_error_set(CRM_E_IO, 0, "reading or writing the store failed (error %d)", code);
    return crmi_error_set(CRM_E_IO, 0, "reading or writing the store failed");
}

int crmi_lmdb_forked(void) { return crmi_error_set(CRM_E_FORKED, 0, "the store was opened before a fork"); }
