/* SPDX-License-Identifier: MIT */
/* Inside of the CSV reader: bytes to rows of cells. */
#ifndef CRMI_EXCHANGE_CSV_H
#define CRMI_EXCHANGE_CSV_H
#include "schema/limits.h"
#include <libcrm/csv.h>
#include <stdbool.h>

/* Writes a byte of Windows-1252 as UTF-8. Returns how many bytes that are, 1 to 3; 0 where the byte means nothing. */
size_t crmi_exchange_decode_1252(uint8_t byte, char out[3]);

/* A row that is being read. Cells lie in text one after the other, each ended by a NUL. */
typedef struct crmi_csv_row {
    char *text;
    size_t size, capacity;
    size_t *starts; /* of cells */
    size_t count, cells_capacity;
    uint64_t line; /* of the file that the row begins in */
    bool blank;    /* nothing but the end of its line */
} crmi_csv_row;

typedef struct crmi_csv_reader {
    const char *at, *end;
    char delimiter;
    uint32_t encoding;
    uint64_t line; /* of at */
    crmi_csv_row row;
} crmi_csv_reader;

/* Looks for the byte order mark, for a line that tells the delimiter and, where delimiter is 0, for the delimiter. */
void crmi_csv_begin(crmi_csv_reader *reader, const void *bytes, size_t size, const crm_csv_options *options);
/* Reads the next row into reader->row. CRM_ROW; CRM_OK at the end; CRM_E_FORMAT, CRM_E_UTF8, CRM_E_TOO_BIG, CRM_E_NOMEM with the error. */
int crmi_csv_next(crmi_csv_reader *reader);
void crmi_csv_end(crmi_csv_reader *reader);
#endif
