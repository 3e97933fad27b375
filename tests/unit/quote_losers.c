/* SPDX-License-Identifier: MIT */
/* What a proposal tells about records that only a merge leaves behind: terms of equal standing that disagree, and a customer who became
 * another one. */
#include "api/api.h"
#include "support/proposal.h"
#include <stdlib.h>

static void begin_write(struct scene *scene, const char *stored) {
    scene_begin(scene, stored);
    crm_txn_free(scene->data.txn);
    cr_assert(crm_txn_begin(scene->db, CRM_TXN_WRITE, CRM_ACTOR_SYSTEM, &scene->data.txn) == CRM_OK);
}

/* The terms of one area become those of all, without anybody's leave. */
static void make_twin(struct scene *scene, const char *label) {
    crm_record *twin;
    int status;
    cr_assert(crm_record_get(scene->data.txn, scene_id(&scene->data, label), &twin) == CRM_OK &&
              crm_record_clear(twin, CRM_QUOTE_DEFAULTS_SALES_AREA) == CRM_OK);
    crmi_txn *txn = crmi_api_enter(scene->data.txn, true, &status);
    cr_assert(txn && crmi_store_put(txn, crmi_store_packed(txn, scene_id(&scene->data, label)), twin, 1) == CRM_OK);
    crmi_api_leave(scene->data.txn);
    crm_record_free(twin);
}

static void forward(struct scene *scene, const char *from, const char *to) {
    int status;
    crmi_txn *txn = crmi_api_enter(scene->data.txn, true, &status);
    cr_assert(txn && crmi_store_forward(txn, crmi_store_packed(txn, scene_id(&scene->data, from)),
                                        crmi_store_packed(txn, scene_id(&scene->data, to))) == CRM_OK);
    crmi_api_leave(scene->data.txn);
}

static int compare_lines(const void *a, const void *b) { return strcmp(a, b); }

/* "why level value source" of each, in the order of the letters. */
static void show_losers(const struct scene *scene, const char *given, crm_field field, char *out, size_t size) {
    char lines[8][60];
    crm_quote *quote;
    crm_record *record = scene_given(&scene->data, given);
    cr_assert(crm_quote_resolve(scene->data.txn, scene_id(&scene->data, "p"), CRM_TODAY, record, &quote) >= 0, "%s", crm_error_text());
    bool ambiguous = crm_quote_flags(quote, field) & CRM_QUOTE_FLAG_AMBIGUOUS;
    cr_expect(!ambiguous || crm_quote_level(quote, field) == CRM_LEVEL_UNSET, "what is set is not ambiguous");
    size_t count = crm_quote_loser_count(quote, field);
    cr_assert_leq(count, 8);
    for (size_t i = 0; i < count; i++) {
        const crm_record *loser = crm_quote_loser(quote, field, i);
        snprintf(lines[i], sizeof lines[i], "%s %s %s %s", crm_record_text(loser, CRM_QUOTE_LOSER_WHY),
                 crm_record_text(loser, CRM_QUOTE_LOSER_LEVEL), crm_record_text(loser, CRM_QUOTE_LOSER_VALUE),
                 scene_label(&scene->data, crm_record_id(loser, CRM_QUOTE_LOSER_SOURCE)));
    }
    qsort(lines, count, sizeof *lines, compare_lines);
    out[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        cr_assert_lt(strlen(out) + strlen(lines[i]) + 1, size);
        strcat(strcat(out, i ? ";" : ""), lines[i]);
    }
    crm_quote_free(quote);
    crm_record_free(record);
}

Test(quote_losers, terms_that_disagree) {
    static const struct {
        const char *what, *rule, *given, *wanted;
        crm_field field;
    } rows[] = {
        {"candidates are none", "", NULL, "later global W w", CRM_QUOTE_PLANT},
        {"given instead", "", "plant=G", "later customer A d;later customer B e;later global W w", CRM_QUOTE_PLANT},
        {"a rule instead", ";r rule code=R target=quote.plant value=R", NULL,
         "later global W w;overridden customer A d;overridden customer B e", CRM_QUOTE_PLANT},
        {"two that agree", "", NULL, "later global Y w", CRM_QUOTE_TAX_ZONE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct scene scene;
        char stored[300], line[200];
        snprintf(stored, sizeof stored,
                 "d quote_defaults plant=A tax_zone=Z;e quote_defaults sales_area=N plant=B tax_zone=Z;w global plant=W tax_zone=Y%s",
                 rows[i].rule);
        begin_write(&scene, stored);
        make_twin(&scene, "e");
        show_losers(&scene, rows[i].given, rows[i].field, line, sizeof line);
        cr_expect_str_eq(line, rows[i].wanted, "%s: got \"%s\"", rows[i].what, line);
        scene_end(&scene);
    }
}

/* A given address would be dropped with another customer. */
static void expect_kept(const struct scene *scene, const crm_quote *old, const char *customer) {
    crm_quote *quote;
    crm_id id = scene_id(&scene->data, customer);
    cr_assert(crm_quote_reresolve(scene->data.txn, old, id, CRM_TODAY, NULL, NULL, 0, &quote) >= 0, "%s: %s", customer, crm_error_text());
    cr_expect_eq(crm_quote_level(quote, CRM_QUOTE_SHIP_TO), CRM_LEVEL_EXPLICIT, "%s", customer);
    cr_expect_eq(crm_quote_change_count(quote), 0, "%s", customer);
    crm_quote_free(quote);
}

/* The same customer was asked for, so nobody gave another one: what was given for him stays. */
Test(quote_losers, customer_merged) {
    struct scene scene;
    crm_quote *old, *quote;
    begin_write(&scene, "q party;d quote_defaults plant=P;e quote_defaults owner=q plant=P;a address party=q");
    crm_record *given = scene_given(&scene.data, "tax_zone=Z");
    cr_assert(crm_quote_resolve(scene.data.txn, scene_id(&scene.data, "p"), CRM_TODAY, given, &old) >= 0);
    forward(&scene, "p", "q");
    cr_assert(crm_quote_reresolve(scene.data.txn, old, 0, CRM_TODAY, NULL, NULL, 0, &quote) >= 0, "%s", crm_error_text());
    cr_assert_eq(crm_quote_change_count(quote), 2); /* and the payer */
    const crm_record *change = crm_quote_change(quote, 0);
    cr_expect_str_eq(crm_record_text(change, CRM_QUOTE_CHANGE_FIELD), "customer");
    cr_expect_str_eq(crm_record_text(change, CRM_QUOTE_CHANGE_WHY), "other_source");
    cr_expect_eq(strtoull(crm_record_text(change, CRM_QUOTE_CHANGE_NEW_VALUE), NULL, 10), scene_id(&scene.data, "q"));
    cr_expect_eq(crm_quote_level(quote, CRM_QUOTE_TAX_ZONE), CRM_LEVEL_EXPLICIT);
    const char *text = crm_quote_explain(quote, CRM_QUOTE_FORMAT_TEXT, NULL);
    cr_expect(text && strstr(text, "\n  REDIRECTED"), "%s", text);
    crm_quote_free(old);
    crm_record_free(given);
    given = scene_given(&scene.data, "ship_to=a");
    old = quote;
    cr_assert(crm_quote_reresolve(scene.data.txn, old, 0, CRM_TODAY, given, NULL, 0, &quote) >= 0, "%s", crm_error_text());
    crm_quote_free(old);
    crm_record_free(given);
    expect_kept(&scene, quote, "p");
    expect_kept(&scene, quote, "q");
    crm_quote_free(quote);
    scene_end(&scene);
}
