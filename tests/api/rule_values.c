/* SPDX-License-Identifier: MIT */
/* What mapping rules do to a proposal: values of every type from every path, which rule decides, what stays as it is, and what lost. */
#include "support/ruling.h"
#include "support/saved.h"

TestSuite(rule_values, .init = build, .fini = end);

/* --- a field of a proposal as text: "plant=B rule R p.category < overridden customer P1" --- */

static const char *label_of(crm_id id) {
    const struct {
        crm_id id;
        const char *label;
    } labels[] = {{scene.party, "p"}, {scene.site, "a1"},   {scene.other_site, "a2"}, {scene.contact, "c"},    {scene.all, "ALL"},
                  {scene.key, "KEY"}, {scene.east, "EAST"}, {scene.terms, "d"},       {scene.area_terms, "dn"}};
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        if (labels[i].id == id) return labels[i].label;
    return "?";
}

static void add(char out[600], const char *format, ...) __attribute__((format(printf, 2, 3)));
static void add(char out[600], const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(out + strlen(out), 600 - strlen(out), format, arguments);
    va_end(arguments);
}

static void add_value(char out[600], const crm_record *rec, crm_field field) {
    size_t size = 0;
    const uint8_t *bytes;
    switch (crm_field_type(field)) {
    case CRM_TYPE_TEXT: add(out, "%s", crm_record_text(rec, field)); break;
    case CRM_TYPE_INT: add(out, "%lld", (long long)crm_record_int(rec, field, 0)); break;
    case CRM_TYPE_AMOUNT: add(out, "%lld", (long long)crm_record_amount(rec, field, 0)); break;
    case CRM_TYPE_DATE: add(out, "%lld", (long long)crm_record_date(rec, field, 0)); break;
    case CRM_TYPE_TIME: add(out, "%lld", (long long)crm_record_time(rec, field, 0)); break;
    case CRM_TYPE_BOOL: add(out, "%s", crm_record_bool(rec, field, 0) ? "yes" : "no"); break;
    case CRM_TYPE_LABEL: add(out, "de:%s", crm_record_label(rec, field, "de")); break;
    case CRM_TYPE_TEXTS:
        for (size_t i = 0; i < crm_record_item_count(rec, field); i++) add(out, "%s%s", i ? "/" : "", crm_record_item(rec, field, i));
        break;
    case CRM_TYPE_BYTES:
        bytes = crm_record_bytes(rec, field, &size);
        for (size_t i = 0; i < size; i++) add(out, "%02x", bytes[i]);
        break;
    default: add(out, "?");
    }
}

/* The code of a rule. */
static void add_rule(char out[600], crm_id id) {
    if (!id) return;
    crm_record *rule = test_get(txn, id);
    add(out, " %s", crm_record_text(rule, CRM_RULE_CODE));
    crm_record_free(rule);
}

static void add_source(char out[600], crm_quote *quote, crm_field field) {
    crm_id id = crm_quote_source(quote, field);
    crm_field from = crm_quote_source_field(quote, field);
    cr_expect_eq(id == 0, from == 0, "%s", out);
    if (!id) return;
    crm_record *source = test_get(txn, id);
    add(out, " %s.%s", label_of(id), crm_record_field_name(source, from));
    cr_expect_eq(crm_quote_source_revision(quote, field), crm_record_revision(source), "%s", out);
    crm_record_free(source);
}

static void add_losers(char out[600], crm_quote *quote, crm_field field) {
    for (size_t i = 0; i < crm_quote_loser_count(quote, field); i++) {
        const crm_record *loser = crm_quote_loser(quote, field, i);
        add(out, " < %s %s", crm_record_text(loser, CRM_QUOTE_LOSER_WHY), crm_record_text(loser, CRM_QUOTE_LOSER_LEVEL));
        add_rule(out, crm_record_id(loser, CRM_QUOTE_LOSER_RULE));
        add(out, " %s", crm_record_text(loser, CRM_QUOTE_LOSER_VALUE));
    }
}

static void show(crm_quote *quote, const char *name, char out[600]) {
    char path[80];
    snprintf(path, sizeof path, "quote.%s", name);
    crm_field field = field_of(path);
    uint32_t level = crm_quote_level(quote, field);
    snprintf(out, 600, "%s=", name);
    if (level) add_value(out, crm_quote_record(quote), field);
    add(out, "%s%s", level ? " " : "-", level ? crm_quote_level_name(level) : "");
    cr_expect_eq(level == CRM_LEVEL_RULE, crm_quote_rule(quote, field) != 0, "%s", out);
    add_rule(out, crm_quote_rule(quote, field));
    add_source(out, quote, field);
    add_losers(out, quote, field);
}

