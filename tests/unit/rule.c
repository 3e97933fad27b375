/* SPDX-License-Identifier: MIT */
/* Texts of mapping rules: every form of every value, paths, conditions, and random ones, which are read or refused with a reason. */
#include "model/rule.h"
#include "base/utf8.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A custom field of every type, by kind and number as a store's are. */
#define OWN(kind, number, type, name)                                                                                                      \
    { CRMI_CUSTOM_BIT | (uint32_t)(type) << 24 | ((kind)*1000 + (number)), kind, number, type, 0, 0, NULL, 0, 0, name, "", name, name, "" }
static const crmi_field own[] = {
    OWN(CRM_KIND_PARTY, 128, CRM_TYPE_INT, "own_int"),     OWN(CRM_KIND_PARTY, 129, CRM_TYPE_AMOUNT, "own_amount"),
    OWN(CRM_KIND_PARTY, 130, CRM_TYPE_DATE, "own_date"),   OWN(CRM_KIND_PARTY, 131, CRM_TYPE_TIME, "own_time"),
    OWN(CRM_KIND_PARTY, 132, CRM_TYPE_BYTES, "own_bytes"), OWN(CRM_KIND_PARTY, 133, CRM_TYPE_TEXTS, "own_texts"),
    OWN(CRM_KIND_PARTY, 134, CRM_TYPE_LABEL, "own_label"), OWN(CRM_KIND_PARTY, 135, CRM_TYPE_BOOL, "own_bool"),
    OWN(CRM_KIND_ADDRESS, 136, CRM_TYPE_TEXT, "own_text"), OWN(CRM_KIND_QUOTE, 137, CRM_TYPE_INT, "own_int"),
    OWN(CRM_KIND_QUOTE, 138, CRM_TYPE_DATE, "valid_until")};
static const crmi_definitions definitions = {.fields = own, .field_count = sizeof own / sizeof *own};

/* In memory of just its size, so that a read behind it is found. */
static char *exact(const char *text, size_t size) {
    char *copy = malloc(size ? size : 1);
    cr_assert(copy);
    return memcpy(copy, text, size);
}

/* --- values --- */

#define DAY INT64_C(86400000000)
#define NO INT64_C(1) << 62 /* refused */

static const struct value_case {
    const char *field, *text;
    int64_t wanted;
} value_cases[] = {
    {"own_int", "0", 0},
    {"own_int", "-0", 0},
    {"own_int", "+7", 7},
    {"own_int", "007", 7},
    {"own_int", "9223372036854775807", INT64_MAX},
    {"own_int", "-9223372036854775808", INT64_MIN},
    {"own_int", "9223372036854775808", NO},
    {"own_int", "-9223372036854775809", NO},
    {"own_int", "", NO},
    {"own_int", "-", NO},
    {"own_int", "1.0", NO},
    {"own_int", "1 ", NO},
    {"own_int", "1e3", NO},
    {"own_amount", "1000.50", 10005000},
    {"own_amount", "-0.0001", -1},
    {"own_amount", "+1.5", 15000},
    {"own_amount", "3", 30000},
    {"own_amount", "922337203685477.5807", INT64_MAX},
    {"own_amount", "-922337203685477.5808", INT64_MIN},
    {"own_amount", "922337203685477.5808", NO},
    {"own_amount", "1.23456", NO},
    {"own_amount", "1.", NO},
    {"own_amount", ".5", NO},
    {"own_amount", "1,5", NO},
    {"own_amount", "1.5.1", NO},
    {"own_amount", "1.-5", NO},
    {"own_date", "1970-01-01", 0},
    {"own_date", "2024-02-29", 19782},
    {"own_date", "0001-01-01", -719162},
    {"own_date", "9999-12-31", 2932896},
    {"own_date", "2023-02-29", NO},
    {"own_date", "0000-01-01", NO},
    {"own_date", "2024-13-01", NO},
    {"own_date", "2024-2-29", NO},
    {"own_date", "20240229", NO},
    {"own_date", "2024/02/29", NO},
    {"own_date", "2024-02-290", NO},
    {"own_date", "today", NO},
    {"own_time", "1970-01-02", DAY},
    {"own_time", "1970-01-02T00:00:00Z", DAY},
    {"own_time", "1970-01-02T12:34:56Z", DAY + INT64_C(45296000000)},
    {"own_time", "1970-01-02T00:00:00.5Z", DAY + 500000},
    {"own_time", "1970-01-02T00:00:00.000001Z", DAY + 1},
    {"own_time", "1969-12-31T23:59:59.999999Z", -1},
    {"own_time", "1970-01-02T00:00:00.0000001Z", NO},
    {"own_time", "1970-01-02T00:00:00.Z", NO},
    {"own_time", "1970-01-02T00:00:00,5Z", NO},
    {"own_time", "1970-01-02T00:00:00.-1Z", NO},
    {"own_time", "1970-01-02T00:00:00", NO},
    {"own_time", "1970-01-02T24:00:00Z", NO},
    {"own_time", "1970-01-02T00:60:00Z", NO},
    {"own_time", "1970-01-02T00:00:60Z", NO},
    {"own_time", "1970-01-02 00:00:00Z", NO},
    {"own_time", "1970-01-02T00:00Z", NO},
    {"own_time", "1970-01-02T00:00:00+00:00", NO},
    {"own_time", "1970-02-30T00:00:00Z", NO},
    {"own_bool", "yes", 1},
    {"own_bool", "no", 0},
    {"own_bool", "true", 1},
    {"own_bool", "false", 0},
    {"own_bool", "1", 1},
    {"own_bool", "0", 0},
    {"own_bool", "Yes", NO},
    {"own_bool", "", NO},
    {"own_bool", "2", NO},
    {"own_bytes", "00", NO},
    {"own_texts", "a", NO},
    {"own_label", "a", NO},
};

