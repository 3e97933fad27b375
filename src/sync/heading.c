/* SPDX-License-Identifier: MIT */
/* Headings of columns, German and English: a target's path, labels and synonyms of fields, channels, purposes and identifiers. They are
 * compared by their letters and digits alone, without case and accents. */
#include "base/ascii.h"
#include "base/error.h"
#include "sync/sync.h"
#include <string.h>

enum {
    FLAT = 1 << CRM_ROWS_FLAT,
    CUSTOMER = 1 << CRM_ROWS_CUSTOMER,
    SITE = 1 << CRM_ROWS_SITE,
    CONTACT = 1 << CRM_ROWS_CONTACT,
    CHANNEL = 1 << CRM_ROWS_CHANNEL,
    IDENTIFIER = 1 << CRM_ROWS_IDENTIFIER,
    MEMBERSHIP = 1 << CRM_ROWS_MEMBERSHIP,
    BANK = 1 << CRM_ROWS_BANK,
    TERMS = 1 << CRM_ROWS_QUOTE_DEFAULTS,
    USAGE = 1 << CRM_ROWS_USAGE,
    ROLE = 1 << CRM_ROWS_ROLE,
    CHILD = SITE | CONTACT | CHANNEL | IDENTIFIER | MEMBERSHIP | BANK | TERMS | USAGE | ROLE, /* they name their customer */
    ALL = FLAT | CUSTOMER | CHILD
};

/* What labels and synonyms don't say, or say of another field in other rows. Squeezed. */
static const struct extra {
    const char *heading;
    uint32_t shapes;
    const char *target;
} extras[] = {
    {"gln", FLAT | CUSTOMER, "identifier.gln"},
    {"supplierid", ALL, "role.number"},
    {"vendorid", ALL, "role.number"},
    {"kundenid", ALL, "role.number"},
    {"lieferantenid", ALL, "role.number"},
    {"externalid", ALL, "identifier.key"},
    {"externalkey", ALL, "identifier.key"},
    {"externeid", ALL, "identifier.key"},
    {"fremdschlussel", ALL, "identifier.key"},
    {"fremdschluessel", ALL, "identifier.key"},
    {"customerkey", CHILD, "party.identifier.key"},
    {"externalcustomerid", CHILD, "party.identifier.key"},
    {"kundenschlussel", CHILD, "party.identifier.key"},
    {"kundenschluessel", CHILD, "party.identifier.key"},
    {"externekundenid", CHILD, "party.identifier.key"},
    {"name", SITE, "address.site_name"},
    {"name", CONTACT, "contact.name"},
    {"language", CONTACT, "contact.language"},
    {"sprache", CONTACT, "contact.language"},
    {"note", CONTACT, "contact.note"},
    {"remark", CONTACT, "contact.note"},
    {"bemerkung", CONTACT, "contact.note"},
    {"notiz", CONTACT, "contact.note"},
    {"vatid", SITE, "address.vat_id"},
    {"ustidnr", SITE, "address.vat_id"},
    {"ustid", SITE, "address.vat_id"},
    {"type", CHANNEL, "channel.type"},
    {"typ", CHANNEL, "channel.type"},
    {"art", CHANNEL, "channel.type"},
    {"value", CHANNEL, "channel.value"},
    {"wert", CHANNEL, "channel.value"},
    {"purpose", CHANNEL, "channel.purpose"},
    {"zweck", CHANNEL, "channel.purpose"},
    {"type", IDENTIFIER, "identifier.scheme"},
    {"typ", IDENTIFIER, "identifier.scheme"},
    {"art", IDENTIFIER, "identifier.scheme"},
    {"value", IDENTIFIER, "identifier.value"},
    {"wert", IDENTIFIER, "identifier.value"},
    {"group", MEMBERSHIP, "membership.group"},
    {"gruppe", MEMBERSHIP, "membership.group"},
    {"groupcode", MEMBERSHIP, "membership.group"},
    {"gruppenschlussel", MEMBERSHIP, "membership.group"},
    {"gruppenschluessel", MEMBERSHIP, "membership.group"},
    {"gultigab", MEMBERSHIP, "membership.valid_from"},
    {"gueltigab", MEMBERSHIP, "membership.valid_from"},
    {"gultigbis", MEMBERSHIP, "membership.valid_until"},
    {"gueltigbis", MEMBERSHIP, "membership.valid_until"},
    {"land", BANK, "bank.country"},
    {"bemerkung", BANK, "bank.note"},
    {"standard", BANK, "bank.is_default"},
    {"gultigab", BANK, "bank.valid_from"},
    {"gueltigab", BANK, "bank.valid_from"},
    {"gultigbis", BANK, "bank.valid_until"},
    {"gueltigbis", BANK, "bank.valid_until"},
    {"language", TERMS, "quote_defaults.language"},
    {"sprache", TERMS, "quote_defaults.language"},
    {"validfrom", USAGE, "usage.valid_from"},
    {"gultigab", USAGE, "usage.valid_from"},
    {"gueltigab", USAGE, "usage.valid_from"},
    {"validuntil", USAGE, "usage.valid_until"},
    {"gultigbis", USAGE, "usage.valid_until"},
    {"gueltigbis", USAGE, "usage.valid_until"},
    {"customernumber", ROLE, "party.number"},
    {"kundennummer", ROLE, "party.number"},
    {"number", ROLE, "role.number"},
    {"nummer", ROLE, "role.number"},
    {"validfrom", ROLE, "role.valid_from"},
    {"gultigab", ROLE, "role.valid_from"},
    {"gueltigab", ROLE, "role.valid_from"},
    {"validuntil", ROLE, "role.valid_until"},
    {"gultigbis", ROLE, "role.valid_until"},
    {"gueltigbis", ROLE, "role.valid_until"},
    {"validfrom", SITE, "address.valid_from"},
    {"gultigab", SITE, "address.valid_from"},
    {"gueltigab", SITE, "address.valid_from"},
    {"validuntil", SITE, "address.valid_until"},
    {"gultigbis", SITE, "address.valid_until"},
    {"gueltigbis", SITE, "address.valid_until"},
    {"validfrom", CONTACT, "contact.valid_from"},
    {"gultigab", CONTACT, "contact.valid_from"},
    {"gueltigab", CONTACT, "contact.valid_from"},
    {"validuntil", CONTACT, "contact.valid_until"},
    {"gultigbis", CONTACT, "contact.valid_until"},
    {"gueltigbis", CONTACT, "contact.valid_until"},
};

