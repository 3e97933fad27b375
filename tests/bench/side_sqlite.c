/* SPDX-License-Identifier: MIT */
/* The SQLite side of the bench: the same customers, the same indexes, tuned: WAL, synchronous=FULL, prepared statements, memory map, a
 * cache of as much memory as libcrm may take, and child tables clustered by party (WITHOUT ROWID), so that a customer's rows lie together.
 */
#include "base/collate.h"
#include "sqlite.h"
#include <fcntl.h>
#include <libcrm/status.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static sqlite3 *db;
static sqlite3_int64 next_party, current;
static bool first_load; /* the directory is made with the indexes */

static const char tuning[] = "PRAGMA mmap_size=17179869184; PRAGMA cache_size=-786432; PRAGMA temp_store=MEMORY;";
static const char quick[] = "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"; /* loading is no figure */
static const char durable[] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=10000;";

static const char tables[] =
    "CREATE TABLE party(id INTEGER PRIMARY KEY, revision INT, type TEXT, name TEXT, short_name TEXT, language TEXT, vat_id TEXT,"
    " category TEXT, archived INT, order_lock INT, lock_reason TEXT, note TEXT, created_at INT);"
    "CREATE TABLE role(party INT, n INT, revision INT, role INT, number TEXT, valid_from INT, valid_until INT, PRIMARY KEY(party, n))"
    " WITHOUT ROWID;"
    "CREATE TABLE directory(role INT, name BLOB, party INT, PRIMARY KEY(role, name, party)) WITHOUT ROWID;"
    "CREATE TABLE quote_defaults(party INT, n INT, revision INT, scope INT, sales_area TEXT, price_list TEXT, currency TEXT,"
    " payment_terms TEXT, payment_method TEXT, delivery_terms TEXT, shipping_method TEXT, discount_scheme TEXT, delivery_times TEXT,"
    " plant TEXT, tax_zone TEXT, language TEXT, channel TEXT, customer_reference TEXT, preferred_site INT, preferred_contact INT,"
    " country TEXT, PRIMARY KEY(party, n)) WITHOUT ROWID;"
    "CREATE TABLE grp(id INTEGER PRIMARY KEY, revision INT, code TEXT UNIQUE, name TEXT, priority INT, parent INT, archived INT);"
    "CREATE TABLE membership(party INT, n INT, revision INT, grp INT, valid_from INT, valid_until INT, PRIMARY KEY(party, n))"
    " WITHOUT ROWID;"
    "CREATE TABLE usage(party INT, n INT, revision INT, target_kind INT, target INT, purpose TEXT, is_default INT, valid_from INT,"
    " valid_until INT, PRIMARY KEY(party, n)) WITHOUT ROWID;"
    "CREATE TABLE address(party INT, n INT, revision INT, site_number TEXT, site_name TEXT, care_of TEXT, street TEXT, house_number TEXT,"
    " addition TEXT, po_box TEXT, postal_code TEXT, town TEXT, region TEXT, country TEXT, vat_id TEXT, valid_from INT, valid_until INT,"
    " archived INT, PRIMARY KEY(party, n)) WITHOUT ROWID;"
    "CREATE TABLE contact(party INT, n INT, revision INT, name TEXT, salutation TEXT, first_name TEXT, last_name TEXT, function TEXT,"
    " language TEXT, valid_from INT, valid_until INT, archived INT, PRIMARY KEY(party, n)) WITHOUT ROWID;"
    "CREATE TABLE channel(party INT, n INT, revision INT, target_kind INT, target INT, kind TEXT, value TEXT, normalised TEXT,"
    " PRIMARY KEY(party, n)) WITHOUT ROWID;"
    "CREATE TABLE option_rule(owner INT, n INT, revision INT, code TEXT, deny INT, valid_from INT, valid_until INT, PRIMARY KEY(owner, n))"
    " WITHOUT ROWID;"
    "CREATE TABLE code(domain TEXT, code TEXT, revision INT, currency TEXT, PRIMARY KEY(domain, code)) WITHOUT ROWID;"
    "INSERT INTO code VALUES('price_list','A',1,'EUR'),('price_list','B',1,'EUR'),('price_list','C',1,'EUR'),"
    " ('price_list','RETAIL',1,'EUR'),('price_list','EXPORT',1,'USD');"
    "INSERT INTO quote_defaults(party,n,revision,shipping_method,currency,plant) VALUES(0,1,1,'parcel','EUR','MAIN');"
    "INSERT INTO quote_defaults(party,n,revision,country,discount_scheme) VALUES(0,2,1,'DE','LIST');";

