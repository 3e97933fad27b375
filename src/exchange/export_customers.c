/* SPDX-License-Identifier: MIT */
/* The customer sheets: every file is read twice, first for the columns that are needed, then for its rows. Nothing but one file is in
 * memory at a time. */
#include "exchange/escape.h"
#include "exchange/export.h"
#include "exchange/kept.h"
#include "exchange/refuse.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE = 1000 };

static int refuse(int status, const char *text) { return crm_error_report(status, 0, 0, text); }

/* --- all files --- */

typedef int (*file_fn)(crmi_customers *customers, crm_file *file);

static int read_page(crmi_customers *customers, crm_iter *list, file_fn fn) {
    crm_id id;
    int rc;
    while ((rc = crm_iter_next(list, &id)) == CRM_ROW) {
        crm_file *file = NULL;
        rc = crm_file_get(customers->txn, id, &file);
        if (rc == CRM_OK) rc = fn(customers, file);
        crm_file_free(file);
        if (rc < 0) return rc;
    }
    return rc;
}

static int read_list(crmi_customers *customers, uint32_t flags, file_fn fn) {
    char *token = NULL;
    int rc = CRM_OK;
    for (bool more = true; rc == CRM_OK && more;) {
        crm_iter *list = NULL;
        rc = crm_party_list(customers->txn, customers->exporting->role, NULL, 0, flags, PAGE, token, &list);
        free(token);
        token = NULL;
        if (rc == CRM_OK) rc = read_page(customers, list, fn);
        const char *next = rc == CRM_OK ? crm_iter_token(list) : NULL;
        more = next != NULL;
        if (next && !(token = strdup(next))) rc = crmi_exchange_nomem();
        crm_iter_free(list);
    }
    free(token);
    return rc;
}

static int read_all(crmi_customers *customers, file_fn fn) {
    int rc = read_list(customers, 0, fn);
    bool archived = customers->exporting->options.flags & CRM_EXPORT_ARCHIVED;
    return rc == CRM_OK && archived ? read_list(customers, CRM_PARTY_LIST_ARCHIVED, fn) : rc;
}

/* --- looking into a file --- */

static const crm_record *find_record(crm_file *file, crm_id id) {
    for (size_t i = 0; i < crm_file_count(file); i++)
        if (crm_record_key(crm_file_record(file, i)) == id) return crm_file_record(file, i);
    return NULL;
}

static bool text_is(const crm_record *rec, crm_field field, const char *text) {
    const char *found = crm_record_text(rec, field);
    return found && strcmp(found, text) == 0;
}

/* The first record of the role that has a number, or the first. */
static const crm_record *role_of(const crmi_customers *customers, crm_file *file) {
    const crm_record *first = NULL;
    for (size_t i = 0; i < crm_file_count(file); i++) {
        const crm_record *rec = crm_file_record(file, i);
        if (crm_record_kind(rec) != CRM_KIND_ROLE || !text_is(rec, CRM_ROLE_ROLE, customers->exporting->role)) continue;
        if (crm_record_text(rec, CRM_ROLE_NUMBER)) return rec;
        if (!first) first = rec;
    }
    return first;
}

static const char *number_of(const crmi_customers *customers, crm_file *file) {
    const crm_record *role = role_of(customers, file);
    const char *number = role ? crm_record_text(role, CRM_ROLE_NUMBER) : NULL;
    return number && *number ? number : NULL;
}

/* What the record is about: an address, a contact or nothing. */
static crm_id target_of(const crm_record *rec) {
    switch (crm_record_kind(rec)) {
    case CRM_KIND_CHANNEL: return crm_record_id(rec, CRM_CHANNEL_TARGET);
    case CRM_KIND_IDENTIFIER: return crm_record_id(rec, CRM_IDENTIFIER_TARGET);
    case CRM_KIND_QUOTE_DEFAULTS: return crm_record_id(rec, CRM_QUOTE_DEFAULTS_SCOPE);
    case CRM_KIND_USAGE: return crm_record_id(rec, CRM_USAGE_TARGET);
    default: return 0;
    }
}

/* His key in the source, where he has no number. */
static const char *key_of(const crmi_customers *customers, crm_file *file) {
    for (size_t i = 0; !number_of(customers, file) && i < crm_file_count(file); i++) {
        const crm_record *rec = crm_file_record(file, i);
        if (crm_record_kind(rec) != CRM_KIND_IDENTIFIER || target_of(rec)) continue;
        if (text_is(rec, CRM_IDENTIFIER_SCHEME, customers->exporting->source)) return crm_record_text(rec, CRM_IDENTIFIER_VALUE);
    }
    return NULL;
}

