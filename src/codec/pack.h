/* SPDX-License-Identifier: MIT */
/* Packs a record's body with msgpack-c into a buffer. The caller counts the pairs first. */
#ifndef CRMI_CODEC_PACK_H
#define CRMI_CODEC_PACK_H
#include "base/buffer.h"

void crmi_pack_map(crmi_buffer *out, uint32_t pairs);
void crmi_pack_array(crmi_buffer *out, uint32_t items);
void crmi_pack_number(crmi_buffer *out, uint32_t number); /* a field's number, the key of a pair */
void crmi_pack_int(crmi_buffer *out, int64_t value);
void crmi_pack_value_int(crmi_buffer *out, int64_t value); /* of a pair, where integers of one byte below 0 are words (codec/words.h) */
void crmi_pack_bool(crmi_buffer *out, bool value);
void crmi_pack_text(crmi_buffer *out, const char *text, size_t size);
void crmi_pack_bytes(crmi_buffer *out, const void *bytes, size_t size);
void crmi_pack_nil(crmi_buffer *out);
void crmi_pack_raw(crmi_buffer *out, const void *value, size_t size); /* an encoded value, as it is */
#endif
