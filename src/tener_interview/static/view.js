/** Loading something into a view of the desk, whatever comes of it. */

import { desk } from "./desk.js";
import { byId, el, fill } from "./dom.js";
import { problemBox } from "./problems.js";

/**
 * Load something into a view: a word while it loads, a sentence when it is empty, a box when it failed. What was
 * shown of the same job stays until there is something newer; what arrives after another wish is dropped.
 * `load(jobId)` gives an answer, `show(answer)` the sentence for an empty view, or "".
 */
export async function intoView(name, what, retry, load, show) {
  const { jobId } = desk;
  const place = byId(`${name}-view`);
  const report = byId(`${name}-report`);
  const frame = byId(`${name}-frame`);
  const wish = String(Number(place.dataset.wish ?? 0) + 1);
  place.dataset.wish = wish;
  if (place.dataset.jobId !== String(jobId)) {
    frame.hidden = true;
    fill(report, el("p", { class: "empty" }, "Loading…"));
  }
  place.setAttribute("aria-busy", "true");
  try {
    const answer = await load(jobId);
    if (place.dataset.wish !== wish) return;
    const sentence = show(answer);
    place.dataset.jobId = jobId;
    frame.hidden = sentence !== "";
    fill(report, sentence !== "" && el("p", { class: "empty", role: "status" }, sentence));
  } catch (problem) {
    if (place.dataset.wish === wish) fill(report, problemBox(what, problem, { retry }));
  } finally {
    if (place.dataset.wish === wish) place.removeAttribute("aria-busy");
  }
}

/** Draw a table's rows anew; who was at a control of a row is at the same one of the same candidate afterwards. */
export function keepingPlace(table, draw) {
  const row = document.activeElement?.closest("tr[data-candidate-id]");
  const controls = (of) => [...of.querySelectorAll("button, input, a[href], summary")];
  const place = row && table.contains(row) ? controls(row).indexOf(document.activeElement) : -1;
  draw();
  if (place < 0) return;
  const again = table.querySelector(`tr[data-candidate-id="${Number(row.dataset.candidateId)}"]`);
  if (again) controls(again)[place]?.focus({ preventScroll: true });
}
