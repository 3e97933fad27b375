/* SPDX-License-Identifier: MIT */
/* A proposal that is kept and computed again: what it tells stays, whatever becomes of the store. That of each row of the other tables is
 * saved and loaded there. */
#include "support/proposal.h"
#include <criterion/criterion.h>

#define WHOLE                                                                                                                              \
    "p party name=Muster order_lock=1 lock_reason=overdue;f1 custom_field record_kind=quote name=machine type=text;"                       \
    "f2 custom_field record_kind=address name=gate type=int;f3 custom_field record_kind=party name=segment type=text;"                     \
    "f4 custom_field record_kind=quote name=until type=date;"                                                                              \
    "a1 address town=A;u1 usage target=a1 purpose=delivery;u2 usage target=a1 purpose=billing;c1 contact;"                                 \
    "g2 group code=G2 name=Holz;m2 membership group=g2;dh quote_defaults owner=g2 delivery_terms=EXW;"                                     \
    "g1 group code=G1 name=Gold;m1 membership group=g1;dg quote_defaults owner=g1 price_list=GOLD plant=G;"                                \
    "w global price_list=STANDARD plant=W;d1 quote_defaults discount_scheme=D customer_reference=;"                                        \
    "r1 rule code=R1 target=quote.plant value=W2;r2 rule code=R2 target=quote.plant value=W3 priority=9;"                                  \
    "r3 rule code=R3 target=quote.machine source=customer.segment"

/* --- steps --- */

static void write_again(struct scene *scene) {
    crm_txn_free(scene->data.txn);
    cr_assert(crm_txn_begin(scene->db, CRM_TXN_WRITE, CRM_ACTOR_SYSTEM, &scene->data.txn) == CRM_OK);
}

static void read_again(struct scene *scene) {
    cr_assert(crm_txn_commit(scene->data.txn) == CRM_OK);
    crm_txn_free(scene->data.txn);
    cr_assert(crm_txn_begin(scene->db, 0, CRM_ACTOR_SYSTEM, &scene->data.txn) == CRM_OK);
}

/* Sets one value of a stored record: a text, or an integer where text is NULL. */
static void set_one(struct scene *scene, const char *label, crm_field field, const char *text, int64_t integer) {
    crm_record *record;
    cr_assert(crm_record_get(scene->data.txn, scene_id(&scene->data, label), &record) == CRM_OK);
    cr_assert((text ? crm_record_set_text(record, field, text, CRM_NTS) : crm_record_set_int(record, field, integer)) == CRM_OK);
    cr_assert(crm_record_put(scene->data.txn, record, NULL, NULL) == CRM_OK, "%s", crm_error_text());
    crm_record_free(record);
}

static crm_field own_field(const struct scene *scene, const char *path) {
    crm_field field;
    cr_assert(crm_custom_field_find(scene->data.txn, path, &field) == CRM_OK, "%s", path);
    return field;
}

/* A store with everything, and its proposal: of an address with a field of the host's, with a value from one and with one that is given. */
static crm_quote *begin(struct scene *scene) {
    crm_quote *quote;
    crm_record *given;
    scene_begin(scene, WHOLE);
    write_again(scene);
    set_one(scene, "a1", own_field(scene, "address.gate"), NULL, 7);
    set_one(scene, "p", own_field(scene, "party.segment"), "large", 0);
    set_one(scene, "c1", CRM_CONTACT_NAME, "Frau Meier", 0);
    read_again(scene);
    cr_assert(crm_record_new(CRM_KIND_QUOTE, &given) == CRM_OK);
    cr_assert(crm_record_set_date(given, own_field(scene, "quote.until"), SCENE_DAY + 30) == CRM_OK);
    cr_assert(crm_record_set_text(given, CRM_QUOTE_TAX_ZONE, "T", CRM_NTS) == CRM_OK);
    cr_assert(crm_quote_resolve(scene->data.txn, scene_id(&scene->data, "p"), CRM_TODAY, given, &quote) >= 0, "%s", crm_error_text());
    crm_record_free(given);
    return quote;
}

static crm_quote *again(struct scene *scene, const crm_quote *old) {
    crm_quote *quote;
    cr_assert(crm_quote_reresolve(scene->data.txn, old, 0, CRM_TODAY, NULL, NULL, 0, &quote) >= 0, "%s", crm_error_text());
    return quote;
}

/* --- tests --- */

