/* SPDX-License-Identifier: MIT */
/* Sizes, seeds, state, and stores of the programs of tests/stress. */
#include "stress/stress.h"
#include <ctype.h>
#include <ftw.h>
#include <lmdb.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

bool stress_long;
char stress_folder[STRESS_PATH];
uint64_t stress_count[STRESS_COUNTS], stress_failures;

static const char *program, *state_folder;
static uint64_t seed = 1, drawn, rounds, current;
static pid_t owner;

/* --- sizes --- */

static uint64_t number(const char *text) {
    char *end;
    uint64_t value = text ? strtoull(text, &end, 10) : 0;
    if (text && *text && !*end) return value;
    fputs("usage: [--gate | --long FOLDER] [--seed N] [--rounds N]\n", stderr);
    exit(2);
}

static void state_place(char out[STRESS_PATH]) { snprintf(out, STRESS_PATH, "%s/%s.state", state_folder, program); }

/* The state is of this program as it is built now, of the same seed and size: anything else begins anew. */
static void state_head(char out[STRESS_PATH]) {
    struct stat self;
    stress_need(stat("/proc/self/exe", &self) == 0, "the program's file");
    snprintf(out, STRESS_PATH, "%s seed %llu rounds %llu built %lld.%09ld\n", program, (unsigned long long)seed, (unsigned long long)rounds,
             (long long)self.st_mtim.tv_sec, self.st_mtim.tv_nsec);
}

static void state_read(void) {
    char path[STRESS_PATH], head[STRESS_PATH], line[STRESS_PATH];
    state_head(head);
    state_place(path);
    FILE *in = fopen(path, "r");
    if (in && fgets(line, sizeof line, in) && strcmp(line, head) == 0) {
        unsigned long long value;
        if (fscanf(in, "%llu", &value) == 1) current = value;
        for (int i = 0; i < STRESS_COUNTS; i++)
            if (fscanf(in, "%llu", &value) == 1) stress_count[i] = value;
    }
    if (in) fclose(in);
}

static void state_write(void) {
    char path[STRESS_PATH], fresh[STRESS_PATH + 8], head[STRESS_PATH];
    state_head(head);
    state_place(path);
    snprintf(fresh, sizeof fresh, "%s.new", path);
    FILE *out = fopen(fresh, "w");
    stress_need(out != NULL, fresh);
    fprintf(out, "%s%llu\n", head, (unsigned long long)current);
    for (int i = 0; i < STRESS_COUNTS; i++) fprintf(out, "%llu\n", (unsigned long long)stress_count[i]);
    stress_need(fclose(out) == 0 && rename(fresh, path) == 0, path);
}

void stress_begin(int argc, char **argv, const char *name, uint64_t gate, uint64_t lengthy) {
    program = name;
    rounds = 0;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--long") == 0 && i + 1 < argc) {
            stress_long = true;
            state_folder = argv[++i];
        } else if (strcmp(argv[i], "--seed") == 0 && i + 1 < argc)
            seed = number(argv[++i]);
        else if (strcmp(argv[i], "--rounds") == 0 && i + 1 < argc)
            rounds = number(argv[++i]);
        else if (strcmp(argv[i], "--gate") != 0)
            (void)number(NULL);
    }
    if (!rounds) rounds = stress_long ? lengthy : gate;
    const char *base = getenv("TMPDIR");
    if (!base || !*base) base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    snprintf(stress_folder, sizeof stress_folder, "%.150s/libcrm-%s-XXXXXX", base, name);
    stress_need(mkdtemp(stress_folder) != NULL, "a temporary folder");
    owner = getpid();
    if (state_folder) state_read();
    setvbuf(stdout, NULL, _IOLBF, 0);
}

bool stress_round(uint64_t *round) {
    static bool inside;
    if (inside) current++;
    if (inside && state_folder && !stress_failures) state_write();
    inside = current < rounds;
    *round = current;
    stress_seed(seed * UINT64_C(1000003) + current);
    return inside;
}

