/** A list of things to listen for, each with other ways to say it: key points and keywords. */

import { button, el, fill } from "../lib/dom.js";
import { joinWordings, LIMITS, splitWordings } from "../lib/plan.js";
import { textArea } from "./plan_fields.js";

/**
 * The editor of `question[field]`, a list of lists of texts. `words` are its labels: `{what, first, others, add, remove}`.
 * `changed()` is called after every edit.
 */
export function wordingsEditor(question, field, key, words, max, changed) {
  const rows = el("ol", { class: "wordings" });
  // The fields have these as their names.
  const head = el("p", { class: "wordings-head muted", "aria-hidden": "true" }, el("span", {}, words.what), el("span", {}, words.others));
  const add = button(words.add, () => {
    question[field].push([]);
    draw();
    rows.lastElementChild.querySelector("textarea").focus();
  }, { kind: "small", id: `plan-${key.replaceAll("/", "-")}`, data: { field: key } });
  const draw = () => {
    fill(rows, question[field].map((_, at) => row(at)));
    head.hidden = question[field].length === 0;
    add.hidden = question[field].length >= max;
  };
  const drop = (at) => {
    question[field].splice(at, 1);
    draw();
    changed();
    (rows.children[Math.min(at, question[field].length - 1)]?.querySelector("textarea") ?? add).focus();
  };
  const row = (at) => {
    const wordings = question[field][at];
    const set = (first, others) => {
      question[field][at] = [first, ...others].map((way) => way.trim()).filter(Boolean);
      changed();
    };
    // They wrap, so that all of what is looked for is seen.
    const first = textArea(wordings[0], () => set(first.value, splitWordings(others.value)), {
      max: LIMITS.phrase, lines: false, "aria-label": `${words.what} ${at + 1}: ${words.first}`, placeholder: at === 0 ? words.example : null,
    });
    const others = textArea(joinWordings(wordings.slice(1)), () => set(first.value, splitWordings(others.value)), {
      lines: false, "aria-label": `${words.what} ${at + 1}: ${words.others}`, placeholder: words.others,
    });
    const keys = (press) => {
      if (press.key === "Enter") {
        press.preventDefault();
        if (at === question[field].length - 1 && first.value.trim()) add.click();
        else rows.children[at + 1]?.querySelector("textarea").focus();
      } else if (press.key === "Backspace" && press.target.value === "" && press.target === first && others.value === "") {
        press.preventDefault();
        drop(at);
      }
    };
    return el("li", { on: { keydown: keys } }, first, others,
      button("×", () => drop(at), { kind: "small quiet remove", "aria-label": wordings[0] ? `${words.remove(at + 1)}: ${wordings[0]}` : words.remove(at + 1) }));
  };
  draw();
  return el("div", { class: "wordings-editor" }, head, rows, add);
}
