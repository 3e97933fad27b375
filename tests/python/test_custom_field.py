# SPDX-License-Identifier: MIT
"""Fields that the host defines: properties and items of records, found, quoted and imported as those that are built in."""
import inspect
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

import crm
from crm._field import ACCESS

TEXT = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0"), max_size=50)
INT64 = st.integers(-(2**63), 2**63 - 1)
VALUES = {
    "text": TEXT,
    "int": INT64,
    "bool": st.booleans(),
    "date": st.dates(),
    "time": st.datetimes(timezones=st.sampled_from([timezone.utc, timezone(timedelta(hours=2))]), min_value=datetime(1, 1, 2)),
    "amount": INT64.map(lambda units: Decimal(units).scaleb(-4)),
    "bytes": st.binary(max_size=50),
    "texts": st.lists(TEXT, min_size=1, max_size=5).map(tuple),
    "label": st.dictionaries(st.sampled_from(["de", "en", "gsw"]), TEXT, min_size=1),
}


@pytest.fixture
def machines(db):
    """A field of parties; its number."""
    with db.begin(write=True) as txn:
        return txn.define_field("party.machine_count", "int", labels={"de": "Maschinen", "en": "Machines"})


def test_every_type_can_be_a_custom_field():
    assert set(VALUES) == set(crm.codes("field_type")) == set(ACCESS) - {"id"}


def test_properties_and_items(db, machines, customer):
    with db.begin(write=True) as txn:
        party = txn.new(crm.Party, type="organisation", name="x", machine_count=3)
        assert party.machine_count == 3 == party["machine_count"] == party[machines] and "machine_count" in party
        txn.put(party)
        party.machine_count += 1
        txn.put(party)
        without = customer(txn, "y")
    with db.begin() as txn:
        read = txn.get(party.id, crm.Party)
        assert read.machine_count == 4 and read == party and read.copy().machine_count == 4
        assert read.fields()["machine_count"] == 4 and read.to_dict()["machine_count"] == 4 and "machine_count=4" in repr(read)
        assert [one.machine_count for one in txn.parties()] == [4, None] and "machine_count" not in without
        assert txn.file(party).party.machine_count == 4
    with db.begin(write=True) as txn:
        del read.machine_count
        read["name"] = "z"
        txn.put(read)
        assert txn.get(party.id).machine_count is None and "machine_count" not in read


def test_names_are_those_of_the_store(db, machines):
    party, address = crm.Party(name="x"), crm.Address(town="x")
    for call in (
        lambda: party.machine_count,
        lambda: setattr(party, "machine_count", 3),
        lambda: address.machine_count,
        lambda: party.nmae,
    ):
        with pytest.raises(AttributeError):
            call()
    with db.begin() as txn:
        for call in (
            lambda: txn.new(crm.Party, nmae=3),
            lambda: txn.new(crm.Address, machine_count=3),
            lambda: txn.new(crm.Party)["Machine"],
        ):
            with pytest.raises(crm.WrongTypeError):
                call()
        with pytest.raises(AttributeError):
            txn.new(crm.Address).machine_count
        assert not hasattr(txn.new(crm.Party), "_x") and hasattr(txn.new(crm.Party), "machine_count")


def test_without_a_store_a_number_will_do(db, machines):
    party = crm.Party({machines: 3}, type="organisation", name="x")
    assert party[machines] == 3 and machines in party and list(party) == ["type", "name", machines]
    assert party.fields()[machines] == 3 and str(machines) in repr(party)
    for wrong in (machines + 1, machines + 1000, 5, -1, True, crm.Address.town):
        assert wrong not in party
        if wrong != machines + 1:
            with pytest.raises(crm.WrongTypeError):
                party[wrong] = 3
    with pytest.raises(crm.WrongTypeError):
        party[machines] = "3"
    with db.begin(write=True) as txn:
        txn.put(party)
        assert party.machine_count == 3 and list(party)[-1] == "machine_count"
        with pytest.raises(crm.WrongTypeError):
            txn.put(crm.Party({machines + 1: 3}, type="organisation", name="y"))


