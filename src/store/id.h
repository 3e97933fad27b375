/* SPDX-License-Identifier: MIT */
/* Identity. Inside: root (28 bits) | kind (6) | local (18), packed into 52 bits; as eight big-endian bytes it is the key in table file.
 * Outside: a keyed permutation of the same 52 bits, so that an id says nothing of order or count. */
#ifndef CRMI_STORE_ID_H
#define CRMI_STORE_ID_H
#include <libcrm/types.h>
#include <stdbool.h>

typedef uint64_t crmi_packed; /* 0 = none */

#define CRMI_ROOT_MAX UINT32_C(0xfffffff)
#define CRMI_LOCAL_MAX UINT32_C(0x3ffff)
#define CRMI_ROOT_GROUP UINT32_C(0x8000000) /* set in the roots of groups, so that a root tells what owns the records below it */

typedef struct crmi_id_key {
    uint64_t round[8];
} crmi_id_key;

static inline crmi_packed crmi_id_pack(uint32_t root, uint32_t kind, uint32_t local) {
    return (uint64_t)root << 24 | (uint64_t)(kind & 63) << 18 | (local & CRMI_LOCAL_MAX);
}
static inline uint32_t crmi_id_root(crmi_packed id) { return (uint32_t)(id >> 24) & CRMI_ROOT_MAX; }
static inline uint32_t crmi_id_kind(crmi_packed id) { return (uint32_t)(id >> 18) & 63; }
static inline uint32_t crmi_id_local(crmi_packed id) { return (uint32_t)id & CRMI_LOCAL_MAX; }

void crmi_id_key_make(crmi_id_key *key, const uint8_t secret[16]);
crm_id crmi_id_public(const crmi_id_key *key, crmi_packed id);   /* 0 -> 0 */
crmi_packed crmi_id_internal(const crmi_id_key *key, crm_id id); /* 0 and anything >= 2^52 -> 0 */
#endif