/* What libcrm has an index for, of the fields that the generator fills. Folded names are in the indexes alone; the directory is an index.
 */
static const char indexes[] = "CREATE UNIQUE INDEX role_number ON role(role, number); CREATE INDEX party_name ON party(fold(name));"
                              "CREATE INDEX party_short ON party(fold(short_name)); CREATE INDEX party_vat ON party(vat_id);"
                              "CREATE INDEX address_code ON address(postal_code); CREATE INDEX address_town ON address(fold(town));"
                              "CREATE INDEX contact_name ON contact(fold(name)); CREATE INDEX channel_value ON channel(normalised);"
                              "CREATE INDEX membership_group ON membership(grp);";

static const char *const texts[STATEMENTS] = {
    [BEGIN_READ] = "BEGIN",
    [BEGIN] = "BEGIN IMMEDIATE",
    [COMMIT] = "COMMIT",
    [PUT_PARTY] =
        "INSERT INTO party(id,revision,type,name,short_name,language,vat_id,category,note,created_at) VALUES(?,1,?,?,?,?,?,?,?,?)",
    [PUT_ROLE] = "INSERT INTO role(party,n,revision,role,number) VALUES(?,1,1,1,?)",
    [PUT_DIRECTORY] = "INSERT INTO directory VALUES(1,?,?)",
    [PUT_DEFAULTS] = "INSERT INTO quote_defaults(party,n,revision,price_list,currency,payment_terms,delivery_terms,preferred_contact) "
                     "VALUES(?,1,1,?,?,?,?,?)",
    [PUT_USAGE] = "INSERT INTO usage(party,n,revision,target_kind,target,purpose,is_default) VALUES(?,?,1,17,?,?,1)",
    [PUT_ADDRESS] = "INSERT INTO address(party,n,revision,street,house_number,postal_code,town,country) VALUES(?,?,1,?,?,?,?,?)",
    [PUT_CONTACT] = "INSERT INTO contact(party,n,revision,name,salutation,first_name,last_name,function) VALUES(?,?,1,?,?,?,?,?)",
    [PUT_CHANNEL] = "INSERT INTO channel(party,n,revision,target_kind,target,kind,value,normalised) VALUES(?,?,1,?,?,?,?,?)",
    [PUT_GROUP] = "INSERT INTO grp(id,revision,code,name,priority,parent) VALUES(?,1,?,?,?,nullif(?,0))",
    [PUT_GROUP_TERMS] = "INSERT INTO quote_defaults(party,n,revision,discount_scheme,payment_method,delivery_times) VALUES(?,1,1,?,?,?)",
    [PUT_MEMBERSHIP] = "INSERT INTO membership(party,n,revision,grp) VALUES(?,?,1,?)",
    [PUT_SITE_TERMS] = "INSERT INTO quote_defaults(party,n,revision,scope,delivery_times) VALUES(?,2,1,?,?)",
    [PUT_OPTION_RULE] = "INSERT INTO option_rule(owner,n,revision,code,deny) VALUES(?,?,1,?,?)",
    [FIND] = "SELECT party FROM role WHERE role=1 AND number=?",
    [GET] = "SELECT p.* FROM role r JOIN party p ON p.id=r.party WHERE r.role=1 AND r.number=?",
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
    [DIRECTORY_AT] = "SELECT name, party FROM directory WHERE role=1 ORDER BY name, party LIMIT 1 OFFSET ?",
    [DIRECTORY] = "SELECT party FROM directory WHERE role=1 AND (name, party) > (?1, ?2) ORDER BY name, party LIMIT ?3",
    [LAST_PARTY] = "SELECT max(id) FROM party",
    [OPTION_RULES] =
        "WITH RECURSIVE line(id, parent) AS (SELECT g.id, g.parent FROM membership m JOIN grp g ON g.id=m.grp WHERE m.party=?1 AND "
        "(m.valid_from IS NULL OR m.valid_from<=?2) AND (m.valid_until IS NULL OR m.valid_until>?2) AND g.archived IS NOT 1 "
        "UNION SELECT g.id, g.parent FROM line l JOIN grp g ON g.id=l.parent WHERE g.archived IS NOT 1) "
        "SELECT code, deny FROM option_rule WHERE owner IN (SELECT ?1 UNION ALL SELECT id FROM line) AND "
        "(valid_from IS NULL OR valid_from<=?2) AND (valid_until IS NULL OR valid_until>?2)",
};
sqlite3_stmt *bench_sqlite_statement[STATEMENTS];

