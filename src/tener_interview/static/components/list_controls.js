/** Finding candidates in the list: groups to pick with one click, search, order, and the filters behind one button. */

import { addressWith, FILTERS, FIRST_SORT, firstSort, readAddress, SORTS, writeAddress } from "../lib/address.js";
import { allows, constants, isStatus, STATUSES } from "../lib/constants.js";
import { dashboard } from "../lib/dashboard.js";
import { announce, button, byId, debounce, el, fill, onPlainClick } from "../lib/dom.js";
import { isKnown, number } from "../lib/format.js";
import { inSentence, t, tn } from "../lib/texts.js";

const PLACEHOLDERS = { candidates: t("Name, skill, e-mail, ID"), leaderboard: t("Name or ID") };
const ORDER_LABELS = { asc: t("ascending"), desc: t("descending") };
const ARIA_SORT = { asc: "ascending", desc: "descending" };
const NARROWING_PARAMETERS = [...Object.keys(FILTERS), "find"];

/** The counts by status that were shown last. */
let counts = { states: {}, needs_review: 0 };

/** Connect the controls. `look()` loads the view after the address has changed. */
export function setUpListControls(look) {
  const change = async (changes) => {
    writeAddress({ page: 1, ...changes }, { step: true });
    await look();
    announce(t("{count} found, {order}.", { count: number(dashboard.found.total), order: describeList() }));
  };
  const find = byId("list-search");
  find.addEventListener("input", debounce(() => {
    writeAddress({ page: 1, find: find.value.trim() });
    return look();
  }));
  byId("list-filter").addEventListener("submit", (submit) => submit.preventDefault());
  byId("list-sort").addEventListener("change", () => change({ sort: sortInAddress(byId("list-sort").value), order: "" }));
  byId("list-order").addEventListener("click", () => change(nextSort(currentSort())));
  byId("filters-toggle").addEventListener("click", () => openFilters(byId("filters-panel").hidden));
  byId("filters-panel").addEventListener("keydown", (press) => {
    if (press.key !== "Escape") return;
    press.stopPropagation();
    openFilters(false);
  });
  fill(byId("filters-panel"), Object.entries(FILTERS).map(([name, [label, initial, choices]]) => {
    const select = el("select", { id: `filter-${name}`, on: { change: () => change({ [name]: select.value }) } },
      [["", initial], ...choices].map(([value, text]) => el("option", { value }, text)));
    return el("div", { class: "field" }, el("label", { for: select.id }, label), select);
  }));
  for (const table of document.querySelectorAll("table.list")) {
    table.tHead.addEventListener("click", (press) => {
      const heading = press.target.closest(".sort")?.closest("th");
      if (heading) change(nextSort(heading.dataset.sort));
    });
  }
}

/** Open or close the filters. The focus goes to the panel, not into a field, where keys would no longer act. */
export function openFilters(open) {
  byId("filters-panel").hidden = !open;
  byId("filters-toggle").setAttribute("aria-expanded", String(open));
  byId(open ? "filters-panel" : "filters-toggle").focus();
}

/** Show the controls of a list that has rows, or that has none because of them: otherwise they would do nothing. */
export function offerListControls(count) {
  byId("list-controls").hidden = count === 0 && !isNarrowed();
}

/** Set the controls to what is in the address. `look()` loads the view. */
export function showListControls(look) {
  const address = readAddress();
  const { view } = address;
  if (!(view in FIRST_SORT)) return;
  const find = byId("list-search");
  find.placeholder = PLACEHOLDERS[view];
  if (find.value.trim() !== address.find) find.value = address.find;
  const sort = currentSort();
  const order = address.order || SORTS[sort].order;
  const sorting = byId("list-sort");
  fill(sorting, Object.entries(SORTS).filter(([value]) => (view === "candidates" || value !== "match") && (value === sort || hasValues(value)))
    .map(([value, { label }]) => el("option", { value }, label)));
  sorting.value = sort;
  fill(byId("list-order"), el("span", { "aria-hidden": "true" }, order === "asc" ? "↑" : "↓"), el("span", { class: "visually-hidden" }, t("Order: {order}. Reverse it", { order: ORDER_LABELS[order] })));
  for (const heading of byId(`${view}-view`).querySelectorAll("th[data-sort]")) {
    if (heading.dataset.sort === sort) heading.setAttribute("aria-sort", ARIA_SORT[order]);
    else heading.removeAttribute("aria-sort");
  }
  for (const [name] of Object.entries(FILTERS)) byId(`filter-${name}`).value = address[name];
  // The leaderboard has only candidates with an interview.
  for (const option of byId("filter-state").options) option.hidden = view === "leaderboard" && option.value !== "" && !isStatus(option.value);
  showActiveFilters(look);
  showQuickFilters(look);
}

/** Whether the list can be sorted by it: without a language model, or without reviews, there is no such total. */
function hasValues(sort) {
  if (!["judge_total", "human_total"].includes(sort)) return true;
  return [...dashboard.sessions.values()].some((session) => isKnown(session[sort]));
}

