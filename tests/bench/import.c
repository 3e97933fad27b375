/* SPDX-License-Identifier: MIT */
/* csv, add, import: CSV files of customers into an empty store, and into an empty SQLite database with the same tables and indexes; then a
 * tenth more into what is there. Each side runs in a process of its own, so that its memory can be told. SQLite gets its lines from the
 * reader of libcrm-io too: what is compared is what a side does with them. A customer has as many lines as he has sites, or contacts. */
#include "import.h"
#include <libcrm/crm.h>
#include <libcrm/io.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BATCH 100000           /* lines of a transaction */
#define FILE_CUSTOMERS 1500000 /* an import has at most 4,000,000 lines */
#define MOST_ROUNDS 16

static const char headings[] = "Kundennummer;Firma;Kurzname;USt-IdNr.;channel.phone;channel.mail;Straße;Hausnummer;PLZ;Ort;Land;"
                               "Ansprechpartner;contact.channel.phone;contact.channel.mail\n";
enum { NUMBER, NAME, SHORT, VAT, PHONE, MAIL, STREET, HOUSE, CODE, TOWN, COUNTRY, PERSON, PERSON_PHONE, PERSON_MAIL, COLUMNS };

/* --- files --- */

static uint64_t write_customer(FILE *file, uint64_t index) {
    static const site no_site;
    static const person nobody;
    customer made;
    bench_generate(index, &made);
    size_t lines = made.sites > made.contacts ? made.sites : made.contacts;
    for (size_t i = 0; i < lines; i++) {
        const site *place = i < made.sites ? &made.site[i] : &no_site;
        const person *who = i < made.contacts ? &made.contact[i] : &nobody;
        if (i == 0)
            fprintf(file, "%s;\"%s\";%s;%s;%s;%s;", made.number, made.name, made.short_name, made.vat_id, made.phone, made.mail);
        else
            fprintf(file, "%s;;;;;;", made.number);
        fprintf(file, "%s;%s;%s;%s;%s;%s;%s;%s\n", place->street, place->house, place->postal_code, place->town, place->country, who->name,
                who->phone, who->mail);
    }
    return lines;
}

bench_files bench_files_write(const char *folder, const char *name, uint64_t from, uint64_t until) {
    bench_files out = {.count = 0};
    while (from < until) {
        uint64_t end = until - from > FILE_CUSTOMERS ? from + FILE_CUSTOMERS : until;
        if (out.count == sizeof out.path / sizeof *out.path) bench_fail("files", "too many");
        char *path = out.path[out.count++];
        snprintf(path, sizeof *out.path, "%s/%s-%zu.csv", folder, name, out.count);
        FILE *file = fopen(path, "w");
        if (!file) bench_fail("file", path);
        fputs(headings, file);
        for (; from < end; from++) out.lines += write_customer(file, from);
        if (fclose(file) != 0) bench_fail("file", path);
    }
    return out;
}

void bench_files_remove(const bench_files *files) {
    for (size_t i = 0; i < files->count; i++) unlink(files->path[i]);
}

/* --- libcrm --- */

static void check(int rc, const char *what) {
    if (rc < 0) bench_fail(what, crm_error_text());
}

static uint64_t apply_file(crm_db *db, const char *path) {
    crm_csv *csv;
    crm_sync *sync;
    int rc;
    check(crm_csv_open(path, NULL, &csv), "file");
    check(crm_sync_new("bench", CRM_ROWS_FLAT, &sync), "rows");
    check(crm_sync_job(sync, db, CRM_ACTOR_SYSTEM, path, BATCH), "job");
    while ((rc = crm_csv_feed(csv, sync, BATCH)) == CRM_ROW) continue;
    check(rc, "rows");
    check(crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM), "apply");
    uint64_t lines = crm_sync_count(sync, CRM_SYNC_CREATED);
    crm_sync_free(sync);
    crm_csv_close(csv);
    return lines;
}

