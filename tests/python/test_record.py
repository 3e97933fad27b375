# SPDX-License-Identifier: MIT
"""Records: every type of value, absent and wrong values, copies, equality, JSON."""
import copy
import pickle
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

import crm
from crm import _values

# A field, values that come back as they are.
GOOD = [
    (crm.Party, "name", ["Müller & Söhne", "", "x" * 4096, "日本 🏭"]),
    (crm.Party, "tax_exempt", [True, False]),
    (crm.Role, "valid_from", [date(1, 1, 1), date(1970, 1, 1), date(2024, 2, 29), date(9999, 12, 31)]),
    (
        crm.Party,
        "loyalty_discount",
        [Decimal("0"), Decimal("19.99"), Decimal("-0.0001"), Decimal(2**63 - 1).scaleb(-4), Decimal(-(2**63)).scaleb(-4)],
    ),
    (crm.Address, "latitude", [0, -1, 525200070, 2**63 - 1, -(2**63)]),
    (crm.Address, "party", [1, 2**52 - 1]),
    (crm.Address, "recipient", [("Fa. Müller",), ("a", "", "b"), tuple(str(i) for i in range(64))]),
    (crm.Code, "label", [{"de": "Preisliste", "en": "Price list"}, {"gsw": "x"}]),
]
# A field, a value, and the exception that refuses it.
BAD = [
    (crm.Party, "name", 5, crm.WrongTypeError),
    (crm.Party, "name", b"bytes", crm.WrongTypeError),
    (crm.Party, "name", "a\0b", crm.Utf8Error),
    (crm.Party, "name", "\ud800", crm.Utf8Error),
    (crm.Party, "name", "x" * 4097, crm.TooBigError),
    (crm.Party, "tax_exempt", 1, crm.WrongTypeError),
    (crm.Role, "valid_from", "2024-01-01", crm.WrongTypeError),
    (crm.Role, "valid_from", datetime(2024, 1, 1), crm.WrongTypeError),
    (crm.Party, "loyalty_discount", 1.5, crm.WrongTypeError),
    (crm.Party, "loyalty_discount", "1,5", crm.RangeError),
    (crm.Party, "loyalty_discount", Decimal("0.00001"), crm.RangeError),
    (crm.Party, "loyalty_discount", Decimal("NaN"), crm.RangeError),
    (crm.Party, "loyalty_discount", Decimal("Infinity"), crm.RangeError),
    (crm.Party, "loyalty_discount", 2**63, crm.RangeError),
    (crm.Address, "latitude", 2**63, crm.RangeError),
    (crm.Address, "latitude", True, crm.WrongTypeError),
    (crm.Address, "latitude", 1.0, crm.WrongTypeError),
    (crm.Address, "party", -1, crm.InvalidError),
    (crm.Address, "party", "1", crm.WrongTypeError),
    (crm.Address, "party", crm.Party(name="never stored"), crm.InvalidError),
    (crm.Address, "recipient", "one text", crm.WrongTypeError),
    (crm.Address, "recipient", ["a", 5], crm.WrongTypeError),
    (crm.Address, "recipient", ["a", "b\0"], crm.Utf8Error),
    (crm.Address, "recipient", ["x"] * 65, crm.TooBigError),
    (crm.Code, "label", "Preisliste", crm.WrongTypeError),
    (crm.Code, "label", {"german": "x"}, crm.InvalidError),
    (crm.Code, "label", {"de": "a", "en": "\0"}, crm.Utf8Error),
]


@pytest.mark.parametrize("kind, name, values", GOOD, ids=lambda one: one if isinstance(one, str) else None)
def test_values_come_back(kind, name, values):
    record = kind()
    for value in values:
        record[name] = value
        assert getattr(record, name) == value
        assert name in record
        assert record.copy()[name] == value
    setattr(record, name, None)
    assert name not in record
    assert not getattr(record, name) and getattr(record, name) in (None, (), {})


@pytest.mark.parametrize("kind, name, value, error", BAD)
def test_bad_values_change_nothing(kind, name, value, error):
    record = kind()
    before = next(values[0] for one, field, values in GOOD if (one, field) == (kind, name))
    record[name] = before
    with pytest.raises(error) as caught:
        setattr(record, name, value)
    assert caught.value.field == f"{kind.kind_name}.{name}"
    assert record[name] == before


def test_fields_of_the_library_are_read_only():
    party = crm.Party()
    with pytest.raises(crm.WrongTypeError) as caught:
        party.created_at = datetime(2024, 7, 1, tzinfo=timezone.utc)
    assert caught.value.field == "party.created_at" and party.created_at is None


