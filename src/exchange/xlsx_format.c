/* SPDX-License-Identifier: MIT */
/* Takes number formats apart: "sections;divided by;semicolons", each of placeholders, letters of dates and literal text. */
#include "exchange/xlsx_format.h"
#include <libcrm/status.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ECMA-376 18.8.30, and what Excel for the United States makes of those that the country decides. */
static const char *const builtins[50] = {
    [1] = "0",
    [2] = "0.00",
    [3] = "#,##0",
    [4] = "#,##0.00",
    [5] = "\"$\"#,##0_);\\(\"$\"#,##0\\)",
    [6] = "\"$\"#,##0_);[Red]\\(\"$\"#,##0\\)",
    [7] = "\"$\"#,##0.00_);\\(\"$\"#,##0.00\\)",
    [8] = "\"$\"#,##0.00_);[Red]\\(\"$\"#,##0.00\\)",
    [9] = "0%",
    [10] = "0.00%",
    [11] = "0.00E+00",
    [12] = "# ?/?",
    [13] = "# ?\?/?\?",
    [14] = "m/d/yy",
    [15] = "d-mmm-yy",
    [16] = "d-mmm",
    [17] = "mmm-yy",
    [18] = "h:mm AM/PM",
    [19] = "h:mm:ss AM/PM",
    [20] = "h:mm",
    [21] = "h:mm:ss",
    [22] = "m/d/yy h:mm",
    [27] = "m/d/yy",
    [28] = "m/d/yy",
    [29] = "m/d/yy",
    [30] = "m/d/yy",
    [31] = "m/d/yy",
    [32] = "h:mm:ss",
    [33] = "h:mm:ss",
    [34] = "h:mm:ss",
    [35] = "h:mm:ss",
    [36] = "m/d/yy",
    [37] = "#,##0_);\\(#,##0\\)",
    [38] = "#,##0_);[Red]\\(#,##0\\)",
    [39] = "#,##0.00_);\\(#,##0.00\\)",
    [40] = "#,##0.00_);[Red]\\(#,##0.00\\)",
    [41] = "_(* #,##0_);_(* \\(#,##0\\);_(* \"-\"_);_(@_)",
    [42] = "_(\"$\"* #,##0_);_(\"$\"* \\(#,##0\\);_(\"$\"* \"-\"_);_(@_)",
    [43] = "_(* #,##0.00_);_(* \\(#,##0.00\\);_(* \"-\"??_);_(@_)",
    [44] = "_(\"$\"* #,##0.00_);_(\"$\"* \\(#,##0.00\\);_(\"$\"* \"-\"??_);_(@_)",
    [45] = "mm:ss",
    [46] = "[h]:mm:ss",
    [47] = "mm:ss.0",
    [48] = "##0.0E+0",
    [49] = "@",
};

const char *crmi_format_builtin(unsigned id) {
    if (id >= 50 && id <= 58) return "m/d/yy";
    return id < 50 && builtins[id] ? builtins[id] : "General";
}

void crmi_format_add_literal(const crmi_format *format, const crmi_token *token, crmi_bytes *out) {
    if (token->size)
        crmi_bytes_add(out, format->code + token->from, token->size);
    else if (token->symbol == ' ')
        crmi_bytes_add_char(out, ' ');
}

/* --- one section into tokens --- */

typedef struct cutting {
    const char *code, *at; /* at: what comes next */
    crmi_token *tokens;    /* of the section */
    size_t count;
    crmi_section *section;
} cutting;

static crmi_token *add(cutting *cut, int kind, size_t skipped) {
    crmi_token *token = &cut->tokens[cut->count++];
    *token = (crmi_token){.kind = (uint8_t)kind, .symbol = *cut->at, .from = (uint16_t)(cut->at - cut->code), .size = (uint16_t)skipped};
    cut->at += skipped;
    return token;
}

static void add_literal(cutting *cut, const char *from, size_t size) {
    if (size == 0) return;
    cut->tokens[cut->count++] = (crmi_token){.kind = CRMI_TOKEN_LITERAL, .from = (uint16_t)(from - cut->code), .size = (uint16_t)size};
}

static size_t character_size(const char *at) {
    size_t size = 1;
    while (((unsigned char)at[size] & 0xc0) == 0x80) size++;
    return size;
}

