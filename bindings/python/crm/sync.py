# SPDX-License-Identifier: MIT
"""Rows into the store: from dicts, data frames, CSV files and Excel workbooks."""
from __future__ import annotations

import codecs
import contextlib
import ctypes
import hashlib
import os
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any, Callable, Iterable, Iterator, List, Mapping, NamedTuple, Optional, Tuple, Union

from . import _values, constants, errors
from ._library import lib, lib_io
from ._memory import Memory
from ._prototypes import (
    crm_csv_options,
    crm_plan,
    crm_sync,
    crm_sync_progress_fn,
    crm_xlsx_choice,
    crm_xlsx_options,
    crm_xlsx_sheet_fn,
)
from .errors import InvalidError, check, last

ROWS = {
    "flat": constants.ROWS_FLAT,
    "customer": constants.ROWS_CUSTOMER,
    "site": constants.ROWS_SITE,
    "contact": constants.ROWS_CONTACT,
    "channel": constants.ROWS_CHANNEL,
    "identifier": constants.ROWS_IDENTIFIER,
    "membership": constants.ROWS_MEMBERSHIP,
    "bank": constants.ROWS_BANK,
    "quote_defaults": constants.ROWS_QUOTE_DEFAULTS,
    "usage": constants.ROWS_USAGE,
    "role": constants.ROWS_ROLE,
}
POLICIES = {
    "merge": constants.SYNC_MERGE,
    "replace": constants.SYNC_REPLACE,
    "skip": constants.SYNC_SKIP,
    "equal": constants.SYNC_ASSERT_EQUAL,
    "fail": constants.SYNC_FAIL,
}
NEW_POLICIES = {"create": constants.SYNC_CREATE, "fail": constants.SYNC_FAIL}
ENCODINGS = {
    "utf-8": constants.CSV_UTF8,
    "utf-8-sig": constants.CSV_UTF8,
    "utf-16-le": constants.CSV_UTF16LE,
    "utf-16-be": constants.CSV_UTF16BE,
    "cp1252": constants.CSV_WINDOWS_1252,
    "iso8859-15": constants.CSV_ISO_8859_15,
}
QUOTES = {'"': ord('"'), "'": ord("'"), "": constants.CSV_NO_QUOTE}


Policy = Union[str, Mapping[str, str]]
Progress = Callable[[int, int], Any]


class RowError(NamedTuple):
    """Why a row was refused."""

    row: int
    """Row, as its source counts."""
    column: Optional[int]
    """Column, counted from 1; None where it is about the whole row."""
    heading: Optional[str]
    """The column's heading."""
    target: Optional[str]
    """What the column is taken for ("party.name")."""
    field: Optional[str]
    """Path of the field that it is about."""
    status: int
    name: str
    """The status, and its name ("CRM_E_CODE")."""
    text: str
    """The reason in English."""
    sheet: str = ""
    """The sheet; "" where the rows are of none."""


class RowWarning(NamedTuple):
    """What was stored and may be a slip."""

    row: int
    column: Optional[int]
    """Column, counted from 1; None where it is about the whole row."""
    text: str
    sheet: str = ""
    """The sheet; "" where the rows are of none."""


@dataclass(frozen=True)
class SyncResult:
    """How many rows had which outcome, the errors of those that were refused, the headings of columns that were left out, and warnings."""

    created: int
    updated: int
    unchanged: int
    failed: int
    """Rows that say something bad by themselves."""
    conflicts: int = 0
    """Rows that the store, or another row, says otherwise."""
    errors: Tuple[RowError, ...] = ()
    ignored: Tuple[str, ...] = ()
    warnings: Tuple[RowWarning, ...] = ()
    run: int = 0
    """Id of the receipt (Database.runs(), .revert()); 0 where nothing changed."""


