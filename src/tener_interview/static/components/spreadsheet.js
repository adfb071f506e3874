/**
 * Inviting from a spreadsheet: paste, drop or choose it. The service reads it and matches every row; here the rows are
 * shown, questions answered and links created. The text is kept until everything was sent.
 */

import { readCandidateList } from "../lib/api.js";
import { allows, constants, statusLabel } from "../lib/constants.js";
import { dashboard } from "../lib/dashboard.js";
import { button, debounce, el, fill } from "../lib/dom.js";
import { number } from "../lib/format.js";
import { readMailStatus } from "../lib/messages.js";
import { deleteFromTab, keepInTab, readFromTab } from "../lib/tab_storage.js";
import { fromService, t, tn } from "../lib/texts.js";
import { openDialog } from "./dialog.js";
import { inviteMany } from "./invitations.js";
import { problemBox, sentenceOf } from "./problem.js";

/** How many can be invited at once. */
const MAX_BATCH = constants.limits.step.candidates.maxItems;

const EXAMPLE = t("Name,E-mail\nAnn Other,ann@example.com");
/** Workbooks can be chosen, too: the service explains how to save them as CSV. */
const FILES = ".csv,.tsv,.txt,text/csv,.xlsx,.xls,.ods,.numbers";
/** Open the dialog for the job on the dashboard. */
export function openListDialog() {
  const { jobId } = dashboard;
  const verdict = el("div", { class: "list-verdict" });
  const text = el("textarea", {
    id: "list-text", rows: 7, spellcheck: "false", placeholder: EXAMPLE, "aria-describedby": "list-help",
    on: { input: () => typed(), paste: () => window.setTimeout(() => readTyped()) },
  });
  const file = el("input", {
    id: "list-file", type: "file", accept: FILES, on: {
      change: () => take(file.files[0]),
      // The same file can be chosen again after it was corrected.
      click: () => {
        file.value = "";
      },
    },
  });
  const submit = button(t("Create Interview Links"), () => send(), { kind: "primary", id: "list-send" });
  const clear = button(t("Clear"), () => {
    deleteFromTab(key(jobId));
    text.value = "";
    file.value = "";
    readTyped();
    text.focus();
  }, { kind: "quiet" });
  let reading = 0;
  let list = null;
  let bytes = null;

  const readTyped = () => {
    bytes = null;
    saveListDraft(jobId, { text: text.value });
    return ask(new TextEncoder().encode(text.value), null);
  };
  const typed = () => {
    bytes = null;
    file.value = "";
    list = null;
    saveListDraft(jobId, { text: text.value });
    showSubmit();
    readSoon();
  };
  const readSoon = debounce(readTyped);
  const take = async (chosen) => {
    if (!chosen) return;
    if (chosen.size > constants.list_file_bytes) {
      refuse(t("{file} is larger than {megabytes} MB. Remove what you do not need, or split it.", { file: chosen.name, megabytes: Math.floor(constants.list_file_bytes / 1024 / 1024) }));
      return;
    }
    bytes = new Uint8Array(await chosen.arrayBuffer());
    if (bytes.length === 0) refuse(t("{file} is empty. The list is unchanged.", { file: chosen.name }));
    else await ask(bytes, null);
  };
  const ask = async (content, encoding) => {
    const turn = reading += 1;
    if (content.length === 0) {
      list = null;
      fill(verdict);
      showSubmit();
      return;
    }
    verdict.setAttribute("aria-busy", "true");
    try {
      const parsed = await readCandidateList(jobId, content, encoding);
      if (turn !== reading) return;
      list = parsed;
      if (content === bytes) {
        text.value = parsed.text;
        saveListDraft(jobId, { text: parsed.text });
      }
      show();
    } catch (problem) {
      if (turn !== reading) return;
      if (problem.code === "LIST_NOT_READABLE") refuse(problem.message);
      else refuseWith(problemBox(t("The list could not be loaded"), problem, { retry: () => ask(content, encoding) }));
    } finally {
      if (turn === reading) verdict.removeAttribute("aria-busy");
    }
  };
  const refuse = (words) => refuseWith(el("p", { class: "problem-what", role: "alert" }, words));
  const refuseWith = (words) => {
    list = null;
    fill(verdict, words);
    showSubmit();
  };

  const rowsNow = () => withAnswers(list?.rows ?? [], readListDraft(jobId));
  const show = () => {
    const rows = rowsNow();
    const open = verdict.querySelector(":focus")?.id;
    fill(verdict,
      el("p", { "aria-live": "polite" }, sentence(rows, list)),
      bytes !== null && list.encoding_guessed && encodingChoice(),
      list.notes.map((note) => el("p", { class: "muted" }, fromService(note))),
      rows.length > 0 && rowsTable(rows, { answer, fix }));
    if (open) verdict.querySelector(`#${open}`)?.focus();
    showSubmit();
  };
  const answer = (row, value) => {
    saveListDraft(jobId, { answers: { ...readListDraft(jobId).answers, [row.key]: value } });
    show();
  };
  /** Select the row in the text. */
  const fix = (row) => {
    const lines = text.value.split("\n");
    const lengthOf = (some) => some.reduce((sum, line) => sum + line.length + 1, 0);
    const from = lengthOf(lines.slice(0, row.first_line));
    text.focus();
    text.setSelectionRange(from, from + lengthOf(lines.slice(row.first_line, row.last_line + 1)) - 1);
    text.scrollTop = (text.scrollHeight / lines.length) * row.first_line - text.clientHeight / 2;
  };
  const encodingChoice = () => {
    const select = el("select", { id: "list-encoding", on: { change: () => ask(bytes, select.value) } },
      Object.entries(constants.encodings).map(([value, label]) => el("option", { value }, label)));
    select.value = list.encoding;
    return el("div", { class: "field" }, el("label", { for: "list-encoding" }, t("If names look wrong, choose the encoding of the file:")), select);
  };
  const showSubmit = () => {
    const rows = rowsNow();
    const ready = rows.filter((row) => row.kind === "ready").length;
    const now = Math.min(ready, MAX_BATCH);
    const left = rows.filter((row) => row.kind === "fault" || row.kind === "question").length;
    submit.disabled = now === 0;
    submit.textContent = submitLabel(now, left);
  };
  const send = () => {
    const rows = rowsNow();
    const sent = rows.filter((row) => row.kind === "ready").slice(0, MAX_BATCH);
    const left = rows.filter((row) => row.kind !== "done").length - sent.length;
    saveListDraft(jobId, { left, failures: {} });
    dialog.close();
    const rowOf = new Map(sent.map((row) => [row.candidate.candidate_id, row.row]));
    const message = write.firstChild.checked && !write.hidden ? { invitation_message: {} } : {};
    inviteMany({ candidates: sent.map((row) => row.candidate), ...message }, {
      rowOf, left, settled: (items) => recordOutcome(jobId, items), back: () => openListDialog(),
    });
  };

  const write = el("label", { class: "check", hidden: true }, el("input", { type: "checkbox", id: "list-write", checked: true }),
    el("span", {}, t("Send the invitations by e-mail"), el("span", { class: "muted block" }, t("To everybody on the list with an e-mail address, in the words of the template."))));
  readMailStatus().then(({ server }) => {
    write.hidden = !server;
  }, () => {});
  text.value = readListDraft(jobId).text;
  const dialog = openDialog("list", t("Invite from a spreadsheet"), [
    el("p", { id: "list-help" }, t("A list with names, e-mail addresses or IDs, in any order. Candidates of this job are recognized; anyone else is invited as a new candidate.")),
    el("div", { class: "field" }, el("label", { for: "list-text" }, t("Paste the rows, or drop a file here")), text),
    el("div", { class: "field" }, el("label", { for: "list-file" }, t("Or choose a file")), file),
    verdict, write,
    el("div", { class: "dialog-foot" }, el("div", { class: "buttons" }, submit, clear)),
  ], { kind: "wide" });
  dialog.addEventListener("dragover", (drag) => drag.preventDefault());
  dialog.addEventListener("drop", (drop) => {
    drop.preventDefault();
    const dropped = drop.dataTransfer.files[0];
    if (dropped) take(dropped);
    else if (drop.dataTransfer.getData("text")) {
      text.value = drop.dataTransfer.getData("text");
      readTyped();
    }
  });
  showSubmit();
  if (text.value) readTyped();
  text.focus();
}

