# SPDX-License-Identifier: MIT
"""Addresses as lines to print."""
from __future__ import annotations

import ctypes
from typing import Optional

from . import _values, constants
from ._library import lib
from .errors import check
from .records import Address, Party

ROOM = 1024  # bytes that nearly every address has room in


def format_address(address: Address, party: Optional[Party] = None, *, sender_country: Optional[str] = None, delivery: bool = False) -> str:
    """An address as lines to print, in the order and the capitals that its country's post asks for.

    The record may be one that is never stored. party: whose name stands above it where it has no recipient. sender_country: code of the
    country that it is sent from, whose line is left out. delivery: goods are to arrive, so the street and not the PO box.
    """
    if not isinstance(address, Address):
        raise _values.refuse(address, "a crm.Address")
    if party is not None and not isinstance(party, Party):
        raise _values.refuse(party, "a crm.Party")
    name, country = party and party._pointer, sender_country and _values.name(sender_country)
    flags, size, room = constants.ADDRESS_FOR_DELIVERY if delivery else 0, ctypes.c_size_t(), ROOM
    while True:
        out = ctypes.create_string_buffer(room)
        status = lib.crm_address_format(address._pointer, name, country, flags, out, room, size)
        if status != constants.E_TOO_BIG or size.value < room:
            check(status)
            return out.value.decode()
        room = size.value + 1
