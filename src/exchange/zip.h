/* SPDX-License-Identifier: MIT */
/* A zip archive, read through minizip: its directory is checked whole when it is opened, its parts are read one at a time. Nothing that an
 * archive says of itself is trusted: sizes, places and checksums are compared with what is there. */
#ifndef CRMI_EXCHANGE_ZIP_H
#define CRMI_EXCHANGE_ZIP_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <unzip.h>

/* Where the bytes of the archive come from. */
typedef struct crmi_zip_source {
    int file;             /* -1: from memory */
    const uint8_t *bytes; /* in memory */
    uint64_t size, at;
    uint64_t window_at; /* a stretch of the file */
    size_t window_size;
    uint8_t window[16384];
} crmi_zip_source;

typedef struct crmi_zip_part {
    char *name; /* as written, but for "\" */
    unz64_file_pos place;
    uint64_t size, packed; /* bytes, as the directory says */
    uint64_t from;         /* where the packed bytes begin */
} crmi_zip_part;

typedef struct crmi_zip {
    crmi_zip_source source;
    unzFile archive;
    crmi_zip_part *parts;
    size_t count;
    const crmi_zip_part *open; /* the part that is being read, or NULL */
    uint64_t given;            /* bytes of it */
} crmi_zip;

/* Opens a file, or bytes that stay, without looking into it. CRM_E_NOTFOUND, CRM_E_IO with the error; crmi_zip_close() in any case. */
int crmi_zip_open_file(crmi_zip *zip, const char *path);
int crmi_zip_open_bytes(crmi_zip *zip, const void *bytes, size_t size);
/* Reads and checks the directory. CRM_E_FORMAT, CRM_E_TOO_BIG. */
int crmi_zip_list(crmi_zip *zip);
void crmi_zip_close(crmi_zip *zip);
/* Reads up to size bytes of the archive itself; what is behind its end is left out. */
size_t crmi_zip_peek(crmi_zip *zip, uint64_t at, void *to, size_t size);

/* The part of that name, without regard to the case of ASCII; or NULL. */
const crmi_zip_part *crmi_zip_find(const crmi_zip *zip, const char *name);
/* Begins to read a part of at most limit bytes. CRM_E_FORMAT, CRM_E_TOO_BIG. */
int crmi_zip_begin(crmi_zip *zip, const crmi_zip_part *part, uint64_t limit);
/* Gives the next bytes; got is 0 at the end, where the checksum has been compared. CRM_E_FORMAT, CRM_E_IO. */
int crmi_zip_read(crmi_zip *zip, void *to, size_t size, size_t *got);
void crmi_zip_end(crmi_zip *zip);
#endif
