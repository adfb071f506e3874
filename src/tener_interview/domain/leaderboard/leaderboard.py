"""A job's leaderboard: its sections, ranks, and ties.

A *section* is one of ranked, needs review, waiting and ended without a score. A *question set* is all sessions that
were asked the same questions and scored by the same version of the plan; ranks count within one. Two neighbours in rank
are *tied* if the ranges of their totals overlap, and a *tie group* holds neighbours of whom any two are tied. For
example:

    section       question set  candidate  total  range   rank  shared  tied with rank  tie group
    ranked        version 2     Ada         82.0  79..85     1  no      -               1
    ranked        version 2     Bob         80.4  77..83     2  no      1               1
    ranked        version 2     Cleo        74.0  71..77     3  yes     2               2
    ranked        version 2     Dan         74.0  71..77     3  yes     2               2
    ranked        version 1     Eve         91.0  88..94     1  no      -               -
    needs review  -             Finn           -       -     -  -       -               -

Bob is tied with Ada and Cleo with Bob, but Cleo is not tied with Ada: so a second tie group begins with Cleo. Cleo and
Dan have the same total and share rank 3; the next rank would be 5.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, groupby

from ...lazy_dataclass import dataclass
from ...scorecards.uncertainty import bounds, ranges_overlap
from ...store.ports import Transaction
from ...store.records import LeaderboardFilters, LeaderboardRow, TotalCount
from ..results import Result
from ..reviews.totals import HUMAN, OVERRIDE


@dataclass(frozen=True)
class RankingQuery:
    """Which part of a leaderboard to return; without `sort` by rank, `descending` from the last."""

    limit: int
    offset: int = 0
    filters: LeaderboardFilters = LeaderboardFilters()
    sort: str | None = None
    descending: bool = False

    @property
    def is_unfiltered_by_rank(self) -> bool:
        """Return whether this is a part of the unfiltered ranking in its own order."""
        return self.filters == LeaderboardFilters() and self.sort is None and not self.descending


@dataclass(frozen=True)
class Rank:
    """A rank, from 1. Equal totals share a rank, and the ranks after it are skipped: 1, 1, 3."""

    number: int
    shared: bool
    #: The last candidate on the rank above, and that rank; None for the first rank.
    previous_candidate_id: int | None = None
    previous_number: int | None = None


@dataclass(frozen=True)
class RankedSession:
    """A session on its job's leaderboard.

    `rank` counts in the whole question set, whatever part is returned; None without a total. `rank_shared`: others have
    the same total. `bounds` is the range of the total. `tied_with_rank` is the rank above, if the ranges overlap.
    """

    rank: int | None
    rank_shared: bool
    session: LeaderboardRow
    bounds: tuple[float, float] | None
    tied_with_rank: int | None


#: Question set (0 without a plan), rank tier and displayed total: candidates with the same key share a rank.
RankKey = tuple[int, int, float]


def rank_sessions(tx: Transaction, job_id: int, query: RankingQuery) -> list[RankedSession]:
    """Return the part of the leaderboard that the query asks for."""
    if not query.is_unfiltered_by_rank:
        page = tx.rankings.page(
            job_id, query.filters, sort=query.sort, descending=query.descending, limit=query.limit, offset=query.offset
        )
        return with_overall_rank(tx, job_id, page)
    if query.offset:
        return with_overall_rank(tx, job_id, tx.rankings.top(job_id, limit=query.limit, offset=query.offset))
    # The first page needs no counts: all rows before its last one are on it. One more row shows whether the last one
    # shares its rank.
    return rank_within(tx.rankings.top(job_id, limit=query.limit + 1))[: query.limit]


def rank_within(sessions: Sequence[LeaderboardRow]) -> list[RankedSession]:
    """Rank these sessions, given best first, as if there were no others."""
    totals = [
        TotalCount(session.question_set or 0, session.rank_tier, session.total_score, 1, session.candidate_id)
        for session in sessions if session.total_score is not None
    ]
    return _ranked_sessions(sessions, compute_ranks(totals), {session.candidate_id: session for session in sessions})


def with_overall_rank(tx: Transaction, job_id: int, sessions: Sequence[LeaderboardRow]) -> list[RankedSession]:
    """Add to each session its rank among all sessions of the job, keeping the order."""
    has_totals = any(session.total_score is not None for session in sessions)
    ranks = compute_ranks(tx.rankings.count_totals(job_id)) if has_totals else {}
    own_ranks = [rank for session in sessions if (rank := _rank_of(session, ranks))]
    previous_ids = {rank.previous_candidate_id for rank in own_ranks if rank.previous_candidate_id is not None}
    rows = tx.rankings.for_candidates(job_id, previous_ids) if previous_ids else []
    return _ranked_sessions(sessions, ranks, {row.candidate_id: row for row in rows})


def number_tie_groups(query: RankingQuery, ranked: Sequence[RankedSession]) -> list[int | None]:
    """Return the number of each session's tie group; None for all if the list is not in the order of the rank."""
    return [None] * len(ranked) if query.sort is not None else group_ties(ranked)


