/* SPDX-License-Identifier: MIT */
/* Tables of quote proposals: what is stored, what is given, what must come out. */
#ifndef CRM_TESTS_SUPPORT_PROPOSAL_H
#define CRM_TESTS_SUPPORT_PROPOSAL_H
#include "support/saved.h"
#include "support/scene.h"

/* wanted: fields divided by ';', as "ship_to=a1 customer default u1.target" (value, level, reason, source, flags), "contact=? c1 c2"
 * (candidates), "plant=-" (unset); or "error STATUS field". */
struct row {
    const char *what, *stored, *given, *wanted;
};

#define PROPOSAL_ORDERS 6

/* --- a proposal as text, with labels for ids --- */

static inline int compare_labels(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

static inline void show_candidates(const struct data *data, const crm_quote *quote, crm_field field, char *out, size_t size) {
    const char *labels[SCENE_RECORDS];
    size_t count = crm_quote_candidate_count(quote, field);
    for (size_t i = 0; i < count; i++) {
        labels[i] = scene_label(data, crm_quote_candidate(quote, field, i));
        cr_expect(i == 0 || crm_quote_candidate(quote, field, i - 1) < crm_quote_candidate(quote, field, i), "candidates ascend");
    }
    qsort(labels, count, sizeof *labels, compare_labels);
    for (size_t i = 0; i < count; i++) snprintf(out + strlen(out), size - strlen(out), " %s", labels[i]);
}

/* "ship_to=a1 customer default u1.target", "contact=? c1 c2", "plant=-", and flags behind. */
static inline void show(const struct data *data, const crm_quote *quote, crm_field field, char *out, size_t size) {
    static const char *const flags[] = {"AMBIGUOUS", "REDIRECTED", "BLOCKED", "CONFLICT", "UNSET", "DELIVERY_LOCKED"};
    uint32_t level = crm_quote_level(quote, field), set = crm_quote_flags(quote, field);
    const crm_record *values = crm_quote_record(quote);
    cr_expect(crm_record_has(values, field) == (level != CRM_LEVEL_UNSET), "%s: in the record where it is set", crm_field_name(field));
    cr_expect(!(crm_quote_flags(quote, 0) & CRM_QUOTE_FLAG_UNSET), "UNSET is of single fields");
    cr_expect((set & CRM_QUOTE_FLAG_UNSET) == (level || set & CRM_QUOTE_FLAG_AMBIGUOUS ? 0 : CRM_QUOTE_FLAG_UNSET), "%s: UNSET",
              crm_field_name(field));
    if (set & CRM_QUOTE_FLAG_AMBIGUOUS) {
        snprintf(out, size, "%s=?", crm_field_name(field));
        show_candidates(data, quote, field, out, size);
        cr_expect(level == CRM_LEVEL_UNSET);
        return;
    }
    cr_expect(crm_quote_candidate_count(quote, field) == 0);
    if (level == CRM_LEVEL_UNSET) {
        snprintf(out, size, "%s=-%s", crm_field_name(field), set & CRM_QUOTE_FLAG_DELIVERY_LOCKED ? " DELIVERY_LOCKED" : "");
        return;
    }
    bool is_id = crm_field_type(field) == CRM_TYPE_ID;
    snprintf(out, size, "%s=%s %s", crm_field_name(field),
             is_id ? scene_label(data, crm_record_id(values, field)) : crm_record_text(values, field), crm_quote_level_name(level));
    if (crm_quote_reason(quote, field))
        snprintf(out + strlen(out), size - strlen(out), " %s", crm_quote_reason_name(crm_quote_reason(quote, field)));
    if (crm_quote_source(quote, field)) {
        const char *name = crm_field_name(crm_quote_source_field(quote, field));
        snprintf(out + strlen(out), size - strlen(out), " %s%s%s", scene_label(data, crm_quote_source(quote, field)), name ? "." : "",
                 name ? name : "");
        cr_expect(crm_quote_source_revision(quote, field) == 1, "%s: revision", out);
    } else
        cr_expect(crm_quote_source_revision(quote, field) == 0 && crm_quote_source_field(quote, field) == 0);
    for (unsigned i = 0; i < sizeof flags / sizeof *flags; i++)
        if (set & 1u << i) snprintf(out + strlen(out), size - strlen(out), " %s", flags[i]);
}

/* --- a row --- */

static inline void check_lines(const struct row *row, const struct data *data, const crm_quote *quote) {
    char copy[800], line[200], *save = NULL;
    snprintf(copy, sizeof copy, "%s", row->wanted);
    for (char *part = strtok_r(copy, ";", &save); part; part = strtok_r(NULL, ";", &save)) {
        char path[64] = "quote.";
        part += strspn(part, " ");
        snprintf(path + 6, sizeof path - 6, "%.*s", (int)strcspn(part, "="), part);
        cr_assert(crm_field_find(path), "%s: no field %s", row->what, path);
        show(data, quote, crm_field_find(path), line, sizeof line);
        cr_expect_str_eq(line, part, "%s: got \"%s\", wanted \"%s\"", row->what, line, part);
    }
}

static inline void check_error(const struct row *row, int rc) {
    char line[100];
    const char *name = rc < 0 ? crm_status_name(rc) : NULL;
    snprintf(line, sizeof line, "error %s%s%s", name ? name + 6 : "none", crm_error_field() ? " " : "",
             crm_error_field() ? crm_field_name(crm_error_field()) : "");
    cr_expect_str_eq(line, row->wanted, "%s: got \"%s\", wanted \"%s\"", row->what, line, row->wanted);
}

/* The same again must give the same bytes. */
static inline void check_pure(const struct row *row, const struct data *data, const crm_record *given, crm_quote *quote) {
    crm_quote *again;
    size_t size, size_again;
    cr_assert(crm_quote_resolve(data->txn, scene_id(data, "p"), SCENE_DAY, given, &again) >= 0);
    const char *json = crm_quote_json(quote, &size), *json_again = crm_quote_json(again, &size_again);
    cr_assert(json && json_again);
    cr_expect(size == size_again && !memcmp(json, json_again, size), "%s: the same snapshot, other bytes", row->what);
    crm_quote_free(again);
}

/* All fields as one text, to be compared over orders of insertion. */
static inline void show_all(const struct data *data, const crm_quote *quote, char *out, size_t size) {
    out[0] = '\0';
    for (crm_field field = 0; (field = crm_field_next(CRM_KIND_QUOTE, field));) {
        char line[200];
        show(data, quote, field, line, sizeof line);
        snprintf(out + strlen(out), size - strlen(out), "%s\n", line);
    }
}

static inline void proposal_check(crm_db *db, const struct row *row) {
    static char first[4000], now[4000];
    for (unsigned order = 0; order < PROPOSAL_ORDERS; order++) {
        struct data data;
        crm_quote *quote;
        scene_parse(&data, row->stored);
        cr_assert(crm_txn_begin(db, CRM_TXN_WRITE, CRM_ACTOR_SYSTEM, &data.txn) == CRM_OK);
        scene_build(&data, order);
        crm_record *given = scene_given(&data, row->given);
        int rc = crm_quote_resolve(data.txn, scene_id(&data, "p"), CRM_TODAY, given, &quote);
        cr_expect((rc >= 0) == (quote != NULL));
        if (rc < 0 || !strncmp(row->wanted, "error", 5))
            check_error(row, rc);
        else {
            cr_expect(rc == (crm_quote_flags(quote, 0) & CRM_QUOTE_FLAG_AMBIGUOUS ? CRM_CHOOSE : CRM_OK));
            check_lines(row, &data, quote);
            check_pure(row, &data, given, quote);
            if (order == 0) saved_check(data.txn, quote, row->what);
            show_all(&data, quote, now, sizeof now);
            if (order == 0) memcpy(first, now, sizeof first);
            cr_expect_str_eq(now, first, "%s: another order of insertion, another proposal:\n%s\n%s", row->what, first, now);
        }
        crm_quote_free(quote);
        crm_record_free(given);
        crm_txn_abort(data.txn);
        crm_txn_free(data.txn);
    }
}

static inline void proposal_check_rows(const struct row *rows, size_t count) {
    crm_db *db = scene_open_store();
    for (size_t i = 0; i < count; i++) proposal_check(db, &rows[i]);
    scene_close_store(db);
}
#define CHECK_ROWS(rows) proposal_check_rows(rows, sizeof(rows) / sizeof *(rows))
#endif
