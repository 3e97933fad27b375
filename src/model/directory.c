/* SPDX-License-Identifier: MIT */
/* The directory by town, postal code, country and group. Where one of the indexes of these has few entries, the parties that they name are
 * read and put in order; else the directory is read in its order, and each party looked at. Either way a page is a bounded piece of work,
 * and a place in the directory's order is all that the next one needs. */
#include "model/directory.h"
#include "base/error.h"
#include "base/utf8.h"
#include "codec/walk.h"
#include "index/own.h"
#include "model/group.h"
#include "store/gate.h"
#include <stdlib.h>
#include <string.h>

enum { AT_ONCE = 64, ADDRESS = 1, MEMBER = 2 };

static int wanted_of(const crmi_directory *asked) {
    bool address = asked->town.size || *asked->postal_from || *asked->postal_until || *asked->country;
    return (address ? ADDRESS : 0) | (asked->group ? MEMBER : 0);
}

/* --- looking at parties --- */

typedef struct looking {
    const crmi_directory *asked;
    int wanted;
    size_t rows;          /* records that may still be looked at */
    size_t decided;       /* parties of this round, where it was too many */
    uint8_t has[AT_ONCE]; /* of the parties of a round */
} looking;

static bool has_town(const crmi_buffer *town, const crmi_value *value, int *status) {
    crmi_buffer folded = {0};
    if (!town->size) return true;
    *status = crmi_utf8_fold((const char *)value->bytes, value->size, &folded);
    bool same = *status == CRM_OK && folded.size == town->size && memcmp(folded.data, town->data, town->size) == 0;
    crmi_buffer_free(&folded);
    return same;
}

static bool has_country(const char *country, const crmi_value *value) {
    return !*country || (value->size == strlen(country) && memcmp(value->bytes, country, value->size) == 0);
}

static bool has_postal_code(const crmi_directory *asked, const crmi_value *value) {
    size_t from = strlen(asked->postal_from), until = strlen(asked->postal_until);
    size_t low = from < value->size ? from : value->size, high = until < value->size ? until : value->size;
    int order = memcmp(value->bytes, asked->postal_from, low);
    if (order < 0 || (order == 0 && value->size < from)) return false;
    return !until || memcmp(value->bytes, asked->postal_until, high) <= 0;
}

static int look_at_address(const crmi_directory *asked, const crmi_stored *stored, bool *fits) {
    crmi_value town = {.type = CRMI_VALUE_TEXT, .bytes = (const uint8_t *)""}, postal_code = town, country = town, value;
    crmi_walk walk;
    bool valid = true;
    int rc = crmi_walk_begin(&walk, stored->body.data, stored->body.size);
    if (rc == CRM_OK) rc = crmi_walk_next(&walk, &value);
    for (; rc == CRM_ROW; rc = crmi_walk_next(&walk, &value)) switch (value.number) {
        case CRMI_FIELD_NUMBER(CRM_ADDRESS_TOWN): town = value; break;
        case CRMI_FIELD_NUMBER(CRM_ADDRESS_POSTAL_CODE): postal_code = value; break;
        case CRMI_FIELD_NUMBER(CRM_ADDRESS_COUNTRY): country = value; break;
        case CRMI_FIELD_NUMBER(CRM_ADDRESS_VALID_FROM): valid &= asked->day >= value.integer; break;
        case CRMI_FIELD_NUMBER(CRM_ADDRESS_VALID_UNTIL): valid &= asked->day < value.integer; break;
        case CRMI_FIELD_NUMBER(CRM_ADDRESS_ARCHIVED): valid &= !value.integer; break;
        }
    bool texts = town.type == CRMI_VALUE_TEXT && postal_code.type == CRMI_VALUE_TEXT && country.type == CRMI_VALUE_TEXT;
    if (rc < 0 || !texts) return crmi_error_set(CRM_E_CORRUPT, 0, "a stored address is damaged");
    *fits = valid && has_postal_code(asked, &postal_code) && has_country(asked->country, &country) && has_town(&asked->town, &town, &rc);
    return rc;
}

static int look_at_membership(const crmi_directory *asked, const crmi_stored *stored, bool *fits) {
    crmi_packed group;
    bool valid;
    int rc = crmi_membership_open(stored, asked->day, &valid, &group);
    *fits = rc == CRM_OK && valid && group == asked->group;
    return rc;
}

