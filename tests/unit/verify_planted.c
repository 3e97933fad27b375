/* SPDX-License-Identifier: MIT */
/* Damage that is planted in a sound store, one at a time, below all rules: each is found, and told at the record that it is about. */
#include "api/api.h"
#include "codec/crc32c.h"
#include "codec/key.h"
#include "index/directory.h"
#include "model/group.h"
#include "store/db.h"
#include "store/definitions.h"
#include "support/rows.h"
#include "support/store.h"
#include <fcntl.h>

TestSuite(verify_planted, .init = test_begin, .fini = test_end, .timeout = 120);

static crmi_txn *inside(crm_txn *txn) {
    int status;
    crmi_txn *open = crmi_api_enter(txn, false, &status);
    cr_assert(open, "%s", crm_error_text());
    crmi_api_leave(txn);
    return open;
}

/* --- the store --- */

static struct scene {
    crm_id a, b, role_a, role_b, address_a, address_b, contact, usage, channel, bank, defaults, membership, identifier, first, second,
        third, code, setting, user, binding, custom, run;
    crm_field colour;
} scene;

static crm_id child(crm_txn *txn, crm_id party, uint32_t kind, crm_field field, const char *text, crm_field names, crm_id named) {
    crm_record *rec = test_record(kind, party, (int)field, text, 0);
    if (names) cr_assert_eq(crm_record_set_id(rec, names, named), CRM_OK);
    return test_put(txn, rec);
}

static void fill_party(crm_txn *txn) {
    crm_record *rec = test_record(CRM_KIND_BANK, scene.a, CRM_BANK_IBAN, "DE02120300000000202051", 0);
    cr_assert_eq(crm_record_set_bool(rec, CRM_BANK_IS_DEFAULT, 1), CRM_OK);
    scene.bank = test_put(txn, rec);
    scene.address_a = test_child(txn, CRM_KIND_ADDRESS, scene.a, CRM_ADDRESS_TOWN, "Ulm");
    scene.address_b = test_child(txn, CRM_KIND_ADDRESS, scene.b, CRM_ADDRESS_TOWN, "Bonn");
    scene.contact = test_child(txn, CRM_KIND_CONTACT, scene.a, CRM_CONTACT_NAME, "Eva");
    scene.usage = child(txn, scene.a, CRM_KIND_USAGE, CRM_USAGE_PURPOSE, CRM_PURPOSE_DELIVERY, CRM_USAGE_TARGET, scene.address_a);
    scene.channel =
        test_put(txn, test_record(CRM_KIND_CHANNEL, scene.a, CRM_CHANNEL_TYPE, CRM_CHANNEL_MAIL, CRM_CHANNEL_VALUE, "a@b.de", 0));
    scene.defaults = test_child(txn, CRM_KIND_QUOTE_DEFAULTS, scene.a, CRM_QUOTE_DEFAULTS_SALES_AREA, "north");
    scene.identifier = test_put(
        txn, test_record(CRM_KIND_IDENTIFIER, scene.a, CRM_IDENTIFIER_SCHEME, CRM_SCHEME_DUNS, CRM_IDENTIFIER_VALUE, "123456789", 0));
}

static void fill(crm_txn *txn) {
    crm_record *rec = test_record(CRM_KIND_CUSTOM_FIELD, 0, CRM_CUSTOM_FIELD_RECORD_KIND, "party", CRM_CUSTOM_FIELD_NAME, "colour",
                                  CRM_CUSTOM_FIELD_TYPE, "text", 0);
    cr_assert_eq(crm_record_set_bool(rec, CRM_CUSTOM_FIELD_INDEXED, 1), CRM_OK);
    scene.custom = test_put(txn, rec);
    cr_assert_eq(crm_custom_field_find(txn, "party.colour", &scene.colour), CRM_OK);
    cr_assert_eq(crm_record_new_in(txn, CRM_KIND_PARTY, &rec), CRM_OK);
    crm_record_set_text(rec, CRM_PARTY_TYPE, CRM_PARTY_TYPE_ORGANISATION, CRM_NTS);
    crm_record_set_text(rec, CRM_PARTY_NAME, "Alpha", CRM_NTS);
    cr_assert_eq(crm_record_set_text(rec, scene.colour, "red", CRM_NTS), CRM_OK, "%s", crm_error_text());
    scene.a = test_put(txn, rec);
    scene.b = test_party(txn, "Beta");
    scene.role_a = test_role(txn, scene.a, CRM_ROLE_CUSTOMER, "1");
    scene.role_b = test_role(txn, scene.b, CRM_ROLE_CUSTOMER, "2");
    fill_party(txn);
    scene.first = test_group(txn, "G1", 0);
    scene.second = test_group(txn, "G2", scene.first);
    scene.third = test_group(txn, "G3", scene.second);
    cr_assert_eq(crm_group_add(txn, scene.third, scene.a, CRM_NO_DATE, CRM_NO_DATE, &scene.membership), CRM_OK);
    scene.code = test_put(txn, test_record(CRM_KIND_CODE, 0, CRM_CODE_DOMAIN, "plant", CRM_CODE_CODE, "P1", 0));
    scene.setting = test_put(txn, test_record(CRM_KIND_SETTING, 0, CRM_SETTING_NAME, "host.x", CRM_SETTING_VALUE, "1", 0));
    scene.user = test_put(txn, test_record(CRM_KIND_USER, 0, CRM_USER_NAME, "u", CRM_USER_TYPE, CRM_USER_TYPE_BOUND, 0));
    scene.binding = child(txn, scene.a, CRM_KIND_BINDING, 0, NULL, CRM_BINDING_USER, scene.user);
}

