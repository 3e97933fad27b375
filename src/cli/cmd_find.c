/* SPDX-License-Identifier: MIT */
/* crmdb find: parties by number, by identifier, or by how their name begins. */
#include "cli/cli.h"
#include <stdlib.h>
#include <string.h>

static const cli_option options[] = {
    {"role", "ROLE", "parties in this role only: customer, supplier, prospect ...", false},
    {"identifier", "SCHEME", "TEXT is an identifier of this scheme: duns, gln, vat ..., or a key that a source gave", false},
    {"limit", "NUMBER", "names on one page, 1 to 10000 (default 100)", false},
    {"token", "TEXT", "continue behind the page that gave this token", false},
    {NULL, NULL, NULL, false},
};

static int find_numbers(cli_run *cli, const char *text, const char *role, cli_ids *found) {
    const char *each;
    crm_id id;
    for (size_t i = 0; (each = crm_domain_code("role", i)); i++) {
        if (role && strcmp(role, each) != 0) continue;
        int status = crm_party_find(cli->txn, each, text, CRM_NTS, &id);
        if (status == CRM_OK) cli_ids_add(found, id);
        if (status != CRM_OK && status != CRM_E_NOTFOUND) return cli_failure(cli, text);
    }
    return CLI_OK;
}

static int find_identifier(cli_run *cli, const char *scheme, const char *text, cli_ids *found) {
    crm_id id;
    int status = crm_identifier_find(cli->txn, scheme, text, CRM_NTS, &id);
    if (status == CRM_OK) cli_ids_add(found, id);
    return status == CRM_OK || status == CRM_E_NOTFOUND ? CLI_OK : cli_failure(cli, text);
}

/* One page of the directory; the token that continues it is a copy. */
static int find_names(cli_run *cli, const cli_args *args, uint32_t limit, cli_ids *found, char **token) {
    const char *continued = cli_args_get(args, "token");
    crm_iter *iter = NULL;
    int status = crm_party_list(cli->txn, cli_args_get(args, "role"), args->operands[0], CRM_NTS, 0, limit, continued, &iter);
    if (status >= 0) status = cli_ids_take(found, iter, token);
    if (status >= 0) return CLI_OK;
    if (status == CRM_E_INVALID && continued) return cli_error(cli, CLI_USAGE, "--token %s is none of this list", continued);
    return cli_failure(cli, args->operands[0]);
}

static int search(cli_run *cli, const cli_args *args, uint32_t limit, cli_ids *found, char **token) {
    const char *role = cli_args_get(args, "role"), *scheme = cli_args_get(args, "identifier");
    if (scheme) return find_identifier(cli, scheme, args->operands[0], found);
    int code = cli_args_get(args, "token") ? CLI_OK : find_numbers(cli, args->operands[0], role, found);
    size_t numbers = found->count;
    if (code == CLI_OK) code = find_names(cli, args, limit, found, token);
    return numbers && crm_error_status() == CRM_E_DENIED ? CLI_OK : code; /* names are not for everybody; it has been said */
}

static int run(cli_run *cli, const cli_args *args) {
    const char *role = cli_args_get(args, "role");
    uint32_t limit;
    cli_ids found = {0};
    char *token = NULL;
    if ((role && !cli_role_good(cli, role)) || !cli_limit(cli, args, &limit)) return CLI_USAGE;
    int code = cli_open(cli, CRM_DB_READ_ONLY, true);
    if (code == CLI_OK) code = search(cli, args, limit, &found, &token);
    if (code == CLI_OK && (cli->json || found.count)) cli_parties_print(cli, &found, role, token);
    if (code == CLI_OK && !found.count) code = cli_error(cli, CLI_FAILED, "nothing found for \"%s\"", args->operands[0]);
    cli_ids_free(&found);
    free(token);
    return code;
}

const cli_command cli_cmd_find = {
    .name = "find",
    .operands = "TEXT",
    .summary = "find parties by number, identifier or name",
    .about = "Finds the parties that have TEXT as a number (of a customer, a supplier ...) or whose name begins with it, without regard to "
             "case and\n"
             "accents. Exit status 1 where there is none.",
    .options = options,
    .least = 1,
    .most = 1,
    .run = run,
};
