# SPDX-License-Identifier: MIT
"""Rows: dicts and CSV files into the store, refusals with row and field."""
import csv
import io
import os
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

import crm

ROWS = [
    {"Kundennummer": "10001", "Firma": "Müller GmbH", "PLZ": "01067", "Ort": "Dresden", "Land": "DE", "Ansprechpartner": "Käthe Grünwald"},
    {"Kundennummer": "10001", "Firma": "Müller GmbH", "PLZ": "01067", "Ort": "Dresden", "Land": "DE", "Ansprechpartner": "Max Falk"},
    {"Kundennummer": "10002", "Firma": "Zoll AG", "PLZ": "8001", "Ort": "Zürich", "Land": "CH", "E-Mail": "info@zoll.example"},
]


def test_dicts_into_the_store(db):
    result = db.sync(ROWS)
    assert (result.failed, result.errors) == (0, ()) and result.created + result.updated == 3
    assert db.sync(ROWS) == crm.SyncResult(created=0, updated=0, unchanged=3, failed=0)
    with db.begin() as txn:
        file = txn.file(txn.find_party("customer", "10001"))
        assert file.party.name == "Müller GmbH" and [contact.name for contact in file.contacts] == ["Käthe Grünwald", "Max Falk"]
        assert [(address.postal_code, address.town) for address in file.addresses] == [("01067", "Dresden")]
        assert [channel.value for channel in txn.file(txn.find_party("customer", "10002")).channels] == ["info@zoll.example"]


def test_values_of_other_types(db):
    mapping = {
        "no": "role.number",
        "name": "party.name",
        "lock": "party.order_lock",
        "bonus": "party.loyalty_discount",
        "from": "role.valid_from",
        "x": "ignore",
    }
    row = {"no": 10001, "name": "Müller", "lock": True, "bonus": Decimal("1.234"), "from": date(2024, 1, 31), "x": None}
    assert db.sync([row], "customer", mapping=mapping).created == 1
    with db.begin() as txn:
        file = txn.file(txn.find_party("customer", "10001"))
        assert (
            file.party.order_lock is True
            and file.party.loyalty_discount == Decimal("1.234")
            and file.roles[0].valid_from == date(2024, 1, 31)
        )
    with pytest.raises(crm.WrongTypeError) as caught:
        db.sync([row, {"bonus": 1j}], "customer", mapping=mapping)
    assert caught.value.row == 2


def test_roles_kinds_and_policy(db):
    assert db.sync([{"Lieferantennummer": "7", "Firma": "Stahl KG"}], "customer", role="supplier").created == 1
    assert db.sync(ROWS[:1]).created == 1
    assert db.sync([{"Kundennummer": "10001", "Standortnummer": "2", "Ort": "Pirna", "PLZ": "01796", "Land": "DE"}], "site").created == 1
    assert db.sync([{"Kundennummer": "10001", "Ansprechpartner": "Anna Berg"}], "contact").created == 1
    with db.begin() as txn:
        file = txn.file(txn.find_party("customer", "10001"))
        assert [address.town for address in file.addresses] == ["Dresden", "Pirna"] and file.contacts[-1].name == "Anna Berg"
        assert txn.get(txn.find_party("supplier", "7"), crm.Party).name == "Stahl KG"
    with pytest.raises(crm.ExistsError) as caught:
        db.sync(ROWS[:1], policy="fail")
    assert caught.value.row == 1
    anna = [{"Kundennummer": "10001", "Ansprechpartner": "Anna Berg", "Funktion": "CEO"}]
    assert db.sync(anna, "contact", policy={"contact": "skip", "party": "fail/fail"}).unchanged == 1
    with pytest.raises(crm.NotFoundError):
        db.sync([{"Kundennummer": "10001", "Ansprechpartner": "Otto"}], "contact", policy="merge/fail")
    for wrong in ({"rows_kind": "x"}, {"policy": "x"}, {"policy": "merge/x"}, {"policy": {"binding": "skip"}}, {"policy": {"hat": "skip"}}, {"actor": 0}):
        with pytest.raises(crm.InvalidError):
            db.sync(ROWS, **wrong)
    with pytest.raises(crm.CodeError):
        db.sync(ROWS, role="no role")


