/* SPDX-License-Identifier: MIT */
/* crmdb, the command line over libcrm: what its files share. It uses the public headers only, as any host would. */
#ifndef CRMI_CLI_CLI_H
#define CRMI_CLI_CLI_H
#include <libcrm/crm.h>
#include <libcrm/io.h>
#include <stdbool.h>
#include <stdio.h>

/* How a run ends. */
enum cli_exit {
    CLI_OK = 0,
    CLI_FAILED = 1,       /* not found, or it did not work */
    CLI_USAGE = 2,        /* the command line is wrong */
    CLI_REFUSED = 3,      /* the data is not good, or the user may not do it */
    CLI_INTERRUPTED = 130 /* by Ctrl-C, as shells have it */
};

/* args.c ------------------------------------------------------------------------------------------------------------------------ */

typedef struct cli_option {
    const char *name;  /* without the dashes; NULL ends a table */
    const char *value; /* what its value is called in the help, or NULL: a switch */
    const char *help;
    bool repeats;
} cli_option;

typedef struct cli_given {
    const char *name, *value; /* value "" for a switch */
} cli_given;

typedef struct cli_args {
    cli_given *given;
    const char **operands;
    size_t given_count, operand_count;
} cli_args;

typedef struct cli_run cli_run;

/* Reads argv from index on: options of the tables global and own (may be NULL), and operands; stops at the first operand where
 * until_operand is true. Returns the index of what was not read, or 0 after an error that it has printed. */
int cli_args_read(const cli_run *cli, cli_args *args, const cli_option *own, int argc, char **argv, int index, bool until_operand);
/* Value of an option that was given ("" for a switch), else NULL. */
const char *cli_args_get(const cli_args *args, const char *name);
/* The value of a repeated option after this position, which moves on; NULL behind the last. */
const char *cli_args_next(const cli_args *args, const char *name, size_t *position);
extern const cli_option cli_global_options[];

/* "NAME=VALUE" at its first or last '=': allocates the name and points into text for the value. False without a name. */
bool cli_pair(const char *text, bool last, char **out_name, const char **out_value);
/* Whole text as a number up to max. */
bool cli_number(const char *text, uint64_t max, uint64_t *out);
/* "2026-01-31" as days since 1970-01-01. */
bool cli_date(const char *text, int64_t *out);
/* The day that an option names; out is left as it is without the option. Prints its error. */
bool cli_day(const cli_run *cli, const cli_args *args, const char *option, int64_t *out);

/* main.c ------------------------------------------------------------------------------------------------------------------------ */

/* A command of one word ("find"), or a noun ("group") whose verbs are commands of two words ("group add"). */
typedef struct cli_command cli_command;
struct cli_command {
    const char *name, *operands, *summary, *about;
    const cli_option *options;
    size_t least, most; /* operands */
    int (*run)(cli_run *cli, const cli_args *args);
    const cli_command *const *verbs; /* ends with NULL; or NULL: it has none */
};

struct cli_run {
    const char *path; /* of the store */
    const char *as;   /* in whose name, a user's name or id; NULL: the system's */
    crm_id actor;     /* the same once the store is open */
    uint32_t opening; /* flags that the user wants the store to be opened with */
    bool german, json, color, color_errors;
    crm_db *db;
    crm_txn *txn;
};

extern const cli_command cli_cmd_init, cli_cmd_import, cli_cmd_export, cli_cmd_load, cli_cmd_find, cli_cmd_list, cli_cmd_show,
    cli_cmd_quote, cli_cmd_requote, cli_cmd_address, cli_cmd_archive, cli_cmd_restore, cli_cmd_delete, cli_cmd_lock, cli_cmd_unlock,
    cli_cmd_convert, cli_cmd_group, cli_cmd_defaults, cli_cmd_policy, cli_cmd_rule, cli_cmd_option, cli_cmd_user, cli_cmd_user_role,
    cli_cmd_role, cli_cmd_access, cli_cmd_code, cli_cmd_changes, cli_cmd_history, cli_cmd_field, cli_cmd_fields, cli_cmd_check,
    cli_cmd_verify, cli_cmd_backup, cli_cmd_compact, cli_cmd_reindex, cli_cmd_salvage;

/* store.c ----------------------------------------------------------------------------------------------------------------------- */

