/** The actions on a session in the menu of its scorecard, with editing its details. */

import { cancelSession, correctSession, extendLink, refreshSession, replaceLink } from "../lib/api.js";
import { allows, constants, isFinished, statusLabel } from "../lib/constants.js";
import { announce, button, byId, el, fill, whileBusy } from "../lib/dom.js";
import { DETAILS } from "../lib/format.js";
import { t } from "../lib/texts.js";
import { confirmIn, openDialog } from "./dialog.js";
import { problemBox } from "./problem.js";
import { openRescoring } from "./rescoring.js";

const LIMITS = constants.limits.correction;

/** The actions for the status of a session, as items of a menu. `report` shows their results. */
export function sessionActions(session, report, reload) {
  const { session_id: id, status } = session;
  const run = async (busy, failed, work) => {
    fill(report, el("p", { class: "empty" }, busy));
    const note = await work().then(successNote, (problem) => () => problemBox(failed, problem));
    await reload();
    showOutcome(note);
  };
  const refresh = (busy, force) => () => run(busy, t("The interview could not be refreshed"), () => refreshSession(id, force).then((refreshed) => outcome(session, refreshed)));
  return [
    allows("refresh", status) && !session.needs_review && { label: t("Refresh"), act: refresh(t("Refreshing…"), false) },
    session.awaiting_transcription && { label: t("Score Available Answers"), act: refresh(t("Scoring…"), true) },
    (status === "scored" || session.needs_review) && { label: t("Rescore"), act: () => openRescoring(session.job_id, { session, after: reload }) },
    (allows("force_refresh", status) || session.needs_review) && { label: t("Refresh"), act: refresh(t("Refreshing…"), true) },
    allows("extend_link", status) && { label: t("Extend Link"), act: () => run(t("Extending…"), t("The link could not be extended"),
      () => extendLink(id).then(() => t("The link was extended. The candidate can keep using it."))) },
    allows("extend_link", status) && { label: t("Replace Link"), act: () => confirmIn(report,
      t("Replace the link? The old link stops working immediately, and you have to send the new one to the candidate."),
      () => button(t("Yes, Replace It"), () => run(t("Replacing…"), t("The link could not be replaced"),
        () => replaceLink(id).then(() => t("The link was replaced. Send the new one: the old one no longer works."))), { kind: "danger" })) },
    allows("correct", status) && { label: t("Edit Details"), act: () => openCorrections(session, async (note) => {
      await reload();
      showOutcome(successNote(note));
    }) },
    isFinished(status) && { label: t("Review This Interview"), href: `/reviews/${encodeURIComponent(id)}` },
    allows("cancel", status) && { label: t("Cancel Interview"), kind: "danger", act: () => confirmIn(report,
      t("Cancel this interview? The link stops working immediately, and this cannot be undone."),
      () => button(t("Yes, Cancel It"), () => run(t("Canceling…"), t("The interview could not be canceled"),
        () => cancelSession(id).then(() => t("The interview was canceled. The link no longer works."))), { kind: "danger" })) },
  ];
}

/** Show the outcome of an action and give it the focus, since the place where it was is drawn again. */
function showOutcome(makeNote) {
  const report = byId("scorecard-report");
  if (!report) return;
  const note = makeNote();
  fill(report, note);
  note.focus();
}

/** The note on a success, created when it is shown, so that it is announced then. */
function successNote(note) {
  return () => {
    announce(note);
    return el("p", { class: "notice", tabindex: "-1" }, note);
  };
}

function outcome(before, refreshed) {
  if (refreshed.status !== before.status) return `${statusLabel(before.status)} → ${statusLabel(refreshed.status)}.`;
  return refreshed.updated ? t("Refreshed. There is new information.") : t("Refreshed. Nothing changed.");
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
  const submit = button(t("Save Changes"), () => {}, { kind: "primary", type: "submit", id: "correct-send" });
  const save = () => whileBusy(submit, t("Saving…"), async () => {
    fill(report);
    const changes = { candidate_name: name.value, language: language.value || null };
    if (email.value.trim()) changes.candidate_email = email.value;
    try {
      const { corrections } = await correctSession(session.session_id, changes);
      dialog.close();
      done(correctionNote(corrections));
    } catch (problem) {
      fill(report, problemBox(t("The details could not be saved"), problem));
    }
  });
  const form = el("form", { on: { submit: (press) => {
    press.preventDefault();
    save();
  } } },
  field(t("Name"), name),
  field(t("E-mail address"), email, "correct-email-help", t("The current address is not shown. Leave empty to keep it.")),
  field(t("Language of the candidate's pages"), language, "correct-language-help", t("A code such as en or pt-BR, or a name such as Dutch. If empty, the candidate's browser decides.")),
  report,
  el("div", { class: "buttons" }, submit),
  );
  const dialog = openDialog("correct", t("Edit details"), [
    el("p", {}, t("Changes are saved here. Hireflix cannot change an invitation it already has.")),
    form,
  ], { asks: true });
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
  if (names.length === 0) return t("Nothing changed: these details were already saved.");
  return [t("Corrected: {names}.", { names: names.join(", ") }), ...joinAlike(corrections.filter((item) => !item.applied).map((item) => item.why))].join(" ");
}

/** Join reasons that start alike, up to a colon, into one sentence. */
function joinAlike(reasons) {
  const alike = new Map();
  for (const reason of reasons) {
    const [, beginning, rest] = /^(?:(.+?): )?(.*?)\.?$/.exec(reason);
    alike.set(beginning, [...alike.get(beginning) ?? [], rest]);
  }
  return [...alike].map(([beginning, rests]) => `${beginning ? `${beginning}: ` : ""}${rests.join("; ")}.`);
}
