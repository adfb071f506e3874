/** The header: what is behind the dashboard, and the two modes nobody may overlook. */

import { byId, el, fill } from "./dom.js";

const PROVIDERS = { demo: "Demo (pretend Hireflix)", hireflix: "Hireflix" };
const SOURCES = { demo: "sample catalogue", sqlite: "database file", api: "main system" };

/** Show the service as `/api` describes it. */
export function showService(service) {
  byId("demo-banner").hidden = !service.demo;
  byId("demo-data").hidden = service.source?.kind !== "demo";
  byId("open-banner").hidden = service.access !== "open";
  byId("logout").hidden = service.access !== "token";
  const provider = service.provider?.name;
  fill(byId("provider-status"), PROVIDERS[provider] ?? provider ?? "unknown");
  if (service.source) showSource(service.source);
  fill(byId("version"), service.version ? `Version ${service.version}` : "");
}

/** Show where job descriptions and candidates come from, and whether they can be read. */
export function showSource(source) {
  const unavailable = source.status === "unavailable";
  fill(
    byId("source-status"),
    el("span", { title: source.location }, SOURCES[source.kind] ?? source.kind ?? "unknown"),
    unavailable && el("strong", { class: "unavailable", title: source.reason }, " ! unavailable"),
  );
}
