/* SPDX-License-Identifier: MIT */
/* Writes JSON. A comma is due where the last byte ends a value: every value ends with a quote, a bracket, a digit or a letter. */
#include "base/json.h"
#include "base/clock.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void begin_value(crmi_buffer *buffer) {
    if (buffer->size == 0) return;
    uint8_t last = buffer->data[buffer->size - 1];
    if (last != '{' && last != '[' && last != ':') crmi_buffer_byte(buffer, ',');
}

void crmi_json_open(crmi_buffer *buffer, char bracket) {
    begin_value(buffer);
    crmi_buffer_byte(buffer, (uint8_t)bracket);
}

void crmi_json_close(crmi_buffer *buffer, char bracket) { crmi_buffer_byte(buffer, (uint8_t)bracket); }

void crmi_json_key(crmi_buffer *buffer, const char *name) {
    crmi_json_text(buffer, name, strlen(name));
    crmi_buffer_byte(buffer, ':');
}

static void put_escaped(crmi_buffer *buffer, uint8_t byte) {
    static const char hex[] = "0123456789abcdef";
    const char *found = strchr("\"\"\\\\\bb\ff\nn\rr\tt", byte); /* pairs: byte, letter */
    uint8_t escape[6] = {'\\', 'u', '0', '0', (uint8_t)hex[byte >> 4], (uint8_t)hex[byte & 15]};
    if (found && byte != '\0') escape[1] = (uint8_t)found[1];
    crmi_buffer_append(buffer, escape, found && byte != '\0' ? 2 : 6);
}

void crmi_json_text(crmi_buffer *buffer, const char *text, size_t size) {
    begin_value(buffer);
    crmi_buffer_byte(buffer, '"');
    size_t done = 0;
    for (size_t i = 0; i < size; i++) {
        uint8_t byte = (uint8_t)text[i];
        if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
        crmi_buffer_append(buffer, text + done, i - done);
        put_escaped(buffer, byte);
        done = i + 1;
    }
    crmi_buffer_append(buffer, text + done, size - done);
    crmi_buffer_byte(buffer, '"');
}

void crmi_json_int(crmi_buffer *buffer, int64_t value) {
    char text[24];
    begin_value(buffer);
    crmi_buffer_append(buffer, text, (size_t)snprintf(text, sizeof text, "%" PRId64, value));
}

void crmi_json_bool(crmi_buffer *buffer, bool value) {
    begin_value(buffer);
    crmi_buffer_text(buffer, value ? "true" : "false");
}

void crmi_json_null(crmi_buffer *buffer) {
    begin_value(buffer);
    crmi_buffer_text(buffer, "null");
}

void crmi_json_amount(crmi_buffer *buffer, int64_t amount) {
    char text[32];
    uint64_t size = amount < 0 ? 0 - (uint64_t)amount : (uint64_t)amount;
    int length = snprintf(text, sizeof text, "%s%" PRIu64 ".%04u", amount < 0 ? "-" : "", size / 10000, (unsigned)(size % 10000));
    while (text[length - 1] == '0') length--;
    if (text[length - 1] == '.') length--;
    crmi_json_text(buffer, text, (size_t)length);
}

void crmi_json_date(crmi_buffer *buffer, int64_t days) {
    char text[48];
    int year, month, day;
    if (days < CRMI_DAY_MIN || days > CRMI_DAY_MAX) {
        crmi_json_int(buffer, days);
        return;
    }
    crmi_clock_civil(days, &year, &month, &day);
    crmi_json_text(buffer, text, (size_t)snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day));
}

void crmi_json_time(crmi_buffer *buffer, int64_t microseconds) {
    char text[96];
    int year, month, day;
    int64_t days = crmi_clock_day_of(microseconds);
    if (days < CRMI_DAY_MIN || days > CRMI_DAY_MAX) {
        crmi_json_int(buffer, microseconds);
        return;
    }
    crmi_clock_civil(days, &year, &month, &day);
    int64_t rest = microseconds - days * CRMI_US_A_DAY;
    int seconds = (int)(rest / 1000000);
    int length = snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", year, month, day, seconds / 3600, seconds / 60 % 60,
                          seconds % 60, (int)(rest % 1000000));
    crmi_json_text(buffer, text, (size_t)length);
}
