# SPDX-License-Identifier: MIT
"""Python values to and from the library's: text, dates, times, amounts, ids.

Nothing is converted silently: a value of another type is a WrongTypeError, one that does not fit a RangeError.
"""
from __future__ import annotations

import ctypes
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from typing import Any, Callable, Dict, Optional, Sequence, Union

from . import constants
from .errors import InvalidError, RangeError, Utf8Error, WrongTypeError

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
EPOCH_DAY = EPOCH.toordinal()
MICROSECOND = timedelta(microseconds=1)
INT_MIN = -(2**63)
INT_MAX = 2**63 - 1


def refuse(value: Any, wanted: str, path: Optional[str] = None) -> WrongTypeError:
    """The error for a value of the wrong type."""
    return WrongTypeError(f"takes {wanted}, not {type(value).__name__}", field=path)


def text(value: Any, path: Optional[str] = None) -> bytes:
    """UTF-8 to hand over with its length; the library refuses what is no good text."""
    if not isinstance(value, str):
        raise refuse(value, "a str", path)
    return value.encode("utf-8", "surrogatepass")


def name(value: Any) -> bytes:
    """UTF-8 to hand over NUL-ended: a code, a domain, the name of a setting."""
    encoded = text(value)
    if b"\0" in encoded:
        raise Utf8Error("a name has a U+0000")
    return encoded


def integer(value: Any, path: Optional[str] = None) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise refuse(value, "an int", path)
    if not INT_MIN <= value <= INT_MAX:
        raise RangeError("the number needs more than 64 bits", field=path)
    return value


def boolean(value: Any, path: Optional[str] = None) -> bool:
    if not isinstance(value, bool):
        raise refuse(value, "a bool", path)
    return value


def unsigned(value: Any, what: str, bits: int = 32) -> int:
    """An argument that is a number without sign."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise refuse(value, f"an int as {what}")
    if not 0 <= value < 1 << bits:
        raise InvalidError(f"{what} must be from 0 to 2^{bits} - 1")
    return value


def days(value: Any, path: Optional[str] = None) -> int:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise refuse(value, "a datetime.date", path)
    return value.toordinal() - EPOCH_DAY


def day(value: Optional[date]) -> int:
    """An argument that is a day; None: today."""
    return constants.TODAY if value is None else days(value)


def bound(value: Optional[date]) -> int:
    """An argument that bounds a validity; None: no bound on this side."""
    return constants.NO_DATE if value is None else days(value)


def from_days(value: int) -> date:
    return date.fromordinal(value + EPOCH_DAY)


def microseconds(value: Any, path: Optional[str] = None) -> int:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise refuse(value, "a datetime.datetime with a time zone", path)
    return (value - EPOCH) // MICROSECOND


def from_microseconds(value: int) -> datetime:
    return EPOCH + timedelta(microseconds=value)


def units(value: Any, path: Optional[str] = None) -> int:
    """Ten-thousandths of an amount: of a Decimal, an int, or a decimal text; never of a float."""
    if isinstance(value, bool) or not isinstance(value, (Decimal, int, str)):
        raise refuse(value, "a decimal.Decimal", path)
    try:
        amount = Decimal(value)
        shifted = amount.scaleb(4)
        whole = int(shifted)
    except (InvalidOperation, ValueError, OverflowError) as error:
        raise RangeError("not a number", field=path) from error
    if whole != shifted:
        raise RangeError("an amount has at most four decimals", field=path)
    if not INT_MIN <= whole <= INT_MAX:
        raise RangeError("the amount needs more than 64 bits", field=path)
    return whole


def from_units(value: int) -> Decimal:
    return Decimal(value).scaleb(-4)


# Types of fields whose values are numbers in the library: how to make one.
NUMBERS: Dict[str, Callable[[Any, Optional[str]], int]] = {
    "int": integer,
    "bool": boolean,
    "date": days,
    "time": microseconds,
    "amount": units,
}


def identity(value: Any, path: Optional[str] = None) -> int:
    """An id: a number, or that of a stored record."""
    if isinstance(value, int) and not isinstance(value, bool):
        if not 0 <= value < 1 << 64:
            raise InvalidError("no id", field=path)
        return value
    number: Union[int, None] = getattr(value, "id", None)
    if not isinstance(number, int):
        raise refuse(value, "an id or a record", path)
    if number == 0:
        raise InvalidError("the record was never stored: put it first", field=path)
    return number


def list_of_ids(count: int) -> Any:
    """Room for ids that the library writes."""
    return (ctypes.c_uint64 * count)()


def numbers(values: Sequence[int]) -> Any:
    """An array of field numbers or levels."""
    return (ctypes.c_uint32 * len(values))(*values)
