/** The settings of a job: whether reviewers are blind, whose number ranks, what goes back to Hireflix, and what is sent. */

import { askJudge, changeJobSettings, readJobSettings, readJudge } from "../lib/api.js";
import { announce, button, el, fill, whileBusy } from "../lib/dom.js";
import { number } from "../lib/format.js";
import { changeMessageRules, readMessageRules } from "../lib/messages.js";
import { t, tn } from "../lib/texts.js";
import { closeLayer, openDialog } from "./dialog.js";
import { messageRules } from "./message_rules.js";
import { problemBox } from "./problem.js";

/** Open the settings of a job. `changed()` is called after they were saved. */
export function openJobSettings(jobId, changed) {
  const body = el("div", { class: "report" });
  openDialog("job-settings", t("Settings of this job"), [body], { asks: true });
  const load = async () => {
    fill(body, el("p", { class: "empty" }, t("Loading…")));
    try {
      const [settings, judge, rules] = await Promise.all([readJobSettings(jobId), readJudge(), readMessageRules(jobId)]);
      show(body, { settings, judge, rules }, changed);
    } catch (problem) {
      fill(body, problemBox(t("The settings could not be loaded"), problem, { retry: load }));
    }
  };
  load();
}

function show(body, { settings, judge, rules }, changed) {
  const blind = el("input", { type: "checkbox", id: "blind-review" });
  blind.checked = settings.blind_review;
  const sources = [
    ["machine", t("The machine’s total"), t("Reviews are shown beside it. An interview that needs a human look is scored by people.")],
    ["judge", t("The language model’s total"), judge.enabled
      ? t("{model} gives a second opinion. An interview that it has not judged keeps the machine’s total until then.", { model: judge.model })
      : t("No language model is set up, so the machine’s total ranks.")],
    ["human", t("The reviewers’ mean"), t("An interview without a review keeps the machine’s total until it has one.")],
  ].map(([value, label, help]) => {
    const input = el("input", { type: "radio", name: "ranked-by", value, id: `ranked-by-${value}`, "aria-describedby": `ranked-by-${value}-help` });
    input.checked = settings.ranked_by === value;
    return { input, value, node: el("div", { class: "setting" }, el("label", { for: input.id }, input, label), el("p", { class: "muted", id: `ranked-by-${value}-help` }, help)) };
  });
  const updates = el("input", { type: "checkbox", id: "provider-updates", "aria-describedby": "provider-updates-help" });
  updates.checked = settings.provider_updates;
  const messages = messageRules(rules);
  const report = el("div", { class: "report" });
  const save = el("button", { class: "button primary", type: "submit" }, t("Save Settings"));
  fill(body, el("form", { class: "job-settings", on: { submit: (event) => {
    event.preventDefault();
    whileBusy(save, t("Saving…"), async () => {
      try {
        await changeJobSettings(settings.job_id, { blind_review: blind.checked, ranked_by: sources.find(({ input }) => input.checked).value, provider_updates: updates.checked });
        const sent = messages.changes();
        if (sent) await changeMessageRules(settings.job_id, sent);
        closeLayer();
        announce(t("The settings are saved."));
        changed();
      } catch (problem) {
        fill(report, problemBox(t("The settings were not saved"), problem));
      }
    });
  } } },
  el("div", { class: "setting" }, el("label", { for: blind.id }, blind, t("Blind review")),
    el("p", { class: "muted" }, t("Reviewers see neither the machine’s score nor each other’s reviews until they have submitted their own."))),
  el("fieldset", { class: "plain-set" }, el("legend", {}, t("What ranks the candidates")), sources.map(({ node }) => node)),
  el("div", { class: "setting" }, el("label", { for: updates.id }, updates, t("Write back to Hireflix")),
    el("p", { class: "muted", id: "provider-updates-help" }, t("From now on, Advance and Hired shortlist the interview at Hireflix, Reject and Withdrawn discard it, and Hold moves it back. The reviewers’ mean becomes its score, and a comment links to the scorecard here."))),
  judge.enabled && secondOpinionPart(settings.job_id, judge),
  messages.node,
  report, el("div", { class: "buttons" }, save, button(t("Cancel"), closeLayer))));
}

/** What the language model has cost today, and a way to ask it about interviews from before it was set up. */
function secondOpinionPart(jobId, { model, today, daily_requests: limit }) {
  const report = el("div", { class: "report" });
  const ask = button(t("Ask About Earlier Interviews"), (press) => whileBusy(press.currentTarget, t("Asking…"), async () => {
    try {
      const { queued } = await askJudge(jobId);
      fill(report, el("p", {}, queued ? tn(queued, "{count} interview waits for the language model.", "{count} interviews wait for the language model.") : t("It has judged every finished interview of this job.")));
      announce(t("The language model was asked."));
    } catch (problem) {
      fill(report, problemBox(t("The language model could not be asked"), problem));
    }
  }), { kind: "small", id: "ask-judge" });
  return el("section", { class: "setting", "aria-labelledby": "judge-title" },
    el("h3", { id: "judge-title" }, t("Second opinion")),
    el("p", { class: "muted" }, [
      model, t("{count} of {limit} requests today", { count: number(today.requests), limit: number(limit) }), today.cost !== null && t("cost {cost}", { cost: number(today.cost) }),
    ].filter(Boolean).join(" · ")),
    ask, report);
}
