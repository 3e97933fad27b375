# SPDX-License-Identifier: MIT
"""Transactions: what is stored, what an abort takes back, retries, exceptions in callbacks."""
import threading
from datetime import date, datetime, timezone

import pytest

import crm


def names(db):
    with db.begin() as txn:
        return [party.name for party in txn.parties()]


def test_put_brings_the_record_up_to_date(db):
    with db.begin(write=True) as txn:
        party = crm.Party(type="organisation", name="Müller GmbH")
        id = txn.put(party)
        assert party.id == id and party.revision == 1 and party.created_at is not None
        role = crm.Role(party=party, role="customer")
        txn.put(role)
        assert role.number and txn.find_party("customer", role.number) == id
        party.name = "Müller AG"
        assert txn.put(party) == id and party.revision == 2
    with db.begin() as txn:
        assert txn.get(id) == party and txn.get(id).name == "Müller AG" and txn.get(id, crm.Party).revision == 2


def test_commit_and_abort(db, customer):
    with db.begin(write=True) as txn:
        customer(txn, "stored")
    txn = db.begin(write=True)
    customer(txn, "committed")
    txn.commit()
    txn = db.begin(write=True)
    customer(txn, "aborted")
    txn.abort()
    txn.abort()
    with db.begin(write=True) as txn:
        customer(txn, "aborted inside")
        txn.abort()
    with pytest.raises(ZeroDivisionError):
        with db.begin(write=True) as txn:
            customer(txn, "broken")
            1 / 0
    assert names(db) == ["committed", "stored"]


def test_a_snapshot_sees_the_store_as_it_was(db, customer):
    with db.begin(write=True) as txn:
        customer(txn, "first")
    with db.begin() as before:
        with db.begin(write=True) as txn:
            customer(txn, "second")
        assert [party.name for party in before.parties()] == ["first"]
        with db.begin() as after:
            assert len(list(after.parties())) == 2 and after.sequence > before.sequence
    assert not before.write


def test_an_abort_takes_ids_back(db):
    """A record that was put in an aborted transaction is new again, and can be put once more."""
    party = crm.Party(type="organisation", name="x")
    with pytest.raises(RuntimeError):
        with db.begin(write=True) as txn:
            txn.put(party)
            party.name = "y"
            txn.put(party)
            raise RuntimeError
    assert (party.id, party.revision, party.name) == (0, 0, "x")
    with db.begin(write=True) as txn:
        txn.put(party)
    with pytest.raises(RuntimeError):
        with db.begin(write=True) as txn:
            party.name = "z"
            txn.put(party)
            raise RuntimeError
    assert (party.revision, party.name) == (1, "z")
    with db.begin(write=True) as txn:
        txn.put(party)
    assert party.revision == 2 and names(db) == ["z"]


def test_stale(db, customer):
    with db.begin(write=True) as txn:
        party = customer(txn, "x")
    mine, theirs = party.copy(), party.copy()
    with db.begin(write=True) as txn:
        theirs.name = "theirs"
        txn.put(theirs)
    with db.begin(write=True) as txn:
        mine.name = "mine"
        with pytest.raises(crm.StaleError):
            txn.put(mine)
        with pytest.raises(crm.StaleError):
            txn.delete(mine)
        assert mine.name == "mine" and mine.revision == 1
    assert names(db) == ["theirs"]


def test_delete(db, customer):
    with db.begin(write=True) as txn:
        one, other = customer(txn, "one"), customer(txn, "other")
    with db.begin(write=True) as txn:
        txn.delete(one)
        txn.delete(other.id)
        for id in (one.id, other.id):
            with pytest.raises(crm.NotFoundError):
                txn.get(id)
    assert names(db) == []


def test_get_with_a_kind(write, customer):
    party = customer(write)
    assert write.get(party.id, crm.Party) == party
    with pytest.raises(crm.WrongTypeError):
        write.get(party.id, crm.Address)
    with pytest.raises(crm.NotFoundError):
        write.get(12345)


def test_read_only(db, path, customer):
    with db.begin(write=True) as txn:
        party = customer(txn)
    with db.begin() as txn:
        with pytest.raises(crm.ReadOnlyError):
            txn.put(party)
        with pytest.raises(crm.ReadOnlyError):
            txn.delete(party)
        with pytest.raises(crm.ReadOnlyError):
            txn.set_setting("x", "y")
    db.close()
    with crm.open(path, read_only=True) as db:
        with pytest.raises(crm.ReadOnlyError):
            db.begin(write=True)
        assert names(db) == ["Müller GmbH"]


def test_transact_commits_and_returns(db, customer):
    assert db.transact(lambda txn: customer(txn, "x").name) == "x"
    assert names(db) == ["x"]


@pytest.mark.parametrize(
    "error", [ValueError("mine"), KeyboardInterrupt(), SystemExit(3), crm.NotFoundError("mine"), crm.ConflictError("mine")]
)
def test_an_exception_in_transact_stores_nothing(db, customer, error):
    put = []

    def work(txn):
        put.append(customer(txn, "x"))
        raise error

    with pytest.raises(type(error)) as caught:
        db.transact(work)
    assert caught.value is error
    assert names(db) == [] and all(party.id == 0 for party in put)
    db.transact(lambda txn: customer(txn, "y"))
    assert names(db) == ["y"]


