/* SPDX-License-Identifier: MIT */
/**
 * @file db.h
 * The store: one folder, opened once a process and shared by its threads; any number of processes may have it open.
 */
#ifndef LIBCRM_DB_H
#define LIBCRM_DB_H
#include <libcrm/types.h>
#ifdef __cplusplus
extern "C" {
#endif

enum crm_db_flag {
    CRM_DB_CREATE = 1 << 0, /**< create the store, and its folder, where there is none */
    /** No write transactions through this handle; not together with CRM_DB_CREATE. On a read-only volume no lock files are needed. */
    CRM_DB_READ_ONLY = 1 << 1,
    /** Read every page of the store first, whatever its size; see crm_db_open(). */
    CRM_DB_CHECK = 1 << 2,
    /** Where the latest commit is damaged and the one before it is sound, go back to that; not together with CRM_DB_READ_ONLY. */
    CRM_DB_PREVIOUS = 1 << 3,
    /** Open it on a network or FUSE volume too. Whether the processes of one machine are safe from each other there is the volume's word;
     * those of several machines are not. */
    CRM_DB_FORCE = 1 << 4,
    /** Commits wait for their data, but not for the page that makes them the latest: faster, and a power cut may take the latest commit
     * away, whole. The store stays sound. */
    CRM_DB_RELAXED = 1 << 5
};

/** Input of crm_db_open(): set size to sizeof the struct, leave the rest 0 for the defaults. Grows at its end only. */
typedef struct crm_db_options {
    uint64_t size;        /**< bytes that the caller's struct has */
    uint64_t max_bytes;   /**< upper bound of the file in bytes; 0 = 64 GiB of address space, not of disk */
    int64_t fixed_time;   /**< what the store takes for now: microseconds since 1970 UTC, years 1 to 9999; 0 = the system's clock */
    uint32_t flags;       /**< crm_db_flag bits; an unknown bit is CRM_E_INVALID */
    uint32_t max_readers; /**< how many snapshots may be open at once over all processes, or some more; at most 65,536; 0 = 1,022 */
    uint32_t wait_ms;     /**< how long a write transaction waits for another writer, in milliseconds; 0 = 5,000 */
    int32_t utc_offset;   /**< minutes that local time is ahead of UTC, -1,440 to 1,440: decides when CRM_TODAY begins */
} crm_db_options;

/**
 * Opens the store in a folder; creates it where CRM_DB_CREATE is set.
 * A process that opens the same folder twice gets a second handle on the same store. The first process that opens it looks at its pages
 * before anything trusts them: at all of them where the store has at most 128 MiB, was not closed by the last process that wrote, was put
 * back from a copy, or CRM_DB_CHECK or CRM_DB_PREVIOUS is set; else at those that lead to others, which takes some milliseconds a GiB, and
 * at all others before the first write transaction begins. A new store appears in its folder whole, or not at all.
 * @param path      the folder: UTF-8, NUL-ended.
 * @param options   may be NULL: all defaults, no creation.
 * @param[out] out  the handle; NULL on failure.
 * @errors CRM_E_NOTFOUND no store there and no CRM_DB_CREATE, or no folder to make it in; CRM_E_INVALID the path is empty, too long or a
 *         file, a size that is none, an unknown member or flag, flags that exclude each other; CRM_E_RANGE utc_offset, fixed_time or
 *         max_readers; CRM_E_BUSY open in this process with other options or through another copy of the library, or the wait for
 *         another process that opens or closes it ran out, or the first import into it is going on (crm_sync_job()), or a process that
 *         has it open has lost its locks, or its file was removed under it; CRM_E_CORRUPT with the
 * page and what is wrong with it, and whether the commit before is sound (CRM_DB_PREVIOUS); CRM_E_VERSION the store has another format, or
 * features that this version of the library does not know, and for some of them only without CRM_DB_READ_ONLY, or, with that, its first
 * import was interrupted; CRM_E_FULL no room on the volume; CRM_E_IO also: no permission, or a volume over a network or of FUSE without
 * CRM_DB_FORCE.
 * @owner the caller, who ends it with crm_db_close(). @threads any. @since 1.0
 */
CRM_API int crm_db_open(const char *path, const crm_db_options *options, crm_db **out);
/**
 * Ends the handle; the store itself stays open until its last transaction has ended. NULL, or a handle that has ended, does nothing. Waits
 * for a job's batch that is being applied, and ends a first job into the store: see crm_sync_job().
 * @threads any. @since 1.0
 */
CRM_API void crm_db_close(crm_db *db);
/**
 * Copies the store, as it is now, into another folder: customers, users, settings, receipts, all of it, whatever is written meanwhile. The
 * copy has no free pages, so nothing of what was deleted; every page and every checksum of it is read again. It is a store with the same
 * identity, in its place whole or not at all. A long copy is a long snapshot: the store's file may grow meanwhile.
 * @param path  the folder: UTF-8, NUL-ended; made where it is not there, but not its parents. It may not have a store.
 * @errors CRM_E_EXISTS a store is there; CRM_E_NOTFOUND no folder to make it in; CRM_E_INVALID the path is empty, too long or a file;
 *         CRM_E_BUSY another copy is being made there; CRM_E_FULL no room on its volume; CRM_E_CORRUPT the store is damaged.
 * @threads any; db may be used meanwhile. @since 1.0
 */
CRM_API int crm_db_backup(crm_db *db, const char *path);
/**
 * Writes a store's file anew, in its place: free pages go, and with them all that was deleted. Nobody may have the store open.
 * For a moment both files are there. A process that is killed meanwhile leaves the store as it was, or compacted.
 * @param path     the folder, as of crm_db_open(). @param options as of crm_db_open(), without CRM_DB_READ_ONLY and CRM_DB_CREATE; may be
 *                 NULL.
 * @errors those of crm_db_open(), CRM_E_BUSY also where any process has the store open; CRM_E_FULL no room for both files.
 * @threads any. @since 1.0
 */
CRM_API int crm_db_compact(const char *path, const crm_db_options *options);
/**
 * Identity of the store: 32 hexadecimal digits, made at its creation, the same for every copy of the file.
 * @return the text, or NULL. @lifetime until db is closed. @threads any. @since 1.0
 */
CRM_API const char *crm_db_uuid(crm_db *db);
/** Today by the store's clock and offset, in days since 1970-01-01; 0 on failure. @threads any. @since 1.0 */
CRM_API int64_t crm_db_today(crm_db *db);

#ifdef __cplusplus
}
#endif
#endif
