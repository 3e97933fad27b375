/* SPDX-License-Identifier: MIT */
/* A proposal computed again: what was given stays, the rest is looked for anew, and what differs is told with its reason. */
#include "support/json.h"
#include "support/proposal.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* The first proposal is for party p on SCENE_DAY. Then the store is edited: "d1 plant=X note=-" changes and unsets fields, "-d1" deletes,
 * "+d2 quote_defaults plant=X" adds. Then it is computed again for a customer (NULL: the same) on a day from SCENE_DAY on.
 * wanted: changes divided by ';', as "plant edited P customer d1 1 -> Q customer d1 2": field, reason, then value, level, source and
 * revision before and now; or "error STATUS field". */
struct again {
    const char *what, *stored, *given, *edits, *customer;
    int days;
    const char *changes, *released, *wanted;
};

#define TERMS "d1 quote_defaults plant=P;w global plant=W;"
#define SITES                                                                                                                              \
    "a1 address town=A;a2 address town=B;u1 usage target=a1 purpose=delivery is_default=1;u2 usage target=a2 purpose=delivery;"            \
    "ds quote_defaults scope=a2 plant=S;"
#define OTHER "q party;b1 address party=q town=C;v1 usage party=q target=b1 purpose=delivery;e1 quote_defaults owner=q plant=Q;"
#define RULE "r1 rule code=R1 target=quote.plant value=R"

