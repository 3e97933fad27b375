/* SPDX-License-Identifier: MIT */
/* CRC-32C by the processor's instruction (SSE 4.2, ARMv8), eight bytes a step; else by eight tables, eight
 * bytes a step too. */
#include "codec/crc32c.h"
#include <string.h>
#if defined(__aarch64__)
#include <sys/auxv.h>
#endif

/* tables[k][byte] is the remainder of a byte that k bytes follow, by the polynomial 0x1edc6f41, bits reversed. It is linear in the byte's
 * bits: each entry is put together from the remainders of single bits. */
#define BIT(byte, bit, remainder) ((byte) >> (bit)&1 ? (remainder) : 0u)
#define BYTE(b, r0, r1, r2, r3, r4, r5, r6, r7)                                                                                            \
    BIT(b, 0, r0) ^ BIT(b, 1, r1) ^ BIT(b, 2, r2) ^ BIT(b, 3, r3) ^ BIT(b, 4, r4) ^ BIT(b, 5, r5) ^ BIT(b, 6, r6) ^ BIT(b, 7, r7)
#define BYTES_4(b, ...) BYTE((b), __VA_ARGS__), BYTE((b) + 1, __VA_ARGS__), BYTE((b) + 2, __VA_ARGS__), BYTE((b) + 3, __VA_ARGS__)
#define BYTES_16(b, ...) BYTES_4(b, __VA_ARGS__), BYTES_4(b + 4, __VA_ARGS__), BYTES_4(b + 8, __VA_ARGS__), BYTES_4(b + 12, __VA_ARGS__)
#define BYTES_64(b, ...)                                                                                                                   \
    BYTES_16(b, __VA_ARGS__), BYTES_16(b + 16, __VA_ARGS__), BYTES_16(b + 32, __VA_ARGS__), BYTES_16(b + 48, __VA_ARGS__)
#define TABLE(...)                                                                                                                         \
    { BYTES_64(0, __VA_ARGS__), BYTES_64(64, __VA_ARGS__), BYTES_64(128, __VA_ARGS__), BYTES_64(192, __VA_ARGS__) }

static const uint32_t tables[8][256] = {
    TABLE(0xf26b8303, 0xe13b70f7, 0xc79a971f, 0x8ad958cf, 0x105ec76f, 0x20bd8ede, 0x417b1dbc, 0x82f63b78),
    TABLE(0x13a29877, 0x274530ee, 0x4e8a61dc, 0x9d14c3b8, 0x3fc5f181, 0x7f8be302, 0xff17c604, 0xfbc3faf9),
    TABLE(0xa541927e, 0x4f6f520d, 0x9edea41a, 0x38513ec5, 0x70a27d8a, 0xe144fb14, 0xc76580d9, 0x8b277743),
    TABLE(0xdd45aab8, 0xbf672381, 0x7b2231f3, 0xf64463e6, 0xe964b13d, 0xd725148b, 0xaba65fe7, 0x52a0c93f),
    TABLE(0x38116fac, 0x7022df58, 0xe045beb0, 0xc5670b91, 0x8f2261d3, 0x1ba8b557, 0x37516aae, 0x6ea2d55c),
    TABLE(0xef306b19, 0xdb8ca0c3, 0xb2f53777, 0x6006181f, 0xc00c303e, 0x85f4168d, 0x0e045beb, 0x1c08b7d6),
    TABLE(0x68032cc8, 0xd0065990, 0xa5e0c5d1, 0x4e2dfd53, 0x9c5bfaa6, 0x3d5b83bd, 0x7ab7077a, 0xf56e0ef4),
    TABLE(0x493c7d27, 0x9278fa4e, 0x211d826d, 0x423b04da, 0x847609b4, 0x0d006599, 0x1a00cb32, 0x34019664),
};

uint32_t crmi_crc32c_table(uint32_t crc, const void *bytes, size_t size) {
    const uint8_t *at = bytes;
    crc = ~crc;
    for (; size >= 8; size -= 8, at += 8) {
        crc ^= (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
        crc = tables[7][crc & 255] ^ tables[6][crc >> 8 & 255] ^ tables[5][crc >> 16 & 255] ^ tables[4][crc >> 24] ^ tables[3][at[4]] ^
              tables[2][at[5]] ^ tables[1][at[6]] ^ tables[0][at[7]];
    }
    for (; size > 0; size--) crc = crc >> 8 ^ tables[0][(crc ^ *at++) & 255];
    return ~crc;
}

#if defined(__x86_64__)
bool crmi_crc32c_hardware(void) { return __builtin_cpu_supports("sse4.2"); }

__attribute__((target("sse4.2"))) static uint32_t by_instruction(uint32_t crc, const uint8_t *at, size_t size) {
    uint64_t wide = (uint32_t)~crc;
    for (; size >= 8; size -= 8, at += 8) {
        uint64_t word;
        memcpy(&word, at, 8);
        wide = __builtin_ia32_crc32di(wide, word);
    }
    uint32_t narrow = (uint32_t)wide;
    for (; size > 0; size--) narrow = __builtin_ia32_crc32qi(narrow, *at++);
    return ~narrow;
}
#elif defined(__aarch64__)
#define HWCAP_HAS_CRC32 (1UL << 7)
bool crmi_crc32c_hardware(void) { return (getauxval(AT_HWCAP) & HWCAP_HAS_CRC32) != 0; }

__attribute__((target("+crc"))) static uint32_t by_instruction(uint32_t crc, const uint8_t *at, size_t size) {
    crc = ~crc;
    for (; size >= 8; size -= 8, at += 8) {
        uint64_t word;
        memcpy(&word, at, 8);
        crc = __builtin_aarch64_crc32cx(crc, word);
    }
    for (; size > 0; size--) crc = __builtin_aarch64_crc32cb(crc, *at++);
    return ~crc;
}
#else
bool crmi_crc32c_hardware(void) { return false; }
#define by_instruction crmi_crc32c_table
#endif

uint32_t crmi_crc32c(uint32_t crc, const void *bytes, size_t size) {
    return crmi_crc32c_hardware() ? by_instruction(crc, bytes, size) : crmi_crc32c_table(crc, bytes, size);
}
