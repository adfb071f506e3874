/** Messages to candidates: whether e-mail leaves, whom to remind today, what became of what was sent, and templates. */

import { setUpDesk } from "../components/desk.js";
import { handButtons } from "../components/messaging.js";
import { attempt, fillTable, when } from "../components/account_widgets.js";
import { testButton } from "../components/test_message.js";
import { listJobs } from "../lib/api.js";
import { constants } from "../lib/constants.js";
import { announce, button, byId, debounce, el, fill } from "../lib/dom.js";
import { number } from "../lib/format.js";
import { KINDS, LANGUAGES, STATES } from "../lib/messages.js";
import {
  cancelMessage, listDue, listMessages, listTemplates, pauseMail, previewTemplate, readMailStatus, resetTemplate,
  saveTemplate, sendAgain,
} from "../lib/messages.js";
import { fromService, t, tNodes } from "../lib/texts.js";

/** How often the list is read again while something is on its way. */
const NEWS_INTERVAL_MS = 3000;

/** Title of each job of the source, by id. */
let titles = new Map();
/** The templates of the chosen company, and whether the shown one was changed since it was loaded. */
let templates = [];

setUpDesk();
byId("template-company").maxLength = constants.messages.max_company_chars;
byId("template-subject").maxLength = constants.messages.max_subject_chars;
byId("template-text").maxLength = constants.messages.max_text_chars;

const jobName = (jobId) => titles.get(jobId) ?? t("Job {id}", { id: jobId });
/** The name of a candidate, which leads to everything about the interview. */
const personLink = ({ job_id: jobId, session_id: sessionId, candidate_name: name }) => (sessionId
  ? el("a", { href: `/dashboard?job=${jobId}&session=${encodeURIComponent(sessionId)}`, dir: "auto" }, name)
  : el("span", { dir: "auto" }, name));
const jobLink = (item) => el("a", { href: `/dashboard?job=${item.job_id}`, dir: "auto" }, jobName(item.job_id));

/** In the demo, messages are only shown here. */
let isDemo = false;

async function showStatus() {
  const status = await readMailStatus();
  isDemo = status.demo;
  const waiting = ["queued", "claimed", "handing_over"].reduce((sum, state) => sum + (status.states[state] ?? 0), 0);
  const look = ["uncertain", "parked"].reduce((sum, state) => sum + (status.states[state] ?? 0), 0);
  const toggle = button(status.paused ? t("Resume E-Mail") : t("Pause All E-Mail"), () => attempt(toggle, t("Nothing was changed"), async () => {
    await pauseMail(!status.paused);
    announce(status.paused ? t("E-mail is on again.") : t("No e-mail is sent until you resume."));
    await showStatus();
  }), { kind: status.paused ? "primary" : "", id: "pause" });
  fill(byId("status"),
    el("p", {}, (status.paused || !status.demo) && [el("strong", {}, status.paused ? t("E-mail is paused.") : status.server ? t("E-mail is on.") : t("No mail server.")), " "],
      status.demo && t("Demo: messages are only listed here; nothing leaves this computer."), status.demo && " ",
      status.paused ? t("Messages wait until sending is resumed.") : !status.server ? t("Open each message in your mail program, or copy it. An admin can set up e-mail.") : !status.demo && t("Sent from {sender} by {server}.", { sender: status.sender, server: status.server })),
    status.server && el("p", { class: "muted" }, status.demo ? t("{count} of at most {limit} listed today", { count: number(status.sent_today), limit: number(status.daily_limit) }) : t("{count} of at most {limit} sent today", { count: number(status.sent_today), limit: number(status.daily_limit) }), " · ", t("{count} waiting", { count: number(waiting) }), look > 0 && [" · ", t("{count} not sent or uncertain", { count: number(look) })]),
    status.server && toggle,
  );
  return waiting;
}

async function showDue() {
  const { items } = await listDue();
  fillTable("due", items.map(dueRow), t("Nobody is due a reminder."));
}

function dueRow(item) {
  const name = item.candidate_name;
  return el("tr", { data: { candidateId: item.candidate_id } },
    el("th", { scope: "row" }, el("span", { class: "block" }, personLink(item)), el("span", { class: "muted" }, item.address ?? fromService(item.why))),
    el("td", {}, jobLink(item)),
    el("td", {}, when(item.expires_at)),
    el("td", {}, number(item.reminders_sent)),
    el("td", {}, el("details", {}, el("summary", {}, KINDS[item.kind]), el("p", { class: "message-subject", lang: item.message.language, dir: "auto" }, item.message.subject), el("p", { class: "message-text", lang: item.message.language, dir: "auto" }, item.message.text))),
    el("td", {}, el("div", { class: "buttons" }, handButtons({ jobId: item.job_id, kind: item.kind, candidateId: item.candidate_id, name, address: item.address, message: item.message }, () => Promise.all([showDue(), showSent()])))),
  );
}

async function showSent() {
  const { items } = await listMessages({ state: byId("sent-state").value, limit: 200 });
  fillTable("sent", items.map(sentRow), byId("sent-state").value ? t("No messages with this status.") : t("No messages yet. Select candidates of a job and press Message."));
}

