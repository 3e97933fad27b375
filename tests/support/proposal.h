/* SPDX-License-Identifier: MIT */
/* Tables of quote proposals: what is stored, what is given, what must come out. */
#ifndef CRM_TESTS_SUPPORT_PROPOSAL_H
#define CRM_TESTS_SUPPORT_PROPOSAL_H
#include "support/scene.h"

/* wanted: fields divided by ';', as "ship_to=a1 customer default u1.target" (value, level, reason, source, flags), "contact=? c1 c2"
 * (candidates), "plant=-" (unset); or "error STATUS field". */
struct row {
    const char *what, *stored, *given, *wanted;
};

/* Builds the row in several orders of insertion; each must give what is wanted, the same in all other fields, and the same bytes twice. */
void proposal_check(crm_db *db, const struct row *row);
void proposal_check_rows(const struct row *rows, size_t count);
#define CHECK_ROWS(rows) proposal_check_rows(rows, sizeof(rows) / sizeof *(rows))
#endif