/** Every filter that is set, with a button that removes it; what the groups show as chosen is left out. */
function showActiveFilters(look) {
  const address = readAddress();
  const set = Object.entries(FILTERS).filter(([name]) => address[name]);
  const remove = async (names) => {
    writeAddress({ page: 1, ...Object.fromEntries(names.map((name) => [name, ""])) }, { step: true });
    await look();
    byId("filters-toggle").focus();
  };
  const count = set.filter(([name]) => name !== "state" && name !== "group").length;
  fill(byId("filters-toggle"), t("Filters"), count > 0 && el("span", { class: "filter-count number" }, number(count)));
  fill(byId("active-filters"), set.map(([name, [label, , choices]]) => el("li", {},
    button([`${label}: ${choices.find(([value]) => value === address[name])?.[1] ?? address[name]}`, el("span", { class: "remove", "aria-hidden": "true" }, "✕")],
      () => remove([name]), { kind: "chip", "aria-label": t("Remove the filter {name}", { name: label }) }))),
  set.length + (address.find ? 1 : 0) > 1 && el("li", {}, button(t("Clear Filters"), () => remove(NARROWING_PARAMETERS), { kind: "small quiet", id: "filters-clear" })));
  byId("active-filters").hidden = count === 0 && set.length < 2;
}

/** Keep the counts by status, and show them. */
export function showStatusCounts(next, look) {
  counts = next;
  showQuickFilters(look);
}

/** The groups that can be picked with one click: by status among the candidates, by group on the leaderboard. */
function showQuickFilters(look) {
  const address = readAddress();
  const [name, choices] = address.view === "leaderboard" ? ["group", groupChoices()] : ["state", stateChoices()];
  fill(byId("status-counts"), choices.map(([value, count, text]) => el("li", {}, el("a", {
    href: addressWith({ [name]: value, page: 1 }), "aria-current": value === address[name] && "true", data: { [name]: value || "all" },
    on: { click: (press) => onPlainClick(press, async () => {
      writeAddress({ [name]: value, page: 1 }, { step: true });
      await look();
      byId("status-counts").querySelector("[aria-current]")?.focus();
    }) },
  }, count !== null && [el("strong", { class: "number" }, number(count)), " "], text))));
}

function stateChoices() {
  const { states, needs_review: review } = counts;
  const everybody = dashboard.everybody;
  const invited = Object.values(states).reduce((sum, count) => sum + count, 0);
  const isOpen = (state) => allows("use_link", state);
  const open = STATUSES.filter(isOpen).reduce((sum, state) => sum + (states[state] ?? 0), 0);
  return [
    ["", everybody, everybody === null ? t("All") : t("in all")],
    ["none", everybody === null ? null : Math.max(0, everybody - invited), constants.counted.none],
    ["unanswered", open, constants.counted.unanswered],
    ...STATUSES.filter((state) => !isOpen(state)).map((state) => [state, states[state] ?? 0, constants.counted[state]]),
    // Whoever needs a look is counted by status already.
    ["needs_review", review, tn(review, "of them needs a human look", "of them need a human look")],
  ].filter(([value, count]) => count !== 0 || value === readAddress().state);
}

function groupChoices() {
  const groups = dashboard.groups ?? {};
  const all = readAddress().group || !dashboard.found.total ? null : Object.values(groups).reduce((sum, count) => sum + count, 0);
  return [["", all, all === null ? t("All") : t("in all")], ...Object.keys(constants.groups).map((group) => [group, groups[group] ?? 0, group === "needs_review" ? tn(groups[group] ?? 0, "needs a human look", "need a human look") : constants.counted[group]])]
    .filter(([value, count]) => count !== 0 || value === readAddress().group);
}

/** The message of an empty filtered list, with a button that clears the filters. */
export function noMatches(look) {
  return [t("No candidates match."), " ", button(t("Show Everybody"), async () => {
    writeAddress({ page: 1, ...Object.fromEntries(NARROWING_PARAMETERS.map((name) => [name, ""])) }, { step: true });
    await look();
    byId("list-search").focus();
  }, { kind: "small" })];
}

/** Whether anything narrows the list. */
export function isNarrowed() {
  const address = readAddress();
  return NARROWING_PARAMETERS.some((name) => address[name]);
}

/** The order and the filters as text, for the printed page. */
export function describeList() {
  const address = readAddress();
  const sort = currentSort();
  const set = Object.entries(FILTERS).filter(([name]) => address[name]).map(([name, [, , choices]]) => (
    choices.find(([value]) => value === address[name])?.[1] ?? address[name]
  ));
  if (address.find) set.push(t("“{text}”", { text: address.find }));
  return [t("by {sort}, {order}", { sort: inSentence(SORTS[sort].label), order: ORDER_LABELS[address.order || SORTS[sort].order] }), ...set].join(" · ");
}

/** The sort key that counts in the view that is shown. */
function currentSort() {
  const { sort, view } = readAddress();
  return !sort || (view === "leaderboard" && sort === "match") ? firstSort() : sort;
}

function sortInAddress(sort) {
  return sort === firstSort() ? "" : sort;
}

/** The order after a click: a key's own order first, then the reverse. */
function nextSort(sort) {
  const { order: first } = SORTS[sort];
  const again = currentSort() === sort && (readAddress().order || first) === first;
  return { sort: sortInAddress(sort), order: again ? { asc: "desc", desc: "asc" }[first] : "" };
}

