/* SPDX-License-Identifier: MIT */
/* Whole stores: what is written makes the same store again, and what is not what was written makes none. */
#include "support/actors.h"
#include "support/store.h"
#include <dirent.h>
#include <libcrm/io.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

TestSuite(dump, .init = test_begin, .fini = test_end);

static char *path_of(const char *name) {
    char *path;
    cr_assert(asprintf(&path, "%s/../%s-%s", test_folder, strrchr(test_folder, '/') + 1, name) > 0);
    return path;
}

static char *read_whole(const char *path, size_t *size) {
    FILE *file = fopen(path, "rb");
    cr_assert(file, "%s", path);
    fseek(file, 0, SEEK_END);
    *size = (size_t)ftell(file);
    rewind(file);
    char *bytes = malloc(*size + 1);
    cr_assert(fread(bytes, 1, *size, file) == *size);
    bytes[*size] = '\0';
    fclose(file);
    return bytes;
}

static void write_whole(const char *path, const char *bytes, size_t size) {
    FILE *file = fopen(path, "wb");
    cr_assert(file && fwrite(bytes, 1, size, file) == size);
    cr_assert(fclose(file) == 0);
}

static void dump_to(crm_db *db, const char *path) {
    crm_txn *txn = test_read(db);
    cr_assert_eq(crm_export_dump(txn, path), CRM_OK, "%s", crm_error_text());
    crm_txn_free(txn);
}

static crm_db *open_at(const char *path) {
    crm_db_options options = test_options();
    crm_db *db;
    options.flags = 0;
    cr_assert_eq(crm_db_open(path, &options, &db), CRM_OK, "%s", crm_error_text());
    return db;
}

/* --- a store with something of everything --- */

static crm_field custom(crm_txn *txn, const char *kind, const char *name, const char *type, bool unique) {
    crm_record *rec = test_record(CRM_KIND_CUSTOM_FIELD, 0, CRM_CUSTOM_FIELD_RECORD_KIND, kind, CRM_CUSTOM_FIELD_NAME, name,
                                  CRM_CUSTOM_FIELD_TYPE, type, 0);
    crm_record_set_label(rec, CRM_CUSTOM_FIELD_LABEL, "de", "Länge \"x\"", CRM_NTS);
    crm_record_set_label(rec, CRM_CUSTOM_FIELD_LABEL, "en", "Length", CRM_NTS);
    crm_record_add_item(rec, CRM_CUSTOM_FIELD_SYNONYMS, "a|b", CRM_NTS);
    crm_record_set_bool(rec, CRM_CUSTOM_FIELD_UNIQUE, unique);
    test_put(txn, rec);
    char path[80];
    crm_field field;
    snprintf(path, sizeof path, "%s.%s", kind, name);
    cr_assert_eq(crm_custom_field_find(txn, path, &field), CRM_OK);
    return field;
}

static void fill_custom(crm_txn *txn) {
    crm_field text = custom(txn, "party", "serial", "text", true), list = custom(txn, "party", "tags", "texts", false);
    crm_field day = custom(txn, "party", "valid_until", "date", false), time = custom(txn, "party", "seen", "time", false);
    crm_field amount = custom(txn, "party", "limit", "amount", false), bytes = custom(txn, "party", "blob", "bytes", false);
    crm_field label = custom(txn, "party", "title2", "label", false), code = custom(txn, "code", "rank", "int", false);
    crm_field lost = custom(txn, "party", "lost", "int", false);
    crm_record *rec = test_record(CRM_KIND_PARTY, 0, CRM_PARTY_TYPE, CRM_PARTY_TYPE_ORGANISATION, CRM_PARTY_NAME,
                                  "Eigen\n\"=1+1\" \xf0\x9f\x98\x80", text, "A-1", 0);
    crm_record_add_item(rec, list, "", 0);
    crm_record_add_item(rec, list, "zwei", CRM_NTS);
    crm_record_set_date(rec, day, -719162); /* the first day that there is: the last one that is in is before it */
    crm_record_set_time(rec, time, -1);
    crm_record_set_amount(rec, amount, INT64_MIN);
    crm_record_set_bytes(rec, bytes, "\0\xff\x80", 3);
    crm_record_set_label(rec, label, "de", "", 0);
    crm_record_set_int(rec, lost, INT64_MIN);
    test_put(txn, rec);
    crm_record *code_rec = test_record(CRM_KIND_CODE, 0, CRM_CODE_DOMAIN, "price_list", CRM_CODE_CODE, "P1", 0);
    crm_record_set_int(code_rec, code, 7);
    test_put(txn, code_rec);
    crm_id definition;
    cr_assert_eq(crm_record_find(txn, CRM_CUSTOM_FIELD_NAME, "party", CRM_NTS, "lost", CRM_NTS, &definition), CRM_OK);
    cr_assert_eq(crm_record_delete(txn, definition, 0), CRM_OK);
}

