/* SPDX-License-Identifier: MIT */
/* crmdb option: which options of a product a customer may have, by rules of his own and of his groups. */
#include "cli/cli.h"
#include <stdlib.h>
#include <string.h>

static const crm_field columns[] = {CRM_OPTION_RULE_CODE,        CRM_OPTION_RULE_DENY, CRM_OPTION_RULE_VALID_FROM,
                                    CRM_OPTION_RULE_VALID_UNTIL, CRM_OPTION_RULE_NOTE, 0};

static const cli_option owner_options[] = {
    {"group", "CODE", "the rules of a group, in place of NUMBER", false},
    CLI_PARTY_OPTIONS,
    {NULL, NULL, NULL, false},
};

/* --- whose rules --- */

/* The operands behind NUMBER, which is left out with --group; there must be this many. */
static bool operands_good(const cli_run *cli, const cli_args *args, size_t wanted, const char *const **rest) {
    bool group = cli_args_get(args, "group");
    *rest = args->operands + !group;
    if (group && (cli_args_get(args, "role") || cli_args_get(args, "id")))
        return cli_error(cli, CLI_USAGE, "--group excludes --role and --id"), false;
    if (args->operand_count == wanted + !group) return cli_party_options_good(cli, args);
    return cli_error(cli, CLI_USAGE, "whose rules? Either NUMBER or --group CODE"), false;
}

static int find_owner(cli_run *cli, const cli_args *args, crm_id *out) {
    const char *group = cli_args_get(args, "group");
    return group ? cli_record_find(cli, CRM_GROUP_CODE, group, out) : cli_party(cli, args, args->operands[0], out);
}

static const char *owner_name(const cli_args *args) {
    const char *group = cli_args_get(args, "group");
    return group ? group : args->operands[0];
}

static int page(crm_txn *txn, const void *owner, const char *token, crm_iter **out) {
    return crm_record_list(txn, *(const crm_id *)owner, CRM_KIND_OPTION_RULE, 1000, token, out);
}

static int print_rules(cli_run *cli, const cli_args *args, crm_id owner) {
    cli_ids found = {0};
    int code = cli_ids_collect(cli, page, &owner, &found) < 0 ? cli_failure(cli, owner_name(args)) : CLI_OK;
    if (code == CLI_OK) code = cli_records_print(cli, "option_rules", columns, &found);
    cli_ids_free(&found);
    return code;
}

static int run_list(cli_run *cli, const cli_args *args) {
    const char *const *rest;
    crm_id owner;
    int code = operands_good(cli, args, 0, &rest) ? cli_open(cli, CRM_DB_READ_ONLY, true) : CLI_USAGE;
    if (code == CLI_OK) code = find_owner(cli, args, &owner);
    return code == CLI_OK ? print_rules(cli, args, owner) : code;
}

/* --- changing them --- */

static const cli_option set_options[] = {
    {"group", "CODE", "a rule of a group, in place of NUMBER", false},
    {"from", "YYYY-MM-DD", "the first day of the rule; without it there is no bound", false},
    {"until", "YYYY-MM-DD", "the last day of the rule; without it there is no bound", false},
    CLI_PARTY_OPTIONS,
    {NULL, NULL, NULL, false},
};

/* A rule by whose it is, its code and its days. */
typedef struct wanted {
    crm_id owner;
    const char *option;
    int64_t from, until;
} wanted;

static bool is_it(const crm_record *rec, const void *data) {
    const wanted *want = data;
    return strcmp(crm_record_text(rec, CRM_OPTION_RULE_CODE), want->option) == 0 &&
           crm_record_date(rec, CRM_OPTION_RULE_VALID_FROM, CRM_NO_DATE) == want->from &&
           crm_record_date(rec, CRM_OPTION_RULE_VALID_UNTIL, CRM_NO_DATE) == want->until;
}

static int make(cli_run *cli, const wanted *want, crm_record **out) {
    int status = crm_record_new_in(cli->txn, CRM_KIND_OPTION_RULE, out);
    if (status == CRM_OK) status = crm_record_set_id(*out, CRM_OPTION_RULE_OWNER, want->owner);
    if (status == CRM_OK) status = crm_record_set_text(*out, CRM_OPTION_RULE_CODE, want->option, CRM_NTS);
    if (status == CRM_OK && want->from != CRM_NO_DATE) status = crm_record_set_date(*out, CRM_OPTION_RULE_VALID_FROM, want->from);
    if (status == CRM_OK && want->until != CRM_NO_DATE) status = crm_record_set_date(*out, CRM_OPTION_RULE_VALID_UNTIL, want->until);
    return status;
}

