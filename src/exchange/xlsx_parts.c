/* SPDX-License-Identifier: MIT */
/* What a workbook is made of: no part has a fixed name, each is found through relationships and checked by its content type. */
#include "exchange/refuse.h"
#include "exchange/xlsx.h"
#include "schema/limits.h"
#include <libcrm/status.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_BYTES = 512 };

/* --- paths --- */

/* The folder of a part, with its slash. */
static size_t folder_size(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? (size_t)(slash - path) + 1 : 0;
}

/* Takes "." and ".." out. False where that leads out of the archive. */
static bool simplify(char *path) {
    char *to = path;
    for (char *at = path; *at;) {
        size_t size = strcspn(at, "/");
        bool slash = at[size] == '/';
        if (size == 2 && memcmp(at, "..", 2) == 0) {
            if (to == path) return false;
            to--;
            while (to > path && to[-1] != '/') to--;
        } else if (size > 0 && !(size == 1 && *at == '.')) {
            memmove(to, at, size + slash);
            to += size + slash;
        }
        at += size + slash;
    }
    *to = '\0';
    return true;
}

static int hex(char digit) {
    if (digit >= '0' && digit <= '9') return digit - '0';
    return (digit | 32) >= 'a' && (digit | 32) <= 'f' ? (digit | 32) - 'a' + 10 : -1;
}

static void decode_percents(char *path) {
    char *to = path;
    for (const char *at = path; *at; at++) {
        int high = *at == '%' ? hex(at[1]) : -1, low = high >= 0 ? hex(at[2]) : -1;
        *to++ = low >= 0 ? (char)(high * 16 + low) : *at;
        if (low >= 0) at += 2;
    }
    *to = '\0';
}

/* The part that a relationship of base leads to, or NULL. */
static const crmi_zip_part *find_target(const crmi_zip *zip, const char *base, const char *target) {
    char path[PATH_BYTES];
    size_t folder = *target == '/' || *target == '\\' ? 0 : folder_size(base);
    if (folder == 0 && *target == '/') target++;
    if (snprintf(path, sizeof path, "%.*s%s", (int)folder, base, target) >= (int)sizeof path) return NULL;
    for (char *at = path; *at; at++)
        if (*at == '\\') *at = '/';
    if (!simplify(path)) return NULL;
    const crmi_zip_part *part = crmi_zip_find(zip, path);
    if (part) return part;
    decode_percents(path);
    return crmi_zip_find(zip, path);
}

static const crmi_zip_part *find_relationships(const crmi_zip *zip, const char *base) {
    char path[PATH_BYTES];
    size_t folder = folder_size(base);
    if (snprintf(path, sizeof path, "%.*s_rels/%s.rels", (int)folder, base, base + folder) >= (int)sizeof path) return NULL;
    return crmi_zip_find(zip, path);
}

/* --- relationships --- */

typedef struct relating {
    const crmi_zip *zip;
    const char *base; /* the part whose relationships these are */
    int (*take)(void *user, const char *type, const char *id, const crmi_zip_part *part);
    void *user;
} relating;

/* The last word of a type, of the transitional or the strict standard: "worksheet"; "" for all others. */
static const char *type_of(const char *type) {
    static const char *const families[] = {"http://schemas.openxmlformats.org/officeDocument/2006/relationships/",
                                           "http://purl.oclc.org/ooxml/officeDocument/relationships/"};
    for (int i = 0; type && i < 2; i++)
        if (strncmp(type, families[i], strlen(families[i])) == 0) return type + strlen(families[i]);
    return "";
}

static int on_relationship(void *user, int depth, const char *name, const char **attributes) {
    relating *relate = user;
    if (depth != 2 || strcmp(name, "Relationship") != 0) return CRM_OK;
    const char *id = crmi_xml_attribute(attributes, "Id"), *target = crmi_xml_attribute(attributes, "Target");
    const char *mode = crmi_xml_attribute(attributes, "TargetMode");
    if (!id || !target || (mode && strcmp(mode, "External") == 0)) return CRM_OK;
    return relate->take(relate->user, type_of(crmi_xml_attribute(attributes, "Type")), id, find_target(relate->zip, relate->base, target));
}

static int read_relationships(relating *relate, crmi_zip *zip, const char *base) {
    static const crmi_xml_calls calls = {.start = on_relationship};
    const crmi_zip_part *part = find_relationships(zip, base);
    relate->zip = zip;
    relate->base = base;
    if (!part) return crmi_exchange_refuse(CRM_E_FORMAT, 0, "the file is no workbook: it has no relationships");
    return crmi_xml_read(zip, part, CRMI_LIMIT_XLSX_PART_BYTES, &calls, relate);
}

