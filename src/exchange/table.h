/* SPDX-License-Identifier: MIT */
/* Tables of texts that are written: sheets of a workbook, or files of their own. */
#ifndef CRMI_EXCHANGE_TABLE_H
#define CRMI_EXCHANGE_TABLE_H
#include "exchange/place.h"
#include <stddef.h>
#include <stdint.h>

typedef struct crmi_cell {
    const char *text; /* NULL: empty */
    size_t size;
} crmi_cell;

typedef struct crmi_table {
    char *name;
    crmi_place place;    /* of a file of its own */
    void *sheet;         /* of a workbook */
    crmi_cell *headings; /* of JSON Lines */
    size_t columns;
    uint64_t rows; /* the line of headings counts */
    uint64_t full; /* rows of a sheet that have a cell */
} crmi_table;

typedef struct crmi_tables {
    uint32_t format;
    bool raw; /* no apostrophes */
    char delimiter;
    bool folder; /* path is one: a file a table */
    char *path;
    void *workbook;
    crmi_place place; /* of the workbook */
    crmi_table *tables;
    size_t count;
    bool begun; /* something is to be ended */
} crmi_tables;

int crmi_tables_begin(crmi_tables *tables, const char *path);
/* A new table with its headings; its position in *out. CRM_E_EXISTS there is one of this name. */
int crmi_tables_add(crmi_tables *tables, const char *name, const crmi_cell *headings, size_t count, size_t *out);
int crmi_tables_row(crmi_tables *tables, size_t table, const crmi_cell *cells, size_t count);
/* A line of JSON in place of a row. */
int crmi_tables_line(crmi_tables *tables, size_t table, const char *json, size_t size);
int crmi_tables_finish(crmi_tables *tables);
void crmi_tables_end(crmi_tables *tables);

/* table_xlsx.c */
int crmi_workbook_begin(crmi_tables *tables);
int crmi_workbook_add(crmi_tables *tables, crmi_table *table);
int crmi_workbook_row(crmi_tables *tables, crmi_table *table, const crmi_cell *cells, size_t count);
int crmi_workbook_finish(crmi_tables *tables);
void crmi_workbook_end(crmi_tables *tables);
#endif
