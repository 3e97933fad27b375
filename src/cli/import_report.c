/* SPDX-License-Identifier: MIT */
/* What crmdb import says of a file: its bad rows, the columns that were left out, and how many rows had which outcome. */
#include "cli/cli.h"
#include <inttypes.h>

static const uint32_t actions[] = {CRM_SYNC_CREATED, CRM_SYNC_UPDATED, CRM_SYNC_UNCHANGED, CRM_SYNC_CONFLICT, CRM_SYNC_FAILED};
static const char *const action_names[] = {"created", "updated", "unchanged", "conflicts", "failed"};
enum { ACTIONS = sizeof actions / sizeof *actions };

uint64_t cli_import_refused(const crm_sync *sync) {
    return crm_sync_count(sync, CRM_SYNC_CONFLICT) + crm_sync_count(sync, CRM_SYNC_FAILED);
}

uint64_t cli_import_rows(const crm_sync *sync) {
    uint64_t sum = 0;
    for (size_t i = 0; i < ACTIONS; i++) sum += crm_sync_count(sync, actions[i]);
    return sum;
}

/* The row of a file, the cell of a sheet: 12, " Kunden!B12", " Kunden!12" */
static void say_place(const char *sheet, uint64_t row, size_t column, cli_string *out) {
    char letters[8], *at = letters + sizeof letters - 1;
    *at = '\0';
    for (size_t left = column; left > 0; left = (left - 1) / 26) *--at = (char)('A' + (left - 1) % 26);
    if (*sheet) cli_string_format(out, " %s!%s", sheet, at);
    cli_string_format(out, "%" PRIu64, row);
}

/* Where an error is, as editors and people read it: customers.csv:12: column 4 "Land" (address.country): no such country: "Atlantis" */
void cli_import_errors(const cli_run *cli, const char *name, const crm_sync *sync) {
    for (size_t i = 0; i < crm_sync_error_count(sync); i++) {
        size_t column = crm_sync_error_column(sync, i), sheet = crm_sync_error_sheet(sync, i);
        crm_field field = crm_sync_error_field(sync, i);
        cli_string where = {0}, place = {0};
        say_place(crm_sync_sheet_name(sync, sheet), crm_sync_error_row(sync, i), column, &place);
        const char *heading = crm_sync_sheet_heading(sync, sheet, column - 1), *target = crm_sync_sheet_target(sync, sheet, column - 1);
        if (column && !*crm_sync_sheet_name(sync, sheet)) cli_string_format(&where, "column %zu ", column);
        if (column)
            cli_string_format(&where, "\"%s\" (%s): ", heading, target);
        else if (field) {
            cli_value_path(cli, field, &where);
            cli_string_add(&where, ": ");
        }
        cli_error(cli, 0, "%s:%s: %s%s", name, cli_string_text(&place), cli_string_text(&where), crm_sync_error_text(sync, i));
        cli_string_free(&where);
        cli_string_free(&place);
    }
}

void cli_import_ignored(const cli_run *cli, const char *name, const crm_sync *sync) {
    cli_string list = {0};
    for (size_t i = 0; i < crm_sync_ignored_count(sync); i++) {
        cli_string_add(&list, i ? ", " : "");
        cli_string_format(&list, "\"%s\"", crm_sync_ignored(sync, i));
    }
    if (list.size) cli_notice(cli, "%s: left out: %s", name, list.text);
    cli_string_free(&list);
}

/* What was stored and may be a slip, as errors are told. */
void cli_import_warnings(const cli_run *cli, const char *name, const crm_sync *sync) {
    for (size_t i = 0; i < crm_sync_warning_count(sync); i++) {
        cli_string place = {0};
        say_place(crm_sync_sheet_name(sync, crm_sync_warning_sheet(sync, i)), crm_sync_warning_row(sync, i),
                  crm_sync_warning_column(sync, i), &place);
        cli_notice(cli, "%s:%s: %s", name, cli_string_text(&place), crm_sync_warning_text(sync, i));
        cli_string_free(&place);
    }
}

