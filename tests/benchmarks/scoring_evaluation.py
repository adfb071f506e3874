"""How well the score orders answers that others have graded, beside the simplest scorers there are.

    python3 tests/benchmarks/scoring_evaluation.py [folder with the data]

Two tables are made of invented answers that are part of the project. The others read
`interview_answers_by_level.jsonl`, `interview_metamorphic.jsonl` and `graded_technical_answers.jsonl` from a folder
that is not part of it, by default `../shared/data` beside it. Questions are split into a half that was looked at while
the engine was tuned and one that was not; both are printed. Standard library only.
"""

from __future__ import annotations

import json
import math
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

PROJECT = Path(__file__).parents[2]
if __name__ == "__main__":
    sys.path[:0] = [str(PROJECT / "src"), str(PROJECT / "tests")]

from fakes.answers import TEXTS, TOLD  # noqa: E402
from fakes.answers import criteria_of as answers_criteria  # noqa: E402
from fakes.transformations import asr  # noqa: E402 - runs as a script, too
from tener_interview.scoring.criteria import Criteria, load_criteria  # noqa: E402
from tener_interview.scoring.judge import judge  # noqa: E402
from tener_interview.scoring.language import load_languages  # noqa: E402
from tener_interview.scoring.speech import Speech, hear  # noqa: E402
from tener_interview.scoring.transcript import Transcript  # noqa: E402

DATA = PROJECT.parent / "shared" / "data"
HEDGES = ("just", "usually", "pretty", "basically", "mostly", "maybe", "probably", "kind of", "sort of")

Row = dict[str, Any]
Scorer = Callable[[Row], float]


def rows(folder: Path, name: str) -> list[Row]:
    """The lines of a file of the data."""
    return [json.loads(line) for line in (folder / f"{name}.jsonl").read_text("utf-8").splitlines() if line.strip()]


def criteria_of(rules: Sequence[Row]) -> Criteria:
    """Criteria with these rules and defaults in everything else."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "criteria.json"
        path.write_text(json.dumps({"version": "evaluation", "question_rules": list(rules)}), "utf-8")
        return load_criteria(path)


def scored(criteria: Criteria, title: str, text: str, language: str = "en") -> float:
    """The score; 0 for an answer that cannot be scored, so that no answer is left out of a comparison."""
    transcript = Transcript(0, "q", title, answered=True, text=text)
    return judge(criteria.rule_for(title), transcript, language).score or 0.0


def ranks(values: Sequence[float]) -> list[float]:
    """Ranks from 0, equal values sharing theirs."""
    order = sorted(range(len(values)), key=lambda place: values[place])
    found = [0.0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end + 1 < len(order) and values[order[end + 1]] == values[order[start]]:
            end += 1
        for place in range(start, end + 1):
            found[order[place]] = (start + end) / 2
        start = end + 1
    return found


def correlation(ones: Sequence[float], others: Sequence[float]) -> float:
    """Pearson's; 0 where one side does not vary."""
    one_mean, other_mean = sum(ones) / len(ones), sum(others) / len(others)
    one_spread = sum((value - one_mean) ** 2 for value in ones)
    other_spread = sum((value - other_mean) ** 2 for value in others)
    if not one_spread or not other_spread:
        return 0.0
    shared = sum((one - one_mean) * (other - other_mean) for one, other in zip(ones, others, strict=True))
    return shared / math.sqrt(one_spread * other_spread)


def pair_accuracy(values: Sequence[float], grades: Sequence[float]) -> tuple[float, int]:
    """Of all pairs with different grades, how many are ordered as the grades are; an equal pair counts half."""
    good, pairs = 0.0, 0
    for one in range(len(values)):
        for other in range(one):
            if grades[one] != grades[other]:
                pairs += 1
                better = (values[one] - values[other]) * (grades[one] - grades[other])
                good += 1.0 if better > 0 else 0.5 if better == 0 else 0.0
    return good, pairs


def english(text: str) -> Speech:
    return hear(text, load_languages().get("en"))


def content_words(text: str) -> set[str]:
    speech = english(text)
    return {stem for place, stem in enumerate(speech.stems) if speech.is_content(place)}


def mean_word_length(row: Row) -> float:
    words = row["answer"].split()
    return sum(map(len, words)) / max(1, len(words))


