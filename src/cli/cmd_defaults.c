/* SPDX-License-Identifier: MIT */
/* crmdb defaults: the terms that quotes start from - of a customer, a site or contact of his, a group, a country, or of the whole store. */
#include "cli/cli.h"
#include <stdlib.h>
#include <string.h>

static const cli_option options[] = {
    {"customer", "NUMBER|ID", "the terms of a party", false},
    {"scope", "ID", "with --customer: those of this address or contact of his", false},
    {"group", "CODE", "the terms of a group", false},
    {"country", "COUNTRY", "the store's own for a country", false},
    {"region", "TEXT", "with --country: those of a region in it", false},
    {"area", "SALES_AREA", "those of one sales area", false},
    CLI_PARTY_OPTIONS,
    {NULL, NULL, NULL, false},
};

/* Whose terms, and which of them. */
typedef struct wanted {
    crm_id owner, scope;
    const char *area, *country, *region; /* NULL: none is given */
    cli_string title;
} wanted;

static bool options_good(const cli_run *cli, const cli_args *args) {
    bool customer = cli_args_get(args, "customer"), group = cli_args_get(args, "group"), country = cli_args_get(args, "country");
    if (customer + group + country > 1) return cli_error(cli, CLI_USAGE, "--customer, --group and --country exclude each other"), false;
    if (cli_args_get(args, "scope") && !customer) return cli_error(cli, CLI_USAGE, "--scope needs --customer"), false;
    if (cli_args_get(args, "region") && !country) return cli_error(cli, CLI_USAGE, "--region needs --country"), false;
    return cli_party_options_good(cli, args);
}

/* Whose terms, and of which area. */
static void add_title(cli_run *cli, wanted *want) {
    cli_string_add(&want->title, crm_kind_label(CRM_KIND_QUOTE_DEFAULTS, cli_language(cli)));
    cli_string_add(&want->title, "  ");
    if (want->owner)
        cli_value_name(cli, want->scope ? want->scope : want->owner, &want->title);
    else if (want->country)
        cli_value_code(cli, "country", want->country, &want->title);
    else
        cli_string_add(&want->title, cli_say(cli, "of the store", "des Bestands"));
    cli_string_join(&want->title, ", ", want->region);
    cli_string_join(&want->title, ", ", want->area);
}

static int find_owner(cli_run *cli, const cli_args *args, wanted *want) {
    const char *customer = cli_args_get(args, "customer"), *group = cli_args_get(args, "group"), *country = cli_args_get(args, "country");
    const char *scope = cli_args_get(args, "scope");
    want->area = cli_args_get(args, "area");
    want->region = cli_args_get(args, "region");
    if (scope && (!cli_number(scope, (UINT64_C(1) << 52) - 1, &want->scope) || !want->scope))
        return cli_error(cli, CLI_USAGE, "--scope needs an id, not \"%s\"", scope);
    if (country && !(want->country = cli_country(cli, country))) return CLI_REFUSED;
    int code = customer ? cli_party(cli, args, customer, &want->owner)
               : group  ? cli_record_find(cli, CRM_GROUP_CODE, group, &want->owner)
                        : CLI_OK;
    if (code == CLI_OK) add_title(cli, want);
    return code;
}

static bool same(const crm_record *rec, crm_field field, const char *text) {
    const char *stored = crm_record_text(rec, field);
    return strcmp(stored ? stored : "", text ? text : "") == 0;
}

static bool is_it(const crm_record *rec, const void *data) {
    const wanted *want = data;
    return crm_record_id(rec, CRM_QUOTE_DEFAULTS_SCOPE) == want->scope && same(rec, CRM_QUOTE_DEFAULTS_SALES_AREA, want->area) &&
           same(rec, CRM_QUOTE_DEFAULTS_COUNTRY, want->country) && same(rec, CRM_QUOTE_DEFAULTS_REGION, want->region);
}

/* What was not given does not narrow the list. */
static bool is_listed(const crm_record *rec, const wanted *want) {
    return (!want->scope || crm_record_id(rec, CRM_QUOTE_DEFAULTS_SCOPE) == want->scope) &&
           (!want->area || same(rec, CRM_QUOTE_DEFAULTS_SALES_AREA, want->area)) &&
           (!want->country || same(rec, CRM_QUOTE_DEFAULTS_COUNTRY, want->country)) &&
           (!want->region || same(rec, CRM_QUOTE_DEFAULTS_REGION, want->region));
}

static int page(crm_txn *txn, const void *owner, const char *token, crm_iter **out) {
    return crm_record_list(txn, *(const crm_id *)owner, CRM_KIND_QUOTE_DEFAULTS, 1000, token, out);
}

/* --- show --- */

/* Each has a title of its own: the list may hold those of all scopes, countries and areas. */
static int print_record(cli_run *cli, const crm_record *rec, size_t shown) {
    wanted one = {.owner = crm_record_id(rec, CRM_QUOTE_DEFAULTS_OWNER),
                  .scope = crm_record_id(rec, CRM_QUOTE_DEFAULTS_SCOPE),
                  .area = crm_record_text(rec, CRM_QUOTE_DEFAULTS_SALES_AREA),
                  .country = crm_record_text(rec, CRM_QUOTE_DEFAULTS_COUNTRY),
                  .region = crm_record_text(rec, CRM_QUOTE_DEFAULTS_REGION)};
    add_title(cli, &one);
    if (shown) fputs(cli->json ? ", " : "\n", stdout);
    int code = cli_record_print(cli, rec, cli_string_text(&one.title));
    cli_string_free(&one.title);
    return code;
}

