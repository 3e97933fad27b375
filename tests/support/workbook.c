/* SPDX-License-Identifier: MIT */
/* Small workbooks made in memory. */
#include "support/workbook.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void append(char **bytes, size_t *size, size_t *capacity, const void *from, size_t count) {
    while (*capacity < *size + count) *capacity = *capacity ? *capacity * 2 : 4096;
    *bytes = realloc(*bytes, *capacity);
    assert(*bytes);
    memcpy(*bytes + *size, from, count);
    *size += count;
}

static void to_file(workbook *book, const void *from, size_t count) { append(&book->bytes, &book->size, &book->capacity, from, count); }
static void to_directory(workbook *book, const void *from, size_t count) {
    append(&book->directory, &book->directory_size, &book->directory_capacity, from, count);
}

static uint32_t checksum(const char *bytes, size_t size) {
    uint32_t sum = 0xffffffffu;
    for (size_t i = 0; i < size; i++) {
        sum ^= (unsigned char)bytes[i];
        for (int bit = 0; bit < 8; bit++) sum = sum >> 1 ^ (0xedb88320u & (0u - (sum & 1)));
    }
    return ~sum;
}

static void put(unsigned char *at, uint32_t value, int bytes) {
    for (int i = 0; i < bytes; i++) at[i] = (unsigned char)(value >> (8 * i));
}

void workbook_add(workbook *book, const char *name, const char *text) {
    unsigned char head[46] = "PK\1\2\24\0\24";
    uint32_t size = (uint32_t)strlen(text);
    put(head + 16, checksum(text, size), 4);
    put(head + 20, size, 4);
    put(head + 24, size, 4);
    put(head + 28, (uint32_t)strlen(name), 2);
    put(head + 42, (uint32_t)book->size, 4);
    to_directory(book, head, 46);
    to_directory(book, name, strlen(name));
    unsigned char local[30] = "PK\3\4\24";
    memcpy(local + 14, head + 16, 14);
    to_file(book, local, 30);
    to_file(book, name, strlen(name));
    to_file(book, text, size);
    book->count++;
}

void workbook_end(workbook *book) {
    unsigned char end[22] = "PK\5\6";
    put(end + 8, (uint32_t)book->count, 2);
    put(end + 10, (uint32_t)book->count, 2);
    put(end + 12, (uint32_t)book->directory_size, 4);
    put(end + 16, (uint32_t)book->size, 4);
    to_file(book, book->directory, book->directory_size);
    to_file(book, end, 22);
}

void workbook_free(workbook *book) {
    free(book->bytes);
    free(book->directory);
    *book = (workbook){0};
}

void workbook_add_frame(workbook *book, const char *properties) {
    char *text;
    workbook_add(book, "[Content_Types].xml",
                 "<Types><Default Extension='rels' ContentType='application/vnd.openxmlformats-package.relationships+xml'/>"
                 "<Override PartName='/xl/workbook.xml' "
                 "ContentType='application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml'/></Types>");
    workbook_add(book, "_rels/.rels",
                 "<Relationships><Relationship Id='rId1' Type='" WORKBOOK_RELATIONS
                 "/officeDocument' Target='xl/workbook.xml'/></Relationships>");
    workbook_add(book, "xl/_rels/workbook.xml.rels",
                 "<Relationships><Relationship Id='rId1' Type='" WORKBOOK_RELATIONS "/worksheet' Target='sheets/one.xml'/>"
                 "<Relationship Id='rId2' Type='" WORKBOOK_RELATIONS "/sharedStrings' Target='/xl/texts.xml'/>"
                 "<Relationship Id='rId3' Type='" WORKBOOK_RELATIONS "/styles' Target='../xl/styles.xml'/></Relationships>");
    assert(asprintf(&text,
                    "<workbook xmlns='" WORKBOOK_MAIN "' xmlns:r='" WORKBOOK_RELATIONS
                    "'>%s<sheets><sheet name='Kunden' sheetId='1' r:id='rId1'/></sheets></workbook>",
                    properties ? properties : "") > 0);
    workbook_add(book, "xl/workbook.xml", text);
    free(text);
}

static void add_wrapped(workbook *book, const char *name, const char *root, const char *open, const char *inside, const char *close) {
    char *text;
    assert(asprintf(&text, "<%s xmlns='" WORKBOOK_MAIN "'>%s%s%s</%s>", root, open, inside, close, root) > 0);
    workbook_add(book, name, text);
    free(text);
}

workbook workbook_make(const workbook_text *text) {
    workbook book = {0};
    workbook_add_frame(&book, text->properties);
    if (text->rows) add_wrapped(&book, "xl/sheets/one.xml", "worksheet", "<sheetData>", text->rows, "</sheetData>");
    if (text->strings) add_wrapped(&book, "xl/texts.xml", "sst", "", text->strings, "");
    if (text->styles) add_wrapped(&book, "xl/styles.xml", "styleSheet", "", text->styles, "");
    workbook_end(&book);
    return book;
}
