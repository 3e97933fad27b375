/* SPDX-License-Identifier: MIT */
/* Records with a right checksum and wrong content, as a damaged or foreign program would leave them: each value of each record is put in
 * place of each other kind of value, then everything that reads or changes such records is called. It ends soon, says what is wrong or
 * passes over it, and breaks nothing. */
#include "api/api.h"
#include "codec/crc32c.h"
#include "codec/pack.h"
#include "codec/walk.h"
#include "store/definitions_fields.h"
#include "support/scene.h"

#define HEADER 5
#define TURNS 4 /* of so many values that don't belong somewhere one is tried, and always none and one that is too long */

/* Two groups above each other, an own field of each, a rule with every kind of condition, terms of every level, an address that moves. */
static const char records[] =
    "p party order_lock=1;"
    "f1 custom_field record_kind=party name=colour type=text indexed=1;"
    "f2 custom_field record_kind=quote name=tags type=texts;"
    "f3 custom_field record_kind=address name=since type=date;"
    "g1 group code=A;g2 group code=B parent=g1 priority=1;g3 group code=C parent=g2;"
    "m1 membership group=g3;m2 membership group=g1;"
    "t1 quote_defaults owner=g1 price_list=G;t2 quote_defaults owner=g2 plant=P blocks_inheritance=1;"
    "t3 quote_defaults price_list=C preferred_site=a1 preferred_contact=c1;t4 quote_defaults scope=a1 plant=Q preferred_contact=c1;"
    "s1 global currency=EUR country=DE;s2 global price_list=Z;"
    "x1 policy field=price_list levels=lock,explicit,group,customer,global;"
    "r1 rule code=R1 target=quote.plant source=customer.category when=customer.colour!=red,quote.price_list!=D;"
    "r2 rule code=R2 target=quote.tax_zone value=T when=group.code=A override=1;"
    "k1 code domain=price_list code=C currency=CHF;"
    "a2 address town=Ulm country=DE;a1 address town=Bonn valid_until=-1 successor=a2;"
    "u1 usage target=a1 purpose=delivery is_default=1;u2 usage target=a2 purpose=main;u3 usage target=c1 purpose=quote;"
    "c1 contact";

static struct scene scene;

static crmi_txn *inside(void) {
    int status;
    crmi_txn *open = crmi_api_enter(scene.data.txn, true, &status);
    cr_assert(open, "%s", crm_error_text());
    crmi_api_leave(scene.data.txn);
    return open;
}

static void begin(void) {
    scene_begin(&scene, records);
    crm_txn_free(scene.data.txn);
}

static void begin_write(void) {
    cr_assert(crm_txn_begin(scene.db, CRM_TXN_WRITE, CRM_ACTOR_SYSTEM, &scene.data.txn) == CRM_OK, "%s", crm_error_text());
}

static void end(void) { scene_close_store(scene.db); }

TestSuite(hostile_definitions, .init = begin, .fini = end, .timeout = 100);

/* --- damage --- */

/* A body is stored under an id as it is, with its checksum. */
static void put_raw(crmi_packed id, const crmi_buffer *body) {
    uint8_t key[8];
    crmi_buffer value = {0};
    uint8_t head[HEADER] = {(uint8_t)(1 << 6 | crmi_id_kind(id))};
    crmi_key_put64(key, id);
    uint32_t sum = crmi_crc32c(crmi_crc32c(crmi_crc32c(0, key, 8), head, 1), body->data, body->size);
    for (int i = 0; i < 4; i++) head[1 + i] = (uint8_t)(sum >> 8 * i);
    crmi_buffer_append(&value, head, HEADER);
    crmi_buffer_append(&value, body->data, body->size);
    cr_assert(crmi_engine_put(crmi_txn_engine(inside()), CRMI_TABLE_FILE, (crmi_slice){key, 8}, (crmi_slice){value.data, value.size}) ==
              CRM_OK);
    if (crmi_is_definition(id)) crmi_definitions_touch(inside());
    crmi_buffer_free(&value);
}

