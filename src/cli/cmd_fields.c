/* SPDX-License-Identifier: MIT */
/* crmdb fields: the kinds of records and their fields, as the library describes them. */
#include "cli/cli.h"
#include <string.h>

static const char *const type_names[] = {"", "text", "int", "bool", "date", "time", "amount", "id", "bytes", "texts", "label"};
static const char *const flag_names[] = {"required", "unique", "indexed", "folded", "searchable", "personal", "system", "key", "compact"};

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

static void json_kind(uint32_t kind, bool first) {
    crm_field field = 0;
    printf("%s{", first ? "" : ", ");
    cli_json_count("number", kind, true);
    cli_json_member("name", crm_kind_name(kind), false);
    cli_json_member("en", crm_kind_label(kind, "en"), false);
    cli_json_member("de", crm_kind_label(kind, "de"), false);
    printf(", \"fields\": [");
    for (bool head = true; (field = crm_field_next(kind, field)); head = false) json_field(field, head);
    printf("]}");
}

static void table_kind(cli_table *table, uint32_t kind) {
    crm_field field = 0;
    cli_string title = {0};
    if (table->count) cli_table_wide(table, "", CLI_PLAIN);
    cli_string_format(&title, "%s (%s, %s)", crm_kind_name(kind), crm_kind_label(kind, "en"), crm_kind_label(kind, "de"));
    cli_table_wide(table, title.text, CLI_BOLD);
    cli_string_free(&title);
    while ((field = crm_field_next(kind, field))) {
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
}

static const cli_option options[] = {
    {"targets", NULL, "list what columns of an import may mean, and the headings that say it", false},
    {NULL, NULL, NULL, false},
};

/* The kind that was asked for, or one after the other. */
static uint32_t next_kind(uint32_t wanted, uint32_t kind) { return wanted ? (kind ? 0 : wanted) : crm_kind_next(kind); }

static int run(cli_run *cli, const cli_args *args) {
    const char *name = args->operand_count ? args->operands[0] : NULL;
    if (cli_args_get(args, "targets")) {
        if (name) return cli_error(cli, CLI_USAGE, "--targets lists them all: without a kind");
        cli_targets(cli);
        return CLI_OK;
    }
    uint32_t wanted = name ? crm_kind_find(name) : 0, kind = 0;
    if (name && !wanted) return cli_error(cli, CLI_FAILED, "no kind \"%s\"; crmdb fields lists them", name);
    if (cli->json) {
        printf("{\"kinds\": [");
        for (bool first = true; (kind = next_kind(wanted, kind)); first = false) json_kind(kind, first);
        puts("]}");
        return CLI_OK;
    }
    cli_table table;
    cli_table_begin(&table, 5);
    table.indent = 2;
    while ((kind = next_kind(wanted, kind))) table_kind(&table, kind);
    cli_table_print(cli, &table);
    cli_table_free(&table);
    return CLI_OK;
}

const cli_command cli_cmd_fields = {
    .name = "fields",
    .operands = "[KIND]",
    .summary = "list the kinds of records and their fields",
    .about = "Lists every field with its type, its labels in English and German, and what holds for it. Both labels are recognised as "
             "column names by\n"
             "crmdb import.",
    .options = options,
    .least = 0,
    .most = 1,
    .run = run,
};
