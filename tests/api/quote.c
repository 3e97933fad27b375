/* SPDX-License-Identifier: MIT */
/* The quote proposal as an object: arguments, accessors, snapshots by value, JSON. */
#include "support/proposal.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* Three addresses: a1 for deliveries by default, a2 for deliveries, a3 the main one. */
#define SITES                                                                                                                              \
    "a1 address town=A;a2 address town=B;a3 address town=C;u1 usage target=a1 purpose=delivery is_default=1;"                              \
    "u2 usage target=a2 purpose=delivery;u3 usage target=a3 purpose=main;"

#define LIST "k code domain=price_list code=L currency=CHF;"

Test(quote, doors) {
    struct scene scene;
    scene_begin(&scene, "a1 address;c1 contact");
    crm_txn *txn = scene.data.txn;
    crm_quote *quote = (crm_quote *)&scene;
    crm_id p = scene_id(&scene.data, "p");
    crm_record *other;
    cr_assert(crm_record_new(CRM_KIND_PARTY, &other) == CRM_OK);

    cr_expect(crm_quote_resolve(txn, p, SCENE_DAY, NULL, NULL) == CRM_E_INVALID);
    cr_expect(crm_quote_resolve(NULL, p, SCENE_DAY, NULL, &quote) == CRM_E_INVALID && quote == NULL);
    const crm_id nobody[] = {0, 1, UINT64_MAX, p ^ 1, scene_id(&scene.data, "a1"), scene_id(&scene.data, "c1")};
    for (size_t i = 0; i < sizeof nobody / sizeof *nobody; i++) {
        quote = (crm_quote *)&scene;
        cr_expect(crm_quote_resolve(txn, nobody[i], SCENE_DAY, NULL, &quote) == CRM_E_NOTFOUND && quote == NULL, "customer %zu", i);
    }
    const int64_t days[] = {INT64_MAX, INT64_MIN + 1, 2932897, -719163};
    for (size_t i = 0; i < sizeof days / sizeof *days; i++)
        cr_expect(crm_quote_resolve(txn, p, days[i], NULL, &quote) == CRM_E_RANGE && !quote, "day %zu", i);
    cr_expect(crm_quote_resolve(txn, p, SCENE_DAY, other, &quote) == CRM_E_TYPE && !quote);
    crm_txn_abort(txn);
    cr_expect(crm_quote_resolve(txn, p, SCENE_DAY, NULL, &quote) == CRM_E_ENDED && !quote);
    crm_record_free(other);
    crm_quote_free(NULL);
    scene_end(&scene);
}

Test(quote, wrong_fields) {
    struct scene scene;
    scene_begin(&scene, "");
    crm_quote *quote;
    cr_assert(crm_quote_resolve(scene.data.txn, scene_id(&scene.data, "p"), 2932896, NULL, &quote) == CRM_OK);
    const crm_field wrong[] = {CRM_PARTY_NAME, CRM_KIND_QUOTE * 1000, CRM_QUOTE_SALES_AREA + 1, UINT32_MAX, 1};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        cr_expect(crm_quote_level(quote, wrong[i]) == 0 && crm_error_status() == CRM_E_TYPE && crm_error_field() == wrong[i]);
        cr_expect(!crm_quote_reason(quote, wrong[i]) && !crm_quote_source(quote, wrong[i]) && !crm_quote_source_revision(quote, wrong[i]));
        cr_expect(!crm_quote_source_field(quote, wrong[i]) && !crm_quote_flags(quote, wrong[i]) &&
                  !crm_quote_candidate_count(quote, wrong[i]));
        cr_expect(!crm_quote_candidate(quote, wrong[i], 0) && !crm_quote_address(quote, wrong[i]) &&
                  !crm_quote_address_text(quote, wrong[i]));
    }
    cr_expect(!crm_quote_address(quote, CRM_QUOTE_CONTACT) && crm_error_field() == CRM_QUOTE_CONTACT);
    cr_expect(!crm_quote_address(quote, CRM_QUOTE_SHIP_TO) && !crm_quote_address_text(quote, CRM_QUOTE_BILL_TO), "unset");
    cr_expect(crm_quote_date(quote) == 2932896);
    crm_quote_free(quote);
    cr_expect(!crm_quote_record(NULL) && crm_error_status() == CRM_E_INVALID && !crm_quote_json(NULL, NULL) && !crm_quote_flags(NULL, 0));
    cr_expect(!crm_quote_level_name(1) && !crm_quote_reason_name(99));
    cr_expect_str_eq(crm_quote_level_name(CRM_LEVEL_UNSET), "unset");
    cr_expect_str_eq(crm_quote_reason_name(CRM_REASON_NONE), "none");
    scene_end(&scene);
}

