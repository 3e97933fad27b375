/* SPDX-License-Identifier: MIT */
/* Channels: the normalised value that finds them again. Mail addresses and the like in lower case without blanks at either end; phone,
 * mobile and fax numbers as their digits, with the plus of an international number: "00" in front means the same (ITU-T E.123, E.164). */
#include "model/channel.h"
#include "base/ascii.h"
#include "base/error.h"
#include "base/utf8.h"
#include "model/rules.h"
#include <libcrm/codes.h>
#include <string.h>

static bool is_number(const char *kind) {
    if (*kind == *CRM_CHANNEL_PHONE) return strcmp(kind, CRM_CHANNEL_PHONE) == 0;
    return strcmp(kind, *kind == *CRM_CHANNEL_FAX ? CRM_CHANNEL_FAX : CRM_CHANNEL_MOBILE) == 0;
}

/* "+49 (0)30 12-34" is +493012 34: a zero in brackets is dialled inside the country only. */
static void normalise_number(const char *text, size_t size, crmi_buffer *out) {
    uint8_t *begin = crmi_buffer_reserve(out, size), *to = begin;
    bool international = false;
    if (!begin) return;
    for (size_t i = 0; i < size; i++) {
        if (crmi_is_digit(text[i])) {
            *to++ = (uint8_t)text[i];
        } else if (text[i] == '+' && to == begin) {
            *to++ = '+';
            international = true;
        } else if (international && strncmp(text + i, "(0)", 3) == 0) {
            i += 2;
        }
    }
    if (!international && to - begin > 2 && memcmp(begin, "00", 2) == 0) {
        *begin = '+';
        memmove(begin + 1, begin + 2, (size_t)(to - begin) - 2);
        to--;
    }
    out->size += (size_t)(to - begin);
}

int crmi_channel_normalise(const char *kind, const char *text, size_t size, crmi_buffer *out) {
    if (is_number(kind)) normalise_number(text, size, out);
    if (out->size == 0 && !out->failed && crmi_utf8_fold(text, size, out) < 0) return crmi_error_nomem();
    return out->failed ? crmi_error_nomem() : CRM_OK;
}

int crmi_channel_prepare(crm_record *rec) {
    const crmi_entry *kind = crmi_object_find(rec, CRMI_FIELD_NUMBER(CRM_CHANNEL_TYPE)),
                     *value = crmi_object_find(rec, CRMI_FIELD_NUMBER(CRM_CHANNEL_VALUE));
    if (!kind || !value) return CRM_OK; /* check_required() says so */
    uint8_t room[CRMI_BUFFER_ROOM];
    crmi_buffer out = crmi_buffer_in(room, sizeof room);
    int rc = crmi_channel_normalise(kind->text, value->text, value->size, &out);
    if (rc == CRM_OK) rc = crmi_object_set_text(rec, CRMI_FIELD_NUMBER(CRM_CHANNEL_NORMALISED), (const char *)out.data, out.size);
    crmi_buffer_free(&out);
    return rc;
}
