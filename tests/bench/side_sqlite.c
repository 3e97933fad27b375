/* SPDX-License-Identifier: MIT */
/* The SQLite side of the bench: the same customers, the same indexes, tuned: WAL, synchronous=FULL, prepared statements, memory map, a
 * large cache, and child tables clustered by party (WITHOUT ROWID), so that a customer's rows lie together. */
#include "bench.h"
#include <sqlite3.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static sqlite3 *db;
static sqlite3_int64 next_party, current;

static const char schema[] =
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA mmap_size=17179869184; PRAGMA cache_size=-262144; PRAGMA temp_store=MEMORY;"
    "CREATE TABLE party(id INTEGER PRIMARY KEY, revision INT, type TEXT, name TEXT, folded TEXT, short_name TEXT, language TEXT, vat_id "
    "TEXT, category TEXT,"
    " archived INT, order_lock INT, lock_reason TEXT, note TEXT, created_at INT);"
    "CREATE TABLE role(party INT, n INT, revision INT, role TEXT, number TEXT, folded TEXT, valid_from INT, valid_until INT, PRIMARY "
    "KEY(party, n)) WITHOUT ROWID;"
    "CREATE TABLE quote_defaults(party INT, n INT, revision INT, scope INT, sales_area TEXT, price_list TEXT, currency TEXT, payment_terms "
    "TEXT,"
    " payment_method TEXT, delivery_terms TEXT, shipping_method TEXT, discount_scheme TEXT, delivery_times TEXT, plant TEXT, tax_zone "
    "TEXT, language TEXT,"
    " channel TEXT, customer_reference TEXT, preferred_site INT, preferred_contact INT, country TEXT, PRIMARY KEY(party, n)) WITHOUT ROWID;"
    "CREATE TABLE grp(id INTEGER PRIMARY KEY, revision INT, code TEXT UNIQUE, name TEXT, priority INT, parent INT, archived INT);"
    "CREATE TABLE membership(party INT, n INT, revision INT, grp INT, valid_from INT, valid_until INT, PRIMARY KEY(party, n)) WITHOUT "
    "ROWID;"
    "CREATE TABLE usage(party INT, n INT, revision INT, target_kind INT, target INT, purpose TEXT, is_default INT, valid_from INT, "
    "valid_until INT,"
    " PRIMARY KEY(party, n)) WITHOUT ROWID;"
    "CREATE TABLE address(party INT, n INT, revision INT, site_number TEXT, site_name TEXT, care_of TEXT, street TEXT, house_number TEXT, "
    "addition TEXT, po_box TEXT,"
    " postal_code TEXT, town TEXT, town_folded TEXT, region TEXT, country TEXT, vat_id TEXT, valid_from INT, valid_until INT, archived "
    "INT, PRIMARY KEY(party, n)) WITHOUT ROWID;"
    "CREATE TABLE contact(party INT, n INT, revision INT, name TEXT, folded TEXT, salutation TEXT, first_name TEXT, last_name TEXT, "
    "function TEXT, language TEXT,"
    " valid_from INT, valid_until INT, archived INT, PRIMARY KEY(party, n)) WITHOUT ROWID;"
    "CREATE TABLE channel(party INT, n INT, revision INT, target_kind INT, target INT, kind TEXT, value TEXT, normalised TEXT, PRIMARY "
    "KEY(party, n)) WITHOUT ROWID;"
    "CREATE TABLE option_rule(owner INT, n INT, revision INT, code TEXT, deny INT, valid_from INT, valid_until INT, PRIMARY KEY(owner, n)) "
    "WITHOUT ROWID;"
    "CREATE TABLE code(domain TEXT, code TEXT, revision INT, currency TEXT, PRIMARY KEY(domain, code)) WITHOUT ROWID;"
    "CREATE UNIQUE INDEX role_number ON role(role, number); CREATE INDEX role_name ON role(role, folded);"
    "CREATE INDEX party_name ON party(folded); CREATE INDEX party_short ON party(short_name); CREATE INDEX party_vat ON party(vat_id);"
    "CREATE INDEX address_code ON address(postal_code); CREATE INDEX address_town ON address(town_folded); CREATE INDEX contact_name ON "
    "contact(folded);"
    "CREATE INDEX channel_value ON channel(normalised); CREATE INDEX membership_group ON membership(grp);"
    "INSERT INTO code "
    "VALUES('price_list','A',1,'EUR'),('price_list','B',1,'EUR'),('price_list','C',1,'EUR'),('price_list','RETAIL',1,'EUR'),('price_list','"
    "EXPORT',1,'USD');"
    "INSERT INTO quote_defaults(party,n,revision,shipping_method,currency,plant) VALUES(0,1,1,'parcel','EUR','MAIN');"
    "INSERT INTO quote_defaults(party,n,revision,country,discount_scheme) VALUES(0,2,1,'DE','LIST');";