class Rows:
    """Rows on their way into a store; Database.sync() and Database.import_csv() use it. Columns may be custom fields of txn's store."""

    def __init__(
        self,
        txn: Any,
        source: Optional[str],
        name: str,
        rows_kind: str,
        role: Optional[str],
        policy: Policy,
        mapping: Optional[Mapping[str, str]],
        skip_bad_rows: bool,
        ignore_unknown: bool,
    ) -> None:
        out = ctypes.POINTER(crm_sync)()
        check(lib.crm_sync_new_in(txn, _values.name(source or name), _choice(ROWS, rows_kind, "rows_kind"), out))
        self._pointer, self._memory = out, Memory(out, lib.crm_sync_free)
        for kind, text in ({"": policy} if isinstance(policy, str) else policy).items():
            self._set_policy(kind, text)
        if role is not None:
            check(lib.crm_sync_set_role(out, _values.name(role)))
        flags = (constants.SYNC_SKIP_BAD_ROWS if skip_bad_rows else 0) | (constants.SYNC_IGNORE_UNKNOWN if ignore_unknown else 0)
        check(lib.crm_sync_set_flags(out, flags | (0 if source else constants.SYNC_NO_KEYS)))
        self._ignore_unknown = ignore_unknown
        self._mapping = dict(mapping or {})

    def _map(self, several: bool) -> None:
        """The mapping, for the latest sheet: of several sheets each takes what fits its rows."""
        for heading, target in self._mapping.items():
            status = lib.crm_sync_map(self._pointer, _values.name(heading), _values.name(target))
            if status < 0 and not (several and status == constants.E_TYPE):
                raise last(status)

    def _set_policy(self, kind: str, text: str) -> None:
        """Of a kind of records ("": all), as "replace" or "merge/fail"."""
        number = lib.crm_kind_find(_values.name(kind)) if kind else 0
        exists, _, new = text.partition("/")
        if kind and not number:
            raise InvalidError(f"policy: there is no kind {kind!r}")
        missing = _choice(NEW_POLICIES, new or "create", "policy for new records")
        check(lib.crm_sync_set_policy(self._pointer, number, _choice(POLICIES, exists, "policy"), missing))

    def add(self, rows: Any, sheets: Optional[Mapping[str, Optional[str]]] = None) -> None:
        """A file by its path, its bytes or a binary file object; sheets as a dict; a data frame; dicts."""
        if isinstance(rows, (str, bytes, os.PathLike)) or hasattr(rows, "read"):
            self._add_file(rows, sheets)
        elif isinstance(rows, Mapping):
            for name, sheet in rows.items():
                self._begin_sheet(name, (sheets or {}).get(name))
                self._add_dicts(sheet)
        else:
            self._map(False)
            self._add_dicts(rows)

    def _begin_sheet(self, name: str, kind: Optional[str]) -> None:
        shape = _choice(ROWS, kind, "sheets") if kind else lib_io.crm_xlsx_rows(_values.name(name))
        if not shape:
            raise InvalidError(f"the name of the sheet {name!r} does not tell what is in it: say so by sheets")
        check(lib.crm_sync_add_sheet(self._pointer, _values.name(name), shape))
        self._map(True)

    def _add_file(self, file: Any, sheets: Optional[Mapping[str, Optional[str]]]) -> None:
        """A workbook, a CSV file or JSON Lines, by its content; a folder of CSV files."""
        content = _content(file)
        folder = not isinstance(content, bytes) and os.path.isdir(content)
        head = b"" if folder else _beginning(content)
        if folder or lib_io.crm_xlsx_begins(head, len(head)):
            self._add_sheets(content, folder, sheets)
        elif head.replace(codecs.BOM_UTF8, b"").startswith(b"{"):
            self._map(False)
            if isinstance(content, bytes):
                check(lib_io.crm_jsonl_read(self._pointer, content, len(content)))
            else:
                check(lib_io.crm_jsonl_read_file(self._pointer, os.fsencode(content)))
        else:
            self.add_csv(content, None, None, None, None)

    def _add_sheets(self, content: Any, folder: bool, sheets: Optional[Mapping[str, Optional[str]]]) -> None:
        failures: List[BaseException] = []

        def begin(_: Any, __: Any) -> int:
            try:
                self._map(True)
                return constants.OK
            except BaseException as error:
                failures.append(error)
                return constants.E_ABORTED

        chosen = [(_values.name(name), _choice(ROWS, kind, "sheets") if kind else 0) for name, kind in (sheets or {}).items()]
        choice = (crm_xlsx_choice * len(chosen))(*(crm_xlsx_choice(name=name, rows=shape) for name, shape in chosen))
        callback = crm_xlsx_sheet_fn(begin)
        options = crm_xlsx_options(
            size=ctypes.sizeof(crm_xlsx_options),
            flags=constants.XLSX_SKIP_UNKNOWN_SHEETS if self._ignore_unknown else 0,
            choice_count=len(chosen),
            choice=choice if chosen else None,
            begin=callback,
        )
        if isinstance(content, bytes):
            status = lib_io.crm_xlsx_read_bytes(self._pointer, content, len(content), options)
        elif folder:
            status = lib_io.crm_csv_read_folder(self._pointer, os.fsencode(content), None, options)
        else:
            status = lib_io.crm_xlsx_read_file(self._pointer, os.fsencode(content), options)
        if failures:
            raise failures[0]
        check(status)

    def _add_dicts(self, rows: Any) -> None:
        """Rows as dicts of heading and value, or a data frame; all keys together are the columns."""
        rows = list(rows.to_dict("records") if hasattr(rows, "to_dict") else rows)
        headings = list(dict.fromkeys(heading for row in rows for heading in row))
        self._add_columns(headings)
        cells, sizes = (ctypes.c_char_p * len(headings))(), (ctypes.c_size_t * len(headings))()
        for number, row in enumerate(rows, 1):
            texts: List[Any] = [_cell(row.get(heading), number) for heading in headings]
            cells[:] = texts
            sizes[:] = [len(text or b"") for text in texts]
            if lib.crm_sync_add_row(self._pointer, number, cells, sizes, len(headings)) < 0:
                error = last()
                error.row = number
                raise error

    def _add_columns(self, headings: Iterable[str]) -> None:
        """All columns; those that nothing recognises are named together."""
        unknown = []
        for heading in headings:
            encoded = _values.text(heading)
            try:
                check(lib.crm_sync_add_column(self._pointer, encoded, len(encoded)))
            except errors.NotFoundError as error:
                unknown.append((heading, error))
        if len(unknown) > 1:
            names = ", ".join(f'"{heading}"' for heading, _ in unknown)
            unknown[0][1].text = f"columns {names} are not recognised"
        if unknown:
            raise unknown[0][1]

    def add_csv(
        self, file: Any, delimiter: Optional[str], encoding: Optional[str], quote: Optional[str], header_row: Union[int, bool, None]
    ) -> None:
        """The rows of a CSV file, given by its path or as a binary file object."""
        options = crm_csv_options(
            size=ctypes.sizeof(crm_csv_options),
            delimiter=_delimiter(delimiter),
            encoding=_encoding(encoding),
            quote=0 if quote is None else _choice(QUOTES, quote, "quote"),
            header_row=_header_row(header_row),
        )
        self._map(False)
        content = _content(file)
        if isinstance(content, bytes):
            check(lib_io.crm_csv_read(self._pointer, content, len(content), options))
        else:
            check(lib_io.crm_csv_read_file(self._pointer, os.fsencode(content), options))

    def plan(self, database: Any, actor: int) -> Any:
        """What the rows would do: a crm_plan."""
        out = ctypes.POINTER(crm_plan)()
        check(lib.crm_sync_plan(self._pointer, database, actor, out))
        return out

    def apply(self, database: Any, actor: int, progress: Optional[Progress] = None) -> SyncResult:
        """Applies the rows in one transaction; a refusal has the errors of all rows in its attribute errors."""
        with self._telling(progress):
            status = lib.crm_sync_apply(self._pointer, database, actor)
            if status < 0:
                found = self._errors()
                raise last(status, lambda _: found[0].field if found else None)
        return self._result()

    def run_job(self, database: Any, actor: int, progress: Optional[Progress], fingerprint: str, add: Callable[[Rows], None]) -> SyncResult:
        """Adds the rows and applies them, batch by batch; goes on behind those that an earlier call with the fingerprint has stored."""
        check(lib.crm_sync_job(self._pointer, database, actor, _values.name(fingerprint), 0))
        with self._telling(progress):
            add(self)
        return self.apply(database, actor, progress)

    @contextlib.contextmanager
    def _telling(self, progress: Optional[Progress]) -> Iterator[None]:
        """As telling(); what the library refuses gets the errors of all rows."""
        with telling(lambda told: check(lib.crm_sync_set_progress(self._pointer, told, None)), progress):
            try:
                yield
            except errors.Error as error:
                error.errors = self._errors()
                raise

    def _result(self) -> SyncResult:
        outcomes = (constants.SYNC_CREATED, constants.SYNC_UPDATED, constants.SYNC_UNCHANGED, constants.SYNC_FAILED, constants.SYNC_CONFLICT)
        counts = (lib.crm_sync_count(self._pointer, outcome) for outcome in outcomes)
        return SyncResult(*counts, self._errors(), self._ignored(), self._warnings(), lib.crm_sync_run(self._pointer))

    def _ignored(self) -> Tuple[str, ...]:
        count = lib.crm_sync_ignored_count(self._pointer)
        return tuple(lib.crm_sync_ignored(self._pointer, index).decode() for index in range(count))

    def _warnings(self) -> Tuple[RowWarning, ...]:
        return tuple(self._warning(index) for index in range(lib.crm_sync_warning_count(self._pointer)))

    def _warning(self, index: int) -> RowWarning:
        sync = self._pointer
        sheet = lib.crm_sync_sheet_name(sync, lib.crm_sync_warning_sheet(sync, index))
        column = lib.crm_sync_warning_column(sync, index) or None
        return RowWarning(lib.crm_sync_warning_row(sync, index), column, lib.crm_sync_warning_text(sync, index).decode(), sheet.decode())

    def _errors(self) -> Tuple[RowError, ...]:
        return tuple(self._error(index) for index in range(lib.crm_sync_error_count(self._pointer)))

    def _error(self, index: int) -> RowError:
        sync, column = self._pointer, lib.crm_sync_error_column(self._pointer, index)
        sheet = lib.crm_sync_error_sheet(sync, index)
        target = lib.crm_sync_sheet_target(sync, sheet, column - 1) if column else None
        heading = lib.crm_sync_sheet_heading(sync, sheet, column - 1) if column else None
        status = lib.crm_sync_error_status(sync, index)
        return RowError(
            lib.crm_sync_error_row(sync, index),
            column or None,
            heading.decode() if heading else None,
            target.decode() if target else None,
            errors.field_path(lib.crm_sync_error_field(sync, index), lambda _: target and target.decode()),
            status,
            lib.crm_status_name(status).decode(),
            lib.crm_sync_error_text(sync, index).decode(),
            lib.crm_sync_sheet_name(sync, sheet).decode(),
        )


