/* SPDX-License-Identifier: MIT */
/* The power fails: a run is kept as a journal of its writes and syncs, and for each cut a disk is made of it as it may look afterwards.
 * What was synced is there; of what was not, each block of 4 KiB or 512 bytes by itself may be missing, or all is there up to some point.
 * No commit that was told of is lost, and the store is what it was after some transaction. Each run makes the store, lets it and its map
 * grow, and opens it again now and then. */
#include "stress/history.h"
#include "stress/shim.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILES = 8, PREFIX = 0, SECTORS = 512, PAGES = 4096 };
enum { CUTS, BEFORE_FIRST, RUNS, NOT_TOLD };

typedef struct disk_file {
    ino_t inode;
    unsigned char *bytes;
    size_t size, room;
    char name[256]; /* "": not in the folder */
} disk_file;

typedef struct disk {
    disk_file files[FILES];
    size_t count;
} disk;

static disk_file *file_of(disk *d, ino_t inode) {
    for (size_t i = 0; i < d->count; i++)
        if (d->files[i].inode == inode) return &d->files[i];
    stress_need(d->count < FILES, "room for files");
    d->files[d->count] = (disk_file){.inode = inode};
    return &d->files[d->count++];
}

static void set_size(disk_file *f, size_t size) {
    if (size > f->room) {
        f->bytes = realloc(f->bytes, 2 * size);
        stress_need(f->bytes != NULL, "memory");
        f->room = 2 * size;
    }
    if (size > f->size) memset(f->bytes + f->size, 0, size - f->size);
    f->size = size;
}

/* Whether event i is safely on the disk when the power fails before event cut. */
static bool is_safe(const shim_event *events, size_t i, size_t cut) {
    bool folder = events[i].kind == SHIM_CREATE || events[i].kind == SHIM_RENAME;
    if (events[i].durable) return true;
    for (size_t at = i + 1; at < cut; at++) {
        if (folder && events[at].kind == SHIM_SYNC_FOLDER) return true;
        if (!folder && events[at].kind == SHIM_SYNC && events[at].inode == events[i].inode) return true;
    }
    return false;
}

/* A write with its blocks, of which some are lost where it is not safe. */
static void put(disk *d, const shim_event *event, size_t block) {
    disk_file *f = file_of(d, event->inode);
    const unsigned char *bytes = event->bytes;
    size_t at = 0, from = (size_t)event->offset;
    while (at < event->size) {
        size_t size = block ? block - (from + at) % block : event->size;
        if (size > event->size - at) size = event->size - at;
        if (!block || stress_draw(2)) {
            if (f->size < from + at + size) set_size(f, from + at + size);
            memcpy(f->bytes + from + at, bytes + at, size);
        }
        at += size;
    }
}

static void move(disk *d, const shim_event *event) {
    for (size_t i = 0; i < d->count && i < FILES; i++)
        if (strcmp(d->files[i].name, event->other) == 0) d->files[i].name[0] = '\0';
    for (size_t i = 0; i < d->count && i < FILES; i++)
        if (strcmp(d->files[i].name, event->name) == 0) memcpy(d->files[i].name, event->other, sizeof event->other);
}

/* The folder's own changes come in their order: from some point on they are missing. */
static void replay(disk *d, const shim_event *events, size_t cut, size_t block) {
    bool folder_lost = false;
    for (size_t i = 0; i < cut; i++) {
        const shim_event *event = &events[i];
        bool safe = block == PREFIX || is_safe(events, i, cut);
        switch (event->kind) {
        case SHIM_WRITE: put(d, event, safe ? 0 : block); break;
        case SHIM_SIZE:
            if (safe || stress_draw(2)) set_size(file_of(d, event->inode), (size_t)event->offset);
            break;
        case SHIM_CREATE:
        case SHIM_RENAME:
            folder_lost |= !safe && stress_draw(2);
            if (folder_lost) break;
            if (event->kind == SHIM_RENAME)
                move(d, event);
            else
                memcpy(file_of(d, event->inode)->name, event->name, sizeof event->name);
            break;
        default: break;
        }
    }
}

