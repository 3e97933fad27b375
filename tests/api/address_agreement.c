/* SPDX-License-Identifier: MIT */
/* Who an address is for is found in two ways: by crm_address_choose(), and in a proposal. Random addresses, usages and moves: both find
 * the same address on every day, or none, or several, and never one that is archived or not valid. */
#include "support/writing.h"
#include <criterion/criterion.h>

TestSuite(address_agreement, .init = begin, .fini = end, .timeout = 60);

enum { WORLDS = 150, STEPS = 30, DAYS = 8 };

static uint32_t state = 1;
static crm_id party, addresses[STEPS + 1], usages[STEPS];
static size_t address_count, usage_count;

static uint32_t below(uint32_t count) {
    state = state * 1664525u + 1013904223u;
    return (state >> 8) % count;
}

static int64_t any_day(void) { return TEST_DAY - DAYS / 2 + (int64_t)below(DAYS); }

/* What is refused (archived, moved already, not valid on the day ...) was refused for a reason. */
static bool done(int rc) {
    static const int reasons[] = {CRM_OK,      CRM_E_ARCHIVED, CRM_E_EXISTS,   CRM_E_RANGE,
                                  CRM_E_CYCLE, CRM_E_REQUIRED, CRM_E_NOTFOUND, CRM_E_IN_USE};
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (rc == reasons[i]) return rc == CRM_OK;
    cr_assert(false, "%d %s", rc, crm_error_text());
    return false;
}

static void add_address(void) {
    crm_record *rec = test_record(CRM_KIND_ADDRESS, party, CRM_ADDRESS_TOWN, "Ulm", 0);
    if (below(4) == 0) crm_record_set_date(rec, CRM_ADDRESS_VALID_FROM, any_day());
    if (below(4) == 0) crm_record_set_date(rec, CRM_ADDRESS_VALID_UNTIL, TEST_DAY + DAYS - (int64_t)below(DAYS / 2));
    addresses[address_count++] = test_put(txn, rec);
}

static void add_usage(crm_id address) {
    static const char *const purposes[] = {CRM_PURPOSE_BILLING, CRM_PURPOSE_DELIVERY, CRM_PURPOSE_MAIN};
    crm_record *rec = test_record(CRM_KIND_USAGE, party, CRM_USAGE_PURPOSE, purposes[below(3)], 0);
    crm_record_set_id(rec, CRM_USAGE_TARGET, address);
    if (below(3) == 0) crm_record_set_bool(rec, CRM_USAGE_IS_DEFAULT, 1);
    if (below(4) == 0) crm_record_set_date(rec, CRM_USAGE_VALID_FROM, any_day());
    if (done(crm_record_put(txn, rec, &usages[usage_count], NULL))) usage_count++;
    crm_record_free(rec);
}

static void move(crm_id address) {
    crm_record *to = test_record(CRM_KIND_ADDRESS, 0, CRM_ADDRESS_TOWN, "Bonn", 0);
    if (done(crm_address_move(txn, address, any_day(), to, &addresses[address_count]))) address_count++;
    crm_record_free(to);
}

/* A move to an address that is there already, which may have been moved here. */
static void succeed(crm_id address) {
    crm_record *rec;
    if (!done(crm_record_get(txn, address, &rec))) return;
    crm_record_set_id(rec, CRM_ADDRESS_SUCCESSOR, addresses[below((uint32_t)address_count)]);
    crm_record_set_date(rec, CRM_ADDRESS_VALID_UNTIL, any_day());
    done(crm_record_put(txn, rec, NULL, NULL));
    crm_record_free(rec);
}

static void step(void) {
    crm_id address = addresses[below((uint32_t)address_count)];
    switch (below(9)) {
    case 0: add_address(); break;
    case 1: move(address); break;
    case 2: succeed(address); break;
    case 3: done(crm_record_archive(txn, address, 0)); break;
    case 4: done(crm_record_restore(txn, address, 0)); break;
    case 5:
        done(below(2) || !usage_count ? crm_record_delete(txn, address, 0)
                                      : crm_record_delete(txn, usages[below((uint32_t)usage_count)], 0));
        break;
    default: add_usage(address);
    }
}

/* How often an address was found, none, or several. */
static size_t found[3];

static bool is_good(const crm_record *address, int64_t day) {
    return !crm_record_bool(address, CRM_ADDRESS_ARCHIVED, 0) && day >= crm_record_date(address, CRM_ADDRESS_VALID_FROM, INT64_MIN) &&
           day < crm_record_date(address, CRM_ADDRESS_VALID_UNTIL, INT64_MAX);
}

static void compare(const crm_quote *quote, int64_t day, crm_field field, const char *purpose) {
    crm_id chosen = 0, taken = crm_record_id(crm_quote_record(quote), field);
    int rc = crm_address_choose(txn, party, purpose, day, &chosen);
    bool several = crm_quote_flags(quote, field) & CRM_QUOTE_FLAG_AMBIGUOUS;
    cr_assert(rc == CRM_OK || rc == CRM_CHOOSE || rc == CRM_E_NOTFOUND, "%d %s", rc, crm_error_text());
    cr_assert_eq(several, rc == CRM_CHOOSE, "%s on day %lld", purpose, (long long)(day - TEST_DAY));
    cr_assert_eq(taken, chosen, "%s on day %lld", purpose, (long long)(day - TEST_DAY));
    cr_assert(!taken || is_good(crm_quote_address(quote, field), day));
    found[rc == CRM_OK ? 0 : rc == CRM_CHOOSE ? 2 : 1]++;
}

Test(address_agreement, random) {
    for (int world = 0; world < WORLDS; world++) {
        party = test_party(txn, "A");
        address_count = usage_count = 0;
        add_address();
        for (int i = 0; i < STEPS; i++) {
            crm_quote *quote;
            int64_t day = any_day();
            step();
            cr_assert(crm_quote_resolve(txn, party, day, NULL, &quote) >= 0, "%s", crm_error_text());
            compare(quote, day, CRM_QUOTE_BILL_TO, CRM_PURPOSE_BILLING);
            compare(quote, day, CRM_QUOTE_SHIP_TO, CRM_PURPOSE_DELIVERY);
            crm_quote_free(quote);
        }
    }
    for (size_t i = 0; i < 3; i++) cr_expect_gt(found[i], 300, "%zu %zu %zu: one of them is rare", found[0], found[1], found[2]);
}
