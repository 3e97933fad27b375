/* SPDX-License-Identifier: MIT */
/* crmdb: the customer master on the command line. Finds the command, settles the options that all commands have, and ends the run. */
#include "cli/cli.h"
#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const cli_command *const commands[] = {
    &cli_cmd_init,    &cli_cmd_import,  &cli_cmd_export,  &cli_cmd_load,    &cli_cmd_find,    &cli_cmd_list,
    &cli_cmd_show,    &cli_cmd_quote,   &cli_cmd_requote, &cli_cmd_address, &cli_cmd_archive, &cli_cmd_restore,
    &cli_cmd_delete,  &cli_cmd_lock,    &cli_cmd_unlock,  &cli_cmd_convert, &cli_cmd_group,   &cli_cmd_defaults,
    &cli_cmd_policy,  &cli_cmd_rule,    &cli_cmd_option,  &cli_cmd_user,    &cli_cmd_role,    &cli_cmd_access,
    &cli_cmd_code,    &cli_cmd_field,   &cli_cmd_fields,  &cli_cmd_check,   &cli_cmd_verify,  &cli_cmd_backup,
    &cli_cmd_compact, &cli_cmd_reindex, &cli_cmd_salvage, &cli_cmd_changes, &cli_cmd_history, NULL,
};

static void print_options(const cli_run *cli, const char *title, const cli_option *options) {
    cli_table table;
    cli_table_begin(&table, 2);
    table.indent = 2;
    for (; options && options->name; options++) {
        cli_string name = {0};
        cli_string_format(&name, "--%s%s%s%s", options->name, options->value ? " " : "", options->value ? options->value : "",
                          options->repeats ? " ..." : "");
        cli_table_add(&table, (const char *[]){cli_string_text(&name), options->help});
        cli_string_free(&name);
    }
    if (table.count) {
        putchar('\n');
        cli_print(cli, title, CLI_BOLD);
        putchar('\n');
        cli_table_print(cli, &table);
    }
    cli_table_free(&table);
}

static void print_commands(const cli_run *cli, const cli_command *const *list) {
    cli_table table;
    cli_table_begin(&table, 2);
    table.indent = 2;
    cli_print(cli, "Commands", CLI_BOLD);
    putchar('\n');
    for (; *list; list++) cli_table_add(&table, (const char *[]){(*list)->name, (*list)->summary});
    cli_table_print(cli, &table);
    cli_table_free(&table);
}

static void print_help(const cli_run *cli) {
    printf("Usage: crmdb [OPTIONS] COMMAND ...\n\nThe customer master on the command line.\n\n");
    print_commands(cli, commands);
    print_options(cli, "Options of all commands", cli_global_options);
    printf("\ncrmdb COMMAND --help says more about a command.\n"
           "Exit status: 0 done, 1 not found or failed, 2 wrong use, 3 data refused.\n");
}

static void print_command_help(const cli_run *cli, const cli_command *command) {
    const char *space = *command->operands ? " " : "";
    printf("Usage: crmdb %s [OPTIONS]%s%s\n\n%s\n", command->name, space, command->operands, command->about);
    if (command->verbs) {
        putchar('\n');
        print_commands(cli, command->verbs);
    }
    print_options(cli, "Options", command->options);
    print_options(cli, "Options of all commands", cli_global_options);
}

/* Colour for one stream: as the option says, else on a terminal that can do it and where NO_COLOR (no-color.org) is not set. */
static bool wants_color(const char *when, int stream) {
    const char *none = getenv("NO_COLOR"), *terminal = getenv("TERM");
    if (when && !strcmp(when, "always")) return true;
    if (when && !strcmp(when, "never")) return false;
    return isatty(stream) && !(none && *none) && terminal && strcmp(terminal, "dumb") != 0;
}

static bool one_of(const cli_run *cli, const char *option, const char *value, const char *const *good) {
    for (size_t i = 0; value && good[i]; i++)
        if (!strcmp(value, good[i])) return true;
    if (value) cli_error(cli, CLI_USAGE, "--%s does not know \"%s\"", option, value);
    return !value;
}

static uint32_t opening_flags(const cli_args *args) {
    static const struct {
        const char *option;
        uint32_t flag;
    } all[] = {{"check-pages", CRM_DB_CHECK}, {"previous", CRM_DB_PREVIOUS}, {"force", CRM_DB_FORCE}, {"relaxed", CRM_DB_RELAXED}};
    uint32_t flags = 0;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (cli_args_get(args, all[i].option)) flags |= all[i].flag;
    return flags;
}

