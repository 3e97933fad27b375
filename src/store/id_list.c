/* SPDX-License-Identifier: MIT */
/* An entry: mark and kind in one byte; the local number, and in its lowest bit whether the root is another one; then how many roots further
 * on or back. Both are numbers of seven bits a byte, the lowest first. */
#include "store/id_list.h"
#include <libcrm/status.h>

static void add_number(crmi_buffer *out, uint32_t number) {
    for (; number > 127; number >>= 7) crmi_buffer_byte(out, (uint8_t)(number | 128));
    crmi_buffer_byte(out, (uint8_t)number);
}

static bool next_number(const uint8_t **at, const uint8_t *end, uint32_t *out) {
    *out = 0;
    for (unsigned shift = 0; shift < 35; shift += 7) {
        if (*at == end) return false;
        uint8_t byte = *(*at)++;
        if (shift == 28 && byte > 15) return false;
        *out |= (uint32_t)(byte & 127) << shift;
        if (byte < 128) return true;
    }
    return false;
}

/* On: even, back: odd. */
static uint32_t step_of(uint32_t from, uint32_t to) { return to >= from ? (to - from) << 1 : ((from - to) << 1) - 1; }

void crmi_id_list_add(crmi_buffer *out, uint32_t *root, crmi_packed id, uint32_t mark) {
    uint32_t step = step_of(*root, crmi_id_root(id));
    crmi_buffer_byte(out, (uint8_t)(mark << 6 | crmi_id_kind(id)));
    add_number(out, crmi_id_local(id) << 1 | (step != 0));
    if (step) add_number(out, step);
    *root = crmi_id_root(id);
}

int crmi_id_list_next(const uint8_t **at, const uint8_t *end, uint32_t *root, crmi_packed *id, uint32_t *mark) {
    uint32_t local, step = 0;
    if (*at == end) return CRM_OK;
    uint8_t first = *(*at)++;
    if (!next_number(at, end, &local) || local >> 1 > CRMI_LOCAL_MAX) return CRM_E_CORRUPT;
    if (local & 1 && (!next_number(at, end, &step) || !step)) return CRM_E_CORRUPT;
    uint64_t to = step & 1 ? *root - ((uint64_t)step + 1) / 2 : *root + (uint64_t)step / 2;
    if (to > CRMI_ROOT_MAX) return CRM_E_CORRUPT;
    *root = (uint32_t)to;
    *id = crmi_id_pack(*root, first & 63, local >> 1);
    *mark = first >> 6;
    return CRM_ROW;
}
