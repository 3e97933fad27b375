# SPDX-License-Identifier: MIT
"""What changed, as a cache follows it."""
import pytest

import crm


def test_follow(db):
    with db.begin() as txn:
        token = txn.changes_now()
    with db.begin(write=True) as txn:
        txn.put(crm.Setting(name="changes.fields", value="party.note"))
        party = crm.Party(type="organisation", name="Beispiel AG")
        txn.put(party)
        txn.commit()
    with db.begin(write=True) as txn:
        party.note = "called"
        txn.put(party)
        txn.commit()
    with db.begin() as txn:
        page = txn.changes(token, kind="party", limit=1)
        assert [(one.record, one.kind, one.action) for one in page] == [(party.id, "party", "created")] and page.more
        page = txn.changes(page.token, kind=crm.Party)
        assert [one.action for one in page] == ["updated"] and not page.more
        assert len(txn.changes(page.token)) == 0
        (value,) = txn.history(party, "party.note")
        assert (value.field, value.old_value, value.new_value, value.by) == ("party.note", None, "called", None)
        assert value.at is not None and value.commit == 2
        with pytest.raises(crm.InvalidError):
            txn.changes("none")


def test_switched_off(db):
    with db.begin(write=True) as txn:
        txn.put(crm.Setting(name="changes.keep_days", value="0"))
        txn.commit()
    with db.begin() as txn:
        with pytest.raises(crm.StaleError):
            txn.changes_now()
