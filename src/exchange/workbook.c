/* SPDX-License-Identifier: MIT */
/* Workbooks into rows: which sheets are read, and as what. */
#include "exchange/workbook.h"
#include "exchange/refuse.h"
#include <ctype.h>
#include <libcrm/status.h>
#include <libcrm/sync.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

/* --- what a sheet is, by its name --- */

static const struct word {
    const char *name; /* letters only, in lower case */
    uint32_t rows;
} words[] = {
    {"customer", CRM_ROWS_CUSTOMER},
    {"customers", CRM_ROWS_CUSTOMER},
    {"kunde", CRM_ROWS_CUSTOMER},
    {"kunden", CRM_ROWS_CUSTOMER},
    {"kundenliste", CRM_ROWS_CUSTOMER},
    {"kundenstamm", CRM_ROWS_CUSTOMER},
    {"company", CRM_ROWS_CUSTOMER},
    {"companies", CRM_ROWS_CUSTOMER},
    {"firma", CRM_ROWS_CUSTOMER},
    {"firmen", CRM_ROWS_CUSTOMER},
    {"party", CRM_ROWS_CUSTOMER},
    {"parties", CRM_ROWS_CUSTOMER},
    {"geschäftspartner", CRM_ROWS_CUSTOMER},
    {"suppliers", CRM_ROWS_CUSTOMER},
    {"lieferanten", CRM_ROWS_CUSTOMER},
    {"site", CRM_ROWS_SITE},
    {"sites", CRM_ROWS_SITE},
    {"standort", CRM_ROWS_SITE},
    {"standorte", CRM_ROWS_SITE},
    {"address", CRM_ROWS_SITE},
    {"addresses", CRM_ROWS_SITE},
    {"adresse", CRM_ROWS_SITE},
    {"adressen", CRM_ROWS_SITE},
    {"anschriften", CRM_ROWS_SITE},
    {"contact", CRM_ROWS_CONTACT},
    {"contacts", CRM_ROWS_CONTACT},
    {"ansprechpartner", CRM_ROWS_CONTACT},
    {"kontakte", CRM_ROWS_CONTACT},
    {"persons", CRM_ROWS_CONTACT},
    {"personen", CRM_ROWS_CONTACT},
    {"channel", CRM_ROWS_CHANNEL},
    {"channels", CRM_ROWS_CHANNEL},
    {"kontaktweg", CRM_ROWS_CHANNEL},
    {"kontaktwege", CRM_ROWS_CHANNEL},
    {"identifier", CRM_ROWS_IDENTIFIER},
    {"identifiers", CRM_ROWS_IDENTIFIER},
    {"kennung", CRM_ROWS_IDENTIFIER},
    {"kennungen", CRM_ROWS_IDENTIFIER},
    {"membership", CRM_ROWS_MEMBERSHIP},
    {"memberships", CRM_ROWS_MEMBERSHIP},
    {"groups", CRM_ROWS_MEMBERSHIP},
    {"gruppen", CRM_ROWS_MEMBERSHIP},
    {"mitgliedschaft", CRM_ROWS_MEMBERSHIP},
    {"mitgliedschaften", CRM_ROWS_MEMBERSHIP},
    {"bank", CRM_ROWS_BANK},
    {"bankaccount", CRM_ROWS_BANK},
    {"bankaccounts", CRM_ROWS_BANK},
    {"bankverbindung", CRM_ROWS_BANK},
    {"bankverbindungen", CRM_ROWS_BANK},
    {"quotedefaults", CRM_ROWS_QUOTE_DEFAULTS},
    {"terms", CRM_ROWS_QUOTE_DEFAULTS},
    {"angebotsvorgaben", CRM_ROWS_QUOTE_DEFAULTS},
    {"vorgaben", CRM_ROWS_QUOTE_DEFAULTS},
    {"konditionen", CRM_ROWS_QUOTE_DEFAULTS},
    {"usage", CRM_ROWS_USAGE},
    {"usages", CRM_ROWS_USAGE},
    {"verwendung", CRM_ROWS_USAGE},
    {"verwendungen", CRM_ROWS_USAGE},
    {"role", CRM_ROWS_ROLE},
    {"roles", CRM_ROWS_ROLE},
    {"rolle", CRM_ROWS_ROLE},
    {"rollen", CRM_ROWS_ROLE},
};

