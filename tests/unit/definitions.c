/* SPDX-License-Identifier: MIT */
/* The definitions that the transactions of a store share: hostile records, what a transaction sees, round trips, threads, and a failure at
 * each call of the engine. */
#include "store/definitions.h"
#include "api/api.h"
#include "codec/pack.h"
#include "store/db.h"
#include "store/definitions_fields.h"
#include "support/store.h"
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void begin(void) {
    test_begin();
    crmi_counting_enable(true);
}

TestSuite(definitions, .init = begin, .fini = test_end);

static crmi_txn *inside(crm_txn *txn) {
    int status;
    crmi_txn *open = crmi_api_enter(txn, false, &status);
    cr_assert(open, "%s", crm_error_text());
    crmi_api_leave(txn);
    return open;
}

static crmi_definitions *of(crm_txn *txn) {
    crmi_definitions *definitions;
    int rc = crmi_txn_definitions(inside(txn), &definitions);
    cr_assert_eq(rc, CRM_OK, "%d %s", rc, crm_error_text());
    return definitions;
}

static crm_id define(crm_txn *txn, const char *name) {
    return test_put(txn, test_record(CRM_KIND_CUSTOM_FIELD, 0, CRM_CUSTOM_FIELD_RECORD_KIND, "party", CRM_CUSTOM_FIELD_NAME, name,
                                     CRM_CUSTOM_FIELD_TYPE, "text", 0));
}

static crm_field field_of(crm_txn *txn, const char *path) {
    const crmi_field *field = crmi_definitions_path(of(txn), path);
    return field ? field->field : 0;
}

static uint64_t trips(void) {
    uint64_t count = crmi_counting_trips();
    crmi_counting_reset();
    return count;
}

/* --- the table --- */

enum { KIND = CRM_CUSTOM_FIELD_RECORD_KIND % 1000, NAME = CRM_CUSTOM_FIELD_NAME % 1000, TYPE = CRM_CUSTOM_FIELD_TYPE % 1000 };

static void pack_text(crmi_buffer *out, uint32_t number, const char *text) {
    crmi_pack_number(out, number);
    crmi_pack_text(out, text, strlen(text));
}

static void pack_definition(crmi_buffer *out, uint32_t more, const char *kind, const char *name, const char *type) {
    crmi_pack_map(out, 4 + more);
    crmi_pack_number(out, 0);
    crmi_pack_int(out, 1);
    pack_text(out, KIND, kind);
    pack_text(out, NAME, name);
    pack_text(out, TYPE, type);
}

/* The table of bodies as if they had been stored, each in memory of just its size. */
static crmi_definitions *table_of(const crmi_buffer *bodies, const uint32_t *locals, size_t count, int *rc) {
    crmi_definitions *made = calloc(1, sizeof *made);
    crmi_stored *records = calloc(count, sizeof *records);
    size_t bytes = 0;
    cr_assert(made && records);
    for (size_t i = 0; i < count; i++) {
        uint8_t *copy = malloc(bodies[i].size);
        cr_assert(copy);
        memcpy(copy, bodies[i].data, bodies[i].size);
        records[i] = (crmi_stored){crmi_id_pack(0, CRM_KIND_CUSTOM_FIELD, locals[i]), CRM_KIND_CUSTOM_FIELD, {copy, bodies[i].size}};
        bytes += bodies[i].size;
    }
    atomic_init(&made->references, 1);
    pthread_mutex_init(&made->lock, NULL);
    made->records = records;
    made->record_count = count;
    *rc = crmi_definitions_read_fields(made, bytes);
    return made;
}