Test(quote_save, whole) {
    struct scene scene;
    crm_quote *quote = begin(&scene);
    const char *text = crm_quote_explain(quote, CRM_QUOTE_FORMAT_JSON, NULL);
    cr_expect(strstr(text, "\"gate\":7") && strstr(text, "\"value\":\"large\"") && strstr(text, "party.segment"), "%s", text);
    saved_check(scene.data.txn, quote, "first");
    crm_quote *next = again(&scene, quote);
    saved_check(scene.data.txn, next, "no changes");
    crm_quote_free(next);
    crm_quote_free(quote);
    scene_end(&scene);
}

/* The form is for years: its beginning, and the same bytes for the same proposal. */
Test(quote_save, bytes) {
    struct scene scene;
    size_t size, size_again;
    crm_quote *quote = begin(&scene), *same = again(&scene, quote), *first = again(&scene, same);
    const void *bytes = crm_quote_save(same, &size), *bytes_again = crm_quote_save(first, &size_again);
    cr_assert(bytes && bytes_again);
    cr_expect(memcmp(bytes, "CRMQ\0\0\0\1", 8) == 0);
    cr_expect(size == size_again && !memcmp(bytes, bytes_again, size));
    cr_expect(crm_quote_save(same, NULL) == bytes, "without a size");
    crm_quote_free(quote);
    crm_quote_free(same);
    crm_quote_free(first);
    scene_end(&scene);
}

/* Groups renamed, rules and fields deleted: it tells what it told. Computed again it says what changed, as the original does. */
Test(quote_save, store_changed) {
    struct scene scene;
    size_t size;
    crm_quote *quote = begin(&scene), *loaded;
    const void *bytes = crm_quote_save(quote, &size);
    cr_assert(bytes);
    cr_assert(crm_quote_explain(quote, CRM_QUOTE_FORMAT_TEXT, NULL));
    write_again(&scene);
    set_one(&scene, "g1", CRM_GROUP_NAME, "Silber", 0);
    set_one(&scene, "p", CRM_PARTY_NAME, "Anders", 0);
    set_one(&scene, "a1", CRM_ADDRESS_TOWN, "Z", 0);
    for (const char *const *label = (const char *const[]){"r1", "r2", "r3", "f1", "f2", "f3", "dh", NULL}; *label; label++)
        cr_assert(crm_record_delete(scene.data.txn, scene_id(&scene.data, *label), 0) == CRM_OK, "%s: %s", *label, crm_error_text());
    read_again(&scene);
    cr_assert(crm_quote_load(scene.data.txn, bytes, size, &loaded) == CRM_OK, "%s", crm_error_text());
    saved_same(quote, loaded, "after the store has changed");
    const char *text = crm_quote_explain(loaded, CRM_QUOTE_FORMAT_TEXT, NULL);
    cr_expect(strstr(text, "Muster") && strstr(text, "group \"Gold\"") && strstr(text, "rule \"R1\"") && strstr(text, "machine"), "%s",
              text);
    cr_expect(strstr(text, "Frau Meier") && strstr(text, "revision 2"), "%s", text);
    crm_quote *next = again(&scene, quote), *next_loaded = again(&scene, loaded);
    cr_expect_eq(crm_quote_change_count(next_loaded), 5, "ship_to, bill_to, delivery_terms, plant, machine: %s",
                 crm_quote_explain(next_loaded, CRM_QUOTE_FORMAT_TEXT, NULL));
    text = crm_quote_explain(next_loaded, CRM_QUOTE_FORMAT_TEXT, NULL);
    cr_expect(strstr(text, "before             EXW                     group \"Holz\""), "%s", text);
    saved_same(next, next_loaded, "computed again");
    saved_check(scene.data.txn, next_loaded, "computed again");
    crm_quote_free(next);
    crm_quote_free(next_loaded);
    crm_quote_free(loaded);
    crm_quote_free(quote);
    scene_end(&scene);
}

/* The store is opened anew, as another process would; what was loaded outlives it too. */
Test(quote_save, opened_again) {
    struct scene scene;
    crm_quote *loaded;
    size_t size;
    crm_quote *quote = begin(&scene);
    const void *bytes = crm_quote_save(quote, &size);
    crm_db_options options = {.size = sizeof options, .flags = CRM_DB_READ_ONLY, .fixed_time = SCENE_DAY * INT64_C(86400000000)};
    crm_txn_free(scene.data.txn);
    crm_db_close(scene.db);
    cr_assert(crm_db_open(folder, &options, &scene.db) == CRM_OK, "%s", crm_error_text());
    cr_assert(crm_txn_begin(scene.db, 0, CRM_ACTOR_SYSTEM, &scene.data.txn) == CRM_OK);
    cr_assert(crm_quote_load(scene.data.txn, bytes, size, &loaded) == CRM_OK, "%s", crm_error_text());
    crm_quote *next = again(&scene, loaded);
    cr_expect_eq(crm_quote_change_count(next), 0);
    crm_quote_free(next);
    scene_end(&scene);
    saved_same(quote, loaded, "the store is closed");
    crm_quote_free(quote);
    crm_quote_free(loaded);
}

