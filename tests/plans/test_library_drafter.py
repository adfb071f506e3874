"""Drafting from the library: a plan for any job, made of what the job tells."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

from for_each import for_each
from tener_interview.criteria.dimension import DIMENSIONS
from tener_interview.plans.drafting import Draft, JobFacts
from tener_interview.plans.job_data import domains, job_words, known_skills
from tener_interview.plans.job_profile import PRACTICE, TOOL, read_job
from tener_interview.plans.library import QuestionLibrary
from tener_interview.plans.library_drafter import LibraryDrafter
from tener_interview.plans.library_question import ROLES, SENIORITIES
from tener_interview.plans.plan import PlanQuestion, plan_hash, plan_problems

LIBRARY = QuestionLibrary(Path(__file__).parents[2] / "config" / "question_library.json")
DRAFTER = LibraryDrafter(LIBRARY)
COMPETENCY_OF = {question.id: question.competency for question in LIBRARY.questions()}
JOBS: list[dict[str, Any]] = json.loads(Path(__file__).with_name("jobs.json").read_text("utf-8"))["jobs"]


def facts(job: dict[str, Any]) -> JobFacts:
    return JobFacts(
        job["title"], job.get("jd_text", ""), company=job.get("company"), culture=tuple(job.get("culture", ())),
        must_have_skills=tuple(job.get("must_have", ())), nice_to_have_skills=tuple(job.get("nice_to_have", ())),
    )


def draft(title: str, text: str = "", **job_facts: Any) -> Draft:
    return DRAFTER.draft(JobFacts(title, text, **job_facts))


def question_about(made: Draft, library_id: str) -> PlanQuestion:
    return next(question for question in made.plan.questions if question.library_id == library_id)


def assert_good_draft(made: Draft, count: int | None = None) -> None:
    """A plan that can be published as it is, with all three dimensions, and no two questions alike."""
    plan = made.plan
    assert plan_problems(plan) == ()
    assert [(competency.id, competency.weight) for competency in plan.competencies] == [
        ("technical", 40), ("soft_skills", 30), ("culture_fit", 30)
    ]
    assert len(plan.questions) == count or (count is None and 5 <= len(plan.questions) <= 8)
    by_dimension = Counter(question.competency for question in plan.questions)
    assert set(by_dimension) == set(DIMENSIONS)
    for competency in plan.competencies:
        assert abs(by_dimension[competency.id] - len(plan.questions) * competency.weight / 100) < 1
    assert len({question.library_id for question in plan.questions}) == len(plan.questions)
    assert len({question.title for question in plan.questions}) == len(plan.questions)
    about = Counter(COMPETENCY_OF[question.library_id or ""].id for question in plan.questions)
    assert about.pop("role_skills", 0) <= 2
    assert all(count == 1 for count in about.values()), about
    for question in plan.questions:
        assert "{" not in question.title
        assert question.key_points
        assert question.competency == COMPETENCY_OF[question.library_id or ""].dimension
        assert made.reasons[question.id] == question.reason
        assert re.fullmatch(r"[A-Z“\w].{10,}\.", question.reason or ""), question.reason


@for_each("job", JOBS, ids=lambda job: str(job["title"]))
def test_the_draft_asks_about_the_skills_of_the_job(job: dict[str, Any]) -> None:
    job_facts = facts(job)
    profile = read_job(job_facts)
    assert profile.role == (job["role"] or profile.role)
    made = DRAFTER.draft(job_facts)
    assert_good_draft(made)
    assert made.plan.name == job["title"]
    assert made.plan.language == job.get("language", "en")
    for skill in job["skills"]:
        assert skill in [known.name for known in profile.skills]
    named = [skill.name_in(made.plan.language or "", profile.language) for skill in profile.skills[:3]]
    assert not named or any(name in question.title for name in named for question in made.plan.questions), named


def test_thirty_jobs_get_different_drafts_that_are_always_the_same() -> None:
    made = [DRAFTER.draft(facts(job)) for job in JOBS]
    assert len(JOBS) == 30
    assert len({tuple(question.library_id for question in one.plan.questions) for one in made}) >= 28
    used = {question.library_id for one in made for question in one.plan.questions}
    assert len(used) >= 60
    again = [LibraryDrafter(LIBRARY).draft(facts(job)) for job in JOBS]
    assert [plan_hash(one.plan) for one in made] == [plan_hash(one.plan) for one in again]


@for_each(("asked", "count"), [(1, 5), (5, 5), (6, 6), (7, 7), (8, 8), (20, 8)])
def test_a_draft_has_the_requested_number_of_questions(asked: int, count: int) -> None:
    for job in (JOBS[0], JOBS[11], {"title": ""}):
        assert_good_draft(DRAFTER.draft(facts(job), questions=asked), count)


@for_each("job", [
    JobFacts(""),
    JobFacts("   ", "\n\t"),
    JobFacts("?!", "。。。"),
    JobFacts("x" * 5_000, "y" * 5_000),
    JobFacts("営業担当", "東京のお客様を担当していただきます。"),
    JobFacts("Verpleegkundige", "Wij zoeken een verpleegkundige voor onze afdeling."),
    JobFacts("Engineer", "<script>alert(1)</script><p>" * 3_000),
    JobFacts("Go", "Go " * 40_000),
    JobFacts("Data", "data pipeline " * 8_000),
    JobFacts("{skill} {0} {", "{domain} %s \ud800 \0", company="{company}", must_have_skills=("{x}", "\ud800", "")),
    JobFacts("Nurse", must_have_skills=("", " ", "5+ years", "a" * 300, "under 30 years old", "https://example.org")),
    JobFacts("Manager", seniority="🙂", culture=("", "<b></b>"), languages=("", "xx", "not a tag")),
], ids=lambda job: repr(job.title[:20]))
def test_an_odd_job_gets_a_general_draft(job: JobFacts) -> None:
    made = DRAFTER.draft(job)
    assert_good_draft(made)
    assert made.plan.language == "en"
    for refused in ("30 years", "5+", "https", "aaaa", "<p>"):
        assert not any(refused in question.title for question in made.plan.questions)


def test_drafting_from_a_very_long_job_description_is_quick() -> None:
    draft("Warm up")
    started = time.process_time()
    made = draft("Backend Engineer", JOBS[0]["jd_text"] * 150)
    assert time.process_time() - started < 1
    assert_good_draft(made)


@for_each(("origin", "reason"), [
    ({"must_have_skills": ("Rust",)}, "The job asks for Rust."),
    ({"text": "You know Rust and Linux."}, "The job names Rust."),
    ({"nice_to_have_skills": ("Rust",)}, "Rust is welcome in the job."),
])
def test_a_skill_is_asked_about_with_its_reason(origin: dict[str, Any], reason: str) -> None:
    made = draft("Systems Engineer", **origin)
    about = [question for question in made.plan.questions if "Rust" in question.title]
    assert [question.reason for question in about] == [reason]


def test_must_have_skills_come_before_those_of_the_text() -> None:
    made = draft("Developer", "Java, Kafka and Redis.", must_have_skills=("5+ years of experience with Scala",))
    assert "Scala" in question_about(made, made.plan.questions[0].library_id or "").title
    assert [skill.name for skill in read_job(JobFacts("Developer", "Java", must_have_skills=("Scala",))).skills] == [
        "Scala", "Java"
    ]


@for_each(("text", "names"), [
    ("You will go the extra mile. Go far. React quickly and excel at it.", []),
    ("Go, React, Excel", ["Go", "React", "Excel"]),
    ("We write our services in Go and the client in React.", ["Go", "React"]),
    ("C++, C#, .NET and Node.js", ["C++", "C#", ".NET", "Node.js"]),
    ("experience with k8s, postgres and amazon web services", ["Kubernetes", "PostgreSQL", "AWS"]),
    ("Sie haben Erfahrung in Wundversorgung.", ["Wundversorgung"]),
    ("the rest of the team, the vue of the lake, driving results", []),
])
def test_skills_are_recognised_by_spelling_and_not_confused_with_everyday_words(text: str, names: list[str]) -> None:
    assert [skill.name for skill in read_job(JobFacts("Job", text)).skills] == names


@for_each(("title", "role"), [
    ("Senior Software Engineer", "engineering"), ("Sales Engineer", "sales"), ("Civil Engineer", "operations"),
    ("Data Engineer (m/f/d)", "data"), ("Product Designer", "design"), ("Technical Product Manager", "product"),
    ("IT Support Specialist", "support"), ("Registered Nurse", "general"), ("Softwareentwicklerin", "engineering"),
    ("Ingeniera de datos", "data"), ("Chargé de clientèle", "sales"), ("Motorista", "operations"),
    ("Главный бухгалтер", "general"),
])
def test_the_role_is_read_from_the_title(title: str, role: str) -> None:
    assert read_job(JobFacts(title)).role == role


@for_each(("job", "seniority"), [
    (JobFacts("Head of Support"), "lead"), (JobFacts("Teamleiter Einkauf"), "lead"),
    (JobFacts("Sr. Data Analyst"), "senior"), (JobFacts("Old Hand", "at least 5 years in a kitchen"), "senior"),
    (JobFacts("Developer", "You report to the Head of Engineering."), "mid"), (JobFacts("Pastry Chef"), "mid"),
    (JobFacts("Praktikant Marketing"), "junior"), (JobFacts("Developer", seniority="junior"), "junior"),
    (JobFacts("Developer", "You are lead of a team of five.", seniority="middle"), "mid"),
])
def test_the_seniority_is_read_from_the_source_the_title_or_the_text(job: JobFacts, seniority: str) -> None:
    assert read_job(job).seniority == seniority
    leaders_only = [
        question.library_id for question in DRAFTER.draft(job).plan.questions
        if question.library_id in {"lead_hired", "lead_delegated", "lead_unpopular", "lead_weak_performance"}
    ]
    assert not leaders_only or seniority in ("senior", "lead")


def test_a_leader_is_asked_about_leading() -> None:
    for title in ("Head of Finance", "Restaurant Manager, team lead", "Directora de logística"):
        asked = [COMPETENCY_OF[question.library_id or ""].id for question in draft(title).plan.questions]
        assert "leadership" in asked, title


def test_a_draft_uses_company_and_culture_if_known() -> None:
    job = JobFacts("Barista", company="Blue Door", culture=("Be kind to every guest", "Curious about coffee for life"))
    made = DRAFTER.draft(job, questions=8)
    assert "The company says of its culture: “Curious about coffee for life”." in made.reasons.values()
    without = DRAFTER.draft(replace(job, culture=()))
    assert "culture" not in " ".join(without.reasons.values())


def test_a_field_of_work_is_recognised_only_by_several_words() -> None:
    assert read_job(JobFacts("Clerk", "Our bank and its payments.")).domain.get("en") in {None, "banking", "payments"}
    assert read_job(JobFacts("Clerk", "A hospital. Two hundred patients.")).domain["de"] == "Gesundheitswesen"
    assert read_job(JobFacts("Clerk", "We have one school nearby.")).domain == {}


def test_the_draft_is_in_the_requested_language_or_that_of_the_job() -> None:
    german = JobFacts("Buchhalter", "Wir suchen jemanden, der die Bücher führt und mit den Kunden spricht.")
    assert read_job(german).language == "de"
    assert DRAFTER.draft(german).plan.language == "de"
    for asked, expected in (("en", "en"), ("pt-BR", "pt"), ("RU", "ru"), ("ja", "en"), ("nl-NL", "en")):
        assert DRAFTER.draft(german, language=asked).plan.language == expected
    assert read_job(JobFacts("Chef", languages=("es-MX", "en"))).language == "es"


def test_a_few_translated_questions_are_not_enough_to_draft_in_a_language(tmp_path: Path) -> None:
    english = (Path(__file__).parents[2] / "config" / "question_library.json").read_text("utf-8")
    (tmp_path / "some.json").write_text(english, "utf-8")
    (tmp_path / "some").mkdir()
    names = {dimension: dimension for dimension in DIMENSIONS}
    (tmp_path / "some" / "de.json").write_text(json.dumps({
        "version": 1, "language": "de", "dimensions": names, "questions": {},
        "competencies": {competency.id: competency.id for competency in LIBRARY.competencies()},
    }), "utf-8")
    made = LibraryDrafter(QuestionLibrary(tmp_path / "some.json")).draft(JobFacts("Krankenpfleger für Wundversorgung"))
    assert_good_draft(made)
    assert made.plan.language == "en"
    assert "wound care" in made.plan.questions[0].title


def test_the_documented_numbers_of_questions_and_skills_are_correct() -> None:
    text = (Path(__file__).parents[2] / "docs" / "question_library.md").read_text("utf-8")
    assert f"holds {len(LIBRARY.questions())} questions" in text
    recognised = f"{len(known_skills())} skills in their spellings, roles, seniority, {len(domains())} fields of work"
    assert f"{recognised} and {len(job_words().topics)} topics" in " ".join(text.split())


def test_job_word_data_names_only_known_roles_seniorities_and_competencies() -> None:
    words = job_words()
    assert set(words.roles) == set(words.usual_competencies) == set(ROLES)
    assert set(words.seniorities) < set(SENIORITIES)
    competencies = {competency.id for competency in LIBRARY.competencies()}
    for usual in words.usual_competencies.values():
        assert set(usual) <= competencies
    for topic in words.topics:
        assert topic.competency in competencies
        for question_id in topic.questions:
            assert question_id in COMPETENCY_OF, question_id
        assert all(topic.phrases)
        assert any(COMPETENCY_OF[question_id].id == topic.competency for question_id in topic.questions) or (
            not topic.questions
        )
    for domain in domains():
        assert set(domain.names) == {"en", "de", "es", "fr", "pt", "ru"}
        assert all(domain.phrases)
    names = Counter(skill.name for skill in known_skills())
    assert [name for name, count in names.items() if count > 1] == []
    for skill in known_skills():
        assert skill.kind in (TOOL, PRACTICE, "aid")
        assert set(skill.roles) <= set(ROLES)
        assert all(phrase for _, phrase in skill.spellings)