static int take_main(void *user, const char *type, const char *id, const crmi_zip_part *part) {
    const crmi_zip_part **found = user;
    (void)id;
    if (strcmp(type, "officeDocument") == 0 && !*found) *found = part;
    return CRM_OK;
}

static int find_main(crmi_zip *zip, const crmi_zip_part **found) {
    relating relate = {.take = take_main, .user = found};
    int rc = read_relationships(&relate, zip, "");
    if (rc == CRM_OK && !*found) return crmi_exchange_refuse(CRM_E_FORMAT, 0, "the file is no workbook: it has no main part");
    return rc;
}

/* --- content types --- */

typedef struct typing {
    const crmi_zip *zip;
    const crmi_zip_part *part;
    char own[160], general[160]; /* by the part's name; by the ending of it */
} typing;

static int on_type(void *user, int depth, const char *name, const char **attributes) {
    typing *type = user;
    const char *said = crmi_xml_attribute(attributes, "ContentType"), *part = crmi_xml_attribute(attributes, "PartName");
    const char *ending = crmi_xml_attribute(attributes, "Extension"), *dot = strrchr(type->part->name, '.');
    if (depth != 2 || !said) return CRM_OK;
    if (strcmp(name, "Override") == 0 && part && find_target(type->zip, "", part) == type->part)
        snprintf(type->own, sizeof type->own, "%s", said);
    else if (strcmp(name, "Default") == 0 && ending && dot && strcmp(dot + 1, ending) == 0)
        snprintf(type->general, sizeof type->general, "%s", said);
    return CRM_OK;
}

static int check_type(crmi_zip *zip, const crmi_zip_part *part) {
    static const crmi_xml_calls calls = {.start = on_type};
    typing type = {.zip = zip, .part = part};
    const crmi_zip_part *types = crmi_zip_find(zip, "[Content_Types].xml");
    if (!types) return crmi_exchange_refuse(CRM_E_FORMAT, 0, "the file is no workbook: it has no content types");
    int rc = crmi_xml_read(zip, types, CRMI_LIMIT_XLSX_PART_BYTES, &calls, &type);
    if (rc < 0) return rc;
    const char *said = type.own[0] ? type.own : type.general;
    if (strstr(said, "sheet.binary"))
        return crmi_exchange_refuse(CRM_E_FORMAT, 0, "the file is a binary workbook (.xlsb); save it as .xlsx");
    if (strstr(said, ".main+xml") && (strstr(said, "spreadsheetml") || strstr(said, "ms-excel"))) return CRM_OK;
    return crmi_exchange_refuse(CRM_E_FORMAT, 0, "the file is no workbook, but \"%.120s\"", *said ? said : "of no content type");
}

/* --- the workbook --- */

/* What a sheet's relationship is called. */
typedef struct sheet_link {
    char *id;
    size_t sheet;
    const crmi_zip_part *part;
} sheet_link;

typedef struct loading {
    crmi_xlsx_book *book;
    sheet_link *links; /* of each sheet, by id once all are known */
} loading;

static int add_sheet(loading *load, const char *name, const char *id, const char *state) {
    crmi_xlsx_book *book = load->book;
    if (book->count >= CRMI_LIMIT_XLSX_SHEETS) return crmi_exchange_refuse(CRM_E_TOO_BIG, 0, "the workbook has over 10,000 sheets");
    if (book->count == book->capacity) {
        size_t capacity = book->capacity ? book->capacity * 2 : 16;
        crmi_xlsx_sheet *sheets = realloc(book->sheets, capacity * sizeof *sheets);
        if (sheets) book->sheets = sheets;
        sheet_link *links = sheets ? realloc(load->links, capacity * sizeof *links) : NULL;
        if (!links) return crmi_exchange_nomem();
        load->links = links;
        book->capacity = capacity;
    }
    crmi_xlsx_sheet *sheet = &book->sheets[book->count];
    *sheet = (crmi_xlsx_sheet){.name = strdup(name)};
    if (state && strcmp(state, "hidden") == 0) sheet->visibility = CRM_XLSX_HIDDEN;
    if (state && strcmp(state, "veryHidden") == 0) sheet->visibility = CRM_XLSX_VERY_HIDDEN;
    char *copy = strdup(id);
    load->links[book->count] = (sheet_link){.id = copy, .sheet = book->count};
    book->count++;
    return sheet->name && copy ? CRM_OK : crmi_exchange_nomem();
}

static bool is_true(const char *text) { return text && (strcmp(text, "1") == 0 || strcmp(text, "true") == 0 || strcmp(text, "on") == 0); }

