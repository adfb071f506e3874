"""Headlines of sessions: the facts that the sentence about a result is made from."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from ..plans.plan import Plan
from ..scorecards.headline import (
    LANGUAGES,
    MIDDLING,
    STRONG,
    THIN,
    HeadlineFacts,
    TopicAnswer,
    TotalFacts,
    headline,
    strength,
)
from ..scorecards.points_found import is_content_assessed, lacks_every_point
from ..scorecards.result import UNANSWERED, QuestionScore, Result
from ..store.ports import Transaction
from ..store.records import LeaderboardRow
from ..store.review_records import OverrideRow
from ..store.session import Session, Status
from ..transcripts.duplicates import NEAR_DUPLICATE
from .plans.competencies import find_plan_version, scored_competencies
from .plans.topics import topics_of
from .refresh.review_reasons import CONSENT_REASONS
from .results import latest_results
from .reviews.session_totals import WHOLE_INTERVIEW, current_overrides
from .reviews.totals import MACHINE, OVERRIDE
from .service import Service

HEADLINE_LANGUAGES = LANGUAGES
STRENGTHS = (STRONG, MIDDLING, THIN)
#: What each status says by itself while there is no total.
_STATUS_TEXT_KEYS = frozenset({
    Status.CREATED, Status.INVITED, Status.IN_PROGRESS, Status.EXPIRED, Status.CANCELED, Status.FAILED,
})


def with_overrides(questions: Sequence[QuestionScore], overrides: Mapping[str, float]) -> list[QuestionScore]:
    """Return the questions with the scores that people put in place of the machine's."""
    return [
        replace(question, score=overrides[question.question_id]) if question.question_id in overrides else question
        for question in questions
    ]


def answer_strength(question: QuestionScore, override: OverrideRow | None) -> str | None:
    """Return whether the score that counts for an answer is strong, middling or thin.

    None without a score, and for the machine's score of an answer that was not compared with the criteria. An answer
    in which none of their points was found is not strong, unless a person says so.
    """
    if override and override.score is not None:
        return strength(override.score)
    if not is_content_assessed(question):
        return None
    own = strength(question.score)
    return MIDDLING if own == STRONG and lacks_every_point(question) else own


def total_uses_answer_overrides(session: Session | LeaderboardRow, overrides: Collection[str]) -> bool:
    """Return whether the total that ranks is the machine's with other scores of some answers."""
    return session.total_source == OVERRIDE and WHOLE_INTERVIEW not in overrides


def session_headline(
    session: Session, result: Result | None, topics: Sequence[str], overrides: Mapping[str, float], language: str,
    plan: Plan | None = None,
) -> str:
    """Return the sentence about a session with its latest result, whose questions have these topics; `plan` is the
    version that scored it."""
    answers = _answers(result, topics, overrides, plan)
    totals = TotalFacts(
        session.total_score, session.total_source, session.machine_total, session.human_reviews,
        len(overrides) if total_uses_answer_overrides(session, overrides) else 0,
    )
    return headline(HeadlineFacts(answers, totals, _why_unscored(session, result)), language)


def result_headline(result: Result, topics: Sequence[str], language: str, plan: Plan | None = None) -> str:
    """Return the sentence about a result alone, such as an earlier one, without reviews, overrides and decisions."""
    return headline(HeadlineFacts(_answers(result, topics, {}, plan)), language)


def shared_headlines(
    service: Service, tx: Transaction, job_id: int, rows: Sequence[LeaderboardRow], language: str
) -> dict[int, str]:
    """Return the sentence about each candidate of a job for readers outside, by candidate: of totals that are the
    machine's, and of those with scores that a person put in place of its own, which it says."""
    scored_rows = [row for row in rows if row.total_score is not None and row.total_source in (MACHINE, OVERRIDE)]
    results = latest_results(tx, [row.session_id for row in scored_rows])
    versions = {result.plan_version for result in results.values()}
    plans = {version: find_plan_version(tx, job_id, version) for version in versions}
    headlines = {}
    for row in scored_rows:
        if result := results.get(row.session_id):
            plan = plans[result.plan_version]
            competencies = scored_competencies(service, plan)
            topics = topics_of(service.library, plan, competencies, result.question_scores, language)
            scores = current_overrides(tx, row.session_id) if row.overrides else {}
            count = len(scores) if total_uses_answer_overrides(row, scores) else 0
            totals = TotalFacts(row.total_score, row.total_source, None, overridden_answers=count, is_shared=True)
            headlines[row.candidate_id] = headline(
                HeadlineFacts(_answers(result, topics, scores, plan), totals), language
            )
    return headlines


def _answers(
    result: Result | None, topics: Sequence[str], overrides: Mapping[str, float], plan: Plan | None
) -> tuple[TopicAnswer, ...]:
    asked = {question.id: len(question.key_points) for question in plan.questions} if plan else {}
    questions = with_overrides(result.question_scores, overrides) if result else []
    return tuple(
        TopicAnswer(
            topic, question.score, question.dealbreaker, question.status != UNANSWERED,
            points_found=question.question_id in overrides
            or not lacks_every_point(question, asked.get(question.rule_id or "")),
            content_assessed=question.question_id in overrides or is_content_assessed(question),
            near_duplicate=NEAR_DUPLICATE in question.flags,
        )
        for topic, question in zip(topics, questions, strict=True)
    )


def _why_unscored(session: Session, result: Result | None) -> str | None:
    """Return the key of the text that says why nothing ranks the session; None for one with a total."""
    if session.total_score is not None:
        return None
    if session.review_reason in CONSENT_REASONS:
        return "no_consent"
    if session.review_reason is not None:
        return "disputed" if session.machine_total is not None else "needs_review"
    if session.current_status in _STATUS_TEXT_KEYS:
        return session.current_status.value
    if session.awaiting_transcription:
        return "waiting"
    return "no_total" if result else "unscored"
