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
    {"rows", "SHAPE",
     "flat (default: company, address and contact on one line), customer, site, contact, channel, identifier, membership, bank or "
     "quote_defaults",
     false},
    {"role", "ROLE", "role of the companies: customer (default), supplier, prospect ...", false},
    {"map", "HEADING=TARGET", "what a column means: a path such as address.town, or ignore", true},
    {"policy", "[KIND=]POLICY[/NEW]", "of records that exist: merge (default), replace, skip, equal or fail; of new ones: create or fail",
     true},
    {"skip-bad-rows", NULL, "store the good rows; without it one bad row stores nothing", false},
    {"ignore-unknown", NULL, "leave out the columns that nothing recognises, and list them", false},
    {"delimiter", "CHARACTER", "comma, semicolon, tab, pipe or the character itself; without it the file tells", false},
    {"encoding", "NAME", "utf-8, utf-16le, utf-16be, windows-1252 or iso-8859-15; without it the file tells", false},
    {"quote", "CHARACTER", "double, single or none; without it the file tells", false},
    {"header-row", "LINE", "number of the line with the headings, or none: columns are A, B, C ...; without it the file tells", false},
    {"verbose", NULL, "say how each file is read: encoding, delimiter, quote, headings, and how sure that is", false},
    {"source", "NAME", "where the rows come from; without it the file's name", false},
    {"create", NULL, "make the store where there is none", false},
    {"country", "COUNTRY", "with --create: the sender's country, as init has it", false},
    {NULL, NULL, NULL, false},
};

typedef struct word {
    const char *name;
    uint32_t value;
} word;

static const word row_words[] = {{"flat", CRM_ROWS_FLAT},
                                 {"customer", CRM_ROWS_CUSTOMER},
                                 {"site", CRM_ROWS_SITE},
                                 {"contact", CRM_ROWS_CONTACT},
                                 {"channel", CRM_ROWS_CHANNEL},
                                 {"identifier", CRM_ROWS_IDENTIFIER},
                                 {"membership", CRM_ROWS_MEMBERSHIP},
                                 {"bank", CRM_ROWS_BANK},
                                 {"quote_defaults", CRM_ROWS_QUOTE_DEFAULTS},
                                 {NULL, 0}};
static const word policy_words[] = {{"merge", CRM_SYNC_MERGE},        {"replace", CRM_SYNC_REPLACE}, {"skip", CRM_SYNC_SKIP},
                                    {"equal", CRM_SYNC_ASSERT_EQUAL}, {"fail", CRM_SYNC_FAIL},       {NULL, 0}};
static const word new_words[] = {{"create", CRM_SYNC_CREATE}, {"fail", CRM_SYNC_FAIL}, {NULL, 0}};
static const word encoding_words[] = {{"utf-8", CRM_CSV_UTF8},
                                      {"utf8", CRM_CSV_UTF8},
                                      {"utf-16le", CRM_CSV_UTF16LE},
                                      {"utf-16be", CRM_CSV_UTF16BE},
                                      {"windows-1252", CRM_CSV_WINDOWS_1252},
                                      {"iso-8859-15", CRM_CSV_ISO_8859_15},
                                      {NULL, 0}};
static const word delimiter_words[] = {{"comma", ','}, {",", ','},    {"semicolon", ';'}, {";", ';'}, {"tab", '\t'},
                                       {"\t", '\t'},   {"pipe", '|'}, {"|", '|'},         {NULL, 0}};
static const word quote_words[] = {{"double", '"'}, {"\"", '"'}, {"single", '\''}, {"'", '\''}, {"none", CRM_CSV_NO_QUOTE}, {NULL, 0}};

typedef struct import_file {
    const char *path; /* "-": standard input */
    crm_sync *sync;
    crm_csv *csv;
    char *bytes; /* of standard input */
} import_file;

