/** Decisions in the list: counted in the filter, and about several candidates with a look first. */

import { decideMany, readReasons } from "../lib/api.js";
import { decisionBadge, decisionLabel } from "../lib/decisions.js";
import { announce, button, byId, el, fill, whileBusy } from "../lib/dom.js";
import { candidateName, number } from "../lib/format.js";
import { t, tNodes } from "../lib/texts.js";
import { choiceFields } from "./decision.js";
import { openDialog } from "./dialog.js";
import { problemBox, sentenceOf } from "./problem.js";

/** Say in the filter how many there are of each. */
export function showDecisionCounts(counts) {
  for (const option of byId("filter-decision").options) {
    if (!option.value || !counts) continue;
    option.textContent = `${option.value === "none" ? t("Undecided") : decisionLabel(option.value)} (${number(counts[option.value] ?? 0)})`;
  }
}

/** Decide about these candidates, all of whom have an interview: choose, look at what will change, and do it. */
export async function openDecidingAboutMany(jobId, candidates, decided) {
  const body = el("div", {}, el("p", { class: "empty" }, t("Loading the reasons…")));
  openDialog("deciding-many", t("Decide on several candidates"), body, { kind: "wide", asks: true });
  try {
    const { reasons } = await readReasons();
    const items = candidates.map(({ candidate_name: name, candidate_id: id, session }) => ({ ...session, candidate_name: name, candidate_id: id }));
    choose(body, { jobId, items, reasons, selected: items.map((item) => item.candidate_id), decided });
  } catch (problem) {
    fill(body, problemBox(t("The reasons could not be loaded"), problem));
  }
}

/** The first step: about whom, and what. It stays as it is while the second one is looked at. */
function choose(body, { jobId, items, reasons, selected, decided }) {
  const report = el("div", { class: "report" });
  const submit = el("button", { class: "button primary", type: "submit" }, t("Check"));
  const count = el("span", { class: "muted", "aria-live": "polite" });
  const boxes = items.map((item) => el("input", { type: "checkbox", value: item.session_id, checked: selected.includes(item.candidate_id) }));
  const chosen = () => boxes.filter((box) => box.checked).map((box) => box.value);
  const { fields, read } = choiceFields(reasons);
  const all = button(t("Select All"), () => {
    const every = boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = !every;
    recount();
  }, { kind: "small quiet" });
  const recount = () => {
    count.textContent = t("{count} selected", { count: number(chosen().length) });
    all.textContent = boxes.every((box) => box.checked) ? t("Select None") : t("Select All");
  };
  const form = el("form", { class: "decision-form" },
    el("fieldset", { class: "share-candidates" }, el("legend", {}, t("Candidates")),
      el("ol", { class: "choices" }, items.map((item, place) => el("li", {}, el("label", { class: "check" }, boxes[place],
        el("span", { class: "choice" }, el("bdi", {}, candidateName(item)),
          el("span", { class: "choice-score" }, decisionBadge(item.decision))))))),
      el("p", {}, all, " ", count)),
    fields, el("p", { class: "buttons" }, submit), report);
  form.addEventListener("change", recount);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const choice = read();
    if (!choice || !chosen().length) {
      fill(report, el("p", { class: "problem", role: "alert" }, t("Select candidates, a decision, and a reason to reject.")));
      return;
    }
    whileBusy(submit, t("Checking…"), async () => {
      try {
        fill(report);
        const preview = await decideMany(jobId, { ...choice, session_ids: chosen(), dry_run: true });
        review(body, preview, { jobId, choice, back: () => fill(body, form), decided });
      } catch (problem) {
        fill(report, problemBox(t("Nothing was decided"), problem));
      }
    });
  });
  recount();
  fill(body, form);
  (boxes[0] ?? submit).focus();
}

/** The second step: who changes, who does not, and who cannot. Nothing has happened yet. */
function review(body, preview, { jobId, choice, back, decided }) {
  const report = el("div", { class: "report" });
  const { changed } = preview.counts;
  const heading = el("h3", { tabindex: "-1" }, changed ? t("{count} will change", { count: number(changed) }) : t("Nothing will change"));
  const go = button(t("Decide on {count}", { count: number(changed) }), (press) => whileBusy(press.currentTarget, t("Deciding…"), async () => {
    try {
      const items = preview.items.filter((item) => item.outcome === "changed");
      const outcome = await decideMany(jobId, {
        ...choice, session_ids: items.map((item) => item.session_id), if_revisions: items.map((item) => item.decision_revision),
      });
      await decided();
      showOutcome(body, outcome);
    } catch (problem) {
      fill(report, problemBox(t("Nothing was decided"), problem));
    }
  }), { kind: "primary" });
  fill(body, el("div", { class: "decision-review" },
    heading,
    el("p", {}, tNodes("Decision: {decision}. Nothing has been saved yet.", { decision: decisionBadge(choice.decision) })),
    outcomes(preview.items, "would"),
    el("p", { class: "buttons" }, changed > 0 && go, button(t("Back"), back)), report));
  heading.focus();
}

function showOutcome(body, { counts, items }) {
  const heading = el("h3", { tabindex: "-1" }, counts.refused
    ? t("{count} changed, {refused} refused", { count: number(counts.changed), refused: number(counts.refused) })
    : t("{count} changed", { count: number(counts.changed) }));
  fill(body, heading, outcomes(items, "did"));
  heading.focus();
  announce(heading.textContent);
}

const OUTCOMES = { unchanged: t("Stays as it is"), refused: t("Cannot be decided") };

function outcomes(items, tense) {
  return el("div", { class: "frame scroll", role: "region", "aria-label": t("Candidates"), tabindex: "0" }, el("table", { class: "review-table" },
    el("thead", {}, el("tr", {}, [t("Candidate"), t("Before"), tense === "would" ? t("Will be") : t("Now")].map((label) => el("th", { scope: "col" }, label)))),
    el("tbody", {}, items.map((item) => el("tr", { data: { outcome: item.outcome } },
      el("th", { scope: "row" }, el("bdi", {}, item.candidate_name ?? item.session_id)),
      el("td", {}, decisionBadge(item.before) ?? el("span", { class: "muted" }, t("Undecided"))),
      el("td", {}, item.outcome === "changed" ? decisionBadge(item.after) : [OUTCOMES[item.outcome], item.error && `: ${sentenceOf(item.error)}`]))))));
}