static int on_workbook(void *user, int depth, const char *name, const char **attributes) {
    loading *load = user;
    if (depth == 2 && strcmp(name, "workbookPr") == 0) load->book->since_1904 = is_true(crmi_xml_attribute(attributes, "date1904"));
    if (depth != 3 || strcmp(name, "sheet") != 0) return CRM_OK;
    const char *title = crmi_xml_attribute(attributes, "name"), *id = crmi_xml_attribute(attributes, "id");
    if (!title || !id) return crmi_exchange_refuse(CRM_E_FORMAT, 0, "the workbook is damaged: a sheet without name or part");
    if (strlen(title) > CRMI_LIMIT_XLSX_NAME_BYTES) return crmi_exchange_refuse(CRM_E_TOO_BIG, 0, "a sheet's name has over 255 bytes");
    return add_sheet(load, title, id, crmi_xml_attribute(attributes, "state"));
}

static int by_id(const void *one, const void *other) { return strcmp(((const sheet_link *)one)->id, ((const sheet_link *)other)->id); }

static int by_part(const void *one, const void *other) {
    uintptr_t left = (uintptr_t)((const sheet_link *)one)->part, right = (uintptr_t)((const sheet_link *)other)->part;
    return left < right ? -1 : left > right;
}

static int refuse_shared(void) { return crmi_exchange_refuse(CRM_E_FORMAT, 0, "the workbook is damaged: two sheets have one part"); }

/* So that each relationship finds its sheet at once. */
static int sort_links(loading *load) {
    size_t count = load->book->count;
    if (count) qsort(load->links, count, sizeof *load->links, by_id);
    for (size_t i = 1; i < count; i++)
        if (by_id(&load->links[i - 1], &load->links[i]) == 0) return refuse_shared();
    return CRM_OK;
}

/* Otherwise a small file could have one large sheet read ten thousand times. */
static int check_links(loading *load) {
    size_t count = load->book->count;
    if (count) qsort(load->links, count, sizeof *load->links, by_part);
    for (size_t i = 1; i < count; i++)
        if (load->links[i].part && load->links[i].part == load->links[i - 1].part) return refuse_shared();
    return CRM_OK;
}

static int take_part(void *user, const char *type, const char *id, const crmi_zip_part *part) {
    loading *load = user;
    if (strcmp(type, "sharedStrings") == 0) load->book->strings = part;
    if (strcmp(type, "styles") == 0) load->book->styles = part;
    if (strcmp(type, "worksheet") != 0 || load->book->count == 0) return CRM_OK;
    sheet_link *found = bsearch(&(sheet_link){.id = (char *)(uintptr_t)id}, load->links, load->book->count, sizeof *load->links, by_id);
    if (!found) return CRM_OK;
    crmi_xlsx_sheet *sheet = &load->book->sheets[found->sheet];
    sheet->part = found->part = part;
    sheet->cells = true;
    return CRM_OK;
}

/* Sheets that are charts or dialogs are left out. */
static void keep_cells(crmi_xlsx_book *book) {
    size_t kept = 0;
    for (size_t i = 0; i < book->count; i++) {
        if (book->sheets[i].cells)
            book->sheets[kept++] = book->sheets[i];
        else
            free(book->sheets[i].name);
    }
    book->count = kept;
}

static int read_workbook(loading *load, crmi_zip *zip) {
    static const crmi_xml_calls calls = {.start = on_workbook};
    const crmi_zip_part *part = NULL;
    relating relate = {.take = take_part, .user = load};
    int rc = find_main(zip, &part);
    if (rc == CRM_OK) rc = check_type(zip, part);
    if (rc == CRM_OK) rc = crmi_xml_read(zip, part, CRMI_LIMIT_XLSX_PART_BYTES, &calls, load);
    if (rc == CRM_OK) rc = sort_links(load);
    if (rc == CRM_OK) rc = read_relationships(&relate, zip, part->name);
    return rc == CRM_OK ? check_links(load) : rc;
}

int crmi_xlsx_book_read(crmi_xlsx_book *book, crmi_zip *zip) {
    *book = (crmi_xlsx_book){0};
    loading load = {.book = book};
    int rc = read_workbook(&load, zip);
    for (size_t i = 0; i < book->count; i++) free(load.links[i].id);
    if (rc == CRM_OK) keep_cells(book);
    free(load.links);
    return rc;
}

void crmi_xlsx_book_free(crmi_xlsx_book *book) {
    for (size_t i = 0; i < book->count; i++) free(book->sheets[i].name);
    free(book->sheets);
    *book = (crmi_xlsx_book){0};
}
