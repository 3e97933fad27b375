/* SPDX-License-Identifier: MIT */
/* bench xlsx: one workbook of customers, 20 columns wide, read whole by crm_xlsx, by openpyxl (read_only) and by xlsx2csv. Each reader is a
 * process of its own, timed from its beginning to its end; its memory is the most that it ever had (VmHWM). */
#include "bench.h"
#include <libcrm/crm.h>
#include <libcrm/io.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <xlsxwriter.h>

enum { COLUMNS = 20, TEXTS = 16, ROUNDS = 3, READERS = 3 };

static const char *const headings[COLUMNS] = {"Kundennummer", "Firma",      "Kurzname",  "USt-IdNr.",  "Straße",
                                              "Hausnummer",   "PLZ",        "Ort",       "Land",       "Ansprechpartner",
                                              "Telefon",      "E-Mail",     "Kategorie", "Preisliste", "Zahlungsbedingung",
                                              "Lieferung",    "Kunde seit", "Umsatz",    "Rabatt",     "Aufträge"};

/* --- the workbook --- */

typedef struct book {
    lxw_workbook *file;
    lxw_worksheet *sheet;
    lxw_format *date, *amount, *percent;
} book;

static void write_row(const book *out, lxw_row_t row, const customer *from) {
    const site *at = &from->site[0];
    const char *const texts[TEXTS] = {from->number,        from->name,      from->short_name, from->vat_id,     at->street,
                                      at->house,           at->postal_code, at->town,         at->country,      from->contact[0].name,
                                      from->phone,         from->mail,      from->category,   from->price_list, from->payment_terms,
                                      from->delivery_terms};
    uint64_t dice = row;
    for (lxw_col_t i = 0; i < TEXTS; i++) worksheet_write_string(out->sheet, row, i, texts[i], NULL);
    worksheet_write_number(out->sheet, row, TEXTS, (double)(36526 + bench_roll(&dice) % 9000), out->date);
    worksheet_write_number(out->sheet, row, TEXTS + 1, (double)(bench_roll(&dice) % 100000000) / 100, out->amount);
    worksheet_write_number(out->sheet, row, TEXTS + 2, (double)(bench_roll(&dice) % 21) / 200, out->percent);
    worksheet_write_number(out->sheet, row, TEXTS + 3, (double)(bench_roll(&dice) % 5000), NULL);
}

static lxw_format *new_format(lxw_workbook *file, const char *code) {
    lxw_format *format = workbook_add_format(file);
    if (!format) bench_fail("workbook", code);
    format_set_num_format(format, code);
    return format;
}

/* As Excel writes one: texts are shared. */
static void write_rows(const char *path, uint64_t rows) {
    customer made;
    book out = {.file = workbook_new(path)};
    if (!out.file || !(out.sheet = workbook_add_worksheet(out.file, "Kunden"))) bench_fail("workbook", path);
    out.date = new_format(out.file, "dd.mm.yyyy");
    out.amount = new_format(out.file, "#,##0.00");
    out.percent = new_format(out.file, "0.0%");
    for (lxw_col_t i = 0; i < COLUMNS; i++) worksheet_write_string(out.sheet, 0, i, headings[i], NULL);
    for (uint64_t i = 1; i < rows; i++) {
        bench_generate(i, &made);
        write_row(&out, (lxw_row_t)i, &made);
    }
    if (workbook_close(out.file) != LXW_NO_ERROR) bench_fail("workbook", path);
}

/* In a process of its own: what it took would be counted as memory of the readers. */
static void write_workbook(const char *path, uint64_t rows) {
    int status;
    pid_t child = fork();
    if (child == 0) {
        write_rows(path, rows);
        _exit(0);
    }
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0) bench_fail("workbook", path);
}

/* --- the readers: each writes to its standard output --- */

static int read_libcrm(const char *path) {
    crm_xlsx *workbook;
    uint64_t rows = 0, cells = 0, bytes = 0;
    size_t size;
    int rc = crm_xlsx_open(path, &workbook);
    if (rc == CRM_OK) rc = crm_xlsx_choose(workbook, 0);
    if (rc == CRM_OK)
        while ((rc = crm_xlsx_next(workbook)) == CRM_ROW) {
            rows++;
            for (size_t i = 0; i < crm_xlsx_cell_count(workbook); i++) {
                cells += crm_xlsx_cell_text(workbook, i, NULL) != NULL;
                bytes += crm_xlsx_cell_value(workbook, i, &size) ? size : 0;
            }
        }
    if (rc < 0) bench_fail("crm_xlsx", crm_error_text());
    crm_xlsx_close(workbook);
    printf("%llu %llu\n", (unsigned long long)rows, (unsigned long long)cells);
    fflush(stdout);
    return bytes > cells ? 0 : 1;
}

