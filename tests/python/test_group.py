# SPDX-License-Identifier: MIT
"""Groups: codes, members with validity, groups above groups, who gets no information, terms of a group."""
from datetime import date, timedelta

import hypothesis.strategies as st
import pytest
from conftest import add_customer
from hypothesis import HealthCheck, given, settings

import crm

DAY = date(2024, 6, 1)


@pytest.fixture
def groups(write):
    """GOLD above GERMANY, and a group of its own; by code."""
    made = {}
    for code, parent, fields in (("GOLD", None, {"priority": 2}), ("GERMANY", "GOLD", {}), ("ALONE", None, {"priority": 1})):
        made[code] = crm.Group(code=code, name=code.title(), parent=made.get(parent), **fields)
        write.put(made[code])
    return made


def test_groups_by_code(write, groups):
    assert [group.code for group in write.groups()] == ["ALONE", "GERMANY", "GOLD"]
    gold = write.group("GOLD")
    assert isinstance(gold, crm.Group) and gold == groups["GOLD"] and gold.name == "Gold" and gold.priority == 2
    assert write.group("GERMANY").parent == gold.id
    with pytest.raises(crm.NotFoundError):
        write.group("gold")
    with pytest.raises(crm.ExistsError) as caught:
        write.put(crm.Group(code="GOLD", name="x"))
    assert caught.value.field == "group.code"
    page = write.groups().page(2)
    assert len(page.ids) == 2 and write.groups().page(2, page.token).ids == [gold.id]


def test_no_group_above_itself(write, groups):
    gold = groups["GOLD"]
    gold.parent = groups["GERMANY"]
    with pytest.raises(crm.CycleError) as caught:
        write.put(gold)
    assert caught.value.field == "group.parent" and isinstance(caught.value, crm.DataError)


def test_members(write, groups, customer):
    one, other = customer(write, "one"), customer(write, "other")
    germany = groups["GERMANY"]
    membership = write.add_member(germany, one)
    assert write.get(membership, crm.Membership).group == germany.id
    write.add_member(germany.id, other.id, valid_from=DAY, valid_until=DAY + timedelta(days=10))
    days = [(DAY - timedelta(days=1), [one.id]), (DAY, [one.id, other.id]), (DAY + timedelta(days=10), [one.id])]
    for day, members in days:
        assert list(write.members(germany, day).ids()) == members
    assert [party.name for party in write.members(germany, DAY)] == ["one", "other"]
    assert list(write.members(groups["GOLD"], DAY)) == []  # its own ones only
    assert [membership.group for membership in write.file(one).memberships] == [germany.id]
    with pytest.raises(crm.ExistsError):
        write.add_member(germany, one, valid_from=DAY)
    with pytest.raises(crm.RangeError):
        write.add_member(groups["ALONE"], one, valid_from=DAY, valid_until=DAY)
    with pytest.raises(crm.NotFoundError):
        write.add_member(germany, groups["GOLD"])
    with pytest.raises(crm.WrongTypeError):
        write.add_member(germany, one, valid_from="2024-06-01")


def test_a_membership_ends(write, groups, customer):
    party, germany = customer(write, "x"), groups["GERMANY"]
    write.add_member(germany, party)
    write.remove_member(germany, party, DAY)
    assert list(write.members(germany, DAY)) == [] and list(write.members(germany, DAY - timedelta(days=1)).ids()) == [party.id]
    with pytest.raises(crm.NotFoundError):
        write.remove_member(germany, party, DAY)


def test_the_groups_of_a_party(write, groups, customer):
    party = customer(write, "x")
    assert list(write.party_groups(party)) == []
    write.add_member(groups["GERMANY"], party)
    write.add_member(groups["ALONE"], party, valid_from=DAY)
    assert [group.code for group in write.party_groups(party, DAY)] == ["ALONE", "GERMANY", "GOLD"]
    assert [group.code for group in write.party_groups(party, DAY - timedelta(days=1))] == ["GERMANY", "GOLD"]
    with pytest.raises(crm.NotFoundError):
        list(write.party_groups(12345))


def test_who_gets_no_information(write, groups, customer):
    party, gold = customer(write, "x"), groups["GOLD"]
    write.add_member(groups["GERMANY"], party)
    assert write.opt_out(party) is None
    gold.opt_out = True
    write.put(gold)
    assert write.opt_out(party) == gold.id


def test_terms_of_a_group(write, groups, customer):
    party = customer(write, "x")
    write.add_member(groups["GERMANY"], party)
    terms = crm.QuoteDefaults(owner=groups["GOLD"], price_list="GOLD")
    write.put(terms)
    quote = write.quote(party, DAY)
    assert (quote.price_list, quote.level("price_list"), quote.source("price_list").id) == ("GOLD", "group", terms.id)
    assert list(write.records(groups["GOLD"], crm.QuoteDefaults).ids()) == [terms.id]


@pytest.fixture(scope="module")
def club(tmp_path_factory):
    """A store with a group and a party; their ids."""
    with crm.open(tmp_path_factory.mktemp("club") / "store", create=True) as db:
        with db.begin(write=True) as txn:
            group = crm.Group(code="CLUB", name="Club")
            txn.put(group)
            party = add_customer(txn, "x")
        yield db, group.id, party.id


DAYS = st.integers(0, 12)
STEPS = st.one_of(st.tuples(st.just("add"), st.none() | DAYS, st.none() | DAYS), st.tuples(st.just("remove"), DAYS, st.none()))


@settings(max_examples=150, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(STEPS, max_size=8))
def test_memberships_are_intervals_that_never_overlap(club, steps):
    """Against a list of (from, until) in days, half open, None without a bound."""
    db, group, party = club
    model = []
    with db.begin(write=True) as txn:
        for what, first, second in steps:
            begin, end = (None if one is None else DAY + timedelta(days=one) for one in (first, second))
            try:
                if what == "add":
                    txn.add_member(group, party, valid_from=begin, valid_until=end)
                else:
                    txn.remove_member(group, party, begin)
                refused = None
            except (crm.DataError, crm.UsageError) as error:
                refused = type(error)
            assert refused == (added(model, begin, end) if what == "add" else removed(model, begin))
            for day in (DAY + timedelta(days=one) for one in range(-1, 14)):
                assert list(txn.members(group, day).ids()) == [party] * any(holds(one, day) for one in model)
                assert len(list(txn.party_groups(party, day))) == any(holds(one, day) for one in model)
        txn.abort()


def holds(interval, day):
    begin, end = interval
    return (begin is None or begin <= day) and (end is None or day < end)


def added(model, begin, end):
    """Adds an interval, or says what it is refused for."""
    if begin and end and begin >= end:
        return crm.RangeError
    if any((one is None or end is None or one < end) and (until is None or begin is None or begin < until) for one, until in model):
        return crm.ExistsError
    model.append((begin, end))
    return None


def removed(model, day):
    """Ends the intervals on a day and drops those behind it, or says what it is refused for."""
    if not any(end is None or day < end for _, end in model):
        return crm.NotFoundError
    model[:] = [(begin, end if end and end <= day else day) for begin, end in model if begin is None or begin < day]
    return None
