/** A number as a length. The number itself always stands beside it, so the drawing says nothing of its own. */

import { el, svg } from "./dom.js";
import { known } from "./format.js";

/** A bar of `value` out of `most`; an empty one where there is no number. */
export function bar(value, most = 100) {
  const filled = known(value) && most > 0 ? Math.max(0, Math.min(100, (100 * value) / most)) : 0;
  return el("span", { class: "bar" }, svg(
    "svg", { viewBox: "0 0 100 4", preserveAspectRatio: "none", "aria-hidden": "true", focusable: "false" },
    filled > 0 && svg("rect", { width: filled, height: 4 }),
  ));
}
