/* SPDX-License-Identifier: MIT */
/* What a proposal won against, and the whole of it explained as text and JSON. */
#include "support/json.h"
#include "support/proposal.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* --- losers: one row for each reason, and for the order --- */

/* wanted: losers divided by ';', as "later customer STANDARD d1.price_list" (why, level, value, source and its field) and the rule's label
 * where it was one; "" for none. */
struct loser_row {
    const char *what, *stored, *given, *field, *wanted;
};

#define SITE "a1 address town=A;u1 usage target=a1 purpose=delivery;"
#define LONG "1234567890123456789012345678901234567890123456789012345678901234567890"

static const struct loser_row losers[] = {
    {"nothing is known", "", NULL, "price_list", ""},
    {"one level alone", "d1 quote_defaults price_list=A", NULL, "price_list", ""},
    {"given over customer", "d1 quote_defaults price_list=A", "price_list=G", "price_list", "later customer A d1.price_list"},
    {"given over customer and global", "d1 quote_defaults price_list=A;w global price_list=W", "price_list=G", "price_list",
     "later customer A d1.price_list;later global W w.price_list"},
    {"the same value", "d1 quote_defaults price_list=A;w global price_list=A", NULL, "price_list", "later global A w.price_list"},
    {"none wins", "d1 quote_defaults price_list=;w global price_list=W", NULL, "price_list", "later global W w.price_list"},
    {"none loses", "d1 quote_defaults price_list=A;w global price_list=", NULL, "price_list", "later global  w.price_list"},
    {"site, customer, global", SITE "d1 quote_defaults plant=P;ds quote_defaults scope=a1 plant=S;w global plant=W", NULL, "plant",
     "later customer P d1.plant;later global W w.plant"},
    {"own field before terms", "p party language=de;d1 quote_defaults language=fr", NULL, "language", "later customer fr d1.language"},
    {"area before all", "d1 quote_defaults price_list=A;d2 quote_defaults price_list=N sales_area=NORTH", "sales_area=NORTH", "price_list",
     "later customer A d1.price_list"},
    {"another area is none", "d1 quote_defaults price_list=A;d2 quote_defaults price_list=N sales_area=NORTH", NULL, "price_list", ""},
    {"the price list's currency", "k code domain=price_list code=A currency=CHF;d1 quote_defaults price_list=A currency=EUR", NULL,
     "currency", "later customer EUR d1.currency"},
    {"group over global", "g1 group code=G1 name=G;m1 membership group=g1;dg quote_defaults owner=g1 price_list=X;w global price_list=W",
     NULL, "price_list", "later global W w.price_list"},
    {"customer over group",
     "g1 group code=G1 name=G;m1 membership group=g1;dg quote_defaults owner=g1 price_list=X;d1 quote_defaults price_list=A", NULL,
     "price_list", "later group X dg.price_list"},
    {"groups in their order",
     "g1 group code=G1 name=G priority=2;g2 group code=G2 name=G priority=1;m1 membership group=g1;m2 membership group=g2;"
     "dg quote_defaults owner=g1 price_list=X;dh quote_defaults owner=g2 price_list=Y;d1 quote_defaults price_list=A",
     NULL, "price_list", "later group Y dh.price_list;later group X dg.price_list"},
    {"a group over two paths, once",
     "g1 group code=G1 parent=g3;g2 group code=G2 parent=g3;g3 group code=G3;m1 membership group=g1;m2 membership group=g2;"
     "dg quote_defaults owner=g3 price_list=X;d1 quote_defaults price_list=A",
     NULL, "price_list", "later group X dg.price_list"},
    {"barred",
     "g1 group code=G1 name=G;m1 membership group=g1;dg quote_defaults owner=g1 price_list=X;"
     "d1 quote_defaults blocks_inheritance=1;w global price_list=W",
     NULL, "price_list", "barred group X dg.price_list"},
    {"barred, and beyond it",
     "g1 group code=G1 name=G;m1 membership group=g1;dg quote_defaults owner=g1 price_list=X;"
     "d1 quote_defaults blocks_inheritance=1 price_list=A;w global price_list=W",
     NULL, "price_list", "barred group X dg.price_list;later global W w.price_list"},
    {"a rule over the customer", "d1 quote_defaults price_list=A;w global price_list=W;r1 rule code=R1 target=quote.price_list value=R",
     NULL, "price_list", "overridden customer A d1.price_list;later global W w.price_list"},
    {"a rule over nothing", "r1 rule code=R1 target=quote.price_list value=R", NULL, "price_list", ""},
    {"two rules",
     "d1 quote_defaults price_list=A;r1 rule code=R1 target=quote.price_list value=R priority=2;"
     "r2 rule code=R2 target=quote.price_list value=S priority=1",
     NULL, "price_list", "later rule R r1;overridden customer A d1.price_list"},
    {"given over a rule", "r1 rule code=R1 target=quote.price_list value=R", "price_list=G", "price_list", "protected rule R r1"},
    {"a rule over given", "d1 quote_defaults price_list=A;r1 rule code=R1 target=quote.price_list value=R override=1", "price_list=G",
     "price_list", "overridden explicit G;later customer A d1.price_list"},
    {"a rule's source",
     "p party note=N;d1 quote_defaults plant=P;r1 rule code=R1 target=quote.plant source=customer.note;"
     "r2 rule code=R2 target=quote.plant source=customer.source_detail",
     "plant=G", "plant", "protected rule N p.note r1;later customer P d1.plant"},
    {"what does not fit", "p party note=" LONG ";r1 rule code=R1 target=quote.plant source=customer.note", NULL, "plant",
     "unfit rule " LONG " p.note r1"},
    {"an archived rule", "r1 rule code=R1 target=quote.price_list value=R archived=1", "price_list=G", "price_list", ""},
    {"another field's rule", "r1 rule code=R1 target=quote.plant value=R", "price_list=G", "price_list", ""},
    {"addresses have none", SITE "d1 quote_defaults preferred_site=a1;a2 address town=B;u2 usage target=a2 purpose=delivery", NULL,
     "ship_to", ""},
};

