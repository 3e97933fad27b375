/* SPDX-License-Identifier: MIT */
/* What crmdb prints: tables with aligned columns, colour, JSON texts, and messages on stderr. */
#include "cli/cli.h"
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

void *cli_allocate(void *old, size_t size) {
    void *memory = realloc(old, size ? size : 1);
    if (!memory) {
        fputs("crmdb: out of memory\n", stderr);
        exit(CLI_FAILED);
    }
    return memory;
}

char *cli_copy(const char *text) {
    size_t size = strlen(text) + 1;
    return memcpy(cli_allocate(NULL, size), text, size);
}

/* The character at text and its bytes in size. Texts come from the library, so they are UTF-8; a file's name may be not: then it is a byte.
 */
static uint32_t character(const char *text, size_t *size) {
    const unsigned char *at = (const unsigned char *)text;
    size_t want = at[0] < 0xC2 ? 1 : at[0] < 0xE0 ? 2 : at[0] < 0xF0 ? 3 : at[0] < 0xF5 ? 4 : 1;
    uint32_t value = want == 1 ? at[0] : at[0] & (0xFFu >> (want + 1));
    for (size_t i = 1; i < want; i++) {
        if ((at[i] & 0xC0) != 0x80) {
            *size = 1;
            return 0xFFFD;
        }
        value = value << 6 | (at[i] & 0x3Fu);
    }
    *size = want;
    return want == 1 && value >= 0x80 ? 0xFFFD : value;
}

/* Control characters, and those that turn the direction of writing, would let stored data steer the terminal. */
static bool is_control(uint32_t value) {
    return value < 0x20 || (value >= 0x7F && value < 0xA0) || (value >= 0x202A && value <= 0x202E) || (value >= 0x2066 && value <= 0x2069);
}

size_t cli_width(const char *text) {
    size_t width = 0, size;
    for (; *text; text += size) {
        uint32_t value = character(text, &size);
        int columns = is_control(value) ? 1 : wcwidth((wchar_t)value);
        width += columns < 0 ? 1 : (size_t)columns;
    }
    return width;
}

static void write_clean(FILE *file, const char *text) {
    size_t size;
    for (; *text; text += size) {
        uint32_t value = character(text, &size);
        if (value == '\n' || value == '\t' || value == '\r')
            fputc(' ', file);
        else if (is_control(value) || value == 0xFFFD)
            fputs("\xEF\xBF\xBD", file);
        else
            fwrite(text, 1, size, file);
    }
}

static void write_styled(FILE *file, bool color, const char *text, enum cli_style style) {
    static const char *const codes[] = {"", "\033[1m", "\033[2m", "\033[33m", "\033[1;31m"};
    if (color && style != CLI_PLAIN && *text) {
        fputs(codes[style], file);
        write_clean(file, text);
        fputs("\033[0m", file);
    } else
        write_clean(file, text);
}

void cli_print(const cli_run *cli, const char *text, enum cli_style style) { write_styled(stdout, cli->color, text, style); }

void cli_print_lines(const cli_run *cli, const char *text) {
    while (*text) {
        size_t size = strcspn(text, "\n");
        char *line = cli_copy(text);
        line[size] = '\0';
        cli_print(cli, line, CLI_PLAIN);
        putchar('\n');
        free(line);
        text += size + (text[size] != '\0');
    }
}

void cli_table_begin(cli_table *table, size_t columns) {
    memset(table, 0, sizeof *table);
    table->columns = columns;
}

static cli_row *row_new(cli_table *table) {
    if (table->count == table->room) {
        table->room = table->room ? table->room * 2 : 32;
        table->rows = cli_allocate(table->rows, table->room * sizeof *table->rows);
    }
    cli_row *row = &table->rows[table->count++];
    memset(row, 0, sizeof *row);
    return row;
}

void cli_table_add(cli_table *table, const char *const *cells) {
    cli_row *row = row_new(table);
    for (size_t i = 0; i < table->columns; i++) row->cells[i].text = cli_copy(cells[i] ? cells[i] : "");
}

void cli_table_head(cli_table *table, const char *const *cells) {
    cli_table_add(table, cells);
    for (size_t i = 0; i < table->columns; i++) cli_table_style(table, i, CLI_BOLD);
}

void cli_table_wide(cli_table *table, const char *text, enum cli_style style) {
    cli_row *row = row_new(table);
    row->wide = true;
    row->cells[0].text = cli_copy(text);
    row->cells[0].style = style;
}

void cli_table_style(cli_table *table, size_t column, enum cli_style style) { table->rows[table->count - 1].cells[column].style = style; }

static void spaces(size_t count) {
    while (count--) putchar(' ');
}

/* Cells behind the last one that says something are left out, so that no line ends with blanks. */
static void row_print(const cli_run *cli, const cli_table *table, const cli_row *row, const size_t *widths) {
    size_t used = table->columns, pending = table->indent;
    while (used && !*row->cells[used - 1].text) used--;
    for (size_t i = 0; i < used; i++) {
        if (!widths[i]) continue;
        size_t fill = widths[i] - cli_width(row->cells[i].text);
        spaces(pending + (table->right[i] ? fill : 0));
        cli_print(cli, row->cells[i].text, row->cells[i].style);
        pending = 2 + (table->right[i] ? 0 : fill);
    }
    putchar('\n');
}

