/* SPDX-License-Identifier: MIT */
/* Addresses and contacts by what they are for, and addresses as lines. */
#include "support/addresses.h"

/* --- candidates: a row for every rule --- */

static const struct row {
    const char *what, *stored, *purpose;
    int day;            /* counted from SCENE_DAY */
    const char *listed; /* defaults, '|', others; each in the order of their records */
    const char *chosen; /* a label, "?" several, "" none */
} rows[] = {
    {"nobody", "a address", "delivery", 0, "|", ""},
    {"the only one", "a address; u usage target=a purpose=delivery", "delivery", 0, "|a", "a"},
    {"another purpose", "a address; u usage target=a purpose=billing", "delivery", 0, "|", ""},
    {"a purpose of the host's own", "a address; u usage target=a purpose=fair", "fair", 0, "|a", "a"},
    {"a purpose that begins like another", "a address; u usage target=a purpose=deliver", "delivery", 0, "|", ""},
    {"a purpose that goes on", "a address; u usage target=a purpose=deliveryx", "delivery", 0, "|", ""},
    {"two", "a address; b address; u usage target=a purpose=delivery; v usage target=b purpose=delivery", "delivery", 0, "|a b", "?"},
    {"the default before the other",
     "a address; b address; u usage target=a purpose=delivery; v usage target=b purpose=delivery is_default=1", "delivery", 0, "b|a", "b"},
    {"two defaults", "a address; b address; u usage target=a purpose=delivery is_default=1; v usage target=b purpose=delivery is_default=1",
     "delivery", 0, "a b|", "?"},
    {"a default of another purpose",
     "a address; b address; u usage target=a purpose=delivery; v usage target=b purpose=delivery; w usage target=b purpose=billing "
     "is_default=1",
     "delivery", 0, "|a b", "?"},
    {"said twice, once as the default",
     "a address; b address; u usage target=a purpose=delivery; v usage target=a purpose=delivery is_default=1; w usage target=b "
     "purpose=delivery",
     "delivery", 0, "a|b", "a"},
    {"said twice, the other way round",
     "a address; b address; u usage target=a purpose=delivery is_default=1; v usage target=a purpose=delivery; w usage target=b "
     "purpose=delivery",
     "delivery", 0, "a|b", "a"},
    {"the main one is for deliveries too",
     "a address; b address; u usage target=a purpose=main; v usage target=a purpose=delivery; w usage target=b purpose=main", "delivery", 0,
     "|a", "a"},
    {"the same, the other way round",
     "a address; b address; u usage target=a purpose=delivery; v usage target=a purpose=main; w usage target=b purpose=main", "delivery", 0,
     "|a", "a"},
    {"the main one serves where there is none", "a address; u usage target=a purpose=main", "delivery", 0, "|", "a"},
    {"the main one does not count beside another",
     "a address; b address; u usage target=a purpose=main is_default=1; v usage target=b purpose=delivery", "delivery", 0, "|b", "b"},
    {"two main ones", "a address; b address; u usage target=a purpose=main; v usage target=b purpose=main", "delivery", 0, "|", "?"},
    {"two main ones, one the default: all main ones are equal where they stand in for another purpose",
     "a address; b address; u usage target=a purpose=main is_default=1; v usage target=b purpose=main", "delivery", 0, "|", "?"},
    {"the default of the main ones, asked for as such",
     "a address; b address; u usage target=a purpose=main is_default=1; v usage target=b purpose=main", "main", 0, "a|b", "a"},
    {"archived", "a address archived=1; b address; u usage target=a purpose=delivery is_default=1; v usage target=b purpose=delivery",
     "delivery", 0, "|b", "b"},
    {"a usage of no day any more", "a address; u usage target=a purpose=delivery valid_until=0", "delivery", 0, "|", ""},
    {"its last day", "a address; u usage target=a purpose=delivery valid_until=0", "delivery", -1, "|a", "a"},
    {"a usage that begins", "a address; u usage target=a purpose=delivery valid_from=5", "delivery", 5, "|a", "a"},
    {"the day before", "a address; u usage target=a purpose=delivery valid_from=5", "delivery", 4, "|", ""},
    {"an address that begins", "a address valid_from=5; u usage target=a purpose=delivery", "delivery", 5, "|a", "a"},
    {"an address of tomorrow", "a address valid_from=5; u usage target=a purpose=delivery", "delivery", 4, "|", ""},
    {"an address that ends", "a address valid_until=5; u usage target=a purpose=delivery", "delivery", 4, "|a", "a"},
    {"an address that has ended", "a address valid_until=5; u usage target=a purpose=delivery", "delivery", 5, "|", ""},
    {"contacts are none", "c contact; u usage target=c purpose=delivery is_default=1", "delivery", 0, "|", ""},
    {"of somebody else", "q party; a address party=q; u usage party=q target=a purpose=delivery", "delivery", 0, "|", ""},
    /* moves */
    {"before it moves", "a address valid_until=5 successor=b; b address valid_from=5; u usage target=a purpose=delivery is_default=1",
     "delivery", 4, "a|", "a"},
    {"from its day on", "a address valid_until=5 successor=b; b address valid_from=5; u usage target=a purpose=delivery is_default=1",
     "delivery", 5, "b|", "b"},
    {"the successor is offered already: once, and now the default",
     "a address valid_until=5 successor=b; b address; u usage target=a purpose=delivery is_default=1; v usage target=b purpose=delivery",
     "delivery", 5, "b|", "b"},
    {"two into one",
     "a address valid_until=5 successor=c; b address valid_until=5 successor=c; c address; u usage target=a purpose=delivery; "
     "v usage target=b purpose=delivery",
     "delivery", 5, "|c", "c"},
    {"twice",
     "a address valid_until=5 successor=b; b address valid_from=5 valid_until=9 successor=c; c address valid_from=9; u usage "
     "target=a purpose=delivery",
     "delivery", 9, "|c", "c"},
    {"twice, in between",
     "a address valid_until=5 successor=b; b address valid_from=5 valid_until=9 successor=c; c address valid_from=9; u "
     "usage target=a purpose=delivery",
     "delivery", 8, "|b", "b"},
    {"into an archived one", "a address valid_until=5 successor=b; b address archived=1; u usage target=a purpose=delivery", "delivery", 5,
     "|", ""},
    {"out of an archived one", "a address archived=1 valid_until=5 successor=b; b address; u usage target=a purpose=delivery", "delivery",
     5, "|b", "b"},
    {"an archived one that has not moved yet",
     "a address archived=1 valid_until=5 successor=b; b address; u usage target=a purpose=delivery", "delivery", 4, "|", ""},
    {"into one of later", "a address valid_until=5 successor=b; b address valid_from=9; u usage target=a purpose=delivery", "delivery", 6,
     "|", ""},
    {"the main one moves", "a address valid_until=5 successor=b; b address; u usage target=a purpose=main", "delivery", 5, "|", "b"},
};

