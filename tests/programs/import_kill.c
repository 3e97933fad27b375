/* SPDX-License-Identifier: MIT */
/* Imports in a process that is killed at a random moment: one transaction, a job of batches, the first load of a store, and taking a job
 * back. What the store holds afterwards is nothing of it or whole batches, as the receipt says, and going on ends in the store that an
 * undisturbed import makes, record by record of its dump. A plain program: it ends with 0, or says what went wrong. programs_import_kill
 * [--size gate | --size long] [SEED] */
#include <ftw.h>
#include <libcrm/crm.h>
#include <libcrm/io.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ROWS = 120, STORED = 30, BATCH = 15 }; /* rows of an import, customers that the store has before it, rows of a batch */
enum { PATH = 200 };

static char folder[64];
static uint64_t seed, drawn;
static int failures;
static int held; /* customers that the scene's store has before it */

#define CHECK(condition) check(__LINE__, condition)

static bool check(int line, bool good) {
    if (good) return true;
    fprintf(stderr, "import_kill.c:%d: seed %llu: error %d %s\n", line, (unsigned long long)seed, crm_error_status(), crm_error_text());
    failures++;
    return false;
}

static uint64_t draw(uint64_t below) {
    drawn = drawn * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return below ? (drawn >> 33) % below : 0;
}

/* --- stores --- */

static const char *place(const char *name, char out[PATH]) {
    snprintf(out, PATH, "%s/%s", folder, name);
    return out;
}

static crm_db *open_store(const char *name) {
    crm_db_options options = {.size = sizeof options, .flags = CRM_DB_CREATE, .wait_ms = 20000, .fixed_time = INT64_C(1728000000000000)};
    char path[PATH];
    crm_db *db = NULL;
    CHECK(crm_db_open(place(name, path), &options, &db) == CRM_OK);
    return db;
}

static int remove_entry(const char *path, const struct stat *info, int type, struct FTW *at) {
    (void)info, (void)type, (void)at;
    return remove(path);
}

