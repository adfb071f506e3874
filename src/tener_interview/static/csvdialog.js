/** Inviting from a spreadsheet: paste, drop or choose it; every row is checked before anything is sent. */

import { COLUMNS, MOST_ROWS, readCandidates } from "./csv.js";
import { openDialog } from "./dialog.js";
import { announce, button, el, fill } from "./dom.js";
import { number } from "./format.js";

const EXAMPLE = `${COLUMNS.join(",")}\n9001,Ann Other,ann@example.com`;

/** What was pasted stays until it was sent, also when the dialog is closed by mistake. */
let draft = "";

/** Open the dialog. `invite(candidates)` is given the good rows when they are to be sent. */
export function openCsvDialog(invite) {
  const verdict = el("div", { class: "csv-verdict" });
  const text = el("textarea", {
    id: "csv-text", rows: 7, spellcheck: "false", placeholder: EXAMPLE, "aria-describedby": "csv-help", on: { input: () => check() },
  });
  const file = el("input", { id: "csv-file", type: "file", accept: ".csv,.tsv,.txt,text/csv", on: { change: () => take(file.files[0]) } });
  const submit = button("Create Interview Links", () => send(), { kind: "primary", id: "csv-send" });
  let good = [];

  const check = () => {
    draft = text.value;
    const rows = show(verdict, text.value);
    good = rows.filter((row) => !row.fault);
    const left = rows.length - good.length;
    const fits = good.length > 0 && good.length <= MOST_ROWS;
    submit.disabled = !fits;
    submit.textContent = good.length
      ? `Create ${number(good.length)} Interview ${good.length === 1 ? "Link" : "Links"}${left ? `, Leave Out ${number(left)}` : ""}`
      : "Create Interview Links";
  };
  const take = async (chosen) => {
    if (!chosen) return;
    text.value = await chosen.text();
    check();
    announce(verdict.querySelector("p")?.textContent ?? "");
  };
  const send = () => {
    draft = "";
    dialog.close();
    invite(good.map(({ candidate_id: id, candidate_name: name, candidate_email: email }) => ({
      candidate_id: id, candidate_name: name || undefined, candidate_email: email || undefined,
    })));
  };

  text.value = draft;
  const dialog = openDialog("csv", "Invite from a spreadsheet", [
    el("p", { id: "csv-help" }, "One candidate a line: ", el("code", {}, COLUMNS.join(", ")), ". Name and e-mail may be left empty."),
    el("div", { class: "field" }, el("label", { for: "csv-text" }, "Paste the rows, or drop a file here"), text),
    el("div", { class: "field" }, el("label", { for: "csv-file" }, "Or choose a file"), file),
    verdict,
    el("div", { class: "buttons" }, submit),
  ], { kind: "wide" });
  dialog.addEventListener("dragover", (drag) => drag.preventDefault());
  dialog.addEventListener("drop", (drop) => {
    drop.preventDefault();
    take(drop.dataTransfer.files[0]);
  });
  check();
  text.focus();
}

/** Say of every row whether it is good; gives the rows back. */
function show(place, text) {
  try {
    const rows = readCandidates(text);
    const faulty = rows.filter((row) => row.fault).length;
    fill(place, rows.length > 0 && [
      el("p", { "aria-live": "polite" }, sentence(rows.length, faulty)),
      rows.length - faulty > MOST_ROWS && el("p", { class: "problem-what" }, `At most ${number(MOST_ROWS)} at once: take some out and send them afterwards.`),
      table(rows),
    ]);
    return rows;
  } catch (fault) {
    fill(place, el("p", { class: "problem-what", role: "alert" }, fault.message));
    return [];
  }
}

function sentence(total, faulty) {
  const rows = `${number(total)} ${total === 1 ? "row" : "rows"}`;
  return faulty ? `${rows}, ${number(faulty)} with a fault. Nothing has been sent yet.` : `${rows}, all good. Nothing has been sent yet.`;
}

/** Faulty rows first: they are what is to be looked at. */
function table(rows) {
  const sorted = [...rows].sort((one, other) => Number(!one.fault) - Number(!other.fault));
  return el(
    "div", { class: "frame scroll csv-rows", role: "region", "aria-label": "Rows", tabindex: "0" },
    el(
      "table", {},
      el("thead", {}, el("tr", {}, ["Line", "Id", "Name", "E-mail", "Verdict"].map((name) => el("th", { scope: "col" }, name)))),
      el("tbody", {}, sorted.map((row) => el(
        "tr", { data: { line: row.line } },
        el("td", { class: "number" }, number(row.line)), el("td", {}, row.candidate_id), el("td", { dir: "auto" }, row.candidate_name),
        el("td", {}, row.candidate_email),
        el("td", { class: row.fault && "problem-what" }, row.fault ? `! ${row.fault}` : "✓ Good"),
      ))),
    ),
  );
}
