/* SPDX-License-Identifier: MIT */
/* Which options a customer may have: his rules and those of his groups, brought into an order in which each code is answered in a time that
 * its length alone decides, but for the search of its place. */
#ifndef CRMI_MODEL_OPTION_H
#define CRMI_MODEL_OPTION_H
#include "store/store.h"

typedef struct crmi_options crmi_options;

/* The rules of a party and its groups on a day: three round trips, whatever their number. *out is to be freed in any case. CRM_E_TOO_BIG in
 * too many groups; CRM_E_CORRUPT; CRM_E_NOMEM. */
int crmi_options_read(crmi_txn *txn, crmi_packed party, int64_t day, crmi_options **out);
void crmi_options_free(crmi_options *options);
/* Whether an option is allowed, and the rule that says so; 0: none does, or one that the actor does not see. The first code that no rule
 * fits asks for the setting. */
int crmi_options_answer(crmi_options *options, const char *code, size_t size, bool *allowed, crm_id *rule);
#endif
