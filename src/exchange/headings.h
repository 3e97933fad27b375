/* SPDX-License-Identifier: MIT */
/* The headings of a table as columns of a crm_sync. */
#ifndef CRMI_EXCHANGE_HEADINGS_H
#define CRMI_EXCHANGE_HEADINGS_H
#include <libcrm/types.h>
#include <stdbool.h>

/* Begins as zero. */
typedef struct crmi_headings {
    char unknown[200]; /* those that nothing recognises, as many as fit */
    size_t count, unlisted;
    bool blank;  /* there are columns without a heading */
    bool told;   /* the caller has mapped these */
    bool strict; /* once they are ended: a cell without a heading is refused */
} crmi_headings;

/* Adds a column. One without a heading must be empty, unless the caller has mapped it or leaves out what nothing recognises; it is added
 * all the same, so that columns have the numbers that they have in the file. One that nothing recognises is kept for the end. */
int crmi_headings_add(crmi_headings *headings, crm_sync *sync, const char *heading, size_t size);
/* CRM_E_NOTFOUND where there were such, all in one message, or where all columns are left out; behind: what to say after it, or "". */
int crmi_headings_end(crmi_headings *headings, const crm_sync *sync, const char *behind);
/* White space and no-break spaces only. */
bool crmi_headings_is_blank(const char *text, size_t size);
/* A title stands above a table: one cell in a row, or few of its width. It is none where no row below has more cells. */
bool crmi_headings_is_title(size_t filled, size_t width);
#endif
