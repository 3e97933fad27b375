/* SPDX-License-Identifier: MIT */
/* A recursive reader: each function gives the place behind what it read, NULL where the text is malformed. */
#include "support/json.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *skip_value(const char *at);

static const char *skip_space(const char *at) {
    while (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r') at++;
    return at;
}

static const char *skip_escape(const char *at) {
    if (*at != 'u') return *at && strchr("\"\\/bfnrt", *at) ? at + 1 : NULL;
    for (int i = 1; i <= 4; i++)
        if (!isxdigit((unsigned char)at[i])) return NULL;
    return at + 5;
}

static const char *skip_text(const char *at) {
    if (*at != '"') return NULL;
    for (at++; at && *at != '"';) {
        if ((unsigned char)*at < 0x20) return NULL;
        at = *at == '\\' ? skip_escape(at + 1) : at + 1;
    }
    return at ? at + 1 : NULL;
}

static const char *skip_digits(const char *at) {
    if (!isdigit((unsigned char)*at)) return NULL;
    while (isdigit((unsigned char)*at)) at++;
    return at;
}

static const char *skip_number(const char *at) {
    if (*at == '-') at++;
    at = *at == '0' ? at + 1 : skip_digits(at);
    if (at && *at == '.') at = skip_digits(at + 1);
    if (at && (*at == 'e' || *at == 'E')) at = skip_digits(at[1] == '-' || at[1] == '+' ? at + 2 : at + 1);
    return at;
}

/* The start of a member's value behind its name; in an array the place itself. */
static const char *skip_name(const char *at, char bracket) {
    if (bracket == '[') return skip_space(at);
    at = skip_text(skip_space(at));
    if (at) at = skip_space(at);
    return at && *at == ':' ? skip_space(at + 1) : NULL;
}

static const char *skip_list(const char *at) {
    char bracket = *at, close = bracket == '{' ? '}' : ']';
    at = skip_space(at + 1);
    if (*at == close) return at + 1;
    for (;;) {
        at = skip_name(at, bracket);
        if (at) at = skip_value(at);
        if (!at) return NULL;
        at = skip_space(at);
        if (*at == close) return at + 1;
        if (*at++ != ',') return NULL;
    }
}

static const char *skip_value(const char *at) {
    static const char *const words[] = {"true", "false", "null"};
    if (*at == '"') return skip_text(at);
    if (*at == '{' || *at == '[') return skip_list(at);
    for (size_t i = 0; i < 3; i++)
        if (strncmp(at, words[i], strlen(words[i])) == 0) return at + strlen(words[i]);
    return skip_number(at);
}

bool test_json_valid(const char *json) {
    const char *end = json ? skip_value(skip_space(json)) : NULL;
    return end && *skip_space(end) == '\0';
}

/* The value of a name or position, `size` bytes at `name`, in a list. */
static const char *find_in(const char *at, const char *name, size_t size) {
    char bracket = *at;
    if ((bracket != '{' && bracket != '[') || !skip_list(at)) return NULL;
    size_t position = 0, wanted = strtoul(name, NULL, 10);
    for (at = skip_space(at + 1); *at != '}' && *at != ']'; position++) {
        const char *key = skip_space(at);
        at = skip_name(at, bracket);
        bool found = bracket == '[' ? position == wanted : strncmp(key + 1, name, size) == 0 && key[size + 1] == '"';
        if (found) return at;
        at = skip_space(skip_value(at));
        if (*at == ',') at++;
    }
    return NULL;
}

static char *put_utf8(char *to, unsigned c) {
    if (c < 0x80) {
        *to++ = (char)c;
    } else if (c < 0x800) {
        *to++ = (char)(0xc0 | c >> 6);
        *to++ = (char)(0x80 | (c & 63));
    } else {
        *to++ = (char)(0xe0 | c >> 12);
        *to++ = (char)(0x80 | (c >> 6 & 63));
        *to++ = (char)(0x80 | (c & 63));
    }
    return to;
}

static char *plain_text(const char *at, const char *end) {
    static const char escapes[] = "b\bf\fn\nr\rt\t";
    char *text = malloc((size_t)(end - at) + 1), *to = text;
    for (; text && at < end; at++) {
        const char *escape = *at == '\\' ? strchr(escapes, at[1]) : NULL;
        unsigned c;
        if (*at != '\\')
            *to++ = *at;
        else if (at[1] == 'u' && sscanf(at + 2, "%4x", &c) == 1)
            to = put_utf8(to, c);
        else
            *to++ = escape ? escape[1] : at[1];
        if (*at == '\\') at += at[1] == 'u' ? 5 : 1;
    }
    if (text) *to = '\0';
    return text;
}

char *test_json_get(const char *json, const char *path) {
    if (!test_json_valid(json)) return NULL;
    const char *at = skip_space(json);
    while (at && *path) {
        size_t size = strcspn(path, ".");
        at = find_in(at, path, size);
        path += size + (path[size] == '.');
    }
    if (!at) return NULL;
    const char *end = skip_value(at);
    return *at == '"' ? plain_text(at + 1, end - 1) : strndup(at, (size_t)(end - at));
}

bool test_json_is(const char *json, const char *path, const char *expected) {
    char *found = test_json_get(json, path);
    bool same = found && strcmp(found, expected) == 0;
    if (!same) fprintf(stderr, "%s is %s, not %s\n", path, found ? found : "(none)", expected);
    free(found);
    return same;
}
