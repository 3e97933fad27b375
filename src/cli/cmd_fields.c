/* SPDX-License-Identifier: MIT */
/* crmdb fields: the kinds of records and their fields, as the library describes them, and those that a store has defined. */
#include "cli/cli.h"
#include <string.h>

static const char *const type_names[] = {"", "text", "int", "bool", "date", "time", "amount", "id", "bytes", "texts", "label"};
static const char *const flag_names[] = {"required", "unique", "indexed", "folded",    "searchable", "personal",
                                         "system",   "key",    "compact", "dependent", "price"};

/* What is told about a field, be it built in or the host's own. */
typedef struct described {
    crm_field field;
    const char *name, *domain, *labels[2], *since; /* labels in English and German */
    const char *flags[sizeof flag_names / sizeof *flag_names];
    size_t flag_count;
} described;

static described describe_built_in(crm_field field) {
    described one = {.field = field,
                     .name = crm_field_name(field),
                     .domain = crm_field_domain(field),
                     .labels = {crm_field_label(field, "en"), crm_field_label(field, "de")},
                     .since = crm_field_since(field)};
    for (size_t i = 0; i < sizeof flag_names / sizeof *flag_names; i++)
        if (crm_field_flags(field) >> i & 1) one.flags[one.flag_count++] = flag_names[i];
    return one;
}

/* By its definition, which outlives it. */
static described describe_custom(crm_field field, const crm_record *definition) {
    static const crm_field flags[] = {CRM_CUSTOM_FIELD_UNIQUE,     CRM_CUSTOM_FIELD_INDEXED,  CRM_CUSTOM_FIELD_FOLDED,
                                      CRM_CUSTOM_FIELD_SEARCHABLE, CRM_CUSTOM_FIELD_PERSONAL, CRM_CUSTOM_FIELD_PRICE,
                                      CRM_CUSTOM_FIELD_TRACKED};
    described one = {
        .field = field,
        .name = crm_record_text(definition, CRM_CUSTOM_FIELD_NAME),
        .domain = crm_record_text(definition, CRM_CUSTOM_FIELD_DOMAIN),
        .labels = {crm_record_label(definition, CRM_CUSTOM_FIELD_LABEL, "en"), crm_record_label(definition, CRM_CUSTOM_FIELD_LABEL, "de")}};
    one.flags[one.flag_count++] = "custom";
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        if (crm_record_bool(definition, flags[i], 0) == 1) one.flags[one.flag_count++] = crm_field_name(flags[i]);
    return one;
}

static const char *type_name(crm_field field) {
    uint32_t type = crm_field_type(field);
    return type < sizeof type_names / sizeof *type_names ? type_names[type] : "?";
}

static void print_json(const described *one, bool first) {
    printf("%s{", first ? "" : ", ");
    cli_json_count("number", one->field, true);
    cli_json_member("name", one->name, false);
    cli_json_member("type", type_name(one->field), false);
    cli_json_member("domain", one->domain, false);
    printf(", \"flags\": [");
    for (size_t i = 0; i < one->flag_count; i++) printf("%s\"%s\"", i ? ", " : "", one->flags[i]);
    putchar(']');
    cli_json_member("en", one->labels[0], false);
    cli_json_member("de", one->labels[1], false);
    cli_json_member("since", one->since, false);
    putchar('}');
}

static void add_line(const described *one, cli_table *table) {
    cli_string type = {0}, flags = {0};
    cli_string_add(&type, type_name(one->field));
    if (one->domain) cli_string_format(&type, " (%s)", one->domain);
    for (size_t i = 0; i < one->flag_count; i++) cli_string_join(&flags, ", ", one->flags[i]);
    cli_table_add(table, (const char *[]){one->name, cli_string_text(&type), one->labels[0], one->labels[1], cli_string_text(&flags)});
    cli_table_style(table, 4, CLI_DIM);
    cli_string_free(&type);
    cli_string_free(&flags);
}

/* table NULL: as JSON. */
static void tell(const described *one, cli_table *table, bool first) {
    if (table)
        add_line(one, table);
    else
        print_json(one, first);
}

/* The custom fields of a kind, where a store is open. */
static int tell_custom(cli_run *cli, uint32_t kind, cli_table *table, bool first) {
    crm_field field = 0;
    int status = cli->txn ? crm_custom_field_next(cli->txn, kind, 0, &field) : CRM_OK;
    for (; status == CRM_OK && field; first = false) {
        crm_record *definition = NULL;
        status = crm_custom_field_get(cli->txn, field, &definition);
        if (status == CRM_OK) {
            described one = describe_custom(field, definition);
            tell(&one, table, first);
            status = crm_custom_field_next(cli->txn, kind, field, &field);
        }
        crm_record_free(definition);
    }
    return status == CRM_OK ? CLI_OK : cli_failure(cli, crm_kind_name(kind));
}

static int tell_fields(cli_run *cli, uint32_t kind, cli_table *table) {
    crm_field field = 0;
    bool first = true;
    for (; (field = crm_field_next(kind, field)); first = false) {
        described one = describe_built_in(field);
        tell(&one, table, first);
    }
    return tell_custom(cli, kind, table, first);
}

static int json_kind(cli_run *cli, uint32_t kind, bool first) {
    printf("%s{", first ? "" : ", ");
    cli_json_count("number", kind, true);
    cli_json_member("name", crm_kind_name(kind), false);
    cli_json_member("en", crm_kind_label(kind, "en"), false);
    cli_json_member("de", crm_kind_label(kind, "de"), false);
    printf(", \"fields\": [");
    int code = tell_fields(cli, kind, NULL);
    printf("]}");
    return code;
}

static int table_kind(cli_run *cli, uint32_t kind, cli_table *table) {
    cli_string title = {0};
    if (table->count) cli_table_wide(table, "", CLI_PLAIN);
    cli_string_format(&title, "%s (%s, %s)", crm_kind_name(kind), crm_kind_label(kind, "en"), crm_kind_label(kind, "de"));
    cli_table_wide(table, title.text, CLI_BOLD);
    cli_string_free(&title);
    return tell_fields(cli, kind, table);
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
    cli_table_end(cli, &table, true);
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