enum statement {
    BEGIN_READ,
    BEGIN,
    COMMIT,
    PUT_PARTY,
    PUT_ROLE,
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
    STATEMENTS
};
static const char *const texts[STATEMENTS] = {
    [BEGIN_READ] = "BEGIN",
    [BEGIN] = "BEGIN IMMEDIATE",
    [COMMIT] = "COMMIT",
    [PUT_PARTY] =
        "INSERT INTO party(id,revision,type,name,folded,short_name,language,vat_id,category,note,created_at) VALUES(?,1,?,?,?,?,?,?,?,?,?)",
    [PUT_ROLE] = "INSERT INTO role(party,n,revision,role,number,folded) VALUES(?,1,1,?,?,?)",
    [PUT_DEFAULTS] = "INSERT INTO quote_defaults(party,n,revision,price_list,currency,payment_terms,delivery_terms,preferred_contact) "
                     "VALUES(?,1,1,?,?,?,?,?)",
    [PUT_USAGE] = "INSERT INTO usage(party,n,revision,target_kind,target,purpose,is_default) VALUES(?,?,1,17,?,?,1)",
    [PUT_ADDRESS] =
        "INSERT INTO address(party,n,revision,street,house_number,postal_code,town,town_folded,country) VALUES(?,?,1,?,?,?,?,?,?)",
    [PUT_CONTACT] = "INSERT INTO contact(party,n,revision,name,folded,salutation,first_name,last_name,function) VALUES(?,?,1,?,?,?,?,?,?)",
    [PUT_CHANNEL] = "INSERT INTO channel(party,n,revision,target_kind,target,kind,value,normalised) VALUES(?,?,1,?,?,?,?,?)",
    [PUT_GROUP] = "INSERT INTO grp(id,revision,code,name,priority,parent) VALUES(?,1,?,?,?,nullif(?,0))",
    [PUT_GROUP_TERMS] = "INSERT INTO quote_defaults(party,n,revision,discount_scheme,payment_method,delivery_times) VALUES(?,1,1,?,?,?)",
    [PUT_MEMBERSHIP] = "INSERT INTO membership(party,n,revision,grp) VALUES(?,?,1,?)",
    [PUT_SITE_TERMS] = "INSERT INTO quote_defaults(party,n,revision,scope,delivery_times) VALUES(?,2,1,?,?)",
    [PUT_OPTION_RULE] = "INSERT INTO option_rule(owner,n,revision,code,deny) VALUES(?,?,1,?,?)",
    [FIND] = "SELECT party FROM role WHERE role='customer' AND number=?",
    [GET] = "SELECT p.* FROM role r JOIN party p ON p.id=r.party WHERE r.role='customer' AND r.number=?",
    [PARTY] = "SELECT * FROM party WHERE id=?",
    [ROLES] = "SELECT * FROM role WHERE party=?",
    [DEFAULTS] = "SELECT * FROM quote_defaults WHERE party=?1 OR party=0",
    [USAGES] = "SELECT * FROM usage WHERE party=?1 AND (valid_from IS NULL OR valid_from<=?2) AND (valid_until IS NULL OR valid_until>?2)",
    [ADDRESSES] = "SELECT * FROM address WHERE party=?",
    [CONTACTS] = "SELECT * FROM contact WHERE party=?",
    [CHANNELS] = "SELECT * FROM channel WHERE party=?",
    [ADDRESS] = "SELECT * FROM address WHERE party=? AND n=?",
    [CONTACT] = "SELECT * FROM contact WHERE party=? AND n=?",
    [CONTACTS_TWO] = "SELECT * FROM contact WHERE party=?1 AND archived IS NOT 1 AND (valid_from IS NULL OR valid_from<=?2) AND "
                     "(valid_until IS NULL OR valid_until>?2) LIMIT 2",
    [CODE] = "SELECT * FROM code WHERE domain='price_list' AND code=?",
    [MEMBERSHIPS] = "SELECT * FROM membership WHERE party=?",
    [GROUP_ROWS] =
        "SELECT g.* FROM membership m JOIN grp g ON g.id=m.grp WHERE m.party=?1 AND (m.valid_from IS NULL OR m.valid_from<=?2) AND "
        "(m.valid_until IS NULL OR m.valid_until>?2) AND g.archived IS NOT 1 ORDER BY g.priority, g.code",
    [GROUP_ROW] = "SELECT * FROM grp WHERE id=? AND archived IS NOT 1",
    [TERMS] = "SELECT * FROM quote_defaults WHERE party=?",
    [DIRECTORY_AT] = "SELECT folded, party, n FROM role WHERE role='customer' ORDER BY folded, party, n LIMIT 1 OFFSET ?",
    [DIRECTORY] = "SELECT party FROM role WHERE role='customer' AND (folded, party, n) > (?1, ?2, ?3) ORDER BY folded, party, n LIMIT ?4",
    [OPTION_RULES] =
        "WITH RECURSIVE line(id, parent) AS (SELECT g.id, g.parent FROM membership m JOIN grp g ON g.id=m.grp WHERE m.party=?1 AND "
        "(m.valid_from IS NULL OR m.valid_from<=?2) AND (m.valid_until IS NULL OR m.valid_until>?2) AND g.archived IS NOT 1 "
        "UNION SELECT g.id, g.parent FROM line l JOIN grp g ON g.id=l.parent WHERE g.archived IS NOT 1) "
        "SELECT code, deny FROM option_rule WHERE owner IN (SELECT ?1 UNION ALL SELECT id FROM line) AND "
        "(valid_from IS NULL OR valid_from<=?2) AND (valid_until IS NULL OR valid_until>?2)",
};
static sqlite3_stmt *statements[STATEMENTS];