def test_keys_of_the_source(db):
    rows = [{"key": "K-1", "Firma": "Müller GmbH"}]
    assert db.sync(rows, "customer", source="erp", mapping={"key": "identifier.key"}).created == 1
    with db.begin() as txn:
        assert txn.get(txn.find_identifier("erp", "K-1"), crm.Party).name == "Müller GmbH"
    with pytest.raises(crm.InvalidError, match="the keys of another system"):
        db.sync(rows, "customer", mapping={"key": "identifier.key"})


def test_a_bad_row_stores_nothing(db):
    bad = [
        ROWS[0],
        {"Kundennummer": "10002", "Firma": "Zoll AG", "Land": "Atlantis"},
        {"Kundennummer": "10003", "Firma": "x", "Auftragssperre": "perhaps"},
    ]
    with pytest.raises(crm.DataError) as caught:
        db.sync(bad)
    error = caught.value
    assert (error.row, error.field, type(error)) == (2, "address.country", crm.CodeError)
    assert [(one.row, one.field, one.target, one.name) for one in error.errors] == [
        (2, "address.country", "address.country", "CRM_E_CODE"),
        (3, "party.order_lock", "party.order_lock", "CRM_E_FORMAT"),
    ]
    assert error.errors[0].text == 'no such country: "Atlantis"' and (error.errors[0].column, error.errors[0].heading) == (5, "Land")
    assert error.errors[1].status == crm.constants.E_FORMAT
    assert str(error) == 'row 2: address.country: column 5 "Land": no such country: "Atlantis" (CRM_E_CODE)'
    with db.begin() as txn:
        assert list(txn.parties()) == []
    result = db.sync(bad, skip_bad_rows=True)
    assert result.failed == 2 and result.created == 1 and result.errors == error.errors
    with db.begin() as txn:
        assert [party.name for party in txn.parties()] == ["Müller GmbH"]


def test_cleared_and_contradictory_values(db):
    assert db.sync([{"Kundennummer": "1", "Firma": "A", "Bemerkung": "x"}]).created == 1
    assert db.sync([{"Kundennummer": "1", "Bemerkung": "#CLEAR"}]).updated == 1
    with db.begin() as txn:
        assert txn.get(txn.find_party("customer", "1"), crm.Party).note is None
    with pytest.raises(crm.AmbiguousError) as caught:
        db.sync([{"Kundennummer": "1", "Bemerkung": "x"}, {"Kundennummer": "1", "Bemerkung": "y"}])
    assert caught.value.errors[0].text == '"y" contradicts "x" in row 1'


def test_headings_and_mappings(db):
    with pytest.raises(crm.NotFoundError) as caught:
        db.sync([{"Firma": "x", "Lieblingsfarbe": "blau"}])
    assert caught.value.text == 'column "Lieblingsfarbe" is not recognised'
    with pytest.raises(crm.NotFoundError) as caught:
        db.sync([{"Firma": "x", "Lieblingsfarbe": "blau", "Hut": "rot"}])
    assert caught.value.text == 'columns "Lieblingsfarbe", "Hut" are not recognised'
    result = db.sync([{"Firma": "y", "Lieblingsfarbe": "blau", "Hut": "rot"}], ignore_unknown=True)
    assert result.created == 1 and result.ignored == ("Lieblingsfarbe", "Hut")
    with pytest.raises(crm.NotFoundError) as caught:
        db.sync(io.BytesIO(b"Firma;Hut;Schuh\nz;1;2\n"))
    assert caught.value.text == 'columns "Hut", "Schuh" are not recognised'
    assert db.sync(io.BytesIO(b"Firma;Hut\nz;1\n"), ignore_unknown=True).ignored == ("Hut",)
    assert db.sync([{"Firma": "x", "Lieblingsfarbe": "blau"}], mapping={"Lieblingsfarbe": "ignore"}).created == 1
    with pytest.raises(crm.NotFoundError):
        db.sync(ROWS, mapping={"Firma": "party.no_such_field"})
    with pytest.raises(crm.WrongTypeError):
        db.sync(ROWS, mapping={"Firma": "party.created_at"})
    with pytest.raises(crm.ExistsError):
        db.sync([{"Firma": "x", "company": "y"}])
    assert db.sync([]) == crm.SyncResult(0, 0, 0, 0)
    with pytest.raises(crm.Utf8Error) as caught:
        db.sync([{"Firma": "a"}, {"Firma": "a\0b"}])
    assert caught.value.row == 2


