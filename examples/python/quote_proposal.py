# SPDX-License-Identifier: MIT
"""A quote's proposal: for a customer of the sample register, what a quote starts from, and for every value where it comes from. Then a
customer with two delivery sites: the proposal does not guess, it lists both, and is asked again with the choice.

The register is customers.csv in the folder that CRM_EXAMPLE_DATA names, else in the examples' own data folder.
"""

import os
import pathlib
import tempfile

import crm

DATA = pathlib.Path(os.environ.get("CRM_EXAMPLE_DATA") or pathlib.Path(__file__).resolve().parent.parent / "data")


def print_proposal(quote):
    """Each value with its history in short. What is not known stays unset: a proposal never invents."""
    for name, field in crm.QuoteValues.FIELDS.items():
        history = [quote.level(name)]
        if quote.reason(name) != "none":
            history.append(quote.reason(name))
        source = quote.source(name)
        if source:
            history.append(f"record {source.id} revision {source.revision}")
        value = quote[name]
        print(f"  {field.label('en'):<22}{'-' if value is None else value}  [{', '.join(history)}]"
              f"{' ambiguous' if quote.flags(name) & crm.QuoteFlag.AMBIGUOUS else ''}")
    print(f"deliver to:\n{quote.address_text('ship_to') or '(open)'}\n")


def plain_quote(txn):
    """Everything follows from the customer. The address is a copy: later changes in the store do not reach it."""
    print("customer 10001")
    print_proposal(txn.quote(txn.find_party("customer", "10001")))


def chosen_quote(txn):
    """Several delivery sites of equal standing: none is taken. The host lets its user choose and asks again."""
    print("customer 10003")
    customer = txn.find_party("customer", "10003")
    sites = txn.quote(customer).candidates("ship_to")
    print(f"  {len(sites)} sites to choose from")
    print_proposal(txn.quote(customer, ship_to=sites[0], customer_reference="Anfrage 4711"))


def put_sender(txn):
    """The store's own quote defaults, of no party: with the sender's country, addresses in it are printed without the country."""
    txn.put(crm.QuoteDefaults(sender_country="DE"))


def main():
    with tempfile.TemporaryDirectory() as folder, crm.open(folder, create=True) as db:
        db.transact(put_sender)
        db.sync(DATA / "customers.csv", "flat")
        with db.begin() as txn:
            plain_quote(txn)
            chosen_quote(txn)


if __name__ == "__main__":
    main()
