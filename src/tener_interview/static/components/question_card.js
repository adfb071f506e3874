/** A question of a plan as a card: edited in place, with what makes a good answer, and an answer to try. */

import { constants } from "../lib/constants.js";
import { button, el, fill, hiddenText } from "../lib/dom.js";
import { language, percent } from "../lib/format.js";
import { duration, LIMITS, questionFractions } from "../lib/plan.js";
import { fromService, t, tn } from "../lib/texts.js";
import { choice, field, fieldKey, numberInput, textArea } from "./plan_fields.js";
import { dragHandle } from "./reorder.js";
import { tryPanel } from "./try_answer.js";
import { wordingsEditor } from "./wordings_editor.js";

/** Times to choose from, in seconds. */
const ANSWER_TIMES = [15, 30, 45, 60, 90, 120, 150, 180, 240, 300, 420, 600, 900, 1200, 1800];
const THINKING_TIMES = [0, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600];

const KEY_POINTS = {
  what: t("Key point"), first: t("What a strong answer covers"), others: t("Other wordings, separated by commas"), add: t("Add Key Point"),
  remove: (number_) => t("Remove key point {number}", { number: number_ }),
  example: t("For example: found the root cause"),
};
const KEYWORDS = { what: t("Keyword"), first: t("Word or phrase"), others: t("Synonyms, separated by commas"), add: t("Add Keyword"),
  remove: (number_) => t("Remove keyword {number}", { number: number_ }),
};

/** Which cards are open, by question id: they stay so when the plan is drawn again. */
const open = new Set();

/** Open a card when it is drawn next. */
export function openCard(questionId) {
  open.add(questionId);
}

/**
 * The card of a question. `plan()` is the plan, `changed()` is called after an edit, `move(step)` moves the question,
 * `remove()` deletes it, `duplicate()` adds a copy. Returns `{node, update, showDetails}`.
 */
