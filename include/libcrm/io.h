/* SPDX-License-Identifier: MIT */
/**
 * @file io.h
 * libcrm-io: files to rows and back. Includes all of its headers.
 */
#ifndef LIBCRM_IO_H
#define LIBCRM_IO_H
#include <libcrm/csv.h>
#include <libcrm/export.h>
#include <libcrm/jsonl.h>
#include <libcrm/mapping.h>
#include <libcrm/xlsx.h>
#endif
