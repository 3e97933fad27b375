/* SPDX-License-Identifier: MIT */
/* Files that are there whole or not at all. */
#include "exchange/place.h"
#include "exchange/refuse.h"
#include <errno.h>
#include <fcntl.h>
#include <libcrm/status.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int crmi_place_is_folder(const char *path) {
    struct stat info;
    size_t size = strlen(path);
    return (size && path[size - 1] == '/') || (stat(path, &info) == 0 && S_ISDIR(info.st_mode));
}

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
    if (!place->path) return crmi_exchange_nomem();
    bool strange = stat(path, &info) == 0 && !S_ISREG(info.st_mode);
    errno = ENOMEM;
    int file = strange ? open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY) : open_temporary(place);
    if (file < 0) return errno == ENOMEM ? crmi_exchange_nomem() : crmi_exchange_refuse_errno(path);
    place->file = fdopen(file, "wb");
    if (place->file) return CRM_OK;
    close(file);
    return crmi_exchange_nomem();
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
    return bad ? crmi_exchange_refuse_errno(place->path) : CRM_OK;
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
    if (rename(place->temporary, place->path) != 0) return crmi_exchange_refuse_errno(place->path);
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
