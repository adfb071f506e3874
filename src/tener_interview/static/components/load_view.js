/** Loading data into a view of the dashboard, and paging through long lists. */

import { readAddress, writeAddress } from "../lib/address.js";
import { dashboard, PAGE_SIZE } from "../lib/dashboard.js";
import { button, byId, el, fill } from "../lib/dom.js";
import { number } from "../lib/format.js";
import { t, tn } from "../lib/texts.js";
import { problemBox } from "./problem.js";
import { showLoaded } from "./status.js";

/**
 * Load data into a view, with a note while it loads, when it is empty and when it failed. Data of the same job stays
 * until there is newer data; a response to an older request is dropped. `load(jobId)` loads, `show(response)` draws and
 * returns the sentence for an empty view, or "".
 */
export async function loadInto(name, what, retry, load, show) {
  const { jobId } = dashboard;
  const place = byId(`${name}-view`);
  const report = byId(`${name}-report`);
  const frame = byId(`${name}-frame`);
  const request = String(Number(place.dataset.request ?? 0) + 1);
  place.dataset.request = request;
  if (place.dataset.jobId !== String(jobId)) {
    frame.hidden = true;
    fill(report, el("p", { class: "empty" }, t("Loading…")));
  }
  place.setAttribute("aria-busy", "true");
  try {
    const response = await load(jobId);
    if (place.dataset.request !== request) return;
    showLoaded();
    const sentence = show(response);
    place.dataset.jobId = jobId;
    frame.hidden = sentence !== "";
    fill(report, sentence !== "" && el("p", { class: "empty", role: "status" }, sentence));
  } catch (problem) {
    if (place.dataset.request !== request) return;
    fill(report, problemBox(what, problem, { retry }), !frame.hidden && el("p", { class: "muted" }, t("Below is what was loaded last.")));
    showLoaded(problem);
  } finally {
    if (place.dataset.request === request) place.removeAttribute("aria-busy");
  }
}

/** Show the position in a list, with buttons to page through it. `load()` loads the page in the address. */
export function showPager(view, total, load) {
  const { page } = readAddress();
  const pages = Math.max(1, Math.ceil(total / PAGE_SIZE));
  const first = Math.min(total, (page - 1) * PAGE_SIZE + 1);
  const last = Math.min(total, page * PAGE_SIZE);
  const go = async (to) => {
    writeAddress({ page: to }, { step: true });
    await load();
    byId("main").focus();
    byId(`${view}-view`).scrollIntoView();
  };
  const step = (label, to) => button(label, () => go(to), { kind: "small", disabled: to < 1 || to > pages, data: { to } });
  fill(
    byId(`${view}-pager`),
    el("p", { class: "muted" }, pages === 1
      ? tn(total, "{count} candidate", "{count} candidates")
      : tn(total, "{first}–{last} of {count} candidate", "{first}–{last} of {count} candidates", { first: number(first), last: number(last) })),
    pages > 1 && el("div", { class: "buttons" }, step(t("Previous"), page - 1), step(t("Next"), page + 1)),
  );
}
