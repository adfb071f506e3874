"""What is written back to Hireflix: places, scores, comments and webhooks."""

from __future__ import annotations

from typing import Any

import pytest

from fakes import hireflix_faults as faults
from fakes.hireflix import FakeHireflix
from fakes.hireflix_client import Saying, provider_for, saying
from for_each import for_each
from tener_interview.errors import Problem
from tener_interview.providers.protocol import InterviewEvaluation, Placement, Webhook

URL = "https://interviews.example.com/api/webhooks/hireflix"
EVENTS = ("interview.finish", "interview.status-change", "interview.delete")

TO_EVALUATE, SHORTLISTED, DISCARDED = Placement.TO_EVALUATE, Placement.SHORTLISTED, Placement.DISCARDED


@pytest.mark.parametrize("vocabulary", ["legacy", "new"])
def test_an_interview_can_move_from_every_stage_to_every_other(fake: FakeHireflix, vocabulary: str) -> None:
    fake.account.vocabulary = vocabulary
    provider = provider_for(fake)
    interview = fake.invite_elsewhere("ana@example.test")
    fake.finish(interview)
    for before in Placement:
        for after in Placement:
            fake.account.change(interview, before.value)
            known = provider.evaluation(interview)
            assert known is not None
            assert (known.finished, known.placement) == (True, before)
            for _ in range(2):  # repeated, as after a lost answer
                provider.set_placement(interview, known.placement, after)
                assert fake.interview(interview).stage == after.value
            fake.account.change(interview, before.value)
            provider.set_placement(interview, None, after)
            assert fake.interview(interview).stage == after.value


def test_scores_and_comments_are_written_and_read(fake: FakeHireflix) -> None:
    provider = provider_for(fake)
    interview = fake.invite_elsewhere("ana@example.test")
    assert provider.evaluation(interview) == InterviewEvaluation(
        finished=False, placement=None, score=None, comments=()
    )
    fake.finish(interview)
    provider.rate(interview, 3.5)
    provider.comment(interview, "Größe: „gut“ \\ \"yes\" 🎉")
    provider.comment(interview, "second")
    assert provider.evaluation(interview) == InterviewEvaluation(
        finished=True, placement=TO_EVALUATE, score=3.5, comments=("Größe: „gut“ \\ \"yes\" 🎉", "second")
    )
    provider.rate(interview, None)
    assert fake.interview(interview).score is None
    assert provider.evaluation("0" * 24) is None


def test_refused_updates_of_hireflix_raise_problems(fake: FakeHireflix) -> None:
    provider = provider_for(fake)
    interview = fake.invite_elsewhere("ana@example.test")

    def refused(code: str, work: Any, *arguments: Any) -> None:
        with pytest.raises(Problem) as raised:
            work(*arguments)
        assert raised.value.code == code

    refused("INTERVIEW_PROVIDER_REJECTED", provider.set_placement, interview, None, SHORTLISTED)  # not finished
    fake.finish(interview)
    refused("INTERVIEW_PROVIDER_REJECTED", provider.rate, interview, 4.25)
    refused("INTERVIEW_PROVIDER_REJECTED", provider.comment, interview, " ")
    refused("INTERVIEW_PROVIDER_UNAVAILABLE", provider.comment, "0" * 24, "nobody there")
    fake.fail_next(faults.carried_out_without_response(), on="Interview")
    refused("INTERVIEW_PROVIDER_UNAVAILABLE", provider.comment, interview, "once")
    assert fake.interview(interview).comments == ["once"], "a comment is never sent twice by the client"


@for_each("webhook_api", ["flat", "input", "namespaced"])
def test_webhooks_are_found_and_created_in_the_forms_that_the_schema_may_have(webhook_api: str) -> None:
    with FakeHireflix(webhook_api=webhook_api) as fake:
        provider = provider_for(fake)
        assert provider.webhooks() == []
        assert provider.create_webhook(URL, EVENTS)
        found = provider.webhooks()
    assert found is not None
    webhook, = found
    assert (webhook.url, webhook.active) == (URL, True)
    assert len(webhook.events or ()) == len(EVENTS)


@for_each(("webhook_api", "listed"), [
    (None, None), ("unknown_input", []), ("other_events", []), ("closed_list", None),
])
def test_webhook_operations_that_need_guesses_are_not_used(
    webhook_api: str | None, listed: list[Webhook] | None
) -> None:
    with FakeHireflix(webhook_api=webhook_api) as fake:
        provider = provider_for(fake)
        assert provider.webhooks() == listed
        assert not provider.create_webhook(URL, EVENTS)
        assert fake.account.webhooks == []
        assert {request["type"] for request in fake.requests} == {"query"}


def test_a_refused_webhook_creation_raises_a_problem() -> None:
    with FakeHireflix(webhook_api="input") as fake, pytest.raises(Problem):
        provider_for(fake).create_webhook("http://plain.example.com", EVENTS)
    assert fake.account.webhooks == []


@pytest.mark.parametrize("described", [
    {}, {"__schema": None}, {"__schema": []}, {"__schema": {"types": [1, {"name": 7}, {"name": "Q", "fields": 3}]}},
    {"__schema": {"queryType": {"name": "Q"}, "types": [
        {"name": "Q", "fields": [{"name": "webhooks", "type": None}, {"name": "webhooks { x }", "type": {}}]},
    ]}},
])
def test_an_unexpected_webhook_schema_creates_no_webhook(fake: FakeHireflix, described: Any) -> None:
    provider = provider_for(fake, send=Saying(saying({"data": described})))
    assert provider.webhooks() is None
    assert provider.create_webhook(URL, EVENTS) is False


def test_without_graphql_introspection_webhooks_are_unknown(fake: FakeHireflix) -> None:
    refusal = {"message": "GraphQL introspection is not allowed", "extensions": {"code": "GRAPHQL_VALIDATION_FAILED"}}
    fake.fail_always(faults.errors(refusal, code=400))
    provider = provider_for(fake)
    assert provider.webhooks() is None
    fake.heal()
    fake.fail_always(faults.unauthorized())
    with pytest.raises(Problem):
        provider.webhooks()