static const char *value_of(const crm_record *loser, crm_field field) {
    const char *text = crm_record_text(loser, field);
    return text ? text : "?";
}

static void show_loser(const struct data *data, const crm_record *loser, char *out, size_t size) {
    crm_id source = crm_record_id(loser, CRM_QUOTE_LOSER_SOURCE), rule = crm_record_id(loser, CRM_QUOTE_LOSER_RULE);
    const char *path = crm_record_text(loser, CRM_QUOTE_LOSER_SOURCE_FIELD);
    cr_expect(crm_record_kind(loser) == CRM_KIND_QUOTE_LOSER);
    snprintf(out, size, "%s %s %s", value_of(loser, CRM_QUOTE_LOSER_WHY), value_of(loser, CRM_QUOTE_LOSER_LEVEL),
             value_of(loser, CRM_QUOTE_LOSER_VALUE));
    if (source) {
        cr_assert(path && strchr(path, '.'), "%s: no path", out);
        snprintf(out + strlen(out), size - strlen(out), " %s%s", scene_label(data, source), strchr(path, '.'));
        cr_expect(crm_record_int(loser, CRM_QUOTE_LOSER_SOURCE_REVISION, 0) == 1, "%s: revision", out);
    }
    if (rule) snprintf(out + strlen(out), size - strlen(out), " %s", scene_label(data, rule));
}

static void show_losers(const struct data *data, crm_quote *quote, crm_field field, char *out, size_t size) {
    out[0] = '\0';
    for (size_t i = 0; i < crm_quote_loser_count(quote, field); i++) {
        const crm_record *loser = crm_quote_loser(quote, field, i);
        cr_assert(loser, "%s: loser %zu", crm_field_name(field), i);
        cr_expect_str_eq(value_of(loser, CRM_QUOTE_LOSER_FIELD), crm_field_name(field));
        if (i) snprintf(out + strlen(out), size - strlen(out), ";");
        show_loser(data, loser, out + strlen(out), size - strlen(out));
    }
    cr_expect_null(crm_quote_loser(quote, field, crm_quote_loser_count(quote, field)));
}

/* The rows share one store: each is aborted. */
static crm_quote *propose(crm_db *db, struct data *data, const char *stored, const char *given) {
    crm_quote *quote;
    scene_parse(data, stored);
    cr_assert(crm_txn_begin(db, CRM_TXN_WRITE, CRM_ACTOR_SYSTEM, &data->txn) == CRM_OK);
    scene_build(data, 1);
    crm_record *record = scene_given(data, given);
    cr_assert(crm_quote_resolve(data->txn, scene_id(data, "p"), CRM_TODAY, record, &quote) >= 0, "%s", crm_error_text());
    saved_check(data->txn, quote, stored);
    crm_record_free(record);
    crm_txn_abort(data->txn);
    crm_txn_free(data->txn);
    return quote;
}

