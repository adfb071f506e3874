"""What is said of answers, line by line, for a person to judge.

    PYTHONPATH=src:tests python3 -m benchmarks.scoring_statements [answers] [--seed N] [folder with the data]

Prints tab-separated values: the answer's id, whether something was found, the statement, an empty column for a
verdict (TRUE, FALSE or MEANINGLESS), the question and the answer. Answers are drawn from files of a folder that is not
part of the project, `interview_answers_typed.jsonl` and `interview_answers_by_level.jsonl`, and from
`graded_answers.json` where they are not there.
"""

from __future__ import annotations

import argparse
import csv
import random
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.scoring_evaluation import DATA, KINDS, halves, judged, lines

#: The id of an answer, its language, its question, and what was said.
Said = tuple[str, str, str, str]


def answers(folder: Path) -> Iterator[Said]:
    """Every answer there is to draw from."""
    if not (folder / "interview_answers_typed.jsonl").exists():
        for row in halves()["not tuned to"]:
            yield from ((f"{row['id']}.{kind}", row["language"], row["question"], row[kind]) for kind in KINDS)
        return
    for row in lines(folder, "interview_answers_typed"):
        for number, item in enumerate(row["qa"]):
            yield f"{row['candidate']}.{number}", "en", item["question"], item["answer"]
    for row in lines(folder, "interview_answers_by_level"):
        yield row["id"], "en", row["question"], row["answer"]


def main() -> int:
    """Print the statements about some answers."""
    parser = argparse.ArgumentParser(description="Print what is said of answers, for a person to judge.")
    parser.add_argument("answers", nargs="?", type=int, default=60, help="how many (default: %(default)s)")
    parser.add_argument("folder", nargs="?", type=Path, default=DATA, help="where the data is (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="which ones are drawn (default: %(default)s)")
    wanted = parser.parse_args()
    every = list(answers(wanted.folder))
    out = csv.writer(sys.stdout, delimiter="\t", lineterminator="\n")
    out.writerow(("answer_id", "type", "statement", "verdict", "question", "answer"))
    for name, language, question, said in random.Random(wanted.seed).sample(every, min(wanted.answers, len(every))):
        for statement in judged({"question": question, "language": language}, said).statements:
            out.writerow((name, "found" if statement.found else "not found", statement.text, "", question, said))
    return 0


if __name__ == "__main__":
    sys.exit(main())
