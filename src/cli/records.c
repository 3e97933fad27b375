/* SPDX-License-Identifier: MIT */
/* Records as crmdb shows them: one below its title, several as a table, or as the JSON that the library gives. */
#include "cli/cli.h"
#include <inttypes.h>

static void add_line(cli_run *cli, cli_table *table, const crm_record *rec, crm_field field) {
    cli_string label = {0}, value = {0};
    cli_value_label(cli, rec, field, &label);
    cli_value(cli, rec, field, &value);
    cli_table_add(table, (const char *[]){cli_string_text(&label), cli_string_text(&value)});
    cli_string_free(&label);
    cli_string_free(&value);
}

void cli_record_lines(cli_run *cli, cli_table *table, const crm_record *rec, const crm_field *without) {
    for (size_t i = 0; i < crm_record_count(rec); i++) {
        crm_field field = crm_record_field(rec, i);
        bool shown = !(crm_field_flags(field) & CRM_FIELD_KEY);
        for (size_t k = 0; without[k]; k++) shown = shown && without[k] != field;
        if (shown) add_line(cli, table, rec, field);
    }
}

static void add_number(cli_table *table, const char *label, uint64_t number) {
    char text[32];
    snprintf(text, sizeof text, "%" PRIu64, number);
    cli_table_add(table, (const char *[]){label, text});
    cli_table_style(table, 1, CLI_DIM);
}

void cli_record_identity(cli_table *table, const crm_record *rec) {
    add_number(table, "Id", crm_record_key(rec));
    add_number(table, "Rev.", crm_record_revision(rec));
}

int cli_record_print(cli_run *cli, const crm_record *rec, const char *title) {
    static const crm_field hidden[] = {CRM_GROUP_ANCESTORS, 0};
    if (cli->json) {
        const char *json = crm_record_json(rec, NULL);
        return json ? (puts(json), CLI_OK) : cli_failure(cli, NULL);
    }
    cli_table table;
    cli_table_begin(&table, 2);
    table.indent = 2;
    cli_table_wide(&table, title, CLI_BOLD);
    cli_record_lines(cli, &table, rec, hidden);
    if (crm_record_key(rec)) cli_record_identity(&table, rec);
    cli_table_print(cli, &table);
    cli_table_free(&table);
    return CLI_OK;
}

int cli_record_show(cli_run *cli, crm_id id, const char *title) {
    crm_record *rec = NULL;
    int code = crm_record_get(cli->txn, id, &rec) == CRM_OK ? cli_record_print(cli, rec, title) : cli_failure(cli, title);
    crm_record_free(rec);
    return code;
}

int cli_record_put(cli_run *cli, const crm_record *rec, const char *title) {
    crm_id id;
    if (crm_record_put(cli->txn, rec, &id, NULL) != CRM_OK) return cli_failure(cli, title);
    int code = cli_commit(cli);
    return code == CLI_OK ? cli_record_show(cli, id, title) : code;
}

/* data: the columns. */
static void add_row(cli_run *cli, cli_table *table, const crm_record *rec, const void *data) {
    const crm_field *columns = data;
    cli_string values[CLI_COLUMNS] = {0};
    const char *cells[CLI_COLUMNS];
    size_t count = 0;
    for (; columns[count]; count++) {
        if (crm_record_has(rec, columns[count])) cli_value(cli, rec, columns[count], &values[count]);
        cells[count] = cli_string_text(&values[count]);
    }
    cli_string_format(&values[count], "%" PRIu64, crm_record_key(rec));
    cells[count] = values[count].text;
    cli_table_add(table, cells);
    cli_table_style(table, count, CLI_DIM);
    for (size_t i = 0; i <= count; i++) cli_string_free(&values[i]);
}

static void begin_table(cli_run *cli, cli_table *table, const crm_field *columns) {
    const char *heads[CLI_COLUMNS];
    size_t count = 0;
    for (; columns[count]; count++) heads[count] = crm_field_label(columns[count], cli_language(cli));
    heads[count] = "Id";
    cli_table_begin(table, count + 1);
    table->sparse = true;
    cli_table_head(table, heads);
    for (size_t i = 0; i < count; i++) table->right[i] = crm_field_type(columns[i]) == CRM_TYPE_INT;
}

/* An actor may be told the id of a record that he does not see: of a group that his customer is in. */
static void unseen(const cli_run *cli, cli_table *table, crm_id id, bool first) {
    cli_string text = {0};
    if (cli->json)
        printf("%s{\"id\": %" PRIu64 "}", first ? "" : ", ", id);
    else {
        cli_string_format(&text, "#%" PRIu64, id);
        cli_table_wide(table, cli_string_text(&text), CLI_DIM);
    }
    cli_string_free(&text);
}

int cli_records_each(cli_run *cli, const cli_ids *ids, cli_table *table, cli_row_of *row, const void *data) {
    int code = CLI_OK;
    for (size_t i = 0; i < ids->count && code == CLI_OK; i++) {
        crm_record *rec = NULL;
        const char *json = "";
        int status = crm_record_get(cli->txn, ids->ids[i], &rec);
        if (status == CRM_E_NOTFOUND)
            unseen(cli, table, ids->ids[i], i == 0);
        else if (status != CRM_OK || (cli->json && !(json = crm_record_json(rec, NULL))))
            code = cli_failure(cli, NULL);
        else if (cli->json)
            printf("%s%s", i ? ", " : "", json);
        else
            row(cli, table, rec, data);
        crm_record_free(rec);
    }
    return code;
}

int cli_records_print(cli_run *cli, const char *name, const crm_field *columns, const cli_ids *ids) {
    cli_table table;
    begin_table(cli, &table, columns);
    if (cli->json) printf("{\"%s\": [", name);
    int code = cli_records_each(cli, ids, &table, add_row, columns);
    cli_table_end(cli, &table, code == CLI_OK);
    return code;
}

int cli_record_find(cli_run *cli, crm_field field, const char *code, crm_id *out) {
    if (crm_record_find(cli->txn, field, NULL, 0, code, CRM_NTS, out) == CRM_OK) return CLI_OK;
    if (crm_error_status() != CRM_E_NOTFOUND) return cli_failure(cli, code);
    return cli_error(cli, CLI_FAILED, "no %s \"%s\"", crm_kind_name(crm_field_kind(field)), code);
}

int cli_record_take(cli_run *cli, crm_field field, const char *code, crm_record **out) {
    crm_id id;
    int status = crm_record_find(cli->txn, field, NULL, 0, code, CRM_NTS, &id);
    if (status == CRM_OK)
        status = crm_record_get(cli->txn, id, out);
    else if (status == CRM_E_NOTFOUND) {
        status = crm_record_new_in(cli->txn, crm_field_kind(field), out);
        if (status == CRM_OK) status = crm_record_set_text(*out, field, code, CRM_NTS);
    }
    return status == CRM_OK ? CLI_OK : cli_failure(cli, code);
}

int cli_record_search(cli_run *cli, cli_page *page, const void *what, cli_is_it *is_it, const void *want, crm_record **out) {
    cli_ids found = {0};
    int status = cli_ids_collect(cli, page, what, &found);
    *out = NULL;
    for (size_t i = 0; i < found.count && status == CRM_OK && !*out; i++) {
        status = crm_record_get(cli->txn, found.ids[i], out);
        if (status == CRM_OK && !is_it(*out, want)) {
            crm_record_free(*out);
            *out = NULL;
        }
    }
    cli_ids_free(&found);
    return status;
}
