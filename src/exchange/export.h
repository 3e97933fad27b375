/* SPDX-License-Identifier: MIT */
/* Inside of an export. */
#ifndef CRMI_EXCHANGE_EXPORT_H
#define CRMI_EXCHANGE_EXPORT_H
#include "exchange/table.h"
#include "exchange/value.h"
#include <libcrm/crm.h>
#include <libcrm/export.h>

enum { CRMI_SHEETS = 10, CRMI_CODE_SIZE = 72, CRMI_PATH_SIZE = 160 };

struct crm_export {
    crm_export_options options; /* its texts are NULL: what follows has them */
    bool german;
    bool whole; /* whole files in place of the customer sheets */
    char role[CRMI_CODE_SIZE], source[CRMI_CODE_SIZE];
    crmi_tables tables;
    bool failed, finished, customers;
    const crm_field *latest; /* of crm_export_list(): the latest table's; NULL: of another call */
    crm_field *fields;
    size_t field_count;
    crmi_text text; /* of a row */
    crmi_cell *cells;
    size_t *ends; /* of cells in text */
    size_t cell_capacity;
};

/* --- a row that is being made --- */

int crmi_row_begin(crm_export *exporting, size_t columns); /* CRM_E_NOMEM */
/* What was added to exporting->text since the column before is the cell of this one. Each column in its order. */
void crmi_row_cell(crm_export *exporting, size_t column);
int crmi_row_end(crm_export *exporting, size_t table, size_t columns);

/* --- what the customer sheets are made of --- */

enum crmi_use {
    CRMI_COLUMN_NUMBER,    /* the customer's number */
    CRMI_COLUMN_KEY,       /* his key, where he has no number */
    CRMI_COLUMN_ID,        /* of the record, or of its customer, site or contact: field is one of that kind */
    CRMI_COLUMN_TARGET,    /* what the site or contact is known by that the record is about */
    CRMI_COLUMN_FIELD,     /* a field's value */
    CRMI_COLUMN_ITEM,      /* one text of a list */
    CRMI_COLUMN_NAMED,     /* number of the site, name of the contact that the field names; its id where that does not tell it */
    CRMI_COLUMN_GROUP,     /* the group's code */
    CRMI_COLUMN_USAGE,     /* no, yes or default for a purpose */
    CRMI_COLUMN_PURPOSES,  /* purposes of the host's own, by name */
    CRMI_COLUMN_PREFERRED, /* whether it is the customer's preferred one */
};

typedef struct crmi_column {
    uint32_t use;
    crm_field field;
    size_t item;
    char code[CRMI_CODE_SIZE]; /* the purpose */
    char heading[CRMI_PATH_SIZE];
} crmi_column;

/* What one of the sheets has, found out before it is written. */
typedef struct crmi_sheet {
    struct crmi_sheet_field {
        crm_field field;
        size_t items; /* of the longest list */
    } * fields;       /* with a value somewhere */
    size_t field_count;
    char (*purposes)[CRMI_CODE_SIZE];
    size_t purpose_count;
    uint32_t names;   /* of sites and contacts that its records are about: bits by crmi_sheet_named() */
    uint64_t targets; /* kinds of these, as bits */
    bool rows, preferred;
    crmi_column *columns;
    size_t column_count;
    size_t table;
} crmi_sheet;

typedef struct crmi_customers {
    crm_export *exporting;
    crm_txn *txn;
    crmi_sheet sheets[CRMI_SHEETS];
    bool ids, keys; /* somebody has no number; of these somebody has a key of the source */
} crmi_customers;

/* export_sheets.c: columns of a sheet, by what it has. */
uint32_t crmi_sheet_kind(size_t sheet);
const char *crmi_sheet_name(size_t sheet, bool german);
crm_field crmi_sheet_named(size_t index); /* what sites and contacts are known by: the site number first, 0 behind the last */
int crmi_sheet_columns(crmi_customers *customers, size_t sheet);
int crmi_sheet_add_field(crmi_sheet *sheet, crm_field field, size_t items); /* items: of a list */
int crmi_sheet_add_purpose(crmi_sheet *sheet, const char *code);
#endif
