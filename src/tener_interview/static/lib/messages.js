/** Messages to candidates: their words and addresses, their JSON API, one function for each request, and their states. */

import { newIdempotencyKey, send } from "./api.js";
import { constants } from "./constants.js";
import { t, tn } from "./texts.js";

export const KINDS = {
  invitation: t("Invitation"), reminder: t("Reminder"), link_ending: t("The link runs out soon"), thanks: t("Thanks"),
};

export const STATES = {
  queued: t("Waiting"), claimed: t("Being sent"), handing_over: t("Being sent"), delivered: t("Sent"), parked: t("Not sent"),
  uncertain: t("May have arrived"), canceled: t("Canceled"), by_hand: t("Sent by hand"),
};

const NAMES = {
  en: t("English"), de: t("German"), es: t("Spanish"), fr: t("French"), pt: t("Portuguese"), ru: t("Russian"), nl: t("Dutch"), hi: t("Hindi"), zh: t("Chinese"),
};
/** Names of languages as a menu has them: with a capital, also where the reader's language writes them small. */
export const LANGUAGES = Object.fromEntries(Object.entries(NAMES).map(([code, name]) => [code, name[0].toUpperCase() + name.slice(1)]));

/** The address that opens the mail program with a message (RFC 6068). */
export function mailtoUrl(address, { subject, text }) {
  const encode = (value) => encodeURIComponent(value.replace(/\r?\n/g, "\r\n"));
  return `mailto:${encodeURIComponent(address).replace("%40", "@")}?subject=${encode(subject)}&body=${encode(text)}`;
}

const job = (jobId, rest) => `/api/jobs/${encodeURIComponent(jobId)}/${rest}`;
const template = (kind, language) => `/api/message-templates/${encodeURIComponent(kind)}/${encodeURIComponent(language)}`;
const query = (values) => new URLSearchParams(Object.entries(values).filter(([, value]) => value)).toString();
/** A request that is repeated by mistake sends nothing twice. */
const withNewKey = () => ({ "Idempotency-Key": newIdempotencyKey() });

export const readMailStatus = () => send("GET", "/api/messages/status");
export const pauseMail = (paused) => send("PATCH", "/api/messages/status", { paused });
export const listMessages = (filters) => send("GET", `/api/messages?${query(filters)}`);
export const listDue = () => send("GET", "/api/messages/due");
export const sendAgain = (messageId) => send("POST", `/api/messages/${encodeURIComponent(messageId)}/send-again`, {});
export const cancelMessage = (messageId) => send("POST", `/api/messages/${encodeURIComponent(messageId)}/cancel`, {});
export const previewMessages = (jobId, body) => send("POST", job(jobId, "messages/review"), body);
export const sendMessages = (jobId, body) => send("POST", job(jobId, "messages"), body, withNewKey());
export const noteSentByHand = (jobId, kind, candidateId) =>
  send("POST", job(jobId, "messages/by-hand"), { kind, candidate_id: candidateId }, withNewKey());
export const readMessageRules = (jobId) => send("GET", job(jobId, "message-rules"));
export const changeMessageRules = (jobId, changes) => send("PATCH", job(jobId, "message-rules"), changes);
export const listTemplates = (company) => send("GET", `/api/message-templates?${query({ company })}`);
export const saveTemplate = (kind, language, body) => send("PUT", template(kind, language), body);
export const resetTemplate = (kind, language, company) => send("DELETE", `${template(kind, language)}?${query({ company })}`);
/** Send a message to the signed-in user. */
export const sendTest = (body) => send("POST", "/api/message-templates/test", body, withNewKey());
export const previewTemplate = (body) => send("POST", "/api/message-templates/preview", body);

/** When it is looked again whether messages have left. */
const LOOK_AGAIN_MS = [500, 1_000, 2_000, 4_000, 8_000, 16_000];
/** States of messages that have not left. */
const ON_THE_WAY = ["queued", "claimed", "handing_over"];

/** Look again until all messages have left, some time has passed or the place is gone; whether all were sent. */
export async function followMessages(jobId, ids, place) {
  const { demo: isDemo } = await readMailStatus().catch(() => ({ demo: false }));
  for (const wait of LOOK_AGAIN_MS) {
    await new Promise((resolve) => {
      setTimeout(resolve, wait);
    });
    if (ids.length === 0 || !place.isConnected) return false;
    const { items } = await listMessages({ job_id: jobId, limit: constants.messages.max_recipients }).catch(() => ({ items: [] }));
    // The latest message to each comes first.
    const states = ids.map((id) => items.find((item) => item.candidate_id === id)?.state ?? "queued");
    const waiting = states.filter((each) => ON_THE_WAY.includes(each)).length;
    const delivered = states.filter((each) => each === "delivered").length;
    place.textContent = deliverySentence(waiting, delivered, ids.length - waiting - delivered, isDemo);
    if (waiting === 0) return delivered === ids.length;
  }
  return false;
}

/** How many messages are on their way, have left, and have not. The demo only lists them. */
export function deliverySentence(waiting, delivered, failed, isDemo = false) {
  return [
    delivered > 0 && isDemo && tn(delivered, "{count} message was prepared, not sent: this is the demo.", "{count} messages were prepared, not sent: this is the demo."),
    delivered > 0 && !isDemo && tn(delivered, "{count} message was sent.", "{count} messages were sent."),
    waiting > 0 && tn(waiting, "{count} message is being sent.", "{count} messages are being sent."),
    failed > 0 && tn(failed, "{count} message may not have arrived.", "{count} messages may not have arrived."),
  ].filter(Boolean).join(" ") || t("No message was sent.");
}
