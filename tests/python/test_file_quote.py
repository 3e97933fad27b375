# SPDX-License-Identifier: MIT
"""The customer file and the quote: read at once, detached, explained."""
import gc
import json
from datetime import date

import pytest

import crm

DAY = date(2024, 6, 1)


@pytest.fixture
def filled(db, customer):
    """A customer with two sites, a contact, a phone number and terms; the ids by name."""
    with db.begin(write=True) as txn:
        party = customer(txn, "Müller GmbH", number="10001", language="de")
        home = crm.Address(party=party, street="Hauptstraße", house_number="1", postal_code="01067", town="Dresden", country="DE")
        site = crm.Address(
            party=party, street="Rue Haute", house_number="2", postal_code="75001", town="Paris", country="FR", site_name="Werk 2"
        )
        for record in (home, site):
            txn.put(record)
        txn.put(crm.Usage(party=party, target=home, purpose="main"))
        txn.put(crm.Usage(party=party, target=home, purpose="billing", is_default=True))
        txn.put(crm.Usage(party=party, target=site, purpose="delivery"))
        contact = crm.Contact(party=party, name="Käthe Grünwald", salutation="ms")
        txn.put(contact)
        txn.put(crm.Channel(party=party, target=contact, type="phone", value="+49 351 123"))
        txn.put(crm.QuoteDefaults(owner=party, price_list="A", payment_terms="30 days", preferred_site=site))
        return {"party": party.id, "home": home.id, "site": site.id, "contact": contact.id}


def test_the_file(db, filled):
    with db.begin() as txn:
        file = txn.file(filled["party"])
    assert file.party.name == "Müller GmbH" and file.party.id == filled["party"]
    assert [role.number for role in file.roles] == ["10001"]
    assert [address.town for address in file.addresses] == ["Dresden", "Paris"]
    assert [usage.purpose for usage in file.usages] == ["main", "billing", "delivery"]
    assert file.contacts[0].name == "Käthe Grünwald" and file.channels[0].target == file.contacts[0].id
    assert file.quote_defaults[0].price_list == "A" and file.identifiers == ()
    assert file.records("address") == file.addresses == file.records(crm.Address)
    assert len(file) == 10 == len(list(file)) and "10 records" in repr(file)
    answer = file.to_dict()
    assert answer["party"]["name"] == "Müller GmbH" and [one["town"] for one in answer["addresses"]] == ["Dresden", "Paris"]
    assert answer["contacts"][0]["id"] == filled["contact"]


def test_records_of_a_file_can_be_changed_and_put(db, filled):
    with db.begin(write=True) as txn:
        file = txn.file(filled["party"])
        file.party.name = "Müller AG"
        address = file.addresses[1]
        address.town = "Lyon"
        txn.put(file.party)
        txn.put(address)
        assert file.to_dict()["party"]["name"] == "Müller GmbH"  # as it was read
    with db.begin() as txn:
        assert txn.get(filled["party"], crm.Party).name == "Müller AG" and txn.get(filled["site"], crm.Address).town == "Lyon"


def test_records_outlive_their_file_and_store(path, db, filled):
    with db.begin() as txn:
        file = txn.file(filled["party"])
        quote = txn.quote(filled["party"], DAY)
    addresses, snapshot, values = file.addresses, quote.address(), quote.record
    db.close()
    del file, quote
    gc.collect()
    assert [address.to_dict()["town"] for address in addresses] == ["Dresden", "Paris"]
    assert snapshot.town == "Paris" and values.price_list == "A"


