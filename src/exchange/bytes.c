/* SPDX-License-Identifier: MIT */
/* A text that grows: doubled where it is full. */
#include "exchange/bytes.h"
#include <libcrm/status.h>
#include <stdlib.h>
#include <string.h>

static int grow(crmi_bytes *bytes, size_t size) {
    if (bytes->limit && size > bytes->limit - bytes->size) return CRM_E_TOO_BIG;
    size_t capacity = bytes->capacity ? bytes->capacity : 256;
    while (capacity - bytes->size < size) capacity *= 2;
    char *grown = realloc(bytes->at, capacity);
    if (!grown) return CRM_E_NOMEM;
    bytes->at = grown;
    bytes->capacity = capacity;
    return CRM_OK;
}

void crmi_bytes_add(crmi_bytes *bytes, const void *from, size_t size) {
    if (bytes->status < 0 || size == 0) return;
    if (size > bytes->capacity - bytes->size) bytes->status = grow(bytes, size);
    if (bytes->status < 0) return;
    memcpy(bytes->at + bytes->size, from, size);
    bytes->size += size;
}

void crmi_bytes_add_char(crmi_bytes *bytes, char one) { crmi_bytes_add(bytes, &one, 1); }

void crmi_bytes_add_code(crmi_bytes *bytes, unsigned code) {
    char utf8[4];
    size_t size = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = size - 1; i > 0; i--, code >>= 6) utf8[i] = (char)(0x80 | (code & 0x3f));
    utf8[0] = (char)(lead[size] | code);
    crmi_bytes_add(bytes, utf8, size);
}

void crmi_bytes_free(crmi_bytes *bytes) {
    free(bytes->at);
    *bytes = (crmi_bytes){.limit = bytes->limit};
}
