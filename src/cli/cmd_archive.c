/* SPDX-License-Identifier: MIT */
/* crmdb archive, restore, delete: records that are put away, come back, or go - and what stands against their going. */
#include "cli/cli.h"
#include <inttypes.h>

static const cli_option options[] = {
    {"role", "ROLE", "NUMBER is a number in this role", false},
    {"id", NULL, "the argument is the id of a record of any kind: a party, address, contact, group, rule ...", false},
    {NULL, NULL, NULL, false},
};

/* The party with the number, or with --id the very record that has the id. */
static int find(cli_run *cli, const cli_args *args, crm_id *out) {
    const char *text = args->operands[0];
    if (!cli_args_get(args, "id")) return cli_party(cli, args, text, out);
    if (!cli_number(text, (UINT64_C(1) << 52) - 1, out) || !*out) return cli_error(cli, CLI_USAGE, "--id needs an id, not \"%s\"", text);
    return CLI_OK;
}

static int open_and_find(cli_run *cli, const cli_args *args, crm_id *out) {
    if (!cli_party_options_good(cli, args)) return CLI_USAGE;
    int code = cli_open_write(cli);
    return code == CLI_OK ? find(cli, args, out) : code;
}

/* --- archive and restore --- */

int cli_record_archive(cli_run *cli, crm_id id, const char *name, bool archived) {
    cli_string title = {0};
    int status = archived ? crm_record_archive(cli->txn, id, 0) : crm_record_restore(cli->txn, id, 0);
    if (status != CRM_OK) return cli_failure(cli, name);
    int code = cli_commit(cli);
    if (code != CLI_OK) return code;
    cli_value_name(cli, id, &title);
    code = cli_record_show(cli, id, cli_string_text(&title));
    cli_string_free(&title);
    return code;
}

static int change(cli_run *cli, const cli_args *args, bool archived) {
    crm_id id;
    int code = open_and_find(cli, args, &id);
    return code == CLI_OK ? cli_record_archive(cli, id, args->operands[0], archived) : code;
}

static int run_archive(cli_run *cli, const cli_args *args) { return change(cli, args, true); }
static int run_restore(cli_run *cli, const cli_args *args) { return change(cli, args, false); }

/* --- delete --- */

static void blockers_table(cli_run *cli, const crm_blockers *blockers) {
    cli_table table;
    cli_table_begin(&table, 3);
    cli_table_head(&table, (const char *[]){crm_field_label(CRM_BLOCKER_FIELD, cli_language(cli)),
                                            crm_field_label(CRM_BLOCKER_COUNT, cli_language(cli)), "Ids"});
    table.right[1] = true;
    for (size_t i = 0; i < crm_blockers_count(blockers); i++) {
        const crm_record *rec = crm_blockers_record(blockers, i);
        cli_string count = {0}, samples = {0};
        crm_id id;
        cli_string_format(&count, "%s%" PRId64, crm_record_bool(rec, CRM_BLOCKER_MORE, 0) ? ">" : "",
                          crm_record_int(rec, CRM_BLOCKER_COUNT, 0));
        for (size_t k = 0; (id = crm_blockers_sample(blockers, i, k)); k++) cli_string_format(&samples, "%s%" PRIu64, k ? ", " : "", id);
        cli_table_add(&table,
                      (const char *[]){crm_record_text(rec, CRM_BLOCKER_FIELD), cli_string_text(&count), cli_string_text(&samples)});
        cli_string_free(&count);
        cli_string_free(&samples);
    }
    cli_table_print(cli, &table);
    cli_table_free(&table);
}

/* What names the record, for the user to look at. */
static void print_blockers(cli_run *cli, crm_id id) {
    crm_blockers *blockers = NULL;
    const char *json;
    if (crm_record_blockers(cli->txn, id, &blockers) != CRM_OK) return;
    if (!cli->json)
        blockers_table(cli, blockers);
    else if ((json = crm_blockers_json(blockers, NULL)))
        printf("{\"blockers\": %s}\n", json);
    crm_blockers_free(blockers);
}

static int print_deleted(const cli_run *cli, crm_id id, const char *name) {
    cli_string text = {0};
    if (cli->json)
        printf("{\"deleted\": %" PRIu64 "}\n", id);
    else {
        cli_string_format(&text, "%s: %s", name, cli_say(cli, "deleted", "gelöscht"));
        cli_print(cli, cli_string_text(&text), CLI_PLAIN);
        putchar('\n');
    }
    cli_string_free(&text);
    return CLI_OK;
}

int cli_record_delete(cli_run *cli, crm_id id, const char *name) {
    int status = crm_record_delete(cli->txn, id, 0);
    if (status != CRM_OK) {
        int code = cli_failure(cli, name);
        if (status == CRM_E_IN_USE) print_blockers(cli, id);
        return code;
    }
    int code = cli_commit(cli);
    return code == CLI_OK ? print_deleted(cli, id, name) : code;
}

static int run_delete(cli_run *cli, const cli_args *args) {
    crm_id id;
    int code = open_and_find(cli, args, &id);
    return code == CLI_OK ? cli_record_delete(cli, id, args->operands[0]) : code;
}

/* --- the commands --- */

const cli_command cli_cmd_archive = {
    .name = "archive",
    .operands = "NUMBER|ID",
    .summary = "put a party, or another record, into the archive",
    .about =
        "Archives the party with a number or, with --id, a record of any kind that can be archived: it is kept and can be read, but left\n"
        "out of lists and quotes. Where it was somebody's default or preference, it is so no more.",
    .options = options,
    .least = 1,
    .most = 1,
    .run = run_archive,
};

const cli_command cli_cmd_restore = {
    .name = "restore",
    .operands = "NUMBER|ID",
    .summary = "take a record out of the archive",
    .about =
        "Takes the party with a number or, with --id, a record of any kind out of the archive. Defaults that it lost do not come back.",
    .options = options,
    .least = 1,
    .most = 1,
    .run = run_restore,
};

const cli_command cli_cmd_delete = {
    .name = "delete",
    .operands = "NUMBER|ID",
    .summary = "delete a party with its whole file, or another record",
    .about =
        "Deletes the party with a number and its whole file or, with --id, a record of any kind. Where other records name it, these are\n"
        "listed, nothing is deleted, and the exit status is 3.",
    .options = options,
    .least = 1,
    .most = 1,
    .run = run_delete,
};
