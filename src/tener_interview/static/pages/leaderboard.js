/** The leaderboard of a job: the ranking, its filters, and the selection of candidates to compare. */

import { setUpReasons } from "../components/decision_reasons.js";
import { decisionCell, setUpDecidingAboutMany, showDecisionCounts } from "../components/decisions_of_job.js";
import { bar, rank, reviewReason, scoredQuestions, scoreRange } from "../components/result.js";
import { totalsBeside } from "../components/totals_beside.js";
import { keepFocus, loadInto, showPager } from "../components/view.js";
import {
  addressWith, FILTERS, MAX_TO_COMPARE, MIN_TO_COMPARE, readAddress, selectedToCompare, SORTS, writeAddress,
} from "../lib/address.js";
import { leaderboard, leaderboardCsvUrl } from "../lib/api.js";
import { competencyScore, dimensions } from "../lib/competencies.js";
import { dashboard, PAGE_SIZE, sharedNote } from "../lib/dashboard.js";
import { announce, button, byId, debounce, el, fill, onPlainClick, tickBox } from "../lib/dom.js";
import { DIMENSIONS, number, recommendation, score, share, shortTime, time } from "../lib/format.js";
import { flags, rules, scorecardLabel, statusBadge } from "../lib/rules.js";

/** The note on a result that was not made by the current criteria. */
const OUTDATED = "Scored by older criteria";

/** Load the page of the leaderboard that is in the address. */
export function loadLeaderboard() {
  const query = leaderboardQuery();
  showControls(dashboard.jobId);
  return loadInto("leaderboard", "The leaderboard could not be loaded", loadLeaderboard, (jobId) => leaderboard(jobId, query), (answer) => {
    dashboard.showRanked(answer.items);
    const table = byId("leaderboard");
    showColumns(answer);
    byId("leaderboard-versions").hidden = !answer.mixed_versions;
    byId("leaderboard-versions").textContent = answer.mixed_versions ?? "";
    keepFocus(table, () => fill(table.tBodies[0], rows(answer)));
    showComparisonBar();
    showDecisionCounts(answer.decisions);
    byId("leaderboard-no-matches").hidden = answer.total > 0 || !filtered();
    showPager("leaderboard", answer.total, loadLeaderboard);
    fill(byId("print-heading"), el("bdi", {}, dashboard.job?.title), ` · ${describeControls()} · printed `, time(new Date().toISOString()));
    if (answer.items.length) return "";
    if (answer.total) return "There are no candidates on this page. Go back to the previous one.";
    return filtered() ? "" : "Nobody has been invited yet. Create an interview link for a candidate first.";
  });
}

/** The competencies that have a column. */
let columns = dimensions;

/** Show a column for each competency of the plan, or for each dimension without a plan. */
function showColumns({ competencies: next = dimensions }) {
  if (JSON.stringify(next) === JSON.stringify(columns)) return;
  columns = next;
  const heads = byId("leaderboard").tHead.rows[0];
  for (const head of heads.querySelectorAll(".measure-head")) head.remove();
  heads.querySelector('[data-sort="score_confidence"]').before(...columns.map(({ id, name }) => {
    const sort = id in DIMENSIONS ? `${id}_score` : null;
    return el("th", { role: "columnheader", scope: "col", class: "figure measure-head", data: { sort }, dir: "auto" },
      sort ? el("button", { class: "sort", type: "button" }, name) : name);
  }));
  showControls(dashboard.jobId);
}

/** The rows in the order of the ranking, with a heading over each group that is not ranked with the others. */
function rows({ items, groups, mixed_versions: mixed }) {
  const ranking = !readAddress().sort;
  const begins = (item, before) => item.group !== before?.group || (item.group === "ranked" && item.ranking_group !== before?.ranking_group);
  return items.map((item, place) => [
    ranking && (mixed || item.group !== "ranked") && begins(item, items[place - 1]) && groupHeading(item, groups),
    row(item, mixed),
  ]);
}

function groupHeading({ group, plan_version: version }, groups) {
  const heading = group === "ranked"
    ? [rules.groups.ranked, version ? `: plan version ${version}` : ": without a plan"]
    : [rules.groups[group], el("span", { class: "muted number" }, ` (${number(groups[group])})`)];
  return el("tr", { role: "row", class: "group", data: { group } }, el(
    "th", { role: "rowheader", scope: "rowgroup", colspan: columns.length + 7 }, heading,
  ));
}

