/** The leaderboard of a job: the ranking as the service gives it, how far it can be trusted, and whom to compare. */

import { bar, certainty, covered, rank, reviewReason } from "../components/result.js";
import { intoView, keepingPlace, showPager } from "../components/view.js";
import {
  addressWith, chosenToCompare, FEWEST_TO_COMPARE, FILTERS, GROUPS, MOST_TO_COMPARE, readAddress, SORTS,
  writeAddress,
} from "../lib/address.js";
import { leaderboard, leaderboardCsvUrl } from "../lib/api.js";
import { desk, PAGE_SIZE, sharedWords } from "../lib/desk.js";
import { afterTyping, announce, button, byId, el, fill, followed, tickBox } from "../lib/dom.js";
import { DIMENSIONS, number, recommendation, score, share, shortTime, time } from "../lib/format.js";
import { flags, pageWord, stateBadge } from "../lib/labels.js";

/** What is said of a result that other criteria made than those in force. */
const OUTDATED = "By earlier criteria";

/** Load the page of the leaderboard that the address asks for. */
export function loadLeaderboard() {
  const wanted = wantedStandings();
  showStandings(desk.jobId);
  return intoView("leaderboard", "The leaderboard could not be read", loadLeaderboard, (jobId) => leaderboard(jobId, wanted), (answer) => {
    desk.showRanked(answer.items);
    const table = byId("leaderboard");
    keepingPlace(table, () => fill(table.tBodies[0], rows(answer)));
    showCompared();
    byId("leaderboard-none").hidden = answer.total > 0 || !filtered();
    showPager("leaderboard", answer.total, loadLeaderboard);
    fill(byId("leaderboard-paper"), el("bdi", {}, desk.job?.title), ` · ${standingsInWords()} · printed `, time(new Date().toISOString()));
    if (answer.items.length) return "";
    if (answer.total) return "There is nobody on this page. Go back to an earlier one.";
    return filtered() ? "" : "Nobody has been invited yet. Create an interview link for a candidate first.";
  });
}

/** The rows; in the order of the ranking, with a heading over each group of those who have no rank. */
function rows({ items, groups }) {
  const ranking = !readAddress().sort;
  return items.map((item, place) => [
    ranking && item.group !== "ranked" && item.group !== items[place - 1]?.group && groupHeading(item.group, groups),
    row(item),
  ]);
}

function groupHeading(group, groups) {
  return el("tr", { role: "row", class: "group", data: { group } }, el(
    "th", { role: "rowheader", scope: "rowgroup", colspan: 10 },
    GROUPS[group], el("span", { class: "fine number" }, ` (${number(groups[group])})`),
  ));
}

function row(item) {
  const nameId = `leader-${item.candidate_id}`;
  const name = item.candidate_name || `Candidate ${item.candidate_id}`;
  const cell = (label, attributes, ...content) => el("td", { role: "cell", data: { label }, ...attributes }, content);
  const session = desk.sessions.get(item.session_id);
  return el(
    "tr",
    { role: "row", data: { candidateId: item.candidate_id, sessionId: item.session_id, status: item.interview_status } },
    el("td", { role: "cell", class: "choose" }, tickBox(`Compare ${name}`, chosenToCompare().includes(item.candidate_id), (checked) => {
      choose(item.candidate_id, checked);
    })),
    cell("Rank", { class: "rank number" }, rank(item)),
    el("th", { role: "rowheader", scope: "row", class: "who" },
      el("span", { class: "name", id: nameId, dir: "auto" }, name),
      stateBadge(item.interview_status, { ...session, ...item }), reviewReason(item),
      item.shared_with_job && el("span", { class: "fine block" }, sharedWords(item))),
    cell("Total", { class: "figure total" }, el("span", { class: "grand" }, score(item.total_score)), certainty(item)),
    Object.entries(DIMENSIONS).map(([dimension, label]) => (
      cell(label, { class: "figure measure" }, score(item[`${dimension}_score`]), bar(item[`${dimension}_score`]))
    )),
    cell("Confidence", { class: "figure confidence" }, share(item.score_confidence), covered(item)),
    cell("Result", { class: "verdict" }, recommendation(item.pass_recommendation), flags(item.flags),
      item.outdated && el("span", { class: "fine block outdated" }, OUTDATED)),
    el("td", { role: "cell", class: "when" },
      button(pageWord(item), () => desk.open(item.session_id), {
        kind: "small open-scorecard", about: nameId, "aria-haspopup": "dialog",
      }),
      el("span", { class: "fine block" }, shortTime(item.updated_at))),
  );
}

function choose(candidateId, checked) {
  const others = chosenToCompare().filter((one) => one !== candidateId);
  const next = checked ? [...others, candidateId].slice(0, MOST_TO_COMPARE) : others;
  writeAddress({ compare: next.join(",") });
  showCompared();
  announce(`${next.length} chosen to compare.`);
}

/** Who is chosen to be compared, and the way to the comparison; who has no free place beside them cannot be chosen. */
function showCompared() {
  const chosen = chosenToCompare();
  for (const box of byId("leaderboard").querySelectorAll("tbody .choose input")) {
    const candidateId = Number(box.closest("tr").dataset.candidateId);
    box.checked = chosen.includes(candidateId);
    box.disabled = !box.checked && chosen.length >= MOST_TO_COMPARE;
  }
  const enough = chosen.length >= FEWEST_TO_COMPARE;
  const said = enough ? `${chosen.length} chosen` : "1 chosen; choose another to compare";
  const place = byId("leaderboard-chosen");
  place.hidden = chosen.length === 0;
  fill(
    place,
    el("p", {}, said, chosen.length >= MOST_TO_COMPARE && ", the most at once"),
    enough && el("a", { class: "button primary", id: "compare", href: addressWith({ view: "comparison" }), on: {
      click: (press) => followed(press, () => desk.view("comparison")),
    } }, "Compare Side by Side"),
    button("Choose Nobody", () => {
      writeAddress({ compare: "" });
      showCompared();
      byId("leaderboard").querySelector("tbody .choose input")?.focus();
    }, { kind: "quiet" }),
  );
}

/** What narrows the ranking: the filters, and whom one looks for. */
const NARROWED = [...Object.keys(FILTERS), "who"];
/** What a spreadsheet of this country opens right: where a comma is the decimal mark, it separates cells by semicolons. */
const DECIMAL = new Intl.NumberFormat(navigator.language).formatToParts(0.5).find(({ type }) => type === "decimal")?.value;
const SHEET = { bom: true, ...(DECIMAL === "," && { delimiter: ";", decimal: "," }) };
const WAYS = { asc: "ascending", desc: "descending" };

/** What the address asks of the leaderboard, in the service's words. */
function wantedStandings() {
  const { page } = readAddress();
  return { ...chosen(), limit: PAGE_SIZE, offset: (page - 1) * PAGE_SIZE };
}

/** Whether a filter is set. */
function filtered() {
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
function showStandings(jobId) {
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
function standingsInWords() {
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
