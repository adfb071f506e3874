"""The Hireflix provider while Hireflix or the network fails."""

from __future__ import annotations

import email.utils
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from fakes import hireflix_faults as faults
from fakes.clock import FakeClock
from fakes.hireflix import FakeHireflix
from fakes.hireflix_client import Saying, invitee, provider_for, saying
from fakes.hireflix_faults import Fault
from fakes.waiting import PATIENCE_S, eventually
from for_each import for_each
from tener_interview.errors import Problem
from tener_interview.outbound.request import Unreachable
from tener_interview.providers.hireflix import HireflixProvider, client
from tener_interview.providers.protocol import AlreadyInvited, Interview, PositionDraft, Question
from tener_interview.system.clock import SystemClock

UNAVAILABLE = (502, "INTERVIEW_PROVIDER_UNAVAILABLE")
TIMEOUT = (504, "INTERVIEW_PROVIDER_TIMEOUT")
DRAFT = PositionDraft("Data engineer", None, (Question("Why data?"),))

Call = Callable[[HireflixProvider], object]


def invite(provider: HireflixProvider) -> object:
    return provider.invite(invitee(provider.default_position_id))


def find(provider: HireflixProvider) -> object:
    return provider.find(provider.default_position_id, email="ana@example.test", external_id="iv_1")


def read(provider: HireflixProvider) -> object:
    found = provider.read(["65a000000000000000000001"])["65a000000000000000000001"]
    if isinstance(found, Problem):
        raise found
    return found


def positions(provider: HireflixProvider) -> object:
    return provider.positions()


def create(provider: HireflixProvider) -> object:
    return provider.create_position(DRAFT)


READS: tuple[Call, ...] = (find, read, positions)
WRITES: tuple[Call, ...] = (invite, create)


def failing(call: Call, provider: HireflixProvider) -> Problem:
    with pytest.raises(Problem) as caught:
        call(provider)
    problem = caught.value
    text = f"{problem} {problem.details} {problem.headers}"
    assert "5f0c9a52" not in text
    assert "jane.doe" not in problem.error
    return problem


@for_each("call", [*READS, *WRITES])
@for_each(
    ("fault", "expected", "words"),
    [
        (faults.closed(), UNAVAILABLE, "closed the connection"),
        (faults.status(500), UNAVAILABLE, "HTTP status 500"),
        (faults.status(503), UNAVAILABLE, "HTTP status 503"),
        (faults.html(), UNAVAILABLE, "not JSON"),
        (faults.truncated_json(), UNAVAILABLE, "not JSON"),
        (faults.truncated_response(), UNAVAILABLE, "broke off"),
        (faults.json_body([]), UNAVAILABLE, "not JSON"),
        (faults.json_body({}), UNAVAILABLE, "no data"),
        (faults.json_body({"data": None}), UNAVAILABLE, "no data"),
        (faults.json_body({"data": []}), UNAVAILABLE, "no data"),
        (faults.json_body({"data": {}}), UNAVAILABLE, "Hireflix"),
        (faults.status(302), UNAVAILABLE, "TENER_HIREFLIX_BASE_URL"),
        (faults.status(404), UNAVAILABLE, "TENER_HIREFLIX_BASE_URL"),
        (faults.status(400), UNAVAILABLE, "HTTP status 400"),
        (faults.unauthorized(401), UNAVAILABLE, "does not accept the API key"),
        (faults.unauthorized(403), UNAVAILABLE, "does not accept the API key"),
        (
            faults.errors({"message": "No", "extensions": {"code": "UNAUTHENTICATED"}}),
            UNAVAILABLE, "does not accept the API key",
        ),
        (faults.errors({"message": "User is not authenticated"}), UNAVAILABLE, "does not accept the API key"),
        (faults.errors({"message": "Internal server error"}), UNAVAILABLE, "with an error instead of data"),
        (faults.errors({"message": "Boom"}, code=400), UNAVAILABLE, "with an error instead of data"),
        (faults.errors({"message": "Cannot query field \"hash\" on type \"X\"."}), UNAVAILABLE, "schema"),
        (
            faults.errors({"message": "?", "extensions": {"code": "GRAPHQL_VALIDATION_FAILED"}}, code=400),
            UNAVAILABLE, "schema",
        ),
        (faults.status(429), UNAVAILABLE, "try again in a minute"),
        (faults.status(429, retry_after="30"), UNAVAILABLE, "try again in 30 seconds"),
        (faults.status(429, retry_after="0"), UNAVAILABLE, "try again in a moment"),
        (faults.status(429, retry_after="Thu, 01 Jan 1970 00:00:00 GMT"), UNAVAILABLE, "try again in a moment"),
        (
            faults.errors({"message": "Accessing it requires an active subscription"}),
            (402, "INTERVIEW_PROVIDER_SUBSCRIPTION_REQUIRED"), "no active subscription",
        ),
    ],
)
def test_every_hireflix_fault_has_an_error_code_and_message(
    fake: FakeHireflix, call: Call, fault: Fault, expected: tuple[int, str], words: str
) -> None:
    fake.heal()
    fake.fail_always(fault)
    problem = failing(call, provider_for(fake))
    assert (problem.status, problem.code) == expected
    assert words in problem.error
    assert fake.invites == 0


