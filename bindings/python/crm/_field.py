# SPDX-License-Identifier: MIT
"""Fields of records: what they are, and how a value of each type is read and set."""
from __future__ import annotations

import ctypes
import functools
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Callable, Dict, Iterable, Mapping, Optional, Tuple, Union

from . import _values, constants
from ._library import lib
from .errors import Error, check, last

if TYPE_CHECKING:
    from .record import Record

CUSTOM = 1 << 31  # numbers of custom fields begin here
ABSENT = _values.INT_MIN  # no date, time or amount anybody means; asked again with crm_record_has()


class Field:
    """One field of a kind: reads and sets it as a property of its records; describes it as an attribute of their class."""

    __slots__ = ("number", "kind", "name", "type", "flags", "domain", "_read", "_write")

    def __init__(self, number: int, kind: str, name: str, type: str, flags: int, domain: Optional[str]) -> None:
        self.number, self.kind, self.name, self.type, self.flags, self.domain = number, kind, name, type, flags, domain
        self._read, self._write = ACCESS[type]

    @property
    def path(self) -> str:
        """Name with its kind: "party.vat_id"."""
        return f"{self.kind}.{self.name}"

    @property
    def required(self) -> bool:
        """A stored record has a value."""
        return bool(self.flags & constants.FIELD_REQUIRED)

    @property
    def unique(self) -> bool:
        """No two records have the same value, inside the field's scope."""
        return bool(self.flags & constants.FIELD_UNIQUE)

    @property
    def indexed(self) -> bool:
        """Transaction.search() finds it."""
        return bool(self.flags & constants.FIELD_INDEXED)

    @property
    def personal(self) -> bool:
        """Personal data (GDPR article 4)."""
        return bool(self.flags & constants.FIELD_PERSONAL)

    @property
    def price(self) -> bool:
        """A price term: a list, a discount, a balance."""
        return bool(self.flags & constants.FIELD_PRICE)

    @property
    def system(self) -> bool:
        """Set by the library only."""
        return bool(self.flags & constants.FIELD_SYSTEM)

    def label(self, language: str = "en") -> str:
        """What people call the field, in "en" or "de"."""
        return lib.crm_field_label(self.number, _values.name(language)).decode()

    def __get__(self, record: Optional[Record], owner: Any = None) -> Any:
        return self if record is None else self._read(record._pointer, self)

    def __set__(self, record: Record, value: Any) -> None:
        pointer = record._writable()
        if value is None:
            check(lib.crm_record_clear(pointer, self.number))
        else:
            self._write(pointer, self, value)

    def __delete__(self, record: Record) -> None:
        self.__set__(record, None)

    def __repr__(self) -> str:
        return f"<field {self.path}: {self.type}>"


