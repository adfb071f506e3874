"""A job's leaderboard: every candidate's place, how far the total can be trusted, and whom it cannot be told from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..scoring import formula
from ..scoring.uncertainty import bounds, told_apart
from ..store.database import Transaction
from ..store.listed import Ranked
from ..store.rankings import Filters

#: What a total may come to, best first.
RECOMMENDATIONS = formula.RECOMMENDATIONS


@dataclass(frozen=True)
class Wish:
    """Which part of a leaderboard is wanted; without `sort` in the order of the ranking, or last first."""

    limit: int
    offset: int = 0
    filters: Filters = Filters()
    sort: str | None = None
    descending: bool = False

    @property
    def plain(self) -> bool:
        """Whether this is a stretch of the ranking itself."""
        return self.filters == Filters() and self.sort is None and not self.descending


@dataclass(frozen=True)
class Place:
    """A session on its job's leaderboard.

    `rank` is that of the whole ranking, whatever part of it is looked at. `tied_with_previous`: the total cannot be
    told from that of the rank before it.
    """

    rank: int
    session: Ranked
    bounds: tuple[float, float] | None
    tied_with_previous: bool


def places(tx: Transaction, job_id: int, wish: Wish) -> list[Place]:
    """The part of the leaderboard that is wished for."""
    if wish.plain:
        # The one before the first says whether the two can be told apart.
        before = min(1, wish.offset)
        rows = tx.rankings.top(job_id, limit=wish.limit + before, offset=wish.offset - before)
        return among_themselves(rows, first_rank=wish.offset - before + 1)[before:]
    chosen = tx.rankings.chosen(
        job_id, wish.filters, sort=wish.sort, descending=wish.descending, limit=wish.limit, offset=wish.offset
    )
    return in_their_places(tx, job_id, chosen)


def among_themselves(sessions: Sequence[Ranked], first_rank: int = 1) -> list[Place]:
    """These sessions, best first, as a ranking of their own or as a stretch of one."""
    return [
        _place(first_rank + at, each, sessions[at - 1] if at else None) for at, each in enumerate(sessions)
    ]


def in_their_places(tx: Transaction, job_id: int, sessions: Sequence[Ranked]) -> list[Place]:
    """These sessions, in the order given, each with its place in the whole ranking; what is not in it comes after."""
    order = tx.rankings.order(job_id)
    unlisted = dict.fromkeys((each.candidate_id for each in sessions), len(order) + 1)
    ranks = unlisted | {candidate_id: rank for rank, candidate_id in enumerate(order, start=1)}
    lower = [each.candidate_id for each in sessions if ranks[each.candidate_id] > 1]
    before = {candidate_id: order[ranks[candidate_id] - 2] for candidate_id in lower}
    previous = {each.candidate_id: each for each in tx.rankings.of_candidates(job_id, set(before.values()))}
    return [
        _place(ranks[each.candidate_id], each, previous.get(before.get(each.candidate_id, 0))) for each in sessions
    ]


def stored_bounds(content: Mapping[str, Any]) -> tuple[float, float] | None:
    """The lowest and the highest that the total of a stored result may be."""
    return bounds(content["total_score"], content["score_confidence"], content["coverage"]["scored_questions"])


def _place(rank: int, session: Ranked, previous: Ranked | None) -> Place:
    own, other = _bounds(session), _bounds(previous) if previous else None
    tied = own is not None and other is not None and not told_apart(own, other)
    return Place(rank, session, own, tied)


def _bounds(session: Ranked) -> tuple[float, float] | None:
    return bounds(session.total_score, session.score_confidence, session.scored_questions)
