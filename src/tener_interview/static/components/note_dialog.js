/** A note on an interview, kept in one's own review of it. */

import { readReview, saveReview } from "../lib/api.js";
import { constants } from "../lib/constants.js";
import { announce, button, el, fill, whileBusy } from "../lib/dom.js";
import { t } from "../lib/texts.js";
import { closeLayer, openDialog } from "./dialog.js";
import { problemBox } from "./problem.js";

/** Open the note on an answer, or on the whole interview without one. */
export function openNote(session, question) {
  const text = el("textarea", { id: "note-text", rows: 4, maxlength: constants.review.limits.note.maximum, required: true, dir: "auto" });
  const about = el("select", { id: "note-about" },
    question && el("option", { value: question.question_id }, question.title),
    el("option", { value: "" }, t("The whole interview")));
  const report = el("div", { class: "report" });
  const own = el("div");
  const save = el("button", { class: "button primary", type: "submit" }, t("Save Note"));
  openDialog("note", t("Note"), el("form", { on: { submit: (event) => {
    event.preventDefault();
    whileBusy(save, t("Saving…"), () => saveNote(session, { text: text.value.trim(), question_id: about.value || null }, report));
  } } },
  el("p", {}, t("Your note is kept in your own review of this interview. Others see it once you submit the review.")),
  el("div", { class: "field" }, el("label", { for: about.id }, t("About")), about),
  el("div", { class: "field" }, el("label", { for: text.id }, t("Note")), text),
  el("div", { class: "buttons" }, save, el("a", { class: "button", href: `/reviews/${encodeURIComponent(session.session_id)}` }, t("Open My Review"))),
  report, own));
  text.focus();
  showOwnNotes(session, own);
}

async function saveNote(session, note, report) {
  try {
    await addNote(session.session_id, note);
    closeLayer();
    announce(t("The note is saved."));
  } catch (problem) {
    fill(report, problemBox(t("The note was not saved"), problem));
  }
}

/** Add a note to the draft as it is now; what was written elsewhere meanwhile stays. */
async function addNote(sessionId, note) {
  const { review } = await readReview(sessionId);
  const { ratings, overall_rating, notes, recommendation, reason, revision } = review;
  const added = { quote: null, start: null, end: null, ...note };
  await saveReview(sessionId, JSON.stringify({ ratings, overall_rating, recommendation, reason, revision, notes: [...notes, added] }));
}

/** The notes that there are already; they are no reason to fail. */
async function showOwnNotes(session, place) {
  const { review } = await readReview(session.session_id).catch(() => ({ review: { notes: [] } }));
  if (review.notes.length === 0) return;
  fill(place, el("h3", {}, t("Your notes so far")),
    el("ul", { class: "plain" }, review.notes.map((note) => el("li", { dir: "auto" }, note.quote && `${t("“{text}”", { text: note.quote })} `, note.text))));
}