/* --- how a file is read --- */

static const char *encoding_name(uint32_t encoding) {
    static const char *const names[] = {"", "utf-8", "utf-16le", "utf-16be", "windows-1252", "iso-8859-15"};
    return encoding < sizeof names / sizeof *names ? names[encoding] : "";
}

static const char *delimiter_name(uint32_t delimiter) {
    return delimiter == ',' ? "comma" : delimiter == ';' ? "semicolon" : delimiter == '\t' ? "tab" : "pipe";
}

static const char *quote_name(uint32_t quote) { return quote == '"' ? "double" : quote == '\'' ? "single" : "none"; }

/* The words are those of the options. */
void cli_import_format(const cli_run *cli, const char *name, const crm_csv *csv) {
    crm_csv_format found = {.size = sizeof found};
    char line[24] = "none";
    if (crm_csv_detect(csv, &found) != CRM_OK) return;
    if (found.header_row != CRM_CSV_NO_HEADER) snprintf(line, sizeof line, "%" PRIu32, found.header_row);
    cli_notice(cli, "%s: encoding %s (%" PRIu32 " %%: %s)", name, encoding_name(found.encoding), found.encoding_confidence,
               found.encoding_reason);
    cli_notice(cli, "%s: delimiter %s (%" PRIu32 " %%: %s)", name, delimiter_name(found.delimiter), found.delimiter_confidence,
               found.delimiter_reason);
    cli_notice(cli, "%s: quote %s (%" PRIu32 " %%: %s)", name, quote_name(found.quote), found.quote_confidence, found.quote_reason);
    cli_notice(cli, "%s: header-row %s (%" PRIu32 " %%: %s)", name, line, found.header_confidence, found.header_reason);
}

static void json_found(const char *name, const char *text, uint32_t confidence, const char *reason, bool first) {
    printf("%s\"%s\": {", first ? "" : ", ", name);
    cli_json_member("value", text, true);
    cli_json_count("confidence", confidence, false);
    cli_json_member("reason", reason, false);
    putchar('}');
}

static void json_format(const crm_csv *csv) {
    crm_csv_format found = {.size = sizeof found};
    char line[24] = "none";
    if (!csv || crm_csv_detect(csv, &found) != CRM_OK) return;
    if (found.header_row != CRM_CSV_NO_HEADER) snprintf(line, sizeof line, "%" PRIu32, found.header_row);
    printf(", \"format\": {");
    json_found("encoding", encoding_name(found.encoding), found.encoding_confidence, found.encoding_reason, true);
    json_found("delimiter", delimiter_name(found.delimiter), found.delimiter_confidence, found.delimiter_reason, false);
    json_found("quote", quote_name(found.quote), found.quote_confidence, found.quote_reason, false);
    json_found("header_row", line, found.header_confidence, found.header_reason, false);
    putchar('}');
}

/* --- outcomes --- */

static void json_errors(const cli_run *cli, const crm_sync *sync) {
    printf(", \"errors\": [");
    for (size_t i = 0; i < crm_sync_error_count(sync); i++) {
        size_t column = crm_sync_error_column(sync, i);
        crm_field field = crm_sync_error_field(sync, i);
        cli_string path = {0};
        if (field) cli_value_path(cli, field, &path);
        printf("%s{", i ? ", " : "");
        cli_json_count("row", crm_sync_error_row(sync, i), true);
        cli_json_member("sheet", crm_sync_sheet_name(sync, crm_sync_error_sheet(sync, i)), false);
        cli_json_count("column", column, false);
        cli_json_member("heading", column ? crm_sync_sheet_heading(sync, crm_sync_error_sheet(sync, i), column - 1) : NULL, false);
        cli_json_member("target", column ? crm_sync_sheet_target(sync, crm_sync_error_sheet(sync, i), column - 1) : NULL, false);
        cli_json_member("field", path.text, false);
        cli_json_member("status", crm_status_name(crm_sync_error_status(sync, i)), false);
        cli_json_member("text", crm_sync_error_text(sync, i), false);
        putchar('}');
        cli_string_free(&path);
    }
    putchar(']');
}

