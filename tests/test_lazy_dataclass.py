"""Dataclasses whose methods are generated later behave as those of the standard library."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from for_each import for_each
from tener_interview import lazy_dataclass

Decorate = Callable[..., Any]


@lazy_dataclass.dataclass(frozen=True)
class Parcel:
    """At the top of the module, where pickle looks for it."""

    weight_g: int
    labels: tuple[str, ...] = ()
    notes: list[str] = dataclasses.field(default_factory=list, compare=False, repr=False)


def classes(decorate: Decorate) -> list[type[Any]]:
    """Classes of every kind that the service has."""

    @decorate
    class Point:
        x: int
        y: int = 2

    @decorate(frozen=True)
    class Frozen:
        x: int
        y: tuple[int, ...] = ()
        z: list[int] = dataclasses.field(default_factory=list, compare=False)

    @decorate(frozen=True, kw_only=True)
    class Wider(Frozen):
        """With a docstring."""

        extra: str | None = None

        @property
        def width(self) -> int:
            return self.x * 2

    @decorate(frozen=True, eq=False)
    class Same:
        x: int
        hidden: str = dataclasses.field(default="h", repr=False)

    @decorate(frozen=True)
    class Careful:
        x: int

        def __post_init__(self) -> None:
            if self.x < 0:
                raise ValueError("below zero")

        def __repr__(self) -> str:
            return f"<{self.x}>"

    class Plain(Careful):
        pass

    @decorate
    class Empty:
        pass

    return [Point, Frozen, Wider, Same, Careful, Plain, Empty]


CALLS: list[tuple[tuple[Any, ...], dict[str, Any]]] = [
    ((), {}), ((1,), {}), ((1, 5), {}), ((-1,), {}), ((1, (2, 3)), {"extra": "e"}), ((), {"x": 3, "y": 4}),
    ((1, 2, 3, 4), {}), ((), {"nothing": 1}), ((2,), {"extra": None}),
]


def result_or_error(attempt: Callable[[], Any]) -> str:
    """What somebody sees of an attempt, without addresses in memory."""
    try:
        result = attempt()
    except (TypeError, ValueError, AttributeError) as error:
        return f"{type(error).__name__}: {error}" if not isinstance(error, AttributeError) else type(error).__name__
    return repr(result)


STANDARD = classes(dataclasses.dataclass)


@for_each("number", range(len(STANDARD)), ids=lambda number: STANDARD[number].__name__)
@for_each("first", ["repr", "equal", "hash", "replace", "fields", "copy", "assign", "delete"])
def test_a_lazy_dataclass_behaves_like_the_standard_one(first: str, number: int) -> None:
    """What is tried first of a new class is what writes its methods."""

    def first_use(cls: type[Any], args: tuple[Any, ...], named: dict[str, Any]) -> Any:
        one, other = cls(*args, **named), cls(*args, **named)
        match first:
            case "repr":
                return repr(one)
            case "equal":
                return one == other, one != other, one == 1, one == copy.copy(one)
            case "hash":
                return hash(one) == hash(other)
            case "replace":
                return dataclasses.replace(one, x=7), dataclasses.astuple(one)
            case "fields":
                return [(item.name, item.kw_only) for item in dataclasses.fields(cls)], dataclasses.asdict(one)
            case "copy":
                return copy.deepcopy(one) == other
            case "assign":
                one.x = 9
                return one.x
            case _:
                del one.x
                return "deleted"

    ours, standard = classes(lazy_dataclass.dataclass)[number], STANDARD[number]
    for call in CALLS:
        found, wanted = (result_or_error(partial(first_use, cls, *call)) for cls in (ours, standard))
        assert found == wanted, call


def test_an_unpickled_lazy_dataclass_compares_before_any_instance_was_created() -> None:
    packed = pickle.dumps(Parcel(3, ("a",)))
    with pytest.MonkeyPatch.context() as patch:
        # As in another process, where nobody has made one yet.
        fresh: Any = lazy_dataclass.dataclass(frozen=True)(type("Parcel", (), {
            "__annotations__": Parcel.__annotations__, "labels": (), "__module__": __name__,
            "notes": dataclasses.field(default_factory=list, compare=False, repr=False),
        }))
        patch.setitem(globals(), "Parcel", fresh)
        one, other = pickle.loads(packed), pickle.loads(packed)
        assert one == other
        assert hash(one) == hash(other)
        assert repr(one) == "Parcel(weight_g=3, labels=('a',))"


def test_many_threads_may_create_the_first_instances_of_a_lazy_dataclass() -> None:
    for _ in range(20):
        made: list[Any] = []
        cls = classes(lazy_dataclass.dataclass)[1]
        begin = threading.Barrier(8)

        def make(cls: type[Any] = cls, begin: threading.Barrier = begin, made: list[Any] = made) -> None:
            begin.wait()
            made.append(cls(1, (2,)))

        threads = [threading.Thread(target=make) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(made) == 8
        assert len({hash(item) for item in made}) == 1
        assert all(item == made[0] for item in made)


def test_no_method_of_a_lazy_dataclass_is_generated_before_it_is_called() -> None:
    cls = classes(lazy_dataclass.dataclass)[1]
    waiting = cls.__init__
    cls(1)
    assert cls.__init__ is not waiting
    written = cls.__init__
    cls(2)
    assert cls.__init__ is written
