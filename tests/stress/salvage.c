/* SPDX-License-Identifier: MIT */
/* A store's file is damaged, one page or several, and salvaged. Every record that lies on sound pages is in the new store as it was, or is
 * among those that are counted as left out, since what they belong to is lost; nothing is in it that the store never had, and nothing
 * deleted, or older than it was, without being counted; and it is sound. */
#include "stress/history.h"
#include <libcrm/maintain.h>
#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { SOUND, SAVED, LEFT, OLDER, LOST_IDENTITY, CUT, BEFORE };
enum { PAGE = 4096, RECORDS = 4096, PAGES = 4096, KNOWN = 1 << 20 };

static char base[STRESS_PATH], work[STRESS_PATH], saved[STRESS_PATH];
static unsigned char bytes[PAGES * PAGE], damaged_bytes[PAGES * PAGE];
static size_t file_size;
static bool hurt[PAGES];

/* The records of the latest commit: where they lie, and what they are. */
static struct record {
    crm_id id;
    uint64_t leaf, page, pages, hash; /* that names it, and that have it; hash 0: a stub */
    bool found;
} records[RECORDS];
static size_t record_count;
static uint64_t identity_page; /* that says who the store is */
static bool of_free[PAGES];    /* pages of the list of free pages */

/* --- all that a record ever was: hashes of its id with a whole record or one of its members --- */

static uint64_t known[KNOWN];

static uint64_t hash_of(crm_id id, const char *text, size_t size) {
    uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ id * UINT64_C(0x9E3779B97F4A7C15);
    for (size_t i = 0; i < size; i++) hash = (hash ^ (unsigned char)text[i]) * UINT64_C(0x100000001b3);
    return hash | 1;
}

static bool knows(uint64_t hash, bool add) {
    size_t at = hash % KNOWN;
    while (known[at] && known[at] != hash) at = (at + 1) % KNOWN;
    if (known[at]) return true;
    if (add) known[at] = hash;
    return false;
}

/* How many members of an object nobody knows, or with add, makes them known. */
static size_t unknown_members(crm_id id, const char *json, bool add) {
    size_t unknown = 0, from = 1;
    int depth = 0;
    bool text = false;
    for (size_t i = 0; json[i]; i++) {
        if (text && json[i] == '\\' && json[i + 1]) {
            i++;
        } else if (json[i] == '"') {
            text = !text;
        } else if (!text) {
            bool ends = (json[i] == ',' && depth == 1) || (json[i] == '}' && depth == 1);
            depth += (json[i] == '{' || json[i] == '[') - (json[i] == '}' || json[i] == ']');
            if (!ends) continue;
            unknown += !knows(hash_of(id, json + from, i - from), add);
            from = i + 1;
        }
    }
    return unknown;
}

typedef void (*record_fn)(crm_id id, crm_record *rec, size_t number);

static void each_record(crm_db *db, record_fn fn) {
    crm_txn *txn;
    crm_dump *dump;
    crm_record *rec;
    crm_id id, to;
    size_t number = 0;
    stress_need(crm_txn_begin(db, 0, CRM_ACTOR_SYSTEM, &txn) == CRM_OK && crm_dump_begin(txn, &dump) == CRM_OK, "a dump");
    for (int rc; (rc = crm_dump_next(dump, &rec, &id, &to)) != CRM_OK; number++) {
        stress_need(rc == CRM_ROW, "a dump's record");
        fn(id, rec, number);
        crm_record_free(rec);
    }
    crm_dump_free(dump);
    crm_txn_free(txn);
}

static void remember(crm_id id, crm_record *rec, size_t number) {
    const char *json = rec ? crm_record_json(rec, NULL) : "";
    stress_need(number < RECORDS, "room for the records");
    records[number] = (struct record){.id = id, .hash = rec ? hash_of(id, json, strlen(json)) : 0};
    record_count = number + 1;
    if (!rec) return;
    (void)knows(records[number].hash, true);
    (void)unknown_members(id, json, true);
}

/* --- where they lie --- */

/* A value lies on a page that begins with its number, behind a head of 16 bytes where it has pages of its own. */
static void place_of(const MDB_val *value, uint64_t *page, uint64_t *count) {
    const unsigned char *at = value->mv_data, *head = (const void *)((uintptr_t)at & ~(uintptr_t)(PAGE - 1));
    memcpy(page, head, sizeof *page);
    *count = at - head == 16 ? (value->mv_size + 16 + PAGE - 1) / PAGE : 1;
}

static MDB_cursor *open_table(MDB_txn *txn, const char *name) {
    MDB_dbi dbi;
    MDB_cursor *cursor;
    stress_need(mdb_dbi_open(txn, name, 0, &dbi) == 0 && mdb_cursor_open(txn, dbi, &cursor) == 0, name);
    return cursor;
}