/* The stored rule with this code and these days, or a new one. A crm_status. */
static int take(cli_run *cli, const wanted *want, crm_record **out) {
    int status = cli_record_search(cli, page, &want->owner, is_it, want, out);
    return status == CRM_OK && !*out ? make(cli, want, out) : status;
}

static int run_set(cli_run *cli, const cli_args *args) {
    const char *const *rest;
    crm_record *rec = NULL;
    wanted want = {.from = CRM_NO_DATE, .until = CRM_NO_DATE};
    if (!operands_good(cli, args, 2, &rest) || !cli_day(cli, args, "from", &want.from) || !cli_day(cli, args, "until", &want.until))
        return CLI_USAGE;
    if (want.until != CRM_NO_DATE) want.until++;
    want.option = rest[0];
    bool deny = strcmp(rest[1], "deny") == 0;
    if (!deny && strcmp(rest[1], "allow") != 0) return cli_error(cli, CLI_USAGE, "allow or deny, not \"%s\"", rest[1]);
    int code = cli_open_write(cli);
    if (code == CLI_OK) code = find_owner(cli, args, &want.owner);
    if (code != CLI_OK) return code;
    int status = take(cli, &want, &rec);
    if (status == CRM_OK) status = crm_record_set_bool(rec, CRM_OPTION_RULE_DENY, deny);
    code = status == CRM_OK ? cli_record_put(cli, rec, owner_name(args)) : cli_failure(cli, want.option);
    crm_record_free(rec);
    return code;
}

/* Deletes the rules with a code; how many to *count. A crm_status. */
static int delete_all(cli_run *cli, crm_id owner, const char *option, size_t *count) {
    cli_ids found = {0};
    int status = cli_ids_collect(cli, page, &owner, &found);
    for (size_t i = 0; i < found.count && status == CRM_OK; i++) {
        crm_record *rec = NULL;
        status = crm_record_get(cli->txn, found.ids[i], &rec);
        if (status == CRM_OK && strcmp(crm_record_text(rec, CRM_OPTION_RULE_CODE), option) == 0) {
            status = crm_record_delete(cli->txn, found.ids[i], 0);
            ++*count;
        }
        crm_record_free(rec);
    }
    cli_ids_free(&found);
    return status;
}

static int run_delete(cli_run *cli, const cli_args *args) {
    const char *const *rest;
    crm_id owner;
    size_t count = 0;
    int code = operands_good(cli, args, 1, &rest) ? cli_open_write(cli) : CLI_USAGE;
    if (code == CLI_OK) code = find_owner(cli, args, &owner);
    if (code != CLI_OK) return code;
    if (delete_all(cli, owner, rest[0], &count) != CRM_OK) return cli_failure(cli, rest[0]);
    if (!count) return cli_error(cli, CLI_FAILED, "%s has no rule with the code \"%s\"", owner_name(args), rest[0]);
    code = cli_commit(cli);
    return code == CLI_OK ? print_rules(cli, args, owner) : code;
}

/* --- what they say --- */

static const cli_option check_options[] = {
    {"date", "YYYY-MM-DD", "the day (default: today)", false},
    CLI_PARTY_OPTIONS,
    {NULL, NULL, NULL, false},
};

static void add_answer(cli_run *cli, cli_table *table, const char *option, bool allowed, const crm_record *rule) {
    cli_string owner = {0};
    if (rule) cli_value_name(cli, crm_record_id(rule, CRM_OPTION_RULE_OWNER), &owner);
    cli_table_add(table,
                  (const char *[]){option, allowed ? cli_say(cli, "allowed", "erlaubt") : cli_say(cli, "not allowed", "nicht erlaubt"),
                                   rule ? crm_record_text(rule, CRM_OPTION_RULE_CODE) : cli_say(cli, "no rule", "keine Regel"),
                                   cli_string_text(&owner)});
    cli_table_style(table, 1, allowed ? CLI_PLAIN : CLI_BAD);
    if (!rule) cli_table_style(table, 2, CLI_DIM);
    cli_string_free(&owner);
}

