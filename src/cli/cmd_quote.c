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
    {"given", "FIELD=VALUE", "a value that is given, as price_list=A; an empty value says that there is none", true},
    {"sales-area", "CODE", "the sales area: its terms come before those of all areas", false},
    {"explain", NULL, "say for every value what it won against", false},
    {"save", "FILE", "keep the proposal in a file, for requote", false},
    CLI_PARTY_OPTIONS,
    {NULL, NULL, NULL, false},
};

/* What was chosen, and the proposal. */
typedef struct proposal {
    crm_record *given;
    crm_quote *quote;
    int64_t date;
} proposal;

static const struct {
    const char *option;
    crm_field field;
} objects[] = {{"ship-to", CRM_QUOTE_SHIP_TO}, {"bill-to", CRM_QUOTE_BILL_TO}, {"contact", CRM_QUOTE_CONTACT}};
enum { OBJECTS = sizeof objects / sizeof *objects };

/* The options that need no store to be wrong. */
static bool options_good(cli_run *cli, const cli_args *args, proposal *work) {
    uint64_t id;
    for (size_t i = 0; i < OBJECTS; i++) {
        const char *text = cli_args_get(args, objects[i].option);
        if (text && (!cli_number(text, (UINT64_C(1) << 52) - 1, &id) || !id)) {
            cli_error(cli, CLI_USAGE, "--%s needs an id, not \"%s\"", objects[i].option, text);
            return false;
        }
    }
    work->date = CRM_TODAY;
    return cli_day(cli, args, "date", &work->date) && cli_party_options_good(cli, args);
}

/* What the options say, as a record of the quote's kind. */
static int take_given(cli_run *cli, const cli_args *args, proposal *work) {
    const char *pair, *area = cli_args_get(args, "sales-area");
    size_t position = 0;
    uint64_t id;
    int status = crm_record_new_in(cli->txn, CRM_KIND_QUOTE, &work->given);
    for (size_t i = 0; i < OBJECTS && status == CRM_OK; i++) {
        const char *text = cli_args_get(args, objects[i].option);
        if (text && cli_number(text, UINT64_MAX, &id)) status = crm_record_set_id(work->given, objects[i].field, id);
    }
    if (status == CRM_OK && area) status = crm_record_set_text(work->given, CRM_QUOTE_SALES_AREA, area, CRM_NTS);
    int code = status == CRM_OK ? CLI_OK : cli_failure(cli, NULL);
    while (code == CLI_OK && (pair = cli_args_next(args, "given", &position))) code = cli_assign(cli, work->given, &pair, 1);
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
    if (flags & CRM_QUOTE_FLAG_DELIVERY_LOCKED) cli_string_join(out, ", ", cli_say(cli, "no deliveries", "Liefersperre"));
}

/* The record, and the field in it, that a value was read from: "quote_defaults.currency #4711"; of a rule its code: "rule R1". */
static void source_words(cli_run *cli, const crm_quote *quote, crm_field field, cli_string *out) {
    crm_id source = crm_quote_source(quote, field), rule = crm_quote_rule(quote, field);
    if (source && crm_quote_source_field(quote, field)) cli_value_path(cli, crm_quote_source_field(quote, field), out);
    if (source) {
        cli_string_join(out, " ", "#");
        cli_string_format(out, "%" PRIu64, source);
    }
    if (rule) {
        cli_string_join(out, ", ", cli_say(cli, "rule ", "Regel "));
        cli_value_name(cli, rule, out);
    }
}

