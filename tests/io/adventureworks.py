#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes three sheets of the AdventureWorks tables: customers.csv, sites.csv, contacts.csv.

    adventureworks.py TABLES FOLDER

Everybody who owns an address is a customer whose number is his entity's: shops, vendors, employees and people. The table of people is
absent, so they are named after their number. An address is for what its type says, a contact for what his type says.
"""
import csv
import sys
from pathlib import Path

ADDRESS_PURPOSES = {"Billing": "billing", "Home": "home", "Main Office": "main", "Primary": "primary", "Shipping": "delivery",
                    "Archive": "archive"}
CONTACT_PURPOSES = {"Owner": "signatory", "Purchasing Agent": "purchase", "Purchasing Manager": "purchase"}  # the others sell


def read(folder: Path, name: str) -> list[list[str]]:
    """A table; some divide their columns by tabs, some by "+|" with "&|" at the end of a line."""
    lines = (folder / f"{name}.csv").read_text(encoding="utf-8-sig").splitlines()
    divider = "+|" if "+|" in lines[0] else "\t"
    return [line.removesuffix("&|").split(divider) for line in lines if line]


def write(path: Path, headings: list[str], rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([headings, *rows])


def customers(tables: Path) -> list[list[str]]:
    shops = {row[0]: row[1] for row in read(tables, "Store")}
    vendors = {row[0]: row[2] for row in read(tables, "Vendor")}
    owners = dict.fromkeys(row[0] for row in read(tables, "BusinessEntityAddress"))
    return [[entity, shops.get(entity) or vendors.get(entity) or f"Person {entity}",
             "organisation" if entity in shops or entity in vendors else "person"] for entity in owners]


def sites(tables: Path) -> list[list[str]]:
    types = {row[0]: ADDRESS_PURPOSES[row[1]] for row in read(tables, "AddressType")}
    regions = {row[0]: (row[1].strip(), row[2]) for row in read(tables, "StateProvince")}
    addresses = {row[0]: row for row in read(tables, "Address")}
    rows = []
    for entity, number, kind, *_ in read(tables, "BusinessEntityAddress"):
        _, street, addition, town, region, code, *_ = addresses[number]
        rows.append([entity, number, street, addition, town, regions[region][0], code, regions[region][1], types[kind]])
    return rows


def contacts(tables: Path) -> list[list[str]]:
    types = {row[0]: row[1] for row in read(tables, "ContactType")}
    return [[entity, f"Person {person}", types[kind], CONTACT_PURPOSES.get(types[kind], "sales")]
            for entity, person, kind, *_ in read(tables, "BusinessEntityContact")]


def main() -> None:
    tables, folder = Path(sys.argv[1]), Path(sys.argv[2])
    write(folder / "customers.csv", ["Customer number", "Company", "Party type"], customers(tables))
    write(folder / "sites.csv", ["Customer number", "Site number", "Street", "Address addition", "Town", "Region", "Postal code", "Country",
                                 "Purpose"], sites(tables))
    write(folder / "contacts.csv", ["Customer number", "Contact", "Function", "Purpose"], contacts(tables))


if __name__ == "__main__":
    main()