/* So many customers beside those that are damaged: 0 but where the size is asked for. */
static void fill_around(crm_txn *txn) {
    const char *count = getenv("CRM_TEST_AROUND");
    for (int i = 0; count && i < atoi(count); i++) {
        crm_id party = test_party(txn, "Another");
        test_role(txn, party, CRM_ROLE_CUSTOMER, NULL);
        test_child(txn, CRM_KIND_ADDRESS, party, CRM_ADDRESS_TOWN, "Ulm");
    }
}

static void build(void) {
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    fill(txn);
    fill_around(txn);
    test_commit(txn);
    crm_sync *sync = rows_make(CRM_ROWS_FLAT, "Kundennummer|Firma\n2|Beta again\n3|Gamma");
    cr_assert_eq(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), CRM_OK, "%s", crm_error_text());
    scene.run = crm_sync_run(sync);
    crm_sync_free(sync);
    test_sound(db, 0);
    crm_db_close(db);
}

/* --- rows below all rules --- */

typedef struct row {
    uint8_t key[512], value[8192];
    size_t key_size, size;
} row;

static crmi_slice key_of(const row *at) { return (crmi_slice){at->key, at->key_size}; }

static int copy_row(void *data, size_t read, crmi_slice key, crmi_slice value) {
    (void)read;
    row *out = data;
    cr_assert(key.size <= sizeof out->key && value.size <= sizeof out->value);
    memcpy(out->key, key.data, out->key_size = key.size);
    memcpy(out->value, value.data, out->size = value.size);
    return CRM_OK;
}

static row get(crm_txn *txn, uint32_t table, crmi_slice key) {
    row out = {.key_size = 0};
    cr_assert_eq(crmi_engine_get(crmi_txn_engine(inside(txn)), table, key, copy_row, &out), CRM_OK);
    return out;
}

static void put(crm_txn *txn, uint32_t table, const row *at) {
    cr_assert_eq(crmi_engine_put(crmi_txn_engine(inside(txn)), table, key_of(at), (crmi_slice){at->value, at->size}), CRM_OK);
}

static void del(crm_txn *txn, uint32_t table, const row *at) {
    cr_assert_eq(crmi_engine_del(crmi_txn_engine(inside(txn)), table, key_of(at)), CRM_OK);
}

static crmi_packed packed(crm_txn *txn, crm_id id) { return crmi_store_packed(inside(txn), id); }

static row get_record(crm_txn *txn, crm_id id) {
    uint8_t key[8];
    crmi_key_put64(key, packed(txn, id));
    return get(txn, CRMI_TABLE_FILE, (crmi_slice){key, 8});
}

/* A record as it is told, without what depends on it. */
static void write_record(crm_txn *txn, crm_record *rec) {
    cr_assert_eq(crmi_store_put(inside(txn), packed(txn, rec->id), rec, rec->revision + 1), CRM_OK);
    crm_record_free(rec);
}

static void set_text(crm_txn *txn, crm_id id, crm_field field, const char *text) {
    crm_record *rec = test_get(txn, id);
    cr_assert_eq(crmi_object_set_text(rec, CRMI_FIELD_NUMBER(field), text, strlen(text)), CRM_OK);
    write_record(txn, rec);
}

