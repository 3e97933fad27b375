/* SPDX-License-Identifier: MIT */
/* Runs the tests of a program one after the other, each in a process of its own. What Criterion would say is left to the builds that have
 * it: of interest is what a sanitizer says. */
#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static plain_test *tests;
static bool failed;

void plain_add(plain_test *test) {
    test->next = tests;
    tests = test;
}

bool plain_check(bool good, bool end, const char *file, int line, const char *what, const char *format, ...) {
    if (good) return true;
    va_list arguments;
    va_start(arguments, format);
    printf("%s:%d: %s: ", file, line, what);
    vprintf(format, arguments);
    puts("");
    va_end(arguments);
    failed = true;
    if (end) exit(1);
    return false;
}

static void call(void (*fixture)(void)) {
    if (fixture) fixture();
}

static const plain_options *suite_of(const plain_test *test) {
    static const plain_options none;
    for (const plain_test *at = tests; at; at = at->next)
        if (!at->run && strcmp(at->suite, test->suite) == 0) return &at->options;
    return &none;
}

static int run(const plain_test *test) {
    int status = 0;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        call(suite_of(test)->init);
        call(test->options.init);
        test->run();
        call(test->options.fini);
        call(suite_of(test)->fini);
        exit(failed);
    }
    if (child < 0 || waitpid(child, &status, 0) != child || status == 0) return child < 0;
    printf("%s.%s ended with %x\n", test->suite, test->name, (unsigned)status);
    return 1;
}

int main(void) {
    int bad = 0, count = 0;
    for (const plain_test *test = tests; test; test = test->next) {
        if (!test->run) continue;
        count++;
        bad += run(test);
    }
    printf("%d tests, %d failed\n", count, bad);
    return bad || !count;
}