/* --- rows --- */

struct row {
    const char *what, *rules;   /* divided by '\n' */
    const char *given, *wanted; /* divided by '\n' */
};

#define RULES_MAX 6

static void check_wanted(const struct row *row, crm_quote *quote) {
    char copy[1000], *at = copy;
    snprintf(copy, sizeof copy, "%s", row->wanted);
    while (at) {
        char name[64], got[600];
        const char *line = strsep(&at, "\n");
        snprintf(name, sizeof name, "%.*s", (int)strcspn(line, "="), line);
        show(quote, name, got);
        cr_expect_str_eq(got, line, "%s: got \"%s\", wanted \"%s\"", row->what, got, line);
    }
}

/* The rules are stored in their order, and the other way round: that makes no difference. */
static void check_row(const struct row *row, bool backwards) {
    char copy[1000], *at = copy, *texts[RULES_MAX];
    crm_id ids[RULES_MAX];
    size_t count = 0;
    snprintf(copy, sizeof copy, "%s", row->rules);
    while (at) texts[count++] = strsep(&at, "\n");
    for (size_t i = 0; i < count; i++) ids[i] = test_put(txn, make_rule(texts[backwards ? count - 1 - i : i]));
    crm_quote *quote = resolve(scene.party, row->given);
    check_wanted(row, quote);
    if (!backwards) saved_check(txn, quote, row->what);
    crm_quote_free(quote);
    for (size_t i = 0; i < count; i++) good(crm_record_delete(txn, ids[i], 0));
}

static void check_rows(const struct row *rows, size_t count) {
    for (size_t i = 0; i < count; i++) {
        check_row(&rows[i], false);
        check_row(&rows[i], true);
    }
}
#define CHECK_ROWS(rows) check_rows(rows, sizeof(rows) / sizeof *(rows))

/* --- sources --- */

static const struct row source_rows[] = {
    {"a fixed value", "R;quote.tax_zone;=eu", NULL, "tax_zone=eu rule R"},
    {"a fixed none", "R;quote.plant;=", NULL, "plant= rule R < overridden customer P1"},
    {"a fixed code of a closed domain", "R;quote.currency;=CHF", NULL, "currency=CHF rule R"},
    {"a fixed text with blanks", "R;quote.remark;= a  b ", NULL, "remark= a  b  rule R"},
    {"of the customer", "R;quote.plant;customer.category", NULL, "plant=B rule R p.category < overridden customer P1"},
    {"of the site", "R;quote.tax_zone;site.country", NULL, "tax_zone=DE rule R a1.country"},
    {"of the given site", "R;quote.tax_zone;site.town", "ship_to=x", "tax_zone=Bonn rule R a2.town"},
    {"of the contact", "R;quote.delivery_times;contact.function", NULL, "delivery_times=Einkauf rule R c.function"},
    {"of a group: the first that has a value, those above before the next", "R;quote.tax_zone;group.hall", NULL,
     "tax_zone=H-ALL rule R ALL.hall"},
    {"of a group: the first of all", "R;quote.tax_zone;group.code", NULL, "tax_zone=KEY rule R KEY.code"},
    {"of the customer's terms", "R;quote.tax_zone;defaults.plant", NULL, "tax_zone=P1 rule R d.plant"},
    {"of the area's terms", "R;quote.tax_zone;defaults.plant", "sales_area=N", "tax_zone=P2 rule R dn.plant < overridden customer "},
    {"of all areas' terms behind them", "R;quote.tax_zone;defaults.payment_terms", "sales_area=N",
     "tax_zone=30 rule R d.payment_terms < overridden customer "},
    {"of the proposal", "R;quote.tax_zone;quote.plant", NULL, "tax_zone=P1 rule R d.plant"},
    {"of the proposal, given", "R;quote.tax_zone;quote.plant", "plant=X", "tax_zone=X rule R"},
    {"of the proposal, given none", "R;quote.tax_zone;quote.plant", "plant=", "tax_zone= rule R"},
    {"of the proposal, unset", "R;quote.plant;quote.tax_zone", NULL, "plant=P1 customer d.plant"},
    {"an empty text is a value", "R;quote.plant;customer.note", NULL, "plant= rule R p.note < overridden customer P1"},
    {"no value", "R;quote.plant;customer.vat_id", NULL, "plant=P1 customer d.plant"},
    {"of the same closed domain", "R;quote.origin;site.country", NULL, "origin=DE rule R a1.country"},
    {"of a custom field of the same closed domain", "R;quote.origin;customer.home", NULL, "origin=AT rule R p.home"},
};
Test(rule_values, sources) { CHECK_ROWS(source_rows); }

