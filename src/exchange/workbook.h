/* SPDX-License-Identifier: MIT */
/* Sheets of a workbook into rows. */
#ifndef CRMI_EXCHANGE_WORKBOOK_H
#define CRMI_EXCHANGE_WORKBOOK_H
#include <libcrm/xlsx.h>

/* Goes through a sheet's first rows. *out is the row with the headings; 0: nothing is in the sheet. */
int crmi_workbook_header(crm_xlsx *workbook, size_t sheet, uint64_t *out);
/* Reads a sheet into the latest one of sync; header: the row with the headings. */
int crmi_workbook_rows(crm_sync *sync, crm_xlsx *workbook, size_t sheet, uint64_t header);
#endif
