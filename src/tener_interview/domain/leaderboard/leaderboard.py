"""A job's leaderboard: each candidate's rank, the range of the total, and the rank it is indistinguishable from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from ...criteria import formula
from ...scorecards.uncertainty import bounds, distinguishable
from ...store.records import LeaderboardFilters, LeaderboardRow
from ...store.sqlite.database import Transaction
from ..results import Result

#: What a total may come to, best first.
RECOMMENDATIONS = formula.RECOMMENDATIONS


@dataclass(frozen=True)
class RankingQuery:
    """Which part of a leaderboard to return. Without `sort`, the order is that of the ranking, or its reverse."""

    limit: int
    offset: int = 0
    filters: LeaderboardFilters = LeaderboardFilters()
    sort: str | None = None
    descending: bool = False

    @property
    def plain(self) -> bool:
        """Whether this is a stretch of the ranking itself."""
        return self.filters == LeaderboardFilters() and self.sort is None and not self.descending


@dataclass(frozen=True)
class Rank:
    """A rank, from 1. Equal totals share a rank, and the ranks after it are skipped: 1, 2, 2, 4."""

    number: int
    shared: bool
    #: The last of the candidates on the rank before; None on the first.
    before: int | None


@dataclass(frozen=True)
class RankedSession:
    """A session on its job's leaderboard.

    `rank` is the rank in the whole job, whatever part is selected; None without a total. `tied_with_rank` is the
    previous rank, if the two totals are indistinguishable.
    """

    rank: int | None
    rank_shared: bool
    session: LeaderboardRow
    bounds: tuple[float, float] | None
    tied_with_rank: int | None


#: A candidate, where they stand (`session_columns.STANDING`), and the total.
Total = tuple[int, int, float]


def rank_sessions(tx: Transaction, job_id: int, query: RankingQuery) -> list[RankedSession]:
    """The part of the leaderboard that the query selects."""
    if not query.plain:
        chosen = tx.rankings.page(
            job_id, query.filters, sort=query.sort, descending=query.descending, limit=query.limit, offset=query.offset
        )
        return with_overall_rank(tx, job_id, chosen)
    if query.offset:
        return with_overall_rank(tx, job_id, tx.rankings.top(job_id, limit=query.limit, offset=query.offset))
    # One more than asked for, to tell whether the last one shares its rank.
    return rank_within(tx.rankings.top(job_id, limit=query.limit + 1))[: query.limit]


def rank_within(sessions: Sequence[LeaderboardRow]) -> list[RankedSession]:
    """Rank these sessions, best first, by themselves: a selection, or the top of a leaderboard."""
    totals = [
        (each.candidate_id, each.standing, each.total_score) for each in sessions if each.total_score is not None
    ]
    return _places(sessions, compute_ranks(totals), {each.candidate_id: each for each in sessions})


def with_overall_rank(tx: Transaction, job_id: int, sessions: Sequence[LeaderboardRow]) -> list[RankedSession]:
    """These sessions, in the order given, each with its rank in the whole job."""
    ranked = (
        compute_ranks(tx.rankings.ranked_totals(job_id))
        if any(each.total_score is not None for each in sessions)
        else {}
    )
    before = {rank.before for each in sessions if (rank := ranked.get(each.candidate_id)) and rank.before is not None}
    previous = {each.candidate_id: each for each in tx.rankings.for_candidates(job_id, before)} if before else {}
    return _places(sessions, ranked, previous)


def compute_ranks(totals: Sequence[Total]) -> dict[int, Rank]:
    """The rank of each candidate; `totals` are best first. Totals that round to the same decimal are equal."""
    found: dict[int, Rank] = {}
    before: int | None = None
    for _, group in groupby(totals, key=lambda each: (each[1], round(each[2], 1))):
        equal = [candidate_id for candidate_id, _, _ in group]
        found |= dict.fromkeys(equal, Rank(len(found) + 1, len(equal) > 1, before))
        before = equal[-1]
    return found


def _places(
    sessions: Sequence[LeaderboardRow], ranked: Mapping[int, Rank], known: Mapping[int, LeaderboardRow]
) -> list[RankedSession]:
    return [_place(each, ranked.get(each.candidate_id), ranked, known) for each in sessions]


def _place(
    session: LeaderboardRow, rank: Rank | None, ranked: Mapping[int, Rank], known: Mapping[int, LeaderboardRow]
) -> RankedSession:
    own = total_bounds(session)
    if rank is None:
        return RankedSession(None, rank_shared=False, session=session, bounds=own, tied_with_rank=None)
    previous = known.get(rank.before) if rank.before is not None else None
    other = total_bounds(previous) if previous else None
    tied_with = None
    if previous and own and other and not distinguishable(own, other):
        tied_with = ranked[previous.candidate_id].number
    return RankedSession(rank.number, rank.shared, session, own, tied_with)


def total_bounds(scored: LeaderboardRow | Result) -> tuple[float, float] | None:
    """The likely range of the total: its lower and upper bound."""
    return bounds(scored.total_score, scored.score_confidence, scored.scored_questions)
