/** The JSON API as the pages use it: one function for each request. */

import { LANGUAGE, t } from "./texts.js";






/** How many jobs are listed. */
export const MAX_JOBS = 500;

/** Signs in again when the sign-in has ended; set by `onSignedOut`. */
let signInAgain = null;

const JSON_BODY = { Accept: "application/json", "Content-Type": "application/json" };
/** A browser sends at most 64 KiB after the page is gone (Fetch Standard, HTTP-network-or-cache fetch). */
const MAX_KEEPALIVE_BYTES = 60_000;

/** Answers that the page brought along, by address. They are news only while it loads, and each is used once. */
const PRELOADED_RESPONSES = JSON.parse(document.getElementById("preloaded-responses")?.textContent ?? "{}");
const PRELOADED_RESPONSES_MS = 5_000;

const NO_ANSWER = "NO_ANSWER";
const NOT_UNDERSTOOD = "ANSWER_NOT_UNDERSTOOD";

/** Register what asks for the sign-in. The failed request is repeated when `ask()` resolves. */
export function onSignedOut(ask) {
  signInAgain = ask;
}

/** A failed request. `message` is a sentence for a person; the rest is what the service answered. */
class ApiProblem extends Error {
  constructor({ error, code, details = {}, request_id: requestId = null }, purpose) {
    super(error);
    this.code = code;
    this.details = details;
    this.requestId = requestId;
    this.purpose = purpose;
  }
}

export const describeService = () => get("/api");
/** Who is signed in. */
export const readAccount = () => get("/api/account");
/** The same, asked for once on each page; after a failure, once more. */
export function account() {
  knownAccount ??= readAccount().catch((problem) => {
    knownAccount = null;
    throw problem;
  });
  return knownAccount;
}
let knownAccount = null;
export const listJobs = (find = "", limit = MAX_JOBS) => get(`/api/admin/jobs?${queryOf({ q: find, limit })}`);
/** People of all jobs, by name, id or e-mail address. */
export const findCandidates = (find, limit) => get(`/api/candidates?${queryOf({ q: find, limit })}`);
export const readJob = (jobId) => get(`/api/admin/jobs/${jobId}`);
/** A page of the candidates; `query` holds its parameters. */
export const listCandidates = (jobId, query) => get(`/api/admin/jobs/${jobId}/candidates?${queryOf(query)}`);
/** A page of the leaderboard; `query` holds its parameters. */
export const leaderboard = (jobId, query) => get(`${leaderboardPath(jobId)}?${queryOf(query)}`);
export const leaderboardCsvUrl = (jobId, query) =>
  `${leaderboardPath(jobId)}?${queryOf({ ...query, format: "csv" })}`;
export const readComparison = (jobId, candidateIds) => get(`/api/jobs/${jobId}/compare?candidate_ids=${candidateIds}`);
/** How well machine and reviewers agree, on a job or on all (null). */
export const readAgreement = (jobId) => get(agreementPath(jobId));
export const agreementCsvUrl = (jobId, content) => `${agreementPath(jobId)}?${queryOf({ format: "csv", bom: "true", content })}`;
/** Compare candidates by the categories on a list, which is not kept. */
export const computeFairness = (jobId, bytes) => ask(`/api/jobs/${jobId}/fairness`, { content_base64: base64(bytes) });
/** Rescore a job, or one session of it. */
export const rescoreJob = ({ jobId, sessionId, planVersion }, dryRun) =>
  post(`/api/admin/jobs/${jobId}/rescore`, { dry_run: dryRun, session_id: sessionId, ...(planVersion && { plan_version: planVersion }) });
export const refreshJob = (jobId, limit) => post(`/api/admin/jobs/${jobId}/sessions/refresh`, { force: false, limit });

/** The funnel of a job, or null if it has not changed since the last call. */
export const readFunnelIfChanged = (jobId) => getIfChanged(`/api/jobs/${jobId}/funnel`);
export const readFunnel = (jobId) => get(`/api/jobs/${jobId}/funnel`);
export const runStep = (jobId, invitees) => post("/api/steps/interview", { job_id: jobId, ...invitees });
export const readStep = (jobId) => get(`/api/jobs/${jobId}/steps/interview`);