static void set_id(crm_txn *txn, crm_id id, crm_field field, crm_id named) {
    crm_record *rec = test_get(txn, id);
    cr_assert_eq(crmi_object_set_integer(rec, CRMI_FIELD_NUMBER(field), (int64_t)named), CRM_OK);
    write_record(txn, rec);
}

static void clear(crm_txn *txn, crm_id id, crm_field field) {
    crm_record *rec = test_get(txn, id);
    crmi_object_clear(rec, CRMI_FIELD_NUMBER(field));
    write_record(txn, rec);
}

static void remove_record(crm_txn *txn, crm_id id) {
    row at = get_record(txn, id);
    del(txn, CRMI_TABLE_FILE, &at);
}

/* The same again under the next local number. */
static crm_id twin(crm_txn *txn, crm_id id) {
    crmi_packed at = packed(txn, id);
    uint32_t local;
    crm_record *rec = test_get(txn, id);
    cr_assert_eq(crmi_store_new_local(inside(txn), crmi_id_root(at), crmi_id_kind(at), &local), CRM_OK);
    at = crmi_id_pack(crmi_id_root(at), crmi_id_kind(at), local);
    cr_assert_eq(crmi_store_put(inside(txn), at, rec, 1), CRM_OK);
    cr_assert_eq(crmi_index_update(inside(txn), at, NULL, rec), CRM_OK);
    crm_record_free(rec);
    return crmi_store_public(inside(txn), at);
}

/* The entry of a record's field. */
static row entry(crm_txn *txn, crm_id id, crm_field field) {
    crm_record *rec = test_get(txn, id);
    crmi_key key;
    int status;
    const crmi_field *known = crmi_txn_field(inside(txn), field, &status);
    cr_assert_eq(crmi_index_entry_key(inside(txn), known, packed(txn, id), rec, &key), CRM_OK);
    crm_record_free(rec);
    return get(txn, CRMI_TABLE_INDEX, (crmi_slice){key.bytes, key.size});
}

static int take_key(void *data, const crmi_key *key, crmi_packed id) {
    (void)id;
    row *out = data;
    memcpy(out->key, key->bytes, out->key_size = key->size);
    return CRM_OK;
}

/* The last of a party's entries in the directory: that of its role. */
static row directory(crm_txn *txn, crm_id party) {
    row out = {.key_size = 0};
    cr_assert_eq(crmi_directory_keys(inside(txn), crmi_id_root(packed(txn, party)), take_key, &out), CRM_OK);
    return out;
}

static void put_unique(crm_txn *txn, row *at, crmi_packed id, crmi_slice body) {
    crmi_buffer value = {0};
    cr_assert_eq(crmi_index_unique_value(key_of(at), id, body, &value), CRM_OK);
    memcpy(at->value, value.data, at->size = value.size);
    crmi_buffer_free(&value);
    put(txn, CRMI_TABLE_INDEX, at);
}

/* --- the damages: each gives the record that it has to be told at, 0 for none --- */

static crm_id plain_missing(crm_txn *txn) {
    row at = entry(txn, scene.address_a, CRM_ADDRESS_TOWN);
    del(txn, CRMI_TABLE_INDEX, &at);
    return scene.address_a;
}

static crm_id unique_missing(crm_txn *txn) {
    row at = entry(txn, scene.role_a, CRM_ROLE_NUMBER);
    del(txn, CRMI_TABLE_INDEX, &at);
    return scene.role_a;
}

static crm_id name_missing(crm_txn *txn) {
    row at = entry(txn, scene.membership, CRM_MEMBERSHIP_GROUP);
    del(txn, CRMI_TABLE_INDEX, &at);
    return scene.membership;
}

static crm_id custom_missing(crm_txn *txn) {
    row at = entry(txn, scene.a, scene.colour);
    del(txn, CRMI_TABLE_INDEX, &at);
    return scene.a;
}

static crm_id directory_missing(crm_txn *txn) {
    row at = directory(txn, scene.b);
    del(txn, CRMI_TABLE_INDEX, &at);
    return scene.b;
}

/* The second item of a directory's key tells whether the party is archived: an int of one byte, 0x14 for 0. */
static crm_id directory_wrong(crm_txn *txn) {
    row at = directory(txn, scene.b), wrong = at;
    del(txn, CRMI_TABLE_INDEX, &at);
    memmove(wrong.key + 3, wrong.key + 2, wrong.key_size++ - 2);
    wrong.key[2] = 0x15, wrong.key[3] = 1;
    memmove(wrong.key + 4, at.key + 3, at.key_size - 3);
    wrong.key_size = at.key_size + 1;
    put(txn, CRMI_TABLE_INDEX, &wrong);
    return scene.b;
}

