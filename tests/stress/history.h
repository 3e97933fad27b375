/* SPDX-License-Identifier: MIT */
/* A history of transactions whose every state is known: what the store holds after the n-th is a function of the seed and n. */
#ifndef CRM_TESTS_STRESS_HISTORY_H
#define CRM_TESTS_STRESS_HISTORY_H
#include "stress/stress.h"

enum { HISTORY_PARTIES = 40 };
/* The customer i of each number has been stored by transaction version[i], 0: is not there. */
typedef struct history {
    uint64_t seed, done;
    uint64_t version[HISTORY_PARTIES];
} history;

void history_next(history *h, int party[4], bool remove[4]); /* what transaction done + 1 does; counts it */
int history_commit(crm_db *db, history *h);                  /* does it; where it fails, h stays as it was */
/* Reads which transaction was the latest, and whether all is as it was then; -1: it is not. */
int64_t history_check(crm_db *db, uint64_t seed);
#endif
