/** What cannot be taken back is asked for twice. */

import { button, el, fill } from "./dom.js";

/**
 * A button that asks `question` in `report` before anything happens. `confirmation()` makes the button that does it;
 * the other one keeps things as they are, and has the focus.
 */
export function confirmControl(report, { label, question, about = null }, confirmation) {
  const ask = button(label, () => {
    const keep = button("Keep It", () => {
      fill(report);
      ask.focus();
    });
    fill(report, el("div", { class: "notice with-errors", role: "group", "aria-label": question },
      el("p", {}, question),
      el("div", { class: "buttons" }, confirmation(), keep),
    ));
    keep.focus();
  }, { kind: "quiet", about });
  return ask;
}
