/* SPDX-License-Identifier: MIT */
/* Random bytes from the system. */
#include "base/random.h"
#include "base/error.h"
#include <errno.h>
#include <sys/random.h>

int crmi_random_bytes(void *out, size_t size) {
    char *at = out;
    while (size > 0) {
        ssize_t got = getrandom(at, size, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return crmi_error_set(CRM_E_IO, 0, "the system gives no random bytes");
        at += got;
        size -= (size_t)got;
    }
    return CRM_OK;
}
