# SPDX-License-Identifier: MIT
"""Users: names, customers that they are bound to, passwords."""
from datetime import date, timedelta

import pytest
from conftest import add_customer

import crm

DAY = date(2024, 6, 1)


def add_user(txn, name="anna", **fields):
    user = crm.User(name=name, type="bound", **fields)
    txn.put(user)
    return user


def test_users_by_name(write):
    zoe, anna = add_user(write, "zoe"), add_user(write)
    assert [user.name for user in write.users()] == ["anna", "zoe"]
    assert write.user("zoe") == zoe and isinstance(write.user("anna"), crm.User) and write.user("anna").id == anna.id
    with pytest.raises(crm.NotFoundError):
        write.user("nobody")


def test_bindings(write):
    user, party = add_user(write), add_customer(write)
    binding = write.get(write.bind_user(user, party, valid_from=DAY), crm.Binding)
    assert (binding.user, binding.party, binding.valid_from, binding.valid_until) == (user.id, party.id, DAY, None)
    with pytest.raises(crm.ExistsError):
        write.bind_user(user.id, party.id, valid_from=DAY + timedelta(days=9))
    with pytest.raises(crm.InUseError) as caught:
        write.archive(party)
    assert caught.value.field == "binding.party"
    assert [blocker.field for blocker in write.blockers(user)] == ["binding.user"]
    write.unbind_user(user, party)
    write.archive(party)
    with pytest.raises(crm.ArchivedError):
        write.bind_user(user, party)


def test_passwords(db):
    with db.begin(write=True) as txn:
        user = add_user(txn)
        txn.set_password(user, "größer", must_change=True)
        assert txn.get(user.id).must_change and txn.get(user.id).password_at
        assert txn.check_password(user, "größer") and txn.check_password(user.id, "größer".encode())
        for _ in range(5):
            assert txn.check_password(user, "wrong") is False
    with db.begin(write=True) as txn:
        with pytest.raises(crm.BusyError):
            txn.check_password(user, "größer")
        txn.set_password(user, b"\x00new")
        assert txn.check_password(user, b"\x00new") and not txn.get(user.id).must_change
        assert not txn.check_password(4711, b"\x00new")
        for wrong in (None, 5):
            with pytest.raises(crm.WrongTypeError):
                txn.check_password(user, wrong)


def test_verifier(write):
    user = add_user(write)
    with pytest.raises(crm.NotFoundError):
        write.verifier(user)
    write.set_verifier(user, b"a\x00b")
    assert write.verifier(user) == b"a\x00b" and not write.check_password(user, b"a\x00b")
    write.set_verifier(user, None)
    with pytest.raises(crm.NotFoundError):
        write.verifier(user)
    with pytest.raises(crm.InvalidError):
        write.set_verifier(user, b"")
