/** Messages to candidates: their words and addresses, and their JSON API, one function for each request. */

import { send } from "./api.js";
import { t } from "./texts.js";

export const KINDS = {
  invitation: t("Invitation"), reminder: t("Reminder"), link_ending: t("The link runs out soon"), thanks: t("Thanks"),
};

export const STATES = {
  queued: t("Waiting"), claimed: t("Being sent"), handing_over: t("Being sent"), delivered: t("Sent"), parked: t("Not sent"),
  uncertain: t("May have arrived"), canceled: t("Canceled"), by_hand: t("Sent by hand"),
};

export const LANGUAGES = {
  en: t("English"), de: t("German"), es: t("Spanish"), fr: t("French"), pt: t("Portuguese"), ru: t("Russian"), nl: t("Dutch"), hi: t("Hindi"), zh: t("Chinese"),
};

/** The address that opens the mail program with a message (RFC 6068). */
export function mailtoUrl(address, { subject, text }) {
  const encode = (value) => encodeURIComponent(value.replace(/\r?\n/g, "\r\n"));
  return `mailto:${encodeURIComponent(address).replace("%40", "@")}?subject=${encode(subject)}&body=${encode(text)}`;
}

const job = (jobId, rest) => `/api/jobs/${encodeURIComponent(jobId)}/${rest}`;
const template = (kind, language) => `/api/message-templates/${encodeURIComponent(kind)}/${encodeURIComponent(language)}`;
const query = (values) => new URLSearchParams(Object.entries(values).filter(([, value]) => value)).toString();
/** A request that is repeated by mistake sends nothing twice. */
const once = () => ({ "Idempotency-Key": crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}` });

export const readMailStatus = () => send("GET", "/api/messages/status");
export const pauseMail = (paused) => send("PATCH", "/api/messages/status", { paused });
export const listMessages = (filters) => send("GET", `/api/messages?${query(filters)}`);
export const listDue = () => send("GET", "/api/messages/due");
export const sendAgain = (messageId) => send("POST", `/api/messages/${encodeURIComponent(messageId)}/send-again`, {});
export const cancelMessage = (messageId) => send("POST", `/api/messages/${encodeURIComponent(messageId)}/cancel`, {});
export const previewMessages = (jobId, body) => send("POST", job(jobId, "messages/review"), body);
export const sendMessages = (jobId, body) => send("POST", job(jobId, "messages"), body, once());
export const noteSentByHand = (jobId, kind, candidateId) =>
  send("POST", job(jobId, "messages/by-hand"), { kind, candidate_id: candidateId }, once());
export const readMessageRules = (jobId) => send("GET", job(jobId, "message-rules"));
export const changeMessageRules = (jobId, changes) => send("PATCH", job(jobId, "message-rules"), changes);
export const listTemplates = (company) => send("GET", `/api/message-templates?${query({ company })}`);
export const saveTemplate = (kind, language, body) => send("PUT", template(kind, language), body);
export const resetTemplate = (kind, language, company) => send("DELETE", `${template(kind, language)}?${query({ company })}`);
/** Send a message to whoever is signed in. */
export const sendTest = (body) => send("POST", "/api/message-templates/test", body, once());
export const previewTemplate = (body) => send("POST", "/api/message-templates/preview", body);