static crm_id plain_extra(crm_txn *txn) {
    row at = entry(txn, scene.address_a, CRM_ADDRESS_TOWN);
    at.key[at.key_size - crmi_key_target_size(at.key, at.key_size) - 2]++; /* before the end of the text and the target */
    put(txn, CRMI_TABLE_INDEX, &at);
    return scene.address_a;
}

static crm_id plain_of_nobody(crm_txn *txn) {
    row at = entry(txn, scene.address_a, CRM_ADDRESS_TOWN);
    at.key[at.key_size - 1] = (uint8_t)(at.key[at.key_size - 1] + 8); /* above the number of bytes */
    put(txn, CRMI_TABLE_INDEX, &at);
    return crmi_store_public(inside(txn), packed(txn, scene.address_a) + 1);
}

static crm_id unique_of_another(crm_txn *txn) {
    row at = entry(txn, scene.role_a, CRM_ROLE_NUMBER);
    put_unique(txn, &at, packed(txn, scene.role_b), (crmi_slice){"", 0});
    return scene.role_a;
}

static crm_id unique_damaged(crm_txn *txn) {
    row at = entry(txn, scene.identifier, CRM_IDENTIFIER_VALUE);
    at.value[5] ^= 4;
    put(txn, CRMI_TABLE_INDEX, &at);
    return scene.identifier;
}

static crm_id body_stale(crm_txn *txn) {
    row at = entry(txn, scene.setting, CRM_SETTING_NAME), old = at;
    crm_record *rec = test_get(txn, scene.setting);
    crm_record_set_text(rec, CRM_SETTING_VALUE, "2", CRM_NTS);
    test_put(txn, rec);
    put(txn, CRMI_TABLE_INDEX, &old);
    return scene.setting;
}

static crm_id body_missing(crm_txn *txn) {
    row at = entry(txn, scene.code, CRM_CODE_CODE);
    put_unique(txn, &at, packed(txn, scene.code), (crmi_slice){"", 0});
    return scene.code;
}

static crm_id key_of_nothing(crm_txn *txn) {
    row at = {.key = {0x16, 0x7f, 0xff, 0x15, 1, 0, 0, 0, 0, 0, 0, 1}, .key_size = 12};
    put(txn, CRMI_TABLE_INDEX, &at);
    return 0;
}

static crm_id value_unindexed(crm_txn *txn) {
    set_text(txn, scene.address_a, CRM_ADDRESS_TOWN, "Trier");
    return scene.address_a;
}

static crm_id number_twice(crm_txn *txn) {
    set_text(txn, scene.role_b, CRM_ROLE_NUMBER, "1");
    return scene.role_b;
}

/* The note of the directory's order beside the index, and no setting that tells it. */
static crm_id order_wrong(crm_txn *txn) {
    crm_id id = test_put(
        txn, test_record(CRM_KIND_SETTING, 0, CRM_SETTING_NAME, CRMI_COLLATION_SETTING, CRM_SETTING_VALUE, CRMI_COLLATION_FIRST, 0));
    cr_assert_eq(crmi_txn_set_collation(inside(txn), CRMI_DIN5007_2), CRM_OK);
    return id;
}

static crm_id owner_gone(crm_txn *txn) {
    remove_record(txn, scene.b);
    return scene.role_b;
}

static crm_id name_gone(crm_txn *txn) {
    remove_record(txn, scene.contact);
    set_id(txn, scene.usage, CRM_USAGE_TARGET, scene.contact);
    return scene.usage;
}

static crm_id far_name_gone(crm_txn *txn) {
    remove_record(txn, scene.third);
    return scene.membership;
}

static crm_id name_unfitting(crm_txn *txn) {
    set_id(txn, scene.usage, CRM_USAGE_TARGET, scene.a);
    return scene.usage;
}

static crm_id name_of_another(crm_txn *txn) {
    set_id(txn, scene.usage, CRM_USAGE_TARGET, scene.address_b);
    return scene.usage;
}

/* Behind whose root there is none. */
static crm_id last_name_gone(crm_txn *txn) {
    remove_record(txn, scene.second);
    return scene.third;
}

static crm_id group_circle(crm_txn *txn) {
    set_id(txn, scene.first, CRM_GROUP_PARENT, scene.third);
    return scene.first;
}

static crm_id above_wrong(crm_txn *txn) {
    clear(txn, scene.third, CRM_GROUP_ANCESTORS);
    return scene.third;
}

