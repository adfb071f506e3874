/** Messages to several candidates: a preview first, then sent, or opened in the mail program. */

import { runStep } from "../lib/api.js";
import { constants, isFinished } from "../lib/constants.js";
import { copyWords } from "../lib/copying.js";
import { announce, button, el, fill, hiddenText, whileBusy } from "../lib/dom.js";
import { candidateName, listed, number, time } from "../lib/format.js";
import { deliverySentence, followMessages, KINDS, mailtoUrl, noteSentByHand, previewMessages, sendMessages } from "../lib/messages.js";
import { fromService, t, tn } from "../lib/texts.js";
import { closeLayer, openDialog } from "./dialog.js";
import { confirmationBox } from "./invitations.js";
import { showMessageTexts } from "./message_texts.js";
import { problemBox, sentenceOf } from "./problem.js";
import { testButton } from "./test_message.js";

/** What e-mail ends with, and other messages do not need. */
const OPT_OUT_FOOTER = "\n\n--\n";
/** How many candidates a request may name, within what time a message is pointed out as recent, and which kinds remind. */
const { max_recipients: MAX_RECIPIENTS, recent_ms: RECENT_MS, reminder_kinds: REMINDER_KINDS } = constants.messages;
/** How many names a sentence lists. */
const NAMED = 3;

/**
 * Open the preview of messages to these candidates of a job. `job` has an id and may have a company; candidates have
 * `candidate_id` and `candidate_name`. `changed()` is called once something was sent.
 */
export function openMessaging({ job, candidates, kind = null, changed = () => {} }) {
  const people = candidates.slice(0, MAX_RECIPIENTS);
  const first = kind ?? (people.every((item) => isFinished(item.session?.status)) ? "thanks" : "invitation");
  const state = { job, people, changed, kind: first, texts: new Map(), skipped: new Set(), shown: null, preview: null, asked: 0, outcome: null };
  const kinds = el("select", { id: "message-kind", on: { change: () => {
    Object.assign(state, { kind: kinds.value, texts: new Map(), skipped: new Set(), shown: null, outcome: null });
    load(state);
  } } }, Object.entries(KINDS).map(([value, label]) => el("option", { value }, label)));
  kinds.value = first;
  state.parts = {
    costs: el("div", { class: "notice", role: "status" }), words: el("details", { class: "message-texts" }),
    list: el("div", { class: "frame scroll", role: "region", "aria-label": t("Recipients"), tabindex: "0" }),
    preview: el("section", { class: "message-preview", "aria-label": t("Preview") }), report: el("div", { class: "report" }),
    buttons: el("div", { class: "buttons" }),
    kind: el("div", { class: "field" }, el("label", { for: "message-kind" }, t("Message")), kinds),
  };
  state.dialog = openDialog("messaging", titleOf(state), [
    state.parts.kind, state.parts.costs, state.parts.words, state.parts.list, state.parts.preview,
    el("footer", { class: "dialog-foot" }, state.parts.report, state.parts.buttons),
  ], { kind: "wide" });
  kinds.focus();
  load(state);
}

async function load(state) {
  const { parts } = state;
  state.asked += 1;
  const { asked } = state;
  if (!state.preview) fill(parts.list, el("p", { class: "empty" }, t("Loading…")));
  try {
    const texts = [...state.texts.values()];
    const preview = await previewMessages(state.job.id, { kind: state.kind, candidate_ids: state.people.map((item) => item.candidate_id), texts });
    // Another message may have been chosen meanwhile.
    if (asked !== state.asked) return;
    fill(parts.report);
    state.preview = preview;
    if (!texts.length && !state.outcome) skipByDefault(state);
    state.dialog.querySelector("h2").textContent = titleOf(state);
    show(state);
  } catch (problem) {
    fill(parts.report, problemBox(t("The messages could not be prepared"), problem, { retry: () => load(state) }));
  }
}

/** Leave out who has the message already, who would be reminded of what was written just now, and who cannot get one while others can. */
function skipByDefault(state) {
  const { items } = state.preview;
  const some = items.some((item) => isReachable(state, item));
  for (const item of items) {
    if (item.last_sent_at || (isReminder(state) && isRecent(item)) || (some && isUnreachable(state, item))) state.skipped.add(item.candidate_id);
  }
}

