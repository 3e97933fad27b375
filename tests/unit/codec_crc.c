/* SPDX-License-Identifier: MIT */
/* CRC-32C by the vectors of RFC 3720 (appendix B.4), by instruction and by table. */
#include "codec/crc32c.h"
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

Test(codec_crc, vectors) {
    static const uint8_t command[48] = {0x01, 0xc0, [16] = 0x14, [22] = 0x04, [27] = 0x14, [31] = 0x18, [32] = 0x28, [40] = 0x02};
    uint8_t bytes[32];
    memset(bytes, 0, sizeof bytes);
    cr_expect_eq(crmi_crc32c(0, bytes, 32), 0x8a9136aau, "zeros");
    memset(bytes, 0xff, sizeof bytes);
    cr_expect_eq(crmi_crc32c(0, bytes, 32), 0x62a8ab43u, "ones");
    for (uint8_t i = 0; i < 32; i++) bytes[i] = i;
    cr_expect_eq(crmi_crc32c(0, bytes, 32), 0x46dd794eu, "ascending");
    for (uint8_t i = 0; i < 32; i++) bytes[i] = (uint8_t)(31 - i);
    cr_expect_eq(crmi_crc32c(0, bytes, 32), 0x113fdb5cu, "descending");
    cr_expect_eq(crmi_crc32c(0, command, sizeof command), 0xd9963a56u, "a read command");
    cr_expect_eq(crmi_crc32c(0, "123456789", 9), 0xe3069283u);
    cr_expect_eq(crmi_crc32c_table(0, "123456789", 9), 0xe3069283u);
    cr_expect_eq(crmi_crc32c(0, "", 0), 0u);
}

Test(codec_crc, table_and_chains) {
    uint8_t bytes[300];
    srand(1);
    for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (uint8_t)rand();
    int wrong = 0;
    for (size_t from = 0; from < 9; from++)
        for (size_t size = 0; size + from <= sizeof bytes; size++) {
            uint32_t crc = crmi_crc32c(0, bytes + from, size);
            wrong += crc != crmi_crc32c_table(0, bytes + from, size);
            size_t cut = size / 3;
            wrong += crc != crmi_crc32c(crmi_crc32c(0, bytes + from, cut), bytes + from + cut, size - cut);
            wrong += crc != crmi_crc32c_table(crmi_crc32c_table(0, bytes + from, cut), bytes + from + cut, size - cut);
        }
    cr_expect_eq(wrong, 0, "%d sums differ", wrong);
}

Test(codec_crc, every_bit_counts) {
    uint8_t bytes[40] = "a record's body, forty bytes of it";
    uint32_t crc = crmi_crc32c(0, bytes, sizeof bytes);
    for (size_t bit = 0; bit < sizeof bytes * 8; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        if (crmi_crc32c(0, bytes, sizeof bytes) == crc) cr_expect_fail("bit %zu is not seen", bit);
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}
