/* SPDX-License-Identifier: MIT */
/* Bloom filters: what is in them is always found, also once they are wider; of what is not, little is. */
#include "engine/filter.h"
#include <criterion/criterion.h>

enum { FEW = 1000, MANY = 100000 };

/* Spread, and never the same for two numbers. */
static uint32_t hash_of(uint32_t number) { return number * UINT32_C(2654435761); }

static void add(crmi_filter *filter, uint32_t from, uint32_t until) {
    for (uint32_t i = from; i < until; i++) crmi_filter_add(filter, &(uint32_t){hash_of(i)}, 1);
}

static size_t found(const crmi_filter *filter, uint32_t from, uint32_t until) {
    size_t count = 0;
    for (uint32_t i = from; i < until; i++) count += crmi_filter_may_have(filter, hash_of(i));
    return count;
}

Test(filter, without_words_it_may_have_anything) {
    crmi_filter filter = {0};
    cr_expect(crmi_filter_may_have(&filter, 7));
    cr_assert_eq(crmi_filter_widen(&filter, 0), 0);
    cr_expect(crmi_filter_may_have(&filter, 7), "made for nothing it is none");
    cr_assert_eq(crmi_filter_widen(&filter, 1), 0);
    cr_expect_not(crmi_filter_may_have(&filter, 7));
    crmi_filter_free(&filter);
}

Test(filter, has_what_was_put_into_it_and_little_else) {
    crmi_filter filter = {0};
    uint32_t hashes[FEW];
    for (uint32_t i = 0; i < FEW; i++) hashes[i] = hash_of(i);
    cr_assert_eq(crmi_filter_widen(&filter, FEW), 0);
    cr_expect_eq(found(&filter, 0, MANY), 0, "nothing is in it yet");
    crmi_filter_add(&filter, hashes, FEW);
    cr_expect_eq(found(&filter, 0, FEW), FEW);
    cr_expect_lt(found(&filter, FEW, MANY), MANY / 50);
    crmi_filter_free(&filter);
    cr_expect(!filter.words && !filter.count && !filter.room);
}

Test(filter, keeps_what_it_has_when_it_becomes_wider) {
    crmi_filter filter = {0};
    cr_assert_eq(crmi_filter_widen(&filter, FEW), 0);
    add(&filter, 0, FEW);
    size_t before = filter.count;
    cr_assert_eq(crmi_filter_widen(&filter, FEW), 0);
    cr_expect_eq(filter.count, before, "there was room");
    cr_assert_eq(crmi_filter_widen(&filter, FEW * 10), 0);
    cr_expect_eq(filter.count, before * 16);
    cr_expect_eq(found(&filter, 0, FEW), FEW);
    add(&filter, FEW, FEW * 10);
    cr_expect_eq(found(&filter, 0, FEW * 10), FEW * 10);
    cr_expect_lt(found(&filter, FEW * 10, MANY), MANY / 20);
    crmi_filter_free(&filter);
}
