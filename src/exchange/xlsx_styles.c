/* SPDX-License-Identifier: MIT */
/* Styles of a workbook, as far as they are number formats. */
#include "exchange/refuse.h"
#include "exchange/xlsx.h"
#include "schema/limits.h"
#include <libcrm/status.h>
#include <stdlib.h>
#include <string.h>

typedef struct loading {
    crmi_styles *styles;
    const char *part;
    char section; /* n: number formats; x: cell formats */
} loading;

static int refuse_many(const loading *load, const char *what) {
    return crmi_exchange_refuse(CRM_E_TOO_BIG, 0, "%s: over %s", load->part, what);
}

static size_t find_format(const crmi_styles *styles, unsigned id) {
    for (size_t i = 0; i < styles->format_count; i++)
        if (styles->ids[i] == id) return i;
    return styles->format_count;
}

static int grow_formats(crmi_styles *styles) {
    size_t capacity = styles->format_capacity ? styles->format_capacity * 2 : 32;
    crmi_format *formats = realloc(styles->formats, capacity * sizeof *formats);
    if (formats) styles->formats = formats;
    unsigned *ids = formats ? realloc(styles->ids, capacity * sizeof *ids) : NULL;
    if (!ids) return crmi_exchange_nomem();
    styles->ids = ids;
    styles->format_capacity = capacity;
    return CRM_OK;
}

/* The first of an id counts. */
static int add_format(crmi_styles *styles, unsigned id, const char *code) {
    if (find_format(styles, id) < styles->format_count) return CRM_OK;
    int rc = styles->format_count == styles->format_capacity ? grow_formats(styles) : CRM_OK;
    if (rc < 0) return rc;
    if (crmi_format_parse(&styles->formats[styles->format_count], code) < 0) return crmi_exchange_nomem();
    styles->ids[styles->format_count++] = id;
    return CRM_OK;
}

static int add_style(crmi_styles *styles, unsigned id) {
    size_t format = find_format(styles, id);
    int rc = format == styles->format_count ? add_format(styles, id, crmi_format_builtin(id)) : CRM_OK;
    if (rc == CRM_OK && styles->style_count == styles->style_capacity) {
        size_t capacity = styles->style_capacity ? styles->style_capacity * 2 : 64;
        uint16_t *grown = realloc(styles->styles, capacity * sizeof *grown);
        if (!grown) return crmi_exchange_nomem();
        styles->styles = grown;
        styles->style_capacity = capacity;
    }
    if (rc == CRM_OK) styles->styles[styles->style_count++] = (uint16_t)format;
    return rc;
}

static unsigned number_of(const char *text) { return text ? (unsigned)strtoul(text, NULL, 10) : 0; }

static int take_format(loading *load, const char **attributes) {
    const char *code = crmi_xml_attribute(attributes, "formatCode");
    if (!code) return CRM_OK;
    if (strlen(code) > CRMI_LIMIT_XLSX_FORMAT_BYTES)
        return crmi_exchange_refuse(CRM_E_TOO_BIG, 0, "%s: a number format of over 1,024 bytes", load->part);
    if (load->styles->format_count >= CRMI_LIMIT_XLSX_FORMATS) return refuse_many(load, "4,096 number formats");
    return add_format(load->styles, number_of(crmi_xml_attribute(attributes, "numFmtId")), code);
}

static int on_start(void *user, int depth, const char *name, const char **attributes) {
    loading *load = user;
    if (depth == 2) load->section = strcmp(name, "numFmts") == 0 ? 'n' : strcmp(name, "cellXfs") == 0 ? 'x' : 0;
    if (depth != 3) return CRM_OK;
    if (load->section == 'n' && strcmp(name, "numFmt") == 0) return take_format(load, attributes);
    if (load->section != 'x' || strcmp(name, "xf") != 0) return CRM_OK;
    if (load->styles->style_count >= CRMI_LIMIT_XLSX_STYLES) return refuse_many(load, "65,536 formats");
    unsigned id = number_of(crmi_xml_attribute(attributes, "numFmtId"));
    /* An id that nothing defines is General: one entry for all. */
    if (id > 58 && find_format(load->styles, id) == load->styles->format_count) id = 0;
    return add_style(load->styles, id);
}

int crmi_styles_read(crmi_styles *styles, crmi_zip *zip, const crmi_zip_part *part) {
    static const crmi_xml_calls calls = {.start = on_start};
    *styles = (crmi_styles){0};
    loading load = {.styles = styles, .part = part ? part->name : ""};
    int rc = part ? crmi_xml_read(zip, part, CRMI_LIMIT_XLSX_PART_BYTES, &calls, &load) : CRM_OK;
    return rc == CRM_OK && styles->style_count == 0 ? add_style(styles, 0) : rc;
}

const crmi_format *crmi_styles_get(const crmi_styles *styles, uint64_t style) {
    static const crmi_format general = {.general = true, .count = 1};
    return style < styles->style_count ? &styles->formats[styles->styles[style]] : &general;
}

void crmi_styles_free(crmi_styles *styles) {
    for (size_t i = 0; i < styles->format_count; i++) crmi_format_free(&styles->formats[i]);
    free(styles->formats);
    free(styles->ids);
    free(styles->styles);
    *styles = (crmi_styles){0};
}
