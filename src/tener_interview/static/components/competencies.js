/** The competencies of a plan and their shares of the total, as a bar that always adds up to 100. */

import { announce, button, el, fill, hiddenText } from "../lib/dom.js";
import { LIMITS, moveBoundary, newCompetency, percents, setPercent } from "../lib/plan.js";
import { percent } from "../lib/format.js";
import { constants } from "../lib/constants.js";
import { t, tn } from "../lib/texts.js";
import { choice, field, fieldKey, numberInput, textInput } from "./plan_fields.js";

/** How far a boundary moves with an arrow key, and with Page Up and Page Down. */
const STEP = 1;
const BIG_STEP = 5;

/** The section. `plan()` is the plan; `changed({structure})` is called after an edit. Returns `{node, update}`. */
export function competenciesEditor(plan, changed) {
  const bar = el("div", { class: "weight-bar", role: "group", "aria-label": t("Shares of the total score") });
  const rows = el("ol", { class: "competencies" });
  const undo = el("div", { class: "report" });
  const add = button(t("Add Competency"), () => {
    const competency = newCompetency(plan(), t("New competency"));
    plan().competencies.push(competency);
    setPercent(plan().competencies, plan().competencies.length - 1, Math.floor(100 / plan().competencies.length));
    draw();
    changed({ structure: true });
    rows.lastElementChild.querySelector("input").select();
  }, { kind: "small", id: "plan-competencies", data: { field: "competencies" } });
  const bands = el("div", { class: "bands" });

  const weightPercents = () => percents(plan().competencies.map((item) => item.weight));
  const label = (item) => item.name || t("Unnamed");

  const drawBar = () => {
    const { competencies } = plan();
    const now = weightPercents();
    fill(bar, competencies.map((item, at) => [
      el("span", { class: "weight-segment", data: { at: at % 4 } },
        el("span", { class: "weight-name" }, label(item)),
        el("span", {}, el("span", { class: "weight-value number" }, percent(now[at] / 100)), el("span", { class: "weight-note" }, ` ${t("no question yet")}`))),
      at < competencies.length - 1 && boundary(at, now),
    ]));
    for (const [at, segment] of bar.querySelectorAll(".weight-segment").entries()) segment.style.flexGrow = now[at];
  };
  const boundary = (at, now) => {
    const { competencies } = plan();
    const [left, right] = [competencies[at], competencies[at + 1]];
    return el("span", {
      class: "weight-boundary", role: "slider", tabindex: "0", "aria-label": t("Boundary between {left} and {right}", { left: label(left), right: label(right) }),
      "aria-valuemin": 1, "aria-valuemax": now[at] + now[at + 1] - 1, "aria-valuenow": now[at],
      "aria-valuetext": `${label(left)} ${percent(now[at] / 100)}, ${label(right)} ${percent(now[at + 1] / 100)}`, data: { at },
      on: { keydown: (press) => keys(press, at), pointerdown: (press) => pull(press, at) },
    });
  };
  const move = (at, percent) => {
    moveBoundary(plan().competencies, at, percent);
    const had = document.activeElement?.dataset.at === String(at);
    drawBar();
    if (had) bar.querySelector(`.weight-boundary[data-at="${at}"]`).focus();
    showValues();
    changed({});
  };
  const keys = (press, at) => {
    const now = weightPercents()[at];
    const to = {
      ArrowLeft: now - STEP, ArrowDown: now - STEP, ArrowRight: now + STEP, ArrowUp: now + STEP,
      PageDown: now - BIG_STEP, PageUp: now + BIG_STEP, Home: 1, End: 99,
    }[press.key];
    if (to === undefined) return;
    press.preventDefault();
    move(at, to);
  };
  const pull = (press, at) => {
    if (press.button !== 0) return;
    press.preventDefault();
    press.target.focus();
    const { left, width } = bar.getBoundingClientRect();
    const before = weightPercents().slice(0, at).reduce((sum, percent) => sum + percent, 0);
    const follow = (pointer) => move(at, (100 * (pointer.clientX - left)) / width - before);
    const end = () => {
      document.removeEventListener("pointermove", follow);
      document.removeEventListener("pointerup", end);
      document.removeEventListener("pointercancel", end);
    };
    document.addEventListener("pointermove", follow);
    document.addEventListener("pointerup", end);
    document.addEventListener("pointercancel", end);
  };

  const showValues = () => {
    const now = weightPercents();
    const { competencies, questions } = plan();
    for (const [at, row] of [...rows.children].entries()) {
      const input = row.querySelector(".percent input");
      if (document.activeElement !== input) input.value = now[at];
      const count = questions.filter((question) => question.competency === competencies[at].id).length;
      row.querySelector(".count").textContent = count ? tn(count, "{count} question", "{count} questions") : t("No question yet");
      bar.querySelectorAll(".weight-segment")[at].classList.toggle("unasked", count === 0);
    }
  };
  const row = (item, at) => {
    const key = (name) => fieldKey("competencies", item.id, name);
    // The others keep their proportions, whatever is typed on the way to a number.
    let before = [];
    const percent = numberInput(weightPercents()[at], (value) => {
      for (const [place, weight] of before.entries()) plan().competencies[place].weight = weight;
      setPercent(plan().competencies, plan().competencies.indexOf(item), value);
      drawBar();
      showValues();
      changed({});
    }, { min: 1, max: 100 });
    percent.addEventListener("focus", () => {
      before = plan().competencies.map((other) => other.weight);
    });
    percent.addEventListener("blur", showValues);
    return el("li", {},
      field(key("name"), t("Competency {number}", { number: at + 1 }), textInput(item.name, (value) => {
        item.name = value;
        drawBar();
        changed({ names: true });
      }, { max: LIMITS.competency_name }), { hidden: true, kind: "grow" }),
      el("div", { class: "percent" }, field(key("weight"), t("Share of {name} in per cent", { name: label(item) }), percent, { hidden: true }), el("span", { "aria-hidden": "true" }, "%")),
      field(key("dimension"), t("Score that {name} is part of", { name: label(item) }), choice(item.dimension ?? "", [
        ["", t("On its own")], ...Object.entries(constants.dimensions).map(([value, name]) => [value, t("Part of {name}", { name })]),
      ], (value) => {
        item.dimension = value || null;
        changed({});
      }), { hidden: true }),
      el("span", { class: "muted count", data: { field: fieldKey("competencies", item.id, "") }, id: `plan-count-${item.id}`, tabindex: "-1" }),
      plan().competencies.length > 1 && button("×", () => drop(item), { kind: "small quiet remove", "aria-label": t("Remove {name}", { name: label(item) }) }),
    );
  };
  const drop = (item) => {
    const before = JSON.stringify([plan().competencies, plan().questions.map((question) => [question.id, question.competency])]);
    const { competencies, questions } = plan();
    const at = competencies.indexOf(item);
    competencies.splice(at, 1);
    const rest = percents(competencies.map((other) => other.weight), 100, 1);
    for (const [place, other] of competencies.entries()) other.weight = rest[place];
    const moved = questions.filter((question) => question.competency === item.id);
    const heir = competencies.find((other) => other.dimension === item.dimension) ?? competencies[0];
    for (const question of moved) question.competency = heir.id;
    draw();
    changed({ structure: true });
    const what = [t("Removed “{name}”.", { name: label(item) }),
      moved.length > 0 && tn(moved.length, "Its question belongs to “{heir}” now.", "Its {count} questions belong to “{heir}” now.", { heir: label(heir) })].filter(Boolean).join(" ");
    announce(what);
    const back = button(t("Undo"), () => {
      const [old, owners] = JSON.parse(before);
      plan().competencies.splice(0, plan().competencies.length, ...old);
      for (const [id, owner] of owners) {
        const question = plan().questions.find((entry) => entry.id === id);
        if (question) question.competency = owner;
      }
      fill(undo);
      draw();
      changed({ structure: true });
      rows.children[at]?.querySelector("input").focus();
    }, { kind: "small" });
    fill(undo, el("p", { class: "undo" }, what, back));
    back.focus();
  };
  const drawBands = () => {
    const { bands: least } = plan();
    fill(bands, el("span", {}, t("Recommended from a total of")), Object.keys(least).map((name, at) => field(
      at === 0 ? "bands" : fieldKey("bands", null, name), constants.recommendations[name], numberInput(least[name], (value) => {
        plan().bands[name] = value;
        changed({});
      }, { min: 0, max: 100, "aria-label": t("{recommendation} from", { recommendation: constants.recommendations[name] }) }), { kind: "band" },
    )));
  };
  const draw = () => {
    drawBar();
    fill(rows, plan().competencies.map(row));
    add.hidden = plan().competencies.length >= LIMITS.competencies;
    drawBands();
    showValues();
  };
  draw();
  const node = el("section", { class: "panel plan-competencies", "aria-labelledby": "competencies-heading" },
    el("h4", { id: "competencies-heading" }, t("What counts, and how much")),
    bar,
    // The fields have these as their names.
    el("p", { class: "competency-head muted", "aria-hidden": "true" }, [t("Competency"), t("Share of the total"), t("Score it is part of")].map((name) => el("span", {}, name))),
    rows, undo,
    el("div", { class: "competency-foot" }, add, bands),
    hiddenText(t("Use the arrow keys to move a boundary by 1%.")),
  );
  return { node, update: showValues, draw };
}
