# SPDX-License-Identifier: MIT
"""Lists: order, prefixes, paging by token, changes while reading; find and search."""
import pytest

import crm


def test_the_directory(write, customer):
    for name in ("Zoll AG", "müller kg", "Äpfel GmbH", "Muller", "Ahorn", "Mueller & Co"):
        customer(write, name)
    write.put(crm.Party(type="person", name="Meier"))
    listed = [party.name for party in write.parties(role="customer")]
    assert len(listed) == 6 and listed[0] in ("Ahorn", "Äpfel GmbH") and listed[-1] == "Zoll AG"
    assert "Meier" in [party.name for party in write.parties()] and "Meier" not in listed
    assert {"müller kg", "Muller"} <= {party.name for party in write.parties("customer", "MUL")} | {
        party.name for party in write.parties("customer", "Mül")
    }
    assert [party.name for party in write.parties(prefix="zo")] == ["Zoll AG"]
    assert list(write.parties("supplier")) == [] and write.parties("supplier").first() is None
    with pytest.raises(crm.CodeError):
        list(write.parties("no role"))


def test_the_directory_by_more_than_the_name(write, customer):
    ulm, bonn = customer(write, "Äpfel GmbH"), customer(write, "Birnen AG")
    for party, town, code in ((ulm, "Ulm", "89073"), (bonn, "Bonn", "53111")):
        write.put(crm.Address(party=party.id, town=town, postal_code=code, country="DE"))
    group = write.put(crm.Group(code="G", name="G"))
    write.put(crm.Membership(party=bonn.id, group=group))
    assert [one.name for one in write.directory(country="DE")] == ["Äpfel GmbH", "Birnen AG"]
    assert [one.name for one in write.directory(role="customer", town="ULM", postal_from="8", postal_until="9")] == ["Äpfel GmbH"]
    assert [one.name for one in write.directory(group=group, prefix="b")] == ["Birnen AG"]
    assert write.directory_count(country="DE") == (2, True) and write.directory_count(archived=True) == (0, True)
    with pytest.raises(crm.CodeError):
        list(write.directory(country="Atlantis"))


def test_archived_parties_have_a_list_of_their_own(write, customer):
    party = customer(write, "x")
    party.archived = True
    write.put(party)
    assert list(write.parties()) == [] and [one.name for one in write.parties(archived=True)] == ["x"]


def test_pages_by_token(db, customer):
    with db.begin(write=True) as txn:
        made = [customer(txn, f"Company {number:04}").id for number in range(600)]
        listing = txn.parties("customer")
        assert list(listing.ids()) == made  # over several pages
        assert [party.id for party in listing] == made and listing.first().id == made[0]
    token, seen, pages = None, [], 0
    while True:
        with db.begin() as txn:  # each page in a transaction of its own
            page = txn.parties("customer").page(limit=250, token=token)
        seen += page.ids
        pages += 1
        token = page.token
        if token is None:
            break
    assert seen == made and pages == 3
    with db.begin() as txn:
        assert len(txn.parties().page().ids) == 100  # the library's own limit where none is given
        with pytest.raises(crm.TooBigError):
            txn.parties().page(limit=10001)
        with pytest.raises(crm.InvalidError):
            txn.parties().page(limit=-1)
        with pytest.raises(crm.Error):
            txn.parties().page(token="no token")


def test_a_token_is_for_one_list_of_one_store(tmp_path, customer):
    tokens = []
    for name in ("one", "two"):
        with crm.open(tmp_path / name, create=True) as db, db.begin(write=True) as txn:
            for number in range(4):
                customer(txn, f"Company {number}")
            token = txn.parties("customer").page(2).token
            assert txn.parties("customer").page(2, token).ids == list(txn.parties("customer").ids())[2:]
            with pytest.raises(crm.InvalidError):
                txn.parties().page(2, token)
            for other in tokens:
                with pytest.raises(crm.InvalidError):
                    txn.parties("customer").page(2, other)
            tokens.append(token)


