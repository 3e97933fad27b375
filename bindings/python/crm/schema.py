# SPDX-License-Identifier: MIT
"""What there is: kinds, fields and built-in codes, with English and German labels."""
from __future__ import annotations

import ctypes
from typing import Dict, NamedTuple, Tuple, Type, Union

from . import _values
from ._field import Field
from ._library import lib
from ._tables import CLOSED, CODES, KINDS
from .errors import NotFoundError, check
from .record import Record
from .records import CLASSES


class Kind(NamedTuple):
    """A kind of record."""

    number: int
    name: str
    record: Type[Record]

    def label(self, language: str = "en") -> str:
        """What people call the kind, in "en" or "de"."""
        return lib.crm_kind_label(self.number, _values.name(language)).decode()


def kinds() -> Tuple[Kind, ...]:
    """All kinds, in the order of their numbers."""
    return tuple(Kind(number, name, CLASSES[number]) for name, number in KINDS.items())


def kind(which: Union[str, int, Type[Record], Kind]) -> Kind:
    """A kind by its name, number or class."""
    if isinstance(which, Kind):
        return which
    number = KINDS.get(which) if isinstance(which, str) else which if isinstance(which, int) else getattr(which, "KIND", None)
    if number not in CLASSES:
        raise NotFoundError(f"no kind {which!r}")
    return Kind(number, CLASSES[number].kind_name, CLASSES[number])


def fields(of: Union[str, int, Type[Record], Kind]) -> Tuple[Field, ...]:
    """The fields of a kind."""
    return tuple(kind(of).record.FIELDS.values())


def field(which: Union[str, int, Field]) -> Field:
    """A field by its path ("party.vat_id") or number."""
    if isinstance(which, Field):
        return which
    if isinstance(which, str):
        name, _, last = which.partition(".")
        found = CLASSES[KINDS[name]].FIELDS.get(last) if name in KINDS else None
    else:
        owner = CLASSES.get(which // 1000)
        found = next((one for one in owner.FIELDS.values() if one.number == which), None) if owner else None
    if found is None:
        raise NotFoundError(f"no field {which!r}")
    return found


def domains() -> Tuple[str, ...]:
    """Names of the code domains."""
    return tuple(CODES)


def codes(domain: str, language: str = "en") -> Dict[str, str]:
    """The built-in codes of a domain with their labels in "en" or "de"; those of the store: Transaction.codes()."""
    if domain not in CODES:
        raise NotFoundError(f"no domain {domain!r}")
    return {code: labels[language == "de"] for code, labels in CODES[domain].items()}


def closed(domain: str) -> bool:
    """Whether the domain takes its built-in codes only."""
    return domain in CLOSED


def check_identifier(scheme: str, number: str) -> str:
    """The compact form of a number that can be right; FormatError or CheckDigitError where it can't. scheme is "iban", "bic", "vat_id" (with
    the country's letters), "de_account", "fr_rib", "sepa_creditor", "gln", "lei", "duns", "eori" or "leitweg_id"."""
    out = ctypes.create_string_buffer(64)
    text = _values.text(number, "number")
    check(lib.crm_identifier_check(_values.name(scheme), text, len(text), out, len(out)))
    return out.value.decode()
