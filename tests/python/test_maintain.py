# SPDX-License-Identifier: MIT
"""Looking after a store."""
import pytest

import crm
from conftest import add_customer


def test_a_sound_store(db):
    assert db.verify() == (0, [])
    with db.begin(write=True) as txn:
        add_customer(txn, number="1")
    found = db.verify(limit=5)
    assert isinstance(found, crm.Verification) and not found.count and found.damages == []
    assert db.verify(pages=True).count == 0


def test_progress(db):
    with db.begin(write=True) as txn:
        for number in range(1200):
            add_customer(txn, number=str(number))
    told = []
    assert db.verify(progress=told.append).count == 0
    assert told == sorted(told) and told[-1] >= 4096
    with pytest.raises(crm.AbortedError):
        db.verify(progress=lambda done: True)
    with pytest.raises(ZeroDivisionError):
        db.verify(progress=lambda done: 1 // 0)


def test_a_damaged_page(path):
    with crm.open(path, create=True) as db:
        with db.begin(write=True) as txn:
            for number in range(200):
                add_customer(txn, number=str(number))
        sound = (path / "data.mdb").read_bytes()
        with open(path / "data.mdb", "r+b") as file:
            for place in range(2 * 4096, len(sound), 4096):
                file.seek(place + 10)
                file.write(b"\xff")
        found = db.verify()
        with open(path / "data.mdb", "r+b") as file:
            file.write(sound)
        assert found.count == 1
        assert found.damages[0].where == "pages" and "page" in found.damages[0].reason
        assert found.damages[0].record is None and found.damages[0].kind is None
        assert db.verify().count == 0


def test_reindex(path):
    with crm.open(path, create=True) as db:
        with db.begin(write=True) as txn:
            add_customer(txn, number="7")
    crm.reindex(path)
    with crm.open(path) as db:
        assert db.verify().count == 0
        with db.begin() as txn:
            assert [party.name for party in txn.parties(role="customer")] == ["Müller GmbH"]
    with pytest.raises(crm.NotFoundError):
        crm.reindex(path / "elsewhere")


def test_salvage(path, tmp_path):
    with crm.open(path, create=True) as db:
        with db.begin(write=True) as txn:
            for number in range(300):
                add_customer(txn, number=str(number))
        uuid = db.uuid
        with pytest.raises(crm.BusyError):
            crm.salvage(path, tmp_path / "saved")
    with open(path / "data.mdb", "r+b") as file:  # both of its beginnings
        file.write(b"\xff" * 8192)
    with pytest.raises(crm.CorruptError):
        crm.open(path)
    told = crm.salvage(path, tmp_path / "saved")
    assert told == (600, 0, 0)  # a party and its role each
    with crm.open(tmp_path / "saved") as db:
        assert db.uuid == uuid and db.verify().count == 0
    with pytest.raises(crm.ExistsError):
        crm.salvage(path, tmp_path / "saved")
    with pytest.raises(crm.NotFoundError):
        crm.salvage(tmp_path / "nothing", tmp_path / "other")
