"""A job's leaderboard: every candidate's place, how far the total can be trusted, and whom it cannot be told from."""

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
#: In the order in which they follow each other.


@dataclass(frozen=True)
class RankingQuery:
    """Which part of a leaderboard is wanted; without `sort` in the order of the ranking, or last first."""

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
    """A place in a ranking, from 1. Equal totals share one, and the next place is left empty for each of them."""

    number: int
    shared: bool
    #: The last of the candidates on the rank before; None on the first.
    before: int | None


@dataclass(frozen=True)
class RankedSession:
    """A session on its job's leaderboard.

    `rank` is that of the whole ranking, whatever part of it is looked at; None without a total. `tied_with_rank`: the
    total cannot be told from that of the rank before it, which is this one.
    """

    rank: int | None
    rank_shared: bool
    session: LeaderboardRow
    bounds: tuple[float, float] | None
    tied_with_rank: int | None


#: A candidate, where they stand (`session_columns.STANDING`), and the total.
Total = tuple[int, int, float]


def rank_sessions(tx: Transaction, job_id: int, query: RankingQuery) -> list[RankedSession]:
    """The part of the leaderboard that is wished for."""
    if not query.plain:
        chosen = tx.rankings.page(
            job_id, query.filters, sort=query.sort, descending=query.descending, limit=query.limit, offset=query.offset
        )
        return with_overall_rank(tx, job_id, chosen)
    if query.offset:
        return with_overall_rank(tx, job_id, tx.rankings.top(job_id, limit=query.limit, offset=query.offset))
    # The one after the last says whether the last shares its rank.
    return rank_within(tx.rankings.top(job_id, limit=query.limit + 1))[: query.limit]


def rank_within(sessions: Sequence[LeaderboardRow]) -> list[RankedSession]:
    """These sessions, best first, as a ranking of their own or as the first stretch of one."""
    totals = [
        (each.candidate_id, each.standing, each.total_score) for each in sessions if each.total_score is not None
    ]
    return _places(sessions, compute_ranks(totals), {each.candidate_id: each for each in sessions})


def with_overall_rank(tx: Transaction, job_id: int, sessions: Sequence[LeaderboardRow]) -> list[RankedSession]:
    """These sessions, in the order given, each with its place in the whole ranking."""
    ranked = (
        compute_ranks(tx.rankings.ranked_totals(job_id))
        if any(each.total_score is not None for each in sessions)
        else {}
    )
    before = {rank.before for each in sessions if (rank := ranked.get(each.candidate_id)) and rank.before is not None}
    previous = {each.candidate_id: each for each in tx.rankings.for_candidates(job_id, before)} if before else {}
    return _places(sessions, ranked, previous)


def compute_ranks(totals: Sequence[Total]) -> dict[int, Rank]:
    """The rank of each of these candidates, given best first. Totals are equal that are shown as the same."""
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
    """The lowest and the highest that the total may be."""
    return bounds(scored.total_score, scored.score_confidence, scored.scored_questions)
