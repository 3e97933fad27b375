/* SPDX-License-Identifier: MIT */
/* Zip archives through minizip 1.1, which believes the directory: it stops where the directory says that a part ends, and compares the
 * checksum of a part that was read whole only. So what the directory says is held against the file here. */
#include "exchange/zip.h"
#include "exchange/refuse.h"
#include "exchange/zip_source.h"
#include "schema/limits.h"
#include <libcrm/status.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_BYTES = 256, HEADER_BYTES = 30 };

static int damaged(const char *reason) { return crmi_exchange_refuse(CRM_E_FORMAT, 0, "the file is damaged: %s", reason); }

/* --- the directory --- */

/* Names are only looked up, never opened; one that would leave a folder has no good reason all the same. */
static bool is_bad_name(const char *name) {
    if (!*name || *name == '/') return true;
    for (const char *at = name; at; at = strchr(at, '/')) {
        if (*at == '/') at++;
        if (strncmp(at, "..", 2) == 0 && (at[2] == '/' || !at[2])) return true;
    }
    return false;
}

static int take_part(crmi_zip *zip, crmi_zip_part *part) {
    unz_file_info64 info;
    char name[NAME_BYTES + 1] = "";
    if (unzGetCurrentFileInfo64(zip->archive, &info, name, NAME_BYTES, NULL, 0, NULL, 0) != UNZ_OK) return damaged("its directory");
    if (info.size_filename >= NAME_BYTES || strlen(name) != info.size_filename) return damaged("a part's name is too long");
    for (char *at = name; *at; at++)
        if (*at == '\\') *at = '/';
    if (is_bad_name(name)) return damaged("a part's name leads out of the archive");
    if (info.flag & 1) return crmi_exchange_refuse(CRM_E_FORMAT, 0, "the file is encrypted");
    part->name = strdup(name);
    part->size = info.uncompressed_size;
    part->packed = info.compressed_size;
    if (!part->name) return crmi_exchange_nomem();
    if (unzGetFilePos64(zip->archive, &part->place) != UNZ_OK) return damaged("its directory");
    if (unzOpenCurrentFile2(zip->archive, NULL, NULL, 1) != UNZ_OK) return damaged("a part is not where its directory says");
    part->from = unzGetCurrentFileZStreamPos64(zip->archive);
    unzCloseCurrentFile(zip->archive);
    if (part->from > zip->source.size || part->packed > zip->source.size - part->from) return damaged("it is cut off");
    return CRM_OK;
}

/* Without regard to the case of ASCII, whatever the locale. */
static int compare_names(const char *one, const char *other) {
    for (;; one++, other++) {
        int left = (unsigned char)*one, right = (unsigned char)*other;
        if (left >= 'A' && left <= 'Z') left += 'a' - 'A';
        if (right >= 'A' && right <= 'Z') right += 'a' - 'A';
        if (left != right || !left) return left - right;
    }
}

static int by_name(const void *one, const void *other) {
    return compare_names(((const crmi_zip_part *)one)->name, ((const crmi_zip_part *)other)->name);
}

static int by_place(const void *one, const void *other) {
    uint64_t left = ((const crmi_zip_part *)one)->from, right = ((const crmi_zip_part *)other)->from;
    return left < right ? -1 : left > right;
}

static bool is_bomb(uint64_t size, uint64_t packed) {
    return size > CRMI_LIMIT_XLSX_RATIO_FREE_BYTES && size / CRMI_LIMIT_XLSX_RATIO > packed;
}

static int check_parts(crmi_zip *zip) {
    qsort(zip->parts, zip->count, sizeof *zip->parts, by_place);
    for (size_t i = 1; i < zip->count; i++)
        if (zip->parts[i].from - zip->parts[i - 1].from < zip->parts[i - 1].packed + HEADER_BYTES) return damaged("parts overlap");
    qsort(zip->parts, zip->count, sizeof *zip->parts, by_name);
    for (size_t i = 1; i < zip->count; i++)
        if (by_name(&zip->parts[i - 1], &zip->parts[i]) == 0) return damaged("two parts have one name");
    return CRM_OK;
}

/* Many small bombs are a large one. */
static int check_total(const crmi_zip *zip) {
    uint64_t size = 0, packed = 0;
    for (size_t i = 0; i < zip->count; i++) {
        if (zip->parts[i].size > CRMI_LIMIT_XLSX_TOTAL_BYTES - size)
            return crmi_exchange_refuse(CRM_E_TOO_BIG, 0, "the parts of the file have over 2 GiB in all");
        size += zip->parts[i].size;
        packed += zip->parts[i].packed;
    }
    if (is_bomb(size, packed))
        return crmi_exchange_refuse(CRM_E_TOO_BIG, 0, "the file is packed to less than a two-hundredth, as no workbook is");
    return CRM_OK;
}

