/* SPDX-License-Identifier: MIT */
/* The SQLite side's own: its statements, and what its files share. */
#ifndef BENCH_SQLITE_H
#define BENCH_SQLITE_H
#include "bench.h"
#include <sqlite3.h>

enum statement {
    BEGIN_READ,
    BEGIN,
    COMMIT,
    PUT_PARTY,
    PUT_ROLE,
    PUT_DIRECTORY,
    PUT_DEFAULTS,
    PUT_USAGE,
    PUT_ADDRESS,
    PUT_CONTACT,
    PUT_CHANNEL,
    PUT_GROUP,
    PUT_GROUP_TERMS,
    PUT_MEMBERSHIP,
    PUT_SITE_TERMS,
    PUT_OPTION_RULE,
    FIND,
    GET,
    PARTY,
    ROLES,
    DEFAULTS,
    USAGES,
    ADDRESSES,
    CONTACTS,
    CHANNELS,
    ADDRESS,
    CONTACT,
    CONTACTS_TWO,
    CODE,
    MEMBERSHIPS,
    GROUP_ROWS,
    GROUP_ROW,
    TERMS,
    OPTION_RULES,
    DIRECTORY_AT,
    DIRECTORY,
    LAST_PARTY,
    STATEMENTS
};
extern sqlite3_stmt *bench_sqlite_statement[STATEMENTS];
void bench_sqlite_check(int rc, const char *what);
/* Runs a statement without results, bound by a format: i sqlite3_int64, t text (empty: NULL). */
void bench_sqlite_run(enum statement which, const char *format, ...);
sqlite3_int64 bench_sqlite_current(void); /* the customer in use */
int64_t bench_sqlite_today(void);

/* A new party with its role and its entry in the directory; a channel of it, of a contact or of itself (0). */
sqlite3_int64 bench_sqlite_put_party(const customer *c);
void bench_sqlite_put_channel(sqlite3_int64 party, int n, int contact, const char *kind, const char *value);
/* Copies of rows, behind each other. */
typedef struct row_arena {
    char *bytes;
    size_t size, capacity;
} row_arena;
uint64_t bench_sqlite_copy(row_arena *arena, sqlite3_stmt *s);

uint64_t bench_sqlite_quote(const char *number);
void bench_sqlite_options(const char *const *codes, uint8_t *out);
#endif
