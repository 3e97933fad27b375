/* SPDX-License-Identifier: MIT */
/* What has to hold for the tables of fields.def: numbers, labels, flags, and the headings that imports recognise. */
#include "schema/schema.h"
#include "base/utf8.h"
#include <criterion/criterion.h>
#include <string.h>

/* The field behind this one in its kind, or NULL. */
static const crmi_field *next_of(const crmi_kind *kind, const crmi_field *field) {
    return field + 1 < kind->first + kind->fields ? field + 1 : NULL;
}

static bool has_text(const char *text) { return text && *text; }

Test(schema, kinds) {
    int kinds = 0;
    for (uint32_t number = 0; number <= CRMI_KIND_MAX; number++) {
        const crmi_kind *kind = crmi_schema_kind(number);
        if (!kind) continue;
        kinds++;
        cr_expect(number > 0 && kind->number == number, "kind %u says %u", number, kind->number);
        cr_expect(has_text(kind->name) && has_text(kind->english) && has_text(kind->german) && has_text(kind->since), "kind %u", number);
        cr_expect(kind->placement >= CRMI_ROOT && kind->placement <= CRMI_COMPUTED, "placement of %s", kind->name);
        cr_expect(kind->fields > 0, "%s has no fields", kind->name);
        cr_expect_eq(kind->owner, kind->placement == CRMI_CHILD ? 1u : 0u, "owner of %s", kind->name);
        for (uint32_t other = 1; other < number; other++)
            cr_expect(!crmi_schema_kind(other) || strcmp(crmi_schema_kind(other)->name, kind->name) != 0, "two kinds %s", kind->name);
    }
    cr_expect_eq(kinds, 32, "%d kinds", kinds);
    cr_expect_eq(crmi_schema_kind(CRM_KIND_PARTY)->placement, CRMI_ROOT);
    cr_expect_eq(crmi_schema_kind(CRM_KIND_CODE)->placement, CRMI_STORE);
    cr_expect_eq(crmi_schema_kind(CRM_KIND_QUOTE)->placement, CRMI_COMPUTED);
}

static void check_field(const crmi_kind *kind, const crmi_field *field) {
    const char *name = field->name;
    cr_expect(field->kind == kind->number && field->field == kind->number * 1000 + field->number, "number of %s.%s", kind->name, name);
    cr_expect(field->number >= 1 && field->number <= CRMI_NUMBER_MAX, "number of %s.%s", kind->name, name);
    cr_expect(has_text(name) && has_text(field->english) && has_text(field->german) && has_text(field->since), "texts of %u", field->field);
    cr_expect(field->synonyms != NULL, "synonyms of %s.%s", kind->name, name);
    cr_expect(field->type >= CRM_TYPE_TEXT && field->type <= CRM_TYPE_LABEL, "type of %s.%s", kind->name, name);
    cr_expect(!field->domain || crmi_schema_domain(field->domain), "domain of %s.%s", kind->name, name);
    cr_expect_eq(field->type == CRM_TYPE_ID, field->targets != 0, "targets of %s.%s", kind->name, name);
    for (uint32_t target = 0; target < 64; target++)
        if (field->targets >> target & 1) cr_expect(crmi_schema_kind(target), "%s.%s names a kind that is none", kind->name, name);
    cr_expect(!field->scope || crmi_schema_number(kind->number, field->scope), "scope of %s.%s", kind->name, name);
    cr_expect(!field->scope || field->flags & CRM_FIELD_UNIQUE, "%s.%s has a scope and is not unique", kind->name, name);
    if (field->flags & CRM_FIELD_COMPACT)
        cr_expect_eq(field->flags & (CRM_FIELD_INDEXED | CRM_FIELD_UNIQUE | CRM_FIELD_FOLDED), CRM_FIELD_INDEXED, "index of %s.%s",
                     kind->name, name);
    if (field->flags & CRM_FIELD_FOLDED) cr_expect(field->flags & CRM_FIELD_INDEXED, "%s.%s folded in no index", kind->name, name);
    if (field->flags & (CRM_FIELD_FOLDED | CRM_FIELD_COMPACT | CRM_FIELD_SEARCHABLE))
        cr_expect_eq(field->type, CRM_TYPE_TEXT, "%s.%s has words and is no text", kind->name, name);
    if (field->flags & (CRM_FIELD_UNIQUE | CRM_FIELD_INDEXED))
        cr_expect(field->type == CRM_TYPE_TEXT || field->type == CRM_TYPE_ID, "%s.%s in an index", kind->name, name);
    bool owner = kind->owner == field->number;
    cr_expect_eq((field->flags & CRM_FIELD_KEY) != 0, owner, "key flag of %s.%s", kind->name, name);
    if (owner)
        cr_expect_eq(field->targets & ~(UINT64_C(1) << CRM_KIND_GROUP), UINT64_C(1) << CRM_KIND_PARTY, "owner %s.%s", kind->name, name);
}