/** What the dialog is about: a message, or texts to send by hand where no e-mail reaches anybody. */
function titleOf(state) {
  const { people } = state;
  const manual = state.preview && isByHand(state);
  if (people.length === 1) {
    const name = candidateName(people[0]);
    if (manual) return t("Write to {name} by hand", { name });
    return isReminder(state) ? t("Reminder for {name}", { name }) : t("Message for {name}", { name });
  }
  const count = number(people.length);
  if (manual) return t("Write to {count} candidates by hand: no e-mail reaches them", { count });
  return isReminder(state) ? t("Remind {count} candidates", { count }) : t("Message {count} candidates", { count });
}

const isReminder = ({ kind }) => REMINDER_KINDS.includes(kind);

function show(state) {
  showCosts(state);
  showTexts(state);
  showList(state);
  showPreview(state);
  showButtons(state);
}

/** Those who get a message when it is sent now. */
function recipientsNow(state) {
  return state.preview.items.filter((item) => item.state === "ready" && !state.skipped.has(item.candidate_id));
}

function withoutInterview(state) {
  return state.kind === "invitation" ? state.preview.items.filter((item) => item.state === "no_interview" && !state.skipped.has(item.candidate_id)) : [];
}

/** Whether nobody can get an e-mail, and somebody can be written to in another way. */
function isByHand(state) {
  const { can_send: canSend, items } = state.preview;
  if (canSend && items.some((item) => isReachable(state, item))) return false;
  return items.some((item) => item.message || (state.kind === "invitation" && item.state === "no_interview"));
}

/** Whether an e-mail can go to a candidate now, or with an invitation. */
function isReachable(state, item) {
  return item.state === "ready" || (state.kind === "invitation" && item.state === "no_interview" && !isUnreachable(state, item));
}

/** Whether a candidate who is not invited yet has no e-mail address. */
function isUnreachable({ people }, { state, candidate_id: id }) {
  return state === "no_interview" && !people.find((item) => item.candidate_id === id)?.candidate_email;
}

/** Those who are not invited yet and have no e-mail address. */
function withoutAddress(state) {
  return withoutInterview(state).filter((item) => isUnreachable(state, item));
}

/** Whether a candidate can be written to, but not by e-mail. */
function isByHandOnly({ state }) {
  return state === "no_address" || state === "bounced";
}

/** Candidates without an e-mail address, or whose address bounced. */
function unreachable(state) {
  return [...withoutAddress(state), ...state.preview.items.filter(isByHandOnly)];
}

/** Those who could get a message now and got another one a short time ago. */
function recentlyMessaged(state) {
  return state.preview.items.filter((item) => item.state === "ready" && !item.last_sent_at && isRecent(item));
}

const isRecent = ({ last_message_at: last }) => last && Date.now() - Date.parse(last) < RECENT_MS;

/** How many e-mails are sent now, if a mail server is set up. */
function countEmails(state) {
  return recipientsNow(state).length + withoutInterview(state).length - withoutAddress(state).length;
}

/** Some of them by name, and how many there are besides. */
function namesOf(state, items) {
  const people = new Map(state.people.map((item) => [item.candidate_id, item]));
  const names = items.slice(0, NAMED).map((item) => item.candidate_name ?? candidateName(people.get(item.candidate_id)));
  const more = items.length - names.length;
  return listed(more > 0 ? [...names, tn(more, "{count} more", "{count} more")] : names);
}