def test_fields_of_a_store(db, machines):
    with db.begin(write=True) as txn:
        field = txn.field("party.machine_count")
        assert (field.number, field.path, field.type, field.indexed, field.domain) == (machines, "party.machine_count", "int", False, None)
        assert [field.label(language) for language in ("de", "en", "fr")] == ["Maschinen", "Machines", "Machines"]
        assert txn.field(machines).name == "machine_count" and txn.field(field) is field
        assert txn.field("party.name") is crm.Party.name
        assert [one.path for one in txn.fields("party")] == [one.path for one in crm.fields("party")] + ["party.machine_count"]
        assert txn.fields(crm.Address) == crm.fields(crm.Address)
        number = txn.define_field("party.region", "text", domain="sales_area", indexed=True, folded=True, searchable=True, personal=True)
        region = txn.field(number)
        assert region.indexed and region.personal and not region.unique and region.domain == "sales_area" and region.label("de") == "region"
        assert [one.name for one in txn.records(None, crm.CustomField)] == ["machine_count", "region"]
        for unknown in ("party.x", "x.y", machines + 1, 5):
            with pytest.raises(crm.NotFoundError):
                txn.field(unknown)


def test_refused_definitions(write):
    write.define_field("party.a", "int")
    for path, type, error, field in (
        ("party.a", "text", crm.ExistsError, "custom_field.name"),
        ("party.name", "text", crm.ExistsError, "custom_field.name"),
        ("party.Größe", "text", crm.InvalidError, "custom_field.name"),
        ("no_kind.b", "text", crm.InvalidError, "custom_field.record_kind"),
        ("party.b", "float", crm.CodeError, "custom_field.type"),
    ):
        with pytest.raises(error) as caught:
            write.define_field(path, type)
        assert caught.value.field == field


def test_found_by_custom_fields(write, customer):
    write.define_field("party.erp_key", "text", unique=True)
    write.define_field("address.hall", "text", indexed=True, folded=True)
    party = write.new(crm.Party, type="organisation", name="x", erp_key="K-7")
    write.put(party)
    assert write.find("party.erp_key", "K-7") == party.id
    with pytest.raises(crm.ExistsError) as caught:
        write.put(write.new(crm.Party, type="organisation", name="y", erp_key="K-7"))
    assert caught.value.field == "party.erp_key"
    address = write.new(crm.Address, party=party, street="s", town="t", country="DE", hall="Große Halle")
    write.put(address)
    assert list(write.search("address.hall", "Halle").ids()) == [] and list(write.search("address.hall", "GROSSE HALLE").ids()) == [
        address.id
    ]
    with pytest.raises(crm.NotFoundError):
        write.search("party.no_field", "x")


def test_found_by_values_of_every_type(write):
    for type, one, other in (
        ("int", 3, 4),
        ("bool", True, False),
        ("date", date(2020, 1, 31), date(1, 1, 1)),
        ("time", datetime(2020, 1, 31, tzinfo=timezone.utc), datetime(1, 1, 1, tzinfo=timezone.utc)),
        ("amount", Decimal("-19.99"), Decimal(2**63 - 1).scaleb(-4)),
        ("text", "x", ""),
    ):
        write.define_field(f"party.a_{type}", type, indexed=True)
        party = write.new(crm.Party, {f"a_{type}": one}, type="organisation", name="x")
        write.put(party)
        assert list(write.search(f"party.a_{type}", one).ids()) == [party.id]
        assert list(write.search(f"party.a_{type}", other)) == []
        with pytest.raises(crm.WrongTypeError):
            write.search(f"party.a_{type}", b"x")


def test_errors_name_the_field(db, machines):
    with db.begin() as txn:
        party = txn.new(crm.Party)
        for value, error in (("3", crm.WrongTypeError), (2**63, crm.RangeError)):
            with pytest.raises(error) as caught:
                party.machine_count = value
            assert caught.value.field == "party.machine_count"


def test_seen_by_others_at_their_next_transaction(path, db):
    with crm.open(path) as other:
        before = other.begin()
        with db.begin(write=True) as txn:
            txn.define_field("party.machine_count", "int")
            party = txn.new(crm.Party, type="organisation", name="x", machine_count=3)
            txn.put(party)
        with pytest.raises(crm.NotFoundError):
            before.field("party.machine_count")
        before.abort()
        with other.begin() as txn:
            assert txn.get(party.id).machine_count == 3


def test_an_aborted_definition_is_none(db):
    txn = db.begin(write=True)
    txn.define_field("party.machine_count", "int")
    txn.abort()
    with db.begin() as txn, pytest.raises(crm.NotFoundError):
        txn.field("party.machine_count")