/* The labels of the party's records of a kind that are in ids from..until, in the order in which they were added. */
static void say_in_order(const struct scene *scene, uint32_t kind, const char *labels, char *out) {
    crm_iter *iter;
    crm_id id;
    bool first = true;
    cr_assert(crm_record_list(scene->data.txn, scene_id(&scene->data, "p"), kind, 1000, NULL, &iter) == CRM_OK);
    while (crm_iter_next(iter, &id) == CRM_ROW) {
        const char *label = scene_label(&scene->data, id);
        if (!strchr(labels, *label)) continue;
        sprintf(out + strlen(out), "%s%s", first ? "" : " ", label);
        first = false;
    }
    crm_iter_free(iter);
}

/* What a row wants, in the order that the store gave the records. */
static const char *wanted_list(const struct scene *scene, uint32_t kind, const char *listed) {
    static char out[200];
    char defaults[100];
    snprintf(defaults, sizeof defaults, "%.*s", (int)strcspn(listed, "|"), listed);
    *out = '\0';
    say_in_order(scene, kind, defaults, out);
    strcat(out, *defaults && strchr(listed, '|')[1] ? " " : "");
    say_in_order(scene, kind, strchr(listed, '|') + 1, out);
    return out;
}

static int open_list(const struct scene *scene, uint32_t kind, const char *purpose, int64_t day, uint32_t limit, const char *token,
                     crm_iter **out) {
    crm_id party = scene_id(&scene->data, "p");
    if (kind == CRM_KIND_ADDRESS) return crm_address_list(scene->data.txn, party, purpose, day, limit, token, out);
    return crm_contact_list(scene->data.txn, party, purpose, day, limit, token, out);
}