static const struct again rows[] = {
    {"nothing changed", TERMS SITES, NULL, "", NULL, 0, NULL, NULL, ""},
    {"nothing changed that was given", TERMS SITES, "ship_to=a2 plant=G", "", NULL, 0, NULL, NULL, ""},
    {"another field of the source", TERMS, NULL, "d1 tax_zone=T", NULL, 0, NULL, NULL, "tax_zone set - -> T customer d1 2"},

    {"edited", TERMS, NULL, "d1 plant=Q", NULL, 0, NULL, NULL, "plant edited P customer d1 1 -> Q customer d1 2"},
    {"set", "", NULL, "+d1 quote_defaults plant=P", NULL, 0, NULL, NULL, "plant set - -> P customer d1 1"},
    {"gone", "d1 quote_defaults plant=P", NULL, "-d1", NULL, 0, NULL, NULL, "plant gone P customer d1 1 -> -"},
    {"other level", TERMS, NULL, "d1 plant=-", NULL, 0, NULL, NULL, "plant other_level P customer d1 1 -> W global w 1"},
    {"other source", TERMS "d2 quote_defaults sales_area=N plant=N", NULL, "", NULL, 0, "sales_area=N", NULL,
     "plant other_source P customer d1 1 -> N customer d2 1;sales_area given - -> N explicit"},
    {"none instead of a value", TERMS, NULL, "d1 plant=", NULL, 0, NULL, NULL, "plant edited P customer d1 1 ->  customer d1 2"},
    {"ambiguous now", "a1 address town=A;u1 usage target=a1 purpose=delivery", NULL,
     "+a2 address town=B;+u2 usage target=a2 purpose=delivery", NULL, 0, NULL, NULL, "ship_to ambiguous a1 customer u1 1 -> -"},
    {"ambiguous before", "a1 address town=A;a2 address town=B;u1 usage target=a1 purpose=delivery;u2 usage target=a2 purpose=delivery",
     NULL, "-u2", NULL, 0, NULL, NULL, "ship_to set - -> a1 customer u1 1"},
    {"unset, now ambiguous", "a1 address town=A;a2 address town=B", NULL,
     "+u1 usage target=a1 purpose=delivery;+u2 usage target=a2 purpose=delivery", NULL, 0, NULL, NULL, "ship_to ambiguous - -> -"},

    {"given now", TERMS, NULL, "", NULL, 0, "plant=G", NULL, "plant given P customer d1 1 -> G explicit"},
    {"given as it was", TERMS, NULL, "", NULL, 0, "plant=P", NULL, ""},
    {"given otherwise", TERMS, "plant=G", "", NULL, 0, "plant=H", NULL, "plant given G explicit -> H explicit"},
    {"given none", TERMS, "plant=G", "", NULL, 0, "plant=", NULL, "plant given G explicit ->  explicit"},
    {"given in between", TERMS, "channel=fax plant=G", "", NULL, 0, "language=de", NULL, "language given - -> de explicit"},
    {"released", TERMS, "plant=G tax_zone=T", "", NULL, 0, NULL, "plant", "plant given G explicit -> P customer d1 1"},
    {"released to nothing", "", "plant=G", "", NULL, 0, NULL, "plant", "plant given G explicit -> -"},
    {"released two", TERMS, "plant=G tax_zone=T", "", NULL, 0, NULL, "tax_zone plant",
     "plant given G explicit -> P customer d1 1;tax_zone given T explicit -> -"},
    {"released that was not given", TERMS, "plant=G", "", NULL, 0, NULL, "tax_zone", ""},
    {"given stays where the store changes", TERMS, "plant=G", "d1 plant=Q", NULL, 0, NULL, NULL, ""},
    {"another site", TERMS SITES, NULL, "", NULL, 0, "ship_to=a2", NULL,
     "ship_to given a1 customer u1 1 -> a2 explicit;plant other_level P customer d1 1 -> S site ds 1"},

    {"a rule from now on", TERMS, NULL, "+" RULE, NULL, 0, NULL, NULL, "plant other_level P customer d1 1 -> R rule"},
    {"a rule no more", TERMS RULE, NULL, "-r1", NULL, 0, NULL, NULL, "plant other_level R rule -> P customer d1 1"},
    {"a rule edited", TERMS RULE, NULL, "r1 value=S", NULL, 0, NULL, NULL, "plant edited R rule -> S rule"},
    {"another rule", TERMS RULE " priority=2", NULL, "+r2 rule code=R2 target=quote.plant value=S priority=1", NULL, 0, NULL, NULL,
     "plant other_source R rule -> S rule"},
    {"given otherwise under a rule", TERMS RULE " override=1", "plant=G", "r1 value=S", NULL, 0, "plant=H", NULL,
     "plant edited R rule -> S rule"},
    {"a rule over what was given", TERMS, "plant=G", "+" RULE " override=1", NULL, 0, NULL, NULL, "plant other_level G explicit -> R rule"},

    {"an address edited", SITES, NULL, "a1 town=Z", NULL, 0, NULL, NULL, "ship_to edited a1 customer a1 1 -> a1 customer a1 2"},
    {"a given address edited", SITES, "ship_to=a1", "a1 town=Z", NULL, 0, NULL, NULL,
     "ship_to edited a1 explicit a1 1 -> a1 explicit a1 2"},
    {"another address edited", SITES, NULL, "a2 town=Z", NULL, 0, NULL, NULL, ""},
    {"an address moved", "a1 address town=A;u1 usage target=a1 purpose=delivery", NULL,
     "+a2 address town=B valid_from=10;a1 valid_until=10 successor=a2", NULL, 10, NULL, NULL,
     "ship_to edited a1 customer u1 1 -> a2 customer u1 1"},
    {"a given address moved", "a1 address town=A;u1 usage target=a1 purpose=delivery", "ship_to=a1",
     "+a2 address town=B valid_from=10;a1 valid_until=10 successor=a2", NULL, 10, NULL, NULL,
     "ship_to other_source a1 explicit -> a2 explicit"},
    {"a move to come", "a1 address town=A;u1 usage target=a1 purpose=delivery", NULL,
     "+a2 address town=B valid_from=10;a1 valid_until=10 successor=a2", NULL, 9, NULL, NULL,
     "ship_to edited a1 customer a1 1 -> a1 customer a1 2"},
    {"an archived given address", SITES, "ship_to=a2", "a2 archived=1", NULL, 0, NULL, NULL, "error ARCHIVED ship_to"},
    {"an archived given address released", SITES, "ship_to=a2", "a2 archived=1", NULL, 0, NULL, "ship_to",
     "ship_to given a2 explicit -> a1 customer u1 1;plant gone S site ds 1 -> -"},

    {"another customer", TERMS SITES OTHER, "ship_to=a2 plant=G", "", "q", 0, NULL, NULL,
     "customer given p explicit -> q explicit;ship_to given a2 explicit -> b1 customer v1 1;payer other_source p customer p 1 -> q "
     "customer q 1"},
    {"another customer: none of the objects stays", "c1 contact;" SITES OTHER, "bill_to=a2 payer=p contact=c1", "", "q", 0, NULL, NULL,
     "customer given p explicit -> q explicit;ship_to other_source a1 customer u1 1 -> b1 customer v1 1;bill_to given a2 explicit -> -;"
     "payer given p explicit -> q customer q 1;contact given c1 explicit -> -;plant set - -> Q customer e1 1"},
    {"another customer, given again", TERMS OTHER, "payer=p", "", "q", 0, "ship_to=b1 payer=q", NULL,
     "customer given p explicit -> q explicit;ship_to given - -> b1 explicit;payer given p explicit -> q explicit;"
     "plant other_source P customer d1 1 -> Q customer e1 1"},
    {"the same customer by name", SITES, "ship_to=a2", "", "p", 0, NULL, NULL, ""},
    {"a foreign address given", SITES OTHER, NULL, "", NULL, 0, "ship_to=b1", NULL, "error NOT_RELATED ship_to"},
    {"a customer who is none", SITES, NULL, "", "a1", 0, NULL, NULL, "error NOTFOUND customer"},
    {"an archived customer", SITES, NULL, "p archived=1", NULL, 0, NULL, NULL, "error ARCHIVED customer"},
};

