/* SPDX-License-Identifier: MIT */
/* Columns of the customer sheets: what has a value somewhere, under a heading that the import takes for it. Each heading is tried with the
 * import itself; where a label means something else in such rows, the column is called by the target's path. */
#include "exchange/export.h"
#include "exchange/refuse.h"
#include <stdlib.h>
#include <string.h>

static const struct sheet_form {
    const char *english, *german;
    uint32_t rows, kind;
} forms[CRMI_SHEETS] = {
    {"Customers", "Kunden", CRM_ROWS_CUSTOMER, CRM_KIND_PARTY},
    {"Sites", "Standorte", CRM_ROWS_SITE, CRM_KIND_ADDRESS},
    {"Contacts", "Ansprechpartner", CRM_ROWS_CONTACT, CRM_KIND_CONTACT},
    {"Channels", "Kontaktwege", CRM_ROWS_CHANNEL, CRM_KIND_CHANNEL},
    {"Identifiers", "Kennungen", CRM_ROWS_IDENTIFIER, CRM_KIND_IDENTIFIER},
    {"Memberships", "Gruppen", CRM_ROWS_MEMBERSHIP, CRM_KIND_MEMBERSHIP},
    {"Bank", "Bankverbindungen", CRM_ROWS_BANK, CRM_KIND_BANK},
    {"Quote defaults", "Angebotsvorgaben", CRM_ROWS_QUOTE_DEFAULTS, CRM_KIND_QUOTE_DEFAULTS},
    {"Usages", "Verwendungen", CRM_ROWS_USAGE, CRM_KIND_USAGE},
    {"Roles", "Rollen", CRM_ROWS_ROLE, CRM_KIND_ROLE},
};

uint32_t crmi_sheet_kind(size_t sheet) { return forms[sheet].kind; }
const char *crmi_sheet_name(size_t sheet, bool german) { return german ? forms[sheet].german : forms[sheet].english; }

int crmi_sheet_add_field(crmi_sheet *sheet, crm_field field, size_t items) {
    size_t at = sheet->field_count;
    while (at > 0 && sheet->fields[at - 1].field >= field) at--;
    if (at < sheet->field_count && sheet->fields[at].field == field) {
        if (items > sheet->fields[at].items) sheet->fields[at].items = items;
        return CRM_OK;
    }
    struct crmi_sheet_field *grown = realloc(sheet->fields, (sheet->field_count + 1) * sizeof *grown);
    if (!grown) return crmi_exchange_nomem();
    sheet->fields = grown;
    memmove(grown + at + 1, grown + at, (sheet->field_count++ - at) * sizeof *grown);
    grown[at] = (struct crmi_sheet_field){field, items};
    return CRM_OK;
}

int crmi_sheet_add_purpose(crmi_sheet *sheet, const char *code) {
    for (size_t i = 0; i < sheet->purpose_count; i++)
        if (strcmp(sheet->purposes[i], code) == 0) return CRM_OK;
    char(*grown)[CRMI_CODE_SIZE] = realloc(sheet->purposes, (sheet->purpose_count + 1) * sizeof *grown);
    if (!grown) return crmi_exchange_nomem();
    sheet->purposes = grown;
    snprintf(grown[sheet->purpose_count++], CRMI_CODE_SIZE, "%s", code);
    return CRM_OK;
}

crm_field crmi_sheet_named(size_t index) {
    static const crm_field named[] = {CRM_ADDRESS_SITE_NUMBER, CRM_ADDRESS_SITE_NAME,   CRM_ADDRESS_STREET, CRM_ADDRESS_HOUSE_NUMBER,
                                      CRM_ADDRESS_PO_BOX,      CRM_ADDRESS_POSTAL_CODE, CRM_ADDRESS_TOWN,   CRM_ADDRESS_COUNTRY,
                                      CRM_ADDRESS_GLN,         CRM_CONTACT_NAME};
    return index < sizeof named / sizeof *named ? named[index] : 0;
}

/* --- headings --- */

/* Whether the import takes a heading for a target in the rows of a sheet. 1, 0, or an error. */
static int is_taken(const crmi_customers *customers, size_t sheet, const char *heading, const char *path) {
    crm_sync *sync;
    int rc = crm_sync_new_in(customers->txn, customers->exporting->source, forms[sheet].rows, &sync);
    if (rc < 0) return rc;
    rc = crm_sync_add_column(sync, heading, CRM_NTS);
    const char *target = rc == CRM_OK ? crm_sync_target(sync, 0) : NULL;
    int taken = target && strcmp(target, path) == 0;
    crm_sync_free(sync);
    return rc == CRM_E_NOTFOUND || rc == CRM_E_TYPE || rc == CRM_OK ? taken : rc;
}