def test_lists_are_lazy_and_can_be_read_again(write, customer):
    listing = write.parties()
    assert list(listing) == []
    customer(write, "x")
    assert [party.name for party in listing] == ["x"] == [party.name for party in listing]


def test_deleting_while_reading(write, customer):
    for number in range(300):
        customer(write, f"Company {number:03}")
    for number, party in enumerate(write.parties()):
        write.delete(party)
        if number == 0:
            write.delete(write.parties(prefix="Company 001").first())  # the next one: it is left out
    assert list(write.parties()) == []


def test_records_of_a_party(write, customer):
    party, other = customer(write, "x"), customer(write, "y")
    for town in ("Köln", "Aachen", "Bonn"):
        write.put(crm.Address(party=party, street="Weg", town=town))
    for listing in (
        write.records(party, "address"),
        write.records(party.id, crm.Address),
        write.records(party, crm.constants.KIND_ADDRESS),
    ):
        assert [address.town for address in listing] == ["Köln", "Aachen", "Bonn"]
    assert list(write.records(other, "address")) == []
    with pytest.raises(crm.NotFoundError):
        write.records(party, "no kind")
    with pytest.raises(crm.NotFoundError):
        list(write.records(12345, "address"))


def test_find(write, customer):
    party = customer(write, "x", number="10001")
    write.put(crm.Identifier(party=party, scheme="duns", value="314930870"))
    assert write.find_party("customer", "10001") == party.id == write.find_identifier("duns", "314930870")
    assert write.get_party("customer", "10001") == party
    role = write.get(write.find("role.number", "10001", scope="customer"), crm.Role)
    assert role.party == party.id and write.find(crm.Role.number, "10001", "customer") == role.id
    for call in (
        lambda: write.find_party("supplier", "10001"),
        lambda: write.find_party("customer", "1"),
        lambda: write.get_party("customer", "1"),
        lambda: write.find_identifier("duns", "1"),
        lambda: write.find("role.number", "10001", scope="supplier"),
    ):
        with pytest.raises(LookupError) as caught:
            call()
        assert isinstance(caught.value, crm.NotFoundError)
    with pytest.raises(crm.WrongTypeError):
        write.find("party.note", "x")
    with pytest.raises(crm.Utf8Error):
        write.find_party("customer", "\0")
    with pytest.raises(crm.Utf8Error):
        write.find_party("custo\0mer", "1")


def test_search(write, customer):
    parties = [customer(write, f"Company {number}", vat_id="DE123456789" if number % 2 else None) for number in range(6)]
    assert sorted(party.name for party in write.search(crm.Party.vat_id, "DE123456789")) == ["Company 1", "Company 3", "Company 5"]
    write.put(crm.Address(party=parties[0], town="Köln"))
    assert [address.town for address in write.search("address.town", "KÖLN")] == ["Köln"]
    assert list(write.search("address.town", "Bonn")) == []
    write.put(crm.Party(type="organisation", name="Referred", referrer=parties[2]))
    assert [party.name for party in write.search("party.referrer", parties[2])] == ["Referred"]
    assert list(write.search(crm.Party.referrer, parties[3])) == []
    with pytest.raises(crm.WrongTypeError):
        list(write.search("party.note", "x"))


def test_codes_and_settings(write):
    for code, label in (("B", "Händler"), ("A", "Endkunde")):
        write.put(crm.Code(domain="price_list", code=code, label={"de": label}))
    assert [code.code for code in write.codes("price_list")] == ["A", "B"]
    assert [code.code for code in write.records(None, crm.Code)] == ["B", "A"]
    assert write.get(write.find_code("price_list", "A"), crm.Code).label == {"de": "Endkunde"}
    with pytest.raises(crm.NotFoundError):
        write.find_code("price_list", "C")
    assert write.setting("test.x") is None and write.setting("test.x", "y") == "y"
    write.set_setting("test.x", "äöü")
    assert write.setting("test.x") == "äöü"
    write.set_setting("test.x", None)
    assert write.setting("test.x", "gone") == "gone"
