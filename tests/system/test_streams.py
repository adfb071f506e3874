"""The standard streams: whatever the locale, names in any script leave the process, and lines of any bytes enter."""

from __future__ import annotations

import io
import json
import sys

import pytest

from tener_interview.system.streams import prepare_standard_streams


class _Terminal(io.BytesIO):
    def isatty(self) -> bool:
        return True


def wrapped(raw: io.BytesIO, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(raw, encoding=encoding, errors="strict")


@pytest.mark.parametrize("encoding", ["ascii", "iso-8859-1", "cp1252", "utf-8"])
def test_files_and_pipes_carry_utf8(monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    written, said = io.BytesIO(), io.BytesIO()
    monkeypatch.setattr(sys, "stdin", wrapped(io.BytesIO("Łódź\n".encode() + b"caf\xe9\n"), encoding))
    monkeypatch.setattr(sys, "stdout", wrapped(written, encoding))
    monkeypatch.setattr(sys, "stderr", wrapped(said, encoding))
    prepare_standard_streams()
    assert [line.encode("utf-8", "surrogateescape") for line in sys.stdin] == ["Łódź\n".encode(), b"caf\xe9\n"]
    print(json.dumps("Łódź 李 \ud800", ensure_ascii=False), flush=True)
    print("Łódź", file=sys.stderr, flush=True)
    # What has no form in UTF-8 is escaped as JSON escapes it.
    assert json.loads(written.getvalue()) == "Łódź 李 \ud800"
    assert said.getvalue() == "Łódź\n".encode()


def test_a_terminal_gets_what_it_can_show(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = _Terminal()
    monkeypatch.setattr(sys, "stdout", wrapped(shown, "iso-8859-1"))
    prepare_standard_streams()
    print("é Ł", flush=True)
    assert shown.getvalue() == b"\xe9 \\u0141\n"


def test_missing_streams_are_replaced_by_empty_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, None)
    prepare_standard_streams()
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        assert stream is not None
    assert sys.stdin.read() == ""
    print("lost")
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        stream.close()
