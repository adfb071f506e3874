/** The rates of a job's candidates by category. The list is sent, and kept neither by the service nor by this page. */

import { setUpDesk } from "../components/desk.js";
import { problemBox } from "../components/problem.js";
import { decimal, facts, figure, JOB_ID, nameJob, panel, table, versionList } from "../components/figures_page.js";
import { computeFairness } from "../lib/api.js";
import { constants } from "../lib/constants.js";
import { decisionLabel } from "../lib/decisions.js";
import { announce, button, byId, el, fill, whileBusy } from "../lib/dom.js";
import { day, listed, number, percent, share, time } from "../lib/format.js";
import { inSentence, t, tn } from "../lib/texts.js";

const MEASURES = {
  machine_score: { name: t("Machine’s score"), rate: t("Above median") },
  human_score: { name: t("Human score"), rate: t("Above median") },
  decision: { name: t("Decision"), rate: t("Selection rate") },
};

/** A smaller probability is shown as "below" it. */
const LEAST_SHOWN = 0.001;

nameJob("progress");
setUpDesk();
byId("list").addEventListener("submit", (event) => {
  event.preventDefault();
  whileBusy(byId("compute"), t("Comparing…"), compute);
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
    refuse(t("Paste the rows of a list, or choose a file."));
    return;
  }
  if ((file?.size ?? text.length) > constants.list_file_bytes) {
    refuse(t("The list is larger than {megabytes} MB.", { megabytes: Math.floor(constants.list_file_bytes / 1024 / 1024) }));
    return;
  }
  try {
    const bytes = file ? new Uint8Array(await file.arrayBuffer()) : new TextEncoder().encode(text);
    show(await computeFairness(JOB_ID, bytes));
    announce(t("The groups are compared below."));
  } catch (problem) {
    fill(byId("report"), problemBox(t("The list could not be computed"), problem));
  }
}

function refuse(sentence) {
  fill(byId("report"), el("p", { class: "notice with-errors", role: "alert" }, sentence));
}

function show(report) {
  byId("content").hidden = false;
  const columns = report.measures[0].breakdowns.map((breakdown) => listed(breakdown.columns));
  fill(
    byId("content"),
    notice(report),
    ...columns.map((name, place) => panel(
      t("By {name}", { name }),
      report.measures.map((measure) => groupTable(measure, measure.breakdowns[place], report)),
    )),
    source(report),
    summary(report),
    explanation(report),
  );
  byId("content").scrollIntoView();
}

function decisionNames(decisions) {
  return decisions.map((decision) => inSentence(decisionLabel(decision))).join(", ");
}

function notice(report) {
  const { source: list, data } = report;
  const missing = report.measures.filter((measure) => measure.people === 0).map((measure) => inSentence(MEASURES[measure.measure].name));
  return el(
    "div", { class: "notice", id: "verdict" },
    el("p", { class: "notice-what" }, t("{count} of {total} candidates on the list have an interview for this job.", { count: number(list.matched), total: number(list.candidates) })),
    list.not_in_job > 0 && el("p", {}, tn(list.not_in_job, "{count} candidate on the list has no interview for this job and is not counted.", "{count} candidates on the list have no interview for this job and are not counted.")),
    list.faulty_rows > 0 && el("p", {}, tn(list.faulty_rows, "{count} row was left out:", "{count} rows were left out:"), " ", list.faults.slice(0, 5).map((fault) => `${t("row {row}", { row: fault.row })}: ${fault.reason}`).join(" "), list.faulty_rows > 5 && " …"),
    list.ignored_columns > 0 && el("p", {}, t("Columns with names or e-mail addresses were not read.")),
    missing.length > 0 && el("p", {}, t("Not compared, because nobody has it yet: {what}.", { what: missing.join(", ") })),
    data.mixed_versions && el("p", {}, data.mixed_versions),
    el("p", { class: "buttons" }, button(t("Print or Save as PDF"), () => window.print(), { kind: "small" })),
  );
}

function groupTable(measure, breakdown, report) {
  const { name, rate } = MEASURES[measure.measure];
  if (measure.people === 0) return el("div", {}, el("h3", {}, name), el("p", { class: "empty" }, t("Nobody has a value yet.")));
  const unknown = breakdown.unknown > 0 && el("p", { class: "muted" }, t("{count} more with an unknown category are not in this table.", { count: number(breakdown.unknown) }));
  if (!breakdown.groups.length) return el("div", {}, el("h3", {}, name), el("p", { class: "empty" }, t("Nobody with a value has a known category.")), unknown);
  return el(
    "div", {},
    table(
      t("{measure} by {columns}", { measure: name, columns: listed(breakdown.columns) }), [breakdown.columns.join(", "), t("People"), measure.measure === "decision" ? t("Selected") : t("Above"), rate, t("Impact ratio"), t("Fisher’s p"), t("Remarks")],
      breakdown.groups.map((group) => groupRow(group, report)), [1, 2, 3, 4, 5],
    ),
    unknown,
  );
}

