/* SPDX-License-Identifier: MIT */
/* Plans as bytes: 12 bytes, then a sequence of MessagePack values. They may be anybody's when they are read: each value is bounded before
 * it is used, and no list is longer than the bytes that are left can hold.
 *
 *   magic      4 bytes
 *   version    4 bytes, the highest first
 *   checksum   4 bytes, the highest first: CRC-32C of the version and of all that follows
 *   store      its uuid
 *   rows       source, role, flags, policies by kind (two numbers each), list of sheets: name, shape, list of columns (heading,
 *              target, whether nothing recognised it), list of rows (number, list of cells: column, text)
 *   outcomes   for each row: action, whether it was refused, digest (8 bytes), kind, record
 *   errors     list of row, column, field, status, whether it is a cell's own, text
 *   warnings   the same
 *   changes    list of row, column, kind, field, record, old value, new value, name of the record; nil: none */
#include "base/error.h"
#include "base/utf8.h"
#include "codec/crc32c.h"
#include "codec/key.h"
#include "codec/pack.h"
#include "codec/walk.h"
#include "sync/plan.h"
#include <stdlib.h>
#include <string.h>

#define MAGIC "CRMP"
#define VERSION 1u
#define ID_LIMIT (UINT64_C(1) << 52)
enum { AT_VERSION = 4, AT_CHECKSUM = 8, HEAD = 12, POLICIES = sizeof((crm_sync *)0)->policies / sizeof(crmi_sync_policy) };

static uint32_t checksum(const uint8_t *bytes, size_t size) {
    return crmi_crc32c(crmi_crc32c(0, bytes + AT_VERSION, 4), bytes + HEAD, size - HEAD);
}

/* --- writing --- */

static void put_text(crmi_buffer *out, const char *text) {
    if (text)
        crmi_pack_text(out, text, strlen(text));
    else
        crmi_buffer_byte(out, 0xc0);
}

static void put_number(crmi_buffer *out, uint64_t number) { crmi_pack_int(out, (int64_t)number); }

static void pack_row(const crm_sync *sync, const crmi_sync_part *part, const crmi_sync_row *row, crmi_buffer *out) {
    put_number(out, row->number);
    crmi_pack_array(out, row->count);
    for (uint32_t i = 0; i < row->count; i++) {
        const crmi_sync_cell *cell = &sync->cells[row->first + i];
        put_number(out, cell->column - part->first_column);
        const size_t literal = cell->literal ? strlen(CRMI_SYNC_LITERAL) : 0;
        crmi_pack_text(out, (const char *)sync->texts.data + cell->at - literal, cell->size + literal);
    }
}

static void pack_part(const crm_sync *sync, const crmi_sync_part *part, crmi_buffer *out) {
    put_text(out, part->name);
    put_number(out, part->shape);
    crmi_pack_array(out, (uint32_t)part->column_count);
    for (size_t i = 0; i < part->column_count; i++) {
        const crmi_sync_column *column = &sync->columns[part->first_column + i];
        put_text(out, column->heading);
        put_text(out, column->target.path);
        crmi_pack_bool(out, column->unknown);
    }
    crmi_pack_array(out, (uint32_t)part->row_count);
    for (size_t i = 0; i < part->row_count; i++) pack_row(sync, part, &sync->rows[part->first_row + i], out);
}

void crmi_plan_pack_sheets(const crm_sync *sync, crmi_buffer *out) {
    crmi_pack_array(out, (uint32_t)sync->part_count);
    for (size_t i = 0; i < sync->part_count; i++) pack_part(sync, &sync->parts[i], out);
}

static void pack_rows(const crm_sync *sync, crmi_buffer *out) {
    put_text(out, sync->source);
    put_text(out, sync->role);
    put_number(out, sync->flags);
    for (int i = 0; i < POLICIES; i++) {
        put_number(out, sync->policies[i].if_exists);
        put_number(out, sync->policies[i].if_not_exists);
    }
    crmi_plan_pack_sheets(sync, out);
}

static void pack_outcomes(const crm_plan *plan, crmi_buffer *out) {
    for (size_t i = 0; i < plan->sync->row_count; i++) {
        put_number(out, plan->sync->rows[i].action);
        crmi_pack_bool(out, plan->sync->rows[i].failed);
        crmi_pack_bytes(out, &plan->lines[i].planned, sizeof plan->lines[i].planned);
        put_number(out, plan->lines[i].kind);
        put_number(out, plan->lines[i].record);
    }
}

