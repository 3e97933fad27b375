/* SPDX-License-Identifier: MIT */
/* A growable byte buffer whose failure is sticky: append freely, check once at the end. Zero-initialise it, or begin in memory of your own.
 */
#ifndef CRMI_BASE_BUFFER_H
#define CRMI_BASE_BUFFER_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct crmi_buffer {
    uint8_t *data;
    size_t size, capacity;
    bool failed; /* an allocation failed; data is what was there before */
    bool lent;   /* data is the caller's memory, which is left when more is needed */
} crmi_buffer;

enum { CRMI_BUFFER_ROOM = 128 }; /* bytes that most texts have room in */
static inline crmi_buffer crmi_buffer_in(void *memory, size_t size) {
    return (crmi_buffer){.data = memory, .capacity = size, .lent = true};
}

bool crmi_buffer_grow(crmi_buffer *buffer, size_t size); /* room for size more bytes; false: it has failed */
static inline void crmi_buffer_append(crmi_buffer *buffer, const void *bytes, size_t size) {
    bool room = !buffer->failed && size <= buffer->capacity - buffer->size;
    if (size == 0 || (!room && !crmi_buffer_grow(buffer, size))) return;
    memcpy(buffer->data + buffer->size, bytes, size);
    buffer->size += size;
}
static inline void crmi_buffer_byte(crmi_buffer *buffer, uint8_t byte) {
    bool room = !buffer->failed && buffer->size < buffer->capacity;
    if (room || crmi_buffer_grow(buffer, 1)) buffer->data[buffer->size++] = byte;
}
void crmi_buffer_text(crmi_buffer *buffer, const char *text); /* without its NUL */
/* Room for size more bytes, to be written by the caller, who then adds to size; NULL on failure. */
uint8_t *crmi_buffer_reserve(crmi_buffer *buffer, size_t size);
void crmi_buffer_clear(crmi_buffer *buffer); /* size 0, memory kept, failed reset */
void crmi_buffer_free(crmi_buffer *buffer);
/* Ends the text with a NUL that is not counted; NULL where anything failed. */
const char *crmi_buffer_string(crmi_buffer *buffer);
#endif
