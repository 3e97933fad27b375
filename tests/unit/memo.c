/* SPDX-License-Identifier: MIT */
/* What a transaction of many writes remembers is what it would find out. */
#include "api/api.h"
#include "store/db.h"
#include "support/store.h"
#include <criterion/criterion.h>
#include <string.h>

Test(memo, ids_are_the_same) {
    static const uint8_t secret[16] = "0123456789abcde";
    crmi_id_key key;
    crmi_memo memo = {.root = 0};
    crmi_id_key_make(&key, secret);
    for (int round = 0; round < 3; round++)
        for (uint32_t i = 0; i < 500; i++) {
            crmi_packed packed = crmi_id_pack(1 + i / 7, i % 5, i % 3);
            crm_id id = crmi_id_public(&key, packed);
            for (int again = 0; again < 2; again++) {
                cr_assert_eq(i % 2 ? crmi_memo_public(&memo, &key, packed) : id, id, "%u", i);
                cr_assert_eq(crmi_memo_internal(&memo, &key, id), packed, "%u", i);
                cr_assert_eq(crmi_memo_public(&memo, &key, packed), id, "%u", i);
                cr_assert_eq(crmi_memo_internal(&memo, &key, (UINT64_C(1) << 52) + i), 0, "no id");
                cr_assert(crmi_memo_public(&memo, &key, 0) == 0 && crmi_memo_internal(&memo, &key, 0) == 0, "none");
            }
        }
}

Test(memo, records_of_the_party_made_last) {
    crmi_memo memo = {.root = 0};
    crmi_packed first = crmi_id_pack(7, CRM_KIND_ADDRESS, 1), second = first + 1, third = first + 2;
    cr_expect(!crmi_memo_knows(&memo, 0) && !crmi_memo_has(&memo, first));
    crmi_memo_put(&memo, first);
    crmi_memo_made(&memo, 7);
    cr_expect(crmi_memo_knows(&memo, 7) && !crmi_memo_knows(&memo, 8) && !crmi_memo_has(&memo, first), "nothing yet");
    crmi_memo_put(&memo, first);
    crmi_memo_put(&memo, second);
    crmi_memo_put(&memo, first); /* again: it changed */
    crmi_memo_put(&memo, crmi_id_pack(8, CRM_KIND_CONTACT, 1));
    cr_expect(crmi_memo_has(&memo, first) && crmi_memo_has(&memo, second) && !crmi_memo_has(&memo, third));
    cr_expect(!crmi_memo_has(&memo, crmi_id_pack(7, CRM_KIND_CONTACT, 1)) && !crmi_memo_has(&memo, crmi_id_pack(7, CRM_KIND_ADDRESS, 0)));
    cr_expect(!crmi_memo_has(&memo, crmi_id_pack(8, CRM_KIND_ADDRESS, 1)), "of another party");
    crmi_memo_put(&memo, crmi_id_pack(7, CRM_KIND_CONTACT, 2));
    cr_expect(!crmi_memo_knows(&memo, 7) && !crmi_memo_has(&memo, first), "there is a gap");
    crmi_memo_made(&memo, 7);
    cr_expect(crmi_memo_knows(&memo, 7) && !crmi_memo_has(&memo, first), "all is new");
    crmi_memo_put(&memo, first);
    crmi_memo_forget(&memo);
    cr_expect(!crmi_memo_knows(&memo, 7) && !crmi_memo_has(&memo, first));
    crmi_memo_made(NULL, 1);
    crmi_memo_put(NULL, first);
    crmi_memo_forget(NULL);
    cr_expect(!crmi_memo_knows(NULL, 1) && !crmi_memo_has(NULL, first));
}

/* Numbers are given, and references found, as without: with and without gathering, deletions between them. */
static void write_all(bool gather, crmi_packed out[8]) {
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    int status;
    crmi_txn *open = crmi_api_enter(txn, false, &status);
    cr_assert(open);
    crmi_api_leave(txn);
    if (gather) cr_assert_eq(crmi_txn_gather(open), CRM_OK);
    crm_id party = test_party(txn, "x"), sites[3], usage;
    for (int i = 0; i < 3; i++) sites[i] = test_child(txn, CRM_KIND_ADDRESS, party, CRM_ADDRESS_TOWN, "Ulm");
    cr_assert_eq(crm_record_delete(txn, sites[2], 0), CRM_OK, "%s", crm_error_text());
    out[0] = crmi_store_packed(open, sites[2]);
    out[1] = crmi_store_packed(open, test_child(txn, CRM_KIND_ADDRESS, party, CRM_ADDRESS_TOWN, "Ulm"));
    for (int i = 0; i < 2; i++) { /* who names the one that is there, and the one that is not */
        crm_record *rec;
        cr_assert_eq(crm_record_new(CRM_KIND_USAGE, &rec), CRM_OK);
        crm_record_set_id(rec, CRM_USAGE_PARTY, party);
        crm_record_set_id(rec, CRM_USAGE_TARGET, sites[1 + i]);
        crm_record_set_text(rec, CRM_USAGE_PURPOSE, "delivery", CRM_NTS);
        out[2 + i] = (crmi_packed)crm_record_put(txn, rec, &usage, NULL);
        crm_record_free(rec);
    }
    out[4] = crmi_store_packed(open, test_child(txn, CRM_KIND_ADDRESS, test_party(txn, "y"), CRM_ADDRESS_TOWN, "Ulm"));
    crm_txn_free(txn);
    crm_db_close(db);
}

Test(memo, numbers_and_references, .init = test_begin, .fini = test_end) {
    crmi_packed with[8] = {0}, without[8] = {0};
    write_all(false, without);
    cr_expect(crmi_id_local(without[1]) == 4 && (int)without[2] == CRM_OK && (int)without[3] == CRM_E_NOTFOUND, "%d %d", (int)without[2],
              (int)without[3]);
    write_all(true, with);
    for (int i = 0; i < 5; i++)
        cr_expect(crmi_id_local(with[i]) == crmi_id_local(without[i]), "%d: %llx, %llx", i, (unsigned long long)with[i],
                  (unsigned long long)without[i]);
}
