"""The tests that `make quick` leaves out, and those that run on each database."""

from __future__ import annotations

#: By marker, as pyproject.toml describes them: folders, files, and single tests of files. Whatever asks for a server is
#: marked as `postgres` besides, and so is the turn on PostgreSQL of what runs on each database.
MARKED: dict[str, tuple[str, ...]] = {
    "browser": ("browser/",),
    "kills": (
        "cli/test_erasure_lasts.py::test_a_killed_revocation_can_be_repeated",
        "cli/test_erasure_lasts.py::test_a_killed_restore_has_either_finished_or_changed_nothing",
        "cli/test_import.py::test_a_killed_import_can_be_repeated",
        "cli/test_migrate.py::test_a_killed_copy_is_continued_when_repeated_and_by_no_other_file",
        "domain/messages/test_mail_killed.py",
        "domain/outbox/test_dispatcher.py::test_a_row_is_sent_once_if_killed_between_any_two_steps",
        "domain/refresh/test_scoring_worker.py",
        "store/postgres/test_postgres_server.py",
        "store/sqlite/test_migrations.py::test_a_process_killed_in_a_migration_keeps_the_old_version",
        "store/sqlite/test_restore.py::test_a_killed_restore_leaves_the_old_database",
        "store/sqlite/test_store_faults.py::test_a_disk_full_error_of_sqlite_is_reported_as_such",
        "test_availability.py",
        "test_database_outages.py",
        "test_instances.py",
        "test_kill.py",
        "test_kill_many.py",
        "test_kill_migration.py",
        "test_kill_publish.py",
        "test_kill_updates.py",
        "test_kill_endpoints.py",
        "test_two_processes.py",
        "web/test_server_bounds.py::test_a_signal_finishes_requests_and_exits_with_0",
    ),
    "postgres": ("cli/test_doctor_on_postgres.py", "store/postgres/test_query_plans_on_postgres.py"),
    "load": (
        "api/test_candidate_lists_api.py::test_a_list_of_2500_rows_is_matched_up_to_the_limit_of_2000",
        "api/test_openapi.py::test_the_openapi_document_is_valid",
        "api/test_role_walk.py",
        "api/test_schemathesis.py",
        "assistants/test_official_client.py",
        "cli/test_backups_on_postgres.py",
        "cli/test_score.py",
        "domain/fairness/test_fairness_rates.py::test_rates_ratios_and_significance_tests_equal_an_independent_calculation",
        "domain/jobs/test_batch_step.py::test_a_batch_step_takes_at_most_500_candidates",
        "domain/leaderboard/test_counts_agree.py",
        "domain/messages/test_reminders.py::test_reminders_are_limited_and_the_last_comes_before_the_link_ends",
        "domain/notifications/test_attention.py::test_today_is_fast_with_ten_thousand_sessions",
        "domain/privacy/test_erase.py::test_erasing_one_of_many_leaves_no_copies_in_the_file",
        "domain/privacy/test_scrub.py::test_page_splits_in_the_database_file_leave_no_erased_data",
        "domain/rater_agreement/test_agreement.py::test_agreement_figures_equal_those_of_scipy_and_statsmodels",
        "domain/refresh/test_refresh_job.py",
        "domain/refresh/test_sync.py::test_a_pending_session_is_synced_less_and_less_often",
        "domain/refresh/test_sync.py::test_after_an_hour_of_outage_every_session_is_synced",
        "domain/sharing/test_people.py::test_masking_a_name_keeps_the_length_of_the_text",
        "domain/test_costs.py::test_no_request_exceeds_its_budget_of_statements_and_calls",
        "domain/test_hot_paths.py",
        "domain/test_two_instances.py",
        "plans/test_library_translations.py::test_no_translated_library_question_is_sensitive",
        "plans/test_sensitive_questions.py::test_long_and_hostile_texts_are_checked_quickly",
        "scoring/test_behaviour_gaming.py",
        "sources/test_long_lists.py",
        "statistics/test_against_scipy.py",
        "store/sqlite/test_migrations.py::test_four_concurrent_processes_create_and_migrate_one_database",
        "store/sqlite/test_store_faults.py::test_queued_writers_behind_a_locked_database_time_out_together",
        "store/test_table_bounds.py::test_events_of_unknown_interviews_are_pruned",
        "store/test_table_bounds.py::test_the_number_of_logins_is_limited_and_the_newest_stay",
        "test_deploy.py::test_the_start_command_starts_a_protected_service_that_stops_on_sigterm",
        "test_hostile.py",
        "test_load.py",
        "test_main_system.py",
        "test_operations.py",
        "test_other_servers.py",
        "test_readme.py",
        "test_recording.py::test_every_route_is_in_the_recording",
        "test_recording.py::test_two_recordings_of_the_same_code_are_equal",
        "test_worker_yields.py",
    ),
}

#: The tests of `make quick`.
QUICK = f"not ({' or '.join(MARKED)})"

