/* SPDX-License-Identifier: MIT */
/* What the programs of tests/stress share. Each breaks something again and again - calls, memory, processes, power, bytes on the disk - and
 * looks at what is left. They take
 *   --gate           the size that a change has to pass (the default)
 *   --long FOLDER    the large size; what is done is noted in FOLDER, and an interrupted run goes on there
 *   --seed N         another seed; it is printed with every failure
 *   --rounds N       so many rounds
 * and end with 0, or say what went wrong. */
#ifndef CRM_TESTS_STRESS_H
#define CRM_TESTS_STRESS_H
#include <libcrm/crm.h>
#include <libcrm/io.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STRESS_DAY INT64_C(20000)
#define STRESS_NOW (STRESS_DAY * INT64_C(86400000000) + INT64_C(43200000000))
enum { STRESS_PATH = 200, STRESS_COUNTS = 12 };

/* --- the program --- */

extern bool stress_long;
extern char stress_folder[STRESS_PATH];      /* of this run, in memory where there is /dev/shm */
extern uint64_t stress_count[STRESS_COUNTS]; /* figures, kept with the state of a long run */

/* gate, lengthy: how many rounds these sizes have. */
void stress_begin(int argc, char **argv, const char *name, uint64_t gate, uint64_t lengthy);
/* The next round that is not done yet, with its own seed drawn from; false: all are done. */
bool stress_round(uint64_t *round);
int stress_end(void); /* removes the folder; the exit code */

void stress_seed(uint64_t seed);
uint64_t stress_draw(uint64_t below);
double stress_ms(void); /* monotonic */

/* A failure, with the seed and the round; the run goes on. false: it failed. */
bool stress_check(bool good, const char *file, int line, const char *format, ...) __attribute__((format(printf, 4, 5)));
#define CHECK(condition, ...) stress_check((condition), __FILE__, __LINE__, __VA_ARGS__)
void stress_need(bool good, const char *what); /* or ends: the test itself can't go on */
extern uint64_t stress_failures;

/* --- stores --- */

char *stress_place(const char *name, char out[STRESS_PATH]); /* name in the folder of this run */
void stress_drop(const char *path);                          /* a folder with all that is in it, or a file */
void stress_copy(const char *from, const char *to);          /* the data of a closed store, to a folder made anew */
int stress_open(const char *path, uint32_t flags, crm_db **out);
void stress_make(const char *path);     /* the store that the operations work on */
uint64_t stress_hash(const char *path); /* every key and value of every table of a closed store; 0: it can't be read */
uint64_t stress_state(crm_db *db);      /* every record that can be read; 0: something can't */
/* The customers 1 to 12 of a closed store by their names: what work in several steps comes to; 0: something in it is damaged. */
uint64_t stress_names(const char *path);
/* No code of LMDB or name of it gets out. */
bool stress_clean_error(int rc);

/* --- operations, one of each that the library has --- */

/* STEPS: it commits several times; done again it goes on. CLOSED: the store is not open before it. COPY: it makes a store aside. EMPTY: it
 * begins with a store without parties; HALF: with one whose first load was interrupted, which whatever opens it makes whole, and which is
 * not open before it. MANY: its allocations are. */
enum { STRESS_STEPS = 1, STRESS_CLOSED = 2, STRESS_COPY = 4, STRESS_EMPTY = 8, STRESS_HALF = 16, STRESS_MANY = 32 };
typedef struct stress_operation {
    const char *name;
    int (*in)(crm_txn *txn); /* inside crm_transact(), or where reads in a snapshot */
    int (*run)(crm_db **db); /* by itself */
    bool reads;
    unsigned flags;
} stress_operation;
extern const stress_operation stress_operations[];
extern const size_t stress_operation_count;
extern char stress_store[STRESS_PATH], stress_aside[STRESS_PATH]; /* what they work on; what they write beside it, gone before each */
void stress_bases(const char *path);                              /* stress_make(), and the other stores that they begin with, beside it */
const char *stress_base(const stress_operation *op);              /* where the one that it begins with is */
void stress_begin_with(const stress_operation *op, crm_db **db);  /* its copy, as stress_store; NULL: it is not open before it */
void stress_ready(const stress_operation *op, crm_db **db);       /* opens stress_store once more, where that is open before it */
int stress_do(const stress_operation *op, crm_db **db);
#endif
