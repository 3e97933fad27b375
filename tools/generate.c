/* SPDX-License-Identifier: MIT */
/* Build tool: writes everything that is made from status.def, fields.def, codes.def and limits.def below the folder ROOT: public
 * constants, limits.h, docs pages and the data of the Python binding. The folders must exist: scripts/generate.sh sees to that. */
#include "tables.h"
#include <stdlib.h>

static const struct {
    const char *path;
    void (*write)(FILE *out);
} outputs[] = {
    {"include/libcrm/status.h", write_status_header},
    {"include/libcrm/fields.h", write_fields_header},
    {"include/libcrm/codes.h", write_codes_header},
    {"src/schema/limits.h", write_limits_header},
    {"docs/fields.md", write_fields_page},
    {"docs/codes.md", write_codes_page},
    {"docs/errors-list.md", write_errors_page},
    {"docs/limits.md", write_limits_page},
    {"bindings/python/crm/_tables.py", write_python_tables},
};

static int write_output(const char *root, size_t index) {
    char path[4096];
    int size = snprintf(path, sizeof path, "%s/%s", root, outputs[index].path);
    FILE *out = size > 0 && (size_t)size < sizeof path ? fopen(path, "w") : NULL;
    if (!out) return perror(outputs[index].path), 1;
    outputs[index].write(out);
    int failed = ferror(out);
    if (fclose(out) != 0 || failed) return perror(path), 1;
    return 0;
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: generate ROOT\n");
        return EXIT_FAILURE;
    }
    int failed = 0;
    for (size_t i = 0; i < sizeof outputs / sizeof outputs[0]; i++) failed |= write_output(argv[1], i);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
