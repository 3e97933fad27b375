# SPDX-License-Identifier: MIT
"""What a transaction does with records of every kind, and with the fields that the host defines."""
from __future__ import annotations

import ctypes
import weakref
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Dict, Iterable, Iterator, Mapping, Optional, Tuple, Type, Union, overload

from . import _values, constants, schema
from ._field import Field, HostField
from ._library import lib
from ._prototypes import crm_blockers, crm_changes, crm_record
from .blockers import Blocker, read
from .change import Changes
from .change import read as read_changes
from .errors import EndedError, NotFoundError, WrongTypeError, check, last
from .listing import Listing
from .record import NO_NAMES, R, Record, wrap
from .records import CLASSES, CustomField

if TYPE_CHECKING:
    from .database import Database

Id = Union[int, Record]
"""A stored record, or its id."""
FLAGS = ("indexed", "unique", "folded", "searchable", "personal", "price", "tracked")
"""What the definition of a custom field may say."""


class Stored:
    """The records of a transaction."""

    def __init__(self, database: Database, handle: Any) -> None:
        self._database, self._handle = database, handle
        self._before: Dict[int, Tuple[Any, Any]] = {}  # records that were put, as they were
        self._custom: Dict[int, Mapping[str, int]] = {}  # names and numbers of the custom fields of a kind

    def _running(self) -> Any:
        if self._handle is None:
            raise EndedError("the transaction has ended")
        return self._handle

    def _check(self, status: int) -> int:
        """As errors.check(); an error about a custom field names it."""
        if status < 0:
            raise last(status, self._custom_path)
        return status

    def _custom_path(self, number: int) -> Optional[str]:
        out = ctypes.POINTER(crm_record)()
        return _described(wrap(CustomField, out)).path if lib.crm_custom_field_get(self._handle, number, out) >= 0 else None

    @overload
    def get(self, id: Id) -> Record:
        ...

    @overload
    def get(self, id: Id, kind: Type[R]) -> R:
        ...

    def get(self, id: Id, kind: Type[Record] = Record) -> Record:
        """Reads a record. With a kind (crm.Party), the id of another kind is a WrongTypeError."""
        out = ctypes.POINTER(crm_record)()
        self._check(lib.crm_record_get(self._running(), _values.identity(id), out))
        number = lib.crm_record_kind(out)
        record = wrap(CLASSES.get(number, Record), out, names=self._names(number))
        if not isinstance(record, kind):
            raise WrongTypeError(f"the id is of kind {record.kind_name}, not {kind.kind_name}")
        return record

    def put(self, record: Record) -> int:
        """Stores a record as new, or over the one that it was read from; returns its id, which counts after the commit.

        The record is then as it is stored (id, revision, numbers that were assigned) and may be changed and put again; an abort
        makes it what it was before.
        """
        if not isinstance(record, Record):
            raise _values.refuse(record, "a record")
        id = ctypes.c_uint64()
        self._check(lib.crm_record_put(self._running(), record._pointer, id, None))
        self._refresh(record, id.value)
        return id.value

    def _refresh(self, record: Record, id: int) -> None:
        """Brings a record up to date with the store, until an abort."""
        stored = ctypes.POINTER(crm_record)()
        self._check(lib.crm_record_get(self._running(), id, stored))
        self._remember(record)
        if record.KIND == CustomField.KIND:
            self._custom.clear()
        record._own(stored)
        record._names = self._names(record.KIND)

    def _remember(self, record: Record) -> None:
        key, before = id(record), self._before
        if key not in before:
            reference = weakref.ref(record, lambda _: before.pop(key, None))
            before[key] = reference, (record._pointer, record._memory, record._shared, record._names)

    def delete(self, record: Id) -> None:
        """Deletes a record; of a party, its whole file with it. Given as a record, it must not have changed since (StaleError)."""
        revision = record.revision if isinstance(record, Record) else 0
        self._check(lib.crm_record_delete(self._running(), _values.identity(record), revision))
        self._custom.clear()  # it may be a custom field's definition

    @overload
    def records(self, party: Optional[Id], kind: str) -> Listing[Record]:
        ...

    @overload
    def records(self, party: Optional[Id], kind: Type[R]) -> Listing[R]:
        ...

    def records(self, party: Optional[Id], kind: Union[str, Type[Record]]) -> Listing[Any]:
        """A party's records of a kind ("address", crm.Address), in the order in which they were added.

        Party None: of the store's own kinds (crm.Code, crm.Rule, crm.CustomField ...). A group has crm.QuoteDefaults too.
        """
        one, owner = schema.kind(kind), 0 if party is None else _values.identity(party)
        return Listing(self, one.record, lambda txn, limit, token, out: lib.crm_record_list(txn, owner, one.number, limit, token, out))

    def new(self, kind: Type[R], values: Mapping[Any, Any] = MappingProxyType({}), /, **fields: Any) -> R:
        """A new record that knows the custom fields by name: txn.new(crm.Party, name="Müller GmbH", machine_count=3)."""
        out = ctypes.POINTER(crm_record)()
        self._check(lib.crm_record_new_in(self._running(), kind.KIND, out))
        record = wrap(kind, out, names=self._names(kind.KIND))
        record._fill(values, fields)
        return record

    def archive(self, record: Id) -> None:
        """Keeps a party, address, contact, group, code or rule, but out of lists, proposals and candidates; what preferred it as a default
        does so no more. Given as a record, it must not have changed since; it is then as it is stored.
        """
        self._mark(lib.crm_record_archive, record)

    def restore(self, record: Id) -> None:
        """Takes a record out of the archive; defaults that were lost do not come back."""
        self._mark(lib.crm_record_restore, record)

    def _mark(self, function: Any, record: Id) -> None:
        id, revision = _values.identity(record), record.revision if isinstance(record, Record) else 0
        self._check(function(self._running(), id, revision))
        if isinstance(record, Record):
            self._refresh(record, id)

    def blockers(self, record: Id) -> Tuple[Blocker, ...]:
        """What delete() would refuse a deletion for (InUseError): the fields of other records that name this one."""
        out = ctypes.POINTER(crm_blockers)()
        self._check(lib.crm_record_blockers(self._running(), _values.identity(record), out))
        return read(out)

    def changes(self, since: Optional[str] = None, kind: Union[str, Type[Record], None] = None, limit: int = 0) -> Changes:
        """What changed since a token, at most limit (0: 100) changes; without a token all that is kept. StaleError: read everything again."""
        out = ctypes.POINTER(crm_changes)()
        number = 0 if kind is None else schema.kind(kind).number
        self._check(lib.crm_change_list(self._running(), number, since.encode() if since else None, limit, out))
        return read_changes(out)

    def changes_now(self) -> str:
        """The token for what changes from here on."""
        out = ctypes.POINTER(crm_changes)()
        self._check(lib.crm_change_now(self._running(), out))
        return read_changes(out).token or ""

    def history(self, record: Id, field: Union[str, int, Field, None] = None, limit: int = 0, token: Optional[str] = None) -> Changes:
        """Old and new values of a record's tracked fields, the latest first, a page of at most limit (0: 100)."""
        out = ctypes.POINTER(crm_changes)()
        number = 0 if field is None else self.field(field).number
        encoded = token.encode() if token else None
        self._check(lib.crm_change_values(self._running(), _values.identity(record), number, limit, encoded, out))
        return read_changes(out)

    def search(self, field: Union[str, int, Field], value: Any) -> Listing[Record]:
        """Records that have a value in an indexed field: search("address.town", "Köln"), search("party.referrer", party).

        Of custom fields of other types the value is what their property takes: search("party.machine_count", 3).
        """
        one = self.field(field)
        if one.type == "id":
            return self._search(one, lib.crm_record_search_id, _values.identity(value, one.path))
        if one.type in _values.NUMBERS:
            return self._search(one, lib.crm_record_search_int, _values.NUMBERS[one.type](value, one.path))
        text = _values.text(value, one.path)
        return self._search(one, lib.crm_record_search, text, len(text))

    def _search(self, field: Field, function: Any, *value: Any) -> Listing[Record]:
        kind = schema.kind(field.kind).record
        return Listing(self, kind, lambda txn, limit, token, out: function(txn, field.number, *value, limit, token, out))

    def find(self, field: Union[str, int, Field], value: str, scope: Optional[str] = None) -> int:
        """Id of the record that has a value in a unique field; scope: what it is unique in (the role of a number ...)."""
        one, wanted, inside = self.field(field), _values.text(value), None if scope is None else _values.text(scope)
        out = ctypes.c_uint64()
        self._check(lib.crm_record_find(self._running(), one.number, inside, len(inside or b""), wanted, len(wanted), out))
        return out.value

    def _find(self, function: Any, inside: str, value: str) -> int:
        wanted, out = _values.text(value), ctypes.c_uint64()
        self._check(function(self._running(), _values.name(inside), wanted, len(wanted), out))
        return out.value

    # Custom fields

    def define_field(
        self,
        path: str,
        type: str,
        *,
        labels: Optional[Mapping[str, str]] = None,
        domain: Optional[str] = None,
        indexed: bool = False,
        unique: bool = False,
        folded: bool = False,
        searchable: bool = False,
        personal: bool = False,
        price: bool = False,
        synonyms: Iterable[str] = (),
    ) -> int:
        """Defines a field of the host's own: define_field("party.machine_count", "int", labels={"de": "Maschinen"}); gives its number.

        domain: the code table of a text. unique, indexed, folded (without regard to case and accents): find() and search() reach it.
        synonyms: further column headings of imports. The definition is a record like any other (crm.CustomField).
        """
        kind, _, name = path.partition(".")
        definition = CustomField(record_kind=kind, name=name, type=type, label=labels, domain=domain, synonyms=synonyms)
        wanted = zip(FLAGS, (indexed, unique, folded, searchable, personal, price))
        definition._fill({flag: True for flag, set in wanted if set}, {})
        self.put(definition)
        return definition["field"]

    def field(self, which: Union[str, int, Field]) -> Field:
        """A field by its path ("party.machine_count") or number, custom or built in; crm.field() knows the built-in ones."""
        try:
            return schema.field(which)
        except NotFoundError:
            return self._custom_field(which)

    def _custom_field(self, which: Any) -> Field:
        number = ctypes.c_uint32(which if isinstance(which, int) else 0)
        if isinstance(which, str):
            self._check(lib.crm_custom_field_find(self._running(), _values.name(which), number))
        out = ctypes.POINTER(crm_record)()
        self._check(lib.crm_custom_field_get(self._running(), number, out))
        return _described(wrap(CustomField, out))

    def fields(self, of: Union[str, int, Type[Record], schema.Kind]) -> Tuple[Field, ...]:
        """The fields of a kind, the custom ones behind those that are built in."""
        kind = schema.kind(of)
        return (*schema.fields(kind), *map(self._custom_field, self._names(kind.number).values()))

    def _names(self, kind: int) -> Mapping[str, int]:
        """The custom fields of a kind: their numbers by name."""
        if kind not in self._custom:
            self._custom[kind] = {field.name: field.number for field in self._custom_fields(kind)} or NO_NAMES
        return self._custom[kind]

    def _custom_fields(self, kind: int) -> Iterator[Field]:
        number = ctypes.c_uint32()
        while self._check(lib.crm_custom_field_next(self._running(), kind, number, number)) >= 0 and number.value:
            yield self._custom_field(number.value)


def _described(definition: CustomField) -> HostField:
    """A field as its definition says it."""
    flags = sum(getattr(constants, f"FIELD_{name.upper()}") for name in FLAGS if definition[name])
    number, kind, name = definition["field"], definition.record_kind, definition.name
    assert number and kind and name
    return HostField(number, kind, name, flags, definition.domain, definition.label)
