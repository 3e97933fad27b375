/* SPDX-License-Identifier: MIT */
/* Writes an address by the layout of its country (address_layout.def). White space inside a value becomes one blank, so that no value can
 * break a line, and no line is empty or has a double blank. */
#include "model/address_format.h"
#include "base/ascii.h"
#include "model/quote.h"
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define CODE_MAX 16        /* letters and figures of a postal code that is brought into form */
#define ABBREVIATION_MAX 3 /* bytes of a region that is one */

typedef struct layout {
    char country[3];
    const char *box, *code, *lines;
} layout;

static const layout layouts[] = {
#define CRM_ADDRESS_LAYOUT(country, box, code, lines) {country, box, code, lines},
#include "model/address_layout.def"
#undef CRM_ADDRESS_LAYOUT
};
#define LAYOUTS (sizeof layouts / sizeof *layouts)

typedef struct text {
    const char *at;
    size_t size;
} text;

typedef struct writing {
    const crm_record *address;
    const crmi_letter *letter;
    const layout *layout;
    crmi_buffer *out;
    size_t first, line, previous; /* where the whole, this line and the one before it begin */
    text gap;                     /* what stands before the next part, where the line has something already */
    bool by_box, box_line;        /* the box takes the street's place; the box has a line */
} writing;

static text value_of(const crm_record *address, crm_field field) {
    const crmi_entry *entry = crmi_object_find(address, CRMI_FIELD_NUMBER(field));
    return entry && entry->type == CRM_TYPE_TEXT ? (text){entry->text, entry->size} : (text){NULL, 0};
}

static bool is_blank(char c) { return (unsigned char)c <= ' '; }

static void write_capital(crmi_buffer *out, text *left) {
    if ((unsigned char)*left->at < 0x80) {
        bool small = *left->at >= 'a' && *left->at <= 'z';
        crmi_buffer_byte(out, (uint8_t)(small ? *left->at - 'a' + 'A' : *left->at));
        left->at++;
        left->size--;
        return;
    }
    utf8proc_int32_t c;
    utf8proc_ssize_t size = utf8proc_iterate((const utf8proc_uint8_t *)left->at, (utf8proc_ssize_t)left->size, &c);
    utf8proc_uint8_t capital[4];
    if (size < 1) { /* never in stored text; goes as it is */
        size = 1;
        crmi_buffer_byte(out, (uint8_t)*left->at);
    } else
        crmi_buffer_append(out, capital, (size_t)utf8proc_encode_char(utf8proc_toupper(c), capital));
    left->at += size;
    left->size -= (size_t)size;
}

static void begin_part(writing *writer) {
    if (writer->out->size > writer->line) crmi_buffer_append(writer->out, writer->gap.at, writer->gap.size);
    writer->gap = (text){" ", 1};
}

/* One part of a line, with the gap before it where the line has something already. */
static void write_part(writing *writer, text part, bool capitals) {
    bool begun = false, blank = false;
    while (part.size) {
        if (is_blank(*part.at)) {
            blank = true;
            part.at++;
            part.size--;
            continue;
        }
        if (!begun)
            begin_part(writer);
        else if (blank)
            crmi_buffer_byte(writer->out, ' ');
        begun = true;
        blank = false;
        if (capitals) {
            write_capital(writer->out, &part);
            continue;
        }
        size_t run = 1;
        while (run < part.size && !is_blank(part.at[run])) run++;
        crmi_buffer_append(writer->out, part.at, run);
        part.at += run;
        part.size -= run;
    }
}

/* A line that only repeats the one before it (a site named like its company) is taken back. */
static void end_line(writing *writer) {
    crmi_buffer *out = writer->out;
    size_t size = out->size - writer->line;
    if (size == 0 || out->failed) return;
    if (writer->line > writer->first && writer->line - writer->previous == size + 1 &&
        !memcmp(out->data + writer->previous, out->data + writer->line, size)) {
        out->size = writer->line;
        return;
    }
    crmi_buffer_byte(out, '\n');
    writer->previous = writer->line;
    writer->line = out->size;
}

static void write_recipient(writing *writer) {
    const crmi_entry *list = crmi_object_find(writer->address, CRMI_FIELD_NUMBER(CRM_ADDRESS_RECIPIENT));
    if (list && list->items) {
        const char *item = list->text;
        for (uint32_t i = 0; i < list->items; i++, item += strlen(item) + 1) {
            write_part(writer, (text){item, strlen(item)}, false);
            end_line(writer);
        }
        return;
    }
    const crmi_slice *name = &writer->letter->name, *addition = &writer->letter->addition;
    write_part(writer, (text){name->data, name->size}, false);
    end_line(writer);
    write_part(writer, (text){addition->data, addition->size}, false);
}

static void write_care_of(writing *writer) {
    text name = value_of(writer->address, CRM_ADDRESS_CARE_OF);
    bool has_word = name.size > 3 && (name.at[0] | 32) == 'c' && name.at[1] == '/' && (name.at[2] | 32) == 'o';
    if (name.size && !has_word) write_part(writer, (text){"c/o", 3}, false);
    write_part(writer, name, false);
}

/* A value that begins with a letter brings the word for the box itself. */
static void write_box(writing *writer) {
    text box = value_of(writer->address, CRM_ADDRESS_PO_BOX);
    if (!writer->box_line) return;
    bool has_word = (unsigned char)*box.at >= 'A';
    if (!has_word) write_part(writer, (text){writer->layout->box, strlen(writer->layout->box)}, false);
    write_part(writer, box, false);
}

static bool is_letter(char c) { return (c | 32) >= 'a' && (c | 32) <= 'z'; }

