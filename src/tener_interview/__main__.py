"""The entry point: the route table, the application built from it, and the server's start.

`PYTHONPATH=src python3 -m tener_interview` serves. `create_app(settings)` returns the same service as a WSGI callable,
for any other server.
"""

from __future__ import annotations

import atexit
import os
import secrets
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from . import settings as environment
from .api import (
    agreement,
    candidates,
    comparison,
    decision_reasons,
    decisions,
    fairness,
    funnel,
    interview_links,
    job_settings,
    jobs,
    leaderboard,
    lists,
    model_answers,
    openapi,
    overrides,
    pages,
    plan_shapes,
    plans,
    positions,
    prometheus,
    question_library,
    recommendations,
    refresh,
    rescore,
    review_pages,
    reviews,
    scorecard,
    service_info,
    sessions,
    shares,
    start,
    steps,
    videos,
    webhooks,
)
from .api.page_rules import dashboard_rules, review_rules, shortlist_rules
from .api.rights_routes import RIGHTS_ROUTES
from .api.site import Site
from .api.user_routes import USER_ROUTES
from .composition import build_service, webhook_reader
from .domain.jobs.interview_outlines import InterviewOutlines
from .domain.jobs.job_titles import JobTitles
from .domain.refresh.background_sync import BackgroundSync
from .domain.users.passwords import PASSWORD_COST, PasswordCost, Passwords
from .providers.demo import page
from .scoring_worker import ScoringWorker
from .serving import serve_until_stopped
from .settings import Settings, SettingsError
from .sources.probe import SourceHealth
from .store.ports import Store
from .system import logs
from .system.clock import Clock, SystemClock
from .system.metrics import Metrics
from .web.application import Application
from .web.auth import Guard
from .web.client_address import ClientAddress
from .web.idempotency import Idempotency, Keys
from .web.lanes import LANE_LIMITS, Lane, LaneLimit, Lanes, limits_for_threads
from .web.router import Access, Route
from .web.static import StaticFiles
from .web.throttle import Throttle

STATIC_FOLDER = Path(__file__).parent / "static"

_PUBLIC, _RECRUITER, _MACHINE = Access.PUBLIC, Access.RECRUITER, Access.MACHINE
_ADMIN, _REVIEWER = Access.ADMIN, Access.REVIEWER

