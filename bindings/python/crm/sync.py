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

from . import _values, constants, csv_file, errors
from ._library import lib, lib_io
from ._memory import Memory
from ._prototypes import (
    crm_plan,
    crm_sync,
    crm_sync_progress_fn,
    crm_xlsx_choice,
    crm_xlsx_options,
    crm_xlsx_sheet_fn,
)
from .csv_file import content
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


class Form(NamedTuple):
    """How rows are read; Database.sync() says what each is."""

    rows_kind: Optional[str]
    role: Optional[str]
    policy: Policy
    mapping: Union[Mapping[str, str], str, "os.PathLike[str]", None]
    sheets: Optional[Mapping[str, Optional[str]]]
    ignore_unknown: bool
    delimiter: Optional[str]
    encoding: Optional[str]
    quote: Optional[str]
    header_row: Union[int, bool, None]


class Rows:
    """Rows on their way into a store; Database.sync() uses it. Columns may be custom fields of txn's store."""

    def __init__(self, txn: Any, rows: Any, source: Optional[str], skip_bad_rows: bool, form: Form) -> None:
        out = ctypes.POINTER(crm_sync)()
        self._form, self._rows, self._csv = form, rows, None
        file = isinstance(form.mapping, (str, os.PathLike))
        self._mapping_file = os.fsencode(form.mapping) if file else None
        self._mapping = {} if file else dict(form.mapping or {})
        source = source or self._mapped_source()
        check(lib.crm_sync_new_in(txn, _values.name(source or _name(rows)), self._shape(), out))
        self._pointer, self._memory = out, Memory(out, lib.crm_sync_free)
        for kind, text in ({"": form.policy} if isinstance(form.policy, str) else form.policy).items():
            self._set_policy(kind, text)
        if form.role is not None:
            check(lib.crm_sync_set_role(out, _values.name(form.role)))
        flags = (constants.SYNC_SKIP_BAD_ROWS if skip_bad_rows else 0) | (constants.SYNC_IGNORE_UNKNOWN if form.ignore_unknown else 0)
        check(lib.crm_sync_set_flags(out, flags | (0 if source else constants.SYNC_NO_KEYS)))

    def _shape(self) -> int:
        """What is told, else what the mapping file says, else the name of a file that is no workbook, else flat."""
        if self._form.rows_kind is not None:
            return _choice(ROWS, self._form.rows_kind, "rows_kind")
        shape = self._mapped_shape(None)
        head = _beginning(self._rows) if isinstance(self._rows, (str, os.PathLike)) else b""
        if not shape and head and not lib_io.crm_xlsx_begins(head, len(head)):
            shape = lib_io.crm_xlsx_rows(_values.name(os.path.splitext(_name(self._rows))[0]))
        return shape if shape and (shape != constants.ROWS_CUSTOMER or self._mapping_file) else constants.ROWS_FLAT

    def _mapped_source(self) -> str:
        """What the mapping file says that the rows come from; "": nothing."""
        out = ctypes.create_string_buffer(1024)
        if self._mapping_file:
            check(lib_io.crm_mapping_source(self._mapping_file, out, len(out)))
        return out.value.decode()

    def _mapped_shape(self, sheet: Optional[str]) -> int:
        """What the mapping file says of a sheet, or of its only one; 0: nothing."""
        shape = ctypes.c_uint32()
        if self._mapping_file:
            check(lib_io.crm_mapping_rows(self._mapping_file, None if sheet is None else _values.name(sheet), shape))
        return shape.value

    def _map(self, several: bool) -> None:
        """The mapping, for the latest sheet: of several sheets each takes what fits its rows."""
        if self._mapping_file and not several:
            check(lib_io.crm_mapping_load_file(self._pointer, self._mapping_file))
        for heading, target in self._mapping.items():
            status = lib.crm_sync_map(self._pointer, _values.name(heading), _values.name(target))
            if status < 0 and not (several and status == constants.E_TYPE):
                raise last(status)

    def save_mapping(self, path: Union[str, "os.PathLike[str]"]) -> None:
        """Writes down what the columns were taken for."""
        check(lib_io.crm_mapping_save_file(self._pointer, self._csv and self._csv.pointer, os.fsencode(path)))

    def _set_policy(self, kind: str, text: str) -> None:
        """Of a kind of records ("": all), as "replace" or "merge/fail"."""
        number = lib.crm_kind_find(_values.name(kind)) if kind else 0
        exists, _, new = text.partition("/")
        if kind and not number:
            raise InvalidError(f"policy: there is no kind {kind!r}")
        missing = _choice(NEW_POLICIES, new or "create", "policy for new records")
        check(lib.crm_sync_set_policy(self._pointer, number, _choice(POLICIES, exists, "policy"), missing))

    def add(self) -> None:
        """A file by its path or its bytes; sheets as a dict; a list of dicts."""
        if isinstance(self._rows, (str, bytes, os.PathLike)):
            self._add_file(self._rows)
        elif isinstance(self._rows, Mapping):
            for name, sheet in self._rows.items():
                self._begin_sheet(name, (self._form.sheets or {}).get(name))
                self._add_dicts(sheet)
        else:
            self._map(False)
            self._add_dicts(self._rows)

    def _begin_sheet(self, name: str, kind: Optional[str]) -> None:
        mapped = self._mapped_shape(name)
        shape = _choice(ROWS, kind, "sheets") if kind else mapped or lib_io.crm_xlsx_rows(_values.name(name))
        if not shape:
            raise InvalidError(f"the name of the sheet {name!r} does not tell what is in it: say so by sheets")
        check(lib.crm_sync_add_sheet(self._pointer, _values.name(name), shape))
        self._map(not mapped)

    def _add_file(self, file: Any) -> None:
        """A workbook, a CSV file or JSON Lines, by its content; a folder of CSV files."""
        folder = not isinstance(file, bytes) and os.path.isdir(file)
        head = b"" if folder else _beginning(file)
        if folder or lib_io.crm_xlsx_begins(head, len(head)):
            self._add_sheets(file, folder)
            return
        self._map(False)
        if not head.replace(codecs.BOM_UTF8, b"").startswith(b"{"):
            self._add_csv(file)
        elif isinstance(file, bytes):
            check(lib_io.crm_jsonl_read(self._pointer, file, len(file)))
        else:
            check(lib_io.crm_jsonl_read_file(self._pointer, os.fsencode(file)))

    def _csv_options(self) -> Any:
        form = self._form
        return csv_file.options(form.delimiter, form.encoding, form.quote, form.header_row)

    def _add_csv(self, file: Any) -> None:
        options = self._csv_options()
        if self._mapping_file:
            check(lib_io.crm_mapping_csv(self._mapping_file, options))
        self._csv = csv_file.opened(file, options)
        check(lib_io.crm_csv_feed(self._csv.pointer, self._pointer, 2**64 - 1))

    def _add_sheets(self, file: Any, folder: bool) -> None:
        if self._form.header_row is False and not folder:
            raise InvalidError("header_row=False is for CSV files")
        csv = self._csv_options()
        failures: List[BaseException] = []

        def begin(_: Any, __: Any) -> int:
            try:
                self._map(True)
                return constants.OK
            except BaseException as error:
                failures.append(error)
                return constants.E_ABORTED

        chosen = [(_values.name(name), _choice(ROWS, kind, "sheets") if kind else 0) for name, kind in (self._form.sheets or {}).items()]
        choice = (crm_xlsx_choice * len(chosen))(*(crm_xlsx_choice(name=name, rows=shape) for name, shape in chosen))
        callback = crm_xlsx_sheet_fn(begin)
        options = crm_xlsx_options(
            size=ctypes.sizeof(crm_xlsx_options),
            flags=constants.XLSX_SKIP_UNKNOWN_SHEETS if self._form.ignore_unknown else 0,
            choice_count=len(chosen),
            choice=choice if chosen else None,
            begin=callback,
            mapping=self._mapping_file,
            header=0 if folder else csv.header_row,
        )
        if isinstance(file, bytes):
            status = lib_io.crm_xlsx_read_bytes(self._pointer, file, len(file), options)
        elif folder:
            status = lib_io.crm_csv_read_folder(self._pointer, os.fsencode(file), csv, options)
        else:
            status = lib_io.crm_xlsx_read_file(self._pointer, os.fsencode(file), options)
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

    def plan(self, database: Any, actor: int, progress: Optional[Progress]) -> Any:
        """What the rows would do: a crm_plan."""
        out = ctypes.POINTER(crm_plan)()
        with self._telling(progress):
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

    def run_job(self, database: Any, actor: int, progress: Optional[Progress], fingerprint: str) -> SyncResult:
        """Adds the rows and applies them, batch by batch; goes on behind those that an earlier call with the fingerprint has stored."""
        check(lib.crm_sync_job(self._pointer, database, actor, _values.name(fingerprint), 0))
        with self._telling(progress):
            self.add()
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
        return content(rows)
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


def _name(rows: Any) -> str:
    """What rows come from: the name of a file, else "import"."""
    return os.path.basename(os.fspath(rows).rstrip("/")) if isinstance(rows, (str, os.PathLike)) else "import"


def _beginning(file: Any) -> bytes:
    if isinstance(file, bytes):
        return file[:64]
    try:
        with open(file, "rb") as opened:
            return opened.read(64)
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
