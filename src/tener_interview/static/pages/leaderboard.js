/** The candidates of a job as a ranking: groups that cannot be distinguished, candidates who need a look, candidates who have not answered. */

import { showDecisionCounts } from "../components/decisions_of_job.js";
import { cell, decisionCell, groupHeading, listRow, matchNote, showRows, showScoredBeforeConsent, statusCell, whoCell } from "../components/list_row.js";
import { describeList, isNarrowed, noMatches, offerListControls, showListControls } from "../components/list_controls.js";
import { restoreSelection, showSelection } from "../components/list_selection.js";
import { bar, hasMachineParts, isByPeople, MACHINE_PARTS, rank } from "../components/result.js";
import { reviewCount } from "../components/other_totals.js";
import { loadInto, showPager } from "../components/load_view.js";
import { readAddress } from "../lib/address.js";
import { leaderboard, leaderboardCsvUrl } from "../lib/api.js";
import { competencyScore, dimensions, isChangedByPeople, machineScore, translated } from "../lib/competencies.js";
import { dashboard, listFilters, MAX_LEADERBOARD, PAGE_SIZE } from "../lib/dashboard.js";
import { button, byId, el, fill, hiddenText } from "../lib/dom.js";
import { DIMENSIONS, isKnown, number, recommendation, score, time } from "../lib/format.js";
import { consentNote, constants, flagLabel, missingConsent, sortedFlags } from "../lib/constants.js";
import { fromService, t, tn, tNodes, whenUsed } from "../lib/texts.js";

/** The note on a result that was not made by the current criteria. */
const OUTDATED = t("Scored by older criteria");
/** How a CSV is written for the country of the reader: with a decimal comma, cells are separated by semicolons. */
const CSV_FORM = whenUsed(() => {
  const decimal = new Intl.NumberFormat(navigator.language).formatToParts(0.5).find(({ type }) => type === "decimal")?.value;
  return { rows: constants.limits.leaderboard.rows.maximum, bom: true, ...(decimal === "," && { delimiter: ";", decimal: "," }) };
});

/** Load the page of the leaderboard that is in the address. */
export function loadLeaderboard() {
  const query = { ...listFilters("leaderboard"), candidates: true, limit: PAGE_SIZE, offset: (readAddress().page - 1) * PAGE_SIZE };
  return loadInto("leaderboard", t("The leaderboard could not be loaded"), loadLeaderboard, (jobId) => leaderboard(jobId, query), (page) => {
    dashboard.showRanked(page.items);
    dashboard.groups = page.groups;
    dashboard.found = { total: page.total, load: loadFound };
    const columns = columnsOf(page);
    showColumns(columns);
    byId("leaderboard-versions").hidden = !page.mixed_versions;
    byId("leaderboard-versions").textContent = page.mixed_versions ?? "";
    showScoredBeforeConsent("leaderboard", page.items);
    byId("leaderboard-people").hidden = !page.items.some(isByPeople);
    byId("leaderboard-parts").hidden = !page.items.some(hasMachineParts);
    byId("leaderboard-order").hidden = !dimensions.some(({ id }) => query.sort === `${id}_score`) || !page.items.some((item) => item.counted_competency_scores);
    showRows(byId("leaderboard").tBodies[0], rows(page, columns));
    showListControls(loadLeaderboard);
    offerListControls(page.total);
    showSelection();
    restoreSelection();
    showDecisionCounts(page.decisions);
    showPager("leaderboard", page.total, loadLeaderboard);
    byId("compare-best").hidden = page.items.filter((item) => isKnown(item.rank)).length < 2;
    fill(byId("print-heading"), el("bdi", {}, dashboard.job?.title), ` · ${describeList()} · `, tNodes("printed {time}", { time: time(new Date().toISOString()) }));
    if (page.items.length) return "";
    if (page.total) return t("There are no candidates on this page. Go back to the previous one.");
    if (isNarrowed()) return noMatches(loadLeaderboard);
    return [t("Nobody has been invited yet."), " ", button(t("Go to the Candidates"), () => dashboard.view("candidates"), { kind: "small" })];
  });
}

/** Everybody who matches the filters, as far as can be read at once. */
async function loadFound() {
  const { items } = await leaderboard(dashboard.jobId, { ...listFilters("leaderboard"), candidates: true, limit: MAX_LEADERBOARD });
  return items.map((item) => dashboard.candidateOfRow(item));
}