function groupRow(group, report) {
  const few = group.few_people && !group.apart && el("span", { class: "note" }, t("fewer than {count} people: mostly chance", { count: report.few }));
  return {
    class: group.apart && "apart",
    cells: [
      group.categories.join(", "),
      number(group.people),
      number(group.selected),
      share(group.rate),
      figure(group.impact_ratio, group.impact_ratio_interval, 2, t("Not compared")),
      group.p_value === null ? figure(null, null, 3, t("Not compared")) : group.p_value < LEAST_SHOWN ? `< ${decimal(LEAST_SHOWN, 3)}` : decimal(group.p_value, 3),
      [
        group.highest && group.rate > 0 && el("span", { class: "mark" }, t("Highest rate")),
        group.below_four_fifths && el("span", { class: group.few_people ? "mark" : "mark low" }, t("Below four fifths")),
        group.apart && el("span", { class: "note" }, t("below {share} of the data: not compared", { share: percent(report.smallest_share) })),
        few,
      ],
    ],
  };
}

function source({ data, source: list, computed_at: computedAt }) {
  return panel(
    t("The data"),
    facts([
      [t("Computed"), time(computedAt)],
      [t("Job"), byId("about").textContent],
      [t("Interviews"), data.first_interview_at && t("finished from {first} to {last}", { first: day(data.first_interview_at), last: day(data.last_interview_at) })],
      [t("Candidates invited"), number(data.applicants)],
      [t("Categories"), tn(list.rows, "a list with {count} row, given by whoever printed this: {columns}", "a list with {count} rows, given by whoever printed this: {columns}", { columns: list.columns.join(", ") })],
      [t("Without an interview here"), number(list.not_in_job)],
      [t("Rows left out"), list.faulty_rows > 0 && number(list.faulty_rows)],
      [t("Scored by"), versionList(data.versions, t("No interview has a machine’s score yet."))],
    ]),
  );
}

/** What 6 RCNY section 5-303 asks to be published, as far as the service knows it. */
function summary(report) {
  const machine = report.measures[0];
  const { data } = report;
  const period = data.first_interview_at ? t("from {first} to {last}", { first: day(data.first_interview_at), last: day(data.last_interview_at) }) : t("(none yet)");
  const columns = [t("Category"), t("Applicants"), t("Scoring rate"), t("Impact ratio")];
  return el(
    "section", { class: "panel new-page", id: "summary" },
    el("h2", {}, t("Summary in the form of New York City’s Local Law 144")),
    el("p", {}, t("A draft for the summary that has to be published. The bias audit itself has to be made by an independent auditor; this page is not one.")),
    facts([
      [t("Date of the audit"), `__________ ${t("(by the auditor)")}`],
      [t("Tool first used on"), `__________ ${t("(distribution date)")}`],
      [t("Source of the data"), data.demo
        ? t("Recorded interviews of this job, finished {period}, scored from their transcripts by Tener Interview’s demo: invented data; categories from a list of the employer. No test data.", { period })
        : t("Recorded interviews of this job, finished {period}, scored from their transcripts by Tener Interview; categories from a list of the employer. No test data.", { period })],
      [t("What was computed"), t("Scoring rate: the share of a category that scores above the median of everybody scored ({median} points). Impact ratio: that rate divided by the highest rate of any category.", { median: machine.median === null ? t("none") : decimal(machine.median, 1) })],
      [t("Applicants assessed"), number(machine.people)],
      [t("With an unknown category"), machine.breakdowns.map((breakdown) => `${listed(breakdown.columns)}: ${number(breakdown.unknown)}`).join("; ")],
    ]),
    machine.breakdowns.filter((breakdown) => breakdown.groups.length > 0).map((breakdown) => table(
      t("Summary by {columns}", { columns: listed(breakdown.columns) }), columns,
      breakdown.groups.map((group) => ({ cells: [
        [group.categories.join(", "), group.apart && el("span", { class: "note" }, t("below {share} of the data, left out of the comparison", { share: percent(report.smallest_share) }))],
        number(group.people), share(group.rate), figure(group.impact_ratio, null, 2, t("Not compared")),
      ] })), [1, 2, 3],
    )),
  );
}

function explanation(report) {
  return panel(
    t("How to read this"),
    facts([
      [t("Above median"), t("The share of a group whose score is above the median of everybody with such a score, whether their category is known or not.")],
      [t("Selection rate"), t("The share with the decision {selected}, of those with {counted}. On hold, withdrawn and undecided do not count.", { selected: decisionNames(report.selected_decisions), counted: decisionNames(report.counted_decisions) })],
      [t("Impact ratio"), t("The group’s rate divided by the highest rate; below it, the interval ({level}). An interval that includes 1 is compatible with no difference.", { level: percent(report.level) })],
      [t("Fisher’s p"), t("How often chance alone would make a difference at least as unlikely. Many groups are compared, so some small values come by chance.")],
      [t("Four fifths"), t("A ratio below {limit} is marked, by a convention of United States agencies. It is not a verdict: small groups fall below it by chance, and large ones can be treated unfairly above it.", { limit: number(report.four_fifths) })],
      [t("Small groups"), t("Below {share} of the data a category stands apart, as the rule allows. Below {count} people a rate is mostly chance.", { share: percent(report.smallest_share), count: report.few })],
      [t("What it cannot say"), t("Why groups differ, and whether the questions, the reviewers or who applied is the reason. A fair rate does not make a single decision fair.")],
    ]),
  );
}