/* The whole list by pages of a size, as labels. */
static const char *list(const struct scene *scene, uint32_t kind, const char *purpose, int64_t day, uint32_t limit) {
    static char out[400];
    char *token = NULL;
    *out = '\0';
    do {
        crm_iter *iter;
        crm_id id;
        uint32_t size = 0;
        int rc = open_list(scene, kind, purpose, day, limit, token, &iter);
        cr_assert(rc == CRM_OK, "%s", crm_error_text());
        for (; crm_iter_next(iter, &id) == CRM_ROW; size++)
            sprintf(out + strlen(out), "%s%s", *out ? " " : "", scene_label(&scene->data, id));
        free(token);
        token = crm_iter_token(iter) ? strdup(crm_iter_token(iter)) : NULL;
        cr_expect(size <= limit && (!token || size == limit), "a page of %u", size);
        crm_iter_free(iter);
    } while (token);
    return out;
}

static const char *choose(const struct scene *scene, uint32_t kind, const char *purpose, int64_t day) {
    crm_id party = scene_id(&scene->data, "p"), id = 7;
    int rc = kind == CRM_KIND_ADDRESS ? crm_address_choose(scene->data.txn, party, purpose, day, &id)
                                      : crm_contact_choose(scene->data.txn, party, purpose, day, &id);
    if (rc == CRM_E_NOTFOUND) {
        cr_expect(id == 7 && crm_error_status() == rc && *crm_error_text());
        return "";
    }
    cr_expect((rc == CRM_CHOOSE && id == 0) || (rc == CRM_OK && id), "%d", rc);
    return rc == CRM_CHOOSE ? "?" : scene_label(&scene->data, id);
}

static void check_row(const struct row *row, uint32_t kind, const char *stored) {
    struct scene scene;
    scene_begin(&scene, stored);
    int64_t day = SCENE_DAY + row->day;
    const char *wanted = wanted_list(&scene, kind, row->listed);
    for (uint32_t limit = 1; limit <= 3; limit++) {
        const char *got = list(&scene, kind, row->purpose, day, limit);
        cr_expect_str_eq(got, wanted, "%s: lists \"%s\", not \"%s\"", row->what, got, wanted);
    }
    cr_expect_str_eq(choose(&scene, kind, row->purpose, day), row->chosen, "%s: chooses \"%s\", not \"%s\"", row->what,
                     choose(&scene, kind, row->purpose, day), row->chosen);
    if (row->day == 0) cr_expect_str_eq(choose(&scene, kind, row->purpose, CRM_TODAY), row->chosen, "%s: today", row->what);
    scene_end(&scene);
}

Test(address, candidates) {
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) check_row(&rows[i], CRM_KIND_ADDRESS, rows[i].stored);
}

/* The same rules for contacts, but that they don't move. */
Test(address, contacts) {
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char stored[400] = "";
        if (strstr(rows[i].stored, "successor") || strstr(rows[i].stored, "contact")) continue;
        for (const char *at = rows[i].stored; *at; at++) {
            bool kind = !strncmp(at, " address", 8);
            sprintf(stored + strlen(stored), kind ? " contact" : "%c", *at);
            if (kind) at += 7;
        }
        check_row(&rows[i], CRM_KIND_CONTACT, stored);
    }
}

/* --- pages --- */

#define MANY                                                                                                                               \
    "a address; b address; c address; d address; e address valid_until=0 successor=f; f address; c1 contact; c2 contact; q party; "        \
    "x address party=q; y address party=q; "                                                                                               \
    "1 usage target=a purpose=delivery; 2 usage target=b purpose=delivery is_default=1; 3 usage target=c purpose=delivery; "               \
    "4 usage target=d purpose=delivery is_default=1; 5 usage target=e purpose=delivery; 6 usage target=a purpose=billing; "                \
    "7 usage target=b purpose=billing; 8 usage target=c1 purpose=delivery; 9 usage target=c2 purpose=delivery; "                           \
    "10 usage party=q target=x purpose=delivery; 11 usage party=q target=y purpose=delivery"

