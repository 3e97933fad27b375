/* SPDX-License-Identifier: MIT */
/* crmdb group: groups of customers, who is in them, and the groups of a customer. */
#include "cli/cli.h"
#include <stdlib.h>

static const crm_field columns[] = {
    CRM_GROUP_CODE, CRM_GROUP_NAME, CRM_GROUP_PARENT, CRM_GROUP_PRIORITY, CRM_GROUP_OPT_OUT, CRM_GROUP_ARCHIVED, 0};

/* --- the groups themselves --- */

static int page(crm_txn *txn, const void *what, const char *token, crm_iter **out) {
    (void)what;
    return crm_group_list(txn, 1000, token, out);
}

static int run_list(cli_run *cli, const cli_args *args) {
    cli_ids found = {0};
    (void)args;
    int code = cli_open(cli, CRM_DB_READ_ONLY, true);
    if (code == CLI_OK && cli_ids_collect(cli, page, NULL, &found) < 0) code = cli_failure(cli, NULL);
    if (code == CLI_OK) code = cli_records_print(cli, "groups", columns, &found);
    cli_ids_free(&found);
    return code;
}

static int run_show(cli_run *cli, const cli_args *args) {
    crm_id group;
    int code = cli_open(cli, CRM_DB_READ_ONLY, true);
    if (code == CLI_OK) code = cli_record_find(cli, CRM_GROUP_CODE, args->operands[0], &group);
    return code == CLI_OK ? cli_record_show(cli, group, args->operands[0]) : code;
}

static int run_set(cli_run *cli, const cli_args *args) {
    crm_record *group = NULL;
    int code = cli_open_write(cli);
    if (code == CLI_OK) code = cli_record_take(cli, CRM_GROUP_CODE, args->operands[0], &group);
    if (code == CLI_OK) code = cli_assign(cli, group, args->operands + 1, args->operand_count - 1);
    if (code == CLI_OK) code = cli_record_put(cli, group, args->operands[0]);
    crm_record_free(group);
    return code;
}

static int run_delete(cli_run *cli, const cli_args *args) {
    crm_id group;
    int code = cli_open_write(cli);
    if (code == CLI_OK) code = cli_record_find(cli, CRM_GROUP_CODE, args->operands[0], &group);
    return code == CLI_OK ? cli_record_delete(cli, group, args->operands[0]) : code;
}

static int change_archived(cli_run *cli, const char *code, bool archived) {
    crm_id group;
    int exit_code = cli_open_write(cli);
    if (exit_code == CLI_OK) exit_code = cli_record_find(cli, CRM_GROUP_CODE, code, &group);
    return exit_code == CLI_OK ? cli_record_archive(cli, group, code, archived) : exit_code;
}

static int run_archive(cli_run *cli, const cli_args *args) { return change_archived(cli, args->operands[0], true); }
static int run_restore(cli_run *cli, const cli_args *args) { return change_archived(cli, args->operands[0], false); }

/* The groups of a party on a day, and on stderr whether one of them bars information. */
static int groups_of(cli_run *cli, const char *number, crm_id party, int64_t day) {
    cli_ids found = {0};
    crm_iter *iter = NULL;
    crm_id barring = 0;
    char *token = NULL;
    int status = crm_party_groups(cli->txn, party, day, &iter);
    if (status >= 0) status = cli_ids_take(&found, iter, &token);
    if (status >= 0) status = crm_party_opt_out(cli->txn, party, day, &barring);
    int code = status >= 0 ? cli_records_print(cli, "groups", columns, &found) : cli_failure(cli, number);
    if (code == CLI_OK && barring) {
        cli_string name = {0};
        cli_value_name(cli, barring, &name);
        cli_notice(cli, "%s gets no information: group %s", number, cli_string_text(&name));
        cli_string_free(&name);
    }
    cli_ids_free(&found);
    free(token);
    return code;
}

/* --- who is in them --- */

