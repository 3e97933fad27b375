# SPDX-License-Identifier: MIT
"""What changed in a store."""
from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any, Iterator, Optional, Tuple

from ._library import lib
from ._memory import Memory
from .record import wrap
from .records import ChangeValues


@dataclass(frozen=True)
class Change:
    """What happened to a record in one commit; in a history to one field of it."""

    record: int
    kind: str
    action: str
    """created, updated, deleted, or moved: its id leads to another record."""
    at: datetime.datetime
    """When; for a bound user the day."""
    commit: Optional[int]
    by: Optional[int]
    """The user; None: the system."""
    field: Optional[str]
    """Of a history: path of the field ("bank.iban")."""
    old_value: Optional[str]
    new_value: Optional[str]


@dataclass(frozen=True)
class Changes:
    """A page of changes."""

    changes: Tuple[Change, ...]
    token: Optional[str]
    """Continues behind the page."""
    more: bool
    """Whether there is more already."""

    def __iter__(self) -> Iterator[Change]:
        return iter(self.changes)

    def __len__(self) -> int:
        return len(self.changes)


def read(pointer: Any) -> Changes:
    """A list of the library's, which is then freed."""
    memory = Memory(pointer, lib.crm_changes_free)
    changes = tuple(_change(memory, index) for index in range(lib.crm_changes_count(pointer)))
    token = lib.crm_changes_token(pointer)
    return Changes(changes, token.decode() if token else None, bool(lib.crm_changes_more(pointer)))


def _change(memory: Memory, index: int) -> Change:
    one = wrap(ChangeValues, lib.crm_changes_record(memory.pointer, index), memory)
    at = one.at
    assert at is not None
    return Change(one.record or 0, one.kind or "", one.action or "", at, one.commit, one.by, one.field, one.old_value, one.new_value)
