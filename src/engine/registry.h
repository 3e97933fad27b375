/* SPDX-License-Identifier: MIT */
/* The process's open stores, by the device and inode of their folder, and what happens to them in a fork. */
#ifndef CRMI_ENGINE_REGISTRY_H
#define CRMI_ENGINE_REGISTRY_H
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

typedef struct crmi_registered {
    struct crmi_registered *next;
    dev_t device;
    ino_t inode;
    _Atomic uint32_t refs; /* handles; changed under the registry's lock */
    int lock_fd;           /* crm.lock; -1 in a fork's child, and where there is none on a read-only volume */
    bool fixed;            /* the volume is read-only: nothing can be locked */
} crmi_registered;

/* How often this process is a fork's child; changes in the child only, before it has a second thread. */
extern uint32_t crmi_registry_forks;

int crmi_registry_start(void); /* before anything else; CRM_OK or CRM_E_NOMEM */
void crmi_registry_lock(void); /* held while a store is looked up, opened or closed */
void crmi_registry_unlock(void);

/* With the lock held: */
crmi_registered *crmi_registry_find(dev_t device, ino_t inode);
bool crmi_registry_has(const crmi_registered *entry); /* entry may have been freed */
/* Opens crm.lock in the folder and enters the store; on a read-only volume only for a store that is only read. CRM_OK, or the errno as it
 * is. */
int crmi_registry_add(crmi_registered *entry, int folder, bool read_only);
void crmi_registry_remove(crmi_registered *entry); /* closes crm.lock */
#endif
