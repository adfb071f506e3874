"""The schema on PostgreSQL has what the schema on SQLite has, with the types that PostgreSQL has for it."""

from __future__ import annotations

from pathlib import Path

from fakes.databases import plain_connection
from fakes.postgres import PostgresServer
from fakes.stored import first_bytes, opened

#: What only one of them needs: the version and the erasure log are a number and a file beside SQLite's tables.
ONLY_POSTGRES = {"tener_interview_schema", "erasure_log"}
#: SQLite has a row number in every table.
ROW_NUMBER = "rowid"
TYPES = {"INTEGER": {"bigint", "boolean"}, "REAL": {"double precision"}, "BLOB": {"bytea"}, "TEXT": {"text", "jsonb"}}
TRUTH_VALUES = {
    "is_current", "urgent", "awaiting_transcription", "start_unanswered", "unlisted", "initials_only",
    "blind_review", "consent_required", "explain_scores", "blind", "read_only",
    "allow_answers", "send_invitations", "send_reminders", "send_thanks", "by_hand", "automatic", "paused",
    "is_active", "given", "provider_updates", "with_contact",
}
JSON = {
    "interview_sessions.flags", "interview_sessions.judged_by", "interview_sessions.video_urls",
    "interview_sessions.competency_scores", "interview_results.content", "interview_events.details",
    "job_step_progress.output", "demo_interviews.transcripts", "demo_positions.questions", "job_plans.content",
    "plan_versions.content", "outbox.content", "endpoints.events",
}  # fmt: skip

Column = tuple[str, bool]


def sqlite_schema(path: Path) -> dict[str, dict[str, Column]]:
    """Type, and whether it may be NULL, of every column of every table."""
    with opened(path) as db:
        tables = db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        return {
            name: {
                column: (kind, not not_null and not primary)
                for _, column, kind, not_null, _, primary, _ in db.execute(f"PRAGMA table_xinfo({name})")
            }
            for (name,) in tables.fetchall()
        }


def postgres_schema(url: str) -> dict[str, dict[str, Column]]:
    with plain_connection({"TENER_INTERVIEW_DATABASE_URL": url}) as db:
        rows = db.execute(
            "SELECT table_name, column_name, data_type, is_nullable = 'YES', collation_name"
            " FROM information_schema.columns WHERE table_schema = current_schema()"
        )
        found: dict[str, dict[str, Column]] = {}
        for table, column, kind, nullable, collation in rows.fetchall():
            assert collation == ("C" if kind == "text" else None), (table, column)
            found.setdefault(table, {})[column] = (kind, bool(nullable))
        return found


def test_tables_have_the_same_columns_on_postgres_and_sqlite(
    tmp_path: Path, migrated_postgres: str, postgres: PostgresServer
) -> None:
    file = tmp_path / "interview.sqlite3"
    file.write_bytes(first_bytes())
    ours = sqlite_schema(file)
    theirs = postgres_schema(postgres.url(migrated_postgres))
    assert set(theirs) - ONLY_POSTGRES == set(ours)
    for table, columns in ours.items():
        found = {name: column for name, column in theirs[table].items() if name != ROW_NUMBER}
        assert set(found) == set(columns), table
        for name, (kind, nullable) in columns.items():
            assert found[name][0] in TYPES[kind], (table, name)
            assert found[name][1] == nullable or name in ("unlisted", "listed_as"), (table, name)
            assert (found[name][0] == "boolean") == (name in TRUTH_VALUES), (table, name)
            assert (found[name][0] == "jsonb") == (f"{table}.{name}" in JSON), (table, name)
