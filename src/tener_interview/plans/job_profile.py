"""A job's profile: what its title and description tell that decides which questions to ask."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from ..languages.language import load_languages
from ..languages.tags import primary
from ..languages.words import language_of_text
from ..lazy_dataclass import dataclass
from ..regex import regex
from .drafting import JobFacts
from .job_data import KnownSkill, domains, job_words, known_skills
from .job_text import IndexedText, plain_text
from .sensitive_questions import find_sensitive

#: How a job comes to a skill: it must be there, the text or the title names it, or it is welcome.
MUST_HAVE, NAMED, WELCOME = "must_have", "named", "welcome"
TOOL, PRACTICE = "tool", "practice"
_GENERAL, _MID = "general", "mid"
#: A skill that is not known is a name as it stands, if it is short and holds no figure but in a word: "HTML5".
_MAX_SKILL_CHARS, _MAX_SKILL_WORDS = 40, 5
_NO_NAME = regex(r"(?:^|\s)\d|[{}<>@:;?!]|https?|www\.")
#: Mentions from which on a job is of a field; one in the title is enough.
_DOMAIN_MENTIONS = 2
_MAX_COMPANY_CHARS = 80
_NO_COMPANY = regex(r"[{}<>]")
_MAX_QUOTE_CHARS = 120
#: How many characters of a job description are read to detect its language.
_LANGUAGE_CHARS = 5_000


@dataclass(frozen=True)
class JobSkill:
    """A skill that a job asks for, as a question names it."""

    #: As the job writes it.
    name: str
    kind: str
    origin: str
    #: What it is called in English, where that is known.
    english_name: str | None = None

    def name_in(self, language: str, job_language: str) -> str:
        """Return the name for a question in a language: the job's own word, or the English name in another language."""
        return self.name if language == job_language else self.english_name or self.name


@dataclass(frozen=True)
class Mention:
    """Words of a job or of a company's culture that ask for a competency."""

    competency: str
    #: Questions of the library that are about just that.
    questions: tuple[str, ...]
    #: As it is written there.
    quote: str
    #: How many different phrases say so.
    count: int
    of_culture: bool


@dataclass(frozen=True)
class JobProfile:
    """What the drafter knows of a job."""

    title: str
    #: `en` where nothing tells.
    language: str
    role: str
    #: Whether the title or the text tells the role, or nothing does.
    role_known: bool
    seniority: str
    company: str | None
    #: The name of the field by language; empty where nothing tells.
    domain: Mapping[str, str]
    skills: tuple[JobSkill, ...]
    mentions: tuple[Mention, ...]


def read_job(job: JobFacts) -> JobProfile:
    """Read a job. Any text at all gives a profile, and the same one every time."""
    title = " ".join(plain_text(job.title).split())
    description = plain_text(job.jd_text)
    in_title = IndexedText(title)
    in_text = IndexedText("\n".join((title, *job.must_have_skills, description)))
    skills = _skills(job, in_text)
    role = _role(in_title, in_text, skills)
    return JobProfile(
        title=title,
        language=_language(job, title, description),
        role=role or _GENERAL,
        role_known=role is not None,
        seniority=_seniority(job, in_title, in_text),
        company=_company(job),
        domain=_domain(in_title, in_text),
        skills=tuple(skills),
        mentions=(*_mentions(in_text), *(mention for said in job.culture for mention in _culture_mentions(said))),
    )


def _language(job: JobFacts, title: str, description: str) -> str:
    described = language_of_text(description[:_LANGUAGE_CHARS]) or language_of_text(title)
    wished = (code for tag in job.languages if load_languages().get(code := primary(tag)).known)
    return described or (next(wished, "en") if not description.strip() else "en")


def _company(job: JobFacts) -> str | None:
    name = " ".join((job.company or "").split())
    return name if 0 < len(name) <= _MAX_COMPANY_CHARS and not _NO_COMPANY.search(name) else None


def _role(in_title: IndexedText, in_text: IndexedText, skills: Iterable[JobSkill]) -> str | None:
    """Return the role of the longest phrase in the title, else of most skills, else of the first phrase in the text."""
    roles = [
        (len(phrase), sum(map(len, phrase)), role)
        for role, phrases in job_words().roles.items() for phrase in phrases if in_title.count(phrase)
    ]
    if roles:
        return max(roles, key=lambda entry: entry[:2])[2]
    roles_of = {skill.name: skill.roles for skill in known_skills()}
    counted = Counter(role for skill in skills for role in roles_of.get(skill.english_name or "", ()))
    if counted and max(counted.values()) > 1:
        return max(counted, key=lambda role: counted[role])
    placed = [
        (place, role) for role, phrases in job_words().roles.items() for phrase in phrases
        if (place := in_text.first(phrase)) is not None
    ]
    return min(placed)[1] if placed else None