void bench_sqlite_check(int rc, const char *what) {
    if (rc != SQLITE_OK && rc != SQLITE_ROW && rc != SQLITE_DONE) bench_fail(what, sqlite3_errmsg(db));
}

/* Binds by a format: i integer, t text (empty: NULL); runs a statement without results. */
static void bind(sqlite3_stmt *statement, const char *format, va_list arguments) {
    for (int i = 0; format[i]; i++) {
        if (format[i] == 'i') {
            bench_sqlite_check(sqlite3_bind_int64(statement, i + 1, va_arg(arguments, sqlite3_int64)), "bind");
        } else {
            const char *text = va_arg(arguments, const char *);
            bench_sqlite_check(*text ? sqlite3_bind_text(statement, i + 1, text, -1, SQLITE_STATIC) : sqlite3_bind_null(statement, i + 1),
                               "bind");
        }
    }
}

void bench_sqlite_run(enum statement which, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    bind(bench_sqlite_statement[which], format, arguments);
    va_end(arguments);
    bench_sqlite_check(sqlite3_step(bench_sqlite_statement[which]), texts[which]);
    sqlite3_reset(bench_sqlite_statement[which]);
}

/* Lower case of the generator's letters, as an index for searching without regard to case needs it. */
static void fold(const char *text, char *out) {
    for (; *text; text++) *out++ = *text >= 'A' && *text <= 'Z' ? (char)(*text + 32) : *text;
    *out = 0;
}

static void fold_function(sqlite3_context *context, int count, sqlite3_value **values) {
    char folded[256];
    const char *text = (const char *)sqlite3_value_text(values[0]);
    (void)count;
    if (!text) return;
    fold(text, folded);
    sqlite3_result_text(context, folded, -1, SQLITE_TRANSIENT);
}

/* The key that libcrm orders names by: an order that SQLite has none of. Until the next call. */
static const crmi_buffer *directory_key(const char *name) {
    static crmi_buffer key;
    crmi_tie tie;
    crmi_buffer_clear(&key);
    if (crmi_collate(name, strlen(name), CRMI_DIN5007_1, &key) != CRM_OK) bench_fail("collate", name);
    crmi_collate_tie(name, strlen(name), &tie);
    crmi_buffer_byte(&key, 0);
    crmi_buffer_append(&key, tie.bytes, tie.size);
    return &key;
}

static void directory_function(sqlite3_context *context, int count, sqlite3_value **values) {
    const crmi_buffer *key = directory_key((const char *)sqlite3_value_text(values[0]));
    (void)count;
    sqlite3_result_blob(context, key->data, (int)key->size, SQLITE_TRANSIENT);
}

static void put_groups(void);
static void sqlite_close(void);