/** Read a list of candidates; without `encoding` the service detects it. */
export const readCandidateList = (jobId, bytes, encoding) =>
  ask(`/api/admin/jobs/${jobId}/candidates/read-list`, { content_base64: base64(bytes), encoding });

export const startSession = (start) => post("/api/interviews/sessions/start", start);
export const readSession = (sessionId) => get(sessionPath(sessionId));
export const readScorecard = (sessionId, version = null, language = null) =>
  get(`${sessionPath(sessionId)}/scorecard?${queryOf({ result_version: version, language })}`);
export const listResults = (sessionId) => get(`${sessionPath(sessionId)}/results`);
export const readEvents = (sessionId) => get(`${sessionPath(sessionId)}/events`);
export const refreshSession = (sessionId, force) => post(`${sessionPath(sessionId)}/refresh`, { force });
export const extendLink = (sessionId) => post(`${sessionPath(sessionId)}/link`, {});
export const replaceLink = (sessionId) => post(`${sessionPath(sessionId)}/link`, { revoke: true });
export const correctSession = (sessionId, details) => write("PATCH", sessionPath(sessionId), details);
export const cancelSession = (sessionId) => post(`${sessionPath(sessionId)}/cancel`, {});

/** Make an answer a model answer of the plan; with `preview`, only tell what that would change. */
export const addModelAnswer = (sessionId, questionId, preview) => post(modelAnswerPath(sessionId, questionId), { preview });
export const removeModelAnswer = (sessionId, questionId) =>
  request(modelAnswerPath(sessionId, questionId), { method: "DELETE", headers: { Accept: "application/json" } });

/** Decide about a candidate as it was when `revision` was read. */
export const decide = (session, choice) => write("PUT", `${sessionPath(session.session_id)}/decision`, { ...choice, if_revision: session.decision_revision });
export const undoDecision = (session) => request(`${sessionPath(session.session_id)}/decision?if_revision=${session.decision_revision}`, { method: "DELETE", headers: { Accept: "application/json" } });
export const readDecisions = (sessionId) => get(`${sessionPath(sessionId)}/decisions`);
/** Decide about many; with `dry_run` only tell what that would change. */
export const decideMany = (jobId, body) => post(`/api/jobs/${jobId}/decisions`, body);
export const readReasons = () => get("/api/decision-reasons");
export const saveReasons = (reasons, revision) => write("PUT", "/api/decision-reasons", { reasons, if_revision: revision });
export const listRecommendations = (jobId, candidateId) => get(`/api/jobs/${jobId}/recommendations?${queryOf({ candidate_id: candidateId })}`);
export const removeRecommendation = ({ share_id: shareId, recommendation_id: id }) =>
  request(`/api/shares/${encodeURIComponent(shareId)}/recommendations/${encodeURIComponent(id)}`, { method: "DELETE", headers: { Accept: "application/json" } });
/** As the reader of a shared shortlist. */
export const recommend = (token, number, body) => send("PUT", `/api/shared/${encodeURIComponent(token)}/candidates/${number}/recommendation`, body);
export const takeBackRecommendation = (token, number) =>
  request(`/api/shared/${encodeURIComponent(token)}/candidates/${number}/recommendation`, { method: "DELETE", headers: { Accept: "application/json" } });

export const listShares = (jobId) => get(`/api/jobs/${jobId}/shares`);
export const createShare = (jobId, body) => post(`/api/jobs/${jobId}/shares`, body);
export const revokeShare = (shareId) => post(`/api/shares/${encodeURIComponent(shareId)}/revoke`, {});
export const readShortlist = (token) => get(`/api/shared/${encodeURIComponent(token)}?${queryOf({ language: LANGUAGE })}`);
export const readSharedScorecard = (token, number) =>
  get(`/api/shared/${encodeURIComponent(token)}/candidates/${number}`);

/**
 * The plan of a job as `{…, etag}`; the ETag names the draft that a save replaces. With `quiet`, an ended sign-in is a
 * problem like any other.
 */
