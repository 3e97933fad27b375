/* SPDX-License-Identifier: MIT */
/* crmdb quote: the proposal that a quote starts from, and for every value where it comes from. */
#include "cli/cli.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const cli_option options[] = {
    {"ship-to", "ID", "the address that is delivered to", false},
    {"bill-to", "ID", "the address that the invoice goes to", false},
    {"contact", "ID", "the contact that the quote is for", false},
    {"date", "YYYY-MM-DD", "the day of the quote (default: today)", false},
    {"set", "FIELD=VALUE", "a value that is given, as price_list=A; an empty value says that there is none", true},
    {"role", "ROLE", "NUMBER is a number in this role", false},
    {"id", NULL, "the argument is an id, not a number", false},
    {NULL, NULL, NULL, false},
};

/* The customer's number or id, what was chosen, and the proposal. */
typedef struct proposal {
    crm_record *given;
    crm_quote *quote;
    int64_t date;
} proposal;

static int give_id(cli_run *cli, crm_record *given, crm_field field, const char *name, const char *text) {
    uint64_t id = 0;
    if (!cli_number(text, (UINT64_C(1) << 52) - 1, &id) || !id) return cli_error(cli, CLI_USAGE, "%s needs an id, not \"%s\"", name, text);
    if (crm_record_set_id(given, field, id) != CRM_OK) return cli_failure(cli, name);
    return CLI_OK;
}

static int give_value(cli_run *cli, crm_record *given, const char *pair) {
    const char *value;
    char *name;
    if (!cli_pair(pair, false, &name, &value)) return cli_error(cli, CLI_USAGE, "--set needs FIELD=VALUE, not \"%s\"", pair);
    cli_string path = {0};
    cli_string_format(&path, "%s.%s", crm_kind_name(CRM_KIND_QUOTE), name);
    crm_field field = crm_field_find(path.text);
    int code = CLI_OK;
    if (!field)
        code = cli_error(cli, CLI_USAGE, "a quote has no field \"%s\"; crmdb fields quote lists them", name);
    else if (crm_field_type(field) == CRM_TYPE_ID)
        code = give_id(cli, given, field, name, value);
    else if (crm_record_set_text(given, field, value, CRM_NTS) != CRM_OK)
        code = cli_failure(cli, pair);
    cli_string_free(&path);
    free(name);
    return code;
}

/* What the options say, as a record of the quote's kind. */
static int take_given(cli_run *cli, const cli_args *args, proposal *work) {
    static const struct {
        const char *option;
        crm_field field;
    } objects[] = {{"ship-to", CRM_QUOTE_SHIP_TO}, {"bill-to", CRM_QUOTE_BILL_TO}, {"contact", CRM_QUOTE_CONTACT}};
    const char *date = cli_args_get(args, "date"), *pair;
    size_t position = 0;
    work->date = CRM_TODAY;
    if (date && !cli_date(date, &work->date)) return cli_error(cli, CLI_USAGE, "--date needs a day as 2026-01-31, not \"%s\"", date);
    if (crm_record_new(CRM_KIND_QUOTE, &work->given) != CRM_OK) return cli_failure(cli, NULL);
    int code = CLI_OK;
    for (size_t i = 0; i < sizeof objects / sizeof *objects && code == CLI_OK; i++) {
        const char *text = cli_args_get(args, objects[i].option);
        if (text) code = give_id(cli, work->given, objects[i].field, objects[i].option, text);
    }
    while (code == CLI_OK && (pair = cli_args_next(args, "set", &position))) code = give_value(cli, work->given, pair);
    return code;
}

/* Ship-to and bill-to side by side, as they go on paper. */
static void print_addresses(cli_run *cli, const crm_quote *quote) {
    const char *left = crm_quote_address_text(quote, CRM_QUOTE_SHIP_TO), *right = crm_quote_address_text(quote, CRM_QUOTE_BILL_TO);
    cli_table table;
    if (!left && !right) return;
    cli_table_begin(&table, 2);
    table.indent = 2;
    cli_table_head(&table, (const char *[]){crm_field_label(CRM_QUOTE_SHIP_TO, cli_language(cli)),
                                            crm_field_label(CRM_QUOTE_BILL_TO, cli_language(cli))});
    if (!left) left = "-";
    if (!right) right = "-";
    while (*left || *right) {
        size_t a = strcspn(left, "\n"), b = strcspn(right, "\n");
        char *one = cli_copy(left), *two = cli_copy(right);
        one[a] = two[b] = '\0';
        cli_table_add(&table, (const char *[]){one, two});
        free(one);
        free(two);
        left += a + (left[a] != '\0');
        right += b + (right[b] != '\0');
    }
    cli_table_print(cli, &table);
    cli_table_free(&table);
    putchar('\n');
}

