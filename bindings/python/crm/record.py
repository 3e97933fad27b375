# SPDX-License-Identifier: MIT
"""Records: detached copies with one property a field.

A record belongs to the program: it outlives its transaction and its store, and changes nothing until Transaction.put(). Use one record
from one thread at a time.
"""
from __future__ import annotations

import ctypes
import functools
import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Callable, ClassVar, Dict, Iterable, Iterator, Mapping, Optional, Tuple, Type, TypeVar, Union

from . import _values, constants
from ._library import lib
from ._memory import Memory
from ._prototypes import crm_record
from .errors import Error, WrongTypeError, check, last

R = TypeVar("R", bound="Record")
NO_NAMES: Mapping[str, int] = MappingProxyType({})
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
def _host_field(number: int, kind: str, name: str) -> HostField:
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


class Record:
    """A record of any kind; the classes of the kinds are in crm.records (crm.Party, crm.Address ...).

    A field is a property: None where it has no value (an empty tuple for a list of texts, an empty mapping for a label); setting None
    takes the value away. record["name"] reaches the same field by its name, record[number] by its number.

    Fields that the host has defined are properties and items too, of records that were read from a store or made by Transaction.new().
    A record that does not know their names takes their numbers. (To type checkers they are items only.)
    """

    __slots__ = ("_pointer", "_memory", "_shared", "_names", "__weakref__")
    _pointer: Any
    _memory: Memory
    _shared: bool
    _names: Mapping[str, int]
    KIND: ClassVar[int] = 0
    kind_name: ClassVar[str] = ""
    FIELDS: ClassVar[Mapping[str, Field]] = {}

    def __init__(self, values: Mapping[Any, Any] = MappingProxyType({}), /, **fields: Any) -> None:
        if not self.KIND:
            raise WrongTypeError("a record has a kind: take crm.Party, crm.Address ...")
        out = ctypes.POINTER(crm_record)()
        check(lib.crm_record_new(self.KIND, out))
        self._own(out)
        _set_names(self, NO_NAMES)
        self._fill(values, fields)

    def _fill(self, values: Mapping[Any, Any], fields: Mapping[str, Any]) -> None:
        for which, value in values.items():
            self._field(which).__set__(self, value)
        for name, value in fields.items():
            self._field(name).__set__(self, value)

    def _own(self, pointer: Any) -> None:
        """Takes over memory of the library."""
        _set_state(self, pointer, Memory(pointer, lib.crm_record_free), False)

    def _writable(self) -> Any:
        """The pointer, after a copy where the record is part of a file or quote."""
        if self._shared:
            self._own(_copy(self._pointer))
        return self._pointer

    @property
    def id(self) -> int:
        """Identity in the store; 0 for a record that was never stored."""
        return lib.crm_record_key(self._pointer)

    @property
    def revision(self) -> int:
        """1 when stored first, one more with every change; 0 for a new record."""
        return lib.crm_record_revision(self._pointer)

    def copy(self: R) -> R:
        """A copy with the same identity and revision."""
        return wrap(type(self), _copy(self._pointer), names=self._names)

    def to_dict(self) -> Dict[str, Any]:
        """What JSON can hold of the record: kind, id, revision, and the fields that have a value. The last day of a validity is in."""
        answer = lib.crm_record_json(self._pointer, None)
        if answer is None:
            raise last()
        return {self._names_by_number().get(name, name): value for name, value in json.loads(answer).items()}

    def fields(self) -> Dict[Any, Any]:
        """The fields that have a value, by name, as the properties give them."""
        return {name: self[name] for name in self}

    def __iter__(self) -> Iterator[Any]:
        """Names of the fields that have a value; of a custom field whose name the record does not know, its number."""
        for index in range(len(self)):
            number = lib.crm_record_field(self._pointer, index)
            yield self._name_of(number) or number

    def __len__(self) -> int:
        return lib.crm_record_count(self._pointer)

    def __bool__(self) -> bool:
        return True

    def __contains__(self, which: object) -> bool:
        field = self._find(which)
        return field is not None and bool(lib.crm_record_has(self._pointer, field.number))

    def __getitem__(self, which: Name) -> Any:
        return self._field(which).__get__(self)

    def __setitem__(self, which: Name, value: Any) -> None:
        self._field(which).__set__(self, value)

    def __delitem__(self, which: Name) -> None:
        self._field(which).__set__(self, None)

    if not TYPE_CHECKING:  # a misspelt property is for the type checker to find

        def __getattr__(self, name: str) -> Any:
            return self._custom(name).__get__(self)

        def __setattr__(self, name: str, value: Any) -> None:
            if hasattr(type(self), name):
                object.__setattr__(self, name, value)
            else:
                self._custom(name).__set__(self, value)

        def __delattr__(self, name: str) -> None:
            self.__setattr__(name, None)

    def _custom(self, name: str) -> Field:
        """A custom field as an attribute."""
        field = None if name.startswith("_") else self._find(name)
        if field is None:
            raise AttributeError(f"{type(self).__name__!r} has no field {name!r}")
        return field

    def _field(self, which: Name) -> Field:
        field = self.FIELDS.get(which) if isinstance(which, str) else None
        field = field or self._find(which)
        if field is None:
            raise WrongTypeError(f"{self.kind_name} has no field {getattr(which, 'path', which)!r}")
        return field

    def _find(self, which: object) -> Optional[Field]:
        """A field by its name or number."""
        if isinstance(which, str):
            return self.FIELDS.get(which) or self._named(which)
        number = which.number if isinstance(which, Field) else which
        if not isinstance(number, int) or isinstance(number, bool) or not 0 < number < 1 << 32:
            return None
        if number >= CUSTOM:
            return self._numbered(number)
        return next((field for field in self.FIELDS.values() if field.number == number), None)

    def _named(self, name: str) -> Optional[Field]:
        """A custom field that the record knows by name."""
        number = self._names.get(name, 0)
        if not number and name.isascii() and name.isidentifier():
            number = lib.crm_record_field_find(self._pointer, name.encode())
        return _host_field(number, self.kind_name, name) if number >= CUSTOM else None

    def _numbered(self, number: int) -> Optional[Field]:
        """A custom field of the record's kind, be it known or not."""
        if lib.crm_field_kind(number) != self.KIND or lib.crm_field_type(number) not in TYPES:
            return None
        return _host_field(number, self.kind_name, self._name_of(number) or str(number))

    def _name_of(self, number: int) -> Optional[str]:
        """Name of a field; None for a custom one that the record does not know."""
        name = lib.crm_record_field_name(self._pointer, number)
        return self._names_by_number().get(str(number)) if name is None else name.decode()

    def _names_by_number(self) -> Dict[str, str]:
        return {str(number): name for name, number in self._names.items()}

    def __eq__(self, other: object) -> bool:
        """Same kind, same identity, same values."""
        if not isinstance(other, Record):
            return NotImplemented
        return self.KIND == other.KIND and self.id == other.id and self.fields() == other.fields()

    __hash__ = None  # type: ignore[assignment]  # it can change

    def __copy__(self: R) -> R:
        return self.copy()

    def __deepcopy__(self: R, memo: Any) -> R:
        return self.copy()

    def __reduce__(self) -> Any:
        raise WrongTypeError("a record can't be pickled: take to_dict()")

    def __repr__(self) -> str:
        stored = [f"id={self.id}", f"revision={self.revision}"] if self.id else []
        return f"crm.{type(self).__name__}({', '.join(stored + [f'{name}={value!r}' for name, value in self.fields().items()])})"


# What a record has of its own is set past __setattr__(), which is for fields.
_set_pointer, _set_memory, _set_shared, _set_names = (vars(Record)[name].__set__ for name in ("_pointer", "_memory", "_shared", "_names"))


def _set_state(record: Record, pointer: Any, memory: Memory, shared: bool) -> None:
    _set_pointer(record, pointer)
    _set_memory(record, memory)
    _set_shared(record, shared)


def _copy(pointer: Any) -> Any:
    out = ctypes.POINTER(crm_record)()
    check(lib.crm_record_copy(pointer, out))
    return out


def wrap(kind: Type[R], pointer: Any, part_of: Optional[Memory] = None, names: Mapping[str, int] = NO_NAMES) -> R:
    """A record object for a record of the library.

    part_of: whose memory it lies in, where it is not its own. names: numbers of the custom fields that its store has for the kind; the
    library's record itself knows them only where it has a value of one.
    """
    record = kind.__new__(kind)
    _set_names(record, names)
    if part_of is None:
        record._own(pointer)
    else:
        _set_state(record, pointer, part_of, True)
    return record