def few_hedges(row: Row) -> float:
    text = f" {row['answer'].lower()} "
    return -float(sum(text.count(f" {hedge} ") for hedge in HEDGES))


def reference_recall(row: Row) -> float:
    expected = content_words(row["reference"])
    return len(expected & content_words(row["answer"])) / max(1, len(expected))


def levels(folder: Path) -> None:
    """Ordering of low, medium and high answers to the same question, without references."""
    answers: dict[str, dict[str, Row]] = defaultdict(dict)
    for row in rows(folder, "interview_answers_by_level"):
        answers[row["qid"]][row["level"]] = row
    questions = sorted(answers)
    bare = criteria_of([])
    shipped = load_criteria(PROJECT / "config" / "interview_transcription_scoring_criteria.json")
    scorers: dict[str, Scorer] = {
        "the engine, no rules": lambda row: scored(bare, row["question"], row["answer"]),
        "the engine, shipped criteria": lambda row: scored(shipped, row["question"], row["answer"]),
        "length": lambda row: float(len(row["answer"].split())),
        "mean word length": mean_word_length,
        "few hedges": few_hedges,
    }
    print("\n## Ordering of answers by level (each cell: tuned half / other half)\n")
    print("| scorer | low < high | low < medium | medium < high |\n| --- | --- | --- | --- |")
    for name, scorer in scorers.items():
        cells = []
        for low, high in (("low", "high"), ("low", "medium"), ("medium", "high")):
            halves = []
            for half in (questions[::2], questions[1::2]):
                pairs = [(scorer(answers[each][low]), scorer(answers[each][high])) for each in half]
                halves.append(sum((a < b) + 0.5 * (a == b) for a, b in pairs) / len(pairs))
            cells.append(" / ".join(f"{value:.2f}" for value in halves))
        print(f"| {name} | {' | '.join(cells)} |")


def invented() -> None:
    """Invented answers of other trades and in six languages, the strong ones showing more and naming less."""
    sets: list[Row] = json.loads(Path(__file__).with_name("levelled_answers.json").read_text("utf-8"))
    bare, named = criteria_of([]), criteria_of([
        {"id": f"q{number}", "match": {"title_contains": [row["question"]]}, "language": row["language"],
         "required_keywords": row["keywords"]}
        for number, row in enumerate(sets)
    ])
    ways: dict[str, Callable[[Row, str], float]] = {
        "without criteria": lambda row, text: scored(bare, row["question"], text, row["language"]),
        "a few plain keywords": lambda row, text: scored(named, row["question"], text, row["language"]),
        "the same, as recognised": lambda row, text: scored(named, row["question"], asr(text), row["language"]),
    }
    print(f"\n## Ordering of {len(sets)} invented sets of answers\n")
    print("| criteria | low < high | low < medium | medium < high |\n| --- | --- | --- | --- |")
    for name, way in ways.items():
        values = [{level: way(row, row[level]) for level in ("low", "medium", "high")} for row in sets]
        pairs = (("low", "high"), ("low", "medium"), ("medium", "high"))
        cells = [f"{sum(each[low] < each[high] for each in values)}" for low, high in pairs]
        print(f"| {name} | {' | '.join(cells)} |")


def unrelated() -> None:
    """What sentences that have nothing to do with it earn at the end of an answer, in points."""
    scenery, told = TEXTS["scenery"], [each for each in TOLD if each.language == "en"]
    with TemporaryDirectory() as folder:
        criteria = answers_criteria(Path(folder))
    print("\n## Unrelated sentences at the end of an answer\n")
    print("| sentences | strong answers | weak answers |\n| --- | --- | --- |")
    for count in (1, 2, 4):
        cells = []
        for answers in ([each.text for each in told], [each.weak for each in told]):
            moves = []
            for place, (each, text) in enumerate(zip(told, answers, strict=True)):
                added = " ".join(scenery[(place + ahead) % len(scenery)] for ahead in range(count))
                before, after = (scored(criteria, each.title, said) for said in (text, f"{text} {added}"))
                moves.append(after - before)
            cells.append(f"{sum(moves) / len(moves):+.1f}")
        print(f"| {count} | {' | '.join(cells)} |")