/* One whose kind, name or type this version does not know is passed over; the others are there. */
Test(definitions, passed_over) {
    static const struct {
        uint32_t local;
        const char *kind, *name, *type;
        bool taken;
    } cases[] = {
        {1, "party", "a", "text", true},     {2, "parties", "b", "text", false}, {3, "party", "c", "texte", false},
        {4, "", "d", "text", false},         {5, "party", "", "text", false},    {6, "address", "f", "label", true},
        {872, "party", "g", "amount", true}, {873, "party", "h", "int", false},  {262143, "party", "i", "int", false},
        {7, "party", "j", "", false},        {8, "party", "k", "id", false},
    };
    enum { COUNT = sizeof cases / sizeof *cases };
    crmi_buffer bodies[COUNT] = {{0}};
    uint32_t locals[COUNT];
    size_t taken = 0;
    int rc;
    for (size_t i = 0; i < COUNT; i++) {
        pack_definition(&bodies[i], 0, cases[i].kind, cases[i].name, cases[i].type);
        locals[i] = cases[i].local;
        taken += cases[i].taken;
    }
    crmi_definitions *made = table_of(bodies, locals, COUNT, &rc);
    cr_assert_eq(rc, CRM_OK, "%s", crm_error_text());
    cr_expect_eq(made->field_count, taken);
    for (size_t i = 0; i < COUNT; i++) {
        const crmi_field *field = NULL;
        for (size_t j = 0; j < made->field_count; j++)
            if (strcmp(made->fields[j].name, cases[i].name) == 0) field = &made->fields[j];
        cr_expect_eq(field != NULL, cases[i].taken, "%s.%s %s", cases[i].kind, cases[i].name, cases[i].type);
        if (!field) continue;
        cr_expect_eq(field->number, CRMI_CUSTOM_FIRST - 1 + cases[i].local);
        cr_expect(crmi_definitions_field(made, field->field) == field &&
                  crmi_definitions_number(made, field->kind, field->number) == field);
    }
    crmi_definitions_release(made);
    for (size_t i = 0; i < COUNT; i++) crmi_buffer_free(&bodies[i]);
}

/* Labels of all languages can be headings; flags and tables that don't fit the type are not there. */
Test(definitions, descriptors) {
    crmi_buffer bodies[2] = {{0}};
    const uint32_t locals[] = {2, 1};
    int rc;
    pack_definition(&bodies[0], 4, "party", "colour", "text");
    crmi_pack_number(&bodies[0], CRM_CUSTOM_FIELD_LABEL % 1000);
    crmi_pack_map(&bodies[0], 3);
    static const char *const labels[] = {"de", "Farbe", "fr", "couleur", "it", "colore"};
    for (size_t i = 0; i < 6; i++) crmi_pack_text(&bodies[0], labels[i], strlen(labels[i]));
    pack_text(&bodies[0], CRM_CUSTOM_FIELD_DOMAIN % 1000, "paint");
    crmi_pack_number(&bodies[0], CRM_CUSTOM_FIELD_INDEXED % 1000);
    crmi_pack_bool(&bodies[0], true);
    crmi_pack_number(&bodies[0], CRM_CUSTOM_FIELD_SYNONYMS % 1000);
    crmi_pack_array(&bodies[0], 2);
    crmi_pack_text(&bodies[0], "RAL", 3);
    crmi_pack_text(&bodies[0], "a|b", 3);
    pack_definition(&bodies[1], 4, "party", "number", "int");
    crmi_pack_number(&bodies[1], CRM_CUSTOM_FIELD_LABEL % 1000);
    crmi_pack_map(&bodies[1], 1);
    crmi_pack_text(&bodies[1], "fr", 2);
    crmi_pack_text(&bodies[1], "nombre", 6);
    pack_text(&bodies[1], CRM_CUSTOM_FIELD_DOMAIN % 1000, "country");
    crmi_pack_number(&bodies[1], CRM_CUSTOM_FIELD_UNIQUE % 1000);
    crmi_pack_bool(&bodies[1], true);
    crmi_pack_number(&bodies[1], CRM_CUSTOM_FIELD_FOLDED % 1000);
    crmi_pack_bool(&bodies[1], true);
    crmi_definitions *made = table_of(bodies, locals, 2, &rc);
    cr_assert_eq(rc, CRM_OK, "%s", crm_error_text());
    cr_assert_eq(made->field_count, 2u);
    const crmi_field *number = &made->fields[0], *colour = &made->fields[1]; /* by their numbers */
    cr_expect_str_eq(colour->german, "Farbe");
    cr_expect_str_eq(colour->english, "Farbe", "what there is");
    cr_expect_str_eq(colour->synonyms, "couleur|colore|RAL|a b");
    cr_expect(colour->flags == CRM_FIELD_INDEXED && colour->host_domain && strcmp(colour->host_domain->name, "paint") == 0);
    cr_expect_str_eq(number->english, "nombre");
    cr_expect_str_eq(number->german, "nombre");
    cr_expect(number->flags == 0 && !number->domain && !number->host_domain, "a number has no codes, and is not unique");
    crmi_definitions_release(made);
    crmi_buffer_free(&bodies[0]);
    crmi_buffer_free(&bodies[1]);
}