ROUTES: tuple[Route, ...] = (
    Route("GET", "/", pages.home, _PUBLIC, "redirect to the dashboard"),
    Route("GET", "/agreement", pages.agreement, _RECRUITER, "how well machine and reviewers agree on all jobs"),
    Route("GET", "/jobs/{job_id}/agreement", pages.agreement, _RECRUITER, "how well machine and reviewers agree"),
    Route("GET", "/jobs/{job_id}/fairness", pages.fairness, _RECRUITER, "compare candidates by category"),
    Route("GET", "/reviews", review_pages.show_work_list, Access.REVIEWER, "a reviewer's work list"),
    Route("GET", "/reviews/{session_id}", review_pages.show_review, Access.REVIEWER,
          "an interview to watch, read and rate"),
    Route("GET", "/static/{path}", pages.static_file, _PUBLIC, "static files of the pages", matches_rest=True),
    *RIGHTS_ROUTES,
    Route("GET", "/dashboard", pages.dashboard, _REVIEWER, "the recruiter's dashboard"),
    Route("POST", "/i/{token}/start", interview_links.begin_interview, _PUBLIC,
          "begin the interview from the landing page", max_body_bytes=16_384),
    Route("GET", "/i/{token}/start", interview_links.enter_again, _PUBLIC, "redirect to the entry link"),
    Route("GET", "/i/{token}", interview_links.enter, _PUBLIC, "a candidate's entry link", matches_rest=True),
    Route("GET", "/s/{token}", shares.show_shortlist, _PUBLIC, "a shared shortlist", matches_rest=True),
    Route("GET", "/demo/interview/{hash}", page.show_interview, _PUBLIC, "demo mode: the interview page"),
    Route("POST", "/demo/interview/{hash}", page.submit_interview, _PUBLIC, "demo mode: answer an interview"),
    Route("GET", "/health", service_info.get_health, _PUBLIC, "whether the process responds", lane=None),
    Route("GET", "/ready", service_info.get_ready, _RECRUITER, "whether database and source are usable"),
    Route("GET", "/metrics", prometheus.get_metrics, _RECRUITER,
          "metrics of this process and its database, for Prometheus"),
    Route("GET", "/api", service_info.describe, _RECRUITER, "what this service is, and its configuration"),
    Route("GET", "/api/openapi.json", openapi.get_openapi, _RECRUITER, "this API in OpenAPI 3.1"),
    Route("GET", "/api/interviews/sessions", sessions.list_sessions, _MACHINE, "sessions, newest first"),
    Route("POST", "/api/interviews/sessions/start", start.start_session, _MACHINE,
          "start an interview of a candidate for a job", lane=Lane.PROVIDER),
    Route("GET", "/api/interviews/sessions/{session_id}", sessions.get_session, _MACHINE, "one session"),
    Route("PATCH", "/api/interviews/sessions/{session_id}", sessions.correct_session, _RECRUITER,
          "correct a candidate's name, e-mail address or language"),
    Route("GET", "/api/interviews/sessions/{session_id}/events", sessions.list_events, _MACHINE,
          "the history of a session"),
    Route("POST", "/api/interviews/sessions/{session_id}/refresh", refresh.refresh_session, _MACHINE,
          "refresh a session from the provider", lane=Lane.PROVIDER),
    Route("GET", "/api/interviews/sessions/{session_id}/scorecard", scorecard.get_scorecard, _MACHINE,
          "the scores of every answer"),
    Route("GET", "/api/interviews/sessions/{session_id}/results", scorecard.list_results, _RECRUITER,
          "all versions of a session's result, newest first"),
    Route("POST", "/api/interviews/sessions/{session_id}/cancel", sessions.cancel_session, _MACHINE,
          "cancel a session and its link"),
    Route("POST", "/api/interviews/sessions/{session_id}/link", sessions.renew_link, _MACHINE,
          "change the lifetime of a link, or replace it"),
    Route("PUT", "/api/interviews/sessions/{session_id}/decision", decisions.put_decision, _RECRUITER,
          "decide about a candidate"),
    Route("DELETE", "/api/interviews/sessions/{session_id}/decision", decisions.undo_decision, _RECRUITER,
          "undo the decision that counts"),
    Route("GET", "/api/interviews/sessions/{session_id}/decisions", decisions.list_decisions, _RECRUITER,
          "what was decided about a candidate, and undone"),
    Route("POST", "/api/interviews/sessions/{session_id}/answers/{question_id}/model", model_answers.add_model_answer,
          _RECRUITER, "make an answer a model answer of the plan, or preview that", lane=Lane.JOB),
    Route("DELETE", "/api/interviews/sessions/{session_id}/answers/{question_id}/model",
          model_answers.remove_model_answer, _RECRUITER, "take a model answer back"),
    Route("GET", "/api/jobs/{job_id}/interview-leaderboard", leaderboard.get_leaderboard, _MACHINE,
          "the candidates of a job, best first"),
    Route("GET", "/api/jobs/{job_id}/funnel", funnel.get_funnel, _RECRUITER,
          "the progress of a job's candidates, and the distribution of their totals"),
    Route("POST", "/api/jobs/{job_id}/decisions", decisions.decide_about_many, _RECRUITER,
          "decide about many candidates of a job, or preview that"),
    Route("GET", "/api/decision-reasons", decision_reasons.get_reasons, _RECRUITER, "the reasons for decisions"),
    Route("PUT", "/api/decision-reasons", decision_reasons.put_reasons, _RECRUITER, "change these reasons"),
    Route("GET", "/api/jobs/{job_id}/compare", comparison.get_comparison, _RECRUITER,
          "compare two to five candidates, question by question"),
    Route("GET", "/api/jobs/{job_id}/agreement", agreement.get_job_agreement, _RECRUITER,
          "how well the machine agrees with reviewers, and reviewers with each other", lane=Lane.JOB),
    Route("GET", "/api/agreement", agreement.get_agreement, _RECRUITER, "the same of all jobs", lane=Lane.JOB),
    Route("POST", "/api/jobs/{job_id}/fairness", fairness.compute_job_fairness, _RECRUITER,
          "compare candidates by category, from a list that is not kept", max_body_bytes=lists.MAX_BODY_BYTES,
          lane=Lane.JOB, keeps_nothing=True),
    Route("GET", "/api/jobs/{job_id}/plan", plans.get_plan, _RECRUITER, "the interview plan of a job"),
    Route("PUT", "/api/jobs/{job_id}/plan", plans.put_plan, _RECRUITER, "save the draft of a plan",
          max_body_bytes=plan_shapes.MAX_PLAN_BYTES),
    Route("POST", "/api/jobs/{job_id}/plan/draft", plans.draft_plan, _RECRUITER,
          "draft a plan from the job description and the question library", lane=Lane.SOURCE),
    Route("POST", "/api/jobs/{job_id}/plan/publish", plans.publish_plan, _RECRUITER,
          "publish the draft: candidates started from now on get its questions", lane=Lane.PROVIDER),
    Route("GET", "/api/jobs/{job_id}/plan/versions", plans.list_plan_versions, _RECRUITER,
          "the published versions of a plan, newest first"),
    Route("POST", "/api/jobs/{job_id}/plan/import", plans.import_plan, _RECRUITER,
          "make a plan of the questions of a position", lane=Lane.PROVIDER),
    Route("POST", "/api/jobs/{job_id}/plan/try", plans.try_plan, _RECRUITER,
          "score an answer by a question of the plan, and store nothing"),
    Route("GET", "/api/reviews", reviews.list_reviews, Access.REVIEWER, "the finished interviews that one may review"),
    Route("GET", "/api/reviews/{session_id}", reviews.get_review, Access.REVIEWER, "an interview and one's review"),
    Route("PUT", "/api/reviews/{session_id}", reviews.save_review, Access.REVIEWER, "save the draft of a review"),
    Route("POST", "/api/reviews/{session_id}/submit", reviews.submit_review, Access.REVIEWER, "submit a review"),
    Route("POST", "/api/reviews/{session_id}/discard", reviews.discard_draft, Access.REVIEWER, "discard a draft"),
    Route("GET", "/api/reviews/{session_id}/video/{question_id}", videos.get_video, Access.REVIEWER,
          "a fresh address of the video of an answer", lane=Lane.PROVIDER),
    Route("GET", "/api/interviews/sessions/{session_id}/reviews", reviews.list_session_reviews, _RECRUITER,
          "all submitted reviews of an interview"),
    Route("GET", "/api/interviews/sessions/{session_id}/override", overrides.list_overrides, _RECRUITER, "overrides"),
    Route("PUT", "/api/interviews/sessions/{session_id}/override", overrides.override_interview, _RECRUITER,
          "put a total in place of the machine's"),
    Route("DELETE", "/api/interviews/sessions/{session_id}/override", overrides.restore_interview, _RECRUITER,
          "let the machine's total count again"),
    Route("PUT", "/api/interviews/sessions/{session_id}/questions/{question_id}/override", overrides.override_question,
          _RECRUITER, "put a score of an answer in place of the machine's"),
    Route("DELETE", "/api/interviews/sessions/{session_id}/questions/{question_id}/override",
          overrides.restore_question, _RECRUITER, "let the machine's score of an answer count again"),
    Route("GET", "/api/jobs/{job_id}/settings", job_settings.get_job_settings, _RECRUITER, "settings of a job"),
    Route("PATCH", "/api/jobs/{job_id}/settings", job_settings.change_job_settings, _RECRUITER, "change settings"),
    Route("GET", "/api/question-library", question_library.get_question_library, _RECRUITER,
          "questions to choose from, with what a good answer covers"),
    Route("POST", "/api/jobs/{job_id}/shares", shares.create_share, _RECRUITER,
          "share a shortlist by a link without sign-in"),
    Route("GET", "/api/jobs/{job_id}/shares", shares.list_shares, _RECRUITER, "the shares of a job, newest first"),
    Route("POST", "/api/shares/{share_id}/revoke", shares.revoke_share, _RECRUITER, "revoke a shared link"),
    Route("GET", "/api/shared/{token}", shares.get_shortlist, _PUBLIC, "a shared shortlist, by the token of its link"),
    Route("GET", "/api/shared/{token}/candidates/{number}", shares.get_shared_scorecard, _PUBLIC,
          "a scorecard on a shared shortlist"),
    Route("PUT", "/api/shared/{token}/candidates/{number}/recommendation", recommendations.put_recommendation, _PUBLIC,
          "recommend a candidate of a shared shortlist", max_body_bytes=recommendations.MAX_RECOMMENDATION_BYTES),
    Route("DELETE", "/api/shared/{token}/candidates/{number}/recommendation", recommendations.delete_recommendation,
          _PUBLIC, "take one's own recommendation back"),
    Route("GET", "/api/jobs/{job_id}/recommendations", recommendations.list_recommendations, _RECRUITER,
          "what readers of shared shortlists recommend"),
    Route("DELETE", "/api/shares/{share_id}/recommendations/{recommendation_id}", recommendations.remove_recommendation,
          _RECRUITER, "remove a recommendation"),
    Route("POST", "/api/steps/interview", steps.run_interview_step, _MACHINE,
          "start or refresh many candidates of a job", lane=Lane.STEP),
    Route("GET", "/api/jobs/{job_id}/steps/interview", steps.get_interview_step, _MACHINE,
          "the progress of a job's interview step"),
    Route("GET", "/api/admin/jobs", jobs.list_jobs, _RECRUITER, "job descriptions of the source", lane=Lane.SOURCE),
    Route("GET", "/api/admin/jobs/{job_id}", jobs.get_job, _RECRUITER, "one job description, archived ones included",
          lane=Lane.SOURCE),
    Route("GET", "/api/admin/jobs/{job_id}/candidates", candidates.list_candidates, _RECRUITER,
          "candidates matched to a job, with their sessions", lane=Lane.SOURCE),
    Route("POST", "/api/admin/jobs/{job_id}/candidates/read-list", lists.read_candidates, _RECRUITER,
          "match the rows of a candidate list", max_body_bytes=lists.MAX_BODY_BYTES,
          lane=Lane.SOURCE),
    Route("POST", "/api/admin/jobs/{job_id}/sessions/refresh", refresh.refresh_job_sessions, _RECRUITER,
          "refresh all sessions of a job", lane=Lane.JOB),
    Route("POST", "/api/admin/jobs/{job_id}/rescore", rescore.rescore_job_sessions, _RECRUITER,
          "score a job's stored transcripts again with the current criteria", lane=Lane.JOB),
    Route("GET", "/api/admin/positions", positions.list_positions, _RECRUITER, "positions at the interview provider",
          lane=Lane.PROVIDER),
    Route("POST", "/api/admin/positions", positions.create_position, _RECRUITER, "create a position",
          lane=Lane.PROVIDER),
    Route("PUT", "/api/admin/jobs/{job_id}/position", positions.assign_position, _RECRUITER,
          "assign a position to a job", lane=Lane.PROVIDER),
    Route("DELETE", "/api/admin/jobs/{job_id}/position", positions.unassign_position, _RECRUITER,
          "use the default position for a job again", lane=Lane.PROVIDER),
    Route("POST", "/api/admin/jobs/{job_id}/assessment/prepare", positions.prepare_assessment, _MACHINE,
          "check that a job's candidates can be invited", lane=Lane.PROVIDER),
    *USER_ROUTES,
    Route("GET", "/api/candidates/{candidate_id}/export", candidates.export, _RECRUITER,
          "export everything stored about a candidate"),
    Route("DELETE", "/api/candidates/{candidate_id}", candidates.erase, _RECRUITER, "erase a candidate"),
    Route("POST", "/api/webhooks/hireflix", webhooks.receive, Access.SIGNED, "webhook events of Hireflix"),
)


