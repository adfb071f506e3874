"""Everything in documents that is made of the code, and by what."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from documents import api
from documents.place import Place
from documents.settings import settings
from documents.tools import tools

GENERATED: Mapping[Place, Callable[[], str]] = {
    Place("README.md", "settings"): settings,
    Place("docs/api.md", "common errors"): api.common_errors,
    Place("docs/api.md", "own errors"): api.own_errors,
    Place("docs/api.md", "routes"): api.routes,
    Place("docs/api.md", "reference"): api.reference,
    Place("docs/api.md", "objects"): api.objects,
    Place("docs/assistants.md", "tools"): tools,
}
