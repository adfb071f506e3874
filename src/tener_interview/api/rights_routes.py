"""The routes of the audit log and of the candidates' rights: a part of the route table."""

from __future__ import annotations

from ..web.lanes import Lane
from ..web.router import Access, Route
from . import audit, consent_form, consents, data_sheet, explanation

RIGHTS_ROUTES: tuple[Route, ...] = (
    Route("POST", "/i/{token}/refuse", consent_form.refuse, Access.PUBLIC,
          "do not agree to the notice of the job", max_body_bytes=16_384),
    Route("GET", "/i/{token}/score", explanation.show_explanation, Access.PUBLIC, "a candidate's own score, explained"),
    Route("GET", "/api/candidates/{candidate_id}/data-sheet", data_sheet.get_data_sheet, Access.RECRUITER,
          "everything held about a candidate, in words"),
    Route("GET", "/candidates/{candidate_id}/data-sheet", data_sheet.show_data_sheet, Access.RECRUITER,
          "the same as a page to print"),
    Route("POST", "/candidates/{candidate_id}/data-sheet", data_sheet.save_correction, Access.RECRUITER,
          "the form of that page", max_body_bytes=65_536),
    Route("POST", "/api/candidates/{candidate_id}/corrections", data_sheet.add_correction, Access.RECRUITER,
          "keep a candidate's statement beside the score"),
    Route("DELETE", "/api/candidates/{candidate_id}/corrections/{note_id}", data_sheet.remove_correction,
          Access.RECRUITER, "remove such a statement"),
    Route("GET", "/api/audit-log", audit.get_audit_log, Access.ADMIN, "who did what to whom, newest first"),
    Route("GET", "/audit-log", audit.show_audit_log, Access.ADMIN, "the same as a page"),
    Route("GET", "/api/jobs/{job_id}/notice", consents.get_notice, Access.RECRUITER,
          "what candidates of a job are told and agree to"),
    Route("PUT", "/api/jobs/{job_id}/notice", consents.put_notice, Access.RECRUITER, "change the notice of a job"),
    Route("GET", "/jobs/{job_id}/notice", consents.show_notice, Access.RECRUITER, "the same as a page"),
    Route("POST", "/jobs/{job_id}/notice", consents.save_notice, Access.RECRUITER, "the form of that page",
          lane=Lane.PROVIDER),
    Route("GET", "/api/interviews/sessions/{session_id}/consent", consents.get_consent, Access.RECRUITER,
          "whether a candidate agreed to the notice"),
    Route("PUT", "/api/interviews/sessions/{session_id}/consent", consents.put_consent, Access.RECRUITER,
          "record what a candidate said elsewhere", lane=Lane.PROVIDER),
)