@pytest.mark.parametrize("call", [*READS, *WRITES])
def test_a_time_out_is_reported_and_not_retried(fake: FakeHireflix, call: Call) -> None:
    fake.fail_always(faults.held())
    problem = failing(call, provider_for(fake, timeout_s=0.2, random=lambda: 0.0))
    assert (problem.status, problem.code) == TIMEOUT
    assert "within 0.2 seconds" in problem.error
    assert len(fake.requests) == 1


@pytest.mark.parametrize("call", [*READS, *WRITES])
def test_a_wrong_api_key_is_unavailable_with_a_hint_and_not_shown(fake: FakeHireflix, call: Call) -> None:
    problem = failing(call, provider_for(fake, api_key="some-other-key"))
    assert (problem.status, problem.code) == UNAVAILABLE
    assert "API key" in problem.error
    assert "some-other-key" not in f"{problem} {problem.details}"
    assert len(fake.requests) == 1


def test_an_api_key_echoed_by_hireflix_is_removed_from_the_error(fake: FakeHireflix) -> None:
    fake.fail_always(faults.errors({"message": f"Invalid API key {fake.api_key}"}))
    problem = failing(positions, provider_for(fake))
    assert problem.details["provider_errors"][0]["message"] == "Invalid API key [API key]"


@pytest.mark.parametrize("call", [*READS, *WRITES])
def test_refused_connections_are_tried_three_times_with_growing_pauses(fake: FakeHireflix, call: Call) -> None:
    clock = FakeClock()
    with fake.down():
        problem = failing(call, provider_for(fake, clock=clock))
    assert (problem.status, problem.code) == UNAVAILABLE
    assert "refuses connections" in problem.error
    assert clock.slept_s == [0.25, 0.5]


@pytest.mark.parametrize("call", READS)
@pytest.mark.parametrize(
    "fault", [faults.closed(), faults.truncated_response(), faults.status(500), faults.status(502)]
)
def test_a_read_succeeds_after_two_faults(fake: FakeHireflix, call: Call, fault: Fault) -> None:
    fake.fail_next(fault, times=2)
    call(provider_for(fake))
    assert fake.statuses()[200] >= 1


@pytest.mark.parametrize("call", WRITES)
@pytest.mark.parametrize("fault", [
    faults.closed(), faults.carried_out_without_response(), faults.truncated_response(), faults.status(500),
    faults.html(),
])
def test_a_write_that_may_have_happened_is_not_retried(fake: FakeHireflix, call: Call, fault: Fault) -> None:
    fake.fail_next(fault)
    failing(call, provider_for(fake))
    assert len(fake.requests) == 1


