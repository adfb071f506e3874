"""Lazy imports: modules are named by text and imported when first used.

A start imports what its first response needs, and nothing else. Whatever can wait is named by text: the handlers of the
route table, the tables of a transaction, and the parts that only some settings need. This is the only way in which an
import is left for later, except for imports that a setting decides about.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_PACKAGE = __name__.partition(".")[0]


class LazyObject:
    """Stands for an object, and makes it when something of it is first used.

    `name` is its class, or a function that makes it. Two threads may make it at once; the last one made is kept.
    """

    def __init__(self, name: str, *args: Any) -> None:
        self.__dict__["_lazy"] = name, args

    def __getattr__(self, attribute: str) -> Any:
        if "_made" not in self.__dict__:
            name, args = self._lazy
            self.__dict__["_made"] = load(name)(*args)
        return getattr(self._made, attribute)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Methods with such names are not looked up on the object."""
        return self.__getattr__("__call__")(*args, **kwargs)


def make_lazy(name: str, *args: Any) -> Any:
    """Return a LazyObject, typed as what it stands for."""
    return LazyObject(name, *args)


def lazy_function(name: str) -> Any:
    """Return a function that calls the one with this name."""

    def call(*args: Any, **kwargs: Any) -> Any:
        return load(name)(*args, **kwargs)

    return call


def load(name: str) -> Any:
    """Return what has a dotted name inside the package, such as `api.pages.home`; its module is imported at most once.

    Raises ImportError and AttributeError for a wrong name.
    """
    module, _, attribute = name.rpartition(".")
    return getattr(import_module(f"{_PACKAGE}.{module}"), attribute)
