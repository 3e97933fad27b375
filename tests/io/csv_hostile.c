/* SPDX-License-Identifier: MIT */
/* Hostile CSV files: refused in under a second, in little memory, whatever their size. */
#include "support/measured.h"
#include <criterion/criterion.h>
#include <fcntl.h>
#include <libcrm/crm.h>
#include <libcrm/io.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define GIB (INT64_C(1) << 30)
#define MEMORY_KB 4096 /* what reading may take: a row, its cells, blocks */

static char path[300];
static int file;

static void begin(void) {
    const char *base = getenv("TMPDIR");
    snprintf(path, sizeof path, "%.200s/crm-hostile-%d.csv", base && *base ? base : "/tmp", (int)getpid());
    file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    cr_assert(file >= 0);
}

static void end(void) {
    close(file);
    unlink(path);
}

TestSuite(csv_hostile, .init = begin, .fini = end);

static void add(const char *bytes, size_t size) { cr_assert(write(file, bytes, size) == (ssize_t)size); }

static void add_many(char byte, size_t size) {
    static char block[1 << 16];
    memset(block, byte, sizeof block);
    for (size_t left = size; left > 0; left -= left < sizeof block ? left : sizeof block)
        add(block, left < sizeof block ? left : sizeof block);
}

static long anonymous_kb(void) {
    char line[200];
    long kb = 0;
    FILE *status = fopen("/proc/self/status", "r");
    cr_assert(status);
    while (fgets(line, sizeof line, status))
        if (sscanf(line, "RssAnon: %ld", &kb) == 1) break;
    fclose(status);
    return kb;
}

/* Of the processor. */
static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Builds that check every access have more time and memory. */
static double slow(void) {
#ifdef __SANITIZE_ADDRESS__
    return 20;
#else
    return 1;
#endif
}

/* Reads to the end or to the error, which it returns. */
static int read_all(const crm_csv_options *options, long *most, uint64_t *rows) {
    crm_csv *csv;
    long before = anonymous_kb();
    int rc = crm_csv_open(path, options, &csv);
    *rows = 0;
    *most = anonymous_kb() - before;
    if (rc < 0) return rc;
    while ((rc = crm_csv_next(csv)) == CRM_ROW)
        if (++*rows % 4096 == 0 && anonymous_kb() - before > *most) *most = anonymous_kb() - before;
    if (anonymous_kb() - before > *most) *most = anonymous_kb() - before;
    crm_csv_close(csv);
    return rc;
}

static int import(void *data) {
    crm_sync *sync;
    cr_assert_eq(crm_sync_new("x", CRM_ROWS_CUSTOMER, &sync), CRM_OK);
    cr_assert_eq(crm_sync_set_flags(sync, CRM_SYNC_IGNORE_UNKNOWN), CRM_OK);
    int rc = crm_csv_read_file(sync, path, data);
    crm_sync_free(sync);
    return rc;
}

/* By an import too. */
static void import_refused(const char *what, const crm_csv_options *options, int status, uint64_t row) {
    measured took = measure(import, (void *)(uintptr_t)options);
    cr_expect(took.status == status && took.row == row, "import, %s: %d, row %llu, %s", what, took.status, (unsigned long long)took.row,
              took.text);
    measured_expect(&took, what);
}

static void refused(const char *what, const crm_csv_options *options, int status, uint64_t row) {
    uint64_t rows;
    long kb;
    double start = now();
    int rc = read_all(options, &kb, &rows);
    double took = now() - start;
    cr_expect(rc == status && crm_error_row() == row && *crm_error_text(), "%s: %d, row %llu, %s", what, rc,
              (unsigned long long)crm_error_row(), crm_error_text());
    cr_expect(took < slow(), "%s took %.2f s", what, took);
    cr_expect(kb < MEMORY_KB * slow(), "%s took %ld kB", what, kb);
    import_refused(what, options, status, status == CRM_E_UTF8 ? 0 : row); /* zeros are a heading */
}

