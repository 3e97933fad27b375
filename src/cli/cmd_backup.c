/* SPDX-License-Identifier: MIT */
/* crmdb backup and crmdb compact: the store as a copy elsewhere, and made smaller in its place. */
#include "cli/cli.h"
#include <stdio.h>
#include <sys/stat.h>

static int print_result(const cli_run *cli, const char *what, const char *path) {
    if (cli->json) {
        putchar('{');
        cli_json_member("path", path, true);
        putchar('}');
    } else {
        cli_string text = {0};
        cli_string_format(&text, "%s %s", what, path);
        cli_print(cli, cli_string_text(&text), CLI_PLAIN);
        cli_string_free(&text);
    }
    putchar('\n');
    return CLI_OK;
}

static int run_backup(cli_run *cli, const cli_args *args) {
    const char *path = args->operands[0];
    if (cli->as) return cli_error(cli, CLI_USAGE, "--as: a backup has all that is in the store");
    int code = cli_open(cli, CRM_DB_READ_ONLY, false);
    if (code != CLI_OK) return code;
    if (crm_db_backup(cli->db, path) != CRM_OK) return cli_failure(cli, path);
    return print_result(cli, cli_say(cli, "Backup in", "Sicherung in"), path);
}

static int run_compact(cli_run *cli, const cli_args *args) {
    (void)args;
    if (cli->as) return cli_error(cli, CLI_USAGE, "--as: the whole store is written anew");
    if (!cli->path) return cli_error(cli, CLI_USAGE, "which store? Name its folder with --db PATH or in CRM_DB");
    const crm_db_options options = cli_options(cli, 0);
    if (crm_db_compact(cli->path, &options) != CRM_OK) return cli_failure(cli, cli->path);
    return print_result(cli, cli_say(cli, "Compacted", "Verkleinert"), cli->path);
}

const cli_command cli_cmd_backup = {
    .name = "backup",
    .operands = "FOLDER",
    .least = 1,
    .most = 1,
    .summary = "copy the store into another folder",
    .about = "Copies the store as it is now, whatever is written meanwhile, into FOLDER, which has no store yet. The copy is as small as "
             "it can be, holds "
             "nothing of what was deleted, and every page of it is read again. To restore, put its data.mdb into an empty folder.",
    .run = run_backup,
};

const cli_command cli_cmd_compact = {
    .name = "compact",
    .operands = "",
    .summary = "make the store's file smaller",
    .about = "Writes the store anew without its free pages, and so without what was deleted, and puts it into the place of the old file. "
             "Nobody may have the "
             "store open.",
    .run = run_compact,
};
