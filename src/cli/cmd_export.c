/* SPDX-License-Identifier: MIT */
/* crmdb export, load: customers to workbooks, CSV and JSON Lines; whole stores out and in. */
#include "cli/cli.h"
#include <string.h>
#include <strings.h>

static const cli_option export_options[] = {
    {"format", "FORMAT", "xlsx, csv or jsonl; without it the ending of FILE tells", false},
    {"sheet", "NAME",
     "customers, sites, contacts, channels, identifiers, memberships, bank, quote_defaults, usages or roles; without it all", true},
    {"role", "ROLE", "of the parties; without it customer", false},
    {"source", "NAME", "the scheme of the keys of customers without a number; without it export", false},
    {"archived", NULL, "archived customers too", false},
    {"all-columns", NULL, "columns and sheets without a value too", false},
    {"raw", NULL, "no apostrophe before what a spreadsheet would take for a formula: for programs", false},
    {"list", "KIND", "all records of a kind (crmdb fields has them) in place of the sheets: party, contact, code ...", false},
    {"field", "NAME", "with --list: a column, as crmdb fields KIND has it; without it all of the kind", true},
    {"name", "TEXT", "with --list: of parties whose name begins so", false},
    {"dump", NULL, "the whole store as JSON Lines, for crmdb load; it holds the store's secret", false},
    {NULL, NULL, NULL, false},
};

typedef struct word {
    const char *name;
    uint32_t value;
} word;

static const word formats[] = {{"xlsx", CRM_EXPORT_XLSX},        {"xlsm", CRM_EXPORT_XLSX},         {"csv", CRM_EXPORT_CSV},
                               {"jsonl", CRM_EXPORT_JSON_LINES}, {"ndjson", CRM_EXPORT_JSON_LINES}, {NULL, 0}};
static const word sheets[] = {{"customers", CRM_EXPORT_CUSTOMERS},
                              {"sites", CRM_EXPORT_SITES},
                              {"contacts", CRM_EXPORT_CONTACTS},
                              {"channels", CRM_EXPORT_CHANNELS},
                              {"identifiers", CRM_EXPORT_IDENTIFIERS},
                              {"memberships", CRM_EXPORT_MEMBERSHIPS},
                              {"bank", CRM_EXPORT_BANK},
                              {"quote_defaults", CRM_EXPORT_QUOTE_DEFAULTS},
                              {"usages", CRM_EXPORT_USAGES},
                              {"roles", CRM_EXPORT_ROLES},
                              {NULL, 0}};

static uint32_t value_of(const word *words, const char *text) {
    for (; words->name; words++)
        if (strcasecmp(words->name, text) == 0) return words->value;
    return 0;
}

/* A folder is for CSV. */
static bool take_format(const cli_run *cli, const cli_args *args, crm_export_options *options) {
    const char *told = cli_args_get(args, "format"), *path = args->operands[0], *point = strrchr(path, '.');
    bool folder = *path && path[strlen(path) - 1] == '/';
    const char *text = told ? told : folder ? "csv" : point ? point + 1 : "";
    options->format = value_of(formats, text);
    if (!options->format && told) cli_error(cli, CLI_USAGE, "--format does not know \"%s\"", told);
    if (!options->format && !told) cli_error(cli, CLI_USAGE, "%s: its ending tells no format: say --format xlsx, csv or jsonl", path);
    return options->format != 0;
}

static bool take_sheets(const cli_run *cli, const cli_args *args, crm_export_options *options) {
    size_t position = 0;
    const char *text;
    while ((text = cli_args_next(args, "sheet", &position))) {
        uint32_t sheet = value_of(sheets, text);
        if (!sheet) return cli_error(cli, 0, "--sheet does not know \"%s\"", text), false;
        options->sheets |= sheet;
    }
    return true;
}

static uint32_t flag(const cli_args *args, const char *option, uint32_t value) { return cli_args_get(args, option) ? value : 0; }

static bool take_export(cli_run *cli, const cli_args *args, crm_export_options *options) {
    *options = (crm_export_options){.size = sizeof *options,
                                    .language = cli_language(cli),
                                    .role = cli_args_get(args, "role"),
                                    .source = cli_args_get(args, "source"),
                                    .flags = flag(args, "archived", CRM_EXPORT_ARCHIVED) |
                                             flag(args, "all-columns", CRM_EXPORT_ALL_COLUMNS) | flag(args, "raw", CRM_EXPORT_RAW)};
    return take_format(cli, args, options) && take_sheets(cli, args, options) && (!options->role || cli_role_good(cli, options->role));
}

static int run_export(cli_run *cli, const cli_args *args) {
    const char *path = args->operands[0];
    bool dump = cli_args_get(args, "dump") != NULL, list = cli_args_get(args, "list") != NULL;
    crm_export_options options;
    crm_export *out = NULL;
    if (!list && (cli_args_get(args, "field") || cli_args_get(args, "name")))
        return cli_error(cli, CLI_USAGE, "--field and --name are for --list");
    if (list && (dump || cli_args_get(args, "sheet"))) return cli_error(cli, CLI_USAGE, "--list, --sheet and --dump stand alone");
    if (!dump && !take_export(cli, args, &options)) return CLI_USAGE;
    int code = cli_open(cli, CRM_DB_READ_ONLY, true);
    if (code != CLI_OK) return code;
    int status = dump ? crm_export_dump(cli->txn, path) : crm_export_new(path, &options, &out);
    if (out && list)
        code = cli_export_list(cli, args, out);
    else if (out)
        status = crm_export_customers(out, cli->txn);
    if (out && status == CRM_OK && code == CLI_OK) status = crm_export_finish(out);
    if (status != CRM_OK) code = cli_failure(cli, path);
    crm_export_free(out);
    return code;
}

static int run_load(cli_run *cli, const cli_args *args) {
    const char *path = args->operands[0];
    if (cli->as) return cli_error(cli, CLI_USAGE, "--as: a new store has no users yet");
    if (!cli->path) return cli_error(cli, CLI_USAGE, "no store: say --db PATH, or set CRM_DB");
    if (crm_import_dump(path, cli->path) == CRM_OK) return CLI_OK;
    int code = crm_status_class_of(crm_error_status()) == CRM_CLASS_DATA ? CLI_REFUSED : CLI_FAILED;
    if (!crm_error_row()) return cli_failure(cli, path);
    return cli_error(cli, code, "%s:%llu: %s", path, (unsigned long long)crm_error_row(), crm_error_text());
}

const cli_command cli_cmd_export = {
    .name = "export",
    .operands = "FILE",
    .summary = "write customers to a workbook, CSV or JSON Lines, or the whole store",
    .about = "Writes the customers with their sites, contacts, channels, identifiers, memberships, bank accounts and terms as sheets that\n"
             "crmdb import takes back: FILE.xlsx; a folder (with / at its end) of CSV files; FILE.jsonl has whole files. --lang is the\n"
             "language of the headings.",
    .options = export_options,
    .least = 1,
    .most = 1,
    .run = run_export,
};

const cli_command cli_cmd_load = {
    .name = "load",
    .operands = "FILE",
    .summary = "make a store of what crmdb export --dump wrote",
    .about = "Makes the store again with its ids, revisions, settings, users and credentials, all or nothing. There must be none yet.",
    .options = NULL,
    .least = 1,
    .most = 1,
    .run = run_load,
};