static int take_record(void *data, size_t read, const crmi_stored *stored) {
    looking *look = data;
    size_t party = look->wanted == (ADDRESS | MEMBER) ? read / 2 : read;
    bool address = stored->kind == CRM_KIND_ADDRESS, fits;
    if (!look->rows && party) {
        look->decided = party;
        return CRM_ROW;
    }
    look->rows -= look->rows > 0;
    if (look->has[party] & (address ? ADDRESS : MEMBER)) return CRM_OK;
    int rc = (address ? look_at_address : look_at_membership)(look->asked, stored, &fits);
    if (rc == CRM_OK && fits) look->has[party] |= address ? ADDRESS : MEMBER;
    return rc;
}

/* At most AT_ONCE parties; decided is how many of them were looked at before it was too much. */
static int look_at(crmi_txn *txn, looking *look, const uint32_t *roots, size_t count) {
    static const uint32_t kinds[] = {CRM_KIND_MEMBERSHIP, CRM_KIND_ADDRESS};
    crmi_want wants[2 * AT_ONCE];
    size_t n = 0;
    memset(look->has, 0, sizeof look->has);
    look->decided = count;
    for (size_t i = 0; i < count; i++)
        for (int kind = 0; kind < 2; kind++)
            if (look->wanted & (kind ? ADDRESS : MEMBER))
                wants[n++] = (crmi_want){crmi_id_pack(roots[i], kinds[kind], 0), crmi_id_pack(roots[i], kinds[kind] + 1, 0), 0};
    int rc = n ? crmi_store_read_many(txn, wants, n, take_record, look) : CRM_OK;
    return rc == CRM_ROW ? CRM_OK : rc;
}

/* Keeps the parties that fit; CRM_ROW where that was too much. */
static int keep_fitting(crmi_txn *txn, looking *look, uint32_t *roots, size_t *count) {
    size_t kept = 0;
    int rc = CRM_OK;
    for (size_t at = 0; rc == CRM_OK && at < *count; at += AT_ONCE) {
        size_t n = *count - at < AT_ONCE ? *count - at : AT_ONCE;
        rc = look_at(txn, look, roots + at, n);
        if (rc == CRM_OK && look->decided < n) rc = CRM_ROW;
        for (size_t i = 0; rc == CRM_OK && i < n; i++)
            if (look->has[i] == look->wanted) roots[kept++] = roots[at + i];
    }
    *count = kept;
    return rc;
}

/* A page of some parties: those of them that fit. */
static int page_of(crmi_txn *txn, const crmi_directory *asked, size_t rows, uint32_t *roots, size_t count, crmi_page *page) {
    looking look = {.asked = asked, .wanted = wanted_of(asked), .rows = rows};
    int rc = keep_fitting(txn, &look, roots, &count);
    return rc == CRM_OK ? crmi_own_some(txn, roots, count, page) : rc;
}

/* --- few: by the index of what is asked for --- */

static void set_postal_range(const crmi_directory *asked, crmi_page *range) {
    crmi_key_begin(&range->from);
    crmi_key_int(&range->from, CRM_ADDRESS_POSTAL_CODE);
    range->until = range->from;
    if (*asked->postal_from) crmi_key_text_prefix(&range->from, asked->postal_from, strlen(asked->postal_from));
    if (*asked->postal_until) crmi_key_text_prefix(&range->until, asked->postal_until, strlen(asked->postal_until));
    crmi_key_after(&range->until);
}

/* The index of one thing that is asked for; false: it is not. */
static int set_range(crmi_txn *txn, const crmi_directory *asked, int which, crmi_page *range, bool *is) {
    const crmi_buffer *town = &asked->town;
    *is = which == 0 ? asked->group != 0 : which == 1 ? town->size > 0 : *asked->postal_from || *asked->postal_until;
    if (!*is) return CRM_OK;
    if (which == 0) crmi_membership_range(range, asked->group);
    if (which == 2) set_postal_range(asked, range);
    return which == 1 ? crmi_index_value_range(txn, range, crmi_schema_field(CRM_ADDRESS_TOWN), (const char *)town->data, town->size)
                      : CRM_OK;
}

