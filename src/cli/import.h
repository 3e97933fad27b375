/* SPDX-License-Identifier: MIT */
/* Inside of crmdb import. */
#ifndef CRMI_CLI_IMPORT_H
#define CRMI_CLI_IMPORT_H
#include "cli/cli.h"
#include <signal.h>

typedef struct import_file {
    const char *path; /* "-": standard input */
    crm_sync *sync;
    crm_csv *csv; /* NULL: no CSV */
    char *bytes;  /* of standard input */
    size_t size;
    bool job; /* more rows than one transaction takes: it is read while it is stored */
} import_file;

typedef struct import_job {
    const cli_args *args;
    const char *role, *source;
    char mapped_source[256]; /* as the mapping file tells it */
    uint32_t rows, flags;    /* rows: 0 as mapping or name tells */
    crm_csv_options csv;
    crm_xlsx_options xlsx;
    cli_table table;
    bool first; /* file of the JSON result */
    import_file *files;
    size_t count; /* of those that were opened */
} import_job;

/* import_options.c. Prints its errors. */
bool cli_import_take(cli_run *cli, const cli_args *args, import_job *work);
int cli_import_find_source(const cli_run *cli, import_job *work); /* as told, or as the mapping file tells it */
void cli_import_drop(import_job *work);
int cli_import_policies(cli_run *cli, const import_job *work, crm_sync *sync);
/* Says why a mapping file is none; the exit code. */
int cli_import_refuse_mapping(const cli_run *cli, const char *path);
/* What --map and --mapping say, for the latest sheet; several: each sheet takes what fits its rows, and has its mapping already. */
int cli_import_map(cli_run *cli, const import_job *work, crm_sync *sync, bool several);

/* import_read.c: all files, before anything is stored; of one that is a job the rows that one transaction would take. */
int cli_import_read(cli_run *cli, import_job *work);
/* Reads one again as a job, batch by batch into the store; a crm_status. *code: the exit code of an error that it has printed. */
int cli_import_job(cli_run *cli, import_job *work, import_file *file, int *code);
const char *cli_import_base_name(const char *path);

/* import_fingerprint.c: what tells a file's content, and how it is read, from any other; *lines (not NULL) how many it has. False, and
 * errno. */
#define CLI_IMPORT_FINGERPRINT 40
bool cli_import_fingerprint(const import_job *work, const import_file *file, char out[CLI_IMPORT_FINGERPRINT], uint64_t *lines);

/* import_plan.c: crmdb import --plan, --errors, --apply. CLI_REFUSED where a row is refused. */
#define CLI_IMPORT_REASON "Import error" /* heading of the reasons; an import leaves the column out */
int cli_import_plan(cli_run *cli, const import_job *work, const import_file *file);
bool cli_import_errors_fit(const char *path, const crm_sync *sync); /* a file of CSV or JSON Lines holds one sheet */
int cli_import_errors_file(cli_run *cli, const import_file *file, const char *path);
int cli_import_apply_plan(cli_run *cli, const char *path);

/* import_runs.c: crmdb import --runs, --revert, --forget. */
int cli_import_runs(cli_run *cli);
int cli_import_revert(cli_run *cli, const char *text);
int cli_import_forget(cli_run *cli, const char *text);

/* import_progress.c: a line on a terminal, and Ctrl-C, between the two calls. */
typedef struct import_watch {
    bool shown, line;
    double began, told;    /* seconds */
    uint64_t first, about; /* rows that were done before; that there may be, 0: unknown */
    struct sigaction before;
} import_watch;
void cli_import_watch(import_watch *watch, uint64_t about);
int cli_import_told(void *watch, uint64_t done, uint64_t total); /* a crm_sync_progress_fn; watch is its data */
void cli_import_watched(const import_watch *watch);
/* crm_sync_apply(), or where plan is not NULL crm_sync_plan(), between them. */
int cli_import_apply(cli_run *cli, crm_sync *sync, crm_plan **plan);
#endif
