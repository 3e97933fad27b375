/* SPDX-License-Identifier: MIT */
/* Reads a stored record's body in place: a MessagePack map of small unsigned numbers, ascending, to values. Every bound is checked; nothing
 * is allocated, and no error detail set: the caller knows what is damaged. Never hand stored bytes to msgpack-c's unpacker before
 * crmi_walk_check().
 *
 * What most bodies have is left out: a body that does not begin with number 0 is read as if 0 were 1 in it, and a nil behind a text says
 * that text once more; one byte stands for a word of codec/words.h (packed by crmi_object_encode()). */
#ifndef CRMI_CODEC_WALK_H
#define CRMI_CODEC_WALK_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a body has at most; the same as the limits of records (limits.def), one pair more for the revision. */
#define CRMI_WALK_BYTES 65536u
#define CRMI_WALK_PAIRS 513u
#define CRMI_WALK_DEPTH 4u /* levels, the body's map being the first */

enum crmi_value_type {
    CRMI_VALUE_INT,
    CRMI_VALUE_BOOL,
    CRMI_VALUE_TEXT,
    CRMI_VALUE_BYTES,
    CRMI_VALUE_ARRAY,
    CRMI_VALUE_MAP,
    CRMI_VALUE_NIL,
    CRMI_VALUE_OTHER
};

typedef struct crmi_value {
    uint32_t number;      /* the field's number inside its kind */
    uint32_t type;        /* crmi_value_type */
    int64_t integer;      /* of INT and BOOL; items of ARRAY, pairs of MAP */
    const uint8_t *bytes; /* of TEXT and BYTES: the content, that of a word not in the body; of ARRAY and MAP: what follows the header */
    uint32_t size;        /* of TEXT and BYTES in bytes; of ARRAY and MAP: bytes of the content */
    const uint8_t *raw;   /* the whole value with its header, and its bytes */
    uint32_t raw_size;
} crmi_value;

typedef struct crmi_walk {
    const uint8_t *at, *end;
    const uint8_t *text; /* of the pair before, with its header; NULL: that is no text */
    uint32_t left;       /* pairs to come, of those that are there */
    uint32_t lowest;     /* number that may come next */
} crmi_walk;

/* Starts over a body; CRM_OK or CRM_E_CORRUPT. */
int crmi_walk_begin(crmi_walk *walk, const void *body, size_t size);
/* CRM_ROW and a value, CRM_OK behind the last (which must be the body's end), CRM_E_CORRUPT. Integers above INT64_MAX are CRM_E_CORRUPT. */
int crmi_walk_next(crmi_walk *walk, crmi_value *out);
/* The value of a number; CRM_ROW, CRM_OK where there is none, CRM_E_CORRUPT. Does not look behind it. */
int crmi_walk_find(const void *body, size_t size, uint32_t number, crmi_value *out);
/* The whole structure: numbers ascending and unique, bytes, pairs, depth and items bounded, UTF-8 in texts, no bytes left. CRM_OK or
 * CRM_E_CORRUPT. */
int crmi_walk_check(const void *body, size_t size);
/* One value of a sequence: moves *at behind it, of an array or map behind its header alone, which tells no more items than there could be.
 * CRM_ROW, CRM_OK at end, CRM_E_CORRUPT. A sequence has at most UINT32_MAX bytes. */
int crmi_walk_value(const uint8_t **at, const uint8_t *end, crmi_value *out);
/* One text of an array's or map's content: moves *at behind it. CRM_ROW, CRM_OK at end, CRM_E_CORRUPT. */
int crmi_walk_item(const uint8_t **at, const uint8_t *end, const char **text, uint32_t *size);
#endif
