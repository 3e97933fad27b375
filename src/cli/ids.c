/* SPDX-License-Identifier: MIT */
/* What lists give: ids, page by page or all of them, and the table of parties that several commands print. */
#include "cli/cli.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static void append(cli_ids *found, crm_id id) {
    if (found->count == found->room) {
        found->room = found->room ? found->room * 2 : 64;
        found->ids = cli_allocate(found->ids, found->room * sizeof *found->ids);
    }
    found->ids[found->count++] = id;
}

static void append_new(cli_ids *found, size_t before, crm_id id) {
    for (size_t i = 0; i < before; i++)
        if (found->ids[i] == id) return;
    append(found, id);
}

void cli_ids_add(cli_ids *found, crm_id id) { append_new(found, found->count, id); }

int cli_ids_take(cli_ids *found, crm_iter *iter, char **token) {
    size_t before = found->count;
    crm_id id;
    int status;
    while ((status = crm_iter_next(iter, &id)) == CRM_ROW) append_new(found, before, id);
    if (status == CRM_OK && crm_iter_token(iter)) *token = cli_copy(crm_iter_token(iter));
    crm_iter_free(iter);
    return status;
}

int cli_ids_collect(cli_run *cli, cli_page *page, const void *what, cli_ids *found) {
    char *token = NULL;
    int status;
    do {
        crm_iter *iter = NULL;
        crm_id id;
        status = page(cli->txn, what, token, &iter);
        while (status >= 0 && (status = crm_iter_next(iter, &id)) == CRM_ROW) append(found, id);
        free(token);
        token = status == CRM_OK && crm_iter_token(iter) ? cli_copy(crm_iter_token(iter)) : NULL;
        crm_iter_free(iter);
    } while (token);
    return status;
}

void cli_ids_free(cli_ids *found) {
    free(found->ids);
    memset(found, 0, sizeof *found);
}

bool cli_limit(const cli_run *cli, const cli_args *args, uint32_t *out) {
    const char *text = cli_args_get(args, "limit");
    uint64_t limit = 0;
    *out = 0;
    if (text && (!cli_number(text, 10000, &limit) || !limit)) {
        cli_error(cli, CLI_USAGE, "--limit is 1 to 10000, not \"%s\"", text);
        return false;
    }
    *out = (uint32_t)limit;
    return true;
}

/* One line of a table of parties: of one that the actor does not read, the id alone. */
typedef struct line {
    crm_id id;
    crm_record *party, *role, *address;
} line;

/* The first record of a kind at a party with a text in a field, or (text NULL) the first of all; NULL where there is none. */
static crm_record *first_of(cli_run *cli, crm_id party, uint32_t kind, crm_field field, const char *text) {
    crm_iter *iter = NULL;
    crm_record *rec = NULL;
    crm_id id;
    if (crm_record_list(cli->txn, party, kind, text ? 10000 : 1, NULL, &iter) != CRM_OK) return NULL;
    while (!rec && crm_iter_next(iter, &id) == CRM_ROW) {
        if (crm_record_get(cli->txn, id, &rec) != CRM_OK) rec = NULL;
        const char *value = rec && text ? crm_record_text(rec, field) : NULL;
        if (rec && text && (!value || strcmp(value, text) != 0)) {
            crm_record_free(rec);
            rec = NULL;
        }
    }
    crm_iter_free(iter);
    return rec;
}

static crm_record *main_address(cli_run *cli, crm_id party) {
    crm_record *address = NULL, *usage = first_of(cli, party, CRM_KIND_USAGE, CRM_USAGE_PURPOSE, CRM_PURPOSE_MAIN);
    if (usage && crm_record_get(cli->txn, crm_record_id(usage, CRM_USAGE_TARGET), &address) != CRM_OK) address = NULL;
    crm_record_free(usage);
    if (address && crm_record_kind(address) == CRM_KIND_ADDRESS) return address;
    crm_record_free(address);
    return first_of(cli, party, CRM_KIND_ADDRESS, 0, NULL);
}

