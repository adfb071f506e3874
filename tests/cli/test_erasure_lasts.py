"""An erased person stays erased, whichever backup is restored in whatever way, and whatever is killed meanwhile."""

from __future__ import annotations

import json
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import Command
from fakes.application import make_application
from fakes.client import Client
from fakes.forked_service import ForkedService
from fakes.front_door import SESSIONS, START, refused
from fakes.killing import assert_dies
from fakes.process import altered
from fakes.process import environ as process_environ
from fakes.stored import create_migrated_file, opened
from for_each import for_each
from tener_interview.domain.privacy.erase import erase_old
from tener_interview.store.erasure_log import AuditAnchor, Erasure, ErasureLog, Revocation, latest_revocations

NAME = "Zenobia Quillfeather"


@pytest.fixture(autouse=True)
def _create_migrated_file(environ: dict[str, str]) -> None:
    create_migrated_file(environ)


@pytest.fixture
def path(environ: dict[str, str]) -> Path:
    return Path(environ["TENER_INTERVIEW_DB_PATH"])


def started(command: Command, candidate_id: int = 42, job_id: int = 1) -> str:
    result = command("start", str(job_id), str(candidate_id), "--name", NAME, "--force", "--json")
    session_id: str = result.json["session_id"]
    return session_id


def names(command: Command, job_id: int = 1) -> list[str]:
    return [session["candidate_name"] for session in json.loads(command("export", str(job_id)).out)["sessions"]]


def restored(command: Command, backup: Path, *more: str) -> Any:
    result = command("restore", str(backup), *more, "--json")
    assert result.status == 0, result.err
    return result.json


def backed_up(command: Command, backup: Path) -> Path:
    assert command("backup", str(backup)).status == 0
    return backup


def wipe(path: Path, *, with_list: bool = False) -> None:
    for item in path.parent.glob(f"{path.name}*"):
        if with_list or not item.name.endswith(".erased"):
            item.unlink()


def lose_files(what: str, path: Path) -> None:
    """Lose the list of erasures, or the database at this path; anything else is not lost here."""
    if what == "the list":
        ErasureLog(path).path.unlink()
    elif what == "the database":
        wipe(path)
    elif what == "the database is damaged":
        path.write_bytes(b"x" * path.stat().st_size)
    elif what == "the schema is damaged":
        with opened(path) as db:
            db.execute("PRAGMA journal_mode = DELETE")
        path.write_bytes(path.read_bytes().replace(b"allow_answers INTEGER", b"allow_answers\xbfINTEGER"))


# Restoring ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "lost", ["nothing", "the database", "the list", "the database is damaged", "the schema is damaged"]
)
def test_a_restore_repeats_erasures(command: Command, path: Path, tmp_path: Path, lost: str) -> None:
    """By the list where the database is lost, by the database's tombstones where the list is."""
    for candidate_id, job_id in ((42, 1), (42, 2), (43, 1)):
        started(command, candidate_id, job_id)
    command("refresh", "1", "--force")
    backup = backed_up(command, tmp_path / "backup.sqlite3")
    command("erase", "42", "--yes")
    lose_files(lost, path)
    done = restored(command, backup)
    assert (done["erased_again"], done["erased_people"]) == (2, 1)
    assert done["former_unread"] is lost.endswith("damaged")
    assert sorted(names(command)) == ["(erased)", NAME]
    assert names(command, 2) == ["(erased)"]
    wipe(backup, with_list=True)
    for item in path.parent.glob("*.before-restore-*"):
        item.unlink()
    command("erase", "43", "--yes")
    assert NAME.encode() not in b"".join(item.read_bytes() for item in tmp_path.rglob("*") if item.is_file())


def test_restore_prints_repeated_erasures(command: Command, tmp_path: Path) -> None:
    started(command)
    backup = backed_up(command, tmp_path / "backup.sqlite3")
    assert "erased again, because they were erased since: 0 people (0 sessions)" in command("restore", str(backup)).out
    command("erase", "42", "--yes")
    assert "erased again, because they were erased since: 1 person (1 session)" in command("restore", str(backup)).out


def test_erasures_are_repeated_by_a_second_restore_after_later_erasures(command: Command, tmp_path: Path) -> None:
    for candidate_id in (42, 43, 44):
        started(command, candidate_id)
    backup = backed_up(command, tmp_path / "backup.sqlite3")
    for number, candidate_id in enumerate((42, 43), 1):
        command("erase", str(candidate_id), "--yes")
        assert restored(command, backup)["erased_again"] == number
    assert names(command).count("(erased)") == 2