static void print_answer(const char *option, bool allowed, const crm_record *rule, bool first) {
    if (!first) fputs(", ", stdout);
    fputs("{\"option\": ", stdout);
    cli_json_text(option);
    printf(", \"allowed\": %s, \"rule\": ", allowed ? "true" : "false");
    if (rule)
        fputs(crm_record_json(rule, NULL), stdout);
    else
        cli_json_text(NULL);
    putchar('}');
}

static int print_answers(cli_run *cli, const char *const *options, size_t count, const uint8_t *allowed, const crm_id *rules) {
    int code = CLI_OK;
    cli_table table;
    cli_table_begin(&table, 4);
    cli_table_head(&table, (const char *[]){cli_say(cli, "Option", "Option"), cli_say(cli, "Answer", "Antwort"),
                                            cli_say(cli, "Rule", "Regel"), cli_say(cli, "Of", "Von")});
    if (cli->json) printf("{\"options\": [");
    for (size_t i = 0; i < count && code == CLI_OK; i++) {
        crm_record *rule = NULL;
        if (rules[i] && (crm_record_get(cli->txn, rules[i], &rule) != CRM_OK || !crm_record_json(rule, NULL)))
            code = cli_failure(cli, options[i]);
        else if (cli->json)
            print_answer(options[i], allowed[i], rule, i == 0);
        else
            add_answer(cli, &table, options[i], allowed[i], rule);
        crm_record_free(rule);
    }
    cli_table_end(cli, &table, code == CLI_OK);
    return code;
}

static int run_check(cli_run *cli, const cli_args *args) {
    int64_t day = CRM_TODAY;
    crm_id party;
    size_t count = args->operand_count - 1;
    if (!cli_party_options_good(cli, args) || !cli_day(cli, args, "date", &day)) return CLI_USAGE;
    int code = cli_open(cli, CRM_DB_READ_ONLY, true);
    if (code == CLI_OK) code = cli_party(cli, args, args->operands[0], &party);
    if (code != CLI_OK) return code;
    uint8_t *allowed = cli_allocate(NULL, count);
    crm_id *rules = cli_allocate(NULL, count * sizeof *rules);
    if (crm_option_check(cli->txn, party, day, args->operands + 1, count, allowed, rules) == CRM_OK)
        code = print_answers(cli, args->operands + 1, count, allowed, rules);
    else {
        uint64_t row = crm_error_row();
        code = cli_failure(cli, row ? args->operands[row] : args->operands[0]);
    }
    free(allowed);
    free(rules);
    return code;
}

/* --- the commands --- */

static const cli_command list = {
    .name = "option list",
    .operands = "NUMBER|ID",
    .summary = "list the rules of a customer or a group",
    .about = "Lists the option rules of a party, or with --group CODE in place of NUMBER those of a group.",
    .options = owner_options,
    .most = 1,
    .run = run_list,
};
static const cli_command set = {
    .name = "option set",
    .operands = "NUMBER|ID OPTION allow|deny",
    .summary = "allow or deny an option",
    .about = "Makes a rule of a party, or with --group CODE in place of NUMBER of a group. OPTION is an option's code (ENGINE-V8), or how\n"
             "codes begin ('ENGINE-*', '*' for all). A rule with the same code and days is changed.",
    .options = set_options,
    .least = 2,
    .most = 3,
    .run = run_set,
};
static const cli_command delete = {
    .name = "option delete",
    .operands = "NUMBER|ID OPTION",
    .summary = "delete the rules with a code",
    .about = "Deletes all rules that a party, or with --group CODE in place of NUMBER a group, has with this very code; lists those left.",
    .options = owner_options,
    .least = 1,
    .most = 2,
    .run = run_delete,
};
static const cli_command check = {
    .name = "option check",
    .operands = "NUMBER|ID OPTION ...",
    .summary = "say which options a customer may have",
    .about = "Says of each option whether the party may have it on a day, and which rule decides: of all that fit, those of its groups\n"
             "included, the longest; of two as long the one that denies.",
    .options = check_options,
    .least = 2,
    .most = SIZE_MAX,
    .run = run_check,
};

static const cli_command *const verbs[] = {&list, &set, &delete, &check, NULL};

const cli_command cli_cmd_option = {
    .name = "option",
    .operands = "COMMAND ...",
    .summary = "which options of a product a customer may have",
    .about = "Option rules: options of a configurable product that a customer, or all customers of a group, may or may not have.",
    .verbs = verbs,
};
