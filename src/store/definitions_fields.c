/* SPDX-License-Identifier: MIT */
/* The host's own fields as descriptors, the same as those that are built in: made from the records of kind custom_field. */
#include "store/definitions_fields.h"
#include "base/error.h"
#include "codec/walk.h"
#include <libcrm/codes.h>
#include <stdlib.h>
#include <string.h>

/* All texts of the table lie one after the other, each ended by a NUL. A stored text has a byte of header at least, so all of them fit
 * where the bodies would; a label may be needed twice. */
typedef struct making {
    crmi_field *field;
    crmi_domain *domain;
    char *at;
    const char *domain_name;
    crmi_value label, synonyms; /* number 0: none */
} making;

#define HIDING (CRM_FIELD_PERSONAL | CRM_FIELD_PRICE) /* of any type */

uint32_t crmi_definitions_flags(uint32_t type) {
    switch (type) {
    case CRM_TYPE_TEXT: return CRM_FIELD_INDEXED | CRM_FIELD_UNIQUE | CRM_FIELD_FOLDED | CRM_FIELD_SEARCHABLE | HIDING;
    case CRM_TYPE_INT:
    case CRM_TYPE_BOOL:
    case CRM_TYPE_DATE:
    case CRM_TYPE_TIME:
    case CRM_TYPE_AMOUNT: return CRM_FIELD_INDEXED | HIDING;
    default: return HIDING;
    }
}

static const char *keep(making *make, const void *text, size_t size) {
    char *kept = make->at;
    memcpy(kept, text, size);
    kept[size] = 0;
    make->at += size + 1;
    return kept;
}

