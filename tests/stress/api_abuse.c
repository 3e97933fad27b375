/* SPDX-License-Identifier: MIT */
/* Every exported function with arguments that are wrong, one after the other: pointers that are NULL, handles that are closed, ended, of
 * another sort, of another thread or from before a fork, texts that are none, lengths and numbers beyond all bounds. It says so with the
 * status that error.h names, and leaves no handle behind. The functions come from the headers (abuse.py): a new one is called here from its
 * first day on. Each has a process of its own; the sanitizers see what does not crash. */
#include "support/store.h"
#include "support/workbook.h"
#include <libcrm/io.h>
#include <limits.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ARGUMENTS = 8 };
enum result { STATUS, POINTER, NUMBER, NOTHING };
enum sort {
    HANDLE,
    TEXT,
    LENGTH,
    BYTES,
    SIZE,
    ROOM,
    CAPACITY,
    ARRAY,
    COUNT,
    OPTIONS,
    FUNCTION,
    DATA,
    OUT_HANDLE,
    OUT,
    ID,
    FIELD,
    WIDE,
    PLACE,
    INT,
    UINT32,
    UINT64
};
struct argument {
    const char *name, *type;
    enum sort sort;
};
struct function {
    const char *name;
    uint64_t (*call)(const uint64_t *arguments);
    enum result result;
    int count;
    struct argument arguments[ARGUMENTS];
};
struct member {
    const char *input, *name;
    enum sort sort;
    size_t at;
};
struct input {
    const char *name;
    size_t size;
};
#include "abuse.inc"
#define COUNT_OF(table) (sizeof(table) / sizeof *(table))

/* --- what is allowed --- */

/* Arguments that may be NULL, and others that are not what they look like: "function.argument", "*.argument" in all functions. */
static const struct exemption {
    const char *what, *reason;
} optional[] = {
#include "abuse_exemptions.def"
};
static bool used[COUNT_OF(optional)];

static bool is_exempt(const struct function *function, const char *what) {
    char name[100], any[100];
    snprintf(name, sizeof name, "%s.%s", function->name, what);
    snprintf(any, sizeof any, "*.%s", what);
    for (size_t i = 0; i < COUNT_OF(optional); i++)
        if (strcmp(optional[i].what, name) == 0 || strcmp(optional[i].what, any) == 0) return used[i] = true;
    return false;
}

/* --- what is going on --- */

static struct shared {
    char now[200];
    uint64_t calls, failures;
    bool used[COUNT_OF(optional)];
} * shared;

static void fail(const char *what, int64_t gave, int64_t wanted) {
    shared->failures++;
    printf("%s: %s: %lld, not %lld (%s)\n", shared->now, what, (long long)gave, (long long)wanted, crm_error_text());
}

static void need(bool good, const char *what) {
    if (good) return;
    printf("%s: %s: %s\n", shared->now, what, crm_error_text());
    exit(2);
}

/* --- good arguments --- */

static crm_db *db;
static crm_txn *txn, *snapshot;
static crm_id party, user;
static crm_field number_field;
static char folder[80], input_path[120], made_path[120], dump_path[120], mapping_path[120];
static uint8_t bytes[64], room[256];
static workbook book;
static struct {
    const char *type;
    void *object;
} made[ARGUMENTS];
static int made_count;

static void reopen(void) {
    crm_db_options options = test_options();
    need(crm_db_open(folder, &options, &db) == CRM_OK, "opening");
}

