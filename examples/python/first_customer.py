# SPDX-License-Identifier: MIT
"""The first customer: makes a store, puts a company with an address and a contact into it, finds it again and prints its file.

An error is an exception: a transaction whose block ends by one stores nothing.
"""

import tempfile

import crm


def put_customer(txn):
    """All of a customer. What belongs to the company are records of their own, which name their owner."""
    company = crm.Party(type="organisation", name="Brennbach Maschinenbau GmbH")
    txn.put(company)
    role = crm.Role(party=company, role="customer")  # without a number it gets the next free customer number
    txn.put(role)

    address = crm.Address(party=company, street="Prager Straße", house_number="10", postal_code="01069", town="Dresden", country="DE")
    txn.put(address)
    txn.put(crm.Usage(party=company, target=address, purpose="main"))  # an address may be for several things

    contact = crm.Contact(party=company, name="Käthe Grünwald", function="Einkauf")
    txn.put(contact)
    txn.put(crm.Channel(party=company, target=contact, type="phone", value="+49 30 23125 017"))
    return role.number


def print_customer(db, number):
    """A snapshot sees the store as it is now; what it hands out are copies that outlive it."""
    with db.begin() as txn:
        file = txn.file(txn.find_party("customer", number))
    print(f"customer {number}: {file.party.name}")
    for record in file:
        values = " ".join(f"{name}={value}" for name, value in record.fields().items() if isinstance(value, str))
        print(f"  {record.kind_name:<9} {values}")


def main():
    with tempfile.TemporaryDirectory() as folder, crm.open(folder, create=True) as db:
        with db.begin(write=True) as txn:  # commits at the end of the block
            number = put_customer(txn)
        print_customer(db, number)


if __name__ == "__main__":
    main()
