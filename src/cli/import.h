/* SPDX-License-Identifier: MIT */
/* Inside of crmdb import. */
#ifndef CRMI_CLI_IMPORT_H
#define CRMI_CLI_IMPORT_H
#include "cli/cli.h"
#include <libcrm/io.h>

typedef struct import_file {
    const char *path; /* "-": standard input */
    crm_sync *sync;
    crm_csv *csv; /* NULL: a workbook */
    char *bytes;  /* of standard input */
    size_t size;
} import_file;

typedef struct import_job {
    const cli_args *args;
    const char *role, *source;
    uint32_t rows, flags;
    crm_csv_options csv;
    crm_xlsx_options xlsx;
    cli_table table;
    bool first; /* file of the JSON result */
    import_file *files;
    size_t count; /* of those that were opened */
} import_job;

/* import_options.c. Prints its errors. */
bool cli_import_take(cli_run *cli, const cli_args *args, import_job *work);
void cli_import_drop(import_job *work);
int cli_import_policies(cli_run *cli, const import_job *work, crm_sync *sync);
/* What --map says, for the latest sheet; several: each sheet takes what fits its rows. */
int cli_import_map(cli_run *cli, const import_job *work, crm_sync *sync, bool several);

/* import_read.c: all files, before anything is stored. */
int cli_import_read(cli_run *cli, import_job *work);
const char *cli_import_base_name(const char *path);

/* import_plan.c: crmdb import --plan, --errors, --apply. CLI_REFUSED where a row is refused. */
#define CLI_IMPORT_REASON "Import error" /* heading of the reasons; an import leaves the column out */
int cli_import_plan(cli_run *cli, const import_job *work, const import_file *file);
int cli_import_errors_file(cli_run *cli, const import_file *file, const char *path);
int cli_import_apply_plan(cli_run *cli, const char *path);

/* import_runs.c: crmdb import --runs, --revert. */
int cli_import_runs(cli_run *cli);
int cli_import_revert(cli_run *cli, const char *text);

/* import_progress.c: crm_sync_apply(), or where plan is not NULL crm_sync_plan(), with a line on a terminal; Ctrl-C ends it at once with
 * nothing stored. */
int cli_import_apply(cli_run *cli, crm_sync *sync, crm_plan **plan);
#endif
