# SPDX-License-Identifier: MIT
"""crm: the customer master for products that quote and sell, over the C library libcrm.

    import crm

    with crm.open("store", create=True) as db:
        with db.begin(write=True) as txn:
            party = crm.Party(type="organisation", name="Müller GmbH")
            txn.put(party)
            txn.put(crm.Role(party=party, role="customer"))
        with db.begin() as txn:
            for customer in txn.parties(role="customer", prefix="mul"):
                print(customer.name, txn.quote(customer).to_dict())

A record belongs to one thread at a time, a write transaction to the thread that began it; a Database is for all threads.
"""
from . import constants
from ._field import Field
from ._library import lib as _lib
from .address import format_address
from .blockers import Blocker
from .change import Change, Changes
from .database import ACTOR_SYSTEM, Database, compact, open
from .errors import (
    AbortedError,
    AmbiguousError,
    ArchivedError,
    BusyError,
    CheckDigitError,
    CodeError,
    CommitUnknownError,
    ConflictError,
    CorruptError,
    CycleError,
    DataError,
    DeniedError,
    EndedError,
    Error,
    ExistsError,
    ForkedError,
    FormatError,
    FullError,
    InUseError,
    InvalidError,
    LockedError,
    NoBindingError,
    NoMemoryError,
    NotFoundError,
    NotRelatedError,
    RangeError,
    ReadOnlyError,
    ReadWriteError,
    RequiredError,
    RetryError,
    StaleError,
    StorageError,
    ThreadError,
    TooBigError,
    UnsupportedError,
    UsageError,
    Utf8Error,
    VersionError,
    WrongTypeError,
)
from .export import load_dump
from .file import File
from .listing import Listing, Page
from .maintain import Salvaged, Verification, reindex, salvage
from .option import OptionAnswer
from .plan import Plan
from .quote import Quote, QuoteFlag, Source
from .record import Record
from .records import (
    Access,
    AccessRole,
    Address,
    Bank,
    Binding,
    Channel,
    Code,
    Contact,
    CustomField,
    Damage,
    Group,
    Identifier,
    Membership,
    OptionRule,
    Party,
    Policy,
    QuoteChange,
    QuoteDefaults,
    QuoteLoser,
    QuoteValues,
    Role,
    Rule,
    Setting,
    Usage,
    User,
    UserRole,
)
from .schema import Kind, check_identifier, closed, codes, domains, field, fields, kind, kinds
from .csv_file import CsvFormat, csv_format
from .sync import RowError, RowWarning, SyncResult
from .transaction import Transaction
from .workbook import Cell, Sheet, Workbook

__version__ = constants.VERSION_TEXT


def version() -> str:
    """Version of the C library that runs."""
    return _lib.crm_version_text().decode()


def library_path() -> str:
    """Where the C library was loaded from."""
    return _lib.path()


__all__ = [
    "ACTOR_SYSTEM",
    "AbortedError",
    "Access",
    "AccessRole",
    "Address",
    "AmbiguousError",
    "ArchivedError",
    "Bank",
    "Binding",
    "Blocker",
    "BusyError",
    "Cell",
    "Change",
    "Changes",
    "Channel",
    "CheckDigitError",
    "Code",
    "CodeError",
    "CommitUnknownError",
    "ConflictError",
    "Contact",
    "CorruptError",
    "CsvFormat",
    "CustomField",
    "CycleError",
    "Damage",
    "DataError",
    "Database",
    "DeniedError",
    "EndedError",
    "Error",
    "ExistsError",
    "Field",
    "File",
    "ForkedError",
    "FormatError",
    "FullError",
    "Group",
    "Identifier",
    "InUseError",
    "InvalidError",
    "Kind",
    "Listing",
    "LockedError",
    "Membership",
    "NoBindingError",
    "NoMemoryError",
    "NotFoundError",
    "NotRelatedError",
    "OptionAnswer",
    "OptionRule",
    "Page",
    "Party",
    "Plan",
    "Policy",
    "Quote",
    "QuoteChange",
    "QuoteDefaults",
    "QuoteFlag",
    "QuoteLoser",
    "QuoteValues",
    "RangeError",
    "ReadOnlyError",
    "ReadWriteError",
    "Record",
    "RequiredError",
    "RetryError",
    "Role",
    "RowError",
    "RowWarning",
    "Rule",
    "Salvaged",
    "Setting",
    "Sheet",
    "Source",
    "StaleError",
    "StorageError",
    "SyncResult",
    "ThreadError",
    "TooBigError",
    "Transaction",
    "UnsupportedError",
    "Usage",
    "UsageError",
    "User",
    "UserRole",
    "Utf8Error",
    "Verification",
    "VersionError",
    "Workbook",
    "WrongTypeError",
    "check_identifier",
    "closed",
    "codes",
    "compact",
    "constants",
    "csv_format",
    "domains",
    "field",
    "fields",
    "format_address",
    "kind",
    "kinds",
    "library_path",
    "load_dump",
    "open",
    "reindex",
    "salvage",
    "version",
]
