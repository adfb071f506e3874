/** What the pages of users and the account have in common: times, secrets shown once, tokens, and reports. */

import { announce, button, byId, el, fill, hiddenText, whileBusy } from "../lib/dom.js";
import { LOCALE, t, whenUsed } from "../lib/texts.js";
import { problemBox } from "./problem.js";

const TIME = whenUsed(() => new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium", timeStyle: "short" }));
const COPIED_FOR_MS = 2000;

/** A time in the reader's zone, or words for none. */
export function when(at, none = t("never")) {
  return at ? el("time", { datetime: at }, TIME().format(new Date(at))) : none;
}

/** Show the rows of a table, or what it says without any. */
export function fillTable(id, rows, empty) {
  const heads = byId(id).closest("table").tHead.rows[0].cells;
  fill(byId(id), rows.length ? rows : el("tr", {}, el("td", { colspan: heads.length, class: "empty" }, empty)));
  nameCells(byId(id));
}

/** Give the cells the names of their columns: on a narrow screen a row is a card, without the headings. */
export function nameCells(body) {
  const heads = [...body.closest("table").tHead.rows[0].cells].map((head) => head.textContent.trim());
  // A table that is laid out otherwise is no table for screen readers any more, unless it says so.
  body.closest("table").role = "table";
  for (const row of body.rows) {
    row.role = "row";
    for (const [place, cell] of [...row.cells].entries()) {
      cell.role = cell.tagName === "TH" ? "rowheader" : "cell";
      if (cell.tagName === "TD" && !cell.matches(".actions, .empty")) cell.dataset.label = heads[place];
    }
  }
}

/** Something that is shown only once, with a button to copy it. */
export function secret(label, value, about) {
  const field = el("input", { readonly: true, value, "aria-label": label, on: { focus: () => field.select() } });
  const copy = button(t("Copy"), async () => {
    field.focus();
    field.select();
    const copied = await navigator.clipboard?.writeText(value).then(() => true, () => false) ?? document.execCommand("copy");
    copy.textContent = copied ? t("Copied") : t("Press Ctrl+C");
    announce(copied ? t("{what}: copied.", { what: label }) : t("It is selected: press Ctrl+C to copy it."));
    window.setTimeout(() => {
      copy.textContent = t("Copy");
    }, COPIED_FOR_MS);
  }, { kind: "small" });
  return el("div", { class: "secret" }, el("strong", {}, label), el("p", {}, about), field, el("p", { class: "buttons" }, copy));
}

/** Do something while its button is busy; report what goes wrong. `what` is a sentence such as "The name was not saved". */
export async function attempt(control, what, work) {
  fill(byId("report"));
  await whileBusy(control, t("Working…"), async () => {
    try {
      await work();
    } catch (problem) {
      const box = problemBox(what, problem, { dismiss: () => fill(byId("report")) });
      fill(byId("report"), box);
      box.scrollIntoView({ block: "nearest" });
    }
  });
}

/** A button that asks once more before it acts. `name` says of what, for screen readers. */
export function dangerButton(label, name, question, act) {
  const box = el("span", { class: "buttons" });
  const first = () => {
    const ask = button(label, () => {
      const yes = button(t("Yes, {action}", { action: label }), () => act(yes), { kind: "small danger" });
      fill(box, el("span", {}, question), yes, button(t("No"), () => { first(); box.querySelector("button").focus(); }, { kind: "small" }));
      yes.focus();
    }, { kind: "small" });
    ask.append(hiddenText(` ${name}`));
    fill(box, ask);
  };
  first();
  return box;
}

const SCOPES = { admin: t("everything"), recruiter: t("as a recruiter"), reviewer: t("as a reviewer"), machine: t("as the main system") };

/** The cells of a token's scope and times. */
export function tokenCells(token) {
  const scope = token.read_only ? t("{scope}, read only", { scope: SCOPES[token.role] }) : SCOPES[token.role];
  const ends = token.status === "revoked" ? t("revoked") : token.status === "expired" ? t("expired") : when(token.expires_at, t("for ever"));
  return [el("td", {}, scope), el("td", {}, when(token.last_used_at)), el("td", {}, ends)];
}
