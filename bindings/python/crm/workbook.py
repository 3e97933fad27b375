# SPDX-License-Identifier: MIT
"""Excel workbooks, read row by row."""
from __future__ import annotations

import ctypes
import os
from typing import Any, Iterator, NamedTuple, Tuple, Union

from . import constants, errors
from ._library import lib_io
from ._prototypes import crm_xlsx
from .errors import check

VISIBILITIES = {constants.XLSX_VISIBLE: "visible", constants.XLSX_HIDDEN: "hidden", constants.XLSX_VERY_HIDDEN: "very_hidden"}
TYPES = {constants.XLSX_TEXT: "text", constants.XLSX_NUMBER: "number", constants.XLSX_DATE: "date", constants.XLSX_BOOLEAN: "boolean",
         constants.XLSX_ERROR: "error"}


class Sheet(NamedTuple):
    """A sheet of a workbook."""

    name: str
    visibility: str
    """ "visible", "hidden" or "very_hidden"."""


class Cell(NamedTuple):
    """A cell with something in it."""

    name: str
    """Its coordinates ("B7")."""
    column: int
    """Counted from 1."""
    type: str
    """ "text", "number", "date", "boolean" or "error"."""
    text: str
    """What Excel shows."""
    value: str
    """The value without the number format: digits, an ISO 8601 date."""


class Workbook:
    """An Excel workbook: a path, or its bytes. Close it, or use it in a with statement."""

    def __init__(self, file: Union[str, bytes, "os.PathLike[str]"]) -> None:
        self._pointer: Any = ctypes.POINTER(crm_xlsx)()
        self._content = file if isinstance(file, bytes) else None  # stays while the workbook is open
        if isinstance(file, bytes):
            check(lib_io.crm_xlsx_open_bytes(file, len(file), self._pointer))
        else:
            check(lib_io.crm_xlsx_open(os.fsencode(file), self._pointer))

    def __enter__(self) -> "Workbook":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        self.close()

    def close(self) -> None:
        """Closes it; a second time does nothing."""
        pointer, self._pointer = getattr(self, "_pointer", None), None
        if pointer:
            lib_io.crm_xlsx_close(pointer)

    def _open(self) -> Any:
        if not self._pointer:
            raise errors.EndedError("the workbook is closed")
        return self._pointer

    @property
    def sheets(self) -> Tuple[Sheet, ...]:
        """Its sheets in their order; charts are none."""
        book = self._open()
        return tuple(Sheet(lib_io.crm_xlsx_sheet_name(book, i).decode(), VISIBILITIES[lib_io.crm_xlsx_sheet_visibility(book, i)])
                     for i in range(lib_io.crm_xlsx_sheet_count(book)))

    def rows(self, sheet: Union[int, str] = 0) -> Iterator[Tuple[int, Tuple[Cell, ...]]]:
        """Number and cells of each row of a sheet, by position or name, that has something in it. One sheet is read at a time."""
        names = [each.name for each in self.sheets]
        if isinstance(sheet, str) and sheet not in names:
            raise errors.NotFoundError(f"the workbook has no sheet {sheet!r}")
        check(lib_io.crm_xlsx_choose(self._open(), names.index(sheet) if isinstance(sheet, str) else sheet))
        while check(lib_io.crm_xlsx_next(self._open())) == constants.ROW:
            yield lib_io.crm_xlsx_row(self._pointer), tuple(map(self._cell, range(lib_io.crm_xlsx_cell_count(self._pointer))))

    def _cell(self, index: int) -> Cell:
        book = self._pointer
        return Cell(lib_io.crm_xlsx_cell_name(book, index).decode(), lib_io.crm_xlsx_cell_column(book, index),
                    TYPES[lib_io.crm_xlsx_cell_type(book, index)], lib_io.crm_xlsx_cell_text(book, index, None).decode(),
                    lib_io.crm_xlsx_cell_value(book, index, None).decode())
