/* SPDX-License-Identifier: MIT */
/* The collection of test data that is not ours: a folder named by CRM_TEST_DATA. */
#ifndef CRM_TESTS_SUPPORT_DATA_H
#define CRM_TESTS_SUPPORT_DATA_H
#include <stddef.h>

/* The content of a file of the collection, NUL-ended, to be freed. NULL without a collection: said on stderr, and a failure where CI=true.
 */
char *test_data_read(const char *path, size_t *size);
#endif
