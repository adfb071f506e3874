"""The types of the API's answers. mypy holds the handlers to them, and the API's description is made of them."""

from __future__ import annotations

from typing import Annotated, Any, TypedDict

from ..domain.sessions.states import Status
from ..errors import BriefErrorJson
from ..web.schema import Example, Formatted, Within
from ..web.shape import OneOf

At = Annotated[str, Formatted("date-time")]
Score = Annotated[float, Within(0, 100)]
Confidence = Annotated[float, Within(0, 1)]
Recommendation = Annotated[str, OneOf(("strong_yes", "yes", "mixed", "no"))]
SessionStatus = Annotated[str, OneOf(tuple(Status)), Example("in_progress")]
ProviderName = Annotated[str, OneOf(("hireflix", "demo")), Example("hireflix")]
EntryUrl = Annotated[str, Formatted("uri"), "The candidate's personal link."]


SharedWithJob = Annotated[
    int | None, "The job for which this interview was first given, where it counts for that one and this."
]


class LastErrorJson(BriefErrorJson):
    """What last kept a session from being brought up to date; its state is what it was before."""

    at: At | None


class ReviewJson(TypedDict):
    """Whether a person has to look at an interview that is over, because no total can be given."""

    needs_review: bool
    review_reason: Annotated[str | None, "Why, in words; null where there is no need."]


class ScoresJson(TypedDict):
    """0 to 100; null where nothing could be scored."""

    technical_score: Score | None
    soft_skills_score: Score | None
    culture_fit_score: Score | None
    total_score: Score | None


class VerdictJson(ScoresJson):
    """The scores, and what they come to; without a total nothing is recommended."""

    score_confidence: Confidence | None
    pass_recommendation: Recommendation | None


class SessionJson(ReviewJson):
    """One candidate's interview for one job."""

    session_id: str
    job_id: int
    candidate_id: int
    candidate_name: str
    conversation_id: int | None
    language: str | None
    status: SessionStatus
    provider: ProviderName
    position_id: str
    invitation_id: str | None
    entry_url: EntryUrl | None
    expires_at: At | None
    created_at: At | None
    started_at: At | None
    completed_at: At | None
    scored_at: At | None
    last_sync_at: Annotated[At | None, "When Hireflix was last asked, with success."]
    awaiting_transcription: Annotated[bool, "The interview is over, and transcripts of it are still to come."]
    last_error: LastErrorJson | None
    shared_with_job: SharedWithJob
    summary: ScoresJson


class JobJson(TypedDict):
    """A job description of the source."""

    id: int
    title: str
    jd_text: str | None
    location: str | None
    preferred_languages: list[str]
    seniority: str | None
    created_at: At | None
    company: Annotated[str | None, "Who hires for it, where the source says so."]
    must_have_skills: list[str]
    nice_to_have_skills: list[str]
    questionable_skills: list[str]
    paused: Annotated[bool, "Nobody is invited for it just now, unless `confirm_paused` says so."]
    pause_reason: str | None
    archived: Annotated[bool, "It is closed: no list has it, and interviews that were begun for it go on."]


class CandidateSessionJson(ReviewJson):
    """A candidate's current session for the job."""

    session_id: str
    status: SessionStatus
    entry_url: EntryUrl | None
    expires_at: At | None
    total_score: Score | None
    awaiting_transcription: bool
    started_at: Annotated[At | None, "When the link was first opened."]
    shared_with_job: SharedWithJob


class CandidateJson(TypedDict):
    """A candidate whom the source has matched to the job."""

    candidate_id: int
    candidate_name: str
    greeting_name: Annotated[
        str | None, "What to write after `Hello`: the first name, or the whole name where it cannot be told safely."
    ]
    match_score: Annotated[float | None, "On the source's own scale."]
    match_status: str | None
    headline: str | None
    location: str | None
    languages: list[str]
    skills: list[str]
    years_experience: float | None
    linkedin_id: str | None
    candidate_email: str | None
    session: CandidateSessionJson | None


class FinishedJson(TypedDict):
    """What a candidate's link says when the interview is over."""

    finished: bool
    message: Annotated[str, "For the candidate, in the language of the interview."]


class SessionPageJson(TypedDict):
    """`next_cursor` asks for the page that follows; null on the last one."""

    items: list[SessionJson]
    next_cursor: str | None


class EventJson(TypedDict):
    """Something that happened to a session, and who caused it."""

    event: str
    source: Annotated[str, OneOf(("system", "candidate", "provider", "webhook", "sync", "recruiter"))]
    at: At | None
    details: dict[str, Any]


