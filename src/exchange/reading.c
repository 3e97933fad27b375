/* SPDX-License-Identifier: MIT */
/* Which sheets and files are read, and as what. */
#include "exchange/reading.h"
#include "exchange/refuse.h"
#include <ctype.h>
#include <libcrm/mapping.h>
#include <libcrm/status.h>
#include <libcrm/sync.h>
#include <stdio.h>
#include <string.h>

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
    if (out->reserved) return crmi_exchange_refuse(CRM_E_INVALID, 0, "options->reserved is not 0");
    if (out->choice_count && !out->choice) return crmi_exchange_refuse(CRM_E_INVALID, 0, "options->choice is NULL");
    for (uint32_t i = 0; i < out->choice_count; i++)
        if (!out->choice[i].name) return crmi_exchange_refuse(CRM_E_INVALID, 0, "a chosen sheet has no name");
    return CRM_OK;
}

int crmi_reading_begin(crmi_reading *reading, crm_sync *sync, const crm_xlsx_options *options, const char *say) {
    *reading = (crmi_reading){.sync = sync, .say = say};
    if (!sync) return crmi_exchange_refuse(CRM_E_INVALID, 0, "sync is NULL");
    reading->shape = crm_sync_sheet_shape(sync, crm_sync_sheet_count(sync) - 1);
    return take_options(options, &reading->options);
}

/* --- sheets --- */

/* What the mapping file says of a sheet; of a file's only one also under another name. 0: nothing. */
static int shape_by_mapping(const crmi_reading *reading, const char *name, uint32_t *out) {
    *out = 0;
    if (!reading->options.mapping) return CRM_OK;
    int rc = crm_mapping_rows(reading->options.mapping, name, out);
    if (rc == CRM_OK && !*out && reading->alone) rc = crm_mapping_rows(reading->options.mapping, NULL, out);
    return rc;
}

/* 0: nothing tells it. */
static uint32_t shape_by_name(const crmi_reading *reading, const char *name) {
    uint32_t shape = crm_xlsx_rows(name);
    if (!reading->alone) return shape;
    return reading->shape == CRM_ROWS_FLAT && shape && shape != CRM_ROWS_CUSTOMER ? shape : reading->shape;
}

static int leave_out(const crmi_reading *reading, const char *name) {
    char text[300];
    if (!(reading->options.flags & CRM_XLSX_SKIP_UNKNOWN_SHEETS))
        return crmi_exchange_refuse(CRM_E_NOTFOUND, 0, "the name of %s \"%.120s\" does not tell what is in it", reading->say, name);
    snprintf(text, sizeof text, "%s (%s)", name, reading->say);
    int rc = crm_sync_ignore(reading->sync, text);
    return rc == CRM_OK ? CRM_ROW : rc;
}

int crmi_reading_sheet(crmi_reading *reading, const char *name, uint32_t rows) {
    uint32_t mapped;
    int rc = shape_by_mapping(reading, name, &mapped);
    if (rc < 0) return rc;
    if (!rows) rows = mapped ? mapped : shape_by_name(reading, name);
    if (!rows) return leave_out(reading, name);
    rc = crm_sync_add_sheet(reading->sync, name, rows);
    if (rc == CRM_OK && mapped) rc = crm_mapping_load_file(reading->sync, reading->options.mapping);
    if (rc == CRM_OK && reading->options.begin) rc = reading->options.begin(reading->sync, reading->options.data);
    reading->mapped |= mapped != 0;
    reading->read++;
    return rc;
}

int crmi_reading_end(const crmi_reading *reading) {
    if (!reading->read) return crmi_exchange_refuse(CRM_E_FORMAT, 0, "no %s has rows to read", reading->say);
    if (reading->options.mapping && !reading->mapped)
        return crmi_exchange_refuse(CRM_E_NOTFOUND, 0, "the mapping file has no %s of these", reading->say);
    return CRM_OK;
}
