/* SPDX-License-Identifier: MIT */
/* Where unique values were found: a table in memory that names the record which had a value when it was looked up last. It promises
 * nothing: who asks reads that record and sees whether it has the value in his snapshot; unique as it is, no other can have it then.
 * Any thread may ask and note at any time; nothing waits. */
#ifndef CRMI_STORE_HINT_H
#define CRMI_STORE_HINT_H
#include "engine/engine.h"
#include "store/id.h"

typedef struct crmi_hints crmi_hints;

crmi_hints *crmi_hints_new(void); /* NULL without memory */
void crmi_hints_free(crmi_hints *hints);
/* The record that is noted for a key, or for one that looks like it; 0: none. */
crmi_packed crmi_hints_find(crmi_hints *hints, crmi_slice key);
void crmi_hints_note(crmi_hints *hints, crmi_slice key, crmi_packed id);
#endif
