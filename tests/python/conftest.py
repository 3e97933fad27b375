# SPDX-License-Identifier: MIT
"""Fixtures of the Python tests: the package of the source tree; the library of CRM_LIBRARY, else of the release build; a new store."""
import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BINDING = ROOT / "bindings" / "python"
os.environ.setdefault("CRM_LIBRARY", str(ROOT / "build" / "release" / "libcrm.so"))
sys.path.insert(0, str(BINDING))

import crm  # noqa: E402  (after the path is set)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "store"


@pytest.fixture
def db(path):
    with crm.open(path, create=True) as database:
        yield database


@pytest.fixture
def write(db):
    """A write transaction that is aborted at the end."""
    txn = db.begin(write=True)
    yield txn
    txn.abort()


def add_customer(txn, name="Müller GmbH", number=None, **fields):
    """A customer with one role; returns the party."""
    party = crm.Party(type="organisation", name=name, **fields)
    txn.put(party)
    txn.put(crm.Role(party=party, role="customer", number=number))
    return party


@pytest.fixture
def customer():
    return add_customer
