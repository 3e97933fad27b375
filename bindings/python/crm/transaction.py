# SPDX-License-Identifier: MIT
"""Transactions: a read snapshot, or the one write transaction.

A snapshot may move between threads, one thread at a time. A write transaction belongs to the thread that began it: every other
thread gets a ThreadError.
"""
from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from ._library import lib
from ._parties import Parties
from ._terms import Terms
from .access import Rights
from .errors import InvalidError, ThreadError, last
from .option import Options
from .user import Users

if TYPE_CHECKING:
    from .database import Database


class Transaction(Parties, Terms, Options, Users, Rights):
    """A transaction; Database.begin() and Database.transact() make it.

    As a context manager: a write transaction commits when the block ends, and aborts where it ends by an exception.
    """

    def __init__(self, database: Database, handle: Any, write: bool, owned: bool) -> None:
        super().__init__(database, handle)
        self._write, self._owned = write, owned
        self._thread = threading.get_ident()

    def _ending(self) -> Any:
        """The handle, for the last time."""
        handle = self._running()
        if not self._owned:
            raise InvalidError("Database.transact() ends this transaction: return, or raise an exception")
        if self._write and self._thread != threading.get_ident():
            raise ThreadError("a write transaction belongs to the thread that began it")
        self._handle = None
        return handle

    @property
    def write(self) -> bool:
        """Whether it is a write transaction."""
        return self._write

    @property
    def sequence(self) -> int:
        """The number of commits that changed the store before it began."""
        return lib.crm_txn_sequence(self._running())

    def commit(self) -> None:
        """Stores what was done. The transaction is over, also where this fails."""
        handle = self._ending()
        status = lib.crm_txn_commit(handle)
        error = last(status) if status < 0 else None
        lib.crm_txn_free(handle)
        self._settle(stored=error is None)
        if error:
            raise error

    def abort(self) -> None:
        """Forgets what was done; records that were put are as before. Does nothing where the transaction is over."""
        if self._handle is not None:
            lib.crm_txn_free(self._ending())
            self._settle(stored=False)

    def __enter__(self) -> Transaction:
        self._running()
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        if self._handle is None:
            return
        if kind is None and self._write:
            self.commit()
        else:
            self.abort()

    def __del__(self) -> None:
        # A write transaction that another thread collects is ended by the library with its own thread.
        if getattr(self, "_handle", None) is not None and self._owned and (not self._write or self._thread == threading.get_ident()):
            lib.crm_txn_free(self._handle)

    def _settle(self, stored: bool) -> None:
        """After the end: what was not stored has no id, and can be put again."""
        for reference, state in list(self._before.values()):
            record = reference()
            if record is not None and not stored:
                record._pointer, record._memory, record._shared, record._names = state
        self._before.clear()