int stress_end(void) {
    if (getpid() == owner) stress_drop(stress_folder);
    if (stress_failures) printf("%s: %llu failures, seed %llu\n", program, (unsigned long long)stress_failures, (unsigned long long)seed);
    return stress_failures != 0;
}

void stress_seed(uint64_t value) {
    drawn = value * UINT64_C(0x9E3779B97F4A7C15) + 1;
    for (int i = 0; i < 4; i++) (void)stress_draw(2);
}

uint64_t stress_draw(uint64_t below) {
    drawn = drawn * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return below ? (drawn >> 33) % below : 0;
}

double stress_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

bool stress_check(bool good, const char *file, int line, const char *format, ...) {
    if (good) return true;
    va_list arguments;
    va_start(arguments, format);
    printf("%s:%d: seed %llu, round %llu: ", strrchr(file, '/') ? strrchr(file, '/') + 1 : file, line, (unsigned long long)seed,
           (unsigned long long)current);
    vprintf(format, arguments);
    printf("\n");
    va_end(arguments);
    if (++stress_failures < 50) return false;
    puts("too many failures");
    exit(stress_end());
}

void stress_need(bool good, const char *what) {
    if (good) return;
    fprintf(stderr, "%s: seed %llu, round %llu: %s: error %d %s\n", program, (unsigned long long)seed, (unsigned long long)current, what,
            crm_error_status(), crm_error_text());
    exit(1);
}

/* --- stores --- */

char *stress_place(const char *name, char out[STRESS_PATH]) {
    stress_need(snprintf(out, STRESS_PATH, "%s/%s", stress_folder, name) < STRESS_PATH, "a short path");
    return out;
}

static int remove_entry(const char *path, const struct stat *info, int type, struct FTW *at) {
    (void)info, (void)type, (void)at;
    return remove(path);
}

void stress_drop(const char *path) { nftw(path, remove_entry, 8, FTW_DEPTH | FTW_PHYS); }

void stress_copy(const char *from, const char *to) {
    char path[STRESS_PATH + 16], bytes[65536];
    stress_drop(to);
    snprintf(path, sizeof path, "%s/data.mdb", from);
    FILE *in = fopen(path, "rb");
    stress_need(in && mkdir(to, 0700) == 0, path);
    snprintf(path, sizeof path, "%s/data.mdb", to);
    FILE *out = fopen(path, "wb");
    stress_need(out != NULL, path);
    for (size_t got; (got = fread(bytes, 1, sizeof bytes, in)) > 0;) stress_need(fwrite(bytes, 1, got, out) == got, path);
    stress_need(fclose(in) == 0 && fclose(out) == 0, path);
}

int stress_open(const char *path, uint32_t flags, crm_db **out) {
    crm_db_options options = {.size = sizeof options, .flags = flags, .fixed_time = STRESS_NOW, .wait_ms = 20000};
    return crm_db_open(path, &options, out);
}

static uint64_t mix(uint64_t hash, const void *bytes, size_t size) {
    const unsigned char *at = bytes;
    for (size_t i = 0; i < size; i++) hash = (hash ^ at[i]) * UINT64_C(0x100000001b3);
    return (hash ^ size) * UINT64_C(0x100000001b3);
}

