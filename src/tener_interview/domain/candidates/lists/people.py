"""The people of a job by id, address and name, and ids for people who are not among them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import field

from ....errors import Problem
from ....languages.spelling import fold_text, name_key
from ....lazy_dataclass import dataclass
from ....sources.protocol import Candidate
from ...service import Service
from ..names import is_named

#: Ids for people whom the main system does not know. Its own ids start at 1, and JavaScript is exact up to 2^53.
GENERATED_IDS = range(2**52, 2**53)
_MAX_CANDIDATES = 10_000


@dataclass(frozen=True)
class Person:
    """A person of a job; `facts` distinguish people of the same name.

    `source_name` and `source_email` differ from `name` and `email` if those were corrected here.
    """

    candidate_id: int
    name: str
    email: str | None = None
    facts: str = ""
    source_name: str | None = None
    source_email: str | None = None

    @property
    def names(self) -> list[str]:
        return [self.name, self.source_name] if self.source_name else [self.name]


@dataclass
class People:
    """The people of a job; `unavailable` is the reason why the source could not be read."""

    unavailable: Problem | None = None
    by_id: dict[int, Person] = field(default_factory=dict)
    _by_email: dict[str, list[Person]] = field(default_factory=dict)
    _by_name: dict[tuple[str, ...], list[Person]] = field(default_factory=dict)
    _by_word: dict[str, list[Person]] = field(default_factory=dict)

    def add(self, people: Iterable[Person]) -> None:
        """Add people, except those whose ids are known."""
        for person in people:
            if person.candidate_id not in self.by_id:
                self.by_id[person.candidate_id] = person
                keys = {name_key(name) for name in person.names}
                for key in keys:
                    self._by_name.setdefault(key, []).append(person)
                for word in {word for key in keys for word in key}:
                    self._by_word.setdefault(word, []).append(person)
                for email in {email.strip().casefold() for email in (person.email, person.source_email) if email}:
                    self._by_email.setdefault(email, []).append(person)

    def with_email(self, email: str | None) -> list[Person]:
        return self._by_email.get((email or "").casefold(), [])

    def named(self, name: str | None) -> list[Person]:
        """Return the people with this name in any order and spelling, else those with all its words, or vice versa."""
        key = name_key(name or "")
        if not key:
            return []
        if key in self._by_name:
            return self._by_name[key]
        shared = Counter(person for word in set(key) for person in self._by_word.get(word, []))
        return [
            person for person, words in shared.items()
            if words > 1 and words in (len(set(key)), *(len(set(name_key(name))) for name in person.names))
        ]


def people_of_job(service: Service, job_id: int) -> People:
    """Return the candidates matched to a job by the source, and those invited from elsewhere."""
    people = People()
    synthetic = f"@{service.policy.synthetic_email_domain}"
    with service.store.read() as tx:
        contacts = tx.sessions.contacts_of_job(job_id)
    invited = {id_: Person(id_, name, None if email.endswith(synthetic) else email) for id_, name, email in contacts}
    try:
        candidates = service.source.candidates(job_id, _MAX_CANDIDATES)
        people.add(_person_of_source(candidate, invited.get(candidate.candidate_id)) for candidate in candidates)
    except Problem as problem:
        if problem.code != "JOB_NOT_FOUND":
            people.unavailable = problem
    people.add(invited.values())
    return people


def _person_of_source(candidate: Candidate, invited: Person | None) -> Person:
    """Return a person of the source, with the name and address of the invitation if there is one."""
    facts = _facts(candidate.headline, candidate.location)
    has_name = invited is not None and is_named(invited.name, candidate.candidate_id)
    return Person(
        candidate.candidate_id,
        invited.name if invited and has_name else candidate.full_name,
        (invited.email if invited else None) or candidate.email,
        facts,
        candidate.full_name,
        candidate.email,
    )


def generated_id(service: Service, job_id: int, name: str | None, email: str | None) -> int:
    """Return the id for a person whom the main system does not know: always the same one for the same address or,
    without an address, for the same name in the same job."""
    identity = f"email {email.casefold()}" if email else f"job {job_id} {' '.join(name_key(name or ''))}"
    return GENERATED_IDS.start + service.links.stable_number(identity, len(GENERATED_IDS))


def same_name(one: str, other: str) -> bool:
    """Return whether two names may be the same person's: all words of one are words of the other, or its initials."""
    first, second = name_key(one), name_key(other)
    fewer, more = sorted((first, second), key=len)
    return all(any(_same_word(word, candidate) for candidate in more) for word in fewer)


def may_have_name(person: Person, name: str) -> bool:
    """Return whether a name may be the person's."""
    return any(same_name(name, own_name) for own_name in person.names)


def _same_word(one: str, other: str) -> bool:
    return one == other or (1 in (len(one), len(other)) and fold_text(one)[:1] == fold_text(other)[:1])


def _facts(*facts: str | None) -> str:
    return ", ".join(fact for fact in facts if fact)
