/** What the service sends to the candidates of a job by itself: fields among the settings of the job. */

import { el } from "../lib/dom.js";
import { LANGUAGES } from "../lib/messages.js";
import { t } from "../lib/texts.js";

const SENT = [
  ["send_invitations", t("Send the invitation"), t("As soon as a candidate has a link, whoever created it.")],
  ["send_reminders", t("Send reminders"), t("Only between 8 and 21 o’clock where the candidate is. Without this, candidates are listed under Messages, to be reminded by hand.")],
  ["send_thanks", t("Send thanks"), t("When an interview is finished.")],
];
const NUMBERS = [
  ["remind_after_days", t("Days from the invitation to a reminder, and between reminders"), 1, 60],
  ["remind_before_end_hours", t("Last reminder: hours before the link runs out (0: none)"), 0, 240],
  ["most_reminders", t("Reminders at most"), 0, 10],
];

/** The fields, and what was changed in them: all that they say, or null. */
export function messageRules(rules) {
  const boxes = SENT.map(([name, label, help]) => {
    const box = el("input", { type: "checkbox", id: name, disabled: !rules.can_send, "aria-describedby": `${name}-help` });
    box.checked = rules[name];
    return { name, read: () => box.checked, node: el("div", { class: "setting" }, el("label", { for: name }, box, label), el("p", { class: "muted", id: `${name}-help` }, help)) };
  });
  const numbers = NUMBERS.map(([name, label, min, max]) => {
    const field = el("input", { type: "number", id: name, min, max, required: true, value: rules[name] });
    return { name, read: () => field.valueAsNumber, node: el("div", { class: "field" }, el("label", { for: name }, label), field) };
  });
  const language = el("select", { id: "rules-language" }, Object.entries(LANGUAGES).map(([value, label]) => el("option", { value }, label)));
  language.value = rules.language;
  const node = el("fieldset", { class: "plain-set" }, el("legend", {}, t("Automatic messages")),
    !rules.can_send && el("p", { class: "muted" }, t("No mail server is set up, so nothing is sent automatically. The numbers decide who is listed under Messages, to be reminded by hand.")),
    [...boxes, ...numbers].map((part) => part.node),
    el("div", { class: "field" }, el("label", { for: "rules-language" }, t("Language, where the candidate’s is not known")), language));
  const read = () => ({ ...Object.fromEntries([...boxes, ...numbers].map((part) => [part.name, part.read()])), language: language.value });
  const before = JSON.stringify(read());
  return { node, changes: () => (JSON.stringify(read()) === before ? null : read()) };
}
