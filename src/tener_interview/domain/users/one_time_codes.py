"""Time-based one-time codes (RFC 6238) as authenticator apps make them, and recovery codes for when the app is lost."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Callable
from urllib.parse import quote

STEP_S = 30
DIGITS = 6
#: As long as the hash, which RFC 4226 section 4 recommends.
_SECRET_BYTES = 20
#: How many steps the clock of a phone may be off (RFC 6238 section 5.2).
_SKEW_STEPS = 1
RECOVERY_CODES = 10
#: 80 random bits, so that a plain hash of it is enough.
_RECOVERY_BYTES = 10
ISSUER = "Tener Interview"


def new_secret(token_bytes: Callable[[int], bytes]) -> str:
    """A new secret in base32, as apps take it."""
    return base64.b32encode(token_bytes(_SECRET_BYTES)).decode("ascii")


def code_at(secret: str, step: int) -> str:
    """The code of a time step (RFC 4226 section 5.3)."""
    digest = hmac.digest(base64.b32decode(secret), step.to_bytes(8, "big"), hashlib.sha1)
    offset = digest[-1] & 0xF
    number = int.from_bytes(digest[offset:offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def matching_step(secret: str, code: str, now_ms: int) -> int | None:
    """The time step whose code it is, at most one before or after now; None for a wrong code. Spaces do not count."""
    digits = re.sub(r"\s", "", code)
    now_step = now_ms // 1000 // STEP_S
    matches = [
        step for step in range(now_step - _SKEW_STEPS, now_step + _SKEW_STEPS + 1)
        if step >= 0 and hmac.compare_digest(code_at(secret, step).encode(), digits.encode("utf-8", "replace"))
    ]
    return matches[-1] if matches else None


def otpauth_uri(secret: str, email: str) -> str:
    """What an app reads from a QR code (https://github.com/google/google-authenticator/wiki/Key-Uri-Format)."""
    label = f"{quote(ISSUER)}:{quote(email, safe='@')}"
    return f"otpauth://totp/{label}?secret={secret}&issuer={quote(ISSUER)}&digits={DIGITS}&period={STEP_S}"


def new_recovery_codes(token_bytes: Callable[[int], bytes]) -> list[str]:
    """Codes that each work once, in groups of four letters and digits."""
    texts = (base64.b32encode(token_bytes(_RECOVERY_BYTES)).decode("ascii").lower() for _ in range(RECOVERY_CODES))
    return ["-".join(re.findall("....", text)) for text in texts]


def hash_recovery_code(user_id: str, code: str) -> str:
    """What is stored of a recovery code. Case, spaces and hyphens do not count."""
    text = re.sub(r"[\s-]", "", code).lower()
    return hashlib.sha256(f"{user_id} {text}".encode("utf-8", "replace")).hexdigest()