Test(quote_explain, losers) {
    crm_db *db = scene_open_store();
    for (size_t i = 0; i < sizeof losers / sizeof *losers; i++) {
        const struct loser_row *row = &losers[i];
        struct data data;
        char path[64], line[600];
        crm_quote *quote = propose(db, &data, row->stored, row->given);
        snprintf(path, sizeof path, "quote.%s", row->field);
        show_losers(&data, quote, crm_field_find(path), line, sizeof line);
        cr_expect_str_eq(line, row->wanted, "%s: got \"%s\", wanted \"%s\"", row->what, line, row->wanted);
        crm_quote_free(quote);
    }
    scene_close_store(db);
}

/* --- the whole --- */

#define WHOLE                                                                                                                              \
    SITE "p party name=Muster order_lock=1 delivery_lock=1 lock_reason=overdue;c1 contact;c2 contact;g1 group code=G1 name=Gold;"          \
         "m1 membership group=g1;dg quote_defaults owner=g1 price_list=GOLD;w global price_list=STANDARD plant=W;"                         \
         "k code domain=price_list code=GOLD currency=CHF;d1 quote_defaults currency=EUR customer_reference=;"                             \
         "r1 rule code=R1 target=quote.plant value=W2"

/* The ids of a text are those of the store: labels in their place, and runs of blanks as one. */
static void show_text(const struct data *data, const char *text, char *out, size_t size) {
    size_t used = 0;
    while (*text && used + 10 < size) {
        char *end;
        bool number = *text >= '0' && *text <= '9' && (used == 0 || out[used - 1] == ' ');
        unsigned long long id = number ? strtoull(text, &end, 10) : 0;
        if (id > 1000000) {
            used += (size_t)snprintf(out + used, size - used, "%s", scene_label(data, id));
            text = end;
        } else if (*text == ' ' && text[1] == ' ')
            text++;
        else
            out[used++] = *text++;
    }
    out[used] = '\0';
}

static void expect_line(const char *text, const char *line) {
    const char *found = text;
    size_t size = strlen(line);
    while ((found = strstr(found, line)) && !((found == text || found[-1] == '\n') && found[size] == '\n')) found++;
    cr_expect(found, "no line \"%s\" in\n%s", line, text);
}

Test(quote_explain, text) {
    static const char *const lines[] = {
        "Proposal for \"Muster\" on 2024-10-04, AMBIGUOUS, BLOCKED, CONFLICT, DELIVERY_LOCKED",
        " BLOCKED overdue",
        "ship_to a1 customer, only_purpose usage.target of u1, revision 1",
        " DELIVERY_LOCKED the customer has a delivery lock",
        "bill_to - UNSET",
        "price_list GOLD group \"Gold\" quote_defaults.price_list of dg, revision 1",
        " not taken STANDARD global later; quote_defaults.price_list of w, revision 1",
        "currency CHF price_list code.currency of k, revision 1",
        " CONFLICT the price list has another currency than what is fixed, given or the customer's",
        " not taken EUR customer later; quote_defaults.currency of d1, revision 1",
        "plant W2 rule \"R1\" rule r1, revision 1",
        " not taken W global overridden; quote_defaults.plant of w, revision 1",
        "customer_reference (none) customer quote_defaults.customer_reference of d1, revision 1",
        "sales_area SOUTH explicit",
        "ship_to: address a1, revision 1",
        " Muster",
        " A",
    };
    static char text[8000];
    struct data data;
    size_t size;
    crm_db *db = scene_open_store();
    crm_quote *quote = propose(db, &data, WHOLE, "sales_area=SOUTH");
    scene_close_store(db); /* the proposal outlives everything */
    const char *explained = crm_quote_explain(quote, CRM_QUOTE_FORMAT_TEXT, &size);
    cr_assert(explained, "%s", crm_error_text());
    cr_expect(size == strlen(explained) && explained[size - 1] == '\n');
    show_text(&data, explained, text, sizeof text);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) expect_line(text, lines[i]);
    cr_expect(strstr(text, "contact - AMBIGUOUS one of c1, c2\n") || strstr(text, "contact - AMBIGUOUS one of c2, c1\n"), "%s", text);
    cr_expect_null(strstr(text, "hanges"), "a first proposal has none:\n%s", text);
    crm_quote_free(quote);
}

