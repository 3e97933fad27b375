/* SPDX-License-Identifier: MIT */
/* All that a call returns, written down. Errors are told with field, row and text; records through every accessor of their fields. */
#include "twins.h"
#include <stdlib.h>
#include <string.h>

static unsigned long long number(uint64_t value) { return (unsigned long long)value; }

void twins_tell(twins_call *call, int rc) {
    fprintf(call->out, "%d", rc);
    if (rc < 0) fprintf(call->out, " %d %u %llu %s", crm_error_status(), crm_error_field(), number(crm_error_row()), crm_error_text());
    fputc('\n', call->out);
}

void twins_tell_id(twins_call *call, int rc, crm_id id) {
    twins_tell(call, rc);
    fprintf(call->out, "%llu\n", number(id)); /* also what an error leaves there */
    call->found |= rc >= 0 && id;
}

/* --- records --- */

static void tell_text(FILE *out, const char *text) { fprintf(out, " %s", text ? text : "none"); }

static void tell_items(FILE *out, const crm_record *rec, crm_field field) {
    size_t count = crm_record_item_count(rec, field);
    for (size_t i = 0; i <= count; i++) {
        if (crm_field_type(field) == CRM_TYPE_TEXTS) tell_text(out, crm_record_item(rec, field, i));
        if (crm_field_type(field) != CRM_TYPE_LABEL) continue;
        const char *language = crm_record_label_language(rec, field, i);
        tell_text(out, language);
        tell_text(out, language ? crm_record_label(rec, field, language) : NULL);
    }
}

static void tell_value(FILE *out, const crm_record *rec, crm_field field) {
    size_t size;
    switch (crm_field_type(field)) {
    case CRM_TYPE_TEXT: tell_text(out, crm_record_text(rec, field)); return;
    case CRM_TYPE_INT: fprintf(out, " %lld", (long long)crm_record_int(rec, field, -1)); return;
    case CRM_TYPE_BOOL: fprintf(out, " %d", crm_record_bool(rec, field, -1)); return;
    case CRM_TYPE_DATE: fprintf(out, " %lld", (long long)crm_record_date(rec, field, -1)); return;
    case CRM_TYPE_TIME: fprintf(out, " %lld", (long long)crm_record_time(rec, field, -1)); return;
    case CRM_TYPE_AMOUNT: fprintf(out, " %lld", (long long)crm_record_amount(rec, field, -1)); return;
    case CRM_TYPE_ID: fprintf(out, " %llu", number(crm_record_id(rec, field))); return;
    case CRM_TYPE_BYTES: {
        const void *bytes = crm_record_bytes(rec, field, &size);
        if (bytes) fwrite(bytes, 1, size, out);
        return;
    }
    default: tell_items(out, rec, field);
    }
}

static void tell_printed(FILE *out, const crm_record *address) {
    char text[2000];
    size_t size = 0;
    int rc = crm_address_format(address, NULL, "DE", 0, text, sizeof text, &size);
    fprintf(out, "printed %d %zu %s\n", rc, size, text);
}

void twins_tell_const(twins_call *call, const crm_record *rec) {
    if (!rec) {
        fputs("no record\n", call->out);
        return;
    }
    fprintf(call->out, "%u %llu %llu %zu", crm_record_kind(rec), number(crm_record_key(rec)), number(crm_record_revision(rec)),
            crm_record_count(rec));
    crm_field field;
    for (size_t i = 0; (field = crm_record_field(rec, i)) != 0; i++) {
        const char *name = crm_record_field_name(rec, field);
        fprintf(call->out, "\n%u %s %u %d", field, name ? name : "none", name ? crm_record_field_find(rec, name) : 0,
                crm_record_has(rec, field));
        tell_value(call->out, rec, field);
    }
    fprintf(call->out, "\n%s\n", crm_record_json(rec, NULL));
    if (crm_record_kind(rec) == CRM_KIND_ADDRESS) tell_printed(call->out, rec);
}

void twins_tell_record(twins_call *call, int rc, crm_record *rec) {
    crm_record *copy;
    twins_tell(call, rc);
    twins_tell_const(call, rec);
    call->found |= rc >= 0 && rec;
    if (rec && crm_record_copy(rec, &copy) == CRM_OK) {
        fprintf(call->out, "%s\n", crm_record_json(copy, NULL));
        crm_record_free(copy);
    }
    crm_record_free(rec);
}

/* --- lists --- */

