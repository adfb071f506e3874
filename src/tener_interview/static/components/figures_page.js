/** What the pages with figures share: the job in the address, figures with their intervals, and facts. */

import { signInAgain } from "./signin.js";
import { onSignedOut, readJob } from "../lib/api.js";
import { byId, el, fill } from "../lib/dom.js";
import { isKnown, unknown } from "../lib/format.js";
import { LOCALE, t, tn } from "../lib/texts.js";

onSignedOut(signInAgain);

/** The job in the address, or null on a page about all jobs. */
export const JOB_ID = Number(/^\/jobs\/([0-9]+)\//.exec(window.location.pathname)?.[1]) || null;

/** Name the job on the page, and lead back to it. Without the source of jobs its number has to do. */
export async function nameJob(view) {
  if (JOB_ID === null) {
    fill(byId("about"), t("All jobs"));
    return;
  }
  byId("back").href = `/dashboard?job=${JOB_ID}&view=${view}`;
  fill(byId("about"), t("Job {id}", { id: JOB_ID }));
  const job = await readJob(JOB_ID).catch(() => null);
  if (job?.title) fill(byId("about"), t("{title} (job {id})", { title: job.title, id: JOB_ID }));
}

/** A number with this many decimals, as text. */
export function decimal(value, decimals) {
  const form = new Intl.NumberFormat(LOCALE, { minimumFractionDigits: decimals, maximumFractionDigits: decimals, signDisplay: "negative" });
  return form.format(value).replace("-", "−");
}

/** An interval as text. */
export function range({ low, high }, decimals) {
  return t("{low} to {high}", { low: decimal(low, decimals), high: decimal(high, decimals) });
}

/** A figure with this many decimals, and its interval below. */
export function figure(value, interval = null, decimals = 2, why = t("Not defined")) {
  return [
    isKnown(value) ? el("span", { class: "number" }, decimal(value, decimals)) : unknown(why),
    interval && el("span", { class: "range" }, range(interval, decimals)),
  ];
}

/** Terms with what they are; those without anything are left out. */
export function facts(entries) {
  const given = entries.filter(([, value]) => value !== null && value !== false && value !== "");
  return el("dl", { class: "facts" }, given.map(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
}

/** A section with a heading. */
export function panel(heading, ...children) {
  return el("section", { class: "panel" }, el("h2", {}, heading), ...children);
}

/**
 * A table that scrolls by itself, and on a phone has a line for each cell. `figures` are the places of columns of numbers; with `titled`, a
 * heading above shows what the caption says.
 */
export function table(caption, headings, rows, figures = [], { titled = false } = {}) {
  const kind = (place) => figures.includes(place) && "figure";
  return el("div", { class: "scroll", role: "region", "aria-label": caption, tabindex: "0" }, el(
    "table", {},
    el("caption", { class: titled && "visually-hidden" }, caption),
    el("thead", {}, el("tr", {}, headings.map((heading, place) => el("th", { scope: "col", class: kind(place) }, heading)))),
    el("tbody", {}, rows.map(({ cells, ...attributes }) => el("tr", attributes, cells.map((cell, place) => (
      place === 0 ? el("th", { scope: "row" }, cell) : el("td", { class: kind(place), data: { heading: headings[place] } }, cell)
    ))))),
  ));
}

/** The versions that scored the interviews, a line for each; `none` is shown if there are none. */
export function versionList(versions, none) {
  if (!versions.length) return none;
  return el("ul", { class: "plain" }, versions.map((version) => el("li", {}, [
    t("engine {version}", { version: version.engine_version }),
    t("formula {version}", { version: version.formula_version }),
    version.scored_plan_version === null
      ? t("criteria {version}", { version: version.criteria_version })
      : t("plan version {version}", { version: version.scored_plan_version }),
  ].join(", "), ": ", tn(version.interviews, "{count} interview", "{count} interviews"))));
}
