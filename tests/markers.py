"""The tests that `make quick` leaves out, and those that run on each database."""

from __future__ import annotations

#: By marker, as pyproject.toml describes them: folders, files, and single tests of files.
MARKED: dict[str, tuple[str, ...]] = {
    "browser": ("browser/",),
    "kills": (
        "cli/test_erasure_lasts.py::test_a_killed_revocation_can_be_repeated",
        "cli/test_erasure_lasts.py::test_a_killed_restore_is_complete_or_not_begun",
        "cli/test_import.py::test_a_killed_import_can_be_repeated",
        "cli/test_migrate.py::test_a_killed_copy_is_continued",
        "cli/test_migrate.py::test_another_file_does_not_continue_a_copy",
        "store/postgres/test_postgres_server.py",
        "store/sqlite/test_migrations.py::test_a_process_killed_in_a_migration_keeps_the_old_version",
        "store/sqlite/test_restore.py::test_a_killed_restore_leaves_the_old_database",
        "test_availability.py",
        "test_database_outages.py",
        "test_instances.py",
        "test_kill.py",
        "test_kill_many.py",
        "test_kill_publish.py",
        "test_scoring_worker.py",
        "test_two_processes.py",
    ),
    "load": (
        "api/test_schemathesis.py",
        "cli/test_backups_on_postgres.py",
        "cli/test_score.py",
        "domain/leaderboard/test_counts_agree.py",
        "domain/jobs/test_step.py::test_five_hundred_at_once_and_not_one_more",
        "domain/privacy/test_scrub.py::test_page_splits_leave_nothing_of_many_people",
        "domain/refresh/test_refresh_job.py",
        "domain/refresh/test_sync.py::test_an_hour_of_outage_and_every_session_moves_on",
        "domain/test_costs.py::test_no_path_costs_more_than_its_budget",
        "domain/test_hot_paths.py",
        "scoring/test_behaviour_gaming.py",
        "sources/test_long_lists.py",
        "test_giving_way.py",
        "test_hostile.py",
        "test_load.py",
        "test_main_system.py",
        "test_operations.py",
        "test_other_servers.py",
        "test_readme.py",
        "test_recording.py::test_every_route_is_recorded",
        "test_recording.py::test_recordings_of_one_tree_are_equal",
    ),
}

DATABASES = ("sqlite", "postgres")
#: The tests that run on each database, if they need one. A statement of `store/tables/` that none of them runs on
#: PostgreSQL fails the whole suite.
ON_EACH_DATABASE = (
    "api/", "domain/", "providers/demo/", "store/test_audit_log.py", "store/test_bounds.py",
    "store/test_overlapping.py", "store/test_search.py", "store/test_seldom_used.py", "store/test_transactions.py",
    "test_kill.py", "test_kill_many.py", "test_kill_publish.py", "test_two_processes.py", "web/test_auth.py",
    "web/test_idempotency.py",
)
_COUNTED = "what a path costs is counted on one of them"
_FILE = "about the file of a SQLite database"
_REQUESTS = "how requests are read and refused, which no database decides"
_ANSWERS = "how stored values are written into an answer, which is the same for each database"
_UPSTREAM = "many answers of other systems, whose effects other tests of the file see on each database"
#: Those of them that do not, and why.
ONLY_SQLITE: dict[str, str] = {
    "api/test_access.py": _REQUESTS,
    "api/test_candidate_pages.py": _ANSWERS,
    "api/test_client_door.py": _REQUESTS,
    "api/test_demo_page.py": _ANSWERS,
    "api/test_entry_links.py::test_a_link_survives_what_mail": _REQUESTS,
    "api/test_entry_links.py::test_a_person_opens": _ANSWERS,
    "api/test_entry_links.py::test_a_preview": _REQUESTS,
    "api/test_entry_links.py::test_an_altered": _REQUESTS,
    "api/test_entry_links.py::test_no_link": _REQUESTS,
    "api/test_error_shape.py": _REQUESTS,
    "api/test_landing_page.py": _ANSWERS,
    "api/test_lenient_api.py": _REQUESTS,
    "api/test_openapi.py": _ANSWERS,
    "api/test_page_rules.py": _ANSWERS,
    "api/test_plan_api.py::test_a_tag": _REQUESTS,
    "api/test_plan_api.py::test_an_incomplete": _REQUESTS,
    "api/test_plan_api.py::test_what_": _REQUESTS,
    "api/test_role_walk.py": _REQUESTS,
    "api/test_sessions_api.py::test_a_hostile": _REQUESTS,
    "api/test_sessions_api.py::test_a_name_keeps": _ANSWERS,
    "api/test_sessions_api.py::test_a_session_that_is_not": _REQUESTS,
    "api/test_shares_api.py::test_a_preview": _REQUESTS,
    "api/test_shares_api.py::test_a_shared_link": _REQUESTS,
    "api/test_shares_api.py::test_an_altered": _REQUESTS,
    "api/test_shares_api.py::test_what_cannot": _REQUESTS,
    "api/test_sheets.py": _ANSWERS,
    "domain/jobs/test_positions.py::test_a_position_that": _REQUESTS,
    "domain/jobs/test_positions.py::test_during": _UPSTREAM,
    "domain/privacy/test_scrub.py": _FILE,
    "domain/refresh/test_refresh.py::test_an_outage": _UPSTREAM,
    "domain/refresh/test_refresh.py::test_stages": _UPSTREAM,
    "domain/refresh/test_webhooks.py::test_a_body": _REQUESTS,
    "domain/refresh/test_webhooks.py::test_a_wrong": _REQUESTS,
    "domain/refresh/test_webhooks.py::test_the_content_type": _REQUESTS,
    "domain/refresh/test_webhooks.py::test_what_is_not": _REQUESTS,
    "domain/sessions/test_corrections.py::test_a_bad": _REQUESTS,
    "domain/sessions/test_corrections.py::test_starting_again": _ANSWERS,
    "domain/sessions/test_start_checks.py": _REQUESTS,
    "domain/sessions/test_start_refusals.py": _UPSTREAM,
    "domain/test_costs.py": _COUNTED,
    "domain/test_hot_paths.py": _COUNTED,
    "providers/demo/test_demo_store.py::test_a_batch_is_one_transaction": _COUNTED,
    "test_kill_many.py::test_a_first_start_killed_during_migration": _FILE,
    "test_kill_many.py::test_a_killed_migration": _FILE,
    "web/test_auth.py::test_a_malformed": _REQUESTS,
    "web/test_auth.py::test_a_write": _REQUESTS,
    "web/test_auth.py::test_an_open": _REQUESTS,
    "web/test_auth.py::test_any_other": _REQUESTS,
    "web/test_auth.py::test_every_write": _REQUESTS,
    "web/test_auth.py::test_the_cookie_is": _ANSWERS,
    "web/test_auth.py::test_without_fetch": _REQUESTS,
    "web/test_idempotency.py::test_a_valid_key": _REQUESTS,
    "web/test_idempotency.py::test_an_invalid_key": _REQUESTS,
    "web/test_idempotency.py::test_only_final_errors": _REQUESTS,
}

#: Tables, or methods of tables, no test of which runs on PostgreSQL so far.
NOT_YET_ON_POSTGRES = (
    "AuditLog", "JobReviewers", "JobSettingsTable", "Locks.share", "Recommendations", "Reviews", "ScoreOverrides",
)
