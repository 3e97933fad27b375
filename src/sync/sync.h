/* SPDX-License-Identifier: MIT */
/* Rows into the store. The way of a row:
 *   rows.c     cells are trimmed and kept as text
 *   convert.c  all cells become values; every bad cell is an error of its row
 *   match.c    rows of one company become one group, and the group is found in the store or is new (company.c: by VAT id and name)
 *   file.c     a group's company is loaded once, find.c finds its addresses, contacts, channels ...
 *   merge.c    the group's rows are checked and applied in memory, one after the other
 *   replace.c  what REPLACE takes away once all rows have spoken
 *   write.c    what differs from the store in the end is written
 * apply.c runs the last four in one transaction. A row that is refused leaves no trace: it is checked before it changes anything in memory,
 * and where the store itself refuses a record in the end, the transaction is run again without the row. */
#ifndef CRMI_SYNC_SYNC_H
#define CRMI_SYNC_SYNC_H
#include "base/buffer.h"
#include "schema/schema.h"
#include "store/definitions.h"
#include "store/store.h"
#include "sync/map.h"
#include <libcrm/sync.h>

enum { CRMI_SYNC_SHAPES = CRM_ROWS_ROLE }; /* the last one */
enum { CRMI_SYNC_FLAGS = CRM_SYNC_SKIP_BAD_ROWS | CRM_SYNC_IGNORE_UNKNOWN | CRM_SYNC_NO_KEYS };
enum { CRMI_SYNC_REFUSED = 1 }; /* a row was refused and its error is noted; below 0: nothing can go on */
enum {
    CRMI_SYNC_CODE_SIZE = 64,
    CRMI_SYNC_PATH_SIZE = 112,
    CRMI_SYNC_ROW_ERRORS = 8,
    CRMI_SYNC_QUOTE_SIZE = 80,
    CRMI_SYNC_WHERE_SIZE = 220
};

#define CRMI_SYNC_LITERAL "#TEXT:" /* what stands behind it in a cell is a text as it is */

/* What the cells of a column are. */
enum crmi_sync_use {
    CRMI_USE_IGNORE,
    CRMI_USE_FIELD,     /* a field's value */
    CRMI_USE_PREFERRED, /* yes: the row's site or contact is the customer's preferred one */
    CRMI_USE_CHANNEL,
    CRMI_USE_USAGE,   /* yes, no or default, for the purpose in code */
    CRMI_USE_PURPOSE, /* the names of purposes */
    CRMI_USE_NAMES,   /* what the field refers to, by its code, number, key or name */
    CRMI_USE_IDENTIFIER,
    CRMI_USE_NUMBER, /* the customer's number in rows of roles, which have one of their own */
    CRMI_USE_ID      /* of the record that the row is about, or of its customer, site or contact: of this store, or the file's own */
};

typedef struct crmi_sync_target {
    uint32_t use;
    bool number;                    /* it is the number of the company that a row is about, or whose it is */
    uint32_t object;                /* kind that the value belongs to; of a channel, usage or identifier: PARTY, ADDRESS or CONTACT */
    const crmi_field *field;        /* what holds the value; NULL: ignore */
    char code[CRMI_SYNC_CODE_SIZE]; /* channel type, purpose or scheme */
    char path[CRMI_SYNC_PATH_SIZE];
} crmi_sync_target;

/* target.c. CRM_OK; CRM_E_NOTFOUND, CRM_E_TYPE and the error. */
int crmi_sync_target_parse(const crm_sync *sync, const char *path, crmi_sync_target *out);
bool crmi_sync_target_repeats(const crmi_sync_target *target); /* several columns may have it */
const uint32_t *crmi_sync_kinds(uint32_t shape);               /* whose fields its rows hold, by priority, ended by 0 */
uint32_t crmi_sync_own_kind(uint32_t shape);                   /* of the record that a row is about */
/* Whether the rows only name a record of this kind, their customer, site or contact, and say nothing of it. */
bool crmi_sync_only_names(uint32_t shape, uint32_t kind);
bool crmi_sync_settable(uint32_t shape, const crmi_field *field);
/* heading.c. heading is UTF-8. CRM_OK, CRM_E_NOTFOUND (without an error), CRM_E_NOMEM. */
int crmi_sync_recognise(const crm_sync *sync, const char *heading, size_t size, crmi_sync_target *out);