def test_in_proposals(write, customer):
    write.define_field("party.machine_count", "int")
    write.define_field("quote.machine_class", "text")
    party = customer(write, "x")
    party.machine_count = 30
    write.put(party)
    rule = crm.Rule(code="BIG", target="quote.machine_class", value="L", when=["customer.machine_count >= 10"])
    write.put(rule)
    quote = write.quote(party, date(2024, 6, 1))
    assert quote.machine_class == "L" == quote["machine_class"] and "machine_class" in quote
    assert quote.level("machine_class") == "rule" and quote.rule("machine_class") == rule.id
    quote = write.quote(party, date(2024, 6, 1), machine_class="S")
    assert (quote.machine_class, quote.level("machine_class"), quote.given.machine_class) == ("S", "explicit", "S")
    assert quote.to_dict()["fields"]["machine_class"]["value"] == "S"
    with pytest.raises(AttributeError):
        quote.no_field


def test_a_custom_field_as_source(write, customer):
    write.define_field("party.works", "text")
    party = customer(write, "x")
    party.works = "1000"
    write.put(party)
    write.put(crm.Rule(code="WORKS", target="quote.plant", source="customer.works"))
    quote = write.quote(party, date(2024, 6, 1))
    assert quote.plant == "1000" and quote.source("plant") == (party.id, party.revision, "party.works")


def test_as_columns_of_rows(db, machines):
    with db.begin(write=True) as txn:
        txn.define_field("party.since", "date", synonyms=["Kunde seit"])
    result = db.sync(
        [{"Firma": "x", "Maschinen": 7, "Kunde seit": date(2020, 1, 31)}, {"Firma": "y", "Maschinen": None, "Kunde seit": None}]
    )
    assert result.created == 2
    with db.begin() as txn:
        assert [(one.machine_count, one.since) for one in txn.parties()] == [(7, date(2020, 1, 31)), (None, None)]
    db.sync([{"Firma": "x", "Anzahl": "8"}], mapping={"Anzahl": "party.machine_count"})
    with db.begin() as txn:
        assert txn.parties().first().machine_count == 8
    with pytest.raises(crm.DataError) as caught:
        db.sync([{"Firma": "x", "Maschinen": "many"}])
    assert caught.value.field == "party.machine_count" == caught.value.errors[0].field


@pytest.fixture(scope="module")
def typed(tmp_path_factory):
    """A store with a field of each type; the numbers by type."""
    with crm.open(tmp_path_factory.mktemp("typed") / "store", create=True) as db:
        with db.begin(write=True) as txn:
            numbers = {type: txn.define_field(f"party.a_{type}", type) for type in VALUES}
        yield db, numbers


@settings(max_examples=100, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(values=st.fixed_dictionaries({}, optional=VALUES))
def test_values_of_all_types_come_back(typed, values):
    db, numbers = typed
    with db.begin(write=True) as txn:
        party = txn.new(crm.Party, {f"a_{type}": value for type, value in values.items()}, type="organisation", name="x")
        other = crm.Party({numbers[type]: value for type, value in values.items()}, type="organisation", name="x")
        for record in (party, other):
            txn.put(record)
            read = txn.get(record.id, crm.Party)
            assert {name[2:]: value for name, value in read.fields().items() if name.startswith("a_")} == values
            for type in VALUES:
                assert getattr(read, f"a_{type}") == read[numbers[type]] == record[f"a_{type}"]
                assert (numbers[type] in read) == (f"a_{type}" in read) == (type in values)
            assert {name for name in read.to_dict() if name.startswith("a_")} == {f"a_{type}" for type in values}
        txn.abort()


def test_custom_names_that_python_has_itself(write):
    """A field may have the name of a method: it is an item then."""
    for name in ("copy", "fields", "class"):
        write.define_field(f"party.{name}", "int")
    party = write.new(crm.Party, {"copy": 1, "fields": 2, "class": 3}, type="organisation", name="x")
    write.put(party)
    assert (party["copy"], party["fields"], party["class"]) == (1, 2, 3) and inspect.ismethod(party.copy)
    assert party.fields() == {"type": "organisation", "name": "x", "created_at": party.created_at, "copy": 1, "fields": 2, "class": 3}
