/** Comparing candidates: who is ahead and by how much first, then question by question what differs; answers on demand. */

import { findings, foundPoints } from "../components/answer_findings.js";
import { transcript } from "../components/answer_transcript.js";
import { answerStatus } from "../components/answer_view.js";
import { NOT_ASSESSED, bar, describeRank, reviewReason, scoredQuestions, scoredText, scoreRange } from "../components/result.js";
import { otherTotals } from "../components/other_totals.js";
import { loadInto } from "../components/load_view.js";
import { MAX_TO_COMPARE, MIN_TO_COMPARE, selectedToCompare, writeAddress } from "../lib/address.js";
import { readComparison } from "../lib/api.js";
import { competencyName, competencyScore, dimensions, translated } from "../lib/competencies.js";
import { dashboard } from "../lib/dashboard.js";
import { decisionBadge, decisionLabel } from "../lib/decisions.js";
import { button, byId, el, fill, hiddenText } from "../lib/dom.js";
import { candidateName, fraction, isKnown, listedNames, number, recommendation, score, signed } from "../lib/format.js";
import { flagLabel, partLabel, scorecardLabel, sortedFlags, statusBadge } from "../lib/constants.js";
import { fromService, t, tNodes, tn } from "../lib/texts.js";

const STANDINGS = {
  ahead: { word: t("Clearly ahead"), shape: "▲" },
  highest: { word: t("Highest"), shape: "▲" },
  close: { word: t("Similar"), shape: "≈" },
  behind: { word: t("Behind the highest"), shape: "▽" },
};

/** The standings of candidates whom nobody is clearly ahead of. */
const LEADING = new Set(["ahead", "highest", "close"]);

/** What is unfolded, by title: questions whose answers are shown, and groups. It stays when the view is drawn again. */
const unfolded = new Set();
const SAME = "same";
/** How many parts of a score are named as the reason of a difference, and from how many points on. */
const PARTS_NAMED = 2;
const LEAST_DIFFERENCE = 1;

/** What was loaded: the candidates with their names, the questions with what differs, and the competencies. */
let compared = null;

/** Load the comparison of the selected candidates. */
export function loadComparison() {
  const chosen = selectedToCompare();
  const load = async (jobId) => (chosen.length < MIN_TO_COMPARE ? null : readComparison(jobId, chosen));
  return loadInto("comparison", t("The candidates could not be compared"), loadComparison, load, (comparison) => {
    if (comparison === null) return t("Select {least} to {most} candidates on the leaderboard to compare them.", { least: MIN_TO_COMPARE, most: MAX_TO_COMPARE });
    dashboard.showRanked(comparison.items);
    const items = comparison.items.map((item) => ({ ...item, name: candidateName(item) }));
    const competencies = items.some((item) => item.scored_plan_version) ? translated(comparison.competencies) : dimensions;
    compared = { items, competencies, questions: comparison.questions.map(readQuestion) };
    draw();
    return "";
  });
}

function readQuestion({ title, dimension, answers }, place) {
  const scores = answers.map(countedScore);
  const standings = standingsOf(scores, answers.map(({ standing }) => standing));
  const competency = answers.find(({ answer }) => answer)?.answer.competency ?? dimension;
  return { place: place + 1, title, competency, answers, scores, standings, differs: isDifference(standings) };
}

function draw() {
  const { items } = compared;
  const focused = document.activeElement?.id;
  const table = byId("comparison");
  table.style.setProperty("--columns", items.length);
  fill(byId("comparison-verdict"), verdict());
  fill(table, el("caption", { class: "visually-hidden" }, tn(items.length, "{count} candidate compared", "{count} candidates compared")), tableHead(), overallRows(), ...questionGroups(), sameForAllRow());
  if (focused && document.activeElement?.id !== focused) byId(focused)?.focus();
}

