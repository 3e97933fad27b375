# SPDX-License-Identifier: MIT
"""Exceptions: one base, one class for each class of status, one for each status.

Catch by class to decide what to do (`RetryError`: run the transaction again; `DataError`: tell the user), by status where one case
matters (`StaleError`).
"""
from __future__ import annotations

from typing import Any, Callable, Dict, Optional, Tuple, Type

from . import constants
from ._library import lib


class Error(Exception):
    """What a call of the library refused or failed at.

    status: the number of the status; name: its name ("CRM_E_STALE"); text: one English sentence; field: path of the field that it is
    about ("party.name") or None; row: row of the input, counted from 1, or None; errors: of a refused import, the errors of all rows.
    """

    status = 0

    def __init__(self, text: str, *, status: Optional[int] = None, field: Optional[str] = None, row: Optional[int] = None) -> None:
        super().__init__(text)
        self.status = type(self).status if status is None else status
        self.name = _NAMES.get(self.status, str(self.status))
        self.text = text
        self.field = field
        self.row = row
        self.errors: Tuple[Any, ...] = ()

    def __str__(self) -> str:
        where = (f"row {self.row}: " if self.row else "") + (f"{self.field}: " if self.field else "")
        return f"{where}{self.text} ({self.name})"


class RetryError(Error):
    """Another writer was in the way: run the transaction again."""


class DataError(Error):
    """The data was refused."""


class UsageError(Error):
    """The caller's bug."""


class DeniedError(Error):
    """The actor may not do this."""

    status = constants.E_DENIED


class StorageError(Error):
    """Storage or memory failed."""


class InvalidError(UsageError, ValueError):
    """An argument is not valid."""

    status = constants.E_INVALID


class NoMemoryError(StorageError):
    """Out of memory."""

    status = constants.E_NOMEM


class NotFoundError(DataError, LookupError):
    """No such record."""

    status = constants.E_NOTFOUND


class ExistsError(DataError):
    """A record with this unique value exists."""

    status = constants.E_EXISTS


class WrongTypeError(UsageError, TypeError):
    """The field is of another type or kind."""

    status = constants.E_TYPE


class Utf8Error(DataError, ValueError):
    """The text is not UTF-8 without U+0000."""

    status = constants.E_UTF8


class StaleError(DataError):
    """The record changed since it was read."""

    status = constants.E_STALE


class ConflictError(RetryError):
    """Another writer was faster; run the transaction again."""

    status = constants.E_CONFLICT


class LockedError(DeniedError):
    """The choice is fixed for this actor."""

    status = constants.E_LOCKED


class BusyError(RetryError):
    """The store is in use; the wait ran out."""

    status = constants.E_BUSY


class EndedError(UsageError):
    """The handle, or its transaction, has ended."""

    status = constants.E_ENDED


class ForkedError(UsageError):
    """The handle was opened before a fork."""

    status = constants.E_FORKED


class ThreadError(UsageError):
    """The handle belongs to another thread, or is in use by one."""

    status = constants.E_THREAD


class FullError(StorageError):
    """The volume or the store's upper bound is full."""

    status = constants.E_FULL


class CorruptError(StorageError):
    """Stored data is damaged."""

    status = constants.E_CORRUPT


class ReadWriteError(StorageError):
    """Reading or writing failed."""

    status = constants.E_IO


class CommitUnknownError(StorageError):
    """The commit may or may not have been done."""

    status = constants.E_COMMIT_UNKNOWN


class TooBigError(DataError):
    """A documented limit is exceeded."""

    status = constants.E_TOO_BIG


class CodeError(DataError):
    """The code table has no such code."""

    status = constants.E_CODE


class RequiredError(DataError):
    """A required field has no value."""

    status = constants.E_REQUIRED


class RangeError(DataError, ValueError):
    """The value is outside its range."""

    status = constants.E_RANGE


class InUseError(DataError):
    """Other records refer to this one."""

    status = constants.E_IN_USE


class ArchivedError(DataError):
    """The record is archived."""

    status = constants.E_ARCHIVED


class NotRelatedError(DataError):
    """The record does not belong to this party."""

    status = constants.E_NOT_RELATED


class VersionError(StorageError):
    """The store needs another version of the library."""

    status = constants.E_VERSION


class ReadOnlyError(UsageError):
    """The transaction or the store is read-only."""

    status = constants.E_READ_ONLY


class AbortedError(UsageError):
    """The callback did not ask for the commit; nothing was stored."""

    status = constants.E_ABORTED


class AmbiguousError(DataError):
    """Several records match."""

    status = constants.E_AMBIGUOUS


class FormatError(DataError):
    """The input is not in its format."""

    status = constants.E_FORMAT


class UnsupportedError(UsageError):
    """This library was built without the feature."""

    status = constants.E_UNSUPPORTED


class CycleError(DataError):
    """The record would lie above itself."""

    status = constants.E_CYCLE


class NoBindingError(DeniedError):
    """The actor is bound to no customer."""

    status = constants.E_NO_BINDING


class CheckDigitError(DataError):
    """The check digits of the number are wrong."""

    status = constants.E_CHECK_DIGIT


_NAMES = {value: "CRM_" + name for name, value in vars(constants).items() if name.startswith("E_")}
_CLASSES: Dict[int, Type[Error]] = {
    one.status: one for one in list(globals().values()) if isinstance(one, type) and issubclass(one, Error) and one.status
}
_BY_STATUS_CLASS: Dict[int, Type[Error]] = {
    constants.CLASS_RETRY: RetryError,
    constants.CLASS_BUG: UsageError,
    constants.CLASS_DENIED: DeniedError,
    constants.CLASS_DATA: DataError,
    constants.CLASS_STORAGE: StorageError,
}


def class_of(status: int) -> Type[Error]:
    """The exception class of a status; of one that a newer library brought, the class that the library names."""
    if status in _CLASSES:
        return _CLASSES[status]
    return _BY_STATUS_CLASS.get(lib.crm_status_class_of(status), Error)


def field_path(number: int, custom: Optional[Callable[[int], Optional[str]]] = None) -> Optional[str]:
    """ "party.name" for a field's number, None for 0; custom: finds the path of a field of the host's, which else has a number as its name."""
    kind, name = lib.crm_kind_name(lib.crm_field_kind(number)), lib.crm_field_name(number)
    if kind is None:
        return None
    if name is None:
        return (custom and custom(number)) or f"{kind.decode()}.{number}"
    return f"{kind.decode()}.{name.decode()}"


def last(status: Optional[int] = None, custom: Optional[Callable[[int], Optional[str]]] = None) -> Error:
    """The exception for this thread's latest failed call; custom: as in field_path()."""
    number = lib.crm_error_status() if status is None else status
    text, field, row = lib.crm_error_text().decode("utf-8", "replace"), lib.crm_error_field(), lib.crm_error_row()
    return class_of(number)(text, status=number, field=field_path(field, custom), row=row or None)


def check(status: int) -> int:
    """Returns a status that is no failure; raises for the others."""
    if status < 0:
        raise last(status)
    return status
