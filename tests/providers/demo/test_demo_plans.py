"""The plans of the demo jobs, and how the demo candidates answer them."""

from __future__ import annotations

import json
from collections import Counter
from itertools import combinations
from pathlib import Path
from statistics import mean

from fakes.client import Client
from fakes.front_door import MakeApp
from fakes.running_service import PROJECT
from for_each import for_each
from tener_interview.domain.plans.drafting import job_facts
from tener_interview.plans.library import QuestionLibrary
from tener_interview.plans.library_drafter import LibraryDrafter
from tener_interview.plans.plan import Plan, plan_problems
from tener_interview.plans.plan_scoring import rule_of
from tener_interview.plans.sensitive_questions import find_sensitive
from tener_interview.providers.demo import answers as demo_answers
from tener_interview.providers.demo.answers import DemoQuestion, transcripts
from tener_interview.providers.demo.plans import demo_plans
from tener_interview.providers.demo.source import DemoSource
from tener_interview.providers.demo.unplanned_jobs import publish_demo_plans
from tener_interview.scoring.answer import AnswerScore, score_answer
from tener_interview.transcripts.duplicates import are_near_duplicates, shingles
from tener_interview.transcripts.transcript import Transcript

LIBRARY = QuestionLibrary(PROJECT / "config" / "question_library.json")
PLANS = demo_plans(LIBRARY)
DRAFTS = {job.job_id: LibraryDrafter(LIBRARY).draft(job_facts(job)).plan for job in DemoSource().jobs(100)}
EVERY_PLAN = [*PLANS.items(), *DRAFTS.items()]
TOPICS = json.loads(Path(demo_answers.__file__).with_name("plan_answers.json").read_text("utf-8"))["topics"]
JANE, LIKE_JANE = "jane.doe@example.com", "candidate-56-job-1@interview.local"


def answers_of(plan: Plan, email: str) -> tuple[str, ...]:
    return transcripts(email, [DemoQuestion(question.id, question.title, None) for question in plan.questions])


def answers_of_all(job_id: int) -> dict[str, tuple[str, ...]]:
    people = DemoSource().candidates(job_id, 100)
    emails = [person.email or f"candidate-{person.candidate_id}-job-{job_id}@interview.local" for person in people]
    return {email: answers_of(PLANS[job_id], email) for email in emails}


def score(plan: Plan, index: int, text: str) -> AnswerScore:
    question = plan.questions[index]
    transcript = Transcript(index, question.id, question.title, answered=True, text=text, language="en")
    return score_answer(rule_of(question, plan), transcript, "en")


def test_every_demo_job_has_a_plan_that_can_be_published() -> None:
    assert set(PLANS) == {job.job_id for job in DemoSource().jobs(100)}
    for job_id, plan in PLANS.items():
        assert plan_problems(plan) == ()
        assert [find_sensitive(question.title) for question in plan.questions] == [()] * len(plan.questions)
        assert 5 <= len(plan.questions) <= 8
        assert {question.competency for question in plan.questions} == {"technical", "soft_skills", "culture_fit"}
        assert all(question.reason and question.key_points and question.anchors.strong for question in plan.questions)
        assert plan.name == DemoSource().job(job_id).title[:50]
    assert any(question.dealbreaker for plan in PLANS.values() for question in plan.questions)
    assert any("PostgreSQL" in question.title for question in PLANS[1].questions)


def test_every_demo_question_has_own_answers_of_each_quality() -> None:
    jobs: dict[str, set[int]] = {}
    for job_id, plan in EVERY_PLAN:
        for question in plan.questions:
            jobs.setdefault(question.title, set()).add(job_id)
    assert {topic["title"]: set(topic["job_ids"]) for topic in TOPICS} == jobs
    texts = [text for topic in TOPICS for pool in topic["answers"].values() for text in pool]
    assert len(set(texts)) == len(texts)
    for topic in TOPICS:
        lengths = [mean(len(text.split()) for text in pool) for pool in topic["answers"].values()]
        assert list(topic["answers"]) == ["strong", "good", "middling", "weak", "thin"]
        assert lengths == sorted(lengths, reverse=True)


@for_each("plan", [plan for _, plan in EVERY_PLAN], ids=lambda plan: plan.name)
def test_better_demo_answers_score_higher_by_the_plan(plan: Plan) -> None:
    by_title = {topic["title"]: topic["answers"] for topic in TOPICS}
    scores: dict[str, list[float]] = {}
    for index, question in enumerate(plan.questions):
        for level, texts in by_title[question.title].items():
            scores.setdefault(level, []).extend(score(plan, index, text).score or 0.0 for text in texts)
    means = [mean(scores[level]) for level in ("strong", "good", "middling", "weak", "thin")]
    assert means == sorted(means, reverse=True)
    assert means[0] >= 80
    assert means[0] - means[3] >= 40


