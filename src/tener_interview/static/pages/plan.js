/** The plan of a job: its questions, what a good answer to each holds, and publishing it. */

import { competenciesEditor } from "../components/competencies.js";
import { newsNote, showConflicts } from "../components/plan_conflict.js";
import { faultText, keyOfPath, rememberFocus, showFaults } from "../components/plan_fields.js";
import { planHead } from "../components/plan_head.js";
import { downloadPlan, drafterChoice, draftFromJob, openImport, openProposal, questionCount, uploadPlan } from "../components/plan_sources.js";
import { openVersions } from "../components/plan_versions.js";
import { problemBox, problemHeading } from "../components/problem.js";
import { openPublishing } from "../components/publishing.js";
import { questionList } from "../components/question_list.js";
import { loadInto } from "../components/load_view.js";
import { addressWith } from "../lib/address.js";
import { readPlan, savePlan } from "../lib/api.js";
import { dashboard } from "../lib/dashboard.js";
import { announce, button, byId, el, fill, fillWithNew, onPlainClick, whileBusy } from "../lib/dom.js";
import { number } from "../lib/format.js";
import { copy, emptyPlan, LIMITS } from "../lib/plan.js";
import { PlanDraft } from "../lib/plan_draft.js";
import { constants } from "../lib/constants.js";
import { fromService, t, tn } from "../lib/texts.js";

/** The plan on the page: its PlanDraft, and the parts that are drawn of it; null before the first one is loaded. */
let current = null;

/** What is wrong with the plan where one invites, by its state. */
const NOTES = {
  none: t("This job has no interview plan."),
  draft: t("This job’s interview plan is not published yet."),
  changed: t("This job’s interview plan has changes that are not published."),
};

/** Say above the candidates when their job has no published plan. */
async function showPlanNote() {
  const { jobId } = dashboard;
  const place = byId("plan-note");
  fill(place);
  const jobPlan = await readPlan(jobId, { quiet: true }).catch(() => null);
  if (!jobPlan || dashboard.jobId !== jobId || !NOTES[jobPlan.state]) return;
  const asked = jobPlan.published ? t("Candidates invited now get version {version}.", { version: jobPlan.published.version }) : jobPlan.position_in_use
    ? t("Candidates invited now get the questions of the position in use, scored by the general criteria.")
    : t("There is no default position either, so nobody can be invited yet.");
  fill(place, el("p", { class: "notice plan-note" }, el("span", {}, el("strong", {}, NOTES[jobPlan.state]), ` ${asked}`),
    el("a", { href: addressWith({ view: "plan" }), class: "button small", on: { click: (press) => onPlainClick(press, () => dashboard.view("plan")) } }, jobPlan.state === "none" ? t("Make a Plan") : t("Open the Plan"))));
}

/** Save before the page is left, and when a field is. */
function setUpPlan() {
  const save = () => current?.draft.unsaved && current.draft.save();
  byId("plan-frame").addEventListener("focusout", save);
  window.addEventListener("pagehide", () => current?.draft.leave());
  window.addEventListener("online", save);
  document.addEventListener("visibilitychange", () => (document.visibilityState === "hidden" ? current?.draft.leave() : refreshPlan()));
  window.addEventListener("beforeunload", (leaving) => {
    if (current?.draft.leave()) leaving.preventDefault();
  });
}

/** Load the plan of the job on the dashboard, or look for news of it. */
function loadPlan() {
  const { jobId } = dashboard;
  if (current?.draft.jobId === jobId) return refreshPlan();
  current?.draft.close();
  current = null;
  return loadInto("plan", t("The plan could not be loaded"), loadPlan, readPlan, (jobPlan) => {
    const draft = new PlanDraft(jobId, jobPlan, { onState: showState, onPlan: (news) => redraw(news) });
    current = { draft, faultsShown: false };
    draw();
    return "";
  });
}

/** Take over what somebody else has saved, if nothing here would be disturbed. */
async function refreshPlan() {
  if (byId("plan-view").hidden) return;
  await current?.draft.refresh().catch(() => null);
}