/* Level names are words of the library; the table shows them as they are, but for German. */
const char *cli_quote_level(const cli_run *cli, uint32_t level) {
    static const struct {
        uint32_t level;
        const char *german;
    } words[] = {{CRM_LEVEL_UNSET, "offen"},
                 {CRM_LEVEL_LOCK, "Sperre"},
                 {CRM_LEVEL_EXPLICIT, "vorgegeben"},
                 {CRM_LEVEL_RULE, "Regel"},
                 {CRM_LEVEL_PRICE_LIST, "Preisliste"},
                 {CRM_LEVEL_SITE, "Standort"},
                 {CRM_LEVEL_CONTACT, "Ansprechpartner"},
                 {CRM_LEVEL_CUSTOMER, "Kunde"},
                 {CRM_LEVEL_PAYER, "Zahler"},
                 {CRM_LEVEL_GROUP, "Gruppe"},
                 {CRM_LEVEL_HIERARCHY, "Hierarchie"},
                 {CRM_LEVEL_COUNTRY, "Land"},
                 {CRM_LEVEL_GLOBAL, "allgemein"}};
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

/* The field of a quote after this one: those that are built in, then those of the host. False behind the last. */
static bool next_field(cli_run *cli, crm_field *field) {
    crm_field built_in = crm_field_name(*field) || !*field ? crm_field_next(CRM_KIND_QUOTE, *field) : 0;
    if (built_in) {
        *field = built_in;
        return true;
    }
    return crm_custom_field_next(cli->txn, CRM_KIND_QUOTE, crm_field_name(*field) ? 0 : *field, field) == CRM_OK && *field;
}

static void add_row(cli_run *cli, cli_table *table, const crm_quote *quote, crm_field field) {
    cli_string label = {0}, value = {0}, source = {0}, flags = {0};
    const crm_record *rec = crm_quote_record(quote);
    uint32_t level = crm_quote_level(quote, field);
    uint64_t revision = crm_quote_source_revision(quote, field);
    char revision_text[24] = "";
    if (crm_record_has(rec, field)) cli_value(cli, rec, field, &value);
    if (!value.size) cli_string_add(&value, level == CRM_LEVEL_UNSET ? "-" : cli_say(cli, "(none)", "(keine)"));
    if (revision) snprintf(revision_text, sizeof revision_text, "%" PRIu64, revision);
    cli_value_label(cli, rec, field, &label);
    source_words(cli, quote, field, &source);
    flag_words(cli, crm_quote_flags(quote, field), &flags);
    cli_table_add(table, (const char *[]){cli_string_text(&label), cli_string_text(&value), cli_quote_level(cli, level),
                                          reason_word(cli, crm_quote_reason(quote, field)), cli_string_text(&source), revision_text,
                                          cli_string_text(&flags)});
    for (size_t i = 0; level == CRM_LEVEL_UNSET && i < 6; i++) cli_table_style(table, i, CLI_DIM);
    cli_table_style(table, 4, CLI_DIM);
    cli_table_style(table, 6, CLI_WARN);
    cli_string_free(&label);
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
    while (next_field(cli, &field)) add_row(cli, &table, quote, field);
    cli_table_print(cli, &table);
    cli_table_free(&table);
}

/* The candidates of every ambiguous field, for the user to choose from. */
static void print_candidates(cli_run *cli, const crm_quote *quote) {
    crm_field field = 0;
    while (next_field(cli, &field)) {
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

void cli_quote_title(cli_run *cli, const crm_quote *quote) {
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
void cli_quote_warnings(cli_run *cli, const crm_quote *quote) {
    crm_field field = 0;
    const char *reason = crm_quote_block_reason(quote);
    while (next_field(cli, &field)) {
        uint32_t flags = crm_quote_flags(quote, field);
        const char *name = crm_field_name(field);
        if (flags & CRM_QUOTE_FLAG_AMBIGUOUS)
            cli_notice(cli, "%s is ambiguous: choose one of %zu candidates", name, crm_quote_candidate_count(quote, field));
        if (flags & CRM_QUOTE_FLAG_CONFLICT) cli_notice(cli, "%s: another level says otherwise", name);
    }
    if (reason) cli_notice(cli, "the customer is blocked%s%s", *reason ? ": " : "", reason);
}

static void print_tables(cli_run *cli, const crm_quote *quote) {
    cli_quote_title(cli, quote);
    print_addresses(cli, quote);
    print_values(cli, quote);
    print_candidates(cli, quote);
}

static int print_proposal(cli_run *cli, crm_quote *quote, bool explained) {
    const char *text = NULL;
    if (explained)
        text = crm_quote_explain(quote, cli->json ? CRM_QUOTE_FORMAT_JSON : CRM_QUOTE_FORMAT_TEXT, NULL);
    else if (cli->json)
        text = crm_quote_json(quote, NULL);
    if (!text && (explained || cli->json)) return cli_failure(cli, NULL);
    if (cli->json)
        puts(text);
    else if (explained)
        cli_print_lines(cli, text);
    else
        print_tables(cli, quote);
    fflush(stdout);
    cli_quote_warnings(cli, quote);
    return CLI_OK;
}

/* Who is bound to one customer need not name him: 0. */
static int customer_of(cli_run *cli, const cli_args *args, crm_id *out) {
    *out = 0;
    if (args->operand_count) return cli_party(cli, args, args->operands[0], out);
    if (crm_txn_actor(cli->txn) != CRM_ACTOR_SYSTEM) return CLI_OK;
    return cli_error(cli, CLI_USAGE, "whose proposal? crmdb quote --help");
}

static int propose(cli_run *cli, const cli_args *args, proposal *work) {
    crm_id party;
    int code = customer_of(cli, args, &party);
    if (code == CLI_OK) code = take_given(cli, args, work);
    if (code != CLI_OK) return code;
    if (crm_quote_resolve(cli->txn, party, work->date, work->given, &work->quote) < 0)
        return cli_failure(cli, party ? args->operands[0] : NULL);
    const char *path = cli_args_get(args, "save");
    code = path ? cli_quote_save(cli, work->quote, path) : CLI_OK;
    return code == CLI_OK ? print_proposal(cli, work->quote, cli_args_get(args, "explain") != NULL) : code;
}

static int run(cli_run *cli, const cli_args *args) {
    proposal work = {0};
    if (!options_good(cli, args, &work)) return CLI_USAGE;
    int code = cli_open(cli, CRM_DB_READ_ONLY, true);
    if (code == CLI_OK) code = propose(cli, args, &work);
    crm_quote_free(work.quote);
    crm_record_free(work.given);
    return code;
}

const cli_command cli_cmd_quote = {
    .name = "quote",
    .operands = "[NUMBER|ID]",
    .summary = "propose the data of a quote, each value with its origin",
    .about =
        "Computes the proposal that a quote starts from: customer, ship-to, bill-to, contact and terms, each with the level, the "
        "record and the\n"
        "revision that it comes from. What is ambiguous stays open, and its candidates are listed. With --explain it says in English what\n"
        "each value won against. A user who is bound to one customer (--as) need not name him.",
    .options = options,
    .least = 0,
    .most = 1,
    .run = run,
};
