"""Who is who in a job: its candidates by id, by address and by name, and an id for somebody who is not among them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from ....errors import Problem
from ....languages.spelling import fold_text, name_key
from ....sources.protocol import Candidate
from ...service import Service
from ..names import is_named

#: Ids of people whom the main system does not know. It counts its own from 1, and JavaScript counts exactly to 2^53.
OWN_IDS = range(2**52, 2**53)
_MOST = 10_000


@dataclass(frozen=True)
class Person:
    """Somebody of a job; `facts` tell her from others of the name.

    A name and an address that were corrected here are others in the source.
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
    """Everybody of a job; `unavailable` says why the source could not be asked."""

    unavailable: Problem | None = None
    by_id: dict[int, Person] = field(default_factory=dict)
    _by_email: dict[str, list[Person]] = field(default_factory=dict)
    _by_name: dict[tuple[str, ...], list[Person]] = field(default_factory=dict)
    _by_word: dict[str, list[Person]] = field(default_factory=dict)

    def add(self, people: Iterable[Person]) -> None:
        """Take people in; who is known by id stays as known."""
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
        """Those of just this name, in whatever order and spelling; else those whose name has all its words, or more."""
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


def people_of(service: Service, job_id: int) -> People:
    """The candidates that the source has matched to a job, and those who were invited for it from elsewhere."""
    people = People()
    synthetic = f"@{service.policy.synthetic_email_domain}"
    with service.store.read() as tx:
        found = tx.sessions.contacts_of_job(job_id)
    invited = {id_: Person(id_, name, None if email.endswith(synthetic) else email) for id_, name, email in found}
    try:
        candidates = service.source.candidates(job_id, _MOST)
        people.add(_of_source(candidate, invited.get(candidate.candidate_id)) for candidate in candidates)
    except Problem as problem:
        if problem.code != "JOB_NOT_FOUND":
            people.unavailable = problem
    people.add(invited.values())
    return people


def _of_source(candidate: Candidate, invited: Person | None) -> Person:
    """Somebody whom the source knows, with the name and the address that she was invited with, if she was."""
    facts = _facts(candidate.headline, candidate.location)
    named = invited is not None and is_named(invited.name, candidate.candidate_id)
    return Person(
        candidate.candidate_id,
        invited.name if invited and named else candidate.full_name,
        (invited.email if invited else None) or candidate.email,
        facts,
        candidate.full_name,
        candidate.email,
    )


def own_id(service: Service, job_id: int, name: str | None, email: str | None) -> int:
    """The id of somebody whom the main system does not know: the same for the same address, wherever she is invited;
    for somebody without one, the same for the same name in the same job."""
    who = f"email {email.casefold()}" if email else f"job {job_id} {' '.join(name_key(name or ''))}"
    return OWN_IDS.start + service.links.stable_number(who, len(OWN_IDS))


def alike(one: str, other: str) -> bool:
    """Whether two names may be one person's: all words of one are words of the other, or its initials."""
    first, second = name_key(one), name_key(other)
    fewer, more = sorted((first, second), key=len)
    return all(any(_fits(word, candidate) for candidate in more) for word in fewer)


def may_be(name: str, person: Person) -> bool:
    """Whether somebody may be called so."""
    return any(alike(name, own_name) for own_name in person.names)


def _fits(one: str, other: str) -> bool:
    return one == other or (1 in (len(one), len(other)) and fold_text(one)[:1] == fold_text(other)[:1])


def _facts(*facts: str | None) -> str:
    return ", ".join(fact for fact in facts if fact)