Test(rule, values) {
    for (size_t i = 0; i < sizeof value_cases / sizeof *value_cases; i++) {
        const struct value_case *c = &value_cases[i];
        crmi_rule_reader reader = {.definitions = &definitions};
        crmi_rule_value value = {.integer = NO};
        const crmi_field *field = own;
        while (strcmp(field->name, c->field) != 0) field++;
        char *text = exact(c->text, strlen(c->text));
        int rc = crmi_rule_read_value(&reader, field, text, strlen(c->text), &value);
        cr_expect_eq(rc, c->wanted == (NO) ? CRM_E_RANGE : CRM_OK, "%s %s: %d %s", c->field, c->text, rc, reader.reason);
        if (rc == CRM_OK) cr_expect_eq(value.integer, c->wanted, "%s %s: %lld", c->field, c->text, (long long)value.integer);
        free(text);
    }
}

/* --- conditions --- */

static const struct condition_case {
    const char *text;
    uint32_t root, operation;
    const char *values; /* each followed by ';' */
} condition_cases[] = {
    {"customer.name=x", CRMI_RULE_CUSTOMER, CRMI_RULE_EQUAL, "x;"},
    {" \tcustomer.name  =  x y \n", CRMI_RULE_CUSTOMER, CRMI_RULE_EQUAL, "x y;"},
    {"customer.name =", CRMI_RULE_CUSTOMER, CRMI_RULE_EQUAL, ";"},
    {"customer.name != ", CRMI_RULE_CUSTOMER, CRMI_RULE_UNEQUAL, ";"},
    {"customer.name = =x", CRMI_RULE_CUSTOMER, CRMI_RULE_EQUAL, "=x;"},
    {"customer.name = a|b", CRMI_RULE_CUSTOMER, CRMI_RULE_EQUAL, "a|b;"},
    {"site.own_text < x", CRMI_RULE_SITE, CRMI_RULE_LESS, "x;"},
    {"site.town<=x", CRMI_RULE_SITE, CRMI_RULE_AT_MOST, "x;"},
    {"contact.function >x", CRMI_RULE_CONTACT, CRMI_RULE_GREATER, "x;"},
    {"group.code>= x", CRMI_RULE_GROUP, CRMI_RULE_AT_LEAST, "x;"},
    {"group.code in a", CRMI_RULE_GROUP, CRMI_RULE_IN, "a;"},
    {"group.code in a | b|c d ", CRMI_RULE_GROUP, CRMI_RULE_IN, "a;b;c d;"},
    {"defaults.plant set", CRMI_RULE_DEFAULTS, CRMI_RULE_SET, ""},
    {"quote.ship_to unset ", CRMI_RULE_QUOTE, CRMI_RULE_UNSET, ""},
    {"customer.own_bytes set", CRMI_RULE_CUSTOMER, CRMI_RULE_SET, ""},
};

Test(rule, conditions) {
    for (size_t i = 0; i < sizeof condition_cases / sizeof *condition_cases; i++) {
        const struct condition_case *c = &condition_cases[i];
        crmi_rule_value values[8];
        crmi_rule_reader reader = {.definitions = &definitions, .values = values};
        crmi_rule_condition condition;
        char got[100] = "", *text = exact(c->text, strlen(c->text));
        int rc = crmi_rule_read_condition(&reader, text, strlen(c->text), &condition);
        cr_assert_eq(rc, CRM_OK, "%s: %s", c->text, reader.reason);
        cr_expect(condition.path.root == c->root && condition.operation == c->operation, "%s", c->text);
        for (uint32_t j = 0; j < condition.count; j++)
            snprintf(got + strlen(got), sizeof got - strlen(got), "%.*s;", (int)condition.values[j].size, condition.values[j].text);
        cr_expect_str_eq(got, c->values, "%s: %s", c->text, got);
        free(text);
    }
}