function row(item, mixed) {
  const nameId = `leader-${item.candidate_id}`;
  const name = item.candidate_name || `Candidate ${item.candidate_id}`;
  const cell = (label, attributes, ...content) => el("td", { role: "cell", data: { label }, ...attributes }, content);
  const session = dashboard.sessions.get(item.session_id);
  return el(
    "tr",
    { role: "row", data: { candidateId: item.candidate_id, sessionId: item.session_id, status: item.interview_status } },
    el("td", { role: "cell", class: "select-cell" }, tickBox(`Compare ${name}`, selectedToCompare().includes(item.candidate_id), (checked) => {
      setSelected(item.candidate_id, checked);
    })),
    cell("Rank", { class: "rank number" }, rank(item)),
    el("th", { role: "rowheader", scope: "row", class: "candidate-cell" },
      el("span", { class: "name", id: nameId, dir: "auto" }, name),
      statusBadge(item.interview_status, { ...session, ...item }), reviewReason(item),
      mixed && item.plan_version && el("span", { class: "muted block" }, `Plan version ${item.plan_version}`),
      item.shared_with_job && el("span", { class: "muted block" }, sharedNote(item))),
    cell("Total", { class: "figure total" }, el("span", { class: "total-score" }, score(item.total_score)), (item.total_source ?? "machine") === "machine" && scoreRange(item), totalsBeside(item)),
    columns.map(({ id, name: label }) => (
      cell(label, { class: "figure measure" }, score(competencyScore(item, id)), bar(competencyScore(item, id)))
    )),
    cell("Confidence", { class: "figure confidence" }, share(item.score_confidence), scoredQuestions(item)),
    cell("Result", { class: "result-cell" }, recommendation(item.pass_recommendation), flags(item.flags),
      item.outdated && el("span", { class: "muted block" }, OUTDATED)),
    el("td", { role: "cell", class: "when" },
      decisionCell(item, nameId, loadLeaderboard),
      button(scorecardLabel(item), () => dashboard.open(item.session_id), {
        kind: "small open-scorecard", about: nameId, "aria-haspopup": "dialog",
      }),
      el("span", { class: "muted block" }, shortTime(item.updated_at))),
  );
}

function setSelected(candidateId, checked) {
  const others = selectedToCompare().filter((item) => item !== candidateId);
  const next = checked ? [...others, candidateId].slice(0, MAX_TO_COMPARE) : others;
  writeAddress({ compare: next.join(",") });
  showComparisonBar();
  announce(`${next.length} selected to compare.`);
}

/** Show who is selected for comparison. Checkboxes are disabled once the maximum is selected. */
function showComparisonBar() {
  const selected = selectedToCompare();
  for (const box of byId("leaderboard").querySelectorAll("tbody .select-cell input")) {
    const candidateId = Number(box.closest("tr").dataset.candidateId);
    box.checked = selected.includes(candidateId);
    box.disabled = !box.checked && selected.length >= MAX_TO_COMPARE;
  }
  const enough = selected.length >= MIN_TO_COMPARE;
  const count = enough ? `${selected.length} selected` : "1 selected; select another one to compare";
  const place = byId("comparison-bar");
  place.hidden = selected.length === 0;
  fill(
    place,
    el("p", {}, count, selected.length >= MAX_TO_COMPARE && ", the maximum"),
    enough && el("a", { class: "button primary", id: "compare", href: addressWith({ view: "comparison" }), on: {
      click: (press) => onPlainClick(press, () => dashboard.view("comparison")),
    } }, "Compare"),
    button("Clear Selection", () => {
      writeAddress({ compare: "" });
      showComparisonBar();
      byId("leaderboard").querySelector("tbody .select-cell input")?.focus();
    }, { kind: "quiet" }),
  );
}

/** The fields that narrow the ranking. */
const NARROWED = [...Object.keys(FILTERS), "who"];
/** How a CSV is written for the country of the reader: with a decimal comma, cells are separated by semicolons. */
const DECIMAL = new Intl.NumberFormat(navigator.language).formatToParts(0.5).find(({ type }) => type === "decimal")?.value;
const SHEET = { rows: rules.limits.leaderboard.rows.maximum, bom: true, ...(DECIMAL === "," && { delimiter: ";", decimal: "," }) };
const WAYS = { asc: "ascending", desc: "descending" };

