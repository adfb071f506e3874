"""What the desk's pages share: the head, with the links and notices for the person who is signed in."""

from __future__ import annotations

from ..errors import Problem
from ..web.request import Request
from ..web.response import Response
from ..web.router import Access
from .page_constants import page_constants
from .web_service import WebService


def desk_page(service: WebService, request: Request, name: str, constants: str = "dashboard") -> Response:
    """Return a page of its own beside the dashboard, with the constants of the page of this name."""
    values = {"constants": page_constants(constants, request)}
    return service.files.page(name, request, visible_parts(service, request), values)


def visible_parts(service: WebService, request: Request) -> dict[str, bool]:
    """Return which parts of the head are visible."""
    role = request.actor.role
    return {
        "demo": service.provider.name == "demo",
        "demo_data": service.source.kind == "demo",
        "open": service.guard.is_open,
        "logout": not service.guard.is_open or request.login is not None,
        "recruiter": Access.RECRUITER.admits(role),
        "admin": Access.ADMIN.admits(role),
    }


def may_use_desk(service: WebService, request: Request) -> bool:
    """Return whether the reader of a page that anybody may open can use the desk, too."""
    try:
        return service.guard.is_open or service.guard.is_signed_in(request)
    except Problem:
        # The database cannot be read, which the page itself may be about.
        return False


def head_values(service: WebService, request: Request) -> dict[str, str]:
    """Return the same for templates: empty, or the attribute that hides."""
    return {part: "" if is_visible else "hidden" for part, is_visible in visible_parts(service, request).items()}
