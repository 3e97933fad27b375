/* SPDX-License-Identifier: MIT */
/* Where LMDB's assertions lead: see lmdb_types.h. */
#include "engine/lmdb_types.h"

_Thread_local jmp_buf *crmi_lmdb_net;

void crmi_lmdb_net_caught(MDB_env *env, const char *what) {
    (void)env, (void)what;
    if (crmi_lmdb_net) longjmp(*crmi_lmdb_net, 1);
}
