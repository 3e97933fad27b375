/* SPDX-License-Identifier: MIT */
/* A store in a folder of its own, filled from a text: records "label kind name=value name=value", divided by ';'. Values are texts, 0 or 1,
 * days counted from SCENE_DAY, and labels of other records. The party "p" is there always and owns what names no other party; kind "global"
 * stands for the store's own quote defaults. Lists are divided by ','. Kind "archive" archives the record that it names once all others
 * are stored.
 *
 * Header only: it calls the library, with which each program is linked in its own way. */
#ifndef CRM_TESTS_SUPPORT_SCENE_H
#define CRM_TESTS_SUPPORT_SCENE_H
#include <criterion/criterion.h>
#include <ftw.h>
#include <libcrm/crm.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SCENE_DAY 20000 /* today */
#define SCENE_RECORDS 64

struct item {
    char label[8], kind[20], fields[200];
    crm_id id;
};

struct data {
    crm_txn *txn;
    struct item items[SCENE_RECORDS];
    size_t count;
};

struct scene {
    crm_db *db;
    struct data data;
};

/* --- a store of its own --- */

static char folder[200];

static inline crm_db *scene_open_store(void) {
    crm_db_options options = {.size = sizeof options, .flags = CRM_DB_CREATE, .fixed_time = SCENE_DAY * INT64_C(86400000000)};
    crm_db *db;
    const char *base = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%.150s/crm-quote-XXXXXX", base && *base ? base : "/tmp");
    cr_assert(mkdtemp(folder));
    cr_assert(crm_db_open(folder, &options, &db) == CRM_OK, "open: %s", crm_error_text());
    return db;
}

static inline int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk) {
    (void)status, (void)type, (void)walk;
    return remove(path);
}

