"""The routes of endpoints, which get events: a part of the route table."""

from __future__ import annotations

from ..web.router import Access, Route

_ADMIN = Access.ADMIN

ENDPOINT_ROUTES: tuple[Route, ...] = (
    Route("GET", "/webhooks", "api.endpoints.webhooks_page", _ADMIN, "the page of endpoints and their deliveries"),
    Route("GET", "/api/endpoints", "api.endpoints.list_endpoints", _ADMIN, "all endpoints"),
    Route("POST", "/api/endpoints", "api.endpoints.create_endpoint", _ADMIN, "add an endpoint",
          ignores_idempotency_key=True),
    Route("GET", "/api/endpoints/{endpoint_id}", "api.endpoints.get_endpoint", _ADMIN, "one endpoint"),
    Route("PATCH", "/api/endpoints/{endpoint_id}", "api.endpoints.change_endpoint", _ADMIN,
          "change an endpoint, disable or enable it"),
    Route("DELETE", "/api/endpoints/{endpoint_id}", "api.endpoints.remove_endpoint", _ADMIN, "remove an endpoint"),
    Route("POST", "/api/endpoints/{endpoint_id}/secret", "api.endpoints.rotate_secret", _ADMIN,
          "give an endpoint a new secret", ignores_idempotency_key=True),
    Route("POST", "/api/endpoints/{endpoint_id}/test", "api.endpoints.send_test", _ADMIN, "send a test event"),
    Route("GET", "/api/endpoints/{endpoint_id}/deliveries", "api.endpoints.list_deliveries", _ADMIN,
          "deliveries to an endpoint, newest first"),
    Route("POST", "/api/endpoints/{endpoint_id}/replay", "api.endpoints.replay_deliveries", _ADMIN,
          "send deliveries again, or all that were given up"),
)
