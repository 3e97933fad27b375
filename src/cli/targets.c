/* SPDX-License-Identifier: MIT */
/* crmdb fields --targets: what a column of an import may mean, in which rows, and an English and a German heading that say it. Nothing is
 * claimed: a target is listed for the rows that take it, a heading where these rows recognise it. */
#include "cli/cli.h"
#include <stdlib.h>
#include <string.h>

enum { SHAPES = 11 };
static const char *const shape_names[SHAPES] = {"flat",       "customer", "site",           "contact", "channel", "identifier",
                                                "membership", "bank",     "quote_defaults", "usage",   "role"};

typedef struct target {
    const char *path;
    bool rows[SHAPES];
    cli_string headings[2]; /* English, German */
} target;

typedef struct listing {
    const cli_run *cli;
    cli_table table;
    bool first;
} listing;

/* What a heading is taken for in rows of a shape, mapped to a path or (NULL) as it is recognised. The source is called "key", so that its
 * own keys are "identifier.key". */
static bool means(const cli_run *cli, uint32_t shape, const char *heading, const char *mapped, const char *path) {
    crm_sync *sync = NULL;
    int status = cli->txn ? crm_sync_new_in(cli->txn, "key", shape, &sync) : crm_sync_new("key", shape, &sync);
    bool same = status == CRM_OK && (!mapped || crm_sync_map(sync, heading, mapped) == CRM_OK) &&
                crm_sync_add_column(sync, heading, CRM_NTS) == CRM_OK && strcmp(crm_sync_target(sync, 0), path) == 0;
    crm_sync_free(sync);
    return same;
}

/* Takes the heading for a language, if there is none yet and some rows recognise it. */
static void try_heading(const cli_run *cli, target *to, size_t language, const char *heading) {
    bool good = false;
    if (!heading || to->headings[language].size) return;
    for (uint32_t i = 0; i < SHAPES && !good; i++) good = to->rows[i] && means(cli, i + 1, heading, NULL, to->path);
    if (good) cli_string_add(&to->headings[language], heading);
}

static bool any_rows(const cli_run *cli, target *to) {
    bool any = false;
    for (uint32_t i = 0; i < SHAPES; i++) any |= to->rows[i] = means(cli, i + 1, "x", to->path, to->path);
    return any;
}

static void print_json(listing *list, const target *one) {
    bool first = true;
    printf("%s{", list->first ? "" : ", ");
    cli_json_member("target", one->path, true);
    printf(", \"rows\": [");
    for (size_t i = 0; i < SHAPES; i++)
        if (one->rows[i]) {
            printf("%s\"%s\"", first ? "" : ", ", shape_names[i]);
            first = false;
        }
    putchar(']');
    cli_json_member("en", one->headings[0].text, false);
    cli_json_member("de", one->headings[1].text, false);
    putchar('}');
    list->first = false;
}

static void add_line(listing *list, const target *one) {
    cli_string rows = {0};
    for (size_t i = 0; i < SHAPES; i++)
        if (one->rows[i]) cli_string_join(&rows, ", ", shape_names[i]);
    cli_table_add(&list->table, (const char *[]){one->path, one->headings[0].text, one->headings[1].text, cli_string_text(&rows)});
    cli_string_free(&rows);
}

/* A path with its labels, and (NULL: none) a word for each language that says whose value it is. */
static void add_target(listing *list, const char *path, const char *const labels[2], const char *const owner[2]) {
    target one = {.path = path};
    if (!any_rows(list->cli, &one)) return;
    for (size_t language = 0; language < 2; language++) {
        cli_string owned = {0};
        if (owner && labels[language])
            cli_string_format(&owned, "%s %s", language ? labels[language] : owner[0], language ? owner[1] : labels[0]);
        try_heading(list->cli, &one, language, owner ? owned.text : labels[language]);
        cli_string_free(&owned);
    }
    if (list->cli->json)
        print_json(list, &one);
    else
        add_line(list, &one);
    for (size_t language = 0; language < 2; language++) cli_string_free(&one.headings[language]);
}

static void add_fields(listing *list, uint32_t kind) {
    crm_field field = 0;
    while ((field = crm_field_next(kind, field))) {
        cli_string path = {0};
        cli_value_path(list->cli, field, &path);
        add_target(list, path.text, (const char *[]){crm_field_label(field, "en"), crm_field_label(field, "de")}, NULL);
        cli_string_free(&path);
    }
}

