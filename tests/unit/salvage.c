/* SPDX-License-Identifier: MIT */
/* Stores of what is left of damaged ones: whichever page is damaged, what does not lie on it is there again, with its ids, and the store
 * that is made is sound. */
#include "engine/salvage.h"
#include "engine/lmdb_page.h"
#include "support/chance.h"
#include "support/store.h"
#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>

static char target[600];

static void begin(void) {
    chance_in_memory();
    test_begin();
    snprintf(target, sizeof target, "%s.saved", test_folder);
}

static void end(void) {
    test_folder_remove(target);
    test_end();
}

TestSuite(salvage, .init = begin, .fini = end, .timeout = 300);

enum { PARTIES = 700, PAGE = 4096, ALL = 20000, CHANGED = 40 };

/* --- the store --- */

static crm_db *open_plain(const char *path) {
    crm_db_options options = test_options();
    crm_db *db;
    options.flags = 0;
    cr_assert_eq(crm_db_open(path, &options, &db), CRM_OK, "%s", crm_error_text());
    return db;
}

static crm_id changed[CHANGED];

static void fill(crm_txn *txn, int first, int count) {
    char name[40], long_text[3000];
    memset(long_text, 'x', sizeof long_text);
    snprintf(name, sizeof name, "G%d", first);
    crm_id group = test_group(txn, name, 0);
    snprintf(name, sizeof name, "B%d", first);
    crm_id below = test_group(txn, name, group);
    for (int i = first; i < first + count; i++) {
        snprintf(name, sizeof name, "Company %d", i);
        crm_id party = test_party(txn, name);
        test_role(txn, party, CRM_ROLE_CUSTOMER, NULL);
        crm_id site = test_child(txn, CRM_KIND_ADDRESS, party, CRM_ADDRESS_TOWN, "Ulm");
        crm_record *usage = test_record(CRM_KIND_USAGE, party, CRM_USAGE_PURPOSE, CRM_PURPOSE_DELIVERY, 0);
        crm_record_set_id(usage, CRM_USAGE_TARGET, site);
        test_put(txn, usage);
        crm_id contact = test_child(txn, CRM_KIND_CONTACT, party, CRM_CONTACT_NAME, name);
        crm_record *defaults = test_record(CRM_KIND_QUOTE_DEFAULTS, 0, 0);
        crm_record_set_id(defaults, CRM_QUOTE_DEFAULTS_OWNER, party);
        crm_record_set_id(defaults, CRM_QUOTE_DEFAULTS_PREFERRED_CONTACT, contact); /* which it can do without */
        test_put(txn, defaults);
        if (i < CHANGED) changed[i] = party;
        if (i % 100 == 0) {
            crm_record *rec = test_get(txn, party);
            crm_record_set_text(rec, CRM_PARTY_NOTE, long_text, sizeof long_text); /* a page of its own */
            test_put(txn, rec);
        }
        if (i % 7 == 0) cr_assert_eq(crm_group_add(txn, below, party, CRM_NO_DATE, CRM_NO_DATE, NULL), CRM_OK);
    }
}

/* In several commits: pages of earlier ones are free, or used again. */
static void build(bool once) {
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    fill(txn, 0, once ? PARTIES : PARTIES / 2);
    test_put(txn, test_record(CRM_KIND_SETTING, 0, CRM_SETTING_NAME, "directory.collation", CRM_SETTING_VALUE, "din5007-2", 0));
    test_commit(txn);
    for (int i = 0; !once && i < 5; i++) {
        txn = test_write(db);
        fill(txn, PARTIES / 2 + i * (PARTIES / 10), PARTIES / 10);
        for (int j = 0; j < CHANGED; j++) {
            crm_record *rec = test_get(txn, changed[j]);
            crm_record_set_text(rec, CRM_PARTY_NOTE, i % 2 ? "odd" : "even", CRM_NTS);
            test_put(txn, rec);
        }
        test_commit(txn);
    }
    test_sound(db, 0);
    crm_db_close(db);
}

typedef struct one {
    crm_id id;
    uint64_t revision;
} one;

typedef struct all_ids {
    one ids[ALL];
    size_t count;
} all_ids;