/* The entry of a code, which carries a copy of the record. */
static void put_carried(const char *domain, const char *code, crmi_packed id, const crmi_buffer *body) {
    crmi_key key;
    crmi_buffer value = {0};
    uint8_t head[12] = {0};
    crmi_index_unique_key(crmi_schema_field(CRM_CODE_CODE), domain, strlen(domain), code, strlen(code), &key);
    crmi_key_put64(head, id);
    uint32_t sum = crmi_crc32c(crmi_crc32c(crmi_crc32c(0, key.bytes, key.size), head, 8), body->data, body->size);
    for (int i = 0; i < 4; i++) head[8 + i] = (uint8_t)(sum >> (24 - 8 * i));
    crmi_buffer_append(&value, head, sizeof head);
    crmi_buffer_append(&value, body->data, body->size);
    cr_assert(crmi_engine_put(crmi_txn_engine(inside()), CRMI_TABLE_INDEX, (crmi_slice){key.bytes, key.size},
                              (crmi_slice){value.data, value.size}) == CRM_OK);
    crmi_buffer_free(&value);
}

static int take_body(void *data, size_t read, const crmi_stored *stored) {
    (void)read;
    crmi_buffer_append(data, stored->body.data, stored->body.size);
    return CRM_OK;
}

static crmi_packed packed(const char *label) { return crmi_store_packed(inside(), scene_id(&scene.data, label)); }

static void pack_texts(crmi_buffer *out, uint32_t count, const char *text) {
    crmi_pack_array(out, count);
    for (uint32_t i = 0; i < count; i++) crmi_pack_text(out, text, strlen(text));
}

static void pack_ids(crmi_buffer *out, size_t bytes, crm_id id) {
    uint8_t all[200];
    for (size_t i = 0; i < sizeof all; i += 8) crmi_key_put64(all + i, id);
    crmi_pack_bytes(out, all, bytes);
}

static char long_text[5001];

/* One of the values that don't belong where they are put; false behind the last. */
static bool pack_hostile(crmi_buffer *out, size_t which) {
    static const char *const texts[] = {long_text,         "",           "C",     "party", "quote.plant",        "customer.", "\xff\xfe",
                                        "group.code in |", "quote.tags", "label", "lock",  "group.ancestors set"};
    static const char *const labels[] = {"p", "g1", "g3", "r1", "a1", "c1", "k1"};
    static const int64_t integers[] = {0, 1, -1, 999, INT64_C(1) << 52, INT64_MAX, INT64_MIN};
    static const size_t sizes[] = {0, 7, 8, 128, 136};
    size_t count = sizeof texts / sizeof *texts;
    if (which < count) return crmi_pack_text(out, texts[which], strlen(texts[which])), true;
    which -= count;
    count = sizeof labels / sizeof *labels;
    if (which < count) return crmi_pack_int(out, (int64_t)packed(labels[which])), true;
    which -= count;
    count = sizeof integers / sizeof *integers;
    if (which < count) return crmi_pack_int(out, integers[which]), true;
    which -= count;
    count = sizeof sizes / sizeof *sizes;
    if (which < count * 2) return pack_ids(out, sizes[which / 2], scene_id(&scene.data, which % 2 ? "g3" : "p")), true;
    which -= count * 2;
    switch (which) {
    case 0: crmi_pack_bool(out, true); return true;
    case 1: pack_texts(out, 0, ""); return true;
    case 2: pack_texts(out, 1, "explicit"); return true;
    case 3: pack_texts(out, 40, "lock"); return true;
    case 4: pack_texts(out, 64, "customer.colour in a|b|c|d|e|f|g|h|i|j|||||||||"); return true;
    case 5: pack_texts(out, 2, "\xff"); return true;
    case 6: crmi_pack_map(out, 1), crmi_pack_text(out, "de", 2), crmi_pack_text(out, "x", 1); return true;
    case 7:
        crmi_pack_map(out, 2), crmi_pack_text(out, "de", 2), crmi_pack_int(out, 1), crmi_pack_int(out, 1), crmi_pack_int(out, 1);
        return true;
    case 8: crmi_pack_array(out, 2), crmi_pack_int(out, 1), crmi_pack_array(out, 0); return true;
    case 9: crmi_pack_text(out, "a\0b", 3); return true;
    case 10: crmi_pack_raw(out, "\xc0", 1); return true;
    default: return false;
    }
}

