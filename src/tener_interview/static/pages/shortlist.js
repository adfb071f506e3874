/** A shared shortlist: the ranked candidates, and the answers of each on request. */

import { recommendForm } from "../components/recommending.js";
import { answerView } from "../components/answer_view.js";
import { problemBox } from "../components/problem.js";
import { bar, hasMachineParts, MACHINE_PARTS, rank, scoredQuestions, scoreRange } from "../components/result.js";
import { readSharedScorecard, readShortlist } from "../lib/api.js";
import { announce, button, byId, el, fill, hiddenText } from "../lib/dom.js";
import { competencyName, competencyScore, dimensions, translated } from "../lib/competencies.js";
import { isKnown, recommendation, score, time } from "../lib/format.js";
import { constants, flagList, NEEDS_REVIEW, statusLabel } from "../lib/constants.js";
import { fromService, inSentence, t, tNodes, tn } from "../lib/texts.js";

const TOKEN = window.location.pathname.split("/").at(-1);

async function loadShortlist() {
  fill(byId("report"));
  try {
    show(await readShortlist(TOKEN));
  } catch (problem) {
    byId("about").hidden = true;
    fill(byId("report"), problemBox(t("The shortlist could not be shown"), problem, { retry: loadShortlist }));
  }
}

function show(shortlist) {
  const { items } = shortlist;
  const count = tn(items.length, "{count} candidate", "{count} candidates");
  byId("about").hidden = false;
  fill(
    byId("about"),
    shortlist.job_title && shortlist.job_title !== shortlist.title
      && [el("span", { dir: "auto" }, shortlist.job_title), " · "],
    shortlist.initials_only ? t("{candidates}, shown by initials", { candidates: count }) : count,
    " · ", tNodes("available until {time}", { time: time(shortlist.expires_at) }),
  );
  byId("demo").hidden = !shortlist.demo;
  fill(byId("candidates"), items.flatMap((item, place) => [heading(item, items[place - 1], items), candidateCard(item, items[place - 1], shortlist)]));
  if (!items.length) fill(byId("report"), el("p", { class: "empty" }, t("There are no candidates on this shortlist any more.")));
}

/** Said before the first of those who cannot be told apart, as on the leaderboard; null before others. */
function heading(item, before, items) {
  const group = item.close_group;
  if (!isKnown(group)) return isKnown(before?.close_group) && el("li", { class: "group-end", "aria-hidden": "true" });
  if (group === before?.close_group) return null;
  const ranks = items.filter((other) => other.close_group === group).map((other) => other.rank);
  const [first, last] = [Math.min(...ranks), Math.max(...ranks)];
  return el("li", { class: "group-name" }, first === last
    ? t("Rank {rank}: the same total", { rank: first }) : last === first + 1 ? t("Ranks {first} and {last}: too close to tell apart", { first, last }) : t("Ranks {first} to {last}: too close to tell apart", { first, last }));
}

/** One candidate: the summary, and a button for the answers. */
function candidateCard(item, before, { allow_answers: allowsAnswers, competencies }) {
  // Within a group that is said by its heading.
  const startsOwn = !isKnown(item.close_group) || item.close_group !== before?.close_group;
  const id = `candidate-${item.number}`;
  const answers = el("div", { id: `${id}-answers`, class: "answers", hidden: true });
  return el(
    "li",
    { class: "candidate", data: { number: item.number, close: isKnown(item.close_group) ? "yes" : null } },
    el(
      "article",
      { "aria-labelledby": id },
      el(
        "div",
        { class: "summary" },
        el("p", { class: "rank" }, item.rank !== null && hiddenText(`${t("Rank")} `), rank(item)),
        el(
          "div",
          { class: "candidate-cell" },
          el("h2", { id, dir: "auto" }, item.candidate_name || t("Candidate")),
          el("p", { class: "result-cell" }, scored(item)
            ? [el("span", { class: "muted" }, `${item.total_source === "machine" ? t("The program suggests:") : t("Recommendation:")} `), recommendation(item.pass_recommendation)]
            : state(item)),
          item.headline && el("p", { class: "headline" }, item.headline),
          item.tied_with_previous && startsOwn && el("p", { class: "muted" }, t("Also near rank {rank}", { rank: item.tied_with_rank })),
          item.needs_review && el("p", { class: "muted" }, fromService(item.review_reason)),
          item.flags.length > 0 && el("details", { class: "to-check", open: true }, el("summary", {}, tn(item.flags.length, "{count} thing to check", "{count} things to check")), flagList(item.flags).at(-1)),
        ),
        el("dl", { class: "dimensions" }, (competencies.length ? translated(competencies) : dimensions).map(({ id: about, name }) => competency(name, competencyScore(item, about)))),
        total(item),
        (scored(item) || item.needs_review) && answersButton(item, id, answers),
      ),
      answers,
      // Below the answers: whoever has read them need not go back.
      allowsAnswers && recommendForm(TOKEN, item, id),
    ),
  );
}

