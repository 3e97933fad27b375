/* SPDX-License-Identifier: MIT */
/* The customer's groups in a proposal: those of his memberships are read together with the addresses, all above them one round later. Then
 * they are put in order: by priority, then code, each followed by those above it, each group once.
 *
 * An archived group gives nothing and leads to nothing. Terms that block inheritance bar the groups above, but for those that another path
 * leads to; in the customer's own terms they bar all. */
#include "base/error.h"
#include "codec/key.h"
#include "model/quote.h"
#include <stdlib.h>
#include <string.h>

static crmi_quote_group *find_group(const crmi_quote_work *work, crmi_packed id) {
    crmi_quote_group *group = work->groups;
    while (group && group->id != id) group = group->next;
    return group;
}

int crmi_quote_add_group(crmi_quote_work *work, crmi_packed id, bool member) {
    if (crmi_id_kind(id) != CRM_KIND_GROUP || find_group(work, id)) return CRM_OK;
    if (work->groups_known == CRMI_LIMIT_GROUP_MEMBERSHIPS)
        return crmi_error_set(CRM_E_TOO_BIG, 0, "the customer is in more than %d groups, those above them counted",
                              (int)CRMI_LIMIT_GROUP_MEMBERSHIPS);
    crmi_quote_group *group = crmi_quote_take_cleared(&work->quote->memory, sizeof *group);
    if (!group) return CRM_E_NOMEM;
    group->id = id;
    group->member = member;
    group->next = work->groups;
    work->groups = group;
    work->groups_known++;
    work->groups_wanted++;
    return CRM_OK;
}

static int take_terms(const crmi_quote_work *work, crmi_quote_group *group, const crmi_stored *stored) {
    crmi_quote_source *source;
    int rc = crmi_quote_open(&work->quote->memory, stored, &source);
    if (rc < 0) return rc;
    size_t area = crmi_quote_area_of(work, source);
    if (area == CRMI_AREAS) return CRM_OK;
    source->next = group->terms.of[area];
    group->terms.of[area] = source;
    return CRM_OK;
}

int crmi_quote_take_group(crmi_quote_work *work, crmi_quote_group *group, const crmi_stored *stored) {
    if (stored->kind == CRM_KIND_QUOTE_DEFAULTS) return take_terms(work, group, stored);
    if (stored->kind != CRM_KIND_GROUP || stored->id != group->id) return CRM_OK;
    int rc = crmi_quote_open(&work->quote->memory, stored, &group->record);
    if (rc == CRM_OK && crmi_quote_integer_of(group->record, CRM_GROUP_ARCHIVED, 0)) group->record = NULL;
    return rc;
}

/* The id of the group at a place above a group, nearest first; 0 behind the last. */
static crmi_packed above(const crmi_quote_work *work, const crmi_quote_group *group, size_t place) {
    const crmi_quote_slot *ids = group->record ? crmi_quote_slot_of(group->record, CRM_GROUP_ANCESTORS) : NULL;
    if (!ids || ids->type != CRMI_VALUE_BYTES || place >= ids->size / 8 || place >= CRMI_LIMIT_GROUP_DEPTH) return 0;
    return crmi_id_internal(&work->quote->key, crmi_key_get64(ids->bytes + place * 8));
}

static int ask_above(crmi_quote_work *work) {
    int rc = CRM_OK;
    for (const crmi_quote_group *group = work->groups; group; group = group->next) {
        crmi_packed id;
        for (size_t i = 0; group->member && rc == CRM_OK && (id = above(work, group, i)); i++) rc = crmi_quote_add_group(work, id, false);
    }
    work->groups_above = true;
    return rc;
}

/* --- order --- */

/* The first record of a level that says anything decides. */
static bool blocks(const crmi_quote_terms *terms) {
    for (size_t area = 0; area < CRMI_AREAS; area++) {
        bool said = false;
        for (const crmi_quote_source *source = terms->of[area]; source; source = source->next) {
            if (crmi_quote_integer_of(source, CRM_QUOTE_DEFAULTS_BLOCKS_INHERITANCE, 0)) return true;
            said |= crmi_quote_slot_of(source, CRM_QUOTE_DEFAULTS_BLOCKS_INHERITANCE) != NULL;
        }
        if (said) return false;
    }
    return false;
}

