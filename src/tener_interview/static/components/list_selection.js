/** The candidates who are selected in the list, and the bar of what can be done with them. */

import { MAX_TO_COMPARE, MIN_TO_COMPARE, selectedToCompare, writeAddress } from "../lib/address.js";
import { constants } from "../lib/constants.js";
import { dashboard } from "../lib/dashboard.js";
import { announce, button, byId, el, fillWithNew, tickBox } from "../lib/dom.js";
import { candidateName, number } from "../lib/format.js";
import { t, tNodes } from "../lib/texts.js";
import { ACTIONS } from "./list_actions.js";

/** How many can be selected: as many as can be invited at once. */
export const MAX_SELECTED = constants.limits.step.candidate_ids.maxItems;

/** The selected candidates by id, in the order of selection. They stay when the page or the view changes. */
const selected = new Map();

/** The box that was changed last: with Shift, everybody between it and the next one changes, too. */
let lastBox = null;

/** The selected candidates. */
export function selectedCandidates() {
  return [...selected.values()];
}

/** A box for a candidate. */
export function selectionBox(candidate) {
  const name = candidateName(candidate);
  if (selected.has(candidate.candidate_id)) selected.set(candidate.candidate_id, candidate);
  const label = tickBox(t("Select {name}", { name }), selected.has(candidate.candidate_id), () => {}, { value: candidate.candidate_id });
  label.firstChild.addEventListener("click", (press) => {
    const { target: box, shiftKey } = press;
    const boxes = rowBoxes().filter((each) => each.checkVisibility());
    const [from, to] = [boxes.indexOf(lastBox), boxes.indexOf(box)];
    const between = shiftKey && from >= 0 ? boxes.slice(Math.min(from, to), Math.max(from, to) + 1) : [box];
    lastBox = box;
    select(between.map((each) => Number(each.value)), box.checked);
  });
  return label;
}

/** Add all these candidates to the selection. */
function selectAll(candidates) {
  for (const item of candidates.slice(0, MAX_SELECTED - selected.size)) selected.set(item.candidate_id, item);
  showSelection();
  announce(t("{count} selected.", { count: number(selected.size) }));
}

/** Select those of the list who are being compared, unless others are selected: the page may have been reloaded. */
export function restoreSelection() {
  const compared = selectedToCompare();
  if (selected.size === 0) select(dashboard.candidates.map((item) => item.candidate_id).filter((id) => compared.includes(id)), true);
}

/** Clear the selection. */
export function clearSelection() {
  writeAddress({ compare: "" });
  forgetSelection();
}

/** The same when another job is shown, whose address says by itself who is compared. */
export function forgetSelection() {
  selected.clear();
  showSelection();
}

/** Show the boxes and the bar as they are now. */
export function showSelection() {
  for (const box of rowBoxes()) box.checked = selected.has(Number(box.value));
  for (const all of document.querySelectorAll(".select-all")) showSelectAll(all);
  const bar = byId("selection-bar");
  bar.hidden = selected.size === 0;
  if (bar.hidden) {
    fillWithNew(bar, null);
    return;
  }
  const candidates = selectedCandidates();
  const all = Math.min(dashboard.found.total, MAX_SELECTED);
  const possible = ACTIONS.map((action) => [action, candidates.filter(action.able).length]).filter(([, count]) => count > 0);
  fillWithNew(bar, [selected.size, all, possible.map(([{ name }, count]) => [name, count]), canCompare(candidates)],
    el("p", {}, selected.size >= MAX_SELECTED
      ? tNodes("{count} selected, the maximum", { count: el("strong", { class: "number" }, number(selected.size)) })
      : tNodes("{count} selected", { count: el("strong", { class: "number" }, number(selected.size)) })),
    selected.size < all
      && button(t("Select All {count}", { count: number(all) }), async () => selectAll(await dashboard.found.load()), { kind: "small quiet" }),
    el("div", { class: "buttons" },
      possible.map(([{ label, able, act, kind = "" }, count]) => (
        // Who it is about is asked when it is pressed: the bar stays as it is when only they have changed.
        button(label(number(count)), () => act(selectedCandidates().filter(able)), { kind: `small ${kind}`, "aria-haspopup": "dialog" })
      )),
      canCompare(candidates)
        && button(t("Compare {count}", { count: number(candidates.length) }), () => dashboard.compare(selectedCandidates()), { kind: "small", id: "compare" })),
    button(t("Clear"), () => {
      const [first] = selectedCandidates();
      clearSelection();
      (document.querySelector(`#main .list [data-candidate-id="${Number(first?.candidate_id)}"] .open-scorecard`) ?? byId("main")).focus();
    }, { kind: "small quiet", "aria-label": t("Clear Selection") }));
}

function canCompare(candidates) {
  return candidates.length >= MIN_TO_COMPARE && candidates.length <= MAX_TO_COMPARE && candidates.every((item) => item.session);
}

function showSelectAll(all) {
  const here = dashboard.candidates.filter((item) => selected.has(item.candidate_id)).length;
  all.checked = here > 0 && here === dashboard.candidates.length;
  all.indeterminate = here > 0 && !all.checked;
  all.onchange = () => {
    select(dashboard.candidates.map((item) => item.candidate_id), all.checked);
    announce(t("{count} selected.", { count: number(selected.size) }));
  };
}

function select(ids, checked) {
  for (const id of ids) {
    const candidate = dashboard.candidates.find((item) => item.candidate_id === id);
    if (!checked) selected.delete(id);
    else if (candidate && selected.size < MAX_SELECTED) selected.set(id, candidate);
  }
  showSelection();
}

/** The boxes of all rows, also of a list that is only about to be shown. */
function rowBoxes() {
  return [...document.querySelectorAll("#main .list tbody .select-cell input")];
}
