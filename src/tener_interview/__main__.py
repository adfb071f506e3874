"""The entry point: the route table, the application built from it, and the server's start.

`PYTHONPATH=src python3 -m tener_interview` serves. `create_app(settings)` returns the same service as a WSGI callable,
for any other server.
"""

from __future__ import annotations

import atexit
import os
import random
import secrets
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import settings as environment
from .api.body_limits import MAX_LIST_BODY_BYTES, MAX_MESSAGE_BYTES, MAX_PLAN_BYTES, MAX_RECOMMENDATION_BYTES
from .api.desk_texts import DESK_TEXTS
from .api.endpoint_routes import ENDPOINT_ROUTES
from .api.message_routes import MESSAGE_ROUTES
from .api.notification_routes import NOTIFICATION_ROUTES
from .api.privacy_routes import PRIVACY_ROUTES
from .api.review_routes import REVIEW_ROUTES
from .api.user_routes import USER_ROUTES
from .api.web_service import WebService
from .composition import build_service, provider_event_reader
from .domain.jobs.interview_outlines import InterviewOutlines
from .domain.jobs.job_titles import JobTitles
from .domain.messages.due_mail_thread import DueMailThread
from .domain.outbox.dispatcher import Dispatcher
from .domain.refresh.background_sync import BackgroundSync
from .domain.users.passwords import PASSWORD_COST, Passwords
from .lazy_import import load, make_lazy
from .mcp.call_limit import CallLimit
from .outbox_channels import outbox_channels
from .serving import serve_until_stopped
from .settings import SettingsError
from .sources.probe import SourceHealth
from .system import logs
from .system.clock import SystemClock
from .system.memory import give_back_freed_memory
from .system.metrics import Metrics
from .web.application import Application
from .web.auth import Guard
from .web.client_address import ClientAddress
from .web.idempotency import Idempotency
from .web.lanes import LANE_LIMITS, Lane, Lanes, limits_for_threads
from .web.router import Access, Route
from .web.startup_tasks import StartupTasks
from .web.static import StaticFiles
from .web.throttle import Throttle

if TYPE_CHECKING:
    from .domain.messages.due_mail_thread import QueueDue
    from .domain.refresh.scoring_worker import ScoredInterview, ScoringWorker
    from .domain.users.passwords import PasswordCost
    from .errors import Problem
    from .settings import Settings
    from .store.ports import Store
    from .system.clock import Clock
    from .web.idempotency import Keys
    from .web.lanes import LaneLimit
    from .web.request import Request

STATIC_FOLDER = Path(__file__).parent / "static"

_PUBLIC, _RECRUITER, _MAIN_SYSTEM = Access.PUBLIC, Access.RECRUITER, Access.MAIN_SYSTEM
_ADMIN, _REVIEWER = Access.ADMIN, Access.REVIEWER

