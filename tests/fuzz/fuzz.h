/* SPDX-License-Identifier: MIT */
/* A fuzz target: tests/fuzz/<name>.c has this function, tests/fuzz/corpus/<name>/ the inputs that it begins with. Built as all tests are,
 * the target runs once over these files (ctest fuzz_<name>); with the preset fuzz it is a program of libFuzzer:
 *   cmake --preset fuzz && cmake --build --preset fuzz && build/fuzz/fuzz_csv -max_total_time=300 FOLDER tests/fuzz/corpus/csv
 * What it finds becomes a file of the corpus. A target ends by abort() where something is wrong that no sanitizer sees. */
#ifndef CRM_TESTS_FUZZ_H
#define CRM_TESTS_FUZZ_H
#include <libcrm/crm.h>
#include <libcrm/io.h>
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size); /* returns 0 */

/* Ends the program where it does not hold. */
void fuzz_expect(int holds, const char *what);
/* The input as a file in memory: its path, until the next call. */
const char *fuzz_file(const uint8_t *data, size_t size);
/* The same folder each time, which is removed when the program ends. */
const char *fuzz_folder(void);
/* A store that is open as long as the program runs, with nothing in it; and one with some of everything: who it is, its ids and its time
 * are always the same. */
crm_db *fuzz_store(void);
crm_db *fuzz_scene(void);
const char *fuzz_scene_folder(void); /* closed, where nobody has called fuzz_scene() */
crm_id fuzz_customer(crm_txn *txn);  /* number "1" of the scene */

/* Changes good bytes as the input says, four bytes an edit: what, where (two bytes), with what. Their new size, at most room. */
size_t fuzz_edit(uint8_t *bytes, size_t size, size_t room, const uint8_t *edits, size_t count);
#endif
