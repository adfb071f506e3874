"""Judge a result: ask about each of its answers, several times, and store the judge's total beside the other totals.

Each reply is stored at once, so that a killed process loses one at most. A reply counts only for the result that was
judged: if the result was replaced meanwhile, or the person erased, the reply is dropped.
"""

from __future__ import annotations

from collections.abc import Mapping

from ...chat import ChatFailed
from ...lazy_dataclass import dataclass
from ...scorecards.result import QuestionScore, Result
from ...store.judge_records import JudgeUsage, OpinionRow
from ...store.ports import Transaction
from ...store.session import Session
from ..audit.recording import record_action
from ..plans.competencies import find_plan_version
from ..plans.session_rules import SessionRules
from ..results import latest_result
from ..reviews.session_totals import has_open_dispute, stored_machine_score, total_columns, write_totals
from ..service import Service
from ..sessions.status import FINISHED
from .answer_to_judge import AnswerToJudge, answer_to_judge
from .judge import Judge, day_of
from .opinions import judge_score, opinions_of, serialize_reply
from .prompt import NONCE_BYTES, PROMPT_VERSION, PromptNonces, judge_request
from .reply import read_reply


class LimitReached(Exception):
    """The judge was asked as often today as it may be."""


@dataclass(frozen=True)
class Judging:
    """A result to judge: its answers as the judge sees them, and the requests that are still missing."""

    session: Session
    version: int
    answers: Mapping[str, AnswerToJudge]
    missing: tuple[tuple[str, int], ...]


def open_judging(service: Service, judge: Judge, session_id: str, version: int) -> Judging | None:
    """Return what is left to ask about a result; None if a newer one counts, the person was erased, or there is no
    consent to being scored."""
    with service.store.read() as tx:
        session, latest = tx.sessions.get(session_id), latest_result(tx, session_id)
        if session is None or latest is None or not _is_latest_result(session, version):
            return None
        if tx.consents.missing([session_id]):
            return None
        answers = _answers(service, tx, session, latest.result)
        asked = {(row.question_id, row.round) for row in tx.opinions.of_result(session_id, version)}
    rounds = [(question_id, number) for number in range(1, judge.rounds + 1) for question_id in answers]
    return Judging(session, version, answers, tuple(request for request in rounds if request not in asked))


def ask_once(
    service: Service, judge: Judge, judging: Judging, question_id: str, number: int
) -> bool:
    """Ask about one answer once, outside of any transaction, and store the reply.

    Returns False if the result does not count any more; nothing is asked or stored then. Raises LimitReached, and
    ChatFailed if there is no reply.
    """
    answer, session_id = judging.answers[question_id], judging.session.session_id
    now_ms = service.clock.now_ms()
    with service.store.write() as tx:
        session = tx.sessions.get(session_id)
        if session is None or not _is_latest_result(session, judging.version):
            return False
        if not tx.judge_usage.reserve(day_of(now_ms), max_requests=judge.max_requests, max_cost=judge.max_cost):
            raise LimitReached
    nonces = PromptNonces(*(service.token_hex(NONCE_BYTES) for _ in range(3)))
    try:
        reply = judge.chat(judge_request(answer, nonces, seed=number))
    except ChatFailed:
        _add_usage(service, JudgeUsage(day_of(now_ms), failures=1))
        raise
    judge_reply = read_reply(reply, answer, nonces)
    row = OpinionRow(
        session_id, judging.version, question_id, number, serialize_reply(judge_reply), reply.model, reply.input_tokens,
        reply.output_tokens, judge.cost(reply), service.clock.now_ms(),
    )
    with service.store.write() as tx:
        tx.locks.sessions([session_id])
        tx.judge_usage.add(_usage(row, is_void=judge_reply.rating is None, day=day_of(now_ms)))
        return tx.opinions.add(row) or _is_latest_result(tx.sessions.require(session_id), judging.version)


def finish_judging(service: Service, judging: Judging) -> bool:
    """Let the opinions about a result count, once there are all of them. Returns False if it does not count any more.
    """
    now_ms, session_id = service.clock.now_ms(), judging.session.session_id
    with service.store.write([judging.session.job_id]) as tx:
        tx.locks.sessions([session_id])
        session, latest = tx.sessions.get(session_id), latest_result(tx, session_id)
        if session is None or latest is None or not _is_latest_result(session, judging.version):
            return False
        if session.judge_result_version == judging.version:
            # A process died right after this.
            return True
        rules = SessionRules(service.rules.criteria, service.rules.formula)
        rules.load(tx, [session])
        _, formula = rules.for_versions(rules.plan_versions_of(session))
        rows = tx.opinions.of_result(session_id, judging.version)
        score = judge_score(latest.result.question_scores, opinions_of(rows), formula)
        columns = total_columns(tx, session, stored_machine_score(session, latest.result), rules, judge=score)
        details = {
            "judge_total": score.total, "judge_spread": score.spread, "result_version": judging.version,
            "model": rows[-1].model if rows else None, "prompt_version": PROMPT_VERSION, "replies": len(rows),
        }
        tx.events.add(session_id, "judged", "system", now_ms, **details)
        reason = {"reason": columns["review_reason"]} if columns["review_reason"] else {}
        judged = {**columns, "judge_result_version": judging.version}
        if not write_totals(tx, session, judged, "system", now_ms, {"by": "judge", **reason}):
            return False
        disputed = has_open_dispute(tx.sessions.require(session_id))
        record_action(tx, "session.judged", session, now_ms, {**details, "disputed": disputed})
    return True


def _is_latest_result(session: Session, version: int) -> bool:
    """Return whether a result is the latest of a session that counts."""
    return (
        session.result_version == version and session.erased_at is None and session.is_current
        and session.status in FINISHED
    )


def _answers(service: Service, tx: Transaction, session: Session, result: Result) -> dict[str, AnswerToJudge]:
    rules = SessionRules(service.rules.criteria, service.rules.formula)
    rules.load(tx, [session])
    criteria, _ = rules.for_versions(rules.plan_versions_of(session))
    plan = find_plan_version(tx, session.job_id, result.plan_version)
    questions: tuple[QuestionScore, ...] = result.question_scores
    scored_by = criteria.rules_for([(question.question_id, question.title) for question in questions])
    answers = (
        answer_to_judge(question, rule, plan, session.candidate_name)
        for question, rule in zip(questions, scored_by, strict=True)
    )
    return {answer.question_id: answer for answer in answers if answer}


def _add_usage(service: Service, usage: JudgeUsage) -> None:
    with service.store.write() as tx:
        tx.judge_usage.add(usage)


def _usage(row: OpinionRow, *, is_void: bool, day: int) -> JudgeUsage:
    return JudgeUsage(
        day, void=int(is_void), input_tokens=row.input_tokens, output_tokens=row.output_tokens, cost=row.cost or 0.0
    )