/** The address of the leaderboard as a sheet. */
export function leaderboardSheet() {
  return leaderboardCsvUrl(dashboard.jobId, { ...listFilters("leaderboard"), ...CSV_FORM() });
}

/** The competencies of this page, which have a column each. */
function columnsOf({ competencies = dimensions }) {
  return translated(competencies);
}

/** The columns that are shown, as text. */
let shownColumns = "";

function showColumns(competencies) {
  const next = JSON.stringify(competencies);
  if (next === shownColumns) return;
  shownColumns = next;
  const table = byId("leaderboard");
  const heads = table.tHead.rows[0];
  table.style.setProperty("--measures", competencies.length);
  for (const head of heads.querySelectorAll(".extra")) head.remove();
  heads.querySelector(".result").before(
    ...competencies.map(({ id, name }) => head(name, id in DIMENSIONS ? `${id}_score` : null, "measure")),
  );
}

function head(name, sort, kind = "") {
  return el("th", { role: "columnheader", scope: "col", class: `figure extra ${kind}`, data: { sort }, dir: "auto", title: name },
    sort ? el("button", { class: "sort", type: "button" }, name) : name);
}

/** The rows in the order of the ranking, with a heading over each group. */
function rows({ items, groups, mixed_versions: mixed }, columns) {
  const ranking = !readAddress().sort || readAddress().sort === "rank";
  const count = byId("leaderboard").tHead.rows[0].cells.length;
  return items.flatMap((item, place) => {
    const [before, after] = [items[place - 1], items[place + 1]];
    const candidate = dashboard.candidates[place];
    const close = item.close_group !== null && { first: item.close_group !== before?.close_group, last: item.close_group !== after?.close_group };
    return [
      ...(ranking ? headings(item, before, items, { groups, mixed, count }) : []),
      { key: String(item.candidate_id), value: [item, close, columns], draw: () => row(item, candidate, columns, mixed, close) },
    ];
  });
}

/** The headings before a row: of its group on the leaderboard, and of candidates who cannot be distinguished. */
function headings(item, before, items, { groups, mixed, count }) {
  const found = [];
  const heading = (group, text, number_ = null) => found.push({
    key: `${group}-${item.candidate_id}`, value: [text, number_, count], draw: () => groupHeading(group, count, text, number_, group === "waiting" && t("by when the link runs out")),
  });
  if (item.group !== before?.group && item.group !== "ranked") heading(item.group, constants.groups[item.group], groups[item.group]);
  if (mixed && item.group === "ranked" && (!before || item.ranking_group !== before.ranking_group)) {
    heading("ranked", item.plan_version
      ? t("Ranked: plan version {version}", { version: item.plan_version })
      : t("Ranked: without a plan"));
  }
  if (item.close_group !== null && item.close_group !== before?.close_group) {
    const ranks = items.filter((other) => other.close_group === item.close_group).map((other) => other.rank);
    const [first, last] = [Math.min(...ranks), Math.max(...ranks)];
    heading("close", first === last ? t("Rank {rank}: the same total", { rank: first }) : last === first + 1 ? t("Ranks {first} and {last}: too close to tell apart", { first, last }) : t("Ranks {first} to {last}: too close to tell apart", { first, last }));
  }
  return found;
}

function row(item, candidate, competencies, mixed, close) {
  const kind = close && ["close", close.first && "close-first", close.last && "close-last"].filter(Boolean).join(" ");
  const version = mixed && item.plan_version && t("plan version {version}", { version: item.plan_version });
  return listRow(candidate, [
    el("td", { role: "cell", class: "rank number", data: { label: t("Rank") } }, rank(item)),
    whoCell(candidate, matchNote(candidate)),
    cell(t("Score"), "figure score", el("span", { class: "total-score" }, score(item.total_score)), belowTotal(item)),
    competencies.map(({ id, name }) => measureCell(name, item, id)),
    cell(t("Result"), "result", item.group === "ranked" ? recommendation(item.pass_recommendation) : statusCell(candidate).firstChild, notes(item, version, close)),
    decisionCell(candidate),
  ], { class: kind || null });
}