static const struct row type_rows[] = {
    {"int", "R;quote.machines;customer.machines", NULL, "machines=7 rule R p.machines"},
    {"amount", "R;quote.budget;customer.loyalty_discount", NULL, "budget=125000 rule R p.loyalty_discount"},
    {"date", "R;quote.day;customer.since", NULL, "day=19753 rule R p.since"},
    {"time", "R;quote.seen;customer.seen", NULL, "seen=1706702400000000 rule R p.seen"},
    {"bool", "R;quote.vip;customer.order_lock", NULL, "vip=yes rule R p.order_lock"},
    {"no is a value", "R;quote.vip;customer.vip", NULL, "vip=no rule R p.vip"},
    {"texts", "R;quote.tags;customer.tags", NULL, "tags=a/b rule R p.tags"},
    {"bytes", "R;quote.picture;customer.picture", NULL, "picture=010002 rule R p.picture"},
    {"label", "R;quote.names;customer.names", NULL, "names=de:Eins rule R p.names"},
    {"texts of the proposal", "R;quote.tags;quote.notes", "notes=x notes=y", "tags=x/y rule R\nnotes=x/y explicit"},
    {"fixed int", "R;quote.machines;=-5", NULL, "machines=-5 rule R"},
    {"fixed amount", "R;quote.budget;=1000.50", NULL, "budget=10005000 rule R"},
    {"fixed date", "R;quote.day;=2024-01-31", NULL, "day=19753 rule R"},
    {"fixed time", "R;quote.seen;=2024-01-31T12:00:00Z", NULL, "seen=1706702400000000 rule R"},
    {"fixed bool", "R;quote.vip;=yes", NULL, "vip=yes rule R"},
    {"the last day that is in", "R;quote.day;site.valid_until", NULL, "day=20099 rule R a1.valid_until"},
    {"the first that is out", "R;quote.valid_until;site.valid_until", NULL, "valid_until=20100 rule R a1.valid_until"},
    {"a day that becomes a last one", "R;quote.valid_until;customer.since", NULL, "valid_until=19754 rule R p.since"},
    {"a fixed last day", "R;quote.valid_until;=2025-01-11", NULL, "valid_until=20100 rule R"},
    {"a given last day", "R;quote.day;quote.valid_until", "valid_until=20100", "day=20099 rule R\nvalid_until=20100 explicit"},
};
Test(rule_values, types) { CHECK_ROWS(type_rows); }

/* --- which rule decides --- */

static const struct row order_rows[] = {
    {"by priority", "A;quote.tax_zone;=a;2\nB;quote.tax_zone;=b;1", NULL, "tax_zone=b rule B < later rule A a"},
    {"numbers, not texts", "A;quote.tax_zone;=a;10\nB;quote.tax_zone;=b;9", NULL, "tax_zone=b rule B < later rule A a"},
    {"none comes last", "A;quote.tax_zone;=a\nB;quote.tax_zone;=b;1000", NULL, "tax_zone=b rule B < later rule A a"},
    {"zero is a priority", "A;quote.tax_zone;=a;1\nB;quote.tax_zone;=b;0", NULL, "tax_zone=b rule B < later rule A a"},
    {"then by code", "B;quote.tax_zone;=b;1\nA;quote.tax_zone;=a;1", NULL, "tax_zone=a rule A < later rule B b"},
    {"then by code, without priorities", "B;quote.tax_zone;=b\nAA;quote.tax_zone;=aa\nA;quote.tax_zone;=a", NULL,
     "tax_zone=a rule A < later rule AA aa < later rule B b"},
    {"codes byte by byte", "a;quote.tax_zone;=a\nB;quote.tax_zone;=b", NULL, "tax_zone=b rule B < later rule a a"},
    {"the first whose conditions hold", "A;quote.tax_zone;=a;;customer.category = X\nB;quote.tax_zone;=b", NULL, "tax_zone=b rule B"},
    {"all conditions",
     "A;quote.tax_zone;=a;;customer.category = B;customer.machines > 7;group.code = KEY\nB;quote.tax_zone;=b;;"
     "customer.category = B;customer.machines > 6;group.code = KEY",
     NULL, "tax_zone=b rule B"},
    {"the first that has a value", "A;quote.tax_zone;customer.vat_id;1\nB;quote.tax_zone;=b;2", NULL, "tax_zone=b rule B"},
    {"each field for itself", "A;quote.tax_zone;=a;2\nB;quote.plant;=b;1\nC;quote.delivery_times;=c", NULL,
     "tax_zone=a rule A\nplant=b rule B < overridden customer P1\ndelivery_times=c rule C"},
    {"archived ones are not there", "A;quote.tax_zone;=a;1a\nB;quote.tax_zone;=b;2", NULL, "tax_zone=b rule B"},
    {"an archived one alone", "A;quote.plant;=a;1a", NULL, "plant=P1 customer d.plant"},
    {"they don't see each other", "A;quote.plant;=a\nB;quote.tax_zone;quote.plant\nC;quote.remark;=c;;quote.plant = P1", NULL,
     "plant=a rule A < overridden customer P1\ntax_zone=P1 rule B d.plant\nremark=c rule C"},
    {"nor the other way round", "C;quote.plant;=a\nB;quote.tax_zone;quote.plant\nA;quote.remark;=c;;quote.plant = P1", NULL,
     "plant=a rule C < overridden customer P1\ntax_zone=P1 rule B d.plant\nremark=c rule A"},
    {"two that swap", "A;quote.plant;quote.payment_terms\nB;quote.payment_terms;quote.plant", NULL,
     "plant=30 rule A d.payment_terms < overridden customer P1\npayment_terms=P1 rule B d.plant < overridden customer 30"},
    {"nor what one has not set", "A;quote.tax_zone;=a\nB;quote.remark;=b;;quote.tax_zone set", NULL, "remark=-"},
};
Test(rule_values, order) { CHECK_ROWS(order_rows); }

