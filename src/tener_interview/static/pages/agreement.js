/** How well the machine agrees with reviewers, and reviewers with each other. */

import { setUpDesk } from "../components/desk.js";
import { problemBox } from "../components/problem.js";
import { decimal, facts, figure, JOB_ID, nameJob, panel, range, table, versionList } from "../components/figures_page.js";
import { agreementCsvUrl, readAgreement } from "../lib/api.js";
import { constants } from "../lib/constants.js";
import { recommendationLabel } from "../lib/decisions.js";
import { byId, el, fill, webLink } from "../lib/dom.js";
import { candidateName, listed, number, percent, recommendation, score, time } from "../lib/format.js";
import { inSentence, t, tn } from "../lib/texts.js";

const HEADINGS = [t("Compared"), t("Pairs"), t("Interviews"), t("Rank correlation"), t("Mean difference"), t("Weighted kappa")];
const FIGURES = [1, 2, 3, 4, 5];
const TITLED = { titled: true };

async function loadReport() {
  fill(byId("report"));
  nameJob("progress");
  try {
    show(await readAgreement(JOB_ID));
  } catch (problem) {
    fill(byId("report"), problemBox(t("Rater agreement could not be loaded"), problem, { retry: loadReport }));
  }
}

function show(report) {
  byId("content").hidden = false;
  fill(
    byId("content"),
    verdict(report),
    panel(
      t("Machine and reviewers"),
      el("p", {}, t("Each submitted review is compared with the machine’s total of the same interview. Scores that people put in place of the machine’s do not count as the machine’s.")),
      table(t("Machine and reviewers"), HEADINGS, [
        row(t("Blind: the reviewer had seen neither the score nor other reviews"), report.machine.blind, report),
        row(t("Not blind: the reviewer could see the score before"), report.machine.seen, report),
      ], FIGURES, TITLED),
    ),
    panel(
      t("Reviewers among themselves"),
      el("p", {}, t("How well people agree with each other on the same interviews. A machine cannot be expected to agree with them better than they do. The mean difference is the distance between two reviewers, whoever is higher.")),
      table(t("Reviewers among themselves"), HEADINGS, [
        row(t("Both blind"), report.reviewers.blind, report),
        row(t("One of them not blind"), report.reviewers.seen, report),
        ...report.reviewer_pairs.map((pair) => row(listed(pair.reviewers), pair.figures, report)),
      ], FIGURES, TITLED),
    ),
    disagreements(report),
    report.jobs.length > 0 && panel(t("By job"), table(t("By job, blind reviews only"), HEADINGS, report.jobs.map((job) => (
      row(el("a", { href: `/jobs/${job.job_id}/agreement` }, t("Job {id}", { id: job.job_id })), job.figures, report)
    )), FIGURES)),
    explanation(report),
  );
}

/** The first thing to know, as a sentence. */
function verdict(report) {
  const { blind, seen } = report.machine;
  const lines = [];
  if (blind.pairs + seen.pairs === 0) {
    lines.push(t("No reviews yet. Once reviewers have rated {count} interviews, this page shows how well the machine agrees with them.", { count: report.min_pairs }));
  } else if (blind.too_few) {
    lines.push(tn(blind.pairs, "Too few: {count} blind review of an interview with a machine’s total; figures are shown from {least} on, because fewer would mostly be chance.", "Too few: {count} blind reviews of interviews with a machine’s total; figures are shown from {least} on, because fewer would mostly be chance.", { least: report.min_pairs }));
  } else if (blind.spearman !== null) {
    const interval = blind.spearman_interval;
    if (interval) lines.push(answer(interval));
    const sure = interval ? ` (${t("{level} interval {range}", { level: percent(report.level), range: range(interval, 2) })})` : "";
    lines.push(tn(blind.pairs, "On {count} blind review the rank correlation with the machine is {value}.", "On {count} blind reviews the rank correlation with the machine is {value}.", { value: `${decimal(blind.spearman, 2)}${sure}` }));
    const between = report.reviewers.blind;
    if (between.spearman !== null) lines.push(t("Between reviewers it is {value}.", { value: decimal(between.spearman, 2) }));
  } else {
    lines.push(tn(blind.pairs, "On {count} blind review there is no rank correlation to compute, because all totals on one side are equal.", "On {count} blind reviews there is no rank correlation to compute, because all totals on one side are equal."));
  }
  if (report.truncated) lines.push(t("Only the newest reviews are counted."));
  return el(
    "div", { class: "notice", id: "verdict" },
    el("p", { class: "notice-what" }, lines.join(" ")),
    report.mixed_versions && el("p", {}, report.mixed_versions),
    el("p", { class: "buttons" },
      el("a", { class: "button small", href: agreementCsvUrl(JOB_ID, "figures"), download: "" }, t("Download Figures (CSV)")),
      el("a", { class: "button small", href: agreementCsvUrl(JOB_ID, "pairs"), download: "" }, t("Download Pairs (CSV)")),
      JOB_ID !== null && el("a", { class: "button small quiet", href: "/agreement" }, t("All Jobs"))),
  );
}