static int hash_table(MDB_txn *txn, const char *name, uint64_t *hash) {
    MDB_dbi dbi;
    MDB_cursor *cursor;
    MDB_val key, value;
    int code = mdb_dbi_open(txn, name, 0, &dbi);
    if (code == MDB_SUCCESS) code = mdb_cursor_open(txn, dbi, &cursor);
    if (code != MDB_SUCCESS) return code;
    while ((code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == MDB_SUCCESS)
        *hash = mix(mix(*hash, key.mv_data, key.mv_size), value.mv_data, value.mv_size);
    mdb_cursor_close(cursor);
    return code == MDB_NOTFOUND ? MDB_SUCCESS : code;
}

/* The tables by their names, which the main table has as keys; an empty one is as good as none. */
static int hash_tables(MDB_txn *txn, uint64_t *hash) {
    MDB_dbi main;
    MDB_cursor *cursor;
    MDB_val key, value;
    int code = mdb_dbi_open(txn, NULL, 0, &main);
    if (code == MDB_SUCCESS) code = mdb_cursor_open(txn, main, &cursor);
    if (code != MDB_SUCCESS) return code;
    while ((code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == MDB_SUCCESS) {
        char name[64] = "";
        memcpy(name, key.mv_data, key.mv_size < sizeof name - 1 ? key.mv_size : sizeof name - 1);
        if ((code = hash_table(txn, name, hash)) != MDB_SUCCESS) break;
    }
    mdb_cursor_close(cursor);
    return code == MDB_NOTFOUND ? MDB_SUCCESS : code;
}

uint64_t stress_hash(const char *path) {
    MDB_env *env;
    MDB_txn *txn = NULL;
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    stress_need(mdb_env_create(&env) == 0 && mdb_env_set_maxdbs(env, 32) == 0 && mdb_env_set_mapsize(env, 1 << 26) == 0, "an environment");
    int code = mdb_env_open(env, path, MDB_RDONLY | MDB_NOLOCK, 0600);
    if (code == MDB_SUCCESS) code = mdb_txn_begin(env, NULL, MDB_RDONLY, &txn);
    if (code == MDB_SUCCESS) code = hash_tables(txn, &hash);
    if (txn) mdb_txn_abort(txn);
    mdb_env_close(env);
    return code == MDB_SUCCESS ? hash : 0;
}

static uint64_t hash_records(crm_txn *txn, crm_dump *dump) {
    crm_record *rec;
    crm_id ids[2];
    uint64_t sequence = crm_txn_sequence(txn), hash = mix(UINT64_C(0xcbf29ce484222325), &sequence, sizeof sequence);
    int rc;
    while ((rc = crm_dump_next(dump, &rec, &ids[0], &ids[1])) == CRM_ROW) {
        size_t size = 0;
        const char *json = rec ? crm_record_json(rec, &size) : "";
        hash = json ? mix(mix(hash, ids, sizeof ids), json, size) : 0;
        crm_record_free(rec);
        if (!hash) return 0;
    }
    return rc == CRM_OK ? hash : 0;
}

uint64_t stress_state(crm_db *db) {
    crm_txn *txn;
    crm_dump *dump;
    uint64_t hash = 0;
    if (crm_txn_begin(db, 0, CRM_ACTOR_SYSTEM, &txn) < 0) return 0;
    if (crm_dump_begin(txn, &dump) == CRM_OK) {
        hash = hash_records(txn, dump);
        crm_dump_free(dump);
    }
    crm_txn_free(txn);
    return hash;
}

static bool is_sound(crm_db *db) {
    crm_damages *damages;
    stress_need(crm_verify(db, 0, 0, NULL, NULL, &damages) == CRM_OK, "verify");
    bool sound = crm_damages_count(damages) == 0;
    crm_damages_free(damages);
    return sound;
}

uint64_t stress_names(const char *path) {
    crm_db *db;
    crm_txn *txn;
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    stress_need(stress_open(path, 0, &db) == CRM_OK && crm_txn_begin(db, 0, CRM_ACTOR_SYSTEM, &txn) == CRM_OK, "a snapshot");
    if (!is_sound(db)) hash = 0;
    for (int i = 1; i <= 12; i++) {
        char number[12];
        crm_record *party = NULL;
        snprintf(number, sizeof number, "%d", i);
        int rc = crm_party_get(txn, CRM_ROLE_CUSTOMER, number, CRM_NTS, &party);
        stress_need(rc == CRM_OK || rc == CRM_E_NOTFOUND, "a customer");
        const char *name = rc == CRM_OK ? crm_record_text(party, CRM_PARTY_NAME) : "";
        if (hash) hash = mix(hash, name, strlen(name));
        crm_record_free(party);
    }
    crm_txn_free(txn);
    crm_db_close(db);
    return hash;
}

bool stress_clean_error(int rc) {
    const char *text = crm_error_text();
    if (rc >= 0) return true;
    return crm_status_name(rc) && crm_error_status() == rc && *text && !strstr(text, "MDB") && !strstr(text, "mdb_");
}
