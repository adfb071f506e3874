"""Static files, served from memory. The scripts of a page are joined into one file, and so are its style sheets."""

from __future__ import annotations

import gzip
import re
from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from ..errors import Problem
from ..lazy_dataclass import dataclass
from ..lazy_import import load
from ..regex import regex
from .encoding import accepts_gzip, matches_etag, not_modified
from .request import Request
from .response import Response
from .text_catalogue import TextCatalogue

if TYPE_CHECKING:
    from .bundles import Script

#: Page templates are never served as files.
_TEMPLATE_SUFFIX = ".html"
_PAGES = "pages/"
#: Fragments that pages share, included by name.
_PARTS = "parts/"
_PART = regex(r"<!-- part: (\w+) -->\n")
_BUNDLES = "bundles/"
_MAP_SUFFIX = ".js.map"
_TEXTS = "texts/"
_ADDRESS = "/static/"
_STYLE = regex(r'\n *<link rel="stylesheet" href="/static/([^"]+)">')
_SCRIPT = regex(r'\n *<script type="module" src="/static/([^"]+)"></script>')
_FIRST_SCRIPT = '<script type="module"'
_REFERENCE = regex(r'(?<=")/static/([^"]+)(?=")')
#: An address that names the content: the path of a file with a part of its digest before the suffix.
_CONTENT_ADDRESS = regex(r"(.+)\.([0-9a-f]{16})(\.[a-z0-9.]+)")
#: A year, the longest time that caches heed, without asking again (RFC 8246).
_FOREVER = "public, max-age=31536000, immutable"
_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".map": "application/json",
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

    def address(self, path: str) -> str:
        """Return the address of exactly this content, which browsers may cache for good."""
        stem, dot, suffix = path.partition(".")
        return f"{_ADDRESS}{stem}.{self.plain.digest[:16]}{dot}{suffix}"