/* Words around a heading that say whose value it is, the longer first: "Telefon (Ansprechpartner)", "contact first name". */
static const struct qualifier {
    const char *word;
    uint32_t object;
} qualifiers[] = {
    {"desansprechpartners", CRM_KIND_CONTACT},
    {"ansprechpartners", CRM_KIND_CONTACT},
    {"ansprechpartner", CRM_KIND_CONTACT},
    {"contactperson", CRM_KIND_CONTACT},
    {"kontaktperson", CRM_KIND_CONTACT},
    {"ofcontact", CRM_KIND_CONTACT},
    {"contact", CRM_KIND_CONTACT},
    {"kontakt", CRM_KIND_CONTACT},
    {"desstandorts", CRM_KIND_ADDRESS},
    {"standort", CRM_KIND_ADDRESS},
    {"site", CRM_KIND_ADDRESS},
    {"derfirma", CRM_KIND_PARTY},
    {"firma", CRM_KIND_PARTY},
    {"company", CRM_KIND_PARTY},
    {"zentrale", CRM_KIND_PARTY},
};

typedef struct finding {
    const crm_sync *sync;
    const char *key; /* the squeezed heading, NUL-ended */
    size_t size;
    crmi_sync_target *out;
} finding;

static int compare(const finding *find, const char *text, size_t size, bool expand) {
    crmi_buffer squeezed = {0};
    int rc = crmi_sync_squeeze(text, size, expand, &squeezed);
    bool same = rc == CRM_OK && squeezed.size == find->size && find->size && memcmp(squeezed.data, find->key, find->size) == 0;
    crmi_buffer_free(&squeezed);
    return rc < 0 ? rc : same;
}

/* 1 where the heading is this text, with or without its umlauts spelt out; 0; CRM_E_NOMEM. */
static int is_text(const finding *find, const char *text, size_t size) {
    int same = compare(find, text, size, false);
    return same ? same : compare(find, text, size, true);
}

static int is_one_of(const finding *find, const char *list) {
    int same = 0;
    while (*list && same == 0) {
        size_t size = strcspn(list, "|");
        same = is_text(find, list, size);
        list += size + (list[size] == '|');
    }
    return same;
}

static int is_label(const finding *find, const crmi_field *field) {
    int same = is_text(find, field->english, strlen(field->english));
    if (same == 0) same = is_text(find, field->german, strlen(field->german));
    return same ? same : is_one_of(find, field->synonyms);
}

static int is_name(const finding *find, const crmi_field *field) { return is_text(find, field->name, strlen(field->name)); }

/* --- the ways to find a target; each gives CRM_OK, CRM_E_NOTFOUND or CRM_E_NOMEM --- */