function draw() {
  const { draft } = current;
  const frame = byId("plan-frame");
  if (!draft.plan) {
    Object.assign(current, { head: null, list: null, competencies: null, parts: null });
    fill(frame, noPlanYet());
    return;
  }
  const parts = { conflicts: el("div", { class: "report" }), news: el("div", { class: "report", id: "plan-report-place" }), problems: el("div", { class: "report", id: "plan-problems" }) };
  current.parts = parts;
  current.head = planHead(draft, { changed: draftEdited, actions: { publish, showVersions, propose, importQuestions, upload: uploadIntoDraft, download: () => downloadPlan(draft.jobId, draft.plan), show: (path) => goTo(keyOfPath(draft.plan, path)) } });
  current.competencies = competenciesEditor(() => draft.plan, draftEdited);
  current.list = questionList(draft, { changed: draftEdited });
  fill(frame, current.head.node, parts.conflicts, parts.news, parts.problems, current.competencies.node, current.list.node, current.head.unsaved);
  if (draft.conflicts.length) showConflicts(parts.conflicts, draft);
  showState();
}

/** The plan was replaced: draw it again, and say what somebody else changed. */
function redraw(news) {
  const { draft } = current;
  const restore = rememberFocus(byId("plan-frame"));
  const before = draft.base ?? draft.plan;
  draw();
  restore();
  if (current.parts) fill(current.parts.news, newsNote(news, before, draft.plan, () => fill(current.parts.news)));
}

/** Something was edited. `structure`: items were added, removed or moved; `names`: a competency was renamed. */
function draftEdited({ structure = false, names = false } = {}) {
  const { draft, list, competencies, head } = current;
  draft.changed();
  list.update({ structure: structure || names });
  competencies.update();
  head.update();
}

/** Show how saving goes, and what the service says of the draft. */
function showState() {
  const { draft, head, list, parts } = current ?? {};
  if (!parts) return;
  head.showState();
  list.showWarnings(draft.jobPlan.warnings);
  if (draft.conflicts.length === 0) fill(parts.conflicts);
  showProblems();
}

function showProblems() {
  const { draft, parts, faultsShown } = current;
  const problems = draft.jobPlan.problems.map(({ path, message }) => ({ key: keyOfPath(draft.base ?? draft.plan, path), message: fromService(message) }));
  const refused = draft.state === "failed" ? Object.entries(draft.problem.details?.fields ?? {}).map(([path, fault]) => ({ key: keyOfPath(draft.plan, path), message: faultText(fault) })) : [];
  const faults = new Map();
  for (const { key, message } of [...refused, ...faultsShown ? problems : []]) faults.set(key, [...faults.get(key) ?? [], message]);
  showFaults(byId("plan-frame"), faults);
  fillWithNew(parts.problems, problems, problems.length > 0 && el("section", { class: "notice", "aria-labelledby": "plan-problems-title" },
    el("p", { class: "notice-what", id: "plan-problems-title" }, tn(problems.length, "Before you can publish", "{count} things to do before you can publish")),
    el("ul", { class: "plain" }, problems.map(({ key, message }) => el("li", {}, button(`${questionPrefix(key)}${message}`, () => goTo(key), { kind: "link-button" })))),
  ));
}

/** Which question a problem is about, as the beginning of a sentence. */
function questionPrefix(key) {
  const [list, id] = key.split("/");
  const at = list === "questions" ? current.draft.plan.questions.findIndex((question) => question.id === id) : -1;
  return at < 0 ? "" : `${t("Question {number}", { number: at + 1 })}: `;
}

/** Put the focus on the field with a problem. */
function goTo(key) {
  current.faultsShown = true;
  const [list, id] = key.split("/");
  if (list === "questions" && id) current.list.show(id);
  showProblems();
  const field = byId("plan-frame").querySelector(`[data-field="${CSS.escape(key)}"]`) ?? byId("plan-frame").querySelector(`[data-field^="${CSS.escape(list)}"]`);
  field?.focus();
  field?.scrollIntoView({ block: "center" });
}

function publish() {
  current.faultsShown = true;
  const { draft } = current;
  return openPublishing(draft, async (version) => {
    await draft.refresh().catch(() => null);
    const outcome = version.unchanged
      ? t("Version {version} has this content already.", { version: version.version })
      : t("Version {version} is published. Candidates invited from now on get it.", { version: version.version });
    const invite = button(t("Invite Candidates"), () => dashboard.view("candidates"), { kind: "small" });
    fill(current.parts.news, el("div", { class: "notice", id: "plan-published" }, el("p", { class: "notice-what" }, `✓ ${outcome}`), el("p", { class: "problem-actions" }, invite)));
    showState();
    invite.focus();
    showPlanNote();
  });
}

function showVersions() {
  const { draft } = current;
  return openVersions(draft.jobId, draft.plan, (plan, version) => replace(plan, t("The draft is version {version} again.", { version })));
}

function propose() {
  openProposal(current.draft, addQuestions);
}