DATABASES = ("sqlite", "postgres")
#: The folders and files all tests of which run on each database: about what databases do differently, as when several
#: write at once, and about processes that die. Of those, `tried_on` (`fakes/databases.py`) chooses more by point.
ON_EACH_DATABASE = (
    "domain/leaderboard/test_counts_agree.py", "domain/leaderboard/test_near_duplicates.py", "domain/outbox/",
    "domain/test_two_instances.py", "store/test_audit_log.py", "store/test_concurrent_writers.py",
    "store/test_rare_statements.py", "store/test_search.py", "store/test_table_bounds.py", "store/test_transactions.py",
    "test_kill_endpoints.py", "test_two_processes.py",
)
#: More tests that do, by file: of requests at the same time, of what is found and in which order, and enough of all
#: others that each statement they run is run on PostgreSQL. The rest would try the same statements there again. A
#: statement of `store/tables/` that no test runs on PostgreSQL fails the whole suite.
ALSO_ON_EACH_DATABASE: dict[str, tuple[str, ...]] = {
    "api/test_admin_api.py": (
        "test_jobs_are_listed_newest_first",
    ),
    "api/test_consent_api.py": (
        "test_a_candidate_reads_the_stored_data_and_adds_a_statement_to_the_score",
        "test_refusing_consent_is_recorded_and_can_be_undone",
    ),
    "api/test_endpoints_api.py": (
        "test_deliveries_are_listed_in_pages_and_sent_again",
    ),
    "api/test_fairness_api.py": (
        "test_no_content_of_the_category_list_is_stored_or_logged",
    ),
    "api/test_leaderboard_api.py": (
        "test_the_leaderboard_can_be_sorted_by_other_columns", "test_the_csv_leaderboard_holds_all_filtered_rows",
        "test_a_filtered_leaderboard_keeps_the_ranks_of_the_full_one",
        "test_the_leaderboard_is_ordered_by_completeness_then_total",
    ),
    "api/test_messages_api.py": (
        "test_opening_the_opt_out_page_changes_nothing_until_the_button_is_pressed",
        "test_a_message_is_queued_once_and_its_state_can_be_followed",
        "test_a_message_template_can_be_changed_per_language_and_company",
    ),
    "api/test_names_of_users.py": (
        "test_decisions_and_reviews_show_the_current_name_of_their_user",
    ),
    "api/test_publish_api.py": (
        "test_concurrent_publications_of_a_plan_make_one_version",
        "test_missing_incomplete_and_changed_drafts_are_not_published",
    ),
    "api/test_search_api.py": (
        "test_a_candidate_is_found_on_the_list_and_on_the_leaderboard", "test_a_job_is_found_by_title_place_and_number",
        "test_a_reviewer_finds_finished_interviews_of_assigned_jobs",
        "test_people_are_found_across_all_jobs_by_name_id_and_address",
    ),
    "api/test_session_lists_api.py": (
        "test_sessions_are_filtered_by_job_candidate_and_status",
    ),
    "api/test_shares_api.py": (
        "test_a_share_expires_at_its_exact_second",
    ),
    "api/test_today_api.py": (
        "test_today_can_be_filtered_by_job",
    ),
    "api/test_users_api.py": (
        "test_invalid_user_invitations_are_refused", "test_logins_and_tokens_are_listed_and_revoked",
        "test_one_time_codes_are_set_up_required_and_recovered", "test_changing_a_password_or_role_ends_other_logins",
    ),
    "domain/audit/test_no_typed_text.py": (
        "test_no_text_typed_by_users_is_in_the_audit_log",
    ),
    "domain/audit/test_verifying.py": (
        "test_a_long_audit_log_is_verified_in_pages_with_a_limit_of_findings",
        "test_a_rolled_back_audit_log_is_detected_by_its_anchors",
        "test_each_kind_of_tampering_with_the_audit_log_is_found",
        "test_new_entries_do_not_make_a_forged_audit_log_valid",
    ),
    "domain/candidates/test_find_candidates.py": (
        "test_the_candidate_list_is_filtered_by_words_and_states_in_pages",
        "test_the_candidate_list_is_sorted_and_filtered_like_the_leaderboard",
        "test_candidates_with_expiring_links_are_listed",
    ),
    "domain/decisions/test_decisions.py": (
        "test_lists_filter_and_count_by_decision", "test_changing_the_decision_reasons_keeps_those_of_past_decisions",
        "test_the_later_of_two_concurrent_changes_of_the_reasons_is_refused",
    ),
    "domain/endpoints/test_events.py": (
        "test_an_endpoint_that_answers_410_is_disabled",
    ),
    "domain/jobs/test_batch_step.py": (
        "test_progress_can_be_read_while_the_batch_step_runs", "test_two_concurrent_steps_start_no_candidate_twice",
    ),
    "domain/jobs/test_positions.py": (
        "test_a_job_without_a_position_of_its_own_uses_the_default_position",
    ),
    "domain/judge/test_judging.py": (
        "test_a_new_result_is_judged_again_and_replaces_the_old_opinion",
        "test_a_job_can_rank_by_machine_judge_or_human_total", "test_answers_without_consent_are_not_sent_to_the_judge",
    ),
    "domain/leaderboard/test_leaderboard.py": (
        "test_the_leaderboard_orders_by_number_of_scores_then_total_then_candidate_id",
        "test_the_leaderboard_limit_keeps_the_highest_ranks",
    ),
    "domain/leaderboard/test_ranks.py": (
        "test_the_sort_order_keeps_leaderboard_sections_together",
        "test_pages_and_filters_keep_the_ranks_of_the_whole_ranking", "test_tied_candidates_form_a_group",
    ),
    "domain/messages/test_reminders.py": (
        "test_reminders_are_sent_by_day_and_end_once_the_candidate_answers",
        "test_due_reminders_are_listed_for_a_person",
    ),
    "domain/messages/test_sending.py": (
        "test_a_refused_address_is_shown_and_not_tried_again_until_it_is_corrected",
        "test_a_message_can_be_canceled_until_it_is_sent",
    ),
    "domain/notifications/test_attention.py": (
        "test_an_interview_is_listed_for_every_reason_it_has_and_for_no_other",
        "test_notification_settings_are_per_person",
    ),
    "domain/notifications/test_digests.py": (
        "test_changing_hour_or_zone_gives_no_second_digest_on_a_date",
    ),
    "domain/plans/test_model_answers.py": (
        "test_erasing_a_candidate_removes_the_model_answer_from_drafts_versions_and_copies",
        "test_retention_removes_the_model_answer_of_an_old_session",
    ),
    "domain/plans/test_plan_scoring.py": (
        "test_answers_are_scored_by_the_criteria_of_the_plan",
    ),
    "domain/plans/test_preparing.py": (
        "test_a_first_start_that_fails_can_be_repeated", "test_concurrent_first_starts_make_one_plan",
    ),
    "domain/privacy/test_erase.py": (
        "test_a_refresh_in_progress_during_an_erasure_stores_no_personal_data",
        "test_an_invitation_in_progress_during_an_erasure_stores_no_personal_data",
    ),
    "domain/privacy/test_retention.py": (
        "test_retention_erases_nobody_before_the_provider_sent_a_date",
    ),
    "domain/refresh/test_coalescing.py": (
        "test_a_batch_step_and_a_refresh_at_the_same_time_read_each_interview_once",
    ),
    "domain/refresh/test_refresh_job.py": (
        "test_a_job_refresh_reports_an_item_per_session_and_counts_by_outcome",
        "test_a_limited_job_refresh_takes_the_longest_unread_unfinished_sessions",
    ),
    "domain/refresh/test_sync.py": (
        "test_the_background_sync_stops_while_waiting_for_hireflix",
    ),
    "domain/reviews/test_blind_review.py": (
        "test_a_reviewer_who_is_no_longer_assigned_cannot_submit",
    ),
    "domain/reviews/test_overlapping_reviews.py": (
        "test_a_review_submitted_while_its_assignment_ends_is_accepted_or_refused_whole",
        "test_of_two_windows_only_one_can_submit_the_review",
        "test_concurrent_reviews_overrides_and_settings_leave_a_consistent_total",
    ),
    "domain/sessions/test_invite.py": (
        "test_canceling_during_an_invitation_keeps_the_id_of_the_interview",
        "test_replacing_the_link_during_an_invitation_does_not_stop_the_status_invited",
        "test_an_interview_created_by_hand_is_adopted_once_by_concurrent_starts",
        "test_twenty_concurrent_starts_make_one_session_and_one_interview",
    ),
    "domain/sessions/test_link_not_returned.py": (
        "test_a_refresh_while_a_start_is_under_way_waits_for_it",
        "test_concurrent_starts_of_one_candidate_all_return_the_same_link",
    ),
    "domain/sharing/test_recommendations.py": (
        "test_a_reader_recommends_and_changes_it_in_the_same_browser", "test_invalid_recommendations_are_refused",
    ),
    "providers/demo/test_demo_plans.py": (
        "test_demo_jobs_with_a_plan_or_a_session_are_left_alone",
    ),
    "providers/demo/test_demo_store.py": (
        "test_a_batch_of_demo_answers_is_stored_completely_or_not_at_all",
    ),
    "web/test_idempotency.py": (
        "test_a_long_request_extends_its_lease", "test_an_exception_is_not_stored_as_response",
        "test_no_entry_link_is_in_the_database", "test_twenty_concurrent_requests_create_one_interview",
    ),
}

#: Tables, or methods of tables, no test of which runs on PostgreSQL so far.
NOT_YET_ON_POSTGRES = (
    "AuditLog", "JobReviewers", "JobSettingsTable", "Locks.share", "Recommendations", "Reviews", "ScoreOverrides",
)
