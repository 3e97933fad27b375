/* SPDX-License-Identifier: MIT */
/* A strict reader of JSON (RFC 8259), for looking at what the library writes. */
#ifndef CRM_TESTS_SUPPORT_JSON_H
#define CRM_TESTS_SUPPORT_JSON_H
#include <stdbool.h>
#include <stddef.h>

/* True for one whole JSON text with nothing around it. */
bool test_json_valid(const char *json);
/* The value at a path of member names and array positions divided by '.' ("party.recipient.0"), texts without quotes and escapes, all else
 * as it is written; to be freed. NULL where there is none. */
char *test_json_get(const char *json, const char *path);
/* True where the value at the path is this text. */
bool test_json_is(const char *json, const char *path, const char *expected);
#endif
