# SPDX-License-Identifier: MIT
"""Policies, the levels at which a proposal looks for a field, and mapping rules."""
from datetime import date

import pytest

import crm

DAY = date(2024, 6, 1)


@pytest.fixture
def party(write, customer):
    """A customer whose terms, and whose group, have a price list."""
    party, group = customer(write, "x", number="10001", category="A"), crm.Group(code="GOLD", name="Gold")
    write.put(group)
    write.add_member(group, party)
    write.put(crm.QuoteDefaults(owner=party, price_list="OWN"))
    write.put(crm.QuoteDefaults(owner=group, price_list="GOLD"))
    return party


def test_the_built_in_policy(write):
    levels = write.policy("price_list")
    assert levels[:2] == ("lock", "explicit") and levels.index("customer") < levels.index("group") < levels.index("global")
    assert write.policy(crm.QuoteValues.price_list) == levels
    for wrong in ("no_field", "customer", crm.Party.name):
        with pytest.raises(crm.WrongTypeError):
            write.policy(wrong)


def test_a_policy_is_set_and_cleared(db, write, party):
    before = write.policy("price_list")
    assert write.quote(party, DAY).price_list == "OWN"
    write.set_policy("price_list", ["explicit", "group", "customer", "global"])
    assert write.policy("price_list")[-4:] == ("explicit", "group", "customer", "global")
    quote = write.quote(party, DAY)
    assert (quote.price_list, quote.level("price_list")) == ("GOLD", "group")
    assert [one.field for one in write.records(None, crm.Policy)] == ["price_list"]
    with db.begin() as txn:
        assert txn.policy("price_list") == before  # not committed yet
    write.clear_policy("price_list")
    assert write.policy("price_list") == before and write.quote(party, DAY).price_list == "OWN"


def test_refused_policies(write):
    before = write.policy("price_list")
    for levels in (
        ["customer"],
        ["explicit", "group", "group"],
        ["explicit", "no_level"],
        ["explicit", "unset"],
        ["explicit", "price_list"],
    ):
        with pytest.raises(crm.RangeError):
            write.set_policy("price_list", levels)
    with pytest.raises(crm.WrongTypeError):
        write.set_policy("no_field", ["explicit"])
    with pytest.raises(crm.WrongTypeError):
        write.set_policy("price_list", [40])
    assert write.policy("price_list") == before


def test_a_rule(write, party):
    rule = crm.Rule(code="A-WORKS", target="quote.plant", value="1000", when=["customer.category = A"])
    write.put(rule)
    quote = write.quote(party, DAY)
    assert (quote.plant, quote.level("plant"), quote.rule("plant")) == ("1000", "rule", rule.id)
    assert quote.rule("price_list") is None
    assert write.quote(party, DAY, plant="2000").plant == "2000"  # what is given stays
    party.category = "B"
    write.put(party)
    assert write.quote(party, DAY).plant is None
    write.archive(rule)
    assert rule.archived


def test_refused_rules(write):
    for fields in (
        {"target": "quote.no_field"},
        {"target": "party.name"},
        {"source": "customer.no_field"},
        {"when": ["customer.category ~ A"]},
    ):
        with pytest.raises(crm.DataError) as caught:
            write.put(crm.Rule(**{"code": "X", "target": "quote.plant", "source": "customer.category", **fields}))
        assert caught.value.field == f"rule.{next(iter(fields))}" and caught.value.text
    with pytest.raises(crm.RequiredError):
        write.put(crm.Rule(target="quote.plant", value="x"))