static void check(int rc, const char *what) {
    if (rc != SQLITE_OK && rc != SQLITE_ROW && rc != SQLITE_DONE) bench_fail(what, sqlite3_errmsg(db));
}

/* Binds by a format: i integer, t text (empty: NULL); runs a statement without results. */
static void bind(sqlite3_stmt *statement, const char *format, va_list arguments) {
    for (int i = 0; format[i]; i++) {
        if (format[i] == 'i') {
            check(sqlite3_bind_int64(statement, i + 1, va_arg(arguments, sqlite3_int64)), "bind");
        } else {
            const char *text = va_arg(arguments, const char *);
            check(*text ? sqlite3_bind_text(statement, i + 1, text, -1, SQLITE_STATIC) : sqlite3_bind_null(statement, i + 1), "bind");
        }
    }
}

static void run(enum statement which, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    bind(statements[which], format, arguments);
    va_end(arguments);
    check(sqlite3_step(statements[which]), texts[which]);
    sqlite3_reset(statements[which]);
}

static void put_groups(void);

static void sqlite_open(const char *folder) {
    char path[512];
    snprintf(path, sizeof path, "%s/bench.sqlite", folder);
    check(sqlite3_open(path, &db), "open");
    check(sqlite3_exec(db, schema, NULL, NULL, NULL), "schema");
    for (int i = 0; i < STATEMENTS; i++)
        check(sqlite3_prepare_v3(db, texts[i], -1, SQLITE_PREPARE_PERSISTENT, &statements[i], NULL), texts[i]);
    next_party = 1;
    run(BEGIN, "");
    put_groups();
    run(COMMIT, "");
}

/* Lower case of the generator's letters, as an index for searching without regard to case needs it. */
static void fold(const char *text, char *out) {
    for (; *text; text++) *out++ = *text >= 'A' && *text <= 'Z' ? (char)(*text + 32) : *text;
    *out = 0;
}

