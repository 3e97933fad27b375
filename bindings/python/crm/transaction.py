# SPDX-License-Identifier: MIT
"""Transactions: a read snapshot, or the one write transaction.

A snapshot may move between threads, one thread at a time. A write transaction belongs to the thread that began it: every other
thread gets a ThreadError.
"""
from __future__ import annotations

import ctypes
import datetime
import threading
import weakref
from typing import TYPE_CHECKING, Any, Dict, Optional, Tuple, Type, Union, overload

from . import _values, constants, schema
from ._library import lib
from ._prototypes import crm_file, crm_quote, crm_record
from .errors import InvalidError, NotFoundError, ThreadError, WrongTypeError, check, EndedError, last
from .file import File
from .listing import Listing
from .quote import Quote
from .record import Field, R, Record, wrap
from .records import CLASSES, Code, Party, QuoteValues

if TYPE_CHECKING:
    from .database import Database

Id = Union[int, Record]


class Transaction:
    """A transaction; Database.begin() and Database.transact() make it.

    As a context manager: a write transaction commits when the block ends, and aborts where it ends by an exception.
    """

    def __init__(self, database: Database, handle: Any, write: bool, owned: bool) -> None:
        self._database, self._handle, self._write, self._owned = database, handle, write, owned
        self._thread = threading.get_ident()
        self._before: Dict[int, Tuple[Any, Any]] = {}  # records that were put, as they were

    # Its life

    def _running(self) -> Any:
        if self._handle is None:
            raise EndedError("the transaction has ended")
        return self._handle

    def _ending(self) -> Any:
        """The handle, for the last time."""
        handle = self._running()
        if not self._owned:
            raise InvalidError("Database.transact() ends this transaction: return, or raise an exception")
        if self._write and self._thread != threading.get_ident():
            raise ThreadError("a write transaction belongs to the thread that began it")
        self._handle = None
        return handle

    @property
    def write(self) -> bool:
        """Whether it is a write transaction."""
        return self._write

    @property
    def sequence(self) -> int:
        """The number of commits that changed the store before it began."""
        return lib.crm_txn_sequence(self._running())

    def commit(self) -> None:
        """Stores what was done. The transaction is over, also where this fails."""
        handle = self._ending()
        status = lib.crm_txn_commit(handle)
        error = last(status) if status < 0 else None
        lib.crm_txn_free(handle)
        self._settle(stored=error is None)
        if error:
            raise error

    def abort(self) -> None:
        """Forgets what was done; records that were put are as before. Does nothing where the transaction is over."""
        if self._handle is not None:
            lib.crm_txn_free(self._ending())
            self._settle(stored=False)

    def __enter__(self) -> Transaction:
        self._running()
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        if self._handle is None:
            return
        if kind is None and self._write:
            self.commit()
        else:
            self.abort()

    def __del__(self) -> None:
        # A write transaction that another thread collects is ended by the library with its own thread.
        if getattr(self, "_handle", None) is not None and self._owned and (not self._write or self._thread == threading.get_ident()):
            lib.crm_txn_free(self._handle)

    def _settle(self, stored: bool) -> None:
        """After the end: what was not stored has no id, and can be put again."""
        for reference, state in list(self._before.values()):
            record = reference()
            if record is not None and not stored:
                record._pointer, record._memory, record._shared = state
        self._before.clear()

    # Records

    @overload
    def get(self, id: Id) -> Record:
        ...

    @overload
    def get(self, id: Id, kind: Type[R]) -> R:
        ...

    def get(self, id: Id, kind: Type[Record] = Record) -> Record:
        """Reads a record. With a kind (crm.Party), the id of another kind is a WrongTypeError."""
        out = ctypes.POINTER(crm_record)()
        check(lib.crm_record_get(self._running(), _values.identity(id), out))
        record = wrap(CLASSES.get(lib.crm_record_kind(out), Record), out)
        if not isinstance(record, kind):
            raise WrongTypeError(f"the id is of kind {record.kind_name}, not {kind.kind_name}")
        return record

    def put(self, record: Record) -> int:
        """Stores a record as new, or over the one that it was read from; returns its id, which counts after the commit.

        The record is then as it is stored (id, revision, numbers that were assigned) and may be changed and put again; an abort
        makes it what it was before.
        """
        if not isinstance(record, Record):
            raise _values.refuse(record, "a record")
        handle, id = self._running(), ctypes.c_uint64()
        check(lib.crm_record_put(handle, record._pointer, id, None))
        stored = ctypes.POINTER(crm_record)()
        check(lib.crm_record_get(handle, id, stored))
        self._remember(record)
        record._own(stored)
        return id.value

    def _remember(self, record: Record) -> None:
        key, before = id(record), self._before
        if key not in before:
            reference = weakref.ref(record, lambda _: before.pop(key, None))
            before[key] = reference, (record._pointer, record._memory, record._shared)

    def delete(self, record: Id) -> None:
        """Deletes a record; of a party, its whole file with it. Given as a record, it must not have changed since (StaleError)."""
        revision = record.revision if isinstance(record, Record) else 0
        check(lib.crm_record_delete(self._running(), _values.identity(record), revision))

    @overload
    def records(self, party: Optional[Id], kind: str) -> Listing[Record]:
        ...

    @overload
    def records(self, party: Optional[Id], kind: Type[R]) -> Listing[R]:
        ...

    def records(self, party: Optional[Id], kind: Union[str, Type[Record]]) -> Listing[Any]:
        """A party's records of a kind ("address", crm.Address), in the order in which they were added.

        Party None: of the store's own kinds (crm.Code, crm.Setting).
        """
        one, owner = schema.kind(kind), 0 if party is None else _values.identity(party)
        return Listing(self, one.record, lambda txn, limit, token, out: lib.crm_record_list(txn, owner, one.number, limit, token, out))

    def search(self, field: Union[str, int, Field], value: Union[str, int, Record]) -> Listing[Record]:
        """Records that have a value in an indexed field: search("address.town", "Köln"), search("party.referrer", party)."""
        one = schema.field(field)
        kind = CLASSES[one.number // 1000]
        if isinstance(value, str):
            text = _values.text(value)
            return Listing(
                self, kind, lambda txn, limit, token, out: lib.crm_record_search(txn, one.number, text, len(text), limit, token, out)
            )
        named = _values.identity(value)
        return Listing(self, kind, lambda txn, limit, token, out: lib.crm_record_search_id(txn, one.number, named, limit, token, out))

    def find(self, field: Union[str, int, Field], value: str, scope: Optional[str] = None) -> int:
        """Id of the record that has a value in a unique field; scope: what it is unique in (the role of a number ...)."""
        one, wanted, inside = schema.field(field), _values.text(value), None if scope is None else _values.text(scope)
        out = ctypes.c_uint64()
        check(lib.crm_record_find(self._running(), one.number, inside, len(inside or b""), wanted, len(wanted), out))
        return out.value

    # Parties

    def find_party(self, role: str, number: str) -> int:
        """Id of the party that has a number in a role: find_party("customer", "10001")."""
        return self._find(lib.crm_party_find, role, number)

    def get_party(self, role: str, number: str) -> Party:
        """The same, read in one call."""
        wanted, out = _values.text(number), ctypes.POINTER(crm_record)()
        check(lib.crm_party_get(self._running(), _values.name(role), wanted, len(wanted), out))
        return wrap(Party, out)

    def find_identifier(self, scheme: str, value: str) -> int:
        """Id of the party that has an identifier: find_identifier("duns", "314930870")."""
        return self._find(lib.crm_identifier_find, scheme, value)

    def _find(self, function: Any, inside: str, value: str) -> int:
        wanted, out = _values.text(value), ctypes.c_uint64()
        check(function(self._running(), _values.name(inside), wanted, len(wanted), out))
        return out.value

    def parties(self, role: Optional[str] = None, prefix: str = "", archived: bool = False) -> Listing[Party]:
        """The directory: parties in a role, or all, in order of their names.

        prefix: how the names begin, without regard to case and accents. archived: the archived parties instead of the others.
        """
        within, start = None if role is None else _values.name(role), _values.text(prefix)
        flags = constants.PARTY_LIST_ARCHIVED if archived else 0
        return Listing(
            self, Party, lambda txn, limit, token, out: lib.crm_party_list(txn, within, start, len(start), flags, limit, token, out)
        )

    def file(self, party: Id) -> File:
        """The whole file of a party in one call."""
        out = ctypes.POINTER(crm_file)()
        check(lib.crm_file_get(self._running(), _values.identity(party), out))
        return File(out)

    def quote(self, customer: Id, date: Optional[datetime.date] = None, **given: Any) -> Quote:
        """The proposal for a customer on a day (None: today); given: what is chosen already, by the names of crm.Quote's values.

        An empty text is an explicit "none".
        """
        as_of = constants.TODAY if date is None else _values.days(date)
        chosen, out = QuoteValues(**given), ctypes.POINTER(crm_quote)()
        check(lib.crm_quote_resolve(self._running(), _values.identity(customer), as_of, chosen._pointer if given else None, out))
        return Quote(out)

    # Codes and settings

    def find_code(self, domain: str, code: str) -> int:
        """Id of a stored code."""
        return self._find(lib.crm_code_find, domain, code)

    def codes(self, domain: str) -> Listing[Code]:
        """The stored codes of a domain, in the order of the codes; the built-in ones: crm.codes()."""
        within = _values.name(domain)
        return Listing(self, Code, lambda txn, limit, token, out: lib.crm_code_list(txn, within, limit, token, out))

    def setting(self, name: str, default: Optional[str] = None) -> Optional[str]:
        """Value of a setting, or the default."""
        out = ctypes.POINTER(crm_record)()
        try:
            check(lib.crm_setting_get(self._running(), _values.name(name), out))
        except NotFoundError:
            return default
        return wrap(CLASSES[constants.KIND_SETTING], out)["value"]

    def set_setting(self, name: str, value: Optional[str]) -> None:
        """Sets a setting; None removes it."""
        wanted = None if value is None else _values.text(value)
        if wanted is None:
            check(lib.crm_setting_clear(self._running(), _values.name(name)))
        else:
            check(lib.crm_setting_set(self._running(), _values.name(name), wanted, len(wanted)))