function showCosts(state) {
  const { preview, parts } = state;
  if (state.outcome) return;
  const missing = withoutInterview(state);
  const silent = unreachable(state);
  const recent = recentlyMessaged(state);
  const repeated = preview.items.filter((item) => item.state === "ready" && item.last_sent_at && state.skipped.has(item.candidate_id));
  const optedOut = preview.items.filter((item) => item.state === "opted_out");
  const count = countEmails(state);
  const left = preview.left_today;
  // How many are sent is on the button.
  const how = !preview.can_send ? t("No mail server is set up: open each message in your mail program, or copy it.")
    : isByHand(state) ? tn(preview.items.length, "Copy the text and send it another way, such as LinkedIn. Copying notes it as sent.", "Copy each text below and send it another way, such as LinkedIn. Copying notes it as sent.")
    : count === 0 ? t("No e-mail will be sent: nobody who can get one is ticked.")
    : count > left && tn(left, "Only {count} more e-mail can be sent today; the others wait until tomorrow.", "Only {count} more e-mails can be sent today; the others wait until tomorrow.");
  fill(parts.costs,
    how && el("p", {}, how),
    missing.length > 0 && el("p", {}, tn(missing.length, "{count} candidate is not invited yet and gets an interview link first; Hireflix charges for the invitation.", "{count} candidates are not invited yet and get interview links first; Hireflix charges for {count} invitations.")),
    silent.length > 0 && preview.can_send && !isByHand(state) && el("p", {}, tn(silent.length, "{count} cannot get an e-mail: {names}. Copy the text instead.", "{count} cannot get an e-mail: {names}. Copy their texts instead.", { names: namesOf(state, silent) })),
    repeated.length > 0 && el("p", {}, tn(repeated.length, "{count} has got this message already: {names}. Tick the box to send it again.", "{count} have got this message already: {names}. Tick their boxes to send it again.", { names: namesOf(state, repeated) })),
    optedOut.length > 0 && el("p", {}, tn(optedOut.length, "{count} wants no messages: {names}.", "{count} want no messages: {names}.", { names: namesOf(state, optedOut) })),
    recent.length > 0 && recentNote(state, recent));
  parts.costs.hidden = !parts.costs.hasChildNodes();
}

/** Who got another message a short time ago, and a button that leaves them out, or writes to them all the same. */
function recentNote(state, recent) {
  const included = recent.filter((item) => !state.skipped.has(item.candidate_id));
  const names = namesOf(state, recent);
  return el("p", {}, included.length > 0
    ? tn(recent.length, "{count} was written to a short time ago: {names}.", "{count} were written to a short time ago: {names}.", { names })
    : tn(recent.length, "{count} was written to a short time ago and is left out: {names}.", "{count} were written to a short time ago and are left out: {names}.", { names }),
  " ", button(included.length > 0 ? t("Leave Them Out") : t("Write All the Same"), () => {
    for (const item of recent) state.skipped[included.length > 0 ? "add" : "delete"](item.candidate_id);
    show(state);
    document.getElementById("messages-send")?.focus();
  }, { kind: "small" }));
}

/** The words of this message, by language, to be edited for this time. */
function showTexts(state) {
  const { parts, preview, job, kind, texts } = state;
  const languages = state.outcome ? [] : [...new Set(preview.items.flatMap((item) => item.message?.language ?? []))];
  showMessageTexts(parts.words, { label: t("Edit for this time"), company: job.company, kind, languages, texts, isSigned: Boolean(preview.signed_by), changed: () => load(state) });
}

function showList(state) {
  const people = new Map(state.people.map((item) => [item.candidate_id, item]));
  const items = state.outcome ? toWriteByHand(state) : state.preview.items;
  const selecting = items.some((item) => isSelectable(state, item));
  state.parts.list.hidden = items.length === 0;
  fill(state.parts.list, el("table", { class: "recipients" },
    el("thead", {}, el("tr", {}, [selecting && hiddenText(t("Send")), t("Candidate"), t("Last message"), hiddenText(t("Actions"))].filter(Boolean).map((label) => el("th", { scope: "col" }, label)))),
    el("tbody", {}, items.map((item) => recipient(state, item, people.get(item.candidate_id), selecting))),
  ));
}

/** Those whom this message can only reach by hand, once it was sent to the others. */
function toWriteByHand(state) {
  return state.preview.items.filter((item) => item.message && isByHandOnly(item));
}

/** Whether a message to a candidate can be chosen: while there is something to send, or a link to create. */
function isSelectable(state, item) {
  if (state.outcome) return false;
  return (item.state === "ready" && state.preview.can_send) || (item.state === "no_interview" && state.kind === "invitation");
}