static const struct refused_case {
    const char *text, *reason;
} refused_cases[] = {
    {"", "\"\" is no path like customer.category"},
    {"=", "\"\" is no path like customer.category"},
    {"name = x", "\"name\" is no path like customer.category"},
    {"party.name = x", "party.name begins with none of customer, site, contact, group, defaults, quote"},
    {".name = x", ".name begins with none of customer, site, contact, group, defaults, quote"},
    {"customer. = x", "customer. is no field"},
    {"customer.colour = x", "customer.colour is no field"},
    {"customer.own_text = x", "customer.own_text is no field"},
    {"Customer.name = x", "Customer.name begins with none of customer, site, contact, group, defaults, quote"},
    {"site.party set", "site.party is the owner, no value"},
    {"customer.name", "an operator is missing behind customer.name: = != < <= > >= in set unset"},
    {"customer.name ", "an operator is missing behind customer.name: = != < <= > >= in set unset"},
    {"customer.name x", "\"x\" is no operator: = != < <= > >= in set unset are"},
    {"customer.name == x", "\"==\" is no operator: = != < <= > >= in set unset are"},
    {"customer.name <> x", "\"<>\" is no operator: = != < <= > >= in set unset are"},
    {"customer.name IN x", "\"IN\" is no operator: = != < <= > >= in set unset are"},
    {"customer.name inx", "\"inx\" is no operator: = != < <= > >= in set unset are"},
    {"customer.name set x", "nothing follows set and unset"},
    {"customer.name unset=", "nothing follows set and unset"},
    {"customer.name <", "a value is missing"},
    {"customer.name in", "a value is missing"},
    {"customer.name in a||b", "a value is missing"},
    {"customer.name in a|", "a value is missing"},
    {"customer.own_int = ", "\"\" is no whole number"},
    {"customer.own_int in 1|x", "\"x\" is no whole number"},
    {"customer.own_amount < 1,5", "\"1,5\" is no amount like 1000.50"},
    {"customer.own_date = 31.01.2026", "\"31.01.2026\" is no day like 2026-01-31"},
    {"customer.created_at > yesterday", "\"yesterday\" is no time like 2026-01-31T12:00:00Z"},
    {"customer.order_lock = ja", "\"ja\" is no yes or no"},
    {"customer.order_lock > no", "customer.order_lock is yes or no: only = and != ask for it"},
    {"customer.order_lock in yes", "customer.order_lock is yes or no: only = and != ask for it"},
    {"customer.referrer = 1", "customer.referrer can be asked for set and unset only"},
    {"site.recipient = a", "site.recipient can be asked for set and unset only"},
    {"customer.own_label != a", "customer.own_label can be asked for set and unset only"},
    {"customer.own_bytes in a", "customer.own_bytes can be asked for set and unset only"},
    {"customer.own_int = 1234567890123456789012345678901234567890123456789012345678901234567890",
     "\"1234567890123456789012345678901234567890123456789012345678901234...\" is no whole number"},
    {"customer.own_int = ääääääääääääääääääääääääääääääääääääääää", "\"ääääääääääääääääääääääääääääääää...\" is no whole number"},
    {"customer.own_int = xääääääääääääääääääääääääääääääääääääääää", "\"xäääääääääääääääääääääääääääääää...\" is no whole number"},
};

Test(rule, refused_conditions) {
    for (size_t i = 0; i < sizeof refused_cases / sizeof *refused_cases; i++) {
        const struct refused_case *c = &refused_cases[i];
        crmi_rule_reader reader = {.definitions = &definitions};
        crmi_rule_condition condition;
        char *text = exact(c->text, strlen(c->text));
        cr_expect_eq(crmi_rule_read_condition(&reader, text, strlen(c->text), &condition), CRM_E_RANGE, "%s", c->text);
        cr_expect_str_eq(reader.reason, c->reason, "%s: %s", c->text, reader.reason);
        free(text);
    }
}