def test_erasures_by_retention_are_repeated_by_a_restore(
    command: Command, environ: dict[str, str], tmp_path: Path
) -> None:
    started(command)
    backup = backed_up(command, tmp_path / "backup.sqlite3")
    app = make_application(environ)
    service: Any = app.service
    with service.store.write() as tx:
        assert erase_old(service, tx, service.clock.now_ms() + 1, service.clock.now_ms() + 9, limit=9) == 1
    app.close()
    assert restored(command, backup)["erased_again"] == 1


def test_on_another_machine_a_restore_repeats_erasures_from_the_newest_backup(
    command: Command, path: Path, tmp_path: Path
) -> None:
    started(command)
    old = backed_up(command, tmp_path / "old.sqlite3")
    assert not ErasureLog(old).path.exists(), "nobody was erased yet"
    command("erase", "42", "--yes")
    new = backed_up(command, tmp_path / "new.sqlite3")
    wipe(path, with_list=True)
    assert stat.S_IMODE(ErasureLog(new).path.stat().st_mode) == 0o600
    assert restored(command, old, "--erased", str(ErasureLog(new).path))["erased_again"] == 1
    assert names(command) == ["(erased)"]
    wipe(path)
    assert restored(command, old)["erased_again"] == 1, "the list is this database's from now on"


def test_a_missing_or_unreadable_erasure_log_stops_the_restore(
    command: Command, path: Path, tmp_path: Path
) -> None:
    started(command)
    backup = backed_up(command, tmp_path / "backup.sqlite3")
    before = path.read_bytes()
    assert "there is no list" in command("restore", str(backup), "--erased", str(tmp_path / "none")).err
    ErasureLog(path).path.mkdir()
    for argv in (("restore", str(backup)), ("backup", str(tmp_path / "another")), ("audit", "verify")):
        refused = command(*argv)
        assert refused.status == 1
        assert f"{ErasureLog(path).path} cannot be read: Is a directory" in refused.err, argv
    assert path.read_bytes() == before
    assert "TENER_INTERVIEW_DB_PATH: The erasure log next to" in command().err


def test_a_restore_keeps_a_person_who_applied_again_after_the_erasure(command: Command, tmp_path: Path) -> None:
    started(command)
    command("erase", "42", "--yes")
    started(command)
    backup = backed_up(command, tmp_path / "backup.sqlite3")
    assert restored(command, backup)["erased_again"] == 0
    assert sorted(names(command)) == ["(erased)", NAME]


def test_a_restore_erases_sessions_of_an_erased_candidate_that_only_the_backup_has(
    command: Command, tmp_path: Path
) -> None:
    started(command, 7)
    empty = backed_up(command, tmp_path / "empty.sqlite3")
    started(command)
    full = backed_up(command, tmp_path / "full.sqlite3")
    restored(command, empty)
    assert json.loads(command("erase", "42", "--yes", "--json").out)["erased_sessions"] == 0
    assert restored(command, full)["erased_again"] == 1


@pytest.mark.parametrize("way", ["copied over", "the list alone"])
def test_erasures_are_repeated_at_the_start_after_the_database_file_was_copied_back(
    command: Command, path: Path, tmp_path: Path, way: str
) -> None:
    started(command)
    backup = backed_up(command, tmp_path / "backup.sqlite3")
    command("erase", "42", "--yes")
    wipe(path)
    if way == "the list alone":
        shutil.move(ErasureLog(path).path, tmp_path / "aside")
        shutil.copy(backup, path)
        assert names(command) == [NAME]
        shutil.move(tmp_path / "aside", ErasureLog(path).path)
    else:
        shutil.copy(backup, path)
    assert names(command) == ["(erased)"]


