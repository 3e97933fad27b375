# SPDX-License-Identifier: MIT
"""Exceptions: a class for each status, under the class of its class, with the detail."""
import pickle
import threading

import pytest

import crm
from crm import _tables, errors

BASES = {"RETRY": crm.RetryError, "BUG": crm.UsageError, "DENIED": crm.DeniedError, "DATA": crm.DataError, "STORAGE": crm.StorageError}


@pytest.mark.parametrize("name", [name for name in _tables.STATUSES if name.startswith("E_")])
def test_every_status_has_its_class(name):
    number, status_class, text = _tables.STATUSES[name]
    one = errors.class_of(number)
    assert one.status == number and issubclass(one, BASES[status_class]) and getattr(crm, one.__name__) is one
    if one is not crm.DeniedError:
        assert one is not BASES[status_class] and one.__doc__.lower().rstrip(".").startswith(text.split(";")[0].lower())
    error = one("x")
    assert (error.status, error.name, error.text, error.field, error.row, error.errors) == (number, f"CRM_{name}", "x", None, None, ())


def test_a_status_of_a_newer_library():
    assert errors.class_of(-9999) is crm.Error
    assert errors.Error("x", status=-9999).name == "-9999"


def test_the_detail(write):
    with pytest.raises(crm.RequiredError) as caught:
        write.put(crm.Party(type="organisation"))
    error = caught.value
    assert error.field == "party.name" and error.row is None and error.text and error.status == crm.constants.E_REQUIRED
    assert str(error) == f"party.name: {error.text} (CRM_E_REQUIRED)"
    assert isinstance(error, crm.DataError) and isinstance(error, crm.Error)
    twin = pickle.loads(pickle.dumps(error))
    assert type(twin) is type(error) and str(twin) == str(error) and twin.field == error.field


def test_what_put_refuses(write, customer):
    party, other = customer(write, "x", number="10001"), customer(write, "y")
    address = crm.Address(party=other, street="s", town="t")
    write.put(address)
    without_role = crm.Party(type="organisation", name="z")
    write.put(without_role)
    refused = [
        (crm.Role(party=without_role, role="customer", number="10001"), crm.ExistsError, "role.number"),
        (crm.Role(party=party, role="customer", number="10002"), crm.ExistsError, "role.role"),
        (crm.Role(party=party, role="no role"), crm.CodeError, "role.role"),
        (crm.Address(party=12345, street="x"), crm.NotFoundError, "address.party"),
        (crm.Usage(party=party, target=address, purpose="main"), crm.NotRelatedError, "usage.target"),
        (crm.QuoteValues(price_list="x"), crm.WrongTypeError, None),
    ]
    for record, error, field in refused:
        with pytest.raises(error) as caught:
            write.put(record)
        assert caught.value.field == field or field is None
        assert record.id == 0
    for wrong in (party.id, None, "party"):
        with pytest.raises(crm.WrongTypeError):
            write.put(wrong)


def test_details_of_threads_do_not_mix(write):
    """Each thread has its own latest failure."""
    caught = []

    def fail(value, error):
        for _ in range(200):
            try:
                crm.Party(name=value)
            except crm.Error as one:
                caught.append(type(one) is error)

    threads = [threading.Thread(target=fail, args=case) for case in (("\0", crm.Utf8Error), ("x" * 5000, crm.TooBigError))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(caught) == 400 and all(caught)