static void lay_out(const disk *d, const char *folder) {
    char path[STRESS_PATH + 300];
    stress_drop(folder);
    stress_need(mkdir(folder, 0700) == 0, "a folder");
    for (size_t i = 0; i < d->count; i++) {
        const disk_file *f = &d->files[i];
        if (!strstr(f->name, "data.mdb")) continue;
        snprintf(path, sizeof path, "%s%s", folder, f->name);
        char *slash = strrchr(path, '/');
        *slash = '\0';
        (void)mkdir(path, 0700);
        *slash = '/';
        FILE *out = fopen(path, "wb");
        stress_need(out && fwrite(f->bytes, 1, f->size, out) == f->size && fclose(out) == 0, path);
    }
}

/* --- runs --- */

/* Marks: 1 the store was made, 2 + n transaction n was told of. */
static size_t record(const char *folder, uint64_t seed, const shim_event **events) {
    crm_db *db;
    size_t count;
    history h = {.seed = seed};
    stress_drop(folder);
    shim_journal_free();
    shim_journal_begin(folder);
    setenv("CRM_MAP_SIZE", "131072", 1);
    stress_need(stress_open(folder, CRM_DB_CREATE, &db) == CRM_OK, "open");
    shim_journal_mark(1);
    for (uint64_t i = 0; i < 60; i++) {
        stress_need(history_commit(db, &h) == CRM_OK, "a commit");
        shim_journal_mark(2 + h.done);
        if (i % 20 == 19) {
            crm_db_close(db);
            stress_need(stress_open(folder, 0, &db) == CRM_OK, "open again");
        }
    }
    crm_db_close(db);
    *events = shim_journal_end(&count);
    stress_count[RUNS]++;
    return count;
}

static void check(const char *folder, uint64_t seed, uint64_t told, size_t cut) {
    crm_db *db = NULL;
    int rc = stress_open(folder, 0, &db);
    if (!told && (rc == CRM_E_NOTFOUND || rc == CRM_E_CORRUPT)) { /* there is no store yet, or an empty file; one can be made */
        stress_count[BEFORE_FIRST]++;
        rc = stress_open(folder, CRM_DB_CREATE, &db);
    }
    CHECK(rc == CRM_OK, "cut before event %zu, told %llu: open: %d %s", cut, (unsigned long long)told, rc, crm_error_text());
    if (rc < 0) return;
    int64_t there = history_check(db, seed), least = told > 1 ? (int64_t)told - 2 : 0;
    CHECK(there >= least && there <= least + 1, "cut before event %zu: told of %lld transactions, %lld are there", cut, (long long)least,
          (long long)there);
    stress_count[NOT_TOLD] += there > least;
    crm_db_close(db);
}

/* Ten cuts a run, of each kind. */
int main(int argc, char **argv) {
    static const size_t blocks[] = {PREFIX, PAGES, SECTORS};
    char recorded[STRESS_PATH], cut_folder[STRESS_PATH];
    const shim_event *events = NULL;
    size_t count = 0;
    uint64_t round, seed = 0;
    stress_begin(argc, argv, "powercut", 150, 1500);
    stress_place("recorded", recorded);
    stress_place("cut", cut_folder);
    while (stress_round(&round)) {
        if (!events || round % 30 == 0) {
            seed = round - round % 30;
            count = record(recorded, seed, &events);
        }
        disk d = {0};
        uint64_t told = 0;
        size_t cut = stress_draw(4) ? stress_draw(count + 1) : stress_draw(60 < count ? 60 : count);
        for (size_t i = 0; i < cut; i++)
            if (events[i].kind == SHIM_MARK) told = events[i].mark;
        replay(&d, events, cut, blocks[round % 3]);
        lay_out(&d, cut_folder);
        for (size_t i = 0; i < d.count; i++) free(d.files[i].bytes);
        check(cut_folder, seed, told, cut);
        stress_count[CUTS]++;
    }
    shim_journal_free();
    printf("powercut: %llu cuts in %llu runs, %llu before there was a store, %llu with a commit more than was told of\n",
           (unsigned long long)stress_count[CUTS], (unsigned long long)stress_count[RUNS], (unsigned long long)stress_count[BEFORE_FIRST],
           (unsigned long long)stress_count[NOT_TOLD]);
    return stress_end();
}