static crm_id sum_wrong(crm_txn *txn) {
    row at = get_record(txn, scene.address_a);
    at.value[at.size - 1] ^= 1;
    put(txn, CRMI_TABLE_FILE, &at);
    return scene.address_a;
}

static crm_id values_swapped(crm_txn *txn) {
    row a = get_record(txn, scene.address_a), b = get_record(txn, scene.address_b), swapped = a;
    memcpy(a.value, b.value, a.size = b.size);
    memcpy(b.value, swapped.value, b.size = swapped.size);
    put(txn, CRMI_TABLE_FILE, &a);
    put(txn, CRMI_TABLE_FILE, &b);
    return scene.address_b;
}

static crm_id required_missing(crm_txn *txn) {
    clear(txn, scene.channel, CRM_CHANNEL_VALUE);
    return scene.channel;
}

static crm_id code_unknown(crm_txn *txn) {
    set_text(txn, scene.b, CRM_PARTY_TYPE, "alien");
    return scene.b;
}

static crm_id code_long(crm_txn *txn) {
    set_text(txn, scene.defaults, CRM_QUOTE_DEFAULTS_PLANT, "0123456789012345678901234567890123456789012345678901234567890123456789");
    return scene.defaults;
}

static crm_id date_far(crm_txn *txn) {
    set_id(txn, scene.role_a, CRM_ROLE_VALID_FROM, 99999999);
    return scene.role_a;
}

static crm_id time_reversed(crm_txn *txn) {
    set_id(txn, scene.role_a, CRM_ROLE_VALID_FROM, 200);
    set_id(txn, scene.role_a, CRM_ROLE_VALID_UNTIL, 100);
    return scene.role_a;
}

static crm_id type_wrong(crm_txn *txn) {
    crm_record *rec = test_get(txn, scene.address_a);
    cr_assert_eq(crmi_object_set_typed(rec, CRMI_FIELD_NUMBER(CRM_ADDRESS_STREET), CRM_TYPE_INT, 7), CRM_OK);
    write_record(txn, rec);
    return scene.address_a;
}

static crm_id revision_zero(crm_txn *txn) {
    crm_record *rec = test_get(txn, scene.bank);
    cr_assert_eq(crmi_store_put(inside(txn), packed(txn, scene.bank), rec, 0), CRM_OK);
    crm_record_free(rec);
    return scene.bank;
}

static crm_id role_twice(crm_txn *txn) {
    crm_id id = twin(txn, scene.membership);
    return id;
}

static crm_id default_twice(crm_txn *txn) { return twin(txn, scene.bank); }
static crm_id terms_twice(crm_txn *txn) { return twin(txn, scene.defaults); }
static crm_id bound_twice(crm_txn *txn) { return twin(txn, scene.binding); }

static crm_id custom_number(crm_txn *txn) {
    set_id(txn, scene.custom, CRM_CUSTOM_FIELD_FIELD, scene.colour + 1);
    return scene.custom;
}

static crm_id stub_to_nothing(crm_txn *txn) {
    crmi_packed at = crmi_id_pack(crmi_id_root(packed(txn, scene.b)), CRM_KIND_CONTACT, 9);
    cr_assert_eq(crmi_store_forward(inside(txn), at, at + 1), CRM_OK);
    return crmi_store_public(inside(txn), at);
}

static crm_id place_wrong(crm_txn *txn) {
    crm_record *rec = test_get(txn, scene.channel);
    crmi_packed at = crmi_id_pack(crmi_id_root(packed(txn, scene.second)), CRM_KIND_CHANNEL, 1);
    cr_assert_eq(crmi_store_put(inside(txn), at, rec, 1), CRM_OK);
    crm_record_free(rec);
    return crmi_store_public(inside(txn), at);
}

/* --- of the store itself --- */

static row state_of(crm_txn *txn, bool ours, uint64_t next_root) {
    row at = get(txn, CRMI_TABLE_META, crmi_state_key);
    crmi_state_write(&(crmi_state){9, next_root}, at.value);
    if (!ours) at.value[3] ^= 1;
    return at;
}

/* The commit writes it last: it is planted in the transaction's own memory. */
static crm_id next_root_low(crm_txn *txn) {
    inside(txn)->state.next_root = crmi_id_root(packed(txn, scene.b));
    set_text(txn, scene.setting, CRM_SETTING_VALUE, "1");
    row at = entry(txn, scene.setting, CRM_SETTING_NAME), body = get_record(txn, scene.setting);
    put_unique(txn, &at, packed(txn, scene.setting), (crmi_slice){body.value + 6, body.size - 6});
    return scene.b;
}