def create_app(
    settings: Settings | None = None, *, clock: Clock | None = None,
    lane_limits: Mapping[Lane, LaneLimit] = LANE_LIMITS, password_cost: PasswordCost = PASSWORD_COST,
) -> Application:
    """The service as a WSGI callable; without settings it reads the environment.

    Raises SettingsError with all errors in settings and config files, and StoreRefused for an unusable database.
    """
    settings = settings or environment.load(os.environ)
    clock = clock or SystemClock()
    metrics = Metrics()
    worker = ScoringWorker()
    service = build_service(settings, clock, metrics, batch_scorer=worker.score)
    store = service.store
    try:
        guard = Guard(
            admin_token=settings.admin_token,
            client_key=settings.client_key,
            store=store,
            public_base_url=settings.public_base_url,
            clock=clock,
            throttle=Throttle(clock, store, settings.admin_token or settings.client_key or ""),
            token_urlsafe=secrets.token_urlsafe,
            client_address=ClientAddress(
                settings.trusted_proxies or (),
                # Render is behind Cloudflare, which always sets this header itself.
                "CF-Connecting-IP" if settings.render_external_url else None,
            ),
        )
        sync = BackgroundSync(service, settings.sync_seconds, secrets.token_hex(8), settings.retention_days)
        site = Site(
            **vars(service),
            files=StaticFiles(STATIC_FOLDER),
            page_rules={
                "dashboard": dashboard_rules(), "reviews": review_rules(), "shortlist": shortlist_rules(),
            },
            guard=guard,
            passwords=Passwords(secrets.token_bytes, password_cost),
            routes=ROUTES,
            webhook_reader=webhook_reader(settings),
            sync=sync,
            source_health=SourceHealth(service.source, clock),
            titles=JobTitles(store, service.source, clock),
            company_name=settings.company_name,
            outlines=InterviewOutlines(service.provider, clock),
            landing_page=settings.landing_page,
            contact=settings.contact,
            metrics=metrics,
            started_at_ms=clock.now_ms(),
            started_s=clock.monotonic_s(),
        )
    except BaseException:
        store.close()
        raise
    return Application(
        routes=ROUTES,
        site=site,
        guard=guard,
        idempotency=Idempotency(
            partial(_idempotency_keys, store), clock, service.strip_link_signatures, service.restore_link_signatures
        ),
        lanes=Lanes(lane_limits),
        problem_page=partial(pages.problem_page, site),
        clock=clock,
        metrics=metrics,
        new_request_id=partial(secrets.token_hex, 8),
        start=sync.start,
        close=partial(_close, sync, worker, store),
    )


