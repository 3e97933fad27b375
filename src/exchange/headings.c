/* SPDX-License-Identifier: MIT */
/* Headings: added one by one; those that nothing recognises are named together. */
#include "exchange/headings.h"
#include "exchange/refuse.h"
#include <libcrm/status.h>
#include <libcrm/sync.h>
#include <stdio.h>
#include <string.h>

/* The reasons beside rows that were refused: such a file comes back as it is. */
#define REASON "Import error"

bool crmi_headings_is_blank(const char *text, size_t size) {
    for (size_t i = 0; i < size; i++) {
        if (text[i] == ' ' || text[i] == '\t' || text[i] == '\r' || text[i] == '\n') continue;
        if (i + 1 < size && memcmp(text + i, "\xc2\xa0", 2) == 0)
            i++;
        else
            return false;
    }
    return true;
}

bool crmi_headings_is_title(size_t filled, size_t width) { return width > 1 && (filled <= 1 || filled * 3 < width); }

/* Adds one to the list, in quotes; a long one is cut between characters. */
static void list_unknown(crmi_headings *headings, const char *heading, size_t size) {
    enum { SHOWN = 60 };
    size_t used = strlen(headings->unknown), cut = size < SHOWN ? size : SHOWN;
    while (cut < size && cut > 0 && ((unsigned char)heading[cut] & 0xc0) == 0x80) cut--;
    const char *divider = used ? ", " : "", *dots = cut < size ? "..." : "";
    headings->count++;
    if (used + cut + strlen(divider) + strlen(dots) + 3 > sizeof headings->unknown || headings->unlisted)
        headings->unlisted++;
    else
        snprintf(headings->unknown + used, sizeof headings->unknown - used, "%s\"%.*s%s\"", divider, (int)cut, heading, dots);
}

static int add_blank(crmi_headings *headings, crm_sync *sync) {
    int rc = headings->blank ? CRM_OK : crm_sync_map(sync, "", "ignore");
    if (rc == CRM_E_EXISTS) headings->told = true;
    headings->blank = true;
    return rc < 0 && rc != CRM_E_EXISTS ? rc : crm_sync_add_column(sync, "", 0);
}

int crmi_headings_add(crmi_headings *headings, crm_sync *sync, const char *heading, size_t size) {
    if (crmi_headings_is_blank(heading, size)) return add_blank(headings, sync);
    if (size == strlen(REASON) && memcmp(heading, REASON, size) == 0) crm_sync_map(sync, REASON, "ignore");
    int rc = crm_sync_add_column(sync, heading, size);
    if (rc == CRM_E_NOTFOUND) list_unknown(headings, heading, size);
    return rc == CRM_E_NOTFOUND ? CRM_OK : rc;
}

static bool is_column_taken(const crm_sync *sync) {
    const char *target;
    for (size_t i = 0; (target = crm_sync_target(sync, i)); i++)
        if (strcmp(target, "ignore") != 0) return true;
    return false;
}

int crmi_headings_end(crmi_headings *headings, const crm_sync *sync, const char *behind) {
    char more[32] = "";
    headings->strict = !headings->told && !(crm_sync_flags(sync) & CRM_SYNC_IGNORE_UNKNOWN);
    if (!headings->count && is_column_taken(sync)) return CRM_OK;
    if (!headings->count) return crmi_exchange_refuse(CRM_E_NOTFOUND, 0, "no column is recognised%s", behind);
    if (headings->unlisted) snprintf(more, sizeof more, " and %zu more", headings->unlisted);
    return crmi_exchange_refuse(CRM_E_NOTFOUND, 0, "column%s %s%s %s not recognised%s", headings->count == 1 ? "" : "s", headings->unknown,
                                more, headings->count == 1 ? "is" : "are", behind);
}
