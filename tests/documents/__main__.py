"""Writes what documents say of the code from the code, and puts the catalogue of texts in order:
`PYTHONPATH=src:tests python3 -m documents`."""

from __future__ import annotations

from desk_texts.catalogue import FILE, as_file, entries
from documents.generated import GENERATED


def main() -> None:
    """Bring every place up to date, and say which ones were not."""
    for place, due in GENERATED.items():
        if place.read() != due():
            place.write(due())
            print(f"{place.file}: {place.name}")
    FILE.write_text(as_file(entries()), "utf-8")


if __name__ == "__main__":
    main()
