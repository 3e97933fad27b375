/* SPDX-License-Identifier: MIT */
/* Lines of a file into SQLite, as a program would that knows how they follow each other. */
#include "sqlite.h"
#include <string.h>

void bench_sqlite_import_begin(void) { bench_sqlite_run(BEGIN, ""); }
void bench_sqlite_import_end(void) { bench_sqlite_run(COMMIT, ""); }

/* The company that the latest line was of. */
static struct {
    char number[16];
    sqlite3_int64 party;
    int sites, contacts, channels;
} open_company;

static void import_company(const customer *line, int look) {
    sqlite3_stmt *s = bench_sqlite_statement[FIND];
    if (look) {
        sqlite3_bind_text(s, 1, line->number, -1, SQLITE_STATIC);
        if (sqlite3_step(s) == SQLITE_ROW) bench_fail("import", "the company is there");
        sqlite3_reset(s);
    }
    memset(&open_company, 0, sizeof open_company);
    strcpy(open_company.number, line->number);
    open_company.party = bench_sqlite_put_party(line);
    bench_sqlite_put_channel(open_company.party, ++open_company.channels, 0, "phone", line->phone);
    bench_sqlite_put_channel(open_company.party, ++open_company.channels, 0, "mail", line->mail);
}

/* The number decides whether the company is there, as it does in an import; its further lines bring a site, a contact or both. */
void bench_sqlite_import_line(const customer *line, int look) {
    const site *place = &line->site[0];
    const person *who = &line->contact[0];
    if (strcmp(open_company.number, line->number) != 0) import_company(line, look);
    sqlite3_int64 party = open_company.party;
    if (*place->street) {
        sqlite3_int64 n = ++open_company.sites;
        bench_sqlite_run(PUT_ADDRESS, "iittttt", party, n, place->street, place->house, place->postal_code, place->town, place->country);
        if (n == 1) bench_sqlite_run(PUT_USAGE, "iiit", party, (sqlite3_int64)1, n, "main");
    }
    if (*who->name) {
        int n = ++open_company.contacts;
        bench_sqlite_run(PUT_CONTACT, "iittttt", party, (sqlite3_int64)n, who->name, "", "", "", "");
        bench_sqlite_put_channel(party, ++open_company.channels, n, "phone", who->phone);
        bench_sqlite_put_channel(party, ++open_company.channels, n, "mail", who->mail);
    }
}
