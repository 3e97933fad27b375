/* SPDX-License-Identifier: MIT */
/* crmdb code: code tables - what is built in, what the store adds, and whether that is all. */
#include "cli/cli.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* The setting that closes a domain, "code.closed.price_list". */
static void closing(const char *domain, cli_string *out) { cli_string_format(out, "code.closed.%s", domain); }

/* 1 closed, by its nature or by a setting; 0 open; -1 and an error. */
static int is_closed(cli_run *cli, const char *domain) {
    crm_record *setting = NULL;
    cli_string name = {0};
    if (crm_domain_closed(domain)) return 1;
    closing(domain, &name);
    int status = crm_setting_get(cli->txn, cli_string_text(&name), &setting);
    const char *value = status == CRM_OK ? crm_record_text(setting, CRM_SETTING_VALUE) : NULL;
    int closed = value && strcmp(value, "1") == 0;
    if (status != CRM_OK && status != CRM_E_NOTFOUND) {
        cli_failure(cli, domain);
        closed = -1;
    }
    crm_record_free(setting);
    cli_string_free(&name);
    return closed;
}

static int page(crm_txn *txn, const void *domain, const char *token, crm_iter **out) {
    return crm_code_list(txn, domain, 1000, token, out);
}

/* --- the codes of a domain --- */

static void built_in_table(cli_run *cli, cli_table *table, const char *domain) {
    const char *code;
    for (size_t i = 0; (code = crm_domain_code(domain, i)); i++) {
        cli_table_add(table, (const char *[]){code, crm_domain_label(domain, code, cli_language(cli)), NULL,
                                              cli_say(cli, "built in", "eingebaut"), NULL});
        cli_table_style(table, 3, CLI_DIM);
    }
}

static void stored_row(cli_run *cli, cli_table *table, const crm_record *code, const void *data) {
    (void)data;
    bool archived = crm_record_bool(code, CRM_CODE_ARCHIVED, 0) == 1;
    cli_string id = {0};
    cli_string_format(&id, "%" PRIu64, crm_record_key(code));
    cli_table_add(table, (const char *[]){crm_record_text(code, CRM_CODE_CODE), cli_value_text(cli, code, CRM_CODE_LABEL),
                                          crm_record_text(code, CRM_CODE_CURRENCY),
                                          archived ? cli_say(cli, "archived", "archiviert") : cli_say(cli, "stored", "gespeichert"),
                                          cli_string_text(&id)});
    cli_table_style(table, 4, CLI_DIM);
    cli_string_free(&id);
}

static void built_in_json(const char *domain) {
    const char *code;
    for (size_t i = 0; (code = crm_domain_code(domain, i)); i++) {
        printf("%s{", i ? ", " : "");
        cli_json_member("code", code, true);
        cli_json_member("en", crm_domain_label(domain, code, "en"), false);
        cli_json_member("de", crm_domain_label(domain, code, "de"), false);
        putchar('}');
    }
}

static void print_title(const cli_run *cli, const char *domain, bool closed) {
    cli_string title = {0};
    cli_string_format(&title, "%s (%s)", domain, closed ? cli_say(cli, "closed", "geschlossen") : cli_say(cli, "open", "offen"));
    cli_print(cli, cli_string_text(&title), CLI_BOLD);
    putchar('\n');
    cli_string_free(&title);
}

static int print_codes(cli_run *cli, const char *domain, bool closed, const cli_ids *found) {
    cli_table table;
    cli_table_begin(&table, 5);
    table.sparse = true;
    table.indent = 2;
    cli_table_head(&table, (const char *[]){cli_say(cli, "Code", "Schlüssel"), cli_say(cli, "Label", "Bezeichnung"),
                                            cli_say(cli, "Currency", "Währung"), cli_say(cli, "Origin", "Herkunft"), "Id"});
    if (cli->json) {
        putchar('{');
        cli_json_member("domain", domain, true);
        printf(", \"closed\": %s, \"built_in\": [", closed ? "true" : "false");
        built_in_json(domain);
        printf("], \"stored\": [");
    } else {
        print_title(cli, domain, closed);
        built_in_table(cli, &table, domain);
    }
    int code = cli_records_each(cli, found, &table, stored_row, NULL);
    cli_table_end(cli, &table, table.count > 1);
    return code;
}

static int list_codes(cli_run *cli, const char *domain) {
    cli_ids found = {0};
    int closed = is_closed(cli, domain), code = closed < 0 ? CLI_FAILED : CLI_OK;
    if (code == CLI_OK && cli_ids_collect(cli, page, domain, &found) < 0) code = cli_failure(cli, domain);
    if (code == CLI_OK) code = print_codes(cli, domain, closed != 0, &found);
    cli_ids_free(&found);
    return code;
}

