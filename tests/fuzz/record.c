/* SPDX-License-Identifier: MIT */
/* The body of a stored record, as its checksum would let it pass: the first byte is the kind. What is decoded comes back from its own
 * stored form. */
#include "codec/walk.h"
#include "fuzz/fuzz.h"
#include "store/db.h"
#include "store/definitions.h"
#include <stdlib.h>
#include <string.h>

static crmi_db store;
static crmi_definitions none = {.references = 1};
static crmi_txn reading = {.db = &store, .definitions = &none};

static void decode_in_place(crmi_packed id, crmi_slice body) {
    size_t entries, space = crmi_object_space(body, &entries);
    if (space == 0) return;
    void *at = aligned_alloc(8, space);
    crm_record *rec;
    fuzz_expect(at != NULL && space % 8 == 0, "memory");
    if (crmi_object_decode_at(&reading, id, body, at, space, &rec) == CRM_OK) crmi_object_free(rec);
    free(at);
}

static void store_again(crmi_packed id, crm_record *rec) {
    crmi_buffer out = {0};
    crm_record *again;
    int rc = crmi_object_encode(&store.key, rec, crm_record_revision(rec), &out);
    const char *json = crm_record_json(rec, NULL);
    fuzz_expect(json != NULL && (rc == CRM_OK || rc == CRM_E_TOO_BIG), "a record that can be stored");
    if (rc == CRM_OK) {
        fuzz_expect(crmi_walk_check(out.data, out.size) == CRM_OK, "a sound body");
        fuzz_expect(crmi_object_decode(&reading, id, (crmi_slice){out.data, out.size}, &again) == CRM_OK, "what was stored");
        fuzz_expect(strcmp(crm_record_json(again, NULL), json) == 0, "the same record");
        crm_record_free(again);
    }
    crmi_buffer_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const uint8_t secret[16] = "a fixed secret..";
    crm_record *rec;
    if (size == 0 || !crmi_schema_kind(data[0])) return 0;
    if (!store.references) crmi_id_key_make(&store.key, secret);
    store.references = 1;
    crmi_slice body = {data + 1, size - 1};
    crmi_packed id = crmi_id_pack(1, data[0], 1);
    int sound = crmi_walk_check(body.data, body.size);
    decode_in_place(id, body);
    if (crmi_object_decode(&reading, id, body, &rec) < 0) return 0;
    if (sound == CRM_OK) store_again(id, rec);
    crm_record_free(rec);
    return 0;
}