static const cli_option add_options[] = {
    {"from", "YYYY-MM-DD", "the first day of the membership; without it there is no bound", false},
    {"until", "YYYY-MM-DD", "the last day of the membership; without it there is no bound", false},
    CLI_PARTY_OPTIONS,
    {NULL, NULL, NULL, false},
};

static int run_add(cli_run *cli, const cli_args *args) {
    int64_t from = CRM_NO_DATE, until = CRM_NO_DATE;
    crm_id group, party, membership;
    if (!cli_party_options_good(cli, args) || !cli_day(cli, args, "from", &from) || !cli_day(cli, args, "until", &until)) return CLI_USAGE;
    if (until != CRM_NO_DATE) until++;
    int code = cli_open_write(cli);
    if (code == CLI_OK) code = cli_record_find(cli, CRM_GROUP_CODE, args->operands[0], &group);
    if (code == CLI_OK) code = cli_party(cli, args, args->operands[1], &party);
    if (code != CLI_OK) return code;
    if (crm_group_add(cli->txn, group, party, from, until, &membership) != CRM_OK) return cli_failure(cli, args->operands[1]);
    code = cli_commit(cli);
    return code == CLI_OK ? cli_record_show(cli, membership, crm_kind_label(CRM_KIND_MEMBERSHIP, cli_language(cli))) : code;
}

static const cli_option remove_options[] = {
    {"date", "YYYY-MM-DD", "the first day on which it is no member any more (default: today)", false},
    CLI_PARTY_OPTIONS,
    {NULL, NULL, NULL, false},
};

static int run_remove(cli_run *cli, const cli_args *args) {
    int64_t day = CRM_TODAY;
    crm_id group, party;
    if (!cli_party_options_good(cli, args) || !cli_day(cli, args, "date", &day)) return CLI_USAGE;
    int code = cli_open_write(cli);
    if (code == CLI_OK) code = cli_record_find(cli, CRM_GROUP_CODE, args->operands[0], &group);
    if (code == CLI_OK) code = cli_party(cli, args, args->operands[1], &party);
    if (code != CLI_OK) return code;
    if (crm_group_remove(cli->txn, group, party, day) != CRM_OK) return cli_failure(cli, args->operands[1]);
    code = cli_commit(cli);
    return code == CLI_OK ? groups_of(cli, args->operands[1], party, day) : code;
}

static const cli_option members_options[] = {
    {"date", "YYYY-MM-DD", "the day (default: today)", false},
    {"limit", "NUMBER", "members on one page, 1 to 10000 (default 100)", false},
    {"token", "TEXT", "continue behind the page that gave this token", false},
    {NULL, NULL, NULL, false},
};

static int members(cli_run *cli, const cli_args *args, int64_t day, uint32_t limit) {
    const char *continued = cli_args_get(args, "token");
    cli_ids found = {0};
    crm_iter *iter = NULL;
    char *token = NULL;
    crm_id group;
    int code = cli_record_find(cli, CRM_GROUP_CODE, args->operands[0], &group);
    if (code != CLI_OK) return code;
    int status = crm_group_members(cli->txn, group, day, limit, continued, &iter);
    if (status >= 0) status = cli_ids_take(&found, iter, &token);
    if (status == CRM_E_INVALID && continued)
        code = cli_error(cli, CLI_USAGE, "--token %s is none of this list", continued);
    else if (status < 0)
        code = cli_failure(cli, args->operands[0]);
    else
        cli_parties_print(cli, &found, NULL, token);
    cli_ids_free(&found);
    free(token);
    return code;
}

static int run_members(cli_run *cli, const cli_args *args) {
    int64_t day = CRM_TODAY;
    uint32_t limit;
    if (!cli_day(cli, args, "date", &day) || !cli_limit(cli, args, &limit)) return CLI_USAGE;
    int code = cli_open(cli, CRM_DB_READ_ONLY, true);
    return code == CLI_OK ? members(cli, args, day, limit) : code;
}

/* --- the groups of a customer --- */

static const cli_option of_options[] = {
    {"date", "YYYY-MM-DD", "the day (default: today)", false},
    CLI_PARTY_OPTIONS,
    {NULL, NULL, NULL, false},
};

