/* SPDX-License-Identifier: MIT */
/* Numbers that tell by themselves whether they can be right: by their length, their letters and digits, and their check digits. Pure
 * functions of a text: whether such a number was ever given out is not known here.
 *   identifier.c       which check is for which scheme; the compact form; patterns and sums that several checks have in common
 *   identifier_bank.c  IBAN, BIC, German and French account numbers, SEPA creditors
 *   identifier_code.c  GLN, LEI, D-U-N-S, EORI, Leitweg-ID
 *   identifier_vat.c   VAT ids: their forms; vat_*.c: their check digits */
#ifndef CRMI_MODEL_IDENTIFIER_H
#define CRMI_MODEL_IDENTIFIER_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CRMI_IDENTIFIER_SIZE 48 /* of the compact form with its NUL */

/* Checks a number and gives its compact form: letters and digits, in capitals. CRM_OK; CRM_E_FORMAT it has not the form of such a number;
 * CRM_E_CHECK_DIGIT it has, and its check digits are wrong; CRM_E_NOTFOUND there is no check for the scheme. out may be NULL. */
int crmi_identifier_check(const char *scheme, const char *text, size_t size, char out[CRMI_IDENTIFIER_SIZE]);
bool crmi_identifier_has_check(const char *scheme);

/* --- inside the module: text is the compact form --- */
int crmi_identifier_form(const char *what, const char *form); /* sets and returns CRM_E_FORMAT: "an IBAN ..." */
int crmi_identifier_digits(const char *what);                 /* CRM_E_CHECK_DIGIT */
/* Whether a text is made as a pattern says: counts with n (digit), a (letter) or c (either); other characters for themselves. */
bool crmi_identifier_fits(const char *pattern, const char *text);
/* Rest of a number divided by a small one; letters count as 10 to 35 (ISO 7064). */
uint32_t crmi_identifier_rest(const char *text, size_t size, uint32_t by);
/* Sum of digits times weights: as many as there are weights. */
uint32_t crmi_identifier_sum(const char *digits, const uint8_t *weights, size_t count);
bool crmi_identifier_luhn(const char *digits, size_t size);       /* ISO/IEC 7812-1 annex B */
bool crmi_identifier_mod11_10(const char *digits, size_t size);   /* ISO 7064 */
uint32_t crmi_identifier_number(const char *digits, size_t size); /* at most nine digits */

int crmi_identifier_iban(const char *text);
int crmi_identifier_bic(const char *text);
int crmi_identifier_german_account(const char *text);
int crmi_identifier_rib(const char *text);
int crmi_identifier_creditor(const char *text);
int crmi_identifier_gln(const char *text);
int crmi_identifier_lei(const char *text);
int crmi_identifier_duns(const char *text);
int crmi_identifier_eori(const char *text);
int crmi_identifier_leitweg(const char *text);
int crmi_identifier_vat(const char *text);
#endif
