# SPDX-License-Identifier: MIT
"""A customer who sees only himself: two companies, a user who is bound to one of them, and what a transaction in his name tells.

The host keeps quotes in a table of its own, keyed by party: it asks whose it may show.
"""

import tempfile

import crm


def fill(txn):
    """Two customers; the user works for the first."""
    parties = [crm.Party(type="organisation", name=name) for name in ("Brennbach Maschinenbau GmbH", "Nordkamp AG")]
    user = crm.User(name="anna", type="bound")
    for record in parties + [user]:
        txn.put(record)
    txn.bind_user(user, parties[0])
    return user, parties


def tell(txn, party):
    """Why the one in whose name it runs may see a party's quotes, or may not."""
    answer = txn.explain_access("see_quotes", party)
    print(f"  {'yes' if answer.allowed else 'no':<3} {answer.reason}")


def main():
    quotes = {}  # the host's own: party to number
    with tempfile.TemporaryDirectory() as folder, crm.open(folder, create=True) as db:
        with db.begin(write=True) as txn:
            user, parties = fill(txn)
            quotes = {party.id: f"Q{number}" for number, party in enumerate(parties, 1)}
        with db.begin(actor=user) as txn:
            print("parties:", ", ".join(party.name for party in txn.parties()))
            print("quotes:", ", ".join(quotes[party.id] for party in txn.parties_to("see_quotes")))
            for party in parties + [4711]:  # another's, and one that is not there: alike
                tell(txn, party)


if __name__ == "__main__":
    main()