ROUTES: tuple[Route, ...] = (
    Route("GET", "/", "api.pages.home", _PUBLIC, "redirect to the dashboard"),
    Route("GET", "/agreement", "api.pages.agreement", _RECRUITER, "the page of rater agreement on all jobs"),
    Route("GET", "/jobs/{job_id}/agreement", "api.pages.agreement", _RECRUITER, "the page of a job's rater agreement"),
    Route("GET", "/jobs/{job_id}/fairness", "api.pages.fairness", _RECRUITER, "compare candidates by category"),
    Route("GET", "/static/{path}", "api.pages.static_file", _PUBLIC, "static files of the pages", matches_rest=True),
    Route("GET", "/help/{name}", "api.help_pages.show_help", _PUBLIC, "how something works: a document as a page"),
    *PRIVACY_ROUTES,
    Route("GET", "/dashboard", "api.pages.dashboard", _REVIEWER, "the recruiter's dashboard"),
    Route("POST", "/i/{token}/start", "api.interview_links.begin_interview", _PUBLIC,
          "begin the interview from the landing page", max_body_bytes=16_384),
    Route("GET", "/i/{token}/start", "api.interview_links.enter_again", _PUBLIC, "redirect to the entry link"),
    Route("GET", "/i/{token}", "api.interview_links.enter", _PUBLIC, "a candidate's entry link", matches_rest=True),
    Route("GET", "/s/{token}", "api.pages.show_shortlist", _PUBLIC, "a shared shortlist", matches_rest=True),
    Route("GET", "/demo/interview/{hash}", "providers.demo.page.show_interview", _PUBLIC, "demo mode: its interviews"),
    Route("POST", "/demo/interview/{hash}", "providers.demo.page.submit_interview", _PUBLIC,
          "demo mode: answer an interview"),
    Route("POST", "/mcp", "api.mcp.answer_assistant", _REVIEWER, "the tools of assistants (Model Context Protocol)",
          max_body_bytes=MAX_MESSAGE_BYTES, lane=Lane.ASSISTANT, ignores_idempotency_key=True, checks_read_only=True),
    Route("GET", "/health", "api.health.get_health", _PUBLIC, "whether the process responds", lane=None),
    Route("GET", "/ready", "api.service_info.get_ready", _RECRUITER, "whether database and source are usable"),
    Route("GET", "/metrics", "api.prometheus.get_metrics", _RECRUITER,
          "metrics of this process and its database, for Prometheus"),
    Route("GET", "/api", "api.service_info.describe", _RECRUITER, "what this service is, and its configuration"),
    Route("GET", "/api/openapi.json", "api.openapi.get_openapi", _RECRUITER, "this API in OpenAPI 3.1"),
    Route("GET", "/api/interviews/sessions", "api.sessions.list_sessions", _MAIN_SYSTEM, "sessions, newest first"),
    Route("POST", "/api/interviews/sessions/start", "api.start.start_session", _MAIN_SYSTEM,
          "start an interview of a candidate for a job", lane=Lane.PROVIDER),
    Route("GET", "/api/interviews/sessions/{session_id}", "api.sessions.get_session", _MAIN_SYSTEM, "one session"),
    Route("PATCH", "/api/interviews/sessions/{session_id}", "api.sessions.correct_session", _RECRUITER,
          "correct a candidate's name, e-mail address or language"),
    Route("GET", "/api/interviews/sessions/{session_id}/events", "api.sessions.list_events", _MAIN_SYSTEM,
          "the history of a session"),
    Route("POST", "/api/interviews/sessions/{session_id}/refresh", "api.refresh.refresh_session", _MAIN_SYSTEM,
          "refresh a session from the provider", lane=Lane.PROVIDER),
    Route("GET", "/api/interviews/sessions/{session_id}/scorecard", "api.scorecard.get_scorecard", _MAIN_SYSTEM,
          "the scores of every answer"),
    Route("GET", "/api/interviews/sessions/{session_id}/results", "api.scorecard.list_results", _RECRUITER,
          "all versions of a session's result, newest first"),
    Route("POST", "/api/interviews/sessions/{session_id}/cancel", "api.sessions.cancel_session", _MAIN_SYSTEM,
          "cancel a session and its link"),
    Route("POST", "/api/interviews/sessions/{session_id}/link", "api.sessions.renew_link", _MAIN_SYSTEM,
          "change the lifetime of a link, or replace it"),
    Route("PUT", "/api/interviews/sessions/{session_id}/decision", "api.decisions.put_decision", _RECRUITER,
          "decide about a candidate"),
    Route("DELETE", "/api/interviews/sessions/{session_id}/decision", "api.decisions.undo_decision", _RECRUITER,
          "undo the current decision"),
    Route("GET", "/api/interviews/sessions/{session_id}/decisions", "api.decisions.list_decisions", _RECRUITER,
          "the decisions about a candidate"),
    Route("POST", "/api/interviews/sessions/{session_id}/answers/{question_id}/model",
          "api.model_answers.add_model_answer", _RECRUITER,
          "make an answer a model answer of the plan, or preview that", lane=Lane.LONG),
    Route("DELETE", "/api/interviews/sessions/{session_id}/answers/{question_id}/model",
          "api.model_answers.remove_model_answer", _RECRUITER, "remove a model answer"),
    Route("GET", "/api/jobs/{job_id}/interview-leaderboard", "api.leaderboard.get_leaderboard", _MAIN_SYSTEM,
          "the candidates of a job, best first"),
    Route("GET", "/api/jobs/{job_id}/funnel", "api.funnel.get_funnel", _RECRUITER,
          "the progress of a job's candidates, and the distribution of their totals"),
    Route("POST", "/api/jobs/{job_id}/decisions", "api.decisions.decide_about_many", _RECRUITER,
          "decide about many candidates of a job, or preview that"),
    Route("GET", "/api/decision-reasons", "api.decision_reasons.get_reasons", _RECRUITER, "the reasons for decisions"),
    Route("PUT", "/api/decision-reasons", "api.decision_reasons.put_reasons", _RECRUITER, "change decision reasons"),
    Route("GET", "/api/jobs/{job_id}/compare", "api.comparison.get_comparison", _RECRUITER,
          "compare two to five candidates, question by question"),
    Route("GET", "/api/jobs/{job_id}/agreement", "api.agreement.get_job_agreement", _RECRUITER,
          "how well the machine agrees with reviewers, and reviewers with each other", lane=Lane.LONG),
    Route("GET", "/api/agreement", "api.agreement.get_agreement", _RECRUITER,
          "rater agreement on all jobs", lane=Lane.LONG),
    Route("POST", "/api/jobs/{job_id}/fairness", "api.fairness.compute_job_fairness", _RECRUITER,
          "compare candidates by category, from a list that is not stored", max_body_bytes=MAX_LIST_BODY_BYTES,
          lane=Lane.LONG, ignores_idempotency_key=True),
    Route("GET", "/api/jobs/{job_id}/plan", "api.plans.get_plan", _RECRUITER, "the interview plan of a job"),
    Route("PUT", "/api/jobs/{job_id}/plan", "api.plans.put_plan", _RECRUITER, "save the draft of a plan",
          max_body_bytes=MAX_PLAN_BYTES),
    Route("POST", "/api/jobs/{job_id}/plan/draft", "api.plans.draft_plan", _RECRUITER,
          "draft a plan from the job description and the question library", lane=Lane.SOURCE),
    Route("POST", "/api/jobs/{job_id}/plan/publish", "api.plans.publish_plan", _RECRUITER,
          "publish the draft: candidates invited from now on get its questions", lane=Lane.PROVIDER),
    Route("GET", "/api/jobs/{job_id}/plan/versions", "api.plans.list_plan_versions", _RECRUITER,
          "the published versions of a plan, newest first"),
    Route("POST", "/api/jobs/{job_id}/plan/import", "api.plans.import_plan", _RECRUITER,
          "make a plan of the questions of a position", lane=Lane.PROVIDER),
    Route("POST", "/api/jobs/{job_id}/plan/try", "api.plans.try_plan", _RECRUITER,
          "score an answer by a question of the plan, and store nothing", ignores_idempotency_key=True),
    *REVIEW_ROUTES,
    Route("GET", "/api/judge", "api.opinions.get_judge", _RECRUITER,
          "the language model for second opinions, and its cost"),
    Route("POST", "/api/jobs/{job_id}/opinions", "api.opinions.ask_judge", _RECRUITER,
          "ask the language model about interviews that it has not judged"),
    Route("GET", "/api/jobs/{job_id}/settings", "api.job_settings.get_job_settings", _RECRUITER, "settings of a job"),
    Route("PATCH", "/api/jobs/{job_id}/settings", "api.job_settings.change_job_settings", _RECRUITER,
          "change settings"),
    Route("GET", "/api/question-library", "api.question_library.get_question_library", _RECRUITER,
          "questions to choose from, with what a good answer covers"),
    Route("POST", "/api/jobs/{job_id}/shares", "api.shares.create_share", _RECRUITER,
          "share a shortlist by a link without sign-in"),
    Route("GET", "/api/jobs/{job_id}/shares", "api.shares.list_shares", _RECRUITER,
          "the shares of a job, newest first"),
    Route("POST", "/api/shares/{share_id}/revoke", "api.shares.revoke_share", _RECRUITER, "revoke a shared link"),
    Route("GET", "/api/shared/{token}", "api.shares.get_shortlist", _PUBLIC,
          "a shared shortlist, by the token of its link"),
    Route("GET", "/api/shared/{token}/candidates/{number}", "api.shares.get_shared_scorecard", _PUBLIC,
          "a scorecard on a shared shortlist"),
    Route("PUT", "/api/shared/{token}/candidates/{number}/recommendation", "api.recommendations.put_recommendation",
          _PUBLIC, "recommend a candidate of a shared shortlist",
          max_body_bytes=MAX_RECOMMENDATION_BYTES),
    Route("DELETE", "/api/shared/{token}/candidates/{number}/recommendation",
          "api.recommendations.delete_recommendation", _PUBLIC, "remove one's own recommendation"),
    Route("GET", "/api/jobs/{job_id}/recommendations", "api.recommendations.list_recommendations", _RECRUITER,
          "what readers of shared shortlists recommend"),
    Route("DELETE", "/api/shares/{share_id}/recommendations/{recommendation_id}",
          "api.recommendations.remove_recommendation", _RECRUITER, "remove a recommendation"),
    Route("POST", "/api/steps/interview", "api.steps.run_interview_step", _MAIN_SYSTEM,
          "start or refresh many candidates of a job", lane=Lane.STEP),
    Route("GET", "/api/jobs/{job_id}/steps/interview", "api.steps.get_interview_step", _MAIN_SYSTEM,
          "the progress of a job's interview step"),
    Route("GET", "/api/admin/jobs", "api.jobs.list_jobs", _RECRUITER, "job descriptions of the source",
          lane=Lane.SOURCE),
    Route("GET", "/api/admin/jobs/{job_id}", "api.jobs.get_job", _RECRUITER,
          "one job description, archived ones included", lane=Lane.SOURCE),
    Route("GET", "/api/admin/jobs/{job_id}/candidates", "api.candidates.list_candidates", _RECRUITER,
          "candidates matched to a job, with their sessions", lane=Lane.SOURCE),
    Route("POST", "/api/admin/jobs/{job_id}/candidates/read-list", "api.candidate_lists.read_candidates", _RECRUITER,
          "match the rows of a candidate list", max_body_bytes=MAX_LIST_BODY_BYTES,
          lane=Lane.SOURCE, ignores_idempotency_key=True),
    Route("POST", "/api/admin/jobs/{job_id}/sessions/refresh", "api.refresh.refresh_job_sessions", _RECRUITER,
          "refresh all sessions of a job", lane=Lane.LONG),
    Route("POST", "/api/admin/jobs/{job_id}/rescore", "api.rescore.rescore_job_sessions", _RECRUITER,
          "score a job's stored transcripts again with the current criteria", lane=Lane.LONG),
    Route("GET", "/api/admin/positions", "api.positions.list_positions", _RECRUITER,
          "positions at the interview provider", lane=Lane.PROVIDER),
    Route("POST", "/api/admin/positions", "api.positions.create_position", _RECRUITER, "create a position",
          lane=Lane.PROVIDER),
    Route("PUT", "/api/admin/jobs/{job_id}/position", "api.positions.assign_position", _RECRUITER,
          "assign a position to a job", lane=Lane.PROVIDER),
    Route("DELETE", "/api/admin/jobs/{job_id}/position", "api.positions.unassign_position", _RECRUITER,
          "use the default position for a job again", lane=Lane.PROVIDER),
    Route("POST", "/api/admin/jobs/{job_id}/assessment/prepare", "api.positions.prepare_assessment", _MAIN_SYSTEM,
          "check that a job's candidates can be invited", lane=Lane.PROVIDER),
    *USER_ROUTES,
    *MESSAGE_ROUTES,
    *NOTIFICATION_ROUTES,
    *ENDPOINT_ROUTES,
    Route("GET", "/api/candidates", "api.candidate_search.find_candidates", _REVIEWER, "find people across all jobs",
          lane=Lane.SOURCE),
    Route("GET", "/api/candidates/{candidate_id}/export", "api.candidates.export", _RECRUITER,
          "export everything stored about a candidate"),
    Route("DELETE", "/api/candidates/{candidate_id}", "api.candidates.erase", _RECRUITER, "erase a candidate"),
    Route("POST", "/api/webhooks/hireflix", "api.webhooks.receive", Access.SIGNED, "events of Hireflix's webhook"),
)

