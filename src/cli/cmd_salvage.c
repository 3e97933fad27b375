/* SPDX-License-Identifier: MIT */
/* crmdb salvage: a new store of what is left of a damaged one. */
#include "cli/cli.h"
#include <inttypes.h>

static int run(cli_run *cli, const cli_args *args) {
    uint64_t records, old, left;
    if (cli->as) return cli_error(cli, CLI_USAGE, "salvage works on the whole store, in nobody's name: leave --as out");
    if (!cli->path) return cli_error(cli, CLI_USAGE, "which store? Name its folder with --db PATH or in CRM_DB");
    if (crm_salvage(cli->path, args->operands[0], NULL, NULL, &records, &old, &left) != CRM_OK) return cli_failure(cli, cli->path);
    if (!cli->json) {
        printf(cli->german ? "%" PRIu64 " Sätze gerettet, davon %" PRIu64 " vielleicht veraltet; %" PRIu64
                             " ohne Zugehörigkeit ausgelassen.\n"
                           : "%" PRIu64 " records saved, %" PRIu64 " of them may be out of date; %" PRIu64 " left out.\n",
               records, old, left);
        return CLI_OK;
    }
    putchar('{');
    cli_json_count("records", records, true);
    cli_json_count("old", old, false);
    cli_json_count("left", left, false);
    puts("}");
    return CLI_OK;
}

const cli_command cli_cmd_salvage = {
    .name = "salvage",
    .operands = "TO",
    .summary = "make a new store of what is left of a damaged one",
    .about = "Makes a new store in the folder TO of every record of the store that is sound, wherever in its file it lies, with its id. "
             "Records may\n"
             "be out of date where the pages that were current are lost. Left out are records whose party, or what they must name, is "
             "lost. The\n"
             "damaged store is only read; no program may have it open.",
    .least = 1,
    .most = 1,
    .run = run,
};
