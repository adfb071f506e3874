"""What the desk's pages share: the head, with the links and notices for the person who is signed in."""

from __future__ import annotations

from ..errors import Problem
from ..web.request import Request
from ..web.response import Response
from ..web.router import Access
from .page_rules import page_rules
from .site import Site


def desk_page(site: Site, request: Request, name: str, rules: str = "dashboard") -> Response:
    """Return a page of its own beside the dashboard."""
    return site.files.page(name, request, visible_parts(site, request), {"rules": page_rules(rules, request)})


def visible_parts(site: Site, request: Request) -> dict[str, bool]:
    """Return which parts of the head are visible."""
    role = request.actor.role
    return {
        "demo": site.provider.name == "demo",
        "demo_data": site.source.kind == "demo",
        "open": site.guard.is_open,
        "logout": not site.guard.is_open or request.login is not None,
        "recruiter": Access.RECRUITER.admits(role),
        "admin": Access.ADMIN.admits(role),
    }


def may_use_desk(site: Site, request: Request) -> bool:
    """Return whether the reader of a page that anybody may open can use the desk, too."""
    try:
        return site.guard.is_open or site.guard.is_signed_in(request)
    except Problem:
        # The database cannot be read, which the page itself may be about.
        return False


def head_values(site: Site, request: Request) -> dict[str, str]:
    """Return the same for templates: empty, or the attribute that hides."""
    return {part: "" if is_visible else "hidden" for part, is_visible in visible_parts(site, request).items()}