static int take(const finding *find, const char *first, const char *second) {
    char path[CRMI_SYNC_PATH_SIZE + CRMI_SYNC_CODE_SIZE];
    if (strlen(first) + strlen(second) >= sizeof path) return CRM_E_NOTFOUND;
    strcpy(path, first);
    strcat(path, second);
    return crmi_sync_target_parse(find->sync, path, find->out) == CRM_OK ? CRM_OK : CRM_E_NOTFOUND;
}

static int find_among(const finding *find, const crmi_field *fields, size_t count, int (*is)(const finding *, const crmi_field *)) {
    for (size_t i = 0; i < count; i++) {
        if (!crmi_sync_settable(crmi_sync_last_part(find->sync)->shape, &fields[i])) continue;
        int same = is(find, &fields[i]);
        if (same < 0) return same;
        char path[CRMI_SYNC_PATH_SIZE] = "";
        strncat(path, crmi_schema_kind(fields[i].kind)->name, sizeof path / 2);
        strcat(path, ".");
        if (same) return take(find, path, fields[i].name);
    }
    return CRM_E_NOTFOUND;
}

static int find_in_kind(const finding *find, uint32_t kind, int (*is)(const finding *, const crmi_field *)) {
    const crmi_kind *known = crmi_schema_kind(kind);
    return find_among(find, known->first, known->fields, is);
}

static int find_in_kinds(const finding *find, int (*is)(const finding *, const crmi_field *), bool defaults) {
    int rc = CRM_E_NOTFOUND;
    for (const uint32_t *kind = crmi_sync_kinds(crmi_sync_last_part(find->sync)->shape); *kind && rc == CRM_E_NOTFOUND; kind++)
        if ((*kind == CRM_KIND_QUOTE_DEFAULTS) == defaults) rc = find_in_kind(find, *kind, is);
    return rc;
}

/* The host's own fields, by what they are called. */
static int find_custom(const finding *find) {
    const crmi_definitions *definitions = find->sync->definitions;
    int rc = CRM_E_NOTFOUND;
    for (const uint32_t *kind = crmi_sync_kinds(crmi_sync_last_part(find->sync)->shape); definitions && *kind && rc == CRM_E_NOTFOUND;
         kind++) {
        size_t count;
        const crmi_field *fields = crmi_definitions_of_kind(definitions, *kind, &count);
        rc = find_among(find, fields, count, is_label);
        if (rc == CRM_E_NOTFOUND) rc = find_among(find, fields, count, is_name);
    }
    return rc;
}

static int find_extra(const finding *find) {
    for (size_t i = 0; i < sizeof extras / sizeof *extras; i++)
        if (extras[i].shapes >> crmi_sync_last_part(find->sync)->shape & 1 && strcmp(extras[i].heading, find->key) == 0)
            return take(find, extras[i].target, "");
    if (strcmp(find->key, "id") == 0)
        return take(find, crmi_schema_kind(crmi_sync_own_kind(crmi_sync_last_part(find->sync)->shape))->name, ".id");
    return CRM_E_NOTFOUND;
}

/* A label or synonym of a code in a domain, as prefix.code. */
static int find_code(const finding *find, uint32_t domain, const char *prefix) {
    const crmi_domain *codes = crmi_schema_domain(domain);
    for (size_t i = 0; i < codes->count; i++) {
        const crmi_code *code = &codes->codes[i];
        int same = is_text(find, code->code, strlen(code->code));
        if (same == 0) same = is_text(find, code->english, strlen(code->english));
        if (same == 0) same = is_text(find, code->german, strlen(code->german));
        if (same == 0) same = is_one_of(find, code->synonyms);
        if (same) return same < 0 ? same : take(find, prefix, code->code);
    }
    return CRM_E_NOTFOUND;
}

/* A column of purposes: what the address is for, in contact rows the contact. */
static int find_purposes(const finding *find) {
    int same = is_label(find, crmi_schema_field(CRM_USAGE_PURPOSE));
    return same < 0 ? same : same ? take(find, "usage.purpose", "") : CRM_E_NOTFOUND;
}

static int find_plain(const finding *find) {
    int rc = find_extra(find);
    if (rc == CRM_E_NOTFOUND) rc = find_in_kinds(find, is_label, false);
    if (rc == CRM_E_NOTFOUND) rc = find_code(find, CRMI_DOMAIN_CHANNEL_TYPE, "channel.");
    if (rc == CRM_E_NOTFOUND) rc = find_in_kinds(find, is_label, true);
    if (rc == CRM_E_NOTFOUND) rc = find_purposes(find);
    if (rc == CRM_E_NOTFOUND) rc = find_code(find, CRMI_DOMAIN_PURPOSE, "usage.");
    if (rc == CRM_E_NOTFOUND) rc = find_code(find, CRMI_DOMAIN_SCHEME, "identifier.");
    return rc;
}

