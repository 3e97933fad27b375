# SPDX-License-Identifier: MIT
"""Looking after a store: whether everything in it holds together."""
from __future__ import annotations

import ctypes
from itertools import count, takewhile
from typing import Any, Callable, List, NamedTuple, Optional

from . import constants
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


def _told(progress: Any, done: int, failures: List[BaseException]) -> int:
    """The callback: no exception leaves it, for C can't see one."""
    try:
        return 1 if progress(done) else 0
    except BaseException as error:
        failures.append(error)
        return 1