export function questionCard(jobId, question, { plan, changed, move, remove, duplicate }) {
  const key = (name) => fieldKey("questions", question.id, name);
  const ids = { details: `details-${question.id}`, title: `plan-${key("title").replaceAll("/", "-")}` };
  const ordinal = el("span", { class: "ordinal number" });
  const summary = el("p", { class: "muted card-summary" });
  const warnings = el("div", { class: "card-warnings", "aria-live": "polite" });
  const details = el("div", { class: "card-details", id: ids.details, hidden: true });
  const competency = el("div", { class: "field-slot" });
  const weightText = el("span", { class: "muted weight-text" });
  let panel = null;

  const set = (name) => (value) => {
    question[name] = value;
    changed();
  };
  const toggle = button(t("Edit"), () => showDetails(details.hidden), { kind: "small toggle", "aria-expanded": "false", "aria-controls": ids.details, about: ids.title });
  const trying = button(t("Try an Answer"), () => {
    showDetails(true);
    panel.focus();
  }, { kind: "small", about: ids.title });

  const showDetails = (show) => {
    if (show && !details.hasChildNodes()) {
      panel = tryPanel(jobId, question, () => plan().language);
      fill(details, editor(), panel.node);
    }
    details.hidden = !show;
    toggle.setAttribute("aria-expanded", String(show));
    toggle.textContent = show ? t("Close") : t("Edit");
    node.classList.toggle("open", show);
    if (show) open.add(question.id);
    else open.delete(question.id);
  };

  const editor = () => el("div", { class: "card-fields" },
    field(key("description"), t("More for the candidate to read"), textArea(question.description, (value) => set("description")(value || null), { rows: 1, max: LIMITS.description }), {
      help: t("Shown under the question. May stay empty."),
    }),
    el("fieldset", { class: "plain-set" }, el("legend", {}, t("What a strong answer covers")),
      el("p", { class: "muted" }, t("Key points raise the score when the answer says them, in these or similar words.")),
      wordingsEditor(question, "key_points", key("key_points"), KEY_POINTS, LIMITS.key_points, changed)),
    el("fieldset", { class: "plain-set" }, el("legend", {}, t("What answers look like")),
      el("p", { class: "muted" }, t("For people who read the answers. They change no score.")),
      el("div", { class: "anchors" }, Object.entries(constants.anchors).map(([mark, name]) => field(
        anchorKey(key("anchors"), mark), `${mark} · ${name}`,
        textArea(question.anchors[mark], (value) => {
          question.anchors[mark] = value;
          changed();
        }, { rows: 2, max: LIMITS.anchor }),
      )))),
    el("details", { class: "more-fields", open: hasMore() }, el("summary", {}, t("Keywords, model answers and more")),
      el("div", { class: "card-fields" },
        el("fieldset", { class: "plain-set" }, el("legend", {}, t("Keywords it must have")),
          wordingsEditor(question, "required_keywords", key("required_keywords"), KEYWORDS, LIMITS.keywords, changed)),
        el("fieldset", { class: "plain-set" }, el("legend", {}, t("Keywords that help")),
          wordingsEditor(question, "optional_keywords", key("optional_keywords"), KEYWORDS, LIMITS.keywords, changed)),
        el("fieldset", { class: "plain-set" }, el("legend", {}, t("Model answers")),
          el("p", { class: "muted" }, t("About three work best. Similar answers score higher.")),
          modelAnswers()),
        el("div", { class: "card-line" },
          field(key("language"), t("Language of the answer"), choice(question.language ?? "", [
            ["", t("As the interview")], ...languageChoices(question.language),
          ], (value) => set("language")(value || null))),
          el("label", { class: "check dealbreaker" }, dealbreaker(), el("span", {}, t("Dealbreaker"),
            el("span", { class: "muted block" }, t("A weak or missing answer is pointed out beside the total. Its score counts like any other.")))),
        ))),
  );
  const hasMore = () => question.required_keywords.length + question.optional_keywords.length + question.reference_answers.length > 0;
  const dealbreaker = () => {
    const box = el("input", { type: "checkbox", data: { field: key("dealbreaker") }, on: { change: () => set("dealbreaker")(box.checked) } });
    box.checked = question.dealbreaker;
    return box;
  };
  const modelAnswers = () => {
    const list = el("ol", { class: "model-answers" });
    const add = button(t("Add Model Answer"), () => {
      question.reference_answers.push("");
      draw();
      list.lastElementChild.querySelector("textarea").focus();
    }, { kind: "small", data: { field: key("reference_answers") }, id: `plan-${key("reference_answers").replaceAll("/", "-")}` });
    const draw = () => {
      fill(list, question.reference_answers.map((text, place) => el("li", {},
        textArea(text, (value) => {
          question.reference_answers[place] = value;
          changed();
        }, { rows: 3, max: LIMITS.reference_answer, "aria-label": t("Model answer {number}", { number: place + 1 }) }),
        button("×", () => {
          question.reference_answers.splice(place, 1);
          draw();
          changed();
          add.focus();
        }, { kind: "small quiet remove", "aria-label": t("Remove model answer {number}", { number: place + 1 }) }))));
      add.hidden = question.reference_answers.length >= LIMITS.reference_answers;
    };
    draw();
    return el("div", { class: "wordings-editor" }, list, add);
  };

  const handle = dragHandle(t("Move question"), move);
  const up = button("↑", () => move(-1), { kind: "small quiet step", "aria-label": t("Move up"), about: ids.title });
  const down = button("↓", () => move(1), { kind: "small quiet step", "aria-label": t("Move down"), about: ids.title });
  const node = el(
    "li", { class: "plan-question", data: { questionId: question.id } },
    el("div", { class: "card-rail" }, ordinal, handle, up, down),
    el("div", { class: "card-body" },
      field(key("title"), t("Question"), textArea(question.title, set("title"), {
        rows: 1, max: LIMITS.title, lines: false, class: "question-title", placeholder: t("What do you ask?"),
      }), { hidden: true }),
      warnings,
      el("div", { class: "card-line" },
        competency,
        field(key("time_limit_s"), t("Answer"), answerTimes(question.time_limit_s, ANSWER_TIMES, LIMITS.time_limit_s, set("time_limit_s"))),
        field(key("thinking_time_s"), t("Think"), thinkingTimes(question.thinking_time_s, set("thinking_time_s"))),
        field(key("weight"), t("Weight"), numberInput(question.weight, set("weight"), { min: 0, max: LIMITS.weight, step: "any" }), { kind: "narrow" }),
        weightText,
      ),
      el("div", { class: "card-foot" }, summary,
        el("div", { class: "card-actions" },
          button(t("Delete"), remove, { kind: "small quiet", about: ids.title }),
          button(t("Duplicate"), duplicate, { kind: "small quiet", about: ids.title }),
          trying, toggle)),
      details,
    ),
  );

  const showCompetency = () => {
    const choices = plan().competencies.map((item) => [item.id, item.name || t("Unnamed")]);
    const isListed = choices.some(([id]) => id === question.competency);
    fill(competency, field(key("competency"), t("About"), choice(question.competency, isListed ? choices : [[question.competency, t("Choose…")], ...choices], set("competency"))));
  };
  /** Show what follows from the plan: `place`, `count`, the warnings of this question, and its competency's name. */
  const update = ({ place, count, notes, structure = false }) => {
    if (structure || !competency.hasChildNodes()) showCompetency();
    ordinal.textContent = place + 1;
    node.querySelector("label").textContent = t("Question {number}", { number: place + 1 });
    const name = question.title.trim() || t("without a text");
    handle.setAttribute("aria-label", t("Move question {number} of {count}: {name}", { number: place + 1, count, name }));
    up.setAttribute("aria-disabled", String(place === 0));
    down.setAttribute("aria-disabled", String(place === count - 1));
    const fraction = questionFractions(plan()).get(question.id);
    weightText.textContent = fraction ? t("{share} of the total", { share: percent(fraction) }) : "";
    fill(summary, summaryOf(question));
    if (warnings.dataset.notes !== JSON.stringify(notes)) {
      warnings.dataset.notes = JSON.stringify(notes);
      fill(warnings, notes.map(warning));
    }
    panel?.update();
  };
  if (open.has(question.id)) showDetails(true);
  return { node, question, update, showDetails, handle };
}

