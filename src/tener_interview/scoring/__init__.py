"""Transcripts to question scores, to dimensions, to a total: pure functions of two config files and what was said."""

from ..criteria.criteria import Criteria, load_criteria
from ..criteria.files import ConfigError
from ..criteria.formula import Formula, load_formula
from ..transcripts.transcript import Transcript
from .result import QuestionScore, Result
from .score import score_interview

__all__ = [
    "ConfigError",
    "Criteria",
    "Formula",
    "QuestionScore",
    "Result",
    "Transcript",
    "load_criteria",
    "load_formula",
    "score_interview",
]