export const readPlan = (jobId, how = {}) => requestWithEtag(planPath(jobId), { headers: { Accept: "application/json" } }, how);
/** Save a draft, given as JSON. The request outlives the page, and does not ask for the sign-in by itself. */
export const savePlan = (jobId, json, etag) => requestWithEtag(planPath(jobId), {
  method: "PUT", headers: { ...JSON_BODY, "If-Match": etag }, body: json, keepalive: outlivesPage(json),
}, { quiet: true });
/** Whether a draft is small enough to be sent while the page is left. */
export const outlivesPage = (json) => new TextEncoder().encode(json).length < MAX_KEEPALIVE_BYTES;
export const publishPlan = (jobId, etag) => send("POST", `${planPath(jobId)}/publish`, {}, { "If-Match": etag, "Idempotency-Key": newIdempotencyKey() });
export const listPlanVersions = (jobId) => get(`${planPath(jobId)}/versions`);
export const draftPlan = (jobId, wanted) => post(`${planPath(jobId)}/draft`, wanted);
export const importPlan = (jobId, wanted) => post(`${planPath(jobId)}/import`, wanted);
export const tryAnswer = (jobId, body) => ask(`${planPath(jobId)}/try`, body);
export const searchQuestions = (query) => get(`/api/question-library?${queryOf(query)}`);
export const listPositions = () => get("/api/admin/positions");

/** What needs the signed-in user's attention, across jobs. */
export const readToday = (query) => get(`/api/today?${queryOf(query)}`);
/** Send something that did not arrive once more. */
export const sendAgain = (outboxId) => post(`/api/undelivered/${encodeURIComponent(outboxId)}/send-again`, {});
/** How much of it is new. It never asks to sign in again, because nobody pressed anything. */
export const readNotifications = () => request("/api/notifications", { headers: { Accept: "application/json" } }, undefined, { quiet: true });
/** Note that everything until then was seen. The request outlives the page. */
export const markSeen = (until) => request("/api/notifications/seen", {
  method: "POST", headers: JSON_BODY, body: JSON.stringify({ until }), keepalive: true,
}, undefined, { quiet: true });

/** The work list of a reviewer: finished interviews by job, and how far each job is. */
export const listReviews = (query = {}) => get(`/api/reviews?${queryOf(query)}`);
export const readReview = (sessionId, how = {}) => request(reviewPath(sessionId), { headers: { Accept: "application/json" } }, undefined, how);
/** The submitted reviews of an interview, with their reasons, for recruiters. */
export const listSubmittedReviews = (sessionId) => get(`${sessionPath(sessionId)}/reviews`);
/** Save the draft of a review, given as JSON. The request outlives the page, and does not ask for the sign-in by itself. */
export const saveReview = (sessionId, json) => request(reviewPath(sessionId), {
  method: "PUT", headers: JSON_BODY, body: json, keepalive: outlivesPage(json),
}, undefined, { quiet: true });
export const submitReview = (sessionId, revision) => post(`${reviewPath(sessionId)}/submit`, { revision });
export const discardReviewDraft = (sessionId, revision) => post(`${reviewPath(sessionId)}/discard`, { revision });
/** A fresh address of the video of an answer; null without one. */
export const readVideoUrl = async (sessionId, questionId) => (await get(`${reviewPath(sessionId)}/video/${encodeURIComponent(questionId)}`)).video_url;

/** Put a person's score in place of the machine's: of a question, or of the whole interview without one. */
export const setOverride = (sessionId, questionId, score, reason) => send("PUT", overridePath(sessionId, questionId), { score, reason });
export const removeOverride = (sessionId, questionId) =>
  request(overridePath(sessionId, questionId), { method: "DELETE", headers: { Accept: "application/json" } });
export const readJobSettings = (jobId) => get(`/api/jobs/${jobId}/settings`);
export const readJudge = () => get("/api/judge");
export const askJudge = (jobId) => write("POST", `/api/jobs/${jobId}/opinions`, {});
export const changeJobSettings = (jobId, changes) => write("PATCH", `/api/jobs/${jobId}/settings`, changes);

function overridePath(sessionId, questionId) {
  const question = questionId === null ? "" : `/questions/${encodeURIComponent(questionId)}`;
  return `${sessionPath(sessionId)}${question}/override`;
}

function reviewPath(sessionId) {
  return `/api/reviews/${encodeURIComponent(sessionId)}`;
}

function planPath(jobId) {
  return `/api/jobs/${jobId}/plan`;
}

