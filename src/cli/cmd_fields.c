/* SPDX-License-Identifier: MIT */
/* crmdb fields: the kinds of records and their fields, as the library describes them, and those that a store has defined. */
#include "cli/cli.h"
#include <string.h>

static const char *const type_names[] = {"", "text", "int", "bool", "date", "time", "amount", "id", "bytes", "texts", "label"};
static const char *const flag_names[] = {"required", "unique", "indexed", "folded",  "searchable",
                                         "personal", "system", "key",     "compact", "dependent"};

static const char *type_name(crm_field field) {
    uint32_t type = crm_field_type(field);
    return type < sizeof type_names / sizeof *type_names ? type_names[type] : "?";
}

static void add_flags(crm_field field, const char *divider, const char *quote, cli_string *out) {
    uint32_t flags = crm_field_flags(field);
    for (size_t i = 0; i < sizeof flag_names / sizeof *flag_names; i++) {
        if (!(flags >> i & 1)) continue;
        cli_string word = {0};
        cli_string_format(&word, "%s%s%s", quote, flag_names[i], quote);
        cli_string_join(out, divider, word.text);
        cli_string_free(&word);
    }
}

static void json_field(crm_field field, bool first) {
    cli_string flags = {0};
    add_flags(field, ", ", "\"", &flags);
    printf("%s{", first ? "" : ", ");
    cli_json_count("number", field, true);
    cli_json_member("name", crm_field_name(field), false);
    cli_json_member("type", type_name(field), false);
    cli_json_member("domain", crm_field_domain(field), false);
    printf(", \"flags\": [%s]", cli_string_text(&flags));
    cli_json_member("en", crm_field_label(field, "en"), false);
    cli_json_member("de", crm_field_label(field, "de"), false);
    cli_json_member("since", crm_field_since(field), false);
    putchar('}');
    cli_string_free(&flags);
}

static void table_field(cli_table *table, crm_field field) {
    cli_string type = {0}, flags = {0};
    cli_string_add(&type, type_name(field));
    if (crm_field_domain(field)) cli_string_format(&type, " (%s)", crm_field_domain(field));
    add_flags(field, ", ", "", &flags);
    cli_table_add(table, (const char *[]){crm_field_name(field), cli_string_text(&type), crm_field_label(field, "en"),
                                          crm_field_label(field, "de"), cli_string_text(&flags)});
    cli_table_style(table, 4, CLI_DIM);
    cli_string_free(&type);
    cli_string_free(&flags);
}

/* --- fields that the host has defined --- */

static void add_custom_flags(const crm_record *definition, const char *divider, const char *quote, cli_string *out) {
    static const struct {
        crm_field field;
        const char *name;
    } flags[] = {{CRM_CUSTOM_FIELD_UNIQUE, "unique"},
                 {CRM_CUSTOM_FIELD_INDEXED, "indexed"},
                 {CRM_CUSTOM_FIELD_FOLDED, "folded"},
                 {CRM_CUSTOM_FIELD_SEARCHABLE, "searchable"},
                 {CRM_CUSTOM_FIELD_PERSONAL, "personal"}};
    cli_string_format(out, "%scustom%s", quote, quote);
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        if (crm_record_bool(definition, flags[i].field, 0) == 1) cli_string_format(out, "%s%s%s%s", divider, quote, flags[i].name, quote);
}

static void json_custom(crm_field field, const crm_record *definition, bool first) {
    cli_string flags = {0};
    add_custom_flags(definition, ", ", "\"", &flags);
    printf("%s{", first ? "" : ", ");
    cli_json_count("number", field, true);
    cli_json_member("name", crm_record_text(definition, CRM_CUSTOM_FIELD_NAME), false);
    cli_json_member("type", type_name(field), false);
    cli_json_member("domain", crm_record_text(definition, CRM_CUSTOM_FIELD_DOMAIN), false);
    printf(", \"flags\": [%s]", cli_string_text(&flags));
    cli_json_member("en", crm_record_label(definition, CRM_CUSTOM_FIELD_LABEL, "en"), false);
    cli_json_member("de", crm_record_label(definition, CRM_CUSTOM_FIELD_LABEL, "de"), false);
    cli_json_member("since", NULL, false);
    putchar('}');
    cli_string_free(&flags);
}