def group_ties(ranked: Sequence[RankedSession]) -> list[int | None]:
    """Return the number of each session's tie group: any two sessions of a group are tied.

    A group begins with the best session that is not in the group before. None for a session in no group.
    """
    sizes: list[int] = []
    group_key: tuple[int | None, int] | None = None
    common: tuple[float, float] | None = None
    for item in ranked:
        own = (item.session.question_set, item.session.rank_tier)
        if own == group_key and common and item.bounds and ranges_overlap(item.bounds, common):
            sizes[-1] += 1
            # If any two of these ranges overlap, all have a part in common.
            common = max(common[0], item.bounds[0]), min(common[1], item.bounds[1])
        else:
            sizes.append(1)
            group_key, common = own, item.bounds
    numbers = accumulate(int(size > 1) for size in sizes)
    return [number if size > 1 else None for size, number in zip(sizes, numbers, strict=True) for _ in range(size)]


def compute_ranks(totals: Iterable[TotalCount]) -> dict[RankKey, Rank]:
    """Return the ranks of totals, which are given best first; each question set has ranks from 1."""
    ranks: dict[RankKey, Rank] = {}
    for _, question_set in groupby(totals, key=lambda total: total.question_set):
        number, previous_id, previous_number = 1, None, None
        for key, equal in groupby(question_set, key=_rank_key):
            counts = list(equal)
            candidates = sum(total.candidates for total in counts)
            ranks[key] = Rank(number, candidates > 1, previous_id, previous_number)
            number, previous_id, previous_number = number + candidates, counts[-1].last_candidate_id, number
    return ranks


def _rank_key(total: TotalCount) -> RankKey:
    return total.question_set, total.rank_tier, round(total.total_score, 1)


def _rank_of(session: LeaderboardRow, ranks: Mapping[RankKey, Rank]) -> Rank | None:
    if session.total_score is None:
        return None
    return ranks.get((session.question_set or 0, session.rank_tier, round(session.total_score, 1)))


def _ranked_sessions(
    sessions: Sequence[LeaderboardRow], ranks: Mapping[RankKey, Rank], by_candidate: Mapping[int, LeaderboardRow]
) -> list[RankedSession]:
    return [_ranked_session(session, _rank_of(session, ranks), by_candidate) for session in sessions]


def _ranked_session(
    session: LeaderboardRow, rank: Rank | None, by_candidate: Mapping[int, LeaderboardRow]
) -> RankedSession:
    own = total_bounds(session)
    if rank is None:
        return RankedSession(None, rank_shared=False, session=session, bounds=own, tied_with_rank=None)
    previous = by_candidate.get(rank.previous_candidate_id) if rank.previous_candidate_id is not None else None
    other = total_bounds(previous) if previous else None
    is_tied = own is not None and other is not None and ranges_overlap(own, other)
    return RankedSession(rank.number, rank.shared, session, own, rank.previous_number if is_tied else None)


def total_bounds(scored: LeaderboardRow | Result) -> tuple[float, float] | None:
    """Return the range of a total, lowest and highest; None for a total that a person gave."""
    if isinstance(scored, LeaderboardRow) and scored.total_source in (OVERRIDE, HUMAN):
        return None
    return bounds(scored.total_score, scored.score_confidence, scored.scored_questions)