#: What most first requests need: imported soon after the service answers, so that they do not wait for it.
NEEDED_FIRST = ("api.pages.dashboard", "api.sign_in.log_in", "api.interview_links.enter", "api.start.start_session")


def create_app(
    settings: Settings | None = None, *, clock: Clock | None = None, worker: ScoringWorker | None = None,
    lane_limits: Mapping[Lane, LaneLimit] = LANE_LIMITS, password_cost: PasswordCost = PASSWORD_COST,
) -> Application:
    """The service as a WSGI callable; without settings it reads the environment. `worker` is closed with it.

    Raises SettingsError with all errors in settings and config files, and StoreRefused for an unusable database.
    """
    settings = settings or environment.load(os.environ)
    clock = clock or SystemClock()
    metrics = Metrics()
    worker = worker or make_lazy("domain.refresh.scoring_worker.ScoringWorker")
    service = build_service(settings, clock, metrics, worker_scorer=partial(_score, worker))
    store = service.store
    try:
        guard = _create_guard(settings, store, clock)
        sync = BackgroundSync(service, settings.sync_seconds, secrets.token_hex(8), settings.retention_days)
        dispatcher = Dispatcher(store, clock, outbox_channels(service, settings), secrets.token_hex(8), random.random)
        due_mail_thread = DueMailThread(service, _mail_queues)
        files = StaticFiles(STATIC_FOLDER, DESK_TEXTS)
        startup_tasks = StartupTasks([
            *(partial(load, name) for name in NEEDED_FIRST),
            # Of all pages it takes longest, and it is opened first.
            partial(files.build_ahead, "dashboard.html", next(iter(DESK_TEXTS.languages))),
            give_back_freed_memory,
        ])
        web_service = WebService(
            **vars(service),
            files=files,
            guard=guard,
            passwords=Passwords(secrets.token_bytes, password_cost),
            routes=ROUTES,
            provider_event_reader=provider_event_reader(settings),
            assistant_calls=CallLimit(clock),
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
        service=web_service,
        guard=guard,
        idempotency=Idempotency(
            partial(_idempotency_keys, store), clock, service.strip_link_signatures, service.restore_link_signatures
        ),
        lanes=Lanes(lane_limits),
        problem_page=partial(_problem_page, web_service),
        clock=clock,
        metrics=metrics,
        new_request_id=partial(secrets.token_hex, 8),
        start=partial(_start, sync, dispatcher, due_mail_thread, startup_tasks),
        close=partial(_close, sync, dispatcher, due_mail_thread, startup_tasks, worker, store),
    )


