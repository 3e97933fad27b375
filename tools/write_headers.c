/* SPDX-License-Identifier: MIT */
/* Writes the C headers, laid out as clang-format wants them: comments behind constants start in one column of their block. */
#include "tables.h"
#include <ctype.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* One enumerator, and a block of them whose comments share a column. */
struct line {
    const char *prefix, *name;
    int64_t value;
    char comment[256];
};
struct block {
    struct line lines[1024];
    size_t count;
};

static void add_line(struct block *block, const char *prefix, const char *name, int64_t value, const char *comment) {
    if (block->count == sizeof block->lines / sizeof block->lines[0] || strlen(comment) >= sizeof block->lines[0].comment) {
        fprintf(stderr, "%s%s: no room\n", prefix, name);
        exit(EXIT_FAILURE);
    }
    struct line *line = &block->lines[block->count++];
    line->prefix = prefix;
    line->name = name;
    line->value = value;
    strcpy(line->comment, comment);
}

static void begin_header(FILE *out, const char *source, const char *name, const char *about) {
    fprintf(out, "/* SPDX-License-Identifier: MIT */\n/* " NOTICE " */\n", source);
    fprintf(out, "/**\n * @file %s.h\n * %s\n */\n", name, about);
    char guard[64];
    snprintf(guard, sizeof guard, "LIBCRM_%s_H", name);
    for (char *c = guard; *c; c++) *c = (char)toupper((unsigned char)*c);
    fprintf(out, "#ifndef %s\n#define %s\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n", guard, guard);
}

static void end_header(FILE *out) { fprintf(out, "\n#ifdef __cplusplus\n}\n#endif\n#endif\n"); }

static int line_width(const struct line *line) { return snprintf(NULL, 0, "%s%s = %" PRId64, line->prefix, line->name, line->value); }

/* Writes and empties a block; last: no comma behind the last of them. */
static void write_block(FILE *out, struct block *block, int last) {
    int width = 0;
    for (size_t i = 0; i < block->count; i++) {
        int own = line_width(&block->lines[i]) + !(last && i + 1 == block->count);
        if (own > width) width = own;
    }
    for (size_t i = 0; i < block->count; i++) {
        const struct line *line = &block->lines[i];
        int comma = !(last && i + 1 == block->count);
        fprintf(out, "    %s%s = %" PRId64 "%s", line->prefix, line->name, line->value, comma ? "," : "");
        fprintf(out, "%*s /**< %s */\n", width - line_width(line) - comma, "", line->comment);
    }
    block->count = 0;
}

void write_status_header(FILE *out) {
    static struct block block;
    begin_header(out, "src/base/status.def", "status", "Every status that a call can return: below 0 errors, 0 done, above 0 outcomes.");
    fprintf(out, "/** What a call returns. Numbers never move. */\nenum crm_status {\n");
    for (size_t i = 0; i < status_count; i++) add_line(&block, "CRM_", statuses[i].constant, statuses[i].number, statuses[i].text);
    write_block(out, &block, 1);
    fprintf(out, "};\n\n/** What to do about a status; crm_status_class_of() tells it. */\nenum crm_status_class {\n");
    for (size_t i = 0; i < status_class_count; i++)
        add_line(&block, "CRM_CLASS_", status_classes[i].constant, status_classes[i].number, status_classes[i].text);
    write_block(out, &block, 1);
    fprintf(out, "};\n");
    end_header(out);
}

static void write_field_block(FILE *out, const struct kind *kind, int last) {
    static struct block block;
    char prefix[64], type[128], comment[256];
    snprintf(prefix, sizeof prefix, "CRM_%s_", kind->constant);
    for (size_t i = 0; i < field_count; i++) {
        if (fields[i].kind != kind->number) continue;
        describe_type(&fields[i], type, sizeof type);
        snprintf(comment, sizeof comment, "%s: %s", fields[i].english, type);
        add_line(&block, prefix, fields[i].constant, kind->number * 1000 + fields[i].number, comment);
    }
    write_block(out, &block, last);
}

void write_fields_header(FILE *out) {
    static struct block block;
    begin_header(out, "src/schema/fields.def", "fields",
                 "Numbers of the kinds of records and of their fields. Released numbers never move.");
    fprintf(out, "/** Kinds of records. */\nenum crm_kind {\n");
    for (size_t i = 0; i < kind_count; i++) add_line(&block, "CRM_KIND_", kinds[i].constant, kinds[i].number, kinds[i].english);
    write_block(out, &block, 1);
    fprintf(out, "};\n\n/** Fields: kind * 1000 + number inside the kind. The comments give label and type. */\nenum crm_field_number {\n");
    for (size_t i = 0; i < kind_count; i++) {
        if (i > 0) fprintf(out, "\n");
        write_field_block(out, &kinds[i], i + 1 == kind_count);
    }
    fprintf(out, "};\n");
    end_header(out);
}

static void write_define(FILE *out, const char *group, const char *name, const char *value, int width, const char *comment) {
    int own = fprintf(out, "#define CRM_%s%s \"%s\"", group, name, value);
    fprintf(out, "%*s /**< %s */\n", width - own, "", comment);
}

static int define_width(const char *group, const char *name, const char *value) {
    return snprintf(NULL, 0, "#define CRM_%s%s \"%s\"", group, name, value);
}

static void write_domain_names(FILE *out) {
    int width = 0;
    for (size_t i = 0; i < domain_count; i++) {
        int own = define_width("DOMAIN_", domains[i].constant, domains[i].name);
        if (own > width) width = own;
    }
    fprintf(out, "/* Names of the domains. */\n");
    for (size_t i = 0; i < domain_count; i++) write_define(out, "DOMAIN_", domains[i].constant, domains[i].name, width, domains[i].english);
}

static void write_code_names(FILE *out, const struct domain *domain) {
    int width = 0;
    for (size_t i = 0; i < code_count; i++) {
        if (strcmp(codes[i].domain, domain->constant) != 0) continue;
        int own = define_width("", codes[i].constant, codes[i].code);
        if (own > width) width = own;
    }
    fprintf(out, "\n/* %s%s */\n", domain->english, domain->closed ? "; these codes only." : ".");
    for (size_t i = 0; i < code_count; i++)
        if (strcmp(codes[i].domain, domain->constant) == 0)
            write_define(out, "", codes[i].constant, codes[i].code, width, codes[i].english);
}

void write_codes_header(FILE *out) {
    begin_header(out, "src/schema/codes.def", "codes", "Names of the code domains, and the built-in codes that programs name.");
    write_domain_names(out);
    for (size_t i = 0; i < domain_count; i++)
        if (domain_has_constants(&domains[i])) write_code_names(out, &domains[i]);
    end_header(out);
}

void write_limits_header(FILE *out) {
    static struct block block;
    fprintf(out, "/* SPDX-License-Identifier: MIT */\n/* The documented limits. " NOTICE " */\n", "src/schema/limits.def");
    fprintf(out, "#ifndef CRMI_SCHEMA_LIMITS_H\n#define CRMI_SCHEMA_LIMITS_H\n");
    for (size_t i = 0; i < limit_count; i++)
        if (limits[i].value > INT_MAX)
            fprintf(out, "#define CRMI_LIMIT_%s INT64_C(%" PRId64 ") /* %s */\n", limits[i].constant, limits[i].value, limits[i].text);
        else
            add_line(&block, "CRMI_LIMIT_", limits[i].constant, limits[i].value, limits[i].text);
    fprintf(out, "enum crmi_limit {\n");
    write_block(out, &block, 1);
    fprintf(out, "};\n#endif\n");
}
