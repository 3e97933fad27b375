/* SPDX-License-Identifier: MIT */
/* crmdb list: the directory by role, name, town, postal code, country and group; and how many there are. */
#include "cli/cli.h"
#include <stdlib.h>
#include <string.h>

static const cli_option options[] = {
    {"role", "ROLE", "parties in this role only: customer, supplier, prospect ...", false},
    {"name", "TEXT", "whose names begin so, without regard to case and accents", false},
    {"town", "TEXT", "with an address in this town", false},
    {"postal-from", "CODE", "with a postal code from this one on", false},
    {"postal-until", "CODE", "to this one, and all that begin so", false},
    {"country", "CODE", "with an address in this country: DE, AT ...", false},
    {"group", "CODE", "members of this group", false},
    {"date", "DATE", "addresses and memberships of this day (default today)", false},
    {"archived", NULL, "the archived parties instead of the others", false},
    {"count", NULL, "how many there are, in place of who", false},
    {"limit", "NUMBER", "names on one page, 1 to 10000 (default 100)", false},
    {"token", "TEXT", "continue behind the page that gave this token", false},
    {NULL, NULL, NULL, false},
};

static int print_count(cli_run *cli, const crm_directory_query *query) {
    uint64_t count;
    int exact;
    if (crm_directory_count(cli->txn, query, &count, &exact) < 0) return cli_failure(cli, NULL);
    if (cli->json)
        printf("{\"count\":%llu,\"exact\":%s}\n", (unsigned long long)count, exact ? "true" : "false");
    else
        printf("%s%llu\n", exact ? "" : cli_say(cli, "about ", "etwa "), (unsigned long long)count);
    return CLI_OK;
}

static int print_page(cli_run *cli, const cli_args *args, const crm_directory_query *query, uint32_t limit) {
    const char *continued = cli_args_get(args, "token");
    cli_ids found = {0};
    char *token = NULL;
    crm_iter *iter = NULL;
    int status = crm_directory_list(cli->txn, query, limit, continued, &iter);
    if (status >= 0) status = cli_ids_take(&found, iter, &token);
    int code = CLI_OK;
    if (status == CRM_E_INVALID && continued)
        code = cli_error(cli, CLI_USAGE, "--token %s is none of this list", continued);
    else if (status < 0)
        code = cli_failure(cli, NULL);
    else
        cli_parties_print(cli, &found, query->role, token);
    cli_ids_free(&found);
    free(token);
    return code;
}

static int run(cli_run *cli, const cli_args *args) {
    crm_directory_query query = {.size = sizeof query,
                                 .role = cli_args_get(args, "role"),
                                 .prefix = cli_args_get(args, "name"),
                                 .town = cli_args_get(args, "town"),
                                 .postal_from = cli_args_get(args, "postal-from"),
                                 .postal_until = cli_args_get(args, "postal-until"),
                                 .country = cli_args_get(args, "country"),
                                 .flags = cli_args_get(args, "archived") ? CRM_DIRECTORY_ARCHIVED : 0};
    const char *group = cli_args_get(args, "group");
    uint32_t limit;
    if ((query.role && !cli_role_good(cli, query.role)) || !cli_limit(cli, args, &limit)) return CLI_USAGE;
    if (!cli_day(cli, args, "date", &query.day)) return CLI_USAGE;
    int code = cli_open(cli, CRM_DB_READ_ONLY, true);
    if (code == CLI_OK && group) code = cli_record_find(cli, CRM_GROUP_CODE, group, &query.group);
    if (code != CLI_OK) return code;
    return cli_args_get(args, "count") ? print_count(cli, &query) : print_page(cli, args, &query, limit);
}

const cli_command cli_cmd_list = {
    .name = "list",
    .operands = "",
    .summary = "list parties by role, name, town, postal code, country or group",
    .about = "Lists the parties that all options fit, in the order of their names, or tells how many they are.",
    .options = options,
    .run = run,
};