/* Whether it is what the customer's own terms of all sales areas prefer. */
static bool is_preferred(crm_file *file, const crm_record *wanted) {
    crm_field field =
        crm_record_kind(wanted) == CRM_KIND_ADDRESS ? CRM_QUOTE_DEFAULTS_PREFERRED_SITE : CRM_QUOTE_DEFAULTS_PREFERRED_CONTACT;
    for (size_t i = 0; i < crm_file_count(file); i++) {
        const crm_record *rec = crm_file_record(file, i);
        if (crm_record_kind(rec) != CRM_KIND_QUOTE_DEFAULTS || target_of(rec) || crm_record_text(rec, CRM_QUOTE_DEFAULTS_SALES_AREA))
            continue;
        if (crm_record_id(rec, field) == crm_record_key(wanted)) return true;
    }
    return false;
}

static bool has_sheet(const crmi_customers *customers, uint32_t bit) { return customers->exporting->options.sheets & bit; }

/* Whether rows about a site or contact say this field of it: a site without a number is known by its address. */
static bool is_named_by(const crm_record *target, crm_field field) {
    if (!field || crm_field_kind(field) != crm_record_kind(target) || !crm_record_has(target, field)) return false;
    return crm_record_kind(target) == CRM_KIND_CONTACT || field == CRM_ADDRESS_SITE_NUMBER ||
           !crm_record_has(target, CRM_ADDRESS_SITE_NUMBER);
}

/* The sheet of a kind of record; CRMI_SHEETS: none. */
static size_t sheet_of(const crmi_customers *customers, uint32_t kind) {
    for (size_t i = 0; i < CRMI_SHEETS; i++)
        if (crmi_sheet_kind(i) == kind && has_sheet(customers, 1u << i)) return i;
    return CRMI_SHEETS;
}

/* --- the first time: what there is --- */

static int look_fields(crmi_sheet *sheet, const crm_record *rec) {
    int rc = CRM_OK;
    for (size_t i = 0; rc == CRM_OK && i < crm_record_count(rec); i++) {
        crm_field field = crm_record_field(rec, i);
        rc = crmi_sheet_add_field(sheet, field, crm_record_item_count(rec, field));
    }
    return rc;
}

static int look_usage(crmi_customers *customers, crm_file *file, const crm_record *rec) {
    const crm_record *target = find_record(file, target_of(rec));
    size_t sheet = target ? sheet_of(customers, crm_record_kind(target)) : CRMI_SHEETS;
    const char *purpose = crm_record_text(rec, CRM_USAGE_PURPOSE);
    return sheet < CRMI_SHEETS && purpose ? crmi_sheet_add_purpose(&customers->sheets[sheet], purpose) : CRM_OK;
}

static int look_row(crmi_customers *customers, size_t index, crm_file *file, const crm_record *rec) {
    crmi_sheet *sheet = &customers->sheets[index];
    const crm_record *target = target_of(rec) ? find_record(file, target_of(rec)) : NULL;
    uint32_t kind = crm_record_kind(rec);
    sheet->rows = true;
    if (target) sheet->targets |= 1ull << crm_record_kind(target);
    for (size_t i = 0; target && crmi_sheet_named(i); i++)
        if (is_named_by(target, crmi_sheet_named(i))) sheet->names |= 1u << i;
    /* terms in a sheet of their own say it too */
    if (!has_sheet(customers, CRM_EXPORT_QUOTE_DEFAULTS) && (kind == CRM_KIND_ADDRESS || kind == CRM_KIND_CONTACT))
        sheet->preferred |= is_preferred(file, rec);
    return look_fields(sheet, rec);
}

static int look_file(crmi_customers *customers, crm_file *file) {
    int rc = CRM_OK;
    const crm_record *role = role_of(customers, file);
    customers->ids |= !number_of(customers, file);
    customers->keys |= key_of(customers, file) != NULL;
    for (size_t i = 0; rc == CRM_OK && i < crm_file_count(file); i++) {
        const crm_record *rec = crm_file_record(file, i);
        size_t sheet = sheet_of(customers, crm_record_kind(rec));
        if (rec == role) continue; /* it is in the customer's row */
        if (sheet < CRMI_SHEETS)
            rc = look_row(customers, sheet, file, rec);
        else if (crm_record_kind(rec) == CRM_KIND_USAGE)
            rc = look_usage(customers, file, rec);
    }
    return rc == CRM_OK && role && has_sheet(customers, CRM_EXPORT_CUSTOMERS) ? look_fields(&customers->sheets[0], role) : rc;
}