/* One half of the drawn calls read one by one, the others in batches. */
static void tell_ids(twins_call *call, crm_iter *iter) {
    crm_id ids[3];
    size_t count = 1;
    bool single = twins_chance(&call->random, 2);
    for (int rc = CRM_ROW; rc == CRM_ROW;) {
        rc = single ? crm_iter_next(iter, ids) : crm_iter_next_many(iter, ids, 3, &count);
        fprintf(call->out, "%d:", rc);
        if (rc < 0) twins_tell(call, rc);
        for (size_t i = 0; rc == CRM_ROW && i < count; i++) fprintf(call->out, " %llu", number(ids[i]));
        call->found |= rc == CRM_ROW;
    }
}

void twins_tell_list(twins_call *call, int rc, crm_iter *iter) {
    twins_tell(call, rc);
    if (!iter) {
        fputs("no list\n", call->out);
        return;
    }
    tell_ids(call, iter);
    const char *token = crm_iter_token(iter);
    fprintf(call->out, "\ntoken %s\n", token ? token : "none");
    if (token) {
        free(call->token);
        call->token = strdup(token);
    }
    crm_iter_free(iter);
}

/* --- files, blockers, imports --- */

void twins_tell_file(twins_call *call, int rc, crm_file *file) {
    twins_tell(call, rc);
    if (!file) return;
    call->found = true;
    fprintf(call->out, "%zu %s\n", crm_file_count(file), crm_file_json(file, NULL));
    for (size_t i = 0; i <= crm_file_count(file); i++) twins_tell_const(call, crm_file_record(file, i));
    crm_file_free(file);
}

void twins_tell_blockers(twins_call *call, int rc, crm_blockers *blockers) {
    twins_tell(call, rc);
    if (!blockers) return;
    call->found |= crm_blockers_count(blockers) > 0;
    fprintf(call->out, "%zu %s\n", crm_blockers_count(blockers), crm_blockers_json(blockers, NULL));
    for (size_t i = 0; i <= crm_blockers_count(blockers); i++) {
        twins_tell_const(call, crm_blockers_record(blockers, i));
        for (size_t sample = 0; sample < 11; sample++) fprintf(call->out, " %llu", number(crm_blockers_sample(blockers, i, sample)));
    }
    crm_blockers_free(blockers);
}

void twins_tell_changes(twins_call *call, int rc, crm_changes *changes) {
    twins_tell(call, rc);
    if (!changes) return;
    const char *token = crm_changes_token(changes);
    call->found |= crm_changes_count(changes) > 0;
    fprintf(call->out, "%zu %u token %s\n", crm_changes_count(changes), crm_changes_more(changes), token ? token : "none");
    for (size_t i = 0; i <= crm_changes_count(changes); i++) twins_tell_const(call, crm_changes_record(changes, i));
    if (token) {
        free(call->token);
        call->token = strdup(token);
    }
    crm_changes_free(changes);
}

void twins_tell_sync(twins_call *call, int rc, const crm_sync *sync) {
    twins_tell(call, rc);
    for (size_t i = 0; i < 4; i++) {
        tell_text(call->out, crm_sync_heading(sync, i));
        tell_text(call->out, crm_sync_target(sync, i));
        tell_text(call->out, crm_sync_ignored(sync, i));
    }
    for (size_t i = 0; i <= crm_sync_sheet_count(sync); i++) {
        tell_text(call->out, crm_sync_sheet_name(sync, i));
        tell_text(call->out, crm_sync_sheet_heading(sync, i, 0));
        tell_text(call->out, crm_sync_sheet_target(sync, i, 0));
        fprintf(call->out, " %u", crm_sync_sheet_shape(sync, i));
    }
    for (uint32_t action = CRM_SYNC_CREATED; action <= CRM_SYNC_CONFLICT; action++)
        fprintf(call->out, " %llu", number(crm_sync_count(sync, action)));
    fprintf(call->out, " %d", crm_sync_run(sync) != 0);
    fprintf(call->out, "\n%zu %zu %d\n", crm_sync_error_count(sync), crm_sync_ignored_count(sync), crm_sync_has_heading(sync, "matter"));
    for (size_t i = 0; i < crm_sync_warning_count(sync); i++)
        fprintf(call->out, "%zu %llu %zu %s\n", crm_sync_warning_sheet(sync, i), number(crm_sync_warning_row(sync, i)),
                crm_sync_warning_column(sync, i), crm_sync_warning_text(sync, i));
    for (size_t i = 0; i < crm_sync_error_count(sync); i++)
        fprintf(call->out, "%zu %llu %zu %u %d %s\n", crm_sync_error_sheet(sync, i), number(crm_sync_error_row(sync, i)),
                crm_sync_error_column(sync, i), crm_sync_error_field(sync, i), crm_sync_error_status(sync, i),
                crm_sync_error_text(sync, i));
}
