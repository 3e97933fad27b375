/* SPDX-License-Identifier: MIT */
/* Locks on single bytes of crm.lock, held by its open file description: neither an open and close of the file elsewhere in the process nor
 * a fork takes them away, and the kernel drops them with the process. */
#ifndef CRMI_ENGINE_LOCK_H
#define CRMI_ENGINE_LOCK_H
#include <stdbool.h>
#include <stdint.h>

enum {
    CRMI_LOCK_OPEN = 0,  /* held while the store is opened or closed */
    CRMI_LOCK_WRITE = 1, /* held by the process that writes */
    CRMI_LOCK_BULK = 2,  /* held by the process that loads an empty store */
    CRMI_LOCK_PID = 4096 /* + process id: held as long as the process has the store open */
};

/* Takes a byte for this description alone; waits at most wait_ms. CRM_OK, CRM_E_BUSY (no error text: the caller knows what it waited
 * for) or CRM_E_IO. */
int crmi_lock_take(int fd, int64_t byte, uint32_t wait_ms);
void crmi_lock_release(int fd, int64_t byte);
/* Whether another description has locked a byte from this one on. CRM_OK or CRM_E_IO. */
int crmi_lock_others(int fd, int64_t from, bool *out);
#endif
