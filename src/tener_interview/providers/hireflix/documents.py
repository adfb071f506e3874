"""Every GraphQL document this service sends to Hireflix.

Values travel as variables, never inside the text. Hireflix publishes no schema: its names come from its developer
pages and from what its own and other people's clients are seen to select. Where only the shape of an input is known
and not the name of its type, the shape stands here as a literal and only scalars are variables. A name that turns out
to be wrong is corrected here and nowhere else.
"""

from __future__ import annotations

_ROW = """
fragment row on InterviewType {
  id
  hash
  status
  answered
  completed
  completedAt
  externalId
  url { public short }
  candidate { email }
  position { id }
}
"""

# The members' `message` differ in nullability, which GraphQL refuses to merge under one name: hence an alias each.
INVITE = (
    """
mutation Invite($input: InviteCandidateToInterviewInput!) {
  inviteCandidateToInterview(input: $input) {
    __typename
    ... on InterviewType { ...row }
    ... on InterviewAlreadyExistsInPositionError { code interviewExists: message }
    ... on InterviewExternalIdAlreadyExistsInPositionError { code externalIdExists: message }
    ... on ExceededInvitesThisPeriodError { code exceededInvites: message }
    ... on PositionNotFoundError { code positionNotFound: message }
    ... on PositionNotReadyToAcceptInvitesError { code positionNotReady: message }
    ... on ValidationError { code validation: message fieldErrors { flattenedPath message } }
  }
}
"""
    + _ROW
)

#: Under which of these a member of the invite's union carries its message.
MESSAGE_ALIASES = (
    "interviewExists",
    "externalIdExists",
    "exceededInvites",
    "positionNotFound",
    "positionNotReady",
    "validation",
)

_INTERVIEW = (
    """
fragment interview on InterviewType {
  ...row
  questions {
    id
    title
    description
    answered
    answer { id url transcription { languageCode text } }
  }
}
"""
    + _ROW
)


def read(count: int) -> str:
    """Reads `count` interviews at once: `$i0` is the id of the one answered as `i0`, and so on."""
    variables = ", ".join(f"$i{n}: String!" for n in range(count))
    fields = "\n".join(f"  i{n}: interview(id: $i{n}) {{ ...interview }}" for n in range(count))
    return f"query Read({variables}) {{\n{fields}\n}}\n{_INTERVIEW}"


# Without `direction` and `sort` a list is refused by some clients' account of it, so both always stand here.
FIND_BY_EMAIL = (
    """
query FindByEmail($position: String!, $email: String!) {
  position(id: $position) {
    interviewList(input: {
      filter: { email: { equal: $email } }
      pagination: { limit: 50, direction: FORWARD }
      sort: [{ field: createdAt, direction: DESC }]
    }) {
      results { ...row }
      lastCursor
    }
  }
}
"""
    + _ROW
)

# `$cursor` is left out of the variables of the first page, which leaves lastCursor out of the input.
PAGE = (
    """
query Page($position: String!, $cursor: String) {
  position(id: $position) {
    interviewList(input: {
      pagination: { limit: 50, lastCursor: $cursor, direction: FORWARD }
      sort: [{ field: createdAt, direction: DESC }]
    }) {
      results { ...row }
      lastCursor
    }
  }
}
"""
    + _ROW
)

# The same with the time that each answer may take, in seconds, which only one account of their schema names.
TIMED_POSITION = """
query TimedPosition($position: String!) {
  position(id: $position) { id name archived questions { title description timeToAnswer } }
}
"""

POSITIONS = "query Positions { positions { id name archived } }"

# No more of a question than what other clients are seen to select of an interview's.
POSITION = """
query Position($position: String!) {
  position(id: $position) { id name archived questions { title description } }
}
"""

CREATE_POSITION = "mutation CreatePosition($input: PositionInputType!) { createPosition(input: $input) { id name } }"

SAVE_POSITION = """
mutation SavePosition($position: PositionInputType!) {
  Position { save(position: $position) { id name } }
}
"""
