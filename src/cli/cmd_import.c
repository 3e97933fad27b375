/* SPDX-License-Identifier: MIT */
/* crmdb import: CSV files into the store, each in one transaction of its own. */
#include "cli/cli.h"
#include <errno.h>
#include <inttypes.h>
#include <libcrm/io.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const cli_option options[] = {
    {"rows", "SHAPE", "flat (default: company, address and contact on one line), customer, site or contact", false},
    {"role", "ROLE", "role of the companies: customer (default), supplier, prospect ...", false},
    {"map", "HEADING=TARGET", "what a column means: a path such as address.town, or ignore", true},
    {"policy", "POLICY", "merge (default: update what exists) or create (a record that exists is an error)", false},
    {"skip-bad-rows", NULL, "store the good rows; without it one bad row stores nothing", false},
    {"delimiter", "CHARACTER", "comma, semicolon, tab or the character itself; without it the first line decides", false},
    {"encoding", "NAME", "utf-8 (default) or windows-1252", false},
    {"source", "NAME", "where the rows come from; without it the file's name", false},
    {"create", NULL, "make the store where there is none", false},
    {NULL, NULL, NULL, false},
};

typedef struct word {
    const char *name;
    uint32_t value;
} word;

static const word row_words[] = {
    {"flat", CRM_ROWS_FLAT}, {"customer", CRM_ROWS_CUSTOMER}, {"site", CRM_ROWS_SITE}, {"contact", CRM_ROWS_CONTACT}, {NULL, 0}};
static const word policy_words[] = {{"merge", CRM_SYNC_MERGE}, {"create", CRM_SYNC_CREATE}, {NULL, 0}};
static const word encoding_words[] = {{"utf-8", CRM_CSV_UTF8}, {"utf8", CRM_CSV_UTF8}, {"windows-1252", CRM_CSV_WINDOWS_1252}, {NULL, 0}};
static const word delimiter_words[] = {{"comma", ','}, {",", ','}, {"semicolon", ';'}, {";", ';'}, {"tab", '\t'}, {"\t", '\t'}, {NULL, 0}};

typedef struct import_job {
    const cli_args *args;
    const char *role, *source;
    uint32_t rows, policy, flags;
    crm_csv_options csv;
    cli_table table;
    bool first; /* file of the JSON result */
} import_job;

/* The value of an option by its word; left as it is without the option. */
static bool take_word(const cli_run *cli, const cli_args *args, const char *option, const word *words, uint32_t *value) {
    const char *text = cli_args_get(args, option);
    for (; text && words->name; words++)
        if (!strcmp(words->name, text)) {
            *value = words->value;
            return true;
        }
    if (text) cli_error(cli, CLI_USAGE, "--%s does not know \"%s\"", option, text);
    return !text;
}

static bool take_options(cli_run *cli, const cli_args *args, import_job *work) {
    memset(work, 0, sizeof *work);
    work->args = args;
    work->rows = CRM_ROWS_FLAT;
    work->first = true;
    work->csv.size = sizeof work->csv;
    work->role = cli_args_get(args, "role");
    work->source = cli_args_get(args, "source");
    work->flags = cli_args_get(args, "skip-bad-rows") ? CRM_SYNC_SKIP_BAD_ROWS : 0;
    return take_word(cli, args, "rows", row_words, &work->rows) && take_word(cli, args, "policy", policy_words, &work->policy) &&
           take_word(cli, args, "encoding", encoding_words, &work->csv.encoding) &&
           take_word(cli, args, "delimiter", delimiter_words, &work->csv.delimiter) && (!work->role || cli_role_good(cli, work->role));
}

static int map_columns(cli_run *cli, const import_job *work, crm_sync *sync) {
    size_t position = 0;
    const char *text, *target;
    char *heading;
    while ((text = cli_args_next(work->args, "map", &position))) {
        if (!cli_pair(text, true, &heading, &target)) return cli_error(cli, CLI_USAGE, "--map needs HEADING=TARGET, not \"%s\"", text);
        int status = crm_sync_map(sync, heading, target);
        free(heading);
        if (status != CRM_OK) return cli_error(cli, CLI_USAGE, "--map %s: %s", text, crm_error_text());
    }
    return CLI_OK;
}

