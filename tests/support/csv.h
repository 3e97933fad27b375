/* SPDX-License-Identifier: MIT */
/* CSV files as other programs write them, cell by cell, for tests that compare with what these programs show. */
#ifndef CRM_TESTS_SUPPORT_CSV_H
#define CRM_TESTS_SUPPORT_CSV_H
#include <stdbool.h>
#include <stddef.h>

/* Reads the next cell into out, NUL-ended, and goes on behind it. ended: it was the last of its line. False at the end of the file. */
static inline bool csv_cell(const char **at, const char *end, char *out, size_t room, bool *ended) {
    size_t size = 0;
    bool quoted = *at < end && **at == '"';
    if (*at >= end) return false;
    if (quoted) ++*at;
    for (; *at < end; ++*at) {
        if (quoted && **at == '"') {
            if (*at + 1 == end || (*at)[1] != '"') break;
            ++*at;
        } else if (!quoted && (**at == ',' || **at == '\r' || **at == '\n')) {
            break;
        }
        if (size + 1 < room) out[size++] = **at;
    }
    out[size] = '\0';
    if (quoted && *at < end) ++*at;
    *ended = *at >= end || **at != ',';
    if (*at < end && **at == '\r' && *at + 1 < end && (*at)[1] == '\n') ++*at;
    if (*at < end) ++*at;
    return true;
}
#endif
