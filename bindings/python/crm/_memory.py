# SPDX-License-Identifier: MIT
"""Memory of the library that Python holds: freed with the last reference to it, in any order."""
from __future__ import annotations

from typing import Any, Callable


class Memory:
    """A record, file, quote or set of rows of the library."""

    __slots__ = ("pointer", "_free")

    def __init__(self, pointer: Any, free: Callable[[Any], None]) -> None:
        self.pointer = pointer
        self._free = free

    def __del__(self) -> None:
        self._free(self.pointer)
