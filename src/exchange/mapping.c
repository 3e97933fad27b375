/* SPDX-License-Identifier: MIT */
/* Mapping files:
 *   {"format":"libcrm mapping","version":1,"source":"erp","role":"customer",
 *    "delimiter":";","encoding":"windows-1252","policy":{"party":{"if_exists":"replace","if_not_exists":"fail"}},"sheets":[
 *     {"name":"Customers","rows":"customer","columns":{"Kdnr":"role.number","Betreuer":"ignore"}}]}
 * The rows that take one are those of the latest sheet: its own among several of the file, or the file's only one. */
#include "exchange/escape.h"
#include "exchange/place.h"
#include "exchange/refuse.h"
#include "schema/limits.h"
#include <jansson.h>
#include <libcrm/error.h>
#include <libcrm/fields.h>
#include <libcrm/mapping.h>
#include <libcrm/schema.h>
#include <libcrm/sync.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define FORMAT "libcrm mapping"
enum { VERSION = 1 };

static const char *const shapes[] = {[CRM_ROWS_FLAT] = "flat",
                                     [CRM_ROWS_CUSTOMER] = "customer",
                                     [CRM_ROWS_SITE] = "site",
                                     [CRM_ROWS_CONTACT] = "contact",
                                     [CRM_ROWS_CHANNEL] = "channel",
                                     [CRM_ROWS_IDENTIFIER] = "identifier",
                                     [CRM_ROWS_MEMBERSHIP] = "membership",
                                     [CRM_ROWS_BANK] = "bank",
                                     [CRM_ROWS_QUOTE_DEFAULTS] = "quote_defaults",
                                     [CRM_ROWS_USAGE] = "usage",
                                     [CRM_ROWS_ROLE] = "role"};
enum { SHAPES = sizeof shapes / sizeof *shapes };

/* What is no policy is NULL. */
static const char *const policies[] = {
    [CRM_SYNC_MERGE] = "merge", [CRM_SYNC_REPLACE] = "replace", [CRM_SYNC_SKIP] = "skip", [CRM_SYNC_ASSERT_EQUAL] = "assert_equal",
    [CRM_SYNC_FAIL] = "fail",   [CRM_SYNC_CREATE] = "create"};
static const uint32_t kinds[] = {CRM_KIND_PARTY,      CRM_KIND_ADDRESS, CRM_KIND_CONTACT,        CRM_KIND_CHANNEL, CRM_KIND_IDENTIFIER,
                                 CRM_KIND_MEMBERSHIP, CRM_KIND_BANK,    CRM_KIND_QUOTE_DEFAULTS, CRM_KIND_USAGE,   CRM_KIND_ROLE};
enum { POLICIES = sizeof policies / sizeof *policies, KINDS = sizeof kinds / sizeof *kinds };

static int refuse(int status, const char *text) { return crm_error_report(status, 0, 0, text); }

/* --- reading --- */

static int read_json(const char *path, json_t **out) {
    json_error_t error;
    FILE *file = fopen(path, "rbe");
    if (!file) return crmi_exchange_refuse_errno(path);
    char *bytes = malloc(CRMI_LIMIT_DUMP_LINE_BYTES + 1);
    size_t size = bytes ? fread(bytes, 1, CRMI_LIMIT_DUMP_LINE_BYTES + 1, file) : 0;
    int rc = !bytes ? crmi_exchange_nomem() : ferror(file) ? crmi_exchange_refuse_errno(path) : CRM_OK;
    fclose(file);
    if (rc == CRM_OK && size > CRMI_LIMIT_DUMP_LINE_BYTES) rc = refuse(CRM_E_TOO_BIG, "a mapping file has at most 1 MiB");
    if (rc == CRM_OK) {
        *out = json_loadb(bytes, size, JSON_REJECT_DUPLICATES, &error);
        if (!*out) rc = crmi_exchange_refuse(CRM_E_FORMAT, error.line > 0 ? (uint64_t)error.line : 0, "not JSON: %s", error.text);
    }
    free(bytes);
    return rc;
}