/* --- what stays --- */

static const struct row given_rows[] = {
    {"given stays", "R;quote.plant;=r", "plant=X", "plant=X explicit < protected rule R r < later customer P1"},
    {"given none stays", "R;quote.plant;=r", "plant=", "plant= explicit < protected rule R r < later customer P1"},
    {"a given custom field stays", "R;quote.remark;=r", "remark=X", "remark=X explicit < protected rule R r"},
    {"unless the rule overrides", "R;quote.plant;=r;o", "plant=X", "plant=r rule R < overridden explicit X < later customer P1"},
    {"a given custom field too", "R;quote.remark;=r;o", "remark=X", "remark=r rule R < overridden explicit X"},
    {"an overriding rule that does not hold", "R;quote.plant;=r;o;customer.category = X", "plant=X",
     "plant=X explicit < later customer P1"},
    {"the first that may", "A;quote.plant;=a;1\nB;quote.plant;=b;2o\nC;quote.plant;=c;3o", "plant=X",
     "plant=b rule B < protected rule A a < later rule C c < overridden explicit X < later customer P1"},
    {"without anything given the first", "A;quote.plant;=a;1\nB;quote.plant;=b;2o", NULL,
     "plant=a rule A < later rule B b < overridden customer P1"},
    {"too long for a code", "R;quote.plant;customer.special_wishes", NULL, "plant=P1 customer d.plant < unfit rule R " LONG_TEXT},
    {"too long, the next decides", "A;quote.plant;customer.special_wishes\nB;quote.plant;=b", NULL,
     "plant=b rule B < unfit rule A " LONG_TEXT " < overridden customer P1"},
    {"not too long for a text", "R;quote.delivery_times;customer.special_wishes", NULL,
     "delivery_times=" LONG_TEXT " rule R p.special_wishes"},
    {"a rule's price list brings its currency", "R;quote.price_list;=L", NULL, "price_list=L rule R\ncurrency=CHF price_list ?.currency"},
    {"a given currency stays", "R;quote.price_list;=L", "currency=EUR", "currency=EUR explicit < later price_list CHF"},
    {"a rule's currency stays", "R;quote.price_list;=L\nS;quote.currency;=USD", NULL, "currency=USD rule S < overridden price_list CHF"},
    {"a rule's none has no currency", "R;quote.price_list;=", "price_list=L",
     "price_list=L explicit < protected rule R \ncurrency=CHF price_list ?.currency"},
    {"a rule's none in place of a list", "R;quote.price_list;=;o", "price_list=L",
     "price_list= rule R < overridden explicit L\ncurrency=-"},
    {"a rule's list without a code", "R;quote.price_list;=M;o", "price_list=L", "price_list=M rule R < overridden explicit L\ncurrency=-"},
};
Test(rule_values, given) {
    test_put(txn, test_record(CRM_KIND_CODE, 0, CRM_CODE_DOMAIN, "price_list", CRM_CODE_CODE, "L", CRM_CODE_CURRENCY, "CHF", 0));
    CHECK_ROWS(given_rows);
    crm_id rule = test_put(txn, make_rule("R;quote.price_list;=L"));
    crm_quote *quote = resolve(scene.party, "currency=EUR");
    cr_expect_eq(crm_quote_flags(quote, CRM_QUOTE_CURRENCY), CRM_QUOTE_FLAG_CONFLICT, "a rule's price list can be in conflict");
    crm_quote_free(quote);
    good(crm_record_delete(txn, rule, 0));
}

