/** What a person reads when something failed: what happened, what was not lost, what to do, and the id to ask by. */

import { announce, button, el } from "./dom.js";
import { errorWords } from "./errorwords.js";

/** The first line of anything that did not work: told by a mark as well as by colour. */
export function problemHeading(what) {
  return el("p", { class: "problem-what" }, el("span", { class: "shape", "aria-hidden": "true" }, "!"), what);
}

/**
 * The box that explains a failure, and says it aloud. `what` is a whole sentence ("The link could not be created").
 * `retry` and `dismiss` are functions, each with its button.
 */
export function problemBox(what, problem, { retry = null, dismiss = null } = {}) {
  const words = errorWords(problem);
  const trace = [problem.code, problem.requestId && `request id ${problem.requestId}`];
  announce([`${what}.`, words.what, words.kept, words.then].filter(Boolean).join(" "));
  return el(
    "div",
    { class: "problem", tabindex: "-1", data: { code: problem.code ?? "UNEXPECTED" } },
    problemHeading(what),
    el("p", {}, words.what),
    words.kept && el("p", {}, words.kept),
    el("p", {}, words.then),
    el("p", { class: "fine" }, trace.filter(Boolean).join(" · ")),
    (retry || dismiss) && el(
      "p",
      { class: "problem-actions" },
      retry && button("Try Again", retry, { kind: "small" }),
      dismiss && button("Dismiss", dismiss, { kind: "small" }),
    ),
  );
}
