/** The rates of a job's candidates by category. The list is sent, and kept neither by the service nor by this page. */

import { problemBox } from "../components/problem.js";
import { facts, figure, JOB_ID, nameJob, panel, table, versionList } from "../components/report.js";
import { computeFairness } from "../lib/api.js";
import { announce, button, byId, el, fill, whileBusy } from "../lib/dom.js";
import { day, number, time } from "../lib/format.js";
import { rules } from "../lib/rules.js";

const MEASURES = {
  machine_score: { name: "Machine’s score", rate: "Above median" },
  human_score: { name: "Human score", rate: "Above median" },
  decision: { name: "Decision", rate: "Selected" },
};

nameJob("progress");
byId("list").addEventListener("submit", (event) => {
  event.preventDefault();
  whileBusy(byId("compute"), "Comparing…", compute);
});
byId("list-text").addEventListener("input", () => {
  byId("list-file").value = "";
});

async function compute() {
  fill(byId("report"));
  byId("content").hidden = true;
  const file = byId("list-file").files[0];
  const text = byId("list-text").value;
  if (!file && !text.trim()) {
    refuse("There is no list yet. Paste its rows, or choose a file.");
    return;
  }
  if ((file?.size ?? text.length) > rules.list_file_bytes) {
    refuse(`The list is larger than ${Math.floor(rules.list_file_bytes / 1024 / 1024)} MB.`);
    return;
  }
  try {
    const bytes = file ? new Uint8Array(await file.arrayBuffer()) : new TextEncoder().encode(text);
    show(await computeFairness(JOB_ID, bytes));
    announce("The groups are compared below.");
  } catch (problem) {
    fill(byId("report"), problemBox("The list could not be computed", problem));
  }
}

function refuse(sentence) {
  fill(byId("report"), el("p", { class: "notice with-errors", role: "alert" }, sentence));
}

function show(answer) {
  byId("content").hidden = false;
  const columns = answer.measures[0].breakdowns.map((breakdown) => breakdown.columns.join(" and "));
  fill(
    byId("content"),
    notice(answer),
    ...columns.map((name, place) => panel(
      `By ${name}`,
      answer.measures.map((measure) => groupTable(measure, measure.breakdowns[place], answer)),
    )),
    source(answer),
    summary(answer),
    explanation(answer),
  );
  byId("content").scrollIntoView();
}

function notice(answer) {
  const { source: list, data } = answer;
  const missing = answer.measures.filter((measure) => measure.people === 0).map((measure) => MEASURES[measure.measure].name.toLowerCase());
  return el(
    "div", { class: "notice", id: "verdict" },
    el("p", { class: "notice-what" }, `${number(list.matched)} of ${number(list.candidates)} candidates on the list have an interview for this job.`),
    list.not_in_job > 0 && el("p", {}, `${number(list.not_in_job)} have none and are not counted.`),
    list.faulty_rows > 0 && el("p", {}, `${number(list.faulty_rows)} ${list.faulty_rows === 1 ? "row was" : "rows were"} left out: ${list.faults.slice(0, 5).map((fault) => `row ${fault.row}: ${fault.reason}`).join(" ")}${list.faulty_rows > 5 ? " …" : ""}`),
    list.ignored_columns > 0 && el("p", {}, "Columns with names or e-mail addresses were not read."),
    missing.length > 0 && el("p", {}, `Nobody has a ${missing.join(", nor a ")} yet.`),
    data.mixed_versions && el("p", {}, data.mixed_versions),
    el("p", { class: "buttons" }, button("Print or Save as PDF", () => window.print(), { kind: "small" })),
  );
}

function groupTable(measure, breakdown, answer) {
  const { name, rate } = MEASURES[measure.measure];
  if (measure.people === 0) return el("div", {}, el("h3", {}, name), el("p", { class: "empty" }, "Nobody has a value yet."));
  const unknown = breakdown.unknown > 0 && el("p", { class: "muted" }, `${number(breakdown.unknown)} more with an unknown category are not in this table.`);
  if (!breakdown.groups.length) return el("div", {}, el("h3", {}, name), el("p", { class: "empty" }, "Nobody with a value has a known category."), unknown);
  return el(
    "div", {},
    table(
      `${name} by ${breakdown.columns.join(" and ")}`, [breakdown.columns.join(", "), "People", measure.measure === "decision" ? "Selected" : "Above", rate, "Impact ratio", "Fisher’s p", "Remarks"],
      breakdown.groups.map((group) => groupRow(group, answer)), [1, 2, 3, 4, 5],
    ),
    unknown,
  );
}

