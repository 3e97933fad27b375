/* SPDX-License-Identifier: MIT */
/* crmdb user: users, the customers that they are bound to, and their passwords. A password is never an argument: it is read from the
 * terminal without being shown, or as one line from standard input. */
#include "cli/cli.h"
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static const crm_field columns[] = {CRM_USER_NAME,        CRM_USER_TYPE,       CRM_USER_DISABLED,          CRM_USER_VALID_FROM,
                                    CRM_USER_VALID_UNTIL, CRM_USER_RESTRICTED, CRM_USER_NO_FOREIGN_QUOTES, 0};
static const crm_field binding_columns[] = {CRM_BINDING_PARTY, CRM_BINDING_VALID_FROM, CRM_BINDING_VALID_UNTIL, 0};

/* --- the users themselves --- */

static int page(crm_txn *txn, const void *what, const char *token, crm_iter **out) {
    (void)what;
    return crm_user_list(txn, 1000, token, out);
}

static int run_list(cli_run *cli, const cli_args *args) {
    cli_ids found = {0};
    (void)args;
    int code = cli_open(cli, CRM_DB_READ_ONLY, true);
    if (code == CLI_OK && cli_ids_collect(cli, page, NULL, &found) < 0) code = cli_failure(cli, NULL);
    if (code == CLI_OK) code = cli_records_print(cli, "users", columns, &found);
    cli_ids_free(&found);
    return code;
}

static int run_set(cli_run *cli, const cli_args *args) {
    crm_record *user = NULL;
    int code = cli_open_write(cli);
    if (code == CLI_OK) code = cli_record_take(cli, CRM_USER_NAME, args->operands[0], &user);
    if (code == CLI_OK) code = cli_assign(cli, user, args->operands + 1, args->operand_count - 1);
    if (code == CLI_OK) code = cli_record_put(cli, user, args->operands[0]);
    crm_record_free(user);
    return code;
}

static int run_delete(cli_run *cli, const cli_args *args) {
    crm_id user;
    int code = cli_open_write(cli);
    if (code == CLI_OK) code = cli_record_find(cli, CRM_USER_NAME, args->operands[0], &user);
    return code == CLI_OK ? cli_record_delete(cli, user, args->operands[0]) : code;
}

/* --- bindings --- */

static int page_bindings(crm_txn *txn, const void *what, const char *token, crm_iter **out) {
    return crm_record_search_id(txn, CRM_BINDING_USER, *(const crm_id *)what, 1000, token, out);
}

static int print_bindings(cli_run *cli, crm_id user) {
    cli_ids found = {0};
    int code = cli_ids_collect(cli, page_bindings, &user, &found) < 0 ? cli_failure(cli, NULL) : CLI_OK;
    if (code == CLI_OK) code = cli_records_print(cli, "bindings", binding_columns, &found);
    cli_ids_free(&found);
    return code;
}

/* --- one user, with his roles and bindings --- */

static void add_roles(cli_run *cli, cli_table *table, const cli_ids *roles) {
    for (size_t i = 0; i < roles->count; i++) {
        cli_string name = {0};
        cli_value_name(cli, roles->ids[i], &name);
        cli_table_add(table, (const char *[]){crm_kind_label(CRM_KIND_ACCESS_ROLE, cli_language(cli)), cli_string_text(&name)});
        cli_string_free(&name);
    }
}

static void add_binding(cli_run *cli, cli_table *table, const crm_record *binding, const void *data) {
    cli_string party = {0};
    (void)data;
    cli_value(cli, binding, CRM_BINDING_PARTY, &party);
    cli_value_period(cli, binding, CRM_BINDING_VALID_FROM, CRM_BINDING_VALID_UNTIL, &party);
    cli_table_add(table, (const char *[]){crm_field_label(CRM_BINDING_PARTY, cli_language(cli)), cli_string_text(&party)});
    cli_string_free(&party);
}

static int json_user(cli_run *cli, const crm_record *user, const cli_ids *roles, const cli_ids *bindings) {
    const char *json = crm_record_json(user, NULL);
    if (!json) return cli_failure(cli, NULL);
    printf("{\"user\": %s, \"access_roles\": [", json);
    int code = cli_records_each(cli, roles, NULL, NULL, NULL);
    printf("], \"bindings\": [");
    if (code == CLI_OK) code = cli_records_each(cli, bindings, NULL, NULL, NULL);
    puts("]}");
    return code;
}

static int table_user(cli_run *cli, const char *name, const crm_record *user, const cli_ids *roles, const cli_ids *bindings) {
    static const crm_field without[] = {CRM_USER_NAME, 0};
    cli_table table;
    cli_table_begin(&table, 2);
    table.indent = 2;
    cli_table_wide(&table, name, CLI_BOLD);
    cli_record_lines(cli, &table, user, without);
    add_roles(cli, &table, roles);
    int code = cli_records_each(cli, bindings, &table, add_binding, NULL);
    cli_record_identity(&table, user);
    if (code == CLI_OK) cli_table_print(cli, &table);
    cli_table_free(&table);
    return code;
}