/** What the interval says to the question above, without figures. */
function answer({ low, high }) {
  if (low > 0) return t("Yes, more than by chance.");
  return high < 0 ? t("No: it tends to rank candidates the other way round.") : t("Not shown so far: this could be chance.");
}

function row(name, figures, report) {
  const why = figures.too_few ? t("Too few: at least {count} pairs are needed", { count: report.min_pairs }) : t("Not defined: all values are equal");
  const shown = (value, interval, decimals) => (
    figures.too_few ? el("span", { class: "apart" }, t("too few")) : figure(value, interval, decimals, why)
  );
  return { cells: [
    name, number(figures.pairs), number(figures.interviews),
    shown(figures.spearman, figures.spearman_interval, 2),
    shown(figures.mean_difference, figures.mean_difference_interval, 1),
    shown(figures.weighted_kappa, figures.weighted_kappa_interval, 2),
  ] };
}

function disagreements(report) {
  const items = report.disagreements;
  return panel(
    t("Reviews farthest from the machine’s total"),
    items.length
      ? el("p", {}, t("The larger the difference, the more it is worth a look: the machine or the reviewer noticed something that the other missed. Below each total is its band; what the reviewer recommended stands below the name."))
      : el("p", { class: "empty" }, t("There is no review of an interview with a machine’s total yet.")),
    items.length > 0 && table(
      t("Reviews farthest from the machine’s total"), [t("Candidate"), t("Reviewer"), t("Machine"), t("Reviewer’s total"), t("Difference")],
      items.map((item) => ({ cells: [
        webLink(`/dashboard?job=${item.job_id}&view=leaderboard&session=${encodeURIComponent(item.session_id)}`, candidateName(item)),
        [item.reviewer_name, el("span", { class: "note" }, item.blind ? t("blind") : t("not blind"), " · ", t("recommended: {recommendation}", { recommendation: recommendationLabel(item.review_recommendation) }))],
        [score(item.machine_total), el("span", { class: "note" }, recommendation(item.machine_band))],
        [score(item.review_total), el("span", { class: "note" }, recommendation(item.review_band))],
        figure(item.difference, null, 1),
      ] })), [2, 3, 4], TITLED,
    ),
  );
}

function explanation(report) {
  const bands = report.bands.filter((entry) => entry.minimum > 0).map((entry) => t("{recommendation} from {least}", { recommendation: inSentence(constants.recommendations[entry.band] ?? entry.band), least: entry.minimum })).join(", ");
  return panel(
    t("What the figures mean"),
    facts([
      [t("Rank correlation"), t("From −1 to 1: whether both put candidates in the same order (Spearman).")],
      [t("Mean difference"), t("The reviewer’s total minus the machine’s, in points: above 0 means that reviewers give more.")],
      [t("Weighted kappa"), t("Whether both come to the same recommendation ({bands}): 0 is as often as by chance, 1 always. The further apart, the more it counts (quadratic weights).", { bands })],
      [t("In the second line"), t("Where the figure probably lies ({level} confidence interval, bootstrap).", { level: percent(report.level) })],
      [t("Counted"), t("Each review as it was first submitted; later amendments do not count.")],
      [t("Scored by"), versionList(report.versions, t("No interview with a machine’s score has a review yet."))],
      [t("Computed"), time(report.computed_at)],
    ]),
  );
}

setUpDesk();
loadReport();
