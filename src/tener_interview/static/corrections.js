/** Correcting a candidate's details: a dialog with what is on record, and what became of each correction. */

import { correctSession } from "./api.js";
import { openDialog } from "./dialog.js";
import { button, el, fill, whileBusy } from "./dom.js";
import { DETAILS } from "./format.js";
import { problemBox } from "./problems.js";

/** Open the dialog for a session; `done(note)` is called with what became of it, when something was saved. */
export function openCorrections(session, done) {
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
      done(outcome(corrections));
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
function outcome(corrections) {
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