uint32_t crm_xlsx_rows(const char *sheet) {
    char letters[40];
    size_t size = 0;
    for (const char *at = sheet ? sheet : ""; *at; at++) {
        bool letter = isalpha((unsigned char)*at) || (unsigned char)*at >= 0x80;
        if (letter && size + 1 == sizeof letters) return 0;
        if (letter) letters[size++] = (char)tolower((unsigned char)*at);
    }
    letters[size] = '\0';
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i].name, letters) == 0) return words[i].rows;
    return 0;
}

/* --- options --- */

/* The caller's struct, shorter or longer than ours: an unknown tail must be zero. */
static int take_options(const crm_xlsx_options *given, crm_xlsx_options *out) {
    *out = (crm_xlsx_options){.size = sizeof *out};
    if (!given) return CRM_OK;
    if (given->size < sizeof *out || given->size > 4096)
        return crmi_exchange_refuse(CRM_E_INVALID, 0, "options->size is not that of the struct");
    for (uint64_t i = sizeof *out; i < given->size; i++)
        if (((const char *)given)[i]) return crmi_exchange_refuse(CRM_E_INVALID, 0, "an option that this version does not know");
    *out = *given;
    if (out->flags & ~(uint32_t)(CRM_XLSX_SKIP_UNKNOWN_SHEETS | CRM_XLSX_HIDDEN_SHEETS))
        return crmi_exchange_refuse(CRM_E_INVALID, 0, "unknown flags 0x%x", (unsigned)out->flags);
    if (out->choice_count && !out->choice) return crmi_exchange_refuse(CRM_E_INVALID, 0, "options->choice is NULL");
    for (uint32_t i = 0; i < out->choice_count; i++)
        if (!out->choice[i].name) return crmi_exchange_refuse(CRM_E_INVALID, 0, "a chosen sheet has no name");
    return CRM_OK;
}

/* --- sheets --- */

typedef struct reading {
    crm_sync *sync;
    crm_xlsx *workbook;
    crm_xlsx_options options;
    uint32_t shape; /* that sync was made with */
    bool alone;     /* one sheet is read */
    size_t read;
} reading;

static bool is_wanted(const reading *work, size_t sheet) {
    return (work->options.flags & CRM_XLSX_HIDDEN_SHEETS) || crm_xlsx_sheet_visibility(work->workbook, sheet) == CRM_XLSX_VISIBLE;
}

/* What a sheet's rows are; 0: nothing tells it. */
static uint32_t shape_of(const reading *work, const char *name, uint32_t told) {
    uint32_t by_name = crm_xlsx_rows(name);
    if (told) return told;
    if (!work->alone) return by_name;
    return work->shape == CRM_ROWS_FLAT && by_name && by_name != CRM_ROWS_CUSTOMER ? by_name : work->shape;
}

static int read_sheet(reading *work, size_t sheet, uint32_t told, uint64_t header) {
    const char *name = crm_xlsx_sheet_name(work->workbook, sheet);
    uint32_t shape = shape_of(work, name, told);
    if (!shape && (work->options.flags & CRM_XLSX_SKIP_UNKNOWN_SHEETS)) return CRM_OK;
    if (!shape) return crmi_exchange_refuse(CRM_E_NOTFOUND, 0, "the name of sheet \"%.120s\" does not tell what is in it", name);
    int rc = crm_sync_add_sheet(work->sync, name, shape);
    if (rc == CRM_OK && work->options.begin) rc = work->options.begin(work->sync, work->options.data);
    if (rc == CRM_OK) rc = crmi_workbook_rows(work->sync, work->workbook, sheet, header);
    work->read++;
    return rc;
}

