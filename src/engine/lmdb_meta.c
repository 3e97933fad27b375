/* SPDX-License-Identifier: MIT */
/* The two meta pages of a store's file, and which commit is opened. */
#include "base/error.h"
#include "engine/lmdb_walk.h"
#include <errno.h>
#include <unistd.h>

/* A meta page: number 8, pad 2, kind 2, 4 more; magic 4, version 4, address 8, size of the map 8, two trees of 48, last page 8, commit 8.
 */
enum { MAGIC_AT = 16, VERSION_AT = 20, FREE_AT = 40, MAIN_AT = 88, LAST_AT = 136, COMMIT_AT = 144, META_SIZE = 152 };
enum { FORMAT = 1, INTEGER_KEYS = 8 };
#define MAGIC 0xbeefc0de

static bool is_page_size(uint32_t size) { return size >= 512 && size <= 32768 && (size & (size - 1)) == 0; }

static int damaged(int which, const char *what) {
    return crmi_error_set(CRM_E_CORRUPT, 0, "the store is damaged: page %d: %s", which, what);
}

/* The second page begins where the first ends; where the first is damaged, it has the system's size. */
static int place_of(int fd, int which, uint64_t *out) {
    uint8_t size[4];
    *out = 0;
    if (which == 0) return CRM_OK;
    int rc = crmi_lmdb_read_at(fd, FREE_AT, size, sizeof size);
    *out = rc == CRM_OK && is_page_size(crmi_get32(size)) ? crmi_get32(size) : (uint64_t)sysconf(_SC_PAGESIZE);
    return rc < 0 ? rc : CRM_OK;
}

crmi_lmdb_meta crmi_lmdb_meta_at(const uint8_t *page) {
    return (crmi_lmdb_meta){crmi_get32(page + FREE_AT), crmi_get64(page + LAST_AT), crmi_get64(page + COMMIT_AT),
                            crmi_lmdb_tree_at(page + FREE_AT), crmi_lmdb_tree_at(page + MAIN_AT)};
}

int crmi_lmdb_meta_read(int fd, int which, crmi_lmdb_meta *out) {
    uint8_t page[META_SIZE];
    uint64_t at;
    int rc = place_of(fd, which, &at);
    if (rc == CRM_OK) rc = crmi_lmdb_read_at(fd, at, page, sizeof page);
    if (rc < 0) return rc;
    if (rc == CRM_ROW) return damaged(which, "the file ends before it");
    *out = crmi_lmdb_meta_at(page);
    if (crmi_get64(page) != (uint64_t)which || crmi_get16(page + CRMI_PAGE_KIND) != CRMI_PAGE_META)
        return damaged(which, "it is no meta page");
    if (crmi_get32(page + MAGIC_AT) != MAGIC || crmi_get32(page + VERSION_AT) != FORMAT) return damaged(which, "it is not of this format");
    if (!is_page_size(out->page_size) || (which == 1 && at != out->page_size)) return damaged(which, "the size of pages is wrong");
    if (out->free.flags != INTEGER_KEYS || out->main.flags != 0) return damaged(which, "a tree is of the wrong kind");
    if (out->last_page < 1) return damaged(which, "the number of pages is wrong");
    return CRM_OK;
}

/* The meta page of a commit in the place of the other one: the commit is the only one then. */
static int write_over(int fd, int from, const crmi_lmdb_meta *meta) {
    uint8_t page[META_SIZE];
    uint64_t to = from == 0 ? 1 : 0, size = meta->page_size;
    int rc = crmi_lmdb_read_at(fd, (uint64_t)from * size, page, sizeof page);
    if (rc != CRM_OK) return rc < 0 ? rc : damaged(from, "the file ends before it");
    memcpy(page, &to, sizeof to);
    ssize_t put;
    do put = pwrite(fd, page, sizeof page, (off_t)(to * size));
    while (put < 0 && errno == EINTR);
    if (put != META_SIZE || fdatasync(fd) != 0) return crmi_error_set(CRM_E_IO, 0, "the store's file can't be written (error %d)", errno);
    return CRM_OK;
}

int crmi_lmdb_check(int fd, bool full, bool previous) {
    crmi_lmdb_meta metas[2];
    int status[2];
    for (int i = 0; i < 2; i++) {
        status[i] = crmi_lmdb_meta_read(fd, i, &metas[i]);
        if (status[i] < 0 && status[i] != CRM_E_CORRUPT) return status[i];
    }
    bool both = status[0] == CRM_OK && status[1] == CRM_OK;
    int latest = status[0] == CRM_OK && (!both || metas[0].txn >= metas[1].txn) ? 0 : 1; /* that can be told */
    int rc = both ? crmi_lmdb_walk(fd, &metas[latest], full) : crmi_lmdb_meta_read(fd, status[0] == CRM_OK, &metas[1 - latest]);
    if (rc != CRM_E_CORRUPT) return rc;
    const crmi_error reason = *crmi_error_last();
    int other = both ? 1 - latest : latest; /* a page that can't be told may have been the later one */
    if (status[other] != CRM_OK || crmi_lmdb_walk(fd, &metas[other], true) != CRM_OK)
        return crmi_error_set(CRM_E_CORRUPT, 0, "%s", reason.text);
    if (previous) return write_over(fd, other, &metas[other]);
    return crmi_error_set(CRM_E_CORRUPT, 0, "%s; the commit before is sound: CRM_DB_PREVIOUS goes back to it", reason.text);
}
