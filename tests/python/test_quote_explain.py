# SPDX-License-Identifier: MIT
"""The proposal explained: what a value won against; and computed again: what changed, and why."""
import gc
import json
from datetime import date

import pytest

import crm

DAY = date(2024, 6, 1)


@pytest.fixture
def scene(db, customer):
    """A customer in a group, both with a price list, and another customer; the ids by name."""
    with db.begin(write=True) as txn:
        party, other, group = customer(txn, "Müller GmbH", number="10001"), customer(txn, "other"), crm.Group(code="GOLD", name="Gold")
        txn.put(group)
        txn.add_member(group, party)
        terms = crm.QuoteDefaults(owner=party, price_list="OWN")
        for record in (terms, crm.QuoteDefaults(owner=group, price_list="GOLD", plant="1000"), crm.QuoteDefaults(price_list="ALL")):
            txn.put(record)
        home = crm.Address(party=party, street="Hauptstraße", house_number="1", postal_code="01067", town="Dresden", country="DE")
        txn.put(home)
        txn.put(crm.Usage(party=party, target=home, purpose="main"))
        return {"party": party.id, "other": other.id, "group": group.id, "terms": terms.id, "home": home.id}


def test_losers(db, scene):
    with db.begin() as txn:
        quote = txn.quote(scene["party"], DAY)
    losers = quote.losers("price_list")
    assert [(one.level, one.value) for one in losers] == [("group", "GOLD"), ("global", "ALL")]
    assert all(isinstance(one, crm.QuoteLoser) and one.why == "later" and one.source_revision == 1 for one in losers)
    assert losers[0].source_field == "quote_defaults.price_list" and losers[0].source
    assert quote.losers("plant") == () == quote.losers("salutation")
    del quote
    gc.collect()
    assert losers[1].to_dict()["value"] == "ALL"


def test_explained_as_text_and_json(db, scene):
    with db.begin() as txn:
        quote = txn.quote(scene["party"], DAY)
    text = quote.explain()
    assert "price_list" in text and "OWN" in text and "GOLD" in text
    answer = quote.explain(json=True)
    assert [one["value"] for one in answer["fields"]["price_list"]["losers"]] == ["GOLD", "ALL"] and answer["changes"] == []
    assert json.dumps(answer) and "losers" not in quote.to_dict()["fields"]["price_list"]


def test_flags(db, scene):
    with db.begin(write=True) as txn:
        party = txn.get(scene["party"], crm.Party)
        party.delivery_lock = True
        txn.put(party)
        quote = txn.quote(party, DAY)
    assert quote.flags("salutation") & crm.QuoteFlag.UNSET and not quote.flags() & crm.QuoteFlag.UNSET
    assert not quote.flags("price_list") & crm.QuoteFlag.UNSET
    assert quote.flags() & crm.QuoteFlag.DELIVERY_LOCKED and not quote.flags() & crm.QuoteFlag.BLOCKED


def test_what_was_given(db, scene):
    with db.begin() as txn:
        quote = txn.quote(scene["party"], DAY, price_list="GIVEN", plant="")
        assert quote.given.fields() == {"price_list": "GIVEN", "plant": ""}
        assert txn.quote(scene["party"], DAY).given.fields() == {}


def test_computed_again(db, scene):
    with db.begin() as txn:
        quote = txn.quote(scene["party"], DAY, payment_terms="30 days")
        assert quote.changes == ()
    with db.begin(write=True) as txn:
        terms = txn.get(scene["terms"], crm.QuoteDefaults)
        terms.price_list = "NEW"
        txn.put(terms)
        again = quote.reresolve(txn)
    assert quote.price_list == "OWN" and again.price_list == "NEW" and again.payment_terms == "30 days" and again.date == DAY
    (change,) = again.changes
    assert isinstance(change, crm.QuoteChange) and change.field == "price_list" and change.why == "edited"
    assert (change.old_value, change.new_value, change.old_level, change.new_level) == ("OWN", "NEW", "customer", "customer")
    assert (change.old_source, change.new_source, change.old_revision, change.new_revision) == (terms.id, terms.id, 1, 2)
    assert len(again.explain(json=True)["changes"]) == 1


def test_computed_again_with_other_choices(db, scene):
    with db.begin() as txn:
        quote = txn.quote(scene["party"], DAY, price_list="GIVEN", payment_terms="30 days")
        again = quote.reresolve(txn, release=["price_list"], plant="2000")
        assert (again.price_list, again.plant, again.payment_terms) == ("OWN", "2000", "30 days")
        assert {change.field: change.why for change in again.changes} == {"price_list": "given", "plant": "given"}
        assert quote.reresolve(txn, price_list=None).price_list == "OWN"
        assert quote.reresolve(txn, release=[crm.QuoteValues.price_list]).price_list == "OWN"
        assert quote.reresolve(txn, date=date(2025, 1, 1)).date == date(2025, 1, 1)
        with pytest.raises(crm.WrongTypeError):
            quote.reresolve(txn, release=["no_field"])


def test_computed_again_for_another_customer(db, scene):
    with db.begin() as txn:
        quote = txn.quote(scene["party"], DAY, ship_to=scene["home"], price_list="GIVEN")
        again = quote.reresolve(txn, scene["other"])
    assert again.customer == scene["other"] and again.ship_to is None and again.price_list == "GIVEN"


def test_terms_of_a_sales_area(db, scene):
    with db.begin(write=True) as txn:
        txn.put(crm.QuoteDefaults(owner=scene["party"], sales_area="EXPORT", price_list="EXPORT"))
        assert txn.quote(scene["party"], DAY).price_list == "OWN"
        assert txn.quote(scene["party"], DAY, sales_area="EXPORT").price_list == "EXPORT"


def test_saved_and_loaded(db, scene):
    with db.begin(write=True) as txn:
        machine = crm.CustomField(record_kind="quote", name="machine", type="text")
        txn.put(machine)
    with db.begin() as txn:
        quote = txn.quote(scene["party"], DAY, plant="2000", machine="M")
    data = quote.save()
    assert isinstance(data, bytes) and data == quote.save()
    with db.begin(write=True) as txn:
        txn.delete(machine)
        loaded = txn.load_quote(data)
        again = loaded.reresolve(txn)
    assert loaded.to_dict() == quote.to_dict() and loaded.explain() == quote.explain() and loaded.save() == data
    assert loaded.plant == "2000" and loaded.machine == "M" and loaded.date == DAY and loaded.given.plant == "2000"
    assert loaded.address_text() == quote.address_text() and loaded.losers("price_list")[0].value == "GOLD"
    assert [(change.field, change.why) for change in again.changes] == [("machine", "gone")]


def test_loaded_from_other_bytes(db, scene):
    with db.begin() as txn:
        data = txn.quote(scene["party"], DAY).save()
        assert txn.load_quote(memoryview(data)).date == txn.load_quote(bytearray(data)).date == DAY
        for wrong in (b"", b"{}", data[:-1], data[:-1] + bytes([data[-1] ^ 1])):
            with pytest.raises(crm.FormatError):
                txn.load_quote(wrong)
        with pytest.raises(TypeError):
            txn.load_quote("CRMQ")
