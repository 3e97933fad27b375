/* SPDX-License-Identifier: MIT */
/* Random rows of all shapes for properties of imports, with few values, so that they meet each other and the store; and random policies. */
#ifndef CRM_TESTS_SUPPORT_IMPORTS_H
#define CRM_TESTS_SUPPORT_IMPORTS_H
#include "support/rows.h"

static uint64_t imports_state;
static inline unsigned imports_draw(unsigned below) {
    imports_state = imports_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(imports_state >> 33) % below;
}

/* Sheets in the order in which they are applied. Headings, each with its values; the first column is always there. */
enum { IMPORTS_SHAPES = 9, IMPORTS_COLUMNS = 12 };
static const struct imports_shape {
    const char *shape, *columns[IMPORTS_COLUMNS][2];
} imports_shapes[IMPORTS_SHAPES] = {
    {"flat",
     {{"role.number", "1;2;3;4;5;6"},
      {"party.name", "A;A;B;C;D;E"},
      {"party.note", ";one;two"},
      {"address.street", ";Weg 1;Weg 2"},
      {"address.town", "Ulm;Bonn;Hof"},
      {"contact.name", ";Ada;Eva"},
      {"contact.channel.mail", ";a@b.example;e@b.example"},
      {"identifier.duns", ";;1;2;3"},
      {"usage.delivery", ";ja;nein"},
      {"quote_defaults.price_list", ";P;Q"},
      {"quote_defaults.preferred_site", ";;ja"}}},
    {"customer",
     {{"role.number", "1;2;3;4;5;6;"},
      {"party.name", "A;B;C;D;Neu"},
      {"party.short_name", ";one;two;#CLEAR"},
      {"party.vat_id", ";;DE1;DE2"},
      {"party.loyalty_discount", ";;1,5;x"},
      {"identifier.key", ";K1;K2;K3"},
      {"identifier.duns", ";;1;2"},
      {"address.street", ";Weg 1;Weg 2;#CLEAR"},
      {"address.town", ";Ulm;Bonn"},
      {"address.country", ";DE;DE;AT;Nirgends"},
      {"channel.phone", ";1 2;3"},
      {"quote_defaults.price_list", ";P;Q;#CLEAR"}}},
    {"site",
     {{"role.number", "1;2;3;4;5;9"},
      {"address.site_number", ";S1;S2"},
      {"address.street", ";Weg 1;Weg 2;Weg 3"},
      {"address.town", "Ulm;Bonn;Hof"},
      {"address.gln", ";;4;5"},
      {"address.recipient", ";R;#CLEAR"},
      {"address.valid_until", ";;31.12.2099"},
      {"channel.phone", ";1 2;3"},
      {"usage.delivery", ";ja;nein;default"},
      {"quote_defaults.currency", ";;EUR;CHF"},
      {"quote_defaults.preferred_site", ";;ja"}}},
    {"contact",
     {{"role.number", "1;2;3;4;5;9"},
      {"contact.name", "Ada;Eva;Udo;"},
      {"contact.function", ";Chef;#CLEAR"},
      {"channel.mail", ";a@b.example;e@b.example"},
      {"identifier.key", ";;C1;C2"},
      {"usage.purpose", ";;Angebot, Auftrag;Rechnung"},
      {"quote_defaults.preferred_contact", ";;ja"}}},
    {"channel",
     {{"role.number", "1;2;3;4"},
      {"channel.type", "phone;mail;fax"},
      {"channel.value", "1 2;3;4;x@y.example"},
      {"channel.purpose", ";work;home"},
      {"contact.name", ";;;Ada;Eva"},
      {"channel.opt_out", ";;ja;nein"}}},
    {"identifier", {{"role.number", "1;2;3;4"}, {"identifier.scheme", "duns;lei;erp"}, {"identifier.value", "1;2;3;7"}}},
    {"membership",
     {{"role.number", "1;2;3;4"},
      {"membership.group", "G;H;none"},
      {"membership.valid_from", ";;1.1.2020;1.1.2030"},
      {"membership.valid_until", ";;31.12.2025"}}},
    {"bank",
     {{"role.number", "1;2;3;4"},
      {"bank.iban", "DE89370400440532013000;DE02120300000000202051;DE00"},
      {"bank.holder", ";A;B"},
      {"bank.is_default", ";ja;nein"},
      {"bank.note", ";one;two;#CLEAR"}}},
    {"quote_defaults",
     {{"role.number", "1;2;3;4"},
      {"quote_defaults.sales_area", ";;Nord"},
      {"quote_defaults.price_list", ";P;Q;#CLEAR"},
      {"quote_defaults.payment_terms", ";30;60"},
      {"contact.name", ";;;Ada"},
      {"quote_defaults.blocks_inheritance", ";;ja"}}},
};

static inline void imports_say_value(char *out, const char *values) {
    unsigned count = 1;
    for (const char *at = values; *at; at++) count += *at == ';';
    for (unsigned skip = imports_draw(count); skip > 0; skip--) values = strchr(values, ';') + 1;
    rows_say(out, "%.*s", (int)strcspn(values, ";"), values);
}

static inline void imports_say_sheet(char *out, const struct imports_shape *shape, unsigned rows) {
    bool has[IMPORTS_COLUMNS] = {false};
    rows_say(out, "# %s %s\n", shape->shape, shape->shape);
    for (int i = 0; i < IMPORTS_COLUMNS && shape->columns[i][0]; i++) {
        has[i] = i < 2 || imports_draw(3) > 0;
        if (has[i]) rows_say(out, "%s%s", i ? "|" : "", shape->columns[i][0]);
    }
    while (rows-- > 0) {
        rows_say(out, "\n");
        for (int i = 0; i < IMPORTS_COLUMNS && shape->columns[i][0]; i++) {
            if (!has[i]) continue;
            if (i) rows_say(out, "|");
            imports_say_value(out, shape->columns[i][1]);
        }
    }
    rows_say(out, "\n");
}

/* Some sheets, one at least. */
static inline void imports_rows(char *out) {
    out[0] = '\0';
    while (!*out)
        for (int i = 0; i < IMPORTS_SHAPES; i++)
            if (imports_draw(3) == 0) imports_say_sheet(out, &imports_shapes[i], 1 + imports_draw(6));
}

static inline void imports_policies(crm_sync *sync) {
    static const uint32_t kinds[] = {CRM_KIND_PARTY,      CRM_KIND_ADDRESS,    CRM_KIND_CONTACT, CRM_KIND_CHANNEL,
                                     CRM_KIND_IDENTIFIER, CRM_KIND_MEMBERSHIP, CRM_KIND_BANK,    CRM_KIND_QUOTE_DEFAULTS};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        uint32_t exists = imports_draw(2) ? CRM_SYNC_MERGE : CRM_SYNC_MERGE + imports_draw(5);
        uint32_t missing = imports_draw(6) ? CRM_SYNC_CREATE : CRM_SYNC_FAIL;
        cr_assert_eq(crm_sync_set_policy(sync, kinds[i], exists, missing), CRM_OK, "%s", crm_error_text());
    }
}
#endif