@contextlib.contextmanager
def telling(set_progress: Callable[[Any], None], progress: Optional[Progress]) -> Iterator[None]:
    """Tells progress how far an apply is; its exception comes out in place of the library's."""
    failures: List[BaseException] = []
    told = crm_sync_progress_fn(lambda _, done, total: _told(progress, done, total, failures))
    set_progress(crm_sync_progress_fn() if progress is None else told)
    try:
        yield
    except errors.Error:
        if failures:
            raise failures[0] from None
        raise
    finally:
        set_progress(crm_sync_progress_fn())


def _told(progress: Any, done: int, total: int, failures: List[BaseException]) -> int:
    """The callback: no exception leaves it, for C can't see one."""
    try:
        return 1 if progress(done, total) else 0
    except BaseException as error:
        failures.append(error)
        return 1


def settled(rows: Any) -> Any:
    """Rows that can be added twice: a file object's bytes, a list of dicts; a path and bytes as they are."""
    if isinstance(rows, (str, bytes, os.PathLike)) or hasattr(rows, "read"):
        return _content(rows)
    if isinstance(rows, Mapping):
        return {name: settled(sheet) for name, sheet in rows.items()}
    return list(rows.to_dict("records") if hasattr(rows, "to_dict") else rows)


def fingerprint(rows: Any, *arguments: Any) -> str:
    """Tells settled rows, and how they are read, from any other."""
    total = hashlib.sha256(repr(arguments).encode("utf-8", "surrogatepass"))
    if isinstance(rows, (str, os.PathLike)):
        with open(rows, "rb") as file:
            for block in iter(lambda: file.read(1 << 20), b""):
                total.update(block)
    elif isinstance(rows, bytes):
        total.update(rows)
    else:
        sheets = rows.values() if isinstance(rows, Mapping) else [rows]
        for row in (row for sheet in sheets for row in sheet):
            total.update(repr(row).encode("utf-8", "surrogatepass"))
    return total.hexdigest()


