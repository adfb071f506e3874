/** The rows of a list that was read: what is to be looked at first, with what can be done about it. */

import { button, el } from "./dom.js";
import { number } from "./format.js";
import { stateWord } from "./states.js";

const COLUMNS = ["Row", "Id", "Name", "E-mail", "Verdict"];
/** What is to be looked at comes first. */
export const ROW_ORDER = ["fault", "question", "ready", "done"];
/** The first id that the service gives to people whom the main system does not know. */
const FIRST_OWN_ID = 2 ** 52;
const FOUND = {
  id: "In this job", email: "Found by the e-mail address", name: "Found by the name", given: "Not in this job’s list",
  new: "Somebody new",
};

/** What a row needs: it has a fault, a question, is ready, or was sent before. `chosen` is the answer to its question. */
export function rowKind(row, chosen) {
  if (row.fault || row.again !== null) return "fault";
  if (row.question && !chosen) return "question";
  const { session_status: status } = chosen ?? row;
  return status && !["created", "failed"].includes(status) ? "done" : "ready";
}

/** The table. `answer(row, choice)` is told of an answer, `fix(row)` leads to where the row was typed. */
export function rowsTable(rows, { answer, fix }) {
  const sorted = [...rows].sort((one, other) => ROW_ORDER.indexOf(one.kind) - ROW_ORDER.indexOf(other.kind) || one.row - other.row);
  return el(
    "div", { class: "frame scroll list-rows", role: "region", "aria-label": "Rows", tabindex: "0" },
    el(
      "table", { role: "table" },
      el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, COLUMNS.map((name) => el("th", { role: "columnheader", scope: "col" }, name)))),
      el("tbody", { role: "rowgroup" }, sorted.map((row) => el(
        "tr", { role: "row", data: { line: row.row, kind: row.kind } },
        cell({ class: "number" }, number(row.row)), cell({ class: "id" }, idOf(row)),
        cell({ dir: "auto" }, row.candidate.candidate_name), cell({}, row.candidate.candidate_email),
        cell({ class: "verdict" }, verdict(row, answer, fix)),
      ))),
    ),
  );
}

function cell(attributes, ...content) {
  return el("td", { role: "cell", ...attributes }, content);
}

function idOf(row) {
  const id = row.candidate.candidate_id ?? row.given_id;
  return id >= FIRST_OWN_ID ? "new" : id ?? "";
}

function verdict(row, answer, fix) {
  return [
    row.failure && el("p", { class: "problem-what" }, `! No link was created: ${row.failure}`),
    (row.fault || row.again !== null) && el("p", { class: "problem-what" }, `! ${row.fault ?? `The same person is in row ${row.again}.`}`),
    row.question && question(row, answer),
    row.kind === "fault" && !row.question && button("Show In The List", () => fix(row), { kind: "small" }),
    row.kind === "done" && `✓ ${stateWord(row.status)} already`,
    row.kind === "ready" && ["✓ Good", !row.question && el("span", { class: "fine block" }, FOUND[row.found_by])],
  ];
}

function question(row, answer) {
  const select = el(
    "select", { id: `list-row-${row.row}`, on: { change: () => answer(row, select.value) } },
    el("option", { value: "" }, "Leave this row out"),
    row.choices.map((choice, at) => el("option", { value: at }, choice.label)),
  );
  select.value = row.answer;
  return [el("label", { for: select.id }, row.kind === "question" && "? ", row.question), select];
}
