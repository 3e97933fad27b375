/* SPDX-License-Identifier: MIT */
/* Values, codes and records as people read them, in English or German. */
#include "cli/cli.h"
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static void string_room(cli_string *string, size_t more) {
    if (string->size + more + 1 <= string->room) return;
    string->room = (string->size + more + 1) * 2;
    string->text = cli_allocate(string->text, string->room);
}

void cli_string_add(cli_string *string, const char *text) {
    size_t size = strlen(text);
    string_room(string, size);
    memcpy(string->text + string->size, text, size + 1);
    string->size += size;
}

void cli_string_format(cli_string *string, const char *format, ...) {
    va_list list;
    va_start(list, format);
    int size = vsnprintf(NULL, 0, format, list);
    va_end(list);
    if (size < 0) return;
    string_room(string, (size_t)size);
    va_start(list, format);
    vsnprintf(string->text + string->size, (size_t)size + 1, format, list);
    va_end(list);
    string->size += (size_t)size;
}

void cli_string_join(cli_string *string, const char *divider, const char *text) {
    if (!text || !*text) return;
    if (string->size) cli_string_add(string, divider);
    cli_string_add(string, text);
}

const char *cli_string_text(const cli_string *string) { return string->text ? string->text : ""; }

void cli_string_free(cli_string *string) {
    free(string->text);
    memset(string, 0, sizeof *string);
}

const char *cli_language(const cli_run *cli) { return cli->german ? "de" : "en"; }

const char *cli_say(const cli_run *cli, const char *english, const char *german) { return cli->german ? german : english; }

const char *cli_value_text(const cli_run *cli, const crm_record *rec, crm_field field) {
    const char *label = crm_record_label(rec, field, cli_language(cli));
    if (!label) label = crm_record_label(rec, field, "en");
    if (!label && crm_record_item_count(rec, field)) label = crm_record_label(rec, field, crm_record_label_language(rec, field, 0));
    return label;
}

/* Label of a code that the store holds. The caller frees the record that it lies in. */
static const char *stored_label(cli_run *cli, const char *domain, const char *code, crm_record **out) {
    crm_id id;
    *out = NULL;
    if (!cli->txn || crm_code_find(cli->txn, domain, code, CRM_NTS, &id) != CRM_OK) return NULL;
    if (crm_record_get(cli->txn, id, out) != CRM_OK) return NULL;
    return cli_value_text(cli, *out, CRM_CODE_LABEL);
}

/* Built-in codes that are words ("customer", "delivery") are shown by their label alone, all others stay visible beside it. */
void cli_value_code(cli_run *cli, const char *domain, const char *code, cli_string *out) {
    crm_record *rec = NULL;
    const char *built_in = *code ? crm_domain_label(domain, code, cli_language(cli)) : NULL;
    const char *label = built_in ? built_in : *code ? stored_label(cli, domain, code, &rec) : NULL;
    if (built_in && code[0] >= 'a' && code[0] <= 'z')
        cli_string_add(out, label);
    else if (label && strcmp(label, code) != 0)
        cli_string_format(out, "%s (%s)", code, label);
    else
        cli_string_add(out, code);
    crm_record_free(rec);
}

/* Year, month and day of days since 1970-01-01 in the Gregorian calendar, counted in eras of 400 years that begin on 1 March. */
static void date_parts(int64_t days, int *year, int *month, int *day) {
    int64_t shifted = days + 719468, era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    int64_t in_era = shifted - era * 146097;
    int64_t years = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    int64_t in_year = in_era - (365 * years + years / 4 - years / 100);
    int64_t m = (5 * in_year + 2) / 153;
    *day = (int)(in_year - (153 * m + 2) / 5 + 1);
    *month = (int)(m < 10 ? m + 3 : m - 9);
    *year = (int)(years + era * 400 + (*month <= 2));
}

void cli_value_date(const cli_run *cli, int64_t days, cli_string *out) {
    int year, month, day;
    date_parts(days, &year, &month, &day);
    if (cli->german)
        cli_string_format(out, "%02d.%02d.%04d", day, month, year);
    else
        cli_string_format(out, "%04d-%02d-%02d", year, month, day);
}

