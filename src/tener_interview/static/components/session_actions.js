/** The actions on a session in its scorecard, with editing its details. */

import { cancelSession, correctSession, extendLink, refreshSession, replaceLink } from "../lib/api.js";
import { announce, button, byId, el, fill, whileBusy } from "../lib/dom.js";
import { DETAILS } from "../lib/format.js";
import { allows, rules, statusLabel } from "../lib/rules.js";
import { confirmControl, openDialog } from "./dialog.js";
import { problemBox } from "./problem.js";
import { openRescoring } from "./rescoring.js";

const LIMITS = rules.limits.correction;

const CANCEL = {
  label: "Cancel Interview", question: "Cancel this interview? The link stops working immediately, and this cannot be undone.",
};
const REPLACE = {
  label: "Replace Link",
  question: "Replace the link? The old link stops working immediately, and you have to send the new one to the candidate.",
};

/** The buttons for the status of a session, and a place for the outcome. `reload()` loads the session again. */
export function sessionActions(session, reload) {
  const report = el("div", { id: "scorecard-report", class: "report" });
  const { session_id: id, status } = session;
  const act = (label, busyLabel, what, work, kind = "") => {
    const attempt = async () => {
      fill(report);
      const note = await work().then(done, (problem) => () => problemBox(what, problem));
      await reload();
      tell(note);
    };
    return button(label, (press) => whileBusy(press.currentTarget, busyLabel, attempt), { kind });
  };
  const refresh = (force) => refreshSession(id, force).then((answer) => outcome(session, answer));
  const refused = "The interview could not be refreshed";
  return [
    el(
      "div",
      { class: "buttons" },
      allows("refresh", status) && !session.needs_review && act("Refresh", "Refreshing…", refused, () => refresh(false)),
      session.awaiting_transcription && act("Score Available Answers", "Scoring…", refused, () => refresh(true)),
      (status === "scored" || session.needs_review) && button("Rescore", () => openRescoring(session.job_id, { session, after: reload }), { "aria-haspopup": "dialog", id: "score-again" }),
      (allows("force_refresh", status) || session.needs_review) && act("Check Hireflix Again", "Checking…", refused, () => refresh(true)),
      allows("extend_link", status) && act("Extend Link", "Extending…", "The link could not be extended",
        () => extendLink(id).then(() => "The link was extended. The candidate can keep using it.")),
      allows("extend_link", status) && confirmControl(report, REPLACE, () => act(
        "Yes, Replace It", "Replacing…", "The link could not be replaced",
        () => replaceLink(id).then(() => "The link was replaced. Send the new one: the old one no longer works."), "danger",
      )),
      allows("correct", status) && button("Edit Details", () => openCorrections(session, async (note) => {
        await reload();
        tell(done(note));
      }), { "aria-haspopup": "dialog", id: "edit-details" }),
      allows("cancel", status) && confirmControl(report, CANCEL, () => act(
        "Yes, Cancel It", "Canceling…", "The interview could not be canceled",
        () => cancelSession(id).then(() => "The interview was canceled. The link no longer works."), "danger",
      )),
    ),
    report,
  ];
}

/** Show the outcome of an action and give it the focus, since the button may be gone. */
function tell(makeNote) {
  const report = byId("scorecard-report");
  if (!report) return;
  const note = makeNote();
  fill(report, note);
  note.focus();
}

/** The note on a success, created when it is shown, so that it is announced then. */
function done(note) {
  return () => {
    announce(note);
    return el("p", { class: "notice", tabindex: "-1" }, note);
  };
}

function outcome(before, answer) {
  if (answer.status !== before.status) return `${statusLabel(before.status)} → ${statusLabel(answer.status)}.`;
  return answer.updated ? "Refreshed. There is new information." : "Refreshed. Nothing changed.";
}

/** Open the dialog. `done(note)` is called with the outcome when something was saved. */
function openCorrections(session, done) {
  const report = el("div", { class: "report" });
  const name = input("correct-name", { value: session.candidate_name ?? "", autocomplete: "off", maxlength: LIMITS.candidate_name.maxLength, required: true });
  const email = input("correct-email", {
    type: "text", inputmode: "email", autocomplete: "off", maxlength: LIMITS.candidate_email.maxLength,
    "aria-describedby": "correct-email-help" });
  const language = input("correct-language", {
    value: session.language ?? "", autocomplete: "off", maxlength: LIMITS.language.maxLength, "aria-describedby": "correct-language-help",
  });
  const submit = button("Save Changes", () => {}, { kind: "primary", type: "submit", id: "correct-send" });
  const save = () => whileBusy(submit, "Saving…", async () => {
    fill(report);
    const changes = { candidate_name: name.value, language: language.value || null };
    if (email.value.trim()) changes.candidate_email = email.value;
    try {
      const { corrections } = await correctSession(session.session_id, changes);
      dialog.close();
      done(correctionNote(corrections));
    } catch (problem) {
      fill(report, problemBox("The details could not be saved", problem));
    }
  });
  const form = el("form", { on: { submit: (press) => {
    press.preventDefault();
    save();
  } } },
  field("Name", name),
  field("E-mail address", email, "correct-email-help", "The current address is not shown. Leave empty to keep it."),
  field("Language of the candidate's pages", language, "correct-language-help", "A code such as en or pt-BR, or a name such as Dutch. If empty, the candidate's browser decides."),
  report,
  el("div", { class: "buttons" }, submit),
  );
  const dialog = openDialog("correct", "Edit details", [
    el("p", {}, "Changes are saved here. Hireflix cannot change an invitation it already has."),
    form,
  ]);
  name.focus();
}

function input(id, attributes) {
  return el("input", { id, type: "text", ...attributes });
}

function field(label, control, helpId, help) {
  return el("div", { class: "field" }, el("label", { for: control.id }, label), control, help && el("p", { id: helpId, class: "muted" }, help));
}

/** What was corrected and what could not be, as text. */
function correctionNote(corrections) {
  const names = corrections.filter((item) => item.applied).map((item) => DETAILS[item.field] ?? item.field);
  if (names.length === 0) return "Nothing changed: these details were already saved.";
  return [`Corrected: ${names.join(", ")}.`, ...together(corrections.filter((item) => !item.applied).map((item) => item.why))].join(" ");
}

/** Join reasons that start alike, up to a colon, into one sentence. */
function together(reasons) {
  const alike = new Map();
  for (const reason of reasons) {
    const [, beginning, rest] = /^(?:(.+?): )?(.*?)\.?$/.exec(reason);
    alike.set(beginning, [...alike.get(beginning) ?? [], rest]);
  }
  return [...alike].map(([beginning, rests]) => `${beginning ? `${beginning}: ` : ""}${rests.join("; ")}.`);
}
