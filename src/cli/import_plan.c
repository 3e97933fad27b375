/* SPDX-License-Identifier: MIT */
/* crmdb import --plan, --apply PLAN, --errors: what an import would do, row by row; doing it later; the rows that it refuses. */
#include "cli/import.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

/* --- the plan for people --- */

typedef struct action_word {
    uint32_t action;
    const char *code, *english, *german;
    enum cli_style style;
} action_word;

static const action_word words[] = {{CRM_SYNC_CREATED, CRM_IMPORT_CREATED, "new", "neu", CLI_BOLD},
                                    {CRM_SYNC_UPDATED, CRM_IMPORT_UPDATED, "changed", "geändert", CLI_WARN},
                                    {CRM_SYNC_UNCHANGED, CRM_IMPORT_UNCHANGED, "unchanged", "unverändert", CLI_DIM},
                                    {CRM_SYNC_CONFLICT, CRM_IMPORT_CONFLICT, "conflict", "Konflikt", CLI_BAD},
                                    {CRM_SYNC_FAILED, CRM_IMPORT_FAILED, "failed", "fehlerhaft", CLI_BAD}};
enum { WORDS = sizeof words / sizeof *words };

static const action_word *word_of(const crm_record *row) {
    const char *code = crm_record_text(row, CRM_PLAN_ROW_ACTION);
    for (size_t i = 0; i < WORDS; i++)
        if (code && strcmp(words[i].code, code) == 0) return &words[i];
    return &words[WORDS - 1];
}

static const char *text_of(const crm_record *rec, crm_field field) {
    const char *text = crm_record_text(rec, field);
    return text ? text : "";
}

static uint64_t rows_of(const crm_plan *plan, const char *sheet) {
    uint64_t rows = 0;
    for (size_t i = 0; i < WORDS; i++) rows += crm_plan_count(plan, sheet, words[i].action);
    return rows;
}

/* sheet NULL: all of them. */
static void print_counts(cli_run *cli, const char *name, const crm_plan *plan, const char *sheet) {
    const char *divider = ": ";
    cli_string line = {0};
    cli_string_format(&line, "%s: %" PRIu64 " %s", name, rows_of(plan, sheet), cli_say(cli, "rows", "Zeilen"));
    for (size_t i = 0; i < WORDS; i++) {
        uint64_t count = crm_plan_count(plan, sheet, words[i].action);
        if (count) {
            cli_string_format(&line, "%s%" PRIu64 " %s", divider, count, cli_say(cli, words[i].english, words[i].german));
            divider = ", ";
        }
    }
    cli_print(cli, cli_string_text(&line), CLI_BOLD);
    putchar('\n');
    cli_string_free(&line);
}

static void print_row(cli_run *cli, const crm_record *row) {
    const action_word *word = word_of(row);
    const char *sheet = text_of(row, CRM_PLAN_ROW_SHEET), *error = text_of(row, CRM_PLAN_ROW_ERROR);
    const char *warning = text_of(row, CRM_PLAN_ROW_WARNING);
    cli_string line = {0};
    cli_string_format(&line, "%s%s%" PRId64 "  %s", sheet, *sheet ? "!" : "", crm_record_int(row, CRM_PLAN_ROW_NUMBER, 0),
                      cli_say(cli, word->english, word->german));
    cli_string_join(&line, ": ", error);
    cli_print(cli, cli_string_text(&line), word->style);
    putchar('\n');
    if (*warning) {
        cli_print(cli, "    ! ", CLI_WARN);
        cli_print(cli, warning, CLI_WARN);
        putchar('\n');
    }
    cli_string_free(&line);
}

static void print_change(const cli_run *cli, const crm_record *row, const crm_record *change) {
    const char *cell = text_of(change, CRM_PLAN_CHANGE_CELL), *old = text_of(change, CRM_PLAN_CHANGE_OLD_VALUE);
    const char *bang = strrchr(cell, '!');
    cli_string line = {0};
    bool other = !*cell && crm_record_id(change, CRM_PLAN_CHANGE_RECORD) != crm_record_id(row, CRM_PLAN_ROW_RECORD);
    const char *name = other ? text_of(change, CRM_PLAN_CHANGE_NAME) : ""; /* a record that is not the row's own */
    cli_string_format(&line, "    %-6s %s%s%s: ", bang ? bang + 1 : cell, text_of(change, CRM_PLAN_CHANGE_FIELD), *name ? " of " : "",
                      name);
    cli_print(cli, cli_string_text(&line), CLI_PLAIN);
    if (*old) {
        cli_print(cli, old, CLI_DIM);
        fputs(" -> ", stdout);
    }
    cli_print(cli, text_of(change, CRM_PLAN_CHANGE_NEW_VALUE), CLI_BOLD);
    putchar('\n');
    cli_string_free(&line);
}

