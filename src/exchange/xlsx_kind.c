/* SPDX-License-Identifier: MIT */
/* Files that are often taken for a workbook, told by their first bytes. */
#include "exchange/refuse.h"
#include "exchange/xlsx.h"
#include <libcrm/status.h>
#include <string.h>

static const uint8_t compound[] = {0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1};

static int refuse(const char *reason) { return crmi_exchange_refuse(CRM_E_FORMAT, 0, "%s", reason); }

/* A compound file has its directory of names in UTF-16 in a sector that the header names. */
static bool has_name(const uint8_t *directory, size_t size, const char *name) {
    uint8_t wide[64] = {0};
    size_t length = strlen(name);
    for (size_t i = 0; i < length; i++) wide[2 * i] = (uint8_t)name[i];
    return memmem(directory, size, wide, 2 * length + 2) != NULL;
}

static int refuse_compound(crmi_zip *zip, const uint8_t *head) {
    uint8_t directory[4096];
    uint64_t sector = (uint64_t)head[48] | (uint64_t)head[49] << 8 | (uint64_t)head[50] << 16 | (uint64_t)head[51] << 24;
    unsigned bits = head[30] == 12 ? 12 : 9;
    size_t size = crmi_zip_peek(zip, (sector + 1) << bits, directory, sizeof directory);
    if (has_name(directory, size, "EncryptedPackage"))
        return refuse("the workbook is encrypted: open it with its password and save it without one");
    if (has_name(directory, size, "Workbook") || has_name(directory, size, "Book") || has_name(directory, size, "BOOK"))
        return refuse("the file is an old workbook (.xls); save it as .xlsx");
    return refuse("the file is no workbook, but of another program of old");
}

int crmi_xlsx_check_kind(crmi_zip *zip) {
    uint8_t head[512] = {0};
    size_t size = crmi_zip_peek(zip, 0, head, sizeof head);
    if (size == 0) return refuse("the file is empty");
    if (memcmp(head, compound, sizeof compound) == 0) return refuse_compound(zip, head);
    if (head[0] == 9 && (head[1] == 0 || head[1] == 2 || head[1] == 4 || head[1] == 8))
        return refuse("the file is an old workbook (.xls); save it as .xlsx");
    if (memcmp(head, "<?xml", 5) == 0 || memcmp(head, "\xef\xbb\xbf<?xml", 8) == 0 || head[0] == '<')
        return refuse("the file is XML or HTML, whatever its name says; save it as .xlsx");
    if (memmem(head, size, "mimetypeapplication/vnd.oasis.opendocument", 42))
        return refuse("the file is an OpenDocument; save it as .xlsx");
    return CRM_OK;
}
