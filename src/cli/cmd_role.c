/* SPDX-License-Identifier: MIT */
/* crmdb role, user role: sets of rights, and who has them. */
#include "cli/cli.h"
#include <stdlib.h>
#include <string.h>

static const crm_field columns[] = {
    CRM_ACCESS_ROLE_CODE,   CRM_ACCESS_ROLE_READ,           CRM_ACCESS_ROLE_WRITE,  CRM_ACCESS_ROLE_PERSONAL,
    CRM_ACCESS_ROLE_PRICES, CRM_ACCESS_ROLE_ADMINISTRATION, CRM_ACCESS_ROLE_FIELDS, 0};

/* --- the roles themselves --- */

static int page(crm_txn *txn, const void *what, const char *token, crm_iter **out) {
    (void)what;
    return crm_record_list(txn, 0, CRM_KIND_ACCESS_ROLE, 1000, token, out);
}

static int run_list(cli_run *cli, const cli_args *args) {
    cli_ids found = {0};
    (void)args;
    int code = cli_open(cli, CRM_DB_READ_ONLY, true);
    if (code == CLI_OK && cli_ids_collect(cli, page, NULL, &found) < 0) code = cli_failure(cli, NULL);
    if (code == CLI_OK) code = cli_records_print(cli, "access_roles", columns, &found);
    cli_ids_free(&found);
    return code;
}

static int run_show(cli_run *cli, const cli_args *args) {
    crm_id role;
    int code = cli_open(cli, CRM_DB_READ_ONLY, true);
    if (code == CLI_OK) code = cli_record_find(cli, CRM_ACCESS_ROLE_CODE, args->operands[0], &role);
    return code == CLI_OK ? cli_record_show(cli, role, args->operands[0]) : code;
}

/* The names and values of one operand: "read=party,contact" is "read=party" and "read=contact", "prices" is "prices=yes". Nothing between
 * two commas is nothing. */
static size_t split(const char *text, char **pairs) {
    const char *equals = strchr(text, '=');
    size_t name = equals ? (size_t)(equals - text) : strlen(text), size, count = 0;
    for (const char *value = equals ? equals + 1 : "yes"; *value || !count; value += size + (value[size] == ',')) {
        cli_string pair = {0};
        size = strcspn(value, ",");
        if (!size && *value) continue;
        cli_string_format(&pair, "%.*s=%.*s", (int)name, text, (int)size, value);
        pairs[count++] = pair.text;
    }
    return count;
}

static bool is_list(const char *text) {
    return strncmp(text, "read=", 5) == 0 || strncmp(text, "write=", 6) == 0 || strncmp(text, "fields=", 7) == 0;
}

/* Sets the fields as cli_assign() does, with lists in one operand and switches without a value. */
static int assign(cli_run *cli, const cli_args *args, crm_record *role) {
    size_t count = 0, most = 0;
    for (size_t i = 1; i < args->operand_count; i++) most += strlen(args->operands[i]) + 1; /* more than there are commas */
    char **pairs = cli_allocate(NULL, most * sizeof *pairs);
    for (size_t i = 1; i < args->operand_count; i++) {
        const char *text = args->operands[i];
        if (is_list(text) || !strchr(text, '='))
            count += split(text, pairs + count);
        else
            pairs[count++] = cli_copy(text);
    }
    int code = cli_assign(cli, role, (const char *const *)pairs, count);
    for (size_t i = 0; i < count; i++) free(pairs[i]);
    free(pairs);
    return code;
}

static int run_set(cli_run *cli, const cli_args *args) {
    crm_record *role = NULL;
    int code = cli_open_write(cli);
    if (code == CLI_OK) code = cli_record_take(cli, CRM_ACCESS_ROLE_CODE, args->operands[0], &role);
    if (code == CLI_OK) code = assign(cli, args, role);
    if (code == CLI_OK) code = cli_record_put(cli, role, args->operands[0]);
    crm_record_free(role);
    return code;
}

static int run_delete(cli_run *cli, const cli_args *args) {
    crm_id role;
    int code = cli_open_write(cli);
    if (code == CLI_OK) code = cli_record_find(cli, CRM_ACCESS_ROLE_CODE, args->operands[0], &role);
    return code == CLI_OK ? cli_record_delete(cli, role, args->operands[0]) : code;
}

/* --- the roles of a user --- */

static int page_user_roles(crm_txn *txn, const void *user, const char *token, crm_iter **out) {
    return crm_record_search_id(txn, CRM_USER_ROLE_USER, *(const crm_id *)user, 1000, token, out);
}

int cli_user_roles(cli_run *cli, crm_id user, cli_ids *roles) {
    cli_ids given = {0};
    int status = cli_ids_collect(cli, page_user_roles, &user, &given);
    for (size_t i = 0; i < given.count && status == CRM_OK; i++) {
        crm_record *rec = NULL;
        status = crm_record_get(cli->txn, given.ids[i], &rec);
        if (status == CRM_OK) cli_ids_add(roles, crm_record_id(rec, CRM_USER_ROLE_ROLE));
        crm_record_free(rec);
    }
    cli_ids_free(&given);
    return status;
}

