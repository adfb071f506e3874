"""Shows which texts of the desk the catalogue does not have, as lines to complete, and which it has in vain:
`PYTHONPATH=src:tests python3 -m desk_texts [module]`.

With `--add FILE` it adds the lines of a file to the catalogue; with `--remove-unused` it removes what nothing uses.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from desk_texts.catalogue import FILE, as_file, entries, modules, name_of, needed
from desk_texts.scripts import raw_texts, used_texts
from tener_interview.web.text_catalogue import key_of


def main() -> None:
    """Read the command line and do it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("module", nargs="?", help="only this script, with its literals that are not translated yet")
    parser.add_argument("--add", type=Path, metavar="FILE", help="lines of the catalogue to add")
    parser.add_argument("--remove-unused", action="store_true", help="remove the entries that nothing uses")
    options = parser.parse_args()
    have = entries()
    if options.add:
        have += [json.loads(line) for line in options.add.read_text("utf-8").splitlines() if line.strip()]
    texts = needed()
    if options.remove_unused:
        have = [entry for entry in have if key_of(entry["en"]) in texts]
    FILE.write_text(as_file(have), "utf-8")
    keys = {key_of(entry["en"]) for entry in have}
    if options.module:
        (module,) = [path for path in modules() if name_of(path) == options.module.removeprefix("static/")]
        script = module.read_text("utf-8")
        for literal in raw_texts(script):
            print(f"{options.module}:{literal.line}: not translated: {literal.text}")
        texts = {used.other: used for used in used_texts(script)}
    for key, used in texts.items():
        if key not in keys:
            english = key if used.one is None else {"one": used.one, "other": key}
            print(json.dumps({"en": english, "de": "", "es": ""}, ensure_ascii=False))
    if not options.module:
        for key in keys - set(texts):
            print(f"unused: {key}")


if __name__ == "__main__":
    main()
