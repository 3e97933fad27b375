# SPDX-License-Identifier: MIT
"""The file of a party: the party with all its records, read at once."""
from __future__ import annotations

import ctypes
import json
from typing import Any, Callable, Dict, Iterator, Mapping, Tuple, Type, Union, cast, overload

from . import schema
from ._library import lib
from ._memory import Memory
from .errors import last
from .record import R, Record, wrap
from .records import CLASSES, Address, Channel, Contact, Identifier, Membership, Party, QuoteDefaults, Role, Usage


class File:
    """A detached copy of a customer file; Transaction.file() makes it. Its records may be changed and put."""

    def __init__(self, pointer: Any, names: Callable[[int], Mapping[str, int]]) -> None:
        self._memory = Memory(pointer, lib.crm_file_free)
        self._records = tuple(self._part(lib.crm_file_record(pointer, index), names) for index in range(lib.crm_file_count(pointer)))

    def _part(self, pointer: Any, names: Callable[[int], Mapping[str, int]]) -> Record:
        kind = lib.crm_record_kind(pointer)
        return wrap(CLASSES.get(kind, Record), pointer, self._memory, names(kind))

    @property
    def party(self) -> Party:
        """The party itself."""
        return cast(Party, self._records[0])

    @overload
    def records(self, kind: str) -> Tuple[Record, ...]:
        ...

    @overload
    def records(self, kind: Type[R]) -> Tuple[R, ...]:
        ...

    def records(self, kind: Union[str, Type[Record]]) -> Tuple[Any, ...]:
        """Its records of a kind ("address", crm.Address)."""
        wanted = schema.kind(kind).record
        return tuple(one for one in self._records if isinstance(one, wanted))

    @property
    def roles(self) -> Tuple[Role, ...]:
        return self.records(Role)

    @property
    def quote_defaults(self) -> Tuple[QuoteDefaults, ...]:
        return self.records(QuoteDefaults)

    @property
    def usages(self) -> Tuple[Usage, ...]:
        return self.records(Usage)

    @property
    def memberships(self) -> Tuple[Membership, ...]:
        return self.records(Membership)

    @property
    def identifiers(self) -> Tuple[Identifier, ...]:
        return self.records(Identifier)

    @property
    def addresses(self) -> Tuple[Address, ...]:
        return self.records(Address)

    @property
    def contacts(self) -> Tuple[Contact, ...]:
        return self.records(Contact)

    @property
    def channels(self) -> Tuple[Channel, ...]:
        return self.records(Channel)

    def __iter__(self) -> Iterator[Record]:
        """All records, the party first."""
        return iter(self._records)

    def __len__(self) -> int:
        return len(self._records)

    def to_dict(self) -> Dict[str, Any]:
        """What JSON can hold of the file as it was read: "party", and a list for each kind ("addresses" ...)."""
        size = ctypes.c_size_t()
        answer = lib.crm_file_json(self._memory.pointer, size)
        if answer is None:
            raise last()
        return json.loads(answer)

    def __repr__(self) -> str:
        return f"<crm.File of {self.party.name!r}: {len(self)} records>"
