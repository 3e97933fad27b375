/* SPDX-License-Identifier: MIT */
/* CSV into rows of a crm_sync: the headings name the columns, every other line is a row, numbered by the line that it begins in. */
#include "exchange/csv.h"
#include "exchange/escape.h"
#include "exchange/headings.h"
#include "exchange/refuse.h"
#include <libcrm/error.h>
#include <libcrm/sync.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct feeding {
    crm_csv *csv;
    crm_sync *sync;
    const char **cells;
    size_t *lens, room;
    crmi_headings headings;
} feeding;

/* Without the apostrophe that an export has put in front. */
static const char *cell_at(const crmi_csv_row *row, size_t index) {
    const char *cell = crmi_csv_cell(row, index);
    return cell + crmi_escape_skip(cell, crmi_csv_cell_size(row, index));
}
static size_t cell_size(const crmi_csv_row *row, size_t index) {
    return crmi_csv_cell_size(row, index) - (size_t)(cell_at(row, index) - crmi_csv_cell(row, index));
}

/* --- headings --- */

static int end_columns(feeding *feed) {
    char behind[60] = "";
    bool found = feed->csv->format.header_row > 1 && feed->csv->format.header_confidence < 100;
    if (found) snprintf(behind, sizeof behind, " (line %u is taken for the headings)", feed->csv->format.header_row);
    int rc = crmi_headings_end(&feed->headings, feed->sync, behind);
    feed->csv->unheaded = feed->headings.blank && feed->headings.strict;
    return rc;
}

static int add_heading(feeding *feed, const char *heading, size_t size) {
    return crmi_headings_add(&feed->headings, feed->sync, heading, size);
}

/* The row is kept: the next sync gets the same headings. */
static int keep_headings(crm_csv *csv) {
    crmi_csv_row *row = &csv->reader.row;
    bool any = false;
    int rc = crmi_csv_next_row(csv);
    if (rc == CRM_OK) return crmi_exchange_refuse(CRM_E_FORMAT, 0, "there is no line that names the columns");
    if (rc < 0) return rc;
    for (size_t i = 0; i < row->count; i++) any |= !crmi_headings_is_blank(crmi_csv_cell(row, i), crmi_csv_cell_size(row, i));
    if (!any) return crmi_exchange_refuse(CRM_E_FORMAT, row->line, "the first line names no column");
    csv->headings = *row;
    csv->width = row->count;
    *row = (crmi_csv_row){.line = row->line};
    return CRM_OK;
}

/* A to Z, AA to ZZ and on, as Excel has them. */
static int add_letters(feeding *feed) {
    int rc = CRM_OK;
    for (size_t i = 0; rc == CRM_OK && i < feed->csv->width; i++) {
        char name[16], *at = name + sizeof name;
        for (size_t left = i + 1; left > 0; left = (left - 1) / 26) *--at = (char)('A' + (left - 1) % 26);
        rc = add_heading(feed, at, (size_t)(name + sizeof name - at));
    }
    return rc;
}

static int add_columns(feeding *feed) {
    const crmi_csv_row *row = &feed->csv->headings;
    bool letters = feed->csv->format.header_row == CRM_CSV_NO_HEADER;
    int rc = letters ? add_letters(feed) : row->count ? CRM_OK : keep_headings(feed->csv);
    for (size_t i = 0; rc == CRM_OK && i < row->count; i++) rc = add_heading(feed, cell_at(row, i), cell_size(row, i));
    return rc == CRM_OK ? end_columns(feed) : rc;
}

static int make_room(feeding *feed) {
    feed->room = feed->csv->width;
    feed->cells = calloc(feed->room, sizeof *feed->cells);
    feed->lens = calloc(feed->room, sizeof *feed->lens);
    return feed->cells && feed->lens ? CRM_OK : crmi_exchange_nomem();
}

static int add_row(const feeding *feed) {
    const crmi_csv_row *row = &feed->csv->reader.row;
    if (row->count > feed->room) return crmi_exchange_refuse(CRM_E_FORMAT, row->line, "%zu cells for %zu columns", row->count, feed->room);
    for (size_t i = 0; i < row->count; i++) {
        feed->cells[i] = cell_at(row, i);
        feed->lens[i] = cell_size(row, i);
        if (feed->csv->unheaded && !*crm_sync_heading(feed->sync, i) && !crmi_headings_is_blank(feed->cells[i], feed->lens[i]))
            return crmi_exchange_refuse(CRM_E_FORMAT, row->line, "column %zu has no heading", i + 1);
    }
    return crm_sync_add_row(feed->sync, row->line, feed->cells, feed->lens, row->count);
}

static int feed_rows(feeding *feed, uint64_t rows) {
    bool named = feed->csv->named && crm_sync_heading(feed->sync, 0);
    int rc = named ? CRM_OK : add_columns(feed);
    feed->csv->named = true;
    if (rc == CRM_OK) rc = make_room(feed);
    if (rc < 0) return rc;
    for (uint64_t i = 0; i < rows; i++) {
        rc = crmi_csv_next_row(feed->csv);
        if (rc != CRM_ROW) return rc;
        rc = add_row(feed);
        if (rc < 0) return rc;
    }
    return CRM_ROW;
}

int crm_csv_feed(crm_csv *csv, crm_sync *sync, uint64_t rows) {
    feeding feed = {.csv = csv, .sync = sync};
    if (!csv || !sync) return crmi_exchange_refuse(CRM_E_INVALID, 0, csv ? "sync is NULL" : "csv is NULL");
    int rc = feed_rows(&feed, rows);
    free(feed.cells);
    free(feed.lens);
    return rc;
}

static int feed_all(crm_csv *csv, crm_sync *sync) {
    int rc = crm_csv_feed(csv, sync, UINT64_MAX);
    crm_csv_close(csv);
    return rc;
}

int crm_csv_read(crm_sync *sync, const void *bytes, size_t size, const crm_csv_options *options) {
    crm_csv *csv;
    if (!sync) return crmi_exchange_refuse(CRM_E_INVALID, 0, "sync is NULL");
    int rc = crm_csv_open_bytes(bytes, size, options, &csv);
    return rc < 0 ? rc : feed_all(csv, sync);
}

int crm_csv_read_file(crm_sync *sync, const char *path, const crm_csv_options *options) {
    crm_csv *csv;
    if (!sync) return crmi_exchange_refuse(CRM_E_INVALID, 0, "sync is NULL");
    int rc = crm_csv_open(path, options, &csv);
    return rc < 0 ? rc : feed_all(csv, sync);
}
