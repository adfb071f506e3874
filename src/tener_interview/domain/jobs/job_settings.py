"""What a company decides about a job: how it is reviewed and ranked, and what candidates agree to and may read."""

from __future__ import annotations

from collections.abc import Mapping

from ...actor import Actor
from ...store.job_records import JobSettings
from ...store.ports import Transaction
from ..plans.session_rules import SessionRules
from ..results import latest_result
from ..reviews.session_totals import session_changed_problem, stored_machine_score, total_columns, write_totals
from ..scoring_rules import ScoringRules
from ..service import Service


def job_settings(service: Service, job_id: int) -> JobSettings:
    """Return the settings of a job; one that nobody has changed has the defaults."""
    with service.store.read() as tx:
        return tx.job_settings.get(job_id)


def change_job_settings(service: Service, actor: Actor, job_id: int, changes: Mapping[str, object]) -> JobSettings:
    """Change the settings that are named, and rank the job's interviews by the other total at once if they say so."""
    now_ms = service.clock.now_ms()
    with service.store.write([job_id]) as tx:
        before = tx.job_settings.get(job_id)._asdict()
        changed = {name: value for name, value in changes.items() if before[name] != value}
        if not changed:
            return tx.job_settings.get(job_id)
        tx.job_settings.change(job_id, now_ms, **changed)
        if "ranked_by" in changed:
            _rerank(tx, service.rules, job_id, str(changed["ranked_by"]), now_ms)
        tx.audit.append(
            actor, "job.settings_changed", "job", job_id, at_ms=now_ms, job_id=job_id,
            details={"before": {name: before[name] for name in changed}, "after": changed},
        )
        return tx.job_settings.get(job_id)


def _rerank(tx: Transaction, rules: ScoringRules, job_id: int, ranked_by: str, now_ms: int) -> None:
    """Apply the rule for whose total ranks to interviews that have several; the others have only the machine's."""
    session_rules = SessionRules(rules.criteria, rules.formula)
    tx.locks.sessions(session.session_id for session in tx.sessions.with_other_totals(job_id))
    for session in tx.sessions.with_other_totals(job_id):
        latest = latest_result(tx, session.session_id)
        outcome = stored_machine_score(session, latest.result if latest else None)
        columns = total_columns(tx, session, outcome, session_rules, ranked_by=ranked_by)
        if columns["total_score"] == session.total_score and columns["total_source"] == session.total_source:
            continue
        if not write_totals(tx, session, columns, "recruiter", now_ms, {"by": "job_settings"}):
            raise session_changed_problem()
