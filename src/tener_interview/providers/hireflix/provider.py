"""HireflixProvider: the Provider protocol on Hireflix's GraphQL API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ...errors import Problem
from ...system.parallel import chunks
from ..protocol import (
    AlreadyInvited,
    Interview,
    InterviewEvaluation,
    Invitee,
    Placement,
    Position,
    PositionDraft,
    Webhook,
)
from . import faults, mapping, queries
from .client import BATCH, READ, WRITE, GraphQLClient, GraphQLResponse, RequestPolicy
from .faults import FailureKind, Fault
from .webhook_schema import WebhookSchema

BATCH_SIZE = 25
#: A search stops after this many pages: 2,000 interviews.
MAX_PAGES = 40
#: After this many failures in a row the rest of a batch is not tried.
MAX_FAILURES_IN_A_ROW = 8

#: Failures of a batch that a single interview in it may have caused.
_SPLIT_AFTER = frozenset({FailureKind.SERVER_ERROR, FailureKind.INVALID_QUERY, FailureKind.REFUSED})


class HireflixProvider:
    """Interviews at Hireflix (https://api.hireflix.com/me). Safe to use from many threads.

    `public_app_base` is the base URL of candidates' pages.
    """

    name = "hireflix"
    batch_size = BATCH_SIZE

    def __init__(self, client: GraphQLClient, *, default_position_id: str, public_app_base: str) -> None:
        self.client = client
        self.default_position_id = default_position_id
        self.concurrency = client.concurrency
        self._public_app_base = public_app_base

    def invite(self, invitee: Invitee) -> Interview:
        """Create the interview without sending anything to the candidate. Raises AlreadyInvited or Problem."""
        try:
            response = self.client.execute(queries.INVITE, {"input": mapping.invitation_input(invitee)}, WRITE)
            member = _root(response, "inviteCandidateToInterview", writing=True)
        except Fault as fault:
            if any(map(faults.says_already_invited, fault.errors)):
                raise AlreadyInvited from None
            raise
        return mapping.parse_invitation(member, invitee, self._public_app_base)

    def find(self, position_id: str, *, email: str, external_id: str) -> Interview | None:
        """The interview in this position with this external id, else with this e-mail, else None. Raises Problem.

        Hireflix's filter compares e-mails exactly and cannot filter by external id, so the whole list is searched when
        the filter finds nothing.
        """
        rows, _ = self._page(queries.FIND_BY_EMAIL, {"position": position_id, "email": email})
        row = _match(rows, email, external_id) or self._search(position_id, email, external_id)
        return None if row is None else mapping.parse_interview(row, self._public_app_base)

    def _search(self, position_id: str, email: str, external_id: str) -> Mapping[str, Any] | None:
        """Search the whole list, newest first. There is always a cursor: only an empty page is the end."""
        variables = {"position": position_id}
        seen_cursors = set()
        for _ in range(MAX_PAGES):
            rows, cursor = self._page(queries.INTERVIEWS_PAGE, variables)
            row = _match(rows, email, external_id)
            if row or not rows or cursor is None or cursor in seen_cursors:
                return row
            seen_cursors.add(cursor)
            variables["cursor"] = cursor
        return None

    def _page(self, query: str, variables: Mapping[str, str]) -> tuple[list[Any], str | None]:
        """One page of a position's interviews and the next cursor; empty for an unknown position."""
        response = self.client.execute(query, variables, READ)
        if response.data.get("position", ...) is None and not response.errors:
            return [], None
        position = mapping.require_object(_root(response, "position"), "the position")
        if position.get("interviewList") is None and response.errors:
            raise faults.from_errors(response.errors)
        page = mapping.require_object(position.get("interviewList"), "the interview list")
        rows = mapping.require_list(page.get("results"), "the interview list's results", lambda row: row)
        return rows, mapping.parse_text(page.get("lastCursor"))

    def read(
        self, invitation_ids: Sequence[str], *, answer_at_once: bool = False  # noqa: ARG002 - only the demo provider uses it
    ) -> Mapping[str, Interview | None | Problem]:
        """Read many interviews in one request, or in smaller ones where Hireflix refuses the whole. Never raises."""
        all_ids = list(dict.fromkeys(invitation_ids))
        results: dict[str, Interview | None | Problem] = {}
        batches = chunks(all_ids, BATCH_SIZE)[::-1]
        policy = READ if len(all_ids) == 1 else BATCH
        failures = 0
        while batches:
            batch = batches.pop()
            try:
                results.update(self._read_once(batch, policy))
                failures = 0
            except Fault as fault:
                failures += 1
                if failures >= MAX_FAILURES_IN_A_ROW:
                    unread_ids = [invitation_id for invitation_id in all_ids if invitation_id not in results]
                    results.update(dict.fromkeys(unread_ids, fault))
                    break
                if len(batch) > 1 and fault.kind in _SPLIT_AFTER:
                    half = len(batch) // 2
                    batches += [batch[half:], batch[:half]]
                else:
                    results.update(dict.fromkeys(batch, fault))
        return results

    def _read_once(self, ids: Sequence[str], policy: RequestPolicy) -> dict[str, Interview | None | Problem]:
        variables = {f"i{n}": invitation_id for n, invitation_id in enumerate(ids)}
        response = self.client.execute(queries.read_interviews(len(ids)), variables, policy)
        return {
            invitation_id: self._interview(response, alias, invitation_id) for alias, invitation_id in variables.items()
        }

    def _interview(self, response: GraphQLResponse, alias: str, invitation_id: str) -> Interview | None | Problem:
        if response.data.get(alias) is None:
            errors = response.errors_at(alias)
            if errors:
                return faults.from_errors(errors)
            return None if alias in response.data else faults.malformed("an interview is left out")
        try:
            interview = mapping.parse_interview_with_answers(response.data[alias], self._public_app_base)
        except Problem as problem:
            return problem
        if interview.invitation_id.casefold() != invitation_id.casefold():
            return faults.malformed("an interview that was not asked for")
        return interview

    def available(self) -> bool:
        return not self.client.breaker.is_open

    def positions(self) -> list[Position]:
        """All positions, archived ones included. Raises Problem."""
        response = self.client.execute(queries.POSITIONS, {}, READ)
        return mapping.require_list(_root(response, "positions"), "positions", mapping.parse_position)

    def position(self, position_id: str, *, timed: bool = False) -> Position | None:
        """One position with its questions, None if there is none. Raises Problem. Without time limits where their
        schema lacks them."""
        query = queries.POSITION_WITH_TIME_LIMITS if timed else queries.POSITION
        try:
            response = self.client.execute(query, {"position": position_id}, READ)
        except Fault as fault:
            if not timed or fault.kind is not FailureKind.INVALID_QUERY:
                raise
            return self.position(position_id)
        if response.data.get("position", ...) is None and not response.errors:
            return None
        return mapping.parse_position_with_questions(_root(response, "position"))

    def create_position(self, draft: PositionDraft) -> Position:
        """Create a position. Raises Problem. Tries the newer operation first, then the older one if their schema lacks
        it, and then both without thinking times, which only one description of their schema has."""
        forms = dict.fromkeys((draft, _without_thinking_times(draft)))
        ways = [(form, create) for form in forms for create in (self._create_position, self._save_position)]
        for form, create in ways[:-1]:
            try:
                return create(form)
            except Fault as fault:
                if fault.kind is not FailureKind.INVALID_QUERY:
                    raise
        form, create = ways[-1]
        return create(form)

    def _create_position(self, draft: PositionDraft) -> Position:
        response = self.client.execute(queries.CREATE_POSITION, {"input": mapping.position_input(draft)}, WRITE)
        return mapping.parse_position(_root(response, "createPosition", writing=True))

    def _save_position(self, draft: PositionDraft) -> Position:
        response = self.client.execute(queries.SAVE_POSITION, {"position": mapping.position_input(draft)}, WRITE)
        saved = mapping.require_object(_root(response, "Position", writing=True), "the saved position").get("save")
        if saved is None and response.errors:
            raise faults.from_errors(response.errors, writing=True)
        return mapping.parse_position(saved)

    def evaluation(self, invitation_id: str) -> InterviewEvaluation | None:
        """What people have made of an interview; None if there is none. Raises Problem."""
        response = self.client.execute(queries.EVALUATION, {"interview": invitation_id}, READ)
        if response.data.get("interview", ...) is None and not response.errors:
            return None
        return mapping.parse_evaluation(_root(response, "interview"))

    def set_placement(self, invitation_id: str, before: Placement | None, after: Placement) -> None:
        """Move an interview: first out of the place it is in, then into the other. Raises Problem."""
        for query, name, placement in _MOVES:
            if placement is not after and before in (placement, None):
                self._change_interview(query, name, invitation_id, on=False)
        for query, name, placement in _MOVES:
            if placement is after:
                self._change_interview(query, name, invitation_id, on=True)

    def rate(self, invitation_id: str, score: float | None) -> None:
        """Set or remove the score that the key's user gives. Raises Problem."""
        self._change_interview(queries.RATE, "score", invitation_id, score=score)

    def comment(self, invitation_id: str, text: str) -> None:
        """Add a comment of the key's user. Raises Problem."""
        self._change_interview(queries.COMMENT, "comment", invitation_id, comment=text)

    def _change_interview(self, query: str, name: str, invitation_id: str, **values: Any) -> None:
        response = self.client.execute(query, {"interview": invitation_id, **values}, WRITE)
        changed = mapping.require_object(_root(response, "Interview", writing=True), "the changed interview")
        if changed.get(name) is None:
            raise faults.from_errors(response.errors, writing=True)

    def webhooks(self) -> list[Webhook] | None:
        """All webhooks of the account; None if the schema offers no list that we understand. Raises Problem."""
        schema = self._webhook_schema()
        listing = schema.listing() if schema else None
        if listing is None:
            return None
        return listing.read(self.client.execute(listing.query, {}, READ).data)

    def create_webhook(self, url: str, events: Sequence[str]) -> bool:
        """Create a webhook; False if the schema offers no way that we understand. Raises Problem."""
        schema = self._webhook_schema()
        creation = schema.creation(url, events) if schema else None
        if creation is None:
            return False
        response = self.client.execute(creation.query, creation.variables, WRITE)
        if not creation.succeeded(response.data):
            raise faults.from_errors(response.errors, writing=True)
        return True

    def _webhook_schema(self) -> WebhookSchema | None:
        """What the schema says about webhooks; None where it does not describe itself."""
        try:
            response = self.client.execute(queries.SCHEMA, {}, READ)
        except Fault as fault:
            if fault.kind not in (FailureKind.INVALID_QUERY, FailureKind.REFUSED):
                raise
            return None
        return WebhookSchema(response.data.get("__schema"))


#: The operations that put an interview into a place and take it out.
_MOVES = (
    (queries.DISCARD, "archive", Placement.DISCARDED),
    (queries.SHORTLIST, "finalist", Placement.SHORTLISTED),
)


def _without_thinking_times(draft: PositionDraft) -> PositionDraft:
    return replace(draft, questions=tuple(replace(question, thinking_time_s=None) for question in draft.questions))


def _root(response: GraphQLResponse, key: str, *, writing: bool = False) -> Any:
    """The value of a root field. Raises Fault, with the reason from `errors`, when it is null."""
    value = response.data.get(key)
    if value is not None:
        return value
    if response.errors:
        raise faults.from_errors(response.errors, writing=writing)
    raise faults.malformed(f"{key} is missing")


def _match(rows: Sequence[Any], email: str, external_id: str) -> Mapping[str, Any] | None:
    """The row with this external id, else with this e-mail. Rows of the wrong shape are ignored."""
    valid_rows = [row for row in rows if isinstance(row, dict)]
    by_id = next((row for row in valid_rows if row.get("externalId") == external_id), None)
    return by_id or next(
        (row for row in valid_rows if mapping.parse_email(row).casefold() == email.strip().casefold()), None
    )
