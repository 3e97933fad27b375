/* SPDX-License-Identifier: MIT */
/* Parties that move: the day on which it takes effect, in lists, choices and proposals; successors set by hand. */
#include "support/addresses.h"

static int move(const struct scene *scene, const char *label, int64_t day, crm_id *out) {
    crm_record *to = addresses_new("Neue Str.");
    int rc = crm_address_move(scene->data.txn, scene_id(&scene->data, label), day, to, out);
    crm_record_free(to);
    return rc;
}

Test(address_move, on_its_day) {
    struct scene scene;
    crm_id id = 0;
    scene_begin(&scene, "a address street=Alte valid_until=50; u usage target=a purpose=delivery is_default=1");
    addresses_write(&scene);
    crm_record *to = addresses_new("Neue Str.");
    crm_record_set_date(to, CRM_ADDRESS_VALID_FROM, 1);
    crm_record_set_date(to, CRM_ADDRESS_VALID_UNTIL, 2);
    cr_assert(crm_address_move(scene.data.txn, scene_id(&scene.data, "a"), SCENE_DAY + 10, to, &id) == CRM_OK, "%s", crm_error_text());
    cr_expect(crm_record_key(to) == 0 && crm_record_date(to, CRM_ADDRESS_VALID_UNTIL, 0) == 2, "the caller's record stays as it is");
    crm_record_free(to);
    crm_record *old = addresses_get(&scene, "a");
    cr_expect_eq(crm_record_date(old, CRM_ADDRESS_VALID_UNTIL, 0), SCENE_DAY + 10);
    cr_expect_eq(crm_record_id(old, CRM_ADDRESS_SUCCESSOR), id);
    cr_assert(crm_record_get(scene.data.txn, id, &to) == CRM_OK);
    cr_expect_str_eq(crm_record_text(to, CRM_ADDRESS_STREET), "Neue Str.");
    cr_expect_eq(crm_record_date(to, CRM_ADDRESS_VALID_FROM, 0), SCENE_DAY + 10);
    cr_expect(!crm_record_has(to, CRM_ADDRESS_VALID_UNTIL));
    cr_expect_eq(crm_record_id(to, CRM_ADDRESS_PARTY), scene_id(&scene.data, "p"));
    cr_expect_eq(crm_address_move(scene.data.txn, id, SCENE_DAY + 20, to, NULL), CRM_E_INVALID, "a stored one");
    crm_record_free(to);
    crm_record_free(old);
    crm_id chosen[2] = {0, 0};
    for (int i = 0; i < 2; i++)
        cr_assert(crm_address_choose(scene.data.txn, scene_id(&scene.data, "p"), "delivery", SCENE_DAY + 9 + i, &chosen[i]) == CRM_OK);
    cr_expect(chosen[0] == scene_id(&scene.data, "a") && chosen[1] == id, "the move takes effect on its day");
    scene_end(&scene);
}

