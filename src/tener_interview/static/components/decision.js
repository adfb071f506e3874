/** The decision about one candidate: deciding, undoing, the history, and outside opinions beside it. */

import { decide, listRecommendations, readDecisions, readReasons, removeRecommendation, undoDecision } from "../lib/api.js";
import { constants } from "../lib/constants.js";
import { DECISIONS, decisionBadge, decisionLabel, recommendationLabel } from "../lib/decisions.js";
import { announce, button, byId, el, fill, whileBusy } from "../lib/dom.js";
import { time } from "../lib/format.js";
import { fromService, t, tNodes } from "../lib/texts.js";
import { closeLayer, openDialog } from "./dialog.js";
import { problemBox } from "./problem.js";

const MAX_NOTE = constants.limits.decision.note.maxLength;

/** What was decided before and what others recommend, folded away; open once there is a recommendation. */
export function decisionsFold(session) {
  const steps = el("div");
  const opinions = el("div");
  const fold = el("details", { class: "fold decision-history", on: { toggle: () => fold.open && session.decision_revision > 0 && showHistory(session, steps) } },
    el("summary", { id: "decision-heading" }, t("Decisions and outside opinions")),
    el("div", { class: "fold-body" },
      session.decision_revision > 0 ? steps : el("p", { class: "empty" }, t("Nobody has decided yet.")), opinions));
  showOpinions(session, opinions, fold);
  return fold;
}

/** Undo the decision that counts. */
export async function undo(session, report, reload) {
  try {
    const now = await undoDecision(session);
    await reload();
    fill(report);
    announce(t("Undone. {decision}.", { decision: decisionLabel(now.decision) }));
  } catch (problem) {
    fill(report, problemBox(t("The decision could not be undone"), problem, { retry: reload }));
  }
}

/** Ask for the reason and a note, and decide. `decided()` is called afterwards. */
export async function openDeciding(session, chosen, decided) {
  const name = session.candidate_name || t("Candidate {number}", { number: session.candidate_id });
  const body = el("div", {}, el("p", { class: "empty" }, t("Loading the reasons…")));
  openDialog("deciding", t("Decide"), body, { asks: true });
  try {
    const { reasons } = await readReasons();
    const { fields, read } = choiceFields(reasons, { chosen });
    const report = el("div", { class: "report" });
    const submit = el("button", { class: "button primary", type: "submit" }, t("Save Decision"));
    const form = el("form", { class: "decision-form" },
      el("p", {}, el("bdi", {}, name), session.decision && [" · ", t("now"), " ", decisionBadge(session.decision)]),
      fields, el("p", { class: "buttons" }, submit), report);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      save(session, read(), { submit, report, decided });
    });
    fill(body, form);
    (form.querySelector("input:checked") ?? form.querySelector("input[type=radio]")).focus();
  } catch (problem) {
    fill(body, problemBox(t("The reasons could not be loaded"), problem));
  }
}