/** The rows with answers and outcomes: `kind`, `key`, and the `candidate` to invite. */
function withAnswers(rows, { answers, failures }) {
  const taken = new Map(rows.filter((row) => !row.fault && !row.question).map((row) => [row.candidate_id, row.row]));
  return rows.map((row) => {
    const key = [row.question, row.given_id, row.candidate_name, row.candidate_email].join("\n");
    const chosen = row.question && answers[key] !== undefined ? row.choices[answers[key]] : null;
    const { candidate_id: id, candidate_name: name, candidate_email: email } = chosen ?? row;
    const again = chosen && taken.get(id) !== undefined && taken.get(id) !== row.row ? taken.get(id) : null;
    if (chosen && again === null) taken.set(id, row.row);
    const judgement = {
      ...row, key, status: (chosen ?? row).session_status, answer: answers[key] ?? "", again, failure: failures[id] ?? null,
      candidate: { candidate_id: id, candidate_name: name ?? undefined, candidate_email: email ?? undefined },
    };
    return { ...judgement, kind: rowKind(judgement, chosen) };
  });
}

function submitLabel(now, skipped) {
  if (!now) return t("Create Interview Links");
  return skipped
    ? tn(now, "Create {count} Interview Link, Skip {skipped}", "Create {count} Interview Links, Skip {skipped}", { skipped: number(skipped) })
    : tn(now, "Create {count} Interview Link", "Create {count} Interview Links");
}