/* --- groups --- */

#define GROUP_RULES "A;quote.tax_zone;group.hall\nB;quote.remark;=held;;group.code = KEY\nC;quote.delivery_times;=held;;group.code = ALL"

/* The customer is a member all the same, but nothing is handed down to him. */
Test(rule_values, barred_groups) {
    crm_record *rec = test_get(txn, scene.terms);
    good(crm_record_set_bool(rec, CRM_QUOTE_DEFAULTS_BLOCKS_INHERITANCE, 1));
    test_put(txn, rec);
    static const struct row rows[] = {{"barred", GROUP_RULES, NULL, "tax_zone=-\nremark=held rule B\ndelivery_times=held rule C"}};
    CHECK_ROWS(rows);
}

/* An archived group is none, and leads to none. */
Test(rule_values, archived_groups) {
    good(crm_record_archive(txn, scene.key, 0));
    static const struct row rows[] = {{"archived", GROUP_RULES, NULL, "tax_zone=H-EAST rule A EAST.hall\nremark=-\ndelivery_times=-"}};
    CHECK_ROWS(rows);
}

/* --- who sees a rule --- */

static const char *plant_of(crm_txn *reader) {
    static char value[100];
    crm_quote *quote;
    good(crm_quote_resolve(reader, scene.party, CRM_TODAY, NULL, &quote));
    snprintf(value, sizeof value, "%s", crm_record_text(crm_quote_record(quote), CRM_QUOTE_PLANT));
    crm_quote_free(quote);
    return value;
}

/* Own changes at once, others' with the next transaction, also through another handle. */
Test(rule_values, visible) {
    test_commit(txn);
    crm_db *other = test_open();
    crm_txn *before = test_read(other);
    cr_expect_str_eq(plant_of(before), "P1");
    txn = test_write(db);
    crm_id id = test_put(txn, make_rule("R;quote.plant;=r"));
    cr_expect_str_eq(plant_of(txn), "r", "one's own");
    cr_expect_str_eq(plant_of(before), "P1", "not stored yet");
    test_commit(txn);
    cr_expect_str_eq(plant_of(before), "P1", "a snapshot stays");
    crm_txn *after = test_read(other);
    cr_expect_str_eq(plant_of(after), "r", "the next one");
    cr_expect_str_eq(plant_of(before), "P1", "and the earlier beside it");
    txn = test_write(db);
    good(crm_record_archive(txn, id, 0));
    cr_expect_str_eq(plant_of(txn), "P1", "archived");
    good(crm_record_restore(txn, id, 0));
    cr_expect_str_eq(plant_of(txn), "r", "restored");
    good(crm_record_delete(txn, id, 0));
    cr_expect_str_eq(plant_of(txn), "P1", "deleted");
    cr_expect_str_eq(plant_of(after), "r");
    crm_txn_free(before);
    crm_txn_free(after);
    crm_db_close(other);
}

/* The rule's revision and the proposal outlive the transaction, and the rule. */
Test(rule_values, kept) {
    crm_id id = test_put(txn, make_rule("R;quote.plant;customer.category"));
    test_put(txn, make_rule("S;quote.plant;=s"));
    crm_quote *quote = resolve(scene.party, NULL);
    good(crm_record_delete(txn, id, 0));
    test_commit(txn);
    txn = test_write(db);
    cr_expect_eq(crm_quote_rule(quote, CRM_QUOTE_PLANT), id);
    cr_expect_str_eq(crm_record_text(crm_quote_record(quote), CRM_QUOTE_PLANT), "B");
    cr_assert_eq(crm_quote_loser_count(quote, CRM_QUOTE_PLANT), 2);
    cr_expect_str_eq(crm_record_text(crm_quote_loser(quote, CRM_QUOTE_PLANT, 0), CRM_QUOTE_LOSER_VALUE), "s");
    crm_quote_free(quote);
}
