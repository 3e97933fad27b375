/* SPDX-License-Identifier: MIT */
/* Applies number formats to numbers and texts. */
#include "exchange/xlsx_format.h"
#include <stdio.h>
#include <string.h>

/* --- which section --- */

static bool holds(const crmi_section *section, double value) {
    switch (section->condition) {
    case CRMI_IF_LESS: return value < section->operand;
    case CRMI_IF_MOST: return value <= section->operand;
    case CRMI_IF_EQUAL: return value == section->operand;
    case CRMI_IF_OTHER: return value != section->operand;
    case CRMI_IF_LEAST: return value >= section->operand;
    case CRMI_IF_MORE: return value > section->operand;
    default: return true;
    }
}

/* A fourth section, or one with "@" at the end, is for texts. */
static int number_sections(const crmi_format *format) {
    int count = format->count > 3 ? 3 : format->count;
    return count > 1 && format->sections[count - 1].kind == CRMI_SECTION_TEXT ? count - 1 : count;
}

static int choose_conditional(const crmi_format *format, double value, int count) {
    for (int i = 0; i < count && i < 2; i++)
        if (format->sections[i].condition && holds(&format->sections[i], value)) return i;
    if (!format->sections[0].condition && value > 0 && count > 1) return 0;
    if (count > 1 && !format->sections[1].condition) return value < 0 || count < 3 ? 1 : 2;
    return count > 2 ? 2 : -1;
}

const crmi_section *crmi_format_section(const crmi_format *format, const crmi_decimal *number, bool *own_sign) {
    int count = number_sections(format), chosen = 0;
    bool conditional = format->sections[0].condition || (count > 1 && format->sections[1].condition);
    *own_sign = false;
    if (conditional) {
        chosen = choose_conditional(format, crmi_decimal_double(number), count);
        if (chosen < 0) return NULL;
        const crmi_section *section = &format->sections[chosen];
        *own_sign = (section->condition == CRMI_IF_LESS || section->condition == CRMI_IF_MOST) && section->operand <= 0;
        *own_sign |=
            chosen == 1 && !section->condition && format->sections[0].condition >= CRMI_IF_LEAST && format->sections[0].operand <= 0;
        return section;
    }
    if (number->negative && count > 1) {
        *own_sign = true;
        chosen = 1;
    } else if (number->count == 0 && count > 2) {
        chosen = 2;
    }
    return &format->sections[chosen];
}

/* --- digits --- */

typedef struct showing {
    const crmi_format *format;
    const crmi_section *section;
    crmi_decimal number; /* rounded, without sign */
    crmi_bytes *out;
    int place; /* of the next placeholder before the point, counted down; below 0 behind it */
    int exponent;
    int64_t numerator, denominator;
} showing;

static void add_whole_digit(showing *show, int place, char symbol) {
    bool there = place < show->number.point;
    if (there || symbol == '0')
        crmi_bytes_add_char(show->out, (char)('0' + crmi_decimal_digit(&show->number, place)));
    else if (symbol == '?')
        crmi_bytes_add_char(show->out, ' ');
    if (show->section->thousands && place > 0 && place % 3 == 0 && (there || symbol != '#'))
        crmi_bytes_add_char(show->out, there || symbol == '0' ? ',' : ' ');
}

/* The first placeholder takes all digits that have no other. */
static void add_digit(showing *show, char symbol) {
    int places = show->number.count - show->number.point;
    if (show->place >= 0) {
        if (show->place == show->section->before - 1)
            for (int place = show->number.point - 1; place > show->place; place--) add_whole_digit(show, place, '0');
        add_whole_digit(show, show->place, symbol);
    } else if (symbol == '0' || -show->place <= places) {
        crmi_bytes_add_char(show->out, (char)('0' + crmi_decimal_digit(&show->number, show->place)));
    } else if (symbol == '?') {
        crmi_bytes_add_char(show->out, ' ');
    }
    show->place--;
}

static void add_point(showing *show) {
    if (show->section->before == 0)
        for (int place = show->number.point - 1; place >= 0; place--) add_whole_digit(show, place, '0');
    crmi_bytes_add_char(show->out, '.');
    show->place = -1;
}

static void add_exponent(showing *show, const crmi_token *token) {
    char text[24];
    int size =
        snprintf(text, sizeof text, "%0*d", token->count > 10 ? 10 : token->count, show->exponent < 0 ? -show->exponent : show->exponent);
    crmi_bytes_add_char(show->out, 'E');
    if (show->exponent < 0)
        crmi_bytes_add_char(show->out, '-');
    else if (token->symbol == '+')
        crmi_bytes_add_char(show->out, '+');
    crmi_bytes_add(show->out, text, (size_t)size);
}

/* --- fractions --- */

enum { MOST_DENOMINATOR = 9999 };

/* The nearest fraction whose denominator has no more digits than there are places. */
static void find_fraction(double value, int64_t most, int64_t *numerator, int64_t *denominator) {
    double best = 2;
    for (int64_t d = 1; d <= most; d++) {
        int64_t n = (int64_t)(value * (double)d + 0.5);
        double error = (double)n / (double)d - value;
        if (error < 0) error = -error;
        if (error < best - 1e-12) {
            best = error;
            *numerator = n;
            *denominator = d;
        }
    }
}

static void split_fraction(showing *show, const crmi_token *slash) {
    int64_t most = 9;
    double value = crmi_decimal_double(&show->number), whole = 0;
    if (value > 1e15) value = 1e15;
    if (show->section->before) whole = (double)(int64_t)value;
    for (int i = 1; i < slash->count && most < MOST_DENOMINATOR; i++) most = most * 10 + 9;
    if (slash->fixed) {
        show->denominator = slash->fixed;
        show->numerator = (int64_t)((value - whole) * slash->fixed + 0.5);
    } else {
        find_fraction(value - whole, most, &show->numerator, &show->denominator);
    }
    if (show->section->before && show->numerator == show->denominator) {
        whole += 1;
        show->numerator = 0;
    }
    show->number = crmi_decimal_from((uint64_t)whole, 0, false);
}

