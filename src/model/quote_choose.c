/* SPDX-License-Identifier: MIT */
/* Stage 1: which address the goods go to, which one the invoice, and which contact is spoken to. Each role has steps, most specific first;
 * the first step that has a usable object decides. One object is taken; two or more are of equal standing, so none is taken and all are
 * named. Nothing is ever decided by name, id, time or order of insertion.
 *
 * A preferred site or contact is looked for in the terms of the given sales area, then in those of all areas: two steps, so one that is not
 * usable is passed over here as everywhere. */
#include "base/error.h"
#include "model/quote.h"

/* What one step has found. */
typedef struct search {
    crmi_quote_work *work;
    crmi_quote_choice *choice;
    size_t area; /* whose terms the step reads, where it reads any */
    int rc;
} search;

static int add_candidate(crmi_quote_work *work, crmi_quote_choice *choice, crmi_quote_object *object) {
    crmi_quote_candidate *candidate = crmi_quote_take(&work->quote->memory, sizeof *candidate);
    if (!candidate) return CRM_E_NOMEM;
    object->mark = work->mark;
    *candidate = (crmi_quote_candidate){object, choice->candidates};
    choice->candidates = candidate;
    choice->count++;
    choice->object = object;
    return CRM_OK;
}

/* Adds an object that the step names, once, where it is of the kind and usable. source says who named it. */
static void add(search *finding, crmi_packed id, uint32_t kind, crmi_packed source, uint64_t revision, crm_field field) {
    crmi_quote_work *work = finding->work;
    crmi_quote_choice *choice = finding->choice;
    if (finding->rc < 0 || crmi_id_kind(id) != kind) return;
    crmi_quote_object *object = crmi_quote_ask(work, id);
    if (!object) finding->rc = CRM_E_NOMEM;
    if (!object || !crmi_quote_usable(work, object)) return;
    uint32_t moves = crmi_quote_moves(work, id);
    if (object->mark != work->mark)
        finding->rc = add_candidate(work, choice, object);
    else if (choice->object != object || choice->moves <= moves)
        return; /* of several that name one object the first that names it over the fewest moves is told */
    choice->moves = moves;
    choice->source = source;
    choice->revision = revision;
    choice->source_field = field;
}

static bool is_for(crmi_quote_work *work, crmi_packed target, const crmi_quote_object *object) {
    return target == object->id || crmi_quote_known(work, target) == object;
}

/* --- what steps look at --- */

/* Goods can go where a usage says so, and to the main address. */
static bool takes_deliveries(crmi_quote_work *work, const crmi_quote_object *object) {
    for (const crmi_quote_usage *usage = work->usages; usage; usage = usage->next)
        if ((usage->purpose == CRMI_PURPOSE_DELIVERY || usage->purpose == CRMI_PURPOSE_MAIN) && is_for(work, usage->target, object))
            return true;
    return false;
}

static crmi_packed id_of(const crmi_quote_source *source, crm_field field) { return (crmi_packed)crmi_quote_integer_of(source, field, 0); }

static void add_preferred_site(search *finding, const crmi_quote_source *defaults) {
    crmi_packed site = id_of(defaults, CRM_QUOTE_DEFAULTS_PREFERRED_SITE);
    if (!site || crmi_id_kind(site) != CRM_KIND_ADDRESS) return;
    const crmi_quote_object *object = crmi_quote_ask(finding->work, site);
    if (!object)
        finding->rc = CRM_E_NOMEM;
    else if (takes_deliveries(finding->work, object))
        add(finding, site, CRM_KIND_ADDRESS, defaults->id, defaults->revision, CRM_QUOTE_DEFAULTS_PREFERRED_SITE);
}

static void add_preferred_contact(search *finding, const crmi_quote_source *defaults) {
    crmi_packed contact = id_of(defaults, CRM_QUOTE_DEFAULTS_PREFERRED_CONTACT);
    if (contact) add(finding, contact, CRM_KIND_CONTACT, defaults->id, defaults->revision, CRM_QUOTE_DEFAULTS_PREFERRED_CONTACT);
}

static void add_used(search *finding, uint32_t purpose, bool only_default, uint32_t kind) {
    for (const crmi_quote_usage *usage = finding->work->usages; usage; usage = usage->next)
        if (usage->purpose == purpose && (usage->is_default || !only_default))
            add(finding, usage->target, kind, usage->id, usage->revision, CRM_USAGE_TARGET);
}

/* --- steps --- */

static void customers_site(search *finding) {
    for (const crmi_quote_source *own = finding->work->own.of[finding->area]; own; own = own->next) add_preferred_site(finding, own);
}

/* True where the contact is usable: then his sites are the ones that count, be there any or not. */
static bool sites_of_contact(search *finding, crmi_packed contact) {
    crmi_quote_work *work = finding->work;
    if (crmi_id_kind(contact) != CRM_KIND_CONTACT) return false;
    const crmi_quote_object *object = crmi_quote_ask(work, contact);
    if (!object) finding->rc = CRM_E_NOMEM;
    if (!object || !crmi_quote_usable(work, object)) return false;
    for (const crmi_quote_source *scoped = work->scoped.of[finding->area]; scoped; scoped = scoped->next)
        if (is_for(work, id_of(scoped, CRM_QUOTE_DEFAULTS_SCOPE), object)) add_preferred_site(finding, scoped);
    return true;
}

