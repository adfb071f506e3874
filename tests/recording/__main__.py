"""Records what the service responds and stores, and compares two recordings.

    PYTHONPATH=src:tests python3 -m recording record FILE [--tree DIR]
    PYTHONPATH=src:tests python3 -m recording compare BEFORE AFTER [--but NAME]...

Both trees are recorded by the same scenes, so that a change which must not change the behaviour can be checked: every
response, every command output, every table.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from fakes.running_service import PROJECT
from recording.comparison import GROUPS, differences
from recording.recording import Recording
from recording.scenes import play_all

#: More differences than anybody reads.
MAX_SHOWN = 40


def main() -> int:
    arguments = _parse_arguments()
    if arguments.subcommand == "record":
        with tempfile.TemporaryDirectory() as folder:
            Recording(play_all(arguments.tree.resolve(), Path(folder))).write(arguments.file)
        return 0
    before, after = (Recording.read(item) for item in (arguments.before, arguments.after))
    found = differences(before, after, arguments.but)
    for item in found[:MAX_SHOWN]:
        print(item, end="\n\n")
    if found:
        print(f"{len(found)} of {len(before.entries)} entries differ; {min(len(found), MAX_SHOWN)} are shown.")
    else:
        print(f"All {len(before.entries)} entries are the same.")
    return int(bool(found))


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python3 -m recording", description=__doc__.partition("\n")[0])
    subcommands = parser.add_subparsers(dest="subcommand", required=True)
    record = subcommands.add_parser("record", help="play the scenes and write the recording")
    record.add_argument("file", type=Path)
    record.add_argument("--tree", type=Path, default=PROJECT, help="where src/ and config/ are; by default this one")
    compare = subcommands.add_parser("compare", help="print how two recordings differ; the exit status is 1 if they do")
    compare.add_argument("before", type=Path)
    compare.add_argument("after", type=Path)
    compare.add_argument(
        "--but", action="append", default=[], metavar="NAME",
        help="leave out a kind of entry (page, command, ...), a label, or a field, header or column, all with * and ?;"
        f" or one of these groups: {', '.join(GROUPS)}",
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
