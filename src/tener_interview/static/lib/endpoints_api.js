/** The JSON API of endpoints: one function for each request. */

import { send } from "./api.js";

const path = (...parts) => ["/api/endpoints", ...parts.map(encodeURIComponent)].join("/");

export const listEndpoints = () => send("GET", path());
export const addEndpoint = (body) => send("POST", path(), body);
export const changeEndpoint = (endpointId, body) => send("PATCH", path(endpointId), body);
export const removeEndpoint = (endpointId) => send("DELETE", path(endpointId));
export const rotateSecret = (endpointId, hours) => send("POST", path(endpointId, "secret"), { previous_valid_hours: hours });
export const sendTest = (endpointId) => send("POST", path(endpointId, "test"), {});
export const replay = (endpointId, deliveryIds) =>
  send("POST", path(endpointId, "replay"), deliveryIds ? { delivery_ids: deliveryIds } : {});

/** A page of deliveries; `before` is `next_before` of the page before. */
export function listDeliveries(endpointId, { state = "", before = null } = {}) {
  const query = new URLSearchParams({ ...(state && { state }), ...(before && { before }) });
  return send("GET", `${path(endpointId, "deliveries")}?${query}`);
}
