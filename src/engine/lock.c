/* SPDX-License-Identifier: MIT */
/* Byte locks of crm.lock. The kernel can wait for such a lock only without a bound, so that waiting is polling with growing pauses. */
#include "engine/lock.h"
#include "base/clock.h"
#include "base/error.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>

#define PAUSE_FIRST_NS 50000L
#define PAUSE_MAX_NS 4000000L

static int set_lock(int fd, short type, int64_t byte) {
    struct flock lock;
    memset(&lock, 0, sizeof lock);
    lock.l_type = type;
    lock.l_whence = SEEK_SET;
    lock.l_start = (off_t)byte;
    lock.l_len = 1;
    int result;
    do result = fcntl(fd, F_OFD_SETLK, &lock);
    while (result == -1 && errno == EINTR);
    return result == 0 ? 0 : errno;
}

int crmi_lock_take(int fd, int64_t byte, uint32_t wait_ms) {
    int64_t deadline = 0;
    for (long pause = PAUSE_FIRST_NS;; pause = pause < PAUSE_MAX_NS ? pause * 2 : PAUSE_MAX_NS) {
        int error = set_lock(fd, F_WRLCK, byte);
        if (error == 0) return CRM_OK;
        if (error != EAGAIN && error != EACCES) return crmi_error_set(CRM_E_IO, 0, "crm.lock can't be locked (error %d)", error);
        int64_t now = crmi_clock_monotonic();
        if (deadline == 0) deadline = now + (int64_t)wait_ms;
        if (now >= deadline) return CRM_E_BUSY;
        struct timespec rest = {0, pause};
        nanosleep(&rest, NULL);
    }
}

void crmi_lock_release(int fd, int64_t byte) { (void)set_lock(fd, F_UNLCK, byte); }

int crmi_lock_others(int fd, int64_t from, bool *out) {
    struct flock lock;
    memset(&lock, 0, sizeof lock);
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    lock.l_start = (off_t)from; /* a length of 0: to the end */
    *out = false;
    if (fcntl(fd, F_OFD_GETLK, &lock) != 0) return crmi_error_set(CRM_E_IO, 0, "crm.lock can't be asked (error %d)", errno);
    *out = lock.l_type != F_UNLCK;
    return CRM_OK;
}
