"""Read a candidate list: for every row, the candidate, or a fault, or a question with choices."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ....languages.spelling import name_key
from ....lazy_dataclass import dataclass
from ...service import Service
from ..names import tidy_name
from .cells import RowValues, has_extra_cells, read_row
from .columns import Columns, Layout, detect_layout, is_known_header
from .decoding import decode
from .people import GENERATED_IDS, People, Person, generated_id, may_have_name, people_of_job
from .table import Row, read_table

#: Rows beyond this are counted but not read.
MAX_ROWS = 2_000
_MAX_ID = 2**53 - 1

#: Validates a candidate's fields; returns the faults by field.
Validate = Callable[[Mapping[str, Any]], Mapping[str, str]]

_COLUMN_NAMES = {
    "candidate_id": "id", "full_name": "name", "first_name": "first name", "middle_name": "middle name",
    "last_name": "last name", "email": "e-mail",
}


@dataclass(frozen=True)
class CandidateChoice:
    """An answer to a row's question: the candidate it selects, and the status of the session for the job."""

    label: str
    candidate_id: int
    name: str | None
    email: str | None
    status: str | None = None


@dataclass(frozen=True)
class ListRow:
    """A row of the list. It has a `fault`, or a `question` with choices, or is ready to be invited.

    `found_by` says how the candidate was found: `id`, `email` or `name`; `given` for an id that the job does not have,
    `new` for a person without an id. `status` is that of the candidate's session for the job.
    """

    row: Row
    values: RowValues
    candidate_id: int | None = None
    name: str | None = None
    email: str | None = None
    found_by: str | None = None
    fault: str | None = None
    question: str | None = None
    choices: Sequence[CandidateChoice] = ()
    status: str | None = None


@dataclass(frozen=True)
class CandidateList:
    """A list: its text, its columns and what they were read as, and its rows; `total` counts unread rows as well."""

    text: str
    encoding: str
    encoding_guessed: bool
    columns: list[tuple[str, str | None]]
    notes: list[str]
    rows: list[ListRow]
    total: int


def read_list(service: Service, job_id: int, raw: bytes, encoding: str | None, validate: Validate) -> CandidateList:
    """Read a list for a job. A faulty row does not affect others. Raises `LIST_NOT_READABLE` if it is not a list."""
    decoded = decode(raw, encoding)
    table = read_table(decoded.text, is_known_header)
    layout = detect_layout(table)

    people = people_of_job(service, job_id)
    reader = _Reader(service, job_id, people, validate)
    rows = [reader.read(row, layout.columns, layout.width) for row in layout.rows[:MAX_ROWS]]
    notes = _notes(layout, people, is_recipients=table.separator is None)
    if table.unclosed is not None:
        notes.append(
            f"In row {table.unclosed} a quotation mark is not closed, so quotation marks were ignored."
        )
    return CandidateList(
        decoded.text, decoded.encoding, decoded.guessed, _columns(layout), notes,
        _with_status(service, job_id, _mark_duplicates(rows)), len(layout.rows),
    )