static void fill_users(crm_txn *txn, crm_id party) {
    crm_id staff = actor_staff(txn, "staff", "*", "*", ACTOR_PERSONAL | ACTOR_PRICES | ACTOR_ADMINISTERS);
    crm_id bound = actor_bound(txn, "bound", party, "party.note");
    cr_assert_eq(crm_user_verifier_set(txn, staff, "verifier\xff", 9), CRM_OK, "%s", crm_error_text());
    cr_assert_eq(crm_user_verifier_set(txn, bound, "other", 5), CRM_OK, "%s", crm_error_text());
}

static void change(crm_txn *txn, crm_id id, crm_field field, const char *text) {
    crm_record *rec = test_get(txn, id);
    cr_assert_eq(crm_record_set_text(rec, field, text, CRM_NTS), CRM_OK);
    test_put(txn, rec);
}

static void fill(crm_db *db) {
    crm_txn *txn = test_write(db);
    fill_custom(txn);
    crm_id party = test_party(txn, "Müller & Söhne"), other = test_party(txn, "Zweite"), gone = test_party(txn, "Fort");
    crm_id group = test_group(txn, "A", 0), below = test_group(txn, "B", group);
    test_role(txn, party, CRM_ROLE_CUSTOMER, "00042");
    test_role(txn, other, CRM_ROLE_SUPPLIER, NULL);
    crm_id address = test_put(txn, test_record(CRM_KIND_ADDRESS, party, CRM_ADDRESS_STREET, "Weg 1", CRM_ADDRESS_POSTAL_CODE, "01067", 0));
    crm_id contact = test_put(txn, test_record(CRM_KIND_CONTACT, party, CRM_CONTACT_NAME, "Ada", 0));
    crm_id last = test_put(txn, test_record(CRM_KIND_CONTACT, party, CRM_CONTACT_NAME, "Eve", 0));
    crm_record *usage = test_record(CRM_KIND_USAGE, party, CRM_USAGE_PURPOSE, CRM_PURPOSE_DELIVERY, 0);
    crm_record_set_id(usage, CRM_USAGE_TARGET, address);
    test_put(txn, usage);
    crm_record *terms = test_record(CRM_KIND_QUOTE_DEFAULTS, group, CRM_QUOTE_DEFAULTS_PRICE_LIST, "P1", 0);
    test_put(txn, terms);
    terms = test_record(CRM_KIND_QUOTE_DEFAULTS, party, CRM_QUOTE_DEFAULTS_CURRENCY, "EUR", 0);
    crm_record_set_id(terms, CRM_QUOTE_DEFAULTS_PREFERRED_CONTACT, contact);
    test_put(txn, terms);
    test_put(txn, test_record(CRM_KIND_QUOTE_DEFAULTS, 0, CRM_QUOTE_DEFAULTS_SENDER_COUNTRY, "DE", 0));
    crm_record *member = test_record(CRM_KIND_MEMBERSHIP, party, 0);
    crm_record_set_id(member, CRM_MEMBERSHIP_GROUP, below);
    crm_record_set_date(member, CRM_MEMBERSHIP_VALID_UNTIL, TEST_DAY + 9);
    test_put(txn, member);
    test_put(txn, test_record(CRM_KIND_IDENTIFIER, other, CRM_IDENTIFIER_SCHEME, "erp", CRM_IDENTIFIER_VALUE, "K 1", 0));
    test_put(txn, test_record(CRM_KIND_BANK, other, CRM_BANK_IBAN, "DE02120300000000202051", 0));
    crm_record *option = test_record(CRM_KIND_OPTION_RULE, group, CRM_OPTION_RULE_CODE, "X", 0);
    test_put(txn, option);
    crm_id setting = test_put(txn, test_record(CRM_KIND_SETTING, 0, CRM_SETTING_NAME, "host.colour", CRM_SETTING_VALUE, "red", 0));
    fill_users(txn, party);
    test_commit(txn);

    txn = test_write(db);
    change(txn, setting, CRM_SETTING_VALUE, "blue");
    change(txn, party, CRM_PARTY_NOTE, "-1");
    cr_assert_eq(crm_record_delete(txn, last, 0), CRM_OK, "%s", crm_error_text());
    cr_assert_eq(crm_record_delete(txn, gone, 0), CRM_OK, "%s", crm_error_text());
    cr_assert_eq(crm_record_archive(txn, other, 0), CRM_OK, "%s", crm_error_text());
    test_commit(txn);
}

