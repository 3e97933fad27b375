/* SPDX-License-Identifier: MIT */
/* crmdb import --runs, --revert, --forget: what was imported, taking it back, and no longer being able to. */
#include "cli/import.h"

static const crm_field figures[] = {CRM_IMPORT_RUN_ROWS,      CRM_IMPORT_RUN_CREATED,   CRM_IMPORT_RUN_UPDATED,
                                    CRM_IMPORT_RUN_UNCHANGED, CRM_IMPORT_RUN_CONFLICTS, CRM_IMPORT_RUN_FAILED};
enum { FIGURES = sizeof figures / sizeof *figures, SOURCE_WIDTH = 40 };

static int page(crm_txn *txn, const void *what, const char *token, crm_iter **out) {
    (void)what;
    return crm_record_list(txn, 0, CRM_KIND_IMPORT_RUN, 1000, token, out);
}

/* A long name is cut at its front: it ends with what tells files apart. */
static void add_source(const crm_record *rec, cli_string *out) {
    const char *source = crm_record_text(rec, CRM_IMPORT_RUN_SOURCE);
    if (!source) return;
    if (cli_width(source) > SOURCE_WIDTH) cli_string_add(out, "…");
    while (cli_width(source) > SOURCE_WIDTH - (out->size ? 1 : 0)) do
            source++;
        while ((*source & 0xC0) == 0x80);
    cli_string_add(out, source);
}

static void add_run(cli_run *cli, cli_table *table, const crm_record *rec, const void *data) {
    cli_string texts[FIGURES + 4] = {0};
    const char *cells[FIGURES + 4];
    (void)data;
    cli_value(cli, rec, CRM_IMPORT_RUN_AT, &texts[0]);
    add_source(rec, &texts[1]);
    for (size_t i = 0; i < FIGURES; i++) cli_value(cli, rec, figures[i], &texts[i + 2]);
    if (crm_record_has(rec, CRM_IMPORT_RUN_REVERTED_AT))
        cli_value(cli, rec, CRM_IMPORT_RUN_REVERTED_AT, &texts[FIGURES + 2]);
    else if (!crm_record_has(rec, CRM_IMPORT_RUN_TOTAL))
        cli_string_add(&texts[FIGURES + 2], cli_say(cli, "not finished", "nicht beendet"));
    cli_string_format(&texts[FIGURES + 3], "%llu", (unsigned long long)crm_record_key(rec));
    for (size_t i = 0; i < FIGURES + 4; i++) cells[i] = cli_string_text(&texts[i]);
    cli_table_add(table, cells);
    cli_table_style(table, FIGURES + 3, CLI_DIM);
    for (size_t i = 0; i < FIGURES + 4; i++) cli_string_free(&texts[i]);
}

static int print_runs(cli_run *cli, const cli_ids *found) {
    cli_table table;
    cli_table_begin(&table, FIGURES + 4);
    table.sparse = true;
    cli_table_head(&table, (const char *[]){cli_say(cli, "At", "Am"), cli_say(cli, "Source", "Quelle"), cli_say(cli, "Rows", "Zeilen"),
                                            cli_say(cli, "Created", "Neu"), cli_say(cli, "Updated", "Geändert"),
                                            cli_say(cli, "Unchanged", "Unverändert"), cli_say(cli, "Conflicts", "Konflikte"),
                                            cli_say(cli, "Failed", "Fehlerhaft"), cli_say(cli, "Taken back", "Zurückgenommen"), "Id"});
    for (size_t i = 2; i < FIGURES + 2; i++) table.right[i] = true;
    if (cli->json) printf("{\"runs\": [");
    int code = cli_records_each(cli, found, &table, add_run, NULL);
    cli_table_end(cli, &table, code == CLI_OK);
    return code;
}

int cli_import_runs(cli_run *cli) {
    cli_ids found = {0};
    int code = cli_open(cli, CRM_DB_READ_ONLY, true);
    if (code == CLI_OK && cli_ids_collect(cli, page, NULL, &found) < 0) code = cli_failure(cli, NULL);
    if (code == CLI_OK) code = print_runs(cli, &found);
    cli_ids_free(&found);
    return code;
}

/* The first of those that stand against it, on stderr. */
static void name_blockers(cli_run *cli, crm_id run) {
    enum { NAMED = 10 };
    crm_iter *iter;
    cli_ids found = {0};
    if (cli_begin(cli, 0) != CLI_OK || crm_run_blockers(cli->txn, run, NAMED + 1, NULL, &iter) != CRM_OK) return;
    if (cli_ids_take(&found, iter, NULL) == CRM_OK) {
        for (size_t i = 0; i < found.count && i < NAMED; i++) {
            cli_string name = {0};
            cli_value_name(cli, found.ids[i], &name);
            cli_notice(cli, "changed since, or used: %s (%llu)", cli_string_text(&name), (unsigned long long)found.ids[i]);
            cli_string_free(&name);
        }
        if (found.count > NAMED) cli_notice(cli, "and others");
    }
    cli_ids_free(&found);
}

/* Opens the store for what is done to a run. */
static int open_for(cli_run *cli, const char *option, const char *text, crm_id *run) {
    if (!cli_number(text, (UINT64_C(1) << 52) - 1, run) || !*run)
        return cli_error(cli, CLI_USAGE, "--%s needs the id of a run, not \"%s\": crmdb import --runs", option, text);
    return cli_open(cli, 0, false);
}

static int forget(crm_txn *txn, void *run) {
    int status = crm_run_forget(txn, *(const crm_id *)run);
    return status == CRM_OK ? CRM_COMMIT : status;
}

int cli_import_forget(cli_run *cli, const char *text) {
    crm_id run;
    int code = open_for(cli, "forget", text, &run);
    if (code != CLI_OK) return code;
    if (crm_transact(cli->db, cli->actor, forget, &run) != CRM_OK) return cli_failure(cli, text);
    code = cli_begin(cli, 0);
    return code == CLI_OK ? cli_record_show(cli, run, cli_say(cli, "Can't be taken back any more", "Nicht mehr zurückzunehmen")) : code;
}

int cli_import_revert(cli_run *cli, const char *text) {
    crm_id run;
    int code = open_for(cli, "revert", text, &run);
    if (code != CLI_OK) return code;
    int status = crm_run_revert(cli->db, cli->actor, run);
    if (status != CRM_OK) {
        code = cli_failure(cli, text);
        if (status == CRM_E_STALE) name_blockers(cli, run);
        return code;
    }
    code = cli_begin(cli, 0);
    return code == CLI_OK ? cli_record_show(cli, run, cli_say(cli, "Taken back", "Zurückgenommen")) : code;
}