static int print_all(cli_run *cli, const wanted *want, const cli_ids *found) {
    size_t shown = 0;
    int code = CLI_OK;
    if (cli->json) printf("{\"quote_defaults\": [");
    for (size_t i = 0; i < found->count && code == CLI_OK; i++) {
        crm_record *rec = NULL;
        if (crm_record_get(cli->txn, found->ids[i], &rec) != CRM_OK)
            code = cli_failure(cli, cli_string_text(&want->title));
        else if (is_listed(rec, want))
            code = print_record(cli, rec, shown++);
        crm_record_free(rec);
    }
    if (cli->json) puts("]}");
    if (code == CLI_OK && !shown) code = cli_error(cli, CLI_FAILED, "%s: none", cli_string_text(&want->title));
    return code;
}

static int run_show(cli_run *cli, const cli_args *args) {
    wanted want = {0};
    cli_ids found = {0};
    int code = options_good(cli, args) ? cli_open(cli, CRM_DB_READ_ONLY, true) : CLI_USAGE;
    if (code == CLI_OK) code = find_owner(cli, args, &want);
    if (code == CLI_OK && cli_ids_collect(cli, page, &want.owner, &found) < 0) code = cli_failure(cli, cli_string_text(&want.title));
    if (code == CLI_OK) code = print_all(cli, &want, &found);
    cli_ids_free(&found);
    cli_string_free(&want.title);
    return code;
}

/* --- set --- */

static int set_text(crm_record *rec, crm_field field, const char *text) {
    return text ? crm_record_set_text(rec, field, text, CRM_NTS) : CRM_OK;
}

static int make(cli_run *cli, const wanted *want, crm_record **out) {
    int status = crm_record_new_in(cli->txn, CRM_KIND_QUOTE_DEFAULTS, out);
    if (status == CRM_OK) status = crm_record_set_id(*out, CRM_QUOTE_DEFAULTS_OWNER, want->owner);
    if (status == CRM_OK) status = crm_record_set_id(*out, CRM_QUOTE_DEFAULTS_SCOPE, want->scope);
    if (status == CRM_OK) status = set_text(*out, CRM_QUOTE_DEFAULTS_SALES_AREA, want->area);
    if (status == CRM_OK) status = set_text(*out, CRM_QUOTE_DEFAULTS_COUNTRY, want->country);
    if (status == CRM_OK) status = set_text(*out, CRM_QUOTE_DEFAULTS_REGION, want->region);
    return status;
}

/* The stored terms that are exactly these, or new ones. */
static int take(cli_run *cli, const wanted *want, crm_record **out) {
    int status = cli_record_search(cli, page, &want->owner, is_it, want, out);
    if (status == CRM_OK && !*out) status = make(cli, want, out);
    return status == CRM_OK ? CLI_OK : cli_failure(cli, cli_string_text(&want->title));
}

/* Sets the fields. Those that say whose terms they are would make them another's: for them there are options. */
static int assign(cli_run *cli, const cli_args *args, const wanted *want, crm_record *rec) {
    crm_id owner = crm_record_id(rec, CRM_QUOTE_DEFAULTS_OWNER);
    int code = cli_assign(cli, rec, args->operands, args->operand_count);
    if (code != CLI_OK || (is_it(rec, want) && crm_record_id(rec, CRM_QUOTE_DEFAULTS_OWNER) == owner)) return code;
    return cli_error(cli, CLI_USAGE, "whose terms they are is said by --customer, --scope, --group, --country, --region and --area");
}

static int run_set(cli_run *cli, const cli_args *args) {
    wanted want = {0};
    crm_record *rec = NULL;
    int code = options_good(cli, args) ? cli_open_write(cli) : CLI_USAGE;
    if (code == CLI_OK) code = find_owner(cli, args, &want);
    if (code == CLI_OK) code = take(cli, &want, &rec);
    if (code == CLI_OK) code = assign(cli, args, &want, rec);
    if (code == CLI_OK) code = cli_record_put(cli, rec, cli_string_text(&want.title));
    crm_record_free(rec);
    cli_string_free(&want.title);
    return code;
}

static const cli_command show = {
    .name = "defaults show",
    .operands = "",
    .summary = "show the terms that quotes start from",
    .about =
        "Shows the terms of a customer, of a group or, with neither, the store's own; --scope, --country, --region and --area narrow that.",
    .options = options,
    .run = run_show,
};
static const cli_command set = {
    .name = "defaults set",
    .operands = "FIELD=VALUE ...",
    .summary = "set terms that quotes start from",
    .about =
        "Sets terms, and makes the record where there is none: price_list=A, payment_terms=..., blocks_inheritance=yes. An empty text is\n"
        "a \"none\" that ends the search; FIELD=#CLEAR takes a value away.",
    .options = options,
    .least = 1,
    .most = SIZE_MAX,
    .run = run_set,
};

static const cli_command *const verbs[] = {&show, &set, NULL};

const cli_command cli_cmd_defaults = {
    .name = "defaults",
    .operands = "COMMAND ...",
    .summary = "terms that quotes start from",
    .about =
        "Quote defaults: terms of a customer, a site or contact of his, a group, a country, or of the whole store; for all sales areas\n"
        "or for one.",
    .verbs = verbs,
};
