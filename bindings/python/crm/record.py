# SPDX-License-Identifier: MIT
"""Records: detached copies with one property a field.

A record belongs to the program: it outlives its transaction and its store, and changes nothing until Transaction.put(). Use one record
from one thread at a time.
"""
from __future__ import annotations

import ctypes
import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Dict, Iterator, Mapping, Optional, Type, TypeVar

from ._field import CUSTOM, TYPES, Field, Name, host_field
from ._library import lib
from ._memory import Memory
from ._prototypes import crm_record
from .errors import WrongTypeError, check, last

R = TypeVar("R", bound="Record")
NO_NAMES: Mapping[str, int] = MappingProxyType({})


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
        return host_field(number, self.kind_name, name) if number >= CUSTOM else None

    def _numbered(self, number: int) -> Optional[Field]:
        """A custom field of the record's kind, be it known or not."""
        if lib.crm_field_kind(number) != self.KIND or lib.crm_field_type(number) not in TYPES:
            return None
        return host_field(number, self.kind_name, self._name_of(number) or str(number))

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