@pytest.mark.parametrize("tail", [
    b'{"at": 17', b"\x00\xff\n", b"[]\n{}\n7\n", b'{"at": "x", "sessions": 1}\n', b"[" * 200_000,
    b'{"at": Infinity, "sessions": [], "interviews": []}', b'{"at": 1e999, "sessions": [], "interviews": []}',
    b'{"at": 5, "sessions": "iv_9", "interviews": []}', b'{"at": 5, "sessions": ["\\ud800"], "interviews": []}',
    b'{"at": 5, "sessions": ["x"], "interviews": [], "candidate_id": 99999999999999999999}',
    b'{"at": 5, "revoked": "share", "id": "x", "serial": 99999999999999999999, "signed_until": 0, "until": 0}',
    b'{"at": 5, "kind": "of a later version", "who": "iv_9"}',
])
def test_damaged_lines_of_the_erasure_log_are_skipped(tmp_path: Path, tail: bytes) -> None:
    listed = ErasureLog(tmp_path / "x.sqlite3")
    first, second = Erasure(1, ("iv_1",), ("mark",), 42), Erasure(2, ("iv_2", "iv_3"))
    listed.append(first)
    with listed.path.open("ab") as file:
        file.write(tail)
    assert listed.erasures() == [first]
    listed.append(second)
    assert listed.erasures() == [first, second]
    link = Revocation("link", "iv_5", 2, 3, 9, 9)
    listed.append(link)
    again, share = Revocation("link", "iv_5", 2, 7, 8, 8), Revocation("share", "sh_1", 2, 5)
    listed.merge([again, share, second, Erasure(3, ("iv_4",)), Erasure(4, ("iv_2",))])
    assert listed.erasures() == [first, second, Erasure(3, ("iv_4",))]
    assert tail.splitlines()[0] in listed.path.read_bytes(), "nobody throws away what only somebody else can read"
    assert latest_revocations(listed.entries()) == (link, share)


@pytest.mark.parametrize("spoil", [
    lambda raw: raw.replace(b'"sessions"', b'"sessionz"'), lambda raw: raw[:-30],
    lambda raw: raw.decode().encode("utf-16"), lambda raw: b"[" * 99_999 + raw,
])
def test_restore_and_doctor_report_unreadable_lines_of_the_erasure_log(
    command: Command, path: Path, tmp_path: Path, spoil: Callable[[bytes], bytes]
) -> None:
    """With the database lost as well, nobody knows whom they name."""
    started(command)
    backup = backed_up(command, tmp_path / "backup.sqlite3")
    command("erase", "42", "--yes")
    listed = ErasureLog(path).path
    whole = tmp_path / "whole.erased"
    shutil.copy(listed, whole)
    listed.write_bytes(spoil(listed.read_bytes()))
    wipe(path)
    assert restored(command, backup)["unread_lines"] >= 1
    output = command("restore", str(backup)).out
    assert "could not be read: people they name may be back" in output
    assert "cannot be read" in command("doctor").out
    assert restored(command, backup, "--erased", str(whole))["erased_again"] == 1
    assert names(command) == ["(erased)"]


def test_a_restore_works_with_symbolic_links_to_database_and_backup(
    command: Command, path: Path, tmp_path: Path
) -> None:
    """What belongs to a database is beside the file itself: log, list, the former one."""
    disk, backups = tmp_path / "disk", tmp_path / "backups"
    disk.mkdir()
    backups.mkdir()
    path.replace(disk / "data.sqlite3")
    path.symlink_to(disk / "data.sqlite3")
    latest = tmp_path / "latest.sqlite3"
    started(command)
    started(command, 43)
    old = backed_up(command, backups / "old.sqlite3")
    command("erase", "42", "--yes")
    assert ErasureLog(disk / "data.sqlite3").path.exists()
    new = backed_up(command, backups / "new.sqlite3")
    shutil.move(ErasureLog(new).path, ErasureLog(old).path)
    latest.symlink_to(old)
    for item in disk.iterdir():
        item.unlink()
    assert restored(command, latest)["erased_again"] == 1, "by the list beside the backup itself"
    assert path.is_symlink()
    with opened(disk / "data.sqlite3") as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA wal_autocheckpoint = 0")
        db.execute("UPDATE interview_sessions SET language = 'xx'")
        for part in ("", "-wal"):
            shutil.copy(disk / f"data.sqlite3{part}", tmp_path / f"crashed{part}")
    for part in ("", "-wal"):
        shutil.copy(tmp_path / f"crashed{part}", disk / f"data.sqlite3{part}")
    kept = Path(restored(command, latest)["kept"])
    assert kept.parent == disk
    with opened(kept) as db:
        assert db.execute("SELECT DISTINCT language FROM interview_sessions").fetchall() == [("xx",)]
    assert sorted(names(command)) == ["(erased)", NAME]