def _create_guard(settings: Settings, store: Store, clock: Clock) -> Guard:
    # Render is behind Cloudflare, which always sets this header itself.
    address_header = "CF-Connecting-IP" if settings.render_external_url else None
    return Guard(
        admin_token=settings.admin_token,
        client_key=settings.client_key,
        store=store,
        public_base_url=settings.public_base_url,
        clock=clock,
        throttle=Throttle(clock, store, settings.admin_token or settings.client_key or ""),
        token_urlsafe=secrets.token_urlsafe,
        client_address=ClientAddress(settings.trusted_proxies or (), address_header),
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


def _score(worker: ScoringWorker, *interview: Any) -> ScoredInterview:
    """Score in the worker, which is imported with the first interview."""
    return worker.score(*interview)


def _publish_demo_plans(app: Application, settings: Settings) -> None:
    """Give the demo jobs their plans, before the first request."""
    if settings.provider == "demo":
        load("providers.demo.unplanned_jobs.publish_demo_plans")(app.service)


def _create_and_publish(settings: Settings) -> Application:
    app = create_app(settings)
    _publish_demo_plans(app, settings)
    return app


def _start(
    sync: BackgroundSync, dispatcher: Dispatcher, due_mail_thread: DueMailThread, startup_tasks: StartupTasks
) -> None:
    for background_work in (sync, dispatcher, due_mail_thread, startup_tasks):
        background_work.start()


def _close(
    sync: BackgroundSync, dispatcher: Dispatcher, due_mail_thread: DueMailThread, startup_tasks: StartupTasks,
    worker: ScoringWorker, store: Store,
) -> None:
    startup_tasks.stop()
    due_mail_thread.stop()
    sync.stop()
    dispatcher.stop()
    worker.close()
    store.close()


def main(argv: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run a command, or serve if there is none.

    The exit status is 0, 1 if the command failed, or 2 if the service cannot start with these settings.
    """
    if argv:
        serve = partial(serve_until_stopped, environ, _create_and_publish)
        return int(load("cli.commands.run")(argv, environ, lambda as_json: serve(as_json=as_json)))
    return serve_until_stopped(environ, _create_and_publish)


def run() -> None:
    """The console script."""
    load("system.streams.prepare_standard_streams")()
    sys.exit(main(sys.argv[1:], os.environ))


def _mail_queues() -> dict[str, QueueDue]:
    """What the mail schedule queues, imported only where e-mail is sent."""
    return {
        "reminders": load("domain.messages.reminders.queue_due_reminders"),
        "digests": load("domain.notifications.digests.queue_due_digests"),
    }


def _problem_page(service: WebService, problem: Problem, request: Request) -> str:
    """The page of an error, imported with the first one."""
    page: str = load("api.pages.problem_page")(service, problem, request)
    return page


@contextmanager
def _idempotency_keys(store: Store) -> Iterator[Keys]:
    with store.write() as tx:
        yield tx.idempotency


if __name__ == "__main__":
    run()
