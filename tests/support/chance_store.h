/* SPDX-License-Identifier: MIT */
/* Stores by chance: every kind of record that the model takes, and what is archived, deleted, moved and converted. */
#ifndef CRM_TESTS_SUPPORT_CHANCE_STORE_H
#define CRM_TESTS_SUPPORT_CHANCE_STORE_H
#include "support/chance.h"
#include "support/store.h"

enum { KINDS = 64, KNOWN = 40 }; /* ids of a kind that are remembered */

static struct {
    crm_id ids[KNOWN];
    uint32_t count;
} known[KINDS];

static inline void chance_store_begin(void) { memset(known, 0, sizeof known); }

static inline crm_id any_of(uint32_t kind) { return known[kind].count ? known[kind].ids[chance(known[kind].count)] : 0; }

static inline void remember(uint32_t kind, crm_id id) {
    if (known[kind].count < KNOWN)
        known[kind].ids[known[kind].count++] = id;
    else
        known[kind].ids[chance(KNOWN)] = id;
}

/* What the model would hardly take by chance. */
static const struct {
    crm_field field;
    const char *texts[5];
} likely[] = {
    {CRM_CUSTOM_FIELD_RECORD_KIND, {"party", "code", "group", "contact", "quote_defaults"}},
    {CRM_CUSTOM_FIELD_NAME, {"a", "b", "valid_until", "name", "c_1"}},
    {CRM_CUSTOM_FIELD_DOMAIN, {"plant", "own_domain", "plant", "tax_zone", "plant"}},
    {CRM_CODE_DOMAIN, {"plant", "price_list", "own_domain", "sales_area", "tax_zone"}},
    {CRM_SETTING_NAME, {"host.a", "host.b", "number.customer.next", "identifier.check", "code.closed.plant"}},
    {CRM_SETTING_VALUE, {"1", "20000", "refuse", "x", "accept"}},
    {CRM_POLICY_FIELD, {"price_list", "currency", "plant", "language", "quote.price_list"}},
    {CRM_RULE_TARGET, {"plant", "customer_reference", "price_list", "language", "quote.plant"}},
    {CRM_RULE_SOURCE, {"party.note", "site.country", "customer.category", "quote_defaults.plant", ""}},
    {CRM_BANK_IBAN, {"DE02120300000000202051", "GB29NWBK60161331926819", "FR1420041010050500013M02606", "x", ""}},
    {CRM_OPTION_RULE_CODE, {"A", "A*", "AB", "B-1", "*"}},
};
enum { LIKELY = sizeof likely / sizeof *likely };
static const struct {
    crm_field field;
    const char *texts[4];
} lists[] = {{CRM_POLICY_LEVELS, {"customer", "group", "site", "store"}},
             {CRM_ACCESS_ROLE_READ, {"party", "contact", "*", "quote"}},
             {CRM_ACCESS_ROLE_WRITE, {"party", "contact", "*", "address"}},
             {CRM_ACCESS_ROLE_FIELDS, {"party.note", "contact.name", "address.street", "channel.value"}},
             {CRM_RULE_WHEN, {"site.country = DE", "customer.category in A|B", "contact.function set", "site.country = AT"}}};

static inline void set_reference(crm_record *rec, crm_field field) {
    static const uint32_t kinds[] = {CRM_KIND_PARTY,   CRM_KIND_GROUP, CRM_KIND_ADDRESS,
                                     CRM_KIND_CONTACT, CRM_KIND_USER,  CRM_KIND_ACCESS_ROLE};
    crm_id id = any_of(kinds[chance(sizeof kinds / sizeof *kinds)]);
    if (id) crm_record_set_id(rec, field, id);
}

static inline void set_field(crm_record *rec, crm_field field) {
    if (crm_field_type(field) == CRM_TYPE_ID) {
        set_reference(rec, field);
        return;
    }
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        for (uint32_t k = 0; lists[i].field == field && k < 4; k++)
            if (chance(2)) crm_record_add_item(rec, field, lists[i].texts[k], CRM_NTS);
    for (size_t i = 0; i < LIKELY; i++)
        if (likely[i].field == field && chance(20)) {
            crm_record_set_text(rec, field, likely[i].texts[chance(5)], CRM_NTS);
            return;
        }
    if (!crm_record_has(rec, field)) chance_set(rec, field);
}

