"""Who is who in a job: its candidates by id, by address and by name, and an id for somebody who is not among them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from ....errors import Problem
from ....languages.spelling import folded, name_key
from ...service import Service

#: Ids of people whom the main system does not know. It counts its own from 1, and JavaScript counts exactly to 2^53.
OWN_IDS = range(2**52, 2**53)
_MOST = 10_000


@dataclass(frozen=True)
class Person:
    """Somebody of a job; `facts` tell her from others of the name."""

    candidate_id: int
    name: str
    email: str | None = None
    facts: str = ""


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
        for each in people:
            if each.candidate_id not in self.by_id:
                self.by_id[each.candidate_id] = each
                key = name_key(each.name)
                self._by_name.setdefault(key, []).append(each)
                for word in set(key):
                    self._by_word.setdefault(word, []).append(each)
                if each.email:
                    self._by_email.setdefault(each.email.strip().casefold(), []).append(each)

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
            if words > 1 and words in (len(set(key)), len(set(name_key(person.name))))
        ]


def people_of(service: Service, job_id: int) -> People:
    """The candidates that the source has matched to a job, and those who were invited for it from elsewhere."""
    people = People()
    try:
        people.add(
            Person(each.candidate_id, each.full_name, each.email, _facts(each.headline, each.location))
            for each in service.source.candidates(job_id, _MOST)
        )
    except Problem as problem:
        if problem.code != "JOB_NOT_FOUND":
            people.unavailable = problem
    synthetic = f"@{service.policy.synthetic_email_domain}"
    with service.store.read() as tx:
        invited = tx.sessions.people_of_job(job_id)
    people.add(Person(id_, name, None if email.endswith(synthetic) else email) for id_, name, email in invited)
    return people


def own_id(service: Service, job_id: int, name: str | None, email: str | None) -> int:
    """The id of somebody whom the main system does not know: the same for the same address, wherever she is invited;
    for somebody without one, the same for the same name in the same job."""
    who = f"email {email.casefold()}" if email else f"job {job_id} {' '.join(name_key(name or ''))}"
    return OWN_IDS.start + service.links.number_for(who, len(OWN_IDS))


def alike(one: str, other: str) -> bool:
    """Whether two names may be one person's: all words of one are words of the other, or its initials."""
    first, second = name_key(one), name_key(other)
    fewer, more = sorted((first, second), key=len)
    return all(any(_fits(word, candidate) for candidate in more) for word in fewer)


def _fits(one: str, other: str) -> bool:
    return one == other or (1 in (len(one), len(other)) and folded(one)[:1] == folded(other)[:1])


def _facts(*facts: str | None) -> str:
    return ", ".join(fact for fact in facts if fact)