class HostField(Field):
    """A field that the host has defined; Transaction.field() gives it with its labels and all that holds for it."""

    __slots__ = ("labels",)

    def __init__(
        self,
        number: int,
        kind: str,
        name: str,
        flags: int = 0,
        domain: Optional[str] = None,
        labels: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        super().__init__(number, kind, name, TYPES[lib.crm_field_type(number)], flags, domain)
        self.labels = labels

    def label(self, language: str = "en") -> str:
        """What people call the field, in a language, else in English, else in any; without labels its name."""
        return next((self.labels[one] for one in (language, "en", *self.labels) if one in self.labels), self.name)

    def __set__(self, record: Record, value: Any) -> None:
        try:
            super().__set__(record, value)
        except Error as error:
            error.field = self.path  # the library knows the number only
            raise


@functools.lru_cache(maxsize=1024)
def host_field(number: int, kind: str, name: str) -> HostField:
    """What a record's value needs of the field."""
    return HostField(number, kind, name)


def _read_text(pointer: Any, field: Field) -> Optional[str]:
    value = lib.crm_record_text(pointer, field.number)
    return None if value is None else value.decode()


def _write_text(pointer: Any, field: Field, value: Any) -> None:
    encoded = _values.text(value, field.path)
    check(lib.crm_record_set_text(pointer, field.number, encoded, len(encoded)))


def _read_bool(pointer: Any, field: Field) -> Optional[bool]:
    value = lib.crm_record_bool(pointer, field.number, -1)
    return None if value < 0 else bool(value)


def _write_bool(pointer: Any, field: Field, value: Any) -> None:
    check(lib.crm_record_set_bool(pointer, field.number, _values.boolean(value, field.path)))


def _number_access(reader: str, writer: str, to_python: Callable[[int], Any], type: str) -> Tuple[Any, Any]:
    """How to read and set a value that the library keeps as a 64-bit number."""
    from_python = _values.NUMBERS[type]

    def read(pointer: Any, field: Field) -> Any:
        value = getattr(lib, reader)(pointer, field.number, ABSENT)
        return None if value == ABSENT and not lib.crm_record_has(pointer, field.number) else to_python(value)

    def write(pointer: Any, field: Field, value: Any) -> None:
        check(getattr(lib, writer)(pointer, field.number, from_python(value, field.path)))

    return read, write


def _read_id(pointer: Any, field: Field) -> Optional[int]:
    return lib.crm_record_id(pointer, field.number) or None


def _write_id(pointer: Any, field: Field, value: Any) -> None:
    check(lib.crm_record_set_id(pointer, field.number, _values.identity(value, field.path)))


def _read_bytes(pointer: Any, field: Field) -> Optional[bytes]:
    size = ctypes.c_size_t()
    start = lib.crm_record_bytes(pointer, field.number, size)
    if start is None and not lib.crm_record_has(pointer, field.number):
        return None
    return ctypes.string_at(start, size.value) if size.value else b""


def _write_bytes(pointer: Any, field: Field, value: Any) -> None:
    if not isinstance(value, (bytes, bytearray, memoryview)):
        raise _values.refuse(value, "bytes", field.path)
    copy = bytes(value)
    check(lib.crm_record_set_bytes(pointer, field.number, copy, len(copy)))


def _read_texts(pointer: Any, field: Field) -> Tuple[str, ...]:
    count = lib.crm_record_item_count(pointer, field.number)
    return tuple(lib.crm_record_item(pointer, field.number, index).decode() for index in range(count))


def _write_texts(pointer: Any, field: Field, value: Any) -> None:
    if isinstance(value, (str, bytes)) or not isinstance(value, Iterable):
        raise _values.refuse(value, "a list of str", field.path)
    items = [_values.text(item, field.path) for item in value]
    before = [item.encode() for item in _read_texts(pointer, field)]
    _replace_texts(pointer, field, items, before)


def _replace_texts(pointer: Any, field: Field, items: Any, before: Any) -> None:
    """All of the new list, or the list as it was."""
    check(lib.crm_record_clear(pointer, field.number))
    for item in items:
        if lib.crm_record_add_item(pointer, field.number, item, len(item)) < 0:
            error = last()
            _replace_texts(pointer, field, before, [])
            raise error


def _read_label(pointer: Any, field: Field) -> Mapping[str, str]:
    languages = [
        lib.crm_record_label_language(pointer, field.number, index) for index in range(lib.crm_record_item_count(pointer, field.number))
    ]
    return MappingProxyType({language.decode(): lib.crm_record_label(pointer, field.number, language).decode() for language in languages})


def _write_label(pointer: Any, field: Field, value: Any) -> None:
    if not isinstance(value, Mapping):
        raise _values.refuse(value, "a dict of language and text", field.path)
    wanted = {_values.name(language): _values.text(text, field.path) for language, text in value.items()}
    before = {language.encode(): text.encode() for language, text in _read_label(pointer, field).items()}
    _replace_label(pointer, field, wanted, before)


def _replace_label(pointer: Any, field: Field, wanted: Dict[bytes, bytes], before: Dict[bytes, bytes]) -> None:
    """All of the new label, or the label as it was."""
    check(lib.crm_record_clear(pointer, field.number))
    for language, text in wanted.items():
        if lib.crm_record_set_label(pointer, field.number, language, text, len(text)) < 0:
            error = last()
            _replace_label(pointer, field, before, {})
            raise error


def _same(value: int) -> int:
    return value


# Type of a field: how to read it, how to set it.
ACCESS: Dict[str, Tuple[Callable[[Any, Field], Any], Callable[[Any, Field, Any], None]]] = {
    "text": (_read_text, _write_text),
    "int": _number_access("crm_record_int", "crm_record_set_int", _same, "int"),
    "bool": (_read_bool, _write_bool),
    "date": _number_access("crm_record_date", "crm_record_set_date", _values.from_days, "date"),
    "time": _number_access("crm_record_time", "crm_record_set_time", _values.from_microseconds, "time"),
    "amount": _number_access("crm_record_amount", "crm_record_set_amount", _values.from_units, "amount"),
    "id": (_read_id, _write_id),
    "bytes": (_read_bytes, _write_bytes),
    "texts": (_read_texts, _write_texts),
    "label": (_read_label, _write_label),
}
TYPES: Dict[int, str] = {getattr(constants, f"TYPE_{name.upper()}"): name for name in ACCESS}

Name = Union[str, int, Field]
"""A field of a record: its name, its number, or the field itself."""