static int by_id(const void *a, const void *b) {
    const one *x = a, *y = b;
    return (x->id > y->id) - (x->id < y->id);
}

/* Every record of a store. */
static void read_all(const char *path, all_ids *out) {
    crm_db *db = open_plain(path);
    crm_txn *txn = test_read(db);
    crm_dump *dump;
    crm_record *rec;
    crm_id id, to;
    out->count = 0;
    cr_assert_eq(crm_dump_begin(txn, &dump), CRM_OK, "%s", crm_error_text());
    while (crm_dump_next(dump, &rec, &id, &to) == CRM_ROW) {
        if (!rec) continue;
        cr_assert_lt(out->count, ALL);
        out->ids[out->count++] = (one){id, crm_record_revision(rec)};
        crm_record_free(rec);
    }
    crm_dump_free(dump);
    crm_txn_free(txn);
    crm_db_close(db);
    qsort(out->ids, out->count, sizeof *out->ids, by_id);
}

static size_t count_common(const all_ids *a, const all_ids *b, size_t *older) {
    size_t common = 0;
    *older = 0;
    for (size_t i = 0; i < b->count; i++) {
        const one *same = bsearch(&b->ids[i], a->ids, a->count, sizeof *a->ids, by_id);
        common += same != NULL;
        *older += same && b->ids[i].revision < same->revision;
    }
    return common;
}

/* --- damage --- */

static uint8_t *file_bytes;
static size_t file_size;

static char *data_path(void) {
    static char path[600];
    snprintf(path, sizeof path, "%s/data.mdb", test_folder);
    return path;
}

static void read_file(void) {
    FILE *file = fopen(data_path(), "rb");
    struct stat info;
    cr_assert(file && stat(data_path(), &info) == 0);
    file_size = (size_t)info.st_size;
    file_bytes = malloc(file_size);
    cr_assert_eq(fread(file_bytes, 1, file_size, file), file_size);
    fclose(file);
    uint64_t last[2]; /* what lies behind the last page that is used is room for more; both heads say at 136 which that is */
    for (int i = 0; i < 2; i++) memcpy(&last[i], file_bytes + i * PAGE + 136, sizeof last[i]);
    size_t used = PAGE * (1 + (size_t)(last[0] > last[1] ? last[0] : last[1]));
    if (used < file_size) file_size = used;
}

static void write_file(void) {
    FILE *file = fopen(data_path(), "wb");
    cr_assert(file && fwrite(file_bytes, 1, file_size, file) == file_size);
    fclose(file);
}

static void destroy(size_t page, uint8_t kept[PAGE]) {
    memcpy(kept, file_bytes + page * PAGE, PAGE);
    memset(file_bytes + page * PAGE, (int)(0x5a + page % 7), PAGE);
}

static void restore(size_t page, const uint8_t kept[PAGE]) { memcpy(file_bytes + page * PAGE, kept, PAGE); }

typedef struct saved {
    uint64_t records, old, left;
    size_t common, older; /* older: than they were */
} saved;

/* Salvages, looks at what came, and removes it. sound: the new store has to be. */
static saved salvage(const all_ids *whole, const char *what) {
    static all_ids now;
    saved out;
    write_file();
    int rc = crm_salvage(test_folder, target, NULL, NULL, &out.records, &out.old, &out.left);
    cr_assert_eq(rc, CRM_OK, "%s: %d %s", what, rc, crm_error_text());
    read_all(target, &now);
    out.common = count_common(whole, &now, &out.older);
    crm_db *db = open_plain(target);
    crm_txn *txn = test_write(db);
    one made = {test_party(txn, "New"), 0};
    cr_expect_null(bsearch(&made, now.ids, now.count, sizeof *now.ids, by_id), "%s: a number was given out again", what);
    test_commit(txn);
    test_sound(db, 0);
    crm_db_close(db);
    cr_expect_eq(now.count, out.records, "%s: %zu of %lu", what, now.count, (unsigned long)out.records);
    test_folder_remove(target);
    return out;
}

