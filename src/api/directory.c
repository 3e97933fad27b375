/* SPDX-License-Identifier: MIT */
/* crm_directory_*: parties by role, name, town, postal code, country and group. */
#include "model/directory.h"
#include "api/api.h"
#include "model/group.h"
#include <libcrm/directory.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

/* A query of an older or newer caller: what it does not have is 0, what this library does not know must be. */
static int take_query(const crm_directory_query *given, crm_directory_query *out) {
    memset(out, 0, sizeof *out);
    if (!given) return CRM_OK;
    if (given->size < sizeof *out || given->size > 4096)
        return crmi_error_set(CRM_E_INVALID, 0, "query.size is not that of a crm_directory_query");
    memcpy(out, given, sizeof *out);
    for (size_t i = sizeof *out; i < given->size; i++)
        if (((const unsigned char *)given)[i]) return crmi_error_set(CRM_E_INVALID, 0, "query has members that this version does not know");
    if (out->flags & ~(uint64_t)CRM_DIRECTORY_ARCHIVED) return crmi_error_set(CRM_E_INVALID, 0, "query.flags has an unknown bit");
    if (!out->day) out->day = CRM_TODAY;
    return CRM_OK;
}

/* NULL becomes "". */
static int check_text(const char *name, const char **text) {
    size_t size;
    if (!*text) *text = "";
    int rc = crmi_api_text(name, *text, CRM_NTS, &size);
    if (rc == CRM_OK && size > CRMI_LIMIT_TEXT_BYTES)
        rc = crmi_error_set(CRM_E_TOO_BIG, 0, "query.%s is over %d bytes", name, (int)CRMI_LIMIT_TEXT_BYTES);
    return rc;
}

static int check_code(const char *domain, crm_field field, const char *code) {
    if (!*code || crmi_schema_code(crmi_schema_domain_find(domain), code, strlen(code))) return CRM_OK;
    return crmi_error_set(CRM_E_CODE, field, "there is no such %s", crm_field_name(field));
}

static int check_query(crm_directory_query *query) {
    const struct {
        const char *name, **text;
    } texts[] = {{"prefix", &query->prefix},           {"town", &query->town},
                 {"postal_from", &query->postal_from}, {"postal_until", &query->postal_until},
                 {"country", &query->country},         {"role", &query->role}};
    bool role = query->role != NULL;
    int rc = CRM_OK;
    for (size_t i = 0; rc == CRM_OK && i < sizeof texts / sizeof *texts; i++) rc = check_text(texts[i].name, texts[i].text);
    if (rc == CRM_OK) rc = check_code(CRM_DOMAIN_COUNTRY, CRM_ADDRESS_COUNTRY, query->country);
    if (rc == CRM_OK && role && !*query->role) rc = crmi_error_set(CRM_E_CODE, CRM_ROLE_ROLE, "there is no such role");
    return rc == CRM_OK ? check_code(CRM_DOMAIN_ROLE, CRM_ROLE_ROLE, query->role) : rc;
}

/* What a page's range does not tell of a list. */
static void tell_asked(const crm_directory_query *query, crmi_page *page) {
    const char *const texts[] = {query->town, query->postal_from, query->postal_until, query->country};
    const uint64_t numbers[] = {query->group, (uint64_t)query->day};
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, sizeof page->asked);
    crypto_generichash_update(&state, (const unsigned char *)numbers, sizeof numbers);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        crypto_generichash_update(&state, (const unsigned char *)texts[i], strlen(texts[i]) + 1);
    crypto_generichash_final(&state, page->asked, sizeof page->asked);
}

/* A query that goes on: what was asked, and the range of the index that it reads. */
typedef struct asking {
    crmi_txn *open;
    crmi_directory asked;
    crmi_page page;
} asking;

static int open_query(asking *it, const crm_directory_query *query) {
    it->asked = (crmi_directory){query->postal_from, query->postal_until, query->country, {0}, 0, query->day};
    tell_asked(query, &it->page);
    int rc = crmi_api_day(it->open, &it->asked.day);
    if (rc == CRM_OK && query->group) rc = crmi_group_resolve(it->open, query->group, &it->asked.group);
    if (rc == CRM_OK) rc = crmi_utf8_fold(query->town, strlen(query->town), &it->asked.town);
    if (rc == CRM_OK)
        rc = crmi_index_directory_range(it->open, &it->page, query->role, query->prefix, strlen(query->prefix),
                                        query->flags & CRM_DIRECTORY_ARCHIVED);
    return rc;
}

/* end() is to be called in any case. */
static int begin(crm_txn *txn, const crm_directory_query *query, asking *it) {
    crm_directory_query given;
    int status, rc = take_query(query, &given);
    if (rc == CRM_OK) rc = check_query(&given);
    if (rc < 0) return rc;
    it->open = crmi_api_enter(txn, 0, &status);
    return it->open ? open_query(it, &given) : status;
}

static void end(crm_txn *txn, asking *it) {
    crmi_buffer_free(&it->asked.town);
    if (it->open) crmi_api_leave(txn);
}

int crm_directory_list(crm_txn *txn, const crm_directory_query *query, uint32_t limit, const char *token, crm_iter **out) {
    asking it = {0};
    if (!out) return crmi_error_set(CRM_E_INVALID, 0, "out is NULL");
    *out = NULL;
    int rc = begin(txn, query, &it);
    if (rc == CRM_OK) rc = crmi_api_page_begin(it.open, &it.page, limit, token);
    if (rc == CRM_OK) rc = crmi_directory_page(it.open, &it.asked, &it.page);
    if (rc == CRM_OK) rc = crmi_api_page_end(txn, it.open, &it.page, out);
    free(it.page.ids);
    end(txn, &it);
    return rc;
}

int crm_directory_count(crm_txn *txn, const crm_directory_query *query, uint64_t *out, int *out_exact) {
    asking it = {0};
    uint64_t count = 0;
    bool exact = false;
    if (!out) return crmi_error_set(CRM_E_INVALID, 0, "out is NULL");
    int rc = begin(txn, query, &it);
    if (rc == CRM_OK) rc = crmi_directory_count(it.open, &it.asked, &it.page, &count, &exact);
    if (rc == CRM_OK) *out = count;
    if (rc == CRM_OK && out_exact) *out_exact = exact;
    end(txn, &it);
    return rc;
}
