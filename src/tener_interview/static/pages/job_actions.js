/** What can be done in a job beside its buttons: the menu, the entries of the command palette, and the keys. */

import { openReasons } from "../components/decision_reasons.js";
import { openJobSettings } from "../components/job_settings.js";
import { nextAction, otherActions } from "../components/list_actions.js";
import { openFilters } from "../components/list_controls.js";
import { selectedCandidates } from "../components/list_selection.js";
import { openRescoring } from "../components/rescoring.js";
import { readAddress } from "../lib/address.js";
import { dashboard } from "../lib/dashboard.js";
import { byId } from "../lib/dom.js";
import { actionEntry } from "../lib/palette_entries.js";
import { listenToKeys, addKeyHint } from "../lib/keys.js";
import { t } from "../lib/texts.js";
import { leaderboardSheet } from "./leaderboard.js";

/** The menu of the job; `changed()` shows the view after its settings have changed. */
export function jobActions(changed) {
  const ranked = readAddress().view === "leaderboard" && dashboard.candidates.length > 0;
  // On a narrow screen the buttons are here.
  const hidden = [...byId("session-buttons").querySelectorAll(".wide-only")].filter((control) => !control.hidden && !control.checkVisibility());
  return [
    ...hidden.map((control) => ({ label: control.textContent, act: () => control.click() })),
    { label: t("Settings"), act: () => openJobSettings(dashboard.jobId, changed) },
    { label: t("Notice and Consent"), href: `/jobs/${dashboard.jobId}/notice` },
    { label: t("Reasons for Decisions"), act: openReasons },
    { label: t("Rescore"), act: () => openRescoring(dashboard.jobId) },
    ranked && { label: t("Download as CSV"), href: leaderboardSheet(), download: "" },
    ranked && { label: t("Print"), act: () => window.print() },
  ];
}

/** Entries of the palette: what can be done with the candidate of the row that has the focus. */
export function candidateEntries(at) {
  const candidate = isInJob() && candidateAt(at);
  return candidate ? entries([nextAction(candidate), ...otherActions(candidate, () => at)], candidate.candidate_name) : [];
}

/** Entries of the palette: the menu of the job. */
export function jobEntries(changed) {
  return isInJob() ? entries(jobActions(changed), "") : [];
}

function isInJob() {
  return dashboard.jobId !== null && !document.querySelector("dialog[open]:not(#palette)");
}

function entries(items, about) {
  return items.filter(Boolean).map(({ label, act, href }) => actionEntry(label, about, act ?? (() => window.location.assign(href))));
}

function candidateAt(at) {
  const id = at?.closest("#main tr[data-candidate-id]")?.dataset.candidateId;
  return dashboard.candidates.find((item) => String(item.candidate_id) === id) ?? null;
}

/** The controls that keys stand for, by place and action. */
const CONTROLS = {
  job: { today: "today-link", plan: "plan-button", candidates: "candidates-button", leaderboard: "leaderboard-button", progress: "progress-button", refresh: "refresh-all" },
  candidates: { find: "list-search", filter: "filters-toggle" },
};

/** Listen to the keys; `view(name)` shows a view of the job, `today()` the list of Today. */
export function listenToJobKeys({ view, today }) {
  const ifJobIsOpen = (act) => () => (dashboard.jobId === null ? false : act());
  listenToKeys("job", {
    today,
    ...Object.fromEntries(["plan", "candidates", "leaderboard", "progress"].map((name) => [name, ifJobIsOpen(() => view(name))])),
    refresh: ifJobIsOpen(() => press(byId("refresh-all"))),
  });
  listenToKeys("candidates", {
    find: () => focus(byId("list-search")),
    filter: () => openFilters(byId("filters-panel").hidden),
    next: (key, { target }) => step(1, key, target), previous: (key, { target }) => step(-1, key, target),
    select: inRow((row) => row.querySelector(".select-cell input").click()),
    due: inRow((row) => press(row.querySelector(".primary-action"))),
    more: inRow((row) => press(row.querySelector(".menu-button"))),
    clear: () => selectedCandidates().length > 0 && press(byId("selection-bar").querySelector("[aria-label]")),
  });
  for (const [place, controls] of Object.entries(CONTROLS)) {
    for (const [name, id] of Object.entries(controls)) addKeyHint(byId(id), place, name);
  }
}

/** Move the focus to the name of the next candidate, or to the first. Arrow keys scroll the page outside of the list. */
function step(by, key, target) {
  const names = [...byId(`${readAddress().view}-view`)?.querySelectorAll(".open-scorecard") ?? []];
  const row = target.closest?.("tr");
  const at = names.findIndex((name) => row?.contains(name));
  return at < 0 && key.startsWith("Arrow") ? false : focus(names[at < 0 ? 0 : at + by]);
}

function inRow(act) {
  return (_key, { target }) => {
    const row = target.closest?.("#main tr[data-candidate-id]");
    return row ? act(row) : false;
  };
}

function press(control) {
  if (!control || control.closest("[hidden]") || control.disabled) return false;
  control.click();
  return true;
}

function focus(control) {
  if (!control?.checkVisibility()) return false;
  control.focus();
  return true;
}