static crmi_packed given_id(const crmi_quote_work *work, crm_field field) {
    const crmi_entry *entry = crmi_quote_given(work, field);
    return entry ? crmi_store_packed(work->txn, (crm_id)entry->integer) : 0;
}

/* The contact that the caller has chosen, else the one that the customer prefers in the given area, else in all. */
static void contacts_site(search *finding) {
    crmi_quote_work *work = finding->work;
    if (crmi_quote_given(work, CRM_QUOTE_CONTACT)) {
        sites_of_contact(finding, given_id(work, CRM_QUOTE_CONTACT));
        return;
    }
    bool found = false;
    for (size_t area = 0; area < CRMI_AREAS && !found; area++)
        for (const crmi_quote_source *own = work->own.of[area]; own; own = own->next)
            found |= sites_of_contact(finding, id_of(own, CRM_QUOTE_DEFAULTS_PREFERRED_CONTACT));
}

static void default_delivery(search *finding) { add_used(finding, CRMI_PURPOSE_DELIVERY, true, CRM_KIND_ADDRESS); }
static void any_delivery(search *finding) { add_used(finding, CRMI_PURPOSE_DELIVERY, false, CRM_KIND_ADDRESS); }
static void default_billing(search *finding) { add_used(finding, CRMI_PURPOSE_BILLING, true, CRM_KIND_ADDRESS); }
static void any_billing(search *finding) { add_used(finding, CRMI_PURPOSE_BILLING, false, CRM_KIND_ADDRESS); }
static void main_address(search *finding) { add_used(finding, CRMI_PURPOSE_MAIN, false, CRM_KIND_ADDRESS); }
static void default_contact(search *finding) { add_used(finding, CRMI_PURPOSE_QUOTE, true, CRM_KIND_CONTACT); }
static void quote_contact(search *finding) { add_used(finding, CRMI_PURPOSE_QUOTE, false, CRM_KIND_CONTACT); }

/* What is said of the site itself goes before what was said of the one that it has succeeded. */
static void sites_contact(search *finding) {
    crmi_quote_work *work = finding->work;
    const crmi_quote_object *site = work->ship_to.object;
    const crmi_quote_source *first = site ? work->scoped.of[finding->area] : NULL;
    for (uint32_t moves = 0; first && moves <= CRMI_QUOTE_HOPS && finding->choice->count == 0; moves++)
        for (const crmi_quote_source *scoped = first; scoped; scoped = scoped->next) {
            crmi_packed scope = id_of(scoped, CRM_QUOTE_DEFAULTS_SCOPE);
            if (is_for(work, scope, site) && crmi_quote_moves(work, scope) == moves) add_preferred_contact(finding, scoped);
        }
}

static void customers_contact(search *finding) {
    for (const crmi_quote_source *own = finding->work->own.of[finding->area]; own; own = own->next) add_preferred_contact(finding, own);
}

/* All contacts of the file are read for this step alone, and only where it is reached. */
static void any_contact(search *finding) {
    crmi_quote_work *work = finding->work;
    if (work->scan == CRMI_READ_NOT) {
        work->scan = CRMI_READ_WANTED;
        work->scan_from = crmi_id_pack(work->root, CRM_KIND_CONTACT, 0);
    }
    for (const crmi_quote_object *object = work->scanned; object; object = object->next_scanned)
        if (object->source) add(finding, object->id, CRM_KIND_CONTACT, object->id, object->source->revision, 0);
}

typedef struct step {
    void (*find)(search *finding);
    uint32_t reason, level, area;
} step;

static const step ship_to_steps[] = {
    {customers_site, CRM_REASON_PREFERRED, CRM_LEVEL_CUSTOMER, CRMI_AREA_GIVEN},
    {customers_site, CRM_REASON_PREFERRED, CRM_LEVEL_CUSTOMER, CRMI_AREA_ALL},
    {contacts_site, CRM_REASON_CONTACT_PREFERRED, CRM_LEVEL_CONTACT, CRMI_AREA_GIVEN},
    {contacts_site, CRM_REASON_CONTACT_PREFERRED, CRM_LEVEL_CONTACT, CRMI_AREA_ALL},
    {default_delivery, CRM_REASON_DEFAULT, CRM_LEVEL_CUSTOMER, 0},
    {any_delivery, CRM_REASON_ONLY_PURPOSE, CRM_LEVEL_CUSTOMER, 0},
    {main_address, CRM_REASON_MAIN, CRM_LEVEL_CUSTOMER, 0},
    {NULL, 0, 0, 0},
};
static const step bill_to_steps[] = {
    {default_billing, CRM_REASON_DEFAULT, CRM_LEVEL_CUSTOMER, 0},
    {any_billing, CRM_REASON_ONLY_PURPOSE, CRM_LEVEL_CUSTOMER, 0},
    {main_address, CRM_REASON_MAIN, CRM_LEVEL_CUSTOMER, 0},
    {NULL, 0, 0, 0},
};
static const step contact_steps[] = {
    {sites_contact, CRM_REASON_SITE_PREFERRED, CRM_LEVEL_SITE, CRMI_AREA_GIVEN},
    {sites_contact, CRM_REASON_SITE_PREFERRED, CRM_LEVEL_SITE, CRMI_AREA_ALL},
    {customers_contact, CRM_REASON_PREFERRED, CRM_LEVEL_CUSTOMER, CRMI_AREA_GIVEN},
    {customers_contact, CRM_REASON_PREFERRED, CRM_LEVEL_CUSTOMER, CRMI_AREA_ALL},
    {default_contact, CRM_REASON_DEFAULT, CRM_LEVEL_CUSTOMER, 0},
    {quote_contact, CRM_REASON_ONLY_PURPOSE, CRM_LEVEL_CUSTOMER, 0},
    {any_contact, CRM_REASON_ONLY, CRM_LEVEL_CUSTOMER, 0},
    {NULL, 0, 0, 0},
};

