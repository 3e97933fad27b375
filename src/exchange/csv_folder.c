/* SPDX-License-Identifier: MIT */
/* A folder of CSV files, each as a sheet. */
#include "exchange/reading.h"
#include "exchange/refuse.h"
#include <dirent.h>
#include <libcrm/csv.h>
#include <libcrm/error.h>
#include <libcrm/status.h>
#include <libcrm/sync.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { LONGEST = 4096 };

static int is_csv(const struct dirent *entry) {
    size_t size = strlen(entry->d_name);
    return size > 4 && entry->d_name[0] != '.' && strcasecmp(entry->d_name + size - 4, ".csv") == 0;
}

/* The error of a file says which one. */
static int named(int rc, const char *file) {
    char text[300];
    if (rc >= 0) return rc;
    snprintf(text, sizeof text, "%.200s", crm_error_text());
    return crmi_exchange_refuse(rc, crm_error_row(), "file \"%.120s\": %s", file, text);
}

static const crm_xlsx_choice *choice_of(const crm_xlsx_options *options, const char *name) {
    for (uint32_t i = 0; i < options->choice_count; i++)
        if (strcasecmp(options->choice[i].name, name) == 0) return &options->choice[i];
    return NULL;
}

static int read_one(crmi_reading *reading, const char *folder, const char *file, const crm_csv_options *csv) {
    char path[LONGEST], name[256];
    snprintf(name, sizeof name, "%.*s", (int)(strlen(file) - 4), file);
    const crm_xlsx_choice *choice = choice_of(&reading->options, name);
    if (!choice && reading->options.choice_count) return CRM_OK;
    if ((size_t)snprintf(path, sizeof path, "%s/%s", folder, file) >= sizeof path)
        return crmi_exchange_refuse(CRM_E_TOO_BIG, 0, "a path has over %d bytes", LONGEST);
    int rc = crmi_reading_sheet(reading, name, choice ? choice->rows : 0);
    if (rc != CRM_OK) return rc == CRM_ROW ? CRM_OK : rc;
    crm_csv_options told = csv ? *csv : (crm_csv_options){.size = sizeof told};
    if (choice && choice->header) told.header_row = choice->header;
    return named(crm_csv_read_file(reading->sync, path, &told), file);
}

int crm_csv_read_folder(crm_sync *sync, const char *path, const crm_csv_options *csv, const crm_xlsx_options *options) {
    crmi_reading reading;
    struct dirent **files = NULL;
    if (!path) return crmi_exchange_refuse(CRM_E_INVALID, 0, "path is NULL");
    int rc = crmi_reading_begin(&reading, sync, options, "file");
    int count = rc == CRM_OK ? scandir(path, &files, is_csv, alphasort) : 0;
    if (count < 0) return crmi_exchange_refuse_errno(path);
    reading.alone = count == 1;
    for (int i = 0; rc == CRM_OK && i < count; i++) rc = read_one(&reading, path, files[i]->d_name, csv);
    for (int i = 0; i < count; i++) free(files[i]);
    free(files);
    return rc == CRM_OK ? crmi_reading_end(&reading) : rc;
}