typedef struct import_job {
    const cli_args *args;
    const char *role, *source;
    uint32_t rows, flags;
    crm_csv_options csv;
    cli_table table;
    bool first; /* file of the JSON result */
    import_file *files;
    size_t count; /* of those that were opened */
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

/* The line of the headings: a number, or none. */
static bool take_header_row(const cli_run *cli, const cli_args *args, uint32_t *line) {
    const char *text = cli_args_get(args, "header-row");
    char *end;
    if (!text) return true;
    *line = CRM_CSV_NO_HEADER;
    if (!strcmp(text, "none")) return true;
    errno = 0;
    unsigned long number = strtoul(text, &end, 10);
    *line = (uint32_t)number;
    if (*text >= '1' && *text <= '9' && !*end && errno == 0 && number < CRM_CSV_NO_HEADER) return true;
    cli_error(cli, CLI_USAGE, "--header-row does not know \"%s\"", text);
    return false;
}

static uint32_t word_value(const word *words, const char *text, size_t size) {
    for (; words->name; words++)
        if (strlen(words->name) == size && !memcmp(words->name, text, size)) return words->value;
    return 0;
}

/* "replace", "contact=skip", "merge/fail" */
static int set_policy(cli_run *cli, const char *text, crm_sync *sync) {
    const char *equals = strchr(text, '='), *policy = equals ? equals + 1 : text, *slash = strchr(policy, '/');
    size_t size = slash ? (size_t)(slash - policy) : strlen(policy), kind_size = equals ? (size_t)(equals - text) : 0;
    char kind_name[40] = "";
    if (kind_size < sizeof kind_name) memcpy(kind_name, text, kind_size);
    uint32_t kind = equals ? crm_kind_find(kind_name) : 0;
    uint32_t exists = word_value(policy_words, policy, size),
             missing = slash ? word_value(new_words, slash + 1, strlen(slash + 1)) : CRM_SYNC_CREATE;
    if ((kind || !equals) && crm_sync_set_policy(sync, kind, exists, missing) == CRM_OK) return CLI_OK;
    return cli_error(cli, CLI_USAGE, "--policy does not know \"%s\"", text);
}

static int set_policies(cli_run *cli, const import_job *work, crm_sync *sync) {
    size_t position = 0;
    const char *text;
    int code = CLI_OK;
    while (code == CLI_OK && (text = cli_args_next(work->args, "policy", &position))) code = set_policy(cli, text, sync);
    return code;
}

/* Before a store is opened. */
static bool check_policies(cli_run *cli, const import_job *work) {
    crm_sync *sync = NULL;
    bool good = crm_sync_new("check", CRM_ROWS_FLAT, &sync) == CRM_OK && set_policies(cli, work, sync) == CLI_OK;
    crm_sync_free(sync);
    return good;
}

static bool take_options(cli_run *cli, const cli_args *args, import_job *work) {
    memset(work, 0, sizeof *work);
    work->args = args;
    work->rows = CRM_ROWS_FLAT;
    work->first = true;
    work->csv.size = sizeof work->csv;
    work->role = cli_args_get(args, "role");
    work->source = cli_args_get(args, "source");
    work->flags = (cli_args_get(args, "skip-bad-rows") ? (uint32_t)CRM_SYNC_SKIP_BAD_ROWS : 0) |
                  (cli_args_get(args, "ignore-unknown") ? (uint32_t)CRM_SYNC_IGNORE_UNKNOWN : 0);
    return take_word(cli, args, "rows", row_words, &work->rows) && take_word(cli, args, "encoding", encoding_words, &work->csv.encoding) &&
           take_word(cli, args, "delimiter", delimiter_words, &work->csv.delimiter) &&
           take_word(cli, args, "quote", quote_words, &work->csv.quote) && take_header_row(cli, args, &work->csv.header_row) &&
           (!work->role || cli_role_good(cli, work->role)) && check_policies(cli, work);
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
    if (strcmp(path, "-") == 0) return "stdin";
    const char *slash = strrchr(path, '/');
    return slash && slash[1] ? slash + 1 : path;
}

static int prepare(cli_run *cli, const import_job *work, const char *path, crm_sync **out) {
    const char *source = work->source ? work->source : base_name(path);
    if (crm_sync_new_in(cli->txn, source, work->rows, out) != CRM_OK) return cli_failure(cli, path);
    if (work->role && crm_sync_set_role(*out, work->role) != CRM_OK) return cli_failure(cli, work->role);
    if (crm_sync_set_flags(*out, work->flags) != CRM_OK) return cli_failure(cli, path);
    int code = set_policies(cli, work, *out);
    return code == CLI_OK ? map_columns(cli, work, *out) : code;
}

/* --- reading --- */

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

static int open_input(const import_job *work, import_file *file) {
    size_t size = 0;
    if (strcmp(file->path, "-") != 0) return crm_csv_open(file->path, &work->csv, &file->csv);
    int status = read_input(&file->bytes, &size);
    return status == CRM_OK ? crm_csv_open_bytes(file->bytes, size, &work->csv, &file->csv) : status;
}

static int read_rows(const cli_run *cli, const import_job *work, import_file *file) {
    int status = open_input(work, file);
    if (status != CRM_OK) return status;
    if (cli_args_get(work->args, "verbose")) cli_import_format(cli, file->path, file->csv);
    return crm_csv_feed(file->csv, file->sync, UINT64_MAX);
}

/* What helps with most files whose encoding is not found, or not the told one. */
static const char *encoding_hint(const import_job *work) {
    if (crm_error_status() != CRM_E_UTF8 || strstr(crm_error_text(), "save it")) return "";
    return work->csv.encoding ? "; without --encoding the file tells" : "; save it as \"CSV UTF-8\", or say --encoding";
}

/* A file that can't be opened is "not found"; one with a heading that nothing recognises is there, and refused. */
static int read_file(cli_run *cli, import_job *work, import_file *file) {
    if (strcmp(file->path, "-") != 0 && access(file->path, R_OK) != 0)
        return cli_error(cli, CLI_FAILED, "%s: %s", file->path, strerror(errno));
    if (isatty(STDERR_FILENO)) cli_notice(cli, "reading %s", file->path);
    if (read_rows(cli, work, file) == CRM_OK) {
        cli_import_ignored(cli, file->path, file->sync);
        return CLI_OK;
    }
    if (cli->json) cli_import_json_refused(cli, file->path, file->csv, work->first);
    work->first = false;
    if (crm_error_status() == CRM_E_NOTFOUND)
        return cli_error(cli, CLI_REFUSED,
                         "%s: %s; say what they mean with --map HEADING=TARGET (crmdb fields --targets), or leave them out "
                         "with --ignore-unknown",
                         file->path, crm_error_text());
    int code = crm_status_class_of(crm_error_status()) == CRM_CLASS_DATA ? CLI_REFUSED : CLI_FAILED;
    const char *hint = encoding_hint(work);
    if (!crm_error_row())
        return *hint ? cli_error(cli, code, "%s: %s%s", file->path, crm_error_text(), hint) : cli_failure(cli, file->path);
    return cli_error(cli, code, "%s:%" PRIu64 ": %s%s", file->path, crm_error_row(), crm_error_text(), hint);
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

/* All files, before anything is stored. */
static int read_files(cli_run *cli, import_job *work) {
    int code = CLI_OK;
    for (; code == CLI_OK && work->count < work->args->operand_count; work->count++) {
        import_file *file = &work->files[work->count];
        file->path = work->args->operands[work->count];
        code = prepare(cli, work, file->path, &file->sync);
        if (code == CLI_OK) code = read_file(cli, work, file);
    }
    return code == CLI_OK ? check_mappings(cli, work) : code;
}

/* --- storing --- */

/* Stores what was read and says what became of it. With --skip-bad-rows it is refused only where no row was good. */
static int apply(cli_run *cli, import_job *work, const import_file *file) {
    const crm_sync *sync = file->sync;
    int status = crm_sync_apply(file->sync, cli->db, cli->actor);
    size_t errors = crm_sync_error_count(sync);
    uint64_t failed = cli_import_count(sync, CRM_SYNC_FAILED), rows = cli_import_rows(sync);
    bool stored = status == CRM_OK;
    if (!stored && !errors) return cli_failure(cli, file->path);
    if (errors && cli_begin(cli, 0) != CLI_OK) return CLI_FAILED;
    cli_import_errors(cli, file->path, sync);
    if (cli->json)
        cli_import_json(cli, file->path, file->csv, sync, stored, work->first);
    else if (stored)
        cli_import_line(&work->table, base_name(file->path), sync);
    work->first = false;
    if (!stored) return cli_error(cli, CLI_REFUSED, "%s: nothing was stored: %zu error%s", file->path, errors, errors == 1 ? "" : "s");
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

static int run(cli_run *cli, const cli_args *args) {
    import_job work;
    if (!take_options(cli, args, &work)) return CLI_USAGE;
    int code = open_store(cli, args);
    if (code != CLI_OK) return code;
    work.files = cli_allocate(NULL, args->operand_count * sizeof *work.files);
    memset(work.files, 0, args->operand_count * sizeof *work.files);
    cli_import_head(cli, &work.table);
    if (cli->json) printf("{\"files\": [");
    code = read_files(cli, &work);
    if (code == CLI_OK) code = apply_files(cli, &work);
    if (cli->json)
        puts("]}");
    else if (work.table.count > 1)
        cli_table_print(cli, &work.table);
    cli_table_free(&work.table);
    for (size_t i = 0; i < work.count; i++) {
        crm_sync_free(work.files[i].sync);
        crm_csv_close(work.files[i].csv);
        free(work.files[i].bytes);
    }
    free(work.files);
    return code;
}

const cli_command cli_cmd_import = {
    .name = "import",
    .operands = "FILE ...",
    .summary = "read customers, sites and contacts from CSV files",
    .about =
        "Reads CSV files (- is standard input): a line names the columns by labels of the fields, German or English (see\n"
        "crmdb fields --targets). Companies are found again by their numbers, so that reading a file twice changes nothing. Each file\n"
        "is stored as a whole or not at all.",
    .options = options,
    .least = 1,
    .most = SIZE_MAX,
    .run = run,
};