static bool is_of(const crm_record *change, const crm_record *row) {
    return crm_record_int(change, CRM_PLAN_CHANGE_ROW, 0) == crm_record_int(row, CRM_PLAN_ROW_NUMBER, 0) &&
           strcmp(text_of(change, CRM_PLAN_CHANGE_SHEET), text_of(row, CRM_PLAN_ROW_SHEET)) == 0;
}

/* The changes of a row follow each other, in the order of the rows; those behind at are not printed yet. */
static void print_changes(const cli_run *cli, const crm_plan *plan, const crm_record *row, size_t *at) {
    bool more = true;
    while (more && *at < crm_plan_change_count(plan)) {
        crm_record *change;
        if (crm_plan_change(plan, *at, &change) != CRM_OK) return;
        more = is_of(change, row);
        if (more) print_change(cli, row, change);
        *at += more;
        crm_record_free(change);
    }
}

static void print_plan(cli_run *cli, const char *name, const crm_plan *plan) {
    size_t change = 0;
    char sheet[200] = "";
    print_counts(cli, name, plan, NULL);
    for (size_t i = 0; i < crm_plan_row_count(plan); i++) {
        crm_record *row;
        if (crm_plan_row(plan, i, &row) != CRM_OK) return;
        if (strcmp(sheet, text_of(row, CRM_PLAN_ROW_SHEET)) != 0) {
            snprintf(sheet, sizeof sheet, "%s", text_of(row, CRM_PLAN_ROW_SHEET));
            if (rows_of(plan, sheet) < crm_plan_row_count(plan)) print_counts(cli, sheet, plan, sheet);
        }
        if (word_of(row)->action != CRM_SYNC_UNCHANGED || *text_of(row, CRM_PLAN_ROW_WARNING)) print_row(cli, row);
        print_changes(cli, plan, row, &change);
        crm_record_free(row);
    }
}

/* --- the rows that are refused --- */

static bool is_refused(const crm_record *row) {
    uint32_t action = word_of(row)->action;
    return action == CRM_SYNC_FAILED || action == CRM_SYNC_CONFLICT;
}

/* Of a plan that was refused as a whole: its other rows have done nothing. */
static void print_refused(cli_run *cli, const crm_plan *plan) {
    for (size_t i = 0; i < crm_plan_row_count(plan); i++) {
        crm_record *row;
        if (crm_plan_row(plan, i, &row) != CRM_OK) return;
        if (is_refused(row)) print_row(cli, row);
        crm_record_free(row);
    }
}

static bool is_folder(const char *path) { return *path && path[strlen(path) - 1] == '/'; }

static uint32_t format_of(const char *path) {
    const char *point = strrchr(path, '.');
    if (is_folder(path) || (point && strcasecmp(point, ".csv") == 0)) return CRM_EXPORT_CSV;
    return point && strcasecmp(point, ".jsonl") == 0 ? CRM_EXPORT_JSON_LINES : CRM_EXPORT_XLSX;
}

bool cli_import_errors_fit(const char *path, const crm_sync *sync) {
    return crm_sync_sheet_count(sync) == 1 || is_folder(path) || format_of(path) == CRM_EXPORT_XLSX;
}

/* Cells as they were, and the reason behind them. */
static int write_row(crm_export *out, const crm_plan *plan, size_t row, const char *reason, const char *const *heading) {
    size_t count = crm_plan_cell_count(plan, row);
    const char **cells = cli_allocate(NULL, (count + 1) * sizeof *cells);
    for (size_t i = 0; i < count; i++) cells[i] = heading ? crm_plan_heading(plan, row, i) : crm_plan_cell(plan, row, i);
    cells[count] = heading ? *heading : reason;
    int status = heading ? crm_export_table(out, reason, cells, count + 1) : crm_export_row(out, cells, NULL, count + 1);
    free(cells);
    return status;
}

static int write_rows(crm_export *out, const crm_plan *plan) {
    static const char heading[] = CLI_IMPORT_REASON;
    const char *const head = heading;
    char table[200] = "";
    int status = CRM_OK;
    for (size_t i = 0; status == CRM_OK && i < crm_plan_row_count(plan); i++) {
        crm_record *row;
        status = crm_plan_row(plan, i, &row);
        if (status != CRM_OK) return status;
        const char *sheet = *text_of(row, CRM_PLAN_ROW_SHEET) ? text_of(row, CRM_PLAN_ROW_SHEET) : "Rows";
        bool refused = is_refused(row);
        if (refused && strcmp(table, sheet) != 0) {
            snprintf(table, sizeof table, "%s", sheet);
            status = write_row(out, plan, i, sheet, &head);
        }
        if (refused && status == CRM_OK) status = write_row(out, plan, i, text_of(row, CRM_PLAN_ROW_ERROR), NULL);
        crm_record_free(row);
    }
    return status;
}