/* The body with one value of another number replaced (or added where there is none), or taken away. */
static bool damage(const crmi_buffer *body, uint32_t number, size_t which, crmi_buffer *out) {
    crmi_walk walk;
    crmi_value value;
    crmi_buffer pairs = {0};
    uint32_t count = 0;
    bool more = true, done = false;
    cr_assert(crmi_walk_begin(&walk, body->data, body->size) == CRM_OK);
    for (int rc = crmi_walk_next(&walk, &value);; rc = crmi_walk_next(&walk, &value)) {
        if (!done && (rc != CRM_ROW || value.number >= number)) {
            done = true;
            if (which) {
                crmi_pack_number(&pairs, number);
                more = pack_hostile(&pairs, which - 1);
                count++;
            }
        }
        if (rc != CRM_ROW) break;
        if (value.number == number) continue;
        crmi_pack_number(&pairs, value.number);
        crmi_pack_raw(&pairs, value.raw, value.raw_size);
        count++;
    }
    crmi_pack_map(out, count);
    crmi_buffer_append(out, pairs.data, pairs.size);
    crmi_buffer_free(&pairs);
    return more;
}

/* --- everything that could stumble --- */

static size_t refused;

/* Any answer will do that is one. */
static int took(int rc) {
    switch (rc) {
    case CRM_OK:
    case CRM_ROW:
    case CRM_CHOOSE:
    case CRM_E_CORRUPT:
    case CRM_E_NOTFOUND:
    case CRM_E_INVALID:
    case CRM_E_TYPE:
    case CRM_E_RANGE:
    case CRM_E_CODE:
    case CRM_E_EXISTS:
    case CRM_E_REQUIRED:
    case CRM_E_ARCHIVED:
    case CRM_E_NOT_RELATED:
    case CRM_E_CYCLE:
    case CRM_E_TOO_BIG:
    case CRM_E_IN_USE:
    case CRM_E_STALE: break;
    default: cr_expect(false, "%d %s", rc, crm_error_text());
    }
    refused += rc == CRM_E_CORRUPT;
    return rc;
}

static void drain(int rc, crm_iter *iter) {
    crm_id id;
    int count = 0;
    if (took(rc) == CRM_OK)
        while (crm_iter_next(iter, &id) == CRM_ROW) cr_assert(++count <= 10000);
    crm_iter_free(iter);
}

static void look_at_quote(crm_txn *txn, crm_id party) {
    crm_quote *quote = NULL, *again = NULL;
    crm_record *given;
    crm_field released = CRM_QUOTE_PLANT;
    cr_assert(crm_record_new(CRM_KIND_QUOTE, &given) == CRM_OK && crm_record_set_text(given, CRM_QUOTE_PLANT, "G", CRM_NTS) == CRM_OK);
    if (took(crm_quote_resolve(txn, party, CRM_TODAY, NULL, &quote)) >= 0) {
        cr_expect(crm_quote_json(quote, NULL));
        cr_expect(crm_quote_explain(quote, CRM_QUOTE_FORMAT_TEXT, NULL), "%s", crm_error_text());
        cr_expect(crm_quote_explain(quote, CRM_QUOTE_FORMAT_JSON, NULL), "%s", crm_error_text());
        cr_expect(crm_record_json(crm_quote_record(quote), NULL));
        if (took(crm_quote_reresolve(txn, quote, 0, CRM_TODAY, given, &released, 1, &again)) >= 0)
            cr_expect(crm_quote_explain(again, CRM_QUOTE_FORMAT_JSON, NULL), "%s", crm_error_text());
    }
    crm_quote_free(quote);
    crm_quote_free(again);
    if (took(crm_quote_resolve(txn, party, CRM_TODAY, given, &quote)) >= 0)
        cr_expect(crm_quote_explain(quote, CRM_QUOTE_FORMAT_TEXT, NULL), "%s", crm_error_text());
    crm_quote_free(quote);
    crm_record_free(given);
}

