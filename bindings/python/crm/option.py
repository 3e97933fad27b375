# SPDX-License-Identifier: MIT
"""Which options of a product a customer may have."""
from __future__ import annotations

import ctypes
from dataclasses import dataclass
from datetime import date
from typing import Iterable, Optional, Tuple

from . import _values
from ._library import lib
from ._stored import Id, Stored


@dataclass(frozen=True)
class OptionAnswer:
    """Whether a customer may have an option."""

    code: str
    allowed: bool
    rule: Optional[int]
    """Id of the rule that decided, or None: no rule fits."""


class Options(Stored):
    """The options of a transaction's customers."""

    def option_allowed(self, customer: Id, code: str, on: Optional[date] = None) -> bool:
        """Whether a customer may have an option on a day (None: today)."""
        wanted, out = _values.text(code), ctypes.c_int()
        self._check(lib.crm_option_allowed(self._running(), _values.identity(customer), _values.day(on), wanted, len(wanted), out))
        return bool(out.value)

    def check_options(self, customer: Id, codes: Iterable[str], on: Optional[date] = None) -> Tuple[OptionAnswer, ...]:
        """The same of many options in one call, at most 100,000, each with the rule that decided."""
        asked = tuple(codes)
        count = len(asked)
        names = (ctypes.c_char_p * count)(*(_values.name(code) for code in asked))
        out, rules = (ctypes.c_uint8 * count)(), _values.list_of_ids(count)
        self._check(lib.crm_option_check(self._running(), _values.identity(customer), _values.day(on), names, count, out, rules))
        return tuple(OptionAnswer(code, bool(allowed), rule or None) for code, allowed, rule in zip(asked, out, rules))