/** The row of a candidate; with `selecting`, rows begin with a box. */
function recipient(state, item, person, selecting) {
  const name = item.candidate_name ?? candidateName(person);
  const selectable = isSelectable(state, item);
  const box = el("input", { type: "checkbox", "aria-label": t("Send to {name}", { name }), on: { change: () => {
    if (box.checked) state.skipped.delete(item.candidate_id);
    else state.skipped.add(item.candidate_id);
    showCosts(state);
    showButtons(state);
  } } });
  box.checked = selectable && !state.skipped.has(item.candidate_id);
  box.disabled = !selectable;
  const look = item.message && state.people.length > 1 && button(t("Preview"), () => {
    state.shown = item.candidate_id;
    showPreview(state);
    state.parts.preview.scrollIntoView({ block: "nearest" });
  }, { kind: "small quiet", "aria-label": t("Preview for {name}", { name }) });
  return el("tr", { data: { candidateId: item.candidate_id, state: item.state } },
    selecting && el("td", {}, box),
    el("th", { scope: "row" }, el("span", { class: "block", dir: "auto" }, name), el("span", { class: "block muted" }, whereTo(item, person))),
    el("td", { class: "last-message muted", data: { label: t("Last message") } }, item.last_message_at && time(item.last_message_at)),
    el("td", { class: "row-buttons" }, el("div", { class: "buttons" }, look, rowButtons(state, item, name))),
  );
}

/** The address, and why a message does not go there. */
function whereTo(item, person) {
  const address = item.address ?? (item.state === "no_interview" ? person.candidate_email : null);
  return [address, item.state !== "ready" && fromService(item.why)].filter(Boolean).join(" · ");
}

/** The buttons for candidates without e-mail, who are written to on LinkedIn, for example. */
function rowButtons(state, item, name) {
  const address = state.preview.can_send && item.state === "ready" ? null : item.address;
  return item.message && handButtons({ jobId: state.job.id, kind: state.kind, candidateId: item.candidate_id, name, address, message: { ...item.message, text: item.message.text.split(OPT_OUT_FOOTER)[0] } }, state.changed);
}

/** Buttons that open a message in the mail program or copy it, and note that it was sent. `noted()` is called then. */
export function handButtons({ jobId, kind, candidateId, name, address, message }, noted) {
  const note = async () => {
    await noteSentByHand(jobId, kind, candidateId).then(noted, (problem) => announce(problem.message));
  };
  const copy = button(t("Copy Text"), async () => {
    const copied = await copyWords(message.text, copy);
    copy.textContent = copied ? t("Copied") : t("Press Ctrl+C");
    announce(copied ? t("The message for {name} is copied, and noted as sent.", { name }) : t("Copying is not possible here."));
    if (copied) await note();
  }, { kind: "small", "aria-label": t("Copy the text for {name}", { name }) });
  const mail = address && el("a", { class: "button small", href: mailtoUrl(address, message), "aria-label": t("Open the mail for {name}", { name }), on: { click: note } }, t("Open Mail"));
  return [mail, copy];
}

function showPreview(state) {
  const items = (state.outcome ? toWriteByHand(state) : state.preview.items).filter((entry) => entry.message);
  const item = items.find((entry) => entry.candidate_id === state.shown) ?? items[0];
  state.parts.preview.hidden = !item;
  if (!item) return;
  const { language } = item.message;
  const words = () => state.texts.get(language);
  fill(state.parts.preview,
    el("header", { class: "preview-head" }, el("h3", { dir: "auto" }, t("To {name}", { name: item.candidate_name ?? candidateName(item) })),
      testButton(() => ({ kind: state.kind, language, company: state.job.company ?? "", ...(words() && { subject: words().subject, text: words().text }) }))),
    el("p", { class: "message-subject", dir: "auto", lang: item.message.language }, item.message.subject),
    el("p", { class: "message-text", dir: "auto", lang: item.message.language }, item.message.text),
  );
}

function showButtons(state) {
  const { parts, preview } = state;
  if (state.outcome) {
    const done = button(t("Done"), closeLayer, { kind: "primary", id: "messages-done" });
    fill(parts.buttons, done);
    return;
  }
  const missing = withoutInterview(state);
  const sent = countEmails(state);
  const canSend = preview.can_send && sent > 0;
  const label = missing.length > 0
    ? tn(sent, "Invite {invited} and Send {count} Message", "Invite {invited} and Send {count} Messages", { invited: number(missing.length) })
    : tn(sent, "Send {count} Message", "Send {count} Messages");
  const send = canSend && button(label, () => whileBusy(send, t("Sending…"), () => deliver(state)), { kind: "primary", id: "messages-send" });
  const create = missing.length > 0 && !canSend && button(tn(missing.length, "Create {count} Interview Link", "Create {count} Interview Links"), () => whileBusy(create, t("Creating…"), () => createLinks(state)), { kind: "primary" });
  fill(parts.buttons, send || create || button(t("Done"), closeLayer));
}