static void table_custom(cli_table *table, crm_field field, const crm_record *definition) {
    cli_string type = {0}, flags = {0};
    const char *domain = crm_record_text(definition, CRM_CUSTOM_FIELD_DOMAIN);
    cli_string_add(&type, type_name(field));
    if (domain) cli_string_format(&type, " (%s)", domain);
    add_custom_flags(definition, ", ", "", &flags);
    cli_table_add(table, (const char *[]){crm_record_text(definition, CRM_CUSTOM_FIELD_NAME), cli_string_text(&type),
                                          crm_record_label(definition, CRM_CUSTOM_FIELD_LABEL, "en"),
                                          crm_record_label(definition, CRM_CUSTOM_FIELD_LABEL, "de"), cli_string_text(&flags)});
    cli_table_style(table, 4, CLI_DIM);
    cli_string_free(&type);
    cli_string_free(&flags);
}

/* Those of a kind, where a store is open; table NULL: as JSON. */
static int add_custom(cli_run *cli, uint32_t kind, cli_table *table, bool first) {
    crm_field field = 0;
    int status = cli->txn ? crm_custom_field_next(cli->txn, kind, 0, &field) : CRM_OK;
    while (status == CRM_OK && field) {
        crm_record *definition = NULL;
        status = crm_custom_field_get(cli->txn, field, &definition);
        if (status == CRM_OK && table) table_custom(table, field, definition);
        if (status == CRM_OK && !table) json_custom(field, definition, first);
        first = false;
        crm_record_free(definition);
        if (status == CRM_OK) status = crm_custom_field_next(cli->txn, kind, field, &field);
    }
    return status == CRM_OK ? CLI_OK : cli_failure(cli, crm_kind_name(kind));
}

/* --- kinds --- */

static int json_kind(cli_run *cli, uint32_t kind, bool first) {
    crm_field field = 0;
    bool head = true;
    printf("%s{", first ? "" : ", ");
    cli_json_count("number", kind, true);
    cli_json_member("name", crm_kind_name(kind), false);
    cli_json_member("en", crm_kind_label(kind, "en"), false);
    cli_json_member("de", crm_kind_label(kind, "de"), false);
    printf(", \"fields\": [");
    for (; (field = crm_field_next(kind, field)); head = false) json_field(field, head);
    int code = add_custom(cli, kind, NULL, head);
    printf("]}");
    return code;
}

static int table_kind(cli_run *cli, uint32_t kind, cli_table *table) {
    crm_field field = 0;
    cli_string title = {0};
    if (table->count) cli_table_wide(table, "", CLI_PLAIN);
    cli_string_format(&title, "%s (%s, %s)", crm_kind_name(kind), crm_kind_label(kind, "en"), crm_kind_label(kind, "de"));
    cli_table_wide(table, title.text, CLI_BOLD);
    cli_string_free(&title);
    while ((field = crm_field_next(kind, field))) table_field(table, field);
    return add_custom(cli, kind, table, false);
}

static const cli_option options[] = {
    {"targets", NULL, "list what columns of an import may mean, and the headings that say it", false},
    {NULL, NULL, NULL, false},
};

/* The kind that was asked for, or one after the other. */
static uint32_t next_kind(uint32_t wanted, uint32_t kind) { return wanted ? (kind ? 0 : wanted) : crm_kind_next(kind); }

static int print_kinds(cli_run *cli, uint32_t wanted) {
    uint32_t kind = 0;
    int code = CLI_OK;
    cli_table table;
    cli_table_begin(&table, 5);
    table.indent = 2;
    if (cli->json) printf("{\"kinds\": [");
    for (bool first = true; code == CLI_OK && (kind = next_kind(wanted, kind)); first = false)
        code = cli->json ? json_kind(cli, kind, first) : table_kind(cli, kind, &table);
    if (cli->json)
        puts("]}");
    else
        cli_table_print(cli, &table);
    cli_table_free(&table);
    return code;
}

static int run(cli_run *cli, const cli_args *args) {
    const char *name = args->operand_count ? args->operands[0] : NULL;
    bool targets = cli_args_get(args, "targets") != NULL;
    if (name && targets) return cli_error(cli, CLI_USAGE, "--targets lists them all: without a kind");
    uint32_t wanted = name ? crm_kind_find(name) : 0;
    if (name && !wanted) return cli_error(cli, CLI_FAILED, "no kind \"%s\"; crmdb fields lists them", name);
    int code = cli->path ? cli_open(cli, CRM_DB_READ_ONLY, true) : CLI_OK;
    if (code != CLI_OK) return code;
    return targets ? cli_targets(cli) : print_kinds(cli, wanted);
}

const cli_command cli_cmd_fields = {
    .name = "fields",
    .operands = "[KIND]",
    .summary = "list the kinds of records and their fields",
    .about =
        "Lists every field with its type, its labels in English and German, and what holds for it; of a store that --db or CRM_DB names\n"
        "its custom fields too. Both labels are recognised as column names by crmdb import.",
    .options = options,
    .least = 0,
    .most = 1,
    .run = run,
};