static bool begins(const char *at, const char *word) { return strncasecmp(at, word, strlen(word)) == 0; }

static size_t run_of(const char *at, char letter) {
    size_t size = 0;
    while ((at[size] | 32) == letter) size++;
    return size;
}

/* Behind "[": a condition. */
static bool take_condition(cutting *cut, const char *text) {
    static const struct {
        const char *sign;
        int condition;
    } signs[] = {{"<=", CRMI_IF_MOST},  {"<>", CRMI_IF_OTHER}, {"<", CRMI_IF_LESS},
                 {">=", CRMI_IF_LEAST}, {">", CRMI_IF_MORE},   {"=", CRMI_IF_EQUAL}};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        if (!begins(text, signs[i].sign)) continue;
        crmi_decimal operand;
        text += strlen(signs[i].sign);
        if (!crmi_decimal_parse(&operand, text, strcspn(text, "]"))) return false;
        cut->section->condition = (uint8_t)signs[i].condition;
        cut->section->operand = crmi_decimal_double(&operand);
        return true;
    }
    return false;
}

/* "[...]": a duration, a currency with its country, a condition; colours and all else are not shown. */
static void take_bracket(cutting *cut) {
    static const char letters[] = "hms";
    const char *text = cut->at + 1;
    size_t size = strcspn(text, "]");
    for (int i = 0; i < 3; i++) {
        size_t run = run_of(text, letters[i]);
        if (run == 0 || run != size) continue;
        crmi_token *token = add(cut, CRMI_TOKEN_HOURS + i, size + 1 + (text[size] == ']'));
        token->count = (uint16_t)run;
        cut->section->elapsed = true;
        return;
    }
    if (*text == '$')
        add_literal(cut, text + 1, strcspn(text + 1, "-]"));
    else
        take_condition(cut, text);
    cut->at = text + size;
    if (*cut->at) cut->at++;
}

static bool take_letters(cutting *cut) {
    static const struct {
        char letter;
        uint8_t kind;
    } letters[] = {{'y', CRMI_TOKEN_YEAR}, {'e', CRMI_TOKEN_YEAR},   {'m', CRMI_TOKEN_MONTH}, {'d', CRMI_TOKEN_DAY},
                   {'h', CRMI_TOKEN_HOUR}, {'s', CRMI_TOKEN_SECOND}, {'b', CRMI_TOKEN_ERA}};
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++) {
        size_t run = run_of(cut->at, letters[i].letter);
        if (run == 0) continue;
        crmi_token *token = add(cut, letters[i].kind, run);
        token->count = letters[i].letter == 'e' ? 4 : (uint16_t)run;
        cut->section->kind = CRMI_SECTION_DATE;
        return true;
    }
    return false;
}

/* Behind a placeholder: "E+00". */
static bool take_exponent(cutting *cut) {
    if ((*cut->at | 32) != 'e' || (cut->at[1] != '+' && cut->at[1] != '-')) return false;
    if (cut->count == 0 || (cut->tokens[cut->count - 1].kind != CRMI_TOKEN_DIGIT && cut->tokens[cut->count - 1].kind != CRMI_TOKEN_POINT))
        return false;
    size_t digits = strspn(cut->at + 2, "0#?");
    char sign = cut->at[1];
    crmi_token *token = add(cut, CRMI_TOKEN_EXPONENT, digits + 2);
    token->symbol = sign;
    token->count = (uint16_t)digits;
    return true;
}

static bool take_noon(cutting *cut) {
    static const char *const words[] = {"A/P", "AM/PM"};
    for (int i = 0; i < 2; i++) {
        if (!begins(cut->at, words[i])) continue;
        add(cut, CRMI_TOKEN_NOON, strlen(words[i]))->count = (uint16_t)(i + 1);
        cut->section->kind = CRMI_SECTION_DATE;
        return cut->section->noon = true;
    }
    return false;
}

/* "/" between placeholders; the denominator may be a number. */
static bool take_slash(cutting *cut) {
    size_t size = strspn(cut->at + 1, "0123456789#?"), constant = strspn(cut->at + 1, "0123456789");
    if (size == 0 || cut->count == 0 || cut->tokens[cut->count - 1].kind != CRMI_TOKEN_DIGIT || cut->section->numerator) return false;
    size_t numerator = cut->count;
    while (numerator > 0 && cut->tokens[numerator - 1].kind == CRMI_TOKEN_DIGIT) numerator--;
    unsigned long fixed = strtoul(cut->at + 1, NULL, 10);
    crmi_token *token = add(cut, CRMI_TOKEN_SLASH, size + 1);
    token->count = (uint16_t)size;
    token->fixed = constant == size && size <= 7 ? (uint32_t)fixed : 0;
    cut->section->numerator = numerator + 1; /* 0 is none, until the end */
    return true;
}

