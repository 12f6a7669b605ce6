"""captum without what its front imports besides: Matplotlib, and methods for language models.

Together they take 31 MB for good, for figures that nobody draws here. `from captum.attr import
Saliency` works as ever; it imports the one module that defines it.
"""

from __future__ import annotations

import ast
import importlib
import importlib.util
import sys
from functools import cached_property
from types import ModuleType
from typing import Any

PACKAGES = ("captum", "captum.attr")


class Front(ModuleType):
    """A package whose `__init__` has not run; a name that it would import comes when asked for."""

    @cached_property
    def places(self) -> dict[str, tuple[str, str]]:
        """Name -> the module that defines it and its name there, as read in the `__init__`."""
        source = self.__spec__.loader.get_source(self.__name__)  # type: ignore[union-attr]
        found = [n for n in ast.parse(source).body if isinstance(n, ast.ImportFrom) and not n.level]
        return {a.asname or a.name: (n.module or "", a.name) for n in found for a in n.names}

    def __getattr__(self, name: str) -> Any:
        """Import what defines a name; where it is none of the imported ones, run the `__init__`."""
        if name.startswith("__"):
            raise AttributeError(name)
        if name in self.places:
            found = _imported(*self.places[name])
            setattr(self, name, found)
            return found
        self.__class__ = ModuleType  # type: ignore[assignment]
        self.__spec__.loader.exec_module(self)  # type: ignore[union-attr]
        return getattr(self, name)


def _imported(module: str, name: str) -> Any:
    """What `from module import name` gives: a part of the module, or a module in it."""
    try:
        return getattr(importlib.import_module(module), name)
    except AttributeError:
        return importlib.import_module(f"{module}.{name}")


def put_off() -> None:
    """Put such fronts in place, unless captum was imported already."""
    for name in PACKAGES:
        if name not in sys.modules and (spec := importlib.util.find_spec(name)) is not None:
            module = importlib.util.module_from_spec(spec)
            module.__class__ = Front
            sys.modules[name] = module