/** Invite those who are not invited yet; with `message`, the same request sends them theirs. */
async function startMissing(state, more) {
  const missing = withoutInterview(state).map((item) => item.candidate_id);
  if (missing.length === 0) return [];
  const message = state.preview.can_send ? { invitation_message: { texts: [...state.texts.values()] } } : {};
  const { items } = await runStep(state.job.id, { candidate_ids: missing, ...message, ...more });
  state.changed();
  return items;
}

/** Create links where no e-mail can be sent; the texts to copy are shown then. */
async function createLinks(state, more = {}) {
  const { parts } = state;
  try {
    await startMissing(state, more);
    await load(state);
  } catch (problem) {
    fill(parts.report, confirmInviting(state, problem, (confirmation) => createLinks(state, confirmation)) ?? problemBox(t("The links could not be created"), problem));
  }
}

function confirmInviting({ parts }, problem, again) {
  return confirmationBox(problem, again, () => fill(parts.report));
}

async function deliver(state, more = {}) {
  const { parts } = state;
  const others = recipientsNow(state).map((item) => item.candidate_id);
  const texts = [...state.texts.values()];
  const outcome = new Map();
  const reasons = [];
  fill(parts.report);
  try {
    for (const item of await startMissing(state, more)) {
      outcome.set(item.candidate_id, Boolean(item.invitation_message?.queued_at));
      if (item.error) reasons.push([item.candidate_id, sentenceOf(item.error)]);
      else if (item.invitation_message?.why) reasons.push([item.candidate_id, fromService(item.invitation_message.why)]);
    }
    if (others.length > 0) {
      const { items } = await sendMessages(state.job.id, { kind: state.kind, candidate_ids: others, texts });
      for (const item of items) {
        outcome.set(item.candidate_id, item.queued);
        if (!item.queued) reasons.push([item.candidate_id, fromService(item.why)]);
      }
    }
  } catch (problem) {
    // What was sent together with a link is not sent again.
    if (outcome.size > 0) await load(state);
    const what = outcome.size > 0 ? t("The new invitations are being sent, the other messages were not") : t("Nothing was sent");
    fill(parts.report, confirmInviting(state, problem, (confirmation) => deliver(state, confirmation)) ?? problemBox(what, problem));
    return;
  }
  await showSent(state, outcome, reasons);
}

/** Show what became of everybody. There is nothing left to do here but to copy the texts of those without an e-mail. */
async function showSent(state, outcome, reasons) {
  const { parts } = state;
  const queued = [...outcome].filter(([, isQueued]) => isQueued).map(([id]) => id);
  state.changed();
  state.outcome = outcome;
  await load(state);
  const byHandNow = toWriteByHand(state);
  parts.kind.hidden = true;
  state.dialog.querySelector("h2").textContent = byHandNow.length > 0
    ? tn(byHandNow.length, "Write to {count} by hand", "Write to {count} by hand")
    : tn(queued.length, "{count} message", "{count} messages");
  const others = [...new Set(reasons.filter(([id]) => !byHandNow.some((item) => item.candidate_id === id)).map(([, why]) => why))];
  const left = byHandNow.length > 0 && tn(byHandNow.length, "{count} cannot get an e-mail: {names}. Copy the text below.", "{count} cannot get an e-mail: {names}. Copy their texts below.", { names: namesOf(state, byHandNow) });
  const sent = el("strong", {}, deliverySentence(queued.length, 0, 0));
  const link = el("a", { href: "/messages" }, t("See whether they were sent"));
  parts.costs.hidden = false;
  fill(parts.costs,
    el("p", {}, sent, " ", left && [left, " "], link),
    others.length > 0 && el("ul", {}, others.map((reason) => el("li", {}, reason))));
  announce([sent.textContent, left].filter(Boolean).join(" "));
  document.getElementById("messages-done").focus();
  if (await followMessages(state.job.id, queued, sent)) link.remove();
}