static void take_plain(cutting *cut) {
    switch (*cut->at) {
    case '0':
    case '#':
    case '?': add(cut, CRMI_TOKEN_DIGIT, 1); break;
    case '.': add(cut, CRMI_TOKEN_POINT, 1); break;
    case ',': add(cut, CRMI_TOKEN_COMMA, 1); break;
    case '%': add(cut, CRMI_TOKEN_PERCENT, 1); break;
    case '@': add(cut, CRMI_TOKEN_TEXT, 1); break;
    default: add(cut, CRMI_TOKEN_LITERAL, character_size(cut->at));
    }
}

static void take_quoted(cutting *cut) {
    size_t size = strcspn(cut->at + 1, "\"");
    add_literal(cut, cut->at + 1, size);
    cut->at += size + 1;
    if (*cut->at) cut->at++;
}

/* "\x" is the character; "_x" a blank of its width; "*x" fills the cell, which a text does without. */
static void take_escaped(cutting *cut) {
    char escape = *cut->at++;
    size_t size = *cut->at ? character_size(cut->at) : 0;
    if (escape == '\\') add_literal(cut, cut->at, size);
    if (escape == '_' && size) cut->tokens[cut->count++] = (crmi_token){.kind = CRMI_TOKEN_LITERAL, .symbol = ' '};
    cut->at += size;
}

static void cut_section(cutting *cut) {
    while (*cut->at && *cut->at != ';') {
        if (*cut->at == '"')
            take_quoted(cut);
        else if (*cut->at == '[')
            take_bracket(cut);
        else if (strchr("\\_*", *cut->at))
            take_escaped(cut);
        else if (begins(cut->at, "General"))
            add(cut, CRMI_TOKEN_GENERAL, 7);
        else if (take_exponent(cut) || take_noon(cut) || take_letters(cut) || (*cut->at == '/' && take_slash(cut)))
            continue;
        else
            take_plain(cut);
    }
}

/* --- what the tokens mean together --- */

static bool is_number_token(const crmi_token *token) { return token->kind >= CRMI_TOKEN_DIGIT && token->kind <= CRMI_TOKEN_GENERAL; }

/* The next or last token of a date, over literals; or NULL. */
static const crmi_token *neighbour(const cutting *cut, size_t from, int step) {
    for (size_t i = from + (size_t)step; i < cut->count; i += (size_t)step)
        if (cut->tokens[i].kind >= CRMI_TOKEN_ERA && cut->tokens[i].kind != CRMI_TOKEN_NOON) return &cut->tokens[i];
    return NULL;
}

/* "m" beside hours or seconds is minutes. */
static bool is_minute(const cutting *cut, size_t at) {
    const crmi_token *before = neighbour(cut, at, -1), *behind = neighbour(cut, at, 1);
    if (cut->tokens[at].count > 2) return false;
    if (before && (before->kind == CRMI_TOKEN_HOUR || before->kind == CRMI_TOKEN_HOURS)) return true;
    return behind && (behind->kind == CRMI_TOKEN_SECOND || behind->kind == CRMI_TOKEN_SECONDS);
}

static bool is_subsecond(const cutting *cut, size_t at) {
    const crmi_token *token = &cut->tokens[at];
    if (token->kind != CRMI_TOKEN_POINT || at == 0 || at + 1 >= cut->count) return false;
    return (token[-1].kind == CRMI_TOKEN_SECOND || token[-1].kind == CRMI_TOKEN_SECONDS) && token[1].kind == CRMI_TOKEN_DIGIT &&
           token[1].symbol == '0';
}

