/** Decisions on the leaderboard: in each row, counted in the filter, and about several candidates with a look first. */

import { decideMany, leaderboard, readReasons } from "../lib/api.js";
import { MAX_LEADERBOARD } from "../lib/dashboard.js";
import { decisionBadge, decisionLabel } from "../lib/decisions.js";
import { announce, button, byId, el, fill, whileBusy } from "../lib/dom.js";
import { number } from "../lib/format.js";
import { choiceFields } from "./choice_form.js";
import { openDeciding } from "./decision.js";
import { openDialog } from "./dialog.js";
import { problemBox } from "./problem.js";

/** What was decided, and a button to decide. */
export function decisionCell(item, nameId, decided) {
  return el("span", { class: "decision-cell" },
    decisionBadge(item.decision),
    button(item.decision ? "Change" : "Decide", () => openDeciding(item, item.decision ?? "", decided), {
      kind: "small", about: nameId, "aria-haspopup": "dialog",
    }));
}

/** Say in the filter how many there are of each. */
export function showDecisionCounts(counts) {
  for (const option of byId("leaderboard-decision").options) {
    if (!option.value || !counts) continue;
    option.textContent = `${option.value === "none" ? "Undecided" : decisionLabel(option.value)} (${number(counts[option.value] ?? 0)})`;
  }
}

/** `scope()` is the job, the filters of its leaderboard, and who is selected there. */
export function setUpDecidingAboutMany(scope, decided) {
  byId("decide-many").addEventListener("click", () => openDecidingAboutMany(scope(), decided));
}

async function openDecidingAboutMany({ jobId, filters, selected }, decided) {
  const body = el("div", {}, el("p", { class: "empty" }, "Loading the candidates…"));
  openDialog("deciding-many", "Decide about several", body, { kind: "wide" });
  try {
    const [{ items }, { reasons }] = await Promise.all([leaderboard(jobId, { ...filters, limit: MAX_LEADERBOARD }), readReasons()]);
    choose(body, { jobId, items, reasons, selected, decided });
  } catch (problem) {
    fill(body, problemBox("The candidates could not be loaded", problem));
  }
}

/** The first step: about whom, and what. It stays as it is while the second one is looked at. */
function choose(body, { jobId, items, reasons, selected, decided }) {
  const report = el("div", { class: "report" });
  const submit = el("button", { class: "button primary", type: "submit" }, "Review");
  const count = el("span", { class: "muted", "aria-live": "polite" });
  const boxes = items.map((item) => el("input", { type: "checkbox", value: item.session_id, checked: selected.includes(item.candidate_id) }));
  const chosen = () => boxes.filter((box) => box.checked).map((box) => box.value);
  const { fields, read } = choiceFields(reasons);
  const all = button("Select All", () => {
    const every = boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = !every;
    recount();
  }, { kind: "small quiet" });
  const recount = () => {
    count.textContent = `${chosen().length} selected`;
    all.textContent = boxes.every((box) => box.checked) ? "Select None" : "Select All";
  };
  const form = el("form", { class: "decision-form" },
    el("fieldset", { class: "share-candidates" }, el("legend", {}, "Candidates that match the filters"),
      el("ol", { class: "choices" }, items.map((item, place) => el("li", {}, el("label", { class: "check" }, boxes[place],
        el("span", { class: "choice" }, el("bdi", {}, item.candidate_name || `Candidate ${item.candidate_id}`),
          el("span", { class: "choice-score" }, decisionBadge(item.decision))))))),
      el("p", {}, all, " ", count)),
    fields, el("p", { class: "buttons" }, submit), report);
  form.addEventListener("change", recount);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const choice = read();
    if (!choice || !chosen().length) {
      fill(report, el("p", { class: "problem", role: "alert" }, "Select candidates, a decision, and a reason to reject."));
      return;
    }
    whileBusy(submit, "Checking…", async () => {
      try {
        fill(report);
        const preview = await decideMany(jobId, { ...choice, session_ids: chosen(), dry_run: true });
        review(body, preview, { jobId, choice, back: () => fill(body, form), decided });
      } catch (problem) {
        fill(report, problemBox("Nothing was decided", problem));
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
  const heading = el("h3", { tabindex: "-1" }, changed ? `${number(changed)} will change` : "Nothing will change");
  const go = button(`Decide About ${number(changed)}`, (press) => whileBusy(press.currentTarget, "Deciding…", async () => {
    try {
      const items = preview.items.filter((item) => item.outcome === "changed");
      const answer = await decideMany(jobId, {
        ...choice, session_ids: items.map((item) => item.session_id), if_revisions: items.map((item) => item.decision_revision),
      });
      await decided();
      showOutcome(body, answer);
    } catch (problem) {
      fill(report, problemBox("Nothing was decided", problem));
    }
  }), { kind: "primary" });
  fill(body, el("div", { class: "decision-review" },
    heading,
    el("p", {}, "Decision: ", decisionBadge(choice.decision), ". Nothing has been saved yet."),
    outcomes(preview.items, "would"),
    el("p", { class: "buttons" }, changed > 0 && go, button("Back", back)), report));
  heading.focus();
}

function showOutcome(body, { counts, items }) {
  const heading = el("h3", { tabindex: "-1" }, `${number(counts.changed)} changed${counts.refused ? `, ${number(counts.refused)} refused` : ""}`);
  fill(body, heading, outcomes(items, "did"));
  heading.focus();
  announce(heading.textContent);
}

const OUTCOMES = { unchanged: "Stays as it is", refused: "Cannot be decided" };

function outcomes(items, tense) {
  return el("div", { class: "frame scroll", role: "region", "aria-label": "Candidates", tabindex: "0" }, el("table", { class: "review-table" },
    el("thead", {}, el("tr", {}, ["Candidate", "Before", tense === "would" ? "Will be" : "Now"].map((label) => el("th", { scope: "col" }, label)))),
    el("tbody", {}, items.map((item) => el("tr", { data: { outcome: item.outcome } },
      el("th", { scope: "row" }, el("bdi", {}, item.candidate_name ?? item.session_id)),
      el("td", {}, decisionBadge(item.before) ?? el("span", { class: "muted" }, "Undecided")),
      el("td", {}, item.outcome === "changed" ? decisionBadge(item.after) : [OUTCOMES[item.outcome], item.error && `: ${item.error.message}`]))))));
}