/* A token fits its own list only. */
Test(address, tokens) {
    struct scene scene;
    scene_begin(&scene, MANY);
    const char *wanted = wanted_list(&scene, CRM_KIND_ADDRESS, "bd|acf");
    for (uint32_t limit = 1; limit <= 6; limit++) cr_expect_str_eq(list(&scene, CRM_KIND_ADDRESS, "delivery", SCENE_DAY, limit), wanted);
    cr_expect_str_eq(list(&scene, CRM_KIND_ADDRESS, "delivery", CRM_TODAY, 2), wanted);
    crm_iter *iter;
    cr_assert(open_list(&scene, CRM_KIND_ADDRESS, "delivery", SCENE_DAY, 1, NULL, &iter) == CRM_OK);
    char *token = strdup(crm_iter_token(iter));
    crm_iter_free(iter);
    cr_assert(open_list(&scene, CRM_KIND_ADDRESS, "delivery", SCENE_DAY, 1, token, &iter) == CRM_OK);
    crm_iter_free(iter);
    cr_expect_eq(open_list(&scene, CRM_KIND_ADDRESS, "billing", SCENE_DAY, 1, token, &iter), CRM_E_INVALID);
    cr_expect_eq(open_list(&scene, CRM_KIND_CONTACT, "delivery", SCENE_DAY, 1, token, &iter), CRM_E_INVALID);
    cr_expect_eq(open_list(&scene, CRM_KIND_ADDRESS, "delivery", SCENE_DAY + 1, 1, token, &iter), CRM_E_INVALID);
    cr_expect_eq(open_list(&scene, CRM_KIND_ADDRESS, "delivery", CRM_TODAY, 1, token, &iter), CRM_E_INVALID);
    cr_expect_eq(crm_address_list(scene.data.txn, scene_id(&scene.data, "q"), "delivery", SCENE_DAY, 1, token, &iter), CRM_E_INVALID);
    cr_expect_eq(crm_record_list(scene.data.txn, scene_id(&scene.data, "p"), CRM_KIND_ADDRESS, 1, token, &iter), CRM_E_INVALID);
    cr_expect_eq(open_list(&scene, CRM_KIND_ADDRESS, "delivery", SCENE_DAY, 1, "AAAA", &iter), CRM_E_INVALID);
    cr_expect_null(iter);
    free(token);
    scene_end(&scene);
}

/* What goes away between two pages is not listed any more, and nobody else is left out. */
Test(address, changes_between_pages) {
    struct scene scene;
    crm_iter *iter;
    crm_id first, id;
    scene_begin(&scene, MANY);
    addresses_write(&scene);
    cr_assert(open_list(&scene, CRM_KIND_ADDRESS, "delivery", SCENE_DAY, 1, NULL, &iter) == CRM_OK);
    char *token = strdup(crm_iter_token(iter));
    cr_assert_eq(crm_iter_next(iter, &first), CRM_ROW);
    crm_iter_free(iter);
    crm_record *rec = addresses_get(&scene, scene_label(&scene.data, first));
    crm_record_set_bool(rec, CRM_ADDRESS_ARCHIVED, 1);
    cr_assert(addresses_put(&scene, rec) == CRM_OK);
    size_t size = 0;
    cr_assert(open_list(&scene, CRM_KIND_ADDRESS, "delivery", SCENE_DAY, 10, token, &iter) == CRM_OK);
    for (; crm_iter_next(iter, &id) == CRM_ROW; size++) cr_expect_neq(id, first);
    cr_expect_eq(size, 4);
    crm_iter_free(iter);
    free(token);
    scene_end(&scene);
}

/* --- lists and choices that are refused --- */

