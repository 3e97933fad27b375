/* SPDX-License-Identifier: MIT */
/* Writes the C headers, laid out as clang-format wants them: comments behind constants start in one column of their block. */
#include "tables.h"
#include <ctype.h>
#include <inttypes.h>
#include <limits.h>
#include <string.h>

struct line {
    const char *prefix, *name;
    int64_t value;
    const char *comment;
};

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

/* A block of enumerators with their comments in one column; last: no comma behind the last of them. */
static void write_enumerators(FILE *out, const struct line *lines, size_t count, int last) {
    int width = 0;
    for (size_t i = 0; i < count; i++) {
        int own = line_width(&lines[i]) + !(last && i + 1 == count);
        if (own > width) width = own;
    }
    for (size_t i = 0; i < count; i++) {
        int comma = !(last && i + 1 == count);
        fprintf(out, "    %s%s = %" PRId64 "%s", lines[i].prefix, lines[i].name, lines[i].value, comma ? "," : "");
        fprintf(out, "%*s /**< %s */\n", width - line_width(&lines[i]) - comma, "", lines[i].comment);
    }
}

void write_status_header(FILE *out) {
    struct line lines[256];
    begin_header(out, "src/base/status.def", "status", "Every status that a call can return: below 0 errors, 0 done, above 0 outcomes.");
    fprintf(out, "/** What a call returns. Numbers never move. */\nenum crm_status {\n");
    for (size_t i = 0; i < status_count && i < 256; i++)
        lines[i] = (struct line){"CRM_", statuses[i].constant, statuses[i].number, statuses[i].text};
    write_enumerators(out, lines, status_count, 1);
    fprintf(out, "};\n\n/** What to do about a status; crm_status_class_of() tells it. */\nenum crm_status_class {\n");
    for (size_t i = 0; i < status_class_count; i++)
        lines[i] = (struct line){"CRM_CLASS_", status_classes[i].constant, status_classes[i].number, status_classes[i].text};
    write_enumerators(out, lines, status_class_count, 1);
    fprintf(out, "};\n");
    end_header(out);
}

static void write_field_block(FILE *out, const struct kind *kind, int last) {
    struct line lines[128];
    static char comments[128][256];
    size_t count = 0;
    char prefix[64], type[128];
    snprintf(prefix, sizeof prefix, "CRM_%s_", kind->constant);
    for (size_t i = 0; i < field_count && count < 128; i++) {
        if (fields[i].kind != kind->number) continue;
        describe_type(&fields[i], type, sizeof type);
        snprintf(comments[count], sizeof comments[count], "%s: %s", fields[i].english, type);
        lines[count] = (struct line){prefix, fields[i].constant, kind->number * 1000 + fields[i].number, comments[count]};
        count++;
    }
    write_enumerators(out, lines, count, last);
}

void write_fields_header(FILE *out) {
    struct line lines[64];
    begin_header(out, "src/schema/fields.def", "fields",
                 "Numbers of the kinds of records and of their fields. Released numbers never move.");
    fprintf(out, "/** Kinds of records. */\nenum crm_kind {\n");
    for (size_t i = 0; i < kind_count && i < 64; i++)
        lines[i] = (struct line){"CRM_KIND_", kinds[i].constant, kinds[i].number, kinds[i].english};
    write_enumerators(out, lines, kind_count, 1);
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
    struct line lines[128];
    size_t count = 0;
    fprintf(out, "/* SPDX-License-Identifier: MIT */\n/* The documented limits. " NOTICE " */\n", "src/schema/limits.def");
    fprintf(out, "#ifndef CRMI_SCHEMA_LIMITS_H\n#define CRMI_SCHEMA_LIMITS_H\n");
    for (size_t i = 0; i < limit_count; i++)
        if (limits[i].value > INT_MAX)
            fprintf(out, "#define CRMI_LIMIT_%s INT64_C(%" PRId64 ") /* %s */\n", limits[i].constant, limits[i].value, limits[i].text);
        else if (count < 128)
            lines[count++] = (struct line){"CRMI_LIMIT_", limits[i].constant, limits[i].value, limits[i].text};
    fprintf(out, "enum crmi_limit {\n");
    write_enumerators(out, lines, count, 1);
    fprintf(out, "};\n#endif\n");
}