static int check_head(const json_t *file) {
    static const char *const known[] = {"format", "version", "source", "role", "policy", "delimiter", "encoding", "sheets"};
    const char *format = json_string_value(json_object_get(file, "format")), *name;
    const json_t *version = json_object_get(file, "version");
    json_t *value;
    if (!format || strcmp(format, FORMAT) != 0 || !json_is_integer(version)) return refuse(CRM_E_FORMAT, "the file is no mapping file");
    if (json_integer_value(version) != VERSION) return refuse(CRM_E_VERSION, "the mapping file is of a later version");
    json_object_foreach((json_t *)(uintptr_t)file, name, value) {
        bool is_known = false;
        for (size_t i = 0; i < sizeof known / sizeof *known; i++) is_known |= strcmp(name, known[i]) == 0;
        if (!is_known) return crmi_exchange_refuse(CRM_E_FORMAT, 0, "there is no \"%s\" in a mapping file", name);
    }
    return CRM_OK;
}

/* NULL: the only one. */
static const json_t *sheet_of(const json_t *file, const char *wanted) {
    const json_t *sheets = json_object_get(file, "sheets");
    if (!wanted) return json_array_size(sheets) == 1 ? json_array_get(sheets, 0) : NULL;
    for (size_t i = 0; i < json_array_size(sheets); i++) {
        const char *name = json_string_value(json_object_get(json_array_get(sheets, i), "name"));
        if (name && strcasecmp(name, wanted) == 0) return json_array_get(sheets, i);
    }
    return NULL;
}

/* The sheet of the file that is for the latest one of sync. */
static int find_sheet(const crm_sync *sync, const json_t *file, const json_t **out) {
    const char *wanted = crm_sync_sheet_name(sync, crm_sync_sheet_count(sync) - 1);
    *out = sheet_of(file, NULL);
    if (!*out) *out = sheet_of(file, wanted);
    if (!*out) return crmi_exchange_refuse(CRM_E_NOTFOUND, 0, "the mapping file has no sheet \"%s\"", wanted ? wanted : "");
    return json_is_object(json_object_get(*out, "columns")) ? CRM_OK : refuse(CRM_E_FORMAT, "a sheet without \"columns\"");
}

static int check_shape(const crm_sync *sync, const json_t *sheet) {
    uint32_t shape = crm_sync_sheet_shape(sync, crm_sync_sheet_count(sync) - 1);
    const char *rows = json_string_value(json_object_get(sheet, "rows"));
    if (rows && shape < SHAPES && strcmp(rows, shapes[shape]) == 0) return CRM_OK;
    return crmi_exchange_refuse(CRM_E_INVALID, 0, "the mapping is for rows of the shape \"%s\"", rows ? rows : "");
}

static int map_columns(crm_sync *sync, json_t *columns) {
    const char *heading;
    json_t *target;
    json_object_foreach(columns, heading, target) {
        if (!json_is_string(target)) return refuse(CRM_E_FORMAT, "a column without a target");
        int rc = crm_sync_map(sync, heading, json_string_value(target));
        if (rc < 0) return rc;
    }
    return CRM_OK;
}

/* The policy of a name, or usual where there is none; 0 for one that is not known. */
static uint32_t policy_of(const json_t *object, const char *name, uint32_t usual) {
    const json_t *value = json_object_get(object, name);
    for (uint32_t i = 1; json_is_string(value) && i < POLICIES; i++)
        if (strcmp(policies[i], json_string_value(value)) == 0) return i;
    return value ? 0 : usual;
}

static int take_policies(crm_sync *sync, json_t *object) {
    const char *kind;
    json_t *policy;
    if (object && !json_is_object(object)) return refuse(CRM_E_FORMAT, "\"policy\" is no object");
    json_object_foreach(object, kind, policy) {
        uint32_t number = crm_kind_find(kind);
        if (!number || !json_is_object(policy)) return crmi_exchange_refuse(CRM_E_FORMAT, 0, "no policy of \"%s\"", kind);
        int rc = crm_sync_set_policy(sync, number, policy_of(policy, "if_exists", CRM_SYNC_MERGE),
                                     policy_of(policy, "if_not_exists", CRM_SYNC_CREATE));
        if (rc < 0) return rc;
    }
    return CRM_OK;
}

