# SPDX-License-Identifier: MIT
"""What a transaction does with parties: the directory, files, conversion, addresses and contacts by purpose, groups."""
from __future__ import annotations

import ctypes
from datetime import date
from typing import Any, Optional, Tuple

from . import _values, constants
from ._library import lib
from ._prototypes import crm_directory_query, crm_file, crm_iter, crm_record
from ._stored import Id, Stored
from .file import File
from .listing import Listing, drain
from .record import wrap
from .records import Address, Contact, Group, Party, Role


def _query(
    *,
    role: Optional[str] = None,
    prefix: str = "",
    town: str = "",
    postal_from: str = "",
    postal_until: str = "",
    country: str = "",
    group: Optional[Id] = None,
    day: Optional[date] = None,
    archived: bool = False,
) -> crm_directory_query:
    return crm_directory_query(
        size=ctypes.sizeof(crm_directory_query),
        flags=constants.DIRECTORY_ARCHIVED if archived else 0,
        role=None if role is None else _values.name(role),
        prefix=_values.name(prefix),
        town=_values.name(town),
        postal_from=_values.name(postal_from),
        postal_until=_values.name(postal_until),
        country=_values.name(country),
        group=0 if group is None else _values.identity(group),
        day=_values.day(day),
    )


class Parties(Stored):
    """The parties of a transaction."""

    def find_party(self, role: str, number: str) -> int:
        """Id of the party that has a number in a role: find_party("customer", "10001")."""
        return self._find(lib.crm_party_find, role, number)

    def get_party(self, role: str, number: str) -> Party:
        """The same, read in one call."""
        wanted, out = _values.text(number), ctypes.POINTER(crm_record)()
        self._check(lib.crm_party_get(self._running(), _values.name(role), wanted, len(wanted), out))
        return wrap(Party, out, names=self._names(Party.KIND))

    def find_identifier(self, scheme: str, value: str) -> int:
        """Id of the party that has an identifier: find_identifier("duns", "314930870")."""
        return self._find(lib.crm_identifier_find, scheme, value)

    def parties(self, role: Optional[str] = None, prefix: str = "", archived: bool = False) -> Listing[Party]:
        """The directory: parties in a role, or all, in order of their names.

        prefix: how the names begin, without regard to case and accents. archived: the archived parties instead of the others.
        """
        within, start = None if role is None else _values.name(role), _values.text(prefix)
        flags = constants.PARTY_LIST_ARCHIVED if archived else 0
        return Listing(
            self, Party, lambda txn, limit, token, out: lib.crm_party_list(txn, within, start, len(start), flags, limit, token, out)
        )

    def directory(self, **asked: Any) -> Listing[Party]:
        """The parties that all of it fits, in German order of their names.

        role, prefix (how the name begins), town, postal_from, postal_until, country, group, day (None: today), archived. Town, postal code
        and country are those of one address, not archived and valid on the day; of the group the party itself is a member on the day.
        A page may be short, or empty, and still continue: iterating takes care of it.
        """
        query = _query(**asked)
        return Listing(self, Party, lambda txn, limit, token, out: lib.crm_directory_list(txn, query, limit, token, out))

    def directory_count(self, **asked: Any) -> Tuple[int, bool]:
        """How many parties directory() has, and whether they were counted: else it is an estimate."""
        count, exact = ctypes.c_uint64(), ctypes.c_int()
        self._check(lib.crm_directory_count(self._running(), _query(**asked), count, exact))
        return count.value, bool(exact.value)

    def file(self, party: Id) -> File:
        """The whole file of a party in one call."""
        out = ctypes.POINTER(crm_file)()
        self._check(lib.crm_file_get(self._running(), _values.identity(party), out))
        return File(out, self._names)

    def convert(self, party: Id, role: Optional[Role] = None, *, keep_prospect: bool = False) -> int:
        """Makes a prospect a customer with a number of that role's own range; returns the id of the customer's role.

        role: what else the role is to say: crm.Role(number="10001", source_document="Q-17"); it is then as it is stored. keep_prospect:
        the party stays a prospect too. A party that is a customer already is left as it is.
        """
        flags, out = constants.CONVERT_KEEP_PROSPECT if keep_prospect else 0, ctypes.c_uint64()
        given = None if role is None else role._pointer
        self._check(lib.crm_party_convert(self._running(), _values.identity(party), given, flags, out))
        if role is not None:
            self._refresh(role, out.value)
        return out.value

    # Addresses and contacts by what they are for

    def addresses(self, party: Id, purpose: str, on: Optional[date] = None) -> Listing[Address]:
        """The addresses that are offered for a purpose ("delivery", "billing" ...) on a day (None: today), the defaults first."""
        return self._for_purpose(lib.crm_address_list, Address, party, purpose, on)

    def choose_address(self, party: Id, purpose: str, on: Optional[date] = None) -> Optional[int]:
        """Id of the address to propose: the only default, else the only candidate, else the main address; None where several are of equal
        standing. NotFoundError: there is none.
        """
        return self._choose(lib.crm_address_choose, party, purpose, on)

    def move_address(self, address: Id, day: Optional[date], new: Address) -> int:
        """Notes that a party moves: the new address of the same party is valid from the day on (None: today), the old one ends with it.

        Usages, preferences and terms of the old address hold for the new one from that day. Returns the new address's id; the records
        are then as they are stored.
        """
        if not isinstance(new, Address):
            raise _values.refuse(new, "a crm.Address")
        out = ctypes.c_uint64()
        self._check(lib.crm_address_move(self._running(), _values.identity(address), _values.day(day), new._pointer, out))
        self._refresh(new, out.value)
        if isinstance(address, Address):
            self._refresh(address, address.id)
        return out.value

    def contacts(self, party: Id, purpose: str, on: Optional[date] = None) -> Listing[Contact]:
        """The contacts that are offered for a purpose ("quote", "dunning" ...) on a day (None: today), the defaults first."""
        return self._for_purpose(lib.crm_contact_list, Contact, party, purpose, on)

    def choose_contact(self, party: Id, purpose: str, on: Optional[date] = None) -> Optional[int]:
        """Id of the contact to propose, as choose_address()."""
        return self._choose(lib.crm_contact_choose, party, purpose, on)

    def _for_purpose(self, function: Any, kind: Any, party: Id, purpose: str, on: Optional[date]) -> Listing[Any]:
        owner, what, day = _values.identity(party), _values.name(purpose), _values.day(on)
        return Listing(self, kind, lambda txn, limit, token, out: function(txn, owner, what, day, limit, token, out))

    def _choose(self, function: Any, party: Id, purpose: str, on: Optional[date]) -> Optional[int]:
        out = ctypes.c_uint64()
        self._check(function(self._running(), _values.identity(party), _values.name(purpose), _values.day(on), out))
        return out.value or None

    # Groups

    def group(self, code: str) -> Group:
        """The group that has a code."""
        wanted, out = _values.text(code), ctypes.c_uint64()
        self._check(lib.crm_group_find(self._running(), wanted, len(wanted), out))
        return self.get(out.value, Group)

    def groups(self) -> Listing[Group]:
        """All groups, in the order of their codes."""
        return Listing(self, Group, lib.crm_group_list)

    def add_member(self, group: Id, party: Id, *, valid_from: Optional[date] = None, valid_until: Optional[date] = None) -> int:
        """Makes a party a member of a group; valid_until is the first day that is out. Returns the membership's id."""
        begin, end, out = _values.bound(valid_from), _values.bound(valid_until), ctypes.c_uint64()
        self._check(lib.crm_group_add(self._running(), _values.identity(group), _values.identity(party), begin, end, out))
        return out.value

    def remove_member(self, group: Id, party: Id, day: Optional[date] = None) -> None:
        """Ends a membership with a day (None: today), which is the first that is out; one that would begin later is deleted."""
        self._check(lib.crm_group_remove(self._running(), _values.identity(group), _values.identity(party), _values.day(day)))

    def members(self, group: Id, on: Optional[date] = None) -> Listing[Party]:
        """The parties that are members of a group itself on a day (None: today); archived ones are left out."""
        one, day = _values.identity(group), _values.day(on)
        return Listing(self, Party, lambda txn, limit, token, out: lib.crm_group_members(txn, one, day, limit, token, out))

    def party_groups(self, party: Id, on: Optional[date] = None) -> Listing[Group]:
        """The groups of a party on a day (None: today) with those above them, in the order in which a proposal asks them.

        A customer's own user is told the ids() of his customers' groups, and reads none of them.
        """
        one, day = _values.identity(party), _values.day(on)
        return Listing(self, Group, lambda txn, limit, token, out: lib.crm_party_groups(txn, one, day, out))

    def opt_out(self, party: Id, on: Optional[date] = None) -> Optional[int]:
        """Id of the first group, archived or not, that says that a party gets no information on a day (None: today), or None."""
        out = ctypes.c_uint64()
        self._check(lib.crm_party_opt_out(self._running(), _values.identity(party), _values.day(on), out))
        return out.value or None
