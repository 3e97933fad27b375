/* SPDX-License-Identifier: MIT */
/* crmdb field: fields that the host defines. */
#include "cli/cli.h"
#include <stdlib.h>
#include <string.h>

static const crm_field columns[] = {
    CRM_CUSTOM_FIELD_RECORD_KIND, CRM_CUSTOM_FIELD_NAME,   CRM_CUSTOM_FIELD_TYPE,     CRM_CUSTOM_FIELD_LABEL, CRM_CUSTOM_FIELD_DOMAIN,
    CRM_CUSTOM_FIELD_INDEXED,     CRM_CUSTOM_FIELD_UNIQUE, CRM_CUSTOM_FIELD_PERSONAL, CRM_CUSTOM_FIELD_PRICE, 0};

static const cli_option add_options[] = {
    {"indexed", NULL, "records are found by its value", false},
    {"unique", NULL, "no two records have the same value", false},
    {"folded", NULL, "found without regard to case and accents", false},
    {"searchable", NULL, "its words are for the search", false},
    {"personal", NULL, "data of a person", false},
    {"price", NULL, "a price term: a list, a discount, a balance", false},
    {"tracked", NULL, "old and new values are kept: see history", false},
    {NULL, NULL, NULL, false},
};

static const struct {
    const char *option;
    crm_field field;
} switches[] = {{"indexed", CRM_CUSTOM_FIELD_INDEXED},       {"unique", CRM_CUSTOM_FIELD_UNIQUE},     {"folded", CRM_CUSTOM_FIELD_FOLDED},
                {"searchable", CRM_CUSTOM_FIELD_SEARCHABLE}, {"personal", CRM_CUSTOM_FIELD_PERSONAL}, {"price", CRM_CUSTOM_FIELD_PRICE},
                {"tracked", CRM_CUSTOM_FIELD_TRACKED}};

static int page(crm_txn *txn, const void *what, const char *token, crm_iter **out) {
    (void)what;
    return crm_record_list(txn, 0, CRM_KIND_CUSTOM_FIELD, 1000, token, out);
}

static int run_list(cli_run *cli, const cli_args *args) {
    cli_ids found = {0};
    (void)args;
    int code = cli_open(cli, CRM_DB_READ_ONLY, true);
    if (code == CLI_OK && cli_ids_collect(cli, page, NULL, &found) < 0) code = cli_failure(cli, NULL);
    if (code == CLI_OK) code = cli_records_print(cli, "custom_fields", columns, &found);
    cli_ids_free(&found);
    return code;
}

/* "party.machine_count" into its two parts; the name points behind the dot of a kind that the caller frees. */
static bool read_path(const cli_run *cli, const char *path, char **kind, const char **name) {
    const char *dot = strchr(path, '.');
    if (!dot || dot == path || !dot[1]) {
        cli_error(cli, CLI_USAGE, "\"%s\" is not KIND.NAME", path);
        return false;
    }
    *kind = cli_copy(path);
    (*kind)[dot - path] = '\0';
    *name = *kind + (dot - path) + 1;
    return true;
}

/* The stored definition of a path. */
static int get(cli_run *cli, const char *path, crm_record **out) {
    crm_field field;
    int status = crm_custom_field_find(cli->txn, path, &field);
    if (status == CRM_OK) status = crm_custom_field_get(cli->txn, field, out);
    if (status == CRM_OK) return CLI_OK;
    return status == CRM_E_NOTFOUND ? cli_error(cli, CLI_FAILED, "no custom field \"%s\"", path) : cli_failure(cli, path);
}