def too_many(error: errors.TooBigError) -> bool:
    """Whether it refuses more rows than one transaction takes."""
    return error.text.endswith(" rows")


def _content(file: Any) -> Any:
    """The bytes of a file object; bytes and paths as they are."""
    content = file.read() if hasattr(file, "read") else file
    if not isinstance(content, bytes) and content is not file:
        raise _values.refuse(content, "a path or a binary file")
    return content


def _beginning(content: Any) -> bytes:
    if isinstance(content, bytes):
        return content[:64]
    try:
        with open(content, "rb") as file:
            return file.read(64)
    except OSError:
        return b""  # the library says why


def _choice(table: Mapping[str, int], name: str, argument: str) -> int:
    if name not in table:
        raise InvalidError(f"{argument} is one of {', '.join(table)}, not {name!r}")
    return table[name]


def _cell(value: Any, row: int) -> Optional[bytes]:
    """A cell's text; None is an empty cell, which says nothing."""
    if value is None or isinstance(value, str):
        return None if value is None else _values.text(value)
    if value != value:  # NaN and NaT: how data frames say that there is nothing
        return None
    if not isinstance(value, (bool, int, float, Decimal, date)) and hasattr(value, "item"):
        value = value.item()  # a number of numpy
    if isinstance(value, bool):
        return b"yes" if value else b"no"
    if isinstance(value, int):
        return str(value).encode()
    if isinstance(value, Decimal):
        return _decimal(value).encode()
    if isinstance(value, float):
        return (str(int(value)) if value.is_integer() else _decimal(Decimal(repr(value)))).encode()
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat().encode()
    error = _values.refuse(value, "str, bool, int, float, Decimal, date or None")
    error.row = row
    raise error


def _decimal(value: Decimal) -> str:
    """All four decimals: with three, "1.234" could as well be thousands."""
    try:
        exact = value.quantize(Decimal("0.0001"))
    except InvalidOperation:
        exact = value
    return format(exact if exact == value else value, "f")


def _delimiter(delimiter: Optional[str]) -> int:
    if delimiter is None:
        return 0
    if len(delimiter) != 1:
        raise InvalidError("a delimiter is one character")
    return ord(delimiter)


def _encoding(encoding: Optional[str]) -> int:
    if encoding is None:
        return constants.CSV_DETECT
    try:
        return ENCODINGS[codecs.lookup(encoding).name]
    except LookupError:
        names = "utf-8, utf-16-le, utf-16-be, windows-1252 or iso-8859-15"
        raise InvalidError(f"encoding is {names}, not {encoding!r}") from None


def _header_row(header_row: Union[int, bool, None]) -> int:
    if header_row is None:
        return 0
    if header_row is False:
        return constants.CSV_NO_HEADER
    if header_row is True or not 1 <= header_row < constants.CSV_NO_HEADER:
        raise InvalidError(f"header_row is the number of a line, or False where there is none, not {header_row!r}")
    return header_row