def test_an_invitation_whose_response_is_lost_is_found_again(fake: FakeHireflix) -> None:
    provider = provider_for(fake)
    somebody = invitee(fake.position_id)
    fake.fail_next(faults.carried_out_without_response())
    failing(invite, provider)
    with pytest.raises(AlreadyInvited):
        provider.invite(somebody)
    found = provider.find(fake.position_id, email=somebody.email, external_id=somebody.external_id)
    assert found is not None
    assert found.external_id == somebody.external_id
    assert fake.invites == 1


@pytest.mark.parametrize("call", [*READS, *WRITES])
def test_after_too_many_requests_the_retry_waits_for_retry_after(fake: FakeHireflix, call: Call) -> None:
    clock = FakeClock()
    fake.fail_next(faults.too_many("2"))
    fake.fail_next(faults.too_many())
    call(provider_for(fake, clock=clock))
    assert clock.slept_s == [2.0, 0.5]


def test_retry_after_may_be_a_date(fake: FakeHireflix) -> None:
    clock = FakeClock()
    fake.fail_next(faults.too_many(email.utils.formatdate(clock.now_ms() / 1000 + 3, usegmt=True)))
    positions(provider_for(fake, clock=clock))
    assert clock.slept_s == [3.0]


@pytest.mark.parametrize(("sent", "returned"), [("6", "6"), ("3600", "3600"), ("999999999", "86400")])
def test_a_long_retry_after_is_returned_to_the_caller_at_once(fake: FakeHireflix, sent: str, returned: str) -> None:
    clock = FakeClock()
    fake.fail_next(faults.too_many(sent))
    problem = failing(invite, provider_for(fake, clock=clock, timeout_s=30))
    assert problem.headers == {"Retry-After": returned}
    assert f"{returned} seconds" in problem.error
    assert clock.slept_s == []
    assert len(fake.requests) == 1


@for_each("nonsense", ["", "soon", "-5", "1e9", "Wed, 99 Foo 2026", "٣"])
def test_an_invalid_retry_after_is_ignored(nonsense: str) -> None:
    send = Saying(saying(b"", 429, {"retry-after": nonsense}))
    with FakeHireflix() as fake:
        assert failing(positions, provider_for(fake, send=send)).headers == {}


def test_retries_end_after_the_timeout(fake: FakeHireflix) -> None:
    clock = FakeClock()

    class SlowlyBroken(Saying):
        def __call__(self, *args: Any, **kwargs: Any) -> Any:
            clock.advance(seconds=4.0)
            return super().__call__(*args, **kwargs)

    send = SlowlyBroken(Unreachable("it closed the connection without an answer"))
    failing(positions, provider_for(fake, send=send, clock=clock, timeout_s=5.0))
    assert len(send.bodies) == 2


def test_no_request_slot_is_held_between_retries(fake: FakeHireflix) -> None:
    """One request in flight at most, one caller in a pause: another caller gets through meanwhile."""
    pausing, passed = threading.Event(), threading.Event()

    class Waiting(FakeClock):
        def sleep(self, seconds: float) -> None:
            pausing.set()
            assert passed.wait(PATIENCE_S)
            super().sleep(seconds)

    provider = provider_for(fake, clock=Waiting(), concurrency=1)
    fake.fail_next(faults.status(503))
    first = threading.Thread(target=positions, args=(provider,))
    first.start()
    assert pausing.wait(PATIENCE_S)
    positions(provider)
    passed.set()
    first.join()
    assert fake.statuses() == {503: 1, 200: 2}


def test_waiting_for_a_request_slot_is_not_counted_as_a_hireflix_fault(fake: FakeHireflix) -> None:
    fake.latency_s = 0.2
    provider = provider_for(fake, clock=SystemClock(), concurrency=1, timeout_s=1.5)
    with ThreadPoolExecutor(10) as pool:
        assert len(list(pool.map(lambda _: positions(provider), range(10)))) == 10
    assert fake.statuses() == {200: 10}
    assert provider.available()