def _seniority(job: JobFacts, in_title: IndexedText, in_text: IndexedText) -> str:
    stated = IndexedText(job.seniority or "")
    for text in (stated, in_title):
        for seniority, words in job_words().seniorities.items():
            if any(text.count(phrase) for phrase in words.title):
                return seniority
    if stated.text.strip():
        return _MID
    for seniority, words in job_words().seniorities.items():
        if any(in_text.count(phrase) for phrase in words.text):
            return seniority
    return _MID


def _domain(in_title: IndexedText, in_text: IndexedText) -> Mapping[str, str]:
    counted = [
        (sum(map(in_title.count, domain.phrases)), sum(map(in_text.count, domain.phrases)), domain)
        for domain in domains()
    ]
    title_mentions, mentions, domain = max(counted, key=lambda entry: entry[:2])
    return domain.names if title_mentions or mentions >= _DOMAIN_MENTIONS else {}


def _skills(job: JobFacts, in_text: IndexedText) -> list[JobSkill]:
    """Return the skills that the job asks for, the most important first, each once."""
    required = (skill for written in job.must_have_skills for skill in _skills_of_entry(written, MUST_HAVE))
    welcome = (skill for written in job.nice_to_have_skills for skill in _skills_of_entry(written, WELCOME))
    once: dict[str, JobSkill] = {}
    for skill in (*required, *_skills_in_text(in_text, NAMED), *welcome):
        once.setdefault((skill.english_name or skill.name).casefold(), skill)
    return list(once.values())


def _skills_of_entry(written: str, origin: str) -> Iterator[JobSkill]:
    """Yield the known skills in an entry of a list, or else the entry itself if it can be named in a question."""
    entry = " ".join(plain_text(written).split())
    # One word alone is a name, whatever everyday word it is.
    known = list(_skills_in_text(IndexedText(f"{entry}, "), origin))
    yield from known
    if not known and _is_name_of_skill(entry):
        proper = " " not in entry and entry != entry.lower()
        verb, *others = entry.split()
        name = " ".join((job_words().gerunds.get(verb.lower(), verb), *others)) if others else entry
        yield JobSkill(name, TOOL if proper else PRACTICE, origin)


def _is_name_of_skill(entry: str) -> bool:
    words = entry.split()
    if not entry or len(entry) > _MAX_SKILL_CHARS or len(words) > _MAX_SKILL_WORDS or _NO_NAME.search(entry):
        return False
    if not any(map(str.isalpha, entry)) or find_sensitive(entry):
        return False
    # "Teamwork" is asked for by another question.
    text = IndexedText(entry)
    return not any(text.count(phrase) for topic in job_words().topics for phrase in topic.phrases)


def _skills_in_text(text: IndexedText, origin: str) -> Iterator[JobSkill]:
    """Return the known skills of a text, in its order."""
    skills = [
        (place, JobSkill(name, skill.kind, origin, skill.name))
        for skill in known_skills() for place, name in (_first_spelling(skill, text),) if place is not None
    ]
    return (skill for _, skill in sorted(skills, key=lambda entry: entry[0]))


def _first_spelling(skill: KnownSkill, text: IndexedText) -> tuple[int | None, str]:
    """Return where a skill is named first, and its name: a proper name in its usual spelling, another as the job
    writes it."""
    places = [(place, spelling) for spelling, phrase in skill.spellings if (place := text.first(phrase)) is not None]
    places += [(place, name) for name in skill.names if (place := text.first_name(name)) is not None]
    if not places:
        return None, skill.name
    place, spelling = min(places, key=lambda named: (named[0], -len(named[1])))
    return place, spelling if skill.name == skill.name.lower() else skill.name


def _mentions(text: IndexedText) -> Iterator[Mention]:
    for topic in job_words().topics:
        phrases = [phrase for phrase in topic.phrases if text.count(phrase)]
        if phrases:
            first = min(phrases, key=lambda phrase: text.first(phrase) or 0)
            yield Mention(topic.competency, topic.questions, text.quote(first), len(phrases), of_culture=False)


def _culture_mentions(statement: str) -> Iterator[Mention]:
    sentence = " ".join(plain_text(statement).split())
    quote = sentence if len(sentence) <= _MAX_QUOTE_CHARS else f"{sentence[:_MAX_QUOTE_CHARS].rsplit(' ', 1)[0]} …"
    for mention in _mentions(IndexedText(sentence)):
        yield replace(mention, quote=quote, of_culture=True)