Test(schema, fields) {
    for (uint32_t number = 1; number <= CRMI_KIND_MAX; number++) {
        const crmi_kind *kind = crmi_schema_kind(number);
        for (const crmi_field *field = kind ? kind->first : NULL; field; field = next_of(kind, field)) {
            check_field(kind, field);
            const crmi_field *next = next_of(kind, field);
            cr_expect(!next || next->number > field->number, "%s.%s is not in its place", kind->name, next ? next->name : "");
            cr_expect_eq(crmi_schema_field(field->field), field, "by number: %u", field->field);
            cr_expect_eq(crmi_schema_number(kind->number, field->number), field, "by n: %u", field->field);
            for (const crmi_field *other = next; other; other = next_of(kind, other))
                cr_expect_str_neq(other->name, field->name, "two fields %s.%s", kind->name, field->name);
        }
    }
}

/* What the letters of fields.def became, told by fields whose meaning does not change. */
Test(schema, flags_and_references) {
    const crmi_field *number = crmi_schema_field(CRM_ROLE_NUMBER);
    cr_expect_eq(number->flags, CRM_FIELD_UNIQUE | CRM_FIELD_SEARCHABLE);
    cr_expect_eq(number->scope, CRM_ROLE_ROLE % 1000);
    cr_expect_eq(crmi_schema_field(CRM_PARTY_CREATED_AT)->flags, CRM_FIELD_SYSTEM);
    cr_expect_eq(crmi_schema_field(CRM_PARTY_CREATED_AT)->type, CRM_TYPE_TIME);
    cr_expect_eq(crmi_schema_field(CRM_CONTACT_NAME)->flags,
                 CRM_FIELD_REQUIRED | CRM_FIELD_INDEXED | CRM_FIELD_FOLDED | CRM_FIELD_SEARCHABLE | CRM_FIELD_PERSONAL);
    cr_expect_eq(crmi_schema_field(CRM_ADDRESS_PARTY)->flags, CRM_FIELD_REQUIRED | CRM_FIELD_KEY);
    cr_expect_eq(crmi_schema_field(CRM_USAGE_TARGET)->targets, UINT64_C(1) << CRM_KIND_ADDRESS | UINT64_C(1) << CRM_KIND_CONTACT);
    cr_expect_eq(crmi_schema_field(CRM_USAGE_TARGET)->domain, CRMI_DOMAIN_NONE);
    cr_expect_eq(crmi_schema_field(CRM_ADDRESS_COUNTRY)->domain, CRMI_DOMAIN_COUNTRY);
    cr_expect_eq(crmi_schema_field(CRM_ADDRESS_COUNTRY)->targets, 0);
    cr_expect_eq(crmi_schema_field(CRM_ADDRESS_RECIPIENT)->type, CRM_TYPE_TEXTS);
    cr_expect_eq(crmi_schema_field(CRM_CODE_LABEL)->type, CRM_TYPE_LABEL);
}

Test(schema, unknown_numbers) {
    static const uint32_t none[] = {0, 1, 999, 1000, 1127, 1128, 1999, 30001, 63127, 64001, 999999, 0x80000001, UINT32_MAX};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) cr_expect_null(crmi_schema_field(none[i]), "field %u", none[i]);
    static const uint32_t kinds[] = {0, 30, 53, 63, 64, 1000, UINT32_MAX};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) cr_expect_null(crmi_schema_kind(kinds[i]), "kind %u", kinds[i]);
    cr_expect_null(crmi_schema_number(CRM_KIND_PARTY, 0));
    cr_expect_null(crmi_schema_number(CRM_KIND_PARTY, UINT32_MAX));
    cr_expect_null(crmi_schema_number(UINT32_MAX, 1));
    cr_expect_null(crmi_schema_domain(CRMI_DOMAIN_NONE));
    cr_expect_null(crmi_schema_domain(CRMI_DOMAIN_END));
    cr_expect_null(crmi_schema_domain(UINT32_MAX));
    cr_expect_null(crmi_schema_domain_find(""));
    cr_expect_null(crmi_schema_domain_find("countr"));
}