/* --- edits --- */

static void unset(crm_record *record, const char *kind, char *fields) {
    for (char *at; (at = strstr(fields, "=-"));) {
        char path[64], *name = at;
        while (name > fields && name[-1] != ' ') name--;
        snprintf(path, sizeof path, "%s.%.*s", kind, (int)(at - name), name);
        cr_assert(crm_record_clear(record, crm_field_find(path)) == CRM_OK, "%s", path);
        memmove(name, at + 2, strlen(at + 2) + 1);
    }
}

static void change_one(const struct data *data, const char *label, const char *text) {
    crm_record *record;
    char fields[200];
    cr_assert(crm_record_get(data->txn, scene_id(data, label), &record) == CRM_OK);
    const char *kind = crm_kind_name(crm_record_kind(record));
    snprintf(fields, sizeof fields, "%s", text);
    unset(record, kind, fields);
    set_fields(data, record, kind, fields);
    cr_assert(crm_record_put(data->txn, record, NULL, NULL) == CRM_OK, "%s: %s", label, crm_error_text());
    crm_record_free(record);
}

static void add_one(struct data *data, const char *text) {
    struct item *item = &data->items[data->count++];
    *item = (struct item){0};
    cr_assert(data->count < SCENE_RECORDS && sscanf(text, "%7s %19s %199[^;]", item->label, item->kind, item->fields) >= 2, "%s", text);
    cr_assert(store(data, item) == CRM_OK, "%s: %s", text, crm_error_text());
}

static void edit(struct data *data, const char *edits) {
    char copy[400], *save = NULL;
    snprintf(copy, sizeof copy, "%s", edits);
    for (char *part = strtok_r(copy, ";", &save); part; part = strtok_r(NULL, ";", &save)) {
        char label[8] = "";
        int used = 0;
        if (*part == '+')
            add_one(data, part + 1);
        else if (*part == '-')
            cr_assert(crm_record_delete(data->txn, scene_id(data, part + 1), 0) == CRM_OK, "%s: %s", part, crm_error_text());
        else {
            cr_assert(sscanf(part, "%7s %n", label, &used) == 1, "%s", part);
            change_one(data, label, part + used);
        }
    }
}

/* --- changes as text --- */

