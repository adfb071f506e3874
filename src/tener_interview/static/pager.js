/** Going through a long list page by page. */

import { button, el, fill } from "./dom.js";
import { number } from "./format.js";

/** Show in `place` which part of a list is shown, and how to come to the others. `go(page)` is told where, from 1. */
export function showPager(place, { page, size, total, what }, go) {
  const pages = Math.max(1, Math.ceil(total / size));
  const first = Math.min(total, (page - 1) * size + 1);
  const last = Math.min(total, page * size);
  const step = (label, to) => button(label, () => go(to), { kind: "small", disabled: to < 1 || to > pages, data: { to } });
  fill(
    place,
    el("p", { class: "fine" }, total <= size ? `${number(total)} ${what}` : `${number(first)}–${number(last)} of ${number(total)} ${what}`),
    pages > 1 && el("div", { class: "buttons" }, step("Previous", page - 1), step("Next", page + 1)),
  );
}