static void execute(const char *sql) {
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) bench_fail(sql, sqlite3_errmsg(db));
}

static void add_function(const char *name, void (*function)(sqlite3_context *context, int count, sqlite3_value **values)) {
    const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC;
    bench_sqlite_check(sqlite3_create_function_v2(db, name, 1, flags, NULL, function, NULL, NULL, NULL), name);
}

static void open_file(const char *folder) {
    char path[600];
    snprintf(path, sizeof path, "%s/bench.sqlite", folder);
    bench_sqlite_check(sqlite3_open(path, &db), "open");
    add_function("fold", fold_function);
    add_function("directory_key", directory_function);
    execute(tuning);
}

static void prepare(void) {
    for (int i = 0; i < STATEMENTS; i++)
        bench_sqlite_check(sqlite3_prepare_v3(db, texts[i], -1, SQLITE_PREPARE_PERSISTENT, &bench_sqlite_statement[i], NULL), texts[i]);
}

static void sqlite_open(const char *folder, int as) {
    open_file(folder);
    execute(as == BENCH_LOAD ? quick : durable);
    if (as != BENCH_THERE) execute(tables), execute(indexes);
    prepare();
    bench_sqlite_check(sqlite3_step(bench_sqlite_statement[LAST_PARTY]), "open");
    next_party = sqlite3_column_int64(bench_sqlite_statement[LAST_PARTY], 0) + 1;
    sqlite3_reset(bench_sqlite_statement[LAST_PARTY]);
    if (as != BENCH_LOAD) return;
    bench_sqlite_run(BEGIN, "");
    put_groups();
    bench_sqlite_run(COMMIT, "");
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

void bench_sqlite_put_channel(sqlite3_int64 party, int n, int contact, const char *kind, const char *value) {
    char normal[128];
    normalise(kind, value, normal);
    bench_sqlite_run(PUT_CHANNEL, "iiiittt", party, (sqlite3_int64)n, (sqlite3_int64)(contact ? 18 : 0), (sqlite3_int64)contact, kind,
                     value, normal);
}

static void put_sites(sqlite3_int64 party, const customer *c) {
    int usage = 0;
    for (int i = 0; i < (int)c->sites; i++) {
        const site *s = &c->site[i];
        sqlite3_int64 n = i + 1;
        bench_sqlite_run(PUT_ADDRESS, "iittttt", party, n, s->street, s->house, s->postal_code, s->town, s->country);
        if (i == 0) bench_sqlite_run(PUT_USAGE, "iiit", party, (sqlite3_int64)++usage, n, "main");
        if (s->delivery) bench_sqlite_run(PUT_USAGE, "iiit", party, (sqlite3_int64)++usage, n, "delivery");
        if (s->billing) bench_sqlite_run(PUT_USAGE, "iiit", party, (sqlite3_int64)++usage, n, "billing");
    }
}

static void put_contacts(sqlite3_int64 party, const customer *c) {
    int channel = 0;
    for (int i = 0; i < (int)c->contacts; i++) {
        const person *p = &c->contact[i];
        bench_sqlite_run(PUT_CONTACT, "iittttt", party, (sqlite3_int64)(i + 1), p->name, p->salutation, p->first, p->last, p->function);
        bench_sqlite_put_channel(party, ++channel, i + 1, "mail", p->mail);
        bench_sqlite_put_channel(party, ++channel, i + 1, "phone", p->phone);
    }
    bench_sqlite_put_channel(party, ++channel, 0, "phone", c->phone);
    bench_sqlite_put_channel(party, ++channel, 0, "mail", c->mail);
}

static void put_option_rules(sqlite3_int64 owner_id, int owner) {
    for (int i = 0; i < bench_rules(owner); i++) {
        option_code code;
        int deny;
        bench_rule(owner, i, &code, &deny);
        bench_sqlite_run(PUT_OPTION_RULE, "iiti", owner_id, (sqlite3_int64)(i + 1), code.text, (sqlite3_int64)deny);
    }
}

/* Groups have ids below those of parties, so that both own terms. */
static sqlite3_int64 group_id(int index) { return -1 - (sqlite3_int64)index; }

static void put_groups(void) {
    group made;
    for (int i = GROUPS + PARENTS - 1; i >= 0; i--) {
        bench_group(i, &made);
        sqlite3_int64 id = group_id(i), parent = made.parent < 0 ? 0 : group_id(made.parent);
        bench_sqlite_run(PUT_GROUP, "ittii", id, made.code, made.name, (sqlite3_int64)made.priority, parent);
        bench_sqlite_run(PUT_GROUP_TERMS, "ittt", id, made.discount_scheme, made.payment_method, made.delivery_times);
        put_option_rules(id, i);
    }
}

static void put_directory(sqlite3_int64 party, const char *name) {
    sqlite3_stmt *s = bench_sqlite_statement[PUT_DIRECTORY];
    const crmi_buffer *key = directory_key(name);
    bench_sqlite_check(sqlite3_bind_blob(s, 1, key->data, (int)key->size, SQLITE_STATIC), "bind");
    bench_sqlite_check(sqlite3_bind_int64(s, 2, party), "bind");
    bench_sqlite_check(sqlite3_step(s), "directory");
    sqlite3_reset(s);
}

sqlite3_int64 bench_sqlite_put_party(const customer *c) {
    sqlite3_int64 party = next_party++;
    bench_sqlite_run(PUT_PARTY, "ittttttti", party, "organisation", c->name, c->short_name, c->language, c->vat_id, c->category, c->note,
                     (sqlite3_int64)time(NULL));
    bench_sqlite_run(PUT_ROLE, "it", party, c->number);
    if (!first_load) put_directory(party, c->name);
    return party;
}

static void put_customer(const customer *c) {
    sqlite3_int64 party = bench_sqlite_put_party(c);
    put_sites(party, c);
    put_contacts(party, c);
    bench_sqlite_run(PUT_DEFAULTS, "itttti", party, c->price_list, c->currency, c->payment_terms, c->delivery_terms,
                     (sqlite3_int64)(c->preferred_contact ? c->contacts : 0));
    for (int i = 0; i < 2; i++) bench_sqlite_run(PUT_MEMBERSHIP, "iii", party, (sqlite3_int64)(i + 1), group_id(c->group[i]));
    if (c->first) put_option_rules(party, -1);
    if (*c->site_times) bench_sqlite_run(PUT_SITE_TERMS, "iit", party, (sqlite3_int64)c->sites, c->site_times);
}

static void sqlite_load(uint64_t from, uint64_t until) {
    customer made;
    bench_sqlite_run(BEGIN, "");
    for (uint64_t i = from; i < until; i++) {
        bench_generate(i, &made);
        put_customer(&made);
    }
    bench_sqlite_run(COMMIT, "");
}

static void sqlite_create(const customer *made) {
    bench_sqlite_run(BEGIN, "");
    put_customer(made);
    bench_sqlite_run(COMMIT, "");
}

/* One transaction, without what makes it durable; a number that comes twice is found when its index is made. */
void bench_sqlite_first_open(const char *folder) {
    open_file(folder);
    execute(quick);
    execute("PRAGMA locking_mode=EXCLUSIVE; PRAGMA threads=2;");
    execute(tables);
    prepare();
    next_party = 1;
    first_load = true;
    bench_sqlite_run(BEGIN, "");
}

void bench_sqlite_first_close(void) {
    char path[600];
    execute("INSERT INTO directory SELECT 1, directory_key(name), id FROM party ORDER BY 2, 3");
    execute(indexes);
    bench_sqlite_run(COMMIT, "");
    snprintf(path, sizeof path, "%s", sqlite3_db_filename(db, "main"));
    sqlite_close();
    int file = open(path, O_RDWR | O_CLOEXEC);
    if (file < 0 || fsync(file) != 0) bench_fail("sync", path);
    close(file);
}

static void sqlite_begin(void) { bench_sqlite_run(BEGIN_READ, ""); }
static void sqlite_end(void) { bench_sqlite_run(COMMIT, ""); }
sqlite3_int64 bench_sqlite_current(void) { return current; }
int64_t bench_sqlite_today(void) { return time(NULL) / 86400; }
static void sqlite_use(uint64_t id) { current = (sqlite3_int64)id; }

static uint64_t sqlite_find(const char *number) {
    sqlite3_stmt *s = bench_sqlite_statement[FIND];
    sqlite3_bind_text(s, 1, number, -1, SQLITE_STATIC);
    if (sqlite3_step(s) != SQLITE_ROW) bench_fail("find", number);
    uint64_t id = (uint64_t)sqlite3_column_int64(s, 0);
    sqlite3_reset(s);
    return id;
}

/* --- detached copies --- */

/* Copies a row's columns behind each other: type, length, content. */
uint64_t bench_sqlite_copy(row_arena *arena, sqlite3_stmt *s) {
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
    sqlite3_stmt *s = bench_sqlite_statement[GET];
    row_arena arena = {0};
    uint64_t total = 0;
    sqlite3_bind_text(s, 1, number, -1, SQLITE_STATIC);
    if (sqlite3_step(s) != SQLITE_ROW) bench_fail("get", number);
    total += bench_sqlite_copy(&arena, s);
    sqlite3_reset(s);
    for (size_t i = 0; i < arena.size; i += 32) total += (unsigned char)arena.bytes[i];
    free(arena.bytes);
    return total;
}

static uint64_t copy_all(row_arena *arena, enum statement which) {
    sqlite3_stmt *s = bench_sqlite_statement[which];
    uint64_t values = 0;
    sqlite3_bind_int64(s, 1, current);
    while (sqlite3_step(s) == SQLITE_ROW) values += bench_sqlite_copy(arena, s);
    sqlite3_reset(s);
    return values;
}

static uint64_t sqlite_file(const char *number) {
    static const enum statement parts[] = {PARTY, ROLES, TERMS, USAGES, MEMBERSHIPS, ADDRESSES, CONTACTS, CHANNELS};
    row_arena arena = {0};
    uint64_t values = 0;
    (void)number;
    sqlite3_bind_int64(bench_sqlite_statement[USAGES], 2, bench_sqlite_today());
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) values += copy_all(&arena, parts[i]);
    free(arena.bytes);
    return values;
}