function sentRow(message) {
  const again = async () => {
    await Promise.all([showStatus(), showSent()]);
  };
  const retry = ["parked", "uncertain"].includes(message.state) && button(t("Send Again"), (press) => attempt(press.currentTarget, t("It was not sent again"), async () => {
    await sendAgain(message.message_id);
    announce(t("The message for {name} is being sent again.", { name: message.candidate_name }));
    await again();
  }), { kind: "small", "aria-label": t("Send again to {name}", { name: message.candidate_name }) });
  const cancel = message.state === "queued" && button(t("Cancel"), (press) => attempt(press.currentTarget, t("It was not canceled"), async () => {
    await cancelMessage(message.message_id);
    await again();
  }), { kind: "small", "aria-label": t("Cancel the message for {name}", { name: message.candidate_name }) });
  return el("tr", { data: { state: message.state } },
    el("th", { scope: "row" }, personLink(message)),
    el("td", {}, jobLink(message)),
    el("td", {}, KINDS[message.kind], message.automatic && el("span", { class: "block muted" }, t("automatic"))),
    el("td", {}, el("span", { class: "block" }, isDemo && message.state === "delivered" ? t("Not sent: demo") : STATES[message.state]), message.answer && message.state !== "delivered" && el("span", { class: "muted" }, message.answer)),
    el("td", {}, when(message.finished_at ?? message.created_at), message.next_attempt_at && message.attempts > 0 && el("span", { class: "block muted" }, tNodes("next try {time}", { time: when(message.next_attempt_at) }))),
    el("td", {}, el("div", { class: "buttons" }, retry, cancel)),
  );
}

const shown = () => ({ kind: byId("template-kind").value, language: byId("template-language").value, company: byId("template-company").value.trim() });

async function loadTemplates() {
  const { items, companies, placeholders } = await listTemplates(shown().company);
  templates = items;
  fill(byId("companies"), companies.map((company) => el("option", { value: company })));
  fill(byId("placeholders"), Object.entries(placeholders).map(([name, meaning]) => [el("dt", {}, `{${name}}`), el("dd", {}, fromService(meaning))]));
  showTemplate();
}

function showTemplate() {
  const { kind, language, company } = shown();
  const words = templates.find((item) => item.kind === kind && item.language === language);
  const origins = { service: t("This is the standard text."), all: t("This is your text for all companies."), company: t("This is the text for {company}.", { company }) };
  byId("template-origin").textContent = origins[words.origin];
  byId("template-reset").disabled = words.origin === "service" || (words.origin === "all" && company !== "");
  for (const [id, value] of [["template-subject", words.subject], ["template-text", words.text]]) {
    byId(id).value = value;
    byId(id).lang = language;
  }
  showPreview();
}

async function showPreview() {
  const body = { ...shown(), subject: byId("template-subject").value, text: byId("template-text").value };
  const message = await previewTemplate(body).catch((problem) => ({ subject: "", text: problem.message }));
  fill(byId("preview-subject"), message.subject);
  fill(byId("preview-text"), message.text);
}

byId("template").addEventListener("submit", (submit) => {
  submit.preventDefault();
  attempt(submit.submitter, t("The template was not saved"), async () => {
    const { kind, language, company } = shown();
    await saveTemplate(kind, language, { company, subject: byId("template-subject").value, text: byId("template-text").value });
    announce(t("The template is saved."));
    await loadTemplates();
  });
});
byId("template-reset").addEventListener("click", (press) => attempt(press.currentTarget, t("The template was not changed"), async () => {
  const { kind, language, company } = shown();
  await resetTemplate(kind, language, company);
  announce(t("The earlier text is back."));
  await loadTemplates();
}));
byId("template-reset").after(testButton(() => ({ ...shown(), subject: byId("template-subject").value, text: byId("template-text").value })));
const previewLater = debounce(showPreview);
for (const id of ["template-subject", "template-text"]) byId(id).addEventListener("input", previewLater);
for (const id of ["template-kind", "template-language"]) byId(id).addEventListener("change", showTemplate);
byId("template-company").addEventListener("change", loadTemplates);
byId("sent-state").addEventListener("change", showSent);

const options = (words) => Object.entries(words).map(([value, label]) => el("option", { value }, label));
fill(byId("sent-state"), el("option", { value: "" }, t("All")), options(Object.fromEntries(Object.entries(STATES).filter(([state]) => !["claimed", "handing_over"].includes(state)))));
fill(byId("template-kind"), options(KINDS));
fill(byId("template-language"), options(LANGUAGES));

attempt(byId("template").querySelector("[type=submit]"), t("The messages could not be loaded"), async () => {
  const jobs = await listJobs().catch(() => ({ items: [] }));
  titles = new Map(jobs.items.map((job) => [job.id ?? job.job_id, job.title]));
  await showStatus();
  await Promise.all([showDue(), showSent(), loadTemplates()]);
  window.setInterval(async () => {
    // Nothing moves while somebody is about to press a button in the list.
    if (!document.hidden && !byId("sent").contains(document.activeElement) && (await showStatus()) > 0) await showSent();
  }, NEWS_INTERVAL_MS);
});
