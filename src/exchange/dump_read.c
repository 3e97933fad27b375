/* SPDX-License-Identifier: MIT */
/* A store out of JSON Lines: one line in memory at a time, nothing of the store in its place before the last line was good. */
#include "exchange/base64.h"
#include "exchange/dump.h"
#include "exchange/escape.h"
#include "exchange/lines.h"
#include "exchange/refuse.h"
#include <libcrm/export.h>
#include <stdlib.h>
#include <string.h>

typedef struct reading {
    crmi_lines lines;
    const char *store;
    crm_load *load;
    crmi_custom_names custom;
    bool ended;
} reading;

static int refuse(const reading *read, int status, const char *text) { return crm_error_report(status, 0, read->lines.number, text); }

/* The thread's error, at this line, or at that of a record before. */
static int refuse_last(const reading *read, bool by_record) {
    char text[256];
    int status = crm_error_status();
    crm_field field = crm_error_field();
    uint64_t row = by_record && crm_error_row() ? crm_error_row() + 1 : read->lines.number; /* the first line is none of a record */
    snprintf(text, sizeof text, "%s", crm_error_text());
    while (*text && !crmi_escape_utf8(text, strlen(text))) text[strlen(text) - 1] = '\0';
    return crm_error_report(status, field, row, text);
}

/* --- lines --- */

static int begin_load(reading *read, const json_t *head) {
    uint64_t version;
    const char *format = json_string_value(json_object_get(head, "format"));
    const json_t *identity = json_object_get(head, "identity");
    uint8_t bytes[96];
    size_t size = json_string_length(identity);
    if (!format || strcmp(format, CRMI_DUMP_FORMAT) != 0 || !crmi_dump_number(head, "version", &version))
        return refuse(read, CRM_E_FORMAT, "the file is no dump of a store");
    if (version != CRMI_DUMP_VERSION) return refuse(read, CRM_E_VERSION, "the dump is of a later version");
    if (!json_is_string(identity) || size > 128 || !crmi_base64_read(json_string_value(identity), size, bytes, &size))
        return refuse(read, CRM_E_FORMAT, "the identity is none of a store");
    int rc = crm_load_begin(read->store, bytes, size, &read->load);
    return rc == CRM_E_FORMAT ? refuse_last(read, false) : rc;
}

static int add_record(reading *read, const json_t *object, const char *kind) {
    uint64_t id, revision;
    crm_record *rec = NULL;
    if (!crmi_dump_number(object, "id", &id) || !crmi_dump_number(object, "revision", &revision))
        return refuse(read, CRM_E_FORMAT, "a record without its id and revision");
    int rc = crm_load_record(read->load, crm_kind_find(kind), id, revision, &rec);
    if (rc < 0) return refuse_last(read, false);
    if (crmi_dump_fill(&read->custom, object, rec) < 0)
        rc = refuse_last(read, false);
    else if (crm_load_put(read->load, rec) < 0)
        rc = refuse_last(read, true);
    if (rc == CRM_OK && crm_record_kind(rec) == CRM_KIND_CUSTOM_FIELD) rc = crmi_custom_learn(&read->custom, rec);
    crm_record_free(rec);
    return rc;
}

static int add_stub(reading *read, const json_t *object) {
    uint64_t id, to = 0;
    if (!crmi_dump_number(object, "stub", &id)) return refuse(read, CRM_E_FORMAT, "neither a record nor what became of one");
    if (json_object_get(object, "to") && !crmi_dump_number(object, "to", &to)) return refuse(read, CRM_E_FORMAT, "\"to\" is no id");
    return crm_load_stub(read->load, id, to) < 0 ? refuse_last(read, true) : CRM_OK;
}

/* The first line and the last are none of records. */
static int end_lines(reading *read, const json_t *object) {
    uint64_t lines;
    if (!crmi_dump_number(object, "lines", &lines) || lines != read->lines.number - 2)
        return refuse(read, CRM_E_FORMAT, "the file has not as many lines as were written");
    read->ended = true;
    return CRM_OK;
}

static int take_object(reading *read, const json_t *object) {
    const char *kind = json_string_value(json_object_get(object, "kind"));
    if (!read->load) return begin_load(read, object);
    if (json_object_get(object, "end")) return end_lines(read, object);
    return kind ? add_record(read, object, kind) : add_stub(read, object);
}

static int take_line(reading *read) {
    json_error_t error;
    if (read->ended) return refuse(read, CRM_E_FORMAT, "there is something behind the end");
    json_t *object = json_loadb(read->lines.line, read->lines.size, JSON_REJECT_DUPLICATES, &error);
    if (!object && json_error_code(&error) == json_error_out_of_memory) return crm_error_report(CRM_E_NOMEM, 0, 0, NULL);
    int rc = json_is_object(object) ? take_object(read, object) : refuse(read, CRM_E_FORMAT, "not a JSON object");
    json_decref(object);
    return rc;
}

static int read_lines(reading *read) {
    int rc;
    while ((rc = crmi_lines_next(&read->lines)) == CRM_ROW) {
        rc = take_line(read);
        if (rc < 0) return rc;
    }
    if (rc < 0) return rc;
    if (!read->ended) return refuse(read, CRM_E_FORMAT, "the file is cut: its last line is not the end");
    rc = crm_load_finish(read->load);
    return rc < 0 && crm_error_row() ? refuse_last(read, true) : rc;
}

int crm_import_dump(const char *path, const char *store) {
    reading read = {.store = store};
    if (!path || !store) return crm_error_report(CRM_E_INVALID, 0, 0, path ? "store is NULL" : "path is NULL");
    int rc = crmi_lines_open(&read.lines, path, NULL, 0);
    if (rc == CRM_OK) rc = read_lines(&read);
    crm_load_free(read.load);
    free(read.custom.names);
    crmi_lines_close(&read.lines);
    return rc;
}