/* Digits and a plus, or the text in lower case. */
static void normalise(const char *kind, const char *text, char *out) {
    if (strcmp(kind, "phone") != 0) {
        fold(text, out);
        return;
    }
    for (; *text; text++)
        if (*text == '+' || (*text >= '0' && *text <= '9')) *out++ = *text;
    *out = 0;
}

static void put_channel(sqlite3_int64 party, int n, int contact, const char *kind, const char *value) {
    char normal[128];
    normalise(kind, value, normal);
    run(PUT_CHANNEL, "iiiittt", party, (sqlite3_int64)n, (sqlite3_int64)(contact ? 18 : 0), (sqlite3_int64)contact, kind, value, normal);
}

static void put_sites(sqlite3_int64 party, const customer *c) {
    char folded[128];
    int usage = 0;
    for (int i = 0; i < (int)c->sites; i++) {
        const site *s = &c->site[i];
        sqlite3_int64 n = i + 1;
        fold(s->town, folded);
        run(PUT_ADDRESS, "iitttttt", party, n, s->street, s->house, s->postal_code, s->town, folded, s->country);
        if (i == 0) run(PUT_USAGE, "iiit", party, (sqlite3_int64)++usage, n, "main");
        if (s->delivery) run(PUT_USAGE, "iiit", party, (sqlite3_int64)++usage, n, "delivery");
        if (s->billing) run(PUT_USAGE, "iiit", party, (sqlite3_int64)++usage, n, "billing");
    }
}

static void put_contacts(sqlite3_int64 party, const customer *c) {
    char folded[128];
    int channel = 0;
    for (int i = 0; i < (int)c->contacts; i++) {
        const person *p = &c->contact[i];
        fold(p->name, folded);
        run(PUT_CONTACT, "iitttttt", party, (sqlite3_int64)(i + 1), p->name, folded, p->salutation, p->first, p->last, p->function);
        put_channel(party, ++channel, i + 1, "mail", p->mail);
        put_channel(party, ++channel, i + 1, "phone", p->phone);
    }
    put_channel(party, ++channel, 0, "phone", c->phone);
    put_channel(party, ++channel, 0, "mail", c->mail);
}

static void put_option_rules(sqlite3_int64 owner_id, int owner) {
    for (int i = 0; i < bench_rules(owner); i++) {
        option_code code;
        int deny;
        bench_rule(owner, i, &code, &deny);
        run(PUT_OPTION_RULE, "iiti", owner_id, (sqlite3_int64)(i + 1), code.text, (sqlite3_int64)deny);
    }
}

/* Groups have ids below those of parties, so that both own terms. */
static sqlite3_int64 group_id(int index) { return -1 - (sqlite3_int64)index; }

static void put_groups(void) {
    group made;
    for (int i = GROUPS + PARENTS - 1; i >= 0; i--) {
        bench_group(i, &made);
        sqlite3_int64 id = group_id(i), parent = made.parent < 0 ? 0 : group_id(made.parent);
        run(PUT_GROUP, "ittii", id, made.code, made.name, (sqlite3_int64)made.priority, parent);
        run(PUT_GROUP_TERMS, "ittt", id, made.discount_scheme, made.payment_method, made.delivery_times);
        put_option_rules(id, i);
    }
}

static void put_customer(const customer *c) {
    char folded[128];
    sqlite3_int64 party = next_party++;
    fold(c->name, folded);
    run(PUT_PARTY, "itttttttti", party, "organisation", c->name, folded, c->short_name, c->language, c->vat_id, c->category, c->note,
        (sqlite3_int64)time(NULL));
    run(PUT_ROLE, "ittt", party, "customer", c->number, folded);
    put_sites(party, c);
    put_contacts(party, c);
    run(PUT_DEFAULTS, "itttti", party, c->price_list, c->currency, c->payment_terms, c->delivery_terms,
        (sqlite3_int64)(c->preferred_contact ? c->contacts : 0));
    for (int i = 0; i < 2; i++) run(PUT_MEMBERSHIP, "iii", party, (sqlite3_int64)(i + 1), group_id(c->group[i]));
    if (c->first) put_option_rules(party, -1);
    if (*c->site_times) run(PUT_SITE_TERMS, "iit", party, (sqlite3_int64)c->sites, c->site_times);
}