function save(session, choice, { submit, report, decided }) {
  if (!choice) {
    fill(report, el("p", { class: "problem", role: "alert" }, t("Choose a decision, and a reason to reject.")));
    return undefined;
  }
  return whileBusy(submit, t("Saving…"), async () => {
    try {
      const now = await decide(session, choice);
      closeLayer();
      await decided();
      announce(`${decisionLabel(now.decision)}.`);
      offerUndo(now, decided);
    } catch (problem) {
      const box = problemBox(t("The decision was not saved"), problem, problem.code === "DECISION_CHANGED" && {
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

/** Say what was decided, with a way back: on the scorecard while it is open, otherwise above the list. */
function offerUndo(session, reload) {
  const place = document.querySelector("#scorecard[open] #scorecard-report") ?? byId("decision-report");
  const name = el("bdi", {}, session.candidate_name || t("Candidate {number}", { number: session.candidate_id }));
  fill(place, el("p", { class: "notice decided-now" }, el("span", {}, tNodes("{name}: {decision}.", { name, decision: decisionLabel(session.decision) })),
    button(t("Undo"), (press) => whileBusy(press.currentTarget, t("Undoing…"), () => undo(session, place, reload)), { kind: "small" })));
}

async function showHistory(session, place) {
  try {
    const { items } = await readDecisions(session.session_id);
    fill(place, el("ol", { class: "timeline" }, items.map((step) => el("li", {},
      el("span", { class: "event" }, sentence(step), step.counts && el("strong", {}, " · ", t("counts"))),
      el("span", { class: "muted" }, el("bdi", {}, step.decided_by.name), " · ", time(step.decided_at)),
      step.reason && el("span", { class: "muted" }, t("Reason:"), " ", el("bdi", {}, step.reason)),
      step.note && el("span", { class: "decision-note", dir: "auto" }, step.note),
    ))));
  } catch (problem) {
    fill(place, problemBox(t("The history could not be loaded"), problem, { retry: () => showHistory(session, place) }));
  }
}

function sentence({ decision, undoes }) {
  if (!undoes) return decisionLabel(decision);
  return decision ? t("Undone; again: {decision}", { decision: decisionLabel(decision) }) : t("Undone; undecided again");
}

/** The recommendations of readers of shared shortlists; nothing if there are none. */
async function showOpinions(session, place, fold = null) {
  try {
    const { items } = await listRecommendations(session.job_id, session.candidate_id);
    if (!items.length) return;
    if (fold) fold.open = true;
    fill(place, el("h4", {}, t("Outside opinions")),
      el("p", { class: "muted" }, t("Left through a shared link; the names are not verified. They do not affect scores.")),
      el("ul", { class: "plain opinions" }, items.map((item) => opinion(session, item, place))));
  } catch (problem) {
    fill(place, problemBox(t("The outside opinions could not be loaded"), problem, { retry: () => showOpinions(session, place) }));
  }
}

function opinion(session, item, place) {
  return el("li", {},
    el("strong", {}, recommendationLabel(item.recommendation)), " · ", el("bdi", {}, item.author_name),
    el("span", { class: "muted" }, " · ", time(item.updated_at), " "),
    item.note && el("span", { class: "decision-note", dir: "auto" }, item.note),
    button(t("Remove"), (press) => whileBusy(press.currentTarget, t("Removing…"), async () => {
      try {
        await removeRecommendation(item);
        fill(place);
        await showOpinions(session, place);
      } catch (problem) {
        fill(place, problemBox(t("The opinion could not be removed"), problem, { retry: () => showOpinions(session, place) }));
      }
    }), { kind: "small quiet", "aria-label": t("Remove the opinion of {name}", { name: item.author_name }) }));
}

/** The fields of a decision (what, the company's reason, a note), and `read()`: the choice as it is sent, or null while something is missing. */
export function choiceFields(reasons, { chosen = "", name = "decision", onChange = () => {} } = {}) {
  const reason = el("select", { name: "reason" });
  const reasonField = el("div", { class: "field" }, el("label", {}, t("Reason"), reason));
  const note = el("textarea", { name: "note", rows: "3", maxlength: MAX_NOTE });
  const radios = DECISIONS.map(([value, { verb, shape }]) => {
    const radio = el("input", { type: "radio", name, value, checked: value === chosen });
    return [radio, el("label", { class: "decision-choice" }, radio, el("span", {}, el("span", { class: "shape", "aria-hidden": "true" }, shape), ` ${verb}`))];
  });
  const decision = () => radios.map(([radio]) => radio).find((radio) => radio.checked)?.value ?? "";
  const needed = () => reasons.some((item) => item.decision === decision() && item.required);
  const showReasons = () => {
    const fitting = reasons.filter((item) => item.active && item.decision === decision());
    fill(reason, el("option", { value: "" }, needed() ? t("Choose a reason") : t("No reason")),
      fitting.map((item) => el("option", { value: item.reason_id }, fromService(item.label))));
    reason.required = needed();
    reasonField.hidden = fitting.length === 0;
  };
  const fields = el("div", { class: "decision-fields" },
    el("fieldset", { class: "decision-choices" }, el("legend", {}, t("Decision")), radios.map(([, label]) => label)),
    reasonField,
    el("div", { class: "field" }, el("label", {}, t("Note"), note), el("p", { class: "muted" }, t("For colleagues; the candidate can ask to see it."))),
  );
  fields.addEventListener("change", (change) => {
    if (change.target.name === name) showReasons();
    onChange();
  });
  showReasons();
  const read = () => (!decision() || (needed() && !reason.value) ? null : {
    decision: decision(), ...(reason.value && { reason_id: reason.value }), ...(note.value.trim() && { note: note.value.trim() }),
  });
  return { fields, read };
}
