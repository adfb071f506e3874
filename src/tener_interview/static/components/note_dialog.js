/** One's own notes on an interview, kept in one's review of it: writing one, and those there are. */

import { readReview, saveReview } from "../lib/api.js";
import { constants, isFinished } from "../lib/constants.js";
import { announce, byId, el, fill, whileBusy } from "../lib/dom.js";
import { t } from "../lib/texts.js";
import { closeLayer, openDialog } from "./dialog.js";
import { problemBox } from "./problem.js";

const FOLD_ID = "own-notes";

/**
 * Open the note on an answer, which is shown at `place` (from 0), or on the whole interview. What is saved is said in
 * `report`, beside the button that was pressed.
 */
export function openNote(session, question, place, report) {
  const text = el("textarea", { id: "note-text", rows: 4, maxlength: constants.review.limits.note.maximum, required: true, dir: "auto" });
  const about = el("select", { id: "note-about" },
    question && el("option", { value: question.question_id }, t("Question {number}: {title}", { number: place + 1, title: question.title })),
    el("option", { value: "" }, t("The whole interview")));
  const problem = el("div", { class: "report" });
  const own = el("div");
  const save = el("button", { class: "button primary", type: "submit" }, t("Save Note"));
  openDialog("note", t("Note"), el("form", { on: { submit: (event) => {
    event.preventDefault();
    whileBusy(save, t("Saving…"), () => saveNote(session, { text: text.value.trim(), question_id: about.value || null }, { problem, report }));
  } } },
  el("p", {}, t("Your note is kept in your own review of this interview. Others see it once you submit the review.")),
  el("div", { class: "field" }, el("label", { for: about.id }, t("About")), about),
  el("div", { class: "field" }, el("label", { for: text.id }, t("Note")), text),
  el("div", { class: "buttons" }, save, el("a", { class: "button", href: reviewOf(session) }, t("Open My Review"))),
  problem, own), { asks: true });
  text.focus();
  // That the earlier notes cannot be read is no reason not to write one.
  listNotes(session).then((list) => list && fill(own, el("h3", {}, t("Your notes so far")), list)).catch(() => {});
}

/** One's notes as a part of the scorecard that is folded away, and read when it is opened; null where none can be made. */
export function notesFold(session) {
  if (!isFinished(session.status)) return null;
  const place = el("div", { class: "fold-body" });
  const fold = el("details", { class: "fold", id: FOLD_ID, on: { toggle: () => fold.open && showNotes(session, place) } },
    el("summary", {}, t("My notes")), place);
  return fold;
}

async function showNotes(session, place) {
  try {
    fill(place, await listNotes(session) ?? el("p", { class: "empty" }, t("No notes yet.")),
      el("p", {}, el("a", { class: "button small", href: reviewOf(session) }, t("Open My Review"))));
  } catch (problem) {
    fill(place, problemBox(t("The notes could not be loaded"), problem, { retry: () => showNotes(session, place) }));
  }
}

async function saveNote(session, note, { problem: place, report }) {
  try {
    await addNote(session.session_id, note);
    closeLayer();
    announce(t("The note is saved."));
    fill(report, el("p", {}, t("The note is saved."), " ", el("a", { href: reviewOf(session) }, t("Open My Review"))));
    const fold = byId(FOLD_ID);
    // What is open already does not say that it was opened.
    if (fold?.open) showNotes(session, fold.querySelector(".fold-body"));
    else if (fold) fold.open = true;
  } catch (problem) {
    fill(place, problemBox(t("The note was not saved"), problem));
  }
}

/** Add a note to the current draft; changes made elsewhere meanwhile stay. */
async function addNote(sessionId, note) {
  const { review } = await readReview(sessionId);
  const { ratings, overall_rating, notes, recommendation, reason, revision } = review;
  const added = { quote: null, start: null, end: null, ...note };
  await saveReview(sessionId, JSON.stringify({ ratings, overall_rating, recommendation, reason, revision, notes: [...notes, added] }));
}

/** The notes that there are, each with what it is about; null without one. */
async function listNotes(session) {
  const { review, questions } = await readReview(session.session_id);
  if (review.notes.length === 0) return null;
  const about = ({ question_id: id }) => {
    const place = questions.findIndex((question) => question.question_id === id);
    return place < 0 ? t("The whole interview") : t("Question {number}", { number: place + 1 });
  };
  return el("ul", { class: "plain" }, review.notes.map((note) => el("li", {},
    el("span", { class: "muted" }, about(note), note.quote && [" · ", el("q", { dir: "auto" }, note.quote)]), el("span", { class: "block", dir: "auto" }, note.text))));
}

function reviewOf(session) {
  return `/reviews/${encodeURIComponent(session.session_id)}`;
}