/* A value that is not of its field's type is none, whatever stood before it. */
Test(definitions, other_types) {
    static const uint32_t required[] = {KIND, NAME, TYPE};
    const uint32_t local = 1;
    int rc;
    for (size_t wrong = 0; wrong < 4; wrong++) { /* 3: none of these */
        crmi_buffer body = {0};
        crmi_pack_map(&body, 8);
        crmi_pack_number(&body, 0);
        crmi_pack_int(&body, 1);
        for (size_t i = 0; i < 3; i++) {
            pack_text(&body, required[i], i == 0 ? "party" : i == 1 ? "colour" : "text");
            if (i != wrong) continue;
            body.size -= i == 0 ? 6 : i == 1 ? 7 : 5;
            crmi_pack_int(&body, 7);
        }
        pack_text(&body, CRM_CUSTOM_FIELD_LABEL % 1000, "Farbe");
        crmi_pack_number(&body, CRM_CUSTOM_FIELD_DOMAIN % 1000);
        crmi_pack_int(&body, 7);
        crmi_pack_number(&body, CRM_CUSTOM_FIELD_INDEXED % 1000);
        crmi_pack_int(&body, 1);
        pack_text(&body, CRM_CUSTOM_FIELD_SYNONYMS % 1000, "RAL");
        crmi_definitions *made = table_of(&body, &local, 1, &rc);
        cr_assert_eq(rc, CRM_OK, "%s", crm_error_text());
        cr_assert_eq(made->field_count, wrong == 3 ? 1u : 0u, "field %zu is a number", wrong);
        if (wrong == 3) {
            cr_expect_str_eq(made->fields[0].english, "colour");
            cr_expect_str_eq(made->fields[0].synonyms, "");
            cr_expect(made->fields[0].flags == 0 && !made->fields[0].host_domain);
        }
        crmi_definitions_release(made);
        crmi_buffer_free(&body);
    }
}

