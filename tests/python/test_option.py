# SPDX-License-Identifier: MIT
"""Options: rules of a customer and of his groups, which of them decides, what is no good question."""
from datetime import date, timedelta

import hypothesis.strategies as st
import pytest
from conftest import add_customer
from hypothesis import HealthCheck, given, settings

import crm

DAY = date(2024, 6, 1)


def rule(txn, owner, code, deny=False, **fields):
    return txn.put(crm.OptionRule(owner=owner, code=code, deny=deny, **fields))


@pytest.fixture
def party(write, customer):
    """A customer who is in a group with one above it."""
    party, above = customer(write, "x"), crm.Group(code="TRADE", name="Trade")
    write.put(above)
    group = crm.Group(code="GOLD", name="Gold", parent=above)
    write.put(group)
    write.add_member(group, party)
    return party


def test_the_longest_decides(write, party):
    every = rule(write, write.group("TRADE"), "*", True)
    engines = rule(write, write.group("GOLD"), "ENGINE-*")
    own = rule(write, party, "ENGINE-V8", True)
    answers = write.check_options(party, ["SEAT", "ENGINE-V8", "ENGINE-V6"])
    assert [(one.code, one.allowed) for one in answers] == [("SEAT", False), ("ENGINE-V8", False), ("ENGINE-V6", True)]
    assert [one.rule for one in answers] == [write.get(id).id for id in (every, own, engines)]
    assert write.option_allowed(party, "ENGINE-V6") and not write.option_allowed(party.id, "ENGINE-V8")
    write.archive(write.group("TRADE"))
    assert write.check_options(party, iter(["SEAT"])) == (crm.OptionAnswer("SEAT", True, None),)
    assert write.check_options(party, []) == ()


def test_days(write, party):
    rule(write, party, "V8", True, valid_from=DAY, valid_until=DAY + timedelta(days=2))
    assert [write.option_allowed(party, "V8", DAY + timedelta(days=days)) for days in (-1, 0, 1, 2)] == [True, False, False, True]
    with pytest.raises(crm.ExistsError) as caught:
        rule(write, party, "V8", valid_from=DAY + timedelta(days=1))
    assert caught.value.field == "option_rule.code"


def test_the_setting(write, party):
    write.set_setting("option.default", "deny")
    assert not write.option_allowed(party, "V8")
    with pytest.raises(crm.RangeError):
        write.set_setting("option.default", "perhaps")


def test_refused(write, party):
    with pytest.raises(crm.InvalidError):
        rule(write, party, "A*B")
    with pytest.raises(crm.TooBigError) as caught:
        write.check_options(party, ["A", "B" * 65])
    assert caught.value.row == 2
    with pytest.raises(crm.InvalidError):
        write.option_allowed(party, "")
    with pytest.raises(crm.Utf8Error):
        write.check_options(party, ["A\0"])
    with pytest.raises(crm.WrongTypeError):
        write.check_options(party, [1])
    with pytest.raises(crm.NotFoundError):
        write.option_allowed(write.group("GOLD"), "A")
    with pytest.raises(crm.TooBigError):
        write.check_options(party, ["A"] * 100001)


CODES = st.text("AB", min_size=1, max_size=4)


def decide(rules, code):
    """By the words of the documentation."""
    fitting = [(2, 0, deny) for text, deny in rules if text == code]
    fitting += [(1, len(text), deny) for text, deny in rules if text[-1] == "*" and code.startswith(text[:-1])]
    return not max(fitting)[2] if fitting else True


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.dictionaries(st.tuples(st.booleans(), CODES | st.just("") | CODES, st.booleans()), st.booleans(), max_size=12), st.lists(CODES, max_size=20))
def test_as_documented(db, drawn, codes):
    with db.begin(write=True) as txn:
        party, group = add_customer(txn), crm.Group(code="G", name="G")
        txn.put(group)
        txn.add_member(group, party)
        rules = []
        for (own, text, star), deny in drawn.items():
            whole = text + "*" if star or not text else text
            try:
                rule(txn, party if own else group, whole, deny)
                rules.append((whole, deny))
            except crm.ExistsError:
                pass
        assert [one.allowed for one in txn.check_options(party, codes)] == [decide(rules, code) for code in codes]
        txn.delete(party)
        txn.delete(group)
