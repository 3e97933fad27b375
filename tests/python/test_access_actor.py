# SPDX-License-Identifier: MIT
"""Transactions in the name of a user: a customer's own user sees his customer alone, in every list; staff what its roles say."""
from datetime import date
from types import SimpleNamespace

import pytest
from conftest import add_customer

import crm

ABSENT = 0x8_0000_0000_0001


def add_user(txn, name, type="bound", **fields):
    user = crm.User(name=name, type=type, **fields)
    txn.put(user)
    return user


def furnish(txn, name, number, town):
    """A customer with what belongs to him."""
    party = add_customer(txn, name, number, vat_id=f"DE{number}0000", note="secret")
    address = crm.Address(party=party, town=town, street="Ring", house_number="1", postal_code="01067", country="DE")
    txn.put(address)
    contact = crm.Contact(party=party, name=f"Head of {name}")
    txn.put(contact)
    txn.put(crm.Usage(party=party, target=address, purpose="main"))
    txn.put(crm.Channel(party=party, target=contact, type="mail", value=f"head@{number}.example"))
    txn.put(crm.Identifier(party=party, scheme="duns", value=f"3149{number}"))
    txn.put(crm.QuoteDefaults(owner=party, price_list="A", plant="Dresden"))
    txn.put(crm.OptionRule(owner=party, code="ENGINE-*", deny=True))
    return SimpleNamespace(party=party, address=address, contact=contact)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A store with two customers, each with a user of his own, and groups, rules, settings."""
    with crm.open(tmp_path_factory.mktemp("world") / "store", create=True) as db:
        with db.begin(write=True) as txn:
            own, foreign = furnish(txn, "Own AG", "10001", "Dresden"), furnish(txn, "Other AG", "10002", "Dresden")
            anna, berta = add_user(txn, "anna"), add_user(txn, "berta")
            binding = txn.bind_user(anna, own.party)
            txn.bind_user(berta, foreign.party)
            group = crm.Group(code="GOLD", name="Gold", opt_out=True)
            txn.put(group)
            txn.add_member(group, own.party)
            txn.add_member(group, foreign.party)
            txn.put(crm.Rule(code="R", target="quote.plant", value="X"))
            txn.put(crm.Code(domain="price_list", code="A"))
            txn.set_setting("test.x", "y")
        yield SimpleNamespace(db=db, own=own, foreign=foreign, anna=anna, berta=berta, binding=binding, group=group)


@pytest.fixture
def as_anna(world):
    with world.db.begin(actor=world.anna) as txn:
        yield txn


def test_in_whose_name(world):
    assert world.db.begin().actor == crm.ACTOR_SYSTEM
    for anna in (world.anna, world.anna.id):
        with world.db.begin(actor=anna) as txn:
            assert txn.actor == world.anna.id
            assert [user.name for user in txn.users()] == ["anna"]
    assert world.db.transact(lambda txn: txn.actor, actor=world.anna) == world.anna.id
    for wrong in (None, "anna", 1.5, True):
        with pytest.raises(crm.WrongTypeError):
            world.db.begin(actor=wrong)
    with pytest.raises(crm.InvalidError):
        world.db.begin(actor=crm.User(name="new", type="bound"))
    for nobody in (world.own.party, ABSENT):
        with pytest.raises(crm.NotFoundError):
            world.db.begin(actor=nobody)


def test_every_list_has_his_own_alone(world, as_anna):
    txn, own = as_anna, world.own
    assert [party.name for party in txn.parties()] == [party.name for party in txn.parties(role="customer")] == ["Own AG"]
    assert list(txn.parties(prefix="o").ids()) == list(txn.parties().ids()) == [own.party.id]
    assert [address.id for address in txn.search("address.town", "dresden")] == [own.address.id]
    assert [user.name for user in txn.users()] == ["anna"]
    assert [one.code for one in txn.codes("price_list")] == ["A"]
    assert list(txn.party_groups(own.party).ids()) == [world.group.id] and list(txn.party_groups(own.party)) == []
    for empty in (txn.groups(), txn.records(None, crm.Rule), txn.records(None, crm.Setting), txn.search("binding.user", world.anna)):
        assert list(empty) == [] == list(empty.ids())
    counts = {kind.name: len(list(txn.records(own.party, kind.record))) for kind in crm.kinds() if kind.name in OF_A_PARTY}
    assert counts == OF_A_PARTY
    file = txn.file(own.party)
    assert [one.id for one in file.addresses] == [own.address.id] and "Other" not in str(file.to_dict())
    assert txn.quote(own.party).customer == own.party.id == txn.quote(0).customer == txn.quote().customer
    assert txn.option_allowed(own.party, "ENGINE-V8") is False
    assert txn.setting("test.x") is None


OF_A_PARTY = {
    "role": 1,
    "membership": 1,
    "quote_defaults": 1,
    "usage": 1,
    "identifier": 1,
    "address": 1,
    "contact": 1,
    "channel": 1,
    "binding": 0,
    "option_rule": 1,
}


def said(call, id):
    """What a call says of an id, without the id."""
    try:
        return repr(call(id)).replace(str(id), "ID")
    except crm.Error as error:
        return type(error), error.status, error.text.replace(str(id), "ID"), error.field, error.row


def test_what_is_anothers_is_as_if_it_were_not_there(world, as_anna):
    txn, own, day = as_anna, world.own.party, date(2026, 1, 1)
    calls = {
        "get": txn.get,
        "file": txn.file,
        "records": lambda id: list(txn.records(id, "address")),
        "addresses": lambda id: list(txn.addresses(id, "delivery")),
        "choose_address": lambda id: txn.choose_address(id, "delivery"),
        "choose_contact": lambda id: txn.choose_contact(id, "quote"),
        "party_groups": lambda id: list(txn.party_groups(id).ids()),
        "opt_out": txn.opt_out,
        "members": lambda id: list(txn.members(id)),
        "search": lambda id: list(txn.search("party.referrer", id)),
        "blockers": txn.blockers,
        "quote": txn.quote,
        "ship_to": lambda id: txn.quote(own, ship_to=id).to_dict(),
        "contact": lambda id: txn.quote(own, contact=id).to_dict(),
        "payer": lambda id: txn.quote(own, payer=id).to_dict(),
        "option_allowed": lambda id: txn.option_allowed(id, "A"),
        "verifier": txn.verifier,
        "may": lambda id: [txn.may(right, id) for right in ("read", "write")],
        "explain_access": lambda id: txn.explain_access("read", id, world.anna).to_dict(),
    }
    foreign = world.foreign
    hidden = (foreign.party.id, foreign.address.id, foreign.contact.id, world.berta.id, world.group.id, world.binding)
    for name, call in calls.items():
        for id in hidden:
            absent = absent_like(world, id)
            assert said(call, id) == said(call, absent), name
    for right in ("quote", "see_quotes"):
        assert said(lambda id: txn.may(right, id), foreign.party.id) == said(lambda id: txn.may(right, id), absent_like(world, foreign.party.id))
    for find in (lambda text: txn.find_party("customer", text), lambda text: txn.find_identifier("duns", "3149" + text)):
        assert said(find, "10002") == said(find, "10009")
    assert said(txn.user, "berta") == said(txn.user, "beate") and said(txn.group, "GOLD") == said(txn.group, "GLOD")
    with world.db.begin(write=True, actor=world.anna) as writing:
        for call in (
            writing.delete,
            writing.archive,
            writing.restore,
            writing.convert,
            lambda id: writing.bind_user(world.anna, id),
            lambda id: writing.unbind_user(world.anna, id),
            lambda id: writing.set_password(id, "x"),
            lambda id: writing.add_member(world.group, id),
            lambda id: writing.move_address(id, day, crm.Address(town="Ulm")),
        ):
            for id in hidden:
                assert said(call, id) == said(call, absent_like(world, id)) and said(call, id)[0] is crm.DeniedError
        writing.abort()


def absent_like(world, id):
    """An id of the same kind, with as many digits, that is of no record."""
    with world.db.begin() as txn:
        for candidate in range(id + (1 << 20), id + (1 << 40), 1 << 20):
            try:
                txn.get(candidate)
            except crm.NotFoundError:
                if len(str(candidate)) == len(str(id)):
                    return candidate
    raise AssertionError("no such id")


def test_quotes_are_for_his_own_customers(world, as_anna):
    for other in (world.foreign.party.id, ABSENT):
        with pytest.raises(crm.LockedError):
            as_anna.quote(other)
        assert as_anna.may("quote", other) is False
    assert as_anna.may("quote", world.own.party) and as_anna.may("read", world.own.address)
    assert as_anna.may("write", world.own.party) is False
    assert [party.name for party in as_anna.parties_to("quote")] == ["Own AG"]
    answer = as_anna.explain_access("read", world.own.party)
    assert isinstance(answer, crm.Access) and answer.allowed and answer.user == world.anna.id
    with pytest.raises(crm.InvalidError):
        as_anna.may("fly", world.own.party)


def test_he_changes_nothing(world):
    with world.db.begin(write=True, actor=world.anna) as txn:
        party = txn.get(world.own.party.id, crm.Party)
        party.note = "mine"
        for call in (
            lambda: txn.put(party),
            lambda: txn.put(crm.Party(type="organisation", name="New")),
            lambda: txn.delete(party),
            lambda: txn.set_setting("test.x", "z"),
            lambda: txn.define_field("party.x", "int"),
            lambda: txn.set_policy("plant", ["explicit"]),
        ):
            with pytest.raises(crm.DeniedError):
                call()
        txn.abort()
    with pytest.raises(crm.DeniedError):
        world.db.sync([{"Firma": "New"}], actor=world.anna)
    with world.db.begin() as txn:
        assert txn.get(world.own.party.id, crm.Party).note == "secret"


def test_who_may_not_work(db):
    with db.begin(write=True) as txn:
        party = add_customer(txn)
        anna, otto = add_user(txn, "anna"), add_user(txn, "otto", disabled=True)
        txn.bind_user(otto, party)
        txn.bind_user(anna, party, valid_until=date(2020, 1, 1))
    with pytest.raises(crm.NoBindingError):
        db.begin(actor=anna)
    with pytest.raises(crm.NotFoundError):
        db.begin(actor=otto)
    with pytest.raises(crm.NoBindingError):
        db.transact(lambda txn: None, actor=anna)
    with pytest.raises(crm.NoBindingError):
        db.sync([{"Firma": "New"}], actor=anna)


# Staff


def give(txn, user, code, **rights):
    """An access role of its own for a user."""
    role = crm.AccessRole(code=code, **rights)
    txn.put(role)
    txn.put(crm.UserRole(user=user, role=role))
    return role


@pytest.fixture
def office(db):
    """A store with a customer and a user of the staff who has no role yet."""
    with db.begin(write=True) as txn:
        one = furnish(txn, "Own AG", "10001", "Dresden")
        sven = add_user(txn, "sven", "staff")
    return SimpleNamespace(db=db, one=one, sven=sven)


def test_staff_needs_a_role(office):
    for begin in (lambda: office.db.begin(actor=office.sven), lambda: office.db.transact(lambda txn: None, actor=office.sven)):
        with pytest.raises(crm.NoBindingError):
            begin()


def test_staff_reads_and_writes_what_its_roles_say(office):
    with office.db.begin(write=True) as txn:
        give(txn, office.sven, "R", read=["party", "quote_defaults"])
        give(txn, office.sven, "W", write=["contact"], prices=True)
    with office.db.begin(write=True, actor=office.sven) as txn:
        party = txn.get(office.one.party.id, crm.Party)
        assert (party.name, party.note, party.type) == (None, None, "organisation")
        assert [one.price_list for one in txn.records(party, crm.QuoteDefaults)] == ["A"]
        assert list(txn.records(party, crm.Address)) == [] and list(txn.users().ids()) == [office.sven.id]
        with pytest.raises(crm.NotFoundError):
            txn.get(office.one.address.id)
        with pytest.raises(crm.DeniedError) as caught:
            list(txn.parties(prefix="own"))
        assert caught.value.field == "party.name"
        contact = txn.get(office.one.contact.id, crm.Contact)
        assert contact.name is None
        contact.function = "Head"
        txn.put(contact)
        assert contact.name is None and contact.function == "Head"
        contact.name = "Nobody"
        for call in (lambda: txn.put(contact), lambda: txn.put(party), lambda: txn.quote(party)):
            with pytest.raises(crm.DeniedError):
                call()
        assert txn.may("write", office.one.contact) and not txn.may("write", party) and not txn.may("read", office.one.address)
    with pytest.raises(crm.DeniedError):
        office.db.sync([{"Firma": "New"}], actor=office.sven)
    with office.db.begin() as txn:
        contact = txn.get(office.one.contact.id, crm.Contact)
        assert (contact.name, contact.function) == ("Head of Own AG", "Head")


def test_staff_with_everything(office):
    with office.db.begin(write=True) as txn:
        everything = give(txn, office.sven, "ALL", read=["*"], write=["*"], personal=True, prices=True, administration=True)
    assert office.db.sync([{"Firma": "New"}], actor=office.sven.id).created == 1
    with office.db.begin(write=True, actor=office.sven) as txn:
        assert [party.name for party in txn.parties()] == ["New", "Own AG"] and txn.quote(office.one.party).price_list == "A"
        assert [role.code for role in txn.records(None, crm.AccessRole)] == ["ALL"]
        assert txn.get(everything, crm.AccessRole).read == ("*",)
        assert [(one.user, one.role) for one in txn.search("user_role.user", office.sven)] == [(office.sven.id, everything.id)]
        assert txn.explain_access("write", office.one.party).role == everything.id
        assert txn.explain_access("read", office.one.party, crm.ACTOR_SYSTEM).allowed


def test_restricted_staff(office):
    with office.db.begin(write=True) as txn:
        other = furnish(txn, "Other AG", "10002", "Bonn")
        give(txn, office.sven, "R", read=["*"], personal=True, prices=True)
        office.sven.restricted = True
        txn.put(office.sven)
    with pytest.raises(crm.NoBindingError):
        office.db.begin(actor=office.sven)
    with office.db.begin(write=True) as txn:
        txn.bind_user(office.sven, office.one.party)
    with office.db.begin(actor=office.sven) as txn:
        assert [party.name for party in txn.parties()] == ["Other AG", "Own AG"] and txn.quote(office.one.party)
        for id in (other.party.id, ABSENT):
            with pytest.raises(crm.LockedError):
                txn.quote(id)
        assert list(txn.parties_to("quote").ids()) == [office.one.party.id]


def test_a_bound_user_changes_the_fields_of_his_roles(world):
    with world.db.begin(write=True) as txn:
        role = give(txn, world.anna, "SELF", fields=["contact.function", "usage.target"])
        assert role["fields"] == role.fields_ == ("contact.function", "usage.target") == role.fields()["fields"]
    with world.db.begin(write=True, actor=world.anna) as txn:
        contact = txn.get(world.own.contact.id, crm.Contact)
        contact.function = "Buyer"
        txn.put(contact)
        contact.note = "x"
        with pytest.raises(crm.DeniedError) as caught:
            txn.put(contact)
        assert caught.value.field == "contact.note"
        usage = next(iter(txn.records(world.own.party, crm.Usage)))
        for target in (world.foreign.address.id, absent_like(world, world.foreign.address.id)):
            usage.target = target
            with pytest.raises(crm.NotFoundError):
                txn.put(usage)
    with world.db.begin(actor=world.anna) as txn:
        assert txn.get(world.own.contact.id, crm.Contact).function == "Buyer"


def test_roles_that_are_refused(write):
    for rights in ({"read": ["user"]}, {"write": ["planet"]}, {"fields": ["role.number"]}, {"fields": ["party.archived"]}):
        with pytest.raises(crm.InvalidError) as caught:
            write.put(crm.AccessRole(code="BAD", **rights))
        assert caught.value.field == f"access_role.{next(iter(rights))}"


def test_price_terms(write):
    write.define_field("party.hourly_rate", "amount", price=True)
    assert crm.Party.credit_balance.price and not crm.Party.name.price and write.field("party.hourly_rate").price
