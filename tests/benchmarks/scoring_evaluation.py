"""How well the score orders answers, beside simpler ways, with intervals.

    PYTHONPATH=src:tests python3 -m benchmarks.scoring_evaluation [folder with the data] [--docs]

Tables of `graded_answers.json`, 42 invented questions in six languages with five answers each, need nothing else. The
others read data that is not part of the project from a folder, by default `../shared/data` beside it. Questions are
split into a half that was looked at while the weights were set and one that was not. Intervals are 95 %, by drawing
questions again (bootstrap). `--docs` puts the tables into docs/scoring.md.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.scoring_guards import guards, in_points, moved
from documents.place import Place
from documents.table import table
from fakes.running_service import PROJECT
from fakes.transformations import asr, misheard
from tener_interview.criteria.criteria import ExpectedContent, make_rule
from tener_interview.criteria.stemmed_criteria import ngrams
from tener_interview.languages.language import load_languages
from tener_interview.languages.tokens import NO_MEANING, tokenize
from tener_interview.scoring import evidence, weights
from tener_interview.scoring.answer import AnswerScore, score_answer
from tener_interview.transcripts.transcript import Transcript

DATA = PROJECT.parent / "shared" / "data"
KINDS = ("facts", "second_language", "partial", "prose", "vague")
PAIRS = (("facts", "prose"), ("second_language", "prose"), ("facts", "partial"), ("second_language", "partial"),
         ("partial", "vague"), ("partial", "prose"))
Row = dict[str, Any]
Score = Callable[[Row, str], float]
#: The scores of one question, by kind of answer.
Scores = dict[str, float]


def judged(row: Row, text: str, asked: ExpectedContent = ExpectedContent()) -> AnswerScore:  # noqa: B008 - never changed
    """The judgement of a text as an answer to a question."""
    transcript = Transcript(0, "q", row["question"], answered=True, text=text)
    return score_answer(make_rule(asked), transcript, row.get("language", "en"))


def score(row: Row, text: str) -> float:
    """The score; 0 for an answer that cannot be scored, so that no answer is left out of a comparison."""
    return judged(row, text).score or 0.0


def halves() -> dict[str, list[Row]]:
    """The invented questions: of each language every other one was looked at while the weights were set."""
    rows: list[Row] = json.loads(Path(__file__).with_name("graded_answers.json").read_text("utf-8"))
    seen: Counter[str] = Counter()
    split: dict[str, list[Row]] = {"tuned to": [], "not tuned to": []}
    for row in rows:
        split["not tuned to" if seen[row["language"]] % 2 else "tuned to"].append(row)
        seen[row["language"]] += 1
    return split


def lines(folder: Path, name: str) -> list[Row]:
    """The lines of a file of the data."""
    return [json.loads(line) for line in (folder / f"{name}.jsonl").read_text("utf-8").splitlines() if line.strip()]


def interval(values: Sequence[float], measure: Callable[[Sequence[float]], float] = statistics.fmean) -> str:
    """A measure of values and its 95 % interval, by drawing them again."""
    draw = random.Random(1)
    drawn = sorted(measure(draw.choices(values, k=len(values))) for _ in range(1000))
    digits = 2 if max(values) <= 1 else 0
    return f"{measure(values):.{digits}f} ({drawn[25]:.{digits}f} to {drawn[974]:.{digits}f})"


def ordered(scores: Sequence[Scores], one: str, other: str) -> list[float]:
    """Of each question whether one kind of answer is above another; an equal pair counts half."""
    return [float(score[one] > score[other]) + 0.5 * (score[one] == score[other]) for score in scores]


def invented_answers() -> Iterator[str]:
    """The invented answers: medians, and pairs in the right order, by half and language."""
    split = halves()
    scores = {half: [{kind: score(row, row[kind]) for kind in KINDS} for row in rows] for half, rows in split.items()}
    yield table(("median score", *KINDS), [
        (half, *(interval([item[kind] for item in found], statistics.median) for kind in KINDS))
        for half, found in scores.items()
    ], aligned="---:")
    heads = tuple(f"{one} > {other}".replace("_", " ") for one, other in PAIRS)
    rows = [(half, *(interval(ordered(found, *pair)) for pair in PAIRS)) for half, found in scores.items()]
    both = [
        (row["language"], item) for half, found in scores.items() for row, item in zip(split[half], found, strict=True)
    ]
    for code in sorted({code for code, _ in both}):
        own = [item for language, item in both if language == code]
        rows.append((code, *(f"{statistics.fmean(ordered(own, *pair)):.2f}" for pair in PAIRS)))
    simple: dict[str, Score] = {
        "words": lambda _row, text: float(len(text.split())),
        "mean word length": lambda _row, text: _word_length(text),
        "figures": _figures,
    }
    for name, way in simple.items():
        found = [{kind: way(row, row[kind]) for kind in KINDS} for rows_ in split.values() for row in rows_]
        rows.append((f"{name} alone", *(f"{statistics.fmean(ordered(found, *pair)):.2f}" for pair in PAIRS)))
    yield table(("ordered", *heads), rows, aligned="---:")


def _word_length(text: str) -> float:
    return statistics.fmean([float(len(word)) for word in text.split()])


def _figures(row: Row, text: str) -> float:
    said = tokenize(text, load_languages().get(row.get("language", "en")))
    return evidence.sum_weights(evidence.find_evidence(said, [False] * len(said)))[evidence.PARTICULARS]


def without_weight() -> Iterator[str]:
    """What must have no weight: points gained by it, and how scores go with it among answers of one kind."""
    rows = [row for half in halves().values() for row in half]
    said: dict[str, Callable[[str], str]] = {
        "no capitals and punctuation": asr,
        "every tenth word misheard": lambda text: misheard(text, 1, 0.1),
        "said twice": lambda text: f"{text} {text}",
    }
    moves = [
        (name, *(interval([score(row, change(row[kind])) - score(row, row[kind]) for row in rows]) for kind in KINDS))
        for name, change in said.items()
    ]
    yield table(("points moved by", *KINDS), moves, aligned="---:")
    measures: dict[str, Callable[[str], float]] = {
        "words": lambda text: float(len(text.split())),
        "mean word length": _word_length,
        "share of different words": lambda text: len(set(text.lower().split())) / len(text.split()),
    }
    scores = {kind: [score(row, row[kind]) for row in rows] for kind in KINDS}
    found = [
        (name, *(f"{statistics.correlation([way(row[kind]) for row in rows], scores[kind]):+.2f}" for kind in KINDS))
        for name, way in measures.items()
    ]
    yield table(("correlation of the score with", *KINDS), found, aligned="---:")


def noise() -> tuple[float, float]:
    """Points by which a score of the same story differs, told in other words and misheard: standard deviations."""
    rows = [row for half in halves().values() for row in half]
    retold_by = [score(row, row["facts"]) - score(row, row["second_language"]) for row in rows]
    misheard_by = [
        score(row, misheard(row[kind], seed, 0.1)) - score(row, row[kind])
        for row in rows for kind in ("facts", "partial") for seed in range(3)
    ]
    return statistics.pstdev(retold_by) / 2**0.5, statistics.pstdev(misheard_by)


def guarded(folder: Path) -> Iterator[str]:
    """What each guard catches on attempts that it is there for, and what it costs honest answers, in points."""
    rows = [row for half in halves().values() for row in half]
    honest = [(row, row[kind]) for row in rows for kind in KINDS[:3]]
    # Every tenth, since each is scored twice for every guard.
    graded = lines(folder, "graded_technical_answers")[::10] if folder.exists() else []
    beside = [({**row, "references": (row["reference"],)}, row["answer"]) for row in graded]
    found = []
    for guard in guards(rows):
        costs = [in_points(moved(asked_score, guard, cases)) for cases in (guard.attempts(), honest, beside)]
        found.append((guard.name, *costs))
    heads = ("guard", "points taken from attempts", "from honest stories", "from graded answers")
    yield table(heads, found, aligned="---:")
    refused = sum(judged(row, text).score is None for row, text in honest)
    yield f"{refused} of {len(honest)} honest stories are not scored."


def asked_score(row: Row, text: str) -> float:
    """The score, with the keywords or references that a row names."""
    required = tuple((item,) for item in row.get("keywords", ()))
    asked = ExpectedContent(required=required, references=tuple(row.get("references", ())))
    return judged(row, text, asked).score or 0.0


def demonstration() -> Iterator[str]:
    """The answers of the demonstration, five levels of them in each topic, to which nothing was tuned."""
    topics = json.loads((PROJECT / "src/tener_interview/providers/demo/answers.json").read_text("utf-8"))["topics"]
    found: dict[str, list[float]] = defaultdict(list)
    for topic in topics:
        for level, texts in topic["answers"].items():
            found[level] += [score({"question": topic["name"]}, text) for text in texts]
    yield table(("answers of the demonstration", *found), [
        ("median score", *(interval(values, statistics.median) for values in found.values()))
    ], aligned="---:")


def levels(folder: Path) -> Iterator[str]:
    """Written answers of three levels, ordered."""
    answers: dict[str, Scores] = defaultdict(dict)
    for row in lines(folder, "interview_answers_by_level"):
        answers[row["qid"]][row["level"]] = score(row, row["answer"])
    pairs = (("high", "low"), ("medium", "low"), ("high", "medium"))
    yield table(("written levels, 10 questions", *(f"{one} > {other}" for one, other in pairs)),
                [("this one", *(interval(ordered(list(answers.values()), *pair)) for pair in pairs))], aligned="---:")


def examples(folder: Path) -> Iterator[str]:
    """Three questions with five answers each that are not part of the project."""
    found: dict[str, Scores] = defaultdict(dict)
    for row in lines(folder, "behaviour_examples"):
        found[row["qid"]][row["kind"]] = score(row, row["answer"])
    kinds = ("facts", "partial", "prose", "vague", "offtopic")
    yield table(("question", *kinds), [
        (name, *(f"{item[kind]:.0f}" for kind in kinds)) for name, item in found.items()
    ], aligned="---:")


def technical(folder: Path) -> Iterator[str]:
    """Agreement with the graders of technical answers, within each question."""
    graded: dict[str, list[Row]] = defaultdict(list)
    for row in lines(folder, "graded_technical_answers"):
        graded[row["question"]].append(row)
    draw = random.Random(3)
    ways: dict[str, list[tuple[float, float]]] = defaultdict(list)

    def overlaps(row: Row, asked: ExpectedContent) -> float:
        return statistics.fmean(
            bare_overlaps(row["question"], row["answer"], reference) for reference in asked.references
        )

    def ours(row: Row, asked: ExpectedContent) -> float:
        return judged(row, row["answer"], asked).score or 0.0

    for rows in graded.values():
        asked = ExpectedContent(references=tuple(sorted({row["reference"] for row in rows})))
        ways["one reference"].append(_agreement(rows, asked, ours))
        ways["one reference, the three overlaps alone"].append(_agreement(rows, asked, overlaps))
        approved = draw.sample(good, 3) if len(good := [row for row in rows if row["score"] >= 0.99]) >= 8 else []
        if approved:
            rest = [row for row in rows if row not in approved]
            more = ExpectedContent(references=(*asked.references, *(row["answer"] for row in approved)))
            ways["questions with many good answers: one reference"].append(_agreement(rest, asked, ours))
            ways["the same, with three approved answers"].append(_agreement(rest, more, ours))
            ways["the same, the three overlaps alone"].append(_agreement(rest, more, overlaps))
    yield table(("1,302 graded technical answers", "Spearman in a question", "pairs as graded"), [
        (name, interval([rho for rho, _ in found]), interval([pairs for _, pairs in found]))
        for name, found in ways.items()
    ], aligned="---:")


def bare_overlaps(question: str, text: str, reference: str) -> float:
    """The mean of three overlaps without a guard: words, sequences of four characters, and what both share."""
    english = load_languages().get("en")
    asked, answer, wanted = (tokenize(item, english) for item in (question, text, reference))
    said = set(answer.stems)
    meant = {stem for stem, cue in zip(wanted.stems, wanted.cues, strict=True) if not cue & NO_MEANING}
    worth = {stem: 0.5 if stem in asked.stems else 1.0 for stem in meant}
    words = sum(worth[stem] for stem in meant & said) / (sum(worth.values()) or 1.0)
    own, other = ngrams(answer.stems), ngrams(wanted.stems)
    new = other - ngrams(asked.stems)
    return (words + len(own & new) / max(1, len(new)) + 2 * len(own & other) / max(1, len(own) + len(other))) / 3


def _agreement(
    rows: Sequence[Row], asked: ExpectedContent, way: Callable[[Row, ExpectedContent], float]
) -> tuple[float, float]:
    values = [way(row, asked) for row in rows]
    grades = [row["score"] for row in rows]
    good = pairs = 0.0
    for one in range(len(rows)):
        for other in range(one):
            if grades[one] != grades[other]:
                better = (values[one] - values[other]) * (grades[one] - grades[other])
                good, pairs = good + (1.0 if better > 0 else 0.5 if better == 0 else 0.0), pairs + 1
    varied = len(set(values)) > 1 and len(set(grades)) > 1
    rho = statistics.correlation(ranks(values), ranks(grades)) if varied else 0.0
    return rho, good / pairs if pairs else 0.5


def ranks(values: Sequence[float]) -> list[float]:
    """Ranks from 0, equal values sharing theirs."""
    places: dict[float, list[int]] = defaultdict(list)
    for place, value in enumerate(sorted(values)):
        places[value].append(place)
    return [statistics.fmean(places[value]) for value in values]


EXPECTED: dict[str, Callable[[float], bool]] = {
    "same": lambda moved: abs(moved) <= 3,
    "up": lambda moved: moved > 0,
    "down_or_same": lambda moved: moved <= 0.5,
    "toward_mid": lambda moved: moved >= 0,
    "down_vs_with_high": lambda moved: moved < 0,
    "down_or_same_vs_with_medium": lambda moved: moved <= 0.5,
    "up_or_same_vs_with_low": lambda moved: moved >= -0.5,
}


def added_turns(folder: Path) -> Iterator[str]:
    """What adding a turn to an interview does to the score of the whole of it, against what it should do."""
    moved: dict[tuple[str, str], list[float]] = defaultdict(list)
    for row in lines(folder, "interview_metamorphic"):
        spoken = [answer for _, answer in [*row["base"], *row["pre"]]]
        asked = {"question": row["base"][0][0]}
        after, before = score(asked, " ".join([*spoken, row["added"][1]])), score(asked, " ".join(spoken))
        moved[row["test"], row["expected"]].append(after - before)
    yield table(("turn added", "expected", "as expected", "points moved"), [
        (test, expected.replace("_", " "), f"{sum(map(EXPECTED[expected], found))} of {len(found)}",
         f"{statistics.fmean(found):+.1f}") for (test, expected), found in moved.items()
    ], aligned="---:")


def speed() -> str:
    """A thousand answers of 150 words on one core."""
    said = " ".join(row[kind] for row in halves()["tuned to"][:6] for kind in KINDS).split()
    answers = [" ".join(said[start % 900 : start % 900 + 150]) for start in range(0, 7000, 7)]
    score({"question": "Describe a technical challenge."}, answers[0])
    # In parts, each the fastest of some, so that what else the machine does is left out.
    took = sum(min(_seconds(answers[first : first + 50]) for _ in range(8)) for first in range(0, len(answers), 50))
    return f"{len(answers):,} answers of 150 words took {took:.2f} s of one core."


def _seconds(answers: Sequence[str]) -> float:
    began = time.process_time()
    for answer in answers:
        score({"question": "Describe a technical challenge."}, answer)
    return time.process_time() - began


NOISE = (
    "The same story told by somebody else moves a score by {:.1f} points (standard deviation), every tenth word"
    " misheard by {:.1f}. The ranges of totals are made of {:g} points an answer."
)


def main() -> int:
    """Print every table, those of other data where it is there."""
    parser = argparse.ArgumentParser(description="Measure how well the score orders answers.")
    parser.add_argument("folder", nargs="?", type=Path, default=DATA, help="where the data is (default: %(default)s)")
    parser.add_argument("--docs", action="store_true", help="put the tables into docs/scoring.md")
    wanted = parser.parse_args()
    retold_by, misheard_by = noise()
    found = [
        *invented_answers(), *demonstration(), *without_weight(), *guarded(wanted.folder),
        NOISE.format(retold_by, misheard_by, weights.ANSWER_NOISE_POINTS),
    ]
    if (wanted.folder / "interview_answers_by_level.jsonl").exists():
        found += [
            *examples(wanted.folder), *levels(wanted.folder), *added_turns(wanted.folder), *technical(wanted.folder),
        ]
    else:
        print(f"There is no data in {wanted.folder}.", file=sys.stderr)
    found.append(speed())
    print("\n\n".join(found))
    if wanted.docs:
        Place("docs/scoring.md", "evaluation").write("\n\n".join(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
