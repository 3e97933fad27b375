/* SPDX-License-Identifier: MIT */
/* What a transaction of many writes remembers, so that it does not ask and compute it for each record: ids, and the party that it has made
 * last. Others remember nothing: how long a call takes may tell nobody which ids others have asked for. */
#ifndef CRMI_STORE_MEMO_H
#define CRMI_STORE_MEMO_H
#include "store/store.h"

enum { CRMI_MEMO_IDS = 32 };
typedef struct crmi_memo_id {
    crmi_packed packed;
    crm_id id;
} crmi_memo_id;

typedef struct crmi_memo {
    crmi_memo_id by_packed[CRMI_MEMO_IDS], by_id[CRMI_MEMO_IDS];
    uint32_t root;       /* of the party; 0: none, or something of it was taken away */
    uint32_t locals[64]; /* how many records of each kind it has: all from 1 on are there, and none beyond */
} crmi_memo;

crm_id crmi_memo_public(crmi_memo *memo, const crmi_id_key *key, crmi_packed packed);
crmi_packed crmi_memo_internal(crmi_memo *memo, const crmi_id_key *key, crm_id id);
/* All of these are for no memo too (NULL). */
void crmi_memo_made(crmi_memo *memo, uint32_t root);        /* a party's number, which nothing has yet */
void crmi_memo_put(crmi_memo *memo, crmi_packed id);        /* a record is stored */
void crmi_memo_forget(crmi_memo *memo);                     /* one is deleted or moved */
bool crmi_memo_knows(const crmi_memo *memo, uint32_t root); /* it is the party */
bool crmi_memo_has(const crmi_memo *memo, crmi_packed id);  /* the record is there; its own one is not asked for here */
#endif
