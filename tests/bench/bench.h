/* SPDX-License-Identifier: MIT */
/* The bench: one generator, two sides that hold the same customers, and works that both do on the same sequence of customers. */
#ifndef BENCH_H
#define BENCH_H
#include <stddef.h>
#include <stdint.h>

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

void bench_generate(uint64_t index, customer *out);

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

/* A side: opened empty, loaded, then asked. Each call returns 0, or ends the program with a message. */
typedef struct side {
    const char *name;
    void (*open)(const char *folder);
    void (*load)(uint64_t from, uint64_t until); /* in batches */
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

/* The libcrm side for works of its own: a snapshot in somebody's name, the open store. */
struct crm_db;
struct crm_txn;
struct crm_db *bench_crm_db(void);
void bench_crm_begin_as(uint64_t actor);
struct crm_txn *bench_crm_snapshot(void);

/* What a customer's own user pays for the gate, and what he can tell from a call's time; both on the loaded libcrm side. */
void bench_actor(const char *folder, uint64_t customers);
void bench_timing(uint64_t customers, size_t samples); /* deletes customers: the last work */

/* Pages of the directory. SQLite's part of it: a place behind so many rows, a page from there. */
void bench_directory(uint64_t customers);
void bench_sqlite_directory_begin(uint64_t before);
size_t bench_sqlite_directory_page(int limit);

/* A CSV file of so many rows into an empty store of each side. */
void bench_import(const char *folder, uint64_t rows);
/* SQLite's part of it: rows of a transaction, with one site and one contact at most, without terms and groups. */
void bench_sqlite_import_begin(void);
void bench_sqlite_import_row(const customer *row);
void bench_sqlite_import_end(void);

/* A workbook of so many rows, read by libcrm, openpyxl and xlsx2csv. */
void bench_workbook(const char *folder, uint64_t rows);

double bench_now(void); /* seconds */
double bench_median(double *values, size_t count);
uint64_t bench_roll(uint64_t *state); /* splitmix64 */
void bench_fail(const char *what, const char *why) __attribute__((noreturn));
#endif
