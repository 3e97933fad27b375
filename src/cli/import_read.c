/* SPDX-License-Identifier: MIT */
/* Files into rows: Excel workbooks, CSV and JSON Lines, told apart by what is in them. */
#include "cli/import.h"
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *cli_import_base_name(const char *path) {
    if (strcmp(path, "-") == 0) return "stdin";
    const char *slash = strrchr(path, '/');
    return slash && slash[1] ? slash + 1 : path;
}

/* How a file begins; the bytes' size. */
static size_t begin_of(const import_file *file, char out[64]) {
    FILE *opened = file->bytes ? NULL : fopen(file->path, "rbe");
    size_t size = opened ? fread(out, 1, 64, opened) : file->size < 64 ? file->size : 64;
    if (file->bytes) memcpy(out, file->bytes, size);
    if (opened) fclose(opened);
    return size;
}
static bool is_workbook(const import_file *file) {
    char begin[64];
    return crm_xlsx_begins(begin, begin_of(file, begin));
}
static bool is_json(const import_file *file) {
    char begin[64];
    size_t size = begin_of(file, begin), mark = size > 3 && memcmp(begin, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    const char *ending = strrchr(file->path, '.');
    return size > mark ? begin[mark] == '{' : !size && ending && strcmp(ending, ".jsonl") == 0;
}

/* As the file's name tells, where it is of other rows than customers: "Sites.csv" */
static uint32_t shape_by_name(const char *path) {
    char *name = cli_copy(cli_import_base_name(path)), *point = strrchr(name, '.');
    if (point) *point = '\0';
    uint32_t shape = crm_xlsx_rows(name);
    free(name);
    return shape == CRM_ROWS_CUSTOMER ? 0 : shape;
}

/* What is told, else what the mapping file says, else the name; a workbook's sheets have names of their own. */
static int find_shape(const cli_run *cli, const import_job *work, const import_file *file, uint32_t *out) {
    const char *mapping = work->xlsx.mapping;
    if (mapping && crm_mapping_rows(mapping, NULL, out) != CRM_OK) return cli_import_refuse_mapping(cli, mapping);
    if (work->rows) *out = work->rows;
    if (!*out && !is_workbook(file)) *out = shape_by_name(file->path);
    if (!*out) *out = CRM_ROWS_FLAT;
    return CLI_OK;
}

static int prepare(cli_run *cli, const import_job *work, import_file *file) {
    const char *source = work->source ? work->source : cli_import_base_name(file->path);
    uint32_t rows = 0;
    int code = find_shape(cli, work, file, &rows);
    if (code != CLI_OK) return code;
    if (crm_sync_new_in(cli->txn, source, rows, &file->sync) != CRM_OK) return cli_failure(cli, file->path);
    if (work->role && crm_sync_set_role(file->sync, work->role) != CRM_OK) return cli_failure(cli, work->role);
    if (crm_sync_set_flags(file->sync, work->flags) != CRM_OK) return cli_failure(cli, file->path);
    return cli_import_policies(cli, work, file->sync);
}

static int read_input(char **bytes, size_t *size) {
    const size_t most = (size_t)1 << 30;
    size_t room = 0;
    while (!feof(stdin) && !ferror(stdin) && *size < most) {
        if (*size == room) {
            room = room ? room * 2 : 65536;
            *bytes = cli_allocate(*bytes, room);
        }
        *size += fread(*bytes + *size, 1, room - *size, stdin);
    }
    if (*size >= most) return crm_error_report(CRM_E_TOO_BIG, 0, 0, "over 1 GiB");
    return ferror(stdin) ? crm_error_report(CRM_E_IO, 0, 0, strerror(errno)) : CRM_OK;
}

/* --- workbooks --- */

typedef struct mapping {
    cli_run *cli;
    const import_job *work;
    int code;
} mapping;

static int begin_sheet(crm_sync *sync, void *data) {
    mapping *map = data;
    map->code = cli_import_map(map->cli, map->work, sync, true);
    return map->code == CLI_OK ? CRM_OK : CRM_E_ABORTED;
}

static bool is_folder(const import_file *file) {
    struct stat info;
    return stat(file->path, &info) == 0 && S_ISDIR(info.st_mode);
}

static int read_sheets(const import_job *work, import_file *file, mapping *map) {
    crm_xlsx_options options = work->xlsx;
    options.begin = begin_sheet;
    options.data = map;
    if (is_folder(file)) return crm_csv_read_folder(file->sync, file->path, &work->csv, &options);
    if (work->csv.header_row == CRM_CSV_NO_HEADER) map->code = cli_error(map->cli, CLI_USAGE, "--header-row none is for CSV files");
    if (map->code != CLI_OK) return CRM_E_ABORTED;
    options.header = work->csv.header_row;
    if (file->bytes) return crm_xlsx_read_bytes(file->sync, file->bytes, file->size, &options);
    return crm_xlsx_read_file(file->sync, file->path, &options);
}

/* --- CSV --- */

static int read_csv(const cli_run *cli, const import_job *work, import_file *file, mapping *map) {
    map->code = cli_import_map(map->cli, work, file->sync, false);
    if (map->code != CLI_OK) return CRM_E_ABORTED;
    const char *path = cli_args_get(work->args, "mapping");
    crm_csv_options options = work->csv;
    int status = path ? crm_mapping_csv(path, &options) : CRM_OK;
    if (status == CRM_OK)
        status = file->bytes ? crm_csv_open_bytes(file->bytes, file->size, &options, &file->csv)
                             : crm_csv_open(file->path, &options, &file->csv);
    if (status != CRM_OK) return status;
    if (cli_args_get(work->args, "verbose")) cli_import_format(cli, file->path, file->csv);
    return crm_csv_feed(file->csv, file->sync, UINT64_MAX);
}

/* --- JSON Lines --- */

static int read_json(const import_job *work, import_file *file, mapping *map) {
    map->code = cli_import_map(map->cli, work, file->sync, false);
    if (map->code != CLI_OK) return CRM_E_ABORTED;
    return file->bytes ? crm_jsonl_read(file->sync, file->bytes, file->size) : crm_jsonl_read_file(file->sync, file->path);
}

/* What helps with most files whose encoding is not found, or not the told one; or with notes beside a table. */
static const char *hint_of(const import_job *work) {
    if (strstr(crm_error_text(), "has no heading")) return "; --ignore-unknown leaves such cells out";
    if (crm_error_status() != CRM_E_UTF8 || strstr(crm_error_text(), "save it")) return "";
    return work->csv.encoding ? "; without --encoding the file tells" : "; save it as \"CSV UTF-8\", or say --encoding";
}

/* --- files --- */

/* What is told of the form of CSV files is a slip where the only file is none. */
static int refuse_form(const cli_run *cli, const import_job *work) {
    static const char *const told[] = {"delimiter", "encoding", "quote"};
    for (size_t i = 0; work->args->operand_count == 1 && i < sizeof told / sizeof *told; i++)
        if (cli_args_get(work->args, told[i])) return cli_error(cli, CLI_USAGE, "--%s is for CSV files", told[i]);
    return CLI_OK;
}

static int read_rows(cli_run *cli, const import_job *work, import_file *file, mapping *map) {
    int status = strcmp(file->path, "-") == 0 ? read_input(&file->bytes, &file->size) : CRM_OK;
    if (status != CRM_OK) return status;
    if (is_folder(file)) return read_sheets(work, file, map);
    bool book = is_workbook(file), lines = !book && is_json(file);
    if (book || lines) map->code = refuse_form(cli, work);
    if (map->code != CLI_OK) return CRM_E_ABORTED;
    if (book) return read_sheets(work, file, map);
    if (work->xlsx.choice_count && work->args->operand_count == 1) {
        map->code = cli_error(cli, CLI_USAGE, "--sheet is for workbooks and folders");
        return CRM_E_ABORTED;
    }
    return lines ? read_json(work, file, map) : read_csv(cli, work, file, map);
}

/* A heading, or the sheet of a workbook. */
static const char *unknown_hint(void) {
    if (strstr(crm_error_text(), "does not tell"))
        return "say what is in it with --sheet NAME=SHAPE, or leave it out with --ignore-unknown";
    if (strstr(crm_error_text(), "mapping file")) return "--mapping takes what --save-mapping has written for such a file";
    if (strstr(crm_error_text(), "has no sheet")) return "--sheet takes the names that Excel shows";
    return "say what they mean with --map HEADING=TARGET (crmdb fields --targets), or leave them out with --ignore-unknown";
}

static int refuse(cli_run *cli, import_job *work, const import_file *file) {
    if (cli->json) cli_import_json_refused(cli, file->path, file->csv, work->first);
    work->first = false;
    if (crm_error_status() == CRM_E_NOTFOUND)
        return cli_error(cli, CLI_REFUSED, "%s: %s; %s", file->path, crm_error_text(), unknown_hint());
    int code = crm_status_class_of(crm_error_status()) == CRM_CLASS_DATA ? CLI_REFUSED : CLI_FAILED;
    bool keys = strstr(crm_error_text(), "the keys of another system") != NULL;
    const char *hint = keys ? ": --source NAME" : hint_of(work);
    if (keys) code = CLI_USAGE;
    if (!crm_error_row() || strstr(crm_error_text(), "sheet \"") == crm_error_text())
        return *hint ? cli_error(cli, code, "%s: %s%s", file->path, crm_error_text(), hint) : cli_failure(cli, file->path);
    return cli_error(cli, code, "%s:%" PRIu64 ": %s%s", file->path, crm_error_row(), crm_error_text(), hint);
}

/* More rows than one transaction takes: they come later, as a job. What looks at all rows at once can't do that. */
static int leave_to_job(cli_run *cli, const import_job *work, import_file *file) {
    const char *option = cli_args_get(work->args, "plan") ? "--plan" : cli_args_get(work->args, "errors") ? "--errors" : NULL;
    if (is_folder(file)) /* batches would be stored before the customers that they name */
        return cli_error(cli, CLI_REFUSED, "%s: %s; import its files one by one, customers first", file->path, crm_error_text());
    file->job = true;
    if (!option) return CLI_OK;
    return cli_error(cli, CLI_REFUSED,
                     "%s: %s, the most that %s takes; divide the file, or import it without %s: it is stored in batches, and --revert "
                     "takes all of them back",
                     file->path, crm_error_text(), option, option);
}

/* A file that can't be opened is "not found"; one with a heading that nothing recognises is there, and refused. */
static int read_file(cli_run *cli, import_job *work, import_file *file) {
    mapping map = {.cli = cli, .work = work};
    if (strcmp(file->path, "-") != 0 && access(file->path, R_OK) != 0)
        return cli_error(cli, CLI_FAILED, "%s: %s", file->path, strerror(errno));
    if (isatty(STDERR_FILENO)) cli_notice(cli, "reading %s", file->path);
    int status = read_rows(cli, work, file, &map);
    if (map.code != CLI_OK) return map.code;
    if (status == CRM_E_TOO_BIG && strstr(crm_error_text(), " rows")) return leave_to_job(cli, work, file);
    if (status != CRM_OK) return refuse(cli, work, file);
    const char *errors = cli_args_get(work->args, "errors");
    if (errors && !cli_import_errors_fit(errors, file->sync))
        return cli_error(cli, CLI_USAGE, "--errors %s: a file holds the rows of one sheet; name a workbook, or a folder by a / at its end",
                         errors);
    cli_import_ignored(cli, file->path, file->sync);
    const char *saved = cli_args_get(work->args, "save-mapping");
    return !saved || crm_mapping_save_file(file->sync, file->csv, saved) == CRM_OK ? CLI_OK : cli_failure(cli, saved);
}

/* A mapping that serves no file is a slip of the pen. */
static int check_mappings(cli_run *cli, const import_job *work) {
    size_t position = 0;
    const char *text, *target;
    while ((text = cli_args_next(work->args, "map", &position))) {
        char *heading;
        bool served = false;
        if (!cli_pair(text, true, &heading, &target)) return CLI_USAGE;
        for (size_t i = 0; i < work->count && !served; i++) served = crm_sync_has_heading(work->files[i].sync, heading) == 1;
        if (!served) cli_error(cli, CLI_USAGE, "--map %s: no file has a column \"%s\"", text, heading);
        free(heading);
        if (!served) return CLI_USAGE;
    }
    return CLI_OK;
}

int cli_import_read(cli_run *cli, import_job *work) {
    int code = CLI_OK;
    for (; code == CLI_OK && work->count < work->args->operand_count; work->count++) {
        import_file *file = &work->files[work->count];
        file->path = work->args->operands[work->count];
        code = prepare(cli, work, file);
        if (code == CLI_OK) code = read_file(cli, work, file);
    }
    return code == CLI_OK ? check_mappings(cli, work) : code;
}

/* --- jobs --- */

/* The snapshot tells the columns alone: held for longer, it would keep the store from using its room again. */
static int begin_job(cli_run *cli, const import_job *work, import_file *file) {
    crm_sync_free(file->sync);
    crm_csv_close(file->csv);
    file->sync = NULL;
    file->csv = NULL;
    int code = cli_begin(cli, 0);
    if (code == CLI_OK) code = prepare(cli, work, file);
    crm_txn_free(cli->txn);
    cli->txn = NULL;
    return code;
}

static int run_job(cli_run *cli, const import_job *work, import_file *file, mapping *map) {
    import_watch watch;
    char fingerprint[CLI_IMPORT_FINGERPRINT];
    uint64_t lines = 0;
    if (!cli_import_fingerprint(work, file, fingerprint, is_workbook(file) ? NULL : &lines))
        return crm_error_report(CRM_E_IO, 0, 0, strerror(errno));
    int status = crm_sync_job(file->sync, cli->db, cli->actor, fingerprint, 0);
    if (status != CRM_OK) return status;
    cli_import_watch(&watch, lines);
    crm_sync_set_progress(file->sync, cli_import_told, &watch);
    status = read_rows(cli, work, file, map);
    if (status == CRM_OK) status = crm_sync_apply(file->sync, cli->db, cli->actor);
    cli_import_watched(&watch);
    return status;
}

int cli_import_job(cli_run *cli, import_job *work, import_file *file, int *code) {
    mapping map = {.cli = cli, .work = work};
    *code = begin_job(cli, work, file);
    if (*code != CLI_OK) return CRM_E_ABORTED;
    int status = run_job(cli, work, file, &map);
    *code = map.code;
    if (status != CRM_OK && status != CRM_E_ABORTED && !crm_sync_error_count(file->sync)) *code = refuse(cli, work, file);
    return status;
}
