/** What can be done with a session from its scorecard, correcting its details too, and the note on what it came to. */

import { cancelSession, correctSession, extendLink, refreshSession, replaceLink } from "../lib/api.js";
import { announce, button, byId, el, fill, whileBusy } from "../lib/dom.js";
import { DETAILS } from "../lib/format.js";
import { allows, stateWord } from "../lib/labels.js";
import { confirmControl, openDialog } from "./dialog.js";
import { problemBox } from "./problem.js";
import { openRescoring } from "./rescoring.js";

const CANCEL = {
  label: "Cancel Interview", question: "Cancel this interview? Its link stops working at once, and for good.",
};
const REPLACE = {
  label: "Replace Link",
  question: "Make another link? The one that was sent stops working at once, and the candidate has to be sent the new one.",
};

/** The buttons that a session's state allows, and a place for what they come to; `reload()` shows it anew. */
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
  const refused = "The session could not be refreshed";
  return [
    el(
      "div",
      { class: "buttons" },
      allows("refresh", status) && !session.needs_review && act("Refresh", "Refreshing…", refused, () => refresh(false)),
      session.awaiting_transcription && act("Score What Is There", "Scoring…", refused, () => refresh(true)),
      (status === "scored" || session.needs_review) && button("Score Again", () => openRescoring(session.job_id, { session, after: reload }), { "aria-haspopup": "dialog", id: "score-again" }),
      (allows("lookAgain", status) || session.needs_review) && act("Look Again", "Looking…", refused, () => refresh(true)),
      allows("extend", status) && act("Extend Link", "Extending…", "The link could not be extended",
        () => extendLink(id).then(() => "The link that was sent works longer now.")),
      allows("extend", status) && confirmControl(report, REPLACE, () => act(
        "Yes, Make Another", "Replacing…", "The link could not be replaced",
        () => replaceLink(id).then(() => "There is another link to send. The one that was sent no longer works."), "danger",
      )),
      allows("correct", status) && button("Edit Details", () => openCorrections(session, async (said) => {
        await reload();
        tell(done(said));
      }), { "aria-haspopup": "dialog", id: "edit-details" }),
      allows("cancel", status) && confirmControl(report, CANCEL, () => act(
        "Yes, Cancel It", "Canceling…", "The interview could not be canceled",
        () => cancelSession(id).then(() => "The interview was canceled. Its link no longer works."), "danger",
      )),
    ),
    report,
  ];
}

/** What an action came to: shown, and given the focus, since the button that was pressed may be gone. */
function tell(makeNote) {
  const report = byId("scorecard-report");
  if (!report) return;
  const note = makeNote();
  fill(report, note);
  note.focus();
}

/** The note on something that worked, made when it is shown, so that it is said then too. */
function done(said) {
  return () => {
    announce(said);
    return el("p", { class: "notice", tabindex: "-1" }, said);
  };
}

function outcome(before, answer) {
  if (answer.status !== before.status) return `${stateWord(before.status)} → ${stateWord(answer.status)}.`;
  return answer.updated ? "Refreshed: there is something new." : "Refreshed: nothing has changed.";
}

/** Open the dialog for a session; `done(note)` is called with what became of it, when something was saved. */
function openCorrections(session, done) {
  const report = el("div", { class: "report" });
  const name = input("correct-name", { value: session.candidate_name ?? "", autocomplete: "off", maxlength: 200, required: true });
  const email = input("correct-email", { type: "email", autocomplete: "off", maxlength: 254, "aria-describedby": "correct-email-help" });
  const language = input("correct-language", {
    value: session.language ?? "", autocomplete: "off", maxlength: 35, "aria-describedby": "correct-language-help",
  });
  const submit = button("Save Corrections", () => {}, { kind: "primary", type: "submit", id: "correct-send" });
  const save = () => whileBusy(submit, "Saving…", async () => {
    fill(report);
    const wanted = { candidate_name: name.value, language: language.value || null };
    if (email.value.trim()) wanted.candidate_email = email.value;
    try {
      const { corrections } = await correctSession(session.session_id, wanted);
      dialog.close();
      done(correctionNote(corrections));
    } catch (problem) {
      fill(report, problemBox("The details could not be corrected", problem));
    }
  });
  const form = el("form", { class: "correct", on: { submit: (press) => {
    press.preventDefault();
    save();
  } } },
  field("Name", name),
  field("E-mail address", email, "correct-email-help", "The one on record is not shown here. Leave this empty to keep it."),
  field("Language of the candidate's pages", language, "correct-language-help", "A code such as en or pt-BR, or a word such as dutch. Empty: the candidate's browser decides."),
  report,
  el("div", { class: "buttons" }, submit),
  );
  const dialog = openDialog("correct", "Edit details", [
    el("p", {}, "Corrected on record here. Hireflix cannot change an invitation that it was given before."),
    form,
  ]);
  name.focus();
}

function input(id, attributes) {
  return el("input", { id, type: "text", ...attributes });
}

function field(label, control, helpId, help) {
  return el("div", { class: "field" }, el("label", { for: control.id }, label), control, help && el("p", { id: helpId, class: "fine" }, help));
}

/** What was corrected, and what could not be, in words. */
function correctionNote(corrections) {
  const names = corrections.filter((one) => one.applied).map((one) => DETAILS[one.field] ?? one.field);
  if (names.length === 0) return "Nothing was changed: all of this was on record already.";
  return [`Corrected: ${names.join(", ")}.`, ...together(corrections.filter((one) => !one.applied).map((one) => one.why))].join(" ");
}

/** Reasons that begin alike, up to a colon, as one sentence. */
function together(reasons) {
  const alike = new Map();
  for (const reason of reasons) {
    const [, beginning, rest] = /^(?:(.+?): )?(.*?)\.?$/.exec(reason);
    alike.set(beginning, [...alike.get(beginning) ?? [], rest]);
  }
  return [...alike].map(([beginning, rests]) => `${beginning ? `${beginning}: ` : ""}${rests.join("; ")}.`);
}