uint32_t crmi_definitions_type(const char *code, size_t size) {
    static const struct {
        const char *code;
        uint32_t type;
    } types[] = {{CRM_FIELD_TYPE_TEXT, CRM_TYPE_TEXT},   {CRM_FIELD_TYPE_INT, CRM_TYPE_INT},     {CRM_FIELD_TYPE_BOOL, CRM_TYPE_BOOL},
                 {CRM_FIELD_TYPE_DATE, CRM_TYPE_DATE},   {CRM_FIELD_TYPE_TIME, CRM_TYPE_TIME},   {CRM_FIELD_TYPE_AMOUNT, CRM_TYPE_AMOUNT},
                 {CRM_FIELD_TYPE_BYTES, CRM_TYPE_BYTES}, {CRM_FIELD_TYPE_TEXTS, CRM_TYPE_TEXTS}, {CRM_FIELD_TYPE_LABEL, CRM_TYPE_LABEL}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (size == strlen(types[i].code) && !memcmp(code, types[i].code, size)) return types[i].type;
    return 0;
}

/* The text is one of those that column headings are compared with. */
static void add_synonym(making *make, const char *text, uint32_t size) {
    for (uint32_t i = 0; i < size; i++) *make->at++ = text[i] == '|' ? ' ' : text[i];
    *make->at++ = '|';
}

static void end_synonyms(making *make, const char *first) {
    if (make->at == first) return;
    make->at[-1] = 0;
    make->field->synonyms = first;
}

/* The next language of a label and its text. */
static bool next_language(const uint8_t **at, const crmi_value *label, const char **language, const char **text, uint32_t *size) {
    const uint8_t *end = label->bytes + label->size;
    uint32_t language_size;
    *language = NULL;
    if (crmi_walk_item(at, end, language, &language_size) != CRM_ROW || crmi_walk_item(at, end, text, size) != CRM_ROW) return false;
    if (language_size != 2) *language = "";
    return true;
}

static bool is_language(const char *language, const char *wanted) { return *language && memcmp(language, wanted, 2) == 0; }

/* English and German out of a label; the first language where both are missing. */
static void take_label(making *make) {
    const uint8_t *at = make->label.bytes;
    const char *language, *text, *first = NULL;
    uint32_t size, first_size = 0;
    while (make->label.number && next_language(&at, &make->label, &language, &text, &size)) {
        if (is_language(language, "en")) make->field->english = keep(make, text, size);
        if (is_language(language, "de")) make->field->german = keep(make, text, size);
        if (first) continue;
        first = text;
        first_size = size;
    }
    crmi_field *field = make->field;
    if (first && !field->english && !field->german) field->english = keep(make, first, first_size);
    if (!field->english) field->english = field->german ? field->german : field->name;
    if (!field->german) field->german = field->english;
}

/* Column headings, and the labels in other languages. */
static void take_synonyms(making *make) {
    const uint8_t *at = make->label.bytes;
    const char *language, *text, *first = make->at;
    uint32_t size;
    while (make->label.number && next_language(&at, &make->label, &language, &text, &size))
        if (!is_language(language, "en") && !is_language(language, "de")) add_synonym(make, text, size);
    at = make->synonyms.bytes;
    while (make->synonyms.number && crmi_walk_item(&at, make->synonyms.bytes + make->synonyms.size, &text, &size) == CRM_ROW)
        add_synonym(make, text, size);
    end_synonyms(make, first);
}

static void take_text(making *make, const crmi_value *value) {
    switch (value->number) {
    case CRMI_FIELD_NUMBER(CRM_CUSTOM_FIELD_RECORD_KIND):
        make->field->kind = crmi_schema_kind_find((const char *)value->bytes, value->size);
        break;
    case CRMI_FIELD_NUMBER(CRM_CUSTOM_FIELD_NAME): make->field->name = keep(make, value->bytes, value->size); break;
    case CRMI_FIELD_NUMBER(CRM_CUSTOM_FIELD_TYPE):
        make->field->type = crmi_definitions_type((const char *)value->bytes, value->size);
        break;
    case CRMI_FIELD_NUMBER(CRM_CUSTOM_FIELD_DOMAIN): make->domain_name = keep(make, value->bytes, value->size); break;
    default: break;
    }
}

static uint32_t flag_of(uint32_t number) {
    switch (number) {
    case CRMI_FIELD_NUMBER(CRM_CUSTOM_FIELD_INDEXED): return CRM_FIELD_INDEXED;
    case CRMI_FIELD_NUMBER(CRM_CUSTOM_FIELD_UNIQUE): return CRM_FIELD_UNIQUE;
    case CRMI_FIELD_NUMBER(CRM_CUSTOM_FIELD_FOLDED): return CRM_FIELD_FOLDED;
    case CRMI_FIELD_NUMBER(CRM_CUSTOM_FIELD_SEARCHABLE): return CRM_FIELD_SEARCHABLE;
    case CRMI_FIELD_NUMBER(CRM_CUSTOM_FIELD_PERSONAL): return CRM_FIELD_PERSONAL;
    case CRMI_FIELD_NUMBER(CRM_CUSTOM_FIELD_PRICE): return CRM_FIELD_PRICE;
    case CRMI_FIELD_NUMBER(CRM_CUSTOM_FIELD_TRACKED): return CRMI_FIELD_TRACKED;
    default: return 0;
    }
}

/* A value of another type than the field's is none. */
static void take_value(making *make, const crmi_value *value) {
    if (value->type == CRMI_VALUE_TEXT) take_text(make, value);
    if (value->type == CRMI_VALUE_BOOL && value->integer) make->field->flags |= flag_of(value->number);
    if (value->type == CRMI_VALUE_MAP && value->number == CRMI_FIELD_NUMBER(CRM_CUSTOM_FIELD_LABEL)) make->label = *value;
    if (value->type == CRMI_VALUE_ARRAY && value->number == CRMI_FIELD_NUMBER(CRM_CUSTOM_FIELD_SYNONYMS)) make->synonyms = *value;
}

static void find_domain(making *make) {
    if (!make->domain_name || !*make->domain_name || make->field->type != CRM_TYPE_TEXT) return;
    for (uint32_t i = 1; i < CRMI_DOMAIN_END; i++)
        if (strcmp(crmi_schema_domain(i)->name, make->domain_name) == 0) make->field->domain = i;
    if (make->field->domain) return;
    *make->domain = (crmi_domain){.name = make->domain_name, .english = make->domain_name, .german = make->domain_name};
    make->field->host_domain = make->domain;
}

/* CRM_ROW and a descriptor, CRM_OK where this version can't know the field. */
static int read_field(making *make, const crmi_stored *record) {
    crmi_walk walk;
    crmi_value value;
    make->domain_name = NULL;
    make->label.number = make->synonyms.number = 0;
    *make->field = (crmi_field){.number = CRMI_CUSTOM_FIRST - 1 + crmi_id_local(record->id), .since = "", .synonyms = ""};
    int rc = crmi_walk_check(record->body.data, record->body.size);
    if (rc == CRM_OK) rc = crmi_walk_begin(&walk, record->body.data, record->body.size);
    if (rc == CRM_OK) rc = crmi_walk_next(&walk, &value);
    for (; rc == CRM_ROW; rc = crmi_walk_next(&walk, &value)) take_value(make, &value);
    if (rc < 0) return crmi_error_set(CRM_E_CORRUPT, 0, "the definition of a custom field is damaged");
    crmi_field *field = make->field;
    if (!field->kind || !field->type || !field->name || !*field->name || field->number > CRMI_CUSTOM_LAST) return CRM_OK;
    field->flags &= crmi_definitions_flags(field->type) | CRMI_FIELD_TRACKED;
    take_label(make);
    take_synonyms(make);
    field->field = crmi_custom_field(field->kind, field->number, field->type);
    find_domain(make);
    return CRM_ROW;
}

static int by_kind(const void *a, const void *b) {
    const crmi_field *x = a, *y = b;
    if (x->kind != y->kind) return x->kind < y->kind ? -1 : 1;
    return x->number < y->number ? -1 : x->number > y->number;
}

int crmi_definitions_of_fields(const crmi_field *fields, size_t count, crmi_definitions **out) {
    size_t names = 0;
    for (size_t i = 0; i < count; i++) names += strlen(fields[i].name) + 1;
    crmi_definitions *made = crmi_definitions_new();
    crmi_field *copies = made ? malloc(count * sizeof *copies + names + 1) : NULL;
    if (!copies) {
        crmi_definitions_release(made);
        return crmi_error_nomem();
    }
    made->fields = copies;
    made->field_count = count;
    making make = {.at = (char *)(copies + count)};
    for (size_t i = 0; i < count; i++) {
        const char *name = keep(&make, fields[i].name, strlen(fields[i].name));
        copies[i] = fields[i];
        copies[i].name = copies[i].english = copies[i].german = name;
    }
    *out = made;
    return CRM_OK;
}

int crmi_definitions_read_fields(crmi_definitions *definitions, size_t bytes) {
    size_t count = 0, made = 0;
    for (size_t i = 0; i < definitions->record_count; i++) count += definitions->records[i].kind == CRM_KIND_CUSTOM_FIELD;
    if (!count) return CRM_OK;
    crmi_field *fields = malloc(count * (sizeof *fields + sizeof(crmi_domain)) + bytes * 2);
    if (!fields) return crmi_error_nomem();
    definitions->fields = fields;
    crmi_domain *domains = (crmi_domain *)(fields + count);
    making make = {.at = (char *)(domains + count)};
    for (size_t i = 0; i < definitions->record_count; i++) {
        if (definitions->records[i].kind != CRM_KIND_CUSTOM_FIELD) continue;
        make.field = &fields[made];
        make.domain = &domains[made];
        int rc = read_field(&make, &definitions->records[i]);
        if (rc < 0) return rc;
        made += rc == CRM_ROW;
    }
    definitions->field_count = made;
    qsort(fields, made, sizeof *fields, by_kind);
    return CRM_OK;
}
