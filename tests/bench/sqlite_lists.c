/* SPDX-License-Identifier: MIT */
/* Lists out of SQLite: what options a customer may have, and pages of the directory. */
#include "sqlite.h"
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- options --- */

typedef struct option_rule {
    char text[16];
    size_t size;
    bool whole, deny;
} option_rule;

/* The one that decides first. */
static int by_length(const void *a, const void *b) {
    const option_rule *x = a, *y = b;
    if (x->whole != y->whole) return x->whole ? -1 : 1;
    if (x->size != y->size) return x->size > y->size ? -1 : 1;
    return (int)y->deny - (int)x->deny;
}

static size_t read_option_rules(option_rule *rules, size_t room) {
    sqlite3_stmt *s = bench_sqlite_statement[OPTION_RULES];
    size_t count = 0;
    sqlite3_bind_int64(s, 1, bench_sqlite_current());
    sqlite3_bind_int64(s, 2, bench_sqlite_today());
    while (sqlite3_step(s) == SQLITE_ROW && count < room) {
        option_rule *rule = &rules[count++];
        snprintf(rule->text, sizeof rule->text, "%s", (const char *)sqlite3_column_text(s, 0));
        rule->size = strlen(rule->text);
        rule->whole = rule->text[rule->size - 1] != '*';
        rule->size -= !rule->whole;
        rule->deny = sqlite3_column_int(s, 1) != 0;
    }
    sqlite3_reset(s);
    qsort(rules, count, sizeof *rules, by_length);
    return count;
}

/* The rules by one statement, put in order; the first that fits an option decides. */
void bench_sqlite_options(const char *const *codes, uint8_t *out) {
    static option_rule rules[1000];
    size_t count = read_option_rules(rules, sizeof rules / sizeof *rules);
    for (size_t i = 0; i < OPTIONS; i++) {
        size_t at = 0, size = strlen(codes[i]);
        while (at < count && ((rules[at].whole ? rules[at].size != size : rules[at].size > size) ||
                              memcmp(rules[at].text, codes[i], rules[at].size) != 0))
            at++;
        out[i] = at == count || !rules[at].deny;
    }
}

/* --- the directory --- */

static unsigned char directory_name[512];
static int directory_size;
static sqlite3_int64 directory_party;

/* The place behind so many rows is looked for once. */
void bench_sqlite_directory_begin(uint64_t before) {
    sqlite3_stmt *s = bench_sqlite_statement[DIRECTORY_AT];
    directory_size = 0;
    directory_party = 0;
    if (!before) return;
    sqlite3_bind_int64(s, 1, (sqlite3_int64)before - 1);
    bench_sqlite_check(sqlite3_step(s), "directory");
    directory_size = sqlite3_column_bytes(s, 0);
    if ((size_t)directory_size > sizeof directory_name) bench_fail("directory", "a long name");
    memcpy(directory_name, sqlite3_column_blob(s, 0), (size_t)directory_size);
    directory_party = sqlite3_column_int64(s, 1);
    sqlite3_reset(s);
}

size_t bench_sqlite_directory_page(int limit, int64_t *parties) {
    sqlite3_stmt *s = bench_sqlite_statement[DIRECTORY];
    size_t count = 0;
    sqlite3_bind_blob(s, 1, directory_name, directory_size, SQLITE_STATIC);
    sqlite3_bind_int64(s, 2, directory_party);
    sqlite3_bind_int(s, 3, limit);
    for (; sqlite3_step(s) == SQLITE_ROW; count++) parties[count] = sqlite3_column_int64(s, 0);
    sqlite3_reset(s);
    return count;
}

const char *bench_sqlite_party_name(int64_t party) {
    static char name[128];
    sqlite3_stmt *s = bench_sqlite_statement[PARTY];
    sqlite3_bind_int64(s, 1, party);
    if (sqlite3_step(s) != SQLITE_ROW) bench_fail("party", "missing");
    snprintf(name, sizeof name, "%s", (const char *)sqlite3_column_text(s, 3));
    sqlite3_reset(s);
    return name;
}