static int take_file(crm_sync *sync, const json_t *file) {
    const json_t *sheet, *role = json_object_get(file, "role");
    int rc = check_head(file);
    if (rc == CRM_OK) rc = find_sheet(sync, file, &sheet);
    if (rc == CRM_OK) rc = check_shape(sync, sheet);
    if (rc == CRM_OK && role)
        rc = json_is_string(role) ? crm_sync_set_role(sync, json_string_value(role)) : refuse(CRM_E_FORMAT, "\"role\" is no text");
    if (rc == CRM_OK) rc = take_policies(sync, json_object_get(file, "policy"));
    return rc == CRM_OK ? map_columns(sync, json_object_get(sheet, "columns")) : rc;
}

int crm_mapping_load_file(crm_sync *sync, const char *path) {
    json_t *file = NULL;
    if (!sync || !path) return refuse(CRM_E_INVALID, sync ? "path is NULL" : "sync is NULL");
    int rc = read_json(path, &file);
    if (rc == CRM_OK) rc = take_file(sync, file);
    json_decref(file);
    return rc;
}

/* What CSV files are read by, as texts; an encoding by its number. */
static const char delimiters[] = ",;\t|";
static const char *const encodings[] = {[CRM_CSV_UTF8] = "utf-8",
                                        [CRM_CSV_UTF16LE] = "utf-16le",
                                        [CRM_CSV_UTF16BE] = "utf-16be",
                                        [CRM_CSV_WINDOWS_1252] = "windows-1252",
                                        [CRM_CSV_ISO_8859_15] = "iso-8859-15"};
enum { ENCODINGS = sizeof encodings / sizeof *encodings };

static int take_csv(const json_t *file, crm_csv_options *options) {
    const json_t *delimiter = json_object_get(file, "delimiter"), *encoding = json_object_get(file, "encoding");
    const char *sign = json_string_value(delimiter), *name = json_string_value(encoding);
    uint32_t number = 1;
    if (delimiter && (!sign || strlen(sign) != 1 || !strchr(delimiters, *sign))) return refuse(CRM_E_FORMAT, "\"delimiter\" is none");
    while (name && number < ENCODINGS && strcmp(encodings[number], name) != 0) number++;
    if (encoding && (!name || number == ENCODINGS)) return refuse(CRM_E_FORMAT, "\"encoding\" is none");
    if (sign && !options->delimiter) options->delimiter = (uint32_t)*sign;
    if (name && !options->encoding) options->encoding = number;
    return CRM_OK;
}

int crm_mapping_csv(const char *path, crm_csv_options *options) {
    json_t *file = NULL;
    if (!path || !options) return refuse(CRM_E_INVALID, path ? "options is NULL" : "path is NULL");
    if (options->size < sizeof *options) return refuse(CRM_E_INVALID, "options->size is not that of the struct");
    int rc = read_json(path, &file);
    if (rc == CRM_OK) rc = check_head(file);
    if (rc == CRM_OK) rc = take_csv(file, options);
    json_decref(file);
    return rc;
}

int crm_mapping_rows(const char *path, const char *sheet, uint32_t *out) {
    json_t *file = NULL;
    if (!path || !out) return refuse(CRM_E_INVALID, path ? "out is NULL" : "path is NULL");
    *out = 0;
    int rc = read_json(path, &file);
    if (rc == CRM_OK) rc = check_head(file);
    const char *rows = rc == CRM_OK ? json_string_value(json_object_get(sheet_of(file, sheet), "rows")) : NULL;
    for (uint32_t i = 1; rows && i < SHAPES; i++)
        if (strcmp(rows, shapes[i]) == 0) *out = i;
    json_decref(file);
    return rc;
}

int crm_mapping_source(const char *path, char *out, size_t cap) {
    json_t *file = NULL;
    if (!path || !out || !cap) return refuse(CRM_E_INVALID, !path ? "path is NULL" : out ? "no room" : "out is NULL");
    *out = '\0';
    int rc = read_json(path, &file);
    if (rc == CRM_OK) rc = check_head(file);
    const json_t *source = rc == CRM_OK ? json_object_get(file, "source") : NULL;
    const size_t size = json_string_length(source);
    if (source && !json_is_string(source)) rc = refuse(CRM_E_FORMAT, "\"source\" is no text");
    if (rc == CRM_OK && size >= cap) rc = refuse(CRM_E_TOO_BIG, "no room for the source");
    if (rc == CRM_OK && size) memcpy(out, json_string_value(source), size + 1);
    json_decref(file);
    return rc;
}

