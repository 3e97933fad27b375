/* SPDX-License-Identifier: MIT */
/* The proposal out of SQLite: statements for the rows that libcrm reads, resolved in C with the rules written out. */
#include "sqlite.h"
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t sum(const char *value) { return value ? strlen(value) + (unsigned char)*value : 0; }

enum {
    PRICE_LIST,
    CURRENCY,
    PAYMENT_TERMS,
    DELIVERY_TERMS,
    SHIPPING,
    PLANT,
    DISCOUNT,
    PAYMENT_METHOD,
    TIMES,
    SALUTATION,
    LANGUAGE,
    REFERENCE,
    VALUES
};

typedef struct proposal {
    row_arena arena;
    sqlite3_int64 ship_to, bill_to, main_address, contact;
    int deliveries, billings; /* defaults among them */
    char value[VALUES][48], lines[512], country[4], site_times[48];
    int level[VALUES];
    char of_country[48], of_site[48];
} proposal;

static void keep(proposal *p, int which, const char *text, int new_level) {
    if (!text || (p->level[which] && p->level[which] <= new_level)) return;
    snprintf(p->value[which], sizeof p->value[which], "%s", text);
    p->level[which] = new_level;
}

/* Columns of quote_defaults. */
static const struct {
    int which, column;
} terms[] = {{PRICE_LIST, 5}, {CURRENCY, 6},  {PAYMENT_TERMS, 7}, {PAYMENT_METHOD, 8}, {DELIVERY_TERMS, 9},
             {SHIPPING, 10},  {DISCOUNT, 11}, {TIMES, 12},        {PLANT, 13}};

static void keep_terms(proposal *p, sqlite3_stmt *s, int level) {
    for (size_t i = 0; i < sizeof terms / sizeof *terms; i++)
        keep(p, terms[i].which, (const char *)sqlite3_column_text(s, terms[i].column), level);
}

/* The customer's own terms, those of his sites, the store's and those of countries: one statement. What depends on the ship-to address is
 * put aside until that is known. */
static void read_defaults(proposal *p) {
    sqlite3_stmt *s = bench_sqlite_statement[DEFAULTS];
    sqlite3_bind_int64(s, 1, bench_sqlite_current());
    while (sqlite3_step(s) == SQLITE_ROW) {
        const char *country = (const char *)sqlite3_column_text(s, 20);
        bool own = sqlite3_column_int64(s, 0) != 0, scoped = sqlite3_column_type(s, 3) != SQLITE_NULL;
        if (own && scoped) {
            const char *times = (const char *)sqlite3_column_text(s, 12);
            snprintf(p->of_site, sizeof p->of_site, "%s", times ? times : "");
            snprintf(p->site_times, sizeof p->site_times, "%lld", (long long)sqlite3_column_int64(s, 3));
        } else if (own) {
            keep_terms(p, s, 60);
            p->contact = sqlite3_column_int64(s, 19);
        } else if (country) {
            const char *discount = (const char *)sqlite3_column_text(s, 11);
            snprintf(p->country, sizeof p->country, "%s", country);
            snprintf(p->of_country, sizeof p->of_country, "%s", discount ? discount : "");
        } else
            keep_terms(p, s, 110);
        bench_sqlite_copy(&p->arena, s);
    }
    sqlite3_reset(s);
}

static void read_terms(proposal *p, sqlite3_int64 owner) {
    sqlite3_stmt *s = bench_sqlite_statement[TERMS];
    sqlite3_bind_int64(s, 1, owner);
    while (sqlite3_step(s) == SQLITE_ROW) {
        keep_terms(p, s, 80);
        bench_sqlite_copy(&p->arena, s);
    }
    sqlite3_reset(s);
}

/* A group, then those above it, each once. */
static void read_chain(proposal *p, sqlite3_int64 owner, sqlite3_int64 parent, sqlite3_int64 *seen, size_t *count) {
    sqlite3_stmt *s = bench_sqlite_statement[GROUP_ROW];
    for (;;) {
        for (size_t i = 0; i < *count; i++)
            if (seen[i] == owner) return;
        if (*count < 16) seen[(*count)++] = owner;
        read_terms(p, owner);
        if (!parent) return;
        owner = parent;
        sqlite3_bind_int64(s, 1, owner);
        bool there = sqlite3_step(s) == SQLITE_ROW;
        if (there) bench_sqlite_copy(&p->arena, s);
        parent = there ? sqlite3_column_int64(s, 5) : 0;
        sqlite3_reset(s);
        if (!there) return;
    }
}

static void read_groups(proposal *p) {
    sqlite3_stmt *s = bench_sqlite_statement[GROUP_ROWS];
    sqlite3_int64 seen[16];
    size_t count = 0;
    sqlite3_bind_int64(s, 1, bench_sqlite_current());
    sqlite3_bind_int64(s, 2, bench_sqlite_today());
    while (sqlite3_step(s) == SQLITE_ROW) {
        bench_sqlite_copy(&p->arena, s);
        read_chain(p, sqlite3_column_int64(s, 0), sqlite3_column_int64(s, 5), seen, &count);
    }
    sqlite3_reset(s);
}