/* True for a column of a sparse table that has a heading at most. */
static bool is_empty(const cli_table *table, size_t column) {
    for (size_t r = 1; r < table->count; r++)
        if (!table->rows[r].wide && *table->rows[r].cells[column].text) return false;
    return table->sparse && table->count > 1;
}

void cli_table_print(const cli_run *cli, const cli_table *table) {
    size_t widths[CLI_COLUMNS] = {0};
    for (size_t i = 0; i < table->columns; i++) {
        if (is_empty(table, i)) continue;
        for (size_t r = 0; r < table->count; r++) {
            size_t width = table->rows[r].wide ? 0 : cli_width(table->rows[r].cells[i].text);
            if (width > widths[i]) widths[i] = width;
        }
    }
    for (size_t r = 0; r < table->count; r++) {
        if (table->rows[r].wide) {
            cli_print(cli, table->rows[r].cells[0].text, table->rows[r].cells[0].style);
            putchar('\n');
        } else
            row_print(cli, table, &table->rows[r], widths);
    }
}

void cli_table_free(cli_table *table) {
    for (size_t r = 0; r < table->count; r++)
        for (size_t i = 0; i < CLI_COLUMNS; i++) free(table->rows[r].cells[i].text);
    free(table->rows);
    cli_table_begin(table, table->columns);
}

void cli_table_end(const cli_run *cli, cli_table *table, bool shown) {
    if (cli->json)
        puts("]}");
    else if (shown)
        cli_table_print(cli, table);
    cli_table_free(table);
}

void cli_json_text(const char *text) {
    size_t size;
    if (!text) {
        fputs("null", stdout);
        return;
    }
    putchar('"');
    for (; *text; text += size) {
        uint32_t value = character(text, &size);
        if (value == '"' || value == '\\')
            printf("\\%c", (int)value);
        else if (value < 0x20)
            printf("\\u%04x", (unsigned)value);
        else if (value == 0xFFFD)
            fputs("\xEF\xBF\xBD", stdout);
        else
            fwrite(text, 1, size, stdout);
    }
    putchar('"');
}

void cli_json_member(const char *name, const char *text, bool first) {
    printf("%s\"%s\": ", first ? "" : ", ", name);
    cli_json_text(text);
}

void cli_json_count(const char *name, uint64_t value, bool first) {
    printf("%s\"%s\": %llu", first ? "" : ", ", name, (unsigned long long)value);
}

static void message(const cli_run *cli, const char *text, enum cli_style style) {
    write_styled(stderr, cli->color_errors, "crmdb:", style);
    fputc(' ', stderr);
    write_clean(stderr, text);
    fputc('\n', stderr);
}

static void message_format(const cli_run *cli, enum cli_style style, const char *format, va_list list) {
    va_list again;
    va_copy(again, list);
    int size = vsnprintf(NULL, 0, format, again);
    va_end(again);
    char *text = cli_allocate(NULL, (size_t)(size < 0 ? 0 : size) + 1);
    text[0] = '\0';
    if (size >= 0) vsnprintf(text, (size_t)size + 1, format, list);
    fflush(stdout);
    message(cli, text, style);
    free(text);
}

int cli_error(const cli_run *cli, int code, const char *format, ...) {
    va_list list;
    va_start(list, format);
    message_format(cli, CLI_BAD, format, list);
    va_end(list);
    return code;
}

void cli_notice(const cli_run *cli, const char *format, ...) {
    va_list list;
    va_start(list, format);
    message_format(cli, CLI_WARN, format, list);
    va_end(list);
}

/* Not found is an answer; refused is what the user's data is at fault for, and what the actor may not do. The library calls it a mistake of
 * its caller where a value is of the wrong type or can't be there at all: here that is the user's too. */
static int exit_code(int status) {
    if (status == CRM_E_NOTFOUND) return CLI_FAILED;
    if (status == CRM_E_ABORTED) return CLI_INTERRUPTED;
    int class = crm_status_class_of(status);
    bool refused = class == CRM_CLASS_DATA || class == CRM_CLASS_DENIED || status == CRM_E_INVALID || status == CRM_E_TYPE;
    return refused ? CLI_REFUSED : CLI_FAILED;
}

/* What it is about and the field are named once: by the text, or in front of it. */
int cli_failure(const cli_run *cli, const char *about) {
    cli_string text = {0}, path = {0}, why = {0};
    crm_field field = crm_error_field();
    uint64_t row = crm_error_row();
    int code = exit_code(crm_error_status());
    cli_string_add(&why, crm_error_text());
    if (about && strncmp(cli_string_text(&why), about, strlen(about)) != 0) cli_string_join(&text, "", about);
    if (row) cli_string_format(&text, "%srow %llu", text.size ? ": " : "", (unsigned long long)row);
    if (field) cli_value_path(cli, field, &path);
    const char *name = strrchr(cli_string_text(&path), '.');
    if (field && !(name && strstr(cli_string_text(&why), name + 1))) cli_string_join(&text, ": ", cli_string_text(&path));
    cli_string_join(&text, ": ", cli_string_text(&why));
    code = cli_error(cli, code, "%s", cli_string_text(&text));
    cli_string_free(&text);
    cli_string_free(&path);
    cli_string_free(&why);
    return code;
}