static void add_time(const cli_run *cli, int64_t microseconds, cli_string *out) {
    int64_t seconds = microseconds / 1000000 - (microseconds % 1000000 < 0);
    int64_t days = seconds / 86400 - (seconds % 86400 < 0), rest = seconds - days * 86400;
    cli_value_date(cli, days, out);
    cli_string_format(out, " %02d:%02d:%02d UTC", (int)(rest / 3600), (int)(rest / 60 % 60), (int)(rest % 60));
}

/* An amount in ten-thousandths with at least two decimals: 199900 is "19.99", in German "19,99". */
static void add_amount(const cli_run *cli, int64_t amount, cli_string *out) {
    uint64_t size = amount < 0 ? 0 - (uint64_t)amount : (uint64_t)amount;
    char part[8];
    snprintf(part, sizeof part, "%04d", (int)(size % 10000));
    for (size_t end = 4; end > 2 && part[end - 1] == '0'; end--) part[end - 1] = '\0';
    cli_string_format(out, "%s%" PRIu64 "%s%s", amount < 0 ? "-" : "", size / 10000, cli->german ? "," : ".", part);
}

static void add_list(const crm_record *rec, crm_field field, cli_string *out) {
    for (size_t i = 0; i < crm_record_item_count(rec, field); i++) {
        if (i) cli_string_add(out, ", ");
        cli_string_add(out, crm_record_item(rec, field, i));
    }
}

/* An "until" is the first day that is out; people write the last one that is in. */
bool cli_value_is_until(crm_field field) {
    const char *name = crm_field_name(field);
    size_t size = name ? strlen(name) : 0;
    return size >= 5 && !strcmp(name + size - 5, "until");
}

void cli_value_period(cli_run *cli, const crm_record *rec, crm_field from, crm_field until, cli_string *out) {
    cli_string period = {0};
    const char *words[] = {cli_say(cli, "from", "ab"), cli_say(cli, "until", "bis")};
    const crm_field fields[] = {from, until};
    for (size_t i = 0; i < 2; i++) {
        if (!crm_record_has(rec, fields[i])) continue;
        cli_string_join(&period, " ", words[i]);
        cli_string_add(&period, " ");
        cli_value(cli, rec, fields[i], &period);
    }
    if (period.size) cli_string_format(out, " (%s)", period.text);
    cli_string_free(&period);
}

void cli_value_label(cli_run *cli, const crm_record *rec, crm_field field, cli_string *out) {
    crm_record *definition = NULL;
    const char *label = crm_field_label(field, cli_language(cli));
    if (!label && cli->txn && crm_custom_field_get(cli->txn, field, &definition) == CRM_OK)
        label = cli_value_text(cli, definition, CRM_CUSTOM_FIELD_LABEL);
    if (!label) label = crm_record_field_name(rec, field);
    if (label)
        cli_string_add(out, label);
    else
        cli_value_path(cli, field, out);
    crm_record_free(definition);
}

void cli_value(cli_run *cli, const crm_record *rec, crm_field field, cli_string *out) {
    const char *label;
    size_t bytes = 0;
    if (!crm_record_has(rec, field)) return; /* a required one too may be hidden from the actor */
    switch (crm_field_type(field)) {
    case CRM_TYPE_TEXT:
        if (crm_field_domain(field))
            cli_value_code(cli, crm_field_domain(field), crm_record_text(rec, field), out);
        else
            cli_string_add(out, crm_record_text(rec, field));
        break;
    case CRM_TYPE_INT: cli_string_format(out, "%" PRId64, crm_record_int(rec, field, 0)); break;
    case CRM_TYPE_BOOL: cli_string_add(out, crm_record_bool(rec, field, 0) ? cli_say(cli, "yes", "ja") : cli_say(cli, "no", "nein")); break;
    case CRM_TYPE_DATE: cli_value_date(cli, crm_record_date(rec, field, 0) - cli_value_is_until(field), out); break;
    case CRM_TYPE_TIME: add_time(cli, crm_record_time(rec, field, 0), out); break;
    case CRM_TYPE_AMOUNT: add_amount(cli, crm_record_amount(rec, field, 0), out); break;
    case CRM_TYPE_ID: cli_value_name(cli, crm_record_id(rec, field), out); break;
    case CRM_TYPE_BYTES:
        crm_record_bytes(rec, field, &bytes);
        cli_string_format(out, "%zu %s", bytes, cli_say(cli, "bytes", "Bytes"));
        break;
    case CRM_TYPE_TEXTS: add_list(rec, field, out); break;
    case CRM_TYPE_LABEL:
        label = cli_value_text(cli, rec, field);
        cli_string_add(out, label ? label : "");
        break;
    default: break;
    }
}

