/* SPDX-License-Identifier: MIT */
/* A growable byte buffer: doubles, and remembers a failed allocation until it is cleared or freed. */
#include "base/buffer.h"
#include <stdlib.h>
#include <string.h>

bool crmi_buffer_grow(crmi_buffer *buffer, size_t size) {
    if (buffer->failed) return false;
    if (size <= buffer->capacity - buffer->size) return true;
    if (size > SIZE_MAX / 2 - buffer->size) {
        buffer->failed = true;
        return false;
    }
    size_t capacity = buffer->capacity ? buffer->capacity : 64;
    while (capacity < buffer->size + size) capacity *= 2;
    uint8_t *data = realloc(buffer->lent ? NULL : buffer->data, capacity);
    if (!data) {
        buffer->failed = true;
        return false;
    }
    if (buffer->lent) memcpy(data, buffer->data, buffer->size);
    buffer->lent = false;
    buffer->data = data;
    buffer->capacity = capacity;
    return true;
}

void crmi_buffer_text(crmi_buffer *buffer, const char *text) { crmi_buffer_append(buffer, text, strlen(text)); }

uint8_t *crmi_buffer_reserve(crmi_buffer *buffer, size_t size) {
    if (!crmi_buffer_grow(buffer, size ? size : 1)) return NULL;
    return buffer->data + buffer->size;
}

void crmi_buffer_clear(crmi_buffer *buffer) {
    buffer->size = 0;
    buffer->failed = false;
}

void crmi_buffer_free(crmi_buffer *buffer) {
    if (!buffer->lent) free(buffer->data);
    *buffer = (crmi_buffer){0};
}

const char *crmi_buffer_string(crmi_buffer *buffer) {
    if (!crmi_buffer_grow(buffer, 1)) return NULL;
    buffer->data[buffer->size] = '\0';
    return (const char *)buffer->data;
}
