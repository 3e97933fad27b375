# SPDX-License-Identifier: MIT
"""The proposal that a quote starts from, with the source of every value."""
from __future__ import annotations

import ctypes
import datetime
import enum
from json import loads
from typing import TYPE_CHECKING, Any, Dict, Iterable, Iterator, Literal, NamedTuple, Optional, Tuple, Union, overload

from . import _values, constants
from ._field import Name
from ._library import lib
from ._memory import Memory
from ._prototypes import crm_quote, crm_record
from .errors import check, field_path, last
from .record import wrap
from .records import Address, QuoteChange, QuoteLoser, QuoteProperties, QuoteValues

if TYPE_CHECKING:
    from ._stored import Id, Stored


class QuoteFlag(enum.IntFlag):
    """What is special about a value."""

    AMBIGUOUS = constants.QUOTE_FLAG_AMBIGUOUS
    """Several candidates of equal standing; none was taken."""
    REDIRECTED = constants.QUOTE_FLAG_REDIRECTED
    """The customer was merged into this one."""
    BLOCKED = constants.QUOTE_FLAG_BLOCKED
    """The customer has an order lock."""
    CONFLICT = constants.QUOTE_FLAG_CONFLICT
    """Another level says otherwise."""
    UNSET = constants.QUOTE_FLAG_UNSET
    """Nothing is known; of single fields only."""
    DELIVERY_LOCKED = constants.QUOTE_FLAG_DELIVERY_LOCKED
    """The customer has a delivery lock."""


class Source(NamedTuple):
    """Where a value was read: the record, its revision, and the path of the field."""

    id: int
    revision: int
    field: Optional[str]


