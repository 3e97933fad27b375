/* SPDX-License-Identifier: MIT */
/* The system's calls that libcrm, libcrm-io and LMDB change files with go through shim.c in the programs that have it: it counts them,
 * makes one or more of them fail, and can keep a journal of what they did. What stdio writes inside the C library goes past it. */
#ifndef CRM_TESTS_STRESS_SHIM_H
#define CRM_TESTS_STRESS_SHIM_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* SHIM_SHORT: half of it is written. SHIM_LATE: it is done and then reported as failed; SHIM_LATE_TWICE: and the next call fails, not
 * done. A fault that a call can't have leaves it alone. */
enum shim_fault { SHIM_EIO, SHIM_ENOSPC, SHIM_SHORT, SHIM_EINTR, SHIM_LATE, SHIM_LATE_TWICE, SHIM_FAULTS };

/* The call-th call from now (1 = next; 0 = none) has the fault, and so have times - 1 calls behind it. */
void shim_arm(uint64_t call, uint64_t times, enum shim_fault fault);
uint64_t shim_disarm(void);    /* how many calls there were */
const char *shim_struck(void); /* the first call that had a fault, or NULL */

/* --- the journal: what a disk would have been told --- */

enum shim_event_kind { SHIM_CREATE, SHIM_WRITE, SHIM_SIZE, SHIM_SYNC, SHIM_SYNC_FOLDER, SHIM_RENAME, SHIM_MARK };
typedef struct shim_event {
    enum shim_event_kind kind;
    bool durable; /* a write through a descriptor that syncs each write */
    ino_t inode;  /* of the file, or the folder */
    off_t offset; /* of a write; the new size */
    size_t size;
    void *bytes;     /* of a write */
    char name[256];  /* of a file made or renamed: its new name; RENAME: of the old one where it was */
    char other[256]; /* RENAME: the new name */
    uint64_t mark;   /* SHIM_MARK: what the program said */
} shim_event;

void shim_journal_begin(const char *folder); /* names that begin with folder are noted without it */
void shim_journal_mark(uint64_t mark);
const shim_event *shim_journal_end(size_t *count); /* until shim_journal_free() */
void shim_journal_free(void);
#endif
