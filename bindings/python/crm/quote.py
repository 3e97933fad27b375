# SPDX-License-Identifier: MIT
"""The proposal that a quote starts from, with the source of every value."""
from __future__ import annotations

import datetime
import enum
import json
from typing import Any, Dict, Iterator, NamedTuple, Optional, Tuple, Union

from . import _values, constants
from ._library import lib
from ._memory import Memory
from .errors import WrongTypeError, field_path, last
from .record import Field, wrap
from .records import Address, QuoteProperties, QuoteValues


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


class Source(NamedTuple):
    """Where a value was read: the record, its revision, and the path of the field."""

    id: int
    revision: int
    field: Optional[str]


class Quote(QuoteProperties):
    """A computed proposal; Transaction.quote() makes it. It outlives its transaction and its store.

    Its values are properties (quote.price_list) and items (quote["price_list"]); iterating gives the names of those that are set.
    """

    def __init__(self, pointer: Any) -> None:
        self._pointer = pointer
        self._memory = Memory(pointer, lib.crm_quote_free)
        self.record: QuoteValues = wrap(QuoteValues, lib.crm_quote_record(pointer), self._memory).copy()

    def __getitem__(self, name: str) -> Any:
        return self.record[name]

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

    def level(self, field: Union[str, Field]) -> str:
        """Where a value comes from: "explicit", "site", "contact", "customer", "global" ..., or "unset"."""
        return lib.crm_quote_level_name(lib.crm_quote_level(self._pointer, _number(field))).decode()

    def reason(self, field: Union[str, Field]) -> str:
        """Why ship-to, bill-to, payer or contact was taken: "preferred", "default", "only" ..., or "none"."""
        return lib.crm_quote_reason_name(lib.crm_quote_reason(self._pointer, _number(field))).decode()

    def source(self, field: Union[str, Field]) -> Optional[Source]:
        """The record that a value comes from; None for an explicit or unset one."""
        number = _number(field)
        id = lib.crm_quote_source(self._pointer, number)
        if not id:
            return None
        return Source(
            id, lib.crm_quote_source_revision(self._pointer, number), field_path(lib.crm_quote_source_field(self._pointer, number))
        )

    def flags(self, field: Union[str, Field, None] = None) -> QuoteFlag:
        """What is special about a value, or about any of them."""
        return QuoteFlag(lib.crm_quote_flags(self._pointer, 0 if field is None else _number(field)))

    def candidates(self, field: Union[str, Field]) -> Tuple[int, ...]:
        """Ids to choose from, where a value is ambiguous."""
        number = _number(field)
        return tuple(
            lib.crm_quote_candidate(self._pointer, number, index) for index in range(lib.crm_quote_candidate_count(self._pointer, number))
        )

    @property
    def block_reason(self) -> Optional[str]:
        """Why the customer is blocked: "" without a reason, None where he is not."""
        reason = lib.crm_quote_block_reason(self._pointer)
        return None if reason is None else reason.decode()

    def address(self, field: Union[str, Field] = "ship_to") -> Optional[Address]:
        """Snapshot of the ship-to or bill-to address, or None."""
        pointer = lib.crm_quote_address(self._pointer, _number(field))
        return wrap(Address, pointer, self._memory) if pointer else None

    def address_text(self, field: Union[str, Field] = "ship_to") -> Optional[str]:
        """The same as lines to print, in the order of its country."""
        text = lib.crm_quote_address_text(self._pointer, _number(field))
        return None if text is None else text.decode()

    def to_dict(self) -> Dict[str, Any]:
        """What JSON can hold of the proposal, with every source."""
        answer = lib.crm_quote_json(self._pointer, None)
        if answer is None:
            raise last()
        return json.loads(answer)

    def __repr__(self) -> str:
        values = ", ".join(f"{name}={value!r}" for name, value in self.record.fields().items())
        return f"<crm.Quote {values}>"


def _number(field: Union[str, Field]) -> int:
    """Number of a quote's field, given by its name or as crm.QuoteValues.price_list."""
    if isinstance(field, Field):
        return field.number
    if field not in QuoteValues.FIELDS:
        raise WrongTypeError(f"a quote has no field {field!r}")
    return QuoteValues.FIELDS[field].number
