/* SPDX-License-Identifier: MIT */
/* Sheets of a workbook, or files of a folder, into the sheets of a crm_sync: which are read, and as what. */
#ifndef CRMI_EXCHANGE_READING_H
#define CRMI_EXCHANGE_READING_H
#include <libcrm/xlsx.h>
#include <stdbool.h>

typedef struct crmi_reading {
    crm_sync *sync;
    crm_xlsx_options options;
    uint32_t shape;  /* that sync was made with */
    bool alone;      /* one sheet is read */
    bool mapped;     /* the mapping file has one of the sheets */
    size_t read;     /* sheets */
    const char *say; /* what the source calls a sheet: "sheet", "file" */
} crmi_reading;

/* Takes the options, which may be NULL. */
int crmi_reading_begin(crmi_reading *reading, crm_sync *sync, const crm_xlsx_options *options, const char *say);
/* Begins a sheet of sync; rows: its shape, 0 as its name tells. CRM_ROW: it is left out. */
int crmi_reading_sheet(crmi_reading *reading, const char *name, uint32_t rows);
/* Something was read, and the mapping was of use. */
int crmi_reading_end(const crmi_reading *reading);
#endif
