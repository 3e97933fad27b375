# SPDX-License-Identifier: MIT
"""What a transaction does with terms: the proposal, its policies, codes and settings."""
from __future__ import annotations

import ctypes
import datetime
from typing import Any, Iterable, Optional, Tuple

from . import _values
from ._field import Name
from ._library import lib
from ._prototypes import crm_quote, crm_record
from ._stored import Id, Stored
from .errors import NotFoundError, RangeError
from .listing import Listing
from .quote import Quote
from .record import wrap
from .records import Code, Policy, QuoteValues, Setting


class Terms(Stored):
    """The terms of a transaction."""

    def quote(self, customer: Optional[Id] = None, date: Optional[datetime.date] = None, **given: Any) -> Quote:
        """The proposal for a customer (None: the only one that a bound user, or restricted staff, is bound to) on a day (None: today).

        given: what is chosen already, by the names of crm.Quote's values. An empty text is an explicit "none". Custom fields of
        kind "quote" and the sales_area, which decides what terms hold, are given too.
        """
        chosen, out = self.new(QuoteValues, given) if given else None, ctypes.POINTER(crm_quote)()
        pointer = None if chosen is None else chosen._pointer
        who = 0 if customer is None else _values.identity(customer)
        self._check(lib.crm_quote_resolve(self._running(), who, _values.day(date), pointer, out))
        return Quote(out)

    def load_quote(self, data: bytes) -> Quote:
        """A proposal that Quote.save() has given as bytes. It tells what it told then, whatever the store has become since."""
        copy, out = bytes(memoryview(data)), ctypes.POINTER(crm_quote)()
        self._check(lib.crm_quote_load(self._running(), copy, len(copy), out))
        return Quote(out)

    # Policies

    def policy(self, field: Name) -> Tuple[str, ...]:
        """At which levels, and in which order, a proposal looks for the value of a field: policy("price_list")."""
        out = ctypes.POINTER(crm_record)()
        self._check(lib.crm_policy_get(self._running(), self._quote_field(field), out))
        return wrap(Policy, out).levels

    def set_policy(self, field: Name, levels: Iterable[str]) -> None:
        """Sets the levels: set_policy("price_list", ["explicit", "group", "customer", "global"])."""
        numbers = _values.numbers([_level(level) for level in levels])
        self._check(lib.crm_policy_set(self._running(), self._quote_field(field), numbers, len(numbers)))

    def clear_policy(self, field: Name) -> None:
        """Goes back to the built-in levels of a field."""
        self._check(lib.crm_policy_clear(self._running(), self._quote_field(field)))

    def _quote_field(self, field: Name) -> int:
        return self.new(QuoteValues)._field(field).number

    # Codes and settings

    def find_code(self, domain: str, code: str) -> int:
        """Id of a stored code."""
        return self._find(lib.crm_code_find, domain, code)

    def codes(self, domain: str) -> Listing[Code]:
        """The stored codes of a domain, in the order of the codes; the built-in ones: crm.codes()."""
        within = _values.name(domain)
        return Listing(self, Code, lambda txn, limit, token, out: lib.crm_code_list(txn, within, limit, token, out))

    def setting(self, name: str, default: Optional[str] = None) -> Optional[str]:
        """Value of a setting, or the default."""
        out = ctypes.POINTER(crm_record)()
        try:
            self._check(lib.crm_setting_get(self._running(), _values.name(name), out))
        except NotFoundError:
            return default
        return wrap(Setting, out).value

    def set_setting(self, name: str, value: Optional[str]) -> None:
        """Sets a setting; None removes it."""
        wanted = None if value is None else _values.text(value)
        if wanted is None:
            self._check(lib.crm_setting_clear(self._running(), _values.name(name)))
        else:
            self._check(lib.crm_setting_set(self._running(), _values.name(name), wanted, len(wanted)))


def _level(name: str) -> int:
    number = lib.crm_quote_level_find(_values.name(name))
    if not number:
        raise RangeError(f"there is no level {name!r}")
    return number
