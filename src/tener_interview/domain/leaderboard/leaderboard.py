"""A job's leaderboard: each candidate's rank, the bounds of the total, and ranks it is indistinguishable from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from ...criteria import formula
from ...scorecards.uncertainty import bounds, distinguishable
from ...store.ports import Transaction
from ...store.records import LeaderboardFilters, LeaderboardRow
from ..results import Result
from ..reviews.totals import HUMAN, OVERRIDE

#: Best first.
RECOMMENDATIONS = formula.RECOMMENDATIONS


@dataclass(frozen=True)
class RankingQuery:
    """Which part of a leaderboard to return; without `sort` by rank, `descending` from the last."""

    limit: int
    offset: int = 0
    filters: LeaderboardFilters = LeaderboardFilters()
    sort: str | None = None
    descending: bool = False

    @property
    def is_by_rank(self) -> bool:
        """Return whether this is a part of the unfiltered ranking in its own order."""
        return self.filters == LeaderboardFilters() and self.sort is None and not self.descending


@dataclass(frozen=True)
class Rank:
    """A rank, from 1. Equal totals share a rank, and the ranks after it are skipped: 1, 1, 3."""

    number: int
    shared: bool
    #: The last candidate on the rank before; None for the first rank.
    previous_candidate_id: int | None


@dataclass(frozen=True)
class RankedSession:
    """A session on its job's leaderboard.

    `rank` counts in the whole ranking, whatever part is returned; None without a total. `tied_with_rank` is the rank
    before it if the two totals are indistinguishable.
    """

    rank: int | None
    rank_shared: bool
    session: LeaderboardRow
    bounds: tuple[float, float] | None
    tied_with_rank: int | None


#: Candidate id, ranking group (0 without a plan), standing (`session_columns.STANDING`) and total.
Total = tuple[int, int, int, float]


def rank_sessions(tx: Transaction, job_id: int, query: RankingQuery) -> list[RankedSession]:
    """Return the part of the leaderboard that the query asks for."""
    if not query.is_by_rank:
        page = tx.rankings.page(
            job_id, query.filters, sort=query.sort, descending=query.descending, limit=query.limit, offset=query.offset
        )
        return with_overall_rank(tx, job_id, page)
    if query.offset:
        return with_overall_rank(tx, job_id, tx.rankings.top(job_id, limit=query.limit, offset=query.offset))
    # One more row shows whether the last one shares its rank.
    return rank_within(tx.rankings.top(job_id, limit=query.limit + 1))[: query.limit]


def rank_within(sessions: Sequence[LeaderboardRow]) -> list[RankedSession]:
    """Rank sessions, best first, among themselves."""
    totals = [
        (session.candidate_id, session.ranking_group or 0, session.standing, session.total_score)
        for session in sessions if session.total_score is not None
    ]
    return _ranked_sessions(sessions, compute_ranks(totals), {session.candidate_id: session for session in sessions})


def with_overall_rank(tx: Transaction, job_id: int, sessions: Sequence[LeaderboardRow]) -> list[RankedSession]:
    """Add the rank in the whole ranking to each session, in the given order."""
    has_totals = any(session.total_score is not None for session in sessions)
    ranks = compute_ranks(tx.rankings.ranked_totals(job_id)) if has_totals else {}
    own_ranks = [ranks[session.candidate_id] for session in sessions if session.candidate_id in ranks]
    previous_ids = {rank.previous_candidate_id for rank in own_ranks if rank.previous_candidate_id is not None}
    rows = tx.rankings.for_candidates(job_id, previous_ids) if previous_ids else []
    return _ranked_sessions(sessions, ranks, {row.candidate_id: row for row in rows})


def compute_ranks(totals: Sequence[Total]) -> dict[int, Rank]:
    """Return ranks by candidate id, from totals best first, in each ranking group from 1. Totals are equal if they are
    displayed as the same."""
    ranks: dict[int, Rank] = {}
    for _, comparable in groupby(totals, key=lambda total: total[1]):
        number, previous = 1, None
        for _, group in groupby(comparable, key=lambda total: (total[2], round(total[3], 1))):
            equal = [candidate_id for candidate_id, *_ in group]
            ranks |= dict.fromkeys(equal, Rank(number, len(equal) > 1, previous))
            number, previous = number + len(equal), equal[-1]
    return ranks


def _ranked_sessions(
    sessions: Sequence[LeaderboardRow], ranked: Mapping[int, Rank], known: Mapping[int, LeaderboardRow]
) -> list[RankedSession]:
    return [_ranked_session(session, ranked.get(session.candidate_id), ranked, known) for session in sessions]


def _ranked_session(
    session: LeaderboardRow, rank: Rank | None, ranked: Mapping[int, Rank], known: Mapping[int, LeaderboardRow]
) -> RankedSession:
    own = total_bounds(session)
    if rank is None:
        return RankedSession(None, rank_shared=False, session=session, bounds=own, tied_with_rank=None)
    previous = known.get(rank.previous_candidate_id) if rank.previous_candidate_id is not None else None
    other = total_bounds(previous) if previous else None
    tied_with = None
    if previous and own and other and not distinguishable(own, other):
        tied_with = ranked[previous.candidate_id].number
    return RankedSession(rank.number, rank.shared, session, own, tied_with)


def total_bounds(scored: LeaderboardRow | Result) -> tuple[float, float] | None:
    """Return the lowest and highest plausible total; None for a number that a person gave."""
    if isinstance(scored, LeaderboardRow) and scored.total_source in (OVERRIDE, HUMAN):
        return None
    return bounds(scored.total_score, scored.score_confidence, scored.scored_questions)
