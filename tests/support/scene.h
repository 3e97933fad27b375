/* SPDX-License-Identifier: MIT */
/* A store in a folder of its own, filled from a text: records "label kind name=value name=value", divided by ';'. Values are texts, 0 or 1,
 * days counted from SCENE_DAY, and labels of other records. The party "p" is there always and owns what names no other party; kind "global"
 * stands for the store's own quote defaults. */
#ifndef CRM_TESTS_SUPPORT_SCENE_H
#define CRM_TESTS_SUPPORT_SCENE_H
#include <libcrm/crm.h>
#include <stdbool.h>

#define SCENE_DAY 20000 /* today */
#define SCENE_RECORDS 24

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

/* An empty store, and its end with its folder. */
crm_db *scene_open_store(void);
void scene_close_store(crm_db *db);

/* Reads the text; then stores all in data->txn, in an order that the seed decides: what is named comes first. */
void scene_parse(struct data *data, const char *text);
void scene_build(struct data *data, unsigned seed);
/* The store, filled and committed, and a snapshot of it in data.txn. */
void scene_begin(struct scene *scene, const char *text);
void scene_end(struct scene *scene);

crm_id scene_id(const struct data *data, const char *label);
const char *scene_label(const struct data *data, crm_id id); /* "?" for others */
/* A record of kind quote from "name=value name=value"; NULL for NULL. */
crm_record *scene_given(const struct data *data, const char *fields);
#endif
