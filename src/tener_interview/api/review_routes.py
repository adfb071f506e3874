"""The routes of reviews and overrides: a part of the route table."""

from __future__ import annotations

from ..web.lanes import Lane
from ..web.router import Access, Route

_RECRUITER, _REVIEWER = Access.RECRUITER, Access.REVIEWER

REVIEW_ROUTES: tuple[Route, ...] = (
    Route("GET", "/reviews", "api.review_pages.show_work_list", _REVIEWER, "a reviewer's work list"),
    Route("GET", "/reviews/{session_id}", "api.review_pages.show_review", _REVIEWER,
          "an interview to watch, read and rate"),
    Route("GET", "/reviews/{session_id}/player", "api.review_pages.show_player", _REVIEWER,
          "the frame in which a scorecard plays a video"),
    Route("GET", "/api/reviews", "api.reviews.list_reviews", _REVIEWER, "the finished interviews that one may review"),
    Route("GET", "/api/reviews/{session_id}", "api.reviews.get_review", _REVIEWER, "an interview and one's review"),
    Route("PUT", "/api/reviews/{session_id}", "api.reviews.save_review", _REVIEWER, "save the draft of a review"),
    Route("POST", "/api/reviews/{session_id}/submit", "api.reviews.submit_review", _REVIEWER, "submit a review"),
    Route("POST", "/api/reviews/{session_id}/discard", "api.reviews.discard_draft", _REVIEWER, "discard a draft"),
    Route("GET", "/api/reviews/{session_id}/video/{question_id}", "api.videos.get_video", _REVIEWER,
          "a fresh address of the video of an answer", lane=Lane.PROVIDER),
    Route("GET", "/api/interviews/sessions/{session_id}/reviews", "api.reviews.list_session_reviews", _RECRUITER,
          "all submitted reviews of an interview"),
    Route("GET", "/api/interviews/sessions/{session_id}/override", "api.overrides.list_overrides", _RECRUITER,
          "overrides"),
    Route("PUT", "/api/interviews/sessions/{session_id}/override", "api.overrides.override_interview", _RECRUITER,
          "override a total"),
    Route("DELETE", "/api/interviews/sessions/{session_id}/override", "api.overrides.restore_interview", _RECRUITER,
          "remove the override of a total"),
    Route("PUT", "/api/interviews/sessions/{session_id}/questions/{question_id}/override",
          "api.overrides.override_question", _RECRUITER, "override the score of an answer"),
    Route("DELETE", "/api/interviews/sessions/{session_id}/questions/{question_id}/override",
          "api.overrides.restore_question", _RECRUITER, "remove the override of an answer's score"),
)
