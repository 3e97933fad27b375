/* SPDX-License-Identifier: MIT */
/* crmdb import --runs, --revert: what was imported, and taking it back. */
#include "cli/import.h"

static const crm_field columns[] = {
    CRM_IMPORT_RUN_AT,        CRM_IMPORT_RUN_SOURCE,    CRM_IMPORT_RUN_ROWS,   CRM_IMPORT_RUN_CREATED,     CRM_IMPORT_RUN_UPDATED,
    CRM_IMPORT_RUN_UNCHANGED, CRM_IMPORT_RUN_CONFLICTS, CRM_IMPORT_RUN_FAILED, CRM_IMPORT_RUN_REVERTED_AT, 0};

static int page(crm_txn *txn, const void *what, const char *token, crm_iter **out) {
    (void)what;
    return crm_record_list(txn, 0, CRM_KIND_IMPORT_RUN, 1000, token, out);
}

int cli_import_runs(cli_run *cli) {
    cli_ids found = {0};
    int code = cli_open(cli, CRM_DB_READ_ONLY, true);
    if (code == CLI_OK && cli_ids_collect(cli, page, NULL, &found) < 0) code = cli_failure(cli, NULL);
    if (code == CLI_OK) code = cli_records_print(cli, "runs", columns, &found);
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

int cli_import_revert(cli_run *cli, const char *text) {
    crm_id run;
    if (!cli_number(text, (UINT64_C(1) << 52) - 1, &run) || !run)
        return cli_error(cli, CLI_USAGE, "--revert needs the id of a run, not \"%s\": crmdb import --runs", text);
    int code = cli_open(cli, 0, false);
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
