/* SPDX-License-Identifier: MIT */
/* What each row does, taken down once the rows of a company are merged and before anything is written: every field of every record that
 * differs from the store, by the row that said it. */
#include "sync/plan.h"
#include "base/error.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

int crmi_plan_new(crm_sync *sync, const char *uuid, crm_plan **out) {
    crm_plan *plan = calloc(1, sizeof *plan);
    crmi_plan_line *lines = calloc(sync->row_count + 1, sizeof *lines);
    if (!plan || !lines) {
        free(plan);
        free(lines);
        return crmi_error_nomem();
    }
    plan->sync = sync;
    plan->lines = lines;
    strcpy(plan->uuid, uuid);
    *out = plan;
    return CRM_OK;
}

void crmi_plan_free(crm_plan *plan) {
    if (!plan) return;
    crmi_sync_free(plan->sync);
    free(plan->lines);
    free(plan->changes.list);
    free(plan->planned.list);
    crmi_buffer_free(&plan->changes.texts);
    crmi_buffer_free(&plan->planned.texts);
    crmi_buffer_free(&plan->scratch);
    crmi_buffer_free(&plan->out);
    free(plan);
}

void crmi_plan_begin(crm_plan *plan, bool planning) {
    if (!planning && !plan->applied) {
        plan->planned = plan->changes;
        plan->changes = (crmi_plan_changes){0};
        plan->applied = true;
    }
    plan->changes.count = 0;
    crmi_buffer_clear(&plan->changes.texts);
    for (size_t i = 0; i < plan->sync->row_count; i++) {
        plan->lines[i].digest = plan->lines[i].record = 0;
        plan->lines[i].kind = 0;
    }
}

/* --- values as text --- */

static void add_items(const crmi_entry *entry, crmi_buffer *out) {
    const char *at = entry->text;
    for (uint32_t i = 0; i < entry->items; i++, at += strlen(at) + 1) {
        if (i) crmi_buffer_text(out, ", ");
        crmi_buffer_text(out, at);
    }
}

/* As JSON has it, without quotes. */
static void add_plain(const crmi_field *field, const crmi_entry *entry, crmi_buffer *out) {
    crmi_buffer json = {0};
    crmi_object_json_value(field, entry, &json);
    bool quoted = json.size > 1 && json.data[0] == '"';
    if (json.failed) out->failed = true;
    if (json.size) crmi_buffer_append(out, json.data + quoted, json.size - 2 * (size_t)quoted);
    crmi_buffer_free(&json);
}

/* Where its text lies in the plan; NONE without a value. */
static size_t keep_value(crm_plan *plan, const crmi_field *field, const crmi_entry *entry) {
    crmi_buffer *texts = &plan->changes.texts;
    size_t at = texts->size;
    if (!entry) return CRMI_PLAN_NONE;
    if (entry->type == CRM_TYPE_TEXT)
        crmi_buffer_append(texts, entry->text, entry->size);
    else if (entry->type == CRM_TYPE_TEXTS)
        add_items(entry, texts);
    else
        add_plain(field, entry, texts);
    crmi_buffer_byte(texts, 0);
    return at;
}

/* What people call a record: the first two of its kind that it has. */
static const crm_field names[] = {
    CRM_PARTY_NAME,    CRM_ROLE_ROLE,    CRM_ROLE_NUMBER,    CRM_ADDRESS_SITE_NUMBER, CRM_ADDRESS_SITE_NAME, CRM_ADDRESS_STREET,
    CRM_ADDRESS_TOWN,  CRM_CONTACT_NAME, CRM_CHANNEL_TYPE,   CRM_CHANNEL_VALUE,       CRM_IDENTIFIER_SCHEME, CRM_IDENTIFIER_VALUE,
    CRM_USAGE_PURPOSE, CRM_BANK_IBAN,    CRM_BANK_BANK_CODE, CRM_BANK_ACCOUNT_NUMBER, CRM_BANK_BANK_NAME,    CRM_QUOTE_DEFAULTS_SALES_AREA};

static size_t keep_name(crm_plan *plan, const crm_record *rec) {
    crmi_buffer *texts = &plan->changes.texts;
    size_t at = texts->size;
    int count = 0;
    for (size_t i = 0; count < 2 && i < sizeof names / sizeof *names; i++) {
        const crmi_field *field = crmi_schema_field(names[i]);
        const char *text = field->kind == rec->kind ? crmi_sync_text_of(rec, names[i]) : "";
        if (*text && count++) crmi_buffer_text(texts, ", ");
        crmi_buffer_text(texts, text);
    }
    if (!count) return CRMI_PLAN_NONE;
    crmi_buffer_byte(texts, 0);
    return at;
}

