/* SPDX-License-Identifier: MIT */
/* The memory of a transaction of many writes: see memo.h. */
#include "store/memo.h"
#include <string.h>

static crmi_memo_id *packed_slot(crmi_memo *memo, crmi_packed packed) {
    return &memo->by_packed[packed * UINT64_C(0x9e3779b97f4a7c15) >> 32 & (CRMI_MEMO_IDS - 1)];
}

static crmi_memo_id *id_slot(crmi_memo *memo, crm_id id) { return &memo->by_id[id & (CRMI_MEMO_IDS - 1)]; }

/* 0 is 0 in slots that nothing was put in yet. */
static void remember(crmi_memo *memo, crmi_packed packed, crm_id id) {
    if (packed && id) *packed_slot(memo, packed) = *id_slot(memo, id) = (crmi_memo_id){packed, id};
}

crm_id crmi_memo_public(crmi_memo *memo, const crmi_id_key *key, crmi_packed packed) {
    const crmi_memo_id *known = packed_slot(memo, packed);
    if (known->packed == packed) return known->id;
    crm_id id = crmi_id_public(key, packed);
    remember(memo, packed, id);
    return id;
}

crmi_packed crmi_memo_internal(crmi_memo *memo, const crmi_id_key *key, crm_id id) {
    const crmi_memo_id *known = id_slot(memo, id);
    if (known->id == id) return known->packed;
    crmi_packed packed = crmi_id_internal(key, id);
    remember(memo, packed, id);
    return packed;
}

void crmi_memo_made(crmi_memo *memo, uint32_t root) {
    if (!memo) return;
    memo->root = root;
    memset(memo->locals, 0, sizeof memo->locals);
}

/* One that leaves a gap behind it may be anything. */
void crmi_memo_put(crmi_memo *memo, crmi_packed id) {
    if (!memo || crmi_id_root(id) != memo->root) return;
    uint32_t *local = &memo->locals[crmi_id_kind(id)];
    if (crmi_id_local(id) == *local + 1)
        ++*local;
    else if (crmi_id_local(id) > *local)
        memo->root = 0;
}

void crmi_memo_forget(crmi_memo *memo) {
    if (memo) memo->root = 0;
}

bool crmi_memo_knows(const crmi_memo *memo, uint32_t root) { return memo && root && memo->root == root; }

bool crmi_memo_has(const crmi_memo *memo, crmi_packed id) {
    return crmi_memo_knows(memo, crmi_id_root(id)) && crmi_id_local(id) && crmi_id_local(id) <= memo->locals[crmi_id_kind(id)];
}
