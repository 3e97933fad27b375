# SPDX-License-Identifier: MIT
"""Finds and loads the C libraries, at the first call that needs them.

libcrm: environment CRM_LIBRARY (a path); else beside this package; else where the system keeps libraries.
libcrm-io (files): environment CRM_IO_LIBRARY; else beside libcrm; else where the system keeps libraries.
"""
from __future__ import annotations

import ctypes
import ctypes.util
import os
import threading
from pathlib import Path
from typing import Any, Dict, Optional, Tuple

from . import constants
from ._prototypes import FUNCTIONS, IO_FUNCTIONS

PACKAGE = Path(__file__).resolve().parent


class Library:
    """One shared library: its functions, with their prototypes, as attributes. Loaded when the first of them is asked for."""

    def __init__(
        self, name: str, variable: str, functions: Dict[str, Tuple[Any, Tuple[Any, ...]]], beside: Optional[Library] = None
    ) -> None:
        self._name, self._variable, self._functions, self._beside = name, variable, functions, beside
        self._lock = threading.Lock()
        self._path: Optional[str] = None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self._functions:
            raise AttributeError(name)
        with self._lock:
            if self._path is None:
                self._load()
        return self.__dict__[name]

    def path(self) -> str:
        """Where the library was loaded from."""
        with self._lock:
            if self._path is None:
                self._load()
        assert self._path
        return self._path

    def _load(self) -> None:
        folder = Path(self._beside.path()).parent if self._beside else PACKAGE  # the core first: the other is linked to it
        path = _locate(self._name, self._variable, folder)
        try:
            loaded = ctypes.CDLL(path)
            for name, (result, arguments) in self._functions.items():
                function = getattr(loaded, name)
                function.restype, function.argtypes = result, arguments
                self.__dict__[name] = function
        except (OSError, AttributeError) as error:
            for name in self._functions:
                self.__dict__.pop(name, None)
            raise ImportError(f"lib{self._name} can't be used: {error}; {self._variable} may name another file") from error
        self._path = path


def _locate(name: str, variable: str, folder: Path) -> str:
    """Path, or name for the system's search, of a library."""
    given = os.environ.get(variable)
    if given:
        return given
    soname = f"lib{name}.so.{constants.VERSION_MAJOR}"
    for file in (folder / soname, folder / f"lib{name}.so"):
        if file.is_file():
            return str(file)
    return ctypes.util.find_library(name) or soname


lib: Any = Library("crm", "CRM_LIBRARY", FUNCTIONS)
lib_io: Any = Library("crm-io", "CRM_IO_LIBRARY", IO_FUNCTIONS, beside=lib)
