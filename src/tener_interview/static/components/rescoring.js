/** Rescoring a job or a session: first a preview of what would change, then the change. */

import { listPlanVersions, rescoreJob } from "../lib/api.js";
import { dashboard } from "../lib/dashboard.js";
import { announce, button, byId, el, fill, hiddenText, whileBusy } from "../lib/dom.js";
import { isKnown, number, recommendation, score, signed } from "../lib/format.js";
import { t, tNodes, tn } from "../lib/texts.js";
import { openDialog } from "./dialog.js";
import { problemBox } from "./problem.js";

/** Open the dialog with a preview. With `session`, only that one is rescored. `after()` is called after a change. */
export function openRescoring(jobId, { session = null, after = () => {} } = {}) {
  const whom = { jobId, sessionId: session?.session_id ?? null, planVersion: null, after };
  const place = el("div", { class: "report rescoring", "aria-live": "polite" });
  const byVersion = el("div", { class: "report" });
  const dialog = openDialog("rescoring", t("Rescore"), [
    el("p", {}, session
      ? tNodes("The stored transcript of {name} is scored again with the current criteria and formula. Hireflix is not contacted, and earlier results are kept.", { name: el("bdi", {}, session.candidate_name) })
      : t("All stored transcripts are scored again with the current criteria and formula. Hireflix is not contacted, and earlier results are kept.")),
    byVersion,
    place,
  ], { kind: "wide" });
  // The scorecard was redrawn, so the button that was pressed is gone.
  dialog.addEventListener("close", () => document.activeElement === document.body && byId("scorecard-title")?.focus());
  offerVersions(whom, byVersion, place);
  return previewRescoring(whom, place);
}

/** Let the version of the plan be chosen whose key points count. Without a choice it is the one that counted last. */
async function offerVersions(whom, byVersion, place) {
  const { items } = await listPlanVersions(whom.jobId).catch(() => ({ items: [] }));
  if (items.length === 0) return;
  const select = el("select", { id: "rescoring-version", on: { change: () => {
    whom.planVersion = Number(select.value) || null;
    previewRescoring(whom, place);
  } } },
  el("option", { value: "" }, t("As each was scored last")),
  items.map(({ version }, at) => el("option", { value: version }, at === 0 ? t("Version {version} (in use)", { version }) : t("Version {version}", { version }))));
  fill(byVersion, el("div", { class: "field" }, el("label", { for: select.id }, t("By the key points of the plan")), select));
}

async function previewRescoring(whom, place) {
  const turn = whom.turn = (whom.turn ?? 0) + 1;
  fill(place, el("p", { class: "empty" }, t("Checking what would change…")));
  try {
    const outcome = await rescoreJob(whom, true);
    if (turn !== whom.turn) return;
    fill(place, outcome.changed ? [
      el("p", { class: "notice-what" }, tn(outcome.changed, "{count} interview of {total} would change.", "{count} interviews of {total} would change.", { total: number(outcome.total_sessions) })),
      reasonsList(outcome.items),
      changesTable(outcome.items),
      el("p", { class: "buttons" }, button(tn(outcome.changed, "Rescore {count} Interview", "Rescore {count} Interviews"), (press) => (
        whileBusy(press.currentTarget, t("Scoring…"), () => rescore(whom, place))
      ), { kind: "primary" })),
    ] : outcome.errors ? null : el("p", { class: "notice" }, outcome.total_sessions
      ? t("Nothing would change: every result already follows the current criteria.")
      : t("There are no results to rescore.")), failuresOf(outcome), versionsOf(outcome));
  } catch (problem) {
    if (turn !== whom.turn) return;
    fill(place, problemBox(t("The changes could not be calculated"), problem, { retry: () => previewRescoring(whom, place) }));
  }
}

async function rescore(whom, place) {
  try {
    const outcome = await rescoreJob(whom, false);
    const summary = tn(outcome.rescored, "{count} interview rescored. Earlier results stay on the scorecards.", "{count} interviews rescored. Earlier results stay on the scorecards.");
    fill(place, el("p", { class: "notice", tabindex: "-1" }, summary), failuresOf(outcome), changesTable(outcome.items), versionsOf(outcome));
    place.querySelector(".notice").focus();
    announce(summary);
    await whom.after();
    if (dashboard.jobId === whom.jobId) await dashboard.changed();
  } catch (problem) {
    fill(place, problemBox(t("The interviews could not be rescored"), problem, { retry: () => previewRescoring(whom, place) }));
  }
}

/** The reasons for the changes, each once. */
function reasonsList(items) {
  const sentences = [...new Set(items.flatMap((item) => item.why ?? []))];
  return sentences.length ? el("ul", { class: "plain" }, sentences.map((entry) => el("li", {}, entry))) : null;
}

/** The candidates whose interviews could not be scored. */
function failuresOf(outcome) {
  if (!outcome.errors) return null;
  const failed = outcome.items.filter((item) => item.action === "error");
  return [
    el("p", { class: "notice-what" }, tn(outcome.errors, "{count} interview could not be scored and keeps its result. The log has the fault.", "{count} interviews could not be scored and keep their results. The log has the faults.")),
    el("ul", { class: "plain" }, failed.map(({ candidate_name: name }) => el("li", {}, el("bdi", {}, name)))),
  ];
}

/** What the answers are scored with, folded away: versions and hashes, as evidence. */
function versionsOf(outcome) {
  return el("details", {}, el("summary", {}, t("Details")), el("p", { class: "muted" }, [
    t("Criteria {version}", { version: `${outcome.criteria_version} (${outcome.criteria_hash})` }),
    t("formula {version}", { version: `${outcome.formula_version} (${outcome.formula_hash})` }),
    t("engine {version}", { version: outcome.engine_version }),
  ].join(" · ")));
}

function changesTable(items) {
  const changed = items.filter((item) => item.action === "rescored" || item.action === "would_change");
  const heading = (label, kind = null) => el("th", { scope: "col", class: kind }, label);
  return el("div", { class: "frame scroll", role: "region", "aria-label": t("Before and after"), tabindex: "0" }, el(
    "table", { class: "changes" },
    el("caption", { class: "visually-hidden" }, t("Totals and recommendations before and after")),
    el("thead", {}, el("tr", {}, heading(t("Candidate")), heading(t("Before"), "figure"), heading(t("After"), "figure"), heading(t("Change"), "figure"), heading(t("Recommendation")))),
    el("tbody", {}, changed.map(({ session_id: sessionId, candidate_name: name, before, after, total_score_change: change }) => el(
      "tr", { data: { sessionId } },
      el("th", { scope: "row", class: "name", dir: "auto" }, name),
      el("td", { class: "figure" }, score(before.total_score)),
      el("td", { class: "figure" }, score(after.total_score)),
      el("td", { class: "figure number" }, isKnown(change) ? signed(change) : "–"),
      el("td", {}, before.pass_recommendation === after.pass_recommendation
        ? recommendation(after.pass_recommendation)
        : [recommendation(before.pass_recommendation), el("span", { "aria-hidden": "true" }, " → "), hiddenText(` ${t("becomes")} `), recommendation(after.pass_recommendation)]),
    ))),
  ));
}