static int define(cli_run *cli, const cli_args *args, const char *kind, const char *name, crm_record **out) {
    int status = crm_record_new_in(cli->txn, CRM_KIND_CUSTOM_FIELD, out);
    if (status == CRM_OK) status = crm_record_set_text(*out, CRM_CUSTOM_FIELD_RECORD_KIND, kind, CRM_NTS);
    if (status == CRM_OK) status = crm_record_set_text(*out, CRM_CUSTOM_FIELD_NAME, name, CRM_NTS);
    if (status == CRM_OK) status = crm_record_set_text(*out, CRM_CUSTOM_FIELD_TYPE, args->operands[1], CRM_NTS);
    for (size_t i = 0; i < sizeof switches / sizeof *switches && status == CRM_OK; i++)
        if (cli_args_get(args, switches[i].option)) status = crm_record_set_bool(*out, switches[i].field, 1);
    return status == CRM_OK ? CLI_OK : cli_failure(cli, args->operands[0]);
}

static int run_add(cli_run *cli, const cli_args *args) {
    crm_record *definition = NULL;
    const char *name;
    char *kind;
    if (!read_path(cli, args->operands[0], &kind, &name)) return CLI_USAGE;
    int code = cli_open_write(cli);
    if (code == CLI_OK) code = define(cli, args, kind, name, &definition);
    if (code == CLI_OK) code = cli_assign(cli, definition, args->operands + 2, args->operand_count - 2);
    if (code == CLI_OK) code = cli_record_put(cli, definition, args->operands[0]);
    crm_record_free(definition);
    free(kind);
    return code;
}

static int run_set(cli_run *cli, const cli_args *args) {
    crm_record *definition = NULL;
    int code = cli_open_write(cli);
    if (code == CLI_OK) code = get(cli, args->operands[0], &definition);
    if (code == CLI_OK) code = cli_assign(cli, definition, args->operands + 1, args->operand_count - 1);
    if (code == CLI_OK) code = cli_record_put(cli, definition, args->operands[0]);
    crm_record_free(definition);
    return code;
}

static int run_delete(cli_run *cli, const cli_args *args) {
    crm_record *definition = NULL;
    int code = cli_open_write(cli);
    if (code == CLI_OK) code = get(cli, args->operands[0], &definition);
    if (code == CLI_OK) code = cli_record_delete(cli, crm_record_key(definition), args->operands[0]);
    crm_record_free(definition);
    return code;
}

static const cli_command list = {
    .name = "field list",
    .operands = "",
    .summary = "list the custom fields",
    .about = "Lists the fields that were defined in this store. crmdb fields lists them among the built-in ones.",
    .run = run_list,
};
static const cli_command add = {
    .name = "field add",
    .operands = "KIND.NAME TYPE [FIELD=VALUE ...]",
    .summary = "define a field",
    .about =
        "Defines a field of a kind of records (party.machine_count) with a type: text, int, bool, date, time, amount, bytes, texts or\n"
        "label. Further: label.LANGUAGE (label.de=Maschinen), synonyms (a column heading of imports; each adds one), domain (the code "
        "table\n"
        "of a text).",
    .options = add_options,
    .least = 2,
    .most = SIZE_MAX,
    .run = run_add,
};
static const cli_command set = {
    .name = "field set",
    .operands = "KIND.NAME FIELD=VALUE ...",
    .summary = "change labels and headings of a custom field",
    .about =
        "Changes label.LANGUAGE, synonyms, personal or price of a custom field. What it is and how it is found stay as they were defined.",
    .least = 2,
    .most = SIZE_MAX,
    .run = run_set,
};
static const cli_command delete = {
    .name = "field delete",
    .operands = "KIND.NAME",
    .summary = "delete a custom field",
    .about = "Deletes the definition of a field; refused as long as records are found by it or a rule names it.",
    .least = 1,
    .most = 1,
    .run = run_delete,
};

static const cli_command *const verbs[] = {&list, &add, &set, &delete, NULL};

const cli_command cli_cmd_field = {
    .name = "field",
    .operands = "COMMAND ...",
    .summary = "fields of your own",
    .about = "Custom fields: defined in a store, then used as those that are built in.",
    .verbs = verbs,
};
