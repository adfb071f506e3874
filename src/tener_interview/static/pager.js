/** Going through a long list page by page. */

import { readAddress, writeAddress } from "./address.js";
import { PAGE_SIZE } from "./desk.js";
import { button, byId, el, fill } from "./dom.js";
import { number } from "./format.js";

/** Show which part of a view's candidates is shown, and how to come to the others. `load()` shows what the address asks. */
export function showPager(view, total, load) {
  const { page } = readAddress();
  const what = total === 1 ? "candidate" : "candidates";
  const pages = Math.max(1, Math.ceil(total / PAGE_SIZE));
  const first = Math.min(total, (page - 1) * PAGE_SIZE + 1);
  const last = Math.min(total, page * PAGE_SIZE);
  const go = async (to) => {
    writeAddress({ page: to }, { step: true });
    await load();
    byId("main").focus();
    byId(`${view}-view`).scrollIntoView();
  };
  const step = (label, to) => button(label, () => go(to), { kind: "small", disabled: to < 1 || to > pages, data: { to } });
  fill(
    byId(`${view}-pager`),
    el("p", { class: "fine" }, pages === 1 ? `${number(total)} ${what}` : `${number(first)}–${number(last)} of ${number(total)} ${what}`),
    pages > 1 && el("div", { class: "buttons" }, step("Previous", page - 1), step("Next", page + 1)),
  );
}
