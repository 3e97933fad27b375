/* SPDX-License-Identifier: MIT */
/* That the headers tell the truth about errors: addresses and contacts by purpose, moves, addresses as lines. */
#include "support/errors.h"
#include "support/writing.h"

TestSuite(errors_address, .init = begin, .fini = end);

#define NO_DAY INT64_C(2932897)

static crm_id party, address, contact, id;
static crm_iter *iter;

static int list(bool of_address, crm_id of, int64_t day, uint32_t limit, const char *token) {
    int rc = of_address ? crm_address_list(txn, of, CRM_PURPOSE_DELIVERY, day, limit, token, &iter)
                        : crm_contact_list(txn, of, CRM_PURPOSE_DELIVERY, day, limit, token, &iter);
    crm_iter_free(iter);
    return rc;
}

static crm_id add_usage(crm_id target) {
    crm_record *usage = test_record(CRM_KIND_USAGE, party, CRM_USAGE_PURPOSE, CRM_PURPOSE_DELIVERY, 0);
    cr_assert_eq(crm_record_set_id(usage, CRM_USAGE_TARGET, target), CRM_OK);
    return test_put(txn, usage);
}

static void fill(void) {
    party = test_party(txn, "Beispiel AG");
    address = test_child(txn, CRM_KIND_ADDRESS, party, CRM_ADDRESS_TOWN, "Ulm");
    contact = test_child(txn, CRM_KIND_CONTACT, party, CRM_CONTACT_NAME, "A. Muster");
}

Test(errors_address, candidates) {
    fill();
    REFUSES(CRM_E_NOTFOUND, crm_address_list, list(true, address, CRM_TODAY, 0, NULL));
    REFUSES(CRM_E_RANGE, crm_address_list, list(true, party, NO_DAY, 0, NULL));
    REFUSES(CRM_E_INVALID, crm_address_list, list(true, party, CRM_TODAY, 0, "x"));
    REFUSES(CRM_E_TOO_BIG, crm_address_list, list(true, party, CRM_TODAY, 10001, NULL));
    REFUSES(CRM_E_NOTFOUND, crm_contact_list, list(false, contact, CRM_TODAY, 0, NULL));
    REFUSES(CRM_E_RANGE, crm_contact_list, list(false, party, NO_DAY, 0, NULL));
    REFUSES(CRM_E_INVALID, crm_contact_list, list(false, party, CRM_TODAY, 0, "x"));
    REFUSES(CRM_E_TOO_BIG, crm_contact_list, list(false, party, CRM_TODAY, 10001, NULL));
    REFUSES(CRM_E_NOTFOUND, crm_address_choose, crm_address_choose(txn, address, CRM_PURPOSE_DELIVERY, CRM_TODAY, &id));
    REFUSES(CRM_E_NOTFOUND, crm_address_choose, crm_address_choose(txn, party, CRM_PURPOSE_DELIVERY, CRM_TODAY, &id));
    REFUSES(CRM_E_RANGE, crm_address_choose, crm_address_choose(txn, party, CRM_PURPOSE_DELIVERY, NO_DAY, &id));
    REFUSES(CRM_E_NOTFOUND, crm_contact_choose, crm_contact_choose(txn, contact, CRM_PURPOSE_DELIVERY, CRM_TODAY, &id));
    REFUSES(CRM_E_NOTFOUND, crm_contact_choose, crm_contact_choose(txn, party, CRM_PURPOSE_DELIVERY, CRM_TODAY, &id));
    REFUSES(CRM_E_RANGE, crm_contact_choose, crm_contact_choose(txn, party, CRM_PURPOSE_DELIVERY, NO_DAY, &id));
    add_usage(address);
    add_usage(contact);
    KEEPS(crm_address_list, list(true, party, CRM_TODAY, 0, NULL));
    KEEPS(crm_contact_list, list(false, party, CRM_TODAY, 0, NULL));
    KEEPS(crm_address_choose, crm_address_choose(txn, party, CRM_PURPOSE_DELIVERY, CRM_TODAY, &id));
    KEEPS(crm_contact_choose, crm_contact_choose(txn, party, CRM_PURPOSE_DELIVERY, CRM_TODAY, &id));
}

static int move(crm_id from, int64_t day, const crm_record *to) { return crm_address_move(txn, from, day, to, &id); }

Test(errors_address, move) {
    fill();
    crm_record *to = test_record(CRM_KIND_ADDRESS, 0, CRM_ADDRESS_TOWN, "Bonn", 0);
    crm_record *person = test_record(CRM_KIND_CONTACT, party, CRM_CONTACT_NAME, "B. Muster", 0);
    crm_record *stored = test_get(txn, address);
    crm_record *gone = test_record(CRM_KIND_ADDRESS, party, CRM_ADDRESS_TOWN, "Kiel", 0);
    cr_assert_eq(crm_record_set_bool(gone, CRM_ADDRESS_ARCHIVED, 1), CRM_OK);
    crm_id archived = test_put(txn, gone);
    REFUSES(CRM_E_NOTFOUND, crm_address_move, move(contact, CRM_TODAY, to));
    REFUSES(CRM_E_NOTFOUND, crm_address_move, move(TEST_NO_ID, CRM_TODAY, to));
    REFUSES(CRM_E_TYPE, crm_address_move, move(address, CRM_TODAY, person));
    REFUSES(CRM_E_INVALID, crm_address_move, move(address, CRM_TODAY, stored));
    REFUSES(CRM_E_RANGE, crm_address_move, move(address, NO_DAY, to));
    REFUSES(CRM_E_ARCHIVED, crm_address_move, move(archived, CRM_TODAY, to));
    KEEPS(crm_address_move, move(address, CRM_TODAY, to));
    REFUSES(CRM_E_EXISTS, crm_address_move, move(address, CRM_TODAY, to));
    REFUSES(CRM_E_RANGE, crm_address_move, move(id, CRM_TODAY, to));
    for (int day = 0; day < 15; day++) cr_assert_eq(move(id, 30000 + day, to), CRM_OK, "%s", crm_error_text());
    REFUSES(CRM_E_TOO_BIG, crm_address_move, move(id, 30015, to));
    crm_record_free(stored);
    crm_record_free(person);
    crm_record_free(to);
}

Test(errors_address, format) {
    char out[80];
    size_t size;
    fill();
    crm_record *town = test_get(txn, address), *person = test_get(txn, contact);
    REFUSES(CRM_E_TYPE, crm_address_format, crm_address_format(person, NULL, NULL, 0, out, sizeof out, NULL));
    REFUSES(CRM_E_INVALID, crm_address_format, crm_address_format(town, NULL, NULL, 2, out, sizeof out, NULL));
    REFUSES(CRM_E_INVALID, crm_address_format, crm_address_format(town, NULL, NULL, 0, NULL, sizeof out, NULL));
    REFUSES(CRM_E_TOO_BIG, crm_address_format, crm_address_format(town, NULL, NULL, 0, out, 3, &size));
    KEEPS(crm_address_format, crm_address_format(town, NULL, NULL, 0, out, sizeof out, &size));
    crm_record_free(person);
    crm_record_free(town);
}