/* --- cells --- */

static bool says(const crmi_sync_target *target, const crmi_sync_cell *cell, const crm_record *rec, crm_field field) {
    switch (target->use) {
    case CRMI_USE_FIELD:
    case CRMI_USE_PREFERRED: return target->field->field == field;
    case CRMI_USE_CHANNEL:
        return rec->kind == CRM_KIND_CHANNEL && strcmp(target->code, crmi_sync_text_of(rec, CRM_CHANNEL_TYPE)) == 0 &&
               strcmp(cell->text, crmi_sync_text_of(rec, CRM_CHANNEL_VALUE)) == 0;
    case CRMI_USE_IDENTIFIER:
        return rec->kind == CRM_KIND_IDENTIFIER && strcmp(target->code, crmi_sync_text_of(rec, CRM_IDENTIFIER_SCHEME)) == 0 &&
               strcmp(cell->text, crmi_sync_text_of(rec, CRM_IDENTIFIER_VALUE)) == 0;
    case CRMI_USE_USAGE: return rec->kind == CRM_KIND_USAGE && strcmp(target->code, crmi_sync_text_of(rec, CRM_USAGE_PURPOSE)) == 0;
    case CRMI_USE_PURPOSE: return rec->kind == CRM_KIND_USAGE;
    default: return false;
    }
}

/* The column, from 1, whose cell in the row says a field of a record; 0: none does. */
static uint32_t column_of(const crm_sync *sync, const crmi_sync_row *row, const crm_record *rec, crm_field field) {
    for (uint32_t i = 0; i < row->count; i++) {
        const crmi_sync_cell *cell = &sync->cells[row->first + i];
        if (says(crmi_sync_target_of(sync, cell), cell, rec, field))
            return cell->column - (uint32_t)sync->parts[row->part].first_column + 1;
    }
    return 0;
}

/* --- changes --- */

static void digest(crm_plan *plan, const crmi_plan_change *change, uint64_t revision) {
    static const unsigned char key[crypto_shorthash_KEYBYTES] = {0};
    const char *texts[] = {crmi_plan_text(&plan->changes, change->old_at), crmi_plan_text(&plan->changes, change->now_at)};
    const uint64_t numbers[] = {plan->lines[change->row].digest, change->record, revision, change->field, change->kind};
    crmi_buffer *bytes = &plan->scratch;
    crmi_buffer_clear(bytes);
    crmi_buffer_append(bytes, numbers, sizeof numbers);
    for (int i = 0; i < 2; i++) {
        crmi_buffer_byte(bytes, texts[i] != NULL);
        if (texts[i]) crmi_buffer_append(bytes, texts[i], strlen(texts[i]) + 1);
    }
    if (!bytes->failed) crypto_shorthash((unsigned char *)&plan->lines[change->row].digest, bytes->data, bytes->size, key);
}

static int add_change(crm_plan *plan, crmi_plan_change *change, const crmi_sync_entry *entry) {
    crmi_plan_changes *all = &plan->changes;
    int rc = crmi_sync_grow((void **)&all->list, all->count, &all->capacity, sizeof *all->list);
    if (rc < 0) return rc;
    change->kind = entry->rec->kind;
    change->record = entry->fresh ? 0 : entry->rec->id;
    change->column = column_of(plan->sync, &plan->sync->rows[change->row], entry->rec, change->field);
    change->name_at = plan->name_at;
    change->order = all->count;
    if (all->texts.failed) return crmi_error_nomem();
    digest(plan, change, entry->fresh ? 0 : entry->rec->revision);
    if (plan->scratch.failed) return crmi_error_nomem();
    all->list[all->count++] = *change;
    return CRM_OK;
}

static bool same_value(const crmi_entry *a, const crmi_entry *b) {
    if (!a || !b || a->type != b->type || a->integer != b->integer || a->size != b->size) return a == b;
    return a->size == 0 || memcmp(a->text, b->text, a->size) == 0;
}

/* The row that said a field first, else the one that changed the record last. */
static uint32_t row_of(const crm_plan *plan, const crmi_sync_entry *entry, uint32_t number) {
    uint32_t row = crmi_sync_said_by(plan->sync, entry, number);
    return row && !plan->sync->rows[row - 1].failed ? row - 1 : entry->row;
}

static int take_field(crm_plan *plan, const crmi_sync_entry *entry, const crmi_entry *old, const crmi_entry *now) {
    uint32_t number = old ? old->number : now->number;
    const crmi_field *field = crmi_object_field(entry->rec, number);
    if (!field) return CRM_OK;
    crmi_plan_change change = {.row = row_of(plan, entry, number), .field = field->field};
    change.old_at = keep_value(plan, field, old);
    change.now_at = keep_value(plan, field, now);
    return add_change(plan, &change, entry);
}

