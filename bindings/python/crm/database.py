# SPDX-License-Identifier: MIT
"""The store: open() gives a Database, from which all begins."""
from __future__ import annotations

import ctypes
import datetime
import os
from typing import Any, Callable, Generic, Iterable, List, Mapping, Optional, Tuple, TypeVar, Union

from . import _values, constants
from . import export as _export
from . import maintain as _maintain
from . import plan as _plan
from ._library import lib
from ._prototypes import crm_db, crm_db_options, crm_transact_fn, crm_txn
from ._stored import Id
from .csv_file import delimiter_number
from .errors import EndedError, Error, TooBigError, check, last
from .listing import Listing
from .plan import Plan
from .record import Record
from .records import ImportRun
from .sync import Form, Policy, Progress, Rows, fingerprint, settled, too_many
from .transaction import Transaction

ACTOR_SYSTEM = constants.ACTOR_SYSTEM
T = TypeVar("T")


class Database:
    """An open store: share it between threads freely. A context manager that closes it."""

    def __init__(self, handle: Any, path: str) -> None:
        self._handle = handle
        self.path = path

    def _open(self) -> Any:
        if self._handle is None:
            raise EndedError("the database is closed")
        return self._handle

    def close(self) -> None:
        """Ends the handle; the store itself stays open until its last transaction has ended. A second time does nothing."""
        handle, self._handle = self._handle, None
        if handle is not None:
            lib.crm_db_close(handle)

    def __enter__(self) -> Database:
        self._open()
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_handle", None) is not None:
            lib.crm_db_close(self._handle)

    def __repr__(self) -> str:
        return f"<crm.Database {self.path!r}{'' if self._handle else ', closed'}>"

    @property
    def uuid(self) -> str:
        """Identity of the store: the same for every copy of its file."""
        answer = lib.crm_db_uuid(self._open())
        if answer is None:
            raise last()
        return answer.decode()

    @property
    def today(self) -> datetime.date:
        """Today by the store's clock and its offset from UTC."""
        return _values.from_days(lib.crm_db_today(self._open()))

    def backup(self, path: Union[str, os.PathLike[str]]) -> None:
        """Copies the store, as it is now, into another folder that has no store: whole or not there, and without what was deleted."""
        check(lib.crm_db_backup(self._open(), os.fsencode(path)))

    def begin(self, write: bool = False, actor: Id = ACTOR_SYSTEM) -> Transaction:
        """Begins a read snapshot, or the write transaction: `with db.begin(write=True) as txn:` commits at the end of the block.

        actor: in whose name, the system's or that of a user, by his id or his record (crm.User). What he may not see is not there for
        him; NotFoundError where he may not work today, NoBindingError where he is bound to nobody, or is staff without an access role.
        A write transaction belongs to the thread that begins it, and waits for another writer as long as open() said (BusyError).
        """
        handle = ctypes.POINTER(crm_txn)()
        flags = constants.TXN_WRITE if write else 0
        check(lib.crm_txn_begin(self._open(), flags, _values.identity(actor), handle))
        return Transaction(self, handle, write, owned=True)

    def transact(self, fn: Callable[[Transaction], T], actor: Id = ACTOR_SYSTEM) -> T:
        """Runs fn(txn) in a write transaction, commits it, and returns what fn returned.

        fn runs again where another writer was faster or the file had to grow, so it does nothing that can't be repeated. An exception
        of fn stores nothing and comes out of this call as it is.
        """
        run: _Run[T] = _Run(self, fn)
        callback = crm_transact_fn(run.attempt)
        return run.finish(lib.crm_transact(self._open(), _values.identity(actor), callback, None))

    def sync(
        self,
        rows: Any,
        rows_kind: Optional[str] = None,
        *,
        source: Optional[str] = None,
        role: Optional[str] = None,
        policy: Policy = "merge",
        mapping: Union[Mapping[str, str], str, os.PathLike[str], None] = None,
        sheets: Optional[Mapping[str, Optional[str]]] = None,
        skip_bad_rows: bool = False,
        ignore_unknown: bool = False,
        delimiter: Optional[str] = None,
        encoding: Optional[str] = None,
        quote: Optional[str] = None,
        header_row: Union[int, bool, None] = None,
        save_mapping: Union[str, os.PathLike[str], None] = None,
        progress: Optional[Progress] = None,
        plan: bool = False,
        actor: Id = ACTOR_SYSTEM,
    ) -> Any:
        """Rows into the store, in one transaction: dicts of heading and value, a data frame, a dict of several of these by the names of
        their sheets, or a file: an Excel workbook, CSV or JSON Lines, by its path, its bytes or as a binary file object; or a folder of
        CSV files, as export() writes them.

        rows_kind: "flat" (company, address and contact on one line), "customer", "site", "contact" ...; without it the mapping file or
        the file's name tells ("Sites.csv"), else it is flat. source: where the rows come from, always by the same name: columns of that
        system's keys need it. sheets: of a workbook or folder those that are read, with the kind of their rows, or None where the name
        tells it ({"Kunden": None, "Tabelle2": "contact"}). role: of the parties; without it "customer". policy: of records that exist
        "merge", "replace", "skip", "equal" or "fail", with "/fail" behind it no new ones; or a dict of such texts by kind. mapping:
        heading to target ("party.name", "address.street" ..., "ignore") where the heading is not recognised, or the path of a mapping
        file, as save_mapping writes it. A bad row stores nothing and raises (all errors in its attribute errors); with skip_bad_rows the
        good rows are stored. With ignore_unknown columns that nothing recognises, and sheets whose name tells nothing, are left out, and
        named in the result.

        delimiter, encoding, quote ("" for none) and header_row (the number of the line or row with the headings; False: there is none,
        and columns are called A, B, C ...) are found out where they are None: csv_format() says how.

        More than 100,000 rows are stored in batches of so many, each a transaction; what was interrupted goes on behind them when it is
        called again with the same rows. progress(done, total) is told of rows now and then; where it returns something true, or raises,
        the import ends and stores nothing. Returns a SyncResult; with plan=True nothing is stored, and a Plan says what would be (of at
        most 100,000 rows).
        """
        form = Form(rows_kind, role, policy, mapping, sheets, ignore_unknown, delimiter, encoding, quote, header_row)
        content, number, mark = settled(rows), _values.identity(actor), ""
        prepared = self._rows(actor, content, source, skip_bad_rows, form)
        try:
            prepared.add()
        except TooBigError as error:
            folder = isinstance(content, (str, os.PathLike)) and os.path.isdir(content)
            if not too_many(error):
                raise
            if folder:  # batches would be stored before the customers that they name
                error.text += "; import its files one by one, customers first"
            elif plan:
                error.text += ", the most that a plan takes: divide them, or import them without one: they are stored in batches"
            if folder or plan:
                raise
            mark = fingerprint(content, *form)
        if save_mapping is not None:
            prepared.save_mapping(save_mapping)
        if mark:
            return self._rows(actor, content, source, skip_bad_rows, form).run_job(self._open(), number, progress, mark)
        if plan:
            return Plan(self, prepared.plan(self._open(), number, progress))
        return prepared.apply(self._open(), number, progress)

    def _rows(self, actor: Id, *arguments: Any) -> Rows:
        with self.begin(actor=actor) as txn:
            return Rows(txn._running(), *arguments)

    def load_plan(self, content: bytes, actor: Id = ACTOR_SYSTEM) -> Plan:
        """The plan that Plan.save() gave as bytes."""
        return _plan.load(self, content, actor)

    def runs(self, actor: Id = ACTOR_SYSTEM) -> List[ImportRun]:
        """The receipts of imports, the oldest first."""
        with self.begin(actor=actor) as txn:
            return list(txn.records(None, ImportRun))

    def revert(self, run: Id, actor: Id = ACTOR_SYSTEM) -> None:
        """Takes an import back: a receipt, or its id. StaleError where a record was changed since: run_blockers() has them all."""
        check(lib.crm_run_revert(self._open(), _values.identity(actor), _values.identity(run)))

    def run_blockers(self, run: Id, actor: Id = ACTOR_SYSTEM) -> List[int]:
        """The ids of the records that stand against taking an import back: changed since, or using what it made."""
        number = _values.identity(run)
        with self.begin(actor=actor) as txn:
            return list(Listing(txn, Record, lambda handle, limit, token, out: lib.crm_run_blockers(handle, number, limit, token, out)).ids())

    def forget_run(self, run: Id, actor: Id = ACTOR_SYSTEM) -> None:
        """Forgets what an import wrote over, which saves room; it can't be taken back any more."""
        with self.begin(write=True, actor=actor) as txn:
            check(lib.crm_run_forget(txn._running(), _values.identity(run)))
            txn.commit()

    def verify(self, pages: bool = False, limit: int = 0, progress: Optional[_maintain.Progress] = None) -> _maintain.Verification:
        """Looks at everything in the store, beside whoever works with it: pages, records, what they name, index, counters, import runs.

        pages: the pages of the file alone. limit: damages that are listed; 0: 1,000. progress(done) is told of records and entries now
        and then; where it returns something true, or raises, the call ends (AbortedError).
        """
        return _maintain.verify(self._open(), pages, limit, progress)

    def export(
        self,
        path: Union[str, os.PathLike[str]],
        format: Optional[str] = None,
        *,
        sheets: Iterable[str] = (),
        role: Optional[str] = None,
        language: str = "en",
        archived: bool = False,
        all_columns: bool = False,
        raw: bool = False,
        delimiter: Optional[str] = None,
        source: str = "export",
        actor: Id = ACTOR_SYSTEM,
    ) -> None:
        """Customers into a file that sync() takes back: a workbook, a folder of CSV files (a path with "/" at its end), or JSON Lines
        (whole files, or where sheets are named their rows).

        format: "xlsx", "csv" or "jsonl"; without it the path tells. sheets: some of "customers", "sites", "contacts", "channels",
        "identifiers", "memberships", "bank" and "quote_defaults"; without it all. language: of the headings, "en" or "de".
        raw: no apostrophe before what a spreadsheet would take for a formula, for programs. delimiter: of CSV, without it "," or in German
        ";". source: the scheme of keys that name customers without a
        number, beside their ids, and the source to import them by.
        """
        flags = {constants.EXPORT_ARCHIVED: archived, constants.EXPORT_ALL_COLUMNS: all_columns, constants.EXPORT_RAW: raw}
        with self.begin(actor=actor) as txn:
            _export.customers(
                txn._running(),
                path,
                format,
                sheets,
                flags=sum(flag for flag, is_set in flags.items() if is_set),
                language=_values.name(language),
                role=None if role is None else _values.name(role),
                delimiter=delimiter_number(delimiter),
                source=_values.name(source),
            )

    def dump(self, path: Union[str, os.PathLike[str]], actor: Id = ACTOR_SYSTEM) -> None:
        """The whole store as JSON Lines, for crm.load_dump(). It holds the store's secret and the verifiers of passwords."""
        with self.begin(actor=actor) as txn:
            _export.dump(txn._running(), path)