/* text.c */
void crmi_sync_trim(const char **text, size_t *size); /* white space and no-break space, both ends */
/* Folded letters and digits only; expand: umlauts as ae, oe, ue. */
int crmi_sync_squeeze(const char *text, size_t size, bool expand, crmi_buffer *out);
/* The beginning of a text, for messages. */
const char *crmi_sync_quote(const char *text, size_t size, char out[CRMI_SYNC_QUOTE_SIZE]);
/* Of addresses: folded, "strasse" as "str", without punctuation, and without blanks but between digits. */
int crmi_sync_normal_street(const char *text, size_t size, crmi_buffer *out);
/* As the index has a compact text: letters in capitals and digits. */
int crmi_sync_compact(const char *text, size_t size, crmi_buffer *out);
/* Whether two texts are the same once folded. CRM_OK, CRM_E_NOMEM. */
typedef int (*crmi_sync_folder)(const char *text, size_t size, crmi_buffer *out);
int crmi_sync_equal(crmi_sync_folder fold, const char *a, const char *b, bool *same);

/* Rows of one shape with columns of their own: a sheet of a workbook, or all there is. Its columns, mappings and rows lie together. */
typedef struct crmi_sync_part {
    char *name; /* of the sheet; "" none */
    uint32_t shape;
    size_t first_column, column_count;
    size_t first_row, row_count;
    size_t first_mapping;
    uint64_t last_number;
    uint32_t uses;   /* a bit for each use of a column */
    uint64_t fields; /* a bit for each field that a column holds or names: most others are seen to have none at once */
} crmi_sync_part;

typedef struct crmi_sync_mapping {
    char *heading; /* folded */
    crmi_sync_target target;
} crmi_sync_mapping;

typedef struct crmi_sync_column {
    char *heading;
    crmi_sync_target target;
    bool unknown;          /* nothing recognised it: left out as the flag says */
    bool again;            /* one before it is of the same channel */
    const char *good_code; /* the last code that was checked against the store */
    int64_t good_id;       /* what it names, where that is a record */
} crmi_sync_column;

typedef struct crmi_sync_cell {
    uint32_t column, size;
    size_t at;        /* in texts */
    const char *text; /* the value, NUL-ended: the cell's text, or the code that it names */
    int64_t integer;
    bool none;    /* the field has no value: an end that is none, or #CLEAR */
    bool literal; /* CRMI_SYNC_LITERAL stands before it in texts: neither trimmed nor #CLEAR, nor the label of a code */
} crmi_sync_cell;

typedef struct crmi_sync_row {
    uint64_t number;
    size_t first;   /* of cells */
    uint32_t count; /* of cells */
    uint32_t next;  /* row of the same group, plus 1 */
    uint32_t part;  /* position */
    uint8_t bad;    /* refused for good */
    uint8_t failed; /* refused in this run */
    uint8_t errors; /* how many are listed */
    uint8_t action; /* a crm_sync_action */
    bool by_key;    /* its company was found by the source's own key */
    uint32_t main;  /* its record in its company's file, plus 1 */
} crmi_sync_row;

/* What is said about a row: an error, or a warning, which has neither field nor status. */
typedef struct crmi_sync_error {
    size_t row, column; /* row: position; column: of its part from 1, 0 none */
    uint64_t number;    /* of the row */
    uint32_t part;
    bool own; /* a cell's, found out without the store */
    crm_field field;
    int status;
    char *text;
} crmi_sync_error;

