"""HireflixProvider: the Provider protocol in terms of Hireflix's GraphQL API."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ...errors import Problem
from ...outbound import request as outbound
from ...system.clock import Clock
from ..protocol import AlreadyInvited, Interview, Invitee, Position, PositionDraft
from . import documents, faults, mapping
from .client import BATCH, READ, WRITE, GraphQLClient, GraphQLResponse, RequestPolicy
from .faults import FailureKind, Fault

BATCH_SIZE = 25
#: A list that goes on for longer than this is not read to its end: 2,000 interviews.
MAX_PAGES = 40
#: After so many failures in a row the rest of a batch is not tried any more.
MAX_FAILURES_IN_A_ROW = 8

#: Refusals of a whole batch that one of its interviews may be to blame for.
_SPLIT_AFTER = frozenset({FailureKind.SERVER_ERROR, FailureKind.INVALID_QUERY, FailureKind.REFUSED})


class HireflixProvider:
    """Interviews at Hireflix (https://api.hireflix.com/me). Safe to use from many threads.

    `random` gives numbers from 0 to 1 for the jitter of pauses, `public_app_base` is where candidates answer,
    `timeout_s` is for one request, and at most `concurrency` requests are in flight at any time.
    """

    name = "hireflix"
    batch_size = BATCH_SIZE

    def __init__(
        self,
        *,
        send: outbound.Send,
        clock: Clock,
        random: Callable[[], float],
        base_url: str,
        api_key: str,
        default_position_id: str,
        public_app_base: str,
        timeout_s: float,
        concurrency: int,
    ) -> None:
        self.default_position_id = default_position_id
        self.concurrency = concurrency
        self._public_app_base = public_app_base
        self.client = GraphQLClient(
            send=send,
            clock=clock,
            random=random,
            base_url=base_url,
            api_key=api_key,
            timeout_s=timeout_s,
            concurrency=concurrency,
        )

    def invite(self, invitee: Invitee) -> Interview:
        """Create the interview, without any message to the candidate. Raises AlreadyInvited or Problem."""
        try:
            reply = self.client.execute(documents.INVITE, {"input": mapping.invitation_input(invitee)}, WRITE)
            member = _root(reply, "inviteCandidateToInterview", writing=True)
        except Fault as fault:
            if any(map(faults.says_already_invited, fault.errors)):
                raise AlreadyInvited from None
            raise
        return mapping.invited(member, invitee, self._public_app_base)

    def find(self, position_id: str, *, email: str, external_id: str) -> Interview | None:
        """The interview in this position with this external id, else with this e-mail, else None. Raises Problem.

        Their filter compares e-mails exactly and there is none for external ids, so that a list without filter is
        gone through where the filter finds nothing.
        """
        rows, _ = self._page(documents.FIND_BY_EMAIL, {"position": position_id, "email": email})
        row = _match(rows, email, external_id) or self._search(position_id, email, external_id)
        return None if row is None else mapping.interview(row, self._public_app_base)

    def _search(self, position_id: str, email: str, external_id: str) -> Mapping[str, Any] | None:
        """Go through the whole list, newest first. A cursor always comes back: only an empty page is the end."""
        variables = {"position": position_id}
        seen = set()
        for _ in range(MAX_PAGES):
            rows, cursor = self._page(documents.PAGE, variables)
            row = _match(rows, email, external_id)
            if row or not rows or cursor is None or cursor in seen:
                return row
            seen.add(cursor)
            variables["cursor"] = cursor
        return None

    def _page(self, document: str, variables: Mapping[str, str]) -> tuple[list[Any], str | None]:
        """One page of a position's interviews and the cursor to the next; nothing where the position is not known."""
        reply = self.client.execute(document, variables, READ)
        if reply.data.get("position", ...) is None and not reply.errors:
            return [], None
        position = mapping.record(_root(reply, "position"), "the position")
        if position.get("interviewList") is None and reply.errors:
            raise faults.from_errors(reply.errors)
        page = mapping.record(position.get("interviewList"), "the interview list")
        rows = mapping.listed(page.get("results"), "the interview list's results", lambda row: row)
        return rows, mapping.text(page.get("lastCursor"))

    def read(
        self, invitation_ids: Sequence[str], *, force: bool = False  # noqa: ARG002 - a pretend provider's parameter
    ) -> Mapping[str, Interview | None | Problem]:
        """Read many interviews in one request, and in smaller ones where Hireflix refuses the whole. Never raises."""
        wanted = list(dict.fromkeys(invitation_ids))
        found: dict[str, Interview | None | Problem] = {}
        waiting = [wanted[start : start + BATCH_SIZE] for start in range(0, len(wanted), BATCH_SIZE)][::-1]
        purpose = READ if len(wanted) == 1 else BATCH
        failures = 0
        while waiting:
            ids = waiting.pop()
            try:
                found.update(self._read_once(ids, purpose))
                failures = 0
            except Fault as fault:
                failures += 1
                if failures >= MAX_FAILURES_IN_A_ROW:
                    untold = [invitation_id for invitation_id in wanted if invitation_id not in found]
                    found.update(dict.fromkeys(untold, fault))
                    break
                if len(ids) > 1 and fault.kind in _SPLIT_AFTER:
                    half = len(ids) // 2
                    waiting += [ids[half:], ids[:half]]
                else:
                    found.update(dict.fromkeys(ids, fault))
        return found

    def _read_once(self, ids: Sequence[str], purpose: RequestPolicy) -> dict[str, Interview | None | Problem]:
        variables = {f"i{n}": invitation_id for n, invitation_id in enumerate(ids)}
        reply = self.client.execute(documents.read(len(ids)), variables, purpose)
        return {wanted: self._interview(reply, alias, wanted) for alias, wanted in variables.items()}

    def _interview(self, reply: GraphQLResponse, alias: str, invitation_id: str) -> Interview | None | Problem:
        if reply.data.get(alias) is None:
            errors = reply.errors_at(alias)
            if errors:
                return faults.from_errors(errors)
            return None if alias in reply.data else faults.malformed("an interview is left out")
        try:
            found = mapping.interview_with_answers(reply.data[alias], self._public_app_base)
        except Problem as problem:
            return problem
        if found.invitation_id.casefold() != invitation_id.casefold():
            return faults.malformed("an interview that was not asked for")
        return found

    def available(self) -> bool:
        return not self.client.breaker.is_open

    def positions(self) -> list[Position]:
        """All positions, archived ones included. Raises Problem."""
        reply = self.client.execute(documents.POSITIONS, {}, READ)
        return mapping.listed(_root(reply, "positions"), "positions", mapping.position)

    def position(self, position_id: str, *, timed: bool = False) -> Position | None:
        """One position with its questions, None where there is none. Raises Problem.

        The times of answers are left out where their schema does not know them.
        """
        document = documents.TIMED_POSITION if timed else documents.POSITION
        try:
            reply = self.client.execute(document, {"position": position_id}, READ)
        except Fault as fault:
            if not timed or fault.kind is not FailureKind.INVALID_QUERY:
                raise
            return self.position(position_id)
        if reply.data.get("position", ...) is None and not reply.errors:
            return None
        return mapping.position_with_questions(_root(reply, "position"))

    def create_position(self, draft: PositionDraft) -> Position:
        """Create a position. Raises Problem.

        The newer operation is tried first; the older one only where their schema does not know the newer.
        """
        wanted = mapping.position_input(draft)
        try:
            reply = self.client.execute(documents.CREATE_POSITION, {"input": wanted}, WRITE)
            return mapping.position(_root(reply, "createPosition", writing=True))
        except Fault as fault:
            if fault.kind is not FailureKind.INVALID_QUERY:
                raise
        reply = self.client.execute(documents.SAVE_POSITION, {"position": wanted}, WRITE)
        saved = mapping.record(_root(reply, "Position", writing=True), "the saved position").get("save")
        if saved is None and reply.errors:
            raise faults.from_errors(reply.errors, writing=True)
        return mapping.position(saved)


def _root(reply: GraphQLResponse, key: str, *, writing: bool = False) -> Any:
    """What a root field holds. Raises Fault where it holds nothing, for the reason that stands beside it."""
    value = reply.data.get(key)
    if value is not None:
        return value
    if reply.errors:
        raise faults.from_errors(reply.errors, writing=writing)
    raise faults.malformed(f"{key} is missing")


def _match(rows: Sequence[Any], email: str, external_id: str) -> Mapping[str, Any] | None:
    """The row with this external id, else with this e-mail. A row of the wrong shape is nobody's."""
    known = [row for row in rows if isinstance(row, dict)]
    by_id = next((row for row in known if row.get("externalId") == external_id), None)
    return by_id or next((row for row in known if mapping.row_email(row).casefold() == email.strip().casefold()), None)
