/* SPDX-License-Identifier: MIT */
/* What the tests take of Criterion, for where Criterion itself does not run: under the thread sanitizer its memory for workers finds no
 * place. Each test is a process. See plain.c. */
#ifndef CRM_TESTS_PLAIN_CRITERION_H
#define CRM_TESTS_PLAIN_CRITERION_H
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

typedef struct plain_options {
    void (*init)(void), (*fini)(void);
    double timeout;
} plain_options;
typedef struct plain_test {
    const char *suite, *name;
    void (*run)(void); /* NULL: only the suite's options */
    plain_options options;
    struct plain_test *next;
} plain_test;

void plain_add(plain_test *test);
bool plain_check(bool good, bool end, const char *file, int line, const char *what, const char *format, ...);

#define PLAIN_ADD(at, function, suite_name, test_name, ...)                                                                                \
    __attribute__((constructor)) static void at##_add(void) {                                                                              \
        static plain_test test = {.suite = suite_name, .name = test_name, .run = function, .options = {__VA_ARGS__}};                      \
        plain_add(&test);                                                                                                                  \
    }
#define TestSuite(suite, ...) PLAIN_ADD(suite##_suite, NULL, #suite, "", __VA_ARGS__) struct plain_test
#define Test(suite, name, ...)                                                                                                             \
    static void suite##_##name##_run(void);                                                                                                \
    PLAIN_ADD(suite##_##name, suite##_##name##_run, #suite, #name, ##__VA_ARGS__)                                                          \
    static void suite##_##name##_run(void)

#define PLAIN(end, condition, what, ...) plain_check((condition), end, __FILE__, __LINE__, what, "" __VA_ARGS__)
#define cr_assert(condition, ...) PLAIN(true, condition, #condition, ##__VA_ARGS__)
#define cr_assert_not(condition, ...) PLAIN(true, !(condition), "not " #condition, ##__VA_ARGS__)
#define cr_assert_fail(...) PLAIN(true, false, "reached", ##__VA_ARGS__)
#define cr_assert_eq(a, b, ...) PLAIN(true, (a) == (b), #a " == " #b, ##__VA_ARGS__)
#define cr_assert_neq(a, b, ...) PLAIN(true, (a) != (b), #a " != " #b, ##__VA_ARGS__)
#define cr_assert_lt(a, b, ...) PLAIN(true, (a) < (b), #a " < " #b, ##__VA_ARGS__)
#define cr_assert_gt(a, b, ...) PLAIN(true, (a) > (b), #a " > " #b, ##__VA_ARGS__)
#define cr_assert_leq(a, b, ...) PLAIN(true, (a) <= (b), #a " <= " #b, ##__VA_ARGS__)
#define cr_assert_geq(a, b, ...) PLAIN(true, (a) >= (b), #a " >= " #b, ##__VA_ARGS__)
#define cr_assert_null(a, ...) PLAIN(true, (a) == NULL, #a " is NULL", ##__VA_ARGS__)
#define cr_assert_not_null(a, ...) PLAIN(true, (a) != NULL, #a " is not NULL", ##__VA_ARGS__)
#define cr_assert_str_eq(a, b, ...) PLAIN(true, strcmp((a), (b)) == 0, #a " is " #b, ##__VA_ARGS__)
#define cr_assert_str_neq(a, b, ...) PLAIN(true, strcmp((a), (b)) != 0, #a " is not " #b, ##__VA_ARGS__)
#define cr_assert_str_empty(a, ...) PLAIN(true, *(a) == 0, #a " is empty", ##__VA_ARGS__)
#define cr_assert_arr_eq(a, b, size, ...) PLAIN(true, memcmp((a), (b), (size)) == 0, #a " is " #b, ##__VA_ARGS__)
#define cr_expect(condition, ...) PLAIN(false, condition, #condition, ##__VA_ARGS__)
#define cr_expect_not(condition, ...) PLAIN(false, !(condition), "not " #condition, ##__VA_ARGS__)
#define cr_expect_fail(...) PLAIN(false, false, "reached", ##__VA_ARGS__)
#define cr_expect_eq(a, b, ...) PLAIN(false, (a) == (b), #a " == " #b, ##__VA_ARGS__)
#define cr_expect_neq(a, b, ...) PLAIN(false, (a) != (b), #a " != " #b, ##__VA_ARGS__)
#define cr_expect_lt(a, b, ...) PLAIN(false, (a) < (b), #a " < " #b, ##__VA_ARGS__)
#define cr_expect_gt(a, b, ...) PLAIN(false, (a) > (b), #a " > " #b, ##__VA_ARGS__)
#define cr_expect_leq(a, b, ...) PLAIN(false, (a) <= (b), #a " <= " #b, ##__VA_ARGS__)
#define cr_expect_geq(a, b, ...) PLAIN(false, (a) >= (b), #a " >= " #b, ##__VA_ARGS__)
#define cr_expect_null(a, ...) PLAIN(false, (a) == NULL, #a " is NULL", ##__VA_ARGS__)
#define cr_expect_not_null(a, ...) PLAIN(false, (a) != NULL, #a " is not NULL", ##__VA_ARGS__)
#define cr_expect_str_eq(a, b, ...) PLAIN(false, strcmp((a), (b)) == 0, #a " is " #b, ##__VA_ARGS__)
#define cr_expect_str_neq(a, b, ...) PLAIN(false, strcmp((a), (b)) != 0, #a " is not " #b, ##__VA_ARGS__)
#define cr_expect_str_empty(a, ...) PLAIN(false, *(a) == 0, #a " is empty", ##__VA_ARGS__)
#define cr_expect_arr_eq(a, b, size, ...) PLAIN(false, memcmp((a), (b), (size)) == 0, #a " is " #b, ##__VA_ARGS__)
#endif