/* Every field that there is, custom ones too. */
static int look_kind(crmi_customers *customers, crmi_sheet *sheet, uint32_t kind) {
    int rc = CRM_OK;
    for (crm_field field = 0; rc == CRM_OK && (field = crm_field_next(kind, field));) rc = crmi_sheet_add_field(sheet, field, 1);
    for (crm_field field = 0; rc == CRM_OK;) {
        rc = crm_custom_field_next(customers->txn, kind, field, &field);
        if (!field) break;
        if (rc == CRM_OK) rc = crmi_sheet_add_field(sheet, field, 1);
    }
    return rc;
}

static int look_schema(crmi_customers *customers) {
    int rc = CRM_OK;
    for (size_t i = 0; rc == CRM_OK && i < CRMI_SHEETS; i++) {
        crmi_sheet *sheet = &customers->sheets[i];
        uint32_t kind = crmi_sheet_kind(i);
        sheet->rows = true;
        bool about = kind == CRM_KIND_CHANNEL || kind == CRM_KIND_IDENTIFIER || kind == CRM_KIND_QUOTE_DEFAULTS || kind == CRM_KIND_USAGE;
        for (size_t k = 0; about && crmi_sheet_named(k); k++) sheet->names |= 1u << k;
        if (about) sheet->targets = 1ull << CRM_KIND_ADDRESS | 1ull << CRM_KIND_CONTACT;
        sheet->preferred = (kind == CRM_KIND_ADDRESS || kind == CRM_KIND_CONTACT) && !has_sheet(customers, CRM_EXPORT_QUOTE_DEFAULTS);
        rc = look_kind(customers, sheet, kind);
        if (rc == CRM_OK && kind == CRM_KIND_PARTY) rc = look_kind(customers, sheet, CRM_KIND_ROLE);
        bool used = (kind == CRM_KIND_ADDRESS || kind == CRM_KIND_CONTACT) && !has_sheet(customers, CRM_EXPORT_USAGES);
        for (size_t p = 0; rc == CRM_OK && used; p++) {
            const char *purpose = crm_domain_code("purpose", p);
            if (!purpose) break;
            rc = crmi_sheet_add_purpose(sheet, purpose);
        }
    }
    return rc;
}

/* --- the second time: rows --- */

typedef struct row_of {
    crmi_customers *customers;
    crm_file *file;
    const crm_record *rec, *role, *target;
} row_of;

static void add_text(const row_of *row, const char *text) {
    crm_export *exporting = row->customers->exporting;
    bool literal = text && !exporting->tables.raw && crmi_escape_literal(text, strlen(text));
    if (literal) crmi_text_add(&exporting->text, "#TEXT:", 6);
    if (text) crmi_text_add(&exporting->text, text, strlen(text));
}

static void add_value(const row_of *row, const crm_record *rec, crm_field field) {
    crm_export *exporting = row->customers->exporting;
    if (crm_field_type(field) == CRM_TYPE_TEXT)
        add_text(row, crm_record_text(rec, field));
    else
        crmi_value_write(rec, field, exporting->german, &exporting->text);
}

static void add_id(const row_of *row, const crm_record *rec) {
    if (rec) crmi_text_printf(&row->customers->exporting->text, "%llu", (unsigned long long)crm_record_key(rec));
}

/* The record of a kind that a row is about or names: itself, its site or contact, its customer. */
static const crm_record *record_of(const row_of *row, uint32_t kind) {
    if (crm_record_kind(row->rec) == kind) return row->rec;
    if (kind == CRM_KIND_PARTY) return crm_file_record(row->file, 0);
    return row->target && crm_record_kind(row->target) == kind ? row->target : NULL;
}

static void add_usage(const row_of *row, const char *purpose) {
    bool german = row->customers->exporting->german;
    const char *word = german ? "nein" : "no";
    for (size_t i = 0; i < crm_file_count(row->file); i++) {
        const crm_record *rec = crm_file_record(row->file, i);
        if (crm_record_kind(rec) != CRM_KIND_USAGE || target_of(rec) != crm_record_key(row->rec)) continue;
        if (!text_is(rec, CRM_USAGE_PURPOSE, purpose)) continue;
        word = crm_record_bool(rec, CRM_USAGE_IS_DEFAULT, 0) ? (german ? "standard" : "default") : german ? "ja" : "yes";
        break;
    }
    add_text(row, word);
}

