/* SPDX-License-Identifier: MIT */
/* Archive and restore: what is left out of lists, what is no default any more, and what stays. */
#include "support/rows.h"
#include "support/writing.h"
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

TestSuite(archive, .init = begin, .fini = end);

#define COUNT(array) (sizeof(array) / sizeof *(array))

static crm_record *with_id(crm_record *rec, crm_field field, crm_id id) {
    cr_assert_eq(crm_record_set_id(rec, field, id), CRM_OK);
    return rec;
}

static crm_record *with_yes(crm_record *rec, crm_field field) {
    cr_assert_eq(crm_record_set_bool(rec, field, 1), CRM_OK);
    return rec;
}

static uint64_t revision_of(crm_id id) {
    crm_record *rec = test_get(txn, id);
    uint64_t revision = crm_record_revision(rec);
    crm_record_free(rec);
    return revision;
}

/* 1, 0, or -1 where the record has no value there. */
static int says(crm_id id, crm_field field) {
    crm_record *rec = test_get(txn, id);
    int yes = crm_record_bool(rec, field, -1);
    crm_record_free(rec);
    return yes;
}

static bool has(crm_id id, crm_field field) {
    crm_record *rec = test_get(txn, id);
    bool there = crm_record_has(rec, field) == 1;
    crm_record_free(rec);
    return there;
}