/* Every bit of a definition turned, and every shorter body: it is read, passed over or refused, and no byte beside it is touched. */
Test(definitions, hostile, .timeout = 60) {
    crmi_buffer body = {0};
    const uint32_t local = 1;
    int rc, taken = 0, refused = 0;
    pack_definition(&body, 3, "party", "colour", "text");
    crmi_pack_number(&body, CRM_CUSTOM_FIELD_LABEL % 1000);
    crmi_pack_map(&body, 2);
    static const char *const labels[] = {"de", "Farbe", "fr", "couleur"};
    for (size_t i = 0; i < 4; i++) crmi_pack_text(&body, labels[i], strlen(labels[i]));
    pack_text(&body, CRM_CUSTOM_FIELD_DOMAIN % 1000, "paint");
    crmi_pack_number(&body, CRM_CUSTOM_FIELD_SYNONYMS % 1000);
    crmi_pack_array(&body, 2);
    crmi_pack_text(&body, "RAL", 3);
    crmi_pack_text(&body, "tint", 4);
    for (size_t bit = 0; bit < body.size * 8; bit++) {
        body.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
        crmi_definitions *made = table_of(&body, &local, 1, &rc);
        body.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
        cr_expect(rc == CRM_OK || rc == CRM_E_CORRUPT, "%d", rc);
        taken += rc == CRM_OK && made->field_count == 1;
        refused += rc < 0;
        for (size_t i = 0; i < made->field_count; i++) {
            const crmi_field *field = &made->fields[i];
            const char *const texts[] = {field->name, field->english, field->german, field->synonyms};
            for (size_t j = 0; j < 4; j++) cr_expect(texts[j] && strlen(texts[j]) < 64);
        }
        crmi_definitions_release(made);
    }
    cr_expect(taken > 50 && refused > 50, "%d taken, %d refused: the test looks at little", taken, refused);
    size_t whole = body.size;
    for (body.size = 1; body.size < whole; body.size++) {
        crmi_definitions_release(table_of(&body, &local, 1, &rc));
        cr_expect_eq(rc, CRM_E_CORRUPT, "%zu bytes", body.size);
    }
    crmi_buffer_free(&body);
}

/* --- what a transaction sees --- */

Test(definitions, shared) {
    crm_db *db = test_open();
    crm_txn *before = test_read(db), *txn = test_write(db);
    cr_expect_eq(of(before)->field_count, 0u);
    cr_expect(of(txn) == of(before), "both see what there is: nothing");
    define(txn, "a");
    cr_expect_eq(of(txn)->field_count, 1u, "its own");
    crm_id b = define(txn, "b");
    cr_expect_eq(of(txn)->field_count, 2u, "again its own");
    cr_expect_eq(of(before)->field_count, 0u);
    test_commit(txn);
    crm_txn *first = test_read(db), *second = test_read(db);
    cr_expect_eq(of(before)->field_count, 0u, "a snapshot stays");
    cr_expect_eq(of(first)->field_count, 2u);
    cr_expect(of(first) == of(second), "made once");
    txn = test_write(db);
    cr_assert_eq(crm_record_delete(txn, b, 0), CRM_OK, "%s", crm_error_text());
    cr_expect_eq(of(txn)->field_count, 1u);
    crm_txn_free(txn);
    txn = test_write(db);
    cr_expect(of(txn) == of(first), "an abort leaves nothing");
    test_party(txn, "x");
    test_commit(txn);
    txn = test_read(db);
    cr_expect(of(txn) == of(first), "another commit changes nothing");
    crm_txn_free(txn);
    crm_txn_free(before);
    crm_txn_free(first);
    crm_txn_free(second);
    crm_db_close(db);
}

static int take_nothing(void *data, size_t read, const crmi_stored *stored) {
    (void)data, (void)read, (void)stored;
    return CRM_OK;
}

/* Those of a transaction that takes some away before it has asked for any are its own, in a store that was just opened too. */
Test(definitions, aborted) {
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    crm_id one = define(txn, "one");
    test_commit(txn);
    crm_db_close(db);
    db = test_open();
    txn = test_write(db);
    cr_assert_eq(crm_record_delete(txn, one, 0), CRM_OK, "%s", crm_error_text());
    cr_expect_eq(field_of(txn, "party.one"), 0u);
    crm_txn_free(txn);
    txn = test_read(db);
    cr_expect_neq(field_of(txn, "party.one"), 0u);
    crm_txn_free(txn);
    crm_db_close(db);
}

