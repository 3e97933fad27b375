/* SPDX-License-Identifier: MIT */
/* Around calls whose failure is an answer and no failure: the thread's error stays what it was. */
#ifndef CRMI_EXCHANGE_KEPT_H
#define CRMI_EXCHANGE_KEPT_H
#include <libcrm/error.h>
#include <stdio.h>

typedef struct crmi_kept {
    int status;
    crm_field field;
    uint64_t row;
    char text[256];
} crmi_kept;

static inline crmi_kept crmi_keep(void) {
    crmi_kept kept = {.status = crm_error_status(), .field = crm_error_field(), .row = crm_error_row()};
    snprintf(kept.text, sizeof kept.text, "%s", crm_error_text());
    return kept;
}
/* Nothing where there was no error yet: then the answer stays, which nobody asks for. */
static inline void crmi_restore(const crmi_kept *kept) {
    if (kept->status < 0) crm_error_report(kept->status, kept->field, kept->row, kept->text);
}
#endif