static void pack_said(const crmi_sync_error *list, size_t count, crmi_buffer *out) {
    crmi_pack_array(out, (uint32_t)count);
    for (size_t i = 0; i < count; i++) {
        put_number(out, list[i].row);
        put_number(out, list[i].column);
        put_number(out, list[i].field);
        crmi_pack_int(out, list[i].status);
        crmi_pack_bool(out, list[i].own);
        put_text(out, list[i].text);
    }
}

static void pack_changes(const crm_plan *plan, crmi_buffer *out) {
    const crmi_plan_changes *all = &plan->changes;
    crmi_pack_array(out, (uint32_t)all->count);
    for (size_t i = 0; i < all->count; i++) {
        const crmi_plan_change *change = &all->list[i];
        put_number(out, change->row);
        put_number(out, change->column);
        put_number(out, change->kind);
        put_number(out, change->field);
        put_number(out, change->record);
        put_text(out, crmi_plan_text(all, change->old_at));
        put_text(out, crmi_plan_text(all, change->now_at));
        put_text(out, crmi_plan_text(all, change->name_at));
    }
}

int crmi_plan_save(crm_plan *plan) {
    crmi_buffer *out = &plan->out;
    crmi_buffer_clear(out);
    crmi_buffer_append(out, MAGIC "\0\0\0\0\0\0\0", HEAD);
    put_text(out, plan->uuid);
    pack_rows(plan->sync, out);
    pack_outcomes(plan, out);
    pack_said(plan->sync->errors, plan->sync->error_count, out);
    pack_said(plan->sync->warnings, plan->sync->warning_count, out);
    pack_changes(plan, out);
    if (out->failed) return crmi_error_nomem();
    if (out->size > UINT32_MAX) return crmi_error_set(CRM_E_TOO_BIG, 0, "the plan has over 4 GiB");
    crmi_key_put32(out->data + AT_VERSION, VERSION);
    crmi_key_put32(out->data + AT_CHECKSUM, checksum(out->data, out->size));
    return CRM_OK;
}

/* --- reading: the first failure stays; what is taken after it is empty --- */

typedef struct reader {
    const uint8_t *at, *end;
    int rc;
    crmi_buffer text; /* of the latest text, NUL-ended */
} reader;

static void damaged(reader *from) {
    if (from->rc == CRM_OK) from->rc = crmi_error_set(CRM_E_FORMAT, 0, "the saved plan is damaged");
}

static crmi_value take(reader *from, uint32_t type) {
    crmi_value value = {0};
    if (from->rc == CRM_OK && crmi_walk_value(&from->at, from->end, &value) == CRM_ROW && value.type == type) return value;
    damaged(from);
    return (crmi_value){0};
}

static uint64_t take_number(reader *from, uint64_t most) {
    int64_t number = take(from, CRMI_VALUE_INT).integer;
    if (number >= 0 && (uint64_t)number <= most) return (uint64_t)number;
    damaged(from);
    return 0;
}

static uint32_t take_count(reader *from, uint64_t most, size_t least) {
    uint64_t count = (uint64_t)take(from, CRMI_VALUE_ARRAY).integer;
    if (from->rc == CRM_OK && count <= most && count <= (size_t)(from->end - from->at) / least) return (uint32_t)count;
    damaged(from);
    return 0;
}

static bool take_nil(reader *from) {
    bool nil = from->rc == CRM_OK && from->at < from->end && *from->at == 0xc0;
    from->at += nil;
    return nil;
}

/* A text, "" after a failure; it lies in the reader until the next one. */
static const char *take_text(reader *from, size_t *size) {
    crmi_value text = take(from, CRMI_VALUE_TEXT);
    if (from->rc == CRM_OK && (!crmi_utf8_check((const char *)text.bytes, text.size) || memchr(text.bytes, 0, text.size))) damaged(from);
    crmi_buffer_clear(&from->text);
    if (from->rc == CRM_OK && text.size) crmi_buffer_append(&from->text, text.bytes, text.size);
    const char *copy = crmi_buffer_string(&from->text);
    if (!copy && from->rc == CRM_OK) from->rc = crmi_error_nomem();
    *size = from->rc == CRM_OK ? text.size : 0;
    return from->rc == CRM_OK ? copy : "";
}

