/* SPDX-License-Identifier: MIT */
/* The JSON writer, and the buffer and error detail under it. */
#include "base/clock.h"
#include "base/error.h"
#include "base/json.h"
#include "base/utf8.h"
#include "support/json.h"
#include <criterion/criterion.h>
#include <libcrm/error.h>
#include <string.h>

Test(base_json, structure) {
    crmi_buffer out = {0};
    crmi_json_open(&out, '{');
    crmi_json_key(&out, "list");
    crmi_json_open(&out, '[');
    crmi_json_int(&out, -1);
    crmi_json_bool(&out, true);
    crmi_json_null(&out);
    crmi_json_open(&out, '{');
    crmi_json_close(&out, '}');
    crmi_json_open(&out, '[');
    crmi_json_close(&out, ']');
    crmi_json_text(&out, "[", 1);
    crmi_json_text(&out, "{:", 2);
    crmi_json_close(&out, ']');
    crmi_json_key(&out, "next");
    crmi_json_bool(&out, false);
    crmi_json_close(&out, '}');
    const char *text = crmi_buffer_string(&out);
    cr_expect_str_eq(text, "{\"list\":[-1,true,null,{},[],\"[\",\"{:\"],\"next\":false}", "%s", text);
    cr_expect(test_json_valid(text));
    crmi_buffer_free(&out);
}

Test(base_json, escapes) {
    char every[256];
    size_t size = 0;
    for (int c = 1; c < 0x80; c++) every[size++] = (char)c;
    strcpy(every + size, "ÄÖ\xf0\x9f\x98\x80");
    crmi_buffer out = {0};
    crmi_json_text(&out, every, strlen(every));
    const char *text = crmi_buffer_string(&out);
    cr_expect(test_json_valid(text), "%s", text);
    cr_expect(test_json_is(text, "", every));
    cr_expect(strstr(text, "\\u0001") && strstr(text, "\\n") && strstr(text, "\\\"") && strstr(text, "\\\\"), "%s", text);
    crmi_buffer_clear(&out);
    crmi_json_text(&out, "a\0b", 3);
    cr_expect_str_eq(crmi_buffer_string(&out), "\"a\\u0000b\"");
    crmi_buffer_free(&out);
}

/* The value as the writer gives it. */
static const char *written(crmi_buffer *out, void (*write)(crmi_buffer *, int64_t), int64_t value) {
    crmi_buffer_clear(out);
    write(out, value);
    return crmi_buffer_string(out);
}

Test(base_json, values) {
    static const struct {
        void (*write)(crmi_buffer *, int64_t);
        int64_t value;
        const char *expected;
    } cases[] = {
        {crmi_json_int, INT64_MIN, "-9223372036854775808"},
        {crmi_json_int, INT64_MAX, "9223372036854775807"},
        {crmi_json_amount, 199900, "\"19.99\""},
        {crmi_json_amount, -1, "\"-0.0001\""},
        {crmi_json_amount, 200000, "\"20\""},
        {crmi_json_amount, 0, "\"0\""},
        {crmi_json_amount, -1005000, "\"-100.5\""},
        {crmi_json_amount, INT64_MAX, "\"922337203685477.5807\""},
        {crmi_json_amount, INT64_MIN, "\"-922337203685477.5808\""},
        {crmi_json_date, 20484, "\"2026-01-31\""},
        {crmi_json_date, CRMI_DAY_MIN, "\"0001-01-01\""},
        {crmi_json_date, CRMI_DAY_MAX, "\"9999-12-31\""},
        {crmi_json_date, CRMI_DAY_MAX + 1, "2932897"},
        {crmi_json_date, INT64_MIN, "-9223372036854775808"},
        {crmi_json_time, 0, "\"1970-01-01T00:00:00.000000Z\""},
        {crmi_json_time, -1, "\"1969-12-31T23:59:59.999999Z\""},
        {crmi_json_time, 20484 * CRMI_US_A_DAY + INT64_C(43200000001), "\"2026-01-31T12:00:00.000001Z\""},
        {crmi_json_time, INT64_MAX, "9223372036854775807"},
    };
    crmi_buffer out = {0};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *got = written(&out, cases[i].write, cases[i].value);
        cr_expect_str_eq(got, cases[i].expected, "%s, not %s", got, cases[i].expected);
    }
    crmi_buffer_free(&out);
}

