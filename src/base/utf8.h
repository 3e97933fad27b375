/* SPDX-License-Identifier: MIT */
/* UTF-8: checking on the way in, folding for indexes and matching. */
#ifndef CRMI_BASE_UTF8_H
#define CRMI_BASE_UTF8_H
#include "base/buffer.h"

/* True for well-formed UTF-8 (RFC 3629: no surrogates, nothing overlong) without U+0000. Fast for ASCII. */
bool crmi_utf8_check(const char *text, size_t size);
/* Appends text folded for comparison: Unicode case fold, decomposed (NFD), accents and other marks taken off (the vowel signs of Indic and
 * other scripts stay: they are letters to their readers), sharp s to ss, ligatures and letters with strokes to plain letters, what is
 * invisible left out, runs of white space to one space, trimmed. text must have passed crmi_utf8_check(). A fold of a fold changes nothing.
 * Time linear in size whatever the marks. Returns CRM_OK or CRM_E_NOMEM. */
int crmi_utf8_fold(const char *text, size_t size, crmi_buffer *out);
/* The same, with an e behind an a, o or u that had two points: "Mueller" and the name with the umlaut fold alike. */
int crmi_utf8_fold_umlauts(const char *text, size_t size, crmi_buffer *out);
/* Appends text folded by case alone: as crmi_utf8_fold(), but accents and letters stay what they are, so that texts are equal that Unicode
 * calls canonically equivalent but for case. CRM_OK or CRM_E_NOMEM. */
int crmi_utf8_fold_case(const char *text, size_t size, crmi_buffer *out);
/* The text's length, where size is CRM_NTS. */
size_t crmi_utf8_size(const char *text, size_t size);
#endif
