/* SPDX-License-Identifier: MIT */
/* crmdb import: Excel workbooks and CSV files into the store, each in one transaction of its own. */
#include "cli/import.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const cli_option options[] = {
    {"rows", "SHAPE",
     "flat (company, address and contact on one line), customer, site, contact, channel, identifier, membership, bank or quote_defaults; "
     "without it the name tells (Sites.csv), else flat",
     false},
    {"role", "ROLE", "role of the companies: customer (default), supplier, prospect ...", false},
    {"map", "HEADING=TARGET", "what a column means: a path such as address.town, or ignore", true},
    {"mapping", "FILE", "what columns mean, as --save-mapping has written it; --map is for others", false},
    {"save-mapping", "FILE", "write down what the columns were taken for", false},
    {"policy", "[KIND=]POLICY[/NEW]", "of records that exist: merge (default), replace, skip, equal or fail; of new ones: create or fail",
     true},
    {"skip-bad-rows", NULL, "store the good rows; without it one bad row stores nothing", false},
    {"ignore-unknown", NULL, "leave out the columns that nothing recognises, and list them", false},
    {"delimiter", "CHARACTER", "comma, semicolon, tab, pipe or the character itself; without it the file tells", false},
    {"encoding", "NAME", "utf-8, utf-16le, utf-16be, windows-1252 or iso-8859-15; without it the file tells", false},
    {"quote", "CHARACTER", "double, single or none; without it the file tells", false},
    {"sheet", "NAME[=SHAPE]",
     "of a workbook or folder: a sheet to read, and what its rows are; without it all visible ones, as their names tell", true},
    {"header-row", "LINE", "number of the line with the headings, or none: columns are A, B, C ...; without it the file tells", false},
    {"verbose", NULL, "say how each file is read: encoding, delimiter, quote, headings, and how sure that is", false},
    {"source", "NAME", "where the rows come from, always by the same name: columns of that system's keys need it", false},
    {"plan", NULL, "store nothing; show what each row would change, and from what to what", false},
    {"save", "FILE", "with --plan: keep the plan, for --apply", false},
    {"apply", "PLAN", "apply a plan that was saved; rows whose outcome would be another by now are refused", false},
    {"errors", "FILE", "write the rows that are refused, with the reasons beside them: a workbook, FILE.csv, FILE.jsonl, or FOLDER/ of CSV",
     false},
    {"runs", NULL, "list what was imported, with what --revert takes", false},
    {"revert", "RUN", "take an import back", false},
    {"forget", "RUN", "forget what an import wrote over, which saves room: it can't be taken back any more", false},
    {"create", NULL, "make the store where there is none", false},
    {"country", "COUNTRY", "with --create: the sender's country, as init has it", false},
    {NULL, NULL, NULL, false},
};

/* --- storing --- */

/* Stores what was read and says what became of it. With --skip-bad-rows it is refused only where no row was good. */
static int apply(cli_run *cli, import_job *work, import_file *file) {
    int code = CLI_OK, status = file->job ? cli_import_job(cli, work, file, &code) : cli_import_apply(cli, file->sync, NULL);
    const crm_sync *sync = file->sync;
    size_t errors = crm_sync_error_count(sync);
    uint64_t failed = cli_import_refused(sync), rows = cli_import_rows(sync);
    bool stored = status == CRM_OK;
    if (!stored && file->job && rows > failed)
        cli_notice(cli, "%s: %" PRIu64 " rows before are stored; the same command again goes on behind them", file->path, rows - failed);
    if (code != CLI_OK) return code;
    if (!stored && !errors) return cli_failure(cli, file->path);
    if (errors && cli_begin(cli, 0) != CLI_OK) return CLI_FAILED;
    cli_import_errors(cli, file->path, sync);
    if (stored && !cli->json) cli_import_warnings(cli, file->path, sync);
    if (cli->json)
        cli_import_json(cli, file->path, file->csv, sync, stored, work->first);
    else if (stored)
        cli_import_line(&work->table, cli_import_base_name(file->path), sync);
    work->first = false;
    const char *refused = cli_args_get(work->args, "errors");
    if (refused && failed && cli_import_errors_file(cli, file, refused) != CLI_OK) return CLI_FAILED;
    if (!stored)
        return cli_error(cli, CLI_REFUSED, "%s: nothing %swas stored: %zu error%s", file->path, file->job ? "of their batch " : "", errors,
                         errors == 1 ? "" : "s");
    if (!failed) return CLI_OK;
    cli_notice(cli, "%s: %" PRIu64 " of %" PRIu64 " rows were not stored", file->path, failed, rows);
    return failed == rows ? CLI_REFUSED : CLI_OK;
}

/* The files one after the other; the first that fails ends the run, and what was before it stays stored. Snapshots name the store's own
 * columns and fields, for reading and for errors, and are done with when a file is stored. */
static int apply_files(cli_run *cli, import_job *work) {
    int code = CLI_OK;
    for (size_t i = 0; i < work->count && code == CLI_OK; i++) {
        crm_txn_free(cli->txn);
        cli->txn = NULL;
        code = apply(cli, work, &work->files[i]);
        if (code != CLI_OK && i + 1 < work->count) cli_notice(cli, "the files after %s were not stored", work->files[i].path);
    }
    return code;
}

