/** What the service sends to the candidates of a job by itself: a form among the settings of the job. */

import { announce, el, fill, whileBusy } from "../lib/dom.js";
import { LANGUAGES, changeMessageRules, readMessageRules } from "../lib/messages.js";
import { t } from "../lib/texts.js";
import { problemBox } from "./problem.js";

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

/** The form, which loads and saves by itself. */
export function messageRules(jobId) {
  const body = el("div", { class: "report" });
  const load = async () => {
    try {
      show(body, await readMessageRules(jobId));
    } catch (problem) {
      fill(body, problemBox(t("The settings of messages could not be loaded"), problem, { retry: load }));
    }
  };
  load();
  return body;
}

function show(body, rules) {
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
  const report = el("div", { class: "report" });
  const save = el("button", { class: "button", type: "submit" }, t("Save Messages"));
  fill(body, el("form", { class: "job-settings", "aria-label": t("Automatic messages"), on: { submit: (event) => {
    event.preventDefault();
    whileBusy(save, t("Saving…"), async () => {
      try {
        const changes = Object.fromEntries([...boxes, ...numbers].map(({ name, read }) => [name, read()]));
        await changeMessageRules(rules.job_id, { ...changes, language: language.value });
        fill(report, el("p", { class: "notice", role: "status" }, t("Saved.")));
        announce(t("The settings of messages are saved."));
      } catch (problem) {
        fill(report, problemBox(t("The settings were not saved"), problem));
      }
    });
  } } },
  el("fieldset", { class: "plain-set" }, el("legend", {}, t("Automatic messages")),
    !rules.can_send && el("p", { class: "muted" }, t("No mail server is set up, so nothing is sent automatically. The numbers decide who is listed under Messages, to be reminded by hand.")),
    boxes.map(({ node }) => node)),
  numbers.map(({ node }) => node),
  el("div", { class: "field" }, el("label", { for: "rules-language" }, t("Language, where the candidate’s is not known")), language),
  el("div", { class: "buttons" }, save), report));
}
