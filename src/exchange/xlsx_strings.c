/* SPDX-License-Identifier: MIT */
/* Shared texts: one after the other, each as three bytes of its length, its bytes and a NUL; every sixteenth is known by its place. Above
 * 4 MiB they go to a file without a name, which is mapped: what is not read costs no memory. */
#include "exchange/refuse.h"
#include "exchange/xlsx.h"
#include "schema/limits.h"
#include <errno.h>
#include <fcntl.h>
#include <libcrm/status.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MEMORY_BYTES = 4 << 20, STEP = 16, HEAD = 3 };

typedef struct loading {
    crmi_strings *strings;
    crmi_rich rich;
    size_t head; /* of the text that is read, in memory */
    const char *part;
} loading;

/* --- the file --- */

static int refuse_errno(void) {
    char reason[80];
    return crmi_exchange_refuse(CRM_E_IO, 0, "temporary file: %s", strerror_r(errno, reason, sizeof reason));
}

static int open_file(crmi_strings *strings) {
    const char *folder = getenv("TMPDIR");
    char path[1024];
    if (!folder || !*folder) folder = "/tmp";
    strings->file = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (strings->file >= 0) return CRM_OK;
    if (snprintf(path, sizeof path, "%s/crm.XXXXXX", folder) >= (int)sizeof path)
        return crmi_exchange_refuse(CRM_E_IO, 0, "TMPDIR is too long");
    strings->file = mkostemp(path, O_CLOEXEC);
    if (strings->file < 0) return refuse_errno();
    unlink(path);
    return CRM_OK;
}

/* Moves what is in memory to the end of the file. */
static int spill(crmi_strings *strings) {
    int rc = strings->file < 0 ? open_file(strings) : CRM_OK;
    for (size_t done = 0; rc == CRM_OK && done < strings->memory.size;) {
        ssize_t written = write(strings->file, strings->memory.at + done, strings->memory.size - done);
        if (written < 0 && errno != EINTR) return refuse_errno();
        if (written > 0) done += (size_t)written;
    }
    strings->size += strings->memory.size;
    strings->memory.size = 0;
    return rc;
}

static int map_file(crmi_strings *strings) {
    int rc = spill(strings);
    if (rc < 0) return rc;
    void *at = mmap(NULL, strings->size, PROT_READ, MAP_SHARED, strings->file, 0);
    if (at == MAP_FAILED) return refuse_errno();
    strings->at = at;
    strings->mapped = strings->size;
    crmi_bytes_free(&strings->memory);
    return CRM_OK;
}

/* --- reading --- */

static int add_place(crmi_strings *strings) {
    if (strings->count % STEP == 0) {
        if (strings->count / STEP == strings->capacity) {
            size_t capacity = strings->capacity ? strings->capacity * 2 : 64;
            uint32_t *grown = realloc(strings->places, capacity * sizeof *grown);
            if (!grown) return crmi_exchange_nomem();
            strings->places = grown;
            strings->capacity = capacity;
        }
        strings->places[strings->count / STEP] = (uint32_t)(strings->size + strings->memory.size);
    }
    strings->count++;
    return CRM_OK;
}

static int on_start(void *user, int depth, const char *name, const char **attributes) {
    loading *load = user;
    crmi_strings *strings = load->strings;
    if (depth > 2) {
        crmi_rich_start(&load->rich, depth, name, attributes, &strings->memory);
        return CRM_OK;
    }
    if (depth == 1) return CRM_OK;
    int rc = strings->memory.size > MEMORY_BYTES ? spill(strings) : CRM_OK;
    if (rc == CRM_OK && strcmp(name, "si") == 0) rc = add_place(strings);
    load->head = strings->memory.size;
    crmi_bytes_add(&strings->memory, "\0\0\0", HEAD);
    crmi_rich_begin(&load->rich, depth);
    return rc;
}

static int on_text(void *user, int depth, const char *text, size_t size) {
    loading *load = user;
    (void)depth;
    crmi_rich_text(&load->rich, text, size, &load->strings->memory);
    if (load->strings->memory.size - load->head > 8 * CRMI_LIMIT_XLSX_CELL_CHARS)
        return crmi_exchange_refuse(CRM_E_TOO_BIG, 0, "%s: shared text %zu has over 32,767 characters", load->part, load->strings->count);
    return CRM_OK;
}

static int finish_text(loading *load) {
    crmi_bytes *memory = &load->strings->memory;
    size_t from = load->head + HEAD;
    if (memory->status < 0) return crmi_exchange_nomem();
    if (!crmi_xlsx_unescape(memory, from))
        return crmi_exchange_refuse(CRM_E_TOO_BIG, 0, "%s: shared text %zu has over 32,767 characters", load->part, load->strings->count);
    size_t size = memory->size - from;
    for (int i = 0; i < HEAD; i++) memory->at[load->head + (size_t)i] = (char)(size >> (8 * i));
    crmi_bytes_add_char(memory, '\0');
    return memory->status < 0 ? crmi_exchange_nomem() : CRM_OK;
}

static int on_end(void *user, int depth, const char *name) {
    loading *load = user;
    crmi_strings *strings = load->strings;
    if (depth > 2) crmi_rich_end(&load->rich, depth, name, &strings->memory);
    if (depth != 2) return CRM_OK;
    if (strcmp(name, "si") == 0) return finish_text(load);
    strings->memory.size = load->head; /* an extension */
    return CRM_OK;
}

int crmi_strings_read(crmi_strings *strings, crmi_zip *zip, const crmi_zip_part *part) {
    static const crmi_xml_calls calls = {on_start, on_end, on_text};
    *strings = (crmi_strings){.file = -1};
    loading load = {.strings = strings, .part = part->name};
    int rc = crmi_xml_read(zip, part, CRMI_LIMIT_XLSX_STRINGS_BYTES, &calls, &load);
    if (rc == CRM_OK && strings->file >= 0) return map_file(strings);
    strings->at = strings->memory.at;
    strings->size = strings->memory.size;
    return rc;
}

/* --- looking up --- */

static size_t size_at(const char *head) {
    const unsigned char *bytes = (const unsigned char *)head;
    return (size_t)bytes[0] | (size_t)bytes[1] << 8 | (size_t)bytes[2] << 16;
}

const char *crmi_strings_get(const crmi_strings *strings, uint64_t index, size_t *size) {
    if (index >= strings->count) return NULL;
    const char *at = strings->at + strings->places[index / STEP];
    for (uint64_t i = index % STEP; i > 0; i--) at += HEAD + size_at(at) + 1;
    *size = size_at(at);
    return at + HEAD;
}

void crmi_strings_free(crmi_strings *strings) {
    if (strings->mapped) munmap((void *)(uintptr_t)strings->at, strings->mapped);
    if (strings->file >= 0) close(strings->file);
    crmi_bytes_free(&strings->memory);
    free(strings->places);
    *strings = (crmi_strings){.file = -1};
}
