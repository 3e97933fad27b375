# SPDX-License-Identifier: MIT
"""Plans of imports: what rows would do, read, kept, and applied later."""
from __future__ import annotations

import ctypes
import json
from typing import TYPE_CHECKING, Any, Dict, List, Optional

from . import _values, constants
from ._library import lib
from ._memory import Memory
from ._prototypes import crm_plan
from .errors import check, last
from .sync import Progress, telling

if TYPE_CHECKING:
    from .database import Database

ACTIONS = {
    "created": constants.SYNC_CREATED,
    "updated": constants.SYNC_UPDATED,
    "unchanged": constants.SYNC_UNCHANGED,
    "conflict": constants.SYNC_CONFLICT,
    "failed": constants.SYNC_FAILED,
}


class Plan:
    """What rows would do; db.sync(..., plan=True) makes it, and nothing is stored. After apply() it says what became of them."""

    def __init__(self, database: Database, pointer: Any) -> None:
        self._database, self._pointer, self._memory = database, pointer, Memory(pointer, lib.crm_plan_free)

    @property
    def counts(self) -> Dict[str, int]:
        """How many rows have an outcome: created, updated, unchanged, conflict, failed."""
        return {name: lib.crm_plan_count(self._pointer, None, action) for name, action in ACTIONS.items()}

    @property
    def sheets(self) -> Dict[str, Dict[str, int]]:
        """The counts of each sheet, by its name; "" where the rows are of none."""
        return {sheet["name"]: sheet["counts"] for sheet in self._told()["sheets"]}

    @property
    def rows(self) -> List[Dict[str, Any]]:
        """The rows: number, sheet, action, kind, record, and their errors, warnings and changes."""
        return self._told()["rows"]

    def _told(self) -> Dict[str, Any]:
        text = lib.crm_plan_json(self._pointer, ctypes.c_size_t())
        if not text:
            raise last()
        return json.loads(text)

    @property
    def changes(self) -> List[Dict[str, Any]]:
        """The changes of all rows, each with the row's number and sheet."""
        return [{"row": row["number"], "sheet": row.get("sheet", ""), **change} for row in self.rows for change in row["changes"]]

    @property
    def refused(self) -> List[Dict[str, str]]:
        """The rows that are refused, as dicts of heading and text, with the reason as "Import error": to be corrected, and tried again."""
        found = []
        for position, row in enumerate(self.rows):
            if row["action"] in ("failed", "conflict"):
                cells = range(lib.crm_plan_cell_count(self._pointer, position))
                values = {self._text("heading", position, cell): self._text("cell", position, cell) for cell in cells}
                found.append({**values, "Import error": "; ".join(error["text"] for error in row["errors"])})
        return found

    def _text(self, what: str, row: int, column: int) -> str:
        function = lib.crm_plan_heading if what == "heading" else lib.crm_plan_cell
        return function(self._pointer, row, column).decode()

    def __str__(self) -> str:
        text = lib.crm_plan_explain(self._pointer, ctypes.c_size_t())
        if not text:
            raise last()
        return text.decode()

    def save(self) -> bytes:
        """The plan as bytes, for Database.load_plan(). They hold the rows' data: keep them as you keep the file."""
        size = ctypes.c_size_t()
        bytes_ = lib.crm_plan_save(self._pointer, size)
        if not bytes_:
            raise last()
        return ctypes.string_at(bytes_, size.value)

    def apply(self, actor: Any = constants.ACTOR_SYSTEM, progress: Optional[Progress] = None) -> int:
        """Applies it; returns the run's id, 0 where nothing changed. A row whose outcome would be another by now is refused: StaleError.
        progress: as Database.sync() has it."""
        run = ctypes.c_uint64()
        with telling(lambda told: check(lib.crm_plan_set_progress(self._pointer, told, None)), progress):
            check(lib.crm_plan_apply(self._pointer, self._database._open(), _values.identity(actor), run))
        return run.value


def load(database: Database, content: bytes, actor: Any) -> Plan:
    """The plan of saved bytes."""
    out = ctypes.POINTER(crm_plan)()
    with database.begin(actor=actor) as txn:
        check(lib.crm_plan_load(txn._running(), content, len(content), out))
    return Plan(database, out)
