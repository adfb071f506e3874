/** The transcript of an answer to read and take notes in: sentence by sentence by keyboard, or by selecting words. */

import { announce, button, el, fill } from "../lib/dom.js";
import { ariaKeys, listenToKeys } from "../lib/keys.js";
import { t } from "../lib/texts.js";

/**
 * The transcript. `notes` are those of this answer, `evidence` the quotes of the machine, `addNote(place)` is called
 * with `{quote, start, end}`. Offsets count characters, not UTF-16 units. Returns the node and `noteHere()`, which
 * adds a note at the selection, else at the current sentence, else about the whole answer.
 */
export function transcriptPanel(question, { notes, evidence, addNote }) {
  const letters = Array.from(question.transcript ?? "");
  const text = el("div", {
    class: "review-text", dir: "auto", tabindex: "0", role: "region", "aria-label": t("Transcript"), "aria-describedby": "transcript-help",
  });
  const sentences = sentencesOf(question.transcript ?? "", letters);
  let current = -1;
  let selected = null;

  const add = button(t("Add Note"), () => noteHere(), { kind: "small", "aria-keyshortcuts": ariaKeys("review", "note") });
  const draw = () => {
    fill(text, sentences.map(([start, end], at) => el(
      "span", { class: at === current ? "sentence current" : "sentence" }, pieces(letters, start, end, notes(), evidence),
    )));
    fill(add, selected ? t("Note on Selection") : current >= 0 ? t("Note on Sentence") : t("Add Note"), el("kbd", { "aria-hidden": "true" }, "M"));
  };
  const noteHere = () => {
    const place = selected ?? (current >= 0 ? sentences[current] : null);
    selected = null;
    if (!place) return addNote({ quote: null, start: null, end: null });
    const [start, end] = trim(letters, place);
    return addNote({ quote: letters.slice(start, end).join(""), start, end });
  };
  const onSelection = () => {
    if (!text.isConnected) return document.removeEventListener("selectionchange", onSelection);
    const place = selectionIn(text);
    if (!place) return undefined;
    selected = place;
    fill(add, t("Note on Selection"), el("kbd", { "aria-hidden": "true" }, "M"));
    return undefined;
  };
  document.addEventListener("selectionchange", onSelection);
  text.addEventListener("pointerdown", () => {
    selected = null;
    if (current < 0) return;
    current = -1;
    draw();
  });
  const goBy = (step) => {
    if (sentences.length === 0) return false;
    current = Math.max(0, Math.min(sentences.length - 1, current + step));
    selected = null;
    draw();
    const sentence = text.children[current];
    sentence.scrollIntoView({ block: "nearest" });
    announce(sentence.textContent);
    return true;
  };
  listenToKeys("transcript", { next: () => goBy(1), previous: () => goBy(-1) }, text);
  draw();
  const node = el("div", { class: "transcript-panel" },
    el("header", { class: "panel-head" }, el("h3", {}, t("Transcript")), letters.length > 0 && add),
    letters.length
      ? [text, el("p", { class: "muted", id: "transcript-help" }, t("To add a note, select words, or move through the sentences with ↓ and ↑."))]
      : el("p", { class: "empty" }, question.answered ? t("There is no transcript of this answer.") : t("The candidate did not answer this question.")));
  return { node, noteHere, redraw: draw, focus: () => text.focus() };
}

/** The parts of a passage, marked where a note or the machine quotes it. */
function pieces(letters, from, to, notes, evidence) {
  const layers = [...evidence.map((quote) => ({ ...quote, kind: "quoted" })), ...notes.map((note) => ({ ...note, kind: "noted" }))]
    .filter(({ start, end }) => start !== null && start < to && end > from);
  const bounds = [...new Set([from, to, ...layers.flatMap(({ start, end }) => [Math.max(from, start), Math.min(to, end)])])].sort((a, b) => a - b);
  return bounds.slice(0, -1).map((start, at) => {
    const end = bounds[at + 1];
    const kinds = new Set(layers.filter((layer) => layer.start < end && layer.end > start).map(({ kind }) => kind));
    const words = letters.slice(start, end).join("");
    const title = [kinds.has("noted") && t("Your note"), kinds.has("quoted") && t("Quoted by the machine")].filter(Boolean).join("; ");
    return kinds.size ? el("mark", { class: [...kinds].join(" "), title }, words) : words;
  });
}

/** The sentences as `[start, end]`. */
function sentencesOf(text, letters) {
  if (letters.length === 0) return [];
  const parts = Intl.Segmenter
    ? Array.from(new Intl.Segmenter(undefined, { granularity: "sentence" }).segment(text), ({ segment }) => segment)
    : text.match(/[^.!?。？！]+[.!?。？！]*\s*/gu) ?? [text];
  let at = 0;
  return parts.map((part) => {
    const start = at;
    at += Array.from(part).length;
    return [start, at];
  });
}

/** A passage without the white space around it. */
function trim(letters, [start, end]) {
  let [from, to] = [start, end];
  while (from < to && /\s/u.test(letters[from])) from += 1;
  while (to > from && /\s/u.test(letters[to - 1])) to -= 1;
  return [from, to];
}

/** The selected passage inside a node as `[start, end]`, or null. */
function selectionIn(node) {
  const selection = window.getSelection();
  if (selection.rangeCount === 0 || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  if (!node.contains(range.startContainer) || !node.contains(range.endContainer)) return null;
  const before = document.createRange();
  before.selectNodeContents(node);
  before.setEnd(range.startContainer, range.startOffset);
  const start = Array.from(before.toString()).length;
  const end = start + Array.from(range.toString()).length;
  return start < end ? [start, end] : null;
}