Test(csv_hostile, sparse_field) {
    add("Firma,b\n1,\"", 11);
    cr_assert(ftruncate(file, GIB) == 0);
    refused("1 GiB of zeros in quotes", NULL, CRM_E_TOO_BIG, 2);
    crm_csv_options options = {.size = sizeof options, .encoding = CRM_CSV_UTF8};
    refused("1 GiB of zeros, UTF-8", &options, CRM_E_TOO_BIG, 2);
    options.encoding = CRM_CSV_WINDOWS_1252;
    refused("1 GiB of zeros, Windows-1252", &options, CRM_E_TOO_BIG, 2);
    options.encoding = CRM_CSV_UTF16LE;
    refused("1 GiB of zeros, UTF-16", &options, CRM_E_TOO_BIG, 1);
    cr_assert(ftruncate(file, GIB + 1) == 0);
    refused("over 1 GiB", NULL, CRM_E_TOO_BIG, 0);
}

Test(csv_hostile, long_field) {
    add("Firma\n", 6);
    add_many('x', 32769);
    import_refused("a field of over 32 KiB", NULL, CRM_E_TOO_BIG, 2);
}

Test(csv_hostile, zeros) {
    cr_assert(ftruncate(file, GIB) == 0);
    refused("zeros alone", NULL, CRM_E_TOO_BIG, 1);
    cr_assert(ftruncate(file, 5) == 0);
    refused("five zeros", NULL, CRM_E_UTF8, 1);
}

Test(csv_hostile, no_line_end) {
    add_many('x', 64 << 20);
    refused("no line end", NULL, CRM_E_TOO_BIG, 1);
}

Test(csv_hostile, delimiters) {
    add_many(',', 8 << 20);
    uint64_t rows;
    long kb;
    double start = now();
    cr_expect_eq(read_all(NULL, &kb, &rows), CRM_E_TOO_BIG);
    cr_expect(now() - start < slow() && kb < 24000 * slow(), "a million cells: %.2f s, %ld kB", now() - start, kb);
}

Test(csv_hostile, quotes) {
    add("Firma,b\n\"", 9);
    add_many('"', 32 << 20); /* an even number: all doubled, and never closed */
    refused("quotes", NULL, CRM_E_TOO_BIG, 2);
    cr_assert(ftruncate(file, 0) == 0 && lseek(file, 0, SEEK_SET) == 0);
    add("\"Firma\",'b'\n'1\",2\n\"x',y\n", 23);
    refused("mixed quotes", NULL, CRM_E_FORMAT, 3);
}

/* Ends of lines without number: many rows, little memory. */
Test(csv_hostile, blank_lines) {
    uint64_t rows;
    long kb;
    add("a\n", 2);
    add_many('\n', 16 << 20);
    double start = now();
    cr_expect_eq(read_all(NULL, &kb, &rows), CRM_OK, "%s", crm_error_text());
    cr_expect(rows == 1 && kb < MEMORY_KB * slow() && now() - start < slow(), "%ld kB, %.2f s", kb, now() - start);
}

/* A good file of 300 MB is read in the memory that a small one takes. */
Test(csv_hostile, memory_of_a_big_file) {
    static char block[1 << 16];
    size_t used = 0;
    uint64_t rows;
    long kb;
    while (used + 100 < sizeof block)
        used += (size_t)sprintf(block + used, "10001;\"M\xc3\xbcller, Meier & Co\";Stra\xc3\x9f"
                                              "e 1;01067;Dresden\n");
    size_t blocks = ((size_t)300 << 20) / used;
    for (size_t i = 0; i < blocks; i++) add(block, used);
    double start = now();
    cr_expect_eq(read_all(NULL, &kb, &rows), CRM_OK, "%s", crm_error_text());
    fprintf(stderr, "%zu MiB in %.2f s: %llu rows, %ld kB of anonymous memory\n", blocks * used >> 20, now() - start,
            (unsigned long long)rows, kb);
    cr_expect(rows > 4000000 && kb < MEMORY_KB * slow(), "%llu rows, %ld kB", (unsigned long long)rows, kb);
}
