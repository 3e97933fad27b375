/* SPDX-License-Identifier: MIT */
/* Inside of the CSV reader, from bytes to rows of cells: input (blocks of bytes), encoding (which one), decode (bytes to UTF-8), dialect
 * (delimiter, quote, headings), read (rows). */
#ifndef CRMI_EXCHANGE_CSV_H
#define CRMI_EXCHANGE_CSV_H
#include "schema/limits.h"
#include <libcrm/csv.h>
#include <stdbool.h>

#define CRMI_CSV_BLOCK 65536 /* bytes that are read at once, and what the dialect is found out from */
#define CRMI_CSV_REASON 160

/* --- bytes --- */

/* A file or memory. */
typedef struct crmi_csv_input {
    int file; /* -1: memory */
    bool regular;
    const char *path; /* for messages */
    const char *at;   /* of memory */
    size_t left;
    uint64_t taken; /* bytes so far */
} crmi_csv_input;

int crmi_csv_input_open(crmi_csv_input *input, const char *path);
void crmi_csv_input_memory(crmi_csv_input *input, const void *bytes, size_t size);
void crmi_csv_input_close(crmi_csv_input *input);
/* Fills the room as far as there are bytes. CRM_OK, or CRM_E_IO or CRM_E_TOO_BIG with the error. */
int crmi_csv_input_read(crmi_csv_input *input, char *room, size_t size, size_t *got);
/* Back to the beginning: false where that can't be, as with a pipe. */
bool crmi_csv_input_rewind(crmi_csv_input *input);

/* --- encoding --- */

/* Well-formed UTF-8 (RFC 3629), byte by byte; begins as zero. */
typedef struct crmi_csv_utf8 {
    unsigned open, low, high; /* bytes that a sequence still needs, bounds of the next one */
    bool bad;
    uint64_t sequences;
} crmi_csv_utf8;

void crmi_csv_utf8_take(crmi_csv_utf8 *utf8, uint8_t byte);
/* The next part of a text; false, and bad, where it is not UTF-8 or has U+0000. */
bool crmi_csv_utf8_more(crmi_csv_utf8 *utf8, const char *text, size_t size);
/* Whether a whole text is UTF-8 without U+0000. */
bool crmi_csv_is_utf8(const char *text, size_t size);

/* What all bytes together tell; begins as zero. */
typedef struct crmi_csv_scan {
    uint64_t size, zeros[4];        /* zeros by position modulo 4 */
    uint64_t wide[2], wide_ends[2]; /* characters of ASCII, and line ends, in UTF-16LE and UTF-16BE */
    uint64_t counts[256];           /* of bytes above 0x7f */
    crmi_csv_utf8 utf8;
    uint8_t first[4], last, last_two; /* bytes */
    bool in_word;                     /* a word with a letter above 0x7f */
    uint32_t languages;               /* that have all of the word's letters */
    uint64_t words, strange;          /* words with such a letter; those in no language's letters */
    uint64_t latin_1, latin_9;        /* signs for Windows-1252 and for ISO-8859-15 among the bytes that differ */
} crmi_csv_scan;

/* What an encoding is taken for, and why. */
typedef struct crmi_csv_guess {
    uint32_t encoding, confidence; /* 0: none that can be read */
    char reason[CRMI_CSV_REASON];
} crmi_csv_guess;

void crmi_csv_scan_bytes(crmi_csv_scan *scan, const char *bytes, size_t size);
/* Whether the first block has it all: zero bytes are no matter of later ones. */
bool crmi_csv_scan_settled(const crmi_csv_scan *scan);
/* whole: nothing comes behind the bytes. */
void crmi_csv_scan_judge(const crmi_csv_scan *scan, bool whole, crmi_csv_guess *out);
/* The encoding whose byte order mark the bytes begin with, and the mark's size; 0 for none. *name is its name; UTF-32 has a name alone. */
uint32_t crmi_csv_mark(const char *bytes, size_t size, size_t *mark, const char **name);
const char *crmi_csv_encoding_name(uint32_t encoding);
/* Letters above 0x7f by single bytes of Windows-1252: a bit for each of the languages that write it; 0 where it is no letter. */
uint32_t crmi_csv_languages(uint8_t byte);

/* --- decoding --- */

/* Decodes what is whole of size bytes; *used says how many that were. out has room for three bytes of each. Returns the bytes written;
 * *broken is why the next one can't be decoded, or NULL. */
size_t crmi_csv_decode(uint32_t encoding, const char *bytes, size_t size, char *out, size_t *used, const char **broken);

/* --- dialect --- */

/* What the beginning of a text tells; told holds what the options say. */
void crmi_csv_find_dialect(const char *text, size_t size, bool whole, uint64_t line, const crm_csv_options *told, crm_csv_format *out,
                           char (*reasons)[CRMI_CSV_REASON], size_t *width);

/* --- rows --- */

/* A row that is being read. Cells lie in text one after the other, each ended by a NUL. */
typedef struct crmi_csv_row {
    char *text;
    size_t size, capacity;
    size_t *starts; /* of cells */
    size_t count, cells_capacity;
    uint64_t line; /* of the file that the row begins in */
    bool blank;    /* nothing but the end of its line */
} crmi_csv_row;

typedef struct crmi_csv_reader {
    crmi_csv_input input;
    char *raw, *decoded;     /* blocks; decoded: NULL where the text is UTF-8 */
    size_t raw_size, raw_at; /* bytes of raw, and those that are decoded */
    const char *at, *end;    /* text that is decoded and not read */
    const char *broken;      /* why there is no more of it */
    bool ended;
    uint32_t encoding;
    char delimiter, quote; /* quote 0: none */
    uint64_t line;         /* of at */
    crmi_csv_row row;
} crmi_csv_reader;

/* Fills raw from its beginning. CRM_OK or the error. */
int crmi_csv_first_block(crmi_csv_reader *reader);
/* Decodes what is in raw from raw_at on, into at and end. */
void crmi_csv_decode_block(crmi_csv_reader *reader);
/* More text into at and end, which must be all read: 1, 0 at the end, or below 0 with the error. */
int crmi_csv_fill(crmi_csv_reader *reader);
/* Over a line end at at, CRLF as one. CRM_OK or the error. */
int crmi_csv_skip_line_end(crmi_csv_reader *reader);
/* Over a whole line, whatever is in it. 1, 0 at the end, or below 0 with the error. */
int crmi_csv_skip_line(crmi_csv_reader *reader);
/* Reads the next row into reader->row. CRM_ROW; CRM_OK at the end; CRM_E_FORMAT, CRM_E_UTF8, CRM_E_TOO_BIG, CRM_E_IO, CRM_E_NOMEM with the
 * error. */
int crmi_csv_next(crmi_csv_reader *reader);
void crmi_csv_end(crmi_csv_reader *reader);

const char *crmi_csv_cell(const crmi_csv_row *row, size_t index);
size_t crmi_csv_cell_size(const crmi_csv_row *row, size_t index);

/* An open file. */
struct crm_csv {
    crmi_csv_reader reader;
    crm_csv_format format;
    char *path, reasons[4][CRMI_CSV_REASON];
    size_t width;          /* without headings: the cells of the widest row at the beginning */
    crmi_csv_row headings; /* once they are read */
    bool begun, named;     /* a row was read; the headings were given to a sync */
    bool unheaded;         /* columns without a heading must be empty */
    int failed;            /* the error that ended it */
};

/* The next row that is not blank, without a look at its text. As crm_csv_next(). */
int crmi_csv_next_row(crm_csv *csv);
#endif