/** The score of a competency; empty without scores. */
function measureCell(name, item, id) {
  const value = competencyScore(item, id);
  return cell(name, "figure measure", (isKnown(value) || item.group === "ranked") && [isChangedByPeople(item, id) && changed(machineScore(item, id)), score(value)], isKnown(value) && bar(value));
}

/** The mark of a score that people changed, with what the machine gave. */
function changed(machine) {
  const title = tNodes("Machine {score}", { score: score(machine) });
  return el("span", { title: el("span", {}, title).textContent }, el("span", { "aria-hidden": "true" }, "✎ "), hiddenText([title, ". "]));
}

/** What is seen below a total, by whose it is, in two lines at most; everything is read out and in the tooltip. */
const SEEN_BELOW = { machine: ["human"], human: ["count", "machine"], override: ["machine", "human"], judge: ["whose", "machine"] };

/** Below the total: the other totals, and whose it is unless it is the machine's; otherwise its likely range. */
function belowTotal(item) {
  const source = item.total_source ?? (isKnown(item.total_score) ? "machine" : null);
  const label = isKnown(item.total_score) && source !== "machine" && constants.total_sources[source];
  const told = [
    ["whose", label && hasMachineParts(item) ? `${label}. ${MACHINE_PARTS}` : label],
    ["machine", source !== "machine" && isKnown(item.machine_total) && tNodes("Machine {score}", { score: score(item.machine_total) })],
    ["judge", source !== "judge" && isKnown(item.judge_total) && tNodes("Language model {score}", { score: score(item.judge_total) })],
    ["human", source !== "human" && item.human_reviews > 0 && tNodes("Reviewers {score}", { score: score(item.human_total) })],
    ["reviews", item.human_reviews > 0 && reviewCount(item)],
  ].filter(([, part]) => part).map(([name, part]) => [name, el("span", {}, part)]);
  if (!told.length) return isKnown(item.total_score) && range(item);
  const title = told.map(([, part]) => part.textContent).join(" · ");
  const seen = SEEN_BELOW[source] ?? SEEN_BELOW.machine;
  const lines = [...told, ["count", item.human_reviews > 0 && el("span", { "aria-hidden": "true" }, tn(item.human_reviews, "{count} review", "{count} reviews"))]]
    .filter(([name, part]) => part && seen.includes(name)).sort(([one], [other]) => seen.indexOf(one) - seen.indexOf(other));
  return el("span", { class: "by-person", title },
    lines.map(([, part], place) => el("span", { class: "block" }, source === "override" && place === 0 && el("span", { "aria-hidden": "true" }, "✎ "), part)),
    told.filter(([name]) => !seen.includes(name)).map(([, part]) => hiddenText([". ", part])));
}

function range({ total_score_low: low, total_score_high: high }) {
  if (!isKnown(low) || !isKnown(high)) return null;
  const ends = { low: Math.round(low), high: Math.round(high) };
  return el("span", { class: "range", title: t("likely {low} to {high}", ends) }, hiddenText(`${t("likely")} `), t("{low} to {high}", ends));
}

/** Below the recommendation: what to know before trusting it, the first in full and a dealbreaker before the rest. */
function notes(item, version, close) {
  const reason = fromService(item.review_reason);
  if (reason) return el("span", { title: reason }, missingConsent(item) ?? reason);
  const flags = sortedFlags(item.flags ?? []);
  const dealbreaker = flags.includes("dealbreaker");
  const texts = [
    consentNote(item),
    dealbreaker && flagLabel("dealbreaker"),
    // Within a group that is said by its heading.
    item.tied_with_previous && (!close || close.first) && t("Also near rank {rank}", { rank: item.tied_with_rank }),
    item.total_questions && item.scored_questions < item.total_questions && t("{scored} of {total} scored", { scored: item.scored_questions, total: item.total_questions }),
    ...flags.filter((flag) => flag !== "dealbreaker").map(flagLabel),
    item.outdated && OUTDATED,
    version,
  ].filter(Boolean);
  const [first, ...others] = texts;
  return first && el("span", { class: "flags", title: texts.join(", ") }, el("span", { class: "flag" }, first),
    others.length > 0 && el("span", { class: "flag" }, `+${others.length}`, hiddenText(`: ${others.join(", ")}`)));
}
