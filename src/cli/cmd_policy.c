/* SPDX-License-Identifier: MIT */
/* crmdb policy: the levels at which a quote looks for the value of a field. */
#include "cli/cli.h"
#include <stdlib.h>
#include <string.h>

/* The field of a quote that has a name, "price_list" or "quote.price_list". */
static crm_field find_field(const cli_run *cli, const char *name) {
    const char *kind = crm_kind_name(CRM_KIND_QUOTE);
    cli_string path = {0};
    cli_string_format(&path, "%s%s%s", strchr(name, '.') ? "" : kind, strchr(name, '.') ? "" : ".", name);
    crm_field field = crm_field_find(cli_string_text(&path));
    cli_string_free(&path);
    if (crm_field_kind(field) == CRM_KIND_QUOTE) return field;
    cli_error(cli, CLI_USAGE, "a quote has no field \"%s\"; crmdb fields quote lists them", name);
    return 0;
}

/* --- what holds --- */

static void add_row(cli_run *cli, cli_table *table, const crm_record *policy) {
    cli_string levels = {0};
    cli_value(cli, policy, CRM_POLICY_LEVELS, &levels);
    cli_table_add(table,
                  (const char *[]){crm_record_text(policy, CRM_POLICY_FIELD), cli_string_text(&levels),
                                   crm_record_key(policy) ? cli_say(cli, "stored", "gespeichert") : cli_say(cli, "built in", "eingebaut")});
    cli_table_style(table, 2, crm_record_key(policy) ? CLI_PLAIN : CLI_DIM);
    cli_string_free(&levels);
}

/* The policy of each field that has one. */
static int print_all(cli_run *cli) {
    int code = CLI_OK;
    bool first = true;
    crm_field field = 0;
    cli_table table;
    cli_table_begin(&table, 3);
    cli_table_head(&table, (const char *[]){cli_say(cli, "Field", "Feld"),
                                            cli_say(cli, "Levels, most specific first", "Ebenen, die genaueste zuerst"),
                                            cli_say(cli, "Origin", "Herkunft")});
    if (cli->json) printf("{\"policies\": [");
    while (code == CLI_OK && (field = crm_field_next(CRM_KIND_QUOTE, field))) {
        crm_record *policy = NULL;
        const char *json = "";
        int status = crm_policy_get(cli->txn, field, &policy);
        if (status == CRM_E_TYPE) continue;
        if (status != CRM_OK || (cli->json && !(json = crm_record_json(policy, NULL))))
            code = cli_failure(cli, crm_field_name(field));
        else if (cli->json)
            printf("%s%s", first ? "" : ", ", json);
        else
            add_row(cli, &table, policy);
        first = false;
        crm_record_free(policy);
    }
    cli_table_end(cli, &table, true);
    return code;
}

static int failure(cli_run *cli, crm_field field) {
    if (crm_error_status() != CRM_E_TYPE) return cli_failure(cli, crm_field_name(field));
    return cli_error(cli, CLI_USAGE, "%s is not looked for at levels; crmdb policy list shows what is", crm_field_name(field));
}

static int print_one(cli_run *cli, crm_field field) {
    crm_record *policy = NULL;
    int code =
        crm_policy_get(cli->txn, field, &policy) == CRM_OK ? cli_record_print(cli, policy, crm_field_name(field)) : failure(cli, field);
    crm_record_free(policy);
    return code;
}

static int run_list(cli_run *cli, const cli_args *args) {
    (void)args;
    int code = cli_open(cli, CRM_DB_READ_ONLY, true);
    return code == CLI_OK ? print_all(cli) : code;
}

static int run_show(cli_run *cli, const cli_args *args) {
    crm_field field = find_field(cli, args->operands[0]);
    int code = field ? cli_open(cli, CRM_DB_READ_ONLY, true) : CLI_USAGE;
    return code == CLI_OK ? print_one(cli, field) : code;
}

/* --- changing it --- */

