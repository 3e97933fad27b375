# SPDX-License-Identifier: MIT
"""The life of a record: archived and restored, what stands against its deletion; a prospect becomes a customer."""
import pytest

import crm


def test_archived_and_restored(write, customer):
    party = customer(write, "x")
    write.archive(party)
    assert party.archived and party.revision == 2 and list(write.parties()) == []
    write.archive(party)
    assert party.revision == 2  # nothing to do
    with pytest.raises(crm.ArchivedError):
        write.quote(party)
    stale = party.copy()
    write.restore(party)
    assert not party.archived and list(write.parties().ids()) == [party.id]
    with pytest.raises(crm.StaleError):
        write.archive(stale)
    write.archive(party.id)
    assert write.get(party).archived and not party.archived  # by its id: the record stays as it is
    with pytest.raises(crm.WrongTypeError):
        write.archive(write.records(party, crm.Role).first())
    with pytest.raises(crm.NotFoundError):
        write.restore(12345)


def test_an_abort_undoes_an_archiving(db, customer):
    with db.begin(write=True) as txn:
        party = customer(txn, "x")
    txn = db.begin(write=True)
    txn.archive(party)
    assert party.archived
    txn.abort()
    assert not party.archived and party.revision == 1


def test_blockers(write, customer):
    party = customer(write, "x")
    assert write.blockers(party) == ()
    referred = [customer(write, f"referred {number}", referrer=party) for number in range(12)]
    (blocker,) = write.blockers(party)
    assert (blocker.field, blocker.count, blocker.more) == ("party.referrer", 12, False)
    assert len(blocker.samples) == 10 and set(blocker.samples) <= {one.id for one in referred}
    with pytest.raises(crm.InUseError) as caught:
        write.delete(party)
    assert caught.value.field == "party.referrer" and isinstance(caught.value, crm.DataError)
    for one in referred:
        one.referrer = None
        write.put(one)
    write.delete(party)
    with pytest.raises(crm.NotFoundError):
        write.blockers(party)


def test_groups_with_members_are_in_use(write, customer):
    party, group = customer(write, "x"), crm.Group(code="GOLD", name="Gold")
    write.put(group)
    write.add_member(group, party)
    assert [blocker.field for blocker in write.blockers(group)] == ["membership.group"]
    with pytest.raises(crm.InUseError):
        write.delete(group)
    write.delete(party)
    write.delete(group)


def prospect(txn):
    party = crm.Party(type="organisation", name="Neu GmbH")
    txn.put(party)
    txn.put(crm.Role(party=party, role="prospect"))
    return party


def test_a_prospect_becomes_a_customer(write):
    party = prospect(write)
    role = crm.Role(number="10001", source_document="Q-17")
    id = write.convert(party, role)
    assert (role.id, role.party, role.role, role.number, role.source_document) == (id, party.id, "customer", "10001", "Q-17")
    assert role.converted_at is not None and write.find_party("customer", "10001") == party.id
    assert [one.role for one in write.records(party, crm.Role)] == ["customer"]
    assert write.convert(party) == id  # a customer already


def test_refused_conversions(write):
    party = prospect(write)
    write.convert(party, keep_prospect=True)
    assert {one.role for one in write.records(party, crm.Role)} == {"customer", "prospect"}
    write.convert(prospect(write), crm.Role(number="77"))
    with pytest.raises(crm.ExistsError):
        write.convert(prospect(write), crm.Role(number="77"))
    neither = crm.Party(type="organisation", name="x")
    write.put(neither)
    with pytest.raises(crm.InvalidError):
        write.convert(neither)
    with pytest.raises(crm.NotFoundError):
        write.convert(12345)
