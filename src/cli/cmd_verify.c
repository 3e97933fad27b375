/* SPDX-License-Identifier: MIT */
/* crmdb verify: whether everything in a store holds together. */
#include "cli/cli.h"
#include <inttypes.h>

static const cli_option options[] = {
    {"pages", NULL, "the pages of the file alone", false},
    {"limit", "N", "list at most so many damages (1,000)", false},
    {NULL, NULL, NULL, false},
};

static const crm_field columns[] = {CRM_DAMAGE_WHERE, CRM_DAMAGE_KIND, CRM_DAMAGE_RECORD, CRM_DAMAGE_FIELD, CRM_DAMAGE_REASON};
enum { COLUMNS = sizeof columns / sizeof *columns };

static void add_row(cli_table *table, const crm_record *damage) {
    char id[24] = "";
    const char *cells[COLUMNS];
    for (size_t i = 0; i < COLUMNS; i++) cells[i] = columns[i] == CRM_DAMAGE_RECORD ? id : crm_record_text(damage, columns[i]);
    if (crm_record_has(damage, CRM_DAMAGE_RECORD)) snprintf(id, sizeof id, "%" PRIu64, crm_record_id(damage, CRM_DAMAGE_RECORD));
    cli_table_add(table, cells);
}

static void print_table(cli_run *cli, const crm_damages *damages) {
    cli_table table;
    const char *heads[COLUMNS];
    for (size_t i = 0; i < COLUMNS; i++) heads[i] = crm_field_label(columns[i], cli_language(cli));
    cli_table_begin(&table, COLUMNS);
    table.sparse = true;
    cli_table_head(&table, heads);
    const crm_record *damage;
    for (size_t i = 0; (damage = crm_damages_record(damages, i)); i++) add_row(&table, damage);
    cli_table_print(cli, &table);
    cli_table_free(&table);
}

static void print_json(const crm_damages *damages) {
    const crm_record *damage;
    putchar('{');
    cli_json_count("count", crm_damages_count(damages), true);
    fputs(",\"damages\":[", stdout);
    for (size_t i = 0; (damage = crm_damages_record(damages, i)); i++) {
        fputs(i ? ",{" : "{", stdout);
        cli_json_member("where", crm_record_text(damage, CRM_DAMAGE_WHERE), true);
        cli_json_member("kind", crm_record_text(damage, CRM_DAMAGE_KIND), false);
        cli_json_count("record", crm_record_has(damage, CRM_DAMAGE_RECORD) ? crm_record_id(damage, CRM_DAMAGE_RECORD) : 0, false);
        cli_json_member("field", crm_record_text(damage, CRM_DAMAGE_FIELD), false);
        cli_json_member("reason", crm_record_text(damage, CRM_DAMAGE_REASON), false);
        putchar('}');
    }
    puts("]}");
}

static int print(cli_run *cli, const crm_damages *damages) {
    uint64_t count = crm_damages_count(damages);
    if (cli->json)
        print_json(damages);
    else if (count)
        print_table(cli, damages);
    else
        puts(cli_say(cli, "The store is sound.", "Der Bestand ist in Ordnung."));
    return count ? cli_error(cli, CLI_REFUSED, "%" PRIu64 " damage%s found", count, count == 1 ? "" : "s") : CLI_OK;
}

static int run(cli_run *cli, const cli_args *args) {
    uint32_t limit;
    crm_damages *damages;
    if (!cli_limit(cli, args, &limit)) return CLI_USAGE;
    if (cli->as) return cli_error(cli, CLI_USAGE, "verify looks at the whole store, in nobody's name: leave --as out");
    int code = cli_open(cli, CRM_DB_READ_ONLY, false);
    if (code != CLI_OK) return code;
    if (crm_verify(cli->db, cli_args_get(args, "pages") ? CRM_VERIFY_PAGES : 0, limit, NULL, NULL, &damages) != CRM_OK)
        return cli_failure(cli, cli->path);
    code = print(cli, damages);
    crm_damages_free(damages);
    return code;
}

const cli_command cli_cmd_verify = {
    .name = "verify",
    .operands = "",
    .summary = "look for damage in the whole store",
    .about = "Looks at every page, record, reference, index entry, counter and import run of the store, beside whoever works with it, and "
             "lists\n"
             "what is wrong. Ends with 3 where there is anything. It changes nothing.",
    .options = options,
    .run = run,
};
