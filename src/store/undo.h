/* SPDX-License-Identifier: MIT */
/* What a run of an import wrote over: table undo. While a transaction records, every record that it writes or deletes is noted as it was
 * before, in the order of the writes. A run's notes lie in chunks, by batch (the transactions of a job, from 0) and sequence:
 *
 *   run 8 | batch 4 | sequence 4  ->  CRC-32C 4, entries
 *   an entry: its id, what as the mark (id_list.h); of a changed record its revision after it 8, bytes 4 and the body before it; of a
 *             deleted one bytes 4, body
 *
 * A created record has revision 1 and nothing before it: two or three bytes. Numbers have the highest byte first.
 *
 * Who puts a record back gives it a new revision. That this one means an earlier one is noted too, so that the run before sees what it
 * left:
 *
 *   0 8 | id 8  ->  revision 8, the one that it means 8, CRC-32C 4 */
#ifndef CRMI_STORE_UNDO_H
#define CRMI_STORE_UNDO_H
#include "base/buffer.h"
#include "store/id_list.h"
#include "store/store.h"

enum crmi_undo_what { CRMI_UNDO_CREATED, CRMI_UNDO_CHANGED, CRMI_UNDO_DELETED };

typedef struct crmi_undo_entry {
    crmi_packed id;
    uint32_t what;     /* a crmi_undo_what */
    uint64_t revision; /* that the write gave it; 0: none, it was deleted */
    crmi_slice body;   /* before the write; empty: there was none */
} crmi_undo_entry;

typedef struct crmi_undo crmi_undo; /* what a transaction has noted */

/* From now on the transaction's writes are noted, until end. Where it is not reached the transaction is to be aborted. */
int crmi_undo_begin(crmi_txn *txn, crmi_packed run, uint32_t batch);
int crmi_undo_end(crmi_txn *txn);
void crmi_undo_free(crmi_undo *undo);
/* Called by the writes themselves, before each. */
int crmi_undo_note_put(crmi_txn *txn, crmi_packed id, uint64_t revision);
int crmi_undo_note_delete(crmi_txn *txn, crmi_packed id);

/* Where a row of the table belongs, checked; run 0: it is what a revision means. CRM_E_CORRUPT. */
typedef struct crmi_undo_place {
    crmi_packed run;
    uint32_t batch, sequence;
} crmi_undo_place;
int crmi_undo_open(crmi_slice key, crmi_slice value, crmi_undo_place *out);
/* The latest batch of a run and how many chunks it has. CRM_ROW; CRM_OK where there is none. */
int crmi_undo_last(crmi_txn *txn, crmi_packed run, uint32_t *batch, uint32_t *chunks);
/* The entries of a chunk, a copy; CRM_E_CORRUPT. */
int crmi_undo_chunk(crmi_txn *txn, crmi_packed run, uint32_t batch, uint32_t sequence, crmi_buffer *out);
/* The next entry of a chunk. CRM_ROW, CRM_OK at the end, CRM_E_CORRUPT. */
typedef struct crmi_undo_reading {
    const uint8_t *at, *end;
    uint32_t root; /* of the entry before */
} crmi_undo_reading;
static inline crmi_undo_reading crmi_undo_read(const crmi_buffer *chunk) {
    return (crmi_undo_reading){chunk->data, chunk->data + chunk->size, 0};
}
int crmi_undo_next(crmi_undo_reading *from, crmi_undo_entry *out);
int crmi_undo_drop_batch(crmi_txn *txn, crmi_packed run, uint32_t batch);
int crmi_undo_drop(crmi_txn *txn, crmi_packed run); /* all of a run */

/* The revision that a record's revision means. */
int crmi_undo_meaning(crmi_txn *txn, crmi_packed id, uint64_t revision, uint64_t *out);
int crmi_undo_mean(crmi_txn *txn, crmi_packed id, uint64_t revision, uint64_t means);
#endif