static int by_number(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* The parties of a range's ids, each once. */
static size_t take_roots(const crmi_page *range, uint32_t *roots) {
    size_t count = 0;
    for (size_t i = 0; i < range->count; i++) roots[i] = crmi_id_root(range->ids[i]);
    qsort(roots, range->count, sizeof *roots, by_number);
    for (size_t i = 0; i < range->count; i++)
        if (!count || roots[count - 1] != roots[i]) roots[count++] = roots[i];
    return count;
}

typedef struct few_parties {
    crmi_packed ids[CRMI_LIMIT_DIRECTORY_FEW];
    uint32_t roots[CRMI_LIMIT_DIRECTORY_FEW];
    size_t count;
    bool found;
} few_parties;

/* Those of the index with the fewest entries, where these are few. */
static int find_few(crmi_txn *txn, const crmi_directory *asked, few_parties *few) {
    size_t entries = CRMI_LIMIT_DIRECTORY_FEW + 1;
    int rc = CRM_OK;
    for (int which = 0; rc == CRM_OK && which < 3; which++) {
        crmi_page range = {.ids = few->ids, .limit = CRMI_LIMIT_DIRECTORY_FEW};
        bool is;
        rc = set_range(txn, asked, which, &range, &is);
        if (rc == CRM_OK && is) rc = crmi_index_page(txn, &range);
        if (rc < 0 || !is || range.more || range.count >= entries) continue;
        entries = range.count;
        few->count = take_roots(&range, few->roots);
        few->found = true;
    }
    return rc;
}

/* Whether to put them in order is less work than to look at parties in order until the page is full; the first costs some four times as
 * much a party. */
static int is_less(crmi_txn *txn, uint64_t count, uint64_t limit, bool *out) {
    uint64_t sequence, next;
    int rc = crmi_txn_state(txn, &sequence, &next);
    *out = count * count * 4 <= limit * next;
    return rc;
}

/* CRM_ROW where there are not few of anything. */
static int page_few(crmi_txn *txn, const crmi_directory *asked, crmi_page *page) {
    few_parties *few = malloc(sizeof *few);
    if (!few) return crmi_error_nomem();
    few->found = false;
    bool less = false;
    int rc = find_few(txn, asked, few);
    if (rc == CRM_OK && few->found) rc = is_less(txn, few->count, page->limit, &less);
    if (rc == CRM_OK) rc = less ? page_of(txn, asked, CRMI_LIMIT_DIRECTORY_ROWS, few->roots, few->count, page) : CRM_ROW;
    free(few);
    return rc;
}

/* --- many: in the directory's order --- */

/* The page ends with this party, although more were read. */
static int end_with(crmi_txn *txn, uint32_t root, crmi_page *page) {
    crmi_packed id;
    crmi_page one = *page;
    one.ids = &id;
    one.limit = 1;
    int rc = crmi_own_some(txn, &root, 1, &one);
    page->more = true;
    page->after_size = one.after_size;
    memcpy(page->after, one.after, one.after_size);
    return rc;
}

/* The next parties of the page's range; how many were looked at. */
static int page_next(crmi_txn *txn, looking *look, crmi_page *page, size_t *looked) {
    crmi_packed ids[AT_ONCE];
    uint32_t roots[AT_ONCE];
    size_t at = 0;
    crmi_page part = *page;
    part.ids = ids;
    part.limit = AT_ONCE;
    int rc = crmi_index_page(txn, &part);
    for (size_t i = 0; rc == CRM_OK && i < part.count; i++) roots[i] = crmi_id_root(ids[i]);
    if (rc == CRM_OK) rc = look_at(txn, look, roots, part.count);
    for (; rc == CRM_OK && at < look->decided && page->count < page->limit; at++)
        if (look->has[at] == look->wanted) page->ids[page->count++] = ids[at];
    *looked = at;
    if (rc < 0) return rc;
    if (at < part.count) return end_with(txn, roots[at - 1], page);
    page->more = part.more;
    page->after_size = part.after_size;
    memcpy(page->after, part.after, part.after_size);
    return CRM_OK;
}

static int page_many(crmi_txn *txn, const crmi_directory *asked, crmi_page *page) {
    looking look = {.asked = asked, .wanted = wanted_of(asked), .rows = CRMI_LIMIT_DIRECTORY_ROWS};
    size_t looks = 0, looked = 0;
    int rc = CRM_OK;
    page->count = 0;
    page->more = true;
    while (rc == CRM_OK && page->more && page->count < page->limit && looks < CRMI_LIMIT_DIRECTORY_LOOKS && look.rows) {
        rc = page_next(txn, &look, page, &looked);
        looks += looked;
    }
    return rc;
}

/* --- whose --- */

typedef enum party_set { NO_PARTIES, OWN_PARTIES, ALL_PARTIES } party_set;

static int seen_parties(crmi_txn *txn, const crmi_directory *asked, const crmi_page *page, party_set *out) {
    const crmi_actor *actor = crmi_gate_actor(txn);
    int wanted = wanted_of(asked);
    bool shared = true;
    *out = actor && !actor->staff ? OWN_PARTIES : ALL_PARTIES;
    if (!actor || !actor->staff) return CRM_OK;
    int rc = crmi_own_shared(txn, &page->from, &shared);
    if (wanted & ADDRESS) shared &= (actor->reads >> CRM_KIND_ADDRESS & 1) != 0;
    if (wanted & MEMBER) shared &= (actor->reads >> CRM_KIND_MEMBERSHIP & 1) != 0;
    if (!shared) *out = NO_PARTIES;
    return rc;
}

static int page_own(crmi_txn *txn, const crmi_directory *asked, crmi_page *page) {
    const crmi_actor *actor = crmi_gate_actor(txn);
    uint32_t *roots = malloc((actor->root_count + 1) * sizeof *roots);
    if (!roots) return crmi_error_nomem();
    memcpy(roots, actor->roots, actor->root_count * sizeof *roots);
    int rc = page_of(txn, asked, SIZE_MAX, roots, actor->root_count, page);
    free(roots);
    return rc;
}

/* What staff may ask for was asked before: which parties there are is then told by ids alone. */
static int page_all(crmi_txn *txn, const crmi_directory *asked, crmi_page *page) {
    if (!wanted_of(asked)) return crmi_index_page(txn, page);
    crmi_gate_lift(txn);
    int rc = page_few(txn, asked, page);
    if (rc == CRM_ROW) rc = page_many(txn, asked, page);
    crmi_gate_drop(txn);
    return rc;
}

int crmi_directory_page(crmi_txn *txn, const crmi_directory *asked, crmi_page *page) {
    party_set set;
    int rc = seen_parties(txn, asked, page, &set);
    page->count = 0;
    page->more = false;
    if (rc < 0 || set == NO_PARTIES) return rc;
    return set == OWN_PARTIES ? page_own(txn, asked, page) : page_all(txn, asked, page);
}

/* --- how many --- */

/* A party's number in each of as many equal parts of the store, always the same. */
static uint32_t drawn(uint64_t part, uint64_t parts, uint64_t numbers) {
    uint64_t place = (part + 1) * UINT64_C(0x9e3779b97f4a7c15);
    place = (place ^ place >> 29) >> 40; /* 24 bits: where in its part */
    return (uint32_t)(1 + ((part << 24 | place) * numbers / parts >> 24));
}

static int estimate(crmi_txn *txn, const crmi_directory *asked, crmi_page *page, uint64_t *out) {
    uint64_t sequence, next, hits = 0;
    crmi_packed ids[AT_ONCE];
    uint32_t roots[AT_ONCE];
    int rc = crmi_txn_state(txn, &sequence, &next);
    uint64_t numbers = next - 1, parts = numbers < CRMI_LIMIT_DIRECTORY_SAMPLE ? numbers : CRMI_LIMIT_DIRECTORY_SAMPLE;
    page->ids = ids;
    page->limit = AT_ONCE;
    for (uint64_t part = 0; rc == CRM_OK && part < parts;) {
        size_t count = 0;
        while (count < AT_ONCE && part < parts) roots[count++] = drawn(part++, parts, numbers);
        page->after_size = 0;
        rc = page_of(txn, asked, SIZE_MAX, roots, count, page);
        hits += page->count;
    }
    *out = parts ? (hits * numbers + parts / 2) / parts : 0;
    return rc;
}

/* Counted like a page, where one page holds them all; a bound actor's own ones always are. */
int crmi_directory_count(crmi_txn *txn, const crmi_directory *asked, crmi_page *page, uint64_t *out, bool *exact) {
    const crmi_actor *actor = crmi_gate_actor(txn);
    uint64_t estimated = 0;
    page->limit = actor && actor->root_count > CRMI_LIMIT_DIRECTORY_LOOKS ? actor->root_count : CRMI_LIMIT_DIRECTORY_LOOKS;
    page->ids = malloc(page->limit * sizeof *page->ids);
    if (!page->ids) return crmi_error_nomem();
    int rc = crmi_directory_page(txn, asked, page);
    free(page->ids);
    page->ids = NULL;
    if (rc < 0) return rc;
    *exact = !page->more;
    *out = page->count;
    if (*exact) return CRM_OK;
    crmi_gate_lift(txn);
    rc = estimate(txn, asked, page, &estimated);
    crmi_gate_drop(txn);
    if (*out < estimated) *out = estimated;
    return rc;
}
