/* SPDX-License-Identifier: MIT */
/* Names of people, contacts and persons alike: without a name of its own, "first last", which follows its parts. */
#include "model/contact.h"
#include "base/error.h"
#include "model/rules.h"
#include <string.h>

static void add_word(crmi_buffer *out, const crmi_entry *entry) {
    if (!entry || !entry->size) return;
    if (out->size) crmi_buffer_byte(out, ' ');
    crmi_buffer_append(out, entry->text, entry->size);
}

static void compose(const crm_record *rec, crm_field first, crm_field last, crmi_buffer *out) {
    add_word(out, crmi_object_find(rec, CRMI_FIELD_NUMBER(first)));
    add_word(out, crmi_object_find(rec, CRMI_FIELD_NUMBER(last)));
}

static bool is_text(const crmi_entry *entry, const crmi_buffer *text) {
    return entry && entry->size == text->size && memcmp(entry->text, text->data, text->size) == 0;
}

/* Whether the name is what old's parts made, and nobody has set another: then it follows its parts. */
static int follows(const crm_record *rec, const crm_record *old, crm_field name, crm_field first, crm_field last, bool *yes) {
    crmi_buffer before = {0};
    compose(old, first, last, &before);
    *yes = before.size && is_text(crmi_object_find(old, CRMI_FIELD_NUMBER(name)), &before) &&
           is_text(crmi_object_find(rec, CRMI_FIELD_NUMBER(name)), &before);
    int rc = before.failed ? crmi_error_nomem() : CRM_OK;
    crmi_buffer_free(&before);
    return rc;
}

static int set_name(crm_record *rec, crm_field name, const crmi_buffer *text) {
    if (text->failed) return crmi_error_nomem();
    if (text->size > CRMI_LIMIT_TEXT_BYTES)
        return crmi_error_set(CRM_E_TOO_BIG, name, "first and last name make a name of %zu bytes, over the limit of %d", text->size,
                              (int)CRMI_LIMIT_TEXT_BYTES);
    return text->size ? crmi_object_set_text(rec, CRMI_FIELD_NUMBER(name), (const char *)text->data, text->size) : CRM_OK;
}

int crmi_contact_compose(crm_record *rec, const crm_record *old, crm_field name, crm_field first, crm_field last) {
    bool wanted = !crmi_object_find(rec, CRMI_FIELD_NUMBER(name));
    int rc = wanted || !old ? CRM_OK : follows(rec, old, name, first, last, &wanted);
    if (rc < 0 || !wanted) return rc;
    crmi_buffer out = {0};
    compose(rec, first, last, &out);
    rc = set_name(rec, name, &out);
    crmi_buffer_free(&out);
    return rc;
}

int crmi_contact_prepare(crmi_putting *put) {
    return crmi_contact_compose(put->rec, put->old, CRM_CONTACT_NAME, CRM_CONTACT_FIRST_NAME, CRM_CONTACT_LAST_NAME);
}
