/* SPDX-License-Identifier: MIT */
/* A store in a temporary folder of its own, and short ways to fill it. Whatever can't fail in a test is asserted here. */
#ifndef CRM_TESTS_SUPPORT_STORE_H
#define CRM_TESTS_SUPPORT_STORE_H
#include <libcrm/crm.h>

#define TEST_DAY INT64_C(20000) /* 2024-10-04, today in these stores */
#define TEST_NOW (TEST_DAY * INT64_C(86400000000) + INT64_C(43200000000))

/* A new empty folder, kept until test_folder_remove(); and that of this test, made by the fixtures for TestSuite(). */
char *test_folder_new(void); /* to be freed */
void test_folder_remove(const char *path);
extern char *test_folder;
void test_begin(void);
void test_end(void);

/* Opens the store in test_folder, made where there is none, with TEST_NOW as its time. */
crm_db *test_open(void);
crm_db_options test_options(void);
crm_txn *test_read(crm_db *db);
crm_txn *test_as(crm_db *db, crm_id actor); /* reads */
crm_txn *test_write(crm_db *db);
void test_commit(crm_txn *txn); /* and frees it */

/* A record with texts: pairs of field and text, ended by 0. party 0: none. */
crm_record *test_record(uint32_t kind, crm_id party, ...);
/* Stores a record and frees it: its id; its status. */
crm_id test_put(crm_txn *txn, crm_record *rec);
int test_try(crm_txn *txn, crm_record *rec);
crm_id test_party(crm_txn *txn, const char *name);
crm_id test_group(crm_txn *txn, const char *code, crm_id parent);                   /* parent 0: none */
crm_id test_role(crm_txn *txn, crm_id party, const char *role, const char *number); /* number NULL: from the range */
crm_id test_child(crm_txn *txn, uint32_t kind, crm_id party, crm_field field, const char *text);
crm_record *test_get(crm_txn *txn, crm_id id);

/* The ids of an iterator's page, which is freed, added to what is there; its token to be freed, or NULL. */
typedef struct test_ids {
    crm_id id[4096];
    size_t count;
} test_ids;
char *test_page(crm_iter *iter, test_ids *out);

/* All that can be seen of a store as text: files with their children, archived ones too, groups, codes, settings, its own quote
 * defaults. */
char *test_dump(crm_db *db); /* to be freed */
char *test_dump_txn(crm_txn *txn);
uint64_t test_sequence(crm_db *db);
void test_sound(crm_db *db, uint64_t seed); /* crm_verify() finds nothing */
#endif