class _Reader:
    """Reads rows of one list against the people of one job."""

    def __init__(self, service: Service, job_id: int, people: People, validate: Validate) -> None:
        self._service = service
        self._job_id = job_id
        self._people = people
        self._validate = validate

    def read(self, row: Row, columns: Columns, width: int) -> ListRow:
        values = read_row(row, columns)
        read = ListRow(row, values, name=values.name, email=values.emails[0] if values.emails else None)
        if isinstance(values.candidate_id, int):
            read = replace(read, candidate_id=values.candidate_id)
        fault = self._fault(read, row, width)
        if fault:
            return replace(read, fault=fault)
        if read.candidate_id is None and self._people.unavailable is not None:
            fault = "A candidate without an id has to be looked up, but the main system cannot be read at the moment."
            return replace(read, fault=fault)
        if len(values.emails) > 1:
            return self._ask_which_email(read)
        return self._identify(read)

    def _fault(self, read: ListRow, row: Row, width: int) -> str | None:
        values = read.values
        if has_extra_cells(row, width):
            return "There are more cells than columns; put a name with a comma in quotes."
        if values.candidate_id is None and values.name is None and not values.emails:
            return "There is no id, no name and no e-mail address."
        if values.candidate_id is None and values.name and not values.emails and not any(map(str.isalpha, values.name)):
            return f"“{values.name[:100]}” is not a name; ids belong in a column named Id."
        id_ = values.candidate_id
        if id_ is not None and self._validate({"candidate_id": id_}).get("candidate_id"):
            return "The id is not a whole number."
        if isinstance(id_, int) and (id_ > _MAX_ID or (id_ in GENERATED_IDS and id_ not in self._people.by_id)):
            return "The id is too large to be one of the main system."
        for email in values.emails:
            if self._validate({"candidate_id": 1, "candidate_email": email}):
                return f"“{email[:100]}” is not an e-mail address."
        name = self._validate({"candidate_id": 1, "candidate_name": values.name}).get("candidate_name")
        return f"The name {name}." if name else None

    def _ask_which_email(self, read: ListRow) -> ListRow:
        """Ask which of several addresses to use."""
        person = self._identify(replace(read, email=None)) if read.candidate_id or read.name else None
        choices = []
        for email in read.values.emails:
            owner = self._identify(replace(read, email=email))
            id_ = owner.candidate_id or (person.candidate_id if person else None) or self._generate_id(read.name, email)
            choices.append(CandidateChoice(email, id_, owner.name or read.name, email))
        return replace(read, question="There is more than one e-mail address. Which one?", choices=choices)

    def _identify(self, read: ListRow) -> ListRow:
        """Find the candidate of a row, or ask who is meant."""
        if read.candidate_id is not None:
            return self._identify_by_id(read, read.candidate_id)
        with_email = self._people.with_email(read.email)
        named = self._people.named(read.name)
        if len(with_email) > 1:
            with_email = [person for person in with_email if person in named] or with_email
        if len(with_email) == 1:
            return self._identify_by_email(read, with_email[0], named)
        if with_email:
            question = f"{len(with_email)} candidates of this job have this address. Which one?"
            return self._ask(read, question, with_email)
        return self._identify_by_name(read, named)

    def _identify_by_id(self, read: ListRow, candidate_id: int) -> ListRow:
        person = self._people.by_id.get(candidate_id)
        others = [*self._people.with_email(read.email), *self._people.named(read.name)]
        if person is None:
            elsewhere = self._name_in_other_job(candidate_id)
            if elsewhere and read.name and not may_have_name(elsewhere, read.name):
                question = f"{candidate_id} is {elsewhere.name} in another job; your list says {read.name}."
                return self._ask(read, question, [elsewhere, *others], new=not others)
            if not others or self._people.unavailable is not None:
                return replace(read, found_by="given")
            known = others[0].candidate_id
            question = f"This job has no candidate {candidate_id}, but {read.name or read.email} is {known} here."
            return self._ask(read, question, others, as_given=candidate_id)
        if read.name and not may_have_name(person, read.name) and person not in self._people.with_email(read.email):
            question = f"{candidate_id} is {person.name} in this job; your list says {read.name}."
            is_known = name_key(read.name) in {name_key(other.name) for other in others}
            return self._ask(read, question, [person, *others], new=not is_known)
        return self._with_person(read, person, "id")

    def _name_in_other_job(self, candidate_id: int) -> Person | None:
        """Return who was invited with this id for another job; None if nobody was, or without a name."""
        with self._service.store.read() as tx:
            known = [session for session in tx.sessions.of_candidate(candidate_id) if session.erased_at is None]
        names = [session.candidate_name for session in known if session.candidate_name != tidy_name(None, candidate_id)]
        return Person(candidate_id, names[-1]) if names else None

    def _identify_by_email(self, read: ListRow, person: Person, named: Sequence[Person]) -> ListRow:
        if read.name and not may_have_name(person, read.name):
            question = f"{read.email} is the address of {person.name} in this job; your list says {read.name}."
            return self._ask(read, question, [person, *named])
        return self._with_person(read, person, "email")

    def _identify_by_name(self, read: ListRow, named: Sequence[Person]) -> ListRow:
        if len(named) == 1 and name_key(read.name or "") in map(name_key, named[0].names):
            person = named[0]
            if read.email and person.email and read.email.casefold() != person.email.casefold():
                question = f"{person.name} has another address in this job: {person.email}. Is it the same person?"
                return self._ask(read, question, named, new=True)
            return self._with_person(read, person, "name")
        if named:
            question = f"{len(named)} candidates of this job match." if len(named) > 1 else "Is it this candidate?"
            return self._ask(read, question, named, new=True)
        return replace(read, candidate_id=self._generate_id(read.name, read.email), found_by="new")

    def _with_person(self, read: ListRow, person: Person, found_by: str) -> ListRow:
        return replace(
            read, candidate_id=person.candidate_id, name=read.name or person.name, email=read.email or person.email,
            found_by=found_by,
        )

    def _ask(
        self, read: ListRow, question: str, people: Sequence[Person], *, new: bool = False,
        as_given: int | None = None,
    ) -> ListRow:
        """Return the row with a question and its choices. A person of another name keeps the own name and address."""
        choices = []
        for person in dict.fromkeys(people):
            same = read.name is None or may_have_name(person, read.name)
            name = (read.name if same else None) or person.name
            email = (read.email if same else None) or person.email
            is_other = email and person.email and email.casefold() != person.email.casefold()
            about = "; ".join(fact for fact in (person.facts, f"e-mail to {email}" if is_other else email) if fact)
            label = f"{person.name}, {person.candidate_id}" + (f" ({about})" if about else "")
            choices.append(CandidateChoice(label, person.candidate_id, name, email))
        if as_given is not None:
            choices.append(CandidateChoice(f"{as_given}, as in the list", as_given, read.name, read.email))
        if new:
            own = self._generate_id(read.name, read.email)
            choices.append(CandidateChoice(f"New candidate: {read.name or read.email}", own, read.name, read.email))
        return replace(read, candidate_id=None, question=question, choices=choices)

    def _generate_id(self, name: str | None, email: str | None) -> int:
        return generated_id(self._service, self._job_id, name, email)