void bench_import_crm(crm_db *db, const bench_files *files, outcome *out, int step) {
    bench_step_begin(out, step);
    for (size_t i = 0; i < files->count; i++) out->count += apply_file(db, files->path[i]);
    bench_step_end(out, step);
}

/* --- SQLite --- */

static void take(const crm_csv *csv, size_t cell, char *out, size_t size) { snprintf(out, size, "%s", crm_csv_cell_text(csv, cell, NULL)); }

static void take_line(const crm_csv *csv, customer *out) {
    site *place = &out->site[0];
    person *who = &out->contact[0];
    take(csv, NUMBER, out->number, sizeof out->number);
    take(csv, NAME, out->name, sizeof out->name);
    take(csv, SHORT, out->short_name, sizeof out->short_name);
    take(csv, VAT, out->vat_id, sizeof out->vat_id);
    take(csv, PHONE, out->phone, sizeof out->phone);
    take(csv, MAIL, out->mail, sizeof out->mail);
    take(csv, STREET, place->street, sizeof place->street);
    take(csv, HOUSE, place->house, sizeof place->house);
    take(csv, CODE, place->postal_code, sizeof place->postal_code);
    take(csv, TOWN, place->town, sizeof place->town);
    take(csv, COUNTRY, place->country, sizeof place->country);
    take(csv, PERSON, who->name, sizeof who->name);
    take(csv, PERSON_PHONE, who->phone, sizeof who->phone);
    take(csv, PERSON_MAIL, who->mail, sizeof who->mail);
}

/* first: an empty database without indexes, filled in one transaction. */
static void insert_file(const char *path, int first, outcome *out) {
    crm_csv *csv;
    customer one = {.language = ""};
    int rc;
    check(crm_csv_open(path, NULL, &csv), "file");
    check(crm_csv_next(csv), "headings");
    while ((rc = crm_csv_next(csv)) == CRM_ROW) {
        if (crm_csv_cell_count(csv) != COLUMNS) bench_fail("file", "a line of another width");
        take_line(csv, &one);
        bench_sqlite_import_line(&one, !first);
        if (++out->count % BATCH != 0 || first) continue;
        bench_sqlite_import_end();
        bench_sqlite_import_begin();
    }
    check(rc, "rows");
    crm_csv_close(csv);
}

/* --- both --- */

typedef struct import_job {
    char folder[600];
    const bench_files *files; /* of each step */
} import_job;

static void run_crm(void *data, outcome *out) {
    const import_job *job = data;
    bench_crm.open(job->folder, BENCH_EMPTY);
    for (int i = 0; i < STEPS; i++) bench_import_crm(bench_crm_db(), &job->files[i], out, i);
    bench_crm.close();
}

static void run_sqlite(void *data, outcome *out) {
    const import_job *job = data;
    bench_sqlite.open(job->folder, BENCH_EMPTY);
    for (int i = 0; i < STEPS; i++) {
        bench_step_begin(out, i);
        bench_sqlite_import_begin();
        for (size_t j = 0; j < job->files[i].count; j++) insert_file(job->files[i].path[j], 0, out);
        bench_sqlite_import_end();
        bench_step_end(out, i);
    }
    bench_sqlite.close();
}

static void run_first(void *data, outcome *out) {
    const import_job *job = data;
    bench_step_begin(out, 0);
    bench_sqlite_first_open(job->folder);
    for (size_t j = 0; j < job->files[0].count; j++) insert_file(job->files[0].path[j], 1, out);
    bench_sqlite_first_close();
    bench_step_end(out, 0);
}

void bench_remove_store(const char *folder) {
    static const char *const names[] = {"data.mdb", "lock.mdb", "crm.lock", "bench.sqlite", "bench.sqlite-wal", "bench.sqlite-shm"};
    char path[700];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    rmdir(folder);
}

