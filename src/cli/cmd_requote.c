/* SPDX-License-Identifier: MIT */
/* crmdb requote: a proposal that was kept in a file, computed again, with what has changed since and why. */
#include "cli/cli.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const cli_option options[] = {
    {"date", "YYYY-MM-DD", "the day to compute it for (default: today)", false},
    {"given", "FIELD=VALUE", "a value that is given now, as price_list=A", true},
    {"release", "FIELD", "a field that was given and is looked for again", true},
    {"explain", NULL, "say for every value what it won against", false},
    {"save", "FILE", "keep the new proposal in a file; it may be the same", false},
    {NULL, NULL, NULL, false},
};

/* --- files --- */

static int file_failure(const cli_run *cli, const char *path) { return cli_error(cli, CLI_FAILED, "%s: %s", path, strerror(errno)); }

static int read_file(const cli_run *cli, const char *path, char **bytes, size_t *size) {
    const size_t most = (size_t)1 << 30;
    size_t room = 0;
    FILE *file = fopen(path, "rb");
    if (!file) return file_failure(cli, path);
    while (!feof(file) && !ferror(file) && *size < most) {
        if (*size == room) {
            room = room ? room * 2 : 65536;
            *bytes = cli_allocate(*bytes, room);
        }
        *size += fread(*bytes + *size, 1, room - *size, file);
    }
    int code = ferror(file) ? file_failure(cli, path) : CLI_OK;
    fclose(file);
    return code;
}

static bool write_file(const char *path, const void *bytes, size_t size) {
    FILE *file = fopen(path, "wb");
    if (!file) return false;
    bool written = fwrite(bytes, 1, size, file) == size && fflush(file) == 0;
    return fclose(file) == 0 && written;
}

/* Beside the file first: one that is there is kept until the new one is whole. */
int cli_quote_save(cli_run *cli, crm_quote *quote, const char *path) {
    size_t size;
    const void *bytes = crm_quote_save(quote, &size);
    if (!bytes) return cli_failure(cli, path);
    cli_string beside = {0};
    cli_string_format(&beside, "%s.part", path);
    bool saved = write_file(beside.text, bytes, size) && rename(beside.text, path) == 0;
    int code = saved ? CLI_OK : file_failure(cli, path);
    if (!saved) remove(beside.text);
    cli_string_free(&beside);
    return code;
}

/* --- what changes --- */

typedef struct job {
    crm_quote *old, *quote;
    crm_record *changes;
    crm_field *released;
    size_t released_count;
    int64_t date;
} job;

static int load(cli_run *cli, const char *path, job *work) {
    char *bytes = NULL;
    size_t size = 0;
    int code = read_file(cli, path, &bytes, &size);
    if (code == CLI_OK && crm_quote_load(cli->txn, bytes, size, &work->old) != CRM_OK) code = cli_failure(cli, path);
    free(bytes);
    return code;
}

static int take_given(cli_run *cli, const cli_args *args, job *work) {
    const char *pair;
    size_t position = 0;
    int code = crm_record_new_in(cli->txn, CRM_KIND_QUOTE, &work->changes) == CRM_OK ? CLI_OK : cli_failure(cli, NULL);
    while (code == CLI_OK && (pair = cli_args_next(args, "given", &position))) code = cli_assign(cli, work->changes, &pair, 1);
    return code;
}

/* A field of the host's may be defined no more: then the old proposal knows it. */
static int take_released(cli_run *cli, const cli_args *args, job *work) {
    const char *name;
    size_t position = 0;
    work->released = cli_allocate(NULL, (args->given_count + 1) * sizeof *work->released);
    while ((name = cli_args_next(args, "release", &position))) {
        crm_field field = crm_record_field_find(work->changes, name);
        if (!field) field = crm_record_field_find(crm_quote_record(work->old), name);
        if (!field) return cli_error(cli, CLI_USAGE, "%s: no such field; crmdb fields quote lists them", name);
        work->released[work->released_count++] = field;
    }
    return CLI_OK;
}

/* --- output --- */

static void value_words(cli_run *cli, const crm_record *change, crm_field value, bool is_id, cli_string *out) {
    const char *text = crm_record_text(change, value);
    if (text && is_id)
        cli_value_name(cli, strtoull(text, NULL, 10), out);
    else
        cli_string_add(out, text && *text ? text : "-");
}

static const char *level_word(const cli_run *cli, const crm_record *change, crm_field level) {
    return cli_quote_level(cli, crm_quote_level_find(crm_record_text(change, level)));
}

