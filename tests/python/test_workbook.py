# SPDX-License-Identifier: MIT
"""Excel workbooks, made by openpyxl."""
import datetime
import io

import crm
import pytest

openpyxl = pytest.importorskip("openpyxl")


def make():
    book = openpyxl.Workbook()
    book.active.title = "Kunden"
    book.active.append(["00042", 4012345000009, datetime.date(2024, 2, 29), None, True])
    book.active.append([])
    book.active.append([None, "Müller\n& Söhne", 0.075])
    book.active["C3"].number_format = "0%"
    book.create_sheet("alt").sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_rows_by_path_and_by_bytes(tmp_path):
    (tmp_path / "a.xlsx").write_bytes(make())
    for source in (make(), tmp_path / "a.xlsx"):
        with crm.Workbook(source) as book:
            assert book.sheets == (("Kunden", "visible"), ("alt", "hidden"))
            rows = list(book.rows())
            assert [number for number, _ in rows] == [1, 3]
            assert rows[0][1] == (("A1", 1, "text", "00042", "00042"), ("B1", 2, "number", "4.01235E+12", "4012345000009"),
                                  ("C1", 3, "date", "2024-02-29", "2024-02-29"), ("E1", 5, "boolean", "TRUE", "TRUE"))
            assert rows[1][1] == (("B3", 2, "text", "Müller\n& Söhne", "Müller\n& Söhne"), ("C3", 3, "number", "8%", "0.075"))
            assert list(book.rows("alt")) == []
            assert len(list(book.rows(0))) == 2


def test_what_is_refused(tmp_path):
    with pytest.raises(crm.NotFoundError):
        crm.Workbook(tmp_path / "none.xlsx")
    with pytest.raises(crm.FormatError, match="no directory of a zip archive"):
        crm.Workbook(b"a;b\n")
    book = crm.Workbook(make())
    with pytest.raises(crm.NotFoundError):
        list(book.rows(2))
    with pytest.raises(crm.NotFoundError):
        list(book.rows("none"))
    book.close()
    book.close()
    with pytest.raises(crm.EndedError):
        book.sheets
