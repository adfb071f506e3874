/** The questions of a plan as cards: moved, added, and deleted with a way back. */

import { announce, button, el, fill } from "../lib/dom.js";
import { copy, LIMITS, newQuestion } from "../lib/plan.js";
import { t, tNodes } from "../lib/texts.js";
import { openCard, questionCard } from "./question_card.js";
import { openLibrary } from "./question_library.js";
import { draggable } from "./reorder.js";

/** The section. `changed({structure})` is called after an edit. */
export function questionList(draft, { changed }) {
  const cards = new Map();
  /** What was deleted and can be brought back: the question and the id of the one before it. */
  let deleted = [];
  let warnings = [];
  const { jobId } = draft;
  const plan = () => draft.plan;
  const list = el("ol", { id: "plan-questions" });
  const room = () => plan().questions.length < LIMITS.questions;
  const full = el("p", { class: "muted" }, t("A plan holds at most {count} questions.", { count: LIMITS.questions }));
  const library = button(t("Add From Library"), () => openLibrary({
    language: plan().language, taken: () => new Set(plan().questions.map((question) => question.library_id)), room,
    add: (question) => insert(newQuestion(plan(), question)),
  }), { "aria-haspopup": "dialog", id: "plan-add", data: { field: "questions" } });
  const own = button(t("Write Your Own"), () => add());

  const add = () => {
    const question = newQuestion(plan());
    openCard(question.id);
    insert(question);
    focus(question.id);
  };
  const insert = (question, at = plan().questions.length) => {
    plan().questions.splice(at, 0, question);
    arrange();
    changed({ structure: true });
  };
  const cardOf = (question) => {
    if (!cards.has(question.id)) {
      cards.set(question.id, questionCard(jobId, question, {
        plan, changed: () => changed({}), move: (step) => move(question, plan().questions.indexOf(question) + step),
        remove: () => remove(question), duplicate: () => duplicate(question),
      }));
    }
    return cards.get(question.id);
  };
  /** Put the cards in the order of the plan, and each deleted one where it was. */
  const arrange = () => {
    const { activeElement } = document;
    const nodes = plan().questions.map((question) => cardOf(question).node);
    for (const entry of deleted) {
      const at = nodes.findIndex((node) => node.dataset.questionId === entry.after);
      nodes.splice(at + 1, 0, entry.node);
    }
    fill(list, nodes);
    if (list.contains(activeElement)) activeElement.focus({ preventScroll: true });
    const isRoom = room();
    full.hidden = isRoom;
    library.hidden = own.hidden = !isRoom;
  };
  const move = (question, to) => {
    const { questions } = plan();
    const from = questions.indexOf(question);
    const place = Math.max(0, Math.min(questions.length - 1, to));
    if (place === from) {
      announce(place === 0 ? t("Already the first question.") : t("Already the last question."));
      return;
    }
    questions.splice(from, 1);
    questions.splice(place, 0, question);
    arrange();
    changed({ structure: true });
    cardOf(question).node.scrollIntoView({ block: "nearest" });
    announce(t("Moved to place {place} of {count}: {question}", { place: place + 1, count: questions.length, question: question.title || t("question without a text") }));
  };
  const remove = (question) => {
    const { questions } = plan();
    const at = questions.indexOf(question);
    const entry = { question: copy(question), after: questions[at - 1]?.id ?? null };
    const back = button(t("Undo"), () => {
      deleted = deleted.filter((other) => other !== entry);
      const before = plan().questions.findIndex((other) => other.id === entry.after);
      insert(entry.question, before + 1);
      cardOf(entry.question).handle.focus();
      announce(t("The question is back."));
    }, { kind: "small" });
    entry.node = el("li", { class: "undo plan-deleted" }, el("span", {}, tNodes("Deleted: {question}", { question: el("bdi", {}, question.title || t("a question without a text")) })), back);
    questions.splice(at, 1);
    cards.delete(question.id);
    deleted = [...deleted, entry];
    arrange();
    changed({ structure: true });
    back.focus();
    announce(t("Deleted: {question}. Undo brings it back.", { question: question.title || t("a question without a text") }));
  };
  const duplicate = (question) => {
    const twin = { ...copy(question), id: newQuestion(plan()).id, reason: null };
    insert(twin, plan().questions.indexOf(question) + 1);
    openCard(twin.id);
    focus(twin.id);
    announce(t("The question was duplicated."));
  };
  const focus = (id) => {
    const card = cards.get(id);
    card.showDetails(true);
    card.node.querySelector(".question-title").focus();
    card.node.scrollIntoView({ block: "nearest" });
  };
  const update = ({ structure = false } = {}) => {
    const { questions } = plan();
    for (const [place, question] of questions.entries()) {
      const notes = warnings.filter((warning) => warning.question_id === question.id);
      cardOf(question).update({ place, count: questions.length, notes, structure });
    }
  };
  draggable(list, "li.plan-question", (node, place) => move(plan().questions.find((question) => question.id === node.dataset.questionId), place));
  arrange();
  update({ structure: true });
  return {
    node: el("section", { class: "plan-list", "aria-labelledby": "plan-questions-heading" },
      el("h4", { id: "plan-questions-heading" }, t("Questions")), list,
      el("div", { class: "buttons" }, library, own), full),
    update,
    add,
    show: (id) => cards.get(id)?.showDetails(true),
    showWarnings: (now) => {
      warnings = now;
      update();
    },
  };
}