static void flag_words(const cli_run *cli, uint32_t flags, cli_string *out) {
    if (flags & CRM_QUOTE_FLAG_AMBIGUOUS) cli_string_join(out, ", ", cli_say(cli, "ambiguous", "mehrdeutig"));
    if (flags & CRM_QUOTE_FLAG_REDIRECTED) cli_string_join(out, ", ", cli_say(cli, "redirected", "umgeleitet"));
    if (flags & CRM_QUOTE_FLAG_BLOCKED) cli_string_join(out, ", ", cli_say(cli, "blocked", "gesperrt"));
    if (flags & CRM_QUOTE_FLAG_CONFLICT) cli_string_join(out, ", ", cli_say(cli, "conflict", "Widerspruch"));
}

/* The record, and the field in it, that a value was read from: "quote_defaults.currency #4711". */
static void source_words(const crm_quote *quote, crm_field field, cli_string *out) {
    crm_id source = crm_quote_source(quote, field);
    if (!source) return;
    if (crm_quote_source_field(quote, field)) cli_value_path(crm_quote_source_field(quote, field), out);
    cli_string_join(out, " ", "#");
    cli_string_format(out, "%" PRIu64, source);
}

/* Level names are words of the library; the table shows them as they are, but for German. */
static const char *level_word(const cli_run *cli, uint32_t level) {
    static const struct {
        uint32_t level;
        const char *german;
    } words[] = {{CRM_LEVEL_UNSET, "offen"},           {CRM_LEVEL_LOCK, "Sperre"},   {CRM_LEVEL_EXPLICIT, "vorgegeben"},
                 {CRM_LEVEL_PRICE_LIST, "Preisliste"}, {CRM_LEVEL_SITE, "Standort"}, {CRM_LEVEL_CONTACT, "Ansprechpartner"},
                 {CRM_LEVEL_CUSTOMER, "Kunde"},        {CRM_LEVEL_PAYER, "Zahler"},  {CRM_LEVEL_GROUP, "Gruppe"},
                 {CRM_LEVEL_HIERARCHY, "Hierarchie"},  {CRM_LEVEL_COUNTRY, "Land"},  {CRM_LEVEL_GLOBAL, "allgemein"}};
    for (size_t i = 0; cli->german && i < sizeof words / sizeof *words; i++)
        if (words[i].level == level) return words[i].german;
    return crm_quote_level_name(level);
}

static const char *reason_word(const cli_run *cli, uint32_t reason) {
    static const char *const german[] = {"",         "vorgegeben",        "bevorzugt",  "vom Ansprechpartner", "vom Standort",
                                         "Standard", "einzige zum Zweck", "einzige(r)", "Hauptadresse",        "Rechnungsadresse"};
    if (reason == CRM_REASON_NONE) return "";
    if (cli->german && reason < sizeof german / sizeof *german) return german[reason];
    const char *name = crm_quote_reason_name(reason);
    return name ? name : "";
}

static void add_row(cli_run *cli, cli_table *table, const crm_quote *quote, crm_field field) {
    cli_string value = {0}, source = {0}, flags = {0};
    const crm_record *rec = crm_quote_record(quote);
    uint32_t level = crm_quote_level(quote, field);
    uint64_t revision = crm_quote_source_revision(quote, field);
    char revision_text[24] = "";
    if (crm_record_has(rec, field)) cli_value(cli, rec, field, &value);
    if (!value.size) cli_string_add(&value, "-");
    if (revision) snprintf(revision_text, sizeof revision_text, "%" PRIu64, revision);
    source_words(quote, field, &source);
    flag_words(cli, crm_quote_flags(quote, field), &flags);
    cli_table_add(table, (const char *[]){crm_field_label(field, cli_language(cli)), cli_string_text(&value), level_word(cli, level),
                                          reason_word(cli, crm_quote_reason(quote, field)), cli_string_text(&source), revision_text,
                                          cli_string_text(&flags)});
    for (size_t i = 0; level == CRM_LEVEL_UNSET && i < 6; i++) cli_table_style(table, i, CLI_DIM);
    cli_table_style(table, 4, CLI_DIM);
    cli_table_style(table, 6, CLI_WARN);
    cli_string_free(&value);
    cli_string_free(&source);
    cli_string_free(&flags);
}

static void print_values(cli_run *cli, const crm_quote *quote) {
    cli_table table;
    crm_field field = 0;
    cli_table_begin(&table, 7);
    table.indent = 2;
    table.right[5] = true;
    cli_table_head(&table, (const char *[]){cli_say(cli, "Field", "Feld"), cli_say(cli, "Value", "Wert"), cli_say(cli, "Level", "Ebene"),
                                            cli_say(cli, "Reason", "Grund"), cli_say(cli, "Source", "Quelle"), "Rev.",
                                            cli_say(cli, "Flags", "Hinweis")});
    while ((field = crm_field_next(CRM_KIND_QUOTE, field))) add_row(cli, &table, quote, field);
    cli_table_print(cli, &table);
    cli_table_free(&table);
}