/** The query of the leaderboard, from the address. */
function leaderboardQuery() {
  const { page } = readAddress();
  return { ...currentFilters(), limit: PAGE_SIZE, offset: (page - 1) * PAGE_SIZE };
}

/** Whether any filter is set. */
function filtered() {
  const address = readAddress();
  return NARROWED.some((name) => address[name]);
}

/** Connect headings, filters and search. `look()` is called after the address has changed. */
export function setUpLeaderboard(look) {
  const change = async (changes) => {
    writeAddress({ page: 1, ...changes }, { step: true });
    await look();
    announce(`Leaderboard ${describeControls()}.`);
  };
  byId("leaderboard").tHead.addEventListener("click", (press) => {
    const heading = press.target.closest(".sort")?.closest("th");
    if (heading) change(nextSort(heading.dataset.sort));
  });
  const sorting = byId("leaderboard-sort");
  fill(sorting, Object.entries(SORTS).map(([value, { label }]) => el("option", { value }, label)));
  sorting.addEventListener("change", () => change({ sort: sorting.value === "rank" ? "" : sorting.value, order: "" }));
  for (const [name, [initial, choices]] of Object.entries(FILTERS)) {
    const select = byId(`leaderboard-${name}`);
    fill(select, [["", initial], ...choices].map(([value, label]) => el("option", { value }, label)));
    select.addEventListener("change", () => change({ [name]: select.value }));
  }
  const who = byId("leaderboard-search");
  who.addEventListener("input", debounce(() => {
    writeAddress({ page: 1, who: who.value.trim() });
    return look();
  }));
  byId("leaderboard-clear").addEventListener("click", () => {
    change(Object.fromEntries(NARROWED.map((name) => [name, ""])));
    byId("leaderboard-recommendation").focus();
  });
  setUpDecidingAboutMany(() => leaderboardFiltersOfJob(), loadLeaderboard);
  setUpReasons();
  byId("leaderboard-filter").addEventListener("submit", (submit) => submit.preventDefault());
}

/** Set the controls to what is in the address. */
function showControls(jobId) {
  const address = readAddress();
  const sort = address.sort || "rank";
  const order = address.order || SORTS[sort].order;
  for (const heading of headings()) {
    if (heading.dataset.sort === sort) heading.setAttribute("aria-sort", WAYS[order]);
    else heading.removeAttribute("aria-sort");
  }
  byId("leaderboard-sort").value = sort;
  for (const name of Object.keys(FILTERS)) byId(`leaderboard-${name}`).value = address[name];
  if (byId("leaderboard-search").value.trim() !== address.who) byId("leaderboard-search").value = address.who;
  byId("leaderboard-clear").hidden = !filtered();
  byId("leaderboard-csv").href = leaderboardCsvUrl(jobId, { ...currentFilters(), ...SHEET });
}

/** The sort order and the filters as text, for the printed page. */
function describeControls() {
  const address = readAddress();
  const sort = address.sort || "rank";
  const named = Object.entries(FILTERS).filter(([name]) => address[name]).map(([name, [, choices]]) => (
    choices.find(([value]) => value === address[name])?.[1] ?? address[name]
  ));
  if (address.who) named.push(`“${address.who}”`);
  return [`by ${SORTS[sort].label.toLowerCase()}, ${WAYS[address.order || SORTS[sort].order]}`, ...named].join(" · ");
}

/** The sort order after a click on a heading: its own order first, then the reverse. */
function nextSort(sort) {
  const address = readAddress();
  const { order: first } = SORTS[sort];
  const again = (address.sort || "rank") === sort && (address.order || first) === first;
  return { sort: sort === "rank" ? "" : sort, order: again ? { asc: "desc", desc: "asc" }[first] : "" };
}

/** The job, and what narrows its leaderboard now. */
function leaderboardFiltersOfJob() {
  return { jobId: dashboard.jobId, filters: currentFilters(), selected: selectedToCompare() };
}

function currentFilters() {
  const { sort, order, recommendation, flag, decision, status, group, coverage, who } = readAddress();
  return { sort, order, recommendation, flag, decision, status, group, min_coverage_percent: coverage, q: who };
}

function headings() {
  return byId("leaderboard").querySelectorAll("th[data-sort]");
}
