/** The decision about one candidate: what counts, deciding, undoing, the history, and outside opinions beside it. */

import { decide, listRecommendations, readDecisions, readReasons, removeRecommendation, undoDecision } from "../lib/api.js";
import { decisionBadge, decisionLabel, DECISIONS, recommendationLabel } from "../lib/decisions.js";
import { announce, button, byId, el, fill, whileBusy } from "../lib/dom.js";
import { time } from "../lib/format.js";
import { choiceFields } from "./choice_form.js";
import { closeLayer, openDialog } from "./dialog.js";
import { problemBox } from "./problem.js";

/** The panel on the scorecard. `reload()` shows the session anew after a change. */
export function decisionPanel(session, reload) {
  const report = el("div", { class: "report" });
  const history = el("details", { class: "decision-history", on: { toggle: () => history.open && showHistory(session, steps) } },
    el("summary", {}, "History of decisions"));
  const steps = el("div");
  history.append(steps);
  const opinions = el("div");
  showOpinions(session, opinions);
  return el("section", { class: "decision-panel", "aria-labelledby": "decision-heading" },
    el("h3", { id: "decision-heading" }, "Decision"),
    el("p", { class: "decision-now" }, decisionBadge(session.decision) ?? el("span", { class: "muted" }, "Nobody has decided yet."),
      session.decided_at && el("span", { class: "muted" }, " ", time(session.decided_at))),
    el("div", { class: "buttons" },
      DECISIONS.map(([value, { verb }]) => value !== session.decision && button(verb, () => openDeciding(session, value, reload), {
        kind: "small", "aria-haspopup": "dialog",
      })),
      session.decision && button("Undo", (press) => whileBusy(press.currentTarget, "Undoing…", () => undo(session, report, reload)), { kind: "small quiet" }),
    ),
    report,
    session.decision_revision > 0 && history,
    opinions,
  );
}

async function undo(session, report, reload) {
  try {
    const now = await undoDecision(session);
    await reload();
    announce(`Undone. ${decisionLabel(now.decision)}.`);
  } catch (problem) {
    fill(report, problemBox("The decision could not be undone", problem, { retry: reload }));
  }
}

/** Ask for the reason and a note, and decide. `decided()` is called afterwards. */
export async function openDeciding(session, chosen, decided) {
  const name = session.candidate_name || `Candidate ${session.candidate_id}`;
  const body = el("div", {}, el("p", { class: "empty" }, "Loading the reasons…"));
  openDialog("deciding", "Decide", body);
  try {
    const { reasons } = await readReasons();
    const { fields, read } = choiceFields(reasons, { chosen });
    const report = el("div", { class: "report" });
    const submit = el("button", { class: "button primary", type: "submit" }, "Save Decision");
    const form = el("form", { class: "decision-form" },
      el("p", {}, el("bdi", {}, name), session.decision && [" · now ", decisionBadge(session.decision)]),
      fields, el("p", { class: "buttons" }, submit), report);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      save(session, read(), { submit, report, decided });
    });
    fill(body, form);
    form.querySelector("input:checked, input[type=radio]").focus();
  } catch (problem) {
    fill(body, problemBox("The reasons could not be loaded", problem));
  }
}

function save(session, choice, { submit, report, decided }) {
  if (!choice) {
    fill(report, el("p", { class: "problem", role: "alert" }, "Choose a decision, and a reason to reject."));
    return undefined;
  }
  return whileBusy(submit, "Saving…", async () => {
    try {
      const now = await decide(session, choice);
      closeLayer();
      await decided();
      announce(`${decisionLabel(now.decision)}.`);
    } catch (problem) {
      const box = problemBox("The decision was not saved", problem, problem.code === "DECISION_CHANGED" && {
        retry: () => {
          closeLayer();
          return decided();
        },
      });
      fill(report, box);
      box.focus();
    }
  });
}

async function showHistory(session, place) {
  try {
    const { items } = await readDecisions(session.session_id);
    fill(place, el("ol", { class: "timeline" }, items.map((step) => el("li", {},
      el("span", { class: "event" }, sentence(step), step.counts && el("strong", {}, " · counts")),
      el("span", { class: "muted" }, el("bdi", {}, step.decided_by.name), " · ", time(step.decided_at)),
      step.reason && el("span", { class: "muted" }, "Reason: ", el("bdi", {}, step.reason)),
      step.note && el("span", { class: "decision-note", dir: "auto" }, step.note),
    ))));
  } catch (problem) {
    fill(place, problemBox("The history could not be loaded", problem, { retry: () => showHistory(session, place) }));
  }
}

function sentence({ decision, undoes }) {
  if (!undoes) return decisionLabel(decision);
  return decision ? `Undone; ${decisionLabel(decision).toLowerCase()} again` : "Undone; undecided again";
}

/** What readers of shared shortlists said; nothing while nobody has. */
async function showOpinions(session, place) {
  try {
    const { items } = await listRecommendations(session.job_id, session.candidate_id);
    if (!items.length) return;
    fill(place, el("h4", {}, "Outside opinions"),
      el("p", { class: "muted" }, "Left with a shared link, under a name that nobody has checked. They enter no score."),
      el("ul", { class: "plain opinions" }, items.map((item) => opinion(session, item, place))));
  } catch (problem) {
    fill(place, problemBox("The outside opinions could not be loaded", problem, { retry: () => showOpinions(session, place) }));
  }
}

function opinion(session, item, place) {
  return el("li", {},
    el("strong", {}, recommendationLabel(item.recommendation)), " · ", el("bdi", {}, item.author_name),
    el("span", { class: "muted" }, " · ", time(item.updated_at), " "),
    item.note && el("span", { class: "decision-note", dir: "auto" }, item.note),
    button("Remove", (press) => whileBusy(press.currentTarget, "Removing…", async () => {
      try {
        await removeRecommendation(item);
        fill(place);
        await showOpinions(session, place);
        byId("decision-heading")?.scrollIntoView({ block: "nearest" });
      } catch (problem) {
        fill(place, problemBox("The opinion could not be removed", problem, { retry: () => showOpinions(session, place) }));
      }
    }), { kind: "small quiet", "aria-label": `Remove the opinion of ${item.author_name}` }));
}
