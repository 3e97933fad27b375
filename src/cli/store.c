/* SPDX-License-Identifier: MIT */
/* Opening the store that the user named, reading or writing, and finding the party that he means. */
#include "cli/cli.h"
#include <inttypes.h>

/* The user in whose name the work is done, by his name or id; he is looked for in the name of the system. */
static int find_actor(cli_run *cli) {
    crm_txn *txn = NULL;
    cli->actor = CRM_ACTOR_SYSTEM;
    if (!cli->as) return CLI_OK;
    int status = crm_txn_begin(cli->db, 0, CRM_ACTOR_SYSTEM, &txn);
    if (status == CRM_OK) status = crm_user_find(txn, cli->as, CRM_NTS, &cli->actor);
    int code = status == CRM_OK || status == CRM_E_NOTFOUND ? CLI_OK : cli_failure(cli, cli->as);
    crm_txn_free(txn);
    bool found = status == CRM_OK || (cli_number(cli->as, (UINT64_C(1) << 52) - 1, &cli->actor) && cli->actor > CRM_ACTOR_SYSTEM);
    return code != CLI_OK || found ? code : cli_error(cli, CLI_FAILED, "--as: no user \"%s\"", cli->as);
}

int cli_begin(cli_run *cli, uint32_t flags) {
    int status = crm_txn_begin(cli->db, flags, cli->actor, &cli->txn);
    if (status == CRM_OK) return CLI_OK;
    if (status == CRM_E_NOTFOUND) return cli_error(cli, CLI_FAILED, "--as %s: no user, or he is disabled or not valid today", cli->as);
    if (status == CRM_E_NO_BINDING) return cli_error(cli, CLI_REFUSED, "--as %s: %s", cli->as, crm_error_text());
    return cli_failure(cli, cli->path);
}

crm_db_options cli_options(const cli_run *cli, uint32_t flags) {
    crm_db_options options = {.size = sizeof options, .flags = flags | cli->opening};
    if (options.flags & CRM_DB_PREVIOUS) options.flags &= ~(uint32_t)CRM_DB_READ_ONLY; /* which writes */
    return options;
}

int cli_open(cli_run *cli, uint32_t flags, bool snapshot) {
    const crm_db_options options = cli_options(cli, flags);
    if (!cli->path) return cli_error(cli, CLI_USAGE, "which store? Name its folder with --db PATH or in CRM_DB");
    if (crm_db_open(cli->path, &options, &cli->db) != CRM_OK) {
        cli_failure(cli, cli->path);
        return CLI_FAILED;
    }
    int code = find_actor(cli);
    return code == CLI_OK && snapshot ? cli_begin(cli, 0) : code;
}

int cli_open_write(cli_run *cli) {
    int code = cli_open(cli, 0, false);
    return code == CLI_OK ? cli_begin(cli, CRM_TXN_WRITE) : code;
}

int cli_commit(cli_run *cli) {
    int status = crm_txn_commit(cli->txn);
    crm_txn_free(cli->txn);
    cli->txn = NULL;
    return status == CRM_OK ? cli_begin(cli, 0) : cli_failure(cli, cli->path);
}

void cli_close(cli_run *cli) {
    crm_txn_free(cli->txn);
    crm_db_close(cli->db);
    cli->txn = NULL;
    cli->db = NULL;
}

bool cli_store_exists(const cli_run *cli) {
    crm_db *db = NULL;
    const crm_db_options options = cli_options(cli, 0);
    int status = cli->path ? crm_db_open(cli->path, &options, &db) : CRM_E_NOTFOUND;
    crm_db_close(db);
    return status == CRM_OK;
}

/* ASCII letters, and those of Latin-1 behind their first byte in UTF-8, without case. */
static unsigned lower(const char *text, size_t at) {
    unsigned c = (unsigned char)text[at];
    bool latin = at && (unsigned char)text[at - 1] == 0xc3;
    return (c >= 'A' && c <= 'Z') || (latin && c >= 0x80 && c <= 0x9e && c != 0x97) ? c + 32 : c;
}

static bool same_word(const char *a, const char *b) {
    size_t i = 0;
    while (a[i] && lower(a, i) == lower(b, i)) i++;
    return !a[i] && !b[i];
}

