/* SPDX-License-Identifier: MIT */
/* A store to JSON Lines. */
#include "exchange/base64.h"
#include "exchange/dump.h"
#include "exchange/escape.h"
#include "exchange/place.h"
#include "exchange/refuse.h"
#include <libcrm/export.h>
#include <string.h>

static int write_record(FILE *file, const crm_record *rec) {
    size_t size;
    const char *json = crm_record_json(rec, &size);
    if (!json) return crm_error_status();
    fwrite(json, 1, size, file);
    putc('\n', file);
    return CRM_OK;
}

static void write_stub(FILE *file, crm_id id, crm_id to) {
    fprintf(file, "{\"stub\":%llu", (unsigned long long)id);
    if (to) fprintf(file, ",\"to\":%llu", (unsigned long long)to);
    fputs("}\n", file);
}

static int write_records(crm_dump *dump, const crmi_place *place, uint64_t *lines) {
    crm_record *rec;
    crm_id id, to;
    int rc;
    while ((rc = crm_dump_next(dump, &rec, &id, &to)) == CRM_ROW) {
        rc = CRM_OK;
        if (rec)
            rc = write_record(place->file, rec);
        else
            write_stub(place->file, id, to);
        crm_record_free(rec);
        if (rc == CRM_OK && ferror(place->file)) rc = crmi_exchange_refuse_errno(place->path);
        if (rc < 0) return rc;
        ++*lines;
    }
    return rc;
}

static int write_dump(crm_dump *dump, const crmi_place *place) {
    size_t size;
    uint64_t lines = 0;
    char identity[128];
    const void *bytes = crm_dump_identity(dump, &size);
    crmi_base64_write(bytes, size, identity);
    fprintf(place->file, "{\"format\":\"%s\",\"version\":%d,\"identity\":\"%s\"}\n", CRMI_DUMP_FORMAT, CRMI_DUMP_VERSION, identity);
    int rc = write_records(dump, place, &lines);
    fprintf(place->file, "{\"end\":true,\"lines\":%llu}\n", (unsigned long long)lines);
    return rc;
}

int crm_export_dump(crm_txn *txn, const char *path) {
    crmi_place place;
    crm_dump *dump;
    if (!path || !*path) return crm_error_report(CRM_E_INVALID, 0, 0, path ? "path is empty" : "path is NULL");
    if (!crmi_escape_utf8(path, strlen(path))) return crm_error_report(CRM_E_UTF8, 0, 0, "path is not UTF-8");
    int rc = crm_dump_begin(txn, &dump);
    if (rc < 0) return rc;
    rc = crmi_place_begin(&place, path);
    if (rc == CRM_OK) rc = write_dump(dump, &place);
    if (rc == CRM_OK) rc = crmi_place_flush(&place);
    if (rc == CRM_OK) rc = crmi_place_finish(&place);
    crmi_place_end(&place);
    crm_dump_free(dump);
    return rc;
}