Test(archive, kinds) {
    crm_id p = test_party(txn, "x"), role = test_role(txn, p, CRM_ROLE_CUSTOMER, "1");
    const struct kind_case {
        const char *what;
        crm_id id;
        crm_field field; /* 0: not to be archived */
    } cases[] = {
        {"party", test_party(txn, "y"), CRM_PARTY_ARCHIVED},
        {"address", test_child(txn, CRM_KIND_ADDRESS, p, CRM_ADDRESS_TOWN, "Ulm"), CRM_ADDRESS_ARCHIVED},
        {"contact", test_child(txn, CRM_KIND_CONTACT, p, CRM_CONTACT_NAME, "x"), CRM_CONTACT_ARCHIVED},
        {"group", test_group(txn, "A", 0), CRM_GROUP_ARCHIVED},
        {"code", test_put(txn, test_record(CRM_KIND_CODE, 0, CRM_CODE_DOMAIN, "plant", CRM_CODE_CODE, "1", 0)), CRM_CODE_ARCHIVED},
        {"role", role, 0},
        {"quote defaults", test_put(txn, test_record(CRM_KIND_QUOTE_DEFAULTS, p, 0)), 0},
        {"setting", test_put(txn, test_record(CRM_KIND_SETTING, 0, CRM_SETTING_NAME, "a", 0)), 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        crm_id id = cases[i].id;
        crm_field field = cases[i].field;
        int rc = crm_record_archive(txn, id, 0);
        cr_expect_eq(rc, field ? CRM_OK : CRM_E_TYPE, "%s: %d %s", cases[i].what, rc, crm_error_text());
        cr_expect_eq(crm_record_restore(txn, role, 0), CRM_E_TYPE);
        if (!field) continue;
        cr_expect(says(id, field) == 1 && revision_of(id) == 2, "%s", cases[i].what);
        cr_expect_eq(crm_record_archive(txn, id, 2), CRM_OK, "%s again", cases[i].what);
        cr_expect_eq(revision_of(id), 2, "%s: nothing to do", cases[i].what);
        cr_expect_eq(crm_record_restore(txn, id, 1), CRM_E_STALE, "%s", cases[i].what);
        cr_expect_eq(crm_record_archive(txn, id, 1), CRM_E_STALE, "%s", cases[i].what);
        cr_expect_eq(crm_record_restore(txn, id, 2), CRM_OK, "%s", cases[i].what);
        cr_expect(says(id, field) == -1 && revision_of(id) == 3, "%s", cases[i].what);
        cr_expect_eq(crm_record_restore(txn, id, 0), CRM_OK, "%s", cases[i].what);
        cr_expect_eq(revision_of(id), 3, "%s: nothing to do", cases[i].what);
    }
    crm_record *said = test_record(CRM_KIND_PARTY, 0, CRM_PARTY_TYPE, CRM_PARTY_TYPE_ORGANISATION, CRM_PARTY_NAME, "z", 0);
    cr_assert_eq(crm_record_set_bool(said, CRM_PARTY_ARCHIVED, 0), CRM_OK);
    crm_id not = test_put(txn, said);
    cr_expect_eq(crm_record_restore(txn, not, 0), CRM_OK);
    cr_expect(says(not, CRM_PARTY_ARCHIVED) == 0 && revision_of(not ) == 1, "what says that it is not archived: nothing to do");
    cr_expect_eq(crm_record_archive(txn, 4711, 0), CRM_E_NOTFOUND);
    cr_expect_eq(crm_record_restore(txn, 0, 0), CRM_E_NOTFOUND);
}

/* What a party's address and contact are the defaults of. */
typedef struct defaults {
    crm_id party, address, contact, preferred, scoped, main, billing, quote, other;
} defaults;

static crm_id usage(crm_id party, crm_id target, const char *purpose, bool is_default) {
    crm_record *rec = with_id(test_record(CRM_KIND_USAGE, party, CRM_USAGE_PURPOSE, purpose, 0), CRM_USAGE_TARGET, target);
    return test_put(txn, is_default ? with_yes(rec, CRM_USAGE_IS_DEFAULT) : rec);
}

static defaults make_defaults(void) {
    defaults d = {.party = test_party(txn, "x")};
    d.address = test_child(txn, CRM_KIND_ADDRESS, d.party, CRM_ADDRESS_TOWN, "Ulm");
    d.contact = test_child(txn, CRM_KIND_CONTACT, d.party, CRM_CONTACT_NAME, "x");
    crm_record *rec = test_record(CRM_KIND_QUOTE_DEFAULTS, d.party, CRM_QUOTE_DEFAULTS_PRICE_LIST, "P1", 0);
    with_id(with_id(rec, CRM_QUOTE_DEFAULTS_PREFERRED_SITE, d.address), CRM_QUOTE_DEFAULTS_PREFERRED_CONTACT, d.contact);
    d.preferred = test_put(txn, rec);
    rec = test_record(CRM_KIND_QUOTE_DEFAULTS, d.party, CRM_QUOTE_DEFAULTS_PRICE_LIST, "P2", 0);
    d.scoped = test_put(txn, with_id(rec, CRM_QUOTE_DEFAULTS_SCOPE, d.address));
    d.main = usage(d.party, d.address, CRM_PURPOSE_MAIN, true);
    d.billing = usage(d.party, d.address, CRM_PURPOSE_BILLING, false);
    d.quote = usage(d.party, d.contact, CRM_PURPOSE_QUOTE, true);
    d.other = usage(d.party, test_child(txn, CRM_KIND_ADDRESS, d.party, CRM_ADDRESS_TOWN, "Bonn"), CRM_PURPOSE_DELIVERY, true);
    return d;
}

static void check_defaults(const char *what, const defaults *d, bool site, bool contact) {
    cr_expect_eq(has(d->preferred, CRM_QUOTE_DEFAULTS_PREFERRED_SITE), site, "%s: preferred site", what);
    cr_expect_eq(has(d->preferred, CRM_QUOTE_DEFAULTS_PREFERRED_CONTACT), contact, "%s: preferred contact", what);
    cr_expect_eq(says(d->main, CRM_USAGE_IS_DEFAULT), site ? 1 : -1, "%s: default of the address", what);
    cr_expect_eq(says(d->quote, CRM_USAGE_IS_DEFAULT), contact ? 1 : -1, "%s: default of the contact", what);
    cr_expect(has(d->preferred, CRM_QUOTE_DEFAULTS_PRICE_LIST) && has(d->scoped, CRM_QUOTE_DEFAULTS_SCOPE), "%s: all else", what);
    cr_expect_eq(revision_of(d->preferred), 1u + !site + !contact, "%s: revision", what);
    cr_expect_eq(revision_of(d->main), site ? 1 : 2, "%s: revision", what);
    cr_expect_eq(revision_of(d->quote), contact ? 1 : 2, "%s: revision", what);
    cr_expect(revision_of(d->scoped) == 1 && revision_of(d->billing) == 1 && says(d->other, CRM_USAGE_IS_DEFAULT) == 1, "%s", what);
}

Test(archive, defaults_go) {
    defaults d = make_defaults();
    check_defaults("at first", &d, true, true);
    cr_assert_eq(crm_record_archive(txn, d.party, 0), CRM_OK);
    check_defaults("an archived party", &d, true, true);
    cr_assert_eq(crm_record_archive(txn, d.address, 0), CRM_OK);
    check_defaults("an archived address", &d, false, true);
    crm_record *rec = with_yes(test_get(txn, d.contact), CRM_CONTACT_ARCHIVED); /* the other way to archive */
    test_put(txn, rec);
    check_defaults("an archived contact", &d, false, false);
    cr_assert_eq(crm_record_restore(txn, d.address, 0), CRM_OK);
    cr_assert_eq(crm_record_restore(txn, d.contact, 0), CRM_OK);
    check_defaults("restored", &d, false, false);
}

/* What an address that has moved is the default of, its successor is now. */
Test(archive, defaults_of_a_move_stay) {
    defaults d = make_defaults();
    crm_record *to = test_record(CRM_KIND_ADDRESS, 0, CRM_ADDRESS_TOWN, "Trier", 0);
    cr_assert_eq(crm_address_move(txn, d.address, 100, to, NULL), CRM_OK, "%s", crm_error_text());
    crm_record_free(to);
    cr_assert_eq(crm_record_archive(txn, d.address, 0), CRM_OK);
    check_defaults("an archived address that has moved", &d, true, true);
}

/* Where an address that is archived is preferred later on, a change of it takes nothing away. */
Test(archive, only_when_it_turns) {
    defaults d = make_defaults();
    cr_assert_eq(crm_record_archive(txn, d.address, 0), CRM_OK);
    crm_record *rec = with_yes(test_get(txn, d.billing), CRM_USAGE_IS_DEFAULT);
    int rc = test_try(txn, rec);
    rec = test_get(txn, d.address);
    cr_assert_eq(crm_record_set_text(rec, CRM_ADDRESS_TOWN, "Neu-Ulm", CRM_NTS), CRM_OK);
    test_put(txn, rec);
    cr_expect_eq(says(d.billing, CRM_USAGE_IS_DEFAULT), rc == CRM_OK ? 1 : -1);
    crm_id born = test_put(txn, with_yes(test_record(CRM_KIND_ADDRESS, d.party, CRM_ADDRESS_TOWN, "x", 0), CRM_ADDRESS_ARCHIVED));
    cr_expect_eq(says(born, CRM_ADDRESS_ARCHIVED), 1, "archived from the start");
}

Test(archive, party) {
    crm_id p = test_party(txn, "P"), group = test_group(txn, "A", 0), found;
    test_role(txn, p, CRM_ROLE_CUSTOMER, "1");
    cr_assert_eq(crm_group_add(txn, group, p, CRM_NO_DATE, CRM_NO_DATE, NULL), CRM_OK);
    cr_assert_eq(crm_record_archive(txn, p, 0), CRM_OK);
    for (uint32_t flags = 0; flags < 2; flags++) {
        crm_iter *iter;
        test_ids *ids = calloc(1, sizeof *ids);
        cr_assert_eq(crm_party_list(txn, CRM_ROLE_CUSTOMER, NULL, 0, flags, 0, NULL, &iter), CRM_OK);
        free(test_page(iter, ids));
        cr_expect_eq(ids->count, flags, "flags %u", flags);
        free(ids);
    }
    cr_expect(crm_party_find(txn, CRM_ROLE_CUSTOMER, "1", CRM_NTS, &found) == CRM_OK && found == p, "still found by his number");
    crm_iter *iter;
    cr_assert_eq(crm_group_members(txn, group, CRM_TODAY, 0, NULL, &iter), CRM_OK);
    cr_expect_eq(crm_iter_next(iter, &found), CRM_OK, "no member that is told");
    crm_iter_free(iter);
    crm_quote *quote;
    cr_expect_eq(crm_quote_resolve(txn, p, CRM_TODAY, NULL, &quote), CRM_E_ARCHIVED);
    cr_assert_eq(crm_record_restore(txn, p, 0), CRM_OK);
    cr_expect_geq(crm_quote_resolve(txn, p, CRM_TODAY, NULL, &quote), CRM_OK);
    crm_quote_free(quote);
}

/* A group that is archived changes nobody else. */
Test(archive, group) {
    crm_id a = test_group(txn, "A", 0), b = test_group(txn, "B", a), p = test_party(txn, "P"), membership;
    crm_id terms = test_child(txn, CRM_KIND_QUOTE_DEFAULTS, a, CRM_QUOTE_DEFAULTS_PRICE_LIST, "P1");
    cr_assert_eq(crm_group_add(txn, a, p, CRM_NO_DATE, CRM_NO_DATE, &membership), CRM_OK);
    cr_assert_eq(crm_record_archive(txn, a, 0), CRM_OK);
    cr_expect(revision_of(a) == 2 && revision_of(b) == 1 && revision_of(membership) == 1 && revision_of(terms) == 1);
    cr_assert_eq(crm_record_restore(txn, a, 0), CRM_OK);
    cr_expect(revision_of(a) == 3 && revision_of(b) == 1);
}

/* Locks are kept apart from archiving, and from each other. */
Test(archive, locks) {
    static const crm_field locks[] = {CRM_PARTY_ORDER_LOCK, CRM_PARTY_DELIVERY_LOCK, CRM_PARTY_DUNNING_LOCK};
    for (unsigned set = 0; set < 8; set++) {
        crm_record *rec = test_get(txn, test_party(txn, "x"));
        crm_id p = crm_record_key(rec);
        for (unsigned i = 0; i < 3; i++)
            if (set >> i & 1) with_yes(rec, locks[i]);
        test_put(txn, rec);
        for (int archived = 0; archived < 3; archived++) {
            if (archived == 1) cr_assert_eq(crm_record_archive(txn, p, 0), CRM_OK);
            if (archived == 2) cr_assert_eq(crm_record_restore(txn, p, 0), CRM_OK);
            for (unsigned i = 0; i < 3; i++) cr_expect_eq(says(p, locks[i]), set >> i & 1 ? 1 : -1, "%u: lock %u", set, i);
            cr_expect_eq(says(p, CRM_PARTY_ARCHIVED), archived == 1 ? 1 : -1, "%u", set);
        }
        cr_expect_eq(crm_record_delete(txn, p, 0), CRM_OK, "a locked party can be deleted");
    }
}

/* A row archives an address, and changes the quote defaults that prefer it. */
Test(archive, by_rows) {
    defaults d = make_defaults();
    crm_record *rec = test_get(txn, d.address);
    cr_assert_eq(crm_record_set_text(rec, CRM_ADDRESS_SITE_NUMBER, "1", CRM_NTS), CRM_OK);
    test_put(txn, rec);
    test_role(txn, d.party, CRM_ROLE_CUSTOMER, "1");
    test_commit(txn);
    crm_sync *sync = rows_make(CRM_ROWS_FLAT, "party.name|role.number|address.site_number|address.archived|quote_defaults.price_list\n"
                                              "x|1|1|1|P9");
    cr_expect_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "%s", crm_error_text());
    crm_sync_free(sync);
    txn = test_write(db);
    cr_expect(says(d.address, CRM_ADDRESS_ARCHIVED) == 1 && !has(d.preferred, CRM_QUOTE_DEFAULTS_PREFERRED_SITE));
    cr_expect_eq(says(d.main, CRM_USAGE_IS_DEFAULT), -1);
    rec = test_get(txn, d.preferred);
    cr_expect_str_eq(crm_record_text(rec, CRM_QUOTE_DEFAULTS_PRICE_LIST), "P9");
    crm_record_free(rec);
}