class StaticFiles:
    """All files of a folder by their relative path, the bundles of its pages, and page templates by name and language.
    """

    def __init__(self, folder: Path, catalogue: TextCatalogue) -> None:
        self._folder = folder
        self._catalogue = catalogue
        self._bundled_pages, self._bundles, self._templates = _made_of(folder, catalogue)
        self._pages: dict[tuple[str, ...], StaticFile] = {}

    @cached_property
    def _files(self) -> Mapping[str, StaticFile]:
        """Read for the first page, so that the start does not wait for it."""
        return _load_files(self._folder)

    def template(self, name: str, language: str = "en") -> Template:
        """A page template with `$placeholders`, which loads its scripts and style sheets as bundles."""
        if (name, language) not in self._templates:
            page = self._catalogue.translate_page(self._bundle(name), language)
            self._templates[name, language] = Template(self._load_texts_first(page, language))
        return self._templates[name, language]

    def build_ahead(self, name: str, language: str) -> None:
        """Build a page and what it loads, compressed as browsers get it, so that the first request finds it."""
        for path in _REFERENCE.findall(self.template(name, language).template):
            named = _CONTENT_ADDRESS.fullmatch(path)
            if named and (file := self._bundles.get(named[1] + named[3])) is not None:
                _ = file.compressed

    def text(self, path: str) -> str:
        """Return the text of a file. Raises KeyError."""
        return self._text(path)

    def serve(self, path: str, request: Request) -> Response:
        """A file or a bundle, or 304 for a browser that has it. Raises `ROUTE_NOT_FOUND`; pages have routes of their
        own.

        The digest in an address decides only how long the response may be kept: while instances of two versions run,
        a page of one can load its files from the other.
        """
        named = _CONTENT_ADDRESS.fullmatch(path)
        plain_path = named[1] + named[3] if named else path
        file = self._files.get(path) or self._files.get(plain_path) or self._bundle_at(plain_path)
        if file is None or path.endswith(_TEMPLATE_SUFFIX):
            raise Problem("ROUTE_NOT_FOUND", "File not found.")
        return _respond(file, request, forever=file.address(plain_path) == f"{_ADDRESS}{path}")

    def page(self, name: str, request: Request, visibility: Mapping[str, bool], data: Mapping[str, str]) -> Response:
        """A page with visible or hidden elements and constant `data`; each variant is rendered once."""
        language = self._catalogue.choose(request)
        variant = (name, language, *(part for part, is_visible in visibility.items() if is_visible))
        if variant not in self._pages:
            self._pages[variant] = self._render(name, language, visibility, data)
        return _respond(self._pages[variant], request).with_headers(**_language_headers(language))

    def uncached_page(
        self, name: str, request: Request, visibility: Mapping[str, bool], data: Mapping[str, str]
    ) -> Response:
        """The same with `data` of this request; no cache may keep it."""
        language = self._catalogue.choose(request)
        page = self._render(name, language, visibility, data)
        headers = {"Content-Type": page.media_type, "Cache-Control": "no-store"}
        headers |= {name.replace("_", "-"): value for name, value in _language_headers(language).items()}
        if not accepts_gzip(request):
            return Response(200, page.content, headers)
        return Response(200, page.plain.gzipped, {**headers, "Content-Encoding": "gzip"})

    def _render(self, name: str, language: str, visibility: Mapping[str, bool], data: Mapping[str, str]) -> StaticFile:
        placeholders = {part: "" if is_visible else "hidden" for part, is_visible in visibility.items()}
        page = self.template(name, language).substitute(placeholders, **data)
        return _static_file(page.encode("utf-8"), Path(name))

    def _load_texts_first(self, page: str, language: str) -> str:
        """Make a page with scripts load its language's texts before them."""
        if _FIRST_SCRIPT not in page or (file := self._texts_file(language)) is None:
            return page
        tag = f'{_FIRST_SCRIPT} src="{file.address(f"{_TEXTS}{language}.js")}"></script>'
        return page.replace(_FIRST_SCRIPT, f"{tag}\n  {_FIRST_SCRIPT}", 1)

    def _texts_file(self, language: str) -> StaticFile | None:
        path = f"{_TEXTS}{language}.js"
        if path not in self._bundles and (script := self._catalogue.translations_script(language)) is not None:
            self._bundles[path] = _static_file(script.encode("utf-8"), Path(path))
        return self._bundles.get(path)

    def _bundle_at(self, path: str) -> StaticFile | None:
        """Return a bundle; another instance may have rendered the page that loads it."""
        stem = path.rpartition("/")[2].partition(".")[0]
        if path.startswith(_BUNDLES) and f"{_PAGES}{stem}{_TEMPLATE_SUFFIX}" in self._files:
            if path == f"{_BUNDLES}{stem}{_MAP_SUFFIX}":
                return self._source_map(stem)
            self._bundle(f"{stem}{_TEMPLATE_SUFFIX}")
        if path.startswith(_TEXTS) and stem in self._catalogue.languages:
            self._texts_file(stem)
        return self._bundles.get(path)

    def _bundle(self, page_name: str) -> str:
        """Make the bundles of a page once; return its text, with a content address for every file."""
        if page_name not in self._bundled_pages:
            self._bundled_pages[page_name] = self._make_bundles(page_name)
        return self._bundled_pages[page_name]

    def _make_bundles(self, page_name: str) -> str:
        text = self._with_parts(page_name)
        stem = f"{_BUNDLES}{Path(page_name).stem}"
        styles, scripts = _STYLE.findall(text), _SCRIPT.findall(text)
        if styles:
            self._bundles[f"{stem}.css"] = _static_file(self._join_styles(styles), Path(".css"))
        if scripts:
            # The map has an address of its own without its digest: it is made when a debugger asks for it.
            content = f"{self._join_scripts(scripts).text}//# sourceMappingURL={_ADDRESS}{stem}{_MAP_SUFFIX}\n"
            self._bundles[f"{stem}.js"] = _static_file(content.encode("utf-8"), Path(".js"))
        text = _replace_first_drop_others(_STYLE, text, f"{stem}.css")
        text = _replace_first_drop_others(_SCRIPT, text, f"{stem}.js")
        return _REFERENCE.sub(lambda match: self._address(match[1]), text)

    def _source_map(self, stem: str) -> StaticFile | None:
        """Return the map of a page's script, which is seldom asked for and so not kept; None if it has no script."""
        scripts = _SCRIPT.findall(self._with_parts(f"{stem}{_TEMPLATE_SUFFIX}"))
        if not scripts:
            return None
        source_map = self._join_scripts(scripts).source_map(f"{_BUNDLES}{stem}.js", _ADDRESS)
        return _static_file(source_map.encode("utf-8"), Path(".map"))

    def _join_scripts(self, paths: Sequence[str]) -> Script:
        joined: Script = load("web.bundles.join_scripts")(paths, self._texts(".js"))
        return joined

    def _with_parts(self, page_name: str) -> str:
        """Return the text of a page with its parts included, and links to the page itself marked as current."""
        link = f'<a href="/{Path(page_name).stem.replace("_", "-")}"'
        current_link = f'<a aria-current="page"{link.removeprefix("<a")}'
        text = self._text(f"{_PAGES}{page_name}")
        # A part may have parts of its own.
        while (match := _PART.search(text)) is not None:
            part = self._text(f"{_PARTS}{match[1]}{_TEMPLATE_SUFFIX}").replace(link, current_link)
            text = text.replace(match[0], part)
        return text

    def _address(self, path: str) -> str:
        file = self._bundles.get(path) or self._files[path]
        return file.address(path)

    def _join_styles(self, paths: Sequence[str]) -> bytes:
        joined: str = load("web.bundles.join_styles")(paths, self._texts(".css"))
        return joined.encode("utf-8")

    def _texts(self, suffix: str) -> dict[str, str]:
        return {path: self._text(path) for path in self._files if path.endswith(suffix)}

    def _text(self, path: str) -> str:
        return self._files[path].content.decode("utf-8")


def _replace_first_drop_others(elements: re.Pattern[str], text: str, path: str) -> str:
    """Make the first of these elements load the bundle, and drop the others."""
    first = True

    def change(match: re.Match[str]) -> str:
        nonlocal first
        replacement = match[0].replace(match[1], path) if first else ""
        first = False
        return replacement

    return elements.sub(change, text)


def _language_headers(language: str) -> dict[str, str]:
    """The headers of a page that comes in several languages (RFC 9110, sections 8.5 and 12.5.5)."""
    return {"Content_Language": language, "Vary": "Accept-Encoding, Accept-Language, Cookie"}


def _respond(file: StaticFile, request: Request, *, forever: bool = False) -> Response:
    use_gzip = accepts_gzip(request) and len(file.compressed.body) < len(file.content)
    encoded = file.compressed if use_gzip else file.plain
    headers = {
        "Content-Type": file.media_type,
        "Cache-Control": _FOREVER if forever else "no-cache",
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


@cache
def _made_of(
    folder: Path, catalogue: TextCatalogue  # noqa: ARG001 - one of each for both
) -> tuple[dict[str, str], dict[str, StaticFile], dict[tuple[str, str], Template]]:
    """What is made of these files and texts, once per process as they are: the pages that load bundles, by name; the
    bundles, by path; and the templates, by name and language."""
    return {}, {}, {}


def _static_file(content: bytes, path: Path) -> StaticFile:
    return StaticFile(content, _TYPES.get(path.suffix or path.name, "application/octet-stream"))
