/* SPDX-License-Identifier: MIT */
/* Writes JSON (RFC 8259) into a buffer. Commas are set by the writer: look at what was written last. */
#ifndef CRMI_BASE_JSON_H
#define CRMI_BASE_JSON_H
#include "base/buffer.h"

void crmi_json_open(crmi_buffer *buffer, char bracket);    /* '{' or '[' */
void crmi_json_close(crmi_buffer *buffer, char bracket);   /* '}' or ']' */
void crmi_json_key(crmi_buffer *buffer, const char *name); /* "name": */
void crmi_json_text(crmi_buffer *buffer, const char *text, size_t size);
void crmi_json_int(crmi_buffer *buffer, int64_t value);
void crmi_json_bool(crmi_buffer *buffer, bool value);
void crmi_json_null(crmi_buffer *buffer);
void crmi_json_amount(crmi_buffer *buffer, int64_t amount);     /* ten-thousandths as text: "19.99", "-0.0001", "20" */
void crmi_json_date(crmi_buffer *buffer, int64_t days);         /* "2026-01-31"; a number outside years 1-9999 */
void crmi_json_time(crmi_buffer *buffer, int64_t microseconds); /* "2026-01-31T12:00:00.000000Z" */
#endif