/* --- the domains --- */

typedef struct domain_list {
    struct one_domain {
        char *name;
        size_t stored; /* codes of the store */
    } * domains;
    size_t count;
} domain_list;

static struct one_domain *domain_of(domain_list *list, const char *name) {
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->domains[i].name, name) == 0) return &list->domains[i];
    list->domains = cli_allocate(list->domains, (list->count + 1) * sizeof *list->domains);
    list->domains[list->count] = (struct one_domain){cli_copy(name), 0};
    return &list->domains[list->count++];
}

static int page_of_kind(crm_txn *txn, const void *kind, const char *token, crm_iter **out) {
    return crm_record_list(txn, 0, *(const uint32_t *)kind, 1000, token, out);
}

/* Adds the domains that the store's records of a kind name in a field. */
static int add_domains(cli_run *cli, uint32_t kind, crm_field field, domain_list *list) {
    cli_ids found = {0};
    int status = cli_ids_collect(cli, page_of_kind, &kind, &found);
    for (size_t i = 0; i < found.count && status == CRM_OK; i++) {
        crm_record *rec = NULL;
        status = crm_record_get(cli->txn, found.ids[i], &rec);
        const char *name = status == CRM_OK ? crm_record_text(rec, field) : NULL;
        if (name && *name) domain_of(list, name)->stored += kind == CRM_KIND_CODE;
        crm_record_free(rec);
    }
    cli_ids_free(&found);
    return status == CRM_OK ? CLI_OK : cli_failure(cli, NULL);
}

static int print_domain(cli_run *cli, const struct one_domain *one, cli_table *table, bool first) {
    size_t built_in = 0;
    char counts[2][24];
    int closed = is_closed(cli, one->name);
    if (closed < 0) return CLI_FAILED;
    while (crm_domain_code(one->name, built_in)) built_in++;
    if (cli->json) {
        printf("%s{", first ? "" : ", ");
        cli_json_member("domain", one->name, true);
        printf(", \"closed\": %s", closed ? "true" : "false");
        cli_json_count("built_in", built_in, false);
        cli_json_count("stored", one->stored, false);
        putchar('}');
        return CLI_OK;
    }
    snprintf(counts[0], sizeof counts[0], "%zu", built_in);
    snprintf(counts[1], sizeof counts[1], "%zu", one->stored);
    cli_table_add(table, (const char *[]){one->name, closed ? cli_say(cli, "closed", "geschlossen") : cli_say(cli, "open", "offen"),
                                          counts[0], counts[1]});
    return CLI_OK;
}

static int print_domains(cli_run *cli, const domain_list *list) {
    cli_table table;
    int code = CLI_OK;
    cli_table_begin(&table, 4);
    table.right[2] = table.right[3] = true;
    cli_table_head(&table, (const char *[]){cli_say(cli, "Domain", "Bereich"), cli_say(cli, "State", "Zustand"),
                                            cli_say(cli, "Built in", "Eingebaut"), cli_say(cli, "Stored", "Gespeichert")});
    if (cli->json) printf("{\"domains\": [");
    for (size_t i = 0; i < list->count && code == CLI_OK; i++) code = print_domain(cli, &list->domains[i], &table, i == 0);
    cli_table_end(cli, &table, code == CLI_OK);
    return code;
}

/* Those that are built in, then the host's own: of its fields and of its codes. */
static int list_domains(cli_run *cli) {
    domain_list list = {0};
    for (size_t i = 0; i < crm_domain_count(); i++) domain_of(&list, crm_domain_name(i));
    int code = add_domains(cli, CRM_KIND_CUSTOM_FIELD, CRM_CUSTOM_FIELD_DOMAIN, &list);
    if (code == CLI_OK) code = add_domains(cli, CRM_KIND_CODE, CRM_CODE_DOMAIN, &list);
    if (code == CLI_OK) code = print_domains(cli, &list);
    for (size_t i = 0; i < list.count; i++) free(list.domains[i].name);
    free(list.domains);
    return code;
}

static int run_list(cli_run *cli, const cli_args *args) {
    int code = cli_open(cli, CRM_DB_READ_ONLY, true);
    if (code != CLI_OK) return code;
    return args->operand_count ? list_codes(cli, args->operands[0]) : list_domains(cli);
}

/* --- changing them --- */

