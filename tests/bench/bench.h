/* SPDX-License-Identifier: MIT */
/* The bench: one generator, two sides that hold the same customers, and works that both do on the same sequence of customers. */
#ifndef BENCH_H
#define BENCH_H
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* --- customers (generate.c, words.c) --- */

#define MAX_SITES 3
#define MAX_CONTACTS 2
#define GROUPS 40 /* customer groups; each has one of PARENTS above it, and these the first of them */
#define PARENTS 8

typedef struct site {
    char street[48], house[8], postal_code[8], town[32], country[4];
    int delivery, billing; /* has the usage */
} site;

typedef struct person {
    char name[64], first[32], last[32], function[32], mail[96], phone[24];
    const char *salutation;
} person;

/* One customer as the generator makes it from a number. */
typedef struct customer {
    char number[16], name[96], short_name[48], vat_id[16], note[96], category[4], phone[24], mail[96];
    const char *language, *price_list, *currency, *payment_terms, *delivery_terms;
    size_t sites, contacts;
    site site[MAX_SITES];
    person contact[MAX_CONTACTS];
    int preferred_contact, first; /* first: of all, the one with option rules */
    int group[2];                 /* both different, from 0 */
    const char *site_times;       /* delivery times of the last site; "" for none */
} customer;

/* "short": names, streets and towns from short lists; "zipf": from WORDS words of which few are frequent. Before all else. */
void bench_names(const char *which);
void bench_generate(uint64_t index, customer *out);
const char *bench_town(void); /* one in which many customers have a site */

#define WORDS 750000
#define WORD_SIZE 24
/* The word that is so frequent among the words for one purpose: rank 0 is the most frequent. No two ranks have the same. */
void bench_word(uint32_t purpose, uint32_t rank, char out[WORD_SIZE]);
uint32_t bench_zipf(uint64_t dice); /* a rank out of random bits, rank r as often as 1 / (r + 1) */

/* A group: 0 to GROUPS - 1 are customers', then PARENTS. */
typedef struct group {
    char code[16], name[32];
    int priority, parent;                                          /* parent: a group, or -1 */
    const char *discount_scheme, *payment_method, *delivery_times; /* its terms; "" for none */
} group;
void bench_group(int index, group *out);

/* Option rules: the first customer has OWN_RULES, each group GROUP_RULES, each of PARENTS PARENT_RULES. */
#define OPTIONS 10000
#define OWN_RULES 80
#define GROUP_RULES 45
#define PARENT_RULES 10
typedef struct option_code {
    char text[16];
} option_code;
int bench_rules(int owner);                                          /* how many a group has; owner -1: the first customer */
void bench_rule(int owner, int index, option_code *code, int *deny); /* no code twice */
void bench_option(int index, option_code *out);

/* --- the sides --- */

/* What is there already; a new store with all but the customers; the same for a first load, which closing ends; an empty one. */
enum { BENCH_THERE, BENCH_NEW, BENCH_LOAD, BENCH_EMPTY };

/* A side: asked for what it has. Each call returns 0, or ends the program with a message. */
typedef struct side {
    const char *name;
    void (*open)(const char *folder, int as);    /* BENCH_... */
    void (*load)(uint64_t from, uint64_t until); /* in one transaction */
    void (*begin)(void);                         /* one snapshot for reads */
    void (*end)(void);
    uint64_t (*get)(const char *number);      /* by number, every field read; a checksum of what was read */
    uint64_t (*quote)(const char *number);    /* the proposal of the customer whose id was found before; a checksum */
    uint64_t (*file)(const char *number);     /* the whole file, detached */
    void (*create)(const customer *customer); /* durable */
    void (*close)(void);
    uint64_t (*find)(const char *number);                    /* the customer's id, for quote and file: not timed */
    void (*options)(const char *const *codes, uint8_t *out); /* of the customer in use: OPTIONS answers, 1 or 0 */
    void (*use)(uint64_t id);                                /* which customer quote and file are of */
} side;

extern const side bench_crm, bench_sqlite;

/* Two raw mdb_get of the records that get reads, on the same file: nanoseconds a customer. */
double bench_raw_get(const char *folder, const char *const *numbers, size_t count);