/* The dump has the rows of table file, in their order. */
static void find_places(void) {
    MDB_env *env;
    MDB_txn *txn;
    MDB_val key = {5, "store"}, value;
    uint64_t count;
    stress_need(mdb_env_create(&env) == 0 && mdb_env_set_maxdbs(env, 8) == 0 &&
                    mdb_env_open(env, base, MDB_RDONLY | MDB_NOLOCK, 0600) == 0 && mdb_txn_begin(env, NULL, MDB_RDONLY, &txn) == 0,
                "the file");
    MDB_cursor *file = open_table(txn, "file"), *meta = open_table(txn, "meta");
    for (size_t i = 0; i < record_count; i++) {
        stress_need(mdb_cursor_get(file, &key, &value, MDB_NEXT) == 0, "a row");
        place_of(&value, &records[i].page, &records[i].pages);
        place_of(&key, &records[i].leaf, &count);
    }
    stress_need(mdb_cursor_get(file, &key, &value, MDB_NEXT) == MDB_NOTFOUND, "no further row");
    key = (MDB_val){5, "store"};
    stress_need(mdb_cursor_get(meta, &key, &value, MDB_SET) == 0, "the store's own record");
    place_of(&value, &identity_page, &count);
    MDB_cursor *list;
    stress_need(mdb_cursor_open(txn, 0, &list) == 0, "the list of free pages");
    while (mdb_cursor_get(list, &key, &value, MDB_NEXT) == 0) {
        uint64_t page;
        place_of(&value, &page, &count);
        of_free[page] = true;
    }
    mdb_cursor_close(list);
    mdb_cursor_close(file);
    mdb_cursor_close(meta);
    mdb_txn_abort(txn);
    mdb_env_close(env);
}

static int long_note(crm_txn *txn, void *data) {
    char text[3001], number[16];
    crm_record *rec = NULL;
    memset(text, 'n', 3000);
    text[3000] = '\0';
    snprintf(number, sizeof number, "%d", *(int *)data);
    int rc = crm_party_get(txn, CRM_ROLE_CUSTOMER, number, CRM_NTS, &rec);
    if (rc == CRM_OK) rc = crm_record_set_text(rec, CRM_PARTY_NOTE, text, CRM_NTS);
    if (rc == CRM_OK) rc = crm_record_put(txn, rec, NULL, NULL);
    crm_record_free(rec);
    return rc == CRM_OK ? CRM_COMMIT : rc;
}

static void make(void) {
    crm_db *db;
    history h = {.seed = 3};
    char path[STRESS_PATH + 16];
    stress_drop(base);
    stress_make(base);
    stress_need(stress_open(base, 0, &db) == CRM_OK, "open");
    for (int i = 0; i < 60; i++) {
        each_record(db, remember);
        stress_need(history_commit(db, &h) == CRM_OK, "a commit");
        if (i % 20 == 7) stress_need(crm_transact(db, CRM_ACTOR_SYSTEM, long_note, &(int){1 + i / 20}) == CRM_OK, "a long note");
    }
    each_record(db, remember);
    crm_db_close(db);
    find_places();
    snprintf(path, sizeof path, "%s/data.mdb", base);
    FILE *in = fopen(path, "rb");
    stress_need(in != NULL, path);
    file_size = fread(bytes, 1, sizeof bytes, in);
    fclose(in);
}

/* --- damage --- */

static void hurt_page(size_t page, uint64_t kind) {
    unsigned char *at = damaged_bytes + page * PAGE;
    hurt[page] = true;
    switch (kind) {
    case 0: memset(at, 0, PAGE); break;
    case 1: memset(at, 0x5a, PAGE); break;
    case 2:
        for (int i = 0; i < PAGE; i++) at[i] = (unsigned char)stress_draw(256);
        break;
    case 3: at[stress_draw(PAGE)] ^= (unsigned char)(1 << stress_draw(8)); break;
    default: memcpy(at, damaged_bytes + stress_draw(file_size / PAGE) * PAGE, PAGE);
    }
}

static void damage(uint64_t round) {
    size_t size = file_size, pages = size / PAGE, count = round % 2 ? 1 : 1 + (size_t)stress_draw(12);
    char path[STRESS_PATH + 16];
    memcpy(damaged_bytes, bytes, size);
    memset(hurt, 0, sizeof hurt);
    for (size_t i = 0; i < count; i++) hurt_page(stress_draw(pages), stress_draw(5));
    if (round % 16 == 6) {
        size_t first = 2 + (size_t)stress_draw(pages - 2);
        size = first * PAGE - (size_t)stress_draw(PAGE);
        for (size_t i = size / PAGE; i < pages; i++) hurt[i] = true;
        stress_count[CUT]++;
    }
    stress_drop(work);
    stress_need(mkdir(work, 0700) == 0, work);
    snprintf(path, sizeof path, "%s/data.mdb", work);
    FILE *out = fopen(path, "wb");
    stress_need(out && fwrite(damaged_bytes, 1, size, out) == size && fclose(out) == 0, path);
}

