# SPDX-License-Identifier: MIT
"""Out of the store: customers and lists as workbook, CSV or JSON Lines, and whole stores."""
from __future__ import annotations

import contextlib
import ctypes
import os
from typing import Any, Iterable, Iterator, List, Optional, Union

from . import _values, constants
from ._library import lib_io
from ._memory import Memory
from ._prototypes import crm_export, crm_export_options
from .errors import InvalidError, check

FORMATS = {"xlsx": constants.EXPORT_XLSX, "csv": constants.EXPORT_CSV, "jsonl": constants.EXPORT_JSON_LINES}
SHEETS = {
    "customers": constants.EXPORT_CUSTOMERS,
    "sites": constants.EXPORT_SITES,
    "contacts": constants.EXPORT_CONTACTS,
    "channels": constants.EXPORT_CHANNELS,
    "identifiers": constants.EXPORT_IDENTIFIERS,
    "memberships": constants.EXPORT_MEMBERSHIPS,
    "bank": constants.EXPORT_BANK,
    "quote_defaults": constants.EXPORT_QUOTE_DEFAULTS,
    "usages": constants.EXPORT_USAGES,
    "roles": constants.EXPORT_ROLES,
}
Path = Union[str, "os.PathLike[str]"]


def _format(path: str, told: Optional[str]) -> int:
    name = told or ("csv" if path.endswith("/") else path.rpartition(".")[2].lower())
    if name not in FORMATS:
        raise InvalidError(f"format is one of {', '.join(FORMATS)}, not {name!r}")
    return FORMATS[name]


def customers(txn: Any, path: Path, format: Optional[str], sheets: Iterable[str], **options: Any) -> None:
    """The customer sheets into a file, or into a folder of CSV files."""
    name, chosen = os.fspath(path), list(sheets)
    for sheet in chosen:
        if sheet not in SHEETS:
            raise InvalidError(f"sheets are {', '.join(SHEETS)}, not {sheet!r}")
    with _exporting(path, format=_format(name, format), sheets=sum({SHEETS[sheet] for sheet in chosen}), **options) as out:
        check(lib_io.crm_export_customers(out, txn))


def records(path: Path, pages: Iterator[Any], txn: Any, name: str, fields: List[int], format: Optional[str], language: str) -> None:
    """The pages of a list (each a crm_iter) as one table."""
    columns = (ctypes.c_uint32 * len(fields))(*fields)
    with _exporting(path, format=_format(os.fspath(path), format), language=_values.name(language)) as out:
        for page in pages:
            check(lib_io.crm_export_list(out, txn, _values.name(name), columns, len(fields), page))


@contextlib.contextmanager
def _exporting(path: Path, **options: Any) -> Iterator[Any]:
    """A crm_export, which is finished at the end."""
    out = ctypes.POINTER(crm_export)()
    check(lib_io.crm_export_new(os.fsencode(path), crm_export_options(size=ctypes.sizeof(crm_export_options), **options), out))
    memory = Memory(out, lib_io.crm_export_free)
    yield memory.pointer
    check(lib_io.crm_export_finish(memory.pointer))


def dump(txn: Any, path: Path) -> None:
    """The whole store as JSON Lines."""
    check(lib_io.crm_export_dump(txn, os.fsencode(path)))


def load_dump(path: Path, store: Path) -> None:
    """Makes a store of what Database.dump() wrote; there must be none in its place."""
    check(lib_io.crm_import_dump(os.fsencode(path), os.fsencode(store)))
