/* SPDX-License-Identifier: MIT */
/* CSV into rows: the first line that is not blank names the columns, every other one is a row, numbered by the line that it begins in. */
#include "exchange/csv.h"
#include <errno.h>
#include <fcntl.h>
#include <libcrm/error.h>
#include <libcrm/sync.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_BYTES (INT64_C(1) << 30) /* what one file may have: 100,000 rows of ten thousand bytes */

static int refuse(int status, uint64_t row, const char *text) { return crm_error_report(status, 0, row, text); }
static int nomem(void) { return refuse(CRM_E_NOMEM, 0, NULL); }

/* --- options --- */

/* The caller's struct, shorter or longer than ours: an unknown tail must be zero. */
static int take_options(const crm_csv_options *given, crm_csv_options *out) {
    *out = (crm_csv_options){.size = sizeof *out};
    if (!given) return CRM_OK;
    if (given->size < sizeof *out || given->size > 4096) return refuse(CRM_E_INVALID, 0, "options->size is not that of the struct");
    for (uint64_t i = sizeof *out; i < given->size; i++)
        if (((const char *)given)[i]) return refuse(CRM_E_INVALID, 0, "an option that this version does not know");
    *out = *given;
    if (out->encoding > CRM_CSV_WINDOWS_1252) return refuse(CRM_E_INVALID, 0, "there is no such encoding");
    if (out->delimiter != 0 && out->delimiter != ',' && out->delimiter != ';' && out->delimiter != '\t')
        return refuse(CRM_E_INVALID, 0, "a delimiter is comma, semicolon or tab");
    return CRM_OK;
}

/* --- rows into sync --- */

typedef struct feeding {
    crm_sync *sync;
    crmi_csv_reader reader;
    size_t width; /* cells of the first line; 0: not read yet */
    const char **cells;
    size_t *lens;
    char unknown[200]; /* headings that nothing recognises, as many as fit */
    size_t unknown_count, unlisted;
} feeding;

static const char *cell_at(const crmi_csv_row *row, size_t index) { return row->text + row->starts[index]; }
static size_t cell_size(const crmi_csv_row *row, size_t index) {
    size_t end = index + 1 < row->count ? row->starts[index + 1] : row->size;
    return end - row->starts[index] - 1;
}

/* White space and no-break spaces only. */
static bool is_blank(const char *text, size_t size) {
    for (size_t i = 0; i < size; i++) {
        if (text[i] == ' ' || text[i] == '\t' || text[i] == '\r' || text[i] == '\n') continue;
        if (i + 1 < size && memcmp(text + i, "\xc2\xa0", 2) == 0)
            i++;
        else
            return false;
    }
    return true;
}

/* --- headings --- */

/* Adds one to the list, in quotes; a long one is cut between characters. */
static void list_unknown(feeding *feed, const char *heading, size_t size) {
    enum { SHOWN = 60 };
    size_t used = strlen(feed->unknown), cut = size < SHOWN ? size : SHOWN;
    while (cut < size && cut > 0 && ((unsigned char)heading[cut] & 0xc0) == 0x80) cut--;
    const char *divider = used ? ", " : "", *dots = cut < size ? "..." : "";
    feed->unknown_count++;
    if (used + cut + strlen(divider) + strlen(dots) + 3 > sizeof feed->unknown || feed->unlisted)
        feed->unlisted++;
    else
        snprintf(feed->unknown + used, sizeof feed->unknown - used, "%s\"%.*s%s\"", divider, (int)cut, heading, dots);
}

static int refuse_unknown(const feeding *feed) {
    char text[300], more[32] = "";
    if (feed->unlisted) snprintf(more, sizeof more, " and %zu more", feed->unlisted);
    snprintf(text, sizeof text, "column%s %s%s %s not recognised", feed->unknown_count == 1 ? "" : "s", feed->unknown, more,
             feed->unknown_count == 1 ? "is" : "are");
    return refuse(CRM_E_NOTFOUND, 0, text);
}

/* A column without a heading is left out, unless the caller has mapped it. It is added all the same, so that columns have the numbers that
 * they have in the file. */
static int add_blank(crm_sync *sync) {
    int known = crm_sync_has_heading(sync, "");
    int rc = known == 0 ? crm_sync_map(sync, "", "ignore") : known;
    return rc < 0 && rc != CRM_E_EXISTS ? rc : crm_sync_add_column(sync, "", 0);
}

static int add_heading(feeding *feed, const char *heading, size_t size) {
    int rc = is_blank(heading, size) ? add_blank(feed->sync) : crm_sync_add_column(feed->sync, heading, size);
    if (rc == CRM_E_NOTFOUND) list_unknown(feed, heading, size);
    return rc == CRM_E_NOTFOUND ? CRM_OK : rc;
}