static int plan_files(cli_run *cli, const import_job *work) {
    int code = CLI_OK;
    for (size_t i = 0; i < work->count && (code == CLI_OK || code == CLI_REFUSED); i++) {
        int one = cli_import_plan(cli, work, &work->files[i]);
        if (one != CLI_OK) code = one;
    }
    return code;
}

static int set_country(crm_txn *txn, void *country) {
    int status = cli_set_country(txn, country);
    return status == CRM_OK ? CRM_COMMIT : status;
}

/* Opens the store; a new one gets the sender's country. */
static int open_store(cli_run *cli, const cli_args *args) {
    const char *name = cli_args_get(args, "country"), *country = NULL;
    bool create = cli_args_get(args, "create") != NULL, there = name && cli_store_exists(cli);
    if (create && cli->as) return cli_error(cli, CLI_USAGE, "--as: a new store has no users; import without --create");
    if (name && !create) return cli_error(cli, CLI_USAGE, "--country needs --create: it is of a new store");
    if (name && !(country = cli_country(cli, name))) return CLI_REFUSED;
    int code = cli_open(cli, create ? CRM_DB_CREATE : 0, true);
    if (code != CLI_OK || !country) return code;
    if (there) cli_notice(cli, "%s: the store exists already: --country %s does not change it", cli->path, name);
    if (there || crm_transact(cli->db, CRM_ACTOR_SYSTEM, set_country, (void *)(uintptr_t)country) == CRM_OK) return CLI_OK;
    return cli_failure(cli, name);
}

static int import_files(cli_run *cli, const cli_args *args) {
    import_job work;
    if (!cli_import_take(cli, args, &work)) {
        cli_import_drop(&work);
        return CLI_USAGE;
    }
    int code = cli_import_find_source(cli, &work);
    if (code == CLI_OK) code = open_store(cli, args);
    work.files = cli_allocate(NULL, args->operand_count * sizeof *work.files);
    memset(work.files, 0, args->operand_count * sizeof *work.files);
    bool plan = cli_args_get(args, "plan") != NULL;
    if (code == CLI_OK && plan) {
        code = cli_import_read(cli, &work);
        if (code == CLI_OK) code = plan_files(cli, &work);
    } else if (code == CLI_OK) {
        cli_import_head(cli, &work.table);
        if (cli->json) printf("{\"files\": [");
        code = cli_import_read(cli, &work);
        if (code == CLI_OK) code = apply_files(cli, &work);
        cli_table_end(cli, &work.table, work.table.count > 1);
    }
    for (size_t i = 0; i < work.count; i++) {
        crm_sync_free(work.files[i].sync);
        crm_csv_close(work.files[i].csv);
        free(work.files[i].bytes);
    }
    free(work.files);
    cli_import_drop(&work);
    return code;
}

/* What goes with what. */
static int check_options(const cli_run *cli, const cli_args *args) {
    bool plan = cli_args_get(args, "plan") != NULL, several = args->operand_count > 1;
    if (several && (cli_args_get(args, "save-mapping") || cli_args_get(args, "save") || cli_args_get(args, "errors")))
        return cli_error(cli, CLI_USAGE, "--save, --errors and --save-mapping are for one file");
    if (cli_args_get(args, "save") && !plan) return cli_error(cli, CLI_USAGE, "--save is for --plan");
    if (several && plan && cli->json) return cli_error(cli, CLI_USAGE, "--plan --json is for one file");
    return args->operand_count ? CLI_OK : cli_error(cli, CLI_USAGE, "too few arguments for import; crmdb import --help");
}

/* What is no import of files goes with the options of all commands only. */
static int check_alone(const cli_run *cli, const cli_args *args, const char *name) {
    if (args->operand_count) return cli_error(cli, CLI_USAGE, "--%s takes no files", name);
    for (const cli_option *other = options; other->name; other++)
        if (strcmp(other->name, name) != 0 && cli_args_get(args, other->name))
            return cli_error(cli, CLI_USAGE, "--%s and --%s don't go together", name, other->name);
    return CLI_OK;
}

static int list_runs(cli_run *cli, const char *none) {
    (void)none;
    return cli_import_runs(cli);
}

static int run(cli_run *cli, const cli_args *args) {
    static const struct {
        const char *name;
        int (*run)(cli_run *cli, const char *value);
    } doors[] = {{"runs", list_runs}, {"revert", cli_import_revert}, {"forget", cli_import_forget}, {"apply", cli_import_apply_plan}};
    for (size_t i = 0; i < sizeof doors / sizeof *doors; i++) {
        const char *value = cli_args_get(args, doors[i].name);
        int code = value ? check_alone(cli, args, doors[i].name) : CLI_OK;
        if (value) return code == CLI_OK ? doors[i].run(cli, value) : code;
    }
    int code = check_options(cli, args);
    return code == CLI_OK ? import_files(cli, args) : code;
}

const cli_command cli_cmd_import = {
    .name = "import",
    .operands = "FILE|FOLDER ...",
    .summary = "read customers, sites and contacts from Excel workbooks and CSV files",
    .about = "Reads Excel workbooks, CSV files (- is standard input) and folders of CSV files, as export writes them: a row names the "
             "columns by\n"
             "labels of the fields, German or English (see crmdb fields --targets). Companies are found again by their numbers, so that\n"
             "reading a file twice changes nothing. Each file, and each folder, is stored as a whole or not at all.",
    .options = options,
    .least = 0,
    .most = SIZE_MAX,
    .run = run,
};
