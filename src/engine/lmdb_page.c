/* SPDX-License-Identifier: MIT */
/* Pages of a store's file: see lmdb_page.h. */
#include "engine/lmdb_page.h"
#include "base/error.h"
#include <errno.h>
#include <unistd.h>

crmi_lmdb_tree crmi_lmdb_tree_at(const uint8_t *bytes) {
    return (crmi_lmdb_tree){crmi_get16(bytes + 4),  crmi_get16(bytes + 6),  crmi_get64(bytes + 8), crmi_get64(bytes + 16),
                            crmi_get64(bytes + 24), crmi_get64(bytes + 32), crmi_get64(bytes + 40)};
}

int crmi_lmdb_read_at(int fd, uint64_t at, void *out, size_t size) {
    for (size_t done = 0; done < size;) {
        ssize_t got = pread(fd, (uint8_t *)out + done, size - done, (off_t)(at + done));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return crmi_error_set(CRM_E_IO, 0, "the store's file can't be read (error %d)", errno);
        if (got == 0) return CRM_ROW;
        done += (size_t)got;
    }
    return CRM_OK;
}
