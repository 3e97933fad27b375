/* SPDX-License-Identifier: MIT */
/* Writes the data of the Python binding: kinds, fields, statuses, code domains and the codes that programs name. */
#include "tables.h"
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

/* A Python string literal; the tables have no control characters. */
static void write_text(FILE *out, const char *text) {
    fputc('"', out);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') fputc('\\', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

static void write_fields(FILE *out) {
    fprintf(out, "\n# Kind: field: (number, type, crm_field_flag bits, code domain or None).\n"
                 "FIELDS: dict[str, dict[str, tuple[int, str, int, str | None]]] = {\n");
    for (size_t i = 0; i < kind_count; i++) {
        fprintf(out, "    \"%s\": {\n", kinds[i].name);
        for (size_t j = 0; j < field_count; j++) {
            if (fields[j].kind != kinds[i].number) continue;
            const struct domain *domain = field_domain(&fields[j]);
            fprintf(out, "        \"%s\": (%u, \"", fields[j].name, fields[j].kind * 1000 + fields[j].number);
            for (const char *c = fields[j].type; *c; c++) fputc(tolower((unsigned char)*c), out);
            fprintf(out, "\", %u, ", fields[j].flags);
            if (domain)
                write_text(out, domain->name);
            else
                fprintf(out, "None");
            fprintf(out, "),\n");
        }
        fprintf(out, "    },\n");
    }
    fprintf(out, "}\n");
}

static void write_statuses(FILE *out) {
    fprintf(out, "\n# Name: (number, class, text).\nSTATUSES: dict[str, tuple[int, str, str]] = {\n");
    for (size_t i = 0; i < status_count; i++) {
        fprintf(out, "    \"%s\": (%d, \"%s\", ", statuses[i].constant, statuses[i].number, statuses[i].class_name);
        write_text(out, statuses[i].text);
        fprintf(out, "),\n");
    }
    fprintf(out, "}\n\nSTATUS_CLASSES: dict[str, int] = {\n");
    for (size_t i = 0; i < status_class_count; i++) fprintf(out, "    \"%s\": %d,\n", status_classes[i].constant, status_classes[i].number);
    fprintf(out, "}\n");
}

static void write_domains(FILE *out) {
    fprintf(out, "\n# Domains that take no other codes than these.\nCLOSED: frozenset[str] = frozenset({\n");
    for (size_t i = 0; i < domain_count; i++)
        if (domains[i].closed) fprintf(out, "    \"%s\",\n", domains[i].name);
    fprintf(out, "})\n\n# Domain: code: (English, German).\nCODES: dict[str, dict[str, tuple[str, str]]] = {\n");
    for (size_t i = 0; i < domain_count; i++) {
        fprintf(out, "    \"%s\": {\n", domains[i].name);
        for (size_t j = 0; j < code_count; j++) {
            if (strcmp(codes[j].domain, domains[i].constant) != 0) continue;
            fprintf(out, "        \"%s\": (", codes[j].code);
            write_text(out, codes[j].english);
            fprintf(out, ", ");
            write_text(out, codes[j].german);
            fprintf(out, "),\n");
        }
        fprintf(out, "    },\n");
    }
    fprintf(out, "}\n");
}

void write_python_tables(FILE *out) {
    fprintf(out, "# SPDX-License-Identifier: MIT\n# " NOTICE "\n", "src/base/status.def and src/schema/*.def");
    fprintf(out, "\"\"\"Data of the binding: kinds, fields, statuses and codes.\"\"\"\n\nfrom __future__ import annotations\n\n");
    fprintf(out, "KINDS: dict[str, int] = {\n");
    for (size_t i = 0; i < kind_count; i++) fprintf(out, "    \"%s\": %u,\n", kinds[i].name, kinds[i].number);
    fprintf(out, "}\n");
    write_fields(out);
    write_statuses(out);
    write_domains(out);
    fprintf(out, "\n");
    for (size_t i = 0; i < code_count; i++)
        if (strcmp(codes[i].constant, "0") != 0) fprintf(out, "%s = \"%s\"\n", codes[i].constant, codes[i].code);
}
