/* SPDX-License-Identifier: MIT */
/**
 * @file sync.h
 * Rows into the store: from a file, an ERP or a form. Columns are recognised by their headings or mapped, rows are matched with what
 * is stored, and all is written in one transaction.
 *
 * The order of the calls: crm_sync_new(); policies, role and flags; mappings, columns and rows, sheet by sheet; crm_sync_apply(), or
 * crm_sync_plan() (plan.h); what became of the rows; crm_sync_free(). All texts are copied. A crm_sync belongs to no store and no
 * transaction, and is used by one thread at a time; its rows stay and may be applied again, also to another store. What an apply stored can
 * be taken back (run.h).
 *
 * Shapes: flat rows carry a company, an address and a contact on one line, and lines of one company merge; all others carry one record
 * each and, but for customers, name their customer by his number or the source's key. A target is a path: "party.name", "role.number",
 * "identifier.duns", "address.street", "address.recipient", "usage.delivery" (yes or no), "contact.name", "channel.phone" (of the row's
 * main object: the party in flat and customer rows, the site, the contact), "contact.channel.mail", "address.channel.phone",
 * "quote_defaults.price_list", "contact.id" (a record of the store, else the file's own name for it), or "ignore". docs/sync.md has all of
 * them, and the rules of matching.
 */
