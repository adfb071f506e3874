/** Which part of the leaderboard is looked at: its order, its filters and its page, all of them in the address. */

import { readAddress, writeAddress } from "./address.js";
import { leaderboardCsvUrl } from "./api.js";
import { PAGE_SIZE } from "./desk.js";
import { afterTyping, announce, byId, el, fill } from "./dom.js";
import { FILTERS, SORTS } from "./ranking.js";

/** What narrows the ranking: the filters, and whom one looks for. */
const NARROWED = [...Object.keys(FILTERS), "who"];
/** What a spreadsheet of this country opens right: where a comma is the decimal mark, it separates cells by semicolons. */
const DECIMAL = new Intl.NumberFormat(navigator.language).formatToParts(0.5).find(({ type }) => type === "decimal")?.value;
const SHEET = { bom: true, ...(DECIMAL === "," && { delimiter: ";", decimal: "," }) };
const WAYS = { asc: "ascending", desc: "descending" };

/** What the address asks of the leaderboard, in the service's words. */
export function wantedStandings() {
  const { page } = readAddress();
  return { ...chosen(), limit: PAGE_SIZE, offset: (page - 1) * PAGE_SIZE };
}

/** Whether a filter is set. */
export function filtered() {
  const address = readAddress();
  return NARROWED.some((name) => address[name]);
}

/** Let headings sort, filters filter; `look()` is called after the address has changed. */
export function beginStandings(look) {
  const change = async (wish) => {
    writeAddress({ page: 1, ...wish }, { step: true });
    await look();
    announce(`Leaderboard ${standingsInWords()}.`);
  };
  for (const heading of headings()) {
    heading.querySelector("button").addEventListener("click", () => change(turned(heading.dataset.sort)));
  }
  const sorting = byId("leaderboard-sort");
  fill(sorting, Object.entries(SORTS).map(([value, { label }]) => el("option", { value }, label)));
  sorting.addEventListener("change", () => change({ sort: sorting.value === "rank" ? "" : sorting.value, order: "" }));
  for (const [name, [usual, choices]] of Object.entries(FILTERS)) {
    const select = byId(`leaderboard-${name}`);
    fill(select, [["", usual], ...choices].map(([value, label]) => el("option", { value }, label)));
    select.addEventListener("change", () => change({ [name]: select.value }));
  }
  const who = byId("leaderboard-who");
  who.addEventListener("input", afterTyping(() => {
    writeAddress({ page: 1, who: who.value.trim() });
    return look();
  }));
  byId("leaderboard-clear").addEventListener("click", () => {
    change(Object.fromEntries(NARROWED.map((name) => [name, ""])));
    byId("leaderboard-recommendation").focus();
  });
  byId("leaderboard-filter").addEventListener("submit", (submit) => submit.preventDefault());
}

/** Make the controls say what the address says. */
export function showStandings(jobId) {
  const address = readAddress();
  const sort = address.sort || "rank";
  const order = address.order || SORTS[sort].first;
  for (const heading of headings()) {
    if (heading.dataset.sort === sort) heading.setAttribute("aria-sort", WAYS[order]);
    else heading.removeAttribute("aria-sort");
  }
  byId("leaderboard-sort").value = sort;
  for (const name of Object.keys(FILTERS)) byId(`leaderboard-${name}`).value = address[name];
  if (byId("leaderboard-who").value.trim() !== address.who) byId("leaderboard-who").value = address.who;
  byId("leaderboard-clear").hidden = !filtered();
  byId("leaderboard-csv").href = leaderboardCsvUrl(jobId, { ...chosen(), ...SHEET });
}

/** The order and the filters in words, for whoever has only the paper. */
export function standingsInWords() {
  const address = readAddress();
  const sort = address.sort || "rank";
  const named = Object.entries(FILTERS).filter(([name]) => address[name]).map(([name, [, choices]]) => (
    choices.find(([value]) => value === address[name])?.[1] ?? address[name]
  ));
  if (address.who) named.push(`“${address.who}”`);
  return [`by ${SORTS[sort].label.toLowerCase()}, ${WAYS[address.order || SORTS[sort].first]}`, ...named].join(" · ");
}

/** What a press on a heading asks for: its own order first, then the other way round. */
function turned(sort) {
  const address = readAddress();
  const { first } = SORTS[sort];
  const again = (address.sort || "rank") === sort && (address.order || first) === first;
  return { sort: sort === "rank" ? "" : sort, order: again ? { asc: "desc", desc: "asc" }[first] : "" };
}

function chosen() {
  const { sort, order, recommendation, flag, status, group, coverage, who } = readAddress();
  return { sort, order, recommendation, flag, status, group, min_coverage_percent: coverage, q: who };
}

function headings() {
  return byId("leaderboard").querySelectorAll("th[data-sort]");
}
