/* SPDX-License-Identifier: MIT */
/* A limit of src/schema/limits.def and how it is met; see bounds.c. */
#ifndef CRM_TESTS_STRESS_BOUNDS_H
#define CRM_TESTS_STRESS_BOUNDS_H
#include "stress/operations.h"

enum {
    BOUND_READS = 1,   /* the call is refused, not a write */
    BOUND_OWN = 2,     /* it opens its own transactions, or none */
    BOUND_LARGEST = 4, /* what it counts is not said exactly: the most that works is looked for, a little below the limit */
    BOUND_EXACT = 8,   /* nothing is refused: with the limit it does what it should */
    BOUND_BEYOND = 16  /* only what is beyond: what has the limit takes too long */
};

typedef struct bound {
    const char *name;
    int (*call)(crm_txn *txn, size_t count); /* with so many or so much; NULL: tested elsewhere */
    crm_field field;                         /* that the error names; 0: none */
    unsigned flags;
    const char *says; /* in the error's text; NULL: the limit itself. Elsewhere: what stands in the file */
    const char *file; /* where else */
} bound;
extern const bound bounds_of_store[], bounds_of_files[]; /* ended by a name that is NULL */
extern crm_db *bounds_db;
extern crm_id bounds_party; /* customer 1 */
#endif
