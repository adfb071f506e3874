"""Static files of the pages, read once and served from memory."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from string import Template

from ..errors import Problem
from .encoding import accepts_gzip, matches_etag, not_modified
from .request import Request
from .response import Response

#: Page templates are never served as files.
_TEMPLATE_SUFFIX = ".html"
_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".md": "text/plain; charset=utf-8",
}


@dataclass(frozen=True)
class StaticFile:
    """A file in both encodings, each with its own strong ETag (RFC 9110 section 8.8.3)."""

    content: bytes
    media_type: str

    @cached_property
    def plain(self) -> Response:
        return Response(200, self.content)

    @cached_property
    def compressed(self) -> Response:
        """Compressed on first use, so that the start does not wait for it."""
        return Response(200, gzip.compress(self.content, mtime=0))


class StaticFiles:
    """All files of a folder by their relative path; page templates by name, from its subfolder `pages`."""

    def __init__(self, folder: Path) -> None:
        self._files = _load_files(folder)
        self._pages: dict[tuple[str, ...], StaticFile] = {}

    def template(self, name: str) -> Template:
        """A page template with `$placeholders`."""
        return Template(self._files[f"pages/{name}"].content.decode("utf-8"))

    def serve(self, path: str, request: Request) -> Response:
        """A file, or 304 for a browser that has it. Raises `ROUTE_NOT_FOUND`; pages have routes of their own."""
        file = self._files.get(path)
        if file is None or path.endswith(_TEMPLATE_SUFFIX):
            raise Problem("ROUTE_NOT_FOUND", "There is no such file.")
        return self._respond(file, request)

    def page(self, name: str, request: Request, visibility: Mapping[str, bool], data: Mapping[str, str]) -> Response:
        """A page whose elements are visible or hidden, with constant `data`; each variant is rendered once."""
        variant = (name, *(part for part, is_visible in visibility.items() if is_visible))
        if variant not in self._pages:
            placeholders = {part: "" if is_visible else "hidden" for part, is_visible in visibility.items()}
            page = self.template(name).substitute(placeholders, **data).encode("utf-8")
            self._pages[variant] = _static_file(page, Path(name))
        return self._respond(self._pages[variant], request)

    def _respond(self, file: StaticFile, request: Request) -> Response:
        use_gzip = accepts_gzip(request) and len(file.compressed.body) < len(file.content)
        encoded = file.compressed if use_gzip else file.plain
        headers = {
            "Content-Type": file.media_type,
            "Cache-Control": "no-cache",
            "ETag": f'"{encoded.digest}"',
            "Vary": "Accept-Encoding",
        }
        if use_gzip:
            headers["Content-Encoding"] = "gzip"
        if matches_etag(request, headers["ETag"]):
            return not_modified(headers)
        return Response(200, encoded.body, headers)


@cache
def _load_files(folder: Path) -> Mapping[str, StaticFile]:
    """Read a folder once per process: its files belong to the installed version."""
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {path.relative_to(folder).as_posix(): _static_file(path.read_bytes(), path) for path in paths}


def _static_file(content: bytes, path: Path) -> StaticFile:
    return StaticFile(content, _TYPES.get(path.suffix, "application/octet-stream"))
