/* SPDX-License-Identifier: MIT */
/* crmdb export --list: all records of a kind, with chosen fields. */
#include "cli/cli.h"
#include <stdlib.h>
#include <string.h>

typedef struct listing {
    cli_run *cli;
    crm_export *out;
    const char *role, *name; /* of parties, and of whose records */
    uint32_t kind, flags;
    crm_id owner;
    crm_field *fields;
    size_t count;
} listing;

/* --- columns --- */

static void add_field(listing *list, crm_field field) {
    list->fields = cli_allocate(list->fields, (list->count + 1) * sizeof *list->fields);
    list->fields[list->count++] = field;
}

/* "name", "party.name", a custom one */
static int take_field(listing *list, const char *text) {
    cli_string path = {0};
    crm_field field;
    if (!strchr(text, '.')) cli_string_format(&path, "%s.", crm_kind_name(list->kind));
    cli_string_add(&path, text);
    field = crm_field_find(cli_string_text(&path));
    bool found = field || crm_custom_field_find(list->cli->txn, cli_string_text(&path), &field) == CRM_OK;
    if (found) add_field(list, field);
    int code = found ? CLI_OK : cli_error(list->cli, CLI_USAGE, "--field: there is no %s; crmdb fields lists them", cli_string_text(&path));
    cli_string_free(&path);
    return code;
}

static int take_all_fields(listing *list) {
    crm_field field = 0;
    int status;
    while ((field = crm_field_next(list->kind, field))) add_field(list, field);
    while ((status = crm_custom_field_next(list->cli->txn, list->kind, field, &field)) == CRM_OK && field) add_field(list, field);
    return status == CRM_OK ? CLI_OK : cli_failure(list->cli, crm_kind_name(list->kind));
}

/* --- pages --- */

static int parties(crm_txn *txn, const void *what, const char *token, crm_iter **out) {
    const listing *list = what;
    return crm_party_list(txn, list->role, list->name, CRM_NTS, list->flags, 1000, token, out);
}

static int groups(crm_txn *txn, const void *what, const char *token, crm_iter **out) {
    (void)what;
    return crm_group_list(txn, 1000, token, out);
}

static int users(crm_txn *txn, const void *what, const char *token, crm_iter **out) {
    (void)what;
    return crm_user_list(txn, 1000, token, out);
}

static int records(crm_txn *txn, const void *what, const char *token, crm_iter **out) {
    const listing *list = what;
    return crm_record_list(txn, list->owner, list->kind, 1000, token, out);
}

static int write_pages(const listing *list, cli_page *page) {
    char *token = NULL;
    int status;
    do {
        crm_iter *iter = NULL;
        status = page(list->cli->txn, list, token, &iter);
        if (status == CRM_OK)
            status = crm_export_list(list->out, list->cli->txn, crm_kind_name(list->kind), list->fields, list->count, iter);
        free(token);
        token = status == CRM_OK && crm_iter_token(iter) ? cli_copy(crm_iter_token(iter)) : NULL;
        crm_iter_free(iter);
    } while (token);
    return status;
}

/* What the store has of the kind or, of one that parties have, party by party. */
static int write_list(listing *list) {
    cli_ids found = {0};
    if (list->kind == CRM_KIND_PARTY) return write_pages(list, parties);
    if (list->kind == CRM_KIND_GROUP) return write_pages(list, groups);
    if (list->kind == CRM_KIND_USER) return write_pages(list, users);
    if (!list->role && !*list->name) {
        int status = write_pages(list, records);
        if (status != CRM_E_INVALID) return status;
    }
    int status = cli_ids_collect(list->cli, parties, list, &found);
    for (size_t i = 0; status == CRM_OK && i < found.count; i++) {
        list->owner = found.ids[i];
        status = write_pages(list, records);
    }
    cli_ids_free(&found);
    return status;
}

int cli_export_list(cli_run *cli, const cli_args *args, crm_export *out) {
    const char *kind = cli_args_get(args, "list"), *name = cli_args_get(args, "name"), *text;
    listing list = {.cli = cli, .out = out, .kind = crm_kind_find(kind), .role = cli_args_get(args, "role"), .name = name ? name : ""};
    list.flags = cli_args_get(args, "archived") ? CRM_PARTY_LIST_ARCHIVED : 0;
    if (!list.kind) return cli_error(cli, CLI_USAGE, "--list: there is no kind \"%s\"; crmdb fields lists them", kind);
    int code = CLI_OK;
    for (size_t position = 0; code == CLI_OK && (text = cli_args_next(args, "field", &position));) code = take_field(&list, text);
    if (code == CLI_OK && !list.count) code = take_all_fields(&list);
    if (code == CLI_OK && write_list(&list) != CRM_OK) code = cli_failure(cli, kind);
    free(list.fields);
    return code;
}
