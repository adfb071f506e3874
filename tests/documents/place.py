"""A marked place in a document, that a program fills."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fakes.running_service import PROJECT


@dataclass(frozen=True)
class Place:
    """What stands between `<!-- name -->` and `<!-- /name -->` in a file of the project."""

    file: str
    name: str

    def read(self) -> str:
        """What stands there. Raises ValueError where there is no one such place."""
        found = re.findall(self._pattern, self._text(), re.DOTALL)
        if len(found) != 1:
            raise ValueError(f"{self.file} has {len(found)} places marked {self.name}")
        return str(found[0]).strip("\n")

    def write(self, text: str) -> None:
        """Have `text` stand there. Raises ValueError where there is no one such place."""
        self.read()
        after = re.sub(self._pattern, lambda _: f"{text}\n", self._text(), flags=re.DOTALL)
        (PROJECT / self.file).write_text(after, "utf-8")

    @property
    def _pattern(self) -> str:
        return rf"(?<=<!-- {self.name} -->\n).*?(?=<!-- /{self.name} -->)"

    def _text(self) -> str:
        return (PROJECT / self.file).read_text("utf-8")
