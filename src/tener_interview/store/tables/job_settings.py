"""SQL of `job_settings`: what a company decides about each job. A job without a row has the defaults."""

from __future__ import annotations

from ..job_records import JobSettings
from .table import Table

_COLUMNS = ", ".join(JobSettings._fields)
_BOOLEANS = ("blind_review", "consent_required", "explain_scores", "provider_updates")


class JobSettingsTable(Table):
    """Reads and writes the settings of jobs."""

    def get(self, job_id: int) -> JobSettings:
        """The settings of a job."""
        row = self._db.execute(
            f"SELECT {_COLUMNS} FROM job_settings WHERE job_id = ?", (job_id,)  # noqa: S608 - names of our own fields
        ).fetchone()
        if row is None:
            return JobSettings()
        values = dict(zip(JobSettings._fields, row, strict=True))
        return JobSettings(**{**values, **{name: bool(values[name]) for name in _BOOLEANS}})

    def change(self, job_id: int, now_ms: int, **changes: object) -> None:
        """Change some settings of a job, named as the fields of JobSettings."""
        unknown = set(changes) - set(JobSettings._fields)
        if unknown:
            raise ValueError(f"no such settings of a job: {', '.join(sorted(unknown))}")
        names = ", ".join(changes)
        places = ", ".join("?" * len(changes))
        new = ", ".join(f"{name} = excluded.{name}" for name in (*changes, "updated_at"))
        self._db.execute(
            f"INSERT INTO job_settings (job_id, updated_at, {names}) VALUES (?, ?, {places})"  # noqa: S608 - as above
            f" ON CONFLICT (job_id) DO UPDATE SET {new}",
            (job_id, now_ms, *changes.values()),
        )