/** Who is ahead, and where: of one who leads, what the table marks so; of several, where they differ from others. */
function verdict() {
  const { items, questions, competencies } = compared;
  const standings = totalStandings();
  const leaders = [...items.keys()].filter((at) => LEADING.has(standings[at]));
  const scored = items.filter(({ total_score: total }) => isKnown(total));
  let first;
  if (scored.length < 2) first = t("At least two totals are needed to compare.");
  else if (leaders.length === 0) first = t("They were asked different questions or scored by different versions of the plan, so their totals cannot be compared.");
  else if (leaders.length === 1) first = tNodes("{name} is clearly ahead.", { name: el("bdi", {}, items[leaders[0]].name) });
  else first = tNodes("{names} are too close to tell apart by their totals.", { names: listedNames(leaders.map((at) => items[at].name)) });
  /** A sentence about the competencies and questions whose standings are such; null if none are. */
  const say = (applies, sentence) => {
    const names = competencies.filter(({ id }) => applies(competencyStandings(id))).map(({ name }) => name);
    const some = questions.filter((question) => applies(question.standings)).length;
    if (some > 0) names.push(t("{some} of {all} questions", { some: number(some), all: number(questions.length) }));
    return names.length > 0 ? sentence(names.join(", ")) : null;
  };
  const [leader] = leaders;
  const differences = (leaders.length === 1 ? [
    say((all) => all[leader] === "ahead", (where) => t("Clearly ahead of all others in: {where}.", { where })),
    say((all) => all[leader] === "highest" && isDifference(all), (where) => t("Clearly ahead of some in: {where}.", { where })),
    say((all) => all[leader] === "behind", (where) => t("Clearly behind the highest in: {where}.", { where })),
  ] : [say(isDifference, (where) => t("Clear differences between some of them: {where}.", { where }))]).filter(Boolean).join(" ");
  return [
    el("p", { class: "verdict" }, first, " ", differences || (scored.length > 1 && t("No competency or question clearly separates them."))),
    questions.length > 0 && button(allUnfolded() ? t("Hide All Answers") : t("Show All Answers"), unfoldAll, { kind: "small", id: "all-answers", "aria-expanded": String(allUnfolded()) }),
  ];
}

function tableHead() {
  const { items } = compared;
  return el("thead", { role: "rowgroup" }, row(
    el("td", { role: "cell", class: "label" }),
    items.map((item) => el(
      "th", { role: "columnheader", scope: "col", data: { candidateId: item.candidate_id } },
      el("span", { class: "name", id: `compared-${item.candidate_id}`, dir: "auto" }, item.name),
      el("span", { class: "muted block" }, describeRank(item)),
      el("span", { class: "buttons" },
        button(scorecardLabel(item), () => dashboard.open(item.session_id), {
          kind: "small open-scorecard", about: `compared-${item.candidate_id}`, "aria-haspopup": "dialog",
        }),
        items.length > MIN_TO_COMPARE && button([el("span", { "aria-hidden": "true" }, "✕"), hiddenText(t("Remove"))], () => leaveOut(item.candidate_id), {
          kind: "small quiet remove", about: `compared-${item.candidate_id}`, title: t("Remove from the comparison"),
        })),
    )),
  ));
}

/** The totals and competencies, and whatever else is not the same for everybody. */
function overallRows() {
  const { items, competencies } = compared;
  return el(
    "tbody", { role: "rowgroup", class: "overall" },
    line(t("Total"), items.map((item) => [totalScore(item), otherTotals(item)]), totalStandings()),
    competencies.map(({ id, name }) => line(name, items.map((item) => competencyScore(item, id)).map((value) => [score(value), bar(value)]), competencyStandings(id))),
    facts().filter(({ same }) => !same).map(({ label, cells }) => line(label, cells)),
  );
}

function totalScore(item) {
  return [el("span", { class: "total-score" }, score(item.total_score)), (item.total_source ?? "machine") === "machine" && scoreRange({ ...item, tied_with_previous: false })];
}