/* A field that the host has defined, by its definition. */
static void add_definition(listing *list, const crm_record *definition) {
    cli_string path = {0};
    const char *labels[2] = {crm_record_label(definition, CRM_CUSTOM_FIELD_LABEL, "en"),
                             crm_record_label(definition, CRM_CUSTOM_FIELD_LABEL, "de")};
    cli_string_format(&path, "%s.%s", crm_record_text(definition, CRM_CUSTOM_FIELD_RECORD_KIND),
                      crm_record_text(definition, CRM_CUSTOM_FIELD_NAME));
    add_target(list, cli_string_text(&path), labels, NULL);
    cli_string_free(&path);
}

/* Those of a kind, where a store is open. */
static int add_custom(listing *list, uint32_t kind) {
    crm_txn *txn = list->cli->txn;
    crm_field field = 0;
    int status = txn ? crm_custom_field_next(txn, kind, 0, &field) : CRM_OK;
    while (status == CRM_OK && field) {
        crm_record *definition = NULL;
        status = crm_custom_field_get(txn, field, &definition);
        if (status == CRM_OK) add_definition(list, definition);
        crm_record_free(definition);
        if (status == CRM_OK) status = crm_custom_field_next(txn, kind, field, &field);
    }
    return status;
}

/* PREFIX.CODE for each code of a domain. */
static void add_codes(listing *list, const char *domain, const char *prefix, const char *const owner[2]) {
    const char *code;
    for (size_t i = 0; (code = crm_domain_code(domain, i)); i++) {
        cli_string path = {0};
        cli_string_format(&path, "%s.%s", prefix, code);
        add_target(list, path.text, (const char *[]){crm_domain_label(domain, code, "en"), crm_domain_label(domain, code, "de")}, owner);
        cli_string_free(&path);
    }
}

static int add_all(listing *list) {
    static const char *const site[] = {"Site", "Standort"}, *const contact[] = {"Contact", "Ansprechpartner"};
    static const char *const key[] = {"External id", "Externe ID"}, *const nothing[] = {NULL, NULL}, *const id[] = {"ID", "ID"};
    static const char *const customer_key[] = {"Customer key", "Kundenschlüssel"};
    const char *const number[] = {crm_field_label(CRM_ROLE_NUMBER, "en"), crm_field_label(CRM_ROLE_NUMBER, "de")};
    static const uint32_t kinds[] = {CRM_KIND_PARTY, CRM_KIND_ROLE,    CRM_KIND_ADDRESS,    CRM_KIND_CONTACT,    CRM_KIND_QUOTE_DEFAULTS,
                                     CRM_KIND_BANK,  CRM_KIND_CHANNEL, CRM_KIND_IDENTIFIER, CRM_KIND_MEMBERSHIP, CRM_KIND_USAGE};
    int status = CRM_OK;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds && status == CRM_OK; i++) {
        add_fields(list, kinds[i]);
        status = add_custom(list, kinds[i]);
    }
    add_codes(list, "channel_type", "channel", NULL);
    add_codes(list, "channel_type", "address.channel", site);
    add_codes(list, "channel_type", "contact.channel", contact);
    add_codes(list, "purpose", "usage", NULL);
    add_target(list, "contact.usage.purpose", nothing, NULL);
    add_codes(list, "purpose", "contact.usage", contact);
    add_target(list, "party.number", number, NULL);
    add_target(list, "identifier.key", key, NULL);
    add_target(list, "party.identifier.key", customer_key, NULL);
    add_target(list, "address.identifier.key", nothing, NULL);
    add_target(list, "contact.identifier.key", nothing, NULL);
    add_codes(list, "scheme", "identifier", NULL);
    add_codes(list, "scheme", "address.identifier", site);
    add_codes(list, "scheme", "contact.identifier", contact);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        cli_string path = {0};
        cli_string_format(&path, "%s.id", crm_kind_name(kinds[i]));
        add_target(list, cli_string_text(&path), id, NULL);
        cli_string_free(&path);
    }
    add_target(list, "ignore", nothing, NULL);
    return status;
}

int cli_targets(const cli_run *cli) {
    listing list = {.cli = cli, .first = true};
    cli_table_begin(&list.table, 4);
    cli_table_head(&list.table, (const char *[]){cli_say(cli, "Target", "Ziel"), cli_say(cli, "English", "Englisch"),
                                                 cli_say(cli, "German", "Deutsch"), cli_say(cli, "Rows", "Zeilen")});
    if (cli->json) printf("{\"targets\": [");
    int code = add_all(&list) == CRM_OK ? CLI_OK : cli_failure(cli, NULL);
    cli_table_end(cli, &list.table, true);
    return code;
}