# What was taken back --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lost", ["nothing", "the database", "the list", "the database is damaged", "the machine"])
def test_revoked_links_and_shares_stay_revoked_after_a_restore(
    command: Command, environ: dict[str, str], path: Path, tmp_path: Path, lost: str
) -> None:
    """By the list where the database is lost, by the database where the list is."""
    app = make_application(environ)
    client = Client(app)
    ids = [client.post(START, {"job_id": 1, "candidate_id": number}).json["session_id"] for number in (1, 2, 3)]
    links = [client.get(f"{SESSIONS}/{item}").json["entry_url"] for item in ids]
    shares = [client.post("/api/jobs/1/shares", {"candidate_ids": [1]}).json for _ in range(2)]
    backup = backed_up(command, tmp_path / "backup.sqlite3")
    client.post(f"{SESSIONS}/{ids[0]}/link", {"revoke": True})
    fresh = client.get(f"{SESSIONS}/{ids[0]}").json["entry_url"]
    client.post(f"{SESSIONS}/{ids[1]}/cancel")
    client.post(f"/api/shares/{shares[0]['share_id']}/revoke")
    app.close()
    more = []
    lose_files(lost, path)
    if lost == "the machine":
        more = ["--erased", str(ErasureLog(backed_up(command, tmp_path / "newer.sqlite3")).path)]
        wipe(path, with_list=True)
    done = restored(command, backup, *more)
    wipe(path)
    assert restored(command, backup)["revoked_again"] == 3, "the list says all of it from now on"
    app = make_application(environ)
    client = Client(app)
    assert done["revoked_again"] == 3
    refused(client.get(links[1]), "INTERVIEW_LINK_REVOKED")
    assert client.get(fresh).status == 302
    assert client.get(f"{SESSIONS}/{ids[0]}").json["entry_url"] == fresh
    assert client.get(links[2]).status == 302
    refused(client.get(links[0]), "INTERVIEW_LINK_REVOKED")
    paths = [share["url"].removeprefix("https://interviews.example.com") for share in shares]
    assert [client.get(item).status for item in paths] == [410, 200]
    app.close()


def test_a_backup_includes_revocations_older_than_the_erasure_log(
    command: Command, environ: dict[str, str], path: Path, tmp_path: Path
) -> None:
    app = make_application(environ)
    client = Client(app)
    session_id = client.post(START, {"job_id": 1, "candidate_id": 1}).json["session_id"]
    old = backed_up(command, tmp_path / "old.sqlite3")
    for _ in range(3):
        client.post(f"{SESSIONS}/{session_id}/link", {"revoke": True})
    fresh = client.get(f"{SESSIONS}/{session_id}").json["entry_url"]
    app.close()
    ErasureLog(path).path.unlink()
    new = backed_up(command, tmp_path / "new.sqlite3")
    wipe(path, with_list=True)
    assert restored(command, old, "--erased", str(ErasureLog(new).path))["revoked_again"] == 1
    app = make_application(environ)
    assert Client(app).get(fresh).status == 302
    app.close()


def test_revoking_fails_if_the_erasure_log_cannot_be_written(environ: dict[str, str], path: Path) -> None:
    app = make_application(environ)
    client = Client(app)
    session_id = client.post(START, {"job_id": 1, "candidate_id": 1}).json["session_id"]
    client.post(f"{SESSIONS}/refresh", {"job_id": 1, "force": True})
    before = client.get(f"{SESSIONS}/{session_id}").json
    share = client.post("/api/jobs/1/shares", {"candidate_ids": [1]}).json
    ErasureLog(path).path.mkdir()
    for url, body in (
        (f"{SESSIONS}/{session_id}/link", {"revoke": True}), (f"{SESSIONS}/{session_id}/cancel", {}),
        (f"/api/shares/{share['share_id']}/revoke", {}),
    ):
        refused(client.post(url, body), "STORE_UNAVAILABLE")
    assert client.get(f"{SESSIONS}/{session_id}").json == before
    assert client.get("/api/jobs/1/shares").json["items"][0]["revoked_at"] is None
    ErasureLog(path).path.rmdir()
    assert client.post(f"{SESSIONS}/{session_id}/cancel").json["status"] == "canceled"
    assert client.post(f"{SESSIONS}/{session_id}/cancel").json["status"] == "canceled"
    assert [item["revoked"] for item in map(json.loads, ErasureLog(path).path.read_text().splitlines())] == ["session"]
    app.close()