#ifndef LIBCRM_SYNC_H
#define LIBCRM_SYNC_H
#include <libcrm/types.h>
#ifdef __cplusplus
extern "C" {
#endif

/** Shape of the rows. */
enum crm_rows {
    CRM_ROWS_FLAT = 1,     /**< company, address and contact on one line */
    CRM_ROWS_CUSTOMER = 2, /**< a customer a line, with his main address */
    CRM_ROWS_SITE = 3,     /**< a site a line, of the customer whose number or key it names */
    CRM_ROWS_CONTACT = 4,  /**< a contact a line, of the customer whose number or key it names */
    /* these name their customer alike, and channels, identifiers and terms also his site or contact, if they are of one */
    CRM_ROWS_CHANNEL = 5,        /**< a phone number, mail address ... a line */
    CRM_ROWS_IDENTIFIER = 6,     /**< an identifier a line */
    CRM_ROWS_MEMBERSHIP = 7,     /**< a membership a line, of the group whose code it names */
    CRM_ROWS_BANK = 8,           /**< a bank account a line */
    CRM_ROWS_QUOTE_DEFAULTS = 9, /**< the terms of a customer, site or contact in a sales area a line */
    CRM_ROWS_USAGE = 10,         /**< what a site or contact is for, and when, a line */
    CRM_ROWS_ROLE = 11           /**< a role of a customer a line: beside the one that all rows are about */
};
/** What to do with a record that a row speaks of: the first five where it is stored, CRM_SYNC_CREATE and CRM_SYNC_FAIL where it is not. */
enum crm_sync_policy {
    CRM_SYNC_MERGE = 1,        /**< set what the row has; leave the rest */
    CRM_SYNC_REPLACE = 2,      /**< the same, and an empty cell takes the value away; sites and contacts that are missing end */
    CRM_SYNC_SKIP = 3,         /**< leave it as it is */
    CRM_SYNC_ASSERT_EQUAL = 4, /**< refuse the row where it says something else */
    CRM_SYNC_FAIL = 5,         /**< refuse the row */
    CRM_SYNC_CREATE = 6        /**< store it */
};
enum crm_sync_flag {
    CRM_SYNC_SKIP_BAD_ROWS = 1 << 0,  /**< store the good rows; without it one bad row stores nothing */
    CRM_SYNC_IGNORE_UNKNOWN = 1 << 1, /**< leave out columns that nothing recognises, and list them: crm_sync_ignored(); and cells of
                                         files that have no heading */
    CRM_SYNC_NO_KEYS = 1 << 2         /**< source is but a file's name, another one next time: refuse "identifier.key" columns */
};
/** What became of a row, and what crm_sync_count() counts. */
enum crm_sync_action {
    CRM_SYNC_CREATED = 1,   /**< the row's company, site or contact is new */
    CRM_SYNC_UPDATED = 2,   /**< something stored changed or was added */
    CRM_SYNC_UNCHANGED = 3, /**< the store had it all */
    CRM_SYNC_FAILED = 4,    /**< refused for what it says; nothing of it is stored */
    CRM_SYNC_CONFLICT =
        5 /**< refused since the store says otherwise (CRM_E_EXISTS, CRM_E_AMBIGUOUS, CRM_E_STALE); nothing of it is stored */
};

/**
 * Makes an empty set of rows.
 * @param source names where the rows come from ("erp", "customers.csv"): the scheme of "identifier.key" columns. @param rows a crm_rows.
 * @errors CRM_E_INVALID no source, or no shape of rows. @owner the caller. @threads any. @since 1.0
 */
CRM_API int crm_sync_new(const char *source, uint32_t rows, crm_sync **out);
/**
 * The same for a store: its custom fields are columns too, by path, name, labels and column headings; the built-in ones go first.
 * @errors CRM_E_INVALID as crm_sync_new(). @owner the caller. @threads one at a time. @since 1.0
 */
CRM_API int crm_sync_new_in(crm_txn *txn, const char *source, uint32_t rows, crm_sync **out);
/** Frees it. NULL does nothing. @threads one at a time. @since 1.0 */
CRM_API void crm_sync_free(crm_sync *sync);
/**
 * Begins a sheet of a workbook: what follows (crm_sync_map(), columns, rows) is of this sheet, and row numbers begin again. All sheets are
 * applied in one transaction: customers first, then sites, contacts and what else names its customer, wherever it stands. Where nothing was
 * added before, the first sheet takes the place of the rows that crm_sync_new() began.
 * @param rows a crm_rows, its shape.
 * @errors CRM_E_INVALID no name, or no shape of rows; CRM_E_EXISTS a sheet has this name; CRM_E_TOO_BIG over 64.
 * @threads one at a time. @since 1.0
 */
CRM_API int crm_sync_add_sheet(crm_sync *sync, const char *name, uint32_t rows);
/** How many sheets there are: 1 where none was added. @threads one at a time. @since 1.0 */
CRM_API size_t crm_sync_sheet_count(const crm_sync *sync);
/** Name of a sheet by position, "" where the rows are of none, or NULL. @lifetime until sync is freed. @threads one at a time. @since 1.0
 */
CRM_API const char *crm_sync_sheet_name(const crm_sync *sync, size_t sheet);
/** Shape of a sheet's rows (a crm_rows), or 0. @threads one at a time. @since 1.0 */
CRM_API uint32_t crm_sync_sheet_shape(const crm_sync *sync, size_t sheet);
/** Target of a sheet's column, both by position, or NULL. @lifetime until sync is freed. @threads one at a time. @since 1.0 */
CRM_API const char *crm_sync_sheet_target(const crm_sync *sync, size_t sheet, size_t column);
/** Heading of a sheet's column, both by position, or NULL. @lifetime until sync is freed. @threads one at a time. @since 1.0 */
CRM_API const char *crm_sync_sheet_heading(const crm_sync *sync, size_t sheet, size_t column);
/**
 * Sets the policy of a kind of records; without it CRM_SYNC_MERGE and CRM_SYNC_CREATE. What a row says beside its own record (channels,
 * identifiers, usages, terms and bank columns in the row of a customer, site or contact) follows the policy of that one.
 * @param kind CRM_KIND_PARTY (customers), ADDRESS, CONTACT, CHANNEL, IDENTIFIER, MEMBERSHIP, BANK, QUOTE_DEFAULTS, USAGE or ROLE; 0: all.
 * @param if_exists CRM_SYNC_MERGE, REPLACE, SKIP, ASSERT_EQUAL or FAIL. @param if_not_exists CRM_SYNC_CREATE or FAIL.
 * @errors CRM_E_INVALID no such policy, or none of these kinds. @threads one at a time. @since 1.0
 */
CRM_API int crm_sync_set_policy(crm_sync *sync, uint32_t kind, uint32_t if_exists, uint32_t if_not_exists);
/** That policy of a kind for what is stored, or 0 where the kind has none. @threads one at a time. @since 1.0 */
CRM_API uint32_t crm_sync_if_exists(const crm_sync *sync, uint32_t kind);
/** That policy of a kind for what is not stored, or 0 where the kind has none. @threads one at a time. @since 1.0 */
CRM_API uint32_t crm_sync_if_not_exists(const crm_sync *sync, uint32_t kind);
/**
 * Sets the role of the parties in the rows (CRM_ROLE_CUSTOMER without it).
 * @errors CRM_E_CODE no such role. @threads one at a time. @since 1.0
 */
CRM_API int crm_sync_set_role(crm_sync *sync, const char *role);
/** That role. @lifetime until sync is freed. @threads one at a time. @since 1.0 */
CRM_API const char *crm_sync_role(const crm_sync *sync);
/** Where the rows come from, as crm_sync_new() was told. @lifetime until sync is freed. @threads one at a time. @since 1.0 */
CRM_API const char *crm_sync_source(const crm_sync *sync);
/**
 * Sets crm_sync_flag bits; CRM_SYNC_IGNORE_UNKNOWN and CRM_SYNC_NO_KEYS before the columns are added.
 * @errors CRM_E_INVALID an unknown bit. @threads one at a time. @since 1.0
 */
CRM_API int crm_sync_set_flags(crm_sync *sync, uint32_t flags);
/** Those bits. @threads one at a time. @since 1.0 */
CRM_API uint32_t crm_sync_flags(const crm_sync *sync);
/**
 * Maps a heading of the latest sheet to a target before its columns are added; it wins over what would be recognised.
 * @errors CRM_E_NOTFOUND no such target; CRM_E_TYPE a target that can't be set, or not by these rows; CRM_E_EXISTS the heading is mapped
 *         already; CRM_E_TOO_BIG over 512. @threads one at a time. @since 1.0
 */
CRM_API int crm_sync_map(crm_sync *sync, const char *heading, const char *target);
/**
 * Adds a column by its heading: mapped, or recognised by a field's label or synonym, German or English, without regard to case.
 * @errors CRM_E_NOTFOUND a heading that nothing recognises, or not for these rows: map it, if only to "ignore", or set
 *         CRM_SYNC_IGNORE_UNKNOWN; CRM_E_EXISTS two columns with one target (but channels and lists, such as recipients, may have
 *         several); CRM_E_INVALID there are rows already, or keys (CRM_SYNC_NO_KEYS); CRM_E_TOO_BIG over 512.
 * @threads one at a time. @since 1.0
 */
CRM_API int crm_sync_add_column(crm_sync *sync, const char *heading, size_t len);
/** Target of the latest sheet's column by position, or NULL. @lifetime until sync is freed. @threads one at a time. @since 1.0 */
CRM_API const char *crm_sync_target(const crm_sync *sync, size_t column);
/** Heading of the latest sheet's column by position, as it was added but for blanks around it, or NULL. @lifetime until sync is freed.
 * @threads one at a time. @since 1.0 */
CRM_API const char *crm_sync_heading(const crm_sync *sync, size_t column);
/**
 * Whether a column of any sheet has this heading, compared as crm_sync_map() compares: did a mapping serve?
 * @return 1 or 0. @errors those of any call. @threads one at a time. @since 1.0
 */
CRM_API int crm_sync_has_heading(const crm_sync *sync, const char *heading);
/**
 * Lists what a reader leaves out, such as a hidden sheet, behind the columns that CRM_SYNC_IGNORE_UNKNOWN leaves out.
 * @errors CRM_E_INVALID what is NULL. @threads one at a time. @since 1.0
 */
CRM_API int crm_sync_ignore(crm_sync *sync, const char *what);
/** How many columns and other things were left out, in all sheets. @threads one at a time. @since 1.0 */
CRM_API size_t crm_sync_ignored_count(const crm_sync *sync);
/** Heading of such a column, or what crm_sync_ignore() was told, by position among them, or NULL. @lifetime until sync is freed. @threads
 * one at a time. @since 1.0 */
CRM_API const char *crm_sync_ignored(const crm_sync *sync, size_t index);
/**
 * Adds a row of the latest sheet: one cell a column. An empty cell says nothing; "#CLEAR" takes a field's value away, and what
 * stands behind "#TEXT:" is a text as it is.
 * @param number the row's number in its source, for messages; 0 = one more than the last.
 * @param cells, lens count texts and their bytes (lens NULL: all NUL-ended); a NULL cell is empty.
 * @errors crm_error_row() says which. CRM_E_INVALID more cells than columns; CRM_E_TOO_BIG over 100,000 rows (of a job: 4,000,000), a
 * cell over 32,768 bytes, or all cells (of a job: of a batch) over 512 MiB; CRM_E_UTF8; of a job, where a batch is full: those of
 * crm_sync_apply(), for that batch or the one before.
 * @threads one at a time. @since 1.0
 */
CRM_API int crm_sync_add_row(crm_sync *sync, uint64_t number, const char *const *cells, const size_t *lens, size_t count);
/**
 * How far an apply is: called now and then with the rows that are done, of all, of a job of those that were added so far; where the
 * transaction runs again, it begins again. A return other than 0 ends the apply at once: CRM_E_ABORTED, and nothing of the transaction is
 * stored. It is called in a call's thread: of a batch that another thread applies (see crm_sync_job()), while that is waited for; a return
 * that comes too late for the batch ends the call all the same.
 */
typedef int (*crm_sync_progress_fn)(void *data, uint64_t done, uint64_t total);
/** Sets who is told how far an apply is; NULL: nobody. fn must not call anything with this sync. @errors CRM_E_INVALID
 * without sync. @threads one at a time. @since 1.0 */
CRM_API int crm_sync_set_progress(crm_sync *sync, crm_sync_progress_fn fn, void *data);
/**
 * Applies the rows in one transaction of its own; of a job those that are left. Applied again, rows that are stored by now change nothing,
 * and nothing is written. Afterwards crm_sync_count() and crm_sync_error_...() say what became of them.
 * @return CRM_OK where no row was refused, or with CRM_SYNC_SKIP_BAD_ROWS.
 * @errors the first bad row's (crm_error_row(), crm_error_field()): nothing is stored then; CRM_E_ABORTED see crm_sync_set_progress();
 * CRM_E_NOTFOUND a column's custom field is none of this store; CRM_E_DENIED the actor may not import; the errors of crm_transact().
 * @threads one at a time. @since 1.0
 */
CRM_API int crm_sync_apply(crm_sync *sync, crm_db *db, crm_id actor);
/**
 * Makes it a job, for more rows than one transaction takes: whenever so many rows have been added, the next one first applies them, in a
 * transaction of its own, and forgets them; crm_sync_apply() applies the rest. All of it is one run. Where the store has an unfinished run
 * of the same source and fingerprint, it goes on: the rows that are done are passed over as they are added again. Errors of all batches
 * stay listed, up to 100,000. CRM_SYNC_REPLACE needs all rows in one batch: the row behind it is CRM_E_INVALID. After a failure of
 * crm_sync_add_row() nothing of that batch is stored, and the batches before it are.
 *
 * The first job into a store without parties and groups keeps the store for itself from the end of its first batch to that of the job,
 * which crm_sync_apply(), crm_sync_free(), crm_db_close() or a failure is: other transactions are CRM_E_BUSY, and so is opening the store
 * in other processes. What it has stored gets its index then. Where that fails, CRM_E_FULL say, nothing is lost: crm_sync_apply() says so,
 * and tries it again where it is called again. So does every transaction of db that is begun, which fails the same way until there is room,
 * and crm_db_close(), which does not tell; as a last resort the next opening for writing makes the index.
 *
 * A batch of 1,000 rows or more is applied by a thread of the library's own while the rows of the next one are added; other writers wait
 * for it as for any. What fails in it is said where the next one is full, or by crm_sync_apply(); the same call made again tries it again.
 * Calls that tell what became of the rows wait for it, and so does crm_db_close().
 * @param db, actor for all batches: crm_sync_apply() takes the same. @param fingerprint tells the content of the source from any other: a
 *        checksum of the file, say. @param rows a batch has; 0: 100,000, the most.
 * @errors CRM_E_INVALID there are rows already, it is a job already, or no fingerprint; CRM_E_TOO_BIG more rows in a batch, or a
 * fingerprint over 400 bytes; CRM_E_DENIED the actor may not import; those of crm_txn_begin().
 * @threads one at a time. @since 1.0
 */
CRM_API int crm_sync_job(crm_sync *sync, crm_db *db, crm_id actor, const char *fingerprint, uint32_t rows);
/** The run (CRM_KIND_IMPORT_RUN, see run.h) that the latest apply stored; 0: it changed nothing. @threads one at a time. @since 1.0 */
CRM_API crm_id crm_sync_run(const crm_sync *sync);
/** How many rows had an outcome (a crm_sync_action) in the latest apply; of a job in all batches, but for rows that were passed over.
 * @threads one at a time. @since 1.0 */
CRM_API uint64_t crm_sync_count(const crm_sync *sync, uint32_t action);
/**
 * How many warnings the rows had: what is stored all the same and may be a slip. Numbers that can't be right, where the setting
 * identifier.check accepts them; a new company that is called as another one is, of another number, in the store or in the rows. They are
 * in the order of the rows and columns, of a job batch by batch.
 * @threads one at a time. @since 1.0
 */
CRM_API size_t crm_sync_warning_count(const crm_sync *sync);
/** Sheet of a warning, by position. @threads one at a time. @since 1.0 */
CRM_API size_t crm_sync_warning_sheet(const crm_sync *sync, size_t index);
/** Row number of a warning, by position, or 0. @threads one at a time. @since 1.0 */
CRM_API uint64_t crm_sync_warning_row(const crm_sync *sync, size_t index);
/** Column of a warning in its sheet, counted from 1, or 0 where it is about the whole row. @threads one at a time. @since 1.0 */
CRM_API size_t crm_sync_warning_column(const crm_sync *sync, size_t index);
/** What a warning says, or NULL. @lifetime until sync is freed or applied again. @threads one at a time. @since 1.0 */
CRM_API const char *crm_sync_warning_text(const crm_sync *sync, size_t index);
/** How many errors the rows had, in the order of the rows and columns, of a job batch by batch. @threads one at a time. @since 1.0 */
CRM_API size_t crm_sync_error_count(const crm_sync *sync);
/** Row number of an error, by position, or 0. @threads one at a time. @since 1.0 */
CRM_API uint64_t crm_sync_error_row(const crm_sync *sync, size_t index);
/** Sheet of an error, by position. @threads one at a time. @since 1.0 */
CRM_API size_t crm_sync_error_sheet(const crm_sync *sync, size_t index);
/** Column of an error in its sheet, counted from 1, or 0 where it is about the whole row. @threads one at a time. @since 1.0 */
CRM_API size_t crm_sync_error_column(const crm_sync *sync, size_t index);
/** Field that an error is about, or 0. @threads one at a time. @since 1.0 */
CRM_API crm_field crm_sync_error_field(const crm_sync *sync, size_t index);
/** Status of an error. @threads one at a time. @since 1.0 */
CRM_API int crm_sync_error_status(const crm_sync *sync, size_t index);
/**
 * Reason of an error, without row, column and field, or NULL. @lifetime until sync is freed or applied again. @threads one at a time.
 * @since 1.0
 */
CRM_API const char *crm_sync_error_text(const crm_sync *sync, size_t index);

#ifdef __cplusplus
}
#endif
#endif
