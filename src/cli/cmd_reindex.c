/* SPDX-License-Identifier: MIT */
/* crmdb reindex: the index of a store made anew from its records. */
#include "cli/cli.h"

static int run(cli_run *cli, const cli_args *args) {
    (void)args;
    if (cli->as) return cli_error(cli, CLI_USAGE, "reindex works on the whole store, in nobody's name: leave --as out");
    if (!cli->path) return cli_error(cli, CLI_USAGE, "which store? Name its folder with --db PATH or in CRM_DB");
    const crm_db_options options = cli_options(cli, 0);
    if (crm_reindex(cli->path, &options) != CRM_OK) return cli_failure(cli, cli->path);
    if (!cli->json)
        puts(cli_say(cli, "The index is made anew.", "Der Index ist neu aufgebaut."));
    else
        puts("{\"reindexed\":true}");
    return CLI_OK;
}

const cli_command cli_cmd_reindex = {
    .name = "reindex",
    .operands = "",
    .summary = "make the index of the store anew",
    .about = "Makes the whole index anew from the records: where verify finds damage in it, or where the store says that its index is of "
             "another\n"
             "version of the library. All or nothing, in one transaction; others may read the store meanwhile.",
    .run = run,
};