static void json_warnings(const crm_sync *sync) {
    printf(", \"warnings\": [");
    for (size_t i = 0; i < crm_sync_warning_count(sync); i++) {
        printf("%s{", i ? ", " : "");
        cli_json_count("row", crm_sync_warning_row(sync, i), true);
        cli_json_member("sheet", crm_sync_sheet_name(sync, crm_sync_warning_sheet(sync, i)), false);
        cli_json_count("column", crm_sync_warning_column(sync, i), false);
        cli_json_member("text", crm_sync_warning_text(sync, i), false);
        putchar('}');
    }
    putchar(']');
}

void cli_import_json_refused(const cli_run *cli, const char *name, const crm_csv *csv, bool first) {
    cli_string path = {0}, text = {0};
    uint64_t row = crm_error_row();
    const char *status = crm_status_name(crm_error_status());
    cli_string_add(&text, crm_error_text());
    if (crm_error_field()) cli_value_path(cli, crm_error_field(), &path);
    printf("%s{", first ? "" : ", ");
    cli_json_member("file", name, true);
    json_format(csv);
    printf(", \"stored\": false");
    cli_json_count("rows", 0, false);
    for (size_t i = 0; i < ACTIONS; i++) cli_json_count(action_names[i], 0, false);
    printf(", \"ignored\": [], \"errors\": [{");
    cli_json_count("row", row, true);
    cli_json_count("column", 0, false);
    cli_json_member("heading", NULL, false);
    cli_json_member("target", NULL, false);
    cli_json_member("field", path.text, false);
    cli_json_member("status", status, false);
    cli_json_member("text", text.text, false);
    printf("}]}");
    cli_string_free(&path);
    cli_string_free(&text);
}

void cli_import_json(const cli_run *cli, const char *name, const crm_csv *csv, const crm_sync *sync, bool stored, bool first) {
    printf("%s{", first ? "" : ", ");
    cli_json_member("file", name, true);
    json_format(csv);
    printf(", \"stored\": %s", stored ? "true" : "false");
    cli_json_count("rows", cli_import_rows(sync), false);
    for (size_t i = 0; i < ACTIONS; i++) cli_json_count(action_names[i], crm_sync_count(sync, actions[i]), false);
    printf(", \"ignored\": [");
    for (size_t i = 0; i < crm_sync_ignored_count(sync); i++) {
        if (i) fputs(", ", stdout);
        cli_json_text(crm_sync_ignored(sync, i));
    }
    putchar(']');
    json_errors(cli, sync);
    json_warnings(sync);
    putchar('}');
}

void cli_import_head(const cli_run *cli, cli_table *table) {
    cli_table_begin(table, ACTIONS + 2);
    for (size_t i = 1; i < ACTIONS + 2; i++) table->right[i] = true;
    cli_table_head(table, (const char *[]){cli_say(cli, "File", "Datei"), cli_say(cli, "Rows", "Zeilen"), cli_say(cli, "Created", "Neu"),
                                           cli_say(cli, "Updated", "Geändert"), cli_say(cli, "Unchanged", "Unverändert"),
                                           cli_say(cli, "Conflicts", "Konflikte"), cli_say(cli, "Failed", "Fehlerhaft")});
}

void cli_import_line(cli_table *table, const char *name, const crm_sync *sync) {
    char figures[ACTIONS + 1][24];
    const char *cells[ACTIONS + 2] = {name};
    for (size_t i = 0; i <= ACTIONS; i++) {
        snprintf(figures[i], sizeof figures[i], "%" PRIu64, i ? crm_sync_count(sync, actions[i - 1]) : cli_import_rows(sync));
        cells[i + 1] = figures[i];
    }
    cli_table_add(table, cells);
    for (size_t i = 0; i < ACTIONS; i++)
        if (actions[i] >= CRM_SYNC_FAILED && crm_sync_count(sync, actions[i])) cli_table_style(table, i + 2, CLI_BAD);
}