static void add_padded(showing *show, int64_t value, int width, bool left, char symbol) {
    char text[24];
    int size = snprintf(text, sizeof text, "%lld", (long long)value);
    char pad = symbol == '0' ? '0' : ' ';
    for (int i = size; left && symbol != '#' && i < width; i++) crmi_bytes_add_char(show->out, pad);
    crmi_bytes_add(show->out, text, (size_t)size);
    for (int i = size; !left && symbol != '#' && i < width; i++) crmi_bytes_add_char(show->out, ' ');
}

/* From the numerator's first placeholder to the end of the denominator. Returns the tokens that these are. */
static size_t add_fraction(showing *show, size_t from) {
    const crmi_token *tokens = show->section->tokens;
    size_t slash = from;
    while (tokens[slash].kind != CRMI_TOKEN_SLASH) slash++;
    int width = (int)(slash - from);
    if (show->numerator == 0 && show->section->before) {
        for (int i = 0; i < width + 1 + tokens[slash].count; i++) crmi_bytes_add_char(show->out, ' ');
    } else {
        add_padded(show, show->numerator, width, true, tokens[from].symbol);
        crmi_bytes_add_char(show->out, '/');
        add_padded(show, show->denominator, tokens[slash].count, false, show->format->code[tokens[slash].from + 1]);
    }
    return slash - from;
}

/* --- a section --- */

static const crmi_token *find(const crmi_section *section, int kind) {
    for (size_t i = 0; i < section->count; i++)
        if (section->tokens[i].kind == kind) return &section->tokens[i];
    return NULL;
}

/* The power of ten is a multiple of the places before the point. */
static void split_exponent(showing *show) {
    int step = show->section->before > 0 ? show->section->before : 1;
    for (int tries = 0; tries < 2 && show->number.count; tries++) {
        int power = show->number.point - (show->section->before > 0);
        int rest = ((power % step) + step) % step;
        show->exponent += power - rest;
        show->number.point -= power - rest;
        crmi_decimal_round(&show->number, show->section->behind); /* may make it a power longer */
    }
}

static void prepare(showing *show, const crmi_decimal *number) {
    const crmi_token *slash = find(show->section, CRMI_TOKEN_SLASH);
    show->number = *number;
    show->number.negative = false;
    if (show->number.count) show->number.point += show->section->shift;
    show->place = show->section->before - 1;
    if (slash)
        split_fraction(show, slash);
    else if (find(show->section, CRMI_TOKEN_EXPONENT))
        split_exponent(show);
    else if (!find(show->section, CRMI_TOKEN_GENERAL))
        crmi_decimal_round(&show->number, show->section->behind);
}

static void add_token(showing *show, const crmi_token *token) {
    switch (token->kind) {
    case CRMI_TOKEN_LITERAL: crmi_format_add_literal(show->format, token, show->out); break;
    case CRMI_TOKEN_DIGIT: add_digit(show, token->symbol); break;
    case CRMI_TOKEN_POINT: add_point(show); break;
    case CRMI_TOKEN_PERCENT: crmi_bytes_add_char(show->out, '%'); break;
    case CRMI_TOKEN_EXPONENT: add_exponent(show, token); break;
    case CRMI_TOKEN_GENERAL: crmi_decimal_general(&show->number, show->out); break;
    default: break;
    }
}

static void show_number(const crmi_format *format, const crmi_section *section, const crmi_decimal *number, bool own_sign,
                        crmi_bytes *out) {
    showing show = {.format = format, .section = section, .out = out};
    prepare(&show, number);
    if (number->negative && !own_sign) crmi_bytes_add_char(out, '-');
    for (size_t i = 0; i < section->count; i++) {
        if (section->numerator && i + 1 == section->numerator)
            i += add_fraction(&show, i);
        else
            add_token(&show, &section->tokens[i]);
    }
}

/* What Excel fills a cell with where there is nothing to show. */
static void add_hashes(crmi_bytes *out) {
    for (int i = 0; i < 255; i++) crmi_bytes_add_char(out, '#');
}

void crmi_format_number(const crmi_format *format, const crmi_decimal *number, bool since_1904, crmi_bytes *out) {
    bool own_sign;
    const crmi_section *section = format->general ? NULL : crmi_format_section(format, number, &own_sign);
    if (!section || section->kind == CRMI_SECTION_TEXT)
        crmi_decimal_general(number, out);
    else if (section->kind == CRMI_SECTION_NUMBER)
        show_number(format, section, number, own_sign, out);
    else if (!crmi_format_date(format, section, crmi_decimal_double(number), since_1904, out))
        add_hashes(out);
}

bool crmi_format_text(const crmi_format *format, const char *text, size_t size, crmi_bytes *out) {
    const crmi_section *section = &format->sections[format->count - 1];
    if (format->general || (format->count < 4 && section->kind != CRMI_SECTION_TEXT)) return false;
    if (section->count == 1 && section->kind == CRMI_SECTION_TEXT) return false;
    for (size_t i = 0; i < section->count; i++) {
        if (section->tokens[i].kind == CRMI_TOKEN_TEXT)
            crmi_bytes_add(out, text, size);
        else if (section->tokens[i].kind == CRMI_TOKEN_LITERAL)
            crmi_format_add_literal(format, &section->tokens[i], out);
    }
    return true;
}
