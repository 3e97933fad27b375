/* SPDX-License-Identifier: MIT */
/**
 * @file txn.h
 * Transactions: a read transaction sees the store as it was when it began; one write transaction at a time changes it, all or nothing.
 */
#ifndef LIBCRM_TXN_H
#define LIBCRM_TXN_H
#include <libcrm/types.h>
#ifdef __cplusplus
extern "C" {
#endif

enum crm_txn_flag {
    CRM_TXN_WRITE = 1 << 0 /**< the write transaction; without it a read snapshot */
};
enum {
    CRM_COMMIT = 0x434D4954 /**< what a crm_transact_fn returns to have its work stored */
};

/**
 * Begins a read snapshot or, with CRM_TXN_WRITE, the write transaction, in the name of an actor: the system, or a user with his rights of
 * the day (user.h, access.h). What an actor may not see is not there for him, in no call that reads. A snapshot may move between threads,
 * one thread at a time. A write transaction belongs to its thread: it is aborted when the thread ends. It waits for another writer at most
 * as long as the store's options say.
 * @param flags  crm_txn_flag bits. @param actor in whose name: CRM_ACTOR_SYSTEM, or the id of a user. @param[out] out NULL on failure.
 * @errors CRM_E_INVALID actor 0, an unknown flag, or this thread has a write transaction of the store already; CRM_E_NOTFOUND no such
 *         actor, or he is disabled or not valid today; CRM_E_NO_BINDING he is bound to no party today, or is staff without an access role;
 *         CRM_E_BUSY the wait for another writer ran out, all of max_readers are in use, or the first import into the store is going on
 *         (crm_sync_job()); CRM_E_READ_ONLY the store was opened so.
 * @owner the caller, with crm_txn_free(). @threads any. @since 1.0
 */
CRM_API int crm_txn_begin(crm_db *db, uint32_t flags, crm_id actor, crm_txn **out);
/**
 * Stores what a write transaction did; the transaction is over, whatever this returns. Ends a snapshot.
 * @errors CRM_E_FULL, CRM_E_IO nothing was stored; CRM_E_CONFLICT a signal interrupted it, nothing was stored; CRM_E_COMMIT_UNKNOWN;
 *         CRM_E_INVALID inside crm_transact(), whose function returns CRM_COMMIT instead: that one transaction is not over.
 * @threads write: creator only; read: one at a time. @since 1.0
 */
CRM_API int crm_txn_commit(crm_txn *txn);
/** Ends a transaction and forgets what it did. NULL, or one that is over, does nothing. @threads as crm_txn_commit(). @since 1.0 */
CRM_API void crm_txn_abort(crm_txn *txn);
/** Frees the handle, after an abort where the transaction still runs. @threads as crm_txn_commit(). @since 1.0 */
CRM_API void crm_txn_free(crm_txn *txn);
/**
 * Commit sequence that a transaction sees: the number of commits that changed the store before it began.
 * @return 0 on failure, and in a store that never changed.
 * @errors CRM_E_DENIED the actor is a bound user: how often the store has changed tells of others. @threads one at a time. @since 1.0
 */
CRM_API uint64_t crm_txn_sequence(crm_txn *txn);
/** In whose name a transaction runs: CRM_ACTOR_SYSTEM, or the id of a user. @return 0 on failure. @threads one at a time. @since 1.0 */
CRM_API crm_id crm_txn_actor(crm_txn *txn);

/**
 * Work of a crm_transact(): reads and writes through txn, and neither ends nor keeps it. It may run several times, so it does
 * nothing that can't be repeated. Its work is stored only if it returns CRM_COMMIT.
 */
typedef int (*crm_transact_fn)(crm_txn *txn, void *data);
/**
 * Runs fn in a write transaction and commits it; runs it again where another writer was faster or the file had to grow, 20 times at most.
 * @param data  handed to fn.
 * @errors what fn returned, where that is an error; CRM_E_ABORTED where fn returned anything else but CRM_COMMIT (an exception in a
 *         binding's callback, say); CRM_E_ENDED fn ended the transaction; CRM_E_BUSY also: the file had to grow, and another thread's
 *         transaction kept it; the errors of crm_txn_begin() and crm_txn_commit(). Nothing is stored in any of these cases, but with
 *         CRM_E_COMMIT_UNKNOWN it may be.
 * @threads any; fn runs in the calling thread. @since 1.0
 */
CRM_API int crm_transact(crm_db *db, crm_id actor, crm_transact_fn fn, void *data);

#ifdef __cplusplus
}
#endif
#endif
