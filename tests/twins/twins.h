/* SPDX-License-Identifier: MIT */
/* Twin worlds: two stores that are equal in all that a bound user may see and as different as can be in everything else. Whatever is called
 * in his name has to give the same bytes in both: results, codes, fields, rows, texts, orders, tokens.
 *
 *   main.c      sizes, processes, what is printed        pair.c     two stores of a seed, made, opened and closed
 *   headers.c   every exported function is called        own.c      what both of them have
 *   draw.c      arguments                                foreign.c  what each of them has by itself
 *   tell.c, tell_quote.c   all that a call returns       calls*.c   the calls, one row of a table for each */
#ifndef CRM_TESTS_TWINS_H
#define CRM_TESTS_TWINS_H
#include <libcrm/crm.h>
#include <stdbool.h>
#include <stdio.h>

#define TWINS_PARTIES 3 /* that the user is bound to, at most */
#define TWINS_IDS 1200
#define TWINS_TOKENS 12
#define TWINS_QUOTES 4
#define TWINS_STRANGERS 8

typedef struct twins_ids {
    crm_id id[TWINS_IDS];
    size_t count;
} twins_ids;

typedef struct twins_pair {
    uint64_t seed, random;
    char folder[256]; /* of both stores */
    crm_db *db[2];
    crm_txn *txn[2]; /* snapshots of the user */
    crm_id user, parties[TWINS_PARTIES];
    size_t party_count;
    twins_ids own;     /* that both have and he sees, or is told of */
    twins_ids foreign; /* that one has at least, and he does not see */
    twins_ids hidden;  /* of the foreign ones those that are about him: both have the same, under other ids */
    crm_id foreign_parties[64], groups[4];
    size_t foreign_count, group_count;
    size_t early_count; /* of foreign_parties: made before the stores parted */
    crm_field custom[4];
    size_t custom_count;
    crm_id moved; /* an id in his file that leads to a record of another */
    char *feed;   /* his token, behind which what he sees has changed */
    char *tokens[TWINS_TOKENS];
    size_t token_count;
    char *strange[2][3];             /* of lists of the system, other ones in each of the stores */
    crm_quote *quotes[TWINS_QUOTES]; /* of the first store: for his own party, and for others by the system */
    size_t quote_count;
    crm_record *strangers[TWINS_STRANGERS]; /* records of others, as the first store has them */
    size_t stranger_count;
} twins_pair;

/* One call in one of the stores. Both draw from the same random numbers. */
typedef struct twins_call {
    const twins_pair *pair;
    int world;
    crm_db *db;
    crm_txn *txn; /* his snapshot; of a writing call his write transaction */
    uint64_t random;
    FILE *out;
    bool found;  /* it gave something */
    char *token; /* of a list that goes on, to be used again; to be freed */
    bool commit; /* a writing call: what it did is to stay */
} twins_call;

/* pair.c */
void twins_need(bool holds, const char *what); /* else the program ends with what and the thread's error */
void twins_open(twins_pair *pair, uint64_t seed, const char *folder);
void twins_close(twins_pair *pair);
int twins_begin(crm_db *db, uint32_t flags, crm_id user, crm_txn **out);

/* own.c, foreign.c */
void twins_fill_own(twins_pair *pair, crm_txn *txn);
void twins_fill_foreign(twins_pair *pair, crm_db *db, int world);
crm_id twins_add_party(twins_pair *pair, crm_txn *txn, twins_ids *ids, int number);
crm_id twins_keep(twins_ids *ids, crm_id id);
crm_record *twins_record(uint32_t kind, crm_id owner, ...); /* pairs of field and text, ended by 0; owner 0: none */
void twins_set_id(crm_record *rec, crm_field field, crm_id id);
crm_id twins_put(crm_txn *txn, crm_record *rec, const char *what); /* frees it */

/* draw.c */
uint64_t twins_draw(uint64_t *random, uint64_t below);
bool twins_chance(uint64_t *random, int of); /* one of so many */
const char *twins_name(uint64_t *random, char *space);
crm_id twins_id(twins_call *call);
crm_id twins_party(twins_call *call); /* mostly one of his */
const char *twins_text(twins_call *call);
const char *twins_value(twins_call *call, crm_field field); /* mostly a text that the field may have */
crm_field twins_field(twins_call *call);                    /* any */
crm_field twins_reference(twins_call *call);                /* that names a record and is indexed */
crm_field twins_field_of(twins_call *call, uint32_t kind);  /* any of a kind, custom ones too */
uint32_t twins_kind(twins_call *call);
uint32_t twins_limit(twins_call *call);
int64_t twins_day(twins_call *call);
const char *twins_token(twins_call *call); /* NULL: none */
const char *twins_one_of(twins_call *call, const char *const *texts, size_t count);
void twins_fill_field(twins_call *call, crm_record *rec, crm_field field); /* with a value of its type */
#define TWINS_ONE_OF(call, ...)                                                                                                            \
    twins_one_of(call, (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

/* tell.c, tell_quote.c; each frees what it is given */
#define TWINS_SPACE 64
void twins_tell(twins_call *call, int rc);
void twins_tell_id(twins_call *call, int rc, crm_id id);
void twins_tell_record(twins_call *call, int rc, crm_record *rec);
void twins_tell_const(twins_call *call, const crm_record *rec); /* frees nothing; NULL is told too */
void twins_tell_list(twins_call *call, int rc, crm_iter *iter);
void twins_tell_file(twins_call *call, int rc, crm_file *file);
void twins_tell_blockers(twins_call *call, int rc, crm_blockers *blockers);
void twins_tell_changes(twins_call *call, int rc, crm_changes *changes);
void twins_tell_sync(twins_call *call, int rc, const crm_sync *sync);
void twins_tell_quote(twins_call *call, int rc, crm_quote *quote);

/* calls*.c */
enum twins_expect {
    TWINS_FINDS, /* he is told something now and then */
    TWINS_EMPTY, /* there is nothing that he sees, or may do */
};
typedef struct twins_row {
    const char *name; /* of the function, without crm_ */
    void (*run)(twins_call *call);
    enum twins_expect expect;
    bool writes;
} twins_row;
typedef struct twins_table {
    const twins_row *rows;
    size_t count;
} twins_table;
extern const twins_table twins_calls_read, twins_calls_list, twins_calls_quote, twins_calls_write;
size_t twins_row_count(void);
const twins_row *twins_row_at(size_t index);

/* headers.c: how many exported functions are neither called nor said to read no store */
int twins_check_headers(const char *source);
#endif