const char *cli_country(const cli_run *cli, const char *text) {
    const char *code;
    for (size_t i = 0; (code = crm_domain_code("country", i)); i++)
        if (same_word(text, code) || same_word(text, crm_domain_label("country", code, "en")) ||
            same_word(text, crm_domain_label("country", code, "de")))
            return code;
    cli_error(cli, CLI_REFUSED, "no such country: \"%s\"", text);
    return NULL;
}

int cli_set_country(crm_txn *txn, const char *country) {
    crm_record *defaults = NULL;
    int status = crm_record_new(CRM_KIND_QUOTE_DEFAULTS, &defaults);
    if (status == CRM_OK) status = crm_record_set_text(defaults, CRM_QUOTE_DEFAULTS_SENDER_COUNTRY, country, CRM_NTS);
    if (status == CRM_OK) status = crm_record_put(txn, defaults, NULL, NULL);
    crm_record_free(defaults);
    return status;
}

bool cli_role_good(const cli_run *cli, const char *role) {
    cli_string roles = {0};
    if (crm_domain_label("role", role, "en")) return true;
    for (size_t i = 0; crm_domain_code("role", i); i++) cli_string_join(&roles, ", ", crm_domain_code("role", i));
    cli_error(cli, CLI_USAGE, "no role \"%s\"; the roles are %s", role, cli_string_text(&roles));
    cli_string_free(&roles);
    return false;
}

/* The party that an id leads to: its own, or that of a role, address, contact ... */
static int party_by_id(cli_run *cli, const char *text, crm_id *out) {
    crm_record *rec = NULL;
    crm_field owner = 0;
    uint64_t id = 0;
    if (!cli_number(text, (UINT64_C(1) << 52) - 1, &id) || !id) return CRM_E_NOTFOUND;
    int status = crm_record_get(cli->txn, id, &rec);
    bool proposed = status == CRM_E_NOTFOUND && crm_access_check(cli->txn, id, CRM_RIGHT_QUOTE) == CRM_OK;
    if (proposed) return *out = id, CRM_OK; /* who makes proposals need not read parties */
    if (status != CRM_OK) return status;
    *out = crm_record_key(rec);
    if (crm_record_kind(rec) != CRM_KIND_PARTY) {
        while ((owner = crm_field_next(crm_record_kind(rec), owner)) && !(crm_field_flags(owner) & CRM_FIELD_KEY)) continue;
        *out = owner ? crm_record_id(rec, owner) : 0;
    }
    crm_record_free(rec);
    return *out ? CRM_OK : CRM_E_NOTFOUND;
}

/* The party with a number in any role. Two parties may have the same number in different roles: then the user chooses. */
static int party_by_number(cli_run *cli, const char *text, crm_id *out) {
    const char *role, *first_role = NULL;
    crm_id first = 0, found;
    for (size_t i = 0; (role = crm_domain_code("role", i)); i++) {
        int status = crm_party_find(cli->txn, role, text, CRM_NTS, &found);
        if (status == CRM_E_NOTFOUND) continue;
        if (status != CRM_OK) return cli_failure(cli, text);
        if (first && first != found)
            return cli_error(cli, CLI_FAILED, "%s is the number of a %s and of a %s; choose with --role", text, first_role, role);
        first = found;
        first_role = role;
    }
    *out = first;
    return CLI_OK;
}

bool cli_party_options_good(const cli_run *cli, const cli_args *args) {
    const char *role = cli_args_get(args, "role");
    if (!role) return true;
    if (!cli_args_get(args, "id")) return cli_role_good(cli, role);
    cli_error(cli, CLI_USAGE, "--role and --id exclude each other");
    return false;
}

int cli_party(cli_run *cli, const cli_args *args, const char *text, crm_id *out) {
    const char *role = cli_args_get(args, "role");
    bool by_id = cli_args_get(args, "id") != NULL;
    *out = 0;
    if (role) {
        if (crm_party_find(cli->txn, role, text, CRM_NTS, out) == CRM_OK) return CLI_OK;
        if (crm_error_status() != CRM_E_NOTFOUND) return cli_failure(cli, text);
        return cli_error(cli, CLI_FAILED, "no %s has the number %s", role, text);
    }
    int code = by_id ? CLI_OK : party_by_number(cli, text, out);
    if (code != CLI_OK || *out) return code;
    int status = party_by_id(cli, text, out);
    if (status == CRM_OK) return CLI_OK;
    if (status != CRM_E_NOTFOUND) return cli_failure(cli, text);
    return cli_error(cli, CLI_FAILED, by_id ? "nothing has the id %s" : "nothing has the number or id %s", text);
}
