/** The status of the service: provider, source and sync, and banners for problems. */

import { byId, el, fill, hiddenText } from "../lib/dom.js";
import { number, time } from "../lib/format.js";

const PROVIDERS = { demo: "Demo (pretend Hireflix)", hireflix: "Hireflix" };
const SOURCES = { demo: "sample catalogue", sqlite: "database file", api: "main system" };

/** What is known so far, from different answers. */
const known = { provider: null, source: null };

/** Show the service as described by `/api`. */
export function showService(service) {
  known.provider = service.provider ?? null;
  const { name, available } = known.provider ?? {};
  fill(
    byId("provider-status"),
    PROVIDERS[name] ?? name ?? "unknown",
    available === false && el("strong", { class: "unavailable" }, " ! not responding"),
  );
  fill(byId("sync-status"), sync(service.sync));
  if (service.source) showSource(service.source);
  fill(byId("version"), service.version ? `Version ${service.version}` : "");
  showTrouble();
}

/** Show where jobs and candidates come from, and whether that can be read. */
export function showSource(source) {
  known.source = { ...source, status: source.status ?? "ok" };
  const unavailable = known.source.status === "unavailable";
  fill(
    byId("source-status"),
    el("span", { title: source.location }, SOURCES[source.kind] ?? source.kind ?? "unknown"),
    unavailable && el("strong", { class: "unavailable" }, " ! unavailable"),
    unavailable && source.reason && el("span", { class: "muted block" }, source.reason),
  );
  showTrouble();
}

/** The service could not be asked. */
export function showUnknownService(problem) {
  fill(byId("provider-status"), el("span", { title: problem.message }, "unknown"));
  fill(byId("source-status"), "unknown");
  fill(byId("sync-status"), "unknown");
  say("!", "Unknown");
}

/** One word for the whole status, and a banner while Hireflix is not responding. */
function showTrouble() {
  const outage = known.provider?.available === false;
  const sourceless = known.source?.status === "unavailable";
  byId("outage-banner").hidden = !outage;
  if (outage) return say("!", "Hireflix is not responding");
  return sourceless ? say("!", "Jobs and candidates unavailable") : say("✓", "Connected");
}

function say(shape, word) {
  const trouble = shape === "!";
  byId("service-status-button").classList.toggle("unavailable", trouble);
  fill(byId("service-status-button"), el("span", { class: "shape", "aria-hidden": "true" }, shape), hiddenText("Service status: "), word);
}

function sync(state) {
  if (!state?.enabled) return "off: press Refresh";
  const every = `every ${number(state.every_seconds)} s`;
  const last = state.last_round;
  if (state.last_fault) return [`${every}; `, el("strong", { class: "unavailable" }, "the last one failed")];
  return last ? [`${every}; last `, time(last.at)] : every;
}