Test(definitions, round_trips) {
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    define(txn, "colour");
    crm_record *party = test_record(CRM_KIND_PARTY, 0, CRM_PARTY_TYPE, CRM_PARTY_TYPE_ORGANISATION, CRM_PARTY_NAME, "A", 0), *rec;
    crm_field colour = field_of(txn, "party.colour");
    cr_assert_eq(crm_record_set_text(party, colour, "red", CRM_NTS), CRM_OK);
    crm_id custom = test_put(txn, party), plain = test_party(txn, "B");
    test_commit(txn);
    txn = test_read(db);
    trips();
    crm_record_free(test_get(txn, plain));
    cr_expect_eq(trips(), 1, "a record without custom fields");
    crm_record_free(test_get(txn, custom));
    cr_expect_eq(trips(), 3, "the first with one: the counter, the definitions");
    crm_record_free(test_get(txn, custom));
    cr_expect_eq(trips(), 1);
    crm_txn_free(txn);
    txn = test_read(db);
    crm_record_free(test_get(txn, custom));
    cr_expect_eq(trips(), 2, "the next transaction: the counter");
    crm_txn_free(txn);
    txn = test_read(db);
    crmi_packed packed = crmi_store_packed(inside(txn), custom);
    crmi_want want = {packed, 0, 0};
    cr_assert_eq(crmi_store_read_head(inside(txn), &want, 1, take_nothing, NULL), CRM_OK);
    rec = test_get(txn, custom);
    cr_expect_str_eq(crm_record_text(rec, colour), "red");
    cr_expect_eq(trips(), 2, "the head asks for the counter too");
    crm_record_free(rec);
    crm_txn_free(txn);
    crm_db_close(db);
}

/* --- threads --- */

enum { READERS = 3, FIELDS = 40 };
static crm_db *shared_db;
static atomic_int wrong;

/* Sees the fields in the order in which they were defined, in every snapshot as many as its number says. */
static void *read_always(void *data) {
    size_t seen = 0;
    (void)data;
    while (seen < FIELDS) {
        crm_txn *txn;
        crm_field field = 0;
        size_t count = 0;
        if (crm_txn_begin(shared_db, 0, CRM_ACTOR_SYSTEM, &txn) != CRM_OK) break;
        while (crm_custom_field_next(txn, CRM_KIND_PARTY, field, &field) == CRM_OK && field) count++;
        if (count < seen || (count && count != crm_txn_sequence(txn) - 1)) atomic_fetch_add(&wrong, 1);
        crm_record *rec;
        if (crm_record_new_in(txn, CRM_KIND_PARTY, &rec) != CRM_OK) atomic_fetch_add(&wrong, 1);
        crm_txn_free(txn);
        if (count && !crm_record_field_find(rec, "f0")) atomic_fetch_add(&wrong, 1);
        crm_record_free(rec);
        seen = count;
    }
    return NULL;
}

Test(definitions, threads, .timeout = 60) {
    pthread_t readers[READERS];
    shared_db = test_open();
    crm_txn *txn = test_write(shared_db);
    test_party(txn, "x");
    test_commit(txn);
    uint64_t first = test_sequence(shared_db);
    cr_assert_eq(first, 1u);
    for (size_t i = 0; i < READERS; i++) cr_assert_eq(pthread_create(&readers[i], NULL, read_always, NULL), 0);
    for (int i = 0; i < FIELDS; i++) {
        char name[16];
        snprintf(name, sizeof name, "f%d", i);
        txn = test_write(shared_db);
        define(txn, name);
        test_commit(txn);
    }
    for (size_t i = 0; i < READERS; i++) pthread_join(readers[i], NULL);
    cr_expect_eq(atomic_load(&wrong), 0);
    crm_db_close(shared_db);
}

/* --- failures --- */

static int read_custom(crm_db *db, crm_id id) {
    crm_txn *txn;
    crm_record *rec = NULL;
    int rc = crm_txn_begin(db, 0, CRM_ACTOR_SYSTEM, &txn);
    if (rc < 0) return rc;
    rc = crm_record_get(txn, id, &rec);
    crm_field field = 0;
    if (rc == CRM_OK) rc = crm_custom_field_find(txn, "party.colour", &field);
    if (rc == CRM_OK) cr_expect_str_eq(crm_record_text(rec, field), "red");
    crm_record_free(rec);
    crm_txn_free(txn);
    return rc;
}