/* A site or contact that becomes the preferred one; it may be new. */
static int take_preferred(crm_plan *plan, const crmi_sync_file *file, const crmi_sync_entry *entry, crm_field field, uint32_t number) {
    if (!number) return CRM_OK;
    const crmi_sync_entry *named = crmi_sync_file_entry(file, number);
    const crmi_field *known = crmi_schema_field(field);
    crmi_entry now = {.number = known->number, .type = CRM_TYPE_ID, .integer = (int64_t)named->rec->id};
    crmi_plan_change change = {.row = field == CRM_QUOTE_DEFAULTS_PREFERRED_SITE ? entry->site_row : entry->contact_row, .field = field};
    change.old_at = keep_value(plan, known, crmi_object_find(entry->before ? entry->before : entry->rec, known->number));
    change.now_at = plan->changes.texts.size;
    if (named->fresh) {
        crmi_buffer_text(&plan->changes.texts, "new");
        crmi_buffer_byte(&plan->changes.texts, 0);
    } else {
        change.now_at = keep_value(plan, known, &now);
    }
    return add_change(plan, &change, entry);
}

/* Both lists of entries ascend. */
static int take_differences(crm_plan *plan, const crmi_sync_entry *entry, const crm_record *old, const crm_record *now) {
    uint32_t i = 0, j = 0;
    int rc = CRM_OK;
    while (rc == CRM_OK && ((old && i < old->count) || (now && j < now->count))) {
        const crmi_entry *a = old && i < old->count ? &old->entries[i] : NULL, *b = now && j < now->count ? &now->entries[j] : NULL;
        if (a && b && a->number != b->number) {
            if (a->number < b->number)
                b = NULL;
            else
                a = NULL;
        }
        if (!a || !b || !same_value(a, b)) rc = take_field(plan, entry, a, b);
        i += a != NULL;
        j += b != NULL;
    }
    return rc;
}

static int take_entry(crm_plan *plan, const crmi_sync_file *file, const crmi_sync_entry *entry) {
    const crm_record *old = entry->fresh ? NULL : entry->before ? entry->before : entry->rec;
    if ((entry->removed && entry->fresh) || (!entry->removed && !entry->fresh && !entry->before)) return CRM_OK;
    plan->name_at = old ? keep_name(plan, old) : CRMI_PLAN_NONE;
    int rc = take_differences(plan, entry, old, entry->removed ? NULL : entry->rec);
    if (rc == CRM_OK && !entry->removed) rc = take_preferred(plan, file, entry, CRM_QUOTE_DEFAULTS_PREFERRED_SITE, entry->site);
    if (rc == CRM_OK && !entry->removed) rc = take_preferred(plan, file, entry, CRM_QUOTE_DEFAULTS_PREFERRED_CONTACT, entry->contact);
    return rc;
}

/* --- rows --- */

static void take_row(crm_plan *plan, const crmi_sync_file *file, size_t row) {
    const crmi_sync_entry *entry = crmi_sync_file_entry(file, plan->sync->rows[row].main);
    if (!entry) return;
    plan->lines[row].kind = entry->rec->kind;
    plan->lines[row].record = entry->fresh ? 0 : entry->rec->id;
}

int crmi_plan_take(crm_plan *plan, const crmi_sync_file *file, const crmi_sync_group *group) {
    int rc = CRM_OK;
    for (size_t i = 0; rc == CRM_OK && i < file->count; i++) rc = take_entry(plan, file, &file->entries[i]);
    for (uint32_t i = group->first; i; i = plan->sync->rows[i - 1].next)
        if (!plan->sync->rows[i - 1].failed) take_row(plan, file, i - 1);
    return rc;
}

bool crmi_plan_is_stale(const crm_plan *plan, size_t row) {
    const crmi_plan_line *line = &plan->lines[row];
    return line->digest && line->digest != line->planned;
}

static int by_row(const void *a, const void *b) {
    const crmi_plan_change *x = a, *y = b;
    if (x->row != y->row) return x->row < y->row ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

void crmi_plan_sort(crm_plan *plan) {
    if (plan->changes.count) qsort(plan->changes.list, plan->changes.count, sizeof *plan->changes.list, by_row);
}

void crmi_plan_end(crm_plan *plan) {
    crmi_plan_changes *all = &plan->changes;
    size_t count = 0;
    for (size_t i = 0; i < all->count; i++)
        if (!plan->sync->rows[all->list[i].row].failed) all->list[count++] = all->list[i];
    all->count = count;
    crmi_plan_sort(plan);
}