static void drop_store(const char *name) {
    char path[PATH];
    nftw(place(name, path), remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

static void copy_store(const char *from, const char *to) {
    char command[3 * PATH];
    drop_store(to);
    snprintf(command, sizeof command, "cp -R '%s/%s' '%s/%s'", folder, from, folder, to);
    CHECK(system(command) == 0);
}

static char *read_whole(const char *path) {
    struct stat info;
    FILE *file = fopen(path, "rb");
    if (!CHECK(file && fstat(fileno(file), &info) == 0)) exit(1);
    char *text = calloc(1, (size_t)info.st_size + 1);
    CHECK(text && fread(text, 1, (size_t)info.st_size, file) == (size_t)info.st_size);
    fclose(file);
    return text;
}

/* A process that is killed leaves a gap in the numbers that ids are made of: each id becomes the place where it stands first, and the
 * first line goes, which has the next number. */
static void number_ids(char *text) {
    static const char *const names[] = {"\"id\":", "\"party\":", "\"target\":"};
    static unsigned long long ids[20 * ROWS];
    size_t count = 0, at;
    char *to = text, *from = strchr(text, '\n');
    while (from && *from) {
        size_t size = 0;
        for (size_t i = 0; i < sizeof names / sizeof *names && !size; i++)
            if (strncmp(from, names[i], strlen(names[i])) == 0) size = strlen(names[i]);
        if (!size) {
            *to++ = *from++;
            continue;
        }
        memmove(to, from, size);
        to += size;
        unsigned long long id = strtoull(from + size, &from, 10);
        for (at = 0; at < count && ids[at] != id;) at++;
        if (at == count && count < sizeof ids / sizeof *ids) ids[count++] = id;
        to += sprintf(to, "#%zu", at);
    }
    *to = '\0';
    CHECK((int)count > held && count < sizeof ids / sizeof *ids);
}

static char *dump(const char *name) {
    char path[PATH];
    crm_txn *txn;
    crm_db *db = open_store(name);
    place("dump", path);
    CHECK(crm_txn_begin(db, 0, CRM_ACTOR_SYSTEM, &txn) == CRM_OK && crm_export_dump(txn, path) == CRM_OK);
    crm_txn_free(txn);
    crm_db_close(db);
    char *text = read_whole(path);
    number_ids(text);
    remove(path);
    return text;
}

/* --- imports --- */

/* Every row names its customer after the import, so that each shows whether it is stored. */
static int add_rows(crm_sync *sync, int count, const char *name) {
    static const char *const headings[] = {"Kundennummer", "Firma", "Straße", "Ort", "Ansprechpartner", "E-Mail Ansprechpartner"};
    int rc = CRM_OK;
    for (size_t i = 0; rc == CRM_OK && i < sizeof headings / sizeof *headings; i++) rc = crm_sync_add_column(sync, headings[i], CRM_NTS);
    for (int i = 1; rc == CRM_OK && i <= count; i++) {
        char number[12], company[40], mail[40];
        snprintf(number, sizeof number, "%d", i);
        snprintf(company, sizeof company, "%s %d", name, i);
        snprintf(mail, sizeof mail, "a%d@b.example", i);
        rc = crm_sync_add_row(sync, 0, (const char *[]){number, company, "Weg 1", "Ulm", "Ada", mail}, NULL, 6);
    }
    return rc;
}

static int import(crm_db *db, int count, const char *name, uint32_t batch) {
    crm_sync *sync;
    int rc = crm_sync_new("test", CRM_ROWS_FLAT, &sync);
    if (rc == CRM_OK && batch) rc = crm_sync_job(sync, db, CRM_ACTOR_SYSTEM, "fingerprint", batch);
    if (rc == CRM_OK) rc = add_rows(sync, count, name);
    if (rc == CRM_OK) rc = crm_sync_apply(sync, db, CRM_ACTOR_SYSTEM);
    crm_sync_free(sync);
    return rc;
}

static int apply(crm_db *db) { return import(db, ROWS, "new", 0); }
static int job(crm_db *db) { return import(db, ROWS, "new", BATCH); }

/* The receipt of the import behind that which filled the store, where one did: its id, or 0. */
static crm_id find_run(crm_txn *txn, crm_record **out) {
    crm_id ids[4];
    crm_iter *iter = NULL;
    size_t count = 0, before = held > 0;
    *out = NULL;
    CHECK(crm_record_list(txn, 0, CRM_KIND_IMPORT_RUN, 4, NULL, &iter) == CRM_OK);
    CHECK(crm_iter_next_many(iter, ids, 4, &count) >= CRM_OK && (count == before || count == before + 1));
    crm_iter_free(iter);
    if (count == before) return 0;
    CHECK(crm_record_get(txn, ids[before], out) == CRM_OK);
    return ids[before];
}

static int take_back(crm_db *db) {
    crm_txn *txn;
    crm_record *receipt;
    int rc = crm_txn_begin(db, 0, CRM_ACTOR_SYSTEM, &txn);
    if (rc < 0) return rc;
    crm_id run = find_run(txn, &receipt);
    crm_record_free(receipt);
    crm_txn_free(txn);
    rc = crm_run_revert(db, CRM_ACTOR_SYSTEM, run);
    return rc == CRM_E_EXISTS ? CRM_OK : rc; /* it was done when the process was killed */
}

/* --- what a store holds --- */

/* How many rows are stored, the first ones; -1: not the first ones. */
static int count_rows(crm_txn *txn) {
    int done = 0;
    for (int i = 1; i <= ROWS; i++) {
        char number[12], company[40];
        crm_record *party = NULL;
        snprintf(number, sizeof number, "%d", i);
        snprintf(company, sizeof company, "new %d", i);
        int rc = crm_party_get(txn, CRM_ROLE_CUSTOMER, number, CRM_NTS, &party);
        const char *name = rc == CRM_OK ? crm_record_text(party, CRM_PARTY_NAME) : NULL;
        bool stored = name && strcmp(name, company) == 0;
        CHECK(rc == CRM_OK || (rc == CRM_E_NOTFOUND && i > held));
        crm_record_free(party);
        if (stored && done < i - 1) return -1;
        done += stored;
    }
    return done;
}

static int look(const char *name, bool taken_back, int batch) {
    crm_db *db = open_store(name);
    crm_txn *txn;
    crm_record *receipt;
    if (!CHECK(crm_txn_begin(db, 0, CRM_ACTOR_SYSTEM, &txn) == CRM_OK)) exit(1);
    int rows = count_rows(txn);
    CHECK(rows >= 0 && rows % batch == 0);
    find_run(txn, &receipt);
    int done = receipt ? (int)crm_record_int(receipt, CRM_IMPORT_RUN_DONE, -1) : 0;
    if (taken_back)
        CHECK(done == ROWS && (rows < ROWS) == crm_record_has(receipt, CRM_IMPORT_RUN_REVERTED_AT));
    else
        CHECK(done == rows && (!receipt || (done == ROWS) == crm_record_has(receipt, CRM_IMPORT_RUN_TOTAL)));
    crm_record_free(receipt);
    crm_txn_free(txn);
    crm_db_close(db);
    return rows;
}

/* --- being killed --- */

static uint64_t now_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

typedef struct scene {
    const char *name;
    int (*run)(crm_db *db);
    const char *before; /* the store that it begins with */
    int held, batch;
    bool takes_back;
} scene;

/* Runs it in a process that says when it begins. us 0: it is let be, and how long it took; else killed after so long. */
static uint64_t run_apart(const scene *s, uint64_t us) {
    int ends[2], status = 0;
    char byte;
    if (!CHECK(pipe(ends) == 0)) exit(1);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        crm_db *db = open_store("work");
        if (write(ends[1], "x", 1) != 1) _exit(2);
        int rc = s->run(db);
        if (rc < 0) fprintf(stderr, "%s: %d %s\n", s->name, rc, crm_error_text());
        crm_db_close(db);
        _exit(rc < 0);
    }
    close(ends[1]);
    CHECK(child > 0 && read(ends[0], &byte, 1) == 1);
    close(ends[0]);
    uint64_t began = now_us();
    if (us) {
        usleep((useconds_t)us);
        kill(child, SIGKILL);
    }
    CHECK(waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status) ? WEXITSTATUS(status) == 0 : us && WTERMSIG(status) == SIGKILL);
    return now_us() - began;
}

