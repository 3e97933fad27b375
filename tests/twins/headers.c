/* SPDX-License-Identifier: MIT */
/* Every exported function is called by the harness, or is one of those that read no store. The functions are those of the public headers,
 * so a new one is missed until it has its row. */
#include "twins.h"
#include <ctype.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>

/* Names, or how they begin: an end of "*". */
static const struct {
    const char *name, *reason;
} no_store[] = {
    {"crm_db_open", "opens: there is no actor yet"},
    {"crm_db_close", "closes"},
    {"crm_db_backup", "of the whole store, by whoever has its handle: there is no actor"},
    {"crm_db_compact", "of the whole store: there is no actor"},
    {"crm_db_uuid", "the store's name, the same for all"},
    {"crm_db_today", "the clock"},
    {"crm_version*", "of the library"},
    {"crm_feature_supported", "of the library"},
    {"crm_status_*", "names of the library's statuses"},
    {"crm_error_report", "sets the thread's own error"},
    {"crm_kind_*", "the built-in schema"},
    {"crm_field_*", "the built-in schema"},
    {"crm_domain_*", "the built-in codes"},
    {"crm_identifier_check", "of the number alone"},
    {"crm_record_new", "an empty record in memory"},
    {"crm_record_set_*", "changes a record in memory"},
    {"crm_record_add_item", "changes a record in memory"},
    {"crm_record_clear", "changes a record in memory"},
    {"crm_quote_level_*", "names of the library's levels"},
    {"crm_quote_reason_name", "names of the library's reasons"},
    {"crm_sync_new", "rows in memory, without a store's fields"},
    {"crm_sync_set_*", "rows in memory"},
    {"crm_plan_*", "a plan is made and loaded for those alone who may import: who may not is told so before anything is looked for"},
    {"crm_sync_add_sheet", "rows in memory"},
    {"crm_sync_flags", "rows in memory"},
    {"crm_sync_ignore", "rows in memory"},
    {"crm_sync_role", "rows in memory"},
    {"crm_sync_if_*", "rows in memory"},
    {"crm_sync_source", "rows in memory"},
    {"crm_dump_identity", "of a dump, which no bound user begins"},
    {"crm_dump_next", "of a dump, which no bound user begins"},
    {"crm_dump_free", "memory alone"},
    {"crm_load_*", "a store that is being made, of no actor's"},
    {"crm_reindex", "the whole store, of no actor's"},
    {"crm_salvage", "the whole store, of no actor's"},
    {"crm_verify", "the whole store, of no actor's"},
    {"crm_damages_*", "of a whole store, of no actor's"},
    {"crm_export_*", "what the reading calls give, in files"},
    {"crm_import_dump", "a store that is being made, of no actor's"},
    {"crm_mapping_*", "a file into rows in memory and back"},
    {"crm_csv_*", "a file into rows in memory"},
    {"crm_xlsx_*", "a file into rows in memory"},
    {"crm_jsonl_*", "a file into rows in memory"},
};

static bool begins(const char *name, const char *entry) {
    size_t length = strlen(entry);
    return entry[length - 1] == '*' ? strncmp(name, entry, length - 1) == 0 : strcmp(name, entry) == 0;
}

#define NO_STORE (sizeof no_store / sizeof *no_store)

static bool reads_no_store(const char *name, bool used[NO_STORE]) {
    for (size_t i = 0; i < NO_STORE; i++)
        if (begins(name, no_store[i].name)) return used[i] = true;
    return false;
}

static char *read_all(const char *path) {
    FILE *in = fopen(path, "rb");
    char *text = NULL;
    size_t size = 0;
    twins_need(in != NULL, path);
    twins_need(getdelim(&text, &size, '\0', in) > 0, path);
    fclose(in);
    return text;
}

/* A row of the tables, or a call in what tells of results. */
static bool is_called(const char *name, const char *tellers) {
    for (size_t i = 0; i < twins_row_count(); i++)
        if (strcmp(name + 4, twins_row_at(i)->name) == 0) return true;
    char call[90];
    snprintf(call, sizeof call, "%s(", name);
    return strstr(tellers, call) != NULL;
}

static int check_name(const char *name, const char *tellers, bool used[NO_STORE]) {
    bool exempt = reads_no_store(name, used);
    if (exempt || is_called(name, tellers)) return 0;
    printf("%s() is not called: give it a row in tests/twins/calls_*.c\n", name);
    return 1;
}

static int check_header(const char *text, const char *tellers, bool used[NO_STORE], int *functions) {
    int missing = 0;
    for (const char *at = text; (at = strstr(at, "\nCRM_API ")) != NULL; (*functions)++) {
        char name[80];
        const char *end = strchr(at, '('), *begin = end;
        while (begin > at && (islower((unsigned char)begin[-1]) || isdigit((unsigned char)begin[-1]) || begin[-1] == '_')) begin--;
        snprintf(name, sizeof name, "%.*s", (int)(end - begin), begin);
        missing += check_name(name, tellers, used);
        at = end;
    }
    return missing;
}

/* The texts of tell*.c and calls*.c, one behind the other. */
static char *read_tellers(const char *source) {
    char pattern[500], *all = calloc(1, 1 << 20);
    glob_t files = {0};
    twins_need(all != NULL, "memory");
    for (int i = 0; i < 2; i++) {
        snprintf(pattern, sizeof pattern, "%s/tests/twins/%s*.c", source, i ? "tell" : "calls");
        twins_need(glob(pattern, i ? GLOB_APPEND : 0, NULL, &files) == 0, pattern);
    }
    for (size_t i = 0; i < files.gl_pathc; i++) {
        char *text = read_all(files.gl_pathv[i]);
        strncat(all, text, (1 << 20) - strlen(all) - 1);
        free(text);
    }
    globfree(&files);
    return all;
}

int twins_check_headers(const char *source) {
    char pattern[500], *tellers = read_tellers(source);
    int missing = 0, functions = 0;
    bool used[NO_STORE] = {false};
    glob_t headers = {0};
    snprintf(pattern, sizeof pattern, "%s/include/libcrm/*.h", source);
    twins_need(glob(pattern, 0, NULL, &headers) == 0, pattern);
    for (size_t i = 0; i < headers.gl_pathc; i++) {
        char *text = read_all(headers.gl_pathv[i]);
        missing += check_header(text, tellers, used, &functions);
        free(text);
    }
    globfree(&headers);
    free(tellers);
    twins_need(functions > 100, "the headers were not read");
    for (size_t i = 0; i < NO_STORE; i++) {
        if (used[i]) continue;
        printf("%s is no exported function (%s)\n", no_store[i].name, no_store[i].reason);
        missing++;
    }
    return missing;
}