#define HEADINGS 1024

struct heading {
    char text[200];
    const crmi_field *field;
};

static size_t add_headings(struct heading *headings, size_t count, const crmi_field *field, const char *list) {
    while (*list) {
        size_t size = strcspn(list, "|");
        crmi_buffer folded = {0};
        cr_assert_eq(crmi_utf8_fold(list, size, &folded), 0);
        cr_assert(count < HEADINGS && folded.size < sizeof headings->text);
        cr_expect(folded.size > 0, "an empty heading of %s", field->name);
        memcpy(headings[count].text, crmi_buffer_string(&folded), folded.size + 1);
        headings[count++].field = field;
        crmi_buffer_free(&folded);
        list += size + (list[size] == '|');
    }
    return count;
}

static void check_headings(const struct heading *headings, size_t count) {
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            cr_expect(headings[i].field == headings[j].field || strcmp(headings[i].text, headings[j].text) != 0,
                      "'%s' is a heading of %u and %u", headings[i].text, headings[j].field->field, headings[i].field->field);
}

static size_t add_labels(struct heading *headings, size_t count, const crmi_field *field) {
    count = add_headings(headings, count, field, field->english);
    count = add_headings(headings, count, field, field->german);
    return add_headings(headings, count, field, field->synonyms);
}

/* An import can tell fields apart by their headings. In rows of one kind the names count too; flat rows have the labels of all kinds that
 * belong to a party. Owners are never read from a column. */
Test(schema, headings) {
    static struct heading own[HEADINGS], flat[HEADINGS];
    size_t flat_count = 0;
    for (uint32_t number = 1; number <= CRMI_KIND_MAX; number++) {
        const crmi_kind *kind = crmi_schema_kind(number);
        size_t count = 0;
        for (const crmi_field *field = kind ? kind->first : NULL; field; field = next_of(kind, field)) {
            if (field->flags & CRM_FIELD_KEY) continue;
            count = add_labels(own, add_headings(own, count, field, field->name), field);
            if (kind->placement == CRMI_ROOT || kind->placement == CRMI_CHILD) flat_count = add_labels(flat, flat_count, field);
        }
        check_headings(own, count);
    }
    check_headings(flat, flat_count);
    cr_expect(flat_count > 300, "%zu headings", flat_count);
}

/* A deletion finds who names a party, group, user or access role in the indexes, and who names an address or contact in the file. Nobody
 * names what goes with another record. */
Test(schema, deletable) {
    const uint64_t roots =
        UINT64_C(1) << CRM_KIND_PARTY | UINT64_C(1) << CRM_KIND_GROUP | UINT64_C(1) << CRM_KIND_USER | UINT64_C(1) << CRM_KIND_ACCESS_ROLE;
    uint64_t named = 0, going = 0;
    for (uint32_t number = 1; number <= CRMI_KIND_MAX; number++) {
        const crmi_kind *kind = crmi_schema_kind(number);
        if (!kind || kind->placement == CRMI_COMPUTED) continue;
        for (const crmi_field *field = kind->first; field; field = next_of(kind, field)) {
            bool dependent = (field->flags & CRM_FIELD_DEPENDENT) != 0;
            if (field->type != CRM_TYPE_ID || field->flags & CRM_FIELD_KEY) continue;
            named |= field->targets;
            if (dependent) going |= UINT64_C(1) << number;
            cr_expect(!(field->targets & roots) || (field->flags & CRM_FIELD_INDEXED && (!dependent || kind->placement == CRMI_STORE)),
                      "%s.%s", kind->name, field->name);
            for (uint32_t target = 1; target <= CRMI_KIND_MAX; target++)
                if ((field->targets & ~roots) >> target & 1)
                    cr_expect_eq(crmi_schema_kind(target)->placement, CRMI_CHILD, "%s.%s", kind->name, field->name);
        }
    }
    cr_expect_eq(named & going, 0, "a kind that goes with another is named: %llx", (unsigned long long)(named & going));
    cr_expect(going && named & roots);
}
