/* SPDX-License-Identifier: MIT */
/* What minizip reads from: a file or memory. minizip asks for single bytes, so a file is read by stretches. */
#include "exchange/zip_source.h"
#include "exchange/refuse.h"
#include "schema/limits.h"
#include <errno.h>
#include <fcntl.h>
#include <libcrm/status.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int crmi_zip_source_open(crmi_zip_source *source, const char *path) {
    struct stat info;
    source->file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe without a writer is not waited for */
    if (source->file < 0 || fstat(source->file, &info) < 0) return crmi_exchange_refuse_errno(path);
    if (!S_ISREG(info.st_mode)) return crmi_exchange_refuse_path(CRM_E_IO, path, "not a regular file");
    source->size = (uint64_t)info.st_size;
    return CRM_OK;
}

void crmi_zip_source_close(crmi_zip_source *source) {
    if (source->file >= 0) close(source->file);
    source->file = -1;
}

/* At least one byte at that place comes into the window. */
static bool load_window(crmi_zip_source *source, uint64_t at) {
    ssize_t got;
    do got = pread(source->file, source->window, sizeof source->window, (off_t)at);
    while (got < 0 && errno == EINTR);
    source->window_at = at;
    source->window_size = got > 0 ? (size_t)got : 0;
    return got > 0;
}

static size_t read_file(crmi_zip_source *source, uint64_t at, uint8_t *to, size_t size) {
    size_t done = 0;
    while (done < size) {
        bool inside = at >= source->window_at && at - source->window_at < source->window_size;
        if (!inside && !load_window(source, at)) break;
        size_t skipped = (size_t)(at - source->window_at), part = source->window_size - skipped;
        if (part > size - done) part = size - done;
        memcpy(to + done, source->window + skipped, part);
        done += part;
        at += part;
    }
    return done;
}

size_t crmi_zip_source_read(crmi_zip_source *source, uint64_t at, void *to, size_t size) {
    if (at >= source->size) return 0;
    if (size > source->size - at) size = (size_t)(source->size - at);
    if (source->file >= 0) return read_file(source, at, to, size);
    if (size) memcpy(to, source->bytes + at, size);
    return size;
}

/* --- as minizip calls it --- */

static voidpf open_it(voidpf opaque, const void *name, int mode) {
    (void)name;
    return (mode & ZLIB_FILEFUNC_MODE_WRITE) ? NULL : opaque;
}

static uLong read_it(voidpf opaque, voidpf stream, void *to, uLong size) {
    crmi_zip_source *source = opaque;
    (void)stream;
    size_t got = crmi_zip_source_read(source, source->at, to, size);
    source->at += got;
    return got;
}

static uLong write_nothing(voidpf opaque, voidpf stream, const void *from, uLong size) {
    (void)opaque, (void)stream, (void)from, (void)size;
    return 0;
}

static ZPOS64_T tell(voidpf opaque, voidpf stream) {
    (void)stream;
    return ((crmi_zip_source *)opaque)->at;
}

static long seek(voidpf opaque, voidpf stream, ZPOS64_T offset, int origin) {
    crmi_zip_source *source = opaque;
    uint64_t base = origin == ZLIB_FILEFUNC_SEEK_CUR ? source->at : origin == ZLIB_FILEFUNC_SEEK_END ? source->size : 0;
    (void)stream;
    if (offset > source->size || base > source->size - offset) return -1;
    source->at = base + offset;
    return 0;
}

static int close_it(voidpf opaque, voidpf stream) {
    (void)opaque, (void)stream;
    return 0;
}

static int no_error(voidpf opaque, voidpf stream) {
    (void)opaque, (void)stream;
    return 0;
}

zlib_filefunc64_def crmi_zip_source_functions(crmi_zip_source *source) {
    return (zlib_filefunc64_def){.zopen64_file = open_it,
                                 .zread_file = read_it,
                                 .zwrite_file = write_nothing,
                                 .ztell64_file = tell,
                                 .zseek64_file = seek,
                                 .zclose_file = close_it,
                                 .zerror_file = no_error,
                                 .opaque = source};
}
