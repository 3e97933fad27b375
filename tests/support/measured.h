/* SPDX-License-Identifier: MIT */
/* What a piece of work takes: done in a child process, so that its memory is its own. */
#ifndef CRM_TESTS_SUPPORT_MEASURED_H
#define CRM_TESTS_SUPPORT_MEASURED_H
#include <stdint.h>

/* What a hostile file may take until it is refused. */
enum { MEASURED_SECONDS = 1, MEASURED_KB = 64 * 1024 };

typedef struct measured {
    int status;     /* that the work returned; INT32_MIN: the process was killed by a signal */
    uint64_t row;   /* of its error */
    char text[400]; /* of its error */
    double seconds; /* of the processor */
    long kb;        /* most memory at once, above that before */
} measured;

measured measure(int (*work)(void *data), void *data);
/* The same of a program (argv ends with NULL), its memory whole; status is its exit code. Nothing of what it prints is seen but the last
 * 400 bytes, in text. */
measured measure_program(char *const *argv);
/* Expects that a hostile file took no more than it may, in builds without sanitizers. */
void measured_expect(const measured *took, const char *what);
#endif
