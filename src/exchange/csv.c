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
    size_t *columns;            /* which cells have a heading */
    size_t column_count, width; /* width: cells of the first line */
    const char **cells;
    size_t *lens;
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

/* A column without a heading is left out. */
static int add_columns(feeding *feed) {
    const crmi_csv_row *row = &feed->reader.row;
    feed->width = row->count;
    feed->columns = calloc(row->count, sizeof *feed->columns);
    feed->cells = calloc(row->count, sizeof *feed->cells);
    feed->lens = calloc(row->count, sizeof *feed->lens);
    if (!feed->columns || !feed->cells || !feed->lens) return nomem();
    for (size_t i = 0; i < row->count; i++) {
        if (is_blank(cell_at(row, i), cell_size(row, i))) continue;
        int rc = crm_sync_add_column(feed->sync, cell_at(row, i), cell_size(row, i));
        if (rc < 0) return rc;
        feed->columns[feed->column_count++] = i;
    }
    return feed->column_count ? CRM_OK : refuse(CRM_E_FORMAT, row->line, "the first line names no column");
}

static int add_row(feeding *feed) {
    const crmi_csv_row *row = &feed->reader.row;
    size_t count = 0;
    if (row->count > feed->width) {
        char text[120];
        snprintf(text, sizeof text, "line %llu has %zu cells for %zu columns", (unsigned long long)row->line, row->count, feed->width);
        return refuse(CRM_E_FORMAT, row->line, text);
    }
    for (; count < feed->column_count && feed->columns[count] < row->count; count++) {
        feed->cells[count] = cell_at(row, feed->columns[count]);
        feed->lens[count] = cell_size(row, feed->columns[count]);
    }
    return crm_sync_add_row(feed->sync, row->line, feed->cells, feed->lens, count);
}

static int feed_all(feeding *feed) {
    int rc;
    while ((rc = crmi_csv_next(&feed->reader)) == CRM_ROW) {
        if (feed->reader.row.blank) continue;
        rc = feed->columns ? add_row(feed) : add_columns(feed);
        if (rc < 0) return rc;
    }
    return rc == CRM_OK && !feed->columns ? refuse(CRM_E_FORMAT, 0, "there is no line that names the columns") : rc;
}

int crm_csv_read(crm_sync *sync, const void *bytes, size_t size, const crm_csv_options *options) {
    feeding feed = {.sync = sync};
    crm_csv_options taken;
    if (!sync || (!bytes && size)) return refuse(CRM_E_INVALID, 0, sync ? "bytes is NULL" : "sync is NULL");
    int rc = take_options(options, &taken);
    if (rc < 0) return rc;
    crmi_csv_begin(&feed.reader, bytes, size, &taken);
    rc = feed_all(&feed);
    crmi_csv_end(&feed.reader);
    free(feed.columns);
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