/* How the store is opened: with these flags, and the user's. */
crm_db_options cli_options(const cli_run *cli, uint32_t flags);
/* Opens the store, and a snapshot of it where snapshot is true, in the name of the actor. Returns CLI_OK, or the exit code of an error that
 * it has printed. */
int cli_open(cli_run *cli, uint32_t flags, bool snapshot);
/* The same with a write transaction in place of the snapshot. */
int cli_open_write(cli_run *cli);
/* Begins a transaction of the open store in the name of the actor. Prints its error. */
int cli_begin(cli_run *cli, uint32_t flags);
/* Commits, and begins a snapshot in place of the write transaction. A command that fails does not get here: cli_close() forgets its work.
 */
int cli_commit(cli_run *cli);
void cli_close(cli_run *cli);
bool cli_store_exists(const cli_run *cli);
/* The code of a country by its code or label, without regard to case; NULL and the error where there is none. */
const char *cli_country(const cli_run *cli, const char *text);
/* Sets the country of the store's own quote defaults; a crm_status. */
int cli_set_country(crm_txn *txn, const char *country);
/* The options --role and --id of every command with a party, to be put into its table. */
#define CLI_PARTY_OPTIONS                                                                                                                  \
    {"role", "ROLE", "NUMBER is a number in this role", false}, { "id", NULL, "the argument is an id, not a number", false }
/* Whether they fit together, and the role is one. Prints its error. */
bool cli_party_options_good(const cli_run *cli, const cli_args *args);
/* The party with a number, in the role that was given or in any, or with an id. Prints its errors. */
int cli_party(cli_run *cli, const cli_args *args, const char *text, crm_id *out);
/* True where the role is a code of the roles; else it prints the error. */
bool cli_role_good(const cli_run *cli, const char *role);

/* value.c ----------------------------------------------------------------------------------------------------------------------- */

typedef struct cli_string {
    char *text; /* NUL-ended; NULL while empty */
    size_t size, room;
} cli_string;