static int read_directory(crmi_zip *zip) {
    unz_global_info64 info;
    if (unzGetGlobalInfo64(zip->archive, &info) != UNZ_OK || info.number_entry == 0) return damaged("its directory is empty");
    if (info.number_entry > CRMI_LIMIT_XLSX_PARTS) return crmi_exchange_refuse(CRM_E_TOO_BIG, 0, "the file has over 10,000 parts");
    zip->parts = calloc(info.number_entry, sizeof *zip->parts);
    if (!zip->parts) return crmi_exchange_nomem();
    int rc = CRM_OK, found = unzGoToFirstFile(zip->archive);
    for (; rc == CRM_OK && found == UNZ_OK && zip->count < info.number_entry; found = unzGoToNextFile(zip->archive))
        rc = take_part(zip, &zip->parts[zip->count++]);
    if (rc == CRM_OK && zip->count != info.number_entry) return damaged("its directory");
    if (rc == CRM_OK) rc = check_total(zip);
    return rc == CRM_OK ? check_parts(zip) : rc;
}

int crmi_zip_list(crmi_zip *zip) {
    zlib_filefunc64_def functions = crmi_zip_source_functions(&zip->source);
    zip->archive = unzOpen2_64("", &functions);
    if (!zip->archive)
        return crmi_exchange_refuse(CRM_E_FORMAT, 0, "the file is no workbook, or it is cut off: it has no directory of a zip archive");
    return read_directory(zip);
}

int crmi_zip_open_file(crmi_zip *zip, const char *path) {
    *zip = (crmi_zip){.source = {.file = -1}};
    return crmi_zip_source_open(&zip->source, path);
}

int crmi_zip_open_bytes(crmi_zip *zip, const void *bytes, size_t size) {
    *zip = (crmi_zip){.source = {.file = -1, .bytes = bytes, .size = size}};
    return size > CRMI_LIMIT_XLSX_TOTAL_BYTES ? crmi_exchange_refuse(CRM_E_TOO_BIG, 0, "the workbook has over 2 GiB") : CRM_OK;
}

void crmi_zip_close(crmi_zip *zip) {
    crmi_zip_end(zip);
    if (zip->archive) unzClose(zip->archive);
    for (size_t i = 0; i < zip->count; i++) free(zip->parts[i].name);
    free(zip->parts);
    crmi_zip_source_close(&zip->source);
    *zip = (crmi_zip){.source = {.file = -1}};
}

/* --- parts --- */

static int compare_name(const void *name, const void *part) { return compare_names(name, ((const crmi_zip_part *)part)->name); }

const crmi_zip_part *crmi_zip_find(const crmi_zip *zip, const char *name) {
    return bsearch(name, zip->parts, zip->count, sizeof *zip->parts, compare_name);
}

size_t crmi_zip_peek(crmi_zip *zip, uint64_t at, void *to, size_t size) { return crmi_zip_source_read(&zip->source, at, to, size); }

int crmi_zip_begin(crmi_zip *zip, const crmi_zip_part *part, uint64_t limit) {
    crmi_zip_end(zip);
    if (part->size > limit)
        return crmi_exchange_refuse(CRM_E_TOO_BIG, 0, "%.120s: over the limit of %llu bytes", part->name, (unsigned long long)limit);
    if (is_bomb(part->size, part->packed))
        return crmi_exchange_refuse(CRM_E_TOO_BIG, 0, "%.120s: packed to less than a two-hundredth, as no workbook is", part->name);
    if (unzGoToFilePos64(zip->archive, &part->place) != UNZ_OK || unzOpenCurrentFile(zip->archive) != UNZ_OK)
        return crmi_exchange_refuse(CRM_E_FORMAT, 0, "the file is damaged: %.120s can't be unpacked", part->name);
    zip->open = part;
    zip->given = 0;
    return CRM_OK;
}

/* Behind the last byte. */
static int check_end(crmi_zip *zip) {
    const crmi_zip_part *part = zip->open;
    zip->open = NULL;
    int closed = unzCloseCurrentFile(zip->archive);
    if (zip->given == part->size && closed == UNZ_OK) return CRM_OK;
    return crmi_exchange_refuse(CRM_E_FORMAT, 0, "the file is damaged: %.120s has a wrong %s", part->name,
                                closed == UNZ_CRCERROR ? "checksum" : "size");
}

int crmi_zip_read(crmi_zip *zip, void *to, size_t size, size_t *got) {
    *got = 0;
    if (!zip->open) return CRM_OK;
    int read = unzReadCurrentFile(zip->archive, to, (unsigned)size);
    if (read < 0) return crmi_exchange_refuse(CRM_E_FORMAT, 0, "the file is damaged: %.120s can't be unpacked", zip->open->name);
    *got = (size_t)read;
    zip->given += *got;
    return read == 0 ? check_end(zip) : CRM_OK;
}

void crmi_zip_end(crmi_zip *zip) {
    if (zip->open) unzCloseCurrentFile(zip->archive);
    zip->open = NULL;
}
