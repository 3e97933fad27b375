/* SPDX-License-Identifier: MIT */
/* Where a new store is made: in a folder beside its place, which takes the place when all is there. */
#ifndef CRMI_MODEL_PLACE_H
#define CRMI_MODEL_PLACE_H

typedef struct crmi_store_place {
    char *path, *work; /* where the store is to be, and where it is made; NULL: in its place already, or none */
} crmi_store_place;

/* CRM_E_EXISTS where there is anything at path but an empty folder. The work's folder is only named. */
int crmi_store_place_begin(crmi_store_place *place, const char *path);
int crmi_store_place_move(crmi_store_place *place); /* the store is closed; CRM_E_EXISTS, CRM_E_IO */
void crmi_store_place_end(crmi_store_place *place); /* what did not move is removed */
#endif