static int print_user_roles(cli_run *cli, const char *name, crm_id user) {
    cli_ids roles = {0};
    int code = cli_user_roles(cli, user, &roles) < 0 ? cli_failure(cli, name) : CLI_OK;
    if (code == CLI_OK) code = cli_records_print(cli, "access_roles", columns, &roles);
    cli_ids_free(&roles);
    return code;
}

static int find_both(cli_run *cli, const cli_args *args, crm_id *user, crm_id *role) {
    int code = cli_open_write(cli);
    if (code == CLI_OK) code = cli_record_find(cli, CRM_USER_NAME, args->operands[0], user);
    return code == CLI_OK ? cli_record_find(cli, CRM_ACCESS_ROLE_CODE, args->operands[1], role) : code;
}

static int run_add(cli_run *cli, const cli_args *args) {
    crm_record *rec = NULL;
    crm_id user, role;
    int code = find_both(cli, args, &user, &role);
    if (code != CLI_OK) return code;
    int status = crm_record_new_in(cli->txn, CRM_KIND_USER_ROLE, &rec);
    if (status == CRM_OK) status = crm_record_set_id(rec, CRM_USER_ROLE_USER, user);
    if (status == CRM_OK) status = crm_record_set_id(rec, CRM_USER_ROLE_ROLE, role);
    if (status == CRM_OK) status = crm_record_put(cli->txn, rec, NULL, NULL);
    code = status == CRM_OK ? cli_commit(cli) : cli_failure(cli, args->operands[1]);
    crm_record_free(rec);
    return code == CLI_OK ? print_user_roles(cli, args->operands[0], user) : code;
}

/* Takes a role from a user; whether he had it to *had. A crm_status. */
static int take_role(cli_run *cli, crm_id user, crm_id role, bool *had) {
    cli_ids given = {0};
    int status = cli_ids_collect(cli, page_user_roles, &user, &given);
    for (size_t i = 0; i < given.count && status == CRM_OK; i++) {
        crm_record *rec = NULL;
        status = crm_record_get(cli->txn, given.ids[i], &rec);
        bool it = status == CRM_OK && crm_record_id(rec, CRM_USER_ROLE_ROLE) == role;
        if (it) status = crm_record_delete(cli->txn, given.ids[i], 0);
        *had |= it;
        crm_record_free(rec);
    }
    cli_ids_free(&given);
    return status;
}

static int run_remove(cli_run *cli, const cli_args *args) {
    crm_id user, role;
    bool had = false;
    int code = find_both(cli, args, &user, &role);
    if (code != CLI_OK) return code;
    if (take_role(cli, user, role, &had) != CRM_OK) return cli_failure(cli, args->operands[1]);
    if (!had) return cli_error(cli, CLI_FAILED, "%s has no role \"%s\"", args->operands[0], args->operands[1]);
    code = cli_commit(cli);
    return code == CLI_OK ? print_user_roles(cli, args->operands[0], user) : code;
}

/* --- the commands --- */

static const cli_command list = {
    .name = "role list",
    .operands = "",
    .summary = "list all access roles",
    .about = "Lists all access roles in the order in which they were made.",
    .run = run_list,
};
static const cli_command show = {
    .name = "role show",
    .operands = "CODE",
    .summary = "show an access role",
    .about = "Shows an access role.",
    .least = 1,
    .most = 1,
    .run = run_show,
};
static const cli_command set = {
    .name = "role set",
    .operands = "CODE RIGHT ...",
    .summary = "make an access role, or change it",
    .about =
        "Sets rights of an access role, and makes it where there is none: read=KIND,KIND and write=KIND,KIND ('*' for all), personal,\n"
        "prices, administration for staff; fields=KIND.FIELD,KIND.FIELD that customers' own users may change; note=TEXT.\n"
        "A list takes the place of the one before; personal=no or read=#CLEAR takes a right away.",
    .least = 2,
    .most = SIZE_MAX,
    .run = run_set,
};
static const cli_command delete = {
    .name = "role delete",
    .operands = "CODE",
    .summary = "delete an access role",
    .about = "Deletes an access role. Where users have it, these are listed and nothing is done.",
    .least = 1,
    .most = 1,
    .run = run_delete,
};

static const cli_command *const verbs[] = {&list, &show, &set, &delete, NULL};

const cli_command cli_cmd_role = {
    .name = "role",
    .operands = "COMMAND ...",
    .summary = "access roles: what staff reads and writes, what customers' users change",
    .about = "Access roles: sets of rights that users are given by crmdb user role add.",
    .verbs = verbs,
};

static const cli_command add = {
    .name = "user role add",
    .operands = "NAME ROLE",
    .summary = "give a user an access role",
    .about = "Gives a user an access role, and lists those that he has.",
    .least = 2,
    .most = 2,
    .run = run_add,
};
static const cli_command remove_role = {
    .name = "user role remove",
    .operands = "NAME ROLE",
    .summary = "take an access role from a user",
    .about = "Takes an access role from a user, and lists those that he has left.",
    .least = 2,
    .most = 2,
    .run = run_remove,
};

static const cli_command *const user_verbs[] = {&add, &remove_role, NULL};

const cli_command cli_cmd_user_role = {
    .name = "user role",
    .operands = "COMMAND ...",
    .summary = "give a user access roles, or take them",
    .about = "The access roles of a user; crmdb user show tells them.",
    .verbs = user_verbs,
};