/* Adds a column, where the import has one: with the label, or its path. */
static int add_column(crmi_customers *customers, size_t index, const crmi_column *column, const char *label, const char *path) {
    crmi_sheet *sheet = &customers->sheets[index];
    const char *heading = label;
    int taken = label ? is_taken(customers, index, label, path) : 0;
    if (taken == 0) {
        heading = path;
        taken = is_taken(customers, index, path, path);
    }
    if (taken <= 0) return taken;
    crmi_column *grown = realloc(sheet->columns, (sheet->column_count + 1) * sizeof *grown);
    if (!grown) return crmi_exchange_nomem();
    sheet->columns = grown;
    grown[sheet->column_count] = *column;
    snprintf(grown[sheet->column_count++].heading, CRMI_PATH_SIZE, "%s", heading);
    return CRM_OK;
}

static const char *language_of(const crmi_customers *customers) { return customers->exporting->german ? "de" : "en"; }

static void path_of(crm_field field, const char *name, char out[CRMI_PATH_SIZE]) {
    snprintf(out, CRMI_PATH_SIZE, "%s.%s", crm_kind_name(crm_field_kind(field)), name);
}

/* --- columns --- */

/* A column for each item of a list; all have the target path. */
static int add_items(crmi_customers *customers, size_t sheet, const struct crmi_sheet_field *of, const char *label, const char *path) {
    int rc = CRM_OK;
    char numbered[CRMI_PATH_SIZE + 24];
    for (size_t i = 0; rc == CRM_OK && i < of->items; i++) {
        int size = snprintf(numbered, sizeof numbered, i ? "%s %zu" : "%s", label ? label : path, i + 1);
        int taken = label && size < CRMI_PATH_SIZE ? is_taken(customers, sheet, numbered, path) : 0;
        if (taken < 0) return taken;
        if (!taken) snprintf(numbered, sizeof numbered, i ? "%s %zu" : "%s", path, i + 1);
        const crmi_column column = {.use = CRMI_COLUMN_ITEM, .field = of->field, .item = i};
        rc = add_column(customers, sheet, &column, numbered, path);
    }
    return rc;
}

/* A field's, custom ones by what the store calls them. */
static int add_field(crmi_customers *customers, size_t sheet, uint32_t use, const struct crmi_sheet_field *of) {
    char path[CRMI_PATH_SIZE];
    crm_record *custom = NULL;
    crm_field field = of->field;
    const char *label = crm_field_label(field, language_of(customers)), *name = crm_field_name(field);
    if (!name) {
        int rc = crm_custom_field_get(customers->txn, field, &custom);
        if (rc < 0) return rc == CRM_E_NOTFOUND ? CRM_OK : rc; /* of a field that is no longer defined */
        name = crm_record_text(custom, CRM_CUSTOM_FIELD_NAME);
        label = crm_record_label(custom, CRM_CUSTOM_FIELD_LABEL, language_of(customers));
        if (label && strlen(label) >= CRMI_PATH_SIZE) label = NULL;
    }
    path_of(field, name, path);
    int rc = crm_field_type(field) == CRM_TYPE_TEXTS
                 ? add_items(customers, sheet, of, label, path)
                 : add_column(customers, sheet, &(crmi_column){.use = use, .field = field}, label, path);
    crm_record_free(custom);
    return rc;
}

static int add_built_in(crmi_customers *customers, size_t sheet, uint32_t use, crm_field field) {
    return add_field(customers, sheet, use, &(struct crmi_sheet_field){field, 0});
}

/* A column each; those that the import does not know by themselves are listed in one. */
static int add_purposes(crmi_customers *customers, size_t index) {
    const crmi_sheet *sheet = &customers->sheets[index];
    const crmi_column others = {.use = CRMI_COLUMN_PURPOSES};
    size_t own = 0;
    int rc = CRM_OK;
    for (size_t i = 0; rc == CRM_OK && i < sheet->purpose_count; i++) {
        char path[CRMI_PATH_SIZE];
        size_t before = sheet->column_count;
        crmi_column column = {.use = CRMI_COLUMN_USAGE};
        memcpy(column.code, sheet->purposes[i], sizeof column.code);
        snprintf(path, sizeof path, "usage.%s", column.code);
        rc = add_column(customers, index, &column, crm_domain_label("purpose", column.code, language_of(customers)), path);
        own += sheet->column_count == before;
    }
    const char *label = crm_field_label(CRM_USAGE_PURPOSE, language_of(customers));
    return rc == CRM_OK && own ? add_column(customers, index, &others, label, "usage.purpose") : rc;
}

