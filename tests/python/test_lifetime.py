# SPDX-License-Identifier: MIT
"""Ends: closing in any order, use after the end, collection, forks. None may crash."""
import gc
import itertools
import os
import threading

import pytest

import crm


def everything(path, customer):
    """One object of each sort, over one store."""
    db = crm.open(path, create=True)
    with db.begin(write=True) as txn:
        party = customer(txn)
    snapshot = db.begin()
    ids = snapshot.parties().ids()
    next(ids)
    return {"db": db, "snapshot": snapshot, "ids": ids, "file": snapshot.file(party), "quote": snapshot.quote(party), "party": party}


@pytest.mark.parametrize("order", itertools.permutations(["db", "snapshot", "ids", "file"]), ids="-".join)
def test_any_order_of_collection(path, customer, order):
    objects = everything(path, customer)
    for name in order:
        del objects[name]
        gc.collect()
    assert objects["party"].name == "Müller GmbH" and objects["quote"].customer == objects["party"].id
    with crm.open(path) as db, db.begin() as txn:
        assert len(list(txn.parties())) == 1


def test_use_after_close(path, customer):
    objects = everything(path, customer)
    db, snapshot = objects["db"], objects["snapshot"]
    db.close()
    db.close()
    assert "closed" in repr(db)
    for call in (
        db.begin,
        lambda: db.uuid,
        lambda: db.today,
        lambda: db.transact(lambda txn: None),
        lambda: db.sync([{"Firma": "x"}]),
        db.__enter__,
    ):
        with pytest.raises(crm.EndedError):
            call()
    assert snapshot.get(objects["party"].id) == objects["party"]  # the store stays open for its transactions
    snapshot.abort()
    for call in (
        lambda: snapshot.get(objects["party"].id),
        lambda: snapshot.put(objects["party"]),
        lambda: snapshot.delete(objects["party"]),
        lambda: snapshot.find_party("customer", "1"),
        lambda: snapshot.file(1),
        lambda: snapshot.quote(1),
        lambda: snapshot.setting("x"),
        lambda: snapshot.set_setting("x", "y"),
        lambda: snapshot.sequence,
        lambda: list(snapshot.parties()),
        lambda: snapshot.commit(),
        lambda: snapshot.__enter__(),
    ):
        with pytest.raises(crm.EndedError):
            call()
    assert objects["file"].party.name == "Müller GmbH" and objects["quote"].to_dict()


def test_a_write_transaction_outlives_its_database(path, customer):
    db = crm.open(path, create=True)
    txn = db.begin(write=True)
    db.close()
    customer(txn, "x")
    txn.commit()
    with crm.open(path) as db, db.begin() as txn:
        assert [party.name for party in txn.parties()] == ["x"]


def test_a_forgotten_write_transaction_aborts(db, customer):
    txn = db.begin(write=True)
    customer(txn, "lost")
    del txn
    gc.collect()
    with db.begin(write=True) as txn:
        customer(txn, "stored")
        assert len(list(txn.parties())) == 1


def test_two_handles_on_one_store(path, customer):
    with crm.open(path, create=True) as one, crm.open(path) as other:
        one.transact(lambda txn: customer(txn, "x"))
        one.close()
        with other.begin() as txn:
            assert len(list(txn.parties())) == 1


def test_databases_are_for_all_threads(db, customer):
    def work(number):
        db.transact(lambda txn: customer(txn, f"Company {number}"))
        with db.begin() as txn:
            seen.append(len(list(txn.parties())))

    seen = []
    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 8 and max(seen) == 8


def test_after_a_fork(path, customer):
    objects = everything(path, customer)
    child = os.fork()
    if child == 0:  # the answer is the exit code: 0 all good
        code = 1
        try:
            for call in (objects["db"].begin, lambda: objects["snapshot"].get(objects["party"].id), lambda: next(objects["ids"])):
                try:
                    call()
                    os._exit(2)
                except (crm.ForkedError, StopIteration):
                    pass
            objects["db"].close()
            del objects["snapshot"], objects["ids"]
            gc.collect()
            code = 0 if objects["party"].name == "Müller GmbH" else 3
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert objects["snapshot"].get(objects["party"].id) == objects["party"]
    with objects["db"].begin(write=True) as txn:
        customer(txn, "after the fork")


@pytest.mark.skipif("libasan" in os.environ.get("LD_PRELOAD", ""), reason="the sanitizer keeps freed memory")
def test_nothing_is_left_behind(db, customer):
    """Records, files, quotes, lists, transactions, handles and failures, thousands of times: memory stays as it is."""
    id = db.transact(lambda txn: customer(txn).id)
    db.transact(lambda txn: txn.define_field("party.machine_count", "int"))

    def rounds(count):
        for _ in range(count):
            txn = db.begin()
            txn.file(id).party.copy().name = "x" * 2000
            txn.quote(id, price_list="x").to_dict()
            quote = txn.quote(id).reresolve(txn, price_list="x")
            assert (quote.given.price_list, len(quote.changes), quote.losers("price_list")) == ("x", 1, ()) and quote.explain(json=True)
            txn.new(crm.Party, machine_count=3).to_dict()
            assert txn.blockers(id) == () and list(txn.party_groups(id)) == [] and txn.policy("price_list")
            assert crm.format_address(crm.Address(town="x"))
            txn.get(id).to_dict()
            next(iter(txn.parties()))
            with pytest.raises(crm.NotFoundError):
                txn.get(1)
        crm.open(db.path).close()

    def resident():
        with open("/proc/self/statm", encoding="ascii") as statm:
            return int(statm.read().split()[1]) * os.sysconf("SC_PAGESIZE")

    rounds(300)
    gc.collect()
    before = resident()
    rounds(2000)
    gc.collect()
    assert resident() - before < 1 << 20