static void sqlite_load(uint64_t from, uint64_t until) {
    customer made;
    run(BEGIN, "");
    for (uint64_t i = from; i < until; i++) {
        bench_generate(i, &made);
        put_customer(&made);
    }
    run(COMMIT, "");
}

static void sqlite_create(const customer *made) {
    run(BEGIN, "");
    put_customer(made);
    run(COMMIT, "");
}

void bench_sqlite_import_begin(void) { run(BEGIN, ""); }
void bench_sqlite_import_end(void) { run(COMMIT, ""); }

/* The number decides whether the company is there, as it does in an import. */
void bench_sqlite_import_row(const customer *row) {
    char name[128], town[64], who[128];
    const site *place = &row->site[0];
    sqlite3_stmt *s = statements[FIND];
    sqlite3_bind_text(s, 1, row->number, -1, SQLITE_STATIC);
    if (sqlite3_step(s) == SQLITE_ROW) bench_fail("import", "the company is there");
    sqlite3_reset(s);
    sqlite3_int64 party = next_party++;
    fold(row->name, name);
    fold(place->town, town);
    fold(row->contact[0].name, who);
    run(PUT_PARTY, "itttttttti", party, "organisation", row->name, name, row->short_name, "", row->vat_id, "", "",
        (sqlite3_int64)time(NULL));
    run(PUT_ROLE, "ittt", party, "customer", row->number, name);
    run(PUT_ADDRESS, "iitttttt", party, (sqlite3_int64)1, place->street, place->house, place->postal_code, place->town, town,
        place->country);
    run(PUT_USAGE, "iiit", party, (sqlite3_int64)1, (sqlite3_int64)1, "main");
    run(PUT_CONTACT, "iitttttt", party, (sqlite3_int64)1, row->contact[0].name, who, "", "", "", "");
    put_channel(party, 1, 0, "phone", row->phone);
    put_channel(party, 2, 0, "mail", row->mail);
}

static void sqlite_begin(void) { run(BEGIN_READ, ""); }
static void sqlite_end(void) { run(COMMIT, ""); }
static void sqlite_use(uint64_t id) { current = (sqlite3_int64)id; }

static uint64_t sum(const char *value) { return value ? strlen(value) + (unsigned char)*value : 0; }

static uint64_t sqlite_find(const char *number) {
    sqlite3_stmt *s = statements[FIND];
    sqlite3_bind_text(s, 1, number, -1, SQLITE_STATIC);
    if (sqlite3_step(s) != SQLITE_ROW) bench_fail("find", number);
    uint64_t id = (uint64_t)sqlite3_column_int64(s, 0);
    sqlite3_reset(s);
    return id;
}

/* --- detached copies --- */

typedef struct row_arena {
    char *bytes;
    size_t size, capacity;
} row_arena;

/* Copies a row's columns behind each other: type, length, content. */
static uint64_t copy_row(row_arena *arena, sqlite3_stmt *s) {
    int columns = sqlite3_data_count(s);
    uint64_t values = 0;
    for (int i = 0; i < columns; i++) {
        int type = sqlite3_column_type(s, i);
        if (type == SQLITE_NULL) continue;
        size_t size = type == SQLITE_TEXT ? (size_t)sqlite3_column_bytes(s, i) : 8;
        if (arena->size + size + 8 > arena->capacity) {
            arena->capacity = arena->capacity ? arena->capacity * 2 : 4096;
            arena->bytes = realloc(arena->bytes, arena->capacity);
            if (!arena->bytes) bench_fail("copy", "out of memory");
        }
        arena->bytes[arena->size++] = (char)i;
        if (type == SQLITE_TEXT) {
            memcpy(arena->bytes + arena->size, sqlite3_column_text(s, i), size + 1);
        } else {
            sqlite3_int64 value = sqlite3_column_int64(s, i);
            memcpy(arena->bytes + arena->size, &value, 8);
        }
        arena->size += size + 1;
        values++;
    }
    return values;
}