/* The candidates of every ambiguous field, for the user to choose from. */
static void print_candidates(cli_run *cli, const crm_quote *quote) {
    crm_field field = 0;
    while ((field = crm_field_next(CRM_KIND_QUOTE, field))) {
        size_t count = crm_quote_candidate_count(quote, field);
        cli_table table;
        if (!count) continue;
        cli_string title = {0};
        cli_string_format(&title, "%s: %zu %s", crm_field_label(field, cli_language(cli)), count,
                          cli_say(cli, "candidates", "Möglichkeiten"));
        putchar('\n');
        cli_table_begin(&table, 2);
        table.indent = 2;
        cli_table_wide(&table, title.text, CLI_BOLD);
        for (size_t i = 0; i < count; i++) {
            cli_string name = {0};
            char id[24];
            snprintf(id, sizeof id, "%" PRIu64, crm_quote_candidate(quote, field, i));
            cli_value_name(cli, crm_quote_candidate(quote, field, i), &name);
            cli_table_add(&table, (const char *[]){id, cli_string_text(&name)});
            cli_string_free(&name);
        }
        cli_table_print(cli, &table);
        cli_table_free(&table);
        cli_string_free(&title);
    }
}

static void print_title(cli_run *cli, const crm_quote *quote) {
    cli_string title = {0}, name = {0};
    cli_value_name(cli, crm_record_id(crm_quote_record(quote), CRM_QUOTE_CUSTOMER), &name);
    cli_string_format(&title, "%s %s %s, ", crm_kind_label(CRM_KIND_QUOTE, cli_language(cli)), cli_say(cli, "for", "für"), name.text);
    cli_value_date(cli, crm_quote_date(quote), &title);
    cli_print(cli, title.text, CLI_BOLD);
    fputs("\n\n", stdout);
    cli_string_free(&title);
    cli_string_free(&name);
}

/* What a person must look at before he sends anything, on stderr. */
static void print_warnings(const cli_run *cli, const crm_quote *quote) {
    crm_field field = 0;
    const char *reason = crm_quote_block_reason(quote);
    while ((field = crm_field_next(CRM_KIND_QUOTE, field))) {
        uint32_t flags = crm_quote_flags(quote, field);
        const char *name = crm_field_name(field);
        if (flags & CRM_QUOTE_FLAG_AMBIGUOUS)
            cli_notice(cli, "%s is ambiguous: choose one of %zu candidates", name, crm_quote_candidate_count(quote, field));
        if (flags & CRM_QUOTE_FLAG_CONFLICT) cli_notice(cli, "%s: another level says otherwise", name);
    }
    if (reason) cli_notice(cli, "the customer is blocked%s%s", *reason ? ": " : "", reason);
}

static int print_proposal(cli_run *cli, crm_quote *quote) {
    if (cli->json) {
        const char *json = crm_quote_json(quote, NULL);
        if (!json) return cli_failure(cli, NULL);
        puts(json);
    } else {
        print_title(cli, quote);
        print_addresses(cli, quote);
        print_values(cli, quote);
        print_candidates(cli, quote);
    }
    fflush(stdout);
    print_warnings(cli, quote);
    return CLI_OK;
}

static int propose(cli_run *cli, const cli_args *args, proposal *work) {
    crm_id party;
    int code = cli_party(cli, args->operands[0], cli_args_get(args, "role"), cli_args_get(args, "id") != NULL, &party);
    if (code != CLI_OK) return code;
    if (crm_quote_resolve(cli->txn, party, work->date, work->given, &work->quote) < 0) return cli_failure(cli, args->operands[0]);
    return print_proposal(cli, work->quote);
}

static int run(cli_run *cli, const cli_args *args) {
    proposal work = {0};
    const char *role = cli_args_get(args, "role");
    if (role && cli_args_get(args, "id")) return cli_error(cli, CLI_USAGE, "--role and --id exclude each other");
    if (role && !cli_role_good(cli, role)) return CLI_USAGE;
    int code = take_given(cli, args, &work);
    if (code == CLI_OK) code = cli_open(cli, CRM_DB_READ_ONLY, true);
    if (code == CLI_OK) code = propose(cli, args, &work);
    crm_quote_free(work.quote);
    crm_record_free(work.given);
    return code;
}

const cli_command cli_cmd_quote = {
    .name = "quote",
    .operands = "NUMBER|ID",
    .summary = "propose the data of a quote, each value with its origin",
    .about = "Computes the proposal that a quote starts from: customer, ship-to, bill-to, contact and terms, each with the level, the "
             "record and the\n"
             "revision that it comes from. What is ambiguous stays open, and its candidates are listed.",
    .options = options,
    .least = 1,
    .most = 1,
    .run = run,
};