static void show_side(const struct data *data, const crm_record *change, bool is_id, crm_field value, char *out, size_t size) {
    const char *text = crm_record_text(change, value), *level = crm_record_text(change, value + 1);
    crm_id source = crm_record_id(change, value + 2);
    if (!text) {
        cr_expect_str_eq(level, "unset");
        snprintf(out, size, "-");
        return;
    }
    snprintf(out, size, "%s %s", is_id ? scene_label(data, strtoull(text, NULL, 10)) : text, level);
    if (source)
        snprintf(out + strlen(out), size - strlen(out), " %s %d", scene_label(data, source), (int)crm_record_int(change, value + 3, 0));
}

static void show_changes(const struct data *data, const crm_quote *quote, char *out, size_t size) {
    out[0] = '\0';
    for (size_t i = 0; i < crm_quote_change_count(quote); i++) {
        const crm_record *change = crm_quote_change(quote, i);
        char path[64], before[100], now[100];
        cr_assert(change && crm_record_kind(change) == CRM_KIND_QUOTE_CHANGE);
        snprintf(path, sizeof path, "quote.%s", crm_record_text(change, CRM_QUOTE_CHANGE_FIELD));
        bool is_id = crm_field_type(crm_field_find(path)) == CRM_TYPE_ID;
        show_side(data, change, is_id, CRM_QUOTE_CHANGE_OLD_VALUE, before, sizeof before);
        show_side(data, change, is_id, CRM_QUOTE_CHANGE_NEW_VALUE, now, sizeof now);
        snprintf(out + strlen(out), size - strlen(out), "%s%s %s %s -> %s", i ? ";" : "", path + 6,
                 crm_record_text(change, CRM_QUOTE_CHANGE_WHY), before, now);
    }
    cr_expect_null(crm_quote_change(quote, crm_quote_change_count(quote)));
}

/* --- a row --- */

static size_t find_released(const char *names, crm_field *fields) {
    size_t count = 0;
    char copy[100], *save = NULL;
    snprintf(copy, sizeof copy, "%s", names ? names : "");
    for (char *name = strtok_r(copy, " ", &save); name; name = strtok_r(NULL, " ", &save)) {
        char path[64];
        snprintf(path, sizeof path, "quote.%s", name);
        cr_assert((fields[count++] = crm_field_find(path)) != 0, "%s", path);
    }
    return count;
}

static int again(const struct again *row, const struct data *data, const crm_quote *old, crm_quote **out) {
    crm_field released[4];
    size_t count = find_released(row->released, released);
    crm_record *changes = scene_given(data, row->changes);
    int rc = crm_quote_reresolve(data->txn, old, row->customer ? scene_id(data, row->customer) : 0, SCENE_DAY + row->days, changes,
                                 released, count, out);
    crm_record_free(changes);
    return rc;
}

/* What was given for the new proposal, given at once, gives the same. */
static void check_given(const struct again *row, const struct data *data, crm_quote *quote) {
    crm_quote *direct;
    crm_record *given;
    cr_assert(crm_quote_given(quote, &given) == CRM_OK && crm_record_kind(given) == CRM_KIND_QUOTE);
    crm_id customer = crm_record_id(crm_quote_record(quote), CRM_QUOTE_CUSTOMER);
    cr_assert(crm_quote_resolve(data->txn, customer, crm_quote_date(quote), given, &direct) >= 0, "%s: %s", row->what, crm_error_text());
    char *json = strdup(crm_quote_json(quote, NULL));
    cr_expect_str_eq(crm_quote_json(direct, NULL), json, "%s", row->what);
    cr_expect_eq(crm_quote_change_count(direct), 0);
    free(json);
    crm_quote_free(direct);
    crm_record_free(given);
}

static void check_text(const struct again *row, crm_quote *quote) {
    const char *text = crm_quote_explain(quote, CRM_QUOTE_FORMAT_TEXT, NULL);
    cr_expect(text && strstr(text, *row->wanted ? "\nChanges\n" : "\nNo changes\n"), "%s: %s", row->what, text);
    const char *json = crm_quote_explain(quote, CRM_QUOTE_FORMAT_JSON, NULL);
    cr_expect(json && test_json_valid(json), "%s", row->what);
    if (*row->wanted) {
        char *field = test_json_get(json, "changes.0.field");
        cr_expect(field && !strncmp(field, row->wanted, strlen(field)), "%s: %s", row->what, json);
        free(field);
    }
}

