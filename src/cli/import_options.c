/* SPDX-License-Identifier: MIT */
/* What the options of crmdb import say. */
#include "cli/import.h"
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
                                 {"usage", CRM_ROWS_USAGE},
                                 {"role", CRM_ROWS_ROLE},
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

int cli_import_policies(cli_run *cli, const import_job *work, crm_sync *sync) {
    size_t position = 0;
    const char *text;
    int code = CLI_OK;
    while (code == CLI_OK && (text = cli_args_next(work->args, "policy", &position))) code = set_policy(cli, text, sync);
    return code;
}

/* Before a store is opened. */
static bool check_policies(cli_run *cli, const import_job *work) {
    crm_sync *sync = NULL;
    bool good = crm_sync_new("check", CRM_ROWS_FLAT, &sync) == CRM_OK && cli_import_policies(cli, work, sync) == CLI_OK;
    crm_sync_free(sync);
    return good;
}

/* "Kunden", "Tabelle2=contact" */
static bool take_sheets(cli_run *cli, import_job *work) {
    size_t position = 0, count = 0;
    const char *text;
    while (cli_args_next(work->args, "sheet", &position)) count++;
    crm_xlsx_choice *choice = cli_allocate(NULL, (count + 1) * sizeof *choice);
    work->xlsx.choice = choice;
    position = 0;
    while ((text = cli_args_next(work->args, "sheet", &position))) {
        const char *equals = strrchr(text, '=');
        char *name = cli_copy(text);
        if (equals) name[equals - text] = '\0';
        choice[work->xlsx.choice_count++] =
            (crm_xlsx_choice){.name = name, .rows = equals ? word_value(row_words, equals + 1, strlen(equals + 1)) : 0};
        if (equals && !choice[work->xlsx.choice_count - 1].rows)
            return cli_error(cli, 0, "--sheet does not know \"%s\"", equals + 1), false;
    }
    return true;
}

int cli_import_refuse_mapping(const cli_run *cli, const char *path) {
    int code = access(path, R_OK) == 0 ? CLI_USAGE : CLI_FAILED;
    if (!crm_error_row()) return cli_error(cli, code, "--mapping %s: %s", path, crm_error_text());
    return cli_error(cli, code, "--mapping %s:%" PRIu64 ": %s", path, crm_error_row(), crm_error_text());
}

void cli_import_drop(import_job *work) {
    for (uint32_t i = 0; i < work->xlsx.choice_count; i++) free((void *)(uintptr_t)work->xlsx.choice[i].name);
    free((void *)(uintptr_t)work->xlsx.choice);
}

bool cli_import_take(cli_run *cli, const cli_args *args, import_job *work) {
    memset(work, 0, sizeof *work);
    work->args = args;
    work->first = true;
    work->csv.size = sizeof work->csv;
    work->xlsx.size = sizeof work->xlsx;
    work->xlsx.mapping = cli_args_get(args, "mapping");
    work->xlsx.flags = cli_args_get(args, "ignore-unknown") ? CRM_XLSX_SKIP_UNKNOWN_SHEETS : 0;
    work->role = cli_args_get(args, "role");
    work->source = cli_args_get(args, "source");
    work->flags = (cli_args_get(args, "skip-bad-rows") ? (uint32_t)CRM_SYNC_SKIP_BAD_ROWS : 0) |
                  (cli_args_get(args, "ignore-unknown") ? (uint32_t)CRM_SYNC_IGNORE_UNKNOWN : 0);
    return take_word(cli, args, "rows", row_words, &work->rows) && take_word(cli, args, "encoding", encoding_words, &work->csv.encoding) &&
           take_word(cli, args, "delimiter", delimiter_words, &work->csv.delimiter) &&
           take_word(cli, args, "quote", quote_words, &work->csv.quote) && take_header_row(cli, args, &work->csv.header_row) &&
           (!work->role || cli_role_good(cli, work->role)) && check_policies(cli, work) && take_sheets(cli, work);
}

int cli_import_find_source(const cli_run *cli, import_job *work) {
    const char *mapping = work->xlsx.mapping;
    if (!work->source && mapping) {
        if (crm_mapping_source(mapping, work->mapped_source, sizeof work->mapped_source) < 0)
            return cli_import_refuse_mapping(cli, mapping);
        if (*work->mapped_source) work->source = work->mapped_source;
    }
    if (!work->source) work->flags |= CRM_SYNC_NO_KEYS;
    return CLI_OK;
}

int cli_import_map(cli_run *cli, const import_job *work, crm_sync *sync, bool several) {
    size_t position = 0;
    const char *text, *target;
    char *heading;
    while ((text = cli_args_next(work->args, "map", &position))) {
        if (!cli_pair(text, true, &heading, &target)) return cli_error(cli, CLI_USAGE, "--map needs HEADING=TARGET, not \"%s\"", text);
        int status = crm_sync_map(sync, heading, target);
        free(heading);
        if (status < 0 && !(several && status == CRM_E_TYPE)) return cli_error(cli, CLI_USAGE, "--map %s: %s", text, crm_error_text());
    }
    const char *path = several ? NULL : work->xlsx.mapping; /* sheets have theirs already */
    return !path || crm_mapping_load_file(sync, path) == CRM_OK ? CLI_OK : cli_import_refuse_mapping(cli, path);
}
