/* SPDX-License-Identifier: MIT */
/* A store's file is damaged, opened, read and written to. Nothing crashes, hangs or is read differently without a word: the damage is told
 * of by the opening, by a call or by crm_verify(), or nothing that is used was hurt: then all records are what they were. In half of the
 * rounds the file passes as one that was closed well and is large, so that leaves are not read at the opening. */
#include "stress/history.h"
#include <fcntl.h>
#include <libcrm/maintain.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { AT_OPEN, BY_CALL, BY_VERIFY, UNHURT, CRASHED };
enum { PAGE = 4096, KINDS = 8 };
static const char *const kind_names[KINDS] = {"a bit",         "a byte",       "a page of zeros",  "a page of noise",
                                              "pages swapped", "the end lost", "a page of before", "a word in a page's head"};

static char base[STRESS_PATH], work[STRESS_PATH], older[STRESS_PATH];
static uint64_t state;

static void make(void) {
    crm_db *db;
    history h = {.seed = 1};
    stress_make(base);
    stress_need(stress_open(base, 0, &db) == CRM_OK, "open");
    for (int i = 0; i < 40; i++) {
        stress_need(history_commit(db, &h) == CRM_OK, "a commit");
        if (i != 20) continue;
        crm_db_close(db);
        stress_copy(base, older);
        stress_need(stress_open(base, 0, &db) == CRM_OK, "open");
    }
    state = stress_state(db);
    stress_need(state != 0, "the state");
    crm_db_close(db);
}

static size_t load(const char *folder, unsigned char *out, size_t room) {
    char path[STRESS_PATH + 16];
    snprintf(path, sizeof path, "%s/data.mdb", folder);
    FILE *in = fopen(path, "rb");
    stress_need(in != NULL, path);
    size_t size = fread(out, 1, room, in);
    fclose(in);
    return size;
}

/* Of the pages that are used: what lies behind them is room for more. Both heads say at 136 which is the last one. */
static size_t used_pages(const unsigned char *bytes, size_t size) {
    uint64_t last[2];
    for (int i = 0; i < 2; i++) memcpy(&last[i], bytes + i * PAGE + 136, sizeof last[i]);
    size_t most = 1 + (size_t)(last[0] > last[1] ? last[0] : last[1]);
    return most < size / PAGE ? most : size / PAGE;
}

static void noise(unsigned char *at, size_t size) {
    for (size_t i = 0; i < size; i++) at[i] = (unsigned char)stress_draw(256);
}

static void swap(unsigned char *a, unsigned char *b) {
    unsigned char kept[PAGE];
    memcpy(kept, a, PAGE);
    memcpy(a, b, PAGE);
    memcpy(b, kept, PAGE);
}

static void damage(uint64_t kind) {
    static unsigned char bytes[1 << 22], before[1 << 22];
    char path[STRESS_PATH + 16];
    size_t size = load(base, bytes, sizeof bytes), old_size = load(older, before, sizeof before), pages = used_pages(bytes, size);
    unsigned char *page = bytes + PAGE * stress_draw(pages);
    switch (kind) {
    case 0: bytes[stress_draw(PAGE * pages)] ^= (unsigned char)(1 << stress_draw(8)); break;
    case 1: bytes[stress_draw(PAGE * pages)] = (unsigned char)stress_draw(256); break;
    case 2: memset(page, 0, PAGE); break;
    case 3: noise(page, PAGE); break;
    case 4: swap(page, bytes + PAGE * stress_draw(pages)); break;
    case 5: size = stress_draw(2) ? PAGE * stress_draw(pages) : stress_draw(PAGE * pages); break;
    case 6: /* but the two heads: an older head is the store of then */
        page = bytes + PAGE * (2 + stress_draw((old_size / PAGE < pages ? old_size / PAGE : pages) - 2));
        memcpy(page, before + (page - bytes), PAGE);
        break;
    default: noise(page + 2 * stress_draw(16), 2);
    }
    stress_drop(work);
    stress_need(mkdir(work, 0700) == 0, work);
    snprintf(path, sizeof path, "%s/data.mdb", work);
    FILE *out = fopen(path, "wb");
    stress_need(out && fwrite(bytes, 1, size, out) == size && fclose(out) == 0, path);
}