/* The sheets that have something in them. */
static int read_all(reading *work) {
    size_t count = crm_xlsx_sheet_count(work->workbook), filled = 0;
    uint64_t header = 0;
    int rc = CRM_OK;
    for (size_t i = 0; rc == CRM_OK && i < count; i++) {
        if (is_wanted(work, i)) rc = crmi_workbook_header(work->workbook, i, &header);
        filled += is_wanted(work, i) && header;
    }
    work->alone = filled == 1;
    for (size_t i = 0; rc == CRM_OK && i < count; i++) {
        if (!is_wanted(work, i)) continue;
        rc = crmi_workbook_header(work->workbook, i, &header);
        if (rc == CRM_OK && header) rc = read_sheet(work, i, 0, header);
    }
    return rc == CRM_OK && !work->read ? crmi_exchange_refuse(CRM_E_FORMAT, 0, "no sheet of the workbook has rows to read") : rc;
}

static int find_sheet(const reading *work, const char *name, size_t *out) {
    for (*out = 0; *out < crm_xlsx_sheet_count(work->workbook); ++*out)
        if (strcasecmp(crm_xlsx_sheet_name(work->workbook, *out), name) == 0) return CRM_OK;
    return crmi_exchange_refuse(CRM_E_NOTFOUND, 0, "the workbook has no sheet \"%.120s\"", name);
}

static int read_choice(reading *work, const crm_xlsx_choice *choice) {
    size_t sheet;
    uint64_t header = choice->header;
    int rc = find_sheet(work, choice->name, &sheet);
    if (rc == CRM_OK && !header) rc = crmi_workbook_header(work->workbook, sheet, &header);
    if (rc == CRM_OK && !header) return crmi_exchange_refuse(CRM_E_FORMAT, 0, "nothing is in sheet \"%.120s\"", choice->name);
    return rc == CRM_OK ? read_sheet(work, sheet, choice->rows, header) : rc;
}

static int read_workbook(reading *work) {
    int rc = CRM_OK;
    work->shape = crm_sync_sheet_shape(work->sync, crm_sync_sheet_count(work->sync) - 1);
    work->alone = work->options.choice_count == 1;
    if (!work->options.choice_count) return read_all(work);
    for (uint32_t i = 0; rc == CRM_OK && i < work->options.choice_count; i++) rc = read_choice(work, &work->options.choice[i]);
    return rc;
}

static int read_opened(crm_sync *sync, crm_xlsx *workbook, int rc, const crm_xlsx_options *options) {
    if (rc < 0) return rc;
    reading work = {.sync = sync, .workbook = workbook, .options = *options};
    rc = read_workbook(&work);
    crm_xlsx_close(workbook);
    return rc;
}

int crm_xlsx_read_file(crm_sync *sync, const char *path, const crm_xlsx_options *options) {
    crm_xlsx_options taken;
    crm_xlsx *workbook;
    if (!sync || !path) return crmi_exchange_refuse(CRM_E_INVALID, 0, sync ? "path is NULL" : "sync is NULL");
    int rc = take_options(options, &taken);
    if (rc < 0) return rc;
    rc = crm_xlsx_open(path, &workbook);
    return read_opened(sync, workbook, rc, &taken);
}

int crm_xlsx_read_bytes(crm_sync *sync, const void *bytes, size_t size, const crm_xlsx_options *options) {
    crm_xlsx_options taken;
    crm_xlsx *workbook;
    if (!sync || (!bytes && size)) return crmi_exchange_refuse(CRM_E_INVALID, 0, sync ? "bytes is NULL" : "sync is NULL");
    int rc = take_options(options, &taken);
    if (rc < 0) return rc;
    rc = crm_xlsx_open_bytes(bytes, size, &workbook);
    return read_opened(sync, workbook, rc, &taken);
}
