/* SPDX-License-Identifier: MIT */
/* Notes of what a run wrote over: as many as fill several chunks come back as they were, in two or three bytes for each created record. */
#include "store/undo.h"
#include "api/api.h"
#include "support/chance.h"
#include "support/store.h"
#include <criterion/criterion.h>

TestSuite(undo, .init = test_begin, .fini = test_end);

static crmi_txn *inside(crm_txn *txn) {
    int status;
    crmi_txn *open = crmi_api_enter(txn, false, &status);
    cr_assert(open, "%s", crm_error_text());
    crmi_api_leave(txn);
    return open;
}

enum { NOTES = 40000, CHANGED_EVERY = 1000, RUN = 7 };

typedef struct note {
    crmi_packed id;
    uint32_t what;
} note;

/* Most in the order of their ids, every hundredth anywhere; now and then a stored record that changes. */
static note draw(crmi_packed *last, crmi_packed stored, size_t at) {
    if (at % CHANGED_EVERY == 1) return (note){stored, at % (2 * CHANGED_EVERY) == 1 ? CRMI_UNDO_CHANGED : CRMI_UNDO_DELETED};
    if (at % 100 == 0) return (note){crmi_id_pack(chance(CRMI_ROOT_MAX), 1 + chance(40), chance(CRMI_LOCAL_MAX)), CRMI_UNDO_CREATED};
    *last = crmi_id_pack(crmi_id_root(*last) + (at % 7 == 0), 1 + (uint32_t)(at % 7), 1);
    return (note){*last, CRMI_UNDO_CREATED};
}

static size_t read_back(crmi_txn *txn, const note *notes, uint32_t chunks) {
    crmi_buffer chunk = {0};
    size_t at = 0, bytes = 0;
    for (uint32_t i = 0; i < chunks; i++) {
        crmi_undo_entry entry;
        cr_assert_eq(crmi_undo_chunk(txn, RUN, 0, i, &chunk), CRM_OK);
        crmi_undo_reading reading = crmi_undo_read(&chunk);
        for (; crmi_undo_next(&reading, &entry) == CRM_ROW; at++) {
            cr_assert_lt(at, (size_t)NOTES);
            cr_assert(entry.id == notes[at].id && entry.what == notes[at].what, "note %zu in chunk %u", at, i);
            cr_assert_eq(entry.revision, entry.what == CRMI_UNDO_DELETED ? 0u : 1u + (entry.what == CRMI_UNDO_CHANGED));
            cr_assert_eq(entry.body.size == 0, entry.what == CRMI_UNDO_CREATED);
            bytes += entry.body.size;
        }
        cr_assert_eq(reading.at, reading.end);
        bytes += chunk.size;
    }
    crmi_buffer_free(&chunk);
    cr_expect_eq(at, (size_t)NOTES);
    return bytes;
}

Test(undo, chunks) {
    static note notes[NOTES];
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    crmi_txn *in = inside(txn);
    crmi_packed stored = crmi_store_packed(in, test_party(txn, "x")), last = crmi_id_pack(100, 1, 0);
    uint32_t batch = 9, chunks = 0;
    chance_begin(3);
    cr_assert_eq(crmi_undo_begin(in, RUN, 0), CRM_OK);
    for (size_t i = 0; i < NOTES; i++) {
        notes[i] = draw(&last, stored, i);
        bool deleted = notes[i].what == CRMI_UNDO_DELETED;
        int rc = deleted ? crmi_undo_note_delete(in, notes[i].id) : crmi_undo_note_put(in, notes[i].id, 1 + notes[i].what);
        cr_assert_eq(rc, CRM_OK, "%s", crm_error_text());
    }
    cr_assert_eq(crmi_undo_end(in), CRM_OK);
    cr_assert_eq(crmi_undo_last(in, RUN, &batch, &chunks), CRM_ROW);
    cr_expect(batch == 0 && chunks > 2, "%u chunks", chunks);
    cr_expect_lt(read_back(in, notes, chunks), (size_t)NOTES * 3, "too many bytes");
    crm_txn_free(txn);
    crm_db_close(db);
}