static int print_user(cli_run *cli, const char *name, crm_id id) {
    crm_record *user = NULL;
    cli_ids roles = {0}, bound = {0};
    int status = crm_record_get(cli->txn, id, &user);
    if (status == CRM_OK) status = cli_user_roles(cli, id, &roles);
    if (status == CRM_OK) status = cli_ids_collect(cli, page_bindings, &id, &bound);
    int code = status != CRM_OK ? cli_failure(cli, name)
               : cli->json      ? json_user(cli, user, &roles, &bound)
                                : table_user(cli, name, user, &roles, &bound);
    crm_record_free(user);
    cli_ids_free(&roles);
    cli_ids_free(&bound);
    return code;
}

static int run_show(cli_run *cli, const cli_args *args) {
    crm_id user;
    int code = cli_open(cli, CRM_DB_READ_ONLY, true);
    if (code == CLI_OK) code = cli_record_find(cli, CRM_USER_NAME, args->operands[0], &user);
    return code == CLI_OK ? print_user(cli, args->operands[0], user) : code;
}

static int run_bindings(cli_run *cli, const cli_args *args) {
    crm_id user;
    int code = cli_open(cli, CRM_DB_READ_ONLY, true);
    if (code == CLI_OK) code = cli_record_find(cli, CRM_USER_NAME, args->operands[0], &user);
    return code == CLI_OK ? print_bindings(cli, user) : code;
}

static const cli_option bind_options[] = {
    {"from", "YYYY-MM-DD", "the first day of the binding; without it there is no bound", false},
    {"until", "YYYY-MM-DD", "the last day of the binding; without it there is no bound", false},
    CLI_PARTY_OPTIONS,
    {NULL, NULL, NULL, false},
};

static int run_bind(cli_run *cli, const cli_args *args) {
    int64_t from = CRM_NO_DATE, until = CRM_NO_DATE;
    crm_id user, party;
    if (!cli_party_options_good(cli, args) || !cli_day(cli, args, "from", &from) || !cli_day(cli, args, "until", &until)) return CLI_USAGE;
    if (until != CRM_NO_DATE) until++;
    int code = cli_open_write(cli);
    if (code == CLI_OK) code = cli_record_find(cli, CRM_USER_NAME, args->operands[0], &user);
    if (code == CLI_OK) code = cli_party(cli, args, args->operands[1], &party);
    if (code != CLI_OK) return code;
    if (crm_user_bind(cli->txn, user, party, from, until, NULL) != CRM_OK) return cli_failure(cli, args->operands[1]);
    code = cli_commit(cli);
    return code == CLI_OK ? print_bindings(cli, user) : code;
}

static const cli_option unbind_options[] = {
    {"date", "YYYY-MM-DD", "the first day on which he is bound no more (default: today)", false},
    CLI_PARTY_OPTIONS,
    {NULL, NULL, NULL, false},
};

static int run_unbind(cli_run *cli, const cli_args *args) {
    int64_t day = CRM_TODAY;
    crm_id user, party;
    if (!cli_party_options_good(cli, args) || !cli_day(cli, args, "date", &day)) return CLI_USAGE;
    int code = cli_open_write(cli);
    if (code == CLI_OK) code = cli_record_find(cli, CRM_USER_NAME, args->operands[0], &user);
    if (code == CLI_OK) code = cli_party(cli, args, args->operands[1], &party);
    if (code != CLI_OK) return code;
    if (crm_user_unbind(cli->txn, user, party, day) != CRM_OK) return cli_failure(cli, args->operands[1]);
    code = cli_commit(cli);
    return code == CLI_OK ? print_bindings(cli, user) : code;
}

/* --- passwords --- */

#define PASSWORD_MOST 1024

/* One line without its end, byte by byte so that nothing is left in a buffer of the C library; false where there is none. A line that is
 * too long has one byte more than a password may have. The byte that interrupts is that of a terminal's Ctrl-C, or the line's end. */
static bool read_line(char line[PASSWORD_MOST + 1], size_t *size, char interrupt) {
    char byte = 0;
    ssize_t got;
    *size = 0;
    while ((got = read(STDIN_FILENO, &byte, 1)) == 1 && byte != '\n' && byte != interrupt)
        if (*size <= PASSWORD_MOST) line[(*size)++] = byte;
    if (*size && *size <= PASSWORD_MOST && line[*size - 1] == '\r') --*size;
    bool interrupted = byte == interrupt && byte != '\n';
    explicit_bzero(&byte, sizeof byte);
    return !interrupted && got >= 0 && (got == 1 || *size);
}

/* Signals are off, so that none leaves the terminal without echo; the key that would send one ends the line in its place. */
static bool ask(const cli_run *cli, const char *english, const char *german, char line[PASSWORD_MOST + 1], size_t *size) {
    struct termios shown, hidden;
    if (tcgetattr(STDIN_FILENO, &shown) != 0) return read_line(line, size, '\n');
    hidden = shown;
    char interrupt = (char)(shown.c_cc[VINTR] == _POSIX_VDISABLE ? '\n' : shown.c_cc[VINTR]);
    hidden.c_lflag &= ~(tcflag_t)(ECHO | ISIG);
    hidden.c_cc[VEOL] = (cc_t)interrupt;
    if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) != 0) return false;
    fprintf(stderr, "%s: ", cli_say(cli, english, german));
    fflush(stderr);
    bool good = read_line(line, size, interrupt);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
    fputc('\n', stderr);
    return good;
}