/* --- the same store again --- */

static void expect_same(const char *a, const char *b) {
    size_t size_a, size_b;
    char *left = read_whole(a, &size_a), *right = read_whole(b, &size_b);
    cr_expect_eq(size_a, size_b);
    cr_expect_str_eq(left, right);
    free(left);
    free(right);
}

Test(dump, the_same_again) {
    crm_db *db = test_open();
    char *first = path_of("first"), *second = path_of("second"), *copy = path_of("copy");
    fill(db);
    dump_to(db, first);
    struct stat info;
    cr_expect(stat(first, &info) == 0 && (info.st_mode & 0777) == 0600, "it holds secrets");
    cr_assert_eq(crm_import_dump(first, copy), CRM_OK, "%d %s line %lu", crm_error_status(), crm_error_text(),
                 (unsigned long)crm_error_row());
    crm_db *again = open_at(copy);
    dump_to(again, second);
    expect_same(first, second);
    char *left = test_dump(db), *right = test_dump(again);
    cr_expect_str_eq(left, right);
    cr_expect_str_eq(crm_db_uuid(db), crm_db_uuid(again));
    cr_expect_eq(test_sequence(db), test_sequence(again));
    free(left);
    free(right);
    crm_db_close(again);
    crm_db_close(db);
    test_folder_remove(copy);
    unlink(first);
    unlink(second);
    free(first);
    free(second);
    free(copy);
}

/* What is derived is there too: it is found, checked and goes on. */
Test(dump, goes_on) {
    crm_db *db = test_open();
    char *path = path_of("dump"), *copy = path_of("copy");
    fill(db);
    dump_to(db, path);
    cr_assert_eq(crm_import_dump(path, copy), CRM_OK, "%s", crm_error_text());
    crm_db *again = open_at(copy);
    crm_txn *txn = test_write(again);
    crm_id party, found, user;
    cr_assert_eq(crm_party_find(txn, CRM_ROLE_CUSTOMER, "00042", CRM_NTS, &party), CRM_OK, "%s", crm_error_text());
    cr_expect_eq(crm_record_find(txn, CRM_SETTING_NAME, NULL, 0, "host.colour", CRM_NTS, &found), CRM_OK);
    crm_record *setting = test_get(txn, found);
    cr_expect_eq(crm_record_revision(setting), 2);
    crm_record_set_text(setting, CRM_SETTING_VALUE, "green", CRM_NTS);
    cr_expect_eq(test_try(txn, setting), CRM_OK, "%s", crm_error_text());
    cr_expect_eq(crm_record_find(txn, CRM_PARTY_NAME, NULL, 0, "x", CRM_NTS, &found), CRM_E_TYPE);
    cr_assert_eq(crm_user_find(txn, "staff", CRM_NTS, &user), CRM_OK);
    uint8_t verifier[32];
    size_t size;
    cr_assert_eq(crm_user_verifier_get(txn, user, verifier, sizeof verifier, &size), CRM_OK, "%s", crm_error_text());
    cr_expect(size == 9 && memcmp(verifier, "verifier\xff", 9) == 0);
    /* the number of the contact that was deleted last is not given again, nor that of a party */
    crm_id contact = test_put(txn, test_record(CRM_KIND_CONTACT, party, CRM_CONTACT_NAME, "Neu", 0)), fresh = test_party(txn, "Neu");
    crm_txn *before = test_read(db);
    crm_record *none;
    cr_expect_eq(crm_record_get(before, contact, &none), CRM_E_NOTFOUND);
    cr_expect_eq(crm_record_get(before, fresh, &none), CRM_E_NOTFOUND);
    crm_txn_free(before);
    crm_field field;
    cr_expect_eq(crm_custom_field_find(txn, "party.serial", &field), CRM_OK);
    cr_expect_eq(crm_record_find(txn, field, NULL, 0, "A-1", CRM_NTS, &found), CRM_OK, "%s", crm_error_text());
    test_commit(txn);
    crm_txn_free(test_as(again, user));
    crm_db_close(again);
    crm_db_close(db);
    test_folder_remove(copy);
    unlink(path);
    free(path);
    free(copy);
}