function totalStandings() {
  const { items } = compared;
  return standingsOf(items.map((item) => item.total_score), items.map((item) => item.total_standing));
}

/** What is to be checked, as text. */
function flagsOf({ flags }) {
  return sortedFlags(flags).map(flagLabel).join(", ") || t("None");
}

function competencyStandings(id) {
  const { items } = compared;
  return standingsOf(items.map((item) => competencyScore(item, id)), items.map((item) => item.competency_standings[id] ?? null));
}

/** What is known of each candidate beside the scores: how it is shown, as text, and whether it is the same for all. */
function facts() {
  const { items } = compared;
  const unranked = items.some((item) => item.group !== "ranked");
  const fact = (label, text, show) => {
    const texts = items.map(text);
    return { label, text: texts[0], same: new Set(texts).size === 1, cells: items.map(show) };
  };
  return [
    unranked && fact(t("Status"), (item) => item.session_id, (item) => item.group !== "ranked" && [statusBadge(item.interview_status, item), reviewReason(item)]),
    fact(t("Recommendation"), (item) => recommendation(item.pass_recommendation).textContent, (item) => recommendation(item.pass_recommendation)),
    fact(t("Decision"), (item) => decisionLabel(item.decision), (item) => decisionBadge(item.decision) ?? el("span", { class: "muted" }, decisionLabel(null))),
    fact(t("Flags"), flagsOf, (item) => el("span", { class: "muted" }, flagsOf(item))),
    fact(t("Confidence"), (item) => t("{confidence}, {scored}", { confidence: fraction(item.score_confidence).textContent, scored: scoredText(item) }),
      (item) => [fraction(item.score_confidence), scoredQuestions(item)]),
    fact(t("Plan"), planOf, planOf),
  ].filter(Boolean);
}

function planOf({ plan_version: version }) {
  return version ? t("Version {version}", { version }) : t("Without a plan");
}

/** What is the same for everybody, in one line. */
function sameForAllRow() {
  const same = facts().filter((fact) => fact.same).map(({ label, text }) => `${label}: ${text}`);
  return same.length > 0 && el("tfoot", { role: "rowgroup" }, row(wideCell("td", t("The same for everybody: {what}", { what: same.join(" · ") }))));
}

/** The questions that differ, the widest apart first, and the others folded. */
function questionGroups() {
  const { questions } = compared;
  const differing = questions.filter(({ differs }) => differs).sort((one, other) => spread(other.scores) - spread(one.scores));
  const others = questions.filter(({ differs }) => !differs);
  const open = differing.length === 0 || unfolded.has(SAME) || allUnfolded();
  const label = tn(others.length, "{count} question without a clear difference", "{count} questions without a clear difference");
  return [
    ...differing.map(questionGroup),
    others.length > 0 && differing.length > 0 && el("tbody", { role: "rowgroup", class: "fold" }, row(wideCell("th",
      button([el("span", { class: "fold-mark", "aria-hidden": "true" }, open ? "▾" : "▸"), label], () => toggle(SAME), { kind: "small quiet", id: "same-questions", "aria-expanded": String(open) })))),
    ...(open ? others.map(questionGroup) : []),
  ];
}

function questionGroup(question) {
  const { place, title, competency, answers, standings } = question;
  const { items, competencies } = compared;
  const open = unfolded.has(title);
  const apart = spread(question.scores);
  return el(
    "tbody", { role: "rowgroup", class: "question-group" },
    row(wideCell("th",
      el("div", { class: "question-title" },
        el("div", {},
          el("span", { class: "muted block" }, t("Question {number} · {about}", { number: place, about: competencyName(competencies, competency) })),
          el("h4", { dir: "auto", id: `compared-question-${place}` }, title)),
        button(open ? t("Hide Answers") : t("Answers"), () => toggle(title), {
          kind: "small", id: `answers-${place}`, about: `compared-question-${place}`, "aria-expanded": String(open), "aria-controls": open ? `answers-of-${place}` : null,
        })))),
    line(question.differs ? t("{points} points apart", { points: number(apart) }) : t("Score"), answers.map((entry) => [
      el("span", { class: "total-score" }, score(countedScore(entry), entry.answer ? t("No score") : t("Was not asked"))),
      entry.override && el("span", { class: "muted block" }, t("Given by a person")),
    ]), standings, answers.map((entry) => shortReason(entry, answers, standings))),
    open && row(wideCell("td", el("div", { class: "compared-answers", id: `answers-of-${place}` },
      answers.map((entry, at) => wholeAnswer(entry, items[at]))))),
  );
}