/* The old proposal may have been saved and loaded in between. */
static void check_loaded(const struct again *row, const struct data *data, crm_quote *old, crm_quote *wanted) {
    crm_quote *loaded = saved_again(data->txn, old, row->what), *quote;
    cr_assert((again(row, data, loaded, &quote) >= 0) == (wanted != NULL), "%s: of a loaded one: %s", row->what, crm_error_text());
    if (wanted) saved_same(wanted, quote, row->what);
    if (wanted) saved_check(data->txn, quote, row->what);
    crm_quote_free(quote);
    crm_quote_free(loaded);
}

static void check_row(crm_db *db, const struct again *row) {
    struct data data;
    char line[600];
    crm_quote *old, *quote;
    scene_parse(&data, row->stored);
    cr_assert(crm_txn_begin(db, CRM_TXN_WRITE, CRM_ACTOR_SYSTEM, &data.txn) == CRM_OK);
    scene_build(&data, 1);
    crm_record *given = scene_given(&data, row->given);
    cr_assert(crm_quote_resolve(data.txn, scene_id(&data, "p"), SCENE_DAY, given, &old) >= 0, "%s: %s", row->what, crm_error_text());
    crm_record_free(given);
    char *before = strdup(crm_quote_json(old, NULL));
    edit(&data, row->edits);
    int rc = again(row, &data, old, &quote);
    cr_expect((rc >= 0) == (quote != NULL), "%s", row->what);
    if (rc < 0)
        snprintf(line, sizeof line, "error %s%s%s", crm_status_name(rc) + 6, crm_error_field() ? " " : "",
                 crm_error_field() ? crm_field_name(crm_error_field()) : "");
    else {
        show_changes(&data, quote, line, sizeof line);
        check_given(row, &data, quote);
        check_text(row, quote);
    }
    cr_expect_str_eq(line, row->wanted, "%s: got \"%s\", wanted \"%s\"", row->what, line, row->wanted);
    check_loaded(row, &data, old, quote);
    cr_expect_str_eq(crm_quote_json(old, NULL), before, "%s: the old one stays as it is", row->what);
    free(before);
    crm_quote_free(old);
    crm_quote_free(quote);
    crm_txn_abort(data.txn);
    crm_txn_free(data.txn);
}

Test(quote_reresolve, changes) {
    crm_db *db = scene_open_store();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) check_row(db, &rows[i]);
    scene_close_store(db);
}

/* What is given goes on from proposal to proposal, and is the caller's to read. */
Test(quote_reresolve, given) {
    struct scene scene;
    crm_quote *first, *second, *third;
    crm_record *given;
    scene_begin(&scene, TERMS);
    cr_assert(crm_quote_resolve(scene.data.txn, scene_id(&scene.data, "p"), CRM_TODAY, NULL, &first) >= 0);
    cr_assert(crm_quote_given(first, &given) == CRM_OK && crm_record_kind(given) == CRM_KIND_QUOTE);
    cr_expect_eq(crm_record_count(given), 0);
    cr_assert(crm_record_set_text(given, CRM_QUOTE_PLANT, "G", CRM_NTS) == CRM_OK);
    cr_assert(crm_quote_reresolve(scene.data.txn, first, 0, CRM_TODAY, given, NULL, 0, &second) >= 0);
    crm_quote_free(first);
    crm_record_free(given);
    cr_assert(crm_quote_reresolve(scene.data.txn, second, 0, CRM_TODAY, NULL, NULL, 0, &third) >= 0);
    crm_quote_free(second);
    cr_expect_eq(crm_quote_change_count(third), 0);
    cr_assert_eq(crm_quote_given(third, &given), CRM_OK);
    cr_expect_eq(crm_record_count(given), 1);
    cr_expect_str_eq(crm_record_text(given, CRM_QUOTE_PLANT), "G");
    cr_expect_eq(crm_quote_level(third, CRM_QUOTE_PLANT), CRM_LEVEL_EXPLICIT);
    crm_record_free(given);
    crm_quote_free(third);
    scene_end(&scene);
}

