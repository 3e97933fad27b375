/* SPDX-License-Identifier: MIT */
/* crmdb address: a party's addresses by what they are for, and moves to a new one on a day. */
#include "cli/cli.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* --- list --- */

static const cli_option list_options[] = {
    {"purpose", "PURPOSE", "those that are offered for it: delivery, billing, quote, main ...; without it all addresses", false},
    {"date", "YYYY-MM-DD", "with --purpose: the day (default: today)", false},
    CLI_PARTY_OPTIONS,
    {NULL, NULL, NULL, false},
};

typedef struct listing {
    crm_id party;
    const char *purpose; /* NULL: all addresses */
    int64_t day;
} listing;

static int page(crm_txn *txn, const void *what, const char *token, crm_iter **out) {
    const listing *list = what;
    if (!list->purpose) return crm_record_list(txn, list->party, CRM_KIND_ADDRESS, 1000, token, out);
    return crm_address_list(txn, list->party, list->purpose, list->day, 1000, token, out);
}

/* The one that would be proposed for the purpose; 0 where none would. */
static int choose(cli_run *cli, const listing *list, crm_id *out) {
    *out = 0;
    int status = list->purpose ? crm_address_choose(cli->txn, list->party, list->purpose, list->day, out) : CRM_OK;
    return status == CRM_E_NOTFOUND ? CRM_OK : status;
}

static void add_until(cli_run *cli, const crm_record *address, crm_field field, const char *word, cli_string *out) {
    if (!crm_record_has(address, field)) return;
    cli_string_join(out, " ", word);
    cli_string_add(out, " ");
    cli_value(cli, address, field, out);
}

/* data: the id of the one that is proposed. */
static void add_row(cli_run *cli, cli_table *table, const crm_record *address, const void *data) {
    bool proposed = crm_record_key(address) == *(const crm_id *)data;
    cli_string line = {0}, valid = {0}, id = {0};
    cli_value_address(address, &line);
    add_until(cli, address, CRM_ADDRESS_VALID_FROM, cli_say(cli, "from", "ab"), &valid);
    add_until(cli, address, CRM_ADDRESS_VALID_UNTIL, cli_say(cli, "until", "bis"), &valid);
    if (crm_record_bool(address, CRM_ADDRESS_ARCHIVED, 0)) cli_string_join(&valid, ", ", cli_say(cli, "archived", "archiviert"));
    cli_string_format(&id, "%" PRIu64, crm_record_key(address));
    cli_table_add(table, (const char *[]){crm_record_text(address, CRM_ADDRESS_SITE_NAME), cli_string_text(&line), cli_string_text(&valid),
                                          proposed ? cli_say(cli, "yes", "ja") : NULL, cli_string_text(&id)});
    cli_table_style(table, 4, CLI_DIM);
    cli_string_free(&line);
    cli_string_free(&valid);
    cli_string_free(&id);
}

static int print_addresses(cli_run *cli, const cli_ids *found, crm_id chosen) {
    cli_table table;
    cli_table_begin(&table, 5);
    cli_table_head(&table,
                   (const char *[]){crm_field_label(CRM_ADDRESS_SITE_NAME, cli_language(cli)), cli_say(cli, "Postal address", "Anschrift"),
                                    cli_say(cli, "Valid", "Gültig"), cli_say(cli, "Proposed", "Vorgeschlagen"), "Id"});
    if (cli->json) printf("{\"addresses\": [");
    int code = cli_records_each(cli, found, &table, add_row, &chosen);
    if (cli->json) {
        printf("], \"proposed\": ");
        printf(chosen ? "%" PRIu64 "}\n" : "null}\n", chosen);
    } else if (code == CLI_OK)
        cli_table_print(cli, &table);
    cli_table_free(&table);
    return code;
}

