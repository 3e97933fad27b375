/* SPDX-License-Identifier: MIT */
/* What candidates for a purpose cost, and what they survive: round trips, long chains of moves, stubs that a merge leaves, circles that
 * only damage can make. */
#include "api/api.h"
#include "support/addresses.h"

#define USED "u usage target=a purpose=delivery;"

static const struct cost {
    const char *what, *stored;
    uint64_t trips;
} costs[] = {
    {"nobody", "", 2},
    {"one", "a address;" USED, 3},
    {"two, and a contact", "a address;b address;c contact;" USED "v usage target=b purpose=delivery;w usage target=c purpose=delivery", 3},
    {"one that moved", "a address valid_until=0 successor=b;b address;" USED, 4},
    {"two that moved",
     "a address valid_until=0 successor=b;b address;c address valid_until=0 successor=d;d address;" USED
     "v usage target=c purpose=delivery",
     4},
    {"one that moves later", "a address valid_until=1 successor=b;b address;" USED, 3},
};

static crm_id choose(const struct scene *scene, int *rc) {
    crm_id id = 0;
    *rc = crm_address_choose(scene->data.txn, scene_id(&scene->data, "p"), "delivery", CRM_TODAY, &id);
    return id;
}

Test(usage, costs) {
    crmi_counting_enable(true);
    for (size_t i = 0; i < sizeof costs / sizeof *costs; i++) {
        struct scene scene;
        crm_iter *iter;
        int rc;
        scene_begin(&scene, costs[i].stored);
        crmi_counting_reset();
        choose(&scene, &rc);
        cr_expect_leq(crmi_counting_trips(), costs[i].trips, "%s: %d round trips", costs[i].what, (int)crmi_counting_trips());
        crmi_counting_reset();
        rc = crm_address_list(scene.data.txn, scene_id(&scene.data, "p"), "delivery", CRM_TODAY, 0, NULL, &iter);
        cr_expect_eq(rc, CRM_OK);
        cr_expect_leq(crmi_counting_trips(), costs[i].trips, "%s: the list", costs[i].what);
        crm_iter_free(iter);
        scene_end(&scene);
    }
    crmi_counting_enable(false);
}

/* --- long chains --- */

/* Addresses a, b, c ... of which each but the last moves to the next. */
static int make_chain(struct scene *scene, int moves) {
    static char stored[2000];
    crm_id ids[30] = {0};
    int rc = CRM_OK;
    snprintf(stored, sizeof stored, "a address;%s", USED);
    scene_begin(scene, stored);
    addresses_write(scene);
    ids[0] = scene_id(&scene->data, "a");
    for (int i = 0; i < moves && rc == CRM_OK; i++) {
        crm_record *to = addresses_new("Neue Str.");
        rc = crm_address_move(scene->data.txn, ids[i], SCENE_DAY - 40 + i, to, &ids[i + 1]);
        crm_record_free(to);
    }
    return rc;
}

/* As many as a proposal follows. */
Test(usage, long_chains) {
    for (int moves = 15; moves <= 16; moves++) {
        struct scene scene;
        crm_quote *quote;
        int rc;
        cr_assert_eq(make_chain(&scene, moves), CRM_OK, "%s", crm_error_text());
        crm_id id = choose(&scene, &rc);
        cr_expect_eq(rc, CRM_OK, "%d moves: %d", moves, rc);
        rc = crm_quote_resolve(scene.data.txn, scene_id(&scene.data, "p"), CRM_TODAY, NULL, &quote);
        cr_assert(rc >= 0, "%s", crm_error_text());
        cr_expect_eq(crm_record_id(crm_quote_record(quote), CRM_QUOTE_SHIP_TO), id, "%d moves: the same in a proposal", moves);
        crm_quote_free(quote);
        scene_end(&scene);
    }
}

/* One that would have to be followed further is refused. */
Test(usage, chains_refused) {
    struct scene scene;
    for (int moves = 15; moves <= 16; moves++) {
        cr_assert_eq(make_chain(&scene, moves), CRM_OK);
        crm_record *first = addresses_new("Allererste");
        crm_record_set_id(first, CRM_ADDRESS_PARTY, scene_id(&scene.data, "p"));
        crm_id id;
        cr_assert_eq(crm_record_put(scene.data.txn, first, &id, NULL), CRM_OK);
        crm_record_free(first);
        cr_assert_eq(crm_record_get(scene.data.txn, id, &first), CRM_OK);
        crm_record_set_date(first, CRM_ADDRESS_VALID_UNTIL, SCENE_DAY - 50);
        crm_record_set_id(first, CRM_ADDRESS_SUCCESSOR, scene_id(&scene.data, "a"));
        int rc = addresses_put(&scene, first);
        cr_expect_eq(rc, moves == 15 ? CRM_OK : CRM_E_TOO_BIG, "before %d moves: %d", moves, rc);
        scene_end(&scene);
    }
}