static void read_all(crm_txn *txn) {
    const struct data *data = &scene.data;
    crm_id id, party = scene_id(data, "p"), group = scene_id(data, "g1");
    crm_iter *iter;
    crm_field field = 0;
    crm_file *file;
    look_at_quote(txn, party);
    drain(crm_party_groups(txn, party, CRM_TODAY, &iter), iter);
    took(crm_party_opt_out(txn, party, CRM_TODAY, &id));
    drain(crm_group_members(txn, group, CRM_TODAY, 0, NULL, &iter), iter);
    drain(crm_group_list(txn, 0, NULL, &iter), iter);
    drain(crm_code_list(txn, "price_list", 0, NULL, &iter), iter);
    took(crm_code_find(txn, "price_list", "C", CRM_NTS, &id));
    drain(crm_address_list(txn, party, "delivery", CRM_TODAY, 0, NULL, &iter), iter);
    took(crm_address_choose(txn, party, "delivery", CRM_TODAY, &id));
    took(crm_contact_choose(txn, party, "quote", CRM_TODAY, &id));
    for (int i = 0; i < 10 && took(crm_custom_field_next(txn, CRM_KIND_PARTY, field, &field)) == CRM_OK && field; i++) {
        crm_record *rec;
        if (took(crm_custom_field_get(txn, field, &rec)) == CRM_OK) cr_expect(crm_record_json(rec, NULL));
        crm_record_free(rec);
    }
    took(crm_custom_field_find(txn, "party.colour", &field));
    if (took(crm_file_get(txn, party, &file)) == CRM_OK) cr_expect(crm_file_json(file, NULL));
    crm_file_free(file);
    for (field = CRM_QUOTE_PRICE_LIST; field <= CRM_QUOTE_CUSTOMER_REFERENCE; field++) {
        crm_record *rec;
        if (took(crm_policy_get(txn, field, &rec)) == CRM_OK) cr_expect(crm_record_json(rec, NULL));
        crm_record_free(rec);
    }
    for (size_t i = 0; i < data->count; i++) {
        crm_record *rec;
        crm_blockers *blockers;
        if (took(crm_record_get(txn, data->items[i].id, &rec)) == CRM_OK) cr_expect(crm_record_json(rec, NULL));
        crm_record_free(rec);
        if (took(crm_record_blockers(txn, data->items[i].id, &blockers)) == CRM_OK) cr_expect(crm_blockers_json(blockers, NULL));
        crm_blockers_free(blockers);
    }
}

/* Changes of the damaged record and of those around it; where one is left half done, the transaction refuses all that follows. */
static void change_all(crm_txn *txn, crm_id damaged) {
    const struct data *data = &scene.data;
    static const uint32_t levels[] = {CRM_LEVEL_EXPLICIT, CRM_LEVEL_GLOBAL};
    crm_record *rec;
    took(crm_policy_set(txn, CRM_QUOTE_PLANT, levels, 2));
    took(crm_policy_set(txn, CRM_QUOTE_PRICE_LIST, levels, 2));
    took(crm_policy_clear(txn, CRM_QUOTE_PRICE_LIST));
    took(crm_group_remove(txn, scene_id(data, "g1"), scene_id(data, "p"), CRM_TODAY));
    took(crm_group_add(txn, scene_id(data, "g2"), scene_id(data, "p"), CRM_NO_DATE, CRM_NO_DATE, NULL));
    cr_assert(crm_record_new(CRM_KIND_RULE, &rec) == CRM_OK && crm_record_set_text(rec, CRM_RULE_CODE, "N", CRM_NTS) == CRM_OK &&
              crm_record_set_text(rec, CRM_RULE_TARGET, "quote.plant", CRM_NTS) == CRM_OK &&
              crm_record_set_text(rec, CRM_RULE_VALUE, "N", CRM_NTS) == CRM_OK);
    took(crm_record_put(txn, rec, NULL, NULL));
    crm_record_free(rec);
    if (took(crm_record_get(txn, scene_id(data, "g2"), &rec)) == CRM_OK) {
        crm_record_clear(rec, CRM_GROUP_PARENT);
        took(crm_record_put(txn, rec, NULL, NULL));
    }
    crm_record_free(rec);
    took(crm_record_archive(txn, damaged, 0));
    took(crm_record_restore(txn, damaged, 0));
    if (took(crm_record_get(txn, damaged, &rec)) == CRM_OK) took(crm_record_put(txn, rec, NULL, NULL));
    crm_record_free(rec);
    took(crm_record_delete(txn, damaged, 0));
    for (size_t i = data->count; i-- > 0;) took(crm_record_delete(txn, data->items[i].id, 0));
}

