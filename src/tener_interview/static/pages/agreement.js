/** How well the machine agrees with reviewers, and reviewers with each other. */

import { problemBox } from "../components/problem.js";
import { decimal, facts, figure, JOB_ID, nameJob, panel, range, table, versionList } from "../components/report.js";
import { agreementCsvUrl, readAgreement } from "../lib/api.js";
import { byId, el, fill, webLink } from "../lib/dom.js";
import { number, recommendation, score, time } from "../lib/format.js";

const HEADINGS = ["Compared", "Pairs", "Interviews", "Rank correlation", "Mean difference", "Weighted kappa"];
const FIGURES = [1, 2, 3, 4, 5];
const TITLED = { titled: true };

async function begin() {
  fill(byId("report"));
  nameJob("progress");
  try {
    show(await readAgreement(JOB_ID));
  } catch (problem) {
    fill(byId("report"), problemBox("The agreement could not be shown", problem, { retry: begin }));
  }
}

function show(answer) {
  byId("content").hidden = false;
  fill(
    byId("content"),
    verdict(answer),
    panel(
      "Machine and reviewers",
      el("p", {}, "Each submitted review is compared with the machine’s total of the same interview. Scores that people put in place of the machine’s do not count as the machine’s."),
      table("Machine and reviewers", HEADINGS, [
        row("Blind: the reviewer had seen neither the score nor other reviews", answer.machine.blind, answer),
        row("Not blind: the reviewer could see the score before", answer.machine.seen, answer),
      ], FIGURES, TITLED),
    ),
    panel(
      "Reviewers among themselves",
      el("p", {}, "How well people agree with each other on the same interviews. A machine cannot be expected to agree with them better than they do. The mean difference is the distance between two reviewers, whoever is higher."),
      table("Reviewers among themselves", HEADINGS, [
        row("Both blind", answer.reviewers.blind, answer),
        row("One of them not blind", answer.reviewers.seen, answer),
        ...answer.reviewer_pairs.map((pair) => row(pair.reviewers.join(" and "), pair.figures, answer)),
      ], FIGURES, TITLED),
    ),
    disagreements(answer),
    answer.jobs.length > 0 && panel("By job", table("By job, blind reviews only", HEADINGS, answer.jobs.map((job) => (
      row(el("a", { href: `/jobs/${job.job_id}/agreement` }, `Job ${job.job_id}`), job.figures, answer)
    )), FIGURES)),
    explanation(answer),
  );
}

/** The first thing to know, as a sentence. */
function verdict(answer) {
  const { blind, seen } = answer.machine;
  const lines = [];
  if (blind.pairs + seen.pairs === 0) {
    lines.push(`No reviews yet: when reviewers have rated ${answer.min_pairs} interviews, this page says how well the machine agrees with them.`);
  } else if (blind.too_few) {
    lines.push(`Too few: ${count(blind.pairs, "blind review")} of an interview with a machine’s total; figures are shown from ${answer.min_pairs} on, because fewer would mostly be chance.`);
  } else if (blind.spearman !== null) {
    const interval = blind.spearman_interval;
    const sure = interval ? ` (${Math.round(answer.level * 100)}% interval ${range(interval, 2)})` : "";
    lines.push(`On ${count(blind.pairs, "blind review")} the rank correlation with the machine is ${decimal(blind.spearman, 2)}${sure}.`);
    const between = answer.reviewers.blind;
    if (between.spearman !== null) lines.push(`Between reviewers it is ${decimal(between.spearman, 2)}.`);
  } else {
    lines.push(`On ${count(blind.pairs, "blind review")} there is no rank correlation to compute, because all totals on one side are equal.`);
  }
  if (answer.truncated) lines.push("Only the newest reviews are counted.");
  return el(
    "div", { class: "notice", id: "verdict" },
    el("p", { class: "notice-what" }, lines.join(" ")),
    answer.mixed_versions && el("p", {}, answer.mixed_versions),
    el("p", { class: "buttons" },
      el("a", { class: "button small", href: agreementCsvUrl(JOB_ID, "figures"), download: "" }, "Download Figures (CSV)"),
      el("a", { class: "button small", href: agreementCsvUrl(JOB_ID, "pairs"), download: "" }, "Download Pairs (CSV)"),
      JOB_ID !== null && el("a", { class: "button small quiet", href: "/agreement" }, "All Jobs")),
  );
}

function row(name, figures, answer) {
  const why = figures.too_few ? `Too few: at least ${answer.min_pairs} pairs are needed` : "Not defined: all values are equal";
  const shown = (value, interval, decimals) => (
    figures.too_few ? el("span", { class: "apart" }, "too few") : figure(value, interval, decimals, why)
  );
  return { cells: [
    name, number(figures.pairs), number(figures.interviews),
    shown(figures.spearman, figures.spearman_interval, 2),
    shown(figures.mean_difference, figures.mean_difference_interval, 1),
    shown(figures.weighted_kappa, figures.weighted_kappa_interval, 2),
  ] };
}

function disagreements(answer) {
  const items = answer.disagreements;
  return panel(
    "The largest disagreements",
    items.length
      ? el("p", {}, "The interviews to look at: either the machine or the reviewer noticed something that the other did not.")
      : el("p", { class: "empty" }, "There is no review of an interview with a machine’s total yet."),
    items.length > 0 && table(
      "The largest disagreements", ["Candidate", "Reviewer", "Machine", "Reviewer’s total", "Difference"],
      items.map((item) => ({ cells: [
        webLink(`/dashboard?job=${item.job_id}&view=leaderboard&session=${encodeURIComponent(item.session_id)}`, item.candidate_name || `Candidate ${item.candidate_id}`),
        [item.reviewer_name, el("span", { class: "note" }, item.blind ? "blind" : "not blind")],
        [score(item.machine_total), el("span", { class: "note" }, recommendation(item.machine_band))],
        [score(item.review_total), el("span", { class: "note" }, recommendation(item.review_band))],
        figure(item.difference, null, 1),
      ] })), [2, 3, 4], TITLED,
    ),
  );
}

function explanation(answer) {
  const level = Math.round(answer.level * 100);
  const bands = answer.bands.filter((entry) => entry.minimum > 0).map((entry) => `${entry.band.replace("_", " ")} from ${entry.minimum}`).join(", ");
  return panel(
    "What the figures mean",
    facts([
      ["Rank correlation", "Spearman’s, from −1 to 1: whether both put candidates in the same order."],
      ["Mean difference", "The reviewer’s total minus the machine’s, in points: above 0 means that reviewers give more."],
      ["Weighted kappa", `Agreement of the bands (${bands}) beyond chance, from 0 for chance to 1; a distance counts by its square.`],
      ["In the second line", `The ${level}% interval, from drawing the interviews again and again (bootstrap).`],
      ["Counted", "Each review as it was first submitted; later amendments do not count."],
      ["Scored by", versionList(answer.versions)],
      ["Computed", time(answer.computed_at)],
    ]),
  );
}

function count(n, what) {
  return `${number(n)} ${what}${n === 1 ? "" : "s"}`;
}

begin();