static int add_columns(feeding *feed) {
    const crmi_csv_row *row = &feed->reader.row;
    bool any = false;
    int rc = CRM_OK;
    for (size_t i = 0; i < row->count; i++) any |= !is_blank(cell_at(row, i), cell_size(row, i));
    if (!any) return refuse(CRM_E_FORMAT, row->line, "the first line names no column");
    feed->width = row->count;
    feed->cells = calloc(row->count, sizeof *feed->cells);
    feed->lens = calloc(row->count, sizeof *feed->lens);
    if (!feed->cells || !feed->lens) return nomem();
    for (size_t i = 0; rc == CRM_OK && i < row->count; i++) rc = add_heading(feed, cell_at(row, i), cell_size(row, i));
    return rc == CRM_OK && feed->unknown_count ? refuse_unknown(feed) : rc;
}

static int add_row(feeding *feed) {
    const crmi_csv_row *row = &feed->reader.row;
    if (row->count > feed->width) {
        char text[80];
        snprintf(text, sizeof text, "%zu cells for %zu columns", row->count, feed->width);
        return refuse(CRM_E_FORMAT, row->line, text);
    }
    for (size_t i = 0; i < row->count; i++) {
        feed->cells[i] = cell_at(row, i);
        feed->lens[i] = cell_size(row, i);
    }
    return crm_sync_add_row(feed->sync, row->line, feed->cells, feed->lens, row->count);
}

static int feed_all(feeding *feed) {
    int rc;
    while ((rc = crmi_csv_next(&feed->reader)) == CRM_ROW) {
        if (feed->reader.row.blank) continue;
        rc = feed->width ? add_row(feed) : add_columns(feed);
        if (rc < 0) return rc;
    }
    return rc == CRM_OK && !feed->width ? refuse(CRM_E_FORMAT, 0, "there is no line that names the columns") : rc;
}

/* What Excel calls Unicode text begins with its byte order mark. */
static bool is_utf16(const void *bytes, size_t size) {
    return size >= 2 && (memcmp(bytes, "\xff\xfe", 2) == 0 || memcmp(bytes, "\xfe\xff", 2) == 0);
}

int crm_csv_read(crm_sync *sync, const void *bytes, size_t size, const crm_csv_options *options) {
    feeding feed = {.sync = sync};
    crm_csv_options taken;
    if (!sync || (!bytes && size)) return refuse(CRM_E_INVALID, 0, sync ? "bytes is NULL" : "sync is NULL");
    int rc = take_options(options, &taken);
    if (rc < 0) return rc;
    if (is_utf16(bytes, size)) return refuse(CRM_E_UTF8, 0, "the file is in UTF-16; save it as \"CSV UTF-8\"");
    crmi_csv_begin(&feed.reader, bytes, size, &taken);
    rc = feed_all(&feed);
    crmi_csv_end(&feed.reader);
    free(feed.cells);
    free(feed.lens);
    return rc;
}

/* --- files --- */

static int refuse_file(int status, const char *path, const char *reason) {
    char text[240];
    snprintf(text, sizeof text, "%.160s: %s", path, reason);
    return crm_error_report(status, 0, 0, text) == status ? status : crm_error_report(status, 0, 0, reason);
}

static int refuse_errno(const char *path) {
    int status = errno == ENOENT || errno == ENOTDIR ? CRM_E_NOTFOUND : CRM_E_IO;
    char reason[80];
    return refuse_file(status, path, strerror_r(errno, reason, sizeof reason));
}

/* Reads to the end of what may be a pipe as well. */
static int read_rest(int file, const char *path, char **bytes, size_t *size) {
    size_t capacity = 0;
    for (;;) {
        if (*size == capacity) {
            capacity = capacity ? capacity * 2 : 65536;
            char *grown = capacity > (size_t)FILE_BYTES * 2 ? NULL : realloc(*bytes, capacity);
            if (!grown) return *size > (size_t)FILE_BYTES ? refuse_file(CRM_E_TOO_BIG, path, "over 1 GiB") : nomem();
            *bytes = grown;
        }
        ssize_t got = read(file, *bytes + *size, capacity - *size);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return refuse_errno(path);
        if (got == 0) return CRM_OK;
        *size += (size_t)got;
        if (*size > (size_t)FILE_BYTES) return refuse_file(CRM_E_TOO_BIG, path, "over 1 GiB");
    }
}

static int read_file(const char *path, char **bytes, size_t *size) {
    struct stat info;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return refuse_errno(path);
    int rc = fstat(file, &info) < 0 ? refuse_errno(path) : CRM_OK;
    if (rc == CRM_OK && S_ISREG(info.st_mode) && info.st_size > FILE_BYTES) rc = refuse_file(CRM_E_TOO_BIG, path, "over 1 GiB");
    if (rc == CRM_OK) rc = read_rest(file, path, bytes, size);
    close(file);
    return rc;
}

int crm_csv_read_file(crm_sync *sync, const char *path, const crm_csv_options *options) {
    char *bytes = NULL;
    size_t size = 0;
    if (!sync || !path) return refuse(CRM_E_INVALID, 0, sync ? "path is NULL" : "sync is NULL");
    int rc = read_file(path, &bytes, &size);
    if (rc == CRM_OK) rc = crm_csv_read(sync, bytes, size, options);
    free(bytes);
    return rc;
}
