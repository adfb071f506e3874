/** Where a plan can come from: the job description, a position at the provider, or a file. */

import { draftPlan, importPlan, listPositions, readJudge } from "../lib/api.js";
import { constants } from "../lib/constants.js";
import { announce, button, el, fill, tickBox, whileBusy } from "../lib/dom.js";
import { number } from "../lib/format.js";
import { copy, LIMITS, newQuestion } from "../lib/plan.js";
import { t, tn } from "../lib/texts.js";
import { closeLayer, openDialog } from "./dialog.js";
import { problemBox } from "./problem.js";

/** How many questions a draft can have, and the usual number. */
const { minimum: FEWEST, maximum: MOST } = constants.plan.limits.drafted_questions;

/** A number of questions to choose from. */
export function questionCount(id) {
  const select = el("select", { id }, el("option", { value: "" }, t("As fits")),
    Array.from({ length: MOST - FEWEST + 1 }, (_, at) => el("option", { value: FEWEST + at }, String(FEWEST + at))));
  return { select, value: () => (select.value ? { questions: Number(select.value) } : {}) };
}

/** Who words the questions of a draft: a choice that is shown only where a language model is set up. */
export function drafterChoice(id) {
  const select = el("select", { id }, el("option", { value: "library" }, t("The question library")));
  const field = el("div", { class: "field", hidden: true }, el("label", { for: id }, t("Worded by")), select);
  readJudge().then(({ enabled, model }) => {
    if (enabled) select.append(el("option", { value: "model" }, t("The language model {model}", { model })));
    field.hidden = !enabled;
  }).catch(() => {});
  return { field, value: () => ({ drafter: select.value }) };
}

/** Make the first draft from the job description. `made(proposal)` is called with it; failures are shown in `report`. */
export async function draftFromJob(jobId, choices, report, made) {
  fill(report);
  try {
    await made(await draftPlan(jobId, choices));
  } catch (problem) {
    fill(report, problemBox(t("The draft could not be made"), problem, { retry: () => draftFromJob(jobId, choices, report, made) }));
  }
}

/** Propose questions from the job description beside a draft that exists. `draft` is the PlanDraft. */
export function openProposal(draft, added) {
  const count = questionCount("proposal-count");
  const drafter = drafterChoice("proposal-drafter");
  const place = el("div", { class: "report" });
  const propose = button(t("Propose Questions"), () => whileBusy(propose, t("Drafting…"), async () => {
    try {
      showProposal(place, draft, await draftPlan(draft.jobId, { ...count.value(), ...drafter.value(), replace: false }), added);
    } catch (problem) {
      fill(place, problemBox(t("The draft could not be made"), problem));
    }
  }), { kind: "primary" });
  openDialog("proposal", t("Draft from the job description"), [
    el("p", {}, t("The questions are picked from the library by the skills, the seniority and the language of the job. Your draft stays as it is until you choose.")),
    el("div", { class: "filter" }, el("div", { class: "field" }, el("label", { for: "proposal-count" }, t("Questions")), count.select), drafter.field, propose),
    place,
  ], { kind: "wide" });
}

/** Choose a position at the provider and take its questions. */
export async function openImport(jobId, draft, { made, added }) {
  const place = el("div", { class: "report" }, el("p", { class: "empty" }, t("Loading the positions…")));
  openDialog("plan-import", t("Import from a Hireflix position"), [
    el("p", {}, t("The questions and their times are copied. Add key points afterwards, so that answers can be scored by what you look for.")), place,
  ], { kind: "wide" });
  const load = async () => {
    try {
      const { items } = await listPositions();
      show(items.filter((item) => !item.archived));
    } catch (problem) {
      fill(place, problemBox(t("The positions could not be loaded"), problem, { retry: load }));
    }
  };
  const show = (positions) => {
    if (positions.length === 0) {
      fill(place, el("p", { class: "empty" }, t("There is no position yet.")));
      return;
    }
    const select = el("select", { id: "import-position" }, positions.map((item) => el("option", { value: item.position_id }, item.default ? t("{name} (default)", { name: item.name }) : item.name)));
    const outcome = el("div", { class: "report" });
    const go = button(t("Import Questions"), () => whileBusy(go, t("Importing…"), async () => {
      try {
        const proposal = await importPlan(jobId, { position_id: select.value });
        if (proposal.saved || !draft.plan) {
          closeLayer();
          await made(proposal);
        } else {
          showProposal(outcome, draft, proposal, added);
        }
      } catch (problem) {
        fill(outcome, problemBox(t("The position could not be imported"), problem));
      }
    }), { kind: "primary" });
    fill(place, el("div", { class: "filter" }, el("div", { class: "field grow" }, el("label", { for: select.id }, t("Position")), select), go), outcome);
    select.focus();
  };
  await load();
}

