/* SPDX-License-Identifier: MIT */
/* bench import: one CSV file of flat rows into an empty store, and into an empty SQLite database with the same tables and indexes; then a
 * second one with a tenth as many rows into what is there. Each side runs in a process of its own, so that its memory can be told. SQLite
 * gets its rows from the reader of libcrm-io too: what is compared is what a side does with them. */
#include "bench.h"
#include <libcrm/crm.h>
#include <libcrm/io.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define BATCH 100000 /* rows of a transaction */

static const char headings[] =
    "Kundennummer;Firma;Kurzname;USt-IdNr.;Straße;Hausnummer;PLZ;Ort;Land;Ansprechpartner;channel.phone;channel.mail\n";
enum { NUMBER, NAME, SHORT, VAT, STREET, HOUSE, CODE, TOWN, COUNTRY, PERSON, PHONE, MAIL, COLUMNS };

enum { FIRST, MORE, FILES };
static char paths[FILES][600];

typedef struct outcome {
    double seconds[FILES], cpu[FILES]; /* cpu: until the end of each */
    uint64_t rows;
    long anonymous_kb; /* most of it at the end of a batch */
} outcome;

static void write_file(const char *path, uint64_t from, uint64_t until) {
    customer made;
    FILE *file = fopen(path, "w");
    if (!file) bench_fail("file", path);
    fputs(headings, file);
    for (uint64_t i = from; i < until; i++) {
        bench_generate(i, &made);
        fprintf(file, "%s;\"%s\";%s;%s;%s;%s;%s;%s;%s;%s;%s;%s\n", made.number, made.name, made.short_name, made.vat_id,
                made.site[0].street, made.site[0].house, made.site[0].postal_code, made.site[0].town, made.site[0].country,
                made.contact[0].name, made.phone, made.mail);
    }
    if (fclose(file) != 0) bench_fail("file", path);
}

/* What is neither a file's nor a map's. */
static void measure(outcome *out) {
    char line[200];
    long kb;
    FILE *status = fopen("/proc/self/status", "r");
    while (status && fgets(line, sizeof line, status))
        if (sscanf(line, "RssAnon: %ld", &kb) == 1 && kb > out->anonymous_kb) out->anonymous_kb = kb;
    if (status) fclose(status);
}

/* Of this process, until now. */
static double cpu_seconds(void) {
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1e-6;
}

static void check(int rc, const char *what) {
    if (rc < 0) bench_fail(what, crm_error_text());
}

/* --- libcrm --- */

static void import_crm_file(crm_db *db, const char *path, outcome *out) {
    crm_csv *csv;
    crm_sync *sync;
    int rc;
    check(crm_csv_open(path, NULL, &csv), "file");
    check(crm_sync_new("bench", CRM_ROWS_FLAT, &sync), "rows");
    check(crm_sync_job(sync, db, CRM_ACTOR_SYSTEM, path, BATCH), "job");
    while ((rc = crm_csv_feed(csv, sync, BATCH)) == CRM_ROW) measure(out);
    check(rc, "rows");
    check(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), "apply");
    measure(out);
    out->rows += crm_sync_count(sync, CRM_SYNC_CREATED);
    crm_sync_free(sync);
    crm_csv_close(csv);
}

static void import_crm(const char *folder, outcome *out) {
    crm_db_options options = {.size = sizeof options, .flags = CRM_DB_CREATE};
    crm_db *db;
    check(crm_db_open(folder, &options, &db), "open");
    for (int i = 0; i < FILES; i++) {
        double begin = bench_now();
        import_crm_file(db, paths[i], out);
        out->seconds[i] = bench_now() - begin;
        out->cpu[i] = cpu_seconds();
    }
    crm_db_close(db);
}

/* --- SQLite --- */

static void take(const crm_csv *csv, size_t cell, char *out, size_t size) { snprintf(out, size, "%s", crm_csv_cell_text(csv, cell, NULL)); }