static int list_addresses(cli_run *cli, const cli_args *args, const listing *list) {
    cli_ids found = {0};
    crm_id chosen;
    int status = cli_ids_collect(cli, page, list, &found);
    if (status >= 0) status = choose(cli, list, &chosen);
    int code = status < 0 ? cli_failure(cli, args->operands[0]) : CLI_OK;
    if (code == CLI_OK && (cli->json || found.count)) code = print_addresses(cli, &found, chosen);
    if (code == CLI_OK && !found.count) code = cli_error(cli, CLI_FAILED, "%s: no address", args->operands[0]);
    if (code == CLI_OK && status == CRM_CHOOSE) cli_notice(cli, "several are of equal standing: none is proposed");
    cli_ids_free(&found);
    return code;
}

static int run_list(cli_run *cli, const cli_args *args) {
    listing list = {.purpose = cli_args_get(args, "purpose"), .day = CRM_TODAY};
    if (!cli_party_options_good(cli, args) || !cli_day(cli, args, "date", &list.day)) return CLI_USAGE;
    if (cli_args_get(args, "date") && !list.purpose) return cli_error(cli, CLI_USAGE, "--date needs --purpose: without it all are listed");
    int code = cli_open(cli, CRM_DB_READ_ONLY, true);
    if (code == CLI_OK) code = cli_party(cli, args, args->operands[0], &list.party);
    return code == CLI_OK ? list_addresses(cli, args, &list) : code;
}

/* --- move --- */

static const cli_option move_options[] = {
    {"date", "YYYY-MM-DD", "the first day at the new address (default: today)", false},
    {NULL, NULL, NULL, false},
};

static int take_new(cli_run *cli, const cli_args *args, crm_record **out) {
    if (crm_record_new_in(cli->txn, CRM_KIND_ADDRESS, out) != CRM_OK) return cli_failure(cli, args->operands[0]);
    return cli_assign(cli, *out, args->operands + 1, args->operand_count - 1);
}

static int run_move(cli_run *cli, const cli_args *args) {
    int64_t day = CRM_TODAY;
    crm_record *to = NULL;
    crm_id old = 0, moved;
    if (!cli_day(cli, args, "date", &day)) return CLI_USAGE;
    if (!cli_number(args->operands[0], (UINT64_C(1) << 52) - 1, &old) || !old)
        return cli_error(cli, CLI_USAGE, "which address? Its id, not \"%s\"", args->operands[0]);
    int code = cli_open_write(cli);
    if (code == CLI_OK) code = take_new(cli, args, &to);
    if (code == CLI_OK && crm_address_move(cli->txn, old, day, to, &moved) != CRM_OK) code = cli_failure(cli, args->operands[0]);
    crm_record_free(to);
    if (code == CLI_OK) code = cli_commit(cli);
    return code == CLI_OK ? cli_record_show(cli, moved, crm_kind_label(CRM_KIND_ADDRESS, cli_language(cli))) : code;
}

static const cli_command list = {
    .name = "address list",
    .operands = "NUMBER|ID",
    .summary = "list the addresses of a party, also by what they are for",
    .about =
        "Lists the addresses of a party or, with --purpose, those that are offered for it on a day: the defaults first. One of them is\n"
        "proposed, unless several are of equal standing.",
    .options = list_options,
    .least = 1,
    .most = 1,
    .run = run_list,
};
static const cli_command move = {
    .name = "address move",
    .operands = "ID FIELD=VALUE ...",
    .summary = "note that an address moves on a day",
    .about =
        "Stores a new address that takes the place of the one with the id from a day on: street, house_number, postal_code, town ... are\n"
        "as given, the site's number and name and the country stay unless they are given too. What the old one is used for, the new one\n"
        "is used for from that day.",
    .options = move_options,
    .least = 2,
    .most = SIZE_MAX,
    .run = run_move,
};

static const cli_command *const verbs[] = {&list, &move, NULL};

const cli_command cli_cmd_address = {
    .name = "address",
    .operands = "COMMAND ...",
    .summary = "addresses by what they are for, and moves",
    .about = "Addresses of a party.",
    .verbs = verbs,
};
