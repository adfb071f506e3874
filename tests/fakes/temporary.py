"""Folders that another user's processes can use: a test's own are private to the user who runs the tests."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def shared_folder(prefix: str) -> Iterator[Path]:
    """Create a folder, and remove it at the end."""
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=os.environ.get("PYTEST_DEBUG_TEMPROOT")))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)
