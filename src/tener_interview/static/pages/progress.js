/** The progress of the candidates of a job: the funnel with times, and the distribution of totals. */

import { bar } from "../components/result.js";
import { byId, el, fill, svg } from "../lib/dom.js";
import { number, percent, span } from "../lib/format.js";
import { t, tn } from "../lib/texts.js";

const STEPS = { invited: t("Invited"), opened: t("Opened"), finished: t("Finished"), scored: t("Scored") };

/** Show the funnel. The charts repeat what the tables say. */
export function showProgress(funnel) {
  for (const check of ["agreement", "fairness"]) byId(`${check}-link`).href = `/jobs/${funnel.job_id}/${check}`;
  const invited = funnel.steps[0].count;
  fill(byId("funnel"), el(
    "table", { class: "chart", role: "table" },
    el("caption", { class: "visually-hidden" }, t("Candidates at each step, and the median time since the previous step")),
    el("thead", {}, el("tr", {}, [t("Step"), t("People"), t("Share of invited"), t("Median time since previous step")].map((name, place) => (
      el("th", { scope: "col", class: place === 2 && "drawn" }, name)
    )))),
    el("tbody", {}, funnel.steps.map((step) => el(
      "tr", { role: "row", data: { step: step.step } },
      el("th", { role: "rowheader", scope: "row" }, STEPS[step.step]),
      el("td", { role: "cell", class: "number" }, number(step.count)),
      el("td", { role: "cell", class: "chart-cell" }, bar(step.count, invited), ` ${percent(invited ? step.count / invited : 0)}`),
      el("td", { role: "cell", class: "median", data: { label: t("Median time since previous step") } }, step.median_ms_since_previous === null ? "–" : span(step.median_ms_since_previous)),
    ))),
  ));
  const scored = funnel.scores.reduce((sum, entry) => sum + entry.count, 0);
  fill(byId("histogram"), scored ? scoreHistogram(funnel.scores) : el("p", { class: "empty" }, t("Nobody has been scored yet.")));
  byId("histogram-note").textContent = scored ? tn(scored, "{count} total score, in steps of ten points.", "{count} total scores, in steps of ten points.") : "";
}

/** A histogram in steps of ten points, with counts. */
function scoreHistogram(ranges) {
  const most = Math.max(...ranges.map((entry) => entry.count));
  const counts = ranges.filter((entry) => entry.count).map((entry) => `${t("{low} to {high}", { low: entry.low, high: entry.high })}: ${entry.count}`).join("; ");
  const [width, height, foot, head] = [40, 120, 22, 18];
  return svg(
    "svg",
    { class: "histogram", viewBox: `0 0 ${width * ranges.length} ${head + height + foot}`, role: "img", "aria-label": t("Total scores in steps of ten. {counts}.", { counts }) },
    ranges.map((entry, place) => {
      const tall = Math.round((height * entry.count) / most);
      const middle = place * width + width / 2;
      return svg(
        "g", {},
        svg("rect", { x: place * width + 4, y: head + height - tall, width: width - 8, height: tall, rx: 2 }),
        entry.count > 0 && svg("text", { x: middle, y: head + height - tall - 5 }, number(entry.count)),
        svg("text", { class: "axis", x: middle, y: head + height + 16 }, String(entry.low)),
      );
    }),
    svg("line", { x1: 0, x2: width * ranges.length, y1: head + height, y2: head + height }),
  );
}