/* The row copied, as what a caller keeps, and every column read from the copy's source. */
static uint64_t sqlite_get(const char *number) {
    sqlite3_stmt *s = statements[GET];
    row_arena arena = {0};
    uint64_t total = 0;
    sqlite3_bind_text(s, 1, number, -1, SQLITE_STATIC);
    if (sqlite3_step(s) != SQLITE_ROW) bench_fail("get", number);
    total += copy_row(&arena, s);
    sqlite3_reset(s);
    for (size_t i = 0; i < arena.size; i += 32) total += (unsigned char)arena.bytes[i];
    free(arena.bytes);
    return total;
}

static uint64_t copy_all(row_arena *arena, enum statement which) {
    sqlite3_stmt *s = statements[which];
    uint64_t values = 0;
    sqlite3_bind_int64(s, 1, current);
    while (sqlite3_step(s) == SQLITE_ROW) values += copy_row(arena, s);
    sqlite3_reset(s);
    return values;
}

static uint64_t sqlite_file(const char *number) {
    static const enum statement parts[] = {PARTY, ROLES, TERMS, USAGES, MEMBERSHIPS, ADDRESSES, CONTACTS, CHANNELS};
    row_arena arena = {0};
    uint64_t values = 0;
    (void)number;
    sqlite3_bind_int64(statements[USAGES], 2, time(NULL) / 86400);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) values += copy_all(&arena, parts[i]);
    free(arena.bytes);
    return values;
}

/* --- the proposal --- */

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
    sqlite3_stmt *s = statements[DEFAULTS];
    sqlite3_bind_int64(s, 1, current);
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
        copy_row(&p->arena, s);
    }
    sqlite3_reset(s);
}

static void read_terms(proposal *p, sqlite3_int64 owner) {
    sqlite3_stmt *s = statements[TERMS];
    sqlite3_bind_int64(s, 1, owner);
    while (sqlite3_step(s) == SQLITE_ROW) {
        keep_terms(p, s, 80);
        copy_row(&p->arena, s);
    }
    sqlite3_reset(s);
}

/* A group, then those above it, each once. */
static void read_chain(proposal *p, sqlite3_int64 owner, sqlite3_int64 parent, sqlite3_int64 *seen, size_t *count) {
    sqlite3_stmt *s = statements[GROUP_ROW];
    for (;;) {
        for (size_t i = 0; i < *count; i++)
            if (seen[i] == owner) return;
        if (*count < 16) seen[(*count)++] = owner;
        read_terms(p, owner);
        if (!parent) return;
        owner = parent;
        sqlite3_bind_int64(s, 1, owner);
        bool there = sqlite3_step(s) == SQLITE_ROW;
        if (there) copy_row(&p->arena, s);
        parent = there ? sqlite3_column_int64(s, 5) : 0;
        sqlite3_reset(s);
        if (!there) return;
    }
}

static void read_groups(proposal *p) {
    sqlite3_stmt *s = statements[GROUP_ROWS];
    sqlite3_int64 seen[16];
    size_t count = 0;
    sqlite3_bind_int64(s, 1, current);
    sqlite3_bind_int64(s, 2, time(NULL) / 86400);
    while (sqlite3_step(s) == SQLITE_ROW) {
        copy_row(&p->arena, s);
        read_chain(p, sqlite3_column_int64(s, 0), sqlite3_column_int64(s, 5), seen, &count);
    }
    sqlite3_reset(s);
}

static void read_usages(proposal *p) {
    sqlite3_stmt *s = statements[USAGES];
    sqlite3_bind_int64(s, 1, current);
    sqlite3_bind_int64(s, 2, time(NULL) / 86400);
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
    sqlite3_stmt *s = statements[ADDRESS];
    sqlite3_bind_int64(s, 1, current);
    sqlite3_bind_int64(s, 2, n);
    if (sqlite3_step(s) != SQLITE_ROW) bench_fail("address", "missing");
    copy_row(&p->arena, s);
    if (n == p->ship_to && *p->country && strcmp(p->country, (const char *)sqlite3_column_text(s, 14)) == 0 && *p->of_country)
        keep(p, DISCOUNT, p->of_country, 100);
    if (n == p->ship_to && *p->of_site && atoll(p->site_times) == n) keep(p, TIMES, p->of_site, 40);
    snprintf(p->lines, sizeof p->lines, "%s\n%s %s\n%s %s\n%s", name, sqlite3_column_text(s, 6), sqlite3_column_text(s, 7),
             sqlite3_column_text(s, 10), sqlite3_column_text(s, 11), "GERMANY");
    sqlite3_reset(s);
}

