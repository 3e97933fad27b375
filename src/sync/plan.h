/* SPDX-License-Identifier: MIT */
/* Plans: an apply that is watched. plan.c takes down what each row does, plan_save.c writes and reads plans, plan_tell.c tells them. */
#ifndef CRMI_SYNC_PLAN_H
#define CRMI_SYNC_PLAN_H
#include "sync/file.h"

#define CRMI_PLAN_NONE SIZE_MAX

typedef struct crmi_plan_line {
    uint64_t digest;  /* of all that the row does; 0: nothing */
    uint64_t planned; /* the digest that it had when it was planned */
    crm_id record;    /* of the row; 0: new, or none */
    uint32_t kind;
} crmi_plan_line;

typedef struct crmi_plan_change {
    uint32_t row, column; /* positions; column from 1 in its part, 0: none */
    uint32_t kind;
    crm_field field;
    crm_id record;         /* 0: new */
    size_t old_at, now_at; /* in texts; CRMI_PLAN_NONE: no value */
    size_t name_at;        /* what a stored record is called; CRMI_PLAN_NONE: nothing */
    size_t order;
} crmi_plan_change;

typedef struct crmi_plan_changes {
    crmi_plan_change *list; /* by row, once the run has ended */
    size_t count, capacity;
    crmi_buffer texts;
} crmi_plan_changes;

struct crm_plan {
    crm_sync *sync;            /* its own rows, with their outcomes and errors */
    char uuid[33];             /* of the store */
    crmi_plan_line *lines;     /* by row */
    crmi_plan_changes changes; /* of the latest run */
    crmi_plan_changes planned; /* those that were planned, once it was applied */
    bool applied;
    size_t name_at; /* of the record at hand */
    crmi_buffer scratch;
    crmi_buffer out; /* what was told last */
};

/* apply.c: runs the plan's rows. planning: nothing is stored; else rows that do not what was planned are refused. */
int crmi_sync_watch(crm_plan *plan, crmi_db *db, crm_id actor, bool planning);

/* plan.c */
int crmi_plan_new(crm_sync *sync, const char *uuid, crm_plan **out); /* takes sync over where it succeeds */
void crmi_plan_free(crm_plan *plan);
void crmi_plan_begin(crm_plan *plan, bool planning); /* a run begins; what was planned is kept, for comparing */
int crmi_plan_take(crm_plan *plan, const crmi_sync_file *file, const crmi_sync_group *group); /* merged, not written yet */
bool crmi_plan_is_stale(const crm_plan *plan, size_t row);
void crmi_plan_sort(crm_plan *plan); /* changes by row */
void crmi_plan_end(crm_plan *plan);  /* a run has ended: changes by row, of rows that were not refused */
static inline const char *crmi_plan_text(const crmi_plan_changes *of, size_t at) {
    return at == CRMI_PLAN_NONE ? NULL : (const char *)of->texts.data + at;
}

/* plan_save.c */
void crmi_plan_pack_sheets(const crm_sync *sync, crmi_buffer *out); /* columns and rows */
int crmi_plan_copy_rows(const crm_sync *sync, crm_sync **out);
int crmi_plan_save(crm_plan *plan);
int crmi_plan_load(const void *bytes, size_t size, const char *uuid, crmi_definitions *definitions, crm_plan **out);

/* plan_tell.c */
uint64_t crmi_plan_count(const crm_plan *plan, const char *sheet, uint32_t action); /* sheet NULL: all */
int crmi_plan_row(const crm_plan *plan, size_t row, crm_record **out);
int crmi_plan_change_record(const crm_plan *plan, size_t change, crm_record **out);
int crmi_plan_json(crm_plan *plan);
int crmi_plan_explain(crm_plan *plan);
int crmi_plan_stale(crm_plan *plan, size_t row); /* CRM_E_STALE and what is not as it was planned; the changes are sorted */
#endif