static void each_page(bool once) {
    static all_ids whole;
    uint8_t kept[PAGE];
    build(once);
    read_all(test_folder, &whole);
    read_file();
    size_t pages = file_size / PAGE, step = once ? 3 : 1;
    for (size_t page = 0; page < pages; page += page < 12 ? 1 : step) {
        destroy(page, kept);
        saved out = salvage(&whole, "a page");
        /* what one page may hold, and what must name that */
        cr_expect_geq(out.common + out.left + 130, whole.count, "page %zu: %zu of %zu, %lu left out", page, out.common, whole.count,
                      (unsigned long)out.left);
        cr_expect_eq(out.common, out.records, "page %zu: %zu of %lu, %lu old", page, out.common, (unsigned long)out.records,
                     (unsigned long)out.old);
        restore(page, kept);
    }
    free(file_bytes);
}

Test(salvage, a_page_of_one_commit) { each_page(true); }
Test(salvage, a_page_of_many) { each_page(false); }

Test(salvage, both_beginnings) {
    static all_ids whole;
    uint8_t kept[2][PAGE];
    build(false);
    read_all(test_folder, &whole);
    read_file();
    destroy(0, kept[0]);
    destroy(1, kept[1]);
    saved out = salvage(&whole, "both beginnings");
    cr_expect_eq(out.common, whole.count, "%zu of %zu", out.common, whole.count);
    cr_expect_eq(out.records, whole.count);
    cr_expect_eq(out.old, 0);
    free(file_bytes);
}

/* All pages that lead to others: what is left are leaves, sound or out of date. */
Test(salvage, no_branches) {
    static all_ids whole;
    uint8_t kept[PAGE];
    build(false);
    read_all(test_folder, &whole);
    read_file();
    for (size_t page = 2; page < file_size / PAGE; page++)
        if (file_bytes[page * PAGE + 10] == 1) destroy(page, kept);
    saved out = salvage(&whole, "branches");
    cr_expect_eq(out.common, whole.count, "%zu of %zu", out.common, whole.count);
    cr_expect_eq(out.records, whole.count);
    destroy(0, kept);
    destroy(1, kept);
    out = salvage(&whole, "branches and both beginnings");
    cr_expect_geq(out.common + 130, whole.count, "%zu of %zu", out.common, whole.count);
    cr_expect_gt(out.old, 0);
    cr_expect_eq(out.older, 0, "%zu are not the newest", out.older);
    free(file_bytes);
}

static bool says_state(size_t page) {
    const uint8_t *at = file_bytes + page * PAGE;
    return at[10] == 2 && memmem(at, PAGE, "state", 5);
}

/* Where the counter of parties is lost, an older one does not have their numbers given out again. */
Test(salvage, numbers) {
    static all_ids whole;
    uint8_t kept[PAGE];
    build(true);
    crm_db *db = open_plain(test_folder);
    crm_txn *txn = test_write(db);
    fill(txn, PARTIES, 20);
    test_commit(txn);
    crm_db_close(db);
    read_all(test_folder, &whole);
    read_file();
    int pages = 0;
    for (size_t page = 2; page < file_size / PAGE; page++) {
        if (!says_state(page)) continue;
        destroy(page, kept);
        saved out = salvage(&whole, "a counter");
        cr_expect_eq(out.common, whole.count);
        restore(page, kept);
        pages++;
    }
    cr_expect_geq(pages, 2);
    free(file_bytes);
}

