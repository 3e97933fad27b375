/* SPDX-License-Identifier: MIT */
/* CSV files of customers, for the works that import them. */
#ifndef BENCH_IMPORT_H
#define BENCH_IMPORT_H
#include "bench.h"

typedef struct bench_files {
    char path[16][600];
    size_t count;
    uint64_t lines;
} bench_files;
/* The customers from <= index < until, in as many files as imports need. */
bench_files bench_files_write(const char *folder, const char *name, uint64_t from, uint64_t until);
void bench_files_remove(const bench_files *files);

void bench_import_crm(struct crm_db *db, const bench_files *files, outcome *out, int step);
void bench_remove_store(const char *folder);
#endif
