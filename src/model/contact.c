/* SPDX-License-Identifier: MIT */
/* Names of people, contacts and persons alike: without a name of its own, "first last". */
#include "model/contact.h"
#include "base/error.h"
#include "model/rules.h"

static void add_word(crmi_buffer *out, const crmi_entry *entry) {
    if (!entry || !entry->size) return;
    if (out->size) crmi_buffer_byte(out, ' ');
    crmi_buffer_append(out, entry->text, entry->size);
}

int crmi_contact_compose(crm_record *rec, crm_field name, crm_field first, crm_field last) {
    crmi_buffer out = {0};
    if (crmi_object_find(rec, name % 1000)) return CRM_OK;
    add_word(&out, crmi_object_find(rec, first % 1000));
    add_word(&out, crmi_object_find(rec, last % 1000));
    int rc = out.failed ? crmi_error_nomem() : CRM_OK;
    if (rc == CRM_OK && out.size > CRMI_LIMIT_TEXT_BYTES)
        rc = crmi_error_set(CRM_E_TOO_BIG, name, "first and last name make a name of %zu bytes, over the limit of %d", out.size,
                            (int)CRMI_LIMIT_TEXT_BYTES);
    if (rc == CRM_OK && out.size) rc = crmi_object_set_text(rec, name % 1000, (const char *)out.data, out.size);
    crmi_buffer_free(&out);
    return rc;
}

int crmi_contact_prepare(crmi_putting *put) {
    return crmi_contact_compose(put->rec, CRM_CONTACT_NAME, CRM_CONTACT_FIRST_NAME, CRM_CONTACT_LAST_NAME);
}