static inline void scene_close_store(crm_db *db) {
    crm_db_close(db);
    nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* --- records from text: "label kind name=value name=value", divided by ';' --- */

static inline crm_id scene_id(const struct data *data, const char *label) {
    for (size_t i = 0; i < data->count; i++)
        if (!strcmp(data->items[i].label, label)) return data->items[i].id;
    cr_assert(false, "no record %s", label);
    return 0;
}

static inline const char *scene_label(const struct data *data, crm_id id) {
    for (size_t i = 0; i < data->count; i++)
        if (id && data->items[i].id == id) return data->items[i].label;
    return "?";
}

static inline void scene_parse(struct data *data, const char *text) {
    char copy[4000], *save = NULL;
    snprintf(copy, sizeof copy, "%s", text);
    data->count = 0;
    for (char *part = strtok_r(copy, ";", &save); part; part = strtok_r(NULL, ";", &save)) {
        struct item *item = &data->items[data->count++];
        *item = (struct item){0};
        cr_assert(data->count < SCENE_RECORDS && sscanf(part, " %7s %19s %199[^;]", item->label, item->kind, item->fields) >= 2,
                  "bad row: %s", part);
    }
    for (size_t i = 0; i < data->count; i++)
        if (!strcmp(data->items[i].label, "p")) return;
    data->items[data->count++] = (struct item){"p", "party", "", 0};
}

static inline int add_items(crm_record *record, crm_field field, const char *value) {
    int rc = CRM_OK;
    for (const char *at = value; rc == CRM_OK && *at;) {
        size_t size = strcspn(at, ",");
        rc = crm_record_add_item(record, field, at, size);
        at += size + (at[size] == ',');
    }
    return rc;
}

static inline void set_value(const struct data *data, crm_record *record, crm_field field, const char *value) {
    int rc = CRM_E_TYPE;
    switch (crm_field_type(field)) {
    case CRM_TYPE_TEXT: rc = crm_record_set_text(record, field, value, CRM_NTS); break;
    case CRM_TYPE_BOOL: rc = crm_record_set_bool(record, field, atoi(value)); break;
    case CRM_TYPE_DATE: rc = crm_record_set_date(record, field, SCENE_DAY + atoi(value)); break; /* counted from SCENE_DAY */
    case CRM_TYPE_INT: rc = crm_record_set_int(record, field, atoi(value)); break;
    case CRM_TYPE_TEXTS: rc = add_items(record, field, value); break;
    case CRM_TYPE_ID: rc = crm_record_set_id(record, field, scene_id(data, value)); break;
    default: break;
    }
    cr_assert(rc == CRM_OK, "%s=%s: %s", crm_field_name(field), value, crm_error_text());
}

static inline void set_fields(const struct data *data, crm_record *record, const char *kind, const char *fields) {
    char copy[200], path[64], *save = NULL;
    snprintf(copy, sizeof copy, "%s", fields);
    for (char *pair = strtok_r(copy, " ", &save); pair; pair = strtok_r(NULL, " ", &save)) {
        char *value = strchr(pair, '=');
        cr_assert(value, "bad field: %s", pair);
        *value = '\0';
        snprintf(path, sizeof path, "%s.%s", kind, pair);
        cr_assert(crm_field_find(path), "no field %s", path);
        set_value(data, record, crm_field_find(path), value + 1);
    }
}

static inline int archive(const struct data *data, struct item *item) {
    item->id = UINT64_MAX;
    return crm_record_archive(data->txn, scene_id(data, strchr(item->fields, '=') + 1), 0);
}

/* The store's own terms are written as kind "global". */
static inline int store(struct data *data, struct item *item) {
    if (!strcmp(item->kind, "archive")) return archive(data, item);
    bool global = !strcmp(item->kind, "global");
    const char *kind = global ? "quote_defaults" : item->kind;
    crm_record *record;
    cr_assert(crm_record_new(crm_kind_find(kind), &record) == CRM_OK, "kind %s", kind);
    if (!strcmp(kind, "party")) set_fields(data, record, kind, "name=Muster type=organisation");
    if (!strcmp(kind, "contact")) set_fields(data, record, kind, "name=Person");
    if (!strcmp(kind, "group")) set_fields(data, record, kind, "name=Gruppe");
    set_fields(data, record, kind, item->fields);
    crm_field owner = crm_field_next(crm_record_kind(record), 0);
    if (!global && crm_field_flags(owner) & CRM_FIELD_KEY && !crm_record_has(record, owner))
        crm_record_set_id(record, owner, scene_id(data, "p"));
    int rc = crm_record_put(data->txn, record, &item->id, NULL);
    crm_record_free(record);
    return rc;
}

static inline bool is_of_party(const struct item *item) {
    static const char *const others[] = {"party", "group", "code", "setting", "policy", "rule", "global", "custom_field"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (!strcmp(item->kind, others[i])) return false;
    return true;
}

/* May it be stored: is everything there that it names (of rules all custom fields), or to be archived: everything at all? */
static inline bool is_ready(const struct data *data, const struct item *item) {
    if (item->id || (is_of_party(item) && !scene_id(data, "p"))) return false;
    for (size_t i = 0; i < data->count; i++) {
        char reference[12];
        snprintf(reference, sizeof reference, "=%s", data->items[i].label);
        const char *found = strstr(item->fields, reference);
        char after = found ? found[strlen(reference)] : '?';
        bool named = found && (after == ' ' || after == '\0');
        bool waits = !strcmp(item->kind, "archive") && strcmp(data->items[i].kind, "archive") != 0;
        if (!strcmp(item->kind, "rule") && !strcmp(data->items[i].kind, "custom_field")) waits = true;
        if ((named || waits) && !data->items[i].id) return false;
    }
    return true;
}

/* Stores all in an order that the seed decides. */
static inline void scene_build(struct data *data, unsigned seed) {
    for (size_t left = data->count; left;) {
        seed = seed * 1103515245u + 12345u;
        size_t start = seed / 65536u % data->count, i = 0;
        while (i < data->count && !is_ready(data, &data->items[(start + i) % data->count])) i++;
        cr_assert(i < data->count, "records that name each other");
        struct item *item = &data->items[(start + i) % data->count];
        cr_assert(store(data, item) == CRM_OK, "%s %s: %s", item->label, item->fields, crm_error_text());
        left--;
    }
}

static inline crm_record *scene_given(const struct data *data, const char *fields) {
    crm_record *given = NULL;
    if (!fields) return NULL;
    cr_assert(crm_record_new(CRM_KIND_QUOTE, &given) == CRM_OK);
    set_fields(data, given, "quote", fields);
    return given;
}

static inline void scene_begin(struct scene *scene, const char *stored) {
    scene->db = scene_open_store();
    scene_parse(&scene->data, stored);
    cr_assert(crm_txn_begin(scene->db, CRM_TXN_WRITE, CRM_ACTOR_SYSTEM, &scene->data.txn) == CRM_OK);
    scene_build(&scene->data, 1);
    cr_assert(crm_txn_commit(scene->data.txn) == CRM_OK);
    crm_txn_free(scene->data.txn);
    cr_assert(crm_txn_begin(scene->db, 0, CRM_ACTOR_SYSTEM, &scene->data.txn) == CRM_OK);
}

static inline void scene_end(struct scene *scene) {
    crm_txn_free(scene->data.txn);
    scene_close_store(scene->db);
}
#endif