/* Where a person types it, he types it twice. Prints its error. */
static int read_password(const cli_run *cli, char password[PASSWORD_MOST + 1], size_t *size) {
    char again[PASSWORD_MOST + 1];
    size_t again_size;
    int code = CLI_OK;
    if (!ask(cli, "New password", "Neues Kennwort", password, size)) return cli_error(cli, CLI_USAGE, "no password on standard input");
    if (!isatty(STDIN_FILENO)) return CLI_OK;
    if (!ask(cli, "Again", "Noch einmal", again, &again_size))
        code = cli_error(cli, CLI_USAGE, "no password on standard input");
    else if (again_size != *size || memcmp(again, password, *size) != 0)
        code = cli_error(cli, CLI_USAGE, "the passwords are not the same");
    explicit_bzero(again, sizeof again);
    return code;
}

static const cli_option password_options[] = {
    {"must-change", NULL, "the user is to change it himself", false},
    {NULL, NULL, NULL, false},
};

static int set_password(cli_run *cli, const cli_args *args, const char *password, size_t size) {
    crm_id user;
    int code = cli_open_write(cli);
    if (code == CLI_OK) code = cli_record_find(cli, CRM_USER_NAME, args->operands[0], &user);
    if (code != CLI_OK) return code;
    if (crm_user_password_set(cli->txn, user, password, size, cli_args_get(args, "must-change") != NULL) != CRM_OK)
        return cli_failure(cli, args->operands[0]);
    code = cli_commit(cli);
    return code == CLI_OK ? cli_record_show(cli, user, args->operands[0]) : code;
}

static int run_password(cli_run *cli, const cli_args *args) {
    char password[PASSWORD_MOST + 1];
    size_t size;
    int code = read_password(cli, password, &size);
    if (code == CLI_OK) code = set_password(cli, args, password, size);
    explicit_bzero(password, sizeof password);
    return code;
}

/* --- the commands --- */

static const cli_command list = {
    .name = "user list",
    .operands = "",
    .summary = "list all users",
    .about = "Lists all users in the order of their names.",
    .run = run_list,
};
static const cli_command show = {
    .name = "user show",
    .operands = "NAME",
    .summary = "show a user",
    .about = "Shows a user with his access roles and the customers that he is or was bound to.",
    .least = 1,
    .most = 1,
    .run = run_show,
};
static const cli_command set = {
    .name = "user set",
    .operands = "NAME FIELD=VALUE ...",
    .summary = "make a user, or change him",
    .about = "Sets fields of a user, and makes him where there is none: type (staff, or bound for a customer's own user), disabled,\n"
             "valid_from, valid_until, restricted, price_list, currency, note. FIELD=#CLEAR takes a value away.",
    .least = 2,
    .most = SIZE_MAX,
    .run = run_set,
};
static const cli_command delete = {
    .name = "user delete",
    .operands = "NAME",
    .summary = "delete a user",
    .about = "Deletes a user and his password. Where bindings name him, these are listed and nothing is done.",
    .least = 1,
    .most = 1,
    .run = run_delete,
};
static const cli_command bind_user = {
    .name = "user bind",
    .operands = "NAME NUMBER|ID",
    .summary = "bind a user to a customer",
    .about = "Binds a user to the party with a number, or an id, for all time or for some, and lists what he is bound to.",
    .options = bind_options,
    .least = 2,
    .most = 2,
    .run = run_bind,
};
static const cli_command unbind = {
    .name = "user unbind",
    .operands = "NAME NUMBER|ID",
    .summary = "end a binding",
    .about = "Ends a user's binding to a party, and lists what he is bound to. One that would begin later is deleted.",
    .options = unbind_options,
    .least = 2,
    .most = 2,
    .run = run_unbind,
};
static const cli_command bindings = {
    .name = "user bindings",
    .operands = "NAME",
    .summary = "list the customers of a user",
    .about = "Lists the bindings of a user, those that are over included.",
    .least = 1,
    .most = 1,
    .run = run_bindings,
};
static const cli_command password = {
    .name = "user password",
    .operands = "NAME",
    .summary = "set a user's password",
    .about = "Sets the password of a user. It is asked for on the terminal and not shown, or read as one line from standard input.",
    .options = password_options,
    .least = 1,
    .most = 1,
    .run = run_password,
};

static const cli_command *const verbs[] = {&list, &show, &set, &delete, &bind_user, &unbind, &bindings, &password, &cli_cmd_user_role,
                                           NULL};

const cli_command cli_cmd_user = {
    .name = "user",
    .operands = "COMMAND ...",
    .summary = "users, their customers and passwords",
    .about = "Users: who works with the store, which customers they are bound to, and their passwords.",
    .verbs = verbs,
};