/* Rows of one company. */
typedef struct crmi_sync_group {
    uint32_t root;                 /* 0: not in the store */
    uint32_t first, last;          /* rows, plus 1 */
    const char *number, *vat, *id; /* what the first row that has them says; NULL */
    bool named;                    /* while matching: one of its rows has the company's name */
    const char *called;            /* the name in the first of its rows that has one, where that is in one cell; NULL */
    bool alike;                    /* while matching: another one has a name or VAT id of it */
    uint32_t bad;                  /* while matching: a row of the customer himself that was refused, plus 1 */
    bool incomplete;               /* a row of it, or one that may be, was refused: nobody knows what it would have named */
} crmi_sync_group;

/* Both a crm_sync_policy. */
typedef struct crmi_sync_policy {
    uint8_t if_exists, if_not_exists;
} crmi_sync_policy;

typedef struct crmi_sync_ahead crmi_sync_ahead;

/* Rows of any number, applied batch by batch. */
typedef struct crmi_sync_job {
    crm_db *db;
    crm_id actor;
    uint32_t batch;         /* rows; 0: it is no job */
    bool last;              /* the batch at hand is the last one */
    uint32_t large;         /* rows of a batch that has a thread of its own, or more */
    crmi_sync_ahead *ahead; /* the batch that has one; NULL: none had */
    crmi_db *load;          /* the store as a first load has it, as long as the store is open; NULL: it is none */
    bool stored;            /* the last batch is, but its first load is not published */
    char *fingerprint;
    crm_id run;                              /* that it goes on with; 0: none yet */
    uint64_t skip, seen;                     /* rows that an earlier call has done; rows that were added, those included */
    uint64_t waiting[CRM_SYNC_CONFLICT + 1]; /* outcomes of rows that the run's record does not have yet */
    uint64_t counts[CRM_SYNC_CONFLICT + 1];  /* of all batches before */
    crmi_sync_error *errors;                 /* the same */
    size_t error_count, error_capacity;
} crmi_sync_job;

struct crm_sync {
    char *source;                  /* the scheme of "identifier.key" */
    crmi_definitions *definitions; /* retained; NULL: columns are built-in fields only */
    uint32_t flags;
    crmi_sync_policy policies[CRM_KIND_BANK + 1]; /* by kind */
    char role[CRMI_SYNC_CODE_SIZE];
    crmi_sync_part *parts; /* one at least; columns and rows are added to the last */
    size_t part_count;
    crmi_sync_mapping *mappings;
    size_t mapping_count;
    crmi_sync_column *columns;
    size_t column_count;
    uint32_t numbers; /* above those of all columns' fields */
    crmi_sync_row *rows;
    size_t row_count, row_capacity;
    crmi_sync_cell *cells;
    size_t cell_count, cell_capacity;
    crmi_buffer texts;
    crmi_sync_map long_texts; /* cells by the hash of their text, where that is long */
    size_t bytes;             /* of all cells, as CRMI_LIMIT_SYNC_BYTES counts them */
    crmi_sync_error *errors;
    size_t error_count, error_capacity;
    crmi_sync_error *warnings;
    size_t warning_count, warning_capacity;
    size_t warning_kept;  /* those of batches before */
    crmi_buffer left_out; /* what readers left out: texts, each with its NUL */
    uint64_t counts[CRM_SYNC_CONFLICT + 1];
    crm_id run, pending_run; /* of the latest apply; of the transaction that runs */
    crmi_sync_job job;
    crm_sync_progress_fn progress; /* NULL: nobody is told */
    void *progress_data;
    uint32_t beside; /* companies of an apply that are merged by a thread of their own, or more */
    uint8_t secret[CRMI_SYNC_MAP_SECRET];
};