static void add_change(cli_run *cli, cli_table *table, const job *work, const crm_record *change) {
    cli_string label = {0}, before = {0}, now = {0};
    const char *name = crm_record_text(change, CRM_QUOTE_CHANGE_FIELD), *why = crm_record_text(change, CRM_QUOTE_CHANGE_WHY);
    crm_field field = crm_record_field_find(work->changes, name);
    bool is_id = field && crm_field_type(field) == CRM_TYPE_ID;
    value_words(cli, change, CRM_QUOTE_CHANGE_OLD_VALUE, is_id, &before);
    value_words(cli, change, CRM_QUOTE_CHANGE_NEW_VALUE, is_id, &now);
    if (field) cli_value_label(cli, work->changes, field, &label);
    cli_table_add(table, (const char *[]){label.size ? label.text : name, cli_string_text(&before),
                                          level_word(cli, change, CRM_QUOTE_CHANGE_OLD_LEVEL), cli_string_text(&now),
                                          level_word(cli, change, CRM_QUOTE_CHANGE_NEW_LEVEL),
                                          crm_domain_label("change_reason", why, cli_language(cli))});
    cli_string_free(&label);
    cli_string_free(&before);
    cli_string_free(&now);
}

static void print_changes(cli_run *cli, const job *work) {
    cli_table table;
    cli_quote_title(cli, work->quote);
    if (!crm_quote_change_count(work->quote)) {
        puts(cli_say(cli, "  No changes", "  Keine Änderungen"));
        return;
    }
    const char *level = cli_say(cli, "Level", "Ebene");
    cli_table_begin(&table, 6);
    table.indent = 2;
    cli_table_head(&table, (const char *[]){cli_say(cli, "Field", "Feld"), cli_say(cli, "Before", "Vorher"), level,
                                            cli_say(cli, "Now", "Jetzt"), level, cli_say(cli, "Why", "Warum")});
    for (size_t i = 0; i < crm_quote_change_count(work->quote); i++) add_change(cli, &table, work, crm_quote_change(work->quote, i));
    cli_table_print(cli, &table);
    cli_table_free(&table);
}

/* With --json all that is to be said, the changes last. */
static int print_again(cli_run *cli, const job *work, bool explained) {
    const char *text = NULL;
    if (explained || cli->json) {
        text = crm_quote_explain(work->quote, cli->json ? CRM_QUOTE_FORMAT_JSON : CRM_QUOTE_FORMAT_TEXT, NULL);
        if (!text) return cli_failure(cli, NULL);
    }
    if (cli->json)
        puts(text);
    else if (explained)
        cli_print_lines(cli, text);
    else
        print_changes(cli, work);
    fflush(stdout);
    cli_quote_warnings(cli, work->quote);
    return CLI_OK;
}

static int compute(cli_run *cli, const cli_args *args, job *work) {
    const char *path = cli_args_get(args, "save");
    int code = load(cli, args->operands[0], work);
    if (code == CLI_OK) code = take_given(cli, args, work);
    if (code == CLI_OK) code = take_released(cli, args, work);
    if (code != CLI_OK) return code;
    if (crm_quote_reresolve(cli->txn, work->old, 0, work->date, work->changes, work->released, work->released_count, &work->quote) < 0)
        return cli_failure(cli, args->operands[0]);
    if (path) code = cli_quote_save(cli, work->quote, path);
    return code == CLI_OK ? print_again(cli, work, cli_args_get(args, "explain") != NULL) : code;
}

static int run(cli_run *cli, const cli_args *args) {
    job work = {.date = CRM_TODAY};
    if (!cli_day(cli, args, "date", &work.date)) return CLI_USAGE;
    int code = cli_open(cli, CRM_DB_READ_ONLY, true);
    if (code == CLI_OK) code = compute(cli, args, &work);
    crm_quote_free(work.old);
    crm_quote_free(work.quote);
    crm_record_free(work.changes);
    free(work.released);
    return code;
}

const cli_command cli_cmd_requote = {
    .name = "requote",
    .operands = "FILE",
    .summary = "compute a kept proposal again, and say what has changed",
    .about =
        "Computes a proposal that crmdb quote --save has kept again, for another day or with other choices; what was given before stays.\n"
        "Lists every value that has changed, before and now, and why. The file stays as it is, but for --save with its name.",
    .options = options,
    .least = 1,
    .most = 1,
    .run = run,
};