/* Terms say what they are for: a country, a region in it, a sales area. So do those of a proposal that was loaded. */
Test(quote_explain, terms) {
    static const char stored[] =
        "a1 address town=A country=DE region=BY;u1 usage target=a1 purpose=delivery;g1 group code=G1 name=Gold;m1 membership group=g1;"
        "w global plant=W price_list=L;wn global sales_area=NORD tax_zone=Z;wd global country=DE price_list=D;"
        "wr global country=DE region=BY price_list=R;wa global country=DE region=BY sales_area=NORD currency=CHF;"
        "dn quote_defaults sales_area=NORD payment_terms=N;sn quote_defaults scope=a1 sales_area=NORD delivery_terms=V;"
        "gn quote_defaults owner=g1 sales_area=NORD discount_scheme=S;g quote_defaults owner=g1 shipping_method=G";
    static const char *const lines[] = {
        "price_list R country DE, region BY quote_defaults.price_list of wr, revision 1",
        " not taken D country DE later; quote_defaults.price_list of wd, revision 1",
        " not taken L global later; quote_defaults.price_list of w, revision 1",
        "plant W global quote_defaults.plant of w, revision 1",
        "tax_zone Z global, area NORD quote_defaults.tax_zone of wn, revision 1",
        "currency CHF country DE, region BY, area NORD quote_defaults.currency of wa, revision 1",
        "payment_terms N customer, area NORD quote_defaults.payment_terms of dn, revision 1",
        "delivery_terms V site, area NORD quote_defaults.delivery_terms of sn, revision 1",
        "discount_scheme S group \"Gold\", area NORD quote_defaults.discount_scheme of gn, revision 1",
        "shipping_method G group \"Gold\" quote_defaults.shipping_method of g, revision 1",
        "ship_to a1 customer, only_purpose usage.target of u1, revision 1",
    };
    struct scene scene;
    static char text[8000];
    size_t size;
    crm_quote *quote, *loaded;
    scene_begin(&scene, stored);
    crm_record *given = scene_given(&scene.data, "sales_area=NORD");
    cr_assert(crm_quote_resolve(scene.data.txn, scene_id(&scene.data, "p"), CRM_TODAY, given, &quote) >= 0, "%s", crm_error_text());
    crm_record_free(given);
    const void *bytes = crm_quote_save(quote, &size);
    cr_assert(bytes && crm_quote_load(scene.data.txn, bytes, size, &loaded) == CRM_OK, "%s", crm_error_text());
    for (int again = 0; again < 2; again++) {
        show_text(&scene.data, crm_quote_explain(again ? loaded : quote, CRM_QUOTE_FORMAT_TEXT, NULL), text, sizeof text);
        for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) expect_line(text, lines[i]);
    }
    crm_quote_free(quote);
    crm_quote_free(loaded);
    scene_end(&scene);
}

/* Columns stand below each other, whatever the letters are; a value stays in its line. */
Test(quote_explain, columns) {
    struct data data;
    crm_db *db = scene_open_store();
    crm_quote *quote = propose(db, &data, "d1 quote_defaults plant=W delivery_times=M\xC3\xBC\nN", NULL);
    const char *text = crm_quote_explain(quote, CRM_QUOTE_FORMAT_TEXT, NULL);
    cr_assert(text);
    const char *times = strstr(text, "delivery_times       M\xC3\xBC N                  "),
               *plant = strstr(text, "plant                W      ");
    cr_assert(times && plant, "%s", text);
    cr_expect(strstr(times, "customer") - times - 1 == strstr(plant, "customer") - plant, "%s", text);
    crm_quote_free(quote);
    scene_close_store(db);
}

static bool json_is(const struct data *data, const char *json, const char *path, const char *label) {
    char id[24];
    snprintf(id, sizeof id, "%llu", (unsigned long long)scene_id(data, label));
    return test_json_is(json, path, id);
}

Test(quote_explain, json) {
    static const char *const values[][2] = {
        {"fields.price_list.value", "GOLD"},
        {"fields.price_list.losers.0.why", "later"},
        {"fields.price_list.losers.0.level", "global"},
        {"fields.price_list.losers.0.value", "STANDARD"},
        {"fields.price_list.losers.0.source_field", "quote_defaults.price_list"},
        {"fields.price_list.losers.0.revision", "1"},
        {"fields.plant.level", "rule"},
        {"fields.plant.losers.0.why", "overridden"},
        {"fields.customer.flags.0", "BLOCKED"},
        {"fields.ship_to.flags.0", "DELIVERY_LOCKED"},
        {"fields.customer_reference.value", ""},
        {"fields.bill_to.value", "null"},
        {"flags.0", "AMBIGUOUS"},
        {"date", "2024-10-04"},
        {"addresses.ship_to.lines.0", "Muster"},
    };
    struct data data;
    size_t size;
    crm_db *db = scene_open_store();
    crm_quote *quote = propose(db, &data, WHOLE, NULL);
    scene_close_store(db);
    const char *json = crm_quote_explain(quote, CRM_QUOTE_FORMAT_JSON, &size);
    cr_assert(json && size == strlen(json) && test_json_valid(json), "%s", json);
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        cr_expect(test_json_is(json, values[i][0], values[i][1]), "%s is not %s in %s", values[i][0], values[i][1], json);
    cr_expect(json_is(&data, json, "fields.plant.rule", "r1") && json_is(&data, json, "fields.price_list.losers.0.source", "w"));
    cr_expect(strstr(json, "\"losers\":[]") && strstr(json, "\"changes\":[]"), "empty ones are there: %s", json);
    const char *plain = crm_quote_json(quote, NULL);
    cr_assert(plain && test_json_valid(plain));
    cr_expect(!strstr(plain, "losers") && !strstr(plain, "changes"), "%s", plain);
    cr_expect(json_is(&data, plain, "fields.plant.rule", "r1"), "%s", plain);
    crm_quote_free(quote);
}