static void note(reader *from, int rc) {
    if (rc < 0 && from->rc == CRM_OK) from->rc = rc;
}

/* --- rows --- */

/* The heading gets the target that it had, whatever it would be recognised as. */
static void take_column(reader *from, crm_sync *sync) {
    char heading[CRMI_SYNC_PATH_SIZE * 40];
    size_t size, length;
    const char *text = take_text(from, &length);
    if (length >= sizeof heading) damaged(from);
    if (from->rc < 0) return;
    memcpy(heading, text, length + 1);
    const char *path = take_text(from, &size);
    bool unknown = take(from, CRMI_VALUE_BOOL).integer;
    if (from->rc < 0) return;
    note(from, crmi_sync_add_column_as(sync, heading, length, path, unknown));
    if (from->rc == CRM_E_EXISTS || from->rc == CRM_E_INVALID || from->rc == CRM_E_TYPE) {
        from->rc = CRM_OK;
        damaged(from);
    }
}

static void take_cell(reader *from, crm_sync *sync, const crmi_sync_part *part, uint32_t *next) {
    size_t size;
    uint32_t column = (uint32_t)take_number(from, part->column_count ? part->column_count - 1 : 0);
    const char *text = take_text(from, &size);
    if (column < *next || !part->column_count || !size || size > CRMI_LIMIT_SYNC_CELL_BYTES) damaged(from);
    if (from->rc == CRM_OK && !sync->columns[part->first_column + column].target.field) damaged(from);
    *next = column + 1;
    if (from->rc == CRM_OK) note(from, crmi_sync_append_cell(sync, (uint32_t)part->first_column + column, text, size));
}

static void take_row(reader *from, crm_sync *sync) {
    const crmi_sync_part *part = crmi_sync_last_part(sync);
    uint64_t number = take_number(from, INT64_MAX);
    uint32_t count = take_count(from, part->column_count, 2), next = 0;
    size_t first = sync->cell_count;
    for (uint32_t i = 0; from->rc == CRM_OK && i < count; i++) take_cell(from, sync, part, &next);
    if (from->rc == CRM_OK) note(from, crmi_sync_append_row(sync, number, first));
}

static void take_part(reader *from, crm_sync **sync, const char *source, crmi_definitions *definitions) {
    char name[CRMI_SYNC_PATH_SIZE * 40];
    size_t size;
    const char *text = take_text(from, &size);
    if (size >= sizeof name) damaged(from);
    if (from->rc < 0 || size >= sizeof name) return;
    memcpy(name, text, size + 1);
    uint32_t shape = (uint32_t)take_number(from, CRMI_SYNC_SHAPES);
    if (shape == 0 || (*sync && !*name)) damaged(from);
    if (from->rc == CRM_OK && !*sync) note(from, crmi_sync_new(source, shape, definitions, sync));
    if (from->rc == CRM_OK && *name) note(from, crmi_sync_add_part(*sync, name, shape));
    if (from->rc == CRM_E_EXISTS) {
        from->rc = CRM_OK;
        damaged(from);
    }
    for (uint32_t i = take_count(from, CRMI_LIMIT_SYNC_COLUMNS, 3); from->rc == CRM_OK && i > 0; i--) take_column(from, *sync);
    for (uint32_t i = take_count(from, CRMI_LIMIT_SYNC_ROWS, 2); from->rc == CRM_OK && i > 0; i--) take_row(from, *sync);
}

