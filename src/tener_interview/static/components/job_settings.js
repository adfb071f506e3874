/** The settings of a job: whether reviewers are blind, and whose number ranks. */

import { changeJobSettings, readJobSettings } from "../lib/api.js";
import { announce, button, el, fill, whileBusy } from "../lib/dom.js";
import { closeLayer, openDialog } from "./dialog.js";
import { problemBox } from "./problem.js";

/** Open the settings of a job. `changed()` is called after they were saved. */
export function openJobSettings(jobId, changed) {
  const body = el("div", { class: "report" });
  openDialog("job-settings", "Settings of this job", body);
  const load = async () => {
    fill(body, el("p", { class: "empty" }, "Loading…"));
    try {
      show(body, await readJobSettings(jobId), changed);
    } catch (problem) {
      fill(body, problemBox("The settings could not be loaded", problem, { retry: load }));
    }
  };
  load();
}

function show(body, settings, changed) {
  const blind = el("input", { type: "checkbox", id: "blind-review" });
  blind.checked = settings.blind_review;
  const sources = [
    ["machine", "The machine’s total", "Reviews stand beside it. An interview that needs a human look gets its number from people."],
    ["human", "The reviewers’ mean", "An interview without a review keeps the machine’s total until it has one."],
  ].map(([value, label, help]) => {
    const input = el("input", { type: "radio", name: "ranked-by", value, id: `ranked-by-${value}`, "aria-describedby": `ranked-by-${value}-help` });
    input.checked = settings.ranked_by === value;
    return { input, value, node: el("div", { class: "setting" }, el("label", { for: input.id }, input, label), el("p", { class: "muted", id: `ranked-by-${value}-help` }, help)) };
  });
  const report = el("div", { class: "report" });
  const save = el("button", { class: "button primary", type: "submit" }, "Save Settings");
  fill(body, el("form", { class: "job-settings", on: { submit: (event) => {
    event.preventDefault();
    whileBusy(save, "Saving…", async () => {
      try {
        await changeJobSettings(settings.job_id, { blind_review: blind.checked, ranked_by: sources.find(({ input }) => input.checked).value });
        closeLayer();
        announce("The settings are saved.");
        changed();
      } catch (problem) {
        fill(report, problemBox("The settings were not saved", problem));
      }
    });
  } } },
  el("div", { class: "setting" }, el("label", { for: blind.id }, blind, "Blind review"),
    el("p", { class: "muted" }, "Reviewers see neither the machine’s score nor each other’s reviews until they have submitted their own.")),
  el("fieldset", { class: "plain-set" }, el("legend", {}, "What ranks the candidates"), sources.map(({ node }) => node)),
  el("div", { class: "buttons" }, save, button("Cancel", closeLayer)), report));
}
