/* SPDX-License-Identifier: MIT */
/* What holds of every proposal, over stores made at random from a seed: the same snapshot gives the same bytes; the order in which records
 * were stored does not matter; every value stands in the record that it names as its source, and that record is neither foreign nor
 * archived nor invalid on the day. */
#include "support/proposal.h"
#include <libcrm/group.h>
#include <stdarg.h>

#define STORES 40
#define ORDERS 3

/* --- random stores, in the language of scene.h --- */

typedef struct writer {
    char text[4000];
    unsigned seed;
} writer;

static unsigned pick(writer *out, unsigned choices) {
    out->seed = out->seed * 1103515245u + 12345u;
    return out->seed / 65536u % choices;
}

static void add(writer *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void add(writer *out, const char *format, ...) {
    va_list values;
    va_start(values, format);
    vsnprintf(out->text + strlen(out->text), sizeof out->text - strlen(out->text), format, values);
    va_end(values);
}

/* Validity around the day, an archived record now and then. */
static void add_state(writer *out, bool archived) {
    if (pick(out, 4) == 0) add(out, " valid_from=%d", (int)pick(out, 3) - 1);
    if (pick(out, 4) == 0) add(out, " valid_until=%d", (int)pick(out, 2) + 2);
    if (archived && pick(out, 6) == 0) add(out, " archived=1");
}

static void add_terms(writer *out) {
    static const char *const fields[] = {"plant", "price_list", "currency", "language", "tax_zone", "customer_reference", "payment_terms"};
    static const char *const values[][3] = {{"A", "B", ""},   {"L", "M", ""},   {"EUR", "CHF", ""}, {"de", "fr", ""},
                                            {"Z1", "Z2", ""}, {"R1", "R2", ""}, {"30", "60", ""}};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (pick(out, 4) == 0) add(out, " %s=%s", fields[i], values[i][pick(out, 3)]);
}

static void add_block(writer *out) {
    if (pick(out, 8) == 0) add(out, " blocks_inheritance=%u", pick(out, 2));
}

static void add_customer(writer *out) {
    static const char *const purposes[] = {"delivery", "billing", "main"};
    add(out, "p party%s%s%s", pick(out, 2) ? " language=it" : "", pick(out, 2) ? " vat_id=V" : "", pick(out, 3) ? "" : " delivery_lock=1");
    for (unsigned i = 0; i < 3; i++) {
        add(out, ";a%u address country=%s", i, pick(out, 2) ? "DE" : "AT");
        if (pick(out, 2)) add(out, " region=BY");
        if (i == 0 && pick(out, 2))
            add(out, " valid_until=%d successor=a1", (int)pick(out, 2));
        else
            add_state(out, true);
        add(out, ";c%u contact", i);
        if (pick(out, 2)) add(out, " language=es");
        add_state(out, true);
    }
    for (unsigned i = 0; i < 9; i++) {
        if (pick(out, 2)) continue;
        add(out, ";u%u usage target=a%u purpose=%s is_default=%u", i, i / 3, purposes[i % 3], pick(out, 4) == 0);
        add_state(out, false);
    }
    add(out, ";uq usage target=c%u purpose=quote", pick(out, 3));
}

/* Of the customer, with and without a sales area; of his sites and contacts. */
static void add_customers_terms(writer *out) {
    for (unsigned area = 0; area < 2; area++) {
        if (pick(out, 3) == 0) continue;
        add(out, ";d%u quote_defaults%s", area, area ? " sales_area=N" : "");
        if (pick(out, 3) == 0) add(out, " preferred_contact=c%u", pick(out, 3));
        if (pick(out, 3) == 0) add(out, " preferred_site=a%u", pick(out, 3));
        add_terms(out);
        add_block(out);
    }
    for (unsigned i = 0; i < 3; i++) {
        add(out, ";s%u quote_defaults scope=%c%u", i, pick(out, 2) ? 'a' : 'c', i);
        add_terms(out);
        add_block(out);
    }
}

static void add_groups(writer *out) {
    for (unsigned i = 0; i < 4; i++) {
        add(out, ";g%u group code=G%u", i, 9 - i);
        if (pick(out, 2)) add(out, " priority=%u", pick(out, 2));
        if (i > 0 && pick(out, 2)) add(out, " parent=g%u", pick(out, i));
        if (pick(out, 2)) {
            add(out, ";m%u membership group=g%u", i, i);
            add_state(out, false);
        }
        add(out, ";e%u quote_defaults owner=g%u%s", i, i, pick(out, 3) ? "" : " sales_area=N");
        add_terms(out);
        add_block(out);
        if (pick(out, 6) == 0) add(out, ";x%u archive record=g%u", i, i);
    }
}

static void add_store(writer *out) {
    static const char *const places[] = {"", " country=DE", " country=DE region=BY", " country=AT sales_area=N", " sales_area=N"};
    static const char *const policies[] = {"price_list levels=explicit,site,group,customer", "plant levels=explicit,country,contact,global",
                                           "language levels=explicit,customer,contact,group"};
    for (unsigned i = 0; i < 5; i++) {
        if (pick(out, 2)) continue;
        add(out, ";w%u global%s", i, places[i]);
        add_terms(out);
    }
    add(out, ";k code domain=price_list code=L currency=CHF;l code domain=price_list code=M currency=USD");
    if (pick(out, 3) == 0) add(out, ";o policy field=%s", policies[pick(out, 3)]);
    add(out, ";q party language=pl;qa address party=q country=FR;qc contact party=q;qu usage party=q target=qa purpose=delivery;"
             "qd quote_defaults owner=q plant=Q price_list=Q tax_zone=Q");
}

static void write_store(writer *out, unsigned seed) {
    *out = (writer){.seed = seed * 7919u + 1u};
    add_customer(out);
    add_customers_terms(out);
    add_groups(out);
    add_store(out);
    cr_assert_lt(strlen(out->text), sizeof out->text - 1);
}

/* --- what holds --- */

static crm_field field_named(uint32_t kind, const char *name) {
    char path[64];
    snprintf(path, sizeof path, "%s.%s", crm_kind_name(kind), name);
    return crm_field_find(path);
}

static void check_valid(const crm_record *record, const char *what) {
    uint32_t kind = crm_record_kind(record);
    crm_field from = field_named(kind, "valid_from"), until = field_named(kind, "valid_until"), archived = field_named(kind, "archived");
    if (from) cr_expect_leq(crm_record_date(record, from, INT64_MIN), SCENE_DAY, "%s: not valid yet", what);
    if (until) cr_expect_gt(crm_record_date(record, until, INT64_MAX), SCENE_DAY, "%s: not valid any more", what);
    if (archived) cr_expect_not(crm_record_bool(record, archived, 0), "%s: archived", what);
}

static bool is_of_groups(const struct data *data, crm_id owner) {
    crm_iter *groups;
    crm_id group;
    bool found = false;
    cr_assert_eq(crm_party_groups(data->txn, scene_id(data, "p"), SCENE_DAY, &groups), CRM_OK, "%s", crm_error_text());
    while (crm_iter_next(groups, &group) == CRM_ROW) found |= group == owner;
    crm_iter_free(groups);
    return found;
}

/* The customer's, one of his groups', or the store's own. */
static void check_owner(const struct data *data, const crm_record *record, const char *what) {
    crm_field owner = crm_field_next(crm_record_kind(record), 0);
    if (!(crm_field_flags(owner) & CRM_FIELD_KEY)) {
        bool own = crm_record_kind(record) != CRM_KIND_PARTY || crm_record_key(record) == scene_id(data, "p");
        cr_expect(own, "%s: of another party", what);
        return;
    }
    crm_id id = crm_record_id(record, owner);
    cr_expect(!id || id == scene_id(data, "p") || is_of_groups(data, id), "%s: of %s", what, scene_label(data, id));
}

/* Nothing is invented: the value stands in the source. */
static void check_source(const struct data *data, const crm_quote *quote, crm_field field) {
    const char *what = crm_field_name(field);
    crm_field from = crm_quote_source_field(quote, field);
    crm_record *source;
    cr_assert_eq(crm_record_get(data->txn, crm_quote_source(quote, field), &source), CRM_OK, "%s", what);
    cr_expect_eq(crm_record_revision(source), crm_quote_source_revision(quote, field), "%s: revision", what);
    if (from && crm_field_type(from) == CRM_TYPE_TEXT) {
        const char *text = crm_record_text(source, from);
        cr_expect(text && !strcmp(text, crm_record_text(crm_quote_record(quote), field)), "%s: not what the source says", what);
    }
    check_owner(data, source, what);
    check_valid(source, what);
    crm_record_free(source);
}

static void check_cell(const struct data *data, const crm_quote *quote, const crm_record *given, crm_field field) {
    uint32_t level = crm_quote_level(quote, field);
    const crm_record *values = crm_quote_record(quote);
    if (level == CRM_LEVEL_UNSET) {
        cr_expect_not(crm_record_has(values, field), "%s", crm_field_name(field));
        return;
    }
    if (level == CRM_LEVEL_EXPLICIT)
        cr_expect(field == CRM_QUOTE_CUSTOMER || crm_record_has(given, field), "%s was never given", crm_field_name(field));
    else
        check_source(data, quote, field);
    if (crm_field_type(field) != CRM_TYPE_ID) return;
    crm_record *object;
    cr_assert_eq(crm_record_get(data->txn, crm_record_id(values, field), &object), CRM_OK);
    check_owner(data, object, crm_field_name(field));
    check_valid(object, crm_field_name(field));
    crm_record_free(object);
}

static void check_pure_and_sound(const struct data *data, const crm_record *given, crm_quote *quote) {
    struct row row = {.what = "a store at random"};
    check_pure(&row, data, given, quote);
    for (crm_field field = 0; (field = crm_field_next(CRM_KIND_QUOTE, field));) check_cell(data, quote, given, field);
}

static void check_store(crm_db *db, unsigned seed, const char *given_fields) {
    static char first[6000], now[6000];
    writer stored;
    write_store(&stored, seed);
    for (unsigned order = 0; order < ORDERS; order++) {
        struct data data;
        crm_quote *quote;
        scene_parse(&data, stored.text);
        cr_assert_eq(crm_txn_begin(db, CRM_TXN_WRITE, CRM_ACTOR_SYSTEM, &data.txn), CRM_OK);
        scene_build(&data, order);
        crm_record *given = scene_given(&data, given_fields);
        cr_assert_geq(crm_quote_resolve(data.txn, scene_id(&data, "p"), CRM_TODAY, given, &quote), 0, "%s: %s", stored.text,
                      crm_error_text());
        check_pure_and_sound(&data, given, quote);
        show_all(&data, quote, now, sizeof now);
        if (order == 0) memcpy(first, now, sizeof first);
        cr_expect_str_eq(now, first, "store %u, another order of insertion:\n%s\n%s\n%s", seed, stored.text, first, now);
        crm_quote_free(quote);
        crm_record_free(given);
        crm_txn_free(data.txn);
    }
}

Test(quote_property, random_stores) {
    static const char *const given[] = {NULL, "sales_area=N", "plant=G sales_area=N", "price_list=M currency=EUR"};
    crm_db *db = scene_open_store();
    for (unsigned seed = 0; seed < STORES; seed++) check_store(db, seed, given[seed % (sizeof given / sizeof *given)]);
    scene_close_store(db);
}
