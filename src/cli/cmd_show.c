/* SPDX-License-Identifier: MIT */
/* crmdb show: the whole file of a party - head data, roles, addresses with their uses, contacts with their channels, identifiers, terms. */
#include "cli/cli.h"
#include <inttypes.h>
#include <stdlib.h>

static const cli_option options[] = {
    CLI_PARTY_OPTIONS,
    {NULL, NULL, NULL, false},
};

typedef struct file_view {
    cli_run *cli;
    const crm_file *file;
    cli_table table;
} file_view;

static void add_line(file_view *view, const char *label, const char *value) { cli_table_add(&view->table, (const char *[]){label, value}); }

static void add_field(file_view *view, const crm_record *rec, crm_field field) {
    cli_string value = {0};
    if (!crm_record_has(rec, field)) return;
    cli_value(view->cli, rec, field, &value);
    add_line(view, crm_field_label(field, cli_language(view->cli)), cli_string_text(&value));
    cli_string_free(&value);
}

/* A heading with the record's id and revision, a line free above it. */
static void add_title(file_view *view, const crm_record *rec, const char *title) {
    if (view->table.count) cli_table_wide(&view->table, "", CLI_PLAIN);
    cli_table_wide(&view->table, title, CLI_BOLD);
    char id[32];
    snprintf(id, sizeof id, "%" PRIu64, crm_record_key(rec));
    add_line(view, "Id", id);
    cli_table_style(&view->table, 1, CLI_DIM);
}

static void kind_title(file_view *view, const crm_record *rec, const char *name) {
    cli_string title = {0};
    cli_string_add(&title, crm_kind_label(crm_record_kind(rec), cli_language(view->cli)));
    cli_string_join(&title, "  ", name);
    add_title(view, rec, cli_string_text(&title));
    cli_string_free(&title);
}

static const crm_record *next_of(const file_view *view, uint32_t kind, size_t *position) {
    while (*position < crm_file_count(view->file)) {
        const crm_record *rec = crm_file_record(view->file, (*position)++);
        if (crm_record_kind(rec) == kind) return rec;
    }
    return NULL;
}

/* What an address or contact is for, one line: "Delivery (default), Billing". */
static void add_usages(file_view *view, crm_id target) {
    cli_string uses = {0};
    const crm_record *usage;
    for (size_t at = 0; (usage = next_of(view, CRM_KIND_USAGE, &at));) {
        if (crm_record_id(usage, CRM_USAGE_TARGET) != target) continue;
        if (uses.size) cli_string_add(&uses, ", ");
        cli_value(view->cli, usage, CRM_USAGE_PURPOSE, &uses);
        if (crm_record_bool(usage, CRM_USAGE_IS_DEFAULT, 0)) cli_string_format(&uses, " (%s)", cli_say(view->cli, "default", "Standard"));
        cli_value_period(view->cli, usage, CRM_USAGE_VALID_FROM, CRM_USAGE_VALID_UNTIL, &uses);
    }
    if (uses.size) add_line(view, cli_say(view->cli, "Used for", "Verwendet für"), uses.text);
    cli_string_free(&uses);
}

/* The channels of an address or contact; of the party itself with target 0. */
static void add_channels(file_view *view, crm_id target) {
    const crm_record *channel;
    for (size_t at = 0; (channel = next_of(view, CRM_KIND_CHANNEL, &at));) {
        cli_string label = {0}, value = {0};
        if (crm_record_id(channel, CRM_CHANNEL_TARGET) != target) continue;
        cli_value(view->cli, channel, CRM_CHANNEL_TYPE, &label);
        cli_value(view->cli, channel, CRM_CHANNEL_VALUE, &value);
        if (crm_record_has(channel, CRM_CHANNEL_PURPOSE)) {
            cli_string_add(&value, ", ");
            cli_value(view->cli, channel, CRM_CHANNEL_PURPOSE, &value);
        }
        if (crm_record_bool(channel, CRM_CHANNEL_OPT_OUT, 0))
            cli_string_format(&value, " (%s)", cli_say(view->cli, "opted out", "nicht verwenden"));
        add_line(view, cli_string_text(&label), cli_string_text(&value));
        cli_string_free(&label);
        cli_string_free(&value);
    }
}

/* The groups that it is or was in, each with its dates. */
static void add_groups(file_view *view) {
    const crm_record *rec;
    for (size_t at = 0; (rec = next_of(view, CRM_KIND_MEMBERSHIP, &at));) {
        cli_string group = {0};
        cli_value(view->cli, rec, CRM_MEMBERSHIP_GROUP, &group);
        cli_value_period(view->cli, rec, CRM_MEMBERSHIP_VALID_FROM, CRM_MEMBERSHIP_VALID_UNTIL, &group);
        add_line(view, crm_kind_label(CRM_KIND_GROUP, cli_language(view->cli)), cli_string_text(&group));
        cli_string_free(&group);
    }
}

