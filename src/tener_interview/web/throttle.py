"""Throttle: allows five wrong tokens, keys, passwords or codes a minute for an address and for an account, in all
processes together."""

from __future__ import annotations

import hashlib
import hmac
import threading
from collections import OrderedDict, deque
from contextlib import AbstractContextManager
from typing import Protocol

from ..errors import Problem
from ..link_tokens import derive_key
from ..system.clock import Clock

MAX_FAILURES_PER_MINUTE = 5
#: How many wrong tokens a second are counted in the store as well. Beyond it only this process counts, so that nobody
#: without a token can keep the database busy.
MAX_STORE_COUNTS_PER_SECOND = 20
_MAX_ADDRESSES = 10_000
_WINDOW_S = 60


class WrongTokens(Protocol):
    """The table of wrong tokens inside one transaction."""

    def record(self, address_hash: str, *, now_ms: int, limit: int) -> int: ...
    def undo(self, address_hash: str) -> None: ...
    def forget_expired(self, *, now_ms: int) -> None: ...


class WrongTokenTransaction(Protocol):
    """A transaction on the store."""

    @property
    def wrong_tokens(self) -> WrongTokens: ...


class WrongTokenStore(Protocol):
    """Where all processes on one database count together."""

    def write(self) -> AbstractContextManager[WrongTokenTransaction]: ...


class Throttle:
    """Counts failed attempts by address over the last minute. `secret` keys the hashes that stand for addresses in the
    store."""

    def __init__(self, clock: Clock, store: WrongTokenStore, secret: str) -> None:
        self._clock = clock
        self._store = store
        self._key = derive_key(secret, "address of wrong tokens v1")
        self._lock = threading.Lock()
        self._failures: OrderedDict[str, deque[float]] = OrderedDict()
        #: The times of the last failures that were counted in the store.
        self._counted_in_store_s: deque[float] = deque(maxlen=MAX_STORE_COUNTS_PER_SECOND)
        self._forgot_expired_s = 0.0

    def record_failure(self, address: str) -> None:
        """Count a failed attempt. Raises `TOO_MANY_ATTEMPTS` if the address has used up its attempts.

        A valid token is never refused because of others' failures, since they may share the address. Tokens are too
        long to be guessed anyway; the limit keeps guessing from taking up time.
        """
        with self._lock:
            now_s = self._clock.monotonic_s()
            wait_s = self._count_here(address, now_s)
            count_in_store = not wait_s and self._take_store_budget(now_s)
        if count_in_store:
            wait_s = self._count_in_store(address, now_s)
        if wait_s:
            raise _too_many_problem("Too many wrong tokens or keys from this address.", wait_s)

    def count_attempt(self, address: str, account: str) -> None:
        """Count an attempt to sign in before its password is checked. Once the address or the account has used up its
        attempts, a right password is refused as well: a guess must not show whether it was right.

        Raises `TOO_MANY_ATTEMPTS`. `undo_attempt` follows if the attempt succeeds.
        """
        for key in (address, account):
            with self._lock:
                now_s = self._clock.monotonic_s()
                wait_s = self._count_here(key, now_s)
                count_in_store = not wait_s and self._take_store_budget(now_s)
            if count_in_store:
                wait_s = self._count_in_store(key, now_s)
            if wait_s:
                raise _too_many_problem("Too many attempts to sign in.", wait_s)

    def undo_attempt(self, address: str, account: str) -> None:
        """Uncount the last attempt, which succeeded."""
        with self._lock:
            for key in (address, account):
                if self._failures.get(key):
                    self._failures[key].pop()
        try:
            with self._store.write() as tx:
                for key in sorted(map(self._hash, (address, account))):
                    tx.wrong_tokens.undo(key)
        except Problem:
            return

    def _count_here(self, address: str, now_s: float) -> int:
        """Count it in this process. Return 0, or how many seconds the address must wait."""
        recent = (at_s for at_s in self._failures.get(address, ()) if at_s > now_s - _WINDOW_S)
        failures = deque(recent, maxlen=MAX_FAILURES_PER_MINUTE)
        if len(failures) >= MAX_FAILURES_PER_MINUTE:
            return max(1, round(_WINDOW_S - (now_s - failures[0])))
        failures.append(now_s)
        self._failures[address] = failures
        self._failures.move_to_end(address)
        while len(self._failures) > _MAX_ADDRESSES:
            self._failures.popitem(last=False)
        return 0

    def _take_store_budget(self, now_s: float) -> bool:
        if len(self._counted_in_store_s) == MAX_STORE_COUNTS_PER_SECOND and now_s - self._counted_in_store_s[0] < 1:
            return False
        self._counted_in_store_s.append(now_s)
        return True

    def _count_in_store(self, address: str, now_s: float) -> int:
        """Count it for all processes. Return the seconds to wait; 0 if none, or if the store cannot be used."""
        address_hash = self._hash(address)
        now_ms = self._clock.now_ms()
        try:
            with self._store.write() as tx:
                wait_ms = tx.wrong_tokens.record(address_hash, now_ms=now_ms, limit=MAX_FAILURES_PER_MINUTE)
            if now_s - self._forgot_expired_s >= _WINDOW_S:
                self._forgot_expired_s = now_s
                # By itself: two processes that each hold a row here would wait for each other.
                with self._store.write() as tx:
                    tx.wrong_tokens.forget_expired(now_ms=now_ms)
        except Problem:
            return 0
        return -(-wait_ms // 1000)

    def _hash(self, address: str) -> str:
        return hmac.digest(self._key, address.encode("utf-8", "replace"), hashlib.sha256).hex()


def _too_many_problem(why: str, wait_s: int) -> Problem:
    return Problem("TOO_MANY_ATTEMPTS", f"{why} Wait {wait_s} seconds.", headers={"Retry-After": str(wait_s)})