enum { MOST_LEVELS = 32 };

static void unknown_level(const cli_run *cli, const char *name) {
    cli_string names = {0};
    for (uint32_t level = 1; level <= CRM_LEVEL_GLOBAL; level++) cli_string_join(&names, ", ", crm_quote_level_name(level));
    cli_error(cli, CLI_USAGE, "no level \"%s\"; there are %s", name, cli_string_text(&names));
    cli_string_free(&names);
}

/* "explicit,customer,global" as numbers. Returns how many, or 0 and an error. */
static size_t read_levels(const cli_run *cli, const char *text, uint32_t levels[MOST_LEVELS]) {
    size_t count = 0;
    for (const char *end = text; *end; text = end + 1) {
        cli_string name = {0};
        end = text + strcspn(text, ",");
        cli_string_format(&name, "%.*s", (int)(end - text), text);
        uint32_t level = crm_quote_level_find(cli_string_text(&name));
        if (!level) unknown_level(cli, cli_string_text(&name));
        if (level && count == MOST_LEVELS) cli_error(cli, CLI_USAGE, "at most %d levels", MOST_LEVELS);
        cli_string_free(&name);
        if (!level || count == MOST_LEVELS) return 0;
        levels[count++] = level;
    }
    if (!count) cli_error(cli, CLI_USAGE, "which levels? As explicit,customer,global");
    return count;
}

static int run_set(cli_run *cli, const cli_args *args) {
    uint32_t levels[MOST_LEVELS];
    crm_field field = find_field(cli, args->operands[0]);
    size_t count = field ? read_levels(cli, args->operands[1], levels) : 0;
    int code = count ? cli_open_write(cli) : CLI_USAGE;
    if (code == CLI_OK && crm_policy_set(cli->txn, field, levels, count) != CRM_OK) code = failure(cli, field);
    if (code == CLI_OK) code = cli_commit(cli);
    return code == CLI_OK ? print_one(cli, field) : code;
}

static int run_clear(cli_run *cli, const cli_args *args) {
    crm_field field = find_field(cli, args->operands[0]);
    int code = field ? cli_open_write(cli) : CLI_USAGE;
    if (code == CLI_OK && crm_policy_clear(cli->txn, field) != CRM_OK) code = failure(cli, field);
    if (code == CLI_OK) code = cli_commit(cli);
    return code == CLI_OK ? print_one(cli, field) : code;
}

static const cli_command list = {
    .name = "policy list",
    .operands = "",
    .summary = "list the policies of all fields",
    .about = "Lists the policy of every field of a quote that is looked for at levels.",
    .run = run_list,
};
static const cli_command show = {
    .name = "policy show",
    .operands = "FIELD",
    .summary = "show the policy of a field",
    .about = "Shows the policy of a field of a quote, stored or built in.",
    .least = 1,
    .most = 1,
    .run = run_show,
};
static const cli_command set = {
    .name = "policy set",
    .operands = "FIELD LEVEL,LEVEL ...",
    .summary = "set the policy of a field",
    .about =
        "Sets the levels at which a field is looked for, most specific first: lock (may be left out), explicit, and then any of site,\n"
        "contact, customer, payer, group, hierarchy, country, global that the field can be found at.",
    .least = 2,
    .most = 2,
    .run = run_set,
};
static const cli_command clear = {
    .name = "policy clear",
    .operands = "FIELD",
    .summary = "go back to the built-in policy",
    .about = "Takes the stored policy of a field away: the built-in one holds again.",
    .least = 1,
    .most = 1,
    .run = run_clear,
};

static const cli_command *const verbs[] = {&list, &show, &set, &clear, NULL};

const cli_command cli_cmd_policy = {
    .name = "policy",
    .operands = "COMMAND ...",
    .summary = "where a quote looks for the value of a field",
    .about = "Quote policies: at which levels, and in which order, a quote looks for the value of a field.",
    .verbs = verbs,
};
