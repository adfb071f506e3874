"""A candidate's data sheet: everything held about a person, in words, to be given to that person (GDPR, Art. 15).

It has what `export` has. What is known under a name of its own is put into words; anything else appears under the name
that it is stored under, so that nothing is left out.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ...lazy_dataclass import dataclass
from ...system.clock import iso_utc
from ..service import Service
from .export import export_candidate
from .sheet_words import PARTS, WORDS, YES_NO

_PLACES = {name: place for place, name in enumerate(WORDS)}
_TIMES = ("_at", "_until", "_at_ms")

_SHOWN_IN_OWN_SECTION = ("results", "events", "consent", "correction_notes", "answers")

#: Where else data of the person may be, for the sheet to be honest.
COPIES_ELSEWHERE = (
    "The video recordings and the provider's own transcripts are at the interview provider, and are deleted there.",
    "The company's own system has what it sent here: name, e-mail address and the match with the job.",
    "Backups hold what was there when they were made, until they are overwritten.",
    "The service's log has the number of the interview, times and states, but no name, address or answer.",
    "The audit log has numbers, times and what was done, but no name, address or answer. It is never shortened.",
)


class Sentence(NamedTuple):
    """A text with `{names}` and their values, which a page fills in after translating the text."""

    text: str
    values: Mapping[str, object]

    def __str__(self) -> str:
        return self.text.format_map(self.values)


class RecordedEvent(NamedTuple):
    """An event, who caused it, and its details; as text, all of it as it is stored."""

    event: str
    caused_by: str
    details: Mapping[str, Any]

    def __str__(self) -> str:
        given = {name: value for name, value in self.details.items() if value not in (None, "")}
        details = ", ".join(f"{name}: {_text(value)}" for name, value in given.items())
        what = f"{self.event.replace('_', ' ')}, by {self.caused_by}"
        return f"{what} ({details})" if details else what


class StoredValue(NamedTuple):
    """A stored value, of the column that it is in; as text, it is as it is stored, and times are in ISO 8601."""

    column: str
    value: Any

    def __str__(self) -> str:
        if is_time(self.column, self.value):
            return iso_utc(self.value) or ""
        if self.column in YES_NO and self.value in (0, 1):
            return _text(bool(self.value))
        pairs = named_values(self.value)
        return ", ".join(f"{name}: {_text(value)}" for name, value in pairs.items()) if pairs else _text(self.value)


@dataclass(frozen=True)
class Item:
    """One thing that is held: what it is, and its value. A page shows both in words."""

    name: str | Sentence | StoredValue
    value: str | Sentence | StoredValue | RecordedEvent


@dataclass(frozen=True)
class SheetAnswer:
    """One answer: the question, what was transcribed, and its score, which is a person's where one set it. The reasons
    are the program's."""

    question: str
    transcript: str
    score: Sentence
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class InterviewSheet:
    """Everything about one interview."""

    session_id: str
    heading: Sentence
    facts: tuple[Item, ...]
    consent: tuple[Sentence, ...]
    answers: tuple[SheetAnswer, ...]
    earlier_results: int
    #: What the candidate said about the score, with the time.
    notes: tuple[Item, ...]
    events: tuple[Item, ...]
    #: All other lists, by their heading.
    parts: Mapping[str, tuple[Item, ...]]


@dataclass(frozen=True)
class DataSheet:
    """Everything held about a candidate."""

    candidate_id: int
    made_at: str
    interviews: tuple[InterviewSheet, ...]
    shares: tuple[Item, ...]
    elsewhere: tuple[str, ...] = COPIES_ELSEWHERE


def make_data_sheet(service: Service, candidate_id: int) -> DataSheet:
    """Put everything that is held about a candidate into words."""
    record = export_candidate(service, candidate_id)
    return DataSheet(
        candidate_id,
        iso_utc(service.clock.now_ms()) or "",
        tuple(_interview(session) for session in record["sessions"]),
        tuple(
            Item(
                Sentence("Shortlist of job {id}", {"id": share.get("job_id")}),
                Sentence("shared {time}", {"time": StoredValue("created_at", share.get("created_at"))}),
            )
            for share in record["shares"]
        ) + tuple(_items(record["share_recommendations"])),
    )