/* --- what is none --- */

/* Replaces the first place where the text says one thing by another; the line that the place is in. */
static char *with(const char *text, const char *old, const char *new, uint64_t *line) {
    const char *at = strstr(text, old);
    cr_assert(at, "%s is not there", old);
    char *out;
    cr_assert(asprintf(&out, "%.*s%s%s", (int)(at - text), text, new, at + strlen(old)) > 0);
    *line = 1;
    for (const char *c = text; c < at; c++) *line += *c == '\n';
    return out;
}

static void expect_refused(const char *what, const char *text, size_t size, int status, uint64_t line) {
    char *path = path_of("bad"), *copy = path_of("copy");
    write_whole(path, text, size);
    int rc = crm_import_dump(path, copy);
    cr_expect_eq(rc, status, "%s: %d %s", what, rc, crm_error_text());
    if (line) cr_expect_eq(crm_error_row(), line, "%s: line %lu: %s", what, (unsigned long)crm_error_row(), crm_error_text());
    cr_expect(access(copy, F_OK) != 0, "%s: nothing is left", what);
    unlink(path);
    free(path);
    free(copy);
}

/* A contact names itself as its person, who is a party. */
static void expect_person_refused(const char *text) {
    const char *name = strstr(text, "\"name\":\"Ada\""), *id = NULL;
    for (const char *at = text; (at = strstr(at, "\"id\":")) && at < name; at++) id = at;
    cr_assert(id);
    char *new;
    uint64_t line;
    cr_assert(asprintf(&new, "\"name\":\"Ada\",\"person\":%.*s", (int)strspn(id + 5, "0123456789"), id + 5) > 0);
    char *bad = with(text, "\"name\":\"Ada\"", new, &line);
    expect_refused(new, bad, strlen(bad), CRM_E_NOTFOUND, line);
    free(bad);
    free(new);
}

/* The id that stands behind the first place of what, from a text on. */
static char *id_behind(const char *text, const char *from, const char *what) {
    const char *at = strstr(text, from);
    cr_assert(at && (at = strstr(at, what)), "%s %s", from, what);
    at += strlen(what);
    return strndup(at, strspn(at, "0123456789"));
}

/* A record names one that was deleted, or one of another party's, or is of a party that was deleted. */
static void expect_lost_refused(const char *text) {
    char *eve = id_behind(text, "\"name\":\"Ada\"", "{\"stub\":"), *ada = id_behind(text, "\"preferred_contact\"", ":");
    char *address = id_behind(text, "{\"kind\":\"address\"", "\"id\":"),
         *other = id_behind(text, "\"type\":\"organisation\",\"name\":\"Z", "\"party\":");
    char *old, *new, *bad;
    uint64_t line;
    cr_assert(asprintf(&old, "\"preferred_contact\":%s", ada) > 0 && asprintf(&new, "\"preferred_contact\":%s", eve) > 0);
    bad = with(text, old, new, &line);
    expect_refused("who was deleted", bad, strlen(bad), CRM_E_NOTFOUND, line);
    cr_expect_eq(crm_error_field(), CRM_QUOTE_DEFAULTS_PREFERRED_CONTACT);
    free(old), free(new), free(bad);
    cr_assert(asprintf(&new, "\"scheme\":\"erp\",\"target\":%s", address) > 0);
    bad = with(text, "\"scheme\":\"erp\"", new, &line);
    expect_refused("another party's address", bad, strlen(bad), CRM_E_NOT_RELATED, line);
    cr_expect_eq(crm_error_field(), CRM_IDENTIFIER_TARGET);
    free(new), free(bad);
    /* the line of the second party becomes a stub */
    cr_assert(asprintf(&new, "{\"kind\":\"party\",\"id\":%s,", other) > 0);
    const char *begins = strstr(text, new), *ends = begins ? strchr(begins, '\n') : NULL;
    cr_assert(begins && ends);
    cr_assert(asprintf(&bad, "%.*s{\"stub\":%s}%s", (int)(begins - text), text, other, ends) > 0);
    expect_refused("of a party that was deleted", bad, strlen(bad), CRM_E_FORMAT, 0);
    free(new), free(bad), free(eve), free(ada), free(address), free(other);
}