/* Who gives a handle of a type back. */
static void give_back(const char *type, void *object) {
#define GIVES(name, call)                                                                                                                  \
    if (strcmp(type, #name) == 0) call((name *)object)
    GIVES(crm_db, crm_db_close);
    GIVES(crm_txn, crm_txn_free);
    GIVES(crm_iter, crm_iter_free);
    GIVES(crm_record, crm_record_free);
    GIVES(crm_file, crm_file_free);
    GIVES(crm_quote, crm_quote_free);
    GIVES(crm_sync, crm_sync_free);
    GIVES(crm_plan, crm_plan_free);
    GIVES(crm_blockers, crm_blockers_free);
    GIVES(crm_damages, crm_damages_free);
    GIVES(crm_changes, crm_changes_free);
    GIVES(crm_dump, crm_dump_free);
    GIVES(crm_load, crm_load_free);
    GIVES(crm_csv, crm_csv_close);
    GIVES(crm_xlsx, crm_xlsx_close);
    GIVES(crm_export, crm_export_free);
#undef GIVES
}

/* Rows where they are asked about or applied; without them where they, or columns, are still to come. */
static crm_sync *make_sync(const char *function) {
    static const char *const columns_come[] = {
        "crm_sync_add_column", "crm_sync_job", "crm_sync_map",        "crm_csv_read",       "crm_csv_read_file",     "crm_csv_read_folder",
        "crm_jsonl_read",      "crm_csv_feed", "crm_jsonl_read_file", "crm_xlsx_read_file", "crm_mapping_load_file", "crm_xlsx_read_bytes"};
    crm_sync *sync;
    const char *cells[] = {"Ott"};
    need(crm_sync_new("erp", CRM_ROWS_FLAT, &sync) == CRM_OK, "rows");
    for (size_t i = 0; i < COUNT_OF(columns_come); i++)
        if (!strcmp(columns_come[i], function)) return sync;
    need(crm_sync_add_column(sync, "Name", CRM_NTS) == CRM_OK && crm_sync_add_row(sync, 2, cells, NULL, 1) == CRM_OK, "a row");
    return sync;
}

static crm_plan *make_plan(void) {
    crm_plan *plan;
    crm_sync *sync = make_sync("");
    need(crm_sync_plan(sync, db, CRM_ACTOR_SYSTEM, &plan) == CRM_OK, "a plan");
    crm_sync_free(sync);
    return plan;
}

static crm_load *make_load(void) {
    crm_dump *dump;
    crm_load *load;
    size_t size;
    need(crm_dump_begin(snapshot, &dump) == CRM_OK, "a dump");
    const void *identity = crm_dump_identity(dump, &size);
    need(crm_load_begin(made_path, identity, size, &load) == CRM_OK, "a load");
    crm_dump_free(dump);
    return load;
}

/* Of the kind that has what the function is about. */
static crm_record *make_record(const char *function, const char *argument) {
    crm_record *rec;
    uint32_t kind = !strcmp(function, "crm_record_set_label")  ? CRM_KIND_CODE
                    : !strcmp(function, "crm_record_add_item") ? CRM_KIND_ADDRESS
                    : !strcmp(function, "crm_address_format")  ? CRM_KIND_ADDRESS
                    : !strcmp(function, "crm_address_move")    ? CRM_KIND_ADDRESS
                    : !strcmp(function, "crm_party_convert")   ? CRM_KIND_ROLE
                    : !strncmp(function, "crm_quote", 9)       ? CRM_KIND_QUOTE
                                                               : 0;
    if (!strcmp(argument, "party")) kind = 0;
    need((kind ? crm_record_new(kind, &rec) : crm_record_get(snapshot, party, &rec)) == CRM_OK, "a record");
    return rec;
}

static void *make(const char *type, const char *function, const char *argument) {
    void *out = NULL;
    if (strcmp(type, "crm_db") == 0) return db;
    if (strcmp(type, "crm_txn") == 0) return txn;
    if (strcmp(type, "crm_sync") == 0) return make_sync(function);
    if (strcmp(type, "crm_plan") == 0) return make_plan();
    if (strcmp(type, "crm_load") == 0) return make_load();
    if (strcmp(type, "crm_iter") == 0) need(crm_party_list(txn, NULL, NULL, 0, 0, 1, NULL, (crm_iter **)&out) == CRM_OK, type);
    if (strcmp(type, "crm_record") == 0) return make_record(function, argument);
    if (strcmp(type, "crm_file") == 0) need(crm_file_get(snapshot, party, (crm_file **)&out) == CRM_OK, type);
    if (strcmp(type, "crm_quote") == 0) need(crm_quote_resolve(snapshot, party, CRM_TODAY, NULL, (crm_quote **)&out) >= 0, type);
    if (strcmp(type, "crm_blockers") == 0) need(crm_record_blockers(snapshot, party, (crm_blockers **)&out) == CRM_OK, type);
    if (strcmp(type, "crm_damages") == 0) need(crm_verify(db, 0, 0, NULL, NULL, (crm_damages **)&out) == CRM_OK, type);
    if (strcmp(type, "crm_changes") == 0) need(crm_change_now(snapshot, (crm_changes **)&out) == CRM_OK, type);
    if (strcmp(type, "crm_dump") == 0) need(crm_dump_begin(snapshot, (crm_dump **)&out) == CRM_OK, type);
    if (strcmp(type, "crm_csv") == 0) need(crm_csv_open_bytes("Name\nOtt\n", 9, NULL, (crm_csv **)&out) == CRM_OK, type);
    if (strcmp(type, "crm_xlsx") == 0) need(crm_xlsx_open_bytes(book.bytes, book.size, (crm_xlsx **)&out) == CRM_OK, type);
    if (strcmp(type, "crm_export") == 0) {
        crm_export_options options = {.size = sizeof options, .format = CRM_EXPORT_CSV};
        need(crm_export_new(made_path, &options, (crm_export **)&out) == CRM_OK, type);
    }
    need(out != NULL, type);
    return out;
}

static int go_on(void *data, uint64_t done, uint64_t total) { return (void)data, (void)done, (void)total, 0; }
static int go_on_alone(void *data, uint64_t done) { return (void)data, (void)done, 0; }
static int take_sheet(crm_sync *sync, void *data) { return (void)sync, (void)data, CRM_OK; }
static int change_nothing(crm_txn *in, void *data) { return (void)in, (void)data, crm_error_report(CRM_E_LOCKED, 0, 0, NULL); }

static uint64_t good_function(const char *type) {
    return strcmp(type, "crm_transact_fn") == 0            ? (uint64_t)change_nothing
           : strcmp(type, "crm_maintain_progress_fn") == 0 ? (uint64_t)go_on_alone
           : strcmp(type, "crm_xlsx_sheet_fn") == 0        ? (uint64_t)take_sheet
                                                           : (uint64_t)go_on;
}

/* By the name of the argument, with that of the function before it where it takes a different one; "" is the rest. */
static const struct {
    const char *name, *text;
} texts[] = {
    {"crm_db_open.path", folder},
    {"crm_custom_field_find.path", "party.number"},
    {"crm_field_find.path", "party.name"},
    {"crm_export_new.path", made_path},
    {"crm_export_dump.path", made_path},
    {"crm_load_begin.path", made_path},
    {"crm_mapping_save_file.path", made_path},
    {"crm_import_dump.store", made_path},
    {"crm_import_dump.path", dump_path},
    {"crm_mapping_load_file.path", mapping_path},
    {"crm_mapping_csv.path", mapping_path},
    {"crm_mapping_rows.path", mapping_path},
    {"crm_mapping_source.path", mapping_path},
    {"crm_db_backup.path", made_path},
    {"crm_reindex.path", folder},
    {"crm_salvage.from", folder},
    {"crm_salvage.to", made_path},
    {"crm_db_compact.path", folder},
    {"path", input_path},
    {"role", "customer"},
    {"domain", "plant"},
    {"purpose", "delivery"},
    {"scheme", "gln"},
    {"language", "de"},
    {"token", NULL},
    {"since", NULL},
    {"crm_sync_map.target", "party.name"},
    {"", "customer"},
};
static const struct {
    const char *name;
    uint64_t number;
} numbers[] = {
    {"actor", CRM_ACTOR_SYSTEM},
    {"crm_record_list.kind", CRM_KIND_ADDRESS},
    {"kind", CRM_KIND_PARTY},
    {"if_not_exists", CRM_SYNC_CREATE},
    {"crm_sync_job.rows", 0},
    {"flags", 0},
    {"status", (uint64_t)CRM_E_INVALID},
    {"as_of", (uint64_t)CRM_TODAY},
    {"day", (uint64_t)CRM_TODAY},
    {"from", (uint64_t)CRM_NO_DATE},
    {"until", (uint64_t)CRM_NO_DATE},
    {"revision", 0},
    {"crm_load_record.revision", 1},
    {"number", 3},
    {"", 1},
};

static const struct {
    const char *function; /* how its name begins */
    crm_field field;
} fields[] = {
    {"crm_quote", CRM_QUOTE_PLANT},           {"crm_policy", CRM_QUOTE_PLANT},
    {"crm_record_set_label", CRM_CODE_LABEL}, {"crm_record_add_item", CRM_ADDRESS_RECIPIENT},
    {"crm_record_find", CRM_ROLE_NUMBER},     {"crm_record_search_id", CRM_PARTY_REFERRER},
};

static bool is_named(const char *entry, const struct function *function, const struct argument *argument) {
    char name[100];
    snprintf(name, sizeof name, "%s.%s", function->name, argument->name);
    return !*entry || strcmp(entry, argument->name) == 0 || strcmp(entry, name) == 0;
}

static uint64_t good_options(const char *type, uint8_t *at) {
    memset(at, 0, sizeof room);
    for (size_t i = 0; i < COUNT_OF(inputs); i++)
        if (strcmp(inputs[i].name, type) == 0) *(uint64_t *)(void *)at = inputs[i].size;
    if (strcmp(type, "crm_export_options") == 0) ((crm_export_options *)(void *)at)->format = CRM_EXPORT_CSV;
    return (uint64_t)at;
}

static uint64_t good_array(const struct argument *argument) {
    static const char *words[] = {"customer"};
    static size_t sizes[] = {1};
    static uint32_t levels[] = {CRM_LEVEL_EXPLICIT};
    static crm_field one[] = {CRM_PARTY_NAME};
    if (strcmp(argument->name, "lens") == 0) return (uint64_t)sizes;
    if (strcmp(argument->name, "levels") == 0) return (uint64_t)levels;
    return argument->type[0] == 'c' && argument->type[1] == 'h' ? (uint64_t)words : (uint64_t)one;
}

static uint64_t good(const struct function *function, const struct argument *argument) {
    static uint64_t slots[ARGUMENTS], options[sizeof room / 8];
    uint64_t *slot = &slots[argument - function->arguments];
    switch (argument->sort) {
    case HANDLE: {
        void *object = make(argument->type, function->name, argument->name);
        made[made_count].type = argument->type;
        made[made_count++].object = object;
        return (uint64_t)object;
    }
    case TEXT:
        for (size_t i = 0;; i++)
            if (is_named(texts[i].name, function, argument)) return (uint64_t)texts[i].text;
    case LENGTH: return (uint64_t)CRM_NTS;
    case BYTES: return (uint64_t)bytes;
    case SIZE:
    case CAPACITY: return sizeof bytes;
    case ROOM: return (uint64_t)room;
    case ARRAY: return good_array(argument);
    case OPTIONS: return good_options(argument->type, (uint8_t *)options);
    case FUNCTION: return good_function(argument->type);
    case DATA: return 0;
    case OUT_HANDLE:
    case OUT: return *slot = 7, (uint64_t)slot;
    case ID:
        if (!strcmp(argument->name, "user") || !strcmp(function->name, "crm_user_bind")) return user;
        if (strcmp(argument->name, "actor") != 0) return party;
        break;
    case FIELD:
        for (size_t i = 0; i < COUNT_OF(fields); i++)
            if (!strncmp(fields[i].function, function->name, strlen(fields[i].function))) return fields[i].field;
        return CRM_PARTY_NAME;
    default: break;
    }
    for (size_t i = 0;; i++)
        if (is_named(numbers[i].name, function, argument)) return numbers[i].number;
}

/* --- a call --- */

static bool is_token(const struct argument *argument) {
    return argument->sort == HANDLE &&
           (!strcmp(argument->type, "crm_db") || !strcmp(argument->type, "crm_txn") || !strcmp(argument->type, "crm_iter"));
}

static void prepare(const struct function *function, uint64_t *arguments) {
    bool inside = false;
    if (!db) reopen();
    if (!snapshot) snapshot = test_read(db);
    unlink(made_path);
    test_folder_remove(made_path);
    for (int i = 0; i < function->count; i++) inside |= is_token(&function->arguments[i]) && strcmp(function->arguments[i].type, "crm_db");
    made_count = 0;
    for (int pass = 0; pass < 2; pass++) { /* what needs a transaction of its own first */
        if (pass == 1 && inside) txn = test_write(db);
        for (int i = 0; i < function->count; i++)
            if (is_token(&function->arguments[i]) == (pass == 1)) arguments[i] = good(function, &function->arguments[i]);
    }
}

static uint64_t sequence(void) {
    crm_txn *reading = test_read(db);
    uint64_t changes = crm_txn_sequence(reading);
    crm_txn_free(reading);
    return changes;
}

/* What was refused changed nothing, in the transaction neither. */
static void check_unchanged(const struct function *function, uint64_t before) {
    if (txn && crm_txn_commit(txn) < 0) return;
    if (sequence() != before && !is_exempt(function, "unchanged")) fail("a change", (int64_t)sequence(), (int64_t)before);
}

/* A function that frees has done so where it was given the good one. */
static void release(const struct function *function, const uint64_t *arguments) {
    const size_t length = strlen(function->name);
    const bool frees = !strcmp(function->name + length - 5, "_free") || !strcmp(function->name + length - 6, "_close");
    for (int i = made_count; i-- > 0;) {
        if (made[i].object == db || made[i].object == txn) continue;
        if (!frees || (void *)arguments[0] != made[i].object) give_back(made[i].type, made[i].object);
    }
    crm_txn_free(txn);
    txn = NULL;
    if (frees && strcmp(function->name, "crm_db_close") == 0 && (void *)arguments[0] == db) db = NULL;
}

static void check_error(int64_t gave, int wanted) {
    static crm_record *scratch;
    if (!scratch) scratch = test_record(CRM_KIND_PARTY, 0, 0);
    if (crm_error_status() == CRM_E_ABORTED && !strcmp(crm_error_text(), "marker")) fail("a failure without an error", gave, wanted);
    if (!crm_status_name(crm_error_status())) fail("an error that is none", crm_error_status(), wanted);
    int status = crm_error_status();
    if (crm_record_set_text(scratch, CRM_PARTY_NOTE, crm_error_text(), CRM_NTS) < 0) fail("an error text that is none", gave, wanted);
    if (crm_error_status() != status) fail("an error that changed", crm_error_status(), status);
    if (wanted && status != wanted) fail("another error", status, wanted);
}

/* wanted: the status that it has to say; 0: whatever it does. */
static void check(const struct function *function, const uint64_t *arguments, uint64_t gave, int wanted) {
    const int status = (int)gave;
    if (function->result == STATUS && status < 0) check_error(status, wanted);
    if (function->result == STATUS && status >= 0 && wanted) fail("taken for good", status, wanted);
    if (function->result == STATUS && status < 0 && crm_error_status() != status) fail("status and error", status, crm_error_status());
    if (function->result == POINTER && wanted) {
        if (gave) fail("something", (int64_t)gave, wanted);
        check_error(0, wanted);
    }
    if (function->result == NUMBER && wanted) check_error((int64_t)gave, wanted);
    for (int i = 0; i < function->count; i++) {
        const struct argument *argument = &function->arguments[i];
        void **out = (void **)arguments[i];
        if (argument->sort == OUT && out && function->result == STATUS && status < 0 && *(uint64_t *)arguments[i] != 7 &&
            !is_exempt(function, argument->name))
            fail("an output that changed", status, 0);
        if (argument->sort != OUT_HANDLE || !out || function->result != STATUS) continue;
        if (status < 0 && *out) fail("a handle after a failure", status, 0);
        if (status >= 0 && *out && *out != (void *)7) give_back(argument->type, *out);
    }
}

static uint64_t call(const struct function *function, const uint64_t *arguments) {
    crm_error_report(CRM_E_ABORTED, 0, 0, "marker");
    shared->calls++;
    return function->call(arguments);
}

/* A call with one argument that is changed, and the one behind it where behind is told. */
static void abuse(const struct function *function, int which, const char *what, uint64_t value, const uint64_t *behind, int wanted) {
    uint64_t arguments[ARGUMENTS] = {0};
    snprintf(shared->now, sizeof shared->now, "%s, %s %s", function->name, which < 0 ? "" : function->arguments[which].name, what);
    prepare(function, arguments);
    if (which >= 0) arguments[which] = value;
    if (behind) arguments[which + 1] = *behind;
    const uint64_t before = sequence(), gave = call(function, arguments);
    check(function, arguments, gave, wanted);
    if (function->result == STATUS && (int)gave < 0) check_unchanged(function, before);
    release(function, arguments);
}

/* --- what is wrong with an argument --- */

static char *huge; /* a text of 70,000 bytes */

static void abuse_handle(const struct function *function, int which) {
    const struct argument *argument = &function->arguments[which];
    const bool nothing = function->result == NOTHING || (function->result != STATUS && !is_token(argument)); /* error.h */
    abuse(function, which, "NULL", 0, NULL, nothing || is_exempt(function, argument->name) ? 0 : CRM_E_INVALID);
    if (!is_token(argument)) return;
    crm_db *other = db ? db : (reopen(), db);
    crm_txn *over = test_read(other), *reading = test_read(other);
    crm_iter *list, *freed;
    need(crm_party_list(reading, NULL, NULL, 0, 0, 1, NULL, &list) == CRM_OK, "a list");
    need(crm_party_list(over, NULL, NULL, 0, 0, 1, NULL, &freed) == CRM_OK, "a list");
    crm_iter_free(freed);
    crm_txn_free(over);
    void *heap = calloc(1, 64), *bad[] = {over, freed, (void *)1, (void *)UINTPTR_MAX, &heap, heap, (char *)heap + 1};
    const int ended = function->result == NOTHING ? 0 : CRM_E_ENDED;
    for (size_t i = 0; i < COUNT_OF(bad); i++) abuse(function, which, "that is none", (uint64_t)bad[i], NULL, ended);
    if (strcmp(argument->type, "crm_db")) abuse(function, which, "that is a store", (uint64_t)other, NULL, ended);
    if (strcmp(argument->type, "crm_txn")) abuse(function, which, "that is a transaction", (uint64_t)reading, NULL, ended);
    if (strcmp(argument->type, "crm_iter")) abuse(function, which, "that is a list", (uint64_t)list, NULL, ended);
    free(heap);
    crm_iter_free(list);
    crm_txn_free(reading);
}

static void abuse_text(const struct function *function, int which) {
    static const char *const bad[] = {"a\xff", "\x80", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "a\xc3"};
    const struct argument *argument = &function->arguments[which];
    const bool measured = which + 1 < function->count && function->arguments[which + 1].sort == LENGTH;
    const bool any = function->result != STATUS;
    const uint64_t none = 0, one = 1, three = 3, most = SIZE_MAX - 1, half = SIZE_MAX / 2, many = 70000;
    abuse(function, which, "NULL", 0, NULL, function->result != STATUS || is_exempt(function, argument->name) ? 0 : CRM_E_INVALID);
    char otherwise[60];
    snprintf(otherwise, sizeof otherwise, "%s (not UTF-8)", argument->name);
    const int utf8 = any || is_exempt(function, otherwise) ? 0 : CRM_E_UTF8;
    for (size_t i = 0; i < COUNT_OF(bad); i++) abuse(function, which, "that is no UTF-8", (uint64_t)bad[i], NULL, utf8);
    abuse(function, which, "that is empty", (uint64_t) "", NULL, 0);
    snprintf(otherwise, sizeof otherwise, "%s (70,000 bytes)", argument->name);
    const bool stored = function->arguments[0].sort == HANDLE && !strcmp(function->arguments[0].type, "crm_txn");
    abuse(function, which, "of 70,000 bytes", (uint64_t)huge, NULL, any || !stored || is_exempt(function, otherwise) ? 0 : CRM_E_TOO_BIG);
    if (!measured) return;
    const int long_text = is_exempt(function, "any length") ? 0 : CRM_E_TOO_BIG;
    abuse(function, which, "of no bytes", (uint64_t) "", &none, 0);
    abuse(function, which, "that is U+0000", (uint64_t) "", &one, utf8);
    abuse(function, which, "with U+0000", (uint64_t) "a\0b", &three, utf8);
    abuse(function, which, "that is cut", (uint64_t) "\xc3\xa4", &one, utf8);
    abuse(function, which, "of 70,000 bytes", (uint64_t)huge, &many, long_text);
    abuse(function, which, "of all memory", (uint64_t)huge, &most, long_text);
    abuse(function, which, "of half of it", (uint64_t)huge, &half, long_text);
}

static void abuse_numbers(const struct function *function, int which, const uint64_t *values, size_t count) {
    for (size_t i = 0; i < count; i++) {
        char what[40];
        snprintf(what, sizeof what, "%lld", (long long)values[i]);
        abuse(function, which, what, values[i], NULL, 0);
    }
}

static void abuse_number(const struct function *function, int which) {
    static const uint64_t many[] = {0,
                                    1,
                                    2,
                                    63,
                                    64,
                                    127,
                                    255,
                                    999,
                                    1000,
                                    65536,
                                    INT_MAX,
                                    (uint64_t)INT_MIN,
                                    UINT_MAX,
                                    0x80000000u,
                                    0x800003e8u,
                                    UINT64_C(1) << 32,
                                    UINT64_C(1) << 51,
                                    UINT64_C(1) << 52,
                                    (UINT64_C(1) << 52) - 1,
                                    (uint64_t)INT64_MAX,
                                    (uint64_t)INT64_MIN,
                                    UINT64_MAX,
                                    UINT64_MAX - 1,
                                    UINT64_MAX / 2 + 2,
                                    (uint64_t)-719163,
                                    2932897,
                                    2932896};
    abuse_numbers(function, which, many, COUNT_OF(many));
}

static void abuse_size(const struct function *function, int which) {
    static const uint64_t many[] = {0, SIZE_MAX, SIZE_MAX - 1, SIZE_MAX / 2, SIZE_MAX / 8 + 1, UINT64_C(1) << 48};
    if (!is_exempt(function, function->arguments[which].name))
        abuse_numbers(function, which, many, COUNT_OF(many));
    else
        abuse_numbers(function, which, many, 1);
}

static void abuse_options(const struct function *function, int which) {
    static const uint64_t sizes[] = {0, 7, 8, UINT64_MAX};
    static const uint64_t values[] = {UINT32_MAX, 0x7fffffff, 0x80000000u, 256, UINT64_MAX};
    static uint64_t changed[sizeof room / 8];
    const char *type = function->arguments[which].type;
    abuse(function, which, "NULL", 0, NULL, 0);
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        good_options(type, (uint8_t *)changed);
        changed[0] = sizes[i];
        abuse(function, which, "of another size", (uint64_t)changed, NULL, 0);
    }
    for (size_t i = 0; i < COUNT_OF(members); i++)
        for (size_t k = 0; !strcmp(members[i].input, type) && k < COUNT_OF(values); k++) {
            const char *none = "\xff";
            uint8_t *at = (uint8_t *)changed + members[i].at;
            good_options(type, (uint8_t *)changed);
            if (members[i].sort == TEXT)
                memcpy(at, &none, sizeof none);
            else
                memcpy(at, &values[k], members[i].sort == UINT32 ? 4 : 8);
            abuse(function, which, members[i].name, (uint64_t)changed, NULL, 0);
        }
}

static void abuse_argument(const struct function *function, int which) {
    const char *name = function->arguments[which].name;
    switch (function->arguments[which].sort) {
    case HANDLE: abuse_handle(function, which); break;
    case TEXT: abuse_text(function, which); break;
    case LENGTH: break; /* with its text */
    case OUT_HANDLE: abuse(function, which, "NULL", 0, NULL, is_exempt(function, name) ? 0 : CRM_E_INVALID); break;
    case BYTES:
    case ROOM:
    case ARRAY:
    case OUT:
    case FUNCTION:
    case DATA: abuse(function, which, "NULL", 0, NULL, 0); break;
    case SIZE:
    case CAPACITY:
    case COUNT: abuse_size(function, which); break;
    case OPTIONS: abuse_options(function, which); break;
    default: abuse_number(function, which);
    }
}

/* --- the time and place of a call --- */

struct elsewhere {
    const struct function *function;
    const uint64_t *arguments;
    int wanted;
};

static void *call_elsewhere(void *data) {
    const struct elsewhere *at = data;
    check(at->function, at->arguments, call(at->function, at->arguments), at->wanted);
    return NULL;
}

enum when { BEFORE_FORK, OTHER_THREAD, ENDED, CLOSED };

static void call_when(const struct function *function, enum when when, const char *what, int wanted) {
    uint64_t arguments[ARGUMENTS] = {0};
    struct elsewhere at = {function, arguments, function->result == NOTHING || is_exempt(function, what) ? 0 : wanted};
    pthread_t thread;
    snprintf(shared->now, sizeof shared->now, "%s, %s", function->name, what);
    prepare(function, arguments);
    if (when == ENDED) crm_txn_abort(txn);
    if (when == CLOSED) crm_db_close(db);
    if (when == OTHER_THREAD) {
        need(pthread_create(&thread, NULL, call_elsewhere, &at) == 0 && pthread_join(thread, NULL) == 0, "a thread");
    } else if (when == BEFORE_FORK) {
        fflush(stdout);
        pid_t child = fork();
        if (child == 0) {
            call_elsewhere(&at);
            fflush(stdout);
            _exit(0);
        }
        int ended;
        need(child > 0 && waitpid(child, &ended, 0) == child, "a fork");
        if (ended) fail("the child ends", ended, 0);
    } else {
        call_elsewhere(&at);
    }
    if (when != BEFORE_FORK && when != OTHER_THREAD)
        release(function, arguments);
    else
        for (int i = made_count; i-- > 0;)
            if (made[i].object != db) give_back(made[i].type, made[i].object);
    crm_txn_free(txn);
    txn = NULL;
    if (when == CLOSED) db = NULL;
}

static void abuse_function(const struct function *function) {
    bool tokens = false, transaction = false;
    for (int i = 0; i < function->count; i++) {
        tokens |= is_token(&function->arguments[i]);
        transaction |= is_token(&function->arguments[i]) && strcmp(function->arguments[i].type, "crm_db");
    }
    abuse(function, -1, "that is good", 0, NULL, 0);
    const int status = crm_error_status();
    if (function->result == STATUS && (status == CRM_E_INVALID || status == CRM_E_ENDED) && !is_exempt(function, "good"))
        fail("arguments that are good", status, 0);
    for (int i = 0; i < function->count; i++) abuse_argument(function, i);
    const size_t length = strlen(function->name);
    const bool frees = !strcmp(function->name + length - 5, "_free") || !strcmp(function->name + length - 6, "_close");
    if (tokens && !frees) {
        call_when(function, BEFORE_FORK, "from before a fork", CRM_E_FORKED);
        if (transaction) call_when(function, OTHER_THREAD, "in another thread", CRM_E_THREAD);
        if (transaction) call_when(function, ENDED, "in a transaction that has ended", CRM_E_ENDED);
        call_when(function, CLOSED, "of a store that is closed", transaction ? 0 : CRM_E_ENDED);
    }
}

/* --- the program --- */

static void make_store(void) {
    crm_txn *writing;
    test_begin();
    snprintf(folder, sizeof folder, "%s", test_folder);
    snprintf(made_path, sizeof made_path, "%s.made", folder);
    snprintf(input_path, sizeof input_path, "%s.csv", folder);
    snprintf(dump_path, sizeof dump_path, "%s.jsonl", folder);
    snprintf(mapping_path, sizeof mapping_path, "%s.json", folder);
    FILE *file = fopen(input_path, "w");
    need(file && fputs("Name\nOtt\n", file) >= 0 && fclose(file) == 0, input_path);
    crm_sync *sync = make_sync("");
    need(crm_mapping_save_file(sync, NULL, mapping_path) == CRM_OK, mapping_path);
    crm_sync_free(sync);
    reopen();
    writing = test_write(db);
    party = test_party(writing, "customer");
    test_role(writing, party, CRM_ROLE_CUSTOMER, "customer");
    test_child(writing, CRM_KIND_ADDRESS, party, CRM_ADDRESS_TOWN, "Ulm");
    test_party(writing, "another");
    user = test_put(writing, test_record(CRM_KIND_USER, 0, CRM_USER_NAME, "customer", CRM_USER_TYPE, CRM_USER_TYPE_STAFF, 0));
    crm_record *rec = test_record(CRM_KIND_CUSTOM_FIELD, 0, CRM_CUSTOM_FIELD_RECORD_KIND, "party", CRM_CUSTOM_FIELD_NAME, "number",
                                  CRM_CUSTOM_FIELD_TYPE, "int", 0);
    crm_record_set_bool(rec, CRM_CUSTOM_FIELD_INDEXED, 1);
    test_put(writing, rec);
    need(crm_custom_field_find(writing, "party.number", &number_field) == CRM_OK, "a custom field");
    test_commit(writing);
    snapshot = test_read(db);
    need(crm_export_dump(snapshot, dump_path) == CRM_OK, dump_path);
    crm_txn_free(snapshot);
    crm_db_close(db);
    snapshot = NULL;
    db = NULL;
    memset(bytes, 'x', sizeof bytes);
    huge = malloc(70001);
    need(huge != NULL, "memory");
    memset(huge, 'x', 70000);
    huge[70000] = '\0';
    book = workbook_make(&(workbook_text){.rows = "<row><c t=\"inlineStr\"><is><t>Name</t></is></c></row>"});
}

static void in_process(const struct function *function) {
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        abuse_function(function);
        crm_txn_free(snapshot);
        crm_db_close(db);
        for (size_t i = 0; i < COUNT_OF(optional); i++) shared->used[i] |= used[i];
        exit(0);
    }
    int ended;
    need(child > 0 && waitpid(child, &ended, 0) == child, "a process");
    if (ended) fail("it ends", ended, 0);
}

int main(int argc, char **argv) {
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) return 2;
    if (access("/dev/shm", W_OK) == 0) setenv("TMPDIR", "/dev/shm", 0);
    make_store();
    for (size_t i = 0; i < COUNT_OF(functions); i++)
        if (argc < 2 || !strcmp(argv[1], functions[i].name)) in_process(&functions[i]);
    for (size_t i = 0; argc < 2 && i < COUNT_OF(optional); i++) {
        snprintf(shared->now, sizeof shared->now, "%s", optional[i].what);
        if (!shared->used[i]) fail("an exemption that nothing uses", 0, 0);
    }
    printf("%zu functions, %llu calls, %llu failures\n", COUNT_OF(functions), (unsigned long long)shared->calls,
           (unsigned long long)shared->failures);
    unlink(input_path);
    unlink(dump_path);
    unlink(mapping_path);
    test_folder_remove(made_path);
    test_end();
    workbook_free(&book);
    free(huge);
    return shared->failures != 0;
}
