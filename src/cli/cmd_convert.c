/* SPDX-License-Identifier: MIT */
/* crmdb convert: a prospect becomes a customer. */
#include "cli/cli.h"

static const cli_option options[] = {
    {"keep-prospect", NULL, "he stays a prospect too", false},
    CLI_PARTY_OPTIONS,
    {NULL, NULL, NULL, false},
};

/* What else the role is to say: a record that the call completes. */
static int take_role(cli_run *cli, const cli_args *args, crm_record **out) {
    if (crm_record_new_in(cli->txn, CRM_KIND_ROLE, out) != CRM_OK) return cli_failure(cli, args->operands[0]);
    return cli_assign(cli, *out, args->operands + 1, args->operand_count - 1);
}

static int run(cli_run *cli, const cli_args *args) {
    uint32_t flags = cli_args_get(args, "keep-prospect") ? CRM_CONVERT_KEEP_PROSPECT : 0;
    crm_record *role = NULL;
    crm_id party, stored;
    if (!cli_party_options_good(cli, args)) return CLI_USAGE;
    int code = cli_open_write(cli);
    if (code == CLI_OK) code = cli_party(cli, args, args->operands[0], &party);
    if (code == CLI_OK) code = take_role(cli, args, &role);
    if (code == CLI_OK && crm_party_convert(cli->txn, party, role, flags, &stored) != CRM_OK) code = cli_failure(cli, args->operands[0]);
    crm_record_free(role);
    if (code == CLI_OK) code = cli_commit(cli);
    if (code != CLI_OK) return code;
    cli_string name = {0};
    cli_value_name(cli, party, &name);
    code = cli_record_show(cli, stored, cli_string_text(&name));
    cli_string_free(&name);
    return code;
}

const cli_command cli_cmd_convert = {
    .name = "convert",
    .operands = "NUMBER|ID [FIELD=VALUE ...]",
    .summary = "make a prospect a customer",
    .about = "Makes a prospect a customer: the same record gets the role of a customer with a number of its own. One that is a customer "
             "already\n"
             "is left as it is.",
    .options = options,
    .least = 1,
    .most = SIZE_MAX,
    .run = run,
};