/* rows.c: what api/sync.c hands on, its arguments checked. */
int crmi_sync_new(const char *source, uint32_t shape, crmi_definitions *definitions, crm_sync **out); /* definitions: NULL, or retained */
void crmi_sync_free(crm_sync *sync);
void crmi_sync_forget_rows(crm_sync *sync); /* and what is said of them */
void crmi_sync_free_rows(crm_sync *sync);   /* and what is said of them, of earlier batches too */
int crmi_sync_add_part(crm_sync *sync, const char *name, uint32_t shape);
int crmi_sync_map_heading(crm_sync *sync, const char *heading, const char *target);
int crmi_sync_add_column(crm_sync *sync, const char *heading, size_t size);
int crmi_sync_add_column_as(crm_sync *sync, const char *heading, size_t size, const char *path, bool unknown); /* its target is known */
/* The next cell, trimmed but for a literal, of the row that is added next; the row of the cells from first on. */
int crmi_sync_append_cell(crm_sync *sync, uint32_t column, const char *text, size_t size);
bool crmi_sync_is_literal(const char *text, size_t size);
int crmi_sync_append_row(crm_sync *sync, uint64_t number, size_t first);
int crmi_sync_has_heading(const crm_sync *sync, const char *heading); /* 1, 0, CRM_E_NOMEM */
int crmi_sync_add_row(crm_sync *sync, uint64_t number, const char *const *cells, const size_t *lens, size_t count);
/* Room for one more item of size bytes in a growing array. CRM_OK, CRM_E_NOMEM. */
int crmi_sync_grow(void **items, size_t count, size_t *capacity, size_t size);
static inline crmi_sync_part *crmi_sync_last_part(const crm_sync *sync) { return &sync->parts[sync->part_count - 1]; }
static inline uint32_t crmi_sync_shape_of(const crm_sync *sync, const crmi_sync_row *row) { return sync->parts[row->part].shape; }
/* The row is about a company, which may be new; all others name theirs. */
static inline bool crmi_sync_is_company(uint32_t shape) { return shape == CRM_ROWS_FLAT || shape == CRM_ROWS_CUSTOMER; }
static inline const crmi_sync_target *crmi_sync_target_of(const crm_sync *sync, const crmi_sync_cell *cell) {
    return &sync->columns[cell->column].target;
}
static inline uint64_t crmi_sync_field_bit(crm_field field) { return UINT64_C(1) << ((field * UINT32_C(0x9e3779b1)) >> 26); }
/* Whether a row may have a cell of this use. */
static inline bool crmi_sync_may_have(const crm_sync *sync, const crmi_sync_row *row, uint32_t use) {
    return sync->parts[row->part].uses >> use & 1;
}
/* The row's cell for a field, or NULL. */
crmi_sync_cell *crmi_sync_cell_of(const crm_sync *sync, const crmi_sync_row *row, crm_field field);
/* Its text, "" where there is none. */
const char *crmi_sync_cell_text(const crm_sync *sync, const crmi_sync_row *row, crm_field field);
bool crmi_sync_has_column(const crm_sync *sync, const crmi_sync_row *row, uint32_t use, uint32_t object, const char *code);
/* The row's cell with the id of a record of this kind, or NULL. */
const crmi_sync_cell *crmi_sync_id_cell(const crm_sync *sync, const crmi_sync_row *row, uint32_t kind);
/* The name of the party (PARTY) or contact (CONTACT) in a row, from its first and last name where it has no name. False: none. */
int crmi_sync_row_name(const crm_sync *sync, const crmi_sync_row *row, uint32_t kind, crmi_buffer *out);

/* report.c: the list of errors. Both note this thread's latest error, or the given one, as the row's; CRMI_SYNC_REFUSED, CRM_E_NOMEM. */
int crmi_sync_refuse_last(crm_sync *sync, size_t row, const crmi_sync_cell *cell);
int crmi_sync_refuse(crm_sync *sync, size_t row, const crmi_sync_cell *cell, int status, crm_field field, const char *format, ...)
    __attribute__((format(printf, 6, 7)));