static size_t count_beside(void) {
    size_t count = 0;
    char *above = path_of("x");
    *strrchr(above, '/') = '\0';
    const char *name = strrchr(test_folder, '/') + 1;
    DIR *dir = opendir(above);
    cr_assert(dir);
    for (const struct dirent *entry; (entry = readdir(dir));) count += strncmp(entry->d_name, name, strlen(name)) == 0;
    closedir(dir);
    free(above);
    return count;
}

Test(dump, hostile_lines) {
    static const struct {
        const char *old, *new;
        int status;
    } cases[] = {
        {"{\"format\"", "{\"Format\"", CRM_E_FORMAT},
        {"\"version\":1", "\"version\":9", CRM_E_VERSION},
        {"\"identity\":\"", "\"identity\":\"*", CRM_E_FORMAT},
        {"{\"kind\":\"role\"", "{\"kind\":\"roll\"", CRM_E_FORMAT},
        {"{\"kind\":\"role\"", "[\"kind\",\"role\"", CRM_E_FORMAT},
        {"{\"kind\":\"role\"", "{\"kind\":\"role\",\"kind\":\"role\"", CRM_E_FORMAT},
        {"{\"kind\":\"role\"", "{\"kind\":\"address\"", CRM_E_FORMAT},
        {"{\"kind\":\"role\"", "{\"colour\":1,\"kind\":\"role\"", CRM_E_FORMAT},
        {"{\"kind\":\"role\"", "{\"kind\":\"quote\"", CRM_E_FORMAT},
        {"\"role\":\"customer\"", "\"role\":7", CRM_E_FORMAT},
        {"\"role\":\"customer\"", "\"role\":\"king\"", CRM_E_CODE},
        {"\"number\":\"00042\"", "\"number\":\"\xff\"", CRM_E_FORMAT},
        {"\"number\":\"00042\"", "\"number\":\"a\\u0000b\"", CRM_E_FORMAT},
        {"\"name\":\"Ada\"", "\"note\":\"Ada\"", CRM_E_REQUIRED},
        {"\"name\":\"Ada\"", "\"name\":\"Ada\",\"valid_from\":\"2024-02-30\"", CRM_E_FORMAT},
        {"\"name\":\"Ada\"", "\"name\":\"Ada\",\"valid_from\":\"2024-2-3\"", CRM_E_FORMAT},
        {"\"name\":\"Ada\"", "\"name\":\"Ada\",\"valid_from\":4611686018427387904", CRM_E_RANGE},
        {"\"name\":\"Ada\"", "\"name\":\"Ada\",\"archived\":1", CRM_E_FORMAT},
        {"\"name\":\"Ada\"", "\"name\":\"Ada\",\"person\":1.5", CRM_E_FORMAT},
        {"\"name\":\"Ada\"", "\"name\":\"Ada\",\"person\":-5", CRM_E_FORMAT},
        {"\"limit\":\"-922337203685477.5808\"", "\"limit\":\"-922337203685477.5809\"", CRM_E_FORMAT},
        {"\"limit\":\"-922337203685477.5808\"", "\"limit\":\"1.\"", CRM_E_FORMAT},
        {"\"seen\":\"1969-12-31T23:59:59.999999Z\"", "\"seen\":\"1969-12-31T24:59:59.999999Z\"", CRM_E_FORMAT},
        {"\"blob\":\"AP+A\"", "\"blob\":\"AP+\"", CRM_E_FORMAT},
        {"\"blob\":\"AP+A\"", "\"blob\":\"AP8B=\"", CRM_E_FORMAT},
        {"\"tags\":[\"\",", "\"tags\":[1,", CRM_E_FORMAT},
        {"\"label\":{\"de\"", "\"label\":{\"D\"", CRM_E_INVALID},
        {"\"name\":\"tags\"", "\"name\":\"Tags\"", CRM_E_INVALID},
        {"\"value\":\"blue\"", "\"value\":\"blue\",\"id\":1", CRM_E_FORMAT},
        {"{\"stub\":", "{\"stub\":1", CRM_E_FORMAT},
        {"{\"stub\":", "{\"stop\":", CRM_E_FORMAT},
        {"{\"end\":true,\"lines\":", "{\"end\":true,\"lines\":1", CRM_E_FORMAT},
        {"{\"end\":true", "\n{\"end\":true", CRM_E_FORMAT},
    };
    crm_db *db = test_open();
    char *path = path_of("dump");
    size_t size;
    fill(db);
    dump_to(db, path);
    crm_db_close(db);
    char *text = read_whole(path, &size);
    unlink(path);
    size_t beside = count_beside();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint64_t line;
        char *bad = with(text, cases[i].old, cases[i].new, &line);
        expect_refused(cases[i].new, bad, strlen(bad), cases[i].status, line);
        free(bad);
    }
    expect_person_refused(text);
    expect_lost_refused(text);
    expect_refused("nothing", "", 0, CRM_E_FORMAT, 0);
    expect_refused("a NUL", "\0", 1, CRM_E_FORMAT, 1);
    free(text);
    free(path);
    cr_expect_eq(count_beside(), beside, "no folder is left");
}