/* --- writing --- */

static bool add_csv(json_t *file, const crm_csv *csv) {
    crm_csv_format format = {.size = sizeof format};
    if (!file || !csv || crm_csv_detect(csv, &format) != CRM_OK) return file != NULL;
    const char sign = (char)format.delimiter;
    return json_object_set_new(file, "delimiter", json_stringn(&sign, 1)) == 0 &&
           json_object_set_new(file, "encoding", json_string(encodings[format.encoding])) == 0;
}

static json_t *columns_of(const crm_sync *sync, size_t sheet) {
    json_t *columns = json_object();
    const char *target;
    for (size_t i = 0; columns && (target = crm_sync_sheet_target(sync, sheet, i)); i++) {
        const char *heading = crm_sync_sheet_heading(sync, sheet, i);
        if (*heading && json_object_set_new(columns, heading, json_string(target)) != 0) {
            json_decref(columns);
            return NULL;
        }
    }
    return columns;
}

/* Those that are not the usual ones. */
static json_t *policies_of(const crm_sync *sync) {
    json_t *all = json_object();
    bool good = all != NULL;
    for (size_t i = 0; good && i < KINDS; i++) {
        uint32_t exists = crm_sync_if_exists(sync, kinds[i]), missing = crm_sync_if_not_exists(sync, kinds[i]);
        if (exists >= POLICIES || missing >= POLICIES || !exists || !missing) continue;
        if (exists == CRM_SYNC_MERGE && missing == CRM_SYNC_CREATE) continue;
        json_t *policy = json_pack("{s:s, s:s}", "if_exists", policies[exists], "if_not_exists", policies[missing]);
        good = json_object_set_new(all, crm_kind_name(kinds[i]), policy) == 0;
    }
    if (good) return all;
    json_decref(all);
    return NULL;
}

static json_t *file_of(const crm_sync *sync) {
    json_t *sheets = json_array();
    bool good = sheets != NULL;
    for (size_t i = 0; good && i < crm_sync_sheet_count(sync); i++) {
        uint32_t shape = crm_sync_sheet_shape(sync, i);
        json_t *sheet = json_pack("{s:s, s:s, s:o}", "name", crm_sync_sheet_name(sync, i), "rows", shape < SHAPES ? shapes[shape] : "",
                                  "columns", columns_of(sync, i));
        good = sheet && json_array_append_new(sheets, sheet) == 0;
    }
    const char *source = crm_sync_flags(sync) & CRM_SYNC_NO_KEYS ? NULL : crm_sync_source(sync);
    if (good)
        return json_pack("{s:s, s:i, s:s*, s:s, s:o, s:o}", "format", FORMAT, "version", VERSION, "source", source, "role",
                         crm_sync_role(sync), "policy", policies_of(sync), "sheets", sheets);
    json_decref(sheets);
    return NULL;
}

int crm_mapping_save_file(const crm_sync *sync, const crm_csv *csv, const char *path) {
    crmi_place place;
    if (!sync || !path || !*path) return refuse(CRM_E_INVALID, !sync ? "sync is NULL" : path ? "path is empty" : "path is NULL");
    if (!crm_sync_sheet_target(sync, 0, 0)) return refuse(CRM_E_INVALID, "there are no columns to save");
    if (!crmi_escape_utf8(path, strlen(path))) return refuse(CRM_E_UTF8, "path is not UTF-8");
    json_t *file = file_of(sync);
    char *text = add_csv(file, csv) ? json_dumps(file, JSON_INDENT(2) | JSON_PRESERVE_ORDER) : NULL;
    json_decref(file);
    if (!text) return crmi_exchange_nomem();
    int rc = crmi_place_begin(&place, path);
    if (rc == CRM_OK) fprintf(place.file, "%s\n", text);
    if (rc == CRM_OK) rc = crmi_place_flush(&place);
    if (rc == CRM_OK) rc = crmi_place_finish(&place);
    crmi_place_end(&place);
    free(text);
    return rc;
}