/* The libcrm side for works of its own: a snapshot in somebody's name, the open store, one of two that are open at once. */
struct crm_db;
struct crm_txn;
struct crm_db *bench_crm_db(void);
void bench_crm_begin_as(uint64_t actor);
struct crm_txn *bench_crm_snapshot(void);
struct crmi_txn;
struct crmi_txn *bench_crm_inside(struct crm_txn *txn);  /* what the library has behind it */
void bench_crm_use_store(int which);                     /* 0 or 1: all calls are of this one */
void bench_crm_set(const char *name, const char *value); /* a setting of the store */

/* --- works of their own --- */

/* Bytes of a store's file, and how many of them are in pages that are used, and free; the store is closed. */
typedef struct file_size {
    double file, used, free, table[4]; /* of libcrm: its tables file, index, undo, changes */
} file_size;
file_size bench_crm_size(const char *folder);
file_size bench_sqlite_size(const char *folder);
void bench_size(const char *what, const file_size *crm, const file_size *sqlite); /* prints */

/* Opening, looking at everything, copying, a new index: of a store that nobody has open. */
void bench_maintain(const char *folder, const char *copy);

/* What a customer's own user pays for the gate, and what he can tell from a call's time; both on the loaded libcrm side. */
void bench_actor(const char *folder, uint64_t customers);
void bench_timing(uint64_t customers, size_t samples); /* deletes customers: the last work */

/* Pages of the directory. SQLite's part of it: a place behind so many rows, a page from there. */
void bench_directory(uint64_t customers);
void bench_sqlite_directory_begin(uint64_t before);
size_t bench_sqlite_directory_page(int limit, int64_t *parties);
const char *bench_sqlite_party_name(int64_t party); /* until the next call */

/* CSV files of so many customers into an empty store of each side, and a tenth more into what is there; so many times. */
enum { IMPORT_CSV = 1, IMPORT_FIRST = 2, IMPORT_SIZE = 4 };
void bench_import(const char *folder, uint64_t customers, size_t rounds, int works);
void bench_feed(const char *folder, uint64_t customers); /* the same file with and without the change feed, and customers one at a time */
/* SQLite's part of an import: lines of a transaction, those of one company behind each other. */
void bench_sqlite_import_begin(void);
void bench_sqlite_import_line(const customer *line, int look); /* one site and contact at most; look: is the number there already? */
void bench_sqlite_import_end(void);
/* As an expert fills an empty database: tables alone, nothing durable, one transaction; then its indexes, and all of it on the disk. */
void bench_sqlite_first_open(const char *folder);
void bench_sqlite_first_close(void);

/* A workbook of so many rows, read by libcrm, openpyxl and xlsx2csv. */
void bench_workbook(const char *folder, uint64_t rows);

/* --- measuring (measure.c) --- */

/* A piece of work in a process of its own: it fills in what it took, step by step. */
#define STEPS 2
typedef struct outcome {
    double seconds[STEPS], cpu[STEPS]; /* cpu: of the processor */
    long memory_kb;                    /* the most RssAnon at once, as seen from outside */
    uint64_t count;
} outcome;
typedef struct running {
    pid_t pid;
    int from;
} running;
running bench_start(void (*work)(void *data, outcome *out), void *data);
void bench_wait_all(const running *all, outcome *out, size_t count, const char *what);
outcome bench_run(void (*work)(void *data, outcome *out), void *data, const char *what); /* both */
void bench_step_begin(outcome *out, int step);
void bench_step_end(outcome *out, int step);

double bench_now(void);                            /* seconds */
double bench_cpu(void);                            /* of this process, seconds */
double bench_median(double *values, size_t count); /* sorts them */
/* Prints a line: the medians, the ratio of these, and the lowest and highest of the rounds' own ratios. */
enum { LESS_IS_BETTER, MORE_IS_BETTER };
void bench_report(const char *work, const double *crm, const double *sqlite, size_t rounds, const char *unit, double scale, int better);
void bench_report_as(const char *work, const char *const names[2], const double *a, const double *b, size_t rounds, const char *unit,
                     double scale, int better);
uint64_t bench_roll(uint64_t *state); /* splitmix64 */
void bench_fail(const char *what, const char *why) __attribute__((noreturn));
#endif