class EventsJson(TypedDict):
    """Oldest first."""

    items: list[EventJson]


class AnswerScoreJson(TypedDict):
    """One answer. `score` is null in every status but `scored`; reasons are for a person, flags for a program."""

    question_index: int
    question_id: str
    title: str
    dimension: Annotated[str, OneOf(("technical", "soft_skills", "culture_fit"))]
    rule_id: str | None
    score: Score | None
    status: Annotated[str, OneOf(("scored", "missing_transcription", "unanswered", "not_scorable"))]
    reasons: list[str]
    flags: list[str]
    details: Annotated[dict[str, Any], "How the score came about: parts, quotes, what is missing; see docs/scoring.md."]
    transcript: str | None


class QuestionScoreJson(AnswerScoreJson):
    """One answer, and its video."""

    video_url: Annotated[str | None, "Signed by the provider and short-lived; null once it cannot be expected to work."]


class ResultJson(VerdictJson):
    """The scores as they are now."""

    question_scores: list[QuestionScoreJson]


class RefreshedJson(ReviewJson):
    """A session after it was looked at; `updated` says whether anything changed."""

    session_id: str
    status: SessionStatus
    updated: bool
    awaiting_transcription: bool
    result: ResultJson | None


class CoverageJson(TypedDict):
    """How much of the interview could be scored."""

    total_questions: int
    scored_questions: int
    missing_transcriptions: int


ContentHash = Annotated[
    str | None, "Of what the file says, whatever version it calls itself; null for results from before there were any."
]
Outdated = Annotated[bool, "Made by other criteria, another formula or another engine than are in force now."]


class JudgedByJson(TypedDict):
    """By what a result came about: the version that somebody wrote into each file, and a hash of what it says."""

    criteria_version: str
    criteria_hash: ContentHash
    formula_version: str
    formula_hash: ContentHash
    engine_version: str


class VersionsJson(JudgedByJson):
    """By what a result came about, and how much of the interview it covers."""

    outdated: Outdated
    coverage: CoverageJson


class TranscriptionScoringJson(TypedDict):
    """By what the answers were judged, and how each of them came out."""

    applied: bool
    summary: Annotated[str | None, "Where it is strong, where thin, where a person must look; null from older engines."]
    criteria_version: str
    criteria_hash: ContentHash
    engine_version: str
    coverage: CoverageJson
    question_scores: list[QuestionScoreJson]


class BoundsJson(TypedDict):
    """From where to where a total may lie; docs/scoring.md says by which rule."""

    total_score_low: Score | None
    total_score_high: Score | None


class ScoredJson(VerdictJson, BoundsJson):
    """A result, the latest unless an earlier one was asked for."""

    result_version: int | None
    formula_version: str
    formula_hash: ContentHash
    outdated: Outdated
    transcription_scoring: TranscriptionScoringJson


class ScorecardJson(ReviewJson):
    """A session's latest result, question by question; null until there is one."""

    session_id: str
    status: SessionStatus
    shared_with_job: SharedWithJob
    scorecard: ScoredJson | None


class StepItemJson(ReviewJson):
    """What the step did for one candidate."""

    candidate_id: Annotated[
        int | str | float | bool | None, "Of a candidate who could not be read, what was sent in its place."
    ]
    action: Annotated[str, OneOf(("started", "refreshed", "failed"))]
    session_id: str | None
    status: SessionStatus | None
    entry_url: EntryUrl | None
    shared_with_job: SharedWithJob
    error: BriefErrorJson | None


class StepJson(TypedDict):
    """`started` counts started candidates, the other counters the states of the rest."""

    job_id: int
    started: int
    in_progress: int
    needs_review: int
    scored: int
    failed: int
    items: list[StepItemJson]


class StepProgressJson(TypedDict):
    """How far a step is; `output` is its answer once it has one."""

    job_id: int
    step: str
    status: Annotated[str, OneOf(("running", "success", "partial", "error"))]
    done: int
    failed: int
    total: int
    output: StepJson | None
    updated_at: At | None


class ErasedJson(TypedDict):
    """Of each session only ids and times are left."""

    candidate_id: int
    erased_sessions: int
    scrubbed: Annotated[
        bool, "Nothing of it is left in any byte of the files. False: somebody reads them just now, and it is done in"
        " the background; `tener_interview_scrub_owed` says when."
    ]


class AcceptedJson(TypedDict):
    """It is acted on after the answer, and on what the provider says when asked."""

    status: str