/* The letters and figures of a postal code; 0 where it has anything but these, blanks and hyphens. */
static size_t plain_code(text code, char out[CODE_MAX]) {
    size_t size = 0;
    for (size_t i = 0; i < code.size; i++) {
        char c = code.at[i];
        if (c == '-' || is_blank(c)) continue;
        if (size == CODE_MAX || !(is_letter(c) || crmi_is_digit(c))) return 0;
        out[size++] = c;
    }
    return size;
}

/* How many of a plain code's signs are the letters that its form begins with. */
static size_t prefix_of(const char *form, const char *plain, size_t size) {
    size_t prefix = 0;
    while (is_letter(form[prefix])) prefix++;
    for (size_t i = 0; i < prefix; i++)
        if (i == size || (plain[i] & ~32) != form[i]) return 0;
    return prefix;
}

/* A postal code in the form that its post writes; as it stands where that has no room for it. */
static text formed_code(const char *form, text code, char out[CODE_MAX * 2]) {
    char plain[CODE_MAX];
    size_t size = plain_code(code, plain), at = prefix_of(form, plain, size), signs = 0, written = 0;
    bool more = strchr(form, '*');
    for (const char *sign = form; *sign; sign++) signs += *sign == '#';
    size_t before = size - at - signs; /* what '*' stands for */
    if (size <= at || size - at < signs + more || (!more && before)) return code;
    for (; *form; form++) {
        size_t run = *form == '*' ? before : *form == '#';
        if (!run) out[written++] = *form;
        for (; run; run--) out[written++] = plain[at++];
    }
    return (text){out, written};
}

static void write_code(writing *writer, bool capitals) {
    char formed[CODE_MAX * 2];
    text code = value_of(writer->address, writer->by_box ? CRM_ADDRESS_PO_BOX_POSTAL_CODE : CRM_ADDRESS_POSTAL_CODE);
    write_part(writer, *writer->layout->code ? formed_code(writer->layout->code, code, formed) : code, capitals);
}

static void write_region(writing *writer, bool abbreviation, bool capitals) {
    text region = value_of(writer->address, CRM_ADDRESS_REGION);
    if (!abbreviation || region.size <= ABBREVIATION_MAX) write_part(writer, region, capitals);
}

/* A letter inside a country names none. */
static void write_country(writing *writer) {
    text code = value_of(writer->address, CRM_ADDRESS_COUNTRY);
    const crmi_slice *sender = &writer->letter->sender_country;
    if (code.size && code.size == sender->size && !memcmp(code.at, sender->data, code.size)) return;
    const crmi_domain *domain = crmi_schema_domain(crmi_schema_field(CRM_ADDRESS_COUNTRY)->domain);
    const crmi_code *country = code.size && domain ? crmi_schema_code(domain, code.at, code.size) : NULL;
    if (country) code = (text){country->english, strlen(country->english)};
    write_part(writer, code, true);
}

static void write_field(writing *writer, char letter, bool capitals) {
    const crm_record *address = writer->address;
    bool street = !writer->by_box;
    switch (letter) {
    case 'N': write_recipient(writer); break;
    case 'S': write_part(writer, value_of(address, CRM_ADDRESS_SITE_NAME), capitals); break;
    case 'C': write_care_of(writer); break;
    case 'D': write_part(writer, street ? value_of(address, CRM_ADDRESS_DISTRICT) : (text){0}, capitals); break;
    case 'A': write_part(writer, street ? value_of(address, CRM_ADDRESS_ADDITION) : (text){0}, capitals); break;
    case 'R': write_part(writer, street ? value_of(address, CRM_ADDRESS_STREET) : (text){0}, capitals); break;
    case 'H': write_part(writer, street ? value_of(address, CRM_ADDRESS_HOUSE_NUMBER) : (text){0}, capitals); break;
    case 'B': write_box(writer); break;
    case 'P': write_code(writer, capitals); break;
    case 'T': write_part(writer, value_of(address, CRM_ADDRESS_TOWN), capitals); break;
    case 'G':
    case 'g': write_region(writer, letter == 'g', capitals); break;
    case 'K': write_country(writer); break;
    default: break;
    }
}

static int compare_country(const void *country, const void *one) { return memcmp(country, ((const layout *)one)->country, 2); }

/* The first one is everybody else's. */
static const layout *layout_of(const crm_record *address) {
    text country = value_of(address, CRM_ADDRESS_COUNTRY);
    const layout *found = country.size == 2 ? bsearch(country.at, layouts + 1, LAYOUTS - 1, sizeof *layouts, compare_country) : NULL;
    return found ? found : layouts;
}

static void write_lines(writing *writer) {
    const char *gap = writer->layout->lines;
    bool capitals = false;
    for (const char *at = gap; *at; at++) {
        if (*at == '|')
            end_line(writer);
        else if (*at == '^')
            capitals = true;
        if (is_letter(*at)) {
            writer->gap = (text){gap, (size_t)(at - gap) - capitals};
            write_field(writer, *at, capitals);
            capitals = false;
        }
        if (*at == '|' || is_letter(*at)) gap = at + 1;
    }
    end_line(writer);
}

void crmi_address_format(const crm_record *address, const crmi_letter *letter, crmi_buffer *out) {
    bool box = value_of(address, CRM_ADDRESS_PO_BOX).size, street = value_of(address, CRM_ADDRESS_STREET).size;
    bool own_code = value_of(address, CRM_ADDRESS_PO_BOX_POSTAL_CODE).size;
    writing writer = {.address = address, .letter = letter, .layout = layout_of(address), .out = out};
    writer.first = writer.line = writer.previous = out->size;
    writer.box_line = box && !(letter->delivery && street);
    writer.by_box = writer.box_line && own_code;
    write_lines(&writer);
    if (out->size > writer.first && !out->failed) out->size--;
}