static void add_party(file_view *view) {
    static const crm_field without[] = {CRM_PARTY_NAME, 0};
    const crm_record *party = crm_file_record(view->file, 0), *rec;
    cli_string name = {0};
    cli_value_name(view->cli, crm_record_key(party), &name);
    add_title(view, party, cli_string_text(&name));
    cli_string_free(&name);
    for (size_t at = 0; (rec = next_of(view, CRM_KIND_ROLE, &at));) {
        cli_string role = {0}, number = {0};
        cli_value(view->cli, rec, CRM_ROLE_ROLE, &role);
        cli_string_join(&number, "", crm_record_text(rec, CRM_ROLE_NUMBER));
        cli_value_period(view->cli, rec, CRM_ROLE_VALID_FROM, CRM_ROLE_VALID_UNTIL, &number);
        add_line(view, cli_string_text(&role), number.size ? number.text : cli_say(view->cli, "yes", "ja"));
        add_field(view, rec, CRM_ROLE_PROSPECT_KIND);
        cli_string_free(&role);
        cli_string_free(&number);
    }
    add_groups(view);
    cli_record_lines(view->cli, &view->table, party, without);
    for (size_t at = 0; (rec = next_of(view, CRM_KIND_IDENTIFIER, &at));) {
        cli_string scheme = {0}, value = {0};
        cli_value(view->cli, rec, CRM_IDENTIFIER_SCHEME, &scheme);
        cli_value(view->cli, rec, CRM_IDENTIFIER_VALUE, &value);
        add_line(view, cli_string_text(&scheme), cli_string_text(&value));
        cli_string_free(&scheme);
        cli_string_free(&value);
    }
    add_channels(view, 0);
}

static void add_terms(file_view *view) {
    static const crm_field without[] = {CRM_QUOTE_DEFAULTS_SCOPE, 0};
    const crm_record *rec;
    for (size_t at = 0; (rec = next_of(view, CRM_KIND_QUOTE_DEFAULTS, &at));) {
        cli_string scope = {0};
        if (crm_record_id(rec, CRM_QUOTE_DEFAULTS_SCOPE)) cli_value_name(view->cli, crm_record_id(rec, CRM_QUOTE_DEFAULTS_SCOPE), &scope);
        kind_title(view, rec, scope.text);
        cli_record_lines(view->cli, &view->table, rec, without);
        cli_string_free(&scope);
    }
}

static void add_addresses(file_view *view) {
    static const crm_field without[] = {CRM_ADDRESS_SITE_NAME,
                                        CRM_ADDRESS_STREET,
                                        CRM_ADDRESS_HOUSE_NUMBER,
                                        CRM_ADDRESS_POSTAL_CODE,
                                        CRM_ADDRESS_TOWN,
                                        CRM_ADDRESS_COUNTRY,
                                        0};
    const crm_record *rec;
    for (size_t at = 0; (rec = next_of(view, CRM_KIND_ADDRESS, &at));) {
        cli_string line = {0};
        kind_title(view, rec, crm_record_text(rec, CRM_ADDRESS_SITE_NAME));
        cli_value_address(rec, &line);
        if (line.size) add_line(view, cli_say(view->cli, "Postal address", "Anschrift"), line.text);
        cli_record_lines(view->cli, &view->table, rec, without);
        add_usages(view, crm_record_key(rec));
        add_channels(view, crm_record_key(rec));
        cli_string_free(&line);
    }
}

static void add_contacts(file_view *view) {
    static const crm_field without[] = {CRM_CONTACT_NAME, 0};
    const crm_record *rec;
    for (size_t at = 0; (rec = next_of(view, CRM_KIND_CONTACT, &at));) {
        kind_title(view, rec, crm_record_text(rec, CRM_CONTACT_NAME));
        cli_record_lines(view->cli, &view->table, rec, without);
        add_usages(view, crm_record_key(rec));
        add_channels(view, crm_record_key(rec));
    }
}

static void print_file(cli_run *cli, const crm_file *file) {
    file_view view = {.cli = cli, .file = file};
    cli_table_begin(&view.table, 2);
    view.table.indent = 2;
    add_party(&view);
    add_terms(&view);
    add_addresses(&view);
    add_contacts(&view);
    cli_table_print(cli, &view.table);
    cli_table_free(&view.table);
}

static int show(cli_run *cli, crm_id party) {
    crm_file *file = NULL;
    const char *json = NULL;
    int code = CLI_OK;
    if (crm_file_get(cli->txn, party, &file) != CRM_OK) return cli_failure(cli, NULL);
    if (!cli->json)
        print_file(cli, file);
    else if ((json = crm_file_json(file, NULL)))
        puts(json);
    else
        code = cli_failure(cli, NULL);
    crm_file_free(file);
    return code;
}

static int run(cli_run *cli, const cli_args *args) {
    crm_id party;
    if (!cli_party_options_good(cli, args)) return CLI_USAGE;
    int code = cli_open(cli, CRM_DB_READ_ONLY, true);
    if (code == CLI_OK) code = cli_party(cli, args, args->operands[0], &party);
    return code == CLI_OK ? show(cli, party) : code;
}

const cli_command cli_cmd_show = {
    .name = "show",
    .operands = "NUMBER|ID",
    .summary = "show the whole file of a customer",
    .about =
        "Shows the file of the party that has a number in any role, or of the party that an id leads to: its own, or that of its address,\n"
        "contact ...",
    .options = options,
    .least = 1,
    .most = 1,
    .run = run,
};