static crm_sync *take_rows(reader *from, crmi_definitions *definitions) {
    crm_sync *sync = NULL;
    crmi_sync_policy policies[POLICIES];
    char role[CRMI_SYNC_CODE_SIZE] = "";
    size_t size;
    char *source = strdup(take_text(from, &size));
    if (!source && from->rc == CRM_OK) from->rc = crmi_error_nomem();
    if (!size) damaged(from);
    const char *text = take_text(from, &size);
    if (size >= sizeof role || !crmi_schema_code(crmi_schema_domain(CRMI_DOMAIN_ROLE), text, size)) damaged(from);
    if (from->rc == CRM_OK) memcpy(role, text, size + 1);
    uint32_t flags = (uint32_t)take_number(from, CRMI_SYNC_FLAGS);
    for (int i = 0; i < POLICIES; i++) {
        policies[i].if_exists = (uint8_t)take_number(from, CRM_SYNC_FAIL);
        policies[i].if_not_exists = (uint8_t)take_number(from, CRM_SYNC_CREATE);
    }
    uint32_t parts = take_count(from, CRMI_LIMIT_SYNC_SHEETS, 4);
    if (!parts) damaged(from);
    for (uint32_t i = 0; from->rc == CRM_OK && i < parts; i++) take_part(from, &sync, source, definitions);
    free(source);
    if (from->rc < 0) {
        crmi_sync_free(sync);
        return NULL;
    }
    memcpy(sync->policies, policies, sizeof policies);
    memcpy(sync->role, role, sizeof role);
    sync->flags = flags;
    return sync;
}

int crmi_plan_copy_rows(const crm_sync *sync, crm_sync **out) {
    crmi_buffer bytes = {0};
    pack_rows(sync, &bytes);
    reader from = {.at = bytes.data, .end = bytes.data + bytes.size, .rc = bytes.failed ? crmi_error_nomem() : CRM_OK};
    *out = take_rows(&from, sync->definitions);
    crmi_buffer_free(&bytes);
    crmi_buffer_free(&from.text);
    return from.rc;
}

/* --- outcomes --- */

static void take_outcomes(reader *from, crm_plan *plan) {
    crm_sync *sync = plan->sync;
    for (size_t i = 0; from->rc == CRM_OK && i < sync->row_count; i++) {
        sync->rows[i].action = (uint8_t)take_number(from, CRM_SYNC_CONFLICT);
        sync->rows[i].failed = take(from, CRMI_VALUE_BOOL).integer != 0;
        crmi_value digest = take(from, CRMI_VALUE_BYTES);
        plan->lines[i].kind = (uint32_t)take_number(from, CRMI_KIND_MAX);
        plan->lines[i].record = take_number(from, ID_LIMIT - 1);
        bool refused = sync->rows[i].action >= CRM_SYNC_FAILED;
        if (digest.size != sizeof plan->lines[i].planned || !sync->rows[i].action || refused != (sync->rows[i].failed != 0)) damaged(from);
        if (from->rc == CRM_OK) memcpy(&plan->lines[i].planned, digest.bytes, digest.size);
    }
}

/* An error or a warning, without its text. */
static crmi_sync_error take_said(reader *from, const crm_sync *sync) {
    crmi_sync_error said = {.row = take_number(from, sync->row_count ? sync->row_count - 1 : 0)};
    if (!sync->row_count) damaged(from);
    if (from->rc < 0) return said;
    said.part = sync->rows[said.row].part;
    said.number = sync->rows[said.row].number;
    said.column = take_number(from, sync->parts[said.part].column_count);
    said.field = (crm_field)take_number(from, UINT32_MAX);
    int64_t status = take(from, CRMI_VALUE_INT).integer;
    said.own = take(from, CRMI_VALUE_BOOL).integer != 0;
    if (status > 0 || status < INT32_MIN) damaged(from);
    said.status = (int)status;
    return said;
}

/* Its text, and the list that it is in. Whether it is there. */
static bool append_said(reader *from, crmi_sync_error said, crmi_sync_error **list, size_t *count, size_t *capacity) {
    size_t size;
    const char *text = take_text(from, &size);
    if (from->rc == CRM_OK) note(from, crmi_sync_grow((void **)list, *count, capacity, sizeof said));
    if (from->rc < 0) return false;
    said.text = strdup(text);
    if (!said.text) {
        from->rc = crmi_error_nomem();
        return false;
    }
    (*list)[(*count)++] = said;
    return true;
}

static void take_error(reader *from, crm_sync *sync) {
    crmi_sync_error error = take_said(from, sync);
    if (from->rc < 0) return;
    crmi_sync_row *row = &sync->rows[error.row];
    if (error.status == CRM_OK || row->errors >= CRMI_SYNC_ROW_ERRORS || !row->failed) damaged(from);
    if (append_said(from, error, &sync->errors, &sync->error_count, &sync->error_capacity)) row->errors++;
}