/* --- the host's own fields --- */

static void begin_write(struct scene *scene) {
    crm_txn_free(scene->data.txn);
    cr_assert(crm_txn_begin(scene->db, CRM_TXN_WRITE, CRM_ACTOR_SYSTEM, &scene->data.txn) == CRM_OK);
}

static crm_quote *once_more(struct scene *scene, crm_quote *old, const crm_record *changes, const crm_field *released, size_t count) {
    crm_quote *quote;
    cr_assert(crm_quote_reresolve(scene->data.txn, old, 0, CRM_TODAY, changes, released, count, &quote) >= 0, "%s", crm_error_text());
    crm_quote_free(old);
    return quote;
}

static void expect_change(const crm_quote *quote, const char *field, const char *why, const char *before, const char *now) {
    const crm_record *change = crm_quote_change(quote, 0);
    cr_assert_eq(crm_quote_change_count(quote), 1, "%s: %zu changes", why, crm_quote_change_count(quote));
    cr_expect_str_eq(crm_record_text(change, CRM_QUOTE_CHANGE_FIELD), field);
    cr_expect_str_eq(crm_record_text(change, CRM_QUOTE_CHANGE_WHY), why);
    const char *old_value = crm_record_text(change, CRM_QUOTE_CHANGE_OLD_VALUE),
               *new_value = crm_record_text(change, CRM_QUOTE_CHANGE_NEW_VALUE);
    cr_expect_str_eq(old_value ? old_value : "-", before, "%s", why);
    cr_expect_str_eq(new_value ? new_value : "-", now, "%s", why);
}

/* Given like the others; what is defined no more is given no more. */
Test(quote_reresolve, own_fields) {
    struct scene scene;
    crm_quote *quote;
    crm_record *given;
    crm_field field;
    scene_begin(&scene, "f1 custom_field record_kind=quote name=until type=date;f2 custom_field record_kind=quote name=zeal type=int");
    cr_assert(crm_custom_field_find(scene.data.txn, "quote.until", &field) == CRM_OK);
    cr_assert(crm_quote_resolve(scene.data.txn, scene_id(&scene.data, "p"), CRM_TODAY, NULL, &quote) >= 0);
    cr_assert(crm_quote_given(quote, &given) == CRM_OK && crm_record_field_find(given, "until") == field);
    cr_assert_eq(crm_record_set_date(given, field, SCENE_DAY), CRM_OK);
    quote = once_more(&scene, quote, given, NULL, 0);
    crm_record_free(given);
    expect_change(quote, "until", "given", "-", "2024-10-04");
    quote = once_more(&scene, quote, NULL, NULL, 0);
    cr_expect_eq(crm_quote_change_count(quote), 0, "it stays");
    quote = once_more(&scene, quote, NULL, &field, 1);
    expect_change(quote, "until", "given", "2024-10-04", "-");
    cr_assert(crm_record_new(CRM_KIND_QUOTE, &given) == CRM_OK && crm_record_set_date(given, field, SCENE_DAY + 1) == CRM_OK);
    quote = once_more(&scene, quote, given, NULL, 0);
    crm_record_free(given);
    begin_write(&scene);
    cr_assert_eq(crm_record_delete(scene.data.txn, scene_id(&scene.data, "f1"), 0), CRM_OK, "%s", crm_error_text());
    quote = once_more(&scene, quote, NULL, NULL, 0);
    expect_change(quote, "until", "gone", "2024-10-05", "-");
    cr_expect_eq(crm_quote_level(quote, field), 0);
    const char *text = crm_quote_explain(quote, CRM_QUOTE_FORMAT_TEXT, NULL);
    cr_expect(text && strstr(text, "\nuntil                gone\n"), "%s", text);
    crm_quote_free(quote);
    scene_end(&scene);
}