def _mark_duplicates(rows: Sequence[ListRow]) -> list[ListRow]:
    """Give a row a fault if an earlier row has the same person or address."""
    seen: dict[object, int] = {}
    checked = []
    for row in rows:
        if row.fault is None and row.question is None:
            by_id = isinstance(row.values.candidate_id, int)
            kind = "The same e-mail address" if row.values.emails else "The same person"
            keys: dict[object, str] = {(row.email or "").casefold(): kind} if row.email else {}
            keys = (
                {row.candidate_id: "The same id", **keys} if by_id else {**keys, row.candidate_id: "The same person"}
            )
            duplicate = next((key for key in keys if key in seen), None)
            if duplicate is not None:
                checked.append(replace(row, fault=f"{keys[duplicate]} is in row {seen[duplicate]}."))
                continue
            seen |= dict.fromkeys(keys, row.row.number)
        checked.append(row)
    return checked


def _with_status(service: Service, job_id: int, rows: Sequence[ListRow]) -> list[ListRow]:
    """Add the status of the candidates' sessions to the rows and their choices."""
    ids = {row.candidate_id for row in rows if row.candidate_id}
    ids |= {choice.candidate_id for row in rows for choice in row.choices}
    with service.store.read() as tx:
        sessions = tx.sessions.summaries_by_candidate(job_id, ids)
    states = {id_: session.status for id_, session in sessions.items() if session.erased_at is None}
    return [
        replace(
            row, status=states.get(row.candidate_id or 0),
            choices=[replace(choice, status=states.get(choice.candidate_id)) for choice in row.choices],
        )
        for row in rows
    ]


def _columns(layout: Layout) -> list[tuple[str, str | None]]:
    """Return the name of every column, and what it was read as."""
    kinds = {index: _COLUMN_NAMES[kind] for kind, indexes in layout.columns.items() for index in indexes}
    named = layout.header.cells if layout.header else tuple(f"Column {index + 1}" for index in range(layout.width))
    return [(tidy_name(name, 0), kinds.get(index)) for index, name in enumerate(named[:100]) if name.strip()]


def _notes(layout: Layout, people: People, *, is_recipients: bool) -> list[str]:
    notes = []
    if is_recipients:
        notes.append("Read as the recipients of an e-mail: addresses, with names where given.")
    elif layout.header is None and layout.rows:
        read = [f"{_COLUMN_NAMES[kind]} in column {indexes[0] + 1}" for kind, indexes in sorted(layout.columns.items())]
        notes.append(f"The list has no headings. Read: {', '.join(read)}." if read else
                     "The list has no headings, and nothing in it looks like an id, a name or an e-mail address.")
    if layout.header is not None and not layout.columns:
        notes.append("No column contains ids, names or e-mail addresses.")
    if layout.ignored:
        listed = ", ".join(f"“{name[:40]}”" for name in layout.ignored[:20])
        notes.append(f"Ignored: {listed}.")
    if people.unavailable is not None:
        notes.append(f"The job's candidates cannot be looked up at the moment: {people.unavailable.error}")
    return notes