def test_what_the_database_refused_is_not_done_by_a_later_start_or_restore(
    command: Command, environ: dict[str, str], path: Path, tmp_path: Path
) -> None:
    session_id = started(command)
    backup = backed_up(command, tmp_path / "backup.sqlite3")
    app = make_application(environ)
    client = Client(app)
    before = client.get(f"{SESSIONS}/{session_id}").json
    with opened(path) as db:
        db.execute("CREATE TRIGGER t BEFORE UPDATE ON interview_sessions BEGIN SELECT RAISE(ABORT, 'full'); END")
    refused(client.request("DELETE", "/api/candidates/42"), "STORE_UNAVAILABLE")
    for url, body in ((f"{SESSIONS}/{session_id}/link", {"revoke": True}), (f"{SESSIONS}/{session_id}/cancel", {})):
        refused(client.post(url, body), "STORE_UNAVAILABLE")
    with opened(path) as db:
        db.execute("DROP TRIGGER t")
    log = ErasureLog(path)
    assert not [entry for entry in log.entries() if not isinstance(entry, AuditAnchor)]
    assert log.unreadable_lines() == []
    app.close()
    for restore in (False, True):
        if restore:
            report = restored(command, backup)
            assert (report["erased_again"], report["revoked_again"]) == (0, 0)
        app = make_application(environ)
        assert Client(app).get(f"{SESSIONS}/{session_id}").json == before
        app.close()
    command("erase", "42", "--yes")
    assert [item.candidate_id for item in log.erasures()] == [42]


# The first entry of the list is the end of the audit log, which every start writes.
@pytest.mark.parametrize("point", [
    "kill-before tener_interview.store.erasure_log:ErasureLog.append 2",
    "kill-after tener_interview.store.erasure_log:ErasureLog.append 2",
])
def test_a_killed_revocation_can_be_repeated(tmp_path: Path, point: str) -> None:
    with ForkedService(process_environ(tmp_path)) as service:
        service.start(altered(point))
        session_id = service.post(START, {"job_id": 1, "candidate_id": 42, "candidate_name": NAME}).json["session_id"]
        assert_dies(service, lambda: service.post(f"{SESSIONS}/{session_id}/cancel", {}))
        service.start()
        assert service.get(f"{SESSIONS}/{session_id}").json["status"] == "invited"
        assert service.post(f"{SESSIONS}/{session_id}/cancel", {}).json["status"] == "canceled"
        service.terminate()
    raw = ErasureLog(tmp_path / "interview.sqlite3").path.read_bytes()
    assert session_id.encode() in raw
    assert NAME.encode() not in raw


def test_nobody_is_signed_in_after_a_restore(command: Command, path: Path, tmp_path: Path) -> None:
    started(command)
    with opened(path) as db:
        db.execute("INSERT INTO logins (cookie_hash, expires_at) VALUES ('a-hash', 9000000000000)")
    backup = backed_up(command, tmp_path / "backup.sqlite3")
    restored(command, backup)
    with opened(path) as db:
        assert db.execute("SELECT count(*) FROM logins").fetchone() == (0,)


@pytest.fixture
def backup(command: Command, tmp_path: Path) -> Path:
    """A backup of a database with one session."""
    started(command)
    return backed_up(command, tmp_path / "backup.sqlite3")


@for_each("alteration", [
    "CREATE TRIGGER t BEFORE UPDATE ON interview_sessions BEGIN SELECT RAISE(IGNORE); END",
    "CREATE TRIGGER _litestream_like AFTER DELETE ON interview_results BEGIN SELECT 1; END",
    "CREATE VIEW everybody AS SELECT * FROM interview_sessions",
    "CREATE TABLE copies (name TEXT)",
    "DROP INDEX leaderboard_order",
    "ALTER TABLE interview_sessions ADD COLUMN more TEXT",
    "ALTER TABLE interview_sessions ADD COLUMN more TEXT GENERATED ALWAYS AS (candidate_name) VIRTUAL",
    "CREATE TABLE _litestream_copy AS SELECT * FROM interview_sessions",
    "CREATE TABLE _litestream_seq (id INTEGER PRIMARY KEY, seq TEXT REFERENCES interview_sessions (session_id))",
    "CREATE INDEX _litestream_seq ON interview_sessions (candidate_name)",
    "UPDATE sqlite_sequence SET seq = 9223372036854775807 WHERE name = 'interview_sessions'",
    "UPDATE sqlite_sequence SET seq = 4611686018427387905 WHERE name = 'interview_events'",
    "PRAGMA user_version = 5",
])
def test_an_altered_backup_is_not_restored(
    command: Command, path: Path, tmp_path: Path, backup: Path, alteration: str
) -> None:
    altered_one = Path(shutil.copy(backup, tmp_path / "altered.sqlite3"))
    with opened(altered_one) as db:
        db.execute(alteration)
    before = path.read_bytes()
    result = command("restore", str(altered_one))
    assert result.status == 1
    assert "not as this service made it" in result.err
    assert path.read_bytes() == before