TEXT = 'Kundennummer;Firma;Ort\r\n00042;"Müller; ""Sohn""";Köln\r\n00043;Zoll AG;Zürich\r\n'


def names(db):
    with db.begin() as txn:
        return [(party.name, txn.records(party, crm.Role).first().number) for party in txn.parties()]


@pytest.mark.parametrize("encoding, mark", [("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("windows-1252", b"")])
def test_csv_files(db, tmp_path, encoding, mark):
    file = tmp_path / "käufer.csv"
    file.write_bytes(mark + TEXT.encode(encoding))
    assert db.sync(file, encoding=encoding).created == 2
    assert names(db) == [('Müller; "Sohn"', "00042"), ("Zoll AG", "00043")]
    assert db.sync(str(file), encoding=encoding, delimiter=";").unchanged == 2
    with file.open("rb") as stream:
        assert db.sync(stream, encoding=encoding).unchanged == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "windows-1252", "iso-8859-15"])
def test_encodings_found_out(db, encoding):
    assert db.sync(io.BytesIO(TEXT.encode(encoding))).created == 2
    assert names(db) == [('Müller; "Sohn"', "00042"), ("Zoll AG", "00043")]


def test_csv_options(db):
    text = b"Liste\n\nFirma|Ort\n'A|B'|Ulm\n"
    assert db.sync(io.BytesIO(text), header_row=3, delimiter="|", quote="'").created == 1
    assert db.sync(io.BytesIO(b"C;Bonn\n"), header_row=False, mapping={"A": "party.name", "B": "address.town"}).created == 1
    assert db.sync(io.BytesIO(b'Firma;Ort\n"D";Ulm\n'), quote="").created == 1
    assert [name for name, _ in names(db)] == ['"D"', "A|B", "C"]


def test_refused_csv_files(db, tmp_path):
    with pytest.raises(crm.NotFoundError):
        db.sync(tmp_path / "none.csv")
    with pytest.raises(crm.FormatError) as caught:
        db.sync(io.BytesIO(b'Firma;Ort\nx;y\n"open;z\n'))
    assert caught.value.row == 3
    with pytest.raises(crm.Utf8Error):
        db.sync(io.BytesIO(TEXT.encode("windows-1252")), encoding="utf-8")
    with pytest.raises(crm.WrongTypeError):
        db.sync(io.StringIO(TEXT))
    wrongs = [{"encoding": "utf-16"}, {"encoding": "none"}, {"delimiter": ";;"}, {"quote": "`"}, {"header_row": 0}, {"header_row": True}]
    for wrong in wrongs:
        with pytest.raises(crm.InvalidError):
            db.sync(io.BytesIO(TEXT.encode()), **wrong)
    assert names(db) == []


def test_northwind(db):
    """Real rows through a mapping: every company, contact and phone is there, and a second run changes nothing."""
    data = os.environ.get("CRM_TEST_DATA")
    if not data:
        (pytest.fail if "CI" in os.environ else pytest.skip)("skipped: no CRM_TEST_DATA")
    file = Path(data, "northwind", "csv", "customers.csv")
    with file.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    targets = {
        "CustomerID": "role.number",
        "CompanyName": "party.name",
        "ContactName": "contact.name",
        "ContactTitle": "contact.function",
        "Phone": "channel.phone",
    }
    chosen = {
        next(heading for heading in rows[0] if heading.replace("_", "").lower() == name.lower()): target for name, target in targets.items()
    }
    mapping = {heading: chosen.get(heading, "ignore") for heading in rows[0]}
    assert db.sync(file, mapping=mapping).created == len(rows) > 80
    assert db.sync(rows, mapping=mapping).unchanged == len(rows)
    heading = {target: heading for heading, target in chosen.items()}
    with db.begin() as txn:
        for row in rows:
            stored = txn.file(txn.find_party("customer", row[heading["role.number"]]))
            assert stored.party.name == row[heading["party.name"]]
            assert [contact.name for contact in stored.contacts] == [row[heading["contact.name"]]]
            assert [channel.value for channel in stored.channels] == [row[heading["channel.phone"]]]


class Frame:
    """What a data frame has: rows as dicts, numbers of its own, gaps as NaN."""

    class Number:
        def __init__(self, value):
            self.value = value

        def item(self):
            return self.value

    def to_dict(self, form):
        assert form == "records"
        gap = float("nan")
        return [
            {"Kundennummer": self.Number(10001), "Firma": "Alpha", "Treuerabatt": 1.25, "Rolle gültig ab": datetime(2024, 1, 31)},
            {"Kundennummer": 10002.0, "Firma": "Beta", "Treuerabatt": gap, "Rolle gültig ab": gap},
        ]


def test_data_frames(db):
    assert db.sync(Frame(), "customer").created == 2
    with db.begin() as txn:
        file = txn.file(txn.find_party("customer", "10001"))
        assert (file.party.loyalty_discount, file.roles[0].valid_from) == (Decimal("1.25"), date(2024, 1, 31))
        assert txn.file(txn.find_party("customer", "10002")).party.loyalty_discount is None
    with pytest.raises(crm.WrongTypeError):
        db.sync([{"Kundennummer": "1", "Firma": "Gamma", "Rolle gültig ab": datetime(2024, 1, 31, 12)}])


def test_sheets_of_one_run(db):
    sheets = {
        "Kontakte": [{"Kundennummer": "10001", "Ansprechpartner": "Anna Berg", "Kürzel": "AB"}],
        "Kunden": [{"Kundennummer": "10001", "Firma": "Müller GmbH", "Kürzel": "M"}],
    }
    assert db.sync(sheets, mapping={"Kürzel": "party.short_name"}, sheets={"Kontakte": "contact"}, ignore_unknown=True).created == 2
    with pytest.raises(crm.CodeError) as caught:
        db.sync({"Kunden": [{"Kundennummer": "2", "Firma": "Beta"}], "Standorte": [{"Kundennummer": "2", "Land": "Narnia"}]})
    assert [(error.sheet, error.row, error.heading) for error in caught.value.errors] == [("Standorte", 1, "Land")]
    with pytest.raises(crm.InvalidError, match="Tabelle1"):
        db.sync({"Tabelle1": []})


def workbook(**sheets):
    """A workbook of texts: lists of rows by the names of their sheets."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as book:
        types = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
        book.writestr("[Content_Types].xml", f"<Types><Override PartName='/xl/workbook.xml' ContentType='{types}'/></Types>")
        book.writestr("_rels/.rels", f"<Relationships><Relationship Id='r' Type='{relations}/officeDocument' Target='xl/workbook.xml'/></Relationships>")
        links = "".join(f"<Relationship Id='r{i}' Type='{relations}/worksheet' Target='{i}.xml'/>" for i in range(len(sheets)))
        book.writestr("xl/_rels/workbook.xml.rels", f"<Relationships>{links}</Relationships>")
        names = "".join(f"<sheet name='{name}' sheetId='{i + 1}' r:id='r{i}'/>" for i, name in enumerate(sheets))
        book.writestr("xl/workbook.xml", f"<workbook xmlns='{main}' xmlns:r='{relations}'><sheets>{names}</sheets></workbook>")
        for i, rows in enumerate(sheets.values()):
            cells = ("".join(f"<c t='str'><v>{cell}</v></c>" for cell in row) for row in rows)
            book.writestr(f"xl/{i}.xml", f"<worksheet xmlns='{main}'><sheetData>{''.join(f'<row>{row}</row>' for row in cells)}</sheetData></worksheet>")
    return content.getvalue()


def test_workbooks(db, tmp_path):
    content = workbook(
        Kunden=[["Kundennummer", "Firma", "Kürzel"], ["00042", "Müller GmbH", "M"]],
        Kontakte=[["Kundennummer", "Ansprechpartner"], ["00042", "Anna Berg"]],
        Umsatz=[["Jahr"], ["2024"]],
    )
    path = tmp_path / "kunden.xlsx"
    path.write_bytes(content)
    chosen = {"mapping": {"Kürzel": "party.short_name"}, "sheets": {"Kunden": None, "kontakte": "contact"}}
    assert db.sync(path, **chosen).created == 2
    assert db.sync(str(path), **chosen).unchanged == db.sync(content, **chosen).unchanged == db.sync(io.BytesIO(content), **chosen).unchanged == 2
    with db.begin() as txn:
        file = txn.file(txn.find_party("customer", "00042"))
        assert (file.party.short_name, file.contacts[0].name) == ("M", "Anna Berg")
    with pytest.raises(crm.NotFoundError, match="Umsatz"):
        db.sync(content, mapping={"Kürzel": "ignore"})
    assert db.sync(content, mapping={"Kürzel": "ignore"}, ignore_unknown=True).ignored == ("Umsatz (sheet)",)
    with pytest.raises(crm.NotFoundError, match="no such target"):
        db.sync(content, mapping={"Kürzel": "party.nothing"})
    with pytest.raises(crm.FormatError):
        db.sync(content[:-40])


def test_folders(db, tmp_path):
    db.sync([{"Kundennummer": "1", "Firma": "Alpha", "Ort": "Ulm", "Ansprechpartner": "Ida Ort"}])
    db.export(f"{tmp_path}/sheets/")
    back = db.sync(tmp_path / "sheets")
    assert back.unchanged > 2 and back.created == back.updated == 0
    with crm.open(tmp_path / "again", create=True) as again:
        assert again.sync(f"{tmp_path}/sheets/").created > 2


def test_files_by_their_content(db, tmp_path):
    path = tmp_path / "kunden.txt"
    path.write_text("Kundennummer;Firma\n10001;Alpha\n", encoding="utf-8")
    assert db.sync(path).created == db.sync(path.read_bytes()).unchanged == 1
    with pytest.raises(crm.NotFoundError):
        db.sync(tmp_path / "none.xlsx")
    for content in (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"<html><table>"):
        with pytest.raises(crm.FormatError, match="no workbook|HTML"):
            db.sync(content, ignore_unknown=True)


def test_mapping_files(db, tmp_path):
    file, kept = tmp_path / "kunden.csv", tmp_path / "kunden.json"
    file.write_bytes("Nr|Bezeichnung\n1|Müller\n".encode("windows-1252"))
    db.sync(file, "customer", delimiter="|", mapping={"Nr": "role.number", "Bezeichnung": "party.name"}, save_mapping=kept)
    assert '"encoding": "windows-1252"' in kept.read_text() and '"rows": "customer"' in kept.read_text()
    assert db.sync(file, mapping=kept).unchanged == 1
    assert db.sync([{"Nr": "1", "Bezeichnung": "Müller"}], mapping=str(kept)).unchanged == 1
    told = {"Tabelle2": [{"Nr": "1", "Mensch": "Ida Ort"}], "Kunden": [{"Kundennummer": "1", "Firma": "Müller"}]}
    db.sync(told, sheets={"Tabelle2": "contact"}, mapping={"Nr": "role.number", "Mensch": "contact.name"}, save_mapping=kept)
    assert db.sync(told, mapping=kept).unchanged == 2
    assert db.sync(workbook(Tabelle2=[["Nr", "Mensch"], ["1", "Ida Ort"]]), mapping=kept).unchanged == 1
    with pytest.raises(crm.NotFoundError):
        db.sync(file, mapping=tmp_path / "none.json")
    keys = [{"Schlüssel": "K1", "Firma": "Xi"}]
    db.sync(keys, source="old erp", mapping={"Schlüssel": "identifier.key"}, save_mapping=kept)
    assert db.sync(keys, mapping=kept).unchanged == 1


def test_shapes_by_the_names_of_files(db, tmp_path):
    db.sync([{"Kundennummer": "1", "Firma": "Alpha"}])
    for name, told in (("Ansprechpartner.csv", None), ("liste.csv", "contact")):
        (tmp_path / name).write_text("Kundennummer;Name\n1;Ida Ort\n")
        db.sync(tmp_path / name, told)
    with db.begin() as txn:
        assert [contact.name for contact in txn.file(txn.find_party("customer", "1")).contacts] == ["Ida Ort"]


def test_how_a_csv_file_is_read(tmp_path):
    (tmp_path / "x.csv").write_bytes("Liste\n'a|b'|Köln\n'c'|d\n".encode("utf-8"))
    found = crm.csv_format(tmp_path / "x.csv", quote="'")
    assert (found.delimiter, found.encoding, found.quote, found.header_row) == ("|", "utf-8", "'", 2)
    assert found.confidence["quote"] == 100 and found.reasons["quote"] == "told"
    assert crm.csv_format(b"a;b\n", header_row=False, quote="")[2:4] == ("", False)
    with pytest.raises(crm.NotFoundError):
        crm.csv_format(tmp_path / "none.csv")


def test_options_of_every_source(db):
    told = []
    plan = db.sync(b"x\nFirma|Ort\nAlpha|Ulm\n", delimiter="|", header_row=2, plan=True, progress=lambda done, total: told.append(total))
    assert plan.counts["created"] == 1 and told
    rows = workbook(Kunden=[["Zu Firma", "Ort"], ["Firma", "Ort"], ["Beta", "Ulm"]])
    assert db.sync(rows, header_row=2).created == 1
    with pytest.raises(crm.InvalidError):
        db.sync(rows, header_row=False)


def test_progress(db):
    rows = [{"Firma": f"Firma {number}"} for number in range(600)]
    told = []
    with pytest.raises(crm.AbortedError):
        db.sync(rows, progress=lambda done, total: told.append((done, total)) or done > 500)
    assert told == [(256, 600), (512, 600)]

    def fail(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        db.sync(rows, progress=fail)
    plan = db.sync(rows, plan=True)
    with pytest.raises(KeyboardInterrupt):
        plan.apply(progress=fail)
    with pytest.raises(crm.AbortedError):
        plan.apply(progress=lambda done, total: True)
    assert db.runs() == []
    assert plan.apply(progress=lambda done, total: told.append((done, total))) and told[-1] == (600, 600)
    assert db.sync(rows, progress=lambda done, total: None).unchanged == 600


def test_jobs(db, tmp_path):
    """More rows than one transaction takes; an interrupted job goes on."""
    rows = [{"Kundennummer": str(number), "Firma": "Alpha"} for number in range(1, 100201)]
    with pytest.raises(crm.TooBigError, match="divide them") as caught:
        db.sync(rows, plan=True)
    assert not caught.value.errors
    told = []
    with pytest.raises(ZeroDivisionError):
        db.sync(iter(rows), "customer", progress=lambda done, total: told.append((done, total)) or done > 100000 and 1 / 0)
    assert told[-1] == (100200, 100200)
    assert [(run.source, run.done, run.total) for run in db.runs()] == [("import", 100000, None)]
    result = db.sync(rows, "customer")
    assert (result.created, result.unchanged, result.errors) == (200, 0, ())
    assert [(run.done, run.total) for run in db.runs()] == [(100200, 100200)]

    file = tmp_path / "rows.csv"
    file.write_text("Kundennummer;Land\n" + "".join(f"{number};DE\n" for number in range(1, 100101)) + "100101;Narnia\n")
    with pytest.raises(crm.CodeError) as caught:
        db.sync(file, "customer")
    assert [(error.row, error.heading) for error in caught.value.errors] == [(100102, "Land")]
    with pytest.raises(crm.TooBigError, match="one by one, customers first"):
        db.sync(tmp_path, sheets={"rows": "customer"})
    result = db.sync(file, "customer", skip_bad_rows=True)
    assert (result.updated, result.failed, result.conflicts) == (100, 1, 0) and result.run == db.runs()[1].id


def test_warnings(db):
    result = db.sync([{"Kundennummer": "1", "Firma": "A", "USt-IdNr.": "DE1"}, {"Kundennummer": "2", "Firma": "a", "USt-IdNr.": ""}], "customer")
    assert result.created == 2
    assert [(warning.row, warning.column) for warning in result.warnings] == [(1, 3), (2, 2)]
    assert result.warnings[1].text == "the company of row 1 is called so too" and result.warnings[1].sheet == ""
