/* SPDX-License-Identifier: MIT */
/* Packs a record's body: msgpack-c's packer over our buffer, whose failure is sticky, so that each call's result needs no look. What is a
 * single byte, which most is, is put here. */
#include "codec/pack.h"
#include <msgpack.h>

static int write_bytes(void *data, const char *bytes, size_t size) {
    crmi_buffer_append(data, bytes, size);
    return 0;
}

static msgpack_packer packer(crmi_buffer *out) { return (msgpack_packer){.data = out, .callback = write_bytes}; }

void crmi_pack_map(crmi_buffer *out, uint32_t pairs) {
    msgpack_packer p = packer(out);
    if (pairs < 0x10)
        crmi_buffer_byte(out, (uint8_t)(0x80 | pairs));
    else
        msgpack_pack_map(&p, pairs);
}

void crmi_pack_array(crmi_buffer *out, uint32_t items) {
    msgpack_packer p = packer(out);
    msgpack_pack_array(&p, items);
}

void crmi_pack_number(crmi_buffer *out, uint32_t number) {
    msgpack_packer p = packer(out);
    if (number < 0x80)
        crmi_buffer_byte(out, (uint8_t)number);
    else
        msgpack_pack_uint32(&p, number);
}

void crmi_pack_int(crmi_buffer *out, int64_t value) {
    msgpack_packer p = packer(out);
    msgpack_pack_int64(&p, value);
}

void crmi_pack_value_int(crmi_buffer *out, int64_t value) {
    if (value < 0 && value >= -32)
        crmi_buffer_append(out, (const uint8_t[]){0xd0, (uint8_t)value}, 2);
    else
        crmi_pack_int(out, value);
}

void crmi_pack_bool(crmi_buffer *out, bool value) { crmi_buffer_byte(out, value ? 0xc3 : 0xc2); }

void crmi_pack_text(crmi_buffer *out, const char *text, size_t size) {
    msgpack_packer p = packer(out);
    if (size < 0x20)
        crmi_buffer_byte(out, (uint8_t)(0xa0 | size));
    else
        msgpack_pack_str(&p, size);
    crmi_buffer_append(out, text, size);
}

void crmi_pack_bytes(crmi_buffer *out, const void *bytes, size_t size) {
    msgpack_packer p = packer(out);
    msgpack_pack_bin(&p, size);
    msgpack_pack_bin_body(&p, bytes, size);
}

void crmi_pack_nil(crmi_buffer *out) { crmi_buffer_byte(out, 0xc0); }

void crmi_pack_raw(crmi_buffer *out, const void *value, size_t size) { crmi_buffer_append(out, value, size); }
