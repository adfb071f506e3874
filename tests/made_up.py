"""Which examples Hypothesis makes up, and how many: the same ones on every machine, or, in `make explore`, others.

A test gets a hundred unless it asks for another number by `@examples`. What an exploration finds becomes an `@example`
of its test.
"""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import is_local_module_file

_REPEATABLE, _EXPLORE = "repeatable", "explore"
_DEFAULT_EXAMPLES = 100
#: How many times as many examples an exploration makes up.
_EXPLORE_FACTOR = 20


def register_profiles() -> None:
    """Make up the same examples in every run, unless the command has `--hypothesis-profile=explore`."""
    # No clocks: neither a test nor the making of its examples fails because a machine is busy.
    unhurried = settings(deadline=None, database=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
    settings.register_profile(_REPEATABLE, unhurried, max_examples=_DEFAULT_EXAMPLES, derandomize=True)
    settings.register_profile(_EXPLORE, unhurried, max_examples=_DEFAULT_EXAMPLES * _EXPLORE_FACTOR)
    settings.load_profile(_REPEATABLE)
    vars(providers)["is_local_module_file"] = _is_read_for_constants


def is_exploring() -> bool:
    return settings.get_current_profile_name() == _EXPLORE


def examples(count: int) -> settings:
    """Make up another number of examples than the default."""
    return settings(max_examples=count * _EXPLORE_FACTOR if is_exploring() else count)


def _is_read_for_constants(path: str) -> bool:
    """Hypothesis tries constants of those modules that are imported by then: in every process, and later, others."""
    return is_exploring() and is_local_module_file(path)