def technical(folder: Path) -> None:
    """Agreement with the graders of technical answers, within each question, with its reference answer."""
    graded: dict[str, list[Row]] = defaultdict(list)
    for row in rows(folder, "graded_technical_answers"):
        graded[row["question"]].append(row)
    questions = sorted(graded, key=lambda each: (graded[each][0]["qid"], each))
    criteria = criteria_of([
        {"id": f"q{number}", "match": {"title_contains": [each]},
         "reference_answers": sorted({row["reference"] for row in graded[each]})}
        for number, each in enumerate(questions)
    ])
    scorers: dict[str, Scorer] = {
        "the engine, with the reference": lambda row: scored(criteria, row["question"], row["answer"]),
        "content-word recall of the reference": reference_recall,
        "length": lambda row: float(len(row["answer"].split())),
    }
    print("\n## Graded technical answers, within a question (each cell: tuned half / other half / all)\n")
    print("| scorer | Spearman, mean of questions | pair accuracy |\n| --- | --- | --- |")
    for name, scorer in scorers.items():
        values = {each: [scorer(row) for row in graded[each]] for each in questions}
        rhos, accuracies = [], []
        for half in (questions[::2], questions[1::2], questions):
            found = [
                correlation(ranks(values[each]), ranks([row["score"] for row in graded[each]])) for each in half
            ]
            rhos.append(sum(found) / len(found))
            counted = [pair_accuracy(values[each], [row["score"] for row in graded[each]]) for each in half]
            accuracies.append(sum(good for good, _ in counted) / sum(pairs for _, pairs in counted))
        cells = [" / ".join(f"{value:.2f}" for value in each) for each in (rhos, accuracies)]
        print(f"| {name} | {' | '.join(cells)} |")


EXPECTED: dict[str, Callable[[float, float], bool]] = {
    "same": lambda before, after: abs(after - before) <= 3,
    "up": lambda before, after: after > before,
    "down_or_same": lambda before, after: after <= before + 0.5,
    "toward_mid": lambda _before, _after: True,
    "down_vs_with_high": lambda before, after: after < before,
    "down_or_same_vs_with_medium": lambda before, after: after <= before + 0.5,
    "up_or_same_vs_with_low": lambda before, after: after >= before - 0.5,
}


def metamorphic(folder: Path) -> None:
    """What adding a turn to an interview does to the score of the whole of it, against what it should do."""
    bare = criteria_of([])
    passed: dict[str, list[float]] = defaultdict(list)
    moved: dict[str, list[float]] = defaultdict(list)
    for row in rows(folder, "interview_metamorphic"):
        spoken = [answer for _, answer in [*row["base"], *row["pre"]]]
        title = row["base"][0][0]
        before = scored(bare, title, " ".join(spoken))
        after = scored(bare, title, " ".join([*spoken, row["added"][1]]))
        passed[row["test"]].append(float(EXPECTED[row["expected"]](before, after)))
        moved[row["test"]].append(after - before)
    print("\n## Turns added to an interview\n")
    print("| test | as expected | mean change | worst |\n| --- | --- | --- | --- |")
    for test, good in passed.items():
        changes = moved[test]
        worst = max(changes, key=abs)
        print(f"| {test} | {sum(good):.0f} of {len(good)} | {sum(changes) / len(changes):+.1f} | {worst:+.1f} |")


def speed(folder: Path) -> None:
    """A thousand answers of about 150 words on one core."""
    criteria = load_criteria(PROJECT / "config" / "interview_transcription_scoring_criteria.json")
    given = [row["answer"] for row in rows(folder, "interview_answers_by_level")]
    text = " ".join(given).split()
    answers = [" ".join(text[start % 1000 : start % 1000 + 150]) for start in range(0, 7000, 7)]
    began = time.process_time()
    for answer in answers:
        scored(criteria, "Describe a technical challenge you are proud of.", answer)
    print(f"\n## Speed\n\n{len(answers)} answers of 150 words: {time.process_time() - began:.2f} s")


def main(folder: Path) -> int:
    """Print every table; 1 where the data is not there, after those that need none."""
    invented()
    unrelated()
    if not (folder / "interview_answers_by_level.jsonl").exists():
        print(f"There is no data in {folder}.", file=sys.stderr)
        return 1
    for part in (levels, technical, metamorphic, speed):
        part(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else DATA))