static const struct refused_case target_cases[] = {
    {"quote.plant", NULL},
    {"quote.own_int", NULL},
    {"quote.valid_until", NULL},
    {"quote.ship_to", "quote.ship_to is chosen, not mapped"},
    {"quote.customer", "quote.customer is chosen, not mapped"},
    {"quote.sales_area", "quote.sales_area is chosen, not mapped"},
    {"customer.name", "customer.name is no field of a quote"},
    {"defaults.plant", "defaults.plant is no field of a quote"},
    {"quote.own_date", "quote.own_date is no field"},
    {"plant", "\"plant\" is no path like customer.category"},
    {" quote.plant", " quote.plant begins with none of customer, site, contact, group, defaults, quote"},
    {"quote.plant ", "quote.plant  is no field"},
    {"", "\"\" is no path like customer.category"},
};

Test(rule, targets) {
    for (size_t i = 0; i < sizeof target_cases / sizeof *target_cases; i++) {
        const struct refused_case *c = &target_cases[i];
        crmi_rule_reader reader = {.definitions = &definitions};
        const crmi_field *field = NULL;
        char *text = exact(c->text, strlen(c->text));
        cr_expect_eq(crmi_rule_read_target(&reader, text, strlen(c->text), &field), c->reason ? CRM_E_RANGE : CRM_OK, "%s", c->text);
        cr_expect_eq(field != NULL, c->reason == NULL, "%s", c->text);
        cr_expect_str_eq(reader.reason, c->reason ? c->reason : "", "%s: %s", c->text, reader.reason);
        free(text);
    }
}

/* --- random texts --- */

static uint64_t state = 88172645463325252u;
static uint32_t next_random(uint32_t below) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 33) % below;
}

#define CHOOSE(words) words[next_random(sizeof words / sizeof *words)]
static const char *const roots[] = {"customer.", "site.", "contact.", "group.", "defaults.", "quote.", "party.", "."};
static const char *const names[] = {"name",       "order_lock", "plant",    "town",      "party", "own_int",
                                    "own_amount", "own_date",   "own_time", "own_label", ""};
static const char *const operators[] = {" = ", "!=", "<", " <=", ">= ", " in ", " set", " unset", " ", "=="};
static const char *const values[] = {"1", "-12.5", "2026-01-31", "T12:00:00Z", "yes", "|", " ", "x", "ä", "\xf0\x9f", "=", "."};

static void add_word(char out[400], size_t *size, const char *word) {
    memcpy(out + *size, word, strlen(word));
    *size += strlen(word);
    if (next_random(12) == 0) out[(*size)++] = (char)(1 + next_random(255));
}

/* Most of the parts of a condition, here and there with a byte behind that is anything but NUL. */
static size_t random_text(char out[400]) {
    size_t size = 0;
    if (next_random(10)) add_word(out, &size, CHOOSE(roots));
    if (next_random(10)) add_word(out, &size, CHOOSE(names));
    if (next_random(10)) add_word(out, &size, CHOOSE(operators));
    for (uint32_t count = next_random(5); count > 0; count--) add_word(out, &size, CHOOSE(values));
    return size;
}

static void check_random(const char *text, size_t size, size_t *good) {
    crmi_rule_condition condition;
    const crmi_field *field = NULL;
    size_t room = 1;
    for (size_t i = 0; i < size; i++) room += text[i] == '|';
    crmi_rule_value *kept = malloc(room * sizeof *kept);
    crmi_rule_reader reader = {.definitions = &definitions, .values = kept};
    int rc = crmi_rule_read_condition(&reader, text, size, &condition);
    cr_assert(rc == CRM_OK || rc == CRM_E_RANGE);
    cr_assert_eq(rc == CRM_OK, *reader.reason == '\0', "%.*s", (int)size, text);
    cr_assert(!crmi_utf8_check(text, size) || crmi_utf8_check(reader.reason, strlen(reader.reason)), "%.*s", (int)size, text);
    if (rc == CRM_OK) {
        *good += 1;
        cr_assert(condition.path.field && condition.count <= room && reader.values == kept + condition.count);
        cr_assert_eq(condition.count == 0, condition.operation >= CRMI_RULE_SET, "%.*s", (int)size, text);
    }
    rc = crmi_rule_read_target(&reader, text, size, &field);
    cr_assert(rc == CRM_OK ? field && field->kind == CRM_KIND_QUOTE : rc == CRM_E_RANGE);
    for (size_t i = 0; i < definitions.field_count; i++) {
        rc = crmi_rule_read_value(&reader, &own[i], text, size, &kept[0]);
        cr_assert(rc == CRM_OK || rc == CRM_E_RANGE);
    }
    free(kept);
}

Test(rule, random_texts) {
    size_t good = 0;
    for (int i = 0; i < 40000; i++) {
        char text[400];
        size_t size = random_text(text);
        char *copy = exact(text, size);
        check_random(copy, size, &good);
        free(copy);
    }
    cr_assert_gt(good, 500, "%zu of them are conditions", good);
}
