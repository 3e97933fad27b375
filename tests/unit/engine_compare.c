/* SPDX-License-Identifier: MIT */
/* The order of keys is that of bytes, then of length, whatever their length and place. */
#include "engine/lmdb_types.h"
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static int sign(int value) { return (value > 0) - (value < 0); }

static int bytes_then_length(const MDB_val *a, const MDB_val *b) {
    int order = memcmp(a->mv_data, b->mv_data, a->mv_size < b->mv_size ? a->mv_size : b->mv_size);
    return order ? sign(order) : (a->mv_size > b->mv_size) - (a->mv_size < b->mv_size);
}

enum { LONGEST = 40 };

static size_t length(void) { return 1 + (size_t)rand() % LONGEST; }

Test(engine_compare, order) {
    unsigned char a[LONGEST], b[LONGEST];
    srand(7);
    for (int i = 0; i < 400000; i++) {
        MDB_val x = {length(), a}, y = {i % 3 ? x.mv_size : length(), b};
        if (i % 4 == 0) x.mv_size = y.mv_size = 8;
        for (size_t j = 0; j < sizeof a; j++) a[j] = b[j] = (unsigned char)rand();
        for (int j = rand() % 3; j > 0; j--) b[(size_t)rand() % y.mv_size] = (unsigned char)rand(); /* long common beginnings */
        cr_assert_eq(sign(crmi_lmdb_compare(&x, &y)), bytes_then_length(&x, &y), "%d", i);
        cr_assert_eq(crmi_lmdb_compare(&x, &x), 0);
    }
}
