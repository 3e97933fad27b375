/* SPDX-License-Identifier: MIT */
/* What an engine is made of: a table of its calls, at the head of each engine and of each transaction. Arguments were checked by engine.c.
 */
#ifndef CRMI_ENGINE_OPS_H
#define CRMI_ENGINE_OPS_H
#include "codec/key.h"
#include "engine/engine.h"

typedef struct crmi_engine_ops {
    void (*close)(crmi_engine *engine);
    int (*begin)(crmi_engine *engine, bool write, uint32_t wait_ms, crmi_etxn **out);
    int (*grow)(crmi_engine *engine);
    int (*copy)(crmi_engine *engine, const char *path, crmi_check_fn check);
    int (*compact)(crmi_engine *engine, crmi_check_fn check);
    int (*bulk)(crmi_engine *engine, crmi_engine **out);
    void (*forsake)(
        crmi_engine *engine); /* of what bulk.c works on: the store has no index now, and is good for nothing until it is opened anew */
    int (*get)(crmi_etxn *txn, uint32_t table, crmi_slice key, crmi_row_fn fn, void *data);
    int (*get_many)(crmi_etxn *txn, const crmi_read *reads, size_t count, crmi_row_fn fn, void *data);
    int (*range)(crmi_etxn *txn, const crmi_read *read, crmi_row_fn fn, void *data);
    int (*put)(crmi_etxn *txn, uint32_t table, crmi_slice key, crmi_slice value);
    int (*put_sorted)(crmi_etxn *txn, uint32_t table, const crmi_pair *pairs, size_t count, bool append);
    int (*del)(crmi_etxn *txn, uint32_t table, crmi_slice key);
    int (*del_range)(crmi_etxn *txn, uint32_t table, crmi_slice from, crmi_slice until);
    int (*walk)(crmi_etxn *txn);
    int (*commit)(crmi_etxn *txn);
    void (*abort)(crmi_etxn *txn);
} crmi_engine_ops;

struct crmi_engine {
    const crmi_engine_ops *ops;
};
struct crmi_etxn {
    const crmi_engine_ops *ops;
};

int crmi_lmdb_open(const char *path, const crmi_engine_options *options, crmi_engine **out);
/* Where counting is on: puts a counting engine around *engine, or closes it and fails. */
int crmi_counting_wrap(crmi_engine **engine);
#endif
