# SPDX-License-Identifier: MIT
"""The record classes, one a kind, made from the schema's tables: Party, Role, Address, Contact ..."""
from __future__ import annotations

from typing import Any, Dict, Type

from ._field import Field
from ._tables import FIELDS, KINDS
from .record import Record

CLASSES: Dict[int, Type[Record]] = {}


def _class_name(kind: str) -> str:
    """ "Quote" is the whole proposal, "Blocker" one with its samples; the records in them have names of their own."""
    return {"quote": "QuoteValues", "blocker": "BlockerValues", "change": "ChangeValues"}.get(kind) or kind.title().replace("_", "")


def _property_name(name: str) -> str:
    """The field's name, or with a "_" behind it where records have something else by that name."""
    return f"{name}_" if hasattr(Record, name) else name


def _make_class(kind: str, number: int) -> Type[Record]:
    fields = {name: Field(one[0], kind, name, *one[1:]) for name, one in FIELDS[kind].items()}
    about = f"A record of kind {kind}."
    content = {"__slots__": (), "__doc__": about, "__module__": __name__, "KIND": number, "kind_name": kind, "FIELDS": fields}
    return type(_class_name(kind), (Record,), {**content, **{_property_name(name): field for name, field in fields.items()}})


def _reader(field: Field) -> property:
    return property(lambda quote: field.__get__(quote.record), doc=f"Value of {field.path}, or None.")


for _kind, _number in KINDS.items():
    CLASSES[_number] = globals()[_class_name(_kind)] = _make_class(_kind, _number)

# The values of a quote as attributes of the proposal itself.
QuoteProperties: Any = type(
    "QuoteProperties",
    (),
    {"__slots__": (), "__module__": __name__, **{name: _reader(field) for name, field in CLASSES[KINDS["quote"]].FIELDS.items()}},
)


def class_of(kind: int) -> Type[Record]:
    """The class of a kind's number."""
    return CLASSES[kind]