/* Cut anywhere, or with one byte turned: refused, or a store; never a crash, never half a store. */
Test(dump, damaged_anywhere) {
    crm_db *db = test_open();
    char *path = path_of("dump"), *copy = path_of("copy");
    size_t size;
    fill(db);
    dump_to(db, path);
    crm_db_close(db);
    char *text = read_whole(path, &size);
    uint32_t random = 7;
    for (int i = 0; i < 120; i++) {
        random = random * 1664525u + 1013904223u;
        size_t at = (random >> 4) % size;
        char kept = text[at];
        bool cut = i % 3 == 0;
        if (!cut) text[at] = (char)(kept ^ (1 << (i % 8)));
        write_whole(path, text, cut ? at : size);
        int rc = crm_import_dump(path, copy);
        cr_expect(!cut || rc < 0 || at == size - 1, "cut at %zu of %zu", at, size);
        if (rc == CRM_OK) test_folder_remove(copy);
        cr_expect(access(copy, F_OK) != 0);
        text[at] = kept;
    }
    free(text);
    unlink(path);
    free(path);
    free(copy);
}

/* The file or the store can't be written: nothing is left. */
Test(dump, no_room) {
    crm_db *db = test_open();
    char *path = path_of("dump"), *copy = path_of("copy");
    fill(db);
    crm_txn *txn = test_read(db);
    cr_expect_eq(crm_export_dump(txn, "/dev/full"), CRM_E_IO, "%s", crm_error_text());
    dump_to(db, path);
    size_t size;
    char *before = read_whole(path, &size);
    struct rlimit limit, small = {4096, RLIM_INFINITY};
    signal(SIGXFSZ, SIG_IGN);
    cr_assert(getrlimit(RLIMIT_FSIZE, &limit) == 0 && setrlimit(RLIMIT_FSIZE, &small) == 0);
    int rc = crm_export_dump(txn, path), loaded = crm_import_dump(path, copy);
    setrlimit(RLIMIT_FSIZE, &limit);
    cr_expect_eq(rc, CRM_E_IO);
    cr_expect(loaded < 0, "%d", loaded);
    cr_expect(access(copy, F_OK) != 0);
    char *after = read_whole(path, &size);
    cr_expect_str_eq(before, after, "what was there stays");
    free(before);
    free(after);
    crm_txn_free(txn);
    crm_db_close(db);
    unlink(path);
    cr_expect_eq(count_beside(), 1, "the store of the test alone");
    free(path);
    free(copy);
}
