/* SPDX-License-Identifier: MIT */
/* Time and memory of work in a child process. */
#include "support/measured.h"
#include <criterion/criterion.h>
#include <fcntl.h>
#include <libcrm/error.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* VmRSS or VmHWM of this process. */
static long memory_kb(const char *name) {
    char line[200];
    long kb = 0;
    FILE *status = fopen("/proc/self/status", "re");
    while (status && fgets(line, sizeof line, status))
        if (strncmp(line, name, strlen(name)) == 0) sscanf(line + strlen(name), ": %ld", &kb);
    if (status) fclose(status);
    return kb;
}

static void forget_peak(void) {
    int file = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);
    cr_assert(file >= 0 && write(file, "5", 1) == 1, "the peak of memory can't be forgotten");
    close(file);
}

static double seconds_of(const struct rusage *usage) {
    return (double)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) + (double)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) * 1e-6;
}

static void work_in_child(measured *took, int (*work)(void *data), void *data) {
    struct rusage usage;
    forget_peak();
    long before = memory_kb("VmRSS");
    crm_error_report(CRM_E_UNSUPPORTED, 0, 0, "none");
    took->status = work(data);
    took->kb = memory_kb("VmHWM") - before;
    took->row = crm_error_row();
    snprintf(took->text, sizeof took->text, "%s", crm_error_text());
    getrusage(RUSAGE_SELF, &usage);
    took->seconds = seconds_of(&usage);
}

static measured measure_once(int (*work)(void *data), void *data) {
    measured *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    cr_assert(shared != MAP_FAILED);
    shared->status = INT32_MIN;
    pid_t child = fork();
    cr_assert(child >= 0);
    if (child == 0) {
        work_in_child(shared, work, data);
        _exit(0);
    }
    int state;
    cr_assert(waitpid(child, &state, 0) == child);
    measured took = *shared;
    if (!WIFEXITED(state)) took.status = INT32_MIN;
    munmap(shared, sizeof *shared);
    return took;
}

static measured program_once(char *const *argv) {
    measured took = {.status = INT32_MIN};
    struct rusage usage;
    int state, output = memfd_create("output", MFD_CLOEXEC);
    cr_assert(output >= 0);
    pid_t child = fork();
    cr_assert(child >= 0);
    if (child == 0) {
        dup2(output, 1);
        dup2(output, 2);
        execv(argv[0], argv);
        _exit(127);
    }
    cr_assert(wait4(child, &state, 0, &usage) == child);
    if (WIFEXITED(state)) took.status = WEXITSTATUS(state);
    took.seconds = seconds_of(&usage);
    took.kb = usage.ru_maxrss;
    off_t size = lseek(output, 0, SEEK_END), from = size > (off_t)sizeof took.text - 1 ? size - (off_t)sizeof took.text + 1 : 0;
    cr_assert(pread(output, took.text, sizeof took.text - 1, from) >= 0);
    close(output);
    return took;
}

/* Beside other work a processor is slower: what is over the limit is done again, at most twice. */
measured measure(int (*work)(void *data), void *data) {
    measured took = measure_once(work, data);
    for (int i = 0; i < 2 && took.seconds >= MEASURED_SECONDS; i++) took = measure_once(work, data);
    return took;
}

measured measure_program(char *const *argv) {
    measured took = program_once(argv);
    for (int i = 0; i < 2 && took.seconds >= MEASURED_SECONDS; i++) took = program_once(argv);
    return took;
}

void measured_expect(const measured *took, const char *what) {
#ifndef __SANITIZE_ADDRESS__
    cr_expect(took->seconds < MEASURED_SECONDS, "%s: %.2f s", what, took->seconds);
    cr_expect(took->kb < MEASURED_KB, "%s: %ld KiB", what, took->kb);
#else
    (void)took, (void)what;
#endif
}