def test_waiting_for_a_request_slot_has_a_time_limit(fake: FakeHireflix, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "QUEUE_TIMEOUT_S", 0.1)
    fake.latency_s = 0.6
    provider = provider_for(fake, concurrency=1)
    with ThreadPoolExecutor(7) as pool:
        first = pool.submit(positions, provider)
        eventually(lambda: fake.in_flight > 0)
        calls = [pool.submit(failing, positions, provider) for _ in range(6)]
        problems = [call.result() for call in calls]
        first.result()
    assert {problem.code for problem in problems} == {"SERVER_BUSY"}
    assert {problem.headers["Retry-After"] for problem in problems} == {"60"}
    assert provider.available(), "six in a row, and none of them theirs"


def test_a_single_request_goes_before_a_batch(fake: FakeHireflix) -> None:
    provider = provider_for(fake, concurrency=1, timeout_s=5)
    ids = [provider.invite(invitee(fake.position_id, number)).invitation_id for number in range(1, 4)]
    fake.requests.clear()
    fake.latency_s = 0.2
    with ThreadPoolExecutor(4) as pool:
        pool.submit(positions, provider)
        eventually(lambda: fake.in_flight > 0)
        pool.submit(provider.read, ids)
        eventually(lambda: provider.client.slots.waiting == 1)
        pool.submit(provider.read, ids[:1])
        eventually(lambda: provider.client.slots.waiting == 2)
    assert [len(request["variables"]) for request in fake.requests] == [0, 1, 3]


@for_each(
    "error",
    [
        {"message": "Already", "code": 409},
        {"message": "Already", "code": 409.0},
        {"message": "Already", "extensions": {"code": "409"}},
        {"message": "candidate-already-exists"},
    ],
)
@for_each("status", [200, 400, 409, 500])
def test_older_forms_of_the_already_invited_error_are_recognised(
    fake: FakeHireflix, error: dict[str, Any], status: int
) -> None:
    fake.fail_next(faults.errors(error, code=status))
    with pytest.raises(AlreadyInvited):
        invite(provider_for(fake))


@for_each("code", [400, 404, 422])
@for_each("call", WRITES)
def test_older_forms_of_refusals_are_recognised(fake: FakeHireflix, call: Call, code: int) -> None:
    fake.fail_next(faults.errors({"message": "jane.doe1@example.test is no e-mail", "code": code}))
    problem = failing(call, provider_for(fake))
    assert (problem.status, problem.code) == (422, "INTERVIEW_PROVIDER_REJECTED")
    assert problem.details["provider_error"]["code"] == str(code)


@pytest.mark.parametrize("call", READS)
@pytest.mark.parametrize("code", [400, 404, "NOT_FOUND"])
def test_a_graphql_error_of_a_read_is_unavailable_and_never_rejected(
    fake: FakeHireflix, call: Call, code: int | str
) -> None:
    fake.fail_always(faults.errors({"message": "No such thing", "extensions": {"code": code}}))
    problem = failing(call, provider_for(fake))
    assert (problem.status, problem.code) == UNAVAILABLE
    assert len(fake.requests) == 1


def test_an_unknown_result_type_of_an_invitation_is_a_rejection(fake: FakeHireflix) -> None:
    send = Saying(saying({"data": {"inviteCandidateToInterview": {"__typename": "MoonIsFullError"}}}))
    problem = failing(invite, provider_for(fake, send=send))
    assert problem.code == "INTERVIEW_PROVIDER_REJECTED"
    assert problem.details["provider_error"]["type"] == "MoonIsFullError"
    assert "MoonIsFullError" in problem.error


# One interview of many ---------------------------------------------------------------------------------------------


def twenty_five(fake: FakeHireflix) -> list[str]:
    return [fake.invite_elsewhere(f"c{number}@example.test") for number in range(25)]


def test_a_partial_graphql_error_affects_only_its_interview(fake: FakeHireflix) -> None:
    ids = twenty_five(fake)
    fake.account.broken.update({ids[3], ids[9]})
    fake.delete(ids[4])
    found = provider_for(fake).read(ids)
    assert {item for item in ids if isinstance(found[item], Problem)} == {ids[3], ids[9]}
    assert found[ids[4]] is None
    assert sum(isinstance(item, Interview) for item in found.values()) == 22
    assert len(fake.requests) == 1


