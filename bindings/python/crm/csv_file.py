# SPDX-License-Identifier: MIT
"""How CSV files are read: what is told, and what is found out."""
from __future__ import annotations

import codecs
import ctypes
import os
from typing import Any, Dict, NamedTuple, Optional, Union

from . import _values, constants
from ._library import lib_io
from ._memory import Memory
from ._prototypes import crm_csv, crm_csv_format, crm_csv_options
from .errors import InvalidError, check

ENCODINGS = {
    "utf-8": constants.CSV_UTF8,
    "utf-8-sig": constants.CSV_UTF8,
    "utf-16-le": constants.CSV_UTF16LE,
    "utf-16-be": constants.CSV_UTF16BE,
    "cp1252": constants.CSV_WINDOWS_1252,
    "iso8859-15": constants.CSV_ISO_8859_15,
}
QUOTES = {'"': ord('"'), "'": ord("'"), "": constants.CSV_NO_QUOTE}
HeaderRow = Union[int, bool, None]


class CsvFormat(NamedTuple):
    """How a CSV file is read: each value, how sure it is in percent, and why."""

    delimiter: str
    encoding: str
    quote: str
    header_row: Union[int, bool]
    """False: no line names the columns."""
    confidence: Dict[str, int]
    reasons: Dict[str, str]


def csv_format(
    file: Any, *, delimiter: Optional[str] = None, encoding: Optional[str] = None, quote: Optional[str] = None, header_row: HeaderRow = None
) -> CsvFormat:
    """How sync() reads a CSV file (a path, its bytes, or a binary file object) with these options."""
    source = content(file)
    memory, found = opened(source, options(delimiter, encoding, quote, header_row)), crm_csv_format(size=ctypes.sizeof(crm_csv_format))
    check(lib_io.crm_csv_detect(memory.pointer, found))
    names = ("delimiter", "encoding", "quote", "header_row")
    parts = {name: "header" if name == "header_row" else name for name in names}
    return CsvFormat(
        chr(found.delimiter),
        next(name for name, number in ENCODINGS.items() if number == found.encoding),
        "" if found.quote == constants.CSV_NO_QUOTE else chr(found.quote),
        False if found.header_row == constants.CSV_NO_HEADER else found.header_row,
        {name: getattr(found, f"{part}_confidence") for name, part in parts.items()},
        {name: getattr(found, f"{part}_reason").decode() for name, part in parts.items()},
    )


def content(file: Any) -> Any:
    """The bytes of a file object; bytes and paths as they are."""
    found = file.read() if hasattr(file, "read") else file
    if not isinstance(found, bytes) and found is not file:
        raise _values.refuse(found, "a path or a binary file")
    return found


def opened(source: Any, told: crm_csv_options) -> Memory:
    """A crm_csv of a path, or of bytes, which must stay."""
    out = ctypes.POINTER(crm_csv)()
    if isinstance(source, bytes):
        check(lib_io.crm_csv_open_bytes(source, len(source), told, out))
    else:
        check(lib_io.crm_csv_open(os.fsencode(source), told, out))
    return Memory(out, lib_io.crm_csv_close)


def options(delimiter: Optional[str], encoding: Optional[str], quote: Optional[str], header_row: HeaderRow) -> crm_csv_options:
    """As the library has them; None: the file tells."""
    if quote is not None and quote not in QUOTES:
        raise InvalidError(f"""quote is '"', "'" or "", not {quote!r}""")
    return crm_csv_options(
        size=ctypes.sizeof(crm_csv_options),
        delimiter=delimiter_number(delimiter),
        encoding=_encoding(encoding),
        quote=0 if quote is None else QUOTES[quote],
        header_row=_header_row(header_row),
    )


def delimiter_number(delimiter: Optional[str]) -> int:
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


def _header_row(header_row: HeaderRow) -> int:
    if header_row is None:
        return 0
    if header_row is False:
        return constants.CSV_NO_HEADER
    if header_row is True or not 1 <= header_row < constants.CSV_NO_HEADER:
        raise InvalidError(f"header_row is the number of a line, or False where there is none, not {header_row!r}")
    return header_row
