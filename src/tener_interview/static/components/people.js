/** What the pages of users and the account have in common: times, secrets shown once, tokens, and reports. */

import { announce, button, byId, el, fill, hiddenText, whileBusy } from "../lib/dom.js";
import { problemBox } from "./problem.js";

const TIME = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });
const COPIED_FOR_MS = 2000;

/** A time in the reader's zone, or words for none. */
export function when(at, none = "never") {
  return at ? el("time", { datetime: at }, TIME.format(new Date(at))) : none;
}

/** Something that is shown only once, with a button to copy it. */
export function secret(label, value, about) {
  const field = el("input", { readonly: true, value, "aria-label": label, on: { focus: () => field.select() } });
  const copy = button("Copy", async () => {
    field.focus();
    field.select();
    const copied = await navigator.clipboard?.writeText(value).then(() => true, () => false) ?? document.execCommand("copy");
    copy.textContent = copied ? "Copied" : "Press Ctrl+C";
    announce(copied ? `${label} copied.` : "It is selected: press Ctrl+C to copy it.");
    window.setTimeout(() => {
      copy.textContent = "Copy";
    }, COPIED_FOR_MS);
  }, { kind: "small" });
  return el("div", { class: "secret" }, el("strong", {}, label), el("p", {}, about), field, el("p", { class: "buttons" }, copy));
}

/** Do something while its button is busy; report what goes wrong. `what` is a sentence such as "The name was not saved". */
export async function attempt(control, what, work) {
  fill(byId("report"));
  await whileBusy(control, "Working…", async () => {
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
      const yes = button(`Yes, ${label}`, () => act(yes), { kind: "small danger" });
      fill(box, el("span", {}, question), yes, button("No", () => { first(); box.querySelector("button").focus(); }, { kind: "small" }));
      yes.focus();
    }, { kind: "small" });
    ask.append(hiddenText(` ${name}`));
    fill(box, ask);
  };
  first();
  return box;
}

const SCOPES = { admin: "everything", recruiter: "as a recruiter", reviewer: "as a reviewer", machine: "as the main system" };

/** The cells of a token's scope and times. */
export function tokenCells(token) {
  const scope = `${SCOPES[token.role]}${token.read_only ? ", only reading" : ""}`;
  const ends = token.status === "revoked" ? "revoked" : token.status === "expired" ? "expired" : when(token.expires_at, "for ever");
  return [el("td", {}, scope), el("td", {}, when(token.last_used_at)), el("td", {}, ends)];
}