class _Run(Generic[T]):
    """One transact(): the attempts of a function, and what became of the last of them."""

    def __init__(self, database: Database, fn: Callable[[Transaction], T]) -> None:
        self._database, self._fn = database, fn
        self._txn: Optional[Transaction] = None
        self._result: Any = None
        self._error: Optional[BaseException] = None

    def attempt(self, handle: Any, data: Any) -> int:
        """The callback: no exception leaves it, for C can't see one."""
        try:
            self._settle(stored=False)
            self._error = None
            self._txn = Transaction(self._database, handle, write=True, owned=False)
            self._result = self._fn(self._txn)
            return constants.COMMIT
        except BaseException as error:
            self._error = error
            return error.status if isinstance(error, Error) and error.status < 0 else 0
        finally:
            if self._txn is not None:
                self._txn._handle = None

    def finish(self, status: int) -> T:
        """What the caller of transact() gets."""
        self._settle(stored=status >= 0)
        error, self._error = self._error, None
        if status >= 0:
            return self._result
        try:
            raise error or last(status)
        finally:
            del error

    def _settle(self, stored: bool) -> None:
        if self._txn is not None:
            self._txn._settle(stored)


def open(
    path: Union[str, os.PathLike[str]],
    create: bool = False,
    read_only: bool = False,
    *,
    max_bytes: int = 0,
    max_readers: int = 0,
    wait_ms: int = 0,
    utc_offset: int = 0,
    fixed_time: Optional[datetime.datetime] = None,
    check_pages: bool = False,
    previous: bool = False,
    force: bool = False,
    relaxed: bool = False,
) -> Database:
    """Opens the store in a folder; create: makes it where there is none.

    max_bytes: upper bound of the file (0: 64 GiB). max_readers: snapshots at once over all processes (0: 1,022). wait_ms: how long a
    write transaction waits for another writer (0: 5,000). utc_offset: minutes that local time is ahead of UTC; it decides when a new
    day begins. fixed_time: what the store takes for now, for tests. check_pages: read every page first. previous: where the latest commit
    is damaged, go back to the one before. force: on a network volume too. relaxed: commits do not wait for their last page, and a power
    cut may take the latest one away.
    """
    flags = {constants.DB_CREATE: create, constants.DB_READ_ONLY: read_only, constants.DB_CHECK: check_pages,
             constants.DB_PREVIOUS: previous, constants.DB_FORCE: force, constants.DB_RELAXED: relaxed}
    options = crm_db_options(
        size=ctypes.sizeof(crm_db_options),
        max_bytes=_values.unsigned(max_bytes, "max_bytes", 64),
        fixed_time=_values.microseconds(fixed_time) if fixed_time else 0,
        flags=sum(flag for flag, wanted in flags.items() if wanted),
        max_readers=_values.unsigned(max_readers, "max_readers"),
        wait_ms=_values.unsigned(wait_ms, "wait_ms"),
        utc_offset=_values.integer(utc_offset),
    )
    handle = ctypes.POINTER(crm_db)()
    check(lib.crm_db_open(os.fsencode(path), options, handle))
    return Database(handle, os.fspath(path))


def compact(path: Union[str, os.PathLike[str]]) -> None:
    """Writes a store's file anew: free pages go, and all that was deleted with them. Nobody may have the store open."""
    check(lib.crm_db_compact(os.fsencode(path), None))