/* --- what only damage and merges make --- */

static crmi_packed packed(crmi_txn *txn, const struct scene *scene, const char *label) {
    return label ? crmi_store_packed(txn, scene_id(&scene->data, label)) : 0;
}

static void forward(struct scene *scene, const char *from, const char *to) {
    int status;
    crmi_txn *txn = crmi_api_enter(scene->data.txn, true, &status);
    cr_assert(txn && crmi_store_forward(txn, packed(txn, scene, from), packed(txn, scene, to)) == CRM_OK);
    crmi_api_leave(scene->data.txn);
}

static const char *chosen(const struct scene *scene) {
    int rc;
    crm_id id = choose(scene, &rc);
    cr_expect(rc == CRM_OK || rc == CRM_E_NOTFOUND, "%d", rc);
    return rc == CRM_OK ? scene_label(&scene->data, id) : "";
}

Test(usage, stubs) {
    struct scene scene;
    scene_begin(&scene, "a address;b address;c contact;q party;x address party=q;v usage party=q target=x purpose=delivery;" USED);
    addresses_write(&scene);
    forward(&scene, "a", "b");
    cr_expect_str_eq(chosen(&scene), "b");
    forward(&scene, "b", "c");
    cr_expect_str_eq(chosen(&scene), "", "a stub to another kind");
    forward(&scene, "b", "x");
    cr_expect_str_eq(chosen(&scene), "", "one to another party's");
    forward(&scene, "b", "a");
    cr_expect_str_eq(chosen(&scene), "", "a circle");
    forward(&scene, "b", NULL);
    cr_expect_str_eq(chosen(&scene), "", "deleted");
    forward(&scene, "p", "q");
    cr_expect_str_eq(chosen(&scene), "x", "the party that took its place");
    forward(&scene, "q", NULL);
    cr_expect_str_eq(chosen(&scene), "", "no party");
    scene_end(&scene);
}

/* Written below all rules: an address that moves to another one, whatever that is. */
static void set_successor(struct scene *scene, const char *label, const char *successor) {
    int status;
    crm_record *rec = addresses_get(scene, label);
    crm_record_set_date(rec, CRM_ADDRESS_VALID_UNTIL, SCENE_DAY);
    crm_record_set_id(rec, CRM_ADDRESS_SUCCESSOR, scene_id(&scene->data, successor));
    crmi_txn *txn = crmi_api_enter(scene->data.txn, true, &status);
    cr_assert(txn && crmi_store_put(txn, packed(txn, scene, label), rec, 2) == CRM_OK);
    crmi_api_leave(scene->data.txn);
    crm_record_free(rec);
}

Test(usage, circles) {
    struct scene scene;
    scene_begin(&scene, "a address;b address;c contact;d address;e address;w usage target=e purpose=main;q party;x address party=q;" USED);
    addresses_write(&scene);
    set_successor(&scene, "a", "a");
    cr_expect_str_eq(chosen(&scene), "e", "a circle leads nowhere");
    set_successor(&scene, "a", "b");
    set_successor(&scene, "b", "a");
    cr_expect_str_eq(chosen(&scene), "e");
    cr_expect_eq(crm_address_move(scene.data.txn, scene_id(&scene.data, "d"), CRM_TODAY, NULL, NULL), CRM_E_INVALID);
    crm_record *rec = addresses_get(&scene, "d");
    crm_record_set_date(rec, CRM_ADDRESS_VALID_UNTIL, SCENE_DAY);
    crm_record_set_id(rec, CRM_ADDRESS_SUCCESSOR, scene_id(&scene.data, "a"));
    cr_expect_eq(addresses_put(&scene, rec), CRM_E_TOO_BIG, "nobody moves into a circle");
    set_successor(&scene, "a", "c");
    cr_expect_str_eq(chosen(&scene), "e", "a successor of another kind");
    set_successor(&scene, "a", "x");
    cr_expect_str_eq(chosen(&scene), "e", "one of another party");
    scene_end(&scene);
}