/** An answer with everything that was found in it, as its scorecard says it. */
function wholeAnswer(entry, item) {
  const { answer } = entry;
  return el(
    "article", {},
    el("h5", { class: "answer-of" }, el("bdi", {}, item.name), answer && [" ", score(countedScore(entry))]),
    !answer && el("p", { class: "muted" }, t("Was not asked this question.")),
    answer && [
      answer.status !== "scored" && el("p", { class: "muted" }, answerStatus(answer.status)),
      findings(answer, { nameOf: (id) => dashboard.nameOfCandidate(id), openCandidate: (id) => dashboard.compare([item, { candidate_id: id }]) }),
      answer.transcript ? transcript(answer.transcript, answer.details?.evidence) : el("p", { class: "muted" }, t("No transcript.")),
    ],
  );
}

/** A row: its label, a cell for every candidate, how they stand, and a line of text below each. */
function line(label, cells, standings = [], notes = []) {
  const differs = isDifference(standings);
  const level = !differs && standings.some(Boolean);
  return row(
    el("th", { role: "rowheader", scope: "row", class: "label" }, label,
      level && el("span", { class: "muted block" }, el("span", { class: "shape", "aria-hidden": "true" }, "≈ "), t("Similar")),
      standings.includes("close") && differs && el("span", { class: "muted block" }, clearBetween(standings))),
    cells.map((cell, at) => el("td", { role: "cell", class: differs && standings[at], data: { label: compared.items[at].name } },
      el("div", { class: "measure" }, cell, differs && standingMark(standings[at])),
      notes[at] && el("p", { class: "short-reason", dir: "auto", title: notes[at] }, notes[at]))),
  );
}

function standingMark(standing) {
  const place = STANDINGS[standing];
  return place && el("span", { class: "standing-mark" }, el("span", { class: "shape", "aria-hidden": "true" }, place.shape), ` ${place.word}`);
}

function row(...cells) {
  return el("tr", { role: "row" }, ...cells);
}

/** A cell as wide as the table. */
function wideCell(tag, ...children) {
  const own = tag === "th" ? { role: "rowheader", scope: "rowgroup" } : { role: "cell" };
  return el(tag, { ...own, class: "wide", colspan: compared.items.length + 1 }, ...children);
}

function toggle(title) {
  if (!unfolded.delete(title)) unfolded.add(title);
  draw();
}

function allUnfolded() {
  return compared.questions.length > 0 && compared.questions.every(({ title }) => unfolded.has(title));
}

function unfoldAll() {
  const titles = compared.questions.map(({ title }) => title);
  if (allUnfolded()) unfolded.clear();
  else for (const title of titles) unfolded.add(title);
  draw();
}

async function leaveOut(candidateId) {
  const others = selectedToCompare().filter((item) => item !== candidateId);
  writeAddress({ compare: others.join(",") }, { step: true });
  await loadComparison();
  byId("comparison").querySelector("thead .open-scorecard")?.focus();
}

/** How a score stands among others: `ahead` alone, `highest` beside close ones, `close`, `behind`, or null without others. */
function standingsOf(scores, standings) {
  if (!standings.includes("highest")) return scores.map(() => null);
  const top = standings.filter(Boolean).length;
  return scores.map((score, at) => {
    if (!isKnown(score)) return null;
    if (!standings[at]) return "behind";
    return top === 1 ? "ahead" : standings[at];
  });
}

