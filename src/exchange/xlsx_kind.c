/* SPDX-License-Identifier: MIT */
/* Workbooks and the files that are often taken for one, told by their first bytes. */
#include "exchange/refuse.h"
#include "exchange/xlsx.h"
#include <ctype.h>
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

static bool is_compound(const uint8_t *head, size_t size) {
    return size >= sizeof compound && memcmp(head, compound, sizeof compound) == 0;
}

/* Excel 2 to 5, without a compound file around it. */
static bool is_bare_xls(const uint8_t *head, size_t size) {
    return size >= 4 && head[0] == 9 && memchr("\0\2\4\10", head[1], 4) && memchr("\4\6\10\20", head[2], 4) && head[3] == 0;
}

/* XML, or HTML that some programs call a workbook. */
static bool is_markup(const uint8_t *head, size_t size) {
    size_t at = size >= 3 && memcmp(head, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    while (at < size && isspace(head[at])) at++;
    return at + 1 < size && head[at] == '<' && (isalpha(head[at + 1]) || head[at + 1] == '!' || head[at + 1] == '?');
}

int crm_xlsx_begins(const void *bytes, size_t size) {
    if (!bytes) return 0;
    bool zip = size >= 4 && memcmp(bytes, "PK\3\4", 4) == 0;
    return zip || is_compound(bytes, size) || is_bare_xls(bytes, size) || is_markup(bytes, size);
}

int crmi_xlsx_check_kind(crmi_zip *zip) {
    uint8_t head[512] = {0};
    size_t size = crmi_zip_peek(zip, 0, head, sizeof head);
    if (size == 0) return refuse("the file is empty");
    if (is_compound(head, size)) return refuse_compound(zip, head);
    if (is_bare_xls(head, size)) return refuse("the file is an old workbook (.xls); save it as .xlsx");
    if (is_markup(head, size)) return refuse("the file is XML or HTML, whatever its name says; save it as .xlsx");
    if (memmem(head, size, "mimetypeapplication/vnd.oasis.opendocument", 42))
        return refuse("the file is an OpenDocument; save it as .xlsx");
    return CRM_OK;
}