/** Show a proposed plan: its questions can be added one by one, or it replaces the draft. */
function showProposal(place, draft, { plan, reasons = {}, note = null }, added) {
  const chosen = new Set(plan.questions.map((question) => question.id));
  const titles = new Set(draft.plan.questions.map((question) => question.title.trim()));
  for (const question of plan.questions) if (titles.has(question.title.trim())) chosen.delete(question.id);
  const submit = button("", () => {
    const room = LIMITS.questions - draft.plan.questions.length;
    const picked = plan.questions.filter((question) => chosen.has(question.id)).slice(0, room);
    closeLayer();
    added(picked.map((question) => ({ ...question, ...newIn(draft.plan, plan, question), reason: question.reason ?? reasons[question.id] ?? null })));
  }, { kind: "primary" });
  const recount = () => {
    submit.textContent = tn(chosen.size, "Add {count} Question", "Add {count} Questions");
    submit.disabled = chosen.size === 0;
  };
  recount();
  fill(place,
    note && el("p", { class: "notice" }, note),
    el("ul", { class: "library-list" }, plan.questions.map((question) => el("li", { class: "library-question" },
      tickBox(t("Add: {question}", { question: question.title }), chosen.has(question.id), (checked) => {
        if (checked) chosen.add(question.id);
        else chosen.delete(question.id);
        recount();
      }),
      el("div", {},
        el("p", { class: "library-title", dir: "auto" }, question.title),
        el("p", { class: "muted" }, [
          plan.competencies.find((item) => item.id === question.competency)?.name,
          question.reason ?? reasons[question.id], titles.has(question.title.trim()) && t("Already in your draft"),
        ].filter(Boolean).join(" · ")))))),
    el("div", { class: "buttons" }, submit, button(t("Replace My Draft"), () => {
      closeLayer();
      added(null, plan);
    })));
  announce(tn(plan.questions.length, "{count} question proposed.", "{count} questions proposed."));
}

/** The id and the competency of a question of another plan in this one. */
function newIn(plan, source, question) {
  const competency = source.competencies.find((item) => item.id === question.competency);
  const { id, competency: own } = newQuestion(plan, { competency: competency?.id, dimension: competency?.dimension });
  return { id: plan.questions.some((item) => item.id === question.id) ? id : question.id, competency: own };
}

/** Download the plan as a JSON file, the same that an upload takes. */
export function downloadPlan(jobId, plan) {
  const url = URL.createObjectURL(new Blob([`${JSON.stringify(plan, null, 2)}\n`], { type: "application/json" }));
  el("a", { href: url, download: `interview-plan-job-${jobId}.json` }).click();
  window.setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Let a file be chosen and read. `use(plan)` gets its content, `refuse(sentence)` what is wrong with it. */
export function uploadPlan(use, refuse) {
  const file = el("input", { type: "file", accept: ".json,application/json", on: { change: async () => {
    const [chosen] = file.files;
    if (!chosen) return;
    if (chosen.size > constants.plan.file_bytes) {
      refuse(t("{file} is too large for a plan.", { file: chosen.name }));
      return;
    }
    const content = await chosen.text().then(JSON.parse).catch(() => null);
    if (isPlan(content)) use(copy(content));
    else refuse(t("{file} is not a plan: it must be JSON with “name”, “competencies” and “questions”, as the download writes it.", { file: chosen.name }));
  } } });
  file.click();
}

function isPlan(content) {
  return Array.isArray(content?.questions) && Array.isArray(content.competencies);
}