def test_transact_runs_again_on_conflict(db):
    """The same record is put in both runs: the first left no trace in it."""
    runs, party = [], crm.Party(type="organisation", name="x")

    def work(txn):
        txn.put(party)
        runs.append(txn)
        if len(runs) < 3:
            raise crm.ConflictError("another was faster")
        return "done"

    assert db.transact(work) == "done"
    assert len(runs) == 3 and names(db) == ["x"] and party.id
    for txn in runs:
        with pytest.raises(crm.EndedError):
            txn.get(party.id)


def test_transact_ends_its_transaction_itself(db, customer):
    def work(txn):
        customer(txn, "x")
        for end in (txn.commit, txn.abort):
            with pytest.raises(crm.InvalidError):
                end()

    db.transact(work)
    assert names(db) == ["x"]
    with pytest.raises(crm.UsageError):
        db.transact(work, actor=0)


def test_a_write_transaction_belongs_to_its_thread(db, customer):
    caught = []

    def other(txn):
        for call in (lambda: customer(txn), txn.commit, txn.abort):
            try:
                call()
            except crm.Error as error:
                caught.append(type(error))

    with db.begin(write=True) as txn:
        thread = threading.Thread(target=other, args=(txn,))
        thread.start()
        thread.join()
        customer(txn, "x")
    assert caught == [crm.ThreadError] * 3 and names(db) == ["x"]


def test_a_snapshot_may_move_between_threads(db, customer):
    with db.begin(write=True) as txn:
        customer(txn, "x")
    seen = []
    with db.begin() as txn:
        thread = threading.Thread(target=lambda: seen.extend(party.name for party in txn.parties()))
        thread.start()
        thread.join()
    assert seen == ["x"]


def test_a_second_writer_waits_with_a_bound(path, customer):
    with crm.open(path, create=True, wait_ms=20) as db:
        with db.begin(write=True) as txn:
            with pytest.raises(crm.InvalidError):
                db.begin(write=True)
            caught = []

            def other():
                try:
                    db.begin(write=True)
                except crm.RetryError as error:
                    caught.append(error)

            thread = threading.Thread(target=other)
            thread.start()
            thread.join()
            assert isinstance(caught[0], crm.BusyError)
            customer(txn, "x")
        assert names(db) == ["x"]


def test_a_thread_that_ends_aborts(path, customer):
    with crm.open(path, create=True, wait_ms=2000) as db:
        kept = []

        def work():
            kept.append(db.begin(write=True))
            customer(kept[0], "lost")

        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        db.transact(lambda txn: customer(txn, "stored"))
        with pytest.raises(crm.Error):
            kept[0].put(crm.Party(type="organisation", name="x"))
        kept.clear()
        assert names(db) == ["stored"]


def test_writers_in_threads(db):
    """Four threads count one setting up; every step is there at the end."""

    def step(txn):
        txn.set_setting("test.count", str(int(txn.setting("test.count", "0")) + 1))

    threads = [threading.Thread(target=lambda: [db.transact(step) for _ in range(5)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with db.begin() as txn:
        assert txn.setting("test.count") == "20"


def test_options(tmp_path):
    moment = datetime(2024, 2, 29, 23, 30, tzinfo=timezone.utc)
    with crm.open(tmp_path / "a", create=True, fixed_time=moment, utc_offset=60, max_readers=50, max_bytes=1 << 24) as db:
        assert db.today == date(2024, 3, 1) and len(db.uuid) == 32 and "a" in repr(db)
        with db.begin(write=True) as txn:
            party = crm.Party(type="organisation", name="x")
            txn.put(party)
            assert party.created_at == moment
        uuid = db.uuid
    with crm.open(str(tmp_path / "a")) as db:
        assert db.uuid == uuid
        db.backup(tmp_path / "copy")
        with pytest.raises(crm.ExistsError):
            db.backup(tmp_path / "copy")
    crm.compact(tmp_path / "copy")
    with crm.open(tmp_path / "copy", check_pages=True, previous=True, force=True, relaxed=True) as copy:
        assert copy.uuid == uuid
        with copy.begin() as txn:
            assert [p.name for p in txn.parties()] == ["x"]
        with pytest.raises(crm.BusyError):
            crm.compact(tmp_path / "copy")
    with pytest.raises(crm.NotFoundError):
        crm.open(tmp_path / "none")
    with pytest.raises(crm.InvalidError):
        crm.open(tmp_path / "a", wait_ms=-1)
    with pytest.raises(crm.RangeError):
        crm.open(tmp_path / "a", utc_offset=5000)


def test_a_full_store_stores_nothing(path, customer):
    with crm.open(path, create=True, max_bytes=1 << 20) as db:
        db.transact(lambda txn: customer(txn, "stored"))
        with pytest.raises(crm.FullError):
            with db.begin(write=True) as txn:
                for number in range(100000):
                    txn.put(crm.Party(type="organisation", name=f"Company {number}", note="x" * 4000))
        assert names(db) == ["stored"]