/* The same snapshot gives the same bytes, and asking for one thing does not change another. */
Test(quote_explain, pure) {
    struct scene scene;
    crm_quote *quotes[2];
    scene_begin(&scene, WHOLE);
    for (size_t i = 0; i < 2; i++)
        cr_assert(crm_quote_resolve(scene.data.txn, scene_id(&scene.data, "p"), CRM_TODAY, NULL, &quotes[i]) >= 0);
    cr_expect_gt(crm_quote_loser_count(quotes[1], CRM_QUOTE_PLANT), 0);
    for (uint32_t format = CRM_QUOTE_FORMAT_TEXT; format <= CRM_QUOTE_FORMAT_JSON; format++) {
        char *first = strdup(crm_quote_explain(quotes[0], format, NULL));
        cr_assert(first);
        cr_expect_str_eq(first, crm_quote_explain(quotes[1], format, NULL));
        cr_expect_str_eq(first, crm_quote_explain(quotes[0], format, NULL));
        free(first);
    }
    crm_quote_free(quotes[0]);
    crm_quote_free(quotes[1]);
    scene_end(&scene);
}

/* --- the host's own fields, of each type --- */

static const struct own_row {
    const char *type, *taken, *other, *json, *loser; /* values of two rules; the first as JSON, the second as text */
} own_rows[] = {
    {"text", "A", "B", "A", "B"},
    {"int", "7", "-5", "7", "-5"},
    {"bool", "yes", "no", "true", "false"},
    {"date", "2026-01-31", "2026-02-01", "2026-01-31", "2026-02-01"},
    {"time", "2026-01-31T12:00:00Z", "2026-02-01T00:00:00Z", "2026-01-31T12:00:00.000000Z", "2026-02-01T00:00:00.000000Z"},
    {"amount", "19.99", "-0.5", "19.99", "-0.5"},
};

Test(quote_explain, own_fields) {
    crm_db *db = scene_open_store();
    for (size_t i = 0; i < sizeof own_rows / sizeof *own_rows; i++) {
        const struct own_row *row = &own_rows[i];
        struct data data;
        char stored[400], line[100], wanted[100];
        snprintf(stored, sizeof stored,
                 "f1 custom_field record_kind=quote name=mine type=%s;r1 rule code=R1 target=quote.mine value=%s priority=1;"
                 "r2 rule code=R2 target=quote.mine value=%s priority=2",
                 row->type, row->taken, row->other);
        crm_quote *quote = propose(db, &data, stored, NULL);
        crm_field field = crm_record_field_find(crm_quote_record(quote), "mine");
        cr_assert(field, "%s", row->type);
        cr_assert_eq(crm_quote_loser_count(quote, field), 1, "%s", row->type);
        show_loser(&data, crm_quote_loser(quote, field, 0), line, sizeof line);
        snprintf(wanted, sizeof wanted, "later rule %s r2", row->loser);
        cr_expect_str_eq(line, wanted, "%s: got \"%s\"", row->type, line);
        const char *json = crm_quote_json(quote, NULL);
        cr_expect(test_json_valid(json) && test_json_is(json, "fields.mine.value", row->json), "%s: %s", row->type, json);
        cr_expect(json_is(&data, json, "fields.mine.rule", "r1"), "%s", json);
        const char *text = crm_quote_explain(quote, CRM_QUOTE_FORMAT_TEXT, NULL);
        cr_expect(text && strstr(text, "\nmine                 "), "behind the built-in ones: %s", text);
        crm_quote_free(quote);
    }
    scene_close_store(db);
}
