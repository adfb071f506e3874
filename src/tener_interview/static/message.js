/** A message with a candidate's link, ready to be sent in LinkedIn: in her language, to be changed, copied whole. */

import { announce, button, el } from "./dom.js";
import { copyText } from "./entrylink.js";
import { openDialog } from "./dialog.js";
import { MESSAGES, messageLanguage, messageText } from "./messagetexts.js";

const COPIED_FOR_MS = 2000;

/** What was written by hand, by link and language, while the page is open. */
const drafts = new Map();

/** Open the message for a candidate whose session has a link. `job` may not be known. */
export function openMessage(candidate, session, job) {
  const name = candidate.candidate_name || `Candidate ${candidate.candidate_id}`;
  const facts = { name: candidate.greeting_name, title: job?.title, link: session.entry_url, expiresAt: session.expires_at };
  const text = el("textarea", { id: "message-text", rows: 17, dir: "auto", on: { input: () => drafts.set(key(), text.value) } });
  const language = el(
    "select", { id: "message-language", on: { change: () => show() } },
    Object.entries(MESSAGES).map(([code, each]) => el("option", { value: code, lang: code }, each.name)),
  );
  language.value = messageLanguage(candidate.languages);
  const key = () => `${session.entry_url} ${language.value}`;
  const show = () => {
    text.lang = language.value;
    text.value = drafts.get(key()) ?? messageText(language.value, facts);
  };
  show();
  const copy = button("Copy Message", async () => {
    const copied = await copyText(text);
    copy.textContent = copied ? "Copied" : "Press Ctrl+C";
    announce(copied ? `Message for ${name} copied.` : "The message is selected: press Ctrl+C to copy it.");
    window.setTimeout(() => {
      copy.textContent = "Copy Message";
    }, COPIED_FOR_MS);
  }, { kind: "primary" });
  const anew = button("Start Over", () => {
    drafts.delete(key());
    show();
    text.focus();
  }, { kind: "quiet" });
  openDialog("message", `Message for ${name}`, [
    el("div", { class: "field" }, el("label", { for: "message-language" }, "Language"), language),
    el("div", { class: "field" }, el("label", { for: "message-text" }, "Message"), text),
    el("div", { class: "buttons" }, copy, anew),
  ]);
  copy.focus();
}
