/** The notes of a reviewer about one answer: the words they are about, and what the reviewer writes. */

import { button, el, fill, hiddenText } from "../lib/dom.js";
import { listenToKeys } from "../lib/keys.js";
import { REVIEW } from "../lib/review_content.js";
import { t } from "../lib/texts.js";

/** The notes of a question. `changed()` is called after an edit. Returns the node, `redraw()` and `add(place)`. */
export function notesPanel(draft, question, { changed, back }) {
  const list = el("ol", { class: "notes" });
  const own = () => draft.content.notes.filter((note) => note.question_id === question.question_id);
  const remove = (note) => {
    draft.content.notes = draft.content.notes.filter((other) => other !== note);
    redraw();
    changed();
    back();
  };
  const item = (note) => {
    const area = el("textarea", {
      rows: 2, maxlength: REVIEW.limits.note.maximum, dir: "auto", "aria-label": note.quote ? t("Note on “{quote}”", { quote: short(note.quote) }) : t("Note on the whole answer"), on: {
        input: () => {
          note.text = area.value;
          changed();
        },
      },
    });
    area.value = note.text;
    listenToKeys("note", { leave: (_key, press) => {
      press.stopPropagation();
      back();
    } }, area);
    return el("li", { class: "note-item" },
      note.quote ? el("q", { class: "note-quote", dir: "auto", title: note.quote }, short(note.quote)) : el("span", { class: "muted" }, t("The whole answer")),
      note.quote && note.start === null && el("span", { class: "muted" }, " ", t("(no longer in the transcript)")),
      area,
      button([t("Remove"), hiddenText(` ${t("note")}`)], () => remove(note), { kind: "small quiet" }));
  };
  const empty = el("p", { class: "muted" }, t("No notes yet."));
  const redraw = () => {
    fill(list, own().map(item));
    empty.hidden = own().length > 0;
  };
  const add = (place) => {
    if (draft.content.notes.length >= REVIEW.limits.notes.maximum) return;
    draft.content.notes.push({ question_id: question.question_id, text: "", ...place });
    redraw();
    list.lastElementChild.querySelector("textarea").focus();
  };
  redraw();
  const node = el("section", { class: "notes-panel", "aria-labelledby": "notes-title" },
    el("h3", { id: "notes-title" }, t("My notes")), empty, list);
  return { node, redraw, add, own };
}

function short(quote) {
  const letters = Array.from(quote);
  return letters.length > 90 ? `${letters.slice(0, 89).join("")}…` : quote;
}
