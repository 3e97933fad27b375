/* SPDX-License-Identifier: MIT */
/* Texts that most records have, codes above all. In a body one byte stands for each: a negative MessagePack integer of one byte, which is
 * nothing else there (see codec/pack.h). */
#ifndef CRMI_CODEC_WORDS_H
#define CRMI_CODEC_WORDS_H
#include <stddef.h>
#include <stdint.h>

#define CRMI_WORD_FIRST 0xe0 /* the bytes from here on */

int crmi_word_find(const char *text, size_t size);    /* its byte; -1: it is none */
const char *crmi_word_at(uint8_t byte, size_t *size); /* NUL-ended; byte: CRMI_WORD_FIRST or above */
#endif