/* Takes the qualifier off one end of the heading. False where it is not there, or nothing else is. */
static bool without(const finding *find, const char *word, crmi_buffer *rest) {
    size_t size = strlen(word);
    if (find->size <= size) return false;
    bool first = strncmp(find->key, word, size) == 0;
    if (!first && strcmp(find->key + find->size - size, word) != 0) return false;
    crmi_buffer_clear(rest);
    crmi_buffer_append(rest, find->key + (first ? size : 0), find->size - size);
    return crmi_buffer_string(rest) != NULL;
}

static int find_of(const finding *find, uint32_t object) {
    char prefix[CRMI_SYNC_PATH_SIZE];
    strcpy(prefix, crmi_schema_kind(object)->name);
    size_t size = strlen(prefix);
    strcpy(prefix + size, ".channel.");
    int rc = find_code(find, CRMI_DOMAIN_CHANNEL_TYPE, prefix);
    if (rc != CRM_E_NOTFOUND || object != CRM_KIND_CONTACT) return rc;
    rc = find_in_kind(find, object, is_label);
    if (rc == CRM_E_NOTFOUND) rc = find_in_kind(find, object, is_name);
    strcpy(prefix + size, ".usage.");
    return rc == CRM_E_NOTFOUND ? find_code(find, CRMI_DOMAIN_PURPOSE, prefix) : rc;
}

static int find_qualified(const finding *find) {
    crmi_buffer rest = {0};
    int rc = CRM_E_NOTFOUND;
    for (size_t i = 0; rc == CRM_E_NOTFOUND && i < sizeof qualifiers / sizeof *qualifiers; i++) {
        if (!without(find, qualifiers[i].word, &rest)) continue;
        finding part = *find;
        part.key = (const char *)rest.data;
        part.size = rest.size;
        rc = find_of(&part, qualifiers[i].object);
    }
    if (rest.failed) rc = crmi_error_nomem();
    crmi_buffer_free(&rest);
    return rc;
}

/* "Telefon 2", "Recipient 3": of what may stand in several columns. */
static int find_numbered(const finding *find) {
    char key[CRMI_SYNC_PATH_SIZE];
    finding part = *find;
    while (part.size && crmi_is_digit(find->key[part.size - 1])) part.size--;
    if (part.size == find->size || part.size == 0 || part.size >= sizeof key) return CRM_E_NOTFOUND;
    memcpy(key, find->key, part.size);
    key[part.size] = '\0';
    part.key = key;
    int rc = find_plain(&part);
    if (rc == CRM_E_NOTFOUND) rc = find_qualified(&part);
    return rc == CRM_OK && !crmi_sync_target_repeats(find->out) ? CRM_E_NOTFOUND : rc;
}

static int find_path(const finding *find, const char *heading, size_t size) {
    char path[CRMI_SYNC_PATH_SIZE];
    if (size == 0 || size >= sizeof path) return CRM_E_NOTFOUND;
    memcpy(path, heading, size);
    path[size] = '\0';
    int rc = take(find, path, "");
    char *space = strrchr(path, ' '); /* "address.recipient 2" */
    if (rc != CRM_E_NOTFOUND || !space || !space[1] || space[1 + strspn(space + 1, "0123456789")]) return rc;
    *space = '\0';
    rc = take(find, path, "");
    return rc == CRM_OK && !crmi_sync_target_repeats(find->out) ? CRM_E_NOTFOUND : rc;
}

int crmi_sync_recognise(const crm_sync *sync, const char *heading, size_t size, crmi_sync_target *out) {
    crmi_buffer key = {0};
    int rc = crmi_sync_squeeze(heading, size, false, &key);
    finding find = {.sync = sync, .key = crmi_buffer_string(&key), .size = key.size, .out = out};
    if (rc == CRM_OK && !find.key) rc = crmi_error_nomem();
    if (rc == CRM_OK) rc = find_path(&find, heading, size);
    if (rc == CRM_E_NOTFOUND) rc = find_plain(&find);
    if (rc == CRM_E_NOTFOUND) rc = find_custom(&find);
    if (rc == CRM_E_NOTFOUND) rc = find_qualified(&find);
    if (rc == CRM_E_NOTFOUND) rc = find_numbered(&find);
    if (rc == CRM_E_NOTFOUND) rc = find_in_kinds(&find, is_name, false);
    if (rc == CRM_E_NOTFOUND) rc = find_in_kinds(&find, is_name, true);
    crmi_buffer_free(&key);
    return rc;
}