/* --- a role --- */

/* An object that the caller names is taken or refused, never passed over. */
static int choose_given(crmi_quote_work *work, crm_field field, crmi_packed id, uint32_t kind, crmi_quote_choice *choice) {
    static const char *const names[] = {[CRMI_FIELD_NUMBER(CRM_QUOTE_SHIP_TO)] = "ship_to",
                                        [CRMI_FIELD_NUMBER(CRM_QUOTE_BILL_TO)] = "bill_to",
                                        [CRMI_FIELD_NUMBER(CRM_QUOTE_CONTACT)] = "contact"};
    const char *name = names[CRMI_FIELD_NUMBER(field)];
    crmi_quote_object *object = NULL;
    if (crmi_id_kind(id) == kind) {
        object = crmi_quote_ask(work, id);
        if (!object) return CRM_E_NOMEM;
    }
    if (!object || object->state == CRMI_OBJECT_ABSENT || (object->state == CRMI_OBJECT_PRESENT && crmi_id_root(object->id) != work->root))
        return crmi_error_set(CRM_E_NOT_RELATED, field, "%s is not the customer's", name);
    if (object->archived) return crmi_error_set(CRM_E_ARCHIVED, field, "%s is archived", name);
    if (object->outside) return crmi_error_set(CRM_E_RANGE, field, "%s is not valid on the day", name);
    *choice = (crmi_quote_choice){.object = object, .count = 1, .level = CRM_LEVEL_EXPLICIT, .reason = CRM_REASON_EXPLICIT};
    choice->moves = crmi_quote_moves(work, id);
    return CRM_OK;
}

static int choose(crmi_quote_work *work, crm_field field, uint32_t kind, const step *steps, crmi_quote_choice *choice) {
    *choice = (crmi_quote_choice){0};
    if (crmi_quote_given(work, field)) return choose_given(work, field, given_id(work, field), kind, choice);
    for (; steps->find && choice->count == 0; steps++) {
        search finding = {work, choice, steps->area, CRM_OK};
        work->mark++;
        steps->find(&finding);
        if (finding.rc < 0) return finding.rc;
        if (choice->count == 1) {
            choice->level = steps->level;
            choice->reason = steps->reason;
        } else
            choice->object = NULL;
    }
    return CRM_OK;
}

/* Terms of an address that has ended hold for its successor: which one that is says the address. A site that begins on no day has moved
 * from nowhere, so that the sites of a chain are not all read because each has terms. */
static int ask_for_scopes(crmi_quote_work *work) {
    const crmi_quote_source *site = work->ship_to.object ? work->ship_to.object->source : NULL;
    if (!site || !crmi_quote_slot_of(site, CRM_ADDRESS_VALID_FROM)) return CRM_OK;
    for (size_t area = 0; area < CRMI_AREAS; area++)
        for (const crmi_quote_source *scoped = work->scoped.of[area]; scoped; scoped = scoped->next) {
            crmi_packed scope = id_of(scoped, CRM_QUOTE_DEFAULTS_SCOPE);
            if (crmi_id_kind(scope) == CRM_KIND_ADDRESS && !crmi_quote_ask(work, scope)) return CRM_E_NOMEM;
        }
    return CRM_OK;
}

int crmi_quote_choose(crmi_quote_work *work) {
    int rc = choose(work, CRM_QUOTE_SHIP_TO, CRM_KIND_ADDRESS, ship_to_steps, &work->ship_to);
    if (rc == CRM_OK) rc = ask_for_scopes(work);
    if (rc == CRM_OK) rc = choose(work, CRM_QUOTE_BILL_TO, CRM_KIND_ADDRESS, bill_to_steps, &work->bill_to);
    if (rc == CRM_OK) rc = choose(work, CRM_QUOTE_CONTACT, CRM_KIND_CONTACT, contact_steps, &work->contact_choice);
    work->chosen = !work->wanted && work->scan != CRMI_READ_WANTED;
    return rc;
}
