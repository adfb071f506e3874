"""The states of a session and the one table of ways between them."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """Where a session stands."""

    #: Recorded here; not yet known to be at the provider.
    CREATED = "created"
    INVITED = "invited"
    #: The candidate opened the link, or, where there is a landing page, began from it.
    IN_PROGRESS = "in_progress"
    #: Finished at the provider; not scored yet, or without a total that could be given.
    COMPLETED = "completed"
    #: There is a total.
    SCORED = "scored"
    #: The link ran out before the candidate began.
    EXPIRED = "expired"
    #: Withdrawn by the recruiter, or deleted or discarded unfinished at the provider.
    CANCELED = "canceled"
    #: The provider refused for good, or lost the interview.
    FAILED = "failed"


#: From each state, the states a session may go to. A poll never moves it back: `invited` is reached again only from
#: `expired`, by a longer life of the link, or when a clock that was ahead is put right. Who opened the link and never
#: began expires as others do; who is seen to have begun after all is in progress again. `failed` may heal, because an
#: interview that was lost can be found again. `scored` goes back to `completed` when its answers are scored again and
#: no total can be given any more.
TRANSITIONS: dict[Status, frozenset[Status]] = {
    Status.CREATED: frozenset({Status.INVITED, Status.CANCELED, Status.FAILED}),
    Status.INVITED: frozenset(
        {Status.IN_PROGRESS, Status.COMPLETED, Status.EXPIRED, Status.CANCELED, Status.FAILED}
    ),
    Status.IN_PROGRESS: frozenset({Status.COMPLETED, Status.EXPIRED, Status.CANCELED, Status.FAILED}),
    Status.COMPLETED: frozenset({Status.SCORED, Status.FAILED}),
    Status.SCORED: frozenset({Status.COMPLETED}),
    Status.EXPIRED: frozenset(
        {Status.INVITED, Status.IN_PROGRESS, Status.COMPLETED, Status.CANCELED, Status.FAILED}
    ),
    Status.CANCELED: frozenset(),
    Status.FAILED: frozenset({Status.IN_PROGRESS, Status.INVITED, Status.COMPLETED}),
}

#: Nothing at the provider changes these any more, unless somebody insists.
ENDED = frozenset({Status.SCORED, Status.CANCELED, Status.FAILED})
#: The candidate may still begin or go on.
ACTIVE = frozenset({Status.INVITED, Status.IN_PROGRESS})
FINISHED = frozenset({Status.COMPLETED, Status.SCORED})
#: Their place is taken by a new session when the candidate is started again.
REPLACEABLE = frozenset({Status.CANCELED, Status.FAILED})


def may_go(old: str, new: str) -> bool:
    """Whether the table has a way from one state to the other."""
    return Status(new) in TRANSITIONS[Status(old)]
