"""How many bytes the bodies of some requests may have; the router limits all others."""

from __future__ import annotations

#: A message of an assistant names some ids or holds a note.
MAX_MESSAGE_BYTES = 64 * 1024
#: The largest list of candidates: tens of thousands of rows.
MAX_LIST_BYTES = 3 * 1024 * 1024
#: The body of such a list, which is base64 in JSON.
MAX_LIST_BODY_BYTES = MAX_LIST_BYTES // 3 * 4 + 1024
#: A plan with everything in it at its limits takes somewhat less.
MAX_PLAN_BYTES = 4 * 1024 * 1024
#: A reader's recommendation on a shared shortlist.
MAX_RECOMMENDATION_BYTES = 16_384
