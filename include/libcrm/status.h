/* SPDX-License-Identifier: MIT */
/* Generated from src/base/status.def by tools/generate.c; do not edit. */
/**
 * @file status.h
 * Every status that a call can return: below 0 errors, 0 done, above 0 outcomes.
 */
#ifndef LIBCRM_STATUS_H
#define LIBCRM_STATUS_H
#ifdef __cplusplus
extern "C" {
#endif

/** What a call returns. Numbers never move. */
enum crm_status {
    CRM_OK = 0,                 /**< done */
    CRM_ROW = 1,                /**< one result; there may be more */
    CRM_CHOOSE = 2,             /**< several candidates of equal standing; the caller chooses */
    CRM_E_INVALID = -1,         /**< an argument is not valid */
    CRM_E_NOMEM = -2,           /**< out of memory */
    CRM_E_NOTFOUND = -3,        /**< no such record */
    CRM_E_EXISTS = -4,          /**< a record with this unique value exists */
    CRM_E_TYPE = -5,            /**< the field is of another type or kind */
    CRM_E_UTF8 = -6,            /**< the text is not UTF-8 without U+0000 */
    CRM_E_STALE = -7,           /**< the record changed since it was read */
    CRM_E_CONFLICT = -8,        /**< another writer was faster; run the transaction again */
    CRM_E_LOCKED = -9,          /**< the choice is fixed for this actor */
    CRM_E_DENIED = -10,         /**< the actor may not do this */
    CRM_E_BUSY = -11,           /**< the store is in use; the wait ran out */
    CRM_E_ENDED = -12,          /**< the handle, or its transaction, has ended */
    CRM_E_FORKED = -13,         /**< the handle was opened before a fork */
    CRM_E_THREAD = -14,         /**< the handle belongs to another thread, or is in use by one */
    CRM_E_FULL = -15,           /**< the volume or the store's upper bound is full */
    CRM_E_CORRUPT = -16,        /**< stored data is damaged */
    CRM_E_IO = -17,             /**< reading or writing failed */
    CRM_E_COMMIT_UNKNOWN = -18, /**< the commit may or may not have been done */
    CRM_E_TOO_BIG = -19,        /**< a documented limit is exceeded */
    CRM_E_CODE = -20,           /**< the code table has no such code */
    CRM_E_REQUIRED = -21,       /**< a required field has no value */
    CRM_E_RANGE = -22,          /**< the value is outside its range */
    CRM_E_IN_USE = -23,         /**< other records refer to this one */
    CRM_E_ARCHIVED = -24,       /**< the record is archived */
    CRM_E_NOT_RELATED = -25,    /**< the record does not belong to this party */
    CRM_E_VERSION = -26,        /**< the store needs another version of the library */
    CRM_E_READ_ONLY = -27,      /**< the transaction or the store is read-only */
    CRM_E_ABORTED = -28,        /**< the callback did not ask for the commit; nothing was stored */
    CRM_E_AMBIGUOUS = -29,      /**< several records match */
    CRM_E_FORMAT = -30,         /**< the input is not in its format */
    CRM_E_UNSUPPORTED = -31,    /**< this library was built without the feature */
    CRM_E_CYCLE = -32,          /**< the record would lie above itself */
    CRM_E_NO_BINDING = -33,     /**< the actor is bound to no customer */
    CRM_E_CHECK_DIGIT = -34     /**< the check digits of the number are wrong */
};

/** What to do about a status; crm_status_class_of() tells it. */
enum crm_status_class {
    CRM_CLASS_DONE = 0,    /**< done */
    CRM_CLASS_OUTCOME = 1, /**< done, and the number says how it came out */
    CRM_CLASS_RETRY = 2,   /**< nothing was done; the same call may succeed when it is tried again */
    CRM_CLASS_BUG = 3,     /**< the caller's mistake */
    CRM_CLASS_DENIED = 4,  /**< the actor may not do this */
    CRM_CLASS_DATA = 5,    /**< the data was refused, or is not there */
    CRM_CLASS_STORAGE = 6  /**< the store, the volume or the memory failed */
};

#ifdef __cplusplus
}
#endif
#endif