/* Required fields always; what the library sets is left to it. */
static inline crm_record *any_record(crm_txn *txn, uint32_t kind) {
    crm_record *rec;
    uint32_t of = 1 + chance(8);
    if (crm_record_new_in(txn, kind, &rec) < 0) return NULL;
    for (crm_field field = 0; (field = crm_field_next(kind, field));) {
        uint32_t flags = crm_field_flags(field);
        bool owner = flags & CRM_FIELD_KEY, wanted = flags & CRM_FIELD_REQUIRED || (owner ? chance(4) : !chance(of));
        if (flags & CRM_FIELD_SYSTEM || !wanted) continue;
        if (owner)
            crm_record_set_id(rec, field, any_of(chance(4) ? CRM_KIND_PARTY : CRM_KIND_GROUP));
        else
            set_field(rec, field);
    }
    for (crm_field field = 0; crm_custom_field_next(txn, kind, field, &field) == CRM_OK && field;)
        if (!chance(of)) chance_set(rec, field);
    return rec;
}

static size_t stored[KINDS]; /* how many were stored of a kind */

/* References of records that belong together: of the same party, by looking for one among all that are known. */
static inline int put_any(crm_txn *txn, uint32_t kind) {
    crm_id id;
    int rc = CRM_E_INVALID;
    for (int tries = 0; tries < 6 && rc < 0; tries++) {
        crm_record *rec = any_record(txn, kind);
        if (!rec) return CRM_OK;
        rc = crm_record_put(txn, rec, &id, NULL);
        crm_record_free(rec);
        cr_assert(rc == CRM_OK || crm_status_class_of(rc) != CRM_CLASS_STORAGE, "kind %u: %s", kind, crm_error_text());
    }
    if (rc < 0) return CRM_OK;
    stored[kind]++;
    remember(kind, id);
    return CRM_OK;
}

static inline void change_any(crm_txn *txn) {
    static const uint32_t kinds[] = {CRM_KIND_PARTY,   CRM_KIND_ADDRESS, CRM_KIND_CONTACT,      CRM_KIND_GROUP,
                                     CRM_KIND_CHANNEL, CRM_KIND_CODE,    CRM_KIND_CUSTOM_FIELD, CRM_KIND_USER};
    uint32_t kind = kinds[chance(sizeof kinds / sizeof *kinds)];
    crm_id id = any_of(kind), to;
    crm_record *rec;
    if (!id) return;
    switch (chance(6)) {
    case 0: crm_record_delete(txn, id, 0); return;
    case 1: crm_record_archive(txn, id, 0); return;
    case 2: crm_record_restore(txn, id, 0); return;
    case 3:
        if (kind == CRM_KIND_USER) crm_user_verifier_set(txn, id, "verifier\xff", 1 + chance(9));
        return;
    case 4:
        if (kind != CRM_KIND_ADDRESS || !(rec = any_record(txn, kind))) return;
        if (crm_address_move(txn, id, TEST_DAY + chance(9), rec, &to) == CRM_OK) remember(kind, to);
        crm_record_free(rec);
        return;
    default:
        if (crm_record_get(txn, id, &rec) < 0) return;
        for (crm_field field = 0; (field = crm_field_next(kind, field));)
            if (!(crm_field_flags(field) & (CRM_FIELD_SYSTEM | CRM_FIELD_KEY)) && !chance(4)) {
                crm_record_clear(rec, field);
                set_field(rec, field);
            }
        crm_record_put(txn, rec, NULL, NULL);
        crm_record_free(rec);
    }
}

static inline void chance_fill(crm_db *db) {
    crm_txn *txn = test_write(db);
    for (uint32_t i = 20 + chance(100); i > 0; i--) {
        if (chance(5) == 0)
            change_any(txn);
        else
            put_any(txn, chance(3) ? CRM_KIND_PARTY + chance(46) : CRM_KIND_PARTY);
        if (chance(30)) continue;
        test_commit(txn);
        txn = test_write(db);
    }
    test_commit(txn);
}
#endif