Test(quote, block_reason) {
    static const char *const wanted[][2] = {
        {"p party order_lock=1 lock_reason=unpaid", "unpaid"}, {"p party order_lock=1", ""}, {"p party lock_reason=old", NULL}};
    for (size_t i = 0; i < 3; i++) {
        struct scene scene;
        crm_quote *quote;
        scene_begin(&scene, wanted[i][0]);
        cr_assert(crm_quote_resolve(scene.data.txn, scene_id(&scene.data, "p"), SCENE_DAY, NULL, &quote) == CRM_OK);
        const char *reason = crm_quote_block_reason(quote);
        cr_expect(wanted[i][1] ? reason && !strcmp(reason, wanted[i][1]) : !reason, "row %zu", i);
        cr_expect(crm_quote_flags(quote, 0) == (wanted[i][1] ? CRM_QUOTE_FLAG_BLOCKED : 0));
        crm_quote_free(quote);
        scene_end(&scene);
    }
}

/* What is changed later does not change a proposal; it outlives transaction and store. */
Test(quote, snapshot_by_value) {
    struct scene scene;
    scene_begin(&scene, "p party name_addition=Halle;a1 address street=Weg house_number=1 postal_code=10115 town=Berlin country=DE "
                        "po_box=7 po_box_postal_code=10001;"
                        "u1 usage target=a1 purpose=delivery;u2 usage target=a1 purpose=billing");
    crm_quote *quote, *later;
    crm_record *address;
    crm_txn *txn;
    crm_id p = scene_id(&scene.data, "p"), a1 = scene_id(&scene.data, "a1");
    cr_assert(crm_quote_resolve(scene.data.txn, p, SCENE_DAY, NULL, &quote) == CRM_OK);
    cr_assert(crm_txn_begin(scene.db, CRM_TXN_WRITE, CRM_ACTOR_SYSTEM, &txn) == CRM_OK);
    cr_assert(crm_record_get(txn, a1, &address) == CRM_OK && crm_record_set_text(address, CRM_ADDRESS_TOWN, "Potsdam", CRM_NTS) == CRM_OK);
    cr_assert(crm_record_put(txn, address, NULL, NULL) == CRM_OK);
    cr_assert(crm_quote_resolve(txn, p, SCENE_DAY, NULL, &later) == CRM_OK);
    cr_assert(crm_txn_commit(txn) == CRM_OK);
    crm_txn_free(txn);
    crm_record_free(address);
    scene_end(&scene);

    cr_expect_str_eq(crm_quote_address_text(quote, CRM_QUOTE_SHIP_TO), "Muster\nHalle\nWeg 1\n10115 Berlin\nGERMANY");
    cr_expect_str_eq(crm_quote_address_text(quote, CRM_QUOTE_BILL_TO), "Muster\nHalle\nPostfach 7\n10001 Berlin\nGERMANY");
    cr_expect_str_eq(crm_quote_address_text(later, CRM_QUOTE_SHIP_TO), "Muster\nHalle\nWeg 1\n10115 Potsdam\nGERMANY");
    const crm_record *then = crm_quote_address(quote, CRM_QUOTE_SHIP_TO), *now = crm_quote_address(later, CRM_QUOTE_SHIP_TO);
    cr_expect_str_eq(crm_record_text(then, CRM_ADDRESS_TOWN), "Berlin");
    cr_expect(crm_record_revision(then) == 1 && crm_record_revision(now) == 2 && crm_record_key(then) == a1 && crm_record_key(now) == a1);
    cr_expect(crm_record_id(then, CRM_ADDRESS_PARTY) == p);
    crm_quote_free(quote);
    crm_quote_free(later);
}

