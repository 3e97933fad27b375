/* SPDX-License-Identifier: MIT */
/* Files that are there whole or not at all. */
#include "exchange/place.h"
#include <errno.h>
#include <fcntl.h>
#include <libcrm/error.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int crmi_place_errno(const char *path) {
    int status = errno == ENOENT || errno == ENOTDIR ? CRM_E_NOTFOUND : CRM_E_IO;
    char text[300], reason[80];
    const char *what = strerror_r(errno, reason, sizeof reason);
    snprintf(text, sizeof text, "%.200s: %s", path, what);
    return crm_error_report(status, 0, 0, text) == status ? status : crm_error_report(status, 0, 0, what);
}

int crmi_place_is_folder(const char *path) {
    struct stat info;
    size_t size = strlen(path);
    return (size && path[size - 1] == '/') || (stat(path, &info) == 0 && S_ISDIR(info.st_mode));
}

static int nomem(void) { return crm_error_report(CRM_E_NOMEM, 0, 0, NULL); }

/* 0600: it holds personal data. */
static int open_temporary(crmi_place *place) {
    size_t size = strlen(place->path);
    place->temporary = malloc(size + sizeof ".XXXXXX");
    if (!place->temporary) return -1;
    memcpy(place->temporary, place->path, size);
    strcpy(place->temporary + size, ".XXXXXX");
    int file = mkostemp(place->temporary, O_CLOEXEC);
    if (file >= 0) return file;
    free(place->temporary);
    place->temporary = NULL;
    return -1;
}

int crmi_place_begin(crmi_place *place, const char *path) {
    struct stat info;
    *place = (crmi_place){.path = strdup(path)};
    if (!place->path) return nomem();
    bool strange = stat(path, &info) == 0 && !S_ISREG(info.st_mode);
    errno = ENOMEM;
    int file = strange ? open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY) : open_temporary(place);
    if (file < 0) return errno == ENOMEM ? nomem() : crmi_place_errno(path);
    place->file = fdopen(file, "wb");
    if (place->file) return CRM_OK;
    close(file);
    return nomem();
}

int crmi_place_flush(crmi_place *place) {
    bool bad = fflush(place->file) != 0 || ferror(place->file) || (place->temporary && fsync(fileno(place->file)) != 0);
    int saved = errno;
    if (fclose(place->file) != 0 && !bad) {
        bad = true;
        saved = errno;
    }
    place->file = NULL;
    errno = saved;
    return bad ? crmi_place_errno(place->path) : CRM_OK;
}

/* Its name is on the disk too. */
static void sync_folder(const char *path) {
    const char *slash = strrchr(path, '/');
    char *folder = slash ? strndup(path, slash == path ? 1 : (size_t)(slash - path)) : strdup(".");
    int file = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (file >= 0) {
        (void)fsync(file);
        close(file);
    }
    free(folder);
}

int crmi_place_finish(crmi_place *place) {
    if (!place->temporary) return CRM_OK;
    if (rename(place->temporary, place->path) != 0) return crmi_place_errno(place->path);
    sync_folder(place->path);
    free(place->temporary);
    place->temporary = NULL;
    return CRM_OK;
}

void crmi_place_end(crmi_place *place) {
    if (place->file) fclose(place->file);
    if (place->temporary) (void)unlink(place->temporary);
    free(place->temporary);
    free(place->path);
    *place = (crmi_place){0};
}
