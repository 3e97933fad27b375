/* SPDX-License-Identifier: MIT */
/* crmdb find: parties by number, by identifier, or by how their name begins. */
#include "cli/cli.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const cli_option options[] = {
    {"role", "ROLE", "parties in this role only: customer, supplier, prospect ...", false},
    {"identifier", "SCHEME", "TEXT is an identifier of this scheme: duns, gln, vat ..., or a key that a source gave", false},
    {"limit", "NUMBER", "names on one page, 1 to 10000 (default 100)", false},
    {"token", "TEXT", "continue behind the page that gave this token", false},
    {NULL, NULL, NULL, false},
};

/* What was found, in order and each party once. */
typedef struct hits {
    crm_id *ids;
    size_t count, room;
} hits;

static void hits_add(hits *found, crm_id id) {
    for (size_t i = 0; i < found->count; i++)
        if (found->ids[i] == id) return;
    if (found->count == found->room) {
        found->room = found->room ? found->room * 2 : 64;
        found->ids = cli_allocate(found->ids, found->room * sizeof *found->ids);
    }
    found->ids[found->count++] = id;
}

static int find_numbers(cli_run *cli, const char *text, const char *role, hits *found) {
    const char *each;
    crm_id id;
    for (size_t i = 0; (each = crm_domain_code("role", i)); i++) {
        if (role && strcmp(role, each) != 0) continue;
        int status = crm_party_find(cli->txn, each, text, CRM_NTS, &id);
        if (status == CRM_OK) hits_add(found, id);
        if (status != CRM_OK && status != CRM_E_NOTFOUND) return cli_failure(cli, text);
    }
    return CLI_OK;
}

static int find_identifier(cli_run *cli, const char *scheme, const char *text, hits *found) {
    crm_id id;
    int status = crm_identifier_find(cli->txn, scheme, text, CRM_NTS, &id);
    if (status == CRM_OK) hits_add(found, id);
    return status == CRM_OK || status == CRM_E_NOTFOUND ? CLI_OK : cli_failure(cli, text);
}

/* One page of the directory; the token that continues it is a copy. */
static int find_names(cli_run *cli, const cli_args *args, uint32_t limit, hits *found, char **token) {
    crm_iter *iter = NULL;
    crm_id id;
    int status =
        crm_party_list(cli->txn, cli_args_get(args, "role"), args->operands[0], CRM_NTS, 0, limit, cli_args_get(args, "token"), &iter);
    while (status >= 0 && (status = crm_iter_next(iter, &id)) == CRM_ROW) hits_add(found, id);
    int code = CLI_OK;
    if (status == CRM_E_INVALID && cli_args_get(args, "token"))
        code = cli_error(cli, CLI_USAGE, "--token %s is none of this list", cli_args_get(args, "token"));
    else if (status < 0)
        code = cli_failure(cli, args->operands[0]);
    if (code == CLI_OK && crm_iter_token(iter)) *token = cli_copy(crm_iter_token(iter));
    crm_iter_free(iter);
    return code;
}