/* The same site in the same country, unless the new address says otherwise. */
Test(address_move, what_stays) {
    static const struct stay_case {
        const char *what, *name, *country, *want_name, *want_country;
    } cases[] = {
        {"nothing said", NULL, NULL, "Werk", "AT"}, {"another country", NULL, "CH", "Werk", "CH"}, {"no name", "", NULL, "", "AT"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct scene scene;
        crm_id id = 0;
        scene_begin(&scene, "a address site_number=7 site_name=Werk country=AT region=Tirol");
        addresses_write(&scene);
        crm_record *to = addresses_new("Neue Str."), *moved;
        if (cases[i].name) crm_record_set_text(to, CRM_ADDRESS_SITE_NAME, cases[i].name, CRM_NTS);
        if (cases[i].country) crm_record_set_text(to, CRM_ADDRESS_COUNTRY, cases[i].country, CRM_NTS);
        cr_assert(crm_address_move(scene.data.txn, scene_id(&scene.data, "a"), SCENE_DAY + 10, to, &id) == CRM_OK, "%s", crm_error_text());
        cr_assert_eq(crm_record_get(scene.data.txn, id, &moved), CRM_OK);
        cr_expect_str_eq(crm_record_text(moved, CRM_ADDRESS_SITE_NUMBER), "7", "%s", cases[i].what);
        cr_expect_str_eq(crm_record_text(moved, CRM_ADDRESS_SITE_NAME), cases[i].want_name, "%s", cases[i].what);
        cr_expect_str_eq(crm_record_text(moved, CRM_ADDRESS_COUNTRY), cases[i].want_country, "%s", cases[i].what);
        cr_expect(!crm_record_has(moved, CRM_ADDRESS_REGION), "%s", cases[i].what);
        crm_record_free(to);
        crm_record_free(moved);
        scene_end(&scene);
    }
}

static crm_quote *resolve(const struct scene *scene, int64_t day) {
    crm_quote *quote;
    int rc = crm_quote_resolve(scene->data.txn, scene_id(&scene->data, "p"), day, NULL, &quote);
    cr_assert(rc >= 0, "%s", crm_error_text());
    return quote;
}

static crm_id ship_to(const crm_quote *quote) { return crm_record_id(crm_quote_record(quote), CRM_QUOTE_SHIP_TO); }

/* Preferences and usages of the old address hold for the new one, and terms of the old one too; a proposal that was made keeps its address
 * as it was. */
Test(address_move, in_proposals) {
    static const char *const stored[] = {
        "a address street=Alte; u usage target=a purpose=delivery",
        "a address street=Alte; b address; u usage target=a purpose=delivery; v usage target=b purpose=delivery; d quote_defaults "
        "preferred_site=a",
        "a address street=Alte; u usage target=a purpose=main; t quote_defaults scope=a plant=P",
    };
    for (size_t i = 0; i < sizeof stored / sizeof *stored; i++) {
        struct scene scene;
        crm_id id = 0;
        scene_begin(&scene, stored[i]);
        addresses_write(&scene);
        crm_id old = scene_id(&scene.data, "a");
        crm_quote *before = resolve(&scene, CRM_TODAY);
        char *lines = strdup(crm_quote_address_text(before, CRM_QUOTE_SHIP_TO)), *json = strdup(crm_quote_json(before, NULL));
        cr_assert_eq(move(&scene, "a", SCENE_DAY + 10, &id), CRM_OK);
        crm_quote *eve = resolve(&scene, SCENE_DAY + 9), *day = resolve(&scene, SCENE_DAY + 10);
        cr_expect_eq(ship_to(eve), old, "%zu: the day before", i);
        cr_expect_eq(ship_to(day), id, "%zu: the day", i);
        cr_expect_str_eq(crm_quote_address_text(eve, CRM_QUOTE_SHIP_TO), lines);
        cr_expect_not_null(strstr(crm_quote_address_text(day, CRM_QUOTE_SHIP_TO), "Neue Str."));
        const char *plant = crm_record_text(crm_quote_record(day), CRM_QUOTE_PLANT);
        if (i == 2) cr_expect(plant && !strcmp(plant, "P"), "terms of the old site");
        cr_expect_str_eq(crm_quote_address_text(before, CRM_QUOTE_SHIP_TO), lines, "what was proposed stays");
        cr_expect_str_eq(crm_record_text(crm_quote_address(before, CRM_QUOTE_SHIP_TO), CRM_ADDRESS_STREET), "Alte");
        cr_expect_str_eq(crm_quote_json(before, NULL), json);
        free(lines);
        free(json);
        crm_quote_free(before);
        crm_quote_free(eve);
        crm_quote_free(day);
        scene_end(&scene);
    }
}

static size_t count_addresses(const struct scene *scene) {
    crm_iter *iter;
    crm_id ids[20];
    size_t count = 0;
    cr_assert(crm_record_list(scene->data.txn, scene_id(&scene->data, "p"), CRM_KIND_ADDRESS, 20, NULL, &iter) == CRM_OK);
    crm_iter_next_many(iter, ids, 20, &count);
    crm_iter_free(iter);
    return count;
}

Test(address_move, refused) {
    struct scene scene;
    crm_record *contact;
    scene_begin(&scene, "a address valid_from=0 valid_until=50; b address archived=1; c address valid_until=9 successor=a; d address; e "
                        "address valid_until=50; k contact");
    addresses_write(&scene);
    static const struct refusal {
        const char *what, *label;
        int64_t day;
        int status;
    } refusals[] = {
        {"archived", "b", SCENE_DAY, CRM_E_ARCHIVED},      {"moves already", "c", SCENE_DAY, CRM_E_EXISTS},
        {"not valid before", "a", SCENE_DAY, CRM_E_RANGE}, {"not valid any more", "a", SCENE_DAY + 51, CRM_E_RANGE},
        {"no day", "d", INT64_C(2932897), CRM_E_RANGE},    {"no day of the calendar", "d", INT64_C(-719163), CRM_E_RANGE},
        {"a contact", "k", SCENE_DAY, CRM_E_NOTFOUND},     {"a party", "p", SCENE_DAY, CRM_E_NOTFOUND},
    };
    crm_id id = 7;
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        int rc = move(&scene, refusals[i].label, refusals[i].day, &id);
        cr_expect(rc == refusals[i].status && crm_error_status() == rc && id == 7, "%s: %d %s", refusals[i].what, rc, crm_error_text());
    }
    crm_record *to = addresses_new("x");
    cr_expect_eq(crm_address_move(scene.data.txn, 0, SCENE_DAY, to, NULL), CRM_E_NOTFOUND);
    crm_record_set_int(to, CRM_ADDRESS_LATITUDE, INT64_C(910000000));
    cr_expect_eq(crm_address_move(scene.data.txn, scene_id(&scene.data, "d"), SCENE_DAY, to, NULL), CRM_E_RANGE, "what a put refuses");
    cr_assert(crm_record_new(CRM_KIND_CONTACT, &contact) == CRM_OK);
    cr_expect_eq(crm_address_move(scene.data.txn, scene_id(&scene.data, "d"), SCENE_DAY, contact, NULL), CRM_E_TYPE);
    cr_expect_eq(crm_address_move(scene.data.txn, scene_id(&scene.data, "d"), SCENE_DAY, NULL, NULL), CRM_E_INVALID);
    crm_record_free(contact);
    crm_record_free(to);
    cr_expect_eq(count_addresses(&scene), 5, "nothing was written");
    cr_expect_eq(move(&scene, "a", SCENE_DAY + 1, NULL), CRM_OK, "the day after its first");
    cr_expect_eq(move(&scene, "d", CRM_TODAY, NULL), CRM_OK, "today");
    cr_expect_eq(move(&scene, "e", SCENE_DAY + 50, NULL), CRM_OK, "the day on which it ends anyway");
    cr_expect_eq(crm_txn_commit(scene.data.txn), CRM_OK);
    scene_end(&scene);
}

