"""Transcripts to question scores, to dimensions, to a total: pure functions of two config files and what was said."""

from .config import ConfigError
from .criteria import Criteria, load_criteria
from .formula import Formula, load_formula
from .result import QuestionScore, Result
from .score import score_interview
from .transcript import Transcript

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
