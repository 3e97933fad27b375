/* SPDX-License-Identifier: MIT */
/* One line for each status that a function's @errors names, and one for each function that it leaves the thread's error alone where it
 * succeeds. scripts/check_sources.py compares these lines with the headers. */
#ifndef CRM_TESTS_SUPPORT_ERRORS_H
#define CRM_TESTS_SUPPORT_ERRORS_H
#include "support/store.h"
#include <criterion/criterion.h>

/* A call with a status; a call that sets the error only; a call that succeeds. */
#define REFUSES(status, function, call) (test_mark(), test_refused(#call, call, status), (void)function)
#define FAILS(status, function, call) (test_mark(), (void)(call), test_refused(#call, crm_error_status(), status), (void)function)
#define KEEPS(function, call) (test_mark(), (void)(call), test_kept(#call), (void)function)

#define TEST_MARK CRM_E_UNSUPPORTED /* what the thread's error is before each call */
#define TEST_NO_ID 4711             /* no record's id */

static inline void test_mark(void) { crm_error_report(TEST_MARK, 0, 0, NULL); }

static inline void test_refused(const char *call, int rc, int status) {
    cr_expect_eq(rc, status, "%s: %d %s", call, rc, crm_error_text());
    cr_expect_eq(crm_error_status(), status, "%s: error %d %s", call, crm_error_status(), crm_error_text());
}

static inline void test_kept(const char *call) { cr_expect_eq(crm_error_status(), TEST_MARK, "%s left %s", call, crm_error_text()); }
#endif
