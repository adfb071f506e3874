"""Make a candidate's answer a model answer of the job's plan, and take it back."""

from __future__ import annotations

from typing import Annotated, TypedDict

from ..domain.plans.model_answers import ModelAnswerEffect, make_model_answer, take_back
from ..domain.service import Service
from ..lazy_dataclass import dataclass
from ..web.contract import contract
from ..web.request import Request
from ..web.response import Json, json_response
from ..web.shape import Boolean, optional, read
from .shapes import SESSION_PROBLEMS, Score

_PROBLEMS = (*SESSION_PROBLEMS, "PLAN_NOT_FOUND", "INTERVIEW_NOTHING_TO_SCORE", "CANDIDATE_ERASED", "PLAN_CHANGED")


@dataclass(frozen=True)
class ModelAnswerBody:
    preview: bool = optional(Boolean(), False, "only say what it would change")


class ChangedScoreJson(TypedDict):
    """The score of another candidate's answer to the same question, by the draft without and with the model answer."""

    session_id: str
    candidate_id: int
    candidate_name: str
    before: Score | None
    after: Score | None


class ModelAnswerJson(TypedDict):
    """The answer as it joins the draft of the plan, and what it changes once that is published."""

    session_id: str
    text: Annotated[str, "With the candidate's name masked; names of others are not found."]
    masked: Annotated[bool, "Whether something in it was masked."]
    model_answers: Annotated[int, "How many reference answers the question has then; about three are worth most."]
    before: Annotated[Score | None, "Of the answer itself, by the draft without it."]
    after: Annotated[Score | None, "Of the answer itself, by the draft with it."]
    changes: Annotated[list[ChangedScoreJson], "Of up to 100 other candidates, best first, those that change."]
    saved: bool


class RemovedModelAnswerJson(TypedDict):
    """Whether the answer was one. Published versions keep it until the person is erased."""

    removed: bool


@contract(body=ModelAnswerBody, raises=_PROBLEMS)
def add_model_answer(service: Service, request: Request) -> Json[ModelAnswerJson]:
    """POST /api/interviews/sessions/{session_id}/answers/{question_id}/model

    It joins the draft of the job's plan; the next version that is published scores by it. With `preview`, nothing is
    stored.
    """
    body = read(ModelAnswerBody, request.json)
    params = request.params
    made = make_model_answer(service, params["session_id"], params["question_id"], preview=body.preview)
    return json_response(_model_answer_json(made))


@contract(raises=(*SESSION_PROBLEMS, "PLAN_NOT_FOUND"))
def remove_model_answer(service: Service, request: Request) -> Json[RemovedModelAnswerJson]:
    """DELETE /api/interviews/sessions/{session_id}/answers/{question_id}/model"""
    removed = take_back(service, request.params["session_id"], request.params["question_id"])
    return json_response({"removed": removed})


def _model_answer_json(made: ModelAnswerEffect) -> ModelAnswerJson:
    return {
        "session_id": made.session.session_id,
        "text": made.text,
        "masked": made.masked,
        "model_answers": made.references,
        "before": made.before,
        "after": made.after,
        "changes": [
            {
                "session_id": change.session_id, "candidate_id": change.candidate_id,
                "candidate_name": change.candidate_name, "before": change.before, "after": change.after,
            }
            for change in made.changes
        ],
        "saved": made.saved,
    }