function importQuestions() {
  return openImport(dashboard.jobId, current.draft, { made: showFirstDraft, added: addQuestions });
}

function uploadIntoDraft() {
  const { draft } = current;
  const use = (plan) => (draft.plan ? replace(plan, t("The draft is the uploaded plan now.")) : draft.replace(plan));
  uploadPlan(use, (sentence) => {
    const place = current.parts?.news ?? byId("plan-begin-report");
    const box = el("div", { class: "problem", tabindex: "-1" }, problemHeading(t("The file was not read")), el("p", {}, sentence), el("p", {}, t("Nothing was changed.")));
    fill(place, box);
    announce(sentence);
    box.focus();
  });
}

/** Add questions of a proposal, or replace the draft by it. */
function addQuestions(questions, whole = null) {
  const { draft } = current;
  if (whole) {
    replace(whole, t("The draft is the proposed plan now."));
    return;
  }
  const before = copy(draft.plan);
  draft.plan.questions.push(...questions);
  draft.replace(draft.plan);
  offerUndo(tn(questions.length, "{count} question added at the end.", "{count} questions added at the end."), before);
}

/** Replace the draft, and offer to take that back. */
function replace(plan, sentence) {
  const before = copy(current.draft.plan);
  current.draft.replace(plan);
  offerUndo(sentence, before);
}

function offerUndo(sentence, before) {
  announce(sentence);
  const undo = button(t("Undo"), () => {
    current.draft.replace(before);
    announce(t("Undone."));
    current.head.focus();
  }, { kind: "small" });
  fill(current.parts.news, el("div", { class: "notice" }, el("p", { class: "undo" }, sentence, undo)));
  undo.focus();
}

/** The service has made and saved the first draft. */
async function showFirstDraft({ plan, note }) {
  const { draft } = current;
  draft.adopt(await readPlan(draft.jobId));
  announce(`${tn(plan.questions.length, "A draft with {count} question is ready.", "A draft with {count} questions is ready.")} ${note ?? ""}`);
  if (note) fill(current.parts.news, el("p", { class: "notice" }, note));
  current.head.focus();
}

/** What is shown before there is a plan. */
function noPlanYet() {
  const { draft } = current;
  const report = el("div", { class: "report", id: "plan-begin-report" });
  const count = questionCount("plan-count");
  const drafter = drafterChoice("plan-drafter");
  const make = button(t("Draft From Job Description"), () => whileBusy(make, t("Drafting…"), () => draftFromJob(draft.jobId, { ...count.value(), ...drafter.value() }, report, showFirstDraft)), { kind: "primary" });
  const write = async () => {
    fill(report);
    try {
      draft.adopt(await savePlan(draft.jobId, JSON.stringify(emptyPlan(jobLanguage())), draft.etag));
    } catch (problem) {
      fill(report, problemBox(t("The plan could not be started"), problem, { retry: write }));
      return;
    }
    current.list.add();
  };
  return el("section", { class: "panel plan-beginning", "aria-labelledby": "plan-beginning-title" },
    el("h4", { id: "plan-beginning-title" }, t("This job has no interview plan yet")),
    el("p", {}, t("A plan holds the questions of this job and says what a good answer to each covers. Candidates are asked these questions and scored by these points.")),
    draft.jobPlan.position_in_use
      ? el("p", { class: "muted" }, t("Until then candidates get the questions of the position in use, scored by the general criteria."))
      : el("p", { class: "muted" }, t("There is no default position either: nobody can be invited until a plan is published.")),
    el("div", { class: "plan-begin" },
      el("div", { class: "field" }, el("label", { for: "plan-count" }, t("Questions")), count.select), drafter.field, make),
    el("p", { class: "muted" }, t("A draft is picked from the library by the skills, the seniority and the language of the job. You can change all of it; at most {count} questions.", { count: number(LIMITS.questions) })),
    report,
    el("div", { class: "buttons" },
      button(t("Write Your Own"), (press) => whileBusy(press.currentTarget, t("Starting…"), write)), button(t("Import From Hireflix"), importQuestions, { "aria-haspopup": "dialog" }), button(t("Upload a File"), uploadIntoDraft)));
}

function jobLanguage() {
  const [first] = (dashboard.job?.preferred_languages ?? []).map((code) => code.toLowerCase().split("-")[0]).filter((code) => constants.plan.languages.includes(code));
  return first ?? "en";
}

/** What the dashboard calls on this screen. */
Object.assign(dashboard, { loadPlan, refreshPlan, showPlanNote });
setUpPlan();