static void take_warning(reader *from, crm_sync *sync) {
    crmi_sync_error warning = take_said(from, sync);
    if (warning.status != CRM_OK) damaged(from);
    append_said(from, warning, &sync->warnings, &sync->warning_count, &sync->warning_capacity);
}

static size_t take_value(reader *from, crm_plan *plan) {
    size_t size, at = plan->changes.texts.size;
    if (take_nil(from)) return CRMI_PLAN_NONE;
    const char *text = take_text(from, &size);
    crmi_buffer_append(&plan->changes.texts, text, size + 1);
    if (plan->changes.texts.failed && from->rc == CRM_OK) from->rc = crmi_error_nomem();
    return at;
}

static void take_change(reader *from, crm_plan *plan) {
    crm_sync *sync = plan->sync;
    crmi_plan_changes *all = &plan->changes;
    crmi_plan_change change = {.row = (uint32_t)take_number(from, sync->row_count ? sync->row_count - 1 : 0), .order = all->count};
    if (!sync->row_count || (all->count && all->list[all->count - 1].row > change.row)) damaged(from);
    if (from->rc < 0) return;
    change.column = (uint32_t)take_number(from, sync->parts[sync->rows[change.row].part].column_count);
    change.kind = (uint32_t)take_number(from, CRMI_KIND_MAX);
    change.field = (crm_field)take_number(from, UINT32_MAX);
    change.record = take_number(from, ID_LIMIT - 1);
    change.old_at = take_value(from, plan);
    change.now_at = take_value(from, plan);
    change.name_at = take_value(from, plan);
    if (!crmi_schema_kind(change.kind)) damaged(from);
    if (from->rc == CRM_OK) note(from, crmi_sync_grow((void **)&all->list, all->count, &all->capacity, sizeof change));
    if (from->rc == CRM_OK) all->list[all->count++] = change;
}

static int check_head(const uint8_t *bytes, size_t size) {
    if (size < HEAD || memcmp(bytes, MAGIC, 4) != 0) return crmi_error_set(CRM_E_FORMAT, 0, "this is no saved plan");
    if (size > UINT32_MAX || crmi_key_get32(bytes + AT_CHECKSUM) != checksum(bytes, size))
        return crmi_error_set(CRM_E_FORMAT, 0, "the saved plan is damaged");
    if (crmi_key_get32(bytes + AT_VERSION) == VERSION) return CRM_OK;
    return crmi_error_set(CRM_E_VERSION, 0, "the plan was saved by a later version of the library");
}

static void take_store(reader *from, const char *uuid) {
    size_t size;
    const char *store = take_text(from, &size);
    if (from->rc == CRM_OK && strcmp(store, uuid) != 0) from->rc = crmi_error_set(CRM_E_INVALID, 0, "the plan is of another store");
}

static void take_plan(reader *from, const char *uuid, crmi_definitions *definitions, crm_plan **out) {
    take_store(from, uuid);
    crm_sync *sync = from->rc == CRM_OK ? take_rows(from, definitions) : NULL;
    if (!sync) return;
    note(from, crmi_plan_new(sync, uuid, out));
    if (!*out) {
        crmi_sync_free(sync);
        return;
    }
    take_outcomes(from, *out);
    for (uint32_t i = take_count(from, UINT32_MAX, 6); from->rc == CRM_OK && i > 0; i--) take_error(from, sync);
    for (uint32_t i = take_count(from, CRMI_LIMIT_SYNC_ERRORS, 6); from->rc == CRM_OK && i > 0; i--) take_warning(from, sync);
    for (uint32_t i = take_count(from, UINT32_MAX, 8); from->rc == CRM_OK && i > 0; i--) take_change(from, *out);
    if (from->at != from->end) damaged(from);
}

int crmi_plan_load(const void *bytes, size_t size, const char *uuid, crmi_definitions *definitions, crm_plan **out) {
    int rc = check_head(bytes, size);
    if (rc < 0) return rc;
    reader from = {.at = (const uint8_t *)bytes + HEAD, .end = (const uint8_t *)bytes + size};
    take_plan(&from, uuid, definitions, out);
    crmi_buffer_free(&from.text);
    if (from.rc < 0) {
        crmi_plan_free(*out);
        *out = NULL;
    }
    return from.rc;
}