@for_each("job_id", sorted(PLANS))
def test_demo_candidates_rarely_give_near_duplicate_answers(job_id: int) -> None:
    everybody = answers_of_all(job_id)
    alike = {
        (one, other, index)
        for one, other in combinations(everybody, 2)
        for index, (mine, theirs) in enumerate(zip(everybody[one], everybody[other], strict=True))
        if are_near_duplicates(shingles(mine), shingles(theirs))
    }
    intended = {(one, other, 3) for one, other in ((JANE, LIKE_JANE), (LIKE_JANE, JANE)) if job_id == 1}
    assert len(alike - intended) <= 1
    assert bool(alike & intended) is (job_id == 1)
    words = [sum(len(text.split()) for text in answers) for answers in everybody.values()]
    assert max(words) > 3 * min(words)


@for_each(("job_id", "email", "index", "flag"), [
    (1, "A.Schmidt@example.org", 1, "language_mismatch"),
    (3, "joao.pedro@example.org", 4, "language_mismatch"),
    (3, "joao.pedro@example.org", 5, "language_mismatch"),
    (1, "lukasz.w@example.org", 5, "parroting"),
    (1, "bjork@example.com", 0, "keyword_list"),
])
def test_some_demo_candidates_raise_a_flag(job_id: int, email: str, index: int, flag: str) -> None:
    assert flag in score(PLANS[job_id], index, answers_of(PLANS[job_id], email)[index]).flags


def test_some_demo_questions_are_left_unanswered() -> None:
    assert [text == "" for text in answers_of(PLANS[1], "candidate-47-job-1@interview.local")] == [
        False, False, True, False, True, False
    ]


def test_demo_answers_exist_for_any_email() -> None:
    answers = answers_of(PLANS[2], "somebody@example.net")
    assert all(answers)
    assert answers == answers_of(PLANS[2], "SOMEBODY@example.net") != answers_of(PLANS[2], "another@example.net")


def test_demo_plans_are_published_once_and_used_for_scoring(make_app: MakeApp) -> None:
    app = make_app()
    client = Client(app)
    publish_demo_plans(app.service)
    publish_demo_plans(app.service)
    for job_id, plan in PLANS.items():
        view = client.get(f"/api/jobs/{job_id}/plan").json
        assert (view["state"], view["published"]["version"], view["problems"]) == ("published", 1, [])
        assert view["draft"]["questions"][0]["title"] == plan.questions[0].title
    step = {"job_id": 2, "candidate_ids": [51, 55, 58], "mode": "start_or_refresh"}
    for _ in range(3):
        client.request("POST", "/api/steps/interview", body=step)
    board = client.get("/api/jobs/2/interview-leaderboard").json
    assert board["plan_versions"] == [1]
    assert len(board["items"]) == 3
    assert all(item["total_score"] is not None and item["plan_version"] == 1 for item in board["items"])


@for_each("job_id", sorted(DRAFTS))
def test_demo_candidates_answer_the_questions_of_a_published_draft(make_app: MakeApp, job_id: int) -> None:
    client = Client(make_app())
    client.request("POST", f"/api/jobs/{job_id}/plan/draft", body={})
    client.request("POST", f"/api/jobs/{job_id}/plan/publish", body={})
    candidates = [person.candidate_id for person in DemoSource().candidates(job_id, 8)]
    step = {"job_id": job_id, "candidate_ids": candidates, "mode": "start_or_refresh"}
    for _ in range(3):
        client.request("POST", "/api/steps/interview", body=step)
    items = client.get(f"/api/jobs/{job_id}/interview-leaderboard").json["items"]
    flags = Counter(flag for item in items for flag in item["flags"])
    totals = [item["total_score"] for item in items if item["total_score"] is not None]
    assert len(items) == 8
    assert flags["off_topic"] <= 2
    assert flags["near_duplicate"] == 0
    assert len(totals) >= 7
    assert max(totals) >= 75
    assert max(totals) - min(totals) >= 40


def test_demo_jobs_with_a_plan_or_a_session_are_left_alone(make_app: MakeApp) -> None:
    app = make_app()
    client = Client(app)
    client.request("POST", "/api/interviews/sessions/start", body={"job_id": 1, "candidate_id": 42})
    mine = client.request("POST", "/api/jobs/2/plan/draft", body={}).json["plan"]
    publish_demo_plans(app.service)
    states = {job_id: client.get(f"/api/jobs/{job_id}/plan").json["state"] for job_id in PLANS}
    assert states == {1: "none", 2: "draft", 3: "published", 4: "published"}
    assert client.get("/api/jobs/2/plan").json["draft"] == mine


def test_a_library_without_the_demo_questions_gives_no_demo_plan(make_app: MakeApp, tmp_path: Path) -> None:
    path = tmp_path / "library.json"
    path.write_text("{}", "utf-8")
    app = make_app(TENER_INTERVIEW_QUESTION_LIBRARY_PATH=path)
    publish_demo_plans(app.service)
    assert Client(app).get("/api/jobs/1/plan").json["state"] == "none"