static int write_custom(crm_db *db, int round) {
    crm_txn *txn;
    crm_record *rec = test_record(CRM_KIND_CUSTOM_FIELD, 0, CRM_CUSTOM_FIELD_RECORD_KIND, "party", CRM_CUSTOM_FIELD_TYPE, "text", 0);
    char name[16];
    crm_id id;
    snprintf(name, sizeof name, "n%d", round);
    cr_assert_eq(crm_record_set_text(rec, CRM_CUSTOM_FIELD_NAME, name, CRM_NTS), CRM_OK);
    int rc = crm_txn_begin(db, CRM_TXN_WRITE, CRM_ACTOR_SYSTEM, &txn);
    if (rc == CRM_OK) rc = crm_record_put(txn, rec, &id, NULL);
    crm_field field;
    char path[32];
    snprintf(path, sizeof path, "party.%s", name);
    if (rc == CRM_OK) rc = crm_custom_field_find(txn, path, &field);
    if (rc == CRM_OK) rc = crm_txn_commit(txn);
    crm_txn_free(txn);
    crm_record_free(rec);
    return rc;
}

/* Each call fails once: nothing is stored and nothing is remembered that is not so; the next try is good. */
Test(definitions, faults, .timeout = 60) {
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    define(txn, "colour");
    crm_record *party = test_record(CRM_KIND_PARTY, 0, CRM_PARTY_TYPE, CRM_PARTY_TYPE_ORGANISATION, CRM_PARTY_NAME, "A", 0);
    cr_assert_eq(crm_record_set_text(party, field_of(txn, "party.colour"), "red", CRM_NTS), CRM_OK);
    crm_id id = test_put(txn, party);
    test_commit(txn);
    int rc, failures = 0;
    for (uint64_t nth = 1;; nth++, failures++) {
        crm_db_close(db);
        db = test_open(); /* with no definitions yet */
        crmi_counting_fail(nth, CRM_E_IO);
        rc = read_custom(db, id);
        crmi_counting_fail(0, 0);
        cr_expect_eq(read_custom(db, id), CRM_OK, "after a failure at %d: %s", (int)nth, crm_error_text());
        if (rc == CRM_OK) break;
        cr_expect_eq(rc, CRM_E_IO, "%d: %d", (int)nth, rc);
    }
    cr_expect_gt(failures, 3);
    for (uint64_t nth = 1, fields = 1;; nth++) {
        crmi_counting_fail(nth, CRM_E_IO);
        rc = write_custom(db, (int)nth);
        crmi_counting_fail(0, 0);
        txn = test_read(db);
        fields += rc == CRM_OK;
        cr_expect_eq(of(txn)->field_count, fields, "a failure at %d", (int)nth);
        crm_txn_free(txn);
        if (rc == CRM_OK) break;
        cr_expect_eq(rc, CRM_E_IO, "%d: %d", (int)nth, rc);
        cr_assert_lt(nth, 100u);
    }
    crm_db_close(db);
}

/* A damaged counter is found out. */
Test(definitions, damaged_counter) {
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    define(txn, "a");
    test_commit(txn);
    txn = test_write(db);
    const crmi_slice bad[] = {{"", 0}, {"123456789012", 12}, {"1234567890123", 13}};
    for (size_t i = 0; i < 3; i++) {
        crmi_definitions *definitions;
        crmi_txn *open = inside(txn);
        cr_assert_eq(crmi_engine_put(crmi_txn_engine(open), CRMI_TABLE_META, (crmi_slice){"definitions", 11}, bad[i]), CRM_OK);
        cr_expect_eq(crmi_txn_definitions(open, &definitions), CRM_E_CORRUPT, "case %zu", i);
        cr_expect_null(definitions);
    }
    crm_txn_free(txn);
    crm_db_close(db);
}
