"""Declaration: one environment variable, as a field of `Settings` declares it; and the text that the variable has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from pathlib import Path
from typing import Any

from .lazy_dataclass import dataclass
from .special_files import NOT_A_REGULAR_FILE, is_special_file

Parse = Callable[[str], Any]
#: A default is text as in the variable, None, or a function of the values declared above it.
Default = str | None | Callable[[Mapping[str, Any]], Any]


@dataclass(frozen=True)
class Declaration:
    """One environment variable."""

    variable: str
    parse: Parse
    default: Default
    help: str
    secret: bool
    #: The default as shown in the help, if it is a function.
    default_text: str


def setting(
    variable: str, parse: Parse, default: Default, help: str, *, secret: bool = False, default_text: str = ""  # noqa: A002
) -> Any:
    """Declare a field of `Settings`."""
    default_text = default_text or (default if isinstance(default, str) else "")
    return field(
        repr=not secret, metadata={"declaration": Declaration(variable, parse, default, help, secret, default_text)}
    )


def read_variable(environ: Mapping[str, str], declaration: Declaration) -> str | None:
    """The text of a variable, or for a secret the content of the file in `NAME_FILE`. An empty variable counts as
    unset."""
    value = environ.get(declaration.variable, "").strip()
    file_name = environ.get(f"{declaration.variable}_FILE", "").strip() if declaration.secret else ""
    if not file_name:
        return value or None
    if value:
        raise ValueError(f"set either it or {declaration.variable}_FILE, not both")
    if is_special_file(Path(file_name)):
        raise ValueError(f"{declaration.variable}_FILE: cannot read {file_name}: {NOT_A_REGULAR_FILE}")
    try:
        value = Path(file_name).read_text("utf-8").strip()
    except (OSError, UnicodeError) as fault:
        reason = getattr(fault, "strerror", None) or "is not text"
        raise ValueError(f"{declaration.variable}_FILE: cannot read {file_name}: {reason}") from None
    if not value:
        raise ValueError(f"{declaration.variable}_FILE: {file_name} is empty")
    return value