/** Whether anybody is behind by more than the uncertainty. */
function isDifference(standings) {
  return standings.includes("behind");
}

/** Between whom a difference is clear, where it is not between all: the highest, and those behind. */
function clearBetween(standings) {
  const namesOf = (standing) => compared.items.filter((_, at) => standings[at] === standing).map(({ name }) => name);
  return tNodes("clear between {highest} and {behind}", { highest: listedNames(namesOf("highest")), behind: listedNames(namesOf("behind")) });
}

/** How far the lowest score is from the highest. */
function spread(scores) {
  const all = scores.filter(isKnown);
  return all.length > 1 ? Math.max(...all) - Math.min(...all) : 0;
}

/** The score of an answer that counts: a person's, otherwise the machine's. */
function countedScore({ answer, override }) {
  return override?.score ?? answer?.score ?? null;
}

/**
 * Why an answer is scored as it is, in one line: what to check, how many of the criteria's points it has in these words,
 * and in which parts of the score it is furthest from the answers it is compared with. `entries` are those of all
 * candidates to this question. Points alone decide nothing, so they are never given as the reason of a rank.
 */
function shortReason(entry, entries, standings) {
  const { answer } = entry;
  if (!answer) return t("Was not asked this question.");
  const checks = sortedFlags(answer.flags).map(flagLabel).join(", ");
  const reason = answer.status === "scored" ? contentReason(entry, entries, standings) : answerStatus(answer.status);
  return [checks, reason].filter(Boolean).join(" · ");
}

function contentReason(entry, entries, standings) {
  const { answer, override } = entry;
  if (override) return override.reason;
  if (answer.flags.includes(NOT_ASSESSED)) return t("content not assessed");
  const texts = [keyPointsReason(answer.details), partsReason(entry, entries, standings)].filter(Boolean);
  return texts.length ? texts.join(" · ") : fromService(answer.reasons[0] ?? answer.details?.missing?.[0]?.text ?? "");
}

/** How many key points an answer lacks. How many it has is not known: only some of them are quoted. */
function keyPointsReason({ missing_key_points: missing = [], ...details } = {}) {
  if (missing.length) return tn(missing.length, "{count} key point not found word for word", "{count} key points not found word for word");
  return foundPoints(details).length > 0 && t("every key point found word for word");
}

/** In which parts of the score an answer is ahead of the next one or behind the best one, the largest first. */
function partsReason(entry, entries, standings) {
  if (!isDifference(standings)) return null;
  const best = standings.findIndex((standing) => standing === "ahead" || standing === "highest");
  const rivals = entries.filter((other) => other !== entry && !other.override && other.answer?.details?.parts)
    .sort((one, other) => countedScore(other) - countedScore(one));
  const rival = rivals[0];
  const isBest = entries.indexOf(entry) === best;
  if (!rival || !entry.answer.details?.parts || (!isBest && entries.indexOf(rival) !== best)) return null;
  const sign = isBest ? 1 : -1;
  const names = new Set([...Object.keys(entry.answer.details.parts), ...Object.keys(rival.answer.details.parts)]);
  const pointsOf = ({ answer }, name) => answer.details.parts[name]?.points ?? 0;
  const largest = [...names].map((name) => ({ name, by: sign * (pointsOf(entry, name) - pointsOf(rival, name)) }))
    .filter(({ by }) => by >= LEAST_DIFFERENCE).sort((one, other) => other.by - one.by).slice(0, PARTS_NAMED)
    .map(({ name, by }) => `${partLabel(name)} ${signed(sign * by)}`).join(", ");
  if (!largest) return null;
  return isBest ? t("ahead of the next in: {parts}", { parts: largest }) : t("behind the highest in: {parts}", { parts: largest });
}