function anchorKey(key, mark) {
  return mark === "1" ? key : `${key}/${mark}`;
}

function summaryOf(question) {
  const points = question.key_points.filter((wordings) => wordings.length).length;
  const anchors = Object.values(question.anchors).filter((text) => text.trim()).length;
  const keywords = question.required_keywords.length + question.optional_keywords.length;
  const models = question.reference_answers.filter((text) => text.trim()).length;
  const parts = [
    points > 0 ? tn(points, "{count} key point", "{count} key points") : models === 0 && t("No key points yet"),
    anchors > 0 && t("{count} of 3 examples", { count: anchors }),
    keywords > 0 && tn(keywords, "{count} keyword", "{count} keywords"), models > 0 && tn(models, "{count} model answer", "{count} model answers"),
    question.language && language(question.language),
  ].filter(Boolean);
  return [
    question.dealbreaker && el("span", { class: "mark-badge" }, t("Dealbreaker")),
    parts.join(" · "),
    question.dealbreaker && el("span", { class: "block" }, t("A weak or missing answer is pointed out beside the total. Its score counts like any other.")),
    question.reason && el("span", { class: "block" }, el("strong", {}, `${t("Why:")} `), question.reason),
  ];
}

/** What the law forbids to ask, or what invites bias, with what to ask instead. */
function warning({ topic, phrase, message }) {
  return el("p", { class: "card-warning", data: { topic } },
    el("span", { class: "shape", "aria-hidden": "true" }, "⚠"), hiddenText(`${t("Warning:")} `),
    phrase && [el("q", { dir: "auto" }, phrase), " "], fromService(message));
}

function answerTimes(value, choices, { minimum, maximum }, set) {
  const all = withValue(choices.filter((seconds) => seconds >= minimum && seconds <= maximum), value);
  return choice(String(value), all.map((seconds) => [String(seconds), duration(seconds)]), (chosen) => set(Number(chosen)));
}

function thinkingTimes(value, set) {
  const all = withValue(THINKING_TIMES.filter((seconds) => seconds <= LIMITS.thinking_time_s.maximum), value);
  const labels = [["", t("Default")], ...all.map((seconds) => [String(seconds), seconds === 0 ? t("None") : duration(seconds)])];
  return choice(value === null ? "" : String(value), labels, (chosen) => set(chosen === "" ? null : Number(chosen)));
}

function withValue(choices, value) {
  return value === null || choices.includes(value) ? choices : [...choices, value].sort((one, other) => one - other);
}

/** The languages that answers are scored in, and the current one. */
export function languageChoices(current) {
  const codes = constants.plan.languages;
  return (current && !codes.includes(current) ? [...codes, current] : codes).map((code) => [code, language(code)]);
}