/* What was deleted does not come back as long as the pages of its range are there. */
Test(salvage, deleted) {
    static all_ids before, whole;
    uint8_t kept[PAGE];
    build(false);
    read_all(test_folder, &before);
    crm_db *db = test_open();
    crm_txn *txn = test_write(db);
    crm_iter *iter;
    crm_id ids[300];
    size_t count;
    cr_assert_eq(crm_party_list(txn, CRM_ROLE_CUSTOMER, NULL, 0, 0, 300, NULL, &iter), CRM_OK);
    cr_assert_eq(crm_iter_next_many(iter, ids, 300, &count), CRM_ROW);
    for (size_t i = 0; i < count; i += 2) cr_assert_eq(crm_record_delete(txn, ids[i], 0), CRM_OK, "%s", crm_error_text());
    crm_iter_free(iter);
    test_commit(txn);
    crm_db_close(db);
    read_all(test_folder, &whole);
    cr_assert_lt(whole.count + 300, before.count);
    read_file();
    for (size_t page = 2; page < file_size / PAGE; page++) {
        if (file_bytes[page * PAGE + 10] != 1) continue;
        destroy(page, kept);
        saved out = salvage(&whole, "a branch");
        cr_expect(out.common == whole.count && out.records == whole.count, "page %zu: %zu and %lu of %zu", page, out.common,
                  (unsigned long)out.records, whole.count);
        restore(page, kept);
    }
    int leaves = 0;
    for (size_t page = 2; leaves < 20 && page < file_size / PAGE; page++) {
        if (file_bytes[page * PAGE + 10] != 2) continue;
        destroy(page, kept);
        saved out = salvage(&whole, "a leaf");
        cr_expect_leq(out.records, out.common + 130, "page %zu: %lu are back", page, (unsigned long)(out.records - out.common));
        restore(page, kept);
        leaves++;
    }
    free(file_bytes);
}

/* --- a list of free pages that leads on and on --- */

enum { SMALL_PAGE = 512, CHAIN = 20000 };

static void set(uint8_t *page, size_t at, uint64_t value, size_t size) { memcpy(page + at, &value, size); }

/* The beginning of the file says of its list of free pages that its tree has no depth; each page of it names the next. */
static void write_chain(const char *path) {
    FILE *file = fopen(path, "wb");
    cr_assert(file);
    for (uint64_t number = 0; number < CHAIN; number++) {
        uint8_t page[SMALL_PAGE] = {0};
        set(page, 0, number, 8);
        set(page, CRMI_PAGE_KIND, number < 2 ? CRMI_PAGE_META : CRMI_PAGE_BRANCH, 2);
        if (number < 2) {
            set(page, 16, 0xbeefc0de, 4);
            set(page, 20, 1, 4);
            set(page, 40, SMALL_PAGE, 4);
            set(page, 44, 8, 2);
            set(page, 80, 2, 8);
            set(page, 128, CRMI_NO_PAGE, 8);
            set(page, 136, CHAIN - 1, 8);
            set(page, 144, number + 1, 8);
        } else {
            set(page, CRMI_PAGE_LOWER, CRMI_PAGE_HEAD + 4, 2);
            for (size_t i = 0, at = SMALL_PAGE - 32; i < 2; i++, at += 16) {
                set(page, CRMI_PAGE_HEAD + 2 * i, at, 2);
                set(page, at, number + 1, 4);
                set(page, at + 6, 8 * i, 2);
            }
            set(page, CRMI_PAGE_UPPER, SMALL_PAGE - 32, 2);
        }
        cr_assert_eq(fwrite(page, 1, sizeof page, file), sizeof page);
    }
    cr_assert_eq(fclose(file), 0);
}

static uint64_t no_age(crmi_slice key, crmi_slice value) {
    (void)key, (void)value;
    return 0;
}

static int no_row(void *data, int page, uint64_t at, crmi_slice key, crmi_slice value) {
    (void)data, (void)page, (void)at, (void)key, (void)value;
    return CRM_OK;
}

static void *read_chain(void *path) {
    crmi_salvage *salvage;
    cr_expect_eq(crmi_salvage_open(path, &salvage), CRM_OK, "%s", crm_error_text());
    cr_expect_eq(crmi_salvage_rows(salvage, no_age, no_row, NULL), CRM_OK, "%s", crm_error_text());
    crmi_salvage_close(salvage);
    return path;
}

/* A thread with little memory for its calls follows it no further than a tree can be deep. */
Test(salvage, list_without_end) {
    char path[700];
    pthread_attr_t little;
    pthread_t thread;
    cr_assert_eq(mkdir(target, 0700), 0);
    snprintf(path, sizeof path, "%s/data.mdb", target);
    write_chain(path);
    pthread_attr_init(&little);
    cr_assert_eq(pthread_attr_setstacksize(&little, 512 << 10), 0);
    cr_assert_eq(pthread_create(&thread, &little, read_chain, target), 0);
    pthread_attr_destroy(&little);
    pthread_join(thread, NULL);
}