static int set_successor(const struct scene *scene, const char *label, const char *successor, bool ends) {
    crm_record *rec = addresses_get(scene, label);
    crm_record_set_id(rec, CRM_ADDRESS_SUCCESSOR, scene_id(&scene->data, successor));
    if (ends) crm_record_set_date(rec, CRM_ADDRESS_VALID_UNTIL, SCENE_DAY);
    return addresses_put(scene, rec);
}

/* A successor is set by hand. */
Test(address_move, successor) {
    struct scene scene;
    scene_begin(&scene, "a address; b address; c address; d address; q party; x address party=q; k contact");
    addresses_write(&scene);
    cr_expect_eq(set_successor(&scene, "a", "b", false), CRM_E_REQUIRED);
    cr_expect_eq(crm_error_field(), CRM_ADDRESS_VALID_UNTIL);
    cr_expect_eq(set_successor(&scene, "a", "a", true), CRM_E_CYCLE);
    cr_expect_eq(crm_error_field(), CRM_ADDRESS_SUCCESSOR);
    cr_expect_eq(set_successor(&scene, "a", "x", true), CRM_E_NOT_RELATED);
    cr_expect_eq(set_successor(&scene, "a", "k", true), CRM_E_NOTFOUND);
    cr_expect_eq(set_successor(&scene, "a", "b", true), CRM_OK);
    cr_expect_eq(set_successor(&scene, "b", "c", true), CRM_OK);
    cr_expect_eq(set_successor(&scene, "c", "a", true), CRM_E_CYCLE, "a circle of three");
    cr_expect_eq(set_successor(&scene, "c", "b", true), CRM_E_CYCLE, "a circle of two");
    cr_expect_eq(set_successor(&scene, "a", "c", true), CRM_OK, "another one");
    crm_record *rec = addresses_get(&scene, "a");
    crm_record_clear(rec, CRM_ADDRESS_VALID_UNTIL);
    cr_expect_eq(addresses_put(&scene, rec), CRM_E_REQUIRED, "it ends no more");
    rec = addresses_get(&scene, "a");
    crm_record_clear(rec, CRM_ADDRESS_SUCCESSOR);
    cr_expect_eq(addresses_put(&scene, rec), CRM_OK);
    cr_expect_eq(set_successor(&scene, "c", "a", true), CRM_OK, "no circle any more");
    cr_expect_eq(set_successor(&scene, "b", "d", true), CRM_OK);
    cr_expect_eq(set_successor(&scene, "a", "d", true), CRM_OK);
    cr_expect_eq(set_successor(&scene, "a", "c", true), CRM_E_CYCLE, "another one, and a circle");
    scene_end(&scene);
}