/* Those that have no column of their own. */
static void add_purposes(const row_of *row, const crmi_sheet *sheet) {
    const char *divider = "";
    for (size_t i = 0; i < crm_file_count(row->file); i++) {
        const crm_record *rec = crm_file_record(row->file, i);
        if (crm_record_kind(rec) != CRM_KIND_USAGE || target_of(rec) != crm_record_key(row->rec)) continue;
        bool listed = true;
        for (size_t k = 0; k < sheet->column_count; k++)
            listed &= sheet->columns[k].use != CRMI_COLUMN_USAGE || !text_is(rec, CRM_USAGE_PURPOSE, sheet->columns[k].code);
        if (!listed) continue;
        add_text(row, divider);
        add_text(row, crm_record_text(rec, CRM_USAGE_PURPOSE));
        divider = "; ";
    }
}

/* Whether the import may take a name for the other, however it folds them. */
static bool may_be_same(const char *a, const char *b) {
    while (*a || *b) {
        if ((*a | *b) & 0x80) return true;
        if (*a && !isalnum((unsigned char)*a))
            a++;
        else if (*b && !isalnum((unsigned char)*b))
            b++;
        else if (tolower((unsigned char)*a++) != tolower((unsigned char)*b++))
            return false;
    }
    return true;
}

/* Whether a site's number, or a contact's name, tells it from the others of the customer. */
static bool is_told(crm_file *file, const crm_record *named) {
    if (crm_record_kind(named) == CRM_KIND_ADDRESS) return crm_record_has(named, CRM_ADDRESS_SITE_NUMBER);
    for (size_t i = 0; i < crm_file_count(file); i++) {
        const crm_record *rec = crm_file_record(file, i);
        if (rec == named || crm_record_kind(rec) != CRM_KIND_CONTACT) continue;
        if (may_be_same(crm_record_text(rec, CRM_CONTACT_NAME), crm_record_text(named, CRM_CONTACT_NAME))) return false;
    }
    return true;
}

static void add_named(const row_of *row, crm_field field) {
    const crm_record *named = find_record(row->file, crm_record_id(row->rec, field));
    bool site = named && crm_record_kind(named) == CRM_KIND_ADDRESS;
    if (named && is_told(row->file, named))
        add_text(row, crm_record_text(named, site ? CRM_ADDRESS_SITE_NUMBER : CRM_CONTACT_NAME));
    else
        add_id(row, named);
}

static int add_group(const row_of *row) {
    crm_record *group = NULL;
    int rc = crm_record_get(row->customers->txn, crm_record_id(row->rec, CRM_MEMBERSHIP_GROUP), &group);
    if (rc == CRM_OK) add_text(row, crm_record_text(group, CRM_GROUP_CODE));
    crm_record_free(group);
    return rc == CRM_E_NOTFOUND ? CRM_OK : rc; /* the actor does not see it */
}

static int add_cell(const row_of *row, const crmi_sheet *sheet, const crmi_column *column) {
    crm_export *exporting = row->customers->exporting;
    bool of_role = crm_field_kind(column->field) == CRM_KIND_ROLE && crm_record_kind(row->rec) == CRM_KIND_PARTY;
    const crm_record *holder = of_role ? row->role : row->rec;
    switch (column->use) {
    case CRMI_COLUMN_NUMBER: add_text(row, number_of(row->customers, row->file)); return CRM_OK;
    case CRMI_COLUMN_KEY: add_text(row, key_of(row->customers, row->file)); return CRM_OK;
    case CRMI_COLUMN_ID: add_id(row, record_of(row, crm_field_kind(column->field))); return CRM_OK;
    case CRMI_COLUMN_TARGET:
        if (row->target && is_named_by(row->target, column->field)) add_value(row, row->target, column->field);
        return CRM_OK;
    case CRMI_COLUMN_ITEM:
        if (holder) add_text(row, crm_record_item(holder, column->field, column->item));
        return CRM_OK;
    case CRMI_COLUMN_NAMED: add_named(row, column->field); return CRM_OK;
    case CRMI_COLUMN_GROUP: return add_group(row);
    case CRMI_COLUMN_USAGE: add_usage(row, column->code); return CRM_OK;
    case CRMI_COLUMN_PURPOSES: add_purposes(row, sheet); return CRM_OK;
    case CRMI_COLUMN_PREFERRED:
        if (is_preferred(row->file, row->rec)) add_text(row, exporting->german ? "ja" : "yes");
        return CRM_OK;
    default:
        if (holder) add_value(row, holder, column->field);
        return CRM_OK;
    }
}

