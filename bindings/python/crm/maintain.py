# SPDX-License-Identifier: MIT
"""Looking after a store: whether everything in it holds together, its index made anew, and what is left of a damaged one."""
from __future__ import annotations

import ctypes
import os
from itertools import count, takewhile
from typing import Any, Callable, List, NamedTuple, Optional, Union

from . import _values, constants
from ._library import lib
from ._memory import Memory
from ._prototypes import crm_damages, crm_maintain_progress_fn
from .errors import Error, check
from .record import wrap
from .records import Damage

Progress = Callable[[int], Any]


class Verification(NamedTuple):
    """What is wrong in a store."""

    count: int
    """How many damages there are; 0: it is sound."""
    damages: List[Damage]
    """Those that are listed: where, kind, record, field, reason."""


def verify(database: Any, pages: bool, limit: int, progress: Optional[Progress]) -> Verification:
    """Looks at the whole store."""
    out, failures = ctypes.POINTER(crm_damages)(), []  # type: Any, List[BaseException]
    told = crm_maintain_progress_fn(lambda _, done: _told(progress, done, failures)) if progress else crm_maintain_progress_fn()
    try:
        check(lib.crm_verify(database, constants.VERIFY_PAGES if pages else 0, limit, told, None, out))
    except Error:
        if failures:
            raise failures[0] from None
        raise
    memory = Memory(out, lib.crm_damages_free)
    pointers = takewhile(bool, (lib.crm_damages_record(out, place) for place in count()))
    return Verification(lib.crm_damages_count(out), [wrap(Damage, pointer, memory) for pointer in pointers])


def reindex(path: Union[str, os.PathLike[str]]) -> None:
    """Makes the whole index of a store anew from its records, all or nothing: where verify() finds damage in the index, or where opening
    says that it is of another version of the library. CorruptError where a record is damaged."""
    check(lib.crm_reindex(_values.text(os.fspath(path)), None))


class Salvaged(NamedTuple):
    """What came of a damaged store."""

    records: int
    """How many records the new store has."""
    old: int
    """How many of them may be out of date."""
    left: int
    """How many sound ones were left out: what they belong to, or must name, is lost."""


def salvage(
    path: Union[str, os.PathLike[str]], to: Union[str, os.PathLike[str]], progress: Optional[Progress] = None
) -> Salvaged:
    """Makes a new store, in a folder that is not there or empty, of what is left of a damaged one: every record that is sound, with its id.

    The damaged store is only read; nobody may have it open (BusyError). progress(done) is told of records now and then.
    """
    failures: List[BaseException] = []
    counts = [ctypes.c_uint64() for _ in range(3)]
    told = crm_maintain_progress_fn(lambda _, done: _told(progress, done, failures)) if progress else crm_maintain_progress_fn()
    try:
        check(lib.crm_salvage(_values.text(os.fspath(path)), _values.text(os.fspath(to)), told, None, *map(ctypes.byref, counts)))
    except Error:
        if failures:
            raise failures[0] from None
        raise
    return Salvaged(*(count.value for count in counts))


def _told(progress: Any, done: int, failures: List[BaseException]) -> int:
    """The callback: no exception leaves it, for C can't see one."""
    try:
        return 1 if progress(done) else 0
    except BaseException as error:
        failures.append(error)
        return 1