static void take_row(const crm_csv *csv, customer *out) {
    memset(out, 0, sizeof *out);
    take(csv, NUMBER, out->number, sizeof out->number);
    take(csv, NAME, out->name, sizeof out->name);
    take(csv, SHORT, out->short_name, sizeof out->short_name);
    take(csv, VAT, out->vat_id, sizeof out->vat_id);
    take(csv, STREET, out->site[0].street, sizeof out->site[0].street);
    take(csv, HOUSE, out->site[0].house, sizeof out->site[0].house);
    take(csv, CODE, out->site[0].postal_code, sizeof out->site[0].postal_code);
    take(csv, TOWN, out->site[0].town, sizeof out->site[0].town);
    take(csv, COUNTRY, out->site[0].country, sizeof out->site[0].country);
    take(csv, PERSON, out->contact[0].name, sizeof out->contact[0].name);
    take(csv, PHONE, out->phone, sizeof out->phone);
    take(csv, MAIL, out->mail, sizeof out->mail);
}

static void import_sqlite_file(const char *path, outcome *out) {
    crm_csv *csv;
    customer row;
    int rc;
    check(crm_csv_open(path, NULL, &csv), "file");
    check(crm_csv_next(csv), "headings");
    bench_sqlite_import_begin();
    while ((rc = crm_csv_next(csv)) == CRM_ROW) {
        if (crm_csv_cell_count(csv) != COLUMNS) bench_fail("file", "a row of another width");
        take_row(csv, &row);
        bench_sqlite_import_row(&row);
        if (++out->rows % BATCH != 0) continue;
        bench_sqlite_import_end();
        measure(out);
        bench_sqlite_import_begin();
    }
    check(rc, "rows");
    bench_sqlite_import_end();
    measure(out);
    crm_csv_close(csv);
}

static void import_sqlite(const char *folder, outcome *out) {
    bench_sqlite.open(folder);
    for (int i = 0; i < FILES; i++) {
        double begin = bench_now();
        import_sqlite_file(paths[i], out);
        out->seconds[i] = bench_now() - begin;
        out->cpu[i] = cpu_seconds();
    }
    bench_sqlite.close();
}

/* --- both --- */

/* In a process of its own. */
static outcome run(const char *folder, const char *name, void (*import)(const char *, outcome *)) {
    char own[600];
    int ends[2], status;
    outcome out = {0};
    snprintf(own, sizeof own, "%s/import-%s", folder, name);
    if (mkdir(own, 0700) != 0 || pipe(ends) != 0) bench_fail("folder", own);
    pid_t child = fork();
    if (child == 0) {
        import(own, &out);
        _exit(write(ends[1], &out, sizeof out) == sizeof out ? 0 : 1);
    }
    close(ends[1]);
    if (child < 0 || read(ends[0], &out, sizeof out) != sizeof out || waitpid(child, &status, 0) != child || status != 0)
        bench_fail("import", name);
    close(ends[0]);
    return out;
}

static void report(const char *work, uint64_t rows, double crm, double sqlite) {
    printf("BENCH %s libcrm=%.0f/s sqlite=%.0f/s ratio=%.2f\n", work, (double)rows / crm, (double)rows / sqlite, sqlite / crm);
}

void bench_import(const char *folder, uint64_t rows) {
    uint64_t more = rows / 10;
    snprintf(paths[FIRST], sizeof *paths, "%s/import.csv", folder);
    snprintf(paths[MORE], sizeof *paths, "%s/more.csv", folder);
    write_file(paths[FIRST], 0, rows);
    write_file(paths[MORE], rows, rows + more);
    outcome crm = run(folder, "libcrm", import_crm), sqlite = run(folder, "sqlite", import_sqlite);
    if (crm.rows != rows + more || sqlite.rows != rows + more) bench_fail("csv", "rows are missing");
    report("csv", rows, crm.seconds[FIRST], sqlite.seconds[FIRST]);
    report("add", more, crm.seconds[MORE], sqlite.seconds[MORE]);
    double row = 1e6 / (double)rows, next = 1e6 / (double)(more ? more : 1);
    printf("CPU csv libcrm=%.1fus sqlite=%.1fus\n", crm.cpu[FIRST] * row, sqlite.cpu[FIRST] * row);
    printf("CPU add libcrm=%.1fus sqlite=%.1fus\n", (crm.cpu[MORE] - crm.cpu[FIRST]) * next, (sqlite.cpu[MORE] - sqlite.cpu[FIRST]) * next);
    printf("MEMORY csv libcrm=%ldMB sqlite=%ldMB\n", crm.anonymous_kb / 1024, sqlite.anonymous_kb / 1024);
    fflush(stdout);
    for (int i = 0; i < FILES; i++) unlink(paths[i]);
}