/* What is not read at the opening has to be found out later: 3 MiB past 128 make the file a large one, and a note says that it was closed.
 */
static void pass_as_large(void) {
    char path[STRESS_PATH + 16], note[65];
    struct stat info;
    snprintf(path, sizeof path, "%s/data.mdb", work);
    stress_need(truncate(path, (off_t)131 << 20) == 0 && stat(path, &info) == 0, path);
    snprintf(path, sizeof path, "%s/crm.lock", work);
    int size = snprintf(note, sizeof note, "libcrm 1 closed %llu", (unsigned long long)info.st_ino);
    memset(note + size, ' ', sizeof note - (size_t)size);
    note[63] = '\n';
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    stress_need(fd >= 0 && write(fd, note, 64) == 64 && close(fd) == 0, path);
}

static int write_some(crm_db *db) {
    history h = {.seed = 99, .done = 1000000};
    int rc = CRM_OK;
    for (int i = 0; rc == CRM_OK && i < 3; i++) rc = history_commit(db, &h);
    return rc;
}

static bool verified_sound(crm_db *db) {
    crm_damages *damages = NULL;
    int rc = crm_verify(db, 0, 1, NULL, NULL, &damages);
    bool sound = rc == CRM_OK && crm_damages_count(damages) == 0;
    crm_damages_free(damages);
    return sound;
}

static int live(void) {
    crm_db *db;
    if (stress_open(work, 0, &db) < 0) return AT_OPEN;
    uint64_t seen = stress_state(db);
    bool called = seen == 0, sound = called || verified_sound(db);
    for (size_t i = 0; i < stress_operation_count; i++)
        if (stress_operations[i].reads && stress_do(&stress_operations[i], &db) < 0) called = true;
    called |= write_some(db) < 0;
    (void)stress_state(db);
    crm_db_close(db);
    if (called) return BY_CALL;
    if (!sound) return BY_VERIFY;
    return seen == state ? UNHURT : CRASHED + 1;
}

int main(int argc, char **argv) {
    uint64_t round;
    stress_begin(argc, argv, "rot", 640, 16000);
    stress_place("base", base);
    stress_place("damaged", work);
    stress_place("older", older);
    make();
    while (stress_round(&round)) {
        int status;
        bool large = round / KINDS % 2;
        damage(round % KINDS);
        if (large && round % KINDS != 5) pass_as_large();
        fflush(stdout);
        pid_t child = fork();
        if (child == 0) {
            alarm(20);
            _exit(live());
        }
        stress_need(child > 0 && waitpid(child, &status, 0) == child, "a process");
        const char *what = kind_names[round % KINDS], *how = large ? ", leaves not read" : "";
        if (!CHECK(WIFEXITED(status), "%s%s: ended by signal %d", what, how, WTERMSIG(status)))
            stress_count[CRASHED]++;
        else if (CHECK(WEXITSTATUS(status) < CRASHED, "%s%s: read differently, and nobody says so", what, how))
            stress_count[WEXITSTATUS(status)]++;
    }
    printf("rot: %llu damaged files: %llu refused at the opening, %llu told of by a call, %llu by verify, %llu not hurt in what is used, "
           "%llu crashes\n",
           (unsigned long long)round, (unsigned long long)stress_count[AT_OPEN], (unsigned long long)stress_count[BY_CALL],
           (unsigned long long)stress_count[BY_VERIFY], (unsigned long long)stress_count[UNHURT],
           (unsigned long long)stress_count[CRASHED]);
    return stress_end();
}
