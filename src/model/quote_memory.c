/* SPDX-License-Identifier: MIT */
/* Memory of a proposal: pieces of a few larger chunks, freed together. */
#include "base/error.h"
#include "model/quote.h"
#include <stdlib.h>
#include <string.h>

#define CHUNK_BYTES 16336 /* what is read for a usual customer fits in one; with malloc's own bytes a little below four pages */

struct crmi_quote_chunk {
    crmi_quote_chunk *next;
    uint8_t bytes[];
};

void *crmi_quote_take(crmi_quote_memory *memory, size_t size) {
    size = (size + 7) & ~(size_t)7;
    if (size > memory->left) {
        size_t room = size > CHUNK_BYTES ? size : CHUNK_BYTES;
        crmi_quote_chunk *chunk = malloc(sizeof *chunk + room);
        if (!chunk) {
            crmi_error_nomem();
            return NULL;
        }
        chunk->next = memory->chunks;
        memory->chunks = chunk;
        memory->at = chunk->bytes;
        memory->left = room;
    }
    void *taken = memory->at;
    memory->at += size;
    memory->left -= size;
    return taken;
}

void *crmi_quote_take_cleared(crmi_quote_memory *memory, size_t size) {
    void *taken = crmi_quote_take(memory, size);
    return taken ? memset(taken, 0, size) : NULL;
}

void crmi_quote_release(crmi_quote_memory *memory) {
    while (memory->chunks) {
        crmi_quote_chunk *next = memory->chunks->next;
        free(memory->chunks);
        memory->chunks = next;
    }
    memory->at = NULL;
    memory->left = 0;
}