/* One line of the result. */
typedef struct line {
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
static bool line_read(cli_run *cli, crm_id id, const char *role, line *out) {
    memset(out, 0, sizeof *out);
    if (crm_record_get(cli->txn, id, &out->party) != CRM_OK) return false;
    out->role = first_of(cli, id, CRM_KIND_ROLE, CRM_ROLE_ROLE, role ? role : CRM_ROLE_CUSTOMER);
    if (!out->role) out->role = first_of(cli, id, CRM_KIND_ROLE, 0, NULL);
    out->address = main_address(cli, id);
    return true;
}

static void line_free(line *one) {
    crm_record_free(one->party);
    crm_record_free(one->role);
    crm_record_free(one->address);
}

static const char *text_of(const crm_record *rec, crm_field field) { return rec ? crm_record_text(rec, field) : NULL; }

static void json_line(const line *one, bool first) {
    printf("%s{", first ? "" : ", ");
    cli_json_count("id", crm_record_key(one->party), true);
    cli_json_member("role", text_of(one->role, CRM_ROLE_ROLE), false);
    cli_json_member("number", text_of(one->role, CRM_ROLE_NUMBER), false);
    cli_json_member("name", text_of(one->party, CRM_PARTY_NAME), false);
    cli_json_member("postal_code", text_of(one->address, CRM_ADDRESS_POSTAL_CODE), false);
    cli_json_member("town", text_of(one->address, CRM_ADDRESS_TOWN), false);
    cli_json_member("country", text_of(one->address, CRM_ADDRESS_COUNTRY), false);
    putchar('}');
}

static void table_line(cli_run *cli, cli_table *table, const line *one) {
    cli_string town = {0}, role = {0};
    char id[24];
    snprintf(id, sizeof id, "%" PRIu64, crm_record_key(one->party));
    cli_string_join(&town, " ", text_of(one->address, CRM_ADDRESS_COUNTRY));
    cli_string_join(&town, " ", text_of(one->address, CRM_ADDRESS_POSTAL_CODE));
    cli_string_join(&town, " ", text_of(one->address, CRM_ADDRESS_TOWN));
    if (text_of(one->role, CRM_ROLE_ROLE)) cli_value_code(cli, "role", text_of(one->role, CRM_ROLE_ROLE), &role);
    cli_table_add(table, (const char *[]){text_of(one->role, CRM_ROLE_NUMBER), text_of(one->party, CRM_PARTY_NAME), cli_string_text(&town),
                                          cli_string_text(&role), id});
    cli_table_style(table, 4, CLI_DIM);
    cli_string_free(&town);
    cli_string_free(&role);
}

static int print_json(cli_run *cli, const hits *found, const char *role, const char *token) {
    line one;
    printf("{\"parties\": [");
    for (size_t i = 0; i < found->count; i++) {
        if (line_read(cli, found->ids[i], role, &one)) json_line(&one, i == 0);
        line_free(&one);
    }
    putchar(']');
    cli_json_member("token", token, false);
    puts("}");
    return CLI_OK;
}

static int print_table(cli_run *cli, const hits *found, const char *role, const char *token) {
    line one;
    cli_table table;
    cli_table_begin(&table, 5);
    cli_table_head(&table, (const char *[]){cli_say(cli, "Number", "Nummer"), cli_say(cli, "Name", "Name"), cli_say(cli, "Town", "Ort"),
                                            cli_say(cli, "Role", "Rolle"), "Id"});
    for (size_t i = 0; i < found->count; i++) {
        if (line_read(cli, found->ids[i], role, &one)) table_line(cli, &table, &one);
        line_free(&one);
    }
    cli_table_print(cli, &table);
    cli_table_free(&table);
    if (token) cli_notice(cli, "there are more; continue with --token %s", token);
    return CLI_OK;
}

static int search(cli_run *cli, const cli_args *args, uint32_t limit, hits *found, char **token) {
    const char *role = cli_args_get(args, "role"), *scheme = cli_args_get(args, "identifier");
    if (scheme) return find_identifier(cli, scheme, args->operands[0], found);
    int code = cli_args_get(args, "token") ? CLI_OK : find_numbers(cli, args->operands[0], role, found);
    return code == CLI_OK ? find_names(cli, args, limit, found, token) : code;
}

static int run(cli_run *cli, const cli_args *args) {
    const char *role = cli_args_get(args, "role"), *limit_text = cli_args_get(args, "limit");
    uint64_t limit = 0;
    hits found = {0};
    char *token = NULL;
    if (role && !cli_role_good(cli, role)) return CLI_USAGE;
    if (limit_text && (!cli_number(limit_text, 10000, &limit) || !limit))
        return cli_error(cli, CLI_USAGE, "--limit is 1 to 10000, not \"%s\"", limit_text);
    int code = cli_open(cli, CRM_DB_READ_ONLY, true);
    if (code == CLI_OK) code = search(cli, args, (uint32_t)limit, &found, &token);
    if (code == CLI_OK && cli->json) print_json(cli, &found, role, token);
    if (code == CLI_OK && !found.count) code = cli_error(cli, CLI_FAILED, "nothing found for \"%s\"", args->operands[0]);
    if (code == CLI_OK && !cli->json) print_table(cli, &found, role, token);
    free(found.ids);
    free(token);
    return code;
}

const cli_command cli_cmd_find = {
    .name = "find",
    .operands = "TEXT",
    .summary = "find parties by number, identifier or name",
    .about = "Finds the parties that have TEXT as a number (of a customer, a supplier ...) or whose name begins with it, without regard to "
             "case and\n"
             "accents. Exit status 1 where there is none.",
    .options = options,
    .least = 1,
    .most = 1,
    .run = run,
};
