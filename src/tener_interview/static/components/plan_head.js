/** The head of a plan: its name, whether it is saved and published, the time a candidate needs, and what can be done. */

import { constants } from "../lib/constants.js";
import { announce, button, byId, el, fill, fillWithNew } from "../lib/dom.js";
import { time } from "../lib/format.js";
import { LIMITS } from "../lib/plan.js";
import { t, tNodes, tn } from "../lib/texts.js";
import { choice, faultText, field, textInput } from "./plan_fields.js";
import { needed, openPreview } from "./plan_preview.js";
import { languageChoices } from "./question_card.js";
import { signInAgain } from "./signin.js";

/** The head. `changed()` is called after an edit; `actions` are what its buttons do. */
export function planHead(draft, { changed, actions }) {
  const state = el("span", { class: "plan-state" });
  const saving = el("span", { class: "save-status", id: "plan-save-status" });
  /** Stays in sight while something is not saved and does not get saved by itself at once. */
  const unsaved = el("div", { class: "selection unsaved", id: "plan-unsaved", role: "group", "aria-label": t("Not saved yet"), hidden: true });
  const facts = el("p", { class: "plan-facts" });
  let failureAnnounced = false;
  const publish = button(t("Publish…"), actions.publish, { kind: "primary", "aria-haspopup": "dialog", id: "plan-publish" });
  const name = textInput(draft.plan.name, (value) => {
    draft.plan.name = value;
    changed();
  }, { max: LIMITS.name });
  const menu = el("details", { class: "plan-menu", on: {
    focusout: (leaving) => {
      if (!menu.contains(leaving.relatedTarget)) menu.open = false;
    },
    keydown: (press) => {
      if (press.key !== "Escape" || !menu.open) return;
      menu.open = false;
      menu.querySelector("summary").focus();
    },
  } }, el("summary", { class: "button" }, t("More")), el("div", { class: "plan-menu-items" }, [
    [t("Draft From Job Description"), actions.propose], [t("Import From Hireflix"), actions.importQuestions],
    [t("Upload a File"), actions.upload], [t("Download as a File"), actions.download],
  ].map(([label, act]) => button(label, () => {
    menu.open = false;
    menu.querySelector("summary").focus();
    act();
  }, { kind: "small quiet" }))));

  const node = el("section", { class: "panel plan-head", "aria-label": t("Name and state of the plan") },
    el("div", { class: "plan-head-line" },
      el("p", { class: "plan-standing" }, state, saving),
      el("div", { class: "buttons" },
        button(t("Preview"), () => openPreview(draft.plan), { "aria-haspopup": "dialog" }),
        button(t("Versions"), actions.showVersions, { "aria-haspopup": "dialog" }), menu, publish)),
    el("div", { class: "plan-head-fields" },
      field("name", t("Name of the interview"), name, { kind: "grow" }),
      field("language", t("Language"), choice(draft.plan.language ?? "", languageChoices(draft.plan.language), (value) => {
        draft.plan.language = value || null;
        changed();
      }))),
    facts);

  const update = () => {
    const { questions } = draft.plan;
    fill(facts, tn(questions.length, "{count} question", "{count} questions"), questions.length > 0 && [" · ", tNodes("a candidate needs {time}", { time: el("strong", {}, needed(draft.plan)) })]);
  };
  const showUnsaved = (problem) => {
    if (draft.state === "saving") return;
    unsaved.hidden = !["failed", "conflict"].includes(draft.state);
    if (unsaved.hidden) return;
    const signIn = () => signInAgain().then(() => draft.save());
    const path = draft.state === "failed" ? refusedPath(problem) : undefined;
    const mend = draft.state === "conflict" ? [t("Show Both Texts"), () => byId("conflict-title").closest("section").focus()]
      : problem.code === "UNAUTHORIZED" ? [t("Sign In"), signIn]
        : path ? [t("Show the Field"), () => actions.show(path)] : [t("Try Now"), () => draft.save()];
    const reason = draft.state === "conflict" ? t("somebody else changed the same field. Choose which text stays.") : whyNotSaved(problem);
    fillWithNew(unsaved, [reason, mend[0], path], el("p", {}, el("strong", {}, `! ${t("Not saved yet:")} `), reason, ` ${t("What you typed is kept.")}`), button(...mend, { kind: "small" }));
  };
  const showState = () => {
    const { jobPlan: { state: standing, published, saved_at: at }, problem } = draft;
    const version = published && t("version {version}", { version: published.version });
    state.dataset.state = standing;
    // What is in use already need not be published.
    publish.classList.toggle("primary", standing !== "published");
    fill(state, el("span", { class: "shape", "aria-hidden": "true" }, { published: "✓", changed: "◐" }[standing] ?? "○"), constants.plan_states[standing] ?? standing, version && (standing === "published" ? `: ${version}` : t("; {version} in use", { version })));
    saving.dataset.state = draft.state;
    const bad = [el("span", { class: "shape", "aria-hidden": "true" }, "!"), t("Not saved yet")];
    fill(saving, {
      saved: () => at && tNodes("Saved {time}", { time: time(at) }), editing: () => t("Not saved yet…"), saving: () => t("Saving…"), conflict: () => bad, failed: () => bad,
    }[draft.state]());
    showUnsaved(problem);
    if (draft.state === "failed" && !failureAnnounced) announce(`${t("Not saved yet:")} ${whyNotSaved(problem)} ${t("What you typed is kept.")}`);
    if (draft.state === "saved" && failureAnnounced) announce(t("Saved."));
    failureAnnounced = draft.state === "failed" || (failureAnnounced && draft.state !== "saved");
  };
  update();
  return { node, unsaved, update, showState, focus: () => publish.focus() };
}

/** The path of the first field that the service refused; undefined if it refused none. */
function refusedPath({ code, details }) {
  return code === "VALIDATION_FAILED" ? Object.keys(details?.fields ?? {})[0] : undefined;
}

/** Why a draft is not saved, and what happens next. */
function whyNotSaved(problem) {
  const { code, message, details } = problem;
  const path = refusedPath(problem);
  if (code === "UNAUTHORIZED") return t("you have been signed out.");
  if (code === "NO_ANSWER") return t("the service did not answer. It will be tried again automatically.");
  if (path) {
    const fault = faultText(details.fields[path]);
    const question = /^questions\[(\d+)\]/.exec(path)?.[1];
    return question ? t("a field of question {number} {fault}.", { number: Number(question) + 1, fault }) : t("a field {fault}.", { fault });
  }
  if (code === "VALIDATION_FAILED") return message;
  return `${message.replace(/\.$/, "")}. ${t("It will be tried again automatically.")}`;
}
