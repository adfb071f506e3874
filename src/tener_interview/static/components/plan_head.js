/** The head of a plan: its name, whether it is saved and published, the time a candidate needs, and what can be done. */

import { announce, button, byId, el, fill } from "../lib/dom.js";
import { number, time } from "../lib/format.js";
import { LIMITS } from "../lib/plan.js";
import { rules } from "../lib/rules.js";
import { choice, field, textInput } from "./plan_fields.js";
import { needed, openPreview } from "./plan_preview.js";
import { languageChoices } from "./question_card.js";
import { signInAgain } from "./signin.js";

/** The head. `changed()` is called after an edit; `actions` are what its buttons do. */
export function planHead(draft, { changed, actions }) {
  const state = el("span", { class: "plan-state" });
  const saving = el("span", { class: "save-status", id: "plan-save-status" });
  /** Stays in sight while something is not saved and does not get saved by itself at once. */
  const unsaved = el("div", { class: "selection unsaved", id: "plan-unsaved", role: "group", "aria-label": "Not saved yet", hidden: true });
  const facts = el("p", { class: "plan-facts" });
  let toldFailure = false;
  const publish = button("Publish…", actions.publish, { kind: "primary", "aria-haspopup": "dialog", id: "plan-publish" });
  const name = textInput(draft.plan.name, (value) => {
    draft.plan.name = value;
    changed();
  }, { max: LIMITS.name });
  const menu = el("details", { class: "menu", on: {
    focusout: (leaving) => {
      if (!menu.contains(leaving.relatedTarget)) menu.open = false;
    },
    keydown: (press) => {
      if (press.key !== "Escape" || !menu.open) return;
      menu.open = false;
      menu.querySelector("summary").focus();
    },
  } }, el("summary", { class: "button" }, "More"), el("div", { class: "menu-items" }, [
    ["Draft From Job Description", actions.propose], ["Import From Hireflix", actions.bring],
    ["Upload a File", actions.upload], ["Download as a File", actions.download],
  ].map(([label, act]) => button(label, () => {
    menu.open = false;
    menu.querySelector("summary").focus();
    act();
  }, { kind: "small quiet" }))));

  const node = el("section", { class: "panel plan-head", "aria-label": "Name and state of the plan" },
    el("div", { class: "plan-head-line" },
      el("p", { class: "plan-standing" }, state, saving),
      el("div", { class: "buttons" },
        button("Preview", () => openPreview(draft.plan), { "aria-haspopup": "dialog" }),
        button("Versions", actions.versions, { "aria-haspopup": "dialog" }), menu, publish)),
    el("div", { class: "plan-head-fields" },
      field("name", "Name of the interview", name, { kind: "grow" }),
      field("language", "Language", choice(draft.plan.language ?? "", languageChoices(draft.plan.language), (value) => {
        draft.plan.language = value || null;
        changed();
      }))),
    facts);

  const update = () => {
    const { questions } = draft.plan;
    fill(facts, `${number(questions.length)} ${questions.length === 1 ? "question" : "questions"}`, questions.length > 0 && [" · a candidate needs ", el("strong", {}, needed(draft.plan))]);
  };
  const showUnsaved = (problem) => {
    if (draft.state === "saving") return;
    unsaved.hidden = !["failed", "conflict"].includes(draft.state);
    if (unsaved.hidden) return;
    const signIn = () => signInAgain().then(() => draft.save());
    const mend = draft.state === "conflict" ? ["Show Both Texts", () => byId("conflict-title").closest("section").focus()]
      : problem.code === "UNAUTHORIZED" ? ["Sign In", signIn] : ["Try Now", () => draft.save()];
    const reason = draft.state === "conflict" ? "somebody else changed the same field. Choose which text stays." : why(problem);
    fill(unsaved, el("p", {}, el("strong", {}, "! Not saved yet: "), reason, " What you typed is kept."), button(...mend, { kind: "small" }));
  };
  const showState = () => {
    const { answer: { state: standing, published, saved_at: at }, problem } = draft;
    const version = published && `version ${published.version}`;
    state.dataset.state = standing;
    fill(state, el("span", { class: "shape", "aria-hidden": "true" }, { published: "✓", changed: "◐" }[standing] ?? "○"), rules.plan_states[standing] ?? standing, version && (standing === "published" ? `: ${version}` : `; ${version} in use`));
    saving.dataset.state = draft.state;
    const bad = [el("span", { class: "shape", "aria-hidden": "true" }, "!"), "Not saved yet"];
    fill(saving, {
      saved: () => at && ["Saved ", time(at)], editing: () => "Not saved yet…", saving: () => "Saving…", conflict: () => bad, failed: () => bad,
    }[draft.state]());
    showUnsaved(problem);
    if (draft.state === "failed" && !toldFailure) announce(`Not saved yet: ${why(problem)} What you typed is kept.`);
    if (draft.state === "saved" && toldFailure) announce("Saved.");
    toldFailure = draft.state === "failed" || (toldFailure && draft.state !== "saved");
  };
  update();
  return { node, unsaved, update, showState, focus: () => publish.focus() };
}

/** Why a draft is not saved, and what happens next. */
function why({ code, message, details }) {
  const fields = Object.values(details?.fields ?? {});
  if (code === "UNAUTHORIZED") return "you have been signed out.";
  if (code === "NO_ANSWER") return "the service did not answer. It is tried again by itself.";
  if (code === "VALIDATION_FAILED") return fields[0] ? `a field ${fields[0]}.` : message;
  return `${message.replace(/\.$/, "")}. It is tried again by itself.`;
}