static void read_contact(proposal *p) {
    sqlite3_stmt *s = statements[p->contact ? CONTACT : CONTACTS_TWO];
    sqlite3_bind_int64(s, 1, current);
    sqlite3_bind_int64(s, 2, p->contact ? p->contact : time(NULL) / 86400);
    if (sqlite3_step(s) == SQLITE_ROW) {
        p->contact = sqlite3_column_int64(s, 1);
        copy_row(&p->arena, s);
        keep(p, SALUTATION, (const char *)sqlite3_column_text(s, 5), 50);
        keep(p, LANGUAGE, (const char *)sqlite3_column_text(s, 9), 50);
    }
    sqlite3_reset(s);
}

static void read_code(proposal *p) {
    sqlite3_stmt *s = statements[CODE];
    if (!*p->value[PRICE_LIST]) return;
    sqlite3_bind_text(s, 1, p->value[PRICE_LIST], -1, SQLITE_STATIC);
    if (sqlite3_step(s) == SQLITE_ROW) keep(p, CURRENCY, (const char *)sqlite3_column_text(s, 3), 30);
    sqlite3_reset(s);
}

static uint64_t sqlite_quote(const char *number) {
    proposal p = {0};
    char name[128];
    sqlite3_stmt *s = statements[PARTY];
    (void)number;
    sqlite3_bind_int64(s, 1, current);
    if (sqlite3_step(s) != SQLITE_ROW) bench_fail("party", "missing");
    copy_row(&p.arena, s);
    snprintf(name, sizeof name, "%s", sqlite3_column_text(s, 3));
    read_defaults(&p);
    read_usages(&p);
    read_groups(&p);
    read_contact(&p);
    keep(&p, LANGUAGE, (const char *)sqlite3_column_text(s, 6), 60);
    const char *category = (const char *)sqlite3_column_text(s, 8), *short_name = (const char *)sqlite3_column_text(s, 5);
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
    sqlite3_stmt *s = statements[OPTION_RULES];
    size_t count = 0;
    sqlite3_bind_int64(s, 1, current);
    sqlite3_bind_int64(s, 2, time(NULL) / 86400);
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
static void sqlite_options(const char *const *codes, uint8_t *out) {
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

static char directory_name[256];
static sqlite3_int64 directory_party, directory_n;

/* The place behind so many rows is looked for once. */
void bench_sqlite_directory_begin(uint64_t before) {
    sqlite3_stmt *s = statements[DIRECTORY_AT];
    *directory_name = '\0';
    directory_party = directory_n = 0;
    if (!before) return;
    sqlite3_bind_int64(s, 1, (sqlite3_int64)before - 1);
    check(sqlite3_step(s), "directory");
    snprintf(directory_name, sizeof directory_name, "%s", (const char *)sqlite3_column_text(s, 0));
    directory_party = sqlite3_column_int64(s, 1);
    directory_n = sqlite3_column_int64(s, 2);
    sqlite3_reset(s);
}

size_t bench_sqlite_directory_page(int limit) {
    sqlite3_stmt *s = statements[DIRECTORY];
    volatile sqlite3_int64 party;
    size_t count = 0;
    sqlite3_bind_text(s, 1, directory_name, -1, SQLITE_STATIC);
    sqlite3_bind_int64(s, 2, directory_party);
    sqlite3_bind_int64(s, 3, directory_n);
    sqlite3_bind_int(s, 4, limit);
    for (; sqlite3_step(s) == SQLITE_ROW; count++) party = sqlite3_column_int64(s, 0);
    (void)party;
    sqlite3_reset(s);
    return count;
}

static void sqlite_close(void) {
    for (int i = 0; i < STATEMENTS; i++) sqlite3_finalize(statements[i]);
    sqlite3_close(db);
}

const side bench_sqlite = {"sqlite",    sqlite_open,   sqlite_load,  sqlite_begin, sqlite_end,     sqlite_get, sqlite_quote,
                           sqlite_file, sqlite_create, sqlite_close, sqlite_find,  sqlite_options, sqlite_use};