Test(address, refused) {
    struct scene scene;
    crm_iter *iter;
    crm_id id = 7;
    scene_begin(&scene, "a address; u usage target=a purpose=delivery");
    crm_txn *txn = scene.data.txn;
    crm_id party = scene_id(&scene.data, "p"), address = scene_id(&scene.data, "a");
    cr_expect_eq(crm_address_list(txn, address, "delivery", 0, 0, NULL, &iter), CRM_E_NOTFOUND);
    cr_expect_eq(crm_address_list(txn, 0, "delivery", 0, 0, NULL, &iter), CRM_E_NOTFOUND);
    cr_expect_eq(crm_address_list(txn, party, "delivery", INT64_C(2932897), 0, NULL, &iter), CRM_E_RANGE);
    cr_expect_eq(crm_address_list(txn, party, "delivery", INT64_C(-719163), 0, NULL, &iter), CRM_E_RANGE);
    cr_expect_eq(crm_address_list(txn, party, "delivery", 0, 10001, NULL, &iter), CRM_E_TOO_BIG);
    cr_expect_eq(crm_address_list(txn, party, NULL, 0, 0, NULL, &iter), CRM_E_INVALID);
    cr_expect_null(iter);
    cr_expect_eq(crm_address_choose(txn, address, "delivery", 0, &id), CRM_E_NOTFOUND);
    cr_expect_eq(crm_address_choose(txn, party, "delivery", INT64_C(2932897), &id), CRM_E_RANGE);
    cr_expect_eq(crm_address_choose(txn, party, "a\xff", 0, &id), CRM_E_UTF8);
    cr_expect_eq(crm_address_choose(txn, party, "delivery", 0, NULL), CRM_E_INVALID);
    cr_expect_eq(crm_contact_choose(txn, party, "delivery", 0, &id), CRM_E_NOTFOUND);
    cr_expect_eq(id, 7, "untouched");
    char long_purpose[600];
    memset(long_purpose, 'x', sizeof long_purpose - 1);
    long_purpose[sizeof long_purpose - 1] = '\0';
    cr_expect_str_eq(list(&scene, CRM_KIND_ADDRESS, long_purpose, 0, 1), "", "a purpose that nothing can have");
    scene_end(&scene);
}

/* --- lines --- */

Test(address, format) {
    crm_record *address = addresses_new("Ring"), *party, *contact;
    char out[64];
    size_t size = 0;
    cr_assert(crm_record_new(CRM_KIND_PARTY, &party) == CRM_OK && crm_record_new(CRM_KIND_CONTACT, &contact) == CRM_OK);
    crm_record_set_text(party, CRM_PARTY_NAME, "Muster GmbH", CRM_NTS);
    crm_record_set_text(address, CRM_ADDRESS_TOWN, "Wien", CRM_NTS);
    crm_record_set_text(address, CRM_ADDRESS_PO_BOX, "7", CRM_NTS);
    crm_record_set_text(address, CRM_ADDRESS_COUNTRY, "AT", CRM_NTS);
    cr_expect_eq(crm_address_format(address, party, NULL, 0, out, sizeof out, &size), CRM_OK);
    cr_expect_str_eq(out, "Muster GmbH\nRing\nPostfach 7\nWien\nAUSTRIA");
    cr_expect_eq(size, strlen(out));
    cr_expect_eq(crm_address_format(address, NULL, "AT", CRM_ADDRESS_FOR_DELIVERY, out, sizeof out, NULL), CRM_OK);
    cr_expect_str_eq(out, "Ring\nWien");
    crm_record_set_text(party, CRM_PARTY_NAME_ADDITION, "Einkauf", CRM_NTS);
    cr_expect_eq(crm_address_format(address, party, "AT", CRM_ADDRESS_FOR_DELIVERY, out, 30, &size), CRM_OK, "just room enough");
    cr_expect_str_eq(out, "Muster GmbH\nEinkauf\nRing\nWien");
    cr_expect(size == 29 && strlen(out) == 29, "%zu", size);
    cr_expect_eq(crm_address_format(address, party, "AT", CRM_ADDRESS_FOR_DELIVERY, out, 29, &size), CRM_E_TOO_BIG);
    cr_expect(size == 29 && !*out);
    size = 0;
    cr_expect_eq(crm_address_format(address, party, "AT", CRM_ADDRESS_FOR_DELIVERY, NULL, 0, &size), CRM_E_TOO_BIG);
    cr_expect_eq(size, 29);
    cr_expect_eq(crm_address_format(address, party, NULL, 2, out, sizeof out, NULL), CRM_E_INVALID);
    cr_expect_eq(crm_address_format(address, party, NULL, 0, NULL, 1, NULL), CRM_E_INVALID);
    cr_expect_eq(crm_address_format(NULL, party, NULL, 0, out, sizeof out, NULL), CRM_E_INVALID);
    cr_expect_eq(crm_address_format(contact, party, NULL, 0, out, sizeof out, NULL), CRM_E_TYPE);
    cr_expect_eq(crm_address_format(address, contact, NULL, 0, out, sizeof out, NULL), CRM_E_TYPE);
    cr_expect_eq(crm_address_format(address, party, "\xff", 0, out, sizeof out, NULL), CRM_E_UTF8);
    crm_record_free(contact);
    crm_record_free(party);
    crm_record_free(address);
}