static int run_of(cli_run *cli, const cli_args *args) {
    int64_t day = CRM_TODAY;
    crm_id party;
    if (!cli_party_options_good(cli, args) || !cli_day(cli, args, "date", &day)) return CLI_USAGE;
    int code = cli_open(cli, CRM_DB_READ_ONLY, true);
    if (code == CLI_OK) code = cli_party(cli, args, args->operands[0], &party);
    return code == CLI_OK ? groups_of(cli, args->operands[0], party, day) : code;
}

/* --- the commands --- */

static const cli_command list = {
    .name = "group list",
    .operands = "",
    .summary = "list all groups",
    .about = "Lists all groups in the order of their codes.",
    .run = run_list,
};
static const cli_command show = {
    .name = "group show",
    .operands = "CODE",
    .summary = "show a group",
    .about = "Shows a group. Its terms are shown by crmdb defaults show --group CODE.",
    .least = 1,
    .most = 1,
    .run = run_show,
};
static const cli_command set = {
    .name = "group set",
    .operands = "CODE FIELD=VALUE ...",
    .summary = "make a group, or change it",
    .about =
        "Sets fields of a group, and makes it where there is none: name, parent (the code of the group above), priority (1 before 2),\n"
        "opt_out (yes: its members get no information), note. FIELD=#CLEAR takes a value away.",
    .least = 2,
    .most = SIZE_MAX,
    .run = run_set,
};
static const cli_command archive = {
    .name = "group archive",
    .operands = "CODE",
    .summary = "put a group into the archive",
    .about =
        "Archives a group: it keeps its members, and gives quotes nothing any more, nor do the groups above it by way of it. Members of a\n"
        "group with opt_out still get no information.",
    .least = 1,
    .most = 1,
    .run = run_archive,
};
static const cli_command restore = {
    .name = "group restore",
    .operands = "CODE",
    .summary = "take a group out of the archive",
    .about = "Takes a group out of the archive.",
    .least = 1,
    .most = 1,
    .run = run_restore,
};
static const cli_command delete = {
    .name = "group delete",
    .operands = "CODE",
    .summary = "delete a group",
    .about =
        "Deletes a group and its terms. Where members, groups below it or other records name it, these are listed and nothing is done.",
    .least = 1,
    .most = 1,
    .run = run_delete,
};
static const cli_command add = {
    .name = "group add",
    .operands = "CODE NUMBER|ID",
    .summary = "make a party a member",
    .about = "Makes the party with a number, or an id, a member of a group, for all time or for some.",
    .options = add_options,
    .least = 2,
    .most = 2,
    .run = run_add,
};
static const cli_command remove_member = {
    .name = "group remove",
    .operands = "CODE NUMBER|ID",
    .summary = "end a membership",
    .about = "Ends a party's membership in a group, and lists the groups that it has on that day. One that would begin later is deleted.",
    .options = remove_options,
    .least = 2,
    .most = 2,
    .run = run_remove,
};
static const cli_command list_members = {
    .name = "group members",
    .operands = "CODE",
    .summary = "list the members of a group",
    .about = "Lists the parties that are members of the group itself on a day, page by page. Archived ones are left out.",
    .options = members_options,
    .least = 1,
    .most = 1,
    .run = run_members,
};
static const cli_command of = {
    .name = "group of",
    .operands = "NUMBER|ID",
    .summary = "list the groups of a party",
    .about = "Lists the groups of a party on a day with those above them, in the order in which a quote asks them.",
    .options = of_options,
    .least = 1,
    .most = 1,
    .run = run_of,
};

static const cli_command *const verbs[] = {&list, &show, &set, &archive, &restore, &delete, &add, &remove_member, &list_members, &of, NULL};

const cli_command cli_cmd_group = {
    .name = "group",
    .operands = "COMMAND ...",
    .summary = "groups of customers, and who is in them",
    .about = "Groups of customers: a hierarchy with terms of its own for quotes.",
    .verbs = verbs,
};
