/** The status of the service: provider, source and sync, and banners for problems. */

import { byId, el, fill, hiddenText } from "../lib/dom.js";
import { number, time } from "../lib/format.js";
import { t, tNodes } from "../lib/texts.js";

const PROVIDERS = { demo: t("Demo (pretend Hireflix)"), hireflix: t("Hireflix") };
const SOURCES = { demo: t("sample catalogue"), sqlite: t("database file"), api: t("main system") };

/** The latest known state of each, from different responses. */
const latest = { provider: null, source: null, loaded: true };

/** Show the service as described by `/api`. */
export function showService(service) {
  latest.provider = service.provider ?? null;
  const { name, available } = latest.provider ?? {};
  fill(
    byId("provider-status"),
    PROVIDERS[name] ?? name ?? t("unknown"),
    available === false && el("strong", { class: "unavailable" }, ` ! ${t("not responding")}`),
  );
  fill(byId("sync-status"), syncText(service.sync));
  if (service.source) showSource(service.source);
  fill(byId("version"), service.version ? t("Version {version}", { version: service.version }) : "");
  showOutages();
}

/** Show where jobs and candidates come from, and whether that can be read. */
export function showSource(source) {
  latest.source = { ...source, status: source.status ?? "ok" };
  const unavailable = latest.source.status === "unavailable";
  fill(
    byId("source-status"),
    el("span", { title: source.location }, SOURCES[source.kind] ?? source.kind ?? t("unknown")),
    unavailable && el("strong", { class: "unavailable" }, ` ! ${t("unavailable")}`),
    unavailable && source.reason && el("span", { class: "muted block" }, source.reason),
  );
  showOutages();
}

/** What says that nothing can be loaded now, whatever is asked for. */
const UNREACHABLE = ["NO_ANSWER", "ANSWER_NOT_UNDERSTOOD", "STORE_UNAVAILABLE", "SOURCE_UNAVAILABLE"];

/** Say whether what the page shows could be loaded, or the problem: "Connected" does not stand beside an error. */
export function showLoaded(problem = null) {
  if (problem && !UNREACHABLE.includes(problem.code)) return;
  const loaded = problem === null;
  const changed = latest.loaded !== loaded;
  latest.loaded = loaded;
  if (changed) showOutages();
}

/** The service could not be asked. */
export function showUnknownService(problem) {
  fill(byId("provider-status"), el("span", { title: problem.message }, t("unknown")));
  fill(byId("source-status"), t("unknown"));
  fill(byId("sync-status"), t("unknown"));
  showStatus("!", problem.code === "NO_ANSWER" ? t("Not reachable") : t("Unknown"));
}

/** One word for the whole status, and a banner while Hireflix is not responding. */
function showOutages() {
  const outage = latest.provider?.available === false;
  const sourceless = latest.source?.status === "unavailable";
  byId("outage-banner").hidden = !outage;
  if (outage) return showStatus("!", t("Hireflix is not responding"));
  if (sourceless) return showStatus("!", t("Jobs and candidates unavailable"));
  return latest.loaded ? showStatus("✓", t("Connected")) : showStatus("!", t("Something could not be loaded"));
}

function showStatus(shape, word) {
  const trouble = shape === "!";
  byId("service-status-button").classList.toggle("unavailable", trouble);
  fill(byId("service-status-button"), el("span", { class: "shape", "aria-hidden": "true" }, shape), hiddenText(`${t("Service status:")} `), el("span", { class: "word" }, word));
}

function syncText(state) {
  if (!state?.enabled) return t("off: press Refresh");
  const every = t("every {seconds} s", { seconds: number(state.every_seconds) });
  const last = state.last_round;
  if (state.last_fault) return [`${every}; `, el("strong", { class: "unavailable" }, t("the last one failed"))];
  return last ? [every, "; ", tNodes("last {time}", { time: time(last.at) })] : every;
}
