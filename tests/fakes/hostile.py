"""Hostile requests to every route, with malicious values; the same for the same seed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import quote

from tener_interview.web.router import Route

TEXTS = (
    "", " ", "\0", "\ud800", "\u202eevil", "=1+1", "<script>alert(1)</script>", "'; DROP TABLE interview_sessions;--",
    "x" * 201, "x" * 70_000, "\uff11\uff12", "\u0663", "\u00e9" * 50, "\u200b", "\U000e0001", "\u2028", "\r\nX: y",
    "$name ${x} %s {0}", "../../etc/passwd", "\ufeff", "@", f"a@{'-' * 250}", f"a@{'a' * 63}.{'b' * 180}", '"@x.y',
    "NaN", "1e999", "-0", "scored", "en", f"en_{'a' * 40}", "true", "\u0301" * 300,
)
NUMBERS: tuple[Any, ...] = (
    0, -1, 1, 42, 2**53, 2**63 - 1, 2**63, 10**300, -(2**63), 500, 501, 8760, 8761, 0.0, -0.0, 1.5, 1e308, True, False,
    None,
)
PARTS = (
    "1", "0", "-1", "\u0669", "%00", "%2e%2e", "%2f", "%ff%fe", "%ed%a0%80", "x" * 9000, ";", "..", ".", "", "%25",
    "%0d%0aX:y", "2" * 19, str(2**63), "<script>", "%F0%9F%98%80", "1%20", "1.0", "1e3", "styles/base.css",
    "pages/login.html", "..%2flogin.html", "%E2%80%AE", f"iv_{'0' * 32}",
)
QUERIES = (
    "1", "0", "-1", "501", str(10**25), "1e3", "1_0", "%D9%A3", "csv", "json", "scored", "%ff", "%00", "%ED%A0%80",
    "/x", "//evil.example", "/%5Cevil.example", "https://evil.example", "%0d%0aSet-Cookie:a=b", "a" * 2000,
)
QUERY_NAMES = ("limit", "job_id", "candidate_id", "status", "cursor", "format", "next", "x")
HEADERS = (
    ("Accept", "text/html"), ("Accept", "\xff"), ("Content-Type", "text/plain"),
    ("Content-Type", "application/json; charset=utf-16"), ("Content-Type", "multipart/form-data; boundary=x"),
    ("Cookie", "tener_interview_login=\xff; a; =;;"), ("Cookie", "x" * 5000), ("X-Request-Id", "evil\tline"),
    ("X-Request-Id", "a" * 64), ("Idempotency-Key", "k1"), ("Idempotency-Key", "k2"), ("Idempotency-Key", '"k1"'),
    ("Idempotency-Key", "x" * 256), ("Idempotency-Key", "caf\xe9"), ("Idempotency-Key", ""), ("Idempotency-Key", '"'),
    ("If-None-Match", "*"), ("If-None-Match", '"\xff", W/'), ("Accept-Encoding", "gzip;q=0.0001,*"),
    ("Sec-Fetch-Site", "cross-site"), ("Origin", "null"), ("Host", "evil.example"), ("Host", "[::1"),
    ("Host", "127.0.0.1:99999"), ("Accept-Language", "en"), ("User-Agent", "LinkedInBot/1.0"), ("Purpose", "prefetch"),
    ("Content-Length", "9" * 30), ("Content-Length", ""), ("Range", "bytes=0-1"), ("Authorization", "Basic eDp5"),
    ("Authorization", "Bearer caf\xe9"), ("Authorization", "Bearer"), ("X-Http-Method-Override", "DELETE"),
)
#: What a good body of a route holds, by the end of its pattern.
BODIES: dict[str, dict[str, Any]] = {
    "/start": {
        "job_id": 1, "candidate_id": 42, "candidate_name": "Jane Doe", "candidate_email": "jane@example.com",
        "conversation_id": 7, "language": "en", "ttl_hours": 72,
    },
    "/refresh": {"force": True, "limit": 300},
    "/shares": {"candidate_ids": [1, 2], "expires_in_hours": 24, "initials_only": True, "title": "For Tuesday"},
    "/link": {"ttl_hours": 5, "revoke": False},
    "/sessions/{session_id}": {"candidate_name": "Jane Roe", "candidate_email": "roe@example.com", "language": "de"},
    "/steps/interview": {"job_id": 1, "candidate_ids": [1, 2, 3], "mode": "start_or_refresh"},
    "/read-list": {"content_base64": "TmFtZSxFLW1haWwKSmFuZSBEb2UsamFuZS5kb2VAZXhhbXBsZS5jb20K", "encoding": "utf-8"},
    "/mcp": {
        "jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": {"name": "start_interviews", "arguments": {"job_id": 1, "candidate_ids": [1, 2], "dry_run": False}},
    },
    "/positions": {
        "name": "P", "description": "d",
        "questions": [{"title": "Q", "description": "x", "timeLimit": {"minutes": 1, "seconds": 5}}],
    },
    "/position": {"position_id": "x"},
}  # fmt: skip
FORMS = (
    b"", b"token=x", b"token=%00%ff", b"a=1&" * 300, b"token=" + b"A" * 20_000, b"\xff\xfe=%", b"demo-1=%3Cscript%3E",
)  # fmt: skip


@dataclass(frozen=True)
class Attack:
    method: str
    url: str
    body: bytes | None
    headers: dict[str, str]


@dataclass
class Attacker:
    """Makes attacks on some routes; `known` holds valid path parameters, by name."""

    random: Random
    routes: Sequence[Route]
    known: dict[str, list[str]] = field(default_factory=dict)

    def attack(self) -> Attack:
        random = self.random
        route = random.choice(self.routes)
        other = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH")
        method = route.method if random.random() < 0.93 else random.choice(other)
        path = re.sub(r"\{(\w+)\}", lambda part: self._part(part[1]), route.pattern)
        if random.random() < 0.04:
            path = random.choice([f"{path}/", path.replace("/", "//"), path.upper(), f"{path}%00", f"{path};x"])
        if random.random() < 0.1:
            path = f"/k/{self._part('key')}{path}"
        headers = dict(random.choice(HEADERS) for _ in range(random.choice([0, 0, 0, 1, 2])))
        body = self._body(route, headers) if method in ("POST", "PUT", "DELETE", "PATCH") else None
        return Attack(method, quote(path, safe="/%;<>") + self._query(), body, headers)

    def _part(self, name: str) -> str:
        if self.random.random() < 0.6 and self.known.get(name):
            part = self.random.choice(self.known[name])
            if name == "token" and self.random.random() < 0.7:
                at = self.random.randrange(len(part))
                return part[:at] + self.random.choice(["A", "-", "~", "%00", "", "=="]) + part[at + 1 :]
            return part
        return str(self.random.randrange(1, 60)) if name.endswith("_id") else self.random.choice(PARTS)

    def _query(self) -> str:
        if self.random.random() < 0.5:
            return ""
        count = self.random.choice([1, 1, 2, 5, 120])
        fields = (f"{self.random.choice(QUERY_NAMES)}={self.random.choice(QUERIES)}" for _ in range(count))
        return "?" + self.random.choice(["&", ";", "&&"]).join(fields)

    def _body(self, route: Route, headers: dict[str, str]) -> bytes:
        if route.pattern.startswith("/demo") or route.pattern == "/login":
            headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
            return self.random.choice(FORMS)
        good = next((body for end, body in BODIES.items() if route.pattern.endswith(end)), {})
        value = json.loads(json.dumps(good))
        if "candidate_id" in value:
            value["candidate_id"] = self.random.randrange(1, 60)
        for _ in range(self.random.choice([0, 1, 1, 2, 3])):
            self._corrupt(value)
        return self.random.choice(WRITINGS)(json.dumps(value), self.random)

    def _corrupt(self, value: dict[str, Any]) -> None:
        if not value or self.random.random() < 0.2:
            value[self.random.choice(TEXTS)] = self._value(0)
            return
        name = self.random.choice(list(value))
        inside = value[name][0] if isinstance(value[name], list) and value[name] else value[name]
        if isinstance(inside, dict) and inside and self.random.random() < 0.7:
            self._corrupt(inside)
        elif self.random.random() < 0.15:
            del value[name]
        else:
            value[name] = self._value(0)

    def _value(self, depth: int) -> Any:
        kind = self.random.randrange(8)
        if kind == 0 and depth < 3:
            return [self._value(depth + 1) for _ in range(self.random.randrange(5))]
        if kind == 1 and depth < 3:
            return {self.random.choice(TEXTS): self._value(depth + 1)}
        if kind == 2:
            return [1] * self.random.choice([1, 500, 501, 5000])
        return self.random.choice(NUMBERS if kind < 5 else TEXTS)


def _with_a_second_id(text: str, digits: str) -> bytes:
    comma = ", " if len(text) > 2 else ""
    return f'{text[:-1]}{comma}"job_id": {digits}}}'.encode()


def _noise(text: str, random: Random) -> bytes:
    raw = bytearray(text.encode())
    for _ in range(3):
        raw[random.randrange(len(raw))] = random.randrange(256)
    return bytes(raw)


_Writing = Callable[[str, Random], bytes]
#: How a JSON text is put into bytes: mostly well.
WRITINGS: tuple[_Writing, ...] = (
    *[lambda text, _: text.encode()] * 12,
    lambda text, _: text.encode("utf-16"),
    lambda text, _: b"\xef\xbb\xbf" + text.encode(),
    lambda text, random: text.encode()[: random.randrange(len(text) + 1)],
    lambda text, _: text.encode() * 2,
    lambda text, random: _with_a_second_id(text, "9" * random.choice([1, 30, 5000])),
    lambda _, random: b"[" * random.choice([10, 5000, 200_000]),
    lambda _, random: random.randbytes(random.randrange(100)),
    lambda text, _: json.dumps(json.loads(text), ensure_ascii=False).encode("utf-8", "surrogatepass"),
    _noise,
)
