# SPDX-License-Identifier: MIT
"""In whose name a transaction runs, and what he may do."""
from __future__ import annotations

import ctypes
from typing import Optional

from . import _values, constants
from ._library import lib
from ._prototypes import crm_record
from ._stored import Id, Stored
from .errors import InvalidError
from .listing import Listing
from .record import wrap
from .records import Access, Party

RIGHTS = {
    "read": constants.RIGHT_READ,
    "write": constants.RIGHT_WRITE,
    "quote": constants.RIGHT_QUOTE,
    "see_quotes": constants.RIGHT_SEE_QUOTES,
}
REFUSED = (constants.E_NOTFOUND, constants.E_DENIED, constants.E_LOCKED)


def _right(name: str) -> int:
    if name not in RIGHTS:
        raise InvalidError(f"right is one of {', '.join(RIGHTS)}, not {name!r}")
    return RIGHTS[name]


class Rights(Stored):
    """What the actor of a transaction may do."""

    @property
    def actor(self) -> int:
        """In whose name it runs: crm.ACTOR_SYSTEM, or the id of a user."""
        return lib.crm_txn_actor(self._running())

    def may(self, right: str, record: Id) -> bool:
        """Whether the actor has a right to a record: "read", "write"; of a party also "quote", "see_quotes".

        False also where there is no such record: which one is not told.
        """
        status = lib.crm_access_check(self._running(), _values.identity(record), _right(right))
        return status not in REFUSED and self._check(status) == constants.OK

    def parties_to(self, right: str) -> Listing[Party]:
        """The parties that the actor has a right to, in the order of their names, archived ones left out.

        Who makes proposals need not read parties: ids() gives them all, iterating those whose record he reads.
        """
        number = _right(right)
        return Listing(self, Party, lambda txn, limit, token, out: lib.crm_access_list(txn, number, limit, token, out))

    def explain_access(self, right: str, record: Id, user: Optional[Id] = None) -> Access:
        """Why a user (None: the actor) has a right to a record, or has not: allowed, reason, binding, role."""
        who, out = 0 if user is None else _values.identity(user), ctypes.POINTER(crm_record)()
        self._check(lib.crm_access_explain(self._running(), who, _values.identity(record), _right(right), out))
        return wrap(Access, out)