def test_a_transcript_with_an_error_counts_as_not_available_yet(fake: FakeHireflix) -> None:
    invitation_id = fake.invite_elsewhere("ana@example.test")
    fake.finish(invitation_id, ["One.", "Two.", "Three.", "Four."])
    fake.account.broken_transcripts.add(invitation_id)
    interview = provider_for(fake).read([invitation_id])[invitation_id]
    assert isinstance(interview, Interview)
    assert [answer.transcript for answer in interview.answers] == [None] * 4
    assert all(answer.answered for answer in interview.answers)


@pytest.mark.parametrize("poisoned", [0, 12, 24])
def test_an_interview_that_breaks_a_batch_is_isolated_by_halving(fake: FakeHireflix, poisoned: int) -> None:
    ids = twenty_five(fake)
    fake.fail_requests_naming(ids[poisoned])
    found = provider_for(fake).read(ids)
    assert set(found) == set(ids)
    assert [item for item in ids if not isinstance(found[item], Interview)] == [ids[poisoned]]
    assert isinstance(found[ids[poisoned]], Problem)
    assert len(fake.requests) <= 11


def test_several_interviews_that_break_a_batch_do_not_affect_others(fake: FakeHireflix) -> None:
    ids = twenty_five(fake)
    bad = [ids[2], ids[12], ids[22]]
    for item in bad:
        fake.fail_requests_naming(item)
    found = provider_for(fake).read(ids)
    assert [item for item in ids if not isinstance(found[item], Interview)] == bad
    assert fake.statuses()[500] > 8


@pytest.mark.parametrize(
    "fault", [faults.status(500), faults.errors({"message": "Too complex"}), faults.errors({"message": "x"}, code=400)]
)
def test_a_batch_that_is_always_refused_is_split_at_most_eight_times(fake: FakeHireflix, fault: Fault) -> None:
    ids = twenty_five(fake)
    fake.fail_always(fault)
    clock = FakeClock()
    found = provider_for(fake, clock=clock).read(ids)
    assert len(fake.requests) == 8
    assert clock.slept_s == []
    assert set(found) == set(ids)
    assert all(isinstance(item, Problem) for item in found.values())


@pytest.mark.parametrize(
    "fault", [faults.unauthorized(), faults.closed(), faults.status(503), faults.status(429), faults.html()]
)
def test_a_fault_of_the_whole_request_does_not_split_the_batch(fake: FakeHireflix, fault: Fault) -> None:
    ids = twenty_five(fake)
    fake.fail_always(fault)
    found = provider_for(fake).read(ids)
    assert {len(request["fields"]) for request in fake.requests} == {25}
    assert len({id(item) for item in found.values()}) == 1


def test_malformed_rows_in_a_list_do_not_hide_the_matching_interview(fake: FakeHireflix) -> None:
    row = {"id": "a1", "hash": "aB3dE5gH", "status": "pending", "externalId": "iv_1"}
    rows: list[Any] = [None, 5, {"candidate": 7}, {"externalId": []}, row]
    page = {"data": {"position": {"interviewList": {"results": rows, "lastCursor": "c"}}}}
    found = provider_for(fake, send=Saying(saying(page))).find("p", email="ana@example.test", external_id="iv_1")
    assert found is not None
    assert found.candidate_url == "https://app.hireflix.com/aB3dE5gH"


def test_an_endless_list_of_interviews_is_abandoned(fake: FakeHireflix) -> None:
    def page(number: int) -> dict[str, Any]:
        rows = [{"id": f"a{number}", "candidate": {"email": "x@example.test"}}]
        return {"data": {"position": {"interviewList": {"results": rows, "lastCursor": f"c{number}"}}}}

    send = Saying(*(saying(page(number)) for number in range(100)))
    assert find(provider_for(fake, send=send)) is None
    assert len(send.bodies) == 41
