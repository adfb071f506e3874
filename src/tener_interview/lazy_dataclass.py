"""A dataclass decorator that leaves its work to the first use of a class.

`dataclasses.dataclass` examines the fields of a class and compiles its methods when the class is declared. For some
hundred classes that was a third of the time a start takes, and a run needs only some of them. Here the fields are
examined by the standard library when somebody first asks for them, and each method is a stub: its first call replaces
it by the real method.
"""

from __future__ import annotations

import dataclasses
import threading
from reprlib import recursive_repr
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from dataclasses import Field
    from dataclasses import dataclass as dataclass

#: What the standard library's decorator sets on a class, and others read from it.
_EXAMINED = ("__dataclass_fields__", "__dataclass_params__")
#: Two threads must not examine a class at once: the first one changes it.
_examining = threading.RLock()
_NOT_GIVEN = object()


def _dataclass(
    cls: type[Any] | None = None, /, *, frozen: bool = False, eq: bool = True, kw_only: bool = False
) -> Any:
    """Do what `dataclasses.dataclass` does with these arguments."""

    def declare(cls: type[Any]) -> type[Any]:
        # Without a docstring it would compose one of the class's signature.
        cls.__doc__ = cls.__doc__ or cls.__name__
        for name in _EXAMINED:
            setattr(cls, name, _LazyAttribute(cls, name, kw_only=kw_only))
        methods = ["__init__", "__repr__", *(["__eq__", "__hash__"] if eq else [])]
        for name in [name for name in methods if name not in cls.__dict__]:
            setattr(cls, name, _lazy_method(cls, name, frozen=frozen))
        if frozen:
            for name in ("__setattr__", "__delattr__"):
                setattr(cls, name, _refuse_change)
        elif eq:
            cls.__hash__ = None  # type: ignore[assignment]
        return cls

    return declare if cls is None else declare(cls)


if not TYPE_CHECKING:
    dataclass = _dataclass


class _LazyAttribute:
    """An attribute of a class that the standard library sets when it examines the fields: once somebody reads it."""

    def __init__(self, cls: type[Any], name: str, *, kw_only: bool) -> None:
        self._cls = cls
        self._name = name
        self._kw_only = kw_only

    def __get__(self, instance: object, owner: type[Any]) -> Any:
        with _examining:
            if self._cls.__dict__[self._name] is self:
                dataclasses.dataclass(init=False, repr=False, eq=False, kw_only=self._kw_only)(self._cls)
        return self._cls.__dict__[self._name]


def _lazy_method(cls: type[Any], name: str, *, frozen: bool) -> Callable[..., Any]:
    """Return a stub that replaces itself by the real method. Two threads may do so at once: both make the same."""

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        made = _make_method(cls, name, frozen=frozen)
        made.__qualname__ = f"{cls.__qualname__}.{name}"
        setattr(cls, name, made)
        return getattr(cls, name)(self, *args, **kwargs)

    return method


def _make_method(cls: type[Any], name: str, *, frozen: bool) -> Callable[..., Any]:
    """Return a method that does what the standard library's does for the same fields."""
    fields = dataclasses.fields(cls)
    if name == "__init__":
        return _make_init(fields, frozen=frozen, is_followed=hasattr(cls, "__post_init__"))
    if name == "__repr__":
        shown = ", ".join(f"{field.name}={{self.{field.name}!r}}" for field in fields if field.repr)
        return recursive_repr()(_compile("__repr__(self)", [f"return f'{{self.__class__.__qualname__}}({shown})'"]))
    compared = [field for field in fields if field.compare]
    if name == "__eq__":
        own, others = _as_tuple("self", compared), _as_tuple("other", compared)
        return _compile("__eq__(self, other)", [
            f"return {own} == {others} if other.__class__ is self.__class__ else NotImplemented",
        ])
    hashed = [field for field in compared if field.hash in (None, True)]
    return _compile("__hash__(self)", [f"return hash({_as_tuple('self', hashed)})"])


def _make_init(fields: Sequence[Field[Any]], *, frozen: bool, is_followed: bool) -> Callable[..., Any]:
    """Return an `__init__`; with `is_followed` it calls `__post_init__`."""
    values: dict[str, Any] = {"_not_given": _NOT_GIVEN, "_set": object.__setattr__}
    parameters: dict[bool, list[str]] = {False: [], True: []}
    body: list[str] = []
    for field in fields:
        name, value, default = field.name, field.name, ""
        if field.default_factory is not dataclasses.MISSING:
            values[f"_make_{name}"] = field.default_factory
            value = f"_make_{name}() if {name} is _not_given else {name}" if field.init else f"_make_{name}()"
            default = "=_not_given"
        elif field.default is not dataclasses.MISSING:
            values[f"_default_{name}"] = field.default
            default = f"=_default_{name}"
        if field.init:
            parameters[field.kw_only is True].append(name + default)
        elif field.default_factory is dataclasses.MISSING:
            continue
        body.append(f"_set(self, {name!r}, {value})" if frozen else f"self.{name} = {value}")
    body += ["self.__post_init__()"] if is_followed else []
    listed = ", ".join(["self", *parameters[False], *(["*", *parameters[True]] if parameters[True] else [])])
    return _compile(f"__init__({listed})", body or ["pass"], values)


def _as_tuple(name: str, fields: Sequence[Field[Any]]) -> str:
    """Return the source of a tuple of an object's fields."""
    return f"({''.join(f'{name}.{field.name},' for field in fields)})"


def _compile(
    signature: str, body: Sequence[str], values: Mapping[str, Any] = MappingProxyType({})
) -> Callable[..., Any]:
    """Compile a function, with `values` as its globals."""
    names = dict(values)
    exec("\n  ".join([f"def {signature}:", *body]), names)  # noqa: S102 - the standard library does the same
    made: Callable[..., Any] = names[signature.partition("(")[0]]
    return made


def _refuse_change(self: object, name: str, *_value: object) -> NoReturn:
    raise dataclasses.FrozenInstanceError(f"{type(self).__name__} is frozen: {name} cannot be changed")