static outcome run(import_job *job, const char *folder, const char *name, void (*work)(void *data, outcome *out)) {
    snprintf(job->folder, sizeof job->folder, "%s/import-%s", folder, name);
    if (mkdir(job->folder, 0700) != 0) bench_fail("folder", job->folder);
    return bench_run(work, job, name);
}

enum { CRM, SQLITE, FIRST, WAYS };
typedef struct figures {
    double seconds[WAYS][STEPS][MOST_ROUNDS], cpu[WAYS][STEPS][MOST_ROUNDS];
    long memory_kb[WAYS];
} figures;

static void note(figures *all, int way, size_t round, const outcome *took, const uint64_t *customers) {
    for (int i = 0; i < STEPS; i++) {
        double of = (double)(customers[i] ? customers[i] : 1);
        all->seconds[way][i][round] = of / took->seconds[i];
        all->cpu[way][i][round] = took->cpu[i] / of;
    }
    if (took->memory_kb > all->memory_kb[way]) all->memory_kb[way] = took->memory_kb;
}

static void print(const figures *all, const char *work, int other, int step, size_t rounds) {
    char cpu[32];
    snprintf(cpu, sizeof cpu, "%s_cpu", work);
    bench_report(work, all->seconds[CRM][step], all->seconds[other][step], rounds, "/s", 1, MORE_IS_BETTER);
    bench_report(cpu, all->cpu[CRM][step], all->cpu[other][step], rounds, "us", 1e6, LESS_IS_BETTER);
}

static void print_memory(const figures *all, const char *work, int other) {
    printf("MEMORY %s libcrm=%ldMB sqlite=%ldMB\n", work, all->memory_kb[CRM] / 1024, all->memory_kb[other] / 1024);
    fflush(stdout);
}

static void one_round(const char *folder, import_job *job, int works, size_t round, const uint64_t *customers, figures *all) {
    static const char *const names[WAYS] = {"libcrm", "sqlite", "first"};
    static void (*const ways[WAYS])(void *data, outcome *out) = {run_crm, run_sqlite, run_first};
    file_size sizes[2];
    uint64_t lines = job->files[0].lines + job->files[1].lines;
    for (int way = CRM; way < WAYS; way++) {
        if (way == FIRST && !(works & IMPORT_FIRST)) continue;
        if (way == SQLITE && works == IMPORT_FIRST) continue;
        outcome took = run(job, folder, names[way], ways[way]);
        if (took.count != (way == FIRST ? job->files[0].lines : lines)) bench_fail("csv", "lines are missing");
        note(all, way, round, &took, customers);
        if (way == CRM) sizes[0] = bench_crm_size(job->folder);
        if (way == SQLITE) sizes[1] = bench_sqlite_size(job->folder);
        bench_remove_store(job->folder);
    }
    if ((works & IMPORT_SIZE) && round == 0) bench_size("csv", &sizes[0], &sizes[1]);
}

void bench_import(const char *folder, uint64_t customers, size_t rounds, int works) {
    static figures all;
    uint64_t counts[STEPS] = {customers, customers / 10};
    bench_files files[STEPS] = {bench_files_write(folder, "first", 0, customers),
                                bench_files_write(folder, "more", customers, customers + customers / 10)};
    import_job job = {.files = files};
    if (rounds > MOST_ROUNDS) bench_fail("rounds", "too many");
    for (size_t i = 0; i < rounds; i++) one_round(folder, &job, works, i, counts, &all);
    if (works & IMPORT_FIRST) {
        print(&all, "import", FIRST, 0, rounds);
        print_memory(&all, "import", FIRST);
    }
    if (works & IMPORT_CSV) {
        print(&all, "csv", SQLITE, 0, rounds);
        print(&all, "add", SQLITE, 1, rounds);
        print_memory(&all, "csv", SQLITE);
    }
    for (int i = 0; i < STEPS; i++) bench_files_remove(&files[i]);
}