/* The country's line is left out where the store's own terms name the same country as the sender's. */
Test(quote, sender_country) {
    static const struct {
        const char *stored, *given, *ship_to, *bill_to;
    } cases[] = {
        {"", NULL, "Muster\nUlm\nGERMANY", "Muster\nWien\nAUSTRIA"},
        {";g global sender_country=DE", NULL, "Muster\nUlm", "Muster\nWien\nAUSTRIA"},
        {";g global sender_country=AT", NULL, "Muster\nUlm\nGERMANY", "Muster\nWien"},
        {";g global sender_country=FR", NULL, "Muster\nUlm\nGERMANY", "Muster\nWien\nAUSTRIA"},
        {";g global sender_country=DE;h global sales_area=N sender_country=AT", NULL, "Muster\nUlm", "Muster\nWien\nAUSTRIA"},
        {";g global sender_country=DE;h global sales_area=N sender_country=AT", "sales_area=N", "Muster\nUlm\nGERMANY", "Muster\nWien"},
        {";g global sender_country=DE;h global sales_area=N plant=A", "sales_area=N", "Muster\nUlm", "Muster\nWien\nAUSTRIA"},
        {";g global sender_country=DE;h global sales_area=N sender_country=", "sales_area=N", "Muster\nUlm\nGERMANY",
         "Muster\nWien\nAUSTRIA"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct scene scene;
        crm_quote *quote;
        char stored[300] = "a1 address town=Ulm country=DE;a2 address town=Wien country=AT;u1 usage target=a1 purpose=delivery;"
                           "u2 usage target=a2 purpose=billing";
        scene_begin(&scene, strcat(stored, cases[i].stored));
        crm_record *given = scene_given(&scene.data, cases[i].given);
        cr_assert(crm_quote_resolve(scene.data.txn, scene_id(&scene.data, "p"), SCENE_DAY, given, &quote) == CRM_OK);
        cr_expect_str_eq(crm_quote_address_text(quote, CRM_QUOTE_SHIP_TO), cases[i].ship_to, "row %zu", i);
        cr_expect_str_eq(crm_quote_address_text(quote, CRM_QUOTE_BILL_TO), cases[i].bill_to, "row %zu", i);
        crm_quote_free(quote);
        crm_record_free(given);
        scene_end(&scene);
    }
}

/* The source's revision is the one that was read. */
Test(quote, revisions) {
    struct scene scene;
    scene_begin(&scene, "d quote_defaults plant=A");
    crm_txn *txn;
    crm_record *defaults;
    crm_quote *quote;
    cr_assert(crm_txn_begin(scene.db, CRM_TXN_WRITE, CRM_ACTOR_SYSTEM, &txn) == CRM_OK);
    for (const char *plant = "BCD"; *plant; plant++) {
        cr_assert(crm_record_get(txn, scene_id(&scene.data, "d"), &defaults) == CRM_OK);
        cr_assert(crm_record_set_text(defaults, CRM_QUOTE_DEFAULTS_PLANT, plant, 1) == CRM_OK &&
                  crm_record_put(txn, defaults, NULL, NULL) == CRM_OK);
        crm_record_free(defaults);
    }
    cr_assert(crm_quote_resolve(txn, scene_id(&scene.data, "p"), SCENE_DAY, NULL, &quote) == CRM_OK);
    cr_expect(crm_quote_source_revision(quote, CRM_QUOTE_PLANT) == 4);
    cr_expect_str_eq(crm_record_text(crm_quote_record(quote), CRM_QUOTE_PLANT), "D");
    crm_quote_free(quote);
    crm_txn_free(txn);
    scene_end(&scene);
}

/* A code is read as it is now: its entry in the index, where it is found, carries what has changed. */
Test(quote, changed_code) {
    struct scene scene;
    scene_begin(&scene, LIST "d quote_defaults price_list=L");
    crm_txn *txn;
    crm_record *code;
    crm_quote *quote;
    cr_assert(crm_txn_begin(scene.db, CRM_TXN_WRITE, CRM_ACTOR_SYSTEM, &txn) == CRM_OK);
    cr_assert(crm_record_get(txn, scene_id(&scene.data, "k"), &code) == CRM_OK);
    cr_assert(crm_record_set_text(code, CRM_CODE_CURRENCY, "NOK", CRM_NTS) == CRM_OK && crm_record_put(txn, code, NULL, NULL) == CRM_OK);
    crm_record_free(code);
    cr_assert(crm_quote_resolve(txn, scene_id(&scene.data, "p"), SCENE_DAY, NULL, &quote) == CRM_OK);
    cr_expect_str_eq(crm_record_text(crm_quote_record(quote), CRM_QUOTE_CURRENCY), "NOK");
    cr_expect(crm_quote_source_revision(quote, CRM_QUOTE_CURRENCY) == 2);
    crm_quote_free(quote);
    crm_txn_free(txn);
    scene_end(&scene);
}

/* Any order of calls on a proposal, and of proposals on a snapshot. */
Test(quote, order_of_calls) {
    struct scene scene;
    scene_begin(&scene, SITES "c1 contact;c2 contact;d quote_defaults plant=A price_list=L;q party;" LIST);
    crm_quote *first, *second, *other;
    crm_id p = scene_id(&scene.data, "p");
    cr_assert(crm_quote_resolve(scene.data.txn, p, SCENE_DAY, NULL, &first) == CRM_CHOOSE);
    const char *json = crm_quote_json(first, NULL);
    cr_assert(crm_quote_resolve(scene.data.txn, scene_id(&scene.data, "q"), SCENE_DAY, NULL, &other) == CRM_OK);
    cr_assert(crm_quote_resolve(scene.data.txn, p, SCENE_DAY, NULL, &second) == CRM_CHOOSE);
    crm_quote_candidate(second, CRM_QUOTE_CONTACT, 1);
    crm_quote_address_text(second, CRM_QUOTE_SHIP_TO);
    crm_quote_json(second, NULL);
    cr_expect_str_eq(json, crm_quote_json(second, NULL));
    cr_expect(strcmp(json, crm_quote_json(other, NULL)) != 0);
    crm_quote_free(first);
    crm_quote_free(other);
    crm_quote_free(second);
    scene_end(&scene);
}

static void expect_part(const char *json, const char *part) { cr_expect(strstr(json, part), "no %s in %s", part, json); }

Test(quote, json) {
    struct scene scene;
    scene_begin(&scene, "p party order_lock=1 lock_reason=unpaid;a1 address town=Ulm country=DE;u1 usage target=a1 purpose=delivery;"
                        "c1 contact;c2 contact;d quote_defaults plant= payment_terms=\"30\"");
    crm_quote *quote;
    char part[300];
    size_t size;
    cr_assert(crm_quote_resolve(scene.data.txn, scene_id(&scene.data, "p"), 0, NULL, &quote) == CRM_CHOOSE);
    const char *json = crm_quote_json(quote, &size);
    cr_assert(json && size == strlen(json));
    expect_part(
        json,
        "{\"date\":\"1970-01-01\",\"flags\":[\"AMBIGUOUS\",\"BLOCKED\"],\"block_reason\":\"unpaid\",\"fields\":{\"customer\":{\"value\":");
    expect_part(json, "\"level\":\"explicit\",\"reason\":\"explicit\",\"flags\":[\"BLOCKED\"]}");
    unsigned long long u1 = scene_id(&scene.data, "u1"), a1 = scene_id(&scene.data, "a1"), d = scene_id(&scene.data, "d");
    snprintf(part, sizeof part,
             "\"ship_to\":{\"value\":%llu,\"level\":\"customer\",\"source\":%llu,\"source_field\":\"usage.target\",\"revision\":1,"
             "\"reason\":\"only_purpose\"}",
             a1, u1);
    expect_part(json, part);
    expect_part(json, "\"bill_to\":{\"value\":null,\"level\":\"unset\"}");
    unsigned long long c1 = scene_id(&scene.data, "c1"), c2 = scene_id(&scene.data, "c2");
    snprintf(part, sizeof part, "\"contact\":{\"value\":null,\"level\":\"unset\",\"flags\":[\"AMBIGUOUS\"],\"candidates\":[%llu,%llu]}",
             c1 < c2 ? c1 : c2, c1 < c2 ? c2 : c1);
    expect_part(json, part);
    snprintf(part, sizeof part,
             "\"plant\":{\"value\":\"\",\"level\":\"customer\",\"source\":%llu,\"source_field\":\"quote_defaults.plant\",\"revision\":1}",
             d);
    expect_part(json, part);
    expect_part(json, "\"value\":\"\\\"30\\\"\"");
    snprintf(part, sizeof part,
             "\"addresses\":{\"ship_to\":{\"lines\":[\"Muster\",\"Ulm\",\"GERMANY\"],\"kind\":\"address\",\"id\":%llu,\"revision\":1,", a1);
    expect_part(json, part);
    crm_quote_free(quote);
    scene_end(&scene);
}

/* The same day given as a number and as today. */
Test(quote, day) {
    struct scene scene;
    scene_begin(&scene, "a1 address;u1 usage target=a1 purpose=delivery valid_from=5 valid_until=7");
    static const int taken[][2] = {{4, 0}, {5, 1}, {6, 1}, {7, 0}};
    for (size_t i = 0; i < 4; i++) {
        crm_quote *quote;
        cr_assert(crm_quote_resolve(scene.data.txn, scene_id(&scene.data, "p"), SCENE_DAY + taken[i][0], NULL, &quote) == CRM_OK);
        cr_expect((crm_quote_level(quote, CRM_QUOTE_SHIP_TO) != CRM_LEVEL_UNSET) == taken[i][1], "day %d", taken[i][0]);
        cr_expect(crm_quote_date(quote) == SCENE_DAY + taken[i][0]);
        crm_quote_free(quote);
    }
    crm_quote *quote;
    cr_assert(crm_quote_resolve(scene.data.txn, scene_id(&scene.data, "p"), CRM_TODAY, NULL, &quote) == CRM_OK);
    cr_expect(crm_quote_date(quote) == SCENE_DAY);
    crm_quote_free(quote);
    scene_end(&scene);
}
