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
#: The tests that run on each database, if they need one.
ON_EACH_DATABASE = (
    "api/", "domain/", "providers/demo/", "store/test_audit_log.py", "store/test_bounds.py",
    "store/test_overlapping.py", "store/test_search.py", "store/test_transactions.py", "test_kill.py",
    "test_kill_many.py", "test_kill_publish.py", "test_two_processes.py", "web/test_auth.py", "web/test_idempotency.py",
)
#: Those of them that do not, and why.
ONLY_SQLITE: dict[str, str] = {
    "domain/test_costs.py": "what a path costs is counted on one of them",
    "providers/demo/test_demo_store.py::test_a_batch_is_one_transaction": "as above",
    "domain/test_hot_paths.py": "the statements of a path are counted on one of them",
    "test_kill_many.py::test_a_first_start_killed_during_migration": "steps of the schema on SQLite",
    "test_kill_many.py::test_a_killed_migration": "as above",
    "domain/privacy/test_scrub.py": "what stays in the bytes of a file",
}