static int add_id(crmi_customers *customers, size_t sheet, const char *label, uint32_t kind) {
    char path[CRMI_PATH_SIZE];
    const crmi_column column = {.use = CRMI_COLUMN_ID, .field = crm_field_next(kind, 0)};
    path_of(column.field, "id", path);
    return add_column(customers, sheet, &column, label, path);
}

/* Who the customer is: in his own rows by his key, in those of what is his by the same of the party. */
static int add_customer(crmi_customers *customers, size_t sheet) {
    const crmi_column key = {.use = CRMI_COLUMN_KEY}, number = {.use = CRMI_COLUMN_NUMBER, .field = CRM_ROLE_NUMBER};
    int rc = add_column(customers, sheet, &number, crm_field_label(CRM_ROLE_NUMBER, language_of(customers)),
                        forms[sheet].kind == CRM_KIND_ROLE ? "party.number" : "role.number");
    if (rc == CRM_OK && customers->keys)
        rc = add_column(customers, sheet, &key, NULL, forms[sheet].kind == CRM_KIND_PARTY ? "identifier.key" : "party.identifier.key");
    if (rc == CRM_OK && customers->ids && forms[sheet].kind != CRM_KIND_PARTY) rc = add_id(customers, sheet, NULL, CRM_KIND_PARTY);
    return rc;
}

static int add_target(crmi_customers *customers, size_t index) {
    int rc = CRM_OK;
    for (size_t i = 0; rc == CRM_OK && crmi_sheet_named(i); i++)
        if (customers->sheets[index].names >> i & 1) rc = add_built_in(customers, index, CRMI_COLUMN_TARGET, crmi_sheet_named(i));
    for (uint32_t kind = CRM_KIND_ADDRESS; rc == CRM_OK && kind <= CRM_KIND_CONTACT; kind++)
        if (customers->sheets[index].targets >> kind & 1) rc = add_id(customers, index, NULL, kind);
    return rc;
}

static bool is_target(crm_field field) {
    return field == CRM_CHANNEL_TARGET || field == CRM_IDENTIFIER_TARGET || field == CRM_QUOTE_DEFAULTS_SCOPE || field == CRM_USAGE_TARGET;
}

static int add_any(crmi_customers *customers, size_t sheet, const struct crmi_sheet_field *of) {
    crm_field field = of->field;
    bool customer = field == CRM_ROLE_NUMBER && forms[sheet].kind != CRM_KIND_ROLE;
    if (customer || is_target(field)) return CRM_OK; /* they have columns of their own */
    if (field == CRM_MEMBERSHIP_GROUP) return add_field(customers, sheet, CRMI_COLUMN_GROUP, of);
    if (field == CRM_QUOTE_DEFAULTS_PREFERRED_SITE || field == CRM_QUOTE_DEFAULTS_PREFERRED_CONTACT)
        return add_field(customers, sheet, CRMI_COLUMN_NAMED, of);
    if (crm_field_type(field) == CRM_TYPE_ID) return CRM_OK;
    return add_field(customers, sheet, CRMI_COLUMN_FIELD, of);
}

int crmi_sheet_columns(crmi_customers *customers, size_t index) {
    const crmi_sheet *sheet = &customers->sheets[index];
    crm_field preferred = forms[index].kind == CRM_KIND_ADDRESS ? CRM_QUOTE_DEFAULTS_PREFERRED_SITE : CRM_QUOTE_DEFAULTS_PREFERRED_CONTACT;
    int rc = add_customer(customers, index);
    if (rc == CRM_OK) rc = add_target(customers, index);
    for (size_t i = 0; rc == CRM_OK && i < sheet->field_count; i++) rc = add_any(customers, index, &sheet->fields[i]);
    if (rc == CRM_OK) rc = add_purposes(customers, index);
    if (rc == CRM_OK && sheet->preferred) rc = add_built_in(customers, index, CRMI_COLUMN_PREFERRED, preferred);
    return rc == CRM_OK ? add_id(customers, index, "ID", forms[index].kind) : rc;
}