static crm_id counter_gone(crm_txn *txn) {
    row at = get(txn, CRMI_TABLE_META, (crmi_slice){"definitions", 11});
    del(txn, CRMI_TABLE_META, &at);
    return 0;
}

static crm_id counter_damaged(crm_txn *txn) {
    row at = get(txn, CRMI_TABLE_META, (crmi_slice){"definitions", 11});
    at.value[0] ^= 1;
    put(txn, CRMI_TABLE_META, &at);
    return 0;
}

static crm_id meta_damaged(crm_txn *txn) {
    row at = state_of(txn, false, 9);
    memcpy(at.key, "state2", at.key_size = 6);
    put(txn, CRMI_TABLE_META, &at);
    return 0;
}

/* --- runs --- */

static row chunk_of(crm_txn *txn) {
    uint8_t key[16] = {0};
    crmi_key_put64(key, packed(txn, scene.run));
    return get(txn, CRMI_TABLE_UNDO, (crmi_slice){key, 16});
}

static crm_id run_gone(crm_txn *txn) {
    remove_record(txn, scene.run);
    return scene.run;
}

static crm_id chunk_gone(crm_txn *txn) {
    row at = chunk_of(txn);
    del(txn, CRMI_TABLE_UNDO, &at);
    at.key[15] = 1;
    uint32_t sum = crmi_crc32c(crmi_crc32c(0, at.key, 16), at.value + 4, at.size - 4);
    for (int i = 0; i < 4; i++) at.value[i] = (uint8_t)(sum >> (24 - 8 * i));
    put(txn, CRMI_TABLE_UNDO, &at);
    return scene.run;
}

static crm_id chunk_damaged(crm_txn *txn) {
    row at = chunk_of(txn);
    at.value[at.size - 1] ^= 1;
    put(txn, CRMI_TABLE_UNDO, &at);
    return scene.run;
}

/* What changed: the first row of the feed. */
static crm_id change_damaged(crm_txn *txn) {
    row at = {.key_size = 0};
    crmi_read first = {.table = CRMI_TABLE_CHANGES, .flags = CRMI_READ_RANGE, .limit = 1};
    cr_assert_eq(crmi_engine_range(crmi_txn_engine(inside(txn)), &first, copy_row, &at), CRM_OK);
    cr_assert(at.size > 0);
    at.value[at.size - 1] ^= 1;
    put(txn, CRMI_TABLE_CHANGES, &at);
    return 0;
}

static const struct planted {
    const char *name, *where;
    crm_id (*plant)(crm_txn *txn);
} all[] = {
    {"plain entry missing", "index", plain_missing},
    {"unique entry missing", "index", unique_missing},
    {"entry of a reference missing", "index", name_missing},
    {"entry of a custom field missing", "index", custom_missing},
    {"directory entry missing", "index", directory_missing},
    {"directory entry wrong", "index", directory_wrong},
    {"plain entry too many", "index", plain_extra},
    {"entry of nobody", "index", plain_of_nobody},
    {"unique entry of another", "index", unique_of_another},
    {"unique entry damaged", "index", unique_damaged},
    {"carried body stale", "index", body_stale},
    {"carried body missing", "index", body_missing},
    {"key of nothing", "index", key_of_nothing},
    {"value not in the index", "index", value_unindexed},
    {"number twice", "index", number_twice},
    {"directory in another order", "index", order_wrong},
    {"owner gone", "file", owner_gone},
    {"named record gone", "file", name_gone},
    {"named group gone", "file", far_name_gone},
    {"named record does not fit", "file", name_unfitting},
    {"named record of another", "file", name_of_another},
    {"what the last group names gone", "file", last_name_gone},
    {"group above itself", "file", group_circle},
    {"groups above wrong", "file", above_wrong},
    {"checksum", "file", sum_wrong},
    {"values swapped", "file", values_swapped},
    {"required field missing", "file", required_missing},
    {"code unknown", "file", code_unknown},
    {"code too long", "file", code_long},
    {"date out of range", "file", date_far},
    {"end before the beginning", "file", time_reversed},
    {"type wrong", "file", type_wrong},
    {"revision 0", "file", revision_zero},
    {"member twice", "file", role_twice},
    {"two default accounts", "file", default_twice},
    {"quote defaults twice", "file", terms_twice},
    {"bound twice", "file", bound_twice},
    {"number of a custom field", "file", custom_number},
    {"stub that leads nowhere", "file", stub_to_nothing},
    {"record at a wrong place", "file", place_wrong},
    {"next number too low", "meta", next_root_low},
    {"counter of definitions gone", "meta", counter_gone},
    {"counter of definitions damaged", "meta", counter_damaged},
    {"meta record damaged", "meta", meta_damaged},
    {"run gone", "undo", run_gone},
    {"part of a run gone", "undo", chunk_gone},
    {"part of a run damaged", "undo", chunk_damaged},
    {"row of what changed damaged", "changes", change_damaged},
};

