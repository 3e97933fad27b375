/* SPDX-License-Identifier: MIT */
/* Lines of a text, one in memory at a time: of dumps and of rows as JSON Lines. */
#ifndef CRMI_EXCHANGE_LINES_H
#define CRMI_EXCHANGE_LINES_H
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

typedef struct crmi_lines {
    FILE *file;
    const char *path;
    char *line; /* CRMI_LIMIT_DUMP_LINE_BYTES */
    size_t size;
    uint64_t number, total; /* of the line; bytes so far */
} crmi_lines;

/* bytes NULL: a file. CRM_OK or the error. */
int crmi_lines_open(crmi_lines *lines, const char *path, const void *bytes, size_t size);
/* CRM_ROW and a line, without its end; CRM_OK behind the last; or the error, with its row. */
int crmi_lines_next(crmi_lines *lines);
void crmi_lines_close(crmi_lines *lines);
#endif
