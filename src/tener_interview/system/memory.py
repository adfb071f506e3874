"""How the C library keeps freed memory: by itself it keeps most of what a few large answers took, in a pool for each of
many threads."""

from __future__ import annotations

import sys
from contextlib import suppress

#: Parameters of glibc's mallopt (malloc.h, mallopt(3)).
_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8
#: Larger blocks are given back as soon as they are freed. glibc raises this limit up to 32 MB unless it is set.
_GIVEN_BACK_FROM_BYTES = 256 * 1024
#: Threads share the interpreter, so they need no pools of their own.
_POOLS = 2


def give_back_freed_memory() -> None:
    """Keep little of what is freed from now on. Does nothing where the C library is not glibc."""
    if sys.platform != "linux":
        return
    import ctypes

    with suppress(OSError, AttributeError):
        library = ctypes.CDLL(None)
        library.mallopt(_M_MMAP_THRESHOLD, _GIVEN_BACK_FROM_BYTES)
        library.mallopt(_M_ARENA_MAX, _POOLS)
        library.malloc_trim(0)