def _interview(session: Mapping[str, Any]) -> InterviewSheet:
    results = session.get("results") or []
    # Oldest first: the last of each question counts.
    by_people = {row["question_id"]: row["score"] for row in session.get("score_overrides") or ()}
    lists = {name: value for name, value in session.items() if isinstance(value, (list, dict))}
    parts = {
        PARTS.get(name, name.replace("_", " ")): tuple(_items(value))
        for name, value in lists.items() if name not in _SHOWN_IN_OWN_SECTION and value
    }
    return InterviewSheet(
        session["session_id"],
        Sentence("Interview for job {id}", {"id": session["job_id"]}),
        tuple(
            Item(_label(name), StoredValue(name, value))
            for name, value in sorted(session.items(), key=_place) if name not in lists and value not in (None, "")
        ),
        _consent(session.get("consent"), {event["event"] for event in session.get("events") or ()}),
        tuple(
            _answer(question, by_people.get(question["question_id"])) for question in results[-1]["question_scores"]
        ) if results else (),
        max(0, len(results) - 1),
        tuple(
            Item(StoredValue("added_at", note["added_at"]), note["text"])
            for note in session.get("correction_notes") or ()
        ),
        tuple(_event(event) for event in session.get("events") or ()),
        parts,
    )


def _answer(question: Mapping[str, Any], by_person: float | None) -> SheetAnswer:
    reasons = tuple(map(str, question.get("reasons") or ()))
    score = _score_sentence(question.get("score"), by_person, has_reasons=bool(reasons))
    return SheetAnswer(question.get("title") or "", question.get("transcript") or "", score, reasons)


def _score_sentence(machine: float | None, by_person: float | None, *, has_reasons: bool) -> Sentence:
    """Say which score counts, and what the program gave where a person set another."""
    values = {"score": StoredValue("score", machine if by_person is None else by_person)}
    if by_person is None:
        return Sentence("not scored", {}) if machine is None else Sentence("{score} of 100", values)
    if machine is None:
        return Sentence("{score} of 100, set by a person. The program gave none.", values)
    values["machine"] = StoredValue("score", machine)
    if has_reasons:
        return Sentence("{score} of 100, set by a person. The program gave {machine}, for these reasons:", values)
    return Sentence("{score} of 100, set by a person. The program gave {machine}.", values)


#: What is recorded about the notice, by whether the candidate consented and how that is known.
CONSENTS = {
    ("given", "link"): "Consented on the page of the interview link on {time}.",
    ("given", "recruiter"): "Consented, as recorded by a recruiter on {time}.",
    ("refused", "link"): "Refused consent on the page of the interview link on {time}.",
    ("refused", "recruiter"): "Refused consent, as recorded by a recruiter on {time}.",
    ("withdrawn", "link"): "Withdrew consent on the page of the interview link on {time}.",
    ("withdrawn", "recruiter"): "Withdrew consent, as recorded by a recruiter on {time}.",
}


def _consent(consent: Mapping[str, Any] | None, events: Collection[str]) -> tuple[Sentence, ...]:
    if consent is None:
        return (Sentence("No consent is recorded.", {}),)
    how = "link" if consent["how"] == "link" else "recruiter"
    decision = "given" if consent["given"] else "withdrawn" if "consent_given" in events else "refused"
    sentences = [Sentence(CONSENTS[decision, how], {"time": StoredValue("decided_at", consent["at"])})]
    if consent["notice_version"] is not None:
        about = {"version": consent["notice_version"], "language": StoredValue("language", consent["language"])}
        sentences.append(Sentence("It was version {version} of the notice, in {language}.", about))
    if consent["note"]:
        sentences.append(Sentence("Note: {note}", {"note": consent["note"]}))
    return tuple(sentences)


def _event(event: Mapping[str, Any]) -> Item:
    at = StoredValue("decided_at", event["at"])
    return Item(at, RecordedEvent(event["event"], event["source"], event["details"]))


def _items(value: Sequence[Any] | Mapping[str, Any]) -> Iterator[Item]:
    for entry in [value] if isinstance(value, Mapping) else value:
        if isinstance(entry, Mapping):
            for name, part in entry.items():
                if part not in (None, "", [], {}):
                    yield Item(_label(name), StoredValue(name, part))
        else:
            yield Item("", StoredValue("", entry))


def _place(column: tuple[str, Any]) -> int:
    """Return where a column stands on the sheet: the person first, then the interview, and unknown ones last."""
    return _PLACES.get(column[0], len(_PLACES))


def _label(name: str) -> str:
    """Return what a stored value is, in words."""
    return WORDS.get(name) or name.replace("_", " ").capitalize()


def is_time(column: str, value: Any) -> bool:
    """Return whether a stored value is a time, in milliseconds since 1970."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return is_number and column.endswith(_TIMES) and 10**11 < value < 10**14


def named_values(value: Any) -> dict[str, Any] | None:
    """Return the values by name of a stored JSON list of pairs, such as the scores by competency; None for all else."""
    if not isinstance(value, str) or not value.startswith("[["):
        return None
    try:
        return {str(name): part for name, part in json.loads(value)}
    except (TypeError, ValueError):
        return None


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
