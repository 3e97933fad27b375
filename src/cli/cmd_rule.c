/* SPDX-License-Identifier: MIT */
/* crmdb rule: mapping rules, which set fields of a quote from other fields. */
#include "cli/cli.h"

static const crm_field columns[] = {CRM_RULE_CODE,     CRM_RULE_TARGET,   CRM_RULE_SOURCE,
                                    CRM_RULE_VALUE,    CRM_RULE_WHEN,     CRM_RULE_PRIORITY,
                                    CRM_RULE_OVERRIDE, CRM_RULE_ARCHIVED, 0};

static int page(crm_txn *txn, const void *what, const char *token, crm_iter **out) {
    (void)what;
    return crm_record_list(txn, 0, CRM_KIND_RULE, 1000, token, out);
}

static int run_list(cli_run *cli, const cli_args *args) {
    cli_ids found = {0};
    (void)args;
    int code = cli_open(cli, CRM_DB_READ_ONLY, true);
    if (code == CLI_OK && cli_ids_collect(cli, page, NULL, &found) < 0) code = cli_failure(cli, NULL);
    if (code == CLI_OK) code = cli_records_print(cli, "rules", columns, &found);
    cli_ids_free(&found);
    return code;
}

static int run_show(cli_run *cli, const cli_args *args) {
    crm_id rule;
    int code = cli_open(cli, CRM_DB_READ_ONLY, true);
    if (code == CLI_OK) code = cli_record_find(cli, CRM_RULE_CODE, args->operands[0], &rule);
    return code == CLI_OK ? cli_record_show(cli, rule, args->operands[0]) : code;
}

static int run_set(cli_run *cli, const cli_args *args) {
    crm_record *rule = NULL;
    int code = cli_open_write(cli);
    if (code == CLI_OK) code = cli_record_take(cli, CRM_RULE_CODE, args->operands[0], &rule);
    if (code == CLI_OK) code = cli_assign(cli, rule, args->operands + 1, args->operand_count - 1);
    if (code == CLI_OK) code = cli_record_put(cli, rule, args->operands[0]);
    crm_record_free(rule);
    return code;
}

static int run_delete(cli_run *cli, const cli_args *args) {
    crm_id rule;
    int code = cli_open_write(cli);
    if (code == CLI_OK) code = cli_record_find(cli, CRM_RULE_CODE, args->operands[0], &rule);
    return code == CLI_OK ? cli_record_delete(cli, rule, args->operands[0]) : code;
}

static const cli_command list = {
    .name = "rule list",
    .operands = "",
    .summary = "list all rules",
    .about = "Lists all mapping rules in the order in which they were made.",
    .run = run_list,
};
static const cli_command show = {
    .name = "rule show",
    .operands = "CODE",
    .summary = "show a rule",
    .about = "Shows a mapping rule.",
    .least = 1,
    .most = 1,
    .run = run_show,
};
static const cli_command set = {
    .name = "rule set",
    .operands = "CODE FIELD=VALUE ...",
    .summary = "make a rule, or change it",
    .about =
        "Sets fields of a rule, and makes it where there is none: target (quote.plant), source (customer.category) or value (a fixed "
        "one),\n"
        "when (a condition; each adds one, and all must hold), priority (1 before 2), override (yes: given values too), note. Conditions\n"
        "are as 'site.country = DE', 'customer.category in A|B', 'contact.function set'. FIELD=#CLEAR takes a value away.",
    .least = 2,
    .most = SIZE_MAX,
    .run = run_set,
};
static const cli_command delete = {
    .name = "rule delete",
    .operands = "CODE",
    .summary = "delete a rule",
    .about = "Deletes a mapping rule. One that is to rest is archived: crmdb rule set CODE archived=yes.",
    .least = 1,
    .most = 1,
    .run = run_delete,
};

static const cli_command *const verbs[] = {&list, &show, &set, &delete, NULL};

const cli_command cli_cmd_rule = {
    .name = "rule",
    .operands = "COMMAND ...",
    .summary = "rules that set fields of a quote from other fields",
    .about = "Mapping rules: each sets one field of a quote to the value of another field, or to a fixed one, where its conditions hold.",
    .verbs = verbs,
};