Test(base_json, buffer) {
    crmi_buffer out = {0};
    cr_expect_str_eq(crmi_buffer_string(&out), "");
    for (int i = 0; i < 1000; i++) crmi_buffer_text(&out, "0123456789");
    cr_expect_eq(out.size, 10000u);
    cr_expect_str_eq(crmi_buffer_string(&out) + 9990, "0123456789");
    cr_expect_eq(out.size, 10000u, "the NUL counts");
    uint8_t *room = crmi_buffer_reserve(&out, 5000);
    cr_assert(room);
    memset(room, 'x', 5000);
    out.size += 5000;
    cr_expect_eq(out.data[14999], 'x');
    cr_expect_null(crmi_buffer_reserve(&out, SIZE_MAX - 100), "more than there can be");
    cr_expect(out.failed);
    crmi_buffer_text(&out, "after");
    cr_expect_eq(out.size, 15000u, "written after a failure");
    cr_expect_null(crmi_buffer_string(&out));
    crmi_buffer_clear(&out);
    cr_expect(!out.failed && out.size == 0);
    crmi_buffer_free(&out);
    cr_expect(out.data == NULL && out.capacity == 0);
}

Test(base_json, error_detail) {
    char text[600];
    cr_expect_eq(crm_error_status(), CRM_OK);
    cr_expect_str_eq(crm_error_text(), "");
    cr_expect_eq(crmi_error_set_row(CRM_E_CODE, 17015, 42, "no country %s", "XX"), CRM_E_CODE);
    cr_expect(crm_error_status() == CRM_E_CODE && crm_error_field() == 17015 && crm_error_row() == 42);
    cr_expect_str_eq(crm_error_text(), "no country XX");
    cr_expect_eq(crmi_error_set(CRM_E_IO, 0, "again: %s", crm_error_text()), CRM_E_IO);
    cr_expect_str_eq(crm_error_text(), "again: no country XX", "a text may be made from the one before");
    cr_expect_eq(crm_error_row(), 0u);
    for (size_t before = 0; before < 4; before++) { /* cut inside a character, wherever it falls */
        memset(text, 'a', before);
        for (size_t at = before; at + 4 < sizeof text; at += 4) memcpy(text + at, "\xf0\x9f\x98\x80", 5);
        crmi_error_set(CRM_E_INVALID, 0, "%s", text);
        size_t size = strlen(crm_error_text());
        cr_expect(size > 200 && size < 256 && crmi_utf8_check(crm_error_text(), size), "%zu bytes", size);
    }
    cr_expect_eq(crmi_error_nomem(), CRM_E_NOMEM);
    cr_expect_eq(crm_error_status(), CRM_E_NOMEM);
}

Test(base_json, statuses) {
    cr_expect_str_eq(crm_status_name(CRM_E_STALE), "CRM_E_STALE");
    cr_expect_str_eq(crm_status_name(CRM_OK), "CRM_OK");
    cr_expect_str_eq(crm_status_text(CRM_E_NOTFOUND), "no such record");
    cr_expect_eq(crm_status_class_of(CRM_E_CONFLICT), CRM_CLASS_RETRY);
    cr_expect_eq(crm_status_class_of(CRM_ROW), CRM_CLASS_OUTCOME);
    cr_expect(crm_status_name(-999) == NULL && crm_status_text(99) == NULL);
    cr_expect_eq(crm_status_class_of(-999), -1);
    int known = 0;
    for (int status = -100; status <= 100; status++) {
        if (!crm_status_name(status)) continue;
        known++;
        cr_expect(*crm_status_text(status) && crm_status_class_of(status) >= 0, "status %d", status);
        cr_expect_eq(status < 0, strncmp(crm_status_name(status), "CRM_E_", 6) == 0, "%s is %d", crm_status_name(status), status);
    }
    cr_expect(known >= 34, "%d statuses", known);
}
