/* SPDX-License-Identifier: MIT */
/* Access roles: which kinds and fields may be named in them, and what they give. A user has a role once. */
#include "model/access_role.h"
#include "base/error.h"
#include "index/index.h"
#include "model/rules.h"
#include "store/definitions.h"
#include <stdlib.h>
#include <string.h>

#define BIT(kind) (UINT64_C(1) << CRM_KIND_##kind)
#define EVERYBODYS (BIT(CODE) | BIT(CUSTOM_FIELD)) /* read by all */
#define ADMINISTRATION                                                                                                                     \
    (BIT(USER) | BIT(BINDING) | BIT(CREDENTIAL) | BIT(ACCESS_ROLE) | BIT(USER_ROLE) | BIT(SETTING) | BIT(CUSTOM_FIELD) | BIT(POLICY) |     \
     BIT(RULE) | BIT(CODE) | BIT(OPTION_RULE) | BIT(IMPORT_RUN))
/* Whose fields bound users can be let change. */
#define OWN (BIT(PARTY) | BIT(ADDRESS) | BIT(CONTACT) | BIT(CHANNEL) | BIT(USAGE) | BIT(QUOTE_DEFAULTS) | BIT(IDENTIFIER))

/* --- kinds --- */

/* Those that "*" means. */
static uint64_t all_kinds(bool write) {
    uint64_t all = write ? 0 : BIT(QUOTE);
    for (uint32_t kind = 1; kind <= CRMI_KIND_MAX; kind++) {
        const crmi_kind *known = crmi_schema_kind(kind);
        if (known && known->placement != CRMI_COMPUTED) all |= UINT64_C(1) << kind;
    }
    return all & ~ADMINISTRATION;
}

/* The kinds of a list; *bad: the first name that has no place in it, NULL where all have one. */
static uint64_t kinds_of(const crmi_entry *list, bool write, const char **bad) {
    uint64_t nameable = all_kinds(write) | (write ? 0 : BIT(OPTION_RULE)), kinds = 0;
    const char *name = list ? list->text : NULL;
    *bad = NULL;
    for (uint32_t i = 0; list && i < list->items; i++, name += strlen(name) + 1) {
        uint64_t kind = UINT64_C(1) << crmi_schema_kind_find(name, strlen(name)) & nameable;
        if (strcmp(name, "*") == 0 && list->items == 1) kind = all_kinds(write);
        if (!kind && !*bad) *bad = name;
        kinds |= kind;
    }
    return kinds;
}

/* --- fields --- */

/* Whether values of another field are unique in this one: a change of it asks for values of others. */
static bool is_scope(const crmi_field *field) {
    const crmi_kind *kind = crmi_schema_kind(field->kind);
    for (uint32_t i = 0; i < kind->fields; i++)
        if (kind->first[i].scope == field->number) return true;
    return false;
}

static bool is_fixed(const crmi_field *field) {
    if (is_scope(field)) return true;
    if (field->flags & (CRM_FIELD_UNIQUE | CRM_FIELD_KEY | CRM_FIELD_SYSTEM) || !(OWN >> field->kind & 1)) return true;
    switch (field->field) {
    case CRM_PARTY_TYPE:
    case CRM_PARTY_ORDER_LOCK:
    case CRM_PARTY_DELIVERY_LOCK:
    case CRM_PARTY_DUNNING_LOCK:
    case CRM_PARTY_LOCK_REASON: return true;
    default: return strcmp(field->name, "archived") == 0;
    }
}

/* 0: there is none, or none that a bound user can be let change. */
static int field_of(crmi_txn *txn, const char *path, crm_field *out) {
    crmi_definitions *definitions;
    const crmi_field *field = crmi_schema_field(crm_field_find(path));
    int rc = field ? CRM_OK : crmi_txn_definitions(txn, &definitions);
    if (rc == CRM_OK && !field) field = crmi_definitions_path(definitions, path);
    *out = field && !is_fixed(field) ? field->field : 0;
    return rc;
}

static int add_field(crmi_access_rights *rights, crm_field field) {
    if (rights->field_count == rights->field_capacity) {
        size_t capacity = rights->field_capacity ? rights->field_capacity * 2 : 16;
        crm_field *fields = realloc(rights->fields, capacity * sizeof *fields);
        if (!fields) return crmi_error_nomem();
        rights->fields = fields;
        rights->field_capacity = capacity;
    }
    rights->fields[rights->field_count++] = field;
    return CRM_OK;
}

static int add_fields(crmi_txn *txn, const crmi_entry *list, crmi_access_rights *rights, const char **bad) {
    const char *path = list ? list->text : NULL;
    int rc = CRM_OK;
    *bad = NULL;
    for (uint32_t i = 0; rc == CRM_OK && list && i < list->items; i++, path += strlen(path) + 1) {
        crm_field field;
        rc = field_of(txn, path, &field);
        if (rc == CRM_OK && field) rc = add_field(rights, field);
        if (!field && !*bad) *bad = path;
    }
    return rc;
}