def wsgi() -> Application:
    """The service for another WSGI server, configured by the environment, with its background work started.

    It is closed when the interpreter exits, because no WSGI server tells an application that it stops.
    """
    settings = environment.load(os.environ)
    if prefix := os.environ.get("SCRIPT_NAME", "").strip("/"):
        error = f"SCRIPT_NAME: must not be set (it is /{prefix}): pages and links begin at the root of a host name"
        raise SettingsError([error])
    logs.set_up(sys.stderr, settings.log_format, only_logger=False)
    app = create_app(settings, lane_limits=limits_for_threads(settings.server_threads))
    atexit.register(app.close)
    _publish_demo_plans(app, settings)
    app.start()
    return app


def _publish_demo_plans(app: Application, settings: Settings) -> None:
    """Give the demo jobs their plans, before the first request."""
    if settings.provider == "demo":
        from .providers.demo.plans import publish_demo_plans

        publish_demo_plans(app.site)


def _create_and_publish(settings: Settings) -> Application:
    app = create_app(settings)
    _publish_demo_plans(app, settings)
    return app


def _close(sync: BackgroundSync, worker: ScoringWorker, store: Store) -> None:
    sync.stop()
    worker.close()
    store.close()


def main(argv: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run a command, or serve if there is none.

    The exit status is 0, 1 if the command failed, or 2 if the service cannot start with these settings.
    """
    if argv:
        # Imported only for commands, so that the server starts faster.
        from .cli.commands import run as run_command

        serve = partial(serve_until_stopped, environ, _create_and_publish)
        return run_command(argv, environ, lambda as_json: serve(as_json=as_json))
    return serve_until_stopped(environ, _create_and_publish)


def run() -> None:
    """The console script."""
    sys.exit(main(sys.argv[1:], os.environ))


@contextmanager
def _idempotency_keys(store: Store) -> Iterator[Keys]:
    with store.write() as tx:
        yield tx.idempotency


if __name__ == "__main__":
    run()
