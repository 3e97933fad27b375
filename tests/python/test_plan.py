# SPDX-License-Identifier: MIT
"""Plans, receipts and reverting of imports; exports that come back; dumps of whole stores."""
import pytest

import crm

ROWS = [{"Kundennummer": "1", "Firma": "Alpha", "Land": "DE"}, {"Kundennummer": "2", "Firma": "Beta", "Land": "Narnia"}]


def test_a_plan_stores_nothing(db):
    plan = db.sync(ROWS, plan=True)
    assert plan.counts == {"created": 1, "updated": 0, "unchanged": 0, "conflict": 0, "failed": 1}
    assert [(row["number"], row["action"]) for row in plan.rows] == [(1, "created"), (2, "failed")]
    assert {"row": 1, "field": "party.name", "new": "Alpha"}.items() <= {k: v for c in plan.changes if c["field"] == "party.name" for k, v in c.items()}.items()
    assert plan.refused == [{**ROWS[1], "Import error": 'no such country: "Narnia"'}]
    assert "Narnia" in str(plan)
    assert plan.sheets == {"": {"created": 1, "updated": 0, "unchanged": 0, "conflict": 0, "failed": 1}}
    assert db.runs() == []


def test_a_plan_warns(db):
    db.sync([{"Kundennummer": "1", "Firma": "Alpha"}])
    rows = db.load_plan(db.sync([{"Kundennummer": "2", "Firma": "ALPHA"}], plan=True).save()).rows
    assert rows[0]["warnings"] == [{"cell": "B1", "text": "a stored company is called so too: number 1"}]


def test_a_plan_is_kept_and_applied(db):
    kept = db.sync(ROWS[:1], plan=True).save()
    plan = db.load_plan(kept)
    run = plan.apply()
    assert len(db.runs()[0].fingerprint) == 32
    assert run == db.runs()[0].id and plan.counts["created"] == 1
    assert db.load_plan(kept).apply() == 0
    stale = db.sync([{"Kundennummer": "1", "Firma": "Alpha", "Suchbegriff": "A"}], plan=True)
    db.sync([{"Kundennummer": "1", "Firma": "Alpha", "Suchbegriff": "B"}])
    with pytest.raises(crm.StaleError):
        stale.apply()
    with pytest.raises(crm.FormatError):
        db.load_plan(b"nonsense")


def test_runs_are_taken_back(db):
    first = db.sync(ROWS[:1])
    second = db.sync([{"Kundennummer": "1", "Firma": "Alpha", "Suchbegriff": "A"}])
    assert [run.id for run in db.runs()] == [first.run, second.run] and db.sync(ROWS[:1]).run == 0
    with db.begin() as txn:
        party = txn.find_party("customer", "1")
    assert db.run_blockers(first.run) == [party]
    with pytest.raises(crm.StaleError):
        db.revert(first.run)
    db.revert(db.runs()[1])
    db.revert(first.run)
    with db.begin() as txn, pytest.raises(crm.NotFoundError):
        txn.find_party("customer", "1")
    with pytest.raises(crm.ExistsError):
        db.revert(first.run)
    third = db.sync(ROWS[:1])
    db.forget_run(third.run)
    with pytest.raises(crm.NotFoundError):
        db.revert(third.run)


def test_exports_come_back(db, tmp_path):
    db.sync(ROWS[:1])
    for name in ("customers.xlsx", "sheets/", "files.jsonl"):
        db.export(f"{tmp_path}/{name}", language="de")
    assert db.sync(tmp_path / "customers.xlsx").unchanged == 3
    assert db.sync(tmp_path / "sheets" / "Kunden.csv", "customer").unchanged == 1
    db.export(tmp_path / "rows.jsonl", sheets=["customers"])
    assert db.sync(tmp_path / "rows.jsonl", "customer").unchanged == 1
    assert db.sync(b'{"Kundennummer": 1, "Inaktiv": true}').updated == 1
    assert '"Alpha"' in (tmp_path / "files.jsonl").read_text("utf-8")
    db.export(tmp_path / "x", "csv", sheets=["customers"], role="customer", archived=True, all_columns=True)
    for wrong in ({"format": "ods"}, {"sheets": ["prices"]}):
        with pytest.raises(crm.InvalidError):
            db.export(tmp_path / "y.xlsx", **wrong)
    with pytest.raises(crm.NotFoundError):
        db.export(tmp_path / "none" / "y.xlsx")


def test_lists_are_exported(db, tmp_path):
    db.sync([{"Kundennummer": number, "Firma": f"Firma {number:03}", "Ort": "Ulm"} for number in range(1, 301)])
    with db.begin() as txn:
        txn.parties("customer").export(tmp_path / "parties.csv", ["party.name", crm.Party.vat_id])
        txn.search("address.town", "Ulm").export(tmp_path / "towns.jsonl", ["address.town"])
        txn.parties(prefix="Firma 1").export(tmp_path / "parties.xlsx", ["party.name"], language="de")
        with pytest.raises(crm.NotFoundError):
            txn.parties().export(tmp_path / "x.csv", ["party.colour"])
    lines = (tmp_path / "parties.csv").read_text("utf-8-sig").splitlines()
    assert lines[:2] == ["Company,VAT ID", "Firma 001,"] and len(lines) == 301
    assert (tmp_path / "towns.jsonl").read_text("utf-8").count('"town":"Ulm"') == 300
    assert sum(1 for _ in crm.Workbook(tmp_path / "parties.xlsx").rows(0)) == 101
    assert not (tmp_path / "x.csv").exists()


def test_dumps_make_the_same_store(db, tmp_path):
    db.sync(ROWS[:1])
    db.dump(tmp_path / "dump.jsonl")
    crm.load_dump(tmp_path / "dump.jsonl", tmp_path / "copy")
    with crm.open(tmp_path / "copy") as copy, db.begin() as txn, copy.begin() as other:
        assert txn.find_party("customer", "1") == other.find_party("customer", "1")
    with pytest.raises(crm.ExistsError):
        crm.load_dump(tmp_path / "dump.jsonl", tmp_path / "copy")


def test_options_of_exports(db, tmp_path):
    db.sync([{"Firma": "=Alpha"}])
    path = tmp_path / "kunden.csv"
    db.export(path, sheets=["customers"], delimiter="\t", source="erp", raw=True)
    head, row = path.read_text("utf-8-sig").splitlines()
    assert "\t" in head and "=Alpha" in row.split("\t")
    db.export(path, sheets=["customers"], source="erp")
    assert "'=Alpha" in path.read_text("utf-8-sig")
