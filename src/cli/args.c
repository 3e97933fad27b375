/* SPDX-License-Identifier: MIT */
/* Reads the command line: options "--name value" or "--name=value", each table-driven, and operands in between; "--" ends the options. */
#include "cli/cli.h"
#include <stdlib.h>
#include <string.h>

const cli_option cli_global_options[] = {
    {"db", "PATH", "folder of the store; without it the environment variable CRM_DB", false},
    {"as", "USER", "work in the name of a user, by name or id, with his rights; without it the environment variable CRM_AS", false},
    {"previous", NULL, "where the store's latest commit is damaged, go back to the one before", false},
    {"check-pages", NULL, "read every page of the store before anything else", false},
    {"force", NULL, "open a store on a network or FUSE volume too", false},
    {"relaxed", NULL, "faster commits: a power cut may take the latest one away", false},
    {"json", NULL, "results as JSON", false},
    {"lang", "LANGUAGE", "language of labels: en (default) or de", false},
    {"color", "WHEN", "auto (default: on a terminal, unless NO_COLOR is set), always or never", false},
    {"help", NULL, "show this help", false},
    {"version", NULL, "show the version", false},
    {NULL, NULL, NULL, false},
};

static const cli_option *option_find(const cli_option *table, const char *name, size_t size) {
    for (; table && table->name; table++)
        if (strlen(table->name) == size && !memcmp(table->name, name, size)) return table;
    return NULL;
}

/* Takes one option; its value may be the next argument. Returns how many arguments it took, or 0 after an error. */
static int option_take(const cli_run *cli, cli_args *args, const cli_option *own, char **rest, int left) {
    const char *text = rest[0], *name = strcmp(text, "-h") ? text + 2 : "help";
    const char *equals = strchr(name, '=');
    size_t size = equals ? (size_t)(equals - name) : strlen(name);
    const cli_option *option = option_find(cli_global_options, name, size);
    if (!option) option = option_find(own, name, size);
    if (!option) {
        cli_error(cli, CLI_USAGE, "unknown option %.*s; --help lists the options", (int)(size + 2), text);
        return 0;
    }
    if (!option->value && equals) {
        cli_error(cli, CLI_USAGE, "--%s takes no value", option->name);
        return 0;
    }
    if (option->value && !equals && left < 2) {
        cli_error(cli, CLI_USAGE, "--%s needs a value: %s", option->name, option->value);
        return 0;
    }
    if (option->value && !option->repeats && cli_args_get(args, option->name)) {
        cli_error(cli, CLI_USAGE, "--%s is given twice", option->name);
        return 0;
    }
    cli_given *given = &args->given[args->given_count++];
    given->name = option->name;
    given->value = !option->value ? "" : equals ? equals + 1 : rest[1];
    return option->value && !equals ? 2 : 1;
}

int cli_args_read(const cli_run *cli, cli_args *args, const cli_option *own, int argc, char **argv, int index, bool until_operand) {
    bool options = true;
    while (index < argc) {
        const char *text = argv[index];
        if (options && !strcmp(text, "--")) {
            options = false;
            index++;
        } else if (options && text[0] == '-' && text[1]) {
            if (text[1] != '-' && strcmp(text, "-h")) {
                cli_error(cli, CLI_USAGE, "unknown option %s; --help lists the options", text);
                return 0;
            }
            int taken = option_take(cli, args, own, argv + index, argc - index);
            if (!taken) return 0;
            index += taken;
        } else {
            if (until_operand) return index;
            args->operands[args->operand_count++] = text;
            index++;
        }
    }
    return index;
}

const char *cli_args_get(const cli_args *args, const char *name) {
    size_t position = 0;
    return cli_args_next(args, name, &position);
}

const char *cli_args_next(const cli_args *args, const char *name, size_t *position) {
    while (*position < args->given_count) {
        const cli_given *given = &args->given[(*position)++];
        if (!strcmp(given->name, name)) return given->value;
    }
    return NULL;
}

bool cli_pair(const char *text, bool last, char **out_name, const char **out_value) {
    const char *equals = last ? strrchr(text, '=') : strchr(text, '=');
    if (!equals || equals == text) return false;
    char *name = cli_copy(text);
    name[equals - text] = '\0';
    *out_name = name;
    *out_value = equals + 1;
    return true;
}

bool cli_number(const char *text, uint64_t max, uint64_t *out) {
    uint64_t value = 0;
    if (!*text) return false;
    for (; *text; text++) {
        if (*text < '0' || *text > '9') return false;
        uint64_t digit = (uint64_t)(*text - '0');
        if (value > (max - digit) / 10) return false;
        value = value * 10 + digit;
    }
    *out = value;
    return true;
}

/* Days since 1970-01-01 of a day of the Gregorian calendar: years begin in March, so that the leap day comes last. */
static int64_t days_of(int64_t year, int64_t month, int64_t day) {
    int64_t y = month > 2 ? year : year - 1, m = month > 2 ? month - 3 : month + 9;
    return y * 365 + y / 4 - y / 100 + y / 400 + (m * 153 + 2) / 5 + day - 1 - 719468;
}

bool cli_date(const char *text, int64_t *out) {
    static const char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    uint64_t year, month, day;
    char part[11];
    if (strlen(text) != 10 || text[4] != '-' || text[7] != '-') return false;
    memcpy(part, text, sizeof part);
    part[4] = part[7] = '\0';
    if (!cli_number(part, 9999, &year) || !cli_number(part + 5, 12, &month) || !cli_number(part + 8, 31, &day)) return false;
    if (!year || !month || !day) return false;
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (day > (uint64_t)days[month - 1] + (month == 2 && leap)) return false;
    *out = days_of((int64_t)year, (int64_t)month, (int64_t)day);
    return true;
}

bool cli_day(const cli_run *cli, const cli_args *args, const char *option, int64_t *out) {
    const char *text = cli_args_get(args, option);
    if (!text || cli_date(text, out)) return true;
    cli_error(cli, CLI_USAGE, "--%s needs a day as 2026-01-31, not \"%s\"", option, text);
    return false;
}
