/* SPDX-License-Identifier: MIT */
/* crmdb access: what the one in whose name a command runs may do, and why somebody may or may not. */
#include "cli/cli.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    uint32_t right;
} rights[] = {{CRM_ACCESS_RIGHT_READ, CRM_RIGHT_READ},
              {CRM_ACCESS_RIGHT_WRITE, CRM_RIGHT_WRITE},
              {CRM_ACCESS_RIGHT_QUOTE, CRM_RIGHT_QUOTE},
              {CRM_ACCESS_RIGHT_SEE_QUOTES, CRM_RIGHT_SEE_QUOTES}};

/* Prints its error. */
static bool right_of(const cli_run *cli, const char *name, uint32_t *out) {
    for (size_t i = 0; i < sizeof rights / sizeof *rights; i++)
        if (strcmp(rights[i].name, name) == 0) return *out = rights[i].right, true;
    return cli_error(cli, CLI_USAGE, "a right is read, write, quote or see_quotes, not \"%s\"", name), false;
}

/* With --id any record's, whether it is there or not. */
static int record_of(cli_run *cli, const cli_args *args, crm_id *out) {
    if (!cli_args_get(args, "id")) return cli_party(cli, args, args->operands[0], out);
    if (cli_number(args->operands[0], UINT64_MAX, out)) return CLI_OK;
    return cli_error(cli, CLI_USAGE, "\"%s\" is no id", args->operands[0]);
}

/* What NUMBER|ID RIGHT mean, in an open store. */
static int begin(cli_run *cli, const cli_args *args, crm_id *id, uint32_t *right) {
    if (!cli_party_options_good(cli, args) || !right_of(cli, args->operands[1], right)) return CLI_USAGE;
    int code = cli_open(cli, CRM_DB_READ_ONLY, true);
    return code == CLI_OK ? record_of(cli, args, id) : code;
}

static bool is_answer(int status) {
    return status == CRM_OK || status == CRM_E_NOTFOUND || status == CRM_E_DENIED || status == CRM_E_LOCKED || status == CRM_E_TYPE;
}

static int run_check(cli_run *cli, const cli_args *args) {
    uint32_t right;
    crm_id id;
    int code = begin(cli, args, &id, &right);
    if (code != CLI_OK) return code;
    int status = crm_access_check(cli->txn, id, right);
    if (!is_answer(status)) return cli_failure(cli, args->operands[0]);
    if (cli->json)
        printf("{\"id\": %" PRIu64 ", \"right\": \"%s\", \"allowed\": %s}\n", id, args->operands[1], status == CRM_OK ? "true" : "false");
    else {
        cli_print(cli, status == CRM_OK ? cli_say(cli, "allowed", "erlaubt") : cli_say(cli, "not allowed", "nicht erlaubt"),
                  status == CRM_OK ? CLI_PLAIN : CLI_BAD);
        putchar('\n');
    }
    return CLI_OK;
}

static int run_list(cli_run *cli, const cli_args *args) {
    const char *continued = cli_args_get(args, "token");
    uint32_t right, limit;
    cli_ids found = {0};
    char *token = NULL;
    crm_iter *iter = NULL;
    if (!right_of(cli, args->operands[0], &right) || !cli_limit(cli, args, &limit)) return CLI_USAGE;
    int code = cli_open(cli, CRM_DB_READ_ONLY, true);
    if (code != CLI_OK) return code;
    int status = crm_access_list(cli->txn, right, limit, continued, &iter);
    if (status == CRM_OK) status = cli_ids_take(&found, iter, &token);
    if (status == CRM_E_INVALID && continued)
        code = cli_error(cli, CLI_USAGE, "--token %s is none of this list", continued);
    else
        code = status < 0 ? cli_failure(cli, NULL) : CLI_OK;
    if (code == CLI_OK) cli_parties_print(cli, &found, NULL, token);
    cli_ids_free(&found);
    free(token);
    return code;
}

static int run_explain(cli_run *cli, const cli_args *args) {
    const char *name = cli_args_get(args, "user");
    uint32_t right;
    crm_id id, user = 0;
    crm_record *rec = NULL;
    int code = begin(cli, args, &id, &right);
    if (code == CLI_OK && name) code = cli_record_find(cli, CRM_USER_NAME, name, &user);
    if (code != CLI_OK) return code;
    if (crm_access_explain(cli->txn, user, id, right, &rec) == CRM_OK)
        code = cli_record_print(cli, rec, args->operands[0]);
    else
        code = cli_failure(cli, name ? name : args->operands[0]);
    crm_record_free(rec);
    return code;
}

/* --- the commands --- */

static const cli_option check_options[] = {
    {"role", "ROLE", "NUMBER is a number in this role", false},
    {"id", NULL, "the argument is the id of any record, not a number", false},
    {NULL, NULL, NULL, false},
};
static const cli_option list_options[] = {
    {"limit", "NUMBER", "parties on one page, 1 to 10000 (default 100)", false},
    {"token", "TEXT", "continue behind the page that gave this token", false},
    {NULL, NULL, NULL, false},
};
static const cli_option explain_options[] = {
    {"user", "NAME", "the rights of this user (default: of the one in whose name the command runs)", false},
    {"role", "ROLE", "NUMBER is a number in this role", false},
    {"id", NULL, "the argument is the id of any record, not a number", false},
    {NULL, NULL, NULL, false},
};

static const cli_command check = {
    .name = "access check",
    .operands = "NUMBER|ID RIGHT",
    .summary = "say whether there is a right to a record",
    .about = "Says whether the one in whose name it runs (--as) may do something with a party, or with --id any record: read, write; of a\n"
             "party also quote (make proposals for it) and see_quotes (see the quotes that others keep of it).",
    .options = check_options,
    .least = 2,
    .most = 2,
    .run = run_check,
};
static const cli_command list = {
    .name = "access list",
    .operands = "RIGHT",
    .summary = "list the parties that there is a right to",
    .about = "Lists the parties that the one in whose name it runs (--as) has a right to, by name, archived ones left out.",
    .options = list_options,
    .least = 1,
    .most = 1,
    .run = run_list,
};
static const cli_command explain = {
    .name = "access explain",
    .operands = "NUMBER|ID RIGHT",
    .summary = "say why a user has a right, or has not",
    .about = "Says whether a user has a right to a party, or with --id to any record, and why; to those who administer the store also by\n"
             "which binding and access role.",
    .options = explain_options,
    .least = 2,
    .most = 2,
    .run = run_explain,
};

static const cli_command *const verbs[] = {&check, &list, &explain, NULL};

const cli_command cli_cmd_access = {
    .name = "access",
    .operands = "COMMAND ...",
    .summary = "what somebody may do, and why",
    .about = "Rights to parties and records: whether there is one, to which parties, and why.",
    .verbs = verbs,
};
