"""The Hireflix provider against a strict fake of Hireflix: what works."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from fakes.hireflix import QUESTIONS, FakeHireflix
from fakes.hireflix_client import invitee, provider_for
from for_each import for_each
from tener_interview.errors import Problem
from tener_interview.providers.protocol import AlreadyInvited, Interview, PositionDraft, Provider, Question, Stage


def read_one(provider: Provider, invitation_id: str) -> Interview:
    found = provider.read([invitation_id])[invitation_id]
    assert isinstance(found, Interview), found
    return found


def test_an_invitation_returns_an_interview_and_sends_no_email(fake: FakeHireflix) -> None:
    provider = provider_for(fake)
    somebody = invitee(fake.position_id)
    interview = provider.invite(somebody)
    record = fake.interview(interview.invitation_id)
    assert interview == Interview(
        invitation_id=record.interview_id,
        stage=Stage.PENDING,
        candidate_url=f"https://app.hireflix.com/{record.hash}",
        position_id=fake.position_id,
        external_id=somebody.external_id,
        email=somebody.email,
    )
    assert (record.first_name, record.last_name, record.silent) == ("Jane", "Doe", True)
    assert fake.invites == 1
    sent = fake.requests[0]["headers"]
    assert (sent["x-api-key"], sent["user-agent"]) == (fake.api_key, "tener-interview")
    assert sent["content-type"] == "application/json"


def test_a_single_name_sends_no_last_name(fake: FakeHireflix) -> None:
    provider_for(fake).invite(invitee(fake.position_id, first_name="Плюшкин", last_name=None))
    assert "lastName" not in fake.requests[0]["variables"]["input"]["candidate"]
    assert fake.interviews[0].first_name == "Плюшкин"


@pytest.mark.parametrize("email", ["jane.doe1@example.test", "JANE.DOE1@example.test"])
def test_a_second_invitation_is_not_a_refusal(fake: FakeHireflix, email: str) -> None:
    provider = provider_for(fake)
    provider.invite(invitee(fake.position_id))
    with pytest.raises(AlreadyInvited):
        provider.invite(invitee(fake.position_id, email=email, external_id="iv_other"))
    assert fake.invites == 1


def test_a_used_external_id_is_already_invited(fake: FakeHireflix) -> None:
    provider = provider_for(fake)
    provider.invite(invitee(fake.position_id))
    with pytest.raises(AlreadyInvited):
        provider.invite(invitee(fake.position_id, email="somebody.else@example.test"))


@pytest.mark.parametrize("place", ["member", "errors"])
def test_an_account_without_subscription_requires_payment(fake: FakeHireflix, place: str) -> None:
    fake.account.subscription = place
    with pytest.raises(Problem) as caught:
        provider_for(fake).invite(invitee(fake.position_id))
    assert (caught.value.status, caught.value.code) == (402, "INTERVIEW_PROVIDER_SUBSCRIPTION_REQUIRED")


def test_a_used_up_plan_requires_payment(fake: FakeHireflix) -> None:
    fake.account.invites_left = 1
    provider = provider_for(fake)
    provider.invite(invitee(fake.position_id, 1))
    with pytest.raises(Problem) as caught:
        provider.invite(invitee(fake.position_id, 2))
    assert (caught.value.status, caught.value.code) == (402, "INTERVIEW_PROVIDER_QUOTA_EXCEEDED")


def rejection(fake: FakeHireflix, **changes: Any) -> Problem:
    somebody = invitee(changes.pop("position_id", fake.position_id), **changes)
    with pytest.raises(Problem) as caught:
        provider_for(fake).invite(somebody)
    assert (caught.value.status, caught.value.code) == (422, "INTERVIEW_PROVIDER_REJECTED")
    assert "@" not in caught.value.error
    return caught.value


def test_an_unknown_position_is_rejected(fake: FakeHireflix) -> None:
    problem = rejection(fake, position_id="65a0000000000000000000ff")
    assert problem.details["provider_error"] == {
        "type": "PositionNotFoundError", "code": 404, "message": "Position not found",
    }
    assert "65a0000000000000000000ff" in problem.error


def test_an_archived_position_is_rejected(fake: FakeHireflix) -> None:
    fake.archive_position()
    assert rejection(fake).details["provider_error"]["type"] == "PositionNotReadyToAcceptInvitesError"


def test_rejected_details_are_named(fake: FakeHireflix) -> None:
    problem = rejection(fake, first_name="x" * 51, external_id="y" * 256)
    assert problem.details["provider_error"]["fields"] == [
        {"path": "candidate.firstName", "message": "must have 1 to 50 characters"},
        {"path": "externalId", "message": "must have at most 255 characters"},
    ]
    assert "(candidate.firstName, externalId)" in problem.error


def test_a_rejected_email_is_not_in_the_error(fake: FakeHireflix) -> None:
    assert rejection(fake, email="no-domain@x").details["provider_error"]["type"] == "GraphQLError"


@pytest.mark.parametrize("vocabulary", ["legacy", "new"])
def test_both_vocabularies_of_hireflix_statuses_give_the_same_stages(fake: FakeHireflix, vocabulary: str) -> None:
    fake.account.vocabulary = vocabulary
    provider = provider_for(fake)
    ids = [provider.invite(invitee(fake.position_id, number)).invitation_id for number in range(5)]
    pending, finished, shortlisted, rejected, withdrawn = ids
    for invitation_id in (finished, shortlisted, rejected):
        fake.finish(invitation_id)
    fake.shortlist(shortlisted)
    fake.discard(rejected)
    fake.discard(withdrawn)
    stages = {item: getattr(found, "stage", found) for item, found in provider.read(ids).items()}
    assert stages == {
        pending: Stage.PENDING,
        finished: Stage.FINISHED,
        shortlisted: Stage.FINISHED,
        rejected: Stage.FINISHED,
        withdrawn: Stage.WITHDRAWN,
    }


def test_answers_are_in_order_with_available_transcripts(fake: FakeHireflix) -> None:
    provider = provider_for(fake)
    invitation_id = provider.invite(invitee(fake.position_id)).invitation_id
    assert [answer.answered for answer in read_one(provider, invitation_id).answers] == [False] * 4
    fake.finish(invitation_id, ["  I would shard it.\n", None, "  ", None], answered=[True, True, True, False])
    interview = read_one(provider, invitation_id)
    assert interview.finished_at_ms == fake.interview(invitation_id).completed_at_ms
    assert [answer.title for answer in interview.answers] == list(QUESTIONS)
    assert [answer.transcript for answer in interview.answers] == ["I would shard it.", None, None, None]
    assert [answer.answered for answer in interview.answers] == [True, True, True, False]
    first, *_, last = interview.answers
    assert first.language == "en"
    assert first.answered_at_ms == interview.finished_at_ms
    assert (first.video_url or "").startswith("https://media.hireflix.com/")
    assert (last.video_url, last.answered_at_ms) == (None, None)
    fake.set_transcripts(invitation_id, ["I would shard it.", "A race.", "We talked.", None])
    assert read_one(provider, invitation_id).answers[2].transcript == "We talked."


def test_many_interviews_are_read_in_one_request(fake: FakeHireflix) -> None:
    provider = provider_for(fake)
    ids = [fake.invite_elsewhere(f"c{number}@example.test") for number in range(25)]
    fake.delete(ids[7])
    found = provider.read([*ids, ids[0]])
    assert list(found) == ids
    assert found[ids[7]] is None
    assert all(isinstance(found[item], Interview) for item in ids if item != ids[7])
    assert len(fake.requests) == 1


def test_reading_no_interviews_sends_no_request(fake: FakeHireflix) -> None:
    assert provider_for(fake).read([]) == {}
    assert fake.requests == []


def test_many_interviews_are_read_in_batches(fake: FakeHireflix) -> None:
    ids = [fake.invite_elsewhere(f"c{number}@example.test") for number in range(30)]
    assert list(provider_for(fake).read(ids)) == ids
    assert [len(request["fields"]) for request in fake.requests] == [25, 5]


def test_an_interview_is_found_by_its_email_in_one_request(fake: FakeHireflix) -> None:
    invitation_id = fake.invite_elsewhere("ana@example.test", external_id="theirs")
    found = provider_for(fake).find(fake.position_id, email="ana@example.test", external_id="iv_1")
    assert found is not None
    assert (found.invitation_id, found.external_id) == (invitation_id, "theirs")
    assert len(fake.requests) == 1


def test_an_interview_under_the_same_email_in_other_letters_is_found(fake: FakeHireflix) -> None:
    invitation_id = fake.invite_elsewhere("Ana.Test@Example.test")
    found = provider_for(fake).find(fake.position_id, email="ana.test@example.test", external_id="iv_1")
    assert found is not None
    assert found.invitation_id == invitation_id


def test_an_interview_is_found_by_its_external_id_on_a_later_page(fake: FakeHireflix) -> None:
    wanted = fake.invite_elsewhere("changed@example.test", external_id="iv_1")
    for number in range(120):
        fake.invite_elsewhere(f"c{number}@example.test")
    found = provider_for(fake).find(fake.position_id, email="ana@example.test", external_id="iv_1")
    assert found is not None
    assert found.invitation_id == wanted
    assert fake.count("position") == 4


def test_find_returns_none_for_a_candidate_without_an_interview(fake: FakeHireflix) -> None:
    provider = provider_for(fake)
    assert provider.find(fake.position_id, email="ana@example.test", external_id="iv_1") is None
    assert provider.find("65a0000000000000000000ff", email="ana@example.test", external_id="iv_1") is None


def test_a_search_ends_with_an_empty_page_or_a_cursor_that_repeats(fake: FakeHireflix) -> None:
    for number in range(50):
        fake.invite_elsewhere(f"c{number}@example.test")
    provider = provider_for(fake)
    assert provider.find(fake.position_id, email="ana@example.test", external_id="iv_1") is None
    assert fake.count("position") == 3
    fake.account.stuck_cursor = True
    assert provider.find(fake.position_id, email="ana@example.test", external_id="iv_1") is None
    assert fake.count("position") == 6


def test_positions_include_archived_ones(fake: FakeHireflix) -> None:
    other = fake.account.add_position("Old one", [{"title": "Why?"}])
    fake.archive_position(other)
    listed = provider_for(fake).positions()
    assert [(item.position_id, item.name, item.archived) for item in listed] == [
        (fake.position_id, "Backend engineer", False),
        (other, "Old one", True),
    ]


DRAFT = PositionDraft(
    "Data engineer", "Pipelines", (Question("Why data?", "In short.", 150), Question("Tell us about SQL."))
)


@for_each("without", [(), ("createPosition",)])
def test_a_position_is_created_by_the_newer_operation_or_the_older_one(without: tuple[str, ...]) -> None:
    with FakeHireflix(without=without) as fake:
        made = provider_for(fake).create_position(DRAFT)
        record = fake.account.positions[made.position_id]
        assert (made.name, made.archived) == ("Data engineer", False)
        questions = [{key: value for key, value in question.items() if key != "id"} for question in record.questions]
        assert questions == [
            {"title": "Why data?", "description": "In short.", "timeLimit": {"minutes": 2, "seconds": 30}},
            {"title": "Tell us about SQL."},
        ]
        assert fake.statuses() == ({400: 1, 200: 1} if without else {200: 1})


def test_a_position_refused_by_hireflix_is_rejected(fake: FakeHireflix) -> None:
    with pytest.raises(Problem) as caught:
        provider_for(fake).create_position(PositionDraft("x" * 51, None, (Question("Why?"),)))
    assert caught.value.code == "INTERVIEW_PROVIDER_REJECTED"
    assert caught.value.details["provider_error"]["code"] == "BAD_USER_INPUT"
    assert len(fake.requests) == 1


def test_requests_in_flight_never_exceed_the_limit(fake: FakeHireflix) -> None:
    fake.latency_s = 0.02
    provider = provider_for(fake, concurrency=3)
    start = threading.Barrier(12)

    def invite(number: int) -> str:
        start.wait()
        return provider.invite(invitee(fake.position_id, number)).invitation_id

    with ThreadPoolExecutor(12) as pool:
        ids = list(pool.map(invite, range(12)))
    assert len(set(ids)) == fake.invites == 12
    assert fake.in_flight_max == 3


def test_an_invitation_is_read_back_under_the_same_address(fake: FakeHireflix) -> None:
    provider = provider_for(fake)
    made = provider.invite(invitee(fake.position_id))
    assert read_one(provider, made.invitation_id).candidate_url == made.candidate_url


def test_the_provider_has_the_attributes_of_the_protocol(fake: FakeHireflix) -> None:
    provider: Provider = provider_for(fake, concurrency=7)
    assert (provider.name, provider.batch_size, provider.concurrency) == ("hireflix", 25, 7)
    assert provider.default_position_id == fake.position_id
