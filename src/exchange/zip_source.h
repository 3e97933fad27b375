/* SPDX-License-Identifier: MIT */
/* What a zip archive is read from: a file or memory. */
#ifndef CRMI_EXCHANGE_ZIP_SOURCE_H
#define CRMI_EXCHANGE_ZIP_SOURCE_H
#include "exchange/zip.h"

/* CRM_E_NOTFOUND, CRM_E_IO with the error. */
int crmi_zip_source_open(crmi_zip_source *source, const char *path);
void crmi_zip_source_close(crmi_zip_source *source);
size_t crmi_zip_source_read(crmi_zip_source *source, uint64_t at, void *to, size_t size);
zlib_filefunc64_def crmi_zip_source_functions(crmi_zip_source *source);
#endif