/* The role whose number is shown: the one that was asked for, else the customer's, else the first. */
static void line_read(cli_run *cli, crm_id id, const char *role, line *out) {
    *out = (line){.id = id};
    if (crm_record_get(cli->txn, id, &out->party) != CRM_OK) return;
    out->role = first_of(cli, id, CRM_KIND_ROLE, CRM_ROLE_ROLE, role ? role : CRM_ROLE_CUSTOMER);
    if (!out->role) out->role = first_of(cli, id, CRM_KIND_ROLE, 0, NULL);
    out->address = main_address(cli, id);
}

static void line_free(line *one) {
    crm_record_free(one->party);
    crm_record_free(one->role);
    crm_record_free(one->address);
}

static const char *text_of(const crm_record *rec, crm_field field) { return rec ? crm_record_text(rec, field) : NULL; }

static bool is_archived(const line *one) { return one->party && crm_record_bool(one->party, CRM_PARTY_ARCHIVED, 0); }

static void json_line(const line *one, bool first) {
    printf("%s{", first ? "" : ", ");
    cli_json_count("id", one->id, true);
    cli_json_member("role", text_of(one->role, CRM_ROLE_ROLE), false);
    cli_json_member("number", text_of(one->role, CRM_ROLE_NUMBER), false);
    cli_json_member("name", text_of(one->party, CRM_PARTY_NAME), false);
    cli_json_member("postal_code", text_of(one->address, CRM_ADDRESS_POSTAL_CODE), false);
    cli_json_member("town", text_of(one->address, CRM_ADDRESS_TOWN), false);
    cli_json_member("country", text_of(one->address, CRM_ADDRESS_COUNTRY), false);
    printf(", \"archived\": %s", !one->party ? "null" : is_archived(one) ? "true" : "false");
    putchar('}');
}

static void table_line(cli_run *cli, cli_table *table, const line *one) {
    cli_string town = {0}, role = {0};
    char id[24];
    snprintf(id, sizeof id, "%" PRIu64, one->id);
    cli_string_join(&town, " ", text_of(one->address, CRM_ADDRESS_COUNTRY));
    cli_string_join(&town, " ", text_of(one->address, CRM_ADDRESS_POSTAL_CODE));
    cli_string_join(&town, " ", text_of(one->address, CRM_ADDRESS_TOWN));
    if (text_of(one->role, CRM_ROLE_ROLE)) cli_value_code(cli, "role", text_of(one->role, CRM_ROLE_ROLE), &role);
    if (is_archived(one)) cli_string_join(&role, ", ", cli_say(cli, "archived", "archiviert"));
    cli_table_add(table, (const char *[]){text_of(one->role, CRM_ROLE_NUMBER), text_of(one->party, CRM_PARTY_NAME), cli_string_text(&town),
                                          cli_string_text(&role), id});
    cli_table_style(table, 4, CLI_DIM);
    cli_string_free(&town);
    cli_string_free(&role);
}

static void print_json(cli_run *cli, const cli_ids *found, const char *role, const char *token) {
    line one;
    printf("{\"parties\": [");
    for (size_t i = 0; i < found->count; i++) {
        line_read(cli, found->ids[i], role, &one);
        json_line(&one, i == 0);
        line_free(&one);
    }
    putchar(']');
    cli_json_member("token", token, false);
    puts("}");
}

static void print_table(cli_run *cli, const cli_ids *found, const char *role, const char *token) {
    line one;
    cli_table table;
    cli_table_begin(&table, 5);
    cli_table_head(&table, (const char *[]){cli_say(cli, "Number", "Nummer"), cli_say(cli, "Name", "Name"), cli_say(cli, "Town", "Ort"),
                                            cli_say(cli, "Role", "Rolle"), "Id"});
    for (size_t i = 0; i < found->count; i++) {
        line_read(cli, found->ids[i], role, &one);
        table_line(cli, &table, &one);
        line_free(&one);
    }
    cli_table_print(cli, &table);
    cli_table_free(&table);
    if (token) cli_notice(cli, "there are more; continue with --token %s", token);
}

void cli_parties_print(cli_run *cli, const cli_ids *found, const char *role, const char *token) {
    if (cli->json)
        print_json(cli, found, role, token);
    else
        print_table(cli, found, role, token);
}