/* More than are read at once, all of which move. */
Test(address_move, many) {
    enum { COUNT = 600 };
    struct scene scene;
    crm_iter *iter;
    crm_id ids[2 * COUNT], party;
    size_t size = 0;
    scene_begin(&scene, "a address");
    addresses_write(&scene);
    party = scene_id(&scene.data, "p");
    for (int i = 0; i < COUNT; i++) {
        crm_record *address, *usage;
        crm_id id;
        cr_assert(crm_record_new(CRM_KIND_ADDRESS, &address) == CRM_OK && crm_record_new(CRM_KIND_USAGE, &usage) == CRM_OK);
        crm_record_set_id(address, CRM_ADDRESS_PARTY, party);
        cr_assert(crm_record_put(scene.data.txn, address, &id, NULL) == CRM_OK);
        crm_record_set_id(usage, CRM_USAGE_PARTY, party);
        crm_record_set_id(usage, CRM_USAGE_TARGET, id);
        crm_record_set_text(usage, CRM_USAGE_PURPOSE, "delivery", CRM_NTS);
        cr_assert(addresses_put(&scene, usage) == CRM_OK);
        cr_assert(crm_address_move(scene.data.txn, id, SCENE_DAY + 3, address, &ids[i]) == CRM_OK, "%s", crm_error_text());
        crm_record_free(address);
    }
    cr_assert(crm_address_list(scene.data.txn, party, "delivery", SCENE_DAY + 3, 10000, NULL, &iter) == CRM_OK);
    for (crm_id id; crm_iter_next(iter, &id) == CRM_ROW; size++) cr_expect(size < COUNT && id == ids[size], "the order of ids, %zu", size);
    cr_expect_eq(size, COUNT);
    crm_iter_free(iter);
    scene_end(&scene);
}

/* Sixteen moves one after the other, and what they are used for is still found; the next one is refused, and nothing changes. */
Test(address_move, too_many) {
    struct scene scene;
    crm_id last, chosen = 0;
    scene_begin(&scene, "a address; u usage target=a purpose=delivery");
    addresses_write(&scene);
    last = scene_id(&scene.data, "a");
    for (int day = 1; day <= 17; day++) {
        crm_record *to = addresses_new("Neue Str.");
        int rc = crm_address_move(scene.data.txn, last, SCENE_DAY + day, to, &last);
        cr_expect_eq(rc, day <= 16 ? CRM_OK : CRM_E_TOO_BIG, "move %d: %s", day, crm_error_text());
        crm_record_free(to);
    }
    cr_expect_eq(crm_error_field(), CRM_ADDRESS_SUCCESSOR);
    cr_expect_eq(crm_address_choose(scene.data.txn, scene_id(&scene.data, "p"), "delivery", SCENE_DAY + 30, &chosen), CRM_OK);
    cr_expect_eq(chosen, last);
    scene_end(&scene);
}

static void put_chain(struct scene *scene, const char *first, int moves, crm_id *last) {
    *last = scene_id(&scene->data, first);
    for (int day = 1; day <= moves; day++) {
        crm_record *to = addresses_new("Neue Str.");
        cr_assert_eq(crm_address_move(scene->data.txn, *last, SCENE_DAY + day, to, last), CRM_OK);
        crm_record_free(to);
    }
}

/* Two chains become one: those behind count with those ahead. */
Test(address_move, too_many_together) {
    for (int more = 0; more < 2; more++) {
        struct scene scene;
        crm_id end, other;
        scene_begin(&scene, "a address; b address");
        addresses_write(&scene);
        put_chain(&scene, "a", 7, &end);
        put_chain(&scene, "b", 8 + more, &other);
        crm_record *rec;
        cr_assert_eq(crm_record_get(scene.data.txn, end, &rec), CRM_OK);
        crm_record_set_id(rec, CRM_ADDRESS_SUCCESSOR, scene_id(&scene.data, "b"));
        crm_record_set_date(rec, CRM_ADDRESS_VALID_UNTIL, SCENE_DAY + 60);
        cr_expect_eq(addresses_put(&scene, rec), more ? CRM_E_TOO_BIG : CRM_OK, "%d moves: %s", 16 + more, crm_error_text());
        scene_end(&scene);
    }
}
