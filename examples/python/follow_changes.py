#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A cache of names that follows a store: python3 follow_changes.py FOLDER"""
import sys

import crm


class Names:
    """Names of the parties by id, and how far they are up to date."""

    def __init__(self, db):
        self.db, self.names, self.token = db, {}, None

    def read_all(self, txn):
        self.token = txn.changes_now()
        self.names = {party.id: party.name for party in txn.parties()}

    def follow(self):
        with self.db.begin() as txn:
            try:
                page = txn.changes(self.token, kind=crm.Party) if self.token else self.read_all(txn)
            except crm.StaleError:
                page = self.read_all(txn)
            while page:
                for change in page:
                    try:
                        self.names[change.record] = txn.get(change.record).name
                    except crm.NotFoundError:
                        self.names.pop(change.record, None)
                self.token = page.token
                page = txn.changes(self.token, kind=crm.Party) if page.more else None


def main(folder):
    with crm.open(folder, create=True) as db:
        names = Names(db)
        names.follow()
        party = crm.Party(type="organisation", name="Beispiel AG")
        db.transact(lambda txn: txn.put(party))
        names.follow()
        print("created:", names.names[party.id])
        db.transact(lambda txn: txn.delete(party.id))
        names.follow()
        print("deleted:", party.id not in names.names)


if __name__ == "__main__":
    main(sys.argv[1])
