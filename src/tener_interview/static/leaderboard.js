/** The leaderboard of a job: the ranking as the service gives it, how far it can be trusted, and whom to compare. */

import { addressWith, readAddress, writeAddress } from "./address.js";
import { leaderboard } from "./api.js";
import { bar } from "./bar.js";
import { desk } from "./desk.js";
import { announce, button, byId, el, fill, followed, tickBox } from "./dom.js";
import { flags } from "./flags.js";
import { DIMENSIONS, number, recommendation, score, share, shortTime, time } from "./format.js";
import { sharedWords } from "./jobs.js";
import { showPager } from "./pager.js";
import { GROUPS } from "./ranking.js";
import { filtered, showStandings, standingsInWords, wantedStandings } from "./standings.js";
import { pageWord, stateBadge } from "./states.js";
import { certainty, covered, rank, reviewReason } from "./verdict.js";
import { intoView, keepingPlace } from "./view.js";

/** How many can be set side by side; the service has the same bounds. */
export const FEWEST_TO_COMPARE = 2;
const MOST_TO_COMPARE = 5;

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

/** The candidates chosen to be compared, by id, in the order chosen. */
export function chosenToCompare() {
  return readAddress().compare.split(",").filter(Boolean).map(Number);
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
