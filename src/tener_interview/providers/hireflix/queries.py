"""Every query and mutation that this service sends to Hireflix, as GraphQL.

Values are variables, never part of the text. Hireflix publishes no schema: the names come from its developer pages and
from what its own and other clients select. Where only the shape of an input is known and not the name of its type, the
shape is a literal here and only scalars are variables. Correct a wrong name here and nowhere else.
"""

from __future__ import annotations

_ROW_FRAGMENT = """
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

# The `message` fields differ in nullability, and GraphQL refuses to merge those: hence an alias for every one.
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
    + _ROW_FRAGMENT
)

#: The aliases of the message in a member of the invite's union.
MESSAGE_ALIASES = (
    "interviewExists",
    "externalIdExists",
    "exceededInvites",
    "positionNotFound",
    "positionNotReady",
    "validation",
)

_INTERVIEW_FRAGMENT = (
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
    + _ROW_FRAGMENT
)


def read_interviews(count: int) -> str:
    """A query for `count` interviews: `$i0` is the id of the one returned as `i0`, and so on."""
    variables = ", ".join(f"$i{n}: String!" for n in range(count))
    fields = "\n".join(f"  i{n}: interview(id: $i{n}) {{ ...interview }}" for n in range(count))
    return f"query Read({variables}) {{\n{fields}\n}}\n{_INTERVIEW_FRAGMENT}"


# Some clients report that a list without `direction` and `sort` is refused, so both are always given.
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
    + _ROW_FRAGMENT
)

# The first page has no variable `$cursor`, which leaves lastCursor out of the input.
INTERVIEWS_PAGE = (
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
    + _ROW_FRAGMENT
)

# With the times of every answer in seconds, fields that only one description of their schema has.
POSITION_WITH_TIME_LIMITS = """
query TimedPosition($position: String!) {
  position(id: $position) { id name archived questions { title description timeToAnswer timeToThink } }
}
"""

POSITIONS = "query Positions { positions { id name archived } }"

# Only the fields of a question that other clients are seen to select.
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

# Hireflix advises to send score and comment in requests of their own, so that each can be repeated by itself.
EVALUATION = """
query Notes($interview: String!) {
  interview(id: $interview) { id status answered completed completedAt score { value } comments { value } }
}
"""

SHORTLIST = """
mutation Shortlist($interview: String!, $on: Boolean!) {
  Interview(id: $interview) { finalist(finalist: $on) { id status } }
}
"""

DISCARD = """
mutation Discard($interview: String!, $on: Boolean!) {
  Interview(id: $interview) { archive(archive: $on) { id status } }
}
"""

RATE = """
mutation Rate($interview: String!, $score: Float) {
  Interview(id: $interview) { score(score: $score) { id } }
}
"""

COMMENT = """
mutation Comment($interview: String!, $comment: String!) {
  Interview(id: $interview) { comment(comment: $comment) { id } }
}
"""

# Webhooks can be listed and created through the API, but the names of these operations are not published. The schema
# describes itself to a valid key.
SCHEMA = """
query Schema {
  __schema {
    queryType { name }
    mutationType { name }
    types {
      kind
      name
      fields { name args { ...input } type { ...type } }
      inputFields { ...input }
      enumValues { name }
    }
  }
}
fragment input on __InputValue { name defaultValue type { ...type } }
fragment type on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }
"""