static const char *base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash && slash[1] ? slash + 1 : path;
}

static int prepare(cli_run *cli, const import_job *work, const char *path, crm_sync **out) {
    if (crm_sync_new(work->source ? work->source : base_name(path), work->rows, out) != CRM_OK) return cli_failure(cli, path);
    if (work->role && crm_sync_set_role(*out, work->role) != CRM_OK) return cli_failure(cli, work->role);
    if (crm_sync_set_policy(*out, work->policy) != CRM_OK || crm_sync_set_flags(*out, work->flags) != CRM_OK) return cli_failure(cli, path);
    return map_columns(cli, work, *out);
}

/* A file that can't be opened is "not found"; one with a heading that nothing recognises is there, and refused. */
static int read_file(cli_run *cli, const import_job *work, const char *path, crm_sync *sync) {
    if (access(path, R_OK) != 0) return cli_error(cli, CLI_FAILED, "%s: %s", path, strerror(errno));
    if (isatty(STDERR_FILENO)) cli_notice(cli, "reading %s", path);
    if (crm_csv_read_file(sync, path, &work->csv) == CRM_OK) return CLI_OK;
    if (crm_error_status() != CRM_E_NOTFOUND) return cli_failure(cli, path);
    return cli_error(cli, CLI_REFUSED, "%s: %s; name its meaning with --map HEADING=TARGET, or --map HEADING=ignore", path,
                     crm_error_text());
}

/* Where an error is, as editors and people read it: "customers.csv:12: column 4 (address.town): no such code". */
static void print_errors(const cli_run *cli, const char *path, const crm_sync *sync) {
    for (size_t i = 0; i < crm_sync_error_count(sync); i++) {
        size_t column = crm_sync_error_column(sync, i);
        crm_field field = crm_sync_error_field(sync, i);
        const char *target = column ? crm_sync_target(sync, column - 1) : NULL;
        cli_string where = {0};
        if (column) cli_string_format(&where, "column %zu", column);
        if (target) cli_string_format(&where, " (%s)", target);
        if (!target && field) {
            cli_string_join(&where, "", " ");
            cli_value_path(field, &where);
        }
        const char *reason = crm_sync_error_text(sync, i);
        cli_error(cli, 0, "%s:%" PRIu64 ": %s%s%s", path, crm_sync_error_row(sync, i), cli_string_text(&where), where.size ? ": " : "",
                  reason ? reason : crm_status_text(crm_sync_error_status(sync, i)));
        cli_string_free(&where);
    }
}

static const uint32_t actions[] = {CRM_SYNC_CREATED, CRM_SYNC_UPDATED, CRM_SYNC_UNCHANGED, CRM_SYNC_FAILED};
enum { ACTIONS = sizeof actions / sizeof *actions };

static uint64_t row_count(const crm_sync *sync) {
    uint64_t sum = 0;
    for (size_t i = 0; i < ACTIONS; i++) sum += crm_sync_count(sync, actions[i]);
    return sum;
}

static void json_errors(const crm_sync *sync) {
    printf(", \"errors\": [");
    for (size_t i = 0; i < crm_sync_error_count(sync); i++) {
        size_t column = crm_sync_error_column(sync, i);
        crm_field field = crm_sync_error_field(sync, i);
        cli_string path = {0};
        if (field) cli_value_path(field, &path);
        printf("%s{", i ? ", " : "");
        cli_json_count("row", crm_sync_error_row(sync, i), true);
        cli_json_count("column", column, false);
        cli_json_member("target", column ? crm_sync_target(sync, column - 1) : NULL, false);
        cli_json_member("field", path.text, false);
        cli_json_member("status", crm_status_name(crm_sync_error_status(sync, i)), false);
        cli_json_member("text", crm_sync_error_text(sync, i), false);
        putchar('}');
        cli_string_free(&path);
    }
    putchar(']');
}

static void json_result(import_job *work, const char *path, const crm_sync *sync, bool stored) {
    static const char *const names[] = {"created", "updated", "unchanged", "failed"};
    printf("%s{", work->first ? "" : ", ");
    cli_json_member("file", path, true);
    printf(", \"stored\": %s", stored ? "true" : "false");
    cli_json_count("rows", row_count(sync), false);
    for (size_t i = 0; i < ACTIONS; i++) cli_json_count(names[i], crm_sync_count(sync, actions[i]), false);
    json_errors(sync);
    putchar('}');
    work->first = false;
}

