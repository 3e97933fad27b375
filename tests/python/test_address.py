# SPDX-License-Identifier: MIT
"""Addresses and contacts by what they are for, moves, and addresses as lines."""
from datetime import date, timedelta

import pytest

import crm

DAY = date(2024, 6, 1)
BEFORE = DAY - timedelta(days=1)


def address(txn, party, town, *purposes, **fields):
    one = crm.Address(party=party, street="Hauptstraße", house_number="1", postal_code="01067", town=town, country="DE", **fields)
    txn.put(one)
    for purpose in purposes:
        txn.put(crm.Usage(party=party, target=one, purpose=purpose.rstrip("!"), is_default=purpose.endswith("!") or None))
    return one


def test_addresses_for_a_purpose(write, customer):
    party = customer(write, "x")
    first, second = address(write, party, "Dresden", "delivery"), address(write, party, "Freital", "delivery", valid_until=DAY)
    main = address(write, party, "Ulm", "main")
    assert [one.town for one in write.addresses(party, "delivery", BEFORE)] == ["Dresden", "Freital"]
    assert list(write.addresses(party, "delivery", DAY).ids()) == [first.id]
    assert write.choose_address(party, "delivery", BEFORE) is None  # of equal standing
    assert write.choose_address(party, "delivery", DAY) == first.id
    assert write.choose_address(party, "billing", DAY) == main.id
    write.put(crm.Usage(party=party, target=second, purpose="billing", is_default=True))
    assert write.choose_address(party, "billing", BEFORE) == second.id
    page = write.addresses(party, "delivery", BEFORE).page(1)
    assert page.ids == [first.id] and write.addresses(party, "delivery", BEFORE).page(1, page.token).ids == [second.id]
    with pytest.raises(crm.NotFoundError):
        write.choose_address(customer(write, "y"), "delivery")
    with pytest.raises(crm.NotFoundError):
        list(write.addresses(12345, "delivery"))


def test_contacts_for_a_purpose(write, customer):
    party = customer(write, "x")
    first, second = crm.Contact(party=party, name="Grünwald"), crm.Contact(party=party, name="Kern")
    for contact in (first, second):
        write.put(contact)
    write.put(crm.Usage(party=party, target=second, purpose="quote"))
    assert [contact.name for contact in write.contacts(party, "quote", DAY)] == ["Kern"]
    assert write.choose_contact(party, "quote", DAY) == second.id
    write.put(crm.Usage(party=party, target=first, purpose="quote"))
    assert write.choose_contact(party, "quote", DAY) is None
    assert list(write.contacts(party, "dunning", DAY)) == []


def test_a_party_moves(write, customer):
    party = customer(write, "x")
    old = address(write, party, "Dresden", "delivery")
    quote = write.quote(party, DAY)
    new = crm.Address(street="Neue Straße", house_number="2", postal_code="01705", town="Freital", country="DE")
    id = write.move_address(old, DAY, new)
    assert id == new.id and new.party == party.id and new.valid_from == DAY
    assert old.valid_until == DAY and old.successor == new.id  # brought up to date
    assert (write.choose_address(party, "delivery", BEFORE), write.choose_address(party, "delivery", DAY)) == (old.id, new.id)
    assert quote.address().town == "Dresden" and write.quote(party, DAY).address().town == "Freital"
    assert write.quote(party, BEFORE).address().town == "Dresden"
    with pytest.raises(crm.ExistsError):
        write.move_address(old, DAY, crm.Address(street="x", town="y", country="DE"))
    with pytest.raises(crm.InvalidError):
        write.move_address(new, date(2025, 1, 1), old)
    with pytest.raises(crm.WrongTypeError):
        write.move_address(new, DAY, crm.Contact(name="x"))


def test_an_aborted_move_is_as_if_it_never_was(db, customer):
    with db.begin(write=True) as txn:
        party = customer(txn, "x")
        old = address(txn, party, "Dresden", "delivery")
    new = crm.Address(street="Neue Straße", town="Freital", country="DE")
    txn = db.begin(write=True)
    txn.move_address(old, DAY, new)
    txn.abort()
    assert new.id == 0 and old.successor is None and old.valid_until is None


def test_addresses_as_lines():
    one = crm.Address(street="Hauptstraße", house_number="42", postal_code="01705", town="Freital", country="DE")
    assert crm.format_address(one) == "Hauptstraße 42\n01705 Freital\nGERMANY"
    assert crm.format_address(one, sender_country="DE") == "Hauptstraße 42\n01705 Freital"
    assert crm.format_address(one, crm.Party(name="Müller GmbH"), sender_country="DE").splitlines()[0] == "Müller GmbH"
    one.po_box, one.po_box_postal_code = "1234", "01702"
    assert "1234" in crm.format_address(one) and "1234" not in crm.format_address(one, delivery=True)
    assert "Hauptstraße 42" in crm.format_address(one, delivery=True).splitlines()
    long = crm.Address(street="x" * 2000, town="y" * 2000, country="FR")
    assert "x" * 2000 in crm.format_address(long)
    for wrong in (None, crm.Party(name="x"), 5):
        with pytest.raises(crm.WrongTypeError):
            crm.format_address(wrong)
    with pytest.raises(crm.WrongTypeError):
        crm.format_address(one, one)