class Quote(QuoteProperties):
    """A computed proposal; Transaction.quote() makes it, load_quote() reads one. It outlives its transaction and its store.

    Its values are properties (quote.price_list) and items (quote["price_list"]), those of custom fields too; iterating gives the names of
    those that are set.
    """

    def __init__(self, pointer: Any) -> None:
        self._pointer = pointer
        self._memory = Memory(pointer, lib.crm_quote_free)
        self.record: QuoteValues = wrap(QuoteValues, lib.crm_quote_record(pointer), self._memory).copy()

    def __getitem__(self, name: Name) -> Any:
        return self.record[name]

    if not TYPE_CHECKING:  # as in Record

        def __getattr__(self, name: str) -> Any:
            if name.startswith("_") or name == "record":
                raise AttributeError(name)
            return getattr(self.record, name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.record)

    def __len__(self) -> int:
        return len(self.record)

    def __bool__(self) -> bool:
        return True

    def __contains__(self, name: object) -> bool:
        return name in self.record

    @property
    def date(self) -> datetime.date:
        """The day that the proposal is for."""
        return _values.from_days(lib.crm_quote_date(self._pointer))

    def level(self, field: Name) -> str:
        """Where a value comes from: "explicit", "rule", "site", "contact", "customer", "group", "global" ..., or "unset"."""
        return lib.crm_quote_level_name(lib.crm_quote_level(self._pointer, self._number(field))).decode()

    def reason(self, field: Name) -> str:
        """Why ship-to, bill-to, payer or contact was taken: "preferred", "default", "only" ..., or "none"."""
        return lib.crm_quote_reason_name(lib.crm_quote_reason(self._pointer, self._number(field))).decode()

    def source(self, field: Name) -> Optional[Source]:
        """The record that a value comes from; None for an explicit or unset one."""
        number = self._number(field)
        id = lib.crm_quote_source(self._pointer, number)
        if not id:
            return None
        path = field_path(lib.crm_quote_source_field(self._pointer, number), lambda _: self._source_path(field))
        return Source(id, lib.crm_quote_source_revision(self._pointer, number), path)

    def _source_path(self, field: Name) -> Optional[str]:
        """Path of a custom field that a value was read from: only the library's text has it."""
        return self.to_dict()["fields"][self.record._field(field).name].get("source_field")

    def rule(self, field: Name) -> Optional[int]:
        """Id of the mapping rule that has set a value, or None."""
        return lib.crm_quote_rule(self._pointer, self._number(field)) or None

    def flags(self, field: Optional[Name] = None) -> QuoteFlag:
        """What is special about a value, or about any of them."""
        return QuoteFlag(lib.crm_quote_flags(self._pointer, 0 if field is None else self._number(field)))

    def candidates(self, field: Name) -> Tuple[int, ...]:
        """Ids to choose from, where a value is ambiguous."""
        number = self._number(field)
        return tuple(
            lib.crm_quote_candidate(self._pointer, number, index) for index in range(lib.crm_quote_candidate_count(self._pointer, number))
        )

    def losers(self, field: Name) -> Tuple[QuoteLoser, ...]:
        """What a value could have been from other levels and rules, in the order in which they would have been taken, and why not."""
        number = self._number(field)
        count = lib.crm_quote_loser_count(self._pointer, number)
        return tuple(wrap(QuoteLoser, lib.crm_quote_loser(self._pointer, number, index), self._memory) for index in range(count))

    @property
    def changes(self) -> Tuple[QuoteChange, ...]:
        """The fields that differ from the proposal that this one was computed again from, before and now, and why."""
        count = lib.crm_quote_change_count(self._pointer)
        return tuple(wrap(QuoteChange, lib.crm_quote_change(self._pointer, index), self._memory) for index in range(count))

    @property
    def given(self) -> QuoteValues:
        """What was given for it."""
        out = ctypes.POINTER(crm_record)()
        check(lib.crm_quote_given(self._pointer, out))
        return wrap(QuoteValues, out)

    def reresolve(
        self,
        txn: Stored,
        customer: Optional[Id] = None,
        date: Optional[datetime.date] = None,
        *,
        release: Iterable[Name] = (),
        **changes: Any,
    ) -> Quote:
        """The proposal computed again, keeping what was given before; the new one tells its changes, this one stays as it is.

        customer, date: others than before. release: fields that were given and are looked for again. changes: what is chosen now, by
        the names of the fields; None as a value releases the field too.
        """
        as_of = lib.crm_quote_date(self._pointer) if date is None else _values.days(date)
        chosen = txn.new(QuoteValues, changes)
        dropped = [*release, *(name for name, value in changes.items() if value is None)]
        released, out = _values.numbers([self._number(field) for field in dropped]), ctypes.POINTER(crm_quote)()
        sold_to = 0 if customer is None else _values.identity(customer)
        txn._check(lib.crm_quote_reresolve(txn._running(), self._pointer, sold_to, as_of, chosen._pointer, released, len(released), out))
        return Quote(out)

    def save(self) -> bytes:
        """The proposal as bytes, to be kept with the quote that was made of it; Transaction.load_quote() reads them."""
        size = ctypes.c_size_t()
        start = lib.crm_quote_save(self._pointer, size)
        if start is None:
            raise last()
        return ctypes.string_at(start, size.value)

    @property
    def block_reason(self) -> Optional[str]:
        """Why the customer is blocked: "" without a reason, None where he is not."""
        reason = lib.crm_quote_block_reason(self._pointer)
        return None if reason is None else reason.decode()

    def address(self, field: Name = "ship_to") -> Optional[Address]:
        """Snapshot of the ship-to or bill-to address, or None."""
        pointer = lib.crm_quote_address(self._pointer, self._number(field))
        return wrap(Address, pointer, self._memory) if pointer else None

    def address_text(self, field: Name = "ship_to") -> Optional[str]:
        """The same as lines to print, in the order of its country."""
        text = lib.crm_quote_address_text(self._pointer, self._number(field))
        return None if text is None else text.decode()

    def to_dict(self) -> Dict[str, Any]:
        """What JSON can hold of the proposal, with every source."""
        answer = lib.crm_quote_json(self._pointer, None)
        if answer is None:
            raise last()
        return loads(answer)

    @overload
    def explain(self, json: Literal[False] = False) -> str:
        ...

    @overload
    def explain(self, json: Literal[True]) -> Dict[str, Any]:
        ...

    def explain(self, json: bool = False) -> Union[str, Dict[str, Any]]:
        """The proposal explained, in lines for people; json: what to_dict() gives, with the losers of each field and the changes."""
        answer = lib.crm_quote_explain(self._pointer, constants.QUOTE_FORMAT_JSON if json else constants.QUOTE_FORMAT_TEXT, None)
        if answer is None:
            raise last()
        return loads(answer) if json else answer.decode()

    def __repr__(self) -> str:
        values = ", ".join(f"{name}={value!r}" for name, value in self.record.fields().items())
        return f"<crm.Quote {values}>"

    def _number(self, field: Name) -> int:
        """Number of one of its fields."""
        return self.record._field(field).number