/* Whatever byte is lost or altered. */
Test(quote_save, damaged) {
    struct scene scene;
    crm_quote *quote = begin(&scene), *loaded;
    size_t size;
    const unsigned char *bytes = crm_quote_save(quote, &size);
    unsigned char *copy = malloc(size + 1);
    for (size_t at = 0; at < size; at++) {
        memcpy(copy, bytes, size);
        copy[at] ^= (unsigned char)(1u << at % 8);
        cr_assert(crm_quote_load(scene.data.txn, copy, size, &loaded) == CRM_E_FORMAT && !loaded, "byte %zu", at);
        cr_assert(crm_quote_load(scene.data.txn, bytes, at, &loaded) == CRM_E_FORMAT && !loaded, "cut at %zu", at);
    }
    memcpy(copy, bytes, size);
    copy[size] = 0;
    cr_expect(crm_quote_load(scene.data.txn, copy, size + 1, &loaded) == CRM_E_FORMAT, "a byte more");
    saved_seal(copy, size + 1);
    cr_expect(crm_quote_load(scene.data.txn, copy, size + 1, &loaded) == CRM_E_FORMAT, "a byte more, sealed");
    free(copy);
    crm_quote_free(quote);
    scene_end(&scene);
}

static void expect_change(const crm_quote *quote, const char *why, const char *value, const char *level) {
    cr_assert_eq(crm_quote_change_count(quote), 1);
    const crm_record *change = crm_quote_change(quote, 0);
    cr_expect_str_eq(crm_record_text(change, CRM_QUOTE_CHANGE_WHY), why);
    cr_expect_str_eq(crm_record_text(change, CRM_QUOTE_CHANGE_NEW_VALUE), value);
    cr_expect_str_eq(crm_record_text(change, CRM_QUOTE_CHANGE_NEW_LEVEL), level);
    cr_expect_str_eq(crm_record_text(change, CRM_QUOTE_CHANGE_OLD_LEVEL), "lock");
}

/* What was fixed for the user who asked is told to everybody; computed again, it is fixed as it is now, for the one who asks. */
Test(quote_save, fixed_for_an_actor) {
    struct scene scene;
    crm_quote *quote, *loaded;
    scene_begin(&scene, "d quote_defaults price_list=C;x user name=Anna type=bound price_list=L;b binding user=x");
    crm_id user = scene_id(&scene.data, "x");
    crm_txn_free(scene.data.txn);
    cr_assert(crm_txn_begin(scene.db, 0, user, &scene.data.txn) == CRM_OK, "%s", crm_error_text());
    cr_assert(crm_quote_resolve(scene.data.txn, 0, CRM_TODAY, NULL, &quote) == CRM_OK, "%s", crm_error_text());
    write_again(&scene);
    set_one(&scene, "x", CRM_USER_PRICE_LIST, "M", 0);
    read_again(&scene);
    loaded = saved_again(scene.data.txn, quote, "by the system");
    saved_same(quote, loaded, "by the system");
    cr_expect_eq(crm_quote_level(loaded, CRM_QUOTE_PRICE_LIST), CRM_LEVEL_LOCK);
    cr_expect_eq(crm_quote_source(loaded, CRM_QUOTE_PRICE_LIST), user);
    cr_expect_eq(crm_quote_source_field(loaded, CRM_QUOTE_PRICE_LIST), CRM_USER_PRICE_LIST);
    cr_expect_eq(crm_quote_source_revision(loaded, CRM_QUOTE_PRICE_LIST), 1);
    crm_quote *next = again(&scene, loaded);
    expect_change(next, "other_level", "C", "customer");
    crm_quote_free(next);
    crm_txn_free(scene.data.txn);
    cr_assert(crm_txn_begin(scene.db, 0, user, &scene.data.txn) == CRM_OK, "%s", crm_error_text());
    next = again(&scene, loaded);
    expect_change(next, "edited", "M", "lock");
    saved_check(scene.data.txn, next, "by the user");
    crm_quote_free(next);
    crm_quote_free(loaded);
    crm_quote_free(quote);
    scene_end(&scene);
}