/* --- planting --- */

static void *read_file(const char *path, size_t *size) {
    FILE *file = fopen(path, "rb");
    void *bytes = malloc(1 << 28);
    cr_assert(file && bytes);
    *size = fread(bytes, 1, 1 << 28, file);
    fclose(file);
    return bytes;
}

static void write_file(const char *path, const void *bytes, size_t size) {
    FILE *file = fopen(path, "wb");
    cr_assert(file && fwrite(bytes, 1, size, file) == size);
    fclose(file);
}

static char *listed(const crm_damages *damages) {
    char *out;
    size_t size;
    FILE *to = open_memstream(&out, &size);
    const crm_record *rec;
    for (size_t i = 0; (rec = crm_damages_record(damages, i)); i++)
        fprintf(to, "\n  %s", crm_record_json((crm_record *)(uintptr_t)rec, NULL));
    fclose(to);
    return out;
}

static bool is_found(const crm_damages *damages, const char *where, crm_id id, const char *field) {
    const crm_record *rec;
    for (size_t i = 0; (rec = crm_damages_record(damages, i)); i++) {
        const char *told = crm_record_text(rec, CRM_DAMAGE_FIELD);
        bool here = !strcmp(crm_record_text(rec, CRM_DAMAGE_WHERE), where) && crm_record_id(rec, CRM_DAMAGE_RECORD) == id;
        if (here && (!field || (told && !strcmp(told, field)))) return true;
    }
    return false;
}

/* Whatever was planted in the index alone goes with it. */
static void reindex(const struct planted *one) {
    crm_damages *damages;
    crm_db_options options = test_options();
    bool alone = !strcmp(one->where, "index") && one->plant != number_twice && one->plant != order_wrong;
    options.flags = 0;
    int rc = crm_reindex(test_folder, &options);
    cr_assert(rc == CRM_OK || (rc == CRM_E_CORRUPT && !alone), "%s: %d %s", one->name, rc, crm_error_text());
    crm_db *db = test_open();
    cr_assert_eq(crm_verify(db, 0, 0, NULL, NULL, &damages), CRM_OK);
    cr_expect(!alone || !crm_damages_count(damages), "%s is still there", one->name);
    crm_damages_free(damages);
    crm_db_close(db);
}

/* A copy has every checksum read again: where one is wrong, nothing is left of it. */
static void copy(crm_db *db, const struct planted *one) {
    crm_id (*const sums[])(crm_txn * txn) = {sum_wrong, values_swapped, counter_damaged, meta_damaged, chunk_damaged, change_damaged};
    char path[300];
    int wanted = CRM_OK;
    for (size_t i = 0; i < sizeof sums / sizeof *sums; i++)
        if (one->plant == sums[i]) wanted = CRM_E_CORRUPT;
    snprintf(path, sizeof path, "%s/copy", test_folder);
    cr_expect_eq(crm_db_backup(db, path), wanted, "%s: the copy: %s", one->name, crm_error_text());
    cr_expect_eq(rmdir(path) == 0, wanted != CRM_OK, "%s: what is left of the copy", one->name);
    test_folder_remove(path);
}

static bool plant(const struct planted *one) {
    crm_damages *damages;
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    crm_id id = one->plant(txn);
    inside(txn)->changed = true;
    test_commit(txn);
    crm_error_report(CRM_E_UNSUPPORTED, 0, 0, NULL);
    cr_assert_eq(crm_verify(db, 0, 0, NULL, NULL, &damages), CRM_OK, "%s: %s", one->name, crm_error_text());
    cr_expect_eq(crm_error_status(), CRM_E_UNSUPPORTED, "%s leaves %s", one->name, crm_error_text());
    bool found = is_found(damages, one->where, id, one->plant == group_circle ? "group.parent" : NULL);
    char *text = listed(damages);
    if (getenv("CRM_TEST_SHOW")) fprintf(stderr, "%s:%s\n", one->name, text);
    cr_expect(found, "%s: not found at %llx:%s", one->name, (unsigned long long)id, text);
    free(text);
    crm_damages_free(damages);
    copy(db, one);
    crm_db_close(db);
    reindex(one);
    return found;
}

