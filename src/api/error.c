/* SPDX-License-Identifier: MIT */
/* The thread's latest failure and the list of statuses, for callers. */
#include "base/error.h"
#include <libcrm/error.h>

typedef struct status_row {
    int status, class_of;
    const char *name, *text;
} status_row;

static const status_row statuses[] = {
#define CRM_STATUS(name, number, class_of, text) {number, CRM_CLASS_##class_of, "CRM_" #name, text},
#include "base/status.def"
#undef CRM_STATUS
};

static const status_row *find(int status) {
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++)
        if (statuses[i].status == status) return &statuses[i];
    return NULL;
}

int crm_error_status(void) { return crmi_error_last()->status; }

const char *crm_error_text(void) { return crmi_error_last()->text; }

crm_field crm_error_field(void) { return crmi_error_last()->field; }

uint64_t crm_error_row(void) { return crmi_error_last()->row; }

const char *crm_status_name(int status) {
    const status_row *row = find(status);
    return row ? row->name : NULL;
}

const char *crm_status_text(int status) {
    const status_row *row = find(status);
    return row ? row->text : NULL;
}

int crm_status_class_of(int status) {
    const status_row *row = find(status);
    return row ? row->class_of : -1;
}