static bool settle(cli_run *cli, const cli_args *args) {
    const char *color = cli_args_get(args, "color"), *lang = cli_args_get(args, "lang"), *path = cli_args_get(args, "db"),
               *as = cli_args_get(args, "as");
    if (!one_of(cli, "color", color, (const char *const[]){"auto", "always", "never", NULL})) return false;
    if (!one_of(cli, "lang", lang, (const char *const[]){"en", "de", NULL})) return false;
    cli->color = wants_color(color, STDOUT_FILENO);
    cli->color_errors = wants_color(color, STDERR_FILENO);
    cli->german = lang && !strcmp(lang, "de");
    cli->json = cli_args_get(args, "json") != NULL;
    cli->opening = opening_flags(args);
    if (!path) path = getenv("CRM_DB");
    cli->path = path && *path ? path : NULL;
    if (as && !*as) return cli_error(cli, CLI_USAGE, "--as needs the name of a user, or his id"), false;
    if (!as) as = getenv("CRM_AS");
    cli->as = as && *as ? as : NULL;
    return true;
}

static int run_command(cli_run *cli, const cli_command *command, const cli_args *args) {
    if (cli_args_get(args, "help")) {
        print_command_help(cli, command);
        return CLI_OK;
    }
    if (command->verbs) return cli_error(cli, CLI_USAGE, "which command? crmdb %s --help lists them", command->name);
    if (args->operand_count < command->least || args->operand_count > command->most)
        return cli_error(cli, CLI_USAGE, "%s %s; usage: crmdb %s [OPTIONS] %s",
                         args->operand_count < command->least ? "too few arguments for" : "too many arguments for", command->name,
                         command->name, command->operands);
    int code = command->run(cli, args);
    cli_close(cli);
    return code;
}

/* A command of a list by the last word of its name: "add" is the one of "group add". NULL where there is none. */
static const cli_command *find_command(const cli_command *const *list, const char *name) {
    for (; *list; list++) {
        const char *space = strrchr((*list)->name, ' ');
        if (!strcmp(space ? space + 1 : (*list)->name, name)) return *list;
    }
    return NULL;
}

/* The command that argv names from index on, in one word or two; its arguments are read. NULL: none is named, or false and an error. */
static bool read_command(const cli_run *cli, cli_args *args, int argc, char **argv, const cli_command **out) {
    const cli_command *const *list = commands;
    int index = 1;
    *out = NULL;
    while (list) {
        index = cli_args_read(cli, args, NULL, argc, argv, index, true);
        if (!index) return false;
        if (index == argc) return true;
        const cli_command *command = find_command(list, argv[index]);
        if (!command) {
            const char *noun = *out ? (*out)->name : "", *space = *out ? " " : "";
            cli_error(cli, CLI_USAGE, "unknown command \"%s%s%s\"; crmdb %s%s--help lists the commands", noun, space, argv[index], noun,
                      space);
            return false;
        }
        *out = command;
        list = command->verbs;
        index++;
    }
    return cli_args_read(cli, args, (*out)->options, argc, argv, index, false) != 0;
}

static int run(cli_run *cli, cli_args *args, int argc, char **argv) {
    const cli_command *command;
    if (!read_command(cli, args, argc, argv, &command) || !settle(cli, args)) return CLI_USAGE;
    if (cli_args_get(args, "version"))
        printf("crmdb %s (libcrm %s)\n", CRM_VERSION_TEXT, crm_version_text());
    else if (command)
        return run_command(cli, command, args);
    else if (cli_args_get(args, "help"))
        print_help(cli);
    else
        return cli_error(cli, CLI_USAGE, "which command? crmdb --help lists them");
    return CLI_OK;
}

int main(int argc, char **argv) {
    cli_run cli = {0};
    cli_args args = {0};
    setlocale(LC_CTYPE, "C.UTF-8"); /* for wcwidth() alone; texts are UTF-8 whatever the user's locale */
    args.given = cli_allocate(NULL, ((size_t)argc + 1) * sizeof *args.given);
    args.operands = cli_allocate(NULL, ((size_t)argc + 1) * sizeof *args.operands);
    int code = run(&cli, &args, argc, argv);
    if (fflush(stdout) || ferror(stdout)) code = cli_error(&cli, CLI_FAILED, "can't write the output: %s", strerror(errno));
    free(args.given);
    free(args.operands);
    return code;
}
