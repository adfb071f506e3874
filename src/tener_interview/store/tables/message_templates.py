"""SQL of `message_templates` and `message_rules`: the words of messages, and what a job sends by itself."""

from __future__ import annotations

from ..message_records import MessageRules, MessageTemplate
from .table import Table

_TEMPLATE = ", ".join(MessageTemplate._fields)
_RULES = ", ".join(MessageRules._fields)


class MessageTemplates(Table):
    """Reads and writes the templates that a company changed."""

    def of_company(self, company: str) -> list[MessageTemplate]:
        """Those of a company, and those for all companies."""
        rows = self._db.execute(
            f"SELECT {_TEMPLATE} FROM message_templates WHERE company IN ('', ?)"  # noqa: S608 - our own fields
            " ORDER BY kind, language, company",
            (company,),
        )
        return [MessageTemplate(*row) for row in rows.fetchall()]

    def companies(self) -> list[str]:
        """The companies that have templates of their own."""
        rows = self._db.execute("SELECT DISTINCT company FROM message_templates WHERE company <> '' ORDER BY company")
        return [row[0] for row in rows.fetchall()]

    def put(self, template: MessageTemplate) -> None:
        new = ", ".join(f"{name} = excluded.{name}" for name in ("subject", "text", "updated_at"))
        self._db.execute(
            f"INSERT INTO message_templates ({_TEMPLATE}) VALUES (?, ?, ?, ?, ?, ?)"  # noqa: S608 - as above
            f" ON CONFLICT (company, kind, language) DO UPDATE SET {new}",
            template,
        )

    def remove(self, company: str, kind: str, language: str) -> bool:
        """Return to the text that is for all, or comes with the service. Returns False if there was none."""
        removed = self._db.execute(
            "DELETE FROM message_templates WHERE company = ? AND kind = ? AND language = ?", (company, kind, language)
        )
        return removed.rowcount == 1


class MessageRulesTable(Table):
    """Reads and writes what jobs send by themselves. A job without a row sends nothing."""

    def get(self, job_id: int) -> MessageRules:
        row = self._db.execute(
            f"SELECT {_RULES} FROM message_rules WHERE job_id = ?", (job_id,)  # noqa: S608 - our own fields
        ).fetchone()
        return MessageRules() if row is None else _rules(row)

    def put(self, job_id: int, rules: MessageRules, now_ms: int) -> None:
        places = ", ".join("?" * len(MessageRules._fields))
        new = ", ".join(f"{name} = excluded.{name}" for name in (*MessageRules._fields, "updated_at"))
        self._db.execute(
            f"INSERT INTO message_rules (job_id, updated_at, {_RULES}) VALUES (?, ?, {places})"  # noqa: S608 - as above
            f" ON CONFLICT (job_id) DO UPDATE SET {new}",
            (job_id, now_ms, *rules),
        )

    def reminding(self) -> dict[int, MessageRules]:
        """The rules of the jobs that remind by themselves."""
        rows = self._db.execute(
            f"SELECT job_id, {_RULES} FROM message_rules WHERE send_reminders = TRUE ORDER BY job_id"  # noqa: S608
        )
        return {row[0]: _rules(row[1:]) for row in rows.fetchall()}


def _rules(row: tuple[object, ...]) -> MessageRules:
    rules = MessageRules(*row)  # type: ignore[arg-type]  # as the columns are declared
    return rules._replace(
        send_invitations=bool(rules.send_invitations), send_reminders=bool(rules.send_reminders),
        send_thanks=bool(rules.send_thanks),
    )