static void attack(const char *label, const crmi_buffer *body, bool carried) {
    if (carried)
        put_carried("price_list", "C", packed(label), body);
    else
        put_raw(packed(label), body);
    read_all(scene.data.txn);
    change_all(scene.data.txn, scene_id(&scene.data, label));
}

/* The values of all fields of a record, some beyond its last among them, and of the revision. */
static void attack_record(const char *label, bool carried) {
    static size_t turn;
    crmi_buffer body = {0};
    begin_write();
    cr_assert(crmi_store_read(inside(), packed(label), take_body, &body) == CRM_OK);
    const crmi_kind *kind = crmi_schema_kind(crmi_id_kind(packed(label)));
    uint32_t last = kind->first[kind->fields - 1].number;
    crm_txn_free(scene.data.txn);
    for (uint32_t i = 0; i <= last + 3; i++) {
        uint32_t number = i <= last ? i : CRMI_CUSTOM_FIRST + i - last - 1;
        bool more = true;
        for (size_t which = 0; more; which++) {
            crmi_buffer bad = {0};
            begin_write();
            more = damage(&body, number, which, &bad);
            if (more && (which < 2 || turn++ % TURNS == 0)) attack(label, &bad, carried);
            crm_txn_free(scene.data.txn);
            crmi_buffer_free(&bad);
        }
    }
    crmi_buffer_free(&body);
}

Test(hostile_definitions, values) {
    static const char *const labels[] = {"g1", "g2", "g3", "m1", "x1", "r1", "f1", "f2", "f3",
                                         "t2", "t3", "t4", "s1", "k1", "a1", "u1", "p",  "c1"};
    memset(long_text, 'x', sizeof long_text - 1);
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) attack_record(labels[i], false);
    attack_record("k1", true);
    cr_expect_gt(refused, 1000, "%zu calls found something damaged: the test looks at little", refused);
}

/* A party that became another one, with records in its old file that have custom fields: they are left, with what they held on to. */
Test(hostile_definitions, file_that_moved) {
    crm_file *file;
    crm_record *old;
    crm_field since;
    begin_write();
    crm_txn *txn = scene.data.txn;
    cr_assert(crm_custom_field_find(txn, "address.since", &since) == CRM_OK);
    cr_assert(crm_record_get(txn, scene_id(&scene.data, "a2"), &old) == CRM_OK);
    cr_assert(crm_record_set_date(old, since, SCENE_DAY) == CRM_OK && crm_record_put(txn, old, NULL, NULL) == CRM_OK);
    crm_record_free(old);
    crm_id to;
    cr_assert(crm_record_new(CRM_KIND_PARTY, &old) == CRM_OK && crm_record_set_text(old, CRM_PARTY_NAME, "B", CRM_NTS) == CRM_OK &&
              crm_record_set_text(old, CRM_PARTY_TYPE, CRM_PARTY_TYPE_PERSON, CRM_NTS) == CRM_OK &&
              crm_record_put(txn, old, &to, NULL) == CRM_OK);
    crm_record_free(old);
    cr_assert(crmi_store_forward(inside(), packed("p"), crmi_store_packed(inside(), to)) == CRM_OK);
    cr_assert(crm_file_get(txn, scene_id(&scene.data, "p"), &file) == CRM_OK);
    cr_expect(crm_file_count(file) == 1 && crm_record_key(crm_file_record(file, 0)) == to);
    crm_file_free(file);
    look_at_quote(txn, scene_id(&scene.data, "p"));
    crm_txn_free(txn);
}
