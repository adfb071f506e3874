"""The address a candidate is invited under."""

from __future__ import annotations

from ...errors import Problem


def address(email: str | None, *, candidate_id: int, job_id: int, synthetic_domain: str | None) -> str:
    """The e-mail to invite under; without one, a synthetic address that is the same every time.

    Raises `CANDIDATE_EMAIL_REQUIRED` when there is none and none may be made up (`synthetic_domain` is None).
    """
    if email:
        return email
    if synthetic_domain is None:
        raise Problem(
            "CANDIDATE_EMAIL_REQUIRED",
            f"Candidate {candidate_id} has no e-mail address, and this service may not make one up. Give one.",
            {"candidate_id": candidate_id},
        )
    return f"candidate-{candidate_id}-job-{job_id}@{synthetic_domain}"
