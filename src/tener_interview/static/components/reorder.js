/** Reordering the items of a list: by dragging the handle, by its arrow keys, or by the two buttons beside it. */

import { el } from "../lib/dom.js";
import { t } from "../lib/texts.js";

/** How near to the edge of the window a drag scrolls, and how fast. */
const EDGE_PX = 70;
const SCROLL_PX = 14;

/** The handle of an item. `step(by)` moves the item; `Infinity` moves it to the end. */
export function dragHandle(label, step) {
  const keys = { ArrowUp: -1, ArrowDown: 1, Home: -Infinity, End: Infinity };
  return el("button", {
    type: "button", class: "drag-handle", "aria-label": label, "aria-keyshortcuts": "ArrowUp ArrowDown Home End",
    title: t("Drag, or press the arrow keys"), on: {
      keydown: (press) => {
        if (!(press.key in keys) || press.ctrlKey || press.metaKey || press.altKey) return;
        press.preventDefault();
        step(keys[press.key]);
      },
    },
  }, el("span", { "aria-hidden": "true" }, "⠿"));
}

/** Let the items of a list be dragged by their handles. `move(item, place)` is called at the end of a drag. */
export function draggable(list, selector, move) {
  list.addEventListener("pointerdown", (press) => {
    const handle = press.target.closest(".drag-handle");
    const item = handle?.closest(selector);
    if (!item || press.button !== 0) return;
    press.preventDefault();
    handle.focus({ preventScroll: true });
    startDragging(list, selector, item, press, move);
  });
}

function startDragging(list, selector, item, { pointerId }, move) {
  const items = [...list.querySelectorAll(`:scope > ${selector}`)];
  const from = items.indexOf(item);
  let place = from;
  const mark = () => {
    for (const [at, other] of items.entries()) {
      other.classList.toggle("drop-before", place !== from && at === (place > from ? place + 1 : place));
      other.classList.toggle("drop-after", place !== from && place === items.length - 1 && at === place);
    }
  };
  const follow = (pointer) => {
    if (pointer.pointerId !== pointerId) return;
    item.classList.add("dragged");
    const others = items.filter((other) => other !== item);
    place = others.filter((other) => {
      const { top, height } = other.getBoundingClientRect();
      return pointer.clientY > top + height / 2;
    }).length;
    mark();
    if (pointer.clientY < EDGE_PX) window.scrollBy(0, -SCROLL_PX);
    if (pointer.clientY > window.innerHeight - EDGE_PX) window.scrollBy(0, SCROLL_PX);
  };
  const end = (done) => {
    for (const [name, listener] of Object.entries(listeners)) document.removeEventListener(name, listener, true);
    for (const other of items) other.classList.remove("dragged", "drop-before", "drop-after");
    if (done && place !== from) move(item, place);
  };
  const listeners = {
    pointermove: follow,
    pointerup: (pointer) => pointer.pointerId === pointerId && end(true),
    pointercancel: () => end(false),
    keydown: (press) => {
      if (press.key !== "Escape") return;
      press.stopPropagation();
      end(false);
    },
  };
  for (const [name, listener] of Object.entries(listeners)) document.addEventListener(name, listener, true);
}
