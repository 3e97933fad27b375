/* SPDX-License-Identifier: MIT */
/* crmdb changes, history: what changed, for whoever follows a store; old and new values of a record. */
#include "cli/cli.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const cli_option changes_options[] = {
    {"since", "TOKEN", "what changed behind an earlier call; without it all that is kept", false},
    {"kind", "KIND", "records of this kind alone", false},
    {"now", NULL, "nothing but the token for what changes from here on", false},
    {"follow", NULL, "go on and wait for more, until interrupted", false},
    {NULL, NULL, NULL, false},
};
static const cli_option history_options[] = {
    {"field", "KIND.FIELD", "one of the tracked fields", false},
    {NULL, NULL, NULL, false},
};

/* Without what a computed record has no use for: its own kind, id and revision. */
static void print_json(const crm_changes *list) {
    for (size_t i = 0; i < crm_changes_count(list); i++) {
        crm_record *copy = NULL;
        if (crm_record_copy(crm_changes_record(list, i), &copy) < 0) return;
        const char *json = crm_record_json(copy, NULL), *members = json ? strstr(json, "\"record\":") : NULL;
        if (members) printf("{%s\n", members);
        crm_record_free(copy);
    }
}

static void print_lines(cli_run *cli, const crm_changes *list) {
    cli_table table;
    cli_table_begin(&table, 6);
    for (size_t i = 0; i < crm_changes_count(list); i++) {
        const crm_record *rec = crm_changes_record(list, i);
        cli_string at = {0}, id = {0}, by = {0};
        cli_value(cli, rec, CRM_CHANGE_AT, &at);
        cli_string_format(&id, "%llu", (unsigned long long)crm_record_id(rec, CRM_CHANGE_RECORD));
        if (crm_record_has(rec, CRM_CHANGE_BY)) cli_value_name(cli, crm_record_id(rec, CRM_CHANGE_BY), &by);
        const char *field = crm_record_text(rec, CRM_CHANGE_FIELD);
        const char *feed[] = {cli_string_text(&at),
                              crm_record_text(rec, CRM_CHANGE_ACTION),
                              crm_record_text(rec, CRM_CHANGE_KIND),
                              cli_string_text(&id),
                              cli_string_text(&by),
                              NULL};
        const char *values[] = {
            cli_string_text(&at), field, crm_record_text(rec, CRM_CHANGE_OLD_VALUE), "->", crm_record_text(rec, CRM_CHANGE_NEW_VALUE),
            cli_string_text(&by)};
        cli_table_add(&table, field ? values : feed);
        cli_string_free(&at);
        cli_string_free(&id);
        cli_string_free(&by);
    }
    cli_table_print(cli, &table);
    cli_table_free(&table);
}

static void print(cli_run *cli, const crm_changes *list) {
    if (cli->json)
        print_json(list);
    else if (crm_changes_count(list))
        print_lines(cli, list);
}

/* --- changes --- */

/* All pages behind a token, which goes on. */
static int read_pages(cli_run *cli, uint32_t kind, char **token) {
    for (uint32_t more = 1; more;) {
        crm_changes *list;
        if (crm_change_list(cli->txn, kind, *token, 1000, &list) < 0) return cli_failure(cli, "changes");
        print(cli, list);
        free(*token);
        *token = cli_copy(crm_changes_token(list));
        more = crm_changes_more(list);
        crm_changes_free(list);
    }
    return CLI_OK;
}

static int read_now(cli_run *cli, char **token) {
    crm_changes *list;
    if (crm_change_now(cli->txn, &list) < 0) return cli_failure(cli, "changes");
    *token = cli_copy(crm_changes_token(list));
    crm_changes_free(list);
    return CLI_OK;
}

static int wait_for_more(cli_run *cli) {
    const struct timespec pause = {1, 0};
    fflush(stdout);
    crm_txn_free(cli->txn);
    cli->txn = NULL;
    nanosleep(&pause, NULL);
    return cli_begin(cli, 0);
}

static int run_changes(cli_run *cli, const cli_args *args) {
    const char *name = cli_args_get(args, "kind"), *since = cli_args_get(args, "since");
    uint32_t kind = name ? crm_kind_find(name) : 0;
    char *token = since ? cli_copy(since) : NULL;
    if (name && !kind) {
        free(token);
        return cli_error(cli, CLI_USAGE, "no kind \"%s\"", name);
    }
    int code = cli_open(cli, CRM_DB_READ_ONLY, true);
    if (code == CLI_OK && cli_args_get(args, "now")) {
        free(token);
        token = NULL;
        code = read_now(cli, &token);
    }
    do {
        if (code == CLI_OK) code = read_pages(cli, kind, &token);
        if (code == CLI_OK && cli_args_get(args, "follow")) code = wait_for_more(cli);
    } while (code == CLI_OK && cli_args_get(args, "follow"));
    if (code == CLI_OK) printf(cli->json ? "{\"token\": \"%s\"}\n" : "token %s\n", token);
    free(token);
    return code;
}

/* --- history --- */

static int run_history(cli_run *cli, const cli_args *args) {
    const char *path = cli_args_get(args, "field");
    char *end, *token = NULL;
    crm_id id = strtoull(args->operands[0], &end, 10);
    crm_field field = 0;
    if (!id || *end) return cli_error(cli, CLI_USAGE, "\"%s\" is no id", args->operands[0]);
    int code = cli_open(cli, CRM_DB_READ_ONLY, true);
    if (code == CLI_OK && path && !(field = crm_field_find(path)) && crm_custom_field_find(cli->txn, path, &field) < 0)
        code = cli_failure(cli, path);
    do {
        crm_changes *list = NULL;
        if (code == CLI_OK && crm_change_values(cli->txn, id, field, 1000, token, &list) < 0) code = cli_failure(cli, args->operands[0]);
        print(cli, list);
        free(token);
        token = crm_changes_token(list) ? cli_copy(crm_changes_token(list)) : NULL;
        crm_changes_free(list);
    } while (token);
    return code;
}

const cli_command cli_cmd_changes = {
    .name = "changes",
    .operands = "",
    .summary = "what changed since a token, for caches and other systems",
    .about = "Prints each record that was created, updated, deleted or moved, in the order of the commits, and the token that goes on\n"
             "behind them. With --json each change is an object of its own line. Changes are kept for 90 days, or as many as the setting\n"
             "changes.keep_days says.",
    .options = changes_options,
    .run = run_changes,
};

const cli_command cli_cmd_history = {
    .name = "history",
    .operands = "ID",
    .summary = "old and new values of a record's tracked fields",
    .about = "The latest first, with when and who. The setting changes.fields lists the fields that are tracked (party.name, bank.iban);\n"
             "custom fields have a flag for it (field add --tracked).",
    .options = history_options,
    .least = 1,
    .most = 1,
    .run = run_history,
};