static int write_row(const row_of *row, const crmi_sheet *sheet) {
    crm_export *exporting = row->customers->exporting;
    int rc = crmi_row_begin(exporting, sheet->column_count);
    for (size_t i = 0; rc == CRM_OK && i < sheet->column_count; i++) {
        rc = add_cell(row, sheet, &sheet->columns[i]);
        crmi_row_cell(exporting, i);
    }
    return rc == CRM_OK ? crmi_row_end(exporting, sheet->table, sheet->column_count) : rc;
}

static int write_file(crmi_customers *customers, crm_file *file) {
    int rc = CRM_OK;
    row_of row = {.customers = customers, .file = file, .role = role_of(customers, file)};
    for (size_t i = 0; rc == CRM_OK && i < crm_file_count(file); i++) {
        row.rec = crm_file_record(file, i);
        row.target = target_of(row.rec) ? find_record(file, target_of(row.rec)) : NULL;
        size_t sheet = sheet_of(customers, crm_record_kind(row.rec));
        if (row.rec == row.role) continue;
        if (sheet < CRMI_SHEETS && customers->sheets[sheet].column_count) rc = write_row(&row, &customers->sheets[sheet]);
    }
    return rc;
}

static int write_json(crmi_customers *customers, crm_file *file) {
    size_t size;
    const char *json = crm_file_json(file, &size);
    return json ? crmi_tables_line(&customers->exporting->tables, customers->sheets[0].table, json, size) : crm_error_status();
}

/* --- together --- */

static int begin_sheet(crmi_customers *customers, size_t index) {
    crm_export *exporting = customers->exporting;
    crmi_sheet *sheet = &customers->sheets[index];
    int rc = crmi_sheet_columns(customers, index);
    if (rc < 0 || !sheet->column_count) return rc;
    rc = crmi_row_begin(exporting, sheet->column_count);
    for (size_t i = 0; rc == CRM_OK && i < sheet->column_count; i++)
        exporting->cells[i] = (crmi_cell){sheet->columns[i].heading, strlen(sheet->columns[i].heading)};
    const char *name = crmi_sheet_name(index, exporting->german);
    return rc == CRM_OK ? crmi_tables_add(&exporting->tables, name, exporting->cells, sheet->column_count, &sheet->table) : rc;
}

static int write_sheets(crmi_customers *customers) {
    bool all = customers->exporting->options.flags & CRM_EXPORT_ALL_COLUMNS, any = false;
    int rc = read_all(customers, look_file);
    if (rc == CRM_OK && all) rc = look_schema(customers);
    customers->sheets[0].rows = true;
    for (size_t i = 1; i < CRMI_SHEETS; i++) any |= customers->sheets[i].rows;
    customers->sheets[1].rows |= !any; /* one sheet alone would be read as flat rows */
    for (size_t i = 0; rc == CRM_OK && i < CRMI_SHEETS; i++)
        if (has_sheet(customers, 1u << i) && customers->sheets[i].rows) rc = begin_sheet(customers, i);
    return rc == CRM_OK ? read_all(customers, write_file) : rc;
}

static int write_lines(crmi_customers *customers) {
    static const crmi_cell none = {"", 0};
    const char *name = crmi_sheet_name(0, customers->exporting->german);
    int rc = crmi_tables_add(&customers->exporting->tables, name, &none, 0, &customers->sheets[0].table);
    return rc == CRM_OK ? read_all(customers, write_json) : rc;
}

static void free_sheets(crmi_customers *customers) {
    for (size_t i = 0; i < CRMI_SHEETS; i++) {
        free(customers->sheets[i].fields);
        free(customers->sheets[i].purposes);
        free(customers->sheets[i].columns);
    }
}

int crm_export_customers(crm_export *exporting, crm_txn *txn) {
    if (!exporting) return refuse(CRM_E_INVALID, "exporting is NULL");
    if (exporting->finished) return refuse(CRM_E_ENDED, "the export is finished");
    if (exporting->failed) return refuse(CRM_E_INVALID, "an error came before");
    if (exporting->customers) return refuse(CRM_E_EXISTS, "the customer sheets were added before");
    const crmi_kept before = crmi_keep();
    crmi_customers customers = {.exporting = exporting, .txn = txn};
    exporting->latest = NULL;
    exporting->customers = true;
    int rc = exporting->whole ? write_lines(&customers) : write_sheets(&customers);
    free_sheets(&customers);
    exporting->failed |= rc < 0;
    if (rc == CRM_OK) crmi_restore(&before);
    return rc;
}