/* Two parts of one line: a street and its number, a postal code and its town. */
static void join_pair(const crm_record *rec, crm_field first, crm_field second, cli_string *out) {
    cli_string pair = {0};
    cli_string_join(&pair, " ", crm_record_text(rec, first));
    cli_string_join(&pair, " ", crm_record_text(rec, second));
    cli_string_join(out, ", ", cli_string_text(&pair));
    cli_string_free(&pair);
}

void cli_value_address(const crm_record *address, cli_string *out) {
    join_pair(address, CRM_ADDRESS_STREET, CRM_ADDRESS_HOUSE_NUMBER, out);
    join_pair(address, CRM_ADDRESS_POSTAL_CODE, CRM_ADDRESS_TOWN, out);
    cli_string_join(out, ", ", crm_record_text(address, CRM_ADDRESS_COUNTRY));
}

void cli_value_name(cli_run *cli, crm_id id, cli_string *out) {
    crm_record *rec = NULL;
    cli_string text = {0};
    if (cli->txn && crm_record_get(cli->txn, id, &rec) == CRM_OK) {
        uint32_t kind = crm_record_kind(rec);
        if (kind == CRM_KIND_PARTY) cli_string_join(&text, "", crm_record_text(rec, CRM_PARTY_NAME));
        if (kind == CRM_KIND_CONTACT) cli_string_join(&text, "", crm_record_text(rec, CRM_CONTACT_NAME));
        if (kind == CRM_KIND_GROUP) cli_string_join(&text, "", crm_record_text(rec, CRM_GROUP_CODE));
        if (kind == CRM_KIND_USER) cli_string_join(&text, "", crm_record_text(rec, CRM_USER_NAME));
        if (kind == CRM_KIND_ACCESS_ROLE) cli_string_join(&text, "", crm_record_text(rec, CRM_ACCESS_ROLE_CODE));
        if (kind == CRM_KIND_RULE) cli_string_join(&text, "", crm_record_text(rec, CRM_RULE_CODE));
        if (kind == CRM_KIND_ADDRESS) {
            cli_string_join(&text, "", crm_record_text(rec, CRM_ADDRESS_SITE_NAME));
            cli_value_address(rec, &text);
        }
    }
    if (!text.size) cli_string_format(&text, "#%" PRIu64, id);
    cli_string_add(out, cli_string_text(&text));
    cli_string_free(&text);
    crm_record_free(rec);
}

void cli_value_path(const cli_run *cli, crm_field field, cli_string *out) {
    crm_record *definition = NULL;
    const char *kind = crm_kind_name(crm_field_kind(field)), *name = crm_field_name(field);
    if (!name && cli->txn && crm_custom_field_get(cli->txn, field, &definition) == CRM_OK) {
        kind = crm_record_text(definition, CRM_CUSTOM_FIELD_RECORD_KIND);
        name = crm_record_text(definition, CRM_CUSTOM_FIELD_NAME);
    }
    if (kind && name)
        cli_string_format(out, "%s.%s", kind, name);
    else
        cli_string_format(out, "%" PRIu32, field);
    crm_record_free(definition);
}