def test_a_backup_with_an_altered_journal_is_not_restored(
    command: Command, path: Path, tmp_path: Path
) -> None:
    """A process died while it dropped a trigger: whoever opens the file next has the trigger again."""
    started(command)
    backup, altered_one = backed_up(command, tmp_path / "backup.sqlite3"), tmp_path / "altered.sqlite3"
    with opened(backup) as db:
        db.execute("CREATE TRIGGER t BEFORE UPDATE ON interview_sessions BEGIN SELECT RAISE(IGNORE); END")
        db.execute("PRAGMA cache_size = 1")
        db.execute("BEGIN IMMEDIATE")
        db.execute("DROP TRIGGER t")
        db.execute("CREATE TABLE more AS SELECT zeroblob(900000)")
        db.execute("DROP TABLE more")
        db.execute("CREATE TABLE many AS WITH n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 900)"
                   " SELECT zeroblob(3000) FROM n")
        db.execute("DROP TABLE many")
        for part in ("", "-journal"):
            shutil.copy(f"{backup}{part}", f"{altered_one}{part}")
    before = path.read_bytes()
    result = command("restore", str(altered_one))
    assert result.status == 1
    assert "altered.sqlite3" in result.err
    assert path.read_bytes() == before


@pytest.mark.parametrize("way", ["gone", "huge", "negative"])
def test_a_restore_accepts_any_value_in_single_row_tables(
    command: Command, path: Path, tmp_path: Path, way: str
) -> None:
    """A restore works, and so do erasures and the doctor afterwards, also on a copy that was put in place by hand."""
    started(command)
    started(command, 43)
    backup = backed_up(command, tmp_path / "backup.sqlite3")
    with opened(backup) as db:
        for row, column in (("scrub_debt", "erasures"), ("retention_held", "sessions")):
            db.execute(
                f"DELETE FROM {row}" if way == "gone"
                else f"UPDATE {row} SET {column} = {2**63 - 1 if way == 'huge' else -5}"
            )
    command("erase", "42", "--yes")
    assert restored(command, backup)["erased_again"] == 1
    wipe(path)
    shutil.copy(backup, path)
    assert json.loads(command("erase", "43", "--yes", "--json").out) == {
        "candidate_id": 43, "erased_sessions": 1, "scrubbed": True
    }
    assert NAME.encode() not in path.read_bytes()
    assert command("doctor").status == 0


def test_a_restore_accepts_the_tables_of_litestream(command: Command, tmp_path: Path) -> None:
    started(command)
    backup = backed_up(command, tmp_path / "backup.sqlite3")
    with opened(backup) as db:
        db.execute("CREATE TABLE _litestream_seq (id INTEGER PRIMARY KEY, seq INTEGER)")
        db.execute("CREATE TABLE _litestream_lock (id INTEGER)")
        db.execute("ANALYZE")
    restored(command, backup)


# kill -9 --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("point", [
    "kill-before tener_interview.store.erasure_log:ErasureLog.append 2",
    "kill-after tener_interview.store.erasure_log:ErasureLog.append 2",
    "kill-after tener_interview.domain.privacy.erase:leave_tombstone 1",
    "kill-before tener_interview.store.sqlite.scrubbing:Scrubber.rewrite_file 1",
])
def test_a_killed_restore_has_either_finished_or_changed_nothing(tmp_path: Path, point: str) -> None:
    """What is on the list is erased at the next start; before it is, nothing is."""
    with ForkedService(process_environ(tmp_path)) as service:
        service.start(altered(point))
        service.post(START, {"job_id": 1, "candidate_id": 42, "candidate_name": NAME})
        assert_dies(service, lambda: service.call("DELETE", "/api/candidates/42"))
        listed = ErasureLog(tmp_path / "interview.sqlite3").erasures()
        service.start()
        (session,) = service.get(SESSIONS).json["items"]
        begun = "kill-before tener_interview.store.erasure_log" not in point
        assert bool(listed) is begun
        assert session["candidate_name"] == ("(erased)" if begun else NAME)
        assert service.call("DELETE", "/api/candidates/42").json["scrubbed"] is True
        service.terminate()
    assert NAME.encode() not in b"".join(path.read_bytes() for path in tmp_path.glob("interview.sqlite3*"))