static void read_usages(proposal *p) {
    sqlite3_stmt *s = bench_sqlite_statement[USAGES];
    sqlite3_bind_int64(s, 1, bench_sqlite_current());
    sqlite3_bind_int64(s, 2, bench_sqlite_today());
    while (sqlite3_step(s) == SQLITE_ROW) {
        const char *purpose = (const char *)sqlite3_column_text(s, 5);
        sqlite3_int64 target = sqlite3_column_int64(s, 4);
        if (strcmp(purpose, "main") == 0) p->main_address = target;
        if (strcmp(purpose, "delivery") == 0 && sqlite3_column_int(s, 6)) p->ship_to = target, p->deliveries++;
        if (strcmp(purpose, "billing") == 0 && sqlite3_column_int(s, 6)) p->bill_to = target, p->billings++;
    }
    sqlite3_reset(s);
    if (p->deliveries != 1) p->ship_to = p->main_address;
    if (p->billings != 1) p->bill_to = p->main_address;
}

static void read_address(proposal *p, sqlite3_int64 n, const char *name) {
    sqlite3_stmt *s = bench_sqlite_statement[ADDRESS];
    sqlite3_bind_int64(s, 1, bench_sqlite_current());
    sqlite3_bind_int64(s, 2, n);
    if (sqlite3_step(s) != SQLITE_ROW) bench_fail("address", "missing");
    bench_sqlite_copy(&p->arena, s);
    if (n == p->ship_to && *p->country && strcmp(p->country, (const char *)sqlite3_column_text(s, 13)) == 0 && *p->of_country)
        keep(p, DISCOUNT, p->of_country, 100);
    if (n == p->ship_to && *p->of_site && atoll(p->site_times) == n) keep(p, TIMES, p->of_site, 40);
    snprintf(p->lines, sizeof p->lines, "%s\n%s %s\n%s %s\n%s", name, sqlite3_column_text(s, 6), sqlite3_column_text(s, 7),
             sqlite3_column_text(s, 10), sqlite3_column_text(s, 11), "GERMANY");
    sqlite3_reset(s);
}

static void read_contact(proposal *p) {
    sqlite3_stmt *s = bench_sqlite_statement[p->contact ? CONTACT : CONTACTS_TWO];
    sqlite3_bind_int64(s, 1, bench_sqlite_current());
    sqlite3_bind_int64(s, 2, p->contact ? p->contact : bench_sqlite_today());
    if (sqlite3_step(s) == SQLITE_ROW) {
        p->contact = sqlite3_column_int64(s, 1);
        bench_sqlite_copy(&p->arena, s);
        keep(p, SALUTATION, (const char *)sqlite3_column_text(s, 4), 50);
        keep(p, LANGUAGE, (const char *)sqlite3_column_text(s, 8), 50);
    }
    sqlite3_reset(s);
}

static void read_code(proposal *p) {
    sqlite3_stmt *s = bench_sqlite_statement[CODE];
    if (!*p->value[PRICE_LIST]) return;
    sqlite3_bind_text(s, 1, p->value[PRICE_LIST], -1, SQLITE_STATIC);
    if (sqlite3_step(s) == SQLITE_ROW) keep(p, CURRENCY, (const char *)sqlite3_column_text(s, 3), 30);
    sqlite3_reset(s);
}

uint64_t bench_sqlite_quote(const char *number) {
    proposal p = {0};
    char name[128];
    sqlite3_stmt *s = bench_sqlite_statement[PARTY];
    (void)number;
    sqlite3_bind_int64(s, 1, bench_sqlite_current());
    if (sqlite3_step(s) != SQLITE_ROW) bench_fail("party", "missing");
    bench_sqlite_copy(&p.arena, s);
    snprintf(name, sizeof name, "%s", sqlite3_column_text(s, 3));
    read_defaults(&p);
    read_usages(&p);
    read_groups(&p);
    read_contact(&p);
    keep(&p, LANGUAGE, (const char *)sqlite3_column_text(s, 5), 60);
    const char *category = (const char *)sqlite3_column_text(s, 7), *short_name = (const char *)sqlite3_column_text(s, 4);
    if (category && *category == 'A') keep(&p, REFERENCE, short_name, 25); /* the two mapping rules, as a host would write them */
    if (category && *category == 'B') keep(&p, PLANT, "SOUTH", 25);
    sqlite3_reset(s);
    read_address(&p, p.bill_to, name);
    read_address(&p, p.ship_to, name);
    read_code(&p);
    uint64_t total = sum(p.lines);
    for (int i = 0; i < VALUES; i++)
        if (i != SALUTATION && i != LANGUAGE && i != SHIPPING && i != DELIVERY_TERMS) total += sum(p.value[i]);
    free(p.arena.bytes);
    return total;
}
