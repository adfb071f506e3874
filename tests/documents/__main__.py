"""Writes what documents say of the code from the code: `PYTHONPATH=src:tests python3 -m documents`."""

from __future__ import annotations

from documents.generated import GENERATED


def main() -> None:
    """Bring every place up to date, and say which ones were not."""
    for place, due in GENERATED.items():
        if place.read() != due():
            place.write(due())
            print(f"{place.file}: {place.name}")


if __name__ == "__main__":
    main()