/* --- what roles give --- */

static bool is_set(const crm_record *role, crm_field field) { return crmi_object_integer(role, field, 0) != 0; }

static const crmi_entry *list_of(const crm_record *role, crm_field field) {
    const crmi_entry *entry = crmi_object_find(role, CRMI_FIELD_NUMBER(field));
    return entry && entry->type == CRM_TYPE_TEXTS ? entry : NULL;
}

int crmi_access_rights_add(crmi_txn *txn, const crmi_stored *stored, crmi_access_rights *rights) {
    const char *bad;
    crm_record *role;
    int rc = crmi_object_decode(txn, stored->id, stored->body, &role);
    if (rc < 0) return rc;
    rights->count++;
    rights->reads |= EVERYBODYS | kinds_of(list_of(role, CRM_ACCESS_ROLE_READ), false, &bad);
    rights->writes |= kinds_of(list_of(role, CRM_ACCESS_ROLE_WRITE), true, &bad);
    if (is_set(role, CRM_ACCESS_ROLE_PERSONAL)) rights->shown |= CRM_FIELD_PERSONAL;
    if (is_set(role, CRM_ACCESS_ROLE_PRICES)) rights->shown |= CRM_FIELD_PRICE;
    if (is_set(role, CRM_ACCESS_ROLE_ADMINISTRATION)) {
        rights->administers = true;
        rights->writes |= ADMINISTRATION;
    }
    rc = add_fields(txn, list_of(role, CRM_ACCESS_ROLE_FIELDS), rights, &bad);
    crm_record_free(role);
    return rc;
}

bool crmi_access_everything(const crmi_actor *actor) {
    uint64_t all = all_kinds(false) | all_kinds(true);
    return actor->staff && actor->administers && !actor->hidden && (all & ~actor->reads) == 0 && (all_kinds(true) & ~actor->writes) == 0;
}

void crmi_access_rights_free(crmi_access_rights *rights) { free(rights->fields); }

/* --- storing them --- */

static int refuse(crm_field field, const char *name, const char *what) {
    bool whole = strlen(name) <= 100; /* a cut could divide a character */
    return crmi_error_set(CRM_E_INVALID, field, "access_role.%s: %s%s%s", crm_field_name(field), whole ? name : "", whole ? " " : "", what);
}

int crmi_access_role_check(const crmi_putting *put) {
    const char *bad;
    crmi_access_rights rights = {0};
    kinds_of(list_of(put->rec, CRM_ACCESS_ROLE_READ), false, &bad);
    if (bad) return refuse(CRM_ACCESS_ROLE_READ, bad, "is no kind of record that can be named here");
    kinds_of(list_of(put->rec, CRM_ACCESS_ROLE_WRITE), true, &bad);
    if (bad) return refuse(CRM_ACCESS_ROLE_WRITE, bad, "is no kind of record that can be named here");
    int rc = add_fields(put->txn, list_of(put->rec, CRM_ACCESS_ROLE_FIELDS), &rights, &bad);
    if (rc == CRM_OK && bad) rc = refuse(CRM_ACCESS_ROLE_FIELDS, bad, "is no field that bound users can change");
    crmi_access_rights_free(&rights);
    return rc;
}

typedef struct twin_search {
    const crmi_putting *put;
    bool found;
} twin_search;

static int take_given(void *data, size_t read, const crmi_stored *stored) {
    (void)read;
    twin_search *search = data;
    crm_record *other;
    if (stored->id == search->put->id) return CRM_OK;
    int rc = crmi_object_decode(search->put->txn, stored->id, stored->body, &other);
    if (rc < 0) return rc;
    search->found |= crmi_object_integer(other, CRM_USER_ROLE_ROLE, 0) == crmi_object_integer(search->put->rec, CRM_USER_ROLE_ROLE, 0);
    crm_record_free(other);
    return CRM_OK;
}

#define BATCH 64

int crmi_user_role_check(const crmi_putting *put) {
    crmi_packed ids[BATCH];
    crmi_want wants[BATCH];
    twin_search search = {.put = put};
    crmi_page page = {.ids = ids, .limit = BATCH};
    crmi_packed user = crmi_store_packed(put->txn, (crm_id)crmi_object_integer(put->rec, CRM_USER_ROLE_USER, 0));
    int rc;
    crmi_index_id_range(&page, crmi_schema_field(CRM_USER_ROLE_USER), user);
    do {
        rc = crmi_index_page(put->txn, &page);
        for (size_t i = 0; i < page.count; i++) wants[i] = (crmi_want){ids[i], 0, 0};
        if (rc == CRM_OK && page.count) rc = crmi_store_read_many(put->txn, wants, page.count, take_given, &search);
    } while (rc == CRM_OK && page.more && !search.found);
    if (rc == CRM_OK && search.found) rc = crmi_error_set(CRM_E_EXISTS, CRM_USER_ROLE_ROLE, "the user has the role already");
    return rc;
}
