"""Recording a result, which another writer's change of the session in the same moment prevents."""

from __future__ import annotations

from fakes.desk import Desk
from tener_interview.domain.plans.session_rules import SessionRules
from tener_interview.domain.refresh.record_result import record_result
from tener_interview.domain.refresh.score_cache import ScoreCache
from tener_interview.domain.results import latest_result


def test_a_result_that_could_not_be_recorded_is_no_event(desk: Desk) -> None:
    session_id = desk.scored()
    service = desk.service
    scores = ScoreCache(SessionRules(service.rules.criteria, service.rules.formula))
    events = desk.event_names(session_id)
    with service.store.write() as tx:
        read_before = tx.sessions.require(session_id)
        latest = latest_result(tx, session_id)
        assert latest is not None
        assert tx.sessions.update_if(session_id, {"status": "scored"}, status="completed")
        version = record_result(service, tx, read_before, scores, latest.result, desk.clock.now_ms(), "recruiter")
    assert version is None
    assert desk.event_names(session_id) == events