function sentence(rows, list) {
  const count = (kind) => rows.filter((row) => row.kind === kind).length;
  const parts = [
    count("fault") && t("{count} with errors", { count: number(count("fault")) }),
    count("question") && t("{count} with a question", { count: number(count("question")) }),
    count("done") && tn(count("done"), "{count} already has an interview", "{count} already have an interview"),
  ].filter(Boolean);
  const all = tn(rows.length, "{count} row", "{count} rows");
  const more = list.total_rows > rows.length && t("The list has {total} rows; the first {count} are shown. Remove them when they are done to continue.", { total: number(list.total_rows), count: number(rows.length) });
  const steps = count("ready") > MAX_BATCH && t("{count} are invited at once; the others stay here for the next batch.", { count: number(MAX_BATCH) });
  if (rows.length === 0) return t("No candidates found.");
  return [parts.length ? `${all}, ${parts.join(", ")}.` : t("{rows}, all ready.", { rows: all }), count("done") === 0 && t("Nothing has been sent yet."), more, steps].filter(Boolean).join(" ");
}

const COLUMNS = [t("Row"), "ID", t("Name"), "E-mail", t("Result")];
/** The order of rows: those with problems first. */
const ROW_ORDER = ["fault", "question", "ready", "done"];
const FOUND_BY = {
  id: t("In this job"), email: t("Found by e-mail address"), name: t("Found by name"), given: t("Not in this job’s list"),
  new: t("New candidate"),
};

/** The kind of a row: `fault`, `question`, `ready` or `done`. `chosen` is the answer to its question. */
function rowKind(row, chosen) {
  if (row.fault || row.again !== null) return "fault";
  if (row.question && !chosen) return "question";
  const { session_status: status } = chosen ?? row;
  return status && !allows("start_in_batch", status) ? "done" : "ready";
}

/** The table. `answer(row, choice)` is called with an answer, `fix(row)` to show the row in the text. */
function rowsTable(rows, { answer, fix }) {
  const sorted = [...rows].sort((item, other) => ROW_ORDER.indexOf(item.kind) - ROW_ORDER.indexOf(other.kind) || item.row - other.row);
  return el(
    "div", { class: "frame scroll list-rows", role: "region", "aria-label": t("Rows"), tabindex: "0" },
    el(
      "table", { role: "table" },
      el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, COLUMNS.map((name) => el("th", { role: "columnheader", scope: "col" }, name)))),
      el("tbody", { role: "rowgroup" }, sorted.map((row) => el(
        "tr", { role: "row", data: { line: row.row, kind: row.kind } },
        cell({ class: "number", data: { label: t("Row") } }, number(row.row)), cell({ class: "id" }, idOf(row)),
        cell({ dir: "auto" }, row.candidate.candidate_name), cell({}, row.candidate.candidate_email),
        cell({ class: "result-cell" }, rowNotes(row, answer, fix)),
      ))),
    ),
  );
}

function cell(attributes, ...content) {
  return el("td", { role: "cell", ...attributes }, content);
}

function idOf(row) {
  const id = row.candidate.candidate_id ?? row.given_id;
  return id >= constants.first_own_candidate_id ? t("new") : id ?? "";
}

function rowNotes(row, answer, fix) {
  return [
    row.failure && el("p", { class: "problem-what" }, `! ${t("No link was created: {reason}", { reason: row.failure })}`),
    (row.fault || row.again !== null) && el("p", { class: "problem-what" }, `! ${fromService(row.fault) ?? t("The same person is in row {row}.", { row: row.again })}`),
    row.question && question(row, answer),
    row.kind === "fault" && !row.question && button(t("Show in List"), () => fix(row), { kind: "small" }),
    row.kind === "done" && `✓ ${t("{status} already", { status: statusLabel(row.status) })}`,
    row.kind === "ready" && [`✓ ${t("Ready")}`, !row.question && el("span", { class: "muted block" }, FOUND_BY[row.found_by])],
  ];
}

function question(row, answer) {
  const select = el(
    "select", { id: `list-row-${row.row}`, on: { change: () => answer(row, select.value) } },
    el("option", { value: "" }, t("Skip this row")),
    row.choices.map((choice, at) => el("option", { value: at }, fromService(choice.label))),
  );
  select.value = row.answer;
  return [el("label", { for: select.id }, row.kind === "question" && "? ", fromService(row.question)), select];
}

const EMPTY_DRAFT = { text: "", answers: {}, failures: {}, left: 0 };

/** The draft for a job: `answers` by question and row, `failures` by candidate id. */
function readListDraft(jobId) {
  return { ...EMPTY_DRAFT, ...readFromTab(key(jobId)) };
}

/** Change the draft for a job. */
function saveListDraft(jobId, changes) {
  keepInTab(key(jobId), { ...readListDraft(jobId), ...changes });
}

/** Record the outcome of sending: remove who has a link, keep the errors of the others. */
function recordOutcome(jobId, items) {
  const draft = readListDraft(jobId);
  const failures = { ...draft.failures };
  for (const { candidate_id: id, error } of items) {
    if (error) failures[id] = sentenceOf(error);
    else delete failures[id];
  }
  if (draft.left === 0 && Object.keys(failures).length === 0) deleteFromTab(key(jobId));
  else saveListDraft(jobId, { failures });
}

function key(jobId) {
  return `list-${jobId}`;
}
