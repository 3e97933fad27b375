/* SPDX-License-Identifier: MIT */
/* crmdb init: makes a store, with its first settings. */
#include "cli/cli.h"
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const cli_option options[] = {
    {"country", "COUNTRY", "the sender's country: addresses in it are printed without the country", false},
    {"set", "NAME=VALUE", "a setting of the new store, for instance the first number of a range", true},
    {NULL, NULL, NULL, false},
};

typedef struct settings {
    const cli_args *args;
    const char *country; /* its code; NULL: none is given */
    const char *failed;  /* the option that the library refused */
} settings;

static int store_settings(crm_txn *txn, void *data) {
    settings *work = data;
    size_t position = 0;
    const char *text, *value;
    char *name;
    while ((text = cli_args_next(work->args, "set", &position))) {
        if (!cli_pair(text, false, &name, &value)) return CRM_E_INVALID;
        int status = crm_setting_set(txn, name, value, CRM_NTS);
        free(name);
        work->failed = text;
        if (status != CRM_OK) return status;
    }
    work->failed = work->country;
    int status = work->country ? cli_set_country(txn, work->country) : CRM_OK;
    if (status != CRM_OK) return status;
    work->failed = NULL;
    return CRM_COMMIT;
}

static bool settings_well_formed(const cli_run *cli, const cli_args *args) {
    size_t position = 0;
    const char *text;
    while ((text = cli_args_next(args, "set", &position)))
        if (text[0] == '=' || !strchr(text, '=')) {
            cli_error(cli, CLI_USAGE, "--set needs NAME=VALUE, not \"%s\"", text);
            return false;
        }
    return true;
}

/* Takes away the folder of a store that init made and could not finish: the folder was not there before. */
static void remove_store(const char *path) {
    DIR *folder = opendir(path);
    if (!folder) return;
    struct dirent *entry;
    while ((entry = readdir(folder)))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) unlinkat(dirfd(folder), entry->d_name, 0);
    closedir(folder);
    rmdir(path);
}

static void print_result(const cli_run *cli) {
    if (cli->json) {
        putchar('{');
        cli_json_member("path", cli->path, true);
        cli_json_member("uuid", crm_db_uuid(cli->db), false);
        puts("}");
        return;
    }
    cli_string text = {0};
    cli_string_format(&text, "%s %s", cli_say(cli, "New store in", "Neuer Bestand in"), cli->path);
    cli_print(cli, cli_string_text(&text), CLI_PLAIN);
    putchar('\n');
    cli_string_free(&text);
}

static int run(cli_run *cli, const cli_args *args) {
    settings work = {.args = args};
    struct stat info;
    if (cli->as) return cli_error(cli, CLI_USAGE, "--as: a new store has no users");
    if (!settings_well_formed(cli, args)) return CLI_USAGE;
    if (cli_store_exists(cli)) return cli_error(cli, CLI_FAILED, "%s: the store exists already", cli->path);
    const char *country = cli_args_get(args, "country");
    if (country && !(work.country = cli_country(cli, country))) return CLI_REFUSED;
    bool was_there = cli->path && stat(cli->path, &info) == 0;
    int code = cli_open(cli, CRM_DB_CREATE, false);
    if (code != CLI_OK) return code;
    if ((cli_args_get(args, "set") || work.country) && crm_transact(cli->db, CRM_ACTOR_SYSTEM, store_settings, &work) != CRM_OK) {
        code = cli_failure(cli, work.failed ? work.failed : cli->path);
        cli_close(cli);
        if (!was_there) remove_store(cli->path);
        return code;
    }
    print_result(cli);
    return CLI_OK;
}

const cli_command cli_cmd_init = {
    .name = "init",
    .operands = "",
    .summary = "make a new store",
    .about =
        "Makes a new, empty store in the folder that --db or CRM_DB names. A store that exists is left as it is, and the exit status is 1.",
    .options = options,
    .run = run,
};