static int compare_codes(const crmi_quote_source *a, const crmi_quote_source *b) {
    const crmi_quote_slot *x = crmi_quote_text_of(a, CRM_GROUP_CODE), *y = crmi_quote_text_of(b, CRM_GROUP_CODE);
    uint32_t x_size = x ? x->size : 0, y_size = y ? y->size : 0, size = x_size < y_size ? x_size : y_size;
    int order = size ? memcmp(x->bytes, y->bytes, size) : 0;
    return order ? order : (x_size > y_size) - (x_size < y_size);
}

static int compare_groups(const void *a, const void *b) {
    const crmi_quote_source *x = (*(crmi_quote_group *const *)a)->record, *y = (*(crmi_quote_group *const *)b)->record;
    int64_t x_rank = crmi_quote_integer_of(x, CRM_GROUP_PRIORITY, INT64_MAX),
            y_rank = crmi_quote_integer_of(y, CRM_GROUP_PRIORITY, INT64_MAX);
    return x_rank != y_rank ? (x_rank < y_rank ? -1 : 1) : compare_codes(x, y);
}

/* A walk over the customer's groups and those above each. Twice: first to see which groups a path leads to that is not barred, then to
 * place each of them where the first such path does (one without such a path where the first of all does). */
typedef struct walk {
    crmi_quote_work *work;
    bool barred, placing;
} walk;

static void visit(walk *walking, crmi_quote_group *group) {
    crmi_quote_work *work = walking->work;
    if (!walking->placing)
        group->reached |= !walking->barred;
    else if (!group->placed && !(walking->barred && group->reached)) {
        group->placed = true;
        work->group_order[work->group_count++] = group;
    }
    if (blocks(&group->terms)) walking->barred = true;
}

static void walk_up(walk *walking, crmi_quote_group *member) {
    crmi_packed id;
    visit(walking, member);
    for (size_t i = 0; (id = above(walking->work, member, i)); i++) {
        crmi_quote_group *group = find_group(walking->work, id);
        if (!group || !group->record) return;
        visit(walking, group);
    }
}

static int put_in_order(crmi_quote_work *work) {
    size_t members = 0;
    crmi_quote_group **sorted = crmi_quote_take(&work->quote->memory, work->groups_known * sizeof *sorted);
    work->group_order = crmi_quote_take(&work->quote->memory, work->groups_known * sizeof *sorted);
    if (!sorted || !work->group_order) return CRM_E_NOMEM;
    for (crmi_quote_group *group = work->groups; group; group = group->next)
        if (group->member && group->record) sorted[members++] = group;
    qsort(sorted, members, sizeof *sorted, compare_groups);
    for (int placing = 0; placing < 2; placing++)
        for (size_t i = 0; i < members; i++) {
            walk walking = {work, blocks(&work->own), placing};
            walk_up(&walking, sorted[i]);
        }
    return CRM_OK;
}

/* The places of the level: each group's terms, the given area's first. */
static int make_places(crmi_quote_work *work) {
    crmi_quote_places_of *places = &work->places[CRMI_LEVEL_SLOT(CRM_LEVEL_GROUP)];
    places->places = crmi_quote_take(&work->quote->memory, work->group_count * CRMI_AREAS * sizeof *places->places);
    if (!places->places) return CRM_E_NOMEM;
    for (size_t i = 0; i < work->group_count; i++)
        for (size_t area = 0; area < CRMI_AREAS; area++) {
            const crmi_quote_group *group = work->group_order[i];
            if (group->terms.of[area]) places->places[places->count++] = (crmi_quote_place){group->terms.of[area], !group->reached};
        }
    return CRM_OK;
}

int crmi_quote_groups(crmi_quote_work *work) {
    int rc = CRM_OK;
    if (!work->groups_wanted && !work->groups_above) rc = ask_above(work);
    if (rc < 0 || work->groups_wanted) return rc;
    rc = put_in_order(work);
    if (rc == CRM_OK) rc = make_places(work);
    if (rc == CRM_OK) work->known |= 1u << CRMI_LEVEL_SLOT(CRM_LEVEL_GROUP);
    return rc;
}