/* Refuses a row for the row of its customer, which was refused. */
int crmi_sync_refuse_child(crm_sync *sync, size_t row, const crmi_sync_cell *cell, size_t parent);
/* What a message about a part's column (from 1; 0: none) begins with: sheet "Sites": column 3 "Land": */
void crmi_sync_where(const crm_sync *sync, const crmi_sync_part *part, size_t column, char out[CRMI_SYNC_WHERE_SIZE]);
int crmi_sync_warn(crm_sync *sync, size_t row, const crmi_sync_cell *cell, const char *format, ...) __attribute__((format(printf, 4, 5)));
void crmi_sync_warnings_cut(crm_sync *sync);               /* forgets those of this batch */
int crmi_sync_warnings_move(crm_sync *to, crm_sync *from); /* those of from's batch, as far as there is room */
void crmi_sync_errors_cut(crm_sync *sync, size_t count);   /* forgets all behind the first count */
void crmi_sync_errors_sort(crm_sync *sync);                /* by row and column, and the batch's warnings too */

/* policy.c. False: there is no such policy, or none for this kind. */
bool crmi_sync_set_policy(crm_sync *sync, uint32_t kind, uint32_t if_exists, uint32_t if_not_exists);
/* That of a kind in a row; what belongs to the row's own record has the policy of that. */
const crmi_sync_policy *crmi_sync_policy_of(const crm_sync *sync, const crmi_sync_row *row, uint32_t kind);
bool crmi_sync_replaces(const crm_sync *sync); /* sites or contacts, which may end then */

/* value.c: brings a cell into the form of its target: sets text, integer, none. CRM_OK; CRM_E_CODE, CRM_E_FORMAT, CRM_E_RANGE,
 * CRM_E_TOO_BIG and the error. */
int crmi_sync_value(const crmi_sync_target *target, crmi_sync_cell *cell);
int crmi_sync_value_amount(const char *text, size_t size, int64_t *out); /* these two without an error */
int crmi_sync_value_date(const char *text, size_t size, int64_t *out);
/* Calls fn with each code that a cell of purposes names. Stops where fn returns other than CRM_OK. */
int crmi_sync_purposes(const char *text, size_t size, int (*fn)(void *data, const char *code, size_t size), void *data);

/* convert.c: the first pass, over all cells. */
bool crmi_sync_may_be_none(const crmi_field *field);
int crmi_sync_convert(crm_sync *sync);

/* id.c: the stored record that a text is the id of, which has to be of this kind; 0: there is none, in this store. CRM_OK; CRM_E_EXISTS and
 * the error. */
int crmi_sync_stored_id(crmi_txn *txn, uint32_t kind, const char *text, crmi_packed *out);

/* match.c: rows to groups. *out is an array for free(). */
int crmi_sync_match(crm_sync *sync, crmi_txn *txn, crmi_sync_group **out, size_t *out_count);

/* apply.c */
int crmi_sync_apply(crm_sync *sync, crmi_db *db, crm_id actor);

/* job.c */
int crmi_sync_job_begin(crm_sync *sync, crm_db *token, crmi_db *db, crm_id actor, const char *fingerprint, uint32_t rows);
void crmi_sync_job_free(crmi_sync_job *job);
/* A batch has been applied: what became of it is kept with what became of those before. */
int crmi_sync_job_keep(crm_sync *sync, crm_sync *batch);
/* A row is to be added: CRM_ROW it was done before and is passed over. Where the batch is full, it is applied first. */
int crmi_sync_job_step(crm_sync *sync, uint64_t number);
int crmi_sync_job_end(crm_sync *sync, crmi_db *db, crm_id actor); /* the last batch */

/* ahead.c: the rows at hand are applied by another thread, and may be added to at once. */
int crmi_sync_ahead_begin(crm_sync *sync);
/* Waits for the batch that is applied so, if there is one: its status. One that failed stays, and is tried again by the next call. */
int crmi_sync_ahead_end(crm_sync *sync);
/* Whose errors, warnings, counts and run are those of the latest batch, once it is over. */
const crm_sync *crmi_sync_told(const crm_sync *sync);
void crmi_sync_ahead_free(crm_sync *sync);
#endif
