# SPDX-License-Identifier: MIT
"""Lists: read page by page, as far as the program goes on."""
from __future__ import annotations

import ctypes
import os
from typing import TYPE_CHECKING, Any, Callable, Generic, Iterable, Iterator, List, NamedTuple, Optional, Type, Union

from . import _values
from . import export as _export
from ._library import lib
from ._prototypes import crm_iter
from .errors import NotFoundError, check
from .record import R

if TYPE_CHECKING:
    from ._field import Field
    from ._stored import Stored

PAGE = 256


class Page(NamedTuple):
    """Ids in order, and the token that continues behind them; None where the list ends with them."""

    ids: List[int]
    token: Optional[str]


class Listing(Generic[R]):
    """The results of a list or search. Iterating gives records; ids() their ids alone; page() one page, for programs that page themselves.

    It may be iterated again: it then reads the list anew. It ends with its transaction.
    """

    def __init__(self, txn: Stored, kind: Type[R], begin: Callable[[Any, int, Optional[bytes], Any], int]) -> None:
        self._txn, self._kind, self._begin = txn, kind, begin

    def page(self, limit: int = 100, token: Optional[str] = None) -> Page:
        """One page of ids: from the start, or behind the page that gave the token, in this or any later transaction."""
        limit = _values.unsigned(limit, "limit")
        after = None if token is None else _values.name(token)
        handle = ctypes.POINTER(crm_iter)()
        self._txn._check(self._begin(self._txn._running(), limit, after, handle))
        return drain(handle)

    def ids(self) -> Iterator[int]:
        """Ids of the results."""
        token: Optional[str] = None
        while True:
            page = self.page(PAGE, token)
            yield from page.ids
            if page.token is None:
                return
            token = page.token

    def __iter__(self) -> Iterator[R]:
        for id in self.ids():
            try:
                record = self._txn.get(id, self._kind)
            except NotFoundError:
                continue  # this transaction deleted it since the page was read, or its actor does not see it
            yield record

    def export(
        self, path: Union[str, os.PathLike[str]], fields: Iterable[Union[str, int, Field]], format: Optional[str] = None, *, language: str = "en"
    ) -> None:
        """The records into a file, with these fields as columns ("party.name" ...): a workbook, CSV or JSON Lines, as its ending or format tells."""
        numbers = [self._txn.field(field).number for field in fields]
        _export.records(path, self._pages(), self._txn._running(), self._kind.__name__, numbers, format, language)

    def _pages(self) -> Iterator[Any]:
        """Each page as a crm_iter, for whoever reads it to its end."""
        token: Optional[bytes] = None
        more = True
        while more:
            handle = ctypes.POINTER(crm_iter)()
            self._txn._check(self._begin(self._txn._running(), PAGE, token, handle))
            try:
                yield handle
                token = lib.crm_iter_token(handle)
                more = token is not None
            finally:
                lib.crm_iter_free(handle)

    def first(self) -> Optional[R]:
        """The first result, or None."""
        return next(iter(self), None)


def drain(handle: Any) -> Page:
    """All of a page, which is then freed."""
    try:
        return _all_of(handle)
    finally:
        lib.crm_iter_free(handle)


def _all_of(handle: Any) -> Page:
    ids: List[int] = []
    room, count = _values.list_of_ids(PAGE), ctypes.c_size_t()
    while check(lib.crm_iter_next_many(handle, room, PAGE, count)):
        ids.extend(room[: count.value])
    token = lib.crm_iter_token(handle)
    return Page(ids, token.decode() if token else None)
