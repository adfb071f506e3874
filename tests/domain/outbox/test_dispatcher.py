"""The outbox: everything leaves, nothing leaves twice that must not, whoever dies and whatever clocks say."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from fakes.clock import FakeClock
from fakes.databases import open_store
from fakes.outbox import MOMENTS, DyingProcess, FileSender, dispatcher
from fakes.stored import add_session
from fakes.waiting import PATIENCE_S, eventually
from tener_interview.domain.outbox.delivery import (
    FOR_THREE_DAYS,
    MAX_RETRY_AFTER_MS,
    Delivery,
    OutboxChannel,
    Outcome,
)
from tener_interview.domain.outbox.dispatcher import CLAIM_S, RENEW_CLAIMS_EVERY_S, Dispatcher
from tener_interview.errors import Problem
from tener_interview.store.outbox_records import Channel, OutboxRow, OutboxState, outbox_row
from tener_interview.store.ports import Store
from tener_interview.system.clock import HOUR_MS

SESSION = f"iv_{1:032x}"


@pytest.fixture
def store(environ: dict[str, str], clock: FakeClock) -> Iterator[Store]:
    store = open_store(environ, clock)
    with store.write() as tx:
        add_session(tx, 1)
    yield store
    store.close()


def add(store: Store, clock: FakeClock, key: str, channel: Channel = Channel.ENDPOINT, **more: Any) -> str:
    row = outbox_row(channel, key, {"key": key}, clock.now_ms(), **more)
    with store.write() as tx:
        assert tx.outbox.add(row)
    return row.outbox_id


def row_of(store: Store, outbox_id: str) -> OutboxRow:
    with store.read() as tx:
        row = tx.outbox.get(outbox_id)
    assert row is not None
    return row


class Scripted:
    """Answers with what a test says, and writes down what was sent."""

    def __init__(self, *deliveries: Delivery | Exception) -> None:
        self.deliveries = list(deliveries)
        self.sent: list[str] = []
        self.before: Callable[[OutboxRow], object] = lambda _row: None

    def deliver(self, row: OutboxRow, confirm_send: Callable[[], bool]) -> Delivery:
        self.before(row)
        if not confirm_send():
            return Delivery(Outcome.CANCELED)
        self.sent.append(row.unique_key)
        delivery = self.deliveries.pop(0) if self.deliveries else Delivery(Outcome.DELIVERED)
        if isinstance(delivery, Exception):
            raise delivery
        return delivery


def test_a_row_is_sent_once_if_killed_between_any_two_steps(
    store: Store, clock: FakeClock, environ: dict[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "received"
    dying = DyingProcess(environ, clock.now_ms(), path)
    for moment in MOMENTS:
        mail = add(store, clock, f"mail {moment}", Channel.MAIL)
        event = add(store, clock, f"endpoint {moment}")
        for _ in range(2):
            # The first death leaves the event unsent if it came while the message was sent.
            assert dying.dies_after(moment) == -9
        sender = FileSender(path)
        survivor = dispatcher(store, clock, sender, "survivor")
        survivor.run_once()
        clock.advance(seconds=CLAIM_S - 1)
        survivor.run_once()
        clock.advance(seconds=2)
        survivor.run_once()
        received = sender.received()
        assert received.count(f"endpoint {moment}") >= 1, moment
        assert received.count(f"mail {moment}") <= 1, moment
        is_uncertain = moment in ("handed over", "finish undone")
        ended = OutboxState.UNCERTAIN if is_uncertain else OutboxState.DELIVERED
        assert (row_of(store, mail).state, row_of(store, event).state) == (ended, OutboxState.DELIVERED), moment
        assert received.count(f"mail {moment}") == (0 if moment == "handed over" else 1), moment
    dying.close()


def test_only_uncertain_and_parked_rows_are_sent_again_by_a_person(store: Store, clock: FakeClock) -> None:
    sender = Scripted(OSError("the line broke"), Delivery(Outcome.UNCERTAIN, "no answer"), Delivery(Outcome.PARK, "no"))
    one = dispatcher(store, clock, sender, "one")
    ids = [add(store, clock, f"message {number}", Channel.MAIL) for number in range(3)]
    one.run_once()
    states = [row_of(store, each).state for each in ids]
    assert states == [OutboxState.UNCERTAIN, OutboxState.UNCERTAIN, OutboxState.PARKED]
    clock.advance(hours=100)
    one.run_once()
    assert len(sender.sent) == 3
    with store.write() as tx:
        assert [tx.outbox.send_again(each, clock.now_ms()) for each in ids] == [True] * 3
        assert not tx.outbox.send_again(ids[0], clock.now_ms())
    one.run_once()
    assert [row_of(store, each).state for each in ids] == [OutboxState.DELIVERED] * 3
    assert sender.sent[3:] == ["message 0", "message 1", "message 2"]


def test_two_instances_send_everything_once_and_in_order(
    store: Store, clock: FakeClock, environ: dict[str, str]
) -> None:
    other_store = open_store(environ, clock)
    for number in range(24):
        add(store, clock, f"{number}", order_key=f"session {number % 3}")
    sender, lock = Scripted(), threading.Lock()
    busy: set[str | None] = set()

    def alone(row: OutboxRow) -> None:
        with lock:
            assert row.order_key not in busy
            busy.add(row.order_key)

    class Leaving(Scripted):
        def deliver(self, row: OutboxRow, confirm_send: Callable[[], bool]) -> Delivery:
            delivery = sender.deliver(row, confirm_send)
            with lock:
                busy.remove(row.order_key)
            return delivery

    sender.before = alone
    instances = [dispatcher(each, clock, Leaving(), name) for each, name in ((store, "one"), (other_store, "other"))]

    def send(instance: Dispatcher) -> None:
        while len(sender.sent) < 24:
            instance.run_once()

    with ThreadPoolExecutor(2) as pool:
        for each in [pool.submit(send, instance) for instance in instances]:
            each.result(PATIENCE_S)
    other_store.close()
    assert len(sender.sent) == 24
    for key in range(3):
        numbers = [int(sent) for sent in sender.sent if int(sent) % 3 == key]
        assert numbers == sorted(numbers)


def test_retries_follow_the_schedule_and_retry_after_of_the_receiver(store: Store, clock: FakeClock) -> None:
    again = Delivery(Outcome.RETRY, "503 Service Unavailable")
    sender = Scripted(*[again] * 3, Delivery(Outcome.RETRY, "429", retry_after_ms=3 * HOUR_MS), *[again] * 20)
    one = dispatcher(store, clock, sender, "one")
    outbox_id = add(store, clock, "event")
    waits_s, begun_ms = [], clock.now_ms()
    one.run_once()
    while (row := row_of(store, outbox_id)).state is OutboxState.QUEUED:
        waits_s.append((row.next_attempt_at - clock.now_ms()) // 1000)
        clock.advance(seconds=waits_s[-1] - 1)
        one.run_once()
        assert row_of(store, outbox_id).attempts == row.attempts
        clock.advance(seconds=1)
        one.run_once()
    assert waits_s[:4] == [5, 300, 1800, 3 * 3600]
    assert (row.state, row.attempts) == (OutboxState.PARKED, 10)
    assert 70 < (clock.now_ms() - begun_ms) / HOUR_MS < 75
    assert row.answer == "503 Service Unavailable"
    assert row.finished_at == clock.now_ms()
    # What waits behind it has been waiting as long, and is not tried for another three days.
    assert FOR_THREE_DAYS.next_attempt_at(row._replace(attempts=4), clock.now_ms(), 0, 0.5) is None
    assert FOR_THREE_DAYS.next_attempt_at(row._replace(attempts=3), clock.now_ms(), 0, 0.5) is not None
    far = FOR_THREE_DAYS.next_attempt_at(row._replace(attempts=1), 0, 10**15, 0.0)
    assert far == MAX_RETRY_AFTER_MS


@pytest.mark.parametrize("hours", [-30 * 24, -1, 1, 30 * 24, 10 * 365 * 24])
def test_a_clock_jump_neither_repeats_nor_delays_outbox_rows(
    store: Store, clock: FakeClock, environ: dict[str, str], hours: float
) -> None:
    other_store = open_store(environ, clock)
    sender, other_sender = Scripted(), Scripted()
    one, other = (
        dispatcher(each, clock, its, name)
        for each, its, name in ((store, sender, "one"), (other_store, other_sender, "other"))
    )
    other.run_once()
    def jump(_row: OutboxRow) -> None:
        sender.before = lambda _row: None
        clock.jump(hours=hours)
        for _ in range(3):
            # The other instance sees a claim that ran out, or never will; it is alive.
            other.run_once()
            clock.advance(seconds=CLAIM_S / 2)
            one.renew_and_release_claims()

    for channel in (Channel.ENDPOINT, Channel.MAIL):
        sender.before = jump
        outbox_id = add(store, clock, channel.value, channel)
        one.run_once()
        assert (sender.sent.pop(), other_sender.sent) == (channel.value, [])
        assert row_of(store, outbox_id).state is OutboxState.DELIVERED
    # What was queued, failed, put off or held when the clock was ahead does not wait for that time to come.
    paused = Delivery(Outcome.DEFERRED, "e-mail is paused", 1_000, pauses_receiver=True)
    sender.deliveries = [paused, Delivery(Outcome.RETRY, "500")]
    before = [add(store, clock, f"{number}", Channel.MAIL, receiver="server", not_before_ms=0) for number in (1, 2)]
    clock.jump(hours=abs(hours))
    late = [add(store, clock, "failed"), add(store, clock, "added", order_key="failed")]
    one.run_once()
    clock.jump(hours=-abs(hours))
    one.run_once()
    clock.advance(seconds=6)
    one.run_once()
    assert {row_of(store, each).state for each in late} == {OutboxState.DELIVERED}
    if abs(hours) < 24:
        # Within a day it may be somebody's wish.
        clock.advance(hours=abs(hours))
        one.run_once()
    assert {row_of(store, each).state for each in before} == {OutboxState.DELIVERED}
    other_store.close()


def test_outbox_rows_can_be_erased_or_canceled_until_they_are_sent(store: Store, clock: FakeClock) -> None:
    sender = Scripted()
    one = dispatcher(store, clock, sender, "one")
    first = add(store, clock, "canceled in time", Channel.MAIL, session_id=SESSION)
    second = add(store, clock, "erased in time", session_id=SESSION)
    stays = add(store, clock, "of nobody")

    def at_the_last_moment(row: OutboxRow) -> None:
        with store.write() as tx:
            if row.outbox_id == first:
                assert tx.outbox.cancel_of_session(SESSION, [Channel.MAIL], clock.now_ms()) == 1
            elif row.outbox_id == second:
                tx.outbox.erase_of_session(SESSION, clock.now_ms())

    sender.before = at_the_last_moment
    one.run_once()
    assert sender.sent == ["of nobody"]
    assert [row_of(store, each).state for each in (first, second)] == [OutboxState.CANCELED] * 2
    assert row_of(store, second).content == row_of(store, first).content == {}
    assert row_of(store, stays).content == {"key": "of nobody"}
    with store.write() as tx:
        assert not tx.outbox.send_again(first, clock.now_ms())
        assert tx.outbox.of_session(SESSION)[0].answer is None
        # An erased row that was delivered says nothing any more, and nobody sends it again.
        tx.outbox.add(outbox_row(Channel.ENDPOINT, "done", {"a": 1}, clock.now_ms(), session_id=SESSION))
    sender.before = lambda _row: None
    one.run_once()
    with store.write() as tx:
        tx.outbox.erase_of_session(SESSION, clock.now_ms())
        assert not tx.outbox.send_again(tx.outbox.of_session(SESSION)[-1].outbox_id, clock.now_ms())


@pytest.mark.parametrize("channel", [Channel.ENDPOINT, Channel.MAIL])
def test_outbox_rows_of_an_erased_person_are_not_retried(
    store: Store, clock: FakeClock, channel: Channel
) -> None:
    class Erasing(Scripted):
        """The person is erased while it leaves."""

        def deliver(self, row: OutboxRow, confirm_send: Callable[[], bool]) -> Delivery:
            delivery = super().deliver(row, confirm_send)
            with store.write() as tx:
                tx.outbox.erase_of_session(SESSION, clock.now_ms())
            return delivery

    endings = [Delivery(Outcome.RETRY, "500 Jane"), Delivery(Outcome.DEFERRED, "Jane"), Delivery(Outcome.PARK, "Jane")]
    for number, ending in enumerate(endings):
        outbox_id = add(store, clock, f"{number}", channel, session_id=SESSION, order_key="session")
        erased = add(store, clock, f"erased {number}", channel, order_key="session")
        dispatcher(store, clock, sender := Erasing(ending), "one").run_once()
        row = row_of(store, outbox_id)
        state = OutboxState.PARKED if ending.outcome is Outcome.PARK else OutboxState.CANCELED
        assert (row.state, row.answer, row.content) == (state, None, {})
        assert (sender.sent, row_of(store, erased).state) == ([f"{number}", f"erased {number}"], OutboxState.DELIVERED)
    # The same where the process died.
    outbox_id = add(store, clock, "died", channel, session_id=SESSION)
    with store.write() as tx:
        assert tx.outbox.claim(channel, "dead", now_ms=clock.now_ms(), until_ms=clock.now_ms())
        assert tx.outbox.confirm_send(outbox_id, "dead")
        tx.outbox.erase_of_session(SESSION, clock.now_ms())
    other = dispatcher(store, clock, late := Scripted(), "other")
    for _ in range(2):
        other.run_once()
        clock.advance(seconds=CLAIM_S + 1)
    ended = OutboxState.UNCERTAIN if channel is Channel.MAIL else OutboxState.CANCELED
    assert (late.sent, row_of(store, outbox_id).state) == ([], ended)


def test_an_outbox_row_is_added_once_in_the_transaction_of_its_cause(store: Store, clock: FakeClock) -> None:
    row = outbox_row(Channel.MAIL, "reminder:iv_1:2", {}, clock.now_ms())

    def add_and_fail() -> None:
        with store.write() as tx:
            assert tx.outbox.add(row)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        add_and_fail()
    assert not store.outbox_changed.is_set()
    with store.write() as tx:
        assert [tx.outbox.add(row), tx.outbox.add(row)] == [True, False]
        assert tx.outbox.cancel(row.outbox_id, clock.now_ms())
    assert store.outbox_changed.is_set()
    with store.write() as tx:
        assert not tx.outbox.add(row)
        assert not tx.outbox.cancel(row.outbox_id, clock.now_ms())
        assert tx.outbox.count() == {("mail", "canceled"): 1}


def test_a_receiver_that_is_down_or_slow_does_not_delay_others(store: Store, clock: FakeClock) -> None:
    let_go = threading.Event()
    sender = Scripted()

    class Slow(Scripted):
        def deliver(self, row: OutboxRow, confirm_send: Callable[[], bool]) -> Delivery:
            if row.receiver == "down":
                return Delivery(Outcome.RETRY, "it refuses connections", pauses_receiver=True)
            if row.receiver == "slow":
                assert let_go.wait(PATIENCE_S)
            return sender.deliver(row, confirm_send)

    channels = {Channel.ENDPOINT: OutboxChannel(Slow(), workers=3), Channel.MAIL: OutboxChannel(sender)}
    one = Dispatcher(store, clock, channels, "one", lambda: 0.0)
    ids = [add(store, clock, f"down {number}", receiver="down") for number in range(4)]
    add(store, clock, "slow 1", receiver="slow")
    add(store, clock, "slow 2", receiver="slow")
    add(store, clock, "fine", receiver="fine")
    add(store, clock, "message", Channel.MAIL)
    one.start()
    eventually(lambda: {"fine", "message"} <= set(sender.sent))
    let_go.set()
    eventually(lambda: {"slow 1", "slow 2"} <= set(sender.sent))
    eventually(lambda: row_of(store, ids[0]).state is OutboxState.QUEUED and row_of(store, ids[0]).attempts)
    # One attempt told that nothing gets there; the others wait without one.
    waiting = [row_of(store, each) for each in ids]
    assert sum(row.attempts for row in waiting) == 1
    assert len({row.next_attempt_at for row in waiting}) == 1
    one.stop()


def test_stopping_the_dispatcher_releases_rows_not_sent_yet(store: Store, clock: FakeClock) -> None:
    begun, go_on, earlier = threading.Event(), threading.Event(), set(threading.enumerate())
    sender = Scripted()

    def wait(_row: OutboxRow) -> None:
        begun.set()
        go_on.wait(PATIENCE_S)

    sender.before = wait
    one = dispatcher(store, clock, sender, "one")
    one.start()
    outbox_id = add(store, clock, "event")
    assert begun.wait(PATIENCE_S)
    one.stop()
    assert (row_of(store, outbox_id).state, row_of(store, outbox_id).attempts) == (OutboxState.QUEUED, 0)
    dispatcher(store, clock, other := Scripted(), "other").run_once()
    go_on.set()
    eventually(lambda: not any(thread.name.startswith("outbox") for thread in {*threading.enumerate()} - earlier))
    assert (other.sent, sender.sent) == (["event"], [])


def test_the_outcome_of_a_delivery_is_recorded_after_a_database_failure(
    store: Store, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender = Scripted()
    one = dispatcher(store, clock, sender, "one")
    write, refused = store.write, iter([Problem("STORE_UNAVAILABLE", "away")] * 2)
    outbox_id = add(store, clock, "message", Channel.MAIL)

    def write_or_not() -> Any:
        if sender.sent and (problem := next(refused, None)):
            raise problem
        return write()

    monkeypatch.setattr(store, "write", write_or_not)
    monkeypatch.setattr("tener_interview.domain.outbox.dispatcher._RECORD_PAUSES_S", (0.001, 0.001, 0.0))
    one.run_once()
    assert row_of(store, outbox_id).state is OutboxState.DELIVERED


def test_deferred_rows_wait_and_old_rows_are_deleted(store: Store, clock: FakeClock) -> None:
    sender = Scripted(Delivery(Outcome.DEFERRED, retry_after_ms=HOUR_MS))
    one = dispatcher(store, clock, sender, "one")
    planned = add(store, clock, "tomorrow", Channel.MAIL, not_before_ms=clock.now_ms() + 24 * HOUR_MS)
    paused, event = add(store, clock, "paused", Channel.MAIL), add(store, clock, "event")
    one.run_once()
    assert sender.sent == ["paused", "event"]
    assert (row_of(store, paused).state, row_of(store, paused).attempts) == (OutboxState.QUEUED, 0)
    clock.advance(hours=2)
    one.run_once()
    assert row_of(store, planned).state is OutboxState.QUEUED
    clock.advance(hours=23)
    one.run_once()
    assert sender.sent == ["paused", "event", "paused", "tomorrow"]
    clock.advance(hours=31 * 24)
    one.run_once()
    with store.read() as tx:
        assert tx.outbox.get(event) is None
        assert tx.outbox.count() == {("mail", "delivered"): 2}


def test_a_restored_backup_sends_no_message_again(store: Store, clock: FakeClock) -> None:
    message, event = add(store, clock, "message", Channel.MAIL), add(store, clock, "event")
    with store.write() as tx:
        tx.outbox.hold_after_restore(clock.now_ms())
    dispatcher(store, clock, sender := Scripted(), "one").run_once()
    assert sender.sent == ["event"]
    assert (row_of(store, message).state, row_of(store, event).state) == (OutboxState.UNCERTAIN, OutboxState.DELIVERED)


def test_claims_on_outbox_rows_are_renewed_before_they_expire() -> None:
    assert 3 * RENEW_CLAIMS_EVERY_S < CLAIM_S
