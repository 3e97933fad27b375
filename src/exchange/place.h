/* SPDX-License-Identifier: MIT */
/* A file that is written under a temporary name beside its place, and gets its own when all is on the disk. What is no file (a pipe, a
 * terminal) is written as it comes. */
#ifndef CRMI_EXCHANGE_PLACE_H
#define CRMI_EXCHANGE_PLACE_H
#include <stdbool.h>
#include <stdio.h>

typedef struct crmi_place {
    char *path, *temporary; /* temporary NULL: written as it comes */
    FILE *file;             /* buffered; NULL: closed */
} crmi_place;

/* CRM_E_NOTFOUND no such folder; CRM_E_IO; CRM_E_NOMEM. Call crmi_place_end() after either. */
int crmi_place_begin(crmi_place *place, const char *path);
int crmi_place_flush(crmi_place *place);  /* all of it is on the disk */
int crmi_place_finish(crmi_place *place); /* after the flush: gives it its name */
void crmi_place_end(crmi_place *place);   /* removes what was not finished */

int crmi_place_is_folder(const char *path); /* 1 also where it ends with a slash */
#endif