void cli_string_add(cli_string *string, const char *text);
void cli_string_format(cli_string *string, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Adds text, behind divider where there is something already. NULL and "" add nothing. */
void cli_string_join(cli_string *string, const char *divider, const char *text);
const char *cli_string_text(const cli_string *string);
void cli_string_free(cli_string *string);

const char *cli_language(const cli_run *cli);
/* The English or German word. */
const char *cli_say(const cli_run *cli, const char *english, const char *german);
/* A code with its label: "customer" as "Customer", "DE" as "DE (Germany)". */
void cli_value_code(cli_run *cli, const char *domain, const char *code, cli_string *out);
/* Days since 1970-01-01 as "2026-01-31", in German "31.01.2026". */
void cli_value_date(const cli_run *cli, int64_t days, cli_string *out);
/* The label that a record has in the language, else in English, else in its first one; NULL where it has none. */
const char *cli_value_text(const cli_run *cli, const crm_record *rec, crm_field field);
/* What a field of a record is called, custom ones too. */
void cli_value_label(cli_run *cli, const crm_record *rec, crm_field field, cli_string *out);
/* True for an "until": the first day that is out, where people write the last one that is in. */
bool cli_value_is_until(crm_field field);
/* A field's value as people read it. */
void cli_value(cli_run *cli, const crm_record *rec, crm_field field, cli_string *out);
/* "Prager Straße 10, 01067 Dresden, DE", without the site's name. */
void cli_value_address(const crm_record *address, cli_string *out);
/* Adds " (from 2026-01-01 until 2026-12-31)", or what of it a record has. */
void cli_value_period(cli_run *cli, const crm_record *rec, crm_field from, crm_field until, cli_string *out);
/* What a record is called: a party's or contact's name, a site with its address; "#id" where it can't be read. */
void cli_value_name(cli_run *cli, crm_id id, cli_string *out);
/* "quote_defaults.price_list"; of a custom field too, as long as there is a transaction. It may take the thread's error away. */
void cli_value_path(const cli_run *cli, crm_field field, cli_string *out);

/* output.c ---------------------------------------------------------------------------------------------------------------------- */

enum cli_style { CLI_PLAIN, CLI_BOLD, CLI_DIM, CLI_WARN, CLI_BAD };

typedef struct cli_cell {
    char *text;
    enum cli_style style;
} cli_cell;

#define CLI_COLUMNS 10
typedef struct cli_row {
    cli_cell cells[CLI_COLUMNS];
    bool wide; /* one text over all columns: no part in their widths */
} cli_row;

typedef struct cli_table {
    size_t columns, count, room, indent;
    bool right[CLI_COLUMNS]; /* columns of figures */
    bool sparse;             /* columns that have nothing below their heading are left out */
    cli_row *rows;
} cli_table;

void *cli_allocate(void *old, size_t size);
char *cli_copy(const char *text);
/* Columns that a text takes on a terminal. */
size_t cli_width(const char *text);

void cli_table_begin(cli_table *table, size_t columns);
/* Adds a row of plain cells; NULL is an empty one. */
void cli_table_add(cli_table *table, const char *const *cells);
void cli_table_head(cli_table *table, const char *const *cells); /* the same, in bold */
void cli_table_wide(cli_table *table, const char *text, enum cli_style style);
void cli_table_style(cli_table *table, size_t column, enum cli_style style); /* of the last row */
void cli_table_print(const cli_run *cli, const cli_table *table);
void cli_table_free(cli_table *table);
/* The end of a list: that of its JSON, or the table where it is shown; frees the table. */
void cli_table_end(const cli_run *cli, cli_table *table, bool shown);

/* Prints a text in a style, control characters made visible. */
void cli_print(const cli_run *cli, const char *text, enum cli_style style);
/* The same of a text of several lines, with a '\n' behind the last one. */
void cli_print_lines(const cli_run *cli, const char *text);
void cli_json_text(const char *text); /* NULL: null */
void cli_json_member(const char *name, const char *text, bool first);
void cli_json_count(const char *name, uint64_t value, bool first);

/* Prints "crmdb: ..." on stderr and returns the exit code that it is given. */
int cli_error(const cli_run *cli, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* The same about this thread's latest failed call: about is what was being done, or NULL. */
int cli_failure(const cli_run *cli, const char *about);
void cli_notice(const cli_run *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* assign.c ---------------------------------------------------------------------------------------------------------------------- */

/* Sets fields of a record by texts "field=value", "label.de=value"; a list gets an item by each. Returns CLI_OK, or the exit code of an
 * error that it has printed. */
int cli_assign(cli_run *cli, crm_record *rec, const char *const *pairs, size_t count);

/* ids.c ------------------------------------------------------------------------------------------------------------------------- */

/* Ids in the order in which they came, each once. */
typedef struct cli_ids {
    crm_id *ids;
    size_t count, room;
} cli_ids;

void cli_ids_add(cli_ids *found, crm_id id);
/* Adds those of one page and frees it; where it continues, and token is not NULL, its token is copied. A crm_status. */
int cli_ids_take(cli_ids *found, crm_iter *iter, char **token);
/* Adds those of all pages of a list. A crm_status. */
typedef int cli_page(crm_txn *txn, const void *what, const char *token, crm_iter **out);
int cli_ids_collect(cli_run *cli, cli_page *page, const void *what, cli_ids *found);
void cli_ids_free(cli_ids *found);

/* --limit as a number; 0 without it. Prints its error. */
bool cli_limit(const cli_run *cli, const cli_args *args, uint32_t *out);
/* Parties with number, name and town; token continues the page, or NULL. */
void cli_parties_print(cli_run *cli, const cli_ids *found, const char *role, const char *token);

/* records.c --------------------------------------------------------------------------------------------------------------------- */

/* Adds a line with the label and the value of each field of a record, but for its owner and those in a list that ends with 0. */
void cli_record_lines(cli_run *cli, cli_table *table, const crm_record *rec, const crm_field *without);
/* Adds a line with its id, and one with its revision. */
void cli_record_identity(cli_table *table, const crm_record *rec);
/* One record with its id and revision, and its fields below a title; as JSON. */
int cli_record_print(cli_run *cli, const crm_record *rec, const char *title);
/* The same of the record with an id. */
int cli_record_show(cli_run *cli, crm_id id, const char *title);
/* Stores a record, commits, and prints it as it is stored then. */
int cli_record_put(cli_run *cli, const crm_record *rec, const char *title);
/* The record with a code in a unique field (CRM_GROUP_CODE). Prints its errors. */
int cli_record_find(cli_run *cli, crm_field field, const char *code, crm_id *out);
/* The same, read; where there is none, a new one with this code. */
int cli_record_take(cli_run *cli, crm_field field, const char *code, crm_record **out);
/* Of a list the first record that is the one wanted, *out NULL where none is. A crm_status. */
typedef bool cli_is_it(const crm_record *rec, const void *want);
int cli_record_search(cli_run *cli, cli_page *page, const void *what, cli_is_it *is_it, const void *want, crm_record **out);
/* Reads each record and adds its row to the table by a function or, with --json, prints its JSON, with commas in between. */
typedef void cli_row_of(cli_run *cli, cli_table *table, const crm_record *rec, const void *data);
int cli_records_each(cli_run *cli, const cli_ids *ids, cli_table *table, cli_row_of *row, const void *data);
/* Records as a table with these fields as columns (a list that ends with 0) and the ids, or as JSON: {"name": [...]}. */
int cli_records_print(cli_run *cli, const char *name, const crm_field *columns, const cli_ids *ids);

/* cmd_archive.c ----------------------------------------------------------------------------------------------------------------- */

/* Archives or restores a record, commits and shows it. name: what the user called it. */
int cli_record_archive(cli_run *cli, crm_id id, const char *name, bool archived);
/* Deletes a record, commits and says so; where others name it, lists these. name: what the user called it. */
int cli_record_delete(cli_run *cli, crm_id id, const char *name);

/* cmd_role.c -------------------------------------------------------------------------------------------------------------------- */

/* Adds the access roles of a user. A crm_status. */
int cli_user_roles(cli_run *cli, crm_id user, cli_ids *roles);

/* cmd_quote.c ------------------------------------------------------------------------------------------------------------------- */

/* "Quote proposal for Beispiel AG, 2026-01-31" and an empty line. */
void cli_quote_title(cli_run *cli, const crm_quote *quote);
/* What a level is called. */
const char *cli_quote_level(const cli_run *cli, uint32_t level);
/* What a person must look at before he sends anything, on stderr. */
void cli_quote_warnings(cli_run *cli, const crm_quote *quote);

/* cmd_requote.c ----------------------------------------------------------------------------------------------------------------- */

/* Writes a proposal to a file, all of it or nothing. Returns CLI_OK, or the exit code of an error that it has printed. */
int cli_quote_save(cli_run *cli, crm_quote *quote, const char *path);

/* export_list.c ----------------------------------------------------------------------------------------------------------------- */

/* Adds the records that --list, --field, --role, --name and --archived choose. Returns CLI_OK, or the exit code of an error that it has
 * printed. */
int cli_export_list(cli_run *cli, const cli_args *args, crm_export *out);

/* import_report.c --------------------------------------------------------------------------------------------------------------- */

/* Of a file's rows, once they are applied: bad ones on stderr, as a line of a table, as JSON. name: the file, as the user wrote it. */
void cli_import_errors(const cli_run *cli, const char *name, const crm_sync *sync);
void cli_import_warnings(const cli_run *cli, const char *name, const crm_sync *sync);
void cli_import_ignored(const cli_run *cli, const char *name, const crm_sync *sync);
/* How a file is read. */
void cli_import_format(const cli_run *cli, const char *name, const crm_csv *csv);
void cli_import_json(const cli_run *cli, const char *name, const crm_csv *csv, const crm_sync *sync, bool stored, bool first);
/* The same of a file that was refused while it was read, by this thread's latest error. */
void cli_import_json_refused(const cli_run *cli, const char *name, const crm_csv *csv, bool first);
void cli_import_head(const cli_run *cli, cli_table *table);
void cli_import_line(cli_table *table, const char *name, const crm_sync *sync);
uint64_t cli_import_refused(const crm_sync *sync); /* rows that failed or are in conflict */
uint64_t cli_import_rows(const crm_sync *sync);    /* how many have an outcome */

/* targets.c --------------------------------------------------------------------------------------------------------------------- */

/* Prints every target that a column of an import may have; of an open store its custom fields too. Returns CLI_OK, or the exit code of an
 * error that it has printed. */
int cli_targets(const cli_run *cli);
#endif