Test(verify_planted, each_is_found) {
    size_t size, count = sizeof all / sizeof *all, found = 0;
    char path[300];
    build();
    snprintf(path, sizeof path, "%s/data.mdb", test_folder);
    void *sound = read_file(path, &size);
    for (size_t i = 0; i < count; i++) {
        write_file(path, sound, size);
        found += plant(&all[i]);
    }
    free(sound);
    cr_expect_eq(found, count, "%zu of %zu", found, count);
}

/* Of a circle, what is above a group ends where it began. */
Test(verify_planted, circle_saved) {
    char path[300];
    crmi_group group;
    build();
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    (void)group_circle(txn);
    inside(txn)->changed = true;
    test_commit(txn);
    crm_db_close(db);
    snprintf(path, sizeof path, "%s/saved", test_folder);
    cr_assert_eq(crm_salvage(test_folder, path, NULL, NULL, NULL, NULL, NULL), CRM_OK, "%s", crm_error_text());
    crm_db_options options = test_options();
    cr_assert_eq(crm_db_open(path, &options, &db), CRM_OK, "%s", crm_error_text());
    txn = test_read(db);
    cr_assert_eq(crmi_group_read(inside(txn), packed(txn, scene.first), &group), CRM_OK, "%s", crm_error_text());
    cr_expect(group.above_count == 2 && group.above[0] == packed(txn, scene.third) && group.above[1] == packed(txn, scene.second), "%u",
              group.above_count);
    crm_txn_free(txn);
    crm_db_close(db);
    test_folder_remove(path);
}

/* A store whose index says nothing of itself, or tells of another format, is opened to make it anew alone. */
Test(verify_planted, format) {
    row at = {.key = "index", .key_size = 5};
    crm_db_options options = test_options();
    build();
    for (int format = 0; format < 4; format++) {
        crm_db *db = test_open(), *other;
        crm_txn *txn = test_write(db);
        row was = get(txn, CRMI_TABLE_META, key_of(&at)), now = was;
        now.value[7] = (uint8_t)(format == 2 ? 0 : CRMI_INDEX_FORMAT + 1);
        crmi_meta_seal(key_of(&at), now.value, now.size - 4);
        now.value[0] ^= format == 3;
        put(txn, CRMI_TABLE_META, &now);
        if (format == 0) del(txn, CRMI_TABLE_META, &now);
        inside(txn)->changed = true;
        test_commit(txn);
        crm_db_close(db);
        int wanted = format == 3 ? CRM_E_CORRUPT : CRM_E_VERSION;
        options.flags = format == 1 ? CRM_DB_READ_ONLY : 0;
        cr_expect_eq(crm_db_open(test_folder, &options, &other), wanted, "%d: %s", format, crm_error_text());
        options.flags = 0;
        cr_expect_eq(crm_db_open(test_folder, &options, &other), wanted, "%d: %s", format, crm_error_text());
        cr_assert_eq(crm_reindex(test_folder, &options), CRM_OK, "%d: %s", format, crm_error_text());
        db = test_open();
        test_sound(db, (uint64_t)format);
        crm_db_close(db);
    }
}

/* While the store is open, a page of its file is written over. */
Test(verify_planted, page) {
    char path[300];
    crm_damages *damages;
    uint8_t page[4096];
    build();
    crm_db *db = test_open();
    snprintf(path, sizeof path, "%s/data.mdb", test_folder);
    int file = open(path, O_RDWR | O_CLOEXEC);
    cr_assert(file >= 0);
    size_t damaged = 0;
    for (off_t at = 2 * 4096; pread(file, page, sizeof page, at) == sizeof page; at += 4096) {
        page[10] ^= 0x7f; /* its kind */
        cr_assert_eq(pwrite(file, page, sizeof page, at), (ssize_t)sizeof page);
        cr_assert_eq(crm_verify(db, CRM_VERIFY_PAGES, 0, NULL, NULL, &damages), CRM_OK, "%s", crm_error_text());
        damaged += crm_damages_count(damages);
        cr_expect(!crm_damages_count(damages) || is_found(damages, "pages", 0, NULL));
        crm_damages_free(damages);
        page[10] ^= 0x7f;
        cr_assert_eq(pwrite(file, page, sizeof page, at), (ssize_t)sizeof page);
    }
    cr_expect_geq(damaged, 5, "%zu pages", damaged);
    close(file);
    test_sound(db, 0);
    crm_db_close(db);
}
