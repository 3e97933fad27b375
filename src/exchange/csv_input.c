/* SPDX-License-Identifier: MIT */
/* Where the bytes of a CSV file come from: a file, a pipe or memory, in blocks. */
#include "exchange/csv.h"
#include "exchange/refuse.h"
#include <errno.h>
#include <fcntl.h>
#include <libcrm/status.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int refuse_size(const char *path) { return crmi_exchange_refuse_path(CRM_E_TOO_BIG, path, "over 1 GiB"); }

int crmi_csv_input_open(crmi_csv_input *input, const char *path) {
    struct stat info;
    *input = (crmi_csv_input){.file = open(path, O_RDONLY | O_CLOEXEC), .path = path};
    if (input->file < 0 || fstat(input->file, &info) < 0) return crmi_exchange_refuse_errno(path);
    input->regular = S_ISREG(info.st_mode);
    return input->regular && info.st_size > CRMI_LIMIT_CSV_FILE_BYTES ? refuse_size(path) : CRM_OK;
}

void crmi_csv_input_memory(crmi_csv_input *input, const void *bytes, size_t size) {
    *input = (crmi_csv_input){.file = -1, .path = "the text", .at = bytes, .left = size};
}

void crmi_csv_input_close(crmi_csv_input *input) {
    if (input->file >= 0) close(input->file);
    input->file = -1;
}

static void read_memory(crmi_csv_input *input, char *room, size_t size, size_t *got) {
    *got = size < input->left ? size : input->left;
    if (*got == 0) return;
    memcpy(room, input->at, *got);
    input->at += *got;
    input->left -= *got;
}

int crmi_csv_input_read(crmi_csv_input *input, char *room, size_t size, size_t *got) {
    *got = 0;
    if (input->file < 0) read_memory(input, room, size, got);
    while (input->file >= 0 && *got < size) {
        ssize_t some = read(input->file, room + *got, size - *got);
        if (some < 0 && errno == EINTR) continue;
        if (some < 0) return crmi_exchange_refuse_errno(input->path);
        if (some == 0) break;
        *got += (size_t)some;
    }
    input->taken += *got;
    return input->taken > (uint64_t)CRMI_LIMIT_CSV_FILE_BYTES ? refuse_size(input->path) : CRM_OK;
}

bool crmi_csv_input_rewind(crmi_csv_input *input) {
    if (input->file < 0) {
        input->at -= input->taken;
        input->left += input->taken;
    } else if (!input->regular || lseek(input->file, 0, SEEK_SET) != 0)
        return false;
    input->taken = 0;
    return true;
}