static int take(cli_run *cli, const char *domain, const char *code, crm_record **out) {
    crm_id id;
    int status = crm_code_find(cli->txn, domain, code, CRM_NTS, &id);
    if (status == CRM_OK)
        status = crm_record_get(cli->txn, id, out);
    else if (status == CRM_E_NOTFOUND) {
        status = crm_record_new_in(cli->txn, CRM_KIND_CODE, out);
        if (status == CRM_OK) status = crm_record_set_text(*out, CRM_CODE_DOMAIN, domain, CRM_NTS);
        if (status == CRM_OK) status = crm_record_set_text(*out, CRM_CODE_CODE, code, CRM_NTS);
    }
    return status == CRM_OK ? CLI_OK : cli_failure(cli, code);
}

static int run_set(cli_run *cli, const cli_args *args) {
    crm_record *rec = NULL;
    int code = cli_open_write(cli);
    if (code == CLI_OK) code = take(cli, args->operands[0], args->operands[1], &rec);
    if (code == CLI_OK) code = cli_assign(cli, rec, args->operands + 2, args->operand_count - 2);
    if (code == CLI_OK) code = cli_record_put(cli, rec, args->operands[1]);
    crm_record_free(rec);
    return code;
}

static int run_delete(cli_run *cli, const cli_args *args) {
    crm_id id;
    int code = cli_open_write(cli);
    if (code != CLI_OK) return code;
    int status = crm_code_find(cli->txn, args->operands[0], args->operands[1], CRM_NTS, &id);
    if (status == CRM_E_NOTFOUND)
        return cli_error(cli, CLI_FAILED, "the store has no code \"%s\" of %s", args->operands[1], args->operands[0]);
    return status == CRM_OK ? cli_record_delete(cli, id, args->operands[1]) : cli_failure(cli, args->operands[1]);
}

static int change(cli_run *cli, const char *domain, const char *value) {
    cli_string name = {0};
    int code = cli_open_write(cli);
    closing(domain, &name);
    if (code == CLI_OK && crm_setting_set(cli->txn, cli_string_text(&name), value, CRM_NTS) != CRM_OK) code = cli_failure(cli, domain);
    if (code == CLI_OK) code = cli_commit(cli);
    cli_string_free(&name);
    return code == CLI_OK ? list_codes(cli, domain) : code;
}

static int run_close(cli_run *cli, const cli_args *args) { return change(cli, args->operands[0], "1"); }
static int run_open(cli_run *cli, const cli_args *args) { return change(cli, args->operands[0], "0"); }

static const cli_command list = {
    .name = "code list",
    .operands = "[DOMAIN]",
    .summary = "list the codes of a domain, or all domains",
    .about =
        "Lists the codes of a domain (price_list, payment_terms, country ...): those that are built in, then those that the store has.\n"
        "Without DOMAIN it lists the domains: how many codes are built in and stored, and whether they are all (closed).",
    .most = 1,
    .run = run_list,
};
static const cli_command set = {
    .name = "code set",
    .operands = "DOMAIN CODE FIELD=VALUE ...",
    .summary = "make a code, or change it",
    .about =
        "Sets fields of a stored code, and makes it where there is none: label.LANGUAGE (label.de=Händler), currency (of a price list),\n"
        "archived. FIELD=#CLEAR takes a value away.",
    .least = 2,
    .most = SIZE_MAX,
    .run = run_set,
};
static const cli_command delete = {
    .name = "code delete",
    .operands = "DOMAIN CODE",
    .summary = "delete a stored code",
    .about = "Deletes a code of the store. Values that name it stay as they are.",
    .least = 2,
    .most = 2,
    .run = run_delete,
};
static const cli_command close = {
    .name = "code close",
    .operands = "DOMAIN",
    .summary = "take built-in and stored codes only",
    .about = "Closes a domain: from now on only built-in and stored codes are good.",
    .least = 1,
    .most = 1,
    .run = run_close,
};
static const cli_command open = {
    .name = "code open",
    .operands = "DOMAIN",
    .summary = "take any text as a code",
    .about = "Opens a domain that was closed: any text up to 64 bytes is good.",
    .least = 1,
    .most = 1,
    .run = run_open,
};

static const cli_command *const verbs[] = {&list, &set, &delete, &close, &open, NULL};

const cli_command cli_cmd_code = {
    .name = "code",
    .operands = "COMMAND ...",
    .summary = "code tables: price lists, payment terms, categories ...",
    .about = "Codes of the store beside those that are built in, with labels by language; a price list's code carries its currency.",
    .verbs = verbs,
};
