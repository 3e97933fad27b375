# SPDX-License-Identifier: MIT
"""What stands against deleting a record."""
from __future__ import annotations

from dataclasses import dataclass
from itertools import count, takewhile
from typing import Any, Tuple

from ._library import lib
from ._memory import Memory
from .record import wrap
from .records import BlockerValues


@dataclass(frozen=True)
class Blocker:
    """A field of other records that name a record, so that it can't be deleted."""

    field: str
    """Path of the field ("contact.person")."""
    count: int
    """How many records name it there."""
    more: bool
    """Whether there are more than were counted."""
    samples: Tuple[int, ...]
    """Ids of the first ten of them."""


def read(pointer: Any) -> Tuple[Blocker, ...]:
    """A list of the library's, which is then freed."""
    memory = Memory(pointer, lib.crm_blockers_free)
    return tuple(_blocker(memory, index) for index in range(lib.crm_blockers_count(pointer)))


def _blocker(memory: Memory, index: int) -> Blocker:
    one = wrap(BlockerValues, lib.crm_blockers_record(memory.pointer, index), memory)
    samples = takewhile(bool, (lib.crm_blockers_sample(memory.pointer, index, place) for place in count()))
    return Blocker(one.field or "", one.count or 0, bool(one.more), tuple(samples))