/* --- size --- */

static double pragma(const char *sql) {
    sqlite3_stmt *s;
    bench_sqlite_check(sqlite3_prepare_v2(db, sql, -1, &s, NULL), sql);
    bench_sqlite_check(sqlite3_step(s), sql);
    double value = (double)sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    return value;
}

/* Closing has moved the log into the file. */
file_size bench_sqlite_size(const char *folder) {
    char path[600];
    struct stat info;
    snprintf(path, sizeof path, "%s/bench.sqlite", folder);
    if (stat(path, &info) != 0) bench_fail("size", path);
    open_file(folder);
    double page = pragma("PRAGMA page_size"), free_pages = pragma("PRAGMA freelist_count"), pages = pragma("PRAGMA page_count");
    sqlite3_close(db);
    return (file_size){.file = (double)info.st_size, .used = (pages - free_pages) * page, .free = free_pages * page};
}

static void sqlite_close(void) {
    for (int i = 0; i < STATEMENTS; i++) sqlite3_finalize(bench_sqlite_statement[i]);
    sqlite3_close(db);
}

const side bench_sqlite = {"sqlite",    sqlite_open,   sqlite_load,  sqlite_begin, sqlite_end,           sqlite_get, bench_sqlite_quote,
                           sqlite_file, sqlite_create, sqlite_close, sqlite_find,  bench_sqlite_options, sqlite_use};