static int write_errors(cli_run *cli, const crm_plan *plan, const char *path) {
    crm_export_options options = {.size = sizeof options, .format = format_of(path)};
    crm_export *out;
    if (!crm_plan_count(plan, NULL, CRM_SYNC_FAILED) && !crm_plan_count(plan, NULL, CRM_SYNC_CONFLICT)) return CLI_OK;
    int status = crm_export_new(path, &options, &out);
    if (status == CRM_OK) status = write_rows(out, plan);
    if (status == CRM_OK) status = crm_export_finish(out);
    int code = status == CRM_OK ? CLI_OK : cli_failure(cli, path);
    crm_export_free(out);
    return code;
}

/* --- the commands --- */

static int save_plan(const cli_run *cli, crm_plan *plan, const char *path) {
    size_t size;
    const void *bytes = crm_plan_save(plan, &size);
    int handle = bytes ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR) : -1;
    if (handle >= 0) fchmod(handle, S_IRUSR | S_IWUSR); /* it has the rows: for their owner alone, also where there was a file */
    FILE *file = handle >= 0 ? fdopen(handle, "wb") : NULL;
    bool good = file && fwrite(bytes, 1, size, file) == size;
    if (!bytes) return cli_failure(cli, path);
    if (file && fclose(file) != 0) good = false;
    return good ? CLI_OK : cli_error(cli, CLI_FAILED, "%s: %s", path, strerror(errno));
}

static int make_plan(cli_run *cli, const import_file *file, crm_plan **out) {
    crm_txn_free(cli->txn);
    cli->txn = NULL;
    int status = cli_import_apply(cli, file->sync, out);
    return status == CRM_OK ? cli_begin(cli, 0) : cli_failure(cli, file->path);
}

int cli_import_plan(cli_run *cli, const import_job *work, const import_file *file) {
    const char *save = cli_args_get(work->args, "save"), *errors = cli_args_get(work->args, "errors");
    crm_plan *plan = NULL;
    int code = make_plan(cli, file, &plan);
    if (code == CLI_OK && cli->json) puts(crm_plan_json(plan, NULL));
    if (code == CLI_OK && !cli->json) print_plan(cli, file->path, plan);
    if (code == CLI_OK && save) code = save_plan(cli, plan, save);
    if (code == CLI_OK && errors) code = write_errors(cli, plan, errors);
    if (code == CLI_OK && (crm_plan_count(plan, NULL, CRM_SYNC_FAILED) || crm_plan_count(plan, NULL, CRM_SYNC_CONFLICT)))
        code = CLI_REFUSED;
    crm_plan_free(plan);
    return code;
}

int cli_import_errors_file(cli_run *cli, const import_file *file, const char *path) {
    crm_plan *plan = NULL;
    int code = make_plan(cli, file, &plan);
    if (code == CLI_OK) code = write_errors(cli, plan, path);
    crm_plan_free(plan);
    return code;
}

static int read_plan(const cli_run *cli, const char *path, char **bytes, size_t *size) {
    FILE *file = fopen(path, "rbe");
    if (!file) return cli_error(cli, CLI_FAILED, "%s: %s", path, strerror(errno));
    for (size_t got = 1, room = 0; got > 0; *size += got) {
        if (*size == room) *bytes = cli_allocate(*bytes, room = room ? room * 2 : 65536);
        got = fread(*bytes + *size, 1, room - *size, file);
    }
    bool good = !ferror(file);
    fclose(file);
    return good ? CLI_OK : cli_error(cli, CLI_FAILED, "%s: it can't be read", path);
}

/* Says what became of the rows, unless it did not get that far. */
static int apply_plan(cli_run *cli, const char *path, crm_plan *plan) {
    import_watch watch;
    cli_import_watch(&watch, 0);
    crm_plan_set_progress(plan, cli_import_told, &watch);
    int status = crm_plan_apply(plan, cli->db, cli->actor, NULL);
    cli_import_watched(&watch);
    int code = status == CRM_OK ? CLI_OK : cli_failure(cli, path);
    if (code != CLI_OK && code != CLI_REFUSED) return code;
    if (cli->json)
        puts(crm_plan_json(plan, NULL));
    else if (code == CLI_OK)
        print_plan(cli, path, plan);
    else
        print_refused(cli, plan);
    return code == CLI_OK ? CLI_OK : cli_error(cli, code, "%s: nothing was stored", path);
}

int cli_import_apply_plan(cli_run *cli, const char *path) {
    char *bytes = NULL;
    size_t size = 0;
    crm_plan *plan = NULL;
    int code = read_plan(cli, path, &bytes, &size);
    if (code == CLI_OK) code = cli_open(cli, 0, true);
    if (code == CLI_OK && crm_plan_load(cli->txn, bytes, size, &plan) != CRM_OK) code = cli_failure(cli, path);
    crm_txn_free(cli->txn);
    cli->txn = NULL;
    if (code == CLI_OK) code = apply_plan(cli, path, plan);
    crm_plan_free(plan);
    free(bytes);
    return code;
}
