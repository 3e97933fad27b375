# SPDX-License-Identifier: MIT
"""What a transaction does with users: by name, bound to customers, their passwords."""
from __future__ import annotations

import ctypes
from datetime import date
from typing import Optional, Union

from . import _values, constants
from ._library import lib
from ._stored import Id, Stored
from .listing import Listing
from .records import User


def _bytes(value: Union[str, bytes]) -> bytes:
    if isinstance(value, str):
        return value.encode()
    if not isinstance(value, bytes):
        raise _values.refuse(value, "str or bytes")
    return value


class Users(Stored):
    """The users of a transaction."""

    def user(self, name: str) -> User:
        """The user that has a name."""
        wanted, out = _values.text(name), ctypes.c_uint64()
        self._check(lib.crm_user_find(self._running(), wanted, len(wanted), out))
        return self.get(out.value, User)

    def users(self) -> Listing[User]:
        """All users, in the order of their names."""
        return Listing(self, User, lib.crm_user_list)

    def bind_user(self, user: Id, party: Id, *, valid_from: Optional[date] = None, valid_until: Optional[date] = None) -> int:
        """Binds a user to a customer; valid_until is the first day that is out. Returns the binding's id."""
        begin, end, out = _values.bound(valid_from), _values.bound(valid_until), ctypes.c_uint64()
        self._check(lib.crm_user_bind(self._running(), _values.identity(user), _values.identity(party), begin, end, out))
        return out.value

    def unbind_user(self, user: Id, party: Id, day: Optional[date] = None) -> None:
        """Ends a binding with a day (None: today), which is the first that is out; one that would begin later is deleted."""
        self._check(lib.crm_user_unbind(self._running(), _values.identity(user), _values.identity(party), _values.day(day)))

    def set_password(self, user: Id, password: Union[str, bytes], *, must_change: bool = False) -> None:
        """Sets a user's password; only a verifier of it is kept. must_change: he is to change it himself."""
        given = _bytes(password)
        self._check(lib.crm_user_password_set(self._running(), _values.identity(user), given, len(given), _values.boolean(must_change)))

    def check_password(self, user: Id, password: Union[str, bytes]) -> bool:
        """Whether the password is the user's and he may work today. A check that fails is noted: commit what it returns.

        BusyError: after five failed checks the next one waits a minute.
        """
        given = _bytes(password)
        status = lib.crm_user_password_check(self._running(), _values.identity(user), given, len(given))
        return status != constants.E_DENIED and self._check(status) == constants.OK

    def set_verifier(self, user: Id, verifier: Optional[bytes]) -> None:
        """Sets a verifier that the host makes and checks; None takes it, or the password, away."""
        given = None if verifier is None else _bytes(verifier)
        self._check(lib.crm_user_verifier_set(self._running(), _values.identity(user), given, len(given or b"")))

    def verifier(self, user: Id) -> bytes:
        """The verifier of a user. NotFoundError: he has none."""
        buffer, size = ctypes.create_string_buffer(1024), ctypes.c_size_t()
        self._check(lib.crm_user_verifier_get(self._running(), _values.identity(user), buffer, len(buffer), size))
        return buffer.raw[: size.value]