static void table_result(import_job *work, const char *path, const crm_sync *sync) {
    char figures[ACTIONS + 1][24];
    snprintf(figures[0], sizeof figures[0], "%" PRIu64, row_count(sync));
    for (size_t i = 0; i < ACTIONS; i++) snprintf(figures[i + 1], sizeof figures[0], "%" PRIu64, crm_sync_count(sync, actions[i]));
    cli_table_add(&work->table, (const char *[]){base_name(path), figures[0], figures[1], figures[2], figures[3], figures[4]});
    if (crm_sync_count(sync, CRM_SYNC_FAILED)) cli_table_style(&work->table, 5, CLI_BAD);
}

/* Stores what was read and says what became of it. With --skip-bad-rows it is refused only where no row was good. */
static int apply(cli_run *cli, import_job *work, const char *path, crm_sync *sync) {
    int status = crm_sync_apply(sync, cli->db, CRM_ACTOR_SYSTEM);
    size_t errors = crm_sync_error_count(sync);
    uint64_t failed = crm_sync_count(sync, CRM_SYNC_FAILED);
    bool stored = status == CRM_OK;
    if (!stored && !errors) return cli_failure(cli, path);
    print_errors(cli, path, sync);
    if (cli->json)
        json_result(work, path, sync, stored);
    else if (stored)
        table_result(work, path, sync);
    if (!stored) return cli_error(cli, CLI_REFUSED, "%s: nothing was stored: %zu error%s", path, errors, errors == 1 ? "" : "s");
    if (!failed) return CLI_OK;
    cli_notice(cli, "%s: %" PRIu64 " of %" PRIu64 " rows were not stored", path, failed, row_count(sync));
    return failed == row_count(sync) ? CLI_REFUSED : CLI_OK;
}

static int import_file(cli_run *cli, import_job *work, const char *path) {
    crm_sync *sync = NULL;
    int code = prepare(cli, work, path, &sync);
    if (code == CLI_OK) code = read_file(cli, work, path, sync);
    if (code == CLI_OK) code = apply(cli, work, path, sync);
    crm_sync_free(sync);
    return code;
}

static void begin_results(cli_run *cli, import_job *work) {
    cli_table_begin(&work->table, 6);
    for (size_t i = 1; i < 6; i++) work->table.right[i] = true;
    cli_table_head(&work->table, (const char *[]){cli_say(cli, "File", "Datei"), cli_say(cli, "Rows", "Zeilen"),
                                                  cli_say(cli, "Created", "Neu"), cli_say(cli, "Updated", "Geändert"),
                                                  cli_say(cli, "Unchanged", "Unverändert"), cli_say(cli, "Failed", "Fehlerhaft")});
    if (cli->json) printf("{\"files\": [");
}

/* The files one after the other; the first that fails ends the run, and what was before it stays stored. */
static int run(cli_run *cli, const cli_args *args) {
    import_job work;
    if (!take_options(cli, args, &work)) return CLI_USAGE;
    int code = cli_open(cli, cli_args_get(args, "create") ? CRM_DB_CREATE : 0, false);
    if (code != CLI_OK) return code;
    begin_results(cli, &work);
    for (size_t i = 0; i < args->operand_count && code == CLI_OK; i++) {
        code = import_file(cli, &work, args->operands[i]);
        if (code != CLI_OK && i + 1 < args->operand_count) cli_notice(cli, "the files after %s were not read", args->operands[i]);
    }
    if (cli->json)
        puts("]}");
    else if (work.table.count > 1)
        cli_table_print(cli, &work.table);
    cli_table_free(&work.table);
    return code;
}

const cli_command cli_cmd_import = {
    .name = "import",
    .operands = "FILE ...",
    .summary = "read customers, sites and contacts from CSV files",
    .about = "Reads CSV files: their first line names the columns by labels of the fields, German or English (see crmdb fields). Companies "
             "are found\n"
             "again by their numbers, so that reading a file twice changes nothing. Each file is stored as a whole or not at all.",
    .options = options,
    .least = 1,
    .most = SIZE_MAX,
    .run = run,
};