def test_the_quote(db, filled):
    with db.begin() as txn:
        quote = txn.quote(filled["party"], DAY)
    assert (
        quote.customer == filled["party"]
        and quote.ship_to == filled["site"]
        and quote.bill_to == filled["home"]
        and quote.contact == filled["contact"]
    )
    assert quote.price_list == "A" == quote["price_list"] and quote.discount_scheme is None and quote.date == DAY
    assert (
        quote.level("price_list") == "customer"
        and quote.level("discount_scheme") == "unset"
        and quote.level(crm.QuoteValues.salutation) == "contact"
    )
    assert quote.reason("ship_to") == "preferred" and quote.reason("bill_to") == "default" and quote.reason("contact") == "only"
    source = quote.source("price_list")
    assert source.field == "quote_defaults.price_list" and source.revision == 1
    with db.begin() as txn:
        assert txn.get(source.id, crm.QuoteDefaults).price_list == "A"
    assert quote.source("discount_scheme") is None
    assert quote.flags() == 0 and quote.candidates("ship_to") == () and quote.block_reason is None
    assert quote.address("ship_to").town == "Paris" and quote.address("bill_to").town == "Dresden"
    assert "PARIS" in quote.address_text() and "01067 Dresden" in quote.address_text("bill_to").splitlines()
    assert (
        "price_list" in quote
        and "discount_scheme" not in quote
        and set(quote) == set(quote.record.fields())
        and len(quote) == len(quote.record)
    )
    assert "price_list='A'" in repr(quote)
    assert json.dumps(quote.to_dict())


def test_given_values(db, filled):
    with db.begin() as txn:
        quote = txn.quote(filled["party"], DAY, ship_to=filled["home"], price_list="B", payment_terms="")
        assert quote.ship_to == filled["home"] and quote.reason("ship_to") == "explicit"
        assert quote.price_list == "B" and quote.level("price_list") == "explicit" and quote.source("price_list") is None
        assert quote.payment_terms == "" and quote.level("payment_terms") == "explicit"  # an explicit "none"
        with pytest.raises(crm.WrongTypeError):
            txn.quote(filled["party"], DAY, no_field="x")
        with pytest.raises(crm.WrongTypeError):
            txn.quote(filled["party"], "2024-06-01")


def test_ambiguous_and_blocked(db, filled):
    with db.begin(write=True) as txn:
        defaults = txn.records(filled["party"], crm.QuoteDefaults).first()
        defaults.preferred_site = None
        txn.put(defaults)
        txn.put(crm.Usage(party=filled["party"], target=filled["home"], purpose="delivery"))
        party = txn.get(filled["party"], crm.Party)
        party.order_lock, party.lock_reason = True, "unpaid"
        txn.put(party)
    with db.begin() as txn:
        quote = txn.quote(filled["party"], DAY)
    assert quote.ship_to is None and quote.flags("ship_to") == crm.QuoteFlag.AMBIGUOUS
    assert quote.candidates("ship_to") == tuple(sorted((filled["home"], filled["site"])))
    assert (
        quote.flags() & crm.QuoteFlag.BLOCKED
        and quote.block_reason == "unpaid"
        and quote.address() is None
        and quote.address_text() is None
    )


def test_the_same_snapshot_gives_the_same_proposal(db, filled):
    with db.begin() as txn:
        assert txn.quote(filled["party"], DAY).to_dict() == txn.quote(filled["party"], DAY).to_dict()


def test_refused_quotes(db, filled, customer):
    with db.begin(write=True) as txn:
        other = customer(txn, "other")
        foreign = crm.Address(party=other, street="x", town="y", country="DE")
        txn.put(foreign)
        with pytest.raises(crm.NotRelatedError) as caught:
            txn.quote(filled["party"], DAY, ship_to=foreign)
        assert caught.value.field == "quote.ship_to"
        with pytest.raises(crm.NotFoundError):
            txn.quote(12345, DAY)
        other.archived = True
        txn.put(other)
        with pytest.raises(crm.ArchivedError):
            txn.quote(other, DAY)
        quote = txn.quote(filled["party"], DAY)
    for field in ("no_field", crm.Party.name):
        with pytest.raises(crm.WrongTypeError):
            quote.level(field)
            raise crm.errors.last()  # a field of another kind gives a fallback and sets the error
    with pytest.raises(crm.WrongTypeError):
        quote["no_field"]
