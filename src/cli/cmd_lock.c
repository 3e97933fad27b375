/* SPDX-License-Identifier: MIT */
/* crmdb lock, unlock: a party gets no orders, no deliveries or no dunning letters for a while. */
#include "cli/cli.h"
#include <string.h>

static const cli_option lock_options[] = {
    {"reason", "TEXT", "why", false},
    CLI_PARTY_OPTIONS,
    {NULL, NULL, NULL, false},
};
static const cli_option unlock_options[] = {
    CLI_PARTY_OPTIONS,
    {NULL, NULL, NULL, false},
};

static const struct {
    const char *name;
    crm_field field;
} locks[] = {{"order", CRM_PARTY_ORDER_LOCK}, {"delivery", CRM_PARTY_DELIVERY_LOCK}, {"dunning", CRM_PARTY_DUNNING_LOCK}};
enum { LOCKS = sizeof locks / sizeof *locks };

static crm_field find_lock(const cli_run *cli, const char *name) {
    for (size_t i = 0; i < LOCKS; i++)
        if (strcmp(locks[i].name, name) == 0) return locks[i].field;
    cli_error(cli, CLI_USAGE, "no lock \"%s\"; there are order, delivery and dunning", name);
    return 0;
}

static bool locked(const crm_record *party) {
    bool any = false;
    for (size_t i = 0; i < LOCKS; i++) any |= crm_record_bool(party, locks[i].field, 0) == 1;
    return any;
}

/* The reason goes with the last lock. */
static int set_lock(crm_record *party, crm_field lock, bool on, const char *reason) {
    int status = on ? crm_record_set_bool(party, lock, 1) : crm_record_clear(party, lock);
    if (status == CRM_OK && reason) status = crm_record_set_text(party, CRM_PARTY_LOCK_REASON, reason, CRM_NTS);
    if (status == CRM_OK && !locked(party)) status = crm_record_clear(party, CRM_PARTY_LOCK_REASON);
    return status;
}

static int change(cli_run *cli, const cli_args *args, bool on) {
    crm_record *party = NULL;
    cli_string name = {0};
    crm_id id;
    crm_field lock = find_lock(cli, args->operands[1]);
    if (!lock || !cli_party_options_good(cli, args)) return CLI_USAGE;
    int code = cli_open_write(cli);
    if (code == CLI_OK) code = cli_party(cli, args, args->operands[0], &id);
    if (code != CLI_OK) return code;
    int status = crm_record_get(cli->txn, id, &party);
    if (status == CRM_OK) status = set_lock(party, lock, on, cli_args_get(args, "reason"));
    if (status == CRM_OK) cli_value_name(cli, id, &name);
    code = status == CRM_OK ? cli_record_put(cli, party, cli_string_text(&name)) : cli_failure(cli, args->operands[0]);
    cli_string_free(&name);
    crm_record_free(party);
    return code;
}

static int run_lock(cli_run *cli, const cli_args *args) { return change(cli, args, true); }
static int run_unlock(cli_run *cli, const cli_args *args) { return change(cli, args, false); }

const cli_command cli_cmd_lock = {
    .name = "lock",
    .operands = "NUMBER|ID order|delivery|dunning",
    .summary = "lock a party against orders, deliveries or dunning",
    .about =
        "Sets a lock of a party. A quote for it still comes out, and says that the customer is blocked (order) or that nothing is to be\n"
        "delivered (delivery).",
    .options = lock_options,
    .least = 2,
    .most = 2,
    .run = run_lock,
};

const cli_command cli_cmd_unlock = {
    .name = "unlock",
    .operands = "NUMBER|ID order|delivery|dunning",
    .summary = "take a lock away",
    .about = "Takes a lock of a party away; with the last one its reason goes.",
    .options = unlock_options,
    .least = 2,
    .most = 2,
    .run = run_unlock,
};
