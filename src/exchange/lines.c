/* SPDX-License-Identifier: MIT */
/* Lines of a text, of a bounded length each. */
#include "exchange/lines.h"
#include "exchange/refuse.h"
#include "schema/limits.h"
#include <libcrm/status.h>
#include <stdlib.h>

int crmi_lines_open(crmi_lines *lines, const char *path, const void *bytes, size_t size) {
    *lines = (crmi_lines){.path = path};
    lines->file = bytes ? fmemopen((void *)(uintptr_t)bytes, size, "rb") : fopen(path, "rbe");
    if (!lines->file) return bytes ? crmi_exchange_nomem() : crmi_exchange_refuse_errno(path);
    lines->line = malloc(CRMI_LIMIT_DUMP_LINE_BYTES);
    return lines->line ? CRM_OK : crmi_exchange_nomem();
}

int crmi_lines_next(crmi_lines *lines) {
    int c = getc_unlocked(lines->file);
    lines->size = 0;
    if (c == EOF) return ferror(lines->file) ? crmi_exchange_refuse_errno(lines->path) : CRM_OK;
    lines->number++;
    for (; c != EOF && c != '\n'; c = getc_unlocked(lines->file)) {
        if (lines->size == CRMI_LIMIT_DUMP_LINE_BYTES)
            return crmi_exchange_refuse(CRM_E_TOO_BIG, lines->number, "the line is over the limit of 1,048,576 bytes");
        lines->line[lines->size++] = (char)c;
    }
    lines->total += lines->size + 1;
    return ferror(lines->file) ? crmi_exchange_refuse_errno(lines->path) : CRM_ROW;
}

void crmi_lines_close(crmi_lines *lines) {
    if (lines->file) fclose(lines->file);
    free(lines->line);
}