function agreementPath(jobId) {
  return jobId === null ? "/api/agreement" : `/api/jobs/${jobId}/agreement`;
}

function sessionPath(sessionId) {
  return `/api/interviews/sessions/${encodeURIComponent(sessionId)}`;
}

function modelAnswerPath(sessionId, questionId) {
  return `${sessionPath(sessionId)}/answers/${encodeURIComponent(questionId)}/model`;
}

function leaderboardPath(jobId) {
  return `/api/jobs/${jobId}/interview-leaderboard`;
}

function queryOf(parameters) {
  return new URLSearchParams(Object.entries(parameters).filter(([, value]) => value !== "" && value !== null));
}

function get(path) {
  return request(path, { headers: { Accept: "application/json" } });
}

const lastTag = { path: null, tag: null };

/** An unchanged response is not sent again (RFC 9110 section 13.1.2). */
async function getIfChanged(path) {
  const condition = lastTag.path === path ? { "If-None-Match": lastTag.tag } : {};
  return request(path, { headers: { Accept: "application/json", ...condition } }, (response) => {
    Object.assign(lastTag, { path, tag: response.headers.get("ETag") });
  });
}

/** A write has its own key, so that one click does one thing even if the network repeats it. */
function write(method, path, body) {
  return send(method, path, body, { "Idempotency-Key": newIdempotencyKey() });
}

/** A read whose question is too long for an address. It changes nothing, so it needs no key. */
function ask(path, body) {
  return send("POST", path, body);
}

/** Send a request; one without a body has none. */
export function send(method, path, body, more = {}) {
  const options = body === undefined ? {} : { body: JSON.stringify(body) };
  return request(path, { method, headers: { ...JSON_BODY, ...more }, ...options });
}

/** A response together with its ETag. */
async function requestWithEtag(path, options, how) {
  let etag = null;
  const body = await request(path, options, (response) => {
    etag = response.headers.get("ETag");
  }, how);
  return { ...body, etag };
}

function post(path, body) {
  return write("POST", path, body);
}

/** With `quiet`, an ended sign-in is a problem like any other; otherwise it is asked for, and the request repeated. */
async function request(path, options, look = () => {}, { quiet = false } = {}) {
  const first = preloadedResponse(path, options);
  if (first) {
    look({ headers: new Headers(first.etag ? { ETag: first.etag } : {}) });
    return first.body;
  }
  const response = await fetch(path, { ...options, credentials: "same-origin", cache: "no-store" }).catch(() => {
    throw new ApiProblem({ code: NO_ANSWER, error: t("The service did not answer.") }, purposeOf(path, options));
  });
  if (response.status === 401 && signInAgain && !quiet) {
    await signInAgain();
    return request(path, options, look);
  }
  if (response.status === 304) return null;
  const body = await response.json().catch(() => null);
  if (response.ok && body !== null) {
    look(response);
    return body;
  }
  throw new ApiProblem(body?.code ? body : notUnderstood(response), purposeOf(path, options));
}

const INVITING = ["/api/steps/interview", "/api/interviews/sessions/start"];

/** Whether a request was to `read`, to `invite`, to `save` what somebody entered, or none of these (null). */
function purposeOf(path, { method = "GET", body = "{}" }) {
  if (method === "GET") return "read";
  if (INVITING.includes(path)) return "invite";
  return path.endsWith("/refresh") || body === "{}" ? null : "save";
}

function preloadedResponse(path, { method = "GET", headers }) {
  const first = PRELOADED_RESPONSES[path];
  delete PRELOADED_RESPONSES[path];
  return method === "GET" && !headers["If-None-Match"] && performance.now() < PRELOADED_RESPONSES_MS ? first : null;
}

function notUnderstood(response) {
  return {
    code: NOT_UNDERSTOOD,
    error: t("The service did not answer properly (HTTP {status}).", { status: response.status }),
    request_id: response.headers.get("X-Request-Id"),
  };
}

function base64(bytes) {
  const piece = 0x8000;
  const pieces = [];
  for (let at = 0; at < bytes.length; at += piece) pieces.push(String.fromCharCode(...bytes.subarray(at, at + piece)));
  return btoa(pieces.join(""));
}

/** A random key. `crypto.randomUUID` exists only in secure contexts, which plain http inside a network is not. */
export function newIdempotencyKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
