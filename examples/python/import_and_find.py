# SPDX-License-Identifier: MIT
"""Import and find: reads a register from a CSV file, finds customers by number and by name, and reads the file again to show that it
changes nothing.

The file is customers.csv in the folder that CRM_EXAMPLE_DATA names, else in the examples' own data folder.
"""

import os
import pathlib
import sys
import tempfile

import crm

DATA = pathlib.Path(os.environ.get("CRM_EXAMPLE_DATA") or pathlib.Path(__file__).resolve().parent.parent / "data")


def read_register(db, path):
    """Flat rows: company, site and contact on one line. The columns are recognised by their German or English headings."""
    try:
        result = db.sync(path, "flat")
    except crm.DataError as error:  # one bad row: nothing is stored, and every bad row is listed
        for bad in getattr(error, "errors", ()):
            print(f"row {bad.row}, column {bad.column}: {bad.text}", file=sys.stderr)
        raise
    print(f"rows: {result.created} created, {result.updated} updated, {result.unchanged} unchanged")


def find_number(txn, number):
    print(f"customer {number}:")
    try:
        print(" ", txn.get(txn.find_party("customer", number)).name)
    except crm.NotFoundError:
        print("  nobody")


def find_name(txn, prefix):
    """The directory in pages of two, as a web page would ask for them: the token continues, even in a later transaction. Neither case
    nor accents matter, and the sharp s is ss: "ross" finds the Roßbachs."""
    names, token, number = txn.parties(role="customer", prefix=prefix), None, 0
    while True:
        page = names.page(2, token)
        number, token = number + 1, page.token
        print(f"names with {prefix}..., page {number}:")
        for id in page.ids:
            print(" ", txn.get(id).name)
        if token is None:
            return


def main():
    with tempfile.TemporaryDirectory() as folder, crm.open(folder, create=True) as db:
        read_register(db, DATA / "customers.csv")
        read_register(db, DATA / "customers.csv")  # a second time: every row is unchanged
        with db.begin() as txn:
            find_number(txn, "10001")
            find_number(txn, "99999")
            find_name(txn, "ross")


if __name__ == "__main__":
    main()