static bool is_sound(const struct record *rec) {
    for (uint64_t i = 0; i < rec->pages; i++)
        if (hurt[rec->page + i]) return false;
    return !hurt[rec->leaf];
}

/* --- what came --- */

static uint64_t came, deleted, older;

static void look_at(crm_id id, crm_record *rec, size_t number) {
    struct record *was = NULL;
    (void)number;
    if (!rec) return;
    for (size_t i = 0; i < record_count && !was; i++)
        if (records[i].id == id && records[i].hash) was = &records[i];
    const char *json = crm_record_json(rec, NULL);
    uint64_t hash = hash_of(id, json, strlen(json));
    CHECK(knows(hash, false) || unknown_members(id, json, false) == 0, "the store never had this: %s", json);
    came++;
    deleted += !was;
    if (!was) return;
    was->found = true;
    if (hash != was->hash && knows(hash, false)) {
        CHECK(!is_sound(was) || hurt[0] || hurt[1], "an older one has come, and the newest lies on a sound page: %s", json);
        older++;
    }
}

static void check(uint64_t told, uint64_t old, uint64_t left) {
    crm_db *db;
    crm_damages *damages = NULL;
    uint64_t sound = 0, missing = 0;
    came = deleted = older = 0;
    for (size_t i = 0; i < record_count; i++) records[i].found = false;
    int rc = stress_open(saved, 0, &db);
    if (!CHECK(rc == CRM_OK, "the new store: %d %s", rc, crm_error_text())) return;
    stress_need(crm_verify(db, 0, 1, NULL, NULL, &damages) == CRM_OK, "a look at it");
    CHECK(crm_damages_count(damages) == 0, "it is not sound: %s",
          crm_record_json((crm_record *)(uintptr_t)crm_damages_record(damages, 0), NULL));
    crm_damages_free(damages);
    each_record(db, look_at);
    crm_db_close(db);
    for (size_t i = 0; i < record_count; i++) {
        if (!records[i].hash || !is_sound(&records[i])) continue;
        sound++;
        missing += !records[i].found;
    }
    CHECK(came == told, "told of %llu records, %llu are there", (unsigned long long)told, (unsigned long long)came);
    bool unsure = hurt[0] || hurt[1]; /* the heads of the latest two commits: it may be the store of the one before */
    for (size_t i = 0; i < PAGES; i++) unsure |= hurt[i] && of_free[i];
    if (unsure) {
        stress_count[BEFORE]++;
        return;
    }
    CHECK(missing <= left, "%llu sound records are missing, and %llu were left out", (unsigned long long)missing, (unsigned long long)left);
    CHECK(deleted + older <= old, "%llu deleted and %llu older ones, and %llu told of as old", (unsigned long long)deleted,
          (unsigned long long)older, (unsigned long long)old);
    stress_count[SOUND] += sound;
    stress_count[SAVED] += sound - missing;
    stress_count[LEFT] += missing;
    stress_count[OLDER] += deleted + older;
}

int main(int argc, char **argv) {
    uint64_t round;
    stress_begin(argc, argv, "salvage", 600, 3000);
    stress_place("base", base);
    stress_place("damaged", work);
    stress_place("saved", saved);
    make();
    while (stress_round(&round)) {
        uint64_t told = 0, old = 0, left = 0;
        damage(round);
        stress_drop(saved);
        int rc = crm_salvage(work, saved, NULL, NULL, &told, &old, &left);
        if (rc == CRM_E_CORRUPT && hurt[identity_page])
            stress_count[LOST_IDENTITY]++;
        else if (CHECK(rc == CRM_OK, "salvaging: %d %s", rc, crm_error_text()))
            check(told, old, left);
    }
    printf("salvage: %llu damaged stores, %llu of them cut off, %llu without the record that says who they are, %llu with a "
           "damaged head or list of free pages; of %llu records on sound pages %llu are there again, %llu were left out for what they "
           "belong to; %llu older or deleted ones came, and were told of as old\n",
           (unsigned long long)round, (unsigned long long)stress_count[CUT], (unsigned long long)stress_count[LOST_IDENTITY],
           (unsigned long long)stress_count[BEFORE], (unsigned long long)stress_count[SOUND], (unsigned long long)stress_count[SAVED],
           (unsigned long long)stress_count[LEFT], (unsigned long long)stress_count[OLDER]);
    return stress_end();
}