/* Now and then what goes on is killed too. */
static void play(const scene *s, int kills) {
    int inside = 0, none = 0;
    held = s->held;
    copy_store(s->before, "work");
    uint64_t took = run_apart(s, 0);
    char *wanted = dump("work");
    copy_store(s->before, "work");
    for (int i = 0; i < kills; i++) {
        run_apart(s, 1 + draw(took + took / 8));
        int rows = look("work", s->takes_back, s->batch);
        none += rows == (s->takes_back ? ROWS : 0);
        inside += rows > 0 && rows < ROWS;
        if (i + 1 < kills && draw(3) == 0) continue;
        run_apart(s, 0);
        CHECK(look("work", s->takes_back, s->batch) == (s->takes_back ? 0 : ROWS));
        char *got = dump("work");
        CHECK(strcmp(got, wanted) == 0);
        free(got);
        copy_store(s->before, "work");
    }
    printf("%s: killed %d times, %d with nothing stored, %d between batches\n", s->name, kills, none, inside);
    free(wanted);
}

int main(int argc, char **argv) {
    static const scene scenes[] = {{"one transaction", apply, "base", STORED, ROWS, false},
                                   {"a job", job, "base", STORED, BATCH, false},
                                   {"a first load", job, "empty", 0, BATCH, false},
                                   {"taking a job back", take_back, "full", STORED, BATCH, true}};
    bool gate = argc > 2 && strcmp(argv[1], "--size") == 0 && strcmp(argv[2], "gate") == 0;
    bool longer = argc > 2 && strcmp(argv[1], "--size") == 0 && strcmp(argv[2], "long") == 0;
    int first = gate || longer ? 3 : 1;
    seed = drawn = argc > first ? strtoull(argv[first], NULL, 10) : now_us();
    snprintf(folder, sizeof folder, "/tmp/libcrm-import-kill-XXXXXX");
    if (!mkdtemp(folder)) return 1;
    crm_db_close(open_store("empty"));
    crm_db *db = open_store("base");
    CHECK(import(db, STORED, "old", 0) == CRM_OK);
    crm_db_close(db);
    copy_store("base", "full");
    db = open_store("full");
    CHECK(job(db) == CRM_OK);
    crm_db_close(db);
    for (size_t i = 0; i < sizeof scenes / sizeof *scenes; i++) play(&scenes[i], longer ? 1000 : gate ? 200 : 12);
    drop_store("");
    return failures != 0;
}
