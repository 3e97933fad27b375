#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compares the cells that libcrm-io has read with what openpyxl reads.

    xlsx_openpyxl.py CELLS

CELLS has a line for each workbook, sheet and cell, its words divided by tabs: F path; S title; C coordinates type value. Types are those of
crm_xlsx_type; values have \\\\, \\n, \\r and \\t escaped. A difference is printed as "path title coordinates ours theirs", divided by tabs;
the last line is "workbooks cells", compared. Workbooks that openpyxl can't open are left out.
"""
import datetime
import re
import sys
import warnings

import openpyxl
from openpyxl.utils.datetime import to_excel

TEXT, NUMBER, DATE, BOOLEAN, ERROR = "1", "2", "3", "4", "5"
PLAIN = {"\\\\": "\\", "\\n": "\n", "\\r": "\r", "\\t": "\t"}


def unescape(text: str) -> str:
    """_x000D_ stands for the character; openpyxl leaves it as it is."""
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda match: chr(int(match[1], 16)), text)


def seconds(value) -> str:
    """ISO 8601 by thousandths of a second, which are left out where there are none."""
    value += datetime.timedelta(microseconds=500)
    text = value.isoformat(timespec="milliseconds").removesuffix(".000")
    return text.removesuffix("T00:00:00")


def moment(value) -> str:
    if isinstance(value, datetime.time):
        return seconds(datetime.datetime.combine(datetime.date(2000, 1, 1), value)).partition("T")[2] or "00:00:00"
    return seconds(datetime.datetime.fromisoformat(value.isoformat()))


def same_number(ours: str, theirs: float) -> bool:
    return abs(float(ours) - theirs) <= 1e-14 * abs(theirs) or f"{theirs:.15g}" == f"{float(ours):.15g}"


def same(kind: str, ours: str, cell, epoch) -> bool:
    value = cell.value
    if isinstance(value, bool):
        return kind == BOOLEAN and ours == str(value).upper()
    if isinstance(value, (int, float)):
        return kind == NUMBER and same_number(ours, value)
    if isinstance(value, datetime.timedelta):
        return kind == NUMBER and abs(float(ours) - value.total_seconds() / 86400) < 1e-8
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        if kind == NUMBER:
            return abs(float(ours) - to_excel(value, epoch)) < 1e-8
        return kind == DATE and ours == moment(value)
    if cell.data_type == "e":
        return kind == ERROR and ours == value
    return kind == TEXT and ours == unescape(value)


def differences(sheet, ours, epoch):
    # Not iter_rows(): that makes up all cells of a sheet whose last one is XFD1048576.
    theirs = {cell.coordinate: cell for cell in sheet._cells.values() if cell.value not in (None, "")}
    for place in sorted(set(theirs) | set(ours)):
        if place not in theirs:
            yield place, ours[place][1], "nothing"
        elif place not in ours:
            yield place, "nothing", repr(theirs[place].value)
        elif not same(*ours[place], theirs[place], epoch):
            yield place, ours[place][1], repr(theirs[place].value)


def compare(path: str, sheets: dict) -> int:
    """How many cells there were; 0 where openpyxl can't read them."""
    try:
        book = openpyxl.load_workbook(path, data_only=True)
        found = [(sheet.title, *line) for sheet in book.worksheets for line in differences(sheet, sheets.get(sheet.title, {}), book.epoch)]
    except Exception as failure:  # whatever it says
        print(f"left out {path}: {failure!r}", file=sys.stderr)
        return 0
    for line in found:
        print(path, *(re.sub(r"[\t\r\n]", " ", word)[:80] for word in line), sep="\t")
    return max(1, sum(map(len, sheets.values())))


def main() -> None:
    warnings.simplefilter("ignore")
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    books, sheet = {}, None
    for line in open(sys.argv[1], encoding="utf-8", newline="\n"):
        kind, *words = line.rstrip("\n").split("\t")
        if kind == "F":
            book = books[words[0]] = {}
        elif kind == "S":
            sheet = book[words[0]] = {}
        else:
            sheet[words[0]] = (words[1], re.sub(r"\\[\\nrt]", lambda match: PLAIN[match[0]], words[2]))
    counts = [compare(path, sheets) for path, sheets in books.items()]
    print(sum(1 for count in counts if count), sum(counts), sep="\t")


main()