function groupRow(group, answer) {
  const few = group.few_people && !group.apart && el("span", { class: "note" }, `fewer than ${answer.few} people: mostly chance`);
  return {
    class: group.apart && "apart",
    cells: [
      group.categories.join(", "),
      number(group.people),
      number(group.selected),
      `${(100 * group.rate).toFixed(1)}%`,
      figure(group.impact_ratio, group.impact_ratio_interval, 2, "Not compared"),
      group.p_value === null ? figure(null, null, 3, "Not compared") : group.p_value < 0.001 ? "< 0.001" : group.p_value.toFixed(3),
      [
        group.highest && el("span", { class: "mark" }, "Highest rate"),
        group.below_four_fifths && el("span", { class: group.few_people ? "mark" : "mark low" }, "Below four fifths"),
        group.apart && el("span", { class: "note" }, `below ${100 * answer.smallest_share}% of the data: not compared`),
        few,
      ],
    ],
  };
}

function source({ data, source: list, computed_at: computedAt }) {
  return panel(
    "The data",
    facts([
      ["Computed", time(computedAt)],
      ["Job", byId("about").textContent],
      ["Interviews", data.first_interview_at && `finished from ${day(data.first_interview_at)} to ${day(data.last_interview_at)}`],
      ["Candidates invited", number(data.applicants)],
      ["Categories", `a list with ${number(list.rows)} rows, given by whoever printed this: ${list.columns.join(", ")}`],
      ["Without an interview here", number(list.not_in_job)],
      ["Rows left out", list.faulty_rows > 0 && number(list.faulty_rows)],
      ["Scored by", versionList(data.versions)],
    ]),
  );
}

/** What 6 RCNY section 5-303 asks to be published, as far as the service knows it. */
function summary(answer) {
  const machine = answer.measures[0];
  const { data } = answer;
  const period = data.first_interview_at ? `from ${day(data.first_interview_at)} to ${day(data.last_interview_at)}` : "(none yet)";
  const columns = ["Category", "Applicants", "Scoring rate", "Impact ratio"];
  return el(
    "section", { class: "panel new-page", id: "summary" },
    el("h2", {}, "Summary in the form of New York City’s Local Law 144"),
    el("p", {}, "A draft for the summary that has to be published. The bias audit itself has to be made by an independent auditor; this page is not one."),
    facts([
      ["Date of the audit", "__________ (by the auditor)"],
      ["Tool first used on", "__________ (distribution date)"],
      ["Source of the data", `Recorded interviews of this job, finished ${period}, scored from their transcripts by Tener Interview${data.demo ? "’s demo: invented data" : ""}; categories from a list of the employer. No test data.`],
      ["What was computed", `Scoring rate: the share of a category that scores above the median of everybody scored (${machine.median === null ? "none" : machine.median.toFixed(1)} points). Impact ratio: that rate divided by the highest rate of any category.`],
      ["Applicants assessed", number(machine.people)],
      ["With an unknown category", machine.breakdowns.map((breakdown) => `${breakdown.columns.join(" and ")}: ${number(breakdown.unknown)}`).join("; ")],
    ]),
    machine.breakdowns.filter((breakdown) => breakdown.groups.length > 0).map((breakdown) => table(
      `Summary by ${breakdown.columns.join(" and ")}`, columns,
      breakdown.groups.map((group) => ({ cells: [
        [group.categories.join(", "), group.apart && el("span", { class: "note" }, `below ${100 * answer.smallest_share}% of the data, left out of the comparison`)],
        number(group.people), `${(100 * group.rate).toFixed(1)}%`, figure(group.impact_ratio, null, 2, "Not compared"),
      ] })), [1, 2, 3],
    )),
  );
}

function explanation(answer) {
  const level = Math.round(answer.level * 100);
  return panel(
    "How to read this",
    facts([
      ["Above median", "The share of a group whose score is above the median of everybody with such a score, whether their category is known or not."],
      ["Selected", `The share with the decision ${answer.selected_decisions.join(" or ")}, of those with ${answer.counted_decisions.join(", ")}. On hold, withdrawn and undecided do not count.`],
      ["Impact ratio", `The group’s rate divided by the highest rate; below it, a ${level}% interval. An interval that includes 1 is compatible with no difference.`],
      ["Fisher’s p", "How often chance alone would make a difference at least as unlikely. Many groups are compared, so some small values come by chance."],
      ["Four fifths", `A ratio below ${answer.four_fifths} is marked, by a convention of United States agencies. It is not a verdict: small groups fall below it by chance, and large ones can be treated unfairly above it.`],
      ["Small groups", `Below ${100 * answer.smallest_share}% of the data a category stands apart, as the rule allows. Below ${answer.few} people a rate is mostly chance.`],
      ["What it cannot say", "Why groups differ, and whether the questions, the reviewers or who applied is the reason. A fair rate does not make a single decision fair."],
    ]),
  );
}
