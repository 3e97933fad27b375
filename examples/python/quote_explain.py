# SPDX-License-Identifier: MIT
"""A proposal that explains itself: a customer in a group, terms of the group and of the country, a field of our own, a rule that reads it.
Then something changes in the store, the proposal is computed again, and says what is different now and why.
"""

import tempfile

import crm


def put_customer(txn):
    """With a field of our own: how many machines he has. It is good at once, for every program that opens the store."""
    txn.define_field("party.machine_count", "int", labels={"en": "Machines"})
    customer = txn.put(txn.new(crm.Party, type="organisation", name="Quellberg Hydraulik GmbH", machine_count=14))
    txn.put(crm.Role(party=customer, role="customer", number="10001"))
    address = txn.put(crm.Address(party=customer, street="Ringstraße", house_number="7", postal_code="8010", town="Graz", country="AT"))
    txn.put(crm.Usage(party=customer, target=address, purpose="main"))
    txn.put(crm.QuoteDefaults(owner=customer, delivery_terms="EXW"))
    return customer


def put_groups(txn):
    """Two groups, one above the other, with terms of their own. Returns the lower one."""
    trade = txn.put(crm.Group(code="TRADE", name="Trade"))
    gold = txn.put(crm.Group(code="GOLD", name="Gold", parent=trade))
    txn.put(crm.QuoteDefaults(owner=trade, delivery_terms="DAP", shipping_method="parcel"))
    txn.put(crm.QuoteDefaults(owner=gold, payment_terms="30 days"))
    return gold


def put_own(txn):
    """The store's own: for deliveries to Austria, and for all; and the rule."""
    txn.put(crm.QuoteDefaults(country="AT", price_list="EXPORT"))
    txn.put(crm.QuoteDefaults(price_list="STANDARD", plant="Hamburg"))
    txn.put(crm.Rule(code="BIG", target="quote.plant", value="Dresden", when=["customer.machine_count >= 10", "site.country in AT|CH"]))


def prepare(txn):
    customer = put_customer(txn)
    txn.add_member(put_groups(txn), customer)
    put_own(txn)
    return customer


def print_value(quote, field):
    """What a program shows beside a field: the value, where it comes from, and what it won against."""
    print(f"{crm.field(f'quote.{field}').label('en')}: {quote[field]}, from the {quote.level(field)}")
    for loser in quote.losers(field):
        print(f"  not {loser.value} of the {loser.level}: {loser.why}")


def main():
    with tempfile.TemporaryDirectory() as folder, crm.open(folder, create=True) as db:
        customer = db.transact(prepare)
        with db.begin() as txn:
            quote = txn.quote(customer, customer_reference="Anfrage 4711")
        for field in ("price_list", "payment_terms", "delivery_terms", "plant"):
            print_value(quote, field)
        print(f"\n{quote.explain()}")  # all of it, to read

        # Between the offer and the order the customer left the group. The same choices on today's data: what was given stays given.
        db.transact(lambda txn: txn.remove_member(txn.group("GOLD"), customer))
        with db.begin() as txn:
            again = quote.reresolve(txn)
        print(f"reference: {again.customer_reference}")
        for change in again.changes:
            print(f"{change.field}: {change.old_value or '-'} -> {change.new_value or '-'}: {change.why}")


if __name__ == "__main__":
    main()
