"""The routes of consent, the data of candidates and the audit log: a part of the route table."""

from __future__ import annotations

from ..web.lanes import Lane
from ..web.router import Access, Route

PRIVACY_ROUTES: tuple[Route, ...] = (
    Route("POST", "/i/{token}/refuse", "api.consent_form.refuse", Access.PUBLIC,
          "refuse consent to the notice of the job", max_body_bytes=16_384),
    Route("GET", "/i/{token}/score", "api.explanation.show_explanation", Access.PUBLIC,
          "a candidate's own score, explained"),
    Route("GET", "/api/candidates/{candidate_id}/data-sheet", "api.data_sheet.get_data_sheet", Access.RECRUITER,
          "everything stored about a candidate, in words"),
    Route("GET", "/candidates/{candidate_id}/data-sheet", "api.data_sheet.show_data_sheet", Access.RECRUITER,
          "the same as a page to print"),
    Route("POST", "/candidates/{candidate_id}/data-sheet", "api.data_sheet.submit_data_sheet", Access.RECRUITER,
          "the forms of that page", max_body_bytes=65_536),
    Route("POST", "/api/candidates/{candidate_id}/corrections", "api.data_sheet.add_correction", Access.RECRUITER,
          "keep a candidate's statement beside the score"),
    Route("DELETE", "/api/candidates/{candidate_id}/corrections/{note_id}", "api.data_sheet.remove_correction",
          Access.RECRUITER, "remove such a statement"),
    Route("GET", "/api/audit-log", "api.audit.get_audit_log", Access.ADMIN, "the audit log, newest first"),
    Route("GET", "/audit-log", "api.audit.show_audit_log", Access.ADMIN, "the same as a page"),
    Route("GET", "/api/jobs/{job_id}/notice", "api.consents.get_notice", Access.RECRUITER,
          "the notice that a job's candidates consent to"),
    Route("PUT", "/api/jobs/{job_id}/notice", "api.consents.put_notice", Access.RECRUITER,
          "change the notice of a job"),
    Route("GET", "/jobs/{job_id}/notice", "api.consents.show_notice", Access.RECRUITER, "the same as a page"),
    Route("POST", "/jobs/{job_id}/notice", "api.consents.save_notice", Access.RECRUITER, "the form of that page",
          lane=Lane.PROVIDER),
    Route("GET", "/api/interviews/sessions/{session_id}/consent", "api.consents.get_consent", Access.RECRUITER,
          "a candidate's consent to the notice"),
    Route("PUT", "/api/interviews/sessions/{session_id}/consent", "api.consents.put_consent", Access.RECRUITER,
          "record consent that was given elsewhere", lane=Lane.PROVIDER),
)