static int read_openpyxl(const char *path) {
    static const char script[] =
        "import sys, openpyxl\n"
        "rows = cells = 0\n"
        "for row in openpyxl.load_workbook(sys.argv[1], read_only=True).worksheets[0].iter_rows(values_only=True):\n"
        "    rows += 1\n"
        "    cells += len(row) - row.count(None)\n"
        "print(rows, cells)\n";
    return execl("/usr/bin/python3", "python3", "-c", script, path, (char *)NULL);
}

static int read_xlsx2csv(const char *path) { return execl("/usr/bin/xlsx2csv", "xlsx2csv", path, (char *)NULL); }

static const struct reader {
    const char *name;
    int (*read)(const char *path);
} readers[READERS] = {{"libcrm", read_libcrm}, {"openpyxl", read_openpyxl}, {"xlsx2csv", read_xlsx2csv}};

/* --- judging --- */

/* In a process of its own, the reader's output in a file. */
static double run(const struct reader *reader, const char *path, const char *output, long *peak_kb) {
    struct rusage usage;
    int status;
    double begin = bench_now();
    pid_t child = fork();
    if (child == 0) {
        if (!freopen(output, "w", stdout)) _exit(1);
        _exit(reader->read(path));
    }
    if (child < 0 || wait4(child, &status, 0, &usage) != child || status != 0) bench_fail("xlsx", reader->name);
    if (usage.ru_maxrss > *peak_kb) *peak_kb = usage.ru_maxrss;
    return bench_now() - begin;
}

/* All have read all: two tell what they have counted, the third has written a line a row. */
static void check_output(const char *output, const char *name, uint64_t rows) {
    unsigned long long told_rows = 0, told_cells = 0, lines = 0;
    FILE *file = fopen(output, "r");
    if (!file) bench_fail("file", output);
    if (strcmp(name, "xlsx2csv") != 0) {
        if (fscanf(file, "%llu %llu", &told_rows, &told_cells) != 2 || told_rows != rows || told_cells != rows * COLUMNS)
            bench_fail(name, "it has not read all cells");
    } else {
        for (int byte; (byte = getc(file)) != EOF;) lines += byte == '\n';
        if (lines != rows) bench_fail(name, "it has not read all rows");
    }
    fclose(file);
}

void bench_workbook(const char *folder, uint64_t rows) {
    char path[600], output[600];
    double times[READERS][ROUNDS], rates[READERS];
    long peaks[READERS] = {0};
    struct stat info;
    snprintf(path, sizeof path, "%s/bench.xlsx", folder);
    snprintf(output, sizeof output, "%s/bench.out", folder);
    write_workbook(path, rows);
    if (stat(path, &info) != 0) bench_fail("file", path);
    printf("# xlsx: %llu rows of %d cells, %.1f MB\n", (unsigned long long)rows, (int)COLUMNS, (double)info.st_size / 1e6);
    fflush(stdout);
    for (int round = 0; round < ROUNDS; round++)
        for (int i = 0; i < READERS; i++) {
            times[i][round] = run(&readers[i], path, output, &peaks[i]);
            check_output(output, readers[i].name, rows);
        }
    for (int i = 0; i < READERS; i++) rates[i] = (double)rows / bench_median(times[i], ROUNDS);
    printf("BENCH xlsx libcrm=%.0frows/s openpyxl=%.0frows/s xlsx2csv=%.0frows/s ratio=%.2f\n", rates[0], rates[1], rates[2],
           rates[0] / (rates[1] > rates[2] ? rates[1] : rates[2]));
    printf("MEMORY xlsx libcrm=%ldMB openpyxl=%ldMB xlsx2csv=%ldMB\n", peaks[0] / 1024, peaks[1] / 1024, peaks[2] / 1024);
    fflush(stdout);
    unlink(path);
    unlink(output);
}