def test_times_are_in_utc_and_exact():
    summer = timezone(timedelta(hours=2))
    for moment in (
        datetime(1, 1, 1, tzinfo=timezone.utc),
        datetime(2024, 7, 1, 12, 0, 0, 999999, tzinfo=summer),
        datetime(9999, 12, 31, 23, 59, tzinfo=timezone.utc),
    ):
        back = _values.from_microseconds(_values.microseconds(moment))
        assert back == moment and back.utcoffset() == timedelta(0)
    for wrong in (datetime(2024, 1, 1), date(2024, 1, 1), 5):
        with pytest.raises(crm.WrongTypeError):
            _values.microseconds(wrong)


def test_amounts_take_numbers_and_texts():
    party = crm.Party(loyalty_discount=3)
    assert party.loyalty_discount == 3
    party.loyalty_discount = "2.50"
    assert str(party.loyalty_discount) == "2.5000"


def test_empty_and_absent_differ():
    party = crm.Party(note="")
    assert party.note == "" and party.name is None
    assert list(party) == ["note"] and len(party) == 1 and party.fields() == {"note": ""}
    del party.note
    assert party.note is None and len(party) == 0 and bool(party)


def test_unknown_names_are_refused():
    party = crm.Party()
    with pytest.raises(AttributeError):
        party.nmae = "x"
    with pytest.raises(crm.WrongTypeError):
        party["nmae"] = "x"
    with pytest.raises(crm.WrongTypeError):
        crm.Party(street="x")
    with pytest.raises(crm.WrongTypeError):
        crm.Record(name="x")
    assert "nmae" not in party and 5 not in party


def test_labels_are_read_only():
    code = crm.Code(label={"de": "x"})
    with pytest.raises(TypeError):
        code.label["en"] = "y"
    code.label = {**code.label, "en": "y"}
    assert code.label == {"de": "x", "en": "y"}


def test_equality_is_by_content():
    one, other = crm.Party(name="x", tax_exempt=True), crm.Party(tax_exempt=True, name="x")
    assert one == other
    other.name = "y"
    assert one != other and one != "x" and crm.Contact(name="x") != crm.Party(name="x")
    with pytest.raises(TypeError):
        hash(one)


def test_copies_are_their_own():
    party = crm.Party(name="x")
    for twin in (party.copy(), copy.copy(party), copy.deepcopy(party)):
        assert twin == party and type(twin) is crm.Party
        twin.name = "y"
        assert party.name == "x"
    with pytest.raises(crm.WrongTypeError):
        pickle.dumps(party)


def test_repr_tells_kind_and_values():
    assert repr(crm.Party(name="Müller", tax_exempt=False)) == "crm.Party(name='Müller', tax_exempt=False)"


def test_to_dict(write, customer):
    party = customer(write, "Müller GmbH", loyalty_discount="2.5", tax_exempt=True, note='"\n\x01')
    answer = party.to_dict()
    assert answer["id"] == party.id and answer["revision"] == party.revision and answer["kind"] == "party"
    assert answer["name"] == "Müller GmbH" and answer["tax_exempt"] is True and answer["note"] == '"\n\x01'
    assert Decimal(answer["loyalty_discount"]) == Decimal("2.5")
    role = write.records(party, crm.Role).first()
    role.valid_until = date(2025, 1, 1)
    assert role.to_dict()["valid_until"] == "2024-12-31"  # the last day that is in
    assert role.to_dict()["party"] == party.id
    address = crm.Address(party=party, recipient=["a", "b"])
    assert address.to_dict()["recipient"] == ["a", "b"]
    assert crm.Code(label={"de": "x"}).to_dict()["label"] == {"de": "x"}


def test_fields_describe_themselves():
    field = crm.Party.vat_id
    assert (field.path, field.number, field.type, field.indexed, field.required) == (
        "party.vat_id",
        crm.constants.PARTY_VAT_ID,
        "text",
        True,
        False,
    )
    assert field.label("de") == "USt-IdNr." and field.label() == "VAT ID"
    assert crm.Party.name.required and crm.Party.name.personal and crm.Role.number.unique and crm.Channel.normalised.system
    assert crm.field("party.vat_id") is field and crm.field(field.number) is field and crm.field(field) is field
    for unknown in ("party.x", "x.y", "x", 0, 99999):
        with pytest.raises(crm.NotFoundError):
            crm.field(unknown)


def test_kinds_and_codes():
    assert [kind.name for kind in crm.kinds()][:2] == ["party", "role"]
    assert crm.kind("contact").label("de") == "Ansprechpartner" and crm.kind(crm.Contact) == crm.kind(crm.constants.KIND_CONTACT)
    assert crm.fields("party") == crm.fields(crm.Party) and crm.fields("party")[0] is crm.Party.type
    assert crm.codes("role")["customer"] == "Customer" and crm.codes("role", "de")["customer"] == "Kunde"
    assert "role" in crm.domains() and crm.closed("role") and not crm.closed("price_list")
    for call in (lambda: crm.kind("x"), lambda: crm.codes("x")):
        with pytest.raises(crm.NotFoundError):
            call()