function scored(item) {
  return item.group === "ranked";
}

function state(item) {
  const why = item.needs_review ? inSentence(NEEDS_REVIEW) : t("no scores yet");
  return el("span", { class: "unknown" }, `${statusLabel(item.interview_status)}: ${why}`);
}

function competency(name, value) {
  return el(
    "div", {}, el("dt", { dir: "auto" }, name), el("dd", {}, score(value)), el("dd", {}, bar(value)),
  );
}

function total(item) {
  return el(
    "dl",
    { class: "total" },
    el("div", {}, el("dt", {}, t("Total")), el("dd", {}, el("span", { class: "total-score" }, score(item.total_score)), belowTotal(item))),
    scoredQuestions(item) && el("div", {}, el("dt", {}, t("Answers")), el("dd", {}, scoredQuestions(item))),
  );
}

/** Below the total: whose it is if it is a person's, otherwise its likely range. */
function belowTotal(item) {
  return (item.total_source ?? "machine") === "machine"
    ? scoreRange({ ...item, tied_with_previous: false })
    : el("span", { class: "muted block" }, constants.total_sources[item.total_source], hasMachineParts(item) && `. ${MACHINE_PARTS}.`);
}

/** The button that shows the answers, which are loaded on the first click. */
function answersButton(item, about, answers) {
  const turn = async () => {
    const opening = answers.hidden;
    answers.hidden = !opening;
    control.setAttribute("aria-expanded", String(opening));
    control.textContent = opening ? t("Hide Answers") : t("Show Answers");
    if (opening && !answers.dataset.read) await fillAnswers(item, answers, hide);
  };
  // From below the answers, back to the candidate.
  const hide = () => {
    turn();
    control.focus({ preventScroll: true });
    byId(about).scrollIntoView({ block: "start" });
  };
  const control = button(t("Show Answers"), turn, { kind: "soft", about, "aria-expanded": "false", "aria-controls": answers.id });
  return el("p", { class: "open-answers" }, control);
}

async function fillAnswers(item, answers, hide) {
  fill(answers, el("p", { class: "empty" }, t("Loading the answers…")));
  try {
    const { scorecard } = await readSharedScorecard(TOKEN, item.number);
    const questions = scorecard?.transcription_scoring?.question_scores ?? [];
    answers.dataset.read = "yes";
    fill(answers, el("h3", { class: "visually-hidden" }, t("Question by question")), questions.length
      ? [el("ol", { class: "questions" }, questions.map((question, place) => el("li", {}, answerView(question, place + 1, {
        prefix: answers.id, about: competencyName(scorecard.competencies?.length ? translated(scorecard.competencies) : dimensions, question.competency ?? question.dimension),
      })))), el("p", { class: "below-answers" }, button(t("Hide Answers"), hide, { kind: "small", about: `candidate-${item.number}` }))]
      : el("p", { class: "empty" }, t("No answer was scored.")));
    announce(item.candidate_name
      ? t("The answers of {name} are shown.", { name: item.candidate_name })
      : t("The answers are shown."));
  } catch (problem) {
    const retry = () => fillAnswers(item, answers, hide);
    fill(answers, problemBox(t("The answers could not be loaded"), problem, { retry }));
  }
}

loadShortlist();