/* ".000" of seconds becomes one token; the digits behind it lose their meaning. */
static void join_subseconds(cutting *cut, size_t at) {
    crmi_token *token = &cut->tokens[at];
    size_t count = 0;
    while (at + 1 + count < cut->count && token[1 + count].kind == CRMI_TOKEN_DIGIT && token[1 + count].symbol == '0') {
        token[1 + count] = (crmi_token){.kind = CRMI_TOKEN_LITERAL};
        count++;
    }
    token->kind = CRMI_TOKEN_SUBSECOND;
    token->count = (uint16_t)count;
    if (cut->section->subseconds < (int)count) cut->section->subseconds = count < 3 ? (int)count : 3;
}

static void finish_date(cutting *cut) {
    bool clock = false;
    for (size_t i = 0; i < cut->count; i++) {
        crmi_token *token = &cut->tokens[i];
        /* "hh[m]" is no format to Excel: what counts all must come first. */
        if (token->kind >= CRMI_TOKEN_HOURS && clock) cut->section->kind = CRMI_SECTION_TEXT;
        clock |= token->kind >= CRMI_TOKEN_HOUR;
        if (is_subsecond(cut, i))
            join_subseconds(cut, i);
        else if (is_number_token(token))
            token->kind = CRMI_TOKEN_LITERAL;
        else if (token->kind == CRMI_TOKEN_MONTH && is_minute(cut, i))
            token->kind = CRMI_TOKEN_MINUTE;
    }
    cut->section->clock = clock;
}

/* A comma separates thousands between placeholders, divides by a thousand behind the last of them, and is a comma elsewhere. */
static void judge_comma(cutting *cut, size_t at) {
    bool before = false, behind = false;
    for (size_t i = 0; i < at; i++) before |= cut->tokens[i].kind == CRMI_TOKEN_DIGIT;
    for (size_t i = at + 1; i < cut->count && cut->tokens[i].kind != CRMI_TOKEN_POINT; i++)
        behind |= cut->tokens[i].kind == CRMI_TOKEN_DIGIT;
    crmi_token *token = &cut->tokens[at];
    token->kind = CRMI_TOKEN_LITERAL;
    if (!before) return;
    token->size = 0;
    if (behind)
        cut->section->thousands = true;
    else
        cut->section->shift -= 3;
}

static void finish_number(cutting *cut) {
    crmi_section *section = cut->section;
    bool point = false;
    for (size_t i = 0; i < cut->count; i++) {
        crmi_token *token = &cut->tokens[i];
        bool numerator = section->numerator && i + 1 >= section->numerator;
        if (token->kind == CRMI_TOKEN_COMMA) judge_comma(cut, i);
        if (token->kind == CRMI_TOKEN_PERCENT) section->shift += 2;
        if (token->kind == CRMI_TOKEN_POINT && point) token->kind = CRMI_TOKEN_LITERAL;
        if (token->kind == CRMI_TOKEN_POINT) point = true;
        if (token->kind == CRMI_TOKEN_DIGIT && !numerator) point ? section->behind++ : section->before++;
    }
}

static void finish_section(cutting *cut) {
    crmi_section *section = cut->section;
    bool text = false;
    for (size_t i = 0; i < cut->count; i++) {
        text |= cut->tokens[i].kind == CRMI_TOKEN_TEXT;
    }
    section->tokens = cut->tokens;
    section->count = cut->count;
    if (section->elapsed) section->kind = CRMI_SECTION_DATE;
    if (section->kind == CRMI_SECTION_DATE)
        finish_date(cut);
    else if (text)
        section->kind = CRMI_SECTION_TEXT;
    else
        finish_number(cut);
}

int crmi_format_parse(crmi_format *format, const char *code) {
    size_t size = strlen(code), used = 0;
    *format = (crmi_format){.code = strdup(code), .tokens = calloc(size + 1, sizeof *format->tokens)};
    if (!format->code || !format->tokens) {
        crmi_format_free(format);
        return CRM_E_NOMEM;
    }
    cutting cut = {.code = format->code, .at = format->code};
    for (; format->count < 4 && (format->count == 0 || *cut.at); format->count++) {
        if (format->count) cut.at++; /* the semicolon */
        cut.section = &format->sections[format->count];
        cut.tokens = format->tokens + used;
        cut.count = 0;
        cut_section(&cut);
        finish_section(&cut);
        used += cut.count;
    }
    format->general = strcasecmp(code, "General") == 0 || !*code;
    return CRM_OK;
}

void crmi_format_free(crmi_format *format) {
    free(format->code);
    free(format->tokens);
    *format = (crmi_format){0};
}
