/* SPDX-License-Identifier: MIT */
/* Writes the pages of docs/ that list fields, codes, statuses and limits. */
#include "tables.h"
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

static void begin_page(FILE *out, const char *source, const char *title) { fprintf(out, "<!-- " NOTICE " -->\n# %s\n\n", source, title); }

/* "a|b|c" to "a, b, c": the bar would end a cell of the table. */
static void write_list(FILE *out, const char *list) {
    for (; *list; list++) {
        if (*list == '|')
            fputs(", ", out);
        else
            fputc(*list, out);
    }
}

static void write_flags(FILE *out, unsigned flags) {
    static const char *const names[] = {"required", "unique", "indexed", "folded",    "searchable", "personal",
                                        "system",   "key",    "compact", "dependent", "price"};
    const char *divider = "";
    for (unsigned bit = 0; bit < sizeof names / sizeof *names; bit++) {
        if (!(flags & 1u << bit)) continue;
        fprintf(out, "%s%s", divider, names[bit]);
        divider = ", ";
    }
}

static const char *placement_text(const char *placement) {
    if (strcmp(placement, "ROOT") == 0) return "Has a file of records of its own.";
    if (strcmp(placement, "CHILD") == 0) return "Belongs to a party.";
    if (strcmp(placement, "STORE") == 0) return "Belongs to the store itself.";
    return "Computed, never stored.";
}

static void write_field_row(FILE *out, const struct field *field) {
    char type[128];
    describe_type(field, type, sizeof type);
    fprintf(out, "| %u | `%s` | %s | ", field->kind * 1000 + field->number, field->name, type);
    write_flags(out, field->flags);
    fprintf(out, " | %s | %s | ", field->english, field->german);
    write_list(out, field->synonyms);
    fprintf(out, " | %s |\n", field->since);
}

void write_fields_page(FILE *out) {
    begin_page(out, "src/schema/fields.def", "Fields");
    fprintf(out, "The constant of a field is `CRM_<KIND>_<NAME>` in `libcrm/fields.h`, its path is `kind.name` (`party.vat_id`).\n"
                 "An import recognises a field by its name, its labels and the further headings, without regard to case and accents.\n\n"
                 "Flags: *required* a stored record has a value; *unique* no two records have the same value inside the field's scope;\n"
                 "*indexed* found by value; *folded* found without regard to case and accents; *searchable* its words are for the search;\n"
                 "*personal* personal data; *price* price terms; *system* set by the library only; *key* names the owner, fixed when the "
                 "record is stored first;\n"
                 "*compact* found by its letters and digits alone, in capitals: `de 123.456` is `DE123456`.\n");
    for (size_t i = 0; i < kind_count; i++) {
        fprintf(out, "\n## %s\n\n`%s`, number %u: %s, %s. %s\n\n", kinds[i].name, kinds[i].name, kinds[i].number, kinds[i].english,
                kinds[i].german, placement_text(kinds[i].placement));
        fprintf(out, "| Number | Name | Type | Flags | English | German | Further headings | Since |\n|---|---|---|---|---|---|---|---|\n");
        for (size_t j = 0; j < field_count; j++)
            if (fields[j].kind == kinds[i].number) write_field_row(out, &fields[j]);
    }
}

static void write_code_table(FILE *out, const struct domain *domain) {
    fprintf(out, "\n| Code | Constant | English | German | Also recognised |\n|---|---|---|---|---|\n");
    for (size_t i = 0; i < code_count; i++) {
        if (strcmp(codes[i].domain, domain->constant) != 0) continue;
        fprintf(out, "| `%s` | `CRM_%s` | %s | %s | ", codes[i].code, codes[i].constant, codes[i].english, codes[i].german);
        write_list(out, codes[i].synonyms);
        fprintf(out, " |\n");
    }
}

static void write_code_list(FILE *out, const struct domain *domain) {
    size_t count = 0;
    for (size_t i = 0; i < code_count; i++) count += strcmp(codes[i].domain, domain->constant) == 0;
    fprintf(out, "\n%zu codes: English, German (also recognised).\n\n", count);
    for (size_t i = 0; i < code_count; i++) {
        if (strcmp(codes[i].domain, domain->constant) != 0) continue;
        fprintf(out, "- `%s` %s, %s", codes[i].code, codes[i].english, codes[i].german);
        if (codes[i].synonyms[0]) {
            fprintf(out, " (");
            write_list(out, codes[i].synonyms);
            fprintf(out, ")");
        }
        fprintf(out, "\n");
    }
}

void write_codes_page(FILE *out) {
    begin_page(out, "src/schema/codes.def", "Code domains");
    fprintf(out, "A *closed* domain takes its built-in codes only. Any other takes stored codes and any text, until the setting\n"
                 "`code.closed.<domain>` is `1`. Imports recognise a code, its labels and its further spellings without regard to case and "
                 "accents.\n");
    for (size_t i = 0; i < domain_count; i++) {
        fprintf(out, "\n## %s\n\n%s, %s; %s. `CRM_DOMAIN_%s`\n", domains[i].name, domains[i].english, domains[i].german,
                domains[i].closed ? "closed" : "open", domains[i].constant);
        if (domain_is_empty(&domains[i])) continue;
        if (domain_has_constants(&domains[i]))
            write_code_table(out, &domains[i]);
        else
            write_code_list(out, &domains[i]);
    }
}

void write_errors_page(FILE *out) {
    begin_page(out, "src/base/status.def", "Statuses");
    fprintf(out, "Below 0 errors, 0 done, above 0 outcomes. Numbers never move. Decide by the class whether to try again.\n\n");
    fprintf(out, "| Class | Number | Meaning |\n|---|---|---|\n");
    for (size_t i = 0; i < status_class_count; i++)
        fprintf(out, "| `CRM_CLASS_%s` | %d | %s |\n", status_classes[i].constant, status_classes[i].number, status_classes[i].text);
    fprintf(out, "\n| Status | Number | Class | Meaning |\n|---|---|---|---|\n");
    for (size_t i = 0; i < status_count; i++)
        fprintf(out, "| `CRM_%s` | %d | `%s` | %s |\n", statuses[i].constant, statuses[i].number, statuses[i].class_name, statuses[i].text);
}

void write_limits_page(FILE *out) {
    begin_page(out, "src/schema/limits.def", "Limits");
    fprintf(out, "What is above a limit is refused with `CRM_E_TOO_BIG`, where the line doesn't say otherwise.\n\n");
    fprintf(out, "| Name | Value | Meaning |\n|---|---|---|\n");
    for (size_t i = 0; i < limit_count; i++)
        fprintf(out, "| `%s` | %" PRId64 " | %s |\n", limits[i].constant, limits[i].value, limits[i].text);
}
